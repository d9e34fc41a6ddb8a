"""The whole server as one ASGI application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from kg_builder.serve.documents import Documents
from kg_builder.serve.files import Files
from kg_builder.serve.protocol import GraphStore, Sparql
from kg_builder.serve.responses import allow, refuse_method
from kg_builder.serve.watching import Figures, Watched
from kg_builder.serve.workers import Pool

SPARQL, GRAPH_STORE, HEALTH, METRICS = "/sparql", "/graph-store", "/health", "/metrics"
_READING = ("GET", "HEAD", "OPTIONS")


def application(
    site: Path,
    pool: Pool,
    triples: int,
    graphs: Mapping[str, int],
    is_current: Callable[[], bool],
    log: Callable[[str], None] | None = None,
    *,
    log_queries: bool = False,
) -> ASGIApp:
    """The site, its SPARQL endpoint, and what tells how they do.

    ``triples`` is the size of the whole graph, ``graphs`` has that of each named graph; ``is_current`` says whether what is asked
    is still the graph of the site; ``log`` takes a line for each request.
    """
    figures = Figures(pool)
    routes: dict[str, ASGIApp] = {
        SPARQL: Sparql(pool, triples, graphs, "sparql.html"),
        GRAPH_STORE: GraphStore(pool, graphs),
        HEALTH: _Told(lambda: _health(pool, triples, is_current())),
        METRICS: _Told(lambda: Response(figures.text(), media_type="text/plain; version=0.0.4")),
    }
    documents = Documents(Files(site))

    async def routed(scope: Scope, receive: Receive, send: Send) -> None:
        await routes.get(scope["path"], documents)(scope, receive, send)

    other_origins = CORSMiddleware(
        routed, allow_origins=["*"], allow_methods=["GET", "HEAD", "POST"], allow_headers=["If-None-Match", "Range"]
    )

    async def readable(scope: Scope, receive: Receive, send: Send) -> None:
        await (other_origins if scope["method"] == "OPTIONS" else routed)(scope, receive, send)

    return Watched(readable, frozenset(routes), figures, log, log_queries)


class _Told:
    """A small answer, made anew for each request."""

    def __init__(self, tell: Callable[[], Response]) -> None:
        self._tell = tell

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "OPTIONS":
            response = allow(_READING)
        elif scope["method"] not in _READING:
            response = refuse_method(scope, _READING)
        else:
            response = self._tell()
            response.headers["cache-control"] = "no-store"
            if scope["method"] == "HEAD":
                response.body = b""
        await response(scope, receive, send)


def _health(pool: Pool, triples: int, is_current: bool) -> JSONResponse:
    told = {
        "status": "ok" if is_current else "stale",
        "triples": triples,
        "queries": {"running": pool.running, "waiting": pool.outstanding - pool.running},
    }
    if not is_current:
        told["detail"] = "The site was written anew; queries see it in some seconds, unless the log tells of a fault."
    return JSONResponse(told)

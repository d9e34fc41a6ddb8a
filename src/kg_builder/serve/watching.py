"""What a server says of itself: a line of JSON for each request, and figures for Prometheus. Neither holds who asked."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg_builder.serve.responses import problem
from kg_builder.serve.workers import Pool

POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]
_READABLE = [
    *_HEADERS,
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Content-Range, ETag, Location, Retry-After"),
]
"""Pages of other sites may read what is served; OPTIONS gets its own headers."""
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS"})
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Figures:
    """Counters of one server."""

    def __init__(self, pool: Pool) -> None:
        self._registry = registry = CollectorRegistry()
        self._requests = Counter(
            "kg_builder_http_requests", "Requests answered.", ("route", "method", "status"), registry=registry
        )
        self._seconds = Histogram(
            "kg_builder_http_request_seconds", "Time to the end of an answer.", ("route",), registry=registry, buckets=_BUCKETS
        )
        self._queries = Counter("kg_builder_queries", "SPARQL queries, by how they ended.", ("outcome",), registry=registry)
        for name, text, value in (
            ("running", "SPARQL queries that run.", lambda: pool.running),
            ("waiting", "SPARQL queries that wait.", lambda: pool.outstanding - pool.running),
        ):
            Gauge(f"kg_builder_queries_{name}", text, registry=registry).set_function(value)
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def count(self, route: str, method: str, status: int, seconds: float, outcome: str | None) -> None:
        key = (route, method if method in _METHODS else "other", status)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = (self._requests.labels(*map(str, key)), self._seconds.labels(route))
        known[0].inc()
        known[1].observe(seconds)
        if outcome is not None:
            self._queries.labels(outcome).inc()

    def text(self) -> bytes:
        return generate_latest(self._registry)


class Watched:
    """Wraps an application: security headers on each answer, a line in the log, figures; a fault of ours becomes a 500."""

    def __init__(
        self, application: ASGIApp, routes: frozenset[str], figures: Figures, log: Callable[[str], None] | None, log_queries: bool
    ) -> None:
        self._application = application
        self._routes = routes
        self._figures = figures
        self._log = log
        self._log_queries = log_queries

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status = size = 0
        note: dict[str, Any] = {}
        scope["note"] = note
        headers = _HEADERS if scope["method"] == "OPTIONS" else _READABLE

        async def sending(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *headers]
            else:
                size += len(message.get("body", b""))
            await send(message)

        try:
            await self._application(scope, receive, sending)
        except Exception as error:  # noqa: BLE001 - told in the log, and to the client as a fault of ours
            note["fault"] = f"{type(error).__name__}: {error}"
            if not status:
                await problem(scope, 500, "A fault of our own", "It is in the server's log.")(scope, receive, sending)
        seconds = time.perf_counter() - started
        path = scope["path"]
        route = path if path in self._routes else "documents"
        self._figures.count(route, scope["method"], status, seconds, note.get("outcome"))
        if self._log is not None:
            self._log(self._line(scope, status, size, seconds, note))

    def _line(self, scope: Scope, status: int, size: int, seconds: float, note: dict[str, Any]) -> str:
        line = (
            f'{{"time": "{_time(time.time())}", "method": {json.dumps(scope["method"])}, '
            f'"path": {json.dumps(scope["path"])}, "status": {status}, "bytes": {size}, "ms": {seconds * 1000:.2f}'
        )
        more: dict[str, Any] = {name: note[name] for name in ("outcome", "fault") if name in note}
        if self._log_queries and "query" in note:
            more["query"] = note["query"]
        return f"{line}, {json.dumps(more)[1:]}" if more else f"{line}}}"


class _Lines(logging.Handler):
    """Writes what a library warns of as a line of our log."""

    def __init__(self, log: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        self._log(fault_line(record.getMessage().strip(), record.created))


def fault_line(told: str, when: float) -> str:
    """A line of the log about what concerns no one request."""
    return json.dumps({"time": _time(when), "fault": told})


def log_faults(log: Callable[[str], None] | None) -> None:
    """Have uvicorn tell of faults in the log, or nowhere."""
    logger = logging.getLogger("uvicorn.error")
    logger.propagate = False
    logger.addHandler(_Lines(log) if log is not None else logging.NullHandler())


def _time(when: float) -> str:
    return f"{_second(int(when))}.{int(when % 1 * 1000):03}Z"


@lru_cache(maxsize=4)
def _second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S")

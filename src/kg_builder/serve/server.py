"""The processes of a server: one that serves HTTP, some that each answer one query, and this one, which holds the store.

It runs no thread, so that it can fork at any time: a worker for each that has ended, and the HTTP server where it has died.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
import resource
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import pyoxigraph as ox
import uvicorn

from kg_builder.confine import die_with
from kg_builder.errors import Location, input_error
from kg_builder.graphs import each_quad, fill, open_source
from kg_builder.serve.application import application
from kg_builder.serve.connections import Connection
from kg_builder.serve.watching import log_faults
from kg_builder.serve.workers import Pool, QueryLimits, work

GRAPH = "graph.trig"
_SECONDS_TO_END = 5
TOO_SOON = 5.0
"""Seconds after its start: where the HTTP server dies before, it would do so again."""
_SECONDS_TO_RETRY = 1
_WATCHED = {signal.SIGCHLD, signal.SIGINT, signal.SIGTERM}
_MOST_CONNECTIONS = 2000
_BACKLOG = 2048


@dataclass(frozen=True, slots=True)
class Options:
    """How a site is served; ``log`` takes a line of JSON for each request."""

    host: str = "127.0.0.1"
    port: int = 8000
    limits: QueryLimits = field(default_factory=QueryLimits)
    log: Callable[[str], None] | None = None
    log_queries: bool = False


@dataclass(frozen=True, slots=True)
class _Graph:
    store: ox.Store
    triples: int
    named: dict[str, int]
    path: Path
    status: os.stat_result

    def is_current(self) -> bool:
        try:
            now = self.path.stat()
        except OSError:
            return False
        return (now.st_mtime_ns, now.st_size) == (self.status.st_mtime_ns, self.status.st_size)


def run(site: Path, options: Options, started: Callable[[str], None]) -> int:
    """Serve a site until a signal ends it, which is returned; ``started`` gets the address when all is ready.

    Raises :class:`~kg_builder.errors.InputError` where the site cannot be read, or the address not be used.
    """
    listening = _listen(options.host, options.port)
    graph = _load(site)
    gc.freeze()  # so that the garbage collector of a child touches, and thereby copies, nothing of it
    asking, answering = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    report, reporting = os.pipe()
    host, port = listening.getsockname()[:2]
    address = f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"
    here = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)

    def fork_worker() -> BaseProcess:
        return _fork((listening, asking), work, answering, graph.store, frozenset(graph.named), options.limits, here, reporting)

    def fork_server() -> BaseProcess:
        return _fork((answering,), _serve_http, site, listening, Pool(asking, options.limits), graph, options, here)

    workers = [fork_worker()]
    os.close(reporting)
    _await_first(report)
    reporting = os.open(os.devnull, os.O_WRONLY)
    server = fork_server()
    begun = time.monotonic()
    started(address)
    while True:
        with contextlib.suppress(OSError):  # no memory for another process: tried again in a moment
            while len(workers) < options.limits.at_once:
                workers.append(fork_worker())
        caught = signal.sigtimedwait(_WATCHED, _SECONDS_TO_RETRY)
        if caught is not None and caught.si_signo != signal.SIGCHLD:
            break
        workers = [each for each in workers if each.is_alive()]
        if not server.is_alive():
            if time.monotonic() - begun < TOO_SOON:
                raise RuntimeError(f"the process that serves HTTP ended with code {server.exitcode}")
            server, begun = fork_server(), time.monotonic()
    server.terminate()  # it first finishes what it has begun; workers end with this process
    server.join(_SECONDS_TO_END)
    server.kill()
    return caught.si_signo


def _listen(host: str, port: int) -> socket.socket:
    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except OSError as error:
        mend = "Say another one: --port 8001; or --port 0 for any that is free." if port else ""
        raise input_error(f"{host}:{port} cannot be served at: {error.strerror}", mend=mend) from None
    return listening


def _load(site: Path) -> _Graph:
    """The graph of a site: all triples in the default graph, those of a statement also in the graph of its name.

    The engine's own union of graphs tells a triple of two graphs twice.
    """
    path = site / GRAPH
    mend = "Run 'kg-builder site' first, or name the folder that it wrote."
    try:
        status = path.stat()
    except OSError:
        raise input_error(f"this is no site: {GRAPH} is not there", Location(str(site)), mend) from None
    store = ox.Store()
    read = each_quad(open_source(str(path)))
    fill(store, (each for quad in read for each in (quad, ox.Quad(quad.subject, quad.predicate, quad.object))))
    named: dict[str, int] = {}
    for quad in store.quads_for_pattern(None, None, None, None):
        if isinstance(quad.graph_name, ox.NamedNode):
            named[quad.graph_name.value] = named.get(quad.graph_name.value, 0) + 1
    triples = len(store) - sum(named.values())
    if not triples:
        raise input_error("there is no triple in it", Location(str(path)), mend)
    return _Graph(store, triples, named, path, status)


def _fork(foreign: tuple[socket.socket, ...], life: Callable[..., None], *arguments: object) -> BaseProcess:
    """A child that lives ``life`` and ends; ``foreign`` sockets are not for it."""
    given = (foreign, life, *arguments)
    process: BaseProcess = multiprocessing.get_context("fork").Process(target=_live, args=given, daemon=True)
    process.start()
    return process


def _live(foreign: tuple[socket.socket, ...], life: Callable[..., None], *arguments: object) -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
    os.setsid()  # Ctrl-C is for the parent, which ends its children
    for each in foreign:
        each.close()
    life(*arguments)


def _await_first(report: int) -> None:
    """Wait for the first worker. Raises InputError where it does not get ready, or cannot be confined, as others would not."""
    with os.fdopen(report, encoding="utf-8") as lines:
        said = lines.readline()
    if not said:
        raise input_error("the process that answers queries does not start", mend="Allow it more memory: --memory 512.")
    if said.strip():
        raise input_error(
            f"on this system, the process that answers queries cannot be kept from {said.strip()}",
            mend="The pages of a site work without a server.",
        )


def _serve_http(site: Path, listening: socket.socket, pool: Pool, graph: _Graph, options: Options, parent: int) -> None:
    die_with(parent)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    log_faults(options.log)
    app = application(site, pool, graph.triples, graph.named, graph.is_current, options.log, log_queries=options.log_queries)
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=Connection,
        ws="none",
        lifespan="off",
        interface="asgi3",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=_MOST_CONNECTIONS,
        timeout_graceful_shutdown=_SECONDS_TO_END - 2,
    )
    uvicorn.Server(config).run(sockets=[listening])

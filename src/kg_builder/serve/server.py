"""The processes of a server: one that serves HTTP, some that each answer one query, and this one, which holds the store.

It runs no thread, so that it can fork at any time: a worker for each that has ended, and the HTTP server where it has died.
"""

from __future__ import annotations

import contextlib
import errno
import gc
import multiprocessing
import os
import resource
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path

import pyoxigraph as ox
import uvicorn

from kg_builder.confine import die_with
from kg_builder.errors import InputError, Location, input_error
from kg_builder.graphs import each_quad, fill, open_source
from kg_builder.serve.application import application
from kg_builder.serve.connections import Connection
from kg_builder.serve.watching import fault_line, log_faults
from kg_builder.serve.workers import Pool, QueryLimits, work

GRAPH = "graph.trig"
_SECONDS_TO_END = 5
TOO_SOON = 5.0
"""Seconds after its start: where the HTTP server dies before, it may do so again."""
_MOST_TOO_SOON = 3
"""Times in a row that it may, a second apart."""
TENDED = 5_000
"""Quads of a new graph that are read between two looks after the processes that serve the one before."""
_SECONDS_TO_RETRY = 1
_WATCHED = {signal.SIGCHLD, signal.SIGINT, signal.SIGTERM}
_MOST_CONNECTIONS = 2000
_BACKLOG = 2048
_OTHER_PORT = "Say another one: --port 8001; or --port 0 for any that is free."
_OTHER_HOST = "Say an address of this machine: --host 127.0.0.1; or --host 0.0.0.0 for all that it has."


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
    stamp: tuple[int, ...]
    """Of the file that it was read from."""


def run(site: Path, options: Options, started: Callable[[str], None]) -> int:
    """Serve a site until a signal ends it, which is returned; ``started`` gets the address when all is ready.

    Where the site's graph is written anew, it is read anew. Raises :class:`~kg_builder.errors.InputError` where the site cannot
    be read at the start, or the address not be used.
    """
    listening = _listen(options.host, options.port)
    crew = _Crew(site, listening, options, _load(site))
    host, port = listening.getsockname()[:2]
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    crew.start()
    started(f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/")
    seen = tried = crew.graph.stamp
    looked = time.monotonic()
    while True:
        caught = signal.sigtimedwait(_WATCHED, _SECONDS_TO_RETRY)
        if caught is not None and caught.si_signo != signal.SIGCHLD:
            crew.end()
            return caught.si_signo
        if time.monotonic() - looked >= _SECONDS_TO_RETRY:
            looked = time.monotonic()
            before, seen = seen, _stamp(site)
            if seen == before and seen != tried:  # nobody writes it any more
                tried = seen
                crew = _renewed(crew, site, options)
        crew.tend()


class _Crew:
    """The processes that serve one version of a graph: the HTTP server, and workers."""

    def __init__(self, site: Path, listening: socket.socket, options: Options, graph: _Graph) -> None:
        self.graph = graph
        self._site = site
        self.listening = listening
        self._options = options
        self._asking, self._answering = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._workers: list[BaseProcess] = []
        self._begun = 0.0
        self._died_too_soon = 0
        self._due = 0.0
        """When another HTTP server is started in the place of the one that died."""

    def start(self) -> None:
        """Raises InputError where the first worker does not get ready."""
        gc.freeze()  # so that the garbage collector of a child touches, and thereby copies, nothing of this process
        report, self._reporting = os.pipe()
        self._fork_worker()
        os.close(self._reporting)
        _await_first(report)
        self._reporting = os.open(os.devnull, os.O_WRONLY)
        self._fork_server()
        self.tend()

    def tend(self) -> None:
        """Put others in the place of those who have ended. Raises InputError where the HTTP server ends again and again."""
        multiprocessing.active_children()  # which also sees to those of an earlier graph that have ended
        self._workers = [each for each in self._workers if each.is_alive()]
        with contextlib.suppress(OSError):  # no memory for another process: tried again in a moment
            while len(self._workers) < self._options.limits.at_once:
                self._fork_worker()
        if not self._server.is_alive():
            with contextlib.suppress(OSError):
                self._restart_server()

    def _restart_server(self) -> None:
        now = time.monotonic()
        if self._begun:
            is_too_soon = now - self._begun < TOO_SOON
            self._died_too_soon = self._died_too_soon + 1 if is_too_soon else 0
            self._due = now + _SECONDS_TO_RETRY if is_too_soon else now
            self._begun = 0.0
        if self._died_too_soon >= _MOST_TOO_SOON:
            code = self._server.exitcode
            raise input_error(
                f"the process that serves HTTP ended {self._died_too_soon} times in a row, at last with code {code}",
                mend="See above what it said; where it said nothing, see whether the system lacks memory.",
            )
        if now >= self._due:
            self._fork_server()

    def retire(self) -> None:
        """Let the HTTP server finish what it has begun; without it, the workers end too."""
        self._server.terminate()
        for each in (self._asking, self._answering):
            each.close()
        os.close(self._reporting)

    def end(self) -> None:
        """As :meth:`retire`, and wait for it, but not for ever."""
        self.retire()
        self._server.join(_SECONDS_TO_END)
        self._server.kill()

    def _fork_worker(self) -> None:
        known = frozenset(self.graph.named)
        given = (self._answering, self.graph.store, known, self._options.limits, os.getpid(), self._reporting)
        self._workers.append(_fork((self.listening, self._asking), work, *given))

    def _fork_server(self) -> None:
        pool = Pool(self._asking, self._options.limits)
        given = (self._site, self.listening, pool, self.graph, self._options, os.getpid())
        self._server = _fork((self._answering,), _serve_http, *given)
        self._begun = time.monotonic()


def _renewed(crew: _Crew, site: Path, options: Options) -> _Crew:
    """A crew that serves the graph as it is now; the one there is, where the graph cannot be read."""
    try:
        graph = _load(site, crew.tend)
    except InputError as error:
        if options.log is not None:
            options.log(fault_line(f"the graph is not read anew: {error}", time.time()))
        return crew
    crew.retire()
    after = _Crew(site, crew.listening, options, graph)
    after.start()
    return after


def _listen(host: str, port: int) -> socket.socket:
    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_BACKLOG)
    except UnicodeError:
        raise input_error(f"{host}:{port} cannot be served at: that is no name of a host", mend=_OTHER_HOST) from None
    except OSError as error:
        mend = _OTHER_PORT if error.errno in {errno.EADDRINUSE, errno.EACCES} else _OTHER_HOST
        raise input_error(f"{host}:{port} cannot be served at: {error.strerror}", mend=mend) from None
    return listening


def _load(site: Path, tend: Callable[[], None] = lambda: None) -> _Graph:
    """The graph of a site: all triples in the default graph, those of a statement also in the graph of its name.

    The engine's own union of graphs tells a triple of two graphs twice. ``tend`` is called now and then meanwhile.
    """
    path = site / GRAPH
    mend = "Run 'kg-builder site' first, or name the folder that it wrote."
    stamp = _stamp(site)
    if not stamp:
        raise input_error(f"this is no site: {GRAPH} is not there", Location(str(site)), mend)
    store = ox.Store()
    read = _tended(each_quad(open_source(str(path))), tend)
    fill(store, (each for quad in read for each in (quad, ox.Quad(quad.subject, quad.predicate, quad.object))))
    named: dict[str, int] = {}
    for quad in _tended(store.quads_for_pattern(None, None, None, None), tend):
        if isinstance(quad.graph_name, ox.NamedNode):
            named[quad.graph_name.value] = named.get(quad.graph_name.value, 0) + 1
    triples = len(store) - sum(named.values())
    if not triples:
        raise input_error("there is no triple in it", Location(str(path)), mend)
    return _Graph(store, triples, named, stamp)


def _tended(quads: Iterable[ox.Quad], tend: Callable[[], None]) -> Iterator[ox.Quad]:
    for number, quad in enumerate(quads):
        if number % TENDED == 0:
            tend()
        yield quad


def _stamp(site: Path) -> tuple[int, ...]:
    """What changes when the graph of a site is written anew; empty where there is none."""
    try:
        status = (site / GRAPH).stat()
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_size, status.st_ino


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

    def is_current() -> bool:
        return _stamp(site) == graph.stamp

    app = application(site, pool, graph.triples, graph.named, is_current, options.log, log_queries=options.log_queries)
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

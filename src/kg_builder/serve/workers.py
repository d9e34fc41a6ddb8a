"""Processes that answer queries of strangers, each one at a time, with a limit on time and memory and no network.

They are forked beforehand from one process that holds the store and runs no other thread, and wait at a socket for a task; so a
query waits for no fork. A task is a socket (question in, answer out) and a pipe (what native code says of its own end). Where a
worker ends without a whole answer, the asker knows why, and never sees a part of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import gc
import json
import os
import signal
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import pyoxigraph as ox

from kg_builder.confine import confine_native, data_memory
from kg_builder.serve.answers import Outcome, Question, Reply, answer
from kg_builder.worker import cause_of_death

NICENESS = 5
"""Pages go before queries."""
SHORT = 0.1
"""Seconds of the processor after which a query steps back to where it runs when nothing else wants to."""
GRACE = 2
"""Seconds beyond the limit after which a worker is killed that has not ended by itself."""
MOST_TASKS = 100
MOST_GROWTH = 16
"""MiB, or a fourth of its memory, by which a worker may have grown that takes another task: it would lack them."""
MOST_UNSENT = 2**28
"""Bytes of answers that clients may leave waiting before no more queries are answered."""
_FIRST = """SELECT ?kind (COUNT(DISTINCT ?thing) AS ?things) (MIN(STR(?label)) AS ?first) {
  VALUES ?kind { <urn:a> <urn:b> }
  OPTIONAL { ?thing <urn:kind>/<urn:broader>* ?kind . OPTIONAL { ?thing <urn:label> ?label . FILTER(LANG(?label) != "") } }
} GROUP BY ?kind ORDER BY ?kind"""
"""A query that a worker answers before any other: the memory that the engine's code stands in is then at hand."""
_LENGTHS = struct.Struct(">IQ")
_AT_ONCE = 2**18


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """What a query may use: ``seconds``; MiB of ``memory``; ``longest``, bytes of its text; ``largest``, bytes of its answer."""

    seconds: float = 10
    memory: int = 512
    longest: int = 100_000
    largest: int = 64 * 2**20
    at_once: int = 2
    """Queries that run beside each other."""
    waiting: int = 20
    """Queries that wait; more are turned away."""
    patience: float = 5
    """Seconds that one waits for its turn."""


class Busy(Exception):  # noqa: N818 - no error of anybody
    """All places are taken."""


class Ended(Exception):  # noqa: N818
    """A worker ended without an answer."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome)
        self.outcome = outcome


def work(control: socket.socket, store: ox.Store, graphs: frozenset[str], limits: QueryLimits, parent: int, report: int) -> None:
    """The life of a worker, a child of ``parent``: confine itself, then wait for tasks.

    To the pipe ``report`` it writes a line when it is ready: what it could not be kept from, which is nothing as a rule. It ends
    after a long query, since it has stepped back then, after one that took much memory, and after many.
    """
    gc.disable()
    os.nice(NICENESS)
    faulthandler.enable(2, all_threads=False)  # so that a stack that overflows is told
    unguarded = confine_native(parent, limits.seconds * MOST_TASKS, limits.memory)
    answer(store, graphs, Question(_FIRST), limits.longest, limits.largest)
    os.write(report, f"{', '.join(unguarded)}\n".encode())
    os.close(report)
    most = data_memory() + min(MOST_GROWTH, limits.memory // 4) * 2**20
    for _ in range(MOST_TASKS):
        message, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if not message:
            return
        with socket.socket(fileno=descriptors[0]) as asker:
            os.dup2(descriptors[1], 2)
            os.close(descriptors[1])
            question = _take(asker)
            if question is not None:
                signal.setitimer(signal.ITIMER_REAL, limits.seconds)  # its signal ends the process, whatever native code does
                _reply(asker, store, graphs, question, limits)
        signal.setitimer(signal.ITIMER_REAL, 0)
        if os.sched_getscheduler(0) == os.SCHED_IDLE or data_memory() > most:
            return


def _take(asker: socket.socket) -> Question | None:
    """The question; None where the asker has not waited for its turn."""
    try:
        self_ = os.pidfd_open(os.getpid())
        socket.send_fds(asker, [os.getpid().to_bytes(4)], [self_])
        os.close(self_)
        length = int.from_bytes(asker.recv(4, socket.MSG_WAITALL))
        text = asker.recv(length, socket.MSG_WAITALL)
    except OSError:
        return None
    return Question(**json.loads(text)) if text else None


def _reply(asker: socket.socket, store: ox.Store, graphs: frozenset[str], question: Question, limits: QueryLimits) -> None:
    try:
        reply = answer(store, graphs, question, limits.longest, limits.largest)
    except MemoryError:
        reply = Reply(500, "memory")
    except RecursionError:
        reply = Reply(400, "depth")
    head = json.dumps({**asdict(reply), "body": None}).encode()
    with contextlib.suppress(OSError):  # the asker has left
        asker.sendall(_LENGTHS.pack(len(head), len(reply.body)) + head)
        asker.sendall(reply.body)


class Pool:
    """The askers' side, in the process that serves HTTP; the workers are at the other end of ``control``."""

    def __init__(self, control: socket.socket, limits: QueryLimits) -> None:
        control.setblocking(False)
        self._control = control
        self.limits = limits
        self.running = 0
        self.outstanding = 0
        self._unsent = 0

    @contextlib.contextmanager
    def unsent(self, length: int) -> Iterator[None]:
        """Count bytes of an answer, which are in memory until the client has taken them."""
        self._unsent += length
        try:
            yield
        finally:
            self._unsent -= length

    async def ask(self, question: Question) -> Reply:
        """The answer of a worker. Raises :class:`Busy` or :class:`Ended`. Who gives up waiting ends the query."""
        if self.outstanding >= self.limits.at_once + self.limits.waiting or self._unsent > MOST_UNSENT:
            raise Busy
        self.outstanding += 1
        try:
            with _task(self._control) as (asker, heard):
                return await self._converse(asker, heard, question)
        finally:
            self.outstanding -= 1

    async def _converse(self, asker: socket.socket, heard: int, question: Question) -> Reply:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.limits.patience):
                await _readable(asker)
        except TimeoutError:
            raise Busy from None
        number, descriptors, _, _ = socket.recv_fds(asker, 4, 1)
        if not descriptors:  # no worker has taken it
            raise Busy
        started = time.monotonic()
        is_whole = False
        self.running += 1
        stepping_back = _SteppingBack(int.from_bytes(number), descriptors[0])
        try:
            async with asyncio.timeout(self.limits.seconds + GRACE):
                text = json.dumps(question.as_dict()).encode()
                await loop.sock_sendall(asker, len(text).to_bytes(4) + text)
                reply = await _received(asker)
                is_whole = True
                return reply
        except TimeoutError:
            raise Ended("time") from None
        except (EOFError, ConnectionError):
            late = time.monotonic() - started >= self.limits.seconds
            cause = "time" if late else cause_of_death(None, _said(heard))
            raise Ended(cause) from None
        finally:
            self.running -= 1
            stepping_back.cancel()
            if not is_whole:
                with contextlib.suppress(ProcessLookupError):
                    signal.pidfd_send_signal(descriptors[0], signal.SIGKILL)
            os.close(descriptors[0])


class _SteppingBack:
    """Has a worker step back when it has worked long enough on a query."""

    def __init__(self, pid: int, descriptor: int) -> None:
        self._pid, self._descriptor = pid, descriptor
        self._clock = (~pid << 3) | 2  # as clock_getcpuclockid(3) makes it
        self._before = self._worked()
        self._timer = asyncio.get_running_loop().call_later(SHORT, self._look)

    def cancel(self) -> None:
        self._timer.cancel()

    def _worked(self) -> float:
        try:
            return time.clock_gettime(self._clock)
        except OSError:  # it has ended
            return 0

    def _look(self) -> None:
        left = SHORT - (self._worked() - self._before)
        if left > 0:
            self._timer = asyncio.get_running_loop().call_later(max(left, SHORT / 10), self._look)
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            signal.pidfd_send_signal(self._descriptor, 0)  # the number is still that of the worker
            os.sched_setscheduler(self._pid, os.SCHED_IDLE, os.sched_param(0))


@contextlib.contextmanager
def _task(control: socket.socket) -> Iterator[tuple[socket.socket, int]]:
    """Hand a task to the workers: the socket to converse with the one that takes it, and the pipe to hear its last words."""
    asker, theirs = socket.socketpair()
    heard, tell = os.pipe()
    try:
        try:
            asker.setblocking(False)
            os.set_blocking(heard, False)
            os.set_blocking(tell, False)
            socket.send_fds(control, [b"?"], [theirs.fileno(), tell])
        except OSError:
            raise Busy from None
        finally:
            theirs.close()
            os.close(tell)
        yield asker, heard
    finally:
        asker.close()
        os.close(heard)


async def _readable(connection: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()

    def wake() -> None:
        if not ready.done():
            ready.set_result(None)

    loop.add_reader(connection, wake)
    try:
        await ready
    finally:
        loop.remove_reader(connection)


async def _received(asker: socket.socket) -> Reply:
    head_length, body_length = _LENGTHS.unpack(await _exactly(asker, _LENGTHS.size))
    head = json.loads(await _exactly(asker, head_length))
    return Reply(**{**head, "body": await _exactly(asker, body_length)})


async def _exactly(asker: socket.socket, length: int) -> bytes:
    loop = asyncio.get_running_loop()
    parts, left = [], length
    while left:
        part = await loop.sock_recv(asker, min(left, _AT_ONCE))
        if not part:
            raise EOFError
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _said(heard: int) -> bytes:
    try:
        return os.read(heard, 2**16)
    except BlockingIOError:
        return b""

"""Runs what strangers wrote (shapes, queries) in a process of its own, with limits, apart from the network and from other files.

Three guards lie upon each other, since each sees what another does not: limits of the system on time, memory and files; an audit
hook, which sees what Python code does; on Linux a filter of system calls (seccomp), which sees what native libraries do too.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from kg_builder.confine import Refused, confine
from kg_builder.errors import InputError, KgBuilderError, Problem, plain

T = TypeVar("T")
Cause = Literal["time", "memory", "depth", "other"]

SECONDS = 60
MEMORY = 2048

_NO_MEMORY = b"no memory"
"""What a worker sends where there is no memory for more."""
_NAME_LENGTH = 200
_doing: Any = None
"""In a worker: the memory, shared with the parent, that says what it is doing."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker may use: seconds of time, MiB of memory beyond what it starts with, files and folders to read."""

    seconds: float = SECONDS
    memory: int = MEMORY
    readable: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    value: T
    unguarded: tuple[str, ...]
    """What this system could not keep the worker from, in words; empty on Linux as a rule."""


class WorkerError(InputError):
    """The work could not be finished within its limits."""


class WorkerTimeout(WorkerError): ...  # noqa: N818 - named as the limit is


class WorkerMemory(WorkerError): ...  # noqa: N818


class WorkerDied(WorkerError): ...  # noqa: N818


def doing(name: str) -> None:
    """Say what is being done now, for the message where the time runs out; without effect outside a worker."""
    if _doing is not None:
        _doing.value = name.encode("utf-8", "replace")[:_NAME_LENGTH]


def run(function: Callable[..., T], *arguments: object, limits: Limits, what: str) -> Outcome[T]:
    """Call ``function(*arguments)`` in a worker and give what it returns; errors that it raises are raised here.

    ``what`` is the work in words, for messages. The worker is forked where no other thread runs, and sees all that is loaded;
    otherwise it is a new process, so that function and arguments are to be such as pickle takes. Raises
    :class:`WorkerTimeout`, :class:`WorkerMemory` or :class:`WorkerDied` where it does not come to an end.
    """
    context: Any = multiprocessing.get_context("fork" if is_alone() else "spawn")
    receive, send = context.Pipe(duplex=False)
    hear, tell = context.Pipe(duplex=False)
    errors = _Errors(what, limits, context.RawArray("c", _NAME_LENGTH + 1))
    process = context.Process(target=_work, args=(send, tell, errors, os.getpid(), function, arguments), daemon=True)
    try:
        try:
            process.start()
        except OSError as error:
            raise errors.died(f"could not be started: {error.strerror}", "Free memory on the machine.") from None
        send.close()
        tell.close()
        if not receive.poll(limits.seconds):
            raise errors.timeout()
        try:
            said = receive.recv_bytes()
        except EOFError:
            process.join()
            heard = os.read(hear.fileno(), 2**16) if os.name == "posix" and hear.poll() else b""
            raise errors.death(process.exitcode, heard) from None
    finally:
        if process.pid is not None:
            process.kill()
            process.join()
        for each in (receive, send, hear, tell):
            each.close()
    if said == _NO_MEMORY:
        raise errors.memory()
    outcome, raised = pickle.loads(said)  # noqa: S301 - our own process wrote it
    if raised is not None:
        raise raised
    assert isinstance(outcome, Outcome)
    return outcome


def is_alone() -> bool:
    """Whether no other thread runs here: a lock that one of them holds would stay locked for ever in a forked process."""
    return sys.platform == "linux" and threading.active_count() == 1 and len(list(Path("/proc/self/task").iterdir())) == 1


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cause_of_death(code: int | None, heard: bytes) -> Cause:
    """Why a worker ended without a word of its own: from its exit code, and what native code said on standard error."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return "time"
    if b"memory allocation" in heard:
        return "memory"
    if b"overflowed its stack" in heard or b"Segmentation fault" in heard or code == -signal.SIGSEGV:
        return "depth"
    return "other"


@dataclass(frozen=True, slots=True)
class _Errors:
    what: str
    limits: Limits
    name: Any
    """Shared memory: what is being done."""

    def _problem(self, message: str, mend: str) -> Problem:
        at = plain(self.name.value.decode("utf-8", "replace"))
        return Problem(f"{self.what} {message}{f', at {at}' if at else ''}", mend=mend)

    def timeout(self) -> WorkerTimeout:
        cure = f"Make it simpler, or allow more time: --timeout {2 * self.limits.seconds:g}."
        return WorkerTimeout(self._problem(f"took more than {self.limits.seconds:g} seconds and was stopped", cure))

    def memory(self) -> WorkerMemory:
        cure = f"Make it simpler, or allow more, where the machine has it: --memory {2 * self.limits.memory}."
        return WorkerMemory(self._problem(f"took more than {self.limits.memory:,} MiB of memory and was stopped", cure))

    def died(self, message: str, mend: str) -> WorkerDied:
        return WorkerDied(self._problem(message, mend))

    def too_deep(self) -> WorkerDied:
        return self.died("failed: this nests too deep", "Write it flatter.")

    def death(self, code: int | None, heard: bytes) -> WorkerError:
        """The error for a worker that ended without a word of its own."""
        match cause_of_death(code, heard):
            case "time":
                return self.timeout()
            case "memory":
                return self.memory()
            case "depth":
                return self.too_deep()
            case "other":
                return self.died(
                    f"ended the process that it ran in (exit code {code})",
                    "Free memory on the machine, or leave out parts to find which.",
                )

    def told(self, raised: Exception) -> Exception:
        """An error as the parent is to raise it; of other people's classes only the name is sent, since not all can be."""
        refused = raised if isinstance(raised, PermissionError) else _behind(raised, Refused)
        if refused:
            message = f"wanted what is not allowed ({plain(str(refused))}) and was stopped"
            return self.died(message, "Strangers' shapes and queries may read the data that they are given, and nothing else.")
        if _behind(raised, RecursionError):
            return self.too_deep()
        if isinstance(raised, KgBuilderError):
            return raised
        error = RuntimeError(f"{type(raised).__name__}: {raised}")
        error.add_note(traceback.format_exc())
        return error


def _behind(error: BaseException | None, kind: type[Exception]) -> BaseException | None:
    """The error of that kind behind another one, which somebody made of it."""
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error


def _work(
    send: Connection,
    tell: Connection,
    errors: _Errors,
    parent: int,
    function: Callable[..., object],
    arguments: tuple[object, ...],
) -> None:
    """The worker: its result, or its error, is sent in one piece."""
    global _doing  # noqa: PLW0603 - one a process
    _doing = errors.name
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    if os.name == "posix":
        os.set_blocking(tell.fileno(), False)
        os.dup2(tell.fileno(), 2)  # what native code says of its own end
    limits = errors.limits
    try:
        unguarded = confine(parent, limits.seconds, limits.memory, limits.readable)
        sent = pickle.dumps((Outcome(function(*arguments), unguarded), None))
    except Exception as raised:  # noqa: BLE001 - it is raised again where the work was asked for
        if _behind(raised, MemoryError):
            raised.__traceback__ = None  # it holds all that filled the memory
            sent = _NO_MEMORY
        else:
            sent = pickle.dumps((None, errors.told(raised)))
    send.send_bytes(sent)

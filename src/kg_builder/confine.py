"""Takes from the process at hand what it is not to have: time, memory, the network, other programs, other files.

There is no way back, so this is for a worker. What a system does not offer is said, not passed over.
"""

from __future__ import annotations

import ctypes
import math
import os
import platform
import signal
import struct
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

_REFUSED = (
    *("socket.", "urllib.", "http.", "ftplib.", "imaplib.", "poplib.", "smtplib.", "subprocess.", "shutil.", "webbrowser."),
    *(
        "os.system",
        "os.exec",
        "os.fork",
        "os.posix_spawn",
        "os.spawn",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.mkdir",
        "os.link",
    ),
    *("os.symlink", "os.truncate", "os.kill", "os.chmod", "pty.", "ctypes."),
)
"""Audit events, by how they begin, that a worker has no need of (docs.python.org/3/library/audit_events.html)."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_SYSTEM_CALLS = {
    # machine: its number for the filter, calls refused, calls that open a file and which argument has the flags
    # (linux/audit.h; the tables of system calls in the kernel, arch/*/entry/syscalls and asm-generic/unistd.h)
    "x86_64": (0xC000003E, (41, 42, 49, 59, 85, 322, 425, 437), {2: 1, 257: 2}),
    "aarch64": (0xC00000B7, (198, 203, 200, 221, 281, 425, 437), {56: 2}),
}
"""Refused: socket, connect, bind, execve, creat, execveat, io_uring_setup, openat2. Opening is refused for writing."""
# BPF_LD|W|ABS, BPF_JMP with JEQ|K, JGE|K and JSET|K, BPF_RET|K (linux/bpf_common.h)
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_OTHER_CALLS = 0x40000000  # from here on, the same calls once more, for x32
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM
_IO_URING_SETUP, _UNIX = 425, 1  # the same number on all machines; AF_UNIX
_SET_DEATH_SIGNAL, _SET_SECCOMP, _NO_NEW_PRIVILEGES, _FILTER = 1, 22, 38, 2  # linux/prctl.h, linux/seccomp.h


class Refused(PermissionError):  # noqa: N818 - said by the hook; most code takes it as what PermissionError means
    """Something that a worker may not do."""


def confine(parent: int, seconds: float, memory: int, readable: Iterable[str]) -> tuple[str, ...]:
    """Confine this process, the child of ``parent``; ``memory`` is in MiB beyond what it has, ``readable`` are files and
    folders.

    Gives what could not be refused, in words.
    """
    missing = confine_native(parent, seconds, memory)
    _refuse_events(readable)
    return missing


def confine_native(parent: int, seconds: float, memory: int) -> tuple[str, ...]:
    """As :func:`confine`, for a worker in which no stranger's Python code runs: without a watch on what Python does."""
    return (*_limit(seconds, memory), *_filter_calls(parent))


def _limit(seconds: float, memory: int) -> list[str]:
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return ["using much memory"]

    def lower(kind: int, value: int, more: int = 0) -> None:
        hard = resource.getrlimit(kind)[1]
        soft, hard = (value, value + more) if hard == resource.RLIM_INFINITY else (min(value, hard), min(value + more, hard))
        resource.setrlimit(kind, (soft, hard))

    lower(resource.RLIMIT_CPU, math.ceil(seconds) + 1, 1)  # where both are one, the signal tells nothing
    lower(resource.RLIMIT_CORE, 0)
    lower(resource.RLIMIT_FSIZE, 0)
    if sys.platform != "linux":
        return ["using much memory"]
    lower(resource.RLIMIT_DATA, data_memory() + memory * 2**20)
    return []


def data_memory() -> int:
    """On Linux: the bytes of this process that its limit on memory is about."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[5]) * os.sysconf("SC_PAGESIZE")


def refuse_network() -> None:
    """On Linux, have the kernel refuse this process and its children sockets other than those within the machine.

    A guard below the others, for commands that ask for no connection; where the system does not offer it, the others stand.
    """
    if sys.platform == "linux" and platform.machine() in _SYSTEM_CALLS and sys.maxsize > 2**32:
        machine, refused, _ = _SYSTEM_CALLS[platform.machine()]
        number, architecture, first_argument = 0, 4, 16
        steps = [(_LOAD, 0, 0, architecture), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _REFUSE), (_LOAD, 0, 0, number)]
        steps += [(_AT_LEAST, 0, 1, _OTHER_CALLS), (_RETURN, 0, 0, _REFUSE)]
        steps += [(_EQUAL, 0, 1, _IO_URING_SETUP), (_RETURN, 0, 0, _REFUSE)]
        steps += [(_EQUAL, 0, 3, refused[0]), (_LOAD, 0, 0, first_argument), (_EQUAL, 1, 0, _UNIX), (_RETURN, 0, 0, _REFUSE)]
        _install(b"".join(struct.pack("HBBI", *step) for step in [*steps, (_RETURN, 0, 0, _ALLOW)]))


def _install(program: bytes) -> bool:
    prctl = _prctl()
    code = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
    return prctl(_SET_SECCOMP, _FILTER, ctypes.addressof(header), 0, 0) == 0


def _filter_calls(parent: int) -> list[str]:
    """Die with the parent, and have the kernel refuse calls to the network, to other programs, and to write files."""
    missing = ["reaching the network from native code"]
    if sys.platform != "linux":
        return missing
    die_with(parent)
    if platform.machine() not in _SYSTEM_CALLS or sys.maxsize < 2**32:
        return missing
    return [] if _install(_program(*_SYSTEM_CALLS[platform.machine()])) else missing


def die_with(parent: int) -> None:
    """On Linux, have this process killed when ``parent``, the process that forked it, ends."""
    if sys.platform == "linux":
        _prctl()(_SET_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            signal.raise_signal(signal.SIGKILL)


def _prctl() -> Callable[..., int]:
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    prctl.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
    return prctl


def _program(machine: int, refused: tuple[int, ...], opening: dict[int, int]) -> bytes:
    """The filter in the kernel's BPF: each instruction is code, steps to skip if true, if false, and a number."""
    number, architecture, arguments = 0, 4, 16  # offsets in struct seccomp_data
    steps = [(_LOAD, 0, 0, architecture), (_EQUAL, 1, 0, machine), (_RETURN, 0, 0, _REFUSE), (_LOAD, 0, 0, number)]
    steps += [(_AT_LEAST, 0, 1, _OTHER_CALLS), (_RETURN, 0, 0, _REFUSE)]
    for call in refused:
        steps += [(_EQUAL, 0, 1, call), (_RETURN, 0, 0, _REFUSE)]
    for call, flags in opening.items():
        steps += [(_EQUAL, 0, 4, call), (_LOAD, 0, 0, arguments + 8 * flags), (_ANY_BIT, 0, 1, _WRITING)]
        steps += [(_RETURN, 0, 0, _REFUSE), (_RETURN, 0, 0, _ALLOW)]
    return b"".join(struct.pack("HBBI", *step) for step in [*steps, (_RETURN, 0, 0, _ALLOW)])


def _refuse_events(readable: Iterable[str]) -> None:
    """Have Python refuse what a worker has no need of; it may read the files and folders named, and modules."""
    here = os.path.realpath(Path.cwd())
    modules = {os.path.realpath(each) for each in (*filter(None, sys.path), sys.prefix, sys.base_prefix)} - {here}
    allowed = tuple(os.path.join(each, "") for each in {*modules, *map(os.path.realpath, readable)})  # noqa: PTH118

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, int):
                return
            real = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
            writes = isinstance(flags, int) and flags & _WRITING
            if writes or not f"{real}{os.sep}".startswith(allowed):
                raise Refused(f"opening {real}")
        elif event.startswith(_REFUSED):
            raise Refused(event)

    sys.addaudithook(hook)

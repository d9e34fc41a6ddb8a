"""What the tests of the worker have it do, and the program that asks for it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pyoxigraph as ox

from kg_builder.errors import Location, input_error
from kg_builder.worker import Limits, doing, run


def large(_: str) -> bytes:
    return b"x" * 30_000_000


def identity(given: str) -> tuple[str, int]:
    return given, os.getpid()


def sleep(_: str) -> None:
    doing("ex:First")
    doing("ex:Second\n\x1b[31m")
    time.sleep(60)


def memory(_: str) -> int:
    return len(bytearray(10**9))


def memory_hidden(_: str) -> int:
    """An engine's want of memory, of which somebody made another error."""
    try:
        return memory("")
    except MemoryError:
        raise input_error("the shapes cannot be used") from None


def native_memory(_: str) -> None:
    store = ox.Store()
    predicate = ox.NamedNode("x:p")
    for n in range(10**6):
        store.add(ox.Quad(ox.NamedNode(f"x:{n}"), predicate, ox.Literal(f"{n}" * 3000)))


def native_deep(_: str) -> object:
    return ox.Store().query("SELECT * {" + "FILTER(" + "(" * 100_000 + "1" + ")" * 100_000 + ")}")


def deep(_: str) -> object:
    return deep(_)


def native_abort(_: str) -> None:
    os.abort()


def leave(_: str) -> None:
    os._exit(7)


def read(path: str) -> str:
    return Path(path).read_text("utf-8")


def write(path: str) -> None:
    Path(path).write_text("a", "utf-8")


def native_write(path: str) -> None:
    ox.serialize([], output=path, format=ox.RdfFormat.TURTLE)


def remove(path: str) -> None:
    Path(path).unlink()


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310
        return bytes(answer.read())


def native_fetch(url: str) -> object:
    return list(ox.Store().query(f"SELECT * {{ SERVICE <{url}> {{ ?s ?p ?o }} }}"))  # type: ignore[arg-type]


def program(_: str) -> bytes:
    return subprocess.check_output(["true"])


def wrong_input(_: str) -> None:
    raise input_error("this is wrong", Location("file.ttl", 2, 3), "Mend it.")


def own_fault(_: str) -> None:
    raise UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no text")


def ask() -> None:
    """``python -m worker_tasks PLACE TASK ARGUMENT SECONDS MEMORY READABLE…``; PLACE is ``forked``, ``started`` or ``here``."""
    place, task, argument, seconds, mebibytes, *readable = sys.argv[1:]
    function = globals()[task]
    if place == "started":
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    print(" buffered", end="")
    try:
        if place == "here":
            print(function(argument))
            return
        outcome = run(function, argument, limits=Limits(float(seconds), int(mebibytes), tuple(readable)), what="the task")
        value = len(outcome.value) if task == "large" else outcome.value
        print(json.dumps({"value": value, "unguarded": outcome.unguarded, "asked_by": os.getpid()}))
    except Exception as error:  # noqa: BLE001 - it is what the test looks at
        print(json.dumps({"error": type(error).__name__, "says": str(error)}))


if __name__ == "__main__":
    from worker_tasks import ask as ask_as_module  # so that a started process finds the tasks by their module

    ask_as_module()

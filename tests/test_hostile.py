"""Shapes that strangers wrote to do harm: none takes longer than it may, opens a connection, or reads another file.

A folder ``tests/hostile/CASE`` holds the shapes and ``case.yaml``: ``what`` they try, the ``exit`` code that must come and what
the command ``says``. All are held against ``data.ttl``. Further:

- ``generate``: one of :data:`GENERATORS`, for shapes that are too large for a repository
- ``engines``: those that are tried, both unless said
- ``timeout`` in seconds and ``memory`` in MiB: the limits that are set
- ``xfail``: why the command falls short for now

In shapes, ``{url}`` is a server that must have no visit, ``{secret}`` a file that must not be opened.
"""

from __future__ import annotations

import ctypes
import os
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from conftest import Command

CASES = Path(__file__).parent / "hostile"
NAMES = sorted(path.parent.name for path in CASES.glob("*/case.yaml"))
STARTING = 12
"""Seconds that a command may take beyond its limit, on a machine with much else to do."""
PREFIXES = "@prefix ex: <https://example.org/> .\n@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
HEAD = PREFIXES + "ex:Shape a sh:NodeShape ; sh:targetClass ex:Thing ; "


@dataclass(frozen=True)
class Case:
    """The content of a ``case.yaml``."""

    what: str
    exit: int
    says: list[str]
    generate: str = ""
    engines: list[str] = field(default_factory=lambda: ["auto", "reference"])
    timeout: int = 20
    memory: int = 1000
    xfail: str = ""


def read_case(name: str) -> Case:
    return Case(**yaml.safe_load((CASES / name / "case.yaml").read_text("utf-8")))


RUNS = [(name, engine) for name in NAMES for engine in read_case(name).engines]


def deep_not() -> str:
    named = "".join(f"ex:S{n} sh:not ex:S{n + 1} .\n" for n in range(10_000))
    return f"{HEAD} sh:not ex:S0 .\n{named}ex:S10000 sh:nodeKind sh:IRI .\n"


def deep_path() -> str:
    named = "".join(f"ex:p{n} sh:zeroOrMorePath _:p{n + 1} .\n".replace("ex:p", "_:p") for n in range(10_000))
    return f"{HEAD} sh:property [ sh:path _:p0 ; sh:minCount 1 ] .\n{named}_:p10000 sh:inversePath ex:next .\n"


def deep_pattern() -> str:
    return f'{HEAD} sh:property [ sh:path ex:label ; sh:pattern "{"(" * 20_000}a{")" * 20_000}" ] .\n'


def deep_query() -> str:
    return f'{HEAD} sh:sparql [ sh:select "SELECT $this {{ $this ?p ?o FILTER({"(" * 45_000}1{")" * 45_000}) }}" ] .\n'


def deep_turtle() -> str:
    return f"{HEAD} sh:not {'[ sh:not ' * 20_000}ex:End{' ]' * 20_000} .\n"


def long_list() -> str:
    return f"{HEAD} sh:property [ sh:path ex:label ; sh:in ({' '.join(map(str, range(10_000)))}) ] .\n"


def large_number() -> str:
    return f"{HEAD} sh:property [ sh:path ex:label ; sh:minCount {'9' * 1_000_000} ] .\n"


GENERATORS: dict[str, Callable[[], str]] = {
    function.__name__: function
    for function in (deep_not, deep_path, deep_pattern, deep_query, deep_turtle, long_list, large_number)
}


@dataclass(frozen=True)
class Bait:
    """A server and a file, and whether anybody came."""

    listener: socket.socket
    secret: Path
    watch: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}/bait"

    def visited(self) -> bool:
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def opened(self) -> bool:
        try:
            return bool(os.read(self.watch, 4096))
        except BlockingIOError:
            return False


@pytest.fixture
def bait(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bait]:
    secret = tmp_path_factory.mktemp("secret") / "secret.ttl"
    secret.write_text("<urn:secret> <urn:is> <urn:told> .\n", "utf-8")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        library = ctypes.CDLL(None)
        watch = library.inotify_init1(os.O_NONBLOCK)
        opened = 0x20  # IN_OPEN
        assert library.inotify_add_watch(watch, os.fsencode(secret), opened) > 0
        yield Bait(listener, secret, watch)
        os.close(watch)


def test_the_bait_is_seen_to_be_taken(bait: Bait) -> None:
    assert not bait.visited()
    assert not bait.opened()
    socket.create_connection(bait.listener.getsockname()).close()
    bait.secret.read_bytes()
    assert bait.visited()
    assert bait.opened()


@pytest.mark.parametrize(("name", "engine"), RUNS)
def test_hostile_shapes(
    name: str, engine: str, tmp_path: Path, command: Command, bait: Bait, request: pytest.FixtureRequest
) -> None:
    case = read_case(name)
    if case.xfail:
        request.applymarker(pytest.mark.xfail(reason=case.xfail, strict=True))
    if case.generate:
        shapes = tmp_path / "shapes.ttl"
        text = GENERATORS[case.generate]()
    else:
        (source,) = (CASES / name).glob("shapes.*")
        shapes = tmp_path / source.name
        text = source.read_text("utf-8").replace("{url}", bait.url).replace("{secret}", bait.secret.as_uri())
    shapes.write_text(text, "utf-8")
    (tmp_path / "data.ttl").write_bytes((CASES / "data.ttl").read_bytes())
    before = sorted(path.name for path in tmp_path.iterdir())
    limits = ("--timeout", str(case.timeout), "--memory", str(case.memory))

    start = time.monotonic()
    done = command("validate", "data.ttl", "--shapes", shapes.name, "--engine", engine, *limits)
    taken = time.monotonic() - start

    told = done.stderr + done.stdout
    assert done.returncode == case.exit, told[:3000]
    assert "Traceback" not in told
    assert len(told) < 8000
    assert len(told.splitlines()) <= 40
    words = " ".join(told.split())
    for said in case.says:
        assert said in words, f"not said: {said!r}\n{told[:3000]}"
    assert taken < case.timeout + STARTING
    assert not bait.visited()
    assert not bait.opened()
    assert "urn:secret" not in told
    assert sorted(path.name for path in tmp_path.iterdir()) == before

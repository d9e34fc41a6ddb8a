"""What is wrong in a folder is told with its place and its cure, and never costs an earlier build.

A folder ``tests/errors/CASE`` is one fault, planted in a copy of ``tests/errors/base``. Its ``case.yaml`` holds
``what`` is wrong, the ``exit`` code, the ``location`` of the first problem (``file:line:column`` within the folder,
counted in the file, never taken from the command's own output; ``.`` is the folder) and what the message ``says``.
How the fault is planted, in this order:

- ``remove``: files and folders that are taken away
- ``CASE/overlay``: files that replace those of base or are added to them
- ``replace``: ``{file, old, new}``; ``old`` stands once in the file
- ``encode``: ``{file: encoding}``
- ``generate``: one of :data:`GENERATORS`, for what cannot stand in a repository

``command`` is run in the folder in place of ``build``; in it, ``{folder}`` is the folder. ``built: false``: no build
went before. ``file_size_limit``: no file may grow beyond so many bytes, as on a full disk. ``xfail``: why the command
falls short for now.
"""

from __future__ import annotations

import hashlib
import os
import re
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kg_builder.errors import KgBuilderError
from kg_builder.source import open_folder

CASES = Path(__file__).parent / "errors"
BASE = CASES / "base"
NAMES = sorted(path.parent.name for path in CASES.glob("*/case.yaml"))
STATEMENT = Path("data/statements/2019-03-14-river-watch")
FILES = ("graph.jsonld", "graph.nq", "graph.trig", "graph.ttl", "report.json")

TIMEOUT = 20
MOST_LINES = 40
MOST_CHARACTERS = 8000
FIRST_LINE = re.compile(r"(?:.+: )?(?:error|nothing checked): |Usage: ")
STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Case:
    """The content of a ``case.yaml``."""

    what: str
    exit: int
    location: str = ""
    says: list[str] = field(default_factory=list)
    remove: list[str] = field(default_factory=list)
    replace: list[dict[str, str]] = field(default_factory=list)
    encode: dict[str, str] = field(default_factory=dict)
    generate: str = ""
    command: list[str] = field(default_factory=lambda: ["build", "{folder}", "-o", "{folder}/build"])
    built: bool = True
    file_size_limit: int = 0
    xfail: str = ""


def read_case(name: str) -> Case:
    return Case(**yaml.safe_load((CASES / name / "case.yaml").read_text("utf-8")))


# --- what cannot stand in a repository --------------------------------------------------------------------------------


def alias_bomb(folder: Path) -> None:
    """Ten levels of ten aliases each: ten thousand million words, if they were ever expanded."""
    levels = ["a0: &a0 [word]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 11))]
    (folder / STATEMENT / "claims.yaml").write_text("\n".join(levels), "utf-8")


def crlf_text(folder: Path) -> None:
    text = folder / STATEMENT / "text.txt"
    text.write_bytes(text.read_bytes().replace(b"\n", b"\r\n"))


def deep_flow(folder: Path) -> None:
    (folder / STATEMENT / "claims.yaml").write_text("status: " + "[" * 10_000, "utf-8")


def deep_block(folder: Path) -> None:
    (folder / STATEMENT / "claims.yaml").write_text("".join(f"{' ' * n}k:\n" for n in range(2_000)), "utf-8")


def empty_text(folder: Path) -> None:
    (folder / STATEMENT / "text.txt").write_bytes(b"")


def file_too_large(folder: Path) -> None:
    with (folder / STATEMENT / "text.txt").open("wb") as file:
        file.truncate(65 * 1024 * 1024)


def folder_name_with_line_break(folder: Path) -> None:
    """A name that would write a line of its own into the list of problems."""
    (folder / "data" / "statements" / "2019\nall is well\a").mkdir()


def giant_key(folder: Path) -> None:
    claims = folder / STATEMENT / "claims.yaml"
    claims.write_text(f"? {'k' * 1_000_000}\n: value\n" + claims.read_text("utf-8"), "utf-8")


def giant_value(folder: Path) -> None:
    claims = folder / STATEMENT / "claims.yaml"
    claims.write_text(claims.read_text("utf-8").replace("status: reviewed", f"status: {'r' * 1_000_000}"), "utf-8")


def many_faults(folder: Path) -> None:
    claims = folder / STATEMENT / "claims.yaml"
    broken = "".join(f"- claim: x{n}\n  quote: no such words {n}\n  proposition: None.\n" for n in range(10_000))
    claims.write_text(claims.read_text("utf-8") + broken, "utf-8")


def statement_named_after_person(folder: Path) -> None:
    shutil.copytree(folder / STATEMENT, (folder / STATEMENT).with_name("2019-03-14-telmin"))


def text_too_long(folder: Path) -> None:
    (folder / STATEMENT / "text.txt").write_text("A sentence. " * 416_667, "utf-8")


def xml_bomb(folder: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 8))
    (folder / "bomb.rdf").write_text(
        f'<?xml version="1.0"?>\n<!DOCTYPE rdf [<!ENTITY e0 "0123456789">{levels}]>\n'
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="urn:e:">'
        '<r:Description r:about="urn:a"><e:b>&e7;</e:b></r:Description></r:RDF>\n',
        "utf-8",
    )


GENERATORS: dict[str, Callable[[Path], None]] = {
    function.__name__: function
    for function in (
        alias_bomb,
        crlf_text,
        deep_flow,
        deep_block,
        empty_text,
        file_too_large,
        folder_name_with_line_break,
        giant_key,
        giant_value,
        many_faults,
        statement_named_after_person,
        text_too_long,
        xml_bomb,
    )
}


# --- the cases --------------------------------------------------------------------------------------------------------


def plant(name: str, case: Case, folder: Path) -> None:
    """Plant the fault of a case in a copy of base."""
    for each in case.remove:
        path = folder / each
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    overlay = CASES / name / "overlay"
    if overlay.is_dir():
        shutil.copytree(overlay, folder, dirs_exist_ok=True)
    for change in case.replace:
        path = folder / change["file"]
        text = path.read_bytes().decode("utf-8")
        assert text.count(change["old"]) == 1, f"{name}: not once in {change['file']}: {change['old']!r}"
        path.write_bytes(text.replace(change["old"], change["new"]).encode("utf-8"))
    for file, encoding in case.encode.items():
        path = folder / file
        path.write_bytes(path.read_bytes().decode("utf-8").encode(encoding))
    if case.generate:
        GENERATORS[case.generate](folder)


def run(arguments: list[str], folder: Path, limit: int = 0) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg_builder", *(each.replace("{folder}", str(folder)) for each in arguments)],
        cwd=folder,
        env={key: value for key, value in os.environ.items() if key != "KG_BUILDER_DEBUG"} | {"PYTHONUTF8": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT,
        check=False,
        preexec_fn=partial(resource.setrlimit, resource.RLIMIT_FSIZE, (limit, limit)) if limit else None,
    )


def snapshot(folder: Path) -> dict[str, bytes | None]:
    """Each file's bytes (of what is larger than any fixture, its size) and each folder, by their names."""
    found: dict[str, bytes | None] = {}
    for path in sorted(folder.rglob("*")):
        large = path.is_file() and path.stat().st_size > 2**24
        content = str(path.stat().st_size).encode() if large else path.read_bytes() if path.is_file() else None
        found[path.relative_to(folder).as_posix()] = content
    return found


@pytest.fixture(scope="session")
def good_build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder ``base``, built."""
    folder = tmp_path_factory.mktemp("good") / "folder"
    shutil.copytree(BASE, folder)
    done = run(["build", "."], folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_base(good_build: Path) -> None:
    """The folder that all faults are planted in has none itself."""
    assert sorted(path.name for path in (good_build / "build").iterdir()) == list(FILES)
    before = snapshot(BASE)
    assert {name: content for name, content in snapshot(good_build).items() if not name.startswith("build")} == before


def test_cases_are_many() -> None:
    assert len(NAMES) >= 40
    assert sorted(path.name for path in CASES.iterdir() if path != BASE) == NAMES, "a folder without case.yaml"


@pytest.mark.parametrize("name", NAMES)
def test_error(name: str, tmp_path: Path, good_build: Path, request: pytest.FixtureRequest) -> None:
    case = read_case(name)
    if case.xfail:
        request.applymarker(pytest.mark.xfail(reason=case.xfail, strict=True))
    folder = tmp_path / "folder"
    shutil.copytree(good_build, folder)
    if not case.built:
        shutil.rmtree(folder / "build")
    plant(name, case, folder)
    before = snapshot(folder)

    done = run(case.command, folder, case.file_size_limit)

    told = done.stderr.replace(f"{folder}/", "").replace(str(folder), ".")
    assert done.returncode == case.exit, told
    assert "Traceback" not in done.stderr
    assert len(told.splitlines()) <= MOST_LINES, told[:2000]
    assert len(told) <= MOST_CHARACTERS, told[:2000]
    assert not STEERING.search(told), repr(told)
    if case.exit in {2, 3}:
        assert FIRST_LINE.match(told), f"the first line is no problem:\n{told}"
    if case.location:
        assert told.startswith(f"{case.location}: "), told
    words = " ".join((told + done.stdout).split())
    for said in case.says:
        assert said in words, f"not said: {said!r}\n{told}"
    after = snapshot(folder)
    assert after.keys() == before.keys(), "files came or went"
    assert [each for each in before if after[each] != before[each]] == [], "files were changed"


# --- any bytes at all -------------------------------------------------------------------------------------------------

TARGETS = {
    "claims": STATEMENT / "claims.yaml",
    "statement": STATEMENT / "statement.yaml",
    "entities": Path("data/entities/shared.yaml"),
    "text": STATEMENT / "text.txt",
}
MARKS = [*"{}[],:-?|>'\"#&*!%@`\n\t \\~", "\n  ", "\n- ", ": ", "|-\n", "---\n", "...\n", "{}", "[]", "<<: ", "!!str "]
ODD = ["\x00", "\ufeff", "\u2028", "\ud7ff", "-1", "1e400", "2019-02-30", "Y-9999999999", "../x", "because", "literal"]
WORDS = sorted(set(re.findall(r"[A-Za-z0-9]+", "".join((BASE / path).read_text("utf-8") for path in TARGETS.values()))))
PIECES = st.lists(st.sampled_from([*MARKS, *ODD, *WORDS]) | st.text(max_size=6), max_size=30).map("".join)


@st.composite
def spliced(draw: st.DrawFn, target: str) -> bytes:
    """The file of base with a part taken out and something else put in."""
    content = (BASE / TARGETS[target]).read_text("utf-8")
    start = draw(st.integers(0, len(content)))
    end = draw(st.integers(start, min(len(content), start + 60)))
    return (content[:start] + draw(PIECES) + content[end:]).encode("utf-8")


def hostile(target: str) -> st.SearchStrategy[bytes]:
    return st.binary(max_size=200) | PIECES.map(lambda text: text.encode("utf-8")) | spliced(target)


@pytest.mark.parametrize("target", sorted(TARGETS))
def test_hostile(target: str, tmp_path: Path) -> None:
    """Whatever bytes a file has, the folder opens and its statements are read, or a problem is told."""
    shutil.copytree(BASE, tmp_path, dirs_exist_ok=True)
    path, meta = tmp_path / TARGETS[target], tmp_path / TARGETS["statement"]
    right_hash = hashlib.sha256((tmp_path / TARGETS["text"]).read_bytes()).hexdigest()
    metadata = meta.read_text("utf-8")

    @settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(content=hostile(target))
    @example(content=b"\xff")
    @example(content=b"- " * 5000)
    def check(content: bytes) -> None:
        path.write_bytes(content)
        if target == "text":
            meta.write_text(metadata.replace(right_hash, hashlib.sha256(content).hexdigest()), "utf-8")
        try:
            list(open_folder(tmp_path).statements())
        except KgBuilderError as error:
            assert error.problems
            assert all(problem.location for problem in error.problems)

    check()

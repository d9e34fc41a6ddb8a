"""What ``validate`` does not let pass, and where it says that the fault stands.

A folder ``tests/strict/CASE`` holds small RDF files and ``case.yaml``: ``what`` is shown, the ``arguments`` of ``kg-builder
validate``, run in a copy of the folder, and the ``exit`` code that must come. Further:

- ``location``: the place of the problem, ``file:line:column``, where the command cannot use what it was given
- ``results``: all results, where it can: ``at`` which place, by which ``rule``, with which ``severity``
- ``token``: with what the file goes on at that place
- ``says``: words that the user must be told
- ``stdin``: the file that is standard input
- ``baseline_of``: the file whose report becomes ``baseline.json`` first, with the same shapes
- ``pyshacl_passes``: pySHACL alone finds no fault here
- ``xfail``: why the command falls short for now

Places were counted in the files; the tokens beside them are held against the files too, so neither can be a guess.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyshacl
import pytest
import rdflib
import yaml
from conftest import ROOT, Command

from kg_builder.tell import FORMATS

CASES = Path(__file__).parent / "strict"
NAMES = sorted(path.name for path in CASES.iterdir())
PLACE = re.compile(r"(.+?)(?::(\d+))?(?::(\d+))?")


@dataclass(frozen=True)
class Case:
    """The content of a ``case.yaml``."""

    what: str
    arguments: list[str]
    exit: int
    location: str = ""
    token: str = ""
    says: list[str] = field(default_factory=list)
    results: list[dict[str, str]] | None = None
    stdin: str = ""
    baseline_of: str = ""
    pyshacl_passes: bool = False
    xfail: str = ""


def read_case(name: str) -> Case:
    return Case(**yaml.safe_load((CASES / name / "case.yaml").read_text("utf-8")))


def shapes_of(case: Case) -> list[str]:
    """The options of a case that name shapes, or say that there are none."""
    given = case.arguments
    return [
        word for at, word in enumerate(given) if word in {"--shapes", "--data-only"} or (at > 0 and given[at - 1] == "--shapes")
    ]


def text_at(folder: Path, place: str, stdin: str) -> str:
    """What stands in a file from a place to the end of its line."""
    found = PLACE.fullmatch(place)
    assert found, place
    file, line, column = found.groups()
    assert line and column, f"no line and column: {place}"
    lines = (folder / (stdin if file == "<stdin>" else file)).read_text("utf-8").split("\n")
    return lines[int(line) - 1][int(column) - 1 :]


def place_of(result: dict[str, Any], with_column: bool) -> str:
    location = result["location"]
    parts = [location["file"], location["line"], *([location["column"]] if with_column else [])]
    return ":".join(map(str, parts))


@pytest.mark.parametrize("name", NAMES)
def test_the_places_are_where_the_tokens_stand(name: str) -> None:
    case = read_case(name)
    told = [(each["at"], each.get("token", "")) for each in case.results or []] + [(case.location, case.token)]
    for place, token in told:
        if token:
            assert text_at(CASES / name, place, case.stdin).startswith(token), f"{place} is not where {token} stands"


@pytest.mark.parametrize("name", NAMES)
def test_strictness(name: str, tmp_path: Path, command: Command, request: pytest.FixtureRequest) -> None:
    case = read_case(name)
    if case.xfail:
        request.applymarker(pytest.mark.xfail(reason=case.xfail, strict=True))
    shutil.copytree(CASES / name, tmp_path, dirs_exist_ok=True)
    if case.baseline_of:
        old = command("validate", case.baseline_of, *shapes_of(case), "--format", "json")
        (tmp_path / "baseline.json").write_text(old.stdout, "utf-8")
    stdin = (tmp_path / case.stdin).read_text("utf-8") if case.stdin else ""

    done = command("validate", *case.arguments, "--format", "json", stdin=stdin)

    assert done.returncode == case.exit, done.stderr + done.stdout
    assert "Traceback" not in done.stderr
    words = " ".join((done.stdout + done.stderr).split())
    for said in case.says:
        assert said in words, f"not said: {said!r}\n{words}"
    if case.location:
        assert done.stderr.startswith(f"{case.location}: error: "), done.stderr
    if case.results is None:
        told = json.loads(done.stdout)["results"] if done.stdout else []
        assert {each["shape"] for each in told} <= {"input"}
        if case.location:
            location = told[0]["location"]
            assert ":".join(str(part) for key in ("file", "line", "column") if (part := location[key])) == case.location
        return
    assert done.stderr == ""
    by_line = {each["at"] for each in case.results if not re.search(r":\d+:\d+$", each["at"])}
    found = [
        (place_of(result, with_column=place_of(result, with_column=False) not in by_line), result["shape"], result["severity"])
        for result in json.loads(done.stdout)["results"]
    ]
    assert sorted(found) == sorted((each["at"], each["rule"], each["severity"]) for each in case.results)


@pytest.mark.parametrize("name", [name for name in NAMES if read_case(name).pyshacl_passes])
def test_pyshacl_alone_lets_it_pass(name: str) -> None:
    """The reason for the case: where pySHACL comes to tell it, the case shows nothing of our own any more."""
    data = rdflib.Graph().parse(CASES / name / "data.ttl")
    shapes = rdflib.Graph().parse(CASES / name / "shapes.ttl")
    conforms, _, told = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    assert conforms, told


def test_every_format_tells_the_same_place(tmp_path: Path, command: Command) -> None:
    shutil.copytree(CASES / "ill-typed-literals", tmp_path, dirs_exist_ok=True)
    for format_, place in {
        "human": "data.ttl:7:12",
        "github": "file=data.ttl,line=7,col=12,endColumn=",
        "junit": "data.ttl:7:12",
        "html": "data.ttl:7:12",
        "markdown": "`data.ttl:7:12`",
    }.items():
        done = command("validate", "data.ttl", "--shapes", "shapes.ttl", "--format", format_)
        assert done.returncode == 1
        assert place in done.stdout, format_


def test_a_folder_without_arguments_has_no_built_graph(tmp_path: Path, command: Command) -> None:
    done = command("validate")
    assert done.returncode == 2
    assert done.stderr.startswith(f"{os.path.join('build', 'graph.ttl')}: error: there is no such file")  # noqa: PTH118
    assert "kg-builder build" in done.stderr


# --- docs/validation.md -----------------------------------------------------------------------------------------------

PAGE = (ROOT / "docs" / "validation.md").read_text("utf-8")
SHOWN = re.findall(r"^`kg-builder (validate [^`]+)` prints(.*?):\n\n```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("line", "partly", "shown"), SHOWN, ids=[line for line, _, _ in SHOWN])
def test_what_the_page_shows_is_printed(line: str, partly: str, shown: str, tmp_path: Path, command: Command) -> None:
    found = re.search(r"^```turtle\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    (tmp_path / "places.ttl").write_text(found[1], "utf-8")
    done = command(*shlex.split(line))
    assert done.returncode == 1
    printed = done.stdout.splitlines()
    wanted = shown.splitlines()
    if not partly:
        assert len(printed) == len(wanted)
    at = 0
    for each in wanted:
        start, cut, _ = each.partition("…")
        at = next((n + 1 for n, out in enumerate(printed) if n >= at and (out.startswith(start) if cut else out == each)), -1)
        assert at > 0, f"not printed, or not in this order: {each}"


def test_the_page_shows_every_format() -> None:
    shown = {shlex.split(line)[-1] for line, _, _ in SHOWN}
    assert shown - {"places.ttl"} | {"human"} == set(FORMATS)


def test_every_row_of_the_page_has_its_cases() -> None:
    """What the page says of pySHACL is shown by the cases that it is run on."""
    passing = {name for name in NAMES if read_case(name).pyshacl_passes}
    rows = ("unknown-constraint", "unknown-target", "unknown-class", "unknown-property", "ill-typed-literals")
    assert passing >= {*rows, "nothing-checked", "no-shape-in-the-shapes"}

"""A file that is validated statement by statement has the report of the whole, also where something was cached before.

The rules are tried one by one with the faults planted for them in ``tests/shapes`` and ``tests/checks``, beside copies of the
statements under other names; then with changes made by chance.
"""

from __future__ import annotations

import functools
import random
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT, Command
from rdflib import Graph
from test_shapes import CASES, FOLDERS, good, planted

from kg_builder import incremental
from kg_builder.incremental import Rules, validate_by_parts
from kg_builder.parts import STATEMENT, NotByParts, split, together
from kg_builder.pipeline import run_checks
from kg_builder.report import Report
from kg_builder.shapes import read_shapes
from kg_builder.tell import tell
from kg_builder.validation import place, read_data, validate

STATEMENTS = ("2031-03-14-lantern-assembly", "2031-04-02-harbour-council")
CHECKS = sorted((ROOT / "tests" / "checks").glob("*.ttl"))
FORMATS = ("json", "turtle", "human")
_READ = Rules.read
NEEDS_THE_WHOLE: frozenset[str] = frozenset()


@functools.cache
def rules() -> Rules:
    return _READ(ROOT)


@pytest.fixture(autouse=True)
def rules_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incremental.Rules, "read", lambda _: rules())


def lines(graph: Graph) -> list[str]:
    return sorted(line for line in graph.serialize(format="nt11").splitlines() if line)


@functools.cache
def copies() -> tuple[str, ...]:
    """What the two good statements say, as said by others."""
    own = [line for line in lines(good()) if line.startswith(f"<{STATEMENT}")]
    return tuple(line.replace(f"{STATEMENT}20", f"{STATEMENT}copy-{number}-20") for number in range(2) for line in own)


def write(path: Path, written: Iterable[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in written), "utf-8", newline="\n")
    return path


def whole(path: Path) -> Report:
    data = read_data(path)
    report = validate(data, rules().shapes)
    return replace(report, results=(*report.results, *place(run_checks(data.index, rules().checks), data.sources)))


def told(report: Report) -> list[str]:
    return [tell(report, format_) for format_ in FORMATS]


def check_case(path: Path) -> list[str]:
    """The good graph with what a check's case adds."""
    return sorted({*lines(good()), *lines(Graph().parse(path))})


@pytest.mark.parametrize("name", FOLDERS)
def test_each_shape_finds_by_parts_what_it_finds_in_the_whole(name: str, tmp_path: Path) -> None:
    compare(tmp_path, [*lines(planted(CASES / name)), *copies()], name)


@pytest.mark.parametrize("case", CHECKS, ids=lambda path: path.stem)
def test_each_check_finds_by_parts_what_it_finds_in_the_whole(case: Path, tmp_path: Path) -> None:
    report = compare(tmp_path, [*check_case(case), *copies()], case.stem)
    assert f"check:{case.stem}" in {result.shape for result in report.results}


def compare(folder: Path, written: list[str], name: str) -> Report:
    """The report of the whole, which those by parts are equal to, without a cache and with that of the good graph."""
    path = write(folder / "graph.nq", [*lines(good()), *copies()])
    validate_by_parts([str(path)], folder, folder / "cache")
    write(path, written)
    expected = whole(path)
    if name in NEEDS_THE_WHOLE:
        with pytest.raises(NotByParts):
            validate_by_parts([str(path)], folder, folder / "cache")
    else:
        for cache in ("cache", "cache", "new"):
            assert told(validate_by_parts([str(path)], folder, folder / cache)) == told(expected)
    return expected

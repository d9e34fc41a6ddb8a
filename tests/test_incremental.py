"""A file that is validated statement by statement has the report of the whole, also where something was cached before.

The rules are tried one by one with the faults planted for them in ``tests/shapes`` and ``tests/checks``, beside copies of the
statements under other names; then with changes made by chance.
"""

from __future__ import annotations

import functools
import random
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, replace
from pathlib import Path

import pytest
from conftest import ROOT, Command
from rdflib import Graph
from test_shapes import CASES, FOLDERS, good, planted

from kg_builder import incremental
from kg_builder.engine import Index
from kg_builder.engine.data import read_lines
from kg_builder.incremental import Rules, validate_by_parts
from kg_builder.parts import STATEMENT, NotByParts
from kg_builder.pipeline import run_checks
from kg_builder.query import Query
from kg_builder.report import Report, Result
from kg_builder.validation import place, read_data, validate
from kg_builder.vocabulary import DATA, ONTOLOGY, SCHEME

NODE = f"<{STATEMENT}"
PARTS = [field.name for field in fields(Result)]
CHECKS = sorted((ROOT / "tests" / "checks").glob("*.ttl"))
SHARED_ALONE = {
    "ActorPointedAt",
    "ActorTypes",
    "NamedNode",
    "PersonClosed",
    "SlotObject",
    "StatementRights",
    "axioms-in-data",
    "circular-relation",
}
"""Faults whose lines cannot be taken apart: what is at fault is in no statement, and of no kind that statements share."""
CONCEPT = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2004/02/skos/core#Concept> ."
SEEDS, EDITS = 3, 8
_READ = Rules.read


@functools.cache
def rules() -> Rules:
    return _READ(ROOT)


@pytest.fixture(autouse=True)
def rules_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Rules, "read", lambda _: rules())


@pytest.fixture(scope="module")
def place_of_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph's path, beside a cache of what is found in the good graph with copies."""
    path = tmp_path_factory.mktemp("by-parts") / "graph.nq"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Rules, "read", lambda _: rules())
        by_parts(write(path, [*lines(good()), *copy_of("copy-1")]), "kept")
    return path


def lines(graph: Graph) -> list[str]:
    return sorted(line for line in graph.serialize(format="nt11").splitlines() if line)


@functools.cache
def copy_of(name: str) -> tuple[str, ...]:
    """What the two good statements say, as said in others."""
    return tuple(line.replace(f"{STATEMENT}20", f"{STATEMENT}{name}-20") for line in lines(good()) if line.startswith(NODE))


def write(path: Path, written: Iterable[str]) -> Path:
    path.write_text("".join(f"{line}\n" for line in written), "utf-8", newline="\n")
    return path


def by_parts(path: Path, cache: str) -> Report:
    return validate_by_parts([str(path)], path.parent, path.parent / cache)


def whole(path: Path) -> Report:
    data = read_data([path])
    report = validate(data, rules().shapes)
    return replace(report, results=(*report.results, *place(run_checks(data.index, rules().checks), data.sources)))


def told(report: Report) -> tuple[str, list[tuple[object, ...]]]:
    """All that a report says, also what is no part of its identity."""
    return str(report), [tuple(getattr(each, name) for name in PARTS) for each in report.results]


def compare(path: Path, name: str) -> Report:
    """The report of the whole, to which that by parts is equal, with what is kept of the good graph."""
    expected = whole(path)
    if name in SHARED_ALONE:
        with pytest.raises(NotByParts):
            by_parts(path, "none")
        return expected
    kept = {each: each.read_bytes() for each in (path.parent / "kept").iterdir()}
    assert told(by_parts(path, "kept")) == told(expected)
    for each, content in kept.items():
        each.write_bytes(content)
    return expected


@pytest.mark.parametrize("name", FOLDERS)
def test_each_shape_finds_by_parts_what_it_finds_in_the_whole(name: str, place_of_graph: Path) -> None:
    report = compare(write(place_of_graph, [*lines(planted(CASES / name)), *copy_of("copy-1")]), name)
    assert f"hrs:{name}" in {result.shape for result in report.results}


@pytest.mark.parametrize("case", CHECKS, ids=lambda path: path.stem)
def test_each_check_finds_by_parts_what_it_finds_in_the_whole(case: Path, place_of_graph: Path) -> None:
    own = lines(Graph().parse(case))
    concepts = {line.split()[0] for line in own if line.startswith(f"<{SCHEME}")}
    added = [*own, *(f"{concept} {CONCEPT}" for concept in concepts)]
    report = compare(write(place_of_graph, sorted({*lines(good()), *added, *copy_of("copy-1")})), case.stem)
    assert f"check:{case.stem}" in {result.shape for result in report.results}


def edit(chance: random.Random, written: list[str], number: int) -> list[str]:
    """One change: to a line, of a line's place, of a statement, or of what statements share."""
    at, other = (chance.choice([at for at, line in enumerate(written) if line.startswith(NODE)]) for _ in range(2))
    subject, predicate, value = written[at].split(" ", 2)
    _, other_predicate, other_value = written[other].split(" ", 2)
    changed = written.copy()
    match chance.randrange(7):
        case 0:
            del changed[at]
        case 1:  # an object of another statement, or of another kind
            changed[at] = f"{subject} {predicate} {other_value}"
        case 2:
            changed[at] = f"{subject} {other_predicate} {value}"
        case 3:
            chance.shuffle(changed)
        case 4:
            changed += copy_of(f"added-{number}")
        case 5:
            id_ = subject.removeprefix(NODE).rstrip(">").partition("/")[0]
            changed = [line for line in written if not re.match(f"{re.escape(NODE + id_)}[/>]", line)]
        case _:
            labels = [at for at, line in enumerate(written) if "label> " in line and not line.startswith(NODE)]
            at = chance.choice(labels)
            changed[at] = re.sub('"[^"]*"(@[a-z]+)?', '"the police"@en', changed[at])
    return changed


def test_after_any_changes_the_report_is_that_of_the_whole(tmp_path: Path) -> None:
    compared, found, path = 0, Counter[str](), tmp_path / "graph.nq"
    for seed in range(SEEDS):
        chance = random.Random(seed)  # noqa: S311 - the same changes in every run
        written = [*lines(good()), *copy_of("copy-1")]
        for number in range(EDITS):
            written = edit(chance, written, number)
            expected = whole(write(path, written))
            assert told(by_parts(path, "cache")) == told(expected), (seed, number)
            compared += 1
            found.update({result.shape for result in expected.results})
    assert compared == SEEDS * EDITS
    assert len(found) > 10, found


def test_only_what_changed_is_looked_at(place_of_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = [*lines(good()), *copy_of("copy-1")]
    shared = Index(read_lines(f"{line}\n" for line in written if not line.startswith(NODE)))
    looked: list[set[str]] = []

    def look(index: Index, checks: Mapping[str, Query]) -> Iterator[Result]:
        looked.append(index.nodes())
        return run_checks(index, checks)

    monkeypatch.setattr(incremental, "run_checks", look)
    at = next(at for at, line in enumerate(written) if "copy-1" in line and "proposition>" in line)
    by_parts(write(place_of_graph, written[::-1]), "kept")
    assert len(looked) > 1  # lines in another order are taken for changed
    looked.clear()
    by_parts(write(place_of_graph, ["", "# moved", *written[::-1]]), "kept")
    assert looked == []
    changed = [line if number != at else line.replace('"', '"Changed: ', 1) for number, line in enumerate(written)][::-1]
    by_parts(write(place_of_graph, changed), "kept")
    assert len(looked) == 1
    assert {term for term in looked[0] if not term.startswith(NODE)} == shared.nodes()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{shared}\r\n{own}\r\n", "carriage"),
        ("_:b <x:p> <x:o> .\n{own}\n", "begins with the IRI"),
        ("  {own}\n", "begins with the IRI"),
        ("{own}\n<https://w3id.org/rights-claims/data/state\\u006Dent/s1/x> <x:p> <x:o> .\n", "begins with the IRI"),
        ("{own}\n<{data}statement/s1/x> <x:p> _:b .\n", "blank"),
        ("{shared}\n<{data}actor/a> <x:p> <{data}statement/s1> .\n{own}\n", "names a node"),
        ("{own}\n<{data}statement/s2> <x:p> <{data}stateme\\u006Et/s1> .\n", "names a node"),
        ("{own}\n<{data}event/e> {type} <{hrc}Event> .\n", "is in no statement"),
        ("{own}\n<{data}statement/s1> {type} <{hrc}Actor> .\n", "not only a statement"),
        ("{own}\n<{data}statement/s1/x> <x:p> .\n", "does not stand alone"),
        ("{shared}\n", "nothing"),
    ],
)
def test_lines_that_do_not_stand_alone_are_taken_as_a_whole(content: str, reason: str, tmp_path: Path) -> None:
    names = {"data": DATA, "hrc": ONTOLOGY, "type": CONCEPT.split(maxsplit=1)[0]}
    own = "<{data}statement/s1> {type} <{hrc}Statement> .".format(**names)
    shared = "<{data}actor/a> {type} <{hrc}Actor> .".format(**names) if reason != "nothing" else "# nothing"
    path = tmp_path / "graph.nq"
    path.write_text(content.format(**names, own=own, shared=shared), "utf-8", newline="")
    with pytest.raises(NotByParts, match=reason):
        by_parts(path, "cache")


def test_a_cache_that_is_not_as_it_was_written_is_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path / "graph.nq", lines(planted(CASES / "EventLabel")))
    expected = told(by_parts(path, "cache"))
    (cache,) = (tmp_path / "cache").iterdir()
    content = cache.read_bytes()
    assert b"EventLabel" in content
    for bad in (b"", b"{}", b"\xff\xfe", content[:-9], content.replace(b"EventLabel", b"EventLebal")):
        cache.write_bytes(bad)
        assert told(by_parts(path, "cache")) == expected
        assert cache.read_bytes() == content
    assert expected == told(whole(path))


def test_the_command_tells_the_same_with_a_cache(tmp_path: Path, command: Command) -> None:
    write(tmp_path / "graph.nq", lines(planted(CASES / "AllegedVictimWords")))
    plain = command("validate", "graph.nq", "--format", "turtle")
    assert plain.returncode == 1
    for _ in range(2):
        done = command("validate", "graph.nq", "--format", "turtle", "--cache", "found")
        assert (done.returncode, done.stdout, done.stderr) == (1, plain.stdout, "")
    assert len(list((tmp_path / "found").iterdir())) == 1


def test_the_command_says_where_a_cache_is_of_no_use(tmp_path: Path, command: Command) -> None:
    good().serialize(tmp_path / "graph.ttl", format="turtle")
    done = command("validate", "graph.ttl", "--cache", "found")
    assert done.returncode == 0
    assert done.stderr.count("\n") == 1
    assert "Turtle" in done.stderr
    write(tmp_path / "graph.nq", lines(good()))
    (tmp_path / "queries" / "checks").mkdir(parents=True)
    (tmp_path / "queries" / "checks" / "own.rq").write_text("#+ title: Own\nSELECT ?node { ?node <x:never> 1 }", "utf-8")
    done = command("validate", "graph.nq", "--cache", "found")
    assert (done.returncode, done.stderr.count("\n")) == (0, 1)
    assert "checks of its own" in done.stderr
    for options in (["--data-only"], ["--engine", "reference"], ["--shapes", "graph.ttl"]):
        done = command("validate", "graph.nq", "--cache", "found", *options)
        assert (done.returncode, done.stdout) == (2, "")
        assert "--cache" in done.stderr
    shutil.rmtree(tmp_path / "queries")
    (tmp_path / "taken").write_text("", "utf-8")
    done = command("validate", "graph.nq", "--cache", "taken")
    assert done.returncode == 2
    assert "Name another folder" in done.stderr

"""A file that is validated statement by statement has the report of the whole, also where something was cached before.

The rules are tried one by one with the faults planted for them in ``tests/shapes`` and ``tests/checks``, beside copies of the
statements under other names, in N-Quads with a cache and in Turtle without one; then with changes made by chance.
"""

from __future__ import annotations

import functools
import json
import multiprocessing
import os
import random
import re
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT, Command
from rdflib import RDF, SH, Graph, URIRef
from test_shapes import CASES, FOLDERS, good, planted

from kg_builder import incremental
from kg_builder.checks import run_checks
from kg_builder.engine import Index, Unsupported, compile_shapes, read_targets
from kg_builder.engine.data import read_lines
from kg_builder.errors import InputError
from kg_builder.incremental import validate_by_parts
from kg_builder.inspection import Found, Rules, look
from kg_builder.locate import Places
from kg_builder.parts import STATEMENT, NotByParts
from kg_builder.report import Report, Result
from kg_builder.shapes import read_shapes
from kg_builder.validation import place, read_data, validate
from kg_builder.vocabulary import DATA, ONTOLOGY, SCHEME, SHAPES, expand
from kg_builder.worker import WorkerDied

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
S1 = "2031-03-14-lantern-assembly"
ALIKE = {
    "ActorPointedAt": ([f"{S1}/note/n1 a oa:TextualBody", f"{S1}/note/n1 ex:shames actor/police"], ["actor/police"]),
    "ActorTypes": (["actor/police a skos:Concept"], ["actor/police"]),
    "PersonClosed": (["actor/person-1 ex:punishedIn actor/police"], ["actor/person-1"]),
    "SlotObject": (
        [f"{S1}/utterance/c08/mention/c08/about/northwind rdf:object actor/police"],
        [f"{S1}/utterance/c08/mention/c08/about/northwind"],
    ),
    "axioms-in-data": ([f"{S1}/actor/guard owl:sameAs {S1}/actor/killers"], [f"{S1}/actor/guard"]),
    "circular-relation": (
        [
            f"{S1}/utterance/c01 hrc:disputes {S1}/utterance/c01",
            "place/halm geo:sfWithin place/lenna",
            "place/lenna geo:sfWithin place/halm",
        ],
        [f"{S1}/utterance/c01", "place/halm", "place/lenna"],
    ),
}
"""Faults against the same rules that can be taken apart, but for those that take a blank node; and the nodes at fault."""
CONCEPT = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/2004/02/skos/core#Concept> ."
SEEDS, EDITS = 3, 8
_READ = Rules.read


@functools.cache
def rules() -> Rules:
    return _READ(ROOT)


def small_batches(patch: pytest.MonkeyPatch) -> None:
    """The rules are read once, and each statement is looked at by itself, as if the file were big."""
    patch.setattr(Rules, "read", lambda _: rules())
    for name, value in (("AT_ONCE", 1), ("AT_ONCE_TO_KEEP", 1), ("ENOUGH", 0), ("SHARED_TIMES", 0)):
        patch.setattr(incremental, name, value)


@pytest.fixture(autouse=True)
def of_each_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    small_batches(monkeypatch)


@pytest.fixture(scope="module")
def place_of_graph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A graph's path, beside a cache of what is found in the good graph with copies."""
    path = tmp_path_factory.mktemp("by-parts") / "graph.nq"
    with pytest.MonkeyPatch.context() as patch:
        small_batches(patch)
        by_parts(write(path, [*lines(good()), *copy_of("copy-2")]), "kept")
    [kept] = (path.parent / "kept").iterdir()
    found = json.loads(kept.read_bytes().partition(b"\n")[2])["found"]
    assert len(found) == 3, "what is shared, the two linked statements and their two copies are looked at one by one"
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


def as_turtle(path: Path) -> Path:
    """The same graph in a file of Turtle, in a block a statement, with prefixed names for what links statements."""
    blocks: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").splitlines():
        base = f"{STATEMENT}{line.removeprefix(NODE).partition('>')[0].partition('/')[0]}/" if line.startswith(NODE) else DATA
        short = re.sub(f"<{re.escape(STATEMENT)}([a-z0-9-]+)>", r"statement:\1", line)
        blocks.setdefault(base, []).append(short.replace("<http://www.w3.org/ns/oa#hasSource>", "oa:hasSource"))
    head = f"@prefix statement: <{STATEMENT}> .\n@prefix oa: <http://www.w3.org/ns/oa#> .\n"
    text = head + "".join(f"\n# {base}\n\n@base <{base}> .\n" + "\n".join(block) + "\n" for base, block in blocks.items())
    target = path.with_suffix(".ttl")
    target.write_text(text, "utf-8", newline="\n")
    return target


def by_parts(path: Path, cache: str | None = None) -> Report:
    return validate_by_parts([str(path)], path.parent, path.parent / cache if cache else None, jobs=1)


def whole(path: Path) -> Report:
    data = read_data([path])
    report = validate(data, rules().shapes)
    return replace(report, results=(*report.results, *place(run_checks(data.index, rules().checks), data.sources)))


def told(report: Report, *, places: bool = True) -> tuple[str, list[tuple[object, ...]]]:
    """All that a report says, also what is no part of its identity."""
    names = [name for name in PARTS if places or name not in {"location", "source_line"}]
    return str(report), [tuple(getattr(each, name) for name in names) for each in report.results]


def compare(path: Path, name: str) -> Report:
    """The report of the whole, to which that by parts is equal, with what is kept of the good graph."""
    expected = whole(path)
    turtle = as_turtle(path)
    if name in SHARED_ALONE:
        for each, cache in ((path, "none"), (turtle, None)):
            with pytest.raises(NotByParts):
                by_parts(each, cache)
        return expected
    assert told(by_parts(turtle), places=False) == told(expected, places=False)
    kept = {each: each.read_bytes() for each in (path.parent / "kept").iterdir()}
    assert told(by_parts(path, "kept")) == told(expected)
    for each, content in kept.items():
        each.write_bytes(content)
    return expected


@pytest.mark.parametrize("name", FOLDERS)
def test_each_shape_finds_by_parts_what_it_finds_in_the_whole(name: str, place_of_graph: Path) -> None:
    report = compare(write(place_of_graph, [*lines(planted(CASES / name)), *copy_of("copy-2")]), name)
    assert f"hrs:{name}" in {result.shape for result in report.results}


@pytest.mark.parametrize("case", CHECKS, ids=lambda path: path.stem)
def test_each_check_finds_by_parts_what_it_finds_in_the_whole(case: Path, place_of_graph: Path) -> None:
    own = lines(Graph().parse(case))
    concepts = {line.split()[0] for line in own if line.startswith(f"<{SCHEME}")}
    added = [*own, *(f"{concept} {CONCEPT}" for concept in concepts)]
    report = compare(write(place_of_graph, sorted({*lines(good()), *added, *copy_of("copy-2")})), case.stem)
    assert f"check:{case.stem}" in {result.shape for result in report.results}


def triple(words: str) -> str:
    """A triple of a case, as a line: names without a prefix are those of nodes in the data."""

    def term(word: str) -> str:
        if word.startswith((f"{S1}/", "actor/", "place/")):
            return f"<{STATEMENT if word.startswith(S1) else DATA}{word}>"
        return (
            f"<{RDF.type if word == 'a' else 'https://example.org/ext#' + word[3:] if word.startswith('ex:') else expand(word)}>"
        )

    return f"{' '.join(map(term, words.split()))} ."


@pytest.mark.parametrize("name", ALIKE)
def test_where_a_planted_fault_cannot_be_taken_apart_another_is_found_by_parts(name: str, place_of_graph: Path) -> None:
    added, focus = ALIKE[name]
    path = write(place_of_graph, sorted({*lines(good()), *map(triple, added), *copy_of("copy-2")}))
    report = compare(path, "by parts")
    rule = f"check:{name}" if "-" in name else f"hrs:{name}"
    at_fault = {result.terms.focus for result in report.results if result.terms and result.shape == rule}
    assert at_fault == {f"<{STATEMENT if each.startswith(S1) else DATA}{each}>" for each in focus}


def test_only_what_takes_a_blank_node_has_no_fault_that_can_be_taken_apart() -> None:
    assert SHARED_ALONE - ALIKE.keys() == {"NamedNode", "StatementRights"}
    for rule in SHARED_ALONE - ALIKE.keys():
        [kind] = rules().shapes.objects(URIRef(f"{SHAPES}{rule}"), SH.nodeKind)
        assert kind in {SH.IRI, SH.IRIOrLiteral}


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
        written = [*lines(good()), *copy_of("copy-2")]
        for number in range(EDITS):
            written = edit(chance, written, number)
            expected = whole(write(path, written))
            assert told(by_parts(path, "cache")) == told(expected), (seed, number)
            turtle = as_turtle(path)
            assert told(by_parts(turtle)) == told(whole(turtle)), (seed, number)
            compared += 1
            found.update({result.shape for result in expected.results})
    assert compared == SEEDS * EDITS
    assert len(found) > 10, found


def test_only_what_changed_is_looked_at(place_of_graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = [*lines(good()), *copy_of("copy-2")]
    shared = Index(read_lines(f"{line}\n" for line in written if not line.startswith(NODE)))
    looked: list[set[str]] = []

    def look_on(given: bytes, *others: Any) -> Found:
        looked.append(Index.from_lines(given).nodes())
        return look(given, *others)

    monkeypatch.setattr(incremental, "look", look_on)
    at = next(at for at, line in enumerate(written) if "copy-2" in line and "proposition>" in line)
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
        ("_:b <x:p> <x:o> .\n{own}\n", "blank"),
        ("  {own}\n", "names a node"),
        ("{own}\n<https://w3id.org/rights-claims/data/state\\u006Dent/s1/x> <x:p> <x:o> .\n", "names a node"),
        ("{own}\n<{data}statement/s1/x> <x:p> _:b .\n", "blank"),
        ("{shared}\n<{data}actor/a> <x:p> <{data}statement/s1> .\n{own}\n", "names a node"),
        ("{own}\n<{data}statement/s2> <x:p> <{data}stateme\\u006Et/s1> .\n", "names a node"),
        ("{own}\n<{data}statement/s2/p> <http://www.w3.org/ns/oa#hasS\\u006Furce> <x:text> .\n", "document"),
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


TWO = "@prefix p: <x:p> .\n\n@base <{data}statement/s1/> .\n<p> a <{hrc}Passage> {one}.\n\n@base <{data}statement/s2/> .\n{two}"
HERE = "<p> a <{hrc}Passage> ."


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<x:a> a <{hrc}Actor> .\n" + TWO.format(data="{data}", hrc="{hrc}", one="", two=HERE), "above the first"),
        (TWO.format(data="{data}", hrc="{hrc}", one='; <x:q> """', two='""" .'), "does not parse"),
        (TWO.format(data="{data}", hrc="{hrc}", one="; <x:q> [\n ]", two="<p> a [\n\n@base <{data}> .\n] ."), "does not parse"),
        (TWO.format(data="{data}", hrc="{hrc}", one=".\nPREFIX p: <x:q> <x> <x:q> <x:r> ", two=HERE), "prefixes"),
        (TWO.format(data="{data}", hrc="{hrc}", one="", two="<{data}actor/a> a <{hrc}Actor> ."), "about what statements share"),
        (TWO.format(data="{data}", hrc="{hrc}", one="", two="<../s1/p> <x:q> <p> ."), "unusual"),
        (TWO.format(data="{data}", hrc="{hrc}", one="", two="<p> <{oa}hasSource> <x:\\u0061> ."), "document"),
    ],
)
def test_turtle_that_cannot_be_cut_is_taken_as_a_whole(content: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "graph.ttl"
    path.write_text(content.format(data=DATA, hrc=ONTOLOGY, oa="http://www.w3.org/ns/oa#"), "utf-8", newline="")
    with pytest.raises(NotByParts, match=reason):
        by_parts(path)


def in_two_processes(path: Path, *, dying: bool = False) -> tuple[tuple[str, list[tuple[object, ...]]], list[str]]:
    """What is told, and who looked at each part. To be called where no thread runs, since only there a process is forked."""
    parent, said = os.getpid(), path.with_name("said")

    def look_elsewhere(*arguments: Any) -> Found:
        if os.getpid() != parent and dying:
            os.kill(os.getpid(), signal.SIGKILL)
        with said.open("a", encoding="utf-8") as file:
            file.write("parent\n" if os.getpid() == parent else "worker\n")
        return look(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        small_batches(patch)
        patch.setattr(incremental, "look", look_elsewhere)
        report = validate_by_parts([str(path)], path.parent, jobs=2)
    return told(report), said.read_text("utf-8").split()


def apart(function: Any, *arguments: Any, **named: Any) -> Any:
    """Call a function of this module in a new process."""
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments, **named).result()


def test_several_processes_tell_the_same(tmp_path: Path) -> None:
    path = write(tmp_path / "graph.nq", [*lines(planted(CASES / "AllegedVictimWords")), *copy_of("copy-2")])
    expected = told(by_parts(path))
    report, lookers = apart(in_two_processes, path)
    assert report == expected
    assert len(lookers) > 2
    if sys.platform == "linux":
        assert lookers.count("parent") == 1, "the parent looks at what is shared, and at no more"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process is forked")
def test_a_process_that_is_ended_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "graph.nq", [*lines(good()), *copy_of("copy-2")])
    with pytest.raises(WorkerDied, match="ended from outside"):
        apart(in_two_processes, path, dying=True)


def pids(said: Path, count: int) -> list[int]:
    """Wait until so many processes have told who they are."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if said.exists() and len(found := {int(line) for line in said.read_text("utf-8").split("\n")[:-1]}) == count:
            return sorted(found)
        time.sleep(0.05)
    raise AssertionError("the processes did not begin")


def ended(processes: Iterable[int], seconds: float = 20) -> bool:
    """Whether none of these processes runs any more, after so many seconds at most."""
    until = time.monotonic() + seconds

    def runs(process: int) -> bool:
        try:
            return Path(f"/proc/{process}/stat").read_text("utf-8").rpartition(")")[2].split()[0] not in {"Z", "X"}
        except OSError:
            return False

    running = list(processes)
    while (running := [each for each in running if runs(each)]) and time.monotonic() < until:
        time.sleep(0.05)
    return not running


def look_for_ever(path: Path) -> None:
    """Validate in two processes that tell who they are and do not come to an end."""
    parent = os.getpid()

    def look_on(*arguments: Any) -> Found:
        if os.getpid() != parent:
            with path.with_name("said").open("a", encoding="utf-8") as file:
                file.write(f"{os.getpid()}\n")
            time.sleep(600)
        return look(*arguments)

    small_batches(pytest.MonkeyPatch())
    pytest.MonkeyPatch().setattr(incremental, "look", look_on)
    validate_by_parts([str(path)], path.parent, jobs=2)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere no process is forked")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGKILL", "SIGHUP"])
def test_processes_end_with_the_one_that_began_them(name: str, tmp_path: Path) -> None:
    path = write(tmp_path / "graph.nq", [*lines(good()), *copy_of("copy-2")])
    parent = multiprocessing.get_context("spawn").Process(target=look_for_ever, args=(path,))
    parent.start()
    assert parent.pid
    try:
        begun = pids(tmp_path / "said", 2)
        os.kill(parent.pid, signal.Signals[name])
        parent.join()
    finally:
        parent.kill()
    try:
        assert ended(begun)
    finally:
        for each in begun:
            if not ended([each], seconds=0):
                os.kill(each, signal.SIGKILL)


CALCULATING = """
@prefix hrc: <{hrc}> . @prefix sh: <http://www.w3.org/ns/shacl#> .
<https://example.org/Calculating> a sh:NodeShape ; sh:targetClass hrc:Quantity ; sh:sparql <https://example.org/Query> .
<https://example.org/Query> a sh:SPARQLConstraint ;
  sh:select "SELECT $this ?value {{ $this <{hrc}minimum> ?value . FILTER (?value + 0 > 1) }}" .
"""


def test_a_shape_that_calculates_falls_back_by_parts_as_it_does_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store drops the zero of "02": what calculates over such a literal is left to pySHACL."""
    shapes = Graph().parse(data=CALCULATING.format(hrc=ONTOLOGY))
    own = replace(rules(), shapes=shapes, targets=read_targets(shapes), plan=compile_shapes(shapes), checks={})
    monkeypatch.setattr(Rules, "read", lambda _: own)
    minimum = f"<{ONTOLOGY}minimum>"
    written = [*lines(good()), *copy_of("copy-2")]
    path = write(tmp_path / "graph.nq", written)
    expected = validate(read_data([path]), shapes)
    assert expected.fallback
    with pytest.raises(NotByParts) as caught:
        by_parts(path)
    assert isinstance(caught.value.__cause__, Unsupported)
    shortest = [line.replace("#nonNegativeInteger>", "#integer>").replace("#positiveInteger>", "#integer>") for line in written]
    path = write(tmp_path / "graph.nq", shortest)
    expected = validate(read_data([path]), shapes)
    assert not expected.fallback
    assert any(minimum in line for line in shortest)
    assert expected.results
    assert told(by_parts(path)) == told(expected)


def test_shapes_that_cannot_be_listed_are_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "shapes").symlink_to("shapes")
    for read in (_READ, read_shapes):
        with pytest.raises(InputError, match="cannot be listed"):
            read(tmp_path)


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


@pytest.mark.parametrize("form", [Path, as_turtle])
def test_places_are_kept(form: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = [*lines(planted(CASES / "QuantityOrder")), *copy_of("copy-2")]
    path = form(write(tmp_path / "graph.nq", written))
    first = by_parts(path, "cache")
    assert any(result.location and result.source_line for result in first.results)
    before = f"@base <{DATA}> .\n".encode() if path.suffix == ".ttl" else b""
    path.write_bytes(path.read_bytes().replace(before, before + b"# One\n# Two\n", 1))
    moved = whole(path)
    assert [each.location for each in moved.results] != [each.location for each in first.results]

    def no_search(*_: object) -> Places:
        raise AssertionError("places are searched for once more")

    monkeypatch.setattr(Places, "read", no_search)
    assert told(by_parts(path, "cache")) == told(moved)


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
    assert "@base" in done.stderr
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

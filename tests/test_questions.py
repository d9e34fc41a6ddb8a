"""The pages of the saved questions, and what they load: vendored assets, the engine, the graph."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import threading
import zlib
from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from conftest import ROOT
from copied import copies_of_statements

from kg_builder import Build
from kg_builder.publish import publish
from kg_builder.publish.asking import Choice, ask_all, choices_of
from kg_builder.publish.live import write_graph
from kg_builder.publish.questions import Questions, description
from kg_builder.publish.writer import Writer
from kg_builder.query import Answer, Parameter, Query, find_query, list_queries, run
from kg_builder.rdf import Notation
from kg_builder.source import open_folder
from kg_builder.vocabulary import expand, read_vocabulary
from kg_builder.worker import Limits

ASSETS = ROOT / "src" / "kg_builder" / "publish" / "assets"
VENDORED = ASSETS / "vendored"


def test_the_formats_of_a_question_say_the_same() -> None:
    notation = Notation(read_vocabulary())
    for query in list_queries().values():
        triples = description(query)
        lines = "".join(f"{subject} {predicate} {object_} .\n" for subject, predicate, object_ in triples)
        told = {quad.triple for quad in ox.parse(input=lines, format=ox.RdfFormat.N_TRIPLES)}
        assert {quad.triple for quad in ox.parse(input=notation.turtle_document(triples), format=ox.RdfFormat.TURTLE)} == told
        assert {quad.triple for quad in ox.parse(input=notation.jsonld_document(triples), format=ox.RdfFormat.JSON_LD)} == told


def test_json_ld_keeps_values_that_stand_apart() -> None:
    thing, other = "<urn:a>", "<urn:p>"
    kind = f"<{expand('rdf:type')}>"
    triples = [(thing, kind, "<urn:b>"), (thing, other, '"one"'), (thing, kind, "<urn:c>"), (thing, other, '"two"')]
    document = Notation(read_vocabulary()).jsonld_document(triples)
    assert len(list(ox.parse(input=document, format=ox.RdfFormat.JSON_LD))) == 4


def test_vendored_files_are_those_of_the_record() -> None:
    record = yaml.safe_load((VENDORED / "assets.yaml").read_text("utf-8"))
    files = {path.name: path.read_bytes() for path in VENDORED.iterdir() if path.name != "assets.yaml"}
    found = {name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()}
    assert found == record["files"]


def test_each_vendored_package_has_its_licence_and_integrity() -> None:
    record = yaml.safe_load((VENDORED / "assets.yaml").read_text("utf-8"))
    licences = (VENDORED / "LICENCES.txt").read_text("utf-8")
    for name, entry in record["packages"].items():
        assert re.search(rf"^{re.escape(name)} {re.escape(entry['version'])} \(", licences, re.MULTILINE), name
        assert entry["licence"] in {"MIT", "MIT OR Apache-2.0"}, name
        assert len(base64.b64decode(entry["integrity"].removeprefix("sha512-"), validate=True)) == 64, name


def quads(count: int) -> list[ox.Quad]:
    names = [ox.NamedNode(f"https://example.org/{number}") for number in range(count)]
    return [ox.Quad(node, node, ox.Literal('a "quoted" </script> word')) for node in names]


def graph_in(script: str) -> bytes:
    """The N-Quads in a graph's script."""
    given = re.fullmatch(r'kgLive\.give\("graph", (.*)\);\n', script, re.DOTALL)
    assert given is not None
    return zlib.decompress(b"".join(map(base64.b64decode, json.loads(given[1])["data"])), 31)


@pytest.mark.parametrize("count", [0, 1, 20_000])
def test_the_graph_comes_out_of_its_script_whole(tmp_path: Path, count: int) -> None:
    write_graph(Writer(tmp_path), quads(count))
    script = (tmp_path / "assets" / "live" / "graph.js").read_text("utf-8")
    assert "</" not in script
    assert graph_in(script) == "".join(f"{quad} .\n" for quad in quads(count)).encode()
    assert max(map(len, script.split("\n"))) < 300_000


# What is asked while the site is made

COUNTING = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?l) }"
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY DESC(?i) ?c"
NESTED = "SELECT * { ?s " + "/".join(["<urn:a>"] * 12_000) + " ?o }"


def saved(text: str, *parameters: Parameter) -> Query:
    return Query("q", "Q", "", (), parameters, text, Path("q.rq"))


@pytest.fixture
def graph(tmp_path: Path) -> Path:
    path = tmp_path / "graph.nq"
    path.write_text("".join(f"{quad} .\n" for quad in quads(1_000)), "utf-8")
    return path


def test_what_takes_too_long_is_cut_and_told_and_the_others_are_answered(graph: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg_builder.publish.asking.LOADING", 8)
    counting = saved(COUNTING)
    first, cut, *rest = ask_all(graph, [counting, saved(ENDLESS), counting, counting], Limits(seconds=1))
    assert first.rows == (('"1000"^^<http://www.w3.org/2001/XMLSchema#integer>',),)
    told = r"It was not answered when this site was made: it took more than [19] seconds?, and was stopped\."
    assert re.fullmatch(told, cut.problem)
    assert rest == [first, first]


def test_questions_are_answered_beside_other_threads_too(graph: Path) -> None:
    end = threading.Event()
    threading.Thread(target=end.wait, daemon=True).start()
    try:
        [asked] = ask_all(graph, [saved(COUNTING)])
    finally:
        end.set()
    assert asked.rows == (('"1000"^^<http://www.w3.org/2001/XMLSchema#integer>',),)


@pytest.mark.parametrize(
    ("text", "cause"),
    [(GREEDY, "it took more than 400 MiB of memory"), (NESTED, "the query engine failed at it")],
    ids=["memory", "depth"],
)
def test_what_breaks_the_engine_is_told(graph: Path, text: str, cause: str) -> None:
    cut, kept = ask_all(graph, [saved(text), saved(COUNTING)], Limits(seconds=20, memory=400))
    assert cause in cut.problem
    assert kept.count == 1


def test_what_is_no_query_is_told(graph: Path) -> None:
    [asked] = ask_all(graph, [saved("SELECT ?s {")])
    assert asked.problem.startswith("This is not SPARQL: ")


def test_values_are_those_for_which_there_is_an_answer(store: ox.Store) -> None:
    police = Choice("https://w3id.org/rights-claims/data/actor/police", "the police")
    query = find_query("accused-authorities")
    choices = list(choices_of(store, query, query.parameters[0]))
    assert police in choices
    assert [each.label for each in choices] == sorted((each.label for each in choices), key=str.casefold)
    for choice in choices:
        answer = run(store, query, {"actor": choice.value})
        assert isinstance(answer, Answer)
        assert len(answer) > 0, choice


def test_values_are_found_where_a_filter_compares_them(store: ox.Store) -> None:
    query = find_query("demands")
    found = {each.name: [choice.label for choice in choices_of(store, query, each)] for each in query.parameters}
    assert found == {
        "actor": ["OSCE", "the authorities of Kazakhstan"],
        "group": ["Dungans", "ethnic Kazakhs from China", "ethnic minorities in Kazakhstan", "Uyghurs"],
    }


def test_a_graph_that_is_too_big_is_told_with_the_command(built: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg_builder.publish.Questions", partial(Questions, most_live=10, most_asked=10))
    assert built.output is not None
    publish(open_folder(ROOT), built.output, tmp_path / "site")
    page = (tmp_path / "site" / "query" / "torture.html").read_text("utf-8")
    count = f"{built.counts['triples']:,}"
    assert f"This graph has {count} triples, more than the 10 that a page loads." in page
    assert "<code>kg-builder query torture</code>" in page
    assert f"The graph has {count} triples, too many to be asked while its site is made." in page
    assert not (tmp_path / "site" / "assets" / "live" / "graph.js").exists()
    assert "<script" not in page


def test_saved_questions_do_not_grow_with_the_square_of_the_graph(built: Build, tmp_path: Path) -> None:
    graph = tmp_path / "graph.nq"
    graph.write_text(copies_of_statements(built, 25), "utf-8")
    queries = list(list_queries().values())
    found = dict(zip([query.name for query in queries], ask_all(graph, queries, Limits(seconds=10)), strict=True))
    assert [name for name, asked in found.items() if "more than" in asked.problem] == []
    assert found["torture"].count == 25

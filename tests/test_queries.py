"""Each saved question against rows that a person wrote from the text, on two engines; and the binding of parameters."""

from __future__ import annotations

import csv
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import yaml
from conftest import ROOT

from kg_builder import Build, InputError, ask, build
from kg_builder.graphs import Source, read_quads
from kg_builder.query import GRAPH_PREFIX, Query, bindings, find_query, list_queries, run
from kg_builder.sparql import bind

CASES = sorted(path.parent for path in (ROOT / "tests" / "queries").glob("*/case.yaml"))
DATA = "https://w3id.org/rights-claims/data/"
FOLDERS = {"statement": ROOT}

Row = tuple[str, ...]


@cache
def nquads(folder: str) -> str:
    return build(FOLDERS.get(folder, ROOT / "tests" / "queries" / folder)).content["nq"]


@cache
def quads(data: str) -> tuple[ox.Quad, ...]:
    """The quads of ``statement`` or of a folder of tests/queries; of ``NAME=FOLDER,…``, in named graphs."""
    found: list[ox.Quad] = []
    for part in data.split(","):
        name, _, folder = part.rpartition("=")
        graph = ox.NamedNode(GRAPH_PREFIX + name) if name else ox.DefaultGraph()
        source = Source(folder, nquads(folder).encode(), ox.RdfFormat.N_QUADS)
        found += [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in read_quads(source)]
    return tuple(found)


@cache
def stores(data: str) -> tuple[ox.Store, rdflib.Dataset]:
    store = ox.Store()
    store.bulk_extend(quads(data))
    dataset = rdflib.Dataset()
    dataset.parse(data=(store.dump(format=ox.RdfFormat.TRIG) or b"").decode(), format="trig")
    return store, dataset


def case_of(folder: Path) -> tuple[Query, dict[str, str], str]:
    case = yaml.safe_load((folder / "case.yaml").read_text("utf-8"))
    data = case["data"]
    if isinstance(data, dict):
        data = ",".join(f"{name}={value}" for name, value in data.items())
    parameters = {name: str(value) for name, value in (case.get("parameters") or {}).items()}
    return find_query(case["query"]), parameters, data


def shown(term: ox.NamedNode | ox.BlankNode | ox.Literal | None) -> str:
    return "" if term is None else term.value.removeprefix(DATA)


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_rows_are_those_that_a_person_wrote(folder: Path) -> None:
    query, parameters, data = case_of(folder)
    with (folder / "expected.csv").open(encoding="utf-8", newline="") as file:
        header, *expected = list(csv.reader(file))
    answer = run(stores(data)[0], query, parameters)
    assert not isinstance(answer, bool | list)
    assert list(answer.variables) == header
    rows = Counter(tuple(shown(term) for term in row) for row in answer.rows)
    wanted = Counter(tuple(row) for row in expected)
    assert {"missing": wanted - rows, "too many": rows - wanted} == {"missing": Counter(), "too many": Counter()}


@pytest.mark.parametrize("folder", CASES, ids=lambda path: path.name)
def test_rdflib_gives_the_same_rows_in_the_same_order(folder: Path) -> None:
    query, parameters, data = case_of(folder)
    store, dataset = stores(data)
    answer = run(store, query, parameters)
    assert not isinstance(answer, bool | list)
    text = bind(query.text, bindings(store, query, parameters))
    rows = [[None if term is None else str(term) for term in row] for row in dataset.query(text)]  # type: ignore[union-attr]
    assert rows == [[None if term is None else term.value for term in row] for row in answer.rows]


def test_every_query_has_a_case_and_every_parameter_is_tried() -> None:
    tried: dict[str, set[str]] = {}
    for folder in CASES:
        query, parameters, _ = case_of(folder)
        tried.setdefault(query.name, set()).update(parameters)
    assert tried.keys() == list_queries().keys()
    for name, query in list_queries().items():
        assert query.parameters == () or tried[name], name


def test_every_check_passes_on_the_statement(store: ox.Store) -> None:
    checks = list_queries(below="checks")
    assert len(checks) >= 8
    for query in checks.values():
        answer = run(store, query, {})
        assert not isinstance(answer, bool | list)
        assert "node" in answer.variables
        assert len(answer) == 0, query.name


CHECK_CASES = sorted((ROOT / "tests" / "checks").glob("*.ttl"))


@pytest.mark.parametrize("path", CHECK_CASES, ids=lambda path: path.stem)
def test_every_check_finds_its_planted_fault(path: Path) -> None:
    """The first line of each file, ``# finds: NODE …``, names the nodes at fault."""
    content = path.read_text("utf-8")
    expected = re.match(r"# finds: (.*)\n", content)
    assert expected
    store = ox.Store()
    store.load(content.encode(), ox.RdfFormat.TURTLE)
    answer = run(store, list_queries(below="checks")[path.stem], {})
    assert not isinstance(answer, bool | list)
    nodes = {row["node"].rpartition("/")[2] for row in answer}
    assert nodes == set(expected.group(1).split())


def test_every_check_has_a_planted_fault() -> None:
    assert {path.stem for path in CHECK_CASES} == set(list_queries(below="checks"))


@pytest.mark.parametrize(
    "value",
    ['x" } INSERT', "a\nb", 'quote " and \\ backslash', "} # ", "<urn:x>", "'''", "UNDEF }", "?actor", "\u202e", "ünï"],
)
def test_a_bound_string_is_one_literal_and_nothing_else(value: str, tmp_path: Path) -> None:
    path = tmp_path / "echo.rq"
    path.write_text("#+ parameters: {it: {type: string}}\nSELECT ?it { VALUES ?it { UNDEF } }", "utf-8")
    answer = ask(rdflib.Graph(), str(path), it=value)
    assert [list(row.values()) for row in answer] == [[value]]


def test_an_iri_that_is_none_is_refused(built: Build) -> None:
    for value in ("https://example.org/a> ?p ?o . <b", "https://example.org/a b", "urn:x{}"):
        with pytest.raises(InputError, match="is not an IRI"):
            ask(built.graph, "accused-authorities", actor=value)


def test_ask_takes_graphs_datasets_stores_and_files(built: Build, store: ox.Store) -> None:
    assert built.output is not None
    answers = [
        ask(each, "accused-authorities", actor="police")
        for each in (built.graph, built.dataset, store, built.output / "graph.ttl", built.output / "graph.jsonld")
    ]
    assert {len(answer) for answer in answers} == {3}
    assert len({answer.rows for answer in answers}) == 1
    assert "<td>the police</td>" in answers[0]._repr_html_()

"""Each rule of ontology/shapes finds the fault planted for it, and nothing else.

``tests/shapes/good.ttl`` breaks no rule. A folder ``tests/shapes/RULE`` holds the triples that are added to it (``bad.ttl``)
or taken from it (``removed.ttl``), and ``expected.tsv``, written by hand: all results that the two lead to, with all shapes
loaded. A line has the focus node, the path, the value, the constraint component, the rule and the severity; IRIs are
shortened by the prefixes of ``good.ttl``, a blank node is ``_:``, and ``-`` stands for nothing.
"""

from __future__ import annotations

import csv
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyshacl
import pytest
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.plugins.sparql import processor
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.term import Node

ROOT = Path(__file__).parent.parent
CASES = Path(__file__).parent / "shapes"
HRS = "https://w3id.org/rights-claims/shapes#"
FOLDERS = sorted(path.name for path in CASES.iterdir() if path.is_dir())
TARGETS = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH.targetNode)

# What a shape may say without constraining anything.
NO_CONSTRAINT = {RDF.type, SH.path, SH.severity, SH.name, SH.description, SH.message, *TARGETS}

# Parameters that belong to the component of another one.
COMPONENTS = {
    "qualifiedValueShape": None,
    "ignoredProperties": None,
    "sparql": "SPARQLConstraintComponent",
}

Row = tuple[str, ...]


@functools.cache
def shapes() -> Graph:
    graph = Graph()
    for path in sorted((ROOT / "ontology" / "shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


@functools.cache
def good() -> Graph:
    return Graph().parse(CASES / "good.ttl")


@functools.lru_cache(maxsize=1)
def planted(folder: Path) -> Graph:
    """The good graph with the fault of one folder."""
    graph = Graph()
    for triple in good():
        graph.add(triple)
    if (folder / "removed.ttl").exists():
        for triple in Graph().parse(folder / "removed.ttl"):
            assert triple in graph, f"{folder.name}/removed.ttl: not in good.ttl: {triple}"
            graph.remove(triple)
    if (folder / "bad.ttl").exists():
        for triple in Graph().parse(folder / "bad.ttl"):
            assert triple not in graph, f"{folder.name}/bad.ttl: in good.ttl already: {triple}"
            graph.add(triple)
    return graph


def expected(folder: Path) -> list[Row]:
    with (folder / "expected.tsv").open(encoding="utf-8", newline="") as lines:
        return sorted(tuple(row) for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


@functools.cache
def prefixes() -> list[tuple[str, str]]:
    """The prefixes of good.ttl, the longest namespace first."""
    found = [
        tuple(line.removeprefix("@prefix ").removesuffix("> .").split(":", 1))
        for line in (CASES / "good.ttl").read_text(encoding="utf-8").splitlines()
        if line.startswith("@prefix ")
    ]
    return sorted(((name, iri.strip().removeprefix("<")) for name, iri in found), key=lambda pair: -len(pair[1]))


def text(term: Node | None) -> str:
    """A term as expected.tsv writes it."""
    if term is None:
        return "-"
    if isinstance(term, BNode):
        return "_:"
    if isinstance(term, Literal) and term.datatype and not term.language:
        return term.n3(good().namespace_manager)
    if isinstance(term, Literal):
        return term.n3()
    for name, iri in prefixes():
        if str(term).startswith(iri):
            return f"{name}:{str(term).removeprefix(iri)}"
    return f"<{term}>"


def path_text(report: Graph, path: Node | None) -> str:
    """A path as SPARQL writes it."""
    if not isinstance(path, BNode):
        return text(path)
    if inverse := report.value(path, SH.inversePath):
        return "^" + path_text(report, inverse)
    if alternatives := report.value(path, SH.alternativePath):
        return "|".join(path_text(report, step) for step in Collection(report, alternatives))
    return "/".join(path_text(report, step) for step in Collection(report, path))


def result_path(report: Graph, result: Node) -> str:
    """The path of a result; where the engine leaves a longer path empty, as pyshifty 0.5 does, the path of the shape."""
    path = report.value(result, SH.resultPath)
    if isinstance(path, BNode) and (path, None, None) not in report:
        return path_text(shapes(), shapes().value(report.value(result, SH.sourceShape), SH.path))
    return path_text(report, path)


def rows(report: Graph) -> list[Row]:
    """The results of a report in the form of expected.tsv."""
    return sorted(
        (
            text(report.value(result, SH.focusNode)),
            result_path(report, result),
            text(report.value(result, SH.value)),
            *(
                str(report.value(result, part)).rpartition("#")[2]
                for part in (SH.sourceConstraintComponent, SH.sourceShape, SH.resultSeverity)
            ),
        )
        for report_node in report.subjects(RDF.type, SH.ValidationReport)
        for result in report.objects(report_node, SH.result)
    )


@pytest.fixture(scope="module")
def queries_parsed_once() -> Iterator[None]:
    """Parse each SPARQL rule once: pySHACL has it parsed anew for each focus node, which takes most of its time."""

    @functools.cache
    def prepared(query: str) -> object:
        return translateQuery(parseQuery(query))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processor, "parseQuery", lambda query: query)
        patch.setattr(processor, "translateQuery", lambda query, *_: prepared(query))
        yield


def pyshacl_rows(graph: Graph) -> list[Row]:
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes(), inference="none", inplace=True)
    return rows(report)


@functools.cache
def shifty_validator() -> Any:
    shifty = pytest.importorskip("shifty", reason="the second engine, pyshifty, is not installed")
    return shifty.PreparedValidator(shapes())


def shifty_rows(graph: Graph) -> list[Row]:
    _, report, _ = shifty_validator().validate(graph, infer=False)
    return rows(report)


def local(shape: Node) -> str:
    return str(shape).removeprefix(HRS)


@functools.cache
def rules() -> dict[str, Node]:
    """The rules by id: the shapes that have a target, and so report something."""
    return {local(shape): shape for target in TARGETS for shape in shapes().subjects(target)}


def test_the_good_graph_conforms() -> None:
    conforms, report, _ = pyshacl.validate(good(), shacl_graph=shapes(), inference="none", meta_shacl=True)
    assert rows(report) == []
    assert conforms


def test_every_node_of_the_good_graph_is_checked() -> None:
    graph, shape_graph = good(), shapes()
    reached: set[Node] = {node for cls in shape_graph.objects(None, SH.targetClass) for node in graph.subjects(RDF.type, cls)}
    assert sorted(map(str, set(graph.subjects()) - reached)) == []


@pytest.mark.usefixtures("queries_parsed_once")
@pytest.mark.parametrize("engine", [pyshacl_rows, shifty_rows], ids=["pyshacl", "shifty"])
@pytest.mark.parametrize("rule", FOLDERS)
def test_the_planted_fault_is_found(rule: str, engine: Callable[[Graph], list[Row]]) -> None:
    assert engine(planted(CASES / rule)) == expected(CASES / rule)


def test_every_rule_has_a_folder_and_every_folder_a_rule() -> None:
    assert sorted(rules()) == FOLDERS


@pytest.mark.parametrize("rule", FOLDERS)
def test_a_folder_plants_a_fault_of_its_own_rule(rule: str) -> None:
    assert rule in {row[4] for row in expected(CASES / rule)}


def test_every_constraint_is_broken_somewhere() -> None:
    broken = {(row[4], row[3]) for rule in FOLDERS for row in expected(CASES / rule)}
    stated = set()
    for rule, shape in rules().items():
        for parameter in set(shapes().predicates(shape)) - NO_CONSTRAINT:
            name = str(parameter).removeprefix(str(SH))
            component = COMPONENTS.get(name, name[0].upper() + name[1:] + "ConstraintComponent")
            if component:
                stated.add((rule, component))
    assert sorted(stated - broken) == []


@pytest.mark.parametrize("rule", FOLDERS)
def test_a_rule_tells_what_is_wrong_and_how_to_mend_it(rule: str) -> None:
    shape = URIRef(HRS + rule)
    for told in (SH.name, SH.description, SH.message):
        assert [getattr(value, "language", None) for value in shapes().objects(shape, told)] == ["en"], f"{rule}: {told}"
    assert len(list(shapes().objects(shape, SH.severity))) == 1
    assert str(shapes().value(shape, SH.message)).endswith(".")
    assert shapes().value(shape, SH.severity) in (SH.Violation, SH.Warning, SH.Info)


def test_every_shape_has_a_name_of_its_own_and_is_used() -> None:
    graph = shapes()
    named = set(graph.subjects(RDF.type, SH.NodeShape)) | set(graph.subjects(RDF.type, SH.PropertyShape))
    assert [shape for shape in named if not str(shape).startswith(HRS)] == []
    used = {shape for target in TARGETS for shape in graph.subjects(target)}
    for reference in (SH.property, SH.node, SH["not"], SH.qualifiedValueShape):
        used |= set(graph.objects(None, reference))
    assert sorted(map(str, named - used)) == []


def test_targets_and_paths_use_terms_of_the_ontology() -> None:
    """A misspelt class or property makes a rule pass in silence."""
    core = ROOT / "ontology" / "core.ttl"
    if not core.exists():
        pytest.skip("ontology/core.ttl is missing")
    known = set(Graph().parse(core).subjects())
    hrc = "https://w3id.org/rights-claims/ontology#"
    said = {term for triple in shapes() for term in triple if isinstance(term, URIRef) and term.startswith(hrc)}
    assert sorted(said - known) == []

"""Planted violations of each component of SHACL: the tool's engine, pySHACL and pyshifty find all of them, and nothing else.

What is planted is known from how it was planted (``tests/planted``), not from any engine. ``tests/planted/cases`` keeps what
the engines do not agree on: ``NAME.ttl`` is data and shapes in one, with a comment that says why, and ``NAME.tsv`` has the
results that the Recommendation asks for (``SHACL``) and those of the engines that depart from it.
"""

from __future__ import annotations

import functools
import gc
import random
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from planted import combined, queries, sets, values
from planted.world import NAMESPACE, Key, World
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.term import Node
from test_shapes import queries_parsed_once

from kg_builder.graphs import nt, to_rdflib
from kg_builder.validation import validate

__all__ = ["queries_parsed_once"]

COMPONENTS = {**values.COMPONENTS, **sets.COMPONENTS, **queries.COMPONENTS}
CASES = sorted((Path(__file__).parent / "planted" / "cases").glob("*.ttl"))
ENOUGH = 1000
ENGINES = ("kg-builder", "pySHACL", "pyshifty")
PARTS = (SH.sourceShape, SH.focusNode, SH.resultPath, SH.value, SH.sourceConstraintComponent, SH.resultSeverity)
FORMS = ((SH.inversePath, "^{}"), (SH.zeroOrMorePath, "{}*"), (SH.oneOrMorePath, "{}+"), (SH.zeroOrOnePath, "{}?"))


@functools.lru_cache(maxsize=1)
def planted_world(component: str) -> World:
    world = World(component)
    for _ in range(20):
        COMPONENTS[component](world)
        if all(world.planted_for(engine).total() >= ENOUGH for engine in ENGINES):
            return world
    raise AssertionError(f"{component}: too little is planted")


def path_text(graph: Graph, path: Node) -> str:
    """A path as SPARQL writes it, with sequences and alternatives in brackets."""
    if not isinstance(path, BNode):
        return str(path).removeprefix(NAMESPACE)
    if (path, RDF.first, None) in graph:
        return "(" + "/".join(path_text(graph, part) for part in Collection(graph, path)) + ")"
    for form, written in FORMS:
        if inner := graph.value(path, form):
            return written.format(path_text(graph, inner))
    alternatives = graph.value(path, SH.alternativePath)
    assert alternatives is not None, "a path without a form"
    return "(" + "|".join(path_text(graph, part) for part in Collection(graph, alternatives)) + ")"


def shown(term: Node | None) -> str:
    return "-" if term is None else nt(term)


def keys(report: Graph, shapes: Graph) -> Counter[Key]:
    """The results of a report; those about literals that no shape asked for are left out."""
    said: dict[Node, dict[Node, Node]] = {}
    for subject, predicate, value in report:
        if predicate in PARTS:
            said.setdefault(subject, {})[predicate] = value

    def key(result: dict[Node, Node]) -> Key:
        shape, focus, path, value, component, severity = map(result.get, PARTS)
        if isinstance(path, BNode) and (path, None, None) not in report:  # pyshifty 0.5 leaves longer paths empty.
            path = shapes.value(shape, SH.path)
        return Key(
            shown(shape),
            shown(focus),
            path_text(report if (path, None, None) in report else shapes, path) if path else "-",
            shown(value),
            str(component).removeprefix(str(SH)),
            str(severity).removeprefix(str(SH)),
        )

    return Counter(
        each
        for each in (key(said[result]) for result in report.objects(None, SH.result))
        if each.component.endswith("ConstraintComponent")
    )


@functools.cache
def loose(term: str, engine: str) -> str:
    """A term as it comes out of an engine.

    rdflib writes language tags in small letters, which RDF allows. What goes through pyshifty loses the names of blank nodes,
    and its literals are rewritten when rdflib reads the report.
    """
    if term.startswith('"') and term.endswith(">") and engine == "pyshifty":
        [quad] = ox.parse(f"_:x <x:> {term} .", ox.RdfFormat.N_TRIPLES)
        assert isinstance(quad.object, ox.Literal)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # rdflib warns of ill-typed literals.
            return nt(Literal(quad.object.value, datatype=URIRef(quad.object.datatype.value)))
    if term.startswith("_:") and engine == "pyshifty":
        return "_:"
    start = term.rfind('"@')
    return term if start < 0 or term.endswith('"') else term[:start] + term[start:].lower()


def loosely(found: Counter[Key], engine: str) -> Counter[Key]:
    """Results as far as engines can agree on them: shapes without a name are alike, and so are their longer paths in pyshifty."""
    plain: Counter[Key] = Counter()
    for key, times in found.items():
        nameless = key.shape.startswith("_:")
        plain[
            key._replace(
                shape="_:" if nameless else key.shape,
                focus=loose(key.focus, engine),
                path="-" if nameless and engine == "pyshifty" and not key.path.isalnum() else key.path,
                value=loose(key.value, engine),
            )
        ] += times
    return plain


def parsed(text: str) -> Graph:
    return to_rdflib(ox.parse(text, ox.RdfFormat.TURTLE))


def report_of(engine: str, data: Graph, shapes: Graph) -> Graph:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rdflib and pySHACL warn of ill-typed literals.
        if engine == "kg-builder":
            result = validate(data, shapes)
            assert result.fallback == ""
            return result.graph
        if engine == "pySHACL":
            _, report, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
            assert isinstance(report, Graph), text
            return report
        shifty = pytest.importorskip("shifty", reason="the second engine, pyshifty, is not installed")
        report = shifty.validate(data, shapes, infer=False, graph_mode="data")[1]
        assert isinstance(report, Graph)
        return report


def found(engine: str, data: Graph, shapes: Graph) -> Counter[Key]:
    return loosely(keys(report_of(engine, data, shapes), shapes), engine)


@functools.lru_cache(maxsize=4)
def parsed_world(component: str, engine: str) -> tuple[Graph, Graph]:
    world = planted_world(component)
    known = parsed_world(component, "") if engine else None
    if known and not world.beyond.get(engine):
        return known
    return known[0] if known else parsed(world.data()), parsed(world.shape_text(engine))


@pytest.fixture(scope="module", autouse=True)
def rare_garbage_collection() -> Iterator[None]:
    """Graphs of rdflib are many small objects, over which Python's collector would go again and again."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 20, 20)
    yield
    gc.set_threshold(*before)


@pytest.mark.usefixtures("queries_parsed_once")
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("component", COMPONENTS)
def test_what_was_planted_is_found_and_nothing_else(component: str, engine: str) -> None:
    world = planted_world(component)
    wanted = world.planted_for(engine)
    assert wanted.total() >= ENOUGH
    assert world.conforming >= 50
    assert found(engine, *parsed_world(component, engine)) == loosely(wanted, engine)


def case_rows(path: Path, engine: str) -> Counter[tuple[str, ...]]:
    """What a case says of an engine: without a line of its own, it gives what the Recommendation asks for."""
    lines = [line.split("\t") for line in path.with_suffix(".tsv").read_text("utf-8").splitlines()]
    rows = [line[1:] for line in lines if line[0] == engine] or [line[1:] for line in lines if line[0] == "SHACL"]
    return Counter(tuple(loose(term, engine) for term in row) for row in rows if row != ["nothing"])


def brief(key: Key, engine: str) -> tuple[str, ...]:
    """A result as a case has it."""

    def term(text: str) -> str:
        if text.startswith("_:"):
            return "_:"
        return text[1:-1].removeprefix(NAMESPACE) if text.startswith("<") else loose(text, engine)

    return term(key.focus), key.path, term(key.value), key.component.removesuffix("ConstraintComponent")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_where_the_engines_differ_the_recommendation_decides(path: Path, engine: str) -> None:
    graph = parsed(path.read_text("utf-8"))
    wanted = case_rows(path, engine)
    if wanted == Counter([("gives up",)]):
        with pytest.raises(ArithmeticError):
            found(engine, graph, graph)
        return
    assert Counter(brief(key, engine) for key in found(engine, graph, graph).elements()) == wanted


def test_in_each_case_an_engine_departs_and_it_is_not_ours() -> None:
    for path in CASES:
        assert case_rows(path, ENGINES[0]) == case_rows(path, "SHACL"), path.stem
        assert any(case_rows(path, engine) != case_rows(path, "SHACL") for engine in ENGINES[1:]), path.stem


@pytest.mark.parametrize(("engine", "first"), [(engine, 10 * n) for engine in ENGINES[1:] for n in range(10)])
def test_shapes_made_by_chance_mean_the_same(engine: str, first: int) -> None:
    literals = combined.LITERALS + combined.STRANGE * (engine == "pyshifty")
    results = 0
    for seed in range(first, first + 10):
        chance = random.Random(f"{engine} {seed}")  # noqa: S311
        data, shapes = parsed(combined.graph(chance, literals)), parsed(combined.shapes(chance))
        here = keys(report_of("kg-builder", data, shapes), shapes)
        assert loosely(here, engine) == found(engine, data, shapes), f"seed {seed}"
        results += here.total()
    assert results > 200

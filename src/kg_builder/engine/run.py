"""Shapes as they are run: each constraint looks at all its nodes in one go, and conformance to a shape is remembered."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Set
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

import pyoxigraph as ox
import rdflib
from rdflib import RDF, SH
from rdflib.term import Node

from kg_builder.engine.data import Index
from kg_builder.engine.store import Workspace
from kg_builder.engine.terms import to_term
from kg_builder.graphs import nt

Pairs = list[tuple[str, Collection[str]]]
"""Focus nodes, each with its value nodes."""
Step = Callable[[str], Collection[str]]


class RawResult(NamedTuple):
    """One validation result; ``path`` may be a blank node of the shapes graph, ``constraint`` is that of ``sh:sparql``."""

    focus: Node | None
    path: Node | None
    value: Node | None
    component: rdflib.URIRef | None
    shape: Node | None
    severity: Node
    messages: tuple[rdflib.Literal, ...]
    constraint: Node | None


class Found(NamedTuple):
    focus: str
    value: str | None = None
    path: Node | None = None
    bound: dict[str, str] | None = None
    """The variables of a SPARQL result, for its message."""


Test = Callable[["Run", Pairs], Iterable[Found]]


@dataclass(frozen=True, slots=True)
class Check:
    component: rdflib.URIRef
    test: Test
    constraint: Node | None = None
    messages: tuple[rdflib.Literal, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    node: Node
    text: str
    """In SPARQL's syntax."""
    steps: Callable[[Index], Step]


@dataclass(slots=True, eq=False)
class Shape:
    node: Node
    path: Path | None
    severity: Node
    messages: tuple[rdflib.Literal, ...]
    deactivated: bool
    checks: list[Check] = field(default_factory=list)
    properties: list[Shape] = field(default_factory=list)


class Run:
    """One validation of one graph."""

    def __init__(self, index: Index, whole: ox.Store | None = None) -> None:
        self.index = index
        self.workspace = Workspace(index, whole)
        self._judged: dict[Shape, tuple[set[str], set[str]]] = {}
        """Of each shape that other shapes ask about: nodes that were asked for, and those that do not conform."""

    def report(self, shape: Shape, nodes: Collection[str]) -> Iterator[RawResult]:
        if shape.deactivated or not nodes:
            return
        pairs = self._pairs(shape, nodes)
        path = shape.path.node if shape.path else None
        for check in shape.checks:
            for found in check.test(self, pairs):
                yield RawResult(
                    to_term(found.focus),
                    found.path or path,
                    None if found.value is None else to_term(found.value),
                    check.component,
                    shape.node,
                    shape.severity,
                    _messages({*check.messages, *shape.messages}, found.bound),
                    check.constraint,
                )
        for child in shape.properties:
            yield from self.report(child, [value for _, values in pairs for value in values])

    def failing(self, shape: Shape, nodes: Iterable[str]) -> Set[str]:
        """Which of these nodes, and of any that were asked for before, do not conform to the shape."""
        known, wrong = self._judged.setdefault(shape, (set(), set()))
        new = [node for node in dict.fromkeys(nodes) if node not in known]
        known.update(new)
        if new and not shape.deactivated:
            pairs = self._pairs(shape, new)
            for check in shape.checks:
                wrong.update(found.focus for found in check.test(self, pairs))
            for child in shape.properties:
                if amiss := self.failing(child, [value for _, values in pairs for value in values]):
                    wrong.update(focus for focus, values in pairs if not amiss.isdisjoint(values))
        return wrong

    def _pairs(self, shape: Shape, nodes: Collection[str]) -> Pairs:
        if shape.path is None:
            return [(node, (node,)) for node in nodes]
        return list(zip(nodes, map(shape.path.steps(self.index), nodes), strict=True))


def _messages(messages: set[rdflib.Literal], bound: dict[str, str] | None) -> tuple[rdflib.Literal, ...]:
    if bound is not None:
        for name, value in bound.items():
            messages = {rdflib.Literal(m.replace(f"{{?{name}}}", value).replace(f"{{${name}}}", value)) for m in messages}
    return tuple(sorted(messages, key=str))


_Counter = Callable[[Run, Pairs], Iterator[tuple[str, int]]]


def qualify(wanted: Shape, siblings: list[Shape], run: Run, pairs: Pairs) -> Iterator[tuple[str, int]]:
    """How many value nodes of each focus node conform to a shape, and to none of its siblings."""
    nodes = [v for _, vs in pairs for v in vs]
    wrong, others = run.failing(wanted, nodes), [run.failing(each, nodes) for each in siblings]
    if not others:
        return ((f, len([v for v in vs if v not in wrong])) for f, vs in pairs)
    return ((f, len([v for v in vs if v not in wrong and all(v in other for other in others)])) for f, vs in pairs)


def too_few(count: _Counter, least: int, run: Run, pairs: Pairs) -> Iterator[Found]:
    return (Found(f) for f, n in count(run, pairs) if n < least)


def too_many(count: _Counter, most: int, run: Run, pairs: Pairs) -> Iterator[Found]:
    return (Found(f) for f, n in count(run, pairs) if n > most)


def each_value(component: rdflib.URIRef, good: Callable[[str], bool]) -> Check:
    """The check that looks at each value node alone."""
    return Check(component, lambda _, pairs: [Found(f, v) for f, vs in pairs for v in vs if not good(v)])


def paired(
    component: rdflib.URIRef, predicates: list[Node], test: Callable[[str, Collection[str], Collection[str]], Iterable[Found]]
) -> Iterator[Check]:
    """The checks that compare the value nodes with the values of another property."""

    def compare(predicate: str, run: Run, pairs: Pairs) -> Iterator[Found]:
        objects = run.index.objects(predicate)
        for f, vs in pairs:
            there = objects.get(f, ())
            if vs or there:
                yield from test(f, dict.fromkeys(vs), dict.fromkeys(there))

    for predicate in predicates:
        yield Check(component, partial(compare, nt(predicate)))


def combined(component: rdflib.URIRef, amiss: Callable[[Run, list[str]], Set[str]]) -> Check:
    """The check that asks of all value nodes at once which ones conform to other shapes not as they should."""

    def test(run: Run, pairs: Pairs) -> Iterable[Found]:
        wrong = amiss(run, list(dict.fromkeys(v for _, vs in pairs for v in vs)))
        return [Found(f, v) for f, vs in pairs for v in vs if v in wrong] if wrong else ()

    return Check(component, test)


def not_all(shapes: list[Shape], run: Run, nodes: list[str]) -> Set[str]:
    """The nodes that fail one of the shapes."""
    return set[str]().union(*(run.failing(shape, nodes) for shape in shapes))


def not_any(shapes: list[Shape], run: Run, nodes: list[str]) -> Set[str]:
    """The nodes that fail each of the shapes; a shape is asked only about those that failed the shapes before it."""
    for shape in shapes:
        wrong = run.failing(shape, nodes)
        nodes = [node for node in nodes if node in wrong]
    return set(nodes)


def not_one(shapes: list[Shape], run: Run, nodes: list[str]) -> Set[str]:
    """The nodes that conform to none of the shapes, or to several."""
    failing = [run.failing(shape, nodes) for shape in shapes]
    return {node for node in nodes if sum(node in wrong for wrong in failing) != len(shapes) - 1}


def conforming(shape: Shape, run: Run, nodes: list[str]) -> Set[str]:
    """The nodes that conform to the shape."""
    return set(nodes) - run.failing(shape, nodes)


def sequence(parts: list[Path], index: Index) -> Step:
    steps = [part.steps(index) for part in parts]

    def walk(node: str) -> Collection[str]:
        found: Collection[str] = (node,)
        for step in steps:
            found = {end: None for start in found for end in step(start)}
        return found

    return walk


def alternative(parts: list[Path], index: Index) -> Step:
    steps = [part.steps(index) for part in parts]
    return lambda node: {end: None for step in steps for end in step(node)}


def optional(step: Step) -> Step:
    return lambda node: {node: None, **dict.fromkeys(step(node))}


def repeat(step: Step, *, zero: bool) -> Step:
    def walk(node: str) -> Collection[str]:
        found = dict.fromkeys((node,) if zero else step(node))
        open_ = list(found)
        while open_:
            for each in step(open_.pop()):
                if each not in found:
                    found[each] = None
                    open_.append(each)
        return found

    return walk


def to_report(results: Iterable[RawResult], shapes: rdflib.Graph) -> rdflib.Graph:
    """The standard ``sh:ValidationReport``; it conforms where it has no result."""
    graph = rdflib.Graph()
    report = rdflib.BNode("kg-builder-report")
    graph.add((report, RDF.type, SH.ValidationReport))
    conforms, paths = True, list[Node | None]()
    for number, result in enumerate(results):
        conforms = False
        node = rdflib.BNode(f"{report}-{number:09}")  # in the order of the results, the same each time
        graph.add((report, SH.result, node))
        graph.add((node, RDF.type, SH.ValidationResult))
        for predicate, value in (
            (SH.focusNode, result.focus),
            (SH.resultPath, result.path),
            (SH.value, result.value),
            (SH.sourceConstraintComponent, result.component),
            (SH.sourceShape, result.shape),
            (SH.resultSeverity, result.severity),
            (SH.sourceConstraint, result.constraint),
            *((SH.resultMessage, message) for message in result.messages),
        ):
            if value is not None:
                graph.add((node, predicate, value))
        paths.append(result.path)
    graph.add((report, SH.conforms, rdflib.Literal(conforms)))
    return graph + describe_paths(paths, shapes)


def describe_paths(paths: Iterable[Node | None], shapes: rdflib.Graph) -> rdflib.Graph:
    """What the shapes say of those paths that are more than a predicate."""
    graph = rdflib.Graph()
    open_ = list(paths)
    while open_:
        part = open_.pop()
        if isinstance(part, rdflib.BNode) and (part, None, None) not in graph:
            for triple in shapes.triples((part, None, None)):
                graph.add(triple)
                open_.append(triple[2])
    return graph

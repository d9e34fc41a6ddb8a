"""Turns a shapes graph into a plan: which checks look at which nodes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import pyoxigraph as ox
import rdflib
from rdflib import OWL, RDF, RDFS, SH
from rdflib.term import Node

from kg_builder.engine.data import RDF_TYPE, Index, Unsupported
from kg_builder.engine.query import Query, ask
from kg_builder.engine.run import (
    Check,
    Found,
    Pairs,
    Path,
    RawResult,
    Run,
    Shape,
    alternative,
    combined,
    conforming,
    each_value,
    not_all,
    not_any,
    not_one,
    optional,
    paired,
    qualify,
    repeat,
    sequence,
    too_few,
    too_many,
)
from kg_builder.engine.targets import Target, find_nodes, read_targets
from kg_builder.engine.terms import characters, compare, fits, language_of, matches, stands
from kg_builder.graphs import nt
from kg_builder.vocabulary import compact
from kg_builder.worker import doing

MAX_NESTING = 60
"""How deep shapes may lie in shapes, and paths in paths."""
_PARTS = re.compile(
    "path|targetClass|targetNode|targetSubjectsOf|targetObjectsOf|severity|message|deactivated|name|description|order|group|"
    "defaultValue|flags|ignoredProperties|qualifiedMinCount|qualifiedMaxCount|qualifiedValueShapesDisjoint|"
    # What makes a SPARQL constraint: a node may be a shape and its own constraint.
    "select|prefixes|declare"
)
"""What a shape may say without a constraint of that name."""
_BEYOND = ("js", "rule", "expression", "target", "entailment", "parameter", "validator", "nodeValidator", "propertyValidator")
_ONLY_WITH_PATH = (SH.minCount, SH.maxCount, SH.uniqueLang, SH.lessThan, SH.lessThanOrEquals, SH.qualifiedValueShape)


@dataclass(frozen=True, slots=True)
class Plan:
    """Compiled shapes: the targets of each shape that has any."""

    targets: list[tuple[Shape, Target]]

    def run(
        self,
        data: Index | Iterable[ox.Quad],
        nodes: Mapping[Target, list[str]] | None = None,
        whole: ox.Store | None = None,
    ) -> list[RawResult]:
        """All validation results; ``nodes`` is what the targets find, and ``whole`` a store of the data, where there are such.

        Raises Unsupported for data that only the other engine can judge.
        """
        index = data if isinstance(data, Index) else Index(data)
        if nodes is None:
            nodes = find_nodes(index, (target for _, target in self.targets))
        run = Run(index, whole)
        results: list[RawResult] = []
        for shape, target in self.targets:
            doing(compact(str(shape.node)))
            results += run.report(shape, nodes[target])
        return results


def compile_shapes(shapes: rdflib.Graph) -> Plan:
    """The plan of a shapes graph; raises :class:`Unsupported` with the reason where it needs more than this engine has."""
    for name in _BEYOND:
        if (None, SH[name], None) in shapes:
            raise Unsupported(f"sh:{name}")
    compiler = Compiler(shapes)
    kinds = (SH.NodeShape, SH.PropertyShape)
    for node in sorted({node for kind in kinds for node in shapes.subjects(RDF.type, kind)}, key=nt):
        compiler.shape(node)
    return Plan([(compiler.shape(node), target) for node, target in read_targets(shapes).items()])


class Compiler:
    """Turns the shapes of a graph into checks, each shape once."""

    def __init__(self, graph: rdflib.Graph) -> None:
        self.graph = graph
        self._done: dict[Node, Shape] = {}
        self._open: list[Node] = []

    def shape(self, node: Node) -> Shape:
        if node in self._done:
            return self._done[node]
        if node in self._open or len(self._open) > MAX_NESTING or isinstance(node, rdflib.Literal):
            raise Unsupported("shapes that hold themselves, or lie too deep in each other")
        self._open.append(node)
        said = self._said(node)
        paths = said.get(SH.path, [])
        kinds = set(self.graph.objects(node, RDF.type))
        if len(paths) > 1 or (paths and SH.NodeShape in kinds) or (not paths and SH.PropertyShape in kinds):
            raise Unsupported("a shape that is neither a node shape nor a property shape")
        shape = Shape(
            node=node,
            path=self.path(paths[0]) if paths else None,
            severity=only(said.get(SH.severity, [SH.Violation])),
            messages=tuple(m for m in said.get(SH.message, []) if isinstance(m, rdflib.Literal)),
            deactivated=any(self._true(value) for value in said.get(SH.deactivated, [])),
        )
        for parameter, values in said.items():
            name = str(parameter).removeprefix(str(SH))
            if _PARTS.fullmatch(name):
                continue
            if parameter == SH.property:
                shape.properties = [self.shape(value) for value in values]
                if any(child.path is None for child in shape.properties):
                    raise Unsupported("sh:property of what is no property shape")
            else:
                make = getattr(self, "_" + name, None)
                if make is None or (parameter in _ONLY_WITH_PATH and not paths):
                    raise Unsupported(f"{parameter} in this place")
                shape.checks += make(values, said, shape)
        self._open.pop()
        self._done[node] = shape
        return shape

    def _said(self, node: Node) -> dict[Node, list[Node]]:
        """What a shape says in the terms of SHACL, sorted."""
        said: dict[Node, list[Node]] = {}
        for predicate, value in sorted(self.graph.predicate_objects(node), key=lambda pair: tuple(map(nt, pair))):
            if str(predicate).startswith(str(SH)):
                said.setdefault(predicate, []).append(value)
        return said

    def members(self, node: Node) -> list[Node]:
        """The members of a well-formed list."""
        found: list[Node] = []
        seen = set()
        while node != RDF.nil:
            firsts, rests = list(self.graph.objects(node, RDF.first)), list(self.graph.objects(node, RDF.rest))
            if node in seen or len(firsts) != 1 or len(rests) != 1:
                raise Unsupported("a list that is not well-formed")
            seen.add(node)
            found += firsts
            node = rests[0]
        return found

    def path(self, node: Node, depth: int = 0) -> Path:
        if isinstance(node, rdflib.URIRef):
            predicate = nt(node)
            return Path(node, predicate, lambda index: index.objects(predicate).__getitem__)
        if depth > MAX_NESTING or isinstance(node, rdflib.Literal):
            raise Unsupported("a path that is too deep, or none")
        if (node, RDF.first, None) in self.graph:
            parts = [self.path(each, depth + 1) for each in self.members(node)]
            return Path(node, "(" + "/".join(part.text for part in parts) + ")", lambda index: sequence(parts, index))
        forms = (SH.inversePath, SH.alternativePath, SH.zeroOrMorePath, SH.oneOrMorePath, SH.zeroOrOnePath)
        stated = [(form, inner) for form in forms for inner in self.graph.objects(node, form)]
        if len(stated) != 1:
            raise Unsupported("a path that is not well-formed")
        form, inner = stated[0]
        if form == SH.alternativePath:
            parts = [self.path(each, depth + 1) for each in self.members(inner)]
            return Path(node, "(" + "|".join(part.text for part in parts) + ")", lambda index: alternative(parts, index))
        one = self.path(inner, depth + 1)
        if form == SH.inversePath:
            if not isinstance(inner, rdflib.URIRef):
                raise Unsupported("the inverse of a longer path")
            return Path(node, f"(^{one.text})", lambda index: index.subjects(one.text).__getitem__)
        if form == SH.zeroOrOnePath:
            return Path(node, f"({one.text}?)", lambda index: optional(one.steps(index)))
        zero = form == SH.zeroOrMorePath
        return Path(node, f"({one.text}{'*' if zero else '+'})", lambda index: repeat(one.steps(index), zero=zero))

    # One method a parameter, named as the parameter is.

    def _class(self, values: list[Node], *_: object) -> Iterator[Check]:
        def test(cls: str, run: Run, pairs: Pairs) -> Iterator[Found]:
            good, types = run.index.narrower(cls), run.index.objects(RDF_TYPE)
            return (Found(f, v) for f, vs in pairs for v in vs if good.isdisjoint(types.get(v, ())))

        for value in values:
            yield Check(SH.ClassConstraintComponent, partial(test, nt(value)))

    def _datatype(self, values: list[Node], *_: object) -> Iterator[Check]:
        datatype = nt(only(values))
        if datatype in (nt(RDFS.Literal), nt(RDFS.Datatype)):
            raise Unsupported("sh:datatype of a class of literals")
        yield each_value(SH.DatatypeConstraintComponent, lambda v: fits(v, datatype))

    def _nodeKind(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        kind = str(only(values)).removeprefix(str(SH))
        starts = tuple(start for start, name in (("<", "IRI"), ("_", "BlankNode"), ('"', "Literal")) if name in kind)
        yield each_value(SH.NodeKindConstraintComponent, lambda v: v.startswith(starts))

    def _minCount(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        n = self._number(values)
        yield Check(SH.MinCountConstraintComponent, lambda _, pairs: [Found(f) for f, vs in pairs if len(vs) < n])

    def _maxCount(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        n = self._number(values)
        yield Check(SH.MaxCountConstraintComponent, lambda _, pairs: [Found(f) for f, vs in pairs if len(vs) > n])

    def _minLength(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        n = self._number(values)
        yield each_value(SH.MinLengthConstraintComponent, lambda v: v[0] != "_" and len(characters(v)) >= n)

    def _maxLength(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        n = self._number(values)
        yield each_value(SH.MaxLengthConstraintComponent, lambda v: v[0] != "_" and len(characters(v)) <= n)

    def _pattern(self, values: list[Node], said: dict[Node, list[Node]], *_: object) -> Iterator[Check]:
        flags = str(only(said.get(SH.flags, [rdflib.Literal("")])))
        if set(flags) - set("ims"):
            raise Unsupported("sh:flags other than i, m and s")
        for value in values:
            try:
                find = re.compile(
                    _ended(str(value)) if "m" not in flags else str(value), sum(getattr(re, flag.upper()) for flag in set(flags))
                ).search
            except re.error:
                raise Unsupported("a pattern that Python does not read") from None
            yield each_value(SH.PatternConstraintComponent, partial(matches, find))

    def _languageIn(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        ranges = [str(each).lower() for each in self.members(only(values))]
        exact, starts = set(ranges), tuple(each + "-" for each in ranges)
        yield each_value(
            SH.LanguageInConstraintComponent,
            lambda v: bool(tag := language_of(v)) and ("*" in exact or tag in exact or tag.startswith(starts)),
        )

    def _uniqueLang(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        def test(_: Run, pairs: Pairs) -> Iterator[Found]:
            for focus, nodes in pairs:
                if len(nodes) > 1:
                    tags = [tag for tag in map(language_of, nodes) if tag]
                    yield from (Found(focus) for tag in set(tags) if tags.count(tag) > 1)

        if nt(only(values)) == nt(rdflib.Literal(True)):
            yield Check(SH.UniqueLangConstraintComponent, test)

    def _range(self, component: rdflib.URIRef, values: list[Node], *good: int) -> Iterator[Check]:
        for value in map(nt, values):
            yield each_value(component, partial(stands, value, good))

    def _minInclusive(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        return self._range(SH.MinInclusiveConstraintComponent, values, 0, 1)

    def _minExclusive(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        return self._range(SH.MinExclusiveConstraintComponent, values, 1)

    def _maxInclusive(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        return self._range(SH.MaxInclusiveConstraintComponent, values, 0, -1)

    def _maxExclusive(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        return self._range(SH.MaxExclusiveConstraintComponent, values, -1)

    def _equals(self, values: list[Node], *_: object) -> Iterator[Check]:
        def test(f: str, here: Collection[str], there: Collection[str]) -> Iterator[Found]:
            yield from (Found(f, v) for v in here if v not in there)
            yield from (Found(f, v) for v in there if v not in here)

        return paired(SH.EqualsConstraintComponent, values, test)

    def _disjoint(self, values: list[Node], *_: object) -> Iterator[Check]:
        return paired(SH.DisjointConstraintComponent, values, lambda f, here, there: (Found(f, v) for v in here if v in there))

    def _lessThan(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        return paired(
            SH.LessThanConstraintComponent,
            values,
            lambda f, here, there: (Found(f, v) for v in here for w in there if compare(v, w) != -1),
        )

    def _lessThanOrEquals(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        return paired(
            SH.LessThanOrEqualsConstraintComponent,
            values,
            lambda f, here, there: (Found(f, v) for v in here for w in there if compare(v, w) not in (-1, 0)),
        )

    def _hasValue(self, values: list[Node], *_: object) -> Iterator[Check]:  # noqa: N802
        def test(value: str, _: Run, pairs: Pairs) -> Iterable[Found]:
            return [Found(f) for f, vs in pairs if value not in vs]

        for value in values:
            yield Check(SH.HasValueConstraintComponent, partial(test, nt(value)))

    def _in(self, values: list[Node], *_: object) -> Iterator[Check]:
        allowed = set(map(nt, self.members(only(values))))
        yield each_value(SH.InConstraintComponent, allowed.__contains__)

    def _closed(self, values: list[Node], said: dict[Node, list[Node]], *_: object) -> Iterator[Check]:
        children = [path for child in said.get(SH.property, []) for path in self.graph.objects(child, SH.path)]
        ignored = [each for value in said.get(SH.ignoredProperties, []) for each in self.members(value)]
        allowed = {nt(each) for each in children + ignored}

        def test(run: Run, pairs: Pairs) -> Iterator[Found]:
            for predicate in run.index.predicates():
                if predicate not in allowed:
                    objects = run.index.objects(predicate)
                    path = rdflib.URIRef(predicate[1:-1])
                    yield from (Found(f, o, path) for f, vs in pairs for v in vs if v in objects for o in objects[v])

        if self._true(only(values)):
            yield Check(SH.ClosedConstraintComponent, test)

    def _node(self, values: list[Node], *_: object) -> Iterator[Check]:
        shapes = [self.shape(value) for value in values]
        if any(shape.path for shape in shapes):
            raise Unsupported("sh:node of a property shape")
        for shape in shapes:
            yield combined(SH.NodeConstraintComponent, partial(not_all, [shape]))

    def _not(self, values: list[Node], *_: object) -> Iterator[Check]:
        for shape in map(self.shape, values):
            yield combined(SH.NotConstraintComponent, partial(conforming, shape))

    def _and(self, values: list[Node], *_: object) -> Iterator[Check]:
        for shapes in self._lists(values):
            yield combined(SH.AndConstraintComponent, partial(not_all, shapes))

    def _or(self, values: list[Node], *_: object) -> Iterator[Check]:
        for shapes in self._lists(values):
            yield combined(SH.OrConstraintComponent, partial(not_any, shapes))

    def _xone(self, values: list[Node], *_: object) -> Iterator[Check]:
        for shapes in self._lists(values):
            yield combined(SH.XoneConstraintComponent, partial(not_one, shapes))

    def _qualifiedValueShape(self, values: list[Node], said: dict[Node, list[Node]], shape: Shape) -> Iterator[Check]:  # noqa: N802
        least, most = (said.get(SH[f"qualified{name}Count"]) for name in ("Min", "Max"))
        low, high = self._number(least) if least else 0, self._number(most) if most else None
        if not least and not most:
            raise Unsupported("sh:qualifiedValueShape without a count")
        disjoint = any(map(self._true, said.get(SH.qualifiedValueShapesDisjoint, [])))
        parents = self.graph.subjects(SH.property, shape.node) if disjoint else ()
        near = {q for parent in parents for each in self.graph.objects(parent, SH.property) for q in self._qualified(each)}
        for value in values:
            wanted, siblings = self.shape(value), [self.shape(each) for each in sorted(near - {value}, key=nt)]

            count = partial(qualify, wanted, siblings)
            yield Check(SH.QualifiedMinCountConstraintComponent, partial(too_few, count, low))
            if high is not None:
                yield Check(SH.QualifiedMaxCountConstraintComponent, partial(too_many, count, high))

    def _qualified(self, shape: Node) -> Iterable[Node]:
        return self.graph.objects(shape, SH.qualifiedValueShape)

    def _sparql(self, values: list[Node], _: object, shape: Shape) -> Iterator[Check]:
        for node in values:
            if any(map(self._true, self.graph.objects(node, SH.deactivated))):
                continue
            prefixes = {}
            roots = self.graph.objects(node, SH.prefixes)
            for declared in {each for root in roots for each in self.graph.transitive_objects(root, OWL.imports)}:
                for each in self.graph.objects(declared, SH.declare):
                    name, namespace = (only(list(self.graph.objects(each, part))) for part in (SH.prefix, SH.namespace))
                    prefixes[str(name)] = str(namespace)
            query = Query.compile(prefixes, str(only(list(self.graph.objects(node, SH.select)))), shape.path)
            messages = tuple(m for m in self.graph.objects(node, SH.message) if isinstance(m, rdflib.Literal))
            test = partial(ask, (query, shape.path is None))
            yield Check(SH.SPARQLConstraintComponent, test, node, messages)

    def _lists(self, values: list[Node]) -> Iterator[list[Shape]]:
        for value in values:
            members = [self.shape(each) for each in self.members(value)]
            if not members:
                raise Unsupported("an empty list of shapes")
            yield members

    def _number(self, values: list[Node]) -> int:
        value = getattr(only(values), "value", None)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Unsupported("a count that is no whole number")
        return value

    def _true(self, value: Node) -> bool:
        if not isinstance(value, rdflib.Literal) or not isinstance(value.value, bool):
            raise Unsupported("a switch that is neither true nor false")
        return value.value


def _ended(pattern: str) -> str:
    """A pattern in which ``$`` is the end alone, not the line break before it too (XPath functions, section 5.6.1)."""
    return re.sub(
        r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\$", lambda found: r"\Z" if found[0] == "$" else found[0], pattern, flags=re.DOTALL
    )


def only(values: list[Node]) -> Node:
    if len(values) != 1:
        raise Unsupported("a parameter with several values, or none")
    return values[0]

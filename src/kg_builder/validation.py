"""Validates a graph against SHACL shapes. pySHACL decides; the results come back as values, counted and sorted."""

from __future__ import annotations

import logging
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from kg_builder.errors import NothingCheckedError, Problem, input_error
from kg_builder.graphs import read_rdflib
from kg_builder.sparql import guard
from kg_builder.vocabulary import compact, ontology_files

if TYPE_CHECKING:
    import rdflib

SEVERITIES = ("violation", "warning", "info")
"""Worst first."""
MAX_DEPTH = 60
"""How deep pySHACL follows shapes within shapes; its own bound of 15 is too low for lists in lists."""


@dataclass(frozen=True, order=True, slots=True)
class Result:
    """One validation result, in the terms of SHACL; IRIs are compact where a prefix is known, literals in N-Triples form."""

    severity: str
    shape: str
    focus: str
    path: str
    value: str
    component: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a validation found. ``focus_nodes`` are the nodes that at least one shape looked at."""

    results: tuple[Result, ...]
    focus_nodes: int
    shapes: int
    graph: rdflib.Graph = field(repr=False, compare=False)
    """The standard ``sh:ValidationReport``."""

    @property
    def conforms(self) -> bool:
        """True where there is no violation (warnings and infos allowed) and something was checked."""
        return self.focus_nodes > 0 and not self.count("violation")

    def count(self, severity: str) -> int:
        return sum(result.severity == severity for result in self.results)

    def at_least(self, severity: str) -> int:
        """How many results are as bad as ``severity``, or worse."""
        return sum(self.count(each) for each in SEVERITIES[: SEVERITIES.index(severity) + 1])

    def by_shape(self) -> list[tuple[str, list[Result]]]:
        """The results grouped by shape, worst first, then the most frequent."""
        groups: dict[str, list[Result]] = {}
        for result in self.results:
            groups.setdefault(result.shape, []).append(result)
        return sorted(groups.items(), key=lambda g: (SEVERITIES.index(g[1][0].severity), -len(g[1]), g[0]))

    def __str__(self) -> str:
        counts = Counter(result.severity for result in self.results)
        said = ", ".join(f"{counts[each]} {each}{'s' if counts[each] != 1 else ''}" for each in SEVERITIES)
        return f"{said}; {self.focus_nodes} nodes checked against {self.shapes} shapes"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(r.severity)}</td><td>{escape(r.shape)}</td><td>{escape(r.focus)}</td>"
            f"<td>{escape(r.path)}</td><td>{escape(r.message)}</td></tr>"
            for r in self.results[:100]
        )
        head = "<tr><th>severity</th><th>rule</th><th>node</th><th>path</th><th>message</th></tr>"
        return f"<p>{escape(str(self))}</p><table>{head}{rows}</table>" if rows else f"<p>{escape(str(self))}</p>"


def read_shapes(folder: Path | None = None) -> rdflib.Graph:
    """The tool's shapes with those that ``folder/ontology/shapes`` adds.

    Raises :class:`~kg_builder.errors.InputError` for what does not parse, and for SPARQL in shapes that would fetch.
    """
    import rdflib  # noqa: PLC0415

    shapes = rdflib.Graph()
    for path in ontology_files(folder, "shapes/*.ttl"):
        part = read_rdflib([str(path)])
        _guard_shapes(part, str(path))
        shapes += part
    return shapes


def validate(data: rdflib.Graph | str | Path | Iterable[str | Path], shapes: rdflib.Graph | None = None) -> Report:
    """Validate a graph, or RDF files read as one graph, against ``shapes`` (the tool's own where None).

    No inference is made. Raises :class:`~kg_builder.errors.NothingCheckedError` where no shape finds a node to look at, and
    :class:`~kg_builder.errors.InputError` for files that cannot be read.
    """
    import rdflib  # noqa: PLC0415 - costs a tenth of a second at start

    if not isinstance(data, rdflib.Graph):
        names = [data] if isinstance(data, str | Path) else list(data)
        data = read_rdflib(map(str, names))
    shapes = read_shapes() if shapes is None else shapes
    focus_nodes, used_shapes = _count_targets(data, shapes)
    if not focus_nodes:
        raise NothingCheckedError(
            Problem(
                "nothing was checked: no shape finds a node in the data that it should look at",
                mend="Is it the right file? The tool's shapes look at hrc:Statement, hrc:Claim, hrc:Event and so on.",
            )
        )
    report = _run_pyshacl(data, shapes)
    return Report(tuple(sorted(_results(report, shapes))), focus_nodes, used_shapes, report)


def _run_pyshacl(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """The validation report. The data has been read already, so what pySHACL fails on is the shapes."""
    import pyshacl  # noqa: PLC0415 - costs a quarter of a second at start
    import rdflib  # noqa: PLC0415

    logging.getLogger("pyshacl-validate").disabled = True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _, report, text = pyshacl.validate(
                data,
                shacl_graph=shapes,
                inference="none",
                allow_infos=True,
                allow_warnings=True,
                do_owl_imports=False,
                max_validation_depth=MAX_DEPTH,
            )
    except pyshacl.errors.ReportableRuntimeError as error:
        raise input_error(f"the shapes cannot be used: {error.message}") from None
    except Exception as error:
        raise input_error(f"the shapes cannot be used: {error or type(error).__name__}") from error
    if not isinstance(report, rdflib.Graph):
        raise input_error(f"the shapes cannot be used: {text}")
    return report


def _guard_shapes(shapes: rdflib.Graph, shown: str) -> None:
    sh = _shacl()
    for predicate in (sh.select, sh.ask, sh.construct, sh.update):
        for shape, query in shapes.subject_objects(predicate):
            guard(str(query), f"{shown}, the SPARQL of {compact(str(shape))}")


def _shacl() -> rdflib.Namespace:
    import rdflib  # noqa: PLC0415

    return rdflib.Namespace("http://www.w3.org/ns/shacl#")


def _count_targets(data: rdflib.Graph, shapes: rdflib.Graph) -> tuple[int, int]:
    """How many nodes the shapes' targets find, and how many shapes find any (targets as in SHACL 2.1.3)."""
    from rdflib import RDF, RDFS  # noqa: PLC0415

    sh = _shacl()
    nodes: set[rdflib.term.Node] = set()
    used = 0

    def instances(cls: rdflib.term.Node) -> set[rdflib.term.Node]:
        return {instance for each in data.transitive_subjects(RDFS.subClassOf, cls) for instance in data.subjects(RDF.type, each)}

    targeted = {s for p in (sh.targetClass, sh.targetNode, sh.targetSubjectsOf, sh.targetObjectsOf) for s in shapes.subjects(p)}
    implicit = {
        shape
        for kind in (sh.NodeShape, sh.PropertyShape)
        for shape in shapes.subjects(RDF.type, kind)
        if (shape, RDF.type, RDFS.Class) in shapes
    }
    for shape in targeted | implicit:
        found = set(shapes.objects(shape, sh.targetNode))
        for cls in [*shapes.objects(shape, sh.targetClass), *([shape] if shape in implicit else [])]:
            found |= instances(cls)
        for predicate in shapes.objects(shape, sh.targetSubjectsOf):
            found |= set(data.subjects(predicate))
        for predicate in shapes.objects(shape, sh.targetObjectsOf):
            found |= set(data.objects(None, predicate))
        nodes |= found
        used += bool(found)
    return len(nodes), used


def _results(report: rdflib.Graph, shapes: rdflib.Graph) -> Iterable[Result]:
    import rdflib  # noqa: PLC0415

    sh = _shacl()
    for node in report.objects(None, sh.result):

        def text(predicate: rdflib.URIRef, node: rdflib.term.Node = node) -> str:
            value = report.value(node, predicate)
            if isinstance(value, rdflib.URIRef):
                return compact(str(value))
            if isinstance(value, rdflib.BNode):
                return _path(value, report)
            return "" if value is None else value.n3()

        severity = text(sh.resultSeverity).rpartition("#")[2].lower()
        messages = sorted(str(message) for message in report.objects(node, sh.resultMessage))
        shape = report.value(node, sh.sourceShape)
        yield Result(
            severity=severity if severity in SEVERITIES else "violation",
            shape=_shape_name(shape, shapes),
            focus=text(sh.focusNode),
            path=text(sh.resultPath),
            value=text(sh.value),
            component=text(sh.sourceConstraintComponent).rpartition("#")[2],
            message=" ".join(messages),
        )


def _shape_name(shape: rdflib.term.Node | None, shapes: rdflib.Graph) -> str:
    """The rule's id: the shape's IRI, or for a shape without one that of the shape that holds it."""
    import rdflib  # noqa: PLC0415

    seen = set()
    while isinstance(shape, rdflib.BNode) and shape not in seen:
        seen.add(shape)
        shape = next(iter(sorted(shapes.subjects(None, shape), key=lambda s: isinstance(s, rdflib.BNode))), shape)
    return compact(str(shape)) if isinstance(shape, rdflib.URIRef) else "a shape without a name"


def _path(node: rdflib.BNode, report: rdflib.Graph) -> str:
    """A property path that is no IRI, in SPARQL's syntax as far as paths of shapes have it."""
    from rdflib import RDF  # noqa: PLC0415
    from rdflib.collection import Collection  # noqa: PLC0415

    sh = _shacl()

    def part(each: rdflib.term.Node | None) -> str:
        import rdflib  # noqa: PLC0415

        return _path(each, report) if isinstance(each, rdflib.BNode) else compact(str(each))

    if (node, RDF.first, None) in report:
        return "/".join(part(each) for each in Collection(report, node))
    for predicate, form in (
        (sh.inversePath, "^{}"),
        (sh.zeroOrMorePath, "{}*"),
        (sh.oneOrMorePath, "{}+"),
        (sh.zeroOrOnePath, "{}?"),
    ):
        inner = report.value(node, predicate)
        if inner is not None:
            return form.format(part(inner))
    alternatives = report.value(node, sh.alternativePath)
    if alternatives is not None:
        return "(" + "|".join(part(each) for each in Collection(report, alternatives)) + ")"
    return "_:node"

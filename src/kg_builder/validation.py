"""Validates a graph against SHACL shapes. pySHACL decides; the results come back as values, counted and sorted."""

from __future__ import annotations

import hashlib
import logging
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path

import pyshacl
import rdflib
from rdflib import RDF, SH
from rdflib.collection import Collection
from rdflib.term import Node

from kg_builder.engine import Index, Unsupported, compile_shapes, to_report
from kg_builder.errors import SEVERITIES, Location, NothingCheckedError, Problem, input_error, near_miss
from kg_builder.graphs import Source, nt, open_source, read_sources
from kg_builder.locate import Places
from kg_builder.shapes import find_targets, read_shapes
from kg_builder.vocabulary import compact, local_name

ENGINES = ("auto", "reference")
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
    mend: str = field(default="", compare=False)
    """How to mend it: the rule's ``sh:description``."""
    location: Location | None = field(default=None, compare=False)
    """The place of the offending triple in the file that it was read from."""
    source_line: str = field(default="", compare=False)
    origin: Location | None = field(default=None, compare=False)
    """For a statement's own graph: the place in claims.yaml."""
    words: str = field(default="", compare=False)
    """The words of the statement that the node stands for."""

    @property
    def fingerprint(self) -> str:
        """The same for the same result in another run, wherever its triple stands."""
        parts = "\x00".join((self.shape, self.component, self.focus, self.path, self.value))
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Report:
    """What a validation found. ``focus_nodes`` are the nodes that at least one shape looked at."""

    results: tuple[Result, ...]
    focus_nodes: int
    shapes: int
    graph: rdflib.Graph = field(repr=False, compare=False)
    """The standard ``sh:ValidationReport``."""
    idle: tuple[str, ...] = ()
    """The shapes that found nothing to look at."""
    fallback: str = ""
    """Why pySHACL made the report in place of the tool's own engine; empty where it did not have to."""
    known: int = 0
    """Results of a baseline, which are not in ``results``."""

    @property
    def conforms(self) -> bool:
        """True where there is no violation (warnings and infos allowed) and something was checked."""
        return self.focus_nodes > 0 and not self.count("violation")

    def count(self, severity: str) -> int:
        return sum(result.severity == severity for result in self.results)

    def at_least(self, severity: str) -> int:
        """How many results are as bad as ``severity``, or worse."""
        return sum(self.count(each) for each in SEVERITIES[: SEVERITIES.index(severity) + 1])

    def __str__(self) -> str:
        counts = Counter(result.severity for result in self.results)
        said = ", ".join(f"{counts[each]} {each}{'s' if counts[each] != 1 else ''}" for each in SEVERITIES)
        known = f" (and {self.known:,} known)" if self.known else ""
        nodes = f"{self.focus_nodes:,} node{'s' if self.focus_nodes != 1 else ''} checked"
        if not self.shapes:
            return f"{said}{known}; {nodes}, literals only"
        idle = f", {len(self.idle)} other{'s' if len(self.idle) != 1 else ''} found nothing to look at" if self.idle else ""
        engine = f"; by pySHACL: {self.fallback}" if self.fallback else ""
        return f"{said}{known}; {nodes} against {self.shapes} shapes{idle}{engine}"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(r.severity)}</td><td>{escape(r.shape)}</td><td>{escape(r.focus)}</td>"
            f"<td>{escape(r.path)}</td><td>{escape(r.message)}</td></tr>"
            for r in self.results[:100]
        )
        head = "<tr><th>severity</th><th>rule</th><th>node</th><th>path</th><th>message</th></tr>"
        return f"<p>{escape(str(self))}</p><table>{head}{rows}</table>" if rows else f"<p>{escape(str(self))}</p>"


def validate(
    data: rdflib.Graph | str | Path | Iterable[str | Path], shapes: rdflib.Graph | None = None, engine: str = "auto"
) -> Report:
    """Validate a graph, or RDF files read as one graph, against ``shapes`` (None: the tool's own).

    No inference is made. ``engine`` is one of :data:`ENGINES`: "auto" takes the tool's own engine, and pySHACL where that does
    not cover the shapes; "reference" takes pySHACL. Results in files name the place of the offending triple. Raises
    :class:`~kg_builder.errors.NothingCheckedError` where no shape finds a node to look at, and
    :class:`~kg_builder.errors.InputError` for files and shapes that cannot be used.
    """
    logging.getLogger("rdflib.term").disabled = True
    files: list[tuple[Source, rdflib.Graph]] = []
    if not isinstance(data, rdflib.Graph):
        files = _read_files([data] if isinstance(data, str | Path) else data)
        data = _merged(files)
    shapes = read_shapes() if shapes is None else shapes
    targets = find_targets(data, shapes)
    ill_typed = list(_ill_typed(data))
    if not targets.nodes and not ill_typed:
        raise NothingCheckedError(
            Problem(
                "nothing was checked: no shape finds a node in the data that it should look at",
                mend="Is it the right file? The tool's shapes look at hrc:Statement, hrc:Claim, hrc:Event and so on.",
            )
        )
    report, fallback = _run(data, shapes, engine)
    place = _Placer(files)
    found = [place(raw) for raw in (*_results(report, shapes), *ill_typed)]
    return Report(tuple(sorted(found)), len(targets.nodes), targets.used, report, targets.idle, fallback=fallback)


def check_literals(names: Iterable[str | Path]) -> Report:
    """What RDF files say wrong without any shape: syntax (an InputError), and literals that are not of their datatype."""
    logging.getLogger("rdflib.term").disabled = True
    files = _read_files(names)
    data = _merged(files)
    if not len(data):
        raise NothingCheckedError(Problem("nothing was checked: there is no triple in the data"))
    place = _Placer(files)
    return Report(tuple(sorted(place(raw) for raw in _ill_typed(data))), len(set(data.subjects())), 0, rdflib.Graph())


def without_known(report: Report, known: frozenset[str]) -> Report:
    """The report without the results whose fingerprints are ``known``, which it counts."""
    new = tuple(result for result in report.results if result.fingerprint not in known)
    return replace(report, results=new, known=len(report.results) - len(new))


def _run(data: rdflib.Graph, shapes: rdflib.Graph, engine: str) -> tuple[rdflib.Graph, str]:
    """The validation report, and why the tool's own engine was not the one to make it, where it was to."""
    if engine not in ENGINES:
        raise input_error(f"there is no engine '{engine}'", mend=near_miss(engine, ENGINES))
    if engine == "reference":
        return _run_pyshacl(data, shapes), ""
    try:
        return to_report(compile_shapes(shapes).run(Index.from_rdflib(data)), shapes), ""
    except Unsupported as reason:
        return _run_pyshacl(data, shapes), str(reason)


def _run_pyshacl(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """The validation report. The data has been read already, so what pySHACL fails on is the shapes."""
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


@dataclass(frozen=True, slots=True)
class _Raw:
    """A result with its terms as RDF has them."""

    result: Result
    focus: Node | None
    path: Node | None
    value: Node | None


class _Placer:
    """Finds the place of a result in the files that were read."""

    def __init__(self, files: list[tuple[Source, rdflib.Graph]]) -> None:
        self._files = files
        self._places: dict[str, Places] = {}

    def __call__(self, raw: _Raw) -> Result:
        focus = nt(raw.focus) if raw.focus is not None else ""
        path = nt(raw.path) if raw.path is not None else None
        value = nt(raw.value) if raw.value is not None and raw.value != raw.focus else None
        for pattern in (
            (raw.focus, raw.path, raw.value),
            (raw.focus, raw.path, None),
            (raw.focus, None, None),
            (None, None, raw.focus),
        ):
            for source, graph in self._files:
                if any(pattern) and pattern in graph:
                    places = self._places.get(source.shown) or self._places.setdefault(source.shown, Places.read(source))
                    location = places.find(focus, path, value)
                    if location is not None:
                        line = places.line(location.line)
                        return replace(raw.result, location=location, source_line=line)
        return raw.result


def _read_files(names: Iterable[str | Path]) -> list[tuple[Source, rdflib.Graph]]:
    sources = [open_source(str(name)) for name in names]
    return [(source, read_sources([source], rename=number > 0)) for number, source in enumerate(sources)]


def _merged(files: list[tuple[Source, rdflib.Graph]]) -> rdflib.Graph:
    if len(files) == 1:
        return files[0][1]
    merged = rdflib.Graph()
    for _, graph in files:
        merged += graph
    return merged


def _ill_typed(data: rdflib.Graph) -> Iterator[_Raw]:
    """Literals whose text is not of their datatype: SHACL looks only at those that a shape asks about."""
    for subject, predicate, object_ in data:
        if isinstance(object_, rdflib.Literal) and object_.ill_typed:
            result = Result(
                severity="violation",
                shape="literal-datatype",
                focus=_shown(subject),
                path=_shown(predicate),
                value=nt(object_),
                component="IllTypedLiteral",
                message=f"{str(object_)!r} is not a value of {compact(str(object_.datatype))}.",
                mend="Write a value that the datatype has, or change the datatype.",
            )
            yield _Raw(result, subject, predicate, object_)


def _shown(node: Node) -> str:
    return compact(str(node)) if nt(node).startswith("<") else nt(node)


def _results(report: rdflib.Graph, shapes: rdflib.Graph) -> Iterator[_Raw]:
    for node in report.objects(None, SH.result):

        def text(predicate: rdflib.URIRef, node: Node = node) -> str:
            value = report.value(node, predicate)
            if isinstance(value, rdflib.URIRef):
                return compact(str(value))
            if isinstance(value, rdflib.BNode):
                return _path(value, report)
            return "" if value is None else nt(value)

        severity = local_name(text(SH.resultSeverity)).lower()
        messages = sorted(str(message) for message in report.objects(node, SH.resultMessage))
        shape = report.value(node, SH.sourceShape)
        path = report.value(node, SH.resultPath)
        result = Result(
            severity=severity if severity in SEVERITIES else "violation",
            shape=_shape_name(shape, shapes),
            focus=text(SH.focusNode),
            path=text(SH.resultPath),
            value=text(SH.value),
            component=local_name(text(SH.sourceConstraintComponent)),
            message=" ".join(messages)
            or f"The rule {_shape_name(shape, shapes)} is broken: {local_name(text(SH.sourceConstraintComponent))}.",
            mend=str(shapes.value(shape, SH.description) or "") if shape is not None else "",
        )
        simple = path if isinstance(path, rdflib.URIRef) else None
        yield _Raw(result, report.value(node, SH.focusNode), simple, report.value(node, SH.value))


def _shape_name(shape: Node | None, shapes: rdflib.Graph) -> str:
    """The rule's id: the shape's IRI, or for a shape without one that of the shape that holds it."""
    seen = set()
    while isinstance(shape, rdflib.BNode) and shape not in seen:
        seen.add(shape)
        shape = next(iter(sorted(shapes.subjects(None, shape), key=lambda s: isinstance(s, rdflib.BNode))), shape)
    return compact(str(shape)) if isinstance(shape, rdflib.URIRef) else "a shape without a name"


def _path(node: rdflib.BNode, report: rdflib.Graph) -> str:
    """A property path that is no IRI, in SPARQL's syntax as far as paths of shapes have it."""

    def part(each: Node | None) -> str:
        return _path(each, report) if isinstance(each, rdflib.BNode) else compact(str(each))

    if (node, RDF.first, None) in report:
        return "/".join(part(each) for each in Collection(report, node))
    for predicate, form in (
        (SH.inversePath, "^{}"),
        (SH.zeroOrMorePath, "{}*"),
        (SH.oneOrMorePath, "{}+"),
        (SH.zeroOrOnePath, "{}?"),
    ):
        inner = report.value(node, predicate)
        if inner is not None:
            return form.format(part(inner))
    alternatives = report.value(node, SH.alternativePath)
    if alternatives is not None:
        return "(" + "|".join(part(each) for each in Collection(report, alternatives)) + ")"
    return "_:node"

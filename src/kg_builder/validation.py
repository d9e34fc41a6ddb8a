"""Validates a graph against SHACL shapes: the tool's own engine, and pySHACL for shapes that it does not cover."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import rdflib
from rdflib import RDF, SH
from rdflib.collection import Collection
from rdflib.term import Node

from kg_builder.engine import Index, RawResult, Unsupported, compile_shapes, describe_paths, find_nodes, read_targets, uncollected
from kg_builder.engine.terms import is_ill_typed, to_term
from kg_builder.errors import SEVERITIES, Location, NothingCheckedError, Problem, input_error, near_miss
from kg_builder.graphs import Source, each_quad, nt, open_source, to_rdflib
from kg_builder.locate import Places, find_first
from kg_builder.report import Report, Result, Terms, without_known
from kg_builder.shapes import read_shapes
from kg_builder.vocabulary import SHAPES, compact, local_name

__all__ = ["ENGINES", "Data", "Report", "Result", "check_literals", "place", "read_data", "validate", "without_known"]

ENGINES = ("auto", "reference")
MAX_DEPTH = 60
"""How deep pySHACL follows shapes within shapes; its own bound of 15 is too low for lists in lists."""
_ILL_TYPED = rdflib.URIRef(SHAPES + "IllTypedLiteral")


@dataclass(frozen=True, slots=True)
class Data:
    """RDF that was read as one graph, and the files that it stands in, if any."""

    index: Index
    sources: tuple[Source, ...] = ()


@uncollected()
def read_data(names: Iterable[str | Path]) -> Data:
    """RDF files as one graph; raises InputError for what cannot be read, with line and column of what does not parse."""
    sources = tuple(open_source(str(name)) for name in names)
    index = Index()
    for number, source in enumerate(sources):
        try:
            index.add(each_quad(source, rename=number > 0))
        except ValueError as error:
            raise input_error(str(error), Location(source.shown), "Take them out of the file.") from None
    return Data(index, sources)


def _from_graph(graph: rdflib.Graph) -> Data:
    try:
        return Data(Index.from_rdflib(graph))
    except ValueError as error:
        raise input_error(f"the graph is not RDF: {error}", mend="Mend the term, or leave it out.") from None


def validate(
    data: rdflib.Graph | str | Path | Iterable[str | Path] | Data, shapes: rdflib.Graph | None = None, engine: str = "auto"
) -> Report:
    """Validate a graph, or RDF files read as one graph, against ``shapes`` (None: the tool's own).

    No inference is made. ``engine`` is one of :data:`ENGINES`: "auto" takes the tool's own engine, and pySHACL where that does
    not cover the shapes; "reference" takes pySHACL. Results in files name the place of the offending triple. Raises
    :class:`~kg_builder.errors.NothingCheckedError` where no shape finds a node to look at, and
    :class:`~kg_builder.errors.InputError` for files and shapes that cannot be used.
    """
    if engine not in ENGINES:
        raise input_error(f"there is no engine '{engine}'", mend=near_miss(engine, ENGINES))
    logging.getLogger("rdflib.term").disabled = True
    if isinstance(data, rdflib.Graph):
        data = _from_graph(data)
    elif not isinstance(data, Data):
        data = read_data([data] if isinstance(data, str | Path) else data)
    shapes = read_shapes() if shapes is None else shapes
    targets = read_targets(shapes)
    nodes = find_nodes(data.index, targets.values())
    ill_typed = find_ill_typed(data.index)
    looked_at = len(set(chain.from_iterable(nodes.values())))
    if not looked_at and not ill_typed:
        raise NothingCheckedError(
            Problem(
                "nothing was checked: no shape finds a node in the data that it should look at",
                mend="Is it the right file? The tool's shapes look at hrc:Statement, hrc:Claim, hrc:Event and so on.",
            )
        )
    found, described, fallback = None, shapes, ""
    if engine == "auto":
        try:
            with uncollected():
                found = compile_shapes(shapes).run(data.index, nodes)
        except Unsupported as reason:
            fallback = str(reason)
    if found is None:
        described = _run_pyshacl(to_rdflib(data.index.quads()), shapes)
        found = list(_reported(described))
    idle = name_shapes((shape for shape, target in targets.items() if not nodes[target]), shapes)
    paths = describe_paths((raw.path for raw in found), described)
    results = place([to_result(raw, shapes, paths) for raw in (*found, *ill_typed)], data.sources)
    return Report(results, looked_at, len(targets) - len(idle), paths, idle, fallback)


def check_literals(data: Iterable[str | Path] | Data) -> Report:
    """What RDF files say wrong without any shape: syntax (an InputError), and literals that are not of their datatype."""
    logging.getLogger("rdflib.term").disabled = True
    if not isinstance(data, Data):
        data = read_data(data)
    if not len(data.index):
        raise NothingCheckedError(Problem("nothing was checked: there is no triple in the data"))
    none = rdflib.Graph()
    results = [to_result(raw, none, none) for raw in find_ill_typed(data.index)]
    return Report(place(results, data.sources), len(data.index.nodes()), 0, none)


def _run_pyshacl(data: rdflib.Graph, shapes: rdflib.Graph) -> rdflib.Graph:
    """The validation report. The data has been read already, so what pySHACL fails on is the shapes."""
    import pyshacl  # noqa: PLC0415 - it takes as long to import as a statement to validate, and is seldom needed

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


def place(results: Iterable[Result], sources: Iterable[Source]) -> tuple[Result, ...]:
    """The results, sorted, each with the place of its triple in the files, where it has one."""
    results = sorted(results)
    nodes = {result.terms.focus for result in results if result.terms and result.terms.focus}
    files = [Places.read(source, nodes) for source in sources] if nodes else []
    return tuple(with_place(result, files) for result in results)


def with_place(result: Result, files: list[Places]) -> Result:
    """A result with the place of its triple, where it has one."""
    if result.terms is None or not result.terms.focus:
        return result
    focus, path, value, *_ = result.terms
    # Blank nodes of files after the first have other names than in their file.
    found = find_first(files[:1] if focus.startswith("_") else files, focus, path, value if value != focus else "")
    return replace(result, location=found[0], source_line=found[1]) if found else result


def find_ill_typed(index: Index) -> list[RawResult]:
    """Literals whose text is not of their datatype: SHACL looks only at those that a shape asks about."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wrong = {term for term in index.typed_literals() if is_ill_typed(term)}
    return [_ill_typed(*map(to_term, triple)) for triple in (index.triples_to(wrong) if wrong else ())]


def _ill_typed(subject: Node, predicate: Node, value: Node) -> RawResult:
    assert isinstance(value, rdflib.Literal)
    message = rdflib.Literal(f"{str(value)!r} is not a value of {compact(str(value.datatype))}.")
    return RawResult(subject, predicate, value, _ILL_TYPED, _ILL_TYPED, SH.Violation, (message,), None)


def _shown(term: Node | None) -> str:
    if term is None:
        return ""
    return compact(str(term)) if isinstance(term, rdflib.URIRef) else nt(term)


def _reported(report: rdflib.Graph) -> Iterator[RawResult]:
    """The results of pySHACL's report."""
    for node in report.objects(None, SH.result):
        component = report.value(node, SH.sourceConstraintComponent)
        yield RawResult(
            focus=report.value(node, SH.focusNode),
            path=report.value(node, SH.resultPath),
            value=report.value(node, SH.value),
            component=component if isinstance(component, rdflib.URIRef) else None,
            shape=report.value(node, SH.sourceShape),
            severity=report.value(node, SH.resultSeverity) or SH.Violation,
            messages=tuple(each for each in report.objects(node, SH.resultMessage) if isinstance(each, rdflib.Literal)),
            constraint=report.value(node, SH.sourceConstraint),
        )


def to_result(raw: RawResult, shapes: rdflib.Graph, paths: rdflib.Graph) -> Result:
    """A result as people are told it; ``paths`` says what its path is, where it is more than a predicate."""
    severity = local_name(str(raw.severity)).lower()
    shape, component = _shape_name(raw.shape, shapes), local_name(str(raw.component))
    mend = str(shapes.value(raw.shape, SH.description) or "") if raw.shape is not None else ""
    if raw.shape == _ILL_TYPED:
        shape, mend = "literal-datatype", "Write a value that the datatype has, or change the datatype."
    return Result(
        severity=severity if severity in SEVERITIES else "violation",
        shape=shape,
        focus=_shown(raw.focus),
        path=_path(raw.path, paths) if isinstance(raw.path, rdflib.BNode) else _shown(raw.path),
        value=_shown(raw.value),
        component=component,
        message=" ".join(sorted(map(str, raw.messages))) or f"The rule {shape} is broken: {component}.",
        mend=mend,
        terms=Terms.of(raw),
    )


def name_shapes(nodes: Iterable[Node], shapes: rdflib.Graph) -> tuple[str, ...]:
    """The rules' ids, sorted."""
    return tuple(sorted(_shape_name(node, shapes) for node in nodes))


def _shape_name(shape: Node | None, shapes: rdflib.Graph) -> str:
    """The rule's id: the shape's IRI, or for a shape without one that of the shape that holds it."""
    seen = set()
    while isinstance(shape, rdflib.BNode) and shape not in seen:
        seen.add(shape)
        shape = next(iter(sorted(shapes.subjects(None, shape), key=lambda s: isinstance(s, rdflib.BNode))), shape)
    return compact(str(shape)) if isinstance(shape, rdflib.URIRef) else "a shape without a name"


def _path(node: rdflib.BNode, paths: rdflib.Graph) -> str:
    """A property path that is no IRI, in SPARQL's syntax as far as paths of shapes have it."""

    def part(each: Node | None) -> str:
        return _path(each, paths) if isinstance(each, rdflib.BNode) else compact(str(each))

    if (node, RDF.first, None) in paths:
        return "/".join(part(each) for each in Collection(paths, node))
    for predicate, form in (
        (SH.inversePath, "^{}"),
        (SH.zeroOrMorePath, "{}*"),
        (SH.oneOrMorePath, "{}+"),
        (SH.zeroOrOnePath, "{}?"),
    ):
        inner = paths.value(node, predicate)
        if inner is not None:
            return form.format(part(inner))
    alternatives = paths.value(node, SH.alternativePath)
    if alternatives is not None:
        return "(" + "|".join(part(each) for each in Collection(paths, alternatives)) + ")"
    return "_:node"

"""Saved questions: ``queries/*.rq`` with a header, run by pyoxigraph with parameters bound as RDF terms.

The header is grlc's: YAML in comments that begin with ``#+``. A parameter has its place in the query, ``VALUES ?name { UNDEF }``,
so that the file is SPARQL as it stands and means "any" where nothing is bound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_builder.errors import SEVERITIES, InputError, Location, input_error, near_miss
from kg_builder.graphs import from_rdflib, open_source, read_quads
from kg_builder.source.tree import Mapping, Problems, decode, pairs, parse_yaml, read_bytes
from kg_builder.sparql import bind, guard, parameter_places, syntax_problem, tokens
from kg_builder.vocabulary import BASE, DATA, PREFIXES, expand, shipped

if TYPE_CHECKING:
    import rdflib

TYPES = ("iri", "string", "date", "integer")
RESULT_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
    "xml": ox.QueryResultsFormat.XML,
}
GRAPH_PREFIX = "urn:kg-builder:"
"""A file that is loaded as NAME=FILE becomes the named graph ``urn:kg-builder:NAME``."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal
_HEADER_KEYS = frozenset({"title", "question", "keywords", "parameters", "severity"})
_PARAMETER_KEYS = frozenset({"type", "description", "example", "required"})


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be bound in a query; ``type`` is one of :data:`TYPES`."""

    name: str
    type: str
    description: str = ""
    example: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """A saved question."""

    name: str
    title: str
    question: str
    keywords: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    text: str
    path: Path
    severity: str = "violation"
    """Of a check: how bad a row is."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of an answer. A row has one term a variable, in their order; None where nothing is bound."""

    variables: tuple[str, ...]
    rows: tuple[tuple[Term | None, ...], ...]
    json: bytes = field(repr=False, compare=False)
    """SPARQL 1.1 results in JSON."""

    def __iter__(self) -> Iterator[dict[str, str]]:
        """Each row as variable -> text, without the unbound."""
        for row in self.rows:
            yield {name: term.value for name, term in zip(self.variables, row, strict=True) if term is not None}

    def __len__(self) -> int:
        return len(self.rows)

    def texts(self, *, short: bool = False) -> list[list[str]]:
        """The rows as a person reads them: IRIs of ours without their beginning (``short``: only their last part)."""
        return [[_shown(term, short=short) for term in row] for row in self.rows]

    def serialize(self, format_: str) -> bytes:
        """SPARQL 1.1 results in one of :data:`RESULT_FORMATS`."""
        if format_ == "json":
            return self.json
        again = ox.parse_query_results(input=self.json, format=ox.QueryResultsFormat.JSON)
        assert isinstance(again, ox.QuerySolutions)
        return again.serialize(format=RESULT_FORMATS[format_]) or b""

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.variables)
        body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in self.texts(short=True))
        return f"<table><tr>{head}</tr>{body}</table>"


def list_queries(folder: Path | None = None, below: str = "") -> dict[str, Query]:
    """The saved queries by name: the tool's, then those of ``folder/queries``, which may replace them by name.

    ``below`` is a folder within, such as ``checks``.
    """
    return {name: read_query(path) for name, path in _query_paths(folder, below).items()}


def _query_paths(folder: Path | None, below: str) -> dict[str, Path]:
    roots = [shipped("queries")]
    if folder is not None and (folder / "queries").is_dir() and not (folder / "queries").samefile(roots[0]):
        roots.append(folder / "queries")
    found = {path.stem: path for root in roots for path in (root / below).glob("*.rq")}
    return dict(sorted(found.items()))


def find_query(name: str, folder: Path | None = None) -> Query:
    """A saved query by name, or a file that ends in ``.rq`` or ``.sparql``; raises InputError with the nearest name."""
    path = Path(name)
    if path.suffix in {".rq", ".sparql"} or path.is_file():
        return read_query(path)
    known = {**_query_paths(folder, "checks"), **_query_paths(folder, "")}
    if name in known:
        return read_query(known[name])
    raise input_error(f"there is no query '{name}'", mend=near_miss(name, known))


def read_query(path: Path) -> Query:
    """Read a query's file and header; what is wrong in the header is told with its line."""
    shown = str(path)
    text = decode(read_bytes(path, shown), shown, keep_bom=False)
    lines = text.split("\n")
    header = "\n".join(f"  {line[2:]}" if line.startswith("#+") else "" for line in lines)
    problems = Problems()
    entries = problems.mapping(parse_yaml(header, shown) or Mapping({}, {}, Location(shown)), "the header", _HEADER_KEYS)
    assert entries is not None or problems.found
    problems.raise_if_any()
    assert entries is not None
    parameters = []
    given = problems.mapping(entries.entries.get("parameters"), "'parameters'")
    for name, where, node in pairs(given) if given else ():
        entry = problems.mapping(node, f"the parameter '{name}'", _PARAMETER_KEYS)
        if entry is None:
            continue
        type_ = problems.required_text(entry, "type", f"the parameter '{name}'")
        if type_ and type_ not in TYPES:
            problems.add(f"'{type_}' is not a type of parameter", where, near_miss(type_, TYPES))
        what = f"the parameter '{name}'"
        parameters.append(
            Parameter(
                name,
                type_,
                problems.optional_text(entry, "description", what),
                problems.optional_text(entry, "example", what),
                problems.optional_text(entry, "required", what) == "true",
            )
        )
    places = {name for name, _ in parameter_places(text)}
    for parameter in parameters:
        if parameter.name not in places:
            problems.add(f"the query has no place VALUES ?{parameter.name} {{ UNDEF }} for its parameter", Location(shown))
    severity = problems.optional_text(entries, "severity", "the header") or SEVERITIES[0]
    if severity not in SEVERITIES:
        problems.add(f"'{severity}' is not a severity", entries.entries["severity"].where, near_miss(severity, SEVERITIES))
    problems.raise_if_any()
    return Query(
        name=path.stem,
        title=problems.optional_text(entries, "title", "the header") or path.stem,
        question=problems.optional_text(entries, "question", "the header"),
        keywords=tuple(
            problems.text(node, "a keyword") or "" for node in problems.items(entries.entries.get("keywords"), "'keywords'")
        ),
        parameters=tuple(parameters),
        text=text,
        path=path,
        severity=severity,
    )


def load_store(names: list[str]) -> ox.Store:
    """A store of RDF files; ``NAME=FILE`` puts a file's triples into the graph ``urn:kg-builder:NAME``."""
    store = ox.Store()
    for number, name in enumerate(names):
        match = re.fullmatch(r"([a-z][a-z0-9-]*)=(.+)", name)
        quads = read_quads(open_source(match.group(2) if match else name), rename=number > 0)
        if match:
            graph = ox.NamedNode(GRAPH_PREFIX + match.group(1))
            quads = [ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads]
        store.bulk_extend(quads)
    return store


def run(store: ox.Store, query: Query, values: dict[str, str]) -> Answer | bool | list[ox.Triple]:
    """Run a query with its parameters bound: rows, a yes or no (ASK), or triples (CONSTRUCT, DESCRIBE).

    ``values`` are as a person types them: an IRI may be a compact name, or the last part of the IRI of something in the store.
    Raises InputError for unknown and missing parameters, values of another type, and SPARQL that does not parse or would fetch.
    """
    shown = str(query.path)
    terms = bindings(store, query, values)
    text = bind(query.text, terms, shown)
    guard(text, shown)
    try:
        result = store.query(text, use_default_graph_as_union=not _names_graphs(text))
        if isinstance(result, ox.QueryBoolean):
            return bool(result)
        if isinstance(result, ox.QueryTriples):
            return list(result)
        json = result.serialize(format=ox.QueryResultsFormat.JSON) or b""
    except SyntaxError as error:
        raise InputError(syntax_problem(error, shown)) from None
    except (RuntimeError, OSError, ValueError) as error:
        raise input_error(f"the query cannot be run: {error}", Location(shown)) from None
    solutions = ox.parse_query_results(input=json, format=ox.QueryResultsFormat.JSON)
    assert isinstance(solutions, ox.QuerySolutions)
    variables = tuple(variable.value for variable in solutions.variables)
    return Answer(variables, tuple(tuple(row[name] for name in variables) for row in solutions), json)


def ask(graph: rdflib.Graph | ox.Store | str | Path, query: str | Query, **parameters: object) -> Answer:
    """Ask a saved question (by name), or the SELECT query in a file, of a graph.

    ``graph`` is an rdflib Graph or Dataset, a pyoxigraph Store, or the name of an RDF file. Parameters are given by name, such
    as ``actor="police"``. Raises :class:`~kg_builder.errors.InputError`.
    """
    if isinstance(graph, str | Path):
        store = load_store([str(graph)])
    else:
        store = graph if isinstance(graph, ox.Store) else from_rdflib(graph)
    found = query if isinstance(query, Query) else find_query(query)
    result = run(store, found, {name: str(value) for name, value in parameters.items()})
    if not isinstance(result, Answer):
        raise input_error(f"'{found.name}' is not a SELECT query", Location(str(found.path)))
    return result


def resolve(store: ox.Store, value: str, what: str) -> ox.NamedNode:
    """The node that a person means: a whole IRI, a compact name, or the last parts of one IRI in the store (``police``,
    ``utterance/c26``). Raises InputError where there is none, or where several fit.
    """
    if re.match(r"(https?|urn):", value):
        return _named_node(value, what)
    prefix, colon, _ = value.partition(":")
    if colon and prefix in PREFIXES:
        return _named_node(expand(value), what)
    nodes = {quad.subject.value for quad in store if isinstance(quad.subject, ox.NamedNode)}
    nodes |= {quad.object.value for quad in store if isinstance(quad.object, ox.NamedNode)}
    wanted = value.strip("/")
    fits = sorted(iri for iri in nodes if iri.endswith(f"/{wanted}") and "/mention/" not in iri and "/inference/" not in iri)
    if len(fits) == 1:
        return ox.NamedNode(fits[0])
    if fits:
        shown = ", ".join(iri.removeprefix(BASE) for iri in fits[:8])
        raise input_error(f"{what}: '{value}' may mean {len(fits)} things", mend=f"Say more of it: {shown}.")
    known = {iri.rpartition("/")[2] for iri in nodes if iri.startswith(BASE) and "/passage/" not in iri}
    raise input_error(f"{what}: there is no '{value}' in the graph", mend=near_miss(value, known))


def _named_node(value: str, what: str) -> ox.NamedNode:
    try:
        return ox.NamedNode(value)
    except ValueError as error:
        raise input_error(f"{what}: '{value[:80]}' is not an IRI: {error}") from None


def bindings(store: ox.Store, query: Query, values: dict[str, str]) -> dict[str, str]:
    """What a person typed for parameters, as RDF terms in N-Triples syntax; raises InputError as :func:`run` does."""
    known = {parameter.name: parameter for parameter in query.parameters}
    for name in values:
        if name not in known:
            takes = near_miss(name, known) if known else "It takes none."
            raise input_error(f"the query '{query.name}' has no parameter '{name}'", mend=takes)
    for parameter in query.parameters:
        if parameter.required and parameter.name not in values:
            example = f" such as {parameter.name}={parameter.example}" if parameter.example else ""
            raise input_error(
                f"the query '{query.name}' asks for '{parameter.name}'",
                mend=f"Add --param {parameter.name}=…{example}.",
            )
    return {name: str(_term(store, known[name], value)) for name, value in values.items()}


def _term(store: ox.Store, parameter: Parameter, value: str) -> Term:
    what = f"the parameter '{parameter.name}'"
    if parameter.type == "iri":
        return resolve(store, value, what)
    if parameter.type == "date":
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise input_error(f"{what}: '{value[:40]}' is not a date", mend="Write it like 2020-05-25.") from None
        return ox.Literal(day.isoformat(), datatype=ox.NamedNode(expand("xsd:date")))
    if parameter.type == "integer":
        if not re.fullmatch(r"[+-]?[0-9]{1,18}", value):
            raise input_error(f"{what}: '{value[:40]}' is not a whole number")
        return ox.Literal(int(value))
    return ox.Literal(value)


def _names_graphs(text: str) -> bool:
    return any(token.kind == "word" and token.text.upper() == "GRAPH" for token in tokens(text))


def _shown(term: Term | None, *, short: bool = False) -> str:
    if term is None:
        return ""
    if isinstance(term, ox.NamedNode) and term.value.startswith(DATA):
        return term.value.rpartition("/")[2] if short else term.value.removeprefix(DATA)
    return term.value

"""One SPARQL query, as strangers send it, and its whole answer. Runs in a worker: see :mod:`kg_builder.serve.workers`."""

from __future__ import annotations

import gzip
import re
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import pyoxigraph as ox

from kg_builder.errors import InputError, Problem, input_error, near_miss
from kg_builder.serve.negotiation import BOOLEANS, GRAPHS, RDF_FORMATS, RESULTS, Form, ranked
from kg_builder.sparql import DatasetClause, dataset_clauses, guard, locate, syntax_problem
from kg_builder.vocabulary import PREFIXES

Outcome = Literal["ok", "refused", "syntax", "unacceptable", "failed", "time", "memory", "depth", "size", "other", "busy", "left"]
"""How a query ended: with an answer; refused at the gate; not SPARQL; in no form that was asked for; the engine could not run it;
over a limit (time, memory, depth, size of the answer); its process died; no place was free; the client left."""

SHOWN = "query"
LEAST_COMPRESSED = 1000
_RESULT_FORMATS = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}


@dataclass(frozen=True, slots=True)
class Question:
    """A query with what the request says beside it; graphs are IRIs, None where the request names none."""

    query: str
    accept: str = ""
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    gzip: bool = False

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer, or what is wrong."""

    status: int
    outcome: Outcome
    content_type: str = ""
    body: bytes = field(default=b"", repr=False)
    is_gzip: bool = False
    title: str = ""
    detail: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    """Further members of the problem that is told."""


def answer(store: ox.Store, graphs: Collection[str], question: Question, longest: int, largest: int) -> Reply:
    """Answer a query on ``store``, whose default graph holds all triples and whose named graphs are ``graphs``.

    ``longest`` is in characters of the query, ``largest`` in bytes of the answer. The answer is whole, or there is none.
    """
    try:
        guard(question.query, SHOWN, longest=longest, dataset=True)
        default, named = _dataset(question, graphs)
    except InputError as error:
        return problem_reply(400, "refused", "The query is refused", error.problems[0])
    if default is not None and len(default) > 1:
        store, default = _merged(store, default, named), None
    try:
        result = _query(store, question.query, default, named)
        form, body = _serialised(result, question.accept)
    except SyntaxError as error:
        return problem_reply(400, "syntax", "This is not SPARQL", syntax_problem(error, SHOWN))
    except (RuntimeError, OSError, ValueError) as error:
        return problem_reply(400, "failed", "The query cannot be run", Problem(str(error)))
    if form is None:
        return Reply(406, "unacceptable", title="No form that you take", more={"available": body.decode().split()})
    if len(body) > largest:
        return Reply(
            500, "size", title="The answer is too large", detail=f"It has {len(body):,} bytes; at most {largest:,} are sent."
        )
    if question.gzip and len(body) >= LEAST_COMPRESSED:
        return Reply(200, "ok", form.content_type, gzip.compress(body, 3, mtime=0), is_gzip=True)
    return Reply(200, "ok", form.content_type, body)


def problem_reply(status: int, outcome: Outcome, title: str, problem: Problem) -> Reply:
    """A reply that tells a problem, with its place in the query."""
    at = problem.location
    more = {"line": at.line, "column": at.column} if at is not None and at.line else {}
    detail = ". ".join(filter(None, (problem.message.rstrip("."), problem.mend)))
    return Reply(status, outcome, title=title, detail=detail, more=more)


def _dataset(question: Question, graphs: Collection[str]) -> tuple[list[str] | None, list[str]]:
    """Default graphs (None: the store's) and named graphs: those of the request, else those of the query, else all."""
    if question.default_graphs is not None or question.named_graphs is not None:
        default, named = list(question.default_graphs or ()), list(question.named_graphs or ())
        for iri in (*default, *named):
            _known(iri, graphs, None, question)
        return default, named
    clauses = dataset_clauses(question.query) if "FROM" in question.query.upper() else []
    if not clauses:
        return None, list(graphs)
    for clause in clauses:
        _known(clause.iri, graphs, clause, question)
    return [each.iri for each in clauses if not each.is_named], [each.iri for each in clauses if each.is_named]


def _known(iri: str, graphs: Collection[str], clause: DatasetClause | None, question: Question) -> None:
    if iri not in graphs:
        where = locate(question.query, clause.start, SHOWN) if clause else None
        raise input_error(f"there is no graph <{iri}> here, and none is fetched", where, near_miss(iri, graphs))


def _query(
    store: ox.Store, query: str, default: list[str] | None, named: list[str]
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [ox.DefaultGraph()]
    if default is not None:
        graphs = [ox.NamedNode(iri) for iri in default]
    return store.query(query, default_graph=graphs, named_graphs=[ox.NamedNode(iri) for iri in named])


def _merged(store: ox.Store, default: Iterable[str], named: Iterable[str]) -> ox.Store:
    """A store whose default graph is the merge of some graphs: the engine itself would tell a triple of two graphs twice."""
    merged = ox.Store()
    for iri in default:
        quads = store.quads_for_pattern(None, None, None, ox.NamedNode(iri))
        merged.bulk_extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    for iri in named:
        merged.bulk_extend(store.quads_for_pattern(None, None, None, ox.NamedNode(iri)))
    return merged


def _serialised(result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, accept: str) -> tuple[Form | None, bytes]:
    """The form that the client gets, and the result in it; without a form, the media types that there are."""
    forms = GRAPHS if isinstance(result, ox.QueryTriples) else BOOLEANS if isinstance(result, ox.QueryBoolean) else RESULTS
    form = next(iter(ranked(accept, forms)), None)
    if form is None:
        return None, " ".join(each.media_type for each in forms).encode()
    if isinstance(result, ox.QueryTriples):
        return form, serialise(result, form)
    return form, result.serialize(format=_RESULT_FORMATS[form.suffix]) or b""


def serialise(triples: Iterable[ox.Triple], form: Form) -> bytes:
    """Triples in a form of :data:`~kg_builder.serve.negotiation.GRAPHS`, each once."""
    prefixes = {name: iri for name, iri in PREFIXES.items() if re.fullmatch(r"[a-z][a-z0-9-]*", name)}
    return ox.serialize(dict.fromkeys(triples), format=RDF_FORMATS[form], prefixes=prefixes) or b""

"""Asks the queries in ``queries/checks`` of a graph: a row is a fault, told as a validation tells its results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox
from rdflib import SH

from kg_builder.engine import Index
from kg_builder.graphs import nt, to_store
from kg_builder.query import Answer, Query, run
from kg_builder.report import Result, Terms
from kg_builder.vocabulary import BASE, compact, local_name

_CHECK = BASE + "check/"


def run_checks(index: Index, checks: Mapping[str, Query]) -> Iterator[Result]:
    """What checks (:func:`~kg_builder.query.list_queries`) find in a graph, of which the index is empty afterwards."""
    return ask_checks(to_store(index.give_away()), checks)


def ask_checks(store: ox.Store, checks: Mapping[str, Query]) -> Iterator[Result]:
    """What checks find in a store: of a row, the problem is in column ``problem``, the node in ``node`` or the first IRI."""
    for name, query in checks.items():
        answer = run(store, query, {})
        if isinstance(answer, Answer):
            for texts, row in zip(answer, answer.rows, strict=True):
                named = [term.value for term in row if isinstance(term, ox.NamedNode)]
                node = texts.get("node") or next(iter(named), "")
                yield from_terms(_row_terms(name, query, node, texts.get("problem", query.question)))


def _row_terms(name: str, query: Query, node: str, message: str) -> Terms:
    return Terms(
        focus=f"<{node}>" if node else "",
        path="",
        value="",
        component=nt(SH.SPARQLConstraintComponent),
        shape=f"<{_CHECK}{name}>",
        severity=nt(SH[query.severity.capitalize()]),
        constraint="",
        messages=(str(ox.Literal(message)),),
    )


def is_of_check(terms: Terms) -> bool:
    """Whether a result is a row of a check."""
    return terms.shape.startswith(f"<{_CHECK}")


def from_terms(terms: Terms) -> Result:
    """The row of a check as people are told it."""
    raw = terms.raw()
    rule = f"check:{str(raw.shape).removeprefix(_CHECK)}"
    node = compact(str(raw.focus)) if raw.focus is not None else ""
    return Result(local_name(str(raw.severity)).lower(), rule, node, "", "", "", str(raw.messages[0]), terms=terms)

"""The rules for saved questions and checks: SPARQL that parses, a header that fits it, terms that there are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from kg_builder.errors import InputError, Location
from kg_builder.lint.files import finding, of_problem
from kg_builder.lint.terms import Known, read_names
from kg_builder.query import Answer, Query, read_query, run
from kg_builder.report import Result
from kg_builder.sparql import locate, parameter_places

_DOCUMENTED = ("title", "question", "keywords")


def check_query(path: Path, known: Known) -> Iterator[Result]:
    """What is wrong with a query's file."""
    shown = str(path)
    try:
        query = read_query(path)
    except InputError as error:
        yield from (of_problem("query-header", problem, shown) for problem in error.problems)
        return
    try:
        answer = run(ox.Store(), _unbound(query), {})
    except InputError as error:
        yield from (of_problem("syntax", problem, shown) for problem in error.problems)
        return
    if path.parent.name == "checks" and not (isinstance(answer, Answer) and "node" in answer.variables):
        yield finding("check-without-node", "the check does not say which node is at fault", shown, Location(shown, 1, 1))
    yield from _header(query, shown)
    yield from _terms(query.text, shown, known)


def _unbound(query: Query) -> Query:
    """The query without its parameters, so that none is asked for."""
    return Query(query.name, query.title, query.question, query.keywords, (), query.text, query.path, query.severity)


def _header(query: Query, shown: str) -> Iterator[Result]:
    top = Location(shown, 1, 1)
    for key in _DOCUMENTED:
        if not re.search(rf"^#\+\s*{key}\s*:\s*\S", query.text, re.MULTILINE):
            yield finding("query-undocumented", f"the header has no '{key}'", shown, top)
    declared = {each.name for each in query.parameters}
    for name, at in parameter_places(query.text):
        if name not in declared:
            where = locate(query.text, at, shown)
            yield finding("query-parameter", f"the header does not declare the parameter '{name}'", shown, where)
    for each in query.parameters:
        for what in ("description", "example"):
            if not getattr(each, what):
                yield finding("query-undocumented", f"the parameter '{each.name}' has no {what}", shown, top)


def _terms(text: str, shown: str, known: Known) -> Iterator[Result]:
    """Prefixes that are not used, and terms that there are not."""
    names = read_names(text)
    for iri, offset in names.unknown(known):
        rule, message = known.fault(iri)
        yield finding(rule, message, shown, locate(text, offset, shown), known.nearest(iri))
    for prefix, offset in names.unused.items():
        yield finding("unused-prefix", f"nothing uses the prefix '{prefix}:'", shown, locate(text, offset, shown))

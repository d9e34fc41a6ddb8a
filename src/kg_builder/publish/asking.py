"""Asks the saved questions while the site is made, each with a limit on time and memory, in a process of its own.

A query's engine cannot be told to stop, so a question that takes too long, or all of the memory, ends the process that it runs
in. What is left is asked in another one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg_builder.errors import InputError
from kg_builder.query import GRAPH_PREFIX, Answer, Parameter, Query, run
from kg_builder.sparql import Token, tokens
from kg_builder.vocabulary import DATA, expand
from kg_builder.worker import Limits, WorkerError, WorkerMemory, WorkerTimeout, is_alone
from kg_builder.worker import run as run_in_worker

SHOWN_ROWS = 200
"""How many rows of an answer a page shows; how many there are is told."""
MOST_CHOICES = 300
"""Up to how many values a parameter is a list to choose from; above, they are typed."""
LIMITS = Limits(seconds=20, memory=2048)
"""For one question and the values of its parameters."""
LOADING = 60
"""Seconds more for a process that has to read the graph first."""

_LABELS = tuple(ox.NamedNode(expand(each)) for each in ("rdfs:label", "skos:prefLabel", "dcterms:title"))


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a parameter for which the question has an answer."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A question's answer when the site was made, and values for its parameters. ``problem`` tells why there is no answer."""

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[str | None, ...], ...] = ()
    """Terms in N-Triples syntax, at most :data:`SHOWN_ROWS` rows."""
    count: int = 0
    yes: bool | None = None
    triples: tuple[str, ...] = ()
    choices: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    """IRI -> name, of what stands in the rows."""
    problem: str = ""


def ask_all(graph: Path, queries: Sequence[Query], limits: Limits = LIMITS) -> list[Asked]:
    """The answers of questions over a file of quads, with no parameter bound, in their order."""
    given: Path | ox.Store = graph
    if is_alone():  # then a worker is forked, and has what is loaded here
        given = load(graph)
    else:
        limits = Limits(limits.seconds + LOADING, limits.memory, (str(graph),))
    found: list[Asked] = []
    suspects = 0  # up to here each is asked alone, with all of the limits to itself
    while len(found) < len(queries):
        some = queries[len(found) : len(found) + 1 if len(found) < suspects else None]
        try:
            found += run_in_worker(_ask_some, given, some, limits.seconds / 2, limits=limits, what="the question").value
        except WorkerError as error:
            if len(some) == 1:
                found.append(Asked(problem=_told(error, limits)))
                suspects = 0
            else:
                suspects = len(found) + len(some)
    return found


def _told(error: WorkerError, limits: Limits) -> str:
    match error:
        case WorkerTimeout():
            cause = f"it took more than {limits.seconds:g} second{'' if limits.seconds == 1 else 's'}"
        case WorkerMemory():
            cause = f"it took more than {limits.memory:,} MiB of memory"
        case _:
            cause = "the query engine failed at it"
    return f"It was not answered when this site was made: {cause}, and was stopped."


def _ask_some(graph: Path | ox.Store, queries: Sequence[Query], seconds: float) -> list[Asked]:
    """The answers of the first questions: of as many as are begun within ``seconds``, and of one at least."""
    store = load(graph) if isinstance(graph, Path) else graph
    end = time.monotonic() + seconds
    found: list[Asked] = []
    for query in queries:
        found.append(ask(store, query))
        if time.monotonic() > end:
            break
    return found


def load(graph: Path) -> ox.Store:
    """A file of quads as a store."""
    store = ox.Store()
    store.bulk_load(path=str(graph))
    return store


def ask(store: ox.Store, query: Query) -> Asked:
    """The question's answer with no parameter bound, and the values that its parameters may be given."""
    if compares(query):
        return Asked(problem="It compares graphs that are given to the command by name; a site has one graph.")
    try:
        result = run(store, query, {})
    except InputError as error:
        problem = error.problems[0]
        return Asked(problem=f"{problem.message[:1].upper()}{problem.message[1:]}.")
    if isinstance(result, bool):
        return Asked(yes=result)
    choices = {each.name: tuple(choices_of(store, query, each)) for each in query.parameters}
    if isinstance(result, Answer):
        rows = tuple(tuple(None if term is None else str(term) for term in row) for row in result.rows[:SHOWN_ROWS])
        return Asked(result.variables, rows, len(result), choices=choices, labels=labels_of(store, rows))
    return Asked(triples=tuple(sorted(f"{triple} ." for triple in result)[:SHOWN_ROWS]), count=len(result), choices=choices)


def compares(query: Query) -> bool:
    """Whether a question is asked of several graphs that are loaded by name, of which a site has none."""
    return any(token.kind == "iri" and token.text.startswith(f"<{GRAPH_PREFIX}") for token in tokens(query.text))


def choices_of(store: ox.Store, query: Query, parameter: Parameter) -> Iterator[Choice]:
    """The values for which the question has an answer: those that its own pattern finds while nothing is bound."""
    if parameter.type not in {"iri", "string"}:
        return
    prologue, pattern = parts(query.text)
    terms: set[ox.NamedNode | ox.Literal] = set()
    for name in (parameter.name, *compared_with(query.text, parameter.name)):
        text = f"{prologue}SELECT DISTINCT ?{name} {pattern} LIMIT {MOST_CHOICES + 1}"
        try:
            found = store.query(text, use_default_graph_as_union=True)
        except (SyntaxError, RuntimeError, OSError, ValueError):
            return
        assert isinstance(found, ox.QuerySolutions)
        terms |= {term for row in found if isinstance(term := row[0], ox.NamedNode | ox.Literal)}
    if len(terms) > MOST_CHOICES:
        return
    choices = [Choice(term.value, _name_of(store, term)) for term in terms]
    yield from sorted(choices, key=lambda each: (each.label.casefold(), each.label, each.value))


def compared_with(text: str, name: str) -> list[str]:
    """The other variables that a query holds against one with ``=``, each once.

    >>> compared_with("SELECT * { ?s ?p ?o FILTER(!BOUND(?x) || ?o = ?x || $x = ?s) }", "x")
    ['o', 's']
    """
    found: dict[str, None] = {}
    last: list[Token] = []
    for token in tokens(text):
        last = [*last[-2:], token]
        if [each.kind for each in last] == ["variable", "mark", "variable"] and last[1].text == "=":
            names = [last[0].text[1:], last[2].text[1:]]
            if name in names:
                names.remove(name)
                found.setdefault(names[0])
    return list(found)


def parts(text: str) -> tuple[str, str]:
    """A query's prologue, and its group with the braces.

    >>> parts("PREFIX a: <urn:a> SELECT (COUNT(?s) AS ?n) WHERE { ?s a:b {} } GROUP BY ?s")
    ('PREFIX a: <urn:a> ', '{ ?s a:b {} }')
    """
    form, begin, round_, curly = -1, -1, 0, 0
    for token in tokens(text):
        if form < 0 and token.kind == "word" and token.text.upper() in {"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"}:
            form = token.start
        if form < 0 or token.kind != "mark":
            continue
        round_ += (token.text == "(") - (token.text == ")")
        if round_ == 0 and token.text == "{":
            begin = token.start if curly == 0 else begin
            curly += 1
        if round_ == 0 and token.text == "}":
            curly -= 1
            if curly == 0:
                return text[:form], text[begin : token.start + 1]
    return "", "{}"


def _name_of(store: ox.Store, term: ox.NamedNode | ox.Literal) -> str:
    return term.value if isinstance(term, ox.Literal) else label_of(store, term) or short_label("", term.value)


def label_of(store: ox.Store, node: ox.NamedNode) -> str:
    """A thing's name for people, in English where there is one; empty where it has none."""
    for property_ in _LABELS:
        objects = (quad.object for quad in store.quads_for_pattern(node, property_, None, None))
        found = [each for each in objects if isinstance(each, ox.Literal)]
        if found:
            order = [((each.language or "").partition("-")[0] != "en", each.language or "", each.value) for each in found]
            return min(order)[2]
    return ""


def labels_of(store: ox.Store, rows: Sequence[Sequence[str | None]]) -> dict[str, str]:
    """The names of the things in rows."""
    iris = {term[1:-1] for row in rows for term in row if term and term[0] == "<"}
    found = {iri: label_of(store, ox.NamedNode(iri)) for iri in sorted(iris)}
    return {iri: label for iri, label in found.items() if label}


def short_label(label: str, iri: str) -> str:
    """What an answer shows of an IRI: its label; of what has none, such as an utterance, its last part.

    >>> short_label("", "https://w3id.org/rights-claims/data/statement/s/utterance/c01")
    'c01'
    """
    return label or (iri.rpartition("/")[2] if iri.startswith(DATA) else iri)

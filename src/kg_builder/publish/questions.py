"""The pages of the saved questions: what each asks, its answer when the site was made, and a form that runs it in the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
from markupsafe import Markup

from kg_builder.errors import InputError
from kg_builder.publish.addresses import QUERY
from kg_builder.publish.live import MOST_QUADS, SECONDS, body, write_graph, write_scripts
from kg_builder.publish.resources import UtteranceOfPage
from kg_builder.publish.site import Site
from kg_builder.publish.view import View
from kg_builder.query import GRAPH_PREFIX, Answer, Parameter, Query, list_queries, run
from kg_builder.rdf import Triple
from kg_builder.sparql import tokens
from kg_builder.vocabulary import DATA, PREFIXES, expand

SHOWN_ROWS = 200
"""How many rows of an answer a page shows; how many there are is told."""
MOST_CHOICES = 300
"""Up to how many values a parameter is a list to choose from; above, they are typed."""

_SHACL = "http://www.w3.org/ns/shacl#"
_EXECUTABLE = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}
_LABELS = tuple(ox.NamedNode(expand(each)) for each in ("rdfs:label", "skos:prefLabel", "dcterms:title"))
_HIGHLIGHTED = {
    "comment": "comment",
    "string": "string",
    "number": "string",
    "variable": "variable",
    "word": "keyword",
    "iri": "iri",
}


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
    problem: str = ""


class Questions:
    """The section of the site that asks: pages of the saved questions, the list of them, and the page to ask freely.

    A graph of more than ``most`` quads is neither loaded by the pages nor asked here; the pages tell the command instead.
    """

    def __init__(self, most: int = MOST_QUADS) -> None:
        self._most = most

    def add(self, statement: str, view: View, utterances: list[UtteranceOfPage]) -> None:
        """Nothing is noted of a statement: the questions are asked of the whole graph."""

    def write(self, site: Site) -> None:
        """Write the pages and all that they load."""
        queries = list_queries(site.folder.path)
        write_scripts(site.writer, queries.values())
        count = write_graph(site.writer, _quads(site.built), self._most)
        is_small = count <= self._most
        store = ox.Store()
        if is_small:
            store.bulk_extend(_quads(site.built))
        common = {"quads": count, "most": self._most, "is_small": is_small, "seconds": SECONDS, "queries": queries}
        for query in queries.values():
            document = f"query/{query.name}"
            asked = ask(store, query) if is_small else Asked(problem="The graph is too big to be asked while its site is made.")
            site.page(
                document,
                "query.html",
                query.title,
                labels(store, asked),
                query=query,
                asked=asked,
                text=highlighted(body(query.text)),
                compares=compares(query),
                label=short_label,
                **common,
            )
            site.resources.write_rdf(document, description(query))
            site.writer.write(f"{document}.rq", query.text)
        nothing = View([])
        site.page("queries", "queries.html", "Questions", nothing, by_keyword=keywords(queries.values()), **common)
        site.page("sparql", "sparql.html", "Ask in SPARQL", nothing, prefixes=sorted(PREFIXES.items()), **common)


def _quads(built: Path) -> Iterator[ox.Quad]:
    return ox.parse(path=str(built / "graph.trig"), format=ox.RdfFormat.TRIG)


def compares(query: Query) -> bool:
    """Whether a question is asked of several graphs that are loaded by name, of which a site has none."""
    return any(token.kind == "iri" and token.text.startswith(f"<{GRAPH_PREFIX}") for token in tokens(query.text))


def ask(store: ox.Store, query: Query) -> Asked:
    """The question's answer with no parameter bound, and the values that its parameters may be given."""
    if compares(query):
        return Asked(problem="It compares graphs that are given to the command by name; a site has one graph.")
    try:
        result = run(store, query, {})
    except InputError as error:
        return Asked(problem=str(error.problems[0].message).capitalize() + ".")
    if isinstance(result, bool):
        return Asked(yes=result)
    choices = {each.name: tuple(choices_of(store, query, each)) for each in query.parameters}
    if isinstance(result, Answer):
        rows = tuple(tuple(None if term is None else str(term) for term in row) for row in result.rows[:SHOWN_ROWS])
        return Asked(result.variables, rows, len(result), choices=choices)
    return Asked(triples=tuple(sorted(f"{triple} ." for triple in result)[:SHOWN_ROWS]), count=len(result), choices=choices)


def choices_of(store: ox.Store, query: Query, parameter: Parameter) -> Iterator[Choice]:
    """The values for which the question has an answer: those that its own pattern finds while nothing is bound."""
    if parameter.type not in {"iri", "string"}:
        return
    prologue, pattern = parts(query.text)
    text = f"{prologue}SELECT DISTINCT ?{parameter.name} {pattern} ORDER BY ?{parameter.name} LIMIT {MOST_CHOICES + 1}"
    try:
        found = store.query(text, use_default_graph_as_union=True)
    except (SyntaxError, RuntimeError, OSError, ValueError):
        return
    assert isinstance(found, ox.QuerySolutions)
    terms = [row[0] for row in found]
    if len(terms) > MOST_CHOICES:
        return
    for term in terms:
        if isinstance(term, ox.NamedNode):
            yield Choice(term.value, label_of(store, term) or short_label("", term.value))
        elif isinstance(term, ox.Literal):
            yield Choice(term.value, term.value)


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


def label_of(store: ox.Store, node: ox.NamedNode) -> str:
    """A thing's name for people, in English where there is one; empty where it has none."""
    for property_ in _LABELS:
        found = [
            quad.object for quad in store.quads_for_pattern(node, property_, None, None) if isinstance(quad.object, ox.Literal)
        ]
        if found:
            return min(
                found, key=lambda each: ((each.language or "").partition("-")[0] != "en", each.language or "", each.value)
            ).value
    return ""


def short_label(label: str, iri: str) -> str:
    """What an answer shows of an IRI: its label; of what has none, such as an utterance, its last part.

    >>> short_label("", "https://w3id.org/rights-claims/data/statement/s/utterance/c01")
    'c01'
    """
    return label or (iri.rpartition("/")[2] if iri.startswith(DATA) else iri)


def labels(store: ox.Store, asked: Asked) -> View:
    """The names of what stands in an answer."""
    iris = {term[1:-1] for row in asked.rows for term in row if term and term[0] == "<"}
    nodes = [ox.NamedNode(iri) for iri in sorted(iris) if iri.startswith(DATA) or iri.startswith("http")]
    return View(
        (f"<{node.value}>", f"<{expand('rdfs:label')}>", str(ox.Literal(name)))
        for node in nodes
        if (name := label_of(store, node))
    )


def highlighted(text: str) -> Markup:
    """A query's text as HTML, with the kinds of its tokens as classes."""
    html, done = Markup(), 0
    for token in tokens(text):
        html += _gap(text[done : token.start])
        kind = _HIGHLIGHTED.get(token.kind)
        html += Markup('<span class="code-{}">{}</span>').format(kind, token.text) if kind else Markup("{}").format(token.text)
        done = token.start + len(token.text)
    return html + _gap(text[done:])


def _gap(text: str) -> Markup:
    return Markup('<span class="code-comment">{}</span>').format(text) if "#" in text else Markup("{}").format(text)


def keywords(queries: Iterable[Query]) -> dict[str, list[Query]]:
    """Keyword -> the questions that have it, both in the order of the alphabet."""
    found: dict[str, list[Query]] = {}
    for query in queries:
        for keyword in query.keywords:
            found.setdefault(keyword, []).append(query)
    return dict(sorted(found.items()))


def description(query: Query) -> list[Triple]:
    """A question as linked data, in SHACL's terms for executable SPARQL."""
    node = f"<{QUERY}{query.name}>"
    form = next((token.text.upper() for token in tokens(query.text) if token.text.upper() in {*_EXECUTABLE, "DESCRIBE"}), "")
    triples = [
        (node, f"<{expand('rdf:type')}>", f"<{_SHACL}SPARQLExecutable>"),
        (node, f"<{expand('rdfs:label')}>", _english(query.title)),
    ]
    if query.question:
        triples.append((node, f"<{expand('rdfs:comment')}>", _english(query.question)))
    triples += [(node, f"<{expand('schema:keywords')}>", _english(each)) for each in query.keywords]
    if form in _EXECUTABLE:
        class_, property_ = _EXECUTABLE[form]
        triples += [
            (node, f"<{expand('rdf:type')}>", f"<{_SHACL}{class_}>"),
            (node, f"<{_SHACL}{property_}>", str(ox.Literal(body(query.text)))),
        ]
    return triples


def _english(text: str) -> str:
    return str(ox.Literal(text, language="en"))

"""The pages of the saved questions: what each asks, its answer when the site was made, and a form that runs it in the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox
from markupsafe import Markup

from kg_builder.publish.addresses import QUERY
from kg_builder.publish.asking import LIMITS, Asked, ask_all, compares, short_label
from kg_builder.publish.live import MOST_LIVE, SECONDS, body, write_graph, write_scripts
from kg_builder.publish.resources import UtteranceOfPage
from kg_builder.publish.site import Site
from kg_builder.publish.view import View
from kg_builder.query import Query, list_queries
from kg_builder.rdf import Triple
from kg_builder.sparql import tokens
from kg_builder.vocabulary import PREFIXES, expand
from kg_builder.worker import Limits

MOST_ASKED = 2_000_000
"""Up to how many triples a graph is asked while its site is made; it then takes some 700 MiB of memory."""

_SHACL = "http://www.w3.org/ns/shacl#"
_EXECUTABLE = {
    "SELECT": ("SPARQLSelectExecutable", "select"),
    "ASK": ("SPARQLAskExecutable", "ask"),
    "CONSTRUCT": ("SPARQLConstructExecutable", "construct"),
}
_HIGHLIGHTED = {
    "comment": "comment",
    "string": "string",
    "number": "string",
    "variable": "variable",
    "word": "keyword",
    "iri": "iri",
}


class Questions:
    """The section of the site that asks: pages of the saved questions, the list of them, and the page to ask freely.

    A graph of more than ``most_live`` triples is not loaded by the pages, one of more than ``most_asked`` is not asked here
    either; the pages tell the command instead.
    """

    def __init__(self, most_live: int = MOST_LIVE, most_asked: int = MOST_ASKED, limits: Limits = LIMITS) -> None:
        self._most_live, self._most_asked, self._limits = most_live, most_asked, limits
        self._count = 0

    def add(self, statement: str, view: View, utterances: list[UtteranceOfPage]) -> None:
        """Count a statement's triples; the questions are asked of the whole graph."""
        self._count += _size(view)

    def write(self, site: Site) -> None:
        """Write the pages and all that they load."""
        queries = list_queries(site.folder.path)
        graph = site.built / "graph.trig"
        write_scripts(site.writer, queries.values())
        count = self._count + _size(site.shared)
        if count <= self._most_live:
            write_graph(site.writer, ox.parse(path=str(graph)))
        shared = {
            "triples": count,
            "most": self._most_live,
            "is_live": count <= self._most_live,
            "seconds": SECONDS,
            "queries": queries,
        }
        if count <= self._most_asked:
            answers = ask_all(graph, list(queries.values()), self._limits)
        else:
            answers = [Asked(problem=f"The graph has {count:,} triples, too many to be asked while its site is made.")] * len(
                queries
            )
        for query, asked in zip(queries.values(), answers, strict=True):
            self._write_page(site, query, asked, shared)
        nothing = View([])
        site.page("queries", "queries.html", "Questions", nothing, by_keyword=keywords(queries.values()), **shared)
        site.page("sparql", "sparql.html", "Ask in SPARQL", nothing, prefixes=sorted(PREFIXES.items()), **shared)

    def _write_page(self, site: Site, query: Query, asked: Asked, shared: Mapping[str, Any]) -> None:
        document = f"query/{query.name}"
        site.page(
            document,
            "query.html",
            query.title,
            View([]),
            query=query,
            asked=asked,
            text=highlighted(body(query.text)),
            compares=compares(query),
            label=short_label,
            **shared,
        )
        site.resources.write_rdf(document, description(query))
        site.writer.write(f"{document}.rq", query.text)


def _size(view: View) -> int:
    return sum(1 for _ in view.all())


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
    class_, property_ = _EXECUTABLE.get(form, ("", ""))
    triples = [(node, f"<{expand('rdf:type')}>", f"<{_SHACL}{each}>") for each in ("SPARQLExecutable", class_) if each]
    triples.append((node, f"<{expand('rdfs:label')}>", _english(query.title)))
    if query.question:
        triples.append((node, f"<{expand('rdfs:comment')}>", _english(query.question)))
    triples += [(node, f"<{expand('schema:keywords')}>", _english(each)) for each in query.keywords]
    if property_:
        triples.append((node, f"<{_SHACL}{property_}>", str(ox.Literal(body(query.text)))))
    return triples


def _english(text: str) -> str:
    return str(ox.Literal(text, language="en"))

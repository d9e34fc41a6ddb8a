"""Renders the templates: every page has the same head, way around and foot, and links that are relative to it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import jinja2
from markupsafe import Markup, escape

from kg_builder import __version__
from kg_builder.publish.addresses import RDF_SUFFIXES, link, locate, relative
from kg_builder.publish.view import View, is_iri, read_literal
from kg_builder.source.publication import LICENCE
from kg_builder.vocabulary import ONTOLOGY, compact, local_name

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self' blob:; form-action 'self'; base-uri 'none'"
)
"""What a page may load: nothing from another origin, no script and no style within the page."""

SECTIONS = (
    ("index", "Home"),
    ("statements", "Statements"),
    ("accusations", "Accusations"),
    ("timeline", "Timeline"),
    ("map", "Places"),
    ("figures", "Figures"),
    ("positions", "Positions"),
    ("queries", "Questions"),
    ("sparql", "SPARQL"),
    ("ontology", "Ontology"),
    ("data", "Data"),
    ("search", "Search"),
)
"""The pages that every page leads to: path and name."""

_CREATIVE_COMMONS = re.compile(r"https?://creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)/?")
_WEB = re.compile(r"https?://[^\x00-\x20\x7f-\x9f<>\"{}|\\^`]+")


class Pages:
    """Renders a page of the site. ``ontology`` is the view of the ontology, for the names of properties and classes.

    ``licence`` is the IRI of the licence that the annotations are under, which each page tells.
    """

    def __init__(self, ontology: View, licence: str = LICENCE) -> None:
        self._ontology = ontology
        self._environment = jinja2.Environment(
            loader=jinja2.PackageLoader("kg_builder.publish", "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.globals.update(
            policy=CONTENT_SECURITY_POLICY,
            version=__version__,
            sections=SECTIONS,
            compact=compact,
            term_label=self.term_label,
            rdf_suffixes=RDF_SUFFIXES,
            licence=licence,
            licence_name=name_of_licence(licence),
        )
        self._environment.filters["data_block"] = data_block
        self._templates: dict[str, jinja2.Template] = {}

    def render(self, template: str, page: str, view: View, **values: Any) -> str:
        """The HTML of ``page`` (a path without suffix). ``view`` gives the labels of what it links to."""
        if template not in self._templates:
            self._templates[template] = self._environment.get_template(template)
        helpers: Mapping[str, Callable[..., object]] = {
            "to": lambda file: relative(file, page),
            "href": lambda iri: link(iri, page),
            "document": lambda iri: (locate(iri) or ("", ""))[0],
            "thing": lambda iri, label="": self.thing(iri, page, label or view.label(iri)),
            "value": lambda term: self.value(term, page, view),
        }
        return self._templates[template].render(page=page, view=view, **helpers, **values)

    def thing(self, iri: str, page: str, label: str) -> Markup:
        """A link to an IRI's page; to the address itself where it is one of the web's; else words."""
        address = link(iri, page)
        if address:
            return Markup(f'<a href="{address}">{escape(label)}</a>')  # noqa: S704 - link() gives no character to escape
        if _WEB.fullmatch(iri):
            return Markup(f'<a class="external" rel="external noreferrer" href="{escape(iri)}">{escape(label)}</a>')  # noqa: S704
        return Markup(f"<code>{escape(label)}</code>")  # noqa: S704

    def value(self, term: str, page: str, view: View) -> Markup:
        """A term as a person reads it: a link, or the literal's text with its language."""
        if is_iri(term):
            iri = term[1:-1]
            return self.thing(iri, page, self.term_label(iri) if iri.startswith(ONTOLOGY) else view.label(iri))
        literal = read_literal(term)
        if literal.language:
            return Markup(f'<span lang="{escape(literal.language)}">{escape(literal.text)}</span>')  # noqa: S704
        return escape(literal.text)

    def term_label(self, iri: str) -> str:
        """The name of a class or property for people.

        >>> Pages(View([])).term_label("http://purl.org/dc/terms/isPartOf")
        'is part of'
        """
        if self._ontology.is_known(iri):
            return self._ontology.label(iri)
        return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local_name(iri)).lower() if not iri.startswith("urn:") else iri


def name_of_licence(iri: str) -> str:
    """What a licence is called for short: one of Creative Commons by its own name, any other by its address.

    >>> name_of_licence("https://creativecommons.org/licenses/by-sa/4.0/")
    'CC BY-SA 4.0'
    >>> name_of_licence("https://example.org/licence")
    'https://example.org/licence'
    """
    found = _CREATIVE_COMMONS.fullmatch(iri)
    return f"CC {found[1].upper()} {found[2]}" if found else iri


def data_block(value: object) -> Markup:
    """JSON for a ``script`` element that is data: nothing in it can end the element."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))  # noqa: S704 - it has no markup

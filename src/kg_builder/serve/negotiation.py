"""Which of several forms of one thing a client gets: the header Accept (RFC 9110, section 12.5.1), with q-values.

>>> [form.suffix for form in ranked("text/turtle, text/html;q=0.5", DOCUMENTS)]
['ttl', 'html']
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

LONGEST = 4096
"""Characters of an Accept header that are looked at; browsers send some 150."""


_QUOTED = r'"(?:[^"\\]|\\.)*+"?'
_LISTED = re.compile(rf'(?:[^",]|{_QUOTED})++')
_PARAMETERS = re.compile(rf'(?:[^";]|{_QUOTED})*+')
"""What stands between commas, or semicolons, that are not quoted."""


@dataclass(frozen=True, slots=True, eq=False)
class Form:
    """A form that something comes in; each is one object, told from others as that (which is fast)."""

    media_type: str
    suffix: str
    aliases: tuple[str, ...] = ()
    """Types by which clients ask for it too."""
    charset: str = ""

    @property
    def content_type(self) -> str:
        return f"{self.media_type}; charset={self.charset}" if self.charset else self.media_type


HTML = Form("text/html", "html", charset="utf-8")
TURTLE = Form("text/turtle", "ttl", ("application/x-turtle",), "utf-8")
JSON_LD = Form("application/ld+json", "jsonld", ("application/json",))
N_TRIPLES = Form("application/n-triples", "nt")
RDF_XML = Form("application/rdf+xml", "rdf")
PROBLEM = Form("application/problem+json", "json", ("application/json",))

GRAPHS = (TURTLE, JSON_LD, N_TRIPLES, RDF_XML)
DOCUMENTS = (HTML, *GRAPHS)
DESCRIPTIONS = (*GRAPHS, HTML)
RESULTS = (
    Form("application/sparql-results+json", "json", ("application/json",)),
    Form("application/sparql-results+xml", "xml", ("application/xml", "text/xml")),
    Form("text/csv", "csv", charset="utf-8"),
    Form("text/tab-separated-values", "tsv", charset="utf-8"),
)
BOOLEANS = RESULTS[:2]
RDF_FORMATS = {
    TURTLE: ox.RdfFormat.TURTLE,
    JSON_LD: ox.RdfFormat.JSON_LD,
    N_TRIPLES: ox.RdfFormat.N_TRIPLES,
    RDF_XML: ox.RdfFormat.RDF_XML,
}


@lru_cache(maxsize=256)
def _ranked(accept: str, forms: tuple[Form, ...]) -> tuple[Form, ...]:
    ranges = _ranges(accept)
    if not ranges:
        return forms
    wanted = [(_quality(form, ranges), form) for form in forms]
    return tuple(form for quality, form in sorted(wanted, key=lambda each: -each[0]) if quality > 0)


def ranked(accept: str, forms: tuple[Form, ...]) -> tuple[Form, ...]:
    """The forms that a client takes, best first; among equals in the order given. Without a header it takes all."""
    return _ranked(accept[:LONGEST], forms)


def _ranges(accept: str) -> dict[str, float]:
    """Media range -> quality; what is malformed is passed over."""
    found: dict[str, float] = {}
    for part in _LISTED.findall(accept.lower()):
        name, *parameters = (each.strip() for each in _PARAMETERS.findall(part))
        if name.count("/") != 1:
            continue
        quality = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                quality = _number(value.strip())
        found[name] = max(quality, found.get(name, 0.0))
    return found


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0 <= value <= 1 else 0.0


def _quality(form: Form, ranges: dict[str, float]) -> float:
    """The quality of the range that fits closest."""
    for name in (form.media_type, *form.aliases, f"{form.media_type.partition('/')[0]}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a client takes gzip (RFC 9110, section 12.5.3)."""
    if "gzip" not in accept_encoding and "*" not in accept_encoding:
        return False
    qualities = {}
    for part in accept_encoding[:LONGEST].lower().split(","):
        name, _, parameter = part.partition(";")
        key, _, value = parameter.partition("=")
        qualities[name.strip()] = _number(value.strip()) if key.strip() == "q" else 1.0
    return qualities.get("gzip", qualities.get("*", 0.0)) > 0

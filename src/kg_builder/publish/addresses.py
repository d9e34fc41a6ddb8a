"""Where the site has the document of an IRI, and how a page links to it.

The IRI ``https://w3id.org/rights-claims/PATH`` has the documents ``PATH.html``, ``PATH.ttl``, ``PATH.jsonld`` and ``PATH.nt``.
A node without documents of its own stands in its owner's: a passage in its statement's, a mention in its utterance's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote

from kg_builder.vocabulary import BASE, ONTOLOGY, SHAPES

RDF_SUFFIXES = {"ttl": "text/turtle", "jsonld": "application/ld+json", "nt": "application/n-triples"}
"""Suffix of each RDF document beside a page -> its media type."""

QUERY = BASE + "query/"

_STATEMENT = r"data/statement/(?P<statement>[^/]+)"
_OWNED = (
    (re.compile(rf"({_STATEMENT})/passage/(?P<start>\d+)-(?P<end>\d+)(?:/quote|/position)?"), "char={start},{end}"),
    (re.compile(rf"({_STATEMENT}/utterance/[^/]+)/(?:mention|inference)/(?P<rest>.+)"), "{rest}"),
    (re.compile(rf"({_STATEMENT}/event/[^/]+)/time"), "time"),
    (re.compile(rf"({_STATEMENT}/event/[^/]+)/(?P<rest>same/.+)"), "{rest}"),
    (re.compile(r"(.+)/(?P<rest>identity/\d+)"), "{rest}"),
)
_PATH = re.compile(r"[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*")


@lru_cache(100_000)
def locate(iri: str) -> tuple[str, str] | None:
    """The document of an IRI, as a path without suffix, and the fragment within it; None where the site has none.

    >>> locate("https://w3id.org/rights-claims/data/actor/police")
    ('data/actor/police', '')
    >>> locate("https://w3id.org/rights-claims/data/statement/s/passage/3-9/quote")
    ('data/statement/s', 'char=3,9')
    >>> locate("https://w3id.org/rights-claims/ontology#Claim")
    ('ontology/class/Claim', '')
    >>> locate("https://w3id.org/rights-claims/shapes#claim-speaker")
    ('shapes', 'claim-speaker')
    >>> locate("https://example.org/elsewhere")
    """
    if not iri.startswith(BASE):
        return None
    if iri.startswith(ONTOLOGY):
        return term_document(iri), ""
    if iri.startswith(SHAPES):
        return "shapes", iri.removeprefix(SHAPES)
    path = iri.removeprefix(BASE)
    if not _PATH.fullmatch(path) or any(part.strip(".") == "" for part in path.split("/")):
        return None
    for pattern, fragment in _OWNED:
        if match := pattern.fullmatch(path):
            return match.group(1), fragment.format(**match.groupdict())
    return path, ""


def term_document(iri: str) -> str:
    """The document of a term of the ontology. Classes and properties are apart, since file systems may not tell ``Place`` from
    ``place``.
    """
    name = iri.removeprefix(ONTOLOGY)
    return f"ontology/{'class' if name[:1].isupper() else 'property'}/{name}"


def link(iri: str, page: str) -> str:
    """The address by which ``page`` (a path without suffix) links to an IRI's page; empty where the site has none.

    >>> link("https://w3id.org/rights-claims/data/actor/police", "data/place/kyiv")
    '../../data/actor/police.html'
    """
    found = locate(iri)
    if found is None:
        return ""
    document, fragment = found
    anchor = f"#{quote(fragment, safe='/=,.')}" if fragment else ""
    return f"{'../' * page.count('/')}{document}.html{anchor}"


def relative(file: str, page: str) -> str:
    """The address of a file of the site as seen from ``page``: up to the site's root, then down.

    >>> relative("assets/site.css", "data/actor/police")
    '../../assets/site.css'
    """
    return "../" * page.count("/") + (file if _PATH.fullmatch(file) else quote(file, safe="/"))


def listing(document: str) -> str:
    """The file that lists the files of a statement, whose document that is."""
    return f"{document}/files.json"

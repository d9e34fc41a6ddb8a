"""RDF documents with the prefixes of their own, for what the notation of the graph's files does not cover.

Blank nodes get the names that RDFC-1.0 (a W3C recommendation of 2024) gives them, so that the bytes depend on the triples alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from kg_builder.publish.writer import Writer
from kg_builder.vocabulary import SHOWN_PREFIXES

DOCUMENT_PREFIXES: Mapping[str, str] = {
    **SHOWN_PREFIXES,
    "dcat": "http://www.w3.org/ns/dcat#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
}


def in_order(triples: Iterable[ox.Triple]) -> list[ox.Triple]:
    """The triples once each, by subject, with stable names for blank nodes."""
    found = set(triples)
    if any(isinstance(term, ox.BlankNode) for triple in found for term in (triple.subject, triple.object)):
        dataset = ox.Dataset(ox.Quad(each.subject, each.predicate, each.object) for each in found)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        found = {quad.triple for quad in dataset}
    return sorted(found, key=str)


def turtle(triples: list[ox.Triple]) -> str:
    """Triples in their order as Turtle, with the prefixes that are used, sorted."""
    text = (ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=dict(DOCUMENT_PREFIXES)) or b"").decode()
    lines = text.split("\n")
    said = re.sub(r" \.\n(?=.)", " .\n\n", "\n".join(line for line in lines if not line.startswith("@prefix ")))
    used = sorted(line for line in lines if line.startswith("@prefix ") and line.split()[1] in said)
    return "\n".join([*used, "", said])


def write_documents(writer: Writer, document: str, triples: Iterable[ox.Triple], as_turtle: str = "") -> None:
    """Write ``document.ttl``, ``.nt`` and ``.jsonld``; ``as_turtle`` is the Turtle where it was written by hand."""
    ordered = in_order(triples)
    writer.write(f"{document}.ttl", as_turtle or turtle(ordered))
    writer.write(f"{document}.nt", "".join(f"{each} .\n" for each in ordered))
    writer.write(f"{document}.jsonld", (ox.serialize(ordered, format=ox.RdfFormat.JSON_LD) or b"[]") + b"\n")


def named_blank_nodes(text: str) -> set[str]:
    """The blank nodes of a Turtle text that have names: read twice, those without get others each time."""

    def read() -> set[str]:
        triples = ox.parse(input=text.encode(), format=ox.RdfFormat.TURTLE)
        return {term.value for each in triples for term in (each.subject, each.object) if isinstance(term, ox.BlankNode)}

    return read() & read()

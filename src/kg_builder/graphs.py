"""Reads RDF files, strictly and without fetching, into the two forms that the tool works on.

pyoxigraph reads (it follows the W3C test suites where rdflib accepts malformed files) and answers queries; rdflib is the form
that Python users, pySHACL and the owlrl library take.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg_builder.errors import Location, input_error

if TYPE_CHECKING:
    import rdflib

SUFFIXES = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
}
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """An RDF file that was read: its name in messages, its bytes and its format."""

    shown: str
    content: bytes
    format: ox.RdfFormat


def open_source(name: str) -> Source:
    """The file of that name; ``-`` is standard input, read as Turtle (of which N-Triples is a part).

    Raises :class:`~kg_builder.errors.InputError` for a missing file or a suffix that tells no RDF format.
    """
    if name == STDIN:
        return Source("<stdin>", sys.stdin.buffer.read(), ox.RdfFormat.TURTLE)
    path = Path(name)
    format_ = SUFFIXES.get(path.suffix.lower())
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise input_error("there is no such file", Location(name), "Run 'kg-builder build' first, or name a file.") from None
    except OSError as error:
        raise input_error(f"cannot be read: {error.strerror}", Location(name)) from None
    if format_ is None:
        raise input_error(f"'{path.suffix}' tells no RDF format", Location(name), f"Known: {', '.join(SUFFIXES)}.")
    return Source(name, content, format_)


def read_quads(source: Source) -> list[ox.Quad]:
    """The quads of a file; raises :class:`~kg_builder.errors.InputError` with line and column of what does not parse."""
    try:
        return list(ox.parse(input=source.content, format=source.format, base_iri=None))
    except SyntaxError as error:
        where = Location(source.shown, error.lineno or 0, error.offset or 0)
        raise input_error(f"this is not {source.format.name}: {error.msg}", where, "Mend the file at that place.") from None


def to_store(quads: Iterable[ox.Quad]) -> ox.Store:
    """A store with all quads; named graphs are kept, and read as one graph by queries that name none."""
    store = ox.Store()
    store.bulk_extend(quads)
    return store


def to_rdflib(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """All triples as one rdflib graph, with literals as they are written: rdflib would rewrite ``"01"^^xsd:integer``."""
    import rdflib  # noqa: PLC0415 - rdflib costs 0.1 s at start, and few commands need it

    graph = rdflib.Graph()
    cache: dict[object, rdflib.term.Node] = {}

    def convert(term: object) -> rdflib.term.Node:
        known = cache.get(term)
        if known is None:
            known = cache[term] = _rdflib_term(term)
        return known

    graph.addN((convert(q.subject), convert(q.predicate), convert(q.object), graph) for q in quads)
    return graph


def _rdflib_term(term: object) -> rdflib.term.Node:
    import rdflib  # noqa: PLC0415

    if isinstance(term, ox.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        if term.datatype.value == str(rdflib.XSD.string):
            return rdflib.Literal(term.value)
        return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
    raise input_error("RDF 1.2 triple terms cannot be validated or given to rdflib", mend="Take them out of the file.")


def from_rdflib(graph: rdflib.Graph) -> ox.Store:
    """A store with the triples (of a Dataset: the quads) of an rdflib graph."""
    import rdflib  # noqa: PLC0415

    store = ox.Store()
    if isinstance(graph, rdflib.Dataset):
        store.load(graph.serialize(format="nquads", encoding="utf-8"), ox.RdfFormat.N_QUADS)
    else:
        store.load(graph.serialize(format="nt", encoding="utf-8"), ox.RdfFormat.N_TRIPLES)
    return store

"""Reads RDF files, strictly and without fetching, into the two forms that the tool works on.

pyoxigraph reads (it follows the W3C test suites where rdflib accepts malformed files) and answers queries; rdflib is the form
that Python users, pySHACL and the owlrl library take.
"""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
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
MAX_ENTITY_GROWTH = 64 * 2**20
"""Bytes that the entities of an RDF/XML file may add up to."""
AT_ONCE = 250_000
STDIN = "-"
TRIPLE_TERMS = "RDF 1.2 triple terms can be neither validated nor given to rdflib"


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
        return Source("<stdin>", _standard_input(), ox.RdfFormat.TURTLE)
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


@cache
def _standard_input() -> bytes:
    """Standard input can be read once only, and more than one part of a command may want it."""
    return sys.stdin.buffer.read()


def read_quads(source: Source, *, rename: bool = False) -> list[ox.Quad]:
    """The quads of a file, as :func:`each_quad` gives them."""
    return list(each_quad(source, rename=rename))


def each_quad(source: Source, *, rename: bool = False) -> Iterator[ox.Quad]:
    """The quads of a file, as they are read; ``rename`` gives its blank nodes names that no other file has.

    Raises :class:`~kg_builder.errors.InputError` with line and column of what does not parse.
    """
    if source.format == ox.RdfFormat.RDF_XML:
        _check_entities(source)
    try:
        yield from ox.parse(input=source.content, format=source.format, base_iri=None, rename_blank_nodes=rename)
    except SyntaxError as error:
        where = Location(source.shown, error.lineno or 0, error.offset or 0)
        raise input_error(f"this is not {source.format.name}: {error.msg}", where, "Mend the file at that place.") from None


def _check_entities(source: Source) -> None:
    """Refuse an XML document type whose entities are read from elsewhere, or would grow beyond measure."""
    entities = re.findall(rb"<!ENTITY\s+(?:%\s*)?([^\s\"'>]+)\s*([^>]*)>", source.content[:1_000_000])
    growth = 0
    for name, value in entities:
        if b"&" in value or value.startswith((b"SYSTEM", b"PUBLIC")):
            raise input_error(
                "an XML entity refers to another one, or to a file",
                Location(source.shown),
                "Write its text out, or save as Turtle.",
            )
        growth += len(value) * source.content.count(b"&" + name + b";")
    if growth > MAX_ENTITY_GROWTH:
        raise input_error("the XML entities would grow beyond measure", Location(source.shown), "Save the file as Turtle.")


def to_store(quads: Iterable[ox.Quad]) -> ox.Store:
    """A store with all quads; named graphs are kept, and read as one graph by queries that name none."""
    store = ox.Store()
    fill(store, quads)
    return store


def fill(store: ox.Store, quads: Iterable[ox.Quad]) -> None:
    """Add quads to a store, so many at a time: it holds those of one call twice."""
    quads = iter(quads)
    while some := list(islice(quads, AT_ONCE)):
        store.bulk_extend(some)


def read_rdflib(names: Iterable[str]) -> rdflib.Graph:
    """RDF files as one rdflib graph; raises InputError as :func:`open_source` and :func:`read_quads` do."""
    return read_sources(map(open_source, names))


def read_sources(sources: Iterable[Source], *, rename: bool = False) -> rdflib.Graph:
    """Files that were opened as one rdflib graph."""
    import rdflib  # noqa: PLC0415

    graph = rdflib.Graph()
    for number, source in enumerate(sources):
        try:
            graph += to_rdflib(read_quads(source, rename=rename or number > 0))
        except ValueError as error:
            raise input_error(str(error), Location(source.shown), "Take them out of the file.") from None
    return graph


def nt(node: rdflib.term.Node) -> str:
    """An rdflib term in N-Triples syntax, as pyoxigraph writes it."""
    import rdflib  # noqa: PLC0415

    if isinstance(node, rdflib.Literal):
        datatype = ox.NamedNode(str(node.datatype)) if node.datatype and not node.language else None
        return str(ox.Literal(str(node), language=node.language, datatype=datatype))
    return f"_:{node}" if isinstance(node, rdflib.BNode) else f"<{node}>"


def to_rdflib(quads: Iterable[ox.Quad]) -> rdflib.Graph:
    """All triples as one rdflib graph, with literals as they are written: rdflib would rewrite ``"01"^^xsd:integer``.

    Raises ValueError for the triple terms of RDF 1.2.
    """
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
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # rdflib warns of some ill-typed literals; the validation tells of all
            return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
    raise ValueError(TRIPLE_TERMS)


def from_rdflib(graph: rdflib.Graph) -> ox.Store:
    """A store with the triples (of a Dataset: the quads) of an rdflib graph."""
    import rdflib  # noqa: PLC0415

    store = ox.Store()
    if isinstance(graph, rdflib.Dataset):
        store.load(graph.serialize(format="nquads", encoding="utf-8"), ox.RdfFormat.N_QUADS)
    else:
        store.load(graph.serialize(format="nt", encoding="utf-8"), ox.RdfFormat.N_TRIPLES)
    return store

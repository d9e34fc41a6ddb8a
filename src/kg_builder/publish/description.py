"""The data set as linked data: DCAT 3 and VoID for what it is and where it is had, PROV for what it was made from.

No clock is read: dates are those of the folder and of its statements, so that the same input gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import pyoxigraph as ox

from kg_builder import __version__
from kg_builder.publish.counts import Counts
from kg_builder.publish.documents import DOCUMENT_PREFIXES
from kg_builder.source.publication import Publication
from kg_builder.vocabulary import BASE, DATA, ONTOLOGY, PREFIXES, SHAPES, local_name

DATASET = BASE + "data"
PROVENANCE = BASE + "provenance"
BUILD = PROVENANCE + "#build"
TOOL = f"{PROVENANCE}#kg-builder-{__version__}"
RIGHTS = (
    "Annotations are under the licence. The words quoted from the statements remain their authors’; they are here to be cited."
)
TITLE = "What human-rights statements say"
DESCRIPTION = (
    "Who asserts, denies, doubts or demands what, of whom, and in which exact words. Every triple stays true even if every "
    "allegation is false: that somebody says something is published, not that it is so."
)

_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = "http://id.loc.gov/vocabulary/iso639-1/"
_FEATURES = "http://www.w3.org/ns/formats/"
_XSD = PREFIXES["xsd"]


@dataclass(frozen=True, slots=True)
class Download:
    """A file of the whole graph. ``feature`` is the name of its format at https://www.w3.org/ns/formats/."""

    file: str
    name: str
    media_type: str
    feature: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Input:
    """A file that the graph was built from, by its path in the folder; ``statement`` is the IRI of that which it belongs to.

    ``number`` is that of a file of entities, which its IRI has in place of the name: a name of a file may be that of a person.
    """

    path: str
    sha256: str
    statement: str = ""
    number: int = 0

    @property
    def fragment(self) -> str:
        """What its IRI has behind ``#``."""
        return f"entities-{self.number}" if self.number else quote(self.path)


def describe(publication: Publication, counts: Counts, downloads: Iterable[Download], address: str) -> Iterator[ox.Triple]:
    """The data set, its distributions and its statistics. ``address`` is where the site stands; files are found below it."""
    data = ox.NamedNode(DATASET)
    yield from _types(data, "dcat:Dataset", "void:Dataset", "prov:Entity")
    yield ox.Triple(data, _node("dcterms:title"), _told(publication.title, TITLE))
    yield ox.Triple(data, _node("dcterms:description"), _told(publication.description, DESCRIPTION))
    yield ox.Triple(data, _node("dcterms:license"), ox.NamedNode(publication.license))
    yield ox.Triple(data, _node("dcterms:rights"), _english(RIGHTS))
    if publication.publisher:
        publisher = ox.NamedNode(f"{DATA}actor/{publication.publisher}")
        for curie in ("dcterms:publisher", "dcterms:creator"):
            yield ox.Triple(data, _node(curie), publisher)
        yield from _types(publisher, "foaf:Agent")
        yield ox.Triple(publisher, _node("foaf:name"), ox.Literal(publication.publisher_name))
    if publication.version:
        yield ox.Triple(data, _node("dcat:version"), ox.Literal(publication.version))
    if publication.issued is not None:
        day = ox.Literal(publication.issued.isoformat(), datatype=ox.NamedNode(_XSD + "date"))
        for curie in ("dcterms:issued", "dcterms:modified"):
            yield ox.Triple(data, _node(curie), day)
    if publication.cite:
        yield ox.Triple(data, _node("dcterms:bibliographicCitation"), ox.Literal(publication.cite))
    for word in ("human rights", "claims", "statements", "linked data"):
        yield ox.Triple(data, _node("dcat:keyword"), _english(word))
    for language in sorted({each.partition("-")[0] for each in counts.languages if each}):
        yield ox.Triple(data, _node("dcterms:language"), ox.NamedNode(_LANGUAGES + language))
    for standard in (ONTOLOGY.removesuffix("#"), SHAPES.removesuffix("#")):
        yield ox.Triple(data, _node("dcterms:conformsTo"), ox.NamedNode(standard))
    yield ox.Triple(data, _node("dcat:landingPage"), ox.NamedNode(f"{address}data.html"))
    yield ox.Triple(data, _node("prov:wasGeneratedBy"), ox.NamedNode(BUILD))
    yield from _period(data, counts)
    for download in downloads:
        yield from _distribution(data, download, publication.license, address)
    yield from _statistics(data, counts)


def _period(data: ox.NamedNode, counts: Counts) -> Iterator[ox.Triple]:
    if not counts.newest:
        return
    period = ox.NamedNode(f"{DATASET}#period")
    yield ox.Triple(data, _node("dcterms:temporal"), period)
    yield from _types(period, "dcterms:PeriodOfTime")
    for curie, day in (("dcat:startDate", counts.oldest), ("dcat:endDate", counts.newest)):
        yield ox.Triple(period, _node(curie), ox.Literal(day, datatype=ox.NamedNode(_XSD + "date")))


def _distribution(data: ox.NamedNode, download: Download, licence: str, address: str) -> Iterator[ox.Triple]:
    node, checksum = (ox.NamedNode(f"{DATASET}#{download.file}{end}") for end in ("", "-sha256"))
    url = ox.NamedNode(address + download.file)
    yield ox.Triple(data, _node("dcat:distribution"), node)
    yield ox.Triple(data, _node("void:dataDump"), url)
    yield ox.Triple(data, _node("void:feature"), ox.NamedNode(_FEATURES + download.feature))
    yield from _types(node, "dcat:Distribution")
    yield ox.Triple(node, _node("dcterms:title"), _english(download.name))
    yield ox.Triple(node, _node("dcterms:license"), ox.NamedNode(licence))
    yield ox.Triple(node, _node("dcterms:format"), ox.NamedNode(_FEATURES + download.feature))
    yield ox.Triple(node, _node("dcat:mediaType"), ox.NamedNode(_MEDIA_TYPES + download.media_type))
    yield ox.Triple(node, _node("dcat:accessURL"), ox.NamedNode(f"{address}data.html"))
    yield ox.Triple(node, _node("dcat:downloadURL"), url)
    size = ox.Literal(str(download.size), datatype=ox.NamedNode(_XSD + "nonNegativeInteger"))
    yield ox.Triple(node, _node("dcat:byteSize"), size)
    yield ox.Triple(node, _node("spdx:checksum"), checksum)
    yield from _types(checksum, "spdx:Checksum")
    yield ox.Triple(checksum, _node("spdx:algorithm"), _node("spdx:checksumAlgorithm_sha256"))
    digest = ox.Literal(download.sha256, datatype=ox.NamedNode(_XSD + "hexBinary"))
    yield ox.Triple(checksum, _node("spdx:checksumValue"), digest)


def _statistics(data: ox.NamedNode, counts: Counts) -> Iterator[ox.Triple]:
    numbers = {
        "void:triples": counts.triples,
        "void:distinctSubjects": counts.subjects,
        "void:classes": len(counts.classes),
        "void:properties": len(counts.properties),
    }
    for curie, number in numbers.items():
        yield ox.Triple(data, _node(curie), ox.Literal(number))
    yield ox.Triple(data, _node("void:uriSpace"), ox.Literal(DATA))
    if counts.first:
        yield ox.Triple(data, _node("void:exampleResource"), ox.NamedNode(counts.first))
    terms = [*counts.classes, *counts.properties]
    for namespace in sorted({each.removesuffix(local_name(each)) for each in terms}):
        yield ox.Triple(data, _node("void:vocabulary"), ox.NamedNode(namespace))
    parts = (("class", "entities", counts.classes), ("property", "triples", counts.properties))
    for kind, counted, found in parts:
        for term, number in sorted(found.items()):
            part = ox.NamedNode(f"{DATASET}#{kind}-{_slug(term)}")
            yield ox.Triple(data, _node(f"void:{kind}Partition"), part)
            yield ox.Triple(part, _node(f"void:{kind}"), ox.NamedNode(term))
            yield ox.Triple(part, _node(f"void:{counted}"), ox.Literal(number))


def describe_build(inputs: Iterable[Input], statements: int) -> Iterator[ox.Triple]:
    """How the data set was made: one activity of the tool, and each file that it used with its hash."""
    build, tool = ox.NamedNode(BUILD), ox.NamedNode(TOOL)
    yield from _types(build, "prov:Activity")
    words = f"Building and validating the graph of {statements:,} statement{'s' if statements != 1 else ''}"
    yield ox.Triple(build, _node("rdfs:label"), _english(words))
    yield ox.Triple(build, _node("prov:wasAssociatedWith"), tool)
    yield ox.Triple(build, _node("prov:generated"), ox.NamedNode(DATASET))
    yield from _types(tool, "prov:SoftwareAgent")
    yield ox.Triple(tool, _node("rdfs:label"), ox.Literal(f"kg-builder {__version__}"))
    for each in inputs:
        node = ox.NamedNode(f"{PROVENANCE}#{each.fragment}")
        yield ox.Triple(build, _node("prov:used"), node)
        yield from _types(node, "prov:Entity")
        yield ox.Triple(node, _node("rdfs:label"), ox.Literal(each.path))
        yield ox.Triple(node, _node("schema:sha256"), ox.Literal(each.sha256))
        if each.statement:
            yield ox.Triple(node, _node("dcterms:isPartOf"), ox.NamedNode(each.statement))


def _slug(term: str) -> str:
    """A term as the end of an IRI: with its prefix where that is known, so that names of several vocabularies stay apart."""
    name = local_name(term)
    namespace = term.removesuffix(name)
    prefix = next((prefix for prefix, each in DOCUMENT_PREFIXES.items() if each == namespace), "")
    return f"{prefix}-{name}" if prefix else "".join(each if each.isalnum() else "-" for each in term)


def _types(subject: ox.NamedNode, *curies: str) -> Iterator[ox.Triple]:
    return (ox.Triple(subject, _node("rdf:type"), _node(curie)) for curie in curies)


def _node(curie: str) -> ox.NamedNode:
    prefix, _, name = curie.partition(":")
    return ox.NamedNode(DOCUMENT_PREFIXES[prefix] + name)


def _told(text: str, otherwise: str) -> ox.Literal:
    """What a folder says, of which nobody told the language; else what the tool says."""
    return ox.Literal(text) if text else _english(otherwise)


def _english(text: str) -> ox.Literal:
    return ox.Literal(text, language="en")

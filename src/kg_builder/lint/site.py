"""Holds a site against what makes data findable, accessible and reusable (the FAIR principles), and against its own lists.

Pages and graphs are read one at a time; what is kept in memory are the paths of documents, and the ids of a few pages.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from itertools import groupby
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import rdflib

from kg_builder.errors import Location, NothingCheckedError, Problem
from kg_builder.lint import LintReport
from kg_builder.lint.rules import Rule
from kg_builder.publish.addresses import RDF_SUFFIXES, locate
from kg_builder.publish.writer import MANIFEST, listed_files
from kg_builder.report import Result
from kg_builder.vocabulary import BASE, DATA

SITE_RULES = {
    "site-file": Rule("violation", "Write the site anew: kg-builder site"),
    "dead-link": Rule("violation", "Write the site anew, or mend the template.", "FAIR A1"),
    "page-links": Rule("violation", "Add the link to the page's head.", "FAIR F3; Signposting"),
    "rdf-document": Rule("violation", "Write the site anew: kg-builder site", "FAIR I1"),
    "thing-without-document": Rule("violation", "Write the site anew: kg-builder site", "FAIR F1, A1"),
    "no-data-set": Rule("violation", "Write the site anew: kg-builder site", "FAIR F2"),
    "data-set-metadata": Rule("warning", "Add it to data/dataset.yaml.", "FAIR F2, R1.1, R1.2"),
    "distribution": Rule("violation", "Write the site anew: kg-builder site", "FAIR A1"),
    "statistics": Rule("violation", "Write the site anew: kg-builder site", "FAIR R1"),
}
"""By id, in the order of the documentation."""

_GRAPH = "graph.nq"
_DESCRIPTION = "data.nt"
_DCT, _DCAT = "http://purl.org/dc/terms/", "http://www.w3.org/ns/dcat#"
_VOID, _SPDX = "http://rdfs.org/ns/void#", "http://spdx.org/rdf/terms#"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
_VERSION = "http://www.w3.org/2002/07/owl#versionIRI"
_METADATA = {
    _DCT + "title": "title",
    _DCT + "description": "description",
    _DCT + "license": "licence",
    _DCT + "publisher": "publisher",
    _DCAT + "version": "version",
    _DCT + "issued": "day of issue",
}
_LINK = re.compile(r'<(a|link|script|img)\b([^>]*?)\b(href|src)="([^"]*)"([^>]*)>')
_REL = re.compile(r'\brel="([^"]*)"')
_MEDIA_TYPE = re.compile(r'\btype="([^"]*)"')
_ID = re.compile(r'\bid="([^"]+)"')
_STATEMENT = re.compile(re.escape(DATA) + r"statement/[^/]+")
_NOT_IDS = ("char=", ":~:text=")
"""Fragments that a browser or a script of the page reads, and that no element bears as its id."""


@dataclass(slots=True)
class _Page:
    """What a page's head says: the IRI that it is about, and the files that are named as its RDF, by media type."""

    cite_as: str = ""
    alternates: dict[str, str] = field(default_factory=dict)
    describes: set[str] = field(default_factory=set)
    has_licence: bool = False


def lint_site(folder: str | Path) -> LintReport:
    """Check a site that ``kg-builder site`` wrote.

    Raises :class:`~kg_builder.errors.NothingCheckedError` where the folder is none.
    """
    site = Path(folder)
    if not (site / MANIFEST).is_file():
        raise NothingCheckedError(
            Problem(
                f"there is no {MANIFEST}: this is no site", Location(str(site)), "Name a folder that 'kg-builder site' wrote."
            )
        )
    found: list[Result] = []
    count = 0
    for path, listed in listed_files(site):
        count += 1
        found += _check_file(site, path, listed.sha256)
        if path.endswith(".html") and (site / path).is_file():
            found += _check_page(site, path)
    found += _check_things(site)
    found += _check_data_set(site)
    return LintReport(tuple(sorted(found)), count, len(SITE_RULES), rdflib.Graph())


def _finding(rule: str, message: str, file: str, focus: str = "") -> Result:
    return Result(
        severity=SITE_RULES[rule].severity,
        shape=rule,
        focus=focus or file,
        path="",
        value="",
        component=SITE_RULES[rule].basis,
        message=message,
        mend=SITE_RULES[rule].mend,
        location=Location(file),
    )


def _check_file(site: Path, path: str, digest: str) -> Iterator[Result]:
    try:
        with (site / path).open("rb") as file:
            actual = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        yield _finding("site-file", "the file is listed, and is not there", path)
        return
    if actual != digest:
        yield _finding("site-file", "the file is not the one that was written", path)


def _check_page(site: Path, path: str) -> Iterator[Result]:
    text = (site / path).read_text("utf-8", errors="replace")
    page = _Page()
    for tag, before, _, address, after in _LINK.findall(text):
        rels = _REL.search(before + after)
        relations = rels[1].split() if tag == "link" and rels else []
        media_type = _MEDIA_TYPE.search(before + after)
        target = unescape(address)
        if "cite-as" in relations:
            page.cite_as = target
        if "license" in relations:
            page.has_licence = True
        if media_type and "alternate" in relations:
            page.alternates[media_type[1]] = target
        if media_type and "describedby" in relations:
            page.describes.add(media_type[1])
        if problem := _dead(site, path, target):
            yield _finding("dead-link", problem, path)
    if page.cite_as:
        yield from _check_head(site, path, page)


def _check_head(site: Path, path: str, page: _Page) -> Iterator[Result]:
    """A page that names its thing leads to RDF about it in each format, and to a licence; a statement's text is its author's."""
    if not page.has_licence and not _STATEMENT.fullmatch(page.cite_as):
        yield _finding("page-links", 'the page has no link rel="license"', path)
    for suffix, media_type in RDF_SUFFIXES.items():
        if media_type not in page.alternates:
            yield _finding("page-links", f'the page has no link rel="alternate" to {media_type}', path)
            continue
        if media_type not in page.describes:
            yield _finding("page-links", f'the page has no link rel="describedby" to {media_type}', path)
        if suffix == "nt":
            yield from _check_triples(site, path, _resolved(path, page.alternates[media_type]), page.cite_as)


def _check_triples(site: Path, path: str, document: str, iri: str) -> Iterator[Result]:
    file = site / document
    if not file.is_file():
        return  # the link is dead, and told so
    try:
        triples = list(ox.parse(path=str(file), format=ox.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        yield _finding("rdf-document", f"this is not N-Triples: {error.msg}", document)
        return
    told = {each.subject.value for each in triples if isinstance(each.subject, ox.NamedNode)}
    told |= {each.object.value for each in triples if each.predicate.value == _VERSION and isinstance(each.object, ox.NamedNode)}
    if not any(each == iri or each.startswith(f"{iri}#") for each in told):
        yield _finding("rdf-document", f"the document says nothing of <{iri}>, which {path} is about", document)


def _resolved(page: str, address: str) -> str:
    """The file of the site that an address leads to from a page; empty where it leads out of the site's folder."""
    found: list[str] = page.split("/")[:-1]
    for part in unquote(urlsplit(address).path).split("/"):
        if part == ".." and not found:
            return ""
        if part == "..":
            found.pop()
        elif part not in {"", "."}:
            found.append(part)
    return "/".join(found)


def _dead(site: Path, page: str, address: str) -> str:
    """What is wrong with a link; empty where it leads somewhere. Addresses elsewhere are not followed."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return ""
    target = _resolved(page, address) if parts.path else page
    if not target or not _is_file(site, target):
        return f"the link '{address}' leads nowhere"
    fragment = unquote(parts.fragment)
    if fragment and target.endswith(".html") and not fragment.startswith(_NOT_IDS) and fragment not in _ids(site, target):
        return f"the link '{address}' leads to no part of {target}"
    return ""


@lru_cache(maxsize=200_000)
def _is_file(site: Path, path: str) -> bool:
    return (site / path).is_file()


@lru_cache(maxsize=200)
def _ids(site: Path, path: str) -> frozenset[str]:
    return frozenset(map(unescape, _ID.findall((site / path).read_text("utf-8", errors="replace"))))


def _check_things(site: Path) -> Iterator[Result]:
    """Each thing that the graph tells of has a page, and RDF that tells of it."""
    quads = _quads(site)
    for _, group in groupby(quads, key=lambda quad: quad.graph_name):
        told: dict[str, set[str]] = {}
        for quad in group:
            iri = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else ""
            found = locate(iri)
            if found is not None and iri.startswith(BASE):
                told.setdefault(found[0], set()).add(iri)
        for document, things in sorted(told.items()):
            missing = [each for each in ("html", *RDF_SUFFIXES) if not _is_file(site, f"{document}.{each}")]
            for suffix in missing:
                yield _finding("thing-without-document", f"it has no document {document}.{suffix}", f"{document}.{suffix}")
            if "nt" not in missing:
                text = (site / f"{document}.nt").read_text("utf-8", errors="replace")
                for iri in sorted(things):
                    if f"<{iri}> " not in text:
                        yield _finding("thing-without-document", f"its document does not tell of <{iri}>", f"{document}.nt", iri)


def _quads(site: Path) -> Iterator[ox.Quad]:
    if (site / _GRAPH).is_file():
        try:
            yield from ox.parse(path=str(site / _GRAPH), format=ox.RdfFormat.N_QUADS)
        except SyntaxError:
            return  # the file is not the one that was written, and told so


def _check_data_set(site: Path) -> Iterator[Result]:
    """The description of the data set is whole and true."""
    try:
        triples = [quad.triple for quad in ox.parse(path=str(site / _DESCRIPTION), format=ox.RdfFormat.N_TRIPLES)]
    except (OSError, SyntaxError):
        yield _finding("no-data-set", "the site has no description of its data set", _DESCRIPTION)
        return
    said: dict[tuple[str, str], list[str]] = {}
    for triple in triples:
        if isinstance(triple.subject, ox.NamedNode) and not isinstance(triple.object, ox.Triple):
            said.setdefault((triple.subject.value, triple.predicate.value), []).append(triple.object.value)
    data = next(
        (subject for (subject, predicate), types in said.items() if predicate == _TYPE and _DCAT + "Dataset" in types), ""
    )
    if not data:
        yield _finding("no-data-set", "nothing in it is a dcat:Dataset", _DESCRIPTION)
        return
    for predicate, name in _METADATA.items():
        if not said.get((data, predicate)):
            yield _finding("data-set-metadata", f"the data set has no {name}", _DESCRIPTION, data)
    distributions = said.get((data, _DCAT + "distribution"), [])
    if not distributions:
        yield _finding("distribution", "the data set has no distribution", _DESCRIPTION, data)
    for each in distributions:
        yield from _check_distribution(site, each, said)
    yield from _check_statistics(site, data, said)


def _check_distribution(site: Path, iri: str, said: dict[tuple[str, str], list[str]]) -> Iterator[Result]:
    def first(subject: str, predicate: str) -> str:
        return next(iter(said.get((subject, predicate), [])), "")

    file = first(iri, _DCAT + "downloadURL").rpartition("/")[2]
    if not file or not (site / file).is_file():
        yield _finding("distribution", f"the file '{file}' is not there", _DESCRIPTION, iri)
        return
    if first(iri, _DCAT + "byteSize") != str((site / file).stat().st_size):
        yield _finding("distribution", f"the size that is told is not that of {file}", _DESCRIPTION, iri)
    with (site / file).open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    if first(first(iri, _SPDX + "checksum"), _SPDX + "checksumValue").lower() != digest:
        yield _finding("distribution", f"the SHA-256 that is told is not that of {file}", _DESCRIPTION, iri)
    if not first(iri, _DCAT + "mediaType"):
        yield _finding("distribution", f"no media type is told of {file}", _DESCRIPTION, iri)


def _check_statistics(site: Path, data: str, said: dict[tuple[str, str], list[str]]) -> Iterator[Result]:
    classes: Counter[str] = Counter()
    properties: Counter[str] = Counter()
    subjects = set()
    for quad in _quads(site):
        subjects.add(quad.subject)
        properties[quad.predicate.value] += 1
        if quad.predicate.value == _TYPE and isinstance(quad.object, ox.NamedNode):
            classes[quad.object.value] += 1
    numbers = {
        "triples": properties.total(),
        "distinctSubjects": len(subjects),
        "classes": len(classes),
        "properties": len(properties),
    }
    for name, number in numbers.items():
        told = said.get((data, _VOID + name), [])
        if told != [str(number)]:
            yield _finding(
                "statistics", f"void:{name} is {', '.join(told) or 'not told'}, and the graph has {number}", _DESCRIPTION, data
            )
    parts = (("class", "entities", classes), ("property", "triples", properties))
    for kind, counted, found in parts:
        told_of = dict(_partitions(data, kind, counted, said))
        for term in sorted(found.keys() | told_of.keys()):
            if told_of.get(term) != str(found[term]):
                message = f"void:{counted} of <{term}> is {told_of.get(term, 'not told')}, and the graph has {found[term]}"
                yield _finding("statistics", message, _DESCRIPTION, term)


def _partitions(data: str, kind: str, counted: str, said: dict[tuple[str, str], list[str]]) -> Iterable[tuple[str, str]]:
    for part in said.get((data, f"{_VOID}{kind}Partition"), []):
        for term in said.get((part, _VOID + kind), []):
            yield term, next(iter(said.get((part, _VOID + counted), [])), "")

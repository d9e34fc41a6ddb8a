"""What changed since an earlier version, and what stands where something was withdrawn.

What was taken away may have been taken away because it harmed somebody: it is told that it went, and never shown again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from xml.sax.saxutils import escape

import pyoxigraph as ox

from kg_builder.diff import Difference, Entry, Part, compare, in_words
from kg_builder.diff.compare import BUILT
from kg_builder.graphs import each_quad, open_source
from kg_builder.publish.addresses import listing, locate
from kg_builder.publish.description import DATASET, TITLE
from kg_builder.publish.documents import write_documents
from kg_builder.publish.resources import UtteranceOfPage
from kg_builder.publish.site import Site
from kg_builder.publish.view import View
from kg_builder.publish.writer import Writer
from kg_builder.source.publication import Publication
from kg_builder.vocabulary import BASE, DATA, expand

PAGE = "changes"
FEED = "changes.atom"
WITHDRAWN = "withdrawn.json"
"""The list that a server reads: what is below one of its addresses is gone."""
MOST_ENTRIES = 1000
SHARED = "What statements share"
_STATEMENT = f"{DATA}statement/"
_UTTERANCES = {"claim", "demand"}


@dataclass(frozen=True, slots=True)
class Gone:
    """A thing that was published and is no longer; ``day`` and ``reason`` are empty where nobody recorded them."""

    iri: str
    kind: str
    day: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One property of what changed: the new values in words, and how many old ones went."""

    of: str
    property: str
    new: tuple[str, ...]
    removed: int
    moved: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of one thing. ``iri`` is empty where it has no page any more."""

    change: str
    kind: str
    iri: str
    name: str
    parts: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The changes of one statement, or of what statements share."""

    iri: str
    name: str
    entries: tuple[Changed, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """All changes in words; ``more`` is how many the page leaves out."""

    summary: str
    groups: tuple[Group, ...]
    more: int


class Changes:
    """The section of the site that tells what changed since an earlier graph: a file, or an output folder of ``build``."""

    def __init__(self, publication: Publication, since: Path | None = None) -> None:
        self._publication = publication
        self._since = since

    def add(self, statement: str, view: View, utterances: list[UtteranceOfPage]) -> None:
        """Nothing is noted of a statement: the graphs are compared as a whole."""

    def write(self, site: Site) -> None:
        """Write the page, the feed, the tombstones and the list of what is gone."""
        gone = {}
        for entry in self._publication.withdrawn:
            gone[entry.iri] = Gone(entry.iri, _kind(entry.iri), entry.date.isoformat(), entry.reason)
        changes = None
        if self._since is not None:
            pair = compare(str(self._since), str(site.built / "graph.nq"))
            for iri in sorted(_statements(pair.old) - _statements(pair.new) - gone.keys()):
                gone[iri] = Gone(iri, "statement")
            changes = tell_changes(in_words(pair), frozenset(gone), pair.new)
        withdrawn = sorted(gone.values(), key=lambda each: (each.day, each.iri), reverse=True)
        feed = _feed(self._publication, changes, withdrawn)
        if feed:
            site.writer.write(FEED, feed)
        site.page(
            PAGE,
            "changes.html",
            "What changed",
            publication=self._publication,
            changes=changes,
            withdrawn=withdrawn,
            has_feed=bool(feed),
        )
        for each in withdrawn:
            _write_tombstone(site, each)
        listed = [
            {"iri": each.iri, "date": each.day or None, "reason": each.reason or None}
            for each in sorted(gone.values(), key=lambda each: each.iri)
        ]
        site.writer.write(WITHDRAWN, json.dumps({"withdrawn": listed}, ensure_ascii=False, indent=2) + "\n")


def check_earlier(since: Path) -> None:
    """Read an earlier graph to its end, so that what is wrong in it is told before anything is written."""
    for _ in each_quad(open_source(str(since / BUILT if since.is_dir() else since))):
        pass


def _kind(iri: str) -> str:
    return iri.removeprefix(DATA).partition("/")[0]


def _statements(graph: ox.Store) -> set[str]:
    found = graph.quads_for_pattern(None, ox.NamedNode(expand("rdf:type")), ox.NamedNode(expand("hrc:Statement")), None)
    iris = {quad.subject.value for quad in found if isinstance(quad.subject, ox.NamedNode)}
    return {iri for iri in iris if iri.startswith(_STATEMENT)}


def tell_changes(difference: Difference, gone: frozenset[str], new: ox.Store) -> Summary:
    """The words of a difference without those of what went: of ``gone`` statements nothing but that they are gone.

    ``new`` is the graph as it is now, which tells who holds a claim.
    """
    groups: dict[str, list[Changed]] = {}
    shown = [entry for entry in difference.entries if _owner(entry) not in gone or entry.iri in gone]
    for entry in shown[:MOST_ENTRIES]:
        groups.setdefault(_owner(entry), []).append(_changed(entry, new))
    counts = difference.counts()
    numbers = [
        f"{number:,} {kind}{'s' if number != 1 and not kind.endswith('s') else ''} {change}"
        for change, kinds in counts.items()
        for kind, number in kinds.items()
    ]
    told = tuple(
        Group("" if owner in gone else owner, owner.removeprefix(_STATEMENT) if owner else SHARED, tuple(entries))
        for owner, entries in groups.items()
    )
    return Summary(", ".join(numbers), told, max(0, len(shown) - MOST_ENTRIES))


def _owner(entry: Entry) -> str:
    """The IRI of the statement that an entry belongs to; empty for what statements share."""
    rest = entry.iri.removeprefix(_STATEMENT)
    return "" if rest == entry.iri else _STATEMENT + rest.partition("/")[0]


def _changed(entry: Entry, new: ox.Store) -> Changed:
    if entry.change in {"withdrawn", "removed"}:
        return Changed(entry.change, entry.kind, "", entry.id or entry.iri.removeprefix(DATA), ())
    parts = tuple(_told(part) for part in entry.parts) if entry.change == "changed" else ()
    name = _near(new, entry.iri).label(entry.iri) if entry.kind in _UTTERANCES and entry.label else entry.label
    return Changed(entry.change, entry.kind, entry.iri if locate(entry.iri) else "", name or entry.id or entry.iri, parts)


def _near(graph: ox.Store, iri: str) -> View:
    """What a graph says of a thing, and of what that leads to."""
    own = list(graph.quads_for_pattern(ox.NamedNode(iri), None, None, None))
    led_to = dict.fromkeys(quad.object for quad in own if isinstance(quad.object, ox.NamedNode))
    quads = [*own, *(quad for each in led_to for quad in graph.quads_for_pattern(each, None, None, None))]
    return View((str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads)


def _told(part: Part) -> Told:
    return Told(part.of, part.property, tuple(value.text for value in part.new), len(part.old), part.moved)


def _write_tombstone(site: Site, gone: Gone) -> None:
    """Write the documents of what is gone. Those of a statement stand in the list of its files, as what it said did before."""
    document = (locate(gone.iri) or ("", ""))[0]
    if not document:
        return
    is_statement = gone.kind == "statement"
    if is_statement:
        site.writer.part(listing(document))
    writer = Writer(site.writer.folder, listing(document)) if is_statement else site.writer
    title = f"{gone.kind.capitalize()} {gone.iri.removeprefix(f'{DATA}{gone.kind}/')}"
    html = site.pages.render(
        "tombstone.html",
        document,
        site.shared,
        title=title,
        iri=gone.iri,
        kind=gone.kind,
        day=gone.day,
        reason=gone.reason,
    )
    writer.write(f"{document}.html", html)
    write_documents(writer, document, describe_gone(gone))
    if is_statement:
        writer.close()
        site.writer.tally += writer.tally


def describe_gone(gone: Gone) -> Iterator[ox.Triple]:
    """That a thing was withdrawn, when and why, and nothing else of it. A day is known, and no time of day is made up."""
    thing = ox.NamedNode(gone.iri)
    withdrawal = ox.NamedNode(f"{gone.iri}#withdrawal")
    yield ox.Triple(thing, ox.NamedNode(expand("owl:deprecated")), ox.Literal(value=True))
    yield ox.Triple(thing, ox.NamedNode(expand("prov:wasInvalidatedBy")), withdrawal)
    yield ox.Triple(withdrawal, ox.NamedNode(expand("rdf:type")), ox.NamedNode(expand("prov:Activity")))
    if gone.day:
        day = ox.Literal(gone.day, datatype=ox.NamedNode(expand("xsd:date")))
        yield ox.Triple(withdrawal, ox.NamedNode(expand("dcterms:date")), day)
    if gone.reason:
        yield ox.Triple(withdrawal, ox.NamedNode(expand("rdfs:comment")), ox.Literal(gone.reason))


def _feed(publication: Publication, changes: Summary | None, withdrawn: Iterable[Gone]) -> str:
    """The changes as Atom (RFC 4287); empty where no day is known, since an entry must have one and none is made up."""
    entries = []
    if publication.issued is not None:
        words = (
            f"Compared with the version before: {changes.summary}."
            if changes and changes.groups
            else "A version of the data set."
        )
        address = f"{BASE}changes#version-{quote(publication.version, safe='')}"
        entries.append((publication.issued.isoformat(), address, f"Version {publication.version}", words, DATASET))
    entries += [
        (each.day, f"{each.iri}#withdrawal", f"Withdrawn: {each.kind} {each.iri.rpartition('/')[2]}", each.reason, each.iri)
        for each in withdrawn
        if each.day
    ]
    if not entries:
        return ""
    entries.sort(key=lambda each: (each[0], each[1]), reverse=True)
    author = publication.publisher_name or "kg-builder"
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<feed xmlns="http://www.w3.org/2005/Atom">',
        f"<id>{BASE}changes</id>",
        f"<title>{escape(publication.title or TITLE)}: changes</title>",
        f"<updated>{entries[0][0]}T00:00:00Z</updated>",
        f"<author><name>{escape(author)}</name></author>",
    ]
    for day, id_, title, words, link in entries:
        lines.append(
            f"<entry><id>{escape(id_)}</id><title>{escape(title)}</title><updated>{day}T00:00:00Z</updated>"
            f'<link href="{escape(link)}"/><summary>{escape(words)}</summary></entry>'
        )
    return "\n".join([*lines, "</feed>", ""])

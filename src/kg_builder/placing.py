"""Gives results in a file of parts their places: looked for only in the lines about their nodes, and kept for a second run."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import chain
from operator import itemgetter

import pyoxigraph as ox

from kg_builder.errors import Location
from kg_builder.inspection import NODE, digest, statement_of
from kg_builder.locate import Places
from kg_builder.parts import Parts, Span
from kg_builder.report import Result, Terms
from kg_builder.validation import with_place

Kept = Mapping[str, Mapping[str, tuple[int, int]]]
"""By the digest of a batch, and of what a result tells: how many lines below its statement's first, and which column."""

_ESCAPED = re.compile(rb"(?m)^<[^<>\\\s]*+\\[^\n]*+\n?")
"""A line of N-Quads whose subject is not written as it is compared."""


@dataclass(frozen=True, slots=True)
class _Home:
    """The lines of a statement that stand together, so that a place in them depends on nothing outside its batch."""

    batch: str
    """The batch's digest."""
    span: Span
    line: int

    def to_result(self, result: Result, shown: str, content: bytes, at: tuple[int, int]) -> Result:
        below, column = at
        start, end = self.span
        for _ in range(below):
            start = content.index(b"\n", start, end) + 1
        line = content[start : content.find(b"\n", start)].decode("utf-8", "replace")
        return replace(result, location=Location(shown, self.line + below, column), source_line=line)


def place_results(
    results: Sequence[Result], parts: Parts, batches: Mapping[str, Sequence[str]], digests: Mapping[str, str], known: Kept
) -> tuple[tuple[Result, ...], Kept]:
    """The results, each with the place of its triple, and what is to be kept of these places.

    ``batches`` are by each statement those that it was looked at with: only among their lines is something said of it.
    ``digests`` are by each statement that of its batch, none where nothing is kept; ``known`` is what was kept before.
    """
    homes = _homes({_focus(result) for result in results}, parts, digests)
    placed: list[Result] = []
    new: list[tuple[int, Result]] = []
    for number, result in enumerate(results):
        home = homes.get(_focus(result))
        at = known.get(home.batch, {}).get(_key(result.terms)) if home and result.terms else None
        if home and at:
            placed.append(home.to_result(result, parts.source.shown, parts.source.content, at))
        else:
            placed.append(result)
            new.append((number, result))
    nodes = {_focus(result) for _, result in new} - {""}
    places, strayed = _search(nodes, parts, batches)
    missing = nodes - places.keys()
    anywhere = [Places.read(parts.source, missing)] if missing else []
    for number, result in new:
        placed[number] = with_place(result, places.get(_focus(result), anywhere))
    unkept = missing | strayed
    kept: dict[str, dict[str, tuple[int, int]]] = {}
    for result in placed:
        home = homes.get(_focus(result))
        if home and result.terms and result.location and _focus(result) not in unkept:
            at = result.location.line - home.line, result.location.column
            kept.setdefault(home.batch, {})[_key(result.terms)] = at
    return tuple(placed), kept


def _focus(result: Result) -> str:
    return result.terms.focus if result.terms else ""


def _key(terms: Terms) -> str:
    return digest(each.encode("utf-8", "surrogatepass") for each in (terms.focus, terms.path, terms.value))[:24]


def _homes(nodes: Set[str], parts: Parts, digests: Mapping[str, str]) -> dict[str, _Home]:
    """For each of these nodes, the lines of its statement, if they stand together."""
    spans = {node: parts.statements.get(statement_of(node), ()) for node in nodes if digests and node.startswith(NODE)}
    alone = {node: each[0] for node, each in spans.items() if len(each) == 1}
    lines = _lines(parts.source.content, sorted(set(alone.values())))
    return {node: _Home(digests[statement_of(node)], span, lines[span]) for node, span in alone.items()}


def _lines(content: bytes, spans: Iterable[Span]) -> dict[Span, int]:
    """In which lines spans begin that are given in their order."""
    found: dict[Span, int] = {}
    counted, line = 0, 1
    for span in spans:
        line += content.count(b"\n", counted, span[0])
        counted = span[0]
        found[span] = line
    return found


def _search(nodes: Set[str], parts: Parts, batches: Mapping[str, Sequence[str]]) -> tuple[dict[str, list[Places]], set[str]]:
    """The places in the lines about each of these nodes, for those about which there are any.

    Also, of which of them something is said among the lines of another statement.
    """
    is_turtle = parts.source.format == ox.RdfFormat.TURTLE
    speakers = _speakers(nodes, parts, batches)
    homes = [*parts.shared, *chain.from_iterable(parts.statements[id_] for id_ in speakers)]
    found: dict[str, list[Places]] = {}
    strayed: set[str] = set()
    blocks = {span: id_ for id_ in speakers for span in parts.statements[id_]} if is_turtle else {}
    spans = sorted(_about(nodes, parts, homes), key=itemgetter(1)) if nodes else []
    lines = _lines(parts.source.content, (span for _, span in spans))
    for about, (first, last) in spans:
        part = replace(parts.source, content=parts.head + parts.source.content[first:last])
        places = Places.read(part, nodes, lines[first, last] - parts.head.count(b"\n"))
        for node in about:
            if places.has_subject(node):
                found.setdefault(node, []).append(places)
                if (first, last) in blocks and blocks[first, last] != statement_of(node):
                    strayed.add(node)
    return found, strayed


def _speakers(nodes: Set[str], parts: Parts, batches: Mapping[str, Sequence[str]]) -> Set[str]:
    """The statements among whose lines something is said of these nodes: their own, and in Turtle any of the same batch."""
    own = {statement_of(node) for node in nodes if node.startswith(NODE)} & parts.statements.keys()
    if parts.source.format != ox.RdfFormat.TURTLE:
        return own
    others = set(chain.from_iterable(batches[id_] for id_ in own)) - own
    return own | {id_ for id_ in others if not nodes.isdisjoint(_subjects(parts.triples([id_])))}


def _subjects(lines: bytes) -> Iterator[str]:
    return (line.partition(" ")[0] for line in lines.decode("utf-8", "surrogatepass").split("\n"))


def _about(nodes: Set[str], parts: Parts, spans: Sequence[Span]) -> Iterator[tuple[Set[str], Span]]:
    yield from parts.about(nodes, spans)
    if parts.source.format != ox.RdfFormat.TURTLE:
        for span in spans:
            yield from ((nodes, match.span()) for match in _ESCAPED.finditer(parts.source.content, *span))

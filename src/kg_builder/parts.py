"""A file of N-Quads or N-Triples in parts: the lines of each statement, and those of what statements share.

A line of these formats says a triple by itself, so that a part can be read and validated without the others. It has to bear its
subject as it is: what is escaped, has no name or stands elsewhere in the line is told by :class:`NotByParts`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg_builder.graphs import Source
from kg_builder.vocabulary import DATA, expand

STATEMENT = f"{DATA}statement/"
Span = tuple[int, int]
"""Where lines begin and end in the file's bytes."""

_START = re.escape(f"<{STATEMENT}".encode())
_RUN = re.compile(rb"(?m)^%s(?P<id>[^/>\\\s<]++)[/>][^\n]*+\n?(?:%s(?P=id)[/>][^\n]*+\n?)*+" % (_START, _START))
_SUBJECT = re.compile(rb"(?m)^(?P<subject><[^<>\s]*+>)[^\n]*+\n?(?:(?P=subject)[^\n]*+\n?)*+")
_LINE = re.compile(rb"(?:<[^<>\\\s]++>[ \t]*+[<][^\n]*+|[ \t]*+(?:#[^\n]*+)?)\n?")
_LINKS = re.compile(
    rb"%s([^/>\\\s]++)|<%s>[ \t]*+(?!%s)(<[^>]*+>)" % (_START, re.escape(expand("oa:hasSource").encode()), _START)
)
"""What ties statements to each other: that one names a node of another, or words of the same document."""


class NotByParts(Exception):  # noqa: N818 - not an error: then the file is validated as a whole
    """Why a file cannot be validated part by part."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The bytes of a file, and where each part of them stands."""

    source: Source
    shared: tuple[Span, ...]
    statements: dict[str, tuple[Span, ...]]

    def lines(self, spans: Iterable[Span]) -> bytes:
        return b"".join(self.source.content[start:end] for start, end in spans)

    def shared_lines(self) -> bytes:
        """The lines of what statements share, without comments; raises :class:`NotByParts` for those that do not stand alone."""
        kept = []
        for line in self.lines(self.shared).splitlines(keepends=True):
            if not _LINE.fullmatch(line):
                raise NotByParts("not each line begins with the IRI of its subject")
            if line[:1] == b"<":
                kept.append(line)
        return b"".join(kept)

    def about(self, nodes: Container[str], spans: Iterable[Span]) -> Iterator[tuple[str, Span]]:
        """Which of these nodes the lines begin with: each, with those of its lines that follow each other."""
        for span in spans:
            for match in _SUBJECT.finditer(self.source.content, *span):
                subject = match["subject"].decode("utf-8", "replace")
                if subject in nodes:
                    yield subject, match.span()

    def digest(self, statement: str) -> str:
        """The same for the same lines in the same order."""
        found = hashlib.sha256()
        content = memoryview(self.source.content)
        for start, end in self.statements[statement]:
            found.update(content[start:end])
        return found.hexdigest()

    def links(self, statement: str) -> list[str]:
        """What else the lines of a statement may be about: ids of other statements, documents that it takes words from.

        It may be more than they are about, since words that look so are taken for it too.
        """
        found = {match for span in self.statements[statement] for match in _LINKS.findall(self.source.content, *span)}
        return sorted({(id_ or document).decode("utf-8", "replace") for id_, document in found} - {statement})


def split(source: Source) -> Parts:
    """The parts of a file; raises :class:`NotByParts` for a format whose lines do not stand alone."""
    if source.format not in {ox.RdfFormat.N_QUADS, ox.RdfFormat.N_TRIPLES}:
        raise NotByParts(f"the file is {source.format.name}, and only lines of N-Quads and N-Triples stand alone")
    if b"\r" in source.content:
        raise NotByParts("lines end in carriage returns")
    shared: list[Span] = []
    statements: dict[str, list[Span]] = {}
    done = 0
    for match in _RUN.finditer(source.content):
        if match.start() > done:
            shared.append((done, match.start()))
        done = match.end()
        statements.setdefault(match["id"].decode("utf-8", "replace"), []).append(match.span())
    if done < len(source.content):
        shared.append((done, len(source.content)))
    return Parts(source, tuple(shared), {id_: tuple(spans) for id_, spans in statements.items()})


def together(links: dict[str, list[str]]) -> list[list[str]]:
    """Which statements are to be looked at together, given what each is linked to; sorted.

    >>> together({"a": ["b"], "b": [], "c": ["<x:>"], "d": ["<x:>"], "e": []})
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    parents: dict[str, str] = {}

    def root(name: str) -> str:
        while (above := parents.setdefault(name, name)) != name:
            parents[name] = name = parents[above]
        return name

    for id_, others in links.items():
        for other in others:
            parents[root(other)] = root(id_)
    found: dict[str, list[str]] = {}
    for id_ in sorted(links):
        found.setdefault(root(id_), []).append(id_)
    return list(found.values())

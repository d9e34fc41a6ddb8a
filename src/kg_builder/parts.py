"""A file of Turtle, N-Quads or N-Triples in parts: what is said of each statement, and what statements share.

A line of N-Quads says a triple by itself. Turtle is cut before each ``@base`` at the beginning of a line, where such a file as
``kg-builder build`` writes goes over to another statement: a block is read with the prefixes on top of the file, so that a cut
in the wrong place does not parse. What cannot be read without the rest is told by :class:`NotByParts`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain

import pyoxigraph as ox

from kg_builder.engine.data import to_lines
from kg_builder.graphs import Source, each_quad
from kg_builder.vocabulary import DATA, expand

STATEMENT = f"{DATA}statement/"
HAS_SOURCE = f"<{expand('oa:hasSource')}>"
Span = tuple[int, int]
"""Where lines begin and end in the file's bytes."""

_START = re.escape(f"<{STATEMENT}".encode())
_HAS_SOURCE = re.escape(HAS_SOURCE.encode())
_RUN = re.compile(rb"(?m)^%s(?P<id>[^/>\\\s<]++)[/>][^\n]*+\n?(?:%s(?P=id)[/>][^\n]*+\n?)*+" % (_START, _START))
_SUBJECT = re.compile(rb"(?m)^(?P<subject><[^<>\s]*+>)[^\n]*+\n?(?:(?P=subject)[^\n]*+\n?)*+")
_BASE = re.compile(rb"\n@base <(?P<base>[A-Za-z][A-Za-z0-9+.\-]*:[^<>\\\s]*+)> \.")
_BASE_OF = re.compile(re.escape(STATEMENT.encode()) + rb"(?P<id>[^/>\\\s<]++)/")
_LINES = frozenset({ox.RdfFormat.N_QUADS, ox.RdfFormat.N_TRIPLES})


class NotByParts(Exception):  # noqa: N818 - not an error: then the file is validated as a whole
    """Why a file cannot be validated part by part."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A file, and where each part of it stands."""

    source: Source
    shared: tuple[Span, ...]
    statements: Mapping[str, tuple[Span, ...]]
    head: bytes = b""
    """What each block of Turtle is read with."""
    prefixes: Mapping[str, str] = field(default_factory=dict)
    """Those that the head declares."""
    names: tuple[bytes, ...] = (_START,)
    """How a node of a statement may begin where it is written, as regular expressions; likewise the property of a source."""
    has_source: tuple[bytes, ...] = (_HAS_SOURCE,)

    def shared_triples(self) -> bytes:
        """What statements share, as canonical N-Triples."""
        return self._read(self.shared)

    def triples(self, statements: Iterable[str]) -> bytes:
        """What is said of some statements, as canonical N-Triples; raises :class:`NotByParts` where that is not all."""
        lines = self._read(chain.from_iterable(self.statements[each] for each in statements))
        if (b"\n" + lines).count(f"\n<{STATEMENT}".encode()) != lines.count(b"\n"):
            raise NotByParts("among the lines of a statement are some about what statements share")
        return lines

    def _read(self, spans: Iterable[Span]) -> bytes:
        return to_lines(list(self._quads(spans)))

    def _quads(self, spans: Iterable[Span]) -> Iterator[ox.Quad]:
        content = self.source.content
        if self.source.format in _LINES:
            yield from each_quad(replace(self.source, content=b"".join(content[start:end] for start, end in spans)))
            return
        for start, end in spans:
            parser = ox.parse(self.head + content[start:end], self.source.format)
            try:
                yield from parser
            except SyntaxError:
                raise NotByParts("a block that begins with @base does not parse without the others") from None
            if parser.prefixes != self.prefixes:
                raise NotByParts("prefixes are declared after the first @base")

    def about(self, nodes: Set[str], spans: Iterable[Span]) -> Iterator[tuple[Set[str], Span]]:
        """Where something may be said of some of these nodes: which, and lines that follow each other."""
        for span in spans:
            if self.source.format not in _LINES:
                yield nodes, span
                continue
            for match in _SUBJECT.finditer(self.source.content, *span):
                subject = match["subject"].decode("utf-8", "replace")
                if subject in nodes:
                    yield {subject}, match.span()

    def digest(self, statement: str) -> str:
        """The same for the same lines in the same order."""
        found = hashlib.sha256(self.head)
        content = memoryview(self.source.content)
        for start, end in self.statements[statement]:
            found.update(content[start:end])
        return found.hexdigest()

    def links(self, statement: str) -> list[str]:
        """What else the lines of a statement may be about: ids of other statements, documents that it takes words from.

        It may be more than they are about, since words that look so are taken for it too.
        """
        others = _others(self.names, re.escape(statement.encode()))
        documents = _documents(self.has_source, self.names)
        found: set[str] = set()
        for span in self.statements[statement]:
            for pattern in others:
                found.update(each.decode("utf-8", "replace").rstrip(".") for each in pattern.findall(self.source.content, *span))
            for pattern in documents:
                found.update(self._iri(each.decode("utf-8", "replace")) for each in pattern.findall(self.source.content, *span))
        return sorted(found - {statement, ""})

    def _iri(self, term: str) -> str:
        """The IRI of a document as it is written in the file; empty for one that lies in the statement itself."""
        if term[0] == "<":
            return term if ":" in term else ""
        prefix, _, local = term.rstrip(".").partition(":")
        return f"<{self.prefixes.get(prefix, '')}{local}>"


def _others(names: Iterable[bytes], own: bytes) -> list[re.Pattern[bytes]]:
    """What finds nodes of other statements; an expression a name, since one that begins with letters is fast."""
    return [re.compile(rb"%s(?!%s[^\w.%%\\-])([^/>;,\\\s]++)" % (name, own)) for name in names]


@cache
def _documents(has_source: Iterable[bytes], names: Iterable[bytes]) -> list[re.Pattern[bytes]]:
    no_node = b"|".join(names)
    return [re.compile(rb"%s\s*+(?!%s)(<[^>]*+>|[^\s;,]++)" % (name, no_node)) for name in has_source]


def split(source: Source) -> Parts:
    """The parts of a file; raises :class:`NotByParts` for one that cannot be taken apart."""
    if b"\r" in source.content:
        raise NotByParts("lines end in carriage returns")
    if source.format in _LINES:
        return _split_lines(source)
    if source.format == ox.RdfFormat.TURTLE:
        return _split_turtle(source)
    raise NotByParts(f"the file is {source.format.name}, and only Turtle, N-Quads and N-Triples are taken apart")


def _split_lines(source: Source) -> Parts:
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


def _split_turtle(source: Source) -> Parts:
    content = source.content
    bases = [(_above(content, match.start()), match["base"]) for match in _BASE.finditer(content)]
    if not bases:
        raise NotByParts("no @base stands at the beginning of a line, where a statement could begin")
    head = content[: bases[0][0]]
    parser = ox.parse(head, source.format)
    try:
        if next(parser, None):
            raise NotByParts("there are triples above the first @base")
    except SyntaxError:
        raise NotByParts("what stands above the first @base does not parse") from None
    shared: list[Span] = []
    statements: dict[str, list[Span]] = {}
    for (start, base), end in zip(bases, [*(start for start, _ in bases[1:]), len(content)], strict=True):
        found = _BASE_OF.fullmatch(base)
        (statements.setdefault(found["id"].decode("utf-8", "replace"), []) if found else shared).append((start, end))
    spans = {id_: tuple(each) for id_, each in statements.items()}
    prefixes = parser.prefixes
    names = (_START, *_written(STATEMENT, prefixes))
    return Parts(source, tuple(shared), spans, head, prefixes, names, (_HAS_SOURCE, *_written(HAS_SOURCE[1:-1], prefixes)))


def _above(content: bytes, at: int) -> int:
    """Where the empty lines and comments begin that stand right above the line break at this place."""
    while (line := content[(start := content.rfind(b"\n", 0, at) + 1) : at]) == b"" or line[:1] == b"#":
        if start == 0:
            return 0
        at = start - 1
    return at + 1


def _written(iri: str, prefixes: Mapping[str, str]) -> Iterator[bytes]:
    """What an IRI may begin with as a prefixed name, for a regular expression."""
    for name, namespace in prefixes.items():
        if iri.startswith(namespace):
            yield re.escape(f"{name}:{iri[len(namespace) :]}".encode())


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

"""Turtle in one layout. Only white space, the order of prefixes and needless semicolons change; no comment is lost.

The layout: prefixes sorted, one a line; a statement is a block, its subject and first property on one line, each further
property on a line of its own; what does not fit into a line is broken at its brackets, or between its objects. A comment
stays behind the word that it follows, or on its own line. A term is never rewritten: what stands in it may have been
chosen with care.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

import pyoxigraph as ox

WIDTH = 130
"""Characters of a line, as far as its terms let it be."""
INDENT = 2
MAX_DEPTH = 50
"""Brackets within brackets; what is deeper is not read by people."""

_CHARACTER = r"[A-Za-z0-9_\-:%\u0080-\U0010ffff]"
_TOKEN = re.compile(
    rf"""(?P<space>[ \t\r\n]++)
      | (?P<comment>\#[^\r\n]*+)
      | (?P<term>\"\"\"(?:[^"\\]++|\\.|"(?!""))*+\"\"\"|'''(?:[^'\\]++|\\.|'(?!''))*+'''
                |"(?:[^"\\\r\n]++|\\.)*+"|'(?:[^'\\\r\n]++|\\.)*+'
                |<[^<>"\x00-\x20]*+>
                |[+\-]?(?:[0-9]++(?:\.[0-9]*+)?[eE][+\-]?[0-9]++|\.[0-9]++[eE][+\-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++)
                |(?:{_CHARACTER}++|\\.)(?:{_CHARACTER}++|\\.|\.++(?={_CHARACTER}|\\))*+)
      | (?P<at>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
      | (?P<datatype>\^\^)
      | (?P<mark>[\[\]();,.])""",
    re.VERBOSE | re.DOTALL,
)
_BASE = "urn:base:"  # what relative IRIs stand for while two texts are compared
_LINE_BREAK = re.compile(r"\r\n?|\n")


class NotFormattableError(Exception):
    """The text has what the layout does not cover: what RDF 1.2 adds to Turtle, or brackets too deep within brackets."""


@dataclass(slots=True)
class _Piece:
    """A term, a mark, a comment, or a directive as a whole."""

    kind: str
    text: str
    own_line: bool
    """A line break stands before it."""
    blank: bool
    """An empty line stands before it."""
    width: int = field(init=False)

    def __post_init__(self) -> None:
        self.width = len(self.text)

    @property
    def breaks(self) -> bool:
        """Whether it makes a line end within whatever it stands in."""
        return self.kind == "comment" or "\n" in self.text or "\r" in self.text


def format_turtle(text: str) -> str:
    """A Turtle text in the one layout; the text is one that parses.

    Raises :class:`NotFormattableError` for what the layout does not cover.

    >>> print(format_turtle("@prefix b: <u:b> . PREFIX a: <u:a> a:s a:p 1,2 ; . # c"), end="")
    @prefix a: <u:a> .
    @prefix b: <u:b> .
    <BLANKLINE>
    a:s a:p 1, 2 . # c
    """
    lines: list[str] = []
    before: list[_Piece] = []
    for item in _sorted(_items(_Reader(text).pieces())):
        if before and _is_apart(before, item):
            lines.append("")
        lines += _Writer(item).lines()
        before = item
    return "".join(f"{line}\n" for line in lines)


def same_content(before: str, after: str) -> bool:
    """Whether two Turtle texts have the same triples and the same comments; which blank node is which is not asked."""
    return _triples(before) == _triples(after) and _comments(before) == _comments(after)


def unused_prefixes(text: str) -> Iterator[tuple[str, int]]:
    """The name and offset of each prefix that no term of a Turtle text uses."""
    declared: dict[str, int] = {}
    used: set[str] = set()
    before = ""
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "term" and match[0][0] not in "<\"'":
            prefix, colon, _ = match[0].partition(":")
            if before.lower() in {"@prefix", "prefix"}:
                declared[prefix] = match.start()
            elif colon:
                used.add(prefix)
        if match.lastgroup not in {"space", "comment"}:
            before = match[0]
    yield from ((prefix, at) for prefix, at in declared.items() if prefix not in used)


def _triples(text: str) -> Counter[tuple[str, ...]]:
    quads = ox.parse(input=text.encode(), format=ox.RdfFormat.TURTLE, base_iri=_BASE)
    return Counter(
        tuple("" if isinstance(term, ox.BlankNode) else str(term) for term in (quad.subject, quad.predicate, quad.object))
        for quad in quads
    )


def _comments(text: str) -> list[str]:
    return sorted(match[0].rstrip() for match in _TOKEN.finditer(text) if match.lastgroup == "comment")


class _Reader:
    """Takes the tokens apart into pieces; a mark goes before the comments that part it from what it follows."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._pieces: list[_Piece] = []
        self._last = -1  # the last piece that is no comment
        self._depth = 0
        self._glued = False  # the next term is the datatype of the last one
        self._directive: list[str] = []

    def pieces(self) -> list[_Piece]:
        at, breaks = 0, 2
        while at < len(self._text):
            match = _TOKEN.match(self._text, at)
            if match is None:
                raise NotFormattableError
            at = match.end()
            if match.lastgroup == "space":
                breaks += len(_LINE_BREAK.findall(match[0]))
                continue
            self._take(match.lastgroup or "", match[0], breaks)
            breaks = 0
        return self._pieces

    def _take(self, kind: str, text: str, breaks: int) -> None:
        is_start = self._depth == 0 and (self._last < 0 or self._pieces[self._last].text == "." or self._is_after_directive)
        if kind == "comment":
            self._pieces.append(_Piece(kind, text.rstrip(), breaks > 0, breaks > 1))
        elif self._directive or (is_start and text.lower() in {"@prefix", "@base", "prefix", "base"}):
            self._read_directive(text, breaks)
        elif kind == "at" and is_start:
            raise NotFormattableError  # @version
        elif self._glued or kind in {"at", "datatype"}:
            piece = self._pieces[self._last]
            self._pieces[self._last] = _Piece(piece.kind, piece.text + text, piece.own_line, piece.blank)
            self._glued = kind == "datatype"
        elif kind == "mark" and text in ";,.":
            self._separate(text)
        else:
            self._depth += (text in {"[", "("}) - (text in {"]", ")"})
            if self._depth > MAX_DEPTH:
                raise NotFormattableError
            if text == "]":
                self._drop_semicolon()
            self._put(_Piece(kind, text, breaks > 0, breaks > 1))

    @property
    def _is_after_directive(self) -> bool:
        return self._pieces[self._last].kind == "directive"

    def _put(self, piece: _Piece) -> None:
        self._pieces.append(piece)
        self._last = len(self._pieces) - 1

    def _separate(self, mark: str) -> None:
        last = self._pieces[self._last].text if self._last >= 0 else ""
        if mark == ";" and last == ";":
            return
        if mark == ".":
            self._drop_semicolon()
            for piece in self._pieces[self._last + 2 :]:
                piece.own_line = True
        self._last += 1
        self._pieces.insert(self._last, _Piece("mark", mark, own_line=False, blank=False))

    def _drop_semicolon(self) -> None:
        if self._pieces[self._last].text == ";":
            del self._pieces[self._last]
            self._last -= 1

    def _read_directive(self, text: str, breaks: int) -> None:
        if not self._directive:
            self._put(_Piece("directive", "", breaks > 0, breaks > 1))
        self._directive.append(text)
        word = self._directive[0].lower()
        if len(self._directive) == (2 if "base" in word else 3) + word.startswith("@"):
            names = " ".join(part for part in self._directive[1:] if part != ".")
            piece = self._pieces[self._last]
            self._pieces[self._last] = _Piece("directive", f"@{word.removeprefix('@')} {names} .", piece.own_line, piece.blank)
            self._directive = []


def _items(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """The directives and statements, each with the comment behind it, and the comments that stand alone."""
    item: list[_Piece] = []
    is_open = False
    for piece in pieces:
        follows = piece.kind == "comment" and not piece.own_line and bool(item) and item[-1].kind != "comment"
        if item and not is_open and not follows:
            yield item
            item = []
        item.append(piece)
        if piece.kind in {"term", "mark"}:
            is_open = piece.text != "."
    if item:
        yield item


def _sorted(items: Iterable[list[_Piece]]) -> Iterator[list[_Piece]]:
    """The items, with each run of prefixes in order, where none is given twice."""
    run: list[list[_Piece]] = []
    for item in items:
        if item[0].kind == "directive" and item[0].text.startswith("@prefix"):
            run.append(item)
            continue
        yield from _in_order(run)
        run = []
        yield item
    yield from _in_order(run)


def _in_order(run: list[list[_Piece]]) -> list[list[_Piece]]:
    names = [item[0].text.split()[1] for item in run]
    if len(set(names)) < len(names):
        return run
    blank = run[0][0].blank if run else False
    ordered = [item for _, item in sorted(zip(names, run, strict=True), key=lambda pair: pair[0])]
    for item in ordered:
        item[0].blank = blank
    return ordered


def _is_apart(before: list[_Piece], item: list[_Piece]) -> bool:
    """Whether an empty line stands between two items: as it was beside a comment, else around statements."""
    kinds = before[0].kind, item[0].kind
    if "comment" in kinds:
        return item[0].blank
    return kinds != ("directive", "directive")


@dataclass(slots=True)
class _Open:
    """A statement or bracket that is being written. Its next part is subject, predicate, object, or (in a list) item."""

    bracket: str
    indent: int
    next: str
    is_broken: bool = True
    is_filled: bool = False
    """A list of which several items stand on a line."""
    closing: int = 0


class _Writer:
    """Writes one item."""

    def __init__(self, item: list[_Piece]) -> None:
        self._item = item
        self._lines: list[str] = []
        self._line = ""
        self._must_break = False
        self._is_ended = False  # a comment ends the line
        self._stack = [_Open("", INDENT, "subject")]
        # Where each piece would begin if all stood on one line; how many before it end a line, or open a bracket; its partner.
        self._flat = [0, *accumulate(piece.width + (piece.text != ",") for piece in item)]
        self._hard = [0, *accumulate(piece.breaks for piece in item)]
        self._partner: dict[int, int] = {}
        opened: list[int] = []
        for at, piece in enumerate(item):
            if piece.kind == "mark" and piece.text in "[(":
                opened.append(at)
            elif piece.kind == "mark" and piece.text in "])":
                self._partner[opened.pop()] = at
        self._opened = [0, *accumulate(at in self._partner for at in range(len(item)))]

    def lines(self) -> list[str]:
        for at, piece in enumerate(self._item):
            if piece.kind == "comment":
                self._comment(piece, at)
            elif piece.kind == "mark":
                self._mark(piece.text, at)
            else:
                self._place(piece.text, piece.width)
        self._break(0)
        return self._lines

    def _comment(self, piece: _Piece, at: int) -> None:
        now = self._stack[-1]
        if piece.own_line or self._is_ended or not self._line.strip():
            level = 0 if at == 0 else now.indent + (INDENT if now.next in {"object", "another"} else 0)
            self._break(level)
            self._line += piece.text
        else:
            self._line += f" {piece.text}"
        self._must_break = self._is_ended = True

    def _mark(self, mark: str, at: int) -> None:
        now = self._stack[-1]
        if mark == ",":
            self._line += mark
            now.next = "another"
        elif mark == ";":
            self._line += " ;"
            now.next = "predicate"
            self._must_break = now.is_broken
        elif mark == ".":
            self._line += " ."
        elif mark in "[(":
            self._open(mark, at)
        else:
            self._stack.pop()
            if now.is_broken:
                self._break(now.closing)
                self._line += mark
            else:
                self._line += mark if self._line.endswith("[" if mark == "]" else "(") else f" {mark}"
            self._must_break = False

    def _open(self, bracket: str, at: int) -> None:
        end = self._partner[at]
        has_break = self._hard[end] > self._hard[at]
        width = self._flat[end + 1] - self._flat[at] - 1
        self._place(bracket, 1 if has_break else width)
        is_broken = has_break or self._column - 1 + width + 2 > WIDTH
        closing = len(self._line) - len(self._line.lstrip())
        has_brackets = self._opened[end] > self._opened[at + 1]
        self._stack.append(
            _Open(
                bracket,
                closing + INDENT,
                "predicate" if bracket == "[" else "item",
                is_broken,
                is_filled=not has_brackets and not has_break,
                closing=closing,
            )
        )
        self._must_break = is_broken

    def _place(self, text: str, width: int) -> None:
        now = self._stack[-1]
        fits = self._column + 1 + width + 2 <= WIDTH
        wraps = (now.next == "another" and not fits) or (now.next == "item" and now.is_broken and not (now.is_filled and fits))
        if self._must_break or (wraps and now.is_broken):
            self._break(0 if now.next == "subject" else now.indent + (INDENT if now.next in {"object", "another"} else 0))
            self._line += text
        else:
            self._line += f" {text}" if self._line.strip() else text
        self._must_break = False
        now.next = {"subject": "predicate", "predicate": "object"}.get(now.next, now.next)

    @property
    def _column(self) -> int:
        return len(self._line) - (self._line.rfind("\n") + 1)

    def _break(self, indent: int) -> None:
        if self._line.strip():
            self._lines.append(self._line)
        self._line = " " * indent
        self._is_ended = False

"""Text → sentences → tokens, each with its place in the text (code points, end exclusive)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg_builder.extract.language import Language

LONGEST_SENTENCE = 400
"""Tokens after which a sentence is cut: what is longer is a table or noise, and would cost more than it yields."""

_TOKEN = re.compile(
    r"""(?P<number>\d{1,3}(?:[,\u00a0\u202f]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?(?:st|nd|rd|th|er|re|e)?(?![^\W\d_]))
    |(?P<word>(?:[^\W\d_]\.){2,}|[^\W_]+(?:[-‑'’][^\W_]+)*)
    |(?P<mark>\.\.\.|[^\w\s]|_)""",
    re.VERBOSE,
)
_CLITIC = re.compile(r"(?i)(?P<stem>.+?)(?P<clitic>n['’]t|['’](?:s|re|ve|ll|d|m))$")
_END = re.compile(
    r"""(?<![.!?…])[.!?…]++(?:["'”’»)\]]|[ \u00a0\u202f]»)*(?:\[\d+\])*(?=\s+["'“‘«(\[]*[\w"'“‘«(\[—–-])|[。！？]+"""
)
_BULLET = re.compile(r"[^\S\n]*(?:[-–—•*·●▪■◦]|\(?\d{1,3}[.)]|\(?[a-z][.)]|\(?[ivx]{1,4}[.)])[^\S\n]+")
_LAST_WORD = re.compile(r"([\w.]+)\.$")
_CLOSED = re.compile(r"""[.!?:;…](?:["'”’»)\]]|[ \u00a0\u202f]»)*(?:\[\d+\])*$""")
OPENING, CLOSING, BOTH = "“«„‘", "”»", '"'


@dataclass(slots=True, eq=False)
class Token:
    """A word, a number or a mark; ``tag`` is its word class, ``form`` the form of a verb (see :class:`Reading`)."""

    text: str
    low: str
    start: int
    end: int
    kind: str
    tag: str = ""
    lemma: str = ""
    form: str = ""


@dataclass(slots=True, eq=False)
class Sentence:
    """Tokens that belong together. ``bullet`` is set for an entry of a list, whose ``intro`` is the sentence that leads to it."""

    start: int
    end: int
    tokens: list[Token]
    paragraph: int
    heading: bool = False
    bullet: bool = False
    intro: Sentence | None = None
    quoted: list[tuple[int, int]] = field(default_factory=list)
    """Token ranges that stand within quotation marks."""
    opens_quoted: bool = False
    """Within a quotation that began in an earlier sentence."""


def sentences(content: str, language: Language) -> list[Sentence]:
    """The sentences of a text. Lines that are wrapped are joined; headings, addresses and list entries stand alone.

    Time is linear in the text.
    """
    found: list[Sentence] = []
    intro: Sentence | None = None
    for number, (start, end, bullet) in enumerate(_blocks(content)):
        parts = list(_cut(content, start, end, language))
        for at, (left, right) in enumerate(parts):
            tokens = list(_tokens(content, left, right, language))
            for low in range(0, len(tokens), LONGEST_SENTENCE):
                piece = tokens[low : low + LONGEST_SENTENCE]
                sentence = Sentence(piece[0].start, piece[-1].end, piece, number, bullet=bullet and at == 0)
                sentence.heading = len(parts) == 1 and not bullet and not _CLOSED.search(content[left:right].rstrip())
                if bullet:
                    sentence.intro = intro
                found.append(sentence)
        if parts and content[start:end].rstrip().endswith(":"):
            intro = found[-1] if not bullet or intro is None else intro
        elif not bullet:
            intro = None
    _mark_quotations(found)
    return found


def _blocks(content: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each paragraph, heading or list entry; true where it is a list entry."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", content)]
    lengths = sorted(end - start for start, end in lines if content[start:end].strip())
    if not lengths:
        return
    width = min(lengths[int(len(lengths) * 0.9)], 120)
    opened: tuple[int, bool] | None = None
    last = 0
    for start, end in lines:
        line = content[start:end]
        if not line.strip():
            if opened:
                yield opened[0], last, opened[1]
            opened, last = None, end
            continue
        bullet = _BULLET.match(line)
        previous = content[opened[0] : last] if opened else ""
        if opened and (bullet or "\n" in content[last:start].replace("\n", "", 1) or _breaks(previous, line, width)):
            yield opened[0], last, opened[1]
            opened = None
        if opened is None:
            opened = (start + bullet.end() if bullet else start, bool(bullet))
        last = end
    if opened:
        yield opened[0], last, opened[1]


def _breaks(previous: str, line: str, width: int) -> bool:
    """Whether a line begins something new after the lines before it: it does where that line was short or closed."""
    tail = previous[previous.rfind("\n") + 1 :].rstrip()
    if line.lstrip()[:1].islower() and not tail.endswith((".", "!", "?")):
        return False
    if _CLOSED.search(tail):
        return len(tail) < width * 0.75 or len(tail) > 130 or tail.endswith(":")
    return len(tail) < width * 0.65 or len(tail) > 160


def _cut(content: str, start: int, end: int, language: Language) -> Iterator[tuple[int, int]]:
    """The sentences of a paragraph."""
    abbreviations = language.words("grammar", "abbreviations")
    left = start
    for match in _END.finditer(content, start, end):
        if match.end() >= end or _is_abbreviation(content, match.start(), abbreviations):
            continue
        if match.group()[-1] in '"”’»' and content[match.end() :].lstrip()[:1].islower():
            continue
        yield left, match.end()
        left = match.end()
    if content[left:end].strip():
        yield left, end


def _is_abbreviation(content: str, dot: int, abbreviations: frozenset[str]) -> bool:
    if content[dot] != ".":
        return False
    match = _LAST_WORD.search(content, max(0, dot - 16), dot + 1)
    if not match:
        return False
    word = match.group(1)
    return all(len(part) == 1 and part.isupper() for part in word.split(".")) or word.lower() in abbreviations


def _tokens(content: str, start: int, end: int, language: Language) -> Iterator[Token]:
    abbreviations = language.words("grammar", "abbreviations")
    elided, enclitics = language.words("grammar", "elisions"), language.words("grammar", "enclitics")
    last: Token | None = None
    for match in _TOKEN.finditer(content, start, end):
        kind = match.lastgroup or "mark"
        text = match.group()
        if (
            text == "."
            and last is not None
            and last.end == match.start()
            and _abbreviates(last, content, match.end(), end, abbreviations)
        ):
            last.end = match.end()
            last.low += "."
            continue
        if kind == "word" and (elided or enclitics):
            for last in _parts(text, match.start(), elided, enclitics):
                yield last
            continue
        clitic = _CLITIC.match(text) if kind == "word" and ("'" in text or "’" in text) else None
        if clitic and language.data["grammar"].get("possessives"):
            cut = match.start() + clitic.end("stem")
            yield _token(clitic["stem"], match.start(), kind)
            last = _token(clitic["clitic"], cut, "clitic")
        else:
            last = _token(text, match.start(), kind)
        yield last


def _parts(text: str, start: int, elided: frozenset[str], enclitics: frozenset[str]) -> Iterator[Token]:
    """A word without its elided article ("l'homme") and the pronoun that hangs on it ("a-t-elle")."""
    while (cut := re.match(r"([^\W\d_]+)['’](?=\w)", text)) and cut[1].lower() in elided:
        token = _token(cut[0], start, "word")
        token.low = f"{cut[1].lower()}'"
        yield token
        text, start = text[cut.end() :], start + cut.end()
    end = next((each for each in sorted(enclitics, key=len, reverse=True) if text.lower().endswith(each)), "")
    if end and len(text) > len(end):
        yield _token(text[: -len(end)], start, "word")
        yield _token(text[-len(end) :], start + len(text) - len(end), "word")
    else:
        yield _token(text, start, "word")


def _abbreviates(word: Token, content: str, dot: int, end: int, abbreviations: frozenset[str]) -> bool:
    """Whether a dot ends an abbreviation ("Mr.") or the initial of a name ("B. Sund"), and no sentence."""
    if dot >= end:
        return False
    initial = (
        len(word.text) == 1 and word.text.isupper() and content[dot : dot + 1] == " " and content[dot + 1 : dot + 2].isupper()
    )
    return initial or word.low in abbreviations


def _token(text: str, start: int, kind: str) -> Token:
    return Token(text, text.lower(), start, start + len(text), kind)


def _mark_quotations(found: list[Sentence]) -> None:
    """Which tokens stand within quotation marks; a quotation may run over sentences of one paragraph, or open each of several."""
    opened, paragraph = False, -1
    for sentence in found:
        if sentence.paragraph != paragraph:
            opened, paragraph = False, sentence.paragraph
        sentence.opens_quoted = opened
        begin = 0
        for at, token in enumerate(sentence.tokens):
            text = token.text
            if text in OPENING or (text in BOTH and not opened):
                opened, begin = True, at + 1
            elif opened and (text in CLOSING or text in BOTH):
                sentence.quoted.append((begin, at))
                opened = False
        if opened:
            sentence.quoted.append((begin, len(sentence.tokens)))


def span_of(tokens: list[Token], start: int, end: int) -> tuple[int, int]:
    """The characters of the tokens [start, end)."""
    return tokens[start].start, tokens[end - 1].end


def token_at(tokens: list[Token], offset: int) -> int:
    """The index of the first token that begins at ``offset`` or later."""
    return bisect_left(tokens, offset, key=lambda token: token.start)

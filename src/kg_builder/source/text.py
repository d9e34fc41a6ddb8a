"""A statement's text: where words stand in it, its lines and its sentences.

Offsets are Unicode code points, ends are exclusive. Nothing is normalised before words are compared.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from itertools import pairwise

from kg_builder.model import Span

CONTEXT = 32
"""Characters of prefix and suffix that a span carries (Web Annotation's TextQuoteSelector)."""

_EXPLAIN_LIMIT = 1_000_000
_LAST_WORD = re.compile(r"(\w+)\.$")
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "prof",
        "st",
        "no",
        "nos",
        "art",
        "arts",
        "para",
        "paras",
        "pp",
        "vs",
        "etc",
        "rev",
        "gen",
        "col",
        "lt",
        "sgt",
        "capt",
        "hon",
        "sr",
        "jr",
        "fig",
        "cf",
        "approx",
        "dept",
        "est",
        "inc",
        "ltd",
        "co",
        "jan",
        "feb",
        "mar",
        "apr",
        "jun",
        "jul",
        "aug",
        "sep",
        "sept",
        "oct",
        "nov",
        "dec",
    ]
)
_SENTENCE_END = re.compile(r"""(?<![.!?…])[.!?…]++["'”’»)\]]*(?=\s+["'“‘«(\[]*[\w"'“‘«(\[])|[。！？]+""")
_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*|\n(?=[^\S\n]*(?:[-–—•*·]|\(?\d{1,3}[.)]|\(?[a-z][.)])[^\S\n])")
_TYPOGRAPHY = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "–": "-", "—": "-"})


class Text:
    """The text of one statement."""

    def __init__(self, content: str) -> None:
        self.content = content
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", content))]

    def line_column(self, offset: int) -> tuple[int, int]:
        r"""Line and column of an offset, both from 1.

        >>> Text("ab\ncd").line_column(4)
        (2, 2)
        """
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def find(self, exact: str, start: int = 0, end: int | None = None) -> list[int]:
        """The starts of all occurrences of ``exact`` within [start, end) that do not cut a word.

        >>> Text("the police, then the police").find("the police")
        [0, 17]
        >>> Text("theory the").find("the")
        [7]
        """
        end = len(self.content) if end is None else end
        found = []
        at = self.content.find(exact, start, end)
        while at >= 0:
            if self._at_boundary(at, at + len(exact)):
                found.append(at)
            at = self.content.find(exact, at + 1, end)
        return found

    def _at_boundary(self, start: int, end: int) -> bool:
        content = self.content
        cut_left = start > 0 and content[start - 1].isalnum() and content[start].isalnum()
        cut_right = end < len(content) and content[end - 1].isalnum() and content[end].isalnum()
        return not (cut_left or cut_right)

    def span(self, start: int, end: int) -> Span:
        """The span of [start, end) with its context and line."""
        content = self.content
        return Span(
            start=start,
            end=end,
            exact=content[start:end],
            prefix=content[max(0, start - CONTEXT) : start],
            suffix=content[end : end + CONTEXT],
            line=self.line_column(start)[0],
        )

    def sentences(self) -> list[tuple[int, int]]:
        r"""Start and end of each sentence, list entry or heading: no more than whoever checks coverage needs.

        >>> text = Text("One. Two by Dr. A. Smith!\n\nHEAD")
        >>> [text.content[start:end] for start, end in text.sentences()]
        ['One.', 'Two by Dr. A. Smith!', 'HEAD']
        """
        content = self.content
        cuts = {0, len(content)}
        for match in _PARAGRAPH_BREAK.finditer(content):
            cuts.add(match.end())
        for match in _SENTENCE_END.finditer(content):
            if not _is_abbreviation(content, match.start()):
                cuts.add(match.end())
        sentences = []
        for left, right in pairwise(sorted(cuts)):
            piece = content[left:right]
            if any(character.isalnum() for character in piece):
                start = left + len(piece) - len(piece.lstrip())
                sentences.append((start, left + len(piece.rstrip())))
        return sentences

    def explain_absence(self, exact: str) -> str:
        """Why words that look right are not found, and what the text has instead."""
        if exact in self.content:
            line, _ = self.line_column(self.content.index(exact))
            return f"It stands there only within a longer word (line {line}); quote whole words."
        for form in ("NFC", "NFD"):
            other = unicodedata.normalize(form, exact)
            if other != exact and other in self.content:
                return f"The text has these words in another Unicode form ({form}); copy them from the text."
        if len(self.content) <= _EXPLAIN_LIMIT:
            folded, offsets = _fold(self.content)
            wanted, _ = _fold(exact)
            at = folded.find(wanted) if wanted else -1
            if at >= 0:
                there = self.content[offsets[at] : offsets[at + len(wanted) - 1] + 1]
                return f"{_difference(exact, there)} The text has (line {self.line_column(offsets[at])[0]}): {there!r}"
        near = self.nearest(exact)
        if near is None:
            return "Nothing in the text is near to it."
        start, end = near
        return f"The nearest passage (line {self.line_column(start)[0]}): {self.content[start:end]!r}"

    def nearest(self, quote: str) -> tuple[int, int] | None:
        """Start and end of the passage that shares most words with ``quote``; None where none shares any.

        Each occurrence of a word of the quote votes for where the quote would begin; the place with most votes wins. Linear in
        the text, so that it is as good on five million characters.
        """
        content = self.content
        width = max(len(quote), 1)
        starts: list[int] = []
        for word in dict.fromkeys(re.findall(r"\w{3,}", quote)):
            offset = quote.index(word)
            found = re.finditer(re.escape(word), content)
            starts += [match.start() - offset for _, match in zip(range(500), found, strict=False)]
        if not starts:
            return None
        votes = Counter(start // width for start in starts)
        bucket = max(votes, key=lambda key: (votes[key] + votes[key + 1], -key))
        near = sorted(start for start in starts if bucket <= start // width <= bucket + 1)
        start = max(0, near[len(near) // 2])
        return self._trim(start, min(len(content), start + width + width // 4), quote)

    def _trim(self, start: int, end: int, quote: str) -> tuple[int, int]:
        """The part of [start, end) that has something of ``quote``, out to whole words."""
        content = self.content
        if len(quote) <= 2000:
            matcher = difflib.SequenceMatcher(None, content[start:end], quote, autojunk=False)
            blocks = [block for block in matcher.get_matching_blocks() if block.size >= 3]
            if blocks:
                start, end = start + blocks[0].a, start + blocks[-1].a + blocks[-1].size
        while start < end and content[start].isspace():
            start += 1
        while start > 0 and not content[start - 1].isspace():
            start -= 1
        while end < len(content) and not content[end].isspace():
            end += 1
        return start, end


def _is_abbreviation(content: str, dot: int) -> bool:
    if content[dot] != ".":
        return False
    match = _LAST_WORD.search(content, max(0, dot - 12), dot + 1)
    if not match:
        return False
    word = match.group(1)
    return (len(word) == 1 and word.isupper()) or word.lower() in _ABBREVIATIONS


def _fold(text: str) -> tuple[str, list[int]]:
    """``text`` without case, Unicode form, typographic and white-space differences, and where each character came from."""
    folded: list[str] = []
    offsets: list[int] = []
    space = True
    for offset, character in enumerate(text.translate(_TYPOGRAPHY)):
        if character.isspace():
            if not space:
                folded.append(" ")
                offsets.append(offset)
            space = True
            continue
        space = False
        for part in unicodedata.normalize("NFKD", character).casefold():
            if not unicodedata.combining(part):
                folded.append(part)
                offsets.append(offset)
    if folded and folded[-1] == " ":
        folded.pop()
        offsets.pop()
    return "".join(folded), offsets


def _difference(wanted: str, there: str) -> str:
    if wanted.split() == there.split():
        return "White space or line breaks differ (words that span lines are written with '|-')."
    if wanted.casefold() == there.casefold():
        return "Capital and small letters differ."
    if wanted.translate(_TYPOGRAPHY) == there.translate(_TYPOGRAPHY):
        return "Quotation marks or dashes differ."
    return "It is written otherwise."

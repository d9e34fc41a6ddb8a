"""Where words stand in a text, as :meth:`~kg_builder.source.text.Text.find` tells; quick for many words in a long text."""

from __future__ import annotations

import re
from bisect import bisect_left

from kg_builder.source.text import Text

_RUN = re.compile(r"[^\W_]+")


class Occurrences:
    """An index of one text. Words that cut a word of the text are not found."""

    def __init__(self, text: Text) -> None:
        self._text = text
        self._runs: dict[str, list[int]] = {}
        for match in _RUN.finditer(text.content):
            self._runs.setdefault(match[0], []).append(match.start())
        self._found: dict[str, list[int]] = {}

    def of(self, exact: str) -> list[int]:
        """The starts of all occurrences of ``exact``, in order.

        >>> Occurrences(Text("the police, then the police; the policeman")).of("the police")
        [0, 17]
        """
        known = self._found.get(exact)
        if known is None:
            known = self._found[exact] = self._search(exact)
        return known

    def _search(self, exact: str) -> list[int]:
        runs = [(len(self._runs.get(match[0], ())), match.start(), match[0]) for match in _RUN.finditer(exact)]
        if not runs:
            return self._text.find(exact)
        _, offset, rarest = min(runs)
        starts = (at - offset for at in self._runs.get(rarest, ()))
        return [start for start in starts if start >= 0 and self._text.find(exact, start, start + len(exact))]

    def number(self, exact: str, start: int) -> tuple[int, int]:
        """Which occurrence of ``exact`` stands at ``start`` (from 1), and of how many; (0, n) where none does."""
        found = self.of(exact)
        at = bisect_left(found, start)
        return (at + 1 if at < len(found) and found[at] == start else 0), len(found)

    def whole(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) out to whole words.

        >>> Occurrences(Text("they didn't")).whole(5, 7)
        (5, 9)
        """
        content = self._text.content
        while 0 < start < len(content) and content[start - 1].isalnum() and content[start].isalnum():
            start -= 1
        while 0 < end < len(content) and content[end - 1].isalnum() and content[end].isalnum():
            end += 1
        return start, end

"""Dates in words → EDTF (ISO 8601-2, as the Library of Congress profiles it)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from kg_builder.extract.language import Language
from kg_builder.extract.reading.sentences import Sentence, Token

_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er)?$")
_YEAR = re.compile(r"(?:1[89]|20)\d\d$")
_NUMERIC = re.compile(
    r"(?<![\d.])(?:(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)|(?P<d2>\d{1,2})[./](?P<m2>\d{1,2})[./](?P<y2>\d{4}))(?![\d.]*\d)"
)


@dataclass(frozen=True, slots=True)
class Time:
    """The tokens [start, end) say a date. ``year`` is None where the words have none and nothing tells which."""

    start: int
    end: int
    year: int | None
    month: int | None = None
    day: int | None = None
    until: tuple[int | None, int | None, int | None] | None = None
    """The last day of a range, as (year, month, day)."""
    stated: bool = True
    """The year is in the words."""

    @property
    def edtf(self) -> str | None:
        """The date in EDTF; None without a year."""
        if self.year is None:
            return None
        first = _edtf(self.year, self.month, self.day)
        if self.until is None:
            return first
        year, month, day = self.until
        return f"{first}/{_edtf(year or self.year, month, day)}"


def _edtf(year: int, month: int | None, day: int | None) -> str:
    text = f"{year:04d}"
    if month:
        text += f"-{month:02d}"
    if month and day:
        text += f"-{day:02d}"
    return text


class Clock:
    """Reads the dates of one statement, whose own date (``today``) tells what "last month" and "18 February" mean."""

    def __init__(self, language: Language, today: date | None) -> None:
        self._language = language
        self._months: dict[str, int] = language.data["times"].get("months", {})
        self._seasons: dict[str, int] = language.data["times"].get("seasons", {})
        self._weekdays: dict[str, int] = language.data["times"].get("weekdays", {})
        self._relative: dict[str, str] = language.data["times"].get("relative", {})
        self._phrases = language.phrases("times", "relative")
        self._small = language.data["times"].get("capitals") == "false"
        starts = language.data["times"].get("range_starts", ())
        self._first = frozenset([*self._months, *self._seasons, *self._weekdays, *self._phrases, *starts])
        """The words that a date can begin with, besides numbers."""
        self.today = today
        self._last: Time | None = None

    def read(self, sentence: Sentence, content: str) -> list[Time]:
        """The dates in a sentence, in order; they also tell the year of those that come later."""
        found = []
        for time in self._find(sentence.tokens, content):
            known = self._with_year(time)
            if known.month or known.year:
                self._last = known if known.year else self._last
            found.append(known)
        return found

    def _find(self, tokens: list[Token], content: str) -> Iterator[Time]:
        at = 0
        numeric = {}
        if tokens:
            low, high = tokens[0].start, tokens[-1].end
            for match in _NUMERIC.finditer(content, low, high):
                numeric[match.start()] = match
        while at < len(tokens):
            time = None
            written = numeric.get(tokens[at].start)
            if written:
                time = self._numeric(tokens, at, written)
            if time is None and (tokens[at].kind == "number" or tokens[at].low.rstrip(".") in self._first):
                time = self._range(tokens, at) or self._date(tokens, at) or self._relatively(tokens, at)
            if time is None:
                at += 1
                continue
            yield time
            at = max(time.end, at + 1)

    def _numeric(self, tokens: list[Token], at: int, match: re.Match[str]) -> Time | None:
        year, month, day = (int(match[a] or match[b]) for a, b in (("y", "y2"), ("m", "m2"), ("d", "d2")))
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return None
        end = at
        while end < len(tokens) and tokens[end].start < match.end():
            end += 1
        return Time(at, end, year, month, day)

    def _month(self, tokens: list[Token], at: int) -> int | None:
        if at >= len(tokens):
            return None
        token = tokens[at]
        month = self._months.get(token.low.rstrip("."))
        if month is None or (len(token.low) <= 4 and not token.text[:1].isupper() and not self._small):
            return None
        return month

    def _day(self, tokens: list[Token], at: int) -> int | None:
        if at >= len(tokens) or tokens[at].kind != "number":
            return None
        match = _DAY.match(tokens[at].low)
        return int(match[1]) if match and 1 <= int(match[1]) <= 31 else None

    def _year(self, tokens: list[Token], at: int) -> tuple[int, int] | None:
        """A year at ``at``, or after a comma or "of", and the end of it; "this year" too."""
        for skip in (0, 1):
            joined = at + skip < len(tokens) and (skip == 0 or tokens[at].low in (",", "of", "in"))
            if joined and _YEAR.match(tokens[at + skip].text):
                return int(tokens[at + skip].text), at + skip + 1
        phrase = " ".join(token.low for token in tokens[at : at + 2])
        if self.today and self._relative.get(phrase, "").endswith("y"):
            return self.today.year + int(self._relative[phrase][:-1]), at + 2
        return None

    def _date(self, tokens: list[Token], at: int) -> Time | None:
        month, day, end = self._month(tokens, at), None, at
        if month:
            end = at + 1
            after = self._day(tokens, end)
            if after is not None and not _YEAR.match(tokens[end].text):
                day, end = after, end + 1
        else:
            day = self._day(tokens, at)
            if day is None:
                return self._alone(tokens, at)
            end = at + 1
            if end < len(tokens) and tokens[end].low == "of":
                end += 1
            month = self._month(tokens, end)
            if month is None:
                return None
            end += 1
        year = self._year(tokens, end)
        if day is None and year is None and not self._month_meant(tokens, at):
            return None
        if year:
            return Time(at, year[1], year[0], month, day)
        return Time(at, end, None, month, day, stated=False)

    def _month_meant(self, tokens: list[Token], at: int) -> bool:
        """Whether a bare month is one: "in May", but not "May we"."""
        if at == 0 or (tokens[at].low == "march" and not tokens[at].text[:1].isupper()):
            return tokens[at].low not in self._language.words("times", "no_month_after") and tokens[at].text[:1].isupper()
        return tokens[at - 1].low in self._language.words("times", "month_cues") or tokens[at].low not in (
            "may",
            "march",
            "mar",
            "sun",
        )

    def _alone(self, tokens: list[Token], at: int) -> Time | None:
        """A year or a season with its year, after a preposition or a word for a part of a year."""
        if at >= len(tokens):
            return None
        token = tokens[at]
        if token.low in self._seasons:
            year = self._year(tokens, at + 1)
            return Time(at, year[1], year[0], self._seasons[token.low]) if year else None
        if _YEAR.match(token.text) and at > 0 and tokens[at - 1].low in self._language.words("times", "month_cues"):
            following = tokens[at + 1].tag if at + 1 < len(tokens) else ""
            if following in ("NOUN",) and tokens[at + 1].low not in self._language.words("scope", "time_nouns"):
                return None
            return Time(at, at + 1, int(token.text))
        return None

    def _range(self, tokens: list[Token], at: int) -> Time | None:
        """Such as "12-14 March 2020", "between 3 and 5 June", "from May to July 2021"."""
        times = self._language.data["times"]
        start = at + 1 if tokens[at].low in times.get("range_starts", ()) else at
        links = times.get("ranges", ())
        days = self._day(tokens, start)
        if (
            days
            and start + 2 < len(tokens)
            and tokens[start + 1].low in links
            and (start > at or tokens[start + 1].low not in ("and", "to", "through") or self._month(tokens, start + 3))
        ):
            last = self._day(tokens, start + 2)
            month = self._month(tokens, start + 3)
            if last and month and last > days:
                year = self._year(tokens, start + 4)
                end = year[1] if year else start + 4
                return Time(at, end, year[0] if year else None, month, days, (None, month, last), stated=bool(year))
        if (month := self._month(tokens, start)) and (first := self._day(tokens, start + 1)) and start + 3 < len(tokens):
            last = self._day(tokens, start + 3)
            if tokens[start + 2].low in links and tokens[start + 2].low != "and" and last and last > first:
                year = self._year(tokens, start + 4)
                end = year[1] if year else start + 4
                return Time(at, end, year[0] if year else None, month, first, (None, month, last), stated=bool(year))
        left = self._date(tokens, start)
        if left is None or left.end >= len(tokens) or tokens[left.end].low not in links:
            return None
        if tokens[left.end].low == "and" and start == at:
            return None
        if tokens[left.end].low in (",",):
            return None
        right = self._date(tokens, left.end + 1)
        if right is None or right.until:
            return None
        if _YEAR.match(tokens[left.end + 1].text) is None and right.month is None:
            return None
        first = left.year or right.year
        until = (right.year or first, right.month, right.day)
        return Time(at, right.end, first, left.month, left.day, until, stated=first is not None)

    def _relatively(self, tokens: list[Token], at: int) -> Time | None:
        for words, how in self._phrases.get(tokens[at].low, ()):
            if [token.low for token in tokens[at : at + len(words)]] == words:
                return self._shift(at, at + len(words), how)
        weekday = self._weekdays.get(tokens[at].low)
        if weekday and self.today and (tokens[at].text[:1].isupper() or self._small):
            if at + 2 < len(tokens) and (self._month(tokens, at + 1) or self._month(tokens, at + 2) or tokens[at + 1].low == ","):
                return None
            back = (self.today.isoweekday() - weekday) % 7
            day = self.today - timedelta(days=back)
            return Time(at, at + 1, day.year, day.month, day.day, stated=False)
        return None

    def _shift(self, start: int, end: int, how: str) -> Time | None:
        if how in ("same", "same-month", "before", "after"):
            if self._last is None or self._last.until:
                return None
            if how == "same-month":
                return replace(self._last, start=start, end=end, day=None)
            if not (self._last.day and self._last.month and self._last.year):
                return None
            delta = {"same": 0, "before": -1, "after": 1}[how]
            day = date(self._last.year, self._last.month, self._last.day) + timedelta(days=delta)
            return Time(start, end, day.year, day.month, day.day, stated=False)
        if self.today is None:
            return None
        number, unit = int(how[:-1]), how[-1]
        if unit == "d":
            day = self.today + timedelta(days=number)
            return Time(start, end, day.year, day.month, day.day, stated=False)
        if unit == "m":
            months = self.today.year * 12 + self.today.month - 1 + number
            return Time(start, end, months // 12, months % 12 + 1, stated=False)
        if unit == "y":
            return Time(start, end, self.today.year + number, stated=False)
        return None

    def _with_year(self, time: Time) -> Time:
        """A date without a year gets that of the date before it, or the latest that is not after the statement."""
        month = time.month
        if time.year is None and month is not None:
            if self._last is not None and self._last.year and self._last.month and self.today is None:
                time = replace(time, year=self._last.year)
            elif self.today is not None:
                later = (min(month, 12), time.day or 1) > (self.today.month, self.today.day)
                time = replace(time, year=self.today.year - 1 if later else self.today.year)
        if time.year and month and month <= 12 and time.day and time.day > monthrange(time.year, month)[1]:
            return replace(time, day=None)
        return time

"""Numbers of people in words and figures, with their bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from kg_builder.extract.language import Language
from kg_builder.extract.reading.sentences import Token

MOST_DIGITS = 15
"""A number with more digits counts no people: it is a reference of some kind."""
_ORDINAL = re.compile(r"\d+(st|nd|rd|th|er|re|e)$")


@dataclass(frozen=True, slots=True)
class Count:
    """The tokens [start, end) say a number: at least ``minimum``, at most ``maximum`` (None: without that bound)."""

    start: int
    end: int
    minimum: int
    maximum: int | None
    approximate: bool = False


def counts(tokens: list[Token], language: Language) -> Iterator[Count]:
    """The numbers among the tokens, with the words beside them that bound them ("at least", "more than", "or more")."""
    at = 0
    while at < len(tokens):
        if not _may_begin(tokens[at], language):
            at += 1
            continue
        found = _vague(tokens, at, language) or _range(tokens, at, language) or _number(tokens, at, language)
        if found is None:
            at += 1
            continue
        count = _bounded(tokens, found, language)
        yield count
        at = max(count.end, at + 1)


def _may_begin(token: Token, language: Language) -> bool:
    """Whether a number can begin with a token; most words cannot."""
    if token.kind != "word":
        return token.kind == "number"
    words, low = language.words, token.low
    return (
        low in words("numbers", "words")
        or low in words("numbers", "scales")
        or low in words("numbers", "pairs")
        or low in words("numbers", "range_starts")
        or low in language.phrases("numbers", "vague")
        or "-" in low
    )


def _matches(tokens: list[Token], at: int, phrase: str) -> int:
    """The end of ``phrase`` where it begins at ``at``, else -1."""
    words = _split(phrase)
    if at < 0 or at + len(words) > len(tokens):
        return -1
    return at + len(words) if all(tokens[at + n].low == word for n, word in enumerate(words)) else -1


@cache
def _split(phrase: str) -> tuple[str, ...]:
    return tuple(phrase.split())


def _vague(tokens: list[Token], at: int, language: Language) -> Count | None:
    """Such as "dozens", "tens of thousands", "hundreds of thousands"."""
    for words, least in language.phrases("numbers", "vague").get(tokens[at].low, ()):
        end = at + len(words)
        if [token.low for token in tokens[at:end]] == words:
            exact = " ".join(words) in language.words("numbers", "approximate")
            return Count(at, end, least, least if exact else None, approximate=True)
    return None


def _value(tokens: list[Token], at: int, language: Language) -> tuple[int, int] | None:
    """A number in figures or words from ``at``: its value and end."""
    words: dict[str, int] = language.data["numbers"]["words"]
    scales: dict[str, int] = language.data["numbers"]["scales"]
    total, current, end, seen = 0, 0.0, at, False
    while end < len(tokens):
        token = tokens[end]
        low = token.low
        if token.kind == "number" and not seen and not _ORDINAL.match(low):
            text = re.sub(r"[,\u00a0\u202f]", "", token.text)
            if len(text.partition(".")[0]) > MOST_DIGITS:
                break
            if "." in text and (end + 1 >= len(tokens) or tokens[end + 1].low not in scales):
                break
            current, seen = float(text), True
        elif token.tag == "NAME":
            break
        elif low in words and (not seen or (20 <= current % 100 <= 90 and words[low] < 10) or (current and current % 100 == 0)):
            current, seen = current + words[low], True
        elif low in scales and (seen or _follows_article(tokens, end)):
            current = (current if seen else 1.0) * scales[low]
            seen = True
            if scales[low] >= 1000:
                total, current = total + int(current), 0.0
        elif not seen and "-" in low and all(part in words for part in low.split("-")):
            current, seen = float(sum(words[part] for part in low.split("-"))), True
        elif low == "and" and seen and end + 1 < len(tokens) and tokens[end + 1].low in words and current and current % 100 == 0:
            pass
        else:
            break
        end += 1
    if not seen or total + current >= 10**MOST_DIGITS:
        return None
    return int(total + current), end


def _is_ratio(tokens: list[Token], end: int, language: Language) -> bool:
    """Such as "one in three women"."""
    for words, _ in language.phrases("numbers", "ratios").get(tokens[end].low, ()) if end < len(tokens) else ():
        after = end + len(words)
        if [token.low for token in tokens[end:after]] == words and after < len(tokens) and _value(tokens, after, language):
            return True
    return False


def _belongs_to_name(tokens: list[Token], at: int, end: int) -> bool:
    """Such as "Colony No. 6", "Resolution 1325": a number after a name, with no noun after it."""
    following = tokens[end].tag if end < len(tokens) else "STOP"
    if following == "DASH" and tokens[end].start == tokens[end - 1].end and end + 1 < len(tokens):
        return tokens[end + 1].kind == "word" and tokens[end + 1].start == tokens[end].end
    if at > 1 and tokens[at - 1].tag == "COMMA" and tokens[at - 2].tag == "NAME" and following == "COMMA":
        return True
    return at > 0 and tokens[at - 1].tag == "NAME" and following not in ("NOUN", "ADJ", "NAME")


def _follows_article(tokens: list[Token], at: int) -> bool:
    return at > 0 and tokens[at - 1].tag == "DET" and len(tokens[at - 1].low) <= 2


def _range(tokens: list[Token], at: int, language: Language) -> Count | None:
    start = at
    bounded = tokens[at].low in language.words("numbers", "range_starts")
    low = _value(tokens, at + 1 if bounded else at, language)
    if low is None or low[1] >= len(tokens):
        return None
    link = tokens[low[1]]
    if link.low not in language.words("numbers", "ranges") or (link.low == "and" and not bounded):
        return None
    high = _value(tokens, low[1] + 1, language)
    if high is None or high[0] <= low[0]:
        return None
    return Count(start, high[1], low[0], high[0])


def _number(tokens: list[Token], at: int, language: Language) -> Count | None:
    if tokens[at].low in language.words("numbers", "pairs"):
        linked = any(token.low == "and" for token in tokens[at + 1 : at + 6])
        return None if linked else Count(at, at + 1, 2, 2)
    found = _value(tokens, at, language)
    if found is None or _belongs_to_name(tokens, at, found[1]) or _is_ratio(tokens, found[1], language):
        return None
    value, end = found
    start = at - 1 if _follows_article(tokens, at) and tokens[at].kind == "word" else at
    return Count(start, end, value, value)


def _bounded(tokens: list[Token], count: Count, language: Language) -> Count:
    """The count with the words before or after it that bound it."""
    numbers = language.data["numbers"]
    low, high, about = count.minimum, count.maximum, count.approximate
    start, end = count.start, count.end
    for key in ("at_least", "more_than", "less_than", "at_most", "about"):
        for phrase in numbers.get(key, ()):
            width = len(_split(phrase))
            if _matches(tokens, start - width, phrase) == start:
                start -= width
                if key == "at_least":
                    high = None
                elif key == "more_than":
                    low, high = low if about else low + 1, None
                elif key == "at_most":
                    low = 0
                elif key == "less_than":
                    low, high = 0, None if high is None else max(high - 1, 0)
                else:
                    about = True
                break
            if key == "at_least" and _matches(tokens, end, phrase) > 0 and phrase.split()[0] == "or":
                high, end = None, end + width
                break
    return Count(start, end, low, high, about)

"""Where quotes stand, and which of them speak of the same words."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

SHORTEST = 4
"""Words that two quotes must share at least, unless the whole labelled quote is shorter."""
BLANKET = 60
"""A predicted quote with more words than this, and than three times the labelled one, points at nothing."""
INSIDE = 0.7
"""The part of a predicted quote that must lie within a trap for the trap to be hit."""
COMMON = 20
"""A run of words in more labelled quotes than this tells no place."""
_BUCKET = 32

Words = tuple[str, ...]
_Test = Callable[[int, int, int], bool]
"""Whether quotes that share so many words, the predicted and the labelled one so long, belong together."""


def words(text: str) -> Words:
    """The words of a text, without case, punctuation and differences of Unicode form.

    >>> words("“The Police’s” raid—in Ⅳ places")
    ('the', 'police', 's', 'raid', 'in', 'iv', 'places')
    """
    return tuple(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))


def same_place(shared: int, predicted: int, gold: int) -> bool:
    """Half of the shorter quote is shared, and the predicted one is no blanket.

    >>> same_place(4, 8, 10), same_place(3, 6, 10), same_place(3, 6, 3), same_place(10, 61, 10)
    (True, False, True, False)
    """
    is_blanket = predicted > max(BLANKET, 3 * gold)
    return 2 * shared >= min(predicted, gold) and shared >= min(SHORTEST, gold) and not is_blanket


def _inside(shared: int, predicted: int, _gold: int) -> bool:
    return shared >= INSIDE * predicted


class Places:
    """The places of quotes in one text; without a text, quotes are held against each other by their words alone."""

    def __init__(self, text: str | None) -> None:
        self.has_text = text is not None
        self._words = words(text or "")
        self._positions: defaultdict[str, list[int]] = defaultdict(list)
        for at, word in enumerate(self._words):
            self._positions[word].append(at)
        self._spans: dict[str, list[tuple[int, int]]] = {}

    def spans(self, quote: str) -> list[tuple[int, int]]:
        """Start and end, counted in words, of each place where the quote stands word for word."""
        if quote not in self._spans:
            self._spans[quote] = list(self._find(words(quote)))
        return self._spans[quote]

    def _find(self, wanted: Words) -> Iterator[tuple[int, int]]:
        if not wanted or any(word not in self._positions for word in wanted):
            return
        rarest = min(range(len(wanted)), key=lambda at: len(self._positions[wanted[at]]))
        for position in self._positions[wanted[rarest]]:
            start = position - rarest
            if start >= 0 and self._words[start : start + len(wanted)] == wanted:
                yield start, start + len(wanted)

    def overlapping(self, predicted: Iterable[str], gold: Iterable[tuple[str, ...]]) -> list[list[int]]:
        """For each predicted quote the positions in ``gold`` of those (any of their wordings) that stand at the same place."""
        holders: defaultdict[str, set[int]] = defaultdict(set)
        for at, wordings in enumerate(gold):
            for quote in wordings:
                holders[quote].add(at)
        asked = list(predicted)
        quotes = set(asked), set(holders)
        partners = self._meet(*quotes, same_place) if self.has_text else _meet_by_words(*quotes)
        return [sorted(set().union(*(holders[quote] for quote in partners[each]))) for each in asked]

    def within(self, predicted: Iterable[str], trap: str) -> set[str]:
        """Those predicted quotes that lie for the greater part within the trap's words."""
        return {quote for quote, found in self._meet(set(predicted), {trap}, _inside).items() if found}

    def _meet(self, predicted: set[str], gold: set[str], test: _Test) -> defaultdict[str, set[str]]:
        """Which quotes belong together; only those with places near each other are held against each other."""
        buckets: defaultdict[int, list[tuple[int, int, str]]] = defaultdict(list)
        for quote in gold:
            for start, end in self.spans(quote):
                for bucket in range(start // _BUCKET, (end - 1) // _BUCKET + 1):
                    buckets[bucket].append((start, end, quote))
        found: defaultdict[str, set[str]] = defaultdict(set)
        for quote in predicted:
            for start, end in self.spans(quote):
                for bucket in range(start // _BUCKET, (end - 1) // _BUCKET + 1):
                    for gold_start, gold_end, gold_quote in buckets[bucket]:
                        shared = min(end, gold_end) - max(start, gold_start)
                        if shared > 0 and test(shared, end - start, gold_end - gold_start):
                            found[quote].add(gold_quote)
        return found


def _meet_by_words(predicted: set[str], gold: set[str]) -> defaultdict[str, set[str]]:
    """The same without a text: quotes that share a run of as many words as :func:`same_place` asks for.

    A run that many labelled quotes have is a turn of speech, and tells no place; a whole quote that is the same does.
    """
    by_length: defaultdict[int, list[tuple[Words, str]]] = defaultdict(list)
    for quote in gold:
        wanted = words(quote)
        by_length[len(wanted)].append((wanted, quote))
    by_length.pop(0, None)
    runs: dict[tuple[int, int], defaultdict[Words, set[str]]] = {}
    found = defaultdict(set, {quote: {quote} for quote in predicted & gold})
    for quote in predicted:
        own = words(quote)
        for length, labels in by_length.items():
            needed = max(min(SHORTEST, length), -(-min(len(own), length) // 2))
            if not same_place(needed, len(own), length):
                continue
            if (length, needed) not in runs:
                runs[length, needed] = defaultdict(set)
                for wanted, label in labels:
                    for run in _runs(wanted, needed):
                        runs[length, needed][run].add(label)
            for run in _runs(own, needed):
                holders = runs[length, needed].get(run, set())
                if len(holders) <= COMMON:
                    found[quote] |= holders
    return found


def _runs(of: Words, length: int) -> set[Words]:
    return {of[at : at + length] for at in range(len(of) - length + 1)}


# --- names ------------------------------------------------------------------------------------------------------------

LIKE = 0.6
"""The part of the words of both that two names must share to be the same party's (Jaccard's index)."""
_SMALL_WORDS = frozenset(
    ["the", "a", "an", "of", "in", "and", "de", "la", "le", "les", "des", "du", "et", "il", "di", "del", "l", "d"]
)


def _key(name: str) -> frozenset[str]:
    return frozenset(words(name)) - _SMALL_WORDS


class Names:
    """The parties that the labels name: finds whom another wording means."""

    def __init__(self, parties: Iterable[tuple[str, Iterable[str]]]) -> None:
        self._names: list[str] = []
        self._keys: list[frozenset[str]] = []
        for name, wordings in parties:
            for key in filter(None, map(_key, (name, *wordings))):
                self._names.append(name)
                self._keys.append(key)
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        for at, key in enumerate(self._keys):
            for word in key:
                self._having[word].append(at)
        self._found: dict[frozenset[str], str | None] = {frozenset(): None}
        for name, key in zip(self._names, self._keys, strict=True):
            self._found.setdefault(key, name)

    def find(self, name: str | None) -> str | None:
        """The party whose name is the most alike, and alike enough; of equals the first.

        >>> names = Names([("Ministry of the Interior", ["the interior ministry"]), ("police", [])])
        >>> names.find("Interior Ministry"), names.find("the POLICE"), names.find("Ministry of Trade")
        ('Ministry of the Interior', 'police', None)
        """
        key = _key(name or "")
        if key not in self._found:
            self._found[key] = self._find(key)
        return self._found[key]

    def _find(self, key: frozenset[str]) -> str | None:
        best, best_likeness = None, 0.0
        for at in sorted(self._candidates(key)):
            likeness = len(key & self._keys[at]) / len(key | self._keys[at])
            if likeness > best_likeness:
                best, best_likeness = at, likeness
        return self._names[best] if best is not None and best_likeness >= LIKE else None

    def _candidates(self, key: frozenset[str]) -> set[int]:
        """Names with one of the rarest words of ``key``: so many that a name without all of these has too few of the rest."""
        needed = -(-3 * len(key) // 5)
        rarest = sorted(key, key=lambda word: (len(self._having.get(word, ())), word))[: len(key) - needed + 1]
        return {at for word in rarest for at in self._having.get(word, ())}

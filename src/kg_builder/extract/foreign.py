"""Takes in the exchange form that another engine wrote: finds where each quote, and the words of each slot, stand in the text.

What cannot be placed is refused; what is placed still goes through :func:`~kg_builder.extract.verify.verify`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeGuard, TypeVar

from kg_builder.errors import InputError, Problem, near_miss
from kg_builder.evaluation.located import LocatedJson
from kg_builder.extract.entries import Allegation, Demand, Denial, Draft, Event, Slot, Span, Victims
from kg_builder.extract.form.occurrences import Occurrences
from kg_builder.extract.reading.actors import Actor, Mention
from kg_builder.extract.verify import Refusal
from kg_builder.source.text import Text

_NAMES = {"events": "event", "victims": "victims", "allegations": "allegation", "denials": "denial", "demands": "demand"}
_KINDS = ("actors", *_NAMES)
_KEYS = frozenset({"language", "publisher", "traps", *_KINDS})
"""``traps`` stand in labelled files only, and nothing is drafted from them."""
_Path = tuple[str | int | tuple[str, ...], ...]
_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken in: the draft, what could not be placed, and for each kind the numbers of its entries in the file."""

    draft: Draft
    refused: tuple[Refusal, ...]
    numbers: Mapping[str, Sequence[int]]


def from_exchange(json_text: str, shown: str, text: str, language: str = "en") -> Taken:
    """The draft that ``json_text`` (the exchange form) tells of ``text``.

    A quote with ``start`` and ``end`` is taken at its word. One without must stand in the text once; or, where it occurs more
    often, once between the quotes of the entries before and after it. ``shown`` is the file's name in messages. Raises
    :class:`~kg_builder.errors.InputError` with line and column for what is not of the form.
    """
    reader = _Reader(LocatedJson(json_text, shown), Text(text))
    draft = reader.draft(language)
    if reader.problems:
        raise InputError(*reader.problems)
    return Taken(draft, tuple(reader.refused), reader.numbers)


@dataclass(slots=True)
class _Entry:
    """An entry while it is read; ``span`` is where its quote stands."""

    name: str
    value: Mapping[str, Any]
    path: _Path
    span: Span | None = None
    candidates: list[int] = field(default_factory=list)


class _Unplaced(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, part: str, reason: str, words: str) -> None:
        super().__init__(reason)
        self.part, self.reason, self.words = part, reason, words


class _Reader:
    def __init__(self, source: LocatedJson, text: Text) -> None:
        self._source = source
        self._text = text
        self._occurrences = Occurrences(text)
        self.problems: list[Problem] = []
        self.refused: list[Refusal] = []
        self.numbers: dict[str, list[int]] = {kind: [] for kind in ("actor", *_NAMES.values())}

    def draft(self, language: str) -> Draft:
        root = self._source.value
        if not isinstance(root, dict):
            self._note("the file must hold one object", (), f"Its keys are actors, {', '.join(_NAMES)}.")
            return Draft(language, "")
        self._check_keys(root)
        publisher = self._text_of(root, "publisher", ()) or ""
        self._publisher = " ".join(publisher.split()).casefold()
        events: list[Event] = []
        moved: dict[int, int] = {}
        for event in self._placed(root, "events", self._event):
            moved[self.numbers["event"][-1] - 1] = len(events)
            events.append(event)
        self._moved = moved
        return Draft(
            self._text_of(root, "language", ()) or language,
            publisher,
            tuple(self._actors(root)),
            tuple(events),
            tuple(self._placed(root, "victims", self._victims)),
            tuple(self._placed(root, "allegations", self._allegation)),
            tuple(self._placed(root, "denials", self._denial)),
            tuple(self._placed(root, "demands", self._demand)),
        )

    def _check_keys(self, root: Mapping[str, Any]) -> None:
        for key in root:
            if key not in _KEYS:
                self._note(f"unknown key '{key}'", ((key,), "key"), near_miss(key, _KEYS))
        if not self.problems and root.keys().isdisjoint(_KINDS):
            self._note("none of the known kinds is here", (), f"The file has the keys {', '.join(_KINDS)}.")

    # --- entries ------------------------------------------------------------------------------------------------------

    def _placed(self, root: Mapping[str, Any], kind: str, make: Callable[[_Entry, Slot], _Made]) -> Iterator[_Made]:
        """Each entry of a kind that has its place."""
        entries = [_Entry(f"{_NAMES[kind]} {at + 1}", value, (kind, at)) for at, value in enumerate(self._objects(root, kind))]
        for entry in entries:
            self._place_quote(entry)
        self._tell_by_order(entries)
        for at, entry in enumerate(entries):
            if entry.span is None:
                reason = "ambiguous" if entry.candidates else "absent"
                self.refused.append(Refusal(entry.name, "quote", reason, str(entry.value.get("quote", ""))))
                continue
            try:
                made = make(entry, Slot(entry.value["quote"], entry.span))
            except _Unplaced as fault:
                self.refused.append(Refusal(entry.name, fault.part, fault.reason, fault.words))
            else:
                self.numbers[_NAMES[kind]].append(at + 1)
                yield made

    def _objects(self, root: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
        value = root.get(kind) or []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self._note(f"'{kind}' must be a list of objects", (kind,))
            return []
        return value

    def _place_quote(self, entry: _Entry) -> None:
        quote = self._text_of(entry.value, "quote", entry.path)
        if quote is None:
            self._note("an entry has no 'quote'", entry.path, 'Write "quote" with the exact words.')
        elif entry.value.get("start") is not None or entry.value.get("end") is not None:
            start, end = entry.value.get("start"), entry.value.get("end")
            if _is_offset(start) and _is_offset(end):
                entry.span = (start, end)
            else:
                self._note("'start' and 'end' must be whole numbers from 0 up, both or none", entry.path)
        elif quote.strip():
            entry.candidates = self._occurrences.of(quote)
            if len(entry.candidates) == 1:
                entry.span = (entry.candidates[0], entry.candidates[0] + len(quote))

    @staticmethod
    def _tell_by_order(entries: list[_Entry]) -> None:
        """Place quotes that occur more than once where only one occurrence stands between those of their neighbours."""
        following: list[int | None] = [None] * len(entries)
        after: int | None = None
        for at in range(len(entries) - 1, -1, -1):
            following[at] = after
            span = entries[at].span
            after = span[0] if span is not None else after
        before = 0
        for at, entry in enumerate(entries):
            if entry.span is None and entry.candidates:
                limit = following[at]
                low = bisect_left(entry.candidates, before)
                high = len(entry.candidates) if limit is None else bisect_left(entry.candidates, limit + 1)
                if high - low == 1:
                    entry.span = (entry.candidates[low], entry.candidates[low] + len(entry.value["quote"]))
            if entry.span is not None:
                before = entry.span[0]

    def _event(self, entry: _Entry, quote: Slot) -> Event:
        return Event(
            self._text_of(entry.value, "type", entry.path) or "other",
            self._text_of(entry.value, "date", entry.path),
            self._optional(entry, "place", quote),
            quote,
            self._given(entry, "date"),
        )

    def _victims(self, entry: _Entry, quote: Slot) -> Victims:
        count = entry.value.get("count") or {}
        if not isinstance(count, dict) or any(
            not (count.get(key) is None or _is_offset(count.get(key))) for key in ("min", "max")
        ):
            self._note("'count' must be an object with 'min', 'max' and 'approx'", (*entry.path, "count"))
            count = {}
        event = entry.value.get("event_index")
        if event is not None and not _is_offset(event):
            self._note("'event_index' must be a whole number or null", (*entry.path, "event_index"))
        elif event is not None and event not in self._moved:
            self.refused.append(Refusal(entry.name, "event", "no-such-event", str(event), whole=False))
        return Victims(
            self._slot(entry, "who", quote) or quote,
            self._moved.get(event) if _is_offset(event) else None,
            self._text_of(entry.value, "harm", entry.path) or "other",
            count.get("min"),
            count.get("max"),
            count.get("approx") is True,
            quote,
            self._given(entry, "count"),
        )

    def _allegation(self, entry: _Entry, quote: Slot) -> Allegation:
        act_type = self._text_of(entry.value, "act_type", entry.path) or "other"
        return Allegation(
            accuser=self._voice(entry, "accuser", quote),
            accused=self._slots(entry, "accused", quote),
            accused_inferred=self._slots(entry, "accused_inferred", quote),
            act=self._slot(entry, "act", quote) or quote,
            act_type=act_type,
            narrow_type=self._text_of(entry.value, "narrow_type", entry.path) or act_type,
            victims=self._slots(entry, "victims", quote),
            place=self._optional(entry, "place", quote),
            date=self._text_of(entry.value, "date", entry.path),
            when=self._given(entry, "date"),
            quote=quote,
        )

    def _denial(self, entry: _Entry, quote: Slot) -> Denial:
        return Denial(self._voice(entry, "who", quote), self._slot(entry, "what", quote) or quote, quote)

    def _demand(self, entry: _Entry, quote: Slot) -> Demand:
        return Demand(
            self._voice(entry, "by", quote),
            self._slots(entry, "addressee", quote),
            self._slots(entry, "addressee_inferred", quote),
            self._slot(entry, "action", quote) or quote,
            self._text_of(entry.value, "force", entry.path) or "demand",
            quote,
        )

    def _actors(self, root: Mapping[str, Any]) -> Iterator[Actor]:
        for at, value in enumerate(self._objects(root, "actors")):
            path = ("actors", at)
            name = self._text_of(value, "name", path)
            kind = self._text_of(value, "kind", path)
            if not name or not kind:
                self._note("an actor has a 'name' and a 'kind'", path)
                continue
            surface = self._texts_of(value, "surface", path) or [name]
            known = {tuple(words.split()) for words in surface}
            spans = self._spans(_Entry("", value, path), "surface")
            given = [span for span in spans if tuple(self._at(span).text.split()) in known]
            mentions = [
                Mention(start, end, " ".join(self._at((start, end)).text.split()), kind, frozenset(), False, True, 0)
                for start, end in given or sorted(span for words in dict.fromkeys(surface) for span in self._everywhere(words))
            ]
            if mentions:
                self.numbers["actor"].append(at + 1)
                yield Actor(name, kind, mentions)
            else:
                self.refused.append(Refusal(f"actor {at + 1}", "surface", "absent", name))

    def _everywhere(self, words: str) -> list[Span]:
        found = [(start, start + len(words)) for start in self._occurrences.of(words)]
        return found or [match.span() for match in _pattern(words).finditer(self._text.content)]

    # --- slots --------------------------------------------------------------------------------------------------------

    def _voice(self, entry: _Entry, key: str, quote: Slot) -> Slot | None:
        """Who speaks; None where it is the publisher."""
        words = self._text_of(entry.value, key, entry.path)
        if words is None or (self._given(entry, key) is None and " ".join(words.split()).casefold() == self._publisher):
            return None
        return self._slot(entry, key, quote)

    def _optional(self, entry: _Entry, key: str, quote: Slot) -> Slot | None:
        try:
            return self._slot(entry, key, quote)
        except _Unplaced as fault:
            self.refused.append(Refusal(entry.name, key, fault.reason, fault.words, whole=False))
            return None

    def _slot(self, entry: _Entry, key: str, quote: Slot) -> Slot | None:
        words = self._text_of(entry.value, key, entry.path)
        if words is None:
            return None
        given = self._given(entry, key)
        return self._find(key, words, quote) if given is None else _same(key, given, words)

    def _slots(self, entry: _Entry, key: str, quote: Slot) -> tuple[Slot, ...]:
        words = self._texts_of(entry.value, key, entry.path)
        spans = self._spans(entry, key)
        if len(spans) != len(words):
            inferred = self._texts_of(entry.value, f"{key}_inferred", entry.path)
            words = [each for each in words if each not in inferred]
        if len(spans) == len(words):
            return tuple(_same(key, self._at(span), each) for span, each in zip(spans, words, strict=True))
        return tuple(self._find(key, each, quote) for each in words)

    def _find(self, key: str, words: str, quote: Slot) -> Slot:
        """The words within the quote, else where they last stand before it, else where they first stand after it."""
        pattern = _pattern(words)
        content, (start, end) = self._text.content, quote.span
        match = pattern.search(content, start, end) if words.strip() else None
        if match is None and words.strip():
            here = max(0, start - _FAR)
            match = max(pattern.finditer(content, here, start), key=lambda each: each.start(), default=None)
            match = match or pattern.search(content, end, end + _FAR)
        if match is None:
            raise _Unplaced(key, "absent", words)
        return self._at(match.span())

    def _given(self, entry: _Entry, key: str) -> Slot | None:
        spans = self._spans(entry, key)
        return self._at(spans[0]) if len(spans) == 1 else None

    def _at(self, span: Span) -> Slot:
        return Slot(self._text.content[slice(*span)], span)

    def _spans(self, entry: _Entry, key: str) -> list[Span]:
        every = entry.value.get("spans") or {}
        value = every.get(key) if isinstance(every, dict) else None
        if value is None:
            return []
        pairs = [value] if isinstance(value, list) and value and not isinstance(value[0], list) else value
        if isinstance(pairs, list) and all(
            isinstance(each, list) and len(each) == 2 and all(map(_is_offset, each)) for each in pairs
        ):
            return [(each[0], each[1]) for each in pairs]
        self._note("spans are pairs of whole numbers: [start, end]", (*entry.path, "spans"))
        return []

    # --- values -------------------------------------------------------------------------------------------------------

    def _text_of(self, value: Mapping[str, Any], key: str, path: _Path) -> str | None:
        found = value.get(key)
        if found is None or isinstance(found, str):
            return found or None
        self._note(f"'{key}' must be text or null", (*path, key))
        return None

    def _texts_of(self, value: Mapping[str, Any], key: str, path: _Path) -> list[str]:
        found = value.get(key) or []
        if isinstance(found, list) and all(isinstance(each, str) for each in found):
            return found
        self._note(f"'{key}' must be a list of texts", (*path, key))
        return []

    def _note(self, message: str, path: _Path, mend: str = "") -> None:
        self.problems.append(Problem(message, self._source.where(path), mend))


def _same(key: str, given: Slot, words: str) -> Slot:
    """The slot, where the text has the given words there (but for line breaks)."""
    if given.text.split() != words.split():
        raise _Unplaced(key, "absent", words)
    return given


def _pattern(words: str) -> re.Pattern[str]:
    """The words, wherever their lines break."""
    return re.compile(r"(?<!\w)" + r"\s+".join(map(re.escape, words.split())) + r"(?!\w)")


_FAR = 20_000
"""How far from its quote the words of a slot are looked for."""


def _is_offset(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0

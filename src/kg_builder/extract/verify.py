"""The one door into a draft: whichever engine wrote an entry, its words are held against the text before a person sees it.

Words must stand verbatim at their place, and near the quote that they belong to; numbers must be said by their words; coded
values and dates must exist. What fails is left out, and told.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from kg_builder.extract.entries import Allegation, Demand, Denial, Draft, Event, Slot, Span, Victims
from kg_builder.extract.language import Language, read_language
from kg_builder.extract.reading.actors import AUTHORITY, GROUP, ORGANISATION, PERSON, STATE, Actor
from kg_builder.extract.reading.numbers import counts
from kg_builder.extract.reading.sentences import sentences
from kg_builder.source.text import Text
from kg_builder.source.values import bounds
from kg_builder.vocabulary import Concept, read_vocabulary

REASONS = {
    "absent": "the text does not have these words there",
    "ambiguous": "the text has these words more than once, and nothing tells which are meant",
    "not-in-quote": "the words stand outside the quote",
    "not-near": "the words stand in another sentence than the quote",
    "number-changed": "the words do not say this number",
    "unknown-type": "the scheme of act types has no such value",
    "unknown-force": "the scheme of forces has no such value",
    "unknown-kind": "this is no kind of actor",
    "bad-date": "this is no date in EDTF",
    "no-such-event": "no event of the draft has this number",
}
_KINDS = (AUTHORITY, ORGANISATION, GROUP, PERSON, STATE)
_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class Refusal:
    """What was left out: ``part`` of an entry such as "allegation 3", or the whole entry where ``whole``."""

    entry: str
    part: str
    reason: str
    words: str
    whole: bool = True

    def __str__(self) -> str:
        left_out = "the entry was left out" if self.whole else "this part was left out"
        return f"{self.entry}, {self.part}: {REASONS[self.reason]} ({self.reason}): {self.words!r}; {left_out}"


class _Fault(Exception):  # noqa: N818 - never leaves this module
    def __init__(self, part: str, reason: str, words: str) -> None:
        super().__init__(reason)
        self.part, self.reason, self.words = part, reason, words


def verify(
    draft: Draft, text: str, folder: Path | None = None, numbers: Mapping[str, Sequence[int]] | None = None
) -> tuple[Draft, tuple[Refusal, ...]]:
    """The entries of ``draft`` that ``text`` bears out, and what was refused with its reason.

    An allegation or demand whose quote, act, accused, accuser, victims or action fails is refused whole; a place, date or event
    that fails is taken out of its entry. ``numbers`` are those by which refusals name the entries of a kind (see
    :class:`~kg_builder.extract.foreign.Taken`), where they are not simply counted. Raises
    :class:`~kg_builder.errors.InputError` for a language without a lexicon.
    """
    return _Verifier(text, read_language(draft.language, folder), folder, numbers or {}).verify(draft)


class _Verifier:
    def __init__(self, text: str, language: Language, folder: Path | None, numbers: Mapping[str, Sequence[int]]) -> None:
        self._text = text
        self._numbers = numbers
        self._language = language
        schemes = read_vocabulary(folder).schemes
        self._acts: dict[str, Concept] = schemes["act-type"]
        self._forces = schemes["force"]
        self._sentences = Text(text).sentences()
        self._starts = [start for start, _ in self._sentences]
        self._refused: list[Refusal] = []

    def verify(self, draft: Draft) -> tuple[Draft, tuple[Refusal, ...]]:
        events = [self._keep("event", at, each, self._event) for at, each in enumerate(draft.events)]
        moved: dict[int, int] = {}
        for at, event in enumerate(events):
            if event is not None:
                moved[at] = len(moved)
        verified = replace(
            draft,
            actors=self._kept("actor", draft.actors, self._actor),
            events=tuple(event for event in events if event is not None),
            victims=self._kept("victims", draft.victims, lambda each, name: self._victims(each, name, moved)),
            allegations=self._kept("allegation", draft.allegations, self._allegation),
            denials=self._kept("denial", draft.denials, self._denial),
            demands=self._kept("demand", draft.demands, self._demand),
        )
        return verified, tuple(self._refused)

    def _kept(self, kind: str, entries: Iterable[_Entry], check: Callable[[_Entry, str], _Entry]) -> tuple[_Entry, ...]:
        checked = (self._keep(kind, at, each, check) for at, each in enumerate(entries))
        return tuple(each for each in checked if each is not None)

    def _keep(self, kind: str, at: int, entry: _Entry, check: Callable[[_Entry, str], _Entry]) -> _Entry | None:
        name = f"{kind} {self._numbers[kind][at] if kind in self._numbers else at + 1}"
        try:
            return check(entry, name)
        except _Fault as fault:
            self._refused.append(Refusal(name, fault.part, fault.reason, fault.words))
            return None

    # --- the kinds of entry -------------------------------------------------------------------------------------------

    def _actor(self, actor: Actor, name: str) -> Actor:
        if actor.kind not in _KINDS:
            raise _Fault("kind", "unknown-kind", actor.kind)
        there = []
        for mention in actor.mentions:
            if " ".join(self._text[mention.start : mention.end].split()) == mention.text and mention.start < mention.end:
                there.append(mention)
            else:
                self._refused.append(Refusal(name, "surface", "absent", mention.text, whole=False))
        if not there:
            raise _Fault("surface", "absent", actor.name)
        return replace(actor, mentions=there)

    def _event(self, event: Event, name: str) -> Event:
        self._verbatim("quote", event.quote)
        self._type("type", event.type)
        day, when = self._date(name, event.date, event.when)
        return replace(event, place=self._optional(name, "place", event.place), date=day, when=when)

    def _victims(self, victims: Victims, name: str, moved: dict[int, int]) -> Victims:
        self._verbatim("quote", victims.quote)
        self._type("harm", victims.harm)
        self._near("who", victims.who, victims.quote)
        self._number(victims)
        event = victims.event
        if event is not None and event not in moved:
            self._refused.append(Refusal(name, "event", "no-such-event", str(event), whole=False))
            event = None
        return replace(victims, event=None if event is None else moved[event])

    def _allegation(self, allegation: Allegation, name: str) -> Allegation:
        quote = allegation.quote
        self._verbatim("quote", quote)
        self._inside("act", allegation.act, quote)
        self._type("act_type", allegation.act_type)
        self._type("narrow_type", allegation.narrow_type)
        for slot in allegation.accused:
            self._near("accused", slot, quote)
        for slot in allegation.accused_inferred:
            self._verbatim("accused_inferred", slot)
        for slot in allegation.victims:
            self._near("victims", slot, quote)
        if allegation.accuser is not None:
            self._verbatim("accuser", allegation.accuser)
        day, when = self._date(name, allegation.date, allegation.when)
        return replace(allegation, place=self._optional(name, "place", allegation.place), date=day, when=when)

    def _denial(self, denial: Denial, _: str) -> Denial:
        self._verbatim("quote", denial.quote)
        self._near("what", denial.what, denial.quote)
        if denial.who is not None:
            self._verbatim("who", denial.who)
        return denial

    def _demand(self, demand: Demand, _: str) -> Demand:
        self._verbatim("quote", demand.quote)
        self._inside("action", demand.action, demand.quote)
        for part, slots in (("addressee", demand.addressee), ("addressee_inferred", demand.addressee_inferred)):
            for slot in slots:
                self._verbatim(part, slot)
        if demand.by is not None:
            self._verbatim("by", demand.by)
        if demand.force not in self._forces:
            raise _Fault("force", "unknown-force", demand.force)
        return demand

    # --- the parts of an entry ----------------------------------------------------------------------------------------

    def _verbatim(self, part: str, slot: Slot) -> None:
        start, end = slot.span
        if not (0 <= start < end <= len(self._text)) or self._text[start:end] != slot.text or not slot.text.strip():
            raise _Fault(part, "absent", slot.text)

    def _inside(self, part: str, slot: Slot, quote: Slot) -> None:
        self._verbatim(part, slot)
        if not (quote.span[0] <= slot.span[0] and slot.span[1] <= quote.span[1]):
            raise _Fault(part, "not-in-quote", slot.text)

    def _near(self, part: str, slot: Slot, quote: Slot) -> None:
        """The slot stands in a sentence that the quote touches."""
        self._verbatim(part, slot)
        first, last = self._reach(quote.span)
        if not (first <= slot.span[0] and slot.span[1] <= last):
            raise _Fault(part, "not-near", slot.text)

    def _reach(self, span: Span) -> Span:
        """From the beginning of the sentence that ``span`` begins in to the end of the one that it ends in."""
        first = bisect_right(self._starts, span[0]) - 1
        last = bisect_right(self._starts, span[1] - 1) - 1
        start = self._starts[first] if first >= 0 else span[0]
        end = self._sentences[last][1] if last >= 0 else span[1]
        return min(start, span[0]), max(end, span[1])

    def _optional(self, name: str, part: str, slot: Slot | None) -> Slot | None:
        if slot is None:
            return None
        try:
            self._verbatim(part, slot)
        except _Fault as fault:
            self._refused.append(Refusal(name, part, fault.reason, fault.words, whole=False))
            return None
        return slot

    def _date(self, name: str, day: str | None, when: Slot | None) -> tuple[str | None, Slot | None]:
        when = self._optional(name, "date", when)
        if day is not None:
            try:
                bounds(day)
            except ValueError:
                self._refused.append(Refusal(name, "date", "bad-date", day, whole=False))
                day = None
        return day, when

    def _type(self, part: str, notation: str) -> None:
        if notation not in self._acts:
            raise _Fault(part, "unknown-type", notation)

    def _number(self, victims: Victims) -> None:
        """The words of the number say it; where no words are given, the quote does, or the list of names has that many."""
        minimum, maximum = victims.minimum, victims.maximum
        if minimum is None and maximum is None:
            return
        if victims.number is not None:
            self._near("number", victims.number, victims.quote)
            words = victims.number.text
        else:
            joined = sum(self._language.tags.get(word) == "CONJ" for word in victims.who.text.casefold().split())
            names = 1 + joined + victims.who.text.count(",")
            if minimum == maximum and minimum is not None and minimum <= names:
                return
            words = victims.quote.text
        said = [
            (count.minimum, count.maximum)
            for sentence in sentences(words, self._language)
            for count in counts(sentence.tokens, self._language)
        ]
        if (minimum, maximum) not in said:
            raise _Fault("number", "number-changed", f"{words} ({minimum} to {maximum})")

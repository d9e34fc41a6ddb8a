"""How many people an act harmed, as the words beside it say."""

from __future__ import annotations

from kg_builder.extract.entries import Slot, Victims
from kg_builder.extract.finding.frame import Frame
from kg_builder.extract.reading.actors import PERSON
from kg_builder.extract.reading.clauses import Clauses
from kg_builder.extract.slots import Slots

_OF_PERSONS = ("killing", "injury", "arbitrary_detention", "enforced_disappearance", "torture", "sexual_violence")
"""Types of acts of which each harms a person, so that their number counts people."""


FEW = 4
"""Numbers up to which another sentence may well count other people."""


class Counts:
    """The victims of one text; a number that is told again is counted once."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self.victims: list[Victims] = []
        self._counted: dict[tuple[int, int | None, str], int] = {}

    def add(self, clauses: Clauses, frame: Frame, event: int | None, quote: Slot) -> None:
        counted = False
        persons = []
        for at in frame.victims:
            noun = clauses.noun(at)
            inner = clauses.noun(clauses.whole(at))
            count = noun.count or inner.count or (noun.owner.count if noun.owner is not None else None)
            who = self._slots.party(clauses, at, whole=False)
            if who is None:
                continue
            if count is None:
                kind = clauses.party(at)
                if kind == PERSON or (noun.name and not noun.plural and kind in ("", PERSON)):
                    persons.append(who)
                continue
            place = quote
            if len(frame.victims) > 1:
                low, high = noun.start, noun.end
                after = noun.unit + 1
                while clauses.kind(after) == "PREP" and clauses.is_noun(after + 1):
                    high, after = clauses.units[after + 1].end, after + 2
                if counted:
                    place = self._slots.slot(clauses, low, high)
                else:
                    place = self._slots.slot(clauses, min(frame.words[0], low), max(frame.words[1], high))
            counted = True
            bounds = (count.minimum, count.maximum, frame.trigger.act)
            told = self._counted.setdefault(bounds, clauses.number)
            if told != clauses.number and count.minimum > FEW:
                continue
            number = self._slots.slot(clauses, count.start, count.end)
            self.victims.append(
                Victims(who, event, frame.trigger.narrow, count.minimum, count.maximum, count.approximate, place, number)
            )
        if not frame.victims and frame.trigger.act in _OF_PERSONS:
            self._count_acts(clauses, frame, event, quote)
        if persons:
            size = len(persons)
            self.victims.append(
                Victims(
                    persons[0] if size == 1 else self._slots.between(persons),
                    event,
                    frame.trigger.narrow,
                    size,
                    size,
                    False,
                    quote,
                )
            )
        elif not counted and frame.victims:
            who = self._slots.party(clauses, frame.victims[0], whole=False)
            if who is not None:
                self.victims.append(Victims(who, event, frame.trigger.narrow, None, None, True, quote))

    def _count_acts(self, clauses: Clauses, frame: Frame, event: int | None, quote: Slot) -> None:
        """Of "15,000 arrests", as many people."""
        at = frame.at if frame.nominal else frame.thing
        noun = clauses.noun(at) if at is not None else None
        if noun is None or noun.count is None or noun.count.minimum < 2:
            return
        count = noun.count
        number = self._slots.slot(clauses, count.start, count.end)
        who = self._slots.slot(clauses, noun.start, noun.end)
        self.victims.append(
            Victims(who, event, frame.trigger.narrow, count.minimum, count.maximum, count.approximate, quote, number)
        )

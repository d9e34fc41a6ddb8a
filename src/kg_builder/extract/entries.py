"""What a draft consists of: entries whose every part is words of the text, with their place. Whoever drafts, drafts these."""

from __future__ import annotations

from dataclasses import dataclass

from kg_builder.extract.reading.actors import Actor

Span = tuple[int, int]
"""Start and end in the text, in code points, end exclusive."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Words that fill a part of an entry: as the text has them, with their place."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, as told: ``type`` is an act type, ``date`` is EDTF."""

    type: str
    date: str | None
    place: Slot | None
    quote: Slot
    when: Slot | None = None


@dataclass(frozen=True, slots=True)
class Victims:
    """Who is said to be harmed, and how many: between ``minimum`` and ``maximum``, None where the words give no bound."""

    who: Slot
    event: int | None
    harm: str
    minimum: int | None
    maximum: int | None
    approximate: bool
    quote: Slot
    number: Slot | None = None


@dataclass(frozen=True, slots=True)
class Allegation:
    """An act by one set of parties against another, in somebody's words. ``accuser`` None is the publisher."""

    accuser: Slot | None
    accused: tuple[Slot, ...]
    accused_inferred: tuple[Slot, ...]
    act: Slot
    act_type: str
    narrow_type: str
    victims: tuple[Slot, ...]
    place: Slot | None
    date: str | None
    when: Slot | None
    quote: Slot


@dataclass(frozen=True, slots=True)
class Denial:
    """Somebody denies something."""

    who: Slot | None
    what: Slot
    quote: Slot


@dataclass(frozen=True, slots=True)
class Demand:
    """One action that is asked of the addressees. ``by`` None is the publisher; ``force`` is a value of the scheme force."""

    by: Slot | None
    addressee: tuple[Slot, ...]
    addressee_inferred: tuple[Slot, ...]
    action: Slot
    force: str
    quote: Slot


@dataclass(frozen=True, slots=True)
class Draft:
    """All that was found in one text, in the order of the text."""

    language: str
    publisher: str
    actors: tuple[Actor, ...] = ()
    events: tuple[Event, ...] = ()
    victims: tuple[Victims, ...] = ()
    allegations: tuple[Allegation, ...] = ()
    denials: tuple[Denial, ...] = ()
    demands: tuple[Demand, ...] = ()

"""What a statement says, as plain frozen values. Nothing here knows YAML, RDF or a file.

The unit is the :class:`Slot`: one property of one thing, with one value, as one utterance gives it, and either the words
that give it or the coder's reason for reading it into the words. Everything that is published about events, claims and
demands comes from slots, so that nothing can be said without its words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

RefKind = Literal["statement", "utterance", "event", "quantity", "time", "actor", "place", "concept"]


@dataclass(frozen=True, slots=True)
class Ref:
    """Names a thing by the fewest fields: its kind, its id, and the statement that it belongs to (None: shared).

    Ids of concepts are ``scheme/notation``; of quantities and times ``event/quantity-id`` and ``event``.
    """

    kind: RefKind
    id: str
    statement: str | None = None


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """Characters of a statement's text: code points, end exclusive; ``line`` counts from 1."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    line: int


@dataclass(frozen=True, slots=True)
class Words:
    """The words that give a slot its value; ``distanced`` where the speaker holds them at a distance ("so-called")."""

    span: Span
    distanced: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """One property of ``subject`` with one value, as an utterance gives it.

    ``value`` is a reference, the words themselves (a literal), or True. Exactly one of ``words`` and ``because`` is set:
    words ground the slot in the text, ``because`` marks it as the coder's inference; a default that the file leaves unsaid
    (the speaker as holder) has neither. ``published`` is False where the triple itself must not be stated (a relation that
    the speaker merely mentions).
    """

    subject: Ref
    predicate: str
    value: Ref | str | bool
    words: Words | None = None
    because: str = ""
    published: bool = True
    source: tuple[int, int] = (0, 0)
    """Line and column in claims.yaml."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure as stated. ``minimum`` and ``maximum`` are inclusive; None where the words give no bound."""

    ref: Ref
    counts: Ref
    bound: Ref
    minimum: int | None
    maximum: int | None
    stated_as: str


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A date as stated; ``edtf``, ``earliest`` and ``latest`` are empty where the words give no date."""

    ref: Ref
    sense: Ref
    stated_as: str
    edtf: str = ""
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """An event or act as reported. ``is_act`` tells acts and omissions from what merely happened."""

    ref: Ref
    is_act: bool
    label: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """A claim or a demand: its words, who utters it, one plain sentence, and the slots that it gives."""

    ref: Ref
    kind: Literal["claim", "demand"]
    span: Span
    uttered_by: Ref
    proposition: str
    about: tuple[Ref, ...]
    slots: tuple[Slot, ...]
    accuses: tuple[Ref, ...] = ()
    disputes: tuple[Ref, ...] = ()
    source: tuple[int, int] = (0, 0)
    """Line and column in claims.yaml."""


@dataclass(frozen=True, slots=True)
class Identification:
    """An external identity of a shared actor or place: the curator's addition, with how and when it was checked."""

    iri: str
    checked: date
    how: str
    by: Ref


@dataclass(frozen=True, slots=True)
class Disclosure:
    """The decision on naming a person, and its reason."""

    decision: Literal["public"]
    reason: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, speaks, is addressed or harmed. Labels and alternatives are (language, text)."""

    ref: Ref
    kind: Literal["authority", "organization", "person", "group"]
    labels: tuple[tuple[str, str], ...]
    alternatives: tuple[tuple[str, str], ...] = ()
    addresses: tuple[str, ...] = ()
    disclosure: Disclosure | None = None
    identities: tuple[Identification, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A place; ``within`` is the curator's geography."""

    ref: Ref
    labels: tuple[tuple[str, str], ...]
    alternatives: tuple[tuple[str, str], ...] = ()
    within: tuple[Ref, ...] = ()
    identities: tuple[Identification, ...] = ()


@dataclass(frozen=True, slots=True)
class Entities:
    """Actors and places by id."""

    actors: dict[str, Actor] = field(default_factory=dict)
    places: dict[str, Place] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement with its reviewed claims: all that its folder says."""

    ref: Ref
    title: str
    date: date
    language: str
    creators: tuple[Ref, ...]
    sha256: str
    utterances: tuple[Utterance, ...]
    events: tuple[Event, ...]
    quantities: tuple[Quantity, ...]
    times: tuple[TimeSpan, ...]
    entities: Entities
    session: str = ""
    forum: Ref | None = None
    place: Ref | None = None
    source: str = ""
    rights: str = ""
    coded_by: Ref | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Two events of different statements that a reviewer holds to be one reported event."""

    first: Ref
    second: Ref
    because: str
    by: Ref
    source: tuple[tuple[int, int], tuple[int, int]] = ((0, 0), (0, 0))
    """Line and column of each in data/links.yaml."""

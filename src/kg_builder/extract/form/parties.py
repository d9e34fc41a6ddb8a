"""The actors and places of a claims file: which words of a draft mean which, by which id, and who must not be named yet.

Ids come from labels, never from a person's name. A person stays out of the graph until somebody has decided on naming them.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise

from kg_builder.extract.entries import Draft, Slot, Span
from kg_builder.extract.language import Language
from kg_builder.extract.reading.actors import AUTHORITY, GROUP, ORGANISATION, PERSON, STATE, Actor, Mention
from kg_builder.model import Entities
from kg_builder.source.entities import CONTAINED_NAME, ascii_fold, names_of_persons

KINDS = {AUTHORITY: "authority", STATE: "authority", ORGANISATION: "organization", GROUP: "group", PERSON: "person"}
"""Kind in a draft → kind in a claims file."""
LONGEST = 40
_TAKEN = frozenset(["statement", "utterance"])
_PRONOUNS = ("inferred_plural", "inferred_singular", "inferred_thing", "inferred_agents", "speakers_first")
_COMMON = (
    *(("actors", kind, "heads") for kind in (AUTHORITY, ORGANISATION, GROUP)),
    *(("actors", kind, "keywords") for kind in (AUTHORITY, ORGANISATION)),
    ("actors", "person_heads"),
    ("places", "heads"),
    ("places", "states"),
    ("places", "adjectives"),
)
"""Words of the lexicon that are no names of persons, though they may stand behind a title."""
_ARTICLES = frozenset(["the", "a", "an"])


@dataclass(frozen=True, slots=True)
class Party:
    """An actor: ``withheld`` is a person on whose naming there is no decision; ``known`` one that data/entities has."""

    id: str
    kind: str
    label: str
    withheld: bool = False
    known: bool = False
    sure: bool = True
    """The engine knows the words as a party's; else the kind is a guess."""


class Parties:
    """Gives each slot its actor or place; ``actors`` and ``places`` are those that the claims file itself must list."""

    def __init__(self, draft: Draft, shared: Entities, language: Language) -> None:
        self.actors: dict[str, Party] = {}
        self.places: dict[str, str] = {}
        self._language = language
        self._shared = shared
        self._somebody = "a person" if language.code == "en" else "[…]"
        self._pronouns = frozenset().union(
            *(language.words("actors", key) for key in _PRONOUNS),
        )
        mentions = [(mention, actor) for actor in draft.actors for mention in actor.mentions]
        self._mentions = sorted(mentions, key=lambda pair: pair[0].start)
        self._starts = [mention.start for mention, _ in self._mentions]
        self._titles = language.words("actors", "titles")
        self._common = frozenset(word.casefold() for path in _COMMON for word in language.words(*path)) | self._titles
        self._names = names_of_persons((shared,)) | {
            word
            for mention, actor in self._mentions
            if self._is_person(mention, actor)
            for word in re.findall(r"[^\W\d_]+", ascii_fold(mention.text))
            if len(word) > 2
        }
        self._ids: set[str] = {*shared.actors, *shared.places, *_TAKEN}
        self._shared_actors = {
            self._key(label): id_ for id_, actor in shared.actors.items() for _, label in (*actor.labels, *actor.alternatives)
        }
        self._shared_places = {
            self._key(label): id_ for id_, place in shared.places.items() for _, label in (*place.labels, *place.alternatives)
        }
        self._shared_of = {id(actor): self._known(actor) for actor in draft.actors}
        self._persons = [
            (mention.start, mention.end)
            for mention, actor in self._mentions
            if self._is_person(mention, actor) and self._shared_of[id(actor)] is None
        ]
        self._person_starts = [start for start, _ in self._persons]
        self._by_actor: dict[tuple[int, bool], Party] = {}
        self._by_words: dict[str, Party] = {}
        self._place_ids: dict[str, str] = {}
        self._last: dict[str, int] = {}

    # --- actors -------------------------------------------------------------------------------------------------------

    def is_pronoun(self, slot: Slot) -> bool:
        """Whether the words stand for a party that they do not name."""
        return slot.text.strip().casefold() in self._pronouns

    def of(self, slot: Slot) -> Party:
        """The actor whom the words name."""
        found = self._mention(slot.span)
        if found is not None:
            mention, actor = found
            person = self._is_person(mention, actor)
            same = person or (mention.start, mention.end) == slot.span
            known = self._shared_of[id(actor)]
            if known is not None and same:
                return Party(known, self._shared.actors[known].kind, _clean(slot.text), known=True)
            party = self._by_actor.get((id(actor), person)) if same else None
            if party is None:
                party = self._named(slot.text, PERSON if person else actor.kind, sure=True, shown=self.masked(slot))
                if same:
                    self._by_actor[id(actor), person] = party
            return party
        kind = PERSON if _looks_like_a_name(slot.text) else GROUP
        return self._named(slot.text, kind, sure=kind == GROUP and self._is_of_people(slot.text), shown=self.masked(slot))

    def _is_of_people(self, words: str) -> bool:
        """Whether a word for people is among the words."""
        heads = self._language.words("actors", "group", "heads") | self._language.words("actors", "person_heads")
        return any(self._language.lemma_of_noun(word) in heads for word in words.casefold().split())

    def add(self, party: Party) -> None:
        """An actor of the claims file whose id is given."""
        self._ids.add(party.id)
        self._by_words[self._key(party.label)] = self.actors[party.id] = party

    def named(self, label: str, kind: str) -> Party:
        """The actor of that name, who need not stand in the text."""
        return self._named(label, kind, sure=True)

    def _named(self, words: str, kind: str, *, sure: bool, shown: str = "") -> Party:
        label = _clean(words)
        key = self._key(label)
        known = self._shared_actors.get(key)
        if known is not None:
            return Party(known, self._shared.actors[known].kind, label, known=True)
        party = self._by_words.get(key)
        if party is None:
            kind = KINDS[kind]
            withheld = kind == "person"
            label = label if withheld else shown or label
            party = Party(self.new_id("person-1" if withheld else label, "actor"), kind, label, withheld=withheld, sure=sure)
            self._by_words[key] = self.actors[party.id] = party
        return party

    def _is_person(self, mention: Mention, actor: Actor) -> bool:
        """Whether the words name a person; "Minister" and what may be a name behind it do, for an authority as well."""
        if actor.kind == PERSON:
            return True
        words = mention.text.split()
        return any(
            title.casefold() in self._titles and name[:1].isupper() and name.casefold().rstrip("'’s.,") not in self._common
            for title, name in pairwise(words)
        )

    def _known(self, actor: Actor) -> str | None:
        """The id that data/entities has for one of the ways in which the text writes an actor."""
        written = (actor.name, *actor.surface)
        return next((self._shared_actors[key] for each in written if (key := self._key(each)) in self._shared_actors), None)

    def _mention(self, span: Span) -> tuple[Mention, Actor] | None:
        """The mention that the span is, or else ends with: "11 people" is more than "people"."""
        at = bisect_left(self._starts, span[0])
        inside = []
        while at < len(self._mentions) and self._starts[at] < span[1]:
            mention, actor = self._mentions[at]
            if (mention.start, mention.end) == span:
                return mention, actor
            if mention.end <= span[1]:
                inside.append((mention, actor))
            at += 1
        return next((pair for pair in reversed(inside) if pair[0].end == span[1]), inside[0] if inside else None)

    # --- places -------------------------------------------------------------------------------------------------------

    def place(self, slot: Slot) -> str:
        """The id of the place that the words name."""
        label = _clean(slot.text)
        key = self._key(label)
        known = self._shared_places.get(key) or self._place_ids.get(key)
        if known is None:
            known = self._place_ids[key] = self.new_id(label, "place")
            self.places[known] = label
        return known

    # --- words without names ------------------------------------------------------------------------------------------

    def masked(self, slot: Slot) -> str:
        """The words on one line, without the names of persons whose naming is not decided."""
        start, end = slot.span
        at = bisect_left(self._person_starts, start)
        if at > 0 and self._persons[at - 1][1] > start:
            at -= 1
        pieces: list[str] = []
        done = start
        while at < len(self._persons) and self._persons[at][0] < end:
            low, high = self._persons[at]
            if low >= done or not pieces:
                pieces += [slot.text[done - start : max(low - start, 0)], self._somebody]
            done = max(done, min(high, end))
            at += 1
        return _clean("".join([*pieces, slot.text[done - start :]]))

    # --- ids ----------------------------------------------------------------------------------------------------------

    def new_id(self, label: str, otherwise: str) -> str:
        """A new id from the words of a label; from ``otherwise`` where they do not make one, or hold a person's name."""
        words = [word for word in re.split(r"[^a-z0-9]+", ascii_fold(label)) if word]
        if len(words) > 1 and words[0] in _ARTICLES:
            del words[0]
        words = [word for word in words if not self._has_name(word)]
        while len(words) > 1 and len("-".join(words)) > LONGEST:
            del words[-1]
        stem = "-".join(words)[:LONGEST].strip("-")
        if not stem or self._has_name(stem):
            stem = f"{otherwise}-1"
        counted = re.fullmatch(r"(.+)-(\d{1,9})", stem)
        base, number = (counted[1], int(counted[2])) if counted else (stem, 1)
        name, number = stem, max(number, self._last.get(base, 0))
        while name in self._ids:
            number += 1
            name = f"{base}-{number}"
        self._last[base] = number
        self._ids.add(name)
        return name

    def _has_name(self, stem: str) -> bool:
        """Whether :func:`~kg_builder.source.entities.check_no_name` would refuse the id, told in constant time."""
        joined = stem.replace("-", "")
        if self._names.intersection(stem.split("-")):
            return True
        ends = range(CONTAINED_NAME, len(joined) + 1)
        return any(joined[start:end] in self._names for end in ends for start in range(end - CONTAINED_NAME + 1))

    def _key(self, label: str) -> str:
        words = label.casefold().split()
        return " ".join(words[1:] if len(words) > 1 and words[0] in _ARTICLES else words)


def _clean(text: str) -> str:
    """Words on one line, without characters that steer a screen."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _looks_like_a_name(text: str) -> bool:
    words = text.split()
    return 1 < len(words) < 5 and all(word[:1].isupper() for word in words) and words[0].casefold() not in _ARTICLES

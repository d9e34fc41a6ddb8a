"""What the ids in a statement's files stand for: actors, places, events, coded values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from kg_builder.errors import Location, near_miss
from kg_builder.model import Entities, Ref
from kg_builder.source.tree import Problems
from kg_builder.vocabulary import Vocabulary


class Lookup:
    """Finds what an id stands for within one statement; notes a problem, and gives None, where there is nothing."""

    def __init__(self, vocabulary: Vocabulary, shared: Entities, local: Entities, statement: str, problems: Problems) -> None:
        self.events: dict[str, Location] = {}
        """Where each event's id first occurs."""
        self._vocabulary = vocabulary
        self._shared = shared
        self._local = local
        self._statement = statement
        self._problems = problems

    def actor(self, id_: str | None, where: Location) -> Ref | None:
        """The actor of that id, shared or of this statement; notes a problem where there is none."""
        return self._entity("actor", id_, where)

    def place(self, id_: str | None, where: Location) -> Ref | None:
        """The place of that id, shared or of this statement; notes a problem where there is none."""
        return self._entity("place", id_, where)

    def _entity(self, kind: Literal["actor", "place"], id_: str | None, where: Location) -> Ref | None:
        if id_ is None:
            return None
        local, shared = (
            (self._local.actors, self._shared.actors) if kind == "actor" else (self._local.places, self._shared.places)
        )
        found = local.get(id_) or shared.get(id_)
        if found is None:
            self.unknown(kind, id_, where, {**local, **shared})
            return None
        return found.ref

    def event(self, id_: str, where: Location) -> Ref | None:
        """The event of that id in this statement."""
        if id_ not in self.events:
            self.unknown("event", id_, where, self.events)
            return None
        return Ref("event", id_, self._statement)

    def concept(self, scheme: str, notation: str, where: Location) -> Ref | None:
        """The coded value of that notation."""
        known = self._vocabulary.schemes.get(scheme, {})
        if notation not in known:
            self.unknown(scheme.replace("-", " "), notation, where, known)
            return None
        return known[notation].ref

    def anything(self, id_: str, where: Location) -> Ref | None:
        """The actor, place or event of that id; ``statement`` is the statement itself."""
        if id_ == "statement":
            return Ref("statement", self._statement)
        for entities in (self._local, self._shared):
            found = entities.actors.get(id_) or entities.places.get(id_)
            if found is not None:
                return found.ref
        if id_ in self.events:
            return Ref("event", id_, self._statement)
        known = [*self.events, "statement"]
        for entities in (self._local, self._shared):
            known += [*entities.actors, *entities.places]
        self.unknown("actor, place or event", id_, where, known)
        return None

    def unknown(self, what: str, id_: str, where: Location, known: Iterable[str]) -> None:
        """Note that nothing has that id, and which known one is nearest."""
        self._problems.add(f"unknown {what} '{id_[:80]}'", where, near_miss(id_, known))

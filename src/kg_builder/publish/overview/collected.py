"""What the overviews need of each statement, kept in a database on disk while the statements go by."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from kg_builder.publish.resources import SlotOfPage, UtteranceOfPage
from kg_builder.publish.view import OTHER_SIGN, SIGNS, View, is_iri, read_literal, utterance_label
from kg_builder.vocabulary import expand

ACTORS = {"PublicAuthority", "Organization", "Person", "PersonGroup"}

_TABLES = """
create table statement (iri text primary key, id text, title text, language text, issued text, creators text,
  claims integer, demands integer);
create table said (iri text primary key, statement text, id text, kind text, stance text, directness text, proposition text,
  language text, words text, passage text, start integer, speakers text, holders text);
create table accusation (claim text, actor text, label text, kind text, act text, act_label text, type text, top text);
create table dispute (claim text, other text);
create table event (iri text primary key, statement text, label text, types text, is_timed integer);
create table dated (event text, earliest text, latest text, edtf text, sense text, stated_as text, utterance text);
create table placed (place text, role text, event text, utterance text);
create table place (iri text primary key, label text, within text, statement text);
create table figure (quantity text, event text, counts text, bound text, minimum text, maximum text, stated_as text,
  utterance text);
create table role (event text, role text, actor text, label text, utterance text);
create table linked (event text primary key, first text);
create table posting (word text, entry integer);
create table entry (rank integer, iri text, kind text, label text, who text, verb text, told text, words text, statement text,
  start integer);
"""
_RANKS = {"Statement": 0, "Actor": 1, "Place": 2, "Concept": 3, "Act": 4, "Event": 4, "claim": 5, "demand": 5}
_KINDS = {
    "Statement": "statement",
    "Actor": "actor",
    "Place": "place",
    "Concept": "coded value",
    "Act": "act, as reported",
    "Event": "event, as reported",
}
_ROLES = {
    expand(f"hrc:{each}"): each for each in ("allegedPerpetrator", "inferredPerpetrator", "allegedVictim", "place", "destination")
}
_NAMES = ("rdfs:label", "skos:prefLabel", "skos:altLabel", "dcterms:title")
_ACT_TYPE, _TIME, _QUANTITY = (expand(f"hrc:{each}") for each in ("actType", "time", "quantity"))


@dataclass(frozen=True, slots=True)
class Named:
    """A thing and its name."""

    iri: str
    label: str


@dataclass(frozen=True)
class Said:
    """A claim or demand as an overview shows it: whose, how held, in which words of which statement."""

    iri: str
    statement: str
    id: str
    kind: str
    stance: str
    directness: str
    proposition: str
    language: str
    words: str
    passage: str
    start: int
    speakers: tuple[Named, ...]
    holders: tuple[Named, ...]
    title: str
    issued: str

    @cached_property
    def sign(self) -> str:
        """The sign of its stance."""
        return SIGNS.get(self.verb, OTHER_SIGN)

    @property
    def verb(self) -> str:
        """What its holders do: the stance of a claim, or ``demands``."""
        return "demands" if self.kind == "demand" else self.stance

    @property
    def by(self) -> tuple[Named, ...]:
        """Who holds it; of a demand, who utters it."""
        return self.holders or self.speakers

    @property
    def is_reported(self) -> bool:
        """Whether somebody else tells that they hold it."""
        return set(self.by) != set(self.speakers)

    @cached_property
    def label(self) -> str:
        """Its sentence with who holds it and how."""
        holders, speakers = ([each.label for each in those] for those in (self.by, self.speakers))
        return utterance_label(self.verb, holders, speakers, self.proposition or self.id)

    @property
    def statement_id(self) -> str:
        """The statement's short name."""
        return self.statement.rpartition("/")[2]


class Collected:
    """A database on disk that goes away when it is closed."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("")
        self._database.executescript(_TABLES)
        self._database.execute("pragma synchronous = off")

    def close(self) -> None:
        """Give up the database."""
        self._database.close()

    def index(self) -> None:
        """Make ready to be asked."""
        self._database.executescript(
            """
            create index accusation_by_claim on accusation (claim, actor, type);
            create index dispute_by_other on dispute (other);
            create index dispute_by_claim on dispute (claim);
            create index dated_by_event on dated (event);
            create index placed_by_place on placed (place, role);
            create index place_by_within on place (within);
            create index figure_by_event on figure (event);
            create index figure_by_quantity on figure (quantity);
            create index role_by_event on role (event);
            """
        )

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """The rows of an SQL query."""
        return self._database.execute(query, values).fetchall()

    def count(self, query: str, *values: object) -> int:
        """The number that an SQL query gives."""
        return int(self._database.execute(query, values).fetchone()[0])

    def keep(self, name: str, query: str) -> int:
        """Keep the rows of a query as a table, in their order, and give their number; :meth:`part` gives some of them."""
        self._database.execute(f"create table {name} as {query}")
        return self.count(f"select count(*) from {name}")  # noqa: S608 - names of our own

    def part(self, name: str, offset: int, limit: int) -> list[tuple[Any, ...]]:
        """Some of the rows of a table that :meth:`keep` made."""
        query = f"select * from {name} where rowid > ? and rowid <= ? order by rowid"  # noqa: S608 - names of our own
        return self.rows(query, offset, offset + limit)

    def each(self, query: str, *values: object) -> Iterator[tuple[Any, ...]]:
        """The rows of an SQL query one after another."""
        return iter(self._database.execute(query, values))

    def insert(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Add rows to a table; those whose key is there already are left out."""
        found = list(rows)
        if found:
            places = ", ".join("?" * len(found[0]))
            self._database.executemany(f"insert or ignore into {table} values ({places})", found)  # noqa: S608 - names of our own

    def said(self, iris: Iterable[str]) -> dict[str, Said]:
        """Claims and demands by their IRIs."""
        found = {}
        for iri in iris:
            for row in self.rows(
                "select said.*, statement.title, statement.issued from said join statement on statement.iri = said.statement "
                "where said.iri = ?",
                iri,
            ):
                *own, speakers, holders, title, issued = row
                found[iri] = Said(*own, read_named(speakers), read_named(holders), title, issued)  # type: ignore[call-arg]
        return found

    def add(self, statement: str, view: View, utterances: list[UtteranceOfPage]) -> None:
        """Keep what the overviews need of a statement."""

        def named(iris: Iterable[str]) -> str:
            return json.dumps([[iri, view.label(iri)] for iri in iris])

        claims = sum(each.kind == "claim" for each in utterances)
        language = view.text(statement, "dcterms:language")
        self.insert(
            "statement",
            [
                (
                    statement,
                    view.text(statement, "dcterms:identifier"),
                    view.label(statement),
                    language,
                    view.text(statement, "dcterms:issued"),
                    named(view.things(statement, "dcterms:creator")),
                    claims,
                    len(utterances) - claims,
                )
            ],
        )
        self.insert(
            "said",
            (
                (
                    each.iri,
                    statement,
                    each.id,
                    each.kind,
                    each.stance,
                    each.directness,
                    each.proposition,
                    each.language,
                    each.passage.words,
                    each.passage.iri,
                    each.passage.start,
                    named(each.speakers),
                    named(each.holders),
                )
                for each in utterances
            ),
        )
        self.insert("accusation", (row for each in utterances for row in _accusations(view, each)))
        self.insert("dispute", ((each.iri, other) for each in utterances for other in view.things(each.iri, "hrc:disputes")))
        for each in utterances:
            self._add_slots(view, each)
        own = _own_kinds(view, statement)
        self._add_events(view, statement, (iri for iri, kind in own.items() if kind in {"Act", "Event"}))
        self._add_places(view, statement, (iri for iri, kind in own.items() if kind == "Place"))
        self.insert("entry", _entries(view, statement, own, utterances))

    def add_shared(self, shared: View) -> None:
        """Keep the shared places, and what can be searched for among the shared things."""
        found = {iri: kind for iri in shared.subjects() if (kind := _kind(shared, iri)) in {"Actor", "Place", "Concept"}}
        self._add_places(shared, "", (iri for iri, kind in found.items() if kind == "Place"))
        self.insert("linked", _linked(shared))
        self.insert("entry", (_entry(shared, iri, kind, "") for iri, kind in found.items()))

    def _add_slots(self, view: View, utterance: UtteranceOfPage) -> None:
        for slot in utterance.slots:
            if not is_iri(slot.value):
                continue
            thing = slot.value[1:-1]
            role = _ROLES.get(slot.property, "")
            if role in {"place", "destination"}:
                if slot.passage is not None:
                    self.insert("placed", [(thing, role, slot.subject, utterance.iri)])
            elif role:
                self.insert("role", [(slot.subject, role, thing, view.label(thing), utterance.iri)])
            elif slot.property == _TIME:
                self.insert("dated", [_dated(view, slot, thing, utterance.iri)])
            elif slot.property == _QUANTITY:
                self.insert("figure", [_figure(view, slot, thing, utterance.iri)])

    def _add_events(self, view: View, statement: str, iris: Iterable[str]) -> None:
        self.insert(
            "event",
            (
                (
                    iri,
                    statement,
                    view.label(iri),
                    json.dumps([[each, view.label(each)] for each in view.things(iri, "hrc:actType")]),
                    bool(view.things(iri, "hrc:time")),
                )
                for iri in iris
            ),
        )

    def _add_places(self, view: View, statement: str, iris: Iterable[str]) -> None:
        self.insert(
            "place",
            ((iri, view.label(iri), min(view.things(iri, "geo:sfWithin"), default=""), statement) for iri in iris),
        )


def top_of(view: View, concept: str) -> str:
    """The concept at the top of the scheme above a concept; itself, where it has nothing broader."""
    seen = {concept}
    while (broader := min(view.things(concept, "skos:broader"), default="")) and broader not in seen:
        seen.add(broader)
        concept = broader
    return concept


def read_named(text: str) -> tuple[Named, ...]:
    """Things and their names, as a column of the database holds them."""
    return tuple(Named(iri, label) for iri, label in json.loads(text))


def _accusations(view: View, utterance: UtteranceOfPage) -> Iterator[tuple[str, ...]]:
    """As the saved query ``accused-authorities`` has it: the claim names the actor as alleged perpetrator, in words, of an act;
    the act's types are those that the claim itself gives, or else those that any other gives.
    """
    accused = set(view.things(utterance.iri, "hrc:accuses"))
    perpetrator = expand("hrc:allegedPerpetrator")
    for slot in utterance.slots:
        actor = slot.value[1:-1]
        if slot.property != perpetrator or slot.passage is None or actor not in accused:
            continue
        own = [each.value[1:-1] for each in utterance.slots if each.subject == slot.subject and each.property == _ACT_TYPE]
        for type_ in sorted(set(own)) or sorted(view.things(slot.subject, "hrc:actType")) or [""]:
            act = slot.subject
            top = top_of(view, type_)
            yield utterance.iri, actor, view.label(actor), view.kind(actor), act, view.label(act), type_, top


def _dated(view: View, slot: SlotOfPage, time: str, utterance: str) -> tuple[str, ...]:
    parts = (view.text(time, f"hrc:{each}") for each in ("earliest", "latest", "edtf"))
    sense = view.text(view.thing(time, "hrc:dateSense"), "skos:notation")
    return slot.subject, *parts, sense, view.text(time, "hrc:statedAs"), utterance


def _figure(view: View, slot: SlotOfPage, quantity: str, utterance: str) -> tuple[str, ...]:
    return (
        quantity,
        slot.subject,
        view.thing(quantity, "hrc:counts"),
        view.text(view.thing(quantity, "hrc:bound"), "skos:notation"),
        view.text(quantity, "hrc:minimum"),
        view.text(quantity, "hrc:maximum"),
        view.text(quantity, "hrc:statedAs"),
        utterance,
    )


def _linked(shared: View) -> Iterator[tuple[str, str]]:
    """Each event that a link ties to others, with the first event of those that links tie together."""
    others = ((event, shared.things(event, "hrc:sameReportedEvent")) for event in sorted(shared.subjects()))
    left = {event: found for event, found in others if found}
    for event, found in left.items():
        if found:
            together, waiting = set[str](), [event]
            while waiting:
                each = waiting.pop()
                if each not in together:
                    together.add(each)
                    waiting += left.get(each, [])
                    left[each] = []
            if len(together) > 1:
                yield from ((each, min(together)) for each in sorted(together))


def _own_kinds(view: View, statement: str) -> dict[str, str]:
    """The events, actors and places that a statement has of its own, with their kinds. Its passages and mentions, by far the
    most of what it has, are passed over by their IRIs.
    """
    parts = ((iri, iri.removeprefix(f"{statement}/").split("/")) for iri in view.subjects() if iri.startswith(f"{statement}/"))
    return {iri: _kind(view, iri) for iri, found in parts if len(found) == 2 and found[0] in {"event", "actor", "place"}}


def _kind(view: View, iri: str) -> str:
    kind = view.kind(iri)
    return "Actor" if kind in ACTORS else kind


def _entries(
    view: View, statement: str, own: Mapping[str, str], utterances: Iterable[UtteranceOfPage]
) -> Iterator[tuple[object, ...]]:
    yield _entry(view, statement, "Statement", statement)
    for iri, kind in own.items():
        yield _entry(view, iri, kind, statement)
    for each in utterances:
        who = ", ".join(view.label(iri) for iri in (each.speakers if each.kind == "demand" else each.holders))
        verb = "demands" if each.kind == "demand" else each.stance
        said = each.passage.words
        words = f"{each.proposition} {said}"
        yield _RANKS[each.kind], each.iri, each.kind, each.proposition, who, verb, said, words, statement, each.passage.start


def _entry(view: View, iri: str, kind: str, statement: str) -> tuple[object, ...]:
    words = " ".join(read_literal(term).text for name in _NAMES for term in view.values(iri, name) if not is_iri(term))
    return _RANKS[kind], iri, _KINDS[kind], view.label(iri), "", "", view.text(iri, "skos:definition"), words, statement, 0

"""Who is accused of what: authorities and kinds of act, with counts that lead to the words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from kg_builder.publish.overview.collected import Collected, Named, Said
from kg_builder.publish.overview.paging import page_path, write_paged
from kg_builder.publish.site import Site
from kg_builder.vocabulary import DATA

ON_ONE_PAGE = 300
"""Up to how many accusations stand below the matrix; more have pages for each actor, with as many on each."""
ROWS = 200
COLUMNS = 24
"""Up to how many kinds of act have a column; with more, the wider kinds at the top of the scheme have one."""

AUTHORITY = "PublicAuthority"
INSINUATED = "insinuated"
_OF_ACTOR = (
    "select distinct accusation.top, type, claim, said.statement, said.start from accusation join said on said.iri = claim "
    "where actor = ? order by 1, 2, 4, 5, 3"
)


@dataclass(frozen=True, slots=True)
class Column:
    """A kind of act, and the wider kind at the top of the scheme that it lies below (itself, where it is one)."""

    type: Named
    top: Named

    @property
    def key(self) -> str:
        """A name for addresses within the page."""
        return type_key(self.type.iri)


@dataclass(frozen=True, slots=True)
class Head:
    """The columns below one wide kind of act."""

    top: Named
    columns: tuple[Column, ...]

    @property
    def is_column(self) -> bool:
        """Whether there is only the column of the wide kind itself."""
        return [each.type for each in self.columns] == [self.top]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many claims accuse of it, and how many of them by insinuation; ``address`` is where their words stand, as a file of
    the site with a fragment.
    """

    column: str
    count: int = 0
    insinuated: int = 0
    address: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """An accused actor: how many claims accuse it at all, and of each kind of act."""

    actor: Named
    kind: str
    key: str
    total: Cell
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Accusation:
    """A claim that accuses an actor of a kind of act, with the acts as the statement calls them. The names for addresses are of
    the actor, of the kind, and of the column that counts it.
    """

    actor: str
    type: str
    column: str
    acts: tuple[Named, ...]
    said: Said


@dataclass(frozen=True, slots=True)
class OfType:
    """The accusations of one kind of act against one actor."""

    type: Named
    key: str
    accusations: tuple[Accusation, ...]


@dataclass(frozen=True, slots=True)
class OfActor:
    """The accusations against one actor, or some of them."""

    actor: Named
    kind: str
    key: str
    types: tuple[OfType, ...]


def actor_key(iri: str) -> str:
    """A name of an actor for addresses.

    >>> actor_key("https://w3id.org/rights-claims/data/actor/police")
    'police'
    >>> actor_key("https://w3id.org/rights-claims/data/statement/s/actor/guard")
    's/guard'
    """
    return iri.removeprefix(DATA).removeprefix("actor/").removeprefix("statement/").replace("/actor/", "/")


def type_key(iri: str) -> str:
    """A name of a kind of act for addresses."""
    return iri.rpartition("/")[2] or "no-type"


def summary(collected: Collected, most: int) -> list[tuple[Named, int]]:
    """The authorities that most claims accuse, with the number of claims."""
    return [
        (Named(actor, label), count)
        for actor, label, count in collected.rows(
            "select actor, label, count(distinct claim) from accusation where kind = ? group by actor "
            "order by 3 desc, label, actor limit ?",
            AUTHORITY,
            most,
        )
    ]


def fits_on_one_page(collected: Collected) -> bool:
    """Whether the words stand below the matrix; else each accused actor has a page of its own."""
    return collected.count("select count(*) from (select distinct claim, actor, type from accusation)") <= ON_ONE_PAGE


def write(site: Site, collected: Collected) -> None:
    """Write the matrix, and the pages with the words where they are not below it."""
    _Matrix(site, collected).write()


class _Matrix:
    """The matrix of one site."""

    def __init__(self, site: Site, collected: Collected) -> None:
        self._site = site
        self._collected = collected
        types = collected.rows("select distinct type, top from accusation order by 1")
        self.is_wide = len(types) > COLUMNS
        found = {Column(self._type(top if self.is_wide else type_), self._type(top)) for type_, top in types}
        self.columns = sorted(found, key=lambda each: (not each.type.iri, each.top.label, each.type != each.top, each.type.label))
        self.is_on_one_page = fits_on_one_page(collected)

    def write(self) -> None:
        """Write the pages."""
        below = [self._of_actor(actor, kind) for actor, kind in self._accused()] if self.is_on_one_page else []
        write_paged(
            self._site,
            "accusations",
            "accusations.html",
            "Who is accused of what",
            self._collected.count("select count(distinct actor) from accusation"),
            ROWS,
            self._rows,
            columns=self.columns,
            heads=[Head(top, tuple(each)) for top, each in groupby(self.columns, key=lambda column: column.top)],
            is_wide=self.is_wide,
            claims=self._collected.count("select count(distinct claim) from accusation"),
            below=below,
            choices=_choices(below),
            authority=AUTHORITY,
            key=actor_key,
        )
        if not self.is_on_one_page:
            for actor, kind in self._accused():
                self._write_actor(actor, kind)

    def _type(self, iri: str) -> Named:
        return Named(iri, self._site.shared.label(iri) if iri else "no kind given")

    def _accused(self, limit: int = -1, offset: int = 0) -> list[tuple[Named, str]]:
        found = self._collected.rows(
            "select actor, label, kind from accusation group by actor "
            "order by kind != ?, count(distinct claim) desc, label, actor limit ? offset ?",
            AUTHORITY,
            limit,
            offset,
        )
        return [(Named(actor, label), kind) for actor, label, kind in found]

    def _rows(self, offset: int, limit: int) -> list[Row]:
        return [self._row(actor, kind) for actor, kind in self._accused(limit, offset)]

    def _row(self, actor: Named, kind: str) -> Row:
        key = actor_key(actor.iri)
        claims: dict[str, set[str]] = {"": set()}
        addresses: dict[str, str] = {}
        for number, (top, type_, claim, _, _) in enumerate(self._collected.each(_OF_ACTOR, actor.iri)):
            column = type_key(top if self.is_wide else type_)
            claims.setdefault(column, set()).add(claim)
            claims[""].add(claim)
            page = 1 if self.is_on_one_page else number // ON_ONE_PAGE + 1
            path = "accusations" if self.is_on_one_page else page_path(f"accusations/{key}", page)
            addresses.setdefault(column, f"{path}.html#of-{key}/{type_key(type_)}")
        insinuated = {
            claim
            for (claim,) in self._collected.each(
                "select claim from accusation join said on said.iri = claim where actor = ? and directness = ?",
                actor.iri,
                INSINUATED,
            )
        }

        def cell(column: str) -> Cell:
            found = claims.get(column, set())
            return Cell(column, len(found), len(found & insinuated), addresses.get(column, ""))

        start = f"{'accusations' if self.is_on_one_page else f'accusations/{key}'}.html#of-{key}"
        total = Cell("", len(claims[""]), len(claims[""] & insinuated), start)
        return Row(actor, kind, key, total, tuple(cell(column.key) for column in self.columns))

    def _of_actor(self, actor: Named, kind: str, offset: int = 0, limit: int = -1) -> OfActor:
        found = self._collected.rows(f"{_OF_ACTOR} limit ? offset ?", actor.iri, limit, offset)
        said = self._collected.said({row[2] for row in found})
        key = actor_key(actor.iri)
        types = []
        for type_, rows in groupby(found, key=lambda row: str(row[1])):
            accusations = []
            for top, _, claim, _, _ in rows:
                acts = self._collected.rows(
                    "select distinct act, act_label from accusation where actor = ? and type = ? and claim = ? order by 1",
                    actor.iri,
                    type_,
                    claim,
                )
                column = type_key(top if self.is_wide else type_)
                named = tuple(Named(*each) for each in acts)
                accusations.append(Accusation(key, type_key(type_), column, named, said[claim]))
            types.append(OfType(self._type(type_), type_key(type_), tuple(accusations)))
        return OfActor(actor, kind, key, tuple(types))

    def _write_actor(self, actor: Named, kind: str) -> None:
        count = self._collected.count(
            "select count(*) from (select distinct type, claim from accusation where actor = ?)", actor.iri
        )
        write_paged(
            self._site,
            f"accusations/{actor_key(actor.iri)}",
            "accused.html",
            f"What {actor.label} is accused of",
            count,
            ON_ONE_PAGE,
            lambda offset, limit: [self._of_actor(actor, kind, offset, limit)],
            choices_of=_choices,
            key=actor_key,
        )


def _choices(actors: Iterable[OfActor]) -> dict[str, Sequence[tuple[str, str]]]:
    """What can be chosen in the form: name of the control -> (value, label)."""
    found: dict[str, dict[str, str]] = {"actor": {}, "type": {}, "directness": {}, "speaker": {}, "statement": {}}
    for actor in actors:
        found["actor"][actor.key] = actor.actor.label
        for type_ in actor.types:
            found["type"][type_.key] = type_.type.label
            for each in type_.accusations:
                found["directness"][each.said.directness] = each.said.directness
                found["statement"][each.said.statement_id] = each.said.statement_id
                found["speaker"].update((actor_key(who.iri), who.label) for who in each.said.speakers)
    return {name: _sorted(values) for name, values in found.items()}


def _sorted(values: dict[str, str]) -> Sequence[tuple[str, str]]:
    return sorted(values.items(), key=lambda each: (each[1], each[0]))

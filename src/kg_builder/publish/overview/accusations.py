"""Who is accused of what: authorities and kinds of act, with counts that lead to the words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from kg_builder.publish.overview.collected import Collected, Named, Said
from kg_builder.publish.overview.paging import page_path, write_paged
from kg_builder.publish.site import Site
from kg_builder.vocabulary import DATA

ON_ONE_PAGE = 200
"""Up to how many accusations stand below the matrix; more have pages for each actor, with as many on each."""
ROWS = 200
COLUMNS = 24
"""Up to how many kinds of act have a column; with more, the wider kinds at the top of the scheme have one."""

AUTHORITY = "PublicAuthority"
INSINUATED = "insinuated"

_SHOWN = "shown_accusation"
_IN_ORDER = (
    "select distinct actor, accusation.top, type, claim, directness, said.statement, said.start "
    "from accusation join said on said.iri = claim order by 1, 2, 3, 6, 7, 4"
)
_ACCUSED = (
    "select actor, min(label), min(kind) from accusation group by actor order by min(kind) != ?, count(distinct claim) desc, 2, 1"
)
_PLACES = f"select actor, min(rowid) - 1, count(*) from {_SHOWN} group by actor"  # noqa: S608 - names of our own


@dataclass(frozen=True, slots=True)
class Accused:
    """An accused actor, with the place of the accusations in the list of them all."""

    actor: Named
    kind: str
    offset: int
    count: int

    @property
    def key(self) -> str:
        """A name of the actor for addresses."""
        return actor_key(self.actor.iri)


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
        collected.keep(_SHOWN, _IN_ORDER)
        places = {actor: (offset, count) for actor, offset, count in collected.each(_PLACES)}
        rows = collected.each(_ACCUSED, AUTHORITY)
        self.accused = [Accused(Named(iri, label), kind, *places[iri]) for iri, label, kind in rows]

    def write(self) -> None:
        """Write the pages."""
        below = [self._of_actor(each, 0, each.count) for each in self.accused] if self.is_on_one_page else []
        write_paged(
            self._site,
            "accusations",
            "accusations.html",
            "Who is accused of what",
            len(self.accused),
            ROWS,
            lambda offset, limit: [self._row(each) for each in self.accused[offset : offset + limit]],
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
            for each in self.accused:
                self._write_actor(each)

    def _type(self, iri: str) -> Named:
        return Named(iri, self._site.shared.label(iri) if iri else "no kind given")

    def _column(self, top: str, type_: str) -> str:
        return type_key(top if self.is_wide else type_)

    def _row(self, accused: Accused) -> Row:
        claims: dict[str, set[str]] = {"": set()}
        insinuated = set()
        path = "accusations" if self.is_on_one_page else f"accusations/{accused.key}"
        addresses = {"": f"{path}.html#of-{accused.key}"}
        rows = self._collected.part(_SHOWN, accused.offset, accused.count)
        for number, (_, top, type_, claim, directness, *_) in enumerate(rows):
            column = self._column(top, type_)
            claims.setdefault(column, set()).add(claim)
            claims[""].add(claim)
            if directness == INSINUATED:
                insinuated.add(claim)
            page = path if self.is_on_one_page else page_path(path, number // ON_ONE_PAGE + 1)
            addresses.setdefault(column, f"{page}.html#of-{accused.key}/{type_key(type_)}")

        def cell(column: str) -> Cell:
            found = claims.get(column, set())
            return Cell(column, len(found), len(found & insinuated), addresses.get(column, ""))

        cells = tuple(cell(column.key) for column in self.columns)
        return Row(accused.actor, accused.kind, accused.key, cell(""), cells)

    def _of_actor(self, accused: Accused, offset: int, limit: int) -> OfActor:
        rows = self._collected.part(_SHOWN, accused.offset + offset, min(limit, accused.count - offset))
        said = self._collected.said({row[3] for row in rows})
        types = []
        for (top, type_), of_type in groupby(rows, key=lambda row: (str(row[1]), str(row[2]))):
            accusations = []
            for row in of_type:
                claim = row[3]
                acts = self._collected.rows(
                    "select distinct act, act_label from accusation where claim = ? and actor = ? and type = ? order by 1",
                    claim,
                    accused.actor.iri,
                    type_,
                )
                named = tuple(Named(*each) for each in acts)
                accusations.append(Accusation(accused.key, type_key(type_), self._column(top, type_), named, said[claim]))
            types.append(OfType(self._type(type_), type_key(type_), tuple(accusations)))
        return OfActor(accused.actor, accused.kind, accused.key, tuple(types))

    def _write_actor(self, accused: Accused) -> None:
        write_paged(
            self._site,
            f"accusations/{accused.key}",
            "accused.html",
            f"What {accused.actor.label} is accused of",
            accused.count,
            ON_ONE_PAGE,
            lambda offset, limit: [self._of_actor(accused, offset, limit)],
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

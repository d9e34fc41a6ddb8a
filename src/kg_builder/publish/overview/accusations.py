"""Who is accused of what: authorities and kinds of act, with counts that lead to the words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg_builder.publish.overview.collected import Collected, Named, Said
from kg_builder.publish.overview.paging import page_path, write_paged
from kg_builder.publish.site import Site
from kg_builder.publish.view import View
from kg_builder.vocabulary import DATA

ON_ONE_PAGE = 300
"""Up to how many accusations stand below the matrix; more have a page for each actor."""
ON_ACTORS_PAGE = 300
ROWS = 200
COLUMNS = 24
"""Up to how many kinds of act have a column; with more, the wider kinds at the top of the scheme have one."""

AUTHORITY = "PublicAuthority"


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
class Cell:
    """How many claims accuse of it; ``address`` is where their words stand, as a file of the site with a fragment."""

    column: Column
    count: int
    address: str


@dataclass(frozen=True, slots=True)
class Row:
    """An accused actor: how many claims accuse it at all, and of each kind of act."""

    actor: Named
    kind: str
    key: str
    claims: int
    address: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Accusation:
    """A claim that accuses an actor of a kind of act, with the acts as the statement calls them."""

    actor: str
    type: str
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
    """The accusations against one actor."""

    actor: Named
    kind: str
    key: str
    count: int
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


def top_of(shared: View, type_: str) -> str:
    """The concept at the top of the scheme above a concept.

    >>> top_of(View([]), "https://w3id.org/rights-claims/scheme/act-type/torture").rpartition("/")[2]
    'torture'
    """
    seen = {type_}
    while (broader := min(shared.things(type_, "skos:broader"), default="")) and broader not in seen:
        seen.add(broader)
        type_ = broader
    return type_


def columns(shared: View, types: Iterable[str]) -> list[Column]:
    """A column for each kind of act; wider kinds together, and by their names."""

    def named(iri: str) -> Named:
        return Named(iri, shared.label(iri) if iri else "no kind given")

    found = [Column(named(each), named(top_of(shared, each))) for each in types]
    return sorted(found, key=lambda each: (not each.type.iri, each.top.label, each.type != each.top, each.type.label))


def write(site: Site, collected: Collected) -> None:
    """Write the matrix, and the pages with the words where they are not below it."""
    types = [type_ for (type_,) in collected.rows("select distinct type from accusation order by 1")]
    used = columns(site.shared, types)
    is_wide = len(used) > COLUMNS
    if is_wide:
        used = columns(site.shared, sorted({each.top.iri for each in used}))
    total = collected.count("select count(*) from (select distinct claim, actor, type from accusation)")
    on_one_page = total <= ON_ONE_PAGE
    actors = collected.count("select count(distinct actor) from accusation")
    claims = collected.count("select count(distinct claim) from accusation")

    def rows(offset: int, limit: int) -> list[Row]:
        found = collected.rows(
            "select actor, label, kind, count(distinct claim) from accusation group by actor "
            "order by kind != ?, 4 desc, label, actor limit ? offset ?",
            AUTHORITY,
            limit,
            offset,
        )
        return [_row(site, collected, Named(*each[:2]), each[2], each[3], used, on_one_page=on_one_page) for each in found]

    below = [of_actor(site.shared, collected, *each) for each in _accused(collected)] if on_one_page else []
    write_paged(
        site,
        "accusations",
        "accusations.html",
        "Who is accused of what",
        actors,
        ROWS,
        rows,
        columns=used,
        groups=_groups(used),
        is_wide=is_wide,
        claims=claims,
        below=below,
        choices=_choices(below),
        authority=AUTHORITY,
    )
    if not on_one_page:
        for actor, kind in _accused(collected):
            _write_actor(site, collected, actor, kind)


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


def of_actor(shared: View, collected: Collected, actor: Named, kind: str, offset: int = 0, limit: int = -1) -> OfActor:
    """The accusations against an actor, by kind of act; with ``limit`` some of them, in their order."""
    found = collected.rows(
        "select type, claim, max(said.start) from accusation join said on said.iri = claim where actor = ? "
        "group by type, claim order by type, said.statement, max(said.start), claim limit ? offset ?",
        actor.iri,
        limit,
        offset,
    )
    said = collected.said({claim for _, claim, _ in found})
    by_type: dict[str, list[Accusation]] = {}
    for type_, claim, _ in found:
        acts = collected.rows(
            "select distinct act, act_label from accusation where actor = ? and type = ? and claim = ? order by 1",
            actor.iri,
            type_,
            claim,
        )
        accusation = Accusation(actor_key(actor.iri), type_key(type_), tuple(Named(*each) for each in acts), said[claim])
        by_type.setdefault(type_, []).append(accusation)
    types = tuple(OfType(each.type, each.key, tuple(by_type[each.type.iri])) for each in columns(shared, by_type))
    count = collected.count("select count(distinct claim) from accusation where actor = ?", actor.iri)
    return OfActor(actor, kind, actor_key(actor.iri), count, types)


def _accused(collected: Collected) -> list[tuple[Named, str]]:
    return [
        (Named(actor, label), kind)
        for actor, label, kind in collected.rows(
            "select actor, label, kind from accusation group by actor order by kind != ?, label, actor", AUTHORITY
        )
    ]


def _row(
    site: Site, collected: Collected, actor: Named, kind: str, claims: int, used: Sequence[Column], *, on_one_page: bool
) -> Row:
    key = actor_key(actor.iri)
    in_column: dict[str, set[str]] = {}
    shown = {each.type.iri for each in used}
    first: dict[str, str] = {}
    for type_, claim in collected.each("select distinct type, claim from accusation where actor = ? order by 1, 2", actor.iri):
        column = type_ if type_ in shown else top_of(site.shared, type_)
        in_column.setdefault(column, set()).add(claim)
        first.setdefault(column, type_)
    file = "accusations.html#" if on_one_page else f"accusations/{key}.html#"
    cells = []
    for column in used:
        iri = column.type.iri
        count = len(in_column.get(iri, ()))
        cells.append(Cell(column, count, f"{file}{key}/{type_key(first[iri])}" if count else ""))
    return Row(actor, kind, key, claims, f"{file}{key}", tuple(cells))


def _groups(used: Sequence[Column]) -> list[tuple[Named, int]]:
    groups: dict[Named, int] = {}
    for column in used:
        groups[column.top] = groups.get(column.top, 0) + 1
    return list(groups.items())


def _choices(below: Sequence[OfActor]) -> dict[str, list[tuple[str, str]]]:
    """What can be chosen in the form: name of the control -> (value, label)."""
    found: dict[str, dict[str, str]] = {"actor": {}, "type": {}, "directness": {}, "speaker": {}, "statement": {}}
    for actor in below:
        found["actor"][actor.key] = actor.actor.label
        for type_ in actor.types:
            found["type"][type_.key] = type_.type.label
            for each in type_.accusations:
                found["directness"][each.said.directness] = each.said.directness
                found["statement"][each.said.statement_id] = each.said.statement_id
                found["speaker"].update((actor_key(who.iri), who.label) for who in each.said.speakers)
    return {name: sorted(values.items(), key=lambda each: (each[1], each[0])) for name, values in found.items()}


def _write_actor(site: Site, collected: Collected, actor: Named, kind: str) -> None:
    count = collected.count("select count(*) from (select distinct type, claim from accusation where actor = ?)", actor.iri)
    whole = of_actor(site.shared, collected, actor, kind) if count <= ON_ACTORS_PAGE else None

    def part(offset: int, limit: int) -> list[Accusation]:
        shown = whole or of_actor(site.shared, collected, actor, kind, offset, limit)
        return [each for type_ in shown.types for each in type_.accusations]

    write_paged(
        site,
        f"accusations/{actor_key(actor.iri)}",
        "accused.html",
        f"What {actor.label} is accused of",
        count,
        ON_ACTORS_PAGE,
        part,
        actor=actor,
        key=actor_key(actor.iri),
        labels={type_key(each): site.shared.label(each) for (each,) in _types_of(collected, actor)},
        start=page_path("accusations", 1),
    )


def _types_of(collected: Collected, actor: Named) -> list[tuple[str]]:
    return [(each,) for (each,) in collected.rows("select distinct type from accusation where actor = ?", actor.iri)]

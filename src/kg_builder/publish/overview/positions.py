"""Positions that conflict, side by side; and denials, doubts and other framings that no claim disputes."""

from __future__ import annotations

from dataclasses import dataclass

from kg_builder.publish.overview.collected import Collected, Said
from kg_builder.publish.overview.paging import write_paged
from kg_builder.publish.site import Site

ON_A_PAGE = 100

# Two claims that dispute each other are one pair.
_PAIRS = (
    "select other, claim from dispute where not (claim > other and exists "
    "(select 1 from dispute as back where back.claim = dispute.other and back.other = dispute.claim))"
)
_ALONE = (
    "select iri from said where kind = 'claim' and stance != 'asserts' and iri not in (select claim from dispute) "
    "and iri not in (select other from dispute)"
)
_ALL = (
    f"select 0 as is_alone, disputed.statement as statement, disputed.start as start, other as first, claim as second "  # noqa: S608
    f"from ({_PAIRS}) join said as disputed on disputed.iri = other join said as disputing on disputing.iri = claim "
    f"union all select 1, said.statement, said.start, iri, '' from said where iri in ({_ALONE}) order by 1, 2, 3, 4, 5"
)


@dataclass(frozen=True, slots=True)
class Position:
    """A claim, and the claim that disputes it; None where none does."""

    first: Said
    second: Said | None
    is_mutual: bool


def write(site: Site, collected: Collected) -> None:
    """Write the positions, :data:`ON_A_PAGE` on a page; those in dispute first."""
    pairs = collected.count(f"select count(*) from ({_PAIRS})")  # noqa: S608 - text of our own
    alone = collected.keep("shown_position", _ALL) - pairs

    def part(offset: int, limit: int) -> list[Position]:
        found = []
        for is_alone, _, _, first, second in collected.part("shown_position", offset, limit):
            said = collected.said({first} if is_alone else {first, second})
            mutual = collected.count("select count(*) from dispute where claim = ? and other = ?", first, second)
            found.append(Position(said[first], None if is_alone else said[second], mutual > 0))
        return found

    write_paged(
        site,
        "positions",
        "positions.html",
        "Positions",
        pairs + alone,
        ON_A_PAGE,
        part,
        pairs=pairs,
        alone=alone,
    )

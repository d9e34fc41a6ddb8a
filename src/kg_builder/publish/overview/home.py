"""The page that leads to all others, and the list of statements."""

from __future__ import annotations

from dataclasses import dataclass

from kg_builder.publish.overview import accusations
from kg_builder.publish.overview.collected import Collected, Named, read_named
from kg_builder.publish.overview.paging import write_paged
from kg_builder.publish.resources import LEGEND
from kg_builder.publish.site import Site

ON_A_PAGE = 200
LATEST = 10
MOST_ACCUSED = 8

_NEWEST = "select iri, id, title, language, issued, claims, demands, creators from statement order by issued desc, id"


@dataclass(frozen=True, slots=True)
class Listed:
    """A statement in a list."""

    iri: str
    id: str
    title: str
    language: str
    issued: str
    claims: int
    demands: int
    creators: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """How much the graph tells of."""

    statements: int
    claims: int
    demands: int
    events: int
    accused: int
    accusing: int


def write(site: Site, collected: Collected) -> None:
    """Write the home page and the list of statements."""
    totals = Totals(
        collected.count("select count(*) from statement"),
        collected.count("select coalesce(sum(claims), 0) from statement"),
        collected.count("select coalesce(sum(demands), 0) from statement"),
        collected.count("select count(*) from event"),
        collected.count("select count(distinct actor) from accusation where kind = ?", accusations.AUTHORITY),
        collected.count("select count(distinct claim) from accusation where kind = ?", accusations.AUTHORITY),
    )
    write_paged(
        site,
        "statements",
        "statements.html",
        "Statements",
        collected.keep("shown_statement", _NEWEST),
        ON_A_PAGE,
        lambda offset, limit: _statements(collected, offset, limit),
    )
    site.page(
        "index",
        "index.html",
        "Who says what about human rights",
        totals=totals,
        latest=_statements(collected, 0, LATEST),
        accused=accusations.summary(collected, MOST_ACCUSED),
        key=accusations.actor_key,
        is_on_one_page=accusations.fits_on_one_page(collected),
        legend=LEGEND,
    )


def _statements(collected: Collected, offset: int, limit: int) -> list[Listed]:
    found = collected.part("shown_statement", offset, limit)
    return [Listed(*own, read_named(creators)) for *own, creators in found]  # type: ignore[call-arg]

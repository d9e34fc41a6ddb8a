"""Figures as they are stated, with their bounds as ranges; those for what is reported as one event side by side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from kg_builder.publish.overview.collected import Collected, Named, Said
from kg_builder.publish.overview.paging import write_paged
from kg_builder.publish.overview.scale import WIDTH, Axis, Bar, number_axis
from kg_builder.publish.site import Site
from kg_builder.vocabulary import SCHEME

ON_A_PAGE = 200
"""How many figures a page shows; those of linked events count as one, since they are not torn apart."""

_ROWS = (
    "select distinct linked.first as together, counts, quantity, bound, minimum, maximum, stated_as, event.iri, event.label, "
    "event.statement as statement from figure join event on event.iri = figure.event "
    "left join linked on linked.event = event.iri "
)
_SEVERAL = (
    "select linked.first from figure join linked on linked.event = figure.event group by linked.first "
    "having count(distinct linked.event) > 1"
)
_KEYS = (
    f"select together, '' as counts, '' as quantity, min(statement) as statement from ({_ROWS}) where together in ({_SEVERAL}) "  # noqa: S608
    f"group by together union all select '', counts, quantity, statement from ({_ROWS}) "
    f"where together is null or together not in ({_SEVERAL}) order by 2, 4, 1, 3"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure as stated: its bounds (None where the words give none), its event, and the utterances that give it."""

    iri: str
    bound: str
    minimum: int | None
    maximum: int | None
    stated_as: str
    event: Named
    statement: str
    said: tuple[Said, ...]
    bar: Bar | None

    @property
    def told(self) -> str:
        """Its bounds in words.

        >>> Figure("", "moreThan", 181, None, "", Named("", ""), "", (), None).told
        '181 or more'
        """
        low, high = self.minimum, self.maximum
        if low is None:
            return f"{high:,} or fewer" if high is not None else "no number is given"
        if high is None:
            return f"{low:,} or more"
        return f"{low:,}" if low == high else f"{low:,} to {high:,}"


@dataclass(frozen=True, slots=True)
class Counted:
    """Figures that count the same, on one axis."""

    counts: Named
    axis: Axis
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """The figures of events that a curator linked as reports of one; or, without ``events``, of other events."""

    key: str
    events: tuple[Named, ...]
    counted: tuple[Counted, ...]


def write(site: Site, collected: Collected) -> None:
    """Write the figures; those of linked events first."""
    figures = _Figures(site, collected)
    write_paged(
        site,
        "figures",
        "figures.html",
        "Figures",
        collected.keep("shown_figure", _KEYS),
        ON_A_PAGE,
        figures.part,
        several=collected.count(f"select count(*) from ({_SEVERAL})"),  # noqa: S608 - text of our own
        bounds={bound: _bound(site, bound) for (bound,) in collected.rows("select distinct bound from figure")},
        width=WIDTH,
    )


class _Figures:
    def __init__(self, site: Site, collected: Collected) -> None:
        self._site = site
        self._collected = collected
        values: dict[str, set[int]] = {}
        for counts, minimum, maximum in collected.each("select distinct counts, minimum, maximum from figure"):
            values.setdefault(counts, set()).update(int(each) for each in (minimum, maximum) if each)
        self._axes = {counts: number_axis(found) for counts, found in values.items()}

    def part(self, offset: int, limit: int) -> list[Together]:
        """Groups of linked events, and after them what remains as one group."""
        keys = self._collected.part("shown_figure", offset, limit)
        found = []
        alone = []
        for number, (together, _, quantity, _) in enumerate(keys):
            if not together:
                alone += self._collected.rows(f"{_ROWS} where quantity = ?", quantity)
                continue
            rows = self._collected.rows(f"{_ROWS} where linked.first = ? order by counts, statement, quantity", together)
            events = dict.fromkeys(Named(row[7], row[8]) for row in sorted(rows, key=lambda row: (row[9], row[7])))
            found.append(Together(f"event-{offset + number + 1}", tuple(events), self._counted(rows, {})))
        if alone:
            found.append(Together("others", (), self._counted(alone, self._axes)))
        return found

    def _counted(self, rows: Iterable[tuple[Any, ...]], axes: Mapping[str, Axis]) -> tuple[Counted, ...]:
        found = []
        for counts, each in groupby(rows, key=lambda row: str(row[1])):
            of_these = list(each)
            axis = axes.get(counts) or number_axis(int(bound) for row in of_these for bound in row[4:6] if bound)
            label = self._site.shared.label(counts) if counts else "not said what"
            found.append(Counted(Named(counts, label), axis, tuple(self._figure(row, axis) for row in of_these)))
        return tuple(found)

    def _figure(self, row: tuple[Any, ...], axis: Axis) -> Figure:
        _, _, quantity, bound, minimum, maximum, stated_as, event, label, statement = row
        low, high = (int(each) if each else None for each in (minimum, maximum))
        utterances = self._collected.rows(
            "select distinct utterance, said.start from figure join said on said.iri = utterance where quantity = ? "
            "order by 2, 1",
            quantity,
        )
        said = self._collected.said(utterance for utterance, _ in utterances)
        bar = None if low is None and high is None else axis.bar(low, high, is_point=low == high)
        return Figure(quantity, bound, low, high, stated_as, Named(event, label), statement, tuple(said.values()), bar)


def _bound(site: Site, notation: str) -> str:
    return site.shared.label(f"{SCHEME}bound/{notation}") if notation else ""

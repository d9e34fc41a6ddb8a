"""When things are said to have happened: imprecise dates as the ranges that they are, and what has no date apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kg_builder.publish.overview.collected import Collected, Named, Said, read_named
from kg_builder.publish.overview.paging import write_paged
from kg_builder.publish.overview.scale import WIDTH, Axis, Bar, time_axis
from kg_builder.publish.site import Site

ON_ONE_PAGE = 200
"""Up to how many dated events stand on one page; more have a page for each year."""
UNDATED = 300
"""How many events without any time a page lists; how many there are is told."""

_UNCERTAIN = (("~", "about"), ("?", "uncertain"), ("%", "about, and uncertain"))
_EVENTS = (
    "select distinct event.iri, event.statement, event.label, event.types, earliest, latest, edtf, sense, stated_as "
    "from dated join event on event.iri = dated.event where"
)
_IS_DATED = "(earliest != '' or latest != '')"
_IN_ORDER = "order by coalesce(nullif(earliest, ''), latest), coalesce(nullif(latest, ''), '9999'), event.statement, event.iri"
_DATED, _WORDED = "shown_date", "shown_time"
_YEARS = f"select substr(coalesce(nullif(earliest, ''), latest), 1, 4), count(*) from {_DATED} group by 1 order by 1"  # noqa: S608


@dataclass(frozen=True, slots=True)
class When:
    """The time of an event: its first and last possible day (empty where an end is open), how it is meant, and its words."""

    earliest: str
    latest: str
    edtf: str
    sense: str
    stated_as: str

    @property
    def hedge(self) -> str:
        """What the date's notation says of its certainty; empty where it says nothing."""
        return next((words for sign, words in _UNCERTAIN if sign in self.edtf), "")

    def bar(self, axis: Axis) -> Bar:
        """The range on an axis of days; a last day ends with its midnight."""
        low = date.fromisoformat(self.earliest).toordinal() if self.earliest else None
        high = date.fromisoformat(self.latest).toordinal() + 1 if self.latest else None
        return axis.bar(low, high, is_point=self.earliest == self.latest)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with its time, and the utterances whose words give the time."""

    event: Named
    statement: str
    types: tuple[Named, ...]
    when: When
    bar: Bar
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Undated:
    """An event that no words give a time."""

    event: Named
    statement: str
    types: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Year:
    """A year with its events: how many, and the file of its page."""

    label: str
    count: int
    file: str


def write(site: Site, collected: Collected) -> None:
    """Write the timeline; where it is long, with a page for each year."""
    total = collected.keep(_DATED, f"{_EVENTS} {_IS_DATED} {_IN_ORDER}")
    worded = collected.keep(_WORDED, f"{_EVENTS} not {_IS_DATED} order by event.statement, event.iri")
    is_whole = total <= ON_ONE_PAGE
    years = [Year(label, count, "" if is_whole else f"timeline/{label}.html") for label, count in collected.rows(_YEARS)]
    undated = collected.rows("select iri, statement, label, types from event where not is_timed order by 2, 1 limit ?", UNDATED)
    dated = collected.part(_DATED, 0, total) if is_whole else []
    axis = time_axis(date.fromisoformat(each) for row in dated for each in row[4:6] if each)
    write_paged(
        site,
        "timeline",
        "timeline.html",
        "Timeline",
        worded,
        ON_ONE_PAGE,
        lambda offset, limit: _entries(collected, collected.part(_WORDED, offset, limit), axis),
        total=total,
        years=years,
        dated=_entries(collected, dated, axis),
        axis=axis,
        undated=[Undated(Named(iri, label), statement, read_named(types)) for iri, statement, label, types in undated],
        without_time=collected.count("select count(*) from event where not is_timed"),
        width=WIDTH,
    )
    if not is_whole:
        start = 0
        for number, year in enumerate(years):
            _write_year(site, collected, years, number, start)
            start += year.count


def _write_year(site: Site, collected: Collected, years: Sequence[Year], number: int, start: int) -> None:
    year = years[number]
    axis = time_axis([date(int(year.label), 1, 1), date(int(year.label), 12, 31)])
    write_paged(
        site,
        f"timeline/{year.label}",
        "year.html",
        f"Timeline: {year.label}",
        year.count,
        ON_ONE_PAGE,
        lambda offset, limit: _entries(collected, collected.part(_DATED, start + offset, min(limit, year.count - offset)), axis),
        axis=axis,
        before=years[number - 1] if number else None,
        after=years[number + 1] if number + 1 < len(years) else None,
        width=WIDTH,
    )


def _entries(collected: Collected, rows: Iterable[tuple[Any, ...]], axis: Axis) -> list[Entry]:
    found = []
    for iri, statement, label, types, *parts in rows:
        when = When(*parts)
        utterances = collected.rows(
            "select distinct utterance from dated join said on said.iri = utterance where event = ? and dated.edtf = ? "
            "and dated.sense = ? and dated.stated_as = ? order by said.start, utterance",
            iri,
            when.edtf,
            when.sense,
            when.stated_as,
        )
        said = collected.said(utterance for (utterance,) in utterances)
        found.append(Entry(Named(iri, label), statement, read_named(types), when, when.bar(axis), tuple(said.values())))
    return found

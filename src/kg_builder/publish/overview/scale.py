"""Places on an axis: numbers from nothing up, and days. Positions are in units of an SVG that is :data:`WIDTH` wide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import log10

WIDTH = 400
MARGIN = 28
"""Room at both ends, for the arrows of open ends and the labels of the axis."""
MOST_TICKS = 6

_LOG_FROM = 50
"""From which ratio of the largest to the smallest number steps of ten are drawn evenly."""
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000)
_MONTHS = (1, 2, 3, 6)
_DAYS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A range on an axis, from left to right. An end that is open, or lies beyond the axis, is at the edge."""

    start: float
    end: float
    is_open_before: bool
    is_open_after: bool
    is_point: bool
    """Whether it is one number or day, and not merely a range too short to be seen."""

    @property
    def width(self) -> float:
        """How wide it is drawn: never so narrow that it is not seen."""
        return round(max(self.end - self.start, 10), 1)


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis of numbers or of days (by their ordinals) from ``low`` to ``high``."""

    low: float
    high: float
    is_log: bool = False
    ticks: tuple[Tick, ...] = ()

    @property
    def grid(self) -> str:
        """The marks as lines through a row, as the path of an SVG."""
        return "".join(f"M{tick.at:g} 0V22" for tick in self.ticks)

    def at(self, value: float) -> float:
        """Where a value stands, between the margins."""
        return _at(value, self.low, self.high, is_log=self.is_log)

    def bar(self, low: int | None, high: int | None, *, is_point: bool = False) -> Bar:
        """A range; None is an open end.

        >>> Axis(0, 10).bar(5, None)
        Bar(start=200.0, end=400, is_open_before=False, is_open_after=True, is_point=False)
        """
        before = low is None or low < self.low
        after = high is None or high > self.high
        start = 0 if low is None or before else self.at(low)
        end = WIDTH if high is None or after else self.at(high)
        return Bar(start, end, before, after, is_point)


def number_axis(values: Iterable[int]) -> Axis:
    """The axis for numbers of people and the like: from 0, or, where they differ much, with even steps of ten from 1.

    >>> [tick.label for tick in number_axis([11, 19]).ticks]
    ['0', '5', '10', '15', '20']
    >>> [tick.label for tick in number_axis([11, 1000]).ticks]
    ['1', '10', '100', '1,000']
    """
    known = sorted(set(values))
    if not known or known[-1] <= 0:
        return _with_ticks(0, 1, [(0, "0"), (1, "1")])
    if known[0] > 0 and known[-1] > known[0] * _LOG_FROM:
        power = len(str(known[-1] - 1))
        numbers = [10**each for each in range(power + 1)]
        step = -(-len(numbers) // MOST_TICKS)
        return _with_ticks(1, numbers[-1], [(each, f"{each:,}") for each in numbers[::step]], is_log=True)
    step = next(
        size
        for size in (factor * 10**power for power in range(len(str(known[-1])) + 1) for factor in (1, 2, 5))
        if known[-1] <= size * (MOST_TICKS - 1)
    )
    high = -(-known[-1] // step) * step
    return _with_ticks(0, high, [(each, f"{each:,}") for each in range(0, high + 1, step)])


def time_axis(days: Iterable[date]) -> Axis:
    """The axis for days, marked at the beginnings of years, months or days.

    >>> [tick.label for tick in time_axis([date(2020, 1, 20), date(2020, 5, 25)]).ticks]
    ['2020-02', '2020-03', '2020-04', '2020-05']
    """
    known = sorted(days)
    if not known:
        return Axis(0, 1)
    first, last = known[0], known[-1]
    return _with_ticks(first.toordinal(), last.toordinal() + 1, _calendar(first, last))


def _with_ticks(low: float, high: float, marks: Iterable[tuple[float, str]], *, is_log: bool = False) -> Axis:
    ticks = tuple(Tick(_at(value, low, high, is_log=is_log), label) for value, label in marks if low <= value <= high)
    return Axis(low, high, is_log, ticks)


def _at(value: float, low: float, high: float, *, is_log: bool) -> float:
    share = log10(max(value, 1)) / log10(high) if is_log else (value - low) / (high - low)
    return round(MARGIN + share * (WIDTH - 2 * MARGIN), 1)


def _calendar(first: date, last: date) -> list[tuple[float, str]]:
    years = [date(year, 1, 1) for year in range(first.year, last.year + 1)]
    for step in _YEARS:
        marks = [each for each in years if each.year % step == 0 and first <= each <= last]
        if (3 if step == 1 else 2) <= len(marks) <= MOST_TICKS:
            return [(each.toordinal(), f"{each.year:04}") for each in marks]
    months = [date(year.year, month, 1) for year in years for month in range(1, 13)]
    for step in _MONTHS:
        marks = [each for each in months if (each.month - 1) % step == 0 and first <= each <= last]
        if 2 <= len(marks) <= MOST_TICKS:
            return [(each.toordinal(), f"{each.year:04}-{each.month:02}") for each in marks]
    ordinals = range(first.toordinal(), last.toordinal() + 1)
    step = next((each for each in _DAYS if len(ordinals) <= each * MOST_TICKS), 30)
    return [(each, date.fromordinal(each).isoformat()) for each in ordinals[::step]]

"""How sure the figures are: 95% confidence intervals."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

from kg_builder.evaluation.scoring import Tally

RESAMPLES = 2000
SEED = 20180719
LEVEL = 0.95
_NORMAL = NormalDist()
_Z = _NORMAL.inv_cdf((1 + LEVEL) / 2)
_T = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)
"""Student's t at 97.5%, for 1 to 30 degrees of freedom."""
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Intervals:
    """Lower and upper bounds."""

    precision: Interval
    recall: Interval
    f1: Interval


def wilson(hits: int, of: int) -> Interval:
    """The score interval of a share (Wilson 1927), which Brown, Cai and DasGupta (2001) advise for few observations.

    >>> [round(bound, 4) for bound in wilson(8, 10)]
    [0.4902, 0.9433]
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if not of:
        return 0.0, 1.0
    share, part = hits / of, _Z * _Z / of
    middle = (share + part / 2) / (1 + part)
    half = _Z / (1 + part) * sqrt(share * (1 - share) / of + part / (4 * of))
    return (max(0.0, middle - half) if hits else 0.0), (min(1.0, middle + half) if hits < of else 1.0)


def _counted(tally: Tally) -> Intervals:
    """The intervals where each entry counts as an observation of its own.

    F1 is 2J/(1+J) of the share J = found/(found + false + missed), and grows with it: Wilson's bounds of J give its bounds.
    """
    low, high = wilson(tally.found, tally.found + tally.false + tally.missed)
    return Intervals(
        precision=wilson(tally.found, tally.found + tally.false),
        recall=wilson(tally.found, tally.found + tally.missed),
        f1=(2 * low / (1 + low), 2 * high / (1 + high)),
    )


def intervals(by_statement: Sequence[Sequence[Tally]]) -> list[Intervals]:
    """For each measure (a column) the intervals of its figures over all statements (the rows).

    Entries of one statement are alike, so with several statements it is the statements that are drawn anew (the percentile
    bootstrap over clusters: Efron and Tibshirani 1993, chapter 13; Field and Welsh 2007). With few statements that comes
    out too narrow, so its percentiles are moved outwards as Student's t is wider than the normal distribution (Hesterberg
    2015, "expanded percentile"). Where all statements have the same figure it has no width; therefore each bound is the more
    cautious one of the bootstrap's and of Wilson's for the pooled entries, which alone stands for one statement.
    Seeded: the same figures give the same bounds.
    """
    columns = list(zip(*by_statement, strict=True))
    pooled = [_counted(sum(column, Tally())) for column in columns]
    if len(by_statement) < 2:
        return pooled
    rows = [[number for tally in row for number in (tally.found, tally.false, tally.missed)] for row in by_statement]
    chance = random.Random(SEED)  # noqa: S311
    drawn: list[list[Tally]] = [[] for _ in columns]
    for _ in range(RESAMPLES):
        sums = list(map(sum, zip(*chance.choices(rows, k=len(rows)), strict=True)))
        for at, tallies in enumerate(drawn):
            tallies.append(Tally(*sums[3 * at : 3 * at + 3]))
    tail = expanded_tail(len(rows))
    return [
        Intervals(
            precision=_wider(each.precision, [tally.precision for tally in tallies if tally.found + tally.false], tail),
            recall=_wider(each.recall, [tally.recall for tally in tallies if tally.found + tally.missed], tail),
            f1=_wider(each.f1, [tally.f1 for tally in tallies if tally.found + tally.false + tally.missed], tail),
        )
        for each, tallies in zip(pooled, drawn, strict=True)
    ]


def expanded_tail(size: int) -> float:
    """The part of the resamples that lies beyond each bound, for so many statements (two or more).

    For a sample of five, t is 2.776: the normal distribution beyond 2.776 * sqrt(5 / 4).

    >>> [round(expanded_tail(size), 5) for size in (2, 5, 1_000_000)]
    [0.0, 0.00096, 0.025]
    """
    freedom = size - 1
    t = _T[freedom - 1] if freedom <= len(_T) else _Z + (_Z**3 + _Z) / (4 * freedom)
    return _NORMAL.cdf(-sqrt(size / freedom) * t)


def _wider(interval: Interval, drawn: list[float], tail: float) -> Interval:
    """The interval, widened to what was drawn, without so large a part of it at each end."""
    if not drawn:
        return interval
    drawn.sort()
    outside = int(len(drawn) * tail)
    return min(interval[0], drawn[outside]), max(interval[1], drawn[-1 - outside])


METHOD = (
    f"{LEVEL:.0%} confidence: the wider of Wilson's score interval of the pooled entries and, with several statements, "
    f"the expanded percentile bootstrap over statements ({RESAMPLES:,} resamples, seeded)"
)

"""Scores all statements and adds them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg_builder.errors import NothingCheckedError, Problem
from kg_builder.evaluation.folders import Pair
from kg_builder.evaluation.intervals import METHOD, Interval, Intervals, intervals
from kg_builder.evaluation.scoring import NOT_VERBATIM, TRAPS, Score, Tally, score


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of each statement by its name, and of all of them together."""

    scores: Mapping[str, Score]
    tallies: Mapping[str, Tally]
    shares: Mapping[str, Tally]
    intervals: Mapping[str, Intervals]
    """Of ``tallies``, and of ``shares``, where the share is the recall."""
    without_text: tuple[str, ...]
    """Statements whose quotes were held against each other by their words alone."""
    unread: Mapping[str, int]
    """Fields that mean nothing here, and how many entries have them."""

    @property
    def traps(self) -> tuple[int, int] | None:
        """How many traps were hit, of how many; None where no statement's text is at hand."""
        known = [each for each in self.scores.values() if each.traps is not None]
        return (sum(each.traps_hit or 0 for each in known), sum(each.traps or 0 for each in known)) if known else None

    @property
    def not_verbatim(self) -> int | None:
        """How many predicted quotes are not in their text; None where no text is at hand."""
        known = [each.not_verbatim for each in self.scores.values() if each.not_verbatim is not None]
        return sum(known) if known else None

    def rows(self) -> list[list[str]]:
        """The figures for people: measure, precision, recall, F1 with its interval, and the counts behind them."""
        rows = []
        for name, tally in self.tallies.items():
            figures = (tally.precision, tally.recall, tally.f1)
            of = self.intervals[name]
            bounds = (of.precision, of.recall, of.f1)
            shown = [f"{figure:.3f} ({_bounds(each)})" for figure, each in zip(figures, bounds, strict=True)]
            rows.append([name, *shown, f"{tally.found}/{tally.false}/{tally.missed}"])
        for name, tally in self.shares.items():
            of_all = tally.found + tally.missed
            right = f"{tally.recall:.3f} ({_bounds(self.intervals[name].recall)}) right" if of_all else "nothing matched"
            rows.append([name, "", "", right, f"{tally.found} of {of_all}"])
        if self.traps is not None:
            rows.append([TRAPS, "", "", "", f"{self.traps[0]} of {self.traps[1]}"])
        if self.not_verbatim is not None:
            rows.append([NOT_VERBATIM, "", "", "", str(self.not_verbatim)])
        return rows

    def slips(self) -> list[list[str]]:
        """All that was missed or made up: statement, sort, kind, words, reason."""
        return [
            [name, slip.sort, slip.kind, slip.words, slip.reason] for name, each in self.scores.items() for slip in each.slips
        ]

    def as_json(self, *, errors: bool = False) -> dict[str, Any]:
        """All figures, unrounded; with ``errors`` also what was missed or made up."""
        measures: dict[str, Any] = {}
        for name, tally in self.tallies.items():
            of = self.intervals[name]
            measures[name] = {
                **_figures(tally),
                "precision_interval": of.precision,
                "recall_interval": of.recall,
                "f1_interval": of.f1,
            }
        for name, tally in self.shares.items():
            measures[name] = {**_share(tally), "accuracy_interval": self.intervals[name].recall}
        keys = ("statement", "sort", "kind", "words", "reason")
        return {
            "statements": len(self.scores),
            "measures": measures,
            "traps_hit": self.traps and {"hit": self.traps[0], "of": self.traps[1]},
            "quotes_not_verbatim": self.not_verbatim,
            "intervals": METHOD,
            "without_text": list(self.without_text),
            "by_statement": {name: _statement(each) for name, each in self.scores.items()},
        } | ({"errors": [dict(zip(keys, slip, strict=True)) for slip in self.slips()]} if errors else {})


def evaluate(pairs: Sequence[Pair], *, counter: bool = False) -> Evaluation:
    """Score each statement, and all together (each entry weighs the same: micro averages).

    With ``counter``, allegations that the labels mark as made against the accusing side must be found as well.
    Raises :class:`NothingCheckedError` where neither side has an entry.
    """
    if not any(each.predicted.size or each.gold.size for each in pairs):
        raise NothingCheckedError(Problem("neither the predictions nor the labels have an entry: nothing was compared"))
    scores = {each.name: score(each.predicted, each.gold, each.text, counter=counter) for each in pairs}
    rows = [{**each.tallies, **each.shares} for each in scores.values()]
    names = list(rows[0])
    total = {name: sum((row[name] for row in rows), Tally()) for name in names}
    unread = sum((Counter(side.unread) for each in pairs for side in (each.predicted, each.gold)), Counter[str]())
    first = next(iter(scores.values()))
    return Evaluation(
        scores,
        tallies={name: total[name] for name in first.tallies},
        shares={name: total[name] for name in first.shares},
        intervals=dict(zip(names, intervals([[row[name] for name in names] for row in rows]), strict=True)),
        without_text=tuple(each.name for each in pairs if each.text is None),
        unread=dict(sorted(unread.items())),
    )


def _bounds(interval: Interval) -> str:
    return f"{interval[0]:.2f}–{interval[1]:.2f}"


def _figures(tally: Tally) -> dict[str, Any]:
    figures = {"precision": tally.precision, "recall": tally.recall, "f1": tally.f1}
    return {**figures, "tp": tally.found, "fp": tally.false, "fn": tally.missed}


def _share(tally: Tally) -> dict[str, Any]:
    of = tally.found + tally.missed
    return {"accuracy": tally.recall if of else None, "right": tally.found, "of": of}


def _statement(score: Score) -> dict[str, Any]:
    return {
        **{name: _figures(tally) for name, tally in score.tallies.items()},
        **{name: _share(tally) for name, tally in score.shares.items()},
        TRAPS: None if score.traps is None else {"hit": score.traps_hit, "of": score.traps},
        NOT_VERBATIM: score.not_verbatim,
    }

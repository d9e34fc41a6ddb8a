"""Matches predicted with labelled entries, one to one, as many as there can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kg_builder.evaluation.reading import Actor, Entry


@dataclass(frozen=True, slots=True)
class Matching:
    """What belongs together: positions of labelled entries with those of the predicted ones that took them."""

    taken_by: dict[int, int]
    missed: tuple[int, ...]
    """Labelled entries that had to be found and were not."""
    false: tuple[int, ...]
    """Predicted entries that suit no label. One that suits a label which another took repeats it, and is no error."""
    found: int


def match(
    predicted: Sequence[Entry], gold: Sequence[Entry], suiting: Sequence[Sequence[int]], is_optional: Callable[[Entry], bool]
) -> Matching:
    """A largest matching, found by augmenting paths (Kuhn 1955): each predicted entry in turn takes a label it suits.

    ``suiting`` has for each predicted entry the positions of the labels that it suits. It tries those that must be found
    before those that may be, then those with its own words, then those with its own name, then its equal. Each search is without
    recursion; labels from which a search failed are never entered again, since no path leads on from them.
    """
    optional = [is_optional(each) for each in gold]

    def wishes(at: int) -> list[int]:
        own = predicted[at]
        return sorted(
            suiting[at],
            key=lambda it: (optional[it], gold[it].quote != own.quote, _name(gold[it]) != _name(own), gold[it] != own),
        )

    wanted = [wishes(at) for at in range(len(predicted))]
    taken_by: dict[int, int] = {}
    closed: set[int] = set()
    for at in range(len(predicted)):
        closed |= _augment(at, wanted, taken_by, closed)
    taken_by = _with_equals(predicted, gold, wanted, taken_by)
    needed = [at for at in range(len(gold)) if not optional[at]]
    return Matching(
        taken_by,
        missed=tuple(at for at in needed if at not in taken_by),
        false=tuple(at for at, suited in enumerate(suiting) if not suited),
        found=sum(at in taken_by for at in needed),
    )


def _augment(start: int, wanted: list[list[int]], taken_by: dict[int, int], closed: set[int]) -> set[int]:
    """Find a label for ``start``, moving others on where need be; where there is none, the labels that were tried."""
    tried: set[int] = set()
    path: list[tuple[int, Iterator[int]]] = [(start, iter(wanted[start]))]
    labels: list[int] = []
    while path:
        _, rest = path[-1]
        label = next((each for each in rest if each not in tried and each not in closed), None)
        if label is None:
            path.pop()
            del labels[-1:]
            continue
        tried.add(label)
        labels.append(label)
        if label not in taken_by:
            taken_by.update((label, at) for label, (at, _) in zip(labels, path, strict=True))
            return set()
        path.append((taken_by[label], iter(wanted[taken_by[label]])))
    return tried


def _with_equals(
    predicted: Sequence[Entry], gold: Sequence[Entry], wanted: list[list[int]], taken_by: dict[int, int]
) -> dict[int, int]:
    """The same entries of both sides, matched anew so that equal ones belong together: paths may have moved them apart."""
    equals: dict[int, int] = {}
    for at in sorted(taken_by.values()):
        own = (label for label in wanted[at] if label in taken_by and label not in equals and gold[label] == predicted[at])
        label = next(own, None)
        if label is not None:
            equals[label] = at
    if equals.items() <= taken_by.items():
        return taken_by
    within = [[label for label in labels if label in taken_by] for labels in wanted]
    for at in sorted({*taken_by.values()} - {*equals.values()}):
        _augment(at, within, equals, set())
    return equals


def _name(entry: Entry) -> str:
    return entry.name if isinstance(entry, Actor) else ""

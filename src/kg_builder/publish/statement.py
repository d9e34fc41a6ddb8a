"""The page of a statement: its text as it was delivered, with each claim and demand marked where its words stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kg_builder.publish.resources import UtteranceOfPage


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the text that the same utterances cover; ``begins`` are those whose words begin here."""

    start: int
    text: str
    covering: tuple[UtteranceOfPage, ...]
    begins: tuple[UtteranceOfPage, ...]

    @property
    def innermost(self) -> UtteranceOfPage | None:
        """The utterance with the fewest words here, by which the stretch is coloured."""
        return min(self.covering, key=lambda each: (each.passage.end - each.passage.start, each.id), default=None)


def segments(text: str, utterances: Sequence[UtteranceOfPage]) -> list[Segment]:
    """The text cut wherever an utterance's words begin or end. Put together again they are the text.

    Overlapping and nested utterances are all in ``Segment.covering``, in the order in which they begin.
    """
    cuts = {0, len(text)}
    starts: dict[int, list[UtteranceOfPage]] = {}
    for each in utterances:
        cuts |= {each.passage.start, each.passage.end}
        starts.setdefault(each.passage.start, []).append(each)
    found = []
    open_: list[UtteranceOfPage] = []
    for start, end in pairwise(sorted(cuts)):
        begins = starts.get(start, [])
        open_ = [each for each in open_ if each.passage.end > start] + begins
        found.append(Segment(start, text[start:end], tuple(open_), tuple(begins)))
    return found

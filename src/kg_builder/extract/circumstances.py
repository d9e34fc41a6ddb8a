"""When and where an act of the text took place."""

from __future__ import annotations

from kg_builder.extract.finding.frame import Frame
from kg_builder.extract.reading.actors import Kinds, full_end
from kg_builder.extract.reading.clauses import Clauses
from kg_builder.extract.reading.times import Time


def time_of(frame: Frame, times: list[Time]) -> Time | None:
    """The date of an act: within its quote, else the only one of its sentence."""
    inside = [time for time in times if frame.quote[0] <= time.start < frame.quote[1]]
    if inside:
        return inside[0]
    return times[0] if len(times) == 1 else None


def place_of(clauses: Clauses, frame: Frame, kinds: Kinds) -> tuple[int, int] | None:
    """The tokens of the first place after a preposition of place within or next to the quote of an act."""
    words = clauses.language.words
    prepositions = words("places", "prepositions") - words("places", "not_placing")
    low, high = frame.quote
    best = None
    for j, unit in enumerate(clauses.units[:-1]):
        if unit.kind != "PREP" or unit.word not in prepositions:
            continue
        noun = clauses.units[j + 1].noun
        if noun is None or not kinds.is_place(noun, clauses.tokens):
            continue
        if not noun.name and clauses.tokens[noun.start].tag not in ("DET", "OWN", "ADJ"):
            continue
        last = full_end(clauses.units, j + 1, clauses.tokens, kinds, people=False)
        found = (noun.start, clauses.units[last].end)
        if low <= unit.start < high:
            return found
        best = best or found
    return best

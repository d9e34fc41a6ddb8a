"""Acts that a sentence tells of: the words that trigger them, who is said to do them, to whom, in what part of the text."""

from __future__ import annotations

from collections.abc import Iterator

from kg_builder.extract.finding.frame import Frame
from kg_builder.extract.finding.noun_frames import governing, of_noun
from kg_builder.extract.finding.verb_frames import of_verb
from kg_builder.extract.reading.clauses import Clauses

WIDEST = 45
"""Tokens that the quote of one act may have."""
NEAR = 16
"""Tokens between a verb of a list and the subject that it shares, up to which the quote takes the subject in."""


def frames(clauses: Clauses) -> Iterator[Frame]:
    """The acts of a sentence in the order of their words; also those that it says did not happen (see ``status``)."""
    found: list[Frame] = []
    taken: set[int] = set()
    for at, unit in enumerate(clauses.units):
        if unit.verb is not None and unit.verb.main not in taken:
            frame = of_verb(clauses, at)
            if frame is not None:
                taken.update(range(*frame.reach))
                found.append(frame)
                taken.update(range(*frame.words))
                if frame.thing is not None:
                    taken.update(range(clauses.noun(frame.thing).start, clauses.noun(frame.thing).end))
    for at, unit in enumerate(clauses.units):
        if unit.noun is not None and not taken & set(range(unit.noun.start, unit.noun.end)):
            frame = of_noun(clauses, at)
            if frame is not None:
                found.append(frame)
                taken.update(range(*frame.words))
    verbs = {frame.at: frame.trigger.act for frame in found if not frame.nominal}
    found = [
        each
        for each in found
        if not each.nominal or verbs.get(governing(clauses, each.at) or -1) != each.trigger.act or each.agents
    ]
    found.sort(key=lambda frame: frame.words)
    _share(found)
    for frame in found:
        frame.quote = _quote(frame)
    yield from found


def _share(found: list[Frame]) -> None:
    """Acts named in one list share the parties that stand with one of them ("arrests, searches and interrogations of X by Y")."""
    for left in reversed(range(len(found) - 1)):
        one, two = found[left], found[left + 1]
        if not (one.nominal and two.nominal):
            continue
        between = one.clauses.units[one.at + 1 : two.at]
        if between and all(unit.kind in ("COMMA", "CONJ", "ADJ") for unit in between):
            one.victims = one.victims or list(two.victims)
            one.agents = one.agents or list(two.agents)
            two.agents = two.agents or list(one.agents)


def _quote(frame: Frame) -> tuple[int, int]:
    """The tokens from the first to the last party of an act, out to the end of its clause."""
    clauses = frame.clauses
    units = clauses.units
    start, end = frame.words[0], frame.words[1]
    unit = units[frame.at]
    start, end = min(start, unit.start), max(end, unit.end)
    parties = [*frame.agents, *frame.victims, *frame.inferred]
    if unit.verb is not None:
        shared = clauses.lead(frame.at) is not None
        parties += clauses.subjects(frame.at)
        parties = [each for each in parties if not shared or clauses.noun(each).start >= start - NEAR]
    for each in sorted(parties):
        noun = clauses.noun(each)
        low, high = noun.start, noun.end
        if noun.owner is not None:
            low = min(low, noun.owner.start)
        if high <= start and start - low <= WIDEST - 15:
            start = min(start, low)
        elif low >= end and high - start <= WIDEST:
            end = max(end, high)
    if frame.nominal:
        governor = governing(clauses, frame.at)
        if governor is not None and frame.at in clauses.subjects(governor) and clauses.units[governor].end - start <= WIDEST - 15:
            end = max(end, clauses.units[governor].end)
        elif governor is not None and frame.omitted and 0 <= start - units[governor].end <= 2:
            begins = [clauses.noun(each).start for each in clauses.subjects(governor)]
            start = min([units[governor].start, *(each for each in begins if start - each <= WIDEST - 15)])
    elif unit.verb is not None and not clauses.passive(frame.at):
        for each in clauses.objects(frame.at):
            if clauses.noun(each).end - start <= WIDEST:
                end = max(end, clauses.noun(each).end)
    for low, high in frame.agent_tokens:
        start, end = min(start, low), max(end, high)
    return start, max(_extend(clauses, end, start), frame.words[1])


def _extend(clauses: Clauses, end: int, start: int) -> int:
    """Out to the end of the phrases that follow, not into another clause."""
    for unit in clauses.units:
        if unit.start < end:
            end = max(end, unit.end)
            continue
        if unit.kind in ("STOP", "SUB", "REL", "DASH", "COMMA", "OTHER") or unit.end - start > WIDEST:
            break
        if unit.verb is not None and unit.verb.form in ("finite", "copula"):
            break
        if unit.kind == "CONJ":
            break
        end = unit.end
    while end > start and clauses.tokens[end - 1].tag in ("CONJ", "PREP", "QUOTE", "COMMA", "TO"):
        end -= 1
    return end

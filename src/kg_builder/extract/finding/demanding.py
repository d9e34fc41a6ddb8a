"""A demand as a sentence makes it, and what all forms of asking share."""

from __future__ import annotations

from dataclasses import dataclass

from kg_builder.extract.reading.clauses import Clauses

WIDEST = 60
"""Tokens that the quote of a demand may have."""


@dataclass(slots=True, eq=False)
class Demanding:
    """One action that is asked. ``askers`` and ``addressees`` are units of ``home``; an empty ``askers`` is the publisher."""

    home: Clauses
    askers: tuple[int, ...]
    addressees: tuple[int, ...]
    action: tuple[int, int]
    quote: tuple[int, int]
    verb: str
    force: str


def force_of(lemma: str) -> str:
    return {"urge": "urge", "should": "should", "must": "should", "ought": "should", "need": "need"}.get(lemma, "demand")


def entry_of(clauses: Clauses, at: int) -> tuple[dict[str, str], int] | None:
    """The entry of the lexicon for a verb of asking, and the token after its words."""
    verb = clauses.verb(at)
    best = None
    for entry in clauses.language.data["demands"].get("performatives", ()):
        first, *rest = entry["say"].split()
        if first != verb.lemma:
            continue
        end = verb.main + 1
        tokens = clauses.tokens
        position = end
        while position < len(tokens) and tokens[position].tag == "ADV" and not (rest and tokens[position].low == rest[0]):
            position += 1
        if len(tokens) < position + len(rest) or any(
            word not in (tokens[position + n].low, tokens[position + n].lemma) for n, word in enumerate(rest)
        ):
            continue
        end = position + len(rest) if rest else end
        if best is None or len(rest) > best[2]:
            best = (entry, end, len(rest))
    return (best[0], best[1]) if best else None


def action_end(clauses: Clauses, at: int, stop: int | None) -> int:
    end = stop if stop is not None else len(clauses.tokens)
    if stop is None:
        for j in range(at + 1, len(clauses.units)):
            unit = clauses.units[j]
            if unit.kind == "STOP" or unit.end - clauses.units[at].start > WIDEST - 12:
                end = unit.start
                break
            if unit.kind in ("COMMA",) and _leaves(clauses, j):
                end = unit.start
                break
    while (
        end > clauses.units[at].end
        and clauses.tokens[end - 1].tag in ("CONJ", "COMMA", "QUOTE", "STOP", "ADV", "TO")
        and end - 1 >= clauses.units[at].end
    ):
        end -= 1
    return end


def _leaves(clauses: Clauses, comma: int) -> bool:
    """Whether a comma leads out of a demand: to the verb of saying that frames it."""
    for j in range(comma + 1, min(comma + 8, len(clauses.units))):
        unit = clauses.units[j]
        if unit.verb is not None:
            return unit.verb.lemma in clauses.language.words("scope", "report", "verbs") and unit.verb.form == "finite"
    return False


def of_clause(clauses: Clauses, at: int, force: str) -> Demanding:
    passive = clauses.passive(at)
    subjects = clauses.subjects(at)
    doers = clauses.agents(at) if passive else subjects
    addressees = [each for each in doers if clauses.party(each) or clauses.noun(each).pronoun or clauses.noun(each).name]
    unit = clauses.units[at]
    start = unit.start
    lead = clauses.lead(at)
    for each in subjects:
        if lead is None and clauses.noun(each).start < start and start - clauses.noun(each).start <= 25:
            low = clauses.noun(each)
            start = min(start, low.owner.start if low.owner else low.start)
    stop = None
    for j in range(at + 1, len(clauses.units)):
        if clauses.is_verb(j) and clauses.lead(j) == at and clauses.verb(j).bare:
            stop = clauses.units[j].start
            break
    end = action_end(clauses, at, stop)
    return Demanding(clauses, (), tuple(addressees), (unit.start, end), (start, end), clauses.verb(at).lemma, force)

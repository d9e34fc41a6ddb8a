"""Demands in the imperative: the entries of a list of demands, and "To the Republic we say: stop …"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from kg_builder.extract.finding.demanding import Demanding, action_end, of_clause
from kg_builder.extract.reading.clauses import Clauses


def imperatives(clauses: Clauses, intro: Demanding | None, seen: set[int], *, sure: bool) -> Iterator[Demanding]:
    """The entries of a list of demands: each begins with what is to be done."""
    units = clauses.units
    first = 0
    while first < len(units) and (
        units[first].kind in ("ADV", "OTHER", "QUOTE", "COMMA")
        or (clauses.is_noun(first) and first + 1 < len(units) and units[first + 1].word == ":")
    ):
        first += 1
    if first >= len(units) or seen:
        return
    verbs = []
    if clauses.kind(first) == "SUB":
        inner = next((j for j in range(first, len(units)) if clauses.is_verb(j)), None)
        for each in (
            j
            for j in range(first, len(units))
            if clauses.is_verb(j) and (j == inner or (inner is not None and clauses.lead(j) == inner))
        ):
            demand = of_clause(clauses, each, intro.force if intro else "demand")
            yield (
                demand
                if demand.addressees or intro is None or clauses.passive(each)
                else replace(demand, home=intro.home, addressees=intro.addressees)
            )
        return
    verb = told_at(clauses, first) if clauses.is_noun(first) else None
    if verb is not None:
        yield from told(clauses, first, verb, intro)
        return
    if clauses.is_verb(first) and (clauses.verb(first).bare or clauses.verb(first).form == "infinitive"):
        verbs = [first]
        shared = ("infinitive",) if clauses.verb(first).form == "infinitive" else ()
        verbs += [
            j
            for j in range(first + 1, len(units))
            if clauses.is_verb(j) and clauses.lead(j) in verbs and (clauses.verb(j).bare or clauses.verb(j).form in shared)
        ]
    elif not sure or not intro:
        return
    home = intro.home if intro else clauses
    addressees = intro.addressees if intro else ()
    askers = intro.askers if intro else ()
    force = intro.force if intro else "demand"
    if not verbs:
        end = action_end(clauses, first, None)
        yield Demanding(home, askers, addressees, (units[first].start, end), (units[first].start, end), "", force)
        return
    starts = [units[each].start for each in verbs]
    for number, each in enumerate(verbs):
        end = action_end(clauses, each, starts[number + 1] if number + 1 < len(starts) else None)
        yield Demanding(home, askers, addressees, (starts[number], end), (starts[number], end), clauses.verb(each).lemma, force)


def told(clauses: Clauses, at: int, verb: int, intro: Demanding | None) -> Iterator[Demanding]:
    """The demands of "Parliament to repeal the act and compensate the owners", an entry of a list."""
    at = clauses.owned(at)
    verbs = [
        verb,
        *(
            j
            for j in range(verb + 1, len(clauses.units))
            if clauses.is_verb(j) and clauses.lead(j) == verb and clauses.verb(j).bare
        ),
    ]
    starts = [clauses.units[each].start for each in verbs]
    for number, each in enumerate(verbs):
        end = action_end(clauses, each, starts[number + 1] if number + 1 < len(starts) else None)
        owner = clauses.noun(at).owner
        start = (owner or clauses.noun(at)).start if number == 0 else starts[number]
        yield Demanding(
            clauses, (), (at,), (starts[number], end), (start, end), clauses.verb(each).lemma, intro.force if intro else "demand"
        )


def told_at(clauses: Clauses, at: int) -> int | None:
    """The infinitive after a party: "the authorities of X to stop"."""
    at = clauses.owned(at)
    j = at + 1
    while clauses.kind(j) == "PREP" and clauses.is_noun(j + 1):
        j += 2
    party = clauses.party(at) or clauses.noun(at).name
    return j if party and clauses.is_verb(j) and clauses.verb(j).form == "infinitive" else None


def by_command(clauses: Clauses, at: int) -> list[tuple[Demanding, int]]:
    """Such as "To the Republic we say: stop …", "Please stop …"."""
    verb = clauses.verb(at)
    if not verb.bare or clauses.sentence.bullet:
        return []
    before = at - 1
    while before >= 0 and clauses.kind(before) == "QUOTE":
        before -= 1
    lead = clauses.lead(at)
    polite = before >= 0 and clauses.units[before].word in clauses.language.words("demands", "polite")
    told = (
        before > 0
        and (clauses.units[before].word == ":" or clauses.kind(before) == "DASH")
        and clauses.units[0].word in clauses.language.words("demands", "introducers")
    )
    if not polite and not told and not (lead is not None and by_command(clauses, lead)):
        return []
    demand = of_clause(clauses, at, "demand")
    addressees = (
        tuple(clauses.coordinated_right(1))
        if clauses.units[0].word in clauses.language.words("demands", "introducers") and clauses.is_noun(1)
        else ()
    )
    return [(replace(demand, addressees=addressees), at)]

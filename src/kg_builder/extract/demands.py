"""Demands: who asks whom to do what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg_builder.extract.clauses import NEGATED, UNREAL, Clauses

WIDEST = 60


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


def demands(clauses: Clauses, intro: Demanding | None, *, asked: bool) -> Iterator[Demanding]:
    """The demands of a sentence. ``intro`` is that of the sentence before this entry of a list; ``asked`` says that it stands
    under a heading of demands.
    """
    if clauses.question:
        return
    seen: set[int] = set()
    for at, unit in enumerate(clauses.units):
        if unit.verb is None or at in seen:
            continue
        found = _by_asking(clauses, at) or _by_modal(clauses, at) or _by_need(clauses, at) or _by_command(clauses, at)
        for demand, verb in found:
            if verb >= 0 and verb in seen:
                continue
            seen.add(verb)
            yield demand
    if seen:
        for at, unit in enumerate(clauses.units[:-2]):
            if unit.word in (";", ":") and clauses.is_noun(at + 1):
                told = _told_at(clauses, at + 1)
                if told is not None and told not in seen:
                    seen.add(told)
                    yield from _told(clauses, at + 1, told, None)
    if intro is not None or asked or clauses.sentence.bullet:
        yield from _imperatives(clauses, intro, seen, sure=intro is not None or asked)


def opens_list(clauses: Clauses) -> Demanding | None:
    """The demand that a sentence such as "We call on the government to:" leaves open."""
    for at, unit in enumerate(clauses.units):
        if unit.verb is None:
            continue
        entry = _entry(clauses, at)
        if entry is not None:
            first = next((j for j, each in enumerate(clauses.units) if each.start >= entry[1] and each.noun is not None), None)
            addressees = clauses.coordinated_right(first) if first is not None else []
            addressees = [at - 1] if clauses.kind(at - 1) == "CLITIC" else addressees
            addressees = [
                each for each in addressees if clauses.party(each) or clauses.noun(each).pronoun or clauses.noun(each).name
            ]
            return Demanding(
                clauses, tuple(clauses.subjects(at)), tuple(addressees), (0, 0), (0, 0), unit.verb.lemma, _force(unit.verb.lemma)
            )
        if unit.verb.modal in clauses.language.words("demands", "modals"):
            return Demanding(clauses, (), tuple(clauses.subjects(at)), (0, 0), (0, 0), "should", "should")
    for at in range(len(clauses.units) - 1):
        if (
            clauses.units[at].word in clauses.language.words("demands", "introducers")
            and clauses.is_noun(at + 1)
            and clauses.party(at + 1)
        ):
            return Demanding(clauses, (), tuple(clauses.coordinated_right(at + 1)), (0, 0), (0, 0), "", "demand")
    return None


def _force(lemma: str) -> str:
    return {"urge": "urge", "should": "should", "must": "should", "ought": "should", "need": "need"}.get(lemma, "demand")


def _entry(clauses: Clauses, at: int) -> tuple[dict[str, str], int] | None:
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


def _by_asking(clauses: Clauses, at: int) -> list[tuple[Demanding, int]]:
    verb = clauses.verb(at)
    found = _entry(clauses, at)
    if found is None or verb.negated or (verb.form == "finite" and clauses.status(at) == NEGATED):
        return []
    entry, end = found
    if clauses.passive(at) or verb.form == "participle":
        return []
    if verb.form in ("finite",) and clauses.status(at) == UNREAL and not verb.modal:
        return []
    if verb.modal and verb.modal not in ("would", "must", "shall", "will"):
        return []
    if verb.form == "infinitive" and not _wishes(clauses, at):
        return []
    if verb.form == "gerund" and entry["say"] not in (
        "call on",
        "call upon",
        "call for",
        "urge",
        "demand",
        "appeal to",
        "seek",
        "ask",
        "request",
    ):
        return []
    if clauses.kind(clauses.back(at)) == "REL":
        return []
    askers = [
        each for each in clauses.subjects(at) if clauses.party(each) or clauses.noun(each).pronoun or clauses.noun(each).name
    ]
    if not askers and verb.form == "finite" and clauses.back(at) >= 0 and clauses.subjects(at):
        return []
    if (
        askers
        and entry.get("object") == "action"
        and all(clauses.noun(each).lemma in clauses.language.words("demands", "not_asking") for each in askers)
    ):
        return []
    addressees = _addressees(clauses, at, entry, end)
    result: list[tuple[Demanding, int]] = []
    actions = _actions(clauses, at, end, addressees, entry)
    for number, (action_at, action) in enumerate(actions):
        own = _addressed(clauses, action_at, addressees)
        start = _quote_start(clauses, at, askers) if number == 0 else action[0]
        if action[1] - start > WIDEST:
            start = action[0]
        result.append(
            (
                Demanding(clauses, tuple(askers), tuple(own), action, (start, action[1]), verb.lemma, _force(verb.lemma)),
                action_at if clauses.is_verb(action_at) else -1,
            )
        )
    return result


def _wishes(clauses: Clauses, at: int) -> bool:
    matrix = clauses.matrix(at)
    return matrix is not None and clauses.verb(matrix).lemma in clauses.language.words("demands", "wishing")


def _quote_start(clauses: Clauses, at: int, askers: list[int]) -> int:
    start = clauses.units[at].start
    for each in askers:
        low = clauses.noun(each).start
        if low < start and start - low <= 12:
            start = low
    return start


def _addressees(clauses: Clauses, at: int, entry: dict[str, str], end: int) -> list[int]:
    if clauses.kind(at - 1) == "CLITIC":
        return [at - 1]
    first = next((j for j in range(at, len(clauses.units)) if clauses.units[j].start >= end), None)
    if "addressee" in entry and not (first is not None and clauses.is_noun(first) and _told_to(clauses, first)):
        return [each for each in clauses.after_preposition(at, (entry["addressee"],)) if clauses.party(each)]
    while first is not None and first < len(clauses.units) and clauses.kind(first) in ("ADV", "ADJ", "COMMA", "SUB", "OTHER"):
        first += 1
    if first is None or not clauses.is_noun(first):
        return []
    if entry.get("object") == "action" and not _told_to(clauses, first):
        return []
    while clauses.kind(first + 1) == "POSS" and clauses.is_noun(first + 2):
        first += 2
    found = clauses.coordinated_right(first)
    asked_of = entry.get("object") != "action" and "addressee" not in entry
    return [each for each in found if clauses.party(each) or clauses.noun(each).pronoun or clauses.noun(each).name or asked_of]


def _told_at(clauses: Clauses, at: int) -> int | None:
    """The infinitive after a party: "the authorities of X to stop"."""
    while clauses.kind(at + 1) == "POSS" and clauses.is_noun(at + 2):
        at += 2
    j = at + 1
    while clauses.kind(j) == "PREP" and clauses.is_noun(j + 1):
        j += 2
    party = clauses.party(at) or clauses.noun(at).name
    return j if party and clauses.is_verb(j) and clauses.verb(j).form == "infinitive" else None


def _told_to(clauses: Clauses, at: int) -> bool:
    return _told_at(clauses, at) is not None


def _told(clauses: Clauses, at: int, verb: int, intro: Demanding | None) -> Iterator[Demanding]:
    """The demands of "Parliament to repeal the act and compensate the owners", an entry of a list."""
    while clauses.kind(at + 1) == "POSS" and clauses.is_noun(at + 2):
        at += 2
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
        end = _action_end(clauses, each, starts[number + 1] if number + 1 < len(starts) else None)
        owner = clauses.noun(at).owner
        start = (owner or clauses.noun(at)).start if number == 0 else starts[number]
        yield Demanding(
            clauses, (), (at,), (starts[number], end), (start, end), clauses.verb(each).lemma, intro.force if intro else "demand"
        )


def _addressed(clauses: Clauses, action: int, addressees: list[int]) -> list[int]:
    """Who is to do an action: the subject of its own clause ("demands that X release"), else whom the verb names."""
    if clauses.is_verb(action) and clauses.verb(action).form in ("finite", "copula"):
        doers = clauses.agents(action) if clauses.passive(action) else clauses.subjects(action)
        doers = [each for each in doers if clauses.party(each) or clauses.noun(each).pronoun]
        return doers if doers and not clauses.passive(action) else (doers or addressees)
    return addressees


def _actions(
    clauses: Clauses, at: int, end: int, addressees: list[int], entry: dict[str, str]
) -> list[tuple[int, tuple[int, int]]]:
    """The actions that are asked: infinitives, clauses with "that", or nouns; each with its unit and tokens."""
    found: list[int] = []
    last = max([at, *addressees])
    for j in range(last + 1, len(clauses.units)):
        unit = clauses.units[j]
        if unit.kind == "STOP":
            break
        if unit.verb is None:
            continue
        if entry.get("clause") == "none" and unit.verb.form != "infinitive":
            break
        if not found:
            if (
                unit.verb.form == "infinitive"
                or (unit.verb.form in ("finite", "copula") and any(clauses.kind(k) == "SUB" for k in range(at + 1, j)))
                or (unit.verb.form in ("finite", "copula") and unit.verb.bare)
            ):
                found.append(j)
            elif unit.verb.form in ("finite", "copula") and clauses.kind(j - 1) == "REL":
                continue
            elif unit.verb.form in ("finite", "copula"):
                break
        elif (
            clauses.lead(j) in found
            and unit.verb.form in (clauses.verb(found[0]).form, "finite")
            and (unit.verb.form == "infinitive" or unit.verb.bare or clauses.verb(found[0]).form != "infinitive")
        ) or (unit.verb.form == "infinitive" and clauses.kind(clauses.back(j)) in ("CONJ", "COMMA")):
            found.append(j)
    if found:
        starts = [clauses.units[each].start for each in found]
        result = []
        for number, each in enumerate(found):
            stop = starts[number + 1] if number + 1 < len(starts) else None
            start = starts[number]
            if clauses.verb(each).form in ("finite", "copula") and number == 0:
                subjects = [
                    clauses.noun(s).start for s in clauses.subjects(each) if clauses.noun(s).start > clauses.units[at].start
                ]
                start = min([start, *subjects])
            result.append((each, (start, _action_end(clauses, each, stop))))
        return result
    first = next((j for j in range(at + 1, len(clauses.units)) if clauses.units[j].start >= end), None)
    if addressees and "addressee" not in entry:
        after = max(addressees) + 1
        while clauses.kind(after) == "PREP" and clauses.is_noun(after + 1) and clauses.units[after].word in ("of", "in"):
            after += 2
        if (
            clauses.units[after : after + 1]
            and clauses.units[after].word in ("for", "of", "about")
            and clauses.is_noun(after + 1)
        ):
            first = after + 1
        else:
            return []
    if first is None or not clauses.is_noun(first):
        return []
    nouns = clauses.coordinated_right(first)
    if clauses.noun(nouns[0]).pronoun:
        return []
    if any(clauses.party(each) for each in nouns[:1]) and entry.get("object") != "action":
        return []
    result = []
    for number, each in enumerate(nouns):
        stop = clauses.noun(nouns[number + 1]).start if number + 1 < len(nouns) else None
        result.append((each, (clauses.noun(each).start, _action_end(clauses, each, stop))))
    return result


def _action_end(clauses: Clauses, at: int, stop: int | None) -> int:
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


def _by_modal(clauses: Clauses, at: int) -> list[tuple[Demanding, int]]:
    verb = clauses.verb(at)
    modal = verb.modal
    if not modal:
        lead = clauses.lead(at)
        if lead is None or not verb.bare or clauses.verb(lead).modal not in clauses.language.words("demands", "modals"):
            return []
        modal = clauses.verb(lead).modal
        if not _asks(clauses, lead):
            return []
    elif modal not in clauses.language.words("demands", "modals") or not _asks(clauses, at):
        return []
    return [(_of_clause(clauses, at, "should"), at)]


def _asks(clauses: Clauses, at: int) -> bool:
    """Whether a modal asks: not of what must have been, not of what a law says, not in a condition."""
    verb = clauses.verb(at)
    words = [token.low for token in clauses.tokens[verb.start : verb.end]]
    if "have" in words or clauses.conditional(at):
        return False
    subjects = clauses.subjects(at)
    if not subjects:
        return False
    noun = clauses.noun(subjects[-1])
    if noun.pronoun and noun.lemma in clauses.language.words("actors", "speakers_first"):
        return False
    if noun.negative or clauses.tokens[noun.start].low in clauses.language.words("scope", "anybody"):
        return False
    return noun.lemma not in clauses.language.words("demands", "not_addressed")


def _of_clause(clauses: Clauses, at: int, force: str) -> Demanding:
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
    end = _action_end(clauses, at, stop)
    return Demanding(clauses, (), tuple(addressees), (unit.start, end), (start, end), clauses.verb(at).lemma, force)


def _by_need(clauses: Clauses, at: int) -> list[tuple[Demanding, int]]:
    """Such as "an investigation is needed", "the government needs to", "it is essential that"."""
    verb = clauses.verb(at)
    needs = clauses.language.words("demands", "needs")
    if verb.negated:
        return []
    if clauses.passive(at) and verb.lemma in ("need", "require") and clauses.subjects(at) and not clauses.conditional(at):
        return [(_of_clause(clauses, at, "need"), at)]
    if verb.lemma in clauses.language.words("demands", "obliging") and not verb.passive and verb.form in ("finite", "copula"):
        following = next((j for j in range(at + 1, min(at + 3, len(clauses.units))) if clauses.kind(j) != "ADV"), -1)
        if (
            clauses.is_verb(following)
            and clauses.verb(following).form == "infinitive"
            and any(clauses.party(each) for each in clauses.subjects(at))
        ):
            return [(_of_clause(clauses, at, "need"), at)]
    if verb.lemma == "be" and verb.form == "copula":
        near = {token.low for token in clauses.tokens[verb.end : verb.end + 3]}
        if near & needs:
            for j in range(at + 1, min(at + 4, len(clauses.units))):
                if clauses.is_verb(j) or clauses.is_noun(j):
                    return []
                if clauses.kind(j) == "SUB":
                    inner = next((k for k in range(j, len(clauses.units)) if clauses.is_verb(k)), None)
                    if (
                        inner is not None
                        and clauses.verb(inner).form in ("finite", "copula")
                        and any(clauses.party(each) for each in clauses.subjects(inner))
                    ):
                        return [(_of_clause(clauses, inner, "need"), inner)]
                    return []
    return []


def _by_command(clauses: Clauses, at: int) -> list[tuple[Demanding, int]]:
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
    if not polite and not told and not (lead is not None and _by_command(clauses, lead)):
        return []
    demand = _of_clause(clauses, at, "demand")
    addressees = (
        tuple(clauses.coordinated_right(1))
        if clauses.units[0].word in clauses.language.words("demands", "introducers") and clauses.is_noun(1)
        else ()
    )
    return [(replace(demand, addressees=addressees), at)]


def _imperatives(clauses: Clauses, intro: Demanding | None, seen: set[int], *, sure: bool) -> Iterator[Demanding]:
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
            demand = _of_clause(clauses, each, intro.force if intro else "demand")
            yield (
                demand
                if demand.addressees or intro is None or clauses.passive(each)
                else replace(demand, home=intro.home, addressees=intro.addressees)
            )
        return
    told = _told_at(clauses, first) if clauses.is_noun(first) else None
    if told is not None:
        yield from _told(clauses, first, told, intro)
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
        end = _action_end(clauses, first, None)
        yield Demanding(home, askers, addressees, (units[first].start, end), (units[first].start, end), "", force)
        return
    starts = [units[each].start for each in verbs]
    for number, each in enumerate(verbs):
        end = _action_end(clauses, each, starts[number + 1] if number + 1 < len(starts) else None)
        yield Demanding(home, askers, addressees, (starts[number], end), (starts[number], end), clauses.verb(each).lemma, force)

"""Demands: who asks whom to do what."""

from __future__ import annotations

from collections.abc import Iterator

from kg_builder.extract.finding.commands import by_command, imperatives, told, told_at
from kg_builder.extract.finding.demanding import WIDEST, Demanding, action_end, entry_of, force_of, of_clause
from kg_builder.extract.reading.clauses import NEGATED, UNREAL, Clauses
from kg_builder.extract.reading.units import Verb


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
        found = _by_asking(clauses, at) or _by_modal(clauses, at) or _by_need(clauses, at) or by_command(clauses, at)
        for demand, verb in found:
            if verb >= 0 and verb in seen:
                continue
            seen.add(verb)
            yield demand
    if seen:
        for at, unit in enumerate(clauses.units[:-2]):
            if unit.word in (";", ":") and clauses.is_noun(at + 1):
                action = told_at(clauses, at + 1)
                if action is not None and action not in seen:
                    seen.add(action)
                    yield from told(clauses, at + 1, action, None)
    if intro is not None or asked or clauses.sentence.bullet:
        yield from imperatives(clauses, intro, seen, sure=intro is not None or asked)


def opens_list(clauses: Clauses) -> Demanding | None:
    """The demand that a sentence such as "We call on the government to:" leaves open."""
    for at, unit in enumerate(clauses.units):
        if unit.verb is None:
            continue
        entry = entry_of(clauses, at)
        if entry is not None:
            first = next((j for j, each in enumerate(clauses.units) if each.start >= entry[1] and each.noun is not None), None)
            addressees = clauses.coordinated_right(first) if first is not None else []
            addressees = [at - 1] if clauses.kind(at - 1) == "CLITIC" else addressees
            addressees = [
                each for each in addressees if clauses.party(each) or clauses.noun(each).pronoun or clauses.noun(each).name
            ]
            return Demanding(
                clauses,
                tuple(clauses.subjects(at)),
                tuple(addressees),
                (0, 0),
                (0, 0),
                unit.verb.lemma,
                force_of(unit.verb.lemma),
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


def _by_asking(clauses: Clauses, at: int) -> list[tuple[Demanding, int]]:
    verb = clauses.verb(at)
    found = entry_of(clauses, at)
    if found is None or verb.negated or (verb.form == "finite" and clauses.status(at) == NEGATED):
        return []
    entry, end = found
    if clauses.passive(at) or verb.form == "participle":
        return []
    if verb.form in ("finite",) and clauses.status(at) == UNREAL and not verb.modal:
        return []
    if verb.modal and verb.modal not in ("would", "must", "shall", "will"):
        return []
    if verb.form == "gerund" and clauses.kind(clauses.back(at)) == "PREP":
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
    if any(clauses.noun(each).lemma in clauses.language.words("demands", "ordering") for each in askers):
        return []
    first = clauses.language.words("actors", "speakers_first")
    if entry.get("asker") == "first" and not any(clauses.noun(each).lemma in first for each in askers):
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
                Demanding(clauses, tuple(askers), tuple(own), action, (start, action[1]), verb.lemma, force_of(verb.lemma)),
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
    first = clauses.owned(first)
    found = clauses.coordinated_right(first)
    asked_of = entry.get("object") != "action" and "addressee" not in entry
    return [each for each in found if clauses.party(each) or clauses.noun(each).pronoun or clauses.noun(each).name or asked_of]


def _told_to(clauses: Clauses, at: int) -> bool:
    return told_at(clauses, at) is not None


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
                or (unit.verb.form in ("finite", "copula") and _that_between(clauses, at, j) and not _asserted(entry, unit.verb))
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
            result.append((each, (start, action_end(clauses, each, stop))))
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
        result.append((each, (clauses.noun(each).start, action_end(clauses, each, stop))))
    return result


def _that_between(clauses: Clauses, at: int, verb: int) -> bool:
    """Whether "that" opens the clause of a verb, and not "because"."""
    that = clauses.language.words("grammar", "complementizers")
    return any(clauses.kind(k) == "SUB" and clauses.units[k].word in that for k in range(at + 1, verb))


def _asserted(entry: dict[str, str], verb: Verb) -> bool:
    """Whether what one insists on is a fact ("insists that they were armed")."""
    return entry.get("clause") == "wished" and not verb.bare and not verb.modal and verb.lemma != "be"


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
    return [(of_clause(clauses, at, "should"), at)]


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


def _by_need(clauses: Clauses, at: int) -> list[tuple[Demanding, int]]:
    """Such as "an investigation is needed", "the government needs to", "it is essential that"."""
    verb = clauses.verb(at)
    needs = clauses.language.words("demands", "needs")
    if verb.negated:
        return []
    if clauses.passive(at) and verb.lemma in ("need", "require") and clauses.subjects(at) and not clauses.conditional(at):
        return [(of_clause(clauses, at, "need"), at)]
    if verb.lemma in clauses.language.words("demands", "obliging") and not verb.passive and verb.form in ("finite", "copula"):
        following = next((j for j in range(at + 1, min(at + 3, len(clauses.units))) if clauses.kind(j) != "ADV"), -1)
        if (
            clauses.is_verb(following)
            and clauses.verb(following).form == "infinitive"
            and any(clauses.party(each) for each in clauses.subjects(at))
        ):
            return [(of_clause(clauses, at, "need"), at)]
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
                        return [(of_clause(clauses, inner, "need"), inner)]
                    return []
    return []

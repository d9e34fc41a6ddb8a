"""Acts that verbs tell of: "police beat them", "was shot dead", "did not prevent", "remains missing"."""

from __future__ import annotations

from kg_builder.extract.finding.frame import Frame, conditions, is_charge, owner, personal, set_agents, unit_at, words_from
from kg_builder.extract.language import Trigger
from kg_builder.extract.reading.actors import AUTHORITY, GROUP, ORGANISATION, STATE
from kg_builder.extract.reading.clauses import NEGATED, REAL, UNREAL, Clauses

_CLAUSE_ENDS = frozenset(["STOP", "SUB"])


def of_verb(clauses: Clauses, at: int) -> Frame | None:
    verb = clauses.verb(at)
    language = clauses.language
    status = clauses.status(at)
    kept_from = clauses.passive(at) and clauses.units[at + 1 : at + 2] and clauses.units[at + 1].word == "from"
    if (status == NEGATED and not kept_from) or _failing(clauses, at):
        for trigger in language.triggers["omissions"].get(verb.lemma, ()):
            frame = _try_verb(clauses, at, trigger)
            if frame is not None:
                frame.omitted = True
                frame.status = REAL if clauses.status(at) == NEGATED else clauses.status(at)
                return frame
    if status == NEGATED and any(clauses.noun(each).negative for each in clauses.subjects(at)) and clauses.passive(at):
        for trigger in language.triggers["nobody"].get(verb.lemma, ()):
            if _fixed(clauses, at, trigger.words[1:]) >= 0:
                return Frame(clauses, trigger, at, (verb.main, verb.main + 1), omitted=True)
    for trigger in language.triggers["verbs"].get(verb.lemma, ()):
        frame = _try_verb(clauses, at, trigger)
        if frame is not None:
            charged = verb.form == "gerund" and is_charge(clauses, at, clauses.matrix(at))
            frame.status = UNREAL if charged else NEGATED if frame.nobody and status == REAL else status
            return frame
    if verb.lemma in ("be", "remain", "go", "become", "have") or verb.form == "copula":
        return _of_state(clauses, at)
    return None


def _failing(clauses: Clauses, at: int) -> bool:
    verb = clauses.verb(at)
    if verb.form != "infinitive":
        return False
    matrix = clauses.matrix(at)
    return matrix is not None and clauses.verb(matrix).lemma in clauses.language.words("scope", "real", "failing")


def _of_state(clauses: Clauses, at: int) -> Frame | None:
    """Such as "remains incommunicado", "is missing": what is said of a victim."""
    verb = clauses.verb(at)
    for position in range(verb.end, min(verb.end + 4, len(clauses.tokens))):
        token = clauses.tokens[position]
        for trigger in clauses.language.triggers["states"].get(token.low, ()) or clauses.language.triggers["states"].get(
            token.lemma, ()
        ):
            end = words_from(clauses, position, trigger.words)
            if end < 0 or not conditions(clauses, trigger, position):
                continue
            frame = Frame(clauses, trigger, at, (position, end), status=clauses.status(at))
            subjects = clauses.subjects(at) if trigger.subject != "none" else []
            frame.victims = [each for each in subjects if personal(clauses, each)]
            if subjects and not frame.victims:
                frame.victims = owner(clauses, subjects[0])
            if trigger.subject == "agent":
                frame.agents, frame.victims = frame.victims, []
            elif clauses.is_verb(unit_at(clauses, position)):
                set_agents(frame, clauses.agents(unit_at(clauses, position)))
            return frame
    return None


def _fixed(clauses: Clauses, at: int, words: tuple[str, ...]) -> int:
    """The token after the last of the fixed words of a verb; -1 where they do not stand there in order."""
    tokens = clauses.tokens
    position = clauses.verb(at).main + 1
    end = position
    limit = _clause_end(clauses, at)
    gap = 14
    for word in words:
        for candidate in range(end, min(end + gap, limit)):
            if word in (tokens[candidate].low, tokens[candidate].lemma):
                end = candidate + 1
                break
        else:
            return -1
        gap = 3
    return end


def _clause_end(clauses: Clauses, at: int) -> int:
    """The first token after the clause of the verb at ``at``."""
    for j in range(at + 1, len(clauses.units)):
        unit = clauses.units[j]
        if unit.kind in _CLAUSE_ENDS or unit.kind == "REL":
            return unit.start
        if unit.verb is not None and unit.verb.form in ("finite", "copula") and not unit.verb.ambiguous:
            return unit.start
    return len(clauses.tokens)


def _try_verb(clauses: Clauses, at: int, trigger: Trigger) -> Frame | None:
    verb = clauses.verb(at)
    fixed = trigger.words[1:]
    end = verb.main + 1
    if fixed:
        end = _fixed(clauses, at, fixed)
        if end < 0 or (trigger.close and _somebody_between(clauses, verb.main, end)):
            return None
    passive = clauses.passive(at)
    subjects = clauses.subjects(at)
    ends_open = bool(fixed) and clauses.language.tags.get(fixed[-1]) in ("PREP", "TO")
    objects = clauses.objects(at, skip=0 if (fixed and not ends_open) or trigger.things else end)
    if fixed and not ends_open and objects and clauses.noun(objects[0]).start < end <= clauses.noun(objects[0]).end:
        objects = clauses.objects(at, skip=end) if clauses.is_noun(unit_at(clauses, end)) else objects
    if ends_open and not passive and not trigger.object_given and trigger.object == "victim":
        direct = [each for each in clauses.objects(at) if clauses.noun(each).end < end]
        after = _noun_from(clauses, end)
        if not any(personal(clauses, each) for each in direct):
            direct = clauses.coordinated_right(after) if after is not None else []
        objects = direct
    patients = subjects if passive else objects
    if not conditions(clauses, trigger, verb.main):
        return None
    frame = Frame(clauses, trigger, at, (verb.main, end if end - verb.main <= 6 else verb.main + 1))
    doers = clauses.agents(at) if passive else subjects
    if trigger.things:
        thing = _thing(clauses, at, trigger, patients)
        withheld = thing is None and passive
        if withheld:
            thing = _thing(clauses, at, trigger, objects)
        if thing is None:
            return None
        frame.thing = thing
        given = trigger.object == "victim" and trigger.object_given
        frame.victims = patients if given or withheld else owner(clauses, thing)
        if not frame.victims and not passive and objects and objects[0] != thing:
            frame.victims = [each for each in objects[:1] if personal(clauses, each)]
        if not frame.victims and passive:
            frame.victims = [each for each in objects[:1] if personal(clauses, each)]
    elif trigger.object == "victim":
        frame.victims = patients
        if patients and not any(personal(clauses, each) or clauses.noun(each).negative for each in patients):
            frame.victims = owner(clauses, patients[0])
        if trigger.people and not any(personal(clauses, each) or clauses.noun(each).negative for each in patients):
            return None
    elif trigger.object == "agent":
        doers = patients
    if trigger.subject == "victim":
        frame.victims, doers = doers, (clauses.agents(at) if not passive else [])
    elif trigger.subject == "none":
        doers = []
    for preposition in trigger.victim if not (trigger.things and passive and frame.victims) else ():
        more = clauses.after_preposition(at, (preposition,))
        if more:
            frame.victims = more
            break
    for preposition in trigger.agent:
        doers = doers or clauses.after_preposition(at, (preposition,))
    nobody = bool(frame.victims) and not passive and all(clauses.noun(each).negative for each in frame.victims)
    frame.victims = [each for each in frame.victims if personal(clauses, each)]
    set_agents(frame, doers)
    frame.nobody = nobody
    if trigger.weak and not _acting(frame):
        return None
    things_done = doers and not frame.agents and not frame.inferred and not passive and trigger.subject == "agent"
    if things_done and not frame.victims and not nobody:
        return None
    if not frame.victims and trigger.object == "victim" and not trigger.things and not passive and clauses.is_verb(at + 1):
        frame.victims = [each for each in clauses.objects(at + 1) if personal(clauses, each)]
    if not frame.agents and not frame.inferred and not frame.victims and not passive and not (trigger.things or nobody):
        return None
    frame.reach = (verb.main, end)
    return frame


def _somebody_between(clauses: Clauses, start: int, end: int) -> bool:
    """Whether somebody, or a phrase, stands between the words of a verb: "fired the men on", "fired for striking at"."""
    between = [j for j, unit in enumerate(clauses.units) if start < unit.start and unit.end < end]
    return any(clauses.kind(j) == "PREP" or (clauses.is_noun(j) and personal(clauses, j)) for j in between)


def _acting(frame: Frame) -> bool:
    """Whether those act of whom an everyday word tells an act: an authority, a group, "they" to one of whom they are told."""
    clauses = frame.clauses
    if frame.inferred and frame.victims and all(clauses.noun(each).pronoun for each in frame.victims):
        return True
    return any(clauses.party(each) in (AUTHORITY, STATE, ORGANISATION, GROUP) for each in frame.agents)


def _noun_from(clauses: Clauses, token: int) -> int | None:
    """The noun whose unit begins at a token, or right after it."""
    for j, unit in enumerate(clauses.units):
        if unit.start >= token:
            if unit.noun is not None:
                return clauses.owned(j)
            if unit.kind not in ("ADV", "QUOTE", "ADJ"):
                return None
    return None


def _thing(clauses: Clauses, at: int, trigger: Trigger, patients: list[int]) -> int | None:
    """The noun that the trigger asks for among the objects, and what they say more of ("access to a lawyer")."""
    for each in patients:
        j = each
        while clauses.is_noun(j):
            noun = clauses.noun(j)
            words = {clauses.language.lemma_of_noun(token.low) for token in clauses.tokens[noun.start : noun.end]}
            first = next((token for token in clauses.tokens[noun.start : noun.end] if token.tag == "NOUN"), None)
            leads = (
                first is not None and clauses.language.data["grammar"].get("adjectives_follow") and first.lemma in trigger.things
            )
            if leads or noun.lemma in trigger.things or (trigger.things & words and not clauses.party(j)):
                return j
            if clauses.kind(j + 1) == "PREP" and clauses.units[j + 1].word in ("of", "to", "for") and clauses.is_noun(j + 2):
                j += 2
            elif clauses.is_noun(j + 1) and j == each:
                j += 1
            else:
                break
    return None

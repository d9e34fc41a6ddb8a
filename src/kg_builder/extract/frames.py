"""Acts that a sentence tells of: the words that trigger them, who is said to do them, to whom, in what part of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from kg_builder.extract.actors import AUTHORITY, GROUP, ORGANISATION, PERSON, STATE
from kg_builder.extract.clauses import ASKED, NEGATED, REAL, UNREAL, Clauses
from kg_builder.extract.language import Trigger

WIDEST = 45
"""Tokens that the quote of one act may have."""
NEAR = 16
"""Tokens between a verb of a list and the subject that it shares, up to which the quote takes the subject in."""
_CLAUSE_ENDS = frozenset(["STOP", "SUB"])


@dataclass(slots=True, eq=False)
class Frame:
    """One act as a sentence tells it; parties are units of the sentence."""

    clauses: Clauses
    trigger: Trigger
    at: int
    """The unit of the words that tell of it."""
    words: tuple[int, int]
    """The tokens of those words."""
    agents: list[int] = field(default_factory=list)
    victims: list[int] = field(default_factory=list)
    inferred: list[int] = field(default_factory=list)
    """Agents that a pronoun stands for."""
    status: str = REAL
    omitted: bool = False
    nominal: bool = False
    agent_tokens: list[tuple[int, int]] = field(default_factory=list)
    """Agents that stand before a noun, as in "police violence"."""
    thing: int | None = None
    """The object that the trigger asks for, as in "deny" + asylum."""
    quote: tuple[int, int] = (0, 0)


def frames(clauses: Clauses) -> Iterator[Frame]:
    """The acts of a sentence in the order of their words; also those that it says did not happen (see ``status``)."""
    found: list[Frame] = []
    taken: set[int] = set()
    for at, unit in enumerate(clauses.units):
        if unit.verb is not None:
            frame = _of_verb(clauses, at)
            if frame is not None:
                found.append(frame)
                taken.update(range(*frame.words))
                if frame.thing is not None:
                    taken.update(range(clauses.noun(frame.thing).start, clauses.noun(frame.thing).end))
    for at, unit in enumerate(clauses.units):
        if unit.noun is not None and not taken & set(range(unit.noun.start, unit.noun.end)):
            frame = _of_noun(clauses, at)
            if frame is not None:
                found.append(frame)
                taken.update(range(*frame.words))
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


# --- verbs ------------------------------------------------------------------------------------------------------------


def _of_verb(clauses: Clauses, at: int) -> Frame | None:
    verb = clauses.verb(at)
    language = clauses.language
    status = clauses.status(at)
    if status == NEGATED or _failing(clauses, at):
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
            frame.status = status
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
    """ "remains incommunicado", "is missing": what is said of a victim."""
    verb = clauses.verb(at)
    for position in range(verb.end, min(verb.end + 4, len(clauses.tokens))):
        token = clauses.tokens[position]
        for trigger in clauses.language.triggers["states"].get(token.low, ()) or clauses.language.triggers["states"].get(
            token.lemma, ()
        ):
            end = _words_from(clauses, position, trigger.words)
            if end < 0 or not _conditions(clauses, trigger, position):
                continue
            frame = Frame(clauses, trigger, at, (position, end), status=clauses.status(at))
            frame.victims = (
                [each for each in clauses.subjects(at) if _personal(clauses, each)] if trigger.subject != "none" else []
            )
            if trigger.subject == "agent":
                frame.agents, frame.victims = frame.victims, []
            return frame
    return None


def _words_from(clauses: Clauses, position: int, words: tuple[str, ...]) -> int:
    tokens = clauses.tokens
    if position + len(words) > len(tokens):
        return -1
    if all(word in (tokens[position + n].low, tokens[position + n].lemma) for n, word in enumerate(words)):
        return position + len(words)
    return -1


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
        if end < 0:
            return None
    passive = clauses.passive(at)
    subjects = clauses.subjects(at)
    ends_open = bool(fixed) and clauses.language.tags.get(fixed[-1]) in ("PREP", "TO")
    objects = clauses.objects(at, skip=0 if (fixed and not ends_open) or trigger.things else end)
    if fixed and not ends_open and objects and clauses.noun(objects[0]).start < end <= clauses.noun(objects[0]).end:
        objects = clauses.objects(at, skip=end) if clauses.is_noun(_unit_at(clauses, end)) else objects
    if ends_open and not passive and not trigger.object_given and trigger.object == "victim":
        direct = [each for each in clauses.objects(at) if clauses.noun(each).end < end]
        after = _noun_from(clauses, end)
        if not any(_personal(clauses, each) for each in direct):
            direct = clauses.coordinated_right(after) if after is not None else []
        objects = direct
    patients = subjects if passive else objects
    if not _conditions(clauses, trigger, verb.main):
        return None
    frame = Frame(clauses, trigger, at, (verb.main, end if end - verb.main <= 6 else verb.main + 1))
    doers = clauses.agents(at) if passive else subjects
    if trigger.things:
        thing = _thing(clauses, at, trigger, patients)
        if thing is None:
            return None
        frame.thing = thing
        given = trigger.object == "victim" and trigger.object_given
        frame.victims = patients if given else _owner(clauses, thing)
        if not frame.victims and not passive and objects and objects[0] != thing:
            frame.victims = [each for each in objects[:1] if _personal(clauses, each)]
        if not frame.victims and passive:
            frame.victims = [each for each in objects[:1] if _personal(clauses, each)]
    elif trigger.object == "victim":
        frame.victims = patients
        if patients and not any(_personal(clauses, each) for each in patients):
            frame.victims = _owner(clauses, patients[0])
        if trigger.people and not any(_personal(clauses, each) for each in patients):
            return None
    elif trigger.object == "agent":
        doers = patients
    if trigger.subject == "victim":
        frame.victims, doers = doers, (clauses.agents(at) if not passive else [])
    elif trigger.subject == "none":
        doers = []
    for preposition in trigger.victim:
        more = clauses.after_preposition(at, (preposition,))
        if more:
            frame.victims = more
            break
    for preposition in trigger.agent:
        doers = doers or clauses.after_preposition(at, (preposition,))
    frame.victims = [each for each in frame.victims if _personal(clauses, each)]
    _set_agents(frame, doers)
    if trigger.weak and not any(clauses.party(each) in (AUTHORITY, STATE, ORGANISATION, GROUP) for each in frame.agents):
        return None
    things_done = doers and not frame.agents and not frame.inferred and not passive and trigger.subject == "agent"
    if things_done and not frame.victims:
        return None
    if not frame.agents and not frame.inferred and not frame.victims and not passive and not trigger.things:
        return None
    return frame


def _unit_at(clauses: Clauses, token: int) -> int:
    for j, unit in enumerate(clauses.units):
        if unit.start <= token < unit.end:
            return j
    return -1


def _noun_from(clauses: Clauses, token: int) -> int | None:
    """The noun whose unit begins at a token, or right after it."""
    for j, unit in enumerate(clauses.units):
        if unit.start >= token:
            if unit.noun is not None:
                while clauses.kind(j + 1) == "POSS" and clauses.is_noun(j + 2):
                    j += 2
                return j
            if unit.kind not in ("ADV", "QUOTE", "ADJ"):
                return None
    return None


def _conditions(clauses: Clauses, trigger: Trigger, position: int) -> bool:
    if not trigger.with_ and not trigger.without:
        return True
    low, high = max(0, position - 22), position + 22
    near: set[str] = set()
    for token in clauses.tokens[low:high]:
        near.add(token.low)
        near.add(token.lemma)
        near.add(clauses.language.lemma_of_noun(token.low))
    if trigger.with_ and not trigger.with_ & near:
        return False
    return not (trigger.without and trigger.without & near)


def _thing(clauses: Clauses, at: int, trigger: Trigger, patients: list[int]) -> int | None:
    """The noun that the trigger asks for among the objects, and what they say more of ("access to a lawyer")."""
    for each in patients:
        j = each
        while clauses.is_noun(j):
            noun = clauses.noun(j)
            words = {clauses.language.lemma_of_noun(token.low) for token in clauses.tokens[noun.start : noun.end]}
            if noun.lemma in trigger.things or trigger.things & words:
                return j
            if clauses.kind(j + 1) == "PREP" and clauses.units[j + 1].word in ("of", "to", "for") and clauses.is_noun(j + 2):
                j += 2
            elif clauses.is_noun(j + 1) and j == each:
                j += 1
            else:
                break
    return None


def _owner(clauses: Clauses, thing: int) -> list[int]:
    """Whose thing it is: "their homes", "the homes of fishers", "the fishers' homes"."""
    if clauses.kind(thing + 1) == "PREP" and clauses.units[thing + 1].word in ("of", "belonging") and clauses.is_noun(thing + 2):
        found = clauses.coordinated_right(thing + 2)
        if any(_personal(clauses, each) for each in found):
            return found
    if thing >= 2 and clauses.kind(thing - 1) == "POSS" and clauses.is_noun(thing - 2):
        return [thing - 2]
    return []


def _personal(clauses: Clauses, at: int) -> bool:
    """Whether a noun can be somebody: a party, a pronoun for people, a name, a number of people."""
    at = clauses.whole(at)
    noun = clauses.noun(at)
    if noun.pronoun:
        return noun.lemma in clauses.language.words("actors", "personal_pronouns") or noun.count is not None
    if clauses.kinds.of(noun, clauses.tokens):
        return True
    if noun.count is not None:
        return (
            not noun.lemma
            or noun.lemma not in clauses.language.words("numbers", "not_people")
            and not noun.lemma in clauses.language.triggers["nouns"]
        )
    return noun.name and not noun.placed and not clauses.kinds.names_place(noun, clauses.tokens)


def _set_agents(frame: Frame, doers: list[int]) -> None:
    clauses = frame.clauses
    for each in doers:
        noun = clauses.noun(clauses.whole(each))
        if noun.pronoun:
            if noun.lemma in clauses.language.words("actors", "inferred_agents"):
                frame.inferred.append(each)
            elif noun.lemma in clauses.language.words("actors", "speakers_first"):
                continue
        elif clauses.party(each) and not noun.negative:
            frame.agents.append(clauses.named(each))


# --- nouns ------------------------------------------------------------------------------------------------------------


def _of_noun(clauses: Clauses, at: int) -> Frame | None:
    noun = clauses.noun(at)
    language = clauses.language
    tokens = clauses.tokens
    if noun.pronoun or noun.head < 0 or (tokens[noun.head].tag == "NAME" and not clauses.sentence.heading and noun.head != 0):
        return None
    absent = _absence(clauses, at)
    if absent is not None:
        return absent
    for position in range(noun.start, noun.end):
        lemma = language.lemma_of_noun(tokens[position].low)
        for trigger in language.triggers["nouns"].get(lemma, ()):
            end = _noun_words(clauses, position, trigger.words)
            if (
                end < 0
                or not (position <= noun.head < end or end - 1 == noun.head)
                or not _conditions(clauses, trigger, position)
            ):
                continue
            frame = Frame(clauses, trigger, at, (position, end), nominal=True)
            _noun_parties(frame)
            frame.status = _noun_status(frame)
            return frame if frame.status != "" else None
    return None


def _absence(clauses: Clauses, at: int) -> Frame | None:
    """ "no investigation was opened", "has not opened an investigation", "without an interpreter", "lack of accountability"."""
    noun = clauses.noun(at)
    language = clauses.language
    for trigger in language.triggers["absences"].get(noun.lemma, ()):
        governor = _governing(clauses, at)
        before = clauses.units[clauses.back(at)] if clauses.back(at) >= 0 else None
        absent = noun.negative
        subjects: list[int] = []
        if governor is not None:
            status = clauses.status(governor)
            if status in (UNREAL, ASKED):
                return None
            is_subject = at in clauses.subjects(governor)
            absent = absent or (status == NEGATED and (is_subject or clauses.objects(governor)[:1] == [at]))
            if not is_subject and not clauses.passive(governor):
                subjects = clauses.subjects(governor)
            absent = (
                absent
                or clauses.verb(governor).lemma in language.words("scope", "lacking")
                and clauses.objects(governor)[:1] == [at]
            )
        if before is not None and before.word == "of":
            over = clauses.back(clauses.back(at))
            absent = absent or (clauses.is_noun(over) and clauses.noun(over).lemma in language.words("scope", "lacking"))
        if not absent or not _conditions(clauses, trigger, noun.head):
            return None
        frame = Frame(clauses, trigger, at, (noun.start, noun.end), nominal=True, omitted=True)
        _set_agents(frame, [each for each in subjects if not clauses.noun(each).negative])
        return frame
    return None


def _noun_words(clauses: Clauses, position: int, words: tuple[str, ...]) -> int:
    tokens = clauses.tokens
    if position + len(words) > len(tokens):
        return -1
    for n, word in enumerate(words):
        token = tokens[position + n]
        if word not in (token.low, token.lemma, clauses.language.lemma_of_noun(token.low)):
            return -1
    return position + len(words)


def _noun_parties(frame: Frame) -> None:
    clauses = frame.clauses
    at = max(frame.at, _unit_at(clauses, frame.words[1] - 1))
    trigger, noun = frame.trigger, clauses.noun(frame.at)
    patient = trigger.victim or ("of", "against", "on", "upon", "towards", "toward", "among", "for")
    agents = clauses.agents(at)
    for preposition in patient:
        found = _tail(clauses, at, preposition)
        if found and any(_personal(clauses, each) for each in found):
            frame.victims = [each for each in found if _personal(clauses, each)]
            break
    if trigger.victim == () and frame.victims and not agents:
        first = frame.victims[0]
        if (
            clauses.party(first) == AUTHORITY
            and _preposition_of(clauses, first) == "of"
            and any(_tail(clauses, at, each) for each in ("against", "on"))
        ):
            agents, frame.victims = (
                frame.victims,
                [each for each in _tail(clauses, at, "against") or _tail(clauses, at, "on") if _personal(clauses, each)],
            )
    owner = noun.owner
    if owner is not None:
        holder = owner.unit
        if clauses.party(holder) in (AUTHORITY, STATE, ORGANISATION):
            agents = agents or [holder]
        elif _personal(clauses, holder):
            frame.victims = frame.victims or [holder]
    for preposition in trigger.agent:
        agents = agents or _tail(clauses, at, preposition)
    _set_agents(frame, agents)
    _from_modifier(frame)
    governor = _governing(clauses, frame.at)
    if governor is not None:
        _from_support(frame, governor)


def _preposition_of(clauses: Clauses, at: int) -> str:
    return clauses.units[clauses.back(at)].word if clauses.back(at) >= 0 else ""


def _tail(clauses: Clauses, at: int, preposition: str) -> list[int]:
    """The nouns after a preposition among the phrases that say more of the noun at ``at``."""
    j = at
    while clauses.kind(j + 1) in ("PREP", "DATE", "ADV") or (
        clauses.kind(j + 1) in ("CONJ", "COMMA") and clauses.is_noun(j + 2) and j - at < 8
    ):
        if clauses.kind(j + 1) in ("DATE", "ADV"):
            j += 1
            continue
        if clauses.kind(j + 1) == "PREP" and not clauses.is_noun(j + 2):
            if clauses.kind(j + 2) in ("DATE", "ADV"):
                j += 2
                continue
            return []
        if clauses.kind(j + 1) == "PREP" and clauses.units[j + 1].word == preposition:
            return clauses.coordinated_right(j + 2)
        if clauses.kind(j + 1) != "PREP" and j + 2 not in clauses.coordinated_right(j):
            return []
        j += 2
    return []


def _from_modifier(frame: Frame) -> None:
    """ "police violence": an authority before the noun does it; "journalist killings": anybody else suffers it."""
    clauses, noun = frame.clauses, frame.clauses.noun(frame.at)
    if frame.agents:
        return
    for position in range(noun.start, noun.head):
        token = clauses.tokens[position]
        lemma = clauses.language.lemma_of_noun(token.low)
        if token.tag in ("NOUN", "NAME") and lemma in clauses.language.words("actors", AUTHORITY, "heads"):
            frame.agent_tokens.append(
                (noun.start if clauses.tokens[noun.start].tag not in ("DET", "OWN", "QUANT", "NUM") else position, position + 1)
            )
            return


def _governing(clauses: Clauses, at: int) -> int | None:
    """The verb of which the noun at ``at`` is the subject, the object or a complement."""
    for j in range(at + 1, len(clauses.units)):
        if clauses.is_verb(j):
            if at in clauses.subjects(j) and clauses.verb(j).form != "participle":
                return j
            if clauses.verb(j).form in ("finite", "copula"):
                break
        if clauses.kind(j) in ("STOP", "SUB"):
            break
    for j in range(at - 1, -1, -1):
        if clauses.kind(j) in ("STOP",):
            return None
        if clauses.kind(j) == "SUB" and not clauses.is_verb(clauses.back(j)):
            return None
        if clauses.is_verb(j):
            return j
    return None


def _from_support(frame: Frame, governor: int) -> None:
    """Parties from the verb over the noun: "conducted searches", "subjected them to torture", "suffered beatings", "is guilty of"."""
    clauses, at = frame.clauses, frame.at
    words, verb = clauses.language.words, clauses.verb(governor)
    subjects = clauses.subjects(governor)
    passive = clauses.passive(governor)
    head = at
    while (
        clauses.kind(clauses.back(head)) in ("CONJ", "COMMA")
        and clauses.is_noun(clauses.back(clauses.back(head)))
        and clauses.back(clauses.back(head)) > governor
    ):
        head = clauses.back(clauses.back(head))
    is_subject = at in subjects or head in subjects
    before = clauses.units[clauses.back(head)] if clauses.back(head) >= 0 else None
    distance = head - governor
    if is_subject:
        if passive and verb.lemma in words("scope", "support", "agent") | {"use", "document", "report"}:
            _set_agents(frame, [] if frame.agents else clauses.agents(governor))
        if verb.lemma in words("scope", "support", "agent") and not frame.victims:
            frame.victims = [
                each for each in clauses.after_preposition(governor, ("against", "on", "to")) if _personal(clauses, each)
            ]
        if not passive and not frame.victims and verb.lemma in words("scope", "support", "harming"):
            frame.victims = [each for each in clauses.objects(governor) if _personal(clauses, each)]
        return
    if verb.lemma in words("scope", "support", "subjecting") and before is not None and before.word == "to":
        patients = subjects if passive else clauses.objects(governor)
        frame.victims = frame.victims or [each for each in patients if _personal(clauses, each)]
        if not frame.agents:
            _set_agents(frame, clauses.agents(governor) if passive else subjects)
        return
    if verb.lemma in words("scope", "support", "blame") and before is not None and before.word in ("of", "for", "with", "on"):
        patients = subjects if passive else clauses.objects(governor)
        if not frame.agents:
            _set_agents(frame, patients)
        return
    about = {clauses.tokens[position].low for position in range(verb.end, clauses.units[at].start)}
    standing = verb.form == "copula" or verb.lemma in words("scope", "support", "standing")
    if standing or (verb.lemma in words("scope", "support", "objects_of") and about & words("scope", "support", "victim_about")):
        if about & words("scope", "support", "agent_about") and not frame.agents:
            _set_agents(frame, subjects)
        elif about & words("scope", "support", "victim_about") and not frame.victims:
            frame.victims = [each for each in subjects if _personal(clauses, each)]
        return
    direct = (
        distance <= 2
        or clauses.objects(governor)[:1] == [head]
        or (before is not None and before.kind == "PREP" and distance <= 4)
    )
    if not direct:
        return
    if verb.lemma in words("scope", "support", "agent") and not passive:
        if not frame.agents:
            _set_agents(frame, subjects)
        if not frame.victims:
            frame.victims = [
                each for each in clauses.after_preposition(governor, ("against", "on", "upon", "to")) if _personal(clauses, each)
            ]
    elif verb.lemma in words("scope", "support", "victim") and not passive and not frame.victims:
        frame.victims = [each for each in subjects if _personal(clauses, each)]


def _first_of_list(clauses: Clauses, at: int) -> int:
    """The first noun of the list that the noun at ``at`` stands in: of "threats of loss of job, expulsion and prosecution" the loss."""
    while True:
        left = clauses.back(at)
        while clauses.kind(left) in ("CONJ", "COMMA"):
            left = clauses.back(left)
        if left == clauses.back(at) or not clauses.is_noun(left):
            return at
        at = left


def _noun_status(frame: Frame) -> str:
    """Whether a noun tells of an act that is said to have happened; empty where it only names a kind of act."""
    clauses, at = frame.clauses, frame.at
    noun, words = clauses.noun(at), clauses.language.words
    if clauses.question:
        return UNREAL
    if noun.negative:
        return NEGATED
    before = clauses.back(_first_of_list(clauses, at))
    if clauses.kind(before) == "PREP":
        over = clauses.back(before)
        preposition = clauses.units[before].word
        if preposition == "without":
            return NEGATED
        if clauses.is_noun(over) and clauses.noun(over).lemma in words("scope", "unreal", "nouns"):
            return UNREAL
        if preposition in ("from", "against") and not (frame.agents or frame.agent_tokens):
            return UNREAL
    governor = _governing(clauses, at)
    told = bool(frame.agents or frame.agent_tokens or frame.victims or noun.count is not None)
    if governor is not None:
        status = clauses.status(governor)
        verb = clauses.verb(governor)
        if verb.lemma in words("scope", "unreal", "verbs") and at not in clauses.subjects(governor):
            return UNREAL
        if verb.lemma in words("scope", "denial", "verbs"):
            return UNREAL
        if status in (UNREAL, ASKED):
            return status
        if status == NEGATED:
            return NEGATED
        happening = at in clauses.subjects(governor) and verb.lemma in words("scope", "support", "happening")
        definite = clauses.tokens[noun.start].tag in ("DET", "OWN")
        recounted = verb.lemma in words("scope", "report", "verbs") and clauses.kind(before) == "PREP" and not definite
        if not told and not happening and not recounted and verb.lemma not in words("scope", "support", "agent"):
            return ""
    elif not told:
        return ""
    return REAL if told or governor is not None else ""


# --- the words --------------------------------------------------------------------------------------------------------


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
        governor = _governing(clauses, frame.at)
        if governor is not None and frame.at in clauses.subjects(governor) and clauses.units[governor].end - start <= WIDEST - 15:
            end = max(end, clauses.units[governor].end)
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
            if unit.end > end:
                end = unit.end
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


__all__ = ["ASKED", "NEGATED", "PERSON", "REAL", "UNREAL", "Frame", "frames"]

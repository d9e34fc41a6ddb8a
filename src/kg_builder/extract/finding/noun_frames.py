"""Acts that nouns tell of: "the arrest of miners by police", "police violence", "subjected to beatings", "no inquiry"."""

from __future__ import annotations

from itertools import product

from kg_builder.extract.finding.frame import Frame, conditions, is_charge, personal, set_agents, unit_at
from kg_builder.extract.reading.actors import AUTHORITY, ORGANISATION, STATE
from kg_builder.extract.reading.clauses import ASKED, NEGATED, REAL, UNREAL, Clauses


def of_noun(clauses: Clauses, at: int) -> Frame | None:
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
            if end < 0 or not (position <= noun.head < end or end - 1 == noun.head) or not conditions(clauses, trigger, position):
                continue
            frame = Frame(clauses, trigger, at, (position, end), nominal=True)
            _noun_parties(frame)
            frame.status = _noun_status(frame)
            return frame if frame.status != "" else None
    return None


def _absence(clauses: Clauses, at: int) -> Frame | None:
    """Such as "no investigation was opened", "has not opened an inquiry", "without an interpreter", "lack of accountability"."""
    noun = clauses.noun(at)
    language = clauses.language
    for trigger in language.triggers["absences"].get(noun.lemma, ()):
        governor = governing(clauses, at)
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
            absent = absent or (
                clauses.verb(governor).lemma in language.words("scope", "lacking") and clauses.objects(governor)[:1] == [at]
            )
        if before is not None and before.word == "of":
            over = clauses.back(clauses.back(at))
            absent = absent or (clauses.is_noun(over) and clauses.noun(over).lemma in language.words("scope", "lacking"))
        if not absent:
            return None
        if not conditions(clauses, trigger, noun.head):
            continue
        frame = Frame(clauses, trigger, at, (noun.start, noun.end), nominal=True, omitted=True)
        withholding = [each for each in subjects if clauses.party(each) in (AUTHORITY, STATE, ORGANISATION)]
        set_agents(frame, withholding)
        if not withholding and governor is not None and clauses.verb(governor).lemma in language.words("scope", "having"):
            frame.victims = [each for each in subjects if personal(clauses, each)]
        return frame
    return None


def _noun_words(clauses: Clauses, position: int, words: tuple[str, ...]) -> int:
    tokens = clauses.tokens
    if position + len(words) > len(tokens):
        return -1
    end = position
    for word in words:
        while end < len(tokens) and tokens[end].tag == "QUOTE" and end > position:
            end += 1
        if end == len(tokens) or word not in (
            tokens[end].low,
            tokens[end].lemma,
            clauses.language.lemma_of_noun(tokens[end].low),
        ):
            return -1
        end += 1
    return end


def _noun_parties(frame: Frame) -> None:
    clauses = frame.clauses
    at = max(frame.at, unit_at(clauses, frame.words[1] - 1))
    trigger = frame.trigger
    patient = trigger.victim or ("of", "against", "on", "upon", "towards", "toward", "among", "for")
    agents = clauses.agents(at)
    for past_agent, preposition in product((False, True), patient):
        found = [each for each in _tail(clauses, at, preposition, past_agent=past_agent) if personal(clauses, each)]
        if found:
            frame.victims = found
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
                [each for each in _tail(clauses, at, "against") or _tail(clauses, at, "on") if personal(clauses, each)],
            )
    holder = clauses.owner_of(frame.at)
    if holder is not None:
        if clauses.party(holder) in (AUTHORITY, STATE, ORGANISATION):
            agents = agents or [holder]
        elif personal(clauses, holder):
            frame.victims = frame.victims or [holder]
    for preposition in trigger.agent:
        agents = agents or _tail(clauses, at, preposition)
    if _over(clauses, at) in clauses.language.words("scope", "support", "complaints"):
        frame.victims = [each for each in frame.victims if _preposition_of(clauses, each) == "of"]
        agents = agents or clauses.after_preposition(at, ("against",))
    set_agents(frame, agents or _of_participle(clauses, at))
    _from_modifier(frame)
    governor = governing(clauses, frame.at)
    if governor is not None:
        _from_support(frame, governor)


def _of_participle(clauses: Clauses, at: int) -> list[int]:
    """Who does what a participle after the noun says: "a massacre of civilians conducted by the army"."""
    j = at
    while clauses.kind(j + 1) in ("PREP", "DATE", "ADV"):
        j += 2 if clauses.kind(j + 1) == "PREP" else 1
    if clauses.kind(j + 1) == "COMMA":
        j += 1
    if not clauses.is_verb(j + 1) or clauses.verb(j + 1).form != "participle":
        return []
    carrying = clauses.verb(j + 1).lemma in clauses.language.words("scope", "support", "agent")
    return clauses.agents(j + 1) if carrying else []


def _preposition_of(clauses: Clauses, at: int) -> str:
    return clauses.units[clauses.back(at)].word if clauses.back(at) >= 0 else ""


def _tail(clauses: Clauses, at: int, preposition: str, *, past_agent: bool = True) -> list[int]:
    """The nouns after a preposition among the phrases that say more of the noun at ``at``; ``past_agent``: also after "by"."""
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
            return clauses.coordinated_right(clauses.owned(j + 2))
        if not past_agent and clauses.units[j + 1].word in clauses.language.words("grammar", "agent_prepositions"):
            return []
        if clauses.kind(j + 1) != "PREP" and j + 2 not in clauses.coordinated_right(j):
            return []
        j += 2
    return []


def _from_modifier(frame: Frame) -> None:
    """Such as "police violence": an authority before the noun does it; "journalist killings": anybody else suffers it."""
    clauses, noun = frame.clauses, frame.clauses.noun(frame.at)
    if frame.agents:
        return
    if noun.lemma in clauses.language.words("actors", AUTHORITY, "heads"):
        return
    for position in range(noun.start, noun.head):
        token = clauses.tokens[position]
        lemma = clauses.language.lemma_of_noun(token.low)
        if token.tag in ("NOUN", "NAME") and lemma in clauses.language.words("actors", AUTHORITY, "heads"):
            frame.agent_tokens.append(
                (noun.start if clauses.tokens[noun.start].tag not in ("DET", "OWN", "QUANT", "NUM") else position, position + 1)
            )
            return


def governing(clauses: Clauses, at: int) -> int | None:
    """The verb of which the noun at ``at`` is the subject, the object or a complement."""
    for j in range(at + 1, len(clauses.units)):
        if clauses.is_verb(j):
            if clauses.verb(j).form != "participle" and any(at in (each, clauses.whole(each)) for each in clauses.subjects(j)):
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
    """Parties from the verb over the noun: "conducted searches", "subjected them to", "suffered beatings", "is guilty of"."""
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
    is_subject = any(each in (at, head) or clauses.whole(each) in (at, head) for each in subjects)
    before = clauses.units[clauses.back(head)] if clauses.back(head) >= 0 else None
    distance = head - governor
    lies = verb.lemma in words("scope", "support", "lying") and _over(clauses, at) in words("scope", "support", "charge")
    if lies and not frame.agents:
        set_agents(frame, clauses.after_preposition(governor, ("with", "on")))
        return
    if is_subject:
        if passive and verb.lemma in words("scope", "support", "agent") | {"use", "document", "report"}:
            set_agents(frame, [] if frame.agents else clauses.agents(governor))
        if verb.lemma in words("scope", "support", "agent") and not frame.victims:
            frame.victims = [
                each for each in clauses.after_preposition(governor, ("against", "on", "to")) if personal(clauses, each)
            ]
        if not passive and not frame.victims and _harms(clauses, governor):
            frame.victims = [each for each in clauses.objects(governor) if personal(clauses, each)]
        return
    if verb.lemma in words("scope", "support", "subjecting") and before is not None and before.word == "to":
        patients = subjects if passive else clauses.objects(governor)
        frame.victims = frame.victims or [each for each in patients if personal(clauses, each)]
        if not frame.agents:
            set_agents(frame, clauses.agents(governor) if passive else subjects)
        return
    if verb.lemma in words("scope", "support", "blame") and before is not None and before.word in ("of", "for", "with", "on"):
        patients = subjects if passive else clauses.objects(governor)
        if not frame.agents:
            set_agents(frame, patients)
        return
    if verb.lemma in words("scope", "support", "blame") and head in (subjects if passive else clauses.objects(governor)[:1]):
        blamed = clauses.after_preposition(governor, ("on", "upon"))
        if blamed and not frame.agents:
            frame.victims = [each for each in frame.victims if each not in blamed]
            set_agents(frame, blamed)
        return
    about = {clauses.tokens[position].low for position in range(verb.end, clauses.units[at].start)}
    standing = verb.form == "copula" or verb.lemma in words("scope", "support", "standing")
    if standing or (verb.lemma in words("scope", "support", "objects_of") and about & words("scope", "support", "victim_about")):
        if about & words("scope", "support", "agent_about") and not frame.agents:
            set_agents(frame, subjects)
        elif about & words("scope", "support", "victim_about") and not frame.victims:
            frame.victims = [each for each in subjects if personal(clauses, each)]
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
            set_agents(frame, subjects)
        if not frame.victims:
            frame.victims = [
                each for each in clauses.after_preposition(governor, ("against", "on", "upon", "to")) if personal(clauses, each)
            ]
    elif verb.lemma in words("scope", "support", "victim") and not passive and not frame.victims:
        frame.victims = [each for each in subjects if personal(clauses, each)]


def _over(clauses: Clauses, at: int) -> str:
    """The noun of which an act says more: of "responsibility for the killings" the responsibility."""
    over = clauses.back(clauses.back(at))
    return clauses.noun(over).lemma if clauses.kind(clauses.back(at)) == "PREP" and clauses.is_noun(over) else ""


def _harms(clauses: Clauses, governor: int) -> bool:
    """Whether the object of a verb is who was harmed: "the attack killed four men", "left four men dead"."""
    words, verb = clauses.language.words, clauses.verb(governor)
    if verb.lemma not in words("scope", "support", "harming"):
        return False
    near = {token.low for token in clauses.tokens[verb.end : verb.end + 9]}
    return verb.lemma not in words("scope", "support", "leaving") or bool(near & words("scope", "support", "left"))


def _first_of_list(clauses: Clauses, at: int) -> int:
    """The first noun of the list that a noun stands in: of "threats of loss of job, expulsion and prosecution" the loss."""
    while True:
        left = clauses.back(at)
        while clauses.kind(left) in ("CONJ", "COMMA"):
            left = clauses.back(left)
        if left == clauses.back(at) or not clauses.is_noun(left):
            return at
        at = left


def _makes_unreal(clauses: Clauses, over: int, at: int) -> bool:
    """Whether the noun over an act leaves open whether it happened ("the risk of torture"), unlike "43 cases of torture" and
    "our concern at the arrest of X".
    """
    words, lemma = clauses.language.words, clauses.noun(over).lemma
    if lemma not in words("scope", "unreal", "nouns") or (lemma == "case" and clauses.noun(over).count is not None):
        return False
    definite = clauses.tokens[clauses.noun(at).start].tag in ("DET", "OWN")
    return not (definite and lemma in words("scope", "regarding"))


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
        if clauses.is_noun(over) and (clauses.noun(over).negative or _makes_unreal(clauses, over, at)):
            return UNREAL
        if preposition in ("from", "against") and not (frame.agents or frame.agent_tokens):
            return UNREAL
    governor = governing(clauses, at)
    over = clauses.back(before) if clauses.kind(before) == "PREP" else -1
    counted = noun.count is not None or (clauses.is_noun(over) and clauses.noun(over).count is not None)
    told = bool(frame.agents or frame.agent_tokens or frame.victims or counted)
    if governor is not None:
        status = clauses.status(governor)
        verb = clauses.verb(governor)
        if is_charge(clauses, at, governor):
            return UNREAL
        if verb.lemma in words("scope", "unreal", "verbs") and at not in clauses.subjects(governor):
            return UNREAL
        if verb.lemma in words("scope", "denial", "verbs"):
            return UNREAL
        if status in (UNREAL, ASKED):
            return status
        if status == NEGATED:
            return NEGATED
        there = clauses.tokens[max(0, verb.start - 1)].low in words("scope", "existential") and verb.form == "copula"
        happening = there or (at in clauses.subjects(governor) and verb.lemma in words("scope", "support", "happening"))
        definite = clauses.tokens[noun.start].tag in ("DET", "OWN")
        recounted = verb.lemma in words("scope", "report", "verbs") and clauses.kind(before) == "PREP" and not definite
        if not told and not happening and not recounted and verb.lemma not in words("scope", "support", "agent"):
            return ""
    elif not told:
        return ""
    return REAL if told or governor is not None else ""

"""Whose words a part of a sentence holds: who says, denies or writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg_builder.extract.reading.actors import AUTHORITY, STATE
from kg_builder.extract.reading.clauses import REAL, UNREAL, Clauses

_BESIDE = frozenset(["ADV", "DATE", "QUOTE", "COMMA", "ADJ"])


@dataclass(frozen=True, slots=True)
class Voice:
    """The tokens [start, end) are somebody's words; ``speakers`` are units, none where the publisher speaks as "we"."""

    start: int
    end: int
    speakers: tuple[int, ...]
    verb: int
    denies: bool = False
    pronoun: int = -1
    """The unit of "he" or "they", where the speaker is somebody named before."""


def voices(clauses: Clauses) -> list[Voice]:
    """The voices of a sentence, the widest first."""
    found = [*_by_verbs(clauses), *_by_accusing(clauses), *_by_prepositions(clauses)]
    return sorted(found, key=lambda voice: (voice.start - voice.end, voice.start))


def _by_verbs(clauses: Clauses) -> list[Voice]:
    found = []
    words = clauses.language.words
    report, denial = words("scope", "report", "verbs"), words("scope", "denial", "verbs")
    for at, unit in enumerate(clauses.units):
        verb = unit.verb
        if verb is None or verb.lemma not in report | denial or clauses.passive(at):
            continue
        if verb.form not in ("finite", "participle", "gerund") or clauses.status(at) in (UNREAL,):
            continue
        inverted = _inverted(clauses, at)
        speakers = [inverted] if inverted is not None else clauses.subjects(at)
        speakers = [owner for each in speakers if _can_speak(clauses, each) for owner in _owner_of_account(clauses, each)]
        if not speakers:
            continue
        region = _content(clauses, at, inverted, speakers)
        if region is None:
            continue
        named = tuple(clauses.named(each) for each in speakers if not clauses.noun(each).pronoun)
        first = any(clauses.noun(each).lemma in words("actors", "speakers_first") for each in speakers)
        denies = verb.lemma in denial and clauses.status(at) == REAL
        pronoun = speakers[0] if not named and not first else -1
        found.append(Voice(*region, named, at, denies=denies, pronoun=pronoun))
    return found


def _by_accusing(clauses: Clauses) -> list[Voice]:
    """Such as "the union accuses the ministry of …": these are the union's words."""
    found = []
    for at, unit in enumerate(clauses.units):
        if unit.verb is None or unit.verb.lemma not in clauses.language.words("scope", "accusing"):
            continue
        if clauses.status(at) != REAL or unit.verb.form not in ("finite", "gerund"):
            continue
        passive = clauses.passive(at)
        accusers = clauses.agents(at) if passive else clauses.subjects(at)
        speakers = [each for each in accusers if _can_speak(clauses, each)]
        named = tuple(clauses.named(each) for each in speakers if not clauses.noun(each).pronoun)
        if named and at + 1 < len(clauses.units):
            start = clauses.units[at + 1].start
            found.append(Voice(start, max(_clause_end(clauses, at), start + 1), named, at))
    return found


def _can_speak(clauses: Clauses, at: int) -> bool:
    noun = clauses.noun(at)
    if noun.pronoun:
        return noun.lemma not in ("it", "this", "that", "which")
    return bool(clauses.party(at)) or noun.name or noun.lemma in clauses.language.words("scope", "report", "accounts")


def _inverted(clauses: Clauses, at: int) -> int | None:
    """The speaker after the verb: "…", said X."""
    accounts = clauses.language.words("scope", "report", "accounts")
    after = clauses.noun(at + 1) if clauses.is_noun(at + 1) else None
    if after is not None and not after.pronoun and (clauses.party(at + 1) or after.lemma in accounts):
        before = at - 1
        if clauses.kind(before) in ("COMMA", "QUOTE") and not (
            clauses.is_noun(clauses.back(before))
            and clauses.kind(before) == "COMMA"
            and clauses.kind(before - 1) != "QUOTE"
            and _has_subject(clauses, at)
        ):
            return at + 1
    return None


def _has_subject(clauses: Clauses, at: int) -> bool:
    return any(clauses.units[each].end > clauses.units[at].start - 6 for each in clauses.subjects(at))


def _content(clauses: Clauses, at: int, inverted: int | None, speakers: list[int]) -> tuple[int, int] | None:
    """The tokens that are said: after the verb, or before it ("…, the union said")."""
    units = clauses.units
    end = _clause_end(clauses, at) if clauses.in_insertion(at) else len(clauses.tokens)
    j = (inverted if inverted is not None else at) + 1
    if inverted is None:
        if clauses.is_noun(j) and _holds_clause(clauses, j):
            return units[j].start, end
        if clauses.is_noun(j) and not _clause_begins(clauses, j):
            j += 1
        while j < len(units) and (
            units[j].kind in _BESIDE or (units[j].kind == "PREP" and (clauses.is_noun(j + 1) or clauses.kind(j + 1) == "DATE"))
        ):
            if units[j].kind == "QUOTE":
                return units[j].end, end
            j += 2 if units[j].kind == "PREP" else 1
        if j < len(units) and (
            clauses.kind(j) in ("SUB", "REL")
            or _clause_begins(clauses, j)
            or (clauses.kind(j) == "STOP" and units[j].word == ":")
        ):
            return units[j].start, end
    first = min(speakers) if inverted is None else at
    before = first - 1
    while before >= 0 and units[before].kind in ("QUOTE", "DATE", "ADV"):
        before -= 1
    if (before >= 0 and units[before].kind in ("COMMA",)) or (inverted is not None and before >= 0):
        return 0, units[max(before, 0)].end
    if clauses.objects(at):
        obj = clauses.objects(at)[0]
        if clauses.conditional(at) or any(clauses.kind(each) == "SUB" for each in range(at)):
            end = next((unit.start for unit in units[obj:] if unit.kind == "COMMA"), end)
        return clauses.noun(obj).start, end
    if j < len(units) and clauses.is_verb(j) and clauses.verb(j).form in ("gerund", "infinitive"):
        return units[j].start, end
    return None


def _holds_clause(clauses: Clauses, at: int) -> bool:
    """Whether the noun at ``at`` has a clause with "that": "(said) reports that they were beaten were false"."""
    named = clauses.noun(at).lemma in clauses.language.words("scope", "denial", "objects")
    return named and clauses.kind(at + 1) == "SUB"


def _clause_begins(clauses: Clauses, at: int) -> bool:
    """Whether a clause of its own begins with the noun at ``at``."""
    if not clauses.is_noun(at):
        return False
    j = at + 1
    while (j < len(clauses.units) and clauses.kind(j) in ("ADV", "QUOTE", "ADJ", "DATE", "POSS")) or (
        clauses.kind(j) == "PREP" and clauses.is_noun(j + 1)
    ):
        j += 2 if clauses.kind(j) in ("PREP", "POSS") else 1
    return clauses.is_verb(j) and clauses.verb(j).form in ("finite", "copula") and clauses.kind(j - 1) != "REL"


def _by_prepositions(clauses: Clauses) -> list[Voice]:
    """Such as "according to the union"."""
    found = []
    tokens = clauses.tokens
    for phrase in clauses.language.data["scope"].get("report", {}).get("prepositions", ()):
        words = phrase.split()
        for at in range(len(tokens) - len(words)):
            if tokens[at].low == words[0] and [token.low for token in tokens[at : at + len(words)]] == words:
                unit = next((j for j, each in enumerate(clauses.units) if each.start >= at + len(words)), None)
                if unit is not None and clauses.is_noun(unit) and _can_speak(clauses, unit):
                    found.append(Voice(0, len(tokens), tuple(_owner_of_account(clauses, unit)), -1))
    return found


def _owner_of_account(clauses: Clauses, at: int) -> list[int]:
    """Of "the accounts of the detained people" the people."""
    noun = clauses.noun(at)
    account = noun.lemma in clauses.language.words("scope", "report", "accounts")
    if account and clauses.is_noun(at + 2) and clauses.units[at + 1].word in ("of", "from", "by"):
        return [at + 2]
    return [at]


@dataclass(frozen=True, slots=True)
class Denying:
    """Somebody denies something: the units of the deniers, the tokens of what is denied, and of the quote."""

    deniers: tuple[int, ...]
    what: tuple[int, int]
    quote: tuple[int, int]
    pronoun: int = -1
    """The unit of "he" or "they", where the denier is somebody named before."""


Suspects = Callable[[Clauses, int], bool]
"""Whether the noun at a unit is a party that has been accused, so that what it says may be its defence."""


def denials(
    clauses: Clauses, spoken: list[Voice], suspected: Suspects, acts: frozenset[int] = frozenset(), *, publishes: bool = False
) -> list[Denying]:
    """The denials of a sentence: by a verb of denying, by a phrase for it, or by a negation in an authority's mouth.

    ``suspected`` tells who else than an authority defends itself; ``acts`` are units whose verb tells of an act; ``publishes``
    says that an authority speaks in the whole text.
    """
    found: list[Denying] = []
    scope = clauses.language.data["scope"].get("denial", {})
    for at, unit in enumerate(clauses.units):
        verb = unit.verb
        if verb is None or clauses.status(at) == UNREAL:
            continue
        by_verb = (
            verb.lemma in clauses.language.words("scope", "denial", "verbs")
            and not clauses.verb(at).negated
            and not _left_open(clauses, at)
            and _deniable(clauses, at, names_act=at in acts)
        )
        phrase = None if by_verb else _phrase(clauses, at, scope.get("phrases", ()))
        if not by_verb and phrase is None:
            continue
        passive = clauses.passive(at)
        deniers = clauses.agents(at) if passive and by_verb else clauses.subjects(at)
        deniers = [
            clauses.named(each)
            for each in deniers
            if clauses.party(each) or clauses.noun(each).pronoun or clauses.noun(each).name
        ]
        end = _clause_end(clauses, at)
        if phrase is not None and verb.lemma == "be":
            found += _called_untrue(clauses, at, spoken, end)
            continue
        if not deniers:
            continue
        start = (
            min(clauses.noun(deniers[0]).start, unit.start) if unit.start - clauses.noun(deniers[0]).start < 20 else unit.start
        )
        what = (min(unit.end, end - 1), end)
        if passive and by_verb and clauses.subjects(at):
            subject = clauses.subjects(at)[0]
            what = (clauses.noun(subject).start, unit.start)
            start = min(start, what[0])
        if by_verb and any(clauses.noun(each).lemma in clauses.language.words("scope", "denial", "deciding") for each in deniers):
            continue
        found.append(Denying(tuple(deniers), what, (start, end)))
    refuted = _refuted(clauses, spoken) if publishes else ()
    for defence in (*_judged_untrue(clauses, suspected), *_defences(clauses, spoken, suspected), *refuted):
        if not any(each.quote[0] < defence.quote[1] and defence.quote[0] < each.quote[1] for each in found):
            found.append(defence)
    return found


def _called_untrue(clauses: Clauses, at: int, spoken: list[Voice], end: int) -> Iterator[Denying]:
    """Such as "the allegations are baseless": denied by whose words these are, or without a speaker by the publisher."""
    subjects = [each for each in clauses.subjects(at) if _named_deniable(clauses, each, names_act=False)]
    if not subjects:
        return
    start = clauses.noun(subjects[0]).start
    voice = next((each for each in reversed(spoken) if each.start <= start < each.end), None)
    if voice is None or (voice.speakers and official(clauses, voice.speakers[0])):
        yield Denying(voice.speakers if voice else (), (start, end), (start, end))


def official(clauses: Clauses, at: int) -> bool:
    """Whether a speaker speaks for an authority: it is one, or a person with an office."""
    noun = clauses.noun(at)
    words = {clauses.language.lemma_of_noun(token.low) for token in clauses.tokens[max(0, noun.start - 6) : noun.end]}
    if clauses.party(at) in (AUTHORITY, STATE):
        return noun.lemma not in clauses.language.words("scope", "denial", "independent")
    return bool(words & clauses.language.words("scope", "denial", "offices"))


def _defences(clauses: Clauses, spoken: list[Voice], suspected: Suspects) -> Iterator[Denying]:
    """An authority that says the contrary: "maintains that …", "said that no one …", "according to the firm, … unfounded"."""
    words = clauses.language.words
    for voice in spoken:
        if voice.denies or not (voice.speakers or voice.pronoun >= 0):
            continue
        lemma = clauses.verb(voice.verb).lemma if voice.verb >= 0 else "say"
        speaks_for_itself = voice.pronoun >= 0 or official(clauses, voice.speakers[0])
        accused = not speaks_for_itself and suspected(clauses, voice.speakers[0])
        if not speaks_for_itself and not accused:
            continue
        maintained = lemma in words("scope", "denial", "maintaining") and voice.verb >= 0
        contrary = _contrary(clauses, voice, named=voice.verb < 0)
        if maintained or (lemma in words("scope", "denial", "answering") and contrary):
            low = clauses.units[voice.verb].start if voice.verb >= 0 else voice.start
            start = min([low, *(clauses.noun(each).start for each in voice.speakers[:1])])
            end = max(voice.end, clauses.units[voice.verb].end if voice.verb >= 0 else 0)
            if voice.end <= start:
                start, end = (
                    voice.start,
                    max([clauses.units[voice.verb].end, *(clauses.noun(each).end for each in voice.speakers)]),
                )
            while end > start + 1 and clauses.tokens[end - 1].tag in ("STOP", "QUOTE"):
                end -= 1
            what = (voice.start, max(voice.start + 1, min(voice.end, end)))
            yield Denying(voice.speakers, what, (start, end), pronoun=voice.pronoun)


def _refuted(clauses: Clauses, spoken: list[Voice]) -> Iterator[Denying]:
    """What an authority's own statement calls untrue ("The claims have no basis in fact", "At no time did officers …")."""
    if clauses.question or clauses.sentence.heading or any(voice.speakers for voice in spoken):
        return
    scope = clauses.language.data["scope"].get("denial", {})
    low = f" {' '.join(token.low for token in clauses.tokens)} "
    refuting = clauses.language.words("scope", "denial", "refuting")
    said = any(token.low in refuting for token in clauses.tokens)
    if said or any(f" {phrase} " in low for phrase in scope.get("refuting_phrases", ())):
        end = len(clauses.tokens)
        while end > 1 and clauses.tokens[end - 1].tag in ("QUOTE", "STOP"):
            end -= 1
        yield Denying((), (0, end), (0, end))


def _contrary(clauses: Clauses, voice: Voice, *, named: bool) -> bool:
    """Whether words that are said hold a negation or a word of defence; ``named``: a word of defence."""
    words = clauses.language.words
    defence = words("scope", "denial", "defence")
    for at in range(voice.start, voice.end):
        token = clauses.tokens[at]
        if token.low in defence or token.lemma in defence:
            return True
        if not named and (token.tag == "NEG" or token.low in words("grammar", "no_quantity")):
            after = {each.lemma or each.low for each in clauses.tokens[at + 1 : at + 4]}
            if not after & words("scope", "denial", "no_answer"):
                return True
    return False


def _judged_untrue(clauses: Clauses, suspected: Suspects) -> Iterator[Denying]:
    """Such as "the ministry regards such fears as unfounded", "called the report a fabrication"."""
    words = clauses.language.words
    for at, unit in enumerate(clauses.units):
        verb = unit.verb
        if verb is None or verb.lemma not in words("scope", "denial", "judging") or clauses.status(at) != REAL:
            continue
        subjects = clauses.subjects(at)
        if clauses.passive(at) or not any(
            official(clauses, each) or suspected(clauses, each) for each in subjects if not clauses.noun(each).pronoun
        ):
            continue
        end = _clause_end(clauses, at)
        if any(token.low in words("scope", "denial", "defence") for token in clauses.tokens[unit.end : end]):
            named = clauses.named(subjects[0])
            start = min(clauses.noun(named).start, unit.start)
            yield Denying((named,), (min(unit.end, end - 1), end), (start, end))


def _deniable(clauses: Clauses, at: int, *, names_act: bool) -> bool:
    """Whether what follows is what one denies (an allegation, a clause), and not what one withholds ("denied them access")."""
    if clauses.passive(at):
        subjects = clauses.subjects(at)
        return any(_named_deniable(clauses, each, names_act=names_act) for each in subjects)
    for j in range(at + 1, min(at + 8, len(clauses.units))):
        unit = clauses.units[j]
        if unit.kind == "SUB" or (unit.verb is not None and unit.verb.form in ("gerund", "infinitive", "finite", "copula")):
            return True
        if unit.noun is not None:
            if _withheld(clauses, j):
                return False
            objects = {j, *clauses.objects(at)}
            if any(_named_deniable(clauses, each, names_act=names_act) for each in objects) or _clause_begins(clauses, j):
                return True
            inner = j
            while clauses.kind(inner + 1) == "PREP" and clauses.is_noun(inner + 2):
                inner += 2
                if not clauses.noun(inner).pronoun and _named_deniable(clauses, inner, names_act=names_act):
                    return True
            return False
        if unit.kind == "STOP":
            return False
    return False


def _left_open(clauses: Clauses, at: int) -> bool:
    """Such as "has neither confirmed nor denied"."""
    lead = clauses.lead(at)
    return lead is not None and clauses.units[clauses.back(at)].word in ("or", "nor")


def _withheld(clauses: Clauses, at: int) -> bool:
    """Whether somebody at ``at`` is denied what is named after them ("denied them treatment")."""
    noun = clauses.noun(at)
    somebody = noun.lemma in clauses.language.words("actors", "personal_pronouns") if noun.pronoun else bool(clauses.party(at))
    return somebody and clauses.is_noun(at + 1) and not _clause_begins(clauses, at)


def _named_deniable(clauses: Clauses, at: int, *, names_act: bool) -> bool:
    noun = clauses.noun(at)
    if noun.pronoun:
        return noun.lemma in clauses.language.words("scope", "denial", "objects")
    if noun.lemma in clauses.language.words("scope", "denial", "objects"):
        return True
    if names_act:
        return False
    words = {clauses.language.lemma_of_noun(token.low) for token in clauses.tokens[noun.start : noun.end]}
    return any(set(trigger.words) <= words for word in words for trigger in clauses.language.triggers["nouns"].get(word, ()))


def _phrase(clauses: Clauses, at: int, phrases: list[list[str]]) -> list[str] | None:
    verb = clauses.verb(at)
    near = " ".join(token.low for token in clauses.tokens[verb.end : verb.end + 7])
    near = f" {near} "
    for phrase in phrases:
        if phrase[0] == verb.lemma and f" {phrase[1]} " in near:
            return phrase
    return None


def _clause_end(clauses: Clauses, at: int) -> int:
    end = len(clauses.tokens)
    inserted = clauses.in_insertion(at)
    for j in range(at + 1, len(clauses.units)):
        unit = clauses.units[j]
        if inserted and unit.kind == "COMMA" and clauses.is_verb(j + 1) and clauses.verb(j + 1).form in ("finite", "copula"):
            end = unit.start
            break
        if unit.kind == "STOP" or (unit.kind == "CONJ" and unit.word == "but"):
            end = unit.start
            break
    while end > 1 and clauses.tokens[end - 1].tag in ("QUOTE", "COMMA", "STOP", "CONJ"):
        end -= 1
    return max(end, clauses.units[at].end)

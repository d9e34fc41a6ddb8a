"""An act as a sentence tells it, and what frames of verbs and of nouns share."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg_builder.extract.language import Trigger
from kg_builder.extract.reading.actors import AUTHORITY, STATE
from kg_builder.extract.reading.clauses import REAL, Clauses


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
    reach: tuple[int, int] = (0, 0)
    """The tokens from the first of those words to the last, with what stands between."""
    thing: int | None = None
    """The object that the trigger asks for, as in "deny" + asylum."""
    quote: tuple[int, int] = (0, 0)
    nobody: bool = False
    """Its object is nobody ("we executed no one")."""


def unit_at(clauses: Clauses, token: int) -> int:
    for j, unit in enumerate(clauses.units):
        if unit.start <= token < unit.end:
            return j
    return -1


def words_from(clauses: Clauses, position: int, words: tuple[str, ...]) -> int:
    tokens = clauses.tokens
    if position + len(words) > len(tokens):
        return -1
    if all(word in (tokens[position + n].low, tokens[position + n].lemma) for n, word in enumerate(words)):
        return position + len(words)
    return -1


def conditions(clauses: Clauses, trigger: Trigger, position: int) -> bool:
    if not trigger.with_ and not trigger.without:
        return True
    near = clauses.around(position)
    if trigger.with_ and trigger.with_.isdisjoint(near):
        return False
    return trigger.without.isdisjoint(near)


def personal(clauses: Clauses, at: int) -> bool:
    """Whether a noun can be somebody: a party, a pronoun for people, a name, a number of people."""
    at = clauses.whole(at)
    noun = clauses.noun(at)
    if noun.count is not None and not noun.lemma and clauses.kind(at + 2) == "REL" and clauses.units[at + 2].word == "which":
        return False
    if noun.pronoun:
        return noun.lemma in clauses.language.words("actors", "personal_pronouns") or noun.count is not None
    if clauses.kinds.of(noun, clauses.tokens):
        return True
    if noun.count is not None:
        return not noun.lemma or (
            noun.lemma not in clauses.language.words("numbers", "not_people")
            and noun.lemma not in clauses.language.triggers["nouns"]
        )
    if not noun.name:
        return False
    return not noun.placed and not clauses.kinds.names_place(noun, clauses.tokens)


def set_agents(frame: Frame, doers: list[int]) -> None:
    clauses = frame.clauses
    for each in doers:
        noun = clauses.noun(clauses.whole(each))
        if noun.pronoun:
            if noun.lemma in clauses.language.words("actors", "inferred_agents"):
                frame.inferred.append(each)
            elif noun.lemma in clauses.language.words("actors", "speakers_first"):
                continue
        elif not noun.negative and (clauses.party(each) or (noun.name and not noun.placed)):
            frame.agents.append(clauses.named(each))


def owner(clauses: Clauses, thing: int) -> list[int]:
    """Whose thing it is: "their homes", "the homes of fishers", "the fishers' homes"."""
    if clauses.kinds.names_place(clauses.noun(thing), clauses.tokens):
        return []
    if clauses.kind(thing + 1) == "PREP" and clauses.units[thing + 1].word in ("of", "belonging") and clauses.is_noun(thing + 2):
        found = clauses.coordinated_right(thing + 2)
        if any(personal(clauses, each) for each in found):
            return found
    if thing >= 2 and clauses.kind(thing - 1) == "POSS" and clauses.is_noun(thing - 2):
        return [thing - 2]
    return []


def is_charge(clauses: Clauses, at: int, matrix: int | None) -> bool:
    """Whether the act at ``at`` is what an authority accuses somebody of ("police accused the strikers of attacking them", "they
    were accused of spying"), and not what a statement alleges.
    """
    words = clauses.language.words
    if matrix is None or clauses.verb(matrix).lemma not in words("scope", "charging"):
        return False
    if not any(clauses.units[j].word in ("of", "with", "for") for j in range(matrix + 1, at)):
        return False
    passive = clauses.passive(matrix)
    accusers = clauses.agents(matrix) if passive else clauses.subjects(matrix)
    accused = clauses.subjects(matrix) if passive else clauses.objects(matrix)
    if any(clauses.party(each) in (AUTHORITY, STATE) for each in accused):
        return False
    return any(clauses.party(each) in (AUTHORITY, STATE) for each in accusers) if accusers else passive

"""The row of units of a sentence: what stands at a place, before it, in a list with it."""

from __future__ import annotations

from kg_builder.extract.reading.actors import Kinds
from kg_builder.extract.reading.sentences import Sentence
from kg_builder.extract.reading.units import Noun, Unit, Verb

SKIPPED = frozenset(["ADV", "QUOTE", "NEG", "ADJ", "CLITIC"])


NEAR = 22
"""Tokens on either side that are near."""


class Row:
    """One sentence with its units."""

    def __init__(self, sentence: Sentence, units: list[Unit], number: int, kinds: Kinds) -> None:
        self.sentence, self.units, self.number, self.kinds = sentence, units, number, kinds
        self.tokens = sentence.tokens
        self.language = kinds.language
        self._around: dict[int, set[str]] = {}
        self._lead: dict[int, int | None] = {}

    def around(self, position: int) -> set[str]:
        """The words near a token, as they are written and in their dictionary forms."""
        known = self._around.get(position)
        if known is None:
            known = self._around[position] = set()
            for token in self.tokens[max(0, position - NEAR) : position + NEAR]:
                known.update((token.low, token.lemma, self.language.lemma_of_noun(token.low)))
        return known

    def noun(self, at: int) -> Noun:
        noun = self.units[at].noun
        assert noun is not None
        return noun

    def verb(self, at: int) -> Verb:
        verb = self.units[at].verb
        assert verb is not None
        return verb

    def is_verb(self, at: int) -> bool:
        return 0 <= at < len(self.units) and self.units[at].verb is not None

    def is_noun(self, at: int) -> bool:
        return 0 <= at < len(self.units) and self.units[at].noun is not None

    def kind(self, at: int) -> str:
        return self.units[at].kind if 0 <= at < len(self.units) else "STOP"

    def back(self, at: int) -> int:
        """The unit before ``at`` that is no adverb or quotation mark."""
        at -= 1
        while at >= 0 and self.units[at].kind in SKIPPED:
            at -= 1
        return at

    def lead(self, at: int) -> int | None:
        """The verb before this one in the same list ("arrested, beat and tortured"), where they share a subject."""
        if at not in self._lead:
            self._lead[at] = None
            self._lead[at] = self._find_lead(at)
        return self._lead[at]

    def _find_lead(self, at: int) -> int | None:
        before = self.back(at)
        if self.kind(before) not in ("CONJ", "COMMA"):
            return None
        verb = self.verb(at)
        comma_only = self.kind(before) == "COMMA"
        speaking = self.language.words("scope", "report", "verbs") | self.language.words("scope", "denial", "verbs")
        if verb.lemma in speaking and verb.form == "finite":
            for j in range(before, -1, -1):
                if self.kind(j) == "STOP":
                    break
                if (
                    self.is_verb(j)
                    and self.verb(j).lemma in speaking
                    and self.verb(j).form == "finite"
                    and not self.verb(j).passive
                ):
                    return j
            if comma_only:
                return None
        if comma_only and verb.form in ("finite", "copula") and self._closes_insertion(before):
            return None
        j = before
        while j >= 0:
            unit = self.units[j]
            if unit.kind in ("STOP", "SUB"):
                return None
            if unit.verb is not None and self._like(unit.verb, verb):
                if comma_only and verb.form == "gerund":
                    return None
                return j
            if comma_only and unit.verb is not None and unit.verb.form in ("finite", "copula") and j < before - 6:
                return None
            j -= 1
        return None

    def _closes_insertion(self, comma: int) -> bool:
        """Whether this comma is the second one of ", who heads the union," or ", egged on by a monk,"."""
        for j in range(comma - 1, -1, -1):
            unit = self.units[j]
            if unit.kind == "STOP":
                return False
            if unit.kind == "COMMA":
                opened = self.units[j + 1]
                if opened.noun is not None and j + 2 == comma and self.is_noun(j - 1):
                    return True
                participle = opened.verb is not None and (opened.verb.form in ("gerund", "participle") or opened.verb.ambiguous)
                return opened.kind == "REL" or participle
        return False

    def _like(self, left: Verb, right: Verb) -> bool:
        forms = self.tokens[left.main].form, self.tokens[right.main].form
        if right.form in ("finite", "copula"):
            if right.bare:
                return left.form == "infinitive" or bool(left.modal) or forms[0] == "b"
            if right.ambiguous:
                return left.form in ("finite", "copula", "participle") or left.passive
            return left.form in ("finite", "copula")
        if right.form == "participle":
            return left.passive or self._perfect(left) or left.form in ("participle", "copula")
        if right.form == "gerund":
            return left.form == "gerund" or forms[0] == "g"
        return left.form == "infinitive"

    def _perfect(self, verb: Verb) -> bool:
        """Such as "has struck", which "and frozen" goes on."""
        return any(token.tag == "HAVE" for token in self.tokens[verb.start : verb.main])

    def passive(self, at: int) -> bool:
        """Whether a verb is passive, with the auxiliary of the list that it stands in ("was drugged and beaten")."""
        verb = self.verb(at)
        lead = self.lead(at)
        if lead is not None and (verb.ambiguous or verb.form == "participle") and "n" in self.tokens[verb.main].form:
            return self.passive(lead)
        return verb.passive

    def owned(self, at: int) -> int:
        """The last noun of a chain of owners: of "the miners' wives" the wives."""
        while self.kind(at + 1) == "POSS" and self.is_noun(at + 2):
            at += 2
        return at

    def _steps(self, at: int) -> list[int]:
        """A noun and the nouns that it says more of, leftwards: "of the people" ← "some"."""
        found = [at]
        while True:
            left = self.back(at)
            if self.kind(left) == "PREP" and self.is_noun(self.back(left)):
                at = self.back(left)
                found.append(at)
                continue
            if self.kind(left) == "POSS" and self.is_noun(left - 1):
                at = left - 1
                continue
            return found

    def coordinated_right(self, at: int) -> list[int]:
        """The noun at ``at`` and those in a list with it, up to where another clause begins."""
        found = [at]
        j = at
        while True:
            end = j
            while (
                self.kind(end + 1) == "PREP" and self.is_noun(end + 2) and self.units[end + 1].word in ("of", "from", "in", "for")
            ):
                end += 2
            nxt = end + 1
            comma = self.kind(nxt) == "COMMA"
            if comma and self.kind(nxt + 1) == "CONJ":
                nxt += 1
            repeated = self.language.data["grammar"].get("repeats_prepositions")
            if (
                repeated
                and self.kind(nxt) == "CONJ"
                and self.kind(nxt + 1) == "PREP"
                and at > 0
                and self.units[at - 1].word == self.units[nxt + 1].word
            ):
                nxt += 1
            elif self.kind(nxt) not in ("CONJ", "COMMA"):
                return found
            while self.kind(nxt) == "CONJ" and self.kind(nxt + 1) == "CONJ":
                nxt += 1
            if self.units[nxt].word in ("but", "than") or not self.is_noun(nxt + 1):
                return found
            if end > j and self._both_places(end, nxt + 1):
                return found
            after = nxt + 2
            while self.kind(after) == "PREP" and self.is_noun(after + 1):
                after += 2
            if self.kind(after) == "COMMA" and self.is_noun(after + 1) and self.kind(after + 2) == "COMMA":
                after += 3
            if self.is_verb(after) and self.verb(after).form in ("finite", "copula"):
                return found
            if comma and self.kind(nxt) == "COMMA" and not self._list_goes_on(nxt + 1):
                return found
            j = nxt + 1
            if not (end > at and self.joined(at, j)):
                found.append(j)

    def _both_places(self, left: int, right: int) -> bool:
        """Whether a list goes on with places rather than with parties: "officers in Yarm and Velm", "people from X and Y"."""
        return all(self.noun(each).name and self.party(each) in ("", "state") for each in (left, right))

    def joined(self, head: int, at: int) -> bool:
        """Whether "and" stands within a name that begins at ``head``: "Ministry of Intelligence and Security"."""
        first, last = self.noun(head), self.noun(at)
        named = first.name and last.name and self.tokens[last.start].tag == "NAME"
        return named and head < at and first.lemma in self.language.words("actors", "joining")

    def _list_goes_on(self, at: int) -> bool:
        """Whether a comma begins a further item of a list rather than an apposition: an "and" comes before any verb."""
        for j in range(at, min(at + 14, len(self.units))):
            if self.units[j].kind == "CONJ":
                return True
            if self.units[j].kind in ("STOP", "SUB", "REL") or self.is_verb(j):
                return False
        return False

    def party(self, at: int) -> str:
        """The kind of party that the noun at ``at`` names; of "some of them" and "a group of soldiers" that of the last."""
        noun = self.noun(at)
        kind = self.kinds.of(noun, self.tokens)
        inner = self.whole(at)
        if inner != at:
            return self.kinds.of(self.noun(inner), self.tokens) or kind
        return kind

    def owner_of(self, at: int) -> int | None:
        """Whose the noun at ``at`` is: of "the Ministry of Labour's decision" the ministry."""
        owner = self.noun(at).owner
        if owner is None:
            return None
        found = owner.unit
        while (
            self.is_noun(found - 2)
            and self.units[found - 1].word == "of"
            and self.noun(found).name
            and self.noun(found - 2).name
            and self.party(found - 2)
        ):
            found -= 2
        return found

    def named(self, at: int) -> int:
        """For "one of the guards, Sergeant X," the unit of the name in apposition; else the unit itself."""
        j = at
        while self.kind(j + 1) == "PREP" and self.is_noun(j + 2):
            j += 2
        name = j + 2
        office = self.noun(at).lemma in self.language.words("actors", "titles")
        if self.kind(j + 1) != "COMMA" or not self.is_noun(name) or (self.noun(at).name and not office):
            return at
        closed = self.kind(name + 1) in ("COMMA", "STOP", "OTHER") or self.is_verb(name + 1)
        return name if closed and self.noun(name).name and self.party(name) == "person" else at

    def whole(self, at: int) -> int:
        """For "some of the miners" and "a group of soldiers": the unit of the miners, the soldiers."""
        noun = self.noun(at)
        partitive = self.language.words("actors", "partitive")
        low = self.tokens[noun.head].low
        part = (noun.count is not None and not noun.lemma) or low in partitive or noun.lemma in partitive
        if part and self.is_noun(at + 2) and self.units[at + 1].word == "of":
            return self.whole(at + 2)
        return at

    def matrix(self, at: int) -> int | None:
        """The verb on which an infinitive or gerund hangs: the nearest to the left."""
        lead = self.lead(at)
        if lead is not None:
            return self.matrix(lead)
        j = at - 1
        while j >= 0 and self.units[j].kind not in ("STOP",):
            if self.is_verb(j):
                return j
            j -= 1
        return None

    def _relative_before(self, at: int) -> int | None:
        """The relative pronoun whose verb stands at ``at``."""
        left = self.back(at)
        if self.kind(left) == "REL":
            return left
        if self.is_noun(left) and self.kind(self.back(left)) == "REL":
            return self.back(left)
        return None

    def in_insertion(self, at: int) -> bool:
        """Whether the verb at ``at`` is that of ", which denies it, …"."""
        relative = self._relative_before(at)
        return relative is not None and self.kind(relative - 1) == "COMMA"

    def _next_verb(self, at: int, forms: tuple[str, ...]) -> int | None:
        for j in range(at + 1, len(self.units)):
            if self.units[j].kind == "STOP":
                return None
            if self.is_verb(j) and self.verb(j).form in forms:
                return j
        return None

"""Whether what a verb group says is said to have happened: negations, conditions, wishes, duties, fears, preventions."""

from __future__ import annotations

from kg_builder.extract.reading.actors import Kinds
from kg_builder.extract.reading.sentences import Sentence
from kg_builder.extract.reading.structure import Structure
from kg_builder.extract.reading.units import Unit, Verb

REAL, NEGATED, UNREAL, ASKED = "real", "negated", "unreal", "asked"


class Clauses(Structure):
    """One sentence with its units, the parties of its verbs, and what it says of them."""

    def __init__(self, sentence: Sentence, units: list[Unit], number: int, kinds: Kinds) -> None:
        super().__init__(sentence, units, number, kinds)
        self._status: dict[int, str] = {}
        self._norm = any(token.tag == "MODAL" and token.low in self.language.words("scope", "norms") for token in self.tokens)
        self._case = self._ruled_case()
        self.question = bool(self.tokens) and any(token.text == "?" for token in self.tokens[-2:])

    def _ruled_case(self) -> int:
        """The comma that ends the case of a rule ("Where an officer has used force, a report must be filed"), 0 without one."""
        words = self.language.words
        if not self.units or self.units[0].word not in words("scope", "cases"):
            return 0
        if not any(token.low in words("scope", "obliging") for token in self.tokens):
            return 0
        return next((j for j, unit in enumerate(self.units) if unit.kind == "COMMA"), 0)

    def status(self, at: int) -> str:
        """Whether the verb at ``at`` says that something happened (REAL), did not (NEGATED), or neither."""
        if at not in self._status:
            self._status[at] = REAL
            self._status[at] = self._find_status(at)
        return self._status[at]

    def _find_status(self, at: int) -> str:
        words, verb = self.language.words, self.verb(at)
        if self.question or self._norm:
            return UNREAL
        if verb.modal in words("scope", "unreal", "modals"):
            return UNREAL
        lead = self.lead(at)
        if lead is not None and self.passive(at) and not verb.passive and self.status(lead) != REAL:
            return self.status(lead)
        if lead is not None:
            first = self.verb(lead)
            if verb.bare or verb.form != "finite" or not (first.negated and verb.start != verb.main):
                inherited = self.status(lead)
                if inherited != REAL and (
                    verb.bare
                    or verb.form in ("infinitive", "gerund", "participle")
                    or self.units[self.back(at)].word in ("or", "nor")
                ):
                    return inherited
                if inherited == UNREAL and first.modal == "":
                    return inherited
        negative = verb.negated or any(self.noun(each).negative for each in self.subjects(at))
        if self.conditional(at):
            return UNREAL
        above = self._from_above(at)
        if above in (UNREAL, ASKED):
            return above
        if (above == NEGATED) != negative:
            return NEGATED
        if any(self.noun(each).lemma in words("scope", "law_subjects") for each in self.subjects(at)):
            return UNREAL
        if self._generic(at):
            return UNREAL
        if verb.bare and (self.back(at) < 0 or self.kind(self.back(at)) in ("STOP", "OTHER")):
            return ASKED
        return REAL

    def _generic(self, at: int) -> bool:
        """Such as "A person is a victim where …", "Anyone who insults …": a present tense of nobody in particular."""
        verb = self.verb(at)
        tokens = self.tokens[verb.start : verb.end]
        present = any(token.low in self.language.words("scope", "present") for token in tokens) or "s" in tokens[-1].form
        present = present and not self._perfect(verb)
        if verb.form not in ("finite", "copula") or not present or any("g" in token.form for token in tokens):
            return False
        return any(
            self.tokens[self.noun(each).start].low in self.language.words("scope", "anybody") and self.noun(each).count is None
            for each in self.subjects(at)
        )

    def conditional(self, at: int) -> bool:
        if self._case and self.verb(at).modal == "" and at < self._case:
            return True
        unreal = self.language.words("scope", "unreal", "before")
        verbs = 0
        for j in range(at - 1, -1, -1):
            unit = self.units[j]
            if unit.kind == "STOP":
                return False
            if unit.kind == "COMMA" and verbs == 0 and self.verb(at).form in ("finite", "copula") and self.is_noun(j + 1):
                return False
            if unit.kind in ("SUB", "PREP") and unit.word in unreal:
                return True
            if unit.verb is not None and unit.verb.form in ("finite", "copula"):
                verbs += 1
                if verbs > 1:
                    return False
        return False

    def _from_above(self, at: int) -> str:
        """What the verb, noun or preposition over this verb makes of it."""
        form = self.verb(at).form
        if form == "infinitive":
            return self._of_infinitive(at)
        if form == "gerund":
            return self._of_preposition(at)
        if self._of_anybody(at):
            return UNREAL
        return REAL if form == "participle" else self._of_content(at)

    def _of_anybody(self, at: int) -> bool:
        """Whether a verb says more of people in general: "ban persons convicted of …", "officers who detain … are liable"."""
        relative = self._relative_before(at)
        noun = self.back(at) if self.verb(at).form == "participle" else self.back(relative) if relative is not None else -1
        if not self.is_noun(noun):
            return False
        if not self._is_bare(noun):
            return relative is not None and self._is_ruled(noun, at)
        matrix = next((j for j in range(noun - 1, -1, -1) if self.is_verb(j) or self.kind(j) in ("STOP", "SUB")), -1)
        if self.is_verb(matrix) and self.status(matrix) in (UNREAL, ASKED):
            return True
        ruled = self.language.words("scope", "unreal", "modals") | self.language.words("scope", "ruling")
        verb = self.verb(at)
        alone = all(token.tag == "ADV" for token in self.tokens[verb.start : verb.main])
        present = alone and set(self.tokens[verb.main].form) & set("bs")
        rest = self.tokens[self.verb(at).end :]
        return relative is not None and bool(present) and any(token.low in ruled for token in rest)

    def _is_ruled(self, at: int, verb: int) -> bool:
        """Whether a rule speaks of whoever: "a person who has been arrested must be released"; not of a day, nor of the past."""
        noun, words = self.noun(at), self.language.words
        if self.tokens[noun.start].low not in words("scope", "anybody") or any(unit.kind == "DATE" for unit in self.units):
            return False
        low = {token.low for token in self.tokens[self.verb(verb).start : self.verb(verb).end]}
        rest = self.tokens[self.verb(verb).end :]
        return bool(low & words("scope", "present")) and any(token.low in words("scope", "obliging") for token in rest)

    def _is_bare(self, at: int) -> bool:
        """Whether a noun names nobody in particular: a plural without article, owner, number or name."""
        noun = self.noun(at)
        plain = noun.plural and not noun.pronoun and not noun.name and noun.count is None and noun.owner is None
        return plain and all(token.tag in ("NOUN", "ADJ") for token in self.tokens[noun.start : noun.end])

    def _of_infinitive(self, at: int) -> str:
        words, matrix = self.language.words, self.matrix(at)
        if self.bearer(at) is not None:
            return NEGATED
        if self.decider(at) is not None:
            return REAL
        if matrix is None:
            return UNREAL
        over = self.verb(matrix)
        if over.lemma in words("scope", "real", "failing"):
            return _negate(self.status(matrix))
        if self.passive(matrix) and over.lemma in words("scope", "report", "verbs") | words("scope", "real", "reported"):
            return self.status(matrix)
        if over.lemma in words("scope", "writing") and self.verb(at).lemma in words("scope", "performing"):
            return REAL
        if over.lemma in words("scope", "real", "verbs") and not self._noun_between(matrix, at, over):
            return self.status(matrix)
        return UNREAL

    def _of_preposition(self, at: int) -> str:
        """Of a gerund: "by beating" is said to have happened, "without beating" not to, "of beating" as its noun has it."""
        words, before, matrix = self.language.words, self.back(at), self.matrix(at)
        over = self.verb(matrix).lemma if matrix is not None else ""
        unit = self.units[before] if before >= 0 else None
        if unit is not None and unit.kind == "PREP":
            if unit.word in words("scope", "real", "without"):
                return NEGATED
            noun = self.back(before)
            unreal_noun = self.is_noun(noun) and self.noun(noun).lemma in words("scope", "unreal", "nouns")
            purpose = unit.word == "for" and not self.verb(at).passive and not self._responsible(before)
            if unit.word not in words("scope", "real", "prepositions") or unreal_noun or purpose:
                return UNREAL
            if over in words("scope", "unreal", "verbs"):
                return UNREAL
        elif matrix == before and over in words("scope", "unreal", "verbs"):
            return UNREAL
        return self.status(matrix) if matrix is not None else REAL

    def _of_content(self, at: int) -> str:
        """Of a clause with "that": what the verb or noun over it makes of it ("fears that", "it is not true that")."""
        words, governor = self.language.words, self._governor(at)
        if governor is None:
            return REAL
        if self.is_noun(governor):
            unreal = words("scope", "unreal", "nouns") | words("scope", "fear")
            return UNREAL if self.noun(governor).lemma in unreal or self.noun(governor).negative else REAL
        verb = self.verb(governor)
        unwanted = verb.lemma in words("scope", "unreal", "verbs") and verb.lemma not in words("scope", "report", "verbs")
        if unwanted or verb.lemma in words("scope", "fear") or verb.modal in words("scope", "possible"):
            return UNREAL
        if self.status(governor) == NEGATED:
            return NEGATED if verb.form == "copula" else UNREAL
        if self._generic(governor):
            return UNREAL
        said = self.tokens[verb.end : verb.end + 2]
        if verb.form == "copula" and any(token.low in words("scope", "untrue") for token in said):
            return UNREAL
        return REAL

    def _noun_between(self, matrix: int, at: int, over: Verb) -> bool:
        """Such as "continue its efforts to", "use force to": the infinitive hangs on the noun or says a purpose."""
        if over.lemma in self.language.words("scope", "causing") | self.language.words("scope", "instrument"):
            return False
        return not self.passive(matrix) and any(self.is_noun(j) for j in range(matrix + 1, at))

    def _responsible(self, preposition: int) -> bool:
        left = preposition - 1
        return left >= 0 and self.tokens[self.units[left].end - 1].low in self.language.words("scope", "support", "agent_about")

    def _governor(self, at: int) -> int | None:
        """The verb or noun whose "that" clause holds the verb at ``at``."""
        for j in range(at - 1, -1, -1):
            unit = self.units[j]
            if unit.kind == "STOP":
                return None
            if unit.kind == "SUB" and unit.word in self.language.words("grammar", "complementizers"):
                left = self.back(j)
                while left >= 0 and not (self.is_verb(left) or self.kind(left) == "STOP"):
                    unreal = self.language.words("scope", "unreal", "nouns")
                    if self.is_noun(left) and (self.noun(left).lemma in unreal or self.noun(left).negative):
                        return left
                    left -= 1
                return left if self.is_verb(left) else None
        return self._governor_without_that(at)

    def _governor_without_that(self, at: int) -> int | None:
        """Of "they fear their sons were killed" the fear."""
        subjects = self.subjects(at)
        over = self.back(min(subjects)) if subjects else -1
        if over >= 0 and self.kind(over) == "POSS":
            over = self.back(over - 1)
        return over if self.is_verb(over) and self.verb(over).form == "finite" and over < at else None


def _negate(status: str) -> str:
    return {REAL: NEGATED, NEGATED: REAL}.get(status, status)

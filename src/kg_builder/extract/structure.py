"""Who stands where in a sentence: the subject, objects and agents of each verb group.

The units of a sentence come in a row (:mod:`phrases`); parties are found by walking from a verb group over what stands between:
appositions, relative clauses, prepositional phrases, other verbs of the same list.
"""

from __future__ import annotations

from kg_builder.extract.actors import Kinds
from kg_builder.extract.phrases import Noun, Unit, Verb
from kg_builder.extract.sentences import Sentence

_SKIPPED = frozenset(["ADV", "QUOTE", "NEG", "ADJ", "CLITIC"])


class Structure:
    """One sentence with its units."""

    def __init__(self, sentence: Sentence, units: list[Unit], number: int, kinds: Kinds) -> None:
        self.sentence, self.units, self.number, self.kinds = sentence, units, number, kinds
        self.tokens = sentence.tokens
        self.language = kinds.language
        self._subjects: dict[int, list[int]] = {}
        self._lead: dict[int, int | None] = {}

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

    # --- to the left: subjects ----------------------------------------------------------------------------------------

    def back(self, at: int) -> int:
        """The unit before ``at`` that is no adverb or quotation mark."""
        at -= 1
        while at >= 0 and self.units[at].kind in _SKIPPED:
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

    def subjects(self, at: int) -> list[int]:
        """The units of the nouns that are the grammatical subject of the verb at ``at``."""
        if at not in self._subjects:
            self._subjects[at] = []
            self._subjects[at] = self._find_subjects(at)
        return self._subjects[at]

    def _find_subjects(self, at: int) -> list[int]:
        verb = self.verb(at)
        lead = self.lead(at)
        before = self.back(at)
        if lead is not None and not (verb.form in ("finite", "copula") and self.is_noun(before)):
            return self.subjects(lead)
        if verb.form == "infinitive":
            return self._controller(at)
        if verb.form == "gerund":
            return self._of_gerund(at, before)
        if verb.form == "participle":
            if self.is_noun(before) or self.kind(before) == "DATE":
                return self._chain(before, nearest=True)
            if self.kind(before) == "COMMA":
                left = self.back(before)
                if self.is_noun(left):
                    return self._chain(left)
            ahead = self._next_verb(at, ("finite", "copula"))
            return self.subjects(ahead) if ahead is not None and before < 0 else []
        return self._of_finite(before)

    def _of_finite(self, before: int) -> list[int]:
        if before < 0:
            return []
        unit = self.units[before]
        if unit.kind == "REL":
            return self._antecedent(before)
        if unit.noun is not None or unit.kind == "DATE":
            return self._chain(before)
        if unit.kind in ("COMMA", "DASH") or unit.word == ")":
            return self._before_insertion(before)
        if unit.verb is not None and unit.verb.form in ("participle", "gerund", "infinitive"):
            return self.subjects(before)
        if unit.verb is not None:
            relative = self._relative_over(before)
            return self._antecedent(relative) if relative is not None else []
        if unit.kind in {"PREP", "OTHER"}:
            return self._of_finite(self.back(before))
        return []

    def _antecedent(self, relative: int) -> list[int]:
        """What a relative pronoun stands for."""
        j = self.back(relative)
        while j >= 0 and self.units[j].kind in ("COMMA", "PREP", "DASH"):
            j = self.back(j)
        if j < 0 or not self.is_noun(j):
            return []
        people = self.units[relative].word in ("who", "whom")
        chain = self._steps(j)
        if people:
            for step in chain:
                if self.kinds.of(self.noun(step), self.tokens) not in ("", "state"):
                    return self._coordinated_left(step)
        return self._coordinated_left(j)

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

    def _chain(self, at: int, *, nearest: bool = False) -> list[int]:
        """The head of the noun phrase that ends at ``at``, with what is coordinated to it."""
        start = at
        while True:
            left = self.back(at)
            if self.kind(at) == "DATE" and self.is_noun(left):
                at = left
                continue
            if self.kind(left) == "PREP":
                far = self.back(left)
                if self.is_noun(far) or self.kind(far) == "DATE":
                    if nearest and self.is_noun(at) and self.kinds.of(self.noun(at), self.tokens):
                        break
                    at = far
                    continue
                if self.is_verb(far) and self.verb(far).form in ("participle", "gerund") and self.is_noun(self.back(far)):
                    at = self.back(far)
                    continue
                if self.is_verb(far) and self.verb(far).form in ("finite", "copula"):
                    relative = self._relative_before(far)
                    if relative is not None:
                        return self._antecedent(relative)
                if self.kind(at) == "DATE" or far < 0 or self.kind(far) == "COMMA":
                    return [start] if start != at and self.is_noun(start) else ([] if self.kind(at) == "DATE" else [at])
            elif self.is_verb(left) and self.is_noun(at):
                relative = self._relative_before(left)
                if relative is not None and self.verb(left).form in ("finite", "copula"):
                    return self._antecedent(relative)
                if self.verb(left).form in ("participle", "gerund") and self.is_noun(self.back(left)):
                    at = self.back(left)
                    continue
            break
        return self._coordinated_left(at) if self.is_noun(at) else []

    def _relative_before(self, at: int) -> int | None:
        """The relative pronoun whose verb stands at ``at``."""
        left = self.back(at)
        if self.kind(left) == "REL":
            return left
        if self.is_noun(left) and self.kind(self.back(left)) == "REL":
            return self.back(left)
        return None

    def _relative_over(self, at: int) -> int | None:
        """The relative pronoun of the clause that the verb at ``at`` ends ("villagers who had stayed …")."""
        for j in range(at - 1, -1, -1):
            if self.units[j].kind == "REL":
                return j
            if self.units[j].kind in ("COMMA", "STOP", "SUB", "CONJ"):
                return None
        return None

    def _before_insertion(self, comma: int) -> list[int]:
        """The noun before "…, who heads the union, …" where ``comma`` is the second one."""
        j = self.back(comma)
        while j >= 0 and self.units[j].kind not in ("STOP",):
            if self.units[j].kind in ("COMMA", "DASH") or self.units[j].word == "(":
                left = self.back(j)
                if self.is_noun(left) or self.kind(left) == "DATE":
                    opened = j + 1
                    inserted = self.units[opened] if opened < len(self.units) else None
                    is_clause = (
                        inserted is not None
                        and inserted.noun is not None
                        and self.tokens[inserted.start].low not in self.language.words("grammar", "relative_owners")
                        and any(
                            self.is_verb(k) and self.verb(k).form in ("finite", "copula") and self._relative_before(k) is None
                            for k in range(opened, comma)
                        )
                    )
                    if not is_clause:
                        found = self._chain(left)
                        if found:
                            return found
            j -= 1
        return []

    def _coordinated_left(self, at: int) -> list[int]:
        found = [at]
        while True:
            left = self.back(at)
            if self.kind(left) == "COMMA" and self.kind(self.back(left)) == "CONJ":
                left = self.back(left)
            commas = self.kind(left) == "COMMA"
            if self.kind(left) not in ("CONJ", "COMMA"):
                return found
            far = self.back(left)
            if self.kind(left) == "CONJ" and self.kind(far) == "COMMA":
                far = self.back(far)
            if commas and len(found) < 2:
                return found
            if not self.is_noun(far):
                return found
            head = self._steps(far)[-1]
            over = self.back(head)
            governed = self.is_verb(over) and self.verb(over).form in ("finite", "infinitive") and self.units[left].kind == "CONJ"
            if governed and not self._is_subject_position(over):
                return found
            at = head
            found.append(head)

    def _is_subject_position(self, verb: int) -> bool:
        """Whether what follows a verb can be the subject of another clause: only after a verb of saying or seeing."""
        return self.verb(verb).lemma in self.language.words("scope", "report", "verbs")

    def bearer(self, at: int) -> list[int] | None:
        """Whose failure it is, of "the failure of the police to protect" and "the ministry's refusal to investigate"; None where
        the infinitive at ``at`` does not hang on such a noun.
        """
        before = self.back(at)
        if not self.is_noun(before):
            return None
        failing = self.language.words("scope", "failures")
        head = self.back(self.back(before))
        if self.units[self.back(before)].word == "of" and self.is_noun(head) and self.noun(head).lemma in failing:
            return [before]
        if self.noun(before).lemma not in failing:
            return None
        owner = self.noun(before).owner
        return [owner.unit] if owner is not None else []

    def _controller(self, at: int) -> list[int]:
        bearer = self.bearer(at)
        if bearer is not None:
            return bearer
        matrix = self.matrix(at)
        if matrix is None:
            before = self.back(at)
            return self._chain(before) if self.is_noun(before) else []
        if not self.passive(matrix) and self.verb(matrix).lemma not in self.language.words("scope", "instrument"):
            for j in range(matrix + 1, at):
                if (self.is_noun(j) and self.kind(self.back(j)) != "PREP") or (
                    self.is_noun(j) and self.units[self.back(j)].word in ("on", "upon", "to", "for")
                ):
                    return [j]
        return self.subjects(matrix)

    def _of_gerund(self, at: int, before: int) -> list[int]:
        if self.is_noun(before):
            return self._chain(before, nearest=True)
        if self.kind(before) == "PREP" or self.kind(before) in ("COMMA", "SUB", "REL", "CONJ"):
            matrix = self.matrix(at)
            if matrix is not None:
                by = self.units[before].word in self.language.words("grammar", "agent_prepositions")
                if by and self.passive(matrix):
                    return self.agents(matrix)
                blaming = self.verb(matrix).lemma in self.language.words("scope", "support", "blame")
                if blaming and self.kind(before) == "PREP" and not self.passive(matrix):
                    return self.objects(matrix)
                return self.subjects(matrix)
            ahead = self._next_verb(at, ("finite", "copula"))
            return self.subjects(ahead) if ahead is not None else []
        matrix = self.matrix(at)
        return self.subjects(matrix) if matrix is not None else []

    def _next_verb(self, at: int, forms: tuple[str, ...]) -> int | None:
        for j in range(at + 1, len(self.units)):
            if self.units[j].kind == "STOP":
                return None
            if self.is_verb(j) and self.verb(j).form in forms:
                return j
        return None

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

    # --- to the right: objects and agents -----------------------------------------------------------------------------

    def objects(self, at: int, skip: int = 0) -> list[int]:
        """The units of the direct object, with what is coordinated to it; ``skip`` is the first token that may belong to it."""
        verb = self.verb(at)
        relative = self._relative_before(at)
        left = self.back(at)
        pronouns = self.language.words("grammar", "relative_pronouns")
        stands_for_object = (
            relative is not None and self.units[relative].word in pronouns and self.kind(self.back(relative)) != "PREP"
        )
        if relative is not None and stands_for_object and relative != left and not verb.passive:
            found = self._antecedent(relative)
            if found:
                return found
        if self.kind(at - 1) == "CLITIC" and self.is_noun(at - 1) and not verb.passive:
            return [at - 1]
        j = at + 1
        while j < len(self.units) and (self.units[j].kind in _SKIPPED or self.units[j].start < skip):
            j += 1
        told_first = (
            self.language.data["grammar"].get("repeats_articles") and self.kind(j) == "PREP" and self.units[j].word == "to"
        )
        if told_first and self.is_noun(j + 1) and self.is_noun(j + 2) and self.party(j + 1):
            j += 2
        if self.is_noun(j):
            while self.kind(j + 1) == "POSS" and self.is_noun(j + 2):
                j += 2
            return self.coordinated_right(j)
        if self.kind(j) in ("CONJ", "COMMA"):
            for k in range(j, min(j + 6, len(self.units))):
                if self.is_verb(k):
                    return self.objects(k) if self.lead(k) == at and not self.verb(k).passive else []
                if self.is_noun(k):
                    return []
        return []

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
            if self.units[nxt].word == "but" or not self.is_noun(nxt + 1):
                return found
            after = nxt + 2
            while self.kind(after) == "PREP" and self.is_noun(after + 1):
                after += 2
            if self.is_verb(after) and self.verb(after).form in ("finite", "copula"):
                return found
            if comma and self.kind(nxt) == "COMMA" and not self._list_goes_on(nxt + 1):
                return found
            j = nxt + 1
            found.append(j)

    def _list_goes_on(self, at: int) -> bool:
        """Whether a comma begins a further item of a list rather than an apposition: an "and" comes before any verb."""
        for j in range(at, min(at + 14, len(self.units))):
            if self.units[j].kind == "CONJ":
                return True
            if self.units[j].kind in ("STOP", "SUB", "REL") or self.is_verb(j):
                return False
        return False

    def after_preposition(self, at: int, prepositions: tuple[str, ...], *, stop_at_verb: bool = True) -> list[int]:
        """The nouns after one of these prepositions, to the right of ``at`` and within its clause."""
        for j in range(at + 1, len(self.units)):
            unit = self.units[j]
            if unit.kind in ("STOP", "SUB", "REL"):
                return []
            if unit.verb is not None and stop_at_verb and unit.verb.form in ("finite", "copula"):
                return []
            if unit.kind == "PREP" and unit.word in prepositions and self.is_noun(j + 1):
                return self.coordinated_right(j + 1)
        return []

    def agents(self, at: int) -> list[int]:
        """Who stands after "by", for a passive verb or a noun at ``at``, or has it done."""
        return self._after_by(at) or self._causer(at)

    def _after_by(self, at: int) -> list[int]:
        by = self.language.words("grammar", "agent_prepositions")
        for j in range(at + 1, len(self.units)):
            unit = self.units[j]
            if unit.kind in ("STOP", "SUB") or (unit.kind == "REL" and not self.is_verb(at)):
                return []
            if unit.verb is not None and j != at:
                shared = self.is_verb(at) and self._shares(at, j)
                if not shared and unit.verb.form in ("finite", "copula", "participle"):
                    return []
            if unit.kind == "PREP" and unit.word in by and self.is_noun(j + 1):
                noun = self.noun(j + 1)
                if self.party(j + 1) or noun.pronoun or noun.name:
                    return self.coordinated_right(j + 1)
        return []

    def _causer(self, at: int) -> list[int]:
        """Who "had the advocate ejected"."""
        if not self.is_verb(at) or self.verb(at).form != "participle" or not self.is_noun(self.back(at)):
            return []
        having = self.back(self.back(at))
        if not self.is_verb(having) or self.verb(having).lemma not in self.language.words("grammar", "causatives"):
            return []
        return self.subjects(having)

    def _shares(self, at: int, other: int) -> bool:
        if self.verb(other).start != self.verb(other).main:
            return False
        while (lead := self.lead(other)) is not None:
            if lead == at:
                return True
            other = lead
        return False

    def party(self, at: int) -> str:
        """The kind of party that the noun at ``at`` names; of "some of them" and "a group of soldiers" that of the last."""
        noun = self.noun(at)
        kind = self.kinds.of(noun, self.tokens)
        inner = self.whole(at)
        if inner != at:
            return self.kinds.of(self.noun(inner), self.tokens) or kind
        return kind

    def named(self, at: int) -> int:
        """For "one of the guards, Sergeant X," the unit of the name in apposition; else the unit itself."""
        j = at
        while self.kind(j + 1) == "PREP" and self.is_noun(j + 2):
            j += 2
        name = j + 2
        if self.kind(j + 1) != "COMMA" or not self.is_noun(name) or self.noun(at).name:
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

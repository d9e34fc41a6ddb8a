"""Who stands where in a sentence: the subject, objects and agents of each verb group.

The units of a sentence come in a row (:mod:`phrases`); parties are found by walking from a verb group over what stands between:
appositions, relative clauses, prepositional phrases, other verbs of the same list.
"""

from __future__ import annotations

from kg_builder.extract.reading.actors import Kinds
from kg_builder.extract.reading.row import SKIPPED, Row
from kg_builder.extract.reading.sentences import Sentence
from kg_builder.extract.reading.units import Unit


class Structure(Row):
    """One sentence with its units and who stands where."""

    def __init__(self, sentence: Sentence, units: list[Unit], number: int, kinds: Kinds) -> None:
        super().__init__(sentence, units, number, kinds)
        self._subjects: dict[int, list[int]] = {}

    # --- to the left: subjects ----------------------------------------------------------------------------------------

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
            if self.is_verb(before):
                return self.subjects(before)
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
            kinds = [self.kinds.of(self.noun(step), self.tokens) for step in chain]
            apart = ("", "state", "organisation") if set(kinds) - {"", "state", "organisation"} else ("", "state")
            for step, kind in zip(chain, kinds, strict=True):
                if kind not in apart:
                    part = self.back(self.back(step))
                    is_part = self.is_noun(part) and self.whole(part) == step
                    return self._coordinated_left(part if is_part else step)
        if self.units[relative].word == "which" and self.kinds.of(self.noun(j), self.tokens) in ("group", "person"):
            return []
        if len(chain) > 1 and self.noun(j).name and self.kinds.is_place(self.noun(j), self.tokens):
            return self._coordinated_left(chain[1])
        return self._coordinated_left(j)

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
                if self._opens_clause(left, at, far) and not nearest:
                    break
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

    def _opens_clause(self, preposition: int, at: int, far: int) -> bool:
        """Whether a preposition begins a clause whose subject is the noun at ``at``: "months after soldiers shot him"."""
        if self.units[preposition].word not in self.language.words("grammar", "clause_prepositions") or not self.is_noun(at):
            return False
        party = self.kinds.of(self.noun(at), self.tokens)
        pronoun = self.noun(at).pronoun and self.noun(at).lemma in self.language.words("actors", "inferred_agents")
        return (bool(party) or pronoun) and not (self.is_noun(far) and self.kinds.of(self.noun(far), self.tokens))

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
                        added = next((k for k in range(opened, comma) if self.is_noun(k)), None)
                        if found and self.kind(opened) == "CONJ" and added is not None:
                            return [*self.coordinated_right(added), *found]
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
            if self.kind(left) not in ("CONJ", "COMMA") or self.units[left].word in ("but", "than"):
                return found
            far = self.back(left)
            while self.kind(left) == "CONJ" and self.kind(far) == "CONJ":
                far = self.back(far)
            apart = self.kind(left) == "CONJ" and self.kind(far) == "COMMA"
            if apart:
                far = self.back(far)
            if commas and len(found) < 2:
                return found
            if not self.is_noun(far):
                return found
            head = self._steps(far)[-1]
            over = self.back(head)
            if self.kind(over) == "PREP" and self.is_verb(self.back(over)):
                over, apart = self.back(over), True
            governed = self.is_verb(over) and self.verb(over).form in ("finite", "infinitive") and self.units[left].kind == "CONJ"
            if governed and (apart or not self._is_subject_position(over)):
                return found
            if head != far and found == [at] and self.joined(head, at):
                found = []
            at = head
            found.append(head)

    def _is_subject_position(self, verb: int) -> bool:
        """Whether what follows a verb can be the subject of another clause: only after a verb of saying or seeing."""
        return self.verb(verb).lemma in self.language.words("scope", "report", "verbs")

    def decider(self, at: int) -> int | None:
        """Who decided, of "the ministry's decision to cancel …" and "the decision by the court to ban …"."""
        deciding = self.language.words("scope", "decisions")
        j = self.back(at)
        while self.kind(j) == "DATE" or (self.is_noun(j) and self.noun(j).lemma not in deciding):
            j = self.back(j)
            while self.kind(j) == "PREP":
                j = self.back(j)
        if not self.is_noun(j) or self.noun(j).lemma not in deciding:
            return None
        owner = self.owner_of(j)
        if owner is not None:
            return owner
        after = self.is_noun(j + 2) and self.units[j + 1].word in ("by", "of")
        return j + 2 if after and self.party(j + 2) else None

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
        owner = self.owner_of(before)
        return [owner] if owner is not None else []

    def _controller(self, at: int) -> list[int]:
        bearer = self.bearer(at)
        if bearer is not None:
            return bearer
        decider = self.decider(at)
        if decider is not None:
            return [decider]
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
            matrix = self._main_verb(at) if self.kind(self.back(before)) == "COMMA" else self.matrix(at)
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

    def _main_verb(self, at: int) -> int | None:
        """The verb left of ``at`` that stands in no relative clause: ", without examining …" goes with it."""
        for j in range(at - 1, -1, -1):
            if self.kind(j) == "STOP":
                break
            if self.is_verb(j) and self.verb(j).form in ("finite", "copula") and self._relative_before(j) is None:
                return j
        return self.matrix(at)

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
        bare = self._bare_relative(at)
        if bare is not None:
            return self._coordinated_left(bare)
        if self.kind(at - 1) == "CLITIC" and self.is_noun(at - 1) and not verb.passive:
            return [at - 1]
        j = at + 1
        while j < len(self.units) and (self.units[j].kind in SKIPPED or self.units[j].start < skip):
            j += 1
        told_first = (
            self.language.data["grammar"].get("repeats_articles") and self.kind(j) == "PREP" and self.units[j].word == "to"
        )
        if told_first and self.is_noun(j + 1) and self.is_noun(j + 2) and self.party(j + 1):
            j += 2
        if self.is_noun(j):
            return self.coordinated_right(self.owned(j))
        if self.kind(j) in ("CONJ", "COMMA"):
            for k in range(j, min(j + 6, len(self.units))):
                if self.is_verb(k):
                    return self.objects(k) if self.lead(k) == at and not self.verb(k).passive else []
                if self.is_noun(k):
                    return []
        return []

    def _bare_relative(self, at: int) -> int | None:
        """Of "the house the soldiers burned was hers" the house."""
        verb, subject = self.verb(at), at - 1
        if verb.passive or verb.form != "finite" or not self.is_noun(subject) or not self.is_noun(subject - 1):
            return None
        begins = self.tokens[self.noun(subject).start].tag in ("DET", "OWN", "PRON")
        ends = self.is_verb(at + 1) or self.kind(at + 1) in ("STOP", "PREP")
        return subject - 1 if begins and ends and not self.noun(subject - 1).pronoun else None

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
            if unit.kind == "PREP" and (unit.word in by or self._at_hands(j)) and self.is_noun(j + 1):
                if self.is_verb(at) and self._taken_by(j):
                    return []
                doer = self.owned(j + 1)
                noun = self.noun(doer)
                if self.party(doer) or noun.pronoun or noun.name:
                    return self.coordinated_right(doer)
        return []

    def _at_hands(self, of: int) -> bool:
        """Whether "of" ends "at the hands of"."""
        return self.units[of].word == "of" and of > 0 and self.units[of - 1].word == "hands"

    def _taken_by(self, by: int) -> bool:
        """Whether "by" says who would do what somebody was refused ("refused visits by her lawyer")."""
        before = self.back(by)
        return self.is_noun(before) and self.noun(before).lemma in self.language.words("grammar", "taken_by")

    def _causer(self, at: int) -> list[int]:
        """Who "had the advocate ejected"."""
        if not self.is_verb(at) or self.verb(at).form != "participle" or not self.is_noun(self.back(at)):
            return []
        having = self.back(self.back(at))
        turned = self.kind(at + 1) == "PREP" and self.units[at + 1].word in ("against", "on") and self.is_noun(at + 2)
        if turned and self.noun(at + 2).pronoun:
            return []
        if not self.is_verb(having) or self.verb(having).lemma not in self.language.words("grammar", "causatives"):
            return []
        thing = not self.kinds.of(self.noun(self.back(at)), self.tokens) and not self.noun(self.back(at)).pronoun
        subjects = self.subjects(having)
        return [] if thing and not any(self.party(each) in ("authority", "state") for each in subjects) else subjects

    def _shares(self, at: int, other: int) -> bool:
        if self.verb(other).start != self.verb(other).main:
            return False
        while (lead := self.lead(other)) is not None:
            if lead == at:
                return True
            other = lead
        return False

"""The words of the text that fill the slots of a draft: of tokens, and of a party with all that names it."""

from __future__ import annotations

from kg_builder.extract.entries import Slot
from kg_builder.extract.language import Language
from kg_builder.extract.reading.actors import Kinds, full_end, mention_of
from kg_builder.extract.reading.clauses import Clauses


class Slots:
    """Makes the slots of one text."""

    def __init__(self, text: str, language: Language, kinds: Kinds) -> None:
        self.text, self.language, self.kinds = text, language, kinds

    def slot(self, clauses: Clauses, start: int, end: int) -> Slot:
        tokens = clauses.tokens
        span = tokens[start].start, tokens[max(end, start + 1) - 1].end
        return Slot(self.text[slice(*span)], span)

    def party(self, clauses: Clauses, at: int, *, whole: bool = True) -> Slot | None:
        """The words that name the party at a unit: without numbers for an agent, with them for victims."""
        inner = clauses.whole(at) if whole else at
        noun = clauses.noun(inner)
        if noun.pronoun and whole:
            return None
        last = full_end(clauses.units, inner, clauses.tokens, self.kinds, people=True)
        if whole and clauses.party(inner):
            mention = mention_of(
                clauses.sentence, clauses.units, inner, last, clauses.number, self.text, clauses.party(inner), self.language
            )
            if mention is not None:
                return Slot(self.text[mention.start : mention.end], (mention.start, mention.end))
        first = noun.owner.start if noun.owner is not None else noun.start
        return self.slot(clauses, first, clauses.units[last].end)

    def between(self, slots: list[Slot]) -> Slot:
        start, end = min(slot.span[0] for slot in slots), max(slot.span[1] for slot in slots)
        return Slot(self.text[start:end], (start, end))

"""What a demand seeks, and which words ask for it, by the language's file demands.yaml."""

from __future__ import annotations

import re

from kg_builder.extract.entries import Demand, Span
from kg_builder.extract.language import Language

OTHER = "other"
_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_WITHIN = 12
"""How many words at most lead from one word of a phrase to the next."""
_BEFORE = 1500
"""How far before an entry of a list the words may stand that open the list."""


class Sought:
    """Reads the actions and the words of asking of one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        demands = language.data["demands"]
        phrases: dict[str, list[str]] = demands.get("sought", {})
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for notation, entries in phrases.items():
            for entry in entries:
                words = tuple(str(entry).split())
                self._phrases.setdefault(words[0], []).append((words, notation))
        asking = {str(entry["say"]).split()[0] for entry in demands.get("performatives", ())}
        self._asking = frozenset(asking | {*demands.get("nouns", ()), *demands.get("needs", ())})
        self._modals = frozenset(demands.get("modals", ()))

    def action(self, words: str) -> str:
        """The notation of the scheme sought-action that the words tell; ``other`` where none does."""
        lemmas = [self._forms(match[0]) for match in _WORD.finditer(words)]
        for at, forms in enumerate(lemmas):
            fitting = [
                (len(phrase), notation)
                for form in forms
                for phrase, notation in self._phrases.get(form, ())
                if _follows(lemmas, at + 1, phrase[1:])
            ]
            if fitting:
                return max(fitting, key=lambda each: each[0])[1]
        return OTHER

    def asking(self, demand: Demand, text: str) -> Span | None:
        """The words that ask: within the quote, else the last before it, as those that open a list."""
        start, end = demand.quote.span
        within = self._words_of_asking(text, start, end)
        if within:
            return next((span for span in within if span[1] <= demand.action.span[0]), within[0])
        before = self._words_of_asking(text, max(0, start - _BEFORE), start)
        return before[-1] if before else None

    def _words_of_asking(self, text: str, start: int, end: int) -> list[Span]:
        found = []
        for match in _WORD.finditer(text, start, end):
            if match.start() == start and start > 0 and text[start - 1].isalnum():
                continue
            if match[0].casefold() in self._modals or self._asking.intersection(self._forms(match[0])):
                found.append(match.span())
        return found

    def _forms(self, word: str) -> frozenset[str]:
        low = word.casefold()
        verbs = (reading.lemma for reading in self._language.verbs.get(low, ()))
        return frozenset((low, self._language.lemma_of_noun(low), *verbs))


def _follows(lemmas: list[frozenset[str]], at: int, rest: tuple[str, ...]) -> bool:
    """Whether the words of ``rest`` come in this order, not far from each other."""
    for word in rest:
        at = next((n + 1 for n in range(at, min(len(lemmas), at + _WITHIN)) if word in lemmas[n]), -1)
        if at < 0:
            return False
    return True

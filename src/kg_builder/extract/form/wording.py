"""One plain sentence for each entry of a draft, made from its slots: what a person corrects on reviewing it."""

from __future__ import annotations

import re

from kg_builder.extract.entries import Allegation, Demand, Denial, Slot
from kg_builder.extract.form.parties import Parties
from kg_builder.extract.language import Language
from kg_builder.vocabulary import Concept


class Wording:
    """Writes sentences in English; where the text is in another language, the words of the quote stand for the sentence."""

    def __init__(self, parties: Parties, language: Language, acts: dict[str, Concept]) -> None:
        self._parties = parties
        self._language = language
        self._acts = acts

    def label(self, allegation: Allegation) -> str:
        """What is alleged to have happened, as the label of the event."""
        victims = self._list(tuple(slot for slot in allegation.victims if not self._parties.is_pronoun(slot)))
        what = self._act(allegation)
        return f"{what}: {victims}" if victims else what

    def allegation(self, allegation: Allegation) -> str:
        if self._language.code != "en":
            return self._sentence(self._parties.masked(allegation.quote))
        accused, victims, what = self._list(allegation.accused), self._list(allegation.victims), self._act(allegation)
        if accused and victims:
            said = f"{accused} subjected {victims} to {what}"
        elif accused:
            said = f"there was {what} by {accused}"
        elif victims:
            said = f"{victims} {'were' if self._is_plural(allegation) else 'was'} subjected to {what}"
        else:
            said = f"there was {what}"
        if allegation.place is not None:
            said += f" in {self._name(allegation.place)}"
        if allegation.when is not None:
            when = self._name(allegation.when)
            tag = self._language.tags.get(when.split()[0].casefold())
            said += f" {when}" if tag == "PREP" else f" ({when})"
        return self._sentence(said)

    def denial(self, denial: Denial) -> str:
        """What is denied, as far as the words give it without the denial."""
        what = self._parties.masked(denial.what)
        return self._sentence(re.sub(r"^that\s+", "", what, flags=re.IGNORECASE) or what)

    def demand(self, demand: Demand) -> str:
        asked = self._list((*demand.addressee, *demand.addressee_inferred))
        action = re.sub(r"^to\s+", "", self._parties.masked(demand.action), flags=re.IGNORECASE)
        first = action.split()[0].casefold()
        predicate = self._language.tags.get(first) in ("MODAL", "BE", "HAVE")
        if self._language.code != "en" or (predicate and not asked):
            return self._sentence(self._parties.masked(demand.quote))
        if predicate:
            return self._sentence(f"{asked} {action}")
        asked = asked or "those who are asked"
        readings = self._language.verbs.get(first, ())
        if any("b" in reading.form for reading in readings) and self._language.tags.get(first) not in ("DET", "PRON"):
            return self._sentence(f"{asked} should {action[:1].lower()}{action[1:]}")
        return self._sentence(f"what is asked of {asked} is {action[:1].lower()}{action[1:]}")

    # --- parts --------------------------------------------------------------------------------------------------------

    def _act(self, allegation: Allegation) -> str:
        labels = dict(self._acts[allegation.narrow_type].labels)
        label = labels.get(self._language.code) or labels.get("en") or allegation.narrow_type.replace("_", " ")
        return f"{label[:1].lower()}{label[1:]}"

    def _list(self, slots: tuple[Slot, ...]) -> str:
        names = list(dict.fromkeys(self._name(slot) for slot in slots))
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

    def _name(self, slot: Slot) -> str:
        """The words as they stand within a sentence."""
        words = self._parties.masked(slot)
        first, _, rest = words.partition(" ")
        small = self._language.tags.get(first.lower()) in ("DET", "PREP", "PRON", "OWN")
        return f"{first.lower()} {rest}" if rest and small else words

    def _is_plural(self, allegation: Allegation) -> bool:
        words = allegation.victims[-1].text.casefold().split()
        one = {word for word, value in self._language.data["numbers"]["words"].items() if value == 1} | {"1"}
        counted = self._language.words("numbers", "words") | self._language.words("numbers", "vague")
        if any(word not in one and (word in counted or word.replace(",", "").isdigit()) for word in words):
            return True
        plural = self._language.words("grammar", "people_plural") | self._language.words("actors", "inferred_plural")
        return len(allegation.victims) > 1 or any(
            word in plural or (word.endswith("s") and self._language.lemma_of_noun(word) != word) for word in words
        )

    @staticmethod
    def _sentence(words: str) -> str:
        """With a capital letter and a full stop."""
        words = words.strip().rstrip(",;:")
        end = "" if words.endswith((".", "!", "?", "…")) else "."
        return f"{words[:1].upper()}{words[1:]}{end}"

"""One plain sentence for each entry of a draft, made from its slots: what a person corrects on reviewing it."""

from __future__ import annotations

import re

from kg_builder.extract.entries import Allegation, Demand, Denial, Slot
from kg_builder.extract.form.parties import Parties
from kg_builder.extract.language import Language
from kg_builder.vocabulary import Concept

_THEY = frozenset(["they", "them", "their", "those", "these", "we", "us", "our"])
_SOMEBODY = frozenset(
    ["he", "him", "his", "she", "her", "i", "me", "my", "who", "it", "its", "anyone", "anybody", "someone", "everyone"]
)
_MANY = frozenset(["those", "these", "many", "several", "both", "few", "some", "others"])
"""Words for people at the head of a party that stands in the plural."""
_AUXILIARY = r"(?:am|is|are|was|were|has|have|had|do|does|did|will|would|can|could|should|may|might|must)"
_DENIED = re.compile(rf"\b({_AUXILIARY})(?:\s+(?:not|never)\b|n['’]t\b)|\b(?:not|never)\s+", re.IGNORECASE)
_NO = re.compile(r"\b(?:no(?!\.| one\b|-one\b)|any)\b")
_ONE = re.compile(r"(?:any(?:one|body)|nobody|no[ -]one)\b", re.IGNORECASE)
_VERB = re.compile(rf"\b{_AUXILIARY}\b")
_OF_ONE = frozenset(["was", "is", "has", "does"])
_THIRD_PERSON = {"am": "is", "have": "has", "do": "does"}


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
        what = self._act(allegation)
        if allegation.accused and allegation.victims:
            said = f"{self._list(allegation.accused)} subjected {self._list(allegation.victims, 'them')} to {what}"
        elif allegation.accused:
            said = f"there was {what} by {self._list(allegation.accused, 'them')}"
        elif allegation.victims:
            said = f"{self._list(allegation.victims)} {'were' if self._is_plural(allegation) else 'was'} subjected to {what}"
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
        what = re.sub(r"^that\s+", "", what, flags=re.IGNORECASE) or what
        if self._language.code != "en":
            return self._sentence(what)
        before = denial.quote.text[: max(denial.what.span[0] - denial.quote.span[0], 0)]
        verbs = self._language.words("scope", "denial", "verbs")
        lemmas = (reading.lemma for word in before.casefold().split() for reading in self._language.verbs.get(word, ()))
        return self._sentence(self._affirmed(what, twice=any(lemma in verbs for lemma in lemmas)))

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
        asked = self._list((*demand.addressee, *demand.addressee_inferred), "them") or asked
        return self._sentence(f"what is asked of {asked} is {action[:1].lower()}{action[1:]}")

    # --- parts --------------------------------------------------------------------------------------------------------

    def _act(self, allegation: Allegation) -> str:
        labels = dict(self._acts[allegation.narrow_type].labels)
        label = labels.get(self._language.code) or labels.get("en") or allegation.narrow_type.replace("_", " ")
        return f"{label[:1].lower()}{label[1:]}"

    def _affirmed(self, words: str, *, twice: bool) -> str:
        """Denied words as what they deny; where a verb denies them, a "not" among them is a part of that (``twice``)."""
        if not twice:
            words = _DENIED.sub(lambda found: found[1] or "", words, count=1)
        verb = _VERB.search(words)
        one = verb is not None and verb[0] in _OF_ONE
        first, _, rest = words.partition(" ")
        head = first.casefold()
        if head in ("none", "any") and rest.startswith("of ") and not (twice and head == "none"):
            words = f"{'one' if one else 'some'} {rest}"
        elif head in ("no", "any") and rest and not rest.startswith("one ") and not (twice and head == "no"):
            words = rest if verb is None else f"{self._article(rest, one=one)} {rest}"
        elif head in ("he", "she", "i"):
            verb_after, _, end = rest.partition(" ")
            words = f"somebody {_THIRD_PERSON.get(verb_after, verb_after)} {end}"
        elif head in _THEY - {"their", "our"} and _VERB.match(rest):
            words = f"they {rest}"
        elif head == "our":
            words = f"their {rest}"
        if twice:
            return re.sub(r"\bany(?:one|body)\b", "somebody", words, flags=re.IGNORECASE)
        words = _ONE.sub("somebody", words)
        return _NO.sub("some", words)

    def _article(self, words: str, *, one: bool) -> str:
        """What stands for "no" and "any" before ``words``: "a" before a single person, else "some"."""
        noun = words.partition(" ")[0].casefold()
        people = self._language.words("actors", "group", "heads") | self._language.words("actors", "person_heads")
        if not one or self._language.lemma_of_noun(noun) not in people:
            return "some"
        return "an" if noun[0] in "aeiou" else "a"

    def _list(self, slots: tuple[Slot, ...], they: str = "they") -> str:
        """The parties; what stands for one is neutral: "somebody", or "they" (after a verb: "them")."""
        names = list(dict.fromkeys(self._party(slot, they) for slot in slots))
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

    def _party(self, slot: Slot, they: str) -> str:
        word = slot.text.strip().casefold()
        if word in _THEY:
            return they
        return "somebody" if word in _SOMEBODY else self._name(slot)

    def _name(self, slot: Slot) -> str:
        """The words as they stand within a sentence."""
        words = self._parties.masked(slot)
        first, _, rest = words.partition(" ")
        small = self._language.tags.get(first.lower()) in ("DET", "PREP", "PRON", "OWN")
        return f"{first.lower()} {rest}" if rest and small else words

    def _is_plural(self, allegation: Allegation) -> bool:
        words = allegation.victims[-1].text.casefold().split()
        if words[0] in _MANY or (len(words) == 1 and words[0] in _THEY):
            return True
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

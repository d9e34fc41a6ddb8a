"""Scores one statement: what was found, missed and made up, for each kind of entry and each slot."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg_builder.evaluation.matching import Matching, match
from kg_builder.evaluation.places import Names, Places
from kg_builder.evaluation.reading import Allegation, Annotation, Count, Entry, Victim

HEADLINE = "allegations: strict, named accused"
"""Which parties are accused of what: the question for which the drafts are made."""
TRAPS = "traps hit"
NOT_VERBATIM = "quotes not verbatim"


@dataclass(frozen=True, slots=True)
class Tally:
    """True positives, false positives and false negatives; of a slot that is right or wrong, the rights and the wrongs."""

    found: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.found + other.found, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """Of nothing predicted it is 1 where nothing was to be found, else 0."""
        if not self.found + self.false:
            return 0.0 if self.missed else 1.0
        return self.found / (self.found + self.false)

    @property
    def recall(self) -> float:
        """Of nothing to be found it is 1."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


@dataclass(frozen=True, slots=True)
class Slip:
    """One thing that went wrong: ``sort`` is missed, false alarm, trap hit or not verbatim."""

    sort: str
    kind: str
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one statement; ``traps`` and ``not_verbatim`` are None where the statement's text is not at hand."""

    tallies: Mapping[str, Tally]
    shares: Mapping[str, Tally]
    """Slots of matched entries: right or wrong."""
    traps: int | None
    traps_hit: int | None
    not_verbatim: int | None
    slips: tuple[Slip, ...]


def score(predicted: Annotation, gold: Annotation, text: str | None, *, counter: bool = False) -> Score:
    """Score a statement's predicted entries; ``text`` is the statement's, against which quotes are placed.

    With ``counter``, allegations against the accusing side must be found as well; else finding them is no error.
    """
    return _Scorer(predicted, gold, text, counter).score()


class _Scorer:
    def __init__(self, predicted: Annotation, gold: Annotation, text: str | None, counter: bool) -> None:
        self._predicted = predicted
        self._gold = gold
        self._places = Places(text)
        self._names = Names((actor.name, actor.surface) for actor in gold.actors)
        self._counter = counter
        self._tallies: dict[str, Tally] = {}
        self._shares: dict[str, Tally] = {}
        self._slips: list[Slip] = []

    def score(self) -> Score:
        self._score_allegations()
        self._score_demands()
        self._score_denials()
        self._score_actors()
        self._score_events()
        counted = self._score_victims()
        traps = hit = unverbatim = None
        if self._places.has_text:
            traps = len(self._gold.traps)
            hit = self._hit_traps([*self._predicted.allegations, *counted])
            unverbatim = self._find_unverbatim()
        return Score(self._tallies, self._shares, traps, hit, unverbatim, tuple(self._slips))

    # --- the kinds ----------------------------------------------------------------------------------------------------

    def _score_allegations(self) -> None:
        predicted, gold = self._predicted.allegations, self._gold.allegations
        near = self._near(predicted, gold)
        meant = [self._meant(each.accused) for each in predicted]

        def has_type(at: int, label: int) -> bool:
            return predicted[at].act_type in (gold[label].act_type, *gold[label].alt_act_types)

        def has_accused(at: int, label: int) -> bool:
            own, wanted = predicted[at], gold[label]
            return self._parties_agree(own.accused, meant[at], wanted.accused, wanted.accused_implied)

        def is_optional(label: Entry) -> bool:
            assert isinstance(label, Allegation)
            return label.optional or (label.counter and not self._counter)

        def has_both(at: int, label: int) -> bool:
            return has_type(at, label) and has_accused(at, label)

        slots: dict[str, Callable[[int, int], bool]] = {
            "span": lambda _at, _label: True,
            "span+type": has_type,
            "span+accused": has_accused,
            "strict": has_both,
        }
        for slot, test in slots.items():
            suiting = [[label for label in labels if test(at, label)] for at, labels in enumerate(near)]
            matching = match(predicted, gold, suiting, is_optional)
            self._note(f"allegations: {slot}", matching)
        named = [at for at, each in enumerate(predicted) if each.accused]
        self._note(
            HEADLINE,
            match(
                [predicted[at] for at in named],
                gold,
                [suiting[at] for at in named],
                lambda label: is_optional(label) or (isinstance(label, Allegation) and not label.accused),
            ),
        )
        rights = [
            self._party(predicted[at].accuser) == self._party(gold[label].accuser)
            for label, at in matching.taken_by.items()
            if self._counter or not gold[label].counter
        ]
        self._share("accuser (of strict matches)", rights)

        def differ(at: int, label: int) -> Iterator[str]:
            own, wanted = predicted[at], gold[label]
            if not has_type(at, label):
                yield f"act type {own.act_type}, wanted {wanted.act_type}"
            if not has_accused(at, label):
                yield f"accused {_listed(own.accused)}, wanted {_listed(wanted.accused)}"

        self._tell("allegations", predicted, gold, matching, near, differ)

    def _score_demands(self) -> None:
        predicted, gold = self._predicted.demands, self._gold.demands
        near = self._near(predicted, gold)
        self._note("demands: span", match(predicted, gold, near, _is_optional))
        meant = [self._meant(each.addressee) for each in predicted]

        def agrees(at: int, label: int) -> bool:
            wanted = gold[label]
            return self._parties_agree(predicted[at].addressee, meant[at], wanted.addressee, wanted.addressee_implied)

        suiting = [[label for label in labels if agrees(at, label)] for at, labels in enumerate(near)]
        matching = match(predicted, gold, suiting, _is_optional)
        self._note("demands: strict", matching)

        def differ(at: int, label: int) -> Iterator[str]:
            if not agrees(at, label):
                yield f"addressee {_listed(predicted[at].addressee)}, wanted {_listed(gold[label].addressee)}"

        self._tell("demands", predicted, gold, matching, near, differ)

    def _score_denials(self) -> None:
        predicted, gold = self._predicted.denials, self._gold.denials
        near = self._near(predicted, gold)
        meant, wanted = ([self._party(each.who) for each in entries] for entries in (predicted, gold))
        suiting = [[label for label in labels if wanted[label] == meant[at]] for at, labels in enumerate(near)]
        matching = match(predicted, gold, suiting, _is_optional)
        self._note("denials", matching)

        def differ(at: int, label: int) -> Iterator[str]:
            if meant[at] != wanted[label]:
                yield f"by {predicted[at].who}, wanted {gold[label].who}"

        self._tell("denials", predicted, gold, matching, near, differ)

    def _score_actors(self) -> None:
        predicted, gold = self._predicted.actors, self._gold.actors
        called: dict[str | None, list[int]] = {}
        for at, actor in enumerate(gold):
            called.setdefault(self._party(actor.name), []).append(at)
        suiting = [
            sorted(label for party in self._meant((each.name, *each.surface)) for label in called.get(party, ()))
            for each in predicted
        ]
        matching = match(predicted, gold, suiting, _is_optional)
        self._note("actors", matching)
        pairs = [(predicted[at], gold[label]) for label, at in matching.taken_by.items()]
        self._share("actor kind (of matches)", [own.kind == wanted.kind for own, wanted in pairs])
        self._slips += [Slip("missed", "actors", gold[label].name, "no such name") for label in matching.missed]
        self._slips += [Slip("false alarm", "actors", predicted[at].name, "names nobody here") for at in matching.false]

    def _score_events(self) -> None:
        predicted, gold = self._predicted.events, self._gold.events
        near = self._near(predicted, gold)
        matching = match(predicted, gold, near, _is_optional)
        self._note("events: span", matching)
        dated = [(predicted[at], gold[label]) for label, at in matching.taken_by.items() if gold[label].date]
        self._share("event date (of matches)", [own.date == wanted.date for own, wanted in dated])
        self._tell("events", predicted, gold, matching, near, lambda _at, _label: iter(()))

    def _score_victims(self) -> list[Victim]:
        """Returns the predicted victims for whom a number is given."""
        predicted, gold = self._predicted.victims, self._gold.victims
        near = self._near(predicted, gold)
        matching = match(predicted, gold, near, _is_optional)
        self._note("victims: span", matching)
        self._tell("victims", predicted, gold, matching, near, lambda _at, _label: iter(()))
        predicted, gold = (tuple(each for each in some if each.count.tells_a_number) for some in (predicted, gold))
        near = self._near(predicted, gold)
        suiting = [
            [label for label in labels if _counts_agree(predicted[at].count, gold[label].count)] for at, labels in enumerate(near)
        ]
        matching = match(predicted, gold, suiting, _is_optional)
        self._note("counts (over 1)", matching)

        def differ(at: int, label: int) -> Iterator[str]:
            if not _counts_agree(predicted[at].count, gold[label].count):
                yield f"{_number(predicted[at].count)}, wanted {_number(gold[label].count)}"

        self._tell("counts", predicted, gold, matching, near, differ)
        return list(predicted)

    def _hit_traps(self, entries: Sequence[Entry]) -> int:
        hits = 0
        quotes = [each.quote for each in entries]
        for trap in self._gold.traps:
            within = self._places.within(quotes, trap.quote)
            if within:
                hits += 1
                first = next(quote for quote in quotes if quote in within)
                self._slips.append(Slip("trap hit", "traps", first, trap.why))
        return hits

    def _find_unverbatim(self) -> int:
        own = self._predicted
        kinds: dict[str, Sequence[Entry]] = {
            "events": own.events,
            "victims": own.victims,
            "allegations": own.allegations,
            "denials": own.denials,
            "demands": own.demands,
        }
        found = [
            Slip("not verbatim", kind, each.quote, "the text has not these words")
            for kind, entries in kinds.items()
            for each in entries
            if not self._places.spans(each.quote)
        ]
        self._slips += found
        return len(found)

    # --- what the kinds share -----------------------------------------------------------------------------------------

    def _near(self, predicted: Sequence[Entry], gold: Sequence[Entry]) -> list[list[int]]:
        """For each predicted entry the labels that stand at the same place."""
        return self._places.overlapping((each.quote for each in predicted), ((each.quote, *each.alt_quotes) for each in gold))

    def _party(self, name: str | None) -> str | None:
        """Whom a name means, of the predictions as of the labels; one of nobody labelled stands for itself."""
        return self._names.find(name) or name or None

    def _meant(self, names: Sequence[str]) -> set[str]:
        return {party for party in map(self._party, names) if party is not None}

    def _parties_agree(self, named: Sequence[str], meant: set[str], gold: Sequence[str], implied: Sequence[str]) -> bool:
        """One of the parties is hit; where the labels name none, none may be named, unless it is one that the context gives."""
        if gold:
            return not meant.isdisjoint(self._meant((*gold, *implied)))
        return not named or not meant.isdisjoint(self._meant(implied))

    def _note(self, measure: str, matching: Matching) -> None:
        self._tallies[measure] = Tally(matching.found, len(matching.false), len(matching.missed))

    def _share(self, measure: str, rights: list[bool]) -> None:
        self._shares[measure] = Tally(found=sum(rights), missed=len(rights) - sum(rights))

    def _tell(
        self,
        kind: str,
        predicted: Sequence[Entry],
        gold: Sequence[Entry],
        matching: Matching,
        near: Sequence[Sequence[int]],
        differ: Callable[[int, int], Iterator[str]],
    ) -> None:
        """Note what was missed and what is false, each with what keeps it from the nearest of the other side."""
        beside: dict[int, list[int]] = {}
        for at, labels in enumerate(near):
            for label in labels:
                beside.setdefault(label, []).append(at)
        for label in matching.missed:
            reasons = min(
                (list(differ(at, label)) for at in beside.get(label, ())), key=len, default=["nothing quotes these words"]
            )
            self._slips.append(Slip("missed", kind, gold[label].quote, "; ".join(reasons) or "another took what was found"))
        for at in matching.false:
            reasons = min((list(differ(at, label)) for label in near[at]), key=len, default=["no label has these words"])
            self._slips.append(Slip("false alarm", kind, predicted[at].quote, "; ".join(reasons)))


def _is_optional(label: Entry) -> bool:
    return label.optional


def _counts_agree(own: Count, wanted: Count) -> bool:
    return _near_enough(own.minimum, wanted.minimum) and (wanted.approximate or _near_enough(own.maximum, wanted.maximum))


def _near_enough(own: int | None, wanted: int | None) -> bool:
    """Equal, give or take one, or one in a thousand of large numbers."""
    if own is None or wanted is None:
        return own is wanted
    return abs(own - wanted) <= (1 if wanted < 1000 else 0.001 * wanted)


def _number(count: Count) -> str:
    about = "about " if count.approximate else ""
    if count.minimum == count.maximum:
        return f"{about}{count.minimum}"
    return f"{about}{count.minimum} to {count.maximum if count.maximum is not None else 'any number'}"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or "nobody"

"""A statement's text → draft claims, which a person then reviews. Nothing here says that anything is true, or was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from kg_builder.extract.circumstances import place_of, time_of
from kg_builder.extract.counts import Counts
from kg_builder.extract.entries import Allegation, Demand, Denial, Draft, Event, Slot, Span
from kg_builder.extract.finding.demanding import Demanding
from kg_builder.extract.finding.demands import demands, opens_list
from kg_builder.extract.finding.frame import Frame
from kg_builder.extract.finding.frames import frames
from kg_builder.extract.finding.head import addressee_of, date_of, publisher_of
from kg_builder.extract.finding.voices import Voice, denials, official, voices
from kg_builder.extract.language import Language, detect, read_language
from kg_builder.extract.reading.actors import (
    AUTHORITY,
    GROUP,
    ORGANISATION,
    PERSON,
    STATE,
    Actor,
    Kinds,
    Mention,
    Register,
    key_of,
    sentence_mentions,
)
from kg_builder.extract.reading.clauses import NEGATED, REAL, Clauses
from kg_builder.extract.reading.phrases import parse
from kg_builder.extract.reading.sentences import sentences
from kg_builder.extract.reading.times import Clock, Time
from kg_builder.extract.reading.units import Noun
from kg_builder.extract.slots import Slots


def draft(text: str, language: str = "", *, publisher: str = "", today: date | None = None, folder: Path | None = None) -> Draft:
    """Draft claims from a statement's text.

    ``language`` is a BCP 47 code with a lexicon; it, ``publisher`` and ``today`` (the statement's date) are read from the text
    where they are not given; ``folder`` may add to the lexicon. Linear in the text. Raises
    :class:`~kg_builder.errors.InputError` for a language that there is no lexicon for.
    """
    return _Drafter(text, read_language(language or detect(text, folder), folder), publisher, today).run()


AHEAD = 8
"""Sentences within which a quotation tells who speaks."""
REMEMBERED = 5
"""Sentences within which "he said" goes on with whoever spoke before, and "they" with whoever was accused."""
_ACTING = (AUTHORITY, STATE, ORGANISATION)
_ANY = (PERSON, GROUP, ORGANISATION, AUTHORITY)


class _Drafter:
    def __init__(self, text: str, language: Language, publisher: str, today: date | None) -> None:
        self.text, self.language = text, language
        self.kinds = Kinds(language)
        self.slots = Slots(text, language, self.kinds)
        self.counts = Counts(self.slots)
        self.register = Register(language)
        self.publisher = publisher
        self.today = today
        self.events: list[Event] = []
        self.allegations: list[Allegation] = []
        self.denials: list[Denial] = []
        self.demands: list[Demand] = []
        self.recent: list[Mention] = []
        self.last_accused: tuple[tuple[int, int], tuple[Slot, ...]] = ((-9, -9), ())
        self.speaker: Slot | None = None
        self.speaking_in = -1
        self.addressee: Slot | None = None
        self.spoke: list[Span] = []
        self.read: list[Clauses] = []
        self.last_speaker: tuple[int, Slot] | None = None
        self.official_publisher = False
        self.defending = False
        self.officials: set[frozenset[str]] = set()
        self.accused_keys: set[frozenset[str]] = set()

    def run(self) -> Draft:
        found = sentences(self.text, self.language)
        self.today = self.today or date_of(found, self.text, self.language)
        clock = Clock(self.language, self.today)
        parsed: list[tuple[Clauses, list[Time]]] = []
        for number, sentence in enumerate(found):
            times = clock.read(sentence, self.text)
            clauses = Clauses(sentence, parse(sentence, self.language, times), number, self.kinds)
            parsed.append((clauses, times))
            self.kinds.learn(sentence, (mention for _, mention in self._mentions(clauses)))
        read = [(clauses, times, self._mentions(clauses)) for clauses, times in parsed]
        self._register(mention for _, _, mentions in read for _, mention in mentions)
        self.register.settle()
        self.publisher = self.publisher or publisher_of(read, self.register, self.language)
        addressee = addressee_of(read, key_of(self.publisher, self.language))
        self.addressee = Slot(self.text[addressee.start : addressee.end], (addressee.start, addressee.end)) if addressee else None
        self.official_publisher = any(
            actor.name == self.publisher and actor.kind in (AUTHORITY, STATE) for actor in self.register.actors
        )
        self.defending = self.official_publisher and bool(
            key_of(self.publisher, self.language) & self.language.words("scope", "denial", "defending")
        )
        intro: Demanding | None = None
        asked = False
        self.read = [clauses for clauses, _, _ in read]
        for clauses, times, mentions in read:
            sentence = clauses.sentence
            if not sentence.bullet:
                text = self.text[sentence.start : sentence.end].rstrip()
                asking = _is_asking_heading(text, self.language)
                addressed = (
                    sentence.heading
                    and bool(clauses.units)
                    and clauses.units[0].word in self.language.words("demands", "introducers")
                )
                intro = (
                    opens_list(clauses)
                    if not text.endswith((".", "!", "?"))
                    and (text.endswith(":") or addressed or asking or not sentence.heading or len(clauses.tokens) > 3)
                    else None
                )
                asked = (asked and (addressed or not sentence.heading)) or ((sentence.heading or text.endswith(":")) and asking)
            self._sentence(clauses, times, mentions, intro if sentence.bullet else None, asked=asked and sentence.bullet)
        return Draft(
            self.language.code,
            self.publisher,
            tuple(self._parties()),
            tuple(self.events),
            tuple(self.counts.victims),
            tuple(self.allegations),
            tuple(self.denials),
            tuple(self.demands),
        )

    def _register(self, mentions: Iterable[Mention]) -> None:
        for mention in mentions:
            self.register.add(mention)

    def _parties(self) -> Iterator[Actor]:
        """The parties that do, suffer, say or are asked something, and those with a name of their own."""
        used: list[Span] = []
        for each in self.allegations:
            used += [
                slot.span
                for slot in (*each.accused, *each.accused_inferred, *each.victims, *([each.accuser] if each.accuser else []))
            ]
        used += [each.who.span for each in self.denials if each.who] + [each.who.span for each in self.counts.victims]
        for demand in self.demands:
            used += [slot.span for slot in (*demand.addressee, *demand.addressee_inferred, *([demand.by] if demand.by else []))]
        used += self.spoke
        accused = {slot.span[1] for each in self.allegations for slot in (*each.accused, *each.accused_inferred)}
        ends = {end for _, end in used}
        starts = {start for start, _ in used}
        generic = self.language.words("actors", "generic")
        for actor in self.register.actors:
            role = any(mention.end in ends or mention.start in starts for mention in actor.mentions)
            named = actor.kind != STATE and any(mention.named for mention in actor.mentions)
            acts = any(mention.end in accused for mention in actor.mentions)
            if actor.key <= generic and not named and not acts:
                continue
            doing = actor.kind == AUTHORITY and any(mention.subject for mention in actor.mentions)
            if role or named or doing or actor.name == self.publisher:
                yield actor

    # --- one sentence -------------------------------------------------------------------------------------------------

    def _sentence(
        self, clauses: Clauses, times: list[Time], mentions: list[tuple[int, Mention]], intro: Demanding | None, *, asked: bool
    ) -> None:
        spoken = voices(clauses)
        self._follow_quotation(clauses, spoken)
        for demand in demands(clauses, intro, asked=asked):
            self._demand(clauses, demand, spoken)
        found = list(frames(clauses))
        acts = frozenset(frame.at for frame in found if frame.thing is not None)
        self.officials |= {mention.key for at, mention in mentions if official(clauses, at)}
        for denial in denials(clauses, spoken, self._suspected, acts, publishes=self.official_publisher):
            who = self.slots.party(clauses, denial.deniers[0]) if denial.deniers else None
            if denial.pronoun >= 0:
                who = self._named_before(clauses, denial.pronoun)
                if who is None or key_of(who.text, self.language) not in self.officials:
                    continue
            elif not denial.deniers and not self.official_publisher:
                continue
            self.denials.append(Denial(who, self.slots.slot(clauses, *denial.what), self.slots.slot(clauses, *denial.quote)))
        for frame in found:
            voice = self._voice(clauses, frame, spoken)
            if frame.status == NEGATED or (
                frame.omitted and voice is not None and voice.speakers and official(clauses, voice.speakers[0])
            ):
                self._negated(clauses, frame, voice)
                continue
            if frame.status != REAL or (voice is not None and voice.denies) or self._denied(clauses, frame):
                continue
            if (voice is not None and self._defended(clauses, voice)) or self._own(clauses, frame, voice):
                continue
            self._allegation(clauses, frame, times, voice)
        self.recent += [mention for _, mention in mentions]
        del self.recent[:-24]

    def _suspected(self, clauses: Clauses, at: int) -> bool:
        """Whether a noun names a party that the statement has accused, or a business."""
        if clauses.party(at) != ORGANISATION:
            return False
        noun = clauses.noun(at)
        if noun.lemma in self.language.words("scope", "denial", "accused"):
            return True
        key = key_of(self.text[clauses.tokens[noun.start].start : clauses.tokens[noun.end - 1].end], self.language)
        return any(key <= each or each <= key for each in self.accused_keys if each)

    def _defended(self, clauses: Clauses, voice: Voice) -> bool:
        """Whether words are those by which an authority defends itself ("claim that they were attacked")."""
        maintained = voice.verb >= 0 and clauses.verb(voice.verb).lemma in self.language.words("scope", "denial", "maintaining")
        return maintained and bool(voice.speakers) and not self.official_publisher and official(clauses, voice.speakers[0])

    def _own(self, clauses: Clauses, frame: Frame, voice: Voice | None) -> bool:
        """Whether a government's own statement tells what its authorities did, which accuses nobody."""
        if not self.defending or (voice is not None and voice.speakers and not official(clauses, voice.speakers[0])):
            return False
        if frame.agents or frame.agent_tokens:
            nouns = [clauses.noun(each) for each in frame.agents]
            plain = all(token.tag != "NAME" for noun in nouns for token in clauses.tokens[noun.start : noun.end])
            return plain and all(clauses.party(each) == AUTHORITY for each in frame.agents)
        return frame.trigger.act in self.language.words("scope", "denial", "of_authorities")

    def _denied(self, clauses: Clauses, frame: Frame) -> bool:
        """Whether the words of an act are those of a denial ("rejected the allegations"), or what an authority itself denies."""
        at = clauses.tokens[frame.words[0]].start
        if self.official_publisher and any(
            each.who is None and each.quote.span[0] <= at < each.quote.span[1] for each in self.denials[-3:]
        ):
            return True
        held = {each.what.span for each in self.denials[-3:] if each.what.span[0] <= at < each.what.span[1]}
        disputed = self.language.words("scope", "denial", "objects")
        if any(token.start == start and token.lemma in disputed for start, _ in held for token in clauses.tokens):
            return True
        verb = clauses.units[frame.at].verb
        if verb is None or verb.lemma not in self.language.words("scope", "denial", "verbs"):
            return False
        start = clauses.tokens[frame.words[0]].start
        return any(each.quote.span[0] <= start < each.quote.span[1] for each in self.denials)

    def _voice(self, clauses: Clauses, frame: Frame, spoken: list[Voice]) -> Voice | None:
        start = frame.words[0]
        found = None
        for voice in spoken:
            if voice.start <= start < voice.end:
                found = voice
        return found

    def _follow_quotation(self, clauses: Clauses, spoken: list[Voice]) -> None:
        """Remembers who speaks in a quotation that goes on in the next sentence."""
        sentence = clauses.sentence
        if (not sentence.opens_quoted and not sentence.quoted) or sentence.paragraph != self.speaking_in:
            self.speaker = None
        self.speaking_in = sentence.paragraph
        for voice in spoken:
            if voice.speakers:
                self._speaks(clauses, voice.speakers[0])
        if self.speaker is None and sentence.quoted and sentence.quoted[-1][1] == len(sentence.tokens):
            self._look_ahead(clauses.number)

    def _speaks(self, clauses: Clauses, at: int) -> None:
        self.speaker = self.slots.party(clauses, at)
        if self.speaker is not None:
            self.spoke.append(self.speaker.span)
            self.last_speaker = (clauses.number, self.speaker)
            if official(clauses, at):
                self.officials.add(key_of(self.speaker.text, self.language))

    def _look_ahead(self, number: int) -> None:
        """Finds who is told only at the end of a quotation of several sentences."""
        for clauses in self.read[number + 1 : number + AHEAD]:
            if not clauses.sentence.opens_quoted:
                return
            for voice in voices(clauses):
                if voice.speakers:
                    self._speaks(clauses, voice.speakers[0])
                    return

    def _accuser(self, clauses: Clauses, voice: Voice | None, at: int) -> Slot | None:
        """Whose words the token ``at`` belongs to: of the voice it stands in, or of who spoke before in the same paragraph."""
        sentence = clauses.sentence
        quoted = sentence.opens_quoted or any(start <= at < end for start, end in sentence.quoted)
        if voice is not None:
            if voice.speakers:
                account = clauses.noun(voice.speakers[0]).lemma in self.language.words("scope", "report", "accounts")
                return None if account else self.slots.party(clauses, voice.speakers[0])
            if voice.pronoun >= 0:
                return self._named_before(clauses, voice.pronoun)
            return None
        return self.speaker if quoted else None

    def _negated(self, clauses: Clauses, frame: Frame, voice: Voice | None) -> None:
        """An act that is said not to have happened: a denial where somebody is quoted with it, or an authority publishes."""
        quote = self.slots.slot(clauses, *frame.quote)
        who = self._accuser(clauses, voice, frame.words[0]) if voice is None else None
        if voice is not None and voice.speakers and voice.verb >= 0:
            speaker = voice.speakers[0]
            if clauses.party(speaker) not in (AUTHORITY, STATE, PERSON, ORGANISATION):
                return
            who = self.slots.party(clauses, speaker)
            low = min(clauses.noun(speaker).start, frame.quote[0])
            quote = self.slots.slot(clauses, low, max(frame.quote[1], clauses.units[voice.verb].end))
        elif (who is None and not self.official_publisher) or (
            who is not None and key_of(who.text, self.language) not in self.officials
        ):
            return
        if not any(_overlap(each.quote.span, quote.span) for each in self.denials):
            self.denials.append(Denial(who, self.slots.slot(clauses, *frame.quote), quote))

    def _allegation(self, clauses: Clauses, frame: Frame, times: list[Time], voice: Voice | None) -> None:
        accused = [self.slots.party(clauses, each) for each in frame.agents]
        accused += [self.slots.slot(clauses, *tokens) for tokens in frame.agent_tokens]
        named = tuple(slot for slot in accused if slot is not None)
        inferred: tuple[Slot, ...] = ()
        if not named and frame.inferred:
            noun = clauses.noun(frame.inferred[0])
            (number, paragraph), before = self.last_accused
            near = paragraph == clauses.sentence.paragraph and 0 < clauses.number - number <= REMEMBERED
            slot = before[0] if near and noun.lemma in self.language.words("actors", "inferred_plural") else None
            slot = slot or self._antecedent(clauses, noun.start, wanted=_ACTING, plural=noun.lemma in ("they", "these", "those"))
            inferred = (slot,) if slot else ()
        elif not named and (clauses.number - 1, clauses.sentence.paragraph) == self.last_accused[0]:
            inferred = self.last_accused[1]
        if named:
            self.last_accused = ((clauses.number, clauses.sentence.paragraph), named)
        if self._by_publisher(named):
            return
        when = time_of(frame, times)
        where = place_of(clauses, frame, self.kinds)
        place = self.slots.slot(clauses, *where) if where else None
        quote = self.slots.slot(clauses, *frame.quote)
        victims = tuple(
            slot for slot in (self.slots.party(clauses, each, whole=False) for each in frame.victims) if slot is not None
        )
        allegation = Allegation(
            accuser=self._accuser(clauses, voice, frame.words[0]),
            accused=named,
            accused_inferred=inferred,
            act=self.slots.slot(clauses, *frame.words),
            act_type=frame.trigger.act,
            narrow_type=frame.trigger.narrow,
            victims=victims,
            place=place,
            date=when.edtf if when else None,
            when=self.slots.slot(clauses, when.start, when.end) if when else None,
            quote=quote,
        )
        if any(_same(allegation, each) for each in self.allegations[-4:]):
            return
        self.allegations.append(allegation)
        self.accused_keys |= {key_of(slot.text, self.language) for slot in (*named, *inferred)}
        event = None
        if allegation.date or place:
            event = len(self.events)
            self.events.append(Event(frame.trigger.narrow, allegation.date, place, quote, allegation.when))
        self.counts.add(clauses, frame, event, quote)

    def _by_publisher(self, accused: tuple[Slot, ...]) -> bool:
        key = key_of(self.publisher, self.language)
        return bool(key) and any(key_of(slot.text, self.language) == key for slot in accused)

    def _demand(self, clauses: Clauses, demand: Demanding, spoken: list[Voice]) -> None:
        source = demand.home
        addressees: list[Slot] = []
        inferred: list[Slot] = []
        for each in demand.addressees:
            if not source.is_noun(each):
                continue
            noun = source.noun(each)
            if noun.pronoun:
                slot = self._addressed(source, noun)
                inferred += [slot] if slot else []
            else:
                slot = self.slots.party(source, each)
                addressees += [slot] if slot else []
        by = None
        askers = [each for each in demand.askers if source.is_noun(each)]
        if askers:
            noun = source.noun(askers[0])
            if not noun.pronoun:
                by = self.slots.party(source, askers[0])
            elif noun.lemma not in self.language.words("actors", "speakers_first"):
                by = self._named_before(source, askers[0], asking=True)
        else:
            voice = next((each for each in reversed(spoken) if each.start <= demand.quote[0] < each.end), None)
            by = self._accuser(clauses, voice, demand.quote[0])
        self.demands.append(
            Demand(
                by,
                tuple(addressees),
                tuple(inferred),
                self.slots.slot(clauses, *demand.action),
                demand.force,
                self.slots.slot(clauses, *demand.quote),
            )
        )

    def _addressed(self, clauses: Clauses, noun: Noun) -> Slot | None:
        """Whom a pronoun asks: "you" is the addressee of the letter."""
        words = self.language.words
        if noun.lemma in words("actors", "spoken_to"):
            return self.addressee
        if noun.lemma in words("actors", "inferred_singular"):
            return self._antecedent(clauses, noun.start, wanted=(PERSON,))
        return self._antecedent(clauses, noun.start, wanted=_ACTING, plural=noun.lemma in words("actors", "inferred_plural"))

    # --- parts --------------------------------------------------------------------------------------------------------

    def _named_before(self, clauses: Clauses, at: int, *, asking: bool = False) -> Slot | None:
        """Who says, or asks (``asking``), what "he" or "they" do."""
        noun = clauses.noun(at)
        one = noun.lemma in self.language.words("actors", "inferred_singular")
        if (one or asking) and self.last_speaker is not None and 0 < clauses.number - self.last_speaker[0] <= REMEMBERED:
            return self.last_speaker[1]
        if one:
            return self._antecedent(clauses, noun.start, wanted=(PERSON,))
        return self._antecedent(clauses, noun.start)

    def _antecedent(self, clauses: Clauses, token: int, *, wanted: tuple[str, ...] = _ANY, plural: bool = False) -> Slot | None:
        """Whom a pronoun stands for: the last party before it of fitting kind and number."""
        here = clauses.tokens[token].start
        before = [each for each in self._before(clauses) if each.end <= here]
        for mention in reversed(before):
            if mention.kind in wanted and (not plural or mention.plural or mention.kind in (AUTHORITY,)):
                return Slot(self.text[mention.start : mention.end], (mention.start, mention.end))
        return None

    def _before(self, clauses: Clauses) -> list[Mention]:
        return [*self.recent, *(mention for _, mention in self._mentions(clauses))]

    def _mentions(self, clauses: Clauses) -> list[tuple[int, Mention]]:
        found = sentence_mentions(clauses.sentence, clauses.units, clauses.number, self.text, self.kinds)
        doing = {each for at, unit in enumerate(clauses.units) if unit.verb is not None for each in clauses.subjects(at)}
        for at, mention in found:
            mention.subject = at in doing
        return found


def _same(one: Allegation, other: Allegation) -> bool:
    return one.act_type == other.act_type and one.quote.span == other.quote.span and one.accused == other.accused


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _is_asking_heading(text: str, language: Language) -> bool:
    low = text.lower().strip(" :")
    return any(low.startswith(each) or f" {each}" in f" {low}" for each in language.data["demands"].get("headings", ()))

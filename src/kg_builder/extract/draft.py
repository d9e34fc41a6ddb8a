"""A statement's text → draft claims, which a person then reviews. Nothing here says that anything is true, or was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from kg_builder.extract.entries import Allegation, Demand, Denial, Draft, Event, Slot, Span, Victims
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
    full_end,
    key_of,
    mention_of,
    sentence_mentions,
)
from kg_builder.extract.reading.clauses import NEGATED, REAL, Clauses
from kg_builder.extract.reading.phrases import Noun, parse
from kg_builder.extract.reading.sentences import sentences
from kg_builder.extract.reading.times import Clock, Time


def draft(text: str, language: str = "", *, publisher: str = "", today: date | None = None, folder: Path | None = None) -> Draft:
    """Draft claims from a statement's text.

    ``language`` is a BCP 47 code with a lexicon; it, ``publisher`` and ``today`` (the statement's date) are read from the text
    where they are not given; ``folder`` may add to the lexicon. Linear in the text. Raises
    :class:`~kg_builder.errors.InputError` for a language that there is no lexicon for.
    """
    return _Drafter(text, read_language(language or detect(text, folder), folder), publisher, today).run()


_OF_PERSONS = ("killing", "injury", "arbitrary_detention", "enforced_disappearance", "torture", "sexual_violence")
"""Types of acts of which each harms a person, so that their number counts people."""
_ACTING = (AUTHORITY, STATE, ORGANISATION)
_ANY = (PERSON, GROUP, ORGANISATION, AUTHORITY)


class _Drafter:
    def __init__(self, text: str, language: Language, publisher: str, today: date | None) -> None:
        self.text, self.language = text, language
        self.kinds = Kinds(language)
        self.register = Register(language)
        self.publisher = publisher
        self.today = today
        self.events: list[Event] = []
        self.victims: list[Victims] = []
        self.allegations: list[Allegation] = []
        self.denials: list[Denial] = []
        self.demands: list[Demand] = []
        self.recent: list[Mention] = []
        self.last_accused: tuple[tuple[int, int], tuple[Slot, ...]] = ((-9, -9), ())
        self.speaker: Slot | None = None
        self.speaking_in = -1
        self.addressee: Slot | None = None
        self.spoke: list[Span] = []
        self.official_publisher = False
        self.officials: set[frozenset[str]] = set()
        self.accused_keys: set[frozenset[str]] = set()
        self.counted: dict[tuple[int, int | None, str], int] = {}

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
        intro: Demanding | None = None
        asked = False
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
            tuple(self.victims),
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
        used += [each.who.span for each in self.denials if each.who] + [each.who.span for each in self.victims]
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
        for denial in denials(clauses, spoken, self._suspected, acts):
            who = self._party(clauses, denial.deniers[0]) if denial.deniers else None
            if denial.pronoun >= 0:
                who = self._named_before(clauses, denial.pronoun)
                if who is None or key_of(who.text, self.language) not in self.officials:
                    continue
            elif not denial.deniers and not self.official_publisher:
                continue
            self.denials.append(Denial(who, self._slot(clauses, *denial.what), self._slot(clauses, *denial.quote)))
        for frame in found:
            voice = self._voice(clauses, frame, spoken)
            if frame.status == NEGATED or (
                frame.omitted and voice is not None and voice.speakers and official(clauses, voice.speakers[0])
            ):
                self._negated(clauses, frame, voice)
                continue
            if frame.status != REAL or (voice is not None and voice.denies) or self._denied(clauses, frame):
                continue
            if voice is not None and self._defended(clauses, voice):
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

    def _denied(self, clauses: Clauses, frame: Frame) -> bool:
        """Whether the words of an act are those of a denial ("rejected the allegations")."""
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
                self.speaker = self._party(clauses, voice.speakers[0])
                self.spoke += [self.speaker.span] if self.speaker else []

    def _accuser(self, clauses: Clauses, voice: Voice | None, at: int) -> Slot | None:
        """Whose words the token ``at`` belongs to: of the voice it stands in, or of who spoke before in the same paragraph."""
        sentence = clauses.sentence
        quoted = sentence.opens_quoted or any(start <= at < end for start, end in sentence.quoted)
        if voice is not None:
            if voice.speakers:
                account = clauses.noun(voice.speakers[0]).lemma in self.language.words("scope", "report", "accounts")
                return None if account else self._party(clauses, voice.speakers[0])
            if voice.pronoun >= 0:
                return self._named_before(clauses, voice.pronoun)
            return None
        return self.speaker if quoted else None

    def _negated(self, clauses: Clauses, frame: Frame, voice: Voice | None) -> None:
        """An act that is said not to have happened: a denial where somebody is quoted with it, or an authority publishes."""
        quote = self._slot(clauses, *frame.quote)
        who = None
        if voice is not None and voice.speakers and voice.verb >= 0:
            speaker = voice.speakers[0]
            if clauses.party(speaker) not in (AUTHORITY, STATE, PERSON, ORGANISATION):
                return
            who = self._party(clauses, speaker)
            low = min(clauses.noun(speaker).start, frame.quote[0])
            quote = self._slot(clauses, low, max(frame.quote[1], clauses.units[voice.verb].end))
        elif not self.official_publisher:
            return
        if not any(_overlap(each.quote.span, quote.span) for each in self.denials):
            self.denials.append(Denial(who, self._slot(clauses, *frame.quote), quote))

    def _allegation(self, clauses: Clauses, frame: Frame, times: list[Time], voice: Voice | None) -> None:
        accused = [self._party(clauses, each) for each in frame.agents]
        accused += [self._slot(clauses, *tokens) for tokens in frame.agent_tokens]
        named = tuple(slot for slot in accused if slot is not None)
        inferred: tuple[Slot, ...] = ()
        if not named and frame.inferred:
            noun = clauses.noun(frame.inferred[0])
            slot = self._antecedent(clauses, noun.start, wanted=_ACTING, plural=noun.lemma in ("they", "these", "those"))
            inferred = (slot,) if slot else ()
        elif not named and (clauses.number - 1, clauses.sentence.paragraph) == self.last_accused[0]:
            inferred = self.last_accused[1]
        if named:
            self.last_accused = ((clauses.number, clauses.sentence.paragraph), named)
        if self._by_publisher(named):
            return
        when = _time_of(frame, times)
        place = self._place(clauses, frame)
        quote = self._slot(clauses, *frame.quote)
        victims = tuple(slot for slot in (self._party(clauses, each, whole=False) for each in frame.victims) if slot is not None)
        allegation = Allegation(
            accuser=self._accuser(clauses, voice, frame.words[0]),
            accused=named,
            accused_inferred=inferred,
            act=self._slot(clauses, *frame.words),
            act_type=frame.trigger.act,
            narrow_type=frame.trigger.narrow,
            victims=victims,
            place=place,
            date=when.edtf if when else None,
            when=self._slot(clauses, when.start, when.end) if when else None,
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
        self._count(clauses, frame, event, quote)

    def _by_publisher(self, accused: tuple[Slot, ...]) -> bool:
        key = key_of(self.publisher, self.language)
        return bool(key) and any(key_of(slot.text, self.language) == key for slot in accused)

    def _count(self, clauses: Clauses, frame: Frame, event: int | None, quote: Slot) -> None:
        counted = False
        persons = []
        for at in frame.victims:
            noun = clauses.noun(at)
            inner = clauses.noun(clauses.whole(at))
            count = noun.count or inner.count
            who = self._party(clauses, at, whole=False)
            if who is None:
                continue
            if count is None:
                kind = clauses.party(at)
                if kind == PERSON or (noun.name and not noun.plural and kind in ("", PERSON)):
                    persons.append(who)
                continue
            place = quote
            if len(frame.victims) > 1:
                low, high = noun.start, noun.end
                after = noun.unit + 1
                while clauses.kind(after) == "PREP" and clauses.is_noun(after + 1):
                    high, after = clauses.units[after + 1].end, after + 2
                if counted:
                    place = self._slot(clauses, low, high)
                else:
                    place = self._slot(clauses, min(frame.words[0], low), max(frame.words[1], high))
            counted = True
            bounds = (count.minimum, count.maximum, frame.trigger.act)
            told = self.counted.setdefault(bounds, clauses.number)
            if told != clauses.number and count.minimum > 1:
                continue
            number = self._slot(clauses, count.start, count.end)
            self.victims.append(
                Victims(who, event, frame.trigger.narrow, count.minimum, count.maximum, count.approximate, place, number)
            )
        if not frame.victims and frame.trigger.act in _OF_PERSONS:
            self._count_acts(clauses, frame, event, quote)
        if persons:
            size = len(persons)
            self.victims.append(
                Victims(
                    persons[0] if size == 1 else self._slot_between(persons),
                    event,
                    frame.trigger.narrow,
                    size,
                    size,
                    False,
                    quote,
                )
            )
        elif not counted and frame.victims:
            who = self._party(clauses, frame.victims[0], whole=False)
            if who is not None:
                self.victims.append(Victims(who, event, frame.trigger.narrow, None, None, True, quote))

    def _count_acts(self, clauses: Clauses, frame: Frame, event: int | None, quote: Slot) -> None:
        """Of "15,000 arrests", as many people."""
        at = frame.at if frame.nominal else frame.thing
        noun = clauses.noun(at) if at is not None else None
        if noun is None or noun.count is None or noun.count.minimum < 2:
            return
        count = noun.count
        number = self._slot(clauses, count.start, count.end)
        who = self._slot(clauses, noun.start, noun.end)
        self.victims.append(
            Victims(who, event, frame.trigger.narrow, count.minimum, count.maximum, count.approximate, quote, number)
        )

    def _slot_between(self, slots: list[Slot]) -> Slot:
        start, end = min(slot.span[0] for slot in slots), max(slot.span[1] for slot in slots)
        return Slot(self.text[start:end], (start, end))

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
                slot = self._party(source, each)
                addressees += [slot] if slot else []
        by = None
        askers = [each for each in demand.askers if source.is_noun(each)]
        if askers:
            noun = source.noun(askers[0])
            if not noun.pronoun:
                by = self._party(source, askers[0])
            elif noun.lemma not in self.language.words("actors", "speakers_first"):
                by = self._antecedent(source, noun.start)
        else:
            voice = next((each for each in reversed(spoken) if each.start <= demand.quote[0] < each.end), None)
            by = self._accuser(clauses, voice, demand.quote[0])
        self.demands.append(
            Demand(
                by,
                tuple(addressees),
                tuple(inferred),
                self._slot(clauses, *demand.action),
                demand.force,
                self._slot(clauses, *demand.quote),
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

    def _slot(self, clauses: Clauses, start: int, end: int) -> Slot:
        tokens = clauses.tokens
        span = tokens[start].start, tokens[max(end, start + 1) - 1].end
        return Slot(self.text[slice(*span)], span)

    def _party(self, clauses: Clauses, at: int, *, whole: bool = True) -> Slot | None:
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
        return self._slot(clauses, first, clauses.units[last].end)

    def _named_before(self, clauses: Clauses, at: int) -> Slot | None:
        """Who says what "he" or "they" say."""
        noun = clauses.noun(at)
        if noun.lemma in self.language.words("actors", "inferred_singular"):
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

    def _place(self, clauses: Clauses, frame: Frame) -> Slot | None:
        """The first place after a preposition of place within or next to the quote of an act."""
        prepositions = self.language.words("places", "prepositions")
        low, high = frame.quote
        best = None
        for j, unit in enumerate(clauses.units[:-1]):
            if unit.kind != "PREP" or unit.word not in prepositions or unit.word in self.language.words("places", "not_placing"):
                continue
            noun = clauses.units[j + 1].noun
            if noun is None or not self.kinds.is_place(noun, clauses.tokens):
                continue
            if not noun.name and clauses.tokens[noun.start].tag not in ("DET", "OWN", "ADJ"):
                continue
            last = full_end(clauses.units, j + 1, clauses.tokens, self.kinds, people=False)
            slot = self._slot(clauses, noun.start, clauses.units[last].end)
            if low <= unit.start < high:
                return slot
            best = best or slot
        return best


def _same(one: Allegation, other: Allegation) -> bool:
    return one.act_type == other.act_type and one.quote.span == other.quote.span and one.accused == other.accused


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _time_of(frame: Frame, times: list[Time]) -> Time | None:
    """The date of an act: within its quote, else the only one of its sentence."""
    inside = [time for time in times if frame.quote[0] <= time.start < frame.quote[1]]
    if inside:
        return inside[0]
    return times[0] if len(times) == 1 else None


def _is_asking_heading(text: str, language: Language) -> bool:
    low = text.lower().strip(" :")
    return any(low.startswith(each) or f" {each}" in f" {low}" for each in language.data["demands"].get("headings", ()))

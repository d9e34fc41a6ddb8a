"""A draft as claims.yaml with the status ``draft``: one entry a claim or demand, in the order of the text, to be reviewed.

What the engine was unsure of stands in a comment above the entry; what must be decided is marked ``TODO``. Each sentence
without an entry is listed under ``ignored``, so that nothing of the text goes unseen.
"""

from __future__ import annotations

import hashlib
import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg_builder.extract.entries import Allegation, Demand, Denial, Draft, Slot, Span, Victims
from kg_builder.extract.form.occurrences import Occurrences
from kg_builder.extract.form.parties import Parties, Party
from kg_builder.extract.form.sought import OTHER, Sought
from kg_builder.extract.form.wording import Wording
from kg_builder.extract.form.yaml_lines import comment, entry, flow, scalar
from kg_builder.extract.language import Language, read_language
from kg_builder.extract.reading.actors import ORGANISATION
from kg_builder.model import Entities
from kg_builder.source.reasons import ASKED_ABOVE, NOT_DRAFTED, READ_FROM, UNDECIDED
from kg_builder.source.text import Text
from kg_builder.vocabulary import read_vocabulary

HEAD = """\
A draft made by kg-builder: nothing here is checked by a person yet. docs/drafts.md tells how to read it. Hold each entry against
its quote, correct it or take it out, decide what is marked TODO, and put your own reason in the place of each reason that the
draft gives; then write 'status: reviewed'."""
MARK = "# kg-builder draft, as it was written: sha256 "
"""Begins the first line; what follows is the hash of the rest, which tells whether somebody has worked on the file since."""
_WITHOUT_ENTRY = (
    "TODO: sentences without an entry. One that claims or asks something needs an entry; for the others, say why not."
)
_PERSONS = (
    "TODO: persons. None of them is in the graph until it is decided, with those concerned, whether they may be named. "
    "For each who may: take the '# ' away here and where the id stands below, and write the reason."
)
_LATE_DAY = re.compile(r"\b(29|30|31)(?!\d)")
"""A day that some month has not."""
_NOBODY = "the publisher of the statement"


def claims_file(
    draft: Draft, text: str, *, publisher_id: str = "", shared: Entities | None = None, folder: Path | None = None
) -> str:
    """The text of claims.yaml for a verified ``draft`` of ``text``.

    ``shared`` are the actors and places of data/entities, which are used where a label fits; ``publisher_id`` is the actor who
    utters the statement, where that is known. Same input, same text.
    """
    return _Form(draft, text, publisher_id, shared or Entities(), folder).write()


@dataclass(slots=True)
class _Utterance:
    """An entry that is being written: its lines below ``quote`` and ``proposition``, and the remarks above it."""

    kind: str
    quote: Span
    proposition: str
    lines: list[str]
    remarks: list[str]


class _Form:
    def __init__(self, draft: Draft, text: str, publisher_id: str, shared: Entities, folder: Path | None) -> None:
        self._draft = draft
        self._text = Text(text)
        self._language: Language = read_language(draft.language, folder)
        self._occurrences = Occurrences(self._text)
        self._parties = Parties(draft, shared, self._language)
        schemes = read_vocabulary(folder).schemes
        self._counted = {word: each.notation for each in schemes["counted"].values() for _, word in each.labels}
        self._wording = Wording(self._parties, self._language, dict(schemes["act-type"]))
        self._sought = Sought(self._language)
        publisher = draft.publisher or _NOBODY
        if not publisher_id:
            publisher_id = self._parties.named(publisher, ORGANISATION).id
        elif publisher_id not in shared.actors:
            self._parties.add(Party(publisher_id, "organization", publisher))
        self._publisher_id = publisher_id
        self._events: dict[tuple[Span, str], str] = {}
        self._timed: set[str] = set()
        self._holders: dict[str, str] = {}
        self._counts: dict[Span, list[Victims]] = {}
        for victims in draft.victims:
            self._counts.setdefault(victims.quote.span, []).append(victims)

    def write(self) -> str:
        utterances = self._utterances()
        lines = [*comment(0, HEAD), "status: draft", f"utteredBy: {self._publisher_id}", ""]
        lines += [*self._entities(), *self._ignored([each.quote for each in utterances]), "utterances:"]
        if not utterances:
            lines[-1] += " []"
        for number, each in enumerate(utterances, 1):
            lines += ["", *(line for remark in each.remarks for line in comment(0, remark))]
            lines.append(f"- {each.kind}: {each.kind[0]}{number:02d}")
            lines += [*self._quoted(each.quote), *entry(2, "proposition", each.proposition), *each.lines]
        content = "\n".join(lines) + "\n"
        return f"{MARK}{hashlib.sha256(content.encode()).hexdigest()}\n{content}"

    def _utterances(self) -> list[_Utterance]:
        draft = self._draft
        entries: list[Allegation | Denial | Demand] = [*draft.allegations, *draft.denials, *draft.demands]
        written = []
        for each in sorted(entries, key=lambda each: each.quote.span):
            if isinstance(each, Allegation):
                written.append(self._allegation(each))
            elif isinstance(each, Denial):
                written.append(self._denial(each))
            else:
                written.append(self._demand(each))
        return written

    # --- the head of the file -----------------------------------------------------------------------------------------

    def _entities(self) -> Iterator[str]:
        actors = [each for each in self._parties.actors.values() if not each.withheld]
        withheld = [each for each in self._parties.actors.values() if each.withheld]
        holders = dict.fromkeys(self._holders.values())
        if actors or withheld:
            yield "actors:"
        for each in actors:
            remark = "" if each.sure else "   # TODO: is this a party, and of which kind?"
            yield f"  {each.id}: {flow({'kind': each.kind, 'label': scalar(each.label)})}{remark}"
        for holder in holders:
            yield f"  {holder}: {flow({'kind': 'group', 'label': scalar('a person whom the text names')})}"
        if withheld:
            yield from comment(
                2,
                _PERSONS,
            )
        for each in withheld:
            values = {"kind": "person", "label": scalar(each.label), "disclosure": "public", "disclosureReason": '"TODO"'}
            yield f"  # {each.id}: {flow(values)}"
        if actors or withheld:
            yield ""
        if self._parties.places:
            yield "places:"
            for id_, label in self._parties.places.items():
                yield f"  {id_}: {flow({'label': scalar(label)})}"
            yield ""

    def _ignored(self, quotes: list[Span]) -> Iterator[str]:
        covered = sorted(quotes)
        left: list[Span] = []
        at = 0
        reached = 0
        for start, end in self._text.sentences():
            while at < len(covered) and covered[at][0] < end:
                reached = max(reached, covered[at][1])
                at += 1
            if reached <= start:
                left.append((start, end))
        if not left:
            return
        yield from comment(0, _WITHOUT_ENTRY)
        yield "ignored:"
        for span in left:
            yield f"  - {self._words_line('quote', span).lstrip()}"
            yield f"    reason: {NOT_DRAFTED}"
        yield ""

    # --- entries ------------------------------------------------------------------------------------------------------

    def _allegation(self, allegation: Allegation) -> _Utterance:
        quote = self._wide(allegation.quote, allegation.act, *allegation.accused)
        remarks: list[str] = []
        lines = self._voice(allegation.accuser, quote, remarks, denies=False)
        key = (allegation.act.span, allegation.narrow_type)
        event = self._events.get(key)
        lines.append("  describes:")
        first = event is None
        if event is None:
            event = self._events[key] = self._parties.new_id(allegation.narrow_type, "act")
        slots = [] if not first else entry(6, "label", self._wording.label(allegation))
        slots.append(f"      actType: {flow({allegation.narrow_type: self._words(allegation.act.span, quote)})}")
        slots += self._party_slot("allegedPerpetrator", allegation.accused, (), quote, remarks)
        slots += self._party_slot("inferredPerpetrator", (), allegation.accused_inferred, quote, remarks)
        slots += self._party_slot("allegedVictim", allegation.victims, (), quote, remarks)
        if allegation.place is not None:
            slots.append(
                f"      place: {flow({self._parties.place(allegation.place): self._words(allegation.place.span, quote)})}"
            )
        slots += self._time(event, allegation, quote, remarks)
        slots += self._quantities(event, allegation, quote, first=first)
        return _Utterance("claim", quote, self._wording.allegation(allegation), [*lines, f"    {event}:", *slots], remarks)

    def _denial(self, denial: Denial) -> _Utterance:
        quote = self._wide(denial.quote, denial.what)
        remarks = ["TODO: the proposition is what is denied, not the denial; describe the act that is denied, if there is one."]
        lines = self._voice(denial.who, quote, remarks, denies=True)
        lines.append("  stance: denies")
        lines += self._about([denial.who] if denial.who is not None else [], quote)
        return _Utterance("claim", quote, self._wording.denial(denial), lines, remarks)

    def _demand(self, demand: Demand) -> _Utterance:
        quote = self._wide(demand.quote, demand.action)
        remarks: list[str] = []
        lines = []
        by = self._party(demand.by) if demand.by is not None else None
        if demand.by is not None and (by is None or by.id != self._publisher_id):
            speaker = self._holder(demand.by) if by is None or by.withheld else by.id
            lines += [f"  utteredBy: {speaker}", "  directness: reported"]
            remarks.append(f"Asked by {self._shown(demand.by)}, as the publisher reports it: is it the publisher's demand too?")
        asking = self._sought.asking(demand, self._text.content)
        words = flow({"because": scalar(ASKED_ABOVE)}) if asking is None else self._words(asking, quote)
        lines.append(f"  force: {flow({demand.force: words})}")
        action = self._sought.action(demand.action.text)
        if action == OTHER:
            remarks.append("TODO: no value of the scheme of sought actions was found for this action.")
        lines.append(f"  soughtAction: {flow({action: self._words(demand.action.span, quote)})}")
        lines += self._party_slot("addressee", demand.addressee, demand.addressee_inferred, quote, remarks, indent=2)
        if not demand.addressee and not demand.addressee_inferred:
            remarks.append("TODO: who is asked? The words name nobody.")
        lines += self._about([*demand.addressee], quote)
        return _Utterance("demand", quote, self._wording.demand(demand), lines, remarks)

    # --- slots --------------------------------------------------------------------------------------------------------

    def _voice(self, who: Slot | None, quote: Span, remarks: list[str], *, denies: bool) -> list[str]:
        """Who holds a claim that is not the publisher's own."""
        if who is None:
            return []
        party = self._party(who)
        if party is not None and party.id == self._publisher_id:
            return []
        if party is None or party.withheld:
            holder = self._holder(who)
            remarks.append(f"TODO: held by {self._shown(who)}: naming is to be decided, or whom the words stand for.")
            words = flow({"because": scalar(UNDECIDED)})
            lines = [f"  heldBy: {flow({holder: words})}"]
            if party is not None:
                lines.append(
                    f"  # heldBy: {flow({party.id: self._words(who.span, quote, strictly=True)})}   # once that is decided"
                )
            return [*lines, "  directness: reported"]
        remarks.append(f"{'Denied' if denies else 'Told'} by {self._shown(who)}, as the publisher reports it.")
        return [f"  heldBy: {flow({party.id: self._words(who.span, quote, strictly=True)})}", "  directness: reported"]

    def _holder(self, who: Slot) -> str:
        """An actor without a name, who stands for a person until there is a decision."""
        key = " ".join(who.text.casefold().split())
        if key not in self._holders:
            self._holders[key] = self._parties.new_id("named-person-1", "actor")
        return self._holders[key]

    def _party(self, slot: Slot) -> Party | None:
        return None if self._parties.is_pronoun(slot) else self._parties.of(slot)

    def _party_slot(
        self, key: str, named: tuple[Slot, ...], inferred: tuple[Slot, ...], quote: Span, remarks: list[str], indent: int = 6
    ) -> list[str]:
        """``key`` with each party and its words, or the reason; persons whose naming is not decided are commented out."""
        values: dict[str, str] = {}
        withheld: dict[str, str] = {}
        for slot in named:
            party = self._party(slot)
            if party is None:
                remarks.append(f"TODO: {key}: whom does {self._shown(slot)} stand for?")
            else:
                words = self._words(slot.span, quote, strictly=key == "allegedPerpetrator")
                (withheld if party.withheld else values).setdefault(party.id, words)
        for slot in inferred:
            party = self._party(slot)
            if party is not None and party.id not in values and party.id not in withheld:
                line, _ = self._text.line_column(slot.span[0])
                remarks.append(f"TODO: {key}: {self._shown(slot)} (line {line}) is read from context. Is it right?")
                because = READ_FROM.format(self._shown(slot), line)
                (withheld if party.withheld else values)[party.id] = flow({"because": scalar(because)})
        return _with_withheld(indent, key, values, withheld, remarks)

    def _about(self, slots: list[Slot], quote: Span) -> list[str]:
        """What the entry speaks of, where it describes no event: its parties, else the statement itself."""
        for slot in slots:
            party = self._party(slot)
            if party is not None and not party.withheld:
                return [f"  about: {flow({party.id: self._words(slot.span, quote)})}"]
        return [f"  about: {flow({'statement': self._words(quote, quote)})}"]

    def _time(self, event: str, allegation: Allegation, quote: Span, remarks: list[str]) -> list[str]:
        if allegation.when is None or event in self._timed:
            return []
        self._timed.add(event)
        values = {}
        if allegation.date is not None:
            values["edtf"] = scalar(allegation.date)
            if allegation.date[:4] not in allegation.when.text:
                words = self._shown(allegation.when)
                remarks.append(f"The words {words} have no year: {allegation.date} is reckoned from the statement's date.")
            if _has_no_such_day(allegation.when.text, allegation.date):
                words = self._shown(allegation.when)
                remarks.append(f"TODO: {words}: this day does not exist; only the month is kept. Is it a slip in the text?")
        values["dateSense"] = "within"
        values["words"] = self._words(allegation.when.span, quote)
        return [f"      time: {flow(values)}"]

    def _quantities(self, event: str, allegation: Allegation, quote: Span, *, first: bool) -> list[str]:
        if not first:
            return []
        lines: list[str] = []
        for victims in self._counts.get(allegation.quote.span, ()):
            if victims.harm != allegation.narrow_type or victims.number is None or victims.minimum is None:
                continue
            values = {"counts": self._what_is_counted(victims), "bound": self._bound(victims)}
            if values["bound"] == "exact" or not victims.approximate:
                values["minimum"] = str(victims.minimum)
                if victims.maximum is not None:
                    values["maximum"] = str(victims.maximum)
            who, number = victims.who, victims.number
            holds = who.span[0] <= number.span[0] and number.span[1] <= who.span[1]
            values["words"] = self._words(who.span if holds else number.span, quote)
            lines.append(f"        count-{len(lines) + 1}: {flow(values)}")
        return ["      quantity:", *lines] if lines else []

    def _bound(self, victims: Victims) -> str:
        number = " ".join((victims.number.text if victims.number else "").casefold().split())
        if victims.approximate:
            return "vague"
        if victims.maximum is None:
            more = self._language.words("numbers", "more_than")
            return "moreThan" if any(number.startswith(f"{each} ") for each in more) else "atLeast"
        return "exact" if victims.minimum == victims.maximum else "range"

    def _what_is_counted(self, victims: Victims) -> str:
        words = victims.who.text.casefold().split()
        return next((self._counted[word] for word in words if word in self._counted), "people")

    # --- words --------------------------------------------------------------------------------------------------------

    def _wide(self, quote: Slot, *inner: Slot) -> Span:
        """The quote out to whole words, and so far that it holds what must be named in it and stands beside it."""
        start, end = quote.span
        for slot in inner:
            start, end = min(start, slot.span[0]), max(end, slot.span[1])
        return self._occurrences.whole(start, end)

    def _words(self, span: Span, quote: Span, *, strictly: bool = False) -> str:
        """The words of a value as claims.yaml has them: counted in the quote, else in the statement."""
        start, end = self._occurrences.whole(*span)
        exact = self._text.content[start:end]
        inside = self._text.find(exact, *quote)
        elsewhere = not inside
        if inside:
            number, times = (inside.index(start) + 1 if start in inside else 1), len(inside)
        else:
            number, times = self._occurrences.number(exact, start)
        values = {"exact": scalar(exact)}
        if times > 1:
            values["occurrence"] = str(number)
        if elsewhere and strictly:
            values["elsewhere"] = "true"
        return scalar(exact) if len(values) == 1 else flow(values)

    def _quoted(self, span: Span) -> list[str]:
        exact = self._text.content[slice(*span)]
        if self._occurrences.number(exact, span[0])[1] == 1:
            return entry(2, "quote", exact)
        return [self._words_line("quote", span)]

    def _words_line(self, key: str, span: Span) -> str:
        exact = self._text.content[slice(*span)]
        number, times = self._occurrences.number(exact, span[0])
        value = scalar(exact) if times == 1 else flow({"exact": scalar(exact), "occurrence": str(number)})
        return f"  {key}: {value}"

    @staticmethod
    def _shown(slot: Slot) -> str:
        return f"“{' '.join(slot.text.split())}”"


def _has_no_such_day(words: str, date: str) -> bool:
    """Whether a date is a month because the words name a day that it has not."""
    month, day = re.fullmatch(r"(\d{4})-(0[1-9]|1[0-2])", date), _LATE_DAY.search(words)
    return bool(month and day and int(day[1]) > monthrange(int(month[1]), int(month[2]))[1])


def _with_withheld(indent: int, key: str, values: dict[str, str], withheld: dict[str, str], remarks: list[str]) -> list[str]:
    """A key with its values; those of persons on whom there is no decision stand there as comments."""
    lead = " " * indent
    if withheld:
        remarks.append(f"TODO: {key}: a person ({', '.join(withheld)}); see the head of the file.")
    if not values and not withheld:
        return []
    if not withheld and len(values) == 1:
        return [f"{lead}{key}: {flow(values)}"]
    lines = [f"{lead}{'' if values else '# '}{key}:"]
    lines += [f"{lead}  {id_}: {words}" for id_, words in values.items()]
    return [*lines, *(f"{lead}#   {id_}: {words}" for id_, words in withheld.items())]

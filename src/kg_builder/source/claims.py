"""Reads claims.yaml: each utterance, its words and the words of each of its slots, checked against the text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal

from kg_builder.errors import Location, near_miss
from kg_builder.model import Entities, Event, Quantity, Ref, Slot, Span, TimeSpan, Utterance, Words
from kg_builder.source.entities import (
    check_entity_names,
    check_entity_references,
    check_identifier,
    check_no_name,
    names_of_persons,
    read_entities,
)
from kg_builder.source.lookup import Lookup
from kg_builder.source.quotes import Quotes
from kg_builder.source.reasons import check_ignored, check_reason
from kg_builder.source.text import Text
from kg_builder.source.tree import Mapping, Node, Problems, Scalar, Sequence, pairs
from kg_builder.source.values import bounds
from kg_builder.vocabulary import PREFIXES, SlotProperty, Vocabulary, local_name

_FILE_KEYS = frozenset({"status", "utteredBy", "actors", "places", "ignored", "utterances"})
_UTTERANCE_KEYS = frozenset({"quote", "proposition", "about", "describes", "relates", "utteredBy"})
_KIND_KEYS: dict[Literal["claim", "demand"], frozenset[str]] = {
    "claim": frozenset({"claim", "accuses", "disputes"}),
    "demand": frozenset({"demand"}),
}
_EVENT_KEYS = frozenset({"label", "kind", "time", "quantity"})
_RESERVED = frozenset({"statement", "utterance"})
_ONE_VALUE = frozenset({"stance", "directness", "force"})
_WITHOUT_WORDS = frozenset({"stance", "directness"})
_NAMED_ONLY = "allegedPerpetrator"
_IN_THE_QUOTE = frozenset({_NAMED_ONLY, "heldBy"})
"""Who is accused, and who is said to hold a position: the words of another sentence do not stand in for these unseen."""
_INFERRED = "inferred"
_NO_RELATION = frozenset({"owl:sameAs", "rdf:type", "hrc:accuses", "hrc:disputes", "hrc:about"})
_CURIE = re.compile(r"([a-z]+):[A-Za-z][\w-]*")


@dataclass(slots=True)
class _Entry:
    """One utterance while it is read."""

    ref: Ref
    kind: Literal["claim", "demand"]
    node: Mapping
    span: Span
    slots: list[Slot] = field(default_factory=list)
    about: dict[Ref, None] = field(default_factory=dict)
    said: set[tuple[Ref, str, object]] = field(default_factory=set)

    @property
    def name(self) -> str:
        return f"the {self.kind} '{self.ref.id}'"


class ClaimsReader:
    """Reads one statement's claims.yaml; what it found is in its attributes, what is wrong in ``problems``."""

    def __init__(self, vocabulary: Vocabulary, shared: Entities, statement: str, text: Text, problems: Problems) -> None:
        self.utterances: list[Utterance] = []
        self.events: dict[str, Event] = {}
        self.quantities: list[Quantity] = []
        self.times: dict[str, TimeSpan] = {}
        self.local = Entities()
        self._vocabulary = vocabulary
        self._shared = shared
        self._statement = statement
        self._quotes = Quotes(text, problems)
        self.lookup = Lookup(vocabulary, shared, self.local, statement, problems)
        self._problems = problems
        self._names: set[str] = set()
        self._is_reviewed = False
        self._utterance_ids: dict[str, Literal["claim", "demand"]] = {}

    def read(self, root: Node | None, shown: str, language: str) -> None:
        """Read the whole file."""
        problems = self._problems
        top = problems.mapping(root, "the file", _FILE_KEYS)
        if top is None:
            problems.add("there is nothing in it", Location(shown), "docs/writing-claims.md tells what stands in it.")
            return
        self._check_status(top)
        self._read_local_entities(top, language)
        nodes = problems.items(problems.required(top, "utterances", "the file"), "'utterances'")
        entries = [entry for node in nodes if (entry := self._open(node)) is not None]
        for entry in entries:
            self._collect_events(entry)
        default = top.entries.get("utteredBy")
        speaker = self.lookup.actor(problems.text(default, "'utteredBy'"), default.where) if default else None
        for entry in entries:
            self._read_utterance(entry, speaker)
        if self._is_reviewed:
            check_ignored(top, problems)
        self._quotes.check_coverage(top, [entry.span for entry in entries], shown)

    # --- the file -----------------------------------------------------------------------------------------------------

    def _check_status(self, top: Mapping) -> None:
        status = self._problems.required_text(top, "status", "the file")
        self._is_reviewed = status == "reviewed"
        if status == "draft":
            self._problems.add(
                "these claims are a draft",
                top.entries["status"].where,
                "Review each claim, then write 'status: reviewed'.",
            )
        elif status and not self._is_reviewed:
            self._problems.add(
                f"'{status}' is not a status", top.entries["status"].where, near_miss(status, ("reviewed", "draft"))
            )

    def _read_local_entities(self, top: Mapping, language: str) -> None:
        read_entities(top, self.local, self._statement, language, self._problems)
        check_entity_references(top, self.local, self._shared, self._problems)
        for section in ("actors", "places"):
            entries = top.entries.get(section)
            for id_, where, _ in pairs(entries) if isinstance(entries, Mapping) else ():
                if id_ in self._shared.actors or id_ in self._shared.places:
                    self._problems.add(f"the id '{id_}' is in data/entities too", where, "Use that one, or another id.")
                if id_ in _RESERVED:
                    self._problems.add(f"'{id_}' is reserved", where, "Use another id.")
        for id_, place in self.local.places.items():
            within = tuple(Ref("place", r.id, self._statement if r.id in self.local.places else None) for r in place.within)
            self.local.places[id_] = replace(place, within=within)
        self._names = names_of_persons((self._shared, self.local))
        check_entity_names(top, self._names, self._problems)

    def _open(self, node: Node) -> _Entry | None:
        """The entry's kind, id and quote."""
        problems = self._problems
        mapping = problems.mapping(node, "an utterance")
        if mapping is None:
            return None
        kinds: list[Literal["claim", "demand"]] = [kind for kind in _KIND_KEYS if kind in mapping.entries]
        if len(kinds) != 1:
            problems.add("an utterance is either a 'claim: ID' or a 'demand: ID'", mapping.where)
            return None
        kind = kinds[0]
        slots = self._vocabulary.slots
        known = _UTTERANCE_KEYS | _KIND_KEYS[kind] | slots.get("Utterance", {}).keys() | slots.get(kind.title(), {}).keys()
        problems.mapping(mapping, f"a {kind}", frozenset(known))
        id_node = mapping.entries[kind]
        id_ = problems.text(id_node, f"the id of a {kind}")
        if id_ is None or not check_identifier(id_, id_node.where, f"a {kind}", problems):
            return None
        check_no_name(id_, id_node.where, self._names, problems)
        if id_ in self._utterance_ids:
            problems.add(f"the id '{id_}' is given to two utterances", id_node.where, "Give each an id of its own.")
            return None
        self._utterance_ids[id_] = kind
        words = self._quotes.locate(problems.required(mapping, "quote", f"the {kind} '{id_}'"), f"the quote of '{id_}'")
        if words is None:
            return None
        return _Entry(Ref("utterance", id_, self._statement), kind, mapping, words.span)

    def _collect_events(self, entry: _Entry) -> None:
        described = entry.node.entries.get("describes")
        for id_, where, _ in pairs(described) if isinstance(described, Mapping) else ():
            if id_ in self.lookup.events or not check_identifier(id_, where, "an event", self._problems):
                continue
            check_no_name(id_, where, self._names, self._problems)
            taken = [e for e in (self.local, self._shared) if id_ in e.actors or id_ in e.places]
            if taken or id_ in _RESERVED:
                self._problems.add(f"'{id_}' is the id of something else already", where, "Give the event another id.")
            self.lookup.events[id_] = where

    def _read_utterance(self, entry: _Entry, speaker: Ref | None) -> None:
        problems, mapping = self._problems, entry.node
        proposition = problems.required_text(mapping, "proposition", entry.name)
        if "utteredBy" in mapping.entries:
            node = mapping.entries["utteredBy"]
            speaker = self.lookup.actor(problems.text(node, "'utteredBy'"), node.where)
        elif speaker is None:
            problems.add(f"nobody is said to utter {entry.name}", mapping.where, "Add 'utteredBy: ACTOR' at the top of the file.")
        for domain in ("Utterance", entry.kind.title()):
            for key, slot_property in self._vocabulary.slots.get(domain, {}).items():
                if key in mapping.entries:
                    self._read_slot(entry, entry.ref, slot_property, mapping.entries[key])
        if speaker is not None:
            self._add_defaults(entry, speaker)
        self._read_about(entry)
        described = problems.mapping(mapping.entries.get("describes"), f"'describes' of {entry.name}")
        for id_, where, node in pairs(described) if described else ():
            self._read_event(entry, id_, where, node)
        for node in problems.items(mapping.entries.get("relates"), f"'relates' of {entry.name}"):
            self._read_relation(entry, node)
        if not entry.about:
            problems.add(f"{entry.name} is about nothing", mapping.where, "Say with 'describes' or 'about' what it speaks of.")
        if speaker is not None:
            self.utterances.append(
                Utterance(
                    ref=entry.ref,
                    kind=entry.kind,
                    span=entry.span,
                    uttered_by=speaker,
                    proposition=proposition,
                    about=tuple(entry.about),
                    slots=tuple(entry.slots),
                    accuses=self._accused(entry),
                    disputes=self._disputed(entry),
                    source=(mapping.where.line, mapping.where.column),
                )
            )

    def _add_defaults(self, entry: _Entry, speaker: Ref) -> None:
        defaults: dict[str, Ref] = {"hrc:directness": Ref("concept", "directness/explicit")}
        if entry.kind == "claim":
            defaults["hrc:heldBy"] = speaker
            defaults["hrc:stance"] = Ref("concept", "stance/asserts")
        else:
            for key in ("force", "soughtAction"):
                self._problems.required(entry.node, key, entry.name)
        given = {slot.predicate for slot in entry.slots}
        keys = {predicate.partition(":")[2] for predicate in defaults} & entry.node.entries.keys()
        for predicate, value in defaults.items():
            if predicate not in given and predicate.partition(":")[2] not in keys:
                entry.slots.append(Slot(entry.ref, predicate, value))

    def _read_about(self, entry: _Entry) -> None:
        about = self._problems.mapping(entry.node.entries.get("about"), f"'about' of {entry.name}")
        for id_, where, node in pairs(about) if about else ():
            ref = self.lookup.anything(id_, where)
            words = self._quotes.locate(node, f"the words for '{id_}' in {entry.name}", entry.span)
            if ref is not None and words is not None:
                entry.about[ref] = None
                self._add(entry, Slot(entry.ref, "hrc:about", ref, words), where)

    def _read_event(self, entry: _Entry, id_: str, where: Location, node: Node) -> None:
        problems, slots = self._problems, self._vocabulary.slots.get("Event", {})
        if id_ not in self.lookup.events:
            return
        ref = Ref("event", id_, self._statement)
        entry.about[ref] = None
        what = f"the event '{id_}'"
        if isinstance(node, Scalar) and node.empty:
            node = Mapping({}, {}, node.where)
        mapping = problems.mapping(node, what, _EVENT_KEYS | slots.keys())
        if mapping is None:
            return
        self._declare_event(ref, mapping, where, what)
        for key, slot_property in slots.items():
            if key in mapping.entries:
                self._read_slot(entry, ref, slot_property, mapping.entries[key])
        if "time" in mapping.entries:
            self._read_time(entry, ref, mapping.entries["time"])
        quantities = problems.mapping(mapping.entries.get("quantity"), f"'quantity' of {what}")
        for quantity_id, at, quantity in pairs(quantities) if quantities else ():
            self._read_quantity(entry, ref, quantity_id, at, quantity)

    def _declare_event(self, ref: Ref, mapping: Mapping, where: Location, what: str) -> None:
        problems = self._problems
        known = self.events.get(ref.id)
        if known is not None:
            for key in ("label", "kind"):
                if key in mapping.entries:
                    problems.add(f"{what} has its {key} already", mapping.keys[key], "Keep it where the event first occurs.")
            return
        kind = problems.optional_text(mapping, "kind", what) or "act"
        if kind not in {"act", "event"}:
            problems.add(f"'{kind}' is not a kind of event", mapping.entries["kind"].where, near_miss(kind, ("act", "event")))
        if "label" not in mapping.entries:
            problems.add(f"{what} has no 'label'", where, "Add 'label: …' where the event first occurs.")
        label = problems.optional_text(mapping, "label", what)
        self.events[ref.id] = Event(ref, kind == "act", label)

    # --- slots --------------------------------------------------------------------------------------------------------

    def _add(self, entry: _Entry, slot: Slot, where: Location) -> None:
        key = (slot.subject, slot.predicate, slot.value)
        if key in entry.said:
            self._problems.add(f"{entry.name} says this twice", where, "Keep one of them.")
            return
        entry.said.add(key)
        entry.slots.append(replace(slot, source=(where.line, where.column)))

    def _read_slot(self, entry: _Entry, subject: Ref, slot: SlotProperty, node: Node) -> None:
        key = local_name(slot.name)
        what = f"'{key}' of {entry.name}"
        if slot.range in {"rdf:langString", "xsd:boolean"}:
            for item in node.items if isinstance(node, Sequence) else [node]:
                words = self._quotes.locate(item, what, entry.span)
                if words is not None:
                    value = True if slot.range == "xsd:boolean" else words.span.exact
                    self._add(entry, Slot(subject, slot.name, value, words), item.where)
            return
        resolve: Callable[[str, Location], Ref | None]
        if slot.scheme:
            scheme = slot.scheme
            resolve = lambda id_, where: self.lookup.concept(scheme, id_, where)  # noqa: E731 - one of four alternatives
        else:
            resolve = {"hrc:Actor": self.lookup.actor, "hrc:Place": self.lookup.place, "hrc:Event": self.lookup.event}.get(
                slot.range, self.lookup.anything
            )
        if key in _WITHOUT_WORDS and isinstance(node, Scalar):
            ref = resolve(self._problems.text(node, what) or "", node.where)
            if ref is not None:
                entry.slots.append(Slot(subject, slot.name, ref, source=(node.where.line, node.where.column)))
            return
        mapping = self._value_words(node, what)
        if mapping is None:
            return
        if key in _ONE_VALUE and len(mapping.entries) > 1:
            self._problems.add(f"{what} has {len(mapping.entries)} values; it takes one", mapping.where)
        for id_, where, words_node in pairs(mapping):
            ref = resolve(id_, where)
            grounded = self._ground(entry, key, id_, where, words_node)
            if ref is not None and grounded is not None:
                words, because = grounded
                self._add(entry, Slot(subject, slot.name, ref, words, because), where)

    def _value_words(self, node: Node, what: str) -> Mapping | None:
        if isinstance(node, Mapping):
            return node
        shown = node.text[:40] if isinstance(node, Scalar) else "…"
        self._problems.add(
            f"{what} gives no words",
            node.where,
            f"Write the value with the words that give it: {{{shown}: the words}}.",
        )
        return None

    def _ground(self, entry: _Entry, key: str, id_: str, where: Location, node: Node) -> tuple[Words | None, str] | None:
        """The words of a value, or the coder's reason for inferring it."""
        what = f"the words for '{id_}' ({key}) in {entry.name}"
        because_node = node.entries.get("because") if isinstance(node, Mapping) else None
        if because_node is not None and isinstance(node, Mapping):
            self._problems.mapping(node, what, frozenset({"because"}))
            if key == _NAMED_ONLY:
                self._problems.add(f"'{id_}' is inferred, not named, as perpetrator", where, "Move it to 'inferredPerpetrator'.")
                return None
            because = self._problems.text(because_node, f"'because' of {what}")
            if self._is_reviewed:
                check_reason(because_node, f"'{id_}' ({key}) in {entry.name}", self._problems)
            return (None, because) if because else None
        if key.startswith(_INFERRED):
            self._problems.add(
                f"'{key}' is a coder's reading, and its reason is missing",
                where,
                "Write {because: the reason}; or, where the words name it, move it to the 'alleged…' key.",
            )
            return None
        words = self._quotes.locate(node, what, entry.span, strictly=key in _IN_THE_QUOTE)
        return (words, "") if words is not None else None

    def _read_relation(self, entry: _Entry, node: Node) -> None:
        problems, what = self._problems, f"a relation of {entry.name}"
        mapping = problems.mapping(node, what, frozenset({"subject", "predicate", "object", "literal"}))
        if mapping is None:
            return
        subject_node = problems.required(mapping, "subject", what)
        subject_id = problems.text(subject_node, f"the subject of {what}")
        subject = self.lookup.anything(subject_id, subject_node.where) if subject_id and subject_node else None
        predicate = problems.required_text(mapping, "predicate", what)
        curie = _CURIE.fullmatch(predicate)
        if predicate in _NO_RELATION or predicate in {
            slot.name for each in self._vocabulary.slots.values() for slot in each.values()
        }:
            problems.add(
                f"'{predicate}' is no relation that a speaker merely states",
                mapping.entries["predicate"].where,
                "Give it as a slot of an event under 'describes'.",
            )
            return
        if predicate and (not curie or curie.group(1) not in PREFIXES):
            problems.add(
                f"'{predicate}' is not a known property",
                mapping.entries["predicate"].where,
                f"Write it as PREFIX:NAME, with one of the prefixes {', '.join(PREFIXES)}.",
            )
            return
        if ("object" in mapping.entries) == ("literal" in mapping.entries):
            problems.add(f"{what} needs either 'object' or 'literal'", mapping.where)
            return
        if subject is None or not predicate:
            return
        entry.about[subject] = None
        if "literal" in mapping.entries:
            literal = mapping.entries["literal"]
            words = self._quotes.locate(literal, f"'literal' of {what}", entry.span)
            if words is not None:
                self._add(entry, Slot(subject, predicate, words.span.exact, words, published=False), literal.where)
            return
        objects = self._value_words(mapping.entries["object"], f"the object of {what}")
        for id_, where, words_node in pairs(objects) if objects else ():
            ref = self.lookup.anything(id_, where)
            words = self._quotes.locate(words_node, f"the words for '{id_}' in {entry.name}", entry.span)
            if ref is not None and words is not None:
                self._add(entry, Slot(subject, predicate, ref, words, published=False), where)

    def _read_time(self, entry: _Entry, event: Ref, node: Node) -> None:
        problems, what = self._problems, f"'time' of the event '{event.id}'"
        mapping = problems.mapping(node, what, frozenset({"edtf", "dateSense", "words"}))
        if mapping is None:
            return
        if event.id in self.times:
            problems.add(f"the event '{event.id}' has a time already", node.where, "Describe two events, or keep one time.")
            return
        sense_name = problems.required_text(mapping, "dateSense", what)
        sense = self.lookup.concept("date-sense", sense_name, mapping.entries["dateSense"].where) if sense_name else None
        words = self._quotes.locate(problems.required(mapping, "words", what), f"the words of {what}", entry.span)
        edtf = problems.optional_text(mapping, "edtf", what)
        earliest = latest = None
        if edtf:
            try:
                earliest, latest = bounds(edtf)
            except ValueError as error:
                problems.add(
                    f"'{edtf[:60]}' is not a date: {error}",
                    mapping.entries["edtf"].where,
                    "Write EDTF: 2020, 2020-02, 2020-02-08, 2020-02-07/2020-02-09, 2020-02?, 2020-02/.. .",
                )
        if sense is None or words is None:
            return
        ref = Ref("time", event.id, self._statement)
        self.times[event.id] = TimeSpan(ref, sense, words.span.exact, edtf, earliest, latest)
        self._add(entry, Slot(event, "hrc:time", ref, words), node.where)

    def _read_quantity(self, entry: _Entry, event: Ref, id_: str, where: Location, node: Node) -> None:
        problems, what = self._problems, f"the quantity '{id_}'"
        mapping = problems.mapping(node, what, frozenset({"counts", "bound", "minimum", "maximum", "words"}))
        if mapping is None or not check_identifier(id_, where, "a quantity", problems):
            return
        check_no_name(id_, where, self._names, problems)
        coded = []
        for key, scheme in (("counts", "counted"), ("bound", "bound")):
            name = problems.required_text(mapping, key, what)
            coded.append(self.lookup.concept(scheme, name, mapping.entries[key].where) if name else None)
        counts, bound = coded
        limits = [
            self._quotes.whole_number(mapping.entries.get(key), f"the {key} of {what}") if key in mapping.entries else None
            for key in ("minimum", "maximum")
        ]
        minimum, maximum = limits
        if minimum is not None and maximum is not None and minimum > maximum:
            problems.add(f"the minimum of {what}, {minimum}, is above its maximum, {maximum}", mapping.entries["minimum"].where)
        words = self._quotes.locate(problems.required(mapping, "words", what), f"the words of {what}", entry.span)
        ref = Ref("quantity", f"{event.id}/{id_}", self._statement)
        if any(known.ref == ref for known in self.quantities):
            problems.add(f"the event '{event.id}' has a quantity '{id_}' already", where, "Give it an id of its own.")
        elif counts is not None and bound is not None and words is not None:
            self.quantities.append(Quantity(ref, counts, bound, minimum, maximum, words.span.exact))
            self._add(entry, Slot(event, "hrc:quantity", ref, words), where)

    # --- what follows from the slots ----------------------------------------------------------------------------------

    def _accused(self, entry: _Entry) -> tuple[Ref, ...]:
        """Whom a claim accuses: the perpetrators that it names, where it asserts; else those that it says it accuses."""
        named = {
            slot.value: None
            for slot in entry.slots
            if slot.predicate == f"hrc:{_NAMED_ONLY}" and slot.words is not None and isinstance(slot.value, Ref)
        }
        node = entry.node.entries.get("accuses")
        asserts = any(slot.predicate == "hrc:stance" and slot.value == Ref("concept", "stance/asserts") for slot in entry.slots)
        if node is None:
            return tuple(named) if asserts and entry.kind == "claim" else ()
        denied = {slot.value.id for slot in entry.slots if slot.predicate == "hrc:stance" and isinstance(slot.value, Ref)}
        if denied & {"stance/denies", "stance/reframes"}:
            self._problems.add(f"{entry.name} denies or reframes: it accuses nobody", node.where, "Take 'accuses' out.")
            return ()
        accused = []
        for item in self._problems.items(node, f"'accuses' of {entry.name}"):
            ref = self.lookup.actor(self._problems.text(item, "an accused"), item.where)
            if ref is not None and ref not in named:
                self._problems.add(
                    f"{entry.name} accuses '{ref.id}', and describes no act of which it names them as perpetrator",
                    item.where,
                    "Add 'allegedPerpetrator: {" + ref.id + ": the words}' to the act that it describes.",
                )
            elif ref is not None:
                accused.append(ref)
        return tuple(dict.fromkeys(accused))

    def _disputed(self, entry: _Entry) -> tuple[Ref, ...]:
        disputed = []
        for item in self._problems.items(entry.node.entries.get("disputes"), f"'disputes' of {entry.name}"):
            id_ = self._problems.text(item, "a disputed claim")
            if id_ is None:
                continue
            if self._utterance_ids.get(id_) != "claim" or id_ == entry.ref.id:
                claims = [known for known, kind in self._utterance_ids.items() if kind == "claim" and known != entry.ref.id]
                self.lookup.unknown("claim", id_, item.where, claims)
            else:
                disputed.append(Ref("utterance", id_, self._statement))
        return tuple(dict.fromkeys(disputed))

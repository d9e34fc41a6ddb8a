"""What is published of a statement, and of what statements share, as triples. docs/model.md tells the form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from kg_builder.model import (
    Actor,
    Entities,
    Event,
    Identification,
    Link,
    Place,
    Quantity,
    Ref,
    Slot,
    Span,
    Statement,
    TimeSpan,
    Utterance,
)
from kg_builder.rdf.terms import TRUE, A, Triple, iri, literal, name
from kg_builder.vocabulary import SCHEME, Vocabulary, compact, local_name, mint

_ACTOR_CLASSES = {
    "authority": "hrc:PublicAuthority",
    "organization": "hrc:Organization",
    "person": "hrc:Person",
    "group": "hrc:PersonGroup",
}


@dataclass(slots=True)
class Block:
    """Triples that stand together in a file: one statement's, or the shared ones (``statement`` is None).

    ``triples`` has no duplicates and keeps the order in which a reader wants them: subjects together, as first described.
    ``used`` are the shared things and coded values that the triples refer to, ``victims`` the shared actors whom a claim that
    asserts names as harmed; both are described in the shared block.
    """

    statement: Ref | None
    title: str
    triples: list[Triple] = field(default_factory=list)
    used: set[Ref] = field(default_factory=set)
    victims: set[Ref] = field(default_factory=set)


class _Describer:
    """Collects triples by subject, each once, and notes what they refer to."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.used: set[Ref] = set()
        self._subjects: dict[str, dict[tuple[str, str], None]] = {}

    def add(self, subject: str, predicate: str, object_: str) -> None:
        self._subjects.setdefault(subject, {})[(name(predicate), object_)] = None

    def types(self, subject: str, *classes: str) -> None:
        for each in classes:
            self.add(subject, "rdf:type", name(each))

    def refer(self, ref: Ref) -> str:
        """The term of a thing; shared things and coded values are noted as used."""
        if ref.statement is None and ref.kind in {"actor", "place", "concept"}:
            self.used.add(ref)
        return iri(mint(ref))

    def worded(self, text: str) -> str:
        """A literal in the statement's language."""
        return literal(text, language=self.language)

    def triples(self) -> list[Triple]:
        """All triples, subjects in the order of their description; passages, which a reader seldom wants, come last."""
        return [
            (subject, predicate, object_)
            for subject, pairs in sorted(self._subjects.items(), key=lambda each: "/passage/" in each[0])
            for predicate, object_ in sorted(pairs, key=_type_first)
        ]


def _type_first(pair: tuple[str, str]) -> tuple[bool, str, str]:
    return pair[0] != A, compact(pair[0][1:-1]), pair[1]


def describe_statement(statement: Statement) -> Block:
    """The triples of one statement; what they use of the shared things is in ``Block.used``."""
    out = _Describer(statement.language)
    _describe_document(out, statement)
    events = {event.ref: event for event in statement.events}
    owned: dict[Ref, list[Quantity | TimeSpan]] = {}
    parts: list[Quantity | TimeSpan] = [*statement.times, *statement.quantities]
    for part in parts:
        owned.setdefault(Ref("event", part.ref.id.partition("/")[0], statement.ref.id), []).append(part)
    victims: set[Ref] = set()
    for utterance in statement.utterances:
        for ref in utterance.about:
            if ref in events:
                _describe_event(out, events[ref], owned.get(ref, []))
        _describe_utterance(out, utterance)
        _describe_slots(out, utterance, statement)
        victims.update(_victims(utterance))
    entities: list[Actor | Place] = [*statement.entities.actors.values(), *statement.entities.places.values()]
    for entity in entities:
        _describe_entity(out, entity, is_victim=entity.ref in victims)
    shared_victims = {ref for ref in victims if ref.statement is None}
    return Block(statement.ref, statement.title, out.triples(), out.used, shared_victims)


def origins(statement: Statement) -> dict[str, tuple[tuple[int, int], str]]:
    """IRI of each node that an utterance gives -> line and column in claims.yaml, and the words of the text behind it."""
    found: dict[str, tuple[tuple[int, int], str]] = {}
    for utterance in statement.utterances:
        words = utterance.span.exact
        for node in (mint(utterance.ref), _passage(utterance.span, statement.ref)):
            found.setdefault(node, (utterance.source, words))
        for ref in utterance.about:
            if ref.kind == "event":
                found.setdefault(mint(ref), (utterance.source, words))
        for slot in utterance.slots:
            exact = slot.words.span.exact if slot.words else words
            if slot.words or slot.because:
                found.setdefault(_annotation(utterance.ref, slot), (slot.source, exact))
            if slot.words:
                found.setdefault(_passage(slot.words.span, statement.ref), (slot.source, exact))
            if isinstance(slot.value, Ref) and slot.value.kind in {"quantity", "time"}:
                found.setdefault(mint(slot.value), (slot.source, exact))
    return found


def _describe_document(out: _Describer, statement: Statement) -> None:
    subject = out.refer(statement.ref)
    out.types(subject, "hrc:Statement")
    out.add(subject, "dcterms:identifier", literal(statement.ref.id))
    out.add(subject, "dcterms:title", out.worded(statement.title))
    out.add(subject, "dcterms:issued", literal(statement.date.isoformat(), datatype="xsd:date"))
    out.add(subject, "dcterms:language", literal(statement.language))
    out.add(subject, "schema:sha256", literal(statement.sha256))
    for creator in statement.creators:
        out.add(subject, "dcterms:creator", out.refer(creator))
    if statement.session:
        out.add(subject, "hrc:session", out.worded(statement.session))
    for predicate, ref in (
        ("hrc:forum", statement.forum),
        ("schema:locationCreated", statement.place),
        ("hrc:codedBy", statement.coded_by),
    ):
        if ref is not None:
            out.add(subject, predicate, out.refer(ref))
    if statement.source:
        out.add(subject, "dcterms:source", iri(statement.source))
    if statement.rights:
        out.add(subject, "dcterms:rights", out.worded(statement.rights))


def _describe_event(out: _Describer, event: Event, parts: Iterable[Quantity | TimeSpan]) -> None:
    subject = out.refer(event.ref)
    out.types(subject, "hrc:Event", *(["hrc:Act"] if event.is_act else []))
    out.add(subject, "rdfs:label", out.worded(event.label))
    for part in parts:
        node = out.refer(part.ref)
        out.add(node, "hrc:statedAs", out.worded(part.stated_as))
        if isinstance(part, TimeSpan):
            out.types(node, "hrc:TimeSpan")
            out.add(node, "hrc:dateSense", out.refer(part.sense))
            if part.edtf:
                out.add(node, "hrc:edtf", literal(part.edtf))
            for predicate, day in (("hrc:earliest", part.earliest), ("hrc:latest", part.latest)):
                if day is not None:
                    out.add(node, predicate, literal(day.isoformat(), datatype="xsd:date"))
        else:
            out.types(node, "hrc:Quantity")
            out.add(node, "hrc:counts", out.refer(part.counts))
            out.add(node, "hrc:bound", out.refer(part.bound))
            for predicate, number in (("hrc:minimum", part.minimum), ("hrc:maximum", part.maximum)):
                if number is not None:
                    out.add(node, predicate, literal(str(number), datatype="xsd:integer"))


def _describe_utterance(out: _Describer, utterance: Utterance) -> None:
    subject = out.refer(utterance.ref)
    out.types(subject, "hrc:Utterance", "hrc:Claim" if utterance.kind == "claim" else "hrc:Demand")
    out.add(subject, "dcterms:identifier", literal(utterance.ref.id))
    out.add(subject, "hrc:inStatement", out.refer(Ref("statement", utterance.ref.statement or "")))
    out.add(subject, "hrc:utteredBy", out.refer(utterance.uttered_by))
    out.add(subject, "hrc:proposition", out.worded(utterance.proposition))
    for predicate, refs in (
        ("hrc:about", utterance.about),
        ("hrc:accuses", utterance.accuses),
        ("hrc:disputes", utterance.disputes),
    ):
        for ref in refs:
            out.add(subject, predicate, out.refer(ref))


def _describe_slots(out: _Describer, utterance: Utterance, statement: Statement) -> None:
    out.add(out.refer(utterance.ref), "hrc:passage", _describe_passage(out, utterance.span, statement.ref))
    for slot in utterance.slots:
        subject, value = out.refer(slot.subject), _value(out, slot)
        if slot.published:
            out.add(subject, slot.predicate, value)
        if slot.words is None and not slot.because:
            continue
        node = iri(_annotation(utterance.ref, slot))
        out.types(node, "oa:Annotation", "hrc:Mention" if slot.words else "hrc:Inference")
        out.add(node, "hrc:inUtterance", out.refer(utterance.ref))
        out.add(node, "rdf:subject", subject)
        out.add(node, "rdf:predicate", name(slot.predicate))
        out.add(node, "rdf:object", value)
        if isinstance(slot.value, Ref):
            out.add(node, "oa:hasBody", value)
        if slot.words is not None:
            out.add(node, "oa:motivatedBy", name("oa:identifying"))
            out.add(node, "oa:hasTarget", _describe_passage(out, slot.words.span, statement.ref))
            if slot.words.distanced:
                out.add(node, "hrc:distanced", TRUE)
        else:
            out.add(node, "oa:motivatedBy", name("oa:linking"))
            out.add(node, "oa:hasTarget", subject)
            out.add(node, "hrc:rationale", out.worded(slot.because))
            if statement.coded_by is not None:
                out.add(node, "dcterms:creator", out.refer(statement.coded_by))


def _value(out: _Describer, slot: Slot) -> str:
    if isinstance(slot.value, Ref):
        return out.refer(slot.value)
    return TRUE if isinstance(slot.value, bool) else out.worded(slot.value)


def _annotation(utterance: Ref, slot: Slot) -> str:
    """The IRI of a Mention or Inference: its utterance, and which slot of it."""
    subject = (
        "utterance" if slot.subject == utterance else slot.subject.kind if slot.subject.kind == "statement" else slot.subject.id
    )
    parts = [subject, _property_part(slot.predicate)]
    if isinstance(slot.value, Ref):
        parts.append("statement" if slot.value.kind == "statement" else slot.value.id.rpartition("/")[2])
    elif isinstance(slot.value, str) and slot.words is not None:
        parts.append(f"{slot.words.span.start}-{slot.words.span.end}")
    return f"{mint(utterance)}/{'mention' if slot.words else 'inference'}/{'/'.join(parts)}"


def _property_part(predicate: str) -> str:
    """A property as a part of an IRI: ours by its name, others told apart by their prefix."""
    prefix, _, _ = predicate.partition(":")
    local = local_name(predicate)
    return local if prefix == "hrc" else f"{prefix}.{local}"


def _passage(span: Span, statement: Ref) -> str:
    return f"{mint(statement)}/passage/{span.start}-{span.end}"


def _describe_passage(out: _Describer, span: Span, statement: Ref) -> str:
    node = _passage(span, statement)
    subject, quote, position = iri(node), iri(f"{node}/quote"), iri(f"{node}/position")
    out.types(subject, "hrc:Passage", "oa:SpecificResource")
    out.add(subject, "oa:hasSource", out.refer(statement))
    out.add(subject, "oa:hasSelector", quote)
    out.add(subject, "oa:hasSelector", position)
    out.add(subject, "hrc:line", literal(str(span.line), datatype="xsd:positiveInteger"))
    out.types(quote, "oa:TextQuoteSelector")
    out.add(quote, "oa:exact", literal(span.exact))
    for predicate, context in (("oa:prefix", span.prefix), ("oa:suffix", span.suffix)):
        if context:
            out.add(quote, predicate, literal(context))
    out.types(position, "oa:TextPositionSelector")
    for predicate, offset in (("oa:start", span.start), ("oa:end", span.end)):
        out.add(position, predicate, literal(str(offset), datatype="xsd:nonNegativeInteger"))
    return subject


def _victims(utterance: Utterance) -> Iterator[Ref]:
    """Whom a claim that asserts describes as harmed."""
    asserts = any(slot.value == Ref("concept", "stance/asserts") for slot in utterance.slots)
    for slot in utterance.slots:
        if asserts and slot.predicate == "hrc:allegedVictim" and isinstance(slot.value, Ref):
            yield slot.value


def describe_shared(
    blocks_used: Iterable[Ref],
    victims: Iterable[Ref],
    entities: Entities,
    vocabulary: Vocabulary,
    links: Iterable[Link] = (),
) -> Block:
    """The triples of the shared actors, places and coded values that statements use, and of the links between events."""
    out = _Describer("en")
    for link in links:
        _describe_link(out, link)
    waiting = {*blocks_used, *out.used}
    harmed, done = set(victims), set[Ref]()
    while todo := sorted((ref for ref in waiting - done if ref.kind != "concept"), key=lambda ref: (ref.kind, ref.id)):
        for ref in todo:
            entity = entities.actors[ref.id] if ref.kind == "actor" else entities.places[ref.id]
            _describe_entity(out, entity, is_victim=ref in harmed)
        done.update(todo)
        waiting |= out.used
    _describe_concepts(out, (ref for ref in waiting if ref.kind == "concept"), vocabulary)
    return Block(None, "Shared actors, places and coded values", out.triples())


def _describe_link(out: _Describer, link: Link) -> None:
    first, second = out.refer(link.first), out.refer(link.second)
    out.add(first, "hrc:sameReportedEvent", second)
    out.add(second, "hrc:sameReportedEvent", first)
    node = iri(f"{mint(link.first)}/same/{link.second.statement}/{link.second.id}")
    out.types(node, "oa:Annotation")
    out.add(node, "oa:motivatedBy", name("oa:linking"))
    out.add(node, "oa:hasTarget", first)
    out.add(node, "oa:hasBody", second)
    out.add(node, "hrc:rationale", out.worded(link.because))
    out.add(node, "dcterms:creator", out.refer(link.by))


def _describe_entity(out: _Describer, entity: Actor | Place, *, is_victim: bool) -> None:
    subject = out.refer(entity.ref)
    if isinstance(entity, Actor):
        out.types(subject, "hrc:Actor", _ACTOR_CLASSES[entity.kind], *(["hrc:Victim"] if is_victim else []))
        for address in entity.addresses:
            out.add(subject, "schema:address", literal(address))
        if entity.disclosure is not None:
            out.add(subject, "hrc:disclosure", literal(entity.disclosure.decision))
            out.add(subject, "hrc:disclosureReason", out.worded(entity.disclosure.reason))
    else:
        out.types(subject, "hrc:Place")
        for ref in entity.within:
            out.add(subject, "geo:sfWithin", out.refer(ref))
    for language, text in entity.labels:
        out.add(subject, "rdfs:label", literal(text, language=language))
    for language, text in entity.alternatives:
        out.add(subject, "skos:altLabel", literal(text, language=language))
    for number, identity in enumerate(entity.identities, start=1):
        _describe_identity(out, entity.ref, number, identity)


def _describe_identity(out: _Describer, ref: Ref, number: int, identity: Identification) -> None:
    """An external identity is an annotation with a creator: the speaker is never made to say it."""
    node = iri(f"{mint(ref)}/identity/{number}")
    out.types(node, "oa:Annotation")
    out.add(node, "oa:motivatedBy", name("oa:identifying"))
    out.add(node, "oa:hasTarget", out.refer(ref))
    out.add(node, "oa:hasBody", iri(identity.iri))
    out.add(node, "dcterms:created", literal(identity.checked.isoformat(), datatype="xsd:date"))
    out.add(node, "dcterms:creator", out.refer(identity.by))
    out.add(node, "hrc:rationale", out.worded(identity.how))


def _describe_concepts(out: _Describer, used: Iterable[Ref], vocabulary: Vocabulary) -> None:
    concepts = {concept.ref: concept for ref in used for concept in vocabulary.ancestors(ref)}
    for ref in sorted(concepts, key=lambda each: each.id):
        concept = concepts[ref]
        scheme = ref.id.partition("/")[0]
        subject = iri(mint(ref))
        out.types(subject, "skos:Concept")
        out.add(subject, "skos:notation", literal(concept.notation))
        out.add(subject, "skos:inScheme", iri(SCHEME + scheme))
        for language, text in concept.labels:
            out.add(subject, "skos:prefLabel", literal(text, language=language))
        for language, text in concept.definitions:
            out.add(subject, "skos:definition", literal(text, language=language))
        for broader in concept.broader:
            out.add(subject, "skos:broader", iri(mint(Ref("concept", f"{scheme}/{broader}"))))

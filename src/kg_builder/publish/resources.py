"""The page of each resource, with its Turtle, JSON-LD and N-Triples beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from kg_builder.publish.addresses import locate
from kg_builder.publish.incoming import SHOWN, Reference, References
from kg_builder.publish.pages import Pages
from kg_builder.publish.view import OTHER_SIGN, SIGNS, View
from kg_builder.publish.writer import Writer
from kg_builder.rdf import Notation, Triple
from kg_builder.vocabulary import DATA, ONTOLOGY, compact, expand

LEGEND = tuple((sign, f"stance-{'demand' if word == 'demands' else word}", word) for word, sign in SIGNS.items())
"""Sign, style and word of each kind of mark."""
LONGEST_FRAGMENT = 120

_TOLD_APART = {expand(curie) for curie in ("rdf:type", "hrc:passage", "hrc:inStatement", "hrc:proposition", "dcterms:identifier")}
_NAMES = {expand(curie) for curie in ("rdfs:label", "skos:prefLabel", "dcterms:title", "skos:altLabel")}
_OF_ANNOTATIONS = {
    expand(curie) for curie in ("rdf:subject", "rdf:object", "oa:hasBody", "oa:hasTarget", "hrc:inUtterance", "oa:hasSource")
}
_SCHEMA_TYPES = {
    "PublicAuthority": "GovernmentOrganization",
    "Organization": "Organization",
    "Person": "Person",
    "PersonGroup": "Organization",
    "Place": "Place",
}


@dataclass(frozen=True, slots=True)
class Passage:
    """The exact words of a passage, with their place: an IRI, code points, and the line on which they begin."""

    iri: str
    words: str
    start: int
    end: int
    line: str


@dataclass(frozen=True, slots=True)
class SlotOfPage:
    """One slot of an utterance: of what, which property, which value, and its words or the coder's reason."""

    iri: str
    subject: str
    property: str
    value: str
    passage: Passage | None
    because: str
    is_distanced: bool

    def fragment(self) -> str:
        """Where it stands on the utterance's page."""
        return (locate(self.iri) or ("", ""))[1]


@dataclass(frozen=True, slots=True)
class UtteranceOfPage:
    """What a page tells of an utterance."""

    iri: str
    id: str
    kind: str
    """``claim`` or ``demand``"""
    stance: str
    """A claim's stance or a demand's force, by its notation."""
    sign: str
    proposition: str
    language: str
    passage: Passage
    speakers: tuple[str, ...]
    holders: tuple[str, ...]
    directness: str
    slots: tuple[SlotOfPage, ...]

    @property
    def text_fragment(self) -> str:
        """The words as a fragment that browsers find and mark (WICG, Text Fragments): whole, or their first and last words.

        Browsers find no stretch that goes on in another line, so of several lines they are words of the first and of the last.
        """
        words = self.passage.words
        lines = [line.split() for line in words.splitlines() if line.strip()] or [[]]
        is_whole = len(lines) == 1 and len(words) <= LONGEST_FRAGMENT
        parts = [words] if is_whole else [" ".join(each) for each in (lines[0][:5], lines[-1][-5:])]
        return "#:~:text=" + ",".join(quote(" ".join(part.split()), safe="").replace("-", "%2D") for part in parts)


def passage(view: View, iri: str) -> Passage:
    """The passage of that IRI."""
    words, start, end = "", 0, 0
    for selector in view.things(iri, "oa:hasSelector"):
        words = words or view.text(selector, "oa:exact")
        if position := view.text(selector, "oa:start"):
            start, end = int(position), int(view.text(selector, "oa:end"))
    return Passage(iri, words, start, end, view.text(iri, "hrc:line"))


def utterances(view: View) -> list[UtteranceOfPage]:
    """The utterances of a statement in the order of its text."""
    found = [utterance(view, iri) for iri in view.subjects() if view.kind(iri) in {"Claim", "Demand"}]
    return sorted(found, key=lambda each: (each.passage.start, each.passage.end, each.id))


def utterance(view: View, iri: str) -> UtteranceOfPage:
    """One utterance with its slots, in the order of their words."""
    kind = "demand" if view.kind(iri) == "Demand" else "claim"
    coded = view.thing(iri, "hrc:force" if kind == "demand" else "hrc:stance")
    stance = view.text(coded, "skos:notation")
    return UtteranceOfPage(
        iri=iri,
        id=view.text(iri, "dcterms:identifier"),
        kind=kind,
        stance=stance,
        sign=SIGNS.get("demands" if kind == "demand" else stance, OTHER_SIGN),
        proposition=view.text(iri, "hrc:proposition"),
        language=view.text(view.thing(iri, "hrc:inStatement"), "dcterms:language"),
        passage=passage(view, view.thing(iri, "hrc:passage")),
        speakers=tuple(view.things(iri, "hrc:utteredBy")),
        holders=tuple(view.things(iri, "hrc:heldBy")),
        directness=view.text(view.thing(iri, "hrc:directness"), "skos:notation"),
        slots=tuple(
            sorted(
                _slots(view, iri), key=lambda each: (each.passage is None, each.passage.start if each.passage else 0, each.iri)
            )
        ),
    )


def _slots(view: View, iri: str) -> Iterator[SlotOfPage]:
    for annotation, _ in view.referring(iri, "hrc:inUtterance"):
        because = view.text(annotation, "hrc:rationale")
        yield SlotOfPage(
            iri=annotation,
            subject=view.thing(annotation, "rdf:subject"),
            property=view.thing(annotation, "rdf:predicate"),
            value=next(iter(view.values(annotation, "rdf:object")), '""'),
            passage=None if because else passage(view, view.thing(annotation, "oa:hasTarget")),
            because=because,
            is_distanced=view.text(annotation, "hrc:distanced") == "true",
        )


def documents(view: View) -> dict[str, list[str]]:
    """Document -> the IRIs among a view's own subjects that stand in it, the thing that has the document first."""
    found: dict[str, list[str]] = {}
    for subject in view.subjects():
        if (located := locate(subject)) is not None:
            found.setdefault(located[0], []).append(subject)
    return {
        document: sorted(subjects, key=lambda each: (locate(each) or ("", ""))[1] != "") for document, subjects in found.items()
    }


class Resources:
    """Writes the documents of resources."""

    def __init__(self, writer: Writer, pages: Pages, notation: Notation, linked: Mapping[str, list[str]] | None = None) -> None:
        """``linked`` are nodes that statements share and that stand in a statement's documents, by document."""
        self._writer = writer
        self._pages = pages
        self._notation = notation
        self._linked = linked or {}

    def write_all(self, statement: str, view: View, said: Iterable[UtteranceOfPage]) -> None:
        """Write the documents of all things of one statement but the statement itself."""
        spoken = {each.iri: each for each in said}
        order = list(spoken)
        for document, subjects in documents(view).items():
            iri = subjects[0]
            if iri == statement:
                continue
            at = order.index(iri) if iri in spoken else -1
            before = order[at - 1] if at > 0 else ""
            after = order[at + 1] if 0 <= at < len(order) - 1 else ""
            owned = [*subjects[1:], *(each for each in self._linked.get(document, ()) if each not in subjects)]
            self.write(document, iri, view, owned, statement=statement, utterance=spoken.get(iri), before=before, after=after)

    def write(
        self,
        document: str,
        iri: str,
        view: View,
        owned: Iterable[str] = (),
        *,
        statement: str = "",
        utterance: UtteranceOfPage | None = None,
        incoming: Iterable[References] = (),
        before: str = "",
        after: str = "",
    ) -> None:
        """Write the page of a thing and its RDF; ``owned`` are the nodes that stand on its page."""
        parts = list(owned)
        if utterance is not None:
            words = [utterance.passage.iri, *(slot.passage.iri for slot in utterance.slots if slot.passage)]
            for each in dict.fromkeys(words):
                parts += [each, *view.things(each, "oa:hasSelector")]
        triples = [triple for each in dict.fromkeys([iri, *parts]) for triple in view.triples(each)]
        self.write_rdf(document, triples)
        references = [*_referring(view, iri), *incoming]
        html = self._pages.render(
            "resource.html",
            document,
            view,
            iri=iri,
            title=view.label(iri),
            kinds=[expand(kind) for kind in view.kinds(iri)],
            kind=view.kind(iri),
            names=[term for name in sorted(_NAMES) for term in view.values(iri, compact(name))],
            properties=_properties(view, iri),
            owned=[(each, (locate(each) or ("", ""))[1], _properties(view, each)) for each in parts if utterance is None],
            statement=statement,
            utterance=utterance,
            references=references,
            before=before,
            after=after,
            shown=SHOWN,
            schema=schema(view, iri, statement),
        )
        self._writer.write(f"{document}.html", html)

    def write_rdf(self, document: str, triples: list[Triple]) -> None:
        """Write the RDF documents beside a page."""
        self._writer.write(f"{document}.nt", "".join(sorted({f"{s} {p} {o} .\n" for s, p, o in triples})))
        self._writer.write(f"{document}.ttl", self._notation.turtle_document(triples))
        self._writer.write(f"{document}.jsonld", self._notation.jsonld_document(triples))


def _properties(view: View, iri: str) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for _, predicate, object_ in view.triples(iri):
        if predicate[1:-1] not in _TOLD_APART | _NAMES:
            found.setdefault(predicate[1:-1], []).append(object_)
    return sorted(found.items(), key=lambda each: (not each[0].startswith(ONTOLOGY), each[0]))


def _referring(view: View, iri: str) -> list[References]:
    found: dict[str, dict[str, Reference]] = {}
    for subject, predicate in view.referring(iri):
        if predicate not in _OF_ANNOTATIONS:
            found.setdefault(predicate, {})[subject] = Reference(subject, view.label(subject), "")
    return [References(predicate, len(each), tuple(each.values())[:SHOWN]) for predicate, each in sorted(found.items())]


def schema(view: View, iri: str, statement: str) -> dict[str, object]:
    """The resource in schema.org's terms. An event is never a schema:Event here: that it took place is not stated."""
    kind = view.kind(iri)
    page: dict[str, object] = {"@context": "https://schema.org", "@type": "WebPage", "name": view.label(iri)}
    if kind == "Statement":
        return {
            "@context": "https://schema.org",
            "@type": "CreativeWork",
            "@id": iri,
            "headline": view.label(iri)[:110],
            "datePublished": view.text(iri, "dcterms:issued"),
            "inLanguage": view.text(iri, "dcterms:language"),
            "author": [_agent(view, each) for each in view.things(iri, "dcterms:creator")],
        }
    if kind == "Claim":
        return {
            "@context": "https://schema.org",
            "@type": "Claim",
            "@id": iri,
            "name": _claim_name(view, iri),
            "author": [_agent(view, each) for each in view.things(iri, "hrc:heldBy")],
            "appearance": {"@type": "CreativeWork", "@id": statement, "name": view.label(statement)},
        }
    if kind in _SCHEMA_TYPES:
        about = _agent(view, iri)
        return page | {"about": about}
    return page | {"about": {"@type": "Thing", "@id": iri, "name": view.label(iri)}}


def _claim_name(view: View, iri: str) -> str:
    """The sentence of a claim, where its author asserts it; of any other stance with who takes it."""
    sentence = view.text(iri, "hrc:proposition")
    stance = view.text(view.thing(iri, "hrc:stance"), "skos:notation")
    return sentence if stance == "asserts" else f"{view.attribution(iri)}: {sentence}"


def _agent(view: View, iri: str) -> dict[str, object]:
    return {"@type": _SCHEMA_TYPES.get(view.kind(iri), "Thing"), "@id": iri, "name": view.label(iri)}


def statement_label(view: View, statement: str) -> str:
    """A short name of a statement: its identifier."""
    return view.text(statement, "dcterms:identifier") or statement.removeprefix(DATA + "statement/")

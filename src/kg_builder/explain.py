"""From a node of the graph to the words behind it: who says it, how, where in the statement, and what disputes it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg_builder.errors import input_error
from kg_builder.vocabulary import ONTOLOGY, compact, expand


@dataclass(frozen=True, slots=True)
class Part:
    """One slot: of what, which property, which value, and its words, or else the coder's reason for inferring it."""

    subject: str
    property: str
    value: str
    words: str
    line: int
    because: str = ""


@dataclass(frozen=True, slots=True)
class Saying:
    """One utterance behind a node. ``disputes`` and ``disputed_by`` are (id, proposition)."""

    iri: str
    id: str
    kind: str
    statement: str
    speaker: str
    holders: tuple[str, ...]
    stance: str
    directness: str
    proposition: str
    words: str
    line: int
    parts: tuple[Part, ...]
    disputes: tuple[tuple[str, str], ...]
    disputed_by: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A node, what it is, and the utterances behind it in the order of the text; ``utters`` counts what an actor says."""

    iri: str
    kinds: tuple[str, ...]
    label: str
    sayings: tuple[Saying, ...]
    utters: int = 0


def explain(store: ox.Store, node: ox.NamedNode) -> Explanation:
    """The words behind a claim, demand, act, event, actor, place, quantity, time, coded value, passage or statement.

    Raises :class:`~kg_builder.errors.InputError` where the graph does not speak of the node.
    """
    reader = _Reader(store)
    kinds = sorted(compact(kind.value) for kind in reader.objects(node, "rdf:type") if isinstance(kind, ox.NamedNode))
    utterances = reader.utterances_behind(node)
    uttered = {each for name in ("hrc:utteredBy", "hrc:heldBy") for each in reader.subjects(name, node)}
    if not kinds and not utterances:
        raise input_error(f"the graph does not speak of <{node.value}>")
    is_own = node in utterances
    sayings = [reader.saying(each, None if is_own else node) for each in utterances]
    return Explanation(
        node.value,
        tuple(kinds),
        reader.label(node),
        tuple(sorted(sayings, key=lambda saying: (saying.statement, saying.line, saying.id))),
        len(uttered),
    )


class _Reader:
    """Reads the graph by the shape that docs/model.md gives it."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    def objects(self, subject: ox.NamedNode, predicate: str) -> Iterator[ox.NamedNode | ox.Literal]:
        for quad in self._store.quads_for_pattern(subject, ox.NamedNode(expand(predicate)), None, None):
            if isinstance(quad.object, ox.NamedNode | ox.Literal):
                yield quad.object

    def subjects(self, predicate: str, object_: ox.NamedNode) -> Iterator[ox.NamedNode]:
        for quad in self._store.quads_for_pattern(None, ox.NamedNode(expand(predicate)), object_, None):
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject

    def nodes(self, subject: ox.NamedNode, predicate: str) -> list[ox.NamedNode]:
        found = [each for each in self.objects(subject, predicate) if isinstance(each, ox.NamedNode)]
        return sorted(found, key=lambda each: each.value)

    def text(self, subject: ox.NamedNode, predicate: str) -> str:
        return min((each.value for each in self.objects(subject, predicate)), default="")

    def label(self, node: ox.NamedNode | ox.Literal) -> str:
        """A name for people: the label, in English where there is one, or what stands for it."""
        if isinstance(node, ox.Literal):
            return node.value
        for predicate in ("rdfs:label", "skos:prefLabel", "dcterms:title", "hrc:proposition", "hrc:statedAs"):
            found = sorted(
                ((each.language or "") != "en", each.value)
                for each in self.objects(node, predicate)
                if isinstance(each, ox.Literal)
            )
            if found:
                return found[0][1]
        return compact(node.value)

    def utterances_behind(self, node: ox.NamedNode) -> set[ox.NamedNode]:
        utterance = ox.NamedNode(ONTOLOGY + "Utterance")
        if utterance in set(self.objects(node, "rdf:type")):
            return {node}
        found = set(self.subjects("hrc:about", node)) | set(self.subjects("hrc:passage", node))
        for predicate in ("rdf:subject", "rdf:object", "oa:hasTarget"):
            for annotation in self.subjects(predicate, node):
                found.update(self.nodes(annotation, "hrc:inUtterance"))
        for predicate in ("hrc:addressee", "hrc:beneficiary", "hrc:accuses"):
            found.update(self.subjects(predicate, node))
        return found

    def saying(self, utterance: ox.NamedNode, concerning: ox.NamedNode | None) -> Saying:
        passage = next(iter(self.nodes(utterance, "hrc:passage")), None)
        words, line = self.words(passage)
        kinds = {each.value for each in self.nodes(utterance, "rdf:type")}
        force = self.nodes(utterance, "hrc:stance") + self.nodes(utterance, "hrc:force")
        return Saying(
            iri=utterance.value,
            id=self.text(utterance, "dcterms:identifier"),
            kind="demand" if ONTOLOGY + "Demand" in kinds else "claim",
            statement="".join(self.text(each, "dcterms:identifier") for each in self.nodes(utterance, "hrc:inStatement")),
            speaker=", ".join(self.label(each) for each in self.nodes(utterance, "hrc:utteredBy")),
            holders=tuple(self.label(each) for each in self.nodes(utterance, "hrc:heldBy")),
            stance=", ".join(self.text(each, "skos:notation") for each in force),
            directness=", ".join(self.text(each, "skos:notation") for each in self.nodes(utterance, "hrc:directness")),
            proposition=self.text(utterance, "hrc:proposition"),
            words=words,
            line=line,
            parts=tuple(self.parts(utterance, concerning)),
            disputes=self.named(self.nodes(utterance, "hrc:disputes")),
            disputed_by=self.named(sorted(self.subjects("hrc:disputes", utterance), key=lambda each: each.value)),
        )

    def named(self, utterances: list[ox.NamedNode]) -> tuple[tuple[str, str], ...]:
        return tuple((self.text(each, "dcterms:identifier"), self.text(each, "hrc:proposition")) for each in utterances)

    def words(self, passage: ox.NamedNode | None) -> tuple[str, int]:
        """The exact words of a passage, and the line on which they begin."""
        if passage is None:
            return "", 0
        exact = [self.text(each, "oa:exact") for each in self.nodes(passage, "oa:hasSelector")]
        return "".join(exact), int(line) if (line := self.text(passage, "hrc:line")).isdecimal() else 0

    def parts(self, utterance: ox.NamedNode, concerning: ox.NamedNode | None) -> Iterator[Part]:
        """The slots of an utterance; of those, the ones that ``concerning`` is part of."""
        for annotation in sorted(self.subjects("hrc:inUtterance", utterance), key=lambda each: each.value):
            subjects, values = self.nodes(annotation, "rdf:subject"), list(self.objects(annotation, "rdf:object"))
            target = self.nodes(annotation, "oa:hasTarget")
            if concerning is not None and concerning not in [*subjects, *values, *target]:
                continue
            because = self.text(annotation, "hrc:rationale")
            words, line = ("", 0) if because else self.words(target[0] if target else None)
            yield Part(
                subject="" if subjects == [utterance] else ", ".join(self.label(each) for each in subjects),
                property="".join(compact(each.value) for each in self.nodes(annotation, "rdf:predicate")),
                value=", ".join(self.label(each) for each in values),
                words=words,
                line=line,
                because=because,
            )

"""One of two graphs, read by the form of docs/model.md: what a node is, how it is called, which words stand behind it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, lru_cache

import pyoxigraph as ox

from kg_builder.vocabulary import DATA, ONTOLOGY, expand, local_name
from kg_builder.vocabulary import compact as compact_anew

Node = ox.NamedNode | ox.BlankNode
Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

ACTOR, CONCEPT, PLACE = "hrc:Actor", "skos:Concept", "hrc:Place"
STATEMENT, UTTERANCE, EVENT = "hrc:Statement", "hrc:Utterance", "hrc:Event"
QUANTITY, TIME, PASSAGE = "hrc:Quantity", "hrc:TimeSpan", "hrc:Passage"
MENTION, INFERENCE, ANNOTATION = "hrc:Mention", "hrc:Inference", "oa:Annotation"
SELECTORS = frozenset({"oa:TextQuoteSelector", "oa:TextPositionSelector"})

_LABELS = ("rdfs:label", "skos:prefLabel", "dcterms:title", "hrc:proposition", "hrc:statedAs")
_DEEPEST, _MOST = 3, 12


compact = lru_cache(10_000)(compact_anew)


@cache
def named(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))


class Side:
    """One graph. Nodes are given in an order that depends on the triples alone."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store
        self._kinds: dict[Node, frozenset[str]] = {}

    def has(self, node: Node) -> bool:
        """Whether the graph says anything of the node."""
        return next(self._store.quads_for_pattern(node, None, None, None), None) is not None

    def says(self, quad: ox.Quad) -> int:
        """In how many graphs the triple stands."""
        return sum(1 for _ in self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None))

    def objects(self, node: Node, curie: str) -> list[Term]:
        found = {quad.object for quad in self._store.quads_for_pattern(node, named(curie), None, None)}
        return sorted(found, key=str) if len(found) > 1 else list(found)

    def nodes(self, node: Node, curie: str) -> list[Node]:
        return [each for each in self.objects(node, curie) if isinstance(each, ox.NamedNode | ox.BlankNode)]

    def subjects(self, curie: str | None, node: Term) -> list[Node]:
        predicate = named(curie) if curie else None
        found = {quad.subject for quad in self._store.quads_for_pattern(None, predicate, node, None)}
        return sorted((each for each in found if isinstance(each, ox.NamedNode | ox.BlankNode)), key=str)

    def text(self, node: Node, curie: str) -> str:
        return min((each.value for each in self.objects(node, curie) if isinstance(each, ox.Literal)), default="")

    def kinds(self, node: Node) -> frozenset[str]:
        """The classes of the node, as compact names."""
        known = self._kinds.get(node)
        if known is None:
            types = self.nodes(node, "rdf:type")
            known = self._kinds[node] = frozenset(compact(each.value) for each in types if isinstance(each, ox.NamedNode))
        return known

    # --- names ----------------------------------------------------------------------------------------------------------

    def label(self, node: Node) -> str:
        """The node's label, title or sentence, in English where there is one; empty where it has none."""
        for curie in _LABELS:
            found = sorted(
                ((each.language or "") != "en", each.value) for each in self.objects(node, curie) if isinstance(each, ox.Literal)
            )
            if found:
                return found[0][1]
        return ""

    def name(self, term: Term) -> str:
        """What a person calls a value."""
        if isinstance(term, ox.Literal):
            return term.value
        if isinstance(term, ox.Triple):
            return str(term)
        if isinstance(term, ox.BlankNode):
            return self.bracket(term)
        if term.value.startswith(ONTOLOGY):
            return in_plain_words(term.value)
        kinds = self.kinds(term)
        if CONCEPT in kinds and (notation := self.text(term, "skos:notation")):
            return notation
        if QUANTITY in kinds:
            return self._quantity(term)
        if TIME in kinds:
            return self._time(term)
        if kinds & SELECTORS:
            exact, place = self.text(term, "oa:exact"), [self.text(term, f"oa:{end}") for end in ("start", "end")]
            return f"“{exact}”" if exact else "–".join(place)
        if kinds & {UTTERANCE, STATEMENT}:
            return self.identifier(term)
        return self.label(term) or short(term.value)

    def identifier(self, node: Node) -> str:
        """The identifier that a statement or utterance states, or the last part of an IRI."""
        if stated := self.text(node, "dcterms:identifier"):
            return stated
        return self.bracket(node) if isinstance(node, ox.BlankNode) else local_name(node.value) or node.value

    def notations(self, node: Node, curie: str) -> str:
        return ", ".join(self.name(each) for each in self.objects(node, curie))

    def _quantity(self, node: Node) -> str:
        about = [self.notations(node, "hrc:counts"), self.notations(node, "hrc:bound")]
        about += [f"{which} {text}" for which in ("minimum", "maximum") if (text := self.text(node, f"hrc:{which}"))]
        return _with(self.text(node, "hrc:statedAs"), about)

    def _time(self, node: Node) -> str:
        days = [self.text(node, f"hrc:{which}") for which in ("earliest", "latest")]
        about = [self.notations(node, "hrc:dateSense"), self.text(node, "hrc:edtf"), "–".join(filter(None, days))]
        return _with(self.text(node, "hrc:statedAs"), about)

    def bracket(self, node: ox.BlankNode, depth: int = 1) -> str:
        """A blank node by what is said of it: ``[ sh:path ex:name; sh:minCount 1 ]``, or a list ``( 1 2 )``."""
        if depth > _DEEPEST:
            return "[ … ]"
        items = self._items(node)
        if items:
            return f"( {' '.join(self.written(each, depth + 1) for each in items[:_MOST])}{' …' if len(items) > _MOST else ''} )"
        said = sorted(
            f"{compact(quad.predicate.value)} {self.written(quad.object, depth + 1)}"
            for quad in self._store.quads_for_pattern(node, None, None, None)
        )
        return f"[ {'; '.join(said[:_MOST])}{'; …' if len(said) > _MOST else ''} ]"

    def _items(self, node: ox.BlankNode) -> list[Term]:
        found: list[Term] = []
        at: Term = node
        while isinstance(at, ox.BlankNode) and len(found) <= _MOST:
            values, rest = self.objects(at, "rdf:first"), self.objects(at, "rdf:rest")
            if len(values) != 1 or len(rest) != 1:
                return []
            found.append(values[0])
            at = rest[0]
        return found

    def written(self, term: Term, depth: int = 1) -> str:
        """A value as Turtle writes it, blank nodes by what is said of them."""
        if isinstance(term, ox.NamedNode):
            return iri if (iri := compact(term.value)) != term.value else str(term)
        if isinstance(term, ox.BlankNode):
            return self.bracket(term, depth)
        if isinstance(term, ox.Literal) and not term.language and (type_ := compact(term.datatype.value)) != term.datatype.value:
            if type_ in {"xsd:integer", "xsd:boolean", "xsd:decimal"}:
                return term.value
            return f'"{term.value}"' if type_ == "xsd:string" else f'"{term.value}"^^{type_}'
        return str(term)

    # --- the words of the text ------------------------------------------------------------------------------------------

    def words(self, passage: Node) -> str:
        return "".join(self.text(each, "oa:exact") for each in self.nodes(passage, "oa:hasSelector"))

    def line(self, passage: Node) -> str:
        return self.text(passage, "hrc:line")

    def line_of(self, utterance: Node) -> int:
        """The line of the text on which an utterance begins; 0 where the graph does not say."""
        lines = [int(line) for each in self.nodes(utterance, "hrc:passage") if (line := self.line(each)).isdecimal()]
        return min(lines, default=0)

    def slot(self, annotation: Node) -> tuple[list[Node], list[Node], list[Term]]:
        """Subject, property and value of the slot that a mention or inference is about."""
        subjects, properties = self.nodes(annotation, "rdf:subject"), self.nodes(annotation, "rdf:predicate")
        return subjects, properties, self.objects(annotation, "rdf:object")

    # --- who uses what --------------------------------------------------------------------------------------------------

    def utterances(self, nodes: Iterable[Node]) -> list[Node]:
        return [each for each in nodes if UTTERANCE in self.kinds(each)]

    def users(self, node: Node) -> set[Node]:
        """The utterances that speak of a node, by a part of their own or of an event that they describe."""
        found, waiting, seen = set[Node](), [node], {node}
        while waiting:
            at = waiting.pop()
            is_event = EVENT in self.kinds(at)
            for each in self.subjects(None, at):
                kinds = self.kinds(each)
                if UTTERANCE in kinds:
                    found.add(each)
                elif kinds & {MENTION, INFERENCE}:
                    found.update(self.utterances(self.nodes(each, "hrc:inUtterance")))
                elif kinds & {EVENT, QUANTITY, TIME} and each not in seen and not (is_event and EVENT in kinds):
                    seen.add(each)
                    waiting.append(each)
        return found


def short(iri: str) -> str:
    """An IRI as a person is shown it: of the data without their common beginning."""
    return iri.removeprefix(DATA) if iri.startswith(DATA) else compact(iri)


def in_plain_words(term: str) -> str:
    """The name of a term of ours in words.

    >>> in_plain_words("hrc:allegedPerpetrator")
    'alleged perpetrator'
    >>> in_plain_words("hrc:Victim")
    'victim, as claimed'
    """
    name = local_name(term)
    if name == "Victim":
        return "victim, as claimed"
    return "".join(f" {each.lower()}" if each.isupper() else each for each in name).strip()


def _with(text: str, about: list[str]) -> str:
    known = ", ".join(filter(None, about))
    return f"“{text}” ({known})" if known else f"“{text}”"

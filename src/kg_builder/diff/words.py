"""The triples that differ, told of the statement, claim, demand, actor … that they belong to.

Each triple belongs to one node, its home: those of a mention or inference to the utterance, those of a passage to the utterance
whose words it holds, those of a quantity to its event, those of an event to the utterance that describes it, where there is but
one. So nothing that differs is left out, and what a person thinks of as one change stands together.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg_builder.diff.compare import Pair
from kg_builder.diff.side import (
    ACTOR,
    ANNOTATION,
    CONCEPT,
    EVENT,
    INFERENCE,
    MENTION,
    PASSAGE,
    PLACE,
    QUANTITY,
    SELECTORS,
    STATEMENT,
    TIME,
    UTTERANCE,
    Node,
    Side,
    Term,
    compact,
    in_plain_words,
    named,
    short,
)

KINDS = {
    STATEMENT: "statement",
    "hrc:Claim": "claim",
    "hrc:Demand": "demand",
    UTTERANCE: "utterance",
    "hrc:Act": "act",
    EVENT: "event",
    ACTOR: "actor",
    PLACE: "place",
    QUANTITY: "quantity",
    TIME: "time span",
    PASSAGE: "passage",
    MENTION: "mention",
    INFERENCE: "inference",
    CONCEPT: "coded value",
}
"""Class -> what a node of it is called; the first that fits. What fits none is a resource."""
RESOURCE = "resource"
SPEAKING = frozenset({"claim", "demand", "utterance"})
CHANGES = ("withdrawn", "removed", "added", "changed", "moved")

_WITHDRAWN = ("owl:deprecated", "prov:invalidatedAtTime", "prov:wasInvalidatedBy")
_PROPERTIES = {
    "rdf:type": "kind",
    "rdfs:label": "label",
    "skos:altLabel": "other label",
    "skos:prefLabel": "label",
    "dcterms:title": "title",
    "dcterms:issued": "date",
    "dcterms:creator": "creator",
    "dcterms:identifier": "identifier",
    "oa:exact": "words",
    "hrc:passage": "quote",
    "hrc:actType": "type",
}
_PLACING = frozenset({"oa:prefix", "oa:suffix", "oa:start", "oa:end", "hrc:line"})
"""What may differ in a passage whose words are the same."""


@dataclass(frozen=True, slots=True)
class Value:
    """A value as a person reads it, and as N-Triples has it; ``ground`` is its words, or the coder's reason."""

    text: str
    term: str
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One property of a node: the values that only the old and only the new graph has.

    ``of`` is the part of the node that has the property, where it is not the node itself. ``moved``: the words are the same, and
    stand elsewhere in the text or between others.
    """

    of: str
    property: str
    old: tuple[Value, ...]
    new: tuple[Value, ...]
    moved: bool = False


@dataclass(frozen=True, slots=True)
class User:
    """An utterance that speaks of a node."""

    statement: str
    id: str
    iri: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one node. ``removed`` and ``added`` count the triples that belong to it."""

    change: str
    kind: str
    iri: str
    id: str
    label: str
    statement: str
    line: int
    parts: tuple[Part, ...]
    users: tuple[User, ...]
    removed: int
    added: int


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs, by statement and in the order of the text, then what statements share; and the quads themselves."""

    entries: tuple[Entry, ...]
    removed: tuple[ox.Quad, ...]
    added: tuple[ox.Quad, ...]

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    def counts(self) -> dict[str, dict[str, int]]:
        """Change -> kind -> how many nodes."""
        found = Counter((entry.change, entry.kind) for entry in self.entries)
        return {
            change: {kind: number for (its, kind), number in sorted(found.items()) if its == change}
            for change in CHANGES
            if any(its == change for its, _ in found)
        }


def in_words(pair: Pair) -> Difference:
    """The difference of two graphs, node by node."""
    entries = _Teller(pair).entries()
    return Difference(tuple(sorted(entries, key=_order)), pair.removed, pair.added)


def _order(entry: Entry) -> tuple[object, ...]:
    kinds = list(KINDS.values())
    kind = 1 if entry.kind in SPEAKING else kinds.index(entry.kind) if entry.kind in kinds else len(kinds)
    number = [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", entry.id)]
    return (not entry.statement, entry.statement, kind, entry.line, number, entry.iri)


@dataclass(slots=True)
class _Changes:
    """The triples of one subject that differ: those of the old graph, and those of the new."""

    quads: tuple[list[ox.Quad], list[ox.Quad]] = field(default_factory=lambda: ([], []))


Drawer = dict[tuple[str, str], tuple[list[Value], list[Value]]]


class _Teller:
    def __init__(self, pair: Pair) -> None:
        self._sides = (Side(pair.old), Side(pair.new))
        self._changes: dict[Node, _Changes] = {}
        for side, quads in enumerate((pair.removed, pair.added)):
            for quad in quads:
                assert not isinstance(quad.subject, ox.Triple)  # RDF 1.2 has triples as objects only
                self._changes.setdefault(quad.subject, _Changes()).quads[side].append(quad)
        self._homes: dict[Node, Node] = {}
        self._kinds: dict[Node, frozenset[str]] = {}

    def entries(self) -> Iterable[Entry]:
        by_home: dict[Node, list[Node]] = {}
        for node in sorted(self._changes, key=str):
            by_home.setdefault(self._home(node), []).append(node)
        return [self._entry(home, nodes) for home, nodes in by_home.items()]

    # --- what a node is, and what it belongs to -------------------------------------------------------------------------

    def _kinds_of(self, node: Node) -> frozenset[str]:
        found = self._kinds.get(node)
        if found is None:
            found = self._kinds[node] = self._sides[0].kinds(node) | self._sides[1].kinds(node)
        return found

    def _either(self, curie: str, node: Node) -> list[Node]:
        """The nodes that have this property with this value, in either graph."""
        return sorted({each for side in self._sides for each in side.subjects(curie, node)}, key=str)

    def _stated(self, node: Node, curie: str) -> list[Node]:
        return sorted({each for side in self._sides for each in side.nodes(node, curie)}, key=str)

    def _home(self, node: Node) -> Node:
        path = [node]
        while (at := path[-1]) not in self._homes:
            above = self._above(at)
            if above is None or above in path:
                self._homes[at] = at if above is None else min(path[path.index(above) :], key=str)
                break
            path.append(above)
        home = self._homes[path[-1]]
        for each in path:
            self._homes[each] = home
        return home

    def _above(self, node: Node) -> Node | None:
        """The node whose part this one is; None where it stands for itself."""
        kinds = self._kinds_of(node)
        found: list[Node] = []
        if kinds & {MENTION, INFERENCE}:
            found = self._stated(node, "hrc:inUtterance")
        elif QUANTITY in kinds:
            found = self._either("hrc:quantity", node)
        elif TIME in kinds:
            found = self._either("hrc:time", node)
        elif EVENT in kinds:
            about = self._describing(node)
            found = about if len(about) == 1 else []
        elif PASSAGE in kinds:
            found = self._either("hrc:passage", node) or self._either("oa:hasTarget", node)
        elif kinds & SELECTORS:
            found = self._either("oa:hasSelector", node)
        elif self._is_curators(node):
            found = self._stated(node, "oa:hasTarget")
        elif isinstance(node, ox.BlankNode):
            parents = {each for side in self._sides for each in side.subjects(None, node)} - {node}
            found = sorted(parents, key=lambda each: (isinstance(each, ox.BlankNode), str(each)))
        return found[0] if found else None

    def _describing(self, event: Node) -> list[Node]:
        return [each for each in self._either("hrc:about", event) if UTTERANCE in self._kinds_of(each)]

    def _is_curators(self, node: Node) -> bool:
        """Whether the node is a curator's addition to an actor, place or event: an identity or a link."""
        targets = self._stated(node, "oa:hasTarget") if ANNOTATION in self._kinds_of(node) else []
        return (
            bool(targets) and bool(self._kinds_of(targets[0]) & {ACTOR, PLACE, EVENT}) and bool(self._stated(node, "oa:hasBody"))
        )

    def _side_of(self, node: Node) -> Side:
        """The new graph where it speaks of the node, else the old one."""
        return self._sides[1] if self._sides[1].has(node) else self._sides[0]

    def _is_whole(self, node: Node) -> bool:
        """Whether only one of the graphs speaks of the node."""
        return not all(side.has(node) for side in self._sides)

    # --- an entry -------------------------------------------------------------------------------------------------------

    def _entry(self, home: Node, nodes: list[Node]) -> Entry:
        kinds, side = self._kinds_of(home), self._side_of(home)
        kind = next((word for name, word in KINDS.items() if name in kinds), RESOURCE)
        parts = self._parts(home, nodes, plain=kind == RESOURCE)
        change = "changed"
        if home in self._changes and self._is_whole(home):
            change = "added" if self._sides[1].has(home) else "removed"
        elif parts and all(part.moved for part in parts):
            change = "moved"
        if kind == "statement" and (change == "removed" or self._is_marked_withdrawn(home)):
            change = "withdrawn"
        if kind in SPEAKING | {"statement"}:
            id_ = side.identifier(home)
        else:
            id_ = side.bracket(home) if isinstance(home, ox.BlankNode) else self._local(home, kind)
        users = () if kind in SPEAKING | {"statement", RESOURCE} else self._users(home)
        return Entry(
            change=change,
            kind=kind,
            iri=home.value if isinstance(home, ox.NamedNode) else f"_:{home.value}",
            id=id_,
            label=side.label(home),
            statement=self._statement(home),
            line=side.line_of(home) if kind in SPEAKING else 0,
            parts=parts,
            users=users,
            removed=sum(len(self._changes[node].quads[0]) for node in nodes),
            added=sum(len(self._changes[node].quads[1]) for node in nodes),
        )

    def _local(self, home: ox.NamedNode, kind: str) -> str:
        """An IRI as it is shown: the last part, where the statement or the kind tells the rest."""
        shown = short(home.value)
        if kind == RESOURCE:
            return shown
        return re.split(r"/(?:actor|place|event|passage)/|^(?:actor|place)/|/scheme/", shown)[-1]

    def _is_marked_withdrawn(self, statement: Node) -> bool:
        marks = {named(curie) for curie in _WITHDRAWN}
        changes = self._changes.get(statement, _Changes())
        return any(quad.predicate in marks and getattr(quad.object, "value", "") != "false" for quad in changes.quads[1])

    def _statement(self, node: Node) -> str:
        """The identifier of the statement that a node belongs to; empty where statements share it."""
        if STATEMENT in self._kinds_of(node):
            return self._side_of(node).identifier(node)
        found = self._stated(node, "hrc:inStatement") or self._stated(node, "oa:hasSource")
        if not found and isinstance(node, ox.NamedNode):
            above = node.value
            while not found and (above := above.rpartition("/")[0]).rpartition("/")[0].count("/") > 1:
                found = [each for each in [ox.NamedNode(above)] if STATEMENT in self._kinds_of(each)]
        return self._side_of(found[0]).identifier(found[0]) if found else ""

    def _users(self, node: Node) -> tuple[User, ...]:
        found = {each for side in self._sides for each in side.users(node)}
        users = [
            User(
                self._statement(each), self._side_of(each).identifier(each), each.value if isinstance(each, ox.NamedNode) else ""
            )
            for each in found
        ]
        return tuple(sorted(users, key=lambda user: (user.statement, user.id, user.iri)))

    # --- its parts ------------------------------------------------------------------------------------------------------

    def _parts(self, home: Node, nodes: list[Node], *, plain: bool) -> tuple[Part, ...]:
        drawer: Drawer = {}
        slots = [node for node in nodes if self._kinds_of(node) & {MENTION, INFERENCE} and node != home]
        grounds: dict[tuple[int, Term, Term, Term], str] = {}
        for node in slots:
            self._put_slot(drawer, grounds, home, node)
        for node in [home, *nodes]:
            if node in self._changes and node not in slots and (node != home or home in self._changes):
                self._put_node(drawer, grounds, home, node, plain=plain)
        ordered = sorted(drawer.items(), key=lambda item: (item[0][0] != "", item[0]))
        return tuple(_part(of, property_, old, new) for (of, property_), (old, new) in ordered)

    def _put_slot(self, drawer: Drawer, grounds: dict[tuple[int, Term, Term, Term], str], home: Node, node: Node) -> None:
        """The words of a slot go beside its value where that differs too; else they are told by themselves."""
        for at, side in enumerate(self._sides):
            quads = self._changes[node].quads[at]
            if not quads:
                continue
            subjects, properties, values = side.slot(node)
            name = self._slot_name(side, home, subjects, properties, values)
            if self._is_whole(node):
                text, ground = self._ground(side, node)
                triple = (subjects[0], properties[0], values[0]) if subjects and properties and values else None
                if triple and self._differs(at, triple) and self._home(subjects[0]) == home:
                    grounds[(at, *triple)] = text if ground == "" else f"{text}, {ground}"
                else:
                    self._put(drawer, at, "", name, Value(text, str(node), ground))
                continue
            for quad in quads:
                curie = compact(quad.predicate.value)
                if (
                    curie == "oa:hasTarget"
                    and MENTION in self._kinds_of(node)
                    and not isinstance(quad.object, ox.Literal | ox.Triple)
                ):
                    self._put(drawer, at, "", name, _quoted(side, quad.object))
                else:
                    value = Value(side.name(quad.object), str(quad.object))
                    self._put(drawer, at, name, _property(curie), value)

    def _ground(self, side: Side, node: Node) -> tuple[str, str]:
        """What a mention or inference rests on: the words and where they are, or the coder's reason."""
        if reason := side.text(node, "hrc:rationale"):
            return f"inferred: {reason}", ""
        targets = side.nodes(node, "oa:hasTarget")
        line = side.line(targets[0]) if targets else ""
        distanced = "kept at a distance" if side.text(node, "hrc:distanced") == "true" else ""
        words = f"“{side.words(targets[0])}”" if targets else "no words"
        return words, ", ".join(filter(None, [f"line {line}" if line else "", distanced]))

    def _slot_name(self, side: Side, home: Node, subjects: list[Node], properties: list[Node], values: list[Term]) -> str:
        of = "".join(f" of {side.name(each)}" for each in subjects if each != home)
        which = "".join(_property(compact(each.value)) for each in properties if isinstance(each, ox.NamedNode))
        return f"words for {which}{of}: {', '.join(side.name(each) for each in values)}"

    def _differs(self, at: int, triple: tuple[Node, Node, Term]) -> bool:
        changes = self._changes.get(triple[0])
        return changes is not None and any((quad.predicate, quad.object) == triple[1:] for quad in changes.quads[at])

    def _put_node(
        self, drawer: Drawer, grounds: dict[tuple[int, Term, Term, Term], str], home: Node, node: Node, *, plain: bool
    ) -> None:
        kinds = self._kinds_of(node)
        is_part = node != home
        whole = is_part and self._is_whole(node)
        if is_part and (isinstance(node, ox.BlankNode) or (whole and kinds & {QUANTITY, TIME, PASSAGE, *SELECTORS})):
            return  # its values stand where the node is referred to
        for at, side in enumerate(self._sides):
            quads = self._changes[node].quads[at]
            if quads and whole and self._is_curators(node):
                self._put_addition(drawer, at, side, node)
                continue
            of = self._of(side, node, kinds) if is_part else ""
            for quad in quads:
                curie = compact(quad.predicate.value)
                if whole and curie in {"rdf:type", "rdfs:label"}:
                    continue  # told by the name of the part
                if curie == "oa:exact" and self._is_quote_of(home, node):
                    self._put(drawer, at, "", "quote", Value(f"“{side.name(quad.object)}”", str(quad.object)))
                    continue
                value = self._value(at, side, quad, plain=plain)
                if ground := grounds.get((at, quad.subject, quad.predicate, quad.object)):
                    value = Value(value.text, value.term, ground)
                self._put(drawer, at, of, curie if plain else _property(curie), value)

    def _is_quote_of(self, utterance: Node, selector: Node) -> bool:
        """Whether a selector holds the words of the utterance itself, and not of one of its slots alone."""
        passages = self._either("oa:hasSelector", selector)
        return any(utterance in self._either("hrc:passage", each) for each in passages)

    def _put_addition(self, drawer: Drawer, at: int, side: Side, node: Node) -> None:
        what = "identity" if named("oa:identifying") in side.nodes(node, "oa:motivatedBy") else "link"
        checked = side.text(node, "dcterms:created")
        ground = ", ".join(filter(None, [f"checked {checked}" if checked else "", side.text(node, "hrc:rationale")]))
        for body in side.nodes(node, "oa:hasBody"):
            self._put(drawer, at, "", what, Value(side.name(body), str(body), ground))

    def _of(self, side: Side, node: Node, kinds: frozenset[str]) -> str:
        """A part of a node, by a name that is the same in both graphs."""
        shown = side if side.has(node) else self._side_of(node)
        word = next((word for name, word in KINDS.items() if name in kinds), "part")
        if EVENT in kinds:
            labels = [each.label(node) for each in self._sides]
            return f"{word} “{labels[0] or labels[1]}”" if any(labels) else f"{word} {shown.identifier(node)}"
        if kinds & SELECTORS:
            passages = self._either("oa:hasSelector", node)
            return f"passage {shown.identifier(passages[0])}" if passages else "passage"
        owners = [
            each for each in self._either("hrc:quantity", node) + self._either("hrc:time", node) if EVENT in self._kinds_of(each)
        ]
        of = f" of {self._of(self._side_of(owners[0]), owners[0], self._kinds_of(owners[0]))}" if owners else ""
        return f"{word}{of}" if TIME in kinds else f"{word} {shown.identifier(node)}{of}"

    def _value(self, at: int, side: Side, quad: ox.Quad, *, plain: bool) -> Value:
        term = quad.object
        if quad.predicate == named("hrc:passage") and not isinstance(term, ox.Literal | ox.Triple):
            return _quoted(side, term)
        text = side.written(term) if plain else side.name(term)
        if not isinstance(quad.graph_name, ox.DefaultGraph) and (self._sides[1 - at].says(quad) or side.says(quad) > 1):
            text = f"{text} in the graph {quad.graph_name}"
        return Value(text, str(term))

    def _put(self, drawer: Drawer, at: int, of: str, property_: str, value: Value) -> None:
        values = drawer.setdefault((of, property_), ([], []))[at]
        if value not in values:
            values.append(value)


def _part(of: str, property_: str, old: list[Value], new: list[Value]) -> Part:
    is_words = property_ == "quote" or property_.startswith("words for ")
    moved = is_words and [value.text for value in old] == [value.text for value in new] != ["“”"]
    if of.startswith("passage ") and property_ in {_property(curie) for curie in _PLACING}:
        moved = bool(old) or bool(new)
    if not moved:
        seen = Counter(value.text for value in (*old, *new))
        old, new = ([_told_apart(value) if seen[value.text] > 1 else value for value in values] for values in (old, new))
    return Part(of, property_, tuple(old), tuple(new), moved)


def _told_apart(value: Value) -> Value:
    """A value that reads like another one, with the term itself."""
    return Value(value.term if value.text in value.term else f"{value.text} {value.term}", value.term, value.ground)


def _property(curie: str) -> str:
    known = _PROPERTIES.get(curie)
    return known or (in_plain_words(curie) if curie.startswith("hrc:") else curie)


def _quoted(side: Side, passage: Node) -> Value:
    line = side.line(passage)
    return Value(f"“{side.words(passage)}”", str(passage), f"line {line}" if line else "")

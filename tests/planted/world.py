"""A world: triples, shapes, and the results that the shapes must find in the triples, all made by chance from a seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

NAMESPACE = "https://example.org/planted#"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
SUBCLASS = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>"
PREFIXES = f"""
    @prefix : <{NAMESPACE}> .
    @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
    @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    @prefix sh: <http://www.w3.org/ns/shacl#> .
    @prefix xsd: <{XSD}> .
"""

Term = str
"""In N-Triples syntax."""


class Key(NamedTuple):
    """What is known of one result beforehand: terms in N-Triples syntax, ``-`` for nothing, paths as SPARQL writes them."""

    shape: str
    focus: Term
    path: str
    value: Term
    component: str
    severity: str


def iri(name: str) -> Term:
    return f"<{NAMESPACE}{name}>"


def lit(text: str, datatype: str = "string") -> Term:
    """A literal; ``datatype`` is a name in XML Schema or an IRI, or a language after ``@``."""
    if datatype.startswith("@"):
        return f'"{text}"{datatype}'
    full = datatype if ":" in datatype else XSD + datatype
    return f'"{text}"' if datatype == "string" else f'"{text}"^^<{full}>'


def is_literal(term: Term) -> bool:
    return term.startswith('"')


@dataclass
class World:
    """Triples and shapes, and the results that the shapes must find."""

    seed: str
    triples: dict[str, None] = field(default_factory=dict)
    shapes: list[str] = field(default_factory=list)
    planted: Counter[Key] = field(default_factory=Counter)
    conforming: int = 0
    """How many focus nodes were made that break nothing."""
    beyond: dict[str, set[str]] = field(default_factory=dict)
    """Engine → shapes that it cannot judge: ``planted/cases`` shows why."""
    _count: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311

    def new(self, stem: str) -> str:
        self._count += 1
        return f"{stem}{self._count}"

    def node(self) -> Term:
        """A new IRI or blank node."""
        return self.iri() if self.chance.random() < 0.7 else self.blank()

    def iri(self) -> Term:
        return iri(self.new("n"))

    def blank(self) -> Term:
        return "_:" + self.new("b")

    def predicate(self) -> Term:
        return iri(self.new("p"))

    def add(self, subject: Term, predicate: Term, object_: Term) -> None:
        self.triples[f"{subject} {predicate} {object_} ."] = None

    def maybe(self, probability: float = 0.5) -> bool:
        return self.chance.random() < probability

    def data(self) -> str:
        lines = list(self.triples)
        self.chance.shuffle(lines)
        return "\n".join(lines) + "\n"

    def shape_text(self, engine: str) -> str:
        """The shapes, without those that are beyond an engine."""
        left_out = self.beyond.get(engine, ())
        return PREFIXES + "\n".join(text for text in self.shapes if text.split(maxsplit=1)[0] not in left_out)

    def planted_for(self, engine: str) -> Counter[Key]:
        left_out = self.beyond.get(engine, ())
        return Counter({key: times for key, times in self.planted.items() if key.shape not in left_out})

    def expect(
        self, shape: Shape, focus: Term, component: str, value: Term = "-", path: str | None = None, times: int = 1
    ) -> None:
        shown = shape.path.text if path is None and shape.path else path or "-"
        self.planted[Key(shape.name, focus, shown, value, component + "ConstraintComponent", shape.severity)] += times

    def shape(self, path: Path | None = None, beyond: str = "") -> Shape:
        """A shape to be written; ``beyond`` names an engine that cannot judge it."""
        shape = Shape(iri(self.new("Shape")), path, self.chance.choice(["Violation", "Warning", "Info"]))
        if beyond:
            self.beyond.setdefault(beyond, set()).add(shape.name)
        return shape

    def write(self, shape: Shape, says: str, foci: Iterable[Term] = (), *, tied: bool = True) -> None:
        """Write a shape that says ``says``, with targets for ``foci``, and for some a twin that is deactivated."""
        path = f"sh:path {shape.path.turtle} ; " if shape.path else ""
        kind = "PropertyShape" if shape.path else "NodeShape"
        severity = "" if shape.severity == "Violation" and self.maybe() else f"sh:severity sh:{shape.severity} ; "
        message = 'sh:message "Mend it."@en , "Mends."@fr ; ' if self.maybe(0.2) else ""
        foci = list(foci)
        targets = _targets(self, shape.name, foci, tied=tied) if foci else ""
        body = f"a sh:{kind} ; {path}{severity}{message}{targets}"
        off = "sh:deactivated false ; " if self.maybe(0.1) else ""
        self.shapes.append(f"{shape.name} {body} {off}{says} .")
        if foci and self.maybe(0.3):
            twin = iri(self.new("Off"))
            for engine, names in self.beyond.items():
                if shape.name in names:
                    self.beyond[engine].add(twin)
            self.shapes.append(f"{twin} {body} sh:deactivated true ; {says} .")


@dataclass(frozen=True)
class Shape:
    """A shape that has a name; ``path`` is None for a node shape."""

    name: str
    path: Path | None
    severity: str


def _targets(world: World, name: str, foci: list[Term], *, tied: bool) -> str:
    """Declarations that together find each of the nodes, some twice.

    Where ``tied``, by what the nodes say of themselves too; else only by what is said elsewhere.
    """
    kinds = ["targetObjectsOf", "targetNode"] + ["targetClass", "targetSubjectsOf", "implicit"] * tied
    said = ""
    waiting = set(foci)
    for kind in [*world.chance.sample(kinds, k=min(len(kinds), 3)), "targetObjectsOf"]:
        last = kind == "targetObjectsOf"
        able = [
            focus
            for focus in foci
            if (last or not is_literal(focus) or kind == "targetNode") and not (kind == "targetNode" and focus.startswith("_"))
        ]
        chosen = [focus for focus in able if world.maybe(0.4)]
        if kind == "targetObjectsOf":
            chosen = sorted({*chosen, *waiting})
        waiting -= set(chosen)
        if chosen:
            said += _target(world, kind, name, chosen)
    return said


def _target(world: World, kind: str, name: str, chosen: list[Term]) -> str:
    if kind == "targetNode":
        return "".join(f"sh:targetNode {focus} ; " for focus in chosen)
    if kind in {"targetClass", "implicit"}:
        top = name if kind == "implicit" else iri(world.new("Class"))
        below, lowest = iri(world.new("Class")), iri(world.new("Class"))
        world.add(below, SUBCLASS, top)
        world.add(lowest, SUBCLASS, below)
        for focus in chosen:
            world.add(focus, RDF_TYPE, world.chance.choice([top, below, lowest]))
        return "a rdfs:Class ; " if kind == "implicit" else f"sh:targetClass {top} ; "
    predicate = world.predicate()
    for focus in chosen:
        if kind == "targetSubjectsOf":
            world.add(focus, predicate, world.node())
        else:
            world.add(world.node(), predicate, focus)
    return f"sh:{kind} {predicate} ; "


@dataclass(frozen=True)
class Path:
    """A property path: how Turtle and SPARQL write it, and how values are put at its end."""

    turtle: str
    text: str
    plant: Callable[[Term, list[Term]], set[Term]]
    """Writes triples such that the value nodes of a focus node are these values; returns them, with those that cannot be
    avoided: of a path that may be empty, the focus node itself."""
    literals: bool = True
    """Whether a literal can stand at its end."""


def _short(predicate: Term) -> str:
    return predicate.removeprefix(f"<{NAMESPACE}").removesuffix(">")


def paths(world: World) -> list[Path]:
    """A path of each form, with predicates of its own."""
    return [make(world) for make in (plain, *FORMS)]


def plain(world: World) -> Path:
    p = world.predicate()

    def plant(focus: Term, values: list[Term]) -> set[Term]:
        for value in values:
            world.add(focus, p, value)
        return set(values)

    return Path(p, _short(p), plant)


def inverse(world: World) -> Path:
    p = world.predicate()

    def plant(focus: Term, values: list[Term]) -> set[Term]:
        for value in values:
            world.add(value, p, focus)
        return set(values)

    return Path(f"[ sh:inversePath {p} ]", f"^{_short(p)}", plant, literals=False)


def _through(world: World, focus: Term, values: list[Term], first: Callable[[Term, Term], None], p: Term) -> set[Term]:
    """Values behind nodes in between; some value is reached by two ways."""
    for value in values:
        for _ in range(1 + world.maybe(0.2)):
            between = world.node()
            first(focus, between)
            world.add(between, p, value)
    if world.maybe(0.2):
        first(focus, world.node())
    return set(values)


def in_sequence(world: World) -> Path:
    p, q = world.predicate(), world.predicate()
    return Path(
        f"( {p} {q} )", f"({_short(p)}/{_short(q)})", lambda f, vs: _through(world, f, vs, lambda a, b: world.add(a, p, b), q)
    )


def inverse_in_sequence(world: World) -> Path:
    p, q = world.predicate(), world.predicate()
    return Path(
        f"( [ sh:inversePath {p} ] {q} )",
        f"(^{_short(p)}/{_short(q)})",
        lambda f, vs: _through(world, f, vs, lambda a, b: world.add(b, p, a), q),
    )


def either(world: World) -> Path:
    p, q = world.predicate(), world.predicate()

    def plant(focus: Term, values: list[Term]) -> set[Term]:
        for value in values:
            for predicate in world.chance.choice([[p], [q], [p, q]]):
                world.add(focus, predicate, value)
        return set(values)

    return Path(f"[ sh:alternativePath ( {p} {q} ) ]", f"({_short(p)}|{_short(q)})", plant)


def sequence_in_either(world: World) -> Path:
    p, q, r = world.predicate(), world.predicate(), world.predicate()

    def plant(focus: Term, values: list[Term]) -> set[Term]:
        for value in values:
            between = world.node()
            if world.maybe():
                world.add(focus, p, value)
            else:
                world.add(focus, q, between)
                world.add(between, r, value)
        return set(values)

    return Path(f"[ sh:alternativePath ( {p} ( {q} {r} ) ) ]", f"({_short(p)}|({_short(q)}/{_short(r)}))", plant)


def _chain(world: World, focus: Term, values: list[Term], link: Callable[[Term, Term], None]) -> set[Term]:
    """Values in a tree below the focus node; what is a leaf elsewhere stays one."""
    open_ = [focus]
    for value in values:
        link(world.chance.choice(open_), value)
        if value.startswith(("_:", iri("n").removesuffix(">"))):
            open_.append(value)
    if len(open_) > 1 and world.maybe(0.2):
        link(open_[-1], open_[1])
    return set(values)


def any_number(world: World) -> Path:
    p = world.predicate()
    return Path(
        f"[ sh:zeroOrMorePath {p} ]",
        f"{_short(p)}*",
        lambda f, vs: {f, *_chain(world, f, vs, lambda a, b: world.add(a, p, b))},
    )


def any_number_inverse(world: World) -> Path:
    p = world.predicate()
    return Path(
        f"[ sh:zeroOrMorePath [ sh:inversePath {p} ] ]",
        f"^{_short(p)}*",
        lambda f, vs: {f, *_chain(world, f, vs, lambda a, b: world.add(b, p, a))},
        literals=False,
    )


def at_least_once(world: World) -> Path:
    p = world.predicate()

    def plant(focus: Term, values: list[Term]) -> set[Term]:
        found = _chain(world, focus, values, lambda a, b: world.add(a, p, b))
        if world.maybe(0.1):
            world.add(focus, p, focus)
            found.add(focus)
        return found

    return Path(f"[ sh:oneOrMorePath {p} ]", f"{_short(p)}+", plant)


def at_least_once_either(world: World) -> Path:
    p, q = world.predicate(), world.predicate()
    return Path(
        f"[ sh:oneOrMorePath [ sh:alternativePath ( {p} {q} ) ] ]",
        f"({_short(p)}|{_short(q)})+",
        lambda f, vs: _chain(world, f, vs, lambda a, b: world.add(a, world.chance.choice([p, q]), b)),
    )


def at_most_once(world: World) -> Path:
    p = world.predicate()

    def plant(focus: Term, values: list[Term]) -> set[Term]:
        for value in values:
            world.add(focus, p, value)
        return {focus, *values}

    return Path(f"[ sh:zeroOrOnePath {p} ]", f"{_short(p)}?", plant)


def after_any_number(world: World) -> Path:
    p, q = world.predicate(), world.predicate()

    def plant(focus: Term, values: list[Term]) -> set[Term]:
        open_ = [focus]
        for value in values:
            if world.maybe():
                between = world.node()
                world.add(world.chance.choice(open_), p, between)
                open_.append(between)
            world.add(world.chance.choice(open_), q, value)
        return set(values)

    return Path(f"( [ sh:zeroOrMorePath {p} ] {q} )", f"({_short(p)}*/{_short(q)})", plant)


FORMS = (
    inverse,
    in_sequence,
    inverse_in_sequence,
    either,
    sequence_in_either,
    any_number,
    any_number_inverse,
    at_least_once,
    at_least_once_either,
    at_most_once,
    after_any_number,
)

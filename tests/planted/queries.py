"""Violations of the components that lead to other shapes, or to SPARQL (SHACL 4.6, 4.7.1, 4.7.2, 5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from planted import values
from planted.values import Maker, Variant, new_blank, new_iri, new_node, one_of, some_number, some_text
from planted.world import NAMESPACE, RDF_TYPE, Path, World, iri, lit, paths


def having(*pairs: tuple[str, str | Maker]) -> Maker:
    """A new node of which these things are said."""

    def make(world: World) -> str:
        node = world.node()
        for predicate, value in pairs:
            world.add(node, predicate, value if isinstance(value, str) else value(world))
        return node

    return make


def _named(world: World, says: str, path: str = "") -> str:
    """The name of a shape that has no target, or its description as a blank node."""
    said = f"sh:path {path} ; {says}" if path else says
    if world.maybe():
        return f"[ {said} ]"
    name = iri(world.new("Inner"))
    world.shapes.append(f"{name} a sh:{'Property' if path else 'Node'}Shape ; {said} .")
    return name


SMALL, BIG = some_number("integer", 0, 9), some_number("integer", 10, 99)


def negations(world: World) -> Iterator[Variant]:
    for _ in range(6):
        p = world.predicate()
        yield Variant(f"sh:not {_named(world, 'sh:datatype xsd:integer')}", one_of(some_text(0, 5), new_node), SMALL, True, True)
        yield Variant(
            f"sh:not {_named(world, 'sh:minCount 1', p)}", one_of(new_node, lit("a")), having((p, lit("a"))), True, True
        )
        inner = _named(world, f"sh:not {_named(world, 'sh:nodeKind sh:IRI')}")
        yield Variant(f"sh:not {inner}", new_iri, one_of(new_blank, SMALL), iri_keeps=True)
        both = _named(world, "sh:datatype xsd:integer ; sh:maxExclusive 10")
        yield Variant(f"sh:not {both}", one_of(BIG, some_text(1, 5)), SMALL, True, True)


def conjunctions(world: World) -> Iterator[Variant]:
    for _ in range(8):
        p, q, kind = world.predicate(), world.predicate(), iri(world.new("Class"))
        both = f"{_named(world, f'sh:class {kind}')} {_named(world, 'sh:minCount 1 ; sh:maxCount 2', p)}"
        good = having((RDF_TYPE, kind), (p, SMALL))
        bad = one_of(having((RDF_TYPE, kind)), having((p, SMALL)), having((p, SMALL), (RDF_TYPE, p)), new_node, SMALL)
        yield Variant(f"sh:and ( {both} )", good, bad)
        three = (
            f"{_named(world, 'sh:datatype xsd:integer')} {_named(world, 'sh:minInclusive 10')} {_named(world, 'sh:maxLength 2')}"
        )
        yield Variant(f"sh:and ( {three} )", BIG, one_of(SMALL, lit("10", "decimal"), lit("100", "integer"), new_node))
        yield Variant(f"sh:and ( {_named(world, 'sh:hasValue 5', q)} )", having((q, lit("5", "integer"))), having((q, lit("5"))))


def disjunctions(world: World) -> Iterator[Variant]:
    for _ in range(8):
        p, q, kind = world.predicate(), world.predicate(), iri(world.new("Class"))
        either = f"{_named(world, f'sh:class {kind}')} {_named(world, 'sh:minCount 1', p)}"
        good = one_of(having((RDF_TYPE, kind)), having((p, SMALL)), having((p, SMALL), (RDF_TYPE, kind)))
        yield Variant(f"sh:or ( {either} )", good, one_of(new_node, having((q, SMALL)), having((RDF_TYPE, q)), SMALL))
        texts = f"{_named(world, 'sh:datatype xsd:string')} {_named(world, 'sh:datatype rdf:langString')}"
        yield Variant(f"sh:or ( {texts} )", one_of(some_text(0, 4), some_text(0, 4, "@en")), one_of(SMALL, new_node))
        mixed = f"{_named(world, 'sh:in ( 1 2 )')} {_named(world, 'sh:nodeKind sh:IRI')}"
        yield Variant(
            f"sh:or ( {mixed} )", one_of(lit("1", "integer"), new_iri), one_of(BIG, lit("1"), new_blank), iri_keeps=True
        )


def exactly_one(world: World) -> Iterator[Variant]:
    for _ in range(12):
        p, q, r = (world.predicate() for _ in range(3))
        shapes = " ".join(_named(world, "sh:minCount 1", each) for each in (p, q, r))
        good = one_of(*(having((each, SMALL)) for each in (p, q, r)))
        bad = one_of(
            having((p, SMALL), (q, SMALL)), having((p, SMALL), (q, BIG), (r, SMALL)), having((q, new_node), (r, BIG)), new_node
        )
        yield Variant(f"sh:xone ( {shapes} )", good, one_of(bad, lit("a")))
        numbers = f"{_named(world, 'sh:minInclusive 10')} {_named(world, 'sh:datatype xsd:integer')}"
        yield Variant(
            f"sh:xone ( {numbers} )", one_of(SMALL, lit("10.5", "decimal")), one_of(BIG, lit("5.5", "decimal"), new_node)
        )


def nodes(world: World) -> Iterator[Variant]:
    for _ in range(7):
        p, q, kind = world.predicate(), world.predicate(), iri(world.new("Class"))
        named = f"sh:property {_named(world, 'sh:minCount 1 ; sh:datatype xsd:integer', p)} ; sh:nodeKind sh:BlankNodeOrIRI"
        good = having((p, SMALL), (p, BIG))
        bad = one_of(new_node, having((p, lit("a"))), having((p, SMALL), (p, new_node)), lit("a"), having((q, SMALL)))
        yield Variant(f"sh:node {_named(world, named)}", good, bad)
        deep = _named(world, f"sh:node {_named(world, f'sh:class {kind}')}", q)
        deeper = one_of(having((q, having((RDF_TYPE, kind)))), new_node, lit("a"))
        yield Variant(
            f"sh:node {_named(world, f'sh:property {deep}')}",
            deeper,
            one_of(having((q, new_node)), having((q, lit("a")))),
            True,
            True,
        )
        second = iri(world.new("Class"))
        two = f"{_named(world, f'sh:class {kind}')} , {_named(world, f'sh:class {second}')}"
        yield Variant(f"sh:node {two}", having((RDF_TYPE, kind), (RDF_TYPE, second)), one_of(new_node, SMALL), repeated=2)


def properties(world: World) -> None:
    """Shapes in shapes: a result is of the innermost shape, at the node that the one around it led to."""
    for path in paths(world):
        number, least = world.predicate(), world.chance.randint(1, 2)
        outer = world.shape()
        between, inner = world.shape(path), world.shape(_plain(number))
        foci = [world.node() for _ in range(8)]
        for focus in foci:
            wanted: dict[str, list[str]] = {}
            for _ in range(world.chance.randint(0, 4)):
                wanted[world.node()] = [lit(str(n), "integer") for n in range(world.chance.randint(0, 3))]
            for value in path.plant(focus, list(wanted)):
                for each in wanted.get(value, []):
                    world.add(value, number, each)
                if len(wanted.get(value, [])) < least:
                    world.expect(inner, value, "MinCount")
                    world.expect(between, focus, "Node", value)
                else:
                    world.conforming += 1
        world.write(inner, f"sh:minCount {least}")
        world.write(between, f"sh:property {inner.name} ; sh:node [ sh:property [ sh:path {number} ; sh:minCount {least} ] ]")
        world.write(outer, f"sh:property {between.name}", foci)


def _plain(predicate: str) -> Path:
    return Path(predicate, predicate[len(NAMESPACE) + 1 : -1], lambda _, values: set(values))


def sparql(world: World) -> None:
    """Constraints in SPARQL, over the values of a path and over the focus node."""
    for path in paths(world)[:-1]:
        for where, bad, good in (
            ("$this $PATH ?value FILTER (isIRI(?value))", [World.iri], [World.blank]),
            ("$this $PATH ?value FILTER NOT EXISTS { ?value a :Known }", [World.node], [having((RDF_TYPE, iri("Known")))]),
            ("$this $PATH ?value . ?value :sees $this", [], [World.node]),
        ):
            named = world.maybe(0.8)
            shape = world.shape(path, beyond="" if named else "pyshifty")
            foci = [world.iri() if named else world.blank() for _ in range(3)]
            for focus in foci:
                keep = world.maybe(0.2)
                goods = [world.chance.choice(good)(world) for _ in range(world.chance.randint(0, 3))]
                bads = [world.chance.choice(bad or good)(world) for _ in range(0 if keep else world.chance.randint(2, 7))]
                broken = set()
                for value in path.plant(focus, goods + bads):
                    fails = value in bads or (value == focus and bool(bad) and (value.startswith("<") or "EXISTS" in where))
                    if fails:
                        broken.add(value)
                    if fails and not bad:
                        world.add(value, iri("sees"), focus)
                for value in broken:
                    world.expect(shape, focus, "SPARQL", value)
                world.conforming += not broken
            world.write(shape, _constraint(world, where), foci)
    for _ in range(6):
        _on_nodes(world)


def _on_nodes(world: World) -> None:
    p, q = world.predicate(), world.predicate()
    shape = world.shape()
    foci = [world.iri() for _ in range(5)]
    for focus in foci:
        here = [str(n) for n in range(world.chance.randint(1, 6))]
        there = [text for text in here if world.maybe(0.3)]
        for text in here:
            world.add(focus, p, lit(text, world.chance.choice(["string", "@en"])))
        for text in there:
            world.add(focus, q, lit(text))
        for triple in [each for each in world.triples if each.startswith(f"{focus} {p} ")]:
            value = triple.removeprefix(f"{focus} {p} ").removesuffix(" .")
            if value[1] not in there:
                world.expect(shape, focus, "SPARQL", value, path=p[len(NAMESPACE) + 1 : -1])
        world.conforming += len(here) == len(there)
    name = p.removeprefix(f"<{NAMESPACE}").removesuffix(">")
    other = q.removeprefix(f"<{NAMESPACE}").removesuffix(">")
    same = f"$this :{other} ?same FILTER (STR(?same) = STR(?value))"
    where = f"$this ?path ?value FILTER (?path = :{name}) FILTER NOT EXISTS {{ {same} }}"
    world.write(shape, _constraint(world, where, "$this ?path ?value"), foci)


def _constraint(world: World, where: str, select: str = "$this ?value") -> str:
    if not any(each.startswith(iri("Prefixes")) for each in world.shapes):
        world.shapes.append(f'{iri("Prefixes")} sh:declare [ sh:prefix "" ; sh:namespace "{NAMESPACE}"^^xsd:anyURI ] .')
    message = 'sh:message "Not {?value}."@en ; ' if world.maybe() else ""
    return f'sh:sparql [ {message}sh:prefixes {iri("Prefixes")} ; sh:select """SELECT DISTINCT {select} WHERE {{ {where} }}""" ]'


VARIANTS = {"Not": negations, "And": conjunctions, "Or": disjunctions, "Xone": exactly_one, "Node": nodes}


def _of(name: str, variants: Callable[[World], Iterator[Variant]]) -> Callable[[World], None]:
    return lambda world: values.plant(world, name, variants(world))


COMPONENTS: dict[str, Callable[[World], None]] = {
    **{name: _of(name, variants) for name, variants in VARIANTS.items()},
    "Property": properties,
    "SPARQL": sparql,
}

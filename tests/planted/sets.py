"""Violations of the components that look at all value nodes of a focus node together, or at another property beside them.

SHACL 4.2, 4.4.5, 4.5, 4.7.3, 4.8.1, 4.8.2.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from planted.values import one_of, some_number, some_text
from planted.world import RDF_TYPE, Path, Shape, World, iri, is_literal, lit, paths, plain

VALUES = one_of(World.node, World.node, some_text(0, 9), some_text(1, 3, "@en"), some_number("integer", 0, 99))


def _values(world: World, path: Path, count: int) -> list[str]:
    """As many different values as are asked for, of kinds that can stand at the end of the path."""
    found: dict[str, None] = {}
    while len(found) < count:
        value = VALUES(world)
        if path.literals or not is_literal(value):
            found[value] = None
    return list(found)


def _each_focus(world: World, shape: Shape, says: str, make: Callable[[str, bool], int], count: int = 8) -> None:
    """``make`` is told whether to keep the constraint, and says how many results it planted; a last node is no target."""
    foci = [world.node() for _ in range(count)]
    for focus in foci:
        world.conforming += not make(focus, world.maybe(0.2))
    before = world.planted.copy()
    make(world.node(), False)
    world.planted = before
    world.write(shape, says, foci)


def counts(component: str, world: World) -> None:
    for path in paths(world):
        limit = world.chance.choice([0, 1, 1, 2, 3, 5]) if component == "MaxCount" else world.chance.choice([1, 1, 2, 3, 6])
        shape = world.shape(path)

        def make(focus: str, keep: bool, path: Path = path, limit: int = limit, shape: Shape = shape) -> int:
            below = component == "MinCount"
            low, high = (limit, limit + 3) if keep == below else (0, limit - 1)
            if component == "MaxCount":
                low, high = (0, limit) if keep else (limit + 1, limit + 3)
            count = len(path.plant(focus, _values(world, path, world.chance.randint(low, max(low, high)))))
            broken = count < limit if below else count > limit
            if broken:
                world.expect(shape, focus, component)
            return broken

        _each_focus(world, shape, f"sh:{component[0].lower()}{component[1:]} {limit}", make)


def unique_languages(world: World) -> None:
    for path in (each for each in paths(world) if each.literals):
        shape = world.shape(path)

        def make(focus: str, keep: bool, path: Path = path, shape: Shape = shape) -> int:
            tags = world.chance.sample(["@en", "@de", "@en-gb", "@uk", "@kk", "@fr"], k=world.chance.randint(1, 4))
            times = {tag: 1 if keep else world.chance.randint(1, 3) for tag in tags}
            values = [lit(f"{number}", tag) for tag, count in times.items() for number in range(count)]
            values += [lit("1"), lit("2"), world.node(), lit("1", "integer")][: world.chance.randint(0, 4)]
            path.plant(focus, values)
            broken = [tag for tag, count in times.items() if count > 1]
            for _ in broken:
                world.expect(shape, focus, "UniqueLang")
            return len(broken)

        _each_focus(world, shape, "sh:uniqueLang true", make)
    path = plain(world)
    foci = [world.node() for _ in range(5)]
    for focus in foci:
        path.plant(focus, [lit("1", "@en"), lit("2", "@en")])
    world.write(world.shape(path), "sh:uniqueLang false", foci)


def compared(component: str, world: World) -> None:
    """sh:equals and sh:disjoint."""
    parameter = f"sh:{component.lower()}"
    for path in paths(world):
        shape, other = world.shape(path), world.predicate()

        def make(focus: str, keep: bool, path: Path = path, shape: Shape = shape, other: str = other) -> int:
            shared = _values(world, path, world.chance.randint(0, 3))
            alone = [] if keep and component == "Equals" else _values(world, path, world.chance.randint(1, 3))
            alone = [value for value in alone if value not in shared]
            there = [] if keep else [value for value in _values(world, plain(world), 2) if value not in (*shared, *alone)]
            values = path.plant(focus, shared + alone)
            others = {*there, *(() if keep and component == "Disjoint" else shared)}
            if component == "Equals" and keep and focus in values:
                others.add(focus)
            for value in others:
                world.add(focus, other, value)
            broken = values ^ others if component == "Equals" else values & others
            for value in broken:
                world.expect(shape, focus, component, value)
            return len(broken)

        _each_focus(world, shape, f"{parameter} {other}", make)
    shape, other = world.shape(), world.predicate()

    def alone(focus: str, keep: bool) -> int:
        """The value node of a node shape is the focus node."""
        itself = keep == (component == "Equals")
        others = {*_values(world, plain(world), 0 if keep else 2), *([focus] if itself else [])}
        for value in others:
            world.add(focus, other, value)
        broken = {focus} ^ others if component == "Equals" else {focus} & others
        for value in broken:
            world.expect(shape, focus, component, value)
        return len(broken)

    _each_focus(world, shape, f"{parameter} {other}", alone)


# Values in ascending order; what stands together is equal.
ORDERS = (
    [
        [lit("-5", "integer"), lit("-5.0", "decimal")],
        [lit("0", "integer"), lit("0e0", "double")],
        [lit("7", "byte"), lit("07", "integer")],
    ],
    [[lit("1066-10-14", "date")], [lit("2020-02-29", "date")], [lit("2020-03-01", "date")]],
    [
        [lit("2020-01-01T00:00:00Z", "dateTime"), lit("2020-01-01T01:00:00+01:00", "dateTime")],
        [lit("2020-01-01T00:00:00-05:00", "dateTime")],
        [lit("2020-01-02T00:00:00Z", "dateTime")],
    ],
    [[lit("")], [lit("B")], [lit("a")], [lit("ä")]],
)


def ordered(component: str, world: World) -> None:
    """sh:lessThan and sh:lessThanOrEquals: a result for each pair that is not in order, or cannot be compared."""
    for path in (each for each in paths(world) if each.literals and (each.text[-1] not in "*?+" or each.text[0] == "(")):
        shape, other = world.shape(path), world.predicate()

        def make(focus: str, keep: bool, path: Path = path, shape: Shape = shape, other: str = other) -> int:
            order = world.chance.choice(ORDERS)
            rank = {value: place for place, values in enumerate(order) for value in values}
            here, there = (world.chance.sample(sorted(rank), k=world.chance.randint(1, 3)) for _ in "ab")
            if keep:
                here, there = [order[0][0]], [order[1][0], order[2][0]]
            path.plant(focus, here)
            for value in there:
                world.add(focus, other, value)
            broken = Counter(
                value
                for value in here
                for w in there
                if not (rank[value] < rank[w] or (component[-1] == "s" and rank[value] == rank[w]))
            )
            for value, times in broken.items():
                world.expect(shape, focus, component, value, times=times)
            return len(broken)

        parameter = component[0].lower() + component[1:]
        _each_focus(world, shape, f"sh:{parameter} {other}", make)


def has_value(world: World) -> None:
    wanted = [
        iri(world.new("Value")),
        lit("5", "integer"),
        lit("a"),
        lit("a", "@en"),
        lit("2020-01-01", "date"),
        lit("true", "boolean"),
    ]
    near = [lit("05", "integer"), lit("5.0", "decimal"), lit("5"), lit("A"), lit("a", "@de"), lit("1", "boolean"), iri("Value")]
    for path in paths(world):
        value = world.chance.choice(wanted if path.literals else wanted[:1])
        shape = world.shape(path)

        def make(focus: str, keep: bool, path: Path = path, shape: Shape = shape, value: str = value) -> int:
            others = [each for each in world.chance.sample([*near, *wanted], k=3) if each != value]
            others = [each for each in others if path.literals or not is_literal(each)]
            path.plant(focus, [*others, value] if keep else others[: world.chance.randint(0, 3)])
            if not keep:
                world.expect(shape, focus, "HasValue")
            return not keep

        _each_focus(world, shape, f"sh:hasValue {value}", make)
    shape, value = world.shape(), world.chance.choice(wanted)
    foci = sorted({value, *near, *wanted, *(world.node() for _ in range(3))})
    for focus in foci:
        if focus != value:
            world.expect(shape, focus, "HasValue")
    world.write(shape, f"sh:hasValue {value}", foci, tied=False)


def closed(world: World) -> None:
    for _ in range(8):
        shape = world.shape()
        stated, ignored, other = ([world.predicate() for _ in range(3)] for _ in range(3))
        longer = world.predicate()
        children = " , ".join(f"[ sh:path {predicate} ]" for predicate in stated)
        says = f"sh:closed true ; sh:property {children} , [ sh:path [ sh:inversePath {longer} ] ]"
        typed = world.maybe()
        listed = " ".join([*ignored, RDF_TYPE] if typed else ignored)
        says += f" ; sh:ignoredProperties ( {listed} )"
        foci = [world.node() for _ in range(8)]
        for focus in foci:
            for predicate in world.chance.sample(stated + ignored, k=3):
                for value in _values(world, plain(world), 2):
                    world.add(focus, predicate, value)
            if typed:
                world.add(focus, RDF_TYPE, iri("Thing"))
            wrong = [] if world.maybe(0.2) else world.chance.sample([*other, longer], k=world.chance.randint(1, 3))
            if not typed and wrong:
                wrong.append(RDF_TYPE)
            for predicate in wrong:
                for value in _values(world, plain(world), world.chance.randint(1, 2)):
                    world.add(focus, predicate, value)
                    shown = "<" + predicate[1:-1] + ">"
                    world.expect(shape, focus, "Closed", value, path=_brief(shown))
            world.conforming += not wrong
        literal = lit(world.new("literal"))
        world.conforming += 1
        world.write(shape, says, [*foci, literal], tied=False)
        world.write(world.shape(), says.replace("sh:closed true", "sh:closed false"), foci, tied=False)


def _brief(predicate: str) -> str:
    return predicate[1:-1].removeprefix(iri("")[1:-1])


def qualified(component: str, world: World) -> None:
    """How many values are of a class; with siblings, of that class alone."""
    kinds = [iri(world.new("Class")) for _ in range(2)]
    for apart in (False, True):
        for path in paths(world):
            least, most = world.chance.choice([(1, 1), (2, 0), (2, 1), (3, 2)])
            first, second = world.shape(path), world.shape(path)
            limit = f"sh:qualifiedMinCount {least}" if component.endswith("MinCount") else f"sh:qualifiedMaxCount {most}"
            disjoint = "sh:qualifiedValueShapesDisjoint true ; " if apart else ""
            parent = world.shape()
            foci = [world.node() for _ in range(8)]
            for focus in foci:
                values = []
                numbers = Counter[int]()
                for _ in range(world.chance.choice([0, 2, 4, 6, 8])):
                    value = world.node()
                    of = world.chance.choice([[0], [1], [0, 1], []])
                    for each in of:
                        world.add(value, RDF_TYPE, kinds[each])
                    numbers.update([] if apart and len(of) == 2 else of)
                    values.append(value)
                path.plant(focus, values)
                broken = [
                    shape
                    for shape, number in ((first, numbers[0]), (second, numbers[1]))
                    if (number < least if component.endswith("MinCount") else number > most)
                ]
                for shape in broken:
                    world.expect(shape, focus, component)
                world.conforming += not broken
            for shape, kind in ((first, kinds[0]), (second, kinds[1])):
                world.write(shape, f"sh:qualifiedValueShape [ sh:class {kind} ] ; {disjoint}{limit}")
            world.write(parent, f"sh:property {first.name} , {second.name}", foci)


def _with(component: str, plant: Callable[[str, World], None]) -> Callable[[World], None]:
    return lambda world: plant(component, world)


COMPONENTS: dict[str, Callable[[World], None]] = {
    **{name: _with(name, counts) for name in ("MinCount", "MaxCount")},
    "UniqueLang": unique_languages,
    **{name: _with(name, compared) for name in ("Equals", "Disjoint")},
    **{name: _with(name, ordered) for name in ("LessThan", "LessThanOrEquals")},
    "HasValue": has_value,
    "Closed": closed,
    **{name: _with(name, qualified) for name in ("QualifiedMinCount", "QualifiedMaxCount")},
}

"""Violations of the components that look at each value node alone (SHACL 4.1, 4.3, 4.4.1 to 4.4.4, 4.8.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import NamedTuple

from planted.world import NAMESPACE, RDF_TYPE, SUBCLASS, Path, World, iri, is_literal, lit, paths

Maker = Callable[[World], str]


class Variant(NamedTuple):
    """One way of stating a component, with values that keep and values that break it."""

    says: str
    good: Maker
    bad: Maker
    iri_keeps: bool = False
    """Whether an IRI of a focus node is itself a value that keeps it."""
    blank_keeps: bool = False
    repeated: int = 1
    """How many results a bad value has."""
    beyond: str = ""
    """The engine that cannot judge it."""


def one_of(*makers: Maker | str) -> Maker:
    def make(world: World) -> str:
        chosen = world.chance.choice(makers)
        return chosen if isinstance(chosen, str) else chosen(world)

    return make


def new_iri(world: World) -> str:
    return world.iri()


def new_blank(world: World) -> str:
    return world.blank()


def new_node(world: World) -> str:
    return world.node()


def some_number(datatype: str, low: int, high: int) -> Maker:
    return lambda world: lit(str(world.chance.randint(low, high)), datatype)


def some_text(low: int, high: int, language: str = "") -> Maker:
    """A text of between ``low`` and ``high`` characters."""

    def make(world: World) -> str:
        text = "".join(world.chance.choice("abcdefgh xyzäжع🙂") for _ in range(world.chance.randint(low, high)))
        return lit(text, language or "string")

    return make


def plant(world: World, component: str, variants: Iterable[Variant], *, foci: int = 2) -> None:
    """Each variant as a node shape, behind a simple path, and behind two of the other paths."""
    for variant in variants:
        _node_shape(world, component, variant, foci * 3)
        forms = paths(world)
        for path in (forms[0], *world.chance.sample(forms[1:], k=2)):
            _property_shape(world, component, variant, path, foci)


def _node_shape(world: World, component: str, variant: Variant, count: int) -> None:
    shape = world.shape(beyond=variant.beyond)
    foci: dict[str, bool] = {}
    for _ in range(count):
        bad = world.maybe(0.6)
        foci.setdefault((variant.bad if bad else variant.good)(world), bad)
    for focus, bad in foci.items():
        if bad:
            world.expect(shape, focus, component, focus, times=variant.repeated)
        else:
            world.conforming += 1
    world.write(shape, variant.says, foci, tied=False)


def _property_shape(world: World, component: str, variant: Variant, path: Path, count: int) -> None:
    shape = world.shape(path, variant.beyond)
    foci = [world.node() for _ in range(count)]
    for focus in [*foci, world.node()]:
        sound = world.maybe(0.25)
        goods = {variant.good(world) for _ in range(world.chance.randint(0, 2))}
        bads = set() if sound else {variant.bad(world) for _ in range(world.chance.randint(1, 6))}
        values = sorted(value for value in goods | bads if path.literals or not is_literal(value))
        world.chance.shuffle(values)
        broken = set()
        for value in path.plant(focus, values):
            keeps = variant.blank_keeps if value.startswith("_") else variant.iri_keeps
            if value in bads or (value == focus and not keeps):
                broken.add(value)
        if focus in foci:
            world.conforming += not broken
            for value in broken:
                world.expect(shape, focus, component, value, times=variant.repeated)
    world.write(shape, variant.says, foci)


def classes(world: World) -> Iterator[Variant]:
    for _ in range(14):
        top, below, other = (iri(world.new("Class")) for _ in range(3))
        world.add(below, SUBCLASS, top)
        world.add(top, SUBCLASS, other)

        def typed(*kinds: str) -> Maker:
            def make(world: World, kinds: tuple[str, ...] = kinds) -> str:
                node = world.node()
                for kind in kinds:
                    world.add(node, RDF_TYPE, kind)
                return node

            return make

        good = one_of(typed(top), typed(below), typed(other, below), typed(top, below))
        bad = one_of(typed(other), new_node, lit("a"), lit("5", "integer"), typed(iri(world.new("Class"))))
        yield Variant(f"sh:class {top}", good, bad)
        # A value has to be of each class, and has a result for each that it is not of.
        second = iri(world.new("Class"))
        yield Variant(f"sh:class {below} , {second}", typed(below, second), one_of(typed(other), new_iri), repeated=2)


# Datatype → texts that it has, texts that it does not have.
TEXTS = {
    "integer": (["5", "-7", "0", "007", "+3", "12345678901234567890"], ["5.0", "five", "", "1e3", "0x1F"]),
    "decimal": (["1.5", "-0.5", "7", "+3.10"], ["1,5", "", "one"]),
    "double": (["1e3", "-1.5E-7", "INF", "NaN", "3"], ["one", "", "1e", "1,5"]),
    "float": (["1.5", "-INF", "2e2"], ["wide", "1.5.1", ""]),
    "boolean": (["true", "false", "1", "0"], ["yes", "", "2", "wahr"]),
    "date": (["2020-02-29", "1999-12-31", "2020-01-01Z"], ["2021-02-29", "2020-13-01", "20200101x", "31.12.1999", ""]),
    "dateTime": (["2020-02-29T12:00:00", "1999-12-31T23:59:59Z", "2020-01-01T00:00:00.5+05:00"], ["2021-02-29T12:00:00", "noon"]),
    "time": (["12:00:00", "23:59:59Z"], ["25:00:00", "noon"]),
    "byte": (["127", "-128", "0"], ["128", "-129", "b"]),
    "nonNegativeInteger": (["0", "12"], ["-1", "none"]),
    "positiveInteger": (["1", "99"], ["0", "-1"]),
    "string": (["", "a", "5", "ä b"], []),
    "anyURI": (["https://example.org/", "urn:x"], []),
    "gYear": (["2020", "1066"], []),
}

# Texts that a datatype does not have, and that Python reads nevertheless.
LAX = {
    "integer": ["1_000", "٣"],
    "decimal": ["1e3", "INF", "-INF", "NaN", "1_0"],
    "double": ["1_0", "1_0e1"],
    "date": ["2020-01-01T00:00:00", "2020-W01-1"],
    "dateTime": ["2020-01-01", "2020-01-01T00:00", "2020-01-01 00:00:00", "20200101T000000"],
    "time": ["12:00", "120000"],
}


def datatypes(world: World) -> Iterator[Variant]:
    del world
    for datatype, (good, bad) in TEXTS.items():
        wrong = [lit(text, datatype) for text in bad]
        others = [lit(text, each) for each, (texts, _) in TEXTS.items() if each != datatype for text in texts[:2]]
        elsewhere = one_of(*others, lit(good[0], "@en"), new_iri, new_blank, lit("5", NAMESPACE + "Code"))
        yield Variant(
            f"sh:datatype xsd:{datatype}",
            one_of(*(lit(text, datatype) for text in good)),
            one_of(one_of(*wrong), elsewhere) if wrong else elsewhere,
        )
    for datatype, lax in LAX.items():
        kept, broken = (one_of(*(lit(text, datatype) for text in texts)) for texts in (TEXTS[datatype][0], lax))
        yield Variant(f"sh:datatype xsd:{datatype}", kept, broken, beyond="pySHACL")
    yield Variant("sh:datatype rdf:langString", one_of(lit("a", "@en"), lit("", "@de-AT")), one_of(lit("a"), new_node))
    code = NAMESPACE + "Code"
    yield Variant(f"sh:datatype <{code}>", one_of(lit("a", code), lit("", code)), one_of(lit("a"), lit("a", code + "s"), new_iri))


def node_kinds(world: World) -> Iterator[Variant]:
    del world
    texts: Maker = one_of(some_text(1, 9), some_text(0, 9, "@en"), some_number("integer", 1, 99999), lit("x", NAMESPACE + "Code"))
    kinds = {"IRI": new_iri, "BlankNode": new_blank, "Literal": texts}
    for name in ("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral"):
        good = [make for kind, make in kinds.items() if kind in name]
        bad = [make for kind, make in kinds.items() if kind not in name]
        variant = Variant(
            f"sh:nodeKind sh:{name}", one_of(*good), one_of(*bad), name != "Literal" and "IRI" in name, "Blank" in name
        )
        yield from (variant, variant, variant)


# Bound → the scale on which it stands; values of one scale cannot be compared with those of another.
LADDERS = {
    lit("5", "integer"): "number",
    lit("5.0", "decimal"): "number",
    lit("5e0", "double"): "number",
    lit("5", "nonNegativeInteger"): "number",
    lit("m"): "text",
    lit("2020-06-15", "date"): "date",
    lit("2020-06-15T12:00:00Z", "dateTime"): "moment",
}
# Scale → values below, equal to and above the bound.
RUNGS = {
    "number": (
        [
            lit("4", "integer"),
            lit("4.99", "decimal"),
            lit("-1e9", "double"),
            lit("4.5", "float"),
            lit("3", "byte"),
            lit("-INF", "double"),
        ],
        [lit("5", "integer"), lit("5.00", "decimal"), lit("5.0", "double"), lit("05", "integer"), lit("5", "short")],
        [
            lit("6", "integer"),
            lit("5.01", "decimal"),
            lit("1e9", "double"),
            lit("INF", "double"),
            lit("99", "unsignedByte"),
            lit("5.5", "float"),
        ],
    ),
    "text": ([lit("l"), lit(""), lit("Z"), lit("12")], [lit("m")], [lit("ma"), lit("n"), lit("ä"), lit("z")]),
    "date": (
        [lit("2020-06-14", "date"), lit("1066-10-14", "date"), lit("2019-12-31", "date")],
        [lit("2020-06-15", "date")],
        [lit("2020-06-16", "date"), lit("2999-01-01", "date")],
    ),
    "moment": (
        [
            lit("2020-06-15T11:59:59Z", "dateTime"),
            lit("2020-06-15T12:00:00+01:00", "dateTime"),
            lit("1999-01-01T00:00:00Z", "dateTime"),
        ],
        [lit("2020-06-15T12:00:00Z", "dateTime"), lit("2020-06-15T14:00:00+02:00", "dateTime")],
        [lit("2020-06-15T12:00:00.1Z", "dateTime"), lit("2020-06-15T12:00:00-01:00", "dateTime")],
    ),
}
ORDER = {
    "MinExclusive": (2,),
    "MinInclusive": (1, 2),
    "MaxExclusive": (0,),
    "MaxInclusive": (0, 1),
}


def ranges(component: str) -> Callable[[World], Iterator[Variant]]:
    def make(world: World) -> Iterator[Variant]:
        del world
        for bound, scale in LADDERS.items():
            rungs = RUNGS[scale]
            good = [value for each in ORDER[component] for value in rungs[each]]
            bad = [value for rung in rungs for value in rung if value not in good]
            others = [value for name, each in RUNGS.items() if name != scale for value in each[1]]
            parameter = component[0].lower() + component[1:]
            said = f"sh:{parameter} {bound}"
            yield Variant(said, one_of(*good), one_of(*bad, new_node))
            strange = one_of(lit("5", "@en"), lit("five", "integer"), lit("NaN", "double"), *others)
            yield Variant(said, one_of(*good), one_of(*bad, strange), beyond="pySHACL")

    return make


IRI_LENGTH = len(NAMESPACE) + 2


def least_lengths(world: World) -> Iterator[Variant]:
    del world
    for n in (1, 2, 3, 5, 8, 13, 20) * 2:
        bad = one_of(some_text(0, n - 1), some_text(0, n - 1, "@en"), some_text(0, n - 1, NAMESPACE + "Code"), new_blank)
        yield Variant(f"sh:minLength {n}", one_of(some_text(n, n + 9), some_text(n, n, "@uk"), new_iri), bad, iri_keeps=True)
    yield Variant("sh:minLength 0", one_of(lit(""), some_text(0, 3)), new_blank, iri_keeps=True, beyond="pySHACL")
    yield Variant(
        "sh:minLength 3", one_of(lit("007", "integer")), one_of(lit("07", "integer"), lit("7.", "decimal")), iri_keeps=True
    )
    long = IRI_LENGTH + 20
    yield Variant(f"sh:minLength {long}", some_text(long, long), one_of(new_iri, new_blank))


def most_lengths(world: World) -> Iterator[Variant]:
    del world
    for n in (0, 1, 2, 3, 5, 8, 13, 20) * 2:
        bad = one_of(
            some_text(n + 1, n + 9), some_text(n + 1, n + 1, "@en"), some_text(n + 1, n + 2, NAMESPACE + "Code"), new_node
        )
        yield Variant(f"sh:maxLength {n}", one_of(some_text(0, n), some_text(n, n, "@uk")), bad)
    long = IRI_LENGTH + 20
    yield Variant(
        f"sh:maxLength {long}", one_of(new_iri, some_text(0, long)), one_of(some_text(long + 1, long + 9), new_blank), True
    )


def patterns(world: World) -> Iterator[Variant]:
    del world
    stated = [
        ("^[A-Z]{2}-[0-9]+$", "", ["AB-1", "ZZ-0007"], ["ab-1", "AB-", " AB-1", "AB-1 ", "AB1"]),
        ("^[A-Z]{2}-[0-9]+$", "i", ["AB-1", "zz-0007"], ["a-1", "AB-x", ""]),
        ("b", "", ["b", "abc"], ["B", "", "aaa"]),
        ("^b$", "m", ["b", "a\\nb", "b\\nc"], ["ab", "a\\nbc"]),
        ("a.c", "", ["abc", "xa c"], ["a\\nc", "ac"]),
        ("a.c", "s", ["abc", "a\\nc"], ["ac", "A.C"]),
        ("A.C", "is", ["abc", "a\\nc"], ["ac", "b"]),
        ("^\\\\d{4}$", "", ["2020", "0000"], ["20200", "x", ""]),
        ("^(ja|nein)$", "", ["ja", "nein"], ["janein", "Ja", ""]),
        ("\\\\.$", "", ["a.", "."], ["a", ".a"]),
        ("[äöü]", "", ["ä", "xüx"], ["a", "Ä"]),
        ("^[^0-9]+$", "", ["abc", "жук"], ["a1", "1"]),
    ]
    for pattern, flags, good, bad in stated * 2:
        said = f'sh:pattern "{pattern}"' + (f' ; sh:flags "{flags}"' if flags else "")
        makers = [one_of(lit(text), lit(text, "@en"), lit(text, NAMESPACE + "Code")) for text in good]
        broken = [one_of(lit(text), lit(text, "@en"), lit(text, NAMESPACE + "Code")) for text in bad]
        yield Variant(said, one_of(*makers), one_of(*broken, new_node), beyond="pySHACL" if "s" in flags else "")
    yield Variant(f'sh:pattern "^{NAMESPACE}n[0-9]"', new_iri, one_of(new_blank, lit(NAMESPACE), lit("n1")), iri_keeps=True)


def languages(world: World) -> Iterator[Variant]:
    del world
    plain_text = one_of(lit("en"), lit("5", "integer"), new_node)
    for ranges_, good, bad in (
        ('"de-AT" "en-gb"', ["@de-AT", "@de-at-1996", "@en-GB"], ["@de", "@en", "@en-US", "@de-ATX"]),
        ('"en"', ["@en", "@en-GB", "@en-x-y"], ["@de", "@eng", "@fr-en"]),
        ('"en" "de"', ["@en", "@de-AT"], ["@fr", "@den", "@nl-de"]),
        ('"EN"', ["@en", "@en-us"], ["@es", "@uk"]),
        ('"uk" "ru" "kk"', ["@uk", "@ru", "@kk", "@kk-Cyrl"], ["@en", "@rus"]),
    ):
        for _ in range(4):
            yield Variant(
                f"sh:languageIn ( {ranges_} )",
                one_of(*(some_text(0, 6, tag) for tag in good)),
                one_of(*(some_text(0, 6, tag) for tag in bad), plain_text),
                beyond="pySHACL" if "-" in ranges_ else "",
            )


def members(world: World) -> Iterator[Variant]:
    for _ in range(5):
        one, two, other = (iri(world.new("Value")) for _ in range(3))
        yield Variant(f"sh:in ( {one} {two} )", one_of(one, two), one_of(other, new_node, lit("Value"), lit(one[1:-1], "anyURI")))
        yield Variant(
            f'sh:in ( 5 "a" "a"@en {one} )',
            one_of(lit("5", "integer"), lit("a"), lit("a", "@en"), one),
            one_of(
                lit("5", "decimal"), lit("05", "integer"), lit("5"), lit("A"), lit("a", "@en-GB"), lit("a", "@de"), two, new_blank
            ),
        )
        yield Variant(
            'sh:in ( true "2020-01-01"^^xsd:date 1.0 )',
            one_of(lit("true", "boolean"), lit("2020-01-01", "date"), lit("1.0", "decimal")),
            one_of(
                lit("1", "boolean"), lit("2020-01-01"), lit("1", "integer"), lit("1.00", "decimal"), lit("2020-01-01Z", "date")
            ),
        )


VARIANTS: dict[str, Callable[[World], Iterator[Variant]]] = {
    "Class": classes,
    "Datatype": datatypes,
    "NodeKind": node_kinds,
    **{component: ranges(component) for component in ORDER},
    "MinLength": least_lengths,
    "MaxLength": most_lengths,
    "Pattern": patterns,
    "LanguageIn": languages,
    "In": members,
}


def _plant(name: str, world: World) -> None:
    plant(world, name, VARIANTS[name](world))


COMPONENTS: dict[str, Callable[[World], None]] = {name: partial(_plant, name) for name in VARIANTS}

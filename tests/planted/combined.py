"""Shapes and graphs made by chance, which mix all components and lay shapes into shapes.

Nobody knows the answer beforehand: two engines have to give the same one. What pySHACL is known to judge wrong
(``planted/cases``, ``tests/engine``) is left out.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from planted.world import PREFIXES

Make = Callable[[random.Random, int], str]

CLASSES = (":A", ":B", ":C")
PREDICATES = (":p", ":q", ":r")
NUMBERS = (":from", ":to")
"""Predicates whose values are whole numbers and nothing else, so that they can be compared."""
IRIS = tuple(f":n{number}" for number in range(8))
BLANKS = ("_:b0", "_:b1")
LITERALS = (
    "1",
    "5",
    "12",
    "1.5",
    '"01"^^xsd:integer',
    '"x"^^xsd:integer',
    '"a"',
    '"ab"',
    '""',
    '"a"@en',
    '"b"@en',
    '"a"@de',
    '"a"@en-gb',
)
STRANGE = (
    '"a"^^:Code',
    '"2020-01-01"^^xsd:date',
    '"2021-02-30"^^xsd:date',
    '"2020-01-01T00:00:00Z"^^xsd:dateTime',
    "true",
    '"NaN"^^xsd:double',
    '"1e3"^^xsd:decimal',
    "1.2e1",
    '"5"^^xsd:byte',
    '"127"^^xsd:byte',
    '"a"@de-AT-1996',
    '"a\\nb"',
)
"""Literals of which pySHACL is known to judge some wrong."""
DEEPEST = 3


def graph(chance: random.Random, literals: tuple[str, ...] = LITERALS) -> str:
    values = (*IRIS, *BLANKS, *literals)
    said = [":B rdfs:subClassOf :A ."]
    said += [f"{chance.choice(IRIS + BLANKS)} a {chance.choice(CLASSES)} ." for _ in range(9)]
    said += [f"{chance.choice(IRIS + BLANKS)} {chance.choice(PREDICATES)} {chance.choice(values)} ." for _ in range(30)]
    said += [f"{chance.choice(IRIS)} {chance.choice(NUMBERS)} {chance.randint(0, 9)} ." for _ in range(12)]
    return PREFIXES + "\n".join(said)


def shapes(chance: random.Random) -> str:
    said = [f":Shared{number} a sh:NodeShape ; {constraints(chance, DEEPEST - 1)} ." for number in range(2)]
    for number in range(5):
        path = path_of(chance) if chance.random() < 0.5 else ""
        kind = f"a sh:PropertyShape ; sh:path {path}" if path else "a sh:NodeShape"
        target = f"{kind} ; sh:targetNode {chance.choice(IRIS)} ; {_target(chance)} ; {_severity(chance)}"
        said.append(f":Shape{number} {target}{constraints(chance, 0, path=bool(path))} .")
    return PREFIXES + "\n".join(said)


def _target(chance: random.Random) -> str:
    return chance.choice(
        [
            f"sh:targetClass {chance.choice(CLASSES)}",
            f"sh:targetSubjectsOf {chance.choice(PREDICATES)}",
            f"sh:targetObjectsOf {chance.choice(PREDICATES)}",
            f"sh:targetNode {chance.choice(LITERALS)} , {chance.choice(IRIS)}",
        ]
    )


def _severity(chance: random.Random) -> str:
    return chance.choice(["", "sh:severity sh:Warning ; ", "sh:severity sh:Info ; ", "sh:severity sh:Violation ; "])


def path_of(chance: random.Random, depth: int = 0) -> str:
    if depth == 2 or chance.random() < 0.5:
        predicate = chance.choice(PREDICATES)
        return f"[ sh:inversePath {predicate} ]" if chance.random() < 0.2 else predicate
    parts = [path_of(chance, depth + 1) for _ in range(2)]
    return chance.choice(
        [
            f"( {' '.join(parts)} )",
            f"[ sh:alternativePath ( {' '.join(parts)} ) ]",
            f"[ sh:zeroOrMorePath {parts[0]} ]",
            f"[ sh:oneOrMorePath {parts[0]} ]",
            f"[ sh:zeroOrOnePath {parts[0]} ]",
        ]
    )


def constraints(chance: random.Random, depth: int, *, path: bool = False) -> str:
    """One to three constraints; each parameter that may stand once stands once."""
    makes = [*SIMPLE, *(AT_PATHS if path else ()), *(NESTED * 2 if depth < DEEPEST else ())]
    said = dict.fromkeys(make(chance, depth) for make in chance.sample(makes, k=chance.randint(1, 3)))
    if depth and chance.random() < 0.05:
        said["sh:deactivated true"] = None
    once: dict[str, str] = {}
    for each in said:
        once.setdefault(each.split()[0], each)
    return " ; ".join(once.values())


def _inner(chance: random.Random, depth: int) -> str:
    """A shape in a shape."""
    if chance.random() < 0.15:
        return f":Shared{chance.randint(0, 1)}" if depth < DEEPEST - 1 else "[ sh:nodeKind sh:IRI ]"
    return _property(chance, depth) if chance.random() < 0.4 else f"[ {constraints(chance, depth + 1)} ]"


def _property(chance: random.Random, depth: int) -> str:
    return f"[ sh:path {path_of(chance)} ; {constraints(chance, depth + 1, path=True)} ]"


def _node(chance: random.Random, depth: int) -> str:
    return f"sh:node [ {constraints(chance, depth + 1)} ]"


def _list(chance: random.Random, depth: int) -> str:
    return " ".join(_inner(chance, depth) for _ in range(chance.randint(1, 3)))


def _qualified(chance: random.Random, depth: int) -> str:
    one, two = (
        f"[ sh:path {chance.choice(PREDICATES)} ; sh:qualifiedValueShape {_inner(chance, depth)} ; "
        f"sh:qualifiedValueShapesDisjoint {chance.choice(['true', 'false'])} ; "
        f"sh:qualified{chance.choice(['MinCount 1', 'MinCount 2', 'MaxCount 0', 'MaxCount 1'])} ]"
        for _ in "ab"
    )
    return f"sh:property {one} , {two}"


def _closed(chance: random.Random, depth: int) -> str:
    del depth
    ignored = " ".join(["rdf:type", *chance.sample(PREDICATES + NUMBERS, k=3)])
    return f"sh:closed true ; sh:ignoredProperties ( {ignored} )"


def _pattern(chance: random.Random, depth: int) -> str:
    del depth
    return chance.choice(['sh:pattern "^a"', 'sh:pattern "[0-9]"', 'sh:pattern "A" ; sh:flags "i"'])


SIMPLE: tuple[Make, ...] = (
    lambda chance, _: f"sh:class {chance.choice(CLASSES)}",
    lambda chance, _: f"sh:datatype {chance.choice(['xsd:integer', 'xsd:string', 'rdf:langString'])}",
    lambda chance, _: f"sh:nodeKind sh:{chance.choice(['IRI', 'BlankNode', 'Literal', 'BlankNodeOrIRI', 'IRIOrLiteral'])}",
    lambda chance, _: f"sh:m{chance.choice(['inIn', 'inEx', 'axIn', 'axEx'])}clusive {chance.randint(0, 12)}",
    lambda chance, _: f"sh:minLength {chance.randint(1, 3)}",
    lambda chance, _: f"sh:maxLength {chance.randint(0, 3)}",
    lambda chance, _: chance.choice(['sh:languageIn ( "en" )', 'sh:languageIn ( "de" "fr" )']),
    lambda chance, _: f"sh:equals {chance.choice(PREDICATES)}",
    lambda chance, _: f"sh:disjoint {chance.choice(PREDICATES)}",
    lambda chance, _: f"sh:hasValue {chance.choice(IRIS + LITERALS)}",
    lambda chance, _: f"sh:in ( {' '.join(chance.sample(IRIS + LITERALS, k=6))} )",
    _pattern,
    _closed,
)
AT_PATHS: tuple[Make, ...] = (
    lambda chance, _: f"sh:minCount {chance.randint(0, 3)}",
    lambda chance, _: f"sh:maxCount {chance.randint(0, 2)}",
    lambda _, __: "sh:uniqueLang true",
)
NESTED: tuple[Make, ...] = (
    lambda chance, depth: f"sh:not {_inner(chance, depth)}",
    lambda chance, depth: f"sh:and ( {_list(chance, depth)} )",
    lambda chance, depth: f"sh:or ( {_list(chance, depth)} )",
    lambda chance, depth: f"sh:xone ( {_list(chance, depth)} )",
    lambda chance, depth: f"sh:property {_property(chance, depth)}",
    lambda chance, depth: (
        f"sh:property [ sh:path :from ; sh:lessThan{chance.choice(['', 'OrEquals'])} :to ; {constraints(chance, depth + 1)} ]"
    ),
    _node,
    _qualified,
)

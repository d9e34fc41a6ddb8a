"""A result has the place by parts that it has in the whole file, whatever statement's lines its triple stands in."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

import pyoxigraph as ox
import pytest

from kg_builder.graphs import Source, each_quad
from kg_builder.inspection import digest
from kg_builder.locate import Places
from kg_builder.parts import STATEMENT, split
from kg_builder.placing import Kept, place_results
from kg_builder.report import Result, Terms
from kg_builder.validation import with_place

IDS = ("s1", "s2", "s3")
SEEDS = range(40)
HEAD = f"@prefix statement: <{STATEMENT}> .\n@prefix own: <{STATEMENT}s1/> .\n"


def rest(chance: random.Random) -> str:
    return f"<x:p{chance.randrange(3)}> <x:o{chance.randrange(3)}> ." + "\n" * chance.choice((1, 1, 2, 5))


def of_another(chance: random.Random) -> list[str]:
    """Blocks of Turtle, some of whose triples are about nodes of other statements."""

    def subject(id_: str) -> str:
        node, other = f"u{chance.randrange(4)}", chance.choice(IDS)
        strange = (f"<{STATEMENT}{other}/{node}>", f"statement:{other}\\/{node}", f"<../{other}/{node}>", f"own:{node}")
        return chance.choice((f"<{node}>", f"<{STATEMENT}{id_}/{node}>", *strange))

    return [
        f"\n@base <{STATEMENT}{id_}/> .\n" + "".join(f"{subject(id_)} {rest(chance)}" for _ in range(chance.randrange(1, 9)))
        for id_ in IDS
    ]


def of_another_base(chance: random.Random) -> list[str]:
    """Blocks of Turtle, in some of which the base changes."""

    def line() -> str:
        base = f"{chance.choice(('BASE', 'base'))} <{STATEMENT}{chance.choice(IDS)}/>\n" if chance.random() < 0.2 else ""
        return f"{base}<u{chance.randrange(4)}> {rest(chance)}"

    return [f"\n@base <{STATEMENT}{id_}/> .\n" + "".join(line() for _ in range(chance.randrange(1, 9))) for id_ in IDS]


def escaped(chance: random.Random) -> list[str]:
    """Runs of N-Triples, some of whose subjects are escaped."""

    def line(id_: str) -> str:
        letter = chance.choice(("u", "u", "\\u0075", "\\U00000075"))
        return f"<{STATEMENT}{id_}/{letter}{chance.randrange(4)}> {rest(chance)}"

    return ["".join(line(id_) for _ in range(chance.randrange(1, 9))) for id_ in IDS]


def asked(source: Source) -> list[Result]:
    """Results about each triple, about parts of it, and about what does not stand in the file, without places."""
    terms: set[tuple[str, str, str]] = set()
    for quad in each_quad(source):
        subject, predicate, value = (str(each) for each in quad.triple)
        terms |= {(subject, predicate, value), (subject, predicate, ""), (subject, "", ""), (subject, predicate, "<x:none>")}
        terms |= {(subject, "<x:none>", value), (value, predicate, "")}
    return [
        Result("Violation", "", focus, path, value, "", "", terms=Terms(focus, path, value, "", "", "", "", ()))
        for focus, path, value in sorted(terms)
    ]


def told(results: Iterable[Result]) -> list[tuple[object, ...]]:
    return [(each.terms, each.location, each.source_line) for each in results]


def compare(source: Source, known: Kept) -> tuple[list[Result], Kept]:
    """The places in the whole, with which those by parts agree, and what is kept of these."""
    parts = split(source)
    key = digest(parts.digest(id_).encode() for id_ in IDS)
    results = asked(source)
    expected = [with_place(each, [Places.read(source)]) for each in results]
    placed, kept = place_results(results, parts, dict.fromkeys(IDS, IDS), dict.fromkeys(IDS, key), known)
    assert told(placed) == told(expected)
    assert told(place_results(results, parts, dict.fromkeys(IDS, IDS), {}, {})[0]) == told(expected)
    return expected, kept


@pytest.mark.parametrize("make", [of_another, of_another_base, escaped])
def test_places_by_parts_are_those_in_the_whole(make: Callable[[random.Random], list[str]]) -> None:
    """Also where the places of a first run were kept, and the same blocks stand in another order."""
    strays, taken = 0, 0
    for seed in SEEDS:
        chance = random.Random(seed)  # noqa: S311 - the same files in every run
        blocks = make(chance)
        head, form = ("", ox.RdfFormat.N_TRIPLES) if make is escaped else (HEAD, ox.RdfFormat.TURTLE)
        known: Kept = {}
        for _ in range(3):
            source = Source("graph", (head + "".join(blocks)).encode(), form)
            placed, kept = compare(source, known)
            taken += sum(len(each) for each in known.values())
            known = kept
            chance.shuffle(blocks)
        strays += sum(each.source_line.count("\\") for each in placed) if make is escaped else count_strayed(blocks, placed)
    assert strays > len(SEEDS), "files of another kind would tell little"
    assert taken > len(SEEDS)


def count_strayed(blocks: Iterable[str], placed: Iterable[Result]) -> int:
    """How many results are about a node in whose statement's own block the line at their place does not stand."""
    own = {block.partition(STATEMENT)[2].partition("/")[0]: block for block in blocks}
    about = [(each, each.focus.removeprefix(f"<{STATEMENT}").partition("/")[0]) for each in placed if each.location]
    return sum(id_ in own and each.source_line not in own[id_] for each, id_ in about)

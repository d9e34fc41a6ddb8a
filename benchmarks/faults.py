"""Graphs of any size with a known number of planted faults, each a change to the Turtle of one statement."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from benchmarks.corpus import write_corpus
from kg_builder import load
from kg_builder.pipeline import write_graph

DIFFERENT = 100
"""How many statements are built; a bigger graph has them again under other names."""
EVERY = 20
"""One statement in so many has a fault."""
FAULTS = (
    ("UtteranceDirectness", "    hrc:directness directness:explicit ;\n", ""),
    ("EventLabel", '"case 1"@en', '"case 1"'),
    ("TimeSpanDateSense", "    hrc:dateSense date-sense:within ;\n", ""),
    ("AllegedVictimWords", "    hrc:allegedVictim ", "    hrc:allegedVictim actor:river-guard, "),
    ("QuantityOrder", "    hrc:minimum ", "    hrc:minimum 100, "),
)
"""The rule that is broken (a SPARQL constraint among them), a text of the statement's graph, and what it becomes."""

Fault = tuple[str, str]
"""The rule's name and the statement's."""


def write_faulty(target: Path, statements: int) -> set[Fault]:
    """Write a graph of so many statements as Turtle; what was planted."""
    head, blocks, shared = _parts(min(statements, DIFFERENT))
    planted = set()
    with target.open("w", encoding="utf-8", newline="\n") as file:
        file.write(head)
        for number in range(statements):
            old, name = f"s-{number % DIFFERENT + 1:06d}", f"s-{number + 1:06d}"
            block = blocks[number % DIFFERENT].replace(old, name)
            if number % EVERY == 0:
                rule, text, becomes = FAULTS[number // EVERY % len(FAULTS)]
                faulty = block.replace(text, becomes, 1)
                assert faulty != block, rule
                block = faulty
                planted.add((rule, name))
            file.write(block)
        file.write(shared)
    return planted


def _parts(statements: int) -> tuple[str, list[str], str]:
    """The prefixes of a built graph, the block of each statement, and what they share."""
    with tempfile.TemporaryDirectory() as name:
        folder, output = Path(name) / "corpus", Path(name) / "out"
        write_corpus(folder, statements)
        output.mkdir()
        write_graph(load(folder), output, iter)
        parts = re.split(r"(?m)^(?=@base )", (output / "graph.ttl").read_text("utf-8"))
    assert len(parts) == statements + 2
    return parts[0], parts[1:-1], parts[-1]

"""``python -m benchmarks [SIZE …]``: each figure in seconds, beside a peer that does the same part, on the same machine and run.

build      reading, checking, writing the four files, validating (this tool, whole)
write      reading, checking and writing alone, and rdflib writing the same triples as Turtle
validate   the tool's own engine, its ratio to pyshifty and to pySHACL with the same shapes and data (already loaded)
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import shifty
from tabulate import tabulate

from benchmarks.corpus import write_corpus
from kg_builder import load
from kg_builder.graphs import open_source, read_quads, to_rdflib
from kg_builder.pipeline import build, write_graph
from kg_builder.shapes import read_shapes
from kg_builder.validation import validate

SIZES = (1, 10, 30)


def timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(statements: int) -> list[str]:
    """One row: the corpus, and each figure with its ratio to the peer."""
    with tempfile.TemporaryDirectory() as name:
        folder, output = Path(name) / "corpus", Path(name) / "out"
        write_corpus(folder, statements)
        whole = timed(lambda: build(folder, output))
        written = Path(name) / "written"
        written.mkdir()
        write = timed(lambda: write_graph(load(folder), written, iter))
        quads = read_quads(open_source(str(output / "graph.nq")))
        graph, shapes = to_rdflib(quads), read_shapes()
        rdflib_write = timed(lambda: graph.serialize(format="turtle"))
        own = timed(lambda: validate(graph, shapes))
        pyshacl = timed(lambda: validate(graph, shapes, "reference"))
        rules = read_shapes()
        peer = timed(lambda: shifty.validate(graph, rules, infer=False))
    return [
        f"{statements:,}",
        f"{len(quads):,}",
        f"{whole:.2f}",
        f"{write:.2f}",
        f"{write / rdflib_write:.2f}",
        f"{own:.2f}",
        f"{own / peer:.2f}",
        f"{own / pyshacl:.3f}",
    ]


if __name__ == "__main__":
    sizes = [int(size) for size in sys.argv[1:]] or list(SIZES)
    header = [
        "statements",
        "triples",
        "build s",
        "write s",
        "write : rdflib",
        "validate s",
        "validate : pyshifty",
        "validate : pySHACL",
    ]
    print(tabulate([measure(size) for size in sizes], header, disable_numparse=True, tablefmt="pipe"))

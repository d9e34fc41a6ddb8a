"""``python -m benchmarks [build] [SIZE …]``: each figure in seconds, beside a peer that does the same part, in the same run.

build      reading, checking, writing the four files, validating (this tool, whole)
write      reading, checking and writing alone, and rdflib writing the same triples as Turtle

``python -m benchmarks site [SIZE …]`` writes sites: see :mod:`benchmarks.publication`.
``python -m benchmarks validate [SIZE …]`` compares SHACL engines: see :mod:`benchmarks.validation`; ``serve`` compares servers:
see :mod:`benchmarks.serving`.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tabulate import tabulate

from benchmarks import publication, serving, validation
from benchmarks.corpus import write_corpus
from benchmarks.engines import ENGINES
from kg_builder import load
from kg_builder.graphs import open_source, read_quads, to_rdflib
from kg_builder.pipeline import build, write_graph

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
        graph = to_rdflib(quads)
        rdflib_write = timed(lambda: graph.serialize(format="turtle"))
    return [
        f"{statements:,}",
        f"{len(quads):,}",
        f"{whole:.2f}",
        f"{write:.2f}",
        f"{write / rdflib_write:.2f}",
    ]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("what", nargs="?", choices=["build", "site", "validate", "serve"], default="build")
    parser.add_argument("sizes", nargs="*", type=int, metavar="SIZE", help="statements")
    parser.add_argument("--least", type=int, default=validation.LEAST, help="CPU seconds that a peer may take in any case")
    parser.add_argument("--most", type=int, default=validation.MOST, help="CPU seconds after which a peer is stopped in any case")
    parser.add_argument("--engine", action="append", choices=list(ENGINES), help="a peer; may be repeated; all unless said")
    given = parser.parse_args()
    if given.what == "validate":
        sizes = given.sizes or list(validation.SIZES)
        validation.compare(sizes, given.engine or list(ENGINES), given.least, given.most)
        validation.compare_runs(sizes)
    elif given.what == "site":
        publication.compare(given.sizes or list(publication.SIZES))
    elif given.what == "serve":
        serving.compare(given.sizes or list(serving.SIZES))
    else:
        header = ["statements", "triples", "build s", "write s", "write : rdflib"]
        print(tabulate([measure(size) for size in given.sizes or SIZES], header, disable_numparse=True, tablefmt="pipe"))

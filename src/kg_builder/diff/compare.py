"""Reads two graphs and finds the triples that only one of them has.

Blank nodes have no names that could be compared. The triples that hang together by them are therefore canonicalised (RDFC-1.0, a
W3C recommendation of 2024), each such group by itself, so that a change in one leaves the others equal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg_builder.errors import InputError, Location, Problem, input_error
from kg_builder.graphs import STDIN, each_quad, open_source, to_store
from kg_builder.worker import Limits, WorkerError, run

BUILT = "graph.nq"
"""The file of a build folder that is read."""
LIMITS = Limits(seconds=20, memory=1024)
"""What the canonicalisation may use beside what its size asks for: made to harm, a dozen blank nodes take longer than anybody
can wait."""
_QUADS_A_SECOND, _QUADS_A_MIB = 2_000, 500

_PLAIN = frozenset({ox.NamedNode, ox.Literal, ox.DefaultGraph})

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph


@dataclass(frozen=True, slots=True)
class Pair:
    """Two graphs, and the sorted quads that only the one or the other has."""

    old: ox.Store
    new: ox.Store
    removed: tuple[ox.Quad, ...]
    added: tuple[ox.Quad, ...]


def compare(old: str, new: str, limits: Limits = LIMITS) -> Pair:
    """Compare two RDF files, or folders that ``kg-builder build`` wrote; ``-`` is standard input, read as Turtle.

    Where only one of the two names graphs, its graphs are read as one. Raises :class:`~kg_builder.errors.InputError` for what
    cannot be read, and for blank nodes that cannot be told apart within ``limits``.
    """
    if old == new == STDIN:
        raise input_error("standard input can be only one of the two graphs", mend="Name a file for the other.")
    files = [_file(name) for name in (old, new)]
    read = [_read(name) for name in files]
    if read[0].names_graphs != read[1].names_graphs:
        read = [_Read(to_store(_without_graphs(each.store)), list(_without_graphs(each.blank)), False) for each in read]
    for name, each in zip(files, read, strict=True):
        if each.blank:
            each.store.extend(_labelled(each.blank, name, limits))
    first, second = (each.store for each in read)
    return Pair(first, second, _only(first, second), _only(second, first))


def _only(one: ox.Store, other: ox.Store) -> tuple[ox.Quad, ...]:
    return tuple(sorted((quad for quad in one if quad not in other), key=str))


def _file(name: str) -> str:
    """The file that stands for a name: of a folder, the graph that was built there."""
    path = Path(name)
    if name == STDIN or not path.is_dir():
        return name
    if not (path / BUILT).is_file():
        raise input_error(
            f"this folder has no {BUILT}", Location(name), "Name an RDF file, or a folder that 'kg-builder build' wrote."
        )
    return str(path / BUILT)


@dataclass(frozen=True, slots=True)
class _Read:
    """A file: the quads without blank nodes, and those with."""

    store: ox.Store
    blank: list[ox.Quad]
    names_graphs: bool


def _read(name: str) -> _Read:
    blank: list[ox.Quad] = []
    names_graphs = False

    def others() -> Iterator[ox.Quad]:
        nonlocal names_graphs
        for quad in each_quad(open_source(name)):
            names_graphs = names_graphs or not isinstance(quad.graph_name, ox.DefaultGraph)
            if not _PLAIN.issuperset((type(quad.subject), type(quad.object), type(quad.graph_name))) and any(_blank_nodes(quad)):
                blank.append(quad)
            else:
                yield quad

    store = to_store(others())
    return _Read(store, blank, names_graphs)


def _without_graphs(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    return (ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)


def _blank_nodes(quad: ox.Quad | ox.Triple) -> Iterator[ox.BlankNode]:
    terms: tuple[Term, ...] = (quad.subject, quad.object)
    if isinstance(quad, ox.Quad):
        terms += (quad.graph_name,)
    for term in terms:
        if isinstance(term, ox.BlankNode):
            yield term
        elif isinstance(term, ox.Triple):
            yield from _blank_nodes(term)


def _labelled(quads: list[ox.Quad], name: str, limits: Limits) -> list[ox.Quad]:
    size = len(quads)
    allowed = Limits(limits.seconds + size / _QUADS_A_SECOND, limits.memory + size // _QUADS_A_MIB)
    try:
        return run(label_blank_nodes, quads, limits=allowed, what="the comparison of blank nodes").value
    except WorkerError as error:
        raise InputError(
            Problem(
                f"the blank nodes look too much alike to be told apart ({error.problems[0].message})",
                Location("<stdin>" if name == STDIN else name),
                "Give the nodes IRIs.",
            )
        ) from None


def label_blank_nodes(quads: list[ox.Quad]) -> list[ox.Quad]:
    """The quads with blank nodes named by what is said of them: equal groups of quads get equal names in every graph.

    >>> one = ox.Quad(ox.BlankNode("a"), ox.NamedNode("urn:p"), ox.Literal("1"))
    >>> two = ox.Quad(ox.BlankNode("b"), ox.NamedNode("urn:p"), ox.Literal("1"))
    >>> label_blank_nodes([one]) == label_blank_nodes([two])
    True
    """
    seen: Counter[str] = Counter()
    found = []
    for group in _groups(quads):
        dataset = ox.Dataset(group)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        digest = sha256("\n".join(sorted(map(str, dataset))).encode()).hexdigest()[:32]
        seen[digest] += 1
        found += [_renamed(quad, f"{digest}n{seen[digest]}") for quad in dataset]
    return found


def _groups(quads: list[ox.Quad]) -> Iterable[list[ox.Quad]]:
    """The quads, by which of them are linked through blank nodes."""
    parent: dict[ox.BlankNode, ox.BlankNode] = {}

    def root(node: ox.BlankNode) -> ox.BlankNode:
        while (above := parent.setdefault(node, node)) != node:
            parent[node] = parent[above]
            node = parent[node]
        return node

    for quad in quads:
        first, *others = map(root, _blank_nodes(quad))
        for each in others:
            parent[root(each)] = root(first)
    groups: dict[ox.BlankNode, list[ox.Quad]] = {}
    for quad in quads:
        groups.setdefault(root(next(_blank_nodes(quad))), []).append(quad)
    return groups.values()


def _renamed(quad: ox.Quad, start: str) -> ox.Quad:
    def new(term: Any) -> Any:
        if isinstance(term, ox.BlankNode):
            return ox.BlankNode(start + term.value)
        if isinstance(term, ox.Triple):
            return ox.Triple(new(term.subject), term.predicate, new(term.object))
        return term

    return ox.Quad(new(quad.subject), quad.predicate, new(quad.object), new(quad.graph_name))

"""The part of the data that SPARQL constraints ask, in a store that answers SPARQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kg_builder.engine.data import Index, read_lines
from kg_builder.graphs import fill

VEIL = "veiled:"
"""Stands before the datatype of a literal that the store would rewrite."""
_FOCUS = ox.NamedNode("x:focus")


@dataclass(frozen=True, slots=True)
class Reach:
    """Which triples a query can look at: those of some predicates; of any predicate those that begin or end at a focus node."""

    predicates: frozenset[str] | None
    """None: of all."""
    from_focus: bool = False
    to_focus: bool = False


class Workspace:
    """A store that holds what the queries asked so far can look at.

    Literals that the store would rewrite, such as ``"01"^^xsd:integer``, in which it drops the zero, have a datatype behind
    which they are left alone. ``whole`` is a store of all triples, where there is one: it is asked where a query can see no such
    literal.
    """

    def __init__(self, index: Index, whole: ox.Store | None = None) -> None:
        self._index = index
        self._whole = whole
        self._store = ox.Store()
        self._loaded: set[str] = set()

    @cached_property
    def rewritten(self) -> frozenset[str]:
        """The literals of the data that the store would not keep as they are."""
        literals = set(self._index.typed_literals())
        store = ox.Store()
        fill(store, read_lines(f"<x:> <x:> {literal} .\n" for literal in literals))
        return frozenset(literals - {str(quad.object) for quad in store})

    @contextmanager
    def asking(self, reach: Reach, nodes: Collection[str]) -> Iterator[tuple[ox.Store, ox.NamedNode]]:
        """A store for a query, and the graph in it in which, for a while, the focus nodes are the objects."""
        store = self._whole
        if store is None or self._sees_rewritten(reach, nodes):
            store = self._store
            fill(store, read_lines(self._missing(reach, set(nodes))))
        fill(store, read_lines(f"<x:> <x:> {self._veiled(node)} {_FOCUS} .\n" for node in nodes))
        try:
            yield store, _FOCUS
        finally:
            store.remove_graph(_FOCUS)

    @cached_property
    def _rewritten_at(self) -> dict[str, set[str]]:
        """Which predicates lead to literals that a store rewrites, and from which subjects."""
        return self._index.subjects_to(self.rewritten)

    def _sees_rewritten(self, reach: Reach, nodes: Collection[str]) -> bool:
        """Whether a query may come upon a literal that a store rewrites."""
        places = self._rewritten_at
        return bool(places) and (
            reach.predicates is None
            or not reach.predicates.isdisjoint(places)
            or not self.rewritten.isdisjoint(nodes)
            or (reach.from_focus and any(not subjects.isdisjoint(nodes) for subjects in places.values()))
        )

    def _missing(self, reach: Reach, nodes: set[str]) -> Iterator[str]:
        index = self._index
        wanted = index.predicates() if reach.predicates is None else reach.predicates
        for predicate in index.predicates():
            by_subject = index.objects(predicate)
            if predicate in self._loaded:
                continue
            if predicate in wanted:
                self._loaded.add(predicate)
                yield from self._lines(predicate, by_subject.items())
                continue
            if reach.from_focus:
                yield from self._lines(predicate, ((node, by_subject[node]) for node in nodes if node in by_subject))
            if reach.to_focus:
                yield from self._lines(predicate, ((s, vs) for s, vs in by_subject.items() if not nodes.isdisjoint(vs)))

    def _lines(self, predicate: str, found: Iterable[tuple[str, Iterable[str]]]) -> Iterator[str]:
        for subject, values in found:
            for value in values:
                yield f"{subject} {predicate} {self._veiled(value)} .\n"

    def _veiled(self, term: str) -> str:
        if term not in self.rewritten:
            return term
        start = term.rindex('"') + 4
        return f"{term[:start]}{VEIL}{term[start:]}"


def unveiled(term: str) -> str:
    """A term of the store as it stands in the data."""
    start = term.rfind(f'"^^<{VEIL}')
    return term if start < 0 or term[-1] != ">" else term[: start + 4] + term[start + 4 + len(VEIL) :]

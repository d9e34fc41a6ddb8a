"""What refers to the things that statements share, kept on disk while the statements go by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType

from kg_builder.publish.view import View, is_iri
from kg_builder.vocabulary import expand

SHOWN = 100
"""How many a page shows for each property; how many there are is told."""

_UNSHOWN = {
    f"<{expand(curie)}>" for curie in ("rdf:type", "rdf:object", "rdf:subject", "rdf:predicate", "oa:hasBody", "oa:motivatedBy")
}


@dataclass(frozen=True, slots=True)
class Reference:
    """A thing that refers to another: its IRI and label, and the statement that it belongs to."""

    iri: str
    label: str
    statement: str


@dataclass(frozen=True, slots=True)
class References:
    """All that refers to a thing by one property: how many, and the first :data:`SHOWN`."""

    property: str
    count: int
    first: tuple[Reference, ...]


class Incoming:
    """A table on disk of (thing, property, what refers to it); to be used in a ``with`` block."""

    def __init__(self) -> None:
        self._table = sqlite3.connect("")
        self._table.execute("create table incoming (thing text, property text, subject text, label text, statement text)")

    def __enter__(self) -> Incoming:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._table.close()

    def add(self, statement: str, view: View, shared: View) -> None:
        """Note what a statement's things refer to among the shared ones."""
        rows = []
        for subject in view.subjects():
            found = [
                (object_[1:-1], predicate[1:-1])
                for _, predicate, object_ in view.triples(subject)
                if is_iri(object_) and predicate not in _UNSHOWN and shared.is_known(object_[1:-1])
            ]
            label = view.label(subject) if found else ""
            rows += [(thing, property_, subject, label, statement) for thing, property_ in found]
        self._table.executemany("insert into incoming values (?, ?, ?, ?, ?)", rows)

    def index(self) -> None:
        """Make ready to be asked; nothing is added afterwards."""
        self._table.execute("create index by_thing on incoming (thing, property, statement, subject)")

    def of(self, thing: str) -> Iterator[References]:
        """What refers to a thing, by property."""
        counted = self._table.execute(
            "select property, count(*) from incoming where thing = ? group by property order by 1", (thing,)
        )
        for property_, count in counted.fetchall():
            rows = self._table.execute(
                "select subject, label, statement from incoming where thing = ? and property = ? order by 3, 1 limit ?",
                (thing, property_, SHOWN),
            )
            yield References(property_, count, tuple(Reference(*row) for row in rows))

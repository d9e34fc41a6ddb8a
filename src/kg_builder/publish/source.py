"""The built graph as the site reads it: what statements share first, then one statement at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from kg_builder.publish.addresses import listing
from kg_builder.publish.view import View, read_literal
from kg_builder.rdf import Triple
from kg_builder.vocabulary import DATA, expand

_LINK = f"<{expand('hrc:sameReportedEvent')}>"
_LABEL = ox.NamedNode(expand("rdfs:label"))


@dataclass(frozen=True, slots=True)
class Told:
    """A statement as the graph has it: its IRI and its triples."""

    iri: str
    triples: list[Triple]

    @property
    def id(self) -> str:
        """Its folder's name in ``data/statements``."""
        return self.iri.removeprefix(DATA + "statement/")

    @property
    def listing(self) -> str:
        """Where the list of its files stands in the site."""
        return listing(f"data/statement/{self.id}")


@dataclass(frozen=True, slots=True)
class BuiltGraph:
    """The file ``graph.trig`` of a build: a named graph for each statement, and what they share in the default graph."""

    trig: Path

    def shared(self) -> View:
        """What statements share: actors, places, coded values, links with the labels of what they link."""
        triples = [_triple(quad) for quad in self._quads() if isinstance(quad.graph_name, ox.DefaultGraph)]
        linked = {object_[1:-1] for _, predicate, object_ in triples if predicate == _LINK}
        names = {}
        if linked:
            for quad in self._quads():
                subject = quad.subject
                if quad.predicate == _LABEL and isinstance(subject, ox.NamedNode) and subject.value in linked:
                    names[subject.value] = read_literal(str(quad.object)).text
        return View(triples, names=names)

    def statements(self) -> Iterator[Told]:
        """Each statement, in the order of the file."""
        for graph, quads in groupby(self._quads(), key=lambda quad: quad.graph_name):
            if isinstance(graph, ox.NamedNode):
                yield Told(graph.value, [_triple(quad) for quad in quads])

    def _quads(self) -> Iterator[ox.Quad]:
        return ox.parse(path=str(self.trig), format=ox.RdfFormat.TRIG)


def _triple(quad: ox.Quad) -> Triple:
    return str(quad.subject), str(quad.predicate), str(quad.object)

"""The built graph as the site reads it: what statements share first, then one statement at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox

from kg_builder.publish.view import View
from kg_builder.rdf import Triple


@dataclass(frozen=True, slots=True)
class BuiltGraph:
    """The file ``graph.trig`` of a build: a named graph for each statement, and what they share in the default graph."""

    trig: Path

    def shared(self) -> View:
        """What statements share: actors, places, coded values, links."""
        return View(_triple(quad) for quad in self._quads() if isinstance(quad.graph_name, ox.DefaultGraph))

    def statements(self, shared: View) -> Iterator[tuple[str, View]]:
        """The IRI and the view of each statement, in the order of the file."""
        for graph, quads in groupby(self._quads(), key=lambda quad: quad.graph_name):
            if isinstance(graph, ox.NamedNode):
                yield graph.value, View((_triple(quad) for quad in quads), shared)

    def _quads(self) -> Iterator[ox.Quad]:
        return ox.parse(path=str(self.trig), format=ox.RdfFormat.TRIG)


def _triple(quad: ox.Quad) -> Triple:
    return str(quad.subject), str(quad.predicate), str(quad.object)

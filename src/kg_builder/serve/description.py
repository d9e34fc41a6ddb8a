"""What the endpoint says of itself: the SPARQL 1.1 Service Description."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pyoxigraph as ox

from kg_builder.serve.negotiation import BOOLEANS, GRAPHS, RESULTS

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_FORMATS = {
    **{form.media_type: name for form, name in zip(GRAPHS, ("Turtle", "JSON-LD", "N-Triples", "RDF_XML"), strict=True)},
    **{
        form.media_type: f"SPARQL_Results_{name}"
        for form, name in zip((*BOOLEANS, *RESULTS[2:]), ("JSON", "XML", "CSV", "TSV"), strict=True)
    },
}
"""By https://www.w3.org/ns/formats/."""


def describe(endpoint: str, triples: int, graphs: Mapping[str, int]) -> Iterator[ox.Triple]:
    """The triples of the description.

    ``endpoint`` is its own IRI; ``triples`` is the size of the default graph, ``graphs`` has that of each named graph.
    Raises ValueError where ``endpoint`` is no IRI.
    """
    service, dataset, default = (ox.NamedNode(f"{endpoint}{fragment}") for fragment in ("", "#dataset", "#default-graph"))
    yield ox.Triple(service, _TYPE, _sd("Service"))
    yield ox.Triple(service, _sd("endpoint"), service)
    yield ox.Triple(service, _sd("supportedLanguage"), _sd("SPARQL11Query"))
    for name in _FORMATS.values():
        yield ox.Triple(service, _sd("resultFormat"), ox.NamedNode(f"http://www.w3.org/ns/formats/{name}"))
    yield ox.Triple(service, _sd("defaultDataset"), dataset)
    yield ox.Triple(dataset, _TYPE, _sd("Dataset"))
    yield ox.Triple(dataset, _sd("defaultGraph"), default)
    yield from _graph(default, triples)
    for number, (iri, size) in enumerate(sorted(graphs.items())):
        named, graph = (ox.NamedNode(f"{endpoint}#{kind}-{number + 1}") for kind in ("named", "graph"))
        yield ox.Triple(dataset, _sd("namedGraph"), named)
        yield ox.Triple(named, _TYPE, _sd("NamedGraph"))
        yield ox.Triple(named, _sd("name"), ox.NamedNode(iri))
        yield ox.Triple(named, _sd("graph"), graph)
        yield from _graph(graph, size)


def _graph(node: ox.NamedNode, size: int) -> Iterator[ox.Triple]:
    yield ox.Triple(node, _TYPE, _sd("Graph"))
    yield ox.Triple(node, ox.NamedNode(f"{_VOID}triples"), ox.Literal(size))


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{_SD}{name}")

"""The terms of RDF, RDFS, OWL, SKOS and SHACL that the rules ask about."""

from __future__ import annotations

import pyoxigraph as ox

from kg_builder.vocabulary import expand

SH = "http://www.w3.org/ns/shacl#"
VANN = "http://purl.org/vocab/vann/"


def node(curie: str) -> ox.NamedNode:
    """The node of a compact name such as ``skos:broader`` or ``sh:path``."""
    prefix, _, local = curie.partition(":")
    return ox.NamedNode({"sh": SH, "vann": VANN}.get(prefix, "") + local if prefix in {"sh", "vann"} else expand(curie))


def nodes(curies: str) -> tuple[ox.NamedNode, ...]:
    """The nodes of compact names with spaces between."""
    return tuple(map(node, curies.split()))


TYPE, LABEL = node("rdf:type"), node("rdfs:label")
CLASSES = nodes("owl:Class rdfs:Class")
PROPERTIES = nodes("owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty rdf:Property")
DATATYPES = nodes("rdfs:Datatype")
TERMS = (*CLASSES, *PROPERTIES, *DATATYPES)
SUBCLASS, SUBPROPERTY = node("rdfs:subClassOf"), node("rdfs:subPropertyOf")
DOMAIN, RANGE = node("rdfs:domain"), node("rdfs:range")
DEFINITIONS = nodes("skos:definition rdfs:comment dcterms:description")
CONCEPT, SCHEME, IN_SCHEME = nodes("skos:Concept skos:ConceptScheme skos:inScheme")
BROADER, NARROWER = nodes("skos:broader skos:narrower")
SHAPES = nodes("sh:NodeShape sh:PropertyShape")
ONTOLOGY = node("owl:Ontology")

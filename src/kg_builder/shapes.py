"""Reads SHACL shapes, and says of them what an engine lets pass in silence.

A constraint that SHACL does not have, a class or property that its vocabulary does not have, a severity that is none: with each
of them a shape checks nothing, and a validation that checks nothing looks like one that passed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import rdflib
from rdflib import RDF, RDFS, SH
from rdflib.namespace import DefinedNamespace
from rdflib.term import Node

from kg_builder.errors import InputError, Location, Problem, input_error, near_miss
from kg_builder.graphs import nt, open_source, read_rdflib
from kg_builder.locate import Places
from kg_builder.sparql import guard, locate
from kg_builder.vocabulary import ONTOLOGY, SHAPES, compact, local_name, ontology_files, read_vocabulary

_SEVERITIES = (SH.Violation, SH.Warning, SH.Info)
_TARGETS = (SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf)
_QUERIES = (SH.select, SH.ask, SH.construct, SH.update)
_NAMES_A_TERM = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH["class"], SH.path)
_KNOWN: tuple[type[DefinedNamespace], ...] = (
    rdflib.DCTERMS,
    rdflib.FOAF,
    rdflib.ORG,
    rdflib.OWL,
    rdflib.PROV,
    rdflib.RDF,
    rdflib.RDFS,
    rdflib.SKOS,
)


@dataclass(frozen=True, slots=True)
class Targets:
    """Which nodes the shapes look at, and which shapes find none."""

    nodes: frozenset[Node]
    used: int
    idle: tuple[str, ...]


def read_shapes(folder: Path | None = None) -> rdflib.Graph:
    """The tool's shapes with those that ``folder/ontology/shapes`` adds; raises InputError as :func:`read_shape_files`."""
    own = ontology_files(None, "shapes/*.ttl")
    added = [path for path in ontology_files(folder, "shapes/*.ttl") if path not in own]
    shapes = read_shape_files(map(str, own))
    for path in added:
        part = read_shape_files([str(path)])
        for subject in sorted({str(each) for each in part.subjects()}):
            if subject.startswith(SHAPES):
                raise input_error(
                    f"{compact(subject)} is a rule of the tool, and a folder cannot change it",
                    Places.read(open_source(str(path))).find(f"<{subject}>") or Location(str(path)),
                    "Give the shape a name of your own.",
                )
        shapes += part
    return shapes


def read_shape_files(names: Iterable[str]) -> rdflib.Graph:
    """Shapes from files. Raises :class:`~kg_builder.errors.InputError`, with line and column, for what does not parse, for SPARQL
    that would fetch, for constraints and severities that SHACL does not have, and for terms that a known vocabulary has not.
    """
    shapes = rdflib.Graph()
    for name in names:
        part = read_rdflib([name])
        problems = [*_fetching(part, name), *_unknown_terms(part, name)]
        if problems:
            raise InputError(*problems)
        shapes += part
    return shapes


def find_targets(data: rdflib.Graph, shapes: rdflib.Graph) -> Targets:
    """The nodes that the targets of the shapes find in the data (SHACL 2.1.3, implicit class targets included)."""

    def instances(cls: Node) -> set[Node]:
        return {instance for each in data.transitive_subjects(RDFS.subClassOf, cls) for instance in data.subjects(RDF.type, each)}

    targeted = {shape for predicate in _TARGETS for shape in shapes.subjects(predicate)}
    implicit = {
        shape
        for kind in (SH.NodeShape, SH.PropertyShape)
        for shape in shapes.subjects(RDF.type, kind)
        if (shape, RDF.type, RDFS.Class) in shapes
    }
    nodes: set[Node] = set()
    idle: list[str] = []
    for shape in targeted | implicit:
        found = set(shapes.objects(shape, SH.targetNode))
        for cls in [*shapes.objects(shape, SH.targetClass), *([shape] if shape in implicit else [])]:
            found |= instances(cls)
        for predicate in shapes.objects(shape, SH.targetSubjectsOf):
            found |= set(data.subjects(predicate))
        for predicate in shapes.objects(shape, SH.targetObjectsOf):
            found |= set(data.objects(None, predicate))
        nodes |= found
        if not found:
            idle.append(compact(str(shape)) if isinstance(shape, rdflib.URIRef) else "a shape without a name")
    return Targets(frozenset(nodes), len(targeted | implicit) - len(idle), tuple(sorted(idle)))


def _fetching(shapes: rdflib.Graph, shown: str) -> Iterator[Problem]:
    for predicate in _QUERIES:
        for shape, query in shapes.subject_objects(predicate):
            try:
                guard(str(query), f"{shown}, the SPARQL of {compact(str(shape))}")
            except InputError as error:
                yield from error.problems


def _unknown_terms(shapes: rdflib.Graph, shown: str) -> Iterator[Problem]:
    places: Places | None = None

    def at(*triple: Node) -> Location:
        nonlocal places
        places = places or Places.read(open_source(shown))
        subject, predicate, object_ = (*(nt(term) for term in triple), None)[:3]
        return places.find(subject or "", predicate, object_) or _first_word(shown, triple[-1])

    known = {str(term).removeprefix(str(SH)) for term in dir(SH) if not term.startswith("_")}
    for subject, predicate, object_ in sorted(shapes):
        for term in (predicate, object_):
            if isinstance(term, rdflib.URIRef) and term.startswith(str(SH)) and term not in SH:
                local = term.removeprefix(str(SH))
                yield Problem(
                    f"SHACL has no 'sh:{local}': an engine would pass over it in silence",
                    at(subject, predicate) if term == predicate else at(subject, predicate, object_),
                    near_miss(local, known),
                )
        if predicate == SH.severity and object_ not in _SEVERITIES:
            yield Problem(
                f"{compact(str(object_))} is not a severity of SHACL: its results would count as nothing",
                at(subject, predicate, object_),
                "Use sh:Violation, sh:Warning or sh:Info.",
            )
        if predicate in _NAMES_A_TERM and isinstance(object_, rdflib.URIRef):
            missing = _missing(object_)
            if missing is not None:
                yield Problem(
                    f"{compact(str(object_))} is not in its vocabulary: the shape would find nothing",
                    at(subject, predicate, object_),
                    near_miss(*missing),
                )


def _first_word(shown: str, term: Node) -> Location:
    """The first place of a term's local name in a file: for what stands within a node that has no name."""
    text = open_source(shown).content.decode("utf-8", "replace")
    found = re.search(rf"(?:[A-Za-z][\w-]*)?:{re.escape(local_name(str(term)))}\b|<{re.escape(str(term))}>", text)
    return locate(text, found.start(), shown) if found else Location(shown)


def _missing(term: rdflib.URIRef) -> tuple[str, list[str]] | None:
    """A term's local name and the names that its vocabulary has, where we know the vocabulary and it has not the term."""
    if term.startswith(ONTOLOGY):
        terms = [iri.removeprefix(ONTOLOGY) for iri in read_vocabulary().terms]
        local = term.removeprefix(ONTOLOGY)
        return None if local in terms else (local, terms)
    for namespace in _KNOWN:
        if term.startswith(str(namespace)) and term not in namespace:
            names = [str(each).removeprefix(str(namespace)) for each in dir(namespace) if not str(each).startswith("_")]
            return term.removeprefix(str(namespace)), names
    return None

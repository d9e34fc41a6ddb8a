"""The data of a validation, indexed for the ways in which constraints look at it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox
import rdflib
from rdflib import RDF, RDFS

from kg_builder.graphs import nt

RDF_TYPE, SUBCLASS = nt(RDF.type), nt(RDFS.subClassOf)

VEIL = "veiled:"
"""Stands before the datatype of a literal that the store would rewrite."""
_X = ox.NamedNode("x:")


class Unsupported(Exception):  # noqa: N818 - not an error: the other engine is asked
    """The shapes, or the data that they look at, need what this engine does not have."""


class Index:
    """A graph by predicate, then subject or object. Named graphs are read as one."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self.quads = list(quads)
        self._objects: dict[str, dict[str, list[str]]] = {}
        self._subjects: dict[str, dict[str, list[str]]] = {}
        self._rewritten: frozenset[ox.Literal] | None = None
        self._narrower: dict[str, frozenset[str]] = {}
        names: dict[str, str] = {}
        for subject, predicate, object_, _ in self.quads:
            s, p, o = str(subject), str(predicate), str(object_)
            o = names.setdefault(o, o)
            by_subject = self._objects.setdefault(p, {})
            known = by_subject.get(s)
            if known is None:
                by_subject[names.setdefault(s, s)] = [o]
            else:
                known.append(o)
        for by_subject in self._objects.values():
            for subject, values in by_subject.items():
                if len(values) > 1 and len(set(values)) < len(values):
                    by_subject[subject] = list(dict.fromkeys(values))

    @classmethod
    def from_rdflib(cls, graph: rdflib.Graph) -> Index:
        """The index of an rdflib graph, whose blank nodes keep their names."""
        text = graph.serialize(format="nquads" if isinstance(graph, rdflib.Dataset) else "nt", encoding="utf-8")
        try:
            return cls(ox.parse(text, ox.RdfFormat.N_QUADS))
        except SyntaxError as error:
            raise Unsupported(f"a term that is none of RDF: {error.msg}") from None

    def predicates(self) -> Iterable[str]:
        return self._objects

    def objects(self, predicate: str) -> Mapping[str, list[str]]:
        """Subject → objects, without repetition."""
        return self._objects.get(predicate, {})

    def subjects(self, predicate: str) -> Mapping[str, list[str]]:
        """Object → subjects, without repetition."""
        known = self._subjects.get(predicate)
        if known is None:
            known = self._subjects[predicate] = {}
            for subject, values in self.objects(predicate).items():
                for value in values:
                    known.setdefault(value, []).append(subject)
        return known

    def narrower(self, cls: str) -> frozenset[str]:
        """A class and its subclasses in the data."""
        known = self._narrower.get(cls)
        if known is None:
            known = self._narrower[cls] = frozenset(closure(self.subjects(SUBCLASS), cls))
        return known

    def instances(self, cls: str) -> Iterator[str]:
        by_class = self.subjects(RDF_TYPE)
        return (instance for each in self.narrower(cls) for instance in by_class.get(each, ()))

    @property
    def rewritten(self) -> frozenset[ox.Literal]:
        """The literals that the store would not keep as they are, such as ``"01"^^xsd:integer``, in which it drops the zero."""
        if self._rewritten is None:
            objects = {o for by_subject in self._objects.values() for values in by_subject.values() for o in values}
            typed = "".join(f"<x:> <x:> {o} .\n" for o in objects if o[0] == '"' and o[-1] == ">")
            literals = {quad.object for quad in ox.parse(typed, ox.RdfFormat.N_TRIPLES)}
            store = ox.Store()
            store.bulk_extend(ox.Quad(_X, _X, literal) for literal in literals)
            kept = {quad.object for quad in store}
            self._rewritten = frozenset(each for each in literals - kept if isinstance(each, ox.Literal))
        return self._rewritten

    def store(self) -> ox.Store:
        """The graph for SPARQL. Literals that it would rewrite have a datatype behind which they are left alone."""
        rewritten, default = self.rewritten, ox.DefaultGraph()
        store = ox.Store()
        store.bulk_extend(
            quad
            if quad.object not in rewritten and quad.graph_name == default
            else ox.Quad(quad.subject, quad.predicate, _veiled(quad.object) if quad.object in rewritten else quad.object)
            for quad in self.quads
        )
        return store

    def quads_to(self, nodes: Iterable[str], graph: ox.NamedNode) -> Iterator[ox.Quad]:
        """Quads in a graph of the store that have these nodes as objects."""
        for quad in ox.parse("".join(f"{_X} {_X} {node} .\n" for node in nodes), ox.RdfFormat.N_TRIPLES):
            yield ox.Quad(_X, _X, _veiled(quad.object) if quad.object in self.rewritten else quad.object, graph)


def _veiled(literal: object) -> ox.Literal:
    assert isinstance(literal, ox.Literal)
    return ox.Literal(literal.value, datatype=ox.NamedNode(VEIL + literal.datatype.value))


def unveiled(term: str) -> str:
    """A term of the store as it stands in the data."""
    start = term.rfind(f'"^^<{VEIL}')
    return term if start < 0 or term[-1] != ">" else term[: start + 4] + term[start + 4 + len(VEIL) :]


def closure(steps: Mapping[str, Iterable[str]], start: str) -> Iterable[str]:
    found, open_ = {start: None}, [start]
    while open_:
        for each in steps.get(open_.pop(), ()):
            if each not in found:
                found[each] = None
                open_.append(each)
    return found

"""The data of a validation, indexed for the ways in which constraints look at it."""

from __future__ import annotations

import gc
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from itertools import chain, islice

import pyoxigraph as ox
import rdflib
from rdflib import RDF, RDFS

from kg_builder.graphs import TRIPLE_TERMS, nt

RDF_TYPE, SUBCLASS = nt(RDF.type), nt(RDFS.subClassOf)
_AT_ONCE = 20_000


class Unsupported(Exception):  # noqa: N818 - not an error: the other engine is asked
    """The shapes, or the data that they look at, need what this engine does not have."""


class Values(dict[str, Sequence[str]]):
    """Nodes with what a property leads to from each, without repetition; from any other node it leads to nothing."""

    __slots__ = ()

    def __missing__(self, node: str) -> Sequence[str]:
        return ()


class Index:
    """A graph by predicate, then subject or object. Named graphs are read as one.

    Terms are strings in N-Triples syntax, each held once. Raises ValueError for the triple terms of RDF 1.2.
    """

    def __init__(self, quads: Iterable[ox.Quad] = ()) -> None:
        self._terms: dict[str, tuple[str]] = {}
        """Each subject and object, with itself as the only value of a property: most properties have one value a node."""
        self._objects: dict[str, Values] = {}
        self._subjects: dict[str, Values] = {}
        self._narrower: dict[str, frozenset[str]] = {}
        self.add(quads)

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Add triples, before anything is asked."""
        quads = iter(quads)
        while some := list(islice(quads, _AT_ONCE)):
            self._read(to_lines(some))
        self._drop_repeated()

    def _read(self, lines: bytes) -> None:
        """Take in canonical N-Triples: one space between terms, none in IRIs and labels, no line break in a literal."""
        terms, by_predicate = self._terms, self._objects
        last_subject = last_predicate = ""
        by_subject = Values()
        for line in lines.decode().split("\n")[:-1]:
            subject, predicate, end = line.split(" ", 2)
            values = terms.get(end[:-2])
            if values is None:
                if end.startswith("<<"):
                    raise ValueError(TRIPLE_TERMS)
                values = terms[end[:-2]] = (end[:-2],)
            if predicate != last_predicate:
                last_predicate = predicate
                by_subject = by_predicate.setdefault(predicate, Values())
            if subject != last_subject:
                known = terms.get(subject)
                last_subject = subject if known is None else known[0]
                if known is None:
                    terms[subject] = (subject,)
            before = by_subject.get(last_subject)
            if before is None:
                by_subject[last_subject] = values
            elif isinstance(before, list):
                before.append(values[0])
            else:
                by_subject[last_subject] = [before[0], values[0]]

    def _drop_repeated(self) -> None:
        for by_subject in self._objects.values():
            for subject, values in by_subject.items():
                if len(values) > 1 and len(different := dict.fromkeys(values)) < len(values):
                    by_subject[subject] = list(different)

    @classmethod
    def from_lines(cls, lines: bytes) -> Index:
        """The index of canonical N-Triples, as pyoxigraph writes them; raises ValueError as the class does."""
        index = cls()
        index._read(lines)
        index._drop_repeated()
        return index

    @classmethod
    def from_rdflib(cls, graph: rdflib.Graph) -> Index:
        """The index of an rdflib graph, whose blank nodes keep their names; raises ValueError for terms that are none of RDF."""
        text = graph.serialize(format="nquads" if isinstance(graph, rdflib.Dataset) else "nt", encoding="utf-8")
        try:
            return cls(ox.parse(text, ox.RdfFormat.N_QUADS))
        except SyntaxError as error:
            raise ValueError(error.msg) from None

    def __len__(self) -> int:
        """How many triples there are."""
        return sum(len(values) for by_subject in self._objects.values() for values in by_subject.values())

    def quads(self) -> Iterator[ox.Quad]:
        """All triples, in no graph of a name."""
        return read_lines(
            f"{subject} {predicate} {value} .\n"
            for predicate, by_subject in self._objects.items()
            for subject, values in by_subject.items()
            for value in values
        )

    def give_away(self) -> Iterator[ox.Quad]:
        """All triples, in no graph of a name; what was given is forgotten, so that a big graph is not held twice."""
        self._subjects.clear()
        self._terms.clear()
        return read_lines(
            f"{subject} {predicate} {value} .\n"
            for predicate in list(self._objects)
            for subject, values in self._objects.pop(predicate).items()
            for value in values
        )

    def predicates(self) -> Iterable[str]:
        return self._objects

    def objects(self, predicate: str) -> Values:
        """Subject → objects."""
        return self._objects.get(predicate, Values())

    def subjects(self, predicate: str) -> Values:
        """Object → subjects."""
        known = self._subjects.get(predicate)
        if known is None:
            known = self._subjects[predicate] = Values()
            for subject, values in self.objects(predicate).items():
                for value in values:
                    before = known.get(value)
                    if before is None:
                        known[value] = self._terms[subject]
                    elif isinstance(before, list):
                        before.append(subject)
                    else:
                        known[value] = [before[0], subject]
        return known

    def nodes(self) -> set[str]:
        """What is the subject of some triple."""
        return set[str]().union(*self._objects.values())

    def triples_to(self, values: Collection[str]) -> Iterator[tuple[str, str, str]]:
        """The triples that end at one of these values."""
        for predicate, by_subject in self._objects.items():
            for subject, found in by_subject.items():
                yield from ((subject, predicate, value) for value in found if value in values)

    def subjects_to(self, values: Set[str]) -> dict[str, set[str]]:
        """Which predicates lead to one of these values, and from which subjects."""
        return {
            predicate: subjects
            for predicate, by_subject in (self._objects.items() if values else ())
            if (subjects := {subject for subject, found in by_subject.items() if not values.isdisjoint(found)})
        }

    def terms(self) -> Iterable[str]:
        """Each subject and object, once."""
        return self._terms

    def typed_literals(self) -> Iterator[str]:
        """Each literal that names its datatype, once."""
        return (term for term in self._terms if term[0] == '"' and term[-1] == ">")

    def narrower(self, cls: str) -> frozenset[str]:
        """A class and its subclasses in the data."""
        known = self._narrower.get(cls)
        if known is None:
            known = self._narrower[cls] = frozenset(closure(self.subjects(SUBCLASS), cls))
        return known

    def instances(self, cls: str) -> Iterator[str]:
        by_class = self.subjects(RDF_TYPE)
        return (instance for each in self.narrower(cls) for instance in by_class.get(each, ()))


@contextmanager
def uncollected() -> Iterator[None]:
    """Meanwhile Python does not look for objects in circles: that takes a sixth of the time where millions are made in none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def read_lines(lines: Iterable[str]) -> Iterator[ox.Quad]:
    """N-Quads, a line each, as quads; blank nodes keep their names."""
    lines = iter(lines)
    chunks = iter(lambda: "".join(islice(lines, _AT_ONCE)), "")
    return chain.from_iterable(ox.parse(chunk, ox.RdfFormat.N_QUADS) for chunk in chunks)


def to_lines(quads: Sequence[ox.Quad]) -> bytes:
    """The triples of quads as canonical N-Triples."""
    try:
        return ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b""
    except ValueError:  # there are named graphs among them: then it takes three times as long
        return ox.serialize((quad.triple for quad in quads), format=ox.RdfFormat.N_TRIPLES) or b""


def closure(steps: Mapping[str, Iterable[str]], start: str) -> Iterable[str]:
    found, open_ = {start: None}, [start]
    while open_:
        for each in steps.get(open_.pop(), ()):
            if each not in found:
                found[each] = None
                open_.append(each)
    return found

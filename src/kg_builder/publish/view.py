"""What a page shows of triples: a thing's values, what refers to it, its label and kind.

A view of one statement's triples lies over the view of what statements share, so that memory holds one statement at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from kg_builder.rdf import Triple
from kg_builder.vocabulary import ONTOLOGY, compact, expand

_LABELS = ("rdfs:label", "skos:prefLabel", "dcterms:title", "hrc:proposition", "hrc:statedAs", "oa:exact")
_TYPE = f"<{expand('rdf:type')}>"
_GENERAL = {"Utterance", "Actor", "SpecificResource", "Annotation"}


_NOTHING: dict[str, list[str]] = {}


@cache
def _property(curie: str) -> str:
    return f"<{expand(curie)}>"


@dataclass(frozen=True, slots=True)
class Literal:
    """A literal's text, language and datatype (an IRI; empty for plain strings and those with a language)."""

    text: str
    language: str = ""
    datatype: str = ""


def is_iri(term: str) -> bool:
    """Whether a term in N-Triples syntax is an IRI."""
    return term[0] == "<"


def read_literal(term: str) -> Literal:
    r"""The parts of a literal in N-Triples syntax, as :func:`kg_builder.rdf.terms.literal` writes it.

    >>> read_literal('"a \\"b\\""@en')
    Literal(text='a "b"', language='en', datatype='')
    """
    quoted, _, rest = term.rpartition('"')
    text = str(json.loads(quoted + '"')) if "\\" in quoted else quoted[1:]
    if rest.startswith("^^"):
        return Literal(text, datatype=rest[3:-1])
    return Literal(text, language=rest[1:])


class View:
    """Triples by subject and by object. IRIs are given and taken without angle brackets, literals as terms."""

    def __init__(self, triples: Iterable[Triple], shared: View | None = None) -> None:
        self._shared = shared
        self._out: dict[str, dict[str, list[str]]] = {}
        self._in: dict[str, list[tuple[str, str]]] = {}
        for subject, predicate, object_ in triples:
            self._out.setdefault(subject, {}).setdefault(predicate, []).append(object_)
            if object_[0] == "<" and predicate != _TYPE:
                self._in.setdefault(object_, []).append((subject, predicate))

    def subjects(self) -> list[str]:
        """The IRIs that this view's own triples are about, in their order."""
        return [subject[1:-1] for subject in self._out]

    def own(self, iri: str) -> list[Triple]:
        """The triples about a thing in the view itself, in their order."""
        subject = f"<{iri}>"
        return [(subject, predicate, each) for predicate, values in self._out.get(subject, {}).items() for each in values]

    def all(self) -> Iterator[Triple]:
        """All triples of the view itself, in their order."""
        for subject, values in self._out.items():
            yield from ((subject, predicate, each) for predicate, objects in values.items() for each in objects)

    def triples(self, iri: str) -> list[Triple]:
        """The triples about a thing, in their order; the shared ones last."""
        return self.own(iri) + (self._shared.triples(iri) if self._shared else [])

    def values(self, iri: str, curie: str) -> list[str]:
        """The terms that a thing has for a property."""
        subject, predicate = f"<{iri}>", _property(curie)
        own = self._out.get(subject, _NOTHING).get(predicate, [])
        if self._shared is None or subject not in self._shared._out:
            return own
        return own + self._shared._out[subject].get(predicate, [])

    def things(self, iri: str, curie: str) -> list[str]:
        """The IRIs among a thing's values."""
        return [term[1:-1] for term in self.values(iri, curie) if term[0] == "<"]

    def thing(self, iri: str, curie: str) -> str:
        """The first IRI among a thing's values; empty where there is none."""
        for term in self.values(iri, curie):
            if term[0] == "<":
                return term[1:-1]
        return ""

    def text(self, iri: str, curie: str) -> str:
        """The text of the first literal among a thing's values; empty where there is none."""
        for term in self.values(iri, curie):
            if term[0] != "<":
                return read_literal(term).text
        return ""

    def referring(self, iri: str, curie: str = "") -> Iterator[tuple[str, str]]:
        """What refers to a thing, as (IRI of the subject, IRI of the property); with ``curie`` by that property only."""
        wanted = _property(curie) if curie else ""
        for subject, predicate in self._in.get(f"<{iri}>", []):
            if not wanted or predicate == wanted:
                yield subject[1:-1], predicate[1:-1]
        if self._shared:
            yield from self._shared.referring(iri, curie)

    def kinds(self, iri: str) -> list[str]:
        """The classes of a thing, as compact names, those that say most first."""
        found = {compact(each) for each in self.things(iri, "rdf:type")}
        return sorted(found, key=_generality) if len(found) > 1 else list(found)

    def kind(self, iri: str) -> str:
        """The class that says most of a thing, by its local name: ``Claim``, ``PublicAuthority``, ``Concept``; else empty."""
        return next((each.partition(":")[2] for each in self.kinds(iri)), "")

    def label(self, iri: str) -> str:
        """A name for people, in English where there is one; else the compact name, or the IRI."""
        for curie in _LABELS:
            found = [read_literal(term) for term in self.values(iri, curie) if not is_iri(term)]
            if found:
                return min(found, key=lambda each: (each.language.partition("-")[0] != "en", each.language)).text
        return compact(iri)

    def is_known(self, iri: str) -> bool:
        """Whether there are triples about a thing."""
        return f"<{iri}>" in self._out or (self._shared is not None and self._shared.is_known(iri))


def _generality(kind: str) -> tuple[bool, bool, bool, str]:
    return (not kind.startswith("hrc:"), kind.partition(":")[2] in _GENERAL, kind == "hrc:Event", kind)


def is_own_term(iri: str) -> bool:
    """Whether an IRI is a term of the tool's ontology."""
    return iri.startswith(ONTOLOGY)

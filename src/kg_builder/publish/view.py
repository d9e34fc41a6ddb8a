"""What a page shows of triples: a thing's values, what refers to it, its label and kind.

A view of one statement's triples lies over the view of what statements share, so that memory holds one statement at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from kg_builder.rdf import Triple
from kg_builder.vocabulary import ONTOLOGY, compact, expand

SIGNS = {"asserts": "▲", "denies": "✕", "doubts": "?", "reframes": "↻", "demands": "!"}
"""Each stance has a sign of its own, and demands have one, so that nothing rests on colour alone."""
OTHER_SIGN = "•"

_OF_SEVERAL = {"asserts": "assert", "denies": "deny", "doubts": "doubt", "reframes": "reframe", "demands": "demand"}
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


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them.

    >>> listed(["Arda", "Bel", "Cor"])
    'Arda, Bel and Cor'
    """
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def attributed(verb: str, holders: Sequence[str]) -> str:
    """Who takes a position, and which: no sentence of somebody's stands without it.

    >>> attributed("denies", ["the Ministry"]), attributed("denies", ["the Ministry", "the Guard"])
    ('the Ministry denies', 'the Ministry and the Guard deny')
    """
    return f"{listed(holders)} {_OF_SEVERAL.get(verb, verb) if len(holders) > 1 else verb}".lstrip()


def utterance_label(verb: str, holders: Sequence[str], speakers: Sequence[str], sentence: str) -> str:
    """The label of a claim or demand: its sentence, with who holds it and how, and who tells that they do.

    >>> utterance_label("denies", ["the Ministry"], ["Reed Watch"], "The Guard beat fishers.")
    '✕ the Ministry denies: The Guard beat fishers. (as told by Reed Watch)'
    """
    told = "" if set(speakers) == set(holders) else f" (as told by {listed(speakers)})"
    return f"{SIGNS.get(verb, OTHER_SIGN)} {attributed(verb, holders)}: {sentence}{told}"


class View:
    """Triples by subject and by object. IRIs are given and taken without angle brackets, literals as terms."""

    def __init__(
        self, triples: Iterable[Triple], shared: View | None = None, names: Mapping[str, str] = MappingProxyType({})
    ) -> None:
        """``names`` are labels of things that the triples name, and that are described elsewhere."""
        self._shared = shared
        self._names = dict(names)
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
        """A name for people, in English where there is one; else the compact name, or the IRI.

        Of a claim or demand it is the sentence with who holds it and how.
        """
        for curie in _LABELS:
            found = [read_literal(term) for term in self.values(iri, curie) if not is_iri(term)]
            if found:
                text = min(found, key=lambda each: (each.language.partition("-")[0] != "en", each.language)).text
                return self._utterance_label(iri, text) if curie == "hrc:proposition" else text
        return self.name(iri) or compact(iri)

    def name(self, iri: str) -> str:
        """The label of a thing that is described elsewhere; empty where none is known."""
        return self._names.get(iri) or (self._shared.name(iri) if self._shared else "")

    def attribution(self, iri: str) -> str:
        """Who takes the position of a claim or demand, and which: ``the Ministry denies``."""
        return attributed(self._verb(iri), [self.label(each) for each in self._holders(iri)])

    def _utterance_label(self, iri: str, sentence: str) -> str:
        holders, speakers = self._holders(iri), self.things(iri, "hrc:utteredBy")
        of_holders = [self.label(each) for each in holders]
        of_speakers = of_holders if holders == speakers else [self.label(each) for each in speakers]
        return utterance_label(self._verb(iri), of_holders, of_speakers, sentence)

    def _verb(self, iri: str) -> str:
        stance = self.thing(iri, "hrc:stance")
        return (self.text(stance, "skos:notation") or "says") if stance else "demands"

    def _holders(self, iri: str) -> list[str]:
        return self.things(iri, "hrc:heldBy") or self.things(iri, "hrc:utteredBy")

    def is_known(self, iri: str) -> bool:
        """Whether there are triples about a thing."""
        return f"<{iri}>" in self._out or (self._shared is not None and self._shared.is_known(iri))


def _generality(kind: str) -> tuple[bool, bool, bool, str]:
    return (not kind.startswith("hrc:"), kind.partition(":")[2] in _GENERAL, kind == "hrc:Event", kind)


def is_own_term(iri: str) -> bool:
    """Whether an IRI is a term of the tool's ontology."""
    return iri.startswith(ONTOLOGY)

"""Which terms there are: the tool's and the folder's own, and those of vocabularies that are reused."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import rdflib.namespace
from rdflib.namespace import DefinedNamespace

from kg_builder.errors import near_miss
from kg_builder.sparql import tokens
from kg_builder.vocabulary import compact


@cache
def _published() -> dict[str, type[DefinedNamespace]]:
    """The namespaces whose terms rdflib lists, from the published vocabularies."""
    listed = (getattr(rdflib.namespace, name) for name in sorted(dir(rdflib.namespace)) if name.isupper())
    return {str(each): each for each in listed if isinstance(each, type) and issubclass(each, DefinedNamespace) and str(each)}


class Known:
    """The terms that exist. ``own`` are IRIs of the tool and the folder; ``listed`` is namespace -> local names."""

    def __init__(self, own: Iterable[str], listed: Mapping[str, frozenset[str]]) -> None:
        self._own = frozenset(own)
        self._listed = listed
        self._namespaces = frozenset(map(namespace_of, self._own))

    def is_own(self, iri: str) -> bool:
        """Whether the IRI is in a namespace in which the tool or the folder declares terms."""
        return namespace_of(iri) in self._namespaces

    def lists(self, iri: str) -> bool:
        """Whether it is known which terms the IRI's namespace has."""
        return self.is_own(iri) or self._vocabulary(iri) != ""

    def is_published(self, iri: str) -> bool:
        """Whether the IRI is in the namespace of a vocabulary that somebody else publishes."""
        return self._vocabulary(iri) != ""

    def has(self, iri: str) -> bool:
        """Whether the term exists, as far as its namespace is known."""
        if self.is_own(iri):
            return iri in self._own
        namespace = self._vocabulary(iri)
        if namespace in self._listed:
            return iri.removeprefix(namespace) in self._listed[namespace]
        return not namespace or rdflib.URIRef(iri) in _published()[namespace]

    def fault(self, iri: str) -> tuple[str, str]:
        """The rule that the use of a term breaks which does not exist, and what is to be said of it."""
        if self.is_own(iri):
            return "undeclared-term", f"{compact(iri)} is not in the ontology"
        return "unknown-term", f"{compact(iri)} is not in its vocabulary"

    def nearest(self, iri: str) -> str:
        """A sentence that names the term nearest to one that does not exist."""
        if self.is_own(iri):
            space = namespace_of(iri)
            names = [each.removeprefix(space) for each in self._own if each.startswith(space)]
        else:
            space = self._vocabulary(iri)
            names = list(self._listed.get(space, ())) or [str(each).removeprefix(space) for each in dir(_published()[space])]
        return near_miss(iri.removeprefix(space), (each for each in names if not each.startswith("_")))

    def _vocabulary(self, iri: str) -> str:
        fits = (each for each in (*self._listed, *_published()) if iri.startswith(each))
        return max(fits, key=len, default="")


@dataclass(frozen=True, slots=True)
class Names:
    """The IRIs of a SPARQL text with the offset of each, and the prefixes that nothing uses, each with its offset."""

    iris: dict[str, int]
    unused: dict[str, int]

    def unknown(self, known: Known) -> Iterator[tuple[str, int]]:
        """The IRIs that do not exist, as far as their namespaces are known."""
        return ((iri, at) for iri, at in self.iris.items() if known.lists(iri) and not known.has(iri))


def read_names(query: str) -> Names:
    """The names in a SPARQL text, by a scan of its tokens."""
    prefixes: dict[str, tuple[str, int]] = {}
    used: set[str] = set()
    iris: dict[str, int] = {}
    before, before_at = ["", ""], 0
    for token in tokens(query):
        if before[0] == "PREFIX" and token.kind == "iri":
            prefixes[before[1][:-1]] = (token.text[1:-1], before_at)
        elif token.kind == "iri":
            iris.setdefault(token.text[1:-1], token.start)
        elif token.kind == "name" and before[1] != "PREFIX":
            prefix, _, local = token.text.partition(":")
            used.add(prefix)
            if prefix in prefixes and local:
                iris.setdefault(prefixes[prefix][0] + re.sub(r"\\(.)", r"\1", local), token.start)
        before, before_at = [before[1], token.text.upper() if token.kind == "word" else token.text], token.start
    return Names(iris, {prefix: at for prefix, (_, at) in prefixes.items() if prefix not in used})


def namespace_of(iri: str) -> str:
    """The IRI up to its last # or /, or else its last colon.

    >>> namespace_of("urn:lenna:rain"), namespace_of("https://w3id.org/lenna#rain")
    ('urn:lenna:', 'https://w3id.org/lenna#')
    """
    end = max(iri.rfind("#"), iri.rfind("/"))
    return iri[: (end if end >= 0 else iri.rfind(":")) + 1]

"""Triples as Turtle and JSON-LD text. The bytes depend on the triples alone.

Turtle is written here because a reader of a diff needs one layout (one block a subject, in the order given), and because rdflib's
writer takes time quadratic in the number of prefixes; pyoxigraph's order of prefixes changes from run to run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter

from kg_builder.rdf.terms import A, Triple
from kg_builder.vocabulary import DATA, ONTOLOGY, PREFIXES, SCHEME, SHOWN_PREFIXES, Vocabulary, compact

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_INTEGER = re.compile(r'"(-?[0-9]+)"\^\^<http://www.w3.org/2001/XMLSchema#integer>')
_TYPED = re.compile(r'(".*")\^\^<([^>]*)>', re.DOTALL)
_TAGGED = re.compile(r'(".*")@([A-Za-z0-9-]+)', re.DOTALL)
_USED_PREFIX = re.compile(r"([a-z][a-z0-9-]*):(?=[A-Za-z0-9_])")
_USED_JSON_PREFIX = re.compile(r'"([a-z]+):')
_BOOLEANS = {f'"{word}"^^<http://www.w3.org/2001/XMLSchema#boolean>': word for word in ("true", "false")}


def context(vocabulary: Vocabulary) -> dict[str, object]:
    """The JSON-LD context of the ontology: a term for each class and property, with the type of its values.

    >>> from kg_builder.vocabulary import read_vocabulary
    >>> context(read_vocabulary())["about"]
    {'@id': 'hrc:about', '@type': '@id'}
    """
    own = PREFIXES["hrc"]
    terms: dict[str, object] = dict(sorted({**PREFIXES, **_JSON_PREFIXES}.items()))
    for iri in sorted(vocabulary.terms):
        term, kind = iri.removeprefix(own), vocabulary.terms[iri]
        if not iri.startswith(own) or term in terms:
            continue
        value_range = vocabulary.ranges.get(iri, "")
        if kind == "ObjectProperty":
            terms[term] = {"@id": f"hrc:{term}", "@type": "@id"}
        elif value_range.startswith(PREFIXES["xsd"]) and value_range != PREFIXES["xsd"] + "string":
            terms[term] = {"@id": f"hrc:{term}", "@type": "xsd:" + value_range.removeprefix(PREFIXES["xsd"])}
        else:
            terms[term] = f"hrc:{term}"
    return terms


_JSON_PREFIXES = {"data": DATA, "scheme": SCHEME}
"""In JSON-LD a prefix and a term share one space of names: ``place`` and ``stance`` are properties there."""


def prefixes(vocabulary: Vocabulary) -> dict[str, str]:
    """All prefixes of the files, sorted: standard ones, those of the data, one for each scheme of coded values."""
    own = {"actor": DATA + "actor/", "place": DATA + "place/", "statement": DATA + "statement/"}
    schemes = {scheme: f"{SCHEME}{scheme}/" for scheme in vocabulary.schemes if scheme not in PREFIXES and scheme not in own}
    return dict(sorted({**PREFIXES, **own, **schemes}.items()))


class Notation:
    """Writes triples in short form. ``json_context`` has the terms whose type of value JSON-LD need not repeat."""

    def __init__(self, vocabulary: Vocabulary, json_context: Mapping[str, object] | None = None) -> None:
        self._prefixes = prefixes(vocabulary)
        self._namespaces = {namespace: prefix for prefix, namespace in self._prefixes.items()}
        self._context = json_context or {}
        self._short: dict[str, str] = {}

    def turtle_document(self, triples: list[Triple]) -> str:
        """A Turtle file of these triples with the prefixes that it uses."""
        body = "".join(self.turtle(triples, "<>"))
        used = {match[1] for match in _USED_PREFIX.finditer(body)}
        return "".join(f"@prefix {name}: <{self._prefixes[name]}> .\n" for name in sorted(used & self._prefixes.keys())) + body

    def jsonld_document(self, triples: list[Triple]) -> str:
        """A JSON-LD file of these triples with the prefixes that it uses; it needs no other file to be read."""
        nodes = [json.dumps(node, ensure_ascii=False) for node in self.json_nodes(triples)]
        known = {**SHOWN_PREFIXES, **_JSON_PREFIXES}
        used = {match[1] for node in nodes for match in _USED_JSON_PREFIX.finditer(node)}
        heading = {"@vocab": ONTOLOGY, **{name: known[name] for name in sorted(used & known.keys())}}
        return '{"@context": ' + json.dumps(heading) + ',\n"@graph": [\n' + ",\n".join(nodes) + "\n]}\n"

    def turtle(self, triples: list[Triple], base: str, indent: str = "") -> Iterator[str]:
        """A block of Turtle for each subject; names are shortened by the IRI ``base``, and lines begin with ``indent``."""
        for subject, group in groupby(triples, key=itemgetter(0)):
            lines = []
            for predicate, same in groupby(group, key=itemgetter(1)):
                verb = "a" if predicate == A else self.compact(predicate, base)
                lines.append(f"{verb} {', '.join(self.compact(each[2], base) for each in same)}")
            yield f"\n{indent}{self.compact(subject, base)} " + f" ;\n{indent}    ".join(lines) + " .\n"

    def compact(self, term: str, base: str) -> str:
        """A term as Turtle writes it shortest."""
        if term[0] == "<":
            short = self._short.get(term)
            if short is None:
                short = self._short_iri(term[1:-1])
                if len(self._short) < 50_000:
                    self._short[term] = short
            if short[0] == "<" and term.startswith(base, 1):
                return f"<{term[len(base) + 1 :]}"
            return short
        integer = _INTEGER.fullmatch(term)
        if integer:
            return integer.group(1)
        typed = _TYPED.fullmatch(term)
        if typed:
            return _BOOLEANS.get(term) or f"{typed.group(1)}^^{self.compact(f'<{typed.group(2)}>', base)}"
        return term

    def _short_iri(self, iri: str) -> str:
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._namespaces.get(iri[:cut])
        return f"{prefix}:{iri[cut:]}" if prefix and _LOCAL.fullmatch(iri[cut:]) else f"<{iri}>"

    def json_nodes(self, triples: list[Triple]) -> Iterator[dict[str, object]]:
        """A node of JSON-LD for each subject."""
        for subject, group in groupby(triples, key=itemgetter(0)):
            node: dict[str, object] = {"@id": self._json_iri(subject)}
            values_of: dict[str, list[str]] = {}
            for _, predicate, object_ in group:
                values_of.setdefault(predicate, []).append(object_)
            for predicate, objects in values_of.items():
                if predicate == A:
                    node["@type"] = [self._json_iri(each).removeprefix("hrc:") for each in objects]
                    continue
                key = self._json_iri(predicate).removeprefix("hrc:")
                values = [self._json_value(key, each) for each in objects]
                node[key] = values[0] if len(values) == 1 else values
            yield node

    def _json_iri(self, term: str) -> str:
        iri = term[1:-1]
        for prefix, namespace in _JSON_PREFIXES.items():
            if iri.startswith(namespace):
                return f"{prefix}:{iri[len(namespace) :]}"
        return compact(iri)

    def _json_value(self, key: str, term: str) -> object:
        definition = self._context.get(key)
        coerced = definition.get("@type") if isinstance(definition, dict) else None
        if term[0] == "<":
            value = self._json_iri(term)
            return value if coerced == "@id" else {"@id": value}
        if term in _BOOLEANS:
            return term.startswith('"true')
        integer = _INTEGER.fullmatch(term)
        if integer:
            return int(integer.group(1))
        typed = _TYPED.fullmatch(term)
        if typed:
            datatype = self._json_iri(f"<{typed.group(2)}>")
            text = _unescape(typed.group(1))
            return text if datatype == coerced else {"@value": text, "@type": datatype}
        tagged = _TAGGED.fullmatch(term)
        if tagged:
            return {"@value": _unescape(tagged.group(1)), "@language": tagged.group(2)}
        return _unescape(term)


def _unescape(quoted: str) -> str:
    """The text of a literal as :func:`kg_builder.rdf.terms.literal` writes it, whose escapes are JSON's too."""
    return str(json.loads(quoted))

"""Writes the four files of a graph at once, block by block: Turtle and TriG for readers, N-Quads, JSON-LD.

The bytes depend on the triples alone. Turtle is written here because a reader of a diff needs one layout (statement by
statement, one block a subject), and because rdflib's writer takes time quadratic in the number of prefixes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import TextIO

from kg_builder.rdf.describe import Block
from kg_builder.rdf.terms import A, Triple
from kg_builder.vocabulary import DATA, PREFIXES, SCHEME, Vocabulary, compact, mint

FORMATS = ("ttl", "nq", "trig", "jsonld")

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")
_INTEGER = re.compile(r'"(-?[0-9]+)"\^\^<http://www.w3.org/2001/XMLSchema#integer>')
_TYPED = re.compile(r'(".*")\^\^<([^>]*)>', re.DOTALL)
_TAGGED = re.compile(r'(".*")@([A-Za-z0-9-]+)', re.DOTALL)
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


class GraphWriter:
    """Writes blocks to open text files, one for each of :data:`FORMATS`; :meth:`close` ends the files.

    ``heading`` is a comment that stands on top of the Turtle and TriG files.
    """

    def __init__(self, files: Mapping[str, TextIO], vocabulary: Vocabulary, heading: str = "") -> None:
        self.triples = 0
        self._files = files
        self._namespaces = {namespace: prefix for prefix, namespace in prefixes(vocabulary).items()}
        self._context = context(vocabulary)
        self._short: dict[str, str] = {}
        head = "".join(f"# {line}".rstrip() + "\n" for line in heading.splitlines())
        head += "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes(vocabulary).items())
        for format_ in ("ttl", "trig"):
            files[format_].write(head)
        files["jsonld"].write('{"@context": ' + json.dumps(self._context, ensure_ascii=False, indent=1) + ',\n"@graph": [')

    def write(self, block: Block) -> None:
        """Write one block to all files. Blocks must not share triples."""
        self.triples += len(block.triples)
        self._files["nq"].write("".join(sorted(f"{s} {p} {o} .\n" for s, p, o in block.triples)))
        base = f"{mint(block.statement)}/" if block.statement else DATA
        heading = f"\n# {'-' * 118}\n# {_one_line(block.title)}\n\n@base <{base}> .\n"
        turtle = "".join(self._turtle(block.triples, base, ""))
        self._files["ttl"].write(f"{heading}{turtle}")
        if block.statement:
            graph = self._turtle(block.triples, base, "  ")
            name = self._compact(f"<{mint(block.statement)}>", base)
            self._files["trig"].write(f"{heading}\n{name} {{{''.join(graph)}}}\n")
        else:
            self._files["trig"].write(f"{heading}{turtle}")
        for node in self._json_nodes(block.triples):
            separator = "\n" if self._first_node else ",\n"
            self._files["jsonld"].write(separator + json.dumps(node, ensure_ascii=False))
            self._first_node = False

    _first_node = True

    def close(self) -> None:
        """End the files."""
        self._files["jsonld"].write("\n]}\n")

    def _turtle(self, triples: list[Triple], base: str, indent: str) -> Iterator[str]:
        for subject, group in groupby(triples, key=itemgetter(0)):
            lines = []
            for predicate, same in groupby(group, key=itemgetter(1)):
                verb = "a" if predicate == A else self._compact(predicate, base)
                lines.append(f"{verb} {', '.join(self._compact(each[2], base) for each in same)}")
            yield f"\n{indent}{self._compact(subject, base)} " + f" ;\n{indent}    ".join(lines) + " .\n"

    def _compact(self, term: str, base: str) -> str:
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
            return _BOOLEANS.get(term) or f"{typed.group(1)}^^{self._compact(f'<{typed.group(2)}>', base)}"
        return term

    def _short_iri(self, iri: str) -> str:
        cut = max(iri.rfind("/"), iri.rfind("#")) + 1
        prefix = self._namespaces.get(iri[:cut])
        return f"{prefix}:{iri[cut:]}" if prefix and _LOCAL.fullmatch(iri[cut:]) else f"<{iri}>"

    # --- JSON-LD ------------------------------------------------------------------------------------------------------

    def _json_nodes(self, triples: list[Triple]) -> Iterator[dict[str, object]]:
        for subject, group in groupby(triples, key=itemgetter(0)):
            node: dict[str, object] = {"@id": self._json_iri(subject)}
            for predicate, same in groupby(group, key=itemgetter(1)):
                objects = [each[2] for each in same]
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


def _one_line(text: str) -> str:
    return " ".join(text.split())

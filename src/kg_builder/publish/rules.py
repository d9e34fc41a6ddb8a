"""The page of the rules: each shape and each check, with what it catches and how that is mended, and its source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg_builder.publish.documents import in_order, named_blank_nodes, turtle, write_documents
from kg_builder.publish.site import Site
from kg_builder.query import list_queries
from kg_builder.source.tree import decode, read_bytes
from kg_builder.vocabulary import ONTOLOGY, SHAPES, compact, local_name, ontology_files, read_turtle

PAGE = "shapes"
_SH = "http://www.w3.org/ns/shacl#"
_TARGETS = {
    f"{_SH}targetClass": "each",
    f"{_SH}targetNode": "the node",
    f"{_SH}targetSubjectsOf": "what has",
    f"{_SH}targetObjectsOf": "the values of",
}
_TERM_IN_SPARQL = re.compile(r"\bhrc:([A-Za-z]\w*)")


@dataclass(frozen=True, slots=True)
class Rule:
    """A shape or a part of one that has a name. ``targets`` are (words, IRI); without any it is a helper of others."""

    iri: str
    anchor: str
    name: str
    description: str
    message: str
    severity: str
    targets: tuple[tuple[str, str], ...]
    source: str
    group: str
    """What its file is about: the file's name."""
    terms: tuple[str, ...]
    """The IRIs of the ontology's terms that it speaks of."""


def read_rules(folder: Path) -> list[Rule]:
    """The rules of the tool and of a folder, in the order of their files."""
    found: list[Rule] = []
    for path in ontology_files(folder, "shapes/*.ttl"):
        shapes = _Shapes([quad.triple for quad in read_turtle(path)])
        text = decode(read_bytes(path, path.name), path.name)
        for subject in shapes.subjects():
            found.append(shapes.rule(subject, path.stem, text, {each.anchor for each in found}))
    return found


class _Shapes:
    """The triples of one file by subject."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._out: dict[ox.NamedNode | ox.BlankNode, list[ox.Triple]] = {}
        for triple in triples:
            if isinstance(triple.subject, ox.NamedNode | ox.BlankNode):
                self._out.setdefault(triple.subject, []).append(triple)

    def subjects(self) -> list[ox.NamedNode]:
        """What has a name and says more than a prefix or a title does."""
        said = {"prefix", "namespace", "declare"}
        return [
            each
            for each, triples in self._out.items()
            if isinstance(each, ox.NamedNode)
            and any(triple.predicate.value.startswith(_SH) for triple in triples)
            and not any(triple.predicate.value.removeprefix(_SH) in said for triple in triples)
        ]

    def rule(self, subject: ox.NamedNode, group: str, text: str, taken: set[str]) -> Rule:
        closure = self._closure(subject)
        given = {
            triple.predicate.value.removeprefix(_SH): triple.object.value
            for triple in self._out[subject]
            if isinstance(triple.object, ox.Literal | ox.NamedNode)
        }
        targets = tuple(
            (words, triple.object.value)
            for triple in self._out[subject]
            if (words := _TARGETS.get(triple.predicate.value)) and isinstance(triple.object, ox.NamedNode)
        )
        anchor = local_name(subject.value)
        while anchor in taken:
            anchor += "-own"
        return Rule(
            iri=subject.value,
            anchor=anchor,
            name=given.get("name", ""),
            description=given.get("description", ""),
            message=given.get("message", ""),
            severity=local_name(given["severity"]).lower() if "severity" in given else "violation",
            targets=targets,
            source=_block(subject.value, text) or turtle(in_order(closure)),
            group=group,
            terms=tuple(sorted(set(_terms(closure)))),
        )

    def _closure(self, subject: ox.NamedNode) -> list[ox.Triple]:
        found: list[ox.Triple] = []
        waiting: list[ox.NamedNode | ox.BlankNode] = [subject]
        seen = set(waiting)
        while waiting:
            for triple in self._out.get(waiting.pop(), ()):
                found.append(triple)
                if isinstance(triple.object, ox.BlankNode) and triple.object not in seen:
                    seen.add(triple.object)
                    waiting.append(triple.object)
        return found


def _terms(triples: Iterable[ox.Triple]) -> Iterable[str]:
    for triple in triples:
        if isinstance(triple.object, ox.NamedNode) and triple.object.value.startswith(ONTOLOGY):
            yield triple.object.value
        elif isinstance(triple.object, ox.Literal) and triple.predicate.value in {f"{_SH}select", f"{_SH}ask"}:
            yield from (ONTOLOGY + name for name in _TERM_IN_SPARQL.findall(triple.object.value))


def _block(iri: str, text: str) -> str:
    """What a file says of an IRI, as it is written there: from its name at the beginning of a line to the next such line.

    Empty where that is not all that it says, so that a file in another layout is not shown wrongly.
    """
    prefixes = "".join(re.findall(r"(?m)^@prefix .+\n", text))
    for name in (compact(iri), f"<{iri}>", rf":{local_name(iri)}"):
        match = re.search(rf"(?m)^{re.escape(name)}(?=\s)[^\n]*\n(?:(?:[ \t][^\n]*)?\n)*", text)
        if match is None:
            continue
        block = match[0].strip()
        try:
            quads = list(ox.parse(input=(prefixes + block).encode(), format=ox.RdfFormat.TURTLE))
        except SyntaxError:
            continue
        if quads and all(isinstance(each.subject, ox.BlankNode) or each.subject.value == iri for each in quads):
            return block
    return ""


def by_term(rules: Iterable[Rule]) -> Mapping[str, list[Rule]]:
    """IRI of a term -> the rules that speak of it."""
    found: dict[str, list[Rule]] = {}
    for rule in rules:
        for term in rule.terms:
            found.setdefault(term, []).append(rule)
    return found


def write_rules(site: Site, rules: list[Rule]) -> None:
    """Write ``shapes.html`` and the shapes as RDF beside it."""
    checks = [
        (query, "\n".join(line for line in query.text.split("\n") if not line.startswith("#+")).strip())
        for query in list_queries(site.folder.path, "checks").values()
    ]
    site.page(
        PAGE,
        "shapes.html",
        "Rules that the graph keeps",
        site.ontology,
        iri=SHAPES.removesuffix("#"),
        rules=[rule for rule in rules if rule.targets],
        helpers=[rule for rule in rules if not rule.targets],
        checks=checks,
    )
    paths = ontology_files(site.folder.path, "shapes/*.ttl")
    write_documents(site.writer, PAGE, *whole_files(paths))


def whole_files(paths: Iterable[Path]) -> tuple[list[ox.Triple], str]:
    """The triples of some Turtle files, and the files put together, with their comments; empty where that cannot be done."""
    texts, triples, names = [], [], []
    for path in paths:
        text = decode(read_bytes(path, path.name), path.name)
        found = [quad.triple for quad in read_turtle(path)]
        texts.append(text.strip("\n") + "\n")
        names.append(named_blank_nodes(text))
        triples += found
    return triples, "" if any(names) else "\n".join(texts)

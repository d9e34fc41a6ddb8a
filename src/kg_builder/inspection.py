"""Looks at a part of a file by the tool's rules: statements, together with what all statements share.

What holds of the whole follows from its parts, for these rules: none of them has to look at two statements that are not linked
in order to find something wrong. A rule about a shared node, such as an actor, may ask what statements say of it: what any part
finds stands, and what the shared lines alone would find, and a part does not, is settled by that part.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox
import rdflib
from rdflib import SH
from rdflib.term import Node

from kg_builder import __version__
from kg_builder.checks import ask_checks
from kg_builder.engine import Index, Plan, Target, compile_shapes, find_nodes, read_targets
from kg_builder.engine.data import RDF_TYPE
from kg_builder.engine.terms import to_term
from kg_builder.parts import HAS_SOURCE, STATEMENT, NotByParts
from kg_builder.query import Query, list_queries
from kg_builder.report import Terms
from kg_builder.shapes import added_shapes, read_shapes
from kg_builder.validation import find_ill_typed
from kg_builder.vocabulary import expand, ontology_files, shipped

NODE = f"<{STATEMENT}"
OF_SHAPE = "_:path"
"""Stands for a path that is more than a predicate: the shape has it, under a name that changes from run to run."""
_KINDS = ("Actor", "Organization", "Person", "PersonGroup", "Place", "PublicAuthority", "Victim")
_SHARED = {f"<{expand(name)}>" for name in (*(f"hrc:{kind}" for kind in _KINDS), "oa:Annotation", "skos:Concept")}
"""What statements may share. Of other things rules ask more than one part can tell."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The tool's shapes and checks, ready to be run."""

    shapes: rdflib.Graph
    targets: Mapping[Node, Target]
    plan: Plan
    checks: Mapping[str, Query]
    key: str
    """Another one where anything is another on which results depend."""

    @classmethod
    def read(cls, folder: Path) -> Rules:
        """The tool's rules; raises :class:`NotByParts` where the folder adds rules, which may look at statements together."""
        files = ontology_files(None, "shapes/*.ttl")
        checks = list_queries(folder, "checks")
        own = shipped("queries")
        if added_shapes(folder) or any(not each.path.is_relative_to(own) for each in checks.values()):
            raise NotByParts("the folder has shapes or checks of its own, which may look across statements")
        shapes = read_shapes()
        texts = [path.read_bytes() for path in files] + [query.text.encode() for query in checks.values()]
        versions = (__version__, version("pyoxigraph"), version("rdflib"))
        key = digest([*map(str.encode, versions), *texts])
        return cls(shapes, read_targets(shapes), compile_shapes(shapes), checks, key)


class Found(NamedTuple):
    """What the rules find in a part of a file beyond what they find in the lines that statements share."""

    added: tuple[Terms, ...]
    settled: tuple[Terms, ...]
    """What they find in the shared lines alone, and no more with this part."""
    nodes: int
    """How many nodes of the part itself the shapes look at."""
    others: tuple[str, ...]
    """Which other nodes they look at."""
    idle: tuple[int, ...]
    """The targets, counted, that find no node."""


def look(lines: bytes, rules: Rules, about: Collection[str] = (), base: Found | None = None) -> Found:
    """What the rules find in canonical N-Triples: of shared things alone, or with some statements.

    ``about`` are the statements and documents that the lines may name, ``base`` is what is found of shared things alone.
    Raises :class:`NotByParts` where the lines do not stand alone.
    """
    try:
        index = Index.from_lines(lines)
    except ValueError as error:
        raise NotByParts(str(error)) from None
    _check(index, about)
    store = ox.Store()
    store.load(lines, ox.RdfFormat.N_TRIPLES, lenient=True)  # they have been read strictly
    nodes = find_nodes(index, rules.targets.values())
    terms = [Terms.of(raw) for raw in (*rules.plan.run(index, nodes, store), *find_ill_typed(index))]
    terms += [result.terms for result in ask_checks(store, rules.checks) if result.terms]
    told = Counter(_kept(each, rules.shapes) for each in terms)
    before = Counter(base.added) if base else Counter[Terms]()
    looked = set(chain.from_iterable(nodes.values()))
    others = {node for node in looked if not node.startswith(NODE)} - set(base.others if base else ())
    return Found(
        added=tuple((told - before).elements()),
        settled=tuple((before - told).elements()),
        nodes=sum(node.startswith(NODE) for node in looked),
        others=tuple(sorted(others)),
        idle=tuple(number for number, target in enumerate(rules.targets.values()) if not nodes[target]),
    )


def _check(index: Index, about: Collection[str]) -> None:
    """Raise :class:`NotByParts` where lines are about more, or other things, than the part that they were taken for."""
    types = index.objects(RDF_TYPE)
    for term in index.terms():
        if term[0] == "_":
            raise NotByParts("it has blank nodes")
        if term.startswith(NODE) and statement_of(term) not in about:
            raise NotByParts("what statements share names a node of a statement, or an IRI is written in an unusual way")
    for document in index.subjects(HAS_SOURCE):
        if not document.startswith(NODE) and document not in about:
            raise NotByParts("the IRI of a document is written in an unusual way")
    for subject in index.nodes():
        if not subject.startswith(NODE):
            if not types.get(subject) or not _SHARED.issuperset(types[subject]):
                raise NotByParts(f"{subject} is in no statement, and is not only an actor, a place, a concept or an annotation")
        elif "/" not in subject[len(NODE) :] and not _SHARED.isdisjoint(types.get(subject, ())):
            raise NotByParts(f"{subject} is not only a statement")


def statement_of(node: str) -> str:
    """The id of the statement in which a node lies whose IRI begins as :data:`NODE` does."""
    return node[len(NODE) : -1].partition("/")[0]


def _kept(terms: Terms, shapes: rdflib.Graph) -> Terms:
    """The terms of a result without names that change from run to run."""
    if terms.path.startswith("_:") and shapes.value(to_term(terms.shape), SH.path) == to_term(terms.path):
        terms = terms._replace(path=OF_SHAPE)
    if any(each.startswith("_:") for each in (terms.path, terms.component, terms.shape, terms.constraint) if each != OF_SHAPE):
        raise NotByParts("a rule has no name")
    return terms


def digest(parts: Iterable[bytes]) -> str:
    """The same for the same parts in the same order."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()

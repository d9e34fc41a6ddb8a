"""Validates a file part by part, and remembers what it found: a second run looks only at the statements that have changed.

A part is the lines of one statement (or of several that are linked), together with what all statements share. What holds of
the whole follows from its parts, for the tool's own rules: none of them has to look at two statements that are not linked in
order to find something wrong. A rule about a shared node, such as an actor, may ask what statements say of it: what any part
finds stands, and what the shared lines alone would find, and a part does not, is settled by that part.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import rdflib
from rdflib import SH
from rdflib.term import Node

from kg_builder import __version__
from kg_builder.engine import Index, Plan, Target, Unsupported, compile_shapes, describe_paths, find_nodes, read_targets
from kg_builder.engine.data import RDF_TYPE
from kg_builder.engine.terms import to_term
from kg_builder.errors import InputError, Location, input_error
from kg_builder.graphs import each_quad, open_source
from kg_builder.locate import Places
from kg_builder.parts import STATEMENT, NotByParts, Parts, split, together
from kg_builder.pipeline import from_terms, is_of_check, run_checks
from kg_builder.query import Query, list_queries
from kg_builder.report import Report, Result, Terms
from kg_builder.shapes import read_shapes
from kg_builder.validation import find_ill_typed, name_shapes, to_result, with_place
from kg_builder.vocabulary import expand, ontology_files, shipped

_NODE = f"<{STATEMENT}"
_OF_SHAPE = "_:path"
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
        if ontology_files(folder, "shapes/*.ttl") != files or any(not each.path.is_relative_to(own) for each in checks.values()):
            raise NotByParts("the folder has shapes or checks of its own, which may look across statements")
        shapes = read_shapes()
        texts = [path.read_bytes() for path in files] + [query.text.encode() for query in checks.values()]
        versions = (__version__, version("pyoxigraph"), version("rdflib"))
        key = _digest([*map(str.encode, versions), *texts])
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


def validate_by_parts(names: Sequence[str], folder: Path, cache: Path) -> Report:
    """The report on one file by shapes and checks, as all of it at once would have it; ``cache`` is a folder for what was found.

    Raises :class:`NotByParts` where the file, or the folder's rules, can only be taken as a whole, and
    :class:`~kg_builder.errors.InputError` where the file or the cache cannot be used.
    """
    if len(names) > 1:
        raise NotByParts("there are several files")
    parts = split(open_source(names[0]))
    rules = Rules.read(folder)
    known = _Cache.open(cache, names[0], rules.key)
    try:
        return _report(parts, rules, known)
    except (InputError, Unsupported) as error:
        raise NotByParts("a part of it does not stand alone") from error


def _report(parts: Parts, rules: Rules, known: _Cache) -> Report:
    shared = parts.shared_lines()
    of_shared = _digest([shared])
    base = known.found.get(of_shared) or _look(shared, parts, rules, set(), None)
    kept = {of_shared: base}
    digests = {id_: parts.digest(id_) for id_ in parts.statements}
    links = {at: known.links[at] if at in known.links else parts.links(id_) for id_, at in digests.items()}
    found = [base]
    for ids in together({id_: links[digest] for id_, digest in digests.items()}):
        key = _digest([of_shared.encode(), *(digests[id_].encode() for id_ in ids)])
        spans = chain.from_iterable(parts.statements[id_] for id_ in ids)
        about = {*ids, *chain.from_iterable(links[digests[id_]] for id_ in ids)}
        part = known.found.get(key) or _look(shared + parts.lines(spans), parts, rules, about, base)
        kept[key] = part
        found.append(part)
    known.write(links, kept)
    return _whole(parts, rules, base, found)


def _look(lines: bytes, parts: Parts, rules: Rules, about: set[str], base: Found | None) -> Found:
    """Validate the shared lines, alone or with those of some statements, which may be ``about`` these statements."""
    index = Index(each_quad(replace(parts.source, content=lines)))
    _check(index, about)
    nodes = find_nodes(index, rules.targets.values())
    terms = [Terms.of(raw) for raw in (*rules.plan.run(index, nodes), *find_ill_typed(index))]
    terms += [result.terms for result in run_checks(index, rules.checks) if result.terms]
    told = Counter(_kept(each, rules.shapes) for each in terms)
    before = Counter(base.added) if base else Counter[Terms]()
    looked = set(chain.from_iterable(nodes.values()))
    others = {node for node in looked if not node.startswith(_NODE)} - set(base.others if base else ())
    return Found(
        added=tuple((told - before).elements()),
        settled=tuple((before - told).elements()),
        nodes=sum(node.startswith(_NODE) for node in looked),
        others=tuple(sorted(others)),
        idle=tuple(number for number, target in enumerate(rules.targets.values()) if not nodes[target]),
    )


def _check(index: Index, about: set[str]) -> None:
    """Raise :class:`NotByParts` where lines are about more, or other things, than the part that they were taken for."""
    types = index.objects(RDF_TYPE)
    for term in index.terms():
        if term[0] == "_":
            raise NotByParts("it has blank nodes")
        if term.startswith(_NODE) and term[len(_NODE) : -1].partition("/")[0] not in about:
            raise NotByParts("what statements share names a node of a statement, or an IRI is escaped")
    for subject in index.nodes():
        if not subject.startswith(_NODE):
            if not types.get(subject) or not _SHARED.issuperset(types[subject]):
                raise NotByParts(f"{subject} is in no statement, and is not only an actor, a place, a concept or an annotation")
        elif "/" not in subject[len(_NODE) :] and not _SHARED.isdisjoint(types.get(subject, ())):
            raise NotByParts(f"{subject} is not only a statement")


def _kept(terms: Terms, shapes: rdflib.Graph) -> Terms:
    """The terms of a result without names that change from run to run."""
    if terms.path.startswith("_:") and shapes.value(to_term(terms.shape), SH.path) == to_term(terms.path):
        terms = terms._replace(path=_OF_SHAPE)
    if any(each.startswith("_:") for each in (terms.path, terms.component, terms.shape, terms.constraint) if each != _OF_SHAPE):
        raise NotByParts("a rule has no name")
    return terms


def _whole(parts: Parts, rules: Rules, base: Found, found: list[Found]) -> Report:
    """The report on all parts together."""
    told, settled = Counter[Terms](), Counter[Terms]()
    for part in found:
        told |= Counter(part.added)
        settled |= Counter(part.settled)
    all_ = list((told - settled).elements())
    raws = [terms.raw() for terms in all_ if not is_of_check(terms)]
    raws = [raw._replace(path=rules.shapes.value(raw.shape, SH.path)) if raw.path == to_term(_OF_SHAPE) else raw for raw in raws]
    paths = describe_paths((raw.path for raw in raws), rules.shapes)
    of_checks = [from_terms(terms) for terms in all_ if is_of_check(terms)]
    results = (*sorted(to_result(raw, rules.shapes, paths) for raw in raws), *sorted(of_checks))
    idle_targets = set(base.idle).intersection(*(part.idle for part in found))
    idle = name_shapes((shape for number, shape in enumerate(rules.targets) if number in idle_targets), rules.shapes)
    others = set(chain.from_iterable(part.others for part in found))
    looked_at = sum(part.nodes for part in found) + len(others)
    if not looked_at:
        raise NotByParts("nothing is to be looked at")
    return Report(_placed(results, parts), looked_at, len(rules.targets) - len(idle), paths, idle)


def _placed(results: Sequence[Result], parts: Parts) -> tuple[Result, ...]:
    """The results, each with the place of its triple: looked for in the lines about its node, and in all where there are none."""
    nodes = {result.terms.focus for result in results if result.terms and result.terms.focus}
    ids = {node[len(_NODE) : -1].partition("/")[0] for node in nodes if node.startswith(_NODE)}
    homes = [parts.shared, *(parts.statements.get(id_, ()) for id_ in ids)]
    places: dict[str, list[Places]] = {}
    content, counted, line = parts.source.content, 0, 1
    for node, (first, last) in sorted(parts.about(nodes, chain.from_iterable(homes)), key=itemgetter(1)):
        line += content.count(b"\n", counted, first)
        counted = first
        lines = replace(parts.source, content=content[first:last])
        places.setdefault(node, []).append(Places.read(lines, nodes, line))
    anywhere = [Places.read(parts.source, nodes)] if nodes - places.keys() else []
    return tuple(with_place(each, places.get(each.terms.focus, anywhere) if each.terms else []) for each in results)


@dataclass(frozen=True, slots=True)
class _Cache:
    """What was found in the parts of a file: the links of each statement, by its digest, and each part's results."""

    path: Path
    key: str
    links: Mapping[str, list[str]]
    found: Mapping[str, Found]

    @classmethod
    def open(cls, folder: Path, name: str, key: str) -> _Cache:
        """The cache of a file; what it holds is passed over where it was made by other rules, or is not as it was written."""
        path = folder / f"validate-{_digest([str(Path(name).resolve()).encode()])[:16]}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            where = Location(str(folder))
            raise input_error(f"cannot keep a cache here: {error.strerror}", where, "Name another folder with --cache.") from None
        try:
            digest, _, body = path.read_bytes().partition(b"\n")
            if digest.decode() == _digest([key.encode(), body]):
                read = json.loads(body)
                return cls(path, key, read["links"], {at: _read_found(each) for at, each in read["found"].items()})
        except (OSError, UnicodeDecodeError):
            pass
        return cls(path, key, {}, {})

    def write(self, links: Mapping[str, list[str]], found: Mapping[str, Found]) -> None:
        """Keep what is known of the file as it is now, and no more; where that cannot be written, the next run takes longer."""
        if links == self.links and found == self.found:
            return
        told = {"links": links, "found": found}
        body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        new = self.path.with_suffix(f".{os.getpid()}")
        try:
            new.write_bytes(_digest([self.key.encode(), body]).encode() + b"\n" + body)
            new.replace(self.path)
        except OSError:
            new.unlink(missing_ok=True)


def _read_found(told: list[Any]) -> Found:
    added, settled = (tuple(Terms._make([*each[:-1], tuple(each[-1])]) for each in part) for part in told[:2])
    nodes, others, idle = told[2:]
    return Found(added, settled, nodes, tuple(others), tuple(idle))


def _digest(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()

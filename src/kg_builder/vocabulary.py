"""The ontology as the tool needs it: which keys an entry may have, which coded values there are; and how IRIs are made.

Reads ``ontology/core.ttl`` and ``ontology/schemes/*.ttl`` (the tool's own, then the folder's, which add to them), so that a
new term or coded value is a new file and no code.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pyoxigraph as ox

from kg_builder.errors import Location, input_error
from kg_builder.model import Ref

BASE = "https://w3id.org/rights-claims/"
ONTOLOGY = BASE + "ontology#"
DATA = BASE + "data/"
SCHEME = BASE + "scheme/"
SHAPES = BASE + "shapes#"

PREFIXES: Mapping[str, str] = {
    "dcterms": "http://purl.org/dc/terms/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "hrc": ONTOLOGY,
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

SHOWN_PREFIXES = {**PREFIXES, "hrs": SHAPES, "sh": "http://www.w3.org/ns/shacl#"}
"""The prefixes of the files, and those that only people are shown."""

_BY_NAMESPACE = {namespace: prefix for prefix, namespace in SHOWN_PREFIXES.items()}
_LOCAL_NAME = re.compile(r"[\w-]+")

IDENTIFIER = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_IDENTIFIER = 80
_NOTATION = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def expand(curie: str) -> str:
    """The IRI of a compact name such as ``hrc:about``; a whole IRI stays what it is.

    >>> expand("geo:sfWithin")
    'http://www.opengis.net/ont/geosparql#sfWithin'
    """
    if "://" in curie:
        return curie
    prefix, _, local = curie.partition(":")
    return PREFIXES[prefix] + local


def compact(iri: str) -> str:
    """The compact name of an IRI in one of :data:`PREFIXES`, else the IRI itself."""
    cut = max(iri.rfind("/"), iri.rfind("#")) + 1
    prefix = _BY_NAMESPACE.get(iri[:cut])
    return f"{prefix}:{iri[cut:]}" if prefix and _LOCAL_NAME.fullmatch(iri, cut) else iri


def local_name(term: str) -> str:
    """The last part of an IRI or compact name.

    >>> local_name("https://example.org/terms#allegedWitness")
    'allegedWitness'
    """
    return re.split(r"[#/:]", term)[-1]


def mint(ref: Ref) -> str:
    """The IRI of a thing: the only place where IRIs of data are made.

    >>> mint(Ref("event", "searches", "2020-05-25-odf-osce"))
    'https://w3id.org/rights-claims/data/statement/2020-05-25-odf-osce/event/searches'
    >>> mint(Ref("concept", "act-type/torture"))
    'https://w3id.org/rights-claims/scheme/act-type/torture'
    """
    if ref.kind == "concept":
        return SCHEME + ref.id
    if ref.kind == "statement":
        return f"{DATA}statement/{ref.id}"
    owner = DATA if ref.statement is None else f"{DATA}statement/{ref.statement}/"
    if ref.kind == "quantity":
        event, _, quantity = ref.id.partition("/")
        return f"{owner}event/{event}/quantity/{quantity}"
    if ref.kind == "time":
        return f"{owner}event/{ref.id}/time"
    return f"{owner}{ref.kind}/{ref.id}"


@dataclass(frozen=True, slots=True)
class SlotProperty:
    """A property that an entry may give with words: ``range`` is what its values are; ``scheme`` holds coded values."""

    name: str
    domain: str
    range: str
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """A coded value. ``labels`` and ``definitions`` are (language, text)."""

    ref: Ref
    notation: str
    labels: tuple[tuple[str, str], ...]
    definitions: tuple[tuple[str, str], ...]
    broader: tuple[str, ...]


@dataclass(slots=True)
class Vocabulary:
    """The terms and coded values in force."""

    terms: dict[str, str] = field(default_factory=dict)
    """IRI of each class, property and datatype of the ontology -> its rdf:type's local name."""
    slots: dict[str, dict[str, SlotProperty]] = field(default_factory=dict)
    """Class local name (Event, Claim, Demand, Utterance) -> key -> property."""
    schemes: dict[str, dict[str, Concept]] = field(default_factory=dict)
    """Scheme name -> notation -> concept."""
    ranges: dict[str, str] = field(default_factory=dict)
    """IRI of each property of the ontology -> IRI of its range, where it has one."""

    def concept(self, ref: Ref) -> Concept:
        scheme, _, notation = ref.id.partition("/")
        return self.schemes[scheme][notation]

    def ancestors(self, ref: Ref) -> list[Concept]:
        """The concept and all broader ones, nearest first."""
        found: dict[str, Concept] = {}
        waiting = [self.concept(ref)]
        while waiting:
            concept = waiting.pop(0)
            if concept.notation not in found:
                found[concept.notation] = concept
                scheme = concept.ref.id.partition("/")[0]
                waiting += [self.schemes[scheme][name] for name in concept.broader if name in self.schemes[scheme]]
        return list(found.values())


def shipped(name: str) -> Path:
    """The folder ``ontology`` or ``queries`` that comes with the tool: the checkout's own, else the installed one's.

    A checkout is known by the ontology beside ``src/``; in a wheel the same folders stand within the package.
    """
    package = Path(__file__).resolve().parent
    checkout = package.parent.parent / name
    return checkout if (package.parent.parent / "pyproject.toml").is_file() and checkout.is_dir() else package / "shipped" / name


def ontology_files(folder: Path | None, pattern: str) -> list[Path]:
    """The tool's files that match ``pattern`` below ontology/, then those that ``folder`` adds."""
    roots = [shipped("ontology")]
    if folder is not None and (folder / "ontology").is_dir() and not (folder / "ontology").samefile(roots[0]):
        roots.append(folder / "ontology")
    return [path for root in roots for path in sorted(root.glob(pattern))]


def read_vocabulary(folder: Path | None = None) -> Vocabulary:
    """The ontology and schemes of the tool, with what ``folder/ontology`` adds.

    Raises :class:`~kg_builder.errors.InputError` with file, line and column for Turtle that does not parse.
    """
    return _vocabulary(tuple(ontology_files(folder, "*.ttl") + ontology_files(folder, "schemes/*.ttl")))


@cache
def _vocabulary(paths: tuple[Path, ...]) -> Vocabulary:
    store = ox.Store()
    for path in paths:
        quads = read_turtle(path)
        _check_concept_names(quads, path)
        if not path.is_relative_to(shipped("ontology")):
            _check_own_names(quads, path, store)
        store.extend(ox.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    vocabulary = Vocabulary()
    _read_terms(store, vocabulary)
    _read_schemes(store, vocabulary)
    return vocabulary


def read_turtle(path: Path) -> list[ox.Quad]:
    """The triples of a Turtle file; an InputError tells line and column of what does not parse."""
    try:
        return list(ox.parse(path=str(path), format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        where = Location(str(path), error.lineno or 0, error.offset or 0)
        raise input_error(f"this is not Turtle: {error.msg}", where) from None
    except OSError as error:
        raise input_error(f"cannot be read: {error.strerror}", Location(str(path))) from None


def _node(curie: str) -> ox.NamedNode:
    return ox.NamedNode(expand(curie))


def _objects(store: ox.Store, subject: ox.NamedNode, curie: str) -> Iterable[ox.NamedNode | ox.Literal]:
    for quad in store.quads_for_pattern(subject, _node(curie), None, None):
        if isinstance(quad.object, ox.NamedNode | ox.Literal):
            yield quad.object


def _read_terms(store: ox.Store, vocabulary: Vocabulary) -> None:
    kinds = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty", "rdfs:Datatype")
    for kind in kinds:
        for quad in store.quads_for_pattern(None, _node("rdf:type"), _node(kind), None):
            if isinstance(quad.subject, ox.NamedNode):
                vocabulary.terms[quad.subject.value] = kind.partition(":")[2]
    for iri in vocabulary.terms:
        for value in _objects(store, ox.NamedNode(iri), "rdfs:range"):
            vocabulary.ranges[iri] = value.value
    for quad in store.quads_for_pattern(None, _node("hrc:slotOf"), None, None):
        if not (isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.NamedNode)):
            continue
        iri, domain = quad.subject.value, quad.object.value.removeprefix(ONTOLOGY)
        schemes = [value.value.removeprefix(SCHEME) for value in _objects(store, quad.subject, "hrc:valuesFrom")]
        name = local_name(iri)
        slot = SlotProperty(compact(iri), domain, compact(vocabulary.ranges.get(iri, "")), schemes[0] if schemes else "")
        vocabulary.slots.setdefault(domain, {})[name] = slot


def _read_schemes(store: ox.Store, vocabulary: Vocabulary) -> None:
    for quad in store.quads_for_pattern(None, _node("skos:inScheme"), None, None):
        subject = quad.subject
        if not isinstance(subject, ox.NamedNode) or not isinstance(quad.object, ox.NamedNode):
            continue
        scheme = quad.object.value.removeprefix(SCHEME)
        notation = subject.value.removeprefix(f"{SCHEME}{scheme}/")
        vocabulary.schemes.setdefault(scheme, {})[notation] = Concept(
            ref=Ref("concept", f"{scheme}/{notation}"),
            notation=notation,
            labels=_texts(store, subject, "skos:prefLabel"),
            definitions=_texts(store, subject, "skos:definition"),
            broader=tuple(
                sorted(value.value.removeprefix(f"{SCHEME}{scheme}/") for value in _objects(store, subject, "skos:broader"))
            ),
        )


def _check_concept_names(quads: Iterable[ox.Quad], path: Path) -> None:
    for quad in quads:
        if quad.predicate != _node("skos:inScheme") or not isinstance(quad.object, ox.NamedNode):
            continue
        iri = quad.subject.value if isinstance(quad.subject, ox.NamedNode) else str(quad.subject)
        scheme = quad.object.value.removeprefix(SCHEME)
        if not (IDENTIFIER.fullmatch(scheme) and _NOTATION.fullmatch(iri.removeprefix(f"{SCHEME}{scheme}/"))):
            raise input_error(
                f"the concept <{iri}> is not named SCHEME/NOTATION below {SCHEME}",
                Location(str(path)),
                "Name coded values like the tool's own schemes do.",
            )


def _check_own_names(quads: Iterable[ox.Quad], path: Path, shipped_terms: ox.Store) -> None:
    """Refuse a folder's triples about the tool's own terms and coded values: it adds to them, and changes none."""
    for quad in quads:
        subject = quad.subject
        if not isinstance(subject, ox.NamedNode):
            continue
        known = next(shipped_terms.quads_for_pattern(subject, _node("skos:notation"), None, None), None)
        if subject.value.startswith(ONTOLOGY) or known is not None:
            raise input_error(
                f"<{subject.value}> is the tool's own, and a folder cannot change it",
                Location(str(path)),
                "Name terms in a namespace of your own, and coded values by a notation that is not taken.",
            )


def _texts(store: ox.Store, subject: ox.NamedNode, curie: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        sorted((value.language or "", value.value) for value in _objects(store, subject, curie) if isinstance(value, ox.Literal))
    )

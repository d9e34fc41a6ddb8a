"""The rules for terms and ontologies: pitfalls as OOPS! counts them, and what FOOPS! asks of an ontology without the network.

Sources: M. Poveda-Villalón, A. Gómez-Pérez, M. C. Suárez-Figueroa, "OOPS! (OntOlogy Pitfall Scanner!)", IJSWIS 10(2), 2014;
D. Garijo, O. Corcho, M. Poveda-Villalón, "FOOPS!: An Ontology Pitfall Scanner for the FAIR Principles", ISWC 2021.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg_builder.lint.files import Graph, Term, TurtleFile, name
from kg_builder.lint.names import (
    CLASSES,
    DATATYPES,
    DEFINITIONS,
    DOMAIN,
    LABEL,
    ONTOLOGY,
    PROPERTIES,
    RANGE,
    SHAPES,
    SUBCLASS,
    SUBPROPERTY,
    TERMS,
    TYPE,
    VANN,
    node,
    nodes,
)
from kg_builder.lint.terms import Known, namespace_of
from kg_builder.report import Result
from kg_builder.vocabulary import local_name

_SCHEMA = tuple(
    f"http://www.w3.org/{space}" for space in ("1999/02/22-rdf-syntax-ns#", "2000/01/rdf-schema#", "2002/07/owl#", "ns/shacl#")
)
_XSD = "http://www.w3.org/2001/XMLSchema#"
_SKOS = "http://www.w3.org/2004/02/skos/core#"
_ELSEWHERE = frozenset(nodes("rdfs:seeAlso owl:versionIRI owl:imports owl:priorVersion owl:sameAs"))
"""Properties whose values may be anywhere on the web."""
_AS_CLASS = frozenset((TYPE, SUBCLASS, DOMAIN, RANGE, *nodes("owl:disjointWith owl:equivalentClass sh:targetClass sh:class")))
_AS_PROPERTY = frozenset(
    (SUBPROPERTY, *nodes("owl:inverseOf owl:equivalentProperty sh:targetSubjectsOf sh:targetObjectsOf sh:path"))
)
_RELATIONS = frozenset(
    (
        *(SUBCLASS, SUBPROPERTY, DOMAIN, RANGE),
        *nodes("owl:equivalentClass owl:equivalentProperty"),
        *nodes("skos:closeMatch skos:exactMatch skos:broadMatch skos:narrowMatch skos:relatedMatch"),
    )
)
_NO_RELATION = frozenset((TYPE, *nodes("rdfs:isDefinedBy rdfs:seeAlso")))
_NAMES = {"class": re.compile(r"[A-Z][A-Za-z0-9]*"), "property": re.compile(r"[a-z][A-Za-z0-9]*")}
_PERSISTENT = re.compile(r"(w3id\.org|purl\.[a-z.]+|(dx\.)?doi\.org|n2t\.net|hdl\.handle\.net|data\.europa\.eu)")
_FILE_EXTENSION = re.compile(r"\.(owl|rdf|ttl|n3|nt|xml|jsonld|rdfxml)$", re.IGNORECASE)
_NAMESPACE, _PREFIX = (ox.NamedNode(VANN + local) for local in ("preferredNamespaceUri", "preferredNamespacePrefix"))
_MINIMUM = (
    ("a title", nodes("dcterms:title rdfs:label")),
    ("a description", nodes("dcterms:description rdfs:comment")),
    ("a creator", nodes("dcterms:creator schema:creator")),
    ("a version IRI", nodes("owl:versionIRI")),
    ("its namespace's IRI (vann:preferredNamespaceUri)", (_NAMESPACE,)),
)
_PROVENANCE = (
    ("its namespace's prefix (vann:preferredNamespacePrefix)", (_PREFIX,)),
    ("a version (owl:versionInfo)", nodes("owl:versionInfo")),
    ("the day when it was made (dcterms:created)", nodes("dcterms:created")),
    ("the day when it was published (dcterms:issued)", nodes("dcterms:issued")),
    ("the day when it was last changed (dcterms:modified)", nodes("dcterms:modified")),
    ("a publisher (dcterms:publisher)", nodes("dcterms:publisher")),
    ("how to cite it (dcterms:bibliographicCitation)", nodes("dcterms:bibliographicCitation")),
)
LICENCE = nodes("dcterms:license dcterms:rights schema:license")


def check_ontology(own: Graph, known: Known) -> Iterator[Result]:
    """What is wrong with the terms and ontologies of a folder; ``known`` are the terms that exist."""
    yield from _references(own, known)
    yield from _ontologies(own, known)
    connected = _connected(own, known)
    labels: dict[tuple[str, bool], Term] = {}
    for term in own.subjects(TYPE, *TERMS):
        if isinstance(term, ox.NamedNode):
            yield from _term(term, own)
            is_property = any(kind in PROPERTIES for kind in own.objects(term, TYPE))
            if term not in connected:
                yield own.home(term).result("unconnected-term", f"{name(term)} has no relation to any other term", term)
            for label in own.objects(term, LABEL):
                first = labels.setdefault((str(label), is_property), term)
                if first != term:
                    yield own.home(term).result(
                        "same-label", f"{name(term)} has the label {label}, as {name(first)} has", term, LABEL, label
                    )


def _references(own: Graph, known: Known) -> Iterator[Result]:
    told: set[tuple[str, str]] = set()
    for file in own.files:
        for triple in file.triples:
            for term, is_object in ((triple.predicate, False), (triple.object, True)):
                if not isinstance(term, ox.NamedNode):
                    continue
                once = file.shown, term.value if known.lists(term.value) else namespace_of(term.value)
                found = None if once in told else _reference(file, triple, term, is_object, own, known)
                if found is not None:
                    told.add(once)
                    yield found
    for subject in own.subjects(TYPE, *TERMS):
        if isinstance(subject, ox.NamedNode) and known.is_published(subject.value):
            yield own.home(subject).result(
                "redefined-term", f"{name(subject)} is a term of somebody else's vocabulary", subject, TYPE
            )


def _reference(
    file: TurtleFile, triple: ox.Triple, term: ox.NamedNode, is_object: bool, own: Graph, known: Known
) -> Result | None:
    """What is wrong with one use of a term."""
    subject, predicate = triple.subject, triple.predicate
    at = (subject, predicate, term) if is_object else (subject, predicate)
    is_schema = predicate.value.startswith((*_SCHEMA, _SKOS)) or known.is_own(predicate.value)
    if is_object and (not is_schema or predicate in _ELSEWHERE):
        return None
    if not known.lists(term.value):
        is_term = not is_object or predicate in _AS_CLASS | _AS_PROPERTY
        message = f"it is not known which terms {namespace_of(term.value)} has, so {name(term)} is not checked"
        return file.result("unlisted-vocabulary", message, *at) if is_term else None
    if not known.has(term.value):
        rule, message = known.fault(term.value)
        return file.result(rule, message, *at, mend=known.nearest(term.value))
    if term not in own.homes:
        return None
    kinds = (*CLASSES, *DATATYPES, *SHAPES) if is_object and predicate in _AS_CLASS else PROPERTIES
    as_term = not is_object or predicate in _AS_CLASS | _AS_PROPERTY
    if as_term and not any(kind in kinds for kind in own.objects(term, TYPE)):
        what = "class" if CLASSES[0] in kinds else "property"
        return file.result("untyped-term", f"{name(term)} is used as a {what}, but its type does not say so", *at)
    return None


def _term(term: ox.NamedNode, own: Graph) -> Iterator[Result]:
    home = own.home(term)
    types = own.objects(term, TYPE)
    is_property = any(kind in PROPERTIES for kind in types)
    yield from check_texts(term, own, LABEL, DEFINITIONS)
    if not own.objects(term, node("rdfs:isDefinedBy")):
        yield home.result("no-defined-by", f"{name(term)} does not say which ontology it belongs to", term)
    kind = "property" if is_property else "class" if any(each in CLASSES for each in types) else ""
    local = local_name(term.value)
    if kind and not _NAMES[kind].fullmatch(local):
        yield home.result("naming", f"the {kind} '{local}' is not named as a {kind} is", term)
    if term in own.closure(term, SUBCLASS):
        yield home.result("class-cycle", f"{name(term)} is a subclass of itself, by way of others", term, SUBCLASS)
    if is_property:
        yield from _property(term, own, types)


def _property(term: ox.NamedNode, own: Graph, types: list[Term]) -> Iterator[Result]:
    home = own.home(term)
    for predicate, what in ((DOMAIN, "domain"), (RANGE, "range")):
        values = own.objects(term, predicate)
        if not values and node("owl:AnnotationProperty") not in types:
            yield home.result("no-domain-or-range", f"{name(term)} has no {what}", term)
        if len(values) > 1:
            yield home.result("several-domains", f"{name(term)} has {len(values)} {what}s", term, predicate, values[1])
    inverse = node("owl:inverseOf")
    if term in own.objects(term, inverse):
        yield home.result("own-inverse", f"{name(term)} is declared to be its own inverse", term, inverse, term)


def _connected(own: Graph, known: Known) -> set[Term]:
    """The terms that a triple relates to another term of a known vocabulary."""
    found: set[Term] = set()
    for file in own.files:
        for triple in file.triples:
            if triple.predicate in _NO_RELATION:
                continue
            found.add(triple.predicate)
            if isinstance(triple.object, ox.NamedNode) and triple.object != triple.subject:
                found.add(triple.object)
                if known.lists(triple.object.value):
                    found.add(triple.subject)
    return found


def check_texts(
    subject: ox.NamedNode, own: Graph, label: ox.NamedNode, definitions: tuple[ox.NamedNode, ...]
) -> Iterator[Result]:
    """Whether a term has a label and a definition, one label a language, and each with its language."""
    home = own.home(subject)
    labels = [each for each in own.objects(subject, label) if isinstance(each, ox.Literal)]
    if not labels:
        yield home.result("no-label", f"{name(subject)} has no {name(label)}", subject)
    said = [each for each in own.objects(subject, *definitions) if isinstance(each, ox.Literal)]
    if not any(each.value.strip() for each in said):
        yield home.result("no-definition", f"{name(subject)} has no {name(definitions[0])}", subject)
    languages = Counter((each.language or "").lower() for each in labels)
    for language, count in languages.items():
        if count > 1:
            which = f"in the language '{language}'" if language else "without a language"
            second = [each for each in labels if (each.language or "").lower() == language][1]
            yield home.result("label-twice", f"{name(subject)} has {count} labels {which}", subject, label, second)
    for predicate in (label, *definitions):
        for text in own.objects(subject, predicate):
            if isinstance(text, ox.Literal) and not text.language:
                yield home.result(
                    "no-language", f"the text does not say in which language it is: {text}", subject, predicate, text
                )


def _ontologies(own: Graph, known: Known) -> Iterator[Result]:
    ontologies = [each for each in own.subjects(TYPE, ONTOLOGY) if isinstance(each, ox.NamedNode)]
    declared = defaultdict(list)
    for term in own.subjects(TYPE, *TERMS):
        if isinstance(term, ox.NamedNode):
            declared[own.home(term).shown].append(term)
    homes = {own.home(ontology).shown for ontology in ontologies}
    for shown, terms in declared.items():
        if not ontologies and shown not in homes:
            yield own.home(terms[0]).result("no-ontology", "terms are declared, and no owl:Ontology anywhere", terms[0])
    for ontology in ontologies:
        yield from _ontology(ontology, own)
        if not any(_is_reuse(triple, known) for file in own.files for triple in file.triples):
            message = "no term is related to a term of another vocabulary"
            yield own.home(ontology).result("no-reuse", message, ontology)


def _is_reuse(triple: ox.Triple, known: Known) -> bool:
    object_ = triple.object
    if triple.predicate not in _RELATIONS or not isinstance(object_, ox.NamedNode):
        return False
    return not known.is_own(object_.value) and not object_.value.startswith((*_SCHEMA, _XSD, _SKOS))


def _ontology(ontology: ox.NamedNode, own: Graph) -> Iterator[Result]:
    home, iri = own.home(ontology), ontology.value
    parts = urlsplit(iri)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        yield home.result("ontology-iri", f"<{iri}> is no web address", ontology)
    elif _FILE_EXTENSION.search(parts.path.rstrip("/")):
        yield home.result("ontology-iri", f"<{iri}> ends like the name of a file", ontology)
    elif not _PERSISTENT.fullmatch(parts.hostname or ""):
        yield home.result("not-persistent", f"{parts.netloc} is not known to keep addresses for good", ontology)
    for namespace in own.objects(ontology, _NAMESPACE):
        value = namespace.value if isinstance(namespace, ox.Literal | ox.NamedNode) else ""
        if value not in {f"{iri.rstrip('#/')}{end}" for end in "#/"}:
            yield home.result("namespace", f"'{value}' is not the namespace of <{iri}>", ontology, _NAMESPACE, namespace)
    if not own.objects(ontology, *LICENCE):
        yield home.result("no-licence", "the ontology has no licence", ontology)
    for rule, wanted in (("ontology-metadata", _MINIMUM), ("ontology-provenance", _PROVENANCE)):
        for what, predicates in wanted:
            if not own.objects(ontology, *predicates):
                yield home.result(rule, f"the ontology lacks {what}", ontology)

"""The pages of the ontology, of each of its terms, and of the schemes of coded values with their concepts.

Made here and not by a documentation generator, since those inline styles and scripts, which the pages' policy forbids, know
nothing of the rules and of how the graph uses a term, and would give the site a second look.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kg_builder.publish.addresses import locate, term_document
from kg_builder.publish.counts import Counts
from kg_builder.publish.documents import write_documents
from kg_builder.publish.resources import UtteranceOfPage
from kg_builder.publish.rules import Rule, by_term, read_rules, whole_files, write_rules
from kg_builder.publish.site import Site
from kg_builder.publish.view import View, is_iri, is_own_term, read_literal
from kg_builder.vocabulary import ONTOLOGY, SCHEME, expand, local_name, ontology_files

PAGE = "ontology"
DEEPEST = 40
"""How deep a tree of coded values is unfolded; what lies deeper is told at its end."""
_CLASSES = ("owl:Class",)
_PROPERTIES = ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")
_DATATYPES = ("rdfs:Datatype",)
_TOLD_APART = {
    expand(curie)
    for curie in (
        "rdf:type",
        "rdfs:label",
        "skos:definition",
        "rdfs:comment",
        "skos:scopeNote",
        "skos:example",
        "rdfs:isDefinedBy",
    )
}
_FROM_OTHERS = {
    "rdfs:subClassOf": "has the narrower classes",
    "rdfs:subPropertyOf": "has the narrower properties",
    "rdfs:domain": "its properties",
    "rdfs:range": "properties that lead to it",
    "owl:disjointWith": "is disjoint with",
    "owl:inverseOf": "is the inverse of",
    "hrc:slotOf": "keys of its entries in claims.yaml",
}
"""What a term is called by those that refer to it."""
_OF_A_TERM = {
    "rdfs:subClassOf": "is a kind of",
    "rdfs:subPropertyOf": "is a kind of",
    "rdfs:domain": "is said of",
    "rdfs:range": "has as value",
    "owl:disjointWith": "is disjoint with",
    "owl:inverseOf": "is the inverse of",
    "skos:closeMatch": "close match elsewhere",
    "hrc:slotOf": "key of an entry in claims.yaml for",
    "hrc:valuesFrom": "takes its values from",
}
"""What a term's relation to others is called."""


@dataclass(frozen=True, slots=True)
class Term:
    """A class, property or datatype: its place in the ontology, and how often the graph uses it."""

    iri: str
    name: str
    label: str
    definition: str
    kind: str
    uses: int


@dataclass(frozen=True, slots=True)
class Node:
    """A concept in the tree of its scheme."""

    iri: str
    label: str
    definition: str
    notation: str
    is_used: bool
    narrower: tuple[Node, ...]


class Reference:
    """The section of the site that tells of the ontology, its coded values and the rules. It counts into ``counts``."""

    def __init__(self, counts: Counts) -> None:
        self._counts = counts

    def add(self, statement: str, view: View, utterances: list[UtteranceOfPage]) -> None:
        """Count how a statement uses the terms."""
        self._counts.add_statement(statement, view)

    def write(self, site: Site) -> None:
        """Write the pages."""
        self._counts.add_shared(site.shared)
        rules = read_rules(site.folder.path)
        write_reference(site, self._counts, rules)
        write_rules(site, rules)
        write_unused_concepts(site)


def write_unused_concepts(site: Site) -> None:
    """Write the documents of the coded values that the graph does not describe: those of the others are there already."""
    view = site.ontology
    for concept in view.subjects():
        if concept.startswith(SCHEME) and view.thing(concept, "skos:inScheme") and not site.shared.is_known(concept):
            document = (locate(concept) or ("", ""))[0]
            if document:
                site.resources.write(document, concept, view)


def write_reference(site: Site, counts: Counts, rules: Iterable[Rule]) -> None:
    """Write the ontology's page, those of its terms, and those of the schemes, with RDF beside each."""
    view = site.ontology
    terms = [_term(view, each, counts) for each in view.subjects() if _kind(view, each)]
    own = [term for term in terms if is_own_term(term.iri)]
    schemes = [each for each in view.subjects() if view.kind(each) == "ConceptScheme" and locate(each)]
    _write_ontology(site, own, [term for term in terms if not is_own_term(term.iri)], schemes)
    rules_of = by_term(rules)
    for term in own:
        _write_term(site, term, counts, rules_of.get(term.iri, []))
    for scheme in schemes:
        _write_scheme(site, scheme, counts)


def _kind(view: View, iri: str) -> str:
    types = view.things(iri, "rdf:type")
    for kind, curies in (("class", _CLASSES), ("property", _PROPERTIES), ("datatype", _DATATYPES)):
        if any(expand(curie) in types for curie in curies):
            return kind
    return ""


def _term(view: View, iri: str, counts: Counts) -> Term:
    uses = counts.classes[iri] if _kind(view, iri) == "class" else counts.properties[iri]
    definition = view.text(iri, "skos:definition") or view.text(iri, "rdfs:comment")
    return Term(iri, local_name(iri), view.label(iri), definition, _kind(view, iri), uses)


def _write_ontology(site: Site, own: list[Term], added: list[Term], schemes: list[str]) -> None:
    view = site.ontology
    iri = ONTOLOGY.removesuffix("#")
    by_domain: dict[str, list[Term]] = {}
    for term in own:
        if term.kind == "property":
            by_domain.setdefault(view.thing(term.iri, "rdfs:domain"), []).append(term)
    classes = [term for term in own if term.kind == "class"]
    order = [term.iri for term in classes]
    groups = sorted(by_domain.items(), key=lambda each: (order.index(each[0]) if each[0] in order else len(order), each[0]))
    version = view.thing(iri, "owl:versionIRI")
    triples, as_turtle = whole_files(ontology_files(site.folder.path, "*.ttl"))
    for document, address in ((PAGE, iri), ((locate(version) or ("", ""))[0], version)):
        if not document:
            continue
        site.page(
            document,
            "ontology.html",
            view.label(iri),
            view,
            iri=iri,
            address=address,
            version=view.text(iri, "owl:versionInfo"),
            classes=[(term, _depth(view, term.iri)) for term in _in_tree(view, classes)],
            groups=groups,
            datatypes=[term for term in own if term.kind == "datatype"],
            added=added,
            schemes=[(each, view.label(each), view.text(each, "dcterms:description"), _size(view, each)) for each in schemes],
            metadata=_metadata(site, iri),
        )
        write_documents(site.writer, document, triples, as_turtle)


def _metadata(site: Site, iri: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is known of an ontology or scheme as a whole: name -> (IRI, words), the IRI empty where there is no page of it."""
    shown = {
        "dcterms:creator": "by",
        "dcterms:publisher": "published by",
        "dcterms:license": "licence",
        "dcterms:issued": "issued",
        "dcterms:modified": "changed",
        "dcterms:bibliographicCitation": "to be cited as",
    }
    found = []
    for curie, name in shown.items():
        texts = [("", read_literal(term).text) for term in site.ontology.values(iri, curie) if not is_iri(term)]
        things = site.ontology.things(iri, curie)
        named = [(each if site.shared.is_known(each) or not locate(each) else "", site.shared.label(each)) for each in things]
        if texts or named:
            found.append((name, [*named, *texts]))
    return found


def _in_tree(view: View, classes: list[Term]) -> Iterator[Term]:
    """Classes with those below them right behind."""
    known = {term.iri: term for term in classes}
    below: dict[str, list[Term]] = {}
    for term in classes:
        above = next((each for each in view.things(term.iri, "rdfs:subClassOf") if each in known), "")
        below.setdefault(above, []).append(term)
    waiting = below.get("", [])[::-1]
    while waiting:
        term = waiting.pop()
        yield term
        waiting += below.get(term.iri, [])[::-1]


def _depth(view: View, iri: str) -> int:
    depth, seen = 0, {iri}
    while above := next((each for each in view.things(iri, "rdfs:subClassOf") if is_own_term(each) and each not in seen), ""):
        depth, iri = depth + 1, above
        seen.add(above)
    return depth


def _size(view: View, scheme: str) -> int:
    return sum(1 for _ in view.referring(scheme, "skos:inScheme"))


def _write_term(site: Site, term: Term, counts: Counts, rules: list[Rule]) -> None:
    view = site.ontology
    document = term_document(term.iri)
    relations = [(name, view.things(term.iri, curie)) for curie, name in _OF_A_TERM.items() if view.things(term.iri, curie)]
    for curie, name in _FROM_OTHERS.items():
        if found := list(dict.fromkeys(subject for subject, _ in view.referring(term.iri, curie))):
            relations.append((name, found))
    told = _TOLD_APART | {expand(curie) for curie in _OF_A_TERM}
    site.page(
        document,
        "term.html",
        term.label,
        view,
        iri=term.iri,
        term=term,
        types=view.things(term.iri, "rdf:type"),
        notes=view.values(term.iri, "skos:scopeNote"),
        examples=view.values(term.iri, "skos:example"),
        relations=relations,
        others=[(predicate[1:-1], object_) for _, predicate, object_ in view.triples(term.iri) if predicate[1:-1] not in told],
        rules=[rule for rule in rules if rule.targets],
        uses=[(use, _value_label(site, use.value)) for use in counts.examples.get(term.iri, [])],
    )
    site.resources.write_rdf(document, view.own(term.iri))


def _value_label(site: Site, value: str) -> str:
    """The name of a value that is a thing: shared ones are known here, others are told by the end of their IRI."""
    if not value.startswith("<"):
        return ""
    iri = value[1:-1]
    for view in (site.shared, site.ontology):
        if view.is_known(iri):
            return view.label(iri)
    return local_name(iri)


def _write_scheme(site: Site, scheme: str, counts: Counts) -> None:
    view = site.ontology
    document = (locate(scheme) or ("", ""))[0]
    members = [each for each in view.subjects() if scheme in view.things(each, "skos:inScheme")]
    narrower: dict[str, list[str]] = {}
    for concept in members:
        above = [each for each in view.things(concept, "skos:broader") if each in members]
        for each in above or [""]:
            narrower.setdefault(each, []).append(concept)
    tops = view.things(scheme, "skos:hasTopConcept")
    roots = [*tops, *(each for each in narrower.get("", []) if each not in tops)]
    branches = _Tree(view, narrower, frozenset(each for each in site.shared.subjects() if each.startswith(SCHEME)))
    tree = [branches.node(each) for each in roots]
    tree += [branches.node(each) for each in members if each not in branches.shown]
    site.page(
        document,
        "scheme.html",
        view.label(scheme),
        view,
        iri=scheme,
        description=view.text(scheme, "dcterms:description"),
        notes=view.values(scheme, "skos:note"),
        tree=tree,
        count=len(members),
        metadata=_metadata(site, scheme),
        properties=[subject for subject, _ in view.referring(scheme, "hrc:valuesFrom")],
    )
    site.resources.write_rdf(document, [triple for each in (scheme, *members) for triple in view.own(each)])


class _Tree:
    """Makes the nodes of a scheme. A concept is unfolded where it comes first, so that neither circles nor meshes grow."""

    def __init__(self, view: View, narrower: Mapping[str, list[str]], used: frozenset[str]) -> None:
        self.shown: set[str] = set()
        self._view = view
        self._narrower = narrower
        self._used = used

    def node(self, iri: str, depth: int = 0) -> Node:
        is_folded = iri in self.shown or depth == DEEPEST
        self.shown.add(iri)
        below = [] if is_folded else self._narrower.get(iri, [])
        return Node(
            iri,
            self._view.label(iri),
            self._view.text(iri, "skos:definition"),
            self._view.text(iri, "skos:notation"),
            iri in self._used,
            tuple(self.node(each, depth + 1) for each in below),
        )

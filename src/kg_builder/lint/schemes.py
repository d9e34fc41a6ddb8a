"""The rules for schemes of coded values: the conditions of SKOS, and what qSKOS counts as a defect.

Sources: W3C, "SKOS Simple Knowledge Organization System Reference", 2009, conditions S13, S14 and S27; C. Mader,
B. Haslhofer, A. Isaac, "Finding Quality Issues in SKOS Vocabularies", TPDL 2012.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

from kg_builder.lint.files import Graph, Term, name
from kg_builder.lint.names import BROADER, CONCEPT, IN_SCHEME, NARROWER, SCHEME, TYPE, node, nodes
from kg_builder.lint.ontology import LICENCE, check_texts
from kg_builder.report import Result
from kg_builder.vocabulary import local_name

_PREFERRED, _OTHERS = node("skos:prefLabel"), nodes("skos:altLabel skos:hiddenLabel")
_NOTATION, _RELATED = node("skos:notation"), node("skos:related")
_TOP, _TOP_OF = node("skos:hasTopConcept"), node("skos:topConceptOf")
_WANTED = (
    ("a title", nodes("dcterms:title skos:prefLabel rdfs:label")),
    ("a description", nodes("dcterms:description skos:definition rdfs:comment")),
    ("a creator", nodes("dcterms:creator")),
    ("a licence", LICENCE),
)


def check_schemes(own: Graph) -> Iterator[Result]:
    """What is wrong with the schemes and concepts of a folder."""
    for scheme in own.subjects(TYPE, SCHEME):
        yield from _scheme(scheme, own)
    for concept in own.subjects(TYPE, CONCEPT):
        if isinstance(concept, ox.NamedNode):
            yield from check_texts(concept, own, _PREFERRED, nodes("skos:definition"))
            yield from _labels(concept, own)
            yield from _place(concept, own)
            yield from _hierarchy(concept, own)


def _scheme(scheme: Term, own: Graph) -> Iterator[Result]:
    home = own.home(scheme)
    for what, predicates in _WANTED:
        if not own.objects(scheme, *predicates):
            yield home.result("scheme-metadata", f"the scheme lacks {what}", scheme)
    tops = own.objects(scheme, _TOP)
    concepts = own.subjects(IN_SCHEME, scheme)
    members = set(concepts)
    if not tops and not own.subjects(_TOP_OF, scheme):
        yield home.result("no-top-concept", "the scheme has no top concept", scheme)
    for top in tops:
        if top in members and scheme not in own.objects(top, _TOP_OF):
            message = f"{name(top)} does not say that it is a top concept of its scheme"
            yield home.result("one-way-relation", message, scheme, _TOP, top, mend="Add skos:topConceptOf to the concept.")
    notations: dict[Term, Term] = {}
    labels: dict[str, Term] = {}
    for concept in concepts:
        where = own.home(concept)
        for notation in own.objects(concept, _NOTATION):
            first = notations.setdefault(notation, concept)
            if first != concept:
                message = f"{name(concept)} has the notation {notation}, as {name(first)} has"
                yield where.result("notation", message, concept, _NOTATION, notation)
        for label in own.objects(concept, _PREFERRED):
            first = labels.setdefault(str(label).lower(), concept)
            if first != concept:
                message = f"{name(concept)} has the label {label}, as {name(first)} has"
                yield where.result("same-concept-label", message, concept, _PREFERRED, label)


def _labels(concept: ox.NamedNode, own: Graph) -> Iterator[Result]:
    home = own.home(concept)
    preferred = set(own.objects(concept, _PREFERRED))
    for predicate in _OTHERS:
        for label, count in Counter(own.objects(concept, predicate)).items():
            if label in preferred or (predicate == _OTHERS[1] and label in own.objects(concept, _OTHERS[0])):
                yield home.result("label-clash", f"{label} is two kinds of label of {name(concept)}", concept, predicate, label)
            elif count > 1:
                yield home.result("label-clash", f"{label} stands {count} times", concept, predicate, label)


def _place(concept: ox.NamedNode, own: Graph) -> Iterator[Result]:
    """Whether a concept is in a scheme, and named there as coded values are."""
    home = own.home(concept)
    schemes = own.objects(concept, IN_SCHEME)
    if not schemes:
        yield home.result("no-scheme", f"{name(concept)} is in no scheme", concept)
    own_notations = [
        each for each in own.objects(concept, _NOTATION) if isinstance(each, ox.Literal) and each.datatype == node("xsd:string")
    ]
    if [each.value for each in own_notations] != [local_name(concept.value)]:
        said = ", ".join(map(str, own_notations)) or "none"
        message = f"the last part of the IRI is '{local_name(concept.value)}', and the notation is {said}"
        yield home.result("notation", message, concept, _NOTATION)
    is_top = bool(own.objects(concept, _TOP_OF) or own.subjects(_TOP, concept))
    broader = own.objects(concept, BROADER)
    if is_top and broader:
        yield home.result("top-with-broader", f"{name(concept)} is a top concept, and has a broader one", concept, BROADER)
    if not is_top and not broader and not own.subjects(NARROWER, concept):
        yield home.result("orphan-concept", f"{name(concept)} is neither a top concept nor below one", concept)
    for scheme in own.objects(concept, _TOP_OF):
        if scheme in own.homes and concept not in own.objects(scheme, _TOP):
            message = f"its scheme does not name {name(concept)} as a top concept"
            yield home.result("one-way-relation", message, concept, _TOP_OF, scheme, mend="Add it to skos:hasTopConcept.")


def _hierarchy(concept: ox.NamedNode, own: Graph) -> Iterator[Result]:
    home = own.home(concept)
    above = own.closure(concept, BROADER)
    if concept in above:
        yield home.result("broader-cycle", f"{name(concept)} is broader than itself, by way of others", concept, BROADER)
    broader = own.objects(concept, BROADER)
    reach = defaultdict(set, {each: own.closure(each, BROADER) for each in broader})
    for each in broader:
        if each in own.homes and not set(own.objects(each, IN_SCHEME)) & set(own.objects(concept, IN_SCHEME)):
            yield home.result("broader-elsewhere", f"{name(each)} is in another scheme", concept, BROADER, each)
        if any(each in reach[other] for other in broader if other != each) and concept not in above:
            message = f"{name(each)} is broader already by way of another broader concept"
            yield home.result("needless-broader", message, concept, BROADER, each)
    for each in own.objects(concept, NARROWER):
        if each in own.homes and concept not in own.objects(each, BROADER):
            message = f"{name(each)} does not say that {name(concept)} is broader"
            yield home.result("one-way-relation", message, concept, NARROWER, each, mend="Add skos:broader to it.")
    for each in own.objects(concept, _RELATED):
        if each in above or concept in own.closure(each, BROADER):
            yield home.result("related-and-broader", f"{name(each)} is related, and above or below", concept, _RELATED, each)

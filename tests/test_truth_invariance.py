"""Every published triple stays true even if every allegation is false: nothing that follows by RDFS or OWL RL says otherwise."""

from __future__ import annotations

import re
from pathlib import Path

import owlrl
import pytest
import rdflib
from conftest import ROOT
from rdflib import RDF, RDFS
from rdflib.term import Node

from kg_builder import Build

HRC = rdflib.Namespace("https://w3id.org/rights-claims/ontology#")
SEM = rdflib.Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
ROLES = re.compile(r"(alleged|inferred)[A-Z]\w*$")
ALIGNED = sorted((ROOT / "tests" / "closure").glob("*.ttl"))


def premises(built: Build) -> rdflib.Graph:
    """The published triples that could entail anything about actors and events, the ontology, and the aligned axioms.

    The inner nodes of passages (selectors: words and offsets) are left out: they speak of the text alone.
    """
    graph = rdflib.Graph()
    for triple in built.graph:
        if "/passage/" not in str(triple[0]):
            graph.add(triple)
    for path in [ROOT / "ontology" / "core.ttl", *ALIGNED]:
        graph.parse(path)
    return graph


def bare_links(graph: rdflib.Graph, authorities: set[rdflib.URIRef]) -> list[tuple[Node, Node, Node]]:
    """Triples that link an authority directly to an act, an event or a victim other than as alleged or inferred."""
    harmed = {s for kind in (HRC.Event, HRC.Act, HRC.Victim, SEM.Event) for s in graph.subjects(RDF.type, kind)}
    links = []
    for subject, predicate, object_ in graph:
        ends = {subject, object_}
        if subject == object_ or not (ends & authorities and ends & harmed - authorities):
            continue
        local = str(predicate).replace("#", "/").rpartition("/")[2]
        if not (object_ in authorities and ROLES.fullmatch(local)):
            links.append((subject, predicate, object_))
    return links


def authorities_of(graph: rdflib.Graph) -> set[rdflib.URIRef]:
    return {node for node in graph.subjects(RDF.type, HRC.PublicAuthority) if isinstance(node, rdflib.URIRef)}


@pytest.mark.parametrize("semantics", [owlrl.RDFS_Semantics, owlrl.OWLRL_Semantics], ids=["RDFS", "OWL RL"])
def test_no_authority_is_tied_to_an_act_or_victim_but_as_alleged(built: Build, semantics: type) -> None:
    graph = premises(built)
    authorities = authorities_of(graph)
    assert len(authorities) == 7
    before = len(graph)
    owlrl.DeductiveClosure(semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    assert len(graph) > before + 500
    alleged = [t for t in graph if t[2] in authorities and ROLES.search(str(t[1]))]
    assert len(alleged) >= 13
    assert bare_links(graph, authorities) == []


def test_the_proof_can_fail(built: Build) -> None:
    """With the alignment that the design forbids, the same check finds the links that would follow."""
    graph = premises(built)
    graph.add((HRC.allegedPerpetrator, RDFS.subPropertyOf, SEM.hasActor))
    authorities = authorities_of(graph)
    owlrl.DeductiveClosure(owlrl.RDFS_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    assert {predicate for _, predicate, _ in bare_links(graph, authorities)} >= {SEM.hasActor, SEM.eventProperty}


def test_no_alignment_drops_the_alleged() -> None:
    """Role properties are close to those of other vocabularies, and below none of them but our own."""
    core = rdflib.Graph().parse(ROOT / "ontology" / "core.ttl")
    roles = [p for p in core.subjects(HRC.slotOf, HRC.Event) if ROLES.search(str(p))]
    assert len(roles) >= 4
    for role in roles:
        assert list(core.objects(role, RDFS.subPropertyOf)) == []
    assert (HRC.inferredPerpetrator, RDFS.subPropertyOf, HRC.allegedPerpetrator) not in core


def test_who_is_only_mentioned_is_not_accused(built: Build) -> None:
    """The company, the forum's organization and the court that no word names are accused of nothing."""
    graph = built.graph
    accused = {str(node).rpartition("/")[2] for node in graph.objects(None, HRC.accuses)}
    assert accused == {
        "police",
        "security-service",
        "committee-of-national-security",
        "authorities-of-kazakhstan",
        "government-of-kazakhstan",
        "law-enforcement",
    }
    assert Path(str(next(graph.subjects(RDFS.label, rdflib.Literal("Hikvision", lang="en"))))).name == "hikvision"

"""The pages of the ontology, its coded values and the rules: each term, value and rule has its place, and what is told is so."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from conftest import ROOT
from rdflib.namespace import OWL, RDF, SH, SKOS

from kg_builder import Build, build
from kg_builder.publish import publish
from kg_builder.publish.addresses import locate
from kg_builder.publish.rules import read_rules
from kg_builder.source import open_folder
from kg_builder.vocabulary import ONTOLOGY, SCHEME, SHAPES

INVENTED = Path(__file__).parent / "errors" / "base"
SUFFIXES = ("html", "ttl", "jsonld", "nt")

TERMS = """\
@prefix ex: <https://w3id.org/veldania/terms#> .
@prefix hrc: <https://w3id.org/rights-claims/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

ex:allegedWitness a owl:ObjectProperty ;
  rdfs:label "alleged <witness>"@en ;
  skos:definition "Who is said to have seen it & told."@en ;
  rdfs:domain hrc:Event ;
  rdfs:range hrc:Actor ;
  hrc:slotOf hrc:Event .
"""
WEATHER = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix dcterms: <http://purl.org/dc/terms/> .

<https://w3id.org/rights-claims/scheme/weather> a skos:ConceptScheme ;
  dcterms:title "Kinds of weather"@en ;
  skos:hasTopConcept <https://w3id.org/rights-claims/scheme/weather/storm> .

<https://w3id.org/rights-claims/scheme/weather/storm> a skos:Concept ;
  skos:prefLabel "storm"@en ;
  skos:notation "storm" ;
  skos:inScheme <https://w3id.org/rights-claims/scheme/weather> .

<https://w3id.org/rights-claims/scheme/weather/hail> a skos:Concept ;
  skos:prefLabel "hail"@en ;
  skos:notation "hail" ;
  skos:broader <https://w3id.org/rights-claims/scheme/weather/storm> ;
  skos:inScheme <https://w3id.org/rights-claims/scheme/weather> .

<https://w3id.org/rights-claims/scheme/weather/ring> a skos:Concept ;
  skos:prefLabel "ring"@en ;
  skos:notation "ring" ;
  skos:broader <https://w3id.org/rights-claims/scheme/weather/ring> ;
  skos:inScheme <https://w3id.org/rights-claims/scheme/weather> .
"""
RULE = """\
@prefix ex: <https://w3id.org/veldania/shapes#> .
@prefix hrc: <https://w3id.org/rights-claims/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .

# Told of a rule of one's own.
ex:ActorLabel a sh:NodeShape ;
  sh:targetClass hrc:Actor ;
  sh:name "An actor is called something <else>"@en ;
  sh:severity sh:Warning ;
  sh:property [ sh:path rdfs:label ; sh:maxCount 9 ] .
"""


@pytest.fixture(scope="session")
def site(built: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("reference") / "site"
    assert built.output is not None
    publish(open_folder(ROOT), built.output, output)
    return output


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a folder with a term, a scheme and a rule of its own."""
    root = tmp_path_factory.mktemp("own")
    folder = shutil.copytree(INVENTED, root / "folder")
    for path, text in (("terms.ttl", TERMS), ("schemes/weather.ttl", WEATHER), ("shapes/own.ttl", RULE)):
        target = folder / "ontology" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    made = build(folder, root / "built")
    assert made.output is not None
    publish(open_folder(folder), made.output, root / "site")
    return root / "site"


def sources(pattern: str) -> rdflib.Graph:
    graph = rdflib.Graph()
    for path in sorted((ROOT / "ontology").glob(pattern)):
        graph.parse(path)
    return graph


def words(page: Path) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page.read_text("utf-8").partition("<main")[2])).split())


def subjects(path: Path) -> set[str]:
    """The IRIs that an N-Triples file says something of."""
    triples = ox.parse(path=str(path), format=ox.RdfFormat.N_TRIPLES)
    return {each.subject.value for each in triples if isinstance(each.subject, ox.NamedNode)}


def ids(page: Path) -> set[str]:
    return set(re.findall(r'\bid="([^"]+)"', page.read_text("utf-8")))


def test_each_term_has_its_documents_and_its_place(site: Path) -> None:
    core = sources("*.ttl")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, rdflib.RDFS.Datatype)
    terms = {str(term) for kind in kinds for term in core.subjects(RDF.type, kind) if str(term).startswith(ONTOLOGY)}
    assert len(terms) > 60
    anchors = ids(site / "ontology.html")
    for term in terms:
        document, fragment = locate(term) or ("", "")
        assert fragment == ""
        for suffix in SUFFIXES:
            assert (site / f"{document}.{suffix}").is_file()
        assert term.removeprefix(ONTOLOGY) in anchors
        said = rdflib.Graph().parse(site / f"{document}.ttl")
        assert set(said) == set(core.triples((rdflib.URIRef(term), None, None)))
        text = words(site / f"{document}.html")
        for property_ in (SKOS.definition, SKOS.scopeNote, SKOS.example):
            for value in core.objects(rdflib.URIRef(term), property_):
                assert " ".join(str(value).split()) in text


@pytest.mark.parametrize("document", ["ontology", "ontology/0.1.0"])
def test_the_ontology_is_whole_in_each_format(site: Path, document: str) -> None:
    core = {quad.triple for quad in ox.parse(path=str(ROOT / "ontology" / "core.ttl"), format=ox.RdfFormat.TURTLE)}
    formats = {"ttl": ox.RdfFormat.TURTLE, "jsonld": ox.RdfFormat.JSON_LD, "nt": ox.RdfFormat.N_TRIPLES}
    for suffix, format_ in formats.items():
        assert {quad.triple for quad in ox.parse(path=str(site / f"{document}.{suffix}"), format=format_)} == core
    address = f"https://w3id.org/rights-claims/{document}"
    assert f'<link rel="cite-as" href="{address}">' in (site / f"{document}.html").read_text("utf-8")


def test_the_picture_is_that_of_the_documentation(site: Path) -> None:
    assert (site / "assets" / "model.svg").read_bytes() == (ROOT / "docs" / "model.svg").read_bytes()


def test_each_coded_value_has_its_documents_and_its_place_in_the_tree(site: Path) -> None:
    schemes = sources("schemes/*.ttl")
    values = {str(each) for each in schemes.subjects(RDF.type, SKOS.Concept)}
    assert len(values) > 100
    for value in values:
        for suffix in SUFFIXES:
            assert (site / f"{(locate(value) or ('', ''))[0]}.{suffix}").is_file(), value
        of_value = set(rdflib.Graph().parse(site / f"{(locate(value) or ('', ''))[0]}.ttl"))
        assert of_value == set(schemes.triples((rdflib.URIRef(value), None, None)))
    for scheme in schemes.subjects(RDF.type, SKOS.ConceptScheme):
        name = str(scheme).removeprefix(SCHEME)
        page = (site / "scheme" / f"{name}.html").read_text("utf-8")
        linked = set(re.findall(rf'<a href="\.\./scheme/{re.escape(name)}/([^"/]+)\.html">', page))
        assert linked == {str(each).rpartition("/")[2] for each in schemes.subjects(SKOS.inScheme, scheme)}
        members = set(schemes.subjects(SKOS.inScheme, scheme)) | {scheme}
        said = rdflib.Graph().parse(site / "scheme" / f"{name}.ttl")
        assert set(said) == {triple for triple in schemes if triple[0] in members}


def test_a_narrower_value_stands_within_the_broader_one(site: Path) -> None:
    page = (site / "scheme" / "act-type.html").read_text("utf-8")
    tree = re.sub(r"\s+", " ", page)
    assert re.search(
        r'act-type/killing\.html">.*?<ul class="tree"> <li><a href="\.\./scheme/act-type/extrajudicial_execution', tree
    )


def test_each_rule_has_its_place_with_its_source(site: Path) -> None:
    shapes = sources("shapes/*.ttl")
    anchors = ids(site / "shapes.html")
    text = words(site / "shapes.html")
    rules = {each for each in shapes.subjects() if isinstance(each, rdflib.URIRef) and str(each).startswith(SHAPES)}
    with_targets = [each for each in rules if any(shapes.objects(each, SH[kind]) for kind in ("targetClass", "targetSubjectsOf"))]
    named = [each for each in with_targets if shapes.value(each, SH.message)]
    assert len(named) > 100
    for rule in named:
        assert str(rule).removeprefix(SHAPES) in anchors
        assert " ".join(str(shapes.value(rule, SH.message)).split()) in text
    found = rdflib.Graph().parse(site / "shapes.ttl")
    assert len(found) == len(shapes)
    assert subjects(site / "shapes.nt") == {str(each) for each in shapes.subjects() if isinstance(each, rdflib.URIRef)}


def test_the_source_of_a_rule_is_all_that_its_file_says_of_it() -> None:
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sources("shapes/*.ttl").namespaces())
    checked = 0
    for rule in read_rules(ROOT):
        shown = rdflib.Graph().parse(data=prefixes + rule.source, format="turtle")
        file = rdflib.Graph().parse(ROOT / "ontology" / "shapes" / f"{rule.group}.ttl")
        own = rdflib.Graph()
        waiting: list[rdflib.term.Node] = [rdflib.URIRef(rule.iri)]
        while waiting:
            for triple in file.triples((waiting.pop(), None, None)):
                own.add(triple)
                waiting += [triple[2]] if isinstance(triple[2], rdflib.BNode) else []
        assert len(shown) == len(own), rule.iri
        checked += 1
    assert checked > 150


def test_the_checks_are_there_too(site: Path) -> None:
    checks = {f"check-{path.stem}" for path in (ROOT / "queries" / "checks").glob("*.rq")}
    assert checks
    assert checks <= ids(site / "shapes.html")


@pytest.mark.parametrize(
    ("term", "rules"),
    [("property/stance", {"ClaimStance"}), ("class/Actor", {"ActorLabel", "ActorKind"}), ("property/heldBy", {"ClaimHolder"})],
)
def test_a_term_leads_to_the_rules_that_speak_of_it(site: Path, term: str, rules: set[str]) -> None:
    page = (site / "ontology" / f"{term}.html").read_text("utf-8")
    linked = set(re.findall(r'href="\.\./\.\./shapes\.html#([^"]+)"', page))
    assert rules <= linked
    assert linked <= ids(site / "shapes.html")


@pytest.mark.parametrize(
    ("document", "pattern"),
    [
        ("class/Claim", "?s a hrc:Claim"),
        ("class/Act", "?s a hrc:Act"),
        ("property/allegedPerpetrator", "?s hrc:allegedPerpetrator ?o"),
        ("property/line", "?s hrc:line ?o"),
    ],
)
def test_uses_are_counted_as_the_graph_has_them(site: Path, store: ox.Store, document: str, pattern: str) -> None:
    query = f"PREFIX hrc: <{ONTOLOGY}> SELECT (COUNT(DISTINCT *) AS ?n) {{ {pattern} }}"
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    (row,) = found
    number = f"{int(row[0].value):,}"
    assert re.search(rf"(?<![\d,]){number} (?:things|triples)", words(site / "ontology" / f"{document}.html"))


def test_what_a_folder_adds_is_told_with_the_rest(own: Path) -> None:
    ontology = words(own / "ontology.html")
    assert "alleged <witness>" in ontology
    assert "Who is said to have seen it & told." in ontology
    assert "<witness>" not in (own / "ontology.html").read_text("utf-8")
    assert "https://w3id.org/veldania/terms#allegedWitness" in subjects(own / "ontology.nt")


def test_a_value_that_nothing_uses_has_its_page(own: Path) -> None:
    page = own / "scheme" / "weather" / "hail.html"
    assert "hail" in words(page)
    tree = words(own / "scheme" / "weather.html").partition("3 values")[2]
    assert tree.index("storm") < tree.index("hail") < tree.index("ring")
    assert tree.count("used") == 1  # in the legend


def test_a_value_that_is_broader_than_itself_does_not_hang_the_page(own: Path) -> None:
    assert (own / "scheme" / "weather" / "ring.html").is_file()
    assert "weather/ring.html" in (own / "scheme" / "weather.html").read_text("utf-8")


def test_two_rules_of_one_name_have_a_place_each(own: Path) -> None:
    page = own / "shapes.html"
    assert {"ActorLabel", "ActorLabel-own"} <= ids(page)
    assert "An actor is called something <else>" in words(page)
    assert "# Told of a rule" not in words(page).partition("ActorLabel-own")[2][:200]

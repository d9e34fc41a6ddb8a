"""The data set of a site: downloads, description, provenance, addresses, and what is withheld, withdrawn or changed."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
from conftest import ROOT, Command
from pyshacl import validate as shacl

from kg_builder import Build, build
from kg_builder.diff import Difference, Entry
from kg_builder.publish import dataset, publish
from kg_builder.publish.addresses import locate
from kg_builder.publish.changes import MOST_ENTRIES, tell_changes
from kg_builder.publish.redirects import rules
from kg_builder.source import open_folder
from kg_builder.source.left_out import repeats
from kg_builder.vocabulary import BASE, DATA, ONTOLOGY

INVENTED = Path(__file__).parent / "errors" / "base"
SHAPES = Path(__file__).parent / "site" / "dataset-shapes.ttl"
GRAPHS = ("graph.ttl", "graph.trig", "graph.nq", "graph.jsonld")
ADDRESS = "https://claims.example.org/here/"
VOID = "http://rdfs.org/ns/void#"

TEXT = "Statement on the Ombrin quay\n\nThe harbour police closed the Quillwater hall.\n"
CLAIMS = """\
status: reviewed
utteredBy: river-watch
actors:
  harbour-police: {kind: authority, label: the harbour police}
utterances:
- claim: c01
  quote: Statement on the Ombrin quay
  proposition: The statement is on the Ombrin quay.
  about: {statement: Statement}
- claim: c02
  quote: The harbour police closed the Quillwater hall.
  proposition: The harbour police closed the Quillwater hall.
  describes:
    closure:
      label: closing of the Quillwater hall
      actType: {restriction_of_assembly: closed}
      allegedPerpetrator: {harbour-police: The harbour police}
"""
SECOND = "2019-04-02-river-watch"
OF_THE_SECOND = ("Ombrin", "Quillwater", "harbour police", "harbour-police")


@pytest.fixture(scope="session")
def site(built: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own site, with an address."""
    output = tmp_path_factory.mktemp("dataset") / "site"
    assert built.output is not None
    publish(open_folder(ROOT), built.output, output, address=ADDRESS)
    return output


def two_statements(target: Path) -> Path:
    """A folder of two invented statements."""
    shutil.copytree(INVENTED, target)
    second = target / "data" / "statements" / SECOND
    second.mkdir()
    (second / "text.txt").write_text(TEXT, "utf-8")
    (second / "claims.yaml").write_text(CLAIMS, "utf-8")
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    (second / "statement.yaml").write_text(
        "title: Statement on the Ombrin quay\ndate: 2019-04-02\nlanguage: en\ncreator: river-watch\ncodedBy: coder-1\n"
        f"sha256: {digest}\nexpect: {{claims: 2, demands: 0, acts: 1}}\n",
        "utf-8",
    )
    return target


def publish_folder(folder: Path, output: Path, *, address: str = "", since: Path | None = None) -> Path:
    """Build and publish; the built graph goes beside the site."""
    shutil.rmtree(output.with_suffix(".built"), ignore_errors=True)
    made = build(folder, output.with_suffix(".built"))
    assert made.output is not None
    publish(open_folder(folder), made.output, output, address=address, since=since)
    return output


def read(path: Path) -> ox.Store:
    store = ox.Store()
    store.load(path=str(path))
    return store


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def number(store: ox.Store, query: str) -> int:
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    (row,) = found
    assert isinstance(row[0], ox.Literal)
    return int(row[0].value)


def pairs(store: ox.Store, query: str) -> dict[str, int]:
    found = store.query(query, use_default_graph_as_union=True)
    assert isinstance(found, ox.QuerySolutions)
    return {row[0].value: int(row[1].value) for row in found}


# --- downloads --------------------------------------------------------------------------------------------------------


def test_the_downloads_are_the_files_of_the_build(site: Path, built: Build) -> None:
    assert built.output is not None
    for name in (*GRAPHS, "report.json"):
        assert (site / name).read_bytes() == (built.output / name).read_bytes()
    listed = [line.split("  ") for line in (site / "SHA256SUMS").read_text("utf-8").splitlines()]
    assert {name: digest for digest, name in listed} == {name: sha256(site / name) for name in (*GRAPHS, "report.json")}


def test_the_page_tells_each_download_with_size_and_hash(site: Path) -> None:
    page = (site / "data.html").read_text("utf-8")
    for name in GRAPHS:
        (row,) = re.findall(rf'<tr id="{re.escape(name)}">.*?</tr>', page, re.DOTALL)
        assert f'href="{name}"' in row
        assert f"{(site / name).stat().st_size:,}" in row
        assert sha256(site / name) in row


# --- the description --------------------------------------------------------------------------------------------------


def test_the_description_is_what_dcat_void_and_prov_ask_for(site: Path) -> None:
    data = rdflib.Graph().parse(site / "data.ttl").parse(site / "provenance.ttl")
    conforms, _, report = shacl(data, shacl_graph=rdflib.Graph().parse(SHAPES))
    assert conforms, report
    data.remove((None, rdflib.URIRef("http://www.w3.org/ns/dcat#byteSize"), None))
    assert not shacl(data, shacl_graph=rdflib.Graph().parse(SHAPES))[0]


@pytest.mark.parametrize("document", ["data", "provenance"])
def test_the_three_formats_of_a_description_say_the_same(site: Path, document: str) -> None:
    found = [{quad.triple for quad in read(site / f"{document}.{suffix}")} for suffix in ("ttl", "nt", "jsonld")]
    assert found[0] == found[1] == found[2]
    assert found[0]
    if document == "data":
        assert {quad.triple for quad in read(site / "void.ttl")} == found[0]


def test_sizes_and_hashes_are_those_of_the_files(site: Path) -> None:
    found = read(site / "data.nt").query(
        """PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX spdx: <http://spdx.org/rdf/terms#>
        SELECT ?url ?size ?digest { ?d dcat:downloadURL ?url ; dcat:byteSize ?size ; spdx:checksum/spdx:checksumValue ?digest }"""
    )
    assert isinstance(found, ox.QuerySolutions)
    told = {tuple(term.value for term in row) for row in found}
    assert told == {(ADDRESS + name, str((site / name).stat().st_size), sha256(site / name)) for name in GRAPHS}


def test_the_counts_are_those_of_the_graph(site: Path, store: ox.Store) -> None:
    described = read(site / "data.nt")
    told = pairs(described, f"SELECT ?p ?n {{ <{BASE}data> ?p ?n FILTER(isNumeric(?n)) }}")
    assert told == {
        f"{VOID}triples": number(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"),
        f"{VOID}distinctSubjects": number(store, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
        f"{VOID}classes": number(store, "SELECT (COUNT(DISTINCT ?c) AS ?n) { ?s a ?c }"),
        f"{VOID}properties": number(store, "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }"),
    }
    of_classes = pairs(described, f"SELECT ?c ?n {{ ?d <{VOID}class> ?c ; <{VOID}entities> ?n }}")
    assert of_classes == pairs(store, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c")
    of_properties = pairs(described, f"SELECT ?p ?n {{ ?d <{VOID}property> ?p ; <{VOID}triples> ?n }}")
    assert of_properties == pairs(store, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")


def test_what_is_shared_by_statements_is_counted_once(tmp_path: Path) -> None:
    site = publish_folder(two_statements(tmp_path / "folder"), tmp_path / "site")
    graph, described = read(site / "graph.nq"), read(site / "data.nt")
    for name, query in (
        ("triples", "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }"),
        ("distinctSubjects", "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }"),
    ):
        assert number(described, f"SELECT ?n {{ <{BASE}data> <{VOID}{name}> ?n }}") == number(graph, query)


def test_events_that_are_linked_are_counted_once(tmp_path: Path) -> None:
    folder = two_statements(tmp_path / "folder")
    (first,) = (path.name for path in (INVENTED / "data" / "statements").iterdir())
    (folder / "data" / "links.yaml").write_text(
        f"- sameReportedEvent: [{first}/detention, {SECOND}/closure]\n  because: told of one day\n  by: coder-1\n", "utf-8"
    )
    site = publish_folder(folder, tmp_path / "site")
    distinct = number(read(site / "graph.nq"), "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }")
    assert number(read(site / "data.nt"), f"SELECT ?n {{ <{BASE}data> <{VOID}distinctSubjects> ?n }}") == distinct


def test_any_name_of_a_file_and_any_version_can_be_told(tmp_path: Path) -> None:
    folder = shutil.copytree(INVENTED, tmp_path / "folder")
    entities = folder / "data" / "entities"
    (entities / "shared.yaml").rename(entities / "jora telmin é.yaml")
    (folder / "data" / "dataset.yaml").write_text(described(version="1.0 beta/2"), "utf-8")
    site = publish_folder(folder, tmp_path / "site")
    used = {
        quad.subject.value: quad.object.value for quad in read(site / "provenance.nt") if quad.predicate.value.endswith("#label")
    }
    assert used[f"{BASE}provenance#entities-1"] == "data/entities/jora telmin é.yaml"
    assert not [iri for iri in used if "telmin" in iri]
    versions = [quad.object.value for quad in read(site / "data.nt") if quad.predicate.value.endswith("dcat#version")]
    assert versions == ["1.0 beta/2"]
    feed = ElementTree.parse(site / "changes.atom").getroot()  # noqa: S314 - our own
    ids = [each.text for each in feed.iter() if each.tag.endswith("}id")]
    assert f"{BASE}changes#version-1.0%20beta%2F2" in ids


def described(**changes: str) -> str:
    """A folder's own description, with some of it in other words."""
    said = {
        "title": "Détentions en Veldanie",
        "description": "Qui en dit quoi.",
        "publisher": "river-watch",
        "version": "1.0.0",
        "issued": "2026-10-01",
        "license": "https://example.org/licence",
        "cite": "River Watch, 2026",
    }
    return "".join(f"{key}: {value}\n" for key, value in (said | changes).items())


def test_of_words_whose_language_nobody_told_none_is_told(tmp_path: Path) -> None:
    folder = shutil.copytree(INVENTED, tmp_path / "folder")
    (folder / "data" / "dataset.yaml").write_text(described(), "utf-8")
    described_as = read(publish_folder(folder, tmp_path / "site") / "data.nt")
    told = {
        quad.object.value: quad.object.language
        for quad in described_as
        if quad.subject == ox.NamedNode(f"{BASE}data") and isinstance(quad.object, ox.Literal)
    }
    assert [told[each] for each in ("Détentions en Veldanie", "Qui en dit quoi.", "River Watch, 2026")] == [None, None, None]
    assert told["human rights"] == "en"


def test_a_statement_s_page_tells_its_own_rights_and_no_licence(tmp_path: Path) -> None:
    folder = shutil.copytree(INVENTED, tmp_path / "folder")
    (folder / "data" / "dataset.yaml").write_text(described(), "utf-8")
    (meta,) = folder.glob("data/statements/*/statement.yaml")
    meta.write_text(
        meta.read_text("utf-8") + "rights: Not to be copied.\nsource: https://example.org/told\nsession: The third morning\n",
        "utf-8",
    )
    site = publish_folder(folder, tmp_path / "site")
    page = (site / f"data/statement/{meta.parent.name}.html").read_text("utf-8")
    (table,) = re.findall(r'<table class="properties">.*?</table>', page, re.DOTALL)
    assert "Not to be copied." in table
    assert 'href="https://example.org/told"' in table
    assert "The third morning" in table
    assert 'rel="license"' not in page
    assert 'href="https://example.org/licence"' in page.partition("<footer>")[2]
    claim = (site / f"data/statement/{meta.parent.name}/utterance/c02.html").read_text("utf-8")
    assert '<link rel="license" href="https://example.org/licence">' in claim
    pages = {path: path.read_text("utf-8") for path in site.rglob("*.html")}
    assert [path for path, html in pages.items() if "creativecommons.org/licenses/by/4.0" in html.partition("<body>")[0]] == []
    assert [path for path, html in pages.items() if "https://example.org/licence" not in html.partition("<footer>")[2]] == []


def test_another_licence_is_told_on_pages_that_were_there(tmp_path: Path) -> None:
    folder = shutil.copytree(INVENTED, tmp_path / "folder")
    site = publish_folder(folder, tmp_path / "site")
    (claim,) = site.glob("data/statement/*/utterance/c02.html")
    assert "https://creativecommons.org/licenses/by/4.0/" in claim.read_text("utf-8")
    (folder / "data" / "dataset.yaml").write_text(described(), "utf-8")
    publish_folder(folder, site)
    assert 'rel="license" href="https://example.org/licence"' in claim.read_text("utf-8")


def test_words_may_run_from_right_to_left(site: Path) -> None:
    (statement,) = site.glob("data/statement/*.html")
    assert re.search(r'<h1[^>]* dir="auto"', statement.read_text("utf-8"))
    claim = next(site.glob("data/statement/*/utterance/c02.html")).read_text("utf-8")
    assert re.search(r'<h1[^>]*>.*dir="auto".*</h1>', claim)
    assert re.search(r'<blockquote[^>]* dir="auto"', claim)


def test_each_file_that_was_used_is_told_by_its_hash(site: Path) -> None:
    found = read(site / "provenance.nt").query(
        """PREFIX prov: <http://www.w3.org/ns/prov#> PREFIX schema: <https://schema.org/>
        SELECT ?path ?digest { ?build prov:used ?file .
          ?file <http://www.w3.org/2000/01/rdf-schema#label> ?path ; schema:sha256 ?digest }"""
    )
    assert isinstance(found, ox.QuerySolutions)
    told = {row[0].value: row[1].value for row in found}
    statements = sorted(ROOT.glob("data/statements/*/*"))
    others = [*ROOT.glob("data/entities/*.yaml"), ROOT / "ontology/core.ttl", *ROOT.glob("ontology/s*/*.ttl")]
    others += ROOT.glob("queries/checks/*.rq")
    assert told == {path.relative_to(ROOT).as_posix(): sha256(path) for path in (*statements, *others)}


def test_no_clock_is_read(site: Path) -> None:
    for name in ("data.nt", "provenance.nt"):
        dates = {
            quad.object.value
            for quad in read(site / name)
            if isinstance(quad.object, ox.Literal) and "date" in quad.object.datatype.value.lower()
        }
        assert dates <= {"2026-11-22", "2020-05-25"}


def test_a_folder_that_does_not_describe_itself_has_a_data_set_still(tmp_path: Path) -> None:
    site = publish_folder(shutil.copytree(INVENTED, tmp_path / "folder"), tmp_path / "site")
    described = read(site / "data.nt")
    said = {quad.predicate.value.rpartition("/")[2] for quad in described if quad.subject == ox.NamedNode(f"{BASE}data")}
    assert {"title", "description", "license"} <= said
    assert not {"publisher", "issued", "dcat#version"} & said
    assert not (site / "changes.atom").exists()
    crate = json.loads((site / "ro-crate-metadata.json").read_text("utf-8"))
    assert next(each for each in crate["@graph"] if each["@id"] == "./")["datePublished"] == "2019-03-14"


def test_the_crate_lists_files_that_are_there(site: Path) -> None:
    crate = json.loads((site / "ro-crate-metadata.json").read_text("utf-8"))
    assert crate["@context"] == "https://w3id.org/ro/crate/1.2/context"
    nodes = {each["@id"]: each for each in crate["@graph"]}
    assert len(nodes) == len(crate["@graph"])
    assert nodes["ro-crate-metadata.json"]["about"] == {"@id": "./"}
    assert nodes["ro-crate-metadata.json"]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.2"}
    root = nodes["./"]
    assert root["@type"] == "Dataset"
    assert all(root[key] for key in ("name", "description", "datePublished", "license"))
    assert {each["@id"] for each in root["hasPart"]} == {*GRAPHS, "report.json"}
    for part in root["hasPart"]:
        node = nodes[part["@id"]]
        assert (node["@type"], node["sha256"]) == ("File", sha256(site / part["@id"]))
        assert node["contentSize"] == str((site / part["@id"]).stat().st_size)
    refers = re.findall(r'\{"@id": "([^"]+)"\}', json.dumps(crate["@graph"]))
    assert [each for each in refers if each not in nodes and not each.startswith("https://w3id.org/ro/crate/")] == []


# --- how it is found --------------------------------------------------------------------------------------------------


def locations(path: Path) -> list[str]:
    return [each.text or "" for each in ElementTree.parse(path).iter() if each.tag.endswith("}loc")]  # noqa: S314 - our own


def test_the_site_map_has_each_page_and_no_more_than_may_be(
    built: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset, "MOST_ADDRESSES", 100)
    assert built.output is not None
    site = tmp_path / "site"
    publish(open_folder(ROOT), built.output, site, address=ADDRESS)
    maps = locations(site / "sitemap.xml")
    assert len(maps) > 1
    listed = [locations(site / each.removeprefix(ADDRESS)) for each in maps]
    assert max(map(len, listed)) == 100
    addresses = [address for some in listed for address in some]
    assert len(addresses) == len(set(addresses))
    pages = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert {each.removeprefix(ADDRESS) for each in addresses} == pages
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (site / "robots.txt").read_text("utf-8").splitlines()


def test_without_an_address_nothing_is_made_up(tmp_path: Path) -> None:
    site = publish_folder(shutil.copytree(INVENTED, tmp_path / "folder"), tmp_path / "site")
    assert not list(site.glob("sitemap*"))
    assert not (site / "w3id").exists()
    assert "Sitemap" not in (site / "robots.txt").read_text("utf-8")
    downloads = {quad.object.value for quad in read(site / "data.nt") if quad.predicate.value.endswith("#downloadURL")}
    assert downloads == {BASE + name for name in GRAPHS}


@pytest.mark.parametrize(
    "address", ["claims.example.org", "file:///tmp/site/", "https://example.org/a b/", "https://example.org/?a="]
)
def test_an_address_is_whole_or_refused(address: str, command: Command, tmp_path: Path) -> None:
    folder = shutil.copytree(INVENTED, tmp_path / "folder")
    done = command("site", folder, "-o", tmp_path / "site", "--base-url", address)
    assert done.returncode == 2
    assert "is not the address of a site" in done.stderr
    assert not (tmp_path / "site").exists()


# --- the rules for w3id.org -------------------------------------------------------------------------------------------


def redirect(text: str, path: str, accept: str) -> tuple[int, str]:
    """What Apache's mod_rewrite answers by rules of the kind that are written: conditions on Accept, and final redirects."""
    conditions: list[re.Pattern[str]] = []
    for line in text.splitlines():
        if condition := re.fullmatch(r'RewriteCond %\{HTTP_ACCEPT\} "(.+)" \[NC\]', line):
            conditions.append(re.compile(condition[1], re.IGNORECASE))
        elif rule := re.fullmatch(r"RewriteRule (\S+) (\S+) \[R=(\d+),L(?:,NE)?\]", line):
            match = re.search(rule[1], path)
            if match and all(each.search(accept) for each in conditions):
                return int(rule[3]), match.expand(re.sub(r"\$(\d)", r"\\\1", rule[2]))
            conditions = []
        else:
            assert not line or line.startswith("#") or line in {"Options -MultiViews", "RewriteEngine On"}, line
    raise AssertionError(path)


ACCEPTED = [
    ("", "html"),
    ("*/*", "html"),
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
    ("text/turtle", "ttl"),
    ("TEXT/TURTLE;q=0.9, */*;q=0.1", "ttl"),
    ("text/turtle, application/ld+json;q=0.5", "ttl"),
    ("application/ld+json, text/turtle;q=0.5", "jsonld"),
    ("application/n-triples", "nt"),
    ("application/n-triples, text/turtle", "nt"),
    ("text/html, text/turtle;q=0.5", "html"),
    ("application/pdf", "html"),
]


@pytest.mark.parametrize(("accept", "suffix"), ACCEPTED)
def test_a_client_is_led_to_the_format_that_it_names_first(accept: str, suffix: str) -> None:
    status, target = redirect(rules(ADDRESS), "data/actor/police", accept)
    assert (status, target) == (303, f"{ADDRESS}data/actor/police.{suffix}")


def test_every_thing_is_led_to_its_document(site: Path, store: ox.Store) -> None:
    text = (site / "w3id" / "htaccess.txt").read_text("utf-8")
    things = {quad.subject.value for quad in store if isinstance(quad.subject, ox.NamedNode)}
    things |= {quad.subject.value for quad in read(site / "ontology.nt") if isinstance(quad.subject, ox.NamedNode)}
    fragments = 0
    for iri in sorted(each for each in things if each.startswith(BASE)):
        path, _, own_fragment = iri.removeprefix(BASE).partition("#")
        found = locate(iri)
        assert found is not None
        document, fragment = (path, "") if own_fragment else found  # a client keeps what stands behind #
        for accept, suffix in (("text/html", "html"), ("text/turtle", "ttl"), ("application/ld+json", "jsonld")):
            wanted = f"{ADDRESS}{document}.{suffix}" + (f"#{fragment}" if fragment and suffix == "html" else "")
            assert redirect(text, path, accept) == (303, wanted), iri
            assert (site / f"{document}.{suffix}").is_file()
        fragments += bool(fragment)
    assert fragments > 500


def test_each_file_is_led_to_by_its_name(site: Path) -> None:
    files = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    text = rules(ADDRESS)
    assert [path for path in files if redirect(text, path, "*/*") != (302, ADDRESS + path)] == []
    assert redirect(text, "assets/engine.wasm.gz", "*/*") == (302, f"{ADDRESS}assets/engine.wasm.gz")


@pytest.mark.parametrize("path", ["data/", "data/actor/police/", "data//"])
def test_a_slash_too_many_is_taken_off(path: str) -> None:
    status, target = redirect(rules(ADDRESS), path, "text/turtle")
    assert (status, target) == (302, BASE + path.rstrip("/"))


@pytest.mark.parametrize("path", [*GRAPHS, "data/actor/police.ttl", "ontology.html", "SHA256SUMS", "assets/site.css"])
def test_files_are_led_to_by_their_names(path: str, site: Path) -> None:
    assert (site / path).is_file()
    assert redirect(rules(ADDRESS), path, "text/html, text/turtle") == (302, ADDRESS + path)


def test_the_version_of_the_ontology_is_no_file() -> None:
    assert redirect(rules(ADDRESS), "ontology/0.1.0", "text/turtle") == (303, f"{ADDRESS}ontology/0.1.0.ttl")
    assert redirect(rules(ADDRESS), "", "text/turtle") == (303, f"{ADDRESS}index.html")


# --- what is withheld -------------------------------------------------------------------------------------------------


def withheld(folder: Path, output: Path) -> str:
    page = (publish_folder(folder, output) / "withheld.html").read_text("utf-8")
    return unescape(re.sub(r"<[^>]+>", "", page.partition("<main")[2]))


def test_what_is_left_out_is_counted_with_its_reason(tmp_path: Path) -> None:
    text = withheld(shutil.copytree(INVENTED, tmp_path / "folder"), tmp_path / "site")
    assert "1 passage (23 characters) is left out, in 1 of 1 statement" in text
    assert "The letterhead." in text
    assert "1 person is named" in text
    assert "An invented person, made up for this example." in text
    assert "River Watch" not in text


@pytest.mark.parametrize(
    "reason",
    [
        "The letterhead of River Watch, again.",
        'The words "statement of" name nobody.',
        "A line for which Telmin asked not to be quoted.",
        "A line that names jóra.",
    ],
)
def test_a_reason_does_not_tell_what_it_withholds(reason: str, tmp_path: Path) -> None:
    folder = shutil.copytree(INVENTED, tmp_path / "folder")
    (claims,) = folder.glob("data/statements/*/claims.yaml")
    before = claims.read_text("utf-8")
    assert "    reason: The letterhead.\n" in before
    claims.write_text(
        before.replace("    reason: The letterhead.\n", f"    reason: {json.dumps(reason, ensure_ascii=False)}\n"), "utf-8"
    )
    text = withheld(folder, tmp_path / "site")
    assert reason not in text
    assert "The reason might tell what is withheld, and is not told here." in text


@pytest.mark.parametrize(
    ("reason", "words", "is_repeated"),
    [
        ("Zarb asked not to be named.", "Mr Xyloquent Zarb was there.", True),
        ("zarb's own wish.", "Mr Xyloquent Zarb was there.", True),
        ("Not asked of Li.", "Li Orso was there.", True),
        ("Of the Zarbs.", "Mr Zarb was there.", True),
        ("It is not about In.", "In Sorel was there.", True),
        ("Jo\u0301ra asked for it.", "JÓRA spoke.", True),
        ("О просьбе Орсовой.", "Орсова пришла.", False),
        ("О просьбе Орсова.", "Орсова пришла.", True),
        ("طلب زارب عدم ذكر اسمه", "السيد زارب كان هناك", True),
        ("The letterhead.", "السيد زارب كان هناك", True),
        ("A question of Orsov.", "Орсов пришёл.", True),
        ("周不愿意", "The chair opened it.", True),
        ("The letterhead.", "River Watch Association", False),
        ("A greeting, of which nothing is said.", "I thank the chair of the council for it.", False),
    ],
)
def test_which_reasons_have_words_of_their_passage(reason: str, words: str, is_repeated: bool) -> None:
    assert repeats(reason, words) is is_repeated


def test_ignored_passages_in_another_layout_are_counted_as_well(tmp_path: Path) -> None:
    folder = shutil.copytree(INVENTED, tmp_path / "folder")
    (claims,) = folder.glob("data/statements/*/claims.yaml")
    before = claims.read_text("utf-8")
    block = "ignored:\n  - quote: River Watch Association\n    reason: The letterhead.\n"
    assert block in before
    for number_, layout in enumerate(
        [
            "ignored: [{quote: {exact: River Watch Association}, reason: The letterhead.}]\n",
            "ignored:\n# why not\n- reason: The letterhead.\n\n  quote: >-\n    River Watch Association\n",
            '"ignored": [{quote: River Watch Association, reason: The letterhead.}]\n',
        ]
    ):
        claims.write_text(before.replace(block, layout), "utf-8")
        text = withheld(folder, tmp_path / f"site-{number_}")
        assert "1 passage (23 characters)" in text, layout
        assert "The letterhead." in text


# --- what was withdrawn and what changed ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def withdrawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of two statements, written anew over itself after the second was withdrawn and a claim of the first mended."""
    root = tmp_path_factory.mktemp("withdrawn")
    folder = two_statements(root / "folder")
    site = publish_folder(folder, root / "site")
    assert (site / f"data/statement/{SECOND}/utterance/c02.html").is_file()
    shutil.move(root / "site.built", root / "old")
    shutil.rmtree(folder / "data" / "statements" / SECOND)
    (folder / "data" / "withdrawn.yaml").write_text(
        f"- statement: {SECOND}\n  date: 2026-10-01\n  reason: Its publisher took it back.\n", "utf-8"
    )
    (claims,) = folder.glob("data/statements/*/claims.yaml")
    claims.write_text(
        claims.read_text("utf-8").replace(
            "proposition: Jora Telmin was held for three days.", "proposition: A teacher was held."
        ),
        "utf-8",
    )
    return publish_folder(folder, site, since=root / "old")


def test_nothing_of_what_was_withdrawn_is_there_any_more(withdrawn: Path) -> None:
    for path in withdrawn.rglob("*"):
        if path.is_file() and "assets/" not in path.as_posix():
            content = path.read_text("utf-8")
            assert [word for word in OF_THE_SECOND if word in content] == [], path
    assert not (withdrawn / f"data/statement/{SECOND}/utterance").exists()


def test_a_tombstone_says_when_and_why(withdrawn: Path) -> None:
    page = (withdrawn / f"data/statement/{SECOND}.html").read_text("utf-8")
    assert "2026-10-01" in page
    assert "Its publisher took it back." in page
    assert f'<link rel="cite-as" href="{DATA}statement/{SECOND}">' in page
    (gone,) = json.loads((withdrawn / "withdrawn.json").read_text("utf-8"))["withdrawn"]
    assert gone == {"iri": f"{DATA}statement/{SECOND}", "date": "2026-10-01", "reason": "Its publisher took it back."}
    said = rdflib.Graph().parse(withdrawn / f"data/statement/{SECOND}.ttl")
    thing = rdflib.URIRef(f"{DATA}statement/{SECOND}")
    assert said.value(thing, rdflib.OWL.deprecated) == rdflib.Literal(True)
    withdrawal = said.value(thing, rdflib.PROV.wasInvalidatedBy)
    assert said.value(withdrawal, rdflib.RDFS.comment) == rdflib.Literal("Its publisher took it back.")
    assert said.value(withdrawal, rdflib.DCTERMS.date) == rdflib.Literal("2026-10-01", datatype=rdflib.XSD.date)
    assert len(said) == 5


def test_the_page_of_changes_tells_what_is_new_and_not_what_went(withdrawn: Path) -> None:
    page = unescape(re.sub(r"<[^>]+>", "", (withdrawn / "changes.html").read_text("utf-8").partition("<main")[2]))
    assert "1 statement withdrawn" in page
    assert "A teacher was held." in page
    assert "Jora Telmin was held" not in page
    assert "Its publisher took it back." in page


def test_the_feed_is_atom_with_days_of_the_folder(withdrawn: Path) -> None:
    root = ElementTree.parse(withdrawn / "changes.atom").getroot()  # noqa: S314 - our own
    atom = "{http://www.w3.org/2005/Atom}"
    assert root.tag == f"{atom}feed"
    assert [root.findtext(f"{atom}{each}") for each in ("id", "updated")] == [f"{BASE}changes", "2026-10-01T00:00:00Z"]
    (entry,) = root.findall(f"{atom}entry")
    assert entry.findtext(f"{atom}summary") == "Its publisher took it back."
    assert all(entry.findtext(f"{atom}{each}") for each in ("id", "title", "updated"))


def test_a_statement_that_went_without_a_word_has_a_tombstone_too(tmp_path: Path) -> None:
    folder = two_statements(tmp_path / "folder")
    old = build(folder, tmp_path / "old").output
    shutil.rmtree(folder / "data" / "statements" / SECOND)
    site = publish_folder(folder, tmp_path / "site", since=old)
    page = (site / f"data/statement/{SECOND}.html").read_text("utf-8")
    assert "No reason is recorded." in page
    (gone,) = json.loads((site / "withdrawn.json").read_text("utf-8"))["withdrawn"]
    assert gone == {"iri": f"{DATA}statement/{SECOND}", "date": None, "reason": None}


def test_a_statement_that_comes_back_has_its_page_again(tmp_path: Path) -> None:
    folder = two_statements(tmp_path / "folder")
    shutil.move(folder / "data" / "statements" / SECOND, tmp_path / "aside")
    (folder / "data" / "withdrawn.yaml").write_text(
        f"- statement: {SECOND}\n  date: 2026-10-01\n  reason: By mistake.\n", "utf-8"
    )
    site = publish_folder(folder, tmp_path / "site")
    assert "By mistake." in (site / f"data/statement/{SECOND}.html").read_text("utf-8")
    shutil.move(tmp_path / "aside", folder / "data" / "statements" / SECOND)
    (folder / "data" / "withdrawn.yaml").unlink()
    publish_folder(folder, site)
    assert "Quillwater" in (site / f"data/statement/{SECOND}.html").read_text("utf-8")
    assert json.loads((site / "withdrawn.json").read_text("utf-8")) == {"withdrawn": []}


def test_a_second_run_writes_no_tombstone_anew(withdrawn: Path) -> None:
    root = withdrawn.parent
    tally = publish(open_folder(root / "folder"), root / "site.built", withdrawn, since=root / "old")
    assert (tally.written, tally.removed) == (0, 0)
    assert tally.files == tally.unchanged > 500


def test_a_long_list_of_changes_is_cut_and_says_so() -> None:
    entries = tuple(
        Entry("added", "claim", f"{DATA}statement/{SECOND}/utterance/c{at}", f"c{at}", "A claim.", SECOND, 0, (), (), 0, 7)
        for at in range(MOST_ENTRIES + 5)
    )
    told = tell_changes(Difference(entries, (), ()), frozenset(), ox.Store())
    assert [len(group.entries) for group in told.groups] == [MOST_ENTRIES]
    assert (told.more, told.summary) == (5, f"{MOST_ENTRIES + 5:,} claims added")


def test_without_an_earlier_graph_no_change_is_told(site: Path) -> None:
    assert "No earlier version was compared with it." in (site / "changes.html").read_text("utf-8")


def test_the_same_graph_twice_differs_in_nothing(built: Build, tmp_path: Path) -> None:
    assert built.output is not None
    publish(open_folder(ROOT), built.output, tmp_path / "site", since=built.output)
    assert "Nothing differs from the version before." in (tmp_path / "site" / "changes.html").read_text("utf-8")


def test_what_the_folder_says_of_itself_becomes_no_markup(tmp_path: Path) -> None:
    folder = shutil.copytree(INVENTED, tmp_path / "folder")
    evil = '</script><script>alert("x")</script>&amp; <b>'
    (folder / "data" / "dataset.yaml").write_text(
        f"title: {json.dumps(evil)}\ndescription: {json.dumps(evil)}\npublisher: river-watch\nversion: {json.dumps(evil)}\n"
        f"issued: 2026-10-01\nlicense: https://example.org/licence\ncite: {json.dumps(evil)}\n",
        "utf-8",
    )
    (folder / "data" / "withdrawn.yaml").write_text(
        f"- {{place: old-mill, date: 2026-10-02, reason: {json.dumps(evil)}}}\n", "utf-8"
    )
    site = publish_folder(folder, tmp_path / "site", address=ADDRESS)
    for name in ("data.html", "changes.html", "data/place/old-mill.html", "changes.atom"):
        text = (site / name).read_text("utf-8")
        assert "<script>alert" not in text
        assert "<b>" not in text
    root = ElementTree.parse(site / "changes.atom").getroot()  # noqa: S314 - our own
    assert {each.text for each in root.iter() if each.tag.endswith("}summary")} == {evil, "A version of the data set."}
    titles = {quad.object.value for quad in read(site / "data.nt") if quad.predicate.value.endswith("dc/terms/title")}
    assert evil in titles
    assert not any("old-mill" in each for each in locations(site / "sitemap-1.xml"))


def test_the_ontology_s_namespace_is_among_the_vocabularies(site: Path) -> None:
    assert ox.NamedNode(ONTOLOGY) in {
        quad.object for quad in read(site / "data.nt") if quad.predicate.value == f"{VOID}vocabulary"
    }

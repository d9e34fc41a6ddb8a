"""The four files: the same triples, the same bytes anywhere, no blank nodes, every word where it says it is."""

from __future__ import annotations

import os
import shutil
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from conftest import ROOT, Command
from rdflib.compare import isomorphic

from kg_builder import Build, load

OA = "http://www.w3.org/ns/oa#"
HRC = "https://w3id.org/rights-claims/ontology#"
FORMATS = {
    "ttl": ox.RdfFormat.TURTLE,
    "nq": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "jsonld": ox.RdfFormat.JSON_LD,
}
INVENTED = ROOT / "tests" / "queries" / "invented"

Triple = tuple[str, str, str]


def triples(content: str, format_: ox.RdfFormat) -> list[Triple]:
    return [(str(q.subject), str(q.predicate), str(q.object)) for q in ox.parse(content.encode(), format=format_)]


def select(store: ox.Store, query: str) -> ox.QuerySolutions:
    result = store.query(query)
    assert isinstance(result, ox.QuerySolutions)
    return result


def test_four_files_hold_the_same_triples_each_once(built: Build) -> None:
    parsed = {name: triples(built.content[name], format_) for name, format_ in FORMATS.items()}
    assert len(parsed["nq"]) == built.counts["triples"] > 3000
    for name, found in parsed.items():
        assert len(found) == len(set(found)), name
        assert set(found) == set(parsed["nq"]), name


def test_another_parser_reads_the_same(built: Build) -> None:
    nquads = rdflib.Graph().parse(data=built.content["nq"], format="nt")
    for name, format_ in (("ttl", "turtle"), ("jsonld", "json-ld")):
        assert isomorphic(rdflib.Graph().parse(data=built.content[name], format=format_), nquads), name
    dataset = rdflib.Dataset()
    dataset.parse(data=built.content["trig"], format="trig")
    assert {(s, p, o) for s, p, o, _ in dataset.quads()} == set(nquads)


def test_trig_has_a_named_graph_for_each_statement(built: Build) -> None:
    graphs = {str(q.graph_name) for q in ox.parse(built.content["trig"].encode(), format=ox.RdfFormat.TRIG)}
    named = {f"<https://w3id.org/rights-claims/data/statement/{id_}>" for id_ in built.statements}
    assert graphs - {"DEFAULT"} == named


def test_no_blank_nodes(store: ox.Store) -> None:
    assert not [quad for quad in store if ox.BlankNode in (type(quad.subject), type(quad.object))]


def test_every_passage_has_the_words_that_stand_there(store: ox.Store) -> None:
    """Offsets, words, context and line, against the text's own bytes, without the code that made them."""
    text = (ROOT / "data/statements/2020-05-25-odf-osce/text.txt").read_bytes().decode("utf-8")
    query = f"""SELECT ?exact ?prefix ?suffix ?start ?end ?line {{
        ?passage <{HRC}line> ?line ; <{OA}hasSelector> ?quote, ?position .
        ?quote <{OA}exact> ?exact . ?position <{OA}start> ?start ; <{OA}end> ?end .
        OPTIONAL {{ ?quote <{OA}prefix> ?prefix }} OPTIONAL {{ ?quote <{OA}suffix> ?suffix }} }}"""
    rows = list(select(store, query))
    passages = {q.subject for q in store.quads_for_pattern(None, None, ox.NamedNode(HRC + "Passage"), None)}
    assert len(rows) == len(passages) > 150
    for row in rows:
        start, end = int(row["start"].value), int(row["end"].value)
        assert text[start:end] == row["exact"].value
        prefix, suffix = (row[name].value if row[name] else "" for name in ("prefix", "suffix"))
        assert text[max(0, start - len(prefix)) : start] == prefix
        assert text[end : end + len(suffix)] == suffix
        assert int(row["line"].value) == text.count("\n", 0, start) + 1


def test_every_slot_has_words_or_a_reason(store: ox.Store) -> None:
    """Each triple of an event, and each triple of an utterance that is not of its frame or a default, is grounded.

    What an utterance is about is grounded too where it describes it, or states a relation of it.
    """
    frame = {"inStatement", "passage", "utteredBy", "proposition", "accuses", "disputes", "label", "type", "identifier"}
    defaults = {"heldBy", "stance", "directness"}
    grounded = {
        (str(row["s"]), str(row["p"]), str(row["o"]))
        for row in select(
            store,
            "SELECT ?s ?p ?o { ?m <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?s ;"
            "<http://www.w3.org/1999/02/22-rdf-syntax-ns#predicate> ?p ;"
            "<http://www.w3.org/1999/02/22-rdf-syntax-ns#object> ?o }",
        )
    }
    related: dict[str, set[str]] = defaultdict(set)
    for row in select(
        store, f"SELECT ?u ?s {{ ?m <{HRC}inUtterance> ?u ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?s }}"
    ):
        related[str(row["u"])].add(str(row["s"]))
    checked = 0
    for kind in ("Event", "Utterance"):
        for typed in store.quads_for_pattern(None, None, ox.NamedNode(HRC + kind), None):
            for quad in store.quads_for_pattern(typed.subject, None, None, None):
                local = quad.predicate.value.replace("#", "/").rpartition("/")[2]
                triple = (str(quad.subject), str(quad.predicate), str(quad.object))
                described = local == "about" and ("/event/" in triple[2] or triple[2] in related[triple[0]])
                if local not in frame | defaults and not described:
                    assert triple in grounded
                    checked += 1
    assert checked > 100


def test_report_tells_each_file_by_hash(built: Build) -> None:
    import hashlib
    import json

    assert built.output is not None
    report = json.loads((built.output / "report.json").read_text("utf-8"))
    assert set(report["files"]) == {"graph.ttl", "graph.nq", "graph.trig", "graph.jsonld"}
    for name, entry in report["files"].items():
        assert hashlib.sha256((built.output / name).read_bytes()).hexdigest() == entry["sha256"]
    assert report["validation"]["conforms"] is True
    assert report["counts"] == built.counts


def copy_folder(source: Path, target: Path, *, backwards: bool) -> Path:
    """A copy of a folder's inputs, its files made in another order."""
    target.mkdir(parents=True)
    names = ("data/entities", "data/statements", "data/links.yaml")
    files = sorted(path for name in names for path in (source / name).rglob("*") if path.is_file())
    files += [source / "data/links.yaml"] if (source / "data/links.yaml").is_file() else []
    for path in reversed(files) if backwards else files:
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    return target


@pytest.mark.parametrize("folder", [ROOT, INVENTED], ids=["own", "invented"])
def test_same_input_same_bytes(folder: Path, tmp_path: Path, command: Command) -> None:
    surroundings = [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "UTC"},
        {"PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8", "TZ": "Asia/Almaty", "PYTHONUTF8": "0"},
        {"PYTHONHASHSEED": "42", "LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns"},
    ]
    outputs = []
    for number, env in enumerate(surroundings):
        copy = copy_folder(folder, tmp_path / f"folder {number}" / "ë", backwards=number % 2 == 1)
        output = tmp_path / f"out{number}"
        done = command("build", copy, "-o", output, cwd=tmp_path, env=env)
        assert done.returncode == 0, done.stderr
        outputs.append({path.name: path.read_bytes() for path in output.iterdir()})
    assert set(outputs[0]) == {"graph.ttl", "graph.nq", "graph.trig", "graph.jsonld", "report.json"}
    for first, second in pairwise(outputs):
        assert first == second


def test_generated_files_are_those_in_the_repository() -> None:
    sys.path.insert(0, os.fspath(ROOT / "tools"))
    try:
        from generate import generated
    finally:
        sys.path.pop(0)
    files = generated()
    assert len(files) == 2
    for path, content in files.items():
        assert path.read_text("utf-8") == content, f"{path.name} is stale: run 'make generated'"


def test_names_of_persons_are_in_no_iri(store: ox.Store) -> None:
    persons = [actor for actor in load(ROOT).entities.actors.values() if actor.kind == "person"]
    words = {word.lower() for person in persons for _, label in person.labels for word in label.split()}
    assert len(words) == 4
    terms = {term.value for quad in store for term in (quad.subject, quad.object) if isinstance(term, ox.NamedNode)}
    assert not [iri for iri in terms if any(word in iri.lower() for word in words)]

"""What the command prints and where: data on standard output, all else on standard error, exit codes, explain."""

from __future__ import annotations

import csv
import io
import socket
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, Command

import kg_builder
from kg_builder import Build, InputError, ask, load, validate
from kg_builder.errors import NothingCheckedError
from kg_builder.explain import explain
from kg_builder.query import resolve

UTTERANCE = "https://w3id.org/rights-claims/data/statement/2020-05-25-odf-osce/utterance/"


def data(built: Build) -> Path:
    assert built.output is not None
    return built.output / "graph.nq"


def test_build_prints_the_turtle_on_standard_output(command: Command, built: Build) -> None:
    done = command("build", ROOT, "-o", "-")
    assert done.returncode == 0
    assert done.stdout == built.content["ttl"]
    assert "49 claims, 6 demands" in done.stderr


def test_build_twice_over_leaves_only_its_files(command: Command, tmp_path: Path) -> None:
    for _ in range(2):
        assert command("build", ROOT).returncode == 0
    names = {path.name for path in (tmp_path / "build").iterdir()}
    assert names == {"graph.ttl", "graph.nq", "graph.trig", "graph.jsonld", "report.json"}


def test_rows_in_a_pipe_are_plain(command: Command, built: Build) -> None:
    done = command("query", "accused-authorities", "--data", data(built), "--param", "actor=police")
    assert done.returncode == 0
    assert done.stderr == ""
    header, *rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert header[0] == "authority"
    assert len(rows) == 3
    assert {row[0] for row in rows} == {"the police"}


@pytest.mark.parametrize("format_", ["csv", "tsv", "json", "xml"])
def test_results_are_sparql_results(command: Command, built: Build, format_: str) -> None:
    done = command("query", "casualties", "--data", data(built), "--format", format_)
    assert done.returncode == 0
    if format_ == "csv":
        rows = list(csv.DictReader(io.StringIO(done.stdout)))
        assert {(row["minimum"], row["maximum"]) for row in rows} == {("11", "11"), ("181", "")}
        return
    formats = {"tsv": ox.QueryResultsFormat.TSV, "json": ox.QueryResultsFormat.JSON, "xml": ox.QueryResultsFormat.XML}
    again = ox.parse_query_results(input=done.stdout.encode(), format=formats[format_])
    assert isinstance(again, ox.QuerySolutions)
    assert sorted(int(row["minimum"].value) for row in again) == [11, 181]


def test_markdown_and_table_escape_what_would_break_them(command: Command, tmp_path: Path) -> None:
    graph = tmp_path / "graph.nt"
    graph.write_text('<urn:a> <urn:p> "a|b <script>\\n\\u001B[31m\\u202Ered" .\n', "utf-8")
    question = tmp_path / "q.rq"
    question.write_text("SELECT ?o { ?s ?p ?o }", "utf-8")
    for format_, wanted in (("markdown", "a\\|b &lt;script>"), ("table", "a|b <script>")):
        done = command("query", question, "--data", graph, "--format", format_)
        assert done.returncode == 0
        assert wanted in done.stdout
        assert "\x1b" not in done.stdout
        assert "\u202e" not in done.stdout


def test_without_a_name_the_questions_are_listed(command: Command) -> None:
    done = command("query")
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 31
    assert "Which authorities are accused of what, and how directly?" in done.stdout


def test_a_check_that_finds_rows_exits_with_1(command: Command, tmp_path: Path) -> None:
    fault = ROOT / "tests" / "checks" / "words-length.ttl"
    done = command("query", "words-length", "--data", fault)
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) >= 2


def test_explain_leads_from_a_node_to_the_words(command: Command, built: Build) -> None:
    done = command("explain", "utterance/c09", "--data", data(built))
    assert done.returncode == 0
    assert "Kazakhstani officials denies, according to Open Dialogue Foundation (reported)" in done.stdout
    assert "“The Kazakhstani officials claim absence of any ethnic discrimination”" in done.stdout
    assert "text.txt:21" in done.stdout
    assert "disputed by c10" in done.stdout


@pytest.mark.parametrize(
    ("node", "utterances"),
    [
        ("utterance/c27", {"c27"}),
        ("actor/dungans", {"c13", "c17", "c25", "c26", "c27", "c36", "d49", "c50", "d53"}),
        ("actor/hikvision", {"c22"}),
        ("place/kyrgyzstan", {"c17", "c18"}),
        ("event/killings/quantity/killed", {"c15"}),
        ("passage/937-950", {"c14"}),
        ("scheme/act-type/torture", {"c27"}),
        ("actor/document-distribution-centre", {"c06"}),
    ],
)
def test_explain_finds_every_utterance_behind_a_node(store: ox.Store, node: str, utterances: set[str]) -> None:
    found = explain(store, resolve(store, node, "node"))
    said = {saying.id for saying in found.sayings}
    assert said >= utterances if node.startswith(("actor/dungans", "passage")) else said == utterances
    assert all(saying.words and saying.line for saying in found.sayings)


def test_explain_tells_an_inference_from_words(store: ox.Store) -> None:
    (saying,) = explain(store, ox.NamedNode(UTTERANCE + "c27")).sayings
    by_property = {part.property: part for part in saying.parts}
    assert by_property["hrc:inferredPerpetrator"].because
    assert by_property["hrc:inferredPerpetrator"].words == ""
    assert by_property["hrc:allegedVictim"].words == "Some of them"
    assert by_property["hrc:allegedVictim"].because == ""


def test_usage_errors_exit_with_2_and_suggest(command: Command) -> None:
    for arguments, wanted in (
        (["bild"], "Did you mean 'build'?"),
        (["query", "accused-authoritis"], "Did you mean 'accused-authorities'?"),
        (["build", "--outptu", "x"], "--output"),
        (["explain", "polise", "--data", ROOT / "data" / "graph.ttl"], "Did you mean 'police'?"),
    ):
        done = command(*arguments)
        assert done.returncode == 2
        assert wanted in done.stderr
        assert done.stdout == ""


def test_python_interface(built: Build) -> None:
    folder = load(ROOT)
    assert folder.ids == ("2020-05-25-odf-osce",)
    assert len(folder.statement("2020-05-25-odf-osce").utterances) == 55
    report = validate(built.graph)
    assert report.conforms
    assert report.focus_nodes > 800
    assert "0 violations" in report._repr_html_()
    assert "<td>claims</td><td>49</td>" in built._repr_html_()
    assert len(ask(built.dataset, "accused-authorities", actor="police")) == 3
    with pytest.raises(InputError, match="no such folder"):
        load("nowhere")
    with pytest.raises(NothingCheckedError):
        validate(ROOT / "ontology" / "schemes" / "force.ttl", shapes=validate.__globals__["rdflib"].Graph())
    assert set(kg_builder.__all__) <= {*dir(kg_builder), *kg_builder.__all__}


def test_blank_nodes_of_two_files_are_two(tmp_path: Path, command: Command) -> None:
    """The label of a blank node is its file's own: what two files call _:a is not one thing."""
    for name in ("one", "two"):
        (tmp_path / f"{name}.nt").write_text(f"_:a <urn:p> <urn:{name}> .\n", "utf-8")
    (tmp_path / "q.rq").write_text("SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s <urn:p> ?o }", "utf-8")
    done = command("query", tmp_path / "q.rq", "--data", tmp_path / "one.nt", "--data", tmp_path / "two.nt")
    assert done.stdout.split() == ["n", "2"]
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n"
        "<urn:s> a sh:PropertyShape ; sh:targetSubjectsOf <urn:p> ; sh:path <urn:p> ; sh:maxCount 1 .\n",
        "utf-8",
    )
    done = command("validate", tmp_path / "one.nt", tmp_path / "two.nt", "--shapes", tmp_path / "shapes.ttl")
    assert done.returncode == 0, done.stdout


def test_no_connection_is_opened(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Hostile input names hosts in every way that an engine could follow; no socket is made."""
    opened: list[object] = []

    def refuse(*given: object, **named: object) -> None:
        opened.append((given, named))
        raise OSError("no network in this test")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    turtle = tmp_path / "a.ttl"
    turtle.write_text("<urn:a> <http://www.w3.org/2002/07/owl#imports> <http://192.0.2.1/x> .", "utf-8")
    remote = tmp_path / "a.jsonld"
    remote.write_text('{"@context": "http://192.0.2.1/context", "@id": "urn:a", "p": 1}', "utf-8")
    query = tmp_path / "a.rq"
    for text in (
        "SELECT * { SERVICE <http://192.0.2.1/> { ?s ?p ?o } }",
        "SELECT * FROM <http://192.0.2.1/> { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o } # \\u000A SERVICE",
        "LOAD <http://192.0.2.1/>",
        "PREFIX e: <urn:e:> SELECT * { ?s ?p ?o FILTER(?o = e:a)SERVICE <http://192.0.2.1/> {} }",
        "PREFIX e: <urn:e:> SELECT * { ?s ?p ?o FILTER(?o IN (e:b,e:a))SERVICE<http://192.0.2.1/>{} }",
    ):
        query.write_text(text, "utf-8")
        with pytest.raises(InputError):
            ask(turtle, str(query))
    with pytest.raises(NothingCheckedError):
        validate(turtle)
    with pytest.raises(InputError):
        validate(remote)
    assert opened == []

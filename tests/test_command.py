"""What the command prints and where: data on standard output, all else on standard error, exit codes, explain."""

from __future__ import annotations

import csv
import io
import json
import shlex
import socket
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
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


def closed(redirection: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command, started by a shell with streams closed."""
    words = shlex.join([sys.executable, "-m", "kg_builder", *arguments])
    shell = ["sh", "-c", f"{words} {redirection}"]
    return subprocess.run(shell, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_a_closed_stream_is_told_and_loses_nothing(tmp_path: Path) -> None:
    done = closed(">&-", tmp_path, "query")
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, "error: standard output is closed")
    assert closed(">&- 2>&-", tmp_path, "query").returncode == 2
    for arguments in (["validate", "-"], ["draft", "-"]):
        done = closed("<&-", tmp_path, *arguments)
        assert (done.returncode, done.stderr.splitlines()[0]) == (2, "error: standard input is closed")
    assert closed("<&- 2>&-", tmp_path, "query").stdout == closed("", tmp_path, "query").stdout != ""


def test_a_name_that_the_system_refuses_is_not_laid_to_standard_output(command: Command, tmp_path: Path) -> None:
    name = "a" * 300
    done = command("diff", name, "b.ttl")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"{name}: error: cannot be read or written: ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_standard_output_is_told(tmp_path: Path) -> None:
    done = closed("> /dev/full", tmp_path, "query")
    assert done.returncode == 2
    assert done.stderr.startswith("error: standard output cannot be written: ")


@pytest.mark.parametrize("suffix", ["json", "jsonld"])
def test_json_without_rdf_is_no_empty_graph(suffix: str, command: Command, tmp_path: Path) -> None:
    name = f"report.{suffix}"
    (tmp_path / name).write_text('{"results": [{"rule": "a"}]}', "utf-8")
    (tmp_path / f"rdf.{suffix}").write_text('{"@id": "urn:a", "urn:p": "x"}', "utf-8")
    for arguments, code in (
        (["query", "casualties", "--data", name], 3),
        (["query", "casualties", "--data", f"rdf.{suffix}", "--data", f"old={name}"], 3),
        (["diff", name, f"rdf.{suffix}"], 2),
        (["diff", f"rdf.{suffix}", name], 2),
    ):
        done = command(*arguments)
        assert (done.returncode, done.stdout) == (code, "")
        assert done.stderr.startswith(f"{name}: error: nothing in it is RDF")
        assert "@context" in done.stderr
    assert command("diff", f"rdf.{suffix}", f"rdf.{suffix}").returncode == 0
    assert command("query", "casualties", "--data", f"rdf.{suffix}").returncode == 0


@pytest.mark.parametrize("name", ["broken.ttl", "missing.ttl"])
@pytest.mark.parametrize("options", [[], ["--data-only"]], ids=["shapes", "data-only"])
def test_what_validate_cannot_read_is_told_in_the_format_asked_for(
    name: str, options: list[str], command: Command, tmp_path: Path
) -> None:
    (tmp_path / "broken.ttl").write_text("<urn:a> <urn:b>\n  . \n", "utf-8")
    at = ("broken.ttl", 2) if name == "broken.ttl" else ("missing.ttl", 0)
    told = {}
    for format_ in ("human", "github", "json", "sarif", "junit"):
        done = command("validate", name, "--format", format_, *options)
        assert (done.returncode, done.stderr.startswith(f"{name}:")) == (2, True)
        told[format_] = done.stdout
    assert told["human"] == ""
    assert told["github"].startswith(f"::error file={name},")
    (result,) = json.loads(told["json"])["results"]
    assert (result["shape"], result["location"]["file"], result["location"]["line"]) == ("input", *at)
    (result,) = json.loads(told["sarif"])["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("input", "error")
    (failure,) = ElementTree.fromstring(told["junit"]).iter("failure")  # noqa: S314 - made by ourselves
    assert (failure.text or "").startswith(name)


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
        validate(ROOT / "ontology" / "schemes" / "force.ttl", shapes=rdflib.Graph())
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

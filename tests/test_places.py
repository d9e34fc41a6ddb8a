"""A result leads to the line that a person mends: in claims.yaml where the graph was built from it, else in the file."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import rdflib
from conftest import ROOT, Command
from rdflib import SH

ERRORS = ROOT / "tests" / "errors"
CLAIMS = "data/statements/2019-03-14-river-watch/claims.yaml"
CHECK = """\
#+ title: Too early
#+ question: Which utterance comes too early?
#+ severity: warning
PREFIX hrc: <https://w3id.org/rights-claims/ontology#>
SELECT ?said ?which
WHERE { ?which a hrc:Claim ; hrc:proposition ?said . FILTER(STRENDS(STR(?said), "beat the fishermen.")) }
"""


def folder_with(case: str, folder: Path) -> Path:
    """The invented folder with a rule of its own that it breaks."""
    shutil.copytree(ERRORS / "base", folder, dirs_exist_ok=True)
    shutil.copytree(ERRORS / case / "overlay", folder, dirs_exist_ok=True)
    return folder


def line_of(folder: Path, text: str) -> int:
    return (folder / CLAIMS).read_text("utf-8").splitlines().index(text) + 1


def annotated(text: str) -> list[tuple[str, str, str, str]]:
    """Kind, file, line and title of each command to a runner."""
    found = []
    for line in text.splitlines():
        kind, properties = re.findall(r"^::(\w+) (.*?)::", line)[0]
        its = dict(each.split("=", 1) for each in properties.split(","))
        found.append((kind, its.get("file", ""), its.get("line", ""), its["title"].replace("%3A", ":")))
    return found


@pytest.mark.parametrize("name", [".", "our folder", "data"])
def test_results_of_a_build_are_annotated_at_the_claims(name: str, tmp_path: Path, command: Command) -> None:
    folder = folder_with("violation", tmp_path / name)
    done = command("build", name, "-o", "out", "--format", "github")
    assert done.returncode == 1
    claims = (Path(name) / CLAIMS).as_posix()
    lines = [line for line in (folder / CLAIMS).read_text("utf-8").splitlines() if line.startswith("- claim: ")]
    assert len(lines) == 5
    assert annotated(done.stdout) == [
        ("error", claims, str(line_of(folder, each)), "https://example.org/shapes#OwnBasis") for each in lines
    ]


def test_an_error_of_a_build_is_a_result_of_the_rule_input(tmp_path: Path, command: Command) -> None:
    folder = folder_with("violation", tmp_path / "our folder")
    claims = folder / CLAIMS
    claims.write_text(claims.read_text("utf-8").replace("stance: denies", "stnace: denies"), "utf-8")
    line = str(line_of(folder, "  stnace: denies"))
    done = command("build", "our folder", "--format", "github")
    assert (done.returncode, done.stderr) == (2, "")
    assert annotated(done.stdout)[0] == ("error", f"our folder/{CLAIMS}", line, "input")
    assert "Did you mean 'stance'?" in done.stdout
    told = json.loads(command("build", "our folder", "--format", "json").stdout)
    assert (told["conforms"], {each["shape"] for each in told["results"]}) == (False, {"input"})
    (run,) = json.loads(command("build", "our folder", "--format", "sarif").stdout)["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["input"]


def test_the_graph_and_the_results_do_not_share_an_output(command: Command) -> None:
    done = command("build", "-o", "-", "--format", "json")
    assert (done.returncode, done.stdout) == (2, "")
    assert "-o -" in done.stderr


def sarif(command: Command, *arguments: str) -> dict[str, Any]:
    (run,) = json.loads(command("validate", *arguments, "--format", "sarif").stdout)["runs"]
    (result,) = run["results"]
    assert isinstance(result, dict)
    return result


def place(location: dict[str, Any]) -> tuple[str, int]:
    physical = location["physicalLocation"]
    return physical["artifactLocation"]["uri"], physical["region"]["startLine"]


def test_a_row_of_a_check_has_a_place(tmp_path: Path, command: Command) -> None:
    """The first column with an IRI is the node: here it is not the first, and not called so."""
    folder = folder_with("check-finds-rows", tmp_path)
    (folder / "queries" / "checks" / "own.rq").write_text(CHECK, "utf-8")
    assert command("build").returncode == 0
    graph = (folder / "build" / "graph.ttl").read_text("utf-8").splitlines()
    [subject] = [at for at, line in enumerate(graph, 1) if re.match(r"\S*utterance/c04>? ", line)]

    of_file = sarif(command, "build/graph.ttl")
    assert (of_file["ruleId"], of_file["level"]) == ("check:own", "warning")
    assert place(of_file["locations"][0]) == ("build/graph.ttl", subject)
    assert "relatedLocations" not in of_file

    of_folder = sarif(command)
    assert place(of_folder["locations"][0]) == (CLAIMS, line_of(folder, "- claim: c04"))
    assert [place(each) for each in of_folder["relatedLocations"]] == [("build/graph.ttl", subject)]


def test_the_shacl_report_has_what_is_no_shape_too(tmp_path: Path, command: Command) -> None:
    """Rows of checks and ill-typed literals; a baseline holds there too."""
    folder = folder_with("check-finds-rows", tmp_path)
    (folder / "queries" / "checks" / "own.rq").write_text(CHECK, "utf-8")
    assert command("build").returncode == 0
    data = folder / "more.ttl"
    data.write_text(
        '<https://example.org/x> <https://example.org/day> "2031-02-30"^^<http://www.w3.org/2001/XMLSchema#date> .', "utf-8"
    )
    files = ("build/graph.ttl", "more.ttl")

    def severities(*arguments: str) -> list[rdflib.term.Node]:
        done = command("validate", *files, "--format", "turtle", *arguments)
        report = rdflib.Graph().parse(data=done.stdout, format="turtle")
        assert all(report.value(each, SH.focusNode) is not None for each in report.objects(None, SH.result))
        return sorted(report.objects(None, SH.resultSeverity), key=str)

    assert severities() == [SH.Violation, SH.Warning]
    (folder / "known.json").write_text(command("validate", "more.ttl", "--data-only", "--format", "json").stdout, "utf-8")
    assert severities("--baseline", "known.json") == [SH.Warning]
    told = json.loads(command("validate", *files, "--format", "json", "--baseline", "known.json").stdout)
    assert (told["known"], len(told["results"])) == (1, 1)

"""The files that other people's CI runs: the GitHub action, the pre-commit hooks, the snippets of ``docs/ci.md``.

No runner and no pre-commit are at hand, so the scripts are run as those run them: inputs in the environment, each step by
``bash``, file names behind the entry's words. Required keys are those of GitHub's "Metadata syntax" and of pre-commit's "new
hooks" pages.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT

BIN = Path(sys.executable).parent
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
PAGE = (ROOT / "docs" / "ci.md").read_text("utf-8")
EXPRESSION = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")

HEAD = """\
@prefix ex: <https://example.org/> .
@prefix hrc: <https://w3id.org/rights-claims/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""
GOOD = HEAD + 'ex:halm a hrc:Place ; rdfs:label "Halm"@en .\n'
BAD = GOOD + 'ex:mill a hrc:Place ;\n  rdfs:label "Mill" .\n'  # the label has no language: line 6, column 14
BROKEN = HEAD + "ex:halm a hrc:Place ;;; ( .\n"
SHAPES = """\
@prefix ex: <https://example.org/> .
@prefix hrc: <https://w3id.org/rights-claims/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ex:Remarked a sh:PropertyShape ; sh:targetClass hrc:Place ; sh:path ex:remark ; sh:minCount 1 .
"""


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A checkout of somebody's data; the names have spaces."""
    folder = tmp_path / "a checkout"
    (folder / "more data").mkdir(parents=True)
    (folder / "good.ttl").write_text(GOOD, "utf-8")
    (folder / "more data" / "bad places.ttl").write_text(BAD, "utf-8")
    (folder / "broken.ttl").write_text(BROKEN, "utf-8")
    (folder / "our shapes.ttl").write_text(SHAPES, "utf-8")
    return folder


def shell(script: str, folder: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """A script as a runner runs it."""
    return subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


# --- the GitHub action ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Ran:
    """What a run of the action left."""

    code: int
    log: str
    errors: str
    outputs: dict[str, str]
    matcher: re.Pattern[str]


def steps() -> dict[str, dict[str, Any]]:
    return {step["name"]: step for step in ACTION["runs"]["steps"]}


def act(work: Path, /, **inputs: str) -> Ran:
    """Run the last step of the action with inputs, as GitHub does: defaults filled in, expressions put into its ``env``."""
    given = {name: str(its.get("default", "")) for name, its in ACTION["inputs"].items()}
    for name, value in inputs.items():
        assert name.replace("_", "-") in given, name
        given[name.replace("_", "-")] = value
    step = steps()["Run kg-builder"]
    values = {f"inputs.{name}": value for name, value in given.items()}
    env = {name: EXPRESSION.sub(lambda found: values[found[1]], value) for name, value in step["env"].items()}
    temporary = work.parent / "runner temp"
    temporary.mkdir(exist_ok=True)
    output = temporary / "output"
    output.write_text("", "utf-8")
    done = shell(step["run"], work, {**env, "RUNNER_TEMP": str(temporary), "GITHUB_OUTPUT": str(output)})
    outputs = dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines())
    found = json.loads((temporary / "kg-builder-matcher.json").read_text("utf-8"))
    (matcher,) = found["problemMatcher"]
    (pattern,) = matcher["pattern"]
    assert [pattern[name] for name in ("file", "line", "column", "message")] == [1, 2, 3, 4]
    assert f"::add-matcher::{temporary / 'kg-builder-matcher.json'}" in done.stdout.splitlines()
    assert f"::remove-matcher owner={matcher['owner']}::" in done.stdout.splitlines()
    return Ran(done.returncode, done.stdout, done.stderr, outputs, re.compile(pattern["regexp"]))


def annotated(log: str) -> list[tuple[str, str, int, int]]:
    """Kind, file, line and column of each annotation, decoded as the runner does it."""
    found = []
    for kind, properties in re.findall(r"^::(error|warning|notice) (.+?)::", log, re.MULTILINE):
        values = dict(each.split("=", 1) for each in properties.split(","))
        file = values["file"].replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
        found.append((kind, file, int(values["line"]), int(values["col"])))
    return found


def test_the_action_has_what_github_asks_for() -> None:
    assert ACTION.keys() <= {"name", "author", "description", "inputs", "outputs", "runs", "branding"}
    assert {"name", "description", "runs"} <= ACTION.keys()
    assert ACTION["runs"]["using"] == "composite"
    assert len(ACTION["description"]) <= 125, "the marketplace takes no more"
    for its in ACTION["inputs"].values():
        assert its.keys() <= {"description", "required", "default", "deprecationMessage"}
        assert its["description"]
        assert isinstance(its["default"], str), "the runner knows strings only"
    for its in ACTION["outputs"].values():
        assert its.keys() == {"description", "value"}
    for step in ACTION["runs"]["steps"]:
        assert ("run" in step) != ("uses" in step)
        assert "run" not in step or step["shell"] == "bash", "a composite action names its shell"


def test_every_expression_names_what_there_is() -> None:
    given = {*(f"inputs.{name}" for name in ACTION["inputs"]), "github.action_path"}
    given |= {f"steps.run.outputs.{name}" for name in ACTION["outputs"]}
    used = set(EXPRESSION.findall((ROOT / "action.yml").read_text("utf-8")))
    assert used == given


def test_nothing_is_pasted_into_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")


def test_actions_of_others_are_pinned() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "uses" not in step or re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", step["uses"])


def test_the_action_installs_itself(tmp_path: Path) -> None:
    """The step is run with a Python that writes down what it is asked for."""
    step = steps()["Install kg-builder"]
    assert step["env"] == {"ACTION_PATH": "${{ github.action_path }}"}
    (tmp_path / "python").write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', "utf-8")
    (tmp_path / "python").chmod(0o755)
    done = shell(step["run"], tmp_path, {"ACTION_PATH": "/the action's path", "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    words = done.stdout.splitlines()
    assert words[:3] == ["-m", "pip", "install"]
    assert [word for word in words[3:] if not word.startswith("--")] == ["/the action's path"]


def test_good_files_pass(work: Path) -> None:
    ran = act(work, files="good.ttl")
    assert ran.code == 0, ran.errors
    assert ran.outputs == {"exit-code": "0"}
    assert annotated(ran.log) == []


def test_a_violation_fails_and_is_annotated_at_its_line(work: Path) -> None:
    ran = act(work, files="good.ttl\nmore data/bad places.ttl\n")
    assert ran.code == 1, ran.errors
    assert ran.outputs == {"exit-code": "1"}
    lines = (work / "more data" / "bad places.ttl").read_text("utf-8").splitlines()
    assert lines[5][13:] == '"Mill" .'
    assert annotated(ran.log) == [("error", "more data/bad places.ttl", 6, 14)]


@pytest.mark.parametrize("pattern", ["more data/*.ttl", "**/bad*.ttl", "more data/bad place[s].ttl"])
def test_patterns_find_files(work: Path, pattern: str) -> None:
    ran = act(work, files=pattern)
    assert [place[1] for place in annotated(ran.log)] == ["more data/bad places.ttl"]


def test_a_file_of_exactly_that_name_comes_before_a_pattern(work: Path) -> None:
    (work / "data[1].ttl").write_text(BAD, "utf-8")
    (work / "data1.ttl").write_text(GOOD, "utf-8")
    assert act(work, files="data[1].ttl").code == 1


def test_a_pattern_that_finds_nothing_is_told(work: Path) -> None:
    ran = act(work, files="nowhere/*.ttl")
    assert ran.code == 2
    assert "nowhere/*.ttl: error: there is no such file" in ran.errors


def test_no_file_is_no_pass(work: Path) -> None:
    shutil.copytree(work, work / "build")
    ran = act(work, files="\n")
    assert ran.code == 3
    assert ran.matcher.search(ran.errors)


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ({"fail_on": "none"}, 0),
        ({"data_only": "true"}, 0),
        ({"data_only": "false"}, 1),
        ({"shapes": "our shapes.ttl"}, 1),
        ({"fail_on": "sometimes"}, 2),
        ({"format": "human"}, 1),
        ({"format": "interpretive dance"}, 2),
        ({"baseline": "no such report.json"}, 2),
    ],
)
def test_inputs_are_the_options_of_the_command(work: Path, inputs: dict[str, str], code: int) -> None:
    ran = act(work, files="more data/bad places.ttl", **inputs)
    assert ran.code == code, ran.errors
    assert ran.outputs["exit-code"] == str(code)
    if "shapes" in inputs:
        assert len(annotated(ran.log)) == 2, "both places lack a remark"
    if code == 2:
        assert any(ran.matcher.match(line) for line in ran.errors.splitlines()), ran.errors


def test_a_file_that_cannot_be_read_becomes_an_annotation(work: Path) -> None:
    ran = act(work, files="broken.ttl")
    assert ran.code == 2
    found = ran.matcher.match(ran.errors.splitlines()[0])
    assert found
    assert found.groups()[:2] == ("broken.ttl", "4")


def test_a_baseline_holds_back_what_is_known(work: Path) -> None:
    made = shell("kg-builder validate 'more data/bad places.ttl' --format json > 'the baseline.json' || true", work)
    assert made.returncode == 0
    assert act(work, files="more data/bad places.ttl", baseline="the baseline.json").code == 0
    with (work / "more data" / "bad places.ttl").open("a", encoding="utf-8") as file:
        file.write("ex:lock a hrc:Place .\n")
    ran = act(work, files="more data/bad places.ttl", baseline="the baseline.json")
    assert ran.code == 1
    assert annotated(ran.log) == [("error", "more data/bad places.ttl", 7, 1)]


@pytest.mark.parametrize(("files", "code", "results"), [("good.ttl", 0, 0), ("more data/bad places.ttl", 1, 1)])
def test_sarif_is_written_whether_it_conforms_or_not(work: Path, files: str, code: int, results: int) -> None:
    ran = act(work, files=files, sarif_file="the reports/kg builder.sarif")
    assert ran.code == code
    assert ran.outputs == {"exit-code": str(code), "sarif-file": "the reports/kg builder.sarif"}
    sarif = json.loads((work / "the reports" / "kg builder.sarif").read_text("utf-8"))
    assert sarif["version"] == "2.1.0"
    assert len(sarif["runs"][0]["results"]) == results
    assert len(annotated(ran.log)) == results


def test_no_sarif_is_left_where_nothing_could_be_validated(work: Path) -> None:
    ran = act(work, files="broken.ttl", sarif_file="kg.sarif")
    assert ran.code == 2
    assert "sarif-file" not in ran.outputs
    assert not (work / "kg.sarif").exists()


@pytest.mark.parametrize("name", sorted(ACTION["inputs"]))
def test_an_input_is_never_run(work: Path, name: str) -> None:
    for hostile in ("$(touch planted)`touch planted`", 'good.ttl"; touch planted; "\nexit-code=0'):
        ran = act(work, **{"files": "good.ttl", name.replace("-", "_"): hostile})
        assert not (work / "planted").exists()
        assert set(ran.outputs) <= {"exit-code", "sarif-file"}
        assert ran.outputs["exit-code"] == str(ran.code)


def test_a_line_of_the_data_is_no_command_to_the_runner(work: Path) -> None:
    """The prefix of the first name is empty, and its local part begins with a colon: Turtle allows both."""
    (work / "sly.ttl").write_text(f"{HEAD}@prefix : <urn:> .\n::warning::x a hrc:Place .\n", "utf-8")
    log = act(work, files="sly.ttl", format="human").log.splitlines()
    (start,) = [at for at, line in enumerate(log) if line.startswith("::stop-commands::")]
    token = log[start].removeprefix("::stop-commands::")
    sly = [at for at, line in enumerate(log) if line.strip().startswith("::warning::")]
    assert sly
    assert all(start < at < log.index(f"::{token}::") for at in sly)
    assert not annotated("\n".join(log))


def test_the_action_builds_a_folder(work: Path) -> None:
    shutil.copytree(ROOT / "tests" / "errors" / "base", work / "our folder")
    ran = act(work, folder="our folder", output="the graph")
    assert ran.code == 0, ran.errors
    assert (work / "the graph" / "graph.ttl").exists()


@pytest.mark.parametrize("name", ["shapes", "baseline", "sarif_file"])
def test_an_input_that_a_build_would_pass_over_is_refused(work: Path, name: str) -> None:
    ran = act(work, folder=".", **{name: "something"})
    assert ran.code == 2
    assert ran.matcher.search(ran.errors)


@pytest.mark.parametrize("where", [".", "our folder", "data"])
def test_a_fault_in_a_folder_is_annotated_at_its_line(work: Path, where: str) -> None:
    shutil.copytree(ROOT / "tests" / "errors" / "base", work / where, dirs_exist_ok=True)
    (claims,) = (work / where).glob("data/statements/*/claims.yaml")
    text = claims.read_text("utf-8")
    line = text.splitlines().index("status: reviewed") + 1
    claims.write_text(text.replace("status: reviewed", "status: revied", 1), "utf-8")
    ran = act(work, folder=where)
    assert ran.code == 2
    ((kind, file, at, _),) = annotated(ran.log)
    assert (kind, file, at) == ("error", claims.relative_to(work).as_posix(), line)


# --- pre-commit -------------------------------------------------------------------------------------------------------


def hook(id_: str, folder: Path, *files: str, args: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    """Run a hook as pre-commit does: the words of its entry, then args, then the staged files that it asks for."""
    (its,) = (each for each in HOOKS if each["id"] == id_)
    wanted = [file for file in files if re.search(its["files"], file) and not re.search(its.get("exclude", "^$"), file)]
    assert wanted, "no file is of interest to the hook"
    words = [*shlex.split(its["entry"]), *args, *(wanted if its.get("pass_filenames", True) else [])]
    return shell(shlex.join(words), folder)


def test_the_hooks_have_what_pre_commit_asks_for() -> None:
    assert [each["id"] for each in HOOKS] == ["kg-builder-build", "kg-builder-validate"]
    for each in HOOKS:
        assert {"id", "name", "entry", "language"} <= each.keys()
        assert each.keys() - {"id", "name", "entry", "language"} <= {
            "description", "files", "exclude", "pass_filenames", "require_serial", "args", "types", "types_or"
        }  # fmt: skip
        assert each["language"] == "python"
        assert shlex.split(each["entry"])[0] == "kg-builder"
        for name in ("files", "exclude"):
            re.compile(each.get(name, ""))


@pytest.mark.parametrize(
    ("id_", "file", "wanted"),
    [
        ("kg-builder-build", "data/statements/2031-03-14-lantern-assembly/text.txt", True),
        ("kg-builder-build", "data/entities/shared.yaml", True),
        ("kg-builder-build", "our folder/data/links.yaml", True),
        ("kg-builder-build", "ontology/shapes/own.ttl", True),
        ("kg-builder-build", "README.md", False),
        ("kg-builder-build", "data/graph.ttl", False),
        ("kg-builder-validate", "data/graph.ttl", True),
        ("kg-builder-validate", "graph.jsonld", True),
        ("kg-builder-validate", "package.json", False),
        ("kg-builder-validate", "ontology/shapes/own.ttl", False),
        ("kg-builder-validate", "notes.ttl.txt", False),
    ],
)
def test_the_hooks_look_at_the_right_files(id_: str, file: str, wanted: bool) -> None:
    (its,) = (each for each in HOOKS if each["id"] == id_)
    assert bool(re.search(its["files"], file) and not re.search(its.get("exclude", "^$"), file)) == wanted


def test_the_validating_hook(work: Path) -> None:
    assert hook("kg-builder-validate", work, "good.ttl", "README.md").returncode == 0
    done = hook("kg-builder-validate", work, "good.ttl", "more data/bad places.ttl")
    assert done.returncode == 1
    assert "more data/bad places.ttl:6:14" in done.stdout
    assert hook("kg-builder-validate", work, "more data/bad places.ttl", args=("--data-only",)).returncode == 0


def test_the_building_hook_writes_nothing(work: Path) -> None:
    shutil.copytree(ROOT / "tests" / "errors" / "base" / "data", work / "data")
    (claims,) = work.glob("data/statements/*/claims.yaml")
    file = claims.relative_to(work).as_posix()
    before = sorted(work.rglob("*"))
    assert hook("kg-builder-build", work, file).returncode == 0
    assert sorted(work.rglob("*")) == before
    claims.write_text(claims.read_text("utf-8") + "nonsense: true\n", "utf-8")
    done = hook("kg-builder-build", work, file)
    assert done.returncode == 2
    assert done.stderr.startswith(file)
    assert done.stdout == ""


def test_the_building_hook_takes_another_folder(work: Path) -> None:
    shutil.copytree(ROOT / "tests" / "errors" / "base", work / "our folder")
    assert hook("kg-builder-build", work, "our folder/data/links.yaml", args=("our folder",)).returncode == 0


# --- what docs/ci.md gives to copy ------------------------------------------------------------------------------------


def snippets() -> list[dict[str, Any]]:
    return [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)]


def gitlab() -> dict[str, Any]:
    (job,) = (its["validate"] for its in snippets() if "script" in its.get("validate", {}))
    assert isinstance(job, dict)
    return job


def test_the_page_uses_inputs_and_outputs_that_there_are() -> None:
    used = 0
    for snippet in snippets():
        for job in snippet.get("jobs", {}).values():
            assert job["permissions"]["contents"] == "read"
            ids = {}
            for step in job["steps"]:
                if "/kg-builder@" in step.get("uses", ""):
                    assert step.get("with", {}).keys() <= ACTION["inputs"].keys()
                    ids[step.get("id", "")] = step
                    used += 1
            for id_, name in re.findall(r"steps\.([\w-]+)\.outputs\.([\w-]+)", yaml.safe_dump(job)):
                assert id_ in ids
                assert name in ACTION["outputs"]
    assert used >= 3


def test_the_page_names_every_input_output_and_hook() -> None:
    for name in (*ACTION["inputs"], *ACTION["outputs"], *(each["id"] for each in HOOKS)):
        assert f"`{name}`" in PAGE, name
    used = {each["id"] for snippet in snippets() for repo in snippet.get("repos", []) for each in repo["hooks"]}
    assert used == {each["id"] for each in HOOKS}


@pytest.mark.parametrize(("content", "code", "failures"), [(GOOD, 0, 0), (BAD, 1, 1)])
def test_the_lines_for_gitlab_run(work: Path, content: str, code: int, failures: int) -> None:
    job = gitlab()
    report = job["artifacts"]["reports"]["junit"]
    assert job["artifacts"]["when"] == "always", "the report of a job that failed is the one that is wanted"
    (work / "data").mkdir()
    (work / "data" / "graph.ttl").write_text(content, "utf-8")
    lines = [line for line in job["script"] if not line.startswith("pip install ")]
    assert len(lines) == len(job["script"]) - 1
    done = shell("\n".join(lines), work)
    assert done.returncode == code, done.stderr
    suites = ET.parse(work / report).getroot()  # noqa: S314 - our own file
    assert suites.tag == "testsuites"
    assert int(suites.attrib["failures"]) == failures == len(suites.findall(".//failure"))
    if failures:
        assert "data/graph.ttl:6:14" in (suites.findtext(".//failure") or "")
        assert "data/graph.ttl:6:14" in done.stdout, "the log tells it too"


def test_the_lines_of_the_baseline_run(work: Path) -> None:
    shutil.copytree(work / "more data", work / "data")
    (work / "data" / "bad places.ttl").rename(work / "data" / "graph.ttl")
    for line in re.findall(r"^kg-builder validate .*baseline\.json.*$", PAGE, re.MULTILINE):
        done = shell(line, work)
        assert done.returncode == 0, f"{line}\n{done.stderr}"
    assert len(json.loads((work / "baseline.json").read_text("utf-8"))["results"]) == 1

"""The documentation cannot lie: commands, options, questions, links, examples and figures are held against what is there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pyoxigraph as ox
import pytest
import rdflib
import yaml
from conftest import ROOT, Command

from kg_builder import Build, __version__, ask, errors
from kg_builder.cli import cli
from kg_builder.query import list_queries
from kg_builder.vocabulary import DATA, PREFIXES

README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = (ROOT / "docs" / "commands.md").read_text("utf-8")
QUESTIONS = (ROOT / "docs" / "queries.md").read_text("utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CUT = "…"


def blocks(language: str) -> list[str]:
    return [content for kind, content in BLOCK.findall(README) if kind == language]


def printed(command: str) -> list[str]:
    """The lines that README shows as the output of a command; lines that are cut with ``…`` are left out."""
    shown = re.search(rf"^`{re.escape(command)}` (?:prints|ends with):\n\n```text\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    assert shown, command
    return [line for line in shown.group(1).splitlines() if CUT not in line]


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", COMMANDS, re.MULTILINE | re.DOTALL)
    assert found, f"docs/commands.md has no section '{title}'"
    return found.group(1)


def anchor(heading: str) -> str:
    """The fragment that a heading gets on the usual forges."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.fixture(scope="module")
def folder(built: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The repository's data alone, built."""
    copy = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "data", copy / "data")
    assert built.output is not None
    shutil.copytree(built.output, copy / "build")
    return copy


# --- the commands -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_and_option_is_told(name: str) -> None:
    told = section(name)
    assert f"kg-builder {name}" in told
    assert f"kg-builder {name}" in README
    for parameter in cli.commands[name].params:
        if isinstance(parameter, click.Option):
            for word in parameter.opts:
                assert f"`{word}`" in told, word
        else:
            assert parameter.make_metavar(click.Context(cli.commands[name])).strip("[].…") in told
        if isinstance(parameter.type, click.Choice):
            for choice in parameter.type.choices:
                assert f"`{choice}`" in told, choice


def test_no_option_is_told_that_is_not_there() -> None:
    known = {
        word for command in cli.commands.values() for option in command.params for word in (*option.opts, *option.secondary_opts)
    }
    told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", COMMANDS)) - {"--help", "--version"}
    assert told <= known


def test_every_exit_code_is_told() -> None:
    for name, code in vars(errors).items():
        if name.startswith("EXIT_"):
            assert re.search(rf"^\| {code} \|", COMMANDS, re.MULTILINE), name
            assert re.search(rf"\b{code} [a-z]", README), name


# --- the questions ----------------------------------------------------------------------------------------------------


def test_every_question_is_told_as_its_file_has_it() -> None:
    wanted = []
    for query in list_queries().values():
        parameters = "<br>".join(f"`{each.name}` ({each.type}): {each.description}" for each in query.parameters)
        wanted.append(f"| [`{query.name}`](../queries/{query.name}.rq) | {query.question} | {parameters} |")
    wanted += [
        f"| [`{check.name}`](../queries/checks/{check.name}.rq) | {check.question} | {check.severity} |"
        for check in list_queries(below="checks").values()
    ]
    assert [line for line in QUESTIONS.splitlines() if line.startswith("| [")] == wanted


# --- links and figures ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    text = BLOCK.sub("", page.read_text("utf-8"))
    for link in LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, fragment = link.partition("#")
        target = page.parent / path if path else page
        assert target.exists(), link
        if fragment:
            assert fragment in map(anchor, HEADING.findall(target.read_text("utf-8"))), link


def test_one_version_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    released = re.search(r"^## \[([\d.]+)\] - ([\d-]+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert released
    assert released.groups() == (__version__, str(citation["date-released"]))
    assert citation["version"] == __version__


def test_the_figures_of_the_readme_are_those_of_the_build(built: Build, command: Command, folder: Path) -> None:
    lines = printed("make build")
    for what, number in built.counts.items():
        assert f"{number:,} {what.removesuffix('s')}" in lines[0], what
    assert f"Written to build: {', '.join(built.files)}, report.json" in lines
    table = command("query", "accused-authorities", "--format", "table", cwd=folder, env={"COLUMNS": "150"}).stdout.splitlines()
    assert [line for line in lines if line[0] in "┌│├└"] == table[: len(lines) - 2]


# --- examples ---------------------------------------------------------------------------------------------------------

LINES = [line for block in blocks("sh") for line in block.splitlines() if line.startswith("kg-builder ")]


@pytest.mark.parametrize("line", LINES)
def test_every_command_of_the_readme_runs(line: str, command: Command, folder: Path) -> None:
    done = command(*shlex.split(line, comments=True)[1:], cwd=folder)
    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize("line", re.findall(r"^`kg-builder (.+)` prints:$", README, re.MULTILINE))
def test_what_the_readme_shows_is_printed(line: str, command: Command, folder: Path) -> None:
    output = command(*shlex.split(line), cwd=folder).stdout.splitlines()
    shown = printed(f"kg-builder {line}")
    assert output[: len(shown)] == shown


@pytest.mark.parametrize("code", blocks("python"))
def test_every_python_example_runs(code: str, folder: Path) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_the_query_of_the_readme_has_the_answer_that_stands_below_it(built: Build, tmp_path: Path) -> None:
    (query,) = blocks("sparql")
    table = README.split(query)[1].split("\n\n")[1].splitlines()
    header, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    path = tmp_path / "readme.rq"
    path.write_text(query, "utf-8")
    answer = ask(built.graph, str(path))
    assert [list(answer.variables), *answer.texts()] == [header, *rows]


def test_the_yaml_of_the_readme_stands_in_the_claims() -> None:
    (entry,) = blocks("yaml")
    assert entry in (ROOT / "data" / "statements" / "2020-05-25-odf-osce" / "claims.yaml").read_text("utf-8")


def test_the_turtle_of_the_readme_stands_in_the_graph(built: Build) -> None:
    (turtle,) = blocks("turtle")
    prefixes = {**PREFIXES, **dict(re.findall(r"^@prefix ([\w-]+): <(.+)> \.$", built.content["ttl"], re.MULTILINE))}
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    base = f"{DATA}statement/2020-05-25-odf-osce/"
    shown = list(ox.parse((head + turtle).encode(), ox.RdfFormat.TURTLE, base_iri=base))
    graph = rdflib.Graph().parse(data="".join(f"{quad.triple} .\n" for quad in shown), format="nt")
    assert len(graph) > 20
    assert set(graph) <= set(built.graph)

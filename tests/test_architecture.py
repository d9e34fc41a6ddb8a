"""The way of the data goes in one direction: each module imports only from those before it, and only ``cli`` prints or exits."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

PACKAGE = "kg_builder"
SOURCES = ROOT / "src" / PACKAGE

# Modules that stand side by side do not import each other.
LAYERS = (
    {"errors"},
    {"confine"},
    {"worker"},
    {"model"},
    {"vocabulary"},
    {"source.tree"},
    {"source.values", "source.text", "source.reasons"},
    {"source.entities"},
    {"source.lookup", "source.quotes"},
    {"source.claims"},
    {"source.folder"},
    {"source.publication", "source.left_out"},
    {"source"},
    {"rdf.terms"},
    {"rdf.describe", "rdf.notation"},
    {"rdf.write"},
    {"rdf"},
    {"graphs", "sparql"},
    {"engine.lexical"},
    {"engine.terms", "engine.data"},
    {"engine.store", "engine.targets"},
    {"engine.run"},
    {"engine.query"},
    {"engine.compile"},
    {"engine"},
    {"locate", "parts"},
    {"shapes"},
    {"report"},
    {"validation"},
    {"query"},
    {"checks"},
    {"inspection"},
    {"placing"},
    {"incremental"},
    {"pipeline"},
    {"explain", "tell"},
    {"diff.compare", "diff.side"},
    {"diff.words"},
    {"diff.tell"},
    {"diff"},
    {"lint.rules", "lint.names", "lint.terms", "lint.turtle"},
    {"lint.files"},
    {"lint.ontology", "lint.queries", "lint.shapes", "lint.folder"},
    {"lint.schemes"},
    {"lint"},
    {"evaluation.located", "evaluation.places"},
    {"evaluation.reading"},
    {"evaluation.matching", "evaluation.folders"},
    {"evaluation.scoring"},
    {"evaluation.intervals"},
    {"evaluation.report"},
    {"evaluation"},
    {"extract.language"},
    {"extract.reading.sentences"},
    {"extract.reading.numbers", "extract.reading.times", "extract.reading.function_words"},
    {"extract.reading.tagging", "extract.reading.units"},
    {"extract.reading.settling"},
    {"extract.reading.phrases"},
    {"extract.reading.actors"},
    {"extract.reading.row"},
    {"extract.reading.structure"},
    {"extract.reading.clauses"},
    {"extract.reading"},
    {"extract.entries"},
    {"extract.finding.frame", "extract.finding.demanding", "extract.finding.voices", "extract.finding.head"},
    {"extract.finding.verb_frames", "extract.finding.noun_frames", "extract.finding.commands"},
    {"extract.finding.frames", "extract.finding.demands"},
    {"extract.finding"},
    {"extract.circumstances", "extract.slots"},
    {"extract.counts"},
    {"extract.draft"},
    {"extract.form.occurrences", "extract.form.sought", "extract.form.parties", "extract.form.yaml_lines"},
    {"extract.form.wording"},
    {"extract.form.claims_form"},
    {"extract.form"},
    {"extract.exchange", "extract.verify", "extract.setting", "extract.keep"},
    {"extract.foreign"},
    {"extract"},
    {"publish.addresses", "publish.view", "publish.writer"},
    {
        "publish.source",
        "publish.incoming",
        "publish.pages",
        "publish.counts",
        "publish.documents",
        "publish.live",
        "publish.asking",
    },
    {"publish.resources"},
    {"publish.statement", "publish.site"},
    {"publish.renderer"},
    {"publish.questions", "publish.rules"},
    {"publish.reference", "publish.description", "publish.redirects", "publish.withheld"},
    {"publish.dataset", "publish.changes"},
    {"publish.overview.folding", "publish.overview.scale", "publish.overview.paging", "publish.overview.collected"},
    {
        "publish.overview.accusations",
        "publish.overview.figures",
        "publish.overview.network",
        "publish.overview.places",
        "publish.overview.positions",
        "publish.overview.search",
        "publish.overview.timeline",
    },
    {"publish.overview.home"},
    {"publish.overview"},
    {"publish"},
    {"lint.site"},
    {"serve.negotiation", "serve.connections"},
    {"serve.answers", "serve.description", "serve.responses"},
    {"serve.files", "serve.workers"},
    {"serve.documents", "serve.protocol", "serve.watching"},
    {"serve.application"},
    {"serve.server"},
    {"serve"},
    {"cli.terminal", "cli.triples"},
    {"cli.build", "cli.validate", "cli.query", "cli.explain", "cli.diff", "cli.draft", "cli.evaluate", "cli.lint"},
    {"cli.serve", "cli.site"},
    {"cli"},
    {"__main__"},
)
RANKS = {module: rank for rank, layer in enumerate(LAYERS) for module in layer}
WITHOUT_RDF = ("errors", "model")
PRINTING = {
    "print",
    "input",
    "exit",
    "quit",
    "sys.exit",
    "os._exit",
    "click.echo",
    "click.secho",
    "sys.stdout",
    "sys.stderr",
    "SystemExit",
}
MOST_LINES = 500


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" and parts[:-1] else parts)


MODULES = {module_name(path): path for path in sorted(SOURCES.rglob("*.py"))}
LAYERED = sorted(MODULES.keys() - {"__init__"})


def imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and name of each import, also of those within functions; a name from a package is ``package.name``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{'.' * node.level}{node.module or ''}.{alias.name}") for alias in node.names)


def misplaced_imports(module: str, code: str) -> list[str]:
    """The imports of ``module`` that do not go back along the way."""
    found = []
    for line, name in imported(ast.parse(code)):
        if name.startswith("."):
            found.append(f"{module}:{line} imports by a relative name")
        if name.partition(".")[0] != PACKAGE or name == f"{PACKAGE}.__version__":
            continue
        inner = name.removeprefix(f"{PACKAGE}.")
        target = inner if inner in RANKS else inner.rpartition(".")[0]
        if target not in RANKS or RANKS[target] >= RANKS[module]:
            found.append(f"{module}:{line} imports {name}")
    return found


def prints(module: str, code: str) -> list[str]:
    """Where ``module`` writes to the terminal, reads from a person or ends the program."""
    return [
        f"{module}:{node.lineno} has {ast.unparse(node)}"
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Name | ast.Attribute) and ast.unparse(node) in PRINTING
    ]


def test_every_module_has_its_place() -> None:
    assert sorted(RANKS) == LAYERED


@pytest.mark.parametrize("module", LAYERED)
def test_a_module_imports_only_from_those_before_it(module: str) -> None:
    assert misplaced_imports(module, MODULES[module].read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("module", "code"),
    [
        ("model", "from kg_builder.vocabulary import mint"),
        ("source.text", "from kg_builder.source.values import read_date"),
        ("query", "def late():\n    from kg_builder import pipeline"),
        ("graphs", "import kg_builder.cli"),
        ("rdf.write", "from . import describe"),
        ("explain", "from kg_builder import ask"),
    ],
)
def test_a_misplaced_import_is_seen(module: str, code: str) -> None:
    assert len(misplaced_imports(module, code)) == 1


def test_the_package_imports_its_modules_only_when_they_are_used() -> None:
    body = ast.parse(MODULES["__init__"].read_text("utf-8")).body
    names = [name for statement in body if not isinstance(statement, ast.If) for _, name in imported(statement)]
    assert [name for name in names if name.startswith(PACKAGE)] == []


@pytest.mark.parametrize("module", WITHOUT_RDF)
def test_errors_and_model_stand_on_the_standard_library_alone(module: str) -> None:
    names = {name.partition(".")[0] for _, name in imported(ast.parse(MODULES[module].read_text("utf-8")))}
    assert names <= sys.stdlib_module_names | {PACKAGE}


@pytest.mark.parametrize("module", sorted(each for each in MODULES if each.partition(".")[0] != "cli"))
def test_only_the_command_prints_or_exits(module: str) -> None:
    assert prints(module, MODULES[module].read_text("utf-8")) == []


@pytest.mark.parametrize("code", ["print(1)", "import sys\nsys.exit(2)", "raise SystemExit", "import click\nclick.echo('a')"])
def test_printing_and_exiting_are_seen(code: str) -> None:
    assert len(prints("model", code)) == 1


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_stays_short_enough_to_be_read(module: str) -> None:
    lines = len(MODULES[module].read_text("utf-8").splitlines())
    assert lines <= MOST_LINES


def test_the_command_starts_without_the_engines() -> None:
    code = f"import sys, {PACKAGE}.cli; print(sorted({{'rdflib', 'pyshacl', 'pyoxigraph'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr

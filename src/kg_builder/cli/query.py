"""``kg-builder query``."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg_builder.cli.terminal import BUILD_FOLDER, print_rows, tell_aside
from kg_builder.cli.triples import json_without_triples
from kg_builder.errors import EXIT_NOT_CONFORMING, NothingCheckedError, input_error

if TYPE_CHECKING:
    from kg_builder.query import Answer


@click.command()
@click.argument("name", required=False)
@click.option("--param", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter of the question; may be repeated.")
@click.option(
    "--data",
    multiple=True,
    metavar="FILE",
    help="RDF to ask, instead of build/graph.nq; may be repeated; NAME=FILE loads it as the graph urn:kg-builder:NAME.",
)
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "csv", "tsv", "json", "xml", "markdown"]),
    help="Default: a table on a terminal, plain rows in a pipe.",
)
def query(name: str | None, parameters: tuple[str, ...], data: tuple[str, ...], format_: str | None) -> None:
    """Ask a saved question by NAME, or the query in a .rq file; without NAME, list the questions.

    A value for an IRI may be the last part of it: --param actor=police. Exit code 1 where a check (queries/checks) finds rows;
    3 where a JSON file holds no RDF.
    """
    from kg_builder import query as module  # noqa: PLC0415

    if name is None:
        _list_queries(format_)
        return
    values: dict[str, str] = {}
    for each in parameters:
        key, value = _split(each)
        if key in values:
            raise input_error(f"--param {key} is given twice", mend="Keep one of them.")
        values[key] = value
    found = module.find_query(name, Path())
    store = module.load_store(list(data) or [str(Path(BUILD_FOLDER) / "graph.nq")])
    if empty := json_without_triples(re.sub(r"^[a-z][a-z0-9-]*=", "", each) for each in data):
        raise NothingCheckedError(*empty)
    result = module.run(store, found, values)
    if isinstance(result, bool):
        click.echo("yes" if result else "no")
    elif isinstance(result, list):
        click.echo("".join(f"{triple} .\n" for triple in sorted(map(str, result))), nl=False)
    else:
        _print_answer(result, format_)
        if found.path.parent.name == "checks" and found.severity == "violation" and len(result):
            raise SystemExit(EXIT_NOT_CONFORMING)


def _list_queries(format_: str | None) -> None:
    from kg_builder.query import list_queries  # noqa: PLC0415

    rows = [
        [each.name, each.question or each.title, ", ".join(parameter.name for parameter in each.parameters)]
        for each in list_queries(Path()).values()
    ]
    print_rows(["name", "question", "parameters"], rows, format_ or ("table" if sys.stdout.isatty() else None))


def _print_answer(answer: Answer, format_: str | None) -> None:
    if format_ in {"csv", "tsv", "json", "xml"}:
        sys.stdout.buffer.write(answer.serialize(format_))
        sys.stdout.buffer.flush()
        return
    format_ = format_ or ("table" if sys.stdout.isatty() else None)
    print_rows(list(answer.variables), answer.texts(short=format_ == "table"), format_)
    if sys.stdout.isatty():
        tell_aside(f"{len(answer)} row{'s' if len(answer) != 1 else ''}")


def _split(assignment: str) -> tuple[str, str]:
    name, equals, value = assignment.partition("=")
    if not equals or not name:
        raise input_error(f"--param {assignment}: there is no '='", mend="Write it like --param actor=police.")
    return name, value

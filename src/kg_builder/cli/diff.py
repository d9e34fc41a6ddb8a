"""``kg-builder diff``."""

from __future__ import annotations

import sys

import click

from kg_builder.cli.terminal import colour
from kg_builder.cli.triples import json_without_triples
from kg_builder.errors import EXIT_NOT_CONFORMING, EXIT_OK, InputError

DIFF_FORMATS = ("human", "json", "markdown", "nquads")
"""Those of :mod:`kg_builder.diff`, which is not imported at start."""


@click.command()
@click.argument("old")
@click.argument("new")
@click.option(
    "--format",
    "format_",
    type=click.Choice(DIFF_FORMATS),
    default="human",
    show_default=True,
    help="How the difference is told.",
)
def diff(old: str, new: str, format_: str) -> None:
    """Tell in words what was added, removed and changed from OLD to NEW, by statement and utterance.

    Each is an RDF file, or a folder that 'kg-builder build' wrote; - is standard input. Exit code 1 where they differ.
    """
    from kg_builder.diff import compare, in_words, tell  # noqa: PLC0415

    pair = compare(old, new)
    if empty := json_without_triples((old, new)):
        raise InputError(*empty)
    difference = in_words(pair)
    click.echo(tell(difference, format_, colour=sys.stdout.isatty() and colour() is None), nl=False)
    raise SystemExit(EXIT_NOT_CONFORMING if difference else EXIT_OK)

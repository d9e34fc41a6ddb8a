"""What the commands print: rows for people and for pipes, and what is told beside the data."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from kg_builder.errors import KgBuilderError, plain

if TYPE_CHECKING:
    from kg_builder.pipeline import Build

BUILD_FOLDER = "build"
REPORT_FORMATS = ("human", "github", "sarif", "junit", "json", "html", "turtle", "markdown")
"""Those of :mod:`kg_builder.tell`, which is not imported at start."""
SHOWN_PROBLEMS = 12
MANY_STATEMENTS = 20


def print_rows(header: list[str], rows: list[list[str]], format_: str | None) -> None:
    """Rows as a table, as a Markdown table, or plain (one line a row, tabs between)."""
    cells = [[plain(cell) for cell in row] for row in rows]
    if format_ is None:
        for row in [header, *cells]:
            click.echo("\t".join(row))
        return
    from tabulate import tabulate  # noqa: PLC0415

    if format_ == "markdown":
        escaped = [[cell.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;") for cell in row] for row in cells]
        click.echo(tabulate(escaped, header, tablefmt="pipe", disable_numparse=True))
        return
    widths = _widths(header, cells)
    click.echo(
        tabulate(cells, header, tablefmt="simple_outline", maxcolwidths=widths, disable_numparse=True, break_long_words=False)
    )


def _widths(header: list[str], rows: list[list[str]]) -> list[int]:
    """Column widths that fit the terminal: no column is narrower than its longest word, wide ones share what is left."""
    terminal = max(shutil.get_terminal_size((140, 24)).columns, 100)
    columns = [[name, *(row[at] for row in rows)] for at, name in enumerate(header)]
    wanted = [max(map(len, column)) for column in columns]
    needed = [max((len(word) for cell in column for word in cell.split()), default=1) for column in columns]
    left = terminal - 3 * len(header) - 1
    widths = [0] * len(header)
    for done, at in enumerate(sorted(range(len(header)), key=wanted.__getitem__)):
        widths[at] = max(needed[at], min(wanted[at], left // (len(header) - done)))
        left -= widths[at]
    return widths


def colour() -> bool | None:
    """False where the user wants no colour (https://no-color.org), else None: colour on a terminal only."""
    return False if os.environ.get("NO_COLOR") else None


def tell_aside(text: str, **style: Any) -> None:
    if text:
        click.secho(text, err=True, color=colour(), **style)


def progress(ids: Iterable[str]) -> Iterator[str]:
    """The ids, with a bar on a terminal where there is more than a blink of work."""
    ids = list(ids)
    if len(ids) < MANY_STATEMENTS or not sys.stderr.isatty():
        yield from ids
        return
    with click.progressbar(ids, label="Building", file=sys.stderr, color=colour()) as bar:
        yield from bar


def tell_problems(error: KgBuilderError) -> None:
    for problem in error.problems[:SHOWN_PROBLEMS]:
        where = click.style(f"{plain(str(problem.location))}: ", bold=True) if problem.location else ""
        tell_aside(f"{where}{click.style('error', fg='red')}: {plain(problem.message)}")
        if problem.mend:
            tell_aside(fill(plain(problem.mend), 110, initial_indent="  ", subsequent_indent="  "))
    more = len(error.problems) - SHOWN_PROBLEMS
    if more > 0:
        tell_aside(f"… and {more:,} more.")


def summary(built: Build) -> str:
    """What a build made, and what its validation found."""
    counts = built.counts
    one = {"quantities": "quantity"}
    words = [
        f"{number:,} {what if number != 1 else one.get(what, what.removesuffix('s'))}"
        for what, number in counts.items()
        if what != "triples"
    ]
    return f"{', '.join(words)}: {counts['triples']:,} triples.\nValidation: {built.report}."

"""``kg-builder build``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg_builder.cli.terminal import BUILD_FOLDER, REPORT_FORMATS, colour, progress, summary, tell_aside
from kg_builder.errors import EXIT_NOT_CONFORMING, KgBuilderError, input_error


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("-o", "--output", default=BUILD_FOLDER, show_default=True, help="Where the files go; - prints the Turtle.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(REPORT_FORMATS),
    default="human",
    show_default=True,
    help="How errors and results are told; all but human go to standard output.",
)
def build(folder: Path, output: str, format_: str) -> None:
    """Build FOLDER: text and claims become a validated graph.

    Writes graph.ttl, graph.nq, graph.trig (a named graph for each statement), graph.jsonld and report.json. Where something is
    wrong, nothing is replaced.
    """
    if not output:
        raise input_error("-o names no folder", mend="Name one, or leave -o out.")
    if output == "-" and format_ != "human":
        raise input_error("-o - prints the graph, so that results cannot be printed too", mend="Leave out -o - or --format.")
    from dataclasses import replace  # noqa: PLC0415

    from kg_builder.pipeline import build as run_build  # noqa: PLC0415 - each command imports what it needs
    from kg_builder.pipeline import from_here  # noqa: PLC0415
    from kg_builder.report import told_as_results  # noqa: PLC0415
    from kg_builder.source import open_folder  # noqa: PLC0415
    from kg_builder.tell import tell  # noqa: PLC0415

    try:
        opened = open_folder(folder)
        built = run_build(opened, None if output == "-" else output, progress)
    except KgBuilderError as error:
        moved = type(error)(*(replace(each, location=from_here(each.location, folder)) for each in error.problems))
        if format_ == "human":
            raise moved from None
        click.echo(tell(told_as_results(moved, "input"), format_), nl=False)
        raise SystemExit(error.exit_code) from None
    tell_aside(summary(built))
    results = (*built.report.results, *built.checks)
    report = replace(built.report, results=tuple(replace(each, origin=from_here(each.origin, folder)) for each in results))
    if format_ != "human":
        click.echo(tell(report, format_), nl=False)
    elif report.results:
        tell_aside(tell(report, "human", colour=sys.stderr.isatty() and colour() is None))
    if not built.conforms:
        tell_aside("The graph does not conform; nothing was written.", fg="red")
        raise SystemExit(EXIT_NOT_CONFORMING)
    if output == "-":
        click.echo(built.content["ttl"], nl=False)
    else:
        tell_aside(f"Written to {output}: {', '.join([*built.files, 'report.json'])}")

"""``kg-builder build``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg_builder.cli.terminal import BUILD_FOLDER, progress, tell_aside
from kg_builder.errors import EXIT_NOT_CONFORMING, input_error

if TYPE_CHECKING:
    from kg_builder.pipeline import Build


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=".")
@click.option("-o", "--output", default=BUILD_FOLDER, show_default=True, help="Where the files go; - prints the Turtle.")
def build(folder: Path, output: str) -> None:
    """Build FOLDER: text and claims become a validated graph.

    Writes graph.ttl, graph.nq, graph.trig (a named graph for each statement), graph.jsonld and report.json. Where something is
    wrong, nothing is replaced.
    """
    if not output:
        raise input_error("-o names no folder", mend="Name one, or leave -o out.")
    from dataclasses import replace  # noqa: PLC0415

    from kg_builder.pipeline import build as run_build  # noqa: PLC0415 - each command imports what it needs
    from kg_builder.source import open_folder  # noqa: PLC0415
    from kg_builder.tell import tell  # noqa: PLC0415

    opened = open_folder(folder)
    built = run_build(opened, None if output == "-" else output, progress)
    tell_aside(_summary(built))
    if built.report.results or built.checks:
        tell_aside(tell(replace(built.report, results=(*built.report.results, *built.checks)), "human"))
    if not built.conforms:
        tell_aside("The graph does not conform; nothing was written.", fg="red")
        raise SystemExit(EXIT_NOT_CONFORMING)
    if output == "-":
        click.echo(built.content["ttl"], nl=False)
    else:
        tell_aside(f"Written to {output}: {', '.join([*built.files, 'report.json'])}")


def _summary(built: Build) -> str:
    counts = built.counts
    one = {"quantities": "quantity"}
    words = [
        f"{number:,} {what if number != 1 else one.get(what, what.removesuffix('s'))}"
        for what, number in counts.items()
        if what != "triples"
    ]
    return f"{', '.join(words)}: {counts['triples']:,} triples.\nValidation: {built.report}."

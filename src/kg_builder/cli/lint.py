"""``kg-builder lint``."""

from __future__ import annotations

import sys

import click

from kg_builder.cli.terminal import colour, tell_aside
from kg_builder.errors import EXIT_BAD_INPUT, EXIT_NOT_CONFORMING, EXIT_OK, SEVERITIES


@click.command()
@click.argument("folder", default=".", metavar="[FOLDER]")
@click.option("--fix", "fixes", is_flag=True, help="Put the Turtle files into the one layout first.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["human", "github", "sarif", "junit", "json", "html", "markdown"]),
    default="human",
    show_default=True,
    help="How the findings are told.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "none"]),
    default=SEVERITIES[0],
    show_default=True,
    help="From which severity on the exit code is 1.",
)
def lint(folder: str, fixes: bool, format_: str, fail_on: str) -> None:
    """Check the ontology, the queries, the shapes and the data of FOLDER themselves."""
    from kg_builder.lint import fix  # noqa: PLC0415
    from kg_builder.lint import lint as run_lint  # noqa: PLC0415
    from kg_builder.tell import tell  # noqa: PLC0415

    for path in fix(folder) if fixes else ():
        tell_aside(f"Formatted {path}.")
    report = run_lint(folder)
    click.echo(tell(report, format_, colour=sys.stdout.isatty() and colour() is None, fail_on=fail_on), nl=False)
    if not report.is_readable:
        raise SystemExit(EXIT_BAD_INPUT)
    raise SystemExit(EXIT_NOT_CONFORMING if fail_on != "none" and report.at_least(fail_on) else EXIT_OK)

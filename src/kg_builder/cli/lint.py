"""``kg-builder lint``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from kg_builder.cli.terminal import colour, tell_aside
from kg_builder.errors import EXIT_BAD_INPUT, EXIT_NOT_CONFORMING, EXIT_OK, SEVERITIES, input_error

if TYPE_CHECKING:
    from kg_builder.lint import LintReport


@click.command()
@click.argument("folder", default=".", metavar="[FOLDER]")
@click.option("--site", metavar="SITE", help="Check this site that 'kg-builder site' wrote, in place of FOLDER.")
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
def lint(folder: str, site: str | None, fixes: bool, format_: str, fail_on: str) -> None:
    """Check the ontology, the queries, the shapes and the data of FOLDER themselves; or a SITE, its links and descriptions."""
    from kg_builder.lint import fix  # noqa: PLC0415
    from kg_builder.lint import lint as run_lint  # noqa: PLC0415
    from kg_builder.tell import tell  # noqa: PLC0415

    if site is not None:
        if fixes:
            raise click.UsageError("--fix puts the files of FOLDER in order; a site is written anew by 'kg-builder site'.")
        report = _lint_site(site)
    else:
        for path in fix(folder) if fixes else ():
            tell_aside(f"Formatted {path}.")
        report = run_lint(folder)
    click.echo(tell(report, format_, colour=sys.stdout.isatty() and colour() is None, fail_on=fail_on), nl=False)
    if not report.is_readable:
        raise SystemExit(EXIT_BAD_INPUT)
    raise SystemExit(EXIT_NOT_CONFORMING if fail_on != "none" and report.at_least(fail_on) else EXIT_OK)


def _lint_site(site: str) -> LintReport:
    try:
        from kg_builder.lint.site import lint_site  # noqa: PLC0415
    except ImportError as error:
        raise input_error(f"this needs {error.name}, which is not installed", mend="pip install 'kg-builder[site]'") from None
    return lint_site(site)

"""``kg-builder validate``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg_builder.cli.terminal import BUILD_FOLDER, colour
from kg_builder.errors import EXIT_NOT_CONFORMING, EXIT_OK, SEVERITIES, Location, input_error

if TYPE_CHECKING:
    from kg_builder.validation import Report


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["human", "github", "sarif", "junit", "json", "html", "turtle", "markdown"]),
    default="human",
    show_default=True,
    help="How the results are told.",
)
@click.option(
    "--fail-on",
    type=click.Choice([*SEVERITIES, "none"]),
    default=SEVERITIES[0],
    show_default=True,
    help="From which severity on the exit code is 1.",
)
@click.option("--shapes", multiple=True, metavar="FILE", help="Other people's shapes, instead of the tool's; may be repeated.")
@click.option("--baseline", metavar="FILE", help="A report (--format json): only results that are not in it are told, and fail.")
@click.option(
    "--engine",
    type=click.Choice(["auto", "reference"]),
    default="auto",
    show_default=True,
    help="auto: the tool's own, and pySHACL for shapes that it does not cover; reference: pySHACL.",
)
@click.option("--data-only", is_flag=True, help="Look at syntax and literals only, at no shape.")
def validate(
    files: tuple[str, ...],
    format_: str,
    fail_on: str,
    shapes: tuple[str, ...],
    baseline: str | None,
    engine: str,
    data_only: bool,
) -> None:
    """Validate RDF files, read as one graph, against the shapes; without FILE, the built graph. - is standard input."""
    from dataclasses import replace  # noqa: PLC0415

    from kg_builder.pipeline import run_checks  # noqa: PLC0415
    from kg_builder.query import load_store  # noqa: PLC0415
    from kg_builder.shapes import read_shape_files, read_shapes  # noqa: PLC0415
    from kg_builder.tell import tell  # noqa: PLC0415
    from kg_builder.validation import check_literals, without_known  # noqa: PLC0415
    from kg_builder.validation import validate as run_validation  # noqa: PLC0415

    if data_only and shapes:
        raise input_error("--data-only looks at no shapes", mend="Leave out one of --data-only and --shapes.")
    names = list(files) or [str(Path(BUILD_FOLDER) / "graph.ttl")]
    known = _read_baseline(baseline) if baseline else frozenset()
    if data_only:
        report = check_literals(names)
    else:
        report = run_validation(names, read_shape_files(shapes) if shapes else read_shapes(Path()), engine)
        if not shapes:
            report = replace(report, results=(*report.results, *run_checks(load_store(names), Path())))
    report = without_known(_placed(report, files), known)
    click.echo(tell(report, format_, colour=sys.stdout.isatty() and colour() is None, fail_on=fail_on), nl=False)
    raise SystemExit(EXIT_NOT_CONFORMING if fail_on != "none" and report.at_least(fail_on) else EXIT_OK)


def _placed(report: Report, files: tuple[str, ...]) -> Report:
    """The report on the graph that was built from the folder at hand, with places in claims.yaml; any other as it is."""
    if files or not report.results or not (Path("data") / "statements").is_dir():
        return report
    from dataclasses import replace  # noqa: PLC0415

    from kg_builder.pipeline import with_origins  # noqa: PLC0415
    from kg_builder.source import open_folder  # noqa: PLC0415

    return replace(report, results=with_origins(report.results, open_folder(Path())))


def _read_baseline(name: str) -> frozenset[str]:
    """The fingerprints of the results in a JSON report."""
    where = Location(name)
    try:
        results = json.loads(Path(name).read_bytes())["results"]
        return frozenset(result["fingerprint"] for result in results)
    except OSError as error:
        raise input_error(f"the baseline cannot be read: {error.strerror}", where) from None
    except json.JSONDecodeError as error:
        raise input_error(f"the baseline is not JSON: {error.msg}", Location(name, error.lineno, error.colno)) from None
    except (UnicodeDecodeError, KeyError, TypeError):
        raise input_error(
            "the baseline is not a report of this tool",
            where,
            "Make one with: kg-builder validate FILE --format json > baseline.json",
        ) from None

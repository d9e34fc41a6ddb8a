"""``kg-builder validate``."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg_builder.cli.terminal import BUILD_FOLDER, REPORT_FORMATS, colour, tell_aside
from kg_builder.errors import EXIT_NOT_CONFORMING, EXIT_OK, SEVERITIES, KgBuilderError, Location, input_error

if TYPE_CHECKING:
    from kg_builder.validation import Report


@click.command()
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option(
    "--format",
    "format_",
    type=click.Choice(REPORT_FORMATS),
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
@click.option("--cache", metavar="DIR", help="Keep what is found of each statement in DIR, and look only at those that changed.")
@click.option("--jobs", type=click.IntRange(1), metavar="N", help="How many processes look at parts of a file at once.")
@click.option("--data-only", is_flag=True, help="Look at syntax and literals only, at no shape.")
@click.option(
    "--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS", help="With --shapes: the longest it may take; 60."
)
@click.option("--memory", type=click.IntRange(1), metavar="MIB", help="With --shapes: the most memory it may take, in MiB; 2048.")
def validate(
    files: tuple[str, ...],
    format_: str,
    fail_on: str,
    shapes: tuple[str, ...],
    baseline: str | None,
    engine: str,
    cache: str | None,
    jobs: int | None,
    data_only: bool,
    timeout: float | None,
    memory: int | None,
) -> None:
    """Validate RDF files, read as one graph, against the shapes; without FILE, the built graph. - is standard input."""
    from kg_builder.report import told_as_results  # noqa: PLC0415
    from kg_builder.tell import tell  # noqa: PLC0415
    from kg_builder.validation import check_literals, without_known  # noqa: PLC0415

    if data_only and shapes:
        raise input_error("--data-only looks at no shapes", mend="Leave out one of --data-only and --shapes.")
    if not shapes and (timeout or memory):
        raise input_error("--timeout and --memory are for strangers' shapes (--shapes)", mend="Leave them out.")
    if cache and (data_only or shapes or engine == "reference"):
        raise input_error("--cache is for the tool's own shapes and engine", mend="Leave it out.")
    names = list(files) or [str(Path(BUILD_FOLDER) / "graph.ttl")]
    try:
        known = _read_baseline(baseline) if baseline else frozenset()
        if data_only:
            report = check_literals(names)
        elif shapes:
            report = _apart(names, shapes, engine, timeout, memory)
        else:
            by_parts = _by_parts(names, cache, jobs or 0) if engine == "auto" else None
            report = by_parts or _whole(names, engine)
    except KgBuilderError as error:
        if format_ != "human":
            click.echo(tell(told_as_results(error, "input"), format_), nl=False)
        raise
    report = without_known(_placed(report, files), known)
    click.echo(tell(report, format_, colour=sys.stdout.isatty() and colour() is None, fail_on=fail_on), nl=False)
    raise SystemExit(EXIT_NOT_CONFORMING if fail_on != "none" and report.at_least(fail_on) else EXIT_OK)


def _whole(names: list[str], engine: str) -> Report:
    from dataclasses import replace  # noqa: PLC0415

    from kg_builder.checks import run_checks  # noqa: PLC0415
    from kg_builder.query import list_queries  # noqa: PLC0415
    from kg_builder.shapes import read_shapes  # noqa: PLC0415
    from kg_builder.validation import place, read_data  # noqa: PLC0415
    from kg_builder.validation import validate as run_validation  # noqa: PLC0415

    data = read_data(names)
    report = run_validation(data, read_shapes(Path()), engine)
    rows = run_checks(data.index, list_queries(Path(), "checks"))
    return replace(report, results=(*report.results, *place(rows, data.sources)))


def _by_parts(names: list[str], cache: str | None, jobs: int) -> Report | None:
    """The report, with a cache made anew only for statements that changed; None where the files are to be taken as a whole."""
    from kg_builder.incremental import validate_by_parts  # noqa: PLC0415
    from kg_builder.parts import NotByParts  # noqa: PLC0415

    try:
        return validate_by_parts(names, Path(), Path(cache) if cache else None, jobs)
    except NotByParts as reason:
        if cache:
            tell_aside(f"note: --cache is of no use here, everything is looked at: {reason}")
        return None


def _apart(names: list[str], shapes: tuple[str, ...], engine: str, timeout: float | None, memory: int | None) -> Report:
    """The report by strangers' shapes, from a process of its own with limits."""
    from kg_builder.graphs import STDIN, open_source  # noqa: PLC0415
    from kg_builder.vocabulary import shipped  # noqa: PLC0415
    from kg_builder.worker import MEMORY, SECONDS, Limits, run  # noqa: PLC0415

    read = [name for name in (*names, *shapes) if name != STDIN]
    limits = Limits(timeout or SECONDS, memory or MEMORY, (*read, str(shipped("ontology"))))
    stdin = open_source(STDIN).content if STDIN in (*names, *shapes) else b""
    done = run(_judge, names, shapes, engine, stdin, limits=limits, what="the validation with these shapes")
    for each in done.unguarded:
        tell_aside(f"note: on this system the shapes could not be kept from {each}")
    return done.value


def _judge(names: list[str], shapes: tuple[str, ...], engine: str, stdin: bytes) -> Report:
    from kg_builder.shapes import read_shape_files  # noqa: PLC0415
    from kg_builder.validation import validate as run_validation  # noqa: PLC0415

    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin))
    return run_validation(names, read_shape_files(shapes), engine)


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

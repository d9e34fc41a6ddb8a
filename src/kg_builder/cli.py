"""The command ``kg-builder``: the only module that prints or exits.

Data goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any, NoReturn

import click

from kg_builder import __version__
from kg_builder.errors import (
    EXIT_BAD_INPUT,
    EXIT_NOT_CONFORMING,
    EXIT_OK,
    EXIT_OWN_FAULT,
    SEVERITIES,
    KgBuilderError,
    Location,
    input_error,
    near_miss,
    plain,
)

if TYPE_CHECKING:
    from kg_builder.explain import Explanation, Saying
    from kg_builder.pipeline import Build
    from kg_builder.query import Answer
    from kg_builder.validation import Report

BUILD_FOLDER = "build"
SHOWN_PROBLEMS = 12
MANY_STATEMENTS = 20


class _Group(click.Group):
    """A group that suggests the nearest command."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            ctx.fail(f"No such command '{args[0]}'. {near_miss(args[0], self.commands)}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kg-builder")
def cli() -> None:
    """Turn what human-rights statements say into a linked-data graph that people can trust.

    Exit codes: 0 all well; 1 the data does not conform; 2 bad input or usage; 3 nothing was checked; 70 a fault of our own.
    """


@cli.command()
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
    built = run_build(opened, None if output == "-" else output, _progress)
    _tell(_summary(built))
    if built.report.results or built.checks:
        _tell(tell(replace(built.report, results=(*built.report.results, *built.checks)), "human"))
    if not built.conforms:
        _tell("The graph does not conform; nothing was written.", fg="red")
        raise SystemExit(EXIT_NOT_CONFORMING)
    if output == "-":
        click.echo(built.content["ttl"], nl=False)
    else:
        _tell(f"Written to {output}: {', '.join([*built.files, 'report.json'])}")


@cli.command()
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
    click.echo(tell(report, format_, colour=sys.stdout.isatty() and _colour() is None, fail_on=fail_on), nl=False)
    raise SystemExit(EXIT_NOT_CONFORMING if fail_on != "none" and report.at_least(fail_on) else EXIT_OK)


@cli.command()
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

    A value for an IRI may be the last part of it: --param actor=police. Exit code 1 where a check (queries/checks) finds rows.
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
    result = module.run(store, found, values)
    if isinstance(result, bool):
        click.echo("yes" if result else "no")
    elif isinstance(result, list):
        click.echo("".join(f"{triple} .\n" for triple in sorted(map(str, result))), nl=False)
    else:
        _print_answer(result, format_)
        if found.path.parent.name == "checks" and found.severity == "violation" and len(result):
            raise SystemExit(EXIT_NOT_CONFORMING)


@cli.command()
@click.argument("iri")
@click.option("--data", multiple=True, metavar="FILE", help="RDF to read, instead of build/graph.nq; may be repeated.")
@click.option("--format", "format_", type=click.Choice(["human", "json"]), default="human", show_default=True)
def explain(iri: str, data: tuple[str, ...], format_: str) -> None:
    """Go from a node to the words behind it: who says it, how, on which line, and what disputes it.

    IRI is whole, or its last part: police, utterance/c27, scheme/act-type/torture.
    """
    from dataclasses import asdict  # noqa: PLC0415

    from kg_builder.explain import explain as run_explain  # noqa: PLC0415
    from kg_builder.query import load_store, resolve  # noqa: PLC0415

    store = load_store(list(data) or [str(Path(BUILD_FOLDER) / "graph.nq")])
    explanation = run_explain(store, resolve(store, iri, "explain"))
    if format_ == "json":
        click.echo(json.dumps(asdict(explanation), ensure_ascii=False, indent=2))
    else:
        click.echo(_explained(explanation), color=_colour())


# --- what is printed --------------------------------------------------------------------------------------------------


def _summary(built: Build) -> str:
    counts = built.counts
    one = {"quantities": "quantity"}
    words = [
        f"{number:,} {what if number != 1 else one.get(what, what.removesuffix('s'))}"
        for what, number in counts.items()
        if what != "triples"
    ]
    return f"{', '.join(words)}: {counts['triples']:,} triples.\nValidation: {built.report}."


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


def _list_queries(format_: str | None) -> None:
    from kg_builder.query import list_queries  # noqa: PLC0415

    rows = [
        [each.name, each.question or each.title, ", ".join(parameter.name for parameter in each.parameters)]
        for each in list_queries(Path()).values()
    ]
    _print_rows(["name", "question", "parameters"], rows, format_ or ("table" if sys.stdout.isatty() else None))


def _print_answer(answer: Answer, format_: str | None) -> None:
    if format_ in {"csv", "tsv", "json", "xml"}:
        sys.stdout.buffer.write(answer.serialize(format_))
        sys.stdout.buffer.flush()
        return
    format_ = format_ or ("table" if sys.stdout.isatty() else None)
    _print_rows(list(answer.variables), answer.texts(short=format_ == "table"), format_)
    if sys.stdout.isatty():
        _tell(f"{len(answer)} row{'s' if len(answer) != 1 else ''}")


def _print_rows(header: list[str], rows: list[list[str]], format_: str | None) -> None:
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


def _explained(explanation: Explanation) -> str:
    kinds = ", ".join(kind.partition(":")[2] for kind in explanation.kinds)
    lines = [click.style(plain(explanation.label), bold=True), plain(f"  <{explanation.iri}>"), plain(f"  {kinds}")]
    if explanation.utters:
        lines.append(f"  Utters or holds {explanation.utters} utterance{'s' if explanation.utters != 1 else ''}.")
    if not explanation.sayings:
        lines.append("  No utterance speaks of it.")
    for saying in explanation.sayings:
        lines += ["", *_said(saying)]
    return "\n".join(lines)


def _said(saying: Saying) -> Iterator[str]:
    who = saying.speaker
    if saying.kind == "demand":
        how = f"{who}: {saying.stance}"
    elif saying.holders and saying.holders != (who,):
        how = f"{', '.join(saying.holders)} {saying.stance}, according to {who}"
    else:
        how = f"{who} {saying.stance}"
    yield click.style(plain(f"{saying.id}  {how} ({saying.directness}): {saying.proposition}"), bold=True)
    yield fill(plain(f"“{saying.words}”"), 110, initial_indent="    ", subsequent_indent="    ")
    yield plain(f"    — {saying.statement}, text.txt:{saying.line}")
    for part in saying.parts:
        of = f" of {part.subject}" if part.subject else ""
        ground = f"inferred: {part.because}" if part.because else f"“{part.words}” (line {part.line})"
        yield plain(f"    {part.property}{of}: {part.value} — {ground}")
    for id_, proposition in saying.disputes:
        yield plain(f"    disputes {id_}: {proposition}")
    for id_, proposition in saying.disputed_by:
        yield plain(f"    disputed by {id_}: {proposition}")


def _split(assignment: str) -> tuple[str, str]:
    name, equals, value = assignment.partition("=")
    if not equals or not name:
        raise input_error(f"--param {assignment}: there is no '='", mend="Write it like --param actor=police.")
    return name, value


def _colour() -> bool | None:
    """False where the user wants no colour (https://no-color.org), else None: colour on a terminal only."""
    return False if os.environ.get("NO_COLOR") else None


def _tell(text: str, **style: Any) -> None:
    if text:
        click.secho(text, err=True, color=_colour(), **style)


def _progress(ids: Iterable[str]) -> Iterator[str]:
    """The ids, with a bar on a terminal where there is more than a blink of work."""
    ids = list(ids)
    if len(ids) < MANY_STATEMENTS or not sys.stderr.isatty():
        yield from ids
        return
    with click.progressbar(ids, label="Building", file=sys.stderr, color=_colour()) as bar:
        yield from bar


# --- the way in and out -----------------------------------------------------------------------------------------------


def main() -> NoReturn:
    """Run the command and exit with its code; no error reaches the user as a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        cli.main(prog_name="kg-builder", standalone_mode=False)
    except click.exceptions.Exit as done:
        _exit(done.exit_code)
    except click.ClickException as error:
        error.show()
        _exit(EXIT_BAD_INPUT)
    except (click.Abort, KeyboardInterrupt):
        _tell("Stopped.")
        _exit(130)
    except KgBuilderError as error:
        _tell_problems(error)
        _exit(error.exit_code)
    except OSError as error:
        if not isinstance(error, BrokenPipeError):
            _tell(f"error: standard output cannot be written: {error.strerror}", fg="red")
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            _exit(EXIT_BAD_INPUT)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _exit(EXIT_OK)
    except Exception as error:
        if os.environ.get("KG_BUILDER_DEBUG"):
            raise
        _tell(f"kg-builder: a fault of our own: {type(error).__name__}: {error}", fg="red")
        _tell("Please report it, with the command and, if you can, the file. KG_BUILDER_DEBUG=1 shows where it happened.")
        _exit(EXIT_OWN_FAULT)
    _exit(EXIT_OK)


def _exit(code: int) -> NoReturn:
    sys.exit(code)


def _tell_problems(error: KgBuilderError) -> None:
    for problem in error.problems[:SHOWN_PROBLEMS]:
        where = click.style(f"{plain(str(problem.location))}: ", bold=True) if problem.location else ""
        _tell(f"{where}{click.style('error', fg='red')}: {plain(problem.message)}")
        if problem.mend:
            _tell(fill(plain(problem.mend), 110, initial_indent="  ", subsequent_indent="  "))
    more = len(error.problems) - SHOWN_PROBLEMS
    if more > 0:
        _tell(f"… and {more:,} more.")

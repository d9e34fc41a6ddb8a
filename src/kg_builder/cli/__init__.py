"""The command ``kg-builder``: the only package that prints or exits. A command is a module of its own.

Data goes to standard output, everything else to standard error.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from kg_builder import __version__
from kg_builder.cli.build import build
from kg_builder.cli.diff import diff
from kg_builder.cli.draft import draft
from kg_builder.cli.evaluate import evaluate
from kg_builder.cli.explain import explain
from kg_builder.cli.lint import lint
from kg_builder.cli.query import query
from kg_builder.cli.serve import serve
from kg_builder.cli.site import site
from kg_builder.cli.terminal import tell_aside, tell_problems
from kg_builder.cli.validate import validate
from kg_builder.confine import refuse_network
from kg_builder.errors import EXIT_BAD_INPUT, EXIT_OK, EXIT_OWN_FAULT, KgBuilderError, Location, input_error, near_miss


class _Group(click.Group):
    """A group that suggests the nearest command."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            ctx.fail(f"No such command '{args[0]}'. {near_miss(args[0], self.commands)}")
        return super().resolve_command(ctx, args)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="kg-builder")
@click.pass_context
def cli(context: click.Context) -> None:
    """Turn what human-rights statements say into a linked-data graph that people can trust.

    Exit codes: 0 all well; 1 the data does not conform; 2 bad input or usage; 3 nothing was checked; 70 a fault of our own.
    """
    if context.invoked_subcommand != "serve":
        refuse_network()


for command in (build, validate, query, explain, diff, draft, evaluate, lint, site, serve):
    cli.add_command(command)


def main() -> NoReturn:
    """Run the command and exit with its code; no error reaches the user as a traceback."""
    _replace_closed_streams()
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
        tell_aside("Stopped.")
        _exit(130)
    except KgBuilderError as error:
        tell_problems(error)
        _exit(error.exit_code)
    except OSError as error:
        if error.filename is not None:
            tell_problems(input_error(f"cannot be read or written: {error.strerror}", Location(str(error.filename))))
            _exit(EXIT_BAD_INPUT)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            tell_aside(f"error: standard output cannot be written: {error.strerror}", fg="red")
            _exit(EXIT_BAD_INPUT)
        _exit(EXIT_OK)
    except Exception as error:
        if os.environ.get("KG_BUILDER_DEBUG"):
            raise
        tell_aside(f"kg-builder: a fault of our own: {type(error).__name__}: {error}", fg="red")
        tell_aside("Please report it, with the command and, if you can, the file. KG_BUILDER_DEBUG=1 shows where it happened.")
        _exit(EXIT_OWN_FAULT)
    _exit(EXIT_OK)


class _ClosedInput:
    """Stands for a standard input that was closed; only a command that reads it fails."""

    @property
    def buffer(self) -> NoReturn:
        raise input_error("standard input is closed", mend="Name a file, or give standard input something to read.")


def _replace_closed_streams() -> None:
    """Put something in place of the streams that were closed (None), so that no file of ours gets their numbers."""
    if sys.stdin is None:
        os.open(os.devnull, os.O_RDONLY)
        sys.stdin = _ClosedInput()
    is_closed = sys.stdout is None
    if is_closed:
        os.open(os.devnull, os.O_WRONLY)
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it stays open, as any standard error
    if is_closed:
        tell_problems(input_error("standard output is closed", mend="Redirect it to a file, or to /dev/null."))
        _exit(EXIT_BAD_INPUT)


def _exit(code: int) -> NoReturn:
    sys.exit(code)

"""``kg-builder evaluate``."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from kg_builder.cli.terminal import print_rows, tell_aside
from kg_builder.errors import plain

if TYPE_CHECKING:
    from kg_builder.evaluation import Evaluation, Pairing


@click.command()
@click.argument("predicted")
@click.argument("gold")
@click.option("--text", metavar="FILE|FOLDER", help="The statement's text, or a folder of NAME.txt; by default beside GOLD.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["table", "json", "markdown"]),
    help="Default: a table on a terminal, plain rows in a pipe.",
)
@click.option("--errors", is_flag=True, help="Also list what was missed and what was made up, with the words and the reason.")
@click.option("--counter", is_flag=True, help="Allegations against the accusing side must be found as well.")
def evaluate(predicted: str, gold: str, text: str | None, format_: str | None, errors: bool, counter: bool) -> None:
    """Hold PREDICTED claims against labelled ones (GOLD): precision, recall and F1 for each kind and slot.

    Both are files in the form of draft --format json, or folders whose files belong together by name; PREDICTED may be -.
    """
    from kg_builder.evaluation import evaluate as run_evaluate  # noqa: PLC0415
    from kg_builder.evaluation import pair  # noqa: PLC0415

    pairing = pair(predicted, gold, text)
    evaluation = run_evaluate(pairing.pairs, counter=counter)
    _tell(pairing, evaluation)
    if format_ == "json":
        told = {**evaluation.as_json(errors=errors), "without_prediction": pairing.without_prediction}
        click.echo(json.dumps({**told, "without_gold": pairing.without_gold}, ensure_ascii=False, indent=2))
        return
    format_ = format_ or ("table" if sys.stdout.isatty() else None)
    print_rows(["measure", "precision", "recall", "F1", "tp/fp/fn"], evaluation.rows(), format_)
    if errors:
        click.echo()
        print_rows(["statement", "what", "kind", "words", "reason"], evaluation.slips(), format_)


def _tell(pairing: Pairing, evaluation: Evaluation) -> None:
    """Say what the figures rest on, and what was left out."""
    from kg_builder.evaluation.intervals import METHOD  # noqa: PLC0415

    number = len(evaluation.scores)
    tell_aside(f"{number} statement{'s' if number != 1 else ''}. In brackets: {METHOD}.")
    told = (
        ("No prediction, counted as empty", pairing.without_prediction),
        ("No labels, left out", pairing.without_gold),
        (
            "No text (--text), so quotes are compared by their words, and neither traps nor quotes are checked",
            evaluation.without_text,
        ),
        ("Fields without a meaning here", [f"{name} ({times}×)" for name, times in evaluation.unread.items()]),
    )
    for what, names in told:
        if names:
            tell_aside(plain(f"{what}: {', '.join(names)}."), fg="yellow")

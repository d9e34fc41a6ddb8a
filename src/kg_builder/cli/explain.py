"""``kg-builder explain``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING

import click

from kg_builder.cli.terminal import BUILD_FOLDER, colour
from kg_builder.errors import plain

if TYPE_CHECKING:
    from kg_builder.explain import Explanation, Saying


@click.command()
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
        click.echo(_explained(explanation), color=colour())


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

"""``kg-builder draft``."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg_builder.cli.terminal import SHOWN_PROBLEMS, tell_aside
from kg_builder.errors import input_error, plain

if TYPE_CHECKING:
    from kg_builder.extract.entries import Draft
    from kg_builder.extract.verify import Refusal


@click.command()
@click.argument("text")
@click.option("-o", "--output", default="-", show_default=True, help="The file that the draft goes to; - is standard output.")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["yaml", "json"]),
    help="yaml: claims.yaml, to be reviewed; json: the exchange form. Default: yaml, or what FILE ends with.",
)
@click.option(
    "--language", metavar="CODE", help="The text's language (BCP 47). Default: of statement.yaml, else told by the text."
)
@click.option("--publisher", metavar="NAME", help="Whose statement it is. Default: of statement.yaml, else read from the text.")
@click.option("--date", "day", metavar="DATE", help="The statement's date. Default: of statement.yaml, else read from the text.")
@click.option("--from", "source", metavar="FILE", help="Claims in the exchange form, from another engine; - is standard input.")
def draft(
    text: str, output: str, format_: str | None, language: str | None, publisher: str | None, day: str | None, source: str | None
) -> None:
    """Draft claims from TEXT, for a person to review: who is accused of what, who denies, who asks whom for what.

    TEXT is a file, or - for standard input. A statement.yaml beside it gives language, publisher and date.
    Exit code 3: there was nothing to draft.
    """
    from kg_builder.extract.draft import draft as run_draft  # noqa: PLC0415
    from kg_builder.extract.exchange import to_exchange  # noqa: PLC0415
    from kg_builder.extract.foreign import from_exchange  # noqa: PLC0415
    from kg_builder.extract.form.claims_form import claims_file  # noqa: PLC0415 - each command imports what it needs
    from kg_builder.extract.keep import write_draft  # noqa: PLC0415
    from kg_builder.extract.setting import Setting, setting_of, text_of, unfit_for_build  # noqa: PLC0415
    from kg_builder.extract.verify import verify  # noqa: PLC0415

    if text == source == "-":
        raise input_error("TEXT and --from cannot both be standard input", mend="Save one of them to a file.")
    if not output:
        raise input_error("-o names no file", mend="Name one, or leave -o out.")
    content = text_of(*_read(text))
    setting = Setting() if text == "-" else setting_of(Path(text))
    told = language or setting.language
    name = publisher or setting.publisher
    when = _date(day) if day is not None else setting.day
    if source is None:
        found = run_draft(content, told, publisher=name, today=when, folder=setting.folder)
        verified, refused = verify(found, content, setting.folder)
    else:
        raw, shown = _read(source)
        taken = from_exchange(_decoded(raw, shown), shown, content, told or "en")
        verified, refused = verify(taken.draft, content, setting.folder, taken.numbers)
        refused = (*taken.refused, *refused)
    if format_ is None:
        format_ = "json" if output.endswith(".json") else "yaml"
    if format_ == "json":
        written = json.dumps(to_exchange(verified), ensure_ascii=False, indent=2) + "\n"
    else:
        publisher_id = setting.publisher_id if publisher is None else ""
        written = claims_file(verified, content, publisher_id=publisher_id, shared=setting.entities, folder=setting.folder)
    if output == "-":
        click.echo(written, nl=False)
    else:
        write_draft(Path(output), written)
    _tell(verified, refused, unfit_for_build(content), output)


def _read(name: str) -> tuple[bytes, str]:
    """The bytes of a file or of standard input, and its name in messages."""
    from kg_builder.source.tree import MAX_BYTES, read_bytes  # noqa: PLC0415

    if name != "-":
        return read_bytes(Path(name), name), name
    raw = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise input_error(f"standard input has more than {MAX_BYTES // 2**20} MiB", mend="Split it.")
    return raw, "standard input"


def _decoded(raw: bytes, shown: str) -> str:
    from kg_builder.source.tree import decode  # noqa: PLC0415

    return decode(raw, shown, keep_bom=False)


def _date(text: str) -> date:
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise input_error(f"--date '{text[:40]}' is not a date", mend="Write it like 2020-05-25.") from None


def _tell(draft: Draft, refused: tuple[Refusal, ...], unfit: str, output: str) -> None:
    """Say what was drafted, what was refused, and that nobody has checked it yet."""
    counted = (
        (len(draft.allegations), "allegation"),
        (len(draft.denials), "denial"),
        (len(draft.demands), "demand"),
        (len(draft.actors), "actor"),
    )
    words = ", ".join(f"{number:,} {what if number == 1 else what + 's'}" for number, what in counted)
    where = "" if output == "-" else f" Written to {output}."
    tell_aside(plain(f"{words}; {len(refused):,} refused.{where}"))
    for each in refused[:SHOWN_PROBLEMS]:
        tell_aside(plain(f"  refused: {each}"), fg="yellow")
    if len(refused) > SHOWN_PROBLEMS:
        tell_aside(f"  … and {len(refused) - SHOWN_PROBLEMS:,} more.", fg="yellow")
    if not any(number for number, _ in counted[:3]):
        tell_aside(f"Nothing was found, read as '{draft.language}'. Is that the text's language (--language)?", fg="yellow")
    if unfit:
        tell_aside(f"The text has {unfit}, which build does not take: convert it, and draft it anew.", fg="yellow")
    tell_aside("This is a draft: review each entry. docs/drafts.md tells how.")

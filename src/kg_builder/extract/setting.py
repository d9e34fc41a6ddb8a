"""What is known of a text before it is drafted: the text itself, and what the statement's folder says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kg_builder.errors import Location, NothingCheckedError, Problem, input_error
from kg_builder.model import Entities
from kg_builder.source.entities import read_shared_entities
from kg_builder.source.folder import MAX_TEXT
from kg_builder.source.text import Text
from kg_builder.source.tree import Mapping, Problems, Sequence, decode, read_yaml
from kg_builder.source.values import read_date

_DOCUMENTS = {b"%PDF": "a PDF", b"PK\x03\x04": "a zipped document, such as one of Word", b"{\\rtf": "a rich-text document"}


@dataclass(frozen=True, slots=True)
class Setting:
    """``folder`` is the project that the statement stands in; the rest is what its statement.yaml gives."""

    folder: Path | None = None
    language: str = ""
    publisher: str = ""
    publisher_id: str = ""
    day: date | None = None
    entities: Entities = field(default_factory=Entities)


def text_of(raw: bytes, shown: str) -> str:
    """The text of a statement as it was received, for drafting.

    Raises :class:`~kg_builder.errors.InputError` for what is no plain text in UTF-8 or too long, and
    :class:`~kg_builder.errors.NothingCheckedError` where nothing is in it.
    """
    where = Location(shown)
    for begin, what in _DOCUMENTS.items():
        if raw.startswith(begin):
            raise input_error(f"this is {what}, not plain text", where, "Get the text out of it first, and save it as UTF-8.")
    text = decode(raw, shown)
    nul = text.find("\x00")
    if nul >= 0:
        mend = "It may not be plain text: get the text out of the document first."
        raise input_error("the text has a NUL character", Location(shown, *Text(text).line_column(nul)), mend)
    if len(text) > MAX_TEXT:
        message = f"the text has {len(text):,} characters; a statement has at most {MAX_TEXT:,}"
        raise input_error(message, where, "Split it into statements of its own.")
    if not any(character.isalnum() for character in text):
        raise NothingCheckedError(Problem("there is nothing to draft: the text has no words", where))
    return text


def unfit_for_build(text: str) -> str:
    """What ``build`` would refuse in a text that can be drafted; empty where there is nothing."""
    if text.startswith("\ufeff"):
        return "a byte order mark (BOM)"
    return "Windows or old Mac line ends (CR)" if "\r" in text else ""


def setting_of(path: Path) -> Setting:
    """What the statement.yaml beside a text, and data/entities of its project, say of it.

    Raises :class:`~kg_builder.errors.InputError` where one of these files cannot be read.
    """
    about = path.parent / "statement.yaml"
    if not about.is_file():
        return Setting()
    problems = Problems()
    meta = problems.mapping(read_yaml(about, str(about)), "the file")
    place = path.resolve().parent
    inside = len(place.parents) > 2 and place.parent.name == "statements" and place.parent.parent.name == "data"
    folder = place.parents[2] if inside else None
    entities = read_shared_entities(folder, problems) if folder is not None else Entities()
    if meta is None:
        problems.raise_if_any()
        return Setting(folder, entities=entities)
    language = problems.optional_text(meta, "language", "the statement")
    creator = _first(meta, "creator", problems)
    known = entities.actors.get(creator)
    labels = known.labels if known is not None else ()
    label = next((words for tag, words in labels if tag == language), labels[0][1] if labels else "")
    day = read_date(meta.entries["date"], "'date'", problems) if "date" in meta.entries else None
    problems.raise_if_any()
    return Setting(folder, language, label, creator, day, entities)


def _first(meta: Mapping, key: str, problems: Problems) -> str:
    node = meta.entries.get(key)
    if isinstance(node, Sequence):
        node = node.items[0] if node.items else None
    return problems.text(node, f"'{key}'") or ""

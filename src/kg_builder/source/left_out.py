"""What a statement's claims leave out, and why: counted and told so that neither words nor names come out by the back door."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kg_builder.source.entities import ascii_fold
from kg_builder.source.folder import Folder
from kg_builder.source.tree import Mapping, Node, Scalar, Sequence, parse_yaml, read_text

_BLOCK = re.compile(r"(?m)^ignored:[^\n]*\n(?:(?:[ \t#-][^\n]*)?\n)*")
_NAME = re.compile(r"\b[^\W\d_]{3,}")
_QUOTED = re.compile(r"[“”„«»\"]")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A passage of which no claim is made. ``reason`` is empty where it cannot be told without the passage's own words."""

    reason: str
    characters: int


def read_left_out(folder: Folder, id_: str) -> Iterator[LeftOut]:
    """The passages that a statement's ``claims.yaml``, which was read and checked before, lists under ``ignored``."""
    shown = f"data/statements/{id_}/claims.yaml"
    text = read_text(folder.path / shown, shown, keep_bom=False)
    block = _BLOCK.search(text + "\n")
    root = parse_yaml(block[0] if block else text, shown)
    entries = root.entries.get("ignored") if isinstance(root, Mapping) else None
    for entry in entries.items if isinstance(entries, Sequence) else ():
        if isinstance(entry, Mapping):
            words, reason = _text(entry.entries.get("quote")), " ".join(_text(entry.entries.get("reason")).split())
            yield LeftOut("" if repeats(reason, words) else reason, len(words))


def _text(node: Node | None) -> str:
    if isinstance(node, Mapping):
        return _text(node.entries.get("exact"))
    return node.text if isinstance(node, Scalar) else ""


def repeats(reason: str, words: str) -> bool:
    """Whether a reason quotes something, or holds a word with a capital letter that stands in the passage as well.

    >>> repeats("The letterhead gives the name again.", "Open Lake Society")
    False
    >>> repeats("A line about Mr Orlo, who asked not to be named.", "Orlo Vane was there.")
    True
    """
    there = {ascii_fold(each) for each in _NAME.findall(words)}
    said = [each for each in _NAME.findall(reason)[1:] if each[0].isupper()]
    return bool(_QUOTED.search(reason)) or any(ascii_fold(each) in there for each in said)

"""What a statement's claims leave out, and why: counted and told so that neither words nor names come out by the back door."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Set
from dataclasses import dataclass

from kg_builder.source.entities import ascii_fold
from kg_builder.source.folder import Folder
from kg_builder.source.tree import Mapping, Node, Scalar, Sequence, parse_yaml, read_text

_BLOCK = re.compile(r"(?m)^ignored:[^\n]*\n(?:(?:[ \t#-][^\n]*)?\n)*")
_WORD = re.compile(r"[^\W\d_]{2,}")
_QUOTED = re.compile(r"[“”„«»\"]")
_WITH_CAPITALS = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN"}
"""Scripts of which words can be compared: they stand apart, and one script has no other's names in other letters."""
_COMMON = re.compile(
    "and|are|as|at|be|been|but|by|for|from|had|has|have|in|is|it|its|no|nor|"
    "not|of|on|or|that|the|their|these|this|those|to|was|were|which|who|with"
)
"""Words that tell nothing of a passage, unless they are written as a name is."""
_STEM = 4
"""So many letters at least has a word with which another may begin, as an inflected name does."""


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
    """Whether a reason quotes something or has a word of the passage, or whether that cannot be told by comparing words.

    >>> repeats("The letterhead gives the name again.", "Open Lake Society")
    False
    >>> repeats("Orlo asked not to be named.", "Mr Orlo Vane was there.")
    True
    >>> repeats("A name in another script.", "Орло Вейн был там.")
    True
    """
    if _QUOTED.search(reason) or not are_comparable(reason, words):
        return True
    return has_word_of(reason, words_of(words))


def words_of(text: str) -> set[str]:
    """The words of two letters and more, in lower case and without accents."""
    return set(_WORD.findall(ascii_fold(text)))


def has_word_of(reason: str, words: Set[str]) -> bool:
    """Whether a reason has one of these words, or one that begins like it; common words count where they look like names."""
    found = _WORD.findall(unicodedata.normalize("NFKC", reason))
    said = {
        ascii_fold(each) for at, each in enumerate(found) if (at and each[0].isupper()) or not _COMMON.fullmatch(each.casefold())
    }
    return any(_is_like(one, other) for one in said for other in words)


def are_comparable(*texts: str) -> bool:
    """Whether all letters are of one script that has capitals. In others words may not stand apart: 周 in 周是, زيد in وزيد."""
    letters = (each for text in texts for each in unicodedata.normalize("NFKC", text) if each.isalpha())
    scripts = {unicodedata.name(each, "").partition(" ")[0] for each in letters if unicodedata.category(each) != "Lm"}
    return len(scripts) < 2 and scripts <= _WITH_CAPITALS


def _is_like(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= _STEM and long.startswith(short))

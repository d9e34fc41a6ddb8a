"""Writes the few forms of YAML that a claims file has, so that each value is read back as it was, character for character."""

from __future__ import annotations

import re
import textwrap

WIDTH = 120
_PLAIN = re.compile(r"[^\W_](?:[\w '’.()/+-]*[\w.)])?")
_MEANS_NOTHING = frozenset(["null", "Null", "NULL"])


def scalar(text: str) -> str:
    r"""A value on one line, in quotation marks where it needs them.

    >>> print(scalar("the police"), scalar("null"), scalar("two\nlines: \x1b"))
    the police "null" "two\nlines: \x1b"
    """
    if _PLAIN.fullmatch(text) and text not in _MEANS_NOTHING and text.isprintable():
        return text
    return '"' + "".join(_escaped(character) for character in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character == "\n":
        return r"\n"
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def flow(pairs: dict[str, str]) -> str:
    """A mapping within braces; the values are written already."""
    return "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"


def entry(indent: int, key: str, text: str) -> list[str]:
    """``key: text``, folded over several lines where it is long."""
    lead = " " * indent
    line = f"{lead}{key}: {scalar(text)}"
    foldable = text.isprintable() and "  " not in text and text == text.strip()
    if len(line) <= WIDTH or not foldable:
        return [line]
    inner = lead.replace("-", " ") + "  "
    folded = textwrap.wrap(text, WIDTH - len(inner), break_long_words=False, break_on_hyphens=False)
    return [f"{lead}{key}: >-", *(inner + each for each in folded)]


def comment(indent: int, text: str) -> list[str]:
    """A remark of any length, without what would end or steer it."""
    clean = "".join(each if each.isprintable() else " " for each in text)
    lead = " " * indent + "# "
    return textwrap.wrap(clean, WIDTH, initial_indent=lead, subsequent_indent=lead, break_long_words=False) or []

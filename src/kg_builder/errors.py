"""What can be wrong, where, and how it is mended.

Every fault that a user can cause is a :class:`KgBuilderError` with the exit code that the command gives; what is none of
these is a fault of our own (exit code 70).
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

SEVERITIES = ("violation", "warning", "info")
"""How bad a validation result is, worst first."""

EXIT_OK = 0
EXIT_NOT_CONFORMING = 1
EXIT_BAD_INPUT = 2
EXIT_NOTHING_CHECKED = 3
EXIT_OWN_FAULT = 70

MAX_MESSAGE = 700
"""Characters of a message or cure; what stands in a file may be longer than a screen."""


@dataclass(frozen=True, order=True, slots=True)
class Location:
    """A place in a file. Lines and columns count from 1, columns in characters; 0 means that it is not known."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        parts = [self.file] + [str(number) for number in (self.line, self.column) if number]
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: what, where, and how to mend it."""

    message: str
    location: Location | None = None
    mend: str = ""

    def __post_init__(self) -> None:
        for name in ("message", "mend"):
            text = getattr(self, name)
            if len(text) > MAX_MESSAGE:
                object.__setattr__(self, name, f"{text[: MAX_MESSAGE // 2]} … {text[-MAX_MESSAGE // 2 :]}")

    def __str__(self) -> str:
        where = f"{self.location}: " if self.location else ""
        mend = f"\n  {self.mend}" if self.mend else ""
        return f"{where}{self.message}{mend}"


class KgBuilderError(Exception):
    """The base of all errors that a user can cause and mend."""

    exit_code = EXIT_BAD_INPUT

    def __init__(self, *problems: Problem) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class InputError(KgBuilderError):
    """A file, a name or an option that cannot be used as it is."""


class NothingCheckedError(KgBuilderError):
    """There was nothing to check; a vacuous pass is no pass."""

    exit_code = EXIT_NOTHING_CHECKED


def input_error(message: str, location: Location | None = None, mend: str = "") -> InputError:
    """An :class:`InputError` with one problem."""
    return InputError(Problem(message, location, mend))


def near_miss(word: str, known: Iterable[str]) -> str:
    """A sentence that names the known word nearest to ``word``, or else the known words; empty where there are none.

    >>> near_miss("stnace", ["stance", "basis"])
    "Did you mean 'stance'?"
    >>> near_miss("x", ["b", "a"])
    'Known: a, b.'
    """
    words = sorted(set(known))
    near = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f"Did you mean '{near[0]}'?"
    if not words:
        return ""
    shown = words[:30]
    more = f" … and {len(words) - len(shown)} more" if len(words) > len(shown) else ""
    return f"Known: {', '.join(shown)}{more}."


def plain(text: str) -> str:
    r"""Text on one line, character for character, without those that steer a terminal or turn the direction of writing.

    >>> plain("two\nlines, \x1b[31mred")
    'two lines, �[31mred'
    """
    if text.isprintable():
        return text
    breaks = "\n\r\t\N{LINE SEPARATOR}\N{PARAGRAPH SEPARATOR}"
    return "".join(
        " " if each in breaks else "\N{REPLACEMENT CHARACTER}" if unicodedata.category(each) in {"Cc", "Cf", "Cs"} else each
        for each in text
    )

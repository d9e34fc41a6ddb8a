"""Which files belong together: predictions, labels and the statements' texts."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg_builder.errors import InputError, Location, NothingCheckedError, Problem, input_error, near_miss
from kg_builder.evaluation.reading import Annotation, read_annotation
from kg_builder.source.tree import decode, read_text

LABELS = "gold.json"
"""The name that tells labels from other JSON files in a statement's folder."""
_HEAD_LINE = re.compile(r"[A-Za-z][\w -]*:(?:\s|$)")


@dataclass(frozen=True, slots=True)
class Pair:
    """One statement: what was predicted, what is labelled, and its text where that is at hand."""

    name: str
    predicted: Annotation
    gold: Annotation
    text: str | None


@dataclass(frozen=True, slots=True)
class Pairing:
    """The statements to score. Of those ``without_prediction`` nothing was predicted; those ``without_gold`` are left out."""

    pairs: tuple[Pair, ...]
    without_prediction: tuple[str, ...] = ()
    without_gold: tuple[str, ...] = ()


def pair(predicted: str, gold: str, text: str | None = None) -> Pairing:
    """Read two files, or two folders whose files belong together by name; ``-`` for ``predicted`` is standard input.

    A folder holds ``NAME.json`` files, or folders NAME with one JSON file in each. ``text`` is the statement's text or a
    folder of ``NAME.txt``; without it, the text is looked for beside the labels: ``NAME.txt``, ``text.txt`` in the folder
    NAME, or ``NAME.txt`` in the neighbouring folder ``statements``.

    Raises :class:`InputError` with all that cannot be used, and :class:`NothingCheckedError` where no two files meet.
    """
    are_folders = [Path(each).is_dir() for each in (predicted, gold)]
    if are_folders == [False, False]:
        name = Path(gold).parent.name if Path(gold).name == LABELS else Path(gold).stem
        return Pairing((_read(name, predicted, gold, _text_of_file(name, gold, text)),))
    if not all(are_folders):
        folder, file = (predicted, gold) if are_folders[0] else (gold, predicted)
        if file != "-" and not Path(file).exists():
            raise input_error("there is no such file or folder", Location(file))
        raise input_error(
            f"{folder} is a folder and {file} is not", mend="Give two files, or two folders whose files have the same names."
        )
    ours, theirs = dict(_files(Path(predicted))), dict(_files(Path(gold)))
    if not theirs:
        raise NothingCheckedError(Problem("there are no labels here", Location(gold), "Labels are NAME.json, or NAME/gold.json."))
    if not ours.keys() & theirs.keys():
        names = f"'{min(ours)}' and '{min(theirs)}'" if ours else "no JSON file"
        raise NothingCheckedError(
            Problem(
                f"no prediction has the name of a label: {names}", Location(predicted), "A prediction is named as its labels are."
            )
        )
    pairs: list[Pair] = []
    problems: list[Problem] = []
    for name, path in sorted(theirs.items()):
        try:
            place = ours.get(name)
            pairs.append(_read(name, str(place) if place else None, str(path), _text_of(name, path, text)))
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    return Pairing(tuple(pairs), tuple(sorted(theirs.keys() - ours.keys())), tuple(sorted(ours.keys() - theirs.keys())))


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name and path of each JSON file that stands for a statement."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.suffix == ".json" and path.is_file():
            yield path.stem, path
        elif path.is_dir():
            inside = sorted(path.glob("*.json"))
            labels = [each for each in inside if each.name == LABELS] if len(inside) > 1 else inside
            if labels:
                yield path.name, labels[0]
            elif inside:
                mend = f"Keep one, or name the labels {LABELS}."
                raise input_error(f"there are {len(inside)} JSON files in the folder of one statement", Location(str(path)), mend)


def _read(name: str, predicted: str | None, gold: str, text: Path | None) -> Pair:
    problems: list[Problem] = []
    found: list[Annotation] = []
    for file, is_gold in ((predicted, False), (gold, True)):
        try:
            found.append(_annotation(file, is_gold) if file else Annotation())
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError(*problems)
    content = without_head(read_text(text, str(text), keep_bom=False)) if text else None
    return Pair(name, found[0], found[1], content)


def _annotation(file: str, is_gold: bool) -> Annotation:
    if file == "-":
        return read_annotation(decode(sys.stdin.buffer.read(), "standard input", keep_bom=False), "standard input", gold=is_gold)
    return read_annotation(read_text(Path(file), file, keep_bom=False), file, gold=is_gold)


def _text_of_file(name: str, gold: str, text: str | None) -> Path | None:
    return Path(text) if text and not Path(text).is_dir() else _text_of(name, Path(gold), text)


def _text_of(name: str, gold: Path, text: str | None) -> Path | None:
    """The file with the statement's text; None where none was named and none is beside the labels."""
    if text is None:
        beside = [gold.with_name(f"{name}.txt"), gold.parent.parent / "statements" / f"{name}.txt"]
        if gold.parent.name == name:
            beside.insert(0, gold.with_name("text.txt"))
        return next((path for path in beside if path.is_file()), None)
    folder = Path(text)
    if not folder.is_dir():
        mend = "With folders of predictions and labels, --text is the folder of their texts."
        raise input_error("this is not a folder of texts", Location(text), mend)
    found = next((path for path in (folder / f"{name}.txt", folder / name / "text.txt") if path.is_file()), None)
    if found is None:
        mend = near_miss(name, (path.stem for path in folder.iterdir())) or "The folder is empty."
        raise input_error(f"there is no {name}.txt here", Location(text), mend)
    return found


def without_head(text: str) -> str:
    r"""The text below a head: lines ``key: value`` that a line ``---`` ends. A ``---`` within a text ends no head.

    >>> without_head("title: A\ndate: 2031\n---\nWe demand\n---\nan answer.")
    'We demand\n---\nan answer.'
    >>> without_head("We demand\n---\nan answer.")
    'We demand\n---\nan answer.'
    """
    head, mark, rest = text.partition("\n---\n")
    lines = [line for line in head.splitlines() if line.strip()]
    return rest if mark and lines and all(map(_HEAD_LINE.match, lines)) else text

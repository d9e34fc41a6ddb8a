"""Checks what a graph is made from: the ontology, the queries, the shapes and the folder themselves."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import rdflib

from kg_builder.errors import InputError, Location, NothingCheckedError, Problem, input_error
from kg_builder.lint.files import Graph, TurtleFile, excepted, finding, of_problem, read_settings
from kg_builder.lint.folder import check_folder, check_vocabulary
from kg_builder.lint.ontology import check_ontology
from kg_builder.lint.queries import check_query
from kg_builder.lint.rules import RULES
from kg_builder.lint.schemes import check_schemes
from kg_builder.lint.shapes import check_shapes
from kg_builder.lint.terms import Known
from kg_builder.lint.turtle import NotFormattableError, format_turtle, same_content, unused_prefixes
from kg_builder.report import Report, Result
from kg_builder.source.tree import decode, read_bytes
from kg_builder.sparql import locate
from kg_builder.vocabulary import shipped

__all__ = ["LintReport", "fix", "lint"]

UNREADABLE = frozenset({"syntax", "query-header", "data-fault"})
"""The rules whose breach means that a file cannot be used as it is."""


@dataclass(frozen=True, slots=True)
class LintReport(Report):
    """What was found; ``focus_nodes`` are the files that were looked at, ``shapes`` the rules."""

    @property
    def is_readable(self) -> bool:
        """Whether every file can be used as it is."""
        return not any(result.shape in UNREADABLE for result in self.results)

    def __str__(self) -> str:
        said = ", ".join(
            f"{self.count(each)} {each}{'s' if self.count(each) != 1 else ''}" for each in ("violation", "warning", "info")
        )
        return f"{said}; {self.focus_nodes:,} file{'s' if self.focus_nodes != 1 else ''} held against {self.shapes} rules"


def lint(folder: str | Path = ".") -> LintReport:
    """Check the ontology, the queries, the shapes and the data of a folder; what the tool ships is known, not checked.

    Raises :class:`~kg_builder.errors.InputError` where there is no such folder, or its ``ontology/lint.yaml`` is faulty, and
    :class:`~kg_builder.errors.NothingCheckedError` where it has nothing to check.
    """
    path = Path(folder)
    if not path.is_dir():
        raise input_error("there is no such folder", Location(str(path)))
    turtle, queries = _files(path)
    has_data = (path / "data" / "statements").is_dir()
    if not turtle and not queries and not has_data:
        raise NothingCheckedError(
            Problem(
                "there is nothing to check: no ontology, no queries and no data/statements",
                Location(str(path)),
                "Name a folder that has one of them.",
            )
        )
    settings = read_settings(path)
    found: list[Result] = []
    files: list[TurtleFile] = []
    for each in turtle:
        try:
            files.append(_read_turtle(each))
        except InputError as error:
            found += (of_problem("syntax", problem, str(each)) for problem in error.problems)
    own = Graph(tuple(files))
    is_tool = (path / "ontology").is_dir() and (path / "ontology").samefile(shipped("ontology"))
    background = () if is_tool else _shipped_terms()
    known = Known((*background, *_subjects(own)), settings.vocabularies)
    for file in files:
        found += _check_text(file)
    found += check_ontology(own, known)
    found += check_schemes(own)
    found += check_shapes(tuple(each for each in files if each.path.parent.name == "shapes"), own, known)
    for query in queries:
        found += check_query(query, known)
    found += _untold(check_vocabulary(path), found)
    statements = sorted((path / "data" / "statements").glob("*/"))
    if has_data:
        found += _untold(check_folder(path, own, is_tool=is_tool), found)
    results = tuple(sorted(excepted(found, settings, path)))
    return LintReport(results, len(turtle) + len(queries) + len(statements), len(RULES), rdflib.Graph())


def _untold(results: Iterable[Result], told: Iterable[Result]) -> list[Result]:
    """The findings without those that another rule tells of the same place."""

    def key(result: Result) -> tuple[str, Path, int]:
        where = result.location or Location("")
        return result.message, Path(where.file).resolve(), where.line

    known = set(map(key, told))
    return [result for result in results if key(result) not in known]


def fix(folder: str | Path = ".") -> tuple[Path, ...]:
    """Put the folder's Turtle files into the one layout, and tell which were changed; files that do not parse stay as they are.

    A file is replaced in one step, and only when it has the same triples and comments as before. Raises
    :class:`~kg_builder.errors.InputError`, before anything is replaced, where one that is to be lies outside of the folder.
    """
    found = [(path, _tidied(path)) for path in _files(Path(folder))[0]]
    for path, tidied in found:
        if tidied is not None and not path.resolve().is_relative_to(Path(folder).resolve()):
            raise input_error(
                f"the file leads out of the folder, to {path.resolve()}, and is not put in order there",
                Location(path.as_posix()),
                "Take the link away, or put the file itself in its place.",
            )
    for path, tidied in found:
        if tidied is not None:
            _replace(path, tidied)
    return tuple(path for path, tidied in found if tidied is not None)


def _tidied(path: Path) -> str | None:
    """The file's text in the one layout; None where it is so already, does not parse, or has what the layout does not cover."""
    try:
        before = _read_turtle(path).text
        after = format_turtle(before)
    except (InputError, NotFormattableError):
        return None
    if after == before:
        return None
    if not same_content(before, after):
        raise RuntimeError(f"the layout would change what {path} says; it was left as it is")
    return after


def _files(folder: Path) -> tuple[list[Path], list[Path]]:
    """The Turtle files and the queries of a folder."""
    return sorted((folder / "ontology").rglob("*.ttl")), sorted((folder / "queries").rglob("*.rq"))


def _read_turtle(path: Path) -> TurtleFile:
    shown = path.as_posix()
    text = decode(read_bytes(path, shown), shown)
    try:
        quads = ox.parse(input=text.encode(), format=ox.RdfFormat.TURTLE)
        return TurtleFile(shown, path, text, tuple(quad.triple for quad in quads))
    except SyntaxError as error:
        where = Location(shown, error.lineno or 0, error.offset or 0)
        raise input_error(f"this is not Turtle: {error.msg}", where, "Mend the file at that place.") from None


def _subjects(graph: Graph) -> Iterator[str]:
    return (subject.value for subject in graph.homes if isinstance(subject, ox.NamedNode))


def _shipped_terms() -> Iterator[str]:
    return _subjects(Graph(tuple(_read_turtle(path) for path in _files(shipped("ontology").parent)[0])))


def _check_text(file: TurtleFile) -> Iterator[Result]:
    """Whether the file is in the one layout (the first line that is not is the place), and its prefixes are used."""
    for prefix, offset in unused_prefixes(file.text):
        where = locate(file.text, offset, file.shown)
        line = file.places.line(where.line)
        yield finding("unused-prefix", f"nothing uses the prefix '{prefix}:'", file.shown, where, line=line)
    with suppress(NotFormattableError):
        wanted = format_turtle(file.text)
        if wanted != file.text:
            pairs = zip(file.text.split("\n"), [*wanted.split("\n"), ""], strict=False)
            number, line = next(((at, is_) for at, (is_, want) in enumerate(pairs, 1) if is_ != want), (1, ""))
            message = "the file is not in the layout that --fix gives"
            yield finding("layout", message, file.shown, Location(file.shown, number, 1), line=line)


def _replace(path: Path, text: str) -> None:
    """Write a file in one step: what is on disk is the old one or the new one, whole."""
    target = path.resolve()
    try:
        with tempfile.TemporaryDirectory(prefix=".kg-builder-", dir=target.parent) as folder:
            staged = Path(folder) / target.name
            with staged.open("w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            staged.chmod(target.stat().st_mode)
            staged.replace(target)
    except OSError as error:
        raise input_error(f"cannot be written: {error.strerror}", Location(str(path)), "Check its permissions.") from None

"""Builds a folder: text and claims become a validated graph, in files that are replaced only when all is well."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from kg_builder import __version__
from kg_builder.checks import is_of_check, run_checks
from kg_builder.engine import Index
from kg_builder.errors import SEVERITIES, InputError, Location, Problem, input_error
from kg_builder.graphs import each_quad, open_source
from kg_builder.incremental import validate_by_parts
from kg_builder.model import Ref, Statement
from kg_builder.parts import NotByParts
from kg_builder.query import list_queries
from kg_builder.rdf import FORMATS, GraphWriter, describe_shared, describe_statement, origins
from kg_builder.report import Report, Result
from kg_builder.shapes import read_shapes
from kg_builder.source import Folder, open_folder
from kg_builder.validation import Data, validate
from kg_builder.vocabulary import DATA

if TYPE_CHECKING:
    import rdflib

HEADING = """\
A knowledge graph of what human-rights statements say. Made by kg-builder; do not edit by hand.
Every triple stays true even if every allegation is false: who asserts, denies, doubts or demands is explicit.
Annotations: CC BY 4.0, https://creativecommons.org/licenses/by/4.0/ . Quoted words remain their authors'.
"""
REPORT = "report.json"


@dataclass(frozen=True, slots=True)
class Build:
    """A built folder: how much of what there is, and what the validation found."""

    counts: dict[str, int]
    """statements, claims, demands, events, acts, quantities, triples"""
    statements: dict[str, dict[str, int | str]]
    """id -> the same counts, and the text's sha256"""
    report: Report
    checks: tuple[Result, ...]
    """What the queries in ``queries/checks`` found: a row is a violation, or what the check's header says."""
    output: Path | None
    """Where the files are; None where nothing was written (no folder was named, or the graph does not conform)."""
    files: dict[str, str] = field(default_factory=dict)
    """file name -> sha256"""
    kept: dict[str, str] = field(default_factory=dict, repr=False)
    """format -> the file's text, where nothing was written"""

    @property
    def conforms(self) -> bool:
        """True where neither a shape nor a check found a violation."""
        return self.report.conforms and not any(check.severity == SEVERITIES[0] for check in self.checks)

    @property
    def content(self) -> dict[str, str]:
        """Format -> the file's text, read from the output folder where there is one."""
        if self.output is None:
            return self.kept
        return {each: (self.output / f"graph.{each}").read_text("utf-8") for each in FORMATS}

    @property
    def graph(self) -> rdflib.Graph:
        """All triples as one rdflib graph."""
        import rdflib  # noqa: PLC0415

        return rdflib.Graph().parse(data=self.content["nq"], format="nt")

    @property
    def dataset(self) -> rdflib.Dataset:
        """The rdflib dataset with a named graph for each statement; what they share is in the default graph."""
        import rdflib  # noqa: PLC0415

        return rdflib.Dataset(default_union=True).parse(data=self.content["trig"], format="trig")

    def __str__(self) -> str:
        counts = ", ".join(f"{number:,} {what}" for what, number in self.counts.items())
        return f"{counts}. {self.report}"

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr><td>{what}</td><td>{number:,}</td></tr>" for what, number in self.counts.items())
        return f"<table>{rows}</table>{self.report._repr_html_()}"


Progress = Callable[[Iterable[str]], Iterable[str]]


def build(folder: str | Path | Folder = ".", output: str | Path | None = None, progress: Progress = iter) -> Build:
    """Build ``folder`` and validate the graph; write it to ``output`` where one is named and the graph conforms.

    The files of an earlier build are replaced one by one when everything is written and checked, the report last. Raises
    :class:`~kg_builder.errors.InputError` with all that is wrong in the folder's files. ``progress`` wraps the ids of the
    statements as they are built.
    """
    opened = folder if isinstance(folder, Folder) else open_folder(Path(folder))
    target = Path(output) if output is not None else None
    is_new = target is not None and not target.exists()
    staging = _staging(target)
    try:
        counts = write_graph(opened, staging, progress)
        report, checks, triples = _validate(staging, opened)
        total: dict[str, int] = {"statements": len(counts)}
        for each in counts.values():
            for what, number in each.items():
                if isinstance(number, int):
                    total[what] = total.get(what, 0) + number
        files = {f"graph.{each}": _sha256(staging / f"graph.{each}") for each in FORMATS}
        total["triples"] = triples
        built = Build(total, counts, report, checks, target, files)
        if target is None or not built.conforms:
            kept = {each: (staging / f"graph.{each}").read_text("utf-8") for each in FORMATS}
            built = replace(built, output=None, kept=kept)
        else:
            for name in [*files, REPORT]:
                if (target / name).is_dir():
                    raise input_error(
                        "a folder stands where a file is to be written", Location(str(target / name)), "Move it away."
                    )
            (staging / REPORT).write_text(_report_json(built), "utf-8", newline="\n")
            for name in [*files, REPORT]:
                _replace(staging / name, target / name)
        return built
    except OSError as error:
        where = Location(str(target) if target else error.filename or "")
        raise input_error(
            f"cannot write: {error.strerror or error}",
            where,
            "Free some space, or name another folder with -o; nothing was replaced.",
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)
        if is_new and target is not None and target.is_dir() and not any(target.iterdir()):
            target.rmdir()


def _validate(staging: Path, folder: Folder) -> tuple[Report, tuple[Result, ...], int]:
    """What shapes and checks find in the graph, and how many triples it has. Large graphs are looked at part by part."""
    try:
        whole = validate_by_parts([str(staging / "graph.ttl")], folder.path)
        with (staging / "graph.nq").open("rb") as file:
            triples = sum(1 for _ in file)
        placeless = [replace(each, location=None, source_line="") for each in whole.results]
        rows = tuple(each for each in placeless if each.terms and is_of_check(each.terms))
        report = replace(whole, results=tuple(each for each in placeless if not each.terms or not is_of_check(each.terms)))
    except NotByParts:
        index = Index(each_quad(open_source(str(staging / "graph.ttl"))))
        report = validate(Data(index), read_shapes(folder.path))
        triples = len(index)
        rows = tuple(run_checks(index, list_queries(folder.path, "checks")))
    return replace(report, results=with_origins(report.results, folder)), with_origins(rows, folder), triples


def _staging(target: Path | None) -> Path:
    """A new folder within the target's, so that its files can be moved into place in one step each."""
    if target is None:
        return Path(tempfile.mkdtemp(prefix="kg-builder-"))
    try:
        target.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".kg-builder-", dir=target))
    except OSError as error:
        raise input_error(
            f"cannot write here: {error.strerror}",
            Location(str(target)),
            "Name a folder that you may write to with -o.",
        ) from None


def write_graph(folder: Folder, staging: Path, progress: Progress) -> dict[str, dict[str, int | str]]:
    """Write the four files of a folder into ``staging``, unvalidated; the counts of each statement."""
    counts: dict[str, dict[str, int | str]] = {}
    used: set[Ref] = set()
    victims: set[Ref] = set()
    events: set[Ref] = set()
    problems: list[Problem] = []
    with ExitStack() as stack:
        files = {
            each: stack.enter_context((staging / f"graph.{each}").open("w", encoding="utf-8", newline="\n")) for each in FORMATS
        }
        writer = GraphWriter(files, folder.vocabulary, HEADING)
        for id_ in progress(folder.ids):
            try:
                statement = folder.statement(id_)
            except InputError as error:
                problems += error.problems
                continue
            block = describe_statement(statement)
            writer.write(block)
            used |= block.used
            victims |= block.victims
            events.update(event.ref for event in statement.events)
            counts[id_] = _counts(statement, len(block.triples))
        if problems:
            raise InputError(*problems)
        for link in folder.links:
            for ref, (line, column) in zip((link.first, link.second), link.source, strict=True):
                if ref not in events:
                    raise input_error(
                        f"the statement '{ref.statement}' has no event '{ref.id}'",
                        Location("data/links.yaml", line, column),
                        "Mend the link.",
                    )
        writer.write(describe_shared(used, victims, folder.entities, folder.vocabulary, folder.links))
        writer.close()
    return counts


def with_origins(results: tuple[Result, ...], folder: Folder) -> tuple[Result, ...]:
    """The results with their places in claims.yaml and the words of the text; reads again only the statements concerned."""
    known: dict[str, dict[str, tuple[tuple[int, int], str]]] = {}
    placed = []
    for result in results:
        id_ = result.focus.removeprefix(DATA + "statement/").partition("/")[0]
        if id_ in folder.ids:
            if id_ not in known:
                known[id_] = origins(folder.statement(id_))
            source, words = known[id_].get(result.focus, ((0, 0), ""))
            claims = f"data/statements/{id_}/claims.yaml"
            placed.append(replace(result, origin=Location(claims, *source), words=words))
        else:
            placed.append(result)
    return tuple(placed)


def from_here(place: Location | None, folder: Path) -> Location | None:
    """A place in a folder's files as seen from the folder in which the tool is run."""
    if place is None:
        return None
    is_within = (folder / place.file).exists() or (place.file.startswith("data/") and not Path(place.file).is_relative_to(folder))
    return replace(place, file=str(folder / place.file)) if is_within else place


def _counts(statement: Statement, triples: int) -> dict[str, int | str]:
    acts = sum(event.is_act for event in statement.events)
    claims = sum(utterance.kind == "claim" for utterance in statement.utterances)
    return {
        "claims": claims,
        "demands": len(statement.utterances) - claims,
        "acts": acts,
        "events": len(statement.events) - acts,
        "quantities": len(statement.quantities),
        "triples": triples,
        "sha256": statement.sha256,
    }


def _report_json(built: Build) -> str:
    results = [
        {name: getattr(result, name) for name in ("severity", "shape", "focus", "path", "value", "component", "message")}
        for result in built.report.results
    ]
    report = {
        "tool": {"name": "kg-builder", "version": __version__},
        "counts": built.counts,
        "statements": built.statements,
        "files": {name: {"sha256": digest} for name, digest in built.files.items()},
        "validation": {
            "conforms": built.conforms,
            "focusNodes": built.report.focus_nodes,
            "shapes": built.report.shapes,
            "results": results,
            "checks": [
                {"check": each.shape, "node": each.focus, "problem": each.message, "severity": each.severity}
                for each in built.checks
            ],
        },
    }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def _replace(source: Path, target: Path) -> None:
    """Move a finished file into place; what is on disk is the old one or the new one, whole."""
    with source.open("rb") as file:
        os.fsync(file.fileno())
    source.replace(target)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

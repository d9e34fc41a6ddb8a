"""Writes the documents of statements, each statement by itself, in several processes where there are many.

A statement is passed over where all that its documents are made of is as it was: its triples and text, what statements share, the
ontology, and the tool itself.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from kg_builder.confine import die_with
from kg_builder.errors import Location, Problem, input_error
from kg_builder.publish.pages import Pages
from kg_builder.publish.resources import LEGEND, Resources, documents, schema, utterances
from kg_builder.publish.source import Told
from kg_builder.publish.statement import segments
from kg_builder.publish.view import View
from kg_builder.publish.writer import Tally, Writer
from kg_builder.rdf import Notation
from kg_builder.source import Folder
from kg_builder.source.publication import read_publication
from kg_builder.worker import WorkerDied

AHEAD = 4
"""How many statements wait for each process, so that none is idle and memory holds few."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What the documents of any statement are made with. ``key`` is a hash of all that they share."""

    folder: Folder
    output: Path
    shared: View
    ontology: View
    licence: str
    key: str

    @classmethod
    def of(cls, folder: Folder, output: Path, shared: View, ontology: View) -> Setting:
        """The setting with its key."""
        licence = read_publication(folder).license
        key = hashlib.sha256(f"{_tool()}{licence}".encode())
        for view in (shared, ontology):
            for triple in view.all():
                key.update("\0".join(triple).encode())
        return cls(folder, output, shared, ontology, licence, key.hexdigest())


class Renderer:
    """Writes the documents of one statement at a time."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting
        self._pages = Pages(setting.ontology, setting.licence)
        self._notation = Notation(setting.folder.vocabulary)
        self._linked = {name: nodes for name, nodes in documents(setting.shared).items() if name.startswith("data/statement/")}

    def write(self, told: Told) -> Tally:
        """Write what changed of a statement's documents and give how many those are.

        Raises :class:`~kg_builder.errors.InputError` where the graph was built from another text, or nothing can be written.
        """
        setting = self._setting
        original = (setting.folder.path / "data" / "statements" / told.id / "text.txt").read_bytes()
        key = hashlib.sha256(f"{setting.key}{hashlib.sha256(original).hexdigest()}".encode())
        for triple in told.triples:
            key.update("\0".join(triple).encode())
        writer = Writer(setting.output, told.listing, key.hexdigest())
        if writer.is_current():
            return writer.tally
        view = View(told.triples, setting.shared)
        if hashlib.sha256(original).hexdigest() != view.text(told.iri, "schema:sha256"):
            raise input_error(
                "the text is not the one that the graph was built from",
                Location(f"data/statements/{told.id}/text.txt"),
                "Build the folder anew.",
            )
        said = utterances(view)
        document = f"data/statement/{told.id}"
        html = self._pages.render(
            "statement.html",
            document,
            view,
            title=view.label(told.iri),
            iri=told.iri,
            segments=segments(setting.folder.text(told.id).content, said),
            utterances=said,
            language=view.text(told.iri, "dcterms:language"),
            schema=schema(view, told.iri, told.iri),
            legend=LEGEND,
        )
        resources = Resources(writer, self._pages, self._notation, self._linked)
        writer.write(f"{document}.html", html)
        writer.write(f"{document}.txt", original)
        resources.write_rdf(document, told.triples)
        resources.write_all(told.iri, view, said)
        writer.close()
        return writer.tally


@cache
def _tool() -> str:
    """A hash of the tool's own code and templates."""
    digest = hashlib.sha256()
    root = Path(str(files("kg_builder")))
    for path in sorted(each for pattern in ("*.py", "*.html") for each in root.rglob(pattern)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


_renderer: Renderer | None = None
"""In a process that writes statements: what it began with."""


def _begin(setting: Setting, parent: int) -> None:
    global _renderer  # noqa: PLW0603 - one a process
    die_with(parent)
    _renderer = Renderer(setting)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _write(told: Told) -> Tally:
    assert _renderer is not None
    return _renderer.write(told)


def write_statements(setting: Setting, statements: Iterable[Told], jobs: int) -> Generator[tuple[Told, Tally]]:
    """Write the documents of all statements in ``jobs`` processes; give each statement when it is done, in their order."""
    if jobs < 2:
        renderer = Renderer(setting)
        for told in statements:
            yield told, renderer.write(told)
        return
    pool = ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn"), _begin, (setting, os.getpid()))
    waiting: deque[tuple[Told, Future[Tally]]] = deque()
    try:
        for told in statements:
            waiting.append((told, pool.submit(_write, told)))
            if len(waiting) >= jobs * AHEAD:
                first, done = waiting.popleft()
                yield first, done.result()
        for first, done in waiting:
            yield first, done.result()
    except BrokenProcessPool:
        message = "a process that wrote statements was ended from outside"
        raise WorkerDied(Problem(message, mend="Free memory on the machine, or let fewer work at once: --jobs 1.")) from None
    finally:
        pool.shutdown(cancel_futures=True)

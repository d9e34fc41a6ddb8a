"""The static site of a built graph: a page and RDF for each resource, the statements with their claims marked, no server needed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from kg_builder.errors import Location, input_error
from kg_builder.publish.incoming import Incoming
from kg_builder.publish.pages import Pages
from kg_builder.publish.resources import LEGEND, Resources, documents, schema, utterances
from kg_builder.publish.source import BuiltGraph
from kg_builder.publish.statement import segments
from kg_builder.publish.view import View
from kg_builder.publish.writer import Writer
from kg_builder.rdf import Notation
from kg_builder.source import Folder
from kg_builder.vocabulary import DATA, ontology_files, read_turtle

__all__ = ["Published", "publish"]

Progress = Callable[[Iterable[str]], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Published:
    """How many files the site has, and what this run did to them."""

    files: int
    written: int
    unchanged: int
    removed: int


def publish(folder: Folder, built: Path, output: Path, progress: Progress = iter) -> Published:
    """Write the site of the graph that ``built`` (an output folder of ``build``) has of ``folder`` to ``output``.

    Only what changed is written, and what is there no longer is taken away. Raises
    :class:`~kg_builder.errors.InputError` where the graph was built from another text, or where ``output`` is no site.
    """
    graph = BuiltGraph(built / "graph.trig")
    shared = graph.shared()
    ontology = _ontology(folder)
    pages = Pages(ontology)
    writer = Writer(output)
    resources = Resources(writer, pages, Notation(folder.vocabulary))
    with Incoming() as incoming:
        statements = dict.fromkeys(progress(folder.ids))
        for iri, view in graph.statements(shared):
            _write_statement(folder, iri, view, pages, resources, writer)
            resources.write_all(iri, view)
            incoming.add(iri, view, shared)
            statements.pop(iri.removeprefix(DATA + "statement/"), None)
        incoming.index()
        for document, subjects in documents(shared).items():
            if shared.kind(subjects[0]):
                resources.write(document, subjects[0], shared, subjects[1:], incoming=incoming.of(subjects[0]))
    _write_assets(writer)
    writer.close()
    return Published(len(writer.files), writer.written, writer.unchanged, writer.removed)


def _ontology(folder: Folder) -> View:
    paths = [*ontology_files(folder.path, "*.ttl"), *ontology_files(folder.path, "schemes/*.ttl")]
    return View((str(quad.subject), str(quad.predicate), str(quad.object)) for path in paths for quad in read_turtle(path))


def _write_statement(folder: Folder, iri: str, view: View, pages: Pages, resources: Resources, writer: Writer) -> None:
    id_ = iri.removeprefix(DATA + "statement/")
    original = (folder.path / "data" / "statements" / id_ / "text.txt").read_bytes()
    if hashlib.sha256(original).hexdigest() != view.text(iri, "schema:sha256"):
        raise input_error(
            "the text is not the one that the graph was built from",
            Location(f"data/statements/{id_}/text.txt"),
            "Build the folder anew.",
        )
    document = f"data/statement/{id_}"
    said = utterances(view)
    html = pages.render(
        "statement.html",
        document,
        view,
        iri=iri,
        title=view.label(iri),
        segments=segments(folder.text(id_).content, said),
        utterances=said,
        language=view.text(iri, "dcterms:language"),
        schema=schema(view, iri, iri),
        legend=LEGEND,
    )
    writer.write(f"{document}.html", html)
    resources.write_rdf(document, [triple for subject in view.subjects() for triple in view.own(subject)])
    writer.write(f"{document}.txt", original)


def _write_assets(writer: Writer) -> None:
    root = files("kg_builder.publish") / "assets"
    for path in sorted(_walk(Path(str(root)))):
        writer.write(f"assets/{path.relative_to(Path(str(root))).as_posix()}", path.read_bytes())


def _walk(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file())

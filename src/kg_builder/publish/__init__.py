"""The static site of a built graph: a page and RDF for each resource, statements with their claims marked, no server needed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from kg_builder.errors import Location, input_error
from kg_builder.publish.incoming import Incoming
from kg_builder.publish.pages import Pages
from kg_builder.publish.questions import Questions
from kg_builder.publish.resources import LEGEND, Resources, UtteranceOfPage, documents, schema, utterances
from kg_builder.publish.site import Section, Site
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
    shared, ontology = graph.shared(), _ontology(folder)
    pages, writer = Pages(ontology), Writer(output)
    site = Site(folder, built, shared, ontology, pages, Resources(writer, pages, Notation(folder.vocabulary)), writer)
    sections: list[Section] = [Questions()]
    with Incoming() as incoming:
        for iri, view in graph.statements(shared):
            said = utterances(view)
            _write_statement(site, iri, view, said)
            site.resources.write_all(iri, view, said)
            incoming.add(iri, view, shared)
            for section in sections:
                section.add(iri, view, said)
        incoming.index()
        for document, subjects in documents(shared).items():
            if shared.kind(subjects[0]):
                site.resources.write(document, subjects[0], shared, subjects[1:], incoming=incoming.of(subjects[0]))
    for section in sections:
        section.write(site)
    _write_assets(writer)
    writer.close()
    return Published(len(writer.files), writer.written, writer.unchanged, writer.removed)


def _ontology(folder: Folder) -> View:
    paths = [path for pattern in ("*.ttl", "schemes/*.ttl") for path in ontology_files(folder.path, pattern)]
    return View((str(quad.subject), str(quad.predicate), str(quad.object)) for path in paths for quad in read_turtle(path))


def _write_statement(site: Site, iri: str, view: View, said: list[UtteranceOfPage]) -> None:
    id_ = iri.removeprefix(DATA + "statement/")
    document = f"data/statement/{id_}"
    original = (site.folder.path / "data" / "statements" / id_ / "text.txt").read_bytes()
    if hashlib.sha256(original).hexdigest() != view.text(iri, "schema:sha256"):
        raise input_error(
            "the text is not the one that the graph was built from",
            Location(f"data/statements/{id_}/text.txt"),
            "Build the folder anew.",
        )
    site.page(
        document,
        "statement.html",
        view.label(iri),
        view,
        iri=iri,
        segments=segments(site.folder.text(id_).content, said),
        utterances=said,
        language=view.text(iri, "dcterms:language"),
        schema=schema(view, iri, iri),
        legend=LEGEND,
    )
    site.resources.write_rdf(document, [triple for subject in view.subjects() for triple in view.own(subject)])
    site.writer.write(f"{document}.txt", original)


def _write_assets(writer: Writer) -> None:
    root = Path(str(files("kg_builder.publish") / "assets"))
    for path in sorted(each for each in root.iterdir() if each.is_file()):  # those in folders belong to the questions
        writer.write(f"assets/{path.name}", path.read_bytes())

"""The static site of a built graph: a page and RDF for each resource, statements with their claims marked, no server needed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import closing
from importlib.resources import files
from pathlib import Path

from kg_builder.publish.addresses import listing
from kg_builder.publish.changes import Changes, check_earlier
from kg_builder.publish.counts import Counts
from kg_builder.publish.dataset import DataSet, check_address
from kg_builder.publish.incoming import Incoming
from kg_builder.publish.overview import Overviews
from kg_builder.publish.pages import Pages
from kg_builder.publish.questions import Questions
from kg_builder.publish.reference import Reference
from kg_builder.publish.renderer import Setting, write_statements
from kg_builder.publish.resources import Resources, documents, utterances
from kg_builder.publish.site import Section, Site
from kg_builder.publish.source import BuiltGraph
from kg_builder.publish.view import View
from kg_builder.publish.writer import Tally, Writer, check_output
from kg_builder.rdf import Notation
from kg_builder.source import Folder
from kg_builder.source.publication import read_publication
from kg_builder.vocabulary import ontology_files, read_turtle

__all__ = ["Tally", "check_address", "check_earlier", "check_output", "publish"]

Progress = Callable[[Iterable[str]], Iterable[str]]
FEW = 16
"""With fewer statements one process is as fast as several."""


def publish(
    folder: Folder,
    built: Path,
    output: Path,
    progress: Progress = iter,
    jobs: int = 1,
    address: str = "",
    since: Path | None = None,
) -> Tally:
    """Write the site of the graph that ``built`` (an output folder of ``build``) has of ``folder`` to ``output``.

    Only what changed is written, and what is there no longer is taken away. ``progress`` wraps the ids of the statements as they
    are written; ``jobs`` is how many processes write statements. ``address``, as :func:`check_address` gives it, is where the
    site will stand; ``since`` is an earlier graph, for the page on what changed. Raises
    :class:`~kg_builder.errors.InputError` where the graph was built from another text, or where ``output`` is no site.
    """
    publication, counts = read_publication(folder), Counts()
    graph = BuiltGraph(built / "graph.trig")
    shared, ontology = graph.shared(), _ontology(folder)
    check_output(output, folder.path)
    pages, writer = Pages(ontology, publication.license), Writer(output)
    site = Site(folder, built, shared, ontology, pages, Resources(writer, pages, Notation(folder.vocabulary)), writer)
    sections: list[Section] = [
        Overviews(),
        Questions(),
        Reference(counts),
        Changes(publication, since),
        DataSet(counts, publication, address),
    ]
    for id_ in folder.ids:
        writer.part(listing(f"data/statement/{id_}"))
    setting = Setting.of(folder, output, shared, ontology)
    total = Tally()
    with (
        Incoming() as incoming,
        closing(write_statements(setting, graph.statements(), jobs if len(folder.ids) >= FEW else 1)) as done,
    ):
        for _, (told, tally) in zip(progress(folder.ids), done, strict=True):
            view = View(told.triples, shared)
            said = utterances(view)
            total += tally
            incoming.add(told.iri, view, shared)
            for section in sections:
                section.add(told.iri, view, said)
        incoming.index()
        for document, subjects in documents(shared).items():
            if kind := shared.kind(subjects[0]):
                view = ontology if kind == "Concept" else shared  # a coded value is told whole, not only as far as it is used
                site.resources.write(document, subjects[0], view, subjects[1:], incoming=incoming.of(subjects[0]))
    for section in sections:
        section.write(site)
    _write_assets(writer)
    writer.close()
    return total + writer.tally


def _ontology(folder: Folder) -> View:
    paths = [path for pattern in ("*.ttl", "schemes/*.ttl") for path in ontology_files(folder.path, pattern)]
    return View((str(quad.subject), str(quad.predicate), str(quad.object)) for path in paths for quad in read_turtle(path))


def _write_assets(writer: Writer) -> None:
    root = Path(str(files("kg_builder.publish") / "assets"))
    for path in sorted(each for each in root.iterdir() if each.is_file()):  # those in folders belong to the questions
        writer.write(f"assets/{path.name}", path.read_bytes())

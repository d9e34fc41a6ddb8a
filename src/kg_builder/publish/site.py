"""What the parts of the site share, and what a part is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kg_builder.publish.pages import Pages
from kg_builder.publish.resources import Resources, UtteranceOfPage
from kg_builder.publish.view import View
from kg_builder.publish.writer import Writer
from kg_builder.source import Folder


@dataclass(frozen=True, slots=True)
class Site:
    """A site that is being written: the folder and the built graph that it tells of, and what writes its files.

    ``built`` is the output folder of ``build``; ``shared`` is the view of what statements share, ``ontology`` that of the
    ontology, schemes and shapes.
    """

    folder: Folder
    built: Path
    shared: View
    ontology: View
    pages: Pages
    resources: Resources
    writer: Writer

    def page(self, path: str, template: str, title: str, view: View | None = None, **values: Any) -> None:
        """Render a page and write it; ``path`` is without suffix."""
        html = self.pages.render(template, path, view or self.shared, title=title, **values)
        self.writer.write(f"{path}.html", html)


class Section(Protocol):
    """A part of the site that tells of all statements: it is shown each one, and then writes its pages.

    It keeps no more in memory than its pages show.
    """

    def add(self, statement: str, view: View, utterances: list[UtteranceOfPage]) -> None:
        """Note a statement (its IRI, its view over the shared one, what it says)."""

    def write(self, site: Site) -> None:
        """Write the pages."""

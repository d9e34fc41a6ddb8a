"""What all statements say, seen together: who is accused of what, when, where, how many, and who disputes whom.

None of its pages says that anything is so: each count and each mark leads to the words of whoever says it.
"""

from __future__ import annotations

from contextlib import closing

from kg_builder.publish.overview import accusations, figures, home, network, places, positions, search, timeline
from kg_builder.publish.overview.collected import Collected
from kg_builder.publish.resources import UtteranceOfPage
from kg_builder.publish.site import Site
from kg_builder.publish.view import View

__all__ = ["Overviews"]


class Overviews:
    """The section of the site with the overviews, the home page, the list of statements and the search.

    What it keeps of the statements is in a database on disk.
    """

    def __init__(self) -> None:
        self._collected = Collected()

    def add(self, statement: str, view: View, utterances: list[UtteranceOfPage]) -> None:
        """Keep what the overviews need of a statement."""
        self._collected.add(statement, view, utterances)

    def write(self, site: Site) -> None:
        """Write the pages."""
        with closing(self._collected):
            self._collected.add_shared(site.shared)
            self._collected.index()
            for part in (home, accusations, timeline, places, network, figures, positions, search):
                part.write(site, self._collected)

"""Where each triple of a file stands."""

from __future__ import annotations

from kg_builder.errors import Location
from kg_builder.graphs import Source


class Places:
    """Placeholder while the scanner is being written."""

    @classmethod
    def read(cls, source: Source) -> Places:
        return cls()

    def find(self, subject: str, predicate: str | None = None, object_: str | None = None) -> Location | None:
        return None

    def line(self, number: int) -> str:
        return ""

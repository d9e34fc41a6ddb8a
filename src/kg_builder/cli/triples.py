"""Whether the files that a command is given hold RDF at all: any JSON can be read as JSON-LD."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg_builder.errors import Location, Problem


def json_without_triples(names: Iterable[str]) -> list[Problem]:
    """What to tell of those of the files that are JSON, or JSON-LD, without a single triple."""
    from kg_builder.graphs import SUFFIXES, each_quad, open_source  # noqa: PLC0415

    return [
        Problem(
            "nothing in it is RDF: it is JSON from which no triple follows",
            Location(name),
            "JSON-LD has an @context, or IRIs as keys. Of a built folder, name graph.jsonld or graph.nq.",
        )
        for name in names
        if SUFFIXES.get(Path(name).suffix.lower()) == SUFFIXES[".jsonld"]
        and Path(name).is_file()
        and next(each_quad(open_source(name)), None) is None
    ]

"""A large graph for tests of speed: many copies of statements, which share actors and places."""

from __future__ import annotations

from conftest import ROOT

from kg_builder import Build, build


def copies_of_statements(built: Build, count: int) -> str:
    """N-Quads: for each of ``count`` copies some 8,400 triples."""
    real, invented = built.content["nq"], build(ROOT / "tests" / "queries" / "invented").content["nq"]
    return "".join(
        real.replace("2020-05-25-odf-osce", f"2020-05-25-odf-osce-{number}") + invented.replace("-forum", f"-forum-{number}")
        for number in range(count)
    )

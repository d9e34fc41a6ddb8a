"""The faults that the benchmark of engines plants are there, and the tool's own engine finds each."""

from __future__ import annotations

from pathlib import Path

from benchmarks.engines import own
from benchmarks.faults import EVERY, FAULTS, write_faulty
from kg_builder.shapes import read_shapes


def test_each_planted_fault_is_found(tmp_path: Path) -> None:
    graph, shapes = tmp_path / "graph.ttl", tmp_path / "shapes.ttl"
    planted = write_faulty(graph, EVERY * (len(FAULTS) - 1) + 1)
    read_shapes().serialize(shapes, format="turtle")
    assert {rule for rule, _ in planted} == {rule for rule, _, _ in FAULTS}
    found = {
        (shape.partition(":")[2], focus.split("/statement/")[1].split("/")[0]) for shape, focus in own(str(graph), str(shapes))
    }
    assert planted <= found
    assert {name for _, name in found} == {name for _, name in planted}, "a statement without a fault has none"

"""The faults that the benchmark of engines plants are there, the tool finds each, and a peer that does not end is stopped."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import validation
from benchmarks.faults import EVERY, FAULTS, write_faulty


def test_each_planted_fault_is_found(tmp_path: Path) -> None:
    graph = tmp_path / "graph.ttl"
    planted = write_faulty(graph, EVERY * (len(FAULTS) - 1) + 1)
    assert {rule for rule, _ in planted} == {rule for rule, _, _ in FAULTS}
    run = validation.validate(graph)
    found = validation.names(run.found)
    assert planted <= found
    assert {name for _, name in found} == {name for _, name in planted}, "a statement without a fault has none"
    assert min(run.seconds, run.cpu) > 0
    assert run.peak > 1


def test_a_peer_that_does_not_end_is_stopped(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(validation, "TIMES", {"pyshacl": 0})
    validation.compare([1], ["pyshacl"], least=1)
    own, peer = (line for line in capsys.readouterr().out.splitlines() if line.startswith("| 1 "))
    assert [cell.strip() for cell in own.split("|")[-4:-1]] == ["1", "1", "1"]
    assert "had not ended" in peer

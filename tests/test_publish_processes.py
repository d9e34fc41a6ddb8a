"""Processes that write statements do not outlive the one that began them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from test_incremental import ended, pids

from kg_builder.publish.renderer import write_statements


@dataclass(frozen=True)
class Waiting:
    """A setting that tells the process that asks for it, and keeps it waiting."""

    said: Path

    @property
    def ontology(self) -> Any:
        with self.said.open("a", encoding="utf-8") as file:
            file.write(f"{os.getpid()}\n")
        time.sleep(600)


def write_all(said: Path) -> None:
    statements: Any = range(2)
    setting: Any = Waiting(said)
    list(write_statements(setting, statements, jobs=2))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process cannot be told of its parent's end")
def test_processes_that_write_end_with_the_one_that_began_them(tmp_path: Path) -> None:
    said = tmp_path / "said"
    parent = multiprocessing.get_context("spawn").Process(target=write_all, args=(said,))
    parent.start()
    try:
        begun = pids(said, 2)
    finally:
        parent.kill()
        parent.join()
    try:
        assert ended(begun)
    finally:
        for each in begun:
            if not ended([each], seconds=0):
                os.kill(each, signal.SIGKILL)

"""What several tests share: the project's root, its built graph, and the command as a subprocess."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg_builder import Build, build

ROOT = Path(__file__).resolve().parent.parent
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The project's own statement, built once; ``output`` holds its files."""
    return build(ROOT, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="session")
def store(built: Build) -> ox.Store:
    """The built graph, to be read."""
    store = ox.Store()
    store.load(built.content["nq"].encode(), ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture
def command(tmp_path: Path) -> Command:
    """Runs ``python -m kg_builder`` with the given arguments in a folder of its own (or ``cwd``)."""

    def run(
        *arguments: str | Path, cwd: Path = tmp_path, stdin: str = "", env: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kg_builder", *map(str, arguments)],
            cwd=cwd,
            input=stdin,
            env={**os.environ, "NO_COLOR": "1", **(env or {})},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run


def least_seconds(work: Callable[[], object]) -> float:
    """The least seconds of the processor that three runs take. Other tests' garbage is not collected meanwhile."""
    took = []
    gc.disable()
    try:
        for _ in range(3):
            started = time.process_time()
            work()
            took.append(time.process_time() - started)
    finally:
        gc.enable()
    return min(took)

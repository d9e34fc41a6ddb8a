"""``python -m benchmarks validate [SIZE …] [--least S] [--most S] [--engine NAME …]``: SHACL engines on the same files.

Each runs in a process of its own. The seconds are those from the start of Python to the results, by the clock and of all
processors. ``own`` is the whole command, with checks, places and the report; the others read the data and the shapes, and
validate. They are stopped where a processor has worked for so many times our seconds of all processors as :data:`TIMES` says:
that bears comparison on a machine that has other work, too. Those that do not end at one size are not asked at a larger one.

A second table has the runs of the command with ``--cache``, before and after a change to one statement.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tabulate import tabulate

from benchmarks.faults import Fault, write_faulty
from kg_builder.shapes import read_shapes

SIZES = (1, 100, 1000)
LEAST, MOST = 300, 3600
"""The CPU seconds that a peer may take in any case, and in no case more than."""
TIMES = {"pyshacl": 100, "pyshifty": 5, "pyrudof": 5}
"""After how many times our own CPU seconds a peer is stopped."""
MEMORY = 10 * 2**30
SAMPLE = 0.3
RUNS = ["statements", "file MiB", "run of the command", "seconds", "CPU s", "peak MiB", "told as without --cache"]
HEADER = ["statements", "file MiB", "engine", "seconds", "CPU s", "times ours", "peak MiB", "planted", "found", "results in all"]


@dataclass(frozen=True, slots=True)
class Run:
    """A command that was run: seconds by the clock and of processors, MiB at its peak, its exit code and output."""

    seconds: float
    cpu: float
    peak: float
    code: int
    output: bytes
    errors: bytes

    @property
    def found(self) -> list[tuple[str, str]]:
        """The shape and focus node of each result."""
        return [(result["shape"], result["focus"]) for result in json.loads(self.output)["results"]]


def compare(sizes: list[int], engines: list[str], least: int = LEAST, most: int = MOST) -> None:
    """Print a row a size and engine, as it comes, then all as a table."""
    rows: list[list[str]] = []
    given_up: set[str] = set()
    with tempfile.TemporaryDirectory() as name:
        shapes, data = Path(name) / "shapes.ttl", Path(name) / "graph.ttl"
        read_shapes().serialize(shapes, format="turtle")
        for size in sizes:
            planted = write_faulty(data, size)
            start = [f"{size:,}", f"{data.stat().st_size / 2**20:,.1f}"]
            own = validate(data)
            rows.append([*start, "own", *_told(own, own, planted)])
            print(*rows[-1], sep="\t", file=sys.stderr, flush=True)
            for engine in (each for each in engines if each not in given_up):
                seconds = min(max(least, round(TIMES[engine] * own.cpu)), most)
                run = _run(["benchmarks.engines", engine, str(data), str(shapes), str(seconds), str(MEMORY)])
                told = _told(run, own, planted)
                if run.code:
                    given_up.add(engine)
                rows.append([*start, engine, *told])
                print(*rows[-1], sep="\t", file=sys.stderr, flush=True)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load}; limit a run: {MEMORY // 2**30} GiB\n")
    print(tabulate(rows, HEADER, disable_numparse=True, tablefmt="pipe"))


def compare_runs(sizes: list[int]) -> None:
    """Print a table: the command on a file, and what ``--cache`` makes of a second run."""
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as name:
        data, changed, cache = (Path(name) / each for each in ("graph.ttl", "changed.ttl", "cache"))
        for size in sizes:
            write_faulty(data, size)
            for what in ("", ", one statement changed"):
                plain = validate(data)
                for run, done in ((f"without --cache{what}", plain), (f"--cache{what}", validate(data, "--cache", str(cache)))):
                    start = [f"{size:,}", f"{data.stat().st_size / 2**20:,.0f}", run]
                    same = "yes" if done.output == plain.output else "no"
                    rows.append([*start, f"{done.seconds:.1f}", f"{done.cpu:.1f}", f"{done.peak:,.0f}", same])
                    print(*rows[-1], sep="\t", file=sys.stderr, flush=True)
                if not what:
                    _change(data, changed, f"/statement/s-{size // 2 + 1:06d}/")
                    changed.replace(data)
    print(tabulate(rows, RUNS, disable_numparse=True, tablefmt="pipe"))


def validate(data: Path, *options: str) -> Run:
    """``kg-builder validate`` of a file, in a folder that has no shapes of its own."""
    run = _run(["kg_builder", "validate", str(data), "--fail-on", "none", "--format", "json", *options], data.parent)
    assert run.code == 0, run.errors.decode()
    return run


def names(found: list[tuple[str, str]]) -> set[Fault]:
    """The rules and statements of results, without what stands before their names."""
    return {(re.split("[#:]", shape.strip("<>"))[-1], name) for shape, focus in found for name in _statement(focus)}


def _statement(node: str) -> list[str]:
    return re.findall(r"/statement/([^/>]+)", node)


def _told(run: Run, own: Run, planted: set[Fault]) -> list[str]:
    """What stands in the columns after the engine."""
    times = f"{run.seconds / own.seconds:.1f}; CPU {run.cpu / own.cpu:.1f}"
    used = [f"{run.seconds:.1f}", f"{run.cpu:.1f}", times, f"{run.peak:,.0f}"]
    if run.code in {-signal.SIGXCPU, -signal.SIGKILL}:
        return [*used, "stopped, had not ended"]
    if run.code:
        last = (run.errors.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
        return [*used, f"failed ({run.code}): {last[:60]}"]
    return [*used, str(len(planted)), str(len(planted & names(run.found))), str(len(run.found))]


def _run(arguments: list[str], folder: Path | None = None) -> Run:
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        with subprocess.Popen([sys.executable, "-m", *arguments], stdout=output, stderr=errors, cwd=folder) as process:
            peak = _Peak(process.pid)
            peak.start()
            _, status, used = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
            process.returncode = os.waitstatus_to_exitcode(status)
            peak.ended.set()
            peak.join()
        output.seek(0)
        errors.seek(0)
        kib = max(peak.kib, used.ru_maxrss)
        return Run(seconds, used.ru_utime + used.ru_stime, kib / 1024, process.returncode, output.read(), errors.read())


class _Peak(threading.Thread):
    """Looks now and then how much memory a process has with its children, where the system tells (Linux)."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.ended = threading.Event()
        self.kib = 0
        self._pid = pid

    def run(self) -> None:
        while not self.ended.wait(SAMPLE):
            self.kib = max(self.kib, _kib(self._pid))


def _kib(pid: int) -> int:
    """The memory of a process and its children; of pages that several share, each has its part."""
    root = Path("/proc") / str(pid)
    with suppress(OSError):
        children = (root / "task" / str(pid) / "children").read_text("ascii").split()
        share = re.search(r"(?m)^Pss:\s+(\d+)", (root / "smaps_rollup").read_text("ascii"))
        return (int(share[1]) if share else 0) + sum(_kib(int(child)) for child in children)
    return 0


def _change(data: Path, changed: Path, base: str) -> None:
    """Write the file with another proposition in the block of one statement."""
    is_there = False
    with data.open(encoding="utf-8") as lines, changed.open("w", encoding="utf-8") as out:
        for line in lines:
            is_there = base in line if line.startswith("@base") else is_there
            is_it = is_there and "hrc:proposition" in line
            out.write(line.replace('"', '"Changed. ', 1) if is_it else line)
            is_there = is_there and not is_it

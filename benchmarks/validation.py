"""``python -m benchmarks validate [SIZE …] [--limit SECONDS] [--engine NAME …]``: SHACL engines on the same files.

Each runs in a process of its own. The seconds are those of the whole process, from the start of Python to the results, by the
clock and of the processor; the latter bear comparison where the machine has other work too, and the limit is one on them. An
engine that is cut at one size is not asked at a larger one. A second table has the runs of the whole command on N-Quads: all at
once, and with ``--cache`` before and after a change to one statement.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox
from tabulate import tabulate

from benchmarks.faults import Fault, write_faulty
from kg_builder.shapes import read_shapes

SIZES = (1, 100, 1000)
LIMIT = 600
MEMORY = 10 * 2**30
RUNS = ["statements", "file MiB", "run of the command", "CPU s", "peak MiB", "told as all at once"]
HEADER = ["statements", "file MiB", "engine", "seconds", "CPU s", "peak MiB", "planted", "found", "results in all"]


def compare(sizes: list[int], engines: list[str], limit: int) -> None:
    """Print a row a size and engine, as it comes, then all as a table."""
    rows: list[list[str]] = []
    given_up: set[str] = set()
    with tempfile.TemporaryDirectory() as name:
        shapes, data = Path(name) / "shapes.ttl", Path(name) / "graph.ttl"
        read_shapes().serialize(shapes, format="turtle")
        for size in sizes:
            planted = write_faulty(data, size)
            start = [f"{size:,}", f"{data.stat().st_size / 2**20:,.1f}"]
            for engine in engines:
                known = engine in given_up
                told = ["not run: cut at less"] if known else _measure(engine, data, shapes, planted, limit)
                if len(told) == 1:
                    given_up.add(engine)
                rows.append([*start, engine, *told])
                print(*rows[-1], sep="\t", file=sys.stderr, flush=True)
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"{os.cpu_count()} cores, load {load}; limit a run: {limit} CPU s, {MEMORY // 2**30} GiB\n")
    print(tabulate(rows, HEADER, disable_numparse=True, tablefmt="pipe"))


def compare_runs(sizes: list[int]) -> None:
    """Print a table: the command on a file, and what ``--cache`` makes of a second run."""
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as name:
        turtle, data, changed, cache = (Path(name) / each for each in ("graph.ttl", "graph.nq", "changed.nq", "cache"))
        for size in sizes:
            write_faulty(turtle, size)
            ox.serialize(ox.parse(path=turtle), output=data, format=ox.RdfFormat.N_QUADS)
            _change(data, changed, f"/statement/s-{size // 2 + 1:06d}/utterance/c3>")
            for what in ("", ", one statement changed"):
                whole = _command(data)
                runs = [(f"all at once{what}", whole), (f"--cache{what or ', the first'}", _command(data, "--cache", str(cache)))]
                for run, (cpu, peak, told) in runs:
                    same = "yes" if told == whole[2] else "no"
                    rows.append([f"{size:,}", f"{data.stat().st_size / 2**20:,.0f}", run, f"{cpu:.1f}", f"{peak:,.0f}", same])
                    print(*rows[-1], sep="\t", file=sys.stderr, flush=True)
                if not what:
                    changed.replace(data)
    print(tabulate(rows, RUNS, disable_numparse=True, tablefmt="pipe"))


def _change(data: Path, changed: Path, node: str) -> None:
    """Write the file with another proposition of one utterance; line by line, since a command begins with its parent's memory."""
    with data.open(encoding="utf-8") as lines, changed.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(line.replace('"', '"Changed. ', 1) if node in line and "#proposition>" in line else line)


def _measure(engine: str, data: Path, shapes: Path, planted: set[Fault], limit: int) -> list[str]:
    """What stands in the columns after the engine; one text where it came to no results."""
    command = [sys.executable, "-m", "benchmarks.engines", engine, str(data), str(shapes), str(limit), str(MEMORY)]
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        return [f"cut at {limit} CPU s"]
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        return [f"failed ({done.returncode}) after {seconds:.0f} s: {last[:60]}"]
    told = json.loads(done.stdout)
    found = {(re.split("[#:]", shape.strip("<>"))[-1], name) for shape, focus in told["results"] for name in _statement(focus)}
    return [
        f"{seconds:.1f}",
        f"{told['cpu']:.1f}",
        f"{told['peak']:,.0f}",
        str(len(planted)),
        str(len(planted & found)),
        str(len(told["results"])),
    ]


def _command(data: Path, *options: str) -> tuple[float, float, bytes]:
    """CPU seconds and peak MiB of ``kg-builder validate``, and its report."""
    command = [sys.executable, "-m", "kg_builder", "validate", str(data), "--fail-on", "none", "--format", "json", *options]
    with tempfile.TemporaryFile() as output, subprocess.Popen(command, stdout=output) as process:
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        output.seek(0)
        return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output.read()


def _statement(node: str) -> list[str]:
    return re.findall(r"/statement/([^/>]+)", node)

"""``python -m benchmarks site [SIZE …]``: what it takes to write the site of a corpus; beside it, what copying its files takes.

first      the site of a graph that is built, into an empty folder
again      the same once more: nothing changed
changed    once more after one statement of the corpus changed
copy       copying the files of the site to another folder, which is the least that writing them can take
memory     the most that the process and one of those that it started had, in MiB; it starts as many as there are processors
"""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tabulate import tabulate

from benchmarks.corpus import write_corpus
from kg_builder import build, load
from kg_builder.publish import publish
from kg_builder.worker import processors

SIZES = (10, 100, 1000)


def measure(statements: int, name: str) -> list[str]:
    """One row."""
    folder, built, output = Path(name) / "corpus", Path(name) / "built", Path(name) / "site"
    write_corpus(folder, statements)
    build(folder, built)
    first = _run(folder, built, output)
    again = _run(folder, built, output)
    changed_id = sorted(path.name for path in (folder / "data" / "statements").iterdir())[statements // 2]
    claims = folder / "data" / "statements" / changed_id / "claims.yaml"
    claims.write_text(claims.read_text("utf-8").replace("proposition: '", "proposition: 'It is said: ", 1), "utf-8")
    build(folder, built)
    changed = _run(folder, built, output)
    assert again["written"] == 0
    assert 0 < changed["written"] < first["written"] / statements + 100
    started = time.perf_counter()
    shutil.copytree(output, Path(name) / "copy")
    copy = time.perf_counter() - started
    return [
        f"{statements:,}",
        f"{first['files']:,.0f}",
        f"{first['seconds']:.1f}",
        f"{first['cpu']:.1f}",
        f"{again['seconds']:.1f}",
        f"{changed['seconds']:.1f}",
        f"{copy:.1f}",
        f"{first['seconds'] / copy:.1f}",
        f"{first['own']:.0f} + {first['child']:.0f}",
    ]


def _run(folder: Path, built: Path, output: Path) -> dict[str, float]:
    """Publish in a process of its own, so that its memory can be told."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.publication", str(folder), str(built), str(output)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return dict(json.loads(done.stdout))


def _publish(folder: str, built: str, output: str) -> None:
    started = time.perf_counter()
    tally = publish(load(folder), Path(built), Path(output), jobs=processors())
    seconds = time.perf_counter() - started
    own, child = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = sum(each.ru_utime + each.ru_stime for each in (own, child))
    found = {"files": tally.files, "written": tally.written, "seconds": seconds, "cpu": cpu}
    print(json.dumps(found | {"own": own.ru_maxrss / 1024, "child": child.ru_maxrss / 1024}))


def compare(sizes: list[int]) -> None:
    """Print the table."""
    header = ["statements", "files", "first s", "CPU s", "again s", "changed s", "copy s", "first : copy", "memory"]
    rows = []
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            rows.append(measure(size, name))
    print(tabulate(rows, header, disable_numparse=True, tablefmt="pipe"))


if __name__ == "__main__":
    _publish(*sys.argv[1:])

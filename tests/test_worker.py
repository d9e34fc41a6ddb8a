"""A worker comes to an end within its limits, and reaches nothing but what it is given.

Each task is done in both ways: by a forked process, and by one that is started anew because another thread runs.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from conftest import Command

from kg_builder import confine, worker
from kg_builder.cli.validate import validate

HERE = Path(__file__).parent
PLACES = ("forked", "started")
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:Shape> a sh:NodeShape ; sh:targetSubjectsOf <urn:p> ; sh:property [ sh:path <urn:p> ; sh:pattern "^(a+)+$" ] .
"""
DATA = f'<urn:a> <urn:p> "{"a" * 40}b" .\n'


def command_line(
    place: str, task: str, argument: object = "", seconds: float = 10, memory: int = 200, *readable: Path
) -> list[str]:
    return [sys.executable, "-m", "worker_tasks", *map(str, (place, task, argument, seconds, memory, *readable))]


def do(place: str, task: str, argument: object = "", seconds: float = 10, memory: int = 200, *readable: Path) -> dict[str, Any]:
    """What the parent of a worker had of it: ``value``, or ``error`` and what it ``says``."""
    line = command_line(place, task, argument, seconds, memory, *readable)
    done = subprocess.run(line, cwd=HERE, capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""
    assert done.stdout.count("buffered") == 1, "what the parent had not yet written was written twice"
    told: dict[str, Any] = json.loads(done.stdout.removeprefix(" buffered"))
    return told


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def gone(pid: int) -> bool:
    """Whether a process ends within ten seconds."""
    for _ in range(100):
        try:
            if Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def visited(listener: socket.socket) -> bool:
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize("place", PLACES)
def test_the_result_comes_back_from_another_process(place: str) -> None:
    told = do(place, "identity", "given")
    assert told["value"][0] == "given"
    assert told["value"][1] != told["asked_by"]
    assert told["unguarded"] == []


@pytest.mark.parametrize("place", PLACES)
def test_a_large_result_comes_back_whole(place: str) -> None:
    assert do(place, "large")["value"] == 30_000_000


@pytest.mark.parametrize("place", PLACES)
def test_time_is_limited_and_what_was_being_done_is_named(place: str) -> None:
    start = time.monotonic()
    told = do(place, "sleep", seconds=1.5)
    assert time.monotonic() - start < 15
    assert told["error"] == "WorkerTimeout"
    first, cure = told["says"].split("\n")
    assert first.startswith("the task took more than 1.5 seconds and was stopped, at ex:Second ")
    assert first.isprintable()
    assert "--timeout 3." in cure


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("task", ["memory", "memory_hidden", "native_memory"])
def test_memory_is_limited(place: str, task: str) -> None:
    told = do(place, task, memory=50)
    assert told["error"] == "WorkerMemory"
    assert told["says"].startswith("the task took more than 50 MiB of memory and was stopped\n")
    assert "--memory 100." in told["says"]


def test_the_memory_that_is_limited_is_there_below_the_limit() -> None:
    assert do("forked", "memory", memory=1200)["value"] == 10**9


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("task", ["deep", "native_deep"])
def test_what_nests_too_deep_is_told(place: str, task: str) -> None:
    told = do(place, task)
    assert told["error"] == "WorkerDied"
    assert told["says"].startswith("the task failed: this nests too deep\n")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("task", "code"), [("native_abort", -signal.SIGABRT), ("leave", 7)])
def test_a_worker_that_dies_is_told(place: str, task: str, code: int) -> None:
    told = do(place, task)
    assert told["error"] == "WorkerDied"
    assert f"(exit code {int(code)})" in told["says"]


@pytest.mark.parametrize("place", PLACES)
def test_errors_of_the_work_are_raised_again(place: str) -> None:
    assert do(place, "wrong_input") == {"error": "InputError", "says": "file.ttl:2:3: this is wrong\n  Mend it."}
    told = do(place, "own_fault")
    assert told["error"] == "RuntimeError"
    assert told["says"].startswith("UnicodeDecodeError: ")


@pytest.mark.parametrize("place", PLACES)
def test_only_files_that_were_named_are_read(place: str, tmp_path: Path) -> None:
    named, other = tmp_path / "named.ttl", tmp_path / "named.ttl.other"
    link = tmp_path / "link"
    for path in (named, other):
        path.write_text(path.name, "utf-8")
    link.symlink_to(other)
    assert do(place, "read", named, 10, 200, named)["value"] == "named.ttl"
    for path in (other, link, Path("/etc/passwd")):
        told = do(place, "read", path, 10, 200, named)
        assert told["error"] == "WorkerDied"
        assert told["says"].startswith("the task wanted what is not allowed (opening ")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("task", ["write", "native_write"])
def test_no_file_is_written(place: str, task: str, tmp_path: Path) -> None:
    path = tmp_path / "file.ttl"
    told = do(place, task, path, 10, 200, tmp_path)
    assert told["error"] == "WorkerDied"
    assert not path.exists()
    subprocess.run(command_line("here", task, path), cwd=HERE, capture_output=True, timeout=60, check=True)
    assert path.exists(), "the task writes where it may"


def test_no_file_is_removed(tmp_path: Path) -> None:
    path = tmp_path / "file.ttl"
    path.write_text("kept", "utf-8")
    assert do("forked", "remove", path, 10, 200, tmp_path)["error"] == "WorkerDied"
    assert path.read_text("utf-8") == "kept"


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("task", ["fetch", "native_fetch"])
def test_no_connection_is_opened(place: str, task: str, listener: socket.socket) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    told = do(place, task, url)
    assert told["error"] == "WorkerDied"
    assert "wanted what is not allowed" in told["says"]
    assert not visited(listener)


@pytest.mark.parametrize("task", ["fetch", "native_fetch"])
def test_outside_a_worker_the_same_task_opens_a_connection(task: str, listener: socket.socket) -> None:
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    with subprocess.Popen(command_line("here", task, url), cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        listener.settimeout(20)
        listener.accept()[0].close()
        process.kill()


@pytest.mark.parametrize("place", PLACES)
def test_no_program_is_started(place: str) -> None:
    told = do(place, "program")
    assert told["error"] == "WorkerDied"
    assert "wanted what is not allowed" in told["says"]


@pytest.mark.parametrize("place", PLACES)
def test_a_worker_ends_with_its_parent(place: str) -> None:
    line = command_line(place, "sleep", seconds=60)
    with subprocess.Popen(line, cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while not children(process.pid):
            time.sleep(0.05)
        time.sleep(1)
        pids = children(process.pid)
        process.kill()
    assert pids
    assert all(gone(pid) for pid in pids)


def test_processor_time_ends_where_no_parent_watches() -> None:
    code = "import os; from kg_builder.confine import confine; confine(os.getppid(), 0.5, 200, ())\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60, check=False)
    assert done.returncode == -signal.SIGXCPU


def test_ctrl_c_stops_command_and_worker(tmp_path: Path) -> None:
    (tmp_path / "shapes.ttl").write_text(SHAPES, "utf-8")
    (tmp_path / "data.ttl").write_text(DATA, "utf-8")
    line = [sys.executable, "-m", "kg_builder", "validate", "data.ttl", "--shapes", "shapes.ttl"]
    pipe = subprocess.PIPE
    with subprocess.Popen(line, cwd=tmp_path, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        while not children(process.pid):
            time.sleep(0.05)
        time.sleep(1)
        pids = children(process.pid)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err.strip()) == (130, "", "Stopped.")
    assert pids
    assert all(gone(pid) for pid in pids)


def test_another_system_is_said_to_guard_less(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert confine._filter_calls(os.getppid()) == ["reaching the network from native code"]


def test_the_command_says_what_is_not_guarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes, data = tmp_path / "shapes.ttl", tmp_path / "data.ttl"
    shapes.write_text(SHAPES.replace("(a+)+", ".*"), "utf-8")
    data.write_text(DATA, "utf-8")

    def run_here(function: Any, *arguments: Any, **_: object) -> worker.Outcome[Any]:
        return worker.Outcome(function(*arguments), ("using much memory",))

    monkeypatch.setattr(worker, "run", run_here)
    done = CliRunner().invoke(validate, [str(data), "--shapes", str(shapes)])
    assert done.exit_code == 0, done.output
    assert done.stderr == "note: on this system the shapes could not be kept from using much memory\n"


def test_limits_are_for_strangers_shapes(command: Command) -> None:
    for option in ("--timeout", "--memory"):
        done = command("validate", "data.ttl", option, "20")
        assert done.returncode == 2
        assert "--shapes" in done.stderr


def test_the_help_names_the_limits(command: Command) -> None:
    words = " ".join(command("validate", "--help").stdout.split())
    assert f"the longest it may take; {worker.SECONDS}." in words
    assert f"in MiB; {worker.MEMORY}." in words

"""A site of invented files, and the real command that serves it, for the tests of ``serve``."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from kg_builder.vocabulary import BASE

HERE = Path(__file__).parent / "serve"
START = 30
"""Seconds that a server may take to start, on a machine with much else to do."""
POLICE = '<https://example.org/guard> <https://example.org/accusedBy> "weavers" .\n'
PAGE = "<!doctype html><html lang=en><title>the River Guard</title><p>" + "accused by weavers " * 100


@dataclass(frozen=True)
class Served:
    """A server that runs: its address, its process, and the file that has what it says."""

    address: str
    process: subprocess.Popen[bytes]
    heard: Path
    client: httpx.Client

    @property
    def port(self) -> int:
        return int(self.address.rstrip("/").rpartition(":")[2])

    def log(self, path: str | None, count: int = 1) -> list[dict[str, Any]]:
        """The lines of the log about a path, or about none, as soon as there are so many; one is written after its answer."""
        until = time.monotonic() + START
        while True:
            lines = [line for line in self.heard.read_text("utf-8").splitlines(keepends=True) if line.startswith("{")]
            found = [told for told in (json.loads(line) for line in lines if line.endswith("\n")) if told.get("path") == path]
            if len(found) >= count:
                return found
            assert time.monotonic() < until, f"{len(found)} lines about {path} in the log"
            time.sleep(0.02)

    def raw(self, request: bytes) -> bytes:
        """The whole answer to a request that no client would send; it asks the server to close the connection."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=START) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))


def write_site(folder: Path) -> Path:
    """A site as far as a server is concerned; the secret beside it must never be sent."""
    site = folder / "site"
    for path, text in {
        "index.html": "<!doctype html><html lang=en><title>home</title>",
        "data/actor/guard.html": PAGE,
        "data/actor/guard.ttl": f"# Turtle\n{POLICE}",
        "data/actor/guard.jsonld": json.dumps({"@id": "https://example.org/guard"}),
        "data/actor/guard.nt": POLICE,
        "data/actor/öffentlich.html": "<!doctype html><html lang=de><title>öffentlich</title>",
        "data/statement/gone.html": "<!doctype html><html lang=en><title>withdrawn</title>",
        "data/statement/gone.ttl": "# withdrawn\n",
        "data/statement/gone/utterance/c1.html": "FORGOTTEN",
        "data/statement/gone-on.html": "<!doctype html><html lang=en><title>still here</title>",
        "withdrawn.json": json.dumps(
            {"withdrawn": [{"iri": f"{BASE}data/statement/gone", "date": "2031-01-02", "reason": None}]}
        ),
        "query/casualties.html": "<!doctype html><html lang=en><title>casualties</title>",
        "query/casualties.rq": "ASK {}\n",
        "sparql.html": "<!doctype html><html lang=en><title>SPARQL</title>",
        "assets/style.css": "p { margin: 0 }\n",
        "assets/program.wasm": "\0asm",
        ".hidden": "hidden",
        "graph.nq": POLICE * 80_000,
        "data/actor/large.nt": POLICE * 20_000,
        "data/actor/too-large.nt": POLICE * 150_000,
        "graph.trig": (HERE / "graph.trig").read_text("utf-8"),
        "../secret.html": "SECRET",
        "../secret/data.html": "SECRET",
    }.items():
        target = site / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
    (site / "out.html").symlink_to(folder / "secret.html")
    (site / "outside").symlink_to(folder / "secret")
    (site / "within.html").symlink_to(site / "index.html")
    (site / "folder.html").mkdir()
    return site


@contextlib.contextmanager
def serving(site: Path, *options: str, code: str = "") -> Iterator[Served]:
    """A server that runs; with ``code``, it is Python's to start it."""
    heard = site.parent / f"heard-{time.monotonic_ns()}"
    program = ["-c", code] if code else ["-m", "kg_builder"]
    command = [sys.executable, *program, "serve", str(site), "--port", "0", *options]
    with heard.open("wb") as err, subprocess.Popen(command, stderr=err, stdout=subprocess.PIPE) as process:
        try:
            with httpx.Client(base_url=_address(process, heard), timeout=START) as client:
                yield Served(str(client.base_url), process, heard, client)
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(START)
            finally:
                process.kill()


def _address(process: subprocess.Popen[bytes], heard: Path) -> str:
    until = time.monotonic() + START
    while time.monotonic() < until and process.poll() is None:
        found = re.search(r"^Serving .* at (\S+), SPARQL", heard.read_text("utf-8"), re.MULTILINE)
        if found:
            return found[1]
        time.sleep(0.05)
    raise AssertionError(f"the server did not start: {heard.read_text('utf-8')}")

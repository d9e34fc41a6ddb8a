"""``python -m benchmarks serve [STATEMENTS …]``: the server beside others, on the same invented graph, in one run.

Look-ups are made by `wrk` (Debian: wrk) at 50 connections: half of them ask for a thing with an Accept header, and get the
address of its document; half ask for a document. The peer is Starlette's StaticFiles, which knows no things, with the documents
alone. Saved queries are asked in turns of all ends; the peers are the engine called in process, on a store that is at hand,
`oxigraph serve` and `rdflib-endpoint`. Who asks runs on the same cores as the servers.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx
import pyoxigraph as ox
from tabulate import tabulate

from benchmarks.corpus import write_corpus

SIZES = (10,)
QUERIES = ("accusations-count", "acts-by-group", "casualties", "demands", "timeline", "torture")
CONNECTIONS, SECONDS = 50, 10
TIMES, TIMES_SLOW = 25, 3
PATIENCE = 120
"""Seconds for one query, and for a server to start."""
HOSTILE_A_SECOND = 10
HOSTILE = (
    "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f",
    "SELECT (GROUP_CONCAT(STR(?a)) AS ?x) { ?a ?b ?c . ?d ?e ?f }",
    "ASK { ?a (!<urn:x>|^!<urn:x>)* ?b . ?b (!<urn:x>|^!<urn:x>)* ?c . FILTER(STR(?c) = 'x') }",
    "ASK { FILTER(1" + "+1" * 40_000 + ") }",
)
MIX = """local requests = {}
for line in io.lines(os.getenv("REQUESTS")) do
  local path, accept = line:match("^(%S+) (%S+)$")
  requests[#requests + 1] = wrk.format("GET", path, {["Accept"] = accept})
end
local at = 0
request = function() at = at % #requests + 1; return requests[at] end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\\n{"requests": %d, "seconds": %.3f, "p50": %.2f, "p99": %.2f, "errors": %d}\\n', summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
"""
STATIC = "import sys, uvicorn; from starlette.staticfiles import StaticFiles as S; uvicorn.run(S(directory=sys.argv[1]), port=int(sys.argv[2]), access_log=False, log_level='error')"  # noqa: E501


@dataclass(frozen=True)
class Server:
    address: str
    pid: int

    def cpu(self) -> float:
        """Seconds of the processor that its processes have had so far."""
        return sum(_cpu(pid) for pid in _tree(self.pid))


def _tree(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return [pid, *(each for child in children for each in _tree(int(child)))]


def _cpu(pid: int) -> float:
    """Of a process, and of those of its children that have ended."""
    spent = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[11:15]
    return sum(map(int, spent)) / os.sysconf("SC_CLK_TCK")


def compare(sizes: list[int]) -> None:
    """Print the tables for each size."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_corpus(folder / "corpus", size)
            site = folder / "site"
            graph = site / "graph.ttl"
            command = [sys.executable, "-m", "kg_builder", "site", str(folder / "corpus"), "-o", str(site)]
            subprocess.run(command, check=True, capture_output=True)
            triples = sum(1 for _ in ox.parse(path=graph))
            load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
            print(f"{size:,} statements, {triples:,} triples; {os.cpu_count()} cores, load before {load}\n")
            header = ["look-ups", "requests/s", "p50 ms", "p99 ms", "errors", "requests a CPU s of the server"]
            rows, ends = _look_ups(folder, site)
            print(tabulate(rows, header, disable_numparse=True, tablefmt="pipe"))
            print(f"\nHow the hostile queries ended: {', '.join(f'{end}: {count}' for end, count in sorted(ends.items()))}\n")
            header = ["saved query", "rows", "in process", "kg-builder serve", "oxigraph serve", "rdflib-endpoint"]
            print("Milliseconds by the clock, and in brackets of the server's processor:\n")
            print(tabulate(_queries(folder, site, graph), header, disable_numparse=True, tablefmt="pipe"), flush=True)


def _look_ups(folder: Path, site: Path) -> tuple[list[list[str]], Counter[str]]:
    pages = sorted(page.relative_to(site).as_posix() for page in site.rglob("data/**/*.html"))
    stems = [page.removesuffix(".html") for page in random.Random(1).sample(pages, min(250, len(pages)))]
    kinds = (("html", "text/html"), ("ttl", "text/turtle"))
    documents = [f"/{stem}.{suffix} {accept}" for stem in stems for suffix, accept in kinds]
    things = [f"/{stem} {accept}" for stem in stems for _, accept in kinds]
    rows = []
    with _own(site) as own:
        rows.append(["kg-builder serve", *_wrk(folder, own, documents + things)])
        rows.append(["kg-builder serve, documents only", *_wrk(folder, own, documents)])
        with _hostile(own.address) as ends:
            beside = _wrk(folder, own, documents + things)[:-1]
        rows.append([f"kg-builder serve, {HOSTILE_A_SECOND} hostile queries a second beside", *beside, ""])
    with _serving([sys.executable, "-c", STATIC, str(site)], "/") as static:
        rows.append(["Starlette's StaticFiles, documents only", *_wrk(folder, static, documents)])
    return rows, ends


def _wrk(folder: Path, server: Server, requests: list[str]) -> list[str]:
    script, listed = folder / "mix.lua", folder / "requests.txt"
    script.write_text(MIX, "utf-8")
    random.Random(2).shuffle(requests)
    listed.write_text("\n".join(requests) + "\n", "utf-8")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", "-s", str(script), server.address]
    environment = {**os.environ, "REQUESTS": str(listed)}
    subprocess.run([*command, "-d2s"], env=environment, check=True, capture_output=True)  # so that all is in memory
    before = server.cpu()
    done = subprocess.run([*command, f"-d{SECONDS}s"], env=environment, check=True, capture_output=True, text=True)
    cpu = server.cpu() - before
    told = json.loads(done.stdout.splitlines()[-1])
    times = [f"{told['p50']:.1f}", f"{told['p99']:.1f}", str(told["errors"])]
    return [f"{told['requests'] / told['seconds']:,.0f}", *times, f"{told['requests'] / cpu:,.0f}"]


@contextlib.contextmanager
def _hostile(address: str) -> Iterator[Counter[str]]:
    """Send hostile queries, as long as the block lasts; the counter has in the end how they ended."""
    ends: Counter[str] = Counter()
    is_over = threading.Event()

    def ask(query: str) -> None:
        try:
            response = client.post(f"{address}/sparql", data={"query": query})
            ends[f"{response.status_code} {response.json().get('title', 'an answer')}"] += 1
        except httpx.HTTPError as error:
            ends[type(error).__name__] += 1

    def send() -> None:
        at = 0
        while not is_over.wait(1 / HOSTILE_A_SECOND):
            threads.submit(ask, HOSTILE[at % len(HOSTILE)])
            at += 1

    with httpx.Client(timeout=PATIENCE, limits=httpx.Limits(max_connections=300)) as client, ThreadPoolExecutor(300) as threads:
        sender = threading.Thread(target=send)
        sender.start()
        time.sleep(2)
        try:
            yield ends
        finally:
            is_over.set()
            sender.join()


def _queries(folder: Path, site: Path, graph: Path) -> list[list[str]]:
    store = ox.Store()
    store.load(path=graph)
    location = folder / "oxigraph"
    oxigraph, endpoint = (str(Path(sys.executable).with_name(name)) for name in ("oxigraph", "rdflib-endpoint"))
    subprocess.run([oxigraph, "load", "-l", location, "-f", graph], check=True, capture_output=True)
    rows = []
    with (
        _own(site) as own,
        _serving([oxigraph, "serve-read-only", "-l", str(location), "--bind"], "/", "localhost:{port}") as peer,
        _serving([endpoint, "serve", str(graph), "--host", "127.0.0.1", "--port"], "/") as slow,
    ):
        for name in QUERIES:
            query = (Path("queries") / f"{name}.rq").read_text("utf-8")
            ends: list[tuple[Callable[[], bytes], Callable[[], float]]] = [
                (partial(_in_process, store, query), time.process_time)
            ]
            for server, path in ((own, "/sparql"), (peer, "/query"), (slow, "/")):
                ends.append((partial(_post, f"{server.address}{path}", query), server.cpu))
            answers = {len(json.loads(ask())["results"]["bindings"]) for ask, _ in ends}
            assert len(answers) == 1, f"{name}: {answers} rows"
            rows.append([name, str(answers.pop()), *_times(ends)])
    return rows


def _times(ends: list[tuple[Callable[[], bytes], Callable[[], float]]]) -> list[str]:
    """Milliseconds by the clock (median), and of the processor (mean), that each takes.

    They are asked in turns, so that what else the machine does strikes all; the last, which is slow, has few.
    """
    taken: list[list[float]] = [[] for _ in ends]
    used = [0.0 for _ in ends]
    for turn in range(TIMES):
        for number, (ask, cpu) in enumerate(ends if turn < TIMES_SLOW else ends[:-1]):
            before, started = cpu(), time.perf_counter()
            ask()
            taken[number].append(time.perf_counter() - started)
            used[number] += cpu() - before
    return [
        f"{1000 * statistics.median(times):,.1f} ({1000 * cpu / len(times):,.1f})" for times, cpu in zip(taken, used, strict=True)
    ]


def _in_process(store: ox.Store, query: str) -> bytes:
    result = store.query(query)
    assert isinstance(result, ox.QuerySolutions)
    return result.serialize(format=ox.QueryResultsFormat.JSON) or b""


def _post(url: str, query: str) -> bytes:
    headers = {"content-type": "application/sparql-query", "accept": "application/sparql-results+json"}
    response = _CLIENT.post(url, content=query.encode(), headers=headers)
    response.raise_for_status()
    return response.content


_CLIENT = httpx.Client(timeout=PATIENCE)


def _own(site: Path) -> contextlib.AbstractContextManager[Server]:
    return _serving([sys.executable, "-m", "kg_builder", "serve", str(site), "--port"], "/health")


@contextlib.contextmanager
def _serving(command: list[str], path: str, port_as: str = "{port}") -> Iterator[Server]:
    """A server, whose command is to be followed by a port, as soon as it answers at ``path``."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen([*command, port_as.format(port=port)], stdout=said, stderr=said) as process,
    ):
        try:
            until = time.monotonic() + PATIENCE
            while process.poll() is None and time.monotonic() < until:
                with contextlib.suppress(httpx.TransportError):
                    httpx.get(f"{address}{path}", timeout=PATIENCE)
                    break
                time.sleep(0.1)
            else:
                said.seek(0)
                raise RuntimeError(f"{command[0]} did not start: {said.read().decode()[-500:]}")
            yield Server(address, process.pid)
        finally:
            process.terminate()
            process.wait()

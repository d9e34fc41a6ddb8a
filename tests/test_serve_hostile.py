"""Queries of strangers who mean harm (``tests/serve/hostile.yaml``), sent to the command: each ends, and nothing else suffers."""

from __future__ import annotations

import os
import re
import signal
import socket
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from served import HERE, START, Served, serving, write_site

CASES: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "hostile.yaml").read_text("utf-8"))
ENDS = {
    "ok": (200, None),
    "refused": (400, "The query is refused"),
    "syntax": (400, "This is not SPARQL"),
    "depth": (400, "The query nests too deep"),
    "time": (503, "The query took too long"),
    "memory": (500, "The query took too much memory"),
    "size": (500, "The answer is too large"),
}
"""Outcome -> status and title."""
SLACK = 5
"""Seconds that a query may take beyond its limit, on a machine with much else to do."""
SECONDS = 3
LIMITS = ("--memory", "100", "--max-result", "4")
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
QUERY = {"content-type": "application/sparql-query"}


def text(part: Any) -> str:
    """A query, of the parts that a case writes it with."""
    if isinstance(part, str):
        return part
    if len(part) == 2 and isinstance(part[0], int):
        return "".join(text(part[1]).replace("#", str(number)) for number in range(part[0]))
    return "".join(map(text, part))


class Listener:
    """Counts who connects to it."""

    def __init__(self) -> None:
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.visits += 1
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    one = Listener()
    yield one
    one.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose graph has 3,005 triples, among them a net of which each node reaches each."""
    folder = write_site(tmp_path_factory.mktemp("hostile"))
    graph = (folder / "graph.trig").read_text("utf-8")
    net = "".join(f"ex:n{n} ex:next ex:n{(7 * n + 1) % 1500}, ex:n{(3 * n + 2) % 1500} .\n" for n in range(1500))
    (folder / "graph.trig").write_text(f"{graph}ex:net {{\n{net}}}\n", "utf-8")
    return folder


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[Served]:
    """A server that allows queries all the time that they take to come to another limit, on a machine with much else to do."""
    with serving(site, *LIMITS, "--timeout", "60", "--queries", "1") as server:
        yield server


@pytest.fixture(scope="module")
def strict(site: Path) -> Iterator[Served]:
    """A server that allows queries three seconds, and all such at once."""
    with serving(site, *LIMITS, "--timeout", str(SECONDS), "--queries", "8") as server:
        yield server


@dataclass(frozen=True)
class Ended:
    response: httpx.Response
    seconds: float


def ask(served: Served, query: str, client: httpx.Client | None = None) -> Ended:
    started = time.monotonic()
    response = (client or served.client).post("/sparql", content=query.encode("utf-8", "surrogatepass"), headers=QUERY)
    return Ended(response, time.monotonic() - started)


@pytest.fixture(scope="module")
def ended(served: Served, strict: Served, listener: Listener) -> dict[str, Ended]:
    """How each case ended."""
    queries = {name: text(case["query"]).replace("{url}", listener.url) for name, case in CASES.items()}
    slow = [name for name, case in CASES.items() if case["outcome"] == "time"]
    with ThreadPoolExecutor(8) as threads:
        found = dict(zip(slow, threads.map(lambda name: ask(strict, queries[name]), slow), strict=True))
    return found | {name: ask(served, query) for name, query in queries.items() if name not in found}


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_query_ends_as_it_must(ended: dict[str, Ended], name: str) -> None:
    outcome = CASES[name]["outcome"]
    response = ended[name].response
    status, title = ENDS[outcome]
    assert (response.status_code, response.json().get("title")) == (status, title), response.text[:500]
    assert response.headers["content-type"] == ("application/problem+json" if title else "application/sparql-results+json")
    assert outcome != "time" or ended[name].seconds < SECONDS + SLACK


def test_the_figures_tell_how_they_ended(served: Served, strict: Served, ended: dict[str, Ended]) -> None:
    told = served.client.get("/metrics").text + strict.client.get("/metrics").text
    found = dict.fromkeys(ENDS, 0)
    for outcome, number in re.findall(r'^kg_builder_queries_total\{outcome="(\w+)"\} (\d+)\.0$', told, re.MULTILINE):
        found[outcome] += int(number)
    assert found == {outcome: sum(case["outcome"] == outcome for case in CASES.values()) for outcome in ENDS}
    assert sum(found.values()) == len(ended)


@pytest.mark.parametrize("kind", ["default", "named"])
def test_a_graph_that_a_request_names_is_not_fetched(served: Served, listener: Listener, kind: str) -> None:
    response = served.client.get("/sparql", params={"query": "ASK { ?s ?p ?o }", f"{kind}-graph-uri": listener.url})
    assert (response.status_code, response.json()["title"]) == (400, "The query is refused")


def test_nothing_was_fetched(ended: dict[str, Ended], listener: Listener) -> None:
    named = [name for name, case in CASES.items() if "{url}" in text(case["query"])]
    assert len(named) > 5
    assert ended.keys() >= set(named)
    assert listener.visits == 0
    with socket.create_connection(("127.0.0.1", listener.port), timeout=START):
        until = time.monotonic() + START
        while not listener.visits and time.monotonic() < until:
            time.sleep(0.01)
    assert listener.visits == 1


def workers(served: Served) -> list[int]:
    """The processes that answer queries: all children but the one that serves HTTP, which alone listens at the port."""
    parent = served.process.pid
    pids = [int(each) for each in Path(f"/proc/{parent}/task/{parent}/children").read_text("ascii").split()]
    return [pid for pid in pids if "Seccomp:\t2" in Path(f"/proc/{pid}/status").read_text("ascii")]


def sockets(pid: int) -> set[str]:
    opened = (str(each.readlink()) for each in Path(f"/proc/{pid}/fd").iterdir())
    return {each for each in opened if each.startswith("socket:")}


def test_who_answers_queries_has_no_way_out(site: Path) -> None:
    with serving(site, "--queries", "3") as server:
        server.client.get("/")
        pids = until_there_are(server, 3)
        (front,) = {
            int(each)
            for each in Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text("ascii").split()
        } - set(pids)
        listening = {
            f"socket:[{line.split()[9]}]"
            for line in Path(f"/proc/{front}/net/tcp").read_text("ascii").splitlines()[1:]
            if line.split()[1].endswith(f":{server.port:04X}")
        }
        assert listening & sockets(front)
        for pid in pids:
            assert not listening & sockets(pid)
            assert "NoNewPrivs:\t1" in Path(f"/proc/{pid}/status").read_text("ascii")


def until_there_are(served: Served, number: int) -> list[int]:
    until = time.monotonic() + START
    while len(found := workers(served)) != number:
        assert time.monotonic() < until, f"{len(found)} workers"
        time.sleep(0.02)
    return found


def test_a_worker_that_is_killed_is_told_and_replaced(site: Path) -> None:
    with serving(site, "--queries", "1") as server:
        (pid,) = until_there_are(server, 1)
        with ThreadPoolExecutor(1) as threads:
            asked = threads.submit(ask, server, PRODUCT)
            until_it_runs(server, 1)
            os.kill(pid, signal.SIGKILL)
            response = asked.result().response
        assert (response.status_code, response.json()["title"]) == (500, "The query could not be answered")
        assert ask(server, "ASK {}").response.json()["boolean"] is True
        assert until_there_are(server, 1) != [pid]


def until_it_runs(served: Served, number: int) -> None:
    until = time.monotonic() + START
    while served.client.get("/health").json()["queries"]["running"] != number:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_who_leaves_ends_the_query(site: Path) -> None:
    with serving(site, "--queries", "1", "--timeout", "600") as server:
        for _ in range(2):
            with pytest.raises(httpx.ReadTimeout), httpx.Client(base_url=server.address, timeout=0.5) as client:
                ask(server, PRODUCT, client)
        until_it_runs(server, 0)
        assert ask(server, "ASK {}").response.status_code == 200
        assert [line["outcome"] for line in server.log("/sparql", 3)] == ["left", "left", "ok"]


def test_pages_are_served_while_hostile_queries_run(site: Path) -> None:
    with serving(site, "--queries", "2", "--timeout", "2.5", "--quiet") as server, ThreadPoolExecutor(4) as threads:
        asked = [threads.submit(ask, server, PRODUCT) for _ in range(4)]
        until_it_runs(server, 2)
        taken = []
        until = time.monotonic() + 2
        while time.monotonic() < until:
            started = time.monotonic()
            assert server.client.get("/data/actor/guard.html").status_code == 200
            taken.append(time.monotonic() - started)
        statuses = [each.result().response.status_code for each in asked]
    assert statuses == [503] * 4
    assert len(taken) > 20
    assert statistics.median(taken) < 0.1


def test_a_crowd_is_turned_away_and_told_when_to_come_back(site: Path) -> None:
    with serving(site, "--queries", "1", "--timeout", "2", "--quiet") as server, ThreadPoolExecutor(40) as threads:
        ends = list(threads.map(lambda _: ask(server, PRODUCT), range(40)))
        titles = [each.response.json()["title"] for each in ends]
        assert set(titles) == {"The query took too long", "Too many queries at once"}
        assert {each.response.status_code for each in ends} == {503}
        away = [each for each in ends if each.response.json()["title"] == "Too many queries at once"]
        assert {each.response.headers["retry-after"] for each in away} == {"5"}
        assert sum(each.seconds < 1.5 for each in away) >= 15
        until_it_runs(server, 0)
        assert ask(server, "ASK {}").response.status_code == 200


def test_an_answer_is_not_begun_that_could_be_cut(site: Path) -> None:
    """An answer near the limit comes whole, one beyond it not at all."""
    with serving(site, "--max-result", "1", "--quiet") as server:
        tens = " ".join(f"VALUES ?y{number} {{ {'1 ' * 10}}}" for number in range(3))
        whole, beyond = (
            ask(server, f"SELECT ?x {{ VALUES ?x {{ {repr('0123456789' * length) * 10} }} {tens} }}").response
            for length in (1, 7)
        )
        assert whole.status_code == 200
        assert len(whole.json()["results"]["bindings"]) == 10_000
        assert (beyond.status_code, beyond.json()["title"]) == (500, "The answer is too large")

"""The server's pages and data: content negotiation, what HTTP asks of a server of files, and its life as a process."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pyoxigraph as ox
import pytest
import yaml
from conftest import Command
from served import HERE, PAGE, POLICE, START, Served, serving, write_site

from kg_builder.serve.answers import Question
from kg_builder.serve.documents import Documents
from kg_builder.serve.files import Files
from kg_builder.serve.workers import Busy, Pool, QueryLimits
from kg_builder.vocabulary import BASE

NEGOTIATIONS = yaml.safe_load((HERE / "negotiation.yaml").read_text("utf-8"))
GUARD = "/data/actor/guard"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_site(tmp_path_factory.mktemp("serve"))


@pytest.fixture(scope="module")
def served(site: Path) -> Iterator[Served]:
    with serving(site) as server:
        yield server


# --- things and documents ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", NEGOTIATIONS, ids=lambda case: f"{case.get('thing', GUARD)} {case['accept']}")
def test_a_thing_leads_to_the_document_that_the_client_likes_best(served: Served, case: dict[str, str | None]) -> None:
    thing = case.get("thing") or GUARD
    lines = [f"GET {thing} HTTP/1.1", "Host: x", "Connection: close"]
    lines += [f"Accept: {case['accept']}"] if case["accept"] is not None else []
    head = served.raw("\r\n".join([*lines, "", ""]).encode()).decode().partition("\r\n\r\n")[0].lower()
    assert "\r\nvary: accept\r\n" in head
    if case["to"] is None:
        assert head.startswith("http/1.1 406 ")
    else:
        assert head.startswith("http/1.1 303 ")
        assert f"\r\nlocation: {thing.rpartition('/')[2]}.{case['to']}\r\n" in head


def test_several_accept_headers_are_one(served: Served) -> None:
    headers = [("accept", "text/html;q=0.5"), ("accept", "application/n-triples")]
    assert served.client.get(GUARD, headers=headers).headers["location"] == "guard.nt"


def test_who_takes_no_form_is_told_which_there_are(served: Served) -> None:
    told = served.client.get("/query/casualties", headers={"accept": "text/turtle"}).json()
    assert told["available"] == [{"href": "casualties.html", "type": "text/html"}]
    told = served.client.get(GUARD, headers={"accept": "image/png"}).json()
    assert [each["href"] for each in told["available"]] == [f"guard.{each}" for each in ("html", "ttl", "jsonld", "nt", "rdf")]


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/", "text/html; charset=utf-8"),
        (f"{GUARD}.html", "text/html; charset=utf-8"),
        (f"{GUARD}.ttl", "text/turtle; charset=utf-8"),
        (f"{GUARD}.jsonld", "application/ld+json"),
        (f"{GUARD}.nt", "application/n-triples"),
        (f"{GUARD}.rdf", "application/rdf+xml"),
        ("/graph.trig", "application/trig"),
        ("/query/casualties.rq", "application/sparql-query"),
        ("/assets/style.css", "text/css; charset=utf-8"),
        ("/assets/program.wasm", "application/wasm"),
    ],
)
def test_a_document_is_sent_as_it_is(served: Served, site: Path, path: str, content_type: str) -> None:
    response = served.client.get(path, headers={"accept": "image/png"})
    assert (response.status_code, response.headers["content-type"]) == (200, content_type)
    if not path.endswith(".rdf"):
        assert response.content == (site / (path[1:] or "index.html")).read_bytes()


def test_rdf_xml_is_made_of_the_triples(served: Served) -> None:
    response = served.client.get(GUARD, headers={"accept": "application/rdf+xml"}, follow_redirects=True)
    assert response.url.path == f"{GUARD}.rdf"
    read = {quad.triple for quad in ox.parse(response.content, ox.RdfFormat.RDF_XML)}
    assert read == {quad.triple for quad in ox.parse(POLICE, ox.RdfFormat.N_TRIPLES)}


def test_rdf_xml_is_not_made_of_more_than_is_quick(served: Served) -> None:
    read = ox.parse(served.client.get("/data/actor/large.rdf").content, ox.RdfFormat.RDF_XML)
    assert {quad.triple for quad in read} == {quad.triple for quad in ox.parse(POLICE, ox.RdfFormat.N_TRIPLES)}
    assert served.client.get("/data/actor/too-large.rdf").status_code == 404
    refused = served.client.get("/data/actor/too-large", headers={"accept": "application/rdf+xml"})
    assert (refused.status_code, [each["href"] for each in refused.json()["available"]]) == (406, ["too-large.nt"])


def test_letters_beyond_ascii_in_an_address(served: Served) -> None:
    response = served.client.get("/data/actor/öffentlich")
    assert response.headers["location"] == "%C3%B6ffentlich.html"
    assert served.client.get("/data/actor/%C3%B6ffentlich.html").status_code == 200


def test_what_is_written_anew_is_sent_anew(served: Served, site: Path) -> None:
    path = site / "changing.html"
    path.write_text("before", "utf-8")
    first = served.client.get("/changing.html")
    path.write_text("after!", "utf-8")
    os.utime(path, ns=(time.time_ns(), time.time_ns() + 5_000_000_000))
    second = served.client.get("/changing.html", headers={"if-none-match": first.headers["etag"]})
    assert (first.text, second.text, second.status_code) == ("before", "after!", 200)
    path.unlink()
    assert served.client.get("/changing.html").status_code == 404


GONE = "/data/statement/gone"


@pytest.mark.parametrize(
    ("path", "accept", "content_type"),
    [
        (GONE, "text/html", "text/html; charset=utf-8"),
        (GONE, "text/turtle", "text/turtle; charset=utf-8"),
        (GONE, "application/n-triples, text/turtle;q=0.1", "text/turtle; charset=utf-8"),
        (GONE, "image/png", "application/problem+json"),
        (f"{GONE}.html", "*/*", "text/html; charset=utf-8"),
        (f"{GONE}.ttl", "*/*", "text/turtle; charset=utf-8"),
        (f"{GONE}.nt", "*/*", "application/problem+json"),
        (f"{GONE}/utterance/c1", "*/*", "application/problem+json"),
        (f"{GONE}/utterance/c1.html", "*/*", "application/problem+json"),
    ],
)
def test_what_was_withdrawn_is_gone(served: Served, path: str, accept: str, content_type: str) -> None:
    response, head = (served.client.request(method, path, headers={"accept": accept}) for method in ("GET", "HEAD"))
    assert (response.status_code, response.headers["content-type"]) == (410, content_type)
    assert (head.status_code, head.content, head.headers["content-length"]) == (410, b"", response.headers["content-length"])
    assert "withdrawn" in response.text
    assert "FORGOTTEN" not in response.text


def test_what_is_named_alike_is_still_here(served: Served) -> None:
    assert "still here" in served.client.get("/data/statement/gone-on", follow_redirects=True).text


def test_what_is_withdrawn_now_is_gone_at_once(tmp_path: Path) -> None:
    site = write_site(tmp_path)
    with serving(site) as server:
        assert server.client.get(f"{GUARD}.html").status_code == 200
        (site / "withdrawn.json").write_text(json.dumps({"withdrawn": [{"iri": f"{BASE}data/actor/guard"}]}), "utf-8")
        assert server.client.get(f"{GUARD}.html").status_code == 410
        assert server.client.get(GONE).status_code == 303


@pytest.mark.parametrize("broken", ["{", "[]", '{"withdrawn": [{}]}', '{"withdrawn": 1}', "\xff"])
def test_a_list_of_what_is_withdrawn_that_cannot_be_read_is_told_once(tmp_path: Path, broken: str) -> None:
    site = write_site(tmp_path)
    documents = Documents(Files(site))
    assert asyncio.run(answered(documents, GONE))[0] == 410
    (site / "withdrawn.json").write_bytes(broken.encode("latin-1"))
    faults = []
    for path, status in [(GONE, 410), (f"{GUARD}.html", 200), (GONE, 410)]:
        note: dict[str, Any] = {}
        assert asyncio.run(answered(documents, path, note))[0] == status
        faults.append(note.get("fault", ""))
    assert faults[0].startswith("withdrawn.json cannot be read")
    assert faults[1:] == ["", ""]


async def answered(documents: Documents, path: str, note: dict[str, Any] | None = None) -> tuple[int, list[bytes]]:
    """The status and the pieces of a body."""
    messages: list[Any] = []

    async def send(message: Any) -> None:
        messages.append(message)

    async def receive() -> Any:
        raise AssertionError("nothing is to be received")

    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "headers": []}
    scope["note"] = {} if note is None else note
    await documents(scope, receive, send)
    return messages[0]["status"], [message["body"] for message in messages[1:]]


def test_a_file_is_sent_in_pieces_that_a_slow_client_can_take_in_time(tmp_path: Path) -> None:
    text = "".join(f"{number:07}\n" for number in range(2**17))
    (tmp_path / "long.txt").write_text(text, "ascii")
    status, pieces = asyncio.run(answered(Documents(Files(tmp_path)), "/long.txt"))
    assert (status, b"".join(pieces).decode("ascii") == text) == (200, True)
    assert max(map(len, pieces)) <= 2**16


# --- what is not sent -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/nothing.html",
        "/data",
        "/data/",
        "/folder.html",
        "/.hidden",
        "/%2ehidden",
        "/../secret.html",
        "/data/../../secret.html",
        "/data/..%2f../../secret.html",
        "/%2e%2e/secret.html",
        "/..%5csecret.html",
        "/..\\secret.html",
        "/%252e%252e/secret.html",
        "/%c0%ae%c0%ae/secret.html",
        "//secret.html",
        "/./index.html",
        "/data//actor/guard.html",
        "/data%2Factor%2Fguard.html",
        "/out.html",
        "/outside/data.html",
        "/outside/data",
        "/index.html%00",
        "/index.html%00.png",
        "/%00",
        "/index.html%0d%0aX-Added:%20yes",
        "/%ff%fe.html",
        "/index.html/",
        "/index.html/x",
        "/CON",
        "/" + "a" * 300,
        "/" + "a/" * 3000,
    ],
)
def test_nothing_else_is_sent(served: Served, path: str) -> None:
    answer = served.raw(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode("latin-1"))
    assert re.match(rb"HTTP/1\.1 40[04] ", answer), answer[:100]
    assert b"SECRET" not in answer
    assert b"X-Added" not in answer.partition(b"\r\n\r\n")[0]


def test_an_address_with_a_slash_in_disguise_leads_nowhere(served: Served) -> None:
    assert served.client.get("/data/actor%2fguard").status_code == 404


def test_a_link_within_the_site_is_followed(served: Served) -> None:
    assert "home" in served.client.get("/within.html").text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_nothing_is_changed(served: Served, method: str) -> None:
    response = served.client.request(method, f"{GUARD}.html", content=b"new")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, OPTIONS")


def test_a_person_is_told_on_a_page(served: Served) -> None:
    response = served.client.get("/nothing", headers={"accept": "text/html,*/*;q=0.8"})
    assert response.status_code == 404
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>There is nothing here</h1>" in response.text


def test_a_page_tells_the_place_of_a_fault_and_what_forms_there_are(served: Served) -> None:
    page = {"accept": "text/html"}
    wrong = served.client.get("/sparql", params={"query": "ASK {\n  ?a ?b"}, headers=page)
    assert "line 2, column " in wrong.text
    other = served.client.get("/sparql", params={"query": "ASK {}"}, headers=page)
    assert other.status_code == 406
    assert "There are application/sparql-results+json, application/sparql-results+xml." in other.text


# --- what HTTP asks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", GUARD, f"{GUARD}.html", f"{GUARD}.rdf", "/graph.nq", "/nothing", "/health", "/metrics"])
def test_head_is_get_without_the_body(served: Served, path: str) -> None:
    got, head = (served.client.request(method, path, headers={"accept-encoding": "identity"}) for method in ("GET", "HEAD"))
    assert head.content == b""
    assert head.status_code == got.status_code
    changing = {"date", *(["content-length"] if path == "/metrics" else [])}
    assert {k: v for k, v in head.headers.items() if k not in changing} == {
        k: v for k, v in got.headers.items() if k not in changing
    }


@pytest.mark.parametrize("path", ["/", GUARD, "/health"])
def test_options_tells_the_methods(served: Served, path: str) -> None:
    response = served.client.options(path)
    assert (response.status_code, response.headers["allow"]) == (204, "GET, HEAD, OPTIONS")


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("path", [f"{GUARD}.html", f"{GUARD}.rdf", "/graph.nq"])
def test_a_client_that_has_it_is_sent_nothing(served: Served, path: str, encoding: str) -> None:
    headers = {"accept-encoding": encoding}
    first = served.client.get(path, headers=headers)
    for tag in (first.headers["etag"], f'"other", W/{first.headers["etag"].removeprefix("W/")}', "*"):
        again = served.client.get(path, headers={**headers, "if-none-match": tag})
        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["etag"].removeprefix("W/") == first.headers["etag"].removeprefix("W/")
    since = {"if-modified-since": first.headers["last-modified"]}
    assert served.client.get(path, headers={**headers, **since}).status_code == 304
    assert served.client.get(path, headers={**headers, **since, "if-none-match": '"other"'}).status_code == 200
    assert served.client.get(path, headers={**headers, "if-modified-since": "Thu, 01 Jan 1970 00:00:00 GMT"}).status_code == 200
    assert served.client.get(path, headers={**headers, "if-modified-since": "nonsense"}).status_code == 200


@pytest.mark.parametrize("path", [f"{GUARD}.html", "/graph.nq"])
def test_who_takes_gzip_gets_it(served: Served, site: Path, path: str) -> None:
    plain, small, refused = (
        served.client.get(path, headers={"accept-encoding": encoding})
        for encoding in ("identity", "br, gzip;q=0.8", "gzip;q=0, *")
    )
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.content == plain.content == refused.content == (site / path[1:]).read_bytes()
    assert small.num_bytes_downloaded < plain.num_bytes_downloaded / 2
    assert small.headers["etag"] != plain.headers["etag"]
    assert "Accept-Encoding" in plain.headers["vary"]
    assert "Accept-Encoding" in small.headers["vary"]


LENGTH = len(PAGE)


@pytest.mark.parametrize(
    ("wanted", "status", "content_range", "body"),
    [
        ("bytes=0-8", 206, f"bytes 0-8/{LENGTH}", PAGE[:9]),
        ("bytes=5-", 206, f"bytes 5-{LENGTH - 1}/{LENGTH}", PAGE[5:]),
        ("bytes=-7", 206, f"bytes {LENGTH - 7}-{LENGTH - 1}/{LENGTH}", PAGE[-7:]),
        ("bytes=5-999999", 206, f"bytes 5-{LENGTH - 1}/{LENGTH}", PAGE[5:]),
        ("bytes=-999999", 206, f"bytes 0-{LENGTH - 1}/{LENGTH}", PAGE),
        (f"bytes={LENGTH}-", 416, f"bytes */{LENGTH}", None),
        ("bytes=9-5", 200, None, PAGE),
        ("bytes=nonsense", 200, None, PAGE),
        ("bytes=--5", 200, None, PAGE),
        ("bytes=", 200, None, PAGE),
        ("lines=1-2", 200, None, PAGE),
        (f"bytes=0-1,{LENGTH + 5}-", 200, None, PAGE),
        ("bytes=0-0," + ",".join("5-9" for _ in range(200)), 200, None, PAGE),
    ],
)
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_part_is_sent(
    served: Served, wanted: str, status: int, content_range: str | None, body: str | None, encoding: str
) -> None:
    response = served.client.get(f"{GUARD}.html", headers={"range": wanted, "accept-encoding": encoding})
    assert (response.status_code, response.headers.get("content-range")) == (status, content_range)
    if body is not None:
        assert response.text == body


def test_several_parts_are_sent(served: Served) -> None:
    response = served.client.get(f"{GUARD}.html", headers={"range": "bytes=0-8,20-24"})
    assert response.status_code == 206
    boundary = response.headers["content-type"].removeprefix("multipart/byteranges; boundary=")
    parts = [part.partition("\r\n\r\n")[2].strip("\r\n") for part in response.text.split(f"--{boundary}")[1:-1]]
    assert parts == [PAGE[:9], PAGE[20:25]]


def test_a_part_of_what_has_changed_is_not_sent(served: Served) -> None:
    whole = served.client.get(f"{GUARD}.html", headers={"accept-encoding": "identity"})
    for tag, status in ((whole.headers["etag"], 206), ('"other"', 200)):
        response = served.client.get(f"{GUARD}.html", headers={"range": "bytes=0-8", "if-range": tag})
        assert response.status_code == status


def test_what_is_sent_may_be_read_by_other_sites_and_runs_nothing_foreign(served: Served) -> None:
    for path in ("/", GUARD, "/nothing", "/sparql", "/health"):
        headers = served.client.get(path, headers={"origin": "https://example.org"}).headers
        assert headers.get_list("access-control-allow-origin") == ["*"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; ")
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert "server" not in headers


# --- what it tells of itself ------------------------------------------------------------------------------------------


def test_the_log_has_neither_who_nor_what_was_asked(site: Path) -> None:
    with serving(site) as server:
        secret = {"query": "ASK { ?secret ?p ?o }"}
        server.client.get("/sparql", params=secret, headers={"user-agent": "secret", "referer": "https://secret.example/"})
        server.client.post("/sparql", data=secret)
        server.client.get("/nothing?secret=1")
        (missing,) = server.log("/nothing")
        first, second = server.log("/sparql", 2)
    assert {**missing, "time": "", "ms": 0} == {
        "time": "",
        "method": "GET",
        "path": "/nothing",
        "status": 404,
        "bytes": missing["bytes"],
        "ms": 0,
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", missing["time"])
    assert (first["outcome"], first["method"], second["method"]) == ("ok", "GET", "POST")
    assert "secret" not in server.heard.read_text("utf-8")
    assert "127.0.0.1" not in server.heard.read_text("utf-8").partition("\n")[2]


def test_the_log_has_queries_where_they_are_asked_for(site: Path) -> None:
    with serving(site, "--log-queries") as server:
        server.client.get("/sparql", params={"query": 'ASK { ?s ?p "line\n\x1b[31m" }'})
        (line,) = server.log("/sparql")
    assert line["query"] == 'ASK { ?s ?p "line\n\x1b[31m" }'
    assert "\x1b" not in server.heard.read_text("utf-8")


def test_no_log_is_written_where_none_is_wanted(site: Path) -> None:
    with serving(site, "--quiet") as server:
        server.client.get("/")
    assert server.heard.read_text("utf-8").count("\n") == 1


def test_what_is_no_request_is_told_in_the_log(site: Path) -> None:
    with serving(site) as server:
        assert server.raw(b"\x16\x03\x01 secret\r\n\r\n").startswith(b"HTTP/1.1 400 Bad Request\r\n")
        (line,) = server.log(None)
    assert {**line, "time": ""} == {"time": "", "fault": "Invalid HTTP request received."}


def test_who_asks_for_another_protocol_is_answered_in_this_one(site: Path) -> None:
    asked = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close, Upgrade\r\nUpgrade: websocket\r\n\r\n"
    with serving(site) as server:
        assert server.raw(asked).startswith(b"HTTP/1.1 200 OK\r\n")
        server.log("/")
    assert "fault" not in server.heard.read_text("utf-8")


def test_health_and_figures(site: Path) -> None:
    with serving(site) as server:
        for path in ("/", "/", "/nothing", "/sparql?query=ASK%20%7B%7D", "/sparql?query=ASK"):
            server.client.get(path)
        health = server.client.get("/health")
        figures = server.client.get("/metrics")
        assert health.json() == {"status": "ok", "triples": 5, "queries": {"running": 0, "waiting": 0}}
        assert figures.headers["content-type"].startswith("text/plain; version=0.0.4")
        lines = set(figures.text.splitlines())
        assert 'kg_builder_http_requests_total{method="GET",route="documents",status="200"} 2.0' in lines
        assert 'kg_builder_http_requests_total{method="GET",route="documents",status="404"} 1.0' in lines
        assert 'kg_builder_queries_total{outcome="ok"} 1.0' in lines
        assert 'kg_builder_queries_total{outcome="syntax"} 1.0' in lines


def test_a_graph_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    site = write_site(tmp_path)
    graph = site / "graph.trig"
    with serving(site) as server:

        def triples() -> str:
            query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
            return str(server.client.get("/sparql", params=query).json()["results"]["bindings"][0]["n"]["value"])

        assert triples() == "5"
        at_first = len(children(server.process.pid))
        text = graph.read_text("utf-8")
        graph.write_text(text + "ex:three { ex:new ex:toldIn ex:three }\n", "utf-8")
        assert server.client.get("/health").json()["status"] == "stale"
        until = time.monotonic() + START
        while server.client.get("/health").json()["status"] != "ok":
            assert time.monotonic() < until
            time.sleep(0.1)
        assert triples() == "6"
        assert "https://example.org/three" in server.client.get("/sparql").text
        while len(before := children(server.process.pid)) != at_first:
            assert time.monotonic() < until, "those of the first graph have not ended"
            time.sleep(0.1)
        graph.write_text(text + "this is no graph", "utf-8")
        (line,) = server.log(None)
        assert "the graph is not read anew: " in line["fault"]
        assert "graph.trig:16:" in line["fault"]
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line["time"])
        assert triples() == "6"
        assert server.client.get("/health").json()["status"] == "stale"
        assert set(children(server.process.pid)) == set(before)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(START) == 0
    assert gone(before)


# --- its life ---------------------------------------------------------------------------------------------------------


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]


def gone(pids: list[int]) -> bool:
    """Whether all processes end within ten seconds."""
    for _ in range(100):
        left = [
            pid for pid in pids if Path(f"/proc/{pid}").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text("ascii")
        ]
        if not left:
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize(("sent", "code", "says"), [(signal.SIGTERM, 0, ""), (signal.SIGINT, 130, "Stopped.")])
def test_a_signal_ends_it_and_all_its_processes(site: Path, sent: signal.Signals, code: int, says: str) -> None:
    with serving(site, "--quiet") as server:
        pids = children(server.process.pid)
        assert len(pids) >= 2
        server.process.send_signal(sent)
        assert server.process.wait(START) == code
    assert gone(pids)
    assert server.heard.read_text("utf-8").partition("\n")[2].strip() == says


def test_its_processes_end_with_it(site: Path) -> None:
    with serving(site) as server:
        pids = children(server.process.pid)
        server.process.kill()
        assert gone(pids)


def test_a_request_that_was_begun_is_answered_at_the_end(site: Path) -> None:
    with serving(site) as server, socket.create_connection(("127.0.0.1", server.port), timeout=START) as connection:
        query = b"SELECT (COUNT(*) AS ?n) { " + b" ".join(b"VALUES ?v%d { %s }" % (n, b"1 " * 12) for n in range(5)) + b" }"
        connection.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n")
        connection.sendall(b"Content-Length: %d\r\n\r\n" % len(query) + query)
        time.sleep(0.1)
        server.process.send_signal(signal.SIGTERM)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b'"248832"' in answer


def test_a_port_that_is_taken_is_told(command: Command, site: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = command("serve", str(site), "--port", port)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"127.0.0.1:{port} cannot be served at: Address already in use" in done.stderr
    assert "--port" in done.stderr.splitlines()[-1]


def test_a_host_that_is_not_here_is_told(command: Command, site: Path) -> None:
    done = command("serve", str(site), "--host", "192.0.2.1", "--port", "0")
    assert (done.returncode, done.stderr.count("\n")) == (2, 2)
    assert "192.0.2.1:0 cannot be served at: " in done.stderr


@pytest.mark.parametrize("host", ["a..b", "999.1.1.1"])
def test_what_is_no_host_is_told(command: Command, site: Path, host: str) -> None:
    done = command("serve", str(site), "--host", host)
    assert (done.returncode, done.stderr.count("\n")) == (2, 2)
    assert f"{host}:8000 cannot be served at: " in done.stderr
    assert "--host 127.0.0.1" in done.stderr
    assert "--port" not in done.stderr


def test_more_memory_than_there_can_be_is_refused(command: Command, site: Path) -> None:
    done = command("serve", str(site), "--port", "0", "--memory", "99999999999999")
    assert done.returncode == 2
    assert "'--memory'" in done.stderr


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "this is no site: graph.trig is not there"),
        ({"graph.trig": "# nothing\n"}, "there is no triple in it"),
        ({"graph.trig": "<urn:a> <urn:b> .\n"}, "graph.trig:1:"),
    ],
)
def test_a_folder_that_is_no_site_is_told(command: Command, tmp_path: Path, files: dict[str, str], says: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")
    done = command("serve", str(tmp_path), "--port", "0")
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_without_a_site_the_first_command_is_told(command: Command, tmp_path: Path) -> None:
    done = command("serve", "--port", "0", cwd=tmp_path)
    assert done.returncode == 2
    assert "Run 'kg-builder site' first" in done.stderr


RUN = "; from kg_builder.cli import main; main()"


@pytest.mark.parametrize(
    ("code", "says"),
    [
        (
            "import kg_builder.serve.workers as w; w.confine_native = lambda *_: ('reaching the network from native code',)",
            "on this system, the process that answers queries cannot be kept from reaching the network from native code",
        ),
        (
            "import os, kg_builder.serve.workers as w; w.confine_native = lambda *_: os._exit(1)",
            "the process that answers queries does not start",
        ),
    ],
)
def test_no_server_starts_whose_queries_are_not_confined(site: Path, code: str, says: str) -> None:
    command = [sys.executable, "-c", code + RUN, "serve", str(site), "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_the_process_that_serves_is_started_again(site: Path) -> None:
    with serving(site) as server:
        assert server.client.get("/").status_code == 200
        for front in fronts(server):
            os.kill(front, signal.SIGKILL)
            assert gone([front])
        with httpx.Client(base_url=server.address, timeout=START) as client:
            assert client.get("/").status_code == 200
            assert client.get("/sparql", params={"query": "ASK {}"}).json()["boolean"] is True


def fronts(server: Served) -> list[int]:
    """The process that serves HTTP, which alone is not confined."""
    pids = children(server.process.pid)
    found = [pid for pid in pids if "Seccomp:\t0" in Path(f"/proc/{pid}/status").read_text("ascii")]
    assert len(found) == 1
    return found


def test_where_the_process_that_serves_ends_again_and_again_all_end(site: Path) -> None:
    code = "import os, kg_builder.serve.server as s; s._serve_http = lambda *_: os._exit(7)"
    command = [sys.executable, "-c", code + RUN, "serve", str(site), "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "the process that serves HTTP ended 3 times in a row, at last with code 7" in done.stderr
    assert "Traceback" not in done.stderr


def test_queries_are_answered_while_a_new_graph_is_read(tmp_path: Path) -> None:
    site = write_site(tmp_path)
    slow = """
import time, kg_builder.serve.server as s
read, times = s.each_quad, []
def slowly(source):
    times.append(1)
    for quad in read(source):
        time.sleep(len(times) - 1)
        yield quad
s.each_quad, s.TENDED = slowly, 1
from kg_builder.cli import main; main()"""
    with serving(site, "--queries", "1", code=slow) as server:
        (front,) = fronts(server)
        (worker,) = set(children(server.process.pid)) - {front}
        graph = site / "graph.trig"
        graph.write_text(graph.read_text("utf-8") + "ex:three { ex:new ex:toldIn ex:three }\n", "utf-8")
        time.sleep(3)
        os.kill(worker, signal.SIGKILL)
        assert gone([worker])
        assert server.client.get("/sparql", params={"query": "ASK {}"}).status_code == 200
        assert server.client.get("/health").json()["status"] == "stale"


def test_a_query_that_nobody_takes_may_be_asked_again() -> None:
    async def ask() -> None:
        asking, answering = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with asking, answering:
            asked = asyncio.create_task(Pool(asking, QueryLimits()).ask(Question("ASK {}", "")))
            await asyncio.sleep(0)
            for descriptor in socket.recv_fds(answering, 1, 2)[1]:
                os.close(descriptor)
            await asked

    with pytest.raises(Busy):
        asyncio.run(ask())


def test_without_its_libraries_the_cure_is_told(site: Path) -> None:
    code = (
        "import sys; sys.modules['uvicorn'] = None; sys.argv[1:] = ['serve', sys.argv[1], '--port', '0']\n"
        "from kg_builder.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code, str(site)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "pip install 'kg-builder[serve]'" in done.stderr


def test_the_command_starts_without_the_server() -> None:
    code = "import sys, kg_builder.cli; print(sorted({'starlette', 'uvicorn', 'prometheus_client', 'anyio'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stdout.strip() == "[]", done.stderr


def test_only_one_address_is_listened_at(served: Served) -> None:
    listening = Path(f"/proc/{served.process.pid}/net/tcp").read_text("ascii").splitlines()[1:]
    mine = [line.split()[1] for line in listening if line.split()[1].endswith(f":{served.port:04X}") and line.split()[3] == "0A"]
    assert mine == [f"0100007F:{served.port:04X}"]
    assert json.loads(served.client.get("/health").content)["status"] in {"ok", "stale"}

"""The SPARQL 1.1 Protocol, the Graph Store HTTP Protocol and the Service Description: ``tests/serve/protocol.yaml``."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pyoxigraph as ox
import pytest
import yaml
from served import HERE, Served, serving, write_site

CASES: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "protocol.yaml").read_text("utf-8"))
KEYS = {"method", "path", "params", "raw", "form", "body", "bytes", "type", "accept"}
EXPECTED = {"status", "answers", "boolean", "count", "triples", "text", "empty", "header"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(write_site(tmp_path_factory.mktemp("protocol"))) as server:
        yield server


def request(case: dict[str, Any]) -> dict[str, Any]:
    """A case as httpx takes it."""
    body, kind = case.get("body"), case.get("type")
    if "form" in case:
        body, kind = urlencode([tuple(each) for each in case["form"]]), "application/x-www-form-urlencoded"
    if isinstance(body, list):
        body = body[0] + body[1] * body[2] + body[3]
    headers = {"accept": case["accept"]} if "accept" in case else {}
    headers |= {"content-type": kind} if kind else {}
    return {
        "method": case.get("method", "GET" if body is None and "bytes" not in case else "POST"),
        "url": case.get("path", "/sparql") + (f"?{case['raw']}" if "raw" in case else ""),
        **({"params": [tuple(each) for each in case["params"]]} if "params" in case else {}),
        "content": ast.literal_eval(case["bytes"]) if "bytes" in case else body,
        "headers": headers,
    }


def triples(response: httpx.Response) -> int:
    media_type = response.headers["content-type"].partition(";")[0]
    return len(set(ox.parse(response.content, ox.RdfFormat.from_media_type(media_type))))


@pytest.mark.parametrize("name", CASES)
def test_the_protocol_is_followed(served: Served, name: str) -> None:
    case = CASES[name]
    assert case.keys() <= KEYS | EXPECTED
    response = served.client.request(**request(case))
    assert response.status_code == case["status"], response.text
    if "answers" in case:
        assert response.headers["content-type"] == case["answers"]
    if "boolean" in case:
        assert json.loads(response.content) == {"head": {}, "boolean": case["boolean"]}
    if "count" in case:
        (row,) = json.loads(response.content)["results"]["bindings"]
        assert row["n"]["value"] == str(case["count"])
    if "triples" in case:
        assert triples(response) == case["triples"]
    if "text" in case:
        assert case["text"] in response.content.decode()
    if "empty" in case:
        assert response.content == b""
        assert int(response.headers["content-length"]) > 0
    for key, value in case.get("header", {}).items():
        assert response.headers[key] == value
    if case["status"] >= 400:
        told = response.json()
        assert response.headers["content-type"] == "application/problem+json"
        assert told["status"] == case["status"]
        assert told["title"]


def test_nothing_was_changed_by_the_updates(served: Served) -> None:
    for name, case in CASES.items():
        if "update" in name or "graph" in name:
            served.client.request(**request(case))
    answer = served.client.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"})
    assert answer.json()["results"]["bindings"][0]["n"]["value"] == "5"


def test_the_description_names_endpoint_and_graphs(served: Served) -> None:
    store = ox.Store()
    store.load(served.client.get("/sparql").content, ox.RdfFormat.TURTLE)
    rows = store.query(
        """PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
        SELECT ?name ?size { ?service sd:endpoint ?service ; sd:defaultDataset ?set . ?set sd:namedGraph ?named .
          ?named sd:name ?name ; sd:graph/<http://rdfs.org/ns/void#triples> ?size } ORDER BY ?name"""
    )
    assert isinstance(rows, ox.QuerySolutions)
    assert [(row["name"].value, row["size"].value) for row in rows] == [
        ("https://example.org/one", "2"),
        ("https://example.org/two", "3"),
    ]
    service = ox.NamedNode(f"{served.address.rstrip('/')}/sparql")
    assert next(store.quads_for_pattern(service, None, None, None), None) is not None


def test_a_long_answer_is_compressed_for_who_takes_it(served: Served) -> None:
    query = {"query": "SELECT * { VALUES ?x { " + " ".join(map(str, range(1000))) + " } }"}
    plain = served.client.get("/sparql", params=query, headers={"accept-encoding": "identity"})
    small = served.client.get("/sparql", params=query, headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < len(plain.content) / 3
    assert small.json() == plain.json()
    assert "Accept-Encoding" in small.headers["vary"]


def test_the_page_of_another_site_may_ask(served: Served) -> None:
    origin = {"origin": "https://example.org"}
    asked = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    preflight = served.client.options("/sparql", headers={**origin, **asked})
    assert preflight.status_code == 200
    assert preflight.headers.get_list("access-control-allow-origin") == ["*"]
    assert "POST" in preflight.headers["access-control-allow-methods"]
    refused = served.client.options("/sparql", headers={**origin, "access-control-request-method": "DELETE"})
    assert refused.status_code == 400
    answer = served.client.get("/sparql", params={"query": "ASK {}"}, headers=origin)
    assert answer.headers.get_list("access-control-allow-origin") == ["*"]
    assert "access-control-allow-credentials" not in answer.headers


def test_a_triple_of_two_graphs_would_be_told_twice_by_the_engine_alone(tmp_path: Path) -> None:
    """Why the server merges graphs itself; where this fails, it need not any more."""
    store = ox.Store()
    store.load(path=HERE / "graph.trig")
    graphs: list[Any] = [ox.NamedNode(f"https://example.org/{name}") for name in ("one", "two")]
    rows = store.query("SELECT ?s { ?s <https://example.org/toldIn> ?o }", default_graph=graphs)
    assert isinstance(rows, ox.QuerySolutions)
    assert len(list(rows)) == 2

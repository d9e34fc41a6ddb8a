"""What a page needs to run queries by itself: the engine and the whole graph, as scripts.

A page that was opened from a file may neither fetch a file nor start a worker by its address; a script it may load. So the
engine's WebAssembly and the graph are text within scripts, compressed, which a page loads once its reader asks.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox

from kg_builder.publish.writer import Writer
from kg_builder.query import Query
from kg_builder.vocabulary import PREFIXES

FOLDER = "assets/live"
MOST_LIVE = 500_000
"""Up to how many triples a page loads the graph: above, a browser on a small machine takes too long, or has no memory for it."""
SECONDS = 30
"""After which a query in a page is stopped."""

_ASSETS = Path(__file__).parent / "assets"
_ENGINE = ("vendored/oxigraph.js", "live/sparql.js", "live/worker.js")
_AS_THEY_ARE = ("live/live.js", "live/console.js", "live/live.css", "vendored/editor.js", "vendored/LICENCES.txt")
_CHUNK = 3 * 2**16
"""Bytes that become one string; a multiple of three, so that only the last one is padded."""


def write_scripts(writer: Writer, queries: Iterable[Query]) -> None:
    """Write the pages' scripts, the engine and the saved queries."""
    for name in _AS_THEY_ARE:
        writer.write(f"{FOLDER}/{name.partition('/')[2]}", (_ASSETS / name).read_bytes())
    wasm = base64.b64encode((_ASSETS / "vendored" / "oxigraph.wasm.gz").read_bytes()).decode("ascii")
    scripts = [(_ASSETS / name).read_text("utf-8") for name in _ENGINE]
    writer.write(f"{FOLDER}/engine.js", _given("engine", {"scripts": scripts, "wasm": wasm}))
    saved = {query.name: {"title": query.title, "text": body(query.text)} for query in queries}
    writer.write(f"{FOLDER}/queries.js", _given("queries", saved))


def write_graph(writer: Writer, quads: Iterable[ox.Quad]) -> None:
    """Write the graph as a script. Holds one chunk of the quads at a time."""
    staged = writer.stage(f"{FOLDER}/graph.js")
    digest = hashlib.sha256()
    with staged.open("wb") as file:

        def put(text: str) -> None:
            data = text.encode("ascii")
            digest.update(data)
            file.write(data)

        put(f'kgLive.give("graph", {{"prefixes": {json.dumps(dict(PREFIXES))}, "data": [\n')
        pending = b""
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        for quad in quads:
            pending += packer.compress(f"{quad} .\n".encode())
            while len(pending) > _CHUNK:
                put(f'"{base64.b64encode(pending[:_CHUNK]).decode("ascii")}",\n')
                pending = pending[_CHUNK:]
        put(f'"{base64.b64encode(pending + packer.flush()).decode("ascii")}"]}});\n')
    writer.take(f"{FOLDER}/graph.js", staged, digest.hexdigest())


def body(text: str) -> str:
    """A saved query's text without its header."""
    return "\n".join(line for line in text.split("\n") if not line.startswith("#+")).strip("\n") + "\n"


def _given(name: str, value: object) -> str:
    return f"kgLive.give({json.dumps(name)}, {json.dumps(value, sort_keys=True)});\n"

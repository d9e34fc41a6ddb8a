"""What a page needs to run queries by itself: the engine and the whole graph, as scripts.

A page that was opened from a file may neither fetch a file nor start a worker by its address; a script it may load. So the engine's
WebAssembly and the graph are text within scripts, compressed, which a page loads once its reader asks.
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
MOST_QUADS = 500_000
"""Up to how many quads a page loads the graph: above, a browser on a small machine takes too long, or has no memory for it."""

_ASSETS = Path(__file__).parent / "assets"
_SCRIPTS = ("vendored/oxigraph.js", "live/sparql.js", "live/worker.js")
_AS_THEY_ARE = {"live.js": "live/live.js", "console.js": "live/console.js", "live.css": "live/live.css"}
_VENDORED = {"editor.js": "vendored/editor.js", "LICENCES.txt": "vendored/LICENCES.txt"}
_CHUNK = 3 * 2**16
"""Bytes that become one string; a multiple of three, so that each string is base64 without padding but the last."""


def write_scripts(writer: Writer, queries: Iterable[Query]) -> None:
    """Write the pages' scripts, the engine and the saved queries."""
    for name, source in {**_AS_THEY_ARE, **_VENDORED}.items():
        writer.write(f"{FOLDER}/{name}", (_ASSETS / source).read_bytes())
    wasm = base64.b64encode((_ASSETS / "vendored" / "oxigraph.wasm.gz").read_bytes()).decode("ascii")
    scripts = [(_ASSETS / name).read_text("utf-8") for name in _SCRIPTS]
    writer.write(f"{FOLDER}/engine.js", _given("engine", {"scripts": scripts, "wasm": wasm}))
    saved = {query.name: {"title": query.title, "text": query.text} for query in queries}
    writer.write(f"{FOLDER}/queries.js", _given("queries", saved))


def write_graph(writer: Writer, quads: Iterable[ox.Quad], most: int = MOST_QUADS) -> int | None:
    """Write the graph as a script; gives the number of quads, or None, and writes nothing, where there are more than ``most``.

    Holds one chunk of the quads at a time.
    """
    count = 0
    writer.folder.mkdir(parents=True, exist_ok=True)
    staged = writer.folder / ".graph.js.new"
    digest = hashlib.sha256()
    with staged.open("wb") as file:

        def put(text: str) -> None:
            data = text.encode("ascii")
            digest.update(data)
            file.write(data)

        put(f'kgLive.give("graph", {{"prefixes": {json.dumps(dict(PREFIXES))}, "data": [')
        pending = b""
        separator = "\n"
        packer = zlib.compressobj(9, zlib.DEFLATED, 31)
        for quad in quads:
            count += 1
            if count > most:
                break
            pending += packer.compress(f"{quad} .\n".encode())
            while len(pending) >= _CHUNK:
                put(f'{separator}"{base64.b64encode(pending[:_CHUNK]).decode("ascii")}"')
                pending, separator = pending[_CHUNK:], ",\n"
        pending += packer.flush()
        put(f'{separator}"{base64.b64encode(pending).decode("ascii")}"\n], "quads": {count}}});\n')
    if count > most:
        staged.unlink()
        return None
    writer.take(f"{FOLDER}/graph.js", staged, digest.hexdigest())
    return count


def _given(name: str, value: object) -> str:
    return f"kgLive.give({json.dumps(name)}, {json.dumps(value, sort_keys=True)});\n"

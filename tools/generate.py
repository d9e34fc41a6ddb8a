"""Writes what is derived and committed: the JSON-LD context and the built Turtle. A test compares both with a new build."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from kg_builder import build
from kg_builder.rdf import context
from kg_builder.vocabulary import read_vocabulary

ROOT = Path(__file__).resolve().parent.parent


def generated() -> dict[Path, str]:
    """Each generated file with its content."""
    with tempfile.TemporaryDirectory() as folder:
        turtle = build(ROOT, folder).content["ttl"]
    own_context = json.dumps({"@context": context(read_vocabulary())}, ensure_ascii=False, indent=2) + "\n"
    return {ROOT / "data" / "graph.ttl": turtle, ROOT / "ontology" / "context.jsonld": own_context}


if __name__ == "__main__":
    for path, content in generated().items():
        path.write_text(content, "utf-8", newline="\n")
        print(path.relative_to(ROOT))

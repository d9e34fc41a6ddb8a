"""Writes the four files of a graph at once, block by block: Turtle and TriG for readers, N-Quads, JSON-LD."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TextIO

from kg_builder.rdf.describe import Block
from kg_builder.rdf.notation import Notation, context, prefixes
from kg_builder.vocabulary import DATA, Vocabulary, mint

FORMATS = ("ttl", "nq", "trig", "jsonld")


class GraphWriter:
    """Writes blocks to open text files, one for each of :data:`FORMATS`; :meth:`close` ends the files.

    ``heading`` is a comment that stands on top of the Turtle and TriG files.
    """

    def __init__(self, files: Mapping[str, TextIO], vocabulary: Vocabulary, heading: str = "") -> None:
        self.triples = 0
        self._files = files
        terms = context(vocabulary)
        self._notation = Notation(vocabulary, terms)
        head = "".join(f"# {line}".rstrip() + "\n" for line in heading.splitlines())
        head += "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes(vocabulary).items())
        for format_ in ("ttl", "trig"):
            files[format_].write(head)
        files["jsonld"].write('{"@context": ' + json.dumps(terms, ensure_ascii=False, indent=1) + ',\n"@graph": [')

    def write(self, block: Block) -> None:
        """Write one block to all files. Blocks must not share triples."""
        self.triples += len(block.triples)
        self._files["nq"].write("".join(sorted(f"{s} {p} {o} .\n" for s, p, o in block.triples)))
        base = f"{mint(block.statement)}/" if block.statement else DATA
        heading = f"\n# {'-' * 118}\n# {_one_line(block.title)}\n\n@base <{base}> .\n"
        turtle = "".join(self._notation.turtle(block.triples, base))
        self._files["ttl"].write(f"{heading}{turtle}")
        if block.statement:
            graph = self._notation.turtle(block.triples, base, "  ")
            name = self._notation.compact(f"<{mint(block.statement)}>", base)
            self._files["trig"].write(f"{heading}\n{name} {{{''.join(graph)}}}\n")
        else:
            self._files["trig"].write(f"{heading}{turtle}")
        for node in self._notation.json_nodes(block.triples):
            separator = "\n" if self._first_node else ",\n"
            self._files["jsonld"].write(separator + json.dumps(node, ensure_ascii=False))
            self._first_node = False

    _first_node = True

    def close(self) -> None:
        """End the files."""
        self._files["jsonld"].write("\n]}\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())

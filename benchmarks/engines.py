"""``python -m benchmarks.engines ENGINE DATA SHAPES SECONDS BYTES``: one peer, from the files to its results, printed as JSON.

The last two are how long a processor may work for it, and how much memory it may take.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

Pairs = Iterable[tuple[str, str]]
"""The shape and focus node of each result."""


def _of_report(graph: Any) -> Pairs:
    from rdflib import SH  # noqa: PLC0415

    return [(str(graph.value(result, SH.sourceShape)), str(focus)) for result, focus in graph.subject_objects(SH.focusNode)]


def pyshacl(data: str, shapes: str) -> Pairs:
    _, graph, _ = import_module("pyshacl").validate(
        data, shacl_graph=shapes, inference="none", allow_infos=True, allow_warnings=True, inplace=True
    )
    return _of_report(graph)


def pyshifty(data: str, shapes: str) -> Pairs:
    """By its own reader: it takes paths."""
    _, graph, _ = import_module("shifty").validate(Path(data), Path(shapes), infer=False, graph_mode="data")
    return _of_report(graph)


def pyrudof(data: str, shapes: str) -> Pairs:
    module = import_module("pyrudof")
    rudof = module.Rudof(module.RudofConfig())
    rudof.read_data(Path(data))
    rudof.read_shacl(Path(shapes))
    return [(str(each.source_shape), str(each.focus_node)) for each in rudof.validate_shacl()]


ENGINES: dict[str, Callable[[str, str], Pairs]] = {"pyshifty": pyshifty, "pyrudof": pyrudof, "pyshacl": pyshacl}


if __name__ == "__main__":
    logging.disable()
    name, data, shapes, seconds, memory = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    print(json.dumps({"results": [{"shape": shape, "focus": focus} for shape, focus in sorted(ENGINES[name](data, shapes))]}))

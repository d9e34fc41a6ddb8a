"""A folder of many statements is validated part by part: what a build tells of it is the same."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from kg_builder import Build, build, incremental

STATEMENTS = incremental.ENOUGH + 6
SHAPE = """\
@prefix hrc: <https://w3id.org/rights-claims/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
<https://example.org/shapes#two-addressees> a sh:PropertyShape ;
  sh:targetClass hrc:Demand ; sh:path hrc:addressee ; sh:minCount 2 ; sh:severity sh:Warning ;
  sh:message "fewer than two addressees"@en ; sh:description "Name another."@en .
"""
CHECK = """\
#+ title: Statements whose number ends in seven
#+ question: Which statements have a number that ends in seven?
#+ keywords: check
#+ severity: warning
PREFIX hrc: <https://w3id.org/rights-claims/ontology#>
SELECT ?node ?problem
WHERE { ?node a hrc:Statement . FILTER(STRENDS(STR(?node), "7")) BIND("it ends in seven" AS ?problem) }
ORDER BY ?node
"""


def told(built: Build) -> list[dict[str, object]]:
    return [
        {name: value for name, value in asdict(each).items() if name != "terms"}
        for each in (*built.report.results, *built.checks)
    ]


def test_by_parts_a_build_tells_what_it_tells_of_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "folder"
    write_corpus(folder, STATEMENTS)
    for path, text in {"ontology/shapes/two.ttl": SHAPE, "queries/checks/seven.rq": CHECK}.items():
        (folder / path).parent.mkdir(parents=True)
        (folder / path).write_text(text, "utf-8")
    by_parts = build(folder, tmp_path / "build")
    monkeypatch.setattr(incremental, "ENOUGH", STATEMENTS + 1)
    whole = build(folder)
    assert len(by_parts.report.results) == STATEMENTS
    assert len(by_parts.checks) == STATEMENTS // 10
    assert all(each.origin and each.words for each in by_parts.report.results)
    assert told(by_parts) == told(whole)
    assert by_parts.counts == whole.counts
    assert by_parts.content == whole.content
    assert (by_parts.report.focus_nodes, by_parts.report.shapes) == (whole.report.focus_nodes, whole.report.shapes)
    assert by_parts.report.idle == whole.report.idle

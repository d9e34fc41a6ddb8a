"""The wheel carries what the tool needs; a folder of one's own builds, and extends the vocabulary, without any Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

BASE = ROOT / "tests" / "errors" / "base"
STATEMENT = "data/statements/2019-03-14-river-watch"


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which the wheel was installed, without its dependencies."""
    target = tmp_path_factory.mktemp("installed")
    wheels = tmp_path_factory.mktemp("wheels")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", wheels, ROOT], check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", target, wheel], check=True, capture_output=True)
    return target


def run(installed: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kg_builder", *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": os.fspath(installed), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_the_wheel_builds_any_folder(installed: Path, tmp_path: Path) -> None:
    where = subprocess.run(
        [sys.executable, "-c", "from kg_builder.vocabulary import shipped; print(shipped('ontology'))"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": os.fspath(installed)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(where.stdout.strip()).is_relative_to(installed)
    shutil.copytree(BASE / "data", tmp_path / "data")
    built = run(installed, tmp_path, "build")
    assert built.returncode == 0, built.stderr
    answer = run(installed, tmp_path, "query", "accused-authorities", "--format", "csv")
    assert answer.returncode == 0, answer.stderr
    assert len(answer.stdout.splitlines()) >= 2
    assert run(installed, tmp_path, "validate").returncode == 0


EXTENSION = """\
@prefix ext: <https://example.org/terms#> .
@prefix hrc: <https://w3id.org/rights-claims/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
ext:allegedWeapon a owl:DatatypeProperty ; hrc:slotOf hrc:Event ; rdfs:range rdf:langString .
"""
SCHEME = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://w3id.org/rights-claims/scheme/act-type/boat_theft> a skos:Concept ;
  skos:notation "boat_theft" ; skos:prefLabel "boat theft"@en ; skos:definition "Taking a boat."@en ;
  skos:inScheme <https://w3id.org/rights-claims/scheme/act-type> ;
  skos:broader <https://w3id.org/rights-claims/scheme/act-type/property_destruction> .
"""
SHAPE = """\
@prefix ext: <https://example.org/terms#> .
@prefix hrc: <https://w3id.org/rights-claims/ontology#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
ext:OneWeapon a sh:PropertyShape ; sh:targetClass hrc:Act ; sh:path ext:allegedWeapon ; sh:maxCount 1 ;
  sh:severity sh:Violation ; sh:message "Name one weapon."@en .
"""
QUERY = """\
#+ title: Weapons
#+ question: Which weapons are named?
SELECT ?weapon { ?act <https://example.org/terms#allegedWeapon> ?weapon }
"""


def test_a_term_a_coded_value_a_shape_and_a_query_are_files(installed: Path, tmp_path: Path) -> None:
    shutil.copytree(BASE / "data", tmp_path / "data")
    for name, content in (
        ("ontology/own.ttl", EXTENSION),
        ("ontology/schemes/own.ttl", SCHEME),
        ("ontology/shapes/own.ttl", SHAPE),
        ("queries/weapons.rq", QUERY),
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    claims = tmp_path / STATEMENT / "claims.yaml"
    text = claims.read_text("utf-8")
    at = text.index("      actType:")
    words = text[text.index("{", at) : text.index("}", at)].partition(": ")[2]
    line_end = text.index("\n", at)
    changed = f"{text[:at]}      actType: {{boat_theft: {words}}}\n      allegedWeapon: {words}{text[line_end:]}"
    claims.write_text(changed, "utf-8")
    built = run(installed, tmp_path, "build")
    assert built.returncode == 0, built.stderr
    answer = run(installed, tmp_path, "query", "weapons", "--format", "csv")
    assert answer.stdout.split() == ["weapon", *words.split()]
    assert "boat theft" in (tmp_path / "build" / "graph.ttl").read_text("utf-8")

"""What ``lint --site`` finds: each fault is planted in a copy of a site in which nothing is wrong."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, Command

from kg_builder import build
from kg_builder.errors import NothingCheckedError
from kg_builder.lint.site import SITE_RULES, lint_site
from kg_builder.publish import publish
from kg_builder.publish.writer import MANIFEST
from kg_builder.source import open_folder

INVENTED = Path(__file__).parent / "errors" / "base"
DESCRIBED = """\
title: Detentions in Veldania
description: What is said of them.
publisher: river-watch
version: 1.0.0
issued: 2026-10-01
license: https://creativecommons.org/licenses/by/4.0/
"""
CLAIM = "data/statement/2019-03-14-river-watch/utterance/c02"
PAGE = f"{CLAIM}.html"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lint")
    folder = shutil.copytree(INVENTED, root / "folder")
    (folder / "data" / "dataset.yaml").write_text(DESCRIBED, "utf-8")
    made = build(folder, root / "built")
    assert made.output is not None
    publish(open_folder(folder), made.output, root / "site")
    return root / "site"


def put(site: Path, file: str, old: str, new: str) -> None:
    """Replace what stands in a file, once or more, and list the file as it is then."""
    path = site / file
    before = path.read_text("utf-8")
    assert old in before
    path.write_text(before.replace(old, new), "utf-8")


def without_line(site: Path, file: str, pattern: str) -> None:
    path = site / file
    lines = path.read_text("utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not re.search(pattern, line)]
    assert len(kept) < len(lines)
    path.write_text("".join(kept), "utf-8")


def findings(site: Path) -> list[str]:
    """``RULE FILE`` of what is found, without the files that differ from the list since a fault was planted in them."""
    return sorted({f"{each.shape} {each.location}" for each in lint_site(site).results if each.shape != "site-file"})


def test_nothing_is_found_where_nothing_is_wrong(good: Path) -> None:
    report = lint_site(good)
    assert report.results == ()
    assert report.focus_nodes > 100


CASES: list[tuple[Callable[[Path], object], list[str]]] = [
    (
        lambda site: (site / "data/place/karvely.jsonld").unlink(),
        ["dead-link data/place/karvely.html", "thing-without-document data/place/karvely.jsonld"],
    ),
    (
        lambda site: put(site, "data/place/karvely.html", 'href="../../index.html"', 'href="../../indecks.html"'),
        ["dead-link data/place/karvely.html"],
    ),
    (
        lambda site: put(site, "ontology/class/Claim.html", "shapes.html#ClaimStance", "shapes.html#ClaimStence"),
        ["dead-link ontology/class/Claim.html"],
    ),
    (
        lambda site: put(site, "data/place/karvely.html", 'href="../../assets/site.css"', 'href="../../../../etc/hosts"'),
        ["dead-link data/place/karvely.html"],
    ),
    (lambda site: without_line(site, PAGE, 'rel="license"'), [f"page-links {PAGE}"]),
    (lambda site: without_line(site, PAGE, r'rel="alternate".*text/turtle'), [f"page-links {PAGE}"]),
    (lambda site: without_line(site, PAGE, r'rel="describedby".*n-triples'), [f"page-links {PAGE}"]),
    (lambda site: (site / "ontology/class/Act.nt").write_text("<urn:a> <urn:b> .\n"), ["rdf-document ontology/class/Act.nt"]),
    (
        lambda site: (site / "ontology/class/Act.nt").write_text("<urn:a> <urn:b> <urn:c> .\n"),
        ["rdf-document ontology/class/Act.nt"],
    ),
    (
        lambda site: without_line(site, f"{CLAIM}.nt", r"^<[^>]*/mention/[^>]*> "),
        [f"thing-without-document {CLAIM}.nt"],
    ),
    (lambda site: without_line(site, "data.nt", r"ns/dcat#Dataset> \.$"), ["no-data-set data.nt"]),
    (lambda site: without_line(site, "data.nt", r"terms/publisher>"), ["data-set-metadata data.nt"]),
    (lambda site: without_line(site, "data.nt", r"dcat#distribution>"), ["distribution data.nt"]),
    (lambda site: without_line(site, "data.nt", r"graph\.trig> <[^>]*#byteSize>"), ["distribution data.nt"]),
    (lambda site: without_line(site, "data.nt", r"graph\.trig-sha256> <[^>]*#checksumValue>"), ["distribution data.nt"]),
    (lambda site: without_line(site, "data.nt", r"void#distinctSubjects>"), ["statistics data.nt"]),
    (lambda site: without_line(site, "data.nt", r"void#triples>"), ["statistics data.nt"]),
    (
        lambda site: put(
            site,
            "data.nt",
            'class-hrc-Claim> <http://rdfs.org/ns/void#entities> "5"',
            'class-hrc-Claim> <http://rdfs.org/ns/void#entities> "6"',
        ),
        ["statistics data.nt"],
    ),
    (lambda site: without_line(site, "data.nt", r"void#propertyPartition> <[^>]*-hrc-line>"), ["statistics data.nt"]),
]


@pytest.mark.parametrize("number", range(len(CASES)))
def test_each_fault_is_found_and_nothing_else(good: Path, number: int, tmp_path: Path) -> None:
    plant, expected = CASES[number]
    site = shutil.copytree(good, tmp_path / "site")
    plant(site)
    assert findings(site) == expected


def test_a_file_that_changed_or_went_is_found(good: Path, tmp_path: Path) -> None:
    site = shutil.copytree(good, tmp_path / "site")
    put(site, "robots.txt", "Allow", "Disallow")
    (site / "SHA256SUMS").unlink()
    found = {f"{each.shape} {each.location}: {each.message}" for each in lint_site(site).results if each.shape == "site-file"}
    assert found == {
        "site-file robots.txt: the file is not the one that was written",
        "site-file SHA256SUMS: the file is listed, and is not there",
    }


def test_a_graph_that_changed_is_no_longer_what_is_told(good: Path, tmp_path: Path) -> None:
    site = shutil.copytree(good, tmp_path / "site")
    with (site / "graph.nq").open("a", encoding="utf-8") as file:
        file.write("<https://w3id.org/rights-claims/data/actor/nobody> <urn:p> <urn:o> .\n")
    assert [each for each in findings(site) if not each.startswith("dead-link")] == [
        "distribution data.nt",
        "statistics data.nt",
        *(f"thing-without-document data/actor/nobody.{suffix}" for suffix in ("html", "jsonld", "nt", "ttl")),
    ]


def test_what_the_folder_does_not_say_of_itself_is_asked_for(tmp_path: Path) -> None:
    folder = shutil.copytree(INVENTED, tmp_path / "folder")
    made = build(folder, tmp_path / "built")
    assert made.output is not None
    publish(open_folder(folder), made.output, tmp_path / "site")
    report = lint_site(tmp_path / "site")
    assert {(each.shape, each.message) for each in report.results} == {
        ("data-set-metadata", f"the data set has no {name}") for name in ("publisher", "version", "day of issue")
    }


def test_every_rule_has_a_case() -> None:
    assert {each.split()[0] for _, expected in CASES for each in expected} | {"site-file"} == set(SITE_RULES)


def test_every_rule_is_told_as_it_is() -> None:
    page = (ROOT / "docs" / "publishing.md").read_text("utf-8")
    rows = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| `") and line.count("|") == 5]
    told = [(id_.strip(" `"), severity.strip(), basis.strip()) for id_, severity, _, basis in rows]
    assert told == [(id_, rule.severity, rule.basis) for id_, rule in SITE_RULES.items()]


def test_the_command_tells_and_exits_as_for_a_folder(good: Path, command: Command, tmp_path: Path) -> None:
    site = shutil.copytree(good, tmp_path / "site")
    assert command("lint", "--site", site).returncode == 0
    (site / "data/place/karvely.jsonld").unlink()
    done = command("lint", "--site", site, "--format", "github")
    assert (done.returncode, done.stderr) == (1, "")
    assert "::error file=data/place/karvely.html,title=dead-link::" in done.stdout
    assert command("lint", "--site", site, "--fail-on", "none").returncode == 0
    assert command("lint", "--site", site, "--fix").returncode == 2


def test_a_folder_that_is_no_site_is_no_pass(tmp_path: Path, command: Command) -> None:
    with pytest.raises(NothingCheckedError, match=MANIFEST):
        lint_site(tmp_path)
    assert command("lint", "--site", tmp_path).returncode == 3

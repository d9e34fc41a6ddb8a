"""The site: its pages and RDF say what the graph says, and nothing in the data becomes markup, a script or a path."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest
from conftest import ROOT, Command
from pages import Element, read_page

from benchmarks.corpus import write_corpus
from kg_builder import Build, build
from kg_builder.errors import InputError
from kg_builder.publish import FEW, publish
from kg_builder.publish.addresses import locate, relative
from kg_builder.publish.resources import LEGEND, Passage, UtteranceOfPage
from kg_builder.publish.statement import segments
from kg_builder.publish.writer import MANIFEST, Listed, Tally, Writer, check_output, listed_files
from kg_builder.source import open_folder
from kg_builder.vocabulary import DATA

LINKED = ROOT / "tests" / "overviews" / "corpus"
STATEMENT = "data/statement/2020-05-25-odf-osce"


@pytest.fixture(scope="session")
def site(built: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own site."""
    output = tmp_path_factory.mktemp("site") / "site"
    assert built.output is not None
    publish(open_folder(ROOT), built.output, output)
    return output


@pytest.fixture(scope="session")
def linked(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Build]:
    """The site of invented statements that tell of the same events, and what it was made from."""
    output = tmp_path_factory.mktemp("linked")
    made = build(LINKED, output / "build")
    publish(open_folder(LINKED), output / "build", output / "site")
    return output / "site", made


@pytest.fixture(scope="session", params=["own", "linked"])
def either(request: pytest.FixtureRequest, built: Build) -> tuple[Path, Build]:
    """A site and what it was made from."""
    if request.param == "own":
        return request.getfixturevalue("site"), built
    return request.getfixturevalue("linked")  # type: ignore[no-any-return]


def pages(site: Path) -> Iterator[Path]:
    return site.rglob("*.html")


def triples(made: Build) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(made.content["nq"], format=ox.RdfFormat.N_QUADS)}


def test_each_thing_has_its_documents(either: tuple[Path, Build]) -> None:
    site, made = either
    subjects = {triple.subject.value for triple in triples(made) if isinstance(triple.subject, ox.NamedNode)}
    assert len(subjects) > 300
    for iri in subjects:
        found = locate(iri)
        assert found is not None, iri
        for suffix in ("html", "ttl", "jsonld", "nt"):
            assert (site / f"{found[0]}.{suffix}").is_file(), f"{found[0]}.{suffix}"


def test_the_documents_of_things_hold_the_graph_and_no_more(either: tuple[Path, Build]) -> None:
    site, made = either
    graph = triples(made)
    found: set[ox.Triple] = set()
    for path in (site / "data").rglob("*.nt"):
        formats = {
            "nt": ox.RdfFormat.N_TRIPLES,
            "ttl": ox.RdfFormat.TURTLE,
            "jsonld": ox.RdfFormat.JSON_LD,
        }
        read = [
            {quad.triple for quad in ox.parse(path=str(path.with_suffix(f".{suffix}")), format=format_)}
            for suffix, format_ in formats.items()
        ]
        assert read[0] == read[1] == read[2], path
        assert read[0], path
        assert read[0] <= graph, path
        found |= read[0]
    of_data = {triple for triple in graph if isinstance(triple.subject, ox.NamedNode) and triple.subject.value.startswith(DATA)}
    assert found == of_data


def test_the_marked_text_is_the_text(site: Path) -> None:
    text = read_page(site / f"{STATEMENT}.html").one("div", "text")
    spans = list(text.all("span", data_start=""))
    shown = "".join(each for span in spans for each in span.inner if isinstance(each, str))
    assert shown == (ROOT / "data" / "statements" / "2020-05-25-odf-osce" / "text.txt").read_text("utf-8")


def test_each_segment_begins_where_it_says(site: Path) -> None:
    text = (ROOT / "data" / "statements" / "2020-05-25-odf-osce" / "text.txt").read_text("utf-8")
    html = (site / f"{STATEMENT}.html").read_text("utf-8")
    found = re.findall(r'data-start="(\d+)"[^>]*>([^<]*)', html)
    assert len(found) > 50
    for start, words in found:
        assert text.startswith(unescape(words), int(start))


def test_a_linked_event_leads_to_the_other_and_says_why(linked: tuple[Path, Build]) -> None:
    site, _ = linked
    page = read_page(site / "data/statement/2031-03-10-river-watch-assembly/event/beating.html")
    assert "same place, same night" in page.text
    shown = {each.text for each in page.all("a") if each.attributes["href"].endswith("mirsad-council/event/beating.html")}
    assert shown == {"beating at Old Quay"}


def test_no_link_is_dead_and_nothing_comes_from_elsewhere(either: tuple[Path, Build]) -> None:
    site, _ = either
    read = {path.relative_to(site).as_posix(): read_page(path) for path in pages(site)}
    ids = {name: [each.attributes["id"] for each in page.all(id="")] for name, page in read.items()}
    for name, page in read.items():
        assert len(ids[name]) == len(set(ids[name])), f"an id twice in {name}"
        links = [each.attributes["href"] for each in page.all("a", href="")]
        loads = [each.attributes["src"] for each in page.all("script", src="")]
        loads += [each.attributes["href"] for each in page.all("link") if each.attributes["rel"] in {"stylesheet", "icon"}]
        for address in [*links, *loads]:
            parts = urlsplit(address)
            if parts.scheme:
                assert parts.scheme in {"http", "https"}, address
                assert address not in loads, address
                continue
            target = (site / name).parent / unquote(parts.path) if parts.path else site / name
            assert target.resolve().is_file(), f"{name} leads to {address}"
            goal = target.resolve().relative_to(site.resolve()).as_posix()
            if parts.fragment and goal in ids and not parts.fragment.startswith(("char=", ":~:")):
                assert unquote(parts.fragment) in ids[goal], f"{name} leads to {address}"


def test_pages_have_no_script_or_style_of_their_own(site: Path) -> None:
    for path in pages(site):
        elements = list(read_page(path).all())
        attributes = [each for element in elements for each in element.attributes.items()]
        names = {name for name, _ in attributes}
        assert not {name for name in names if name.startswith("on")} | (names & {"style", "srcdoc"}), path
        assert not any(element.tag == "style" for element in elements), path
        for script in (element for element in elements if element.tag == "script" and element.inner):
            assert script.attributes["type"] == "application/ld+json"
            assert json.loads("".join(str(each) for each in script.inner)), path
        assert not any(
            value.strip().lower().startswith(("javascript:", "data:")) for name, value in attributes if name in {"href", "src"}
        )


def test_a_page_of_a_claim_says_who_holds_it_and_not_that_it_is_so(site: Path) -> None:
    text = read_page(site / f"{STATEMENT}/utterance/c26.html").text
    assert "In the affected settlements the police conducted searches and interrogations of the Dungans." in text
    assert "Open Dialogue Foundation" in text
    assert "Whether it is so is not stated here." in text


def said(id_: str, start: int, end: int) -> UtteranceOfPage:
    words = Passage(f"https://example.org/{start}-{end}", "", start, end, "1")
    return UtteranceOfPage("", id_, "claim", "asserts", "▲", "", "en", words, (), (), "explicit", ())


def test_overlapping_and_nested_marks() -> None:
    text = "abcdefghij"
    cut = segments(text, [said("a", 0, 6), said("b", 4, 8), said("c", 1, 3), said("d", 4, 8)])
    assert [(each.start, each.text) for each in cut] == [(0, "a"), (1, "bc"), (3, "d"), (4, "ef"), (6, "gh"), (8, "ij")]
    assert [[one.id for one in each.covering] for each in cut] == [["a"], ["a", "c"], ["a"], ["a", "b", "d"], ["b", "d"], []]
    assert [[one.id for one in each.begins] for each in cut] == [["a"], ["c"], [], ["b", "d"], [], []]
    assert [each.innermost.id if each.innermost else "" for each in cut] == ["a", "c", "a", "b", "b", ""]


@pytest.mark.parametrize(
    ("iri", "where"),
    [
        ("data/statement/s", ("data/statement/s", "")),
        ("data/statement/s/passage/0-5/position", ("data/statement/s", "char=0,5")),
        ("data/statement/s/utterance/c1/mention/e/place/p", ("data/statement/s/utterance/c1", "e/place/p")),
        ("data/statement/s/event/e/time", ("data/statement/s/event/e", "time")),
        ("data/statement/s/event/e/quantity/q", ("data/statement/s/event/e/quantity/q", "")),
        ("data/actor/a/identity/1", ("data/actor/a", "identity/1")),
        ("ontology#Place", ("ontology/class/Place", "")),
        ("ontology#place", ("ontology/property/place", "")),
        ("data/../../etc/passwd", None),
        ("data/actor/%2e%2e", None),
        ("data/actor/a b", None),
        ("data//a", None),
        ("data/actor/.", None),
    ],
)
def test_where_the_document_of_an_iri_is(iri: str, where: tuple[str, str] | None) -> None:
    assert locate("https://w3id.org/rights-claims/" + iri) == where


def test_a_second_run_writes_nothing_and_a_change_only_its_pages(built: Build, tmp_path: Path) -> None:
    assert built.output is not None
    folder, output = open_folder(ROOT), tmp_path / "site"
    first = publish(folder, built.output, output)
    assert first.written == first.files
    before = {path: path.stat().st_mtime_ns for path in output.rglob("*") if path.name != MANIFEST and path.is_file()}
    second = publish(folder, built.output, output)
    assert (second.written, second.removed) == (0, 0)
    assert before == {path: path.stat().st_mtime_ns for path in before}
    (output / "data" / "actor" / "osce.html").unlink()
    (output / "data" / "actor" / "odf.ttl").write_text("cut", "utf-8")
    third = publish(folder, built.output, output)
    assert third.written == 2
    assert "@prefix" in (output / "data" / "actor" / "odf.ttl").read_text("utf-8")


def test_what_is_there_no_longer_is_taken_away(tmp_path: Path) -> None:
    first = Writer(tmp_path / "site")
    first.write("a/b/old.html", "old")
    first.write("a/kept.html", "kept")
    first.close()
    second = Writer(tmp_path / "site")
    second.write("a/kept.html", "kept")
    second.close()
    assert second.tally == Tally(files=1, written=0, unchanged=1, removed=1)
    assert not (tmp_path / "site" / "a" / "b").exists()
    assert (tmp_path / "site" / "a" / "kept.html").read_text("utf-8") == "kept"


def test_a_part_that_nobody_named_goes_with_its_files(tmp_path: Path) -> None:
    site = tmp_path / "site"
    for parts in (["one", "two"], ["two"]):
        whole = Writer(site)
        for name in parts:
            part = Writer(site, f"{name}/files.json", inputs="same")
            if not part.is_current():
                part.write(f"{name}/page.html", name)
                part.close()
            whole.part(f"{name}/files.json")
        whole.close()
    assert (whole.tally, part.tally) == (Tally(removed=1), Tally(files=1, unchanged=1))
    assert sorted(path.relative_to(site).as_posix() for path in site.rglob("*.*")) == [
        "site.json",
        "two/files.json",
        "two/page.html",
    ]
    assert dict(listed_files(site)) == {"two/page.html": Listed(hashlib.sha256(b"two").hexdigest(), 3)}


def test_a_run_that_was_cut_off_is_mended_by_the_next(tmp_path: Path) -> None:
    def run(content: str) -> Tally:
        writer = Writer(tmp_path, inputs="same")
        if not writer.is_current():
            writer.write("page.html", content)
            writer.close()
        return writer.tally

    run("one")
    assert run("one") == Tally(files=1, unchanged=1)
    cut = Writer(tmp_path, inputs="others")
    cut.write("page.html", "two")
    assert run("one") == Tally(files=1, written=1)
    assert (tmp_path / "page.html").read_text("utf-8") == "one"
    assert run("one") == Tally(files=1, unchanged=1)


def test_nothing_is_left_of_a_run_that_was_cut_off(tmp_path: Path) -> None:
    site = tmp_path / "site"
    cut = Writer(site)
    cut.part("withdrawn/files.json")
    part = Writer(site, "withdrawn/files.json", "inputs")
    part.write("withdrawn/page.html", "a name")
    cut.write("old.html", "a name")
    cut.stage("graph.js").write_text("half", "utf-8")
    part.stage("withdrawn/page.ttl").write_text("half", "utf-8")
    check_output(site, tmp_path / "folder")
    following = Writer(site)
    following.write("index.html", "")
    following.close()
    assert sorted(path.name for path in site.rglob("*")) == ["index.html", "site.json"]
    assert following.tally.removed == 4


@pytest.mark.parametrize("wrong", ["file", "link", "folder/data/statements/site", "folder/ontology", "foreign"])
def test_where_a_site_cannot_go_is_told_before_anything_is_built(wrong: str, command: Command, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "data", tmp_path / "folder" / "data")
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "foreign").mkdir()
    (tmp_path / "foreign" / MANIFEST).write_text('{"hello": 1}', "utf-8")
    before = sorted(tmp_path.rglob("*"))
    done = command("site", "folder", "-o", wrong)
    assert done.returncode == 2
    assert f"{wrong}: " in done.stderr
    assert "Validation" not in done.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_several_processes_write_what_one_writes(tmp_path: Path) -> None:
    write_corpus(tmp_path / "folder", FEW)
    folder = open_folder(tmp_path / "folder")
    build(folder, tmp_path / "built")
    tallies = [publish(folder, tmp_path / "built", tmp_path / f"site{jobs}", jobs=jobs) for jobs in (1, 2)]
    assert tallies[0] == tallies[1]
    assert tallies[0].written == tallies[0].files > FEW * 100
    of_one, of_two = (
        {path.relative_to(site): path.read_bytes() for path in site.rglob("*.*")}
        for site in (tmp_path / "site1", tmp_path / "site2")
    )
    assert of_one == of_two


def test_a_list_of_files_that_leads_out_removes_nothing_outside(tmp_path: Path) -> None:
    outside = tmp_path / "precious.txt"
    outside.write_text("kept", "utf-8")
    site = tmp_path / "site"
    site.mkdir()
    files = {"../precious.txt": ["x", 4], str(outside): ["y", 4]}
    listing = {"inputs": "", "parts": ["../precious.txt"], "files": files}
    (site / MANIFEST).write_text(json.dumps(listing), "utf-8")
    Writer(site).close()
    assert outside.read_text("utf-8") == "kept"


def test_a_folder_of_somebody_elses_is_left_alone(command: Command, tmp_path: Path) -> None:
    precious = tmp_path / "mine"
    precious.mkdir()
    (precious / "letter.txt").write_text("dear", "utf-8")
    done = command("site", ROOT, "-o", precious)
    assert done.returncode == 2
    assert "holds something else than a site" in done.stderr
    assert [path.name for path in precious.iterdir()] == ["letter.txt"]


def test_another_text_than_the_graphs_stops_the_site(built: Build, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(ROOT / "data", folder / "data")
    text = folder / "data" / "statements" / "2020-05-25-odf-osce" / "text.txt"
    text.write_text(text.read_text("utf-8").replace("police", "Police", 1), "utf-8")
    assert built.output is not None
    with pytest.raises(InputError, match="not the one that the graph was built from"):
        publish(open_folder(folder), built.output, tmp_path / "site")


def test_the_command_writes_the_site_and_the_same_bytes_in_another_process(command: Command, tmp_path: Path) -> None:
    for seed, told in (("1", r"Written to public: ([\d,]+) of \1 files"), ("2", r"Written to public: 0 of [\d,]+ files")):
        done = command("site", ROOT, "-o", "public", env={"PYTHONHASHSEED": seed})
        assert done.returncode == 0, done.stderr
        assert re.search(told, done.stderr), done.stderr
        assert done.stdout == ""
        assert (tmp_path / "public" / f"{STATEMENT}.html").is_file()


def test_pages_of_resources_are_small_and_no_script_blocks(site: Path) -> None:
    for path in (site / "data").rglob("*.html"):
        if path.parent.name != "statement":  # a statement's page has its whole text
            assert path.stat().st_size <= 50_000, path
    for path in pages(site):
        assert not re.search(r"<script(?![^>]* (?:defer|type=))", path.read_text("utf-8")), path


def test_how_a_page_leads_to_a_file() -> None:
    assert relative("index.html", "index") == "index.html"
    assert relative("index.html", "data/actor/x") == "../../index.html"
    assert relative("a/b c.html", "a/x") == "../a/b%20c.html"


# Who says it, and how


DENIED = "The guards beat the fishermen."
DENIAL = f"✕ the Ministry of the Interior denies: {DENIED} (as told by River Watch Association)"
NESTED = """\

- claim: c07
  quote: who teaches in Karvély
  proposition: Jora Telmin teaches in Karvély.
  describes:
    teaching: {kind: event, label: teaching, actType: {other: teaches}}
"""
TOLD = "data/statement/2019-03-14-river-watch"


@pytest.fixture(scope="module")
def denied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of an invented statement that tells of a denial, with a claim within another's words, after both were changed."""
    root = tmp_path_factory.mktemp("denied")
    folder = shutil.copytree(ROOT / "tests" / "errors" / "base", root / "folder")
    claims, statement = (folder / "data/statements/2019-03-14-river-watch" / f"{name}.yaml" for name in ("claims", "statement"))
    now = claims.read_text("utf-8")
    claims.write_text(now.replace(f"proposition: {DENIED}", "proposition: The fishermen were beaten."), "utf-8")
    build(folder, root / "old")
    claims.write_text(now + NESTED, "utf-8")
    statement.write_text(
        statement.read_text("utf-8").replace("claims: 5", "claims: 6").replace("events: 0", "events: 1"), "utf-8"
    )
    build(folder, root / "new")
    publish(open_folder(folder), root / "new", root / "site", since=root / "old")
    return root / "site"


def test_no_page_gives_a_denied_sentence_without_its_denial(denied: Path) -> None:
    found = set()
    for path in (each for each in pages(denied) if each.parent.name != "query"):  # there a row tells who says it
        page = read_page(path)
        for text in (page.text, *(each.attributes["title"] for each in page.all(title=""))):
            for match in re.finditer(re.escape(DENIED), text):
                found.add(path.relative_to(denied).as_posix().removesuffix(".html"))
                assert "denie" in text[max(0, match.start() - 120) : match.start()], (path, text[match.start() - 120 :])
    assert len(found) > 8
    for name in (
        "data/actor/interior-ministry",
        f"{TOLD}/event/beating",
        f"{TOLD}/utterance/c04",
        "ontology/class/Claim",
        "ontology/property/proposition",
        "changes",
    ):
        assert DENIAL in read_page(denied / f"{name}.html").text, name


def test_the_title_and_the_heading_of_a_claim_s_page_say_who_holds_it(denied: Path) -> None:
    for id_, told in (
        ("c04", DENIAL),
        ("c03", "▲ River Watch Association asserts: The guards beat the fishermen during the first night."),
        (
            "d06",
            "! River Watch Association demands: The Ministry of the Interior is to release the fishermen without delay.",
        ),
    ):
        page = read_page(denied / f"{TOLD}/utterance/{id_}.html")
        assert page.one("title").text == f"{told} · Rights Claims"
        assert page.one("h1").text == told.partition(" (as told")[0]


def test_a_denial_is_nobody_s_claim_in_terms_of_schema_org(denied: Path) -> None:
    names = {}
    for id_ in ("c03", "c04"):
        page = read_page(denied / f"{TOLD}/utterance/{id_}.html")
        said = json.loads("".join(map(str, page.one("script", type="application/ld+json").inner)))
        names[id_] = (said["author"][0]["name"], said["name"])
    assert names == {
        "c03": ("River Watch Association", "The guards beat the fishermen during the first night."),
        "c04": ("the Ministry of the Interior", f"the Ministry of the Interior denies: {DENIED}"),
    }


def test_each_card_of_a_statement_says_who_holds_and_who_utters_it(denied: Path) -> None:
    page = read_page(denied / f"{TOLD}.html")
    notes = {each.attributes["id"]: next(each.all("p", "note")).text.partition(" ·")[0] for each in page.all("li", "card")}
    assert [notes[each] for each in ("c03", "c04", "d06")] == [
        "held and uttered by River Watch Association",
        "held by the Ministry of the Interior; uttered by River Watch Association",
        "uttered by River Watch Association",
    ]


def test_the_signs_are_drawn_and_no_part_of_the_text(denied: Path, site: Path) -> None:
    def raw(element: Element) -> str:
        return "".join(each if isinstance(each, str) else raw(each) for each in element.inner)

    page = read_page(denied / f"{TOLD}.html")
    signs = list(page.one("div", "text").all("a", "sign"))
    assert {each.attributes["aria-label"] for each in signs} >= {"claim c07, asserts", "claim c04, denies"}
    folder = ROOT / "tests/errors/base/data/statements/2019-03-14-river-watch"
    assert raw(page.one("div", "text")) == (folder / "text.txt").read_text("utf-8")
    style = (site / "assets/site.css").read_text("utf-8")
    drawn = dict(re.findall(r"^\.sign\.(stance-\w+)::before \{ content: \"(.)\"; \}$", style, re.MULTILINE))
    assert drawn == {stance: sign for sign, stance, _ in LEGEND}


@pytest.mark.parametrize(
    ("words", "fragment"),
    [
        ("no fisherman was beaten - none", "no%20fisherman%20was%20beaten%20%2D%20none"),
        ("The guards beat the\nfishermen.", "The%20guards%20beat%20the,fishermen."),
        (" ".join(["fish"] * 40), ",".join(["%20".join(["fish"] * 5)] * 2)),
    ],
)
def test_the_words_as_a_fragment_that_browsers_find(words: str, fragment: str) -> None:
    passage = Passage("https://example.org/0-9", words, 0, len(words), "1")
    said = UtteranceOfPage("", "c1", "claim", "asserts", "▲", "", "en", passage, (), (), "explicit", ())
    assert said.text_fragment == f"#:~:text={fragment}"

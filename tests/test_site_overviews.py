"""The overviews of the site: each says what its statements say, no more; told by hand in ``overviews/expected.yaml``."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pyoxigraph as ox
import pytest
import yaml
from conftest import ROOT
from pages import Element, read_page

from kg_builder import Build, build
from kg_builder.publish import publish
from kg_builder.publish.overview import Overviews, accusations, figures, home, network, places, positions, search, timeline
from kg_builder.publish.overview.collected import Collected, Named
from kg_builder.publish.overview.folding import fold, words
from kg_builder.publish.pages import Pages
from kg_builder.publish.resources import Resources, utterances
from kg_builder.publish.site import Site
from kg_builder.publish.source import BuiltGraph
from kg_builder.publish.view import View
from kg_builder.publish.writer import Writer
from kg_builder.query import Answer, find_query, run
from kg_builder.rdf import Notation
from kg_builder.source import open_folder
from kg_builder.vocabulary import DATA

HERE = ROOT / "tests" / "overviews"
CORPUS = HERE / "corpus"
EXPECTED: dict[str, Any] = yaml.safe_load((HERE / "expected.yaml").read_text("utf-8"))
ASSETS = ROOT / "src" / "kg_builder" / "publish" / "assets"
GUARD = "harbour-guard"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """The invented statements, built."""
    return build(CORPUS, tmp_path_factory.mktemp("built"))


@pytest.fixture(scope="module")
def site(made: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the invented statements."""
    output = tmp_path_factory.mktemp("site") / "site"
    assert made.output is not None
    publish(open_folder(CORPUS), made.output, output)
    return output


def published(made: Build, output: Path, folder: Path = CORPUS) -> Path:
    """The overviews alone, without the pages that they lead to."""
    assert made.output is not None
    opened, graph = open_folder(folder), BuiltGraph(made.output / "graph.trig")
    shared, pages, writer = graph.shared(), Pages(View([])), Writer(output)
    overviews = Overviews()
    for told in graph.statements():
        view = View(told.triples, shared)
        overviews.add(told.iri, view, utterances(view))
    overviews.write(
        Site(opened, made.output, shared, View([]), pages, Resources(writer, pages, Notation(opened.vocabulary)), writer)
    )
    writer.close()
    return output


def page(site: Path, name: str) -> Element:
    return read_page(site / f"{name}.html")


# Who is accused of what


def matrix(page: Element, counted: str = "data-count") -> list[tuple[str, dict[str, int]]]:
    """Each row's name, and the numbers of its cells by the column."""
    found = []
    for row in page.one("table", "matrix").one("tbody").all("tr"):
        cells = {}
        for cell in row.all("td", data_cell=""):
            for each in cell.all("span"):
                if counted in each.attributes:
                    cells[cell.attributes["data-column"]] = int("".join(filter(str.isdigit, each.text)))
        found.append((next(row.one("th").all("a")).text, cells))
    return found


def test_the_matrix_counts_the_claims_that_accuse(site: Path) -> None:
    found = page(site, "accusations")
    assert matrix(found) == [(name, counts) for name, counts, _ in EXPECTED["matrix"]]
    assert matrix(found, "data-insinuated") == [(name, insinuated) for name, _, insinuated in EXPECTED["matrix"]]
    assert found.one("table", "matrix").one("caption").text.startswith("9 claims accuse 4 actors.")


def test_narrower_kinds_of_act_stand_below_the_wider(site: Path) -> None:
    first, second = page(site, "accusations").one("table", "matrix").one("thead").all("tr")
    assert [each.text for each in first.all("th")] == ["Accused", "all", *EXPECTED["heads"]["wide"]]
    assert [each.text for each in second.all("th")] == EXPECTED["heads"]["narrow"]
    spans = {each.text: int(each.attributes["colspan"]) for each in first.all("th", colspan="")}
    assert spans == {"arbitrary detention": 2, "failure to protect": 1, "injury": 1}


def test_a_number_leads_to_as_many_quotes(site: Path) -> None:
    found = page(site, "accusations")
    numbers = [number for cell in found.all("td", data_cell="") for number in cell.all("a")]
    assert len(numbers) == 4 + 7
    for number in numbers:
        goal = found.one(id=unquote(number.attributes["href"].removeprefix("#")))
        assert len({each.attributes["data-item"] for each in goal.all("li", data_item="")}) == int(number.text)


def told(item: Element) -> list[str]:
    """An accusation's words, speaker, holder, stance and directness."""
    source = next(each for each in item.all("p", "note") if each.text.startswith("Uttered by"))
    speaker, holder = [each.text for each in source.all("bdi")]
    stance = item.one("span", "stance").text.split()[-1]
    return [item.one("blockquote").text, speaker, holder, stance, item.attributes["data-directness"]]


def test_the_words_stand_with_who_says_them_and_how(site: Path) -> None:
    found = page(site, "accusations")
    items = list(found.one(id=f"of-{GUARD}/beating").all("li", data_item=""))
    assert [told(each) for each in items] == EXPECTED["beating_by_the_guard"]
    insinuated = [each for each in found.all("li", data_item="") if any(each.all("span", "insinuated"))]
    assert [each.one("blockquote").text for each in insinuated] == [EXPECTED["insinuated"]]
    text = (CORPUS / "data/statements/2031-03-10-river-watch-assembly/text.txt").read_text("utf-8")
    for each in found.all("li", data_statement="2031-03-10-river-watch-assembly"):
        start, end = urlsplit(list(each.all("a"))[-2].attributes["href"]).fragment.removeprefix("char=").split(",")
        assert " ".join(text[int(start) : int(end)].split()) == each.one("blockquote").text


def accused_by_query(made: Build, folder: Path) -> set[tuple[str, str, str]]:
    store = ox.Store()
    store.load(made.content["nq"].encode(), ox.RdfFormat.N_QUADS)
    answer = run(store, find_query("accused-authorities", folder), {})
    assert isinstance(answer, Answer)
    return {(row["authority"], row["act_type"], row["claim"]) for row in answer}


@pytest.mark.parametrize("folder", [CORPUS, ROOT], ids=["invented", "own"])
def test_the_matrix_means_what_the_saved_question_means(folder: Path, made: Build, built: Build, tmp_path: Path) -> None:
    graph = made if folder == CORPUS else built
    found = page(published(graph, tmp_path / "site", folder), "accusations")
    shown = set()
    for section in found.all("section", "accused"):
        name, kind = section.one("h2").one("a").text, section.one("h2").one("span").text
        if kind == "public authority":
            shown |= {(name, each.attributes["data-type"], each.attributes["data-item"]) for each in section.all("li")}
    assert len(shown) > 7
    assert shown == accused_by_query(graph, folder)


def test_many_accusations_have_a_page_for_each_actor(made: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accusations, "ON_ONE_PAGE", 2)
    site = published(made, tmp_path / "site")
    found = page(site, "accusations")
    assert matrix(found) == [(name, counts) for name, counts, _ in EXPECTED["matrix"]]
    assert list(found.all("li", data_item="")) == []
    goals = {}
    for cell in found.all("td", data_cell=""):
        if any(cell.all("a")):
            file, _, id_ = link(cell).partition("#")
            goals[cell.attributes["data-actor"], cell.attributes["data-column"]] = file
            assert any(read_page(site / file).all(id=id_)), (file, id_)
    assert goals[GUARD, "arrest"] == goals[GUARD, ""] == f"accusations/{GUARD}.html"
    assert {path.name for path in (site / "accusations").iterdir()} == {
        "harbour-guard.html",
        "harbour-guard.2.html",
        "elders.html",
        "ministry-of-order.html",
        "saltmen.html",
    }
    quotes = [
        each.text for number in ("", ".2") for each in page(site, f"accusations/{GUARD}{number}").one("main").all("blockquote")
    ]
    assert quotes == ["The Harbour Guard also arrested fishers in 2030", *(each[0] for each in EXPECTED["beating_by_the_guard"])]
    first = page(site, "index").one("table", "accused-most").one("tbody")
    for cell in first.all("td"):
        assert (site / link(cell).partition("#")[0]).is_file()


def test_many_kinds_of_act_are_put_together(made: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accusations, "COLUMNS", 3)
    found = page(published(made, tmp_path / "site"), "accusations")
    assert matrix(found) == [(name, counts) for name, counts in EXPECTED["wide_matrix"]]
    injury = found.one("td", data_actor=GUARD, data_column="injury").one("a").attributes["href"]
    assert len(list(found.one(id=injury.removeprefix("#")).all("li", data_column="injury"))) == 3


# When


def rows(table: Element) -> list[list[Element]]:
    return [[each for each in row.inner if isinstance(each, Element)] for row in table.one("tbody").all("tr")]


def drawn(cell: Element) -> str:
    """How a bar is drawn: a point, or which ends are open; ``none`` where there is none."""
    if not any(cell.all("svg")):
        return "none"
    if any(cell.all("circle")):
        return "point"
    assert any(cell.all("rect", "range"))
    left = [each.attributes["d"].startswith("M12") for each in cell.all("path", "arrow")]
    return " and ".join("before" if each else "after" for each in left)


def stated(cell: Element) -> tuple[str, str]:
    quote = cell.one("q").text
    return quote, cell.text.removeprefix(quote).strip()


def timed(table: Element) -> list[list[str]]:
    found = []
    for when, chart, event, _ in rows(table):
        kind = chart.one("svg").classes[1].removeprefix("bar-")
        found.append([*stated(when), kind, drawn(chart), next(event.all("a")).text])
    return found


def test_the_timeline_draws_ranges_as_ranges(site: Path) -> None:
    found = page(site, "timeline")
    dated, worded = found.all("table")
    assert timed(dated) == EXPECTED["timeline"]
    assert [[when.text, next(event.all("a")).text] for when, event, _ in rows(worded)] == [EXPECTED["worded"]]
    undated = found.one("details").one("ul", "compact")
    assert [next(each.all("a")).text for each in undated.all("li")] == EXPECTED["undated"]


def test_a_longer_time_is_drawn_longer_and_the_order_of_time_is_from_left_to_right(site: Path) -> None:
    table = next(page(site, "timeline").all("table"))
    at = {next(row[2].all("a")).text: row[1] for row in rows(table)}
    torture, arrests = (at[each].one("rect").attributes for each in ("torture of net makers", "arrests of fishers"))
    assert float(torture["width"]) > float(arrests["width"])
    assert float(torture["x"]) < float(arrests["x"])
    marks = {each.text: float(each.attributes["x"]) for each in table.one("svg", "axis").all("text")}
    assert marks["1990"] < float(torture["x"]) < float(torture["x"]) + float(torture["width"]) <= marks["2000"]
    assert float(arrests["x"]) == marks["2030"]


def test_many_dates_have_a_page_for_each_year(made: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "ON_ONE_PAGE", 3)
    site = published(made, tmp_path / "site")
    years = page(site, "timeline").one("ul", "years")
    found = {each.one("a").text: int(each.one("span").text) for each in years.all("li")}
    assert found == EXPECTED["years"]
    shown = []
    for year in found:
        names = [f"timeline/{year}"] + (["timeline/2031.2"] if year == "2031" else [])
        shown += [row[:2] + row[4:] for name in names for row in timed(page(site, name).one("table", "timeline"))]
    assert shown == [row[:2] + row[4:] for row in EXPECTED["timeline"]]
    assert [row[3] for row in timed(page(site, "timeline/2029").one("table", "timeline"))] == ["after"]


# How many


def test_figures_for_one_event_stand_side_by_side(site: Path) -> None:
    found = []
    for section in page(site, "figures").all("section", "figures"):
        group: dict[str, Any] = {"events": [each.text for each in section.all("bdi") if each.one("a") and "event/" in link(each)]}
        for table in section.all("table", "timeline"):
            shown = []
            for first, chart, _, _ in rows(table):
                quote, rest = stated(first)
                bounds, bound = first.one("a").text, first.one("span").text
                assert rest == f"{bounds} {bound}"
                shown.append([quote, bounds, bound, drawn(chart)])
            group[table.one("caption").text] = shown
        if not any("A curator linked" in each.text for each in section.all("p", "note")):
            group["events"] = []
        found.append(group)
    assert found == EXPECTED["figures"]


def link(element: Element) -> str:
    return element.one("a").attributes["href"]


# Who against whom


def position(card: Element) -> list[str]:
    first = next(each for each in card.all("p") if any(each.all("span", "stance")))
    return [card.one("h3").text, first.one("span", "stance").text.split()[-1], first.one("a").text]


def test_positions_in_conflict_stand_side_by_side(site: Path) -> None:
    found = page(site, "positions")
    pairs = [[position(card) for card in pair.all("article", "card")] for pair in found.all("li", "pair")]
    assert pairs == EXPECTED["positions"]["pairs"]
    alone = [position(card) for card in found.one("ul", "cards").all("li", "card")]
    assert alone == EXPECTED["positions"]["alone"]


def test_two_claims_that_dispute_each_other_are_one_pair(made: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    saw, denied = (f"{DATA}statement/2031-03-10-river-watch-assembly/utterance/{id_}" for id_ in ("c05", "c04"))
    index = Collected.index

    def disputed_back(collected: Collected) -> None:
        collected.insert("dispute", [(denied, saw)])
        index(collected)

    monkeypatch.setattr(Collected, "index", disputed_back)
    found = page(published(made, tmp_path / "site"), "positions")
    pairs = {each.one("p", "against").text: [position(card) for card in each.all("article")] for each in found.all("li", "pair")}
    assert {name: sorted(each) for name, each in pairs.items()} == {
        "each disputes the other": sorted(EXPECTED["positions"]["pairs"][0]),
        "is disputed by": sorted(EXPECTED["positions"]["pairs"][1]),
    }


@pytest.mark.parametrize(
    ("module", "name", "pages"),
    [(positions, "positions", 4), (home, "statements", 3), (figures, "figures", 3), (places, "map", 1)],
)
def test_a_long_list_has_several_pages_that_together_are_whole(
    module: Any, name: str, pages: int, made: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ON_A_PAGE", 1)
    site = published(made, tmp_path / "site")
    files = [f"{name}.html", *(f"{name}.{number}.html" for number in range(2, pages + 1))]
    assert sorted(path.name for path in site.glob(f"{name}*.html")) == sorted(files)
    for before, after in pairwise(files):
        following = read_page(site / before).one("main").all("a", rel="next")
        assert {each.attributes["href"] for each in following} == {after}
    if name == "statements":
        shown = [each.one("th").text for file in files for each in read_page(site / file).one("tbody").all("tr")]
        assert shown == [row[1] for row in EXPECTED["statements"]]


# Where


def nested(places: Element) -> dict[str, Any]:
    found = {}
    for each in places.inner:
        if isinstance(each, Element):
            parts = [part for part in each.inner if isinstance(part, Element)]
            events = [next(item.all("a")).text for part in parts if part.tag == "details" for item in part.one("ul").all("li")]
            inner = next((nested(part) for part in parts if part.tag == "ul"), {})
            found[next(parts[0].all("a")).text] = {"events": events, "inner": inner}
    return found


def test_places_stand_within_places(site: Path) -> None:
    found = page(site, "map")
    shared, own = (
        section.one("ul", "places") if id_ == "own" else next(section.all("ul", "places")) for id_, section in sections(found)
    )
    assert nested(shared) == EXPECTED["places"]
    assert {name: each["events"] for name, each in nested(own).items()} == EXPECTED["own_places"]
    assert not any(found.one("main").all("svg"))
    assert "No place of this graph has verified coordinates" in found.text


def sections(found: Element) -> list[tuple[str, Element]]:
    by_heading = {each.attributes["aria-labelledby"]: each for each in found.all("section", aria_labelledby="")}
    return [(id_, by_heading[id_]) for id_ in ("within", "own")]


def test_a_map_has_the_places_with_coordinates_in_the_graph() -> None:
    base = "https://example.org/"
    wgs = "http://www.w3.org/2003/01/geo/wgs84_pos#"
    geo = "http://www.opengis.net/ont/geosparql#"
    view = View(
        [
            (f"<{base}a>", f"<{geo}hasGeometry>", f"<{base}a/point>"),
            (f"<{base}a/point>", f"<{geo}asWKT>", f'"POINT(10 50)"^^<{geo}wktLiteral>'),
            (f"<{base}b>", f"<{wgs}long>", '"12.5"'),
            (f"<{base}b>", f"<{wgs}lat>", '"49"'),
            (f"<{base}c>", f"<{geo}asWKT>", f'"POLYGON((1 1, 2 2, 1 2, 1 1))"^^<{geo}wktLiteral>'),
            (f"<{base}d>", f"<{geo}asWKT>", f'"POINT(10 950)"^^<{geo}wktLiteral>'),
        ]
    )
    found = list(places.coordinates(view, [Named(base + each, each.upper()) for each in "abcde"]))
    assert [(place.label, *numbers) for place, *numbers in found] == [("A", 10, 50), ("B", 12.5, 49)]
    drawing = places.draw(found)
    first, second = drawing.points
    assert first.x < second.x
    assert first.y < second.y
    assert all(0 < each.x < drawing.width and 0 < each.y < drawing.height for each in drawing.points)
    assert [each.label for each in drawing.parallels] == ["48.5° N", "49° N", "49.5° N", "50° N", "50.5° N"]
    # At 49.5° a degree of longitude is cos(49.5°) = 0.649 as long as one of latitude.
    assert (second.x - first.x) / 2.5 == pytest.approx(0.649 * (second.y - first.y), rel=0.01)


# Who is said to have done what to whom


def test_the_drawing_and_its_table_say_the_same(site: Path) -> None:
    found = page(site, "graph")
    told = []
    for doers, act, victims, _ in rows(found.one("section", aria_labelledby="table").one("table")):
        told.append([ties(doers), next(act.all("a")).text, ties(victims)])
    assert told == EXPECTED["graph"]
    drawing = found.one("svg", "network")
    ties_of = sum(len(each) for row in EXPECTED["graph"] for each in (row[0], row[2]))
    assert len(list(drawing.all("path", "edge"))) == ties_of
    assert len(list(drawing.all("path", "inferred"))) == 1
    boxes = [each for each in drawing.all("a") if any(each.all("rect"))]
    acts = [each.one("title").text for each in boxes if any(each.all("rect", "box-act"))]
    assert acts == [row[1] for row in EXPECTED["graph"]]
    labels = [claim.text.split()[-1] for label in drawing.all("text", "label") for claim in label.all("a")]
    assert sorted(labels) == sorted(
        claim for row in EXPECTED["graph"] for side in (row[0], row[2]) for each in side.values() for claim in each
    )


def ties(cell: Element) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    name = ""
    for each in cell.inner:
        if isinstance(each, Element) and each.tag == "a":
            name = each.text
        elif isinstance(each, Element) and name:
            key = f"~{name}" if "coder’s inference" in each.text else name
            found[key] = [claim.text.split()[-1] for claim in each.all("a", "brief")]
            name = ""
    return found


def test_boxes_of_a_column_do_not_lie_on_each_other(site: Path) -> None:
    columns: dict[str, list[tuple[float, float]]] = {}
    for box in page(site, "graph").one("svg", "network").all("rect", "box"):
        y = float(box.attributes["y"])
        columns.setdefault(box.attributes["x"], []).append((y, y + float(box.attributes["height"])))
    assert sorted(map(len, columns.values())) == [4, 4, 11]
    for found in columns.values():
        ordered = sorted(found)
        assert all(end < start for (_, end), (start, _) in pairwise(ordered))


def test_only_the_acts_of_which_most_is_said_are_drawn(made: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "MOST_ACTS", 3)
    found = page(published(made, tmp_path / "site"), "graph")
    assert len(list(found.one("svg", "network").all("rect", "box-act"))) == 3
    assert "The 3 acts that most claims and demands tell of are drawn, of 11." in found.text


# Home and the list of statements


def test_the_home_page_counts_and_the_list_is_newest_first(site: Path) -> None:
    found = page(site, "index")
    totals = {each.one("dt").text: int(each.one("dd").text) for each in found.one("dl", "totals").all("div")}
    assert totals == EXPECTED["home"]
    latest = [next(each.all("span", lang="")).text for each in found.one("ul", "latest").all("li")]
    assert latest == [row[1] for row in EXPECTED["statements"]]
    accused = [(row.one("th").text, int(row.one("td").text)) for row in found.one("table", "accused-most").one("tbody").all("tr")]
    assert accused == [(name, counts[""]) for name, counts, _ in EXPECTED["matrix"][:3]]
    listed = [[cell.text for cell in row] for row in rows(page(site, "statements").one("table", "statements"))]
    assert [[*row[:3], *(int(each.split()[0]) for each in row[3:])] for row in listed] == EXPECTED["statements"]


# Search


def given(site: Path, name: str) -> Any:
    text = (site / "assets" / "search" / f"{name}.js").read_text("utf-8")
    before, after = f'kgSearch.give("{name}", ', ");\n"
    assert text.startswith(before)
    assert text.endswith(after)
    return json.loads(text.removeprefix(before).removesuffix(after))


def found_by(site: Path, text: str) -> list[list[str]]:
    """What the index has for a search, as its page reads it."""
    index = given(site, "index")
    stretches = [given(site, f"words-{number}") for number in range(len(index["firsts"]))]
    assert [next(iter(each)) for each in stretches] == index["firsts"]
    assert [word for each in stretches for word in each] == sorted(word for each in stretches for word in each)
    entries = [entry for number in range(-(-index["count"] // index["size"])) for entry in given(site, f"entries-{number}")]
    assert len(entries) == index["count"]
    having = []
    for beginning in words(text):
        numbers = set()
        for stretch in stretches:
            for word, (count, *steps) in stretch.items():
                assert len(steps) == min(count, index["most"])
                if word.startswith(beginning):
                    numbers |= {sum(steps[: at + 1]) for at in range(len(steps))}
        having.append(numbers)
    return [entries[number] for number in sorted(set.intersection(*having))]


@pytest.mark.parametrize("text", EXPECTED["search"])
def test_the_search_finds_labels_and_quotes(site: Path, text: str) -> None:
    assert [entry[2] for entry in found_by(site, text)] == EXPECTED["search"][text]


def test_all_that_is_found_has_a_page(site: Path) -> None:
    entries = [entry for number in range(1) for entry in given(site, f"entries-{number}")]
    assert len(entries) == given(site, "index")["count"] > 60
    for address, *_ in entries:
        assert (site / address).is_file(), address


def test_a_long_index_is_in_parts(made: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "ENTRIES", 7)
    monkeypatch.setattr(search, "NUMBERS", 20)
    site = published(made, tmp_path / "site")
    assert len(given(site, "index")["firsts"]) > 10
    for text, labels in EXPECTED["search"].items():
        assert [entry[2] for entry in found_by(site, text)] == labels


def test_a_very_common_word_is_cut_and_counted(made: Build, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_NUMBERS", 2)
    site = published(made, tmp_path / "site")
    stretch = given(site, "words-0")
    assert stretch["quay"][0] == 6
    assert len(stretch["quay"]) == 1 + 2


@pytest.mark.parametrize(("text", "folded"), EXPECTED["folded"])
def test_letters_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(("text", "found"), EXPECTED["words"])
def test_words_are_found(text: str, found: list[str]) -> None:
    assert words(text) == found


def test_the_page_folds_as_the_index_does() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    texts = [text for text, _ in EXPECTED["folded"] + EXPECTED["words"]]
    code = (
        "const { fold, words } = require(process.argv[1]);"
        "const texts = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(texts.map((each) => [fold(each), words(each)])));"
    )
    done = subprocess.run(
        [node, "-e", code, str(ASSETS / "search.js")],
        input=json.dumps(texts),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert json.loads(done.stdout) == [[fold(each), words(each)] for each in texts]


# All pages


OVERVIEWS = ("index", "statements", "accusations", "timeline", "map", "graph", "figures", "positions", "search")


@pytest.mark.parametrize("name", OVERVIEWS)
def test_names_and_quotes_are_never_markup(site: Path, name: str) -> None:
    found = page(site, name)
    assert not any(found.all("img"))
    assert not any(found.all("b"))
    assert all("src" in each.attributes and not each.inner for each in found.all("script"))
    names = {attribute for each in found.all() for attribute in each.attributes}
    assert not {each for each in names if each.startswith("on")} | (names & {"style", "srcdoc"})


@pytest.mark.parametrize("name", OVERVIEWS)
def test_tables_and_charts_can_be_read_aloud(site: Path, name: str) -> None:
    found = page(site, name)
    for table in found.all("table"):
        assert table.one("caption").text
        assert all(each.attributes.get("scope") in {"col", "row", "colgroup"} for each in table.all("th"))
    for svg in found.all("svg"):
        assert svg.attributes.get("aria-hidden") == "true" or "role" in svg.attributes
    levels = [int(each.tag[1]) for each in found.one("main").all() if each.tag in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_same_graph_gives_the_same_bytes(made: Build, site: Path, tmp_path: Path) -> None:
    again = published(made, tmp_path / "site")
    paths = [*(f"{name}.html" for name in OVERVIEWS), *(f"assets/search/{name}.js" for name in ("index", "words-0", "entries-0"))]
    for path in paths:
        assert (site / path).read_bytes() == (again / path).read_bytes(), path


def test_a_reported_denial_is_of_whom_it_is_told_and_not_of_the_speaker(site: Path) -> None:
    (row,) = [row for row in rows(next(page(site, "timeline").all("table"))) if next(row[2].all("a")).text == "arrests"]
    assert row[3].text.startswith("✕ claim c04 of the Harbour Guard, as told by مرصد النهر")
    title = "✕ the Harbour Guard denies: People were arrested in 2030. (as told by مرصد النهر)"
    assert row[3].one("a", "brief").attributes["title"] == title
    told = {each.attributes["title"]: each.text for name in OVERVIEWS for each in page(site, name).all("a", "brief")}
    assert all(title[0] == text[0] and title[1] == " " for title, text in told.items())
    assert any(
        each.text == "▲ River Watch asserts: The Harbour Guard arrested fishers in 2030."
        for each in page(site, "graph").all("title")
    )

"""The site in Chromium: what readers do, with mouse, keyboard, phone, from a file and from a host; and what must not happen.

Each test also fails where the console has an error, where the Content-Security-Policy forbade something, and where a request went
to another place than the site.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import yaml
from conftest import ROOT
from copied import copies_of_statements

from kg_builder import Build, build
from kg_builder.errors import InputError, Location
from kg_builder.publish import publish
from kg_builder.publish.addresses import link
from kg_builder.publish.live import write_graph
from kg_builder.publish.writer import Writer
from kg_builder.query import Answer, Parameter, Query, bindings, find_query, list_queries, run
from kg_builder.source import open_folder
from kg_builder.sparql import bind, guard, parameter_places, tokens

pytest.importorskip("selenium", reason="selenium is not installed")

from browser.driver import DESK, PHONE, Browser, host, is_of_the_site, node_file, proxy
from selenium.webdriver.common.keys import Keys
from served import serving

STATEMENT = "data/statement/2020-05-25-odf-osce"
CLAIM = f"{STATEMENT}/utterance/c26"
CASES = sorted(path.parent for path in (ROOT / "tests" / "queries").glob("*/case.yaml"))
HERE = ROOT / "tests" / "browser"
KINDS = (
    "*.html",
    f"{STATEMENT}.html",
    f"{CLAIM}.html",
    f"{STATEMENT}/utterance/d*.html",
    f"{STATEMENT}/event/*.html",
    f"{STATEMENT}/event/*/quantity/*.html",
    "data/actor/police.html",
    "data/actor/dungans.html",
    "data/place/*.html",
    "scheme/act-type.html",
    "scheme/act-type/torture.html",
    "query/authority-group-event.html",
    "query/dated-in-period.html",
    "ontology/class/Claim.html",
    "ontology/property/heldBy.html",
)
"""Patterns of pages; of each but the first, one page stands for its kind."""
HOSTILE = '<script>document.title = "taken"</script><img src=x onerror="document.title=1"> "\'&amp;'
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
JAVASCRIPT = "javascript:document.title='taken'"


@pytest.fixture(scope="session")
def site(built: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own site."""
    return published(ROOT, built, tmp_path_factory.mktemp("site") / "site")


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site whose labels are markup, and whose graph holds an IRI that is a script."""
    folder = tmp_path_factory.mktemp("hostile")
    shutil.copytree(ROOT / "tests" / "queries" / "invented" / "data", folder / "data")
    entities = next((folder / "data" / "entities").glob("actors.yaml"))
    text = entities.read_text("utf-8")
    assert "label: Candle Watch" in text
    entities.write_text(text.replace("label: Candle Watch", f"label: {json.dumps(HOSTILE)}"), "utf-8")
    made = build(folder, folder / "build")
    assert made.output is not None
    with (made.output / "graph.trig").open("a", encoding="utf-8") as file:
        file.write(f"<https://w3id.org/rights-claims/data/actor/candle-watch> <{RDFS}seeAlso> <{JAVASCRIPT}> .\n")
    return published(folder, made, folder / "site")


def published(folder: Path, made: Build, output: Path) -> Path:
    assert made.output is not None
    publish(open_folder(folder), made.output, output)
    return output


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Browser, list[str]]]:
    with proxy() as (address, asked):
        browser = Browser(tmp_path_factory.mktemp("browser"), address)
        yield browser, asked
        browser.close()


@pytest.fixture
def browser(chromium: tuple[Browser, list[str]], site: Path, hostile: Path, address: str) -> Iterator[Browser]:
    """The browser; afterwards the page must not have complained, nor asked for anything that is not the site's."""
    found, asked = chromium
    found.look()
    found.complaints(), found.requests()
    asked.clear()
    found.places = [site.as_uri(), hostile.as_uri(), address]
    yield found
    assert found.complaints() == []
    assert [each for each in found.requests() if not is_of_the_site(each, found.places)] == []
    assert [each for each in asked if "elsewhere" in each] == []


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The site on a file host."""
    with host(site) as found:
        yield found


def kinds(site: Path) -> list[str]:
    found = []
    for pattern in KINDS:
        paths = sorted(path.relative_to(site).as_posix() for path in site.glob(pattern))
        found += paths if pattern == "*.html" else paths[:1]
    return found


def asked(browser: Browser, root: str, query: str, parameters: list[dict[str, object]] | None = None, seconds: int = 30) -> Any:
    """What a page's own script makes of a query."""
    return browser.script(
        "const [query, parameters, root, seconds] = arguments;"
        "return kgLive.ask({ query, parameters, root, seconds }).catch((problem) => ({ problem: problem.message, ...problem }))",
        query,
        parameters or [],
        root,
        seconds,
    )


def rows_of(json_: str) -> list[tuple[str, ...]]:
    results = json.loads(json_)
    return [
        tuple(row.get(name, {}).get("value", "") for name in results["head"]["vars"]) for row in results["results"]["bindings"]
    ]


# What readers do


def test_from_a_statement_to_a_claim_to_its_rdf_and_back(browser: Browser, site: Path) -> None:
    browser.open((site / f"{STATEMENT}.html").as_uri())
    browser.script("document.querySelectorAll('.said details').forEach((each) => { each.open = true; })")
    browser.click('.said a[href$="utterance/c26.html"]')
    browser.wait(lambda: "c26" in browser.driver.current_url, "the claim's page")
    heading = browser.texts("h1")
    browser.click(".rdf a[href$='.ttl']")
    browser.wait(lambda: browser.driver.current_url.endswith(".ttl") or list(browser.downloads.glob("*.ttl")), "the Turtle")
    turtle = (site / f"{CLAIM}.ttl").read_bytes()
    subjects = {str(quad.subject) for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)}
    assert f"<https://w3id.org/rights-claims/{CLAIM}>" in subjects
    browser.open((site / f"{CLAIM}.html").as_uri())
    assert browser.texts("h1") == heading
    browser.click(".quotation figcaption a")
    browser.wait(lambda: "#char=" in browser.driver.current_url, "the words in the statement")
    words = browser.script("return [...CSS.highlights.get('char')].map((range) => range.toString()).join()")
    assert words == "In the affected settlements the police conducted searches and interrogations of the Dungans."


@pytest.mark.parametrize("way", ["file", "http"])
def test_a_saved_question_runs_in_its_page(browser: Browser, site: Path, address: str, way: str) -> None:
    start = site.as_uri() if way == "file" else address
    browser.open(f"{start}/query/torture.html")
    before = browser.texts("#built-answer tbody td")
    assert len(before) > 10
    assert not [each for each in browser.requests() if "engine.js" in each], "the engine is loaded only when it is asked for"
    assert browser.run_query().startswith(f"{len(browser.all('#built-answer tbody tr'))} row")
    live = browser.texts('[data-live="answer"] tbody td')
    assert live == before
    browser.click('[data-live="answer"] td a')
    browser.wait(lambda: "/utterance/" in browser.driver.current_url, "the claim's page")
    assert browser.texts("h1 [lang]")[0] in (site / browser.driver.current_url.removeprefix(f"{start}/")).read_text("utf-8")


def test_a_parameter_narrows_the_answer(browser: Browser, site: Path) -> None:
    browser.open((site / "query/accused-authorities.html").as_uri())
    everybody = browser.run_query()
    options = dict(zip(browser.texts("select option"), browser.all("select option"), strict=True))
    options["the police"].click()
    only = browser.run_query()
    assert (int(everybody.split()[0]), int(only.split()[0])) == (13, 3)
    rows = browser.texts('[data-live="answer"] tbody tr td:first-child')
    assert set(rows) == {"the police"}


def test_a_date_is_typed_and_a_wrong_one_is_told(browser: Browser, site: Path, store: ox.Store) -> None:
    browser.open((site / "query/dated-in-period.html").as_uri())
    browser.script("document.querySelector('input[name=from]').value = '2020-02-08'")
    status = browser.run_query()
    wanted = run_python("dated-in-period", store, {"from": "2020-02-08"})
    assert status.startswith(f"{len(wanted)} row")
    browser.script("const input = document.querySelector('input[name=from]'); input.type = 'text'; input.value = '8 February'")
    assert "'8 February' is not a date. Write it like 2020-05-25." in browser.run_query()


def run_python(name: str, store: ox.Store, values: dict[str, str]) -> Answer:
    answer = run(store, find_query(name), values)
    assert isinstance(answer, Answer)
    return answer


def test_a_choice_narrows_the_accusations_and_their_matrix(browser: Browser, site: Path, store: ox.Store) -> None:
    browser.open((site / "accusations.html").as_uri())
    whole = shown_counts(browser)
    assert len(whole) > 3
    options = dict(zip(browser.texts("#choose-actor option"), browser.all("#choose-actor option"), strict=True))
    options["the police"].click()
    claims = {row["claim"] for row in run_python("accused-authorities", store, {"actor": "police"})}
    assert shown_counts(browser) == {"the police": len(claims)}
    assert {link.rpartition("/")[2].removesuffix(".html") for link in shown_links(browser)} == {
        claim.rpartition("/")[2] for claim in claims
    }
    browser.click("form[data-filters] [type=reset]")
    browser.wait(lambda: shown_counts(browser) == whole, "all rows")


def shown_counts(browser: Browser) -> dict[str, int]:
    """Who stands in the matrix, with the number of claims in all."""
    rows: list[list[str]] = browser.script(
        "return [...document.querySelectorAll('.matrix tbody tr')].filter((row) => row.checkVisibility())"
        ".map((row) => [row.querySelector('th').textContent.trim(), row.querySelector('[data-count]').textContent])"
    )
    return {name: int(count) for name, count in rows}


def shown_links(browser: Browser) -> list[str]:
    """The utterances that the accusations below the matrix lead to."""
    found: list[str] = browser.script(
        "return [...document.querySelectorAll('[data-item] a[href*=\"/utterance/\"]')].filter((a) => a.checkVisibility())"
        ".map((a) => a.getAttribute('href'))"
    )
    return found


def test_the_downloads_are_what_the_command_gives(browser: Browser, site: Path, store: ox.Store) -> None:
    browser.open((site / "query/casualties.html").as_uri())
    browser.run_query()
    answer = run_python("casualties", store, {})
    for suffix in ("csv", "json"):
        browser.click(f'[data-live="answer"] .download:nth-of-type({1 if suffix == "csv" else 2})')
        path = browser.downloads / f"casualties.{suffix}"
        browser.wait(path.is_file, path.name)
        if suffix == "csv":
            assert list(csv.reader(io.StringIO(path.read_text("utf-8")))) == list(
                csv.reader(io.StringIO(answer.serialize("csv").decode()))
            )
        else:
            assert json.loads(path.read_bytes()) == json.loads(answer.json)
        path.unlink()


def test_a_query_from_the_console_and_its_faults_with_their_places(browser: Browser, site: Path, store: ox.Store) -> None:
    browser.open((site / "sparql.html").as_uri() + "?query=torture")
    assert browser.texts("#example option:checked") == [find_query("torture").title]
    assert browser.run_query().startswith(f"{len(run_python('torture', store, {}))} row")
    faulty = "SELECT *\nWHERE { ?s ?p }"
    write(browser, faulty)
    place = place_told_by_the_command(faulty)
    assert place.line == 2
    assert browser.run_query().startswith(f"Line 2, column {place.column}: this is not SPARQL")
    write(browser, "ASK { ?s ?p ?o }")
    browser.run_query()
    assert browser.texts(".yes-no") == ["Yes."]
    write(browser, "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 3")
    assert browser.run_query().startswith("3 triples")
    write(browser, "SELECT ?o { ?s ?p ?o } LIMIT 700")
    assert "the first 500 are shown, the downloads have all" in browser.run_query()
    assert len(browser.all('[data-live="answer"] tbody tr')) == 500


def test_a_query_is_asked_at_the_endpoint_where_there_is_one(browser: Browser, site: Path, address: str, store: ox.Store) -> None:
    wanted = len(run_python("casualties", store, {}))
    with serving(site) as served:
        browser.places.append(served.address.rstrip("/"))
        browser.open(f"{served.address.rstrip('/')}/sparql.html?query=casualties")
        assert browser.run_query("endpoint").startswith(f"{wanted} rows")
        assert len(browser.all('[data-live="answer"] tbody tr')) == wanted
        faulty = "SELECT *\nWHERE { ?s ?p }"
        write(browser, faulty)
        assert "this is not SPARQL" in browser.run_query("endpoint")
    assert any("400" in each for each in browser.complaints())
    browser.open(f"{address}/sparql.html")
    assert "There is no endpoint here" in browser.run_query("endpoint")
    assert any("501" in each for each in browser.complaints())


def place_told_by_the_command(text: str) -> Location:
    with pytest.raises(InputError) as raised:
        run(ox.Store(), Query("q", "", "", (), (), text, Path("q.rq")), {})
    place = raised.value.problems[0].location
    assert place is not None
    return place


def write(browser: Browser, text: str) -> None:
    """Put a query into the editor, in place of what is there, as a paste does."""
    content = browser.script("return document.querySelector('.editor').shadowRoot.querySelector('.cm-content')")
    content.send_keys(Keys.CONTROL, "a", Keys.NULL, Keys.DELETE)
    browser.driver.execute_cdp_cmd("Input.insertText", {"text": text})
    browser.wait(lambda: browser.script("return document.querySelector('textarea').value") == text, "the text in the form")


def test_keys_alone_lead_through_a_question(browser: Browser, site: Path) -> None:
    browser.open((site / "query/accused-authorities.html").as_uri())
    body = browser.find("body")
    body.send_keys(Keys.TAB)
    assert focused(browser)["text"] == "Skip to the content"
    assert focused(browser)["left"] >= 0, "the skip link can be seen once it has the focus"
    browser.driver.switch_to.active_element.send_keys(Keys.ENTER)
    names = []
    for _ in range(12):
        browser.driver.switch_to.active_element.send_keys(Keys.TAB)
        state = focused(browser)
        assert state["outline"], f"no outline around {state}"
        names.append(state["id"] or state["text"])
        if state["text"] == "Run in this page":
            break
    assert names[0] == "Question", "the way around is skipped"
    assert "parameter-actor" in names
    browser.find("#parameter-actor").send_keys("the police")
    browser.find('[data-live="run"]').send_keys(Keys.ENTER)
    assert browser.ended().startswith("3 rows")


def test_the_editor_can_be_left_with_the_tab_key(browser: Browser, site: Path) -> None:
    browser.open((site / "sparql.html").as_uri())
    write(browser, "ASK {}")
    inside = browser.script("return document.querySelector('.editor').shadowRoot.activeElement.className")
    assert "cm-content" in inside
    browser.driver.switch_to.active_element.send_keys(Keys.TAB)
    assert focused(browser)["text"] == "Run in this page"


def test_control_and_enter_run_the_query(browser: Browser, site: Path) -> None:
    browser.open((site / "sparql.html").as_uri())
    write(browser, "ASK {}")
    browser.driver.switch_to.active_element.send_keys(Keys.CONTROL, Keys.ENTER)
    browser.wait(lambda: browser.texts(".yes-no") == ["Yes."], "the answer")


def focused(browser: Browser) -> dict[str, Any]:
    state: dict[str, Any] = browser.script(
        "const e = document.activeElement, style = getComputedStyle(e);"
        "return { text: e.textContent.trim().slice(0, 60), id: e.id, left: e.getBoundingClientRect().left,"
        " outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 1 }"
    )
    return state


def test_words_of_a_claim_are_marked_by_an_address(browser: Browser, site: Path) -> None:
    text = (ROOT / "data" / "statements" / "2020-05-25-odf-osce" / "text.txt").read_text("utf-8")
    start = text.index("Some of them were tortured")
    end = start + len("Some of them were tortured to get their confessions.")
    browser.open((site / f"{STATEMENT}.html").as_uri() + f"#char={start},{end}")
    marked = browser.script("return [...CSS.highlights.get('char')].map((range) => range.toString())")
    assert marked == ["Some of them were tortured to get their confessions."]


def test_on_paper_there_is_text_and_nothing_to_press(browser: Browser, site: Path) -> None:
    browser.look(media="print")
    for page in (f"{STATEMENT}.html", "query/torture.html"):
        browser.open((site / page).as_uri())
        shown = browser.script(
            "return [...document.querySelectorAll('nav, form, .skip')].filter((e) => e.checkVisibility()).map((e) => e.className)"
        )
        assert shown == [], page
        assert browser.script("return document.querySelector('main').checkVisibility()")


def test_without_scripts_the_answer_stands_in_the_page(browser: Browser, site: Path) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open((site / "query/torture.html").as_uri())
        assert browser.find("#built-answer table").is_displayed()
        assert not browser.find("form").is_displayed()
        assert browser.find("noscript p").is_displayed()
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


# That the page answers as the command does


@pytest.fixture
def page(browser: Browser, site: Path) -> Browser:
    """A page that has the engine and the graph."""
    browser.open((site / "query/torture.html").as_uri())
    browser.run_query()
    browser.script((ROOT / "src/kg_builder/publish/assets/live/sparql.js").read_text("utf-8") + "; window.kgSparql = kgSparql")
    return browser


def cases() -> Iterator[tuple[str, Query, dict[str, str], Path]]:
    for folder in CASES:
        case = yaml.safe_load((folder / "case.yaml").read_text("utf-8"))
        if case["data"] == "statement":
            values = {name: str(value) for name, value in (case.get("parameters") or {}).items()}
            yield folder.name, find_query(case["query"]), values, folder / "expected.csv"


def given(query: Query, values: dict[str, str]) -> list[dict[str, object]]:
    return [
        {
            "name": each.name,
            "type": each.type,
            "required": each.required,
            "example": each.example,
            "value": values.get(each.name, ""),
        }
        for each in query.parameters
    ]


def test_answers_in_the_page_are_those_that_a_person_wrote(page: Browser) -> None:
    wrong, seen = [], 0
    for name, query, values, expected in cases():
        with expected.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
        answer = asked(page, "../", query.text, given(query, values))
        seen += 1
        if "problem" in answer:
            wrong.append((name, answer["problem"]))
            continue
        found = [
            tuple(cell.removeprefix("https://w3id.org/rights-claims/data/") for cell in row) for row in rows_of(answer["json"])
        ]
        if answer["variables"] != header or sorted(found) != sorted(map(tuple, rows)):
            wrong.append((name, found))
    assert wrong == []
    assert seen >= 29


@pytest.mark.parametrize("type_", ["iri", "string", "date", "integer"])
def test_a_value_becomes_the_term_that_the_command_makes_of_it(
    page: Browser, store: ox.Store, type_: str, tmp_path: Path
) -> None:
    text = "SELECT ?x WHERE { VALUES ?x { UNDEF } VALUES ?other { UNDEF } } LIMIT 1"
    query = Query("q", "", "", (), (Parameter("x", type_),), text, tmp_path)
    kept = 0
    for value in yaml.safe_load((HERE / "values.yaml").read_text("utf-8"))[type_]:
        answer = asked(page, "../", text, given(query, {"x": value}))
        try:
            wanted = bind(text, bindings(store, query, {"x": value}))
        except InputError:
            assert "problem" in answer, f"{value!r} became {answer.get('text')}"
            continue
        kept += 1
        assert answer.get("text") == wanted, f"{value!r}: {answer}"
        by_command = run(store, query, {"x": value})
        assert isinstance(by_command, Answer)
        assert rows_of(answer["json"]) == rows_of(by_command.json.decode())
    assert kept >= 2


def test_texts_are_read_as_the_command_reads_them(page: Browser) -> None:
    for text in yaml.safe_load((HERE / "queries.yaml").read_text("utf-8")):
        units = page.script("return [...kgSparql.tokens(arguments[0])].map((t) => [t.kind, t.text])", text)
        assert units == [[token.kind, token.text] for token in tokens(text)], text
        places = page.script("return [...kgSparql.parameterPlaces(arguments[0]).keys()]", text)
        assert places == list(dict(parameter_places(text))), text
        told = page.script("try { kgSparql.guard(arguments[0]); return null } catch (p) { return [p.line, p.column] }", text)
        try:
            guard(text)
            wanted = None
        except InputError as error:
            where = error.problems[0].location
            wanted = [where.line, where.column] if where else []
        assert told == wanted, text


def test_iris_lead_where_the_pages_lead(page: Browser, store: ox.Store) -> None:
    iris = sorted(
        {term.value for quad in store for term in (quad.subject, quad.predicate, quad.object) if isinstance(term, ox.NamedNode)}
    )
    base = "https://w3id.org/rights-claims/"
    iris += [
        base + path
        for path in ("ontology#Claim", "ontology#place", "shapes#a-rule", "data/../x", "data//a", "data/a b", "data/.")
    ]
    assert len(iris) > 900
    found = page.script("return arguments[0].map((iri) => kgLive.addressOf(iri, '../'))", iris)
    assert found == [link(iri, "query/x") for iri in iris]


# What must not happen


def test_a_query_reaches_nothing_outside(browser: Browser, site: Path) -> None:
    browser.open((site / "sparql.html").as_uri())
    for text in (
        "SELECT * { SERVICE <http://elsewhere.example/> { ?s ?p ?o } }",
        "SELECT * FROM <http://elsewhere.example/> { ?s ?p ?o }",
    ):
        write(browser, text)
        assert "is not allowed: a query reads the graph of this site, and connects to nothing" in browser.run_query()


def test_the_engine_itself_connects_to_nothing(page: Browser, chromium: tuple[Browser, list[str]]) -> None:
    _, heard = chromium
    heard.clear()
    page.script("kgSparql = undefined")
    unguarded = page.script(
        "const [, , worker] = kgLive.parts.engine.scripts;"
        "const open = kgLive.parts.engine.scripts.with(2, worker.replace('kgSparql.guard(text);', ''));"
        "const kept = kgLive.parts.engine; kgLive.stop({ message: '' }); kgLive.give('engine', { ...kept, scripts: open });"
        "return kgLive.ask({ query: arguments[0], root: '../', seconds: 20 }).then(() => 'answered', (p) => p.message)"
        ".finally(() => { kgLive.stop({ message: '' }); kgLive.give('engine', kept); })",
        "SELECT * { SERVICE <http://elsewhere.example/sparql> { ?s ?p ?o } }",
    )
    assert unguarded != "answered"
    assert heard == []


def test_a_page_cannot_ask_another_host(browser: Browser, site: Path) -> None:
    browser.open((site / "sparql.html").as_uri())
    refused = browser.script("return fetch('http://elsewhere.example/').then(() => 'asked', () => 'refused')")
    assert refused == "refused"
    assert any("Content Security Policy" in each for each in browser.complaints())


def test_a_query_without_end_is_stopped_and_the_page_stays_alive(page: Browser) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a != ?l) }"
    stopped = page.script(
        "let ticks = 0; const timer = setInterval(() => { ticks += 1; }, 10);"
        "return kgLive.ask({ query: arguments[0], root: '../', seconds: 2 }).then(() => ({}), (problem) => problem)"
        ".then(({ message }) => { clearInterval(timer); return { message, ticks }; })",
        endless,
    )
    assert stopped["message"] == "Stopped after 2 seconds."
    assert stopped["ticks"] > 50, "the page went on while the query ran"
    assert rows_of(asked(page, "../", "SELECT ?x { BIND(1 AS ?x) }")["json"]) == [("1",)]


def test_saved_questions_do_not_grow_with_the_square_of_the_graph(
    browser: Browser, site: Path, built: Build, tmp_path: Path
) -> None:
    """The engine in the page is another release than the command's, and may join in another order."""
    large = tmp_path / "site"
    for folder in ("assets", "query"):
        shutil.copytree(site / folder, large / folder)
    (large / "graph.nq").write_text(copies_of_statements(built, 25), "utf-8")
    write_graph(Writer(large), ox.parse(path=str(large / "graph.nq")))
    browser.places.append(large.as_uri())
    browser.open((large / "query" / "torture.html").as_uri())
    assert browser.run_query().startswith("25 rows")
    answers = {query.name: asked(browser, "../", query.text, given(query, {})) for query in list_queries().values()}
    assert {name: answer["problem"] for name, answer in answers.items() if "problem" in answer} == {}
    longest = answers["words-of-claim"]["milliseconds"]  # it has by far the most rows
    assert {name: took for name, answer in answers.items() if (took := answer["milliseconds"]) > 2 * longest} == {}


def test_a_reader_can_stop_a_query(browser: Browser, site: Path) -> None:
    browser.open((site / "sparql.html").as_uri())
    write(browser, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?h) }")
    browser.click('[data-live="run"]')
    browser.wait(lambda: "Running" in browser.find('[data-live="status"]').text, "the run")
    assert browser.run_query("stop") == "Stopped."
    write(browser, "ASK {}")
    browser.run_query()
    assert browser.texts(".yes-no") == ["Yes."]


def test_a_query_that_breaks_the_engine_is_told_and_the_next_one_runs(page: Browser) -> None:
    told = asked(page, "../", "SELECT * { ?s " + "/".join(["<urn:a>"] * 12_000) + " ?o }")
    assert told["problem"]
    assert rows_of(asked(page, "../", "SELECT ?x { BIND(2 AS ?x) }")["json"]) == [("2",)]


def test_labels_that_are_markup_stay_text(browser: Browser, hostile: Path) -> None:
    for page in ("data/actor/candle-watch.html", "query/accused-actor.html", "sparql.html"):
        browser.open((hostile / page).as_uri())
        if page != "data/actor/candle-watch.html":
            if page == "sparql.html":
                write(browser, f"SELECT ?s ?o {{ ?s <{RDFS}seeAlso>|<{RDFS}label> ?o }}")
            assert "row" in browser.run_query()
        assert browser.script("return document.title") not in {"taken", "1"}
        assert HOSTILE in " ".join(browser.texts("main")), page
        assert browser.script("return [...document.querySelectorAll('main script, main img')].length") == 0
        assert browser.script("return [...document.links].filter((each) => !/^(file|https?):$/.test(each.protocol)).length") == 0
    assert JAVASCRIPT in browser.texts('[data-live="answer"] td')


# What everybody can use


@pytest.mark.parametrize("look", ["desk", "dark", "phone"])
def test_no_page_has_a_serious_fault_of_accessibility(browser: Browser, site: Path, look: str) -> None:
    axe = node_file("axe-core/axe.min.js").read_text("utf-8")
    browser.look(PHONE if look == "phone" else DESK, dark=look == "dark")
    found = {}
    for name in kinds(site):
        browser.open((site / name).as_uri())
        if name == "query/authority-group-event.html":
            browser.run_query()
        browser.script("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        browser.script(axe)
        violations = browser.script("return axe.run(document, { preload: false }).then((all) => all.violations)")
        bad = [
            f"{each['id']}: {node['html'][:120]} {node['failureSummary'][:200]}"
            for each in violations
            if each["impact"] in {"serious", "critical"}
            for node in each["nodes"][:3]
        ]
        if bad:
            found[name] = bad
    assert found == {}


def test_on_a_phone_no_page_is_wider_than_the_screen(browser: Browser, site: Path) -> None:
    browser.look(PHONE)
    wide = {}
    for name in kinds(site):
        browser.open((site / name).as_uri())
        if name.startswith("query/"):
            browser.run_query()
        width = browser.script("return document.documentElement.scrollWidth")
        if width > PHONE[0]:
            wide[name] = width
    assert wide == {}


def test_pages_are_valid_html(site: Path, hostile: Path) -> None:
    command = ["node", str(node_file("html-validate/bin/html-validate.mjs")), "--config", str(HERE / "html.json"), "--formatter"]
    found = subprocess.run([*command, "json", f"{site}/**/*.html", f"{hostile}/**/*.html"], capture_output=True, check=False)
    faults = {
        Path(page["filePath"]).name: [f"{each['line']}: {each['message']}" for each in page["messages"][:3]]
        for page in json.loads(found.stdout)
        if page["messages"]
    }
    assert faults == {}


def test_pictures_for_looking_at(browser: Browser, site: Path) -> None:
    """Writes a picture of each kind of page to the folder that KG_BUILDER_PICTURES names."""
    folder = os.environ.get("KG_BUILDER_PICTURES")
    if not folder:
        pytest.skip("KG_BUILDER_PICTURES names no folder")
    for look, size, dark in (("desk", DESK, False), ("dark", DESK, True), ("phone", PHONE, False)):
        browser.look(size, dark=dark)
        for name in kinds(site):
            browser.open((site / name).as_uri())
            if name.startswith(("query/", "sparql")):
                browser.run_query()
            path = Path(folder) / f"{name.removesuffix('.html').replace('/', '-')}-{look}.png"
            browser.driver.save_screenshot(str(path))
            assert path.stat().st_size > 1000

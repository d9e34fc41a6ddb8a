"""A report is told in each format as the format's own document asks, whatever the data says.

``tests/tell/FORMAT.txt`` is what the small report below becomes, written by hand (of the page, what stands in its body).
"""

from __future__ import annotations

import json
import os
import random
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree as ET

import pytest
import rdflib
from rdflib import SH

from kg_builder import __version__
from kg_builder.cli.terminal import REPORT_FORMATS
from kg_builder.errors import SEVERITIES, InputError, Location, Problem, plain
from kg_builder.report import Report, Result, Terms, told_as_results, without_known
from kg_builder.tell import FORMATS, tell
from kg_builder.vocabulary import ONTOLOGY

ROOT = Path(__file__).parent.parent
GOLDEN = Path(__file__).parent / "tell"
RULE = "https://w3id.org/rights-claims/shapes#ClaimHolder"
HOLDER = "Say whose position this is: name at least one actor."

HOSTILE = (
    "line\nbreak\r\nand\rreturn",
    "::error file=x::forged",
    "a\n::error file=x::forged",
    "%0A::error::forged %25 %",
    "]]></failure><failure/>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "\"' onmouseover='alert(1)' x=\"",
    "\u202eright\u2066 to left\u2069",
    "\x00\x01\x1b[31m\x7f\x9b31m\ufffe\uffff",
    "\ud800 alone",
    "\u2028\u2029\x85\x0b",
    "a|b \\| c \\\\| d \\",
    "`` ` ```",
    "[link](javascript:alert(1)) ![i](http://x/y.png) @somebody #123 <!-- --> &amp; &#60;",
    "{0} {braces} [a](1)",
    "javascript:alert(1)",
    'https://example.org/"><script>',
    "x" * 5000,
    "",
)


def report_of(*results: Result, nodes: int = 12, idle: tuple[str, ...] = ()) -> Report:
    return Report(results, nodes, 34, rdflib.Graph(), idle)


def small() -> Report:
    c3 = "https://example.org/c3"
    mend = "A claim without a holder reads as a fact."
    return Report(
        (
            Result(
                "info",
                "check:notes",
                c3,
                "",
                c3,
                "",
                "A note for {0} of [the list](x).",
                origin=Location("data/claims.yaml", 3, 1),
            ),
            Result("violation", RULE, "https://example.org/c2", "hrc:heldBy", "", "MinCountConstraintComponent", HOLDER, mend),
            Result(
                "violation",
                RULE,
                "https://example.org/c1",
                "hrc:heldBy",
                "https://example.org/никто",
                "ClassConstraintComponent",
                HOLDER,
                mend,
                location=Location("build/graph.ttl", 7, 3),
                source_line="  hrc:heldBy <https://example.org/никто> ;",
                origin=Location("data/claims.yaml", 12, 3),
                words="The officials of Kazakhstan",
                terms=Terms(
                    "<https://example.org/c1>",
                    f"<{ONTOLOGY}heldBy>",
                    "<https://example.org/никто>",
                    f"<{SH.ClassConstraintComponent}>",
                    f"<{RULE}>",
                    f"<{SH.Violation}>",
                    "",
                    (f'"{HOLDER}"@en',),
                ),
            ),
            Result(
                "warning",
                "ex:Label",
                "https://example.org/police",
                "rdfs:label",
                '"100% `police`"',
                "",
                "A label has a language | tag <b>here</b>.",
                location=Location("a folder/other, file.nt", 1, 43),
                source_line='<https://example.org/police> <rdfs:label> "100% `police`" .',
            ),
        ),
        12,
        34,
        rdflib.Graph(),
        ("ex:Idle",),
    )


def hostile(text: str) -> Report:
    """A result that has the text wherever data can stand, and one without any place; a term of RDF has no lone surrogate."""
    term = text.replace("\ud800", "")
    one = Result(
        "violation",
        term or "ex:Rule",
        term,
        term,
        f'"{term}"',
        term,
        text,
        text,
        location=Location("graph.ttl", 3, 2),
        source_line=text,
        origin=Location(term or "a.ttl", 3, 2),
        words=text,
    )
    return report_of(one, Result("warning", term or "ex:Rule", term, term, term, term, text), idle=(term,))


def many(number: int = 2500) -> Report:
    results = [
        Result(
            "violation",
            RULE,
            f"https://example.org/c{at}",
            "hrc:heldBy",
            f'"{at}"',
            "C",
            HOLDER,
            location=Location("a.ttl", at + 1, 1),
        )
        for at in range(number)
    ]
    return report_of(*results)


# --- golden files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", FORMATS)
def test_a_small_report(format_: str) -> None:
    told = tell(small(), format_)
    expected = (GOLDEN / f"{format_}.txt").read_text("utf-8").replace("VERSION", __version__).replace("SUMMARY", str(small()))
    for result in small().results:
        expected = expected.replace(f"FINGERPRINT-{result.focus.rpartition('/')[2]}", result.fingerprint)
    assert (told.partition("<body>")[2] if format_ == "html" else told) == expected


@pytest.mark.parametrize("format_", FORMATS)
def test_the_order_of_the_results_does_not_matter(format_: str) -> None:
    report = small()
    shuffled = list(report.results)
    random.Random(5).shuffle(shuffled)  # noqa: S311 - an order, no secret
    results = sorted(shuffled) if format_ in {"json", "turtle"} else shuffled
    again = replace(report, results=tuple(results))
    first = replace(report, results=tuple(sorted(report.results)))
    assert tell(again, format_) == tell(first, format_)


def test_the_command_offers_every_format() -> None:
    assert REPORT_FORMATS == FORMATS


def test_an_unknown_format_or_severity_is_an_error() -> None:
    with pytest.raises(InputError) as error:
        tell(small(), "sarfi")
    assert "sarif" in str(error.value)
    with pytest.raises(InputError):
        tell(small(), "human", fail_on="warnings")


def test_what_stopped_a_command_is_told_as_the_results_of_a_rule() -> None:
    error = InputError(Problem("no such actor", Location("data/claims.yaml", 4, 2), "Name another."), Problem("no text"))
    report = told_as_results(error, "input")
    assert not report.conforms
    assert str(report) == "2 violations, 0 warnings, 0 infos; nothing was checked"
    assert tell(report, "github").splitlines() == [
        "::error file=data/claims.yaml,line=4,col=2,title=input::no such actor%0AName another.",
        "::error title=input::no text",
    ]
    assert [result["ruleId"] for result in sarif_results(report)] == ["input", "input"]
    assert read_junit(report).attrib["failures"] == "2"


def test_what_a_baseline_knows_is_in_no_format_but_counted() -> None:
    report = small()
    known = frozenset(each.fingerprint for each in report.results if each.severity == "violation")
    left = without_known(report, known)
    told = json.loads(tell(left, "json"))
    assert (told["known"], [each["severity"] for each in told["results"]]) == (2, ["info", "warning"])
    graph = rdflib.Graph().parse(data=tell(left, "turtle"), format="turtle")
    assert sorted(graph.objects(None, SH.resultSeverity), key=str) == [SH.Info, SH.Warning]
    assert len(list(rdflib.Graph().parse(data=tell(report, "turtle"), format="turtle").objects(None, SH.result))) == 4


def test_what_a_baseline_knows_and_is_found_no_more_is_counted() -> None:
    report = small()
    left = without_known(report, frozenset({report.results[0].fingerprint, "mended", "mended too"}))
    assert (left.known, left.gone) == (1, 2)
    assert "(and 1 known); 2 known results are gone: write the baseline anew;" in str(left)
    assert "gone" not in str(without_known(report, frozenset({report.results[0].fingerprint})))
    assert json.loads(tell(left, "json"))["gone"] == 2


def test_cases_of_junit_have_different_names() -> None:
    first = small().results[0]
    others = [replace(first, message=message) for message in ("One.", "Another.", "A third.")]
    longer = [replace(first, focus=f"https://example.org/{'x' * 400}{at}") for at in range(2)]
    names = [case.attrib["name"] for case in read_junit(report_of(*others, *longer)).iter("testcase")]
    assert len(names) == len(set(names)) == 5
    assert sum(name.endswith((" (2)", " (3)")) for name in names) == 3


# --- people -----------------------------------------------------------------------------------------------------------


def test_plain() -> None:
    assert plain("a\tb\nc\u2028d") == "a b c d"
    assert plain("\x00\x1b\x7f\x9b\u200b\u202e\ufeff\ud800") == "�" * 8
    assert plain("Кордай, 柯尔克孜, e\u0301") == "Кордай, 柯尔克孜, e\u0301"


def assert_no_control(text: str) -> None:
    found = [c for c in text if c != "\n" and unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}]
    assert found == []


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("format_", sorted(set(FORMATS) - {"turtle"}))
def test_nothing_reaches_a_terminal_that_steers_it(format_: str, text: str) -> None:
    assert_no_control(tell(hostile(text), format_))


def test_colour_stands_only_where_it_is_asked_for() -> None:
    told = tell(small(), "human", colour=True)
    assert told.count("\x1b[1;31mviolation: ") == told.count("\x1b[1;33mwarning: ") == told.count("\x1b[1;34minfo: ") == 1
    assert re.sub(r"\x1b\[[0-9;]+m", "", told) == tell(small(), "human")


@pytest.mark.parametrize(
    ("line", "column", "shown"),
    [
        ("ex:a ex:b ex:c .", 6, ["ex:a ex:b ex:c .", "     ^"]),
        ("\t\tex:a\tex:b", 8, ["ex:a ex:b", "     ^"]),
        ("Кордай ex:b", 8, ["Кордай ex:b", "       ^"]),
        ("柯尔 ex:b", 4, ["柯尔 ex:b", "     ^"]),
        ("e\u0301 ex:b", 4, ["e\u0301 ex:b", "  ^"]),
        ("ex:a ex:b", 0, ["ex:a ex:b"]),
        ("ex:a", 99, ["ex:a", "    ^"]),
        ("ex:a\x1b[2J ex:b", 10, ["ex:a�[2J ex:b", "         ^"]),
        ("x" * 300 + " here", 302, ["…" + "x" * 39 + " here", " " * 41 + "^"]),
        ("here " + "x" * 300, 1, ["here " + "x" * 104 + "…", "^"]),
    ],
)
def test_the_caret_stands_below_the_column(line: str, column: int, shown: list[str]) -> None:
    result = Result("violation", "ex:R", "", "", "", "", "", location=Location("a.ttl", 1, column), source_line=line)
    told = tell(report_of(result), "human").splitlines()
    assert [each[6:] for each in told[2 : told.index("")]] == shown


def test_a_person_is_shown_five_places_of_a_rule() -> None:
    told = tell(many(), "human").splitlines()
    assert len([line for line in told if line.startswith("    a.ttl:")]) == 5
    assert "  … and 2,495 more like it" in told
    assert len(told) < 30
    assert told[-1] == str(many())


def test_messages_that_differ_stand_with_their_places() -> None:
    results = [Result("violation", RULE, f"ex:{at}", "", "", "", f"Message {at}.", "Mend it.") for at in range(3)]
    for format_ in ("human", "html"):
        told = tell(report_of(*results), format_)
        assert [told.count(f"Message {at}.") for at in range(3)] == [1, 1, 1]
        assert told.count("Mend it.") == 1


# --- GitHub -----------------------------------------------------------------------------------------------------------


def read_command(line: str) -> tuple[str, dict[str, str], str]:
    """A command as the runner reads it: the head ends at the second ``::``, commas part the properties, escapes are undone."""
    found = re.fullmatch(r"::(\w+) (.*?)::(.*)", line)
    assert found is not None, line
    unescaped = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
    properties = {}
    for pair in found[2].split(","):
        key, _, value = pair.partition("=")
        for escape, character in unescaped.items():
            value = value.replace(escape, character)
        properties[key] = value
    data = found[3]
    for escape in ("%0D", "%0A", "%25"):
        data = data.replace(escape, unescaped[escape])
    return found[1], properties, data


@pytest.mark.parametrize("text", HOSTILE)
def test_a_command_says_what_it_was_given(text: str) -> None:
    lines = tell(hostile(text), "github").splitlines()
    commands = [read_command(line) for line in lines]
    assert [name for name, _, _ in commands] == ["error", "warning"]
    shown = "".join(c if c in "\r\n" else plain(c) for c in text)
    _, properties, data = commands[0]
    assert {"file", "line", "col", "title"} <= properties.keys() <= {"file", "line", "col", "endColumn", "title"}
    assert properties["title"] == (shown.replace(plain("\ud800"), "") if "\ud800" in text else shown or "ex:Rule")
    assert data.startswith(shown[:900] or "ex:Rule")
    assert commands[1][1].keys() <= {"title"}


def test_github_is_told_the_worst_first_and_how_many_more() -> None:
    report = many(70)
    results = [replace(each, severity=SEVERITIES[at % 3]) for at, each in enumerate(report.results)]
    commands = [read_command(line) for line in tell(replace(report, results=tuple(results)), "github").splitlines()]
    assert [name for name, _, _ in commands] == ["error"] * 24 + ["warning"] * 23 + ["notice"] * 4
    assert commands[-1][2].startswith("… and 20 more. 24 violations, 23 warnings, 23 infos;")
    assert tell(many(50), "github").count("\n") == 50


@pytest.mark.parametrize(
    ("line", "column", "end"),
    [
        ('  ex:a "two words"@en-GB ;', 8, "25"),
        ('  ex:a "say \\"no\\""^^xsd:string .', 8, "32"),
        ("<https://example.org/a;b,c> ex:p ex:o .", 1, "28"),
        ("ex:a, ex:b", 1, "5"),
        ("ex:a", 9, None),
        ("", 1, None),
    ],
)
def test_a_place_ends_where_its_term_ends(line: str, column: int, end: str | None) -> None:
    result = Result("violation", "ex:R", "", "", "", "", "", location=Location("a.ttl", 1, column), source_line=line)
    assert read_command(tell(report_of(result), "github").strip())[1].get("endColumn") == end


def test_files_are_named_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    inside, outside = Location(str(tmp_path / "a b" / "c.ttl"), 1, 1), Location(str(tmp_path.parent / "ü.ttl"), 2)
    report = report_of(*(Result("violation", "ex:R", f"ex:{at}", "", "", "", "m", location=at) for at in (inside, outside)))
    assert {read_command(line)[1]["file"] for line in tell(report, "github").splitlines()} == {"a b/c.ttl", outside.file}
    places = [result["locations"][0]["physicalLocation"] for result in sarif_results(report)]
    assert {place["artifactLocation"]["uri"] for place in places} == {
        "a%20b/c.ttl",
        f"file://{tmp_path.parent.as_posix()}/%C3%BC.ttl",
    }
    assert {"startLine": 2} in [place["region"] for place in places]


# --- SARIF and JSON ---------------------------------------------------------------------------------------------------


def sarif_results(report: Report) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = json.loads(tell(report, "sarif"))["runs"][0]["results"]
    return results


def sarif_schema() -> Path | None:
    """The schema as the npm package @microsoft/jest-sarif has it, where that is installed (here, or in NODE_PATH)."""
    folders = [ROOT / "node_modules", *map(Path, filter(None, os.environ.get("NODE_PATH", "").split(os.pathsep)))]
    return next(
        (found for folder in folders for found in folder.glob("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0*.json")), None
    )


def reports() -> Iterator[Report]:
    yield from (small(), report_of(), report_of(nodes=0), report_of(idle=("ex:A", "ex:B")), many(40))
    yield from map(hostile, HOSTILE)


def test_sarif_fits_its_schema() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = sarif_schema()
    if schema is None:
        pytest.skip("the SARIF schema is not here: npm install @microsoft/jest-sarif")
    validator = jsonschema.Draft4Validator(json.loads(schema.read_text("utf-8")), format_checker=jsonschema.FormatChecker())
    for report in reports():
        assert [error.message for error in validator.iter_errors(json.loads(tell(report, "sarif")))] == []


def test_sarif_keeps_the_rules_that_no_schema_can_say() -> None:
    for report in reports():
        (run,) = json.loads(tell(report, "sarif"))["runs"]
        rules = run["tool"]["driver"]["rules"]
        assert len({rule["id"] for rule in rules}) == len(rules)
        assert len(run["results"]) == len(report.results)
        for result in run["results"]:
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert not re.search(r"(?<!\{)\{(\{\{)*(?!\{)", result["message"]["text"])
            assert "](" not in result["message"]["text"]
            for location in result["locations"]:
                uri = location.get("physicalLocation", {"artifactLocation": {"uri": ""}})["artifactLocation"]["uri"]
                assert re.fullmatch(r"[!-~]*", uri)
                assert urlsplit(uri).scheme in {"", "file"}


def test_the_same_result_elsewhere_has_the_same_fingerprint() -> None:
    before = small().results[2]
    after = replace(before, location=Location("build/graph.ttl", 900, 1), source_line="moved", origin=None, words="")
    other = replace(before, value="https://example.org/other")
    prints = [sarif_results(report_of(each))[0]["partialFingerprints"] for each in (before, after, other)]
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize("text", HOSTILE)
def test_json_loses_nothing(text: str) -> None:
    report = hostile(text)
    told = json.loads(tell(report, "json"))
    assert [result["message"] for result in told["results"]] == [text, text]
    assert told["results"][0]["sourceLine"] == text
    assert sarif_results(report)[0]["properties"]["value"] == f'"{text}"'.replace("\ud800", "")
    uri = sarif_results(report)[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == Path(text.replace("\ud800", "") or "a.ttl").as_posix()


# --- JUnit ------------------------------------------------------------------------------------------------------------

# The part of junit-10.xsd (Jenkins' xUnit plugin) that a report can meet: element -> attributes that must and may be there,
# elements that may stand in it, whether it may hold text.
JUNIT: dict[str, tuple[set[str], set[str], set[str], bool]] = {
    "testsuites": (set(), {"name", "time", "tests", "failures", "errors"}, {"testsuite"}, False),
    "testsuite": (
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log", "url", "version"},
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
        False,
    ),
    "testcase": ({"name"}, {"time", "classname", "group"}, {"skipped", "errors", "failure", "system-out", "system-err"}, False),
    "failure": (set(), {"type", "message"}, set(), True),
    "skipped": (set(), {"type", "message"}, set(), True),
    "system-out": (set(), set(), set(), True),
}


def assert_junit(element: ET.Element) -> None:
    must, may, children, text = JUNIT[element.tag]
    assert must <= element.attrib.keys() <= must | may
    assert text or not (element.text or "").strip()
    for child in element:
        assert child.tag in children
        assert not (child.tail or "").strip()
        assert_junit(child)


def read_junit(report: Report, fail_on: str = "violation") -> ET.Element:
    return ET.fromstring(tell(report, "junit", fail_on=fail_on).encode("utf-8"))  # noqa: S314 - made by ourselves


def test_junit_fits_its_schema_and_counts_right() -> None:
    for report in reports():
        for fail_on in (*SEVERITIES, "none"):
            root = read_junit(report, fail_on)
            assert root.tag == "testsuites"
            assert_junit(root)
            totals: Counter[str] = Counter()
            for suite in root:
                counts = {
                    "tests": len(suite),
                    "failures": len(suite.findall("testcase/failure")),
                    "errors": 0,
                    "skipped": len(suite.findall("testcase/skipped")),
                }
                assert {name: int(suite.attrib[name]) for name in counts} == counts
                totals.update(counts)
            assert [int(root.attrib[name]) for name in ("tests", "failures", "errors")] == [
                totals[name] for name in ("tests", "failures", "errors")
            ]


@pytest.mark.parametrize(("fail_on", "failures"), [("violation", 2), ("warning", 3), ("info", 4), ("none", 0)])
def test_what_fails_is_the_caller_s_choice(fail_on: str, failures: int) -> None:
    assert read_junit(small(), fail_on).attrib["failures"] == str(failures)
    verdict = "failed" if failures else "passed"
    assert f"<h1>Validation report: {verdict}</h1>" in tell(small(), "html", fail_on=fail_on)
    assert tell(small(), "markdown", fail_on=fail_on).startswith(f"### Validation {verdict}\n")


def test_junit_has_no_message_of_the_data_s_own_making() -> None:
    for text in HOSTILE:
        root = read_junit(hostile(text))
        assert [element.tag for element in root.iter()] == [
            *("testsuites", "testsuite", "testcase", "failure", "testsuite", "testcase", "system-out"),
            *("testsuite", "testcase", "skipped"),
        ]
        failure = next(root.iter("failure"))
        allowed = re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text[:900])
        assert failure.attrib["message"].startswith(allowed)


# --- a page -----------------------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Which elements and attributes a page has, and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.content: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes |= {name for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.content.append(data)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_page_shows_data_as_text(text: str) -> None:
    told = tell(hostile(text), "html")
    page = Page(told)
    assert page.tags.keys() <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "p", "details", "summary", "strong"),
        *("table", "thead", "tbody", "tr", "th", "td", "code", "a", "br"),
    }
    assert page.attributes <= {"lang", "charset", "http-equiv", "content", "name", "open", "class", "scope", "href", "rel"}
    assert [link for link in page.links if not re.fullmatch(r"https?://[!-~]+", link)] == []
    assert "default-src 'none'" in told
    assert plain(text) in "".join(page.content)


def test_only_web_addresses_become_links() -> None:
    addresses = (
        "https://example.org/a?b=c&d#e",
        "http://example.org/",
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@b",
        "hrc:x",
    )
    results = [Result("info", "ex:R", address, "", "", "", "m") for address in addresses]
    assert sorted(Page(tell(report_of(*results), "html")).links) == ["http://example.org/", "https://example.org/a?b=c&d#e"]


# --- a comment --------------------------------------------------------------------------------------------------------


def cells(row: str) -> list[str]:
    """The cells of a table's row as GitHub's parser finds them: an escaped character does not end a cell."""
    found = re.findall(r"((?:\\[!-/:-@\[-`{-~]|[^|\r\n])*)\|", row)
    assert found[0] == ""
    return found[1:]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_comment_shows_data_as_text(text: str) -> None:
    told = tell(hostile(text), "markdown")
    rows = [line for line in told.splitlines() if line.startswith("|")]
    assert len(rows) == 4
    for row in rows:
        assert row.endswith(" |")
        assert len(cells(row)) == 5
    for row in rows[2:]:
        *codes, wrong = (cell.strip() for cell in cells(row)[1:])
        for code in filter(None, codes):
            fence = re.match("`+", code)
            assert fence is not None
            assert code.endswith(fence[0])
            assert fence[0] not in re.findall("`+", code[len(fence[0]) : -len(fence[0])])
        assert not re.search(
            r"<(?!!-- -->)|(?<!\\)[`*\[\]~$]|[@#]\w", wrong.replace("@<!-- -->", "@-").replace("#<!-- -->", "#-")
        )


def test_a_comment_is_cut_and_says_how_much_is_left_out() -> None:
    told = tell(many(), "markdown")
    rows = [line for line in told.splitlines() if line.startswith("| violation |")]
    assert 50_000 < len(told) <= 60_000
    assert told.endswith(f"\n… and {2500 - len(rows):,} more, left out here.\n")
    assert "left out" not in tell(many(20), "markdown")


# --- few and many -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", FORMATS)
def test_a_report_without_results(format_: str) -> None:
    told = tell(report_of(), format_)
    if format_ in {"human", "html", "markdown"}:
        assert str(report_of()) in told
    if format_ in {"html", "markdown"}:
        assert "passed" in told
        assert "failed" in tell(report_of(nodes=0), format_)
    if format_ == "github":
        assert told == ""
    if format_ == "junit":
        assert read_junit(report_of()).attrib["failures"] == "0"
        assert read_junit(report_of(nodes=0)).attrib["failures"] == "1"
    if format_ == "sarif":
        assert sarif_results(report_of()) == []


def test_files_hold_all_of_many_results() -> None:
    report = many()
    assert len(sarif_results(report)) == len(json.loads(tell(report, "json"))["results"]) == 2500
    assert read_junit(report).attrib["tests"] == "2500"
    assert Page(tell(report, "html")).tags["tr"] == 2501

"""What ``lint`` finds, and that its layout changes nothing but the layout.

A folder ``tests/lint/CASE`` is laid over a copy of ``tests/lint/base``, in which nothing is wrong; with a folder ``data`` also
over the invented statement of ``tests/errors/base``. What is to be found stands where it is to be found: a line's comment
``#! COLUMN SEVERITY RULE NAME`` names a finding on that line, ``|`` parts several; NAME is the last part of what it is about.
``expected.txt`` holds ``FILE:LINE:COLUMN SEVERITY RULE NAME`` for places that can bear no comment.
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from conftest import ROOT, Command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg_builder.errors import InputError, NothingCheckedError
from kg_builder.lint import fix, lint
from kg_builder.lint.rules import RULES
from kg_builder.lint.turtle import format_turtle, same_content

CASES = Path(__file__).parent / "lint"
BASE = CASES / "base"
NAMES = sorted(path.name for path in CASES.iterdir() if path != BASE)
STATEMENT = Path(__file__).parent / "errors" / "base" / "data"
PAGE = (ROOT / "docs" / "lint.md").read_text("utf-8")
EXPECTED = re.compile(r"#! (.+)$")


def planted(case: Path) -> list[str]:
    """The findings that a case is to give: ``FILE:LINE:COLUMN SEVERITY RULE NAME``."""
    found = []
    for path in sorted(case.rglob("*")):
        if path.suffix not in {".ttl", ".rq", ".yaml"}:
            continue
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            for each in match[1].split(" | ") if (match := EXPECTED.search(line)) else ():
                column, _, rest = each.partition(" ")
                found.append(f"{path.relative_to(case).as_posix()}:{number}:{column} {rest}")
    listed = case / "expected.txt"
    return sorted([*found, *(listed.read_text("utf-8").splitlines() if listed.exists() else ())])


def laid_out(case: str, target: Path) -> Path:
    shutil.copytree(BASE, target)
    if (CASES / case / "data").is_dir():
        shutil.copytree(STATEMENT, target / "data")
    shutil.copytree(CASES / case, target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("expected.txt"))
    return target


def last_part(text: str) -> str:
    return re.split(r"[#/:]", text)[-1]


def findings(folder: str = ".") -> list[str]:
    return sorted(f"{each.location} {each.severity} {each.shape} {last_part(each.focus)}" for each in lint(folder).results)


@pytest.mark.parametrize("case", NAMES)
def test_each_fault_is_found_at_its_place_and_nothing_else(case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(laid_out(case, tmp_path / "folder"))
    assert findings() == planted(CASES / case)


def test_every_rule_has_a_case() -> None:
    shown = {line.split()[2] for case in NAMES for line in planted(CASES / case)}
    assert shown == set(RULES)


def test_every_rule_is_told_as_it_is() -> None:
    rows = [line.strip("|").split("|") for line in PAGE.splitlines() if line.startswith("| `") and line.count("|") == 5]
    told = [(id_.strip(" `"), severity.strip(), basis.strip()) for id_, severity, _, basis in rows]
    assert told == [(id_, rule.severity, rule.basis) for id_, rule in RULES.items()]


def test_the_example_of_the_page_is_what_is_printed(command: Command, tmp_path: Path) -> None:
    folder = laid_out("no-ontology", tmp_path / "folder")
    terms = (BASE / "ontology" / "terms.ttl").read_text("utf-8").replace("  rdfs:range skos:Concept ;\n", "")
    (folder / "ontology" / "terms.ttl").write_text(terms, "utf-8")
    (example,) = re.findall(r"^```text\n(warning: .+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert command("lint", cwd=folder).stdout == example


def test_nothing_is_found_where_nothing_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(BASE)
    assert findings() == []


def test_a_query_that_does_not_parse_is_told_with_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(laid_out("syntax", tmp_path / "folder"))
    header = "#+ title: Ends too soon\n#+ question: What?\n#+ keywords: [weather]\n"
    Path("queries/broken.rq").write_text(f"{header}SELECT *\nWHERE {{ ?s ?p ?o ] ?o ?p ?s }}\n", "utf-8")
    (found,) = (each for each in lint().results if each.shape == "syntax" and each.focus == "queries/broken.rq")
    assert found.location is not None
    assert (found.location.file, found.location.line) == ("queries/broken.rq", 5)


def test_the_tool_itself_is_clean() -> None:
    assert findings(str(ROOT)) == []


def test_a_term_in_a_list_is_told_by_its_line_and_by_the_node_that_holds_the_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(laid_out("no-ontology", tmp_path / "folder"))
    head = "@prefix hrc: <https://w3id.org/rights-claims/ontology#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n\n"
    text = f"{head}<https://w3id.org/lenna/terms#Fog> a owl:Class ;\n  owl:unionOf (\n    hrc:Claim\n    hrc:Clame\n  ) .\n"
    Path("ontology/lists.ttl").write_text(text, "utf-8")
    (found,) = (each for each in lint().results if each.shape == "undeclared-term" and each.value == "hrc:Clame")
    assert str(found.location) == "ontology/lists.ttl:7:5"
    assert found.focus == "https://w3id.org/lenna/terms#Fog"


def test_fix_replaces_nothing_outside_of_the_folder(tmp_path: Path) -> None:
    folder = laid_out("no-ontology", tmp_path / "folder")
    outside = tmp_path / "outside.ttl"
    untidy = {outside: UNTIDY, folder / "ontology" / "untidy.ttl": UNTIDY}
    for path, text in untidy.items():
        path.write_text(text, "utf-8")
    (folder / "ontology" / "zz.ttl").symlink_to(outside)
    with pytest.raises(InputError, match="leads out of the folder"):
        fix(folder)
    assert {path: path.read_text("utf-8") for path in untidy} == untidy
    (folder / "ontology" / "zz.ttl").unlink()
    (folder / "ontology" / "within.ttl").symlink_to("untidy.ttl")
    assert folder / "ontology" / "untidy.ttl" in fix(folder)
    assert (folder / "ontology" / "untidy.ttl").read_text("utf-8") == TIDY


def test_a_folder_s_settings_are_read_strictly(tmp_path: Path) -> None:
    folder = laid_out("exceptions", tmp_path / "folder")
    settings = folder / "ontology" / "lint.yaml"
    settings.write_text("exceptions:\n  - {rule: no-lable, of: x, because: y}\n  - {rule: naming, of: x}\n", "utf-8")
    with pytest.raises(InputError) as error:
        lint(folder)
    first, second = error.value.problems
    assert (first.location and first.location.line, first.mend) == (2, "Did you mean 'no-label'?")
    assert (second.location and second.location.line, second.message) == (3, "the exception has no 'because'")


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "options", "code"),
    [
        ("pitfalls", [], 1),
        ("pitfalls", ["--fail-on", "none"], 0),
        ("no-ontology", [], 1),
        ("data-unused", [], 0),
        ("data-unused", ["--fail-on", "warning"], 1),
        ("syntax", ["--fail-on", "none"], 2),
        ("data-fault", [], 2),
    ],
)
def test_the_exit_code_is_that_of_the_worst(case: str, options: list[str], code: int, command: Command, tmp_path: Path) -> None:
    done = command("lint", *options, cwd=laid_out(case, tmp_path / "folder"))
    assert (done.returncode, done.stderr) == (code, "")


def test_nothing_to_check_is_no_pass(tmp_path: Path, command: Command) -> None:
    with pytest.raises(NothingCheckedError):
        lint(tmp_path)
    assert command("lint").returncode == 3
    assert command("lint", "--fix", "nowhere").returncode == 2


@pytest.mark.parametrize(("format_", "start"), [("github", "::error file=ontology/"), ("junit", "<?xml"), ("markdown", "### ")])
def test_findings_are_told_in_each_format(format_: str, start: str, command: Command, tmp_path: Path) -> None:
    assert command("lint", "--format", format_, cwd=laid_out("pitfalls", tmp_path / "f")).stdout.startswith(start)


def test_code_scanning_gets_the_same_findings(command: Command, tmp_path: Path) -> None:
    folder = laid_out("pitfalls", tmp_path / "folder")
    run = json.loads(command("lint", "--format", "sarif", cwd=folder).stdout)["runs"][0]
    places = []
    for result in run["results"]:
        where = result["locations"][0]["physicalLocation"]
        region = where["region"]
        level = {"error": "violation", "warning": "warning", "note": "info"}[result["level"]]
        name = last_part(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"])
        at = f"{where['artifactLocation']['uri']}:{region['startLine']}:{region['startColumn']}"
        places.append(f"{at} {level} {result['ruleId']} {name}")
    assert sorted(places) == planted(CASES / "pitfalls")


# --- the layout -------------------------------------------------------------------------------------------------------

UNTIDY = """\
# Of the weather.
PREFIX  t: <https://w3id.org/lenna/terms#>
@prefix   owl: <http://www.w3.org/2002/07/owl#> . # classes
t:Bulletin a owl:Class; ; # what is said
    t:p 1,2 ,  3; # figures
    # and lists
    t:q ( t:a
      [ t:b 'c' ] ) ;.
t:Other a owl:Class.
"""
TIDY = """\
# Of the weather.
@prefix owl: <http://www.w3.org/2002/07/owl#> . # classes
@prefix t: <https://w3id.org/lenna/terms#> .

t:Bulletin a owl:Class ; # what is said
  t:p 1, 2, 3 ; # figures
  # and lists
  t:q ( t:a [ t:b 'c' ] ) .

t:Other a owl:Class .
"""


def test_the_layout_as_it_is_told() -> None:
    assert format_turtle(UNTIDY) == TIDY


@pytest.mark.parametrize(
    ("given_", "wanted"),
    [
        ("", ""),
        ("# only this\n\n\n# and this", "# only this\n\n# and this\n"),
        ("<u:a> <u:b> 1.", "<u:a> <u:b> 1 .\n"),
        ("<u:a> <u:b> 1 .\r\n\r\n# why\r\n", "<u:a> <u:b> 1 .\n\n# why\n"),
        ("<u:a> <u:b> 1 # why\n  # how\n .", "<u:a> <u:b> 1 . # why\n# how\n"),
        ("<u:a> <u:b> 'x' # why\n ^^ # how\n <u:t> .", "<u:a> <u:b> 'x'^^<u:t> . # why\n# how\n"),
        ("<u:a> <u:b> [ ], ( ) .", "<u:a> <u:b> [], () .\n"),
        ("<u:a> <u:b> [ # why\n <u:c> 1 ] .", "<u:a> <u:b> [ # why\n  <u:c> 1\n] .\n"),
        ('<u:a> <u:b> """one\n  two""" , 3 .', '<u:a> <u:b> """one\n  two""", 3 .\n'),
        ("@base <u:> . @prefix b: <b> . @base <v:> . @prefix a: <a> .", None),
        ("@prefix a: <u:1> . @prefix a: <u:2> . a:x a:y a:z .", None),
    ],
)
def test_corners_of_the_layout(given_: str, wanted: str | None) -> None:
    told = format_turtle(given_)
    assert same_content(given_, told)
    if wanted is None:  # neither a prefix that is resolved against a base nor one that is given twice may move
        assert re.sub(r"\s+", " ", told).strip() == given_
    else:
        assert told == wanted


@pytest.mark.parametrize(
    "statement",
    [
        ":a :b :c#comment\n.",
        "_:0 :p _:a·̀ͯ‿.⁀ .",
        "<scheme:!$%25&'()*+,-./09:/@AZ_az~?#> :p '''x''y''', \"\"\"a\"\"b\"\"\", '''''', \"\" .",
        ":s :p -1.<https://x> :p +.5.:t :p 01, 1.0E-10, 1e+1.",
        ":s :p 'x'@en.:t :p a.b:c, a.b:c.d, :o\\.. ",
        "[:a :b;;].[] :a [], ( [] ), [ a [] ] .",
        "prefix q:<u:>q:s q:p q:o.",
        ":prefix :base :a . :base :p true.",
        ":s :p 1 # c1\n; # c2\n :q 2 # c3\n, 3 # c4\n. # c5",
        ":s # a\n # b\n :p # c\n # d\n :o # e\n # f\n .",
        "@prefix # why\n z: # what\n <u:z> # how\n . :s :p z:o .",
        ":s :p ( # a\n # b\n 1 # c\n # d\n ), [ # a\n # b\n :q 1 # c\n # d\n ; ] . ",
    ],
)
def test_corners_of_the_grammar(statement: str) -> None:
    text = f"@prefix : <https://e.x/> . @prefix a.b: <https://e.x/ab#> .\n{statement}"
    told = format_turtle(text)
    assert meaning(told) == meaning(text)
    assert same_content(text, told)
    assert format_turtle(told) == told


def test_long_lists_are_broken_at_their_brackets_or_between_their_terms() -> None:
    items = [f"<https://lenna.example/{number:02}/{'x' * 30}>" for number in range(6)]
    told = format_turtle(
        f"<u:a> <u:b> {', '.join(items)} ; <u:c> ( {' '.join(items)} ) ; <u:d> [ <u:e> {items[0]} ; <u:f> {items[1]} ] ."
    )
    lines = told.splitlines()
    assert max(map(len, lines)) <= 130
    assert lines[0].startswith("<u:a> <u:b> <https://lenna.example/00/")
    assert lines.count("  <u:c> (") == lines.count("  ) ;") == 1
    assert lines[-4:] == ["  <u:d> [", f"    <u:e> {items[0]} ;", f"    <u:f> {items[1]}", "  ] ."]


SPACE = st.sampled_from([" ", "\n", "\n\n", "\t", "\r\n", "  # note\n", "\n# own line\n\n", " #\n", '\n  # a . b ; [ "\n'])
IRIS = st.sampled_from(
    ["ex:a", "ex:b.c", ":d", "<https://e.x/#f>", "<rel>", "ex:a\\,b", "ex:%20x", "ex:", "ex:é:1", "_:b1", "_:b.2"]
)
LITERALS = st.sampled_from(
    [
        *('"x"', "'y'", '"""a\n # no comment\n"b" """', "'''q'''", '"x"@en-GB', '"a\\"b"^^<https://e.x/t>', "'#'", '"1"^^ex:t'),
        *("1", "-1.5", ".5", "1e3", "1.E0", "true", "false", '"' + "long " * 40 + '"'),
    ]
)


@st.composite
def spaced(draw: st.DrawFn, parts: list[str]) -> str:
    return "".join(part + draw(SPACE) for part in parts)


@st.composite
def properties(draw: st.DrawFn, objects: st.SearchStrategy[str]) -> str:
    parts: list[str] = []
    for number in range(draw(st.integers(1, 3))):
        parts += [";"] * (draw(st.integers(1, 2)) if number else 0)
        parts.append(draw(st.sampled_from(["a", "ex:p", "<https://e.x/#r>"])))
        for at, each in enumerate(draw(st.lists(objects, min_size=1, max_size=6))):
            parts += [",", each] if at else [each]
    parts += [";"] * draw(st.integers(0, 2))
    return draw(spaced(parts))


@st.composite
def collection(draw: st.DrawFn, objects: st.SearchStrategy[str]) -> str:
    return draw(spaced(["(", *draw(st.lists(objects, max_size=8)), ")"]))


@st.composite
def node(draw: st.DrawFn, objects: st.SearchStrategy[str]) -> str:
    return draw(spaced(["[", draw(properties(objects)), "]"]))


OBJECTS = st.recursive(IRIS | LITERALS, lambda inner: collection(inner) | node(inner) | st.just("[]"), max_leaves=10)


@st.composite
def block(draw: st.DrawFn) -> str:
    prefix = draw(st.sampled_from(["pa:", "pb:", "pc:"]))
    subject = draw(IRIS | IRIS | IRIS | node(OBJECTS) | collection(OBJECTS))
    text: str = draw(
        st.one_of(
            spaced(["@prefix", prefix, "<https://e.x/p>", "."]),
            spaced(["PREFIX", prefix, "<r>"]),
            spaced(["@base", "<https://e.x/base/>", "."]),
            spaced(["bAsE", "<https://e.x/other/>"]),
            *[spaced([subject, draw(properties(OBJECTS)), "."])] * 4,
        )
    )
    return text


@st.composite
def documents(draw: st.DrawFn) -> str:
    head = "@base <https://e.x/> . @prefix ex: <https://e.x/> . @prefix : <https://e.x/#> .\n"
    return draw(SPACE) + head + draw(SPACE) + "".join(draw(st.lists(block(), max_size=4))) + draw(st.sampled_from(["", "# end"]))


def meaning(text: str) -> set[ox.Quad]:
    """The triples, with blank nodes named by what is said of them."""
    dataset = ox.Dataset(ox.parse(input=text.encode(), format=ox.RdfFormat.TURTLE))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(documents())
def test_the_layout_keeps_the_graph_and_the_comments_and_stays(text: str) -> None:
    told = format_turtle(text)
    assert meaning(told) == meaning(text)
    assert same_content(text, told)
    assert format_turtle(told) == told


def test_another_graph_or_a_lost_comment_is_seen() -> None:
    assert not same_content("<u:a> <u:b> 1 . # why", "<u:a> <u:b> 1 .")
    assert not same_content("<u:a> <u:b> 1 .", "<u:a> <u:b> 2 .")


def test_fix_changes_what_is_untidy_and_nothing_else(tmp_path: Path, command: Command) -> None:
    folder = laid_out("syntax", tmp_path / "folder")
    (folder / "ontology" / "untidy.ttl").write_text(UNTIDY, "utf-8")
    (folder / "ontology" / "newer.ttl").write_text("<u:a> <u:b> <<( <u:c>  <u:d> <u:e> )>> .\n", "utf-8")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}
    done = command("lint", "--fix", "--fail-on", "none", cwd=folder)
    assert done.stderr.splitlines() == ["Formatted ontology/layout.ttl.", "Formatted ontology/untidy.ttl."]
    after = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()}
    assert after.keys() == before.keys()
    assert {path.name for path in after if after[path] != before[path]} == {"layout.ttl", "untidy.ttl"}
    assert (folder / "ontology" / "untidy.ttl").read_text("utf-8") == TIDY
    assert fix(folder) == ()


def test_a_file_that_cannot_be_replaced_stays_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = laid_out("syntax", tmp_path / "folder")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(InputError, match=r"layout\.ttl: cannot be written: Permission denied"):
        fix(folder)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before

"""Two graphs are told apart in words, completely, and whatever their form; equal graphs are equal in any serialisation.

A folder below ``tests/diff`` is a case: ``old.*`` and ``new.*`` (``old`` is ``statement.ttl`` where there is none, ``new`` may be
edits of it in ``case.yaml``), and ``expected.txt``, the words that the two files call for.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from conftest import ROOT, Command

from kg_builder import Build
from kg_builder.cli.diff import DIFF_FORMATS
from kg_builder.diff import FORMATS, Difference, compare, in_words, tell
from kg_builder.diff.compare import label_blank_nodes
from kg_builder.diff.tell import GRAPHS
from kg_builder.errors import InputError
from kg_builder.worker import Limits

CASES = Path(__file__).parent / "diff"
BASE = CASES / "statement.ttl"
NAMES = sorted(path.parent.name for path in CASES.glob("*/expected.txt"))
STATEMENT = "https://w3id.org/rights-claims/data/statement/2031-veyland"


def files(case: str, folder: Path) -> tuple[str, str]:
    """The two files of a case."""
    found = {path.stem: path for path in (CASES / case).iterdir()}
    if "case" not in found:
        return str(found.get("old", BASE)), str(found["new"])
    spec = yaml.safe_load(found["case"].read_text("utf-8"))
    text = BASE.read_text("utf-8")
    for edit in spec["edits"]:
        assert edit["from"] in text, edit
        text = text.replace(edit["from"], edit["to"])
    edited = folder / "edited.ttl"
    edited.write_text(text, "utf-8")
    return (str(edited), str(BASE)) if spec.get("reversed") else (str(BASE), str(edited))


def difference(case: str, folder: Path) -> Difference:
    return in_words(compare(*files(case, folder)))


def write(path: Path, text: str) -> str:
    path.write_text(text, "utf-8")
    return str(path)


def test_there_are_cases() -> None:
    assert len(NAMES) == len([path for path in CASES.iterdir() if path.is_dir()]) > 10


@pytest.mark.parametrize("case", NAMES)
def test_a_difference_is_told_in_words(case: str, tmp_path: Path) -> None:
    assert tell(difference(case, tmp_path), "human") == (CASES / case / "expected.txt").read_text("utf-8")


@pytest.mark.parametrize("case", NAMES)
def test_each_triple_that_differs_belongs_to_one_entry(case: str, tmp_path: Path) -> None:
    found = difference(case, tmp_path)
    assert found
    assert sum(entry.removed for entry in found.entries) == len(found.removed)
    assert sum(entry.added for entry in found.entries) == len(found.added)


@pytest.mark.parametrize("case", NAMES)
def test_the_way_back_is_the_same_difference_turned_round(case: str, tmp_path: Path) -> None:
    old, new = files(case, tmp_path)
    there, back = in_words(compare(old, new)), in_words(compare(new, old))
    assert (there.removed, there.added) == (back.added, back.removed)
    turned = {"added": "removed", "removed": "added", "withdrawn": "added"}

    def told(found: Difference, *, turn: bool) -> Counter[tuple[str, str]]:
        return Counter((turned.get(entry.change, entry.change) if turn else entry.change, entry.iri) for entry in found.entries)

    if case == "withdrawn-mark":
        assert told(back, turn=False) == Counter({("changed", STATEMENT): 1})
    elif case == "withdrawn":
        assert told(there, turn=True) == told(back, turn=False)
    else:
        assert told(there, turn=True) == Counter(told(back, turn=False))


@pytest.mark.parametrize("seed", range(8))
def test_whatever_changes_in_a_graph_is_told(built: Build, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same changes in every run
    lines = built.content["nq"].splitlines()
    terms = [line.split(" ", 2) for line in lines]
    gone = set(chance.sample(range(len(lines)), 25))
    new = {f"{chance.choice(terms)[0]} {(other := chance.choice(terms))[1]} {other[2]}" for _ in range(25)} - set(lines)
    old = write(tmp_path / "old.nq", "\n".join(lines))
    changed = write(tmp_path / "new.nq", "\n".join([*(line for at, line in enumerate(lines) if at not in gone), *new]))
    found = in_words(compare(old, changed))
    assert (len(found.removed), len(found.added)) == (len(gone), len(new))
    assert (sum(entry.removed for entry in found.entries), sum(entry.added for entry in found.entries)) == (len(gone), len(new))
    for entry in found.entries:
        assert entry.parts or entry.change in {"added", "removed", "withdrawn"}, entry
    assert len({entry.iri for entry in found.entries}) == len(found.entries)


# --- what is equal ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["ttl", "trig", "jsonld"])
def test_a_built_graph_is_the_same_in_each_of_its_files(command: Command, built: Build, format_: str) -> None:
    assert built.output is not None
    done = command("diff", built.output, built.output / f"graph.{format_}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "The two graphs are equal.\n", "")


def test_order_and_names_of_blank_nodes_make_no_difference(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311 - the same graph in every run
    nodes = [f"_:n{number}" for number in range(40)]
    values = [*nodes, "<urn:a>", '"x"@en']
    lines = [f"{chance.choice(nodes)} <urn:p{chance.randint(0, 3)}> {chance.choice(values)} ." for _ in range(60)]
    others = dict(zip(nodes, chance.sample(nodes, len(nodes)), strict=True))
    turned = [" ".join(others.get(word, word) for word in line.split(" ")) for line in chance.sample(lines, len(lines))]
    assert turned != lines
    old, new = write(tmp_path / "old.nt", "\n".join(lines)), write(tmp_path / "new.nt", "\n".join(turned))
    assert not in_words(compare(old, new))
    changed = write(tmp_path / "changed.nt", "\n".join([*turned, f"{nodes[0]} <urn:p9> {nodes[1]} ."]))
    assert in_words(compare(old, changed))


def test_a_change_in_one_group_of_blank_nodes_leaves_the_others() -> None:
    def group(name: str, value: int) -> list[ox.Quad]:
        node, inner = ox.BlankNode(name), ox.BlankNode(f"{name}i")
        return [ox.Quad(node, ox.NamedNode("urn:p"), inner), ox.Quad(inner, ox.NamedNode("urn:v"), ox.Literal(value))]

    before = set(label_blank_nodes([*group("a", 1), *group("b", 2), *group("c", 3)]))
    after = set(label_blank_nodes([*group("x", 3), *group("y", 1), *group("z", 9)]))
    assert len(before & after) == 4


def test_blank_nodes_that_are_made_to_harm_are_refused_in_time(tmp_path: Path) -> None:
    nodes = [f"_:n{number}" for number in range(10)]
    poison = "\n".join(f"{one} <urn:p> {other} ." for one in nodes for other in nodes if one != other)
    old, new = write(tmp_path / "old.nt", poison), write(tmp_path / "new.nt", poison + "\n<urn:a> <urn:p> <urn:b> .")
    with pytest.raises(InputError, match="look too much alike") as raised:
        compare(old, new, Limits(seconds=1, memory=1024))
    assert str(raised.value).startswith(f"{old}: ")
    assert "IRIs" in raised.value.problems[0].mend


def test_long_lists_of_blank_nodes_are_read(tmp_path: Path) -> None:
    def listed(numbers: list[int]) -> str:
        return f"<urn:a> <urn:p> ( {' '.join(map(str, numbers))} ) ."

    numbers = list(range(3000))
    old, new = write(tmp_path / "old.ttl", listed(numbers)), write(tmp_path / "new.ttl", listed([*numbers, 1]))
    (entry,) = in_words(compare(old, new)).entries
    assert (entry.change, entry.iri, entry.added) == ("changed", "urn:a", 6003)


# --- the formats ------------------------------------------------------------------------------------------------------


def test_the_command_knows_all_formats() -> None:
    assert DIFF_FORMATS == FORMATS
    with pytest.raises(InputError, match="jsn"):
        tell(Difference((), (), ()), "jsn")


def test_json_has_the_documented_form(command: Command, tmp_path: Path) -> None:
    done = command("diff", *files("claim", tmp_path), "--format", "json")
    assert done.returncode == 1
    content = json.loads(done.stdout)
    assert content["triples"] == {"removed": 3, "added": 3}
    assert content["counts"] == {"changed": {"claim": 1}}
    (entry,) = content["entries"]
    assert {key: entry[key] for key in ("change", "kind", "iri", "id", "statement", "line", "users", "triples")} == {
        "change": "changed",
        "kind": "claim",
        "iri": f"{STATEMENT}/utterance/c1",
        "id": "c1",
        "statement": "2031-veyland",
        "line": 1,
        "users": [],
        "triples": {"removed": 3, "added": 3},
    }
    scheme = "https://w3id.org/rights-claims/scheme"
    assert entry["parts"][1:] == [
        {
            "of": of,
            "property": name,
            "old": [{"text": old, "term": f"<{scheme}/{kind}/{old}>", "ground": ""}],
            "new": [{"text": new, "term": f"<{scheme}/{kind}/{new}>", "ground": ""}],
            "moved": False,
        }
        for of, name, kind, old, new in (
            ("", "stance", "stance", "asserts", "denies"),
            ("act “beating of weavers”", "type", "act-type", "torture", "ill_treatment"),
        )
    ]


def test_nquads_are_a_patch(command: Command, tmp_path: Path) -> None:
    old, new = files("claim", tmp_path)
    done = command("diff", old, new, "--format", "nquads")
    before, after = (set(ox.parse(path=name, format=ox.RdfFormat.TURTLE)) for name in (old, new))
    patch = list(ox.parse(done.stdout.encode(), ox.RdfFormat.N_QUADS))
    removed, added = (
        {ox.Quad(quad.subject, quad.predicate, quad.object) for quad in patch if quad.graph_name == ox.NamedNode(graph)}
        for graph in GRAPHS
    )
    assert before - removed | added == after
    assert removed
    assert removed <= before


def test_nquads_keep_the_graph_that_a_triple_stood_in(tmp_path: Path) -> None:
    told = tell(difference("graphs", tmp_path), "nquads")
    names = sorted(str(quad.graph_name).strip("<>") for quad in ox.parse(told.encode(), ox.RdfFormat.N_QUADS))
    assert names == [f"{GRAPHS[1]}:https%3A%2F%2Fexample.org%2Fg2", f"{GRAPHS[0]}:https%3A%2F%2Fexample.org%2Fg1"]


def test_markdown_stays_text(tmp_path: Path) -> None:
    told = tell(difference("hostile", tmp_path), "markdown")
    assert "**changed**: statement 2031-veyland" in told
    for markup in ("**Port**", "<b>", "@all", "\x1b", "\u202e"):
        assert markup not in told


@pytest.mark.parametrize("format_", ["json", "nquads"])
def test_what_steers_a_terminal_is_written_as_escapes(tmp_path: Path, format_: str) -> None:
    title = "On\x1b[31m \x9b\u202e**Port**\x7f\ufeff"
    old, new = BASE.read_text("utf-8"), tmp_path / "new.ttl"
    told = tell(in_words(compare(str(BASE), write(new, old.replace("On Port Oru", title)))), format_)
    assert not [each for each in told if each != "\n" and not each.isprintable()]
    if format_ == "json":
        found = {value["text"] for part in json.loads(told)["entries"][0]["parts"] for value in part["new"]}
    else:
        objects = [quad.object for quad in ox.parse(told.encode(), ox.RdfFormat.N_QUADS)]
        found = {each.value for each in objects if isinstance(each, ox.Literal)}
    assert title in found


def test_colour_is_for_terminals_only(command: Command, tmp_path: Path) -> None:
    done = command("diff", *files("claim", tmp_path), env={"NO_COLOR": ""})
    assert "\x1b" not in done.stdout
    assert "\x1b[33mchanged: claim c1" in tell(difference("claim", tmp_path), "human", colour=True)


def test_long_texts_are_shown_where_they_differ(tmp_path: Path) -> None:
    words = " ".join(f"word{number}" for number in range(300))
    old = write(tmp_path / "old.nt", f'<urn:a> <urn:p> "{words}" .')
    new = write(tmp_path / "new.nt", f'<urn:a> <urn:p> "{words.replace("word150", "another")}" .')
    told = tell(in_words(compare(old, new)), "human").splitlines()[1]
    assert "word150" in told.split("→")[0]
    assert "another" in told.split("→")[1]
    assert len(told) < 300


# --- bad input --------------------------------------------------------------------------------------------------------


def test_what_cannot_be_read_is_told(command: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    write(tmp_path / "broken.ttl", "<urn:a> <urn:p> .")
    for arguments, wanted in (
        (("missing.ttl", BASE), "missing.ttl: error: there is no such file"),
        (("empty", BASE), "empty: error: this folder has no graph.nq"),
        ((BASE, "broken.ttl"), "broken.ttl:1:17: error: this is not Turtle"),
        (("-", "-"), "standard input can be only one"),
        ((ROOT / "README.md", BASE), "tells no RDF format"),
    ):
        done = command("diff", *arguments)
        assert done.returncode == 2, arguments
        assert done.stdout == ""
        assert wanted in done.stderr


def test_standard_input_can_be_one_of_them(command: Command) -> None:
    assert command("diff", "-", BASE, stdin=BASE.read_text("utf-8")).returncode == 0
    assert command("diff", BASE, "-").returncode == 1

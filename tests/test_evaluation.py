"""Evaluation: figures counted by hand, the rules' own scorer where it is at hand, and what is said of bad input."""

from __future__ import annotations

import copy
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from statistics import NormalDist
from typing import Any

import pytest
import yaml
from conftest import Command

from kg_builder.errors import InputError
from kg_builder.evaluation import evaluate, pair
from kg_builder.evaluation.intervals import expanded_tail, intervals, wilson
from kg_builder.evaluation.matching import match
from kg_builder.evaluation.places import Names, Places, same_place
from kg_builder.evaluation.reading import Event, read_annotation
from kg_builder.evaluation.scoring import Tally, score

CASES = Path(__file__).parent / "evaluation"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())
ERRORS: list[dict[str, Any]] = yaml.safe_load((CASES / "errors.yaml").read_text("utf-8"))
DEV_SET = os.environ.get("KG_BUILDER_DEV_SET")


def files(name: str) -> tuple[str, str, str]:
    return tuple(str(CASES / name / file) for file in ("predicted.json", "gold.json", "text.txt"))  # type: ignore[return-value]


def expected(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((CASES / name / "expected.yaml").read_text("utf-8")))


def shown(tallies: Any) -> dict[str, str]:
    return {name: f"{each.found}/{each.false}/{each.missed}" for name, each in tallies.items()}


def shares(tallies: Any) -> dict[str, str]:
    return {name: f"{each.found} of {each.found + each.missed}" for name, each in tallies.items()}


# --- the figures ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_figures_are_those_counted_by_hand(name: str) -> None:
    found = evaluate(pair(*files(name)).pairs)
    wanted = expected(name)
    assert shown(found.tallies) == wanted["tallies"]
    assert shares(found.shares) == wanted["shares"]
    assert found.traps is not None
    assert f"{found.traps[0]} of {found.traps[1]}" == wanted["traps"]
    assert found.not_verbatim == wanted["not_verbatim"]


def test_allegations_against_the_accusing_side_count_when_they_are_asked_for() -> None:
    found = evaluate(pair(*files("marsh")).pairs, counter=True)
    wanted = expected("marsh")
    assert shown(found.tallies) == wanted["tallies"] | wanted["counter"]["tallies"]
    assert shares(found.shares) == wanted["shares"] | wanted["counter"]["shares"]


@pytest.mark.parametrize("name", NAMES)
def test_labels_against_themselves_are_perfect(name: str) -> None:
    _, gold, text = files(name)
    found = evaluate(pair(gold, gold, text).pairs)
    assert {(each.precision, each.recall, each.f1) for each in found.tallies.values()} == {(1.0, 1.0, 1.0)}
    assert {each.missed for each in found.shares.values()} == {0}
    assert found.slips() == []


@pytest.mark.parametrize("name", NAMES)
def test_without_the_text_quotes_meet_by_their_words(name: str, tmp_path: Path) -> None:
    for file in files(name)[:2]:
        shutil.copy(file, tmp_path)
    found = evaluate(pair(str(tmp_path / "predicted.json"), str(tmp_path / "gold.json")).pairs)
    assert shown(found.tallies) == expected(name)["tallies"]
    assert (found.traps, found.not_verbatim, len(found.without_text)) == (None, None, 1)


def test_a_draft_against_itself_is_perfect() -> None:
    """Labels may write names as the text does, and hold entries that differ in one slot only."""
    quote = "the police and the guard beat four miners"
    actors = [
        ("Police of Tarn", "authority"),
        ("the Police of Tarn", "group"),
        ("Miners", "group"),
        ("Miners", "person"),
        ("the", None),
    ]
    claims = [
        {"accuser": accuser, "accused": accused, "act_type": "injury", "quote": quote, "optional": optional}
        for accuser, accused, optional in (
            ("miners", ["Tarn police", "a stranger"], True),
            (None, ["police of Tarn"], False),
            ("the", ["a stranger"], False),
            ("Miners", [], False),
        )
    ]
    gold = {
        "actors": [{"name": name, "kind": kind, "surface": [f"{name} itself"]} for name, kind in actors],
        "events": [{"date": date, "quote": quote, "optional": date == "2031"} for date in ("2032", "2031", "2033")],
        "victims": [{"count": {"min": 4, "max": 4}, "quote": quote}],
        "allegations": claims,
        "denials": [{"who": who, "quote": quote} for who in ("tarn POLICE", "a stranger", None)],
        "demands": [{"addressee": ["Tarn Police", "the"], "quote": quote}] * 30,
    }
    read = read_annotation(json.dumps(gold), "x", gold=True)
    for text in (quote, None):
        found = score(read, read, text)
        figures = {**found.tallies, **found.shares}
        assert {name: (each.false, each.missed) for name, each in figures.items()} == dict.fromkeys(figures, (0, 0))
        assert shares(found.shares)["event date (of matches)"] == "3 of 3"
        assert shares(found.shares)["actor kind (of matches)"] == "5 of 5"


def test_the_same_words_at_another_place_are_another_quote() -> None:
    text = "The guards beat four men. In June the guards beat four men."
    gold, own = ("In June the guards beat four men",), "The guards beat four men. In June"
    assert Places(text).overlapping([own], [gold]) == [[]]
    assert Places(text).overlapping(["the guards beat four men"], [gold]) == [[0]]
    assert Places(text).overlapping(["guards beat four"], [gold]) == [[]]
    assert Places(text).overlapping(["unseen words of nobody"], [(*gold, "The guards beat four men. In")]) == [[]]


def test_a_quote_of_everything_points_at_nothing() -> None:
    text = " ".join(f"w{number}" for number in range(200))
    gold = ("w10 w11 w12 w13",)
    sixty, more = (" ".join(f"w{number}" for number in range(length)) for length in (60, 61))
    assert Places(text).overlapping([sixty, more], [gold]) == [[0], []]


@pytest.mark.parametrize(
    ("shared", "predicted", "gold", "stands"),
    [
        (4, 8, 9, True),
        (4, 9, 9, False),
        (4, 9, 8, True),
        (3, 3, 4, False),
        (3, 4, 3, True),
        (25, 75, 25, True),
        (25, 76, 25, False),
    ],
)
def test_half_of_the_shorter_quote_and_four_words_are_shared(shared: int, predicted: int, gold: int, stands: bool) -> None:
    assert same_place(shared, predicted, gold) is stands


def test_seven_words_of_ten_within_a_trap_hit_it() -> None:
    words = [f"w{number}" for number in range(20)]
    seven, six = " ".join(words[3:13]), " ".join(words[4:14])
    assert Places(" ".join(words)).within([seven, six], " ".join(words[:10])) == {seven}


@pytest.mark.parametrize(
    ("name", "found"), [("red blue grey", "p"), ("red blue grey green", None), ("the Red of Blue grey black pink", "p")]
)
def test_names_that_share_three_words_of_five_are_one_party(name: str, found: str | None) -> None:
    assert Names([("p", ["red blue grey black pink"])]).find(name) == found


@pytest.mark.parametrize(
    ("slots", "figures"),
    [
        ({}, "1/0/0"),
        ({"act_type": "ill_treatment"}, "1/0/0"),
        ({"act_type": "killing"}, "0/1/1"),
        ({"accused": ["Guards"]}, "1/0/0"),
        ({"accused": ["Miners", "Guards"]}, "1/0/0"),
        ({"accused": ["Miners"]}, "0/1/1"),
        ({"accused": []}, "0/1/1"),
    ],
)
def test_other_wordings_of_type_and_party_that_the_label_allows_are_right(slots: dict[str, Any], figures: str) -> None:
    actors: list[dict[str, Any]] = [{"name": name, "kind": "group", "surface": []} for name in ("Police", "Guards", "Miners")]
    label = {"accuser": None, "accused": ["Police"], "act_type": "injury", "quote": "the police beat four miners"}
    gold = {**label, "alt_act_types": ["ill_treatment"], "accused_implied": ["Guards"]}
    sides = [read_annotation(json.dumps({"actors": actors, "allegations": [each]}), "x") for each in ({**label, **slots}, gold)]
    assert shown(score(sides[0], sides[1], label["quote"]).tallies)["allegations: strict"] == figures  # type: ignore[arg-type]


def test_figures_of_several_statements_are_added_up(tmp_path: Path) -> None:
    for name in NAMES:
        shutil.copytree(CASES / name, tmp_path / "gold" / name, ignore=shutil.ignore_patterns("predicted.json"))
    (tmp_path / "predicted").mkdir()
    shutil.copy(files("harbour")[0], tmp_path / "predicted" / "harbour.json")
    shutil.copy(files("harbour")[0], tmp_path / "predicted" / "elsewhere.json")
    pairing = pair(str(tmp_path / "predicted"), str(tmp_path / "gold"))
    assert (pairing.without_prediction, pairing.without_gold) == (("marsh",), ("elsewhere",))
    found = evaluate(pairing.pairs)
    # harbour 2/3/1, and of marsh, where nothing is predicted, two labels missed
    assert shown(found.tallies)["allegations: strict"] == "2/3/3"
    assert found.tallies["allegations: strict"].f1 == pytest.approx(2 * 2 / (2 * 2 + 3 + 3))
    assert found.without_text == ()


@pytest.mark.parametrize(
    ("tally", "figures"),
    [
        (Tally(3, 1, 2), (0.75, 0.6, 2 / 3)),
        (Tally(0, 0, 0), (1.0, 1.0, 1.0)),
        (Tally(0, 0, 2), (0.0, 0.0, 0.0)),
        (Tally(0, 2, 0), (0.0, 1.0, 0.0)),
    ],
)
def test_precision_recall_and_f1(tally: Tally, figures: tuple[float, ...]) -> None:
    assert (tally.precision, tally.recall, tally.f1) == pytest.approx(figures)


def test_what_went_wrong_is_told_with_its_words_and_reason() -> None:
    slips = {tuple(slip[1:]) for slip in evaluate(pair(*files("harbour")).pairs).slips()}
    assert {
        ("missed", "allegations", "officers threatened the wives of the miners", "accused Ministry of Tides, wanted Officers"),
        ("false alarm", "allegations", "officers threatened the wives", "accused Ministry of Tides, wanted Officers"),
        ("false alarm", "allegations", "tortured by the River Guard", "no label has these words"),
        ("missed", "actors", "Miners", "no such name"),
        ("missed", "counts", "Two of the miners were beaten in custody", "2 to any number, wanted 2"),
        ("missed", "victims", "threatened the wives of the miners", "nothing quotes these words"),
        ("trap hit", "traps", "tortured by the River Guard", "a negated act"),
        ("not verbatim", "demands", "to free every miner", "the text has not these words"),
    } <= slips


# --- matching ---------------------------------------------------------------------------------------------------------


def largest(suiting: Sequence[Sequence[int]], taken: frozenset[int] = frozenset()) -> int:
    """The size of a largest matching, by trying everything."""
    if not suiting:
        return 0
    rest = suiting[1:]
    return max([largest(rest, taken), *(1 + largest(rest, taken | {label}) for label in suiting[0] if label not in taken)])


@pytest.mark.parametrize("seed", range(40))
def test_as_many_as_can_be_are_matched(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    density = chance.choice([0.15, 0.3, 0.6])
    suiting = [[label for label in range(7) if chance.random() < density] for _ in range(7)]
    entries = [Event(date=None, quote=f"q{number}") for number in range(7)]
    found = match(entries, entries, suiting, lambda each: each.optional)
    assert found.found == len(found.taken_by) == largest(suiting)
    assert len(set(found.taken_by.values())) == len(found.taken_by)
    assert all(label in suiting[at] for label, at in found.taken_by.items())
    assert set(found.missed) == set(range(7)) - set(found.taken_by)


def test_what_must_be_found_comes_before_what_may_be() -> None:
    gold = [Event(date=None, quote="q", optional=True), Event(date=None, quote="other words")]
    assert match([Event(date=None, quote="q")], gold, [[0, 1]], lambda each: each.optional).taken_by == {1: 0}


def test_a_date_is_right_or_wrong_only_where_the_label_has_one() -> None:
    own, gold = (
        read_annotation(json.dumps({"events": [{"date": date, "quote": quote} for date, quote in dates]}), "x")
        for dates in ([("2031", "a raid"), ("2031", "a fire")], [("2031", "a raid"), (None, "a fire")])
    )
    assert shares(score(own, gold, "a raid and a fire").shares)["event date (of matches)"] == "1 of 1"


def test_a_long_chain_of_moves_is_followed() -> None:
    size = 3000
    entries = [Event(date=None, quote="q") for _ in range(size)]
    suiting = [[at, at + 1] for at in range(size - 1)] + [[0]]
    assert match(entries, entries, suiting, lambda each: each.optional).found == size


def test_five_thousand_entries_take_seconds(tmp_path: Path) -> None:
    lines = [f"The guard unit {number} beat five fishers of village {number} in March" for number in range(5000)]
    unit = [f"Guard unit {number}" for number in range(5000)]
    gold = {
        "actors": [{"name": name, "kind": "authority", "surface": [f"the {name.lower()}"]} for name in unit],
        "events": [{"date": None, "quote": line} for line in lines],
        "victims": [{"count": {"min": 5, "max": 5}, "quote": line} for line in lines],
        "allegations": [
            {"accuser": None, "accused": [name], "act_type": "injury", "quote": line}
            for name, line in zip(unit, lines, strict=True)
        ],
        "denials": [],
        "demands": [],
    }
    (tmp_path / "a.json").write_text(json.dumps(gold), "utf-8")
    (tmp_path / "a.txt").write_text("\n".join(lines), "utf-8")
    started = time.process_time()
    found = evaluate(pair(str(tmp_path / "a.json"), str(tmp_path / "a.json")).pairs)
    assert found.tallies["allegations: strict"] == Tally(5000, 0, 0)
    assert time.process_time() - started < 20


# --- intervals --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_gives_the_bounds_of_newcombe_1998(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


def test_one_statement_has_wilson_bounds() -> None:
    (found,) = intervals([[Tally(15, 0, 133)]])
    assert found.recall == pytest.approx((0.0624, 0.1605), abs=5e-5)
    low, high = wilson(15, 148)
    assert found.f1 == pytest.approx((2 * low / (1 + low), 2 * high / (1 + high)))


@pytest.mark.parametrize(("size", "quantile"), [(2, 17.969), (5, 3.104), (10, 2.384), (101, 1.994)])
def test_few_statements_move_the_percentiles_outwards(size: int, quantile: float) -> None:
    """Of Student's t at 97.5% (12.706, 2.776, 2.262, 1.984), times the root of n/(n-1)."""
    assert expanded_tail(size) == pytest.approx(NormalDist().cdf(-quantile), rel=0.01)


def test_statements_that_differ_widen_the_bounds_to_what_they_show() -> None:
    (found,) = intervals([[Tally(50, 0, 0)], [Tally(0, 50, 50)]])
    assert (found.precision, found.recall, found.f1) == ((0.0, 1.0),) * 3


def test_five_statements_are_drawn_from_beyond_the_usual_percentiles() -> None:
    """Of five statements with recalls of 0 to 1 the usual 2.5th percentile of the mean is 0.2: 126 of 3,125 draws lie so low."""
    (found,) = intervals([[Tally(5 * quarter, 0, 20 - 5 * quarter)] for quarter in range(5)])
    assert found.recall[0] <= 0.1
    assert found.recall[1] >= 0.9


def test_statements_that_agree_leave_the_bounds_of_the_pooled_entries() -> None:
    (found,) = intervals([[Tally(5, 0, 5)]] * 12)
    assert found.recall == pytest.approx(wilson(60, 120))


def test_the_bounds_hold_the_figure_and_are_the_same_each_time() -> None:
    rows = [[Tally(found, false, 2)] for found, false in product((0, 3, 9), (0, 4))]
    (first,), (second,) = intervals(rows), intervals(rows)
    assert first == second
    total = sum((row[0] for row in rows), Tally())
    for bounds, figure in ((first.precision, total.precision), (first.recall, total.recall), (first.f1, total.f1)):
        assert 0 <= bounds[0] < figure < bounds[1] <= 1


# --- the rules' own scorer --------------------------------------------------------------------------------------------


def disturbed(gold: dict[str, Any], text: str, chance: random.Random) -> dict[str, Any]:
    """Predictions as an engine might make them: entries left out, doubled and shuffled, quotes cut and moved, slots changed."""
    own = copy.deepcopy({kind: entries for kind, entries in gold.items() if kind != "traps"})
    names = [actor["name"] for actor in gold["actors"]]
    types = [each["act_type"] for each in gold["allegations"]]
    for kind, entries in own.items():
        own[kind] = [copy.deepcopy(each) for each in entries for _ in range(chance.choice([0, 1, 1, 1, 1, 1, 1, 2]))]
        for entry in own[kind]:
            words = entry.get("quote", "").split()
            start = chance.randrange(max(1, len(words) // 2))
            moved = chance.randrange(len(text) - 200)
            quotes = [" ".join(words[start : start + 8]), text[moved : moved + 200], "words that no text has"]
            changes: dict[str, list[Any]] = {
                "quote": quotes,
                "accused": [[], [chance.choice(names)]],
                "addressee": [[], [chance.choice(names)]],
                "act_type": types,
                "accuser": names,
                "date": [None, "2031"],
                "kind": ["state"],
                "count": [{"min": number, "max": None, "approx": False} for number in (1, 2, 24)],
            }
            for key, values in changes.items():
                if key in entry and chance.random() < 0.25:
                    entry[key] = chance.choice(values)
        chance.shuffle(own[kind])
    return own


@pytest.mark.skipif(DEV_SET is None, reason="the development set is not part of the project: KG_BUILDER_DEV_SET names its folder")
@pytest.mark.parametrize("seed", range(4))
def test_the_figures_are_those_of_the_rules_own_scorer(seed: int, tmp_path: Path) -> None:
    root = Path(DEV_SET or "")
    chance = random.Random(seed)  # noqa: S311
    for path in (root / "gold").glob("*.json"):
        text = (root / "statements" / f"{path.stem}.txt").read_text("utf-8").partition("---\n")[2]
        own = json.loads(path.read_text("utf-8")) if seed == 0 else disturbed(json.loads(path.read_text("utf-8")), text, chance)
        (tmp_path / path.name).write_text(json.dumps(own), "utf-8")
    out = tmp_path / "out" / "scorer.json"
    out.parent.mkdir()
    scorer = [sys.executable, str(root / "score.py"), "--pred", str(tmp_path), "--with-seed", "--json", str(out)]
    subprocess.run(scorer, check=True, capture_output=True, timeout=120)
    out.rename(out.with_suffix(".txt"))
    wanted = json.loads(out.with_suffix(".txt").read_text("utf-8"))["per"]
    found = evaluate(pair(str(tmp_path), str(root / "gold"), str(root / "statements")).pairs)
    assert found.scores.keys() == wanted.keys()
    for name, each in found.scores.items():
        figures: dict[str, Any] = {
            key: [tally.found, tally.false, tally.missed] for key, tally in {**each.tallies, **each.shares}.items()
        }
        figures |= {"traps hit": [each.traps_hit, each.traps, None], "quotes not verbatim": [each.not_verbatim, None, None]}
        assert figures == wanted[name]


# --- bad input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case["name"])
def test_what_is_wrong_is_told_with_its_place_and_cure(case: dict[str, Any]) -> None:
    with pytest.raises(InputError) as raised:
        read_annotation(case["text"], "some.json", gold=case.get("gold", False))
    (problem,) = raised.value.problems
    assert str(problem.location) == (f"some.json:{case['where']}" if "where" in case else "some.json")
    assert case["says"] in problem.message
    assert case.get("mend", "") in problem.mend


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(InputError) as raised:
        read_annotation('{"events": [{"quote": 1}], "denials": 2}', "some.json")
    assert [str(problem.location) for problem in raised.value.problems] == ["some.json:1:13", "some.json:1:23", "some.json:1:39"]


def test_fields_without_a_meaning_are_counted_and_left_out() -> None:
    text = (
        '{"denials": [{"who": null, "quote": "a", "confidence": 1}, {"who": null, "quote": "b", "confidence": 2}], "tool": "x"}'
    )
    found = read_annotation(text, "some.json")
    assert found.unread == {"confidence": 2, "tool": 1}
    assert [each.quote for each in found.denials] == ["a", "b"]


def test_a_party_named_with_null_is_nobody() -> None:
    text = '{"allegations": [{"accuser": null, "accused": null, "act_type": null, "quote": "a b c d"}]}'
    found = read_annotation(text, "some.json")
    assert found.allegations[0].accused == ()
    assert score(found, found, None).tallies["allegations: strict, named accused"] == Tally(0, 0, 0)


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_prints_figures_and_tells_what_they_rest_on(command: Command) -> None:
    predicted, gold, text = files("harbour")
    done = command("evaluate", predicted, gold, "--text", text, "--errors")
    assert done.returncode == 0
    table, slips = done.stdout.split("\n\n")
    rows = {line.split("\t")[0]: line.split("\t")[-1] for line in table.splitlines()[1:]}
    assert rows["allegations: strict, named accused"] == "1/2/1"
    assert rows["quotes not verbatim"] == "1"
    assert "harbour\tmissed\tactors\tMiners\tno such name" in slips.splitlines()
    assert done.stderr.startswith("1 statement.")


def test_json_has_the_figures_unrounded(command: Command) -> None:
    predicted, gold, text = files("harbour")
    told = json.loads(command("evaluate", predicted, gold, "--text", text, "--format", "json", "--errors").stdout)
    strict = told["measures"]["allegations: strict"]
    assert (strict["tp"], strict["fp"], strict["fn"]) == (2, 3, 1)
    assert (strict["precision"], strict["recall"], strict["f1"]) == pytest.approx((2 / 5, 2 / 3, 1 / 2))
    assert strict["recall_interval"] == pytest.approx(wilson(2, 3))
    assert told["measures"]["accuser (of strict matches)"]["accuracy"] == 0.5
    assert told["by_statement"]["harbour"]["traps hit"] == {"hit": 1, "of": 1}
    assert {"statement", "sort", "kind", "words", "reason"} == told["errors"][0].keys()


def test_markdown_is_a_table(command: Command) -> None:
    done = command("evaluate", *files("marsh")[:2], "--format", "markdown")
    assert done.stdout.startswith("| measure")
    assert done.returncode == 0


def test_predictions_may_come_from_standard_input(command: Command) -> None:
    predicted, gold, text = files("harbour")
    done = command("evaluate", "-", gold, "--text", text, stdin=Path(predicted).read_text("utf-8"))
    assert done.stdout == command("evaluate", predicted, gold, "--text", text).stdout != ""


def test_what_was_left_out_is_said(command: Command, tmp_path: Path) -> None:
    for folder, names in {"predicted": ("a", "b"), "gold": ("a", "c")}.items():
        (tmp_path / folder).mkdir()
        for name in names:
            shutil.copy(files("harbour")[1], tmp_path / folder / f"{name}.json")
    done = command("evaluate", "predicted", "gold")
    assert done.returncode == 0
    assert "No prediction, counted as empty: c." in done.stderr
    assert "No labels, left out: b." in done.stderr
    assert "No text (--text)" in done.stderr


def test_errors_of_all_files_are_told(command: Command, tmp_path: Path) -> None:
    for folder, names in {"predicted": ("a", "b"), "gold": ("a", "b")}.items():
        (tmp_path / folder).mkdir()
        for name in names:
            (tmp_path / folder / f"{name}.json").write_text('{"events": 1}' if folder == "predicted" else "[", "utf-8")
    done = command("evaluate", "predicted", "gold")
    assert done.returncode == 2
    for told in ("predicted/a.json:1:12", "predicted/b.json:1:12", "gold/a.json:1:2", "gold/b.json:1:2"):
        assert f"{told}: error: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["nowhere.json", "gold.json"], 2, "nowhere.json: error: there is no such file"),
        (["folder", "gold.json"], 2, "folder is a folder and gold.json is not"),
        (["folder", "nowhere"], 2, "nowhere: error: there is no such file or folder"),
        (["gold.json", "gold.json", "--text", "nowhere.txt"], 2, "nowhere.txt: error: there is no such file"),
        (["one", "one", "--text", "folder"], 2, "there is no a.txt here"),
        (["one", "one", "--text", "gold.json"], 2, "this is not a folder of texts"),
        (["one", "folder"], 3, "there are no labels here"),
        (["folder", "one"], 3, "no prediction has the name of a label"),
        (["empty.json", "empty.json"], 3, "nothing was compared"),
    ],
)
def test_nothing_compared_and_bad_usage_have_their_codes(
    arguments: list[str], code: int, says: str, command: Command, tmp_path: Path
) -> None:
    gold = Path(files("harbour")[1]).read_text("utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a.json").write_text(gold, "utf-8")
    (tmp_path / "gold.json").write_text(gold, "utf-8")
    empty: dict[str, list[str]] = {kind: [] for kind in ("actors", "events", "victims", "allegations", "denials", "demands")}
    (tmp_path / "empty.json").write_text(json.dumps(empty), "utf-8")
    done = command("evaluate", *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr


def test_one_folder_a_statement_has_one_file_or_names_its_labels(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    for name in ("x.json", "y.json"):
        shutil.copy(files("marsh")[1], tmp_path / "a" / name)
    with pytest.raises(InputError, match="2 JSON files in the folder of one statement"):
        pair(str(tmp_path), str(tmp_path))
    (tmp_path / "a" / "x.json").rename(tmp_path / "a" / "gold.json")
    assert [each.name for each in pair(str(tmp_path), str(tmp_path)).pairs] == ["a"]

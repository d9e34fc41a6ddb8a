"""Drafts of labelled texts do not get worse: each figure stays above its floor in ``tests/drafts/floors.yaml``."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg_builder.evaluation import evaluate, pair
from kg_builder.extract.draft import draft
from kg_builder.extract.exchange import to_exchange

DRAFTS = Path(__file__).parent / "drafts"
FLOORS: dict[str, dict[str, float]] = yaml.safe_load((DRAFTS / "floors.yaml").read_text("utf-8"))


@cache
def figures(name: str, folder: Path) -> dict[str, Any]:
    """The figures of one set of labelled texts, whose drafts are written to ``folder``."""
    for path in (DRAFTS / name).glob("*/text.txt"):
        drafted = json.dumps(to_exchange(draft(path.read_text("utf-8"))))
        (folder / f"{path.parent.name}.json").write_text(drafted, "utf-8")
    pairing = pair(str(folder), str(DRAFTS / name))
    assert not (pairing.without_gold or pairing.without_prediction)
    return evaluate(pairing.pairs).as_json()


@pytest.fixture(scope="session")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {name: tmp_path_factory.mktemp(name) for name in FLOORS}


@pytest.mark.parametrize("name", FLOORS)
def test_no_figure_is_below_its_floor(name: str, drafted: dict[str, Path]) -> None:
    measures = figures(name, drafted[name])["measures"]
    there = {measure: measures[measure].get("f1", measures[measure].get("accuracy")) for measure in FLOORS[name]}
    assert {measure: value for measure, value in there.items() if value is None or value < FLOORS[name][measure]} == {}


@pytest.mark.parametrize("name", FLOORS)
def test_every_quote_stands_in_its_text(name: str, drafted: dict[str, Path]) -> None:
    assert figures(name, drafted[name])["quotes_not_verbatim"] == 0


def test_each_set_of_labelled_texts_has_floors_and_each_floor_can_be_missed() -> None:
    assert FLOORS.keys() == {path.name for path in DRAFTS.iterdir() if path.is_dir()}
    assert [floor for floors in FLOORS.values() for floor in floors.values() if not 0 < floor < 1] == []

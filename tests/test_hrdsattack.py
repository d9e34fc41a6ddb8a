"""The benchmark on a public corpus: its mapping, and its figures counted by hand. The corpus itself is not in the project."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.hrdsattack import Labels, Mapped, _turned, figures, read_broader, read_corpus
from kg_builder.evaluation.scoring import Tally

CORPUS_LABELS = {"arbitrary detention", "enforced disappearance", "kidnapping", "killing", "torture", "other"}
"""As the corpus has them; "unknown" stands for none of these."""


def drafted(act_type: str | None, *accused: str, narrow: str | None = None) -> dict[str, object]:
    return {"act_type": act_type, "narrow_type": narrow, "accused": list(accused), "accused_inferred": []}


def test_every_act_type_but_impunity_has_a_label_of_the_corpus() -> None:
    mapped, broader = Mapped.read(), read_broader()
    assert set(mapped.violations.values()) == CORPUS_LABELS
    types = {*mapped.violations, *broader, *broader.values()}
    unlabelled = {
        each for each in types if mapped.labels({"actors": [], "allegations": [drafted(each)]}, broader).violations == {"unknown"}
    }
    assert {each for each in unlabelled if broader.get(each, each) != "impunity"} == set()


def test_a_term_stands_for_one_label() -> None:
    with pytest.raises(ValueError, match="raid stands for a and for b"):
        _turned({"a": ["raid"], "b": ["raid"]})


def test_a_draft_comes_to_labels() -> None:
    actors = [
        {"name": "River Guard", "kind": "authority", "surface": ["the guard"]},
        {"name": "Tide Gang", "kind": "group", "surface": []},
    ]
    allegations = [
        drafted("killing", "the guard"),
        drafted("enforced_disappearance", "River Guard", narrow="abduction"),
        drafted("injury", "Tide Gang"),
    ]
    found = Mapped.read().labels({"actors": actors, "allegations": allegations}, read_broader())
    assert found == Labels(frozenset({"killing", "kidnapping", "other"}), "state actor")
    assert Mapped.read().labels({"actors": actors, "allegations": []}, {}) == Labels(frozenset({"unknown"}), None)


def test_the_figures_are_those_counted_by_hand() -> None:
    pairs = [
        (Labels(frozenset({"killing", "other"}), "state actor"), Labels(frozenset({"killing", "torture"}), "state actor")),
        (Labels(frozenset({"unknown"}), None), Labels(frozenset({"torture"}), "other non-state actors")),
        (Labels(frozenset({"torture"}), "state actor"), Labels(frozenset({"torture"}), None)),
    ]
    found = {measure: sum(tallies, Tally()) for measure, tallies in figures(pairs).items()}
    assert found["violation types"] == Tally(2, 2, 2)
    assert found["violation types, exact"] == Tally(1, 0, 2)
    assert found["violation types, loose"] == Tally(2, 0, 1)
    assert found["perpetrator mentioned"] == Tally(1, 1, 1)
    assert found["perpetrator type"] == Tally(1, 0, 2)
    assert found["violation: torture"] == Tally(1, 0, 2)


def test_the_corpus_is_read_as_it_is_published(tmp_path: Path) -> None:
    label = {"perpetrator_mention": False, "perpetrator_type": None, "violation_types": ["killing", "other"]}
    (tmp_path / "dev.json").write_text(json.dumps([{"text": "News.", "labels": [label]}]), "utf-8")
    assert list(read_corpus([tmp_path / "dev.json"])) == [("News.", Labels(frozenset({"killing", "other"}), None))]

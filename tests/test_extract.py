"""The drafting engine on short sentences.

A file ``tests/extract/THEME.yaml`` is a list of cases: ``id``, ``text``, and what a careful reader drafts from it, written from
the rules of drafting and not from what the engine says. Countries and people are invented; the publisher is Quay Watch, the day
15 June 2031.

- ``allegations``: all that there are; none where the key is absent. ``type`` may name several ("injury|torture"). Parties are
  words of the text: those drafted hold them and have at most three words more. ``accused`` is nobody, ``accuser`` the
  publisher where the key is absent; ``victims``, ``inferred``, ``place`` and ``date`` are judged where they are given. An
  ``optional`` one may be left out, and of it only the type is judged
- ``denials`` with ``who``, and ``demands`` with ``addressee``, ``action`` (words in it) and ``by``: all that there are
- ``counts``: the bounds of all numbers of people, where the key is given; one single person need not be counted
- ``misses``: why the engine cannot do it yet. When it can, the test fails until the key is taken away
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg_builder.extract.draft import draft
from kg_builder.extract.exchange import to_exchange

CASES = Path(__file__).parent / "extract"
PUBLISHER = "Quay Watch"
TODAY = date(2031, 6, 15)
MORE_WORDS = 3
KEYS = {"id", "text", "allegations", "denials", "demands", "counts", "misses"}
ALLEGATION = {"type", "accused", "victims", "accuser", "inferred", "place", "date", "optional"}


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*.yaml")):
        for case in yaml.safe_load(path.read_text("utf-8")):
            marks = [pytest.mark.xfail(strict=True, reason=case["misses"])] if "misses" in case else []
            yield pytest.param(case, id=f"{path.stem}-{case['id']}", marks=marks)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def holds(there: str | None, wanted: str, more: int = MORE_WORDS) -> bool:
    """Whether the wanted words stand side by side in what is there, with few others."""
    have, want = words(there or ""), words(wanted)
    inside = any(have[at : at + len(want)] == want for at in range(len(have) - len(want) + 1))
    return inside and len(have) <= len(want) + more


def same_parties(there: list[str], wanted: list[str]) -> bool:
    return all(any(holds(each, one) for each in there) for one in wanted) and all(
        any(holds(each, one) for one in wanted) for each in there
    )


def is_allegation(there: dict[str, Any], wanted: dict[str, Any]) -> bool:
    if there["act_type"] not in wanted["type"].split("|"):
        return False
    return bool(wanted.get("optional")) or (
        same_parties(there["accused"], wanted.get("accused", []))
        and ("victims" not in wanted or same_parties(there["victims"], wanted["victims"]))
        and holds(there["accuser"], wanted.get("accuser", PUBLISHER))
        and ("inferred" not in wanted or same_parties(there["accused_inferred"], wanted["inferred"]))
        and ("place" not in wanted or holds(there["place"], wanted["place"]))
        and ("date" not in wanted or there["date"] == wanted["date"])
    )


def is_denial(there: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return holds(there["who"], wanted["who"])


def is_demand(there: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return (
        same_parties(there["addressee"], wanted.get("addressee", []))
        and holds(there["action"], wanted["action"], more=6)
        and holds(there["by"], wanted.get("by", PUBLISHER))
    )


Same = Callable[[dict[str, Any], dict[str, Any]], bool]


def unmatched(there: list[dict[str, Any]], wanted: list[dict[str, Any]], same: Same) -> tuple[list[Any], list[Any]]:
    """What is there and not wanted, and what is wanted and not there, in the pairing that leaves the least."""
    best: tuple[list[Any], list[Any]] = there, [each for each in wanted if not each.get("optional")]
    for order in itertools.permutations(wanted):
        left, missing = list(there), []
        for one in order:
            match = next((each for each in left if same(each, one)), None)
            if match is not None:
                left.remove(match)
            elif not one.get("optional"):
                missing.append(one)
        if len(left) + len(missing) < len(best[0]) + len(best[1]):
            best = left, missing
    return best


def shown(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    keys = (
        "act_type",
        "accused",
        "accused_inferred",
        "victims",
        "accuser",
        "place",
        "date",
        "who",
        "by",
        "addressee",
        "action",
        "act",
    )
    return [{key: each[key] for key in keys if each.get(key)} for each in entries]


def slips(case: dict[str, Any]) -> list[str]:
    """What is wrong with the draft of a case's text."""
    found = to_exchange(draft(case["text"], "en", publisher=PUBLISHER, today=TODAY))
    told = []
    for key, same in (("allegations", is_allegation), ("denials", is_denial), ("demands", is_demand)):
        extra, missing = unmatched(found[key], case.get(key, []), same)
        told += [f"{key}: not wanted: {each}" for each in shown(extra)]
        told += [f"{key}: not there: {each}" for each in missing]
    if "counts" in case:
        counted = {(each["count"]["min"], each["count"]["max"]) for each in found["victims"]} - {(None, None)}
        wanted = {tuple(each) for each in case["counts"]}
        if counted - {(1, 1)} != wanted - {(1, 1)}:
            told.append(f"counts: {sorted(wanted, key=str)} is wanted, {sorted(counted, key=str)} is there")
    return told


ARREST: dict[str, Any] = {
    "type": "arbitrary_detention",
    "accused": ["Police"],
    "victims": ["14 fishermen"],
    "place": "Port Ressa",
    "date": None,
}
NOTHING_WRONG: dict[str, Any] = {
    "text": "Police arrested 14 fishermen in Port Ressa. We urge the mayor to free them.",
    "allegations": [ARREST],
    "demands": [{"addressee": ["mayor"], "action": "free them"}],
    "counts": [[14, 14]],
}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("allegations", []),
        ("allegations", [ARREST, ARREST]),
        ("allegations", [ARREST | {"type": "killing|injury"}]),
        ("allegations", [ARREST | {"accused": []}]),
        ("allegations", [ARREST | {"accused": ["Police", "mayor"]}]),
        ("allegations", [ARREST | {"victims": []}]),
        ("allegations", [ARREST | {"victims": ["farmers"]}]),
        ("allegations", [ARREST | {"accuser": "mayor"}]),
        ("allegations", [ARREST | {"inferred": ["mayor"]}]),
        ("allegations", [ARREST | {"place": "Lisk"}]),
        ("allegations", [ARREST | {"date": "2031"}]),
        ("denials", [{"who": "Police"}]),
        ("demands", []),
        ("demands", [{"addressee": [], "action": "free them"}]),
        ("demands", [{"addressee": ["mayor"], "action": "arrest them"}]),
        ("demands", [{"addressee": ["mayor"], "action": "free them", "by": "Police"}]),
        ("counts", []),
        ("counts", [[14, None]]),
    ],
)
def test_a_wrong_draft_is_seen(key: str, value: list[Any]) -> None:
    assert slips(NOTHING_WRONG) == []
    assert slips({**NOTHING_WRONG, key: value}) != []


@pytest.mark.parametrize("case", list(cases()))
def test_a_sentence_is_drafted_as_it_reads(case: dict[str, Any]) -> None:
    assert case.keys() <= KEYS
    assert all(each.keys() <= ALLEGATION for each in case.get("allegations", []))
    assert slips(case) == []

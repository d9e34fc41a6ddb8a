"""Writes folders of invented statements with claims: seeded, so that the same figures come from the same corpus."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

ENTITIES = """\
actors:
  harbour-watch: {kind: organization, label: Harbour Watch}
  coder: {kind: organization, label: the coders}
  river-guard: {kind: authority, label: the river guard}
  ministry: {kind: authority, label: the Ministry of Tides}
  fishers: {kind: group, label: fishers}
  weavers: {kind: group, label: weavers}
places:
  veyland: {label: Veyland}
  port-oru: {label: Port Oru, within: veyland}
"""
ACTS = (("detained", "arbitrary_detention"), ("beat", "beating"), ("tortured", "torture"), ("evicted", "eviction"))
AUTHORITIES = (("river-guard", "the river guard"), ("ministry", "the Ministry of Tides"))
GROUPS = (("fishers", "fishers"), ("weavers", "weavers"))


def write_corpus(folder: Path, statements: int, claims: int = 10, seed: int = 1) -> None:
    """Write ``statements`` statements of ``claims`` claims each, and one demand, below ``folder/data``."""
    chance = random.Random(seed)
    entities = folder / "data" / "entities"
    entities.mkdir(parents=True)
    (entities / "all.yaml").write_text(ENTITIES, "utf-8")
    for number in range(1, statements + 1):
        root = folder / "data" / "statements" / f"s-{number:06d}"
        root.mkdir(parents=True)
        _write_statement(root, number, claims, chance)


def _write_statement(root: Path, number: int, claims: int, chance: random.Random) -> None:
    sentences = []
    entries = []
    for at in range(1, claims + 1):
        verb, act = chance.choice(ACTS)
        actor, authority = chance.choice(AUTHORITIES)
        group_id, group = chance.choice(GROUPS)
        count = chance.randint(2, 99)
        month = f"{chance.randint(1, 12):02d}"
        quote = f"In case {at} of 2031-{month}, {authority} {verb} {count} {group} in Port Oru."
        sentences.append(quote)
        entries.append(
            f"- claim: c{at}\n  quote: '{quote}'\n  proposition: '{quote}'\n  describes:\n    act-{at}:\n"
            f"      label: case {at}\n      actType: {{{act}: {verb}}}\n      allegedPerpetrator: {{{actor}: {authority}}}\n"
            f"      allegedVictim: {{{group_id}: {group}}}\n      place: {{port-oru: Port Oru}}\n"
            f"      time: {{edtf: 2031-{month}, dateSense: within, words: 2031-{month}}}\n"
            "      quantity:\n"
            f"        n: {{counts: people, bound: exact, minimum: {count}, maximum: {count}, words: {count} {group}}}\n"
        )
    demand = f"We demand that the Ministry of Tides end these {claims} cases."
    sentences.append(demand)
    entries.append(
        f"- demand: d1\n  quote: {demand}\n  proposition: {demand}\n  force: {{demand: We demand}}\n"
        "  soughtAction: {cease: end}\n  addressee: {ministry: the Ministry of Tides}\n"
        "  about: {ministry: the Ministry of Tides}\n"
    )
    text = "\n".join(sentences) + "\n"
    (root / "text.txt").write_text(text, "utf-8", newline="\n")
    digest = hashlib.sha256(text.encode()).hexdigest()
    (root / "statement.yaml").write_text(
        f"title: Statement {number}\ndate: 2032-01-01\nlanguage: en\ncreator: harbour-watch\ncodedBy: coder\nsha256: {digest}\n"
        f"expect: {{claims: {claims}, demands: 1}}\n",
        "utf-8",
    )
    (root / "claims.yaml").write_text("status: reviewed\nutteredBy: harbour-watch\nutterances:\n" + "".join(entries), "utf-8")

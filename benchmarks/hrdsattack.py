"""``python -m benchmarks.hrdsattack FOLDER|FILE…``: drafts against the labels of the HRDsAttack corpus.

The corpus (Ran, Lu, Tetreault, Cahill and Jaimes: A New Task and Dataset on Detecting Attacks on Human Rights Defenders,
Findings of ACL 2023) has news texts, each labelled with the types of violation and of perpetrator. Measured as by its authors:

violation type      precision, recall and F1 of all labels (micro); exact: all labels of a text right; loose: one of them;
                    a text without a violation is predicted as "unknown"
perpetrator type    accuracy over all texts, where "nobody is mentioned" is a type; F1 of its mention

The labels come from one annotator each, and from news; what is tuned to them is tuned to that.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from tabulate import tabulate

from kg_builder.evaluation.intervals import intervals
from kg_builder.evaluation.scoring import Tally
from kg_builder.vocabulary import read_vocabulary

MAPPING = Path(__file__).with_suffix(".yaml")


@dataclass(frozen=True)
class Labels:
    """What a text is labelled with; the perpetrator is None where none is mentioned."""

    violations: frozenset[str]
    perpetrator: str | None


@dataclass(frozen=True)
class Mapped:
    """From our terms to the labels."""

    violations: Mapping[str, str]
    perpetrators: Mapping[str, str]
    nothing: str

    @classmethod
    def read(cls, path: Path = MAPPING) -> Mapped:
        """Raises ValueError where a term stands for two labels."""
        content = yaml.safe_load(path.read_text("utf-8"))
        return cls(_turned(content["violations"]), _turned(content["perpetrators"]), content["nothing"])

    def labels(self, draft: Mapping[str, Any], broader: Mapping[str, str]) -> Labels:
        """The labels that a draft in the exchange format comes to."""
        allegations = draft["allegations"]
        found = {self._violation(each.get("narrow_type") or each["act_type"], broader) for each in allegations}
        kinds = {name: actor["kind"] for actor in draft["actors"] for name in (actor["name"], *actor["surface"])}
        accused = [name for each in allegations for name in (*each["accused"], *each.get("accused_inferred", ()))]
        types = Counter(self.perpetrators[kinds[name]] for name in accused if kinds.get(name) in self.perpetrators)
        perpetrator = min(types, key=lambda each: (-types[each], each)) if types else None
        return Labels(frozenset(found - {None}) or frozenset({self.nothing}), perpetrator)  # type: ignore[arg-type]

    def _violation(self, act_type: str | None, broader: Mapping[str, str]) -> str | None:
        while act_type and act_type not in self.violations:
            act_type = broader.get(act_type)
        return self.violations[act_type] if act_type else None


def _turned(lists: Mapping[str, list[str]]) -> dict[str, str]:
    turned: dict[str, str] = {}
    for label, terms in lists.items():
        for term in terms:
            if turned.setdefault(term, label) != label:
                raise ValueError(f"{MAPPING.name}: {term} stands for {turned[term]} and for {label}")
    return turned


def read_broader() -> dict[str, str]:
    """The broader notation of each narrower act type."""
    acts = read_vocabulary().schemes["act-type"]
    return {notation: concept.broader[0] for notation, concept in acts.items() if concept.broader}


def draft_of(text: str) -> dict[str, Any]:
    """The draft of a text in the exchange format."""
    from kg_builder.extract.draft import draft  # noqa: PLC0415
    from kg_builder.extract.exchange import to_exchange  # noqa: PLC0415

    return to_exchange(draft(text))


def read_corpus(files: Iterable[Path]) -> Iterator[tuple[str, Labels]]:
    """Text and labels of each document."""
    for file in files:
        for document in json.loads(file.read_text("utf-8")):
            (label,) = document["labels"]
            perpetrator = label["perpetrator_type"] if label["perpetrator_mention"] else None
            yield document["text"], Labels(frozenset(label["violation_types"]), perpetrator)


def figures(pairs: list[tuple[Labels, Labels]]) -> dict[str, list[Tally]]:
    """For each measure the tallies of the texts; pairs are predicted and labelled."""
    rows: dict[str, list[Tally]] = {}
    for own, gold in pairs:
        shared = len(own.violations & gold.violations)
        noted = {
            "violation types": Tally(shared, len(own.violations) - shared, len(gold.violations) - shared),
            "violation types, exact": _right(own.violations == gold.violations),
            "violation types, loose": _right(bool(shared)),
            "perpetrator mentioned": Tally(
                bool(own.perpetrator and gold.perpetrator),
                bool(own.perpetrator and not gold.perpetrator),
                bool(gold.perpetrator and not own.perpetrator),
            ),
            "perpetrator type": _right(own.perpetrator == gold.perpetrator),
        }
        for label in sorted(own.violations | gold.violations):
            noted[f"violation: {label}"] = Tally(
                label in own.violations & gold.violations,
                label in own.violations - gold.violations,
                label in gold.violations - own.violations,
            )
        for measure, tally in noted.items():
            rows.setdefault(measure, []).append(tally)
    return rows


def _right(is_right: bool) -> Tally:
    return Tally(found=int(is_right), missed=int(not is_right))


def main(arguments: list[str]) -> None:
    """Print the figures for the JSON files named, or for those in a folder."""
    if not arguments:
        sys.exit("usage: python -m benchmarks.hrdsattack FOLDER|FILE…")
    files = [file for each in map(Path, arguments) for file in (sorted(each.glob("*.json")) if each.is_dir() else [each])]
    mapped, broader = Mapped.read(), read_broader()
    pairs = [(mapped.labels(draft_of(text), broader), gold) for text, gold in read_corpus(files)]
    if not pairs:
        sys.exit(f"no document in {', '.join(arguments)}")
    table = []
    for measure, tallies in figures(pairs).items():
        total = sum(tallies, Tally())
        (bounds,) = intervals([[each] for each in tallies])
        if measure.endswith(("exact", "loose", "perpetrator type")):
            table.append([measure, "", "", f"{total.recall:.3f} right", _shown(bounds.recall), f"{total.found}/{len(pairs)}"])
        else:
            shown = [f"{figure:.3f}" for figure in (total.precision, total.recall, total.f1)]
            table.append([measure, *shown, _shown(bounds.f1), f"{total.found}/{total.false}/{total.missed}"])
    sys.stdout.write(f"{len(pairs)} texts\n{tabulate(table, ['measure', 'precision', 'recall', 'F1', '95%', 'tp/fp/fn'])}\n")


def _shown(bounds: tuple[float, float]) -> str:
    return f"{bounds[0]:.2f}–{bounds[1]:.2f}"


if __name__ == "__main__":
    main(sys.argv[1:])

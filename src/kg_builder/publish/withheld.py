"""The page on what is withheld: what claims leave out and why, in counts, without a name or a quoted word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg_builder.publish.site import Site
from kg_builder.publish.view import View, is_iri, read_literal
from kg_builder.source.entities import ascii_fold
from kg_builder.source.left_out import read_left_out
from kg_builder.vocabulary import expand

PAGE = "withheld"
UNTOLD = "The reason would repeat words of the passage, and is not told here."
_PERSON = f"<{expand('hrc:Person')}>"
MOST_REASONS = 200
"""How many reasons the page lists, the most frequent first."""


@dataclass(slots=True)
class Persons:
    """The named persons of the graph: how many, the reasons of the decisions to name them, and the words of their names."""

    count: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    names: set[str] = field(default_factory=set)

    def add(self, view: View) -> None:
        """Note the persons that a view's own triples describe."""
        for iri in view.subjects():
            if _PERSON in view.values(iri, "rdf:type"):
                self.count += 1
                self.reasons[view.text(iri, "hrc:disclosureReason")] += 1
                for curie in ("rdfs:label", "skos:altLabel"):
                    texts = (read_literal(term).text for term in view.values(iri, curie) if not is_iri(term))
                    self.names.update(word for text in texts for word in ascii_fold(text).split() if len(word) > 2)

    def told(self, reasons: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
        """Reasons with their counts, the most frequent first; those that hold a word of a name are put together as untold."""
        found: Counter[str] = Counter()
        for reason, count in reasons:
            words = set(ascii_fold("".join(each if each.isalnum() else " " for each in reason)).split())
            found[UNTOLD if not reason or words & self.names else reason] += count
        return sorted(found.items(), key=lambda each: (-each[1], each[0]))


def write_withheld(site: Site, persons: Persons, withdrawn: int) -> None:
    """Write ``withheld.html``."""
    reasons: Counter[str] = Counter()
    passages = characters = statements = 0
    for id_ in site.folder.ids:
        left_out = list(read_left_out(site.folder, id_))
        statements += bool(left_out)
        passages += len(left_out)
        characters += sum(each.characters for each in left_out)
        reasons.update(each.reason for each in left_out)
    told = persons.told(reasons.items())
    site.page(
        PAGE,
        "withheld.html",
        "What is withheld, and why",
        passages=passages,
        characters=characters,
        statements=statements,
        of=len(site.folder.ids),
        reasons=told[:MOST_REASONS],
        more=len(told) - MOST_REASONS,
        persons=persons.count,
        decisions=persons.told(persons.reasons.items())[:MOST_REASONS],
        withdrawn=withdrawn,
    )

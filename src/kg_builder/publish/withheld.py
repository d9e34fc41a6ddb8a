"""The page on what is withheld: what claims leave out and why, in counts, without a name or a quoted word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from kg_builder.publish.site import Site
from kg_builder.publish.view import View, is_iri, read_literal
from kg_builder.source.left_out import are_comparable, has_word_of, read_left_out, words_of
from kg_builder.vocabulary import expand

PAGE = "withheld"
UNTOLD = "The reason might tell what is withheld, and is not told here."
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
                    self.names.update(*map(words_of, texts))

    def told(self, reasons: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
        """Reasons with their counts, the most frequent first; those that may hold a word of a name are put together."""
        found: Counter[str] = Counter()
        for reason, count in reasons:
            is_told = reason and are_comparable(reason) and not has_word_of(reason, self.names)
            found[reason if is_told else UNTOLD] += count
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

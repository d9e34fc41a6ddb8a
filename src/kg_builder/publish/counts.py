"""How often the graph uses each class and property, counted while the statements go by."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from kg_builder.publish.view import View, is_iri
from kg_builder.vocabulary import expand

EXAMPLES = 4
"""How many uses of a term are kept to be shown."""
_TYPE = f"<{expand('rdf:type')}>"


@dataclass(frozen=True, slots=True)
class Use:
    """A thing of a class (then ``value`` is empty), or a thing with its value for a property, as a term."""

    subject: str
    label: str
    value: str = ""


@dataclass(slots=True)
class Counts:
    """Distinct triples and subjects; the uses of each class and property, by IRI, and the first :data:`EXAMPLES`."""

    triples: int = 0
    subjects: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    properties: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[Use]] = field(default_factory=dict)
    statements: int = 0
    languages: set[str] = field(default_factory=set)
    oldest: str = ""
    """The date of the oldest statement."""
    newest: str = ""
    """The date of the newest statement."""
    first: str = ""
    """The IRI of the first statement."""
    _shared: set[str] = field(default_factory=set)

    def add_statement(self, iri: str, view: View) -> None:
        """Count what is said of a statement."""
        self.statements += 1
        self.first = self.first or iri
        day = view.text(iri, "dcterms:issued")
        self.oldest = min(self.oldest or day, day)
        self.newest = max(self.newest, day)
        self.languages.add(view.text(iri, "dcterms:language"))
        for subject in view.subjects():
            own = len(view.own(subject))
            if len(view.triples(subject)) > own:
                self._shared.add(subject)
        self._add(view)

    def add_shared(self, view: View) -> None:
        """Count what statements share; after them all."""
        self._add(view)
        self.subjects -= len(self._shared)

    def _add(self, view: View) -> None:
        for subject in view.subjects():
            self.subjects += 1
            for _, predicate, object_ in view.own(subject):
                self.triples += 1
                self.properties[predicate[1:-1]] += 1
                if predicate == _TYPE and is_iri(object_):
                    self.classes[object_[1:-1]] += 1
                    term, value = object_[1:-1], ""
                else:
                    term, value = predicate[1:-1], object_
                known = self.examples.setdefault(term, [])
                if len(known) < EXAMPLES:
                    known.append(Use(subject, view.label(subject), value))

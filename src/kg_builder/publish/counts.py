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
    """Distinct triples and subjects; the uses of each class and property, by IRI, and the first :data:`EXAMPLES`.

    Whole once :meth:`add_shared` was called.
    """

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
    _foreign: set[str] = field(default_factory=set)
    """What statements say something of, though it is none of their own."""
    _linked: set[str] = field(default_factory=set)
    """Statements' own subjects of which something is said among what they share."""
    _types: Counter[str] = field(default_factory=Counter)
    _predicates: Counter[str] = field(default_factory=Counter)
    """Terms with their angle brackets, as triples have them."""
    _shown: set[str] = field(default_factory=set)
    """Those of which enough uses are kept."""

    def add_statement(self, iri: str, view: View) -> None:
        """Count what is said of a statement."""
        self.statements += 1
        self.first = self.first or iri
        day = view.text(iri, "dcterms:issued")
        self.oldest = min(self.oldest or day, day)
        self.newest = max(self.newest, day)
        self.languages.add(view.text(iri, "dcterms:language"))
        self._add(view, iri)

    def add_shared(self, view: View) -> None:
        """Count what statements share; after them all."""
        self._add(view, "")
        self.subjects += len(self._foreign.union(view.subjects()) - self._linked)
        self.classes = Counter({term[1:-1]: number for term, number in self._types.items() if is_iri(term)})
        self.properties = Counter({term[1:-1]: number for term, number in self._predicates.items()})

    def _add(self, view: View, owner: str) -> None:
        triples = list(view.all())
        self.triples += len(triples)
        self._predicates.update([predicate for _, predicate, _ in triples])
        self._types.update([object_ for _, predicate, object_ in triples if predicate == _TYPE])
        for subject in view.subjects():
            if not owner:
                continue  # add_shared() counts these, with what statements say of them
            if not subject.startswith(owner):
                self._foreign.add(subject)
                continue
            self.subjects += 1
            if len(view.triples(subject)) > len(view.own(subject)):
                self._linked.add(subject)
        for subject, predicate, object_ in triples:
            if (object_ if predicate == _TYPE else predicate) not in self._shown:
                self._note(subject[1:-1], predicate, object_, view)

    def _note(self, subject: str, predicate: str, object_: str, view: View) -> None:
        term, value = (object_, "") if predicate == _TYPE else (predicate, object_)
        known = self.examples.setdefault(term[1:-1], [])
        known.append(Use(subject, view.label(subject), value))
        if len(known) == EXAMPLES:
            self._shown.add(term)

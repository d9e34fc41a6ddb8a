"""What ``lint`` looks at: a folder's files, their triples with the places where they stand, and the settings beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg_builder.errors import Location, Problem, near_miss
from kg_builder.graphs import Source
from kg_builder.lint.rules import RULES
from kg_builder.locate import Places
from kg_builder.report import Result
from kg_builder.source.tree import Mapping, Problems, pairs, read_yaml
from kg_builder.vocabulary import compact, shipped

SETTINGS = "lint.yaml"
"""The file in ontology/ with the exceptions and the terms of vocabularies that are reused."""

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple


@dataclass(frozen=True)
class TurtleFile:
    """A Turtle file of the folder that parses."""

    shown: str
    path: Path
    text: str
    triples: tuple[ox.Triple, ...]

    @cached_property
    def places(self) -> Places:
        return Places.read(Source(self.shown, self.text.encode(), ox.RdfFormat.TURTLE))

    def result(
        self,
        rule: str,
        message: str,
        subject: Term,
        predicate: Term | None = None,
        object_: Term | None = None,
        *,
        mend: str = "",
    ) -> Result:
        """A finding about a term, at the place of the triple, or as near to it as the file shows.

        A node without a name is told by the one that holds it.
        """
        terms = [None if term is None else str(term) for term in (subject, predicate, object_)]
        places = self.places
        location = places.find(str(subject), *terms[1:])
        if location is None and isinstance(subject, ox.BlankNode):
            location = places.find(str(object_ or predicate)) or places.find(str(self._holder(subject)))
        line = places.line(location.line) if location else ""
        focus = self._holder(subject)
        return finding(
            rule, message, name(focus), location or Location(self.shown), mend, path=predicate, value=object_, line=line
        )

    def _holder(self, subject: Term) -> Term:
        """The node itself where it has a name, else the nearest one with a name that leads to it."""
        seen: set[Term] = set()
        while isinstance(subject, ox.BlankNode) and subject not in seen:
            seen.add(subject)
            subject = self._above.get(subject, subject)
        return subject

    @cached_property
    def _above(self) -> dict[Term, Term]:
        return {triple.object: triple.subject for triple in reversed(self.triples) if isinstance(triple.object, ox.BlankNode)}


@dataclass(frozen=True)
class Graph:
    """Triples by what is asked of them, each subject with the file that describes it."""

    files: tuple[TurtleFile, ...]
    _forth: dict[tuple[Term, ox.NamedNode], list[Term]] = field(default_factory=lambda: defaultdict(list))
    _back: dict[tuple[ox.NamedNode, Term], list[Term]] = field(default_factory=lambda: defaultdict(list))
    homes: dict[Term, TurtleFile] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for file in self.files:
            for triple in file.triples:
                self._forth[triple.subject, triple.predicate].append(triple.object)
                self._back[triple.predicate, triple.object].append(triple.subject)
                self.homes.setdefault(triple.subject, file)

    def objects(self, subject: Term, *predicates: ox.NamedNode) -> list[Term]:
        return [each for predicate in predicates for each in self._forth.get((subject, predicate), ())]

    def subjects(self, predicate: ox.NamedNode, *objects: Term) -> list[Term]:
        """Without repetition, in the order of the files."""
        return list(dict.fromkeys(each for object_ in objects for each in self._back.get((predicate, object_), ())))

    def home(self, subject: Term) -> TurtleFile:
        return self.homes[subject]

    def closure(self, start: Term, predicate: ox.NamedNode) -> set[Term]:
        """What is reached from ``start`` by one step or more."""
        found: set[Term] = set()
        waiting = self.objects(start, predicate)
        while waiting:
            term = waiting.pop()
            if term not in found:
                found.add(term)
                waiting += self.objects(term, predicate)
        return found


@dataclass(frozen=True, slots=True)
class Exemption:
    """A finding that is meant to be so."""

    rule: str
    of: str
    because: str
    where: Location


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``ontology/lint.yaml`` says: exceptions with their reasons; namespace -> the terms of it that are known."""

    exceptions: tuple[Exemption, ...]
    vocabularies: dict[str, frozenset[str]]


def finding(
    rule: str,
    message: str,
    focus: str,
    location: Location,
    mend: str = "",
    *,
    path: Term | None = None,
    value: Term | None = None,
    line: str = "",
) -> Result:
    """A breach of one of :data:`~kg_builder.lint.rules.RULES`, as a report holds it."""
    return Result(
        severity=RULES[rule].severity,
        shape=rule,
        focus=focus,
        path="" if path is None else name(path),
        value="" if value is None else name(value),
        component=RULES[rule].basis,
        message=message,
        mend=mend or RULES[rule].mend,
        location=location,
        source_line=line,
    )


def of_problem(rule: str, problem: Problem, fallback: str) -> Result:
    """A problem that a reader of the tool tells, as a finding."""
    location = problem.location or Location(fallback)
    return finding(rule, problem.message, location.file, location, problem.mend)


def name(term: Term) -> str:
    """A term for people: compact where a prefix is known."""
    return compact(term.value) if isinstance(term, ox.NamedNode) else str(term)


def read_settings(folder: Path) -> Settings:
    """The settings of the tool and of the folder; raises :class:`~kg_builder.errors.InputError` for what is wrong in them."""
    own = folder / "ontology" / SETTINGS
    exceptions: list[Exemption] = []
    vocabularies: dict[str, frozenset[str]] = {}
    problems = Problems()
    for path in dict.fromkeys((shipped("ontology") / SETTINGS, own)):
        tree = read_yaml(path, str(path)) if path.is_file() else None
        root = problems.mapping(tree, "the file", frozenset({"exceptions", "vocabularies"})) if tree else None
        if root is None:
            continue
        vocabularies |= _vocabularies(root, problems)
        if own.is_file() and path.samefile(own):
            exceptions += _exceptions(root, problems)
    problems.raise_if_any()
    return Settings(tuple(exceptions), vocabularies)


def _exceptions(root: Mapping, problems: Problems) -> Iterator[Exemption]:
    for node in problems.items(root.entries.get("exceptions"), "'exceptions'"):
        entry = problems.mapping(node, "an exception", frozenset({"rule", "of", "because"}))
        if entry is None:
            continue
        rule, of, because = (problems.required_text(entry, key, "the exception") for key in ("rule", "of", "because"))
        if rule and rule not in RULES:
            problems.add(f"there is no rule '{rule}'", entry.entries["rule"].where, near_miss(rule, RULES))
        yield Exemption(rule, of, because, entry.where)


def _vocabularies(root: Mapping, problems: Problems) -> dict[str, frozenset[str]]:
    listed = problems.mapping(root.entries.get("vocabularies"), "'vocabularies'")
    found = {}
    for namespace, _, node in pairs(listed) if listed else ():
        terms = (problems.text(item, "a term") or "" for item in problems.items(node, f"'{namespace}'"))
        found[namespace] = frozenset(terms)
    return found


def excepted(results: Iterable[Result], settings: Settings, folder: Path) -> Iterator[Result]:
    """The findings without those that are meant to be so, and a finding for each exception that excepts nothing.

    What a finding is about is given as it is told; a file from the folder on.
    """
    meant = {(each.rule, each.of): each for each in settings.exceptions}
    idle = dict(meant)
    for result in results:
        names = {(result.shape, result.focus), (result.shape, result.focus.removeprefix(f"{folder.as_posix()}/"))}
        if names & meant.keys():
            for key in names:
                idle.pop(key, None)
        else:
            yield result
    for each in idle.values():
        yield finding("stale-exception", f"nothing breaks the rule '{each.rule}' for {each.of}", each.of, each.where)

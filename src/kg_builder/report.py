"""What a validation found, as values; and as the ``sh:ValidationReport`` of the standard."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from html import escape
from typing import NamedTuple

import rdflib
from rdflib import SH
from rdflib.term import Node

from kg_builder.engine import RawResult, to_report
from kg_builder.engine.terms import to_term
from kg_builder.errors import SEVERITIES, KgBuilderError, Location
from kg_builder.graphs import nt


class Terms(NamedTuple):
    """The terms of a result in N-Triples syntax; empty where it has none of that kind."""

    focus: str
    path: str
    value: str
    component: str
    shape: str
    severity: str
    constraint: str
    messages: tuple[str, ...]

    @classmethod
    def of(cls, raw: RawResult) -> Terms:
        def text(term: Node | None) -> str:
            return "" if term is None else nt(term)

        return cls(
            focus=text(raw.focus),
            path=text(raw.path),
            value=text(raw.value),
            component=text(raw.component),
            shape=text(raw.shape),
            severity=text(raw.severity),
            constraint=text(raw.constraint),
            messages=tuple(map(nt, raw.messages)),
        )

    def raw(self) -> RawResult:
        focus, path, value, component, shape, severity, constraint = (to_term(each) if each else None for each in self[:7])
        messages = tuple(term for term in map(to_term, self.messages) if isinstance(term, rdflib.Literal))
        assert severity is not None
        assert component is None or isinstance(component, rdflib.URIRef)
        return RawResult(focus, path, value, component, shape, severity, messages, constraint)


@dataclass(frozen=True, order=True, slots=True)
class Result:
    """One validation result, in the terms of SHACL; IRIs are compact where a prefix is known, literals in N-Triples form."""

    severity: str
    shape: str
    focus: str
    path: str
    value: str
    component: str
    message: str
    mend: str = field(default="", compare=False)
    """How to mend it: the rule's ``sh:description``."""
    location: Location | None = field(default=None, compare=False)
    """The place of the offending triple in the file that it was read from."""
    source_line: str = field(default="", compare=False)
    origin: Location | None = field(default=None, compare=False)
    """For a statement's own graph: the place in claims.yaml."""
    words: str = field(default="", compare=False)
    """The words of the statement that the node stands for."""
    terms: Terms | None = field(default=None, compare=False, repr=False)
    """The same in the terms of RDF; None for what no SHACL report has."""

    @property
    def fingerprint(self) -> str:
        """The same for the same result in another run, wherever its triple stands."""
        parts = "\x00".join((self.shape, self.component, self.focus, self.path, self.value))
        return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Report:
    """What a validation found. ``focus_nodes`` are the nodes that at least one shape looked at."""

    results: tuple[Result, ...]
    focus_nodes: int
    shapes: int
    described: rdflib.Graph = field(repr=False, compare=False)
    """What the results' paths are, where they are more than a predicate."""
    idle: tuple[str, ...] = ()
    """The shapes that found nothing to look at."""
    fallback: str = ""
    """Why pySHACL made the report in place of the tool's own engine; empty where it did not have to."""
    known: int = 0
    """Results of a baseline, which are not in ``results``."""
    gone: int = 0
    """Results of a baseline that are found no more."""

    @property
    def graph(self) -> rdflib.Graph:
        """The standard ``sh:ValidationReport`` of the results."""
        return to_report(map(_terms, self.results), self.described)

    @property
    def conforms(self) -> bool:
        """True where there is no violation (warnings and infos allowed) and something was checked."""
        return self.focus_nodes > 0 and not self.count("violation")

    def count(self, severity: str) -> int:
        return sum(result.severity == severity for result in self.results)

    def at_least(self, severity: str) -> int:
        """How many results are as bad as ``severity``, or worse."""
        return sum(self.count(each) for each in SEVERITIES[: SEVERITIES.index(severity) + 1])

    def __str__(self) -> str:
        counts = Counter(result.severity for result in self.results)
        said = ", ".join(f"{counts[each]} {each}{'s' if counts[each] != 1 else ''}" for each in SEVERITIES)
        known = f" (and {self.known:,} known)" if self.known else ""
        if self.gone:
            known += f"; {self.gone:,} known result{'s are' if self.gone != 1 else ' is'} gone: write the baseline anew"
        if not self.focus_nodes:
            return f"{said}{known}; nothing was checked"
        nodes = f"{self.focus_nodes:,} node{'s' if self.focus_nodes != 1 else ''} checked"
        if not self.shapes:
            return f"{said}{known}; {nodes}, literals only"
        idle = f", {len(self.idle)} other{'s' if len(self.idle) != 1 else ''} found nothing to look at" if self.idle else ""
        engine = f"; by pySHACL: {self.fallback}" if self.fallback else ""
        return f"{said}{known}; {nodes} against {self.shapes} shapes{idle}{engine}"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(r.severity)}</td><td>{escape(r.shape)}</td><td>{escape(r.focus)}</td>"
            f"<td>{escape(r.path)}</td><td>{escape(r.message)}</td></tr>"
            for r in self.results[:100]
        )
        head = "<tr><th>severity</th><th>rule</th><th>node</th><th>path</th><th>message</th></tr>"
        return f"<p>{escape(str(self))}</p><table>{head}{rows}</table>" if rows else f"<p>{escape(str(self))}</p>"


def _terms(result: Result) -> RawResult:
    """A result in the terms of RDF; of one that has none, what can be said without them."""
    if result.terms is not None:
        return result.terms.raw()
    severity = {"violation": SH.Violation, "warning": SH.Warning, "info": SH.Info}[result.severity]
    return RawResult(None, None, None, None, None, severity, (rdflib.Literal(result.message),), None)


def told_as_results(error: KgBuilderError, rule: str) -> Report:
    """What stopped a command, as the results of one rule: for the formats that only have results."""
    results = [
        Result("violation", rule, "", "", "", "", problem.message, problem.mend, problem.location) for problem in error.problems
    ]
    return Report(tuple(results), 0, 0, rdflib.Graph())


def without_known(report: Report, known: frozenset[str]) -> Report:
    """The report without the results whose fingerprints are ``known``, which it counts, as it does those found no more."""
    found = [(result, result.fingerprint) for result in report.results]
    new = tuple(result for result, fingerprint in found if fingerprint not in known)
    gone = len(known.difference(fingerprint for _, fingerprint in found))
    return replace(report, results=new, known=len(found) - len(new), gone=gone)

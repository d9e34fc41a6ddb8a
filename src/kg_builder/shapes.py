"""Reads SHACL shapes, and says of them what an engine lets pass in silence.

A constraint that SHACL does not have, a class or property that its vocabulary does not have, a severity that is none: with each
of them a shape checks nothing, and a validation that checks nothing looks like one that passed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import rdflib
from rdflib import RDF, SH
from rdflib.namespace import DefinedNamespace
from rdflib.term import Node

from kg_builder.errors import InputError, Location, Problem, input_error, near_miss
from kg_builder.graphs import STDIN, nt, open_source, read_rdflib
from kg_builder.locate import Places
from kg_builder.sparql import guard, locate, tokens
from kg_builder.vocabulary import ONTOLOGY, SHAPES, compact, local_name, ontology_files, read_vocabulary

_SEVERITIES = (SH.Violation, SH.Warning, SH.Info)
_QUERIES = (SH.select, SH.ask, SH.construct, SH.update)
_NOT_DONE = (SH.js, SH.target, SH.expression, SH.entailment)
"""What no engine here does: they would pass over it in silence."""
_IRI = re.compile(r"""[^\x00-\x20<>"{}|^`\\]*""")
_PREFIX = re.compile(r"(?:[^\W\d_][\w.-]*)?")
_HOLDS = (SH["not"], SH["and"], SH["or"], SH.xone, SH.node, SH.property, SH.qualifiedValueShape, RDF.first, RDF.rest)
_NAMES_A_TERM = (SH.targetClass, SH.targetSubjectsOf, SH.targetObjectsOf, SH["class"], SH.path)
_KNOWN: tuple[type[DefinedNamespace], ...] = (
    rdflib.DCTERMS,
    rdflib.FOAF,
    rdflib.ORG,
    rdflib.OWL,
    rdflib.PROV,
    rdflib.RDF,
    rdflib.RDFS,
    rdflib.SKOS,
)


def read_shapes(folder: Path | None = None) -> rdflib.Graph:
    """The tool's shapes with those that ``folder/ontology/shapes`` adds; raises InputError as :func:`read_shape_files`."""
    own = ontology_files(None, "shapes/*.ttl")
    shapes = read_shape_files(map(str, own))
    for path in added_shapes(folder):
        part = read_shape_files([str(path)])
        for subject in sorted({str(each) for each in part.subjects()}):
            if subject.startswith(SHAPES):
                raise input_error(
                    f"{compact(subject)} is a rule of the tool, and a folder cannot change it",
                    Places.read(open_source(str(path))).find(f"<{subject}>") or Location(str(path)),
                    "Give the shape a name of your own.",
                )
        shapes += part
    return shapes


def added_shapes(folder: Path | None) -> list[Path]:
    """The files in ``folder/ontology/shapes``, if they are not the tool's own; raises InputError where they cannot be listed."""
    root = folder / "ontology" / "shapes" if folder else None
    if root is None:
        return []
    try:
        if root.is_symlink() or root.exists():
            next(root.iterdir(), None)
    except OSError as error:
        raise input_error(
            f"the shapes in it cannot be listed: {error.strerror}", Location(str(root)), "Check its permissions, or take it away."
        ) from None
    own = ontology_files(None, "shapes/*.ttl")
    return [path for path in ontology_files(folder, "shapes/*.ttl") if path not in own]


def read_shape_files(names: Iterable[str]) -> rdflib.Graph:
    """Shapes from files. Raises :class:`~kg_builder.errors.InputError`, with line and column, for what does not parse, for SPARQL
    that would fetch, for constraints and severities that SHACL does not have, and for terms that a known vocabulary has not.
    """
    shapes = rdflib.Graph()
    for name in names:
        if name != STDIN and not Path(name).exists():
            raise input_error("there is no such file of shapes", Location(name), "Check its name and the folder you are in.")
        part = read_rdflib([name])
        problems = [*_queries(part, name), *_unknown_terms(part, name), *_opposites(part, name)]
        if problems:
            raise InputError(*problems)
        shapes += part
    return shapes


def _queries(shapes: rdflib.Graph, shown: str) -> Iterator[Problem]:
    """SPARQL that would fetch, be put together to do so, or call functions that there are not."""
    for predicate, form in ((SH.namespace, _IRI), (SH.prefix, _PREFIX)):
        for value in sorted(map(str, shapes.objects(None, predicate))):
            if not form.fullmatch(value):
                yield Problem(
                    f"{value!r} is no {local_name(str(predicate))}: it would become a part of the queries",
                    _first_word(shown, predicate),
                    "Write an IRI in sh:namespace, and a name of letters and digits in sh:prefix.",
                )
    for predicate in _QUERIES:
        for shape, query in shapes.subject_objects(predicate):
            name = f"the SPARQL of {_name(shape)}"
            try:
                guard(str(query), f"{shown}, {name}")
            except InputError as error:
                yield from error.problems
                continue
            for function in sorted(_unknown_functions(str(query))):
                message = f"{name} calls {function}, which is no function of SPARQL's"
                yield Problem(message, _first_word(shown, predicate), "Say it with the functions that SPARQL has.")


def _name(shape: Node) -> str:
    return "a shape without a name" if isinstance(shape, rdflib.BNode) else compact(str(shape))


def _unknown_functions(query: str) -> set[str]:
    """IRIs and prefixed names that a query calls, but for the casts of XML Schema; a list after a property is no call."""
    found, depth = set(), 0
    read = list(tokens(query))
    for before, name, token in zip(read, read[1:], read[2:], strict=False):
        depth += (before.text == "(") - (before.text == ")")
        if token.text == "(" and name.kind in {"iri", "name"} and (depth or before.text.upper() == "FILTER"):
            iri = name.text.strip("<>")
            if not iri.startswith((str(rdflib.XSD), "xsd:")):
                found.add(iri)
    return found


def _unknown_terms(shapes: rdflib.Graph, shown: str) -> Iterator[Problem]:
    places: Places | None = None

    def at(*triple: Node) -> Location:
        nonlocal places
        places = places or Places.read(open_source(shown))
        subject, predicate, object_ = (*(nt(term) for term in triple), None)[:3]
        return places.find(subject or "", predicate, object_) or _first_word(shown, triple[-1])

    known = {str(term).removeprefix(str(SH)) for term in dir(SH) if not term.startswith("_")}
    for subject, predicate, object_ in sorted(shapes):
        for term in (predicate, object_):
            if isinstance(term, rdflib.URIRef) and term.startswith(str(SH)) and term not in SH:
                local = term.removeprefix(str(SH))
                yield Problem(
                    f"SHACL has no 'sh:{local}': an engine would pass over it in silence",
                    at(subject, predicate) if term == predicate else at(subject, predicate, object_),
                    near_miss(local, known),
                )
        if predicate in _NOT_DONE:
            yield Problem(
                f"nothing here does what sh:{local_name(str(predicate))} asks for: it would be passed over in silence",
                at(subject, predicate),
                "Say it with SHACL Core or sh:sparql, or validate with a tool that has it.",
            )
        if predicate == SH.flags and not re.fullmatch("[ims]*", str(object_)):
            yield Problem(
                f"nothing here does what the flags {str(object_)!r} ask for: they would be passed over in silence",
                at(subject, predicate, object_),
                "Use i, m and s only.",
            )
        if predicate == SH.severity and object_ not in _SEVERITIES:
            yield Problem(
                f"{compact(str(object_))} is not a severity of SHACL: its results would count as nothing",
                at(subject, predicate, object_),
                "Use sh:Violation, sh:Warning or sh:Info.",
            )
        if predicate in _NAMES_A_TERM and isinstance(object_, rdflib.URIRef):
            missing = _missing(object_)
            if missing is not None:
                yield Problem(
                    f"{compact(str(object_))} is not in its vocabulary: the shape would find nothing",
                    at(subject, predicate, object_),
                    near_miss(*missing),
                )


def _opposites(shapes: rdflib.Graph, shown: str) -> Iterator[Problem]:
    """The first shape that is reached from its own ``sh:not``: whatever a node is, the answer would be wrong."""
    below: dict[Node, set[Node]] = {}
    above: dict[Node, set[Node]] = {}
    for predicate in _HOLDS:
        for shape, part in shapes.subject_objects(predicate):
            below.setdefault(shape, set()).add(part)
            above.setdefault(part, set()).add(shape)
    ends = [node for node in above if node not in below]
    while ends:  # what leads to no circle
        part = ends.pop()
        for shape in above.get(part, ()):
            below[shape].discard(part)
            if not below[shape]:
                ends.append(shape)
    for shape, part in sorted(shapes.subject_objects(SH["not"])):
        open_, seen = [part] if part in below.get(shape, ()) else [], {part}
        while open_:
            new = below.get(open_.pop(), set()) - seen
            seen |= new
            open_ += new
        if shape in seen and part in below.get(shape, ()):
            message = f"the shapes cannot be used: {_name(shape)} is held by its own opposite (sh:not)"
            yield Problem(message, _first_word(shown, SH["not"]), "Take the circle apart.")
            return


def _first_word(shown: str, term: Node) -> Location:
    """The first place of a term's local name in a file: for what stands within a node that has no name."""
    text = open_source(shown).content.decode("utf-8", "replace")
    found = re.search(rf"(?:[A-Za-z][\w-]*)?:{re.escape(local_name(str(term)))}\b|<{re.escape(str(term))}>", text)
    return locate(text, found.start(), shown) if found else Location(shown)


def _missing(term: rdflib.URIRef) -> tuple[str, list[str]] | None:
    """A term's local name and the names that its vocabulary has, where we know the vocabulary and it has not the term."""
    if term.startswith(ONTOLOGY):
        terms = _own_terms()
        local = term.removeprefix(ONTOLOGY)
        return None if local in terms else (local, terms)
    for namespace in _KNOWN:
        if term.startswith(str(namespace)) and term not in namespace:
            names = [str(each).removeprefix(str(namespace)) for each in dir(namespace) if not str(each).startswith("_")]
            return term.removeprefix(str(namespace)), names
    return None


@cache
def _own_terms() -> list[str]:
    return [iri.removeprefix(ONTOLOGY) for iri in read_vocabulary().terms]

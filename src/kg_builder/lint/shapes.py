"""The rules for SHACL shapes: what an engine would pass over in silence, and what a report needs to tell of a rule."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyoxigraph as ox

from kg_builder.errors import InputError, Location
from kg_builder.lint.files import Graph, Term, TurtleFile, finding, name, of_problem
from kg_builder.lint.names import SHAPES, TYPE, node, nodes
from kg_builder.lint.terms import Known, read_names
from kg_builder.report import Result
from kg_builder.shapes import read_shape_files
from kg_builder.sparql import guard, locate

_TARGETS = nodes("sh:targetClass sh:targetNode sh:targetSubjectsOf sh:targetObjectsOf sh:target")
_TOLD = nodes("sh:name sh:description sh:message sh:severity")
_QUERIES = nodes("sh:select sh:ask")


def check_shapes(files: tuple[TurtleFile, ...], own: Graph, known: Known) -> Iterator[Result]:
    """What is wrong with the shapes in ``files``; ``own`` are all triples of the folder."""
    for file in files:
        try:
            read_shape_files([str(file.path)])
        except InputError as error:
            for problem in error.problems:
                if problem.location is None or problem.location.file.startswith(str(file.path)):
                    yield of_problem("shape-fault", problem, file.shown)
    shapes = [shape for shape in own.subjects(TYPE, *SHAPES) if own.home(shape) in files]
    targeted = [shape for shape in dict.fromkeys((*shapes, *_subjects(own, *_TARGETS))) if _has_target(shape, own)]
    referred = {triple.object for file in own.files for triple in file.triples}
    for shape in shapes:
        if shape not in targeted and shape not in referred:
            yield own.home(shape).result("idle-shape", f"{name(shape)} has no target, and no rule refers to it", shape)
    for rule in targeted:
        yield from _rule(rule, own)
    for predicate in _QUERIES:
        for subject in _subjects(own, predicate):
            if own.home(subject) in files:
                yield from _query(subject, predicate, own, known)


def _subjects(own: Graph, *predicates: ox.NamedNode) -> list[Term]:
    found = (triple.subject for file in own.files for triple in file.triples if triple.predicate in predicates)
    return list(dict.fromkeys(found))


def _has_target(shape: Term, own: Graph) -> bool:
    is_class = node("rdfs:Class") in own.objects(shape, TYPE)
    return bool(own.objects(shape, *_TARGETS)) or is_class


def _rule(rule: Term, own: Graph) -> Iterator[Result]:
    home = own.home(rule)
    if isinstance(rule, ox.BlankNode):
        target = next((name(each) for each in own.objects(rule, *_TARGETS)), "a class")
        where = home.places.find(str(rule)) or _first_anonymous(home)
        line = home.places.line(where.line)
        yield finding("shape-without-name", f"the rule for {target} has no name", home.shown, where, line=line)
        return
    wanted = [each for each in _TOLD if not own.objects(rule, each)]
    parts = own.objects(rule, node("sh:property"))
    tells_itself = not parts or any(own.objects(rule, each) for each in nodes("sh:message sh:sparql sh:not sh:or sh:node"))
    if tells_itself:
        for predicate in wanted:
            yield home.result("shape-undocumented", f"{name(rule)} has no {name(predicate)}", rule)
    for part in parts:
        if part in own.homes and not own.objects(part, node("sh:message")):
            yield home.result("shape-undocumented", f"a property of {name(rule)} has no sh:message", rule, node("sh:property"))


def _first_anonymous(file: TurtleFile) -> Location:
    """The first statement whose subject has no name."""
    found = re.search(r"^\[", file.text, re.MULTILINE)
    return locate(file.text, found.start(), file.shown) if found else Location(file.shown)


def _query(subject: Term, predicate: ox.NamedNode, own: Graph, known: Known) -> Iterator[Result]:
    """Whether the SPARQL of a constraint parses with the prefixes that it declares, and has terms that there are."""
    declared = []
    for ontology in own.objects(subject, node("sh:prefixes")):
        for each in own.objects(ontology, node("sh:declare")):
            prefix, namespace = (own.objects(each, part) for part in nodes("sh:prefix sh:namespace"))
            if prefix and namespace and isinstance(prefix[0], ox.Literal) and isinstance(namespace[0], ox.Literal):
                declared.append(f"PREFIX {prefix[0].value}: <{namespace[0].value}>")
    home = own.home(subject)
    for query in own.objects(subject, predicate):
        text = " ".join(declared) + " " + (query.value if isinstance(query, ox.Literal) else "")
        try:
            guard(text)
            ox.Store().query(text.replace("$PATH", "<urn:path>"))
        except InputError:
            continue  # it would fetch: that is told with what else is wrong with the shape
        except SyntaxError as error:
            yield home.result("shape-query", f"this is not SPARQL: {error.msg}", subject, predicate, query)
        for iri, _ in read_names(text).unknown(known):
            rule, message = known.fault(iri)
            yield home.result(rule, message, subject, predicate, query, mend=known.nearest(iri))

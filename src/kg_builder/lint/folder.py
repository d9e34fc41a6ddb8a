"""The rules for a folder's data: what does not read, and what nothing uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from kg_builder.errors import InputError, Location, Problem
from kg_builder.lint.files import Graph, finding, name, of_problem
from kg_builder.lint.names import CONCEPT, PROPERTIES, TYPE
from kg_builder.model import Ref, Statement
from kg_builder.report import Result
from kg_builder.source import Folder, open_folder
from kg_builder.source.publication import read_publication
from kg_builder.source.tree import Mapping, read_yaml
from kg_builder.vocabulary import expand, local_name, mint, read_vocabulary

_READ = frozenset({"statement.yaml", "text.txt", "claims.yaml"})


def check_vocabulary(path: Path) -> Iterator[Result]:
    """What keeps the folder's terms and coded values from being read."""
    try:
        read_vocabulary(path)
    except InputError as error:
        yield from _faults(error, path)


def check_folder(path: Path, own: Graph, *, is_tool: bool) -> Iterator[Result]:
    """What is wrong with the data in a folder; ``own`` are the triples of its ontology, which the tool's own is not asked of."""
    try:
        folder = open_folder(path)
        statements = list(folder.statements())
        read_publication(folder)
    except InputError as error:
        yield from _faults(error, path)
        return
    used: set[Ref] = set()
    properties: set[str] = set()
    for statement in statements:
        refs, names = _used(statement)
        used |= refs
        properties |= names
        claims = (path / "data" / "statements" / statement.ref.id / "claims.yaml").as_posix()
        if not statement.utterances:
            yield finding("no-claims", "the statement has no claim and no demand", statement.ref.id, Location(claims))
    yield from _unrecorded(path)
    yield from _unused_entities(path, folder, used)
    if not is_tool:
        yield from _unused_vocabulary(own, used, properties)


def _faults(error: InputError, path: Path) -> Iterator[Result]:
    """The problems as findings. Readers of data name a file from the folder on, others as it was given."""
    for problem in error.problems:
        where = problem.location or Location("data")
        if not Path(where.file).exists():
            where = Location((path / where.file).as_posix(), where.line, where.column)
        elif Path(where.file).is_relative_to(Path.cwd()):
            where = Location(Path(where.file).relative_to(Path.cwd()).as_posix(), where.line, where.column)
        yield of_problem("data-fault", Problem(problem.message, where, problem.mend), str(path))


def _used(statement: Statement) -> tuple[set[Ref], set[str]]:
    """What a statement refers to, and the properties that it gives."""
    single = (statement.forum, statement.place, statement.coded_by)
    refs: set[Ref] = {*statement.creators, *(ref for ref in single if ref is not None)}
    names: set[str] = set()
    for utterance in statement.utterances:
        refs |= {utterance.uttered_by, *utterance.about, *utterance.accuses}
        for slot in utterance.slots:
            names.add(slot.predicate)
            refs |= {slot.subject, *([slot.value] if isinstance(slot.value, Ref) else [])}
    for quantity in statement.quantities:
        refs |= {quantity.counts, quantity.bound}
    refs |= {time.sense for time in statement.times}
    for actor in statement.entities.actors.values():
        refs |= {identity.by for identity in actor.identities}
    for place in statement.entities.places.values():
        refs |= {*place.within, *(identity.by for identity in place.identities)}
    return refs, names


def _unrecorded(path: Path) -> Iterator[Result]:
    for file in sorted((path / "data" / "statements").glob("*/*")):
        if file.name not in _READ and not file.name.startswith("."):
            shown = file.as_posix()
            yield finding("unrecorded-file", "nothing reads this file, and no hash guards it", shown, Location(shown))


def _unused_entities(path: Path, folder: Folder, used: set[Ref]) -> Iterator[Result]:
    within = {ref for place in folder.entities.places.values() for ref in place.within}
    identities = [each for actor in folder.entities.actors.values() for each in actor.identities]
    identities += [each for place in folder.entities.places.values() for each in place.identities]
    by = {identity.by for identity in identities}
    needed = used | within | by | {link.by for link in folder.links}
    for id_, where in _entries(path):
        ref = folder.entities.actors.get(id_) or folder.entities.places.get(id_)
        if ref is not None and ref.ref not in needed:
            yield finding("unused-entity", f"no statement refers to '{id_}'", id_, where)


def _entries(path: Path) -> Iterable[tuple[str, Location]]:
    """The ids of the shared actors and places, with their places."""
    for file in sorted((path / "data" / "entities").glob("*.yaml")):
        root = read_yaml(file, file.as_posix())
        for section in ("actors", "places"):
            entries = root.entries.get(section) if isinstance(root, Mapping) else None
            if isinstance(entries, Mapping):
                yield from entries.keys.items()


def _unused_vocabulary(own: Graph, used: set[Ref], properties: set[str]) -> Iterator[Result]:
    concepts = {mint(ref) for ref in used if ref.kind == "concept"}
    with_broader = concepts | {
        above.value
        for concept in concepts
        for above in own.closure(ox.NamedNode(concept), ox.NamedNode(expand("skos:broader")))
        if isinstance(above, ox.NamedNode)
    }
    for concept in own.subjects(TYPE, CONCEPT):
        if isinstance(concept, ox.NamedNode) and concept.value not in with_broader:
            yield own.home(concept).result("unused-concept", f"no statement uses {name(concept)}", concept)
    given = {local_name(each) for each in properties}
    for term in own.subjects(TYPE, *PROPERTIES):
        if isinstance(term, ox.NamedNode) and local_name(term.value) not in given:
            yield own.home(term).result("unused-term", f"no statement uses {name(term)}", term)

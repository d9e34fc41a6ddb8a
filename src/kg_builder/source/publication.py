"""What a folder says of the data set as a whole: how it is called and cited, and what was withdrawn from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from kg_builder.errors import near_miss
from kg_builder.source.folder import Folder
from kg_builder.source.reasons import check_reason
from kg_builder.source.tree import Mapping, Problems, read_yaml
from kg_builder.source.values import read_date, read_iri
from kg_builder.vocabulary import DATA, IDENTIFIER

DATASET = "data/dataset.yaml"
WITHDRAWN = "data/withdrawn.yaml"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
"""That of the annotations where the folder names none."""
_KEYS = frozenset({"title", "description", "publisher", "version", "issued", "license", "cite"})
_KINDS = ("statement", "actor", "place")


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A statement, or an actor or place that statements share, that was published and is no longer."""

    iri: str
    date: date
    reason: str


@dataclass(frozen=True, slots=True)
class Publication:
    """The data set as its folder describes it; empty is what is not said. ``publisher`` is the id of a shared actor."""

    title: str = ""
    description: str = ""
    publisher: str = ""
    publisher_name: str = ""
    version: str = ""
    issued: date | None = None
    license: str = LICENCE
    cite: str = ""
    withdrawn: tuple[Withdrawal, ...] = ()


def read_publication(folder: Folder) -> Publication:
    """Read ``data/dataset.yaml`` and ``data/withdrawn.yaml``, where there are such files.

    Raises :class:`~kg_builder.errors.InputError` with all that is wrong in them; withdrawn is only what the folder has no longer.
    """
    problems = Problems()
    withdrawn = tuple(_withdrawn(folder, problems))
    path = folder.path / DATASET
    entry = problems.mapping(read_yaml(path, DATASET), "the file", _KEYS) if path.is_file() else None
    found = Publication(withdrawn=withdrawn)
    if entry is not None:
        title, description, publisher, version = (
            problems.required_text(entry, key, "the data set") for key in ("title", "description", "publisher", "version")
        )
        if publisher and publisher not in folder.entities.actors:
            actors = folder.entities.actors
            problems.add(f"unknown actor '{publisher}'", entry.entries["publisher"].where, near_miss(publisher, actors))
        labels = folder.entities.actors[publisher].labels if publisher in folder.entities.actors else ()
        found = Publication(
            title,
            description,
            publisher,
            labels[0][1] if labels else publisher,
            version,
            read_date(problems.required(entry, "issued", "the data set"), "'issued'", problems),
            read_iri(problems.required(entry, "license", "the data set"), "'license'", problems),
            problems.optional_text(entry, "cite", "the data set"),
            withdrawn,
        )
    problems.raise_if_any()
    return found


def _withdrawn(folder: Folder, problems: Problems) -> Iterator[Withdrawal]:
    path = folder.path / WITHDRAWN
    seen: set[str] = set()
    for item in problems.items(read_yaml(path, WITHDRAWN), "the file") if path.is_file() else ():
        entry = problems.mapping(item, "a withdrawal", frozenset({*_KINDS, "date", "reason"}))
        if entry is None:
            continue
        kind, id_ = _named(entry, problems)
        day = read_date(problems.required(entry, "date", "a withdrawal"), "'date'", problems)
        reason = problems.required_text(entry, "reason", "a withdrawal")
        check_reason(entry.entries.get("reason"), "a withdrawal", problems)
        if not id_ or day is None:
            continue
        where = entry.entries[kind].where
        there = {"statement": folder.ids, "actor": folder.entities.actors, "place": folder.entities.places}[kind]
        iri = f"{DATA}{kind}/{id_}"
        if not IDENTIFIER.fullmatch(id_):
            problems.add(f"'{id_[:80]}' cannot be the id of a {kind}", where, "Write the id that it had.")
        elif id_ in there:
            problems.add(
                f"the {kind} '{id_}' is withdrawn, and still there", where, "Take it out of the folder, or take this entry out."
            )
        elif iri in seen:
            problems.add(f"the {kind} '{id_}' is withdrawn twice", where, "Keep one entry.")
        else:
            seen.add(iri)
            yield Withdrawal(iri, day, reason)


def _named(entry: Mapping, problems: Problems) -> tuple[str, str]:
    """The kind and id of what an entry says was withdrawn; empty after noting that it names none or several."""
    kinds = [kind for kind in _KINDS if kind in entry.entries]
    if len(kinds) != 1:
        problems.add(
            "a withdrawal names one thing", entry.where, "Write 'statement:', 'actor:' or 'place:' with the id that it had."
        )
        return "", ""
    return kinds[0], problems.text(entry.entries[kinds[0]], f"'{kinds[0]}'") or ""

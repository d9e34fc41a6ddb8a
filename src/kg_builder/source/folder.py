"""A folder of statements: which statements it has, what they share, and what links them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg_builder.errors import InputError, Location, Problem, input_error, near_miss
from kg_builder.model import Entities, Link, Ref, Statement
from kg_builder.source.claims import ClaimsReader
from kg_builder.source.entities import names_of_persons, read_shared_entities
from kg_builder.source.reasons import check_reason
from kg_builder.source.text import Text
from kg_builder.source.tree import Mapping, Problems, decode, pairs, read_bytes, read_yaml
from kg_builder.source.values import is_language, read_date, read_iri
from kg_builder.vocabulary import IDENTIFIER, Vocabulary, read_vocabulary

MAX_TEXT = 4_000_000
"""Characters that a statement's text may have; a book has about a million."""

_STATEMENT_KEYS = frozenset(
    [
        "title",
        "session",
        "forum",
        "date",
        "language",
        "creator",
        "place",
        "source",
        "rights",
        "codedBy",
        "sha256",
        "expect",
    ]
)
_EXPECTED = ("claims", "demands", "events", "acts", "quantities")


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that was opened: its statements are read one at a time, on demand."""

    path: Path
    vocabulary: Vocabulary
    entities: Entities
    ids: tuple[str, ...]
    links: tuple[Link, ...]

    def statement(self, id_: str) -> Statement:
        """One statement, read and checked whole; raises :class:`InputError` with all that is wrong in it."""
        return _read_statement(self, id_)

    def statements(self) -> Iterator[Statement]:
        """All statements, in the order of their ids. Reads on past a faulty one, then raises all that was found."""
        problems: list[Problem] = []
        for id_ in self.ids:
            try:
                statement = self.statement(id_)
            except InputError as error:
                problems += error.problems
            else:
                yield statement
        if problems:
            raise InputError(*problems)

    def text(self, id_: str) -> Text:
        """The text of a statement."""
        path = self.path / "data" / "statements" / id_ / "text.txt"
        shown = _shown(self.path, path)
        return Text(decode(read_bytes(path, shown), shown))


def open_folder(path: str | Path) -> Folder:
    """Open a folder that has ``data/statements``; reads the vocabulary, the shared entities and the links.

    Raises :class:`InputError` where there is no such folder, or no statement in it, or the shared files are faulty.
    """
    path = Path(path)
    root = path / "data" / "statements"
    if not path.is_dir():
        raise input_error("there is no such folder", Location(str(path)))
    if not root.is_dir():
        raise input_error(
            "there is no folder data/statements here",
            Location(str(path)),
            "Name a folder that has one (kg-builder build FOLDER); docs/writing-claims.md tells what stands in it.",
        )
    problems = Problems()
    ids = []
    for entry in sorted(root.iterdir()):
        if not entry.is_dir() or entry.name.startswith("."):
            continue
        if IDENTIFIER.fullmatch(entry.name):
            ids.append(entry.name)
        else:
            problems.add(
                "the folder's name cannot be the id of a statement",
                Location(_shown(path, entry)),
                "Use lower-case letters a-z, digits and single hyphens, such as '2020-05-25-odf-osce'.",
            )
    if not ids and not problems.found:
        raise input_error(
            "there is no statement in it",
            Location(_shown(path, root)),
            "Add a folder with statement.yaml, text.txt and claims.yaml.",
        )
    vocabulary = read_vocabulary(path)
    entities = read_shared_entities(path, problems)
    links = _read_links(path, frozenset(ids), entities, problems)
    folder = Folder(path, vocabulary, entities, tuple(ids), links)
    if problems.found:
        raise InputError(*problems.found, *_problems_of(folder))
    return folder


def _problems_of(folder: Folder) -> Iterator[Problem]:
    """What is wrong in the statements, so that one run tells it beside what is wrong in the shared files."""
    try:
        for _ in folder.statements():
            pass
    except InputError as error:
        yield from error.problems


def _shown(folder: Path, path: Path) -> str:
    """The name of a file in messages: from the folder on, so that it is the same wherever the folder stands."""
    return path.relative_to(folder).as_posix()


def _read_links(folder: Path, ids: frozenset[str], entities: Entities, problems: Problems) -> tuple[Link, ...]:
    path = folder / "data" / "links.yaml"
    if not path.is_file():
        return ()
    links = []
    for item in problems.items(read_yaml(path, _shown(folder, path)), "the file"):
        entry = problems.mapping(item, "a link", frozenset({"sameReportedEvent", "because", "by"}))
        if entry is None:
            continue
        because = problems.required_text(entry, "because", "a link")
        check_reason(entry.entries.get("because"), "a link", problems)
        by = problems.required_text(entry, "by", "a link")
        if by and by not in entities.actors:
            problems.add(f"unknown actor '{by}'", entry.entries["by"].where, near_miss(by, entities.actors))
        refs: list[Ref] = []
        places: list[tuple[int, int]] = []
        for node in problems.items(problems.required(entry, "sameReportedEvent", "a link"), "'sameReportedEvent'"):
            text = problems.text(node, "an event") or ""
            statement, _, event = text.partition("/")
            ref = Ref("event", event, statement)
            if ref in refs:
                problems.add(f"'{text}' is linked to itself", node.where, "Name events of different statements.")
            elif statement in ids and IDENTIFIER.fullmatch(event):
                refs.append(ref)
                places.append((node.where.line, node.where.column))
            else:
                problems.add(f"'{text}' is not STATEMENT/EVENT of this folder", node.where, near_miss(statement, ids))
        if len(refs) > 1 and because and by:
            links += [
                Link(refs[first], refs[second], because, Ref("actor", by), (places[first], places[second]))
                for first in range(len(refs))
                for second in range(first + 1, len(refs))
            ]
        elif len(refs) == 1:
            problems.add("a link joins at least two events", entry.where)
    return tuple(links)


def _read_statement(folder: Folder, id_: str) -> Statement:
    root = folder.path / "data" / "statements" / id_
    files = {name: _shown(folder.path, root / name) for name in ("statement.yaml", "text.txt", "claims.yaml")}
    problems = Problems()
    meta = problems.mapping(read_yaml(root / "statement.yaml", files["statement.yaml"]), "the file", _STATEMENT_KEYS)
    if meta is None:
        problems.add("there is nothing in it", Location(files["statement.yaml"]))
        raise InputError(*problems.found)
    title, language = (problems.required_text(meta, key, "the statement") for key in ("title", "language"))
    if language and not is_language(language):
        problems.add(f"'{language}' is not a language tag", meta.entries["language"].where, "Write it like 'en'.")
    date = read_date(problems.required(meta, "date", "the statement"), "'date'", problems)
    source = read_iri(meta.entries.get("source"), "'source'", problems)
    session, rights = (problems.optional_text(meta, key, "the statement") for key in ("session", "rights"))
    unread: list[Problem] = []
    try:
        raw = read_bytes(root / "text.txt", files["text.txt"])
        text = _read_text(raw, files["text.txt"], meta, problems)
    except InputError as error:
        unread += error.problems
    try:
        claims = read_yaml(root / "claims.yaml", files["claims.yaml"])
    except InputError as error:
        unread += error.problems
    if unread:
        raise InputError(*problems.found, *unread)
    reader = ClaimsReader(folder.vocabulary, folder.entities, id_, text, problems)
    reader.read(claims, files["claims.yaml"], language or "en")
    names = names_of_persons((folder.entities, reader.local))
    for word in names.intersection(id_.split("-")):
        problems.add(
            "the statement's id holds a word of a person's name",
            Location(files["statement.yaml"]),
            f"Rename the folder without '{word}'.",
        )
    creators = [
        ref
        for node in _one_or_more(meta, "creator", problems)
        if (ref := reader.lookup.actor(problems.text(node, "'creator'"), node.where)) is not None
    ]

    def actor(key: str) -> Ref | None:
        node = meta.entries.get(key)
        return reader.lookup.actor(problems.text(node, f"'{key}'"), node.where) if node else None

    place_node = meta.entries.get("place")
    place = reader.lookup.place(problems.text(place_node, "'place'"), place_node.where) if place_node else None
    forum, coded_by = actor("forum"), actor("codedBy")
    if coded_by is None:
        problems.required(meta, "codedBy", "the statement")
    _check_expected(meta, reader, problems)
    problems.raise_if_any()
    assert date is not None
    return Statement(
        ref=Ref("statement", id_),
        title=title,
        date=date,
        language=language,
        creators=tuple(creators),
        sha256=hashlib.sha256(raw).hexdigest(),
        utterances=tuple(reader.utterances),
        events=tuple(reader.events.values()),
        quantities=tuple(reader.quantities),
        times=tuple(reader.times.values()),
        entities=reader.local,
        session=session,
        forum=forum,
        place=place,
        source=source,
        rights=rights,
        coded_by=coded_by,
    )


def _one_or_more(meta: Mapping, key: str, problems: Problems) -> list:  # type: ignore[type-arg]
    node = problems.required(meta, key, "the statement")
    return problems.items(node, f"'{key}'") if hasattr(node, "items") else [node] if node else []


def _read_text(raw: bytes, shown: str, meta: Mapping, problems: Problems) -> Text:
    content = decode(raw, shown)
    if not content.strip():
        raise input_error("the text is empty", Location(shown))
    if len(content) > MAX_TEXT:
        raise input_error(
            f"the text has {len(content):,} characters; a statement has at most {MAX_TEXT:,}",
            Location(shown),
            "Split it into statements of its own.",
        )
    for mark, name, mend in (
        ("\ufeff", "begins with a byte order mark (BOM)", "Save it without, and record the new sha256."),
        ("\r", "has Windows or old Mac line ends (CR)", "Convert them to LF, and record the new sha256."),
        ("\x00", "has a NUL character", "It may not be plain text: get the text out of the document first."),
    ):
        at = content.find(mark)
        if at >= 0 and (mark != "\ufeff" or at == 0):
            line, column = Text(content).line_column(at)
            raise input_error(f"the text {name}", Location(shown, line, column), mend)
    actual = hashlib.sha256(raw).hexdigest()
    expected = problems.required_text(meta, "sha256", "the statement")
    if expected and expected != actual:
        problems.add(
            f"sha256 does not fit text.txt, which has {actual}",
            meta.entries["sha256"].where,
            "Restore text.txt as it was received; or, where the new text was checked, write this hash.",
        )
    return Text(content)


def _check_expected(meta: Mapping, reader: ClaimsReader, problems: Problems) -> None:
    expected = problems.mapping(problems.required(meta, "expect", "the statement"), "'expect'", frozenset(_EXPECTED))
    if expected is None or problems.found:
        return
    acts = sum(event.is_act for event in reader.events.values())
    claims = sum(utterance.kind == "claim" for utterance in reader.utterances)
    actual = {
        "claims": claims,
        "demands": len(reader.utterances) - claims,
        "events": len(reader.events) - acts,
        "acts": acts,
        "quantities": len(reader.quantities),
    }
    for key in ("claims", "demands"):
        problems.required(expected, key, "'expect'")
    for key, where, node in pairs(expected):
        text = problems.text(node, f"'{key}'")
        if text is not None and text != str(actual[key]):
            problems.add(
                f"{text} {key} are expected, and claims.yaml has {actual[key]}",
                node.where if hasattr(node, "where") else where,
                "Find the one that is missing or too many; or, where it is right, write the new count.",
            )

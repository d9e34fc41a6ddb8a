"""YAML files as trees in which every value knows its line and column.

Built from PyYAML's event stream rather than its loader: each scalar stays the text that was written (``no`` is "no"), and
anchors, aliases, tags, duplicate keys and deep nesting are refused before they can cost anything.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from kg_builder.errors import InputError, Location, Problem, input_error, near_miss

MAX_DEPTH = 20
MAX_BYTES = 64 * 1024 * 1024
MAX_PROBLEMS = 200
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of writing (CVE-2021-42574)."""

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as written; ``empty`` where nothing was written after the key."""

    text: str
    where: Location
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: list[Node]
    where: Location


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys with their values; the place of a key is in ``keys``."""

    entries: dict[str, Node]
    keys: dict[str, Location]
    where: Location


Node = Scalar | Sequence | Mapping


@dataclass(slots=True)
class Problems:
    """Collects what is wrong, so that one run tells all of it."""

    found: list[Problem] = field(default_factory=list)

    def add(self, message: str, where: Location | None, mend: str = "") -> None:
        """Note a problem; past :data:`MAX_PROBLEMS` the reading stops with what was found."""
        self.found.append(Problem(message, where, mend))
        if len(self.found) >= MAX_PROBLEMS:
            self.raise_if_any()

    def raise_if_any(self) -> None:
        if self.found:
            raise InputError(*self.found)

    # --- reading values: each returns None after noting what is wrong -------------------------------------------------

    def mapping(self, node: Node | None, what: str, known: frozenset[str] | None = None) -> Mapping | None:
        """``node`` as a mapping; a key that is not in ``known`` is a problem."""
        if not isinstance(node, Mapping):
            if node is not None:
                self.add(f"{what} must be a mapping of keys to values, not {_kind(node)}", node.where)
            return None
        if known is not None:
            for key in node.entries:
                if key not in known:
                    self.add(f"unknown key '{key}' in {what}", node.keys[key], near_miss(key, known))
        return node

    def items(self, node: Node | None, what: str) -> list[Node]:
        """``node`` as a list; a missing one is empty."""
        if node is None or (isinstance(node, Scalar) and node.empty):
            return []
        if not isinstance(node, Sequence):
            self.add(f"{what} must be a list, not {_kind(node)}", node.where, "Begin each entry with '- '.")
            return []
        return node.items

    def text(self, node: Node | None, what: str, *, verbatim: bool = False) -> str | None:
        """``node`` as text that is not empty; only ``verbatim`` words may hold characters that steer a screen."""
        if node is None:
            return None
        if not isinstance(node, Scalar):
            self.add(f"{what} must be text, not {_kind(node)}", node.where)
            return None
        if not node.text.strip():
            self.add(f"{what} is empty", node.where, "Write a value, or leave the key out.")
            return None
        steering = None if verbatim else _STEERING.search(node.text)
        if steering:
            self.add(f"{what} holds the control character U+{ord(steering[0]):04X}", node.where, "Take it out.")
            return None
        return node.text

    def required(self, mapping: Mapping, key: str, what: str) -> Node | None:
        """The value of ``key``, which must be there."""
        node = mapping.entries.get(key)
        if node is None:
            self.add(f"{what} has no '{key}'", mapping.where, f"Add a line '{key}: …'.")
        return node

    def required_text(self, mapping: Mapping, key: str, what: str) -> str:
        """The text of ``key``, or "" after noting that it is missing."""
        return self.text(self.required(mapping, key, what), f"'{key}' of {what}") or ""

    def optional_text(self, mapping: Mapping, key: str, what: str) -> str:
        return self.text(mapping.entries.get(key), f"'{key}' of {what}") or ""


def pairs(mapping: Mapping) -> Iterator[tuple[str, Location, Node]]:
    """Each key with its place and value, in the order of the file."""
    for key, node in mapping.entries.items():
        yield key, mapping.keys[key], node


def read_yaml(path: Path, shown: str) -> Node | None:
    """The tree of a YAML file, None for an empty one; ``shown`` is the file's name in messages.

    Raises :class:`InputError` for what cannot be read or parsed, with line and column.
    """
    return parse_yaml(read_text(path, shown, keep_bom=False), shown)


def read_bytes(path: Path, shown: str) -> bytes:
    """The bytes of a file of at most :data:`MAX_BYTES`; an InputError says why it cannot be had."""
    where = Location(shown)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode) and not stat.S_ISDIR(status.st_mode):
            raise input_error("this is not a plain file", where)
        if status.st_size > MAX_BYTES:
            raise input_error(f"the file is larger than {MAX_BYTES // 2**20} MiB", where, "Split it.")
        return path.read_bytes()
    except FileNotFoundError:
        raise input_error("there is no such file", where, _neighbours(path)) from None
    except IsADirectoryError:
        raise input_error("this is a folder, not a file", where) from None
    except OSError as error:
        raise input_error(f"cannot be read: {error.strerror}", where, "Check its permissions.") from None


def read_text(path: Path, shown: str, *, keep_bom: bool) -> str:
    """A UTF-8 file's text; an InputError gives line and column of the first byte that is not UTF-8."""
    return decode(read_bytes(path, shown), shown, keep_bom=keep_bom)


def decode(raw: bytes, shown: str, *, keep_bom: bool = True) -> str:
    """UTF-8 bytes as text, without any other change."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise input_error("the file is UTF-16, not UTF-8", Location(shown, 1, 1), "Save it as UTF-8.")
    try:
        return raw.decode("utf-8" if keep_bom else "utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line_start = before.rfind(b"\n") + 1
        where = Location(shown, before.count(b"\n") + 1, len(before[line_start:].decode("utf-8")) + 1)
        raise input_error(
            f"byte 0x{raw[error.start]:02x} is not UTF-8", where, "Save the file as UTF-8 (it may be Windows-1252)."
        ) from None


def parse_yaml(text: str, shown: str) -> Node | None:
    """The tree of a YAML text; raises :class:`InputError` with line and column."""
    forbidden = _FORBIDDEN.search(text)
    if forbidden:
        line, column = _place(text, forbidden.start())
        code = ord(forbidden.group())
        raise input_error(f"the character U+{code:04X} is not allowed in YAML", Location(shown, line, column), "Remove it.")
    try:
        return _build(yaml.parse(text, Loader=_Loader), shown)
    except yaml.MarkedYAMLError as error:
        opened = error.context_mark and re.match(r"while (scanning a quoted|parsing a flow)", error.context or "")
        mark = error.context_mark if opened else error.problem_mark or error.context_mark
        where = Location(shown, mark.line + 1, mark.column + 1) if mark else Location(shown)
        raise input_error(f"this is not YAML: {error.problem or error.context}", where, _yaml_mend(error)) from None


@dataclass(slots=True)
class _Open:
    """A list or mapping that is being read."""

    node: Sequence | Mapping
    key: str | None = None


def _build(events: Iterator[yaml.Event], shown: str) -> Node | None:
    stack: list[_Open] = []
    root: Node | None = None
    documents = 0
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
        mark = event.start_mark
        where = Location(shown, mark.line + 1, mark.column + 1) if mark else Location(shown)
        if documents > 1:
            raise input_error("a second document begins here ('---')", where, "Keep one document in a file.")
        _refuse(event, where)
        node: Node
        if isinstance(event, yaml.ScalarEvent):
            plain = event.style in {None, ""}
            node = Scalar(event.value, where, empty=plain and event.value in {"", "~", "null"})
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Sequence([], where)
        elif isinstance(event, yaml.MappingStartEvent):
            node = Mapping({}, {}, where)
        elif isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
            continue
        else:
            continue
        if stack:
            _put(stack[-1], node)
        else:
            root = node
        if not isinstance(node, Scalar):
            if len(stack) >= MAX_DEPTH:
                raise input_error(f"nested more than {MAX_DEPTH} deep", where)
            stack.append(_Open(node))
    if isinstance(root, Scalar) and root.empty:
        return None
    return root


def _put(parent: _Open, node: Node) -> None:
    if isinstance(parent.node, Sequence):
        parent.node.items.append(node)
    elif parent.key is None:
        if not isinstance(node, Scalar):
            raise input_error("a key must be plain text", node.where)
        if node.text in parent.node.entries:
            first = parent.node.keys[node.text]
            raise input_error(
                f"the key '{node.text}' stands twice", node.where, f"It stands first on line {first.line}; keep one."
            )
        parent.key = node.text
        parent.node.keys[node.text] = node.where
    else:
        parent.node.entries[parent.key] = node
        parent.key = None


def _refuse(event: yaml.Event, where: Location) -> None:
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        raise input_error("YAML anchors (&) and aliases (*) are not used here", where, "Write the value out, or quote the text.")
    tag = getattr(event, "tag", None)
    if tag and tag != "!":
        raise input_error(f"the YAML tag {tag} is not used here", where, "Leave it out, or quote the text.")


def _yaml_mend(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    if "mapping values are not allowed" in problem:
        return "Text with ': ' in it must stand in quotation marks."
    if "expected <block end>" in problem or "did not find expected" in problem:
        return "Check the indentation, and that text which begins with a quotation mark is wholly quoted."
    if "\\t" in problem or "tab" in problem or "cannot start any token" in problem:
        return "Indent with spaces; text that begins with @, `, % or a tab must stand in quotation marks."
    return "Check the line and the one above it: indentation, colons, quotation marks."


def _place(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - before.rfind("\n")


def _kind(node: Node) -> str:
    if isinstance(node, Scalar):
        return "nothing" if node.empty else f"the text '{node.text[:40]}'"
    return "a list" if isinstance(node, Sequence) else "a mapping"


def _neighbours(path: Path) -> str:
    try:
        names = [entry.name for entry in path.parent.iterdir()]
    except OSError:
        return f"The folder {path.parent.name} is not there either."
    return near_miss(path.name, names)

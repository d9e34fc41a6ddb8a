"""A difference for people, for programs and for pages. The same difference gives the same text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import groupby
from urllib.parse import quote

import pyoxigraph as ox

from kg_builder.diff.words import RESOURCE, SPEAKING, Difference, Entry, Part, Value
from kg_builder.errors import input_error, near_miss, plain

FORMATS = ("human", "json", "markdown", "nquads")
GRAPHS = ("urn:kg-builder:removed", "urn:kg-builder:added")
"""Where the removed and the added triples stand in N-Quads; what stood in the graph G follows as ``:G``, percent-encoded."""
SAME = "The two graphs are equal."

_COLOURS = {"withdrawn": 31, "removed": 31, "added": 32, "changed": 33, "moved": 36}
_STEERING = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_LONGEST, _AROUND, _SHOWN_USERS = 300, 40, 30
_IN_HEAD = {
    "statement": {"kind", "identifier", "title"},
    "claim": {"kind", "identifier", "in statement", "proposition"},
    "demand": {"kind", "identifier", "in statement", "proposition"},
    "utterance": {"kind", "identifier", "in statement", "proposition"},
}
"""What the first line says of a node that is new or gone."""


def tell(difference: Difference, format_: str, *, colour: bool = False) -> str:
    """The difference in one of :data:`FORMATS`; a text that is not empty ends with a line break.

    Raises :class:`~kg_builder.errors.InputError` for a format that there is not.
    """
    if format_ not in FORMATS:
        raise input_error(f"a difference cannot be told with {format_!r}", mend=near_miss(format_, FORMATS))
    if format_ == "json":
        return _visible(_json(difference))
    if format_ == "nquads":
        return _visible("".join(f"{quad} .\n" for quad in _patch(difference)))
    lines = _markdown(difference) if format_ == "markdown" else _human(difference, colour)
    return "".join(f"{line}\n" for line in lines)


def _visible(text: str) -> str:
    r"""JSON or N-Quads in which no character steers a terminal: both write such ones as ``\uXXXX``."""
    return _STEERING.sub(lambda found: f"\\u{ord(found[0]):04X}", text)


def _json(difference: Difference) -> str:
    entries = []
    for entry in difference.entries:
        told = asdict(entry)
        told["triples"] = {"removed": told.pop("removed"), "added": told.pop("added")}
        entries.append(told)
    content = {
        "triples": {"removed": len(difference.removed), "added": len(difference.added)},
        "counts": difference.counts(),
        "entries": entries,
    }
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _patch(difference: Difference) -> Iterator[ox.Quad]:
    for graph, quads in zip(GRAPHS, (difference.removed, difference.added), strict=True):
        for quad in quads:
            name = quad.graph_name
            of = "" if isinstance(name, ox.DefaultGraph) else f":{quote(str(name).strip('<>'), safe='')}"
            yield ox.Quad(quad.subject, quad.predicate, quad.object, ox.NamedNode(graph + of))


# --- for people -------------------------------------------------------------------------------------------------------


def _human(difference: Difference, colour: bool) -> Iterator[str]:
    if not difference:
        yield SAME
        return
    for entry, inner in _blocks(difference):
        head = f"{entry.change}: {_head(entry)}"
        yield f"\x1b[{_COLOURS[entry.change]}m{plain(head)}\x1b[0m" if colour else plain(head)
        yield from (plain(f"    {line}") for line in [*_body(entry), *inner])
    yield from map(plain, _moved(difference))
    yield _summary(difference)


def _markdown(difference: Difference) -> Iterator[str]:
    if not difference:
        yield SAME
        return
    for entry, inner in _blocks(difference):
        yield f"- **{entry.change}**: {_escaped(_head(entry))}"
        yield from (f"  - {_escaped(line)}" for line in [*_body(entry), *inner])
    yield from (f"- {_escaped(line)}" for line in _moved(difference))
    yield ""
    yield _escaped(_summary(difference))


def _blocks(difference: Difference) -> Iterator[tuple[Entry, list[str]]]:
    """Each entry that is told by itself, and a line for each that is told below it."""
    whole = {entry.statement: entry.change for entry in difference.entries if entry.kind == "statement"}
    gone_with = {"withdrawn": "removed", "added": "added"}
    below: dict[str, list[Entry]] = {}
    told = []
    for entry in difference.entries:
        if entry.kind != "statement" and entry.change == gone_with.get(whole.get(entry.statement, "")):
            below.setdefault(entry.statement, []).append(entry)
        elif entry.change != "moved":
            told.append(entry)
    for entry in told:
        inner = below.get(entry.statement, []) if entry.kind == "statement" else []
        lines = [f"with it {entry.change}: {_number(inner)}"] if inner else []
        lines += [_head(each, within=True) for each in inner if each.kind in SPEAKING]
        yield entry, lines


def _number(entries: Iterable[Entry]) -> str:
    kinds = [entry.kind for entry in entries]
    return ", ".join(_counted(kinds.count(kind), kind) for kind in dict.fromkeys(kinds))


def _counted(number: int, kind: str) -> str:
    several = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    return f"{number:,} {kind if number == 1 else several}"


def _head(entry: Entry, *, within: bool = False) -> str:
    of = f" of {entry.statement}" if entry.statement and entry.kind != "statement" and not within else ""
    label = f": {entry.label}" if entry.label and entry.label != entry.id else ""
    kind = "" if entry.kind == RESOURCE else f"{entry.kind} "
    return f"{kind}{entry.id}{of}{label}"


def _body(entry: Entry) -> Iterator[str]:
    is_new_or_gone = entry.change in {"added", "removed", "withdrawn"}
    hidden = _IN_HEAD.get(entry.kind, {"kind"} if entry.kind != RESOURCE else set()) if is_new_or_gone else set()
    for part in entry.parts:
        is_told = not part.of and part.property in hidden
        if part.new if entry.change == "withdrawn" else not is_told:
            yield _told(part, neutral=is_new_or_gone and not (part.old and part.new))
    if entry.users:
        yield f"used by {_users(entry)}"


def _users(entry: Entry) -> str:
    shown = entry.users[:_SHOWN_USERS]
    text = "; ".join(
        f"{', '.join(user.id for user in group)}{f' of {statement}' if statement else ''}"
        for statement, group in groupby(shown, key=lambda user: user.statement)
    )
    more = len(entry.users) - len(shown)
    return f"{text} and {more:,} more (all of them: --format json)" if more else text


def _told(part: Part, *, neutral: bool) -> str:
    """A part on one line; ``neutral``: the head says already that it was added or removed."""
    name = f"{part.of}: {part.property}" if part.of else part.property
    if part.old and part.new:
        old, new = _values(part.old), _values(part.new)
        if part.moved and not part.of:
            old, new = (", ".join(value.ground or value.term for value in values) for values in (part.old, part.new))
            return f"{name}: the same words, elsewhere: {old} → {new}"
        if len(old) > _LONGEST or len(new) > _LONGEST:
            old, new = _where_they_differ(old, new)
        return f"{name}: {old} → {new}"
    way = "" if neutral else "added " if part.new else "removed "
    return f"{name}: {way}{_cut(_values(part.new or part.old))}"


def _values(values: tuple[Value, ...]) -> str:
    return ", ".join(f"{value.text} ({value.ground})" if value.ground else value.text for value in values)


def _where_they_differ(old: str, new: str) -> tuple[str, str]:
    """Two long texts from a little before to a little after the place where they differ."""
    start = _common(old, new)
    end = min(_common(old[::-1], new[::-1]), len(old) - start, len(new) - start)
    first, last = max(start - _AROUND, 0), max(end - _AROUND, 0)

    def cut(text: str) -> str:
        middle = _cut(text[first : len(text) - last])
        return f"{'…' if first else ''}{middle}{'…' if last else ''}"

    return cut(old), cut(new)


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (first, second) in pairs if first != second), min(len(one), len(other)))


def _cut(text: str) -> str:
    if len(text) <= 2 * _LONGEST:
        return text
    return f"{text[:_LONGEST]} … ({len(text) - 2 * _LONGEST:,} characters) … {text[-_LONGEST:]}"


def _moved(difference: Difference) -> Iterator[str]:
    """A line for each statement whose text changed around utterances that stayed as they were."""
    moved = [entry for entry in difference.entries if entry.change == "moved"]
    for statement, group in groupby(moved, key=lambda entry: entry.statement):
        ids = [entry.id for entry in group]
        of = f" of {statement}" if statement else ""
        yield f"moved: the same words stand elsewhere in the text{of}, or between others: {', '.join(ids)}"


def _summary(difference: Difference) -> str:
    told = [
        f"{change}: {', '.join(_counted(number, kind) for kind, number in kinds.items())}"
        for change, kinds in difference.counts().items()
    ]
    triples = f"{_counted(len(difference.removed), 'triple')} removed, {len(difference.added):,} added"
    return "; ".join([*told, triples]) + "."


def _escaped(text: str) -> str:
    """Text as it is in Markdown, where it opens no tag, no link and no emphasis, and calls nobody."""
    return re.sub(r"([\\`*_\[\]<>|~#&!@:])", r"\\\1", plain(text)).replace("\\:", ":").replace("\\@", "&#64;")

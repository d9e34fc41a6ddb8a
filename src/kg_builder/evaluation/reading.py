"""Reads the exchange format: the JSON that ``kg-builder draft --format json`` prints, and that labelled claims have."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kg_builder.errors import InputError, Problem, near_miss
from kg_builder.evaluation.located import LocatedJson

ACTOR_KINDS = ("authority", "group", "organisation", "person", "state")
MAX_PROBLEMS = 200
MISSPELT = 0.8
"""How like a known field an unknown one must be (1: the same) to be taken for a slip of the pen."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many people: ``maximum`` is None where it is open, both are None where no number is given."""

    minimum: int | None = None
    maximum: int | None = None
    approximate: bool = False

    @property
    def tells_a_number(self) -> bool:
        """Whether more is said than that somebody, or one person, was harmed."""
        return self.minimum is not None and (self.minimum, self.maximum) != (1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What every kind of entry has: its words, other words that are as good, and whether leaving it out is no miss."""

    quote: str = ""
    alt_quotes: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor(Entry):
    """Who is spoken of; ``surface`` has the ways in which the text writes the name."""

    name: str
    kind: str | None
    surface: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(Entry):
    """What is said to have happened."""

    date: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Victim(Entry):
    """Who is said to have been harmed."""

    count: Count


@dataclass(frozen=True, slots=True, kw_only=True)
class Allegation(Entry):
    """Who is said to have done what; the ``implied`` parties are those that only the context gives."""

    accuser: str | None
    accused: tuple[str, ...]
    accused_implied: tuple[str, ...] = ()
    act_type: str | None
    alt_act_types: tuple[str, ...] = ()
    counter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial(Entry):
    """Who denies."""

    who: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand(Entry):
    """Whom something is asked of."""

    addressee: tuple[str, ...]
    addressee_implied: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap(Entry):
    """Words that look like an allegation or a number of victims, and are none."""

    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """All that one file says of one statement; ``unread`` counts its fields that mean nothing here."""

    actors: tuple[Actor, ...] = ()
    events: tuple[Event, ...] = ()
    victims: tuple[Victim, ...] = ()
    allegations: tuple[Allegation, ...] = ()
    denials: tuple[Denial, ...] = ()
    demands: tuple[Demand, ...] = ()
    traps: tuple[Trap, ...] = ()
    unread: Mapping[str, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The number of entries, without the traps."""
        parts = (self.actors, self.events, self.victims, self.allegations, self.denials, self.demands)
        return sum(map(len, parts))


# --- the form ---------------------------------------------------------------------------------------------------------

_Check = Callable[[Any], str]
"""What is wrong with a value, or ""."""


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "must be text"


def _text_or_null(value: Any) -> str:
    return "" if value is None or isinstance(value, str) else "must be text or null"


def _texts(value: Any) -> str:
    is_list = value is None or (isinstance(value, list) and all(isinstance(each, str) for each in value))
    return "" if is_list else "must be a list of texts"


def _flag(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _number_or_null(value: Any) -> str:
    is_number = value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0)
    return "" if is_number else "must be a whole number from 0 up, or null"


def _actor_kind(value: Any) -> str:
    if value is None or value in ACTOR_KINDS:
        return ""
    return f"must be one of {', '.join(ACTOR_KINDS)}, or null"


def _count(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, dict):
        return "must be an object with 'min', 'max' and 'approx', or null"
    for key, check in {"min": _number_or_null, "max": _number_or_null}.items():
        if key not in value:
            return f"has no '{key}'; write null where it is open"
        if check(value[key]):
            return f"has a '{key}' that {check(value[key])}"
    if _flag(value.get("approx", False)):
        return "has an 'approx' that must be true or false"
    if value["min"] is not None and value["max"] is not None and value["min"] > value["max"]:
        return "has a 'min' above its 'max'"
    return ""


def _anything(_: Any) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class _Form:
    """The fields of a kind of entry; ``needed`` are those that a figure depends on."""

    make: Callable[..., Entry]
    needed: Mapping[str, _Check]
    may: Mapping[str, _Check] = field(default_factory=dict)

    @property
    def read(self) -> Mapping[str, _Check]:
        return {**_EVERYWHERE, **self.needed, **self.may}


_EVERYWHERE: Mapping[str, _Check] = {"alt_quotes": _texts, "optional": _flag}
_UNUSED = frozenset(
    {"start", "end", "spans", "note", "type", "place", "who", "event_index", "harm", "act", "victims", "date", "what"}
    | {"accused_inferred", "narrow_type", "by", "action", "addressee_inferred", "force", "why"}
)
"""Fields of the format on which no figure depends; what they hold is not looked at."""
_ABOUT = frozenset({"language", "publisher"})
"""What a draft tells of the whole statement."""

_FORMS: Mapping[str, _Form] = {
    "actors": _Form(Actor, {"name": _text, "kind": _actor_kind}, {"surface": _texts}),
    "events": _Form(Event, {"date": _text_or_null, "quote": _text}),
    "victims": _Form(Victim, {"count": _count, "quote": _text}),
    "allegations": _Form(
        Allegation,
        {"accuser": _text_or_null, "accused": _texts, "act_type": _text_or_null, "quote": _text},
        {"accused_implied": _texts, "alt_act_types": _texts, "counter": _flag},
    ),
    "denials": _Form(Denial, {"who": _text_or_null, "quote": _text}),
    "demands": _Form(Demand, {"addressee": _texts, "quote": _text}, {"addressee_implied": _texts}),
    "traps": _Form(Trap, {"quote": _text}, {"why": _text}),
}
KINDS = tuple(_FORMS)


def read_annotation(text: str, shown: str, *, gold: bool = False) -> Annotation:
    """The annotation in a JSON text; ``shown`` is the file's name in messages.

    A kind that is left out is empty; in ``gold`` it is missed, since an empty kind and one that nobody labelled differ.
    Raises :class:`InputError` with the line and column of all that cannot be used.
    """
    reader = _Reader(LocatedJson(text, shown))
    found = reader.kinds(gold)
    if reader.problems:
        raise InputError(*reader.problems[:MAX_PROBLEMS])
    return Annotation(**found, unread=dict(sorted(reader.unread.items())))


class _Reader:
    """Goes through one file, notes all that is wrong, and makes entries of what is right."""

    def __init__(self, source: LocatedJson) -> None:
        self._source = source
        self.problems: list[Problem] = []
        self.unread: Counter[str] = Counter()

    def kinds(self, gold: bool) -> dict[str, Any]:
        root = self._source.value
        if not isinstance(root, dict):
            self._note("the file must hold one object", (), f"Its keys are {', '.join(KINDS)}.")
            return {}
        for key, value in root.items():
            if key in _FORMS or key in _ABOUT:
                continue
            is_kind = isinstance(value, list) and value and all(isinstance(each, dict) for each in value)
            if is_kind or _slip(key, KINDS, root):
                self._note(f"unknown kind '{key}'", ((key,), "key"), near_miss(key, KINDS))
            else:
                self.unread[key] += 1
        if not root.keys() & set(KINDS) and not self.problems:
            self._note("none of the known kinds is here", (), f"An annotation has the keys {', '.join(KINDS)}.")
        elif gold:
            for kind in KINDS[:-1]:
                if kind not in root:
                    self._note(f"there is no '{kind}'", (), f'Write "{kind}": [] where the statement has none.')
        return {kind: tuple(self._entries(kind, root[kind])) for kind in KINDS if kind in root}

    def _entries(self, kind: str, value: Any) -> Iterator[Entry]:
        if not isinstance(value, list):
            self._note(f"'{kind}' must be a list", (kind,), "Write [] where there are none.")
            return
        for at, entry in enumerate(value):
            if not isinstance(entry, dict):
                self._note(f"an entry of '{kind}' must be an object", (kind, at))
            elif self._is_sound(kind, entry, (kind, at)):
                yield _FORMS[kind].make(
                    **{key: _frozen(entry[key], check) for key, check in _FORMS[kind].read.items() if key in entry}
                )

    def _is_sound(self, kind: str, entry: dict[str, Any], path: tuple[str | int, ...]) -> bool:
        before = len(self.problems)
        form = _FORMS[kind]
        known = form.read.keys() | _UNUSED
        for key in form.needed:
            if key not in entry:
                misspelt = next((each for each in entry if each not in known and _slip(each, [key], entry)), None)
                if misspelt is None:
                    mend = (
                        'Write "quote" with the exact words.' if key == "quote" else f'Write "{key}": null where it is not known.'
                    )
                    self._note(f"an entry of '{kind}' has no '{key}'", path, mend)
        for key, value in entry.items():
            if key not in known:
                if _slip(key, known, entry):
                    self._note(f"unknown field '{key}' in an entry of '{kind}'", ((*path, key), "key"), near_miss(key, known))
                else:
                    self.unread[key] += 1
                continue
            wrong = form.read.get(key, _anything)(value)
            if wrong:
                self._note(f"'{key}' of an entry of '{kind}' {wrong}", (*path, key))
        return len(self.problems) == before

    def _note(self, message: str, path: tuple[Any, ...], mend: str = "") -> None:
        self.problems.append(Problem(message, self._source.where(path), mend))


def _slip(key: str, known: Any, entry: Mapping[str, Any]) -> bool:
    """Whether ``key`` looks like a slip for a known one that the entry has not."""
    return bool(difflib.get_close_matches(key, [each for each in known if each not in entry], n=1, cutoff=MISSPELT))


def _frozen(value: Any, check: _Check) -> Any:
    if check is _texts:
        return tuple(value or ())
    if check is _count:
        return Count(value["min"], value["max"], value.get("approx", False)) if value else Count()
    return value

"""SPARQL text before an engine sees it: a gate against what an engine would do unasked, and the binding of parameters.

Engines fetch what a query names (SERVICE, FROM, LOAD) and can be killed by nesting. Both are found here by scanning tokens,
without recursion and in linear time, so that no query reaches an engine that could call out or break it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from kg_builder.errors import InputError, Location, Problem, input_error

MAX_LENGTH = 100_000
MAX_NESTING = 100
MAX_UNARY_RUN = 50
MAX_CALLS = 200
"""How often words that may be SERVICE or FROM are looked at, since each look takes as long as what follows is."""

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n\r]*)
      | (?P<iri><[^\x00-\x20<>"{}|^`\\]*>)
      | (?P<string>\"\"\"(?:[^"\\]|\\.|"(?!""))*\"\"\"|'''(?:[^'\\]|\\.|'(?!''))*'''
                  |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
      | (?P<variable>[?$]\w+)
      | (?P<name>(?:[^\W\d_][\w.-]*)?:(?:[\w.:%-]|\\[_~.!$&'()*+,;=/?\#@%-])*)
      | (?P<word>[^\W\d]\w*)
      | (?P<number>\d[\d.]*(?:[eE][+-]?\d+)?)
      | (?P<space>\s+)
      | (?P<mark>.)""",
    re.VERBOSE | re.DOTALL,
)
_OPENING, _CLOSING, _UNARY = frozenset("{(["), frozenset("})]"), frozenset("!-+^")
_BETWEEN = frozenset({"comment", "space"})
_UPDATES = frozenset({"INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"})
_FETCHES = frozenset({"SERVICE", "LOAD", "FROM"})
_GAP = r"(?:\s|\#[^\n\r]*+(?:[\n\r]|\Z))*+"
_NAMED = r"(?:<[^\x00-\x20<>]*+>|[?$]\w++|[^\s:{}()<>\"']*+:[^\s{}()<>\"']*+)"
_CALLING = re.compile("SERVICE|FROM", re.IGNORECASE)
_CALLS = {
    "SERVICE": re.compile(rf"SERVICE{_GAP}(?:SILENT{_GAP})?{_NAMED}{_GAP}\{{", re.IGNORECASE),
    "FROM": re.compile(rf"FROM{_GAP}(?:NAMED{_GAP})?{_NAMED}{_GAP}(?:\{{|FROM|WHERE)", re.IGNORECASE),
}
"""What makes an engine fetch, wherever a word may begin; it may follow another word without a space."""
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query, without comments and white space."""
    for match in _TOKEN.finditer(query):
        if match.lastgroup not in {"comment", "space"}:
            yield Token(match.lastgroup or "", match.group(), match.start())


def guard(query: str, shown: str = "query", *, longest: int = MAX_LENGTH, dataset: bool = False) -> None:
    r"""Refuse a query that would fetch or change data, or that nests so deep that it could break an engine.

    With ``dataset``, FROM is let pass, for one who looks at :func:`dataset_clauses`. Raises
    :class:`~kg_builder.errors.InputError` with line and column. Reads the query as it stands, and with its
    ``\uXXXX`` escapes resolved, which some engines do before they look for strings and comments.
    """
    if len(query) > longest:
        raise input_error(f"the query has {len(query):,} characters; at most {longest:,} are allowed", Location(shown))
    fetches = _FETCHES - {"FROM"} if dataset else _FETCHES
    _scan(query, shown, fetches)
    resolved = _ESCAPE.sub(_resolve, query)
    if resolved != query:
        _scan(resolved, shown, fetches)


@dataclass(frozen=True, slots=True)
class DatasetClause:
    """``FROM <iri>`` or ``FROM NAMED <iri>`` in a query."""

    iri: str
    is_named: bool
    start: int


def dataset_clauses(query: str) -> list[DatasetClause]:
    """What a query says of the graphs that it reads.

    A name whose prefix is not declared before it is given as it stands.

    >>> [(each.iri, each.is_named) for each in dataset_clauses("PREFIX e: <urn:e:> SELECT * FROM e:a FROM NAMED <urn:b> { }")]
    [('urn:e:a', False), ('urn:b', True)]
    """
    found: list[DatasetClause] = []
    prefixes: dict[str, str] = {}
    before = ["", ""]
    for token in tokens(query):
        text = token.text.upper() if token.kind == "word" else token.text
        if token.kind == "iri" and before[0] == "PREFIX":
            prefixes[before[1]] = _iri(text)
        if token.kind in {"iri", "name"} and (before[1] == "FROM" or before == ["FROM", "NAMED"]):
            prefix, _, local = text.partition(":")
            named = prefixes.get(f"{prefix}:", f"{prefix}:") + re.sub(r"\\(.)", r"\1", local)
            found.append(DatasetClause(_iri(text) if token.kind == "iri" else named, before[1] == "NAMED", token.start))
        before = [before[1], text]
    return found


def _iri(token: str) -> str:
    return _ESCAPE.sub(_resolve, token[1:-1])


def syntax_problem(error: SyntaxError, shown: str) -> Problem:
    """What pyoxigraph says of a query that does not parse, with its place."""
    match = re.search(r"at (\d+):(\d+)", str(error.msg))
    line, column = (error.lineno or 0, error.offset or 0) if error.lineno else map(int, match.groups()) if match else (0, 0)
    return Problem(f"this is not SPARQL: {error.msg}", Location(shown, line, column), "Mend the query at that place.")


def _resolve(match: re.Match[str]) -> str:
    code = int(match.group(1) or match.group(2), 16)
    return chr(code) if code < 0x110000 else match.group()


def _scan(query: str, shown: str, fetches: frozenset[str]) -> None:
    whole = set()
    for token in tokens(query):
        if token.kind != "word":
            continue
        word = token.text.upper()
        if word in fetches:
            raise _fetching(word, query, token.start, shown)
        if word in _UPDATES:
            raise input_error(f"{word} is an update; only queries are run here", locate(query, token.start, shown))
        whole.add(token.start)
    code = _code(query, shown)
    found = [match for match in _CALLING.finditer(query) if code[match.start()]]
    for match in found:
        word, at = match.group().upper(), match.start()
        is_seen = "FROM" not in fetches and word == "FROM" and at in whole
        if not is_seen and (_CALLS[word].match(query, at) or len(found) > MAX_CALLS):
            raise _fetching(word, query, at, shown)


def _fetching(word: str, query: str, at: int, shown: str) -> InputError:
    return input_error(
        f"{word} is not allowed: a query reads the graph that it is given, and fetches nothing",
        locate(query, at, shown),
        "Take it out; what it should read is loaded beforehand (query: --data FILE).",
    )


def _code(query: str, shown: str) -> bytearray:
    """For each character, 1 where it may be part of a word or begin a name, in any of the ways to read the query.

    ``<`` may begin an IRI or mean "less than", which only the grammar tells; so both are followed, from each place that one of
    them leads to. Refuses what nests too deep in one of them.
    """
    code = bytearray(len(query) + 1)
    states: dict[int, tuple[int, int]] = {0: (0, 0)}
    waiting = [0]
    while waiting:
        start = heappop(waiting)
        depth, unary = states.pop(start)
        match = _TOKEN.match(query, start)
        if match is None:
            continue
        kind, text = match.lastgroup or "", match.group()
        followed = [(match.end(), kind, text)]
        if kind == "iri":
            followed.append((start + 1, "mark", "<"))
        elif kind == "word":
            code[start : match.end()] = b"\1" * len(text)
        elif kind == "name":
            code[start] = 1
        for end, as_kind, read in followed:
            deeper = depth + (read in _OPENING) - (read in _CLOSING)
            run = (unary + 1 if read in _UNARY else 0) if as_kind == "mark" else unary if as_kind in _BETWEEN else 0
            if deeper > MAX_NESTING or run > MAX_UNARY_RUN:
                raise input_error("the query nests too deep", locate(query, start, shown), "Write it flatter.")
            if end not in states:
                heappush(waiting, end)
                states[end] = (deeper, run)
            else:
                states[end] = (max(deeper, states[end][0]), max(run, states[end][1]))
    return code


def bind(query: str, values: Mapping[str, str], shown: str = "query") -> str:
    """The query with ``VALUES ?name { UNDEF }`` filled for each name of ``values``.

    ``values`` holds RDF terms in N-Triples syntax, as a library serialised them; only the token ``UNDEF`` of the place made for
    the parameter is replaced, so that a value can be nothing but one term. Raises InputError where the query has no such place.

    >>> bind("SELECT * { VALUES ?who { UNDEF } ?c ?p ?who }", {"who": "<urn:a>"})
    'SELECT * { VALUES ?who { <urn:a> } ?c ?p ?who }'
    """
    places = dict(parameter_places(query))
    for name in values:
        if name not in places:
            raise input_error(f"the query has no place VALUES ?{name} {{ UNDEF }}", Location(shown))
    parts, done = [], 0
    for name, at in sorted(places.items(), key=lambda place: place[1]):
        if name in values:
            parts += [query[done:at], values[name]]
            done = at + len("UNDEF")
    return "".join(parts) + query[done:]


def parameter_places(query: str) -> Iterator[tuple[str, int]]:
    """Each parameter's name, with the offset of its ``UNDEF``."""
    window: list[Token] = []
    for token in tokens(query):
        window = [*window[-4:], token]
        texts = [each.text.upper() for each in window]
        if len(window) == 5 and texts[0] == "VALUES" and texts[2:] == ["{", "UNDEF", "}"] and window[1].kind == "variable":
            yield window[1].text[1:], window[3].start


def locate(text: str, offset: int, shown: str) -> Location:
    """Line and column of an offset."""
    before = text[:offset]
    return Location(shown, before.count("\n") + 1, offset - before.rfind("\n"))

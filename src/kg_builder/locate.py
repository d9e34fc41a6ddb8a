"""Finds where in a file a triple stands, so that a validation result can name file, line and column.

This is no parser: the file has been read without error before. It is a scanner of tokens that follows which of them is
subject, predicate and object. It reads each format without recursion and in time linear in what is written, raises on no
input, and passes over what it does not know; a triple that it did not see is then found by its predicate or subject.
"""

from __future__ import annotations

import json
import re
import sys
from bisect import bisect_right
from collections.abc import Callable, Container, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from xml.parsers import expat  # bounds the growth of entities, and fetches nothing unless told to

import pyoxigraph as ox

from kg_builder.errors import Location
from kg_builder.graphs import Source

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE = f"<{_RDF}type>"
_ANONYMOUS = ""  # a blank node without a label, or a term that is not followed; nothing can be asked about it

_Add = Callable[[str, int, str, int, str, int], None]  # subject, predicate and object, each with its offset in the text
_Emit = Callable[[str, int], None]  # an object and its offset, for a subject and predicate that are known


class Places:
    """Where each triple of one file stands. Of a triple that is written twice, the first place counts."""

    def __init__(self, shown: str, text: str, first_line: int = 1) -> None:
        self._shown = shown
        self._first_line = first_line
        self._text = text
        self._starts = [0, *(match.end() for match in re.finditer(r"\r\n?|\n", text)), len(text) + 1]
        self._at: dict[tuple[str, ...], int] = {}
        self._wanted: Container[str] | None = None

    @classmethod
    def read(cls, source: Source, wanted: Container[str] | None = None, first_line: int = 1) -> Places:
        """Scan a file that parses; of one that does not, some triples may be found or none.

        ``wanted`` are the nodes that will be asked for, where not all may be: a big file has too many to keep. ``first_line`` is
        that of the content, where it is only some lines of a file.
        """
        places = cls(source.shown, source.content.decode("utf-8", errors="replace").removeprefix("\ufeff"), first_line)
        places._wanted = wanted
        if source.format == ox.RdfFormat.JSON_LD:
            _JsonLd(places._add).scan(places._text)
        elif source.format == ox.RdfFormat.RDF_XML:
            _scan_rdf_xml(places._text, places._starts, places._add)
        else:
            _Turtle(places._add).scan(places._text)
        return places

    def find(self, subject: str, predicate: str | None = None, object_: str | None = None) -> Location | None:
        """The place of a triple's object; where the file has no such triple, of the predicate, else of the subject.

        Terms are in N-Triples syntax, as ``str`` writes those of pyoxigraph. A node that is nowhere a subject is found where
        it is first an object. A blank node is found by the label that it has in the file, and not at all where it has none.
        """
        found = find_first([self], subject, predicate, object_)
        return found[0] if found else None

    def has_subject(self, node: str) -> bool:
        """Whether a triple begins at this node."""
        return (node,) in self._at

    def _find(self, key: tuple[str, ...]) -> Location | None:
        if key not in self._at:
            return None
        line = bisect_right(self._starts, self._at[key])
        return Location(self._shown, line + self._first_line - 1, self._at[key] - self._starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """The line of that number, without its end; empty where there is none."""
        number -= self._first_line - 1
        is_there = 0 < number < len(self._starts)
        return self._text[self._starts[number - 1] : self._starts[number]].rstrip("\r\n") if is_there else ""

    def _add(self, subject: str, subject_at: int, predicate: str, predicate_at: int, object_: str, object_at: int) -> None:
        if object_ != _ANONYMOUS and (self._wanted is None or object_ in self._wanted):
            self._at.setdefault(("", "", object_), object_at)
        if subject != _ANONYMOUS and (self._wanted is None or subject in self._wanted):
            self._at.setdefault((subject,), subject_at)
            self._at.setdefault((subject, predicate), predicate_at)
            if object_ != _ANONYMOUS:
                self._at.setdefault((subject, predicate, object_), object_at)


def find_first(
    files: Iterable[Places], subject: str, predicate: str | None = None, object_: str | None = None
) -> tuple[Location, str] | None:
    """The place that :meth:`Places.find` tells, in the file that has most of the triple, and the line there."""
    files = list(files)
    for key in ((subject, predicate or "", object_ or ""), (subject, predicate or ""), (subject,), ("", "", subject)):
        for places in files:
            if (found := places._find(key)) is not None:
                return found, places.line(found.line)
    return None


_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")
_PLAIN_BASE = re.compile(r"[a-z]+://[^/?#]+/(?:[^/?#.][^?#/]*/)*+")
_PLAIN_REFERENCE = re.compile(r"[\w\-]+(?:/[\w\-]+)*+")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_CONTROL = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def _resolve(reference: str, base: str) -> str:
    """An absolute IRI; the parser itself resolves, so that both agree on each corner of the standard."""
    if _PLAIN_REFERENCE.fullmatch(reference) and _PLAIN_BASE.fullmatch(base):
        return base + reference  # what the parser says too, some thirty times as fast
    if base and not _ABSOLUTE.match(reference):
        with suppress(SyntaxError, ValueError, StopIteration):
            return str(next(ox.parse(f"<{reference}> <x:> <x:> .", ox.RdfFormat.TURTLE, base_iri=base)).subject)[1:-1]
    return reference


def _literal(value: str, language: str = "", datatype: str = "") -> str:
    """A literal as ``str`` writes that of pyoxigraph."""
    with suppress(ValueError):
        return str(ox.Literal(value, language=language or None, datatype=ox.NamedNode(datatype) if datatype else None))
    return _ANONYMOUS


def _unescape(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        return _CONTROL.get(match[3], match[3]) or chr(min(int(match[1] or match[2], 16), sys.maxunicode))

    return _ESCAPE.sub(character, text)


# Names are wider than the grammar where the grammar leaves room; no repeat gives characters back, so that time is linear.
_CHARACTER = r"A-Za-z0-9_\-\u0080-\U0010ffff"
_IRI = r'<[^<>"\x00-\x20]*+>'
_LABEL = rf"[{_CHARACTER}]++(?:\.++[{_CHARACTER}]++)*+"
_LOCAL = rf"(?:[{_CHARACTER}:%]++|\\.|\.++(?=[{_CHARACTER}:%\\]))*+"
_NAME = rf"(?:(?![0-9_\-]){_LABEL}(?::{_LOCAL})?+|:{_LOCAL})"
_SPACE = r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+"


@cache
def _tokens() -> re.Pattern[str]:
    """What finds each token of Turtle; it takes as long to compile as a small file to validate, and is seldom needed."""
    return re.compile(
        rf"""(?P<comment>\#[^\r\n]*+)
          | (?P<literal>(?P<quoted>\"\"\"(?:[^"\\]++|\\.?|"(?!""))*+(?:\"\"\")?+|'''(?:[^'\\]++|\\.?|'(?!''))*+(?:''')?+
                                  |"(?:[^"\\\r\n]++|\\.?)*+"?+|'(?:[^'\\\r\n]++|\\.?)*+'?+)
                        (?:{_SPACE}@(?P<language>[A-Za-z0-9\-]++)|{_SPACE}\^\^{_SPACE}(?P<datatype>{_IRI}|{_NAME}))?+)
          | (?P<open><<|\{{\|) | (?P<close>>>|\|\}})
          | (?P<iri>{_IRI})
          | (?P<number>[+\-]?(?:[0-9]++(?:\.[0-9]*+)?[eE][+\-]?[0-9]++|\.[0-9]++[eE][+\-]?[0-9]++|[0-9]*+\.[0-9]++|[0-9]++))
          | (?P<blank>_:{_LABEL})
          | (?P<directive>(?i:@prefix|prefix(?=[\s\#])){_SPACE}(?P<prefix>(?:{_LABEL})?+):{_SPACE}(?P<namespace>{_IRI})
                         |(?i:@base|base(?=[\s\#<])){_SPACE}(?P<base>{_IRI}))
          | (?P<name>{_NAME})
          | (?P<mark>[\[\](){{}},;.])""",
        re.VERBOSE | re.DOTALL,
    )


_WORDS = {"a": _TYPE, "true": f'"true"^^<{_XSD}boolean>', "false": f'"false"^^<{_XSD}boolean>'}


@dataclass(slots=True)
class _Open:
    """What a statement, a ``[ ]`` or a ``( )`` has so far; the predicate is empty where it is still to come."""

    subject: str | None = None
    subject_at: int = 0
    predicate: str = ""
    predicate_at: int = 0
    full: bool = False  # the object stands, and another needs a comma; what else follows is the graph of N-Quads
    is_list: bool = False


class _Turtle:
    """Turtle, TriG, N-Triples and N-Quads. What RDF 1.2 adds, ``<< >>`` and ``{| |}``, is passed over."""

    def __init__(self, add: _Add) -> None:
        self._add = add
        self._base = ""
        self._prefixes: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._stack = [_Open()]

    def scan(self, text: str) -> None:
        passed_over = 0
        for match in _tokens().finditer(text):
            kind, word, at = match.lastgroup, match[0], match.start()
            if kind == "open":
                self._take(_ANONYMOUS, at)
                passed_over += 1
            elif kind == "close":
                passed_over = max(0, passed_over - 1)
            elif kind == "comment" or (passed_over and word not in {".", "}"}):
                continue
            elif kind == "mark":
                passed_over = 0
                self._mark(word, at)
            elif kind == "directive":
                self._stack = [_Open()]
                if match["base"]:
                    self._base = self._iri(match["base"])
                    self._known = {token: iri for token, iri in self._known.items() if token[0] != "<"}
                else:
                    self._known.clear()
                    self._prefixes[match["prefix"]] = self._iri(match["namespace"])
            elif kind == "name" and ":" not in word and word not in _WORDS:
                self._stack = [_Open()]  # GRAPH, or what no version of the grammar knew when this was written
            else:
                self._take(self._term(kind or "", match), at)

    def _mark(self, mark: str, at: int) -> None:
        if mark in ",;":
            now = self._stack[-1]
            now.full, now.predicate = False, now.predicate if mark == "," else ""
        elif mark in "[(":
            self._take(_ANONYMOUS, at)
            self._stack.append(_Open(_ANONYMOUS, at, f"<{_RDF}first>" if mark == "(" else "", at, is_list=mark == "("))
        elif mark in "])" and len(self._stack) > 1:
            self._stack.pop()
        else:
            self._stack = [_Open()]

    def _take(self, term: str, at: int) -> None:
        now = self._stack[-1]
        if now.subject is None:
            now.subject, now.subject_at = (None if term.startswith('"') else term), at  # a literal stands after VERSION
        elif not now.predicate:
            now.predicate, now.predicate_at = term, at
        elif not now.full:
            now.full = not now.is_list
            self._add(now.subject, now.subject_at, now.predicate, now.predicate_at, term, at)

    def _term(self, kind: str, match: re.Match[str]) -> str:
        token = match[0]
        if kind == "blank" or token in _WORDS:
            return _WORDS.get(token, token)
        if kind == "number":
            datatype = "double" if "e" in token.lower() else "decimal" if "." in token else "integer"
            return f'"{token}"^^<{_XSD}{datatype}>'
        if kind == "literal":
            quotes = 3 if match["quoted"].startswith(('"""', "'''")) else 1
            datatype = self._iri(match["datatype"]) if match["datatype"] else ""
            return _literal(_unescape(match["quoted"][quotes:-quotes]), match["language"] or "", datatype)
        if token not in self._known:
            self._known[token] = f"<{self._iri(token)}>"
        return self._known[token]

    def _iri(self, token: str) -> str:
        if token.startswith("<"):
            return _resolve(_unescape(token[1:-1]), self._base)
        prefix, _, local = token.partition(":")
        return self._prefixes.get(prefix, "") + re.sub(r"\\(.)", r"\1", local)


_JSON = re.compile(r'(?P<string>"(?:[^"\\]++|\\.?)*+"?+)(?P<colon>\s*+:)?+|[{}\[\]]|[^\s{}\[\]:,"]++', re.DOTALL)


@dataclass(slots=True)
class _Json:
    """A JSON value with its offset; ``kind`` is the first character of an object, array or string, else ``0``."""

    kind: str
    at: int
    text: str = ""
    items: list[tuple[str, int, _Json]] = field(default_factory=list)  # each with its key and the key's offset


def _read_json(text: str) -> _Json:
    """An array of what the text holds."""
    stack, key = [_Json("[", 0)], ("", 0)
    for match in _JSON.finditer(text):
        kind, at, string = match[0][0], match.start(), match["string"]
        if kind in "}]":
            del stack[max(1, len(stack) - 1) :]
            continue
        value = _Json(kind if kind in '{["' else "0", at, string[1:-1] if string else match[0])
        if string and "\\" in string:
            with suppress(ValueError):
                value.text = str(json.loads(string, strict=False))
        if match["colon"]:
            key = (value.text, at)
            continue
        stack[-1].items.append((*key, value))
        key = ("", 0)
        if kind in "{[":
            stack.append(value)
    return stack[0]


def _json_literal(text: str, datatype: str) -> str:
    """A JSON number or boolean; without datatype an integer where it has no fraction and, as with the parser, 20 digits."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return _literal(text, datatype=datatype or f"{_XSD}boolean")
    sign, digits, _ = number.as_tuple()
    mantissa, power = "".join(map(str, digits)).rstrip("0") or "0", number.adjusted() if number else 0
    lexical, of_number = f"{mantissa[0]}.{mantissa[1:] or 0}E{power}", f"{_XSD}double"
    if len(mantissa) - 1 <= power < 20 and datatype != of_number:
        lexical, of_number = mantissa.ljust(power + 1, "0"), f"{_XSD}integer"
    return _literal("-" * (sign and bool(number)) + lexical, datatype=datatype or of_number)


@dataclass(frozen=True, slots=True)
class _Definition:
    """What a context says of a term; ``@null`` is no IRI. No ``language`` is the default one, an empty one none."""

    id: str = ""
    type: str = ""
    language: str | None = None
    is_language_map: bool = False


@dataclass(frozen=True, slots=True)
class _Context:
    """A context. Its terms change in place and are put back by ``changes``: to copy them for each node would take too long."""

    terms: dict[str, _Definition] = field(default_factory=dict)
    changes: list[tuple[dict[str, _Definition], str, _Definition]] = field(default_factory=list)
    base: str = ""
    vocabulary: str | None = None
    language: str = ""


_NO_DEFINITION = _Definition()


class _JsonLd:
    """Of lists the members are taken as values of the property, which is the place that a reader looks for."""

    def __init__(self, add: _Add) -> None:
        self._add = add
        self._context = _Context()
        self._stack: list[tuple[_Json, _Emit | None, _Definition] | _Context] = []

    def scan(self, text: str) -> None:
        self._stack.append((_read_json(text), None, _NO_DEFINITION))
        while self._stack:
            task = self._stack.pop()
            if isinstance(task, _Context):
                for terms, name, before in reversed(self._context.changes):
                    terms[name] = before
                self._context = task
                continue
            value, emit, definition = task
            if value.kind == "[":
                self._stack.extend((item, emit, definition) for _, _, item in reversed(value.items))
            elif value.kind == "{":
                self._object(value, emit, definition)
            elif emit and (value.kind, value.text) != ("0", "null"):
                emit(self._scalar(value, definition), value.at)

    def _object(self, value: _Json, emit: _Emit | None, definition: _Definition) -> None:
        for context in (item for name, _, item in value.items if name == "@context"):
            self._stack.append(self._context)
            self._context = replace(self._context, changes=[])
            self._enter(context)
        keys = [(self._expand(name, True), name, at, item) for name, at, item in value.items]
        words = {key: item for key, _, _, item in keys if key.startswith("@")}
        if emit and definition.is_language_map:
            for key, name, _, item in reversed(keys):
                self._stack.append((item, emit, _Definition(language="" if key == "@none" else name)))
        elif emit and "@value" in words:
            type_, language = (words[key].text if key in words else "" for key in ("@type", "@language"))
            emit(self._scalar(words["@value"], _Definition("", type_, language)), words["@value"].at)
        elif "@list" in words or "@set" in words:
            self._stack.append((words.get("@list") or words["@set"], emit, definition))
        else:
            self._node(keys, words.get("@id") or value, emit)

    def _node(self, keys: list[tuple[str, str, int, _Json]], identifier: _Json, emit: _Emit | None) -> None:
        subject = self._reference(identifier.text, False) if identifier.kind == '"' else _ANONYMOUS
        if emit:
            emit(subject, identifier.at)
        add = partial(self._add, subject, identifier.at)
        for key, name, at, item in reversed(keys):
            if key in {"@graph", "@included", "@reverse"}:
                self._stack.append((item, None, _NO_DEFINITION))
            elif key == "@type":
                self._stack.append((item, partial(add, _TYPE, at), _Definition("", "@vocab")))
            elif ":" in key:
                self._stack.append((item, partial(add, f"<{key}>", at), self._context.terms.get(name, _NO_DEFINITION)))

    def _scalar(self, value: _Json, definition: _Definition) -> str:
        type_ = definition.type
        if value.kind not in {'"', "0"} or type_ == "@json":
            return _ANONYMOUS
        if value.kind == "0":
            return _json_literal(value.text, self._expand(type_, True) if type_ and type_[0] != "@" else "")
        if type_ in {"@id", "@vocab"}:
            return self._reference(value.text, type_ == "@vocab")
        language = self._context.language if definition.language is None else definition.language
        return _literal(value.text, datatype=self._expand(type_, True)) if type_ else _literal(value.text, language)

    def _reference(self, text: str, is_term: bool) -> str:
        iri = self._expand(text, is_term) or self._expand(text, False)
        return iri if iri.startswith("_:") else f"<{iri}>"

    def _expand(self, name: str, is_term: bool) -> str:
        """The IRI, blank node label or keyword that a name stands for; empty where it stands for none."""
        terms, tail = self._context.terms, ""
        for _ in range(9):  # terms that stand for one another, in a row
            definition = terms.get(name) if is_term else None
            prefix, colon, rest = name.partition(":")
            if definition and definition.id != name:
                name = definition.id
            elif colon and terms.get(prefix, _NO_DEFINITION).id not in {"", "@null", prefix} and not rest.startswith("//"):
                name, tail, is_term = prefix, rest + tail, True
            else:
                break
        if name.startswith("@") or ":" in name:
            return name + tail
        if is_term:
            return "" if self._context.vocabulary is None else self._context.vocabulary + name + tail
        return _resolve(name, self._context.base)

    def _enter(self, value: _Json) -> None:
        for each in [item for _, _, item in value.items] if value.kind == "[" else [value]:
            if each.kind != "{":  # null; a context that stands elsewhere is not read
                self._context = _Context(changes=self._context.changes)
            for name, _, item in sorted(each.items, key=lambda item: not item[0].startswith("@")):
                context, said = self._context, item.text if item.kind == '"' else None
                if name == "@base":
                    self._context = replace(context, base=_resolve(said, context.base) if said is not None else "")
                elif name == "@vocab":
                    self._context = replace(
                        context, vocabulary=said and (self._expand(said, True) or _resolve(said, context.base))
                    )
                elif name == "@language":
                    self._context = replace(context, language=said or "")
                elif not name.startswith("@"):
                    context.changes.append((context.terms, name, context.terms.get(name, _Definition(name))))
                    context.terms[name] = self._definition(name, item)

    @staticmethod
    def _definition(name: str, value: _Json) -> _Definition:
        if value.kind != "{":
            return _Definition(value.text if value.kind == '"' else "@null")
        said = {key: item.text if item.kind == '"' else "" for key, _, item in value.items}
        containers = [item for key, _, item in value.items if key == "@container"]
        is_language_map = any("@language" in {each.text, *(item.text for _, _, item in each.items)} for each in containers)
        identifier = said.get("@id", "" if "@reverse" in said else name) or "@null"
        return _Definition(identifier, said.get("@type", "").replace("@none", ""), said.get("@language"), is_language_map)


_REFERENCES = {f"{_RDF} about": "", f"{_RDF} resource": "", f"{_RDF} ID": "#"}


def _scan_rdf_xml(text: str, starts: list[int], add: _Add) -> None:
    """Which elements are nodes and which are properties is followed; literals are found by their property."""
    parser = expat.ParserCreate(namespace_separator=" ")
    elements = [("root", _ANONYMOUS, 0, "")]  # kind, term, offset and base of those that are open

    def start(name: str, attributes: dict[str, str]) -> None:
        at = starts[parser.CurrentLineNumber - 1] + parser.CurrentColumnNumber
        above, term, above_at, base = elements[-1]
        base = _resolve(attributes.get("http://www.w3.org/XML/1998/namespace base", base), base)
        references = [_resolve(mark + attributes[key], base) for key, mark in _REFERENCES.items() if key in attributes]
        labels = [f"_:{value}" for key, value in attributes.items() if key == f"{_RDF} nodeID"]
        node = f"<{references[0]}>" if references else labels[0] if labels else _ANONYMOUS
        kind, own = above, f"<{name.replace(' ', '')}>"
        if above == "node":
            add(term, above_at, own, at, node, at)
            kind = {"Resource": "node", "Literal": "literal"}.get(attributes.get(f"{_RDF} parseType", ""), "property")
            own = own if kind == "property" else _ANONYMOUS
        elif above == "property" or (above == "root" and own != f"<{_RDF}RDF>"):
            if above == "property":
                add(*elements[-2][1:3], term, above_at, node, above_at)
            if own != f"<{_RDF}Description>":
                add(node, at, _TYPE, at, own, at)
            kind, own = "node", node
        elements.append((kind, own, at, base))

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: elements.pop()
    with suppress(expat.ExpatError, ValueError):
        parser.Parse(text, True)

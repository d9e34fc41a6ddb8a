"""Terms as strings in N-Triples syntax: their characters, languages and datatypes, and how they compare."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

import rdflib
from rdflib import RDF, XSD
from rdflib.term import Node

from kg_builder.engine.lexical import is_lexical
from kg_builder.graphs import nt

_ARITHMETIC = (int, float, Decimal)
_ESCAPED = re.compile(r"\\(?:u(....)|U(........)|(.))")
_LETTERS = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}


def unescape(text: str) -> str:
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else _LETTERS.get(m[3], m[3]), text)


def characters(term: str) -> str:
    """The characters of an IRI or literal."""
    return unescape(term[1 : term.rindex('"')]) if term[0] == '"' else term[1:-1]


def matches(find: Callable[[str], object], term: str) -> bool:
    return term[0] != "_" and find(characters(term)) is not None


def stands(bound: str, good: tuple[int, ...], term: str) -> bool:
    return compare(term, bound) in good


def language_of(term: str) -> str:
    """The language tag in lower case; empty where there is none."""
    return term[term.rindex('"') + 2 :].lower() if term[0] == '"' and term[-1] not in '">' else ""


def to_term(term: str) -> Node:
    """A term as rdflib has it."""
    if term[0] == '"':
        return to_literal(term)
    return rdflib.BNode(term[2:]) if term[0] == "_" else rdflib.URIRef(term[1:-1])


@lru_cache(maxsize=2**16)
def to_literal(term: str) -> rdflib.Literal:
    """A literal as rdflib has it, with its characters as they are written."""
    return _literal(term)


def is_ill_typed(term: str) -> bool:
    """Whether the characters of a typed literal are not in the lexical space of its datatype."""
    return not is_lexical(characters(term), term[term.rindex('"') + 4 : -1])


def _literal(term: str) -> rdflib.Literal:
    language = language_of(term)
    if language or term[-1] == '"':
        return rdflib.Literal(characters(term), lang=language or None)
    return rdflib.Literal(characters(term), datatype=rdflib.URIRef(term[term.rindex('"') + 4 : -1]), normalize=False)


@lru_cache(maxsize=2**16)
def fits(term: str, datatype: str) -> bool:
    if term[0] != '"':
        return False
    if term[-1] != ">":
        return datatype == nt(XSD.string if term[-1] == '"' else RDF.langString)
    if not term.endswith('"^^' + datatype):
        return False
    return not is_ill_typed(term)


@lru_cache(maxsize=2**16)
def compare(first: str, second: str) -> int | None:
    """-1, 0 or 1 as the operators of SPARQL order two literals; None where they do not."""
    if first[0] != '"' or second[0] != '"' or language_of(first) or language_of(second):
        return None
    one, other = to_literal(first), to_literal(second)
    a, b = one.value, other.value
    numbers = all(isinstance(each, _ARITHMETIC) and not isinstance(each, bool) for each in (a, b))
    if one.ill_typed or other.ill_typed or (not numbers and (one.datatype != other.datatype or type(a) is not type(b))):
        return None
    try:
        if numbers and isinstance(a, float) != isinstance(b, float):
            a, b = float(Decimal(a)), float(Decimal(b))  # SPARQL 1.1, section 17.3: to the wider type
        return 0 if a == b else 1 if a > b else -1 if a < b else None
    except (TypeError, ArithmeticError):
        return None

"""RDF terms as strings in N-Triples syntax."""

from __future__ import annotations

import re

from kg_builder.vocabulary import expand

Triple = tuple[str, str, str]

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')
_BAD_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`\ud800-\udfff]')
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def iri(value: str) -> str:
    """``<value>``; raises ValueError for a character that no IRI may have.

    >>> iri("https://example.org/a")
    '<https://example.org/a>'
    """
    if _BAD_IRI.search(value):
        raise ValueError(f"not an IRI: {value!r}")
    return f"<{value}>"


def name(curie: str) -> str:
    """The term of a compact name.

    >>> name("hrc:about")
    '<https://w3id.org/rights-claims/ontology#about>'
    """
    return f"<{expand(curie)}>"


def literal(value: str, *, language: str = "", datatype: str = "") -> str:
    r"""A literal; ``datatype`` is a compact name. Raises ValueError for lone surrogates and malformed language tags.

    >>> literal('say "no"\n', language="en")
    '"say \\"no\\"\\n"@en'
    """
    value.encode("utf-8")
    text = '"' + _ESCAPED.sub(lambda match: _ESCAPES.get(match[0]) or f"\\u{ord(match[0]):04X}", value) + '"'
    if language:
        if not _LANGUAGE.fullmatch(language):
            raise ValueError(f"not a language tag: {language!r}")
        return f"{text}@{language}"
    return f"{text}^^<{expand(datatype)}>" if datatype else text


A = name("rdf:type")
TRUE = literal("true", datatype="xsd:boolean")

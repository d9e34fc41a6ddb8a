"""What a sentence is read into: noun phrases, verb groups, and the tokens between them."""

from __future__ import annotations

from dataclasses import dataclass

from kg_builder.extract.reading.numbers import Count


@dataclass(slots=True, eq=False)
class Noun:
    """A noun phrase: the tokens [start, end), its head, and whom it belongs to (``owner``)."""

    start: int
    end: int
    head: int
    lemma: str
    plural: bool
    pronoun: bool = False
    name: bool = False
    negative: bool = False
    owner: Noun | None = None
    placed: bool = False
    """It stands after a preposition of place."""
    count: Count | None = None
    unit: int = -1


@dataclass(slots=True, eq=False)
class Verb:
    """A verb group: the tokens [start, end) with the main verb at ``main``.

    ``form`` is finite, infinitive, gerund, participle (without an auxiliary: "the man beaten by"), or copula.
    """

    start: int
    end: int
    main: int
    lemma: str
    form: str
    passive: bool = False
    negated: bool = False
    modal: str = ""
    bare: bool = False
    """A base form without a subject of its own: an imperative, or one that shares an auxiliary."""
    ambiguous: bool = False
    """A form that is both past tense and participle, without an auxiliary."""
    unit: int = -1


@dataclass(slots=True, eq=False)
class Unit:
    """A noun phrase, a verb group, or a token that stands between them (``kind`` is then its word class)."""

    kind: str
    start: int
    end: int
    noun: Noun | None = None
    verb: Verb | None = None
    word: str = ""
    """The token in lower case, where it is one token."""

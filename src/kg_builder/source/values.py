"""Values that have a form of their own: calendar dates, IRIs, and the Library of Congress' Extended Date/Time Format (EDTF)."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from functools import lru_cache

import pyoxigraph as ox

from kg_builder.source.tree import Node, Problems

_IRI = re.compile(r"(?:https?://|urn:)[^\x00-\x20<>\"{}|\\^`\x7f-\x9f]+")
_PLAIN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def read_date(node: Node | None, what: str, problems: Problems) -> date | None:
    """A calendar date, YEAR-MONTH-DAY."""
    text = problems.text(node, what)
    if text is None or node is None:
        return None
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError("the form is YEAR-MONTH-DAY")  # noqa: TRY301 - one message for both ways to be wrong
        return date.fromisoformat(text)
    except ValueError as error:
        problems.add(f"{what}: '{text[:40]}' is not a date: {error}", node.where, "Write it like 2020-05-25.")
        return None


def is_language(tag: str) -> bool:
    """Whether ``tag`` is a language tag (BCP 47) in lower case for the language, as the RDF library reads it."""
    try:
        ox.Literal("", language=tag)
    except ValueError:
        return False
    return re.match(r"[a-z]{2,3}(-|$)", tag) is not None


def read_iri(node: Node | None, what: str, problems: Problems) -> str:
    """An absolute http, https or urn IRI; "" after noting what is wrong."""
    text = problems.text(node, what)
    if text is None or node is None:
        return ""
    if not _IRI.fullmatch(text):
        problems.add(f"{what}: '{text[:80]}' is not an IRI", node.where, "Write it whole, from https:// on, without spaces.")
        return ""
    return text


@lru_cache(maxsize=4096)
def bounds(edtf: str) -> tuple[date | None, date | None]:
    """The earliest and latest day that an EDTF string allows; None for an open end. Raises ValueError with the reason.

    >>> bounds("2020-02")
    (datetime.date(2020, 2, 1), datetime.date(2020, 2, 29))
    """
    plain = _PLAIN.fullmatch(edtf)
    if plain:
        return _plain_bounds(*plain.groups())
    return _parsed_bounds(edtf)


def _plain_bounds(year: str, month: str | None, day: str | None) -> tuple[date, date]:
    if month is None:
        return date(int(year), 1, 1), date(int(year), 12, 31)
    if day is None:
        if not 1 <= int(month) <= 12:
            if 21 <= int(month) <= 24:
                start, end = _parsed_bounds(f"{year}-{month}")
                assert start is not None
                assert end is not None
                return start, end
            raise ValueError("there is no such month")
        return date(int(year), int(month), 1), date(int(year), int(month), monthrange(int(year), int(month))[1])
    exact = date(int(year), int(month), int(day))
    return exact, exact


def _parsed_bounds(edtf: str) -> tuple[date | None, date | None]:
    from edtf import parse_edtf  # noqa: PLC0415 - heavy, and most dates are plain
    from edtf.parser.edtf_exceptions import EDTFParseException  # noqa: PLC0415

    start_open = re.match(r"(\.\.)?/", edtf) is not None
    end_open = re.search(r"/(\.\.)?$", edtf) is not None
    parts = [part for part in edtf.split("/") if part not in {"", ".."}] if start_open or end_open else [edtf]
    if len(parts) != 1 or len(edtf) > 100:
        raise ValueError("it is not EDTF")
    try:
        parsed = parse_edtf(parts[0])
        lower, upper = parsed.lower_strict(), parsed.upper_strict()
        earliest, latest = date(*lower[:3]), date(*upper[:3])
    except (EDTFParseException, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise ValueError("it is not EDTF, or names no bounded date") from error
    if earliest > latest:
        raise ValueError("it ends before it begins")
    return (None if start_open else earliest), (None if end_open else latest)

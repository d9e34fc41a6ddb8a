"""Whether the characters of a literal are of its datatype: by the grammar of XML Schema, which rdflib reads too widely.

Sources: XML Schema 1.1 part 2 (Datatypes), section 3.3 and 3.4; for datatypes that are not here, rdflib's judgement.
"""

from __future__ import annotations

import re
from calendar import monthrange
from decimal import Decimal

import rdflib
from rdflib import XSD

_ZONE = r"(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))?"
_DAY = r"(?P<year>-?(?:[1-9][0-9]{3,}|0[0-9]{3}))-(?P<month>0[1-9]|1[0-2])-(?P<day>0[1-9]|[12][0-9]|3[01])"
_HOUR = r"(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?|24:00:00(?:\.0+)?)"
_DECIMAL = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_FLOAT = rf"{_DECIMAL}(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN"
_INTEGER = r"[+-]?[0-9]+"
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "integer": (None, None),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    **{name: (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) for name, bits in (("long", 64), ("int", 32), ("short", 16), ("byte", 8))},
    **{f"unsigned{name}": (0, 2**bits - 1) for name, bits in (("Long", 64), ("Int", 32), ("Short", 16), ("Byte", 8))},
}
_FORMS = {
    str(XSD[name]): re.compile(form)
    for name, form in {
        "boolean": "true|false|0|1",
        "decimal": _DECIMAL,
        "double": _FLOAT,
        "float": _FLOAT,
        "date": _DAY + _ZONE,
        "time": _HOUR + _ZONE,
        "dateTime": f"{_DAY}T{_HOUR}{_ZONE}",
        **dict.fromkeys(_BOUNDS, _INTEGER),
    }.items()
}


def is_lexical(text: str, datatype: str) -> bool:
    """Whether a text is in the lexical space of a datatype, given by its IRI.

    >>> is_lexical("2031-02-28", str(XSD.date)), is_lexical("2031-02-30", str(XSD.date))
    (True, False)
    """
    form = _FORMS.get(datatype)
    if form is None:
        return not rdflib.Literal(text, datatype=rdflib.URIRef(datatype), normalize=False).ill_typed
    found = form.fullmatch(text)
    if found is None:
        return False
    if "day" in form.groupindex:
        leap_years_are_the_same = 2000 + int(found["year"][-4:]) % 400
        return int(found["day"]) <= monthrange(leap_years_are_the_same, int(found["month"]))[1]
    low, high = _BOUNDS.get(datatype.removeprefix(str(XSD)), (None, None))
    return (low is None or Decimal(text) >= low) and (high is None or Decimal(text) <= high)

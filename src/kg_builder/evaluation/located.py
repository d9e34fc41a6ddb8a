"""JSON whose values and keys know their line and column."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from kg_builder.errors import Location, input_error

_PART = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


class LocatedJson:
    """A parsed JSON text; the place of a value is looked for only when it is asked for."""

    def __init__(self, text: str, shown: str) -> None:
        self._text = text
        self._shown = shown
        self._has_duplicate = False
        try:
            self.value = json.loads(text, object_pairs_hook=self._object, parse_constant=self._refuse)
        except json.JSONDecodeError as error:
            where = Location(shown, error.lineno, error.colno)
            raise input_error(f"this is not JSON: {error.msg}", where, "Check commas, brackets and quotation marks.") from None
        except RecursionError:
            raise input_error("nested too deep", Location(shown)) from None
        except ValueError as error:
            raise input_error(f"this is not JSON: {error}", Location(shown)) from None
        if self._has_duplicate:
            key, where = self._duplicate()
            raise input_error(f"the key '{key}' stands twice", where, "Keep one of them.")

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        self._has_duplicate |= len(found) < len(pairs)
        return found

    def _refuse(self, constant: str) -> None:
        raise ValueError(f"{constant} is no JSON value")

    def where(self, path: tuple[Any, ...]) -> Location:
        """The place of the value at ``path``; of a key for ``(path, "key")``."""
        return self._location(self._offsets.get(path, 0))

    def _location(self, offset: int) -> Location:
        line = bisect_right(self._starts, offset)
        return Location(self._shown, line, offset - self._starts[line - 1] + 1)

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self._text))]

    @cached_property
    def _offsets(self) -> dict[tuple[Any, ...], int]:
        found: dict[tuple[Any, ...], int] = {}
        for path, offset in self._walk():
            found.setdefault(path, offset)
        return found

    def _duplicate(self) -> tuple[str, Location]:
        """The first key that stands for the second time in its object."""
        return next(
            (path[0][-1], self._location(offset))
            for path, offset in self._walk()
            if path and isinstance(path[0], tuple) and self._offsets[path] != offset
        )

    def _walk(self) -> Iterator[tuple[tuple[Any, ...], int]]:
        """Each key and value of a text that parses, with its offset, in the order of the text."""
        path: list[Any] = []
        awaits_key: list[bool] = []
        for match in _PART.finditer(self._text):
            part = match[0]
            if part in {"}", "]"}:
                path.pop()
                awaits_key.pop()
            elif part == ",":
                if isinstance(path[-1], int):
                    path[-1] += 1
                else:
                    awaits_key[-1] = True
            elif part == ":":
                awaits_key[-1] = False
            elif awaits_key and awaits_key[-1]:
                path[-1] = json.loads(part)
                yield (tuple(path), "key"), match.start()
            else:
                yield tuple(path), match.start()
                if part in {"{", "["}:
                    path.append(0 if part == "[" else "")
                    awaits_key.append(part == "{")

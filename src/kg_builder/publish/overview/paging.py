"""A list that is too long for one page, on several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kg_builder.publish.site import Site


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page of a list this is. ``first`` and ``last`` are the numbers of the page's first and last entry, from 1."""

    path: str
    number: int
    pages: int
    first: int
    last: int
    count: int

    @property
    def near(self) -> tuple[int, ...]:
        """The numbers of the pages to lead to: the first, the last and those around this one; 0 for those left out.

        >>> Paging("figures", 5, 9, 1, 1, 9).near
        (1, 0, 4, 5, 6, 0, 9)
        """
        found = sorted({1, self.pages, *(each for each in range(self.number - 1, self.number + 2) if 1 <= each <= self.pages)})
        return tuple(
            each
            for before, after in zip([0, *found], found, strict=False)
            for each in ([0] if after > before + 1 else []) + [after]
        )

    def file(self, number: int) -> str:
        """The file of the page of that number."""
        return f"{page_path(self.path, number)}.html"


def page_path(path: str, number: int) -> str:
    """The path without suffix of one page of a list.

    >>> page_path("figures", 1), page_path("figures", 2)
    ('figures', 'figures.2')
    """
    return path if number == 1 else f"{path}.{number}"


def write_paged(
    site: Site,
    path: str,
    template: str,
    title: str,
    count: int,
    size: int,
    part: Callable[[int, int], Sequence[Any]],
    **values: Any,
) -> None:
    """Write a list of ``count`` entries, ``size`` on a page. ``part(offset, limit)`` gives entries; the template has them as
    ``entries``, and ``paging``. An empty list has one page.
    """
    pages = max(1, -(-count // size))
    for number in range(1, pages + 1):
        offset = (number - 1) * size
        entries = part(offset, size)
        paging = Paging(path, number, pages, offset + 1, min(offset + size, count), count)
        name = title if number == 1 else f"{title}, page {number}"
        site.page(page_path(path, number), template, name, entries=entries, paging=paging, **values)

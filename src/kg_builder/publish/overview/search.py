"""The search: what can be found, and by which words, in scripts of which the page loads only those that it needs.

Scripts, since a page that was opened from a file may not fetch anything else. ``words-N.js`` has a stretch of the words in
alphabetical order, with the numbers of the entries that have them; ``entries-N.js`` has entries; ``index.js`` tells with which
word each stretch begins.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby

from kg_builder.publish.addresses import link
from kg_builder.publish.overview.collected import Collected
from kg_builder.publish.overview.folding import words
from kg_builder.publish.site import Site

FOLDER = "assets/search"
PAGE = "search"
ENTRIES = 200
"""How many entries a script has."""
NUMBERS = 8_000
"""After how many numbers of entries another script of words begins."""
MOST_NUMBERS = 200_000
"""How many entries are kept for one word; the page tells where there are more."""
_TOLD = 280
"""How many letters of the words an entry shows."""


def write(site: Site, collected: Collected) -> None:
    """Write the page and its scripts."""
    count = _write_entries(site, collected)
    firsts = []
    for number, stretch in enumerate(_stretches(collected)):
        firsts.append(next(iter(stretch)))
        _give(site, f"words-{number}", stretch)
    _give(site, "index", {"count": count, "size": ENTRIES, "most": MOST_NUMBERS, "firsts": firsts})
    site.page(PAGE, "search.html", "Search", count=count)


def _write_entries(site: Site, collected: Collected) -> int:
    rows = collected.each("select iri, kind, label, who, verb, told, words from entry order by rank, statement, start, iri")
    count, entries, pairs = 0, list[list[str]](), list[tuple[str, int]]()

    def put() -> None:
        if entries:
            _give(site, f"entries-{(count - 1) // ENTRIES}", list(entries))
            collected.insert("posting", pairs)
            entries.clear()
            pairs.clear()

    for iri, kind, label, who, verb, told, text in rows:
        if not (address := link(iri, PAGE)):
            continue
        entries.append([address, kind, label, who, verb, told if len(told) <= _TOLD else f"{told[:_TOLD]}…"])
        pairs.extend((word, count) for word in words(text))
        count += 1
        if len(entries) == ENTRIES:
            put()
    put()
    return count


def _stretches(collected: Collected) -> Iterator[dict[str, list[int]]]:
    """The words in alphabetical order with, for each, how many entries have it, and the numbers of the first of them: each as the
    difference from the one before.
    """
    found: dict[str, list[int]] = {}
    size = 0
    for word, rows in groupby(collected.each("select word, entry from posting order by 1, 2"), key=lambda row: str(row[0])):
        numbers, count, before = [0], 0, 0
        for _, number in rows:
            count += 1
            if count <= MOST_NUMBERS:
                numbers.append(number - before)
                before = number
        numbers[0] = count
        if found and size + len(numbers) > NUMBERS:
            yield found
            found, size = {}, 0
        found[word] = numbers
        size += len(numbers)
    if found:
        yield found


def _give(site: Site, name: str, value: object) -> None:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    site.writer.write(f"{FOLDER}/{name}.js", f'kgSearch.give("{name}", {text});\n')

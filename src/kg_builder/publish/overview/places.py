"""Places within places, with what is told of them; and a map of those that have verified coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil, cos, floor, radians

from kg_builder.publish.overview.collected import Collected, Named, Said
from kg_builder.publish.overview.paging import write_paged
from kg_builder.publish.site import Site
from kg_builder.publish.view import View

MOST = 1_000
"""How many places that statements share the page shows; how many there are is told."""
ON_A_PAGE = 300
"""How many of the places that one statement alone has stand on a page."""
EVENTS = 10
"""How many events the page shows of a place; the place's own page has more."""

_LATITUDE, _LONGITUDE = (f"http://www.w3.org/2003/01/geo/wgs84_pos#{each}" for each in ("lat", "long"))
_NUMBER = r"-?\d{1,3}(?:\.\d{1,12})?"
_POINT = re.compile(rf"(?:<[^<>]*CRS84>\s*)?POINT\s*\(\s*({_NUMBER})\s+({_NUMBER})\s*\)", re.IGNORECASE)
_STEPS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45)
_OWN = "select iri, label, statement, within from place where statement != '' order by statement, label, iri"


@dataclass(frozen=True, slots=True)
class Placed:
    """An event that is said to have its place, or its destination, there; and the utterances that say so."""

    event: Named
    role: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A place, what is told of it, and the places within it. ``around`` is set where the place is not shown within it."""

    place: Named
    statement: str
    around: Named | None
    count: int
    events: tuple[Placed, ...]
    inner: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A meridian or parallel of the map: where it is, and its degrees."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the map."""

    place: Named
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map in equidistant cylindrical projection, true to scale along its middle parallel."""

    width: float
    height: float
    meridians: tuple[Line, ...]
    parallels: tuple[Line, ...]
    points: tuple[Point, ...]


def write(site: Site, collected: Collected) -> None:
    """Write the places."""
    known = {iri: Named(iri, label) for iri, label in collected.each("select iri, label from place where statement = ''")}
    rows = collected.rows("select iri, within from place where statement = '' order by label, iri")
    inner: dict[str, list[str]] = {}
    for iri, within in rows:
        inner.setdefault(within if within in known else "", []).append(iri)
    left = set(list(_in_order(inner, known))[:MOST])

    def tree(iri: str) -> Place:
        left.discard(iri)
        place = _place(collected, known[iri], "", None)
        return Place(
            place.place, "", None, place.count, place.events, tuple(tree(each) for each in inner.get(iri, ()) if each in left)
        )

    def part(offset: int, limit: int) -> list[Place]:
        found = collected.part("own_place", offset, limit)
        return [
            _place(collected, Named(iri, label), statement, _around(collected, within)) for iri, label, statement, within in found
        ]

    roots = [tree(each) for each in list(_in_order(inner, known)) if each in left]
    write_paged(
        site,
        "map",
        "map.html",
        "Places",
        collected.keep("own_place", _OWN),
        ON_A_PAGE,
        part,
        places=roots,
        shared=len(rows),
        most=MOST,
        drawing=draw(found) if (found := list(coordinates(site.shared, known.values()))) else None,
    )


def coordinates(view: View, places: Iterable[Named]) -> Iterator[tuple[Named, float, float]]:
    """The places that have a longitude and a latitude in the graph, with these, in degrees."""
    for place in places:
        texts = [view.text(each, "geo:asWKT") for each in [place.iri, *view.things(place.iri, "geo:hasGeometry")]]
        found = next((match.groups() for text in texts if (match := _POINT.fullmatch(text.strip()))), None)
        numbers = found or (view.text(place.iri, _LONGITUDE), view.text(place.iri, _LATITUDE))
        if all(re.fullmatch(_NUMBER, each) for each in numbers):
            longitude, latitude = (float(each) for each in numbers)
            if abs(longitude) <= 180 and abs(latitude) <= 90:
                yield place, longitude, latitude


def draw(places: Iterable[tuple[Named, float, float]], width: float = 900) -> Drawing:
    """The map of places with their longitudes and latitudes, of which there is at least one."""
    found = sorted(places, key=lambda each: (each[0].label, each[0].iri))
    west, east = _span(each[1] for each in found)
    south, north = _span(each[2] for each in found)
    narrowing = max(cos(radians((south + north) / 2)), 0.1)
    scale = min(width / ((east - west) * narrowing), width / (north - south))

    def x(longitude: float) -> float:
        return round((longitude - west) * narrowing * scale, 1)

    def y(latitude: float) -> float:
        return round((north - latitude) * scale, 1)

    step = next((each for each in _STEPS if (max(east - west, north - south)) / each <= 8), 45)
    return Drawing(
        x(east),
        y(south),
        tuple(Line(x(each), _degrees(each, "E", "W")) for each in _multiples(west, east, step)),
        tuple(Line(y(each), _degrees(each, "N", "S")) for each in _multiples(south, north, step)),
        tuple(Point(place, x(longitude), y(latitude)) for place, longitude, latitude in found),
    )


def _span(values: Iterable[float]) -> tuple[float, float]:
    known = list(values)
    room = max((max(known) - min(known)) * 0.1, 0.5)
    return min(known) - room, max(known) + room


def _multiples(low: float, high: float, step: float) -> list[float]:
    return [round(each * step, 1) for each in range(ceil(low / step), floor(high / step) + 1)]


def _degrees(value: float, positive: str, negative: str) -> str:
    return f"{abs(value):g}° {positive if value > 0 else negative}" if value else "0°"


def _in_order(inner: dict[str, list[str]], known: dict[str, Named]) -> Iterator[str]:
    """Each place once: the outermost first, after each those within it; then what lies within itself."""
    seen: set[str] = set()
    waiting = [*sorted(known, key=lambda each: (known[each].label, each), reverse=True), *reversed(inner.get("", []))]
    while waiting:
        each = waiting.pop()
        if each not in seen:
            seen.add(each)
            yield each
            waiting += reversed(inner.get(each, []))


def _around(collected: Collected, within: str) -> Named | None:
    return next((Named(within, label) for (label,) in collected.rows("select label from place where iri = ?", within)), None)


def _place(collected: Collected, place: Named, statement: str, around: Named | None) -> Place:
    count = collected.count("select count(*) from (select distinct event, role from placed where place = ?)", place.iri)
    rows = collected.rows(
        "select distinct event, role, label from placed join event on event.iri = placed.event where place = ? "
        "order by role desc, event.statement, event.iri limit ?",
        place.iri,
        EVENTS,
    )
    events = []
    for event, role, label in rows:
        utterances = collected.rows(
            "select distinct utterance, said.start from placed join said on said.iri = utterance "
            "where place = ? and event = ? and role = ? order by 2, 1",
            place.iri,
            event,
            role,
        )
        said = collected.said(utterance for utterance, _ in utterances)
        events.append(Placed(Named(event, label), role, tuple(said.values())))
    return Place(place, statement, around, count, tuple(events))

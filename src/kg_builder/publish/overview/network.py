"""Who is said to have done what to whom, as a drawing in three columns: alleged perpetrators, acts, alleged victims."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg_builder.publish.overview.collected import Collected, Named, Said, read_named
from kg_builder.publish.resources import LEGEND
from kg_builder.publish.site import Site

MOST_ACTS = 60
"""How many acts are drawn; how many there are is told."""
SHOWN_CLAIMS = 2
"""How many claims an edge names; how many more there are is told."""

WIDTH = 1180
_BOXES = {"perpetrator": (10, 270), "act": (440, 300), "victim": (900, 270)}
"""Each column's left edge and width."""
_LETTERS = 36
_LINES = 3
_LINE = 17
_PADDING = 12
_GAP = 14
_PORT = 20
_HEAD = 40
_DOERS = ("allegedPerpetrator", "inferredPerpetrator")
_ROLES = "role.role in ('allegedPerpetrator', 'inferredPerpetrator', 'allegedVictim')"


@dataclass(frozen=True, slots=True)
class Tie:
    """An act and somebody who is named, or read by a coder, as its perpetrator or victim; and the utterances that do so."""

    actor: Named
    role: str
    said: tuple[Said, ...]

    @property
    def is_inferred(self) -> bool:
        """Whether no words name the actor: it is a coder's reading."""
        return self.role == "inferredPerpetrator"


@dataclass(frozen=True, slots=True)
class Act:
    """An act with its ties."""

    event: Named
    statement: str
    types: tuple[Named, ...]
    doers: tuple[Tie, ...]
    victims: tuple[Tie, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A node of the drawing: its name in lines, and its place."""

    thing: Named
    column: str
    lines: tuple[str, ...]
    x: int
    y: float
    width: int
    height: int

    @property
    def middle(self) -> float:
        """Where its edges end, unless they have places of their own."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Edge:
    """A line of the drawing, as the path of an SVG, with the place of its label."""

    tie: Tie
    path: str
    x: int
    y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The drawing."""

    height: float
    boxes: tuple[Box, ...]
    edges: tuple[Edge, ...]


def write(site: Site, collected: Collected) -> None:
    """Write the drawing, with a table that says the same."""
    acts = _acts(collected)
    site.page(
        "graph",
        "graph.html",
        "Who is said to have done what to whom",
        acts=acts,
        total=collected.count(f"select count(distinct event) from role where {_ROLES}"),  # noqa: S608 - text of our own
        drawing=draw(acts),
        width=WIDTH,
        columns=_BOXES,
        shown=SHOWN_CLAIMS,
        legend=LEGEND,
    )


def draw(acts: Sequence[Act]) -> Drawing:
    """Lay out acts below each other in their order, and each actor as near to its acts as there is room."""
    boxes: list[Box] = []
    ports: dict[tuple[str, str, str], float] = {}
    y = float(_HEAD)
    for act in acts:
        lines = _wrapped(act.event.label)
        height = max(len(lines) * _LINE + _PADDING, _PORT * max(len(act.doers), len(act.victims), 1) + 8)
        box = Box(act.event, "act", lines, *_BOXES["act"][:1], y, _BOXES["act"][1], height)
        boxes.append(box)
        for ties in (act.doers, act.victims):
            top = box.middle - _PORT * (len(ties) - 1) / 2
            ports |= {(act.event.iri, tie.role, tie.actor.iri): top + _PORT * number for number, tie in enumerate(ties)}
        y += height + _GAP
    actors: dict[tuple[str, str], Box] = {}
    for column in ("perpetrator", "victim"):
        ends: dict[Named, list[float]] = {}
        for act in acts:
            for tie in act.doers if column == "perpetrator" else act.victims:
                ends.setdefault(tie.actor, []).append(ports[act.event.iri, tie.role, tie.actor.iri])
        for box in _beside(column, ends):
            actors[column, box.thing.iri] = box
    edges = [
        _edge(tie, actors["perpetrator" if tie in act.doers else "victim", tie.actor.iri], port)
        for act in acts
        for tie in [*act.doers, *act.victims]
        for port in [ports[act.event.iri, tie.role, tie.actor.iri]]
    ]
    boxes += actors.values()
    return Drawing(max((box.y + box.height for box in boxes), default=_HEAD) + _GAP, tuple(boxes), tuple(edges))


def _beside(column: str, ends: dict[Named, list[float]]) -> Iterable[Box]:
    x, width = _BOXES[column]
    free = float(_HEAD)
    means = {actor: sum(found) / len(found) for actor, found in ends.items()}
    for actor in sorted(ends, key=lambda each: (means[each], each.iri)):
        lines = _wrapped(actor.label)
        height = len(lines) * _LINE + _PADDING
        y = round(max(free, means[actor] - height / 2), 1)
        yield Box(actor, column, lines, x, y, width, height)
        free = y + height + _GAP


def _edge(tie: Tie, actor: Box, port: float) -> Edge:
    left, width = _BOXES["act"]
    if actor.column == "perpetrator":
        start, end = actor.x + actor.width, left
        label, anchor = end - 8, "end"
    else:
        start, end = actor.x, left + width
        label, anchor = end + 8, "start"
    bend = (start + end) / 2
    path = f"M{start} {actor.middle:.1f}C{bend:g} {actor.middle:.1f} {bend:g} {port:.1f} {end} {port:.1f}"
    return Edge(tie, path, label, round(port - 4, 1), anchor)


def _wrapped(label: str) -> tuple[str, ...]:
    return tuple(textwrap.wrap(label, _LETTERS, max_lines=_LINES, placeholder=" …")) or ("…",)


def _acts(collected: Collected) -> list[Act]:
    rows = collected.rows(
        f"select event.iri, event.statement, event.label, event.types from "  # noqa: S608 - text of our own
        f"(select event, count(distinct utterance) as weight from role where {_ROLES} group by event order by 2 desc, 1 limit ?) "
        "as chosen join event on event.iri = chosen.event "
        "order by event.statement, (select min(said.start) from role join said on said.iri = role.utterance "
        "where role.event = event.iri), event.iri",
        MOST_ACTS,
    )
    found = []
    for iri, statement, label, types in rows:
        ties = _ties(collected, iri)
        doers = tuple(tie for tie in ties if tie.role in _DOERS)
        found.append(Act(Named(iri, label), statement, read_named(types), doers, tuple(tie for tie in ties if tie not in doers)))
    return found


def _ties(collected: Collected, event: str) -> list[Tie]:
    rows = collected.rows(
        f"select role.role, actor, label, utterance from role join said on said.iri = utterance where event = ? and {_ROLES} "  # noqa: S608
        "group by 1, 2, 4 order by role.role, min(said.start), actor, utterance",
        event,
    )
    found: dict[tuple[str, Named], dict[str, None]] = {}
    for role, actor, label, utterance in rows:
        found.setdefault((role, Named(actor, label)), {})[utterance] = None
    return [Tie(actor, role, tuple(collected.said(utterances).values())) for (role, actor), utterances in found.items()]

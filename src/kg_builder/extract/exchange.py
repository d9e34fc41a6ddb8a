"""The exchange form of drafts: JSON that other engines, annotators and :mod:`kg_builder.evaluation` read."""

from __future__ import annotations

from typing import Any

from kg_builder.extract.entries import Draft, Slot


def to_exchange(draft: Draft) -> dict[str, Any]:
    """A draft as plain dicts and lists: quotes with ``start`` and ``end`` (code points, end exclusive), slots in ``spans``."""

    def quoted(slot: Slot) -> dict[str, Any]:
        return {"quote": slot.text, "start": slot.span[0], "end": slot.span[1]}

    def words(slot: Slot | None) -> str | None:
        return None if slot is None else " ".join(slot.text.split())

    def many(slots: tuple[Slot, ...]) -> list[str]:
        return [" ".join(slot.text.split()) for slot in slots]

    def spans(**slots: Slot | tuple[Slot, ...] | None) -> dict[str, Any]:
        return {
            name: [list(each.span) for each in value] if isinstance(value, tuple) else list(value.span)
            for name, value in slots.items()
            if value
        }

    publisher = draft.publisher or None
    return {
        "language": draft.language,
        "publisher": publisher,
        "actors": [
            {
                "name": actor.name,
                "kind": actor.kind,
                "surface": actor.surface,
                "spans": {"surface": [[mention.start, mention.end] for mention in actor.mentions]},
            }
            for actor in draft.actors
        ],
        "events": [
            {
                "type": each.type,
                "date": each.date,
                "place": words(each.place),
                **quoted(each.quote),
                "spans": spans(place=each.place, date=each.when),
            }
            for each in draft.events
        ],
        "victims": [
            {
                "who": words(each.who),
                "event_index": each.event,
                "harm": each.harm,
                "count": {"min": each.minimum, "max": each.maximum, "approx": each.approximate},
                **quoted(each.quote),
                "spans": spans(who=each.who, count=each.number),
            }
            for each in draft.victims
        ],
        "allegations": [
            {
                "accuser": words(each.accuser) or publisher,
                "accused": many(each.accused),
                "accused_inferred": many(each.accused_inferred),
                "act": words(each.act),
                "act_type": each.act_type,
                "narrow_type": each.narrow_type,
                "victims": many(each.victims),
                "place": words(each.place),
                "date": each.date,
                **quoted(each.quote),
                "spans": spans(
                    accuser=each.accuser,
                    accused=each.accused,
                    accused_inferred=each.accused_inferred,
                    act=each.act,
                    victims=each.victims,
                    place=each.place,
                    date=each.when,
                ),
            }
            for each in draft.allegations
        ],
        "denials": [
            {
                "who": words(each.who) or publisher,
                "what": words(each.what),
                **quoted(each.quote),
                "spans": spans(who=each.who, what=each.what),
            }
            for each in draft.denials
        ],
        "demands": [
            {
                "by": words(each.by) or publisher,
                "addressee": many((*each.addressee, *each.addressee_inferred)),
                "addressee_inferred": many(each.addressee_inferred),
                "action": words(each.action),
                "force": each.force,
                **quoted(each.quote),
                "spans": spans(
                    by=each.by, addressee=each.addressee, addressee_inferred=each.addressee_inferred, action=each.action
                ),
            }
            for each in draft.demands
        ],
    }

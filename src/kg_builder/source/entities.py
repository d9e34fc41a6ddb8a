"""Reads actors and places: from data/entities/*.yaml, or from a statement's own claims.yaml."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from kg_builder.errors import InputError, Location, near_miss
from kg_builder.model import Actor, Disclosure, Entities, Identification, Place, Ref
from kg_builder.source.reasons import check_reason
from kg_builder.source.tree import Mapping, Node, Problems, Scalar, Sequence, pairs, read_yaml
from kg_builder.source.values import is_language, read_date, read_iri
from kg_builder.vocabulary import IDENTIFIER, MAX_IDENTIFIER

ActorKind = Literal["authority", "organization", "person", "group"]
KINDS: tuple[ActorKind, ...] = ("authority", "organization", "person", "group")
CONTAINED_NAME = 5
"""From this many letters on, a name may not stand within a longer word of an id either."""
DISCLOSURES = ("public", "pseudonym", "withheld")
_ACTOR_KEYS = frozenset({"kind", "label", "altLabel", "address", "disclosure", "disclosureReason", "identifiers"})
_PLACE_KEYS = frozenset({"label", "altLabel", "within", "identifiers"})


def read_shared_entities(folder: Path, problems: Problems, default_language: str = "en") -> Entities:
    """All actors and places of ``folder/data/entities/*.yaml``."""
    entities = Entities()
    roots = []
    for path in sorted((folder / "data" / "entities").glob("*.yaml")):
        shown = path.relative_to(folder).as_posix()
        try:
            tree = read_yaml(path, shown)
        except InputError as error:
            problems.found += error.problems
            continue
        root = problems.mapping(tree, "the file", frozenset({"actors", "places"}))
        if root is not None:
            read_entities(root, entities, None, default_language, problems)
            roots.append(root)
    for root in roots:
        check_entity_references(root, entities, Entities(), problems)
    names = names_of_persons((entities,))
    for root in roots:
        check_entity_names(root, names, problems)
    return entities


def read_entities(root: Mapping, into: Entities, statement: str | None, language: str, problems: Problems) -> None:
    """Add the ``actors`` and ``places`` of a file to ``into``; ``statement`` is None for shared ones."""
    actors = problems.mapping(root.entries.get("actors"), "'actors'")
    for id_, where, node in pairs(actors) if actors else ():
        entry = _entry(id_, where, node, "actor", _ACTOR_KEYS, problems)
        if entry is not None:
            actor = _actor(Ref("actor", id_, statement), entry, language, problems)
            if actor is not None and _is_new(id_, where, into, problems):
                into.actors[id_] = actor
    places = problems.mapping(root.entries.get("places"), "'places'")
    for id_, where, node in pairs(places) if places else ():
        entry = _entry(id_, where, node, "place", _PLACE_KEYS, problems)
        if entry is not None and _is_new(id_, where, into, problems):
            into.places[id_] = _place(Ref("place", id_, statement), entry, language, problems)


def check_entity_references(root: Mapping, entities: Entities, shared: Entities, problems: Problems) -> None:
    """Check what the entries of a read file refer to: the places they lie in, and who checked an identity."""
    for section in ("actors", "places"):
        entries = root.entries.get(section)
        for id_, where, node in pairs(entries) if isinstance(entries, Mapping) else ():
            if not isinstance(node, Mapping):
                continue
            place = entities.places.get(id_) if section == "places" else None
            if place is not None:
                for ref in place.within:
                    if ref.id not in entities.places and ref.id not in shared.places:
                        known = {*entities.places, *shared.places}
                        problems.add(f"unknown place '{ref.id}'", node.entries["within"].where, near_miss(ref.id, known))
                _check_circle(id_, where, entities, problems)
            owner = place or entities.actors.get(id_)
            for identity in owner.identities if owner else ():
                if identity.by.id not in entities.actors and identity.by.id not in shared.actors:
                    known = {*entities.actors, *shared.actors}
                    problems.add(
                        f"unknown actor '{identity.by.id}'",
                        node.entries["identifiers"].where,
                        near_miss(identity.by.id, known),
                    )


def check_identifier(id_: str, where: Location, what: str, problems: Problems) -> bool:
    """Whether ``id_`` can be part of an IRI; notes a problem where not."""
    if IDENTIFIER.fullmatch(id_) and len(id_) <= MAX_IDENTIFIER:
        return True
    problems.add(
        f"'{id_[:80]}' cannot be the id of {what}",
        where,
        f"Use lower-case letters a-z, digits and single hyphens, at most {MAX_IDENTIFIER}; such as 'police-1'.",
    )
    return False


def names_of_persons(entities: Iterable[Entities]) -> set[str]:
    """Each word of a person's name, as it would look in an id."""
    words: set[str] = set()
    for each in entities:
        for actor in each.actors.values():
            if actor.kind == "person":
                for _, label in (*actor.labels, *actor.alternatives):
                    words.update(word for word in re.findall(r"[^\W\d_]+", ascii_fold(label)) if len(word) > 2)
    return words


def ascii_fold(text: str) -> str:
    """Lower case without accents, as ids are written.

    >>> ascii_fold("Élodie")
    'elodie'
    """
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def check_entity_names(root: Mapping, names: set[str], problems: Problems) -> None:
    """Note each id of an actor or place that holds a word of a person's name."""
    for section in ("actors", "places"):
        entries = root.entries.get(section)
        for id_, where, _ in pairs(entries) if isinstance(entries, Mapping) else ():
            check_no_name(id_, where, names, problems)


def check_no_name(id_: str, where: Location, names: set[str], problems: Problems) -> None:
    """Note a problem where a word of a person's name stands in an id: names never go into IRIs."""
    joined = id_.replace("-", "")
    if names.intersection(id_.split("-")) or any(len(name) >= CONTAINED_NAME and name in joined for name in names):
        problems.add(
            f"the id '{id_}' holds a word of a person's name",
            where,
            "Names never go into IRIs: use a neutral id, such as 'person-1'.",
        )


def _entry(id_: str, where: Location, node: Node, what: str, keys: frozenset[str], problems: Problems) -> Mapping | None:
    if not check_identifier(id_, where, f"an {what}" if what == "actor" else f"a {what}", problems):
        return None
    return problems.mapping(node, f"the {what} '{id_}'", keys)


def _is_new(id_: str, where: Location, into: Entities, problems: Problems) -> bool:
    if id_ in into.actors or id_ in into.places:
        problems.add(f"the id '{id_}' is given twice", where, "Each actor and place has an id of its own.")
        return False
    return True


def _actor(ref: Ref, entry: Mapping, language: str, problems: Problems) -> Actor | None:
    what = f"the actor '{ref.id}'"
    kind = problems.required_text(entry, "kind", what)
    if kind and kind not in KINDS:
        problems.add(f"'{kind}' is not a kind of actor", entry.entries["kind"].where, near_miss(kind, KINDS))
        return None
    if not kind:
        return None
    return Actor(
        ref=ref,
        kind=kind,
        labels=_labels(problems.required(entry, "label", what), language, problems),
        alternatives=_labels(entry.entries.get("altLabel"), language, problems),
        addresses=tuple(text for _, text in _labels(entry.entries.get("address"), language, problems)),
        disclosure=_disclosure(entry, kind, what, problems),
        identities=_identities(entry.entries.get("identifiers"), problems),
    )


def _disclosure(entry: Mapping, kind: str, what: str, problems: Problems) -> Disclosure | None:
    if kind != "person":
        for key in ("disclosure", "disclosureReason"):
            if key in entry.entries:
                problems.add(f"'{key}' is asked of persons only", entry.keys[key], "Leave it out.")
        return None
    if "disclosure" not in entry.entries:
        problems.add(
            f"{what} is a person, and there is no decision on naming them",
            entry.where,
            "Decide, with those concerned, and write 'disclosure: public' and a 'disclosureReason'.",
        )
        return None
    decision = problems.required_text(entry, "disclosure", what)
    reason = problems.required_text(entry, "disclosureReason", what)
    check_reason(entry.entries.get("disclosureReason"), f"the decision to name {what}", problems)
    if decision and decision != "public":
        known = decision in DISCLOSURES
        problems.add(
            f"{what} must not be named, and its words would be"
            if known
            else f"'{decision}' is not a decision on naming a person",
            entry.entries["disclosure"].where,
            "This version publishes only persons whose disclosure is 'public': take the person out of the claims, or speak "
            "of a group."
            if known
            else near_miss(decision, DISCLOSURES),
        )
        return None
    return Disclosure("public", reason) if decision and reason else None


def _place(ref: Ref, entry: Mapping, language: str, problems: Problems) -> Place:
    within = entry.entries.get("within")
    nodes = [within] if isinstance(within, Scalar) else problems.items(within, f"'within' of the place '{ref.id}'")
    return Place(
        ref=ref,
        labels=_labels(problems.required(entry, "label", f"the place '{ref.id}'"), language, problems),
        alternatives=_labels(entry.entries.get("altLabel"), language, problems),
        within=tuple(
            Ref("place", text) for node in nodes if (text := problems.text(node, f"'within' of '{ref.id}'")) is not None
        ),
        identities=_identities(entry.entries.get("identifiers"), problems),
    )


def _check_circle(id_: str, where: Location, entities: Entities, problems: Problems) -> None:
    seen: set[str] = set()
    waiting = [id_]
    while waiting:
        for ref in entities.places[waiting.pop()].within:
            if ref.id not in entities.places:
                continue
            if ref.id == id_:
                problems.add(f"the place '{id_}' lies within itself", where, "Break the circle of 'within'.")
                return
            if ref.id not in seen:
                seen.add(ref.id)
                waiting.append(ref.id)


def _labels(node: Node | None, language: str, problems: Problems) -> tuple[tuple[str, str], ...]:
    """A text, a list of texts, or a mapping of languages to either, as (language, text)."""
    if node is None:
        return ()
    if isinstance(node, Mapping):
        found: list[tuple[str, str]] = []
        for tag, where, value in pairs(node):
            if is_language(tag):
                found += _labels(value, tag, problems)
            else:
                problems.add(f"'{tag}' is not a language tag", where, "Write it like 'en', 'ru' or 'kk-Cyrl'.")
        return tuple(found)
    nodes = node.items if isinstance(node, Sequence) else [node]
    texts = (problems.text(each, "a label") for each in nodes)
    return tuple((language, text) for text in texts if text is not None)


def _identities(node: Node | None, problems: Problems) -> tuple[Identification, ...]:
    found = []
    for item in problems.items(node, "'identifiers'"):
        entry = problems.mapping(item, "an identifier", frozenset({"iri", "checked", "how", "by"}))
        if entry is None:
            continue
        iri = read_iri(problems.required(entry, "iri", "an identifier"), "'iri'", problems)
        checked = read_date(problems.required(entry, "checked", "an identifier"), "'checked'", problems)
        how = problems.required_text(entry, "how", "an identifier")
        by = problems.required_text(entry, "by", "an identifier")
        if iri and checked and how and by:
            found.append(Identification(iri, checked, how, Ref("actor", by)))
    return tuple(found)

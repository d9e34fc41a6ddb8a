"""A language as data: the folder ``ontology/lexicon/<code>`` with its words, patterns and the triggers of each type of act.

A folder of the same place in somebody's own project adds to it. Somebody who adds a word touches no Python.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from kg_builder.errors import Location, input_error, near_miss
from kg_builder.source.tree import Mapping as Tree
from kg_builder.source.tree import Node, Scalar, Sequence, parse_yaml, read_text
from kg_builder.vocabulary import Concept, read_vocabulary, shipped

FILES = ("grammar", "acts", "actors", "demands", "numbers", "places", "scope", "times")
KEPT_LEMMAS = 50_000
VERB_COLUMNS = 5
DETECTED_WORDS = 3000
FEW_WORDS = 20
"""A text of fewer words is taken for the likeliest language that it has any function word of."""
LEAST_SHARE = 0.22
"""The share of function words below which a text is in another language; that of English and French prose is above 0.35."""
MODEL = "en"
"""The language whose files show which keys there are."""
TRIGGER_KEYS = frozenset(
    ["say", "subject", "object", "victim", "agent", "things", "with", "without", "people", "weak", "close"],
)
ACT_KEYS = frozenset(["verbs", "nouns", "omissions", "nobody", "absences", "states"])


class Reading(NamedTuple):
    """What a verb form can be: ``form`` has b (base), s (third person), g (-ing), d (past), n (participle)."""

    lemma: str
    form: str
    other: str
    """n: also a noun; a: also an adjective; p: the participle also an adjective; upper case: mostly so."""


@dataclass(frozen=True, slots=True)
class Trigger:
    """Words that tell of an act, and where its parties stand."""

    act: str
    """The notation of the act's top concept."""
    narrow: str
    """The notation as the lexicon has it."""
    words: tuple[str, ...]
    subject: str = "agent"
    object: str = "victim"
    victim: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()
    things: frozenset[str] = frozenset()
    with_: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    people: bool = False
    weak: bool = False
    close: bool = False
    """Nobody is named between its words."""
    object_given: bool = False
    """The lexicon says what the object is, rather than leaving it to the rule."""
    kind: str = "verbs"


@dataclass(slots=True)
class Language:
    """All that the drafting engine knows of a language."""

    code: str
    name: str
    data: dict[str, dict[str, Any]]
    tags: dict[str, str]
    """Function word → word class."""
    verbs: dict[str, tuple[Reading, ...]]
    """Form → readings."""
    adjectives: frozenset[str]
    triggers: dict[str, dict[str, list[Trigger]]]
    """Kind (one of ACT_KEYS) → first lemma → triggers, the longest first."""
    sets: dict[tuple[str, tuple[str, ...]], frozenset[str]] = field(default_factory=dict)
    by_first: dict[tuple[str, str], dict[str, list[tuple[list[str], Any]]]] = field(default_factory=dict)
    lemmas: dict[str, str] = field(default_factory=dict)

    def words(self, file: str, *keys: str) -> frozenset[str]:
        """The list under these keys as a set."""
        known = self.sets.get((file, keys))
        if known is None:
            value: Any = self.data[file]
            for key in keys:
                value = value.get(key, {})
            known = self.sets[file, keys] = frozenset(value)
        return known

    def phrases(self, file: str, key: str) -> dict[str, list[tuple[list[str], Any]]]:
        """A mapping of phrases as first word → (words, value), the longest first."""
        known = self.by_first.get((file, key))
        if known is None:
            known = self.by_first[file, key] = {}
            values: dict[str, Any] = self.data[file].get(key, {})
            for phrase in sorted(values, key=len, reverse=True):
                words = phrase.split()
                known.setdefault(words[0], []).append((words, values[phrase]))
        return known

    def readings(self, form: str) -> tuple[Reading, ...]:
        """What a form can be as a verb; of a word that no table has, what its ending says."""
        known = self.verbs.get(form)
        if known is not None:
            return known
        for ending, letters in self.data["grammar"].get("verb_endings", {}).items():
            if form.endswith(ending) and len(form) > len(ending) + 2:
                return (Reading(form.removesuffix(ending), letters, "-"),)
        return ()

    def base(self, low: str) -> str:
        """The full form of a function word that is elided or drawn together with an article ("aux" → "à")."""
        contractions: Mapping[str, str] = self.data["grammar"].get("contractions", {})
        return contractions.get(low, low)

    def counterpart(self, low: str) -> str:
        """The function word by which the engine's rules know this one: its English counterpart."""
        known: Mapping[str, str] = self.data["grammar"].get("counterparts", {})
        base = self.base(low)
        return known.get(base, base)

    def lemma_of_noun(self, word: str) -> str:
        """The singular of a noun in lower case; a word that is none is returned as it is.

        >>> read_language("en").lemma_of_noun("bodies")
        'body'
        """
        known = self.lemmas.get(word)
        if known is None:
            if len(self.lemmas) >= KEPT_LEMMAS:
                self.lemmas.clear()
            known = self.lemmas[word] = self._singular(word)
        return known

    def _singular(self, word: str) -> str:
        irregular: Mapping[str, str] = self.data["grammar"]["irregular_plurals"]
        known = irregular.get(word)
        if known is not None:
            return known
        if len(word) > 3:
            for ending, singular in self.data["grammar"]["plural_endings"]:
                if word.endswith(ending):
                    return f"{word[: len(word) - len(ending)]}{singular}"
        return word


def languages(folder: Path | None = None) -> list[str]:
    """The codes of the languages that there is data for."""
    roots = [shipped("ontology") / "lexicon", *([folder / "ontology" / "lexicon"] if folder else [])]
    return sorted({path.parent.name for root in roots for path in root.glob("*/grammar.yaml")})


def detect(text: str, folder: Path | None = None) -> str:
    """The code of the language that a text is in, by its function words (after Grefenstette, "Comparing two language
    identification schemes", 1995, who found short words to tell the languages of whole sentences apart).

    Raises :class:`~kg_builder.errors.InputError` where it is in none that there is a lexicon for.
    """
    words = [match.group().lower() for match in islice(re.finditer(r"[^\W\d_]+", text), DETECTED_WORDS)]
    shares: dict[str, float] = {}
    for code in languages(folder):
        known = read_language(code, folder).tags
        shares[code] = sum(word in known for word in words) / max(len(words), 1)
    best = max(shares, key=lambda code: (shares[code], code), default="")
    if len(words) < FEW_WORDS:
        shares = {code: share + 0.5 * _known(words, read_language(code, folder)) for code, share in shares.items()}
        best = max(shares, key=lambda code: (shares[code], code), default="")
    if not best or shares[best] < LEAST_SHARE:
        raise input_error(
            "the text is in no language that there is a lexicon for, so nothing can be drafted from it",
            mend=f"There are: {', '.join(shares)}. If it is one of them, name it with --language. "
            "A language is a folder of data: see ontology/lexicon/README.md.",
        )
    return best


def _known(words: list[str], language: Language) -> float:
    """The share of words that the tables of a language have."""
    return sum(word in language.verbs or word in language.adjectives for word in words) / max(len(words), 1)


def read_language(code: str, folder: Path | None = None) -> Language:
    """The language ``code`` (BCP 47; a region is passed over), with what ``folder`` adds.

    Raises :class:`~kg_builder.errors.InputError` for a language without data, and with file and line for data that is wrong.
    """
    primary = code.split("-", maxsplit=1)[0].lower()
    known = languages(folder)
    if primary not in known:
        raise input_error(
            f"there is no lexicon for the language '{code}', so nothing can be drafted from this text",
            mend=f"There are: {', '.join(known)}. A language is a folder of data: see ontology/lexicon/README.md.",
        )
    own = shipped("ontology") / "lexicon" / primary
    added = folder / "ontology" / "lexicon" / primary if folder else None
    paths = [root for root in (own, added) if root is not None and root.is_dir()]
    return _read(primary, tuple(dict.fromkeys(path.resolve() for path in paths)), folder)


@lru_cache(maxsize=8)
def _read(code: str, roots: tuple[Path, ...], folder: Path | None) -> Language:
    data: dict[str, dict[str, Any]] = {name: {} for name in FILES}
    triggers: dict[str, dict[str, list[Trigger]]] = {kind: {} for kind in ACT_KEYS}
    acts = read_vocabulary(folder).schemes["act-type"]
    for root in roots:
        for path in sorted(root.glob("*.yaml")):
            if path.stem not in FILES:
                raise input_error(f"'{path.name}' is no file of a lexicon", Location(str(path)), near_miss(path.stem, FILES))
            tree = parse_yaml(read_text(path, str(path), keep_bom=False), str(path))
            if not isinstance(tree, Tree):
                raise input_error("a lexicon file is a mapping", Location(str(path)))
            if path.stem == "acts":
                _read_acts(tree, acts, triggers)
            else:
                if root != shipped("ontology") / "lexicon" / MODEL:
                    _check_shape(tree, _model(path.stem))
                _merge(data[path.stem], _plain(tree))
    if not data["grammar"]:
        raise input_error(f"the lexicon of '{code}' has no grammar.yaml", Location(str(roots[0])))
    for by_first in triggers.values():
        for entries in by_first.values():
            entries.sort(key=lambda each: (-len(each.words), not each.things, not each.with_))
    tables = data["grammar"].get("tables", {})
    tags = {word: tag for tag, words in data["grammar"]["word_classes"].items() for word in words}
    for tag in ("CONJ", "MODAL", "BE", "HAVE", "DO", "NEG"):
        tags.update(dict.fromkeys(data["grammar"]["word_classes"].get(tag, ()), tag))
    pivot: Mapping[str, str] = data["grammar"].get("counterparts", {})
    for by_first in triggers.values() if pivot else ():
        for entries in by_first.values():
            entries[:] = [
                replace(
                    each,
                    victim=tuple(pivot.get(word, word) for word in each.victim),
                    agent=tuple(pivot.get(word, word) for word in each.agent),
                )
                for each in entries
            ]
    return Language(
        code=code,
        name=data["grammar"].get("name", code),
        data=data,
        tags=tags,
        verbs=_read_verbs(_tables(roots, tables.get("verbs"))),
        adjectives=frozenset(line for path in _tables(roots, tables.get("adjectives")) for _, line in _lines(path)),
        triggers=triggers,
    )


@lru_cache(maxsize=len(FILES))
def _model(stem: str) -> dict[str, Any]:
    """The shipped file whose keys tell what a file of that name is made of."""
    path = shipped("ontology") / "lexicon" / MODEL / f"{stem}.yaml"
    tree = parse_yaml(read_text(path, str(path), keep_bom=False), str(path))
    assert tree is not None
    plain: dict[str, Any] = _plain(tree)
    return plain


def _check_shape(tree: Tree, model: Mapping[str, Any]) -> None:
    """Raises InputError where a key has another form of value than in the model."""
    for key, node in tree.entries.items():
        wanted = model.get(key)
        if wanted is None or (isinstance(node, Scalar) and node.empty):
            continue
        form = "a mapping" if isinstance(wanted, dict) else "a list" if isinstance(wanted, list) else "one value"
        given = "a mapping" if isinstance(node, Tree) else "a list" if isinstance(node, Sequence) else "one value"
        if form != given:
            raise input_error(
                f"'{key}' is {form}, and {given} stands here", tree.keys[key], f"See {MODEL}, the model of a lexicon."
            )
        if isinstance(node, Tree) and wanted:
            _check_values(node, wanted)


def _check_values(tree: Tree, model: Mapping[str, Any]) -> None:
    if all(isinstance(value, int) for value in model.values()):
        for key, node in tree.entries.items():
            if not isinstance(node, Scalar) or not node.text.isdecimal():
                raise input_error(f"'{key}' is a number", tree.keys[key])
    elif any(isinstance(value, dict | list) for value in model.values()):
        _check_shape(tree, model)


def _tables(roots: tuple[Path, ...], name: str | None) -> list[Path]:
    """The tables of that name, ours and those that a folder adds."""
    return [root / name for root in roots if (root / name).is_file()] if name else []


def _lines(path: Path) -> Iterable[tuple[int, str]]:
    lines = read_text(path, str(path), keep_bom=False).splitlines()
    return ((number, line) for number, line in enumerate(lines, 1) if line and not line.startswith("#"))


def _read_verbs(paths: Iterable[Path]) -> dict[str, tuple[Reading, ...]]:
    forms: dict[str, list[Reading]] = {}
    for path in paths:
        for number, line in _lines(path):
            lemma, *columns = line.split("\t")
            if len(columns) != VERB_COLUMNS:
                raise input_error(
                    f"a verb has {VERB_COLUMNS + 1} columns, and this line has {len(columns) + 1}",
                    Location(str(path), number, 1),
                    "They are the base, four forms and what else it can be (- for nothing), with a tab between them.",
                )
            by_form: dict[str, str] = {lemma: "b"}
            for letter, column in zip("sgdn", columns, strict=False):
                for form in column.split("/"):
                    by_form[form] = by_form.get(form, "") + letter
            for form, letters in by_form.items():
                forms.setdefault(form, []).append(Reading(lemma, letters, columns[-1]))
    return {form: tuple(readings) for form, readings in forms.items()}


def _top(notation: str, acts: Mapping[str, Concept]) -> str:
    while acts[notation].broader:
        notation = acts[notation].broader[0]
    return notation


def _read_acts(tree: Tree, acts: Mapping[str, Concept], triggers: dict[str, dict[str, list[Trigger]]]) -> None:
    for notation, node in tree.entries.items():
        where = tree.keys[notation]
        if notation not in acts:
            raise input_error(f"there is no act type '{notation}'", where, near_miss(notation, acts))
        top = _top(notation, acts)
        for kind, entries in _mapping(node, ACT_KEYS, "an act type").entries.items():
            if isinstance(entries, Scalar) and entries.empty:
                continue
            if not isinstance(entries, Sequence):
                raise input_error(f"'{kind}' is a list of words", entries.where)
            for entry in entries.items:
                trigger = _trigger(entry, top, notation, kind)
                triggers[kind].setdefault(trigger.words[0], []).append(trigger)


def _trigger(entry: Node, act: str, narrow: str, kind: str) -> Trigger:
    if isinstance(entry, Scalar):
        subject = "victim" if kind == "states" else "agent"
        return Trigger(act, narrow, tuple(entry.text.lower().split()), subject=subject, kind=kind)
    mapping = _mapping(entry, TRIGGER_KEYS, "a trigger")
    if "say" not in mapping.entries:
        raise input_error("a trigger has no 'say'", mapping.where, "Name the words that tell of the act.")
    values = {key: _plain(node) for key, node in mapping.entries.items()}

    def many(key: str) -> tuple[str, ...]:
        value = values.get(key, [])
        return tuple(str(each).lower() for each in (value if isinstance(value, list) else [value]))

    return Trigger(
        act=act,
        narrow=narrow,
        words=tuple(str(values["say"]).lower().split()),
        subject=str(values.get("subject", "victim" if kind == "states" else "agent")),
        object=str(values.get("object", "victim")),
        victim=many("victim"),
        agent=many("agent"),
        things=frozenset(many("things")),
        with_=frozenset(many("with")),
        without=frozenset(many("without")),
        people=values.get("people") == "true",
        weak=values.get("weak") == "true",
        close=values.get("close") == "true",
        object_given="object" in values,
        kind=kind,
    )


def _mapping(node: Node, keys: frozenset[str], what: str) -> Tree:
    if not isinstance(node, Tree):
        raise input_error(f"{what} is a mapping with {', '.join(sorted(keys))}", node.where)
    for key, where in node.keys.items():
        if key not in keys:
            raise input_error(f"{what} has no '{key}'", where, near_miss(key, keys))
    return node


def _plain(node: Node) -> Any:
    if isinstance(node, Scalar):
        return int(node.text) if re.fullmatch(r"\d+", node.text) else node.text
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return {key: _plain(value) for key, value in node.entries.items()}


def _merge(into: dict[str, Any], new: Mapping[str, Any]) -> None:
    for key, value in new.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            _merge(into[key], value)
        elif isinstance(value, list) and isinstance(into.get(key), list):
            into[key] = [*into[key], *value]
        else:
            into[key] = value

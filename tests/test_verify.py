"""Nothing that the text does not say gets through the one door into a draft, whichever engine wrote it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kg_builder.errors import Location
from kg_builder.extract.draft import draft
from kg_builder.extract.entries import Draft, Slot
from kg_builder.extract.exchange import to_exchange
from kg_builder.extract.foreign import from_exchange
from kg_builder.extract.form.claims_form import claims_file
from kg_builder.extract.form.occurrences import Occurrences
from kg_builder.extract.form.parties import Parties
from kg_builder.extract.form.yaml_lines import comment, entry, flow, scalar
from kg_builder.extract.language import read_language
from kg_builder.extract.verify import REASONS, verify
from kg_builder.model import Entities
from kg_builder.source.entities import check_no_name
from kg_builder.source.text import Text
from kg_builder.source.tree import Mapping, Problems, Scalar, parse_yaml

TEXT = (
    "The harbour police detained 14 fishermen in Port Ressa on 2 March 2031. The mayor was away. According to relatives, "
    "guards beat at least six of the fishermen. The government denies that anybody was beaten. We call on the government to "
    "release the fishermen."
)
CLAIMS: dict[str, Any] = {
    "publisher": "Quay Watch",
    "events": [
        {
            "type": "arbitrary_detention",
            "date": "2031-03-02",
            "place": "Port Ressa",
            "quote": "detained 14 fishermen in Port Ressa",
        }
    ],
    "victims": [
        {
            "who": "six of the fishermen",
            "event_index": 0,
            "harm": "beating",
            "count": {"min": 6, "max": None, "approx": False},
            "quote": "guards beat at least six of the fishermen",
        }
    ],
    "allegations": [
        {
            "accuser": None,
            "accused": ["The harbour police"],
            "act": "detained",
            "act_type": "arbitrary_detention",
            "victims": ["14 fishermen"],
            "place": "Port Ressa",
            "date": "2031-03-02",
            "quote": "The harbour police detained 14 fishermen in Port Ressa on 2 March 2031",
        },
        {
            "accuser": "relatives",
            "accused": ["guards"],
            "act": "beat",
            "act_type": "injury",
            "narrow_type": "beating",
            "victims": ["six of the fishermen"],
            "quote": "guards beat at least six of the fishermen",
        },
    ],
    "denials": [
        {"who": "The government", "what": "anybody was beaten", "quote": "The government denies that anybody was beaten"}
    ],
    "demands": [
        {
            "by": None,
            "addressee": ["the government"],
            "action": "release the fishermen",
            "force": "demand",
            "quote": "We call on the government to release the fishermen",
        }
    ],
}
WORDS = st.one_of(
    st.sampled_from(("The", "police", "killed", "five", "of", "the", "12", "farmers", "in", "Ressa", "on", "3", "May", "2031")),
    st.sampled_from(("and", "they", "deny", "it", "“", "”", ".", ":", "\n\n- ", "😀", "\u202e")),
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=80).map(" ".join))


def taken(claims: dict[str, Any], text: str = TEXT) -> Draft:
    found = from_exchange(json.dumps(claims), "claims.json", text)
    assert found.refused == ()
    return found.draft


def slots(found: Draft) -> Iterator[Slot]:
    """All words of a draft with their places."""
    for entries in (found.events, found.victims, found.allegations, found.denials, found.demands):
        for each in entries:
            for name in each.__dataclass_fields__:
                value = getattr(each, name)
                parts = value if isinstance(value, tuple) else (value,)
                yield from (part for part in parts if isinstance(part, Slot))


def test_what_the_text_says_gets_through() -> None:
    found = taken(CLAIMS)
    verified, refused = verify(found, TEXT)
    assert (verified, refused) == (found, ())
    assert [len(each) for each in (verified.allegations, verified.denials, verified.demands, verified.victims)] == [2, 1, 1, 1]
    assert all(TEXT[slice(*slot.span)] == slot.text for slot in slots(verified))


# --- each reason ------------------------------------------------------------------------------------------------------


def changed(kind: str, at: int, **values: Any) -> Callable[[Draft], Draft]:
    """A draft with other values in one entry."""

    def change(found: Draft) -> Draft:
        entries = list(getattr(found, kind))
        entries[at] = replace(entries[at], **values)
        parts: dict[str, Any] = {kind: tuple(entries)}
        return replace(found, **parts)

    return change


def words(exact: str, occurrence: int = 1) -> Slot:
    """Words of the text with their place."""
    start = -1
    for _ in range(occurrence):
        start = TEXT.index(exact, start + 1)
    return Slot(exact, (start, start + len(exact)))


FAULTS: dict[str, tuple[Callable[[Draft], Draft], str, str, bool]] = {
    "a quote that was never said": (changed("allegations", 0, quote=Slot("The police killed", (0, 17))), "quote", "absent", True),
    "a quote beyond the end": (changed("demands", 0, quote=Slot("release", (len(TEXT), len(TEXT) + 7))), "quote", "absent", True),
    "a quote that is empty": (changed("denials", 0, quote=Slot("", (5, 5))), "quote", "absent", True),
    "an accused of another sentence": (changed("allegations", 0, accused=(words("The mayor"),)), "accused", "not-near", True),
    "victims of another sentence": (changed("allegations", 1, victims=(words("14 fishermen"),)), "victims", "not-near", True),
    "an act outside the quote": (changed("allegations", 1, act=words("detained")), "act", "not-in-quote", True),
    "an action outside the quote": (changed("demands", 0, action=words("away")), "action", "not-in-quote", True),
    "an accuser who is not there": (changed("allegations", 1, accuser=Slot("doctors", (0, 7))), "accuser", "absent", True),
    "an inferred accused who is not there": (
        changed("allegations", 1, accused_inferred=(Slot("the army", (0, 8)),)),
        "accused_inferred",
        "absent",
        True,
    ),
    "a denier who is not there": (changed("denials", 0, who=Slot("The mayor", (0, 9))), "who", "absent", True),
    "an addressee who is not there": (changed("demands", 0, addressee=(Slot("the king", (0, 8)),)), "addressee", "absent", True),
    "an asker who is not there": (changed("demands", 0, by=Slot("They", (0, 4))), "by", "absent", True),
    "an act type of no scheme": (changed("allegations", 0, narrow_type="rudeness"), "narrow_type", "unknown-type", True),
    "a harm of no scheme": (changed("victims", 0, harm="rudeness"), "harm", "unknown-type", True),
    "an event of no scheme": (changed("events", 0, type="rudeness"), "type", "unknown-type", True),
    "a force of no scheme": (changed("demands", 0, force="beg"), "force", "unknown-force", True),
    "another number": (changed("victims", 0, minimum=7), "number", "number-changed", True),
    "an upper bound that is not said": (changed("victims", 0, maximum=6), "number", "number-changed", True),
    "a number of other words": (changed("victims", 0, number=words("14")), "number", "not-near", True),
    "words that say another number": (changed("victims", 0, number=words("six")), "number", "number-changed", True),
    "a date that is none": (changed("allegations", 0, date="2031-13-45"), "date", "bad-date", False),
    "a place that is not there": (changed("allegations", 0, place=Slot("Velmar", (0, 6))), "place", "absent", False),
    "an event that is not there": (changed("victims", 0, event=3), "event", "no-such-event", False),
}


@pytest.mark.parametrize("name", FAULTS)
def test_each_fault_is_refused_with_its_reason(name: str) -> None:
    change, part, reason, whole = FAULTS[name]
    sound = taken(CLAIMS)
    faulty = change(sound)
    verified, refused = verify(faulty, TEXT)
    assert (refused[0].part, refused[0].reason, refused[0].whole) == (part, reason, whole)
    for kind in ("events", "victims", "allegations", "denials", "demands"):
        lost = [each for each in getattr(faulty, kind) if each not in getattr(sound, kind)]
        if whole:
            assert len(getattr(verified, kind)) == len(getattr(sound, kind)) - len(lost)
        else:
            assert len(getattr(verified, kind)) == len(getattr(sound, kind))
    for each in refused:
        assert str(each).startswith(f"{each.entry}, {each.part}: {REASONS[each.reason]} ({each.reason}): ")


def test_an_event_that_is_refused_takes_its_number_with_it() -> None:
    verified, refused = verify(changed("events", 0, type="rudeness")(taken(CLAIMS)), TEXT)
    assert [(each.entry, each.reason) for each in refused] == [("event 1", "unknown-type"), ("victims 1", "no-such-event")]
    assert [each.event for each in verified.victims] == [None]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["allegations", "denials", "demands", "victims", "events"]), st.data())
def test_a_quote_with_any_other_character_is_refused(kind: str, data: st.DataObject) -> None:
    claims = json.loads(json.dumps(CLAIMS))
    sound = taken(claims)
    quote = getattr(sound, kind)[0].quote
    at = data.draw(st.integers(0, len(quote.text) - 1))
    character = data.draw(st.characters().filter(lambda each: each != quote.text[at]))
    other = Slot(quote.text[:at] + character + quote.text[at + 1 :], quote.span)
    verified, refused = verify(changed(kind, 0, quote=other)(sound), TEXT)
    assert len(getattr(verified, kind)) == len(getattr(sound, kind)) - 1
    assert (refused[0].part, refused[0].reason) == ("quote", "absent")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["allegations", "denials", "demands", "victims", "events"]), st.integers(-300, 300).filter(bool))
def test_a_quote_at_any_other_place_is_refused(kind: str, moved: int) -> None:
    sound = taken(CLAIMS)
    quote = getattr(sound, kind)[0].quote
    other = Slot(quote.text, (quote.span[0] + moved, quote.span[1] + moved))
    verified, _ = verify(changed(kind, 0, quote=other)(sound), TEXT)
    assert len(getattr(verified, kind)) == len(getattr(sound, kind)) - 1


# --- any text ---------------------------------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
@example("The police killed 12 farmers.\r\nThey deny it: “no\x00 one”.")
def test_what_is_drafted_from_any_text_is_in_it(text: str) -> None:
    found = draft(text, "en", publisher="Quay Watch")
    assert all(text[slice(*slot.span)] == slot.text for slot in slots(found))
    verified, refused = verify(found, text)
    assert "absent" not in {each.reason for each in refused}
    again = from_exchange(json.dumps(to_exchange(verified)), "draft.json", text)
    assert to_exchange(again.draft) == to_exchange(verified)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
@example("“The police killed five farmers.” # {x}: 'y'\nnull\n~\nThe police killed five farmers.")
def test_the_claims_file_of_any_text_has_its_words(text: str) -> None:
    verified, _ = verify(draft(text, "en", publisher="Quay Watch"), text)
    tree = parse_yaml(claims_file(verified, text), "claims.yaml")
    assert isinstance(tree, Mapping)

    def quoted(node: Any) -> Iterator[str]:
        for each in getattr(node, "items", ()):
            value = each.entries["quote"]
            words: Any = value.entries["exact"] if isinstance(value, Mapping) else value
            yield words.text

    quotes = [*quoted(tree.entries["utterances"]), *quoted(tree.entries.get("ignored"))]
    assert [each for each in quotes if not Text(text).find(each)] == []
    assert bool(quotes) == bool(Text(text).sentences())


# --- words without places ---------------------------------------------------------------------------------------------


def denials_of(text: str, *entries: dict[str, Any]) -> tuple[list[int], list[str]]:
    """Where the quotes of some denials are found, and why not."""
    full = [{"who": None, "what": each["quote"], **each} for each in entries]
    found = from_exchange(json.dumps({"denials": full}), "claims.json", text)
    return [each.quote.span[0] for each in found.draft.denials], [each.reason for each in found.refused]


def test_words_that_occur_once_are_found() -> None:
    assert denials_of("No. It was not so.", {"quote": "It was not so"}) == ([4], [])


def test_words_that_occur_twice_are_told_apart_by_their_neighbours() -> None:
    text = "No. They lie. No. We ask. No."
    assert denials_of(text, {"quote": "They lie"}, {"quote": "No"}, {"quote": "We ask"}) == ([4, 14, 18], [])
    assert denials_of(text, {"quote": "No"}, {"quote": "They lie"}) == ([0, 4], [])
    assert denials_of(text, {"quote": "We ask"}, {"quote": "No"}) == ([18, 26], [])


def test_words_that_nothing_tells_apart_are_refused() -> None:
    text = "No. They lie. No. We ask. No."
    assert denials_of(text, {"quote": "No"}) == ([], ["ambiguous"])
    assert denials_of(text, {"quote": "They lie"}, {"quote": "No"}) == ([4], ["ambiguous"])


def test_words_that_cut_a_word_or_are_not_there_are_refused() -> None:
    assert denials_of("Nothing.", {"quote": "No"}, {"quote": "Never"}) == ([], ["absent", "absent"])


def test_a_place_that_is_given_is_not_looked_for_elsewhere() -> None:
    text = "No. They lie."
    denial = {"who": None, "quote": "They lie", "start": 0, "end": 8}
    found = from_exchange(json.dumps({"denials": [denial]}), "x", text).draft
    assert [each.quote.span for each in found.denials] == [(0, 8)]
    verified, refused = verify(found, text)
    assert (verified.denials, [each.reason for each in refused]) == ((), ["absent"])


def test_a_slot_whose_place_has_other_words_is_refused() -> None:
    entries = {"quote": "They lie", "what": "They lie", "who": "We", "spans": {"who": [4, 8]}}
    assert denials_of("No. They lie. We ask.", entries) == ([], ["absent"])


# --- the forms that words are written in ------------------------------------------------------------------------------


@settings(deadline=None)
@given(st.text(), st.integers(0, 8))
@example("null", 0)
@example("a: b #c", 2)
@example("x " * 100, 4)
@example('\x85\u2028\ufeff\x00\\"', 2)
def test_any_value_is_read_back_as_it_was(value: str, indent: int) -> None:
    for line in (f"key: {scalar(value)}", f"key: {flow({'exact': scalar(value)})}", "\n".join(entry(indent, "key", value))):
        tree = parse_yaml(f"{line}\n", "x.yaml")
        assert isinstance(tree, Mapping)
        node = tree.entries["key"]
        node = node.entries["exact"] if isinstance(node, Mapping) else node
        assert isinstance(node, Scalar)
        assert (node.text, node.empty) == (value, False)


@settings(deadline=None)
@given(st.text(min_size=1))
@example("a\nb: c")
@example("a\x85b: c\u2028d: e")
def test_a_remark_never_becomes_a_value(value: str) -> None:
    tree = parse_yaml("\n".join([*comment(2, value), "key: value"]), "x.yaml")
    assert isinstance(tree, Mapping)
    assert list(tree.entries) == ["key"]


@settings(deadline=None)
@given(st.text(alphabet="ab c.’-", max_size=60), st.text(alphabet="ab c.’-", min_size=1, max_size=4))
def test_the_index_finds_what_a_search_finds(content: str, exact: str) -> None:
    text = Text(content)
    index = Occurrences(text)
    found = text.find(exact)
    assert index.of(exact) == found
    assert [index.number(exact, at) for at in found] == [(n + 1, len(found)) for n in range(len(found))]


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["Varn", "Ilse Varna", "Bo", "ann-lee"]), max_size=3),
    st.sampled_from(["varn", "varna", "ilse", "ilsev-arna", "port", "vessel"]),
)
def test_an_id_has_a_name_where_build_would_say_so(persons: list[str], stem: str) -> None:
    claims = {"actors": [{"name": each, "kind": "person", "surface": [each]} for each in persons]}
    text = " and ".join(persons)
    found = from_exchange(json.dumps(claims), "x", text).draft
    parties = Parties(found, Entities(), read_language("en"))
    problems = Problems()
    names = {part for each in persons for part in each.casefold().replace("-", " ").split() if len(part) > 2}
    check_no_name(stem, Location("x"), names, problems)
    assert (parties.new_id(stem, "actor") != stem) == bool(problems.found)


def test_words_are_shown_without_the_names_in_them() -> None:
    text = "Friends of Ilse Varn and Bo Lund, a baker, wept."
    surfaces = ("Ilse Varn", "Varn and Bo", "Bo Lund", "a baker")
    claims = {"actors": [{"name": each, "kind": "person", "surface": [each]} for each in surfaces]}
    parties = Parties(from_exchange(json.dumps(claims), "x", text).draft, Entities(), read_language("en"))

    def masked(exact: str) -> str:
        return parties.masked(Slot(exact, (text.index(exact), text.index(exact) + len(exact))))

    assert masked("Friends of Ilse Varn") == "Friends of a person"
    assert masked("Varn and Bo Lund, a baker, wept") == "a person, a person, wept"
    assert masked("wept") == "wept"

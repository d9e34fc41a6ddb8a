"""The parts of the drafting engine: numbers, dates, sentences, the language and its data; and any text whatever."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from conftest import least_seconds
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg_builder.errors import InputError
from kg_builder.extract.draft import draft
from kg_builder.extract.entries import Draft, Slot
from kg_builder.extract.exchange import to_exchange
from kg_builder.extract.language import detect, languages, read_language
from kg_builder.extract.reading.numbers import counts
from kg_builder.extract.reading.sentences import sentences
from kg_builder.extract.reading.tagging import tag
from kg_builder.extract.reading.times import Clock
from kg_builder.extract.verify import verify

TODAY = date(2031, 6, 15)
ENGLISH = read_language("en")
TEXTS = sorted((Path(__file__).parent / "drafts").glob("dev/*/text.txt"))


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words", "bounds"),
    [
        ("They met 12 people.", "12", (12, 12, False)),
        ("They met 1,200 people.", "1,200", (1200, 1200, False)),
        ("They met twelve people.", "twelve", (12, 12, False)),
        ("They met forty-one people.", "forty-one", (41, 41, False)),
        ("Forty-one people met.", "Forty-one", (41, 41, False)),
        ("They met two hundred and six people.", "two hundred and six", (206, 206, False)),
        ("They met three thousand people.", "three thousand", (3000, 3000, False)),
        ("They met 1.5 million people.", "1.5 million", (1_500_000, 1_500_000, False)),
        ("They met at least 12 people.", "at least 12", (12, None, False)),
        ("They met no fewer than 12 people.", "no fewer than 12", (12, None, False)),
        ("They met 12 or more people.", "12 or more", (12, None, False)),
        ("They met more than 12 people.", "more than 12", (13, None, False)),
        ("They met over a hundred people.", "over a hundred", (101, None, False)),
        ("They met fewer than 12 people.", "fewer than 12", (0, 11, False)),
        ("They met up to 12 people.", "up to 12", (0, 12, False)),
        ("They met about 12 people.", "about 12", (12, 12, True)),
        ("They met some 300 people.", "some 300", (300, 300, True)),
        ("They met an estimated 300 people.", "an estimated 300", (300, 300, True)),
        ("They met dozens of people.", "dozens", (24, None, True)),
        ("They met several people.", "several", (3, None, True)),
        ("They met hundreds of people.", "hundreds", (200, None, True)),
        ("They met thousands of people.", "thousands", (2000, None, True)),
        ("They met between 10 and 15 people.", "between 10 and 15", (10, 15, False)),
        ("They met 10 to 15 people.", "10 to 15", (10, 15, False)),
        ("They met 10–15 people.", "10–15", (10, 15, False)),
    ],
)
def test_a_number_has_the_bounds_that_its_words_give(text: str, words: str, bounds: tuple[int, int | None, bool]) -> None:
    (sentence,) = sentences(text, ENGLISH)
    tag(sentence, ENGLISH)
    (count,) = counts(sentence.tokens, ENGLISH)
    assert text[sentence.tokens[count.start].start : sentence.tokens[count.end - 1].end] == words
    assert (count.minimum, count.maximum, count.approximate) == bounds


@pytest.mark.parametrize(
    "text", ["They met people.", "They visited Colony No. 6, which is closed.", "They read Resolution 1325."]
)
def test_no_number_is_seen_where_nothing_is_counted(text: str) -> None:
    (sentence,) = sentences(text, ENGLISH)
    tag(sentence, ENGLISH)
    assert list(counts(sentence.tokens, ENGLISH)) == []


# --- dates ------------------------------------------------------------------------------------------------------------


def dates(text: str, today: date | None = TODAY) -> list[str | None]:
    clock = Clock(ENGLISH, today)
    return [time.edtf for sentence in sentences(text, ENGLISH) for time in clock.read(sentence, text)]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("It was 11 May 2030.", ["2030-05-11"]),
        ("It was the 11th of May, 2030.", ["2030-05-11"]),
        ("It was May 11, 2030.", ["2030-05-11"]),
        ("It was Sept. 3, 2030.", ["2030-09-03"]),
        ("It was 2030-05-11.", ["2030-05-11"]),
        ("It was 11.05.2030.", ["2030-05-11"]),
        ("It was in May 2030.", ["2030-05"]),
        ("It was in 2030.", ["2030"]),
        ("It was in autumn 2030.", ["2030-23"]),
        ("It was on 2 October.", ["2030-10-02"]),
        ("It was on 2 March.", ["2031-03-02"]),
        ("It was on 15 June.", ["2031-06-15"]),
        ("It was on 16 June.", ["2030-06-16"]),
        ("It was yesterday.", ["2031-06-14"]),
        ("It was last month.", ["2031-05"]),
        ("It was last year.", ["2030"]),
        ("It was in May last year.", ["2030-05"]),
        ("It was on Thursday.", ["2031-06-12"]),
        ("It was from 3 to 5 June 2030.", ["2030-06-03/2030-06-05"]),
        ("It was on 3–5 June 2030.", ["2030-06-03/2030-06-05"]),
        ("It was from 30 May to 5 June 2030.", ["2030-05-30/2030-06-05"]),
        ("It was between May and July 2030.", ["2030-05/2030-07"]),
        ("It was from 2028 to 2030.", ["2028/2030"]),
        ("It was from December 2029 to January 2030.", ["2029-12/2030-01"]),
        ("It was on 11 May 2030 and 12 June 2030.", ["2030-05-11", "2030-06-12"]),
        ("It was on 11 May 2030. The next day came.", ["2030-05-11", "2030-05-12"]),
        ("It was on 31 December 2030. The next day came.", ["2030-12-31", "2031-01-01"]),
        ("They may march.", []),
        ("It took 12 days.", []),
        ("They read Resolution 1325.", []),
        ("It was 31 February 2030.", ["2030-02"]),
    ],
)
def test_a_date_is_read_from_the_day_of_the_statement(text: str, edtf: list[str]) -> None:
    assert dates(text) == edtf


@pytest.mark.parametrize("text", ["It was on 2 October.", "It was on Thursday.", "It was yesterday.", "It was last year."])
def test_without_the_day_of_the_statement_no_year_is_made_up(text: str) -> None:
    assert [each for each in dates(text, None) if each] == []


def test_a_date_without_a_year_has_that_of_the_date_before_it_where_the_day_of_the_statement_is_not_known() -> None:
    assert dates("It was on 11 May 2029. They left on 2 October.", None) == ["2029-05-11", "2029-10-02"]


# --- sentences --------------------------------------------------------------------------------------------------------

WRAPPED = (
    "The committee of the port of Lisk met on the quay, and the\nmembers spoke with the crews of all the boats that\nlay there. "
    "They wrote down what had been told to them by\nthe crews, and went home."
)
CUT = [WRAPPED[: WRAPPED.index(" They")], WRAPPED[WRAPPED.index("They") :]]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("They came. They left.", ["They came.", "They left."]),
        ("They came! Who? We do not know.", ["They came!", "Who?", "We do not know."]),
        ("Dr. Sund and Mr. Vell left. They came.", ["Dr. Sund and Mr. Vell left.", "They came."]),
        ("B. K. Sund left at 6 p.m. with them.", ["B. K. Sund left at 6 p.m. with them."]),
        ("The U.V. mission left. They came.", ["The U.V. mission left.", "They came."]),
        ("It cost 3.5 million. They paid.", ["It cost 3.5 million.", "They paid."]),
        ("“They came. They left.” We saw it.", ["“They came.", "They left.”", "We saw it."]),
        ("They came.[4] They left.[5][6]", ["They came.[4]", "They left.[5][6]"]),
        ("Wait... They came.", ["Wait...", "They came."]),
        ("A short heading\n\nThey came.", ["A short heading", "They came."]),
        ("They want:\n- bread;\n- salt.", ["They want:", "bread;", "salt."]),
        ("They want:\n1. Bread.\n2. Salt.", ["They want:", "Bread.", "Salt."]),
        ("They want:\n(a) bread;\n(b) salt.", ["They want:", "bread;", "salt."]),
        (f"Quay Watch\n14 Harbour Street\nLisk\n\n{WRAPPED}", ["Quay Watch", "14 Harbour Street", "Lisk", *CUT]),
        (WRAPPED, CUT),
        ("", []),
        (" \n\t\n", []),
        ("...", ["..."]),
    ],
)
def test_a_text_is_cut_into_its_sentences(text: str, wanted: list[str]) -> None:
    assert [text[each.start : each.end] for each in sentences(text, ENGLISH)] == wanted


def test_a_list_entry_knows_the_words_that_lead_to_it() -> None:
    lead, first, second, last = sentences("We ask the mayor to:\n- open the gate;\n- go home.\n\nThe gate is shut.", ENGLISH)
    assert [each.bullet for each in (lead, first, second, last)] == [False, True, True, False]
    assert (first.intro, second.intro, last.intro) == (lead, lead, None)


def test_a_quotation_is_known_over_several_sentences() -> None:
    text = "“They came. They left,” she said."
    first, second = sentences(text, ENGLISH)
    assert (first.opens_quoted, second.opens_quoted) == (False, True)
    ((start, end),) = second.quoted
    assert [token.text for token in second.tokens[start:end]] == ["They", "left", ","]


# --- the language and its data ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The police have arrested three of the fishermen who were on the quay, and nobody knows where they are.", "en"),
        ("La police a arrêté trois des pêcheurs qui se trouvaient sur le quai, et personne ne sait où ils sont.", "fr"),
        ("Police tortured the men.", "en"),
    ],
)
def test_the_language_is_told_by_its_function_words(text: str, code: str) -> None:
    assert detect(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "...",
        "12 13 14",
        "Die Polizei hat drei der Fischer verhaftet, die am Kai waren, und niemand weiß, wo sie jetzt sind oder wer sie sucht.",
        "Полиция задержала троих рыбаков, которые были на причале, и никто не знает, где они сейчас и кто их туда увёз ночью.",
        "警察逮捕了三名渔民。",
    ],
)
def test_a_text_in_a_language_without_a_lexicon_is_refused(text: str) -> None:
    with pytest.raises(InputError) as told:
        detect(text)
    assert "no language that there is a lexicon for" in str(told.value)
    assert "en" in str(told.value)


def own(root: Path, content: str, file: str = "acts.yaml", code: str = "en") -> Path:
    folder = root / "ontology" / "lexicon" / code
    folder.mkdir(parents=True, exist_ok=True)
    (folder / file).write_text(content, "utf-8")
    return root


def allegations(text: str, folder: Path | None = None) -> list[tuple[str, list[str], list[str]]]:
    found = draft(text, "en", folder=folder).allegations
    return [(each.act_type, [slot.text for slot in each.accused], [slot.text for slot in each.victims]) for each in found]


def test_a_folder_adds_a_word_of_its_own_with_a_file_only(tmp_path: Path) -> None:
    text = "The police serenaded three fishermen."
    own(tmp_path, "torture:\n  verbs: [serenade]\n")
    assert allegations(text) == []
    assert allegations(text, tmp_path) == [("torture", ["The police"], ["three fishermen"])]
    assert allegations("The police tortured three fishermen.", tmp_path) == [("torture", ["The police"], ["three fishermen"])]


def test_a_folder_adds_a_noun_for_a_party(tmp_path: Path) -> None:
    text = "The harpooners tortured three fishermen."
    own(tmp_path, "authority:\n  heads: [harpooner]\n", "actors.yaml")
    assert [each.kind for each in draft(text, "en", folder=tmp_path).actors if each.name == "Harpooners"] == ["authority"]


@pytest.mark.parametrize(
    ("content", "place", "told"),
    [
        ("tortur:\n  verbs: [flog]\n", "1:1", ["no act type 'tortur'", "torture"]),
        ("torture:\n  verb: [flog]\n", "2:3", ["an act type has no 'verb'", "verbs"]),
        ("torture:\n  verbs:\n    - {say: flog, thing: [sailor]}\n", "3:19", ["a trigger has no 'thing'", "things"]),
        ("torture:\n  verbs:\n    - {things: [sailor]}\n", "3:7", ["a trigger has no 'say'"]),
        ("torture:\n  verbs: flog\n", "2:10", ["'verbs' is a list of words"]),
        ("torture: flog\n", "1:10", ["an act type is a mapping"]),
        ("- torture\n", "", ["a lexicon file is a mapping"]),
        ("torture:\n  verbs: [flog\n", "2:10", ["not YAML"]),
    ],
)
def test_wrong_data_is_told_with_its_place(content: str, place: str, told: list[str], tmp_path: Path) -> None:
    own(tmp_path, content)
    with pytest.raises(InputError) as raised:
        read_language("en", tmp_path)
    (problem,) = raised.value.problems
    assert str(problem.location).endswith(f"acts.yaml:{place}" if place else "acts.yaml")
    assert [each for each in told if each not in f"{problem.message} {problem.mend}"] == []


def test_a_file_of_another_name_is_told_with_the_name_that_is_meant(tmp_path: Path) -> None:
    own(tmp_path, "torture:\n  verbs: [flog]\n", "act.yaml")
    with pytest.raises(InputError, match=r"'act\.yaml' is no file of a lexicon") as raised:
        read_language("en", tmp_path)
    assert "acts" in raised.value.problems[0].mend


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("actors.yaml", "authority: [harpooner]\n"),
        ("times.yaml", "months: [january]\n"),
        ("numbers.yaml", "words: twelve\n"),
        ("numbers.yaml", "words: {twelve: a dozen}\n"),
    ],
)
def test_data_of_a_wrong_shape_is_told(file: str, content: str, tmp_path: Path) -> None:
    own(tmp_path, content, file)
    with pytest.raises(InputError, match=file):
        draft("The police arrested 12 people in May 2030.", "en", folder=tmp_path)


def test_a_language_without_a_grammar_is_not_known(tmp_path: Path) -> None:
    own(tmp_path, "torture:\n  verbs: [flog]\n", code="xx")
    assert "xx" not in languages(tmp_path)
    with pytest.raises(InputError, match="no lexicon for the language 'xx'"):
        read_language("xx", tmp_path)


# --- any text ---------------------------------------------------------------------------------------------------------

ANY = settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
WORDS = sorted({word for path in TEXTS for word in path.read_text("utf-8").split()})
MARKS = ["\n\n", "\n- ", "“", "”", '"', "—", ";", ":\n", ".", "?"]
SHUFFLED = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(sorted(ENGLISH.tags)), st.sampled_from(MARKS)), min_size=20, max_size=120
)
STRANGE = st.one_of(
    st.text(),
    st.text(st.sampled_from(" \n\t.,;:!?()[]{}“”\"'’—–-•*_/\\&%0123456789"), max_size=200),
    st.lists(
        st.one_of(st.sampled_from(WORDS), st.text(max_size=6), st.sampled_from("\x00\x07\x1b\x85\u2028\u202e\ufeff😀قتل")),
        max_size=40,
    ).map(" ".join),
    st.text(st.sampled_from("abcdeé -"), min_size=500, max_size=2000),
)


def slots(found: Draft) -> Iterator[tuple[Slot | None, ...]]:
    """The slots of each entry, its quote first."""
    for allegation in found.allegations:
        yield (
            allegation.quote,
            allegation.act,
            *allegation.accused,
            *allegation.accused_inferred,
            *allegation.victims,
            allegation.accuser,
            allegation.place,
            allegation.when,
        )
    for denial in found.denials:
        yield denial.quote, denial.what, denial.who
    for demand in found.demands:
        yield demand.quote, demand.action, *demand.addressee, *demand.addressee_inferred, demand.by
    for victims in found.victims:
        yield victims.quote, victims.who, victims.number
    for event in found.events:
        yield event.quote, event.place, event.when


def assert_true_to_its_text(text: str) -> None:
    for code in ("en", "fr"):
        found = draft(text, code, today=TODAY)
        for entry in slots(found):
            assert [each for each in entry if each and (not each.text or each.text != text[slice(*each.span)])] == []
        for quote, act in [(each.quote, each.act) for each in found.allegations]:
            assert quote.span[0] <= act.span[0] <= act.span[1] <= quote.span[1]
        for actor in found.actors:
            assert [each for each in actor.mentions if not text[each.start : each.end].strip()] == []
        assert {each.event for each in found.victims if each.event is not None} <= set(range(len(found.events)))
        json.dumps(to_exchange(found))
        _, refused = verify(found, text)
        assert [
            each for each in refused if each.reason in ("absent", "unknown-type", "unknown-force", "unknown-kind", "bad-date")
        ] == []


@pytest.mark.parametrize(
    "piece",
    [
        "The police arrested five activists and beat them, ",
        "“Who” — ",
        "We urge the mayor to:\n- go;\n\n",
        "said that police and ",
    ],
)
def test_time_grows_with_a_strange_text_and_no_faster(piece: str) -> None:
    def seconds(size: int) -> float:
        text = (piece * size)[:size]
        return least_seconds(lambda: draft(text, "en"))

    seconds(5_000)
    assert seconds(80_000) < 8 * seconds(20_000)


@pytest.mark.parametrize(
    "text", ["Where they came from", "The line between", "On 3", "From 3 to", "In May", "At least", "12 or", "“"]
)
def test_a_text_that_breaks_off_is_drafted(text: str) -> None:
    assert_true_to_its_text(text)


@ANY
@given(text=STRANGE)
def test_any_text_is_drafted_in_its_own_words(text: str) -> None:
    assert_true_to_its_text(text)


@ANY
@given(pieces=SHUFFLED)
def test_words_in_any_order_are_drafted_in_their_own_words(pieces: list[str]) -> None:
    assert_true_to_its_text(" ".join(pieces))

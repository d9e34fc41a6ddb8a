"""Drafts: from a text, or from what another engine wrote of it, to claims that a person reviews.

A folder ``tests/drafting/CASE`` holds ``text.txt``, the ``claims.json`` of another engine and ``case.yaml``: ``what`` is shown.
Further:

- ``expected.yaml``: parts of the claims file that must come. A mapping may have more keys than are given here, a list of
  utterances has no more entries, and the other lists hold the given entries among others
- ``entities.yaml``: data/entities of the project, and ``creator``: of the statement's own file
- ``names``: of persons, which may not stand in what the draft writes by itself, but for the ``innocent`` labels; and those of
  ``persons`` that wait for a decision
- ``refused``: what must be told as left out, and ``left``: how many claims and demands come all the same

The places and words in the claims were written by hand, and so was what is expected of them.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import ROOT, Command, least_seconds

import kg_builder
from kg_builder.errors import InputError
from kg_builder.evaluation.reading import read_annotation
from kg_builder.extract.draft import draft
from kg_builder.extract.exchange import to_exchange
from kg_builder.extract.foreign import from_exchange
from kg_builder.extract.form.claims_form import claims_file
from kg_builder.extract.form.sought import OTHER, Sought
from kg_builder.extract.language import languages, read_language
from kg_builder.extract.verify import REASONS, verify
from kg_builder.source.folder import MAX_TEXT
from kg_builder.source.reasons import is_placeholder
from kg_builder.vocabulary import read_vocabulary

CASES = Path(__file__).parent / "drafting"
NAMES = sorted(path.parent.name for path in CASES.glob("*/case.yaml"))
TEXTS = sorted((Path(__file__).parent / "drafts").glob("*/*/text.txt"))
STATEMENT = ROOT / "data" / "statements" / "2020-05-25-odf-osce"
NONE = "(none)"
"""Stands in ``expected.yaml`` for a key that must not come."""
REASON = re.compile(r"""(\bbecause: |\bdisclosureReason: |^    reason: )(?:"(?:[^"\\]|\\.)*"|[^"\s][^,}]*)""")
"""A reason in a draft, which writes each on one line."""
OWN_REASON = r"\1The reviewer read the whole text."
OWN_WORDS = ("label", "proposition", "because")
"""Keys whose values the draft words by itself."""
SLOT = re.compile(r"^( *)# ((?:  )?(?:person-\d+|allegedVictim|allegedPerpetrator|inferredPerpetrator|addressee):)", re.MULTILINE)
"""Lines that wait for a decision on a person."""
GIVEN = ("--language", "en", "--publisher", "Quay Watch")
"""What a text of one sentence does not tell."""
SECONDS = 60
"""How long any text may take, on a machine with much else to do."""


@dataclass(frozen=True)
class Case:
    """The content of a ``case.yaml``."""

    what: str
    creator: str = ""
    names: list[str] = field(default_factory=list)
    innocent: list[str] = field(default_factory=list)
    persons: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    left: int | None = None


def read_case(name: str) -> Case:
    return Case(**yaml.safe_load((CASES / name / "case.yaml").read_text("utf-8")))


def read_claims(text: str) -> Any:
    """A claims file with every value as it is written."""
    return yaml.load(text, yaml.BaseLoader)  # noqa: S506 - it makes texts, lists and mappings only


def project(root: Path, text: str, claims: str, *, creator: str = "", entities: Path | None = None) -> Path:
    """A project with one statement, whose claims are ``claims``."""
    statement = root / "data" / "statements" / "2031-03-05-case"
    statement.mkdir(parents=True)
    folder = root / "data" / "entities"
    folder.mkdir()
    (folder / "coders.yaml").write_text("actors:\n  coders: {kind: organization, label: The coders of this case}\n", "utf-8")
    if entities is not None:
        shutil.copy(entities, folder)
    (statement / "text.txt").write_text(text, "utf-8")
    (statement / "claims.yaml").write_text(claims, "utf-8")
    found = read_claims(claims) or {"utterances": [], "utteredBy": ""}
    number = sum("claim" in each for each in found["utterances"])
    about = {
        "title": "A case",
        "date": "2031-03-05",
        "language": "en",
        "creator": creator or found["utteredBy"],
        "codedBy": "coders",
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "expect": {"claims": str(number), "demands": str(len(found["utterances"]) - number)},
    }
    (statement / "statement.yaml").write_text(json.dumps(about), "utf-8")
    return statement


def with_status(claims: str) -> str:
    """The claims as they are when somebody has changed the status, and nothing else."""
    return re.sub(r"^status: draft$", "status: reviewed", claims, count=1, flags=re.MULTILINE)


def reviewed(claims: str) -> str:
    """The claims with the status changed, and a reviewer's sentence in the place of each reason."""
    lines = with_status(claims).split("\n")
    return "\n".join(line if line.lstrip().startswith("#") else REASON.sub(OWN_REASON, line) for line in lines)


def language_of(path: Path) -> str:
    """The language that the folder of a text is named by; English for the others, and where there is no lexicon."""
    name = path.parent.parent.name
    return name if name in languages() else "en"


def conforms(statement: Path) -> bool:
    root = statement.parents[2]
    return kg_builder.build(kg_builder.load(root), root / "build").conforms


def draft_case(name: str, root: Path, command: Command) -> tuple[Path, str, str]:
    """The statement's folder, the draft and what was told."""
    case, folder = read_case(name), CASES / name
    entities = folder / "entities.yaml"
    text = (folder / "text.txt").read_text("utf-8")
    statement = project(root, text, "", creator=case.creator, entities=entities if entities.is_file() else None)
    if not case.creator:
        (statement / "statement.yaml").unlink()
    done = command("draft", statement / "text.txt", "--from", folder / "claims.json", "-o", statement / "claims.yaml")
    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    return statement, (statement / "claims.yaml").read_text("utf-8"), done.stderr


def missing(wanted: Any, there: Any, path: str = "") -> list[str]:
    """What of ``wanted`` is not ``there``."""
    if wanted == NONE:
        return [] if there is None else [f"{path}: nothing is wanted, {there!r} is there"]
    if isinstance(wanted, dict) and isinstance(there, dict):
        return [each for key, value in wanted.items() for each in missing(value, there.get(key), f"{path}/{key}")]
    if isinstance(wanted, list) and isinstance(there, list):
        if path == "/utterances":
            pairs = zip(wanted, there, strict=True)
            return [each for at, (one, other) in enumerate(pairs) for each in missing(one, other, f"{path}/{at}")]
        return [f"{path}: {one}" for one in wanted if all(missing(one, other) for other in there)]
    return [] if wanted == there else [f"{path}: {wanted!r} is wanted, {there!r} is there"]


# --- from the claims of another engine to a claims file ---------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in NAMES if (CASES / name / "expected.yaml").is_file()])
def test_the_claims_file_is_as_expected(name: str, tmp_path: Path, command: Command) -> None:
    _, claims, _ = draft_case(name, tmp_path, command)
    wanted = read_claims((CASES / name / "expected.yaml").read_text("utf-8"))
    assert missing(wanted, read_claims(claims)) == []


def test_what_is_missing_is_seen() -> None:
    there = {"actors": {"a": {"label": "A"}}, "ignored": ["x", "y"], "utterances": [{"claim": "c01"}]}
    assert missing({"ignored": ["y"], "utterances": [{"claim": "c01"}]}, there) == []
    assert missing({"disputes": NONE}, there) == []
    assert len(missing({"actors": NONE}, there)) == 1
    assert len(missing({"actors": {"a": {"label": "B"}, "b": {}}, "ignored": ["z"]}, there)) == 3
    with pytest.raises(ValueError, match="zip"):
        missing({"utterances": []}, there)


@pytest.mark.parametrize("name", NAMES)
def test_a_draft_is_not_built_until_it_is_reviewed(name: str, tmp_path: Path, command: Command) -> None:
    _, claims, _ = draft_case(name, tmp_path / "first", command)
    entities = CASES / name / "entities.yaml"
    text = (CASES / name / "text.txt").read_text("utf-8")
    again = project(
        tmp_path / "second", text, claims, creator=read_case(name).creator, entities=entities if entities.is_file() else None
    )
    done = command("build", again.parents[2])
    line = claims.splitlines().index("status: draft") + 1
    assert done.returncode == 2
    assert f"claims.yaml:{line}:9: error: these claims are a draft" in done.stderr
    assert "is a placeholder" not in done.stderr
    (again / "claims.yaml").write_text(reviewed(claims), "utf-8")
    assert conforms(again)


@pytest.mark.parametrize("name", [name for name in NAMES if read_case(name).names])
def test_no_name_of_a_person_is_written_before_there_is_a_decision(name: str, tmp_path: Path, command: Command) -> None:
    case = read_case(name)
    _, claims, _ = draft_case(name, tmp_path / "first", command)

    def own_words(value: Any, key: str = "") -> list[str]:
        if isinstance(value, dict):
            return [*value, *(word for inner, each in value.items() for word in own_words(each, inner))]
        if isinstance(value, list):
            return [word for each in value for word in own_words(each)]
        return [value] if key in OWN_WORDS else []

    words = "\n".join(own_words(read_claims(claims)))
    for each in case.innocent:
        words = words.replace(each, "")
    assert [each for each in case.names if each.casefold() in words.casefold()] == []
    decided = SLOT.sub(r"\1\2", claims)
    actors = read_claims(decided)["actors"]
    assert {each["label"] for each in actors.values() if each["kind"] == "person"} == set(case.persons)
    assert conforms(project(tmp_path / "second", (CASES / name / "text.txt").read_text("utf-8"), reviewed(decided)))


def test_what_is_refused_is_told(tmp_path: Path, command: Command) -> None:
    for name in NAMES:
        case = read_case(name)
        _, claims, told = draft_case(name, tmp_path / name, command)
        assert f"; {len(case.refused)} refused" in told
        assert [each for each in case.refused if each not in told] == []
        if case.left is not None:
            assert len(read_claims(claims)["utterances"]) == case.left


def test_a_change_of_the_status_alone_is_no_review(tmp_path: Path) -> None:
    text = STATEMENT.joinpath("text.txt").read_text("utf-8")
    claims = with_status(claims_file(verify(draft(text, "en"), text)[0], text))
    reasons = [at for at, line in enumerate(claims.splitlines(), 1) if re.match(r"    reason: |[^#]*\{because: ", line)]
    project(tmp_path, text, claims)
    with pytest.raises(InputError) as told:
        kg_builder.build(kg_builder.load(tmp_path), tmp_path / "build")
    assert len(reasons) > 10
    assert sorted(each.location.line for each in told.value.problems if each.location) == reasons
    assert {"is a placeholder" in each.message for each in told.value.problems} == {True}


@pytest.mark.parametrize(
    ("reason", "refused"),
    [
        ("TODO", True),
        ("A letterhead. (TODO: ask the publisher)", True),
        ("No claim or demand\nwas drafted from it.", True),
        ("The list or paragraph that it stands in asks for it.", True),
        ("The text names a person, and on naming them there is no decision.", True),
        ("The words of the claim name nobody; read from “the guards” on line 7.", True),
        ("The words of the claim name nobody; the sentence before speaks of the guards alone.", False),
        ("A note on METODOLOGÍA; todo lo demás es un saludo.", False),
        ("A letterhead.", False),
    ],
)
def test_a_reason_that_nobody_wrote_is_known(reason: str, refused: bool) -> None:
    assert is_placeholder(reason) == refused


# --- the wording of what is drafted -----------------------------------------------------------------------------------

PROPOSITIONS = {
    "Them were beaten.": "They were subjected to beating.",
    "Those were tortured.": "They were subjected to torture.",
    "Those detained were tortured.": "Those detained were subjected to torture.",
    "We were arrested.": "They were subjected to arrest.",
    "He was beaten.": "Somebody was subjected to beating.",
    "The police beat us.": "The police subjected them to beating.",
    "The police beat him.": "The police subjected somebody to beating.",
    "Two miners were beaten.": "Two miners were subjected to beating.",
}
DENIED = {
    "The army denies that any detainee was ill-treated.": "A detainee was ill-treated.",
    "No detainee was ill-treated, the minister said.": "A detainee was ill-treated.",
    "None of the detainees were ill-treated, the minister said.": "Some of the detainees were ill-treated.",
    "The minister said that the detainees were not tortured.": "The detainees were tortured.",
    "The police never beat the miners, the mayor said.": "The police beat the miners.",
    "The ministry said no force was used.": "Some force was used.",
    "The army denied any involvement in the killings.": "Involvement in the killings.",
    "The army denies that it did not intervene.": "It did not intervene.",
    "The police denied that nobody was helped.": "Nobody was helped.",
    "The minister denies that anybody was beaten.": "Somebody was beaten.",
}


@pytest.mark.parametrize("text", [*PROPOSITIONS, *DENIED])
def test_a_proposition_is_a_plain_sentence(text: str) -> None:
    claims = read_claims(claims_file(verify(draft(text, "en"), text)[0], text))
    (found,) = claims["utterances"]
    assert found["proposition"] == (PROPOSITIONS | DENIED)[text]
    assert found.get("stance", "asserts") == ("denies" if text in DENIED else "asserts")


@pytest.mark.parametrize("words", ["31 February 2030", "31 February", "30.02.2030", "February 29, 2030"])
def test_a_day_that_does_not_exist_is_told(words: str) -> None:
    text = f"On {words} the guards killed two men. The next day the guards killed a farmer."
    claims = claims_file(verify(draft(text, "en", today=date(2030, 6, 1)), text)[0], text)
    assert f"“{words}”: this day does not exist" in claims
    assert read_claims(claims)["utterances"][0]["describes"]["killing"]["time"]["edtf"] == "2030-02"
    real = claims_file(
        verify(draft(text.replace(words, "28 February 2030"), "en"), text.replace(words, "28 February 2030"))[0], text
    )
    assert "does not exist" not in real


@pytest.mark.parametrize(
    ("number", "counted"),
    [("999999999999999", True), ("1234567890123456", False), ("9" * 400, False), ("9" * 400 + " thousand", False)],
)
def test_a_number_of_many_digits_counts_nobody(number: str, counted: bool) -> None:
    text = f"The guards killed {number} people."
    claims = read_claims(claims_file(verify(draft(text, "en"), text)[0], text))
    assert any("quantity" in event for each in claims["utterances"] for event in each["describes"].values()) == counted


# --- the texts of the tests -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [*TEXTS, STATEMENT / "text.txt"], ids=lambda path: path.parent.name)
def test_a_draft_of_a_text_is_built_when_it_has_reasons_of_a_reviewer(path: Path, tmp_path: Path) -> None:
    text = path.read_text("utf-8")
    verified, refused = verify(draft(text, language_of(path)), text)
    assert {each.reason for each in refused} <= {"not-in-quote"}, "the engine has made words up"
    claims = claims_file(verified, text)
    entries = len(verified.allegations) + len(verified.denials) + len(verified.demands)
    assert len(read_claims(claims)["utterances"]) == entries
    assert conforms(project(tmp_path, text, reviewed(claims)))


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.parent.name)
def test_what_is_printed_is_read_back(path: Path) -> None:
    text = path.read_text("utf-8")
    printed = to_exchange(draft(text, language_of(path)))
    taken = from_exchange(json.dumps(printed), "draft.json", text)
    assert taken.refused == ()
    assert to_exchange(taken.draft) == printed


# --- the command ------------------------------------------------------------------------------------------------------


def test_a_statement_gives_language_publisher_and_date(command: Command, tmp_path: Path) -> None:
    done = command("draft", STATEMENT / "text.txt", "--format", "json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["language"], told["publisher"]) == (0, "en", "Open Dialogue Foundation")
    alone = tmp_path / "alone.txt"
    alone.write_text("On 3 May soldiers killed two farmers.\n", "utf-8")
    dated = json.loads(command("draft", alone, "--format", "json", "--date", "2031-06-01", *GIVEN).stdout)
    assert [each["date"] for each in dated["allegations"]] == ["2031-05-03"]
    assert dated["publisher"] == "Quay Watch"


def test_standard_input_is_drafted_to_a_file_whose_name_tells_the_form(command: Command, tmp_path: Path) -> None:
    done = command("draft", "-", "-o", "out.json", *GIVEN, stdin="On Monday the soldiers killed two farmers.\n")
    assert done.returncode == 0
    assert done.stdout == ""
    assert "1 allegation, 0 denials, 0 demands" in done.stderr
    assert "draft: review each entry" in done.stderr
    (allegation,) = json.loads((tmp_path / "out.json").read_text("utf-8"))["allegations"]
    assert (allegation["accused"], allegation["act_type"]) == (["the soldiers"], "killing")


def test_the_same_text_gives_the_same_bytes(command: Command) -> None:
    first, second = (command("draft", STATEMENT / "text.txt", env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2"))
    assert first.startswith("# kg-builder draft")
    assert first == second


def test_a_draft_is_replaced_only_where_nobody_has_worked_on_it(command: Command, tmp_path: Path) -> None:
    arguments = ("draft", "-", "-o", "claims.yaml", *GIVEN)
    target = tmp_path / "claims.yaml"
    assert command(*arguments, stdin="Soldiers killed two farmers.\n").returncode == 0
    first = target.read_text("utf-8")
    assert command(*arguments, stdin="Guards beat two miners.\n").returncode == 0
    second = target.read_text("utf-8")
    assert "Guards" in second
    assert "Soldiers" not in second
    for work in (second.replace("claim: c01", "claim: c02"), reviewed(second), "status: draft\nutterances: []\n", first + "\n"):
        target.write_text(work, "utf-8")
        done = command(*arguments, stdin="Police killed a judge.\n")
        assert done.returncode == 2
        assert "claims.yaml: error: this file is there already" in done.stderr
        assert target.read_text("utf-8") == work
    assert [path.name for path in tmp_path.iterdir()] == ["claims.yaml"]


def test_a_file_that_cannot_be_written_is_told(command: Command, tmp_path: Path) -> None:
    for name in ("none/claims.yaml", "."):
        done = command("draft", "-", "-o", name, *GIVEN, stdin="Soldiers killed two farmers.\n")
        assert done.returncode == 2
        assert re.match(rf"{re.escape(name)}: error: cannot be written", done.stderr), done.stderr
    assert list(tmp_path.iterdir()) == []


BAD: dict[str, tuple[bytes, int, str]] = {
    "empty": (b"", 3, "there is nothing to draft: the text has no words"),
    "white space": (b" \n\t\n", 3, "there is nothing to draft"),
    "marks only": ("—…“”\n".encode(), 3, "there is nothing to draft"),
    "NUL": (b"Police killed\nfive\x00 men.", 2, "bad.txt:2:5: error: the text has a NUL character"),
    "not UTF-8": (b"Police killed\nMr Andr\xe9.", 2, "bad.txt:2:8: error: byte 0xe9 is not UTF-8"),
    "UTF-16": ("Police killed five men.".encode("utf-16"), 2, "bad.txt:1:1: error: the file is UTF-16"),
    "PDF": (b"%PDF-1.7\n1 0 obj", 2, "bad.txt: error: this is a PDF, not plain text"),
    "too long": (b"a " * (MAX_TEXT // 2 + 1), 2, "the text has 4,000,002 characters; a statement has at most 4,000,000"),
    "10 MB": (b"Police killed two men. " * 440_000, 2, "a statement has at most 4,000,000"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_text_that_cannot_be_drafted_is_told(name: str, command: Command, tmp_path: Path) -> None:
    raw, code, says = BAD[name]
    (tmp_path / "bad.txt").write_bytes(raw)
    done = command("draft", "bad.txt")
    assert (done.returncode, done.stdout) == (code, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


OPTIONS = {
    "no such file": (["none.txt"], "none.txt: error: there is no such file"),
    "a folder": (["."], "this is a folder, not a file"),
    "unknown language": (["good.txt", "--language", "xx"], "there is no lexicon for the language 'xx'"),
    "no date": (["good.txt", "--date", "May 3"], "--date 'May 3' is not a date"),
    "no name": (["good.txt", "-o", ""], "-o names no file"),
    "no format": (["good.txt", "--format", "toml"], "'toml' is not one of"),
    "two inputs": (["-", "--from", "-"], "cannot both be standard input"),
    "no JSON": (["good.txt", "--from", "good.txt"], "good.txt:1:1: error: this is not JSON"),
    "no object": (["good.txt", "--from", "list.json"], "list.json:1:1: error: the file must hold one object"),
    "a misspelt kind": (["good.txt", "--from", "misspelt.json"], "misspelt.json:1:16: error: unknown key 'alegations'"),
    "what was meant": (["good.txt", "--from", "misspelt.json"], "Did you mean 'allegations'?"),
    "no kind": (["good.txt", "--from", "nothing.json"], "nothing.json:1:1: error: none of the known kinds is here"),
    "a text for a list": (["good.txt", "--from", "wrong.json"], "wrong.json:2:35: error: 'accused' must be a list of texts"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_what_cannot_be_used_is_told_with_its_place(name: str, command: Command, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Soldiers killed two farmers.\n", "utf-8")
    (tmp_path / "list.json").write_text("[]", "utf-8")
    (tmp_path / "misspelt.json").write_text('{"actors": [], "alegations": []}', "utf-8")
    (tmp_path / "nothing.json").write_text('{"language": "en"}', "utf-8")
    (tmp_path / "wrong.json").write_text('{"allegations": [\n  {"quote": "farmers", "accused": "Soldiers"}]}', "utf-8")
    arguments, says = OPTIONS[name]
    done = command("draft", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr


def test_a_text_in_another_language_is_asked_about(command: Command) -> None:
    done = command("draft", "-", "--language", "en", stdin="Поліція затримала п'ятьох людей.\n")
    assert done.returncode == 0
    assert "Is that the text's language (--language)?" in done.stderr
    assert read_claims(done.stdout)["utterances"] == []


def test_line_ends_that_build_does_not_take_are_told(command: Command, tmp_path: Path) -> None:
    (tmp_path / "crlf.txt").write_bytes(b"Notice\r\n\r\nOn Monday the soldiers killed two\r\nfarmers. It was late.\r\n")
    done = command("draft", "crlf.txt", "--format", "json", *GIVEN)
    (allegation,) = json.loads(done.stdout)["allegations"]
    assert "killed two\r\nfarmers" in allegation["quote"]
    assert "line ends (CR), which build does not take" in done.stderr


# --- strange texts ----------------------------------------------------------------------------------------------------

STRANGE = {
    "one endless line": "The police arrested five activists in Kordaya and beat them, " * 1500,
    "one endless word": "a" * 100_000,
    "only marks and quotation marks": "“((—" * 20_000 + "a",
    "open quotations": '"The police killed them ' * 4000,
    "numbers": "1 2,000 3.5 " * 6000,
    "emoji": "😀👨‍👩‍👧 police 🇰🇿 killed 5 🧑‍🌾. " * 3000,
    "right to left": "قتلت الشرطة خمسة أشخاص. The police killed \u202efive\u202c men. " * 1500,
    "control characters": "The police \x07\x1b[31m killed\x85 \u2028 five\u202e people.\x0c " * 2000,
    "empty lines": "\n" * 100_000 + "Police killed five men.",
    "list entries": "- release\n" * 10_000,
    "a byte order mark": "\ufeffPolice killed five men.",
    "decomposed accents": "Police killed Andre\u0301 and five me\u0301n in Pra\u0301ha. " * 1000,
    "quotes within quotes": 'Guards said: "The \\"police\\" killed: {five, [men]} # \'here\' & *there*". ' * 500,
}


@pytest.mark.parametrize("name", STRANGE)
def test_a_strange_text_is_drafted_and_read_back(name: str) -> None:
    text = STRANGE[name]
    began = time.process_time()
    verified, refused = verify(draft(text, "en"), text)
    claims = read_claims(claims_file(verified, text))
    assert time.process_time() - began < SECONDS
    assert "absent" not in {each.reason for each in refused}
    quotes = [each["quote"] for each in (*claims["utterances"], *claims.get("ignored", ()))]
    words = [each["exact"] if isinstance(each, dict) else each for each in quotes]
    assert words
    assert [each for each in words if each not in text] == []


@pytest.mark.parametrize("name", sorted(STRANGE.keys() - {"a byte order mark", "control characters"}))
def test_the_claims_of_a_strange_text_are_built(name: str, tmp_path: Path) -> None:
    text = STRANGE[name][-3000:]
    verified, _ = verify(draft(text, "en"), text)
    assert conforms(project(tmp_path, text, reviewed(claims_file(verified, text))))


def test_time_grows_with_the_text_and_no_faster() -> None:
    base = "\n\n".join(path.read_text("utf-8") for path in TEXTS if language_of(path) == "en")

    def seconds(size: int) -> float:
        text = (base * (size // len(base) + 1))[:size]
        return least_seconds(lambda: claims_file(verify(draft(text, "en"), text)[0], text))

    seconds(10_000)
    assert seconds(200_000) < 3 * seconds(100_000)


# --- what a demand seeks ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", languages())
def test_a_lexicon_of_sought_actions_has_no_value_that_the_scheme_has_not(code: str) -> None:
    values = read_vocabulary().schemes["sought-action"].keys() - {OTHER}
    there = read_language(code).data["demands"]["sought"].keys()
    assert there <= values
    assert code != "en" or there == values


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("release all of them at once", "release"),
        ("the immediate release of the miners", "release"),
        ("open a prompt and impartial investigation into the fire", "investigate_independently"),
        ("bring those who burned the boats to justice", "prosecute"),
        ("disclose the whereabouts of the fishermen", "clarify_fate"),
        ("publish the report of the inquiry", "disclose_information"),
        ("not to return the fishermen to Velmar", "refrain_from_return"),
        ("dropping the charges against the crew", "drop_charges"),
        ("dance in the street", "other"),
    ],
)
def test_an_action_has_its_value(action: str, value: str) -> None:
    assert Sought(read_language("en")).action(action) == value


# --- the page ---------------------------------------------------------------------------------------------------------

PAGE = (ROOT / "docs" / "drafts.md").read_text("utf-8")


def test_every_reason_of_a_refusal_is_told() -> None:
    table = PAGE.partition("| reason | means |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", table)) == REASONS.keys()


def test_the_exchange_form_is_shown_as_it_is() -> None:
    (shown,) = re.findall(r"^```json\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    read = read_annotation(shown, "drafts.md")
    assert (len(read.allegations), len(read.demands), read.unread) == (1, 1, {})
    text = (CASES / "all-slots" / "text.txt").read_text("utf-8")
    printed = to_exchange(from_exchange((CASES / "all-slots" / "claims.json").read_text("utf-8"), "x", text).draft)
    example = json.loads(shown)
    for kind in ("actors", "victims", "allegations", "denials", "demands"):
        assert example[kind][0].keys() <= printed[kind][0].keys(), kind


REPLIES = {
    "Officers detained nine men who had broken the law.": (0, 0),
    "The claim that prisoners were beaten has no basis in fact.": (0, 1),
    "At no time did officers enter the hall.": (0, 1),
    "There are no political prisoners in Norland.": (0, 1),
    "The Sandurian army killed nine of our fishermen.": (1, 0),
}


@pytest.mark.parametrize("text", REPLIES)
def test_a_governments_statement_denies_and_does_not_accuse_its_own_authorities(text: str) -> None:
    head = "Statement by the Ministry of Foreign Affairs of Norland\n\nThe Ministry of Foreign Affairs states the following.\n\n"
    drafted = draft(head + text)
    assert drafted.publisher == "Ministry of Foreign Affairs of Norland"
    assert (len(drafted.allegations), len(drafted.denials)) == REPLIES[text]


@pytest.mark.parametrize(
    ("head", "publisher"),
    [
        ("Harbour Bank must stop funding the dam\n\nRiver Voice condemns the loan to the builders.\n", "River Voice"),
        ("UA 57/24\n\nPrisoner Voice fears for Tal Ober.\n", "Prisoner Voice"),
    ],
)
def test_who_is_addressed_or_referred_to_is_not_the_publisher(head: str, publisher: str) -> None:
    assert draft(head, "en").publisher == publisher

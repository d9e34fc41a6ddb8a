"""What the head of a text tells: its date, who publishes it, to whom it is written."""

from __future__ import annotations

from collections import Counter
from datetime import date

from kg_builder.extract.language import Language
from kg_builder.extract.reading.actors import AUTHORITY, GROUP, ORGANISATION, PERSON, Mention, Register
from kg_builder.extract.reading.clauses import Clauses
from kg_builder.extract.reading.sentences import Sentence
from kg_builder.extract.reading.times import Clock, Time

Read = tuple[Clauses, list[Time], list[tuple[int, Mention]]]
"""A sentence that was read: its clauses, its dates, and the parties that it names with their units."""

HEAD = 25
"""Sentences (lines, mostly) in which a letterhead, a date line and an addressee may stand."""
LETTERHEAD = 12
SALUTED = 60
"""Sentences within which a letter has its salutation: what stands around a model letter comes first."""
BLOCK = 10
"""Lines above the salutation in which the addressee stands."""
SHORT = 16
"""Tokens of the longest line of a head."""


def date_of(found: list[Sentence], text: str, language: Language) -> date | None:
    """The statement's own date: the first whole date of its head, else the latest that it names."""
    clock = Clock(language, None)
    latest: date | None = None
    for number, sentence in enumerate(found):
        for time in clock.read(sentence, text):
            if time.year and time.month and time.day and time.stated and time.month <= 12:
                try:
                    day = date(time.year, time.month, time.day)
                except ValueError:
                    continue
                if number < HEAD and len(sentence.tokens) < 16:
                    return day
                latest = day if latest is None or day > latest else latest
    return latest


def publisher_of(read: list[Read], register: Register, language: Language) -> str:
    """Who publishes: "we, the undersigned", or the organisation that stands in the head and speaks most; else empty."""
    score: Counter[str] = Counter()
    by_mention = {id(mention): actor for actor in register.actors for mention in actor.mentions}
    asking = {entry["say"].split()[0] for entry in language.data["demands"].get("performatives", ())}
    saying = language.words("scope", "report", "verbs") | asking | language.words("scope", "publishing")
    for number, (clauses, _, mentions) in enumerate(read):
        ours = max(_after_we(clauses, language), _in_title(clauses, language) if number < HEAD else -1)
        for at, mention in mentions:
            name = by_mention[id(mention)].name
            if at == ours:
                score[name] += 40
            weight = _publishing(mention, heading=clauses.sentence.heading, in_head=number < LETTERHEAD // 2)
            if not weight or _another(clauses, at):
                continue
            speaks = sum(
                unit.verb is not None and unit.verb.lemma in saying and at in clauses.subjects(j)
                for j, unit in enumerate(clauses.units)
            )
            signs = number >= len(read) - LETTERHEAD // 2 and len(clauses.tokens) < SHORT
            introduced = _presented(clauses, at) or _on_behalf(clauses, at)
            score[name] += weight * (
                3 * (number < LETTERHEAD) + 3 * clauses.sentence.heading + 6 * speaks + 3 * signs + 6 * introduced
            )
    return max(score, key=lambda name: (score[name], name), default="")


def _publishing(mention: Mention, *, heading: bool, in_head: bool) -> int:
    """How much a mention counts as that of a publisher."""
    if mention.kind == ORGANISATION:
        return 3 if mention.named or heading else 0
    return 1 if mention.named and (mention.kind == GROUP or (mention.kind == AUTHORITY and in_head and heading)) else 0


def _presented(clauses: Clauses, at: int) -> bool:
    """Whether a party is presented: "X is an independent organisation …"."""
    heads = clauses.language.words("actors", "organisation", "heads")
    for j, unit in enumerate(clauses.units):
        if unit.verb is not None and unit.verb.form == "copula" and at in clauses.subjects(j):
            return clauses.is_noun(j + 1) and not clauses.noun(j + 1).name and clauses.noun(j + 1).lemma in heads
    return False


def _on_behalf(clauses: Clauses, at: int) -> bool:
    """Whether somebody speaks for a party: "on behalf of X"."""
    start = clauses.units[at].start
    return any(token.low == "behalf" for token in clauses.tokens[max(0, start - 3) : start])


def _another(clauses: Clauses, at: int) -> bool:
    """Whether a party is one that the text turns to ("X must act", "to X"), or a reference ("UA 57/24")."""
    before, after = clauses.back(at), clauses.units[at].end
    modals = clauses.language.words("demands", "modals")
    if any(
        unit.verb is not None and unit.verb.modal in modals and at in clauses.subjects(j) for j, unit in enumerate(clauses.units)
    ):
        return True
    if before >= 0 and clauses.kind(before) == "PREP" and clauses.units[before].word == "to":
        return True
    return after < len(clauses.tokens) and clauses.tokens[after].kind == "number" and clauses.tokens[after - 1].text.isupper()


def _after_we(clauses: Clauses, language: Language) -> int:
    """The unit of the publisher in "We, the undersigned organisations, …"; -1 where there is none."""
    if len(clauses.units) < 4 or not clauses.is_noun(0) or clauses.kind(1) != "COMMA" or not clauses.is_noun(2):
        return -1
    return 2 if clauses.noun(0).lemma in language.words("actors", "speakers_first") else -1


def _in_title(clauses: Clauses, language: Language) -> int:
    """The unit of the publisher in a title such as "Statement of the Delegation of X"; -1 where there is none."""
    if not clauses.sentence.heading:
        return -1
    for at, unit in enumerate(clauses.units[:-2]):
        titled = unit.noun is not None and unit.noun.lemma in language.words("actors", "titles_of_texts")
        by = clauses.units[at + 1].word in ("of", "by", "from")
        if titled and by and clauses.is_noun(at + 2) and clauses.party(at + 2):
            return at + 2
    return -1


def addressee_of(read: list[Read], publisher: frozenset[str]) -> Mention | None:
    """Whom a letter is written to: the first person in its head, else the first authority, that is not the publisher."""
    for number, (clauses, _, _) in enumerate(read[:SALUTED]):
        if _is_salutation(clauses):
            found = _first_addressed(_block_above(read, number), publisher)
            if found is not None:
                return found
    head = []
    for each in read[:HEAD]:
        if len(each[0].tokens) > SHORT:
            break
        head.append(each)
    return _first_addressed(head, publisher)


def _is_salutation(clauses: Clauses) -> bool:
    """Whether a line is that with which a letter begins ("Dear Minister,", "Your Excellency,")."""
    low = [token.low for token in clauses.tokens]
    words = clauses.language.words("actors", "salutations")
    return len(low) <= SHORT // 2 and low[-1] in (",", ":") and any(word in words for word in low[:2])


def _block_above(read: list[Read], number: int) -> list[Read]:
    """The lines of an address above a salutation."""
    start = number
    while start > max(0, number - BLOCK):
        clauses = read[start - 1][0]
        if len(clauses.tokens) > (SHORT if clauses.sentence.heading else SHORT // 2):
            break
        start -= 1
    return read[start:number]


def _first_addressed(lines: list[Read], publisher: frozenset[str]) -> Mention | None:
    best: Mention | None = None
    for clauses, _, mentions in lines:
        if clauses.tokens[0].low in clauses.language.words("actors", "copied_to"):
            continue
        for _, mention in mentions:
            if mention.kind not in (PERSON, AUTHORITY) or mention.key == publisher:
                continue
            if best is None or (best.kind != PERSON and mention.kind == PERSON):
                best = mention
    return best

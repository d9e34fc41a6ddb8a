"""Tagged tokens → noun phrases and verb groups.

A shallow parse: no tree, but a row of units (noun phrases, verb groups, prepositions, conjunctions, marks) in which frames find
their parties.
"""

from __future__ import annotations

from kg_builder.extract.language import Language
from kg_builder.extract.reading.function_words import is_plural
from kg_builder.extract.reading.numbers import Count, counts
from kg_builder.extract.reading.sentences import Sentence, Token
from kg_builder.extract.reading.settling import settle, share_auxiliaries
from kg_builder.extract.reading.tagging import AUXILIARY, resolve, tag
from kg_builder.extract.reading.times import Time
from kg_builder.extract.reading.units import Noun, Unit, Verb

_NOMINAL = frozenset(["DET", "OWN", "NUM", "ADJ", "NOUN", "NAME", "QUANT"])


def parse(sentence: Sentence, language: Language, times: list[Time]) -> list[Unit]:
    """Tags the tokens of a sentence, in place, and returns its units; ``times`` are its dates."""
    tokens = sentence.tokens
    tag(sentence, language)
    dated = set()
    for time in times:
        for at in range(time.start, time.end):
            tokens[at].tag = "DATE"
            dated.add(at)
        before = time.start - 1
        if before >= 0 and tokens[before].low in language.words("times", "articles"):
            tokens[before].tag = "DATE"
            dated.add(before)
    for at, token in enumerate(tokens):
        if token.tag == "NAME" and token.low in language.words("times", "weekdays"):
            token.tag = "DATE"
            dated.add(at)
    found_counts = {count.start: count for count in counts(tokens, language) if count.start not in dated}
    for count in found_counts.values():
        for at in range(count.start, count.end):
            tokens[at].tag = "QUANT"
    resolve(sentence, language)
    units = _units(sentence, found_counts, language)
    settle(units, sentence, language)
    if language.data["grammar"].get("shared_auxiliaries"):
        share_auxiliaries(units, tokens)
    for at, unit in enumerate(units):
        if unit.noun:
            unit.noun.unit = at
        elif unit.verb:
            unit.verb.unit = at
    return units


def _units(sentence: Sentence, found_counts: dict[int, Count], language: Language) -> list[Unit]:
    tokens = sentence.tokens
    placing = language.words("places", "placing")
    titles = language.words("actors", "titles")
    nameless = sentence.heading and not any(token.low.rstrip(".") in titles for token in tokens)
    units: list[Unit] = []
    at, length = 0, len(tokens)
    owner: Noun | None = None
    while at < length:
        tag = tokens[at].tag
        if tag in _NOMINAL:
            noun = _noun(tokens, at, found_counts, language)
            if noun is not None:
                noun.owner, owner = owner, None
                before = tokens[noun.start - 1].low if noun.start else ""
                noun.placed = before in placing or nameless
                units.append(Unit("NOUN", noun.start, noun.end, noun=noun))
                at = noun.end
                if at < length and tokens[at].tag == "POSS":
                    owner = noun
                    units.append(Unit("POSS", at, at + 1))
                    at += 1
                continue
        if tag == "PRON" or tag in ("DET", "QUANT", "NUM", "OWN"):
            noun = Noun(at, at + 1, at, tokens[at].low, plural=True, pronoun=True)
            if tokens[at].low in language.words("grammar", "no_quantity") and at + 1 < length and tokens[at + 1].tag == "PRON":
                noun.end = at + 2
            noun.negative = tokens[at].low in language.words("grammar", "no_quantity")
            noun.count = found_counts.get(at)
            if noun.count:
                noun.end = noun.count.end
            units.append(Unit("NOUN", at, noun.end, noun=noun))
            at = noun.end
            continue
        if tag == "CLITIC" and tokens[at].low not in language.words("grammar", "reflexives") and _verb_follows(tokens, at):
            units.append(Unit("CLITIC", at, at + 1, noun=Noun(at, at + 1, at, tokens[at].low, plural=True, pronoun=True)))
            at += 1
            continue
        if tag in AUXILIARY or tag == "V" or (tag in ("TO", "NEG", "ADV", "CLITIC") and _verb_follows(tokens, at)):
            verb = _verb(tokens, at, language)
            if verb is not None:
                units.append(Unit("VERB", verb.start, verb.end, verb=verb))
                at = verb.end
                continue
        if tag == "DATE":
            end = at
            while end < length and tokens[end].tag == "DATE":
                end += 1
            units.append(Unit("DATE", at, end))
            at = end
            continue
        units.append(Unit("PREP" if tag == "TO" else tag, at, at + 1, word=language.counterpart(tokens[at].low)))
        at += 1
    return units


def _noun(tokens: list[Token], start: int, found_counts: dict[int, Count], language: Language) -> Noun | None:
    at, head, count = start, -1, None
    owned = False
    while at < len(tokens):
        tag = tokens[at].tag
        if tag == "QUANT":
            if head >= 0 or (at > start and tokens[start].tag == "ADJ"):
                break
            count = found_counts.get(at) or count
            at += 1
            continue
        if tag in ("DET", "OWN"):
            if head >= 0 or (tag == "OWN" and owned) or (at > start and tokens[at - 1].tag in ("ADJ", "NUM", "OWN")):
                break
            owned = owned or tag == "OWN"
        elif tag == "NUM":
            if head >= 0 and tokens[head].tag != "NAME":
                break
        elif tag in ("NOUN", "NAME"):
            head = at
        elif tag == "ADJ":
            if head >= 0 and not _adjective_continues(tokens, at) and not language.data["grammar"].get("adjectives_follow"):
                break
        elif tag == "CONJ" and at + 1 < len(tokens):
            of_adjectives = tokens[at - 1].tag == "ADJ" and tokens[at + 1].tag == "ADJ" and at > start
            if not of_adjectives and not _one_name(tokens, start, at, language):
                break
        elif tag == "COMMA" and at > start and at + 1 < len(tokens):
            if not (tokens[at - 1].tag == "ADJ" and tokens[at + 1].tag == "ADJ" and head < 0):
                break
        elif tag == "QUOTE" and at > start and at + 1 < len(tokens):
            if not _within_quotes(tokens, at):
                break
        elif tag == "DASH" and at > start and at + 1 < len(tokens):
            if not (tokens[at - 1].end == tokens[at].start and tokens[at].end == tokens[at + 1].start):
                break
        else:
            break
        at += 1
    if head < 0:
        if count is not None and count.end > start:
            negative = tokens[start].low in language.words("grammar", "no_quantity") or (
                start > 0 and tokens[start - 1].tag == "NEG"
            )
            end = max(at, count.end)
            if end < len(tokens) and tokens[end].low in language.words("grammar", "other_people"):
                end += 1
            return Noun(start, end, end - 1, "", plural=True, count=None if negative else count, negative=negative)
        adjectives = [each for each in range(start, at) if tokens[each].tag == "ADJ"]
        if tokens[start].tag in ("DET", "OWN") and adjectives:
            head = adjectives[-1]
            return Noun(start, head + 1, head, tokens[head].low, plural=True)
        return None
    token = tokens[head]
    none = tokens[start].low in language.words("grammar", "no_quantity") and tokens[start].tag != "QUANT"
    negative = none or (start > 0 and tokens[start - 1].tag == "NEG")
    name = token.tag == "NAME"
    lemma = language.lemma_of_noun(token.low)
    plural = is_plural(token.low, language)
    end = head + 1
    while end < at and tokens[end].tag == "ADJ":
        end += 1
    return Noun(start, end, head, lemma, plural=plural, name=name, negative=negative, count=count)


def _within_quotes(tokens: list[Token], at: int) -> bool:
    """Whether a quotation mark opens a noun or two that the phrase goes on with ("a forced “confession”")."""
    end = at + 1
    while end < len(tokens) and tokens[end].tag in ("NOUN", "ADJ") and end - at <= 2:
        end += 1
    return tokens[at - 1].tag in ("ADJ", "DET", "OWN") and end > at + 1 and end < len(tokens) and tokens[end].tag == "QUOTE"


def _one_name(tokens: list[Token], start: int, conjunction: int, language: Language) -> bool:
    """Whether "and" stands within a name: "the National Intelligence and Security Service", "the Order and Bread party"."""
    if tokens[start].low not in language.words("grammar", "articles") or tokens[conjunction - 1].tag != "NAME":
        return False
    end = conjunction + 1
    while end < len(tokens) and tokens[end].tag == "NAME":
        end += 1
    closing = language.words("actors", "closing")
    if end < len(tokens) and tokens[end].low in closing and tokens[end].tag in ("NOUN", "V?"):
        end += 1
    last, before = tokens[end - 1].low, tokens[conjunction - 1].low
    return end > conjunction + 2 and last in closing and before not in closing | language.words("actors", "joining")


def _adjective_continues(tokens: list[Token], at: int) -> bool:
    while at < len(tokens) and tokens[at].tag == "ADJ":
        at += 1
    return at < len(tokens) and tokens[at].tag in ("NOUN", "NAME")


def _verb_follows(tokens: list[Token], at: int) -> bool:
    while at < len(tokens) and (
        tokens[at].tag in ("TO", "NEG", "ADV", "CLITIC")
        or (tokens[at].tag == "QUOTE" and tokens[at - 1].tag == "TO")
        or (tokens[at].tag == "CONJ" and at + 1 < len(tokens) and tokens[at - 1].tag == tokens[at + 1].tag == "ADV")
    ):
        at += 1
    return at < len(tokens) and (tokens[at].tag in AUXILIARY or tokens[at].tag == "V")


def _verb(tokens: list[Token], start: int, language: Language) -> Verb | None:
    at = start
    modal, negated, infinitive, be, have, do, reflexive = "", False, False, False, False, False, False
    main = -1
    last_aux = -1
    while at < len(tokens):
        token = tokens[at]
        tag = token.tag
        if tag == "TO":
            if at > start and main < 0 and last_aux < 0 and not infinitive:
                pass
            elif main >= 0 or last_aux >= 0:
                break
            infinitive = True
        elif tag == "NEG":
            negated = True
        elif tag == "ADV":
            if main >= 0:
                break
        elif tag == "CLITIC":
            if main >= 0:
                break
            reflexive = reflexive or token.low in language.words("grammar", "reflexives")
        elif tag == "MODAL":
            if main >= 0 or last_aux >= 0:
                break
            modal, last_aux = token.low, at
        elif tag == "BE":
            if main >= 0:
                break
            be, last_aux = True, at
        elif tag == "HAVE":
            if main >= 0 or (last_aux >= 0 and not modal and not have):
                break
            have, last_aux = True, at
        elif tag == "DO":
            if main >= 0:
                break
            do, last_aux = True, at
        elif tag == "V":
            if main >= 0:
                break
            main = at
            at += 1
            break
        elif (
            (
                tag == "DET"
                and last_aux >= 0
                and main < 0
                and token.low in language.words("grammar", "floating")
                and at + 1 < len(tokens)
                and tokens[at + 1].tag in ("BE", "HAVE", "V", "ADV")
            )
            or (tag == "QUOTE" and (last_aux >= 0 or infinitive) and main < 0 and _verb_follows(tokens, at + 1))
            or (tag == "COMMA" and last_aux >= 0 and main < 0 and _adverb_between_commas(tokens, start, at))
            or (tag == "CONJ" and main < 0 and start < at < len(tokens) - 1 and tokens[at - 1].tag == tokens[at + 1].tag == "ADV")
        ):
            pass
        else:
            break
        at += 1
    if main < 0 and last_aux < 0:
        return None
    if main < 0:
        end = last_aux + 1
        while end < len(tokens) and tokens[end].tag in ("NEG",):
            end += 1
            negated = True
        lemma = "be" if be else ("have" if have else ("do" if do else modal))
        infinitive = infinitive or (not modal and tokens[last_aux].low in language.words("grammar", "infinitive_auxiliaries"))
        return Verb(start, end, last_aux, lemma, "infinitive" if infinitive else "copula", negated=negated, modal=modal)
    token = tokens[main]
    form = token.form
    passive = be and "n" in form and not reflexive and token.lemma not in language.words("grammar", "active_with_be")
    after_preposition = start > 0 and language.counterpart(tokens[start - 1].low) in language.words(
        "grammar", "gerund_prepositions"
    )
    unmarked = bool(language.words("grammar", "infinitive_auxiliaries")) and not modal and not infinitive
    if unmarked and (tokens[last_aux].low if last_aux >= 0 else "") in language.words("grammar", "infinitive_auxiliaries"):
        infinitive = True
    starts = start == 0 or tokens[start - 1].tag in ("STOP", "OTHER", "COMMA", "CONJ")
    if unmarked and form == "b" and last_aux < 0 and not starts:
        infinitive = True
    if not (be or have or do or modal or infinitive):
        if form == "g":
            kind = "gerund"
        elif form == "n":
            kind, passive = "participle", True
        else:
            kind = "finite"
    elif infinitive and after_preposition:
        kind = "gerund"
    elif infinitive:
        kind = "infinitive"
    elif tokens[start].low in language.words("grammar", "gerund_auxiliaries"):
        kind = "gerund"
    else:
        kind = "finite"
    alone = not (be or have or do or modal or infinitive)
    return Verb(
        start,
        at,
        main,
        token.lemma,
        kind,
        passive=passive,
        negated=negated,
        modal=modal,
        bare=alone and (form == "b" or (starts and token.low.endswith(tuple(language.words("grammar", "imperative_endings"))))),
        ambiguous=form == "dn" and alone,
    )


def _adverb_between_commas(tokens: list[Token], start: int, at: int) -> bool:
    if tokens[at - 1].tag == "ADV" and any(token.tag == "COMMA" for token in tokens[start:at]):
        return True
    end = at + 1
    while end < len(tokens) and tokens[end].tag == "ADV":
        end += 1
    return at + 1 < end < len(tokens) and tokens[end].tag == "COMMA"

"""Tokens → word classes → noun phrases and verb groups, by the words and patterns of a language.

A shallow parse: no tree, but a row of units (noun phrases, verb groups, prepositions, conjunctions, marks) in which frames find
their parties. Function words decide; a form that can be noun or verb is decided by what stands beside it (the contextual rules of
Brill, "A simple rule-based part of speech tagger", 1992, written by hand).
"""

from __future__ import annotations

from dataclasses import dataclass

from kg_builder.extract.language import Language
from kg_builder.extract.numbers import Count, counts
from kg_builder.extract.sentences import Sentence, Token
from kg_builder.extract.times import Time

_NOMINAL = frozenset(["DET", "OWN", "NUM", "ADJ", "NOUN", "NAME", "QUANT"])
_BEFORE_NOUN = frozenset(["DET", "OWN", "POSS", "ADJ", "NUM", "QUANT"])
_AUXILIARY = frozenset(["MODAL", "BE", "HAVE", "DO"])
_MARKS = {",": "COMMA", ".": "STOP", ";": "STOP", ":": "STOP", "!": "STOP", "?": "STOP", "…": "STOP", "...": "STOP"}
_QUOTES = frozenset('"“”„«»')
_DASHES = frozenset("-–—")
_CLITICS = {"n't": "NEG", "'s": "POSS", "'re": "BE", "'ve": "HAVE", "'ll": "MODAL", "'d": "MODAL", "'m": "BE"}


@dataclass(slots=True, eq=False)
class Noun:
    """A noun phrase: the tokens [start, end), its head, and whom it belongs to (``owner``)."""

    start: int
    end: int
    head: int
    lemma: str
    plural: bool
    pronoun: bool = False
    name: bool = False
    negative: bool = False
    owner: Noun | None = None
    placed: bool = False
    """It stands after a preposition of place."""
    count: Count | None = None
    unit: int = -1


@dataclass(slots=True, eq=False)
class Verb:
    """A verb group: the tokens [start, end) with the main verb at ``main``.

    ``form`` is finite, infinitive, gerund, participle (without an auxiliary: "the man beaten by"), or copula.
    """

    start: int
    end: int
    main: int
    lemma: str
    form: str
    passive: bool = False
    negated: bool = False
    modal: str = ""
    bare: bool = False
    """A base form without a subject of its own: an imperative, or one that shares an auxiliary."""
    ambiguous: bool = False
    """A form that is both past tense and participle, without an auxiliary."""
    unit: int = -1


@dataclass(slots=True, eq=False)
class Unit:
    """A noun phrase, a verb group, or a token that stands between them (``kind`` is then its word class)."""

    kind: str
    start: int
    end: int
    noun: Noun | None = None
    verb: Verb | None = None
    word: str = ""
    """The token in lower case, where it is one token."""


def parse(sentence: Sentence, language: Language, times: list[Time]) -> list[Unit]:
    """Tags the tokens of a sentence, in place, and returns its units; ``times`` are its dates."""
    tokens = sentence.tokens
    _tag(sentence, language)
    dated = set()
    for time in times:
        for at in range(time.start, time.end):
            tokens[at].tag = "DATE"
            dated.add(at)
        before = time.start - 1
        if before >= 0 and tokens[before].low in language.words("times", "articles"):
            tokens[before].tag = "DATE"
            dated.add(before)
    found_counts = {count.start: count for count in counts(tokens, language) if count.start not in dated}
    for count in found_counts.values():
        for at in range(count.start, count.end):
            tokens[at].tag = "QUANT"
    _resolve(sentence, language)
    units = _units(sentence, found_counts, language)
    _settle(units, language)
    for at, unit in enumerate(units):
        if unit.noun:
            unit.noun.unit = at
        elif unit.verb:
            unit.verb.unit = at
    return units


def _settle(units: list[Unit], language: Language) -> None:
    """Tells a past tense from a participle that says more of the noun before it ("the people killed there were …")."""
    breaks = ("COMMA", "CONJ", "REL", "SUB", "STOP", "DASH", "OTHER")
    finite_before = False
    for at, unit in enumerate(units):
        verb = unit.verb
        if unit.kind in breaks:
            finite_before = False
        if verb is None:
            continue
        if verb.ambiguous:
            after = units[at + 1] if at + 1 < len(units) else None
            before = units[at - 1] if at else None
            noun_before = before is not None and before.kind in ("NOUN", "DATE")
            if before is not None and before.noun is not None and before.noun.pronoun and before.noun.count is None:
                finite_before = True
                continue
            by = after is not None and after.word in ("by",)
            if (
                noun_before
                and not _is_relative(units, at)
                and after is not None
                and after.kind in ("PREP", "DATE", "STOP")
                and after.word != "to"
                and _needs_object(verb.lemma, language)
            ):
                verb.form, verb.passive = "participle", True
                continue
            object_follows = after is not None and after.kind == "NOUN"
            likely = finite_before or (by and not _is_relative(units, at)) or _finite_follows(units, at, breaks)
            if noun_before and likely and not object_follows:
                verb.form, verb.passive = "participle", True
            elif before is not None and before.kind == "PREP":
                verb.form, verb.passive = "participle", True
        if verb.form in ("finite", "copula"):
            finite_before = True


def _needs_object(lemma: str, language: Language) -> bool:
    """Whether a verb of the lexicon always has an object, so that a form without one is a participle ("two women detained in May")."""
    entries = language.triggers["verbs"].get(lemma, ())
    return bool(entries) and all(
        len(trigger.words) == 1 and trigger.subject == "agent" and trigger.object == "victim" for trigger in entries
    )


def _is_relative(units: list[Unit], at: int) -> bool:
    return at > 0 and units[at - 1].kind == "REL"


def _finite_follows(units: list[Unit], at: int, breaks: tuple[str, ...]) -> bool:
    for unit in units[at + 1 :]:
        if unit.kind in breaks:
            return False
        if unit.verb is not None and unit.verb.form in ("finite", "copula"):
            return not unit.verb.ambiguous
    return False


def _tag(sentence: Sentence, language: Language) -> None:
    tokens = sentence.tokens
    words = [token for token in tokens if token.kind == "word"]
    shouted = sum(token.text.isupper() and len(token.text) > 1 for token in words) > max(3, len(words) // 2)
    titled = sentence.heading and sum(token.text[:1].isupper() for token in words) > len(words) * 0.6
    first = words[0] if words else None
    months = language.words("times", "months")
    previous: Token | None = None
    for token in tokens:
        token.tag = _first_tag(token, previous, language, shouted=shouted, loose=titled or token is first, months=months)
        previous = token
    fixed: dict[str, dict[str, str]] = language.data["grammar"].get("fixed", {})
    for at, token in enumerate(tokens):
        for phrase, tag in fixed.get(token.low, {}).items():
            words = phrase.split()
            if [each.low for each in tokens[at + 1 : at + 1 + len(words)]] == words:
                for each in tokens[at : at + 1 + len(words)]:
                    each.tag = tag


def _first_tag(
    token: Token, previous: Token | None, language: Language, *, shouted: bool, loose: bool, months: frozenset[str]
) -> str:
    text, low = token.text, token.low
    token.lemma = language.base(low)
    if token.kind == "number":
        return "NUM"
    if token.kind == "clitic":
        return _CLITICS.get(low.replace("’", "'"), "POSS")
    if token.kind == "mark":
        if text in "'’" and previous is not None and previous.end == token.start and previous.low.endswith("s"):
            return "POSS"
        if text in _QUOTES:
            return "QUOTE"
        return "DASH" if text in _DASHES else _MARKS.get(text, "CONJ" if text == "&" else "OTHER")
    capital = text[:1].isupper() and not shouted
    known = language.tags.get(low)
    if known:
        if capital and not loose and (text.isupper() and len(text) > 1):
            return "NAME"
        if low in months and capital:
            return "NAME"
        return known
    if capital and not (loose and _is_common(low, language)):
        return "NAME"
    if (
        "-" in low
        and not low.endswith("s")
        and low not in language.verbs
        and low.rpartition("-")[2] not in ("mayor", "general", "seeker")
    ):
        return "ADJ" if not _is_common(low, language) else "NOUN"
    if low in language.words("numbers", "words") or low in language.words("numbers", "scales"):
        return "NUM"
    return _common_tag(token, language)


def _is_common(low: str, language: Language) -> bool:
    lemma = language.lemma_of_noun(low)
    return (
        low in language.verbs
        or low in language.adjectives
        or lemma in language.verbs
        or lemma in language.words("actors", "group", "heads")
        or lemma in language.words("actors", "authority", "heads")
        or lemma in language.words("actors", "organisation", "heads")
        or lemma in language.triggers["nouns"]
        or lemma in language.words("actors", "things")
        or low in language.words("numbers", "words")
        or low in language.words("numbers", "vague")
        or (low.endswith(tuple(language.data["grammar"]["adverb_suffixes"])) and len(low) > 4)
    )


def _common_tag(token: Token, language: Language) -> str:
    low, grammar = token.low, language.data["grammar"]
    if low in language.verbs:
        return "V?"
    if low in language.adjectives:
        return "ADJ"
    if "-" not in low and low not in language.words("grammar", "not_verbs") and language.readings(low):
        return "V?"
    if low.endswith(tuple(grammar["adverb_suffixes"])) and len(low) > 4 and low not in language.words("grammar", "not_adverbs"):
        return "ADV"
    if (
        low.endswith(tuple(grammar["adjective_suffixes"]))
        and len(low) > 4
        and low not in language.words("grammar", "not_adjectives")
    ):
        return "ADJ"
    token.lemma = language.lemma_of_noun(low)
    return "NOUN"


def _resolve(sentence: Sentence, language: Language) -> None:
    """Decides forms that can be several things, from left to right."""
    tokens = sentence.tokens
    before = "START"
    last_verb = ""
    for at, token in enumerate(tokens):
        _function_word(token, before, tokens, at, language)
        if token.tag == "V?":
            following = tokens[at + 1] if at + 1 < len(tokens) else None
            _decide(
                token,
                before,
                following,
                last_verb,
                sentence,
                language,
                tokens[at - 2] if at > 1 else None,
                tokens[at - 1] if at else None,
            )
        elif token.low == "that" and token.tag in ("DET", "REL"):
            token.tag = _that(before, tokens, at, language)
        elif token.tag in ("NOUN", "NAME") and not token.lemma:
            token.lemma = language.lemma_of_noun(token.low)
        if token.tag == "NOUN":
            token.lemma = language.lemma_of_noun(token.low)
        if token.tag == "V":
            last_verb = token.form
        if token.tag not in ("ADV", "NEG", "QUOTE"):
            before = token.tag
    _ensure_verb(tokens, language)


def _function_word(token: Token, before: str, tokens: list[Token], at: int, language: Language) -> None:
    """Decides function words that can be several things: article or pronoun, article or preposition, relative or conjunction."""
    words, low = language.words, token.low
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if token.tag in ("DATE", "QUANT") or after is None:
        return
    if low in words("grammar", "reflexives"):
        token.tag = "CLITIC"
    elif low in words("grammar", "object_pronouns") and _verb_must_follow(after, before, language):
        token.tag = "CLITIC"
    elif low in words("grammar", "articles_or_prepositions"):
        token.tag = "PREP" if before in ("NOUN", "NAME", "ADJ", "PRON", "QUANT", "NUM", "DATE") else "DET"
    elif low in words("grammar", "object_relatives"):
        noun = before in ("NOUN", "NAME") or (before == "ADJ" and at > 1 and tokens[at - 2].tag in ("NOUN", "NAME"))
        token.tag = "REL" if noun else "SUB"
    if token.tag == "PREP" and language.base(low) in words("grammar", "infinitive_markers"):
        j = at + 1
        while j < len(tokens) and (tokens[j].tag in ("NEG", "ADV") or tokens[j].low in words("grammar", "reflexives") | words("grammar", "object_pronouns")):
            j += 1
        if j < len(tokens) and _is_infinitive(tokens[j], language):
            token.tag = "TO"


def _is_infinitive(token: Token, language: Language) -> bool:
    if token.low in language.words("grammar", "infinitive_auxiliaries"):
        return True
    return token.tag == "V?" and any("b" in each.form and "n" not in each.other.lower() for each in language.readings(token.low))


def _verb_must_follow(token: Token, before: str, language: Language) -> bool:
    """Whether a word after "les" is a verb whose object "les" is."""
    if token.tag in ("HAVE", "BE", "MODAL", "CLITIC"):
        return True
    if token.low in language.words("grammar", "object_pronouns"):
        return before in ("PRON", "REL", "NEG")
    if token.tag != "V?":
        return False
    readings = language.readings(token.low)
    if not any(set(each.form) & set("bsd") for each in readings):
        return False
    return before in ("PRON", "REL", "NEG", "TO") or not any(each.other != "-" or "n" in each.form for each in readings)


def _that(before: str, tokens: list[Token], at: int, language: Language) -> str:
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is None:
        return "PRON"
    if language.lemma_of_noun(following.low) in language.words("scope", "time_nouns"):
        return "DET"
    verbal = following.tag in ("BE", "HAVE", "MODAL", "DO")
    if following.tag == "V?":
        readings = language.readings(following.low)
        after = tokens[at + 2] if at + 2 < len(tokens) else None
        verb_after = after is not None and after.tag in ("V?", "BE", "HAVE", "MODAL", "DO")
        can_be_noun = any("n" in each.other.lower() and set(each.form) & set("bs") for each in readings)
        plural = at > 0 and _is_plural(tokens[at - 1].low, language)
        agrees = any(("b" if plural else "s") in each.form or set(each.form) & set("dn") for each in readings)
        verbal = agrees and not (verb_after and can_be_noun)
    if before in ("NOUN", "NAME") and verbal:
        return "REL"
    if before in ("V", "NOUN", "NAME", "ADJ", "COMMA", "PRON", "BE", "CONJ") or (
        before == "START" and following.tag in ("DET", "NAME", "OWN")
    ):
        return "SUB"
    return "PRON" if verbal else "DET"


def _decide(
    token: Token,
    before: str,
    following: Token | None,
    last_verb: str,
    sentence: Sentence,
    language: Language,
    earlier: Token | None,
    previous_token: Token | None,
) -> None:
    readings = language.readings(token.low)
    reading = readings[0]
    forms = "".join(dict.fromkeys(letter for each in readings for letter in each.form))
    next_tag = following.tag if following else "STOP"
    next_low = following.low if following else ""
    noun_follows = next_tag in ("NOUN", "NAME", "ADJ") or (
        next_tag == "V?" and any(set(each.form) & set("bsdn") for each in language.readings(next_low))
    )
    earlier_tag = earlier.tag if earlier else ""
    compounds: dict[str, list[str]] = language.data["grammar"].get("compounds", {})
    earlier_low = previous_token.low if previous_token else ""

    def verb(form: str) -> None:
        wanted = [each for each in readings if set(form) & set(each.form)] or list(readings)
        token.tag, token.form, token.lemma = "V", form, wanted[0].lemma

    def noun() -> None:
        token.tag, token.lemma = "NOUN", language.lemma_of_noun(token.low)

    def adjective() -> None:
        token.tag = "ADJ"
        token.lemma = reading.lemma

    mostly_other = all(each.other.isupper() for each in readings if each.other != "-") and any(
        each.other != "-" for each in readings
    )
    can_be_noun = any("n" in each.other.lower() for each in readings)

    if before == "NOUN" and token.low in compounds and earlier_low in compounds[token.low]:
        noun()
        return
    if forms == "g":
        if token.low in language.words("grammar", "ing_nouns"):
            noun()
        elif before in _BEFORE_NOUN:
            adjective() if noun_follows and next_tag != "V?" else noun()
        elif next_low == "of" and before != "BE":
            noun()
        else:
            verb("g")
        return
    if "n" in forms or "d" in forms:
        if before in ("BE", "HAVE"):
            verb("n" if "n" in forms else "d")
            return
        if before in ("NUM", "QUANT") and not noun_follows:
            verb("n" if "d" not in forms else ("d" if "n" not in forms else "dn"))
            return
        if before in _BEFORE_NOUN and not (before == "ADJ" and earlier_tag == "BE"):
            if "b" in forms and before != "ADJ" and not noun_follows:
                noun()
            elif noun_follows or next_tag == "CONJ":
                adjective()
            elif can_be_noun and "b" in forms:
                noun()
            elif before in ("DET", "OWN", "POSS"):
                noun() if next_tag != "PREP" or before == "DET" else verb("n")
            else:
                verb("n")
            return
        if before == "PREP":
            adjective() if noun_follows else verb("n")
            return
        if before == "V" and next_tag in ("NOUN", "ADJ") and "b" not in forms:
            adjective()
            return
        if before == "CONJ" and earlier_tag == "ADJ" and noun_follows:
            adjective()
            return
        if before in ("TO", "MODAL", "DO"):
            verb("b") if "b" in forms else adjective()
            return
        if before == "START" and next_tag in ("PREP", "SUB", "ADV", "COMMA", "CONJ", "TO") and "n" in forms:
            verb("n")
            return
        if (
            before in ("START", "COMMA", "CONJ", "STOP")
            and noun_follows
            and last_verb != "d"
            and next_tag == "NOUN"
            and (following is not None and _is_plural(following.low, language))
        ):
            adjective()
            return
        if "b" in forms and before in ("START",) and "d" in forms:
            verb("b")
            return
        verb("d" if "n" not in forms else ("n" if "d" not in forms else "dn"))
        return
    if before in ("TO", "MODAL", "DO"):
        verb("b")
    elif can_be_noun and before not in ("PRON", "REL") and _verb_ahead(sentence.tokens, following, language):
        noun()
    elif can_be_noun and before == "REL" and previous_token is not None and previous_token.low in language.words("grammar", "relative_adverbs"):
        noun()
    elif before in ("PRON", "REL"):
        noun() if mostly_other and "b" in forms and next_tag not in ("DET", "OWN", "PRON") else verb(forms[:1])
    elif before in _BEFORE_NOUN or before in ("PREP", "BE", "HAVE"):
        _adjective_or_noun(token, reading, noun_follows, noun, adjective)
    elif before in ("CONJ", "COMMA"):
        same = last_verb and last_verb in forms and earlier_tag not in ("ADJ",)
        if not can_be_noun and not (reading.other.lower().startswith("a") and noun_follows):
            verb(forms[:1])
        elif (
            same and not mostly_other and before == "CONJ" and (earlier_tag == "V" or next_tag in ("DET", "OWN", "PRON", "NAME"))
        ):
            verb(forms[:1])
        elif same and not mostly_other and next_tag in ("DET", "OWN", "PRON"):
            verb(forms[:1])
        else:
            _adjective_or_noun(token, reading, noun_follows, noun, adjective)
    elif before in ("START", "STOP", "OTHER", "DASH", "SUB"):
        imperative = (
            "b" in forms
            and not mostly_other
            and (
                next_tag in ("DET", "OWN", "PRON", "QUANT")
                or (next_tag == "V?" and all(each.form == "g" for each in language.readings(next_low)))
                or (sentence.bullet and (noun_follows or next_tag in ("ADV", "PREP")))
                or (next_tag in ("NOUN", "NAME", "ADJ") and not can_be_noun)
            )
        )
        if imperative and before != "SUB":
            verb("b")
        elif not can_be_noun and not mostly_other:
            verb(forms[:1])
        else:
            _adjective_or_noun(token, reading, noun_follows, noun, adjective)
    elif mostly_other:
        _adjective_or_noun(token, reading, noun_follows, noun, adjective)
    elif not can_be_noun or (reading.lemma in language.words("scope", "spoken") and _agrees(forms, previous_token, language)):
        verb(forms[:1])
    elif (
        next_tag in ("DET", "OWN", "PRON", "SUB", "QUANT")
        or next_low == "that"
        or (next_tag == "NAME" and "s" in forms and before == "NAME")
    ):
        verb(forms[:1])
    else:
        noun()
        token.form = "?" + forms[:1]


def _adjective_or_noun(token: Token, reading: object, noun_follows: bool, noun: object, adjective: object) -> None:
    other = reading.other.lower()  # type: ignore[attr-defined]
    if "s" in reading.form:  # type: ignore[attr-defined]
        noun()  # type: ignore[operator]
    elif "a" in other and "n" not in other:
        adjective()  # type: ignore[operator]
    elif other == "a" or ("a" in other and noun_follows):
        adjective()  # type: ignore[operator]
    else:
        noun()  # type: ignore[operator]


def _verb_ahead(tokens: list[Token], following: Token | None, language: Language) -> bool:
    """Whether the next word but for adverbs can only be a verb that needs this one as its subject."""
    if following is None:
        return False
    at = tokens.index(following)
    while at < len(tokens) and tokens[at].tag in ("ADV", "NEG"):
        at += 1
    if at >= len(tokens):
        return False
    token = tokens[at]
    if token.tag in ("BE", "HAVE", "MODAL", "DO"):
        return True
    return (
        token.tag == "V?"
        and all(
            set(each.form) & set("d") and "b" not in each.form and "a" not in each.other for each in language.readings(token.low)
        )
        and at + 1 < len(tokens)
        and tokens[at + 1].tag not in ("NOUN", "ADJ")
    )


def _agrees(forms: str, subject: Token | None, language: Language) -> bool:
    """Whether a present tense can have this noun as its subject."""
    if subject is None:
        return False
    return subject.low in language.words("grammar", "collective") or _is_plural(subject.low, language) == ("b" in forms)


def _is_plural(low: str, language: Language) -> bool:
    return low in language.words("grammar", "people_plural") or language.lemma_of_noun(low) != low


def _ensure_verb(tokens: list[Token], language: Language) -> None:
    """Gives a clause without a verb the likeliest of the words that can be one."""
    start = 0
    for at in range(len(tokens) + 1):
        if at < len(tokens) and tokens[at].tag not in ("STOP", "SUB"):
            continue
        piece = tokens[start:at]
        start = at + 1
        if any(token.tag in _AUXILIARY or (token.tag == "V" and set(token.form) & set("dsb")) for token in piece):
            continue
        for position, token in enumerate(piece):
            if token.form[:1] != "?" or position == 0 or position + 1 == len(piece):
                continue
            before, after = piece[position - 1], piece[position + 1]
            if before.tag in ("NOUN", "NAME") and after.low not in ("of",) and _agrees(token.form, before, language):
                token.tag, token.form = "V", token.form[1:]
                token.lemma = language.readings(token.low)[0].lemma
                break


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
        if tag == "PRON" or (tag in ("DET", "QUANT", "NUM")):
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
        if tag in _AUXILIARY or tag == "V" or (tag in ("TO", "NEG", "ADV", "CLITIC") and _verb_follows(tokens, at)):
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
            if head >= 0:
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
            if not (tokens[at - 1].tag == "ADJ" and tokens[at + 1].tag == "ADJ" and at > start):
                break
        elif tag == "COMMA" and at > start and at + 1 < len(tokens):
            if not (tokens[at - 1].tag == "ADJ" and tokens[at + 1].tag == "ADJ" and head < 0):
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
            return Noun(start, end, end - 1, "", plural=True, count=None if negative else count, negative=negative)
        adjectives = [each for each in range(start, at) if tokens[each].tag == "ADJ"]
        if tokens[start].tag in ("DET", "OWN") and adjectives:
            head = adjectives[-1]
            return Noun(start, head + 1, head, tokens[head].low, plural=True)
        return None
    token = tokens[head]
    negative = tokens[start].low in language.words("grammar", "no_quantity") or (start > 0 and tokens[start - 1].tag == "NEG")
    name = token.tag == "NAME"
    lemma = language.lemma_of_noun(token.low)
    plural = _is_plural(token.low, language)
    end = head + 1
    while end < at and tokens[end].tag == "ADJ":
        end += 1
    return Noun(start, end, head, lemma, plural=plural, name=name, negative=negative, count=count)


def _adjective_continues(tokens: list[Token], at: int) -> bool:
    while at < len(tokens) and tokens[at].tag == "ADJ":
        at += 1
    return at < len(tokens) and tokens[at].tag in ("NOUN", "NAME")


def _verb_follows(tokens: list[Token], at: int) -> bool:
    while at < len(tokens) and tokens[at].tag in ("TO", "NEG", "ADV", "CLITIC"):
        at += 1
    return at < len(tokens) and (tokens[at].tag in _AUXILIARY or tokens[at].tag == "V")


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
            if main >= 0 or (last_aux >= 0 and not modal):
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
            tag == "DET"
            and last_aux >= 0
            and main < 0
            and token.low in language.words("grammar", "floating")
            and at + 1 < len(tokens)
            and tokens[at + 1].tag in ("BE", "HAVE", "V", "ADV")
        ):
            pass
        elif tag == "QUOTE" and last_aux >= 0 and main < 0 and at + 1 < len(tokens) and tokens[at + 1].tag == "V":
            pass
        elif tag == "COMMA" and last_aux >= 0 and main < 0 and _adverb_between_commas(tokens, at):
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
    after_preposition = start > 0 and language.counterpart(tokens[start - 1].low) in language.words("grammar", "gerund_prepositions")
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


def _adverb_between_commas(tokens: list[Token], at: int) -> bool:
    return at + 2 < len(tokens) and tokens[at + 1].tag == "ADV" and tokens[at + 2].tag == "COMMA"

"""Tokens → word classes, by the words and patterns of a language.

Function words decide; a form that can be noun or verb is decided by what stands beside it: contextual rules as in Brill, "A
simple rule-based part of speech tagger" (1992), but written by hand.
"""

from __future__ import annotations

from kg_builder.extract.language import Language, Reading
from kg_builder.extract.reading.function_words import decide_function_word, decide_that, is_plural, participle_alone
from kg_builder.extract.reading.sentences import Sentence, Token

AUXILIARY = frozenset(["MODAL", "BE", "HAVE", "DO"])
_BEFORE_NOUN = frozenset(["DET", "OWN", "POSS", "ADJ", "NUM", "QUANT"])
_MARKS = {",": "COMMA", ".": "STOP", ";": "STOP", ":": "STOP", "!": "STOP", "?": "STOP", "…": "STOP", "...": "STOP"}
_QUOTES = frozenset('"“”„«»')
_DASHES = frozenset("-–—")
_CLITICS = {"n't": "NEG", "'s": "POSS", "'re": "BE", "'ve": "HAVE", "'ll": "MODAL", "'d": "MODAL", "'m": "BE"}


def tag(sentence: Sentence, language: Language) -> None:
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
            rest = phrase.split()
            if [each.low for each in tokens[at + 1 : at + 1 + len(rest)]] == rest:
                for each in tokens[at : at + 1 + len(rest)]:
                    each.tag = tag


def _first_tag(
    token: Token, previous: Token | None, language: Language, *, shouted: bool, loose: bool, months: frozenset[str]
) -> str:
    text, low = token.text, token.low
    token.lemma = language.base(low)
    if token.kind == "number":
        return "ADJ" if low.endswith("e") or low.endswith("er") else "NUM"
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
        or all(part in language.words("numbers", "words") for part in low.split("-"))
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


def resolve(sentence: Sentence, language: Language) -> None:
    """Decides forms that can be several things, from left to right."""
    tokens = sentence.tokens
    before = "START"
    last_verb = ""
    clitics = language.words("grammar", "reflexives") | language.words("grammar", "object_pronouns")
    for at, token in enumerate(tokens):
        if clitics:
            decide_function_word(token, before, tokens, at, language)
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
            token.tag = decide_that(before, tokens, at, language)
        elif token.tag == "DET" and token.low in language.words("grammar", "those") and participle_alone(tokens, at, language):
            token.tag = "PRON"
        elif token.tag in ("NOUN", "NAME") and not token.lemma:
            token.lemma = language.lemma_of_noun(token.low)
        if token.tag == "NOUN":
            token.lemma = language.lemma_of_noun(token.low)
        if token.tag == "V":
            last_verb = token.form
        if token.tag == "ADV" and before in _BEFORE_NOUN and token.low in language.words("grammar", "nominal_adverbs"):
            token.tag = "NOUN"
        if before == "V" and token.low in language.words("grammar", "resultatives"):
            token.tag = "ADV"
        if before == "HAVE" and token.low in language.words("grammar", "adverbs_after_have"):
            token.tag = "ADV"
        if token.tag not in ("ADV", "NEG", "QUOTE"):
            before = token.tag
    _ensure_verb(tokens, language)


def _only_verb(low: str, language: Language) -> bool:
    """Whether a form is nothing but a verb's, where adjectives follow the noun, so that one before it tells nothing."""
    if not language.data["grammar"].get("adjectives_follow"):
        return False
    return all(not set(each.form) & set("ng") and not set(each.other.lower()) & set("na") for each in language.readings(low))


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
        next_tag == "V?"
        and not _only_verb(next_low, language)
        and any("n" in each.form or (set(each.form) & set("bsd") and each.other != "-") for each in language.readings(next_low))
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

    def adjective_or_noun() -> None:
        adjective() if _likelier_adjective(reading, noun_follows=noun_follows) else noun()

    mostly_other = all(each.other.isupper() for each in readings if each.other != "-") and any(
        each.other != "-" for each in readings
    )
    can_be_noun = any("n" in each.other.lower() for each in readings)

    if before == "NOUN" and token.low in compounds and earlier_low in compounds[token.low]:
        noun()
        return
    if _only_verb(token.low, language):
        verb(forms[:1])
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
        if before in ("NUM", "QUANT", "PREP") and token.low in language.words("grammar", "nominal_participles"):
            noun()
            return
        if before in ("NOUN", "NAME", "ADJ") and token.low in language.words("grammar", "adjectival_participles"):
            adjective()
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
            and "b" not in forms
            and "d" not in last_verb
            and next_tag == "NOUN"
            and (following is not None and _plural_ahead(sentence.tokens, following, language))
        ):
            adjective()
            return
        if "b" in forms and before in ("START",) and "d" in forms:
            verb("b")
            return
        verb("d" if "n" not in forms else ("n" if "d" not in forms else "dn"))
        return
    if before == "TO" and can_be_noun and earlier is not None and earlier.lemma in language.words("grammar", "to_noun_after"):
        noun()
    elif before in ("TO", "MODAL", "DO"):
        verb("b")
    elif before == "V" and noun_follows and "a" in reading.other.lower():
        adjective()
    elif (can_be_noun and before not in ("PRON", "REL") and _verb_ahead(sentence.tokens, following, language)) or (
        can_be_noun
        and before == "REL"
        and previous_token is not None
        and previous_token.low in language.words("grammar", "relative_adverbs")
    ):
        noun()
    elif before in ("PRON", "REL"):
        noun() if mostly_other and "b" in forms and next_tag not in ("DET", "OWN", "PRON") else verb(forms[:1])
    elif before in _BEFORE_NOUN or before in ("PREP", "BE", "HAVE"):
        adjective_or_noun()
    elif before in ("CONJ", "COMMA"):
        same = last_verb and last_verb in forms and earlier_tag not in ("ADJ",)
        if (
            (not can_be_noun and not (reading.other.lower().startswith("a") and noun_follows))
            or (
                same
                and not mostly_other
                and before == "CONJ"
                and (earlier_tag == "V" or next_tag in ("DET", "OWN", "PRON", "NAME"))
            )
            or (same and not mostly_other and next_tag in ("DET", "OWN", "PRON"))
        ):
            verb(forms[:1])
        else:
            adjective_or_noun()
            token.form = "?" + forms[:1] if token.tag == "NOUN" else token.form
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
            adjective_or_noun()
    elif mostly_other:
        adjective_or_noun()
    elif before == "V" and can_be_noun and "s" in forms:
        noun()
    elif (
        not can_be_noun
        or (
            reading.lemma in language.words("scope", "spoken")
            and _agrees(forms, sentence.tokens, sentence.tokens.index(token), language)
        )
        or (
            next_tag in ("DET", "OWN", "PRON", "SUB", "QUANT")
            or next_low == "that"
            or (next_tag == "NAME" and "s" in forms and before == "NAME")
        )
    ):
        verb(forms[:1])
    else:
        noun()
        token.form = "?" + forms[:1]


def _plural_ahead(tokens: list[Token], following: Token, language: Language) -> bool:
    """Whether the nouns from here on end in a plural ("masked security men")."""
    at = tokens.index(following)
    while at + 1 < len(tokens) and tokens[at + 1].tag == "NOUN" and not is_plural(tokens[at].low, language):
        at += 1
    return is_plural(tokens[at].low, language)


def _likelier_adjective(reading: Reading, *, noun_follows: bool) -> bool:
    """Whether a word that is no verb here is an adjective rather than a noun."""
    other = reading.other.lower()
    if "s" in reading.form or "a" not in other:
        return False
    return "n" not in other or noun_follows


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
        and all("d" in each.form and "b" not in each.form for each in language.readings(token.low))
        and at + 1 < len(tokens)
        and tokens[at + 1].tag not in ("NOUN", "ADJ")
    )


def _agrees(forms: str, tokens: list[Token], at: int, language: Language) -> bool:
    """Whether the present tense at ``at`` can have the noun before it as its subject; of "the police of X" that is the police."""
    subject = at - 1
    while subject > 1 and tokens[subject].tag in ("NOUN", "NAME"):
        before = subject - 1
        while before > 0 and tokens[before].tag in ("DET", "ADJ", "NAME", "NOUN") and tokens[before].tag != "PREP":
            before -= 1
        if language.counterpart(tokens[before].low) != "of" or before < 1:
            break
        subject = before - 1
    if subject < 0 or tokens[subject].tag == "V":
        return False
    low = tokens[subject].low
    return low in language.words("grammar", "collective") or is_plural(low, language) == ("b" in forms)


def _ensure_verb(tokens: list[Token], language: Language) -> None:
    """Gives a clause without a verb the likeliest of the words that can be one."""
    start = 0
    for at in range(len(tokens) + 1):
        if at < len(tokens) and tokens[at].tag not in ("STOP", "SUB"):
            continue
        piece = tokens[start:at]
        start = at + 1
        if any(token.tag in AUXILIARY or (token.tag == "V" and set(token.form) & set("dsb")) for token in piece):
            continue
        for position, token in enumerate(piece):
            last = position + 1 == len(piece)
            said = last and at < len(tokens) and tokens[at].low in language.words("grammar", "complementizers")
            if token.form[:1] != "?" or position == 0 or (last and not said):
                continue
            before = piece[position - 1]
            follows = said or piece[position + 1].low not in ("of",)
            subject = before.tag in ("NOUN", "NAME") and _agrees(token.form, piece, position, language)
            if follows and (subject or (said and before.tag == "COMMA")):
                token.tag, token.form = "V", token.form[1:]
                token.lemma = language.readings(token.low)[0].lemma
                break

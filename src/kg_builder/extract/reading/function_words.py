"""Function words that can be several things: "that", "those", and in French articles that are prepositions or pronouns."""

from __future__ import annotations

from kg_builder.extract.language import Language
from kg_builder.extract.reading.sentences import Token


def is_plural(low: str, language: Language) -> bool:
    return low in language.words("grammar", "people_plural") or language.lemma_of_noun(low) != low


def participle_alone(tokens: list[Token], at: int, language: Language) -> bool:
    """Whether a participle without a noun after it says more of "those" ("those arrested by police")."""
    if at + 2 >= len(tokens) or tokens[at + 1].tag != "V?":
        return False
    participle = all("n" in each.form for each in language.readings(tokens[at + 1].low))
    return participle and tokens[at + 2].tag in ("PREP", "ADV", "DATE")


def decide_function_word(token: Token, before: str, tokens: list[Token], at: int, language: Language) -> None:
    """Decides function words that can be several things: article or pronoun, article or preposition, relative or conjunction."""
    words, low = language.words, token.low
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    if token.tag in ("DATE", "QUANT") or after is None:
        return
    if low in words("grammar", "reflexives") or (
        low in words("grammar", "object_pronouns")
        and (low not in words("grammar", "subject_pronouns") or before in ("PRON", "REL", "NOUN", "NAME", "NEG"))
        and _verb_must_follow(after, before, language)
    ):
        token.tag = "CLITIC"
    elif low in words("grammar", "articles_or_prepositions"):
        token.tag = "PREP" if before in ("NOUN", "NAME", "ADJ", "PRON", "QUANT", "NUM", "DATE") else "DET"
    elif low in words("grammar", "object_relatives"):
        noun = before in ("NOUN", "NAME") or (before == "ADJ" and at > 1 and tokens[at - 2].tag in ("NOUN", "NAME"))
        token.tag = "REL" if noun else "SUB"
    if token.tag == "PREP" and language.base(low) in words("grammar", "infinitive_markers"):
        j = at + 1
        while j < len(tokens) and (
            tokens[j].tag in ("NEG", "ADV")
            or tokens[j].low in words("grammar", "reflexives") | words("grammar", "object_pronouns")
        ):
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


def decide_that(before: str, tokens: list[Token], at: int, language: Language) -> str:
    following = tokens[at + 1] if at + 1 < len(tokens) else None
    if following is None:
        return "PRON"
    if language.lemma_of_noun(following.low) in language.words("scope", "time_nouns"):
        return "DET"
    if following.low in language.words("grammar", "no_quantity"):
        return "SUB"
    verbal = following.tag in ("BE", "HAVE", "MODAL", "DO")
    if following.tag == "V?":
        readings = language.readings(following.low)
        after = tokens[at + 2] if at + 2 < len(tokens) else None
        verb_after = after is not None and after.tag in ("V?", "BE", "HAVE", "MODAL", "DO")
        can_be_noun = any("n" in each.other.lower() and set(each.form) & set("bs") for each in readings)
        plural = at > 0 and is_plural(tokens[at - 1].low, language)
        agrees = any(("b" if plural else "s") in each.form or set(each.form) & set("dn") for each in readings)
        verbal = agrees and not (verb_after and can_be_noun)
    if before in ("NOUN", "NAME") and verbal:
        return "REL"
    blamed = before == "V" and tokens[at - 1].lemma in language.words("scope", "support", "blame")
    if blamed:
        return "DET"
    if before in ("V", "NOUN", "NAME", "ADJ", "COMMA", "PRON", "BE", "CONJ") or (
        before == "START" and following.tag in ("DET", "NAME", "OWN")
    ):
        return "SUB"
    return "PRON" if verbal else "DET"

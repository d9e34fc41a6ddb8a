"""Which of a verb's forms stands there, where one form is two: past tense or participle ("the men arrested in May were …")."""

from __future__ import annotations

from kg_builder.extract.language import Language
from kg_builder.extract.reading.sentences import Sentence, Token
from kg_builder.extract.reading.units import Unit


def settle(units: list[Unit], sentence: Sentence, language: Language) -> None:
    """Tells a past tense from a participle that says more of the noun before it ("the people killed there were …")."""
    tokens = sentence.tokens
    acting = language.words("actors", "authority", "heads")
    breaks = ("COMMA", "CONJ", "REL", "SUB", "STOP", "DASH", "OTHER")
    finite_before = False
    for at, unit in enumerate(units):
        verb = unit.verb
        if unit.kind in breaks:
            finite_before = False
        if verb is None:
            continue
        lasting = units[at - 1].verb if at else None
        if "n" in tokens[verb.main].form and lasting is not None and lasting.lemma in language.words("grammar", "lasting"):
            if verb.form == "finite" and verb.start == verb.main:
                verb.form, verb.passive, verb.ambiguous = "participle", True, False
            continue
        if verb.ambiguous and verb.lemma in language.words("grammar", "intransitive"):
            verb.ambiguous = False
        if verb.ambiguous:
            after = units[at + 1] if at + 1 < len(units) else None
            before = units[at - 1] if at else None
            noun_before = before is not None and before.kind in ("NOUN", "DATE")
            if _is_subject_pronoun(before, language):
                finite_before = True
                continue
            if noun_before and at > 1 and units[at - 2].kind == "REL":
                finite_before = True
                continue
            named = before is not None and before.noun is not None and before.noun.name
            said = verb.lemma in language.words("scope", "report", "verbs") and (after is None or after.word != "by")
            if named and said and not finite_before:
                finite_before = True
                continue
            by = after is not None and after.word in ("by",)
            if (
                noun_before
                and not _is_relative(units, at)
                and after is not None
                and after.kind in ("PREP", "DATE", "STOP")
                and after.word != "to"
                and _needs_object(verb.lemma, language, sure=not (finite_before or _another_follows(units, at, breaks)))
            ):
                verb.form, verb.passive = "participle", True
                continue
            object_follows = after is not None and after.kind == "NOUN"
            told = after is not None and after.kind in ("PREP", "DATE", "STOP") and after.word != "to"
            beside = at > 1 and before is not None and before.kind == "COMMA" and units[at - 2].kind == "NOUN"
            if told and beside and _needs_object(verb.lemma, language, sure=True):
                verb.form, verb.passive = "participle", True
                continue
            listed = after is not None and after.kind == "CONJ" and _ends_without_object(units, at + 2)
            suffering = before is not None and before.noun is not None and before.noun.lemma not in acting
            if listed and suffering and not _is_relative(units, at) and _needs_object(verb.lemma, language, sure=False):
                verb.form, verb.passive = "participle", True
                continue
            modified = after is not None and after.verb is not None and at + 2 < len(units) and units[at + 2].kind == "NOUN"
            if (
                sentence.heading
                and noun_before
                and not (object_follows or modified)
                and _needs_object(verb.lemma, language, sure=False)
            ):
                verb.form, verb.passive = "participle", True
                continue
            inserted = by and before is not None and before.kind == "COMMA"
            likely = inserted or finite_before or (by and not _is_relative(units, at)) or _finite_follows(units, at, breaks)
            if ((noun_before or inserted) and likely and not object_follows) or (before is not None and before.kind == "PREP"):
                verb.form, verb.passive = "participle", True
        if verb.form in ("finite", "copula"):
            finite_before = True


def _ends_without_object(units: list[Unit], at: int) -> bool:
    """Whether the verb at ``at`` has no object either ("the writers detained or imprisoned in May")."""
    verb = units[at].verb if at < len(units) else None
    if verb is None or not verb.ambiguous:
        return False
    return at + 1 == len(units) or units[at + 1].kind in ("PREP", "DATE", "STOP", "COMMA")


def _is_subject_pronoun(unit: Unit | None, language: Language) -> bool:
    noun = unit.noun if unit is not None else None
    if noun is None or not noun.pronoun or noun.count is not None:
        return False
    return noun.lemma not in language.words("grammar", "those")


def share_auxiliaries(units: list[Unit], tokens: list[Token]) -> None:
    """Such as "ont incendié les maisons et pillé les greniers": the second participle shares the auxiliary of the first."""
    for at, unit in enumerate(units):
        verb = unit.verb
        if verb is None or verb.form != "participle" or at == 0 or tokens[verb.main].low.endswith(("s", "e")):
            continue
        object_follows = at + 1 < len(units) and units[at + 1].kind == "NOUN"
        if units[at - 1].kind != "CONJ" and not (units[at - 1].kind == "COMMA" and object_follows):
            continue
        left = next((each.verb for each in reversed(units[:at]) if each.verb is not None or each.kind == "STOP"), None)
        if left is None or left.form != "finite" or left.passive:
            continue
        tags = {token.tag for token in tokens[left.start : left.end]}
        if ("HAVE" in tags and "BE" not in tags) or (
            left.start == left.main and left.main != verb.main and tokens[left.main].form == "n"
        ):
            verb.form, verb.passive = "finite", False


def _needs_object(lemma: str, language: Language, *, sure: bool) -> bool:
    """Whether a verb always has an object, so that a form without one is a participle ("two women detained in May")."""
    if not sure and lemma in language.words("grammar", "taking_objects"):
        return True
    entries = language.triggers["verbs"].get(lemma, ())
    plain = [len(trigger.words) == 1 and trigger.subject == "agent" and trigger.object == "victim" for trigger in entries]
    return bool(plain) and all(plain) if sure else any(plain)


def _another_follows(units: list[Unit], at: int, breaks: tuple[str, ...]) -> bool:
    """Whether a further verb follows in the clause, so that this one need not be its finite verb."""
    for unit in units[at + 1 :]:
        if unit.kind in breaks:
            return False
        if unit.verb is not None and unit.verb.form in ("finite", "copula"):
            return True
    return False


def _is_relative(units: list[Unit], at: int) -> bool:
    return at > 0 and units[at - 1].kind == "REL"


def _finite_follows(units: list[Unit], at: int, breaks: tuple[str, ...]) -> bool:
    for unit in units[at + 1 :]:
        if unit.kind in breaks:
            return False
        if unit.verb is not None and unit.verb.form in ("finite", "copula"):
            return not unit.verb.ambiguous
    return False

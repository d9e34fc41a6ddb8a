"""Reasons are a person's: what a draft wrote in the place of one, or what is marked TODO, is refused."""

from __future__ import annotations

import re

from kg_builder.source.tree import Mapping, Node, Problems, Scalar, Sequence

NOT_DRAFTED = "No claim or demand was drafted from it."
UNDECIDED = "The text names a person, and on naming them there is no decision."
ASKED_ABOVE = "The list or paragraph that it stands in asks for it."
READ_FROM = "The words of the claim name nobody; read from {} on line {}."
_DRAFTED = re.compile("|".join(re.escape(each) for each in (NOT_DRAFTED, UNDECIDED, ASKED_ABOVE)))
_READ_FROM = re.compile(r".+".join(re.escape(each) for each in READ_FROM.split("{}")))
_TO_DO = re.compile(r"\bTODO\b")


def is_placeholder(reason: str) -> bool:
    """Whether nobody has written this reason yet.

    >>> is_placeholder("TODO"), is_placeholder("No claim or demand was drafted from it."), is_placeholder("A letterhead.")
    (True, True, False)
    """
    words = " ".join(reason.split())
    return bool(_TO_DO.search(words) or _DRAFTED.fullmatch(words) or _READ_FROM.fullmatch(words))


def check_reason(node: Node | None, what: str, problems: Problems) -> None:
    """Note a problem where the reason of ``what`` is a placeholder."""
    if isinstance(node, Scalar) and is_placeholder(node.text):
        problems.add(
            f"the reason of {what} is a placeholder: '{' '.join(node.text.split())[:60]}'",
            node.where,
            "Write the reviewer's own reason in its place, or take the entry out.",
        )


def check_ignored(top: Mapping, problems: Problems) -> None:
    """Note each passage that a claims file ignores for a reason that is a placeholder."""
    ignored = top.entries.get("ignored")
    for node in ignored.items if isinstance(ignored, Sequence) else ():
        if isinstance(node, Mapping):
            check_reason(node.entries.get("reason"), "an ignored passage", problems)

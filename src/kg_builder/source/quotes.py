"""Finds the words that the claims quote in the statement's text, and the sentences that no claim covers."""

from __future__ import annotations

import re

from kg_builder.errors import Location
from kg_builder.model import Span, Words
from kg_builder.source.text import Text
from kg_builder.source.tree import Mapping, Node, Problems, Scalar


class Quotes:
    """Looks quoted words up in one text; notes a problem, and gives None, where they are not to be found."""

    def __init__(self, text: Text, problems: Problems) -> None:
        self._text = text
        self._problems = problems

    def locate(self, node: Node | None, what: str, within: Span | None = None, *, strictly: bool = False) -> Words | None:
        """The words of a node, found in ``within`` or, where it has them not, in the whole text.

        ``strictly``: words outside ``within`` must say so (``elsewhere: true``), so that no sentence lends its words unseen.
        """
        exact, wanted, distanced = self._read_words(node, what)
        if exact is None or node is None:
            return None
        found = self._text.find(exact, within.start, within.end) if within else []
        scope = "the quote" if found else "the statement"
        found = found or self._text.find(exact)
        if strictly and found and scope == "the statement" and not self._says_elsewhere(node):
            self._problems.add(
                f"{what}: {exact[:120]!r} is not in the quote",
                node.where,
                "Who is named elsewhere in the text is {exact: …, elsewhere: true}; who is read from context is inferred.",
            )
            return None
        if not found:
            self._problems.add(f"{what}: {exact[:120]!r} is not in the text", node.where, self._text.explain_absence(exact))
            return None
        if wanted is None and len(found) > 1:
            lines = ", ".join(str(self._text.line_column(at)[0]) for at in found[:12])
            self._problems.add(
                f"{what}: {exact[:120]!r} occurs {len(found)} times in {scope} (on lines {lines})",
                node.where,
                "Say which: {exact: …, occurrence: 1}; or quote more words.",
            )
            return None
        index = (wanted or 1) - 1
        if index >= len(found):
            self._problems.add(
                f"{what}: there is no occurrence {wanted}; {exact[:120]!r} occurs {len(found)} times in {scope}",
                node.where,
            )
            return None
        return Words(self._text.span(found[index], found[index] + len(exact)), distanced)

    @staticmethod
    def _says_elsewhere(node: Node) -> bool:
        mark = node.entries.get("elsewhere") if isinstance(node, Mapping) else None
        return isinstance(mark, Scalar) and mark.text == "true"

    def _read_words(self, node: Node | None, what: str) -> tuple[str | None, int | None, bool]:
        if not isinstance(node, Mapping):
            return self._problems.text(node, what, verbatim=True), None, False
        self._problems.mapping(node, what, frozenset({"exact", "occurrence", "distanced", "elsewhere"}))
        exact = self._problems.text(self._problems.required(node, "exact", what), f"'exact' of {what}", verbatim=True)
        occurrence = None
        if "occurrence" in node.entries:
            occurrence = self.whole_number(node.entries["occurrence"], f"'occurrence' of {what}", least=1)
        for mark in ("distanced", "elsewhere"):
            if self._problems.optional_text(node, mark, what) not in {"", "true", "false"}:
                self._problems.add(f"'{mark}' is true or false", node.entries[mark].where)
        distanced = self._problems.optional_text(node, "distanced", what)
        return exact, occurrence, distanced == "true"

    def whole_number(self, node: Node | None, what: str, least: int = 0) -> int | None:
        """A whole number that is at least ``least``."""
        text = self._problems.text(node, what)
        if text is None or node is None:
            return None
        if not re.fullmatch(r"-?[0-9]{1,15}", text):
            self._problems.add(f"{what} is not a whole number: '{text[:40]}'", node.where, "Write digits only.")
            return None
        number = int(text)
        if number < least:
            self._problems.add(f"{what} is {number}; it must be at least {least}", node.where)
            return None
        return number

    def check_coverage(self, top: Mapping, covered: list[Span], shown: str) -> None:
        """Note each sentence that neither ``covered`` nor the file's ``ignored`` touches; not before all else is well."""
        for node in self._problems.items(top.entries.get("ignored"), "'ignored'"):
            mapping = self._problems.mapping(node, "an ignored passage", frozenset({"quote", "reason"}))
            if mapping is None:
                continue
            self._problems.required_text(mapping, "reason", "an ignored passage")
            words = self.locate(self._problems.required(mapping, "quote", "an ignored passage"), "an ignored passage")
            if words is not None:
                covered.append(words.span)
        if self._problems.found:
            return
        covered.sort()
        text_file = shown.removesuffix("claims.yaml") + "text.txt"
        at = 0
        for start, end in self._text.sentences():
            while at < len(covered) and covered[at].end <= start:
                at += 1
            if not any(span.start < end and span.end > start for span in covered[at:]):
                line, column = self._text.line_column(start)
                self._problems.add(
                    f"no utterance covers this sentence: {self._text.content[start:end][:100]!r}",
                    Location(text_file, line, column),
                    "Add an utterance for it, or list it under 'ignored' in claims.yaml with a reason.",
                )

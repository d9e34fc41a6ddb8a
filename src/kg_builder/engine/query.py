"""SPARQL constraints: one query for all focus nodes instead of one for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg_builder.engine.data import RDF_TYPE, Unsupported
from kg_builder.engine.run import Found, Pairs, Path, Run
from kg_builder.engine.store import Reach, unveiled
from kg_builder.engine.terms import to_term
from kg_builder.sparql import Token, tokens

_X = ox.NamedNode("x:")
_FORBIDDEN = re.compile(
    "MINUS|VALUES|SERVICE|OPTIONAL|UNION|GRAPH|FROM|GROUP|HAVING|LIMIT|OFFSET|ORDER|REDUCED|COUNT|SUM|MIN|MAX|AVG|SAMPLE|"
    "GROUP_CONCAT|RAND|UUID|STRUUID|NOW|BNODE|ASK|CONSTRUCT|DESCRIBE|LATERAL"
)
_ON_CHARACTERS = re.compile(
    "A|SELECT|DISTINCT|WHERE|FILTER|NOT|EXISTS|BIND|AS|IN|STR|LANG|LANGMATCHES|LCASE|UCASE|REPLACE|CONCAT|CONTAINS|"
    "STRSTARTS|STRENDS|STRLEN|REGEX|ISIRI|ISURI|ISBLANK|ISLITERAL|SAMETERM"
)
_NAME = re.compile(r"[^:]*:(?:[\w:%-]|\.(?=[\w:%.-])|\\.)*")
_BOUND = {"PATH", "shapesGraph", "currentShape", "failure"}


@dataclass(frozen=True, slots=True)
class Query:
    """A SELECT query in two parts: between them stand the focus nodes."""

    before: str
    after: str
    computes: bool
    """Whether it may look into the values of literals, rather than at their characters."""
    reach: Reach

    @classmethod
    def compile(cls, prefixes: Mapping[str, str], text: str, path: Path | None) -> Query:
        """The query; raises Unsupported where joining the focus nodes before all else would not mean the same as pre-binding."""
        found = list(_tokens(text))
        text, opens = _bind_path(text, found, path)
        head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in sorted(prefixes.items()))
        query = cls(head + text[:opens], _without_exists(text[opens:]), _computes(found), reach(text, opens, prefixes))
        try:
            query.ask(ox.Store(), _X)
        except (SyntaxError, ValueError) as error:
            raise Unsupported(f"a query that does not parse: {error}") from None
        return query

    def rows(self, store: ox.Store, focus: ox.NamedNode) -> tuple[list[str], list[ox.QuerySolution]]:
        """The variables, and all solutions for the focus nodes."""
        results = self.ask(store, focus)
        try:
            return [variable.value for variable in results.variables], list(results)
        except RuntimeError as error:
            raise Unsupported(f"a query that cannot be run: {error}") from None

    def ask(self, store: ox.Store, focus: ox.NamedNode) -> ox.QuerySolutions:
        """The solutions for the focus nodes: those that stand in the graph ``focus``, where blank nodes have names too."""
        results = store.query(f"{self.before} GRAPH {focus} {{ {_X} {_X} $this }} {self.after}")
        assert isinstance(results, ox.QuerySolutions)
        return results


def _tokens(text: str) -> Iterator[Token]:
    """The tokens of a query, with prefixed names cut off where SPARQL ends them."""
    waiting = [(text, 0)]
    while waiting:
        part, offset = waiting.pop()
        for token in tokens(part):
            name = _NAME.match(token.text) if token.kind == "name" else None
            kept = name.group() if name else token.text
            yield Token(token.kind, kept, offset + token.start)
            if len(kept) < len(token.text):
                after = token.start + len(token.text)
                waiting += [(part[after:], offset + after), (token.text[len(kept) :], offset + token.start + len(kept))]
                break


def _computes(found: list[Token]) -> bool:
    """Whether a query says anything that depends on the value of a typed literal, as far as its tokens tell."""
    texts = ["", "", *(token.text.upper() for token in found), ""]
    for i, token in enumerate(found, 2):
        alone = texts[i - 1] == "(" and texts[i + 1] == ")" and texts[i - 2] in {"FILTER", "(", "", "!", "&", "|"}
        if (
            (token.kind == "word" and not _ON_CHARACTERS.fullmatch(texts[i]))
            or token.kind == "number"
            or (token.kind == "mark" and token.text in "<>=+-^")
            or (token.kind == "variable" and (alone or texts[i - 1] in {"!", "&", "|"} or texts[i + 1] in {"&", "|"}))
        ):
            return True
    return False


def reach(text: str, opens: int, prefixes: Mapping[str, str]) -> Reach:
    """What a query can look at: all, where its triple patterns are more than terms in a row."""
    everything = Reach(None)
    predicates: set[str] = set()
    subject = predicate = ""
    from_focus = to_focus = False
    place = parens = 0  # what comes next: 0 a subject or FILTER or BIND, 1 a predicate, 2 an object, 3 a mark
    if any(token.text.upper() in {"PREFIX", "BASE"} for token in _tokens(text[:opens])):
        return everything
    for token in _tokens(text[opens:]):
        term = _term(token, prefixes)
        if parens or (token.text == "(" and place == 0):
            parens += (token.text == "(") - (token.text == ")")
        elif token.text in {"{", "}", "."} or token.text.upper() in {"FILTER", "BIND"}:
            place = 0
        elif token.text in {",", ";"} and place == 3:
            place = 2 if token.text == "," else 1
        elif place == 0:
            subject, place = term, 0 if token.kind == "word" else 1
        elif place == 1 and term:
            predicate, place = term, 2
        elif place == 2 and (term or token.kind in {"string", "number"}):
            place = 3
            from_focus |= predicate == "?" and subject == "?this"
            to_focus |= predicate == "?" and subject != "?this" and term == "?this"
            if predicate == "?" and "?this" not in {subject, term}:
                return everything
            predicates.add(predicate)
        else:
            return everything
    return Reach(frozenset(predicates - {"?"}), from_focus, to_focus)


def _term(token: Token, prefixes: Mapping[str, str]) -> str:
    """An IRI as data has it, ``?this`` or another variable as ``?``; empty where it is neither."""
    if token.kind == "variable":
        return "?this" if token.text[1:] == "this" else "?"
    if token.kind == "iri":
        return token.text
    prefix, colon, local = token.text.partition(":")
    if token.kind == "name" and colon and prefix in prefixes and "\\" not in local:
        return f"<{prefixes[prefix]}{local}>"
    return RDF_TYPE if token.text == "a" else ""


def _without_exists(group: str) -> str:
    """A group, from after its brace, with ``MINUS`` for each ``FILTER NOT EXISTS`` that means the same.

    It does where nothing but filters follows, and where the two groups share variables that are bound in both: those of triples.
    """
    found = list(_tokens(group))
    edits: list[tuple[int, int]] = []
    outer, hidden, inner, filtered = {"this"}, set[str](), set[str](), set[str]()
    depth = parens = start = 0
    simple = True
    for i, token in enumerate(found):
        words = [each.text.upper() for each in found[i : i + 4]]
        depth += (token.text == "{") - (token.text == "}")
        parens += (token.text == "(") - (token.text == ")")
        if words == ["FILTER", "NOT", "EXISTS", "{"]:
            start, inner, filtered, simple = i, set(), set(), True
        elif depth == 1 and token.text != "{":
            simple = simple and (token.kind != "word" or bool(parens) or words[0] in {"A", "FILTER"})
            if token.kind == "variable":
                (filtered if parens else inner).add(token.text[1:])
        elif depth == 0 and token.text == "}" and inner:
            if simple and filtered <= inner and inner & outer and not inner & (hidden - outer):
                edits.append((found[start].start, found[start + 2].start + len("EXISTS")))
            inner = set()
        elif depth == 0 and token.kind == "variable":
            if edits and not parens:
                return group
            (hidden if parens else outer).add(token.text[1:])
        elif edits and words[0] == "BIND":
            return group
    for begin, end in reversed(edits):
        group = f"{group[:begin]}MINUS{group[end:]}"
    return group


def _bind_path(text: str, found: list[Token], path: Path | None) -> tuple[str, int]:
    """The query with the path for ``$PATH``, and where its outermost group begins."""
    opens = depth = selects = 0
    selected = False
    edits: list[tuple[int, int, str]] = []
    for i, token in enumerate(found):
        word = token.text.upper() if token.kind == "word" else ""
        selects += word == "SELECT"
        if token.text == "{":
            if depth > 1 or (depth == 1 and found[i - 1].text.upper() != "EXISTS"):
                raise Unsupported("a query with groups in groups")
            opens = opens or token.start + 1
            depth += 1
        depth -= token.text == "}"
        if token.kind == "variable":
            name = token.text[1:]
            selected = selected or (name == "this" and not opens)
            if name == "PATH" and path:
                edits.append((token.start, token.start + len(token.text), path.text))
            elif name in _BOUND or (name == "this" and found[i - 1].text.upper() == "AS"):
                raise Unsupported(f"${name} in this query")
        if _FORBIDDEN.fullmatch(word) or selects > 1:
            raise Unsupported(f"{word} in a query")
    if not selected or depth or not opens:
        raise Unsupported("a query that does not select $this")
    for start, end, new in reversed(edits):
        text = text[:start] + new + text[end:]
        opens += (len(new) - (end - start)) if start < opens else 0
    return text, opens


def ask(asked: tuple[Query, bool], run: Run, pairs: Pairs) -> Iterator[Found]:
    query, focus_is_value = asked
    if query.computes and run.workspace.rewritten:
        raise Unsupported("a query that calculates, over literals that are not in their shortest form")
    answers: dict[str, dict[tuple[tuple[str, str], ...], Found]] = {}
    with run.workspace.asking(query.reach, dict.fromkeys(f for f, _ in pairs)) as (store, graph):
        names, rows = query.rows(store, graph)
        for row in rows:
            bound = {name: unveiled(str(term)) for name, term in zip(names, row, strict=True) if term is not None}
            this = bound["this"]
            key = tuple(bound.items())
            if focus_is_value:
                bound.setdefault("value", this)
            path = to_term(bound["path"]) if "path" in bound else None
            told = {name: str(to_term(term)) for name, term in bound.items()}
            answers.setdefault(this, {})[key] = Found(this, bound.get("value"), path, told)
    return (found for f, _ in pairs if f in answers for found in answers[f].values())

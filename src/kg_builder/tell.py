"""A validation report in words: for people, for continuous integration, for pages and comments.

The same report gives the same text: no clock, no chance. What stands in the data stays data: it steers no terminal, opens no
tag, starts no command and becomes no link but a web address.

Sources: the commands of GitHub's runner; SARIF 2.1.0 with errata 01 (OASIS); the JUnit schema of Jenkins' xUnit plugin
(``junit-10.xsd``); XML 1.0; CommonMark with GitHub's tables.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from html import escape
from itertools import accumulate
from pathlib import Path
from textwrap import wrap
from typing import Any
from urllib.parse import quote

from kg_builder import __version__
from kg_builder.errors import SEVERITIES, Location, input_error, near_miss, plain
from kg_builder.report import Report, Result
from kg_builder.vocabulary import BASE

FORMATS = ("human", "github", "sarif", "junit", "json", "html", "turtle", "markdown")
"""How a report can be told."""
SHOWN_RESULTS = 5  # of a rule, to a person
GITHUB_COMMANDS = 50  # GitHub shows ten of a severity a step, and fifty a job
MARKDOWN_CHARACTERS = 60_000  # a comment on GitHub holds 65,536
SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_WIDTH, _LONGEST = 110, 1000
_COLOURS = {"violation": 31, "warning": 33, "info": 34}
_COMMANDS = {"violation": "error", "warning": "warning", "info": "notice"}
_LEVELS = {"violation": "error", "warning": "warning", "info": "note"}
_TOKEN = re.compile(r'<[^<>"{}|^`\\\s]*>|"(?:[^"\\]|\\.)*"(?:@[\w-]+|\^\^(?:<[^<>\s]*>|[\w:-]+))?|[^\s;,\])]+')
_WEB_ADDRESS = re.compile(r"https?://[^\x00-\x20\x7f-\U0010ffff<>\"{}|\\^`]+")
_FORBIDDEN_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tell(report: Report, format_: str, *, colour: bool = False, fail_on: str = "violation") -> str:
    """The report in one of :data:`FORMATS`; a text that is not empty ends with a line break.

    ``colour`` is for people's terminals. ``fail_on`` is the mildest severity that counts as a failure, or "none": it decides what
    fails in JUnit's terms, and the verdict of a page or comment; no result is left out. Raises
    :class:`~kg_builder.errors.InputError` for a format or severity that there is not.
    """
    for given, known in ((format_, FORMATS), (fail_on, (*SEVERITIES, "none"))):
        if given not in known:
            raise input_error(f"a report cannot be told with {given!r}", mend=near_miss(given, known))
    if format_ == "human":
        return _human(report, colour)
    if format_ == "turtle":
        return report.graph.serialize(format="turtle")
    writers = {"github": _github, "sarif": _sarif, "junit": _junit, "json": _report_json, "html": _html, "markdown": _markdown}
    return writers[format_](report, fail_on)


@dataclass(frozen=True, slots=True)
class _Group:
    """The results of one rule and severity. ``message`` and ``mend`` are empty where the results differ in them."""

    severity: str
    shape: str
    results: list[Result]
    message: str
    mend: str

    def own(self, result: Result) -> list[str]:
        """What the group does not say for all: the result's own message and mend."""
        return [its for shared, its in ((self.message, result.message), (self.mend, result.mend)) if its and not shared]


def _groups(report: Report) -> list[_Group]:
    """Worst first, then the most frequent; within a group by place."""
    found: dict[tuple[int, str], list[Result]] = {}
    for result in report.results:
        found.setdefault((SEVERITIES.index(result.severity), result.shape), []).append(result)
    groups = sorted(found.items(), key=lambda item: (item[0][0], -len(item[1]), item[0][1]))
    return [
        _Group(SEVERITIES[rank], shape, sorted(all_, key=_order), _shared(r.message for r in all_), _shared(r.mend for r in all_))
        for (rank, shape), all_ in groups
    ]


def _shared(texts: Iterable[str]) -> str:
    different = set(texts)
    return different.pop() if len(different) == 1 else ""


def _order(result: Result) -> tuple[bool, str, int, int, Result]:
    place = _place(result) or Location("")
    return (not place.file, place.file, place.line, place.column, result)


def _place(result: Result) -> Location | None:
    """Where to look first: in the source that the file was made from where its line is known, else in the file."""
    return result.origin if result.origin and (result.origin.line or not result.location) else result.location


def _where(result: Result) -> str:
    return str(_place(result) or "")


def _node(result: Result) -> str:
    value = result.value if result.value != result.focus else ""
    return " ".join(part for part in (result.focus, result.path, value) if part)


def _other(result: Result) -> Location | None:
    """The place that :func:`_place` does not name."""
    return result.location if _place(result) is not result.location else result.origin if result.location else None


def _beside(result: Result) -> str:
    """The words of the statement, and the place that :func:`_place` does not name."""
    words = f"“{result.words}”" if result.words else ""
    other = _other(result)
    said = "" if other is None else f"in {other}" if other is result.location else f"from {other}"
    return ", ".join(part for part in (words, said) if part)


def _end_column(result: Result) -> int:
    """The column after the term at which the place begins; 0 where it is not known."""
    place = _place(result)
    if place is None or place is not result.location or not 0 < place.column <= len(result.source_line):
        return 0
    found = _TOKEN.match(result.source_line, place.column - 1)
    return found.end() + 1 if found else 0


def _relative(file: str) -> str:
    """A path as seen from the working folder, with slashes."""
    path = Path(file)
    return (path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path).as_posix()


def _failing(fail_on: str) -> tuple[str, ...]:
    return SEVERITIES[: SEVERITIES.index(fail_on) + 1] if fail_on in SEVERITIES else ()


def _verdict(report: Report, fail_on: str) -> str:
    return "failed" if not report.focus_nodes or any(map(report.count, _failing(fail_on))) else "passed"


def _cut(text: str, most: int = _LONGEST) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _human(report: Report, colour: bool) -> str:
    blocks = []
    for group in _groups(report):
        head = f"{group.severity}: {plain(group.shape)} ({len(group.results):,})"
        lines = [f"\x1b[1;{_COLOURS[group.severity]}m{head}\x1b[0m" if colour else head]
        for text in (group.message, group.mend):
            lines += _wrapped(text, "  ")
        for result in group.results[:SHOWN_RESULTS]:
            lines += _shown(group, result)
        if len(group.results) > SHOWN_RESULTS:
            lines.append(f"  … and {len(group.results) - SHOWN_RESULTS:,} more like it")
        blocks.append("\n".join(lines))
    return "\n\n".join([*blocks, str(report)]) + "\n"


def _shown(group: _Group, result: Result) -> Iterator[str]:
    indent = "    "
    place = _place(result)
    if place:
        yield indent + plain(str(place))
        indent += "  "
    if place and place is result.location and result.source_line.strip():
        line, caret = _excerpt(result.source_line, place.column)
        yield indent + line
        if caret:
            yield indent + caret
    for text in group.own(result):
        yield from _wrapped(text, indent)
    for text in (_node(result), _beside(result)):
        if text:
            yield indent + plain(_cut(text, 300))


def _wrapped(text: str, indent: str) -> list[str]:
    text = plain(_cut(text))
    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _excerpt(line: str, column: int) -> tuple[str, str]:
    """A line without its indentation, cut to what fits around the column, and a caret below the column where it is known."""
    text = plain(line).rstrip()
    at = min(column - 1, len(text))
    start = len(text) - len(text.lstrip())
    before = ""
    if at - start > _WIDTH - 30:
        start, before = at - 40, "…"
    shown = before + _cut(text[start:], _WIDTH)
    return shown, " " * _columns(before + text[start:at]) + "^" if at >= start else ""


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: wide letters take two, combining ones none."""
    return sum(0 if unicodedata.category(c) in {"Mn", "Me"} else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def _github(report: Report, _: str) -> str:
    commands = []
    every = [result for group in _groups(report) for result in group.results]
    for result in every[:GITHUB_COMMANDS]:
        place = _place(result)
        end = _end_column(result)
        at: dict[str, object] = {}
        if place:
            at = {"file": _relative(place.file), "line": place.line, "col": place.column, "endColumn": end}
        details = [result.message or result.shape, result.mend, _node(result), _beside(result)]
        commands.append(_command(_COMMANDS[result.severity], {**at, "title": result.shape}, details))
    if len(every) > len(commands):
        commands.append(_command("notice", {"title": "kg-builder"}, [f"… and {len(every) - GITHUB_COMMANDS:,} more. {report}"]))
    return "".join(commands)


def _command(name: str, properties: Mapping[str, object], details: Iterable[str]) -> str:
    data = _github_data("\n".join(_cut(each) for each in details if each))
    values = {key: _github_data(str(value)).replace(":", "%3A").replace(",", "%2C") for key, value in properties.items() if value}
    return f"::{name} {','.join(f'{key}={value}' for key, value in values.items())}::{data}\n"


def _github_data(text: str) -> str:
    shown = "".join(character if character in "\r\n" else plain(character) for character in text)
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _json(value: dict[str, Any]) -> str:
    """JSON with readable letters of all scripts; what is not printable is escaped, and so reaches no terminal."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return re.sub(r"[^\n -~]", lambda found: found[0] if found[0].isprintable() else json.dumps(found[0])[1:-1], text) + "\n"


def _report_json(report: Report, _: str) -> str:
    results = []
    for each in report.results:
        told = asdict(replace(each, terms=None)).items()
        named = {name.replace("source_line", "sourceLine"): its for name, its in told if name != "terms"}
        results.append({**named, "fingerprint": each.fingerprint})
    counts = {"focusNodes": report.focus_nodes, "shapes": report.shapes, "known": report.known, "gone": report.gone}
    return _json({"conforms": report.conforms, **counts, "results": results})


def _sarif(report: Report, _: str) -> str:
    groups = _groups(report)
    rules: dict[str, dict[str, Any]] = {}
    for group in groups:
        rules.setdefault(group.shape, _sarif_rule(group))
    index = {shape: at for at, shape in enumerate(rules)}
    driver = {"name": "kg-builder", "version": __version__, "informationUri": BASE, "rules": list(rules.values())}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_sarif_result(result, index[group.shape]) for group in groups for result in group.results],
    }
    return _json({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]})


def _sarif_rule(group: _Group) -> dict[str, Any]:
    name = re.split("[#/:]", group.shape)[-1] or group.shape
    short = group.message or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    rule = {
        "id": group.shape,
        "name": name,
        "shortDescription": _sarif_text(short),
        "fullDescription": _sarif_text(group.mend or short),
        "help": _sarif_text("\n".join(part for part in (short, group.mend) if part)),
        "defaultConfiguration": {"level": _LEVELS[group.severity]},
    }
    if _WEB_ADDRESS.fullmatch(group.shape):
        rule["helpUri"] = group.shape
    return rule


def _sarif_result(result: Result, rule: int) -> dict[str, Any]:
    details = (result.message or result.shape, _node(result), _beside(result))
    told: dict[str, Any] = {
        "ruleId": result.shape,
        "ruleIndex": rule,
        "level": _LEVELS[result.severity],
        "message": _sarif_text("\n".join(_cut(each) for each in details if each)),
    }
    place = _place(result)
    location: dict[str, Any] = {"physicalLocation": _physical(place, _end_column(result))} if place else {}
    if result.focus:
        location["logicalLocations"] = [{"fullyQualifiedName": result.focus, "kind": "resource"}]
    told["locations"] = [location] if location else []
    other = _other(result)
    if other:
        message = _sarif_text("Where it stands in the graph." if other is result.location else "Where it comes from.")
        told["relatedLocations"] = [{"id": 1, "physicalLocation": _physical(other), "message": message}]
    # Code scanning on GitHub knows the second name only.
    told["partialFingerprints"] = {"kgBuilder/v1": result.fingerprint, "primaryLocationLineHash": result.fingerprint}
    told["properties"] = {name: its for name in ("path", "value", "component", "words") if (its := getattr(result, name))}
    return told


def _sarif_text(text: str) -> dict[str, str]:
    """A message without placeholders (braces are doubled, 3.11.5) and without links (3.11.6)."""
    return {"text": text.replace("{", "{{").replace("}", "}}").replace("](", "] (")}


def _physical(place: Location, end_column: int = 0) -> dict[str, Any]:
    file = _relative(place.file)
    uri = ("file://" if Path(file).is_absolute() else "") + quote(file, errors="surrogateescape")
    told: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if place.line:
        region = {"startLine": place.line, "startColumn": place.column, "endColumn": end_column}
        told["region"] = {name: number for name, number in region.items() if number}
    return told


def _junit(report: Report, fail_on: str) -> str:
    """A suite a rule, a case a result. No times: nothing measured them. Rules without a node to look at are skipped."""
    failing = _failing(fail_on)
    suites = []
    for group in _groups(report):
        names = _different(_node(each) or group.shape for each in group.results)
        told = zip(names, group.results, strict=True)
        cases = [_case(group.shape, name, _result_xml(each, group.severity in failing)) for name, each in told]
        suites.append(_suite(group.shape, cases, failures=len(cases) if group.severity in failing else 0))
    failures = sum(map(report.count, failing))
    if not suites:
        failures = int(not report.focus_nodes)
        inner = '<failure type="nothing-checked" message="No rule found a node to look at."/>' if failures else ""
        suites.append(_suite("kg-builder", [_case("kg-builder", "validation", inner)], failures=failures))
    if report.idle:
        cases = [_case(shape, shape, '<skipped message="It found no node to look at."/>') for shape in report.idle]
        suites.append(_suite("rules without a node to look at", cases, skipped=len(cases)))
    tests = max(len(report.results), 1) + len(report.idle)
    head = f'<testsuites name="kg-builder" tests="{tests}" failures="{failures}" errors="0">'
    return "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *suites, "</testsuites>"]) + "\n"


def _suite(name: str, cases: list[str], *, failures: int = 0, skipped: int = 0) -> str:
    counts = f'tests="{len(cases)}" failures="{failures}" errors="0" skipped="{skipped}"'
    return "\n".join([f'  <testsuite name="{_xml(name)}" {counts}>', *cases, "  </testsuite>"])


def _different(names: Iterable[str]) -> list[str]:
    """The names, cut to a length, with a number behind those that stood before: of cases with one name, some tools show one."""
    seen = Counter[str]()
    found = []
    for name in (_cut(each, 300) for each in names):
        seen[name] += 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def _case(rule: str, name: str, inner: str) -> str:
    head = f'    <testcase classname="{_xml(rule)}" name="{_xml(name)}"'
    return f"{head}>\n      {inner}\n    </testcase>" if inner else f"{head}/>"


def _result_xml(result: Result, fails: bool) -> str:
    details = (_where(result), result.source_line.strip(), result.mend, _node(result), _beside(result))
    text = "\n".join(_xml(_cut(each)) for each in details if each)
    message = _xml(_cut(result.message or result.shape))
    if fails:
        return f'<failure type="{result.severity}" message="{message}">{text}</failure>'
    return f"<system-out>{result.severity}: {message}\n{text}</system-out>"


def _xml(text: str) -> str:
    """Text for XML 1.0: what it forbids is dropped, what is not printable becomes a reference."""
    escaped = escape(_FORBIDDEN_IN_XML.sub("", text))
    return escaped if escaped.isprintable() else "".join(c if c.isprintable() else f"&#{ord(c)};" for c in escaped)


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Validation report: {verdict}</title>
<style>
:root {{ color-scheme: light dark; --line: #8888; --violation: light-dark(#b3261e, #ffb4ab);
  --warning: light-dark(#7a5200, #ffcc80); --info: light-dark(#0b57d0, #a8c7fa); }}
body {{ max-width: 80rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }}
details {{ margin: 1rem 0; border: 1px solid var(--line); border-radius: .5rem; padding: .5rem 1rem; overflow-x: auto; }}
.violation {{ color: var(--violation) }} .warning {{ color: var(--warning) }} .info {{ color: var(--info) }}
table {{ border-collapse: collapse; width: 100%; font-size: .875rem; }}
th, td {{ border-top: 1px solid var(--line); padding: .375rem .5rem; text-align: start; vertical-align: top;
  overflow-wrap: anywhere; }}
</style></head>
<body><h1>Validation report: {verdict}</h1><p>{summary}</p>
{groups}</body></html>
"""


def _html(report: Report, fail_on: str) -> str:
    groups = "".join(_html_group(group) for group in _groups(report))
    return _PAGE.format(verdict=_verdict(report, fail_on), summary=escape(str(report)), groups=groups)


def _html_group(group: _Group) -> str:
    opened = " open" if group.severity == SEVERITIES[0] else ""
    head = f'<strong class="{group.severity}">{group.severity}</strong> {_html_text(group.shape)} ({len(group.results):,})'
    said = "".join(f"<p>{_html_text(text)}</p>\n" for text in (group.message, group.mend) if text)
    names = "".join(f'<th scope="col">{name}</th>' for name in ("place", "line", "node", "path", "value", "more"))
    rows = "".join(_html_row(group, result) for result in group.results)
    table = f"<table>\n<thead><tr>{names}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table>"
    return f"<details{opened}>\n<summary>{head}</summary>\n{said}{table}\n</details>\n"


def _html_row(group: _Group, result: Result) -> str:
    links = [_html_link(text) for text in (result.focus, result.path, result.value)]
    more = "<br>".join(_html_text(text) for text in (*group.own(result), _beside(result)) if text)
    cells = (_html_text(_where(result)), f"<code>{_html_text(result.source_line.strip())}</code>", *links, more)
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"


def _html_text(text: str) -> str:
    return escape(plain(text))


def _html_link(text: str) -> str:
    shown = _html_text(text)
    return f'<a href="{shown}" rel="noopener noreferrer">{shown}</a>' if _WEB_ADDRESS.fullmatch(text) else shown


def _markdown(report: Report, fail_on: str) -> str:
    """One table; rows that do not fit into a comment are counted."""
    text = f"### Validation {_verdict(report, fail_on)}\n\n{report}\n"
    rows = [_markdown_row(result) for group in _groups(report) for result in group.results]
    if not rows:
        return text
    text += "\n| severity | rule | place | node | what is wrong |\n| --- | --- | --- | --- | --- |\n"
    ends = accumulate(map(len, rows), initial=len(text) + 100)
    kept = sum(end <= MARKDOWN_CHARACTERS for end in ends) - 1
    left = f"\n… and {len(rows) - kept:,} more, left out here.\n" if kept < len(rows) else ""
    return text + "".join(rows[:kept]) + left


def _markdown_row(result: Result) -> str:
    wrong = " ".join(part for part in (result.message or result.shape, result.mend, _beside(result)) if part)
    codes = (_markdown_code(text) for text in (result.shape, _where(result), _node(result)))
    return f"| {result.severity} | {' | '.join(codes)} | {_markdown_text(_cut(wrong))} |\n"


def _markdown_text(text: str) -> str:
    """Text that stays text: no markup, no HTML, and no mention or reference that would notify somebody."""
    escaped = re.sub(r"[\\`*_\[\]|~$]", r"\\\g<0>", escape(plain(text), quote=False))
    return re.sub(r"[@#](?=\w)", r"\g<0><!-- -->", escaped)


def _markdown_code(text: str) -> str:
    """A code span for a table's cell: its fence is longer than any within, and pipes do not end the cell."""
    text = plain(_cut(text, 300)).strip()
    if not text:
        return ""
    fence = "`" * (max(map(len, re.findall("`+", text)), default=0) + 1)
    space = " " if "`" in text[0] + text[-1] else ""
    return fence + space + re.sub(r"(\\*)\|", r"\1\1\\|", text) + space + fence

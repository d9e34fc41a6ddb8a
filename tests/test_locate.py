"""A place that is told is the one that an editor shows, for what is written by hand and by three programs.

``tests/locate/NAME`` is a file; ``tests/locate/NAME.expected`` has a line for each thing looked for: subject, predicate,
object and ``line:column``, separated by tabs; ``-`` stands for none. The places were counted in the files, never taken from
what the scanner said.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from conftest import ROOT, least_seconds
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from kg_builder import Build
from kg_builder.graphs import SUFFIXES, Source, open_source, read_quads
from kg_builder.locate import Places

CASES = Path(__file__).parent / "locate"
EXPECTED = sorted(CASES.glob("*.expected"))
XSD = "http://www.w3.org/2001/XMLSchema#"
FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "json-ld": ox.RdfFormat.JSON_LD,
    "pretty-xml": ox.RdfFormat.RDF_XML,
    "xml": ox.RdfFormat.RDF_XML,
}
MOST_SECONDS = 1.0


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_places_are_those_counted_by_hand(expected: Path) -> None:
    source = open_source(str(expected.with_suffix("")))
    read_quads(source)  # each of these files parses
    places = Places.read(source)
    for row in expected.read_text("utf-8").splitlines():
        subject, predicate, object_, where = row.split("\t")
        found = places.find(subject, *(None if term == "-" else term for term in (predicate, object_)))
        assert (f"{found.line}:{found.column}" if found else "-") == where, row
        assert found is None or found.file == source.shown


@pytest.mark.parametrize("expected", EXPECTED, ids=lambda path: path.stem)
def test_no_triple_of_a_named_subject_is_without_a_place(expected: Path) -> None:
    source = open_source(str(expected.with_suffix("")))
    places = Places.read(source)
    quads = [quad for quad in read_quads(source) if isinstance(quad.subject, ox.NamedNode)]
    assert quads
    for quad in quads:
        if "reifier" not in str(quad.subject):
            assert places.find(str(quad.subject), str(quad.predicate), str(quad.object)), quad


def test_lines_are_given_without_their_end() -> None:
    places = Places.read(Source("f.ttl", b"# one\r\n# two\r# \xe2\x98\xba\n", ox.RdfFormat.TURTLE))
    assert [places.line(number) for number in range(6)] == ["", "# one", "# two", "# ☺", "", ""]


def check(source: Source) -> int:
    """Each triple without blank nodes is found where its object stands: the text there, read by a parser, gives the object."""
    places = Places.read(source)
    text = source.content.decode("utf-8").removeprefix("\ufeff")
    starts = [0, *(match.end() for match in re.finditer("\r\n?|\n", text))]
    directives = [(match.start(), match[0]) for match in DIRECTIVE.finditer(text)]
    checked = 0
    for quad in read_quads(source):
        if not isinstance(quad.subject, ox.NamedNode) or not isinstance(quad.object, ox.NamedNode | ox.Literal):
            continue
        place = places.find(str(quad.subject), str(quad.predicate), str(quad.object))
        assert place, quad
        offset = starts[place.line - 1] + place.column - 1
        enough = text[offset : offset + 6 * len(str(quad.object)) + 1000]
        prologue = "\n".join(directive for at, directive in directives if at < offset)
        assert READERS[source.format](enough, quad, prologue), (quad, place, enough[:80])
        checked += 1
    return checked


def reads_turtle(text: str, quad: ox.Quad, prologue: str) -> bool:
    """``text`` goes on after the object; the parser gives the first triple before it finds that it breaks off."""
    for opening in ("", "<urn:x:g> {"):
        with suppress(SyntaxError):
            first = next(ox.parse(input=f"{prologue}\n{opening} <urn:x:s> <urn:x:p> {text}", format=ox.RdfFormat.TRIG))
            return bool(first.object == quad.object)
    return False


def reads_line(text: str, quad: ox.Quad, _prologue: str) -> bool:
    line = f"<urn:x:s> <urn:x:p> {text}"
    return bool(next(ox.parse(input=line, format=ox.RdfFormat.N_QUADS)).object == quad.object)


def reads_json(text: str, quad: ox.Quad, _prologue: str) -> bool:
    value = json.JSONDecoder().raw_decode(text)[0]
    if isinstance(quad.object, ox.NamedNode):
        return isinstance(value, str) and quad.object.value.endswith(value.rpartition(":")[2])
    assert isinstance(quad.object, ox.Literal)
    if isinstance(value, bool):
        return str(value).lower() == quad.object.value
    return bool(value == quad.object.value if isinstance(value, str) else float(value) == float(quad.object.value))


def reads_xml(text: str, quad: ox.Quad, _prologue: str) -> bool:
    element = re.match(r"<(?:[\w.\-]+:)?([\w.\-]+)", text)
    return element is not None and (str(quad.predicate) + str(quad.object)).count(f"{element[1]}>") > 0


READERS: dict[ox.RdfFormat, Callable[[str, ox.Quad, str], bool]] = {
    ox.RdfFormat.TURTLE: reads_turtle,
    ox.RdfFormat.TRIG: reads_turtle,
    ox.RdfFormat.N_TRIPLES: reads_line,
    ox.RdfFormat.N_QUADS: reads_line,
    ox.RdfFormat.JSON_LD: reads_json,
    ox.RdfFormat.RDF_XML: reads_xml,
}
DIRECTIVE = re.compile(r"^@?(?:prefix|base)\b.*", re.MULTILINE | re.IGNORECASE)


@pytest.mark.parametrize("format_", ["ttl", "nq", "trig", "jsonld"])
def test_each_triple_of_the_built_graph_is_found_at_its_object(built: Build, format_: str) -> None:
    source = Source(f"graph.{format_}", built.content[format_].encode(), SUFFIXES[f".{format_}"])
    assert check(source) == len(read_quads(source))


def test_the_published_graph_is_scanned_in_time() -> None:
    source = open_source(str(ROOT / "data/graph.ttl"))
    start = time.process_time()
    Places.read(source)
    assert time.process_time() - start < MOST_SECONDS
    assert check(source) == len(read_quads(source)) > 5000


@pytest.mark.parametrize("path", sorted((ROOT / "ontology").rglob("*.ttl")), ids=lambda path: path.stem)
def test_each_triple_of_the_ontology_is_found_at_its_object(path: Path) -> None:
    assert check(open_source(str(path)))


LOCAL_NAMES = st.sampled_from(["a", "b1", "x.y", "é", "a,b", "50%25", "-m", "𝄞", "", "q?f", "one/two", "true", "prefix", "base"])
IRIS = st.builds("{}{}".format, st.sampled_from(["http://example.org/", "http://example.org/ns#", "urn:x:"]), LOCAL_NAMES)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]) | st.sampled_from("\"'\\\n\t@^<#;,."), max_size=12
)
LITERALS = (
    st.builds(rdflib.Literal, TEXTS)
    | st.builds(rdflib.Literal, TEXTS, lang=st.sampled_from(["en", "de-at", "zh-hant"]))
    | st.builds(rdflib.Literal, st.integers() | st.booleans() | st.decimals(-9999, 9999, places=2))
    | st.builds(rdflib.Literal, st.floats(allow_nan=False, allow_infinity=False))
    | st.builds(rdflib.Literal, TEXTS, datatype=st.builds(rdflib.URIRef, IRIS))
)
NODES = st.builds(rdflib.URIRef, IRIS)
SUBJECTS = NODES | st.builds(rdflib.BNode, st.sampled_from(["b1", "b2"]))
PREDICATES = st.sampled_from([rdflib.Namespace("http://example.org/")[name] for name in ("a", "ns#é", "x.y", "true")])
TRIPLES = st.tuples(SUBJECTS, PREDICATES, SUBJECTS | LITERALS) | st.tuples(SUBJECTS, st.just(rdflib.RDF.type), NODES)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=60, deadline=None)
@given(triples=st.lists(TRIPLES, min_size=1, max_size=12))
def test_each_triple_that_rdflib_writes_is_found(name: str, triples: list[tuple[rdflib.term.Node, ...]]) -> None:
    graph = rdflib.Dataset() if name in {"trig", "nquads"} else rdflib.Graph()
    graph.bind("ex", "http://example.org/")
    graph.bind("ns", "http://example.org/ns#")
    into = graph.graph("http://example.org/graph") if isinstance(graph, rdflib.Dataset) else graph
    for subject, predicate, object_ in triples:
        into.add((subject, predicate, object_))
    try:
        content = graph.serialize(format=name, encoding="utf-8")
    except ValueError:
        assume(name != "pretty-xml")  # that writer cannot shorten each IRI
        raise
    check(Source(f"graph.{name}", content, FORMATS[name]))


@pytest.mark.parametrize("format_", sorted(set(SUFFIXES.values()), key=str), ids=lambda each: each.name)
@settings(max_examples=200, deadline=None)
@given(
    text=st.text()
    | st.text(st.sampled_from("{}[]()<>\"'\\@:;,.#^~|_ab1\n\r\t -&!/=𝄞"), max_size=60)
    | st.builds(
        lambda text, cut, more: text[cut % (len(text) + 1) :] + more + text[: cut // 2],
        st.sampled_from([path.with_suffix("").read_text("utf-8") for path in EXPECTED]),
        st.integers(0, 2000),
        st.text(max_size=3),
    )
)
@example(text='@prefix : <\\UFFFFFFFF> . : a "\\uD800", \'')
@example(text='{"@context": {"a": "b:c", "b": "a:b"}, "a": "\\ud800", "@id": [1], "@type": {"@value": {}}}')
def test_nothing_makes_the_scanner_fail(format_: ox.RdfFormat, text: str) -> None:
    places = Places.read(Source("any", text.encode("utf-8", errors="replace"), format_))
    places.find("<urn:x>", "<urn:y>", '"z"')


@pytest.mark.parametrize(
    ("suffix", "piece"),
    [
        (".ttl", ":a :b [ "),
        (".ttl", ":a :b ( "),
        (".ttl", '"""'),
        (".ttl", '"\\'),
        (".ttl", "a.b."),
        (".ttl", "<"),
        (".ttl", "<< "),
        (".ttl", "prefix a.b # \n"),
        (".ttl", "'" * 3 + "a"),
        (".ttl", "_:a..."),
        (".ttl", "1e+"),
        (".jsonld", "["),
        (".jsonld", '{"a":'),
        (".jsonld", '{"@context":{"a":"b:c","b":"a:b"},"a:a":'),
        (".jsonld", '"\\'),
        (".rdf", "<a>"),
        (".rdf", '<a xml:base="b">'),
    ],
)
def test_time_grows_with_the_size_and_not_faster(suffix: str, piece: str) -> None:
    def seconds(size: int) -> float:
        content = (piece * (size // len(piece))).encode()
        return least_seconds(lambda: Places.read(Source("deep", content, SUFFIXES[suffix])))

    seconds(1_000)
    assert seconds(200_000) < 12 * max(seconds(50_000), 0.01)

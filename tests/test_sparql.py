"""The gate before the engine: what would fetch is refused however an engine reads the query, and what is harmless is not."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from kg_builder.errors import InputError
from kg_builder.sparql import MAX_LENGTH, guard

FETCHES = [
    "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { FILTER(1<1)SERVICE#>\n<http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { BIND('a' AS ?a) FILTER(?a<'x>')SERVICE <http://127.0.0.1/> { ?s ?p ?o } FILTER(?a!='y') }",
    "SELECT * { ?s <http://e/a#b> ?o FILTER(1<1)SERVICE#>\n<http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p 1SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "SELECT * { ?s ?p trueSERVICE<http://127.0.0.1/>{ ?s ?p ?o } }",
    "SELECT * { SERVICESILENT<http://127.0.0.1/>{ ?s ?p ?o } }",
    "SELECT * { SERVICEex:there { ?s ?p ?o } }",
    "SELECT * { FILTER(1<?a)service#>\n?where#\n{ ?s ?p ?o } }",
    "SELECT (1<'x>' AS ?b) FROM <http://127.0.0.1/> WHERE { ?s ?p ?o FILTER(1!='y') }",
]
HARMLESS = [
    "SELECT * { ?s <http://e/service/from/x> ?o . ?o <http://e/from#y>\n <http://e/b> }",
    "PREFIX s: <http://e/service#> SELECT * { ?s s:from ?o . FILTER(?o < 3 && ?o > 1) FILTER(?a<?b) }",
    "SELECT ?service { ?service <http://e/service> ?from { ?s ?p 'SERVICE <x> {' } } # SERVICE <x> {",
    'SELECT * { ?s ?p """FROM <x> WHERE""", 1.5e3, .5, -1 }',
]


@pytest.mark.parametrize("query", FETCHES)
def test_what_would_fetch_is_refused_however_it_is_read(query: str) -> None:
    with pytest.raises(InputError, match=r"(SERVICE|FROM) is not allowed"):
        guard(query)


@pytest.mark.parametrize("query", HARMLESS)
def test_words_that_fetch_nothing_are_let_pass(query: str) -> None:
    guard(query)


def test_graphs_that_are_looked_at_may_be_named_but_not_hidden() -> None:
    guard("SELECT * FROM <urn:a> FROM NAMED <urn:b> WHERE { ?s ?p ?o }", dataset=True)
    with pytest.raises(InputError, match="FROM is not allowed"):
        guard("SELECT((1<1)AS?b)(COUNT(*)AS?n)FROM#>\n<urn:a> { ?s ?p ?o }", dataset=True)


def test_nesting_that_one_reading_hides_is_refused() -> None:
    with pytest.raises(InputError, match="nests too deep"):
        guard("SELECT * { FILTER(1<'x>'||" + "(" * 3000 + "1" + ")" * 3000 + "||1!='y') }")


@pytest.mark.parametrize("piece", ["<", "<a", "#\n", "1<a>", "FROM", "SERVICE ", "service:"])
def test_the_gate_is_quick_with_any_query(piece: str) -> None:
    started = time.process_time()
    try:
        guard(piece * (MAX_LENGTH // len(piece)))
    except InputError as error:
        assert "not allowed" in str(error)
    assert time.process_time() - started < 10  # what grows with the square takes minutes


PROBE = """
import socket, click
from kg_builder.cli import cli

@cli.command()
def probe():
    socket.socketpair()
    try:
        socket.socket()
    except PermissionError:
        print("refused")

cli.main(["probe"])
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the kernel cannot be asked to refuse")
def test_no_command_can_open_a_connection() -> None:
    done = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=True)
    assert done.stdout == "refused\n"

"""Clients that are slow, silent or endless: none holds a connection for long, or fills the memory."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from kg_builder.serve import connections
from kg_builder.serve.connections import Connection

ALLOWED = 0.5
LARGE = 2**24
GET = b"GET / HTTP/1.1\r\nHost: x\r\n"


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(connections, "SECONDS_TO_ASK", ALLOWED)
    monkeypatch.setattr(connections, "SECONDS_TO_READ", ALLOWED)
    logging.getLogger("uvicorn.error").propagate = False
    yield
    logging.getLogger("uvicorn.error").propagate = True


async def application(scope: Any, receive: Any, send: Any) -> None:
    """Answers with 16 MiB in pieces at ``/large``, otherwise with two bytes; it does not look at a request's body."""
    size, piece = (LARGE, bytes(2**16)) if scope["path"] == "/large" else (2, b"ok")
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
    for sent in range(0, size, len(piece)):
        await send({"type": "http.response.body", "body": piece, "more_body": sent + len(piece) < size})


@contextlib.asynccontextmanager
async def connected() -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    config = uvicorn.Config(application, http=Connection, lifespan="off", ws="none", log_config=None, timeout_keep_alive=1)
    state = ServerState()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(config, state, {}), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2], limit=2**12)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        server.close()


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def ended(talk: Talk) -> float:
    """The seconds after which the server ended a connection."""
    async with connected() as (reader, writer):
        started = asyncio.get_running_loop().time()
        await talk(reader, writer)
        with contextlib.suppress(ConnectionError):
            await asyncio.wait_for(reader.read(-1), 20)
        return asyncio.get_running_loop().time() - started


async def drip(writer: asyncio.StreamWriter, drop: bytes) -> None:
    """Send a drop again and again, as long as the server lets."""
    with contextlib.suppress(ConnectionError):
        for _ in range(200):
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.05)


async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None: ...


async def drip_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(GET)
    await drip(writer, b"X-A: b\r\n")


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(GET + b"\r\n")
    assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200 OK\r\n")


async def ask_and_drip_lines(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await ask(reader, writer)
    await drip(writer, b"\r\n")


async def ask_and_drip_headers(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await ask(reader, writer)
    await drip_headers(reader, writer)


async def ask_and_wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await ask(reader, writer)


@pytest.mark.parametrize("talk", [say_nothing, drip_headers, ask_and_drip_headers, ask_and_drip_lines, ask_and_wait])
def test_who_does_not_ask_is_let_go(talk: Talk) -> None:
    assert asyncio.run(ended(talk)) < 5


def test_who_does_not_take_the_answer_is_let_go() -> None:
    async def leave_it(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(GET.replace(b"/ ", b"/large ") + b"\r\n")
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(4 * ALLOWED)

    async def received() -> int:
        async with connected() as (reader, writer):
            await leave_it(reader, writer)
            taken = 0
            with contextlib.suppress(ConnectionError):
                while part := await asyncio.wait_for(reader.read(2**16), 20):
                    taken += len(part)
            return taken

    assert asyncio.run(received()) < LARGE


def test_who_takes_it_slowly_gets_it_whole() -> None:
    async def received() -> int:
        async with connected() as (reader, writer):
            writer.write(GET.replace(b"/ ", b"/large ") + b"Connection: close\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            taken = 0
            while part := await reader.read(2**17):
                taken += len(part)
                await asyncio.sleep(0.002)
            return taken

    assert asyncio.run(received()) == LARGE


@pytest.mark.parametrize("start", [b"GET /?", GET + b"X-A: "])
def test_a_head_without_an_end_is_refused(start: bytes) -> None:
    async def answer() -> bytes:
        async with connected() as (reader, writer):
            writer.write(start)
            for _ in range(32):  # just more than may be: on what is sent beyond that, the system drops the answer
                writer.write(b"a" * 4096)
                await writer.drain()
            return await asyncio.wait_for(reader.readuntil(b"\r\n"), 10)

    assert asyncio.run(answer()) == b"HTTP/1.1 400 Bad Request\r\n"


def test_an_address_that_is_too_long_is_told() -> None:
    async def answer() -> bytes:
        async with connected() as (reader, writer):
            writer.write(b"GET /" + b"a" * 2**16 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
            return await asyncio.wait_for(reader.read(-1), 10)

    assert b"The address is longer than 65,535 bytes" in asyncio.run(answer())


def test_several_requests_come_one_after_the_other() -> None:
    async def answers() -> list[bytes]:
        async with connected() as (reader, writer):
            found = []
            for _ in range(3):
                writer.write(GET + b"X-A: " + b"a" * 100_000 + b"\r\n\r\n")
                found.append(await reader.readuntil(b"ok"))
            writer.write(2 * (GET + b"\r\n"))
            return [*found, await reader.readuntil(b"ok"), await reader.readuntil(b"ok")]

    assert [each.split(b"\r\n")[0] for each in asyncio.run(answers())] == [b"HTTP/1.1 200 OK"] * 5

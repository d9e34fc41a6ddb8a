"""Answers that are no documents: problems (RFC 9457), for people as a small page, and what methods there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape
from http import HTTPStatus
from typing import Any

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Scope, Send

from kg_builder.serve.negotiation import HTML, PROBLEM, ranked

_PIECE = 2**16
"""Bytes of a body that are sent at a time: of one piece, a slow client would have to take all before its time is counted anew."""
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{title}</title></head>
<body><main><h1>{title}</h1><p>{detail}</p></main></body></html>
"""


def header(scope: Scope, name: bytes) -> str:
    """A header's value; one that is given several times is one list."""
    return ",".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


def problem(
    scope: Scope, status: int, title: str, detail: str = "", headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """What is wrong, as JSON, or as a page for a client that likes pages better; ``more`` are further members of the JSON.

    Of these, the detail tells ``line`` with ``column``, and ``available``: media types, or links with such.
    """
    given = {"cache-control": "no-cache", **(headers or {})}
    detail = " ".join(each if each.endswith(".") else f"{each}." for each in (detail, *_told(more)) if each)
    if next(iter(ranked(header(scope, b"accept"), (PROBLEM, HTML))), PROBLEM) is HTML:
        page = _PAGE.format(title=escape(title), detail=escape(detail or HTTPStatus(status).phrase))
        return HTMLResponse(page, status, given)
    told = {"type": "about:blank", "title": title, "status": status, **({"detail": detail} if detail else {}), **more}
    return JSONResponse(told, status, given, PROBLEM.media_type)


def _told(more: Mapping[str, Any]) -> Iterator[str]:
    """Sentences for people about members of a problem."""
    if "line" in more:
        yield f"It is at line {more['line']}, column {more['column']}."
    if "available" in more:
        yield f"There are {', '.join(each if isinstance(each, str) else each['type'] for each in more['available'])}."


async def send_in_pieces(status: int, headers: list[tuple[bytes, bytes]], body: bytes, send: Send) -> None:
    """Send an answer; what a slow client has not taken yet is waited for."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    for start in range(0, max(len(body), 1), _PIECE):
        end = start + _PIECE
        await send({"type": "http.response.body", "body": body[start:end], "more_body": end < len(body)})


def allow(methods: Iterable[str], **headers: str) -> Response:
    """The answer to OPTIONS."""
    return Response(None, 204, {"allow": ", ".join(methods), **headers})


def refuse_method(scope: Scope, methods: Iterable[str]) -> Response:
    return problem(
        scope, 405, f"{scope['method']} is not for this address", "Nothing can be changed here.", {"allow": ", ".join(methods)}
    )

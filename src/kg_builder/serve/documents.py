"""Things and documents: a thing's IRI leads (303) to the document that the client takes, and a document is sent as it is.

``/data/actor/police`` is a thing, ``/data/actor/police.ttl`` a document about it. What was withdrawn is gone (410), with what lay
below it. Nothing but reading is served.
"""

from __future__ import annotations

import json
import re
from email.utils import parsedate_to_datetime

import anyio
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, Response
from starlette.types import Receive, Scope, Send

from kg_builder.serve.files import File, Files
from kg_builder.serve.negotiation import DOCUMENTS, accepts_gzip, ranked
from kg_builder.serve.responses import allow, header, problem, refuse_method, send_in_pieces
from kg_builder.vocabulary import BASE

WITHDRAWN = "withdrawn.json"
METHODS = ("GET", "HEAD", "OPTIONS")
_RANGE = re.compile(r"(?=.?\d)(\d{0,18})-(\d{0,18})")
_NEGOTIATED = {"vary": "Accept", "cache-control": "no-cache"}
_SUFFIXES = frozenset(form.suffix for form in DOCUMENTS)
_NO_CACHE = (b"cache-control", b"no-cache")
"""A client asks each time whether its copy is still right: a claim may have been corrected."""


class Documents:
    """An ASGI application."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._gone: tuple[str, frozenset[str]] = ("", frozenset())
        """The list of what was withdrawn, with its ETag."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        method = scope["method"]
        if method not in {"GET", "HEAD"}:
            response = allow(METHODS) if method == "OPTIONS" else refuse_method(scope, METHODS)
            await response(scope, receive, send)
            return
        path = scope["path"][1:]
        raw = scope["raw_path"]
        if path == "" or path.endswith("/"):
            path += "index.html"
        if b"%" in raw and b"%2f" in raw.lower():
            await _nothing(scope)(scope, receive, send)
            return
        gone = await self._withdrawn(path, scope)
        file = await self._files.find(path)
        if gone:
            await (await self._tell_gone(gone, path, scope))(scope, receive, send)
        elif file is not None:
            await _send_file(file, scope, receive, send)
        else:
            await (await self._see_other(path, scope))(scope, receive, send)

    async def _withdrawn(self, path: str, scope: Scope) -> str:
        """The path of the thing that was withdrawn and that a path is, is about or lies below; empty where there is none.

        Where the list cannot be read, which the log tells once, the one before holds.
        """
        listed = await self._files.find(WITHDRAWN)
        if listed is None:
            return ""
        if listed.etag != self._gone[0]:
            things = self._gone[1]
            try:
                entries = json.loads(listed.content or await anyio.Path(listed.path).read_bytes())["withdrawn"]
                things = frozenset(entry["iri"].removeprefix(BASE) for entry in entries)
            except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
                told = f"{type(error).__name__}: {error}"
                scope["note"]["fault"] = f"{WITHDRAWN} cannot be read, what it said before holds: {told}"
            self._gone = listed.etag, things
        stem, _, suffix = path.rpartition(".")
        thing = stem if suffix in _SUFFIXES else path
        while self._gone[1] and thing:
            if thing in self._gone[1]:
                return thing
            thing = thing.rpartition("/")[0]
        return ""

    async def _tell_gone(self, gone: str, path: str, scope: Scope) -> Response:
        """What stands in place of a thing that was withdrawn, and nothing of what lay below it."""
        file = None
        if path == gone:
            found = [await self._files.find(f"{path}.{form.suffix}") for form in ranked(header(scope, b"accept"), DOCUMENTS)]
            file = next(filter(None, found), None)
        elif path.rpartition(".")[0] == gone:
            file = await self._files.find(path)
        if file is None or file.content is None:
            return problem(
                scope, 410, "This was withdrawn", "It, or what it belonged to, is not published any more.", _NEGOTIATED
            )
        response = Response(file.content, 410, {"content-type": file.content_type, **_NEGOTIATED})
        if scope["method"] == "HEAD":
            response.body = b""
        return response

    async def _see_other(self, path: str, scope: Scope) -> Response:
        """To the document about the thing that the client likes best."""
        accept = header(scope, b"accept")
        for form in ranked(accept, DOCUMENTS):
            if await self._files.find(f"{path}.{form.suffix}") is not None:
                name = scope["raw_path"].rpartition(b"/")[2]
                return Response(None, 303, {"location": f"{name.decode('ascii')}.{form.suffix}", **_NEGOTIATED})
        there = [form for form in DOCUMENTS if await self._files.find(f"{path}.{form.suffix}") is not None]
        if not there:
            return _nothing(scope)
        name = path.rpartition("/")[2]
        available = [{"href": f"{name}.{form.suffix}", "type": form.media_type} for form in there]
        return problem(scope, 406, "No form that you take", headers={"vary": "Accept"}, available=available)


def _nothing(scope: Scope) -> Response:
    return problem(scope, 404, "There is nothing here", "The address may have been mistyped; the home page has the way in.")


async def _send_file(file: File, scope: Scope, receive: Receive, send: Send) -> None:
    headers = dict(scope["headers"])
    wants_gzip = accepts_gzip(headers.get(b"accept-encoding", b"").decode("latin-1"))
    wanted = headers.get(b"range")
    ranges = wanted is not None and not file.is_made and _is_range(wanted.decode("latin-1"), file.status.st_size)
    is_compressed = wants_gzip and file.compressed is not None and not ranges
    etag = f'{file.etag[:-1]}-gz"' if is_compressed else file.etag
    if (b"if-none-match" in headers or b"if-modified-since" in headers) and _is_known(file, headers):
        kept = {"etag": etag, "last-modified": file.modified, "vary": "Accept-Encoding", "cache-control": "no-cache"}
        await Response(None, 304, kept)(scope, receive, send)
        return
    if file.content is None or ranges:
        await _stream(file, wants_gzip and not ranges, scope, receive, send)
        return
    body = file.compressed if is_compressed and file.compressed is not None else file.content
    start = [
        (b"content-type", file.content_type.encode("latin-1")),
        (b"content-length", b"%d" % len(body)),
        (b"etag", etag.encode("latin-1")),
        (b"last-modified", file.modified.encode("latin-1")),
        (b"vary", b"Accept-Encoding"),
        (b"accept-ranges", b"none" if file.is_made else b"bytes"),
        _NO_CACHE,
    ]
    if is_compressed:
        start.append((b"content-encoding", b"gzip"))
    await send_in_pieces(200, start, b"" if scope["method"] == "HEAD" else body, send)


def _is_range(wanted: str, size: int) -> bool:
    """Whether a Range header is to be heeded: others are passed over (RFC 9110, section 14.2), where Starlette answers 400."""
    unit, _, listed = wanted.partition("=")
    starts = []
    for part in listed.split(","):
        match = _RANGE.fullmatch(part.strip())
        if match is None or unit.strip().lower() != "bytes":
            return False
        first, last = match.groups()
        if first and last and int(first) > int(last):
            return False
        starts.append(int(first) if first else max(size - int(last), 0))
    return len(starts) == 1 or all(start < size for start in starts)


def _is_known(file: File, headers: dict[bytes, bytes]) -> bool:
    """Whether the client has the file as it is (RFC 9110, section 13.1)."""
    tags = headers.get(b"if-none-match")
    if tags is not None:
        plain, compressed = file.etag, f'{file.etag[:-1]}-gz"'
        given = {each.strip().removeprefix("W/") for each in tags.decode("latin-1").split(",")}
        return bool(given & {"*", plain, compressed})
    try:
        since = parsedate_to_datetime(headers[b"if-modified-since"].decode("latin-1"))
        return int(file.status.st_mtime) <= since.timestamp()
    except (ValueError, OverflowError):
        return False


async def _stream(file: File, is_compressed: bool, scope: Scope, receive: Receive, send: Send) -> None:
    """Send a large file, or parts of any."""
    etag = f"W/{file.etag}" if is_compressed else file.etag
    headers = {"etag": etag, "last-modified": file.modified, "vary": "Accept-Encoding", "cache-control": "no-cache"}
    response = FileResponse(file.path, headers=headers, media_type=file.content_type, stat_result=file.status)
    await (GZipMiddleware(response, compresslevel=3) if is_compressed else response)(scope, receive, send)

"""SPARQL 1.1 over HTTP: the Protocol's queries, and reading by the Graph Store Protocol. Nothing is changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl

import anyio.to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from kg_builder.serve.answers import Outcome, Question, Reply, serialise
from kg_builder.serve.description import describe
from kg_builder.serve.negotiation import DESCRIPTIONS, HTML, Form, accepts_gzip, ranked
from kg_builder.serve.responses import allow, header, problem, refuse_method, send_in_pieces
from kg_builder.serve.workers import Busy, Ended, Pool, QueryLimits

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
ALL = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_METHODS = ("GET", "HEAD", "POST", "OPTIONS")
_READING = ("GET", "HEAD", "OPTIONS")
_MOST_FIELDS = 1000
_SECONDS_TO_SEND = 10
"""That a client has for the body of a request."""


class Refused(Exception):  # noqa: N818 - what the client did wrong
    """A request that is none of the Protocol's."""

    def __init__(self, status: int, title: str, detail: str = "") -> None:
        super().__init__(title)
        self.status, self.title, self.detail = status, title, detail


class Endpoint:
    """What both protocols have in common: a question to the pool, and its answer or what is wrong."""

    methods: tuple[str, ...] = _READING

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        try:
            response = await self._respond(request)
        except Refused as refused:
            _note(scope, "refused")
            response = problem(scope, refused.status, refused.title, refused.detail)
        except ClientDisconnect:
            _note(scope, "left")
            return
        await self._send(response, request.method == "HEAD", send)

    async def _send(self, response: Response, is_head: bool, send: Send) -> None:
        """Send an answer, of which is counted what a slow client has not taken yet."""
        body = b"" if is_head else bytes(response.body)
        with self._pool.unsent(len(body)):
            await send_in_pieces(response.status_code, response.raw_headers, body, send)

    async def _respond(self, request: Request) -> Response:
        if request.method == "OPTIONS":
            return allow(self.methods)
        if request.method not in self.methods:
            return refuse_method(request.scope, self.methods)
        return await self._answer(request)

    async def _answer(self, request: Request) -> Response:
        raise NotImplementedError

    async def _ask(self, request: Request, question: Question) -> Response:
        """The answer; a client that leaves ends its query."""
        scope = request.scope
        scope["note"]["query"] = question.query
        asking = asyncio.create_task(self._pool.ask(question))
        leaving = asyncio.create_task(_left(request))
        try:
            await asyncio.wait((asking, leaving), return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():
                raise ClientDisconnect
            reply = asking.result()
        except Busy:
            _note(scope, "busy")
            wait = {"retry-after": f"{self._pool.limits.patience:.0f}"}
            return problem(scope, 503, "Too many queries at once", "Ask again in some seconds.", wait)
        except Ended as ended:
            reply = ended_reply(ended.outcome, self._pool.limits)
        finally:
            asking.cancel()
            leaving.cancel()
        _note(scope, reply.outcome)
        if reply.status != 200:
            told = reply if reply.title else ended_reply(reply.outcome, self._pool.limits)
            return problem(scope, told.status, told.title, told.detail, {"vary": "Accept"}, **told.more)
        headers = {"vary": "Accept, Accept-Encoding", "cache-control": "no-cache", "content-type": reply.content_type}
        if reply.is_gzip:
            headers["content-encoding"] = "gzip"
        return Response(reply.body, 200, headers)


class Sparql(Endpoint):
    """The SPARQL 1.1 Protocol's query operation; without a query, the Service Description."""

    methods = _METHODS

    def __init__(self, pool: Pool, triples: int, graphs: Mapping[str, int], page: str) -> None:
        """``page`` is the address of a page for people."""
        super().__init__(pool)
        self._page = page

        @lru_cache(maxsize=16)
        def description(endpoint: str, form: Form) -> bytes:
            return serialise(describe(endpoint, triples, graphs), form)

        self._description = description

    async def _answer(self, request: Request) -> Response:
        query_string = request.scope["query_string"]
        if request.method != "POST":
            fields = _fields(query_string)
            if not fields:
                return await self._describe(request)
            return await self._ask(request, self._question(request, fields))
        media_type, _, parameters = header(request.scope, b"content-type").partition(";")
        given_charset = parameters.replace(" ", "").replace('"', "").lower().partition("charset=")[2]
        charset = given_charset.partition(";")[0] or "utf-8"
        kind = media_type.strip().lower()
        if kind == UPDATE:
            raise _no_update()
        if kind not in {FORM, QUERY}:
            raise Refused(415, "A query comes in another type", f"Send it as {FORM} or as {QUERY}.")
        if charset not in {"utf-8", "utf8", "us-ascii"}:
            raise Refused(415, "A query comes in UTF-8", f"This one is said to come in {charset[:40]}.")
        body = await self._body(request)
        if kind == FORM:
            return await self._ask(request, self._question(request, _fields(body)))
        given = _fields(query_string)
        fields = [("query", _decoded(body)), *given]
        return await self._ask(request, self._question(request, fields))

    def _question(self, request: Request, fields: list[tuple[str, str]]) -> Question:
        if any(name == "update" for name, _ in fields):
            raise _no_update()
        queries = [value for name, value in fields if name == "query"]
        if len(queries) != 1:
            raise Refused(400, f"{len(queries)} queries were sent", "A request has exactly one 'query'.")
        if len(queries[0].encode()) > self._pool.limits.longest:
            raise Refused(413, "The query is too long", f"At most {self._pool.limits.longest:,} bytes are read.")
        default = tuple(value for name, value in fields if name == "default-graph-uri")
        named = tuple(value for name, value in fields if name == "named-graph-uri")
        accept, encodings = (header(request.scope, name) for name in (b"accept", b"accept-encoding"))
        return Question(queries[0], accept, default or None, named or None, accepts_gzip(encodings))

    async def _body(self, request: Request) -> bytes:
        """The body of a request, where it comes in time and is not too long."""
        most = 3 * self._pool.limits.longest + 10_000
        parts, length = [], 0
        try:
            async with asyncio.timeout(_SECONDS_TO_SEND):
                async for part in request.stream():
                    parts.append(part)
                    length += len(part)
                    if length > most:
                        raise Refused(
                            413, "The request is too long", f"At most {self._pool.limits.longest:,} bytes of a query are read."
                        )
        except TimeoutError:
            raise Refused(408, "The request did not come in time") from None
        return b"".join(parts)

    async def _describe(self, request: Request) -> Response:
        form = next(iter(ranked(header(request.scope, b"accept"), DESCRIPTIONS)), None)
        if form is None:
            available = [each.media_type for each in DESCRIPTIONS]
            return problem(request.scope, 406, "No form that you take", headers={"vary": "Accept"}, available=available)
        if form is HTML:
            return Response(None, 303, {"location": self._page, "vary": "Accept"})
        try:
            body = await anyio.to_thread.run_sync(self._description, str(request.url.replace(query="", fragment="")), form)
        except ValueError:
            raise Refused(400, "The header Host names no host") from None
        headers = {"vary": "Accept", "cache-control": "no-cache", "content-type": form.content_type}
        return Response(body, 200, headers)


class GraphStore(Endpoint):
    """Reading by the Graph Store HTTP Protocol: ``?default``, or ``?graph=IRI``."""

    def __init__(self, pool: Pool, graphs: Mapping[str, int]) -> None:
        super().__init__(pool)
        self._graphs = graphs

    async def _answer(self, request: Request) -> Response:
        fields = dict(_fields(request.scope["query_string"]))
        accept, encodings = (header(request.scope, name) for name in (b"accept", b"accept-encoding"))
        if fields.keys() == {"default"}:
            return await self._ask(request, Question(ALL, accept, gzip=accepts_gzip(encodings)))
        if fields.keys() != {"graph"}:
            raise Refused(400, "Which graph?", "Ask for ?default, or for ?graph= and the IRI of a graph.")
        if fields["graph"] not in self._graphs:
            raise Refused(404, "There is no such graph", "The description of the endpoint lists the graphs.")
        return await self._ask(request, Question(ALL, accept, (fields["graph"],), gzip=accepts_gzip(encodings)))


def ended_reply(outcome: Outcome, limits: QueryLimits) -> Reply:
    """What a client is told of a query that came to no end."""
    status, title, detail = {
        "time": (
            503,
            "The query took too long",
            f"It was stopped after {limits.seconds:g} seconds. Make it simpler, or add a LIMIT.",
        ),
        "memory": (
            500,
            "The query took too much memory",
            f"It was stopped at {limits.memory:,} MiB. Make it simpler, or add a LIMIT.",
        ),
        "depth": (400, "The query nests too deep", "Write it flatter."),
    }.get(outcome, (500, "The query could not be answered", "The process that answered it ended. Make the query simpler."))
    return Reply(status, outcome, title=title, detail=detail)


def _fields(text: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Refused(
            400, "The parameters cannot be read", "They come as name=value, joined by &, percent-encoded UTF-8."
        ) from None


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise Refused(400, "The query is not UTF-8", f"Byte {error.start + 1} is the first that is not.") from None


def _no_update() -> Refused:
    return Refused(403, "Updates are refused", "This endpoint is for reading only.")


async def _left(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _note(scope: Scope, outcome: Outcome) -> None:
    scope["note"]["outcome"] = outcome

"""Connections that neither a slow nor a boundless client can hold: what uvicorn itself does not limit."""

from __future__ import annotations

from asyncio import BaseTransport, TimerHandle

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LONGEST_HEAD = 2**17
"""Bytes of a request's first line and headers."""
LONGEST_ADDRESS = 2**16 - 1
"""Bytes of an address in it, which the parser can read."""
SECONDS_TO_ASK = 10.0
"""That a client has for the head of a request, from when it connects or begins with it."""
SECONDS_TO_READ = 30.0
"""That a client may leave what is sent to it where it is: at most 112 KiB must go in that time."""


class Connection(HttpToolsProtocol):
    """One client's connection."""

    _deadline: TimerHandle | None = None
    _stalled: TimerHandle | None = None
    _is_in_head = True
    _length = 0

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(transport)  # type: ignore[arg-type]
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if not self._is_in_head and self.cycle is not None and self.cycle.response_complete:
            self._expect_head()
        if self._is_in_head:
            self._length += len(data)
        super().data_received(data)
        if self._is_in_head and self._length > LONGEST_HEAD and not self.transport.is_closing():
            self.send_400_response(f"The head of the request is longer than {LONGEST_HEAD:,} bytes; send a long query by POST.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        if not self._is_in_head:
            self._expect_head()

    def on_headers_complete(self) -> None:
        self._is_in_head = False
        if self._deadline is not None:
            self._deadline.cancel()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        too_long = f"The address is longer than {LONGEST_ADDRESS:,} bytes; send a long query by POST."
        super().send_400_response(too_long if len(getattr(self, "url", b"")) > LONGEST_ADDRESS else msg)

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing to tell: who asks for another protocol is answered in this one."""

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self.loop.call_later(SECONDS_TO_READ, self.transport.abort)

    def resume_writing(self) -> None:
        super().resume_writing()
        if self._stalled is not None:
            self._stalled.cancel()

    def timeout_keep_alive_handler(self) -> None:
        super().timeout_keep_alive_handler()  # which waits until all has gone
        self._stalled = self.loop.call_later(SECONDS_TO_READ, self.transport.abort)

    def _expect_head(self) -> None:
        self._is_in_head = True
        self._length = 0
        if self._deadline is not None:
            self._deadline.cancel()
        self._deadline = self.loop.call_later(SECONDS_TO_ASK, self.transport.abort)

    def _cancel(self) -> None:
        for timer in (self._deadline, self._stalled):
            if timer is not None:
                timer.cancel()

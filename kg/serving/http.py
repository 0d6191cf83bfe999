"""HTTP for an endpoint that strangers may talk to: every request has a size and a time, every answer is complete.

h11 reads and writes the protocol, this module keeps the clock. A request is judged by its head before its body is taken; what
is not there in time is closed; an answer is a value, so that no status line goes out before its last byte is known; and when
there are too many connections, the one that has kept the server waiting longest makes room.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import h11

from kg.errors import one_line

KIB, MIB = 1 << 10, 1 << 20


@dataclass(frozen=True, slots=True)
class Allowances:
    """What the clients may use: seconds to send a request, to leave a connection idle, and to take an answer; bytes of a
    request's head and body, of all bodies being sent, and of all answers being taken; connections at once."""

    request_seconds: float = 20.0
    idle_seconds: float = 20.0
    answer_seconds: float = 60.0
    head_bytes: int = 64 * KIB
    body_bytes: int = MIB
    all_bodies: int = 64 * MIB
    all_answers: int = 256 * MIB
    connections: int = 256


@dataclass(frozen=True, slots=True)
class Request:
    """One request. path and query are as sent, percent escapes and all; names of headers are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Response:
    """One answer, complete. content_type is left out where there is nothing to describe."""

    status: int
    content_type: str = ""
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()


class Gone:
    """Tells whoever works on an answer that nobody waits for it any more. Callbacks run once, on the server's thread."""

    def __init__(self) -> None:
        self.is_set = False
        self._callbacks: list[Callable[[], None]] = []

    def call(self, callback: Callable[[], None]) -> None:
        """Run callback when the client has gone, at once where it has gone already."""
        if self.is_set:
            callback()
        else:
            self._callbacks.append(callback)

    def set(self) -> None:
        """The client has gone."""
        self.is_set = True
        while self._callbacks:
            self._callbacks.pop()()


class Application(Protocol):
    """What answers requests."""

    def judge(self, request: Request) -> Response | None:
        """The answer to a request that is refused by its head alone; None for one whose body is wanted."""

    def answer(self, request: Request, gone: Gone) -> Awaitable[Response]:
        """The answer to a whole request."""

    def refusal(self, status: int, found: str) -> Response:
        """The answer to what is no request, or too large, late or much."""


def say_nothing(_: str) -> None:
    """A report that nobody reads."""


@dataclass(eq=False, slots=True)
class _Visit:
    """One connection. It waits as long as no whole request has come."""

    writer: asyncio.StreamWriter
    waits: bool = True
    body: int = 0
    bodiless: bool = False  # it asked with HEAD


class Server:
    """Takes connections on sockets that are bound already, and lets an application answer."""

    def __init__(
        self,
        application: Application,
        allowances: Allowances | None = None,
        report: Callable[[str], None] = say_nothing,
    ) -> None:
        """report is told of what went wrong inside, in one line."""
        self._application = application
        self._allowed = allowances or Allowances()
        self._report = report
        self._visits: dict[_Visit, None] = {}  # in the order in which they began to wait
        self._tasks: set[asyncio.Task[None]] = set()
        self._bodies = 0
        self._answers = 0

    async def serve(self, sockets: list[socket.socket], stop: asyncio.Event) -> None:
        """Answer until stop is set; then end what is open."""
        servers = [
            await asyncio.start_server(self._connected, sock=each, backlog=512, limit=64 * KIB) for each in sockets
        ]
        try:
            await stop.wait()
        finally:
            for server in servers:
                server.close()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        visit = _Visit(writer)
        self._visits[visit] = None
        # drain() then waits until the client has taken everything.
        writer.transport.set_write_buffer_limits(0)
        try:
            if self._has_room():
                await self._converse(reader, visit)
            else:
                connection = h11.Connection(h11.SERVER)
                await self._send(connection, visit, self._application.refusal(503, "too many connections"), last=True)
        except (OSError, TimeoutError, asyncio.CancelledError, EOFError):
            pass
        except Exception as error:
            self._report(one_line("a connection", f"{type(error).__name__}: {error}", ""))
        finally:
            self._take_body(visit, -visit.body)
            self._visits.pop(visit, None)
            self._tasks.discard(task)
            # Closing waits for what was sent; what is still there by now, nobody takes.
            writer.transport.abort()

    def _has_room(self) -> bool:
        """Whether one more connection may stay; where there are too many, the one that has waited longest is ended."""
        if len(self._visits) <= self._allowed.connections:
            return True
        for visit in self._visits:
            if visit.waits:
                visit.writer.transport.abort()
                del self._visits[visit]
                return True
        return False

    def _take_body(self, visit: _Visit, size: int) -> None:
        visit.body += size
        self._bodies += size

    # -- one connection --------------------------------------------------------------------------------------------------

    async def _converse(self, reader: asyncio.StreamReader, visit: _Visit) -> None:
        """Requests and answers in turn, until either side has had enough."""
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=self._allowed.head_bytes)
        seconds = self._allowed.request_seconds
        while True:
            visit.waits = True
            try:
                async with asyncio.timeout(seconds):
                    request = await self._receive(connection, reader, visit)
            except TimeoutError:
                if connection.their_state is h11.IDLE and not connection.trailing_data[0]:
                    return
                request = self._application.refusal(408, f"the request was not complete within {seconds:g} s")
            except h11.RemoteProtocolError as error:
                request = self._application.refusal(error.error_status_hint, f"this is no HTTP: {error}")
            if request is None:
                return
            visit.waits = False
            if isinstance(request, Response):
                await self._send(connection, visit, request, last=True)
                await self._linger(reader, visit)
                return
            response = await self._answer(connection, reader, request)
            if response is None:
                return
            self._take_body(visit, -visit.body)
            del request
            await self._send(connection, visit, response)
            if connection.our_state is not h11.DONE or connection.their_state is not h11.DONE:
                return
            connection.start_next_cycle()
            seconds = self._allowed.idle_seconds
            # Whoever was served last has waited least.
            if visit in self._visits:
                del self._visits[visit]
                self._visits[visit] = None

    async def _receive(
        self, connection: h11.Connection, reader: asyncio.StreamReader, visit: _Visit
    ) -> Request | Response | None:
        """A whole request, the refusal of one, or None where the client has closed the connection."""
        request: Request | None = None
        body = bytearray()
        while True:
            event = connection.next_event()
            if event is h11.NEED_DATA:
                if connection.they_are_waiting_for_100_continue:
                    go_on = h11.InformationalResponse(status_code=100, headers=[], reason=b"Continue")
                    visit.writer.write(connection.send(go_on) or b"")
                connection.receive_data(await reader.read(64 * KIB))
            elif isinstance(event, h11.Request):
                if event.http_version not in (b"1.0", b"1.1"):
                    return self._application.refusal(400, "this is no HTTP/1.0 or HTTP/1.1")
                request = _request(event)
                visit.bodiless = request.method == "HEAD"
                refused = self._application.judge(request) or self._too_large(request)
                if refused is not None:
                    return refused
            elif isinstance(event, h11.Data):
                self._take_body(visit, len(event.data))
                if visit.body > self._allowed.body_bytes:
                    return self._refuse_body()
                if self._bodies > self._allowed.all_bodies:
                    return self._application.refusal(503, "too many requests with large bodies")
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                assert request is not None
                return Request(request.method, request.path, request.query, request.headers, bytes(body))
            else:  # the connection is closed
                return None

    def _too_large(self, request: Request) -> Response | None:
        length = request.headers.get("content-length", "0")
        return self._refuse_body() if len(length) > 18 or int(length) > self._allowed.body_bytes else None

    def _refuse_body(self) -> Response:
        most = self._allowed.body_bytes // KIB
        return self._application.refusal(413, f"the request is too large: {most} KiB are allowed")

    async def _answer(
        self, connection: h11.Connection, reader: asyncio.StreamReader, request: Request
    ) -> Response | None:
        """What the application answers; None where the client has gone before it was ready."""
        gone = Gone()
        work = asyncio.ensure_future(self._application.answer(request, gone))
        ahead = asyncio.ensure_future(reader.read(64 * KIB))
        try:
            await asyncio.wait({work, ahead}, return_when=asyncio.FIRST_COMPLETED)
            if ahead.done() and not work.done():
                if not (early := ahead.result()):
                    return None
                connection.receive_data(early)  # the next request, sent before this one is answered
                await asyncio.wait({work})
            elif not ahead.done():
                ahead.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    connection.receive_data(await ahead)
            elif early := ahead.result():
                connection.receive_data(early)
            return work.result()
        except OSError:
            return None
        except Exception as error:
            self._report(one_line(f"{request.method} {request.path}", f"{type(error).__name__}: {error}", ""))
            return self._application.refusal(500, "the server could not answer; its log says why")
        finally:
            if not work.done():
                gone.set()
                work.cancel()
            ahead.cancel()

    async def _send(self, connection: h11.Connection, visit: _Visit, response: Response, *, last: bool = False) -> None:
        """Send an answer, and wait until it is taken; TimeoutError where it is not."""
        if self._answers + len(response.body) > self._allowed.all_answers:
            response = self._application.refusal(503, "too many large answers are being sent")
        size = len(response.body)
        self._answers += size
        try:
            headers = [*response.headers, ("Content-Length", str(size))]
            if response.content_type:
                headers.append(("Content-Type", response.content_type))
            if last:
                headers.append(("Connection", "close"))
            head = h11.Response(status_code=response.status, headers=headers, reason=_REASONS.get(response.status, ""))
            body = b"" if visit.bodiless else response.body
            parts = [connection.send(head), connection.send(h11.Data(data=body)) if body else b""]
            parts.append(connection.send(h11.EndOfMessage()))
            visit.writer.write(b"".join(part for part in parts if part))
            async with asyncio.timeout(self._allowed.answer_seconds):
                await visit.writer.drain()
        finally:
            self._answers -= size

    async def _linger(self, reader: asyncio.StreamReader, visit: _Visit) -> None:
        """Take a little more of what is refused: closing at once would take the answer back from a client that still sends."""
        with contextlib.suppress(TimeoutError, OSError):
            visit.writer.write_eof()
            async with asyncio.timeout(2):
                for _ in range(512):
                    if not await reader.read(64 * KIB):
                        break


def _request(event: h11.Request) -> Request:
    target = event.target.decode("ascii", "replace")
    if not target.startswith("/"):  # the absolute form of a proxy
        target = "/" + target.partition("://")[2].partition("/")[2]
    path, _, query = target.partition("?")
    headers: dict[str, str] = {}
    for name, value in event.headers:
        key, text = name.decode("ascii"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return Request(event.method.decode("ascii"), path, query, headers)


_REASONS = {
    200: "OK",
    303: "See Other",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    408: "Request Timeout",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    421: "Misdirected Request",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}

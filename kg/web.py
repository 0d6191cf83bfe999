"""An HTTP client for one address: within a time, up to a size, to where it was told to go and nowhere else.

No redirect is followed, because a token would go with it; no proxy and no credentials are taken from the surroundings. Other
machines are reached over TLS, unless the caller says otherwise.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from kg.errors import InputError, QueryLimit, StoreError, one_line

MIB = 1 << 20
_TIDBIT = 64 << 10


class Reply(NamedTuple):
    """What a server answered, complete. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def media_type(self) -> str:
        """The type of the body without its parameters, in lower case."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def said(self) -> str:
        """The beginning of the body as one line, for messages."""
        text = self.body[:2000].decode("utf-8", "replace").strip()
        if self.media_type == "text/html" or not text:
            return f"status {self.status}"
        first = " ".join(text.split())
        return one_line("", first if len(first) <= 300 else first[:299] + "…", "")


def checked_address(address: str, *, plain: bool = False) -> SplitResult:
    """The parts of an http(s) address. InputError for what is none, has a password in it, or would be asked in plain."""
    parts = urlsplit(address)
    shown = address.rpartition("@")[2] if "@" in address else address
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme not in ("http", "https") or not parts.hostname or port == -1 or not address.isascii():
        raise InputError("is no address of a server", place=shown, remedy="for example https://kg.example.org/sparql")
    if any(ord(character) <= 0x20 or character in '<>"{}|\\^`' for character in address):
        raise InputError("has characters that no address has", place=shown, remedy="write them as percent escapes")
    if parts.username or parts.password:
        raise InputError("has a name or a password in it", place=shown, remedy="give a token with --token-file")
    if parts.fragment:
        raise InputError("has a part behind #", place=shown, remedy="leave it out")
    if parts.scheme == "http" and not plain and not _is_loopback(parts.hostname):
        remedy = "use https, or say --plain-http if nobody on the way may read and change it"
        raise InputError("would be asked without encryption", place=shown, remedy=remedy)
    return parts


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Client:
    """Requests to one address, one after the other, over a connection that is kept. Safe to use from threads."""

    def __init__(self, address: str, token: str = "", *, plain: bool = False) -> None:
        """token is sent as a bearer token; plain allows other machines without TLS. InputError as in `checked_address`."""
        self.address = address
        self._parts = checked_address(address, plain=plain)
        if token and (not token.isascii() or not token.isprintable() or " " in token):
            raise InputError("the token has characters that no token has", remedy="see the file that it comes from")
        self._token = token
        self._connection: http.client.HTTPConnection | None = None
        self._lock = threading.Lock()

    def close(self) -> None:
        """Close the connection; a later request opens another one."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def send(
        self,
        method: str,
        *,
        query: str = "",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        seconds: float = 30.0,
        most: int = MIB,
    ) -> Reply:
        """One request and its reply, of at most `most` bytes. query comes behind what the address has of its own.

        StoreError where the server cannot be reached or speaks no HTTP, QueryLimit where it takes too long or says too much.
        """
        with self._lock:
            for last in (False, True):
                fresh = self._connection is None
                try:
                    return self._exchange(method, query, body, headers or {}, seconds, most)
                except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError) as error:
                    # A connection that was kept may have been closed by the server meanwhile: then a new one is tried.
                    if last or fresh:
                        raise self._failed(error) from None
                except (OSError, http.client.HTTPException) as error:
                    raise self._failed(error) from None
        raise AssertionError("unreachable")

    def _exchange(
        self, method: str, query: str, body: bytes, headers: Mapping[str, str], seconds: float, most: int
    ) -> Reply:
        expired = threading.Event()
        connection = self._connection or self._connect(seconds)
        self._connection = connection
        sock = connection.sock

        def end() -> None:
            expired.set()
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

        # A time-out of the socket starts anew with every byte; this one does not.
        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()
        done = False
        try:
            connection.request(method, self._target(query), body or None, self._headers(headers, method))
            response = connection.getresponse()
            content = bytearray()
            while part := response.read(_TIDBIT):
                content += part
                if len(content) > most:
                    found = f"an answer of more than {most / MIB:g} MiB"
                    raise QueryLimit(found, limit="bytes", place=self.address, remedy="ask for less at once")
            if expired.is_set():
                raise TimeoutError
            done = not response.will_close
            names = {name.lower(): value for name, value in response.getheaders()}
            return Reply(response.status, names, bytes(content))
        except (OSError, http.client.HTTPException):
            if expired.is_set():
                raise self._late(seconds) from None
            raise
        finally:
            timer.cancel()
            if not done:
                self.close()

    def _connect(self, seconds: float) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                host, port, timeout=seconds, context=context
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=seconds)
        try:
            connection.connect()
        except TimeoutError:
            raise self._late(seconds) from None
        # Head and body are two packets; without this the second waits for the first to be acknowledged.
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _target(self, query: str) -> str:
        joined = "&".join(part for part in (self._parts.query, query) if part)
        return (self._parts.path or "/") + (f"?{joined}" if joined else "")

    def _headers(self, headers: Mapping[str, str], method: str) -> dict[str, str]:
        out = {"User-Agent": "diplomatic-kg", "Accept-Encoding": "identity", **headers}
        if self._token:
            out["Authorization"] = f"Bearer {self._token}"
        return out

    def _late(self, seconds: float) -> QueryLimit:
        found = f"no complete answer within {seconds:g} s"
        remedy = "ask for less, or allow more time (--timeout)"
        return QueryLimit(found, limit="time", place=self.address, remedy=remedy)

    def _failed(self, error: Exception) -> StoreError:
        if isinstance(error, ssl.SSLError):
            found = f"cannot be trusted: {error.reason or error}"
            return StoreError(found, place=self.address, remedy="see the certificate of the server")
        if isinstance(error, OSError) and not isinstance(error, http.client.HTTPException):
            found = f"cannot be reached: {error.strerror or error}"
            return StoreError(found, place=self.address, remedy="see whether the server runs and the address is right")
        found = f"does not speak HTTP as it should ({type(error).__name__})"
        return StoreError(found, place=self.address, remedy="see whether the address is right")

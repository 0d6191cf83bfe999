"""The HTTP client: what a server can do wrong is one error, in time, and the token goes nowhere else."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from kg.errors import KGError, QueryLimit, StoreError
from kg.remote import RemoteStore
from kg.web import Client, checked_address

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/sparql-results+json\r\nContent-Length: %d\r\n\r\n%s"


@contextlib.contextmanager
def _server(answer: Callable[[socket.socket, bytes], None]) -> Iterator[tuple[str, list[bytes]]]:
    """A server that reads one request per connection and lets `answer` answer it."""
    seen: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.1)
        ended = threading.Event()

        def handle(connection: socket.socket) -> None:
            with connection, contextlib.suppress(OSError):
                connection.settimeout(5)
                received = b""
                while b"\r\n\r\n" not in received:
                    part = connection.recv(65536)
                    if not part:
                        return
                    received += part
                seen.append(received)
                answer(connection, received)

        def listen() -> None:
            while not ended.is_set():
                with contextlib.suppress(TimeoutError):
                    threading.Thread(target=handle, args=(listening.accept()[0],), daemon=True).start()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/sparql", seen
        ended.set()
        thread.join()


def _says(data: bytes) -> Callable[[socket.socket, bytes], None]:
    return lambda connection, _: connection.sendall(data)


def test_an_answer_that_drips_is_stopped_in_time():
    def drip(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for _ in range(100):
            connection.sendall(b"X-A: b\r\n")
            time.sleep(0.1)

    with _server(drip) as (address, _):
        began = time.monotonic()
        with pytest.raises(QueryLimit, match=r"within 0\.5 s"):
            Client(address).send("GET", seconds=0.5)
        assert time.monotonic() - began < 2


def test_an_endless_answer_is_stopped_at_its_limit():
    def endless(connection: socket.socket, _: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65536)

    with _server(endless) as (address, _), pytest.raises(QueryLimit, match="more than 1 MiB"):
        Client(address).send("GET", most=1 << 20)


def test_a_redirect_is_not_followed_and_the_token_stays():
    with _server(_says(OK % (2, b"{}"))) as (other, calls):
        moved = f"HTTP/1.1 302 Found\r\nLocation: {other}\r\nContent-Length: 0\r\n\r\n".encode()
        with _server(_says(moved)) as (address, seen):
            with pytest.raises(StoreError, match="sends on to"):
                RemoteStore(address, "secret-token").query("ASK {}")
            assert b"Authorization: Bearer secret-token" in seen[0]
        assert not calls


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"boolean": "yes"}',
        b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "a b"}}]}}',
        b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": 1}}]}}',
        b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "triple", "value": "a"}}]}}',
        b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": NaN}]}}',
        b'{"head": {"vars": ["x"]}, "results": ' + b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_answer_is_one_error(body: bytes):
    with _server(_says(OK % (len(body), body))) as (address, _), pytest.raises(StoreError) as error:
        RemoteStore(address, trusted=True).query("ASK {}")
    assert "\n" not in str(error.value) and address in str(error.value)


@pytest.mark.parametrize(
    ("head", "kind", "said"),
    [
        (b"401 Unauthorized", StoreError, "--token-file"),
        (b"404 Not Found", StoreError, "status 404"),
        (b"500 Oops", StoreError, "status 500"),
        (b"503 Busy", StoreError, "busy"),
        (b"504 Late", QueryLimit, "broke off"),
        (b"413 Large", QueryLimit, "broke off"),
        (b"400 Bad", KGError, "refuses the query: odd \ufffd words"),
    ],
)
def test_a_status_becomes_an_error_that_says_what_to_do(head: bytes, kind: type[KGError], said: str):
    body = b"odd \x1b words"
    reply = b"HTTP/1.1 " + head + b"\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with _server(_says(reply)) as (address, _), pytest.raises(kind) as error:
        RemoteStore(address, trusted=True).query("ASK {}")
    assert said in str(error.value)


def test_a_part_that_a_server_calls_a_part_is_no_answer():
    body = b'{"head": {"vars": []}, "results": {"bindings": []}}'
    head = b"HTTP/1.1 200 OK\r\nX-SQL-State: S1TAT\r\nX-SQL-Message: time\r\nContent-Type: application/sparql-results+json\r\n"
    reply = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    with _server(_says(reply)) as (address, _), pytest.raises(QueryLimit, match="the server broke off: time"):
        RemoteStore(address, trusted=True).query("SELECT * { ?s ?p ?o }")


def test_a_connection_that_was_closed_meanwhile_is_opened_again():
    body = b'{"boolean": true}'
    with _server(_says(OK % (len(body), body))) as (address, seen):
        remote = RemoteStore(address, trusted=True)
        for _ in range(3):  # the server closes after each answer without saying so
            assert remote._client.send("GET").status == 200
            time.sleep(0.05)
        assert len(seen) == 3


def test_loopback_needs_no_tls_and_everything_else_does():
    for address in (
        "http://localhost/x",
        "http://127.0.0.1:1/",
        "http://[::1]:7/",
        "https://kg.example.org/sparql?a=b",
    ):
        checked_address(address)
    for address in (
        "http://kg.example.org/",
        "http://127.0.0.1.example.org/",
        "http://localhost.example.org/",
        "ftp://localhost/",
    ):
        with pytest.raises(KGError):
            checked_address(address)
    checked_address("http://kg.example.org/", plain=True)

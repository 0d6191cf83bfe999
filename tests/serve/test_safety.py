"""What strangers try: other names, other sites, writing, calling out, bombs, large and slow requests."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.serving.run import Settings, access_for
from tests.serve.process import JSON, Served, children, served

ASK = "ASK { ?s ?p ?o }"
TOKEN = "a-token-of-some-length"


def _raw(endpoint: Served, data: bytes, seconds: float = 30) -> bytes:
    """Send bytes as they are, and read until the server closes."""
    with socket.create_connection(("127.0.0.1", endpoint.port), timeout=seconds) as connection:
        connection.sendall(data)
        received = b""
        while part := connection.recv(65536):
            received += part
        return received


# -- who may ask ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "[::2]", ""])
def test_another_name_is_not_answered(endpoint: Served, host: str):
    assert endpoint.get("/sparql", Host=host).status == 421


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:1", "[::1]:8000", "localhost."])
def test_names_of_this_machine_are(endpoint: Served, host: str):
    assert endpoint.get("/void", Host=host).status == 200


def test_two_names_or_none_are_no_http(endpoint: Served):
    assert _raw(endpoint, b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert _raw(endpoint, b"GET / HTTP/1.1\r\n\r\n").startswith(b"HTTP/1.1 400")
    assert b" 421 " in _raw(endpoint, b"GET / HTTP/1.0\r\n\r\n")


def test_a_page_of_another_site_gets_nothing(endpoint: Served):
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Mode": "no-cors"},
        {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "cors"},
    ):
        reply = endpoint.get("/sparql?query=ASK%7B%7D", **headers)
        assert reply.status == 403, headers
    followed = endpoint.get("/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")
    assert followed.status == 200, "a link that somebody follows"
    own = endpoint.get(
        "/sparql?query=ASK%7B%7D", Origin=f"http://127.0.0.1:{endpoint.port}", Sec_Fetch_Site="same-origin"
    )
    assert own.status == 200


def test_no_answer_opens_it_to_other_origins(endpoint: Served):
    for path in ("/", "/sparql?query=ASK%7B%7D", "/nothing", "/static/serve.css", "/who-talks-to-whom"):
        reply = endpoint.get(path)
        assert not [name for name in reply.headers if name.startswith("access-control")]
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        assert reply.headers["cross-origin-resource-policy"] == "same-origin"
    assert endpoint.send("OPTIONS", "/sparql", Origin=f"http://localhost:{endpoint.port}").status == 405


def test_a_token_is_asked_for_where_there_is_one(sample_folder: Path, tmp_path: Path):
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    with served(sample_folder, "--token-file", str(file)) as endpoint:
        for headers in (
            {},
            {"Authorization": "Bearer no"},
            {"Authorization": f"Digest {TOKEN}"},
            {"Authorization": "Basic !"},
        ):
            refused = endpoint.get("/void", **headers)
            assert refused.status == 401 and refused.headers["www-authenticate"].startswith("Basic ")
        assert endpoint.get("/void", Authorization=f"Bearer {TOKEN}").status == 200
        # base64 of "anybody:" and the token, as a browser sends it
        import base64

        both = base64.b64encode(f"anybody:{TOKEN}".encode()).decode()
        assert endpoint.get("/void", Authorization=f"Basic {both}").status == 200


def test_other_machines_only_with_a_flag_and_a_token():
    for settings in (
        Settings(bind="0.0.0.0"),
        Settings(bind="192.0.2.7", token=TOKEN),
        Settings(bind="0.0.0.0", lan=True),
        Settings(bind="0.0.0.0", lan=True, token="short"),
        Settings(bind="newsroom"),
        Settings(address="kg.example.org"),
        Settings(address="https://kg.example.org/path"),
    ):
        with pytest.raises(InputError):
            access_for(settings)
    access = access_for(Settings(bind="192.0.2.7", lan=True, token=TOKEN, hosts=("Desk.example:80",)))
    assert access.hosts >= {"192.0.2.7", "desk.example", "localhost"}
    assert "kg.example.org" in access_for(Settings(address="https://kg.example.org")).hosts


# -- only reading --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def canary() -> Iterator[tuple[int, list[str]]]:
    """A server that writes down who calls it."""
    calls: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.2)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    connection, _ = listening.accept()
                except TimeoutError:
                    continue
                calls.append("called")
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield listening.getsockname()[1], calls
        ended.set()
        thread.join()


def test_no_query_calls_out_and_each_that_would_is_refused_by_name(endpoint: Served, canary: tuple[int, list[str]]):
    port, calls = canary
    there = f"<http://127.0.0.1:{port}/sparql>"
    for query in (
        f"SELECT * WHERE {{ SERVICE {there} {{ ?s ?p ?o }} }}",
        f"SELECT * WHERE {{ service silent {there} {{ ?s ?p ?o }} }}",
        f"SELECT * WHERE {{ \\u0053ERVICE {there} {{ ?s ?p ?o }} }}",
        f"SELECT * WHERE {{ S\\U00000045RVICE SILENT {there} {{ ?s ?p ?o }} }}",
        f"SELECT * WHERE {{ {{ SELECT * WHERE {{ SERVICE ?x {{ ?s ?p ?o }} VALUES ?x {{ {there} }} }} }} }}",
    ):
        reply = endpoint.ask(query)
        assert reply.status == 403 and "SERVICE" in reply.text, query
    for query in (
        f"SELECT * FROM {there} WHERE {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED {there} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}",
    ):
        assert endpoint.ask(query).rows == []
    assert endpoint.ask('SELECT ("SERVICE" AS ?x) WHERE { } # SERVICE <http://a>').rows == [{"x": "SERVICE"}]
    assert not calls


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP ALL",
        "LOAD <file:///etc/passwd>",
        "LO\\u0041D <http://127.0.0.1:9/>",
        "COPY <urn:a> TO <urn:b>",
        "MOVE <urn:a> TO <urn:b>",
        "ADD <urn:a> TO <urn:b>",
        "CREATE GRAPH <urn:a>",
    ],
)
def test_every_update_is_refused_on_every_way(endpoint: Served, text: str):
    from urllib.parse import urlencode

    form = "application/x-www-form-urlencoded"
    assert endpoint.ask(text).status == 403
    assert endpoint.send("POST", "/sparql", urlencode({"update": text}).encode(), Content_Type=form).status == 403
    assert endpoint.send("POST", "/sparql", text.encode(), Content_Type="application/sparql-update").status == 403
    assert endpoint.get("/sparql?" + urlencode({"update": text})).status == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "OPTIONS", "BREW"])
def test_other_methods_are_not_there(endpoint: Served, method: str):
    assert (
        _raw(endpoint, f"{method} /sparql HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())[9:12]
        == b"405"
    )
    assert endpoint.send("POST", "/questions/actors", b"").status == 405


def test_head_is_get_without_the_body(endpoint: Served):
    head, get = endpoint.send("HEAD", "/void"), endpoint.get("/void")
    assert head.status == 200 and head.body == b"" and head.headers["content-length"] == str(len(get.body))


# -- bombs ---------------------------------------------------------------------------------------------------------------

PRODUCT = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def test_limits_have_their_status_and_the_next_question_is_answered(endpoint: Served):
    many = "SELECT * WHERE { ?a ?b ?c . ?d ?e ?f } LIMIT 30000"
    large = (
        "SELECT (CONCAT("
        + ", ".join(["STR(?o)"] * 400)
        + ") AS ?x) WHERE { ?s ?p ?o FILTER(STRLEN(STR(?o)) > 60) } LIMIT 19000"
    )
    group = (
        'SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d)); separator="xxxxxxxxxxxx") AS ?x) WHERE { ?a ?b ?c . ?d ?e ?f }'
    )
    for query, statuses in ((PRODUCT, {504}), (many, {413}), (large, {413}), (group, {503, 504})):
        reply = endpoint.ask(query)
        assert reply.status in statuses, (query, reply.status, reply.text[:200])
        assert reply.text.count("\n") == 1
        began = time.monotonic()
        assert endpoint.ask(ASK).status == 200
        assert time.monotonic() - began < 1


def test_depth_and_length_are_refused_before_an_engine_sees_them(endpoint: Served):
    began = time.monotonic()
    for query in ("SELECT * WHERE " + "{" * 2000 + "}" * 2000, "ASK { " + "?s ?p ?o . " * 10_000 + "}"):
        assert endpoint.ask(query).status == 400
    assert time.monotonic() - began < 2


def test_a_body_that_is_too_large_is_refused_by_its_head(endpoint: Served):
    head = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: %d\r\n\r\n"
    for size in (64 << 20, 10**18):
        assert b" 413 " in _raw(endpoint, head % size).partition(b"\r\n")[0]
    chunk = b"%x\r\n" % (64 << 10) + b"x" * (64 << 10) + b"\r\n"
    chunked = b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 20
    assert b" 413 " in _raw(endpoint, chunked).partition(b"\r\n")[0]
    long = b"GET /sparql?query=" + b"a" * (200 << 10) + b" HTTP/1.1\r\nHost: localhost\r\n\r\n"
    assert _raw(endpoint, long)[9:12] == b"431"


def test_a_body_that_waits_to_be_asked_for_is_asked_for(endpoint: Served):
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 6\r\n"
    )
    with socket.create_connection(("127.0.0.1", endpoint.port), timeout=10) as connection:
        connection.sendall(head + b"Expect: 100-continue\r\nConnection: close\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
        connection.sendall(b"ASK {}")
        answer = b""
        while part := connection.recv(65536):
            answer += part
        assert answer.startswith(b"HTTP/1.1 200") and b"true" in answer


def test_what_is_no_http_is_told_so(endpoint: Served):
    for data in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(100),
        b"hello\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
    ):
        assert _raw(endpoint, data)[9:12] == b"400", data


def test_requests_in_a_row_on_one_connection_are_answered_in_order(endpoint: Served):
    one = b"GET /static/serve.css HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    answers = _raw(endpoint, one + one + last)
    assert answers.count(b"HTTP/1.1 200") == 3 and answers.rstrip().endswith(b"}")


# -- slow and many -------------------------------------------------------------------------------------------------------


def test_half_requests_are_closed_within_thirty_seconds_and_others_are_served_meanwhile(sample_folder: Path):
    starts = (
        b"",
        b"GET / HT",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 9\r\n\r\nASK",
    )
    with served(sample_folder) as endpoint:
        halves = []
        began = time.monotonic()
        for number in range(300):  # more than there are connections
            half = socket.create_connection(("127.0.0.1", endpoint.port), timeout=40)
            half.sendall(starts[number % len(starts)])
            halves.append(half)
        dripping = socket.create_connection(("127.0.0.1", endpoint.port), timeout=40)
        asked = time.monotonic()
        assert endpoint.ask(ASK).status == 200
        assert time.monotonic() - asked < 2
        dripping.settimeout(1)
        ended = None
        while ended is None and time.monotonic() - began < 40:
            try:  # one byte a second keeps no connection open
                dripping.sendall(b"G")
                ended = time.monotonic() if dripping.recv(100) == b"" else None
            except TimeoutError:
                continue
            except OSError:
                ended = time.monotonic()
        for half in halves:
            try:
                while half.recv(65536):
                    pass
            except ConnectionResetError:
                pass
            half.close()
        assert time.monotonic() - began < 30
        assert endpoint.ask(ASK).status == 200


def test_one_too_many_is_told_to_come_back_and_one_that_leaves_frees_its_place(sample_folder: Path):
    with served(sample_folder, "--processes", "1", "--waiting", "2", "--timeout", "4") as endpoint:
        with ThreadPoolExecutor(6) as pool:
            replies = list(pool.map(lambda _: endpoint.ask(PRODUCT), range(6)))
        statuses = sorted(reply.status for reply in replies)
        assert statuses == [503, 503, 503, 504, 504, 504]
        assert {reply.headers.get("retry-after") for reply in replies if reply.status == 503} == {"1"}
        # A client that goes away ends its query: the one process is free long before the four seconds are over.
        with pytest.raises(TimeoutError):
            endpoint.ask(PRODUCT, seconds=0.3)
        began = time.monotonic()
        assert endpoint.ask(ASK).status == 200
        assert time.monotonic() - began < 2


def test_a_client_that_takes_no_answer_holds_nobody_up(endpoint: Served):
    lazy = []
    for _ in range(20):
        connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=30)
        connection.request("GET", "/who-talks-to-whom")
        lazy.append(connection)
    assert endpoint.ask(ASK).status == 200
    for connection in lazy:
        connection.close()


def test_a_query_process_that_is_killed_is_replaced(endpoint: Served):
    import os
    import signal

    for pid in children(endpoint.process.pid):
        os.kill(pid, signal.SIGKILL)
    for _ in range(4):
        assert endpoint.ask(ASK, accept=JSON).status == 200

"""Many clients, and hostile ones: what `test_load` does for seconds and `tests.benchmarks.serving` for as long as it takes."""

from __future__ import annotations

import contextlib
import http.client
import random
import socket
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

from kg.query import NODE_TYPES, named_queries
from tests.serve.process import JSON, Served

EXAMPLES = {
    "actor": "Ushakov",
    "meeting": "kg:meeting/trilateral-2025-12",
    "venue": "Miami",
    "node": "kg:actor/steve-witkoff",
    "date": "2025-12-21",
    "text": "mediator",
    "integer": "1",
}


def honest_paths() -> list[str]:
    """Every named question, with and without what can be left out."""
    paths = []
    for query in named_queries().values():
        if query.internal:
            continue
        for full in (False, True):
            values = {p.name: EXAMPLES[p.type] for p in query.parameters if full or not p.optional}
            if query.name == "direct-sessions" and full:
                values |= {"a": "Russia", "b": "Ukraine"}
            paths.append(f"/questions/{query.name}?{urlencode(values)}")
    assert {p.type for q in named_queries().values() for p in q.parameters} <= EXAMPLES.keys() | set(NODE_TYPES)
    return sorted(set(paths))


@dataclass
class Measured:
    """Seconds of every answer, and what was no good answer."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def said(self) -> str:
        ordered = sorted(self.seconds)
        return (
            f"{len(ordered)} answers, median {statistics.median(ordered) * 1000:.0f} ms, "
            f"99 % within {ordered[int(len(ordered) * 0.99)] * 1000:.0f} ms, slowest {ordered[-1] * 1000:.0f} ms, "
            f"{len(self.wrong)} wrong"
        )


def many_clients(endpoint: Served, clients: int, seconds: float) -> Measured:
    """Clients that ask one named question after the other, each over a connection that it keeps."""
    paths = honest_paths()
    expected: dict[str, bytes] = {path: endpoint.get(path, Accept=JSON).body for path in paths}
    measured = Measured()
    end = time.monotonic() + seconds

    def client(number: int) -> None:
        order = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", endpoint.port, timeout=60)
        while time.monotonic() < end:
            path = order.choice(paths)
            began = time.monotonic()
            try:
                connection.request("GET", path, headers={"Accept": JSON})
                response = connection.getresponse()
                body = response.read()
            except OSError as error:
                measured.wrong.append(f"{path}: {error!r}")
                connection.close()
                continue
            measured.seconds.append(time.monotonic() - began)
            if response.status != 200 or body != expected[path]:
                measured.wrong.append(f"{path}: {response.status} {body[:80]!r}")
        connection.close()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return measured


# -- hostile -------------------------------------------------------------------------------------------------------------


def _product(number: int) -> str:
    return "SELECT * WHERE { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(3 + number % 4)) + " }"


def _counted(number: int) -> str:
    return "SELECT (COUNT(*) AS ?n) WHERE { " + " ".join(f"?a{i} ?b{i} ?c{i} ." for i in range(3 + number % 3)) + " }"


def _path(number: int) -> str:
    inner = "(<urn:x>|!<urn:y>|^!<urn:z>)"
    return "SELECT * WHERE { ?a " + "/".join([f"{inner}*"] * (2 + number % 5)) + " ?b }"


def _deep(number: int) -> str:
    depth = 100 + number * 97 % 20000
    return "SELECT * WHERE " + "{" * depth + "?s ?p ?o" + "}" * depth


def _regex(number: int) -> str:
    return (
        'SELECT * WHERE { ?s ?p ?o . ?t ?q ?r FILTER(REGEX(CONCAT(STR(?o), STR(?r)), "'
        + "(a|aa|.)*" * (5 + number % 20)
        + '$")) }'
    )


def _sort(number: int) -> str:
    return f"SELECT * WHERE {{ ?a ?b ?c . ?d ?e ?f }} ORDER BY DESC(CONCAT(STR(?a), STR(?f))) LIMIT {number + 1}"


def _memory(number: int) -> str:
    text = 'SELECT (GROUP_CONCAT(?o; separator="' + "x" * 100 + '") AS ?all) WHERE { ?s ?p ?o . ?t ?q ?r . ?u ?v ?w }'
    return text.replace("?all", f"?all{number}")


def _escaped(number: int) -> str:
    return "SELECT * WHERE { \\u0053ERV\\u0049CE <http://127.0.0.1:9/> { ?s ?p ?o } }" + " " * number


def _long(number: int) -> str:
    return "ASK { " + "?s ?p ?o . " * (9000 + number) + "}"


def _update(number: int) -> str:
    return f"DELETE WHERE {{ ?s ?p ?o{number} }}"


QUERIES = (_product, _counted, _path, _deep, _regex, _sort, _memory, _escaped, _long, _update)


def hostile(endpoint: Served, count: int, clients: int = 50) -> tuple[dict[str, int], int]:
    """Send hostile queries, giant bodies and slow senders; how often each status came, and how many ended without one.

    A 200 among them is right for a query that is merely large.
    """
    statuses: dict[str, int] = {}
    lock = threading.Lock()
    slow = [_half_request(endpoint, number) for number in range(count // 10)]

    def send(number: int) -> None:
        # One of each kind after the other; after the queries a giant body, and a client that goes away.
        at = number % (len(QUERIES) + 2)
        kind = QUERIES[at] if at < len(QUERIES) else QUERIES[0]
        name = kind.__name__.strip("_")
        try:
            if at == len(QUERIES):
                name = "giant"
                status = endpoint.send(
                    "POST",
                    "/sparql",
                    b"query=" + b"x" * (8 << 20),
                    120,
                    Content_Type="application/x-www-form-urlencoded",
                ).status
            elif at == len(QUERIES) + 1:
                name = "gone"
                with contextlib.suppress(TimeoutError):
                    endpoint.ask(kind(number), seconds=0.2)
                status = 0
            else:
                status = endpoint.ask(kind(number), seconds=180).status
        except (OSError, http.client.HTTPException):
            status = 0
        with lock:
            statuses[f"{name} {status or 'closed'}"] = statuses.get(f"{name} {status or 'closed'}", 0) + 1

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(send, range(count)))
    for each in slow:
        each.close()
    return dict(sorted(statuses.items())), len(slow)


def _half_request(endpoint: Served, number: int) -> socket.socket:
    """A connection that begins a request and does not end it."""
    half = socket.create_connection(("127.0.0.1", endpoint.port), timeout=60)
    parts = (
        b"",
        b"GET / HT",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/sparql-query\r\nContent-Length: 100\r\n\r\nASK",
        b"POST /sparql HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nASK",
    )
    half.sendall(parts[number % len(parts)])
    return half


def next_honest(endpoint: Served) -> float:
    """Seconds until an honest question is answered."""
    began = time.monotonic()
    reply = endpoint.get("/questions/actors", Accept=JSON)
    assert reply.status == 200 and reply.rows
    return time.monotonic() - began

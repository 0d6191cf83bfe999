"""The query process: real processes, real bombs, real sockets."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.errors import KGError, QueryError, QueryLimit, StoreError
from kg.terms import XSD, Term
from kg.worker import MIB, Answer, Limits, Worker
from tests.helpers import ROOT

G1, G2 = "http://x/g1", "http://x/g2"
QUADS = b"".join(
    [
        b'<http://x/a> <http://x/name> "Ana"@en <http://x/g1> .\n',
        b"<http://x/a> <http://x/knows> <http://x/b> <http://x/g1> .\n",
        b'<http://x/a> <http://x/age> "41"^^<http://www.w3.org/2001/XMLSchema#integer> <http://x/g2> .\n',
        b'<http://x/b> <http://x/name> "B \\"quoted\\"\\n" <http://x/g2> .\n',
    ]
)
MANY = b"".join(b"<http://x/%d> <http://x/p> <http://x/%d> <http://x/g1> .\n" % (i, i + 1) for i in range(2000))
FOREVER = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ALIVE = "ASK { ?s ?p ?o }"


@pytest.fixture(scope="module")
def small() -> Iterator[Worker]:
    with Worker(chunks=[QUADS]) as worker:
        yield worker


@pytest.fixture(scope="module")
def many() -> Iterator[Worker]:
    with Worker(chunks=[MANY]) as worker:
        yield worker


def rows(worker: Worker, sparql: str) -> list[tuple[Term | None, ...]]:
    return worker.run(sparql).rows


# -- answers -------------------------------------------------------------------------------------------------------------


def test_rows_carry_terms_as_they_are(small: Worker) -> None:
    answer = small.run("SELECT ?s ?o ?none { ?s ?p ?o OPTIONAL { ?s <http://x/none> ?none } } ORDER BY ?s ?p")
    assert answer.kind == "select" and answer.columns == ("s", "o", "none")
    a, b = Term("iri", "http://x/a"), Term("iri", "http://x/b")
    assert answer.rows == [
        (a, Term("literal", "41", XSD + "integer"), None),
        (a, b, None),
        (a, Term("literal", "Ana", "", "en"), None),
        (b, Term("literal", 'B "quoted"\n'), None),
    ]


def test_ask_and_graphs(small: Worker) -> None:
    assert small.run(ALIVE) == Answer("ask", boolean=True)
    assert small.run("ASK { ?s <http://x/none> ?o }").boolean is False
    answer = small.run("CONSTRUCT { ?s <http://x/p> ?o } WHERE { ?s <http://x/name> ?o }")
    assert answer.kind == "graph" and len(answer.triples) == 2
    assert answer.triples == sorted(answer.triples)
    assert len(small.run("DESCRIBE <http://x/a>").triples) == 3


def test_empty_answers_and_rows_without_columns(small: Worker) -> None:
    assert small.run("SELECT ?s { ?s <http://x/none> ?o }") == Answer("select", ("s",))
    assert small.run("SELECT * {}").rows == [()]


def test_blank_nodes_and_directions_are_kept(small: Worker) -> None:
    [[node, text]] = rows(small, 'SELECT (BNODE() AS ?b) ("x"@en--ltr AS ?t) {}')
    assert node is not None and node.kind == "blank" and node.value
    assert text == Term("literal", "x", "", "en--ltr")


def test_bindings_are_values_of_variables(small: Worker) -> None:
    answer = small.run("SELECT ?s ?o { ?s <http://x/name> ?o }", bindings={"s": Term("iri", "http://x/a")})
    assert [row[1] for row in answer.rows] == [Term("literal", "Ana", "", "en")]
    with pytest.raises(QueryError, match="s"):
        # The engine takes a value only for a variable that is asked for; better an error than an answer about everything.
        small.run("SELECT ?o { ?s <http://x/name> ?o }", bindings={"s": Term("iri", "http://x/a")})


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("SELECT * { ?s ?p ?o }", 4),
        (f"SELECT * FROM <{G1}> {{ ?s ?p ?o }}", 2),
        (f"SELECT * FROM <{G1}> FROM <{G2}> {{ ?s ?p ?o }}", 4),
        (f"SELECT * FROM NAMED <{G1}> {{ GRAPH ?g {{ ?s ?p ?o }} }}", 2),
        ("SELECT * FROM <http://x/unknown> { ?s ?p ?o }", 0),
        ("SELECT * FROM NAMED <http://x/unknown> { GRAPH ?g { ?s ?p ?o } }", 0),
        ("PREFIX x: <http://x/> SELECT * FROMx:unknown { ?s ?p ?o }", 0),
    ],
)
def test_from_names_graphs_of_the_store(small: Worker, query: str, count: int) -> None:
    assert len(rows(small, query)) == count


def test_from_loads_nothing(small: Worker, tmp_path: Path) -> None:
    file = tmp_path / "secret.nt"
    file.write_text("<http://x/s> <http://x/p> <http://x/o> .\n")
    with canary() as (port, calls):
        for iri in (file.as_uri(), f"http://127.0.0.1:{port}/data.nt"):
            assert rows(small, f"SELECT * FROM <{iri}> {{ ?s ?p ?o }}") == []
            assert rows(small, f"SELECT * FROM NAMED <{iri}> {{ GRAPH ?g {{ ?s ?p ?o }} }}") == []
    assert calls == []


def test_one_graph_can_be_asked(small: Worker) -> None:
    assert len(small.run("SELECT * { ?s ?p ?o }", graph=G2).rows) == 2
    assert small.run("SELECT * { ?s ?p ?o }", graph="http://x/unknown").rows == []


@pytest.mark.parametrize(
    "query",
    ["", "SELECT", "SELECT * {?s ?p", "x" * 5000, "INSERT DATA {}", 'ASK { ?s ?p "\ud800" }', "ASK {?s ?p x:y}"],
)
def test_what_is_no_query_is_told_in_one_line(small: Worker, query: str) -> None:
    with pytest.raises(QueryError) as caught:
        small.run(query)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400
    assert small.run(ALIVE).boolean


# -- limits --------------------------------------------------------------------------------------------------------------


def test_a_query_without_end_is_stopped(many: Worker) -> None:
    many.start()
    began = time.monotonic()
    with pytest.raises(QueryLimit, match=r"0\.3 s"):
        many.run(FOREVER, Limits(seconds=0.3))
    assert time.monotonic() - began < 2
    assert many.run(ALIVE).boolean


def test_planning_and_regular_expressions_end_in_time_too(many: Worker) -> None:
    patterns = " ".join(f"?s{i} ?p{i} ?o{i} . ?o{i} ?q{i} ?s{(i * 7) % 30} ." for i in range(30))
    for query in (
        f"SELECT * {{ {patterns} }}",
        "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?a), STR(?d)), '^(([a-z/:0-9])+.)+[A-Z]+$')) }",
    ):
        began = time.monotonic()
        with contextlib.suppress(KGError):
            many.run(query, Limits(seconds=0.5, rows=10**9))
        assert time.monotonic() - began < 3
        assert many.run(ALIVE).boolean


@pytest.mark.parametrize(
    "query",
    [
        "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?a ?d { ?a ?b ?c . ?d ?e ?f } }",
        'SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d)); separator=",") AS ?all) { ?a ?b ?c . ?d ?e ?f }',
        "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a ?d",
    ],
)
def test_a_query_that_eats_memory_is_stopped(many: Worker, query: str) -> None:
    with pytest.raises(QueryLimit, match="memory"):
        many.run(query, Limits(seconds=30, memory=50 * MIB))
    assert many.run(ALIVE).boolean


def test_rows_are_limited_and_never_cut(many: Worker) -> None:
    assert len(many.run("SELECT * { ?s ?p ?o }", Limits(rows=2000)).rows) == 2000
    with pytest.raises(QueryLimit, match="1999 rows"):
        many.run("SELECT * { ?s ?p ?o }", Limits(rows=1999))
    with pytest.raises(QueryLimit, match="1999 rows"):
        many.run("CONSTRUCT WHERE { ?s ?p ?o }", Limits(rows=1999))
    assert many.run(ALIVE).boolean


def test_bytes_are_limited(many: Worker) -> None:
    with pytest.raises(QueryLimit, match="MiB"):
        many.run("SELECT * { ?s ?p ?o }", Limits(bytes=10_000))
    with pytest.raises(QueryLimit):
        many.run("SELECT ?n1 ?n2 ?n3 { ?s ?p ?o }", Limits(bytes=1000))
    assert many.run(ALIVE).boolean


@pytest.mark.parametrize("query", ["ASK " + "{" * 20_000 + "}" * 20_000, "ASK { FILTER(" + "!" * 90_000 + "true) }"])
def test_a_crash_is_an_error_of_one_query(small: Worker, query: str) -> None:
    with pytest.raises(KGError):
        small.run(query)
    assert small.run(ALIVE).boolean


# -- the process ---------------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def canary() -> Iterator[tuple[int, list[object]]]:
    """A local port that notes who calls, and answers like an endpoint."""
    calls: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)

        def listen() -> None:
            while not done.is_set():
                with contextlib.suppress(TimeoutError):
                    connection, peer = server.accept()
                    calls.append(peer)
                    connection.close()

        done = threading.Event()
        thread = threading.Thread(target=listen)
        thread.start()
        try:
            yield server.getsockname()[1], calls
        finally:
            time.sleep(0.1)
            done.set()
            thread.join()


def test_the_canary_sings() -> None:
    with canary() as (port, calls):
        socket.create_connection(("127.0.0.1", port)).close()
    assert len(calls) == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"])
def test_no_query_opens_a_connection_even_without_the_guard(small: Worker, host: str) -> None:
    with canary() as (port, calls):
        with pytest.raises(KGError):
            small.run(f"SELECT * {{ SERVICE <http://{host}:{port}/> {{ ?s ?p ?o }} }}")
        with contextlib.suppress(KGError):
            small.run(f"SELECT * {{ SERVICE SILENT <http://{host}:{port}/> {{ ?s ?p ?o }} }}")
    assert calls == []


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs /proc")
def test_the_process_has_given_up_its_rights(small: Worker) -> None:
    small.start()
    pid = small.pid
    assert pid is not None
    limits = Path(f"/proc/{pid}/limits").read_text()
    [files] = [line.split() for line in limits.splitlines() if line.startswith("Max open files")]
    assert files[3:5] == ["0", "0"]
    assert os.getpgid(pid) == pid != os.getpgid(0) and os.getsid(pid) == pid


def test_only_the_first_query_waits_for_a_start(small: Worker) -> None:
    small.run(ALIVE)
    pid = small.pid
    for _ in range(20):
        small.run(ALIVE)
    assert small.pid == pid


def test_a_process_killed_while_it_waits_is_replaced(small: Worker) -> None:
    small.run(ALIVE)
    pid = small.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert small.run(ALIVE).boolean
    assert small.pid != pid


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def gone(pid: int, seconds: float = 3.0) -> bool:
    deadline = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not alive(pid)


def test_close_ends_the_process_for_good() -> None:
    worker = Worker(chunks=[QUADS])
    assert worker.run(ALIVE).boolean
    pid = worker.pid
    assert pid is not None
    worker.close()
    worker.close()
    assert gone(pid)
    with pytest.raises(StoreError, match="closed"):
        worker.run(ALIVE)


def test_a_forgotten_worker_leaves_no_process() -> None:
    worker = Worker(chunks=[QUADS])
    worker.start()
    pid = worker.pid
    assert pid is not None
    del worker
    assert gone(pid)


@pytest.mark.parametrize("busy", [False, True])
@pytest.mark.parametrize("end", ["kill", "exit"])
def test_no_process_outlives_its_program(busy: bool, end: str) -> None:
    code = (
        "import sys, threading, time; sys.path.insert(0, sys.argv[1])\n"
        "from kg.worker import Worker, Limits\n"
        "worker = Worker(chunks=[b''.join(b'<x:%d> <x:p> <x:o> <x:g> .\\n' % i for i in range(3000))])\n"
        "worker.run('ASK {?s ?p ?o}')\n"
        f"query = 'SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }}'\n"
        f"if {busy}: threading.Thread(target=worker.run, args=(query, Limits(seconds=2)), daemon=True).start(); time.sleep(0.2)\n"
        "print(worker.pid, flush=True)\n"
        f"{'time.sleep(60)' if end == 'kill' else ''}\n"
    )
    program = subprocess.Popen([sys.executable, "-c", code, str(ROOT)], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    pid = int(program.stdout.readline())
    if end == "kill":
        program.kill()
    program.wait(20)
    program.stdout.close()
    assert gone(pid, 5)


def test_threads_share_a_worker(small: Worker) -> None:
    found: list[object] = []

    def ask(number: int) -> None:
        found.append(
            rows(small, f"SELECT ({number} AS ?n) {{}}")[0][0] == Term("literal", str(number), XSD + "integer")
        )

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 30


def test_an_interrupted_query_does_not_answer_the_next_one(many: Worker) -> None:
    many.start()

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            many.run(FOREVER, Limits(seconds=20))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert many.run(ALIVE) == Answer("ask", boolean=True)


def test_a_fork_does_not_share_the_process(small: Worker) -> None:
    small.run(ALIVE)
    pid = small.pid
    child = os.fork()
    if child == 0:
        try:
            good = small.run(ALIVE).boolean and small.pid != pid
            small.close()
            os._exit(0 if good else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert small.run(ALIVE).boolean and small.pid == pid


def test_a_start_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        Worker(tmp_path / "nothing").run(ALIVE)
    with pytest.raises(StoreError):
        Worker(chunks=[b"no quads\n"]).run(ALIVE)


def test_nothing_of_the_environment_reaches_the_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "json.py").write_text("raise RuntimeError('mine')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    monkeypatch.chdir(tmp_path)
    with Worker(chunks=[QUADS]) as worker:
        assert worker.run(ALIVE).boolean


def test_a_worker_starts_quickly() -> None:
    times = []
    for _ in range(5):
        began = time.monotonic()
        with Worker(chunks=[QUADS]):
            times.append(time.monotonic() - began)
    assert min(times) < 0.5  # 0.05 s on an idle machine

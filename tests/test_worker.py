"""The query process: whatever a query does, it ends within its limits, reaches nothing outside, and the next one is answered."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import kg.worker as worker_module
from kg.errors import QueryError, QueryLimit, StoreError
from kg.terms import XSD, Term
from kg.worker import Answer, Limits, Worker

ROWS = 300
GRAPH = "http://example.org/graph"
QUADS = b"".join(
    f'<http://example.org/{number}> <http://example.org/p> "{number}" <{GRAPH}> .\n'.encode() for number in range(ROWS)
)
OTHER = b'<http://example.org/other> <http://example.org/p> "other" <http://example.org/other-graph> .\n'
ALL = "SELECT ?s WHERE { ?s ?p ?o }"
PRODUCT = "?a ?p ?b . ?c ?p ?d . ?e ?p ?f . ?g ?p ?h"
ONE_SECOND = Limits(seconds=1)
LITTLE = Limits(seconds=20, memory=100 << 20)


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(chunks=[QUADS, OTHER]) as made:
        yield made


def assert_answers(worker: Worker) -> None:
    assert len(worker.run(ALL).rows) == ROWS + 1


# -- answers -------------------------------------------------------------------------------------------------------------


def test_answers_of_the_three_kinds(worker):
    query = 'SELECT ?x ?y WHERE { VALUES (?x ?y) { (<http://a> "b"@EN) (1 UNDEF) ("01"^^<http://t> "") } }'
    assert worker.run(query) == Answer(
        "select",
        ("x", "y"),
        [
            (Term("iri", "http://a"), Term("literal", "b", "", "en")),
            (Term("literal", "1", XSD + "integer"), None),
            (Term("literal", "01", "http://t"), Term("literal", "")),
        ],
    )
    assert worker.run("ASK { ?s ?p 'no' }") == Answer("ask", boolean=False)
    construct = "CONSTRUCT { ?s <http://q> ?o , 'a' } WHERE { VALUES (?s ?o) { (<http://b> 'x') (<http://a> 'x') } }"
    assert [tuple(map(str, triple)) for triple in worker.run(construct).triples] == [
        ("http://a", "http://q", "a"),
        ("http://a", "http://q", "x"),
        ("http://b", "http://q", "a"),
        ("http://b", "http://q", "x"),
    ]


def test_answers_without_columns_or_rows(worker):
    assert worker.run("SELECT * { }").rows == [()]
    assert worker.run("SELECT * { FILTER(false) }").rows == []
    assert worker.run("CONSTRUCT {} { }").triples == []


@pytest.mark.parametrize(
    "text", ["\U0001f600 \u2028 \x85 \x7f é", 'quote " and \\ and \n and \t', "</script>", "\ufeff"]
)
def test_values_come_back_as_they_are(worker, text):
    literal = Term("literal", text)
    assert worker.run(f"SELECT ?x {{ VALUES ?x {{ {literal.n3()} }} }}").rows == [(literal,)]
    assert worker.run("SELECT ?x { FILTER(?x = ?x) }", bindings={"x": literal}).rows == [(literal,)]


@pytest.mark.parametrize(
    "query", ["SELECT", "", "SELECT * { ?s ?p }", "INSERT DATA { <a:a> <a:a> <a:a> }", "SELECT ?\udc80 {}"]
)
def test_what_is_no_query_is_one_line_of_error(worker, query):
    with pytest.raises(QueryError) as caught:
        worker.run(query)
    assert "\n" not in str(caught.value)
    assert_answers(worker)


# -- limits --------------------------------------------------------------------------------------------------------------

BOMBS = {
    "endless product": (f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}", ONE_SECOND, "stopped after 1 s"),
    "one huge value": (
        f"SELECT (GROUP_CONCAT(?x) AS ?y) {{ VALUES ?x {{ '{'long ' * 2000}' }} ?a ?p ?b . ?c ?p ?d }}",
        LITTLE,
        "MiB of memory",
    ),
    "value doubled": (
        "SELECT ?z { BIND('long ' AS ?a) "
        + " ".join(
            f"BIND(CONCAT(?{old}, ?{old}) AS ?{new})"
            for old, new in zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz", strict=False)
        )
        + " }",
        LITTLE,
        "MiB of memory",
    ),
    "sorted product": (f"SELECT * {{ {PRODUCT} }} ORDER BY DESC(?a) ?h", LITTLE, "MiB of memory"),
    "distinct product": (f"SELECT DISTINCT * {{ {PRODUCT} }}", LITTLE, "MiB of memory|more than 100000 rows"),
    "too many rows": (f"SELECT * {{ {PRODUCT} }}", Limits(), "more than 100000 rows"),
    "too many triples": ("CONSTRUCT { ?a ?p ?d } { ?a ?p ?b . ?c ?p ?d }", Limits(rows=1000), "more than 1000 rows"),
    "too many bytes": (
        "SELECT (CONCAT(STR(?a), STR(?c)) AS ?x) { ?a ?p ?b . ?c ?p ?d }",
        Limits(bytes=1 << 16),
        "more than 0.0625 MiB",
    ),
    "bytes of few characters": ("SELECT (CONCAT('\U0001f600', STR(?a)) AS ?x) { ?a ?p ?b }", Limits(bytes=9000), "MiB"),
}


@pytest.mark.parametrize("query, limits, message", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_ends_at_its_limit_and_the_next_query_is_answered(worker, query, limits, message):
    began = time.monotonic()
    with pytest.raises(QueryLimit, match=message):
        worker.run(query, limits)
    assert time.monotonic() - began < limits.seconds + 2
    assert_answers(worker)


def test_limits_are_what_a_query_may_just_use(worker):
    assert len(worker.run(ALL, Limits(rows=ROWS + 1)).rows) == ROWS + 1
    with pytest.raises(QueryLimit, match=f"more than {ROWS} rows"):
        worker.run(ALL, Limits(rows=ROWS))


def test_memory_is_counted_for_each_query_anew(worker):
    before = worker.pid
    for _ in range(3):
        with pytest.raises(QueryLimit, match="more than 100 rows"):
            worker.run(ALL, Limits(memory=64 << 20, rows=100))
    assert_answers(worker)
    assert worker.pid == before, "a limit on rows needs no new process"


DEEP = {
    "groups": "SELECT * " + "{" * 20_000 + "}" * 20_000,
    "brackets": "SELECT * { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
    "negations": "SELECT * { FILTER(" + "!" * 80_000 + "true) }",
    "sum": "SELECT (1" + "+1" * 40_000 + " AS ?x) {}",
    "unions": "SELECT * { {}" + " UNION {}" * 10_000 + " }",
    "options": "SELECT * {" + " OPTIONAL {}" * 8_000 + " }",
    "path": "SELECT * { ?s " + "/".join(["<a:a>"] * 16_000) + " ?o }",
    "triple terms": "SELECT * { ?s ?p " + "<<( ?s ?p " * 5_000 + "?o" + ")>>" * 5_000 + " }",
}


@pytest.mark.parametrize("query", DEEP.values(), ids=DEEP.keys())
def test_a_query_that_exhausts_the_stack_is_one_error(worker, query):
    try:
        worker.run(query, Limits(seconds=3))
    except (QueryError, QueryLimit) as error:
        assert len(str(error)) < 400
    assert_answers(worker)


# -- nothing outside -----------------------------------------------------------------------------------------------------


@pytest.fixture
def canary() -> Iterator[tuple[str, Callable[[], bool]]]:
    """An address on this machine, and whether anybody has called it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.3)

        def called() -> bool:
            try:
                listener.accept()[0].close()
            except TimeoutError:
                return False
            return True

        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", called


def test_the_canary_sings(canary):
    import pyoxigraph

    address, called = canary
    caller = threading.Thread(
        target=lambda: list(pyoxigraph.Store().query(f"SELECT * {{ SERVICE SILENT <{address}> {{ ?s ?p ?o }} }}"))
    )
    caller.start()
    assert called(), "without the fence a query does call"
    caller.join()


@pytest.mark.parametrize("silent", ["", "SILENT "])
def test_no_query_opens_a_connection_even_without_the_guard(worker, canary, silent):
    address, called = canary
    for query in (
        f"SELECT * {{ SERVICE {silent}<{address}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ VALUES ?x {{ <{address}> }} ?s ?p ?o SERVICE {silent}?x {{ ?s ?p ?o }} }}",
        f"SELECT * FROM <{address}> {{ ?s ?p ?o }}",
        f"SELECT * FROM NAMED <{address}> {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        f"LOAD <{address}>",
    ):
        with contextlib.suppress(QueryError, StoreError):
            worker.run(query)
    assert not called()
    assert_answers(worker)


@pytest.mark.parametrize(
    "dataset, subjects",
    [
        (f"FROM <{GRAPH}>", ROWS),
        (f"from<{GRAPH}>", ROWS),
        (f"FROM <{GRAPH}> FROM <http://example.org/other-graph>", ROWS + 1),
        ("FROM <http://example.org/no-graph>", 0),
        ("FROM <file:///etc/passwd>", 0),
        (f"FROM NAMED <{GRAPH}>", 0),
    ],
)
def test_from_names_graphs_of_the_store_and_nothing_else(worker, dataset, subjects):
    assert len(worker.run(f"SELECT ?s {dataset} WHERE {{ ?s ?p ?o }}").rows) == subjects


def test_from_named_restricts_what_graph_sees(worker):
    for dataset, subjects in ((f"FROM NAMED <{GRAPH}>", ROWS), ("FROM NAMED <file:///etc/passwd>", 0), ("", ROWS + 1)):
        assert len(worker.run(f"SELECT ?s {dataset} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}").rows) == subjects


def test_the_process_holds_no_rights(worker):
    worker.start()
    for task in Path(f"/proc/{worker.pid}/task").iterdir():
        said = dict(line.split(":", 1) for line in (task / "status").read_text().splitlines())
        assert (said["Seccomp"].strip(), said["NoNewPrivs"].strip()) == ("2", "1"), "a filter, in every thread"


def test_folders_and_settings_of_the_user_do_not_reach_the_process(tmp_path, monkeypatch):
    (tmp_path / "json.py").write_text("raise SystemExit('the wrong json')")
    (tmp_path / "sitecustomize.py").write_text("raise SystemExit('the wrong site')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    with Worker(chunks=[QUADS, OTHER]) as worker:
        assert_answers(worker)


# -- life ----------------------------------------------------------------------------------------------------------------


def ended(pid: int, seconds: float = 5) -> bool:
    deadline = time.monotonic() + seconds
    while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    return not Path(f"/proc/{pid}").exists()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
def test_a_process_killed_while_it_waits_is_replaced(number):
    with Worker(chunks=[QUADS, OTHER]) as worker:
        for wait in (0.2, 0):
            worker.start()
            os.kill(worker.pid or 0, number)
            time.sleep(wait)
            if wait or number != signal.SIGSEGV:
                assert_answers(worker)


def test_a_process_killed_during_a_query_is_an_error_and_then_replaced(worker):
    worker.start()
    killer = threading.Timer(0.5, os.kill, (worker.pid, signal.SIGKILL))
    killer.start()
    with pytest.raises(QueryLimit):
        worker.run(f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}", Limits(seconds=20))
    assert_answers(worker)


def test_a_process_that_is_held_is_stopped_in_time(worker):
    worker.start()
    os.kill(worker.pid, signal.SIGSTOP)
    began = time.monotonic()
    with pytest.raises(QueryLimit, match=r"stopped after 0\.5 s"):
        worker.run("ASK {}" + " " * 1_000_000, Limits(seconds=0.5))
    assert time.monotonic() - began < 3
    assert_answers(worker)


@pytest.fixture
def interruptible():
    """A shell starts what runs in the background with interrupts ignored: here they must count."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_an_interrupted_query_does_not_answer_the_next_one(worker):
    worker.start()
    before = worker.pid
    interrupt = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    interrupt.start()
    with pytest.raises(KeyboardInterrupt):
        worker.run(f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}", Limits(seconds=20))
    assert ended(before)
    assert_answers(worker)


def test_nothing_is_left_behind():
    with Worker(chunks=[QUADS]) as worker:
        first = worker.pid
        with pytest.raises(QueryLimit):
            worker.run(f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}", Limits(seconds=0.3))
        worker.start()
        second = worker.pid
    assert first != second and ended(first) and ended(second)
    forgotten = Worker(chunks=[QUADS])
    forgotten.start()
    third = forgotten.pid
    del forgotten
    assert ended(third), "also without close"
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    zombies = [pid for pid in children if "Z" in Path(f"/proc/{pid}/stat").read_text().split(")")[-1].split()[0]]
    assert zombies == []


def test_a_closed_worker_says_so():
    worker = Worker(chunks=[QUADS])
    worker.start()
    worker.close()
    worker.close()
    with pytest.raises(StoreError, match="the store is closed"):
        worker.run(ALL)


def test_closing_ends_a_query_of_another_thread():
    worker = Worker(chunks=[QUADS])
    worker.start()
    threading.Timer(0.3, worker.close).start()
    began = time.monotonic()
    with pytest.raises(StoreError, match="the store is closed"):
        worker.run(f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}", Limits(seconds=20))
    assert time.monotonic() - began < 3


def test_threads_get_their_own_answers(worker):
    answers: dict[int, list[int]] = {}

    def ask(number: int) -> None:
        answers[number] = [
            int(str(worker.run(f"SELECT (({number} * 1000 + {turn}) AS ?x) {{}}").rows[0][0])) for turn in range(30)
        ]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: [number * 1000 + turn for turn in range(30)] for number in range(8)}


PARENT = f"""
import sys, threading, time
from kg.worker import Limits, Worker
worker = Worker(chunks=[{QUADS!r}])
worker.start()
print(worker.pid, flush=True)
if sys.argv[1] == "busy":
    worker.run("SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}", Limits(seconds=500))
time.sleep(500)
"""


@pytest.mark.parametrize("state", ["idle", "busy"])
def test_the_process_ends_with_its_parent(state):
    parent = subprocess.Popen([sys.executable, "-c", PARENT, state], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    time.sleep(0.5)
    assert Path(f"/proc/{pid}").exists()
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert ended(pid)


def test_a_forked_process_leaves_the_one_of_its_parent_alone(worker):
    assert_answers(worker)
    before = worker.pid
    child = os.fork()
    if child == 0:
        code = 1
        try:
            assert worker.pid is None
            assert_answers(worker)
            assert worker.pid not in (None, before)
            worker.close()
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0
    assert worker.pid == before
    assert_answers(worker)


def test_many_open_files_do_not_matter(worker):
    handles = [os.dup(0) for _ in range(1100)] if _may_open(1200) else []
    try:
        with Worker(chunks=[QUADS, OTHER]) as other:
            assert_answers(other)
    finally:
        for handle in handles:
            os.close(handle)


def _may_open(number: int) -> bool:
    import resource

    return resource.getrlimit(resource.RLIMIT_NOFILE)[0] > number


# -- files ---------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder_of_many_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More files than the engine opens at once: each load adds one to every index."""
    import pyoxigraph

    folder = tmp_path_factory.mktemp("many") / "oxigraph"
    engine = pyoxigraph.Store(str(folder))
    for part in range(4):
        lines = [f'<urn:s{n}> <urn:p> "{part}-{n}" <urn:g{n % 7}> .\n' for n in range(300)]
        engine.bulk_load("".join(lines).encode(), format=pyoxigraph.RdfFormat.N_QUADS)
    engine.flush()
    del engine
    assert len(list(folder.glob("*.sst"))) > 16
    return folder


ASKED_OF_MANY = {
    "SELECT * { ?s ?p ?o }": 1200,
    "SELECT * { GRAPH ?g { ?s ?p ?o } }": 1200,
    'SELECT * { GRAPH ?g { ?s ?p ?o . ?s ?q "1-7" } }': 4,
    'SELECT * { ?s ?p "2-8" }': 1,
    "SELECT * { GRAPH <urn:g3> { <urn:s3> <urn:p> ?o } }": 4,
    "SELECT * { GRAPH <urn:g3> { ?s <urn:p> ?o } }": 172,
    "SELECT (COUNT(?s) AS ?n) { ?s ?p ?o } GROUP BY ?s": 300,
}


# Before there was a filter, a store of more than sixteen files could not be read, or its queries ate memory without end.
@pytest.mark.parametrize("filtered", [True, False], ids=["with a filter", "where the system has none"])
def test_a_store_of_many_files_is_read(folder_of_many_files: Path, canary, monkeypatch, filtered: bool):
    address, called = canary
    if not filtered:
        boot = worker_module._BOOT.replace(
            "from kg.worker", "from kg import fence; fence._KNOWN.clear(); from kg.worker"
        )
        monkeypatch.setattr(worker_module, "_BOOT", boot)
    with Worker(folder_of_many_files) as worker:
        for query, rows in ASKED_OF_MANY.items():
            assert len(worker.run(query, Limits(seconds=10, memory=100 << 20)).rows) == rows, query
        limits = Path(f"/proc/{worker.pid}/limits").read_text()
        files = [line.split()[3] for line in limits.splitlines() if line.startswith("Max open files")]
        assert (files == ["0"]) is not filtered
        with contextlib.suppress(QueryError, StoreError):
            worker.run(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")
        assert not called()


# -- start ---------------------------------------------------------------------------------------------------------------


def test_a_folder_that_cannot_be_opened_is_a_store_error(tmp_path):
    with pytest.raises(StoreError):
        Worker(tmp_path / "nothing").run(ALL)
    with pytest.raises(StoreError):
        Worker(chunks=[b"no quads\n"]).run(ALL)


def test_chunks_are_taken_anew_for_every_process():
    with Worker(chunks=[QUADS, OTHER]) as worker:
        for _ in range(2):
            assert_answers(worker)
            with pytest.raises(QueryLimit):
                worker.run(f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}", Limits(seconds=0.3))


def test_an_interrupt_during_the_start_leaves_no_half_started_process():
    def interrupted() -> Iterator[bytes]:
        yield QUADS
        raise KeyboardInterrupt

    worker = Worker(chunks=interrupted())
    with pytest.raises(KeyboardInterrupt):
        worker.run(ALL)
    assert worker.pid is None

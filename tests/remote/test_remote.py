"""The same questions, put to Oxigraph and to Virtuoso, have the answers of the store of this machine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.errors import QueryError, QueryLimit, QueryRefused, StoreError
from kg.namespaces import BASE
from kg.pushing import push
from kg.query import ask, named_queries
from kg.remote import RemoteStore
from kg.store import Store
from kg.web import Client
from kg.worker import Limits
from tests.remote.servers import Remote, oxigraph, virtuoso
from tests.serve.load import EXAMPLES
from tests.serve.process import served

QUERIES = named_queries()
RIGHT_IN_VIRTUOSO = ("actors", "claims-about", "documents", "evidence", "overview", "quantities", "venues")
"""Questions that its engine answers as it should; of the others it refuses some, and gets some wrong."""


def _rows(answer) -> list[str]:
    return [repr(row) for row in answer.rows]


def _values(name: str, full: bool) -> dict[str, str]:
    if name == "names":
        return {"kind": "actor"}
    return {p.name: EXAMPLES[p.type] for p in QUERIES[name].parameters if full or not p.optional}


@pytest.mark.parametrize("name", QUERIES)
def test_oxigraph_answers_every_question_as_the_store_does(name: str, sample: Store, oxigraph_server: Remote):
    with RemoteStore(oxigraph_server.query) as remote:
        for full in (False, True):
            values = _values(name, full)
            here, there = ask(sample, name, None, **values), ask(remote, name, None, **values)
            assert here.columns == there.columns and _rows(here) == _rows(there)


@pytest.mark.parametrize("name", RIGHT_IN_VIRTUOSO)
def test_virtuoso_answers_what_it_can(name: str, sample: Store, virtuoso_server: Remote):
    with RemoteStore(virtuoso_server.query, trusted=True) as remote:
        values = _values(name, False)
        # It sorts strings by another order.
        assert sorted(_rows(ask(sample, name, None, **values))) == sorted(_rows(ask(remote, name, None, **values)))


def test_an_engine_that_fails_a_known_answer_is_not_asked(virtuoso_server: Remote, oxigraph_server: Remote):
    with RemoteStore(virtuoso_server.query) as remote, pytest.raises(StoreError, match="question with a known answer"):
        ask(remote, "overview")
    with RemoteStore(oxigraph_server.query) as remote:
        assert ask(remote, "overview").rows


def test_a_remote_store_holds_what_was_pushed(sample: Store, oxigraph_server: Remote, virtuoso_server: Remote):
    with RemoteStore(oxigraph_server.query) as remote:
        assert (remote.base, remote.count, remote.documents) == (BASE, sample.count, sample.documents)
        assert remote.graphs() == sample.graphs()
        assert list(remote.lines()) == list(sample.lines())
        assert remote.digest == sample.digest
        assert set(remote.graph()) == set(sample.graph())
    with RemoteStore(virtuoso_server.query, trusted=True) as remote:
        assert (remote.base, remote.count, remote.documents) == (BASE, sample.count, sample.documents)
        assert remote.graphs() == sample.graphs()
        # It keeps durations as seconds and not as they are written; everything else is as it was.
        there, here = set(remote.lines()), set(sample.lines())
        assert all(b"XMLSchema#duration" in line for line in there ^ here)
        assert len(there ^ here) < 20


def test_views_and_commands_take_an_address(sample_folder: Path, oxigraph_server: Remote, tmp_path: Path):
    for command in (
        ["query", "actors"],
        ["query", "claims-about", "-p", "meeting=kg:meeting/trilateral-2025-12", "-f", "csv"],
        ["view", "-f", "csv", "--stages", "all"],
        ["view", "--view", "mediation"],
        ["export", "-f", "trig"],
        ["gap"],
    ):
        here = _run(*command, "--store", str(sample_folder))
        there = _run(*command, "--store", oxigraph_server.query)
        assert here.exit_code == there.exit_code == 0, there.output
        assert here.stdout == there.stdout and len(here.stdout) > 100, command
    info = _run("info", "--store", oxigraph_server.query)
    assert info.stdout == _run("info", "--store", str(sample_folder)).stdout
    for place, name in ((str(sample_folder), "here"), (oxigraph_server.query, "there")):
        assert _run("view", "--store", place, "-o", str(tmp_path / name)).exit_code == 0
    assert (tmp_path / "here").read_bytes() == (tmp_path / "there").read_bytes()
    assert "0 violations" in _run("validate", "--store", oxigraph_server.query).output


def test_our_own_endpoint_is_a_remote_store_and_its_token_is_sent(sample_folder: Path, sample: Store, tmp_path: Path):
    file = tmp_path / "token"
    file.write_text("a-token-of-some-length\n")
    with served(sample_folder, "--token-file", str(file)) as endpoint:
        address = f"http://127.0.0.1:{endpoint.port}/sparql"
        with RemoteStore(address, "a-token-of-some-length") as remote:
            assert remote.digest == sample.digest
            assert _rows(ask(remote, "actors")) == _rows(ask(sample, "actors"))
        with RemoteStore(address) as remote, pytest.raises(StoreError, match=r"refuses.*--token-file"):
            ask(remote, "actors")
        refused = _run("query", "actors", "--store", address)
        assert refused.exit_code == 1 and refused.output.count("\n") == 1
        assert _run("query", "actors", "--store", address, "--token-file", str(file)).exit_code == 0


def test_the_union_is_found_or_the_default_graph_is_said_to_lack_it(
    oxigraph_server: Remote, tmp_path: Path, sample: Store
):
    with RemoteStore(oxigraph_server.query) as remote:
        assert remote.query("ASK { ?s ?p ?o }").boolean
        assert remote._union == (("union-default-graph", ""),)
        one = sample.graphs()[0]
        counted = f"SELECT (COUNT(*) AS ?n) FROM <{one}> WHERE {{ ?s ?p ?o }}"
        assert _rows(remote.query(counted)) == _rows(sample.query(counted)), "FROM keeps its meaning"
    with oxigraph(tmp_path, "--union-default-graph") as server, RemoteStore(server.query) as remote:
        assert not remote.query("ASK { ?s ?p ?o }").boolean
        assert remote._union == (), "an empty store needs no parameter"


def test_what_may_not_be_asked_is_refused_before_anything_is_sent():
    remote = RemoteStore("http://127.0.0.1:9/sparql")
    for query in ("SELECT * { SERVICE <http://a> { ?s ?p ?o } }", "CLEAR ALL"):
        with pytest.raises(QueryRefused):
            remote.query(query)
    with pytest.raises(StoreError, match="cannot be reached: Connection refused"):
        remote.query("ASK {}")


def test_limits_hold_and_the_next_question_is_answered(oxigraph_server: Remote):
    product = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    with RemoteStore(oxigraph_server.query) as remote:
        assert remote.query("ASK {}").boolean
        with pytest.raises(QueryLimit, match="within 1 s") as late:
            remote.query(product, None, Limits(seconds=1))
        assert late.value.limit == "time"
        with pytest.raises(QueryLimit, match="more than 10 rows"):
            remote.query("SELECT * WHERE { ?s ?p ?o } LIMIT 11", None, Limits(rows=10))
        with pytest.raises(QueryLimit, match="MiB"):
            remote.query("SELECT * WHERE { ?s ?p ?o }", None, Limits(bytes=100_000))
        with pytest.raises(QueryError, match="the server refuses the query"):
            remote.query("this is no SPARQL")
        assert remote.query("ASK {}").boolean


def test_an_answer_that_virtuoso_cuts_is_no_answer(tmp_path: Path):
    graph = BASE + "graph/a"
    lines = [f'<{BASE}n/{number:02}> <urn:x:is> "{number}" <{graph}> .\n' for number in range(20)]
    with virtuoso(tmp_path, rows=5) as server, Store.in_memory(["".join(lines).encode()]) as store:
        push(store, Client(server.store))
        with RemoteStore(server.query, trusted=True) as remote:
            found = "SELECT ?s WHERE { ?s <urn:x:is> ?o } LIMIT %d"
            assert len(remote.query(found % 3).rows) == 3
            with pytest.raises(QueryLimit, match="cuts answers at 5 rows"):
                remote.query(found % 10)
            # It says nothing where it cuts a graph.
            with pytest.raises(QueryLimit, match=r"gave \d triples of 20"):
                list(remote.lines(graph))


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words), terminal_width=120)


@pytest.mark.parametrize(
    "address",
    [
        "http://kg.example.org/sparql",
        "https://user:secret@kg.example.org/sparql",
        "https://",
        "https://kg.example.org:port/",
        "https://kg.example.org/#x",
        "https://kg.example.org/a b",
        "HTTP://kg.example.org/sparql",
    ],
)
def test_an_address_that_is_none_is_one_line(address: str):
    found = _run("query", "actors", "--store", address)
    assert found.exit_code == 1 and re.fullmatch(r"kg: [^\n]+\n", found.output), found.output
    assert "secret" not in found.output

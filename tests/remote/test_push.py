"""`kg push`: graphs arrive, replace their namesakes, and what is no longer here is removed where that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.errors import StoreError
from kg.namespaces import BASE
from kg.pushing import differences, push, remove_others
from kg.remote import RemoteStore
from kg.store import Store
from kg.web import Client
from tests.remote.servers import oxigraph, virtuoso
from tests.serve.process import served

SERVERS = {"oxigraph": oxigraph, "virtuoso": virtuoso}


def _store(**graphs: str) -> Store:
    blocks = [
        f'<{BASE}n> <urn:x:is> "{value}" <{BASE}graph/{name}> .\n'.encode() for name, value in sorted(graphs.items())
    ]
    return Store.in_memory(blocks)


def _run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


@pytest.mark.parametrize("server", SERVERS)
def test_a_graph_replaces_its_namesake_and_others_stay_until_they_are_pruned(server: str, tmp_path: Path):
    foreign = "http://example.org/other"
    with SERVERS[server](tmp_path) as there, RemoteStore(there.query, trusted=True) as remote:
        client = Client(there.store)
        assert (
            client.send(
                "PUT",
                query=f"graph={foreign}",
                body=b"<urn:a> <urn:b> <urn:c> .",
                headers={"Content-Type": "text/turtle"},
            ).status
            < 300
        )
        with _store(a="1", b='ü \\"quoted\\" 𝄞\\n', c="1") as first:
            pushed = push(first, client)
            assert (pushed.graphs, pushed.triples) == (3, 3)
            assert list(remote.lines()) == list(first.lines())
        with _store(a="2", b='ü \\"quoted\\" 𝄞\\n') as second:
            push(second, client)
            assert len(list(remote.lines())) == 3
            found = differences(second, remote)
            assert [(finding.place, finding.lost) for finding in found] == [(BASE + "graph/c", False)]
            assert remove_others(second, client, remote) == [BASE + "graph/c"]
            assert differences(second, remote) == []
            assert list(remote.lines()) == list(second.lines())
        with _store(a="2", d="x") as third:
            assert [finding.lost for finding in differences(third, remote)] == [True, False]
        assert remote.query(f"ASK {{ GRAPH <{foreign}> {{ ?s ?p ?o }} }}").boolean, "what is not ours is left alone"


def test_the_command_says_what_it_did_and_compares(sample_folder: Path, sample: Store, tmp_path: Path):
    with oxigraph(tmp_path) as there:
        done = _run("push", there.store, "--store", str(sample_folder), "--query-url", there.query, "--prune")
        assert done.exit_code == 0, done.output
        assert done.output.splitlines() == [
            f"{sample.count} triples in {len(sample.graphs())} graphs written to {there.store}",
            "0 graphs removed",
        ]
        assert _run("push", there.store, "--store", str(sample_folder), "--prune").exit_code == 2
        wrong = _run("push", there.query, "--store", str(sample_folder))
        assert wrong.exit_code == 1 and "Graph Store Protocol" in wrong.output and wrong.output.count("\n") == 1


def test_a_server_that_only_reads_refuses(sample_folder: Path, sample: Store):
    with served(sample_folder) as endpoint, pytest.raises(StoreError, match=r"PUT of .*status 405"):
        push(sample, Client(f"http://127.0.0.1:{endpoint.port}/sparql"))

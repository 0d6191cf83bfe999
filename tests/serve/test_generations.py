"""Reads stay right while a build replaces the graph."""

from __future__ import annotations

import threading
import time
from pathlib import Path

from kg.namespaces import BASE
from kg.store import Store
from tests.serve.process import Served, served

N = 300


def _blocks(value: int) -> list[bytes]:
    """Two graphs in which every statement has the same value: an answer that has two is torn."""
    out = []
    for graph in ("a", "b"):
        lines = [f'<{BASE}n/{number:04}> <urn:x:is> "{value}" <{BASE}graph/{graph}> .\n' for number in range(N)]
        out.append("".join(sorted(lines)).encode())
    return out


def _values(endpoint: Served) -> set[str]:
    reply = endpoint.ask("SELECT ?g ?s ?v WHERE { GRAPH ?g { ?s <urn:x:is> ?v } }")
    assert reply.status == 200, reply.text
    assert len(reply.rows) == 2 * N
    return {row["v"] for row in reply.rows}


def test_an_answer_is_of_one_generation_and_the_next_is_of_the_newest(tmp_path: Path):
    store = tmp_path / "store"
    Store.build(store, _blocks(0))
    torn: list[set[str]] = []
    order: list[int] = []
    failed: list[BaseException] = []
    ended = threading.Event()
    with served(store) as endpoint:

        def ask() -> None:
            while not ended.is_set():
                try:
                    values = _values(endpoint)
                except BaseException as error:
                    failed.append(error)
                    return
                if len(values) != 1:
                    torn.append(values)
                order.append(int(next(iter(values))))

        threads = [threading.Thread(target=ask) for _ in range(4)]
        for thread in threads:
            thread.start()
        for value in range(1, 6):
            Store.build(store, _blocks(value))
            assert _values(endpoint) == {str(value)}, "the answer after a build is of that build"
            time.sleep(0.3)
        ended.set()
        for thread in threads:
            thread.join()
        assert not failed and not torn
        assert set(order) >= {1, 2, 3, 4, 5}
        # What nobody reads any more is let go of: the next build can remove it.
        _values(endpoint)
        Store.build(store, _blocks(6))
        assert _values(endpoint) == {"6"}
        Store.build(store, _blocks(7))
        assert len(list((store / "generations").iterdir())) <= 2


def test_a_store_that_breaks_leaves_the_earlier_graph_answering(tmp_path: Path):
    store = tmp_path / "store"
    Store.build(store, _blocks(0))
    with served(store) as endpoint:
        assert _values(endpoint) == {"0"}
        (store / "current.json").write_text("{")
        assert _values(endpoint) == {"0"}
        assert endpoint.get("/void").status == 200

"""Passages looked up in a block are those that the evidence of a store has; what is left without them gives the same tables."""

from __future__ import annotations

import pytest

from kg.building import build_in_memory
from kg.cluster.passages import Text, without_passages
from kg.cluster.talks import _TABLES, most_at_once
from kg.evidence import load_evidence
from kg.store import Store
from kg.tables.rows import rows_of
from tests.helpers import SAMPLE


@pytest.fixture(scope="module")
def store():
    with build_in_memory([SAMPLE])[0] as built:
        yield built


def blocks(store: Store) -> list[bytes]:
    return [b"".join(store.lines(graph)) for graph in store.graphs() if "/kg/" not in graph]


def test_every_passage_stands_where_the_evidence_has_it(store: Store):
    texts = {block.split(b"\n", 1)[0].rpartition(b"/graph/")[2][:-3].decode(): Text(block) for block in blocks(store)}
    passages = load_evidence(store).passages
    assert len(passages) > 300 and any(len(one.marks) > 1 for one in passages.values())
    for passage in passages.values():
        spot = texts[passage.document.rpartition("/")[2]].spot(passage.id)
        assert spot == (passage.start, passage.end, passage.id, passage.sentence)


def test_a_passage_that_is_not_there(store: Store):
    text = Text(blocks(store)[0])
    with pytest.raises(ValueError, match="no place in its text"):
        text.spot("https://example.org/nothing")


def test_tables_need_no_passages(store: Store):
    whole = blocks(store)
    less = [without_passages(block, store.base) for block in whole]
    assert sum(map(len, less)) < 0.7 * sum(map(len, whole))
    for one, other in zip(whole, less, strict=True):
        assert set(other.splitlines()) < set(one.splitlines())
    found, wanted = rows_of(less, _TABLES), rows_of(whole, _TABLES)
    assert found.keys() == wanted.keys() == _TABLES
    for name, frame in wanted.items():
        assert found[name].equals(frame), name
        assert frame.height or name in ("same_actors", "members")


def test_as_much_is_loaded_at_once_as_there_is_memory_for():
    gigabyte = 1 << 30
    assert most_at_once(gigabyte, 4, None) == most_at_once(gigabyte, 4, gigabyte) == 64 << 20
    assert most_at_once(gigabyte, 4, gigabyte // 2) == 32 << 20
    assert most_at_once(80 << 20, 4, gigabyte) == 10 << 20, "all threads are to have work"
    assert most_at_once(1 << 20, 4, gigabyte) == 4 << 20

"""From the tables comes what SPARQL answers, so that views and pages may read either."""

from __future__ import annotations

import pytest

from kg.errors import QueryError
from kg.evidence import load_evidence
from kg.query import as_texts, ask, named_query, rows
from kg.scene import load_scene
from kg.store import Store
from kg.tables.answers import ANSWERS, texts

DAYS = ("", "2025-06-02", "2025-12-21")


@pytest.mark.parametrize("name", ANSWERS)
def test_tables_answer_what_sparql_answers(store: Store, name: str):
    query = named_query(name)
    for day in DAYS if query.parameters else DAYS[:1]:
        asked = list(as_texts(ask(store, query, **({"as_of": day} if day else {}))))
        found = list(texts(store.tables(), name, day))
        assert found == asked


class _WithoutTables:
    """A store that has only SPARQL."""

    def __init__(self, store: Store) -> None:
        self.base, self.query = store.base, store.query


@pytest.mark.parametrize("day", DAYS)
def test_a_scene_is_the_same_from_tables_and_from_sparql(store: Store, day: str):
    store.tables()
    assert store.tables_at_hand() is not None
    assert load_scene(store, day) == load_scene(_WithoutTables(store), day)


def test_evidence_is_the_same_from_tables_and_from_sparql(store: Store):
    store.tables()
    assert load_evidence(store) == load_evidence(_WithoutTables(store))


def test_a_day_that_is_none_is_refused(shipped: Store):
    shipped.tables()
    with pytest.raises(QueryError):
        list(rows(shipped, "view-claims", "2025-02-31"))

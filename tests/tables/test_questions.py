"""Questions about everything give what SPARQL gives, on generated reports that contradict each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.building import build_in_memory
from kg.store import Store
from kg.tables.kept import derive
from tests.benchmarks.queries import QUESTIONS, archive, of_frame, of_oxigraph, prefixed, sessions


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Store:
    home = tmp_path_factory.mktemp("reports")
    archive(home / "corpus", 100)
    return build_in_memory([home / "corpus"])[0]


class _Union:
    """The engine of a store, all graphs as one."""

    def __init__(self, store: Store) -> None:
        self._engine = store._local()

    def query(self, sparql: str) -> object:
        return self._engine.query(sparql, use_default_graph_as_union=True)


@pytest.mark.parametrize("name", QUESTIONS)
def test_tables_answer_as_sparql_does(reports: Store, shipped: Store, name: str):
    ask, sparql = QUESTIONS[name]
    assert ask(reports.tables()).height > 0
    for store in (reports, shipped):
        assert of_frame(ask(store.tables())) == of_oxigraph(list(_Union(store).query(prefixed(sparql))))


def test_an_actor_without_seats_has_sat_with_nobody(reports: Store):
    from kg.tables.questions import co_participants

    assert co_participants(reports.tables(), "https://example.org/nobody").height == 0
    assert co_participants(derive([]), "https://example.org/nobody").height == 0


def test_generated_sessions_are_canonical(tmp_path: Path):
    with Store.in_memory(sessions(40)) as store:
        assert store.documents == 40 and store.tables()["participation"].height == 120

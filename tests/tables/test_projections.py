"""Edges by joins are the edges that networkx gets one by one, whatever the policy."""

from __future__ import annotations

from typing import Any

import networkx as nx
import polars as pl
import pytest

from kg.projections import EDGES, edge_evidence, edges, matrix, named, pairs, to_pandas
from kg.scene import load_scene
from kg.standing import HAPPENED, STANDINGS
from kg.store import Store
from kg.views import LEVELS, VIEWS, Policy, who_talks_to_whom

POLICIES = [
    Policy(standings, day, since, until, rounds, level)
    for level in LEVELS
    for standings, rounds, day, since, until in (
        (HAPPENED, False, "", "", ""),
        (STANDINGS, True, "", "", ""),
        (STANDINGS, True, "2025-06-02", "", ""),
        (STANDINGS, False, "2025-12-21", "2025-05-08", ""),
        (HAPPENED, True, "", "", "2025-05-10"),
    )
]


def drawn(graph: nx.MultiGraph, view: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """Edges of networkx as our rows: by ends, gathering and, for seats, seat."""
    found = {}
    for one, other, key, data in graph.edges(keys=True, data=True):
        if data["relation"] == "co-presence":
            one, other = min(one, other), max(one, other)
        elif one == data["meeting"]:
            one, other = other, one
        seat = key.partition("#")[0] if view == "participation" else ""
        found[one, other, data["meeting"], seat] = {
            "label": data["label"], "relation": data["relation"], "status": data["status"], "contested": data["contested"],
            "earliest": data["earliest"], "latest": data["latest"], "newman": data.get("newman"), "role": data.get("role"),
        }  # fmt: skip
    return found


@pytest.mark.parametrize("view", VIEWS)
def test_the_edges_are_those_of_the_views(store: Store, view: str):
    tables = store.tables()
    scenes = {day: load_scene(store, day) for day in {policy.as_of for policy in POLICIES}}
    for policy in POLICIES:
        frame = edges(tables, view, policy)
        assert frame.columns[: len(EDGES)] == list(EDGES)
        found = {}
        for row in frame.iter_rows(named=True):
            key = tuple(row.pop(one, "") for one in ("one", "other", "gathering", "participation"))
            found[key] = {"role": None, **row}
        assert len(found) == frame.height
        wanted = drawn(VIEWS[view](scenes[policy.as_of], policy), view)
        assert found.keys() == wanted.keys(), policy
        for key, row in wanted.items():
            assert found[key] == pytest.approx(row), (policy, key)


def test_the_matrix_counts_sessions_and_weighs_them(store: Store):
    scene = load_scene(store)
    for policy in POLICIES[:2]:
        graph = who_talks_to_whom(scene, Policy(policy.standings, level=policy.level))
        for newman in (False, True):
            found, actors = matrix(store, policy, newman=newman)
            wanted: dict[tuple[str, str], float] = {}
            for one, other, data in graph.edges(data=True):
                for ends in ((one, other), (other, one)):
                    wanted[ends] = wanted.get(ends, 0) + (data["newman"] if newman else 1)
            entries = found.tocoo()
            cells = zip(*entries.coords, entries.data, strict=True)
            assert {(actors[row], actors[column]): value for row, column, value in cells} == pytest.approx(wanted)
            assert (found != found.T).nnz == 0
            assert set(actors) == set(graph.nodes)


def test_pairs_sum_up_the_edges(shipped: Store):
    frame = edges(shipped)
    counted = frame.group_by("one", "other").len().sort("one", "other")
    summed = pairs(shipped).sort("one", "other")
    assert summed.select("one", "other", pl.col("sessions").alias("len")).rows() == counted.rows()
    assert summed["newman"].sum() == pytest.approx(frame["newman"].sum())
    assert summed["sessions"].to_list() != []


def test_every_edge_has_the_passages_that_the_view_gives_it(store: Store):
    scene = load_scene(store)
    for policy in POLICIES[:2]:
        graph = who_talks_to_whom(scene, Policy(policy.standings, level=policy.level))
        wanted = {
            (min(one, other), max(one, other), key): set(data["evidence"])
            for one, other, key, data in graph.edges(keys=True, data=True)
        }
        found: dict[tuple[str, str, str], set[str]] = {}
        for row in edge_evidence(store, Policy(policy.standings, level=policy.level)).iter_rows(named=True):
            found.setdefault((row["one"], row["other"], row["gathering"]), set()).add(row["span"])
            assert row["words"] and row["sentence"]
        assert found == wanted


def test_a_frame_can_carry_names_and_go_to_pandas(shipped: Store):
    frame = named(shipped, pairs(shipped), "one", "other")
    assert ("Russia" in frame["one"].to_list()) or ("Russia" in frame["other"].to_list())
    table = to_pandas(frame)
    assert list(table.columns) == frame.columns and len(table) == frame.height


def test_no_sessions_give_no_edges():
    from kg.tables.kept import derive

    tables = derive([])
    assert edges(tables).height == 0 and pairs(tables).height == 0
    assert matrix(tables)[0].shape == (0, 0)

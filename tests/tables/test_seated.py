"""Who has a seat in which session, as numbers: what a loop over the rows finds, and pairs as combinations give them."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from itertools import combinations
from random import Random

import numpy as np
import polars as pl
import pytest

from kg.namespaces import DP
from kg.store import Store
from kg.tables.seated import counted, each_seat, each_two, number, shared

SEATS = {"meeting": pl.UInt32, "actor": pl.UInt32}


def test_numbers_are_places_in_the_order_of_iris(store: Store):
    tables = store.tables()
    canonical: dict[str, set[str]] = {}
    for whole, node in tables["members"].select("canonical", "node").rows():
        canonical.setdefault(node, set()).add(whole)
    one = {node: canonical.get(node, {node}) for node in tables["gatherings"]["node"]}
    sessions = {node for node, kind in tables["gatherings"].select("node", "kind").rows() if kind == DP.Meeting}
    meetings, actors = tables.numbered("meetings")["meeting"], tables.numbered("actors")["actor"]
    assert meetings.to_list() == sorted(set().union(*one.values()))
    assert actors.to_list() == sorted(set(tables["participation"]["actor"])) != []
    seats = tables["participation"].select("node", "actor").rows()
    wanted = {(meeting, actor) for node, actor in seats if node in sessions for meeting in one[node]}
    found = tables.numbered("seated")
    assert dict(found.schema) == SEATS
    assert [(meetings[meeting], actors[actor]) for meeting, actor in found.rows()] == sorted(wanted)


@pytest.fixture(params=range(20))
def seats(request: pytest.FixtureRequest) -> pl.DataFrame:
    """Sessions with gaps between their numbers, some of one alone, one of many."""
    random = Random(request.param)
    rows = [
        (at, who)
        for at in random.sample(range(40), 12)
        for who in random.sample(range(30), random.choice((1, 2, 2, 5, 29)))
    ]
    random.shuffle(rows)
    return each_seat(pl.DataFrame(rows + rows[:7], SEATS, orient="row"))


def rooms(seats: pl.DataFrame) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for meeting, actor in seats.rows():
        found.setdefault(meeting, []).append(actor)
    return found


def test_seats_are_sorted_each_once(seats: pl.DataFrame):
    assert dict(seats.schema) == SEATS and seats.rows() == sorted(set(seats.rows()))


def test_two_in_a_session_are_its_combinations(seats: pl.DataFrame):
    wanted = [(at, *two) for at, present in rooms(seats).items() for two in combinations(present, 2)]
    assert each_two(seats).rows() == wanted and wanted


def test_pairs_are_counted_and_weighed(seats: pl.DataFrame):
    number_of, weight = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for present in rooms(seats).values():
        for two in combinations(present, 2):
            number_of[two] += 1
            weight[two] += 1 / (len(present) - 1)  # type: ignore[assignment]
    assert counted(seats, 30).rows() == [(*two, number) for two, number in sorted(number_of.items())]
    for newman, wanted in ((False, number_of), (True, weight)):
        found = shared(seats, 30, newman=newman).toarray()
        square = np.zeros((30, 30))
        for (one, other), value in wanted.items():
            square[one, other] = square[other, one] = value
        assert found == pytest.approx(square)


def test_many_in_many_sessions_take_the_room_of_their_pairs():
    """Two hundred sessions of the same three hundred: nine million pairs to add up, 44,850 to hold."""
    many = pl.DataFrame([(at, who) for at in range(200) for who in range(300)], SEATS, orient="row")
    counted(many, 300)
    tracemalloc.start()
    try:
        found = counted(many, 300)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found.height == 300 * 299 // 2 and found["sessions"].unique().to_list() == [200]
    assert most < 10_000_000


def test_nobody_has_met_nobody():
    nothing = each_seat(pl.DataFrame(schema=SEATS))
    assert each_two(nothing).height == counted(nothing, 0).height == shared(nothing, 3).nnz == 0


def test_a_value_that_is_not_known_has_no_number():
    frame = pl.DataFrame({"who": ["b", "x", "a"], "at": [1, 2, 3]})
    assert sorted(number(frame, "who", pl.Series(["a", "b"])).rows()) == [(0, 3), (1, 1)]

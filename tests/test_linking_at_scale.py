"""Linking of archives: the same clusters, links, scores and reasons as comparing all pairs, in a fraction of the time."""

from __future__ import annotations

from datetime import date, timedelta
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import candidates
from kg.likeness import Profile
from kg.linking import Decision, link
from tests.plain_linking import plain_link
from tests.test_linking import AROUND, told

DAYS = ("", *(f"2025-06-{day:02}" for day in (1, 2, 3, 14, 30)), "2025-07-01", "2025-05-31")
some = st.sampled_from


def several(*values: str, most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(some(values), max_size=most, unique=True).map(lambda chosen: tuple(sorted(chosen)))


def few(*values: str) -> st.SearchStrategy[tuple[str, ...]]:
    """Mostly nothing."""
    return st.one_of(st.just(()), st.just(()), several(*values, most=1))


@st.composite
def worlds(draw: st.DrawFn) -> tuple[list[Profile], list[Decision]]:
    """Up to fifty profiles that are often alike, and some decisions on them."""
    profiles = []
    for number in range(draw(st.integers(2, 50))):
        start, end = sorted((draw(some(DAYS)), draw(some(DAYS))))
        people = several("ada", "ivo").map(lambda names: tuple((name, "north") for name in names))
        profiles.append(
            told(
                f"text-{draw(st.integers(0, 30))}",
                draw(some(("Meeting", "Meeting", "Meeting", "Round"))),
                f"{number}-{number + 4}",
                process=draw(some(("test", "test", "test", ""))),
                published=draw(some(DAYS)),
                earliest=start if draw(st.booleans()) else end,
                latest=end,
                venues=draw(several("harbour-hall", "northtown", "northland", "southtown")),
                parties=draw(several("north", "south", "east")),
                mediators=draw(few("mid")),
                others=draw(few("west")),
                people=draw(people),
                unknown=draw(some((0, 0, 1))),
                stage=draw(some(("happened", "happened", "ahead", ""))),
                mode=draw(few("phone", "in-person", "encounter")),
                arity=draw(few("bilateral", "trilateral")),
                directness=draw(few("direct", "indirect")),
                level=draw(few("leaders", "envoys")),
                reference=draw(some(("", "", "", "", "", "meeting/a", "meeting/b", "round/c"))),
            )
        )
    nodes = [profile.node for profile in profiles]
    decisions = [
        Decision(draw(some(nodes)), draw(some(nodes)), draw(some(("same", "not-same", "unsure"))), "me", "", "d.tsv:2")
        for _ in range(draw(some((0, 0, 1, 4))))
    ]
    return profiles, [one for one in decisions if one.one != one.other]


@pytest.mark.parametrize("few_profiles", [candidates._FEW, 0], ids=["as is", "all in arrays"])
def test_the_same_as_comparing_all_pairs(few_profiles: int):
    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(worlds())
    def same(world: tuple[list[Profile], list[Decision]]) -> None:
        profiles, decisions = world
        assert link(profiles, AROUND, decisions) == plain_link(profiles, AROUND, decisions)

    before = candidates._FEW
    candidates._FEW = few_profiles
    try:
        same()
    finally:
        candidates._FEW = before


def crowd(number: int, dated: bool = True) -> list[Profile]:
    """So many reports of sessions of the same two in one month, in different places and on different days, some without a day."""
    profiles = []
    for one in range(number):
        day = date(2025, 6, 1) + timedelta(days=one * 7 % 28)
        known = day.isoformat() if dated or one % 5 else ""
        profiles.append(
            told(
                f"text-{one:05}",
                earliest=known,
                latest=known,
                published=(day + timedelta(days=one % 4)).isoformat(),
                venues=(f"hall-{one % 37}",) if one % 3 else (),
                people=((f"envoy-{one % 11}", "north"),),
                stage=("happened", "ahead", "")[one % 3] if not dated else "happened",
            )
        )
    return profiles


@pytest.mark.parametrize("dated", [True, False])
def test_the_same_of_a_crowded_month(dated: bool, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(candidates, "_CHUNK", 1_000)
    assert link(crowd(150, dated), {}) == plain_link(crowd(150, dated), {})


def test_thousands_of_sessions_of_the_same_in_one_month_are_linked_in_seconds():
    crowd_of, one = crowd(2_000), crowd(250)
    began = process_time()
    found = link(crowd_of, {})
    ours = process_time() - began
    began = process_time()
    plain_link(one, {})
    # All pairs of 2,000 would take 64 times as long as those of 250.
    assert ours < 0.2 * 64 * (process_time() - began)
    assert 28 <= len(found.clusters) < 1_000

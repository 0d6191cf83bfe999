"""Where a meeting stands by its claims: every rule with a case and its twin."""

from __future__ import annotations

import pytest

from kg.standing import STANDINGS, StageClaim, contested, parse_standings, standing, upheld
from kg.views import Policy


def claim(
    who: str, stage: str, polarity: str = "positive", act: str = "announce", certainty: str = "certain"
) -> StageClaim:
    return StageClaim("c", "m", who, who, act, stage, polarity, certainty, "2025-06-01")


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        ([], "mentioned"),
        ([claim("A", "held")], "held"),
        ([claim("A", "held"), claim("B", "held")], "held"),
        ([claim("A", "held"), claim("B", "held", "negative", "deny")], "disputed"),
        ([claim("A", "held"), claim("A", "held", "negative", "deny")], "disputed"),
        ([claim("A", "under-way"), claim("B", "held", "negative")], "under-way"),
        ([claim("A", "held", act="speculate")], "mentioned"),
        ([claim("A", "held", act="doubt")], "mentioned"),
        ([claim("A", "held", certainty="possible")], "mentioned"),
        ([claim("A", "held", certainty="probable")], "held"),
        ([claim("A", "in-preparation", "negative", "deny")], "denied"),
        ([claim("A", "proposed", act="propose"), claim("B", "in-preparation", "negative", "deny")], "proposed"),
        ([claim("A", "scheduled"), claim("A", "proposed")], "scheduled"),
        ([claim("A", "scheduled"), claim("B", "cancelled")], "cancelled"),
        ([claim("A", "")], "mentioned"),
    ],
)
def test_standing(claims: list[StageClaim], expected: str):
    assert standing(claims) == expected
    assert standing(reversed(claims)) == expected, "the order in which claims come changes nothing"
    assert expected in STANDINGS


def test_a_denial_of_another_stage_contests_but_does_not_contradict():
    claims = [claim("A", "proposed", act="propose"), claim("B", "in-preparation", "negative", "deny")]
    assert contested(claims) and standing(claims) == "proposed"
    assert not contested(claims[:1])
    assert not contested([claim("A", "proposed"), claim("A", "in-preparation", "negative")]), (
        "one who says both contests nothing"
    )


def test_standings_as_a_person_names_them():
    assert parse_standings(["all"]) == STANDINGS
    assert parse_standings([]) == ("held", "under-way")
    assert parse_standings(["proposed", "disputed"]) == ("held", "under-way", "disputed", "proposed")
    with pytest.raises(ValueError, match="planned"):
        parse_standings(["planned"])


def test_a_policy_says_what_it_counts():
    assert "nobody contradicts" in Policy().describe()
    words = Policy(standings=STANDINGS, rounds=True, as_of="2025-06-01", level="person").describe()
    assert "proposed" in words and "put nobody into one room" in words and "2025-06-01" in words


def dated(day: str, *values: str) -> StageClaim:
    from dataclasses import replace

    return replace(claim(*values), published=day)


def test_what_a_claimant_takes_back_no_longer_counts():
    before, after = dated("2025-06-01", "A", "held"), dated("2025-06-03", "A", "held", "negative", "deny")
    assert upheld([before, after]) == [after] and standing([before, after]) == "denied"
    other = dated("2025-06-02", "B", "held")
    assert standing([before, after, other]) == "disputed", "B still says so"
    same_day = dated("2025-06-01", "A", "held", "negative", "deny")
    assert upheld([before, same_day]) == [before, same_day], "nobody knows which came last"
    assert upheld([after, dated("2025-06-05", "A", "scheduled")])[0] == after, "another stage takes nothing back"

"""Identity across documents: what joins two meetings, what keeps them apart, and what a person decides."""

from __future__ import annotations

from itertools import permutations

import pytest

from kg.conclusions import build_conclusions, canonical_iri
from kg.leads import Leads
from kg.likeness import Profile, compare
from kg.linking import Decision, Linked, link
from kg.namespaces import BASE
from kg.registry import Registry

AROUND = {"harbour-hall": ("northtown", "northland"), "northtown": ("northland",)}


def told(text: str, kind: str = "Meeting", span: str = "1-4", **values: object) -> Profile:
    """A profile: a session of North and South in Northtown on 12 June 2025, told the day after; values change that."""
    fields: dict[str, object] = {
        "node": f"{BASE}document/{text}/{kind.lower()}/{span}",
        "kind": kind,
        "document": text,
        "process": "test",
        "published": "2025-06-13",
        "earliest": "2025-06-12",
        "latest": "2025-06-12",
        "venues": ("northtown",),
        "parties": ("north", "south"),
        "mediators": (),
        "others": (),
        "people": (),
        "unknown": 0,
        "stage": "happened",
        "mode": (),
        "arity": (),
        "directness": (),
        "level": (),
        "ordinal": (),
        "reference": "",
        "place": f"{text}.ann:9",
    }
    return Profile(**{**fields, **values})  # type: ignore[arg-type]


def together(linked: Linked) -> list[list[str]]:
    """Which documents speak of one meeting, by the names of the documents."""
    return sorted([member.split("/document/")[1].split("/")[0] for member in c.members] for c in linked.clusters)


def test_day_place_and_principals_join_and_the_reasons_are_kept():
    linked = link([told("a"), told("b")], AROUND)
    assert together(linked) == [["a", "b"]]
    (one,) = linked.links
    assert (one.verdict, one.rule, one.score, one.decided_by) == ("same", "time-place-principals", 1.0, "rule")
    assert one.reasons == ("same day", "same place", "same principals")


@pytest.mark.parametrize(
    ("changed", "conflict"),
    [
        ({"earliest": "2025-06-14", "latest": "2025-06-14"}, "their days exclude each other"),
        ({"venues": ("southtown",)}, "different places"),
        ({"parties": ("east", "west")}, "no principal in common"),
        ({"parties": ("north", "mid")}, "each has a party that is not at the other"),
        ({"process": "other"}, "different processes"),
        ({"kind": "Round"}, "a session is no round"),
        ({"document": "a"}, "one text keeps them apart"),
        ({"mode": ("phone",), "venues": ()}, "one is a call, the other has a place"),
        ({"mode": ("encounter",)}, "one is a chance contact"),
    ],
)
def test_what_is_never_one(changed: dict[str, object], conflict: str):
    one, other = told("a"), told("b", **changed)
    assert compare(one, other, AROUND).conflict == conflict == compare(other, one, AROUND).conflict
    assert len(link([one, other], AROUND).clusters) == 2


def test_two_claimed_arities_of_one_held_session_are_two_sessions():
    pair = told("a", arity=("bilateral",)), told("b", arity=("trilateral",))
    assert compare(*pair, AROUND).conflict == "one is said to be bilateral, the other trilateral"


def test_a_building_lies_within_its_city():
    comparison = compare(told("a", venues=("harbour-hall",)), told("b", venues=("northland",)), AROUND)
    assert "one place lies within the other" in comparison.reasons and comparison.score > 0.9


def test_a_vague_mention_joins_the_only_meeting_it_fits():
    june, vague = told("a"), told("b", earliest="2025-06-01", latest="2025-06-30", published="2025-08-01", venues=())
    assert together(link([june, vague], AROUND)) == [["a", "b"]]


def test_a_vague_mention_that_fits_two_meetings_joins_neither_and_is_left_to_a_person():
    meetings = [
        told("a"),
        told("b", earliest="2025-06-20", latest="2025-06-20", published="2025-06-21"),
        told("c", earliest="2025-06-01", latest="2025-06-30", published="2025-08-01"),
    ]
    linked = link(meetings, AROUND)
    assert together(linked) == [["a"], ["b"], ["c"]]
    assert sorted(one.verdict for one in linked.links) == ["doubtful", "doubtful"]


def test_a_meeting_with_more_at_the_table_is_another_one():
    """Two against three on one day in one town: a larger session may have come before the smaller one."""
    linked = link([told("a", parties=("north", "south", "mid")), told("b")], AROUND)
    assert together(linked) == [["a"], ["b"]] and [one.verdict for one in linked.links] == ["doubtful"]


def test_what_is_only_planned_is_one_while_it_is_spoken_of():
    planned = {"earliest": "", "latest": "", "venues": (), "stage": "ahead", "parties": ("mid", "north", "south")}
    near = told("a", **planned), told("b", **{**planned, "published": "2025-06-15"})
    far = told("a", **planned), told("b", **{**planned, "published": "2025-11-20"})
    assert together(link(near, AROUND)) == [["a", "b"]]
    assert together(link(far, AROUND)) == [["a"], ["b"]]


def recalling(text: str, **values: object) -> Profile:
    """A profile of "the talks in Northtown", told half a year later, without a day or a name."""
    return told(text, **{"published": "2025-12-01", "earliest": "", "latest": "", "parties": (), **values})


def test_a_meeting_recalled_by_its_place_is_the_only_one_there():
    linked = link([told("a"), told("b"), recalling("c")], AROUND)
    assert together(linked) == [["a", "b", "c"]]
    (one,) = [one for one in linked.links if one.rule == "only-one-there"]
    assert (one.one.split("/")[-3], one.other.split("/")[-3], one.verdict, one.score) == ("a", "c", "same", None)


@pytest.mark.parametrize(
    ("changed", "more"),
    [
        ({}, told("z", earliest="2025-09-01", latest="2025-09-01", published="2025-09-02", venues=("harbour-hall",))),
        ({"venues": ("northland",)}, None),
        ({"venues": ("southtown",)}, None),
        ({"published": "2025-06-11"}, None),
        ({"published": "2026-08-01"}, None),
        ({"stage": "ahead"}, None),
        ({"document": "a"}, None),
        ({"mode": ("phone",)}, None),
        ({"parties": ("mid",)}, None),
        ({"parties": ("north", "south")}, None),
        ({"process": "other"}, None),
        ({"kind": "Round"}, None),
    ],
    ids="two-there country elsewhere not-yet long-ago ahead same-text call others both-sides process round".split(),
)
def test_what_is_not_recalled_by_its_place(changed: dict[str, object], more: Profile | None):
    linked = link([told("a"), recalling("c", **changed), *([more] if more else [])], AROUND)
    assert all(one.rule != "only-one-there" for one in linked.links)
    assert len(linked.clusters) == (3 if more else 2)


def test_a_person_may_say_that_another_meeting_is_recalled():
    one, other = told("a"), recalling("c")
    apart = Decision(one.node, other.node, "not-same", "a person", "another session", "decisions.tsv:2")
    linked = link([one, other], AROUND, [apart])
    assert together(linked) == [["a"], ["c"]] and [one.rule for one in linked.links] == ["decision"]


def test_the_order_of_texts_changes_nothing():
    profiles = [told("a"), told("b"), told("c", venues=()), told("d", earliest="2025-06-01", latest="2025-06-30")]
    first = link(profiles, AROUND)
    for shuffled in permutations(profiles):
        again = link(shuffled, AROUND)
        assert (again.clusters, again.links) == (first.clusters, first.links)


# -- references ----------------------------------------------------------------------------------------------------------


def test_texts_that_name_one_known_meeting_are_members_of_it_whatever_the_rule_says():
    known = [told("a", reference="meeting/x"), told("b", reference="meeting/x", venues=("southtown",))]
    linked = link(known, AROUND)
    (cluster,) = linked.clusters
    assert canonical_iri(cluster) == f"{BASE}meeting/x"
    quads = build_conclusions(linked, Leads(profiles=known), Registry()).decode()
    assert quads.count("#member>") == 2 and '#rule> "reference"' in quads and quads.count("#sameMeeting>") == 1


def test_two_known_meetings_are_never_joined_by_the_rule():
    assert len(link([told("a", reference="meeting/x"), told("b", reference="meeting/y")], AROUND).clusters) == 2


def test_a_round_is_never_joined_with_a_session_even_where_more_texts_say_so():
    session = told("a", reference="meeting/x")
    rounds = [told(name, "Round", reference="meeting/x") for name in ("c", "d")]
    for profiles in ([session, rounds[0]], [session, *rounds]):
        linked = link(profiles, AROUND)
        assert all(len({"round" in member for member in cluster.members}) == 1 for cluster in linked.clusters)
        place, found, _ = linked.unheeded[0]
        assert place == "c.ann:9" and found == "kg:meeting/x is a Meeting elsewhere and a Round here: not joined"


# -- decisions -----------------------------------------------------------------------------------------------------------


def decide(one: Profile, other: Profile, verdict: str) -> Decision:
    return Decision(one.node, other.node, verdict, "editor", "read both", "decisions.tsv:2")


def test_a_decision_wins_over_the_rule_and_taking_it_back_restores_what_was():
    same_day = told("a"), told("b")
    before = link(same_day, AROUND)
    parted = link(same_day, AROUND, [decide(*same_day, "not-same")])
    assert together(parted) == [["a"], ["b"]]
    assert [(one.verdict, one.rule, one.decided_by, one.reasons) for one in parted.links] == [
        ("not-same", "decision", "editor", ("read both",))
    ]
    assert link(same_day, AROUND) == before
    moved = told("a"), told("b", earliest="2025-06-16", latest="2025-06-16")
    assert together(link(moved, AROUND)) == [["a"], ["b"]]
    assert together(link(moved, AROUND, [decide(*moved, "same")])) == [["a", "b"]], "a meeting reported under two dates"


def test_a_decision_holds_for_all_that_is_joined_with_its_nodes():
    one, two, three = told("a"), told("b"), told("c")
    linked = link([one, two, three], AROUND, [decide(one, two, "not-same")])
    assert len(linked.clusters) == 2 and {len(cluster.members) for cluster in linked.clusters} == {1, 2}


def test_an_unsure_person_joins_nothing():
    pair = told("a"), told("b")
    linked = link(pair, AROUND, [decide(*pair, "unsure")])
    assert together(linked) == [["a"], ["b"]] and [one.verdict for one in linked.links] == ["unsure"]


def test_a_decision_that_cannot_be_followed_is_reported():
    gone = link([told("a")], AROUND, [decide(told("a"), told("z"), "same")])
    assert gone.unheeded[0][1] == f"decides on {BASE}document/z/meeting/1-4, which no text has"
    session, talks = told("a"), told("b", "Round")
    assert (
        link([session, talks], AROUND, [decide(session, talks, "same")]).unheeded[0][1] == "joins a session and a round"
    )
    pair = told("a"), told("b")
    twice = link(pair, AROUND, [decide(*pair, "same"), decide(*pair, "not-same")])
    assert twice.unheeded[0][1] == "decides the same pair twice, and not alike"


def test_nothing_gives_nothing():
    linked = link([], AROUND)
    assert (linked.clusters, linked.links) == ([], []) and build_conclusions(linked, Leads(), Registry()) == b""

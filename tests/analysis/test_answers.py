"""The answers on the small world of `conftest.py`, each expected value worked by hand from the eight reports."""

from __future__ import annotations

import dataclasses

import pytest

from kg.analysis.brokerage import brokers, only_through_mediators, ties
from kg.analysis.contact import contact_gaps
from kg.analysis.difference import difference
from kg.analysis.disagreement import disagreements
from kg.analysis.formats import format_of
from kg.analysis.ledger import ledger, of_format
from kg.analysis.proposals import courses, denials, fates, funnel
from kg.analysis.together import together
from kg.evidence import Evidence
from kg.namespaces import BASE
from kg.results import records, to_pandas
from kg.scene import Scene, agreed, load_scene
from kg.store import Store

NORTH, SOUTH, MID = (f"{BASE}actor/{name}" for name in ("northland", "southland", "midland"))
QUILL, ILSE = f"{BASE}actor/name/person/omar_quill", f"{BASE}actor/name/person/ilse_brandt"


def gathering(scene: Scene, document: str, kind: str = "meeting", nth: int = 0) -> str:
    """The id of the nth gathering that a document speaks of."""
    found = [
        key
        for key, one in scene.gatherings.items()
        if one.kind == kind and any(node.split("/document/")[1].startswith(f"{document}/") for node in one.tellings)
    ]
    return found[nth]


# -- session truth -------------------------------------------------------------------------------------------------------


def test_together_session_by_session(scene: Scene):
    found = together(scene, NORTH, SOUTH)
    assert found.answer == "yes"
    assert [(s.answer, s.kind, s.latest) for s in found.sessions] == [
        ("no", "meeting", "2025-06-19"),
        ("yes", "meeting", "2025-06-10"),
        ("yes", "meeting", "2025-06-02"),
        ("not stated", "round", ""),
        ("not stated", "meeting", ""),
    ]
    assert found.sessions[0].reason == "said not to have been held", "North took back that the summit was held"
    assert found.sessions[3].reason == "a round, not a session"
    assert all(session.passages for session in found.sessions)


def test_a_person_is_present_for_whom_it_acts_in_that_text(scene: Scene):
    """Omar Quill acts for North in June and for South in July."""
    assert together(scene, QUILL, SOUTH).sessions[0].label.startswith("meeting in Northtown, 2025-06-02")
    assert together(scene, QUILL, MID).answer == "yes"
    july = gathering(scene, "changed")
    assert [one.gathering for one in together(scene, SOUTH, MID).sessions].count(july) == 1
    assert july not in [one.gathering for one in together(scene, NORTH, MID).sessions]


def test_one_seat_for_two_is_no_meeting_of_the_two(scene: Scene):
    assert together(scene, QUILL, QUILL).sessions == ()


def test_together_as_of_a_day(small: Store):
    early = load_scene(small, "2025-06-05")
    assert [one.label for one in together(early, NORTH, SOUTH).sessions] == [
        "meeting in Northtown, 2025-06-02: Northland, Southland"
    ]
    held = load_scene(small, "2025-06-21")
    assert together(held, NORTH, SOUTH).sessions[0].answer == "yes", "on the 21st nobody had taken the summit back"
    assert together(early, NORTH, MID).answer == "not stated" and together(early, NORTH, MID).sessions == ()


# -- ledger --------------------------------------------------------------------------------------------------------------


def test_the_ledger_of_a_proposal_denied(scene: Scene, evidence: Evidence):
    found = ledger(scene, evidence, [gathering(scene, "proposed")])
    assert [
        (e.published, e.claimant, e.act, e.polarity, e.stage, e.according_to, bool(e.about)) for e in found.entries
    ] == [
        ("2025-06-12", "Midland", "propose", "positive", "proposed", ("Northland",), False),
        ("2025-06-13", "Southland", "deny", "negative", "in-preparation", (), False),
        ("2025-06-13", "Southland", "deny", "negative", "accepted", (), True),
        ("2025-06-13", "Midland", "report", "positive", "accepted", (), False),
    ]
    assert found.entries[0].sentence.startswith("Northland said that Midland had proposed a summit")
    assert [e.latest for e in found.entries] == [(), ("stage",), ("stage",), ("stage",)]
    assert found.originators == (
        ("accepted", ("Midland",)),
        ("not accepted", ("Southland",)),
        ("not in-preparation", ("Southland",)),
        ("proposed", ("Midland",)),
    )


def test_who_is_only_quoted_by_another_has_that_one_behind_it(small: Store, evidence: Evidence):
    """On the 12th all that is known of Midland's proposal is what Northland says."""
    early = load_scene(small, "2025-06-12")
    found = ledger(early, evidence, [gathering(early, "proposed")])
    assert found.originators == (("proposed", ("Northland",)),)


def test_one_sentence_in_three_outlets_and_one_agency_in_two_are_two_originators(scene: Scene, evidence: Evidence):
    found = ledger(scene, evidence, [gathering(scene, "own-echo")])
    assert len(found.entries) == 5
    assert found.originators == (("held", ("Echo", "Northern Wire")),)


def test_what_was_taken_back_is_shown_and_marked(scene: Scene, evidence: Evidence):
    found = ledger(scene, evidence, [gathering(scene, "summit")])
    assert [(e.polarity, e.taken_back, e.latest) for e in found.entries] == [
        ("positive", True, ()),
        ("negative", False, ("stage",)),
    ]
    assert found.standings[0][1] == "denied" and found.originators == (("not held", ("Northland",)),)


def test_the_ledger_of_a_claimed_format(scene: Scene):
    assert of_format(scene, "direct") == [gathering(scene, "direct")]
    assert of_format(scene, "shuttle") == []


# -- disagreement --------------------------------------------------------------------------------------------------------


def test_kinds_of_disagreement(scene: Scene):
    found = [(d.kind, d.one, d.other, d.reason) for d in disagreements(scene, [gathering(scene, "proposed")])]
    assert found == [
        ("contradiction", "Midland", "Southland", "one says that what the other claims is not so"),
        ("divergence", "Midland", "Southland", "accepted and not in-preparation may both be true"),
        ("divergence", "Midland", "Southland", "proposed and not accepted may both be true"),
        ("divergence", "Midland", "Southland", "proposed and not in-preparation may both be true"),
        ("silence", "Southland", "Northland", "Northland has said nothing of it by 2025-08-01"),
    ]


def test_nobody_contradicts_itself(scene: Scene):
    kinds = {d.kind for d in disagreements(scene, [gathering(scene, "summit")])}
    assert kinds == {"silence"}, "North said first that it was held, then that it was not"


# -- formats -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "kind", "nth", "expected"),
    [
        ("direct", "meeting", 0, ("direct", "bilateral", 2)),
        ("round", "meeting", 0, ("separate-leg", "bilateral", 2)),
        ("round", "meeting", 1, ("separate-leg", "bilateral", 2)),
        ("round", "meeting", 2, ("mediated", "trilateral", 3)),
        ("round", "round", 0, ("proximity", "trilateral", 3)),
        ("changed", "meeting", 0, ("separate-leg", "unknown", 2)),
    ],
)
def test_computed_formats(scene: Scene, document: str, kind: str, nth: int, expected: tuple[str, str, int]):
    found = format_of(scene, gathering(scene, document, kind, nth))
    assert (found.directness, found.arity, found.principals) == expected


def test_a_missing_principal_makes_the_arity_unknown_and_the_number_a_lower_bound(scene: Scene):
    found = format_of(scene, gathering(scene, "changed"))
    assert found.unknown == ("Ilse Brandt",) and found.remarks == ("a lower bound: no text says for whom some act",)


def test_claimed_and_computed_stand_side_by_side(scene: Scene):
    found = format_of(scene, gathering(scene, "direct"))
    assert found.claimed == (("direct", f"{BASE}document/direct"),)
    assert (found.directness, found.rule) == ("direct", "2 parties and no mediator in one session")


# -- contact, proposals, denials -----------------------------------------------------------------------------------------


def test_the_contact_gap_passes_over_what_is_mediated_or_denied(scene: Scene):
    """Direct: 2 June alone. The joint session of 10 June was mediated, the summit of the 19th is denied. 2 June to 1 August: 60."""
    (gap,) = contact_gaps(scene, NORTH, SOUTH)
    assert (gap.sessions, gap.earliest, gap.days_at_least, gap.days_at_most) == (1, "2025-06-02", 60, 60)
    assert [(one.one_name, one.other_name) for one in contact_gaps(scene)] == [
        ("Midland", "Northland"),
        ("Northland", "Southland"),
    ]


def test_fuzzy_dates_make_bounds(small: Store):
    """Without the exact report, "in June" is all that is known: from 1 or 30 June to 1 August."""
    scene = load_scene(small)
    one = scene.gatherings[gathering(scene, "direct")]
    exact = next(node for node in one.tellings if "/direct/" in node)
    one.earliest, one.latest = agreed([("2025-06-01", "2025-06-30")])
    assert exact and (gap := contact_gaps(scene, NORTH, SOUTH)[0])
    assert (gap.days_at_least, gap.days_at_most) == (32, 61)


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ([], ("", "")),
        ([("2025-06-02", "2025-06-02"), ("2025-06-01", "2025-06-30")], ("2025-06-02", "2025-06-02")),
        ([("2025-06-02", "2025-06-02"), ("2025-06-03", "2025-06-03")], ("2025-06-02", "2025-06-03")),
        (
            [("2025-06-02", "2025-06-02"), ("2025-06-03", "2025-06-03"), ("2025-06-01", "2025-06-30")],
            ("2025-06-02", "2025-06-03"),
        ),
        ([("2025-06-02", "")], ("2025-06-02", "")),
        ([("", "2025-06-30"), ("2025-06-02", "")], ("2025-06-02", "2025-06-30")),
    ],
)
def test_days_on_which_texts_agree(bounds: list[tuple[str, str]], expected: tuple[str, str]):
    assert agreed(bounds) == expected


def test_the_course_of_a_proposal(scene: Scene):
    (course,) = courses(scene)
    assert (course.proposers, course.proposed, course.accepted, course.held) == (
        ("Midland",),
        "2025-06-12",
        "",
        "",
    )
    assert course.lags == (None, None, None)
    assert course.disputed == ("accepted",), "Midland says that it was accepted, Southland that this is not so"
    assert [(row.proposer, row.proposed, row.accepted, row.held) for row in funnel(scene)] == [
        ("(all)", 1, 0, 0),
        ("Midland", 1, 0, 0),
    ]


def test_the_fate_of_denials_comes_with_its_n(scene: Scene):
    assert [(d.claimant, d.stage, d.said, d.later) for d in denials(scene)] == [
        ("Southland", "accepted", "2025-06-13", ""),
        ("Southland", "in-preparation", "2025-06-13", ""),
        ("Northland", "held", "2025-06-22", ""),
    ]
    assert [(f.claimant, f.denials, f.later_held) for f in fates(scene)] == [
        ("(all)", 3, 0),
        ("Southland", 2, 0),
        ("Northland", 1, 0),
    ]


# -- brokerage -----------------------------------------------------------------------------------------------------------


def test_ties_confirmed_and_claimed(scene: Scene):
    known = ties(scene.gatherings.values())
    assert known.claimed == {(MID, NORTH), (MID, SOUTH), (NORTH, SOUTH)} and known.confirmed == frozenset()


def test_bounds_of_brokerage(scene: Scene):
    assert [(one.name, one.at_least, one.at_most) for one in brokers(scene)] == [
        ("Midland", 0, 1),
        ("Northland", 0, 1),
        ("Southland", 0, 1),
    ], "no tie is confirmed by both sides, so that at most each may stand between the others, and at least nobody does"
    assert only_through_mediators(scene) == [], "North and South sat together themselves"


# -- difference ----------------------------------------------------------------------------------------------------------


def test_what_changed_between_two_days(small: Store):
    found = difference(load_scene(small, "2025-06-12"), load_scene(small, "2025-06-22"))
    assert [standing for _, _, standing in found.new_meetings] == ["denied"]
    assert [(one.before, one.after) for one in found.changed] == [("proposed", "disputed")]
    assert [(new.claim.name, new.claim.act) for new in found.new_claims] == [
        ("Southland", "deny"),
        ("Southland", "deny"),
        ("Midland", "report"),
        ("Northland", "announce"),
        ("Northland", "deny"),
    ]
    assert {d.kind for d in found.new_disagreements} == {"contradiction", "divergence"}
    assert found.resolved_disagreements == ()


def test_nothing_changed_between_one_day_and_itself(scene: Scene):
    found = difference(scene, scene)
    assert not (found.new_meetings or found.changed or found.new_claims or found.new_disagreements)


# -- values --------------------------------------------------------------------------------------------------------------


def test_answers_are_values_that_tables_take(scene: Scene):
    found = contact_gaps(scene)
    assert all(dataclasses.is_dataclass(one) and one.__dataclass_params__.frozen for one in found)
    columns, rows = records(found)
    assert columns[:4] == ["one", "other", "one_name", "other_name"] and len(rows) == 2
    assert list(to_pandas(found)["days_at_least"]) == [19, 60] if _pandas() else True
    assert records([]) == ([], [])


def _pandas() -> bool:
    from importlib.util import find_spec

    return find_spec("pandas") is not None


def test_a_fuzzy_session_may_have_been_the_last_contact():
    from kg.analysis.contact import contact_gaps
    from kg.scene import Gathering, Scene, Seat

    def held(name: str, earliest: str, latest: str) -> Gathering:
        seats = [Seat(f"{name}/{who}", name, who, "party", frozenset({who})) for who in ("a", "b")]
        return Gathering(name, "meeting", name, standing="held", seats=seats, earliest=earliest, latest=latest)

    exact, fuzzy = held("exact", "2025-06-02", "2025-06-03"), held("fuzzy", "2025-06-01", "2025-07-23")
    scene = Scene({"exact": exact, "fuzzy": fuzzy}, {}, {}, as_of="2025-08-01")
    (gap,) = contact_gaps(scene)
    assert (gap.last, gap.days_at_least, gap.days_at_most) == ("fuzzy", 9, 60), (
        "23 July to 1 August; 2 June to 1 August"
    )

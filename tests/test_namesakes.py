"""Proposals and actors across documents: what joins them, and what stays a guess."""

from __future__ import annotations

import pytest

from kg.leads import Named, Proposed
from kg.linking import Decision
from kg.namesakes import ALIKE, alike, distinctive, guess_actors, link_proposals, points
from kg.namespaces import BASE
from kg.registry import Entry
from tests.helpers import registry


def proposed(
    text: str, *words: str, published: str = "2025-11-22", process: str = "test", reference: str = ""
) -> Proposed:
    return Proposed(f"{BASE}document/{text}/proposal/1-4", words, process, published, reference, f"{text}.ann:3")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("28-point plan", {"28"}),
        ("the 28 points", {"28"}),
        ("twenty-point plan", {"20"}),
        ("plan of points, 19 in all", {"19"}),
        ("plan", set()),
        ("28 days", set()),
        ("points", set()),
    ],
)
def test_the_number_of_points(words: str, expected: set[str]):
    assert points([words]) == expected


def test_one_number_of_points_is_one_proposal_while_it_is_talked_of():
    near = link_proposals([proposed("a", "28-point plan"), proposed("b", "plan", "28 points", published="2025-12-01")])
    assert [(one.verdict, one.rule, one.reasons) for one in near] == [
        ("same", "points-or-words", ("both have 28 points",))
    ]
    other = proposed("b", "20-point plan")
    far = proposed("b", "28-point plan", published="2026-06-01")
    elsewhere = proposed("b", "28-point plan", process="other")
    same_text = proposed("a", "28-point plan")._replace(node=f"{BASE}document/a/proposal/9-12")
    for twin in (other, far, elsewhere, same_text):
        assert link_proposals([proposed("a", "28-point plan"), twin]) == []


def test_common_words_join_nothing_distinctive_ones_do():
    assert not distinctive("revised US plan") and not distinctive("ceasefire") and distinctive("minerals deal")
    assert link_proposals([proposed("a", "the plan"), proposed("b", "plan")]) == []
    assert link_proposals([proposed("a", "minerals deal"), proposed("b", "the minerals deal")])[0].verdict == "same"


def test_references_and_decisions_come_first():
    known = [proposed(text, "plan", reference="proposal/p") for text in "ab"]
    assert link_proposals(known)[0].rule == "reference"
    pair = proposed("a", "28-point plan"), proposed("b", "28-point plan")
    decision = Decision(pair[0].node, pair[1].node, "not-same", "editor", "two drafts", "decisions.tsv:2")
    assert [(one.verdict, one.rule, one.decided_by) for one in link_proposals(pair, [decision])] == [
        ("not-same", "decision", "editor")
    ]


def named(name: str, kind: str = "person") -> Named:
    return Named(f"{BASE}actor/name/{kind}/{name.lower().replace(' ', '_')}", kind, name)


def test_a_guess_is_marked_as_a_guess():
    found = guess_actors([named("Aleksandr Fomin"), named("Alexandr Fomin"), named("Omar Quill")], registry())
    assert [(one.verdict, one.rule) for one in found] == [("doubtful", "similar-name")]
    assert found[0].score == alike("Aleksandr Fomin", "Alexandr Fomin") >= ALIKE


def test_a_name_like_one_of_the_registry_is_shown():
    fomin = Entry("alexander-fomin", "person", "Alexander Fomin")
    found = guess_actors([named("Aleksander Fomin")], registry(fomin), base=BASE)
    assert [one.one for one in found] == [f"{BASE}actor/alexander-fomin"]


def test_names_of_two_men_are_not_alike():
    assert alike("King Salman", "Mohammed bin Salman") < ALIKE and alike("John Smith", "Jane Smith") < ALIKE
    assert guess_actors([named("Northland", "state"), named("Northland", "organization")], registry()) == []


def test_the_order_of_words_and_accents_make_no_difference():
    assert alike("Recep Tayyip Erdoğan", "Erdogan, Recep Tayyip".replace(",", "")) == 1.0

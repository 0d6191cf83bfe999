"""What the answers say of the shipped reports, each held against the texts by reading them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.analysis.brokerage import only_through_mediators
from kg.analysis.contact import contact_gaps
from kg.analysis.disagreement import disagreements
from kg.analysis.ledger import ledger
from kg.analysis.proposals import courses, denials
from kg.analysis.together import JointSession, together
from kg.building import build_in_memory
from kg.evidence import load_evidence
from kg.scene import Scene, load_scene
from kg.standing import upheld
from kg.store import Store
from tests.identity import corpora


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    made, _ = build_in_memory(corpora())
    with made:
        yield made


@pytest.fixture(scope="module")
def scene(store: Store) -> Scene:
    return load_scene(store)


def actor(scene: Scene, name: str) -> str:
    (found,) = {iri for iri, label in scene.names.items() if label == name and "/actor/name/" not in iri}
    return found


def at(scene: Scene, one: str, other: str, place: str) -> JointSession:
    (found,) = [s for s in together(scene, actor(scene, one), actor(scene, other)).sessions if place in s.label]
    return found


@pytest.mark.parametrize(
    ("one", "other", "place", "answer", "said_by"),
    [
        # "Crown Prince Mohammed bin Salman mediated in the talks or opened them, Shafaq News and the Kyiv Post wrote."
        ("Mohammed bin Salman", "Sergey Lavrov", "Diriyah", "not stated", ()),
        # "Some media reported that … Macron and … Starmer had briefly joined the conversation; others wrote …"
        ("Emmanuel Macron", "Donald Trump", "St Peter's", "yes", ("Some media",)),
        # "US Secretary of State Marco Rubio was also at the talks, Sputnik reported. Al Jazeera did not list him."
        ("Marco Rubio", "Kirill Dmitriev", "Miami, 2026-01-31", "yes", ("Sputnik",)),
        # "The United States said … that the two sides had also spoken to each other directly. Iran said that the talks had been indirect."
        ("Iran", "United States", "meeting in Rome", "yes", ("United States",)),
        # "US special envoy Steve Witkoff had been expected at the meeting but did not come."
        ("Steve Witkoff", "Recep Tayyip Erdoğan", "Ankara", "no", ()),
    ],
)
def test_who_was_in_one_room_and_by_whose_word(
    scene: Scene, one: str, other: str, place: str, answer: str, said_by: tuple[str, ...]
):
    found = at(scene, one, other, place)
    assert (found.answer, found.said_by) == (answer, said_by)


def test_in_one_city_at_once_and_never_said_to_be_in_one_room(scene: Scene):
    """Dmitriev was absent on 19 December and saw the mediators alone on the 20th; who sat with whom in rounds is not told."""
    assert together(scene, actor(scene, "Kirill Dmitriev"), actor(scene, "Rustem Umerov")).answer == "not stated"
    # Budanov "was also present in the Emirati capital or was expected there"; no text seats him with Driscoll in November.
    sessions = together(scene, actor(scene, "Kyrylo Budanov"), actor(scene, "Dan Driscoll")).sessions
    assert {session.answer for session in sessions} == {"not stated"} and all("2026" in s.label for s in sessions)


def test_the_three_way_meeting_of_december(store: Store):
    scene = load_scene(store, "2025-12-22")
    (key,) = {
        key
        for key, one in scene.gatherings.items()
        if "trilateral" in one.formats and any("2025-12-20-kyiv-weighs-trilateral/" in node for node in one.tellings)
    }
    gathering = scene.gatherings[key]
    assert upheld(gathering.claims) == gathering.claims, (
        "an aggregator that dropped a not made Ushakov take nothing back"
    )
    found = ledger(scene, load_evidence(store), [key])
    assert dict(found.originators)["not in-preparation"] == ("Russia",) and dict(found.originators)["proposed"] == (
        "Volodymyr Zelensky",
    )
    assert {d.kind for d in disagreements(scene, [key])} == {"different-denial-target", "divergence"}
    (course,) = [course for course in courses(scene) if course.meeting == key]
    assert (course.proposers, course.accepted, course.disputed) == (("United States",), "", ("accepted",))
    assert not any(d.reached for d in denials(scene) if d.meeting == key)


def test_contradictions_are_few_and_real(scene: Scene):
    """The Telegraph and The American Conservative call Budapest cancelled; Reuters: postponed, and neither side had given it up."""
    found = [(d.one, d.other, d.reason) for d in disagreements(scene) if d.kind == "contradiction"]
    assert found == [
        ("The American Conservative", "Reuters", "cancelled, and not cancelled"),
        ("The Telegraph", "Reuters", "cancelled, and not cancelled"),
    ]


def test_judgements_that_differ(scene: Scene):
    found = {(d.one, d.other) for d in disagreements(scene) if d.kind == "divergence" and "finds it" in d.reason}
    assert {("ABC", "The Telegraph"), ("Steve Witkoff", "Vladimir Medinsky")} <= found


def test_the_last_direct_contact_is_23_july_whatever_one_outlet_writes(scene: Scene):
    """Express Gazette puts it in June, a TASS text on a Tuesday; both are passed on as errors. 23 July to 27 February: 219 days."""
    (gap,) = contact_gaps(scene, *sorted((actor(scene, "Russia"), actor(scene, "Ukraine"))))
    assert (gap.earliest, gap.latest, gap.days_at_least, gap.days_at_most) == ("2025-07-23", "2025-07-23", 219, 219)


def test_what_putin_proposed_on_11_may_was_held_five_days_later(scene: Scene):
    (course,) = [one for one in courses(scene) if "Dolmabahçe" in one.label]
    assert (course.proposed, course.held, course.held_at_least, course.lags[2]) == ("2025-05-11", "2025-05-16", 5, 5)


def test_before_istanbul_the_two_reached_each_other_only_through_washington(store: Store):
    (pair,) = only_through_mediators(load_scene(store, "2025-05-01"))
    assert (pair.one, pair.other, pair.mediators, pair.certain) == ("Russia", "Ukraine", ("United States",), False)

"""Views of a world one can hold in the head: three texts, five actors, and edges counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kg.documents import Document, Source
from kg.evidence import load_evidence
from kg.query import ask
from kg.scene import Scene, load_scene
from kg.standing import STANDINGS
from kg.store import Store
from kg.views import Policy, edge_rows, mediation, participation, who_talks_to_whom
from tests.helpers import document, world

NORTH, SOUTH, MID = (
    f"https://w3id.org/diplomatic-kg/id/actor/{name}" for name in ("northland", "southland", "midland")
)


def dated(made: Document, day: str, publisher: str) -> Document:
    return replace(made, source=Source(publisher=publisher, date=day, process="test"))


def texts() -> list[Document]:
    """One: a session of North and South, mediated by Midland, held in May. Two: the same session, told by others, and a round in
    which both are, with nobody in one room. Three: a further session, which Midland proposes and Southland says is not held."""
    one = document(
        "Northern envoys met Southland with Midland mediating in May.\n",
        "T1 State :: Northern",
        "T2 Delegation :: Northern envoys",
        "T3 Meeting :: met",
        "T4 State :: Southland",
        "T5 State :: Midland",
        "T6 Time :: May",
        "E1 | Meeting:T3 Party:T2 Party2:T4 Mediator:T5 Time:T6",
        "A1 | Stage E1 held",
        "R1 | Represents Arg1:T2 Arg2:T1",
        "N1 | Reference E1 kg:meeting/may | met",
        id="one",
    )
    two = document(
        "After they met, Northland and Southland were at talks hosted by Midland. Omar Quill was there.\n",
        "T1 Meeting :: met",
        "T2 State :: Northland",
        "T3 State :: Southland",
        "T4 Round :: talks",
        "T5 State :: Midland",
        "T6 Person :: Omar Quill",
        "E1 | Meeting:T1 Party:T2 Party2:T3 Host:T5 Participant:T6",
        "E2 | Round:T4 Party:T2 Party2:T3",
        "A1 | Stage E1 held",
        "A2 | Stage E2 held",
        "N1 | Reference E1 kg:meeting/may | met",
        id="two",
    )
    three = document(
        "Midland proposed a meeting of Northland and Southland. Southland denied that it was held.\n",
        "T1 State :: Midland",
        "T2 Claim :: proposed",
        "T3 Meeting :: meeting",
        "T4 State :: Northland",
        "T5 State :: Southland",
        "T6 Claim :: denied",
        "T7 State :: Southland#2",
        "T8 Meeting :: held",
        "E1 | Claim:T2 Speaker:T1 About:E2",
        "E2 | Meeting:T3 Party:T4 Party2:T5",
        "E3 | Claim:T6 Speaker:T7 About:E4",
        "E4 | Meeting:T8",
        "A1 | SpeechAct E1 propose",
        "A2 | Asserts E1 proposed",
        "A3 | SpeechAct E3 deny",
        "A4 | Asserts E3 held",
        "A5 | Negated E3",
        "R1 | Coref Arg1:E2 Arg2:E4",
        id="three",
    )
    return [dated(one, "2025-06-01", "Daily"), dated(three, "2025-06-09", "Weekly"), dated(two, "2025-06-05", "Herald")]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    made, _ = world(texts())
    with made:
        yield made


@pytest.fixture(scope="module")
def scene(store: Store) -> Scene:
    return load_scene(store)


def named_edges(graph) -> list[tuple[str, str, str]]:
    label = graph.nodes(data="label")
    return sorted((*sorted((label[one], label[other])), data["status"]) for one, other, data in graph.edges(data=True))


def test_sessions_held_and_told_twice_count_once(scene: Scene):
    graph = who_talks_to_whom(scene)
    assert named_edges(graph) == [
        ("Midland", "Northland", "held"),
        ("Midland", "Omar Quill", "held"),
        ("Midland", "Southland", "held"),
        ("Northland", "Omar Quill", "held"),
        ("Northland", "Southland", "held"),
        ("Omar Quill", "Southland", "held"),
    ]
    (key,) = graph.get_edge_data(NORTH, SOUTH)
    assert key == "https://w3id.org/diplomatic-kg/id/meeting/may"
    edge = graph.edges[NORTH, SOUTH, key]
    assert edge["newman"] == pytest.approx(1 / 3), "four at the table: 1/(4-1)"
    assert (edge["weight"], edge["when"], edge["latest"]) == (1.0, "2025-05", "2025-05-31")


def test_a_person_without_a_principal_stays_a_person(scene: Scene):
    assert (
        who_talks_to_whom(scene).nodes["https://w3id.org/diplomatic-kg/id/actor/name/person/omar_quill"]["kind"]
        == "person"
    )


def test_a_round_puts_nobody_into_one_room(scene: Scene):
    without = who_talks_to_whom(scene)
    graph = who_talks_to_whom(scene, Policy(rounds=True))
    (round_,) = (node for node, kind in graph.nodes(data="kind") if kind == "round")
    assert sorted(graph.nodes[other]["label"] for other in graph[round_]) == ["Northland", "Southland"]
    assert graph.number_of_edges(NORTH, SOUTH) == without.number_of_edges(NORTH, SOUTH) == 1


def test_what_is_proposed_or_denied_is_drawn_only_when_asked_and_stays_marked(scene: Scene):
    graph = who_talks_to_whom(scene, Policy(standings=STANDINGS))
    statuses = sorted(data["status"] for data in graph.get_edge_data(NORTH, SOUTH).values())
    assert statuses == ["held", "proposed"]
    proposed = next(data for data in graph.get_edge_data(NORTH, SOUTH).values() if data["status"] == "proposed")
    assert proposed["contested"], "somebody says that it was not held"


def test_a_host_gives_the_place_and_is_not_at_the_table(store: Store):
    early = load_scene(store, "2025-06-05")
    seats = [seat for gathering in early.gatherings.values() for seat in gathering.seats if seat.role == "host"]
    assert [early.names[seat.actor] for seat in seats] == ["Midland"]
    without_mediator = replace_roles(early, {"mediator"})
    assert MID not in who_talks_to_whom(without_mediator)


def replace_roles(scene: Scene, dropped: set[str]) -> Scene:
    gatherings = {
        key: replace(gathering, seats=[seat for seat in gathering.seats if seat.role not in dropped])
        for key, gathering in scene.gatherings.items()
    }
    return Scene(gatherings, scene.kinds, scene.names)


def test_as_of_a_day_what_was_not_published_is_not_known(store: Store):
    assert named_edges(who_talks_to_whom(load_scene(store, "2025-06-01"))) == [
        ("Midland", "Northland", "held"),
        ("Midland", "Southland", "held"),
        ("Northland", "Southland", "held"),
    ]
    assert who_talks_to_whom(load_scene(store, "2025-05-31")).number_of_nodes() == 0


def test_a_window_of_event_time(scene: Scene):
    assert who_talks_to_whom(scene, Policy(since="2025-06-01")).number_of_edges() == 0
    assert who_talks_to_whom(scene, Policy(since="2025-05-31")).number_of_edges() == 6


def test_the_level_of_those_at_the_table(scene: Scene):
    labels = {label for _, label in who_talks_to_whom(scene, Policy(level="person")).nodes(data="label")}
    assert "Northern envoys" in labels and "Omar Quill" in labels


def test_who_mediates_between_whom(scene: Scene):
    graph = mediation(scene)
    assert sorted(graph.edges()) == [(MID, NORTH), (MID, SOUTH)]


def test_participation_is_bipartite_and_keeps_every_seat(scene: Scene):
    graph = participation(scene, Policy(rounds=True))
    assert all(graph.nodes[one]["bipartite"] != graph.nodes[other]["bipartite"] for one, other in graph.edges())
    roles = sorted(role for *_, role in graph.edges(data="role"))
    assert roles == ["host", "mediator", "participant", "party", "party", "party", "party", "party", "party"]


def test_every_edge_has_its_sentences(store: Store, scene: Scene):
    evidence = load_evidence(store)
    graph = who_talks_to_whom(scene, Policy(standings=STANDINGS, rounds=True))
    for *_, data in graph.edges(data=True):
        assert data["evidence"]
        for identifier in data["evidence"]:
            passage = evidence.passages[identifier]
            assert [passage.sentence[start:end] for start, end in passage.marks] and passage.words
            assert passage.sentence[passage.marks[0][0] : passage.marks[-1][1]].startswith(passage.words.split()[0])
        assert all(identifier in evidence.statements for identifier in data["statements"])


def test_the_table_never_adds_what_is_proposed_to_what_was_held(store: Store, scene: Scene):
    columns, rows = edge_rows(who_talks_to_whom(scene, Policy(standings=STANDINGS)), load_evidence(store))
    assert columns[3:5] == ["standing", "sessions"] and columns[-4:] == ["sentence", "start", "end", "document"]
    of_pair = [row[3:5] for row in rows if row[:2] == ("Northland", "Southland")]
    assert of_pair == [("held", "1"), ("proposed, disputed", "1")]


def test_the_view_and_the_query_agree(store: Store, scene: Scene):
    """One rule, said once in SPARQL and once in Python: they must count alike."""
    graph = who_talks_to_whom(scene)
    label = graph.nodes(data="label")
    ours = sorted(
        (*sorted((label[one], label[other])), graph.number_of_edges(one, other)) for one, other in {*graph.edges()}
    )
    theirs = [
        (*sorted((one.value, other.value)), int(count.value))
        for one, other, count, *_ in ask(store, "who-talks-to-whom").rows
    ]
    assert sorted(theirs) == ours


def test_two_names_that_a_person_decided_to_be_one_man_are_one_node():
    from kg.linking import Decision
    from tests.markup import marked

    sentence = "{Person#q:%s} {Meeting#m:met} {State#s:Southland}.\n---\nm Party=q,s Stage=held"
    made = [marked(sentence % "Omar Quill", "one", "2025-06-02"), marked(sentence % "Omar Quil", "two", "2025-07-02")]
    base = "https://w3id.org/diplomatic-kg/id/actor/name/person"
    pair = f"{base}/omar_quil", f"{base}/omar_quill"
    apart, _ = world(made)
    joined, _ = world(made, decisions=[Decision(*pair, "same", "editor", "", "decisions.tsv:2")])
    with apart, joined:
        people = [sorted(n for n in who_talks_to_whom(load_scene(s)) if "/person/" in n) for s in (apart, joined)]
    assert people == [list(pair), [pair[0]]]

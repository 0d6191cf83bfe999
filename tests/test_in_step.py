"""One rule, said once in SPARQL and once in Python, counts alike: on the sample and on random worlds, on every day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

import pytest

from kg.analysis.contact import contact_gaps
from kg.analysis.formats import format_of
from kg.analysis.together import together
from kg.query import as_texts, ask, local_name
from kg.scene import Scene, load_scene
from kg.standing import upheld
from kg.store import Store
from kg.views import mediation, who_talks_to_whom
from tests.worlds import DAYS, random_world

SEEDS = range(12)
SAMPLE_DAYS = ("", "2025-12-20", "2025-12-21")


@pytest.fixture(scope="module", params=["sample", *SEEDS], ids=str)
def scenes(request: pytest.FixtureRequest, sample: Store) -> Iterator[list[tuple[Store, Scene, dict[str, str]]]]:
    """A store with its scene on several days, and the parameters that ask for the same day."""
    store = sample if request.param == "sample" else random_world(request.param)
    days = SAMPLE_DAYS if request.param == "sample" else ("", *DAYS[:2])
    yield [(store, load_scene(store, day), {"as_of": day} if day else {}) for day in days]
    if store is not sample:
        store.close()


def test_where_meetings_stand_and_when_they_were(scenes: list[tuple[Store, Scene, dict[str, str]]]):
    for store, scene, day in scenes:
        rows = {row["meeting"]: row for row in as_texts(ask(store, "standings", None, **day))}
        assert {
            key: (row["standing"], row["earliest"], row["latest"], int(row["texts"])) for key, row in rows.items()
        } == {
            key: (one.standing, one.earliest, one.latest, len({t.document for t in one.tellings.values()}))
            for key, one in scene.gatherings.items()
        }


def test_who_was_in_one_room(scenes: list[tuple[Store, Scene, dict[str, str]]]):
    for store, scene, day in scenes:
        actors = sorted({seat.actor for one in scene.gatherings.values() for seat in one.seats})
        actors = sorted(
            {*actors[:5], *(p for one in scene.gatherings.values() for s in one.seats for p in s.principals)}
        )
        for one, other in combinations(actors[:6], 2):
            rows = list(as_texts(ask(store, "together", None, a=one, b=other, **day)))
            found = {row["gathering"]: (row["answer"], row["reason"]) for row in rows}
            expected = together(scene, one, other).sessions
            assert found == {session.gathering: (session.answer, session.reason) for session in expected}, (one, other)


def test_who_talks_to_whom_and_how_often(scenes: list[tuple[Store, Scene, dict[str, str]]]):
    for store, scene, day in scenes:
        rows = as_texts(ask(store, "who-talks-to-whom", None, **day))
        found = {(row["one_actor"], row["other_actor"]): (int(row["sessions"]), row["last"]) for row in rows}
        graph = who_talks_to_whom(scene)
        expected: dict[tuple[str, str], list[str]] = {}
        for one, other, key in graph.edges(keys=True):
            expected.setdefault((min(one, other), max(one, other)), []).append(scene.gatherings[key].latest)
        assert found == {pair: (len(days), max(days)) for pair, days in expected.items()}


def test_the_last_direct_session(scenes: list[tuple[Store, Scene, dict[str, str]]]):
    for store, scene, day in scenes:
        columns = ("meeting", "days_at_least", "days_at_most")
        sessions: dict[tuple[str, str], dict[str, tuple[str, str]]] = {}
        for row in as_texts(ask(store, "direct-sessions", None, **day)):
            pair = sessions.setdefault((row["one_actor"], row["other_actor"]), {})
            pair[row[columns[0]]] = (row[columns[1]], row[columns[2]])
        for gap in contact_gaps(scene):
            found = sessions.pop((gap.one, gap.other))
            least, most = ([int(days[at]) for days in found.values() if days[at]] for at in (0, 1))
            expected = (gap.sessions, gap.days_at_least, gap.days_at_most)
            assert (len(found), min(least, default=None), min(most, default=None)) == expected
            assert gap.last in found
        assert not sessions


def test_the_format_of_a_table(scenes: list[tuple[Store, Scene, dict[str, str]]]):
    for store, scene, day in scenes:
        found = {
            row["meeting"]: (local_name(row["computed"]), row["arity"], int(row["principals"]), int(row["unknown"]))
            for row in as_texts(ask(store, "formats", None, **day))
        }
        computed = [format_of(scene, key) for key, one in scene.gatherings.items() if one.kind == "meeting"]
        assert found == {f.meeting: (f.directness, f.arity, f.principals, len(f.unknown)) for f in computed}


def test_who_mediates(scenes: list[tuple[Store, Scene, dict[str, str]]]):
    for store, scene, day in scenes:
        rows = as_texts(ask(store, "mediators", None, **day))
        found = {(row["mediator_actor"], row["party_actor"]): int(row["times"]) for row in rows}
        assert found == dict(Counter((one, other) for one, other in mediation(scene).edges()))


def test_what_is_taken_back(scenes: list[tuple[Store, Scene, dict[str, str]]]):
    for store, scene, day in scenes:
        rows = as_texts(ask(store, "taken-back", None, **day))
        found = {(row["claim"], row["claimant"], local_name(row["stage"]), row["said_first"]) for row in rows}
        expected = set()
        for one in scene.gatherings.values():
            kept = {id(claim) for claim in upheld(one.claims)}
            for claim in one.claims:
                said = "not so" if claim.polarity == "negative" else "so"
                if id(claim) not in kept and (said == "not so" or _asserts(claim)):
                    expected.add((claim.claim, claim.name, claim.stage, said))
        assert found == expected


def _asserts(claim: object) -> bool:
    from kg.standing import asserts

    return asserts(claim)  # type: ignore[arg-type]


def test_the_random_worlds_are_rich_enough_to_tell_rules_apart():
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        with random_world(seed) as store:
            scene = load_scene(store)
            for one in scene.gatherings.values():
                seen[one.standing] += 1
                seen.update(f"seat {seat.word}" for seat in one.seats)
                seen["taken back"] += len(one.claims) - len(upheld(one.claims))
                seen["several texts"] += len(one.tellings) > 1
            seen.update(format_of(scene, key).directness for key in scene.gatherings)
            seen["direct pairs"] += len(contact_gaps(scene))
            seen["edges"] += who_talks_to_whom(scene).number_of_edges()
    wanted = {
        "held",
        "disputed",
        "denied",
        "seat denied",
        "seat possible",
        "taken back",
        "several texts",
        "direct",
        "mediated",
    }
    assert {
        name for name in {*wanted, "separate-leg", "consultation", "direct pairs", "edges"} if seen[name] < 2
    } == set()

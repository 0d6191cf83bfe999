"""What a page knows of a scene: everything, once, in an order that depends on nothing but the scene."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.evidence import load_evidence
from kg.page_data import scene_data
from kg.scene import Scene, load_scene
from kg.standing import STANDINGS
from kg.store import Store
from kg.views import VIEWS, Policy
from tests.scenes import small


@pytest.fixture(scope="module")
def data() -> dict[str, Any]:
    made = small()
    return scene_data(made.scene, made.evidence, Policy(), "who-talks-to-whom")


def test_the_data_are_plain_json_and_the_same_whatever_the_order(data: dict[str, Any]) -> None:
    made = small()
    turned = Scene(
        dict(reversed(made.scene.gatherings.items())), made.scene.kinds, dict(reversed(made.scene.names.items())),
        made.scene.places, made.scene.as_of, made.scene.aliases,
    )  # fmt: skip
    for gathering in turned.gatherings.values():
        gathering.tellings = dict(reversed(gathering.tellings.items()))
    again = scene_data(turned, made.evidence, Policy(), "who-talks-to-whom")
    assert json.dumps(again, allow_nan=False) == json.dumps(data, allow_nan=False)


def test_what_the_page_shows_first_leaves_nothing_out(data: dict[str, Any]) -> None:
    made = small()
    other = scene_data(made.scene, made.evidence, Policy(standings=STANDINGS, level="person"), "participation")
    assert other["start"] != data["start"]
    assert data["start"]["standings"] == ["held", "under-way"]
    for name in ("gatherings", "statements", "passages", "documents", "edges"):
        assert other[name] == data[name]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("level", ["principal", "delegation", "person"])
def test_lines_are_those_of_the_views(data: dict[str, Any], view: str, level: str) -> None:
    made = small()
    graph = VIEWS[view](made.scene, Policy(standings=STANDINGS, rounds=True, level=level))
    order = sorted(made.scene.gatherings)
    expected = sorted((*sorted((a, b)), data["meeting"]) for a, b, data in graph.edges(data=True))
    found = [edge for edge in data["edges"] if edge["view"] == view and level in edge["levels"]]
    assert sorted((*sorted((edge["from"], edge["to"])), order[edge["at"]]) for edge in found) == expected
    for node in data["nodes"]:
        assert (f"{view}/{level}" in node["spots"]) == (node["id"] in graph)


def test_levels_tell_persons_delegations_and_principals_apart(data: dict[str, Any]) -> None:
    at = sorted(small().scene.gatherings).index("meeting/geneva")
    pairs = {
        level: {
            frozenset((edge["from"], edge["to"]))
            for edge in data["edges"]
            if edge["at"] == at and edge["relation"] == "co-presence" and level in edge["levels"]
        }
        for level in ("principal", "delegation", "person")
    }
    assert frozenset(("avaria", "borduria")) in pairs["principal"]
    assert frozenset(("team", "boris")) in pairs["delegation"]
    assert frozenset(("anna", "boris")) in pairs["person"]
    assert frozenset(("anna", "boris")) not in pairs["delegation"] | pairs["principal"]


def test_a_round_puts_nobody_into_one_room(data: dict[str, Any]) -> None:
    at = sorted(small().scene.gatherings).index("round/week")
    assert {edge["relation"] for edge in data["edges"] if edge["at"] == at} <= {"participation", "mediates"}


def test_every_number_leads_somewhere_and_every_claim_to_its_sentence(data: dict[str, Any]) -> None:
    made = small()
    assert sum(len(one.get("claims", ())) for one in data["gatherings"]) == len(made.statements)
    for one in data["gatherings"]:
        for claim in one["claims"]:
            statement = data["statements"][claim["s"]]
            (passage,) = (data["passages"][ref] for ref in statement["passages"])
            (start, end) = passage["m"][0]
            assert data["sentences"][passage["n"]][start:end].endswith(claim["stage"] or claim["act"])
            assert data["documents"][passage["d"]]["published"] == claim["published"]
        for seat in one["seats"]:
            assert seat["t"] < len(one["tellings"])
            assert all(ref < len(data["passages"]) for ref in seat["passages"])
    (palace,) = (venue for venue in data["venues"] if venue["name"] == "Palace of Lakes")
    assert data["venues"][palace["within"]] == {"id": "geneva", "name": "Geneva", "spot": [46.2044, 6.1432]}


def test_the_shipped_corpus_is_told_by_text_and_day(sample: Store) -> None:
    scene = load_scene(sample)
    data = scene_data(scene, load_evidence(sample), Policy(), "who-talks-to-whom")
    assert data["asOf"] == scene.as_of
    assert len(data["gatherings"]) == len(scene.gatherings)
    aliases = {alias for node in data["nodes"] for alias in node.get("aliases", ())}
    assert "Умєров" in aliases
    assert any("spot" in venue for venue in data["venues"])
    assert not any(node["id"].startswith("http") for node in data["nodes"])

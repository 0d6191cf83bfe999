"""The graph of the shipped corpora against a table written by hand from the facts: nothing missing, nothing invented.

`truth/expected.tsv` has a row for every meeting or round that the reports identify. It was written from the chronology and the texts without
sight of the annotation, and then compared with the graph: rows whose `note` says "corrected" were changed after that, three were added, and
the column `claimed` was filled from the graph. A row is found through the keys of `truth/meetings.tsv`.
What no key identifies stands in `truth/unidentified.tsv`, each with its reason.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from kg.analysis.formats import format_of, table
from kg.building import build_in_memory
from kg.scene import Gathering, Scene, load_scene
from tests.identity import TRUTH, corpora, named_nodes

HERE = TRUTH.parent


def rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


EXPECTED = {row["key"]: row for row in rows("expected.tsv")}


class World:
    """The scene of all corpora, and which gathering each key stands for."""

    def __init__(self, scene: Scene, base: str, keys: dict[str, str]) -> None:
        self.scene, self.base = scene, base
        of_node = {node: gathering for gathering in scene.gatherings.values() for node in gathering.tellings}
        self.keys_of: dict[str, set[str]] = {}
        self.gatherings: dict[str, dict[str, Gathering]] = {}
        for node, key in keys.items():
            gathering = of_node[node]
            self.keys_of.setdefault(gathering.id, set()).add(key)
            if key != "-":
                self.gatherings.setdefault(key, {})[gathering.id] = gathering

    def short(self, iris: object) -> set[str]:
        return {iri.removeprefix(self.base).removeprefix("actor/").removeprefix("venue/") for iri in iris}  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def whole() -> World:
    store, report = build_in_memory(corpora())
    with store:
        assert report.findings == [], [str(finding) for finding in report.findings]
        return World(load_scene(store), store.base, named_nodes(store))


def test_the_table_is_no_small_one():
    assert len(EXPECTED) >= 100 and sum(row["kind"] == "Meeting" for row in EXPECTED.values()) >= 80


def test_nothing_is_missing_and_nothing_invented(whole: World):
    assert set(EXPECTED) == set(whole.gatherings)
    assert [keys for keys in whole.keys_of.values() if len(keys) > 1] == [], "one gathering for several meetings"
    assert set(whole.scene.gatherings) == set(whole.keys_of), "every gathering is known to the truth"


def test_what_nobody_can_identify_has_a_reason():
    listed = {(row["document"], row["start"]): row["why"] for row in rows("unidentified.tsv")}
    assert {(r["document"], r["start"]) for r in rows("meetings.tsv") if r["key"] == "-"} == set(listed)
    assert all(listed.values())


@pytest.mark.parametrize("key", sorted(EXPECTED))
def test_a_meeting_is_as_expected(whole: World, key: str):
    (gathering,) = whole.gatherings[key].values()
    scene = whole.scene
    seated, present = table(gathering), [seat for seat in gathering.seats if seat.present]
    people = [seat for seat in present if scene.kinds[seat.actor] == "person"]
    said = whole.short(seat.actor for seat in people if not seat.claims)
    inner = [venue for venue in gathering.venues if not any(venue in scene.around(o) for o in gathering.venues)]
    found = {
        "kind": {gathering.kind.capitalize()},
        "earliest": {gathering.earliest},
        "latest": {gathering.latest},
        "venue": whole.short(inner),
        "principals": whole.short(seated.principals),
        "people": said,
        "claimed": whole.short(seat.actor for seat in people if seat.claims) - said,
        "mediators": whole.short(seated.mediators),
        "format": {format_of(scene, gathering.id).directness},
        "outcomes": {value for value, _ in gathering.outcomes if value},
        "stage": {gathering.standing},
        "reports": {Path(telling.document).name for telling in gathering.tellings.values()},
    }
    expected = {column: set(EXPECTED[key][column].split(";")) - {""} for column in found}
    assert {column: values - {""} for column, values in found.items()} == expected

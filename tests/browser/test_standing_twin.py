"""The page works out standings by itself, for any day. Here both, `kg/standing.py` and `kg/static/js/12-standing.js`, answer the same."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from kg.evidence import load_evidence
from kg.render import render_page
from kg.scene import Scene, load_scene
from kg.standing import STANDINGS, StageClaim, contested, standing
from kg.store import Store
from kg.views import Policy
from tests.scenes import small

ACTS = ["announce", "deny", "doubt", "speculate", "confirm", "propose", ""]
STAGES = ["held", "under-way", "scheduled", "proposed", "mooted", "cancelled", "postponed", "in-preparation", ""]
DAYS = ["", "2025-01-01", "2025-01-02", "2025-03-01"]


def claims(chance: random.Random) -> list[StageClaim]:
    def one(number: int) -> StageClaim:
        who = chance.choice("ABC")
        return StageClaim(
            f"c{number}", "m", who, who, chance.choice(ACTS), chance.choice(STAGES),
            chance.choice(["positive", "positive", "negative", ""]),
            chance.choice(["certain", "probable", "possible", "underspecified"]), chance.choice(DAYS), chance.choice(DAYS),
        )  # fmt: skip

    return [one(number) for number in range(chance.randint(0, 6))]


def test_the_rule_in_the_page_is_the_rule_of_the_library(open_page: Any) -> None:
    made = small()
    page = open_page(html=render_page(made.scene, made.evidence, title="twin")).page
    chance = random.Random(20251221)
    cases = [claims(chance) for _ in range(6000)]
    told = [
        [
            {"who": c.claimant, "act": c.act, "stage": c.stage, "polarity": c.polarity, "certainty": c.certainty, "published": c.published, "said": c.said}
            for c in case
        ]
        for case in cases
    ]  # fmt: skip
    found = page.evaluate(
        "(cases) => cases.map((c) => [diplomaticPage.standing(c), diplomaticPage.contested(c)])", told
    )
    expected = [[standing(case), contested(case)] for case in cases]
    assert found == expected
    reached = {one for one, _ in expected}
    assert reached >= set(STANDINGS) - {"accepted", "adjourned", "lapsed"}, "the cases are worth something"


def told_by(scene: Scene) -> dict[str, Any]:
    """What the library says of every gathering: standing, bounds, places, seats, claims, formats, rounds around it."""
    return {
        one.id.removeprefix("https://w3id.org/diplomatic-kg/id/"): {
            "standing": one.standing, "contested": one.contested, "label": one.label,
            "earliest": one.earliest, "latest": one.latest, "when": " / ".join(one.edtf),
            "venue": scene.where(one), "format": sorted(one.formats), "mode": sorted(one.modes),
            "seats": len(one.seats), "claims": len(one.claims),
        }
        for one in scene.gatherings.values()
    }  # fmt: skip


def test_as_of_each_day_the_page_shows_what_the_library_would_load(
    open_page: Any, sample: Store, tmp_path: Path
) -> None:
    scene, evidence = load_scene(sample), load_evidence(sample)
    policy = Policy(standings=STANDINGS, rounds=True)
    page = open_page(html=render_page(scene, evidence, title="twin", policy=policy)).page
    days = sorted({telling.published for one in scene.gatherings.values() for telling in one.tellings.values()})
    assert len(days) >= 3
    for day in ["2025-01-01", *days]:
        found = page.evaluate(
            """(day) => Object.fromEntries(diplomaticPage.sceneAt(day).filter(Boolean).map((g) => [g.gathering.id, {
              standing: g.standing, contested: g.contested, label: g.label, earliest: g.earliest, latest: g.latest, when: g.when,
              venue: g.venue, format: [...g.format].sort(), mode: g.mode, seats: g.seats.length, claims: g.claims.length }]))""",
            day,
        )
        then = load_scene(sample, day)
        assert found == told_by(then), day
        # The same lines, too.
        from kg.views import VIEWS

        for view in VIEWS:
            page.evaluate("([drawing, asOf]) => diplomaticPage.change({ drawing, asOf })", [view, day])
            shown = page.evaluate(
                "[...diplomaticPage.facts().values()].map(({ edge, g }) => [...[edge.from, edge.to].sort(), g.gathering.id])"
            )
            graph = VIEWS[view](then, policy)
            lines = [[*sorted((a, b)), data["meeting"]] for a, b, data in graph.edges(data=True)]
            plain = [[name.removeprefix("https://w3id.org/diplomatic-kg/id/") for name in line] for line in lines]
            assert sorted(shown) == sorted([*sorted(line[:2]), line[2]] for line in plain), (view, day)

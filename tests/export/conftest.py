"""A small world with hostile names, as a store: what every export has to survive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from kg.documents import Source
from kg.evidence import load_evidence
from kg.export.network import Network, network
from kg.scene import load_scene
from kg.standing import STANDINGS
from kg.store import Store
from kg.views import Policy, who_talks_to_whom
from tests.helpers import document, world
from tests.test_views import texts

EVIL_PERSON = "=HYPERLINK(1)"
EVIL_TITLE = "+cmd|' /C calc'!A0 </description><script>alert(1)</script> \x01 ]]> & \"quoted\""


def hostile() -> list:
    """The world of the views, and a fourth text: names that are formulas, markup and control characters, and no date."""
    four = document(
        '=HYPERLINK(1) met @SUM(A1:A9) 🕊️ and <b>Northland</b>\x01 \\ "there"\r\nin Northtown.\n',
        "T1 Person :: =HYPERLINK(1)",
        "T2 Meeting :: met",
        "T3 Organization :: @SUM(A1:A9) 🕊️",
        "T4 State :: Northland",
        'T5 Organization :: <b>Northland</b>\x01 \\ "there"',
        "T6 Venue :: Northtown",
        "E1 | Meeting:T2 Participant:T1 Participant2:T3 Participant3:T4 Participant4:T5 Venue:T6",
        "A1 | Stage E1 held",
        id="four",
    )
    return [
        *texts(),
        replace(four, source=Source(title=EVIL_TITLE, publisher="-Evil", date="2025-06-20", process="test")),
    ]


@pytest.fixture(scope="session", name="world")
def hostile_world() -> Iterator[Store]:
    made, _ = world(hostile())
    with made:
        yield made


@pytest.fixture(scope="session")
def everything(request: pytest.FixtureRequest) -> Network:
    """All that is said to have been, to be or not to be, with rounds: 4 sessions and rounds with their actors."""
    made: Store = request.getfixturevalue("world")
    graph = who_talks_to_whom(load_scene(made), Policy(standings=STANDINGS, rounds=True))
    return network(graph, load_evidence(made))

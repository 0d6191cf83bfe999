"""Linking shared out gives what linking of the whole gives, whatever the shares: on random worlds, without a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.building import Report
from kg.cluster import joins, parts_of
from kg.cluster.bundles import make_bundles
from kg.cluster.concluding import conclude as conclude_shared
from kg.cluster.decided import Decided
from kg.cluster.documents import summed_up
from kg.cluster.publishing import put_together
from kg.cluster.setting import Setting, kept, write_setting
from kg.cluster.told import tell
from kg.cluster.work import Work
from kg.conclusions import conclude
from kg.errors import Finding
from kg.fingerprints import of_code
from kg.leads import Leads, Named, Proposed
from kg.ledger import Record
from kg.likeness import Profile
from kg.linking import Decision
from kg.mapping import Uncovered
from kg.namespaces import BASE
from kg.parts import Where
from kg.places import Place
from kg.registry import VENUE_COLUMNS, load_registry
from tests.test_linking import AROUND, told
from tests.test_linking_at_scale import worlds

VENUES = (
    "\t".join(VENUE_COLUMNS)
    + "\n"
    + "".join(
        f"{venue}\t{venue}\t\t\t\t{within}\t\t\t\t\n"
        for venue, within in [(venue, outer[0]) for venue, outer in AROUND.items()]
        + [("northland", ""), ("southtown", "")]
    )
)
NAMES = ("jon haldorsen", "jon haldersen", "jan haldorsen", "ada brandt", "ada brand", "ivo castell")
WORDINGS = ("the 28-point plan", "a plan of 28 points", "the harbour plan", "a plan", "the Harbour Plan")
_number = count()


class Alone:
    """A cluster of nobody: calls are answered at once, the last one first."""

    def threads(self) -> int:
        return 3

    def memory(self) -> None:
        return None

    def share_out(self, function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        for call in reversed(list(calls)):
            yield function(*call)


@st.composite
def further(draw: st.DrawFn) -> tuple[list[Proposed], list[Named]]:
    """Some proposals and names."""
    proposals = [
        Proposed(
            f"{BASE}document/text-{draw(st.integers(0, 9))}/proposal/{number}",
            (draw(st.sampled_from(WORDINGS)),),
            draw(st.sampled_from(("one", "two", ""))),
            draw(st.sampled_from(("2025-06-01", "2025-07-20", "2026-01-01", ""))),
            draw(st.sampled_from(("", "", "proposal/a", "proposal/b"))),
            "x.ann:1",
        )
        for number in range(draw(st.integers(0, 8)))
    ]
    kinds = st.sampled_from(("person", "organization", "venue"))
    names = draw(st.lists(st.tuples(kinds, st.sampled_from(NAMES)), max_size=8))
    return proposals, [Named(f"{BASE}actor/name/{kind}/{name.replace(' ', '_')}", kind, name) for kind, name in names]


@st.composite
def recalled(draw: st.DrawFn) -> list[Profile]:
    """Meetings of last winter, and mentions in June that say where and neither when nor between whom."""
    places = st.sampled_from((("harbour-hall",), ("northtown",), ("southtown",), ("northland",)))
    found = []
    for number in range(draw(st.integers(0, 8))):
        day = draw(st.sampled_from(("2024-05-01", "2024-08-01", "2024-12-24", "2025-01-15")))
        vague = draw(st.sampled_from((True, True, False)))
        found.append(
            told(
                f"text-{number + 40}",
                process=draw(st.sampled_from(("past", "past", "other"))),
                published="2025-06-14" if vague else day,
                earliest="" if vague else day,
                latest="" if vague else day,
                venues=draw(places),
                parties=draw(st.sampled_from((("north",), ()))) if vague else ("north", "south"),
                stage="happened",
                reference=draw(st.sampled_from(("", "", "", "meeting/a"))),
            )
        )
    return found


@settings(max_examples=80, deadline=None, database=None, derandomize=True)
@given(
    world=worlds(), past=recalled(), more=further(), part=st.integers(1, 9), bundle=st.integers(1, 20), data=st.data()
)
def _same(
    folder: Path,
    world: tuple[list[Profile], list[Decision]],
    past: list[Profile],
    more: tuple[list[Proposed], list[Named]],
    part: int,
    bundle: int,
    data: st.DataObject,
) -> None:
    profiles, decisions = world
    proposals, names = more
    registry, _ = load_registry(folder)
    nodes = sorted({one.node for one in (*proposals, *names)})
    for _ in range(data.draw(st.integers(0, 3)) if len(nodes) > 1 else 0):
        one, other = data.draw(st.lists(st.sampled_from(nodes), min_size=2, max_size=2, unique=True))
        verdict = data.draw(st.sampled_from(("same", "not-same", "unsure")))
        decisions.append(Decision(one, other, verdict, "me", "", "decisions.tsv:9"))
    # Each node is made by one text, each text lies in one part.
    profiles = list({profile.node: profile for profile in (*profiles, *past)}.values())
    of_text: dict[str, Leads] = {}
    for profile in profiles:
        of_text.setdefault(profile.document, Leads()).profiles.append(profile)
    for proposal in proposals:
        of_text.setdefault(proposal.node.split("/")[-3], Leads()).proposals.append(proposal)
    for number, one in enumerate(names):
        of_text.setdefault(f"text-{number}", Leads()).named.append(one)
    of_text.setdefault("text-0", Leads()).references["urn:x:somewhere"] = "process/known"

    address = f"memory://shares/{next(_number)}"
    target, scratch = Place(address), Place(f"{address}/scratch-00")
    decided = sorted({node for one in decisions for node in (one.one, one.other)})
    write_setting(scratch, Setting(address, BASE, of_code(), {}, {"venues.tsv": VENUES}, {}, decided))
    report = Report()
    work = Work(Alone(), target, scratch, kept(scratch.address).setting, registry, report)  # type: ignore[arg-type]
    texts = sorted(of_text)
    parts = []
    for number, start in enumerate(range(0, len(texts), part)):
        own = texts[start : start + part]
        records = [Record(text, "", text, 0, (), (), of_text[text], Uncovered()) for text in own]
        index = [Where(text, number, 0, 0, 0, "") for text in own]
        parts.append(parts_of._summed_up(kept(scratch.address), number, None, (), index, records))
    documents = summed_up(parts, report)
    decisions_sorted = Decided(work, documents, decisions)
    told_of_all = tell(work, documents, decisions_sorted)
    bundles = make_bundles(work, documents, decisions_sorted, bundle)
    concluded = conclude_shared(work, documents, decisions_sorted, told_of_all, bundles)
    made = put_together(work, documents, told_of_all, concluded.runs)

    leads = Leads()
    for text in texts:
        leads.add(of_text[text])
    lines, unheeded = conclude(leads, decisions, registry, BASE)
    assert target.read(made.files[0].name) == lines
    assert report.findings == [Finding(*one, lost=one[0].startswith("decisions.tsv")) for one in unheeded]
    target.clear()


def test_the_same_as_linking_the_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "venues.tsv").write_text(VENUES)
    assert load_registry(tmp_path)[1] == []
    # These profiles come from no text that could be loaded.
    monkeypatch.setattr(joins, "write_sessions", lambda *_: [])
    _same(tmp_path)

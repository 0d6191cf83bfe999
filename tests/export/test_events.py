"""Records of event data: what is in the MEND table and the PLOVER events, worked by hand, and that nothing else is lost unsaid."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import jsonschema
import pandas
import pytest
import rdflib

from kg.evidence import Evidence, load_evidence
from kg.export import mend, plover
from kg.export.carried import loss_report
from kg.query import as_texts, ask
from kg.scene import Scene, load_scene
from kg.store import Store
from tests.export.conftest import EVIL_PERSON
from tests.helpers import ROOT

MAY = "https://w3id.org/diplomatic-kg/id/meeting/may"
SOUTH = "https://w3id.org/diplomatic-kg/id/actor/southland"


@pytest.fixture(scope="module")
def scene(world: Store) -> Scene:
    return load_scene(world)


@pytest.fixture(scope="module")
def said(world: Store) -> Evidence:
    return load_evidence(world)


# -- MEND ----------------------------------------------------------------------------------------------------------------


def test_one_session_of_mediation_is_one_row(world: Store, scene: Scene, said: Evidence):
    rows, _ = mend.mend(scene, said, {})
    data = b"".join(mend.write_mend(rows))
    (row,) = pandas.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False).to_dict("records")
    assert (row["kg_meeting"], row["event_type"]) == (MAY, "mediation event")
    assert (row["third_parties"], row["local_parties"]) == ("Midland", "Northland; Southland")
    assert (row["date"], row["date_earliest"], row["date_latest"]) == ("", "2025-05-01", "2025-05-31")
    assert row["individuals"] == "Omar Quill"
    assert row["kg_others"] == "", "a person without principal is an individual, no party"
    assert row["kg_sentence"] == "Northern envoys met Southland with Midland mediating in May."
    base = "https://w3id.org/diplomatic-kg/id/document"
    assert row["sources"] == f"{base}/one; {base}/two"
    assert row["med_event_ID"] == "" and row["shuttle"] == "0", "all in one session"


@pytest.mark.parametrize(("directness", "shuttle"), [(("shuttle",), "1"), (("direct",), "0"), ((), "0")])
def test_a_text_that_says_shuttle_is_believed(directness: tuple[str, ...], shuttle: str, scene: Scene, said: Evidence):
    told = {node: replace(one, directness=directness) for node, one in scene.gatherings[MAY].tellings.items()}
    changed = replace(scene, gatherings={MAY: replace(scene.gatherings[MAY], tellings=told)})
    (row,), _ = mend.mend(changed, said, {})
    assert row[mend.COLUMNS.index("shuttle")] == shuttle


def test_a_separate_leg_without_its_round_tells_nothing_of_shuttle(scene: Scene, said: Evidence):
    leg = [seat for seat in scene.gatherings[MAY].seats if seat.principals != frozenset({SOUTH})]
    changed = replace(scene, gatherings={MAY: replace(scene.gatherings[MAY], seats=leg)})
    (row,), _ = mend.mend(changed, said, {})
    assert (row[mend.COLUMNS.index("local_parties")], row[mend.COLUMNS.index("shuttle")]) == ("Northland", "")


def test_who_is_a_party_here_and_a_mediator_there_is_a_mediator(scene: Scene, said: Evidence):
    more = [replace(seat, role="party") for seat in scene.gatherings[MAY].seats if seat.role == "mediator"]
    changed = replace(
        scene, gatherings={MAY: replace(scene.gatherings[MAY], seats=[*scene.gatherings[MAY].seats, *more])}
    )
    (row,), _ = mend.mend(changed, said, {})
    assert row[mend.COLUMNS.index("third_parties")] == "Midland"
    assert row[mend.COLUMNS.index("local_parties")] == "Northland; Southland"


def test_what_is_in_no_row_is_listed_with_its_reason(scene: Scene, said: Evidence):
    rows, left = mend.mend(scene, said, {})
    reasons = {(item.kind, item.reason) for item in left}
    assert reasons == {("round", "round"), ("meeting", "not-held"), ("meeting", "no-third-party"), ("claim", "claim")}
    assert {row[13] for row in rows} | {item.id for item in left if item.kind != "claim"} == set(scene.gatherings)
    assert {item.reason for item in left} <= set(mend.REASONS)


def test_a_record_that_an_annotator_names_is_the_id(scene: Scene, said: Evidence, world: Store):
    assert mend.load_references(world) == {}
    node = next(iter(scene.gatherings[MAY].tellings))
    rows, _ = mend.mend(scene, said, {node: ["1234"]})
    assert rows[0][0] == "1234"


def test_a_window_of_event_time(scene: Scene, said: Evidence):
    assert mend.mend(scene, said, {}, since="2025-06-01")[0] == []
    assert len(mend.mend(scene, said, {}, until="2025-05-01")[0]) == 1


def test_the_sample_has_its_rows(sample: Store):
    rows, _ = mend.mend(load_scene(sample), load_evidence(sample), {})
    found = [dict(zip(mend.COLUMNS, row, strict=True)) for row in rows]
    istanbul = found[0]
    assert (istanbul["date"], istanbul["third_parties"], istanbul["local_parties"]) == (
        "2025-07-23",
        "Türkiye",
        "Russia; Ukraine",
    )
    assert (istanbul["event_type"], istanbul["latitude"], istanbul["shuttle"]) == ("", "41.0437", "0"), (
        "a host mediates nothing"
    )
    assert [row["date"] for row in found] == ["2025-07-23", "2025-12-19", "2025-12-20", *["2025-12-21"] * 3]
    assert all(row["event_type"] == "mediation event" and row["third_parties"] == "United States" for row in found[1:])
    assert found[1]["kg_others"] == "Europe; France; Germany; United Kingdom"
    again = next(row for row in found[3:] if row["local_parties"] == "Russia")
    assert "again on Sunday" in again["kg_sentence"], (
        "the sentence of the session, not the one that first names Dmitriev"
    )


def test_every_column_but_ours_is_one_of_the_alignment():
    alignment = rdflib.Graph().parse(ROOT / "ontology" / "alignments" / "mend.ttl")
    known = {
        str(one).rpartition("/")[2].replace("-", "_")
        for one in alignment.subjects(rdflib.RDF.type, rdflib.SKOS.Concept)
    }
    more = {"date_earliest", "date_latest", "latitude", "longitude"}
    assert {column for column in mend.COLUMNS if not column.startswith("kg_")} - more == known


# -- PLOVER --------------------------------------------------------------------------------------------------------------

ACTORS = {
    "type": "array",
    "items": {"type": "object", "required": ["actorText"], "properties": {"actorText": {"type": "string"}}},
}
CATEGORIES = "AGREE CONSULT SUPPORT CONCEDE COOPERATE AID RETREAT REQUEST ACCUSE REJECT THREATEN PROTEST SANCTION MOBILIZE COERCE"
RECORDS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["id", "date", "source", "target", "event"],
        "properties": {
            "date": {"type": "string", "pattern": "^$|^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
            "source": {**ACTORS, "minItems": 1},
            "target": ACTORS,
            "event": {"enum": [*CATEGORIES.split(), "ASSAULT"]},
            "mode": {"enum": ["", "phone", "third-party", "meet", "relations", "aerial"]},
            "context": {"enum": ["diplomatic", "military"]},
            "text": {"type": "string"},
        },
        "not": {"required": ["dateCoded"]},
    },
}
"""Records as the manual of PLOVER names their fields."""


def coded(store: Store, scene: Scene, said: Evidence, **window: str) -> tuple[dict[str, dict], list]:
    events, left = plover.plover(store, scene, said, **window)
    written = json.loads(b"".join(plover.write_plover(events)))
    jsonschema.validate(written, RECORDS)
    assert len({event["id"] for event in written}) == len(written)
    return {event["id"]: event for event in written}, left


def test_sessions_and_proposals_are_events(world: Store, scene: Scene, said: Evidence):
    events, _ = coded(world, scene, said)
    session = events[MAY]
    assert (session["event"], session["mode"], session["target"]) == ("CONSULT", "", [])
    assert [one["actorText"] for one in session["source"]] == ["Midland", "Northland", "Omar Quill", "Southland"]
    assert session["date"] == "2025-06-01" and "2025-05-01 to 2025-05-31" in session["comment"]
    assert session["text"] == "Northern envoys met Southland with Midland mediating in May."
    (proposal,) = [event for event in events.values() if event["event"] == "AGREE"]
    assert proposal["source"] == [{"actorText": "Midland"}] and proposal["eventText"] == "proposed"
    assert [one["actorText"] for one in proposal["target"]] == ["Northland", "Southland"]
    (hostile,) = [event for event in events.values() if EVIL_PERSON in str(event["source"])]
    assert hostile["event"] == "CONSULT" and len(hostile["source"]) == 4 and hostile["text"].startswith(EVIL_PERSON)


def test_a_denial_and_a_round_are_no_events_and_are_listed(world: Store, scene: Scene, said: Evidence):
    events, left = coded(world, scene, said)
    reasons: dict[str, list[str]] = {}
    for item in left:
        reasons.setdefault(item.reason, []).append(item.kind)
    assert reasons["denial"] == ["claim"] and reasons["round"] == ["round"] and reasons["not-held"] == ["meeting"]
    assert set(reasons["merged"]) == {"claim"} and "mandate" in reasons["other"]
    assert set(reasons) <= set(plover.REASONS)
    claims = {row["claim"] for row in as_texts(ask(world, "view-claims"))}
    assert claims | set(scene.gatherings) <= events.keys() | {item.id for item in left}, "nothing is lost unsaid"


@pytest.mark.parametrize(
    "kind", ["Claim", "Incident", "Outcome", "Communication", "Presence", "Proposal", "QuantityClaim"]
)
def test_everything_of_the_sample_is_an_event_or_listed(kind: str, sample: Store):
    events, left = coded(sample, load_scene(sample), load_evidence(sample))
    there = {item.id for item in left} | events.keys()
    dp = "https://w3id.org/diplomatic-kg/ontology#"
    asked = sample.query(f"SELECT DISTINCT ?x {{ ?x a <{dp}{kind}> ; <{dp}evidence> ?e }}")
    ids = {row[0].value for row in asked.rows if row[0] is not None}
    assert ids and ids | set(load_scene(sample).gatherings) <= there


def test_incidents_and_exchanges_of_the_sample(sample: Store):
    events, left = coded(sample, load_scene(sample), load_evidence(sample))
    assault = [event for event in events.values() if event["event"] == "ASSAULT"]
    assert assault and all(event["mode"] in ("aerial", "") and event["context"] == "military" for event in assault)
    assert all(event["text"] and event["date"] for event in assault)
    exchange = [event for event in events.values() if "/outcome/" in event["id"]]
    assert {event["event"] for event in exchange} == {"AGREE"}, "agreed to, and no text says that it was carried out"
    call = next(one for one in load_scene(sample).gatherings.values() if "phone" in one.modes)
    assert call.id in {item.id for item in left if item.reason == "no-pair"}, "both ends of the call are Ukraine"
    assert any(event["mode"] == "third-party" for event in events.values()), "Istanbul, hosted by Türkiye"


def test_as_of_a_day_later_texts_are_unknown(world: Store, said: Evidence):
    events, _ = coded(world, load_scene(world, "2025-06-01"), said, as_of="2025-06-01")
    assert list(events) == [MAY] and "Omar Quill" not in str(events)


def test_the_codes_are_those_of_the_vocabulary():
    """A category is used for a value exactly where the vocabulary notes it."""
    home = "https://w3id.org/diplomatic-kg"
    for scheme, codes in (
        ("act", plover.ACTS),
        ("incident", plover.INCIDENTS),
        ("outcome", plover.OUTCOMES),
        ("stage", plover.STAGES),
    ):
        graph = rdflib.Graph().parse(ROOT / "ontology" / "vocab" / f"{scheme}.ttl")
        noted = {
            str(value).removeprefix(f"{home}/{scheme}/"): str(code).removeprefix("PLOVER:")
            for value, code in graph.subject_objects(rdflib.SKOS.notation)
            if str(code).startswith("PLOVER:")
        }
        assert codes == noted, scheme


def test_the_list_of_what_is_lost_is_for_machines(world: Store, scene: Scene, said: Evidence):
    _, left = plover.plover(world, scene, said)
    report = json.loads(loss_report("plover", ["Denials."], plover.REASONS, left))
    assert report["format"] == "plover" and report["losses"] == ["Denials."]
    assert sum(one["items"] for one in report["reasons"].values()) == len(report["notCarried"]) == len(left)
    assert all(set(item) == {"id", "kind", "label", "reason"} for item in report["notCarried"])


def test_no_event_is_an_empty_array():
    assert json.loads(b"".join(plover.write_plover([]))) == []


def test_a_spreadsheet_of_mend_is_disarmed(scene: Scene, said: Evidence):
    rows, _ = mend.mend(scene, said, {next(iter(scene.gatherings[MAY].tellings)): ["=1+1"]})
    (_, row) = csv.reader(
        io.StringIO(b"".join(mend.write_mend(rows, spreadsheet=True)).decode("utf-8-sig"), newline="")
    )
    assert row[0] == "'=1+1"

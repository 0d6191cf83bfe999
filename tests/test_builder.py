"""What one text says, as quads: a small world worked by hand."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.builder import build_document, graph_iri
from tests.helpers import WORLD, document, short, triples

# Positions of words: "Northern" 0-8, "envoy" 9-14, "Mira Kell" 15-24, "met" 25-28 …
TALKS = "Northern envoy Mira Kell met Southern teams in Northtown on Friday. She denied further talks.\n"
LINES = (
    "T1 State :: Northern",
    "T2 Position :: Northern envoy",
    "T3 Person :: Mira Kell",
    "T4 Meeting :: met",
    "T5 State :: Southern",
    "T6 Delegation :: Southern teams",
    "T7 Venue :: Northtown",
    "T8 Time :: Friday",
    "T9 Person :: She",
    "T10 Claim :: denied",
    "T11 Meeting :: talks",
    "E1 | Meeting:T4 Party:T3 Party2:T6 Venue:T7 Time:T8",
    "E2 | Meeting:T11 Party:T1 Excluded:T6",
    "E3 | Claim:T10 Speaker:T9 About:E2",
    "A1 | Stage E1 held",
    "A2 | Directness E1 direct",
    "A3 | SpeechAct E3 deny",
    "A4 | Asserts E3 in-preparation",
    "A5 | Negated E3",
    "A6 | DenialTarget E3 preparation",
    "A7 | Arity E2 bilateral",
    "R1 | Represents Arg1:T3 Arg2:T1",
    "R2 | Represents Arg1:T6 Arg2:T5",
    "R3 | Holds Arg1:T3 Arg2:T2",
    "R4 | Coref Arg1:T3 Arg2:T9",
)


def graph(*lines: str, text: str = TALKS, **source: str) -> set[tuple[str, str, str]]:
    built = build_document(document(text, *(lines or LINES), **source), WORLD)
    assert not [finding for finding in built.findings if finding.lost], [str(f) for f in built.findings]
    return triples(built.quads)


def values(found: set[tuple[str, str, str]], subject: str, predicate: str) -> set[str]:
    return {value for s, p, value in found if (s, p) == (subject, predicate)}


def test_a_session_with_its_participants_place_and_time():
    found = graph()
    assert values(found, "meeting/25-28", "type") == {"Meeting", "Event"}
    assert values(found, "meeting/25-28", "label") == {"met in Northtown, 2025-06-13"}
    assert values(found, "meeting/25-28", "participation") == {
        "meeting/25-28/participation/party/15-24",
        "meeting/25-28/participation/party/29-43",
    }
    envoy = "meeting/25-28/participation/party/15-24"
    assert values(found, envoy, "participant") == {"actor/name/person/mira_kell"}
    assert values(found, envoy, "role") == {"role/party"}
    assert values(found, envoy, "onBehalfOf") == {"actor/northland"}
    assert values(found, envoy, "accordingTo") == set(), "the text itself says so"
    assert values(found, envoy, "evidence") == {"span/15-24", "span/25-28"}
    assert values(found, "meeting/25-28/participation/party/29-43", "onBehalfOf") == {"actor/southland"}
    assert values(found, "meeting/25-28", "venue") == {"venue/northtown"}
    assert values(found, "meeting/25-28", "claimedDirectness") == {"directness/direct"}


def test_a_status_is_never_stored_on_a_meeting_but_claimed_by_the_publisher():
    found = graph()
    assert not {(s, p) for s, p, _ in found if s.startswith("meeting/") and p in ("assertsStage", "stage", "status")}
    claim = "claim/text/meeting/25-28"
    assert values(found, claim, "claimant") == {"actor/name/organization/daily"}
    assert values(found, claim, "assertsStage") == {"stage/held"}
    assert values(found, claim, "polarity") == {"polarity/positive"}
    assert values(found, claim, "reportedAt") == {"2025-06-15"}
    assert values(found, claim, "about") == {"meeting/25-28"}


def test_without_a_publisher_the_document_itself_speaks():
    found = graph(publisher="")
    assert values(found, "claim/text/meeting/25-28", "claimant") == {"document/note"}


def test_a_claim_with_its_three_axes():
    found = graph()
    assert values(found, "claim/72-78", "claimant") == {"actor/name/person/mira_kell"}
    assert values(found, "claim/72-78", "speechAct") == {"act/deny"}
    assert values(found, "claim/72-78", "assertsStage") == {"stage/in-preparation"}
    assert values(found, "claim/72-78", "polarity") == {"polarity/negative"}
    assert values(found, "claim/72-78", "certainty") == {"certainty/certain"}
    assert values(found, "claim/72-78", "denialTarget") == {"target/preparation"}
    assert values(found, "claim/72-78", "about") == {"meeting/87-92"}
    assert values(found, "claim/72-78", "claimedArity") == {"arity/bilateral"}, "what its clause says of the meeting"
    assert values(found, "claim/72-78", "position") == set(), "a denial rejects nothing"


def test_a_role_in_a_speakers_clause_is_according_to_the_claim():
    found = graph()
    assert values(found, "meeting/87-92/participation/party/0-8", "accordingTo") == {"claim/72-78"}
    assert values(found, "meeting/87-92/participation/excluded/29-43", "role") == {"role/excluded"}


def test_who_acts_for_whom_and_in_which_capacity():
    found = graph()
    assert values(found, "mandate/15-24_0-8", "agent") == {"actor/name/person/mira_kell"}
    assert values(found, "mandate/15-24_0-8", "principal") == {"actor/northland"}
    assert values(found, "mandate/15-24_0-8", "capacity") == {"position/0-14"}
    assert values(found, "mandate/15-24_0-8", "scope") == {"process/test"}
    assert values(found, "position/0-14", "heldBy") == {"actor/name/person/mira_kell"}


def test_every_node_of_the_text_has_evidence_and_a_sentence():
    found = graph()
    of_texts = {"Meeting", "Participation", "Claim", "Mandate", "Position", "TimeExpression", "Actor", "Venue"}
    publisher = "actor/name/organization/daily"
    nodes = {s for s, p, value in found if p == "type" and value in of_texts} - {publisher}
    assert len(nodes) == 17
    for node in nodes:
        assert values(found, node, "evidence"), node
        assert values(found, node, "sentence"), node


def test_evidence_is_a_web_annotation_span_with_exact_words():
    found = graph()
    assert values(found, "span/15-24", "hasSource") == {"document/note"}
    assert values(found, "span/15-24", "hasSelector") == {"span/15-24/position", "span/15-24/quote"}
    assert (values(found, "span/15-24/position", "start"), values(found, "span/15-24/position", "end")) == (
        {"15"},
        {"24"},
    )
    assert values(found, "span/15-24/quote", "exact") == {"Mira Kell"}
    (sentence,) = values(found, "span/15-24", "sentence")
    assert values(found, f"{sentence}/quote", "exact") == {
        "Northern envoy Mira Kell met Southern teams in Northtown on Friday."
    }


def test_a_discontinuous_span_is_its_fragments():
    text = "Northern and Southern teams met.\n"
    found = graph("T1 Delegation :: Northern + teams", "T2 Meeting :: met", "E1 | Meeting:T2 Party:T1", text=text)
    assert values(found, "span/0-8_22-27", "fragment") == {"span/0-8", "span/22-27"}
    assert values(found, "span/0-8_22-27", "hasSelector") == set(), "no selector that would select words in between"
    assert values(found, "actor/0-8_22-27", "label") == {"Northern teams"}


def test_metonyms_names_and_descriptions():
    text = "Northtown said Midland hosted Omar Quill, an aide. The aide and they left Northtown. Quill spoke.\n"
    found = graph(
        "T1 State :: Northtown",
        "T2 State :: Midland",
        "T3 Person :: Omar Quill",
        "T4 Person :: The aide",
        "T5 Group :: they",
        "T6 Venue :: Northtown#2",
        "T7 Person :: Quill#2",
        "N1 | Reference T2 Wikidata:Q42 | Midland",
        "* | Equiv T3 T4",
        text=text,
    )
    assert values(found, "actor/northland", "identifiedBy") == {"identification/registry"}
    assert values(found, "venue/northtown", "type") == {"Venue"}
    assert values(found, "actor/midland", "identifiedBy") == {"identification/registry"}
    assert values(found, "actor/name/person/omar_quill", "evidence") == {"span/30-40", "span/51-59"}
    assert values(found, "actor/name/person/quill", "identifiedBy") == {"identification/name"}
    assert values(found, "actor/64-68", "identifiedBy") == {"identification/description"}


def test_names_in_no_registry_are_listed():
    built = build_document(
        document("Omar Quill left. He smiled.\n", "T1 Person :: Omar Quill", "T2 Person :: He"), WORLD
    )
    assert [(one.kind, one.name) for one in built.leads.named] == [("person", "Omar Quill")]


def test_meetings_joined_by_coreference_are_one_and_claims_stay_two():
    text = "Northland denied talks. It said the meeting is no plan.\n"
    found = graph(
        "T1 State :: Northland",
        "T2 Claim :: denied",
        "T3 Meeting :: talks",
        "T4 Claim :: said",
        "T5 Meeting :: meeting",
        "E1 | Claim:T2 Speaker:T1 About:E2",
        "E2 | Meeting:T3",
        "E3 | Claim:T4 Speaker:T1 About:E4",
        "E4 | Meeting:T5",
        "R1 | Coref Arg1:E2 Arg2:E4",
        "R2 | Coref Arg1:E1 Arg2:E3",
        text=text,
    )
    assert values(found, "meeting/17-22", "evidence") == {"span/17-22", "span/36-43"}
    assert {s for s, p, v in found if p == "about"} == {"claim/10-16", "claim/27-31"}
    assert values(found, "claim/27-31", "sameActAs") == {"claim/10-16"}


def test_several_events_on_one_trigger_are_told_apart_by_what_they_say():
    text = "Northland said it met Southland and bombs fell.\n"
    marks = ("T1 State :: Northland", "T2 Claim :: said", "T3 Meeting :: met", "T4 Incident :: bombs")
    one = graph(
        *marks,
        "E1 | Claim:T2 Speaker:T1 About:E3",
        "E2 | Claim:T2 Speaker:T1 About:E4",
        "E3 | Meeting:T3",
        "E4 | Incident:T4",
        text=text,
    )
    other = graph(
        *marks,
        "E9 | Claim:T2 Speaker:T1 About:E4",
        "E7 | Claim:T2 Speaker:T1 About:E3",
        "E3 | Meeting:T3",
        "E4 | Incident:T4",
        text=text,
    )
    assert one == other
    assert {s for s, p, _ in one if p == "about"} == {"claim/10-14", "claim/10-14/2"}


def test_an_accusation_without_accuser_has_an_unnamed_claimant():
    found = graph("T1 Claim :: denied", "T2 Meeting :: talks", "E1 | Claim:T1 About:E2", "E2 | Meeting:T2")
    (claimant,) = values(found, "claim/72-78", "claimant")
    assert values(found, claimant, "identifiedBy") == {"identification/unnamed"}


def test_a_negated_event_in_the_texts_own_voice():
    found = graph("T1 Meeting :: talks", "E1 | Meeting:T1", "A1 | Negated E1")
    assert values(found, "claim/text/meeting/87-92", "polarity") == {"polarity/negative"}
    assert values(found, "claim/text/meeting/87-92", "assertsStage") == {"stage/held"}


@pytest.mark.parametrize(
    ("reference", "edtf", "resolved"),
    [
        ("N1 | Reference T1 EDTF:2025-06-06 | x", "2025-06-06", "annotator"),
        ("N1 | Reference T1 EDTF:2025-06-13/.. | x", "2025-06-13/..", "annotator"),
        ("", "2025-06-13", "rule"),
    ],
)
def test_a_reference_wins_over_our_own_reading_of_a_time(reference, edtf, resolved):
    found = graph("T1 Time :: Friday", *filter(None, [reference]))
    assert values(found, "time/60-66", "edtf") == {edtf}
    assert values(found, "time/60-66", "resolvedBy") == {f"resolution/{resolved}"}


def test_a_weekday_lies_ahead_where_what_it_dates_does():
    text = "Northland proposed talks on Friday.\n"
    lines = (
        "T1 State :: Northland",
        "T2 Claim :: proposed",
        "T3 Meeting :: talks",
        "T4 Time :: Friday",
        "E1 | Claim:T2 Speaker:T1 About:E2",
    )
    found = graph(*lines, "E2 | Meeting:T3 Time:T4", "A1 | SpeechAct E1 propose", "A2 | Asserts E1 proposed", text=text)
    assert values(found, "time/28-34", "edtf") == {"2025-06-20"}


def test_what_cannot_be_resolved_stays_as_text_and_a_duration_is_no_date():
    text = "Soon after six months, talks.\n"
    found = graph("T1 Time :: Soon", "T2 Time :: six months", "N1 | Reference T2 ISO8601:P6M | x", text=text)
    assert values(found, "time/0-4", "resolvedBy") == {"resolution/unresolved"}
    assert values(found, "time/11-21", "duration") == {"P6M"} and values(found, "time/11-21", "edtf") == set()


def test_counts_stay_with_who_gave_them():
    text = "Northland said 40 drones fell.\n"
    lines = ("T1 State :: Northland", "T2 Claim :: said", "T3 Quantity :: 40 drones", "T4 Incident :: fell")
    found = graph(*lines, "E1 | Claim:T2 Speaker:T1 About:E2", "E2 | Incident:T4 Count:T3", text=text)
    assert values(found, "quantity/15-24", "value") == {"40"}
    assert values(found, "quantity/15-24", "unitText") == {"drones"}
    assert values(found, "quantity/15-24", "claimant") == {"actor/northland"}
    assert values(found, "quantity/15-24", "what") == {"incident/25-29"}


def test_a_known_meeting_is_a_reference_not_a_merge():
    built = build_document(
        document(
            "Talks failed.\n", "T1 Meeting :: Talks", "E1 | Meeting:T1", "N1 | Reference E1 kg:meeting/geneva-1 | Talks"
        ),
        WORLD,
    )
    assert ("meeting/0-5", "reference", "meeting/geneva-1") in triples(built.quads)
    assert [(one.reference, short(one.node), one.kind) for one in built.leads.profiles] == [
        ("meeting/geneva-1", "meeting/0-5", "Meeting")
    ]


SHARED = ("T1 Meeting :: met", "E1 | Meeting:T1", "E2 | Meeting:T1")


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("T1 Person :: She", "N1 | Reference T1 kg:nobody | She"), "N1: the registry has no actor nobody"),
        (("T1 Person :: She", "N1 | Reference T1 Wikidata:42 | She"), "N1: '42' is no Wikidata id"),
        (("T1 Time :: Friday", "N1 | Reference T1 EDTF:2025-13 | x"), "N1: "),
        (("T1 Venue :: Northtown", "N1 | Reference T1 EDTF:2025 | x"), "EDTF is a reference of a Time, not of a Venue"),
        (
            ("T1 Meeting :: met", "E1 | Meeting:T1", "A1 | Stage E1 finished"),
            "A1: Stage has the unknown value finished",
        ),
        (
            ("T1 Meeting :: met", "E1 | Meeting:T1", "A1 | Stage E1 held", "A2 | Stage E1 mooted"),
            "A2: E1 is already Stage held",
        ),
        (
            ("T1 Meeting :: met", "T2 Venue :: Northtown", "E1 | Meeting:T1 Party:T2"),
            "the role Party names T2, a Venue",
        ),
        (
            ("T1 Meeting :: met", "T2 State :: Northern", "E1 | Meeting:T1 Partner:T2"),
            "a Meeting has no role Partner (did you mean Party?)",
        ),
        (("T1 Meeting :: met",), "T1 marks a Meeting, but no event line makes it one"),
        (
            ("T1 State :: Northern", "T2 Venue :: Northtown", "R1 | Represents Arg1:T1 Arg2:T2"),
            "R1: Represents cannot join T1, a State",
        ),
        (
            ("T1 State :: Northern", "T2 Venue :: Northtown", "R1 | Coref Arg1:T1 Arg2:T2"),
            "Coref joins a State and a Venue: T1, T2",
        ),
        (
            ("T1 State :: Northern", "T2 State :: Southern", "R1 | Coref Arg1:T1 Arg2:T2"),
            "which the registry keeps apart",
        ),
        (("T1 State :: Northern", "R1 | Likes Arg1:T1 Arg2:T1"), "R1 has the unknown label Likes"),
        (("T1 State :: Northern", "A1 | Negated T1"), "Negated is a flag of an event, here it stands on a State"),
        (("T1 Claim :: denied", "E1 | Claim:T1", "A1 | Negated E1 very"), "Negated is a flag and has no value 'very'"),
        (("T1 Claim :: denied", "E1 | Claim:T1", "A1 | Stage E1 held"), "A1: a Claim has no Stage"),
        (
            ("T1 State :: Southern", "T2 Delegation :: teams", "R1 | MemberOf Arg1:T1 Arg2:T2"),
            "R1: MemberOf cannot join a State to a Delegation (use Represents from the delegation to the state)",
        ),
        ((*SHARED, "#1 | AnnotatorNotes T1 | x"), "#1 names T1, the trigger of several events (name one: E1, E2)"),
        ((*SHARED, "N1 | Reference T1 kg:meeting/x | x"), "N1 names T1, the trigger of several events"),
        (
            (*SHARED, "T2 Claim :: denied", "E3 | Claim:T2 About:T1"),
            "E3, role About, names T1, the trigger of several events",
        ),
        (
            (*SHARED, "T2 Meeting :: talks", "E3 | Meeting:T2", "R1 | Coref Arg1:T1 Arg2:T2"),
            "Coref names T1, the trigger of several events",
        ),
    ],
)
def test_what_the_scheme_does_not_know_is_said(lines, message):
    built = build_document(document(TALKS, *lines), WORLD)
    assert any(message in str(finding) for finding in built.findings), [str(f) for f in built.findings]


def test_the_quads_are_sorted_unique_and_read_back_by_an_rdf_library():
    built = build_document(document(TALKS, *LINES), WORLD)
    lines = built.quads.decode().splitlines(keepends=True)
    assert lines == sorted(set(lines)) and len(lines) == built.count
    quads = list(pyoxigraph.parse(built.quads, format=pyoxigraph.RdfFormat.N_QUADS))
    assert len(quads) == built.count
    assert {quad.graph_name.value for quad in quads} == {graph_iri("note")} == {built.iri}
    assert not any(isinstance(term, pyoxigraph.BlankNode) for quad in quads for term in quad)


@settings(max_examples=60)
@given(st.permutations(range(len(LINES))))
def test_the_order_of_lines_changes_nothing(order):
    marks = [line for line in LINES if " :: " in line]
    rest = [line for line in LINES if " :: " not in line]
    shuffled = [LINES[index] for index in order]
    assert (
        build_document(document(TALKS, *shuffled), WORLD).quads
        == build_document(document(TALKS, *marks, *rest), WORLD).quads
    )


HOSTILE = 'x\u0001\u007f\u0085\u2028"\\<>\U0001f54aé'


def test_hostile_words_are_carried_exactly():
    text = f"{HOSTILE} met.\n"
    built = build_document(document(text, f"T1 Organization :: {HOSTILE}", id='<"#%41?'), WORLD)
    quads = list(pyoxigraph.parse(built.quads, format=pyoxigraph.RdfFormat.N_QUADS))
    assert {quad.object.value for quad in quads if quad.predicate.value.endswith("#exact")} == {
        HOSTILE,
        text.rstrip("\n"),
    }

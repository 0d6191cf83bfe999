"""Agreement of two annotators: a pair worked by hand, then what must hold of every pair."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg.agreement import Agreement, compare
from kg.cli import main
from kg.documents import Attribute, Document, Equivalence, Event, Mention, Normalisation, Relation, Role
from kg.errors import InputError
from kg.scheme import check
from tests.helpers import SAMPLE, annotate, write_corpus

# 21 words.
TEXT = (
    "Norland and Sudland met in Port Calder. Ana Dorn, envoy of Norland, said talks would resume on Tuesday. "
    "She was hopeful.\n"
)
FIRST = annotate(
    TEXT,
    "T1 State :: Norland",
    "T2 State :: Sudland",
    "T3 Meeting :: met",
    "T4 Venue :: Port Calder",
    "T5 Person :: Ana Dorn",
    "T6 Position :: envoy of Norland",
    "T7 State :: Norland#2",
    "T8 Claim :: said",
    "T9 Meeting :: talks",
    "T10 Time :: Tuesday",
    "T11 Person :: She",
    "E1 | Meeting:T3 Party:T1 Party2:T2 Venue:T4",
    "E2 | Claim:T8 Speaker:T5 About:E3",
    "E3 | Meeting:T9 Time:T10",
    "A1 | Stage E1 held",
    "A2 | SpeechAct E2 report",
    "A3 | Asserts E2 proposed",
    "R1 | Represents Arg1:T5 Arg2:T7",
    "R2 | Holds Arg1:T5 Arg2:T6",
    "R3 | Coref Arg1:T5 Arg2:T11",
    "N1 | Reference T10 EDTF:2025-06-17 | Tuesday",
)
# Other ids throughout; a shorter venue, another role for Sudland, no office, a round for a meeting, another stage and day.
SECOND = annotate(
    TEXT,
    "T21 Person :: She",
    "T22 Time :: Tuesday",
    "T23 Round :: talks",
    "T24 Claim :: said",
    "T25 State :: Norland#2",
    "T26 Person :: Ana Dorn",
    "T27 Venue :: Calder",
    "T28 Meeting :: met",
    "T29 State :: Sudland",
    "T30 State :: Norland",
    "E7 | Round:T23 Time:T22",
    "E8 | Claim:T24 About:E7 Speaker:T26",
    "E9 | Meeting:T28 Venue:T27 Party:T30 Participant:T29",
    "A7 | Stage E9 held",
    "A8 | Asserts E8 scheduled",
    "A9 | SpeechAct E8 report",
    "R7 | Represents Arg1:T26 Arg2:T25",
    "N7 | Reference T22 EDTF:2025-06-24 | Tuesday",
)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    home = tmp_path_factory.mktemp("twice")
    return write_corpus(home / "a", {"note": (TEXT, FIRST)}), write_corpus(home / "b", {"note": (TEXT, SECOND)})


@pytest.fixture(scope="module")
def found(folders: tuple[Path, Path]) -> Agreement:
    return kg.measure_agreement(*folders)


# layer, label: how many A, B, both exactly, F1, both overlapping, F1, κ; all by hand
BY_HAND = [
    ("mention", "all", 8, 7, 6, 12 / 15, 7, 14 / 15, None),
    ("mention", "State", 3, 3, 3, 1, 3, 1, 1),
    # A has 2 words of 21, B one of them: (20/21 - 382/441) / (1 - 382/441)
    ("mention", "Venue", 1, 1, 0, 0, 1, 1, 38 / 59),
    # A has 3 words of 21, B none: observed 18/21 is what chance gives
    ("mention", "Position", 1, 0, 0, 0, 0, 0, 0),
    ("event", "all", 3, 3, 2, 4 / 6, 2, 4 / 6, None),
    ("event", "Meeting", 2, 1, 1, 2 / 3, 1, 2 / 3, 38 / 59),
    ("event", "Round", 0, 1, 0, 0, 0, 0, 0),
    # Exact: Norland as party, Dorn as speaker. Overlapping: the venue, too. Four fillers that both give one event, three
    # of them the same role; by chance 2 * 1 (Party) + 1 (Venue) + 1 (Speaker) of 16: (12 - 4) / (16 - 4)
    ("role", "all", 6, 6, 2, 4 / 12, 3, 6 / 12, 2 / 3),
    # Of four fillers A has two as Party, B one of them: (3/4 - 8/16) / (1 - 8/16)
    ("role", "Party", 2, 1, 1, 2 / 3, 1, 2 / 3, 1 / 2),
    ("role", "Venue", 1, 1, 0, 0, 1, 1, 1),
    ("attribute", "all", 3, 3, 2, 4 / 6, 2, 4 / 6, None),
    ("attribute", "Asserts", 1, 1, 0, 0, 0, 0, 0),
    ("attribute", "Stage", 1, 1, 1, 1, 1, 1, None),
    ("relation", "all", 2, 1, 1, 2 / 3, 1, 2 / 3, None),
    ("relation", "Holds", 1, 0, 0, 0, 0, 0, None),
    ("coreference", "mentions, links", 1, 0, 0, 0, 0, 0, None),
    ("coreference", "mentions, B³", 2, 0, None, 0, None, 0, None),
    ("normalisation", "EDTF", 1, 1, 0, 0, 0, 0, None),
]


@pytest.mark.parametrize("row", BY_HAND, ids=lambda row: f"{row[0]}-{row[1]}")
def test_the_numbers_of_a_pair_worked_by_hand(row: tuple[object, ...], found: Agreement):
    layer, label, one, other, exact, f1_exact, overlap, f1_overlap, kappa = row
    score = found.score(layer, label)  # type: ignore[arg-type]
    assert (score.one, score.other, score.exact, score.overlap) == (one, other, exact, overlap)
    assert score.f1_exact == pytest.approx(f1_exact) and score.f1_overlap == pytest.approx(f1_overlap)
    # Nothing here is said of another mention of the same thing, so that the graph sees what the laxer reading sees.
    assert score.f1_things == (
        pytest.approx(f1_overlap) if layer in ("role", "attribute", "relation", "normalisation") else None
    )
    if kappa is not None or label != "all":
        assert score.kappa == (kappa if kappa is None else pytest.approx(kappa))


def test_kappa_of_a_layer_asks_in_which_labels_a_word_is(found: Agreement):
    # Words by the labels they are in. A: State 2 (Norland, Sudland), Venue 2, Person 3, Position 2 (envoy of), Position and
    # State 1 (Norland), Time 1, none 10. B: State 3, Venue 1, Person 3, Time 1, none 13. The same for
    # 2 + 1 + 3 + 1 + 10 = 17 of 21; by chance 2 * 3 + 2 * 1 + 3 * 3 + 1 * 1 + 10 * 13 = 148 of 441.
    assert found.score("mention").kappa == pytest.approx((17 / 21 - 148 / 441) / (1 - 148 / 441))


def test_the_differences_of_a_pair_worked_by_hand(found: Agreement):
    assert not any(d.elsewhere for d in found.differences)
    lines = [(d.start, d.layer, d.label, d.one, d.other, d.follows) for d in found.differences]
    assert lines == [
        (TEXT.index("met"), "role", "Participant | Party", "Party: Sudland", "Participant: Sudland", 0),
        (TEXT.index("Port"), "mention", "Venue", "Port Calder", "Calder", 0),
        (TEXT.index("Ana"), "coreference", "mentions", "Ana Dorn = She", "", 0),
        (TEXT.index("envoy"), "mention", "Position", "envoy of Norland", "", 1),  # with the office held
        (TEXT.index("said"), "attribute", "Asserts", "proposed", "scheduled", 0),
        # with what the claim is about and with the time, for each of the two
        (TEXT.index("talks"), "event", "Meeting | Round", "Meeting: talks", "Round: talks", 4),
        (TEXT.index("Tuesday"), "normalisation", "EDTF", "2025-06-17", "2025-06-24", 0),
    ]
    assert found.differences[0].sentence == "Norland and Sudland met in Port Calder."
    assert all(TEXT[d.start : d.end] == d.words for d in found.differences)


def test_several_events_on_one_trigger_are_paired_by_what_they_say():
    text = "Dorn denied it.\n"
    mentions = "T1 Person :: Dorn", "T2 Claim :: denied"
    acts = [("E1", "deny"), ("E2", "criticise")]
    sides = []
    for numbers in (("E1", "E2"), ("E2", "E1")):
        lines = [
            line
            for n, (_, act) in zip(numbers, acts, strict=True)
            for line in (f"{n} | Claim:T2 Speaker:T1", f"A{n[1]} | SpeechAct {n} {act}")
        ]
        sides.append(made("one", text, annotate(text, *mentions, *lines)))
    agreement = compare([(sides[0], sides[1])])
    assert agreement.differences == ()
    assert {score.f1_exact for score in agreement.scores} == {1}


def made(name: str, text: str, annotation: str) -> Document:
    from kg.formats.brat import parse_brat

    document, findings = parse_brat(name, text, [(f"{name}.ann", annotation)])
    assert findings == []
    return check(document)[0]


def test_what_is_said_on_another_mention_of_the_same_thing_is_the_same_for_the_graph():
    text = "Dorn met Quill. The session, she said, was long.\n"
    marked = (
        "T1 Person :: Dorn",
        "T2 Person :: Quill",
        "T3 Meeting :: met",
        "T4 Meeting :: session",
        "T5 Person :: she",
        "T6 Claim :: said",
        "R1 | Coref Arg1:E1 Arg2:E2",
    )
    one = made(
        "one",
        text,
        annotate(
            text,
            *marked,
            "E1 | Meeting:T3 Party:T1 Party2:T2",
            "E2 | Meeting:T4",
            "E3 | Claim:T6 Speaker:T5",
            "R2 | Coref Arg1:T1 Arg2:T5",
        ),
    )
    other = made(
        "one",
        text,
        annotate(text, *marked, "E1 | Meeting:T3", "E2 | Meeting:T4 Party:T5 Party2:T2", "E3 | Claim:T6 Speaker:T1"),
    )
    agreement = compare([(one, other)])
    roles = agreement.score("role")
    assert (roles.one, roles.other, roles.exact, roles.f1_exact, roles.f1_things) == (3, 3, 0, 0, 1)
    lines = [(d.words, d.layer, d.label, d.one, d.other, d.elsewhere) for d in agreement.differences]
    assert lines == [
        ("Dorn", "coreference", "mentions", "Dorn = she", "", False),
        ("met", "role", "Party", "Dorn, Quill", "", True),
        ("session", "role", "Party", "", "Quill, she", True),
        ("said", "role", "Speaker", "she", "Dorn", True),
    ]
    # Two roles more for one thing count once: Dorn is at the session, whichever mention says so.
    twice = made("one", text, annotate(text, *marked, "E1 | Meeting:T3 Party:T1", "E2 | Meeting:T4 Party:T1"))
    party = compare([(twice, one)]).score("role", "Party")
    assert (party.one, party.other, party.exact) == (2, 2, 1) and party.f1_things == pytest.approx(2 / 3)


# -- what holds of every pair -------------------------------------------------------------------------------------------


def test_an_annotation_agrees_with_itself():
    agreement = kg.measure_agreement(SAMPLE, SAMPLE)
    assert agreement.differences == () and agreement.findings == ()
    assert len(agreement.documents) == len(list(SAMPLE.glob("*.ann")))
    assert {score.f1_exact for score in agreement.scores} == {1.0}
    assert {score.f1_overlap for score in agreement.scores} == {1.0}
    assert {score.f1_things for score in agreement.scores} == {1.0, None}
    assert {score.kappa for score in agreement.scores} <= {1.0, None}
    assert all(score.one == score.other and score.exact in (score.one, None) for score in agreement.scores)


WORDS = [f"w{number}" for number in range(12)]
LINE = " ".join(WORDS)
STARTS = [LINE.index(f"{word} ") if word != WORDS[-1] else LINE.rindex(word) for word in WORDS]


@st.composite
def annotations(draw: st.DrawFn) -> Document:
    """An annotation of LINE by the scheme, with every layer."""
    mentions, events, attributes, relations, references = [], [], [], [], []

    def mention(label: str, length: int) -> str:
        first = draw(st.integers(0, len(WORDS) - length))
        last = first + length - 1
        span = STARTS[first], STARTS[last] + len(WORDS[last])
        name = f"T{len(mentions) + 1}"
        mentions.append(Mention(name, label, (span,), LINE[span[0] : span[1]], 1))
        return name

    people = [mention("Person", draw(st.integers(1, 2))) for _ in range(draw(st.integers(0, 4)))]
    states = [mention("State", draw(st.integers(1, 3))) for _ in range(draw(st.integers(0, 3)))]
    for label in draw(st.lists(st.sampled_from(["Meeting", "Round", "Claim"]), max_size=4)):
        name = f"E{len(events) + 1}"
        fillers = draw(st.lists(st.sampled_from([*people, *states]), max_size=3)) if people or states else []
        names = ["Speaker", "Addressee"] if label == "Claim" else ["Party", "Mediator"]
        roles = [Role(draw(st.sampled_from(names)), number, filler) for number, filler in enumerate(fillers, 1)]
        if label == "Claim" and events:
            roles.append(Role("About", 1, draw(st.sampled_from([event.id for event in events]))))
        events.append(Event(name, label, mention(label, 1), tuple(roles), 1))
        attribute = "Asserts" if label == "Claim" else "Stage"
        if (value := draw(st.sampled_from(["", "held", "proposed"]))) != "":
            attributes.append(Attribute(f"A{len(attributes)}", attribute, name, value, 1))
    if people and states:
        for number in range(draw(st.integers(0, 2))):
            ends = draw(st.sampled_from(people)), draw(st.sampled_from(states))
            relations.append(Relation(f"R{number}", "Represents", *ends, 1))
    for number, person in enumerate(people):
        if draw(st.booleans()):
            references.append(
                Normalisation(f"N{number}", person, "Wikidata", draw(st.sampled_from(["Q1", "Q2"])), "", 1)
            )
    same = (Equivalence("Coref", tuple(people[: draw(st.integers(2, 4))]), 1),) if len(people) > 1 else ()
    everything = tuple(mentions), tuple(events), tuple(relations), tuple(attributes), same, tuple(references)
    document = Document("line", LINE, Document("", "").source, *everything)
    checked, findings = check(document)
    assert findings == []
    return checked


@settings(max_examples=150, deadline=None)
@given(annotations(), annotations())
def test_it_does_not_matter_who_comes_first(one: Document, other: Document):
    there, back = compare([(one, other)]), compare([(other, one)])
    swapped = tuple(replace(score, one=score.other, other=score.one) for score in back.scores)
    assert there.scores == swapped
    differences = [
        (d.start, d.end, d.layer, d.label, {d.one, d.other}, d.follows, d.elsewhere) for d in there.differences
    ]
    others = [(d.start, d.end, d.layer, d.label, {d.one, d.other}, d.follows, d.elsewhere) for d in back.differences]
    assert sorted(map(repr, map(_plain, differences))) == sorted(map(repr, map(_plain, others)))


def _plain(line: tuple[int, int, str, str, set[str], int, bool]) -> tuple[object, ...]:
    return (*line[:4], sorted(line[4]), *line[5:])


@settings(max_examples=100, deadline=None)
@given(annotations(), annotations())
def test_every_measure_is_in_its_range_and_what_differs_is_listed(one: Document, other: Document):
    agreement = compare([(one, other)])
    for score in agreement.scores:
        assert 0 <= (score.f1_exact or 0) <= 1 and 0 <= (score.f1_overlap or 0) <= 1
        assert 0 <= (score.f1_things or 0) <= 1
        assert -1 <= (score.kappa or 0) <= 1
        if score.exact is not None:
            assert score.exact <= (score.overlap or 0) <= min(score.one, score.other)
    perfect = all(score.f1_exact == 1 for score in agreement.scores)
    assert perfect == (agreement.differences == ())
    again = compare([(one, one)])
    assert again.differences == () and all(score.f1_exact == 1 for score in again.scores)


# -- folders and the command --------------------------------------------------------------------------------------------


def kg_agreement(*command: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(main, ["agreement", *map(str, command)])
    return result.exit_code, result.stdout, result.stderr


def test_the_command_prints_a_table_csv_and_json_of_the_same_numbers(folders: tuple[Path, Path], found: Agreement):
    code, table, said = kg_agreement(*folders)
    assert code == 0 and "1 texts compared, 7 differences" in said
    assert "mention        all              8  7  6     0.80  7" in table
    records = json.loads(kg_agreement(*folders, "-f", "json")[1])
    assert records["documents"] == ["note"] and len(records["scores"]) == len(found.scores)
    rows = list(csv.DictReader(io.StringIO(kg_agreement(*folders, "-f", "csv")[1])))
    for score, record, row in zip(found.scores, records["scores"], rows, strict=True):
        assert (record["layer"], record["label"], record["f1_exact"]) == (score.layer, score.label, score.f1_exact)
        assert row["kappa"] == ("" if score.kappa is None else str(score.kappa))


def test_the_command_lists_what_differs_for_who_decides(folders: tuple[Path, Path]):
    _, table, _ = kg_agreement(*folders, "--list")
    assert "note:20-23" in table and "Party: Sudland" in table and "Norland and Sudland met in Port Calder." in table
    rows = list(csv.DictReader(io.StringIO(kg_agreement(*folders, "--list", "-f", "csv")[1])))
    assert len(rows) == 7 and rows[1]["one"] == "Port Calder" and rows[1]["other"] == "Calder"
    records = json.loads(kg_agreement(*folders, "--list", "-f", "json")[1])["differences"]
    assert [str(value) for value in records[3].values()] == list(rows[3].values())


def test_texts_of_one_folder_alone_and_edited_texts_are_reported(folders: tuple[Path, Path], tmp_path: Path):
    other = write_corpus(
        tmp_path / "b",
        {"note": (TEXT, SECOND), "edited": ("Dorn spoke.\n", annotate("Dorn spoke.\n", "T1 Person :: Dorn"))},
    )
    one = write_corpus(
        tmp_path / "a",
        {
            "note": (TEXT, FIRST),
            "edited": ("Dorn left.\n", annotate("Dorn left.\n", "T1 Person :: Dorn")),
            "more": (TEXT, FIRST),
        },
    )
    agreement = kg.measure_agreement(one, other)
    assert agreement.documents == ("note",)
    assert [(finding.place, finding.lost) for finding in agreement.findings] == [
        ("more.ann", False),
        ("edited.ann", True),
    ]
    assert "differ from character 5 on" in agreement.findings[1].found
    code, _, said = kg_agreement(one, other)
    assert code == 0 and "note: more.ann: is annotated in" in said


def test_nothing_to_compare_is_one_clear_line(folders: tuple[Path, Path], tmp_path: Path):
    other = write_corpus(tmp_path / "c", {"other": (TEXT, FIRST)})
    with pytest.raises(InputError, match="no text is annotated both here and in"):
        kg.measure_agreement(folders[0], other)
    code, printed, said = kg_agreement(folders[0], tmp_path / "nowhere")
    assert code == 1 and printed == "" and "nowhere: does not exist" in said and "Traceback" not in said

"""The brat grammar, case by case: what is valid is kept whole, what is not is named with its place and a way out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import InputError
from kg.formats.brat import parse_brat, read_brat

TEXT = "Mediators flew to Doha.\nA spokesman said the talks stalled.\n"


def parse(annotation: str, text: str = TEXT):
    return parse_brat("sample", text, [("sample.ann", annotation)])


def spans(document):
    return {mention.id: (mention.words, mention.spans) for mention in document.mentions}


def lost(findings):
    return [str(finding) for finding in findings if finding.lost]


def test_a_mention_an_event_with_numbered_roles_and_an_attribute():
    document, findings = parse(
        "T1\tPerson 0 9\tMediators\nT2\tVenue 18 22\tDoha\nT3\tTravel 10 14\tflew\n"
        "E1\tTravel:T3 Agent:T1 Goal:T2 Goal2:T2 \nA1\tNegation E1\nA2\tManner E1 by air\nM1\tGuess E1\n"
    )
    assert findings == []
    (event,) = document.events
    assert [(role.name, role.number, role.target) for role in event.roles] == [
        ("Agent", 1, "T1"),
        ("Goal", 1, "T2"),
        ("Goal", 2, "T2"),
    ]
    assert [(a.label, a.value) for a in document.attributes] == [
        ("Negation", None),
        ("Manner", "by air"),
        ("Guess", None),
    ]


def test_nested_events_may_name_one_another_before_they_are_defined():
    document, findings = parse("T1\tSay 36 40\tsaid\nT2\tStall 51 58\tstalled\nE1\tSay:T1 Content:E2\nE2\tStall:T2\n")
    assert findings == []
    assert document.events[0].roles[0].target == "E2"


def test_several_events_may_share_a_trigger():
    document, findings = parse("T1\tSay 36 40\tsaid\nE1\tSay:T1\nE2\tSay:T1\n")
    assert findings == [] and len(document.events) == 2


@pytest.mark.parametrize(
    ("line", "words", "expected"),
    [
        ("T1\tX 0 9;18 22\tMediators Doha", "Mediators Doha", ((0, 9), (18, 22))),
        ("T1\tX 18 22;0 9\tDoha Mediators", "Doha Mediators", ((18, 22), (0, 9))),
        ("T1\tX 0 9;9 14\tMediators  flew", "Mediators  flew", ((0, 9), (9, 14))),
        ("T1\tX 4 4\t", "", ((4, 4),)),
        ("TT1\tX 18 22\tDoha", "Doha", ((18, 22),)),
        ("T1.a\tX 18 22\tDoha", "Doha", ((18, 22),)),
    ],
)
def test_spans_that_are_valid(line, words, expected):
    document, findings = parse(line)
    assert findings == []
    assert [(m.words, m.spans) for m in document.mentions] == [(words, expected)]


def test_fragments_joined_with_nothing_are_read_and_remarked():
    document, findings = parse("T1\tX 0 9;18 22\tMediatorsDoha")
    assert document.mentions[0].words == "Mediators Doha"
    assert not findings[0].lost and "old versions of brat" in findings[0].found


def test_missing_words_are_filled_in_and_remarked():
    document, findings = parse("T1\tX 18 22\n")
    assert document.mentions[0].words == "Doha"
    assert not findings[0].lost and "filled in" in findings[0].found


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (
            "T1\tX 18 900\tDoha",
            "sample.ann:1: T1 ends at 900, but sample.txt has 60 characters (was the text edited after annotation?)",
        ),
        ("T1\tX 22 18\tDoha", "sample.ann:1: T1 starts at 22, after its end 18 (swap the two offsets)"),
        ("T1\tX 18 22\tOslo", 'T1 marks "Doha" in sample.txt, but the line says "Oslo"'),
        ("T1\tX 0 9;5 14\tMediators ators flew", "fragments that overlap"),
        ("T1\tX 0-9\tMediators", "no readable span"),
        ("T1 X 18 22 Doha", "no tab in"),
        ("X1\tX 18 22\tDoha", "unknown kind of line"),
        ("T1\tX 18 22\tDoha\nT1\tX 0 9\tMediators", "sample.ann:2: T1 is already defined at sample.ann:1"),
        ("T1\tX 18 22\tDoha\nR1\tIn Arg1:T1 Arg2:T9", "sample.ann:2: R1 refers to T9, which is not defined"),
        ("T1\tX 18 22\tDoha\nR1\tIn Arg1:T1 Arg1:T1", "gives the role Arg1 twice"),
        ("T1\tX 18 22\tDoha\nR1\tIn Arg1:T1", "does not link two things"),
        ("T1\tX 18 22\tDoha\nN1\tReference T1 Q3861\tDoha", "no database:reference"),
        ("T1\tX 18 22\tDoha\n#1\tAnnotatorNotes R7\tlost", "#1 refers to R7, which is not defined"),
        ("T1\tGo 10 14\tflew\nE1\tGo:T1\nA1\tNegation T1", "A1 stands on T1, the trigger of an event"),
        ("T1\tGo 10 14\tflew\nE1\tFly:T1", "E1 is a Fly, but its trigger T1 is marked Go"),
        ("E1\tGo:T5", "E1 refers to T5, which is not defined"),
        ("T1\tGo 10 14\tflew\nE1\tGo:T1 Agent", "unreadable role"),
        ("T1\tGo 10 14\tflew\nE1\tGo:T1 Agent:T8", "E1, role Agent, refers to T8, which is not defined"),
        (
            "T1\tX 18 99\tDoha\nT2\tGo 10 14\tflew\nE1\tGo:T2 Goal:T1",
            "E1, role Goal, refers to T1, which was left out at sample.ann:1",
        ),
        ("T1\tX 18 24\tDoha.\nA", "sample.ann:2: no tab in"),
        ("*\tEquiv T1", "an equivalence of fewer than two members"),
        ("*\t", "an equivalence of fewer than two members"),
        ("E1\t", "E1 names no trigger"),
        ("R1\t", "R1 does not link two things"),
        ("A1\t", "A1 says nothing of anything"),
        ("N1\t", "N1 has no database:reference"),
        ("#1\t", "#1 is a note on nothing"),
        ("T1\t", "T1 has no readable span"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_else_is_lost(annotation, message):
    good = "T77\tVenue 18 22\tDoha\n"
    document, findings = parse(annotation + "\n" + good)
    assert any(message in text for text in lost(findings)), [str(f) for f in findings]
    assert any(mention.id == "T77" for mention in document.mentions)


def test_an_event_keeps_its_good_roles_when_one_is_bad():
    document, _ = parse("T1\tGo 10 14\tflew\nT2\tX 18 22\tDoha\nE1\tGo:T1 Goal:T2 Agent:T8\n")
    assert [role.target for role in document.events[0].roles] == ["T2"]


def test_equivalences_that_share_a_member_are_one():
    document, findings = parse(
        "T1\tX 0 9\tMediators\nT2\tX 18 22\tDoha\nT3\tX 26 35\tspokesman\nT4\tX 45 50\ttalks\n"
        "*\tEquiv T1 T2\n*\tEquiv T3 T4\n*\tEquiv T2 T3\n*\tAlias T1 T4\n"
    )
    assert findings == []
    assert [(e.label, set(e.members)) for e in document.equivalences] == [
        ("Equiv", {"T1", "T2", "T3", "T4"}),
        ("Alias", {"T1", "T4"}),
    ]


def test_normalisations_split_at_the_first_colon_and_notes_keep_tabs():
    document, findings = parse(
        "T1\tX 18 22\tDoha\nN1\tReference T1 geo:QA:DA\tDoha\nN2\tReference T1 Wikidata:Q3861\n"
        "#1\tAnnotatorNotes T1\tone\ttwo\n#2\tAnnotatorNotes T1\n#3\tSTATUS T1\tdone\n"
    )
    assert findings == []
    assert [(n.database, n.reference) for n in document.normalisations] == [("geo", "QA:DA"), ("Wikidata", "Q3861")]
    assert [(n.label, n.text) for n in document.notes] == [
        ("AnnotatorNotes", "one\ttwo"),
        ("AnnotatorNotes", ""),
        ("STATUS", "done"),
    ]


def test_blank_lines_and_a_missing_last_line_break_are_nothing():
    document, findings = parse("\n\nT1\tX 18 22\tDoha\n\n\nT2\tX 0 9\tMediators")
    assert findings == [] and len(document.mentions) == 2


def test_line_separators_inside_a_line_do_not_end_it():
    text = "Doha\u2028talks\u0085end"
    document, findings = parse("T1\tX 0 10\tDoha\u2028talks\nT2\tX 5 14\ttalks\u0085end", text)
    assert findings == [] and len(document.mentions) == 2


# -- the unit of offsets: one per document, decided by the words -----------------------------------------------------------

ASTRAL = "\U0001f54a Envoys met in Doha.\nThey left.\n"
CRLF = ASTRAL.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("text", "annotation", "unit"),
    [
        (ASTRAL, "T1\tX 16 20\tDoha\nT2\tX 22 26\tThey", None),
        (ASTRAL, "T1\tX 17 21\tDoha\nT2\tX 23 27\tThey", "UTF-16 units"),
        (CRLF, "T1\tX 16 20\tDoha\nT2\tX 23 27\tThey", None),
        (CRLF, "T1\tX 16 20\tDoha\nT2\tX 22 26\tThey", "characters after CRLF was made LF"),
        (CRLF, "T1\tX 17 21\tDoha\nT2\tX 23 27\tThey", "UTF-16 units after CRLF was made LF"),
        ("\ufeff" + ASTRAL, "T1\tX 16 20\tDoha\nT2\tX 22 26\tThey", None),
        ("\ufeff" + ASTRAL, "T1\tX 17 21\tDoha\nT2\tX 23 27\tThey", "UTF-16 units"),
        ("\ufeff" + ASTRAL[2:], "T1\tX 15 19\tDoha\nT2\tX 21 25\tThey", "characters with the byte order mark"),
    ],
)
def test_the_unit_in_which_all_words_agree(text, annotation, unit):
    document, findings = parse(annotation, text)
    assert not lost(findings)
    assert [finding.found for finding in findings] == ([] if unit is None else [f"offsets count {unit}; read so"])
    for mention in document.mentions:
        ((start, end),) = mention.spans
        assert document.text[start:end] == mention.words
    assert {mention.words for mention in document.mentions} == {"Doha", "They"}


def test_where_no_unit_fits_all_the_best_is_used_and_the_rest_refused():
    document, findings = parse("T1\tX 17 21\tDoha\nT2\tX 23 27\tThey\nT3\tX 0 3\tEnv", ASTRAL)
    assert set(spans(document)) == {"T1", "T2"}
    assert len(lost(findings)) == 1 and "T3" in lost(findings)[0]


def test_a_mention_is_never_moved_to_where_its_words_stand():
    document, findings = parse("T1\tX 0 4\tDoha\nT2\tX 0 9\tMediators")
    assert set(spans(document)) == {"T2"}
    assert len(lost(findings)) == 1


def test_lines_of_annotation_may_end_in_crlf():
    document, findings = parse("T1\tX 18 22\tDoha\r\nT2\tX 0 9\tMediators\r\n")
    assert findings == [] and len(document.mentions) == 2


# -- files -----------------------------------------------------------------------------------------------------------------


def test_partial_files_are_read_together_and_keep_their_places(tmp_path: Path):
    (tmp_path / "d.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "d.a1").write_text("T1\tX 18 22\tDoha\n", encoding="utf-8")
    (tmp_path / "d.a2").write_text("T2\tGo 10 14\tflew\nE1\tGo:T2 Goal:T1\nE2\tGo:T9\n", encoding="utf-8")
    document, findings = read_brat(tmp_path / "d.txt", [tmp_path / "d.a1", tmp_path / "d.a2"])
    assert len(document.events) == 1
    assert [finding.place for finding in findings] == ["d.a2:3"]


def test_a_file_in_utf_16_is_refused_with_a_way_out(tmp_path: Path):
    (tmp_path / "d.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "d.ann").write_text("T1\tX 18 22\tDoha\n", encoding="utf-16")
    document, findings = read_brat(tmp_path / "d.txt", [tmp_path / "d.ann"])
    assert document.mentions == ()
    assert str(findings[0]) == "d.ann: this file is UTF-16, brat files are UTF-8 (save it as UTF-8)"


def test_a_text_that_is_no_utf_8_cannot_be_read(tmp_path: Path):
    (tmp_path / "d.txt").write_bytes(b"Envoys met in Z\xfcrich.\n")
    with pytest.raises(InputError, match=r"d\.txt: byte 15 is not UTF-8"):
        read_brat(tmp_path / "d.txt", [])


@settings(deadline=None)
@given(st.text(alphabet="TER*#N1 \t\n:;X09é\U0001f54a", max_size=120))
def test_no_annotation_makes_the_reader_fail(annotation):
    document, findings = parse(annotation)
    assert len(document.mentions) <= annotation.count("T")
    for finding in findings:
        assert finding.place.startswith("sample.ann") and "\n" not in str(finding)


@given(st.text(min_size=1, max_size=60), st.data())
@settings(deadline=None)
def test_every_span_of_any_text_comes_back_as_it_is(text, data):
    text = text.replace("\n", " ").replace("\t", " ").replace("\r", " ")
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    document, findings = parse(f"T1\tX {start} {end}\t{text[start:end]}\n", text)
    if not text.startswith("\ufeff"):
        assert not lost(findings)
        assert spans(document) == {"T1": (text[start:end], ((start, end),))}

"""Tables shaped like MEND: rows as meetings, cells as evidence."""

from __future__ import annotations

from pathlib import Path

from kg.building import Report, quads
from kg.formats import mend, recognise
from kg.formats.reading import Found, Piece

HEADER = (
    "med_event_ID,Event type,Third parties,Local parties,Named individuals,Venue,Country,Latitude,Longitude,Year,Month,Day,"
    "Agreement,Shuttle,Summary,Sources,Coder"
)
ROW = (
    'M17,Mediation event,"Qatar; United Nations","Government of Northland; Red Front","Ada Brandt; Omar Faris",Doha,Qatar,25.28,51.53,'
    '2025,7,9,"Doha Accord",no,"Talks on\na ceasefire, in two rooms","https://example.org/a; https://example.org/b",x'
)
DATA = (HEADER + "\r\n" + ROW + "\r\n" + "M18,Mediation event,Oman,Red Front,,Muscat,,,,2025,8,,no,yes,,,\r\n").encode()


def read(number: int = 0, data: bytes = DATA):
    found = [one for one in mend.find(data, "mend.csv") if isinstance(one, Found)][number]
    return mend.read(Piece(found.id, data[found.start : found.start + found.length], found.place, "", found.key))


def test_columns_are_known_by_what_they_hold():
    assert recognise(DATA).name == "mend-csv"
    assert recognise(b"Mediator,Local actors,date\nQatar,Red Front,2025-07-09\n").name == "mend-csv"
    assert recognise(b"id,title,publisher,date\na,b,c,2025\n") is None
    found = list(mend.find(DATA, "mend.csv"))
    assert str(found[0]) == "mend.csv:1: the columns Coder are kept in the text and mean nothing else"
    assert [one.id for one in found[1:]] == ["mend-M17", "mend-M18"]


def test_a_row_is_a_text_and_its_cells_are_the_spans():
    made, findings = read()
    assert findings == []
    assert made.text.startswith(
        "med_event_ID: M17\nEvent type: Mediation event\nThird parties: Qatar; United Nations\n"
    )
    words = {(m.label, m.words) for m in made.mentions}
    assert {
        ("ThirdParty", "Qatar"),
        ("ThirdParty", "United Nations"),
        ("LocalParty", "Red Front"),
        ("Individual", "Ada Brandt"),
    } <= words
    assert ("Date", "2025 7 9") in words and ("Agreement", "Doha Accord") in words
    for mention in made.mentions:
        assert mention.words == " ".join(made.text[start:end] for start, end in mention.spans)
    references = {(n.database, n.reference) for n in made.normalisations}
    assert references == {("EDTF", "2025-07-09"), ("geo", "25.28,51.53")}
    assert made.source.derived_from == ("https://example.org/a", "https://example.org/b")
    made, findings = read(1)
    assert findings == [] and ("Shuttle", None) in {(a.label, a.value) for a in made.attributes}
    assert {(n.database, n.reference) for n in made.normalisations} == {("EDTF", "2025-08")}


def test_bad_cells_are_said_and_cost_nothing_else():
    data = DATA.replace(b"25.28,51.53,2025,7,9", b"125.28,51.53,2025,17,9")
    made, findings = read(0, data)
    assert [str(finding) for finding in findings] == [
        "mend.csv, row 2: 2025-17-9 is no date (write year, month and day as numbers)",
        "mend.csv, row 2: 125.28 51.53 are no coordinates (write latitude and longitude in degrees, with a point)",
    ]
    assert len(made.events) == 1


def test_rows_become_meetings_with_mediators_parties_and_evidence(tmp_path: Path):
    (tmp_path / "mend.csv").write_bytes(DATA)
    (tmp_path / "sources.csv").write_text(
        "id,title,publisher,date,url,language,process\nmend,Records,PeaceRep,2025-09-01,,en,red-front\n",
        encoding="utf-8",
    )
    report = Report()
    out = b"".join(quads([tmp_path], report)).decode()
    assert report.documents == 2 and report.left_out == 0, [str(f) for f in report.findings if f.lost]
    assert out.count("role/mediator>") == 3 and out.count("role/party>") == 3 and out.count("role/participant>") == 2
    assert 'ontology#earliest> "2025-07-09"' in out and '"geo:25.28,51.53"' in out
    assert "outcome/agreement>" in out and "directness/shuttle>" in out
    assert "actor/qatar>" in out, "the registry knows it as a state"
    assert 'oa#exact> "Doha Accord"' in out and "https://example.org/a>" in out


def test_tables_of_other_countries_and_dates_that_may_be_read_in_two_ways():
    for delimiter in (";", "\t"):
        data = (
            delimiter.join(("Mediator", "Local actors", "date"))
            + "\n"
            + delimiter.join(("Qatar, Oman", "Red Front", "2025-07-09"))
        )
        assert recognise(data.encode()).name == "mend-csv"
        made, findings = read(0, data.encode())
        assert [m.words for m in made.mentions if m.label == "ThirdParty"] == ["Qatar", "Oman"] and findings == []
    _, findings = read(0, b"Mediator,Local actors,date\nQatar,Red Front,09/07/2025\n")
    assert [str(one) for one in findings] == [
        "mend.csv, row 2: the date 09/07/2025 may be read in two ways (write it as 2025-07-09)"
    ]


def test_a_first_line_that_is_no_csv_is_no_table():
    broken = HEADER.replace("Coder", "Coder\rmore").encode() + DATA[len(HEADER) :]
    assert recognise(broken) is None
    (found,) = mend.find(broken, "mend.csv")
    assert str(found) == "mend.csv:1: names no column that a table of mediation events has (mend the first line)"

"""Every report that ships is checked, one by one, and the graph of all of them together."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.building import build_in_memory
from kg.corpus import SOURCES
from kg.store import Store
from kg.validation import audit, validate
from tests import reports as checks
from tests.helpers import DATA, annotate
from tests.reports import CHECKS, EXCEPTIONS, Report, corpora, reports

REPORTS = list(reports(DATA))


def test_there_are_reports_and_none_is_told_twice():
    assert len(REPORTS) >= 6
    assert len({report.id for report in REPORTS}) == len(REPORTS)
    assert len({report.document.text for report in REPORTS}) == len(REPORTS)


@pytest.mark.parametrize("corpus", corpora(DATA), ids=lambda path: path.name)
def test_texts_annotations_and_rows_are_the_same_set(corpus: Path):
    with (corpus / SOURCES).open(encoding="utf-8", newline="") as file:
        rows = [row["id"] for row in csv.DictReader(file)]
    texts, annotations = (sorted(path.stem for path in corpus.glob(f"*.{ending}")) for ending in ("txt", "ann"))
    assert sorted(rows) == texts == annotations


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.id)
def test_a_report(report: Report, check: checks.Check):
    assert list(check(report)) == []


def test_no_exception_is_kept_that_nothing_needs():
    """Of the reports that are here; each exception lets one thing pass, and says why."""
    for check, known in EXCEPTIONS.items():
        for (name, words), reason in known.items():
            for report in REPORTS:
                if report.id == name:
                    assert any(words in found for found in getattr(checks, check)(report, {})), (check, name, words)
            assert reason


@pytest.fixture(scope="module")
def everything() -> Iterator[Store]:
    store, report = build_in_memory(corpora(DATA), registry=DATA / "registry")
    assert report.left_out == 0, [str(finding) for finding in report.findings]
    yield store
    store.close()


def test_the_graph_of_all_reports_breaks_no_shape_and_no_audit(everything: Store):
    found = [*validate(everything.graph()), *audit(everything)]
    assert [str(violation) for violation in found if violation.severity == "Violation"] == []


# -- the checks themselves find what is wrong ----------------------------------------------------------------------------

NAME = "2025-06-15-port-calder"
REST = "Nothing else was made known about it in the course of that long week. " * 7
TEXT = (
    "Norland sees Sudland in Port Calder\n"
    "Norlandic envoy Ana Dorn met a Sudlandic team in Port Calder on Friday. It was useful, she said.\n"
    f"{REST.strip()}\n"
)
ANNOTATION = annotate(
    TEXT,
    "T1 State :: Norlandic",
    "T2 Position :: Norlandic envoy",
    "T3 Person :: Ana Dorn",
    "T4 Meeting :: met",
    "T5 State :: Sudlandic",
    "T6 Delegation :: Sudlandic team",
    "T7 Venue :: Port Calder#2",
    "T8 Time :: Friday",
    "T9 Person :: she",
    "T10 Claim :: said",
    "E1 | Meeting:T4 Party:T3 Party2:T6 Venue:T7 Time:T8",
    "E2 | Claim:T10 Speaker:T9 About:E1",
    "A1 | Stage E1 held",
    "A2 | SpeechAct E2 report",
    "R1 | Represents Arg1:T3 Arg2:T1",
    "R2 | Represents Arg1:T6 Arg2:T5",
    "R3 | Holds Arg1:T3 Arg2:T2",
    "R4 | Coref Arg1:T3 Arg2:T9",
    "N1 | Reference T8 EDTF:2025-06-13 | Friday",
)
ROW = "Norland sees Sudland in Port Calder,The Daily,2025-06-15,,en,calder,https://example.org/a https://example.org/b"


def one_report(data: Path, text: str = TEXT, annotation: str = ANNOTATION, row: str = ROW) -> Report:
    """A corpus of one report in a data folder with a registry."""
    corpus, registry = data / "calder", data / "registry"
    corpus.mkdir(parents=True)
    registry.mkdir()
    (corpus / f"{NAME}.txt").write_text(text, encoding="utf-8")
    (corpus / f"{NAME}.ann").write_text(annotation, encoding="utf-8")
    (corpus / SOURCES).write_text(
        f"id,title,publisher,date,url,language,process,sources\n{NAME},{row}\n", encoding="utf-8"
    )
    actors = (
        "norland\tstate\tNorland\tNorlandic|Northgate\nsudland\tstate\tSudland\tSudlandic\ndorn\tperson\tAna Dorn\t\n"
    )
    (registry / "actors.tsv").write_text(f"id\tkind\tlabel\taliases\n{actors}", encoding="utf-8")
    (registry / "venues.tsv").write_text("id\tlabel\taliases\nport-calder\tPort Calder\tCalder\n", encoding="utf-8")
    (report,) = reports(data)
    return report


def test_the_report_that_the_next_test_spoils_is_sound(tmp_path: Path):
    report = one_report(tmp_path)
    assert {check.__name__: list(check(report)) for check in CHECKS} == {check.__name__: [] for check in CHECKS}


# check, which part, what in it is replaced by what, what the check says
SPOILT = [
    ("spans", "annotation", "\tAna Dorn", "\tAna Dorm", "T3 says 'Ana Dorm', the text 'Ana Dorn'"),
    ("spans", "annotation", "Friday\nT9", "Frida\nT9", "T8 says 'Frida'"),
    ("spans", "annotation", "T8\tTime 100 106\tFriday", "T8\tTime 100 105\tFrida", "cuts a word"),
    ("findings", "annotation", "Venue:T7", "Venue:T77", "T77"),
    ("references", "annotation", "EDTF:2025-06-13", "EDTF:2025-06-31", "2025-06-31"),
    ("references", "annotation", "N1\t", "N2\tReference T3 kg:actor/port-calder\tAna Dorn\nN1\t", "no such entry"),
    ("references", "annotation", "N1\t", "N2\tReference T3 Places:7\tAna Dorn\nN1\t", "the unknown list Places"),
    ("references", "annotation", "EDTF:2025-06-13", "ISO8601:6M", "6M"),
    ("references", "annotation", "N1\t", "N2\tReference E1 kg:venue/calder\tmet\nN1\t", "kg:venue/calder on a Meeting"),
    ("times", "annotation", "EDTF:2025-06-13", "EDTF:2025-06-20", "annotated 2025-06-20, the words give 2025-06-13"),
    (
        "metonyms",
        "text",
        "Port Calder on",
        "Northgate   on",
        "is a Venue, and by the registry the name of a state only",
    ),
    (
        "metonyms",
        "text",
        "Sudlandic team",
        "Calder    team",
        "is a State, and by the registry the name of a venue only",
    ),
    ("registered", "text", "Ana Dorn", "Eva Horn", "the Person 'Eva Horn' is not in the registry"),
    ("principals", "annotation", "R1\tRepresents Arg1:T3 Arg2:T1\n", "", "(Ana Dorn) represents nobody"),
    (
        "principals",
        "annotation",
        "N1\t",
        "#1\tAnnotatorNotes T3\tno principal: none\nN1\t",
        "a note says that it does not",
    ),
    ("speech_acts", "annotation", "A2\tSpeechAct E2 report\n", "", "the claim E2 has 0 speech acts"),
    ("prose", "text", REST.strip(), "That was all.", "words, not 80 to 250"),
    ("prose", "text", REST.strip(), REST * 3, "words, not 80 to 250"),
    ("prose", "text", "It was useful, ", "“It was so,” ok ", "a quotation mark"),
    ("prose", "text", "useful, she", "'useful' she", "a quotation mark"),
    ("sources", "row", "https://example.org/a https://example.org/b", "", "no sources"),
    ("sources", "row", "https://example.org/a", "example.org/a", "is no web address"),
    ("sources", "row", "2025-06-15", "15 June 2025", "is not ISO 8601"),
    ("sources", "row", "2025-06-15", "2025-06-16", "the id says otherwise"),
    ("sources", "row", "The Daily", "", "no publisher"),
    ("sources", "row", ",calder,", ",other,", "the folder 'calder'"),
    ("sources", "row", "Norland sees", "Norland meets", "the title is not the headline"),
]


@pytest.mark.parametrize(("check", "part", "old", "new", "message"), SPOILT)
def test_a_check_finds_what_is_wrong(check: str, part: str, old: str, new: str, message: str, tmp_path: Path):
    parts = {"text": TEXT, "annotation": ANNOTATION, "row": ROW}
    assert parts[part].count(old) >= 1
    parts[part] = parts[part].replace(old, new)
    if part == "text":  # the words of the annotation follow the text, as far as they are the same length
        parts["annotation"] = reworded(ANNOTATION, parts["text"])
    found = list(getattr(checks, check)(one_report(tmp_path, **parts)))
    assert any(message in line for line in found), found


def reworded(annotation: str, text: str) -> str:
    """brat lines with the words that now stand at their offsets, without blanks at the end."""
    lines = []
    for line in annotation.splitlines():
        if line.startswith("T"):
            name, where, _ = line.split("\t")
            label, start, end = where.split()
            words = text[int(start) : int(end)].rstrip()
            line = f"{name}\t{label} {start} {int(start) + len(words)}\t{words}"
        lines.append(line)
    return "\n".join(lines) + "\n"

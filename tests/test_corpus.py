"""Corpus folders as they come: whole ones, odd ones, and one with every common fault."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kg.building import Report, quads
from kg.corpus import find_documents, read_document
from kg.errors import InputError
from tests.helpers import annotate, write_corpus

TEXT = "Envoys met in Northtown.\n"
GOOD = annotate(
    TEXT,
    "T1 Delegation :: Envoys",
    "T2 Meeting :: met",
    "T3 Venue :: Northtown",
    "E1 | Meeting:T2 Participant:T1 Venue:T3",
)


def build(folder: Path) -> tuple[Report, bytes]:
    report = Report()
    return report, b"".join(quads([folder], report))


def messages(report: Report) -> list[str]:
    return [str(finding) for finding in report.findings if finding.lost]


def test_each_fault_is_one_clear_line_and_costs_nothing_else(tmp_path: Path):
    """One broken line, a missing text, an empty .ann, a span beyond the text, wrong words, an undefined reference, an unknown
    label, a bad date and a duplicate id: everything else is built."""
    corpus = write_corpus(
        tmp_path,
        {
            "broken-line": (TEXT, GOOD + "T9 Venue 14 23 Northtown\n"),
            "empty": (TEXT, ""),
            "beyond": (TEXT, GOOD + "T9\tVenue 14 230\tNorthtown\n"),
            "wrong-words": (TEXT, GOOD + "T9\tVenue 14 23\tSouthtown\n"),
            "undefined": (TEXT, GOOD + "R1\tRepresents Arg1:T1 Arg2:T8\n"),
            "unknown-label": (TEXT, GOOD + "T9\tVenu 14 23\tNorthtown\n"),
            "bad-date": (TEXT, GOOD),
        },
        [
            *(
                f"{name},x,The Daily,2025-06-15,,en,test"
                for name in ("broken-line", "empty", "beyond", "wrong-words", "undefined")
            ),
            "unknown-label,x,The Daily,2025-06-15,,en,test",
            "bad-date,x,The Daily,15.06.2025,,en,test",
            "no-text,x,The Daily,2025-06-15,,en,test",
        ],
    )
    (corpus / "no-text.ann").write_text(GOOD, encoding="utf-8")
    (corpus / "again").mkdir()
    (corpus / "again" / "bad-date.txt").write_text(TEXT, encoding="utf-8")
    (corpus / "again" / "bad-date.ann").write_text(GOOD, encoding="utf-8")
    report, out = build(corpus)
    assert sorted(messages(report)) == [
        "again/bad-date.txt: the id bad-date is taken by bad-date.txt (rename one of the two files)",
        "beyond.ann:5: T9 ends at 230, but beyond.txt has 25 characters (was the text edited after annotation?)",
        'broken-line.ann:5: no tab in "T9 Venue 14 23 Northtown" (fields of a brat line are separated by tabs)',
        "no-text.ann: there is no text no-text.txt (put the text beside its annotation)",
        "sources.csv:8: '15.06.2025' is no ISO 8601 date (expected 2025-12-21 or 2025-12-21T09:30:00+02:00); "
        "the document is loaded without a date (mend the column date)",
        "undefined.ann:5: R1 refers to T8, which is not defined (define it or take the reference away)",
        "unknown-label.ann:5: T9 has the unknown label Venu (did you mean Venue?)",
        'wrong-words.ann:5: T9 marks "Northtown" in wrong-words.txt, but the line says "Southtown" (was the text edited after annotation?)',
    ]
    notes = [str(finding) for finding in report.findings if not finding.lost]
    assert notes == ["empty.ann: holds no annotation (annotate the text or take it away)"]
    assert report.documents == 7 and report.left_out == 8
    whole = out.count(b"ontology#Participation>")
    assert whole == 6, "every document but the empty one still has its meeting"


def test_a_document_without_a_row_says_which_facts_it_lacks(tmp_path: Path):
    corpus = write_corpus(tmp_path, {"one": (TEXT, GOOD)}, ["other,x,,2025-06-15,,,"])
    report, out = build(corpus)
    assert [str(f) for f in report.findings if not f.lost] == [
        "one.ann: no row one in sources.csv: no title, publisher or date; relative times stay unresolved (add a row to sources.csv)"
    ]
    assert messages(report) == [
        "sources.csv:2: describes other, but there is no other.txt and no other.ann (add the files or take the row away)"
    ]
    assert b"ontology#Meeting>" in out


@pytest.mark.parametrize(
    ("csv", "message"),
    [
        ("title,date\nx,2025-01-01\n", "sources.csv:1: has no column id, so that no row can be used"),
        ("id,date\none,2025-01-01\none,2025-01-02\n", "sources.csv:3: describes one again; the first row is used"),
        (
            "id,date,publishr\none,2025-01-01,x\n",
            "sources.csv:1: the column 'publishr' is not read (did you mean publisher?)",
        ),
        (
            "id,date,url\none,2025-01-01,javascript:alert(1)\n",
            "the url 'javascript:alert(1)' is no http or https address",
        ),
        ("id,date,url\none,2025-01-01,https://a b\n", "is no http or https address"),
        ('id,date,title\none,2025-01-01,"un\n', "is no readable CSV"),
        ("id,date,title\none,2025-01-01,a,b,c\n", "sources.csv:2: has more fields than columns"),
        ("id,date\none,2025-02-30\n", "the document is loaded without a date"),
    ],
)
def test_faults_of_sources_csv(tmp_path: Path, csv: str, message: str):
    corpus = write_corpus(tmp_path, {"one": (TEXT, GOOD)})
    (corpus / "sources.csv").write_text(csv, encoding="utf-8")
    report, out = build(corpus)
    assert any(message in line for line in messages(report)), messages(report)
    assert report.documents == 1 and b"ontology#Participation>" in out


def test_texts_and_annotations_in_sibling_folders(tmp_path: Path):
    write_corpus(tmp_path, {"one": (TEXT, GOOD)})
    for folder, ending in (("texts", "txt"), ("annotations", "ann")):
        (tmp_path / folder).mkdir()
        (tmp_path / f"one.{ending}").rename(tmp_path / folder / f"one.{ending}")
    report, out = build(tmp_path)
    assert messages(report) == [] and b"ontology#Participation>" in out


def test_partial_annotation_files_count_only_without_an_ann_file(tmp_path: Path):
    corpus = write_corpus(tmp_path, {"one": (TEXT, GOOD)})
    (corpus / "one.a1").write_text("T1\tVenue 14 23\tNorthtown\n", encoding="utf-8")
    (item,) = find_documents([corpus]).items
    assert [Path(name).name for name in item.annotations] == ["one.ann"]
    (corpus / "one.ann").unlink()
    (corpus / "one.a2").write_text("T2\tMeeting 7 10\tmet\nE1\tMeeting:T2 Venue:T1\n", encoding="utf-8")
    (item,) = find_documents([corpus]).items
    document, findings, _ = read_document(item)
    assert findings == [] and len(document.events) == 1


def test_links_and_special_files_are_never_read(tmp_path: Path):
    outside = tmp_path / "outside"
    corpus = write_corpus(tmp_path / "corpus", {"one": (TEXT, GOOD)})
    outside.mkdir()
    (outside / "secret.txt").write_text(TEXT, encoding="utf-8")
    (outside / "secret.ann").write_text(GOOD, encoding="utf-8")
    (corpus / "secret.txt").symlink_to(outside / "secret.txt")
    (corpus / "secret.ann").symlink_to(outside / "secret.ann")
    (corpus / "folder").symlink_to(outside)
    os.mkfifo(corpus / "pipe.ann")
    report, _ = build(corpus)
    assert report.documents == 1
    assert sorted(line.split(":")[0] for line in messages(report)) == ["folder", "pipe.ann", "secret.ann", "secret.txt"]


@pytest.mark.parametrize("name", ["a b", "a#b", "a?b", "a%41", "naïve", "<x>", 'q"q', "aOb"])
def test_any_file_name_gives_a_good_and_reversible_iri(tmp_path: Path, name: str):
    from urllib.parse import unquote

    import pyoxigraph

    corpus = write_corpus(tmp_path, {name: (TEXT, GOOD)}, [f'"{name.replace(chr(34), chr(34) * 2)}",x,,2025-06-15,,,'])
    report, out = build(corpus)
    assert messages(report) == []
    graphs = {str(quad.graph_name.value) for quad in pyoxigraph.parse(out, format=pyoxigraph.RdfFormat.N_QUADS)}
    (graph,) = (graph for graph in graphs if "/graph/" in graph)
    assert unquote(graph.rpartition("/")[2]) == name


def test_a_file_name_that_is_no_utf_8_keeps_its_bytes(tmp_path: Path):
    raw = os.fsdecode(b"caf\xe9")
    for ending, content in (("txt", TEXT), ("ann", GOOD)):
        (tmp_path / f"{raw}.{ending}").write_text(content, encoding="utf-8")
    report, out = build(tmp_path)
    assert b"graph/caf%E9>" in out
    assert all("\n" not in str(finding) for finding in report.findings)


@pytest.mark.parametrize("missing", ["nowhere", "file.txt", "empty"])
def test_a_corpus_that_is_none_is_refused(tmp_path: Path, missing: str):
    (tmp_path / "file.txt").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError) as raised:
        find_documents([tmp_path / missing])
    assert missing in str(raised.value) and raised.value.remedy


def test_the_order_of_folders_does_not_change_the_bytes(tmp_path: Path):
    one = write_corpus(tmp_path / "one", {"b": (TEXT, GOOD)})
    two = write_corpus(tmp_path / "two", {"a": (TEXT, GOOD), "c": (TEXT, GOOD)})
    first, second = Report(), Report()
    assert b"".join(quads([one, two], first)) == b"".join(quads([two, one], second))

"""Files of strangers: formats recognised by content, archives that are refused, annotators told apart."""

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.building import Report, build_in_memory, quads
from kg.converting import convert
from kg.corpus import find_documents, read_document
from kg.errors import InputError
from kg.formats import writers
from kg.formats.brat import parse_brat
from kg.query import ask, parse_query
from tests.helpers import annotate

TEXT = "Envoys met in Northtown.\n"
GOOD = annotate(
    TEXT,
    "T1 Delegation :: Envoys",
    "T2 Meeting :: met",
    "T3 Venue :: Northtown",
    "E1 | Meeting:T2 Participant:T1 Venue:T3",
)
DOCUMENT, _ = parse_brat("report", TEXT, [("report.ann", GOOD)])


def written(form: str, annotator: str = "") -> dict[str, bytes]:
    from dataclasses import replace

    return dict(writers()[form].write(replace(DOCUMENT, annotator=annotator)).files)


def xmi(annotator: str = "") -> bytes:
    return written("uima-xmi", annotator)[".xmi"]


TYPES = written("uima-xmi")["/TypeSystem.xml"]


def packed(members: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if change is not None:
                change(info)
            archive.writestr(info, content)
    return out.getvalue()


def ids(folder: Path, **options: object) -> list[str]:
    return [item.id for item in find_documents([folder], **options).items]


def built(folder: Path, **options: object) -> tuple[Report, str]:
    report = Report()
    return report, b"".join(quads([folder], report, **options)).decode()


# -- recognising ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["uima-json", "uima-xmi", "web-annotation", "label-studio"])
def test_a_format_is_recognised_whatever_the_file_is_called(tmp_path: Path, form: str):
    files = written(form)
    for ending, content in files.items():
        name = "TypeSystem.xml" if ending.startswith("/") else "report.txt" if ending == ".txt" else "data.bin"
        (tmp_path / name).write_bytes(content)
    (item,) = find_documents([tmp_path]).items
    assert item.format == form and item.id == "report"
    document, findings, _ = read_document(item)
    assert not [finding for finding in findings if finding.lost]
    assert [event.label for event in document.events] == ["Meeting"]


def test_other_files_are_left_alone_and_a_typical_ending_gets_a_remark(tmp_path: Path):
    for name, content in written("uima-json").items():
        (tmp_path / f"report{name}").write_bytes(content)
    (tmp_path / "notes.md").write_text("# Notes", encoding="utf-8")
    (tmp_path / "settings.json").write_text('{"a": 1}', encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00")
    corpus = find_documents([tmp_path])
    assert [item.id for item in corpus.items] == ["report"]
    assert "note: settings.json: is of no known format (see kg formats)" in {
        ("" if f.lost else "note: ") + str(f) for f in corpus.findings
    }


def test_one_export_is_a_corpus_of_its_own(tmp_path: Path):
    (tmp_path / "export.json").write_bytes(written("label-studio")[".json"])
    (tmp_path / "other.json").write_bytes(written("uima-json")[".json"])
    assert ids(tmp_path / "export.json") == ["report"]
    (tmp_path / "readme.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        find_documents([tmp_path / "readme.txt"])
    assert "holds no annotation" in str(caught.value)


def test_many_texts_of_one_file_are_built_the_same_in_any_number_of_processes(tmp_path: Path):
    task = {"text": TEXT, "spans": [{"start": 0, "end": 6, "label": "Delegation"}], "answer": "accept"}
    lines = [json.dumps(task | {"meta": {"id": f"t{number:04}"}}) for number in range(300)]
    (tmp_path / "tasks.jsonl").write_text("\n".join(lines), encoding="utf-8")
    one, two = Report(), Report()
    assert b"".join(quads([tmp_path], one, processes=1)) == b"".join(quads([tmp_path], two, processes=2))
    assert one.documents == two.documents == 300
    assert sum("no row in sources.csv" in str(finding) for finding in one.findings) == 1


# -- archives ------------------------------------------------------------------------------------------------------------


def test_the_zip_of_one_export_and_of_a_project(tmp_path: Path):
    (tmp_path / "one.zip").write_bytes(packed({"anna.xmi": xmi(), "TypeSystem.xml": TYPES}))
    assert ids(tmp_path / "one.zip") == ["report"]
    inner = packed({"anna.xmi": xmi("anna"), "TypeSystem.xml": TYPES})
    curated = packed({"CURATION_USER.xmi": xmi("CURATION_USER"), "TypeSystem.xml": TYPES})
    project = {
        "exportedproject1.json": b'{"name": "p"}', "source/report.txt": TEXT.encode(),
        "annotation/report.txt/anna.zip": inner, "annotation/report.txt/INITIAL_CAS.ser": b"\xac\xed\x00\x05",
        "curation/report.txt/CURATION_USER.zip": curated, "event.log": b"x",
    }  # fmt: skip
    (tmp_path / "project.zip").write_bytes(packed(project))
    (item,) = find_documents([tmp_path / "project.zip"]).items
    assert item.held is not None and item.held.found.curated and item.held.member.startswith("curation/")
    assert read_document(item).document.annotator == ""
    (item,) = find_documents([tmp_path / "project.zip"], annotators=["anna"]).items
    assert read_document(item).document.annotator == "anna"


def _link(info: zipfile.ZipInfo) -> None:
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def _locked() -> bytes:
    data = bytearray(packed({"report.json": b"{}"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(signature) + offset
        data[at : at + 2] = struct.pack("<H", 1)
    return bytes(data)


def _twice() -> bytes:
    out = io.BytesIO()
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.json", "{}")
        archive.writestr("a.json", "[]")
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: packed({"../../etc/cron.d/x": b"{}"}), "holds a path that leads out of it: ../../etc/cron.d/x (unpack and look at it with care)"),
        (lambda: packed({"/etc/x": b"{}"}), "holds a path that leads out of it"),
        (lambda: packed({"a\\..\\x": b"{}"}), "holds a path that leads out of it"),
        (lambda: packed({"C:/x": b"{}"}), "holds a path that leads out of it"),
        (lambda: packed({"a.json": b"{}"}, _link), "holds a link: a.json (put the file itself there)"),
        (lambda: packed({"a.json": b" " * 20_000_000}), "unpacks to 1,0"),
        (_twice, "holds a.json twice (export it again)"),
        (_locked, "is protected with a password (unpack it, and pack it again without one)"),
        (lambda: packed({"annotation_ser/r/anna.ser": b"\xac\xed\x00\x05", "exportedproject.json": b"{}"}),
         "is a project backup: its 1 annotations are Java-serialised (.ser) and are not read "
         "(in INCEpTION, export with the format UIMA CAS XMI or UIMA CAS JSON)"),
        (lambda: packed({"a.json": b"{}"})[:-30], "is no whole zip file"),
        (lambda: packed({"a.zip": packed({"b.zip": packed({"c.json": b"{}"})})}), "holds an archive in an archive in an archive"),
    ],
)  # fmt: skip
def test_an_archive_with_a_trap_is_refused_in_one_line(tmp_path: Path, make: Callable[[], bytes], said: str):
    (tmp_path / "export.zip").write_bytes(make())
    with pytest.raises(InputError) as caught:
        find_documents([tmp_path / "export.zip"])
    assert said in str(caught.value) and "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == [tmp_path / "export.zip"], "nothing is unpacked to disk"


def test_a_refused_archive_costs_nothing_else(tmp_path: Path):
    (tmp_path / "bad.zip").write_bytes(packed({"../x": b"{}"}))
    (tmp_path / "report.json").write_bytes(written("uima-json")[".json"])
    report, _ = built(tmp_path)
    assert report.documents == 1 and report.left_out == 1


def test_serialised_java_is_refused_with_the_way_out(tmp_path: Path):
    (tmp_path / "anna.ser").write_bytes(b"\xac\xed\x00\x05sr")
    with pytest.raises(InputError) as caught:
        find_documents([tmp_path])
    assert str(caught.value) == (
        "anna.ser: is Java-serialised and is not read (in INCEpTION, export with the format UIMA CAS XMI or UIMA CAS JSON)"
    )


def test_links_are_not_followed(tmp_path: Path):
    (tmp_path / "outside.json").write_bytes(written("uima-json")[".json"])
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "report.json").symlink_to(tmp_path / "outside.json")
    with pytest.raises(InputError) as caught:
        find_documents([corpus])
    assert "report.json: is a link; it is not read" in str(caught.value)


# -- annotators ----------------------------------------------------------------------------------------------------------


def several(folder: Path, *annotators: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "TypeSystem.xml").write_bytes(TYPES)
    for name in annotators:
        (folder / f"{name}.xmi").write_bytes(xmi(name))
    return folder


def test_the_curated_version_wins_then_the_only_one(tmp_path: Path):
    report, out = built(several(tmp_path / "a", "anna", "boris", "CURATION_USER"))
    assert report.documents == 1 and "annotatedBy" not in out
    report, out = built(several(tmp_path / "b", "anna"))
    assert report.documents == 1 and 'ontology#annotatedBy> "anna"' in out


def test_where_several_annotated_and_none_is_curated_the_user_chooses(tmp_path: Path):
    folder = several(tmp_path / "a", "anna", "boris")
    with pytest.raises(InputError) as caught:
        find_documents([folder])
    assert str(caught.value) == (
        "1 text is annotated by several people and not curated: anna, boris (choose with --annotator NAME; given again, it names the next best)"
    )
    _, out = built(folder, annotators=["boris"])
    assert 'ontology#annotatedBy> "boris"' in out
    _, out = built(folder, annotators=["carla", "anna", "boris"])
    assert 'ontology#annotatedBy> "anna"' in out
    with pytest.raises(InputError, match="report is annotated by anna, boris only"):
        find_documents([folder], annotators=["carla"])


def test_brat_names_no_annotator_and_is_used_whoever_is_asked_for(tmp_path: Path):
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "report.ann").write_text(GOOD, encoding="utf-8")
    assert ids(tmp_path, annotators=["anna"]) == ["report"]


def test_the_annotator_can_be_asked_of_the_graph(tmp_path: Path):
    store, _ = build_in_memory([several(tmp_path / "a", "anna")])
    answer = ask(store, parse_query("test", "SELECT ?who { ?text dp:annotatedBy ?who }"))
    assert [str(who) for (who,) in answer.rows] == ["anna"]
    store.close()


# -- converting ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["brat", "uima-json", "uima-xmi", "web-annotation", "label-studio"])
def test_a_converted_corpus_is_the_same_graph(tmp_path: Path, form: str):
    source = tmp_path / "source"
    source.mkdir()
    (source / "report.txt").write_text(TEXT, encoding="utf-8")
    (source / "report.ann").write_text(GOOD, encoding="utf-8")
    row = "id,title,publisher,date,url,language,process\nreport,T,The Daily,2025-06-15,https://example.org/,en,test\n"
    (source / "sources.csv").write_text(row, encoding="utf-8")
    done = convert([source], tmp_path / "out", form)
    assert done.documents == 1 and done.left_out == 0
    assert built(tmp_path / "out")[1] == built(source)[1]


def test_a_conversion_never_writes_into_its_input_nor_over_anything(tmp_path: Path):
    source = several(tmp_path / "a", "anna")
    for target in (source, source / "out"):
        with pytest.raises(InputError, match="input folders are never written to"):
            convert([source], target, "brat")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="is not an empty folder"):
        convert([source], tmp_path / "full", "brat")
    with pytest.raises(InputError, match="did you mean brat"):
        convert([source], tmp_path / "out", "brät")


def test_ids_that_are_no_file_names_lead_nowhere(tmp_path: Path):
    task = {"text": TEXT, "spans": [], "meta": {"id": "../../evil"}, "answer": "accept"}
    (tmp_path / "tasks.jsonl").write_text(json.dumps(task), encoding="utf-8")
    convert([tmp_path / "tasks.jsonl"], tmp_path / "new" / "out", "brat")
    assert sorted(path.name for path in tmp_path.rglob("*.txt")) == ["_.._evil.txt"]
    assert (tmp_path / "new" / "out" / "_.._evil.txt").is_file()

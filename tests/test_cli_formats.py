"""The commands that deal with formats, as a person uses them."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from kg.cli import main
from kg.formats import readers, writers
from tests.helpers import SAMPLE

TEXT = "Envoys met."


def kg(*command: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in command])


def test_formats_lists_what_is_read_and_written_and_the_mappings():
    out = kg("formats").stdout
    for name in ("brat", *readers(), *writers(), "attribution", "nerel", "plover-cameo", "mend"):
        assert f"\n{name} " in out, name


def test_convert_says_what_it_did_and_what_it_left_out(tmp_path: Path):
    result = kg("convert", SAMPLE, "-f", "uima-json", "-o", tmp_path / "out")
    assert result.exit_code == 0 and result.stdout == "" and "62 documents, 63 files in" in result.stderr
    result = kg("convert", SAMPLE, "-f", "label-studio", "-o", tmp_path / "ls", "--strict")
    assert result.exit_code == 1 and "Label Studio has no place for them" in result.stderr
    result = kg("convert", SAMPLE, "-f", "prodigy", "-o", tmp_path / "p")
    assert result.exit_code == 1 and "kg convert: prodigy cannot be written (known: brat, " in result.stderr


def test_build_asks_which_annotator_and_takes_the_answer(tmp_path: Path):
    results = [
        {
            "id": "a",
            "from_name": "label",
            "to_name": "text",
            "type": "labels",
            "value": {"start": 0, "end": 6, "labels": ["Delegation"]},
        }
    ]
    annotations = [
        {"id": number, "completed_by": {"email": who}, "result": results}
        for number, who in enumerate(("anna", "boris"))
    ]
    (tmp_path / "export.json").write_text(
        json.dumps([{"id": 1, "data": {"text": TEXT}, "annotations": annotations}]), encoding="utf-8"
    )
    asked = kg("build", tmp_path / "export.json", "--store", tmp_path / "s")
    assert asked.exit_code == 1 and asked.stderr.count("\n") == 1
    assert (
        "1 text is annotated by several people and not curated: anna, boris (choose with --annotator NAME"
        in asked.stderr
    )
    done = kg("build", tmp_path / "export.json", "--store", tmp_path / "s", "--annotator", "boris")
    assert done.exit_code == 0 and "1 documents" in done.stderr


def test_build_lists_what_the_mapping_does_not_cover(tmp_path: Path):
    (tmp_path / "one.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "one.ann").write_text("T1\tPERSON 0 6\tEnvoys\nT2\tNATIONALITY 7 10\tmet\n", encoding="utf-8")
    done = kg("build", tmp_path, "--store", tmp_path.parent / "s", "--mapping", "nerel")
    assert done.exit_code == 0
    assert "left out, since no rule of the mapping covers it:\n       1 mention NATIONALITY\n" in done.stderr
    assert kg("build", tmp_path, "--store", tmp_path.parent / "s", "--mapping", "nerel", "--strict").exit_code == 1
    wrong = kg("build", tmp_path, "--store", tmp_path.parent / "s", "--mapping", "nerell")
    assert wrong.exit_code == 1 and "nerell: is no mapping (did you mean nerel?)" in wrong.stderr

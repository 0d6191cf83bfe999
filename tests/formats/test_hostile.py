"""Files that only look like a format: whatever stands in them, a build says so in one line and goes on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.building import Report, quads
from kg.corpus import find_documents
from kg.errors import InputError
from kg.formats import readers
from tests.formats.test_cas import TYPES, mention, xmi

SETTINGS = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 2**40) | st.floats(allow_nan=False) | st.text(max_size=5) | st.sampled_from(("Person", "true", "a")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
NEAR = {
    "uima-json": {
        "%TYPES": {"x.Y": {"%SUPER_TYPE": "uima.tcas.Annotation", "f": {"%RANGE": "uima.cas.String"}}},
        "%FEATURE_STRUCTURES": [
            {"%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaString": "a b"},
            {"%ID": 2, "%TYPE": "x.Y", "@sofa": 1, "begin": 0, "end": 1, "f": "g", "@h": 3},
            {"%ID": 3, "%TYPE": "uima.cas.FSArray", "%ELEMENTS": [2]},
        ],
        "%VIEWS": {"v": {"%SOFA": 1, "%MEMBERS": [2]}},
    },
    "label-studio": {
        "id": 1, "data": {"text": "a b"}, "predictions": [], "drafts": [],
        "annotations": [{"id": 1, "completed_by": 1, "result": [
            {"id": "r", "from_name": "l", "to_name": "text", "type": "labels", "value": {"start": 0, "end": 1, "labels": ["Person"]}, "meta": {"text": ["n"]}},
            {"id": "r", "from_name": "c", "to_name": "text", "type": "choices", "value": {"choices": ["x"]}},
            {"from_id": "r", "to_id": "r", "type": "relation", "labels": ["Coref"]},
        ]}],
    },
    "prodigy": {
        "text": "a b", "meta": {"id": "x"}, "answer": "accept", "_session_id": "s",
        "tokens": [{"text": "a", "start": 0, "end": 1, "id": 0}],
        "spans": [{"start": 0, "end": 1, "label": "Person", "attributes": {"k": "v"}, "kb_id": "Q1", "token_start": 0, "token_end": 0}],
        "relations": [{"head": 0, "child": 0, "label": "Coref", "head_span": {"start": 0, "end": 1, "label": "Person"}}],
    },
    "doccano": {
        "id": 1, "text": "a b", "label": [[0, 1, "Person"]], "Comments": [],
        "entities": [{"id": 1, "label": "Person", "start_offset": 0, "end_offset": 1, "attributes": {"k": "v"}}],
        "relations": [{"id": 1, "from_id": 1, "to_id": 1, "type": "Coref"}],
    },
    "web-annotation": {
        "@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage", "items": [
            {"id": "a", "type": "Annotation", "creator": {"name": "x"}, "motivation": "classifying",
             "body": [{"type": "TextualBody", "purpose": "classifying", "value": "Person"}],
             "target": {"source": "http://example.org/report", "selector": [{"type": "TextPositionSelector", "start": 0, "end": 1}, {"type": "TextQuoteSelector", "exact": "a"}]}},
            {"id": "l", "type": "Annotation", "motivation": "linking", "target": "a", "body": [{"purpose": "linking", "source": "a"}]},
        ],
    },
}  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], by: Any) -> Any:
    if not path:
        return by
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], by)
    return copy


def build(folder: Path) -> None:
    """What a build of this folder may do: succeed, report, or refuse in one line."""
    report = Report()
    try:
        b"".join(quads([folder], report, processes=1))
    except InputError as error:
        assert "\n" not in str(error)
    assert all("\n" not in str(finding) for finding in report.findings)


@pytest.mark.parametrize("form", sorted(NEAR))
def test_the_whole_example_is_read(form: str, tmp_path: Path):
    (tmp_path / "report.txt").write_text("a b", encoding="utf-8")
    (tmp_path / "data.json").write_text(json.dumps(NEAR[form]), encoding="utf-8")
    assert [item.format for item in find_documents([tmp_path]).items] == [form]


@pytest.mark.parametrize("form", sorted(NEAR))
@given(data=st.data())
@SETTINGS
def test_one_value_of_another_kind_anywhere(form: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("f")
    path = data.draw(st.sampled_from(places(NEAR[form])))
    changed = replaced(NEAR[form], path, data.draw(ANYTHING))
    (folder / "report.txt").write_text("a b", encoding="utf-8")
    (folder / "data.json").write_text(json.dumps(changed), encoding="utf-8")
    build(folder)


XMI = xmi(
    mention(3, 0, 6) + '<custom:CoreferenceChain xmi:id="20" sofa="1" first="21"/>'
    '<custom:CoreferenceLink xmi:id="21" sofa="1" begin="0" end="6" next="21" referenceType="nam"/>'
    '<ner:NamedEntity xmi:id="4" sofa="1" begin="17" end="26" value="LOC"><identifier>x</identifier></ner:NamedEntity>'
)  # fmt: skip


@given(data=st.data())
@SETTINGS
def test_xmi_with_one_value_or_word_changed(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("f")
    words = re.findall(rb"[\w:/.-]+", XMI)
    word = data.draw(st.sampled_from(words))
    other = data.draw(
        st.sampled_from(words)
        | st.sampled_from((b"", b"-1", b"9" * 12, "²".encode(), b"1 2", b"<", b"&x;", b"x:y", b"\xff"))
    )
    at = data.draw(st.integers(0, XMI.count(word) - 1))
    parts = XMI.split(word)
    (folder / "a.xmi").write_bytes(word.join(parts[: at + 1]) + other + word.join(parts[at + 1 :]))
    (folder / "TypeSystem.xml").write_bytes(TYPES.encode())
    build(folder)


@given(cut=st.integers(0, 400), junk=st.binary(max_size=20))
@SETTINGS
def test_tables_and_tsv_with_holes(cut: int, junk: bytes, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("f")
    tsv = (
        b"#FORMAT=WebAnno TSV 3.3\n#T_SP=a.M|label\n#T_SP=a.E|x|ROLE_a.E:roles_a.L|a.M\n#T_RL=a.R|l|BT_a.M\n#T_CH=a.C|t|r\n\n\n#Text=a b\n"
        b"1-1\t0-1\ta\tP[1]|Q[2]\t_\t_\t_\t_\t_\t*->1-1\tx[1]\t\n1-2\t2-3\tb\t*\tv\tr;s\t1-1[1];1-2\tl\t1-1[1_0]\t*->1-2\ty[1]\t\n"
    )
    table = b'Third party,Local party,Year,Venue\n"Qatar; Oman",Red Front,2025,Doha\n,,,\nx,y,z,w\n'
    for name, content in (("a.tsv", tsv), ("b.csv", table)):
        at = min(cut, len(content))
        (folder / name).write_bytes(content[:at] + junk + content[at + len(junk) :])
    build(folder)


def test_every_format_of_one_file_has_an_example_here():
    assert set(NEAR) | {"uima-xmi", "webanno-tsv", "mend-csv"} == set(readers())

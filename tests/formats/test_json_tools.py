"""Label Studio, Prodigy and doccano: what counts as annotation, in which unit, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kg.documents import Document
from kg.errors import Finding, InputError
from kg.formats import doccano, label_studio, prodigy, recognise
from kg.formats.reading import Found, Piece

TEXT = "😀 Envoys met in Muscat."


def dumped(*records: Any) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def found(module: Any, data: bytes, name: str = "export.json") -> list[Found]:
    return [one for one in module.find(data, name) if isinstance(one, Found)]


def said(module: Any, data: bytes, name: str = "export.json") -> list[str]:
    return [str(one) for one in module.find(data, name) if isinstance(one, Finding)]


def read(module: Any, data: bytes, number: int = 0) -> tuple[Document, list[str]]:
    one = found(module, data)[number]
    record = data[one.start : one.start + one.length]
    document, findings = module.read(Piece(one.id, record, one.place, one.annotator, one.key))
    return document, [str(finding) for finding in findings]


# -- Label Studio --------------------------------------------------------------------------------------------------------


def region(own: str, start: int, end: int, label: str, text: str | None = None, **more: Any) -> dict[str, Any]:
    value: dict[str, Any] = {"start": start, "end": end, "labels": [label]}
    if text is not None:
        value["text"] = text
    return {"id": own, "from_name": "label", "to_name": "text", "type": "labels", "value": value} | more


def task(*results: dict[str, Any], data: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    annotation = {
        "id": 1,
        "completed_by": {"email": "anna@example.org"},
        "result": list(results),
        "was_cancelled": False,
    }
    return {
        "id": 7,
        "data": data or {"id": "report", "text": TEXT},
        "annotations": [annotation | more],
        "predictions": [],
    }


def export(*tasks: dict[str, Any]) -> bytes:
    return json.dumps(list(tasks)).encode()


def test_regions_relations_choices_and_texts():
    data = export(
        task(
            region("a", 2, 8, "Delegation", "Envoys"),
            region("b", 9, 12, "Meeting", "met", meta={"text": ["sure"]}),
            {
                "id": "b",
                "from_name": "Stage",
                "to_name": "text",
                "type": "choices",
                "value": {"start": 9, "end": 12, "choices": ["held"]},
            },
            {"id": "b", "from_name": "Negated", "to_name": "text", "type": "choices", "value": {"choices": ["true"]}},
            {
                "id": "b",
                "from_name": "Reference",
                "to_name": "text",
                "type": "textarea",
                "value": {"text": ["kg:meeting/x", "Other:1"]},
            },
            {"from_id": "b", "to_id": "a", "type": "relation", "direction": "right", "labels": ["Participant"]},
            {"from_id": "b", "to_id": "a", "type": "relation", "direction": "left", "labels": ["Party"]},
        )
    )
    assert recognise(data).name == "label-studio"
    made, findings = read(label_studio, data)
    assert findings == []
    assert [(m.label, m.words) for m in made.mentions] == [("Delegation", "Envoys"), ("Meeting", "met")]
    assert [(a.label, a.value) for a in made.attributes] == [("Stage", "held"), ("Negated", None)]
    assert [(n.database, n.reference) for n in made.normalisations] == [("kg", "meeting/x"), ("Other", "1")]
    assert [n.text for n in made.notes] == ["sure"]
    assert [(r.label, r.source, r.target) for r in made.relations] == [
        ("Participant", "T2", "T1"),
        ("Party", "T1", "T2"),
    ]


def test_nobody_stands_behind_cancelled_annotations_predictions_and_drafts():
    cancelled = task(region("a", 2, 8, "Person", "Envoys"), was_cancelled=True)
    predicted = {"id": 8, "data": {"text": TEXT}, "annotations": [], "predictions": [{"result": []}], "drafts": [{}]}
    data = export(cancelled, predicted)
    assert found(label_studio, data) == []
    assert said(label_studio, data) == [
        "export.json: 1 cancelled annotations, 1 predictions, 1 drafts are not read: nobody stands behind them"
    ]


def test_old_exports_count_utf16_units():
    made, findings = read(label_studio, export(task(region("a", 3, 9, "Delegation", "Envoys"))))
    assert [m.spans for m in made.mentions] == [((2, 8),)]
    assert findings == ["export.json, record 1: offsets count UTF-16 units; read so"]


def test_words_that_differ_are_refused_never_moved():
    made, findings = read(
        label_studio, export(task(region("a", 2, 8, "Person", "Muscat"), region("b", 9, 12, "Meeting", "met")))
    )
    assert [m.words for m in made.mentions] == ["met"]
    assert findings == [
        'export.json, record 1: Person a marks "Envoys" in data.text, but the line says "Muscat" (was the text changed after annotation?)'
    ]


@pytest.mark.parametrize(
    ("results", "said_of_it"),
    [
        ([region("a", -4, 3, "Person")], "Person a goes from -4 to 3, which is no span"),
        ([region("a", 8, 3, "Person")], "Person a goes from 8 to 3, which is no span"),
        ([region("a", 2, 800, "Person")], "Person a ends at 800, but data.text has 23 characters"),
        (
            [region("a", 2, 8, "Person"), {"from_id": "a", "to_id": "zz", "type": "relation", "labels": ["Party"]}],
            "the relation Party names the region zz, which is not there",
        ),
    ],
)
def test_what_cannot_be_read_is_one_line(results: list[dict[str, Any]], said_of_it: str):
    _, findings = read(label_studio, export(task(*results)))
    assert len(findings) == 1 and said_of_it in findings[0]


def test_the_text_is_the_only_one_that_fits():
    data = {"id": "report", "title": "Short", "body": TEXT}
    made, findings = read(label_studio, export(task(region("a", 2, 8, "Delegation", "Envoys"), data=data)))
    assert made.text == TEXT and findings == []
    twice = {"one": TEXT, "two": TEXT}
    with pytest.raises(InputError) as caught:
        read(label_studio, export(task(region("a", 2, 8, "Delegation", "Envoys", to_name="x"), data=twice)))
    assert "has several texts, or none that fits its regions: data.one, data.two" in str(caught.value)


def test_turns_of_a_dialogue_are_one_text():
    turns = [{"author": "A", "text": "Welcome."}, {"author": "B", "text": "Envoys met."}]
    value = {
        "start": "1",
        "end": "1",
        "startOffset": 0,
        "endOffset": 6,
        "text": "Envoys",
        "paragraphlabels": ["Delegation"],
    }
    result = {"id": "a", "from_name": "l", "to_name": "dialogue", "type": "paragraphlabels", "value": value}
    made, findings = read(label_studio, export(task(result, data={"id": "report", "dialogue": turns})))
    assert made.text == "Welcome.\nEnvoys met." and [m.spans for m in made.mentions] == [((9, 15),)] and findings == []


def test_annotators_by_name_and_the_curated_one():
    one = task(region("a", 2, 8, "Delegation"))
    one["annotations"].append({"id": 2, "completed_by": 5, "created_username": " boris@example.org, 5", "result": []})
    one["annotations"].append({"id": 3, "completed_by": 6, "ground_truth": True, "result": []})
    listed = [(f.annotator, f.curated, f.key) for f in found(label_studio, export(one))]
    assert listed == [("anna@example.org", False, "0"), ("boris@example.org", False, "1"), ("6", True, "2")]


# -- Prodigy -------------------------------------------------------------------------------------------------------------


def test_only_accepted_answers_are_facts():
    def answered(answer: str, number: int) -> dict[str, Any]:
        return {
            "text": TEXT,
            "spans": [{"start": 2, "end": 8, "label": "Person"}],
            "answer": answer,
            "_input_hash": number,
        }

    data = dumped(answered("accept", 1), answered("reject", 2), answered("ignore", 3))
    assert recognise(data).name == "prodigy"
    assert [one.id for one in found(prodigy, data)] == ["export-1"]
    assert said(prodigy, data) == ["export.json: tasks not accepted are not read: 1 ignore, 1 reject"]


def test_ends_of_relations_need_not_be_among_the_spans():
    envoys, met = {"start": 2, "end": 8, "label": "Delegation"}, {"start": 9, "end": 12, "label": "Meeting"}
    bare = {"start": 16, "end": 22, "label": None}
    record = {
        "text": TEXT, "spans": [envoys], "answer": "accept",
        "relations": [
            {"head": 2, "child": 1, "head_span": met, "child_span": envoys, "label": "Party"},
            {"head": 2, "child": 4, "head_span": met, "child_span": bare, "label": "Venue"},
        ],
    }  # fmt: skip
    made, findings = read(prodigy, dumped(record))
    assert [m.words for m in made.mentions] == ["Envoys", "met"]
    assert [(r.label, r.source, r.target) for r in made.relations] == [("Party", "T2", "T1")]
    assert findings == ["export.json: the relation Venue joins words that are not marked (mark both ends with a label)"]


def test_an_end_may_be_given_by_its_token():
    tokens = [{"text": "Envoys", "start": 2, "end": 8, "id": 1}, {"text": "met", "start": 9, "end": 12, "id": 2}]
    spans = [
        {"start": 2, "end": 8, "label": "Delegation", "token_start": 1, "token_end": 1},
        {"start": 9, "end": 12, "label": "Meeting", "token_start": 2, "token_end": 2, "kb_id": "Q123"},
    ]
    made, findings = read(
        prodigy,
        dumped(
            {"text": TEXT, "tokens": tokens, "spans": spans, "relations": [{"head": 2, "child": 1, "label": "Party"}]}
        ),
    )
    assert [(r.source, r.target) for r in made.relations] == [("T2", "T1")] and findings == []
    assert [(n.target, n.database, n.reference) for n in made.normalisations] == [("T2", "Wikidata", "Q123")]


def test_tokens_that_are_not_the_text_discredit_the_offsets():
    tokens = [{"text": "Envoys", "start": 0, "end": 6, "id": 0}]
    made, findings = read(
        prodigy, dumped({"text": TEXT, "tokens": tokens, "spans": [{"start": 0, "end": 6, "label": "Person"}]})
    )
    assert made.mentions == ()
    assert "1 of 1 tokens are not the words at their offsets; nothing of it is read" in findings[0]


def test_a_broken_line_costs_nothing_else():
    data = dumped({"text": TEXT, "spans": []}) + b'{"text": \n' + dumped({"text": TEXT, "spans": []})
    assert [one.place for one in found(prodigy, data, "x.jsonl")] == ["x.jsonl:1", "x.jsonl:3"]
    assert said(prodigy, data, "x.jsonl")[0].startswith("x.jsonl:2: is no JSON: ")


def test_an_array_holds_records_too():
    records = [{"text": f"{TEXT} {number} ü", "spans": [], "id": number} for number in range(3)]
    data = (
        b"\xef\xbb\xbf [ "
        + b" ,\n ".join(json.dumps(record, ensure_ascii=False).encode() for record in records)
        + b" ]\n"
    )
    assert [one.id for one in found(prodigy, data)] == ["0", "1", "2"]
    for number in range(3):
        assert read(prodigy, data, number)[0].text == records[number]["text"]


@pytest.mark.parametrize(
    "data", [b'[{"text": "a", "spans": []} {}]', b'[{"text": "a", "spans": []}', b'[{"text": "a", "spans": []}] x']
)
def test_an_array_that_does_not_end_is_refused(data: bytes):
    with pytest.raises(InputError):
        list(prodigy.find(data, "x.json"))


# -- doccano -------------------------------------------------------------------------------------------------------------


def test_both_forms_of_export():
    flat = {"id": 4, "data": "Envoys met.", "label": [[0, 6, "Delegation"]]}
    rich = {
        "id": 5, "text": "Envoys met.", "Comments": [],
        "entities": [{"id": 8, "label": "Delegation", "start_offset": 0, "end_offset": 6}, {"id": 9, "label": "Meeting", "start_offset": 7, "end_offset": 10}],
        "relations": [{"id": 1, "from_id": 9, "to_id": 8, "type": "Party"}, {"id": 2, "from_id": 9, "to_id": 77, "type": "Party"}],
    }  # fmt: skip
    data = dumped(flat, rich)
    assert recognise(data).name == "doccano"
    assert [one.id for one in found(doccano, data)] == ["export-4", "export-5"]
    made, findings = read(doccano, data)
    assert [(m.label, m.words) for m in made.mentions] == [("Delegation", "Envoys")] and findings == []
    made, findings = read(doccano, data, 1)
    assert [(r.label, r.source, r.target) for r in made.relations] == [("Party", "T2", "T1")]
    assert findings == ["export.json:2: the relation Party joins an entity that is not there (draw it again)"]


def test_offsets_that_cannot_be_checked_are_said_to_be_so():
    _, findings = read(doccano, dumped({"id": 1, "text": TEXT, "label": [[2, 8, "Delegation"]]}))
    assert findings == [
        "export.json: offsets are read as code points: doccano gives no words to check them by (see whether the project counts graphemes)"
    ]
    made, findings = read(doccano, dumped({"id": 1, "text": "a 😀", "label": [[2, 4, "Topic"]]}))
    assert made.mentions[0].words == "😀" and "UTF-16" in findings[0]
    made, findings = read(doccano, dumped({"id": 1, "text": "a b", "label": [[2, 40, "Topic"]]}))
    assert made.mentions == () and "ends at 40" in findings[0]


@pytest.mark.parametrize("span", [(-2, 3), (3, 1), (0, 99)])
def test_no_reader_takes_a_span_that_is_none(span: tuple[int, int]):
    start, end = span
    for module, record in (
        (prodigy, {"text": TEXT, "spans": [{"start": start, "end": end, "label": "Person"}]}),
        (doccano, {"text": TEXT, "label": [[start, end, "Person"]]}),
    ):
        made, findings = read(module, dumped(record))
        assert made.mentions == () and len([one for one in findings if "span" in one or "ends at" in one]) == 1

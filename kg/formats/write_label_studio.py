"""Label Studio JSON, written as one task for the labelling configuration in `ontology/schemes/label-studio.xml`."""

from __future__ import annotations

import json
from typing import Any

from kg.documents import Document
from kg.formats.writing import Written, numbered, pairs, without_place


def write(document: Document) -> Written:
    """A `.json` file with one task. Roles are relations from the event; a discontinuous mention has no place there."""
    document = numbered(document)
    triggers = {event.trigger: event.id for event in document.events}
    mentions = {mention.id: mention for mention in document.mentions}
    marks = [(m.id, m) for m in document.mentions if m.id not in triggers]
    marks += [(event.id, mentions[event.trigger]) for event in document.events]
    whole = {own for own, mention in marks if len(mention.spans) == 1}
    results: list[dict[str, Any]] = []
    for own, mention in marks:
        if own in whole:
            results.append(_result(own, "label", "labels", mention.label, mention.spans[0], mention.words))
    spans = {own: mention.spans[0] for own, mention in marks}
    for attribute in document.attributes:
        if attribute.target in whole:
            value = "true" if attribute.value is None else attribute.value
            results.append(_value(attribute.target, attribute.label, "choices", value, spans))
    for one in document.normalisations:
        if one.target in whole:
            value = one.reference if one.database == "IRI" else f"{one.database}:{one.reference}"
            results.append(_value(one.target, "Reference", "textarea", value, spans))
    for note in document.notes:
        if note.target in whole and note.text:
            results.append(_value(note.target, "Note", "textarea", note.text, spans))
    links = [(role.name, event.id, role.target) for event in document.events for role in event.roles]
    links += [(relation.label, relation.source, relation.target) for relation in document.relations]
    links += pairs(document)
    for label, start, end in links:
        start, end = triggers.get(start, start), triggers.get(end, end)
        if {start, end} <= whole:
            results.append(
                {"from_id": start, "to_id": end, "type": "relation", "direction": "right", "labels": [label]}
            )
    annotation: dict[str, Any] = {"id": 1, "result": results, "was_cancelled": False, "ground_truth": False}
    if document.annotator:
        annotation["completed_by"] = {"email": document.annotator}
    task = {"id": 1, "data": {"id": document.id, "text": document.text}, "annotations": [annotation], "predictions": []}
    text = json.dumps([task], ensure_ascii=False, indent=1) + "\n"
    findings = without_place(
        document, "discontinuous mentions with what hangs on them", len(marks) - len(whole), "Label Studio"
    )
    return Written({".json": text.encode("utf-8", "surrogatepass")}, findings)


def _result(own: str, name: str, kind: str, label: str, span: tuple[int, int], words: str) -> dict[str, Any]:
    value = {"start": span[0], "end": span[1], "text": words, kind: [label]}
    return {"id": own, "from_name": name, "to_name": "text", "type": kind, "origin": "manual", "value": value}


def _value(own: str, name: str, kind: str, value: str, spans: dict[str, tuple[int, int]]) -> dict[str, Any]:
    start, end = spans[own]
    given = {"start": start, "end": end, "text" if kind == "textarea" else kind: [value]}
    return {"id": own, "from_name": name, "to_name": "text", "type": kind, "origin": "manual", "value": given}

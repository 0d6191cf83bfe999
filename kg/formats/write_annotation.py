"""W3C Web Annotation, written as one JSON-LD page beside the text that it annotates."""

from __future__ import annotations

import json
from typing import Any

from kg.documents import Document
from kg.errors import Finding
from kg.formats.writing import Written, numbered, pairs
from kg.namespaces import BASE
from kg.terms import slug

CONTEXT = "http://www.w3.org/ns/anno.jsonld"


def write(document: Document) -> Written:
    """A `.txt` and a `.jsonld` file. An event is the annotation of its trigger; roles and relations are annotations that
    link."""
    document = numbered(document)
    source = f"{BASE}document/{slug(document.id)}"
    items: list[dict[str, Any]] = []
    bodies: dict[str, list[dict[str, str]]] = {}
    carried = {mention.id for mention in document.mentions} | {event.id for event in document.events}
    for attribute in document.attributes:
        value = attribute.label if attribute.value is None else f"{attribute.label}: {attribute.value}"
        bodies.setdefault(attribute.target, []).append(_body("tagging", value))
    for reference in document.normalisations:
        value = reference.reference if reference.database == "IRI" else f"{reference.database}:{reference.reference}"
        bodies.setdefault(reference.target, []).append(_body("identifying", value))
    for note in document.notes:
        if note.text:
            bodies.setdefault(note.target, []).append(_body("commenting", note.text))
    triggers = {event.trigger: event.id for event in document.events}
    mentions = {mention.id: mention for mention in document.mentions}
    marks = [(m.id, m.label, m.spans) for m in document.mentions if m.id not in triggers]
    marks += [(event.id, event.label, mentions[event.trigger].spans) for event in document.events]
    for own, label, spans in marks:
        targets = [_target(source, document.text, start, end) for start, end in spans]
        items.append(
            _annotation(source, own, document, "classifying")
            | {
                "body": [_body("classifying", label), *bodies.get(own, ())],
                "target": targets if len(targets) > 1 else targets[0],
            }
        )
    links = [
        (f"{event.id}-{n}", role.name, event.id, role.target)
        for event in document.events
        for n, role in enumerate(event.roles, 1)
    ]
    links += [(relation.id, relation.label, relation.source, relation.target) for relation in document.relations]
    links += [(f"C{n}", *pair) for n, pair in enumerate(pairs(document), 1)]
    for own, label, start, end in links:
        start, end = triggers.get(start, start), triggers.get(end, end)
        other = {"type": "SpecificResource", "purpose": "linking", "source": f"{source}#{end}"}
        items.append(
            _annotation(source, own, document, "linking")
            | {"body": [_body("classifying", label), other], "target": f"{source}#{start}"}
        )
    page = {"@context": CONTEXT, "id": f"{source}#annotations", "type": "AnnotationPage", "items": items}
    said = [attribute.target for attribute in document.attributes]
    said += [reference.target for reference in document.normalisations] + [note.target for note in document.notes]
    lost = sum(target not in carried for target in said)
    findings = []
    if lost:
        found = f"{lost} attributes or remarks of relations are left out: a link carries none here"
        findings.append(Finding(document.id, found, "write it as brat"))
    text = json.dumps(page, ensure_ascii=False, indent=1) + "\n"
    files = {".txt": document.text, ".jsonld": text}
    return Written({ending: content.encode("utf-8", "surrogatepass") for ending, content in files.items()}, findings)


def _annotation(source: str, own: str, document: Document, motivation: str) -> dict[str, Any]:
    made = {"id": f"{source}#{own}", "type": "Annotation", "motivation": motivation}
    return made | {"creator": {"type": "Person", "nickname": document.annotator}} if document.annotator else made


def _body(purpose: str, value: str) -> dict[str, str]:
    return {"type": "TextualBody", "purpose": purpose, "value": value}


def _target(source: str, text: str, start: int, end: int) -> dict[str, Any]:
    """A stretch of the text by position and by quotation, with some words around it as the standard advises."""
    quote = {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - 24) : start],
        "suffix": text[end : end + 24],
    }
    position = {"type": "TextPositionSelector", "start": start, "end": end}
    return {"source": source, "selector": [position, quote]}

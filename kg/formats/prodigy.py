"""Prodigy JSONL: a text, spans and relations to a line, and the annotator's answer.

Only accepted answers are annotation; rejected and ignored ones are counted. Offsets count code points, as the words of the
tokens show. The ends of a relation are spans of their own, which need not be among the spans of the task.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kg.documents import Document, Mention, Relation
from kg.errors import Finding, InputError
from kg.formats.layers import Assembly, Value
from kg.formats.offsets import CHARACTERS, Mark, choose_unit, refusal, span_of
from kg.formats.reading import Data, Found, Head, Piece, stem
from kg.formats.strict_json import loads, records

_Key = tuple[int, int, str]


def sniff(head: Head) -> bool:
    """Whether the first record is a task: a text with spans, or with the marks that Prodigy leaves."""
    record = head.record()
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        return False
    return isinstance(record.get("spans"), list) or any(
        key in record for key in ("_task_hash", "_input_hash", "_view_id")
    )


def find(data: Data, name: str) -> Iterator[Found | Finding]:
    """The accepted tasks; tasks of one text by several annotators share its id."""
    unread = {"reject": 0, "ignore": 0}
    for record in records(data, name):
        if isinstance(record, Finding):
            yield record
            continue
        task = record.value
        if not isinstance(task, dict) or not isinstance(task.get("text"), str):
            yield Finding(record.place, "is no task: it has no text", "export the data set again")
            continue
        answer = task.get("answer", "accept")
        if answer != "accept":
            unread[str(answer)] = unread.get(str(answer), 0) + 1
            continue
        meta = task["meta"] if isinstance(task.get("meta"), dict) else {}
        named = [meta.get("id"), meta.get("doc_id"), task.get("id"), task.get("doc_id")]
        own = next((str(one) for one in named if isinstance(one, str | int) and one != ""), "")
        identifier = own or f"{stem(name)}-{task.get('_input_hash', record.number)}"
        annotator = task.get("_annotator_id") or task.get("_session_id") or ""
        yield Found(identifier, record.place, str(annotator), False, record.start, record.length)
    if any(unread.values()):
        counted = ", ".join(f"{number} {answer}" for answer, number in sorted(unread.items()) if number)
        yield Finding(name, f"tasks not accepted are not read: {counted}", lost=False)


def read(piece: Piece) -> tuple[Document, list[Finding]]:
    """The document of one task."""
    task = loads(piece.data, piece.place)
    try:
        return _read(piece, task)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        found = f"is no task of Prodigy: {type(error).__name__} {error}"[:160]
        raise InputError(found, place=piece.place, remedy="export it again") from None


def _read(piece: Piece, task: Mapping[str, Any]) -> tuple[Document, list[Finding]]:
    made, text = Assembly(piece.place), task["text"]
    spans: list[Mapping[str, Any]] = list(task.get("spans") or ())
    tokens: list[Mapping[str, Any]] = list(task.get("tokens") or ())
    relations = list(task.get("relations") or ())
    known = {_key(span) for span in spans}
    for relation in relations:
        # An end that is marked with a label counts as a span, also where the list of spans lacks it.
        for end in (relation.get("head_span"), relation.get("child_span")):
            if end and end.get("label") and _key(end) not in known:
                known.add(_key(end))
                spans.append(end)
    marks: list[Mark] = [([span_of(span["start"], span["end"])], span.get("text")) for span in spans]
    witnesses: list[Mark] = [([span_of(token["start"], token["end"])], token.get("text")) for token in tokens]
    unit, readings = choose_unit(text, marks + witnesses)
    if unit.counted != CHARACTERS:
        made.findings.append(Finding(piece.place, f"offsets count {unit.counted}; read so", lost=False))
    ids: dict[_Key, str] = {}
    for span, (raw, field), reading in zip(spans, marks, readings, strict=False):
        label = str(span.get("label") or "")
        who = f"{label or 'a span'} at {raw[0][0]}"
        wrong = refusal(reading, raw, field, unit, who, "the text")
        if wrong is not None or not label:
            made.lost(wrong or f"{who} has no label", "was the text changed after annotation?")
            continue
        mention = Mention(f"T{len(made.mentions) + 1}", label, reading[0], reading[1], 0)
        made.mentions.append(mention)
        ids.setdefault(_key(span), mention.id)
        _features(made, mention.id, span)
    wrong_tokens = sum(
        refusal(reading, raw, field, unit, "", "") is not None
        for (raw, field), reading in zip(witnesses, readings[len(marks) :], strict=True)
    )
    if wrong_tokens:
        found = f"{wrong_tokens} of {len(tokens)} tokens are not the words at their offsets"
        made.lost(f"{found}; nothing of it is read", "was the text changed after annotation?")
        made.mentions.clear()
        made.attributes.clear()
        made.normalisations.clear()
        made.notes.clear()
        ids.clear()
    places: dict[tuple[int, int], list[str]] = {}
    for key, mention_id in ids.items():
        places.setdefault(key[:2], []).append(mention_id)
    for relation in relations:
        label = str(relation.get("label") or "related")
        ends = [_end(relation, name, spans, ids, places) for name in ("head", "child")]
        if None in ends:
            made.lost(f"the relation {label} joins words that are not marked", "mark both ends with a label")
        else:
            made.relations.append(Relation(f"R{len(made.relations) + 1}", label, str(ends[0]), str(ends[1]), 0))
    whole = [key for key in ("label", "accept") if task.get(key)]
    if whole:
        found = f"what is said of the whole text is not read: {', '.join(whole)}"
        made.findings.append(Finding(piece.place, found, lost=False))
    return made.document(piece.id, text, piece.annotator), made.findings


def _key(span: Mapping[str, Any]) -> _Key:
    return *span_of(span["start"], span["end"]), str(span.get("label") or "")


def _end(
    relation: Mapping[str, Any],
    name: str,
    spans: list[Mapping[str, Any]],
    ids: Mapping[_Key, str],
    places: Mapping[tuple[int, int], list[str]],
) -> str | None:
    """The mention at one end: the span given there, else the one that holds the token given there."""
    span = relation.get(f"{name}_span")
    if span:
        key = _key(span)
        alike = places.get(key[:2], ())
        return ids.get(key) or (alike[0] if len(alike) == 1 else None)
    token = relation.get(name)
    if isinstance(token, int):
        for one in spans:
            if int(one.get("token_start", -1)) <= token <= int(one.get("token_end", -2)):
                return ids.get(_key(one))
    return None


def _features(made: Assembly, target: str, span: Mapping[str, Any]) -> None:
    """What else stands with a span under `attributes`: not of Prodigy itself, but what recipes commonly add."""
    attributes = span.get("attributes")
    if isinstance(attributes, dict):
        for name, value in attributes.items():
            given: Value = (
                value
                if isinstance(value, bool)
                else [str(one) for one in (value if isinstance(value, list) else [value])]
            )
            made.feature(target, str(name), given)
    if isinstance(span.get("kb_id"), str) and span["kb_id"]:
        own = span["kb_id"]
        made.reference(target, f"Wikidata:{own}" if own[:1] == "Q" and own[1:].isdigit() else own)

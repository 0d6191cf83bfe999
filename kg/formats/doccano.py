"""doccano JSONL: a text to a line, with labelled offsets, or with entities and relations.

The export gives no words, so that nothing can be checked against the text but its length: a remark says so. Offsets count
code points unless they lie beyond the end; a project may be set to count graphemes, which the export does not say.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from kg.documents import Document, Mention, Relation
from kg.errors import Finding, InputError
from kg.formats.layers import Assembly, Value
from kg.formats.offsets import CHARACTERS, Mark, choose_unit, refusal, span_of
from kg.formats.reading import Data, Found, Head, Piece, stem
from kg.formats.strict_json import loads, records

_LISTS = ("entities", "label", "labels")
_EVERYBODY = frozenset({"all", "unknown"})
"""Names of the files in a zip of doccano that are nobody's own."""


def sniff(head: Head) -> bool:
    """Whether the first record is a text with a list of labels or entities."""
    record = head.record()
    if not isinstance(record, dict) or _text(record) is None:
        return False
    listed = [one for key in _LISTS for one in _list(record.get(key))]
    # Label Studio's JSON-MIN looks alike, and is no format that can be read.
    return any(isinstance(record.get(key), list) for key in _LISTS) and not any(
        isinstance(one, dict) and "start" in one for one in listed
    )


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(record: Mapping[str, Any]) -> str | None:
    return next((record[key] for key in ("text", "data") if isinstance(record.get(key), str)), None)


def find(data: Data, name: str) -> Iterator[Found | Finding]:
    """The texts of a file. doccano packs a file for each annotator into one zip, or one named `all`."""
    folder, _, file = name.rpartition("/")
    packed = folder.endswith(".zip")
    project, annotator = (stem(folder), stem(file)) if packed else (stem(name), "")
    annotator = "" if annotator in _EVERYBODY else annotator
    for record in records(data, name):
        if isinstance(record, Finding):
            yield record
            continue
        value = record.value
        if not isinstance(value, dict) or _text(value) is None:
            yield Finding(record.place, "is no text of doccano: it has no text", "export the project again")
            continue
        own = value.get("id")
        identifier = own if isinstance(own, str) and own else f"{project}-{own if own is not None else record.number}"
        yield Found(identifier, record.place, annotator, start=record.start, length=record.length)


def read(piece: Piece) -> tuple[Document, list[Finding]]:
    """The document of one text."""
    value = loads(piece.data, piece.place)
    try:
        return _read(piece, value)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        found = f"is no text of doccano: {type(error).__name__} {error}"[:160]
        raise InputError(found, place=piece.place, remedy="export it again") from None


def _read(piece: Piece, value: Mapping[str, Any]) -> tuple[Document, list[Finding]]:
    made, text = Assembly(piece.place), _text(value) or ""
    entities: list[dict[str, Any]] = []
    plain = 0
    for key in _LISTS:
        for one in value.get(key) or ():
            if isinstance(one, dict):
                entities.append(one)
            elif isinstance(one, list) and len(one) == 3:
                entities.append({"start_offset": one[0], "end_offset": one[1], "label": one[2]})
            else:
                plain += 1
    if plain:
        made.findings.append(Finding(piece.place, f"{plain} labels of the whole text are not read", lost=False))
    marks: list[Mark] = [([span_of(one["start_offset"], one["end_offset"])], one.get("text")) for one in entities]
    unit, readings = choose_unit(text, marks)
    if unit.counted != CHARACTERS:
        made.findings.append(Finding(piece.place, f"offsets count {unit.counted}; read so", lost=False))
    elif entities and any(ord(character) > 0xFFFF or unicodedata.combining(character) for character in text):
        found = "offsets are read as code points: doccano gives no words to check them by"
        made.findings.append(Finding(piece.place, found, "see whether the project counts graphemes", lost=False))
    ids: dict[str, str] = {}
    for one, (spans, field), reading in zip(entities, marks, readings, strict=True):
        label = str(one["label"])
        wrong = refusal(reading, spans, field, unit, f"{label} {one.get('id', '')}".rstrip(), "the text")
        if wrong is not None:
            made.lost(wrong, "was the text changed after annotation?")
            continue
        mention = Mention(f"T{len(made.mentions) + 1}", label, reading[0], reading[1], 0)
        made.mentions.append(mention)
        if "id" in one:
            ids[str(one["id"])] = mention.id
        attributes = one.get("attributes")
        for name, given in attributes.items() if isinstance(attributes, dict) else ():
            values: Value = (
                given if isinstance(given, bool) else [str(g) for g in (given if isinstance(given, list) else [given])]
            )
            made.feature(mention.id, str(name), values)
    for relation in value.get("relations") or ():
        label = str(relation.get("type") or relation.get("label") or "related")
        ends = [ids.get(str(relation.get(key))) for key in ("from_id", "to_id")]
        if ends[0] is None or ends[1] is None:
            made.lost(f"the relation {label} joins an entity that is not there", "draw it again")
        else:
            made.relations.append(Relation(f"R{len(made.relations) + 1}", label, ends[0], ends[1], 0))
    for comment in value.get("Comments") or value.get("comments") or ():
        if comment:
            made.findings.append(Finding(piece.place, "a comment on the whole text is not read", lost=False))
            break
    return made.document(piece.id, text, piece.annotator), made.findings

"""Label Studio JSON: tasks with a text, and for each annotator a list of regions, values of regions, and relations.

Results that share an id say different things of one region: its labels, its choices, its texts. Cancelled annotations,
drafts and predictions are no annotations; they are counted. Offsets count code points since about October 2021 and UTF-16
units before; the text that stands with each region tells which. The key of the text is not in the export, so it is the one
that fits the regions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg.documents import Document, Mention, Relation
from kg.errors import Finding, InputError
from kg.formats.layers import Assembly, Value
from kg.formats.offsets import CHARACTERS, NO_SPAN, WRONG, Mark, choose_unit, refusal, span_of
from kg.formats.reading import Data, Found, Head, Piece, stem
from kg.formats.strict_json import loads, records

_REGIONS = ("labels", "hypertextlabels", "paragraphlabels")
_ADDRESS = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|/data/)\S+\Z")
"""A text that Label Studio loads from elsewhere: an address, or an upload of its own."""
_VALUES = ("choices", "textarea", "rating", "number", "datetime", "taxonomy")


def sniff(head: Head) -> bool:
    """Whether the first record is a task: data, and annotations, completions or predictions; or its short form."""
    record = head.record()
    if not isinstance(record, dict):
        return False
    return _is_short(record) or (
        isinstance(record.get("data"), dict)
        and any(isinstance(record.get(key), list) for key in ("annotations", "completions", "predictions"))
    )


def _is_short(record: Mapping[str, Any]) -> bool:
    """Whether a record is of JSON-MIN: what was marked stands under the name of the control, beside the data."""
    marks = [one for value in record.values() if isinstance(value, list) for one in value if isinstance(one, dict)]
    return "data" not in record and any({"start", "end"} <= one.keys() and one.keys() & {*_REGIONS} for one in marks)


def find(data: Data, name: str) -> Iterator[Found | Finding]:
    """The annotations of every task that somebody submitted; what is none is counted."""
    unread = {"cancelled annotations": 0, "predictions": 0, "drafts": 0}
    for record in records(data, name):
        if isinstance(record, Finding):
            yield record
            continue
        task = record.value
        if isinstance(task, dict) and _is_short(task):
            found = "is JSON-MIN, which leaves out relations, ids and who annotated"
            raise InputError(found, place=name, remedy="in Label Studio, export with the format JSON")
        if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
            yield Finding(record.place, "is no task: it has no data", "export the project again, as JSON")
            continue
        own = task["data"].get("id")
        identifier = (
            str(own) if isinstance(own, str | int) and own != "" else f"{stem(name)}-{task.get('id', record.number)}"
        )
        unread["predictions"] += len(task.get("predictions") or ())
        unread["drafts"] += len(task.get("drafts") or ())
        for position, annotation in enumerate(_annotations(task)):
            if annotation.get("was_cancelled"):
                unread["cancelled annotations"] += 1
                continue
            curated = annotation.get("ground_truth") is True
            yield Found(
                identifier, record.place, _annotator(annotation), curated, record.start, record.length, str(position)
            )
    if any(unread.values()):
        counted = ", ".join(f"{number} {what}" for what, number in unread.items() if number)
        yield Finding(name, f"{counted} are not read: nobody stands behind them", lost=False)


def _annotations(task: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = task.get("annotations") or task.get("completions") or []
    return [one for one in listed if isinstance(one, dict)]


def _annotator(annotation: Mapping[str, Any]) -> str:
    by = annotation.get("completed_by")
    if isinstance(by, dict):
        by = by.get("email") or by.get("username") or by.get("id")
    if isinstance(by, int) and isinstance(annotation.get("created_username"), str):
        # Written as " anna@example.org, 1".
        by = annotation["created_username"].rpartition(",")[0].strip() or by
    return "" if by is None else str(by)


def read(piece: Piece) -> tuple[Document, list[Finding]]:
    """The document that one annotation of one task makes."""
    task = loads(piece.data, piece.place)
    try:
        annotation = _annotations(task)[int(piece.key or 0)]
        results = [one for one in annotation.get("result") or () if isinstance(one, dict)]
        return _Reader(piece, task["data"], results).run()
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        found = f"is no task of Label Studio: {type(error).__name__} {error}"[:160]
        raise InputError(found, place=piece.place, remedy="export it again, as JSON") from None


class _Reader:
    def __init__(self, piece: Piece, data: Mapping[str, Any], results: list[dict[str, Any]]) -> None:
        self.piece = piece
        self.data = data
        self.results = results
        self.made = Assembly(piece.place)

    def run(self) -> tuple[Document, list[Finding]]:
        regions = [result for result in self.results if result.get("type") in _REGIONS]
        key, text, marks = self._text(regions)
        unit, readings = choose_unit(text, marks)
        if unit.counted != CHARACTERS:
            self._remark(f"offsets count {unit.counted}; read so")
        ids: dict[str, list[str]] = {}
        for region, (spans, field), reading in zip(regions, marks, readings, strict=True):
            kind = region["type"]
            labels = [str(label) for label in region["value"].get(kind) or region["value"].get("labels") or ()]
            who = f"{'/'.join(labels) or 'region'} {region.get('id', '?')}"
            if (wrong := refusal(reading, spans, field, unit, who, f"data.{key}")) is not None:
                self.made.lost(wrong, "was the text changed after annotation?")
                continue
            if not labels:
                self.made.lost(f"{who} has no label", "give it one, or delete it")
            for label in labels:
                mention = Mention(f"T{len(self.made.mentions) + 1}", label, reading[0], reading[1], 0)
                self.made.mentions.append(mention)
                ids.setdefault(str(region.get("id")), []).append(mention.id)
        unread: dict[str, int] = {}
        for result in self.results:
            kind = result.get("type")
            if kind in _REGIONS:
                note = (result.get("meta") or {}).get("text")
                for target in ids.get(str(result.get("id")), ()):
                    for text_ in note if isinstance(note, list) else [note] if note else []:
                        self.made.note(target, str(text_))
            elif kind == "relation":
                self._relation(result, ids)
            elif kind in _VALUES:
                targets = ids.get(str(result.get("id")))
                if targets is None:
                    what = f"{kind} {result.get('from_name', '')} of whole tasks or of regions that were left out"
                    unread[what] = unread.get(what, 0) + 1
                for target in targets or ():
                    self.made.feature(target, str(result.get("from_name")), _values(result["value"], kind))
            else:
                unread[f"results of the type {kind}"] = unread.get(f"results of the type {kind}", 0) + 1
        for what, number in sorted(unread.items()):
            self._remark(f"{number} {what} are not read")
        return self.made.document(self.piece.id, text, self.piece.annotator), self.made.findings

    def _text(self, regions: list[dict[str, Any]]) -> tuple[str, str, list[Mark]]:
        """The text that the regions mark, and their spans in it: the only text there is, else the only one that fits."""
        texts = {key: value for key, value in self.data.items() if _is_text(value) and key != "id"}
        named = {str(region.get("to_name")) for region in regions}
        preferred = [key for key in texts if key in named or key == "text"]
        keys = list(texts) if len(texts) == 1 else [*preferred, *(key for key in texts if key not in preferred)]
        fitting = []
        for key in keys:
            text, starts = _joined(texts[key])
            try:
                marks = [_mark(region, starts, self.piece.place) for region in regions]
            except (KeyError, IndexError):
                continue
            _, readings = choose_unit(text, marks)
            if len(keys) == 1 or not any(reading[2] in WRONG for reading in readings):
                fitting.append((key, text, marks))
        elsewhere = next((one for one in texts.values() if isinstance(one, str) and _ADDRESS.match(one)), "")
        if elsewhere and len(texts) == 1:
            found = f"names the text instead of holding it: {elsewhere[:80]}"
            raise InputError(found, place=self.piece.place, remedy="import the texts themselves, as a column text")
        if not fitting or (len(fitting) > 1 and not preferred):
            which = ", ".join(f"data.{key}" for key in keys) or "none"
            found = f"has several texts, or none that fits its regions: {which}"
            raise InputError(found, place=self.piece.place, remedy="export the task with its text, under the key text")
        return fitting[0]

    def _relation(self, result: Mapping[str, Any], ids: Mapping[str, list[str]]) -> None:
        source, target = str(result.get("from_id")), str(result.get("to_id"))
        if result.get("direction") == "left":
            source, target = target, source
        labels = [str(label) for label in result.get("labels") or ()] or ["related"]
        for end in (source, target):
            if end not in ids:
                self.made.lost(
                    f"the relation {'/'.join(labels)} names the region {end}, which is not there", "draw it again"
                )
                return
        for label in labels:
            number = f"R{len(self.made.relations) + 1}"
            self.made.relations.append(Relation(number, label, ids[source][0], ids[target][0], 0))

    def _remark(self, found: str) -> None:
        self.made.findings.append(Finding(self.piece.place, found, lost=False))


def _is_text(value: Any) -> bool:
    turns = (
        isinstance(value, list) and value and all(isinstance(t, dict) and isinstance(t.get("text"), str) for t in value)
    )
    return bool(isinstance(value, str) or turns)


def _joined(value: Any) -> tuple[str, list[int]]:
    """A text, or the turns of a dialogue joined by line breaks, and where each turn starts in it."""
    if isinstance(value, str):
        return value, [0]
    starts, length = [], 0
    for turn in value:
        starts.append(length)
        length += len(turn["text"]) + 1
    return "\n".join(turn["text"] for turn in value), starts


def _mark(region: Mapping[str, Any], starts: list[int], place: str) -> Mark:
    """The span of a region as written, and the words beside it."""
    value = region["value"]
    words = value.get("text")
    if region["type"] == "paragraphlabels":
        first, last = starts[int(value["start"])], starts[int(value["end"])]
        span = span_of(value["startOffset"], value["endOffset"])
        span = span if span == NO_SPAN else (first + span[0], last + span[1])
    elif region["type"] == "hypertextlabels" and isinstance(value.get("globalOffsets"), dict):
        span = span_of(value["globalOffsets"]["start"], value["globalOffsets"]["end"])
    elif region["type"] == "hypertextlabels" and isinstance(value.get("start"), str):
        raise InputError(
            f"marks HTML by paths: {value['start'][:40]}",
            place=place,
            remedy="export with a version that writes globalOffsets, or annotate plain text",
        )
    else:
        span = span_of(value["start"], value["end"])
    return [span], words if isinstance(words, str) else None


def _values(value: Mapping[str, Any], kind: str) -> Value:
    """What was chosen or written of a region. A choice named "true" is a flag."""
    given = value.get("text") if kind == "textarea" else value.get(kind)
    if kind == "taxonomy" and isinstance(given, list):
        return ["/".join(map(str, path)) for path in given]
    listed = given if isinstance(given, list) else [given] if given is not None else []
    if listed == ["true"]:
        return True
    return [str(one) for one in listed]

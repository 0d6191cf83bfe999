"""The five reports annotated twice: their differences, what was decided about each, and whether the reports hold it.

Two of the reports were worded anew after the second pass. A pass is carried over to the text as it is now wherever its words
still stand; what lay in other words is left out, and a difference there is not looked for.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from kg.agreement import compare
from kg.corpus import find_documents, read_document
from kg.differences import Difference
from kg.documents import Document, Span
from kg.scheme import check
from tests.helpers import DATA

HOME = DATA / "agreement"
FIRST, SECOND = HOME / "first", HOME / "second"
COLUMNS = ("report", "start", "end", "layer", "label", "words", "first", "second", "decision", "reason")
DECISIONS = ("first", "second", "both", "neither")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of adjudication.tsv: a difference as `kg agreement --list` gives it, a decision and its reason."""

    report: str
    start: int
    end: int
    layer: str
    label: str
    words: str
    first: str
    second: str
    decision: str
    reason: str


def decisions() -> list[Row]:
    with (HOME / "adjudication.tsv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    assert tuple(lines[0]) == COLUMNS
    return [Row(report, int(start), int(end), *rest) for report, start, end, *rest in lines[1:]]


def annotated(folder: Path) -> dict[str, Document]:
    """The documents of a folder by id, checked by the scheme."""
    return {item.id: check(read_document(item).document)[0] for item in find_documents([folder]).items}


class Move:
    """Where a span of one text stands in another, if its words still do."""

    def __init__(self, old: str, new: str) -> None:
        self.blocks = SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks()

    def __call__(self, start: int, end: int) -> Span | None:
        for old, new, length in self.blocks:
            if old <= start and end <= old + length:
                return start - old + new, end - old + new
        return None


def carry(document: Document, text: str) -> Document:
    """The annotation on another wording of its text, without what hangs on words that no longer stand."""
    move = Move(document.text, text)
    mentions = {}
    for mention in document.mentions:
        spans = [move(*span) for span in mention.spans]
        if None not in spans:
            mentions[mention.id] = mention._replace(spans=tuple(spans))
    kept = set(mentions)
    events = {event.id: event for event in document.events if event.trigger in kept}
    kept |= set(events)
    for event in list(events.values()):
        events[event.id] = event._replace(roles=tuple(role for role in event.roles if role.target in kept))
    return replace(
        document,
        text=text,
        mentions=tuple(mentions.values()),
        events=tuple(events.values()),
        relations=tuple(one for one in document.relations if one.source in kept and one.target in kept),
        attributes=tuple(one for one in document.attributes if one.target in kept),
        normalisations=tuple(one for one in document.normalisations if one.target in kept),
        notes=tuple(one for one in document.notes if one.target in kept),
        equivalences=tuple(
            one._replace(members=members)
            for one in document.equivalences
            if len(members := tuple(member for member in one.members if member in kept)) > 1
        ),
    )


def moved(rows: Iterable[Row], passes: Mapping[str, Document], released: Mapping[str, Document]) -> Iterator[Row]:
    """The rows at their places in the reports as they are now, without those whose words no longer stand."""
    for row in rows:
        place = Move(passes[row.report].text, released[row.report].text)(row.start, row.end)
        if place is not None:
            yield replace(row, start=place[0], end=place[1])


def unlike(row: Row, side: str, found: Iterable[Difference]) -> list[Difference]:
    """Where a report does not hold what one of the passes says at the place of a row: says it not, or says what only the other
    pass does. found are the differences of that pass, as the one, from the report, as the other.

    Where both passes were accepted, it is enough that the report says the same of another mention of the same thing.
    """
    said, rival = (row.first, row.second) if side == "first" else (row.second, row.first)
    return [
        line
        for line in found
        if (line.document, line.layer) == (row.report, row.layer)
        and line.start < row.end
        and row.start < line.end
        and set(line.label.split(" | ")) & set(row.label.split(" | "))
        and (_shared(said, line.one) if said else not line.one and _shared(rival, line.other))
        and (row.decision != "both" or not line.elsewhere)
    ]


def _shared(one: str, other: str) -> bool:
    return bool(set(one.split(", ")) & set(other.split(", ")))


def against(passes: Mapping[str, Document], released: Mapping[str, Document]) -> list[Difference]:
    """The differences of a pass from the reports."""
    pairs = [(carry(document, released[id].text), released[id]) for id, document in passes.items()]
    return list(compare(pairs).differences)

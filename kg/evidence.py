"""The sentences behind an answer: passages of texts, and who states what in them.

A `Passage` is a stretch of one text with its sentence; a `Statement` is one claim (or what the text says in its own voice)
with the passages it rests on. Views carry their ids on nodes and edges; the page and the exports show them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from kg.query import Asked, local_name, rows


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a text and the sentence around them. Offsets count Unicode code points, end excluded.

    start and end place the words in the document, marks places each of their fragments in `sentence`. published is an ISO
    8601 date or "" where no date is known; url is "" where none is known.
    """

    id: str
    words: str
    sentence: str
    marks: tuple[tuple[int, int], ...]
    start: int
    end: int
    document: str
    title: str
    publisher: str
    published: str
    url: str


@dataclass(frozen=True, slots=True)
class Statement:
    """Who says what, in which words. Values are local names of the controlled lists ("deny", "held"), "" where absent."""

    id: str
    claimants: tuple[str, ...]
    on_behalf_of: tuple[str, ...] = ()
    relays: tuple[str, ...] = ()
    speech_act: str = ""
    stage: str = ""
    polarity: str = ""
    certainty: str = ""
    position: str = ""
    denial_targets: tuple[str, ...] = ()
    reported: str = ""
    passages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All passages and statements that a view refers to, by id."""

    passages: Mapping[str, Passage] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)


def load_evidence(store: Asked) -> Evidence:
    """All passages and statements that views can refer to."""
    passages: dict[str, Passage] = {}
    for span, parts in _by_first(store, "view-passages"):
        first = parts[0]
        sentence = first["sentence"]
        shift = int(first["sentence_start"])
        marks = sorted({(int(part["start"]) - shift, int(part["end"]) - shift) for part in parts})
        passages[span] = Passage(
            id=span,
            words=" ".join(dict.fromkeys(part["words"] for part in parts)),
            sentence=sentence,
            marks=tuple(marks),
            start=min(int(part["start"]) for part in parts),
            end=max(int(part["end"]) for part in parts),
            document=first["document"],
            title=first["title"],
            publisher=first["publisher"],
            published=first["published"],
            url=first["url"],
        )
    statements: dict[str, Statement] = {}
    for claim, said in _by_first(store, "view-statements"):
        first = said[0]
        statements[claim] = Statement(
            id=claim,
            claimants=_distinct(said, "claimant"),
            on_behalf_of=_distinct(said, "for"),
            relays=_distinct(said, "relay"),
            speech_act=local_name(first["act"]),
            stage=local_name(first["stage"]),
            polarity=local_name(first["polarity"]),
            certainty=local_name(first["certainty"]),
            position=local_name(first["position"]),
            denial_targets=tuple(local_name(target) for target in _distinct(said, "target")),
            reported=first["published"],
            passages=_distinct(said, "span"),
        )
    return Evidence(passages, statements)


def _distinct(rows: list[dict[str, str]], column: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row[column] for row in rows if row[column]))


def _by_first(store: Asked, query: str) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Rows as texts by column, grouped by their first column (answers are sorted by it)."""
    for key, group in groupby(rows(store, query), key=lambda row: next(iter(row.values()))):
        yield key, list(group)

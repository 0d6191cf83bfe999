"""The sentences behind an answer: passages of texts, and who states what in them.

A `Passage` is a stretch of one text with its sentence; a `Statement` is one claim (or what the text says in its own voice)
with the passages it rests on. Views carry their ids on nodes and edges; the page and the exports show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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

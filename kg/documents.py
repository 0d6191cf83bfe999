"""Stand-off annotation of one text: mentions, events, relations and what is said of them.

Everything here is a value: nothing changes after it was read, and offsets were checked against the text by the reader that
made it. All offsets count Unicode code points of `Document.text`, end excluded. A `line` is the number of the line it was
read from (1 = first; see `Document.place`), so that whoever finds a fault later can still say where.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

Span = tuple[int, int]
"""Start and end in Unicode code points, end excluded."""


class Mention(NamedTuple):
    """A stretch of text that names something: one span, or several where it is discontinuous ("Ukrainian … teams")."""

    id: str
    label: str
    spans: tuple[Span, ...]
    words: str
    """The words of all spans, in the order of the annotation, joined with one blank."""
    line: int


class Role(NamedTuple):
    """One filler of an event: a mention or another event. number pairs roles ("Theme2" with "Site2"); 1 where none stands."""

    name: str
    number: int
    target: str


class Event(NamedTuple):
    """Something that happens, is planned or is said, named by a trigger mention, with its roles in the order written."""

    id: str
    label: str
    trigger: str
    roles: tuple[Role, ...]
    line: int


class Relation(NamedTuple):
    """A directed link between two mentions or two events."""

    id: str
    label: str
    source: str
    target: str
    line: int


class Attribute(NamedTuple):
    """A property of a mention, event or relation; value is None for a plain flag."""

    id: str
    label: str
    target: str
    value: str | None
    line: int


class Normalisation(NamedTuple):
    """A link from a mention or event to an entry of an outside list, written `database:reference`."""

    id: str
    target: str
    database: str
    reference: str
    words: str
    line: int


class Note(NamedTuple):
    """A free remark of the annotator on a mention, event or relation."""

    id: str
    label: str
    target: str
    text: str
    line: int


class Equivalence(NamedTuple):
    """Mentions or events that are one and the same (symmetric and transitive; groups that share a member are joined)."""

    label: str
    members: tuple[str, ...]
    line: int


class Source(NamedTuple):
    """What is known of a text as a publication; every field may be empty. date is ISO 8601, a day or a date-time."""

    title: str = ""
    publisher: str = ""
    date: str = ""
    url: str = ""
    language: str = ""
    process: str = ""
    derived_from: tuple[str, ...] = ()
    """Public sources of the facts, as http(s) addresses, where the text was written from others."""


@dataclass(frozen=True, slots=True)
class Document:
    """One text with its annotation. id is the file name without its ending; files are the annotation files it was read from,
    each with the number of its first line, so that a line number alone names a place."""

    id: str
    text: str
    source: Source = field(default_factory=Source)
    mentions: tuple[Mention, ...] = ()
    events: tuple[Event, ...] = ()
    relations: tuple[Relation, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    equivalences: tuple[Equivalence, ...] = ()
    normalisations: tuple[Normalisation, ...] = ()
    notes: tuple[Note, ...] = ()
    files: tuple[tuple[str, int], ...] = ()
    annotator: str = ""
    """Who annotated it, as the tool names them; empty where it names nobody, or where the annotation was curated."""

    def place(self, line: int = 0) -> str:
        """The place of a line as `file:line`; of the document as a whole for line 0."""
        if not self.files:
            return self.id
        if line == 0:
            return self.files[0][0]
        name, first = next((name, first) for name, first in reversed(self.files) if first <= line)
        return f"{name}:{line - first + 1}"

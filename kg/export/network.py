"""A view as plain rows: what every network format writes, in one order, with the evidence behind each edge.

The formats differ in what they can hold; that they hold the same nodes and edges is decided here, once. Parallel edges stay
parallel, each with an id that is the same in every format and every run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from kg.evidence import Evidence, Passage, Statement

GATHERINGS = ("meeting", "round")
"""Kinds of node that are no actors."""


@dataclass(frozen=True, slots=True)
class Node:
    """One actor or gathering. earliest and latest are days of the gathering itself, "" for actors and where none is known."""

    id: str
    label: str
    kind: str
    status: str = ""
    note: str = ""
    when: str = ""
    earliest: str = ""
    latest: str = ""
    venue: str = ""

    def facts(self) -> dict[str, str]:
        """What it is and when and where, by the names that formats use."""
        return {
            "kind": self.kind,
            "standing": self.status,
            "when": self.when,
            "earliest": self.earliest,
            "latest": self.latest,
            "venue": self.venue,
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class Edge:
    """One relation of two nodes. newman is None where the view gives none; earliest and latest bound the days of its meeting.

    passages are the words that put both ends there, statements who says what of the meeting (with passages of their own).
    """

    id: str
    source: str
    target: str
    directed: bool
    relation: str
    label: str
    status: str = ""
    contested: bool = False
    weight: float = 1.0
    newman: float | None = None
    role: str = ""
    meeting: str = ""
    when: str = ""
    earliest: str = ""
    latest: str = ""
    venue: str = ""
    format: str = ""
    passages: tuple[Passage, ...] = ()
    statements: tuple[Statement, ...] = ()

    def facts(self) -> dict[str, str]:
        """As who, in which meeting, when, where and in which format, by the names that formats use."""
        return {
            "role": self.role,
            "standing": self.status,
            "meeting": self.meeting,
            "when": self.when,
            "earliest": self.earliest,
            "latest": self.latest,
            "venue": self.venue,
            "format": self.format,
        }

    def words(self) -> dict[str, str]:
        """The sentences behind it and what is claimed of it, a line each, for formats that hold but text."""
        return {
            "evidence": "\n".join(quotation(passage) for passage in self.passages),
            "claims": "\n".join(assertion(statement) for statement in self.statements),
        }


@dataclass(frozen=True, slots=True)
class Network:
    """A view: its name, its policy in words, nodes by id, edges by their ends; and the passages of all texts by id."""

    name: str
    policy: str
    directed: bool
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    passages: Mapping[str, Passage] = field(default_factory=dict)

    def statement_passages(self, statement: Statement) -> list[Passage]:
        """The words in which something is stated."""
        return [self.passages[one] for one in statement.passages if one in self.passages]


def network(graph: Any, evidence: Evidence) -> Network:
    """The rows of a view (a networkx multigraph made by `kg.views`)."""
    directed = bool(graph.is_directed())
    nodes = [
        Node(node, **{name: _text(data.get(name)) for name in Node.__dataclass_fields__ if name != "id"})
        for node, data in graph.nodes(data=True)
    ]
    kinds = {node.id: node.kind for node in nodes}
    edges = []
    for one, other, key, data in graph.edges(keys=True, data=True):
        if not directed:
            # Whoever takes part first, then what in; else the order in which networkx happens to hold the two.
            one, other = sorted((one, other), key=lambda end: (kinds[end] in GATHERINGS, end))
        identifier = sha256(" ".join((one, other, str(key))).encode()).hexdigest()[:16]
        edges.append(
            Edge(
                f"e-{identifier}",
                one,
                other,
                directed,
                contested=bool(data.get("contested")),
                weight=float(data.get("weight", 1.0)),
                newman=float(data["newman"]) if "newman" in data else None,
                passages=tuple(_known(evidence.passages, data.get("evidence", ()))),
                statements=tuple(_known(evidence.statements, data.get("statements", ()))),
                **{name: _text(data.get(name)) for name in _TEXTS},
            )
        )
    return Network(
        _text(graph.graph.get("name")),
        _text(graph.graph.get("policy")),
        directed,
        tuple(sorted(nodes, key=lambda node: node.id)),
        tuple(sorted(edges, key=lambda edge: (edge.source, edge.target, edge.meeting, edge.id))),
        evidence.passages,
    )


_TEXTS = ("relation", "label", "status", "role", "meeting", "when", "earliest", "latest", "venue", "format")


def _known(values: Mapping[str, Any], ids: Iterable[str]) -> list[Any]:
    return [values[one] for one in ids if one in values]


def _text(value: object) -> str:
    return "" if value is None else str(value)


# -- words of the evidence -----------------------------------------------------------------------------------------------


def address(passage: Passage) -> str:
    """The words within their text, after RFC 5147: code points, end excluded."""
    return f"{passage.document}#char={passage.start},{passage.end}"


def quotation(passage: Passage) -> str:
    """The sentence with where it stands, as one line."""
    source = ", ".join(part for part in (passage.title, passage.publisher, passage.published) if part)
    return f"“{' '.join(passage.sentence.split())}” — {source} <{address(passage)}>"


def telling(passages: Sequence[Passage]) -> Passage | None:
    """The passage whose sentence holds most of them, the earliest of those: a name alone may stand far from the deed."""
    held = Counter((passage.document, passage.sentence) for passage in passages)
    order = sorted(passages, key=lambda passage: (passage.published, passage.document, passage.start, passage.end))
    return max(order, key=lambda passage: held[passage.document, passage.sentence], default=None)


def assertion(statement: Statement) -> str:
    """Who says what, as one line: "Dmitry Peskov: deny, in-preparation, negative, certain"."""
    said = (statement.speech_act, statement.stage, statement.position, statement.polarity, statement.certainty)
    through = f" (through {', '.join(statement.relays)})" if statement.relays else ""
    return f"{', '.join(statement.claimants)}{through}: {', '.join(part for part in said if part)}"


# XML 1.0 has no place for these, not even escaped; a reader refuses the whole file.
_NOT_IN_XML = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\ud800-\udfff\ufffe\uffff]")


def xml_text(text: str) -> str:
    """text with what XML cannot hold made visible: control characters as their pictures (␀ … ␟), anything else as U+FFFD.

    >>> xml_text("a\\x00b")
    'a␀b'
    """
    return _NOT_IN_XML.sub(lambda found: chr(0x2400 + ord(found[0])) if ord(found[0]) < 0x20 else "\ufffd", text)

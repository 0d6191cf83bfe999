"""Doubtful pairs of meetings for a person to decide on, each with all that the two texts say, side by side."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kg.query import Asked, as_texts, ask
from kg.query import rows as rows_of


@dataclass(frozen=True, slots=True)
class Side:
    """What one text says of one of the two: its node (IRI), its title and day, and the sentences in the order of the text."""

    node: str
    title: str
    published: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two nodes that a rule, a reference or a person compared: verdict, score (None without one), reasons, by whom."""

    verdict: str
    score: float | None
    rule: str
    decided_by: str
    reasons: tuple[str, ...]
    one: Side
    other: Side


def pairs(store: Asked, verdict: str = "doubtful") -> list[Pair]:
    """The pairs with a verdict (same, not-same, unsure or doubtful), the highest score first."""
    sides = _sides(store)
    found = []
    for row in as_texts(ask(store, "links", verdict=verdict)):
        one, other = (sides.get(row[name]) or Side(row[name], "", "", ()) for name in ("one", "other"))
        score = float(row["score"]) if row["score"] else None
        reasons = tuple(filter(None, row["reasons"].split("; ")))
        found.append(Pair(row["verdict"], score, row["rule"], row["decided_by"], reasons, one, other))
    return found


def _sides(store: Asked) -> dict[str, Side]:
    rows: dict[str, list[dict[str, str]]] = {}
    for row in rows_of(store, "view-gathering-sentences"):
        rows.setdefault(row["node"], []).append(row)
    return {node: _side(node, own) for node, own in rows.items()}


def _side(node: str, rows: Iterable[dict[str, str]]) -> Side:
    rows = list(rows)
    sentences = tuple(dict.fromkeys(row["sentence"] for row in rows))
    return Side(node, rows[0]["title"], rows[0]["published"], sentences)

"""Views: explicit projections of the graph as networkx graphs, each with a policy that the caller can see.

Actors are joined only by a session: who sits in one room is read from a `Meeting`, never from a round, a venue or a day. What
is not held stays marked as what it is. Parallel relations stay parallel, and every edge carries the ids of its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import networkx as nx

from kg.evidence import Evidence
from kg.scene import Gathering, Scene, Seat
from kg.standing import HAPPENED, STANDINGS

LEVELS = {
    "principal": "actors are principals",
    "delegation": "actors are delegations, and those at the table whose delegation no text names",
    "person": "actors are those at the table",
}
"""Whom a seat counts for, in words."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Which sessions a view counts. standings are those drawn; what is drawn but not held stays marked as what it is."""

    standings: tuple[str, ...] = HAPPENED
    as_of: str = ""
    since: str = ""
    until: str = ""
    rounds: bool = False
    level: str = "principal"

    def describe(self, edge: str = "An edge is co-presence in one session", rounds: str = "") -> str:
        """The policy in words, to stand beside every picture. edge says what one is; rounds, what they do if not as usual."""
        if set(self.standings) <= set(HAPPENED):
            counted = "sessions that somebody claims as held or under way and nobody contradicts"
        else:
            counted = f"sessions that stand as {', '.join(self.standings)}; only held and under way were talks"
        parts = [f"{edge}. Counted: {counted}"]
        drawn = "rounds are drawn as nodes, they put nobody into one room" if self.rounds else "rounds are not drawn"
        parts.append(rounds or drawn)
        parts.append(LEVELS[self.level])
        if self.since or self.until:
            parts.append(f"event time {self.since or '…'} to {self.until or '…'}")
        if self.as_of:
            parts.append(f"as published on or before {self.as_of}")
        return "; ".join(parts) + "."


def who_talks_to_whom(scene: Scene, policy: Policy | None = None) -> nx.MultiGraph:
    """Co-presence in one session: one edge per pair of actors and session, keyed by the session.

    The attribute weight of an edge is 1; `newman` is 1/(k-1) for a session of k actors, after Newman 2001 (Physical Review E
    64, 016132), by which a full table counts no more for each of its members than a talk of two. With policy.rounds, a round is
    a node of its own with an edge to each who takes part; it never joins two of them.
    """
    policy = policy or Policy()
    graph = nx.MultiGraph(name="who talks to whom", policy=policy.describe())
    for gathering in _counted(scene, policy):
        present = gathering.present(policy.level)
        if gathering.kind == "meeting":
            for one, other in combinations(sorted(present), 2):
                _add_actor(graph, scene, one)
                _add_actor(graph, scene, other)
                seats = present[one] + present[other]
                graph.add_edge(one, other, key=gathering.id, **_edge("co-presence", scene, gathering, seats))
                graph.edges[one, other, gathering.id]["newman"] = 1 / (len(present) - 1)
        elif policy.rounds and present:
            _add_gathering(graph, scene, gathering)
            for actor in sorted(present):
                _add_actor(graph, scene, actor)
                key = f"{gathering.id}#participation"
                graph.add_edge(actor, gathering.id, key=key, **_edge("participation", scene, gathering, present[actor]))
    return graph


def participation(scene: Scene, policy: Policy | None = None) -> nx.MultiGraph:
    """Who takes part in what: a bipartite graph of actors and gatherings (node attribute bipartite 0 and 1).

    One edge per seat, keyed by it, so that two roles of one actor stay two edges. Sessions and, with policy.rounds, rounds.
    """
    policy = policy or Policy()
    graph = nx.MultiGraph(
        name="participation", policy=policy.describe("An edge is one seat of an actor at one session")
    )
    for gathering in _counted(scene, policy):
        if gathering.kind == "round" and not policy.rounds:
            continue
        if not gathering.seats:
            continue
        _add_gathering(graph, scene, gathering)
        for seat in gathering.seats:
            for actor in seat.actors(policy.level):
                _add_actor(graph, scene, actor)
                key = seat.participation if actor == seat.actor else f"{seat.participation}#{actor}"
                relation = "excluded" if seat.role == "excluded" else "participation"
                graph.add_edge(actor, gathering.id, key=key, **_edge(relation, scene, gathering, [seat]))
                graph.edges[actor, gathering.id, key]["role"] = seat.role
    for node, data in graph.nodes(data=True):
        data["bipartite"] = int(node in scene.gatherings)
    return graph


def mediation(scene: Scene, policy: Policy | None = None) -> nx.MultiDiGraph:
    """Who mediates between whom: mediator → party, one edge per gathering, keyed by it. Rounds count: they need no one room."""
    policy = policy or Policy()
    words = "An edge leads from a mediator to a party of one session or round, which need no one room"
    graph = nx.MultiDiGraph(name="who mediates", policy=policy.describe(words, rounds="rounds count as well"))
    for gathering in _counted(scene, policy):
        sides: dict[str, dict[str, list[Seat]]] = {"mediator": {}, "party": {}}
        for seat in gathering.seats:
            for actor in seat.actors(policy.level) if seat.role in sides else ():
                sides[seat.role].setdefault(actor, []).append(seat)
        for mediator, own in sorted(sides["mediator"].items()):
            for party, theirs in sorted(sides["party"].items()):
                if mediator != party:
                    _add_actor(graph, scene, mediator)
                    _add_actor(graph, scene, party)
                    edge = _edge("mediates", scene, gathering, own + theirs)
                    graph.add_edge(mediator, party, key=gathering.id, **edge | {"directed": True})
    return graph


VIEWS = {"who-talks-to-whom": who_talks_to_whom, "participation": participation, "mediation": mediation}
"""Every view by its name."""


def _counted(scene: Scene, policy: Policy) -> Iterable[Gathering]:
    for key in sorted(scene.gatherings):
        gathering = scene.gatherings[key]
        if gathering.standing not in policy.standings:
            continue
        if policy.since and gathering.latest and gathering.latest < policy.since:
            continue
        if policy.until and gathering.earliest and gathering.earliest > policy.until:
            continue
        yield gathering


def _add_actor(graph: nx.Graph, scene: Scene, actor: str) -> None:
    if actor not in graph:
        attributes = {"label": scene.names[actor], "kind": scene.kinds[actor], "status": "", "note": ""}
        graph.add_node(actor, **attributes, evidence=(), statements=())


def _add_gathering(graph: nx.Graph, scene: Scene, gathering: Gathering) -> None:
    if gathering.id not in graph:
        edge = _edge("", scene, gathering, gathering.seats)
        attributes = {"label": gathering.label, "kind": gathering.kind, "status": gathering.standing}
        note = "A round: several sittings or rooms, it puts nobody into one room." if gathering.kind == "round" else ""
        graph.add_node(
            gathering.id,
            **attributes,
            note=note,
            **{k: edge[k] for k in ("evidence", "statements", "when", "earliest", "latest", "venue")},
        )


def _edge(relation: str, scene: Scene, gathering: Gathering, seats: Iterable[Seat]) -> dict[str, Any]:
    return {
        "relation": relation,
        "label": gathering.label,
        "status": gathering.standing,
        "contested": gathering.contested,
        "weight": 1.0,
        "directed": False,
        "evidence": tuple(dict.fromkeys(passage for seat in seats for passage in seat.passages)),
        "statements": tuple(dict.fromkeys(claim.claim for claim in gathering.claims)),
        "meeting": gathering.id,
        "when": " / ".join(gathering.edtf),
        "earliest": gathering.earliest,
        "latest": gathering.latest,
        "venue": scene.where(gathering),
        "format": ", ".join(gathering.formats),
    }


def edge_rows(
    graph: nx.MultiGraph | nx.MultiDiGraph, evidence: Evidence | None = None
) -> tuple[list[str], list[tuple[str, ...]]]:
    """The edges of a view as a table, pair by pair: names, relation, standing, how many sessions, latest date, which.

    Standings stay apart: what is proposed or disputed is never added to what was held. With evidence, the sentence and the
    offsets (code points, end excluded) of the first passage behind each row.
    """
    names = graph.nodes(data="label")
    grouped: dict[tuple[str, str, str, str], list[dict[str, Any]]] = {}
    for one, other, data in graph.edges(data=True):
        if graph.nodes[one]["kind"] in ("meeting", "round"):
            one, other = other, one
        ends = names[one], names[other]
        if not graph.is_directed() and data["relation"] == "co-presence":
            ends = (min(ends), max(ends))
        status = data["status"] + (", disputed" if data["contested"] and data["status"] != "disputed" else "")
        grouped.setdefault((*ends, data.get("role") or data["relation"], status), []).append(data)
    columns = ["from", "to", "relation", "standing", "sessions", "latest", "which"]
    rows: list[tuple[str, ...]] = []
    for key, edges in grouped.items():
        which = "; ".join(sorted({data["label"] for data in edges}))
        sessions = len({data["meeting"] for data in edges})
        rows.append((*key, str(sessions), max(data["latest"] for data in edges), which))
        if evidence is not None:
            passages = [evidence.passages[passage] for data in edges for passage in data["evidence"]]
            first = min(passages, key=lambda one: (one.published, one.document, one.start, one.end, one.id))
            rows[-1] += (first.sentence, str(first.start), str(first.end), first.document)
    rows.sort(key=row_order)
    return columns + (["sentence", "start", "end", "document"] if evidence is not None else []), rows


def row_order(row: tuple[str, ...]) -> tuple[int, int, tuple[str, ...]]:
    """Where a row of `edge_rows` stands: what was held first, and of that what was held most often."""
    return STANDINGS.index(row[3].partition(",")[0]), -int(row[4]), row

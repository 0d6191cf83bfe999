"""Views: explicit projections of the graph as networkx graphs, each with a policy that the caller can see.

Actors are joined only by a session: who sits in one room is read from a `Meeting`, never from a round, a venue or a day. What
is not held stays marked as what it is. Parallel relations stay parallel, and every edge carries the ids of its evidence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import networkx as nx

from kg.analysis import HAPPENED, STANDINGS, Policy, StageClaim, contested, standing
from kg.evidence import Evidence, as_texts, local_name
from kg.query import Asked, ask

_AT_TABLE = frozenset({"party", "mediator", "supporter", "observer", "participant"})
"""Roles that put somebody into the room. A host gives the place, a facilitator the logistics, a guarantor a promise: that alone
puts none of them at the table, and `excluded` says the opposite."""


_NEVER = "9999-12-31"
"""The end of an open interval, for comparing."""


@dataclass(slots=True)
class Seat:
    """One actor at one gathering: who, in which role, for which principals, and the passages that say so."""

    participation: str
    actor: str
    role: str
    principals: frozenset[str]
    passages: tuple[str, ...] = ()


@dataclass(slots=True)
class Gathering:
    """One session or round over all texts that speak of it, with where it stands by their claims."""

    id: str
    kind: str
    label: str
    standing: str = "mentioned"
    contested: bool = False
    nodes: set[str] = field(default_factory=set)
    seats: list[Seat] = field(default_factory=list)
    claims: list[StageClaim] = field(default_factory=list)
    venues: tuple[str, ...] = ()
    edtf: tuple[str, ...] = ()
    earliest: str = ""
    latest: str = ""
    formats: tuple[str, ...] = ()
    encounter: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything views are drawn from: gatherings by id, and kind and name of every actor."""

    gatherings: dict[str, Gathering]
    kinds: dict[str, str]
    names: dict[str, str]


def load_scene(store: Asked, as_of: str = "") -> Scene:
    """Read all gatherings with their participants, claims, places and times; only what was published by `as_of`."""
    day = {"as_of": as_of} if as_of else {}
    scene = Scene({}, {}, {})
    principals = _principals(store, scene)
    of_node: dict[str, Gathering] = {}
    seats: dict[str, Seat] = {}
    for row in as_texts(ask(store, "view-participations", **day)):
        gathering = scene.gatherings.setdefault(
            row["meeting"], Gathering(row["meeting"], _kind(row["kind"]), row["label"])
        )
        gathering.nodes.add(row["node"])
        of_node[row["node"]] = gathering
        gathering.encounter |= local_name(row["mode"]) == "encounter"
        if not row["participation"]:
            continue
        actor, kind = row["who"], _kind(row["sort"])
        scene.kinds.setdefault(actor, kind)
        scene.names.setdefault(actor, row["name"])
        graph = _graph_of(row["node"])
        if row["direct"]:
            found = frozenset(_followed(row["direct"], principals.get(graph, {})))
        elif kind in ("state", "organization"):
            found = frozenset({actor})
        else:
            found = frozenset()
        seat = seats.get(row["participation"])
        if seat is None:
            seat = seats[row["participation"]] = Seat(row["participation"], actor, local_name(row["role"]), found)
            gathering.seats.append(seat)
        else:
            seat.principals |= found
    for row in as_texts(ask(store, "view-evidence")):
        if row["participation"] in seats:
            seats[row["participation"]].passages += (row["span"],)
    _add_claims(store, of_node, day)
    _add_moments(store, of_node)
    for gathering in scene.gatherings.values():
        gathering.standing = standing(gathering.claims)
        gathering.contested = gathering.standing not in HAPPENED and contested(gathering.claims)
    return scene


def _principals(store: Asked, scene: Scene) -> dict[str, dict[str, set[str]]]:
    """Graph → agent → its principals in that text."""
    mandates: dict[str, dict[str, set[str]]] = {}
    for row in as_texts(ask(store, "view-mandates")):
        mandates.setdefault(row["graph"], {}).setdefault(row["agent"], set()).add(row["principal"])
        scene.kinds.setdefault(row["principal"], _kind(row["sort"]))
        scene.names.setdefault(row["principal"], row["name"])
    return mandates


def _followed(principal: str, mandates: dict[str, set[str]], seen: frozenset[str] = frozenset()) -> Iterable[str]:
    """The ends of the chain of mandates that starts at a principal (an envoy of a president acts for the state)."""
    further = mandates.get(principal, set()) - seen - {principal}
    if not further:
        yield principal
    for one in sorted(further):
        yield from _followed(one, mandates, seen | {principal})


def _add_claims(store: Asked, of_node: dict[str, Gathering], day: dict[str, str]) -> None:
    for row in as_texts(ask(store, "view-claims", **day)):
        if (gathering := of_node.get(row["node"])) is not None:
            values = {name: local_name(row[name]) for name in ("act", "stage", "polarity", "certainty")}
            gathering.claims.append(
                StageClaim(row["claim"], row["node"], row["who"], row["claimant"], published=row["published"], **values)
            )


def _add_moments(store: Asked, of_node: dict[str, Gathering]) -> None:
    bounds: dict[str, set[tuple[str, str]]] = {}
    for row in as_texts(ask(store, "view-moments")):
        gathering = of_node.get(row["node"])
        if gathering is None:
            continue
        gathering.venues = _with(gathering.venues, row["place"])
        gathering.edtf = _with(gathering.edtf, row["edtf"])
        gathering.formats = _with(gathering.formats, local_name(row["arity"]))
        gathering.formats = _with(gathering.formats, local_name(row["directness"]))
        if row["earliest"] or row["latest"]:
            bounds.setdefault(gathering.id, set()).add((row["earliest"], row["latest"] or _NEVER))
    for gathering in of_node.values():
        said = bounds.get(gathering.id, set())
        starts, ends = [start for start, _ in said], [end for _, end in said]
        if said and max(starts) <= min(ends):
            # Texts that date one meeting more or less exactly agree on what lies within all their bounds.
            gathering.earliest, gathering.latest = max(starts), min(ends)
        elif said:
            # Texts that contradict one another leave the bounds of all that is said.
            gathering.earliest, gathering.latest = min(starts), max(ends)
        gathering.latest = "" if gathering.latest == _NEVER else gathering.latest


def who_talks_to_whom(scene: Scene, policy: Policy | None = None) -> nx.MultiGraph:
    """Co-presence in one session: one edge per pair of actors and session, keyed by the session.

    The attribute weight of an edge is 1; `newman` is 1/(k-1) for a session of k actors, after Newman 2001 (Physical Review E
    64, 016132), by which a full table counts no more for each of its members than a talk of two. With policy.rounds, a round is
    a node of its own with an edge to each who takes part; it never joins two of them.
    """
    policy = policy or Policy()
    graph = nx.MultiGraph(name="who talks to whom", policy=policy.describe())
    for gathering in _counted(scene, policy):
        present = _present(scene, gathering, policy.level)
        if gathering.kind == "meeting":
            for one, other in combinations(sorted(present), 2):
                _add_actor(graph, scene, one)
                _add_actor(graph, scene, other)
                seats = present[one] + present[other]
                graph.add_edge(one, other, key=gathering.id, **_edge("co-presence", gathering, seats))
                graph.edges[one, other, gathering.id]["newman"] = 1 / (len(present) - 1)
        elif policy.rounds and present:
            _add_gathering(graph, gathering)
            for actor in sorted(present):
                _add_actor(graph, scene, actor)
                key = f"{gathering.id}#participation"
                graph.add_edge(actor, gathering.id, key=key, **_edge("participation", gathering, present[actor]))
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
        _add_gathering(graph, gathering)
        for seat in gathering.seats:
            for actor in _actors(seat, policy.level):
                _add_actor(graph, scene, actor)
                key = seat.participation if actor == seat.actor else f"{seat.participation}#{actor}"
                relation = "excluded" if seat.role == "excluded" else "participation"
                graph.add_edge(actor, gathering.id, key=key, **_edge(relation, gathering, [seat]))
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
            for actor in _actors(seat, policy.level) if seat.role in sides else ():
                sides[seat.role].setdefault(actor, []).append(seat)
        for mediator, own in sorted(sides["mediator"].items()):
            for party, theirs in sorted(sides["party"].items()):
                if mediator != party:
                    _add_actor(graph, scene, mediator)
                    _add_actor(graph, scene, party)
                    edge = _edge("mediates", gathering, own + theirs)
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


def _actors(seat: Seat, level: str) -> Iterable[str]:
    """Who sits there at this level. Somebody without a known principal stays who it is: it is never dropped, never guessed."""
    return sorted(seat.principals) or [seat.actor] if level == "principal" else [seat.actor]


def _present(scene: Scene, gathering: Gathering, level: str) -> dict[str, list[Seat]]:
    present: dict[str, list[Seat]] = {}
    for seat in gathering.seats:
        if seat.role in _AT_TABLE:
            for actor in _actors(seat, level):
                present.setdefault(actor, []).append(seat)
    return present


def _add_actor(graph: nx.Graph, scene: Scene, actor: str) -> None:
    if actor not in graph:
        attributes = {"label": scene.names[actor], "kind": scene.kinds[actor], "status": "", "note": ""}
        graph.add_node(actor, **attributes, evidence=(), statements=())


def _add_gathering(graph: nx.Graph, gathering: Gathering) -> None:
    if gathering.id not in graph:
        edge = _edge("", gathering, gathering.seats)
        attributes = {"label": gathering.label, "kind": gathering.kind, "status": gathering.standing}
        note = "A round: several sittings or rooms, it puts nobody into one room." if gathering.kind == "round" else ""
        graph.add_node(
            gathering.id, **attributes, note=note, **{k: edge[k] for k in ("evidence", "statements", "when", "venue")}
        )


def _edge(relation: str, gathering: Gathering, seats: Iterable[Seat]) -> dict[str, Any]:
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
        "latest": gathering.latest,
        "venue": ", ".join(gathering.venues),
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
            first = min(passages, key=lambda passage: (passage.published, passage.document, passage.start))
            rows[-1] += (first.sentence, str(first.start), str(first.end), first.document)
    order = {standing: rank for rank, standing in enumerate(STANDINGS)}
    rows.sort(key=lambda row: (order[row[3].partition(",")[0]], -int(row[4]), row))
    return columns + (["sentence", "start", "end", "document"] if evidence is not None else []), rows


def _kind(iri: str) -> str:
    return local_name(iri).lower()


def _graph_of(node: str) -> str:
    """The named graph of a node that a text made: its IRI has the document in it, as its graph has."""
    home, _, rest = node.rpartition("/document/")
    return f"{home}/graph/{rest.partition('/')[0]}"


def _with(values: tuple[str, ...], value: str) -> tuple[str, ...]:
    return values if not value or value in values else tuple(sorted((*values, value)))

"""What a page knows, as plain JSON values: the whole scene with its evidence, for a file that its reader filters and dates.

Everything that a reader may switch to is in here: every standing, every level, rounds, all claims with their stance and day.
The page derives standings from these claims by the rule of `kg.standing`, whose lists travel with the data. Lines come from
`kg.views` and nowhere else: the page hides and bundles them, it never makes one.

Values that are empty are left out; passages, sentences, statements, documents and venues are numbered and referred to by number.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from kg import standing
from kg.edtf import EDTFError, bounds
from kg.errors import InputError
from kg.layout import lay_out
from kg.namespaces import BASE
from kg.scene import AT_TABLE, Claim, Gathering, Scene, Telling
from kg.views import LEVELS, VIEWS, Policy

if TYPE_CHECKING:
    import networkx as nx

    from kg.evidence import Evidence, Passage

FORMAT = 2
_NODE_TEXT = ("kind", "status", "note")


def scene_data(scene: Scene, evidence: Evidence, policy: Policy, view: str) -> dict[str, Any]:
    """A scene as a page's data. policy and view say what the page shows first; everything else is in it all the same."""
    tables = _Tables(evidence, scene)
    order = sorted(scene.gatherings)
    number = {key: index for index, key in enumerate(order)}
    gatherings = [_gathering(scene.gatherings[key], tables, number) for key in order]
    nodes, edges = _drawn(scene, number, f"{view}/{policy.level}")
    return tables.finish(
        {
            "nodes": nodes,
            "edges": edges,
            "gatherings": gatherings,
            "asOf": scene.as_of,
            "views": list(VIEWS),
            "start": _slim(
                view=view,
                level=policy.level,
                standings=[one for one in standing.STANDINGS if one in policy.standings],
                rounds=policy.rounds,
                asOf=policy.as_of,
                since=policy.since,
                until=policy.until,
            ),
        }
    )


def graph_data(graph: nx.Graph, evidence: Evidence, description: str) -> dict[str, Any]:
    """Any networkx graph as a page's data: each edge is its own, with the status, words and evidence it carries."""
    tables = _Tables(evidence, None)
    found = sorted(((str(node), data) for node, data in graph.nodes(data=True)), key=lambda pair: pair[0])
    links = _links(graph)
    places = lay_out({node: _text(data.get("label")) or node for node, data in found}, [link[:2] for link in links])
    nodes = []
    for node, data in found:
        about = {name: _text(data.get(name)) for name in _NODE_TEXT} | {"spots": {"graph": list(places[node])}}
        nodes.append(_slim(id=node, label=_text(data.get("label")) or node, **about, **tables.refs(data)))
    edges: list[dict[str, Any]] = []
    gatherings: list[dict[str, Any]] = []
    for start, end, key, data in links:
        when = _text(data.get("when"))
        telling = _slim(
            label=_text(data.get("label")), edtf=[when] if when else [], moments=_moments(when.split(" / ")),
            place=_text(data.get("venue")), words=_text(data.get("format")),
        )  # fmt: skip
        status, contested = _text(data.get("status")), bool(data.get("contested"))
        gatherings.append(
            {"id": _text(data.get("meeting")), "kind": "relation", "fixed": status, "tellings": [telling]}
            | _slim(contested=contested, **tables.refs(data))
        )
        edge = {"id": key, "from": start, "to": end, "relation": _text(data.get("relation")), "at": len(edges)}
        directed = bool(data.get("directed")) and graph.is_directed()
        edges.append(edge | {"weight": _weight(data, f"edge {start} – {end}")} | _slim(arrow=directed))
    start_state = {"view": "graph", "level": "principal", "rounds": True}
    made = {"nodes": nodes, "edges": edges, "gatherings": gatherings, "views": ["graph"], "start": start_state}
    return tables.finish(made | {"description": description})


# --- lines and names ---------------------------------------------------------------------------------------------


def _drawn(scene: Scene, number: Mapping[str, int], first: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Nodes with their places in every picture, and lines with the pictures and levels in which they stand."""
    about: dict[str, dict[str, Any]] = {}
    spots: dict[str, dict[str, list[int]]] = {}
    edges: dict[str, dict[str, Any]] = {}
    seats = {seat.participation: place for one in scene.gatherings.values() for place, seat in enumerate(one.seats)}
    for level in LEVELS:
        policy = Policy(standings=standing.STANDINGS, rounds=True, level=level)
        for view, make in VIEWS.items():
            graph = make(scene, policy)
            links = _links(graph)
            names = {str(node): str(data["label"]) for node, data in graph.nodes(data=True)}
            picture = f"{view}/{level}"
            # The picture that is seen first is worth the most care.
            places = lay_out(names, [link[:2] for link in links], tries=20 if picture == first else 4)
            for node, data in graph.nodes(data=True):
                about.setdefault(node, data)
                spots.setdefault(node, {})[picture] = list(places[node])
            for start, end, key, data in links:
                edge = edges.setdefault(
                    f"{view} {key}",
                    {
                        "id": key, "from": _short(start), "to": _short(end), "relation": data["relation"],
                        "view": view, "levels": [], "at": number[data["meeting"]],
                    },
                )  # fmt: skip
                edge["levels"].append(level)
                if data.get("directed"):
                    edge["arrow"] = True
                if view == "participation":
                    seat = data["key"] if data["key"] in seats else data["key"].removesuffix(f"#{start}")
                    seat = seat if seat in seats else seat.removesuffix(f"#{end}")
                    edge |= {"seat": seats[seat], "role": data["role"]}
    nodes = [
        _slim(id=_short(node), label=data["label"], kind=data["kind"], note=data["note"], spots=spots[node],
              at=number.get(node), aliases=_distinct(scene.aliases.get(node, ())))
        for node, data in sorted(about.items())
    ]  # fmt: skip
    made = [edges[key] for key in sorted(edges)]
    taken: dict[str, int] = {}
    for edge in made:
        taken[edge["id"]] = taken.get(edge["id"], 0) + 1
        if taken[edge["id"]] > 1:
            edge["id"] += f"-{taken[edge['id']]}"
    return nodes, made


_Link = tuple[str, str, str, Mapping[str, Any]]


def _links(graph: nx.Graph) -> list[_Link]:
    """(start, end, id, data) of every edge, sorted; the id depends on the ends and the key alone."""
    found = []
    if graph.is_multigraph():
        triples = graph.edges(keys=True, data=True)
    else:
        triples = ((start, end, 0, data) for start, end, data in graph.edges(data=True))
    for start, end, key, data in triples:
        ends = (str(start), str(end))
        if not graph.is_directed() and not data.get("directed"):
            ends = (min(ends), max(ends))  # which end networkx names first depends on the order of insertion
        found.append((*ends, str(key), data))
    found.sort(key=lambda link: link[:3])
    links: list[_Link] = []
    taken: dict[str, int] = {}
    for start, end, key, data in found:
        digest = hashlib.sha256("\0".join((start, end, key)).encode("utf-8", "surrogatepass")).hexdigest()[:12]
        taken[digest] = taken.get(digest, 0) + 1
        name = f"e-{digest}" + (f"-{taken[digest]}" if taken[digest] > 1 else "")
        links.append((start, end, name, {**data, "key": key}))
    return links


def _weight(data: Mapping[str, Any], place: str) -> float:
    try:
        weight = float(data.get("weight", 1.0))
    except (TypeError, ValueError):
        weight = math.nan
    if not math.isfinite(weight):
        raise InputError(f"weight {data.get('weight')!r} is no finite number", place=place)
    return weight


# --- gatherings --------------------------------------------------------------------------------------------------


def _gathering(one: Gathering, tables: _Tables, number: Mapping[str, int]) -> dict[str, Any]:
    """One session or round: each text's telling of it, the seats and the claims, each with the number of its telling."""
    tellings = sorted(one.tellings.values(), key=lambda telling: telling.node)
    place = {telling.node: index for index, telling in enumerate(tellings)}
    processes = [tables.process(process) for process in one.processes]
    seats = [
        _slim(
            t=place[seat.node],
            actor=_short(seat.actor),
            role=seat.role,
            principals=sorted(map(_short, seat.principals)),
            delegations=sorted(map(_short, seat.delegations)),
            word=seat.word if seat.word != "said" else "",
            passages=tables.passages_of(seat.passages),
            claims=tables.statements_of(seat.claims),
        )
        for seat in one.seats
    ]
    claims = [_claim(claim, place[claim.node], tables) for claim in one.claims]
    told = [_telling(telling, tables, number) for telling in tellings]
    # A name for all texts together is a conclusion; without one, each text's words stand.
    label = one.label if one.label not in {telling.label for telling in tellings} or len(tellings) > 1 else ""
    made = {"id": _short(one.id), "kind": one.kind, "tellings": told}
    return made | _slim(label=label, processes=processes, seats=seats, claims=claims)


def _telling(telling: Telling, tables: _Tables, number: Mapping[str, int]) -> dict[str, Any]:
    return _slim(
        label=telling.label,
        document=tables.document_of(telling.document),
        published=telling.published,
        edtf=list(telling.edtf),
        moments=[list(moment) for moment in telling.moments],
        passedOn=[list(moment) for moment in telling.passed_on],
        venues=[tables.venue_of(venue) for venue in telling.venues],
        arity=list(telling.arity),
        directness=list(telling.directness),
        mode=list(telling.mode),
        level=list(telling.level),
        wholes=[number[whole] for whole in telling.wholes],
        outcomes=[list(outcome) for outcome in telling.outcomes],
    )


def _claim(claim: Claim, telling: int, tables: _Tables) -> dict[str, Any]:
    return _slim(
        t=telling,
        s=tables.statement_of(claim),
        who=_short(claim.claimant),
        name=claim.name,
        act=claim.act,
        stage=claim.stage,
        polarity=claim.polarity,
        certainty=claim.certainty,
        published=claim.published,
        said=claim.said if claim.said != claim.published else "",
        about=tables.statements_of([claim.about]) if claim.about else [],
    )


class _Tables:
    """Numbers for what many things refer to: documents, sentences, passages, statements, venues, processes."""

    def __init__(self, evidence: Evidence, scene: Scene | None) -> None:
        self._evidence, self._scene = evidence, scene
        self._documents: dict[str, int] = {}
        self._sentences: dict[tuple[int, str], int] = {}
        self._passages: dict[str, int] = {}
        self._statements: dict[str, int] = {}
        self._venues: dict[str, int] = {}
        self._processes: dict[str, int] = {}
        self._rows: dict[str, list[Any]] = {
            name: [] for name in ("documents", "sentences", "passages", "statements", "venues", "processes")
        }
        self._about = {passage.document: passage for passage in evidence.passages.values()}

    def finish(self, made: dict[str, Any]) -> dict[str, Any]:
        """The whole island: what was made, the tables, and the lists of the standing rule."""
        rule = {
            "happened": list(standing.HAPPENED),
            "ahead": list(standing.AHEAD),
            "off": list(standing.OFF),
            "standings": list(standing.STANDINGS),
            "noAssertion": sorted(standing.NO_ASSERTION),
            "sure": sorted(standing.SURE),
            "atTable": sorted(AT_TABLE),
        }
        return {"format": FORMAT, "base": BASE, "rule": rule} | made | self._rows

    def refs(self, data: Mapping[str, Any]) -> dict[str, list[int | str]]:
        """What a node or edge of a graph refers to. An id that the evidence lacks stays as it is, so that the page can say so."""
        return {
            "passages": self.passages_of([_text(ref) for ref in data.get("evidence") or ()]),
            "statements": self.statements_of([_text(ref) for ref in data.get("statements") or ()]),
        }

    def passages_of(self, refs: Iterable[str]) -> list[int | str]:
        return [self._passage(self._evidence.passages[ref]) if ref in self._evidence.passages else ref for ref in refs]

    def statements_of(self, refs: Iterable[str]) -> list[int | str]:
        return [self._statement(ref) if ref in self._evidence.statements else ref for ref in refs]

    def statement_of(self, claim: Claim) -> int | str:
        """The number of a claim's statement, with what only the claim knows of it."""
        if claim.claim not in self._evidence.statements:
            return claim.claim
        index = self._statement(claim.claim)
        self._rows["statements"][index] |= _slim(
            to=[name for _, name in claim.addressees],
            channels=[name for _, name in claim.channels],
            evaluation=claim.evaluation,
            made=[claim.made_from, claim.made_to] if claim.made_from or claim.made_to else [],
            heads=[name for _, name in claim.heads],
            outer=self.statements_of(claim.outer),
        )
        return index

    def document_of(self, iri: str) -> int | None:
        if iri not in self._documents:
            known = self._about.get(iri)
            if known is None and self._scene is None:
                return None
            self._documents[iri] = len(self._rows["documents"])
            facts = {name: getattr(known, name) for name in ("title", "publisher", "published", "url")} if known else {}
            self._rows["documents"].append(_slim(id=_short(iri), **facts))
        return self._documents[iri]

    def venue_of(self, iri: str) -> int:
        if iri not in self._venues:
            place = self._scene.places.get(iri) if self._scene else None
            row: dict[str, Any] = {}
            self._venues[iri] = len(self._rows["venues"])
            self._rows["venues"].append(row)
            row |= _slim(id=_short(iri), name=place.name if place else iri)
            if place:
                spot = [float(place.latitude), float(place.longitude)] if place.latitude and place.longitude else []
                within = self.venue_of(place.within) if place.within else None
                row |= _slim(within=within, spot=spot)
            row |= _slim(aliases=_distinct(self._scene.aliases.get(iri, ())) if self._scene else [])
        return self._venues[iri]

    def process(self, iri: str) -> int:
        if iri not in self._processes:
            self._processes[iri] = len(self._rows["processes"])
            self._rows["processes"].append({"id": _short(iri), "name": iri.rpartition("/")[2]})
        return self._processes[iri]

    def _passage(self, passage: Passage) -> int:
        if passage.id not in self._passages:
            document = self.document_of(passage.document)
            assert document is not None, "a passage knows its document"
            key = document, passage.sentence
            if key not in self._sentences:
                self._sentences[key] = len(self._rows["sentences"])
                self._rows["sentences"].append(passage.sentence)
            self._passages[passage.id] = len(self._rows["passages"])
            marks = [list(mark) for mark in passage.marks]
            row = {"d": document, "n": self._sentences[key], "a": passage.start, "z": passage.end}
            self._rows["passages"].append(row | _slim(m=marks, w="" if marks else passage.words))
        return self._passages[passage.id]

    def _statement(self, ref: str) -> int:
        if ref not in self._statements:
            statement = self._evidence.statements[ref]
            self._statements[ref] = len(self._rows["statements"])
            self._rows["statements"].append({})
            self._rows["statements"][-1] = _slim(
                id=_short(ref),
                by=list(statement.claimants),
                onBehalfOf=list(statement.on_behalf_of),
                relays=list(statement.relays),
                act=statement.speech_act,
                stage=statement.stage,
                polarity=statement.polarity,
                certainty=statement.certainty,
                position=statement.position,
                targets=list(statement.denial_targets),
                published=statement.reported,
                passages=self.passages_of(statement.passages),
            )
        return self._statements[ref]


def _moments(edtf: Iterable[str]) -> list[list[str]]:
    """Bounds of the times that can be read; an end that is open stands as the last day of all."""
    found = []
    for value in edtf:
        try:
            first, last = bounds(value)
        except EDTFError:
            continue
        found.append([first.isoformat() if first else "", last.isoformat() if last else "9999-12-31"])
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _slim(**values: Any) -> dict[str, Any]:
    """values without those that are empty: what is not there takes no room. The number 0 is a number, and stays."""
    return {name: value for name, value in values.items() if value or (value == 0 and value is not False)}


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))  # two languages often share a name


def _short(iri: str) -> str:
    """An IRI of the usual base without it; the page puts it in front again where an IRI is asked for."""
    return iri.removeprefix(BASE)

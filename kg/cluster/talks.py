"""Who talks to whom, shared out by meeting: the rows of `kg.views.edge_rows` for the whole corpus.

Where a meeting stands and who sits there follows from the texts that speak of it alone. So a worker loads those texts, reads the
scene as everybody does, keeps the meetings that are its own, and leaves their edges for whoever counts these two actors.
"""

from __future__ import annotations

import json
import re
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import replace
from functools import lru_cache
from typing import Any, NamedTuple

import networkx as nx

from kg import ntriples as nt
from kg.cluster.segments import Piece, read_pieces, write_pieces
from kg.cluster.setting import Kept, kept, labels
from kg.conclusions import canonical_iri
from kg.evidence import Evidence, Passage
from kg.linking import Cluster
from kg.namespaces import DP, OA
from kg.parts import Where
from kg.places import Place
from kg.scene import load_scene
from kg.standing import STANDINGS
from kg.store import Store
from kg.terms import Term, literal
from kg.views import LEVELS, Policy, edge_rows, who_talks_to_whom
from kg.worker import MIB, Answer, Limits

FEWEST, TEXTS = 40, 240
"""Texts loaded at once: enough to be worth a query process, few enough for its joins to be quick."""

_UNHURRIED = Limits(seconds=3600, memory=4096 * MIB, rows=10_000_000, bytes=1024 * MIB)
"""Nobody waits for these questions, and they are ours."""

_NAMED = re.compile(rb"^<([^>]*/actor/name/[^>]*)> <http://www\.w3\.org/2000/01/rdf-schema#label> ", re.MULTILINE)


class Unhurried(NamedTuple):
    """A store that is asked without haste."""

    store: Store

    @property
    def base(self) -> str:
        return self.store.base

    def query(
        self, sparql: str, bindings: Mapping[str, Term | None] | None = None, limits: Limits | None = None
    ) -> Answer:
        return self.store.query(sparql, bindings, limits or _UNHURRIED)


@lru_cache(maxsize=64)
def _index(scratch: str, part: int) -> dict[str, Where]:
    """Where each graph of a part stands."""
    lines = Place(scratch).read(f"index-{part:05}.jsonl").splitlines()
    return {where.graph: where for where in (Where(*json.loads(line)) for line in lines)}


def write_sessions(
    here: Kept,
    bundle: int,
    clusters: Iterable[Cluster],
    numbers: Mapping[str, int],
    lines: bytes,
    starts: list[int],
    most: int,
) -> list[tuple[str, Piece]]:
    """Write the sessions of a bundle with their texts and what is concluded of them, in shares of at most so many texts.

    numbers are those of the profiles by node, lines the conclusions of the bundle.
    """
    of_subject: dict[str, list[str]] = {}
    for line in lines.decode().splitlines(keepends=True):
        of_subject.setdefault(line[1 : line.index(">")], []).append(line)

    def where(node: str) -> Where:
        home, _, rest = node.rpartition("/document/")
        part = bisect_right(starts, numbers[node]) - 1
        return _index(here.scratch.address, part)[f"{home}/graph/{rest.partition('/')[0]}"]

    each = [
        (sorted({where(member) for member in cluster.members}), canonical_iri(cluster, here.base))
        for cluster in clusters
        if cluster.kind == "Meeting"
    ]
    shares: dict[int, list[Any]] = {}
    needed: set[Where] = set()
    for texts, session in sorted(each):
        if not shares or len(needed.union(texts)) > most:
            shares[len(shares)] = []
            needed = set()
        shares[len(shares) - 1].append((session, texts, of_subject.get(session, [])))
        needed.update(texts)
    name = f"sessions-{bundle:05}"
    return [(name, piece) for piece in write_pieces(here.scratch, name, shares).values()]


def talk(
    scratch: str, number: int, name: str, piece: Piece, parts: dict[int, str], buckets: int
) -> tuple[str, dict[int, Piece]]:
    """Write who sits together in a share of sessions, sorted by pair; the file, and where each share of pairs lies.

    parts gives the file of each part.
    """
    here = kept(scratch)
    sessions, known = set[str](), list[bytes]()
    wanted: dict[int, set[Where]] = {}
    for _, (session, texts, lines) in read_pieces(here.scratch, [(name, [piece])]):
        sessions.add(session)
        known += [line.encode() for line in lines]
        for where in (Where(*values) for values in texts):
            wanted.setdefault(where.part, set()).add(where)
    blocks: list[bytes] = []
    for part, own in sorted(wanted.items()):
        blocks += here.target.pieces(parts[part], [(one.offset, one.length) for one in sorted(own)])
    edges: dict[int, list[Any]] = {}
    for edge in _edges(here, blocks, known, sessions):
        pair = "\n".join((edge.level, *sorted((edge.first, edge.second))))
        edges.setdefault(zlib.crc32(pair.encode()) % buckets, []).append(edge)
    return f"talks-{number:05}", write_pieces(here.scratch, f"talks-{number:05}", edges)


class Edge(NamedTuple):
    """One pair at one session: what a row of the table needs of it. passage is the first one behind it, as values."""

    level: str
    session: str
    one: str
    other: str
    first: str
    second: str
    kinds: tuple[str, str]
    label: str
    status: str
    contested: bool
    latest: str
    passage: tuple[str, str, int, int, str, str]


def _edges(here: Kept, blocks: list[bytes], known: list[bytes], sessions: Set[str]) -> Iterator[Edge]:
    """Who sits together in these sessions, by the texts that speak of them."""
    import pyoxigraph

    spelled = labels(here.scratch.address)
    actors = {match.group(1).decode() for block in blocks for match in _NAMED.finditer(block)}
    own = [f"<{one}> {nt.LABEL} {literal(words)}" for one in actors for words in spelled.get(one, ())]
    rest = {
        "conclusions": known + _lines(here.scratch.read("same-actors.nq")),
        "names": [f"{triple} <{here.base}kg/names> .\n".encode() for triple in own],
        "registry": _lines(here.scratch.read("registry.nq")),
    }
    content = [*blocks, *(b"".join(sorted(set(lines))) for lines in rest.values() if lines)]
    with Store.in_memory(content, base=here.base) as store:
        scene = load_scene(Unhurried(store))
    scene = replace(scene, gatherings={key: one for key, one in scene.gatherings.items() if key in sessions})
    engine = pyoxigraph.Store()
    engine.bulk_load(b"".join(blocks), format=pyoxigraph.RdfFormat.N_QUADS)
    read = _Passages(engine)
    for level in LEVELS:
        graph = who_talks_to_whom(scene, Policy(standings=STANDINGS, level=level))
        for one, other, key, data in graph.edges(keys=True, data=True):
            found = min(
                (read(span) for span in data["evidence"]), key=lambda one: (one[5], one[4], one[2], one[3], one[0])
            )
            ends = graph.nodes[one], graph.nodes[other]
            yield Edge(
                level, key, one, other, ends[0]["label"], ends[1]["label"], (ends[0]["kind"], ends[1]["kind"]),
                data["label"], data["status"], data["contested"], data["latest"], found,
            )  # fmt: skip


def _lines(content: bytes) -> list[bytes]:
    return content.splitlines(keepends=True)


class _Passages:
    """Reads passages out of an engine, as `kg.evidence.load_evidence` does of all: each once."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.known: dict[str, tuple[str, str, int, int, str, str]] = {}

    def __call__(self, span: str) -> tuple[str, str, int, int, str, str]:
        """id, sentence, start, end, document, day of publication."""
        if span not in self.known:
            source = self._one(span, OA.hasSource)
            bounds = [self._bounds(part) for part in self._parts(span)]
            sentence = self._one(span, DP.sentence)
            words = [self._one(one, OA.exact) for one in self._all(sentence, OA.hasSelector)]
            self.known[span] = (
                span,
                next(filter(None, words)),
                min(start for start, _ in bounds),
                max(end for _, end in bounds),
                source,
                self._one(source, DP.reportedAt),
            )
        return self.known[span]

    def _all(self, node: str, predicate: str) -> list[str]:
        import pyoxigraph as ox

        return [
            quad.object.value
            for quad in self.engine.quads_for_pattern(ox.NamedNode(node), ox.NamedNode(predicate), None, None)
        ]

    def _one(self, node: str, predicate: str) -> str:
        return next(iter(self._all(node, predicate)), "")

    def _parts(self, span: str) -> list[str]:
        """The span, or its fragments where it has some."""
        return self._all(span, DP.fragment) or [span]

    def _bounds(self, part: str) -> tuple[int, int]:
        for selector in self._all(part, OA.hasSelector):
            if start := self._one(selector, OA.start):
                return int(start), int(self._one(selector, OA.end))
        raise ValueError(f"the passage {part} has no place in its text")


def count_talks(scratch: str, bucket: int, wanted: list[tuple[str, Piece]]) -> dict[str, list[tuple[str, ...]]]:
    """The rows of some pairs, by level."""
    here = kept(scratch)
    edges = sorted(
        Edge(*values) for _, values in read_pieces(here.scratch, [(name, [piece]) for name, piece in wanted])
    )
    rows: dict[str, list[tuple[str, ...]]] = {}
    for level in LEVELS:
        graph, passages = nx.MultiGraph(), {}
        for edge in edges:
            if edge.level != level:
                continue
            graph.add_node(edge.one, label=edge.first, kind=edge.kinds[0])
            graph.add_node(edge.other, label=edge.second, kind=edge.kinds[1])
            identifier, sentence, start, end, document, published = edge.passage
            passages[identifier] = Passage(identifier, "", sentence, (), start, end, document, "", "", published, "")
            graph.add_edge(
                edge.one, edge.other, key=edge.session, relation="co-presence", label=edge.label, status=edge.status,
                contested=edge.contested, meeting=edge.session, latest=edge.latest, evidence=(identifier,),
            )  # fmt: skip
        rows[level] = edge_rows(graph, Evidence(passages))[1]
    return rows


def header() -> list[str]:
    """The columns of the tables."""
    return edge_rows(nx.MultiGraph(), Evidence())[0]

"""Who talks to whom, shared out by meeting: the rows of `kg.views.edge_rows` for the whole corpus.

Where a meeting stands and who sits there follows from the texts that speak of it alone. So a worker loads those texts, joins their
flat tables as `kg.projections` does those of a store, keeps the meetings that are its own, and sums them up by pair of names.
Whoever counts a pair then adds up what the shares say of it.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import networkx as nx
import polars as pl

from kg.blocks import graph_of
from kg.cluster.passages import Spot, Text, without_passages
from kg.cluster.segments import Piece, read_pieces, write_pieces
from kg.cluster.setting import Kept, kept, labels
from kg.conclusions import canonical_iri
from kg.evidence import Evidence
from kg.linking import Cluster
from kg.parts import Where
from kg.places import Place
from kg.projections import edges
from kg.standing import STANDINGS
from kg.tables.gathered import stood_for
from kg.tables.kept import Tables
from kg.tables.rows import rows_of
from kg.views import LEVELS, Policy, edge_rows

FEWEST, MOST = 4 << 20, 40 << 20
"""Bytes of quads loaded at once: enough to be worth the joins, and few enough, as these take several times as much memory."""

_TABLES = frozenset({
    "accordings", "claim_times", "claim_values", "claims", "documents", "evidence", "gatherings", "labels", "mandates",
    "members", "memberships", "participation", "same_actors", "things", "times", "traits",
})  # fmt: skip
"""What edges are joined of."""


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
    """Write the sessions of a bundle with their texts and what is concluded of them, in shares whose texts have at most so many
    bytes of quads.

    numbers are those of the profiles by node, lines the conclusions of the bundle, starts the number of the first profile of each
    part.
    """
    of_subject: dict[str, list[str]] = {}
    for line in lines.decode().splitlines(keepends=True):
        of_subject.setdefault(line[1 : line.index(">")], []).append(line)

    def where(node: str) -> Where:
        text = node.removeprefix(f"{here.base}document/").partition("/")[0]
        part = bisect_right(starts, numbers[node]) - 1
        return _index(here.scratch.address, part)[f"{here.base}graph/{text}"]

    each = [
        (sorted({where(member) for member in cluster.members}), canonical_iri(cluster, here.base))
        for cluster in clusters
        if cluster.kind == "Meeting"
    ]
    shares: dict[int, list[Any]] = {}
    needed: set[Where] = set()
    size = 0
    for texts, session in sorted(each):
        further = sum(where.length for where in texts if where not in needed)
        if not shares or size + further > most:
            shares[len(shares)] = []
            needed, size = set(), 0
            further = sum(where.length for where in texts)
        shares[len(shares) - 1].append((session, texts, of_subject.get(session, [])))
        needed.update(texts)
        size += further
    name = f"sessions-{bundle:05}"
    return [(name, piece) for piece in write_pieces(here.scratch, name, shares).values()]


class Sum(NamedTuple):
    """What some sessions say of two names at one level: what a row of the table needs. passage is the first one behind it, as
    values of its day of publication, its document and a `Spot`."""

    level: str
    one: str
    other: str
    standing: str
    sessions: int
    latest: str
    which: list[str]
    passage: tuple[str, str, Spot]


def talk(
    scratch: str, number: int, name: str, piece: Piece, parts: dict[int, str], buckets: int
) -> tuple[str, dict[int, Piece]]:
    """Write who sits together in a share of sessions, summed up; the file, and where each share of pairs lies.

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
    sums: dict[int, list[Any]] = {}
    for one in _sums(here, blocks, known, sessions):
        pair = "\n".join((one.level, one.one, one.other))
        sums.setdefault(zlib.crc32(pair.encode()) % buckets, []).append(one)
    return f"talks-{number:05}", write_pieces(here.scratch, f"talks-{number:05}", sums)


def _sums(here: Kept, blocks: list[bytes], known: list[bytes], sessions: Collection[str]) -> list[Sum]:
    """Who sits together in these sessions, by the texts that speak of them."""
    over_all = sorted({*known, *here.scratch.read("same-actors.nq").splitlines(keepends=True)})
    content = [without_passages(block, here.base) for block in blocks]
    content += filter(None, (b"".join(over_all), here.scratch.read("registry.nq")))
    tables = Tables(rows_of(content, _TABLES))
    names = _names(tables, labels(here.scratch.address))
    own = pl.DataFrame({"gathering": sorted(sessions)}, schema={"gathering": pl.String})
    texts = _Texts(blocks)
    return [one for level in LEVELS for one in _of_level(tables, names, own, level, texts)]


def _names(tables: Tables, spelled: Mapping[str, list[str]]) -> pl.DataFrame:
    """Actor → what it is called, the first by alphabet of all that it is called anywhere."""
    found = tables["labels"].group_by("thing").agg(pl.col("name").min())
    several = pl.DataFrame(
        {"thing": list(spelled), "first": [min(words) for words in spelled.values()]},
        schema={"thing": pl.String, "first": pl.String},
    )
    return found.join(several, on="thing", how="left").select("thing", pl.coalesce("first", "name").alias("name"))


_ROW = ("from", "to", "status")
"""What tells the rows of a table apart."""


def _of_level(tables: Tables, names: pl.DataFrame, own: pl.DataFrame, level: str, texts: _Texts) -> list[Sum]:
    policy = Policy(standings=STANDINGS, level=level)
    found = edges(tables, policy=policy).join(own, on="gathering", how="semi")
    for end in ("one", "other"):
        named = names.select(pl.col("thing").alias(end), pl.col("name").alias(f"name of {end}"))
        found = found.join(named, on=end, how="left")
    ends = "name of one", "name of other"
    disputed = pl.col("contested") & (pl.col("status") != "disputed")
    found = found.with_columns(
        pl.min_horizontal(*ends).alias("from"),
        pl.max_horizontal(*ends).alias("to"),
        pl.when(disputed).then(pl.col("status") + ", disputed").otherwise("status").alias("status"),
    )
    rows = found.group_by(*_ROW).agg(
        pl.col("gathering").n_unique().alias("sessions"), pl.col("latest").max(), pl.col("label").unique()
    )
    passages = {key: texts.first(list(group)) for key, group in groupby(
        _candidates(tables, found, level).iter_rows(), key=lambda row: row[:3]
    )}  # fmt: skip
    return [
        Sum(level, *row[:3], row[3], row[4], sorted(row[5]), passages[row[:3]])
        for row in rows.sort(*_ROW).iter_rows()
    ]


def _candidates(tables: Tables, found: pl.DataFrame, level: str) -> pl.DataFrame:
    """The passages behind each row in the text that was published first: row, day, document, graph, span; sorted."""
    seats = stood_for(tables, level).filter("present").select("gathering", "counted", "participation", "graph").unique()
    seats = pl.concat([
        found.select("gathering", pl.col(end).alias("counted"), *_ROW)
        for end in ("one", "other")
    ]).unique().join(seats, on=["gathering", "counted"]).select(*_ROW, "participation", "graph").unique()  # fmt: skip
    published = tables["documents"].select("graph", pl.col("published").fill_null(""), "document")
    seats = seats.join(published, on="graph").sort(*_ROW, "published", "document")
    first = seats.select(*_ROW, "graph").unique(_ROW, keep="first", maintain_order=True)
    spans = tables["evidence"].select(pl.col("thing").alias("participation"), "span").unique()
    spans = seats.join(first, on=[*_ROW, "graph"], how="semi").join(spans, on="participation")
    return spans.select(*_ROW, "published", "document", "graph", "span").unique().sort(*_ROW, "span")


class _Texts:
    """The texts that are loaded, by their graphs; each is cut into lines when a passage of it is first asked for."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = {graph_of(block): block for block in blocks}
        self._texts: dict[str, Text] = {}
        self._spots: dict[str, Spot] = {}

    def first(self, candidates: list[tuple[Any, ...]]) -> tuple[str, str, Spot]:
        """The first of some passages of one text."""
        published, document, graph = candidates[0][3:6]
        if graph not in self._texts:
            self._texts[graph] = Text(self._blocks[graph])
        return published, document, min(self._spot(graph, one[-1]) for one in candidates)

    def _spot(self, graph: str, span: str) -> Spot:
        if span not in self._spots:
            self._spots[span] = self._texts[graph].spot(span)
        return self._spots[span]


def count_talks(scratch: str, bucket: int, wanted: list[tuple[str, Piece]]) -> dict[str, list[tuple[str, ...]]]:
    """The rows of some pairs, by level."""
    here = kept(scratch)
    sums = [Sum(*values) for _, values in read_pieces(here.scratch, [(name, [piece]) for name, piece in wanted])]
    sums.sort()
    rows: dict[str, list[tuple[str, ...]]] = {level: [] for level in LEVELS}
    for (level, one, other, status), same in groupby(sums, key=lambda one: one[:4]):
        every = list(same)
        which = "; ".join(sorted({label for one in every for label in one.which}))
        sessions, latest = sum(one.sessions for one in every), max(one.latest for one in every)
        _, document, (start, end, _, sentence) = min(one.passage for one in every)
        rows[level].append(
            (one, other, "co-presence", status, str(sessions), latest, which, sentence, str(start), str(end), document)
        )
    return rows


def header() -> list[str]:
    """The columns of the tables."""
    return edge_rows(nx.MultiGraph(), Evidence())[0]

"""Who talks to whom, shared out by meeting: the rows of `kg.views.edge_rows` for the whole corpus.

Where a meeting stands and who sits there follows from the texts that speak of it alone. So a worker loads those, joins their flat
tables as `kg.projections` does those of a store, keeps the meetings that are its own, and sums them up by pair of names.
Whoever counts a pair then adds up what the shares say of it.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
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

_FEWEST, _MOST = 4 << 20, 64 << 20
"""Bytes of quads loaded at once: enough to be worth the joins, and what a gigabyte has room for."""

_TABLES = frozenset({
    "accordings", "claim_times", "claim_values", "claims", "documents", "evidence", "gatherings", "labels", "mandates",
    "members", "memberships", "participation", "same_actors", "things", "times", "traits",
})  # fmt: skip
"""What edges are joined of."""


def most_at_once(size: int, threads: int, memory: int | None) -> int:
    """Bytes of quads to load at once, of so many in all, for so many threads of so much memory each, if that is known."""
    most = _MOST if memory is None else min(_MOST, memory // 16)
    return max(min(size // (2 * threads), most), _FEWEST)


def write_sessions(
    here: Kept, bundle: int, clusters: Iterable[Cluster], graphs: Mapping[str, Where], lines: bytes, most: int
) -> list[tuple[str, Piece]]:
    """Write the sessions of a bundle with their texts and what is concluded of them, in shares whose texts have at most so many
    bytes of quads.

    graphs says for each profile, by its node, where the graph of its text stands; lines are the conclusions of the bundle.
    """
    of_subject: dict[str, list[str]] = {}
    for line in lines.decode().splitlines(keepends=True):
        of_subject.setdefault(line[1 : line.index(">")], []).append(line)
    each = [
        (sorted({graphs[member] for member in cluster.members}), canonical_iri(cluster, here.base))
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


FILES = "files.json"
"""The names of the files of parts, in their order; null for a part without graphs."""


@lru_cache(maxsize=2)
def _files(scratch: str) -> list[str]:
    found: list[str] = json.loads(Place(scratch).read(FILES))
    return found


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


def talk(scratch: str, number: int, name: str, piece: Piece, buckets: int) -> tuple[str, dict[int, Piece]]:
    """Write who sits together in a share of sessions, summed up; the file, and where each share of pairs lies."""
    here = kept(scratch)
    sessions, known = set[str](), list[bytes]()
    texts = set[Where]()
    for _, (session, own, lines) in read_pieces(here.scratch, [(name, [piece])]):
        sessions.add(session)
        known += [line.encode() for line in lines]
        texts.update(Where(*values) for values in own)
    sums: dict[int, list[Any]] = {}
    for one in _sums(here, texts, known, sessions):
        pair = "\n".join((one.level, one.one, one.other))
        sums.setdefault(zlib.crc32(pair.encode()) % buckets, []).append(one)
    return f"talks-{number:05}", write_pieces(here.scratch, f"talks-{number:05}", sums)


def _blocks(here: Kept, texts: Iterable[Where]) -> Iterator[bytes]:
    """The graphs that stand there, in their order; those of one part are in memory at once."""
    files = _files(here.scratch.address)
    for part, own in groupby(sorted(texts, key=lambda one: (one.part, one.offset)), key=lambda one: one.part):
        yield from here.target.pieces(files[part], [(one.offset, one.length) for one in own])


def _sums(here: Kept, texts: Collection[Where], known: list[bytes], sessions: Collection[str]) -> Iterator[Sum]:
    """Who sits together in these sessions, by the texts that speak of them."""
    over_all = sorted({*known, *here.scratch.read("same-actors.nq").splitlines(keepends=True)})
    content = [without_passages(block, here.base) for block in _blocks(here, texts)]
    content += filter(None, (b"".join(over_all), here.scratch.read("registry.nq")))
    tables = Tables(rows_of(content, _TABLES))
    del content
    names = _names(tables, labels(here.scratch.address))
    own = pl.DataFrame({"gathering": sorted(sessions)}, schema={"gathering": pl.String})
    found = [(level, *_of_level(tables, names, own, level)) for level in LEVELS]
    spots = _spots(here, texts, pl.concat([behind for *_, behind in found]))
    for level, rows, behind in found:
        passages = {
            key: min((published, document, spots[span]) for *_, published, document, _, span in group)
            for key, group in groupby(behind.iter_rows(), key=_key)
        }
        for row in rows.iter_rows():
            sessions_of, latest, which = row[len(_ROW) :]
            yield Sum(level, *_key(row), sessions_of, latest, sorted(which), passages[_key(row)])


def _names(tables: Tables, over_all: Mapping[str, str]) -> pl.DataFrame:
    """Actor → what it is called: over all texts, where not all say the same, else in these."""
    found = tables["labels"].group_by("thing").agg(pl.col("name").min())
    known = pl.DataFrame({"thing": list(over_all), "name": list(over_all.values())}, schema=found.schema)
    return pl.concat([known, found.join(known, on="thing", how="anti")])


_ROW = ("from", "to", "standing")
"""What tells the rows of a table apart."""


def _key(row: tuple[Any, ...]) -> tuple[str, str, str]:
    one, other, standing = row[: len(_ROW)]
    return one, other, standing


def _of_level(tables: Tables, names: pl.DataFrame, own: pl.DataFrame, level: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of a table that these sessions alone would give, but for the passages, and what is behind each of them."""
    found = edges(tables, policy=Policy(standings=STANDINGS, level=level)).join(own, on="gathering", how="semi")
    for end in ("one", "other"):
        found = found.join(names.rename({"thing": end, "name": f"name of {end}"}), on=end, how="left")
    ends = "name of one", "name of other"
    disputed = pl.col("contested") & (pl.col("status") != "disputed")
    found = found.with_columns(
        pl.min_horizontal(*ends).alias("from"),
        pl.max_horizontal(*ends).alias("to"),
        pl.when(disputed).then(pl.col("status") + ", disputed").otherwise("status").alias("standing"),
    )
    rows = found.group_by(*_ROW).agg(
        pl.col("gathering").n_unique().alias("sessions"), pl.col("latest").max(), pl.col("label").unique()
    )
    return rows.sort(*_ROW), _behind(tables, found, level)


def _behind(tables: Tables, found: pl.DataFrame, level: str) -> pl.DataFrame:
    """The passages behind each row in the text that was published first: row, published, document, graph, span; sorted."""
    seats = stood_for(tables, level).filter("present").select("node", "counted", "participation", "graph")
    seats = seats.join(tables["members"].select("canonical", "node"), on="node").unique()
    ends = [found.select("gathering", pl.col(end).alias("counted"), *_ROW) for end in ("one", "other")]
    seats = pl.concat(ends).unique().join(seats, left_on=["gathering", "counted"], right_on=["canonical", "counted"])
    seats = seats.select(*_ROW, "participation", "graph").unique()
    published = tables["documents"].select("graph", pl.col("published").fill_null(""), "document")
    seats = seats.join(published, on="graph").sort(*_ROW, "published", "document")
    first = seats.select(*_ROW, "graph").unique(_ROW, keep="first", maintain_order=True)
    spans = tables["evidence"].select(pl.col("thing").alias("participation"), "span").unique()
    spans = seats.join(first, on=[*_ROW, "graph"], how="semi").join(spans, on="participation")
    return spans.select(*_ROW, "published", "document", "graph", "span").unique().sort(*_ROW, "span")


def _spots(here: Kept, texts: Iterable[Where], behind: pl.DataFrame) -> dict[str, Spot]:
    """Where passages stand. Few texts are the first of a row, so that they are read again."""
    wanted = behind.select("graph", "span").unique().sort("graph", "span")
    spans = {graph: [span for _, span in group] for graph, group in groupby(wanted.iter_rows(), key=lambda row: row[0])}
    found: dict[str, Spot] = {}
    for block in _blocks(here, [where for where in texts if where.graph in spans]):
        text = Text(block)
        found |= {span: text.spot(span) for span in spans[graph_of(block)]}
    return found


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

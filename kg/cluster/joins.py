"""What is concluded, bundle by bundle: meetings joined, proposals linked, names compared; then all of it as one sorted graph.

Each worker leaves sorted lines in a file of its own; lines of all files merged, each once, are the graph that
`kg.conclusions.conclude` makes of the whole.
"""

from __future__ import annotations

import hashlib
import heapq
import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from functools import lru_cache
from itertools import groupby
from typing import IO, NamedTuple

import numpy as np

from kg import ntriples as nt
from kg.blocks import Stream
from kg.candidates import Pairs, best_first
from kg.cluster.pairs import PAIR, profile_of
from kg.cluster.parts_of import write_table
from kg.cluster.segments import Piece, read_pieces
from kg.cluster.setting import Kept, kept
from kg.cluster.talks import write_sessions
from kg.conclusions import Around, Unheeded, build_conclusions, conclusions_iri
from kg.leads import Leads, Named, Proposed, frozen
from kg.likeness import Profile
from kg.linking import Decision, Linked, link
from kg.namesakes import guess_actors, link_proposals
from kg.parts import File, Where, named
from kg.places import Place

_AT_ONCE = 500_000
"""Lines of conclusions in one Parquet file."""


class Joined(NamedTuple):
    """What became of a bundle: its file of lines, what could not be followed, and its sessions, in shares for `talks`."""

    run: str
    unheeded: list[Unheeded]
    sessions: list[tuple[str, Piece]]


def join_bundle(
    scratch: str,
    bundle: int,
    profiles: list[tuple[str, Piece]],
    pairs: list[tuple[str, Piece]],
    decisions: list[Decision],
    most: int,
) -> Joined:
    """Join the meetings of one bundle, and write its conclusions and its sessions.

    profiles and pairs are its pieces of the files dealt; most is how many bytes of quads are loaded at once for its sessions.
    """
    here = kept(scratch)
    found: dict[Profile, int] = {}
    texts: dict[str, Where] = {}
    for _, (number, values, where) in read_pieces(here.scratch, [(name, [piece]) for name, piece in profiles]):
        profile = profile_of(values)
        found[profile], texts[profile.node] = number, Where(*where)
    ordered = sorted(found)
    linked = link(ordered, Around(here.registry), decisions, pairs=_pairs(here, [found[one] for one in ordered], pairs))
    lines = build_conclusions(linked, Leads(profiles=ordered), here.registry, here.base)
    run = _write_run(here, f"run-meetings-{bundle:05}", lines)
    return Joined(run, linked.unheeded, write_sessions(here, bundle, linked.clusters, texts, lines, most))


def _pairs(here: Kept, numbers: list[int], wanted: list[tuple[str, Piece]]) -> Pairs:
    """Pairs by their place among the sorted profiles, each once and best first."""
    pieces = [np.frombuffer(here.scratch.pieces(name, [piece[:2]])[0], dtype=PAIR) for name, piece in wanted]
    table = np.concatenate(pieces) if pieces else np.empty(0, dtype=PAIR)
    in_corpus = np.array(numbers, dtype=np.int64)
    order = np.argsort(in_corpus)
    places = [order[np.searchsorted(in_corpus[order], table[end])] for end in ("one", "other")]
    # A pair that stands on shelves of two workers was found by both.
    _, once = np.unique(places[0] * max(len(numbers), 1) + places[1], return_index=True)
    return best_first(Pairs(places[0][once], places[1][once], table["score"][once], table["exact"][once]))


def link_process(scratch: str, number: int, wanted: list[tuple[str, list[Piece]]], decisions: list[Decision]) -> str:
    """Link proposals of processes that have to do with each other; the file of lines."""
    here = kept(scratch)
    proposals = [Proposed._make(map(frozen, values)) for _, values in read_pieces(here.scratch, wanted)]
    links = {nt.SAME_PROPOSAL: link_proposals(proposals, decisions)}
    lines = build_conclusions(Linked(), Leads(), here.registry, here.base, links)
    return _write_run(here, f"run-proposals-{number:05}", lines)


@lru_cache(maxsize=2)
def _names(scratch: str) -> list[Named]:
    return [Named(*values) for values in json.loads(Place(scratch).read("names.json"))]


def link_names(scratch: str, number: int, rows: tuple[int, int], decisions: list[Decision]) -> str:
    """Compare some of the names that no registry has with all; the file of lines."""
    here = kept(scratch)
    links = {nt.SAME_ACTOR: guess_actors(_names(scratch), here.registry, decisions, here.base, slice(*rows))}
    lines = build_conclusions(Linked(), Leads(), here.registry, here.base, links)
    return _write_run(here, f"run-names-{number:05}", lines)


def follow_references(scratch: str, number: int, wanted: list[tuple[str, list[Piece]]]) -> str:
    """What texts refer to beside meetings; the file of lines."""
    here = kept(scratch)
    references = {node: known for _, (node, known) in read_pieces(here.scratch, wanted)}
    lines = build_conclusions(Linked(), Leads(references=references), here.registry, here.base)
    return _write_run(here, f"run-references-{number:05}", lines)


def _write_run(here: Kept, name: str, lines: bytes) -> str:
    """Write lines as the store keeps them, which escapes two characters."""
    here.scratch.write(name, b"".join(Stream([lines]).blocks), lasting=False)
    return name


def merge(scratch: str, part: int, runs: list[str]) -> tuple[File | None, list[File], Where | None]:
    """Merge the runs into the part of conclusions; the part, the same as tables if asked for, and where its graph stands."""
    here = kept(scratch)
    tables: list[File] = []
    waiting: list[bytes] = []
    hashed, size, number = hashlib.sha256(), 0, 0
    with ExitStack() as stack:
        files = [stack.enter_context(here.scratch.opened(run)) for run in runs]
        out: IO[bytes] = stack.enter_context(here.scratch.writing("conclusions.nq"))
        for chunk in _chunks(line for line, _ in groupby(heapq.merge(*map(_lines, files)))):
            data = b"".join(chunk)
            out.write(data)
            hashed.update(data)
            size, number = size + len(data), number + len(chunk)
            if here.setting.parquet:
                waiting += chunk
                while len(waiting) >= _AT_ONCE:
                    tables.append(
                        write_table(here.target, f"part-{part + len(tables):05}", b"".join(waiting[:_AT_ONCE]))
                    )
                    del waiting[:_AT_ONCE]
    if not number:
        return None, [], None
    if waiting:
        tables.append(write_table(here.target, f"part-{part + len(tables):05}", b"".join(waiting)))
    digest = hashed.hexdigest()
    name = named(f"part-{part:05}", "nq", digest)
    here.target.move(f"{here.scratch.name}/conclusions.nq", name)
    graph = conclusions_iri(here.base)
    return File(name, size, digest, number), tables, Where(graph, part, 0, size, number, digest)


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    yield from file


def _chunks(lines: Iterable[bytes]) -> Iterator[list[bytes]]:
    chunk: list[bytes] = []
    for line in lines:
        chunk.append(line)
        if len(chunk) == 10_000:
            yield chunk
            chunk = []
    if chunk:
        yield chunk

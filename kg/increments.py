"""A new generation out of the published one: the graphs that changed are written anew, all others stay as they are.

The engine's files are shared, so that the cost is that of the change. What was written is read again and compared before it
is published; what was not touched stands in files whose hashes were checked.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any, NamedTuple

from kg.blocks import Stream, graph_of, read_block
from kg.generations import read_only
from kg.publishing import Site

_AT_ONCE = 32_000_000
"""Bytes of new quads loaded in one go."""


class Grown(NamedTuple):
    """The digests of all graphs after a change, and how many quads it added and removed."""

    digests: dict[str, str]
    added: int
    removed: int


def grow(site: Site, generation: Path, stream: Stream, earlier: Mapping[str, str], kept: Set[str]) -> Grown:
    """Begin with an intact generation and write the blocks of the stream over its graphs.

    earlier are the digests of its graphs; those neither kept nor in the stream are taken away. Raises OSError where what was
    written is not what is read.
    """
    import pyoxigraph

    site.stream = stream
    engine: Any = pyoxigraph.Store(os.fspath(site.grow(generation)))
    try:
        added, removed, changed = _write(engine, stream, earlier)
        for graph in sorted(earlier.keys() - kept - stream.digests.keys()):
            removed += read_block(engine, graph).count(b"\n")
            engine.remove_graph(pyoxigraph.NamedNode(graph))
        engine.flush()
    finally:
        # The engine closes its files when nothing refers to it.
        del engine
    digests = {graph: earlier[graph] for graph in kept} | stream.digests
    _check(site, changed, len(digests))
    return Grown(digests, added, removed)


def _write(engine: Any, stream: Stream, earlier: Mapping[str, str]) -> tuple[int, int, dict[str, str]]:
    """Exchange the lines in which the graphs differ; how many were added and how many removed, and the digests of those graphs.
    Graphs with the digest that they had are not looked at: that of conclusions is as large as thousands of others.
    """
    import pyoxigraph

    added, removed, waiting = 0, 0, bytearray()
    changed: dict[str, str] = {}
    for block in stream.blocks:
        graph = graph_of(block)
        if earlier.get(graph) == stream.digests[graph]:
            continue
        changed[graph] = stream.digests[graph]
        new = set(block.splitlines(keepends=True))
        old = set(read_block(engine, graph).splitlines(keepends=True))
        for quad in pyoxigraph.parse(b"".join(old - new), format=pyoxigraph.RdfFormat.N_QUADS):
            engine.remove(quad)
        removed += len(old - new)
        added += len(new - old)
        waiting += b"".join(sorted(new - old))
        if len(waiting) > _AT_ONCE:
            engine.bulk_load(bytes(waiting), format=pyoxigraph.RdfFormat.N_QUADS)
            waiting.clear()
    if waiting:
        engine.bulk_load(bytes(waiting), format=pyoxigraph.RdfFormat.N_QUADS)
    return added, removed, changed


def _check(site: Site, digests: Mapping[str, str], graphs: int) -> None:
    """Read again what was written."""
    engine = read_only(site.temporary)
    for graph, digest in digests.items():
        if hashlib.sha256(read_block(engine, graph)).hexdigest() != digest:
            raise OSError(f"the graph {graph} did not arrive as it was written")
    found = sum(1 for _ in engine.named_graphs())
    if found != graphs:
        raise OSError(f"{found} graphs arrived of {graphs}")

"""Canonical blocks of N-Quads: one per graph, graphs by IRI, lines sorted as bytes and unique.

This is the form in which a graph is built, hashed and given back. The digest of a store is the SHA-256 of the SHA-256s of its
blocks, so that a build that changes some graphs, or makes them on several machines, need not read the others again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from operator import lt
from typing import Any


def read_block(engine: Any, graph: str) -> bytes:
    """The canonical lines of one graph of the engine."""
    import pyoxigraph

    dump = engine.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.NamedNode(graph))
    lines = dump.split(b"\n")[:-1]
    lines.sort()
    end = f" <{graph}> .\n".encode()
    return b"".join([line[:-2] + end for line in lines])


def graph_of(block: bytes) -> str:
    return block[block.rindex(b" <") + 2 : -4].decode("utf-8")


def digest_of(blocks: Mapping[str, str]) -> str:
    """The digest of a store, in hexadecimal, from that of each block by its graph."""
    return hashlib.sha256(b"".join(bytes.fromhex(blocks[graph]) for graph in sorted(blocks))).hexdigest()


class Stream:
    """Blocks on their way into the engine: checked, counted and hashed as they pass.

    digests are the SHA-256s of the blocks so far, in hexadecimal, by graph; error is what ended them before their end.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.quads = 0
        self.error: BaseException | None = None
        self.digests: dict[str, str] = {}
        self.blocks = self._passing(chunks)

    def _passing(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        try:
            yield from self._checked(chunks)
        except BaseException as error:
            # Whoever loads may raise another error than this one; whoever explains it must know which.
            self.error = error
            raise

    def _checked(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Each block, once it is known to be canonical. ValueError for one that is not: the digest would be wrong."""
        last = ""
        spelled = _Spelling()
        for block in filter(None, chunks):
            block = spelled.checked(block)
            if not block.endswith(b"> .\n"):
                raise ValueError(f"a block of quads does not end with a graph and a line break: {block[-80:]!r}")
            graph = graph_of(block)
            lines = block.split(b"\n")[:-1]
            if block.count(f" <{graph}> .\n".encode()) != len(lines):
                raise ValueError(f"a block of quads holds more than the graph {graph}")
            if graph <= last or not all(map(lt, lines, lines[1:])):
                raise ValueError(f"the graph {graph} is out of order, or its lines are not sorted and unique")
            last = graph
            self.quads += len(lines)
            self.digests[graph] = hashlib.sha256(block).hexdigest()
            yield block

    @property
    def graphs(self) -> int:
        return len(self.digests)


class _Spelling:
    """Tells whether the engine gives literals back as they are written: it keeps numbers and dates as values, 1.50 as 1.5."""

    _TYPED = re.compile(rb'"\^\^<http://www\.w3\.org/2001/XMLSchema#[A-Za-z]+>')
    _PLAIN = re.compile(
        rb'"(?:0|[1-9][0-9]{0,15})"\^\^<http://www\.w3\.org/2001/XMLSchema#integer>'
        rb'|"[12][0-9]{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"\^\^<http://www\.w3\.org/2001/XMLSchema#date>'
    )
    _NONCHARACTERS = ((b"\xef\xbf\xbe", b"\\uFFFE"), (b"\xef\xbf\xbf", b"\\uFFFF"))

    def __init__(self) -> None:
        self._kept: set[bytes] = set()

    def checked(self, block: bytes) -> bytes:
        """The block, with the two characters escaped that the engine escapes. ValueError for a value it would respell."""
        for raw, escaped in () if block.isascii() else self._NONCHARACTERS:
            if raw in block:
                block = b"".join(sorted(block.replace(raw, escaped).splitlines(keepends=True)))
        # Almost all are plain numbers and days, which are counted at once; the others are looked at one by one.
        if len(self._PLAIN.findall(block)) == block.count(b'"^^<http://www.w3.org/2001/XMLSchema#'):
            return block
        for match in self._TYPED.finditer(block):
            literal = block[block.rindex(b'"', 0, match.start()) : match.end()]
            if literal not in self._kept:
                self._ask(literal)
        return block

    def _ask(self, literal: bytes) -> None:
        import pyoxigraph

        if len(self._kept) > 200_000:
            self._kept.clear()
        line = b"<x:s> <x:p> " + literal + b" <x:g> .\n"
        store: Any = pyoxigraph.Store()
        store.load(line, format=pyoxigraph.RdfFormat.N_QUADS)
        kept: bytes = store.dump(format=pyoxigraph.RdfFormat.N_QUADS)
        if kept != line:
            told = kept[len(b"<x:s> <x:p> ") : -len(b" <x:g> .\n")]
            raise ValueError(
                f"{literal.decode()} is not canonical: the store would keep {told.decode() if told else 'nothing'}"
            )
        self._kept.add(literal)

"""The whole graph as N-Quads, TriG or Turtle: one stream of bytes, sorted, the same for the same graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Protocol

from kg.namespaces import PREFIXES


class Exportable(Protocol):
    """What can be exported: lines of canonical N-Quads, graph by graph, and the base of its data."""

    @property
    def base(self) -> str:
        """Where IRIs of its data begin."""

    def graphs(self) -> list[str]:
        """IRIs of the named graphs, in canonical order."""

    def lines(self, graph: str | None = None) -> Iterator[bytes]:
        """Sorted N-Quads lines with their line break, of one graph or of all."""


def nquads(store: Exportable) -> Iterator[bytes]:
    """Canonical N-Quads."""
    yield from store.lines()


def trig(store: Exportable) -> Iterator[bytes]:
    """TriG: one block per graph, subjects and predicates sorted as in N-Quads."""
    yield prefixes(store.base)
    for graph in store.graphs():
        yield f"\n<{graph}> {{\n".encode()
        yield from statements(store.lines(graph), f" <{graph}> .\n".encode(), b"  ")
        yield b"}\n"


def turtle(store: Exportable) -> Iterator[bytes]:
    """Turtle: the union of all graphs. What stands in which text is lost; use N-Quads or TriG to keep it."""
    yield prefixes(store.base)
    lines = {
        line[: -len(suffix)] + b" .\n"
        for graph in store.graphs()
        for suffix in [f" <{graph}> .\n".encode()]
        for line in store.lines(graph)
    }
    yield from statements(sorted(lines), b" .\n", b"")


def prefixes(base: str) -> bytes:
    """The prefixes of the project as a head of Turtle or TriG; kg: stands for base."""
    return "".join(
        f"@prefix {prefix}: <{base if prefix == 'kg' else namespace}> .\n" for prefix, namespace in PREFIXES.items()
    ).encode()


def statements(lines: Iterable[bytes], suffix: bytes, margin: bytes) -> Iterator[bytes]:
    """Lines of one subject as one block. N-Triples terms are Turtle terms, so that they are taken as they are."""
    for subject, block in groupby(lines, key=lambda line: line[: line.index(b" ")]):
        pairs = [line[len(subject) + 1 : -len(suffix)] for line in block]
        yield margin + subject + b" " + (b" ;\n" + margin + b"    ").join(pairs) + b" .\n"

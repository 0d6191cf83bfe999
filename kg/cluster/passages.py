"""Passages looked up in the canonical quads of their text, where all that is said of a node stands together.

Half of what a graph holds are the words and places of its passages. Few of them are ever shown, so that they are left out of what
is joined, and looked up at the end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from kg.blocks import graph_of
from kg.namespaces import DP, OA
from kg.tables.triples import unescape

_SOURCE = f" <{OA.hasSource}> ".encode()


class Spot(NamedTuple):
    """Where a passage stands in its text, in code points, end excluded, and the sentence around it. Spots sort by place."""

    start: int
    end: int
    span: str
    sentence: str


def home_of(graph: str, base: str) -> str:
    """The IRI of the text that a graph is of."""
    return f"{base}document/{graph.removeprefix(f'{base}graph/')}"


def without_passages(block: bytes, base: str) -> bytes:
    """The block without what it says of passages and sentences, but for which text a passage is of."""
    home = home_of(graph_of(block), base).encode()
    kept: list[bytes] = []
    at = 0
    for kind in (b"/sentence/", b"/span/"):
        begin = b"\n<" + home + kind
        if (start := block.find(begin, at) + 1) == 0:
            continue
        end = block.index(b"\n", block.rindex(begin, at) + 1) + 1
        kept.append(block[at:start])
        kept += _lines_with(_SOURCE, block, start, end)
        at = end
    kept.append(block[at:])
    return b"".join(kept)


def _lines_with(words: bytes, block: bytes, start: int, end: int) -> Iterator[bytes]:
    """The lines between two places in which these words stand: few, so that the others are not cut."""
    while (start := block.find(words, start, end)) >= 0:
        after = block.index(b"\n", start) + 1
        yield block[block.rindex(b"\n", 0, start) + 1 : after]
        start = after


class Text:
    """The graph of one text, to look up what it says of a node."""

    def __init__(self, block: bytes) -> None:
        self._lines = block.split(b"\n")[:-1]
        self._end = f" <{graph_of(block)}> ."

    def spot(self, span: str) -> Spot:
        """Where a passage stands, as `kg.evidence.load_evidence` has it. ValueError where the text does not say so."""
        places = [self._place(part) for part in self._all(span, DP.fragment) or [span]]
        words = [found for one in self._all(span, DP.sentence) for found in self._selected(one, OA.exact)]
        if not words:
            raise ValueError(f"the passage {span} has no sentence around it")
        return Spot(min(start for start, _ in places), max(end for _, end in places), span, words[0])

    def _place(self, part: str) -> tuple[int, int]:
        for start, end in zip(self._selected(part, OA.start), self._selected(part, OA.end), strict=True):
            return int(start), int(end)
        raise ValueError(f"the passage {part} has no place in its text")

    def _selected(self, node: str, predicate: str) -> list[str]:
        return [found for one in self._all(node, OA.hasSelector) for found in self._all(one, predicate)]

    def _all(self, node: str, predicate: str) -> list[str]:
        """What the text says of a node with this predicate: IRIs, and literals as their text."""
        begin = f"<{node}> <{predicate}> ".encode()
        found: list[str] = []
        for at in range(bisect_left(self._lines, begin), len(self._lines)):
            if not self._lines[at].startswith(begin):
                break
            value = self._lines[at][len(begin) :].decode().removesuffix(self._end)
            found.append(value[1:-1] if value.startswith("<") else unescape(value[1 : value.rindex('"')]))
        return found

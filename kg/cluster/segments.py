"""Files in several compressed pieces, each for another reader: how stages hand on what the next one shares out differently.

A worker writes one file with one piece per reader and returns where each piece lies; a reader takes its piece out of each file.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from kg.places import Place


class Piece(NamedTuple):
    """Where a piece lies in its file, in bytes, and how many values are in it."""

    offset: int
    length: int
    number: int


Key = tuple[str, ...]


def write_pieces(place: Place, name: str, pieces: Mapping[Any, list[Any]]) -> dict[Any, Piece]:
    """Write lists of values that JSON can carry, one piece for each key, in the order of the keys; where each lies."""
    found: dict[Any, Piece] = {}
    out = bytearray()
    for key in sorted(pieces):
        lines = "\n".join(json.dumps(value, ensure_ascii=False, separators=(",", ":")) for value in pieces[key])
        data = zlib.compress(lines.encode("utf-8", "surrogatepass"), 1)
        found[key] = Piece(len(out), len(data), len(pieces[key]))
        out += data
    place.write(name, bytes(out), lasting=False)
    return found


def read_pieces(place: Place, wanted: Iterable[tuple[str, list[Piece]]]) -> Iterator[tuple[str, Any]]:
    """The values of pieces, file by file, each with the name of its file."""
    for name, pieces in wanted:
        for data in place.pieces(name, [(piece.offset, piece.length) for piece in pieces]):
            for line in zlib.decompress(data).decode("utf-8", "surrogatepass").split("\n"):
                if line:
                    yield name, json.loads(line)

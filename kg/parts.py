"""A graph as a folder of parts, as a cluster writes it: canonical N-Quads that follow each other, and a list of their graphs.

    parts.json             what is there: numbers, digest, base, and the files that belong to it
    part-00000-….nq        graphs in canonical order, so that all parts one after the other are the canonical N-Quads of the whole
    part-00000-….parquet   the same quads as a table, where it was asked for
    graphs-….jsonl         for each graph its part, its bytes in it, its number of quads and its digest
    who-talks-to-whom.csv  a table for each level of actors

Files are named by their content and `parts.json` is written last, so that a build that ends early leaves the earlier parts as
they were.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, NamedTuple

from kg.blocks import digest_of
from kg.errors import Finding, InputError, StoreError
from kg.places import Place

FORMAT = 1
MANIFEST = "parts.json"
TABLE = "who-talks-to-whom"
_OURS = re.compile(rf"(part-[0-9]{{5,}}|graphs)-[0-9a-f]{{16}}\.(nq|parquet|jsonl)|{TABLE}(-[a-z]+)?\.csv|{MANIFEST}")
_LEFT_OVER = re.compile(rf"scratch-[0-9a-f]+/.*|\.(part-[0-9]|graphs-|{TABLE}|{MANIFEST}).*")
SCRATCH = "scratch-"
"""Beginning of the folders that a build works in; the next one that ends well removes those that were left."""


@dataclass(frozen=True, slots=True)
class File:
    """One file of a folder of parts: what it is called, its bytes and SHA-256; of a part the number of quads,
    of a table of rows."""

    name: str
    size: int
    sha256: str
    number: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What a folder of parts holds. digest is that of the store that holds the same graphs."""

    base: str
    documents: int
    quads: int
    graphs: int
    digest: str
    version: str
    index: File
    parts: tuple[File, ...]
    others: tuple[File, ...] = ()


class Where(NamedTuple):
    """Where the block of a graph stands: number of its part, offset and length in bytes, quads, SHA-256 in hexadecimal."""

    graph: str
    part: int
    offset: int
    length: int
    quads: int
    sha256: str


def named(stem: str, ending: str, sha256: str) -> str:
    """The name of a file by its content."""
    return f"{stem}-{sha256[:16]}.{ending}"


def is_parts(place: Place) -> bool:
    """Whether a folder of parts has been published here."""
    return place.has(MANIFEST)


def check_target(place: Place) -> None:
    """Refuse a folder that holds what is not ours."""
    if is_parts(place):
        _read(place)
        return
    # What a build left that ended before it published anything is ours, too.
    foreign = sorted(name for name in place.names() if not _OURS.fullmatch(name) and not _LEFT_OVER.fullmatch(name))
    if foreign:
        found = f"holds other files ({foreign[0]!r}, …)"
        raise InputError(found, place=place.shown, remedy="name an empty or a new folder for the parts")


def publish(place: Place, contents: Contents) -> None:
    """Make these files the content of the folder, once all of them are there; remove what no longer belongs to it."""
    there = place.names()
    wanted = [contents.index, *contents.parts, *contents.others]
    for file in wanted:
        if there.get(file.name) != file.size:
            found = f"{file.name} has {there.get(file.name, 'no')} bytes, {file.size} were written"
            raise StoreError(
                found, place=place.shown, remedy="see whether somebody else writes there, then build again"
            )
    value = {"format": FORMAT, **asdict(contents)}
    place.write(MANIFEST, (json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode())
    kept = {MANIFEST, *(file.name for file in wanted)}
    ours = (name for name in there if _OURS.fullmatch(name) or (name.startswith(".") and _LEFT_OVER.fullmatch(name)))
    place.remove(name for name in ours if name not in kept)
    for folder in {name.partition("/")[0] for name in there if "/" in name}:
        if folder.startswith(SCRATCH):
            place.at(folder).clear()


class Parts:
    """A published folder of parts: what `kg push` writes into a server, and a store can be made of."""

    def __init__(self, place: Place) -> None:
        """StoreError where nothing was published, or by another version."""
        self.place = place
        self.contents = _read(place)

    @property
    def base(self) -> str:
        """The IRI with which the IRIs of the data begin."""
        return self.contents.base

    @cached_property
    def _index(self) -> dict[str, Where]:
        content = self.place.read(self.contents.index.name)
        if hashlib.sha256(content).hexdigest() != self.contents.index.sha256:
            raise _damaged(self.place, f"{self.contents.index.name} has changed")
        return {where.graph: where for where in (Where(*json.loads(line)) for line in content.splitlines())}

    def graphs(self) -> list[str]:
        """IRIs of the named graphs, in canonical order."""
        return list(self._index)

    def lines(self, graph: str | None = None) -> Iterator[bytes]:
        """N-Quads lines with their line break, in canonical order, of one graph or of all."""
        for block in self.blocks() if graph is None else [self._block(graph)]:
            yield from block.splitlines(keepends=True)

    def blocks(self) -> Iterator[bytes]:
        """One block of canonical lines for each graph, in canonical order: what `Store.build` takes."""
        for graph in self._index:
            yield self._block(graph)

    def _block(self, graph: str) -> bytes:
        if (where := self._index.get(graph)) is None:
            return b""
        (block,) = self.place.pieces(self.contents.parts[where.part].name, [(where.offset, where.length)])
        if hashlib.sha256(block).hexdigest() != where.sha256:
            raise _damaged(self.place, f"{self.contents.parts[where.part].name} has changed in the graph {graph}")
        return block

    def verify(self) -> list[Finding]:
        """Read everything again: each part, each graph, the digest of all. Each deviation is a finding."""
        findings = []
        digests: dict[str, str] = {}
        quads = 0
        for where in self._index.values():
            try:
                block = self._block(where.graph)
            except (InputError, StoreError) as error:
                findings.append(Finding(error.place, error.found, error.remedy))
                continue
            digests[where.graph] = hashlib.sha256(block).hexdigest()
            quads += block.count(b"\n")
        found = (quads, digest_of(digests))
        if not findings and found != (self.contents.quads, self.contents.digest):
            place, remedy = self.place.shown, "build it again"
            findings.append(Finding(place, f"{found[0]} quads, SHA-256 {found[1]}: not as published", remedy))
        return findings


def _read(place: Place) -> Contents:
    if not is_parts(place):
        remedy = f"kg build CORPUS --engine dask --parts {place.shown}"
        raise StoreError("holds no parts that were finished", place=place.shown, remedy=remedy)
    try:
        value: dict[str, Any] = json.loads(place.read(MANIFEST))
        if (found := value.pop("format")) != FORMAT:
            remedy = "build it again into a new folder, or use the version that wrote it"
            raise StoreError(f"has the format {found!r}, this version reads {FORMAT}", place=place.shown, remedy=remedy)
        for name in ("parts", "others"):
            value[name] = tuple(File(**one) for one in value[name])
        return Contents(**value | {"index": File(**value["index"])})
    except (ValueError, TypeError, KeyError, AttributeError):
        raise _damaged(place, f"{MANIFEST} cannot be read") from None


def _damaged(place: Place, found: str) -> StoreError:
    return StoreError(found, place=place.shown, remedy="build it again")

"""Tables in a generation of a store: written while its graphs pass, read and trusted by their hashes.

tables/<name>.parquet   rows sorted, compressed; the same graphs give the same bytes. So are the numbers of `kg.tables.seated`
tables/index.json       digest of the graphs they come from, size and SHA-256 of each file
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from kg.errors import StoreError
from kg.replacing import sync
from kg.tables import FOLDER, INDEX
from kg.tables.rows import TABLES, rows_of
from kg.tables.seated import NUMBERED, SOURCES, numbered

FORMAT = 2
_AT_ONCE = 32_000_000
"""Bytes of quads turned into rows in one go."""
_GROUP = 100_000
"""Rows of a group in a file, stated so that files do not depend on how rows came."""


class Tables(Mapping[str, pl.DataFrame]):
    """The flat tables of one graph by name (see `kg.tables.rows`), each read when it is first asked for."""

    def __init__(self, frames: Mapping[str, pl.DataFrame], folder: Path | None = None, index: Any = None) -> None:
        self._frames = dict(frames)
        self._folder, self._index = folder, index

    def __getitem__(self, name: str) -> pl.DataFrame:
        if name not in TABLES:
            raise KeyError(name)
        return self._kept(name)

    def _kept(self, name: str) -> pl.DataFrame:
        if name not in self._frames:
            if self._folder is None:
                raise KeyError(name)
            self._frames[name] = _read(self._folder, name, self._index)
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(TABLES)

    def __len__(self) -> int:
        return len(TABLES)

    def numbered(self, name: str) -> pl.DataFrame:
        """One of the frames of `kg.tables.seated`, which are no tables but an index to them: read, or made from them."""
        if name not in NUMBERED:
            raise KeyError(name)
        if name not in self._frames and self._folder is None:
            self._frames |= numbered(*(self[source] for source in SOURCES))
        return self._kept(name)

    def different(self, other: Tables) -> list[str]:
        """The names of the tables and numbers that are not the same in others."""
        found = [name for name in self if not self[name].equals(other[name])]
        return found + [name for name in NUMBERED if not self.numbered(name).equals(other.numbered(name))]

    def once(self, key: str, make: Any) -> pl.DataFrame:
        """What is worked out from them, kept for the next time it is asked for."""
        if key not in self._frames:
            self._frames[key] = make()
        return self._frames[key]


class Writer:
    """Turns graphs into rows as they pass, in canonical order.

    What it holds is compressed, a hundredth of the quads; at the end, one table at a time is in memory whole, and of three of
    them those columns that the numbers are made from.
    """

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._size = 0
        self._parts: dict[str, list[bytes]] = {name: [] for name in TABLES}

    def passing(self, blocks: Iterable[bytes]) -> Iterator[bytes]:
        """The same blocks, their rows kept."""
        for block in blocks:
            self.add(block)
            yield block

    def add(self, block: bytes) -> None:
        """Keep the rows of one graph."""
        if not block:
            return
        self._waiting.append(block)
        self._size += len(block)
        if self._size > _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        for name, frame in rows_of(self._waiting).items():
            if frame.height or not self._parts[name]:
                self._parts[name].append(_bytes_of(frame))
        self._waiting, self._size = [], 0

    def tables(self) -> Tables:
        """All rows so far."""
        return Tables({name: self._joined(name, None, ()) for name in TABLES})

    def write(self, folder: Path, digest: str, earlier: Tables | None = None, kept: Collection[str] = ()) -> None:
        """Write tables, with the rows of earlier ones whose graphs are kept, and numbers. OSError where the disk refuses."""
        folder.mkdir()
        files: dict[str, list[int | str]] = {}
        sources: dict[str, pl.DataFrame] = {}
        for name in TABLES:
            frame = self._joined(name, earlier, kept)
            if name in SOURCES:
                sources[name] = frame.select(SOURCES[name])
            files[f"{name}.parquet"] = _put_frame(folder / f"{name}.parquet", frame)
        for name, frame in numbered(**sources).items():
            files[f"{name}.parquet"] = _put_frame(folder / f"{name}.parquet", frame)
        index = {"format": FORMAT, "digest": digest, "files": files}
        _put(folder / INDEX, (json.dumps(index, indent=1, sort_keys=True) + "\n").encode())
        sync(folder)

    def _joined(self, name: str, earlier: Tables | None, kept: Collection[str]) -> pl.DataFrame:
        if self._waiting or not self._parts[name]:
            self._flush()
        parts = [pl.read_parquet(io.BytesIO(part)) for part in self._parts[name]]
        if earlier is None:
            return pl.concat(parts, rechunk=True)  # graphs came in order
        graphs = pl.DataFrame({"graph": list(kept)}, schema={"graph": pl.String})
        parts.append(earlier[name].join(graphs, on="graph", how="semi"))
        return pl.concat(parts, rechunk=True).sort("graph", *TABLES[name].columns)


def read_tables(generation: Path, digest: str) -> Tables | None:
    """The tables of a generation whose graphs have this digest; None where it has none, or those of another format.

    A file that is not what was written raises StoreError when it is read.
    """
    folder = generation / FOLDER
    try:
        index = json.loads((folder / INDEX).read_text(encoding="utf-8"))
        if index["format"] != FORMAT or index["digest"] != digest or folder.is_symlink():
            return None
        return Tables({}, folder, index["files"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def derive(blocks: Iterable[bytes]) -> Tables:
    """The tables of some graphs in canonical order, in memory."""
    writer = Writer()
    for block in blocks:
        writer.add(block)
    return writer.tables()


def _read(folder: Path, name: str, index: Any) -> pl.DataFrame:
    place, remedy = str(folder.parent.parent.parent), "kg build CORPUS… --anew"
    try:
        content = (folder / f"{name}.parquet").read_bytes()
        if [len(content), hashlib.sha256(content).hexdigest()] != index[f"{name}.parquet"]:
            raise StoreError(f"is damaged: the table {name} is not what was written", place=place, remedy=remedy)
        return pl.read_parquet(io.BytesIO(content))
    except (OSError, KeyError, TypeError) as error:
        raise StoreError(f"is damaged: the table {name} cannot be read", place=place, remedy=remedy) from error


def _bytes_of(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out, compression="zstd", compression_level=3, statistics=False, row_group_size=_GROUP)
    return out.getvalue()


def _put_frame(file: Path, frame: pl.DataFrame) -> list[int | str]:
    """Write a table; its size and SHA-256."""
    content = _bytes_of(frame)
    _put(file, content)
    return [len(content), hashlib.sha256(content).hexdigest()]


def _put(file: Path, content: bytes) -> None:
    with open(file, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())

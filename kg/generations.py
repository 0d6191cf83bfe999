"""A store folder: finished generations, each published as a whole or not at all.

    diplomatic-kg-store.json   says that the folder is ours, and in which format
    current.json               names the published generation
    generations/<name>/        oxigraph/, manifest.json, files.json (size and hash of each file), readers (locked by readers),
                               and what else the build keeps of it (`kg.ledger`, `kg.tables`)
    lock                       held by the one process that builds
    building-…/                what a build has not finished; the next one removes it

A build writes beside what is there, and one rename of a small file publishes it (see `kg.publishing`). The name of a generation
is the beginning of its digest, so that the same quads give the same generation.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from kg import tables
from kg.blocks import digest_of
from kg.errors import Finding, StoreError

FORMAT = 2
MARKER, CURRENT, LOCK, GENERATIONS = "diplomatic-kg-store.json", "current.json", "lock", "generations"
NAME = re.compile(r"[0-9a-f]{16}(-[0-9]{1,6})?")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds: numbers of quads, graphs and documents, digest of its canonical N-Quads, base IRI of its data,
    and the version of this package that wrote it."""

    quads: int
    digest: str
    base: str
    graphs: int
    documents: int
    version: str

    @classmethod
    def of(cls, quads: int, digests: Mapping[str, str], base: str, documents: int) -> Manifest:
        """What graphs with these digests amount to."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            written_by = version("diplomatic-kg")
        except PackageNotFoundError:
            written_by = "unknown"
        return cls(quads, digest_of(digests), base, len(digests), documents, written_by)


def check_links(folder: Path) -> None:
    """Nothing of ours is a link, so that no build writes or removes elsewhere."""
    for name in (MARKER, f"{MARKER}.new", CURRENT, f"{CURRENT}.new", LOCK, GENERATIONS):
        with contextlib.suppress(FileNotFoundError):
            mode = (folder / name).lstat().st_mode
            if not (stat.S_ISDIR(mode) if name == GENERATIONS else stat.S_ISREG(mode)):
                raise StoreError(f"{name} is a link or a special file", place=str(folder), remedy="name another folder")


def check_ours(folder: Path) -> None:
    try:
        if not folder.exists():
            raise StoreError("there is no such store", place=str(folder), remedy=rebuild(folder))
        check_links(folder)
        marker = read_object(folder / MARKER)
    except FileNotFoundError:
        if any(folder.iterdir()):
            raise StoreError("is no store", place=str(folder), remedy=f"{rebuild('DIR')} makes one") from None
        raise StoreError("is empty", place=str(folder), remedy=rebuild(folder)) from None
    except OSError as error:
        raise StoreError(
            error.strerror or str(error), place=str(folder), remedy="name the folder of a store"
        ) from error
    except ValueError as error:
        raise _damaged(folder, f"{MARKER} cannot be read") from error
    if marker.get("format") != FORMAT:
        remedy = f"use the version that wrote it, or a new folder: {rebuild('NEW')}"
        raise StoreError(
            f"has the format {marker.get('format')!r}, this version reads {FORMAT}", place=str(folder), remedy=remedy
        )


def open_current(folder: Path) -> tuple[Manifest, Path, int]:
    """What is published in a store folder: its manifest, its folder, and a lock (a file handle) that keeps it there.

    Raises StoreError where the folder is not ours, not finished or visibly damaged.
    """
    check_ours(folder)
    while True:
        name = published(folder)
        generation = folder / GENERATIONS / name
        try:
            lock = _reader_lock(generation)
        except OSError as error:
            if published(folder) != name:
                continue  # a build has published and removed it in this moment
            raise _damaged(folder, f"the generation {name} is missing or incomplete") from error
        if lock is not None:
            break
    try:
        manifest = read_manifest(folder, generation)
        found = _count(generation)
        if found != manifest.quads:
            raise _damaged(folder, f"{found} quads found where {manifest.quads} were published")
    except BaseException:
        os.close(lock)
        raise
    return manifest, generation, lock


def published(folder: Path) -> str:
    """Name of the published generation; StoreError where there is none."""
    try:
        name = read_object(folder / CURRENT).get("generation")
    except FileNotFoundError:
        raise StoreError("holds no finished graph", place=str(folder), remedy=rebuild(folder)) from None
    except (OSError, ValueError) as error:
        raise _damaged(folder, f"{CURRENT} cannot be read") from error
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise _damaged(folder, f"{CURRENT} names no generation")
    return name


def published_or_none(folder: Path) -> str | None:
    try:
        return published(folder)
    except StoreError:
        return None


def _reader_lock(generation: Path) -> int | None:
    """A lock that keeps this generation from being removed; None where it has been removed in this moment."""
    if generation.is_symlink() or (generation / "oxigraph").is_symlink():
        raise OSError(errno.ELOOP, "is a link")
    handle = os.open(generation / "readers", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        if os.path.samestat(os.fstat(handle), (generation / "readers").stat()):
            return handle
    except FileNotFoundError:
        pass
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None


def read_object(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError(f"{path.name} is nested too deeply") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} is no object")
    return content


def read_manifest(folder: Path, generation: Path) -> Manifest:
    try:
        content = read_object(generation / "manifest.json")
        if content.pop("format") != FORMAT:
            raise ValueError("another format")
        manifest = Manifest(**content)
        for field in fields(Manifest):
            if type(getattr(manifest, field.name)).__name__ != field.type:
                raise ValueError(field.name)
        return manifest
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _damaged(folder, f"manifest.json of {generation.name} cannot be read") from error


def read_only(generation: Path) -> Any:
    import pyoxigraph

    return pyoxigraph.Store.read_only(os.fspath(generation / "oxigraph"))


def _count(generation: Path) -> int:
    try:
        return len(read_only(generation))
    except (OSError, RuntimeError) as error:
        raise _damaged(generation.parent.parent, f"the quads cannot be read: {brief(error)}") from error


def hashes_of(generation: Path, known: Mapping[str, list[int | str]] | None = None) -> dict[str, list[int | str]]:
    """Size and SHA-256 of each file that holds data; the engine's notes to itself are left out.

    known are those of files shared with an earlier generation, checked there.
    """
    out: dict[str, list[int | str]] = {}
    for file in sorted((generation / "oxigraph").iterdir()):
        if known and file.name in known:
            out[file.name] = known[file.name]
        elif not file.name.startswith(("LOG", "LOCK")):
            with open(file, "rb") as stream:
                out[file.name] = [file.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()]
    return out


def _table_files(folder: Path) -> dict[str, list[int | str]]:
    """Size and SHA-256 of each table."""
    out: dict[str, list[int | str]] = {}
    for file in sorted(folder.iterdir()):
        if file.name != tables.INDEX:
            with open(file, "rb") as stream:
                out[file.name] = [file.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()]
    return out


def _under(files: Mapping[str, list[int | str]]) -> dict[str, list[int | str]]:
    return {f"{tables.FOLDER}/{name}": value for name, value in files.items()}


def changed_files(generation: Path) -> list[Finding]:
    """Which files of a generation are not what was written."""
    folder = generation.parent.parent
    place, remedy = str(folder), rebuild(folder)
    try:
        expected, found = read_object(generation / "files.json"), hashes_of(generation)
        if (generation / tables.FOLDER).exists():
            expected |= _under(read_object(generation / tables.FOLDER / tables.INDEX)["files"])
            found |= _under(_table_files(generation / tables.FOLDER))
    except (OSError, ValueError, KeyError, AttributeError) as error:
        return [Finding(place, f"the files of {generation.name} cannot be read: {brief(error)}", remedy)]
    return [
        Finding(place, f"{generation.name}/{name if '/' in name else f'oxigraph/{name}'} is {how}", remedy)
        for how, names in (
            ("missing", expected.keys() - found.keys()),
            ("not of this store", found.keys() - expected.keys()),
            ("changed", {name for name in expected.keys() & found.keys() if expected[name] != found[name]}),
        )
        for name in sorted(names)
    ]


def brief(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


def rebuild(folder: Path | str) -> str:
    return f"kg build CORPUS… --store {folder}"


def _damaged(folder: Path, found: str) -> StoreError:
    return StoreError(f"is damaged: {found}", place=str(folder), remedy=rebuild(folder))

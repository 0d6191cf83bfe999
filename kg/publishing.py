"""A new generation of a store folder (see `kg.generations`): written beside what is there, published whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from kg.blocks import Stream
from kg.bulk import bulk_load
from kg.errors import StoreError
from kg.generations import (
    CURRENT,
    FORMAT,
    GENERATIONS,
    LOCK,
    MARKER,
    NAME,
    Manifest,
    changed_files,
    check_links,
    check_ours,
    hashes_of,
    published_or_none,
    read_manifest,
    read_object,
    read_only,
)
from kg.replacing import replacing, sync

_LEFT_OVER = re.compile(r"building-[0-9]+(-[0-9a-f-]+)?")


def build(path: Path, chunks: Iterable[bytes], base: str, documents: int | Callable[[], int]) -> Manifest:
    """Write a generation and publish it; see `Store.build`."""
    with site(path) as here:
        stream = Stream(chunks)
        here.load(stream)
        count = documents() if callable(documents) else documents
        return here.publish(Manifest.of(stream.quads, stream.digests, base, count))


@contextlib.contextmanager
def site(path: Path) -> Iterator[Site]:
    """The right to build in a store folder; what is not published at the end is removed.

    StoreError where the folder is not ours, another build is writing, or the disk refuses.
    """
    folder = _prepare(path)
    with _writing(folder):
        for left_over in folder.iterdir():
            if _LEFT_OVER.fullmatch(left_over.name):
                _remove(left_over)
        here = Site(folder, folder / f"building-{os.getpid()}")
        try:
            yield here
        except (OSError, RuntimeError, SyntaxError) as error:
            # What the blocks raise is not ours to explain; but a disk may be full where they are made, too.
            if here.stream is not None and error is here.stream.error and not isinstance(error, OSError):
                raise
            raise _failed(folder, error) from error
        finally:
            _remove(here.temporary)


class Site:
    """Where a new generation grows beside the published one, loaded anew or from it (see `kg.increments`), then published."""

    def __init__(self, folder: Path, temporary: Path) -> None:
        self.folder = folder
        self.temporary = temporary
        self.stream: Stream | None = None
        self._hashes: dict[str, list[int | str]] = {}

    def earlier(self) -> tuple[Manifest, Path] | None:
        """The published generation and its folder; None where there is none, or where any of its files has changed."""
        name = published_or_none(self.folder)
        if name is None:
            return None
        generation = self.folder / GENERATIONS / name
        try:
            manifest = read_manifest(self.folder, generation)
            return None if changed_files(generation) else (manifest, generation)
        except (OSError, StoreError):
            return None

    def load(self, stream: Stream) -> None:
        """Write all blocks of a stream into a new engine."""
        self.stream = stream
        _load(self.temporary, stream)

    def grow(self, generation: Path) -> Path:
        """Begin with what an intact generation holds; the folder of the new engine.

        Files that the engine never changes are shared with the earlier generation; the others are copied.
        """
        self.temporary.mkdir()
        home, new = generation / "oxigraph", self.temporary / "oxigraph"
        new.mkdir()
        for file in sorted(home.iterdir()):
            if file.name.endswith(".sst"):
                _share(file, new / file.name)
            elif not file.name.startswith(("LOG", "LOCK")):
                shutil.copyfile(file, new / file.name)
        self._hashes = {
            name: found for name, found in read_object(generation / "files.json").items() if name.endswith(".sst")
        }
        return new

    def publish(self, manifest: Manifest, kept: Iterable[str] = ()) -> Manifest:
        """Make it current, and remove generations that nobody reads. kept names what else of its folder belongs to it."""
        return _publish(self.folder, self.temporary, manifest, self._hashes, kept)


def _share(file: Path, new: Path) -> None:
    try:
        os.link(file, new)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        shutil.copyfile(file, new)  # a file system without a second name for a file


def _load(temporary: Path, stream: Stream) -> None:
    """Write the stream into a new folder, and read its number of quads and graphs again."""
    temporary.mkdir()
    bulk_load(temporary / "oxigraph", stream.blocks)
    engine = read_only(temporary)
    found = len(engine), sum(1 for _ in engine.named_graphs())
    if found != (stream.quads, stream.graphs):
        raise OSError(f"{found[0]} quads in {found[1]} graphs arrived of {stream.quads} in {stream.graphs}")


def _publish(
    folder: Path,
    temporary: Path,
    manifest: Manifest,
    hashes: Mapping[str, list[int | str]],
    kept: Iterable[str],
) -> Manifest:
    """Give the folder of a build its name, make it current, and remove generations that nobody reads."""
    _write(temporary / "manifest.json", {"format": FORMAT, **asdict(manifest)})
    _write(temporary / "files.json", hashes_of(temporary, hashes))
    _write(temporary / "readers", {})
    for file in sorted((temporary / "oxigraph").iterdir()):
        sync(file)
    for directory in (temporary / "oxigraph", temporary):
        sync(directory)
    generations = folder / GENERATIONS
    generations.mkdir(exist_ok=True)
    name, number = manifest.digest[:16], 1
    while os.path.lexists(generations / name):
        if _intact(folder, generations / name, manifest):
            for extra in kept:
                # The same quads from another input: what is kept of it is as of now.
                _exchange(temporary / extra, generations / name / extra)
            break
        number += 1
        name = f"{manifest.digest[:16]}-{number}"
    else:
        temporary.rename(generations / name)
        sync(generations)
        sync(folder)
    if published_or_none(folder) != name:
        _write(folder / CURRENT, {"generation": name})
        sync(folder)
    _prune(folder, name)
    return manifest


def _exchange(new: Path, old: Path) -> None:
    """Put a file or folder in the place of another. Whoever looks between finds no folder, which is as good as none."""
    if new.is_dir() and old.exists():
        old.rename(new.with_name(f"{new.name}.old"))
    new.replace(old)


def _intact(folder: Path, generation: Path, manifest: Manifest) -> bool:
    """Whether an earlier generation is whole and holds just this."""
    try:
        earlier = read_manifest(folder, generation)
        same = all(
            getattr(earlier, f.name) == getattr(manifest, f.name) for f in fields(Manifest) if f.name != "version"
        )
        # Byte for byte what was written then: reading the quads anew would tell no more, at a hundred times the cost.
        return same and not changed_files(generation)
    except (OSError, RuntimeError, ValueError, StoreError):
        return False


def _prune(folder: Path, current: str) -> None:
    for generation in sorted((folder / GENERATIONS).iterdir()):
        if generation.name == current or not NAME.fullmatch(generation.name) or generation.is_symlink():
            continue
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            with contextlib.suppress(FileNotFoundError):
                handle = os.open(generation / "readers", os.O_RDONLY | os.O_NOFOLLOW)
                stack.callback(os.close, handle)
                # Refused while somebody reads. A reader that waits for us sees afterwards that the file is gone.
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            trash = folder / f"building-{os.getpid()}-{generation.name}"
            generation.rename(trash)
            _remove(trash)


def _prepare(folder: Path) -> Path:
    """A folder that is ours, made or checked. StoreError for a file, a foreign folder, a link that leads nowhere."""
    try:
        if folder.is_symlink() and not folder.exists():
            raise StoreError(
                "is a link that leads nowhere", place=str(folder), remedy="remove it or name another folder"
            )
        if folder.exists() and not folder.is_dir():
            raise StoreError("is a file", place=str(folder), remedy="name a folder for the store")
        folder.mkdir(parents=True, exist_ok=True)
        check_links(folder)
        if not (folder / MARKER).exists():
            # A build that was killed at its very beginning leaves these two at most.
            foreign = sorted({entry.name for entry in folder.iterdir()} - {LOCK, f"{MARKER}.new"})
            if foreign:
                remedy = "name an empty or a new folder for the store"
                raise StoreError(f"holds other files ({foreign[0]!r}, …)", place=str(folder), remedy=remedy)
            _write(folder / MARKER, {"format": FORMAT})
            sync(folder)
    except OSError as error:
        raise _failed(folder, error) from error
    check_ours(folder)
    return folder


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Hold the right to build in this folder. StoreError where another process has it."""
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    except OSError as error:
        raise _failed(folder, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            remedy = "wait until it has finished; the earlier graph can be read meanwhile"
            raise StoreError("another build is writing", place=str(folder), remedy=remedy) from None
        except OSError as error:
            raise _failed(folder, error) from error
        yield
    finally:
        os.close(handle)


def _failed(folder: Path, error: Exception) -> StoreError:
    text = (error.strerror if isinstance(error, OSError) and error.strerror else "") or str(error)
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "No space left" in text
    remedy = "free disk space and build again" if full else "see that the folder can be written, then build again"
    return StoreError(
        f"cannot write the store: {text}", place=str(folder), remedy=f"{remedy}; an earlier graph is unharmed"
    )


def _write(path: Path, content: Any) -> None:
    """Write JSON so that the file is there completely or not at all, after a power cut as well."""
    new = path.with_name(f"{path.name}.new")
    with replacing(path, new, open(new, "wb")) as out:
        out.write(json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False).encode() + b"\n")


def _remove(path: Path) -> None:
    """Remove what a build left; a remainder is left to the next build."""
    if path.is_symlink():
        with contextlib.suppress(OSError):
            path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)

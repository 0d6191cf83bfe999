"""A store folder: finished generations, each published as a whole or not at all.

    diplomatic-kg-store.json   says that the folder is ours, and in which format
    current.json               names the published generation
    generations/<name>/        oxigraph/, manifest.json, files.json (size and hash of each file), readers (locked by readers),
                               and what else the build keeps of it (`kg.ledger`, `kg.tables`)
    lock                       held by the one process that builds
    building-…/                what a build has not finished; the next one removes it

A build writes beside what is there, and one rename of a small file publishes it. The name of a generation is the beginning of
its digest, so that the same quads give the same generation.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from kg import tables
from kg.blocks import Stream, digest_of
from kg.bulk import bulk_load
from kg.errors import Finding, StoreError

FORMAT = 2
MARKER, CURRENT, LOCK, GENERATIONS = "diplomatic-kg-store.json", "current.json", "lock", "generations"
_NAME = re.compile(r"[0-9a-f]{16}(-[0-9]{1,6})?")
_LEFT_OVER = re.compile(r"building-[0-9]+(-[0-9a-f-]+)?")


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


# -- writing a generation ------------------------------------------------------------------------------------------------


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
        name = _published_or_none(self.folder)
        if name is None:
            return None
        generation = self.folder / GENERATIONS / name
        try:
            manifest = _read_manifest(self.folder, generation)
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
            name: found for name, found in _read(generation / "files.json").items() if name.endswith(".sst")
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
    _write(temporary / "files.json", _files(temporary, hashes))
    _write(temporary / "readers", {})
    for file in sorted((temporary / "oxigraph").iterdir()):
        _sync(file)
    for directory in (temporary / "oxigraph", temporary):
        _sync(directory)
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
        _sync(generations)
        _sync(folder)
    if _published_or_none(folder) != name:
        _write(folder / CURRENT, {"generation": name})
        _sync(folder)
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
        earlier = _read_manifest(folder, generation)
        same = all(
            getattr(earlier, f.name) == getattr(manifest, f.name) for f in fields(Manifest) if f.name != "version"
        )
        # Byte for byte what was written then: reading the quads anew would tell no more, at a hundred times the cost.
        return same and not changed_files(generation)
    except (OSError, RuntimeError, ValueError, StoreError):
        return False


def _prune(folder: Path, current: str) -> None:
    for generation in sorted((folder / GENERATIONS).iterdir()):
        if generation.name == current or not _NAME.fullmatch(generation.name) or generation.is_symlink():
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
        _check_links(folder)
        if not (folder / MARKER).exists():
            # A build that was killed at its very beginning leaves these two at most.
            foreign = sorted({entry.name for entry in folder.iterdir()} - {LOCK, f"{MARKER}.new"})
            if foreign:
                remedy = "name an empty or a new folder for the store"
                raise StoreError(f"holds other files ({foreign[0]!r}, …)", place=str(folder), remedy=remedy)
            _write(folder / MARKER, {"format": FORMAT})
            _sync(folder)
    except OSError as error:
        raise _failed(folder, error) from error
    _check_ours(folder)
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
    with open(new, "w", encoding="utf-8", newline="\n") as out:
        json.dump(content, out, indent=1, sort_keys=True, ensure_ascii=False)
        out.write("\n")
        out.flush()
        os.fsync(out.fileno())
    new.replace(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    """Remove what a build left; a remainder is left to the next build."""
    if path.is_symlink():
        with contextlib.suppress(OSError):
            path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


# -- reading a generation ------------------------------------------------------------------------------------------------


def _check_links(folder: Path) -> None:
    """Nothing of ours is a link, so that no build writes or removes elsewhere."""
    for name in (MARKER, f"{MARKER}.new", CURRENT, f"{CURRENT}.new", LOCK, GENERATIONS):
        with contextlib.suppress(FileNotFoundError):
            mode = (folder / name).lstat().st_mode
            if not (stat.S_ISDIR(mode) if name == GENERATIONS else stat.S_ISREG(mode)):
                raise StoreError(f"{name} is a link or a special file", place=str(folder), remedy="name another folder")


def _check_ours(folder: Path) -> None:
    try:
        if not folder.exists():
            raise StoreError("there is no such store", place=str(folder), remedy=rebuild(folder))
        _check_links(folder)
        marker = _read(folder / MARKER)
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
    _check_ours(folder)
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
        manifest = _read_manifest(folder, generation)
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
        name = _read(folder / CURRENT).get("generation")
    except FileNotFoundError:
        raise StoreError("holds no finished graph", place=str(folder), remedy=rebuild(folder)) from None
    except (OSError, ValueError) as error:
        raise _damaged(folder, f"{CURRENT} cannot be read") from error
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _damaged(folder, f"{CURRENT} names no generation")
    return name


def _published_or_none(folder: Path) -> str | None:
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


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except RecursionError:
        raise ValueError(f"{path.name} is nested too deeply") from None
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} is no object")
    return content


def _read_manifest(folder: Path, generation: Path) -> Manifest:
    try:
        content = _read(generation / "manifest.json")
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


def _files(generation: Path, known: Mapping[str, list[int | str]] | None = None) -> dict[str, list[int | str]]:
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
        expected, found = _read(generation / "files.json"), _files(generation)
        if (generation / tables.FOLDER).exists():
            expected |= _under(_read(generation / tables.FOLDER / tables.INDEX)["files"])
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

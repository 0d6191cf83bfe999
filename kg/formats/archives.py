"""Zip files of strangers, judged by their directory before anything is unpacked.

Nothing is ever written to disk: members are read into memory one by one, each within the size that the directory promises.
"""

from __future__ import annotations

import io
import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath

from kg.errors import InputError
from kg.formats.reading import Data

MOST_MEMBERS = 100_000
MOST_BYTES = 4 * 1024**3
LARGEST_MEMBER = 256 * 1024**2
MOST_NESTED_BYTES = 64 * 1024**2
RATIO = 200
"""A member that unpacks to more times its size is refused, from 1 MB on: text shrinks to a tenth, bombs to a thousandth."""
SERIALISED = ".ser"


def is_archive(data: Data) -> bool:
    """Whether these are the bytes of a zip file."""
    return data[:4] in (b"PK\x03\x04", b"PK\x05\x06")


@contextmanager
def opened(source: str | bytes, name: str) -> Iterator[zipfile.ZipFile]:
    """A zip file, by path or as its bytes, whose directory holds no trap. Raises InputError with the way out."""
    try:
        with zipfile.ZipFile(source if isinstance(source, str) else io.BytesIO(source)) as archive:
            check(archive, name)
            yield archive
    except (zipfile.BadZipFile, NotImplementedError, EOFError) as error:
        raise InputError(f"is no whole zip file: {error}", place=name, remedy="export or copy it again") from None


def size_of(source: bytes, name: str) -> int:
    """What the members of an archive come to when unpacked, by its directory."""
    with opened(source, name) as archive:
        return sum(member.file_size for member in archive.infolist())


def check(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse a zip by what its directory says."""
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        _refuse(name, f"holds {len(members):,} files, more than {MOST_MEMBERS:,}", "export it in parts")
    total, seen = 0, set()
    for member in members:
        path = member.filename
        parts = PurePosixPath(path).parts
        if (
            path.startswith(("/", "\\"))
            or "\\" in path
            or ":" in path[:3]
            or ".." in parts
            or "\x00" in member.orig_filename
        ):
            _refuse(name, f"holds a path that leads out of it: {path[:80]}", "unpack and look at it with care")
        if path in seen:
            _refuse(name, f"holds {path[:80]} twice", "export it again")
        seen.add(path)
        if stat.S_ISLNK(member.external_attr >> 16):
            _refuse(name, f"holds a link: {path[:80]}", "put the file itself there")
        if member.flag_bits & 0x1:
            _refuse(name, "is protected with a password", "unpack it, and pack it again without one")
        if member.file_size > LARGEST_MEMBER and not path.endswith(SERIALISED):
            _refuse(name, f"holds a file of {member.file_size / 1e6:,.0f} MB: {path[:80]}", "export it in parts")
        if member.file_size > 1_000_000 and member.file_size > RATIO * max(member.compress_size, 1):
            found = f"unpacks to {member.file_size // max(member.compress_size, 1):,} times its size: {path[:80]}"
            _refuse(name, found, "this is how a zip bomb looks; unpack it yourself if you trust it")
        total += member.file_size
    if total > MOST_BYTES:
        _refuse(name, f"unpacks to {total / 1e9:,.1f} GB", "export it in parts")
    # Members that overlap share their bytes: each looks harmless alone. The directory stands after them all.
    if total > 1_000_000 and total > RATIO * max(archive.start_dir, 1):
        found = f"unpacks to {total // max(archive.start_dir, 1):,} times its size"
        _refuse(name, found, "this is how a zip bomb looks; unpack it yourself if you trust it")


def read_member(archive: zipfile.ZipFile, member: str, name: str) -> bytes:
    """The bytes of one member. Raises InputError where they are damaged."""
    try:
        return archive.read(member)
    except KeyError:
        raise InputError(f"holds no {member[:80]}", place=name, remedy="was it changed meanwhile?") from None
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        EOFError,
        RuntimeError,
        OSError,
        zlib.error,
        lzma.LZMAError,
    ) as error:
        raise InputError(f"cannot be unpacked: {error}", place=f"{name}/{member}", remedy="export it again") from None


def _refuse(name: str, found: str, remedy: str) -> None:
    raise InputError(found, place=name, remedy=remedy)

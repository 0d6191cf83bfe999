"""A folder anywhere: on this machine, or behind an address that fsspec knows (s3://, memory://, zip://…::…).

Names are relative, with slashes. A file is written whole or not at all: on this machine beside and renamed, in an object store by
the store itself. Credentials are those that fsspec finds where the code runs; none are kept, and none are shown in a message.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import IO, Any

from kg.errors import InputError
from kg.replacing import replacing

_BLOCK = 256 * 1024
"""Bytes that a file being read is asked for at once: many are open together when sorted runs are merged."""


def is_address(text: str) -> bool:
    """Whether this is an address and not a path."""
    return "://" in text or "::" in text


def of_this_machine(text: str) -> Path | None:
    """The path that a path or a file:// address means; None for any other address."""
    if not is_address(text):
        return Path(text)
    if text.startswith("file://") and "::" not in text:
        return Path(text.removeprefix("file://"))
    return None


@dataclass(frozen=True, slots=True)
class Place:
    """A folder by its path or address. What goes wrong there is an InputError that names it."""

    address: str

    @property
    def shown(self) -> str:
        """The address for messages, without user and password."""
        return re.sub(r"(?<=://)[^/@\s]*@", "", self.address)

    @property
    def name(self) -> str:
        """Its own name in the folder around it."""
        return self.address.partition("::")[0].rstrip("/").rpartition("/")[2]

    @property
    def shared(self) -> bool:
        """Whether other processes see it."""
        return not any(part.startswith("memory:") for part in self.address.split("::"))

    def at(self, name: str) -> Place:
        """A folder in it."""
        first, chained, rest = self.address.partition("::")
        return Place(f"{first.rstrip('/')}/{name}{chained}{rest}")

    # -- reading ---------------------------------------------------------------------------------------------------------

    def names(self) -> dict[str, int]:
        """All files in it and below, with their sizes in bytes; none where there is no such folder."""
        with self._told():
            if (path := of_this_machine(self.address)) is not None:
                return {
                    os.path.relpath(os.path.join(home, name), path).replace(os.sep, "/"): os.lstat(
                        os.path.join(home, name)
                    ).st_size
                    for home, _, names in os.walk(path)
                    for name in names
                }
            files, root = _opened(self.address)
            files.invalidate_cache()
            home = f"{root.strip('/')}/" if root.strip("/") else ""
            # What an index of a web server links to elsewhere is no part of the folder.
            return {
                name.strip("/").removeprefix(home): int(about.get("size") or 0)
                for name, about in files.find(root, detail=True).items()
                if name.strip("/").startswith(home)
            }

    def archive(self) -> Any:
        """The zip file that it lies in, as the standard library opens it; None where it lies in none."""
        if of_this_machine(self.address) is not None:
            return None
        with self._told():
            return getattr(_opened(self.address)[0], "zip", None)

    def has(self, name: str) -> bool:
        """Whether there is a file of this name."""
        with self._told():
            if (path := of_this_machine(self.address)) is not None:
                return (path / name).is_file()
            files, root = _opened(self.address)
            return bool(files.isfile(_join(root, name)))

    def read(self, name: str) -> bytes:
        """The content of a file."""
        with self._told(name):
            return self.fetch(name)

    def fetch(self, name: str) -> bytes:
        """The same, raising what the file system raises."""
        if (path := of_this_machine(self.address)) is not None:
            return (path / name).read_bytes()
        files, root = _opened(self.address)
        content: bytes = files.cat_file(_join(root, name))
        return content

    def pieces(self, name: str, pieces: Sequence[tuple[int, int]]) -> list[bytes]:
        """Parts of a file, each by offset and length."""
        with self._told(name):
            if (path := of_this_machine(self.address)) is not None:
                with open(path / name, "rb") as file:
                    return [_piece(file, *piece) for piece in pieces]
            files, root = _opened(self.address)
            starts, ends = [start for start, _ in pieces], [start + length for start, length in pieces]
            found: list[bytes] = files.cat_ranges([_join(root, name)] * len(pieces), starts, ends, on_error="raise")
            return found

    @contextlib.contextmanager
    def opened(self, name: str) -> Iterator[IO[bytes]]:
        """A file to read line by line."""
        with self._told(name), contextlib.ExitStack() as stack:
            if (path := of_this_machine(self.address)) is not None:
                yield stack.enter_context(open(path / name, "rb", buffering=_BLOCK))
            else:
                files, root = _opened(self.address)
                yield stack.enter_context(files.open(_join(root, name), "rb", block_size=_BLOCK))

    # -- writing ---------------------------------------------------------------------------------------------------------

    def write(self, name: str, content: bytes, *, lasting: bool = True) -> None:
        """Write a file, whole or not at all."""
        with self.writing(name, lasting=lasting) as out:
            out.write(content)

    @contextlib.contextmanager
    def writing(self, name: str, *, lasting: bool = True) -> Iterator[IO[bytes]]:
        """A file to write into; it is there when this ends well. Lasting: after a power cut of this machine as well."""
        with self._told(name):
            if (path := of_this_machine(self.address)) is not None:
                target = path / name
                target.parent.mkdir(parents=True, exist_ok=True)
                # Two workers may write one part, when one was thought dead: each into a file of its own.
                new = target.with_name(f".{target.name}.{os.uname().nodename}-{os.getpid()}")
                with replacing(target, new, open(new, "wb"), lasting=lasting) as out:
                    yield out
                return
            files, root = _opened(self.address)
            file = _join(root, name)
            files.makedirs(str(PurePosixPath(file).parent), exist_ok=True)
            with files.open(file, "wb") as out:
                yield out

    def move(self, name: str, new: str) -> None:
        """Give a file another name."""
        with self._told(name):
            if (path := of_this_machine(self.address)) is not None:
                (path / name).replace(path / new)
            else:
                files, root = _opened(self.address)
                files.mv(_join(root, name), _join(root, new))

    def remove(self, names: Iterable[str]) -> None:
        """Remove files; those that are gone are gone."""
        with self._told():
            for name in names:
                with contextlib.suppress(FileNotFoundError):
                    if (path := of_this_machine(self.address)) is not None:
                        (path / name).unlink()
                    else:
                        files, root = _opened(self.address)
                        files.rm_file(_join(root, name))

    def clear(self) -> None:
        """Remove the folder with all that is in it, as far as that is possible."""
        if (path := of_this_machine(self.address)) is not None:
            shutil.rmtree(path, ignore_errors=True)
            return
        with contextlib.suppress(Exception):
            files, root = _opened(self.address)
            files.rm(root, recursive=True)

    @contextlib.contextmanager
    def _told(self, name: str = "") -> Iterator[None]:
        """What a file system raises, as a message. Those of other people raise whatever they like."""
        try:
            yield
        except (InputError, MemoryError):
            raise
        except Exception as error:
            place = f"{self.shown}/{name}" if name else self.shown
            text = (error.strerror if isinstance(error, OSError) else "") or str(error) or type(error).__name__
            remedy = "see whether the address is right, can be reached, and may be read or written from every worker"
            if isinstance(error, ImportError):
                remedy = "install the package that it names, here and on every worker"
            raise InputError(text[:300], place=place, remedy=remedy) from error


def _piece(file: IO[bytes], start: int, length: int) -> bytes:
    file.seek(start)
    return file.read(length)


def _join(root: str, name: str) -> str:
    return f"{root.rstrip('/')}/{name}" if root else name


@lru_cache(maxsize=16)
def _opened(address: str) -> tuple[Any, str]:
    """The file system of an address, and the folder in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise InputError(
            "addresses need fsspec", place="kg", remedy="pip install 'diplomatic-kg[distributed]'"
        ) from None
    files, root = url_to_fs(address)
    return files, root

"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from kg.errors import InputError
from kg.replacing import replacing


def write_atomically(path: Path, chunks: Iterable[bytes]) -> None:
    """Write chunks to path: complete or not at all, after a power cut as well.

    A link is followed, a file keeps its permissions, and what is no file (a pipe, /dev/null) is written to as it is. Raises
    InputError where the disk or the folder refuses.
    """
    try:
        target = path.resolve()
        try:
            mode = target.stat().st_mode
        except FileNotFoundError:
            mode = None
        if mode is None or stat.S_ISREG(mode):
            _replace(target, mode, chunks)
        else:
            with open(target, "wb") as out:
                for chunk in chunks:
                    out.write(chunk)
    except OSError as error:
        remedy = "see whether the folder exists and the disk has room"
        raise InputError(error.strerror or str(error), place=str(path), remedy=remedy) from error


def _replace(target: Path, mode: int | None, chunks: Iterable[bytes]) -> None:
    handle, new = _beside(target)
    with replacing(target, new, os.fdopen(handle, "wb")) as out:
        if mode is not None:
            os.fchmod(out.fileno(), stat.S_IMODE(mode))
        for chunk in chunks:
            out.write(chunk)


def _beside(target: Path) -> tuple[int, Path]:
    """A new file in the same folder, with the permissions that any new file gets."""
    for number in count():
        new = target.with_name(f".kg-{os.getpid()}-{number}")
        with contextlib.suppress(FileExistsError):
            return os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), new
    raise AssertionError("unreachable")

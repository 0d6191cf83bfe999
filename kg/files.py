"""Writing files so that a reader never sees half of one."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from kg.errors import InputError


def write_atomically(path: Path, chunks: Iterable[bytes]) -> None:
    """Write chunks to path: complete or not at all. Raises InputError where the disk or the folder refuses."""
    name = ""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as out:
            for chunk in chunks:
                out.write(chunk)
        # mkstemp keeps its file private; what a person asked for is as readable as any file of theirs.
        mask = os.umask(0)
        os.umask(mask)
        Path(name).chmod(0o666 & ~mask)
        Path(name).replace(path)
    except OSError as error:
        remedy = "see whether the folder exists and the disk has room"
        raise InputError(error.strerror or str(error), place=str(path), remedy=remedy) from error
    finally:
        if name:
            with contextlib.suppress(FileNotFoundError):
                Path(name).unlink()

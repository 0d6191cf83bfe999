"""Writing through to the disk; a file that takes the place of another one when it is complete, and never before."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import IO


@contextlib.contextmanager
def replacing(target: Path, new: Path, out: IO[bytes], *, lasting: bool = True) -> Iterator[IO[bytes]]:
    """Write into `out`, the open file `new`, which becomes `target` when this ends well and goes otherwise.

    Lasting: after a power cut as well. Raises OSError.
    """
    try:
        with out:
            yield out
            out.flush()
            if lasting:
                os.fsync(out.fileno())
        new.replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise


def sync(path: Path) -> None:
    """Write what is known of a file or folder through to the disk. Raises OSError."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

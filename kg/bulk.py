"""Blocks of quads into a new engine while the next ones are made: the engine loads in a thread of its own.

It parses as it reads, but does most of its work once a million quads, or at the end. So the first blocks go to it in short
loads, each of which it works on while the next, longer one is gathered; all that follow go in one, which suits it best. That one
it reads from a pipe: of a Python object it takes a few kilobytes at a time, and needs the interpreter for each of them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

_SHORT = (16_000_000, 32_000_000, 64_000_000, 128_000_000)
"""Bytes of the loads at the beginning."""


def bulk_load(folder: Path, blocks: Iterable[bytes]) -> None:
    """Load blocks of N-Quads into a new engine in this folder. What the blocks or the engine raise passes through.

    After an error, part of what came before it may be in the folder.
    """
    blocks = iter(blocks)
    engine = _Engine(folder)
    try:
        with ThreadPoolExecutor(1) as thread:
            before = thread.submit(engine.load, b"")
            for size in _SHORT:
                part = _gathered(blocks, size)
                # Not more than one load waits for the one under way.
                before.result()
                before = thread.submit(engine.load, part)
                if not part:
                    break
            else:
                _pour(blocks, engine, thread)
            before.result()
        engine.flush()
    finally:
        engine.close()


class _Engine:
    """An engine that is gone when it is closed, even where a traceback still refers to whoever used it."""

    def __init__(self, folder: Path) -> None:
        import pyoxigraph

        self._store: Any = pyoxigraph.Store(os.fspath(folder))
        self._format = pyoxigraph.RdfFormat.N_QUADS
        self._sound = True

    def load(self, quads: bytes) -> None:
        if quads:
            self._sound = False
            self._store.bulk_load(quads, format=self._format)
            self._sound = True

    def drain(self, source: int) -> None:
        """Load what comes out of a pipe; nothing where a load has failed before."""
        try:
            if self._sound:
                self._store.bulk_load(path=f"/dev/fd/{source}", format=self._format)
        finally:
            os.close(source)

    def flush(self) -> None:
        self._store.flush()

    def close(self) -> None:
        self._store = None


def _gathered(blocks: Iterator[bytes], size: int) -> bytes:
    """Blocks one after the other until they have a size; b"" where none is left."""
    found = bytearray()
    for block in blocks:
        found += block
        if len(found) >= size:
            break
    return bytes(found)


def _pour(blocks: Iterator[bytes], engine: _Engine, thread: ThreadPoolExecutor) -> None:
    """Load all blocks that are left through a pipe."""
    source, sink = os.pipe()
    loading = thread.submit(engine.drain, source)
    try:
        for block in blocks:
            if not _written(sink, block):
                break  # The engine has stopped, and its own error says why.
    except BaseException:
        # Whoever reads must not take this for the end, and load what is left of it first.
        _written(sink, b"\nno more\n")
        raise
    finally:
        os.close(sink)
    loading.result()


def _written(sink: int, content: bytes) -> bool:
    rest = memoryview(content)
    with contextlib.suppress(BrokenPipeError):
        while rest:
            rest = rest[os.write(sink, rest) :]
    return not rest

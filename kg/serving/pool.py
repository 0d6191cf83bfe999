"""Several query processes on one store folder, and the newest finished generation for every request.

A request borrows one process and, with it, one generation: all that it asks is answered from the same graph, even where a build
publishes another one meanwhile. The next request gets the new one; the old one is let go of when nobody reads it any more.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from kg import generations, guard
from kg.errors import KGError, QueryLimit, StoreError
from kg.generations import Manifest
from kg.serving.http import say_nothing
from kg.terms import Term
from kg.worker import MIB, Answer, Dataset, Limits, Worker

SERVED = Limits(seconds=15.0, memory=1024 * MIB, rows=100_000, bytes=32 * MIB)
"""What one request may use: seconds for all of its queries together, the rest for each."""


class Loan:
    """One query process of one generation, for one request. What questions are put to (`kg.query.Asked`)."""

    def __init__(self, snapshot: _Snapshot, worker: Worker, limits: Limits) -> None:
        self.manifest = snapshot.manifest
        self.stopped = self._ended = False
        self._lock = threading.Lock()
        self._snapshot = snapshot
        self._worker = worker
        self._limits = limits
        self._deadline = time.monotonic() + limits.seconds

    @property
    def base(self) -> str:
        """Where IRIs of the data begin."""
        return self.manifest.base

    def query(
        self, sparql: str, bindings: Mapping[str, Term | None] | None = None, limits: Limits | None = None
    ) -> Answer:
        """Answer a query whose parameters are bound, as `Store.query` does."""
        return self._run(guard.bound(sparql, bindings or {}), None)

    def query_checked(self, sparql: str, dataset: Dataset | None = None) -> Answer:
        """Answer a query that `guard.check` has passed, in which `$name` is a variable like any other."""
        return self._run(sparql, dataset)

    def stop(self) -> None:
        """End the query that runs, from another thread: nobody waits for its answer."""
        with self._lock:
            if not self._ended:
                self.stopped = True
                self._worker.close()

    def end(self) -> None:
        """Give the process back: from now on it is not this request's to stop."""
        with self._lock:
            self._ended = True

    def _run(self, sparql: str, dataset: Dataset | None) -> Answer:
        left = self._deadline - time.monotonic()
        if left <= 0 or self.stopped:
            raise QueryLimit(f"stopped after {self._limits.seconds:g} s", limit="time", remedy="ask for less")
        try:
            return self._worker.run(sparql, replace(self._limits, seconds=left), None, dataset)
        except QueryLimit as error:
            if error.limit != "time":
                raise
            found = f"the query was stopped after {self._limits.seconds:g} s"
            raise QueryLimit(found, limit="time", remedy="ask for less") from None


class _Snapshot:
    """One generation, held, with its processes that nobody uses at the moment."""

    def __init__(self, folder: Path, size: int) -> None:
        self.manifest, self.generation, self._lease = generations.open_current(folder)
        self.free = [self.worker() for _ in range(size)]
        self.borrowed = 0

    def worker(self) -> Worker:
        return Worker(self.generation / "oxigraph")

    def close(self) -> None:
        for worker in self.free:
            worker.close()
        os.close(self._lease)


class Pool:
    """The processes that answer for a store folder; as many requests at once as there are processes."""

    def __init__(
        self, folder: Path, size: int, limits: Limits = SERVED, report: Callable[[str], None] = say_nothing
    ) -> None:
        """Open the store and start its processes. StoreError where it cannot be read; report is told of trouble later on."""
        self.size = size
        self._folder = folder
        self._limits = limits
        self._report = report
        self._reported = ""
        self._lock = threading.Lock()
        self._closed = False
        # A process ends with the thread that started it: this thread lives as long as the pool.
        self._starter = ThreadPoolExecutor(1, "starter")
        self._snapshot = _Snapshot(folder, size)
        self._starter.submit(self._start_all, self._snapshot).result()

    def close(self) -> None:
        """End all processes; what is borrowed ends when it is given back."""
        with self._lock:
            self._closed = True
            if not self._snapshot.borrowed:
                self._snapshot.close()
        self._starter.shutdown()

    def refresh(self) -> Manifest:
        """What the newest generation holds, which is the one for requests from now on."""
        with self._lock:
            if self._closed:
                raise StoreError("the endpoint is ending")
            return self._newest().manifest

    @contextlib.contextmanager
    def borrow(self) -> Iterator[Loan]:
        """A process on the newest generation. No more than `size` of them at once, which the caller sees to."""
        with self._lock:
            if self._closed:
                raise StoreError("the endpoint is ending")
            snapshot = self._newest()
            worker = snapshot.free.pop() if snapshot.free else snapshot.worker()
            snapshot.borrowed += 1
        loan = Loan(snapshot, worker, self._limits)
        try:
            yield loan
        finally:
            loan.end()
            with self._lock:
                snapshot.borrowed -= 1
                if loan.stopped:
                    worker.close()
                    worker = snapshot.worker()
                snapshot.free.append(worker)
                if snapshot is self._snapshot and not self._closed:
                    # One that was stopped starts now, not when the next question waits for it.
                    if worker.pid is None:
                        self._starter.submit(self._start, worker)
                elif not snapshot.borrowed:
                    snapshot.close()

    def _newest(self) -> _Snapshot:
        """The newest generation; the earlier one where the newest cannot be read."""
        try:
            if generations.published(self._folder) != self._snapshot.generation.name:
                earlier, self._snapshot = self._snapshot, _Snapshot(self._folder, self.size)
                if not earlier.borrowed:
                    earlier.close()
                self._starter.submit(self._start_all, self._snapshot)
            self._reported = ""
        except KGError as error:
            if str(error) != self._reported:
                self._reported = str(error)
                self._report(f"the earlier graph goes on answering: {error}")
        return self._snapshot

    def _start_all(self, snapshot: _Snapshot) -> None:
        for worker in list(snapshot.free):
            worker.start()

    def _start(self, worker: Worker) -> None:
        with contextlib.suppress(StoreError):
            worker.start()

"""The cluster: Dask's, an existing one or one of this machine, and calls shared out to it.

The one module that knows Dask. Its messages are pickles, so that whoever can reach a scheduler can run code on all machines of
the cluster: the one of this machine listens at 127.0.0.1 alone, and has no dashboard.
"""

from __future__ import annotations

import contextlib
import logging
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.errors import InputError, KGError

WORKERS = 4
MEMORY = 1024
"""MiB that a worker of this machine may use; beyond it, it is ended and begun anew."""

_READY = 180
"""Seconds within which the workers of this machine have to be there."""

_MISSING = "pip install 'diplomatic-kg[distributed]'"
_NOWHERE = "127.0.0.1:0"
"""Even without a dashboard, a scheduler and its workers listen for questions about their state: on this machine alone, then."""

_FRUGAL = {"POLARS_MAX_THREADS": "1", "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False"}
"""Environment of workers of this machine. Each has one thread: polars' own would wait for each other, and take twice the time of
the processors. What Dask notes of a worker's time costs a fifteenth of it, and nobody sees it without a dashboard."""

_LASTING = (FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError, ValueError, ImportError)
_TIMES = 3
"""How often a call is tried where the way to the files fails, and how many workers it may cost."""


class Engine:
    """A cluster that answers calls."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def threads(self) -> int:
        """How many calls can be answered at once."""
        return max(sum(map(int, self.client.nthreads().values())), 1)

    def memory(self) -> int | None:
        """Bytes that a thread of any worker may use at least, None where no worker has a limit."""
        workers = self.client.scheduler_info(n_workers=-1)["workers"].values()
        limits = [one["memory_limit"] // max(one["nthreads"], 1) for one in workers if one["memory_limit"]]
        return min(limits, default=None)

    def share_out(self, function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        """What the function returns for each of these arguments, in the order in which it is ready.

        Not more calls than a few per thread are handed over at a time. Raises what a KGError of the function says; InputError
        where a call ends its workers one after the other.
        """
        from distributed import as_completed

        waiting = iter(calls)
        done: Any = as_completed(loop=self.client.loop)
        under_way: set[Any] = set()

        def hand_over(number: int) -> None:
            for arguments in _first(waiting, number):
                future = self.client.submit(_told, function, arguments, pure=False, retries=_TIMES - 1)
                under_way.add(future)
                done.add(future)

        hand_over(2 * self.threads() + 2)
        try:
            while under_way:
                future = next(done)
                under_way.discard(future)
                result, error = _result(future)
                if error is not None:
                    raise error
                hand_over(max(2 * self.threads() + 2 - len(under_way), 0))
                yield result
        finally:
            if under_way:
                with contextlib.suppress(Exception):
                    self.client.cancel(list(under_way), force=True)


def _first(calls: Iterator[tuple[Any, ...]], number: int) -> Iterator[tuple[Any, ...]]:
    for _ in range(number):
        try:
            yield next(calls)
        except StopIteration:
            return


def _told(function: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[Any, KGError | None]:
    """The result, or what our own functions say is wrong: that is not mended by trying again."""
    try:
        return function(*arguments), None
    except KGError as error:
        # What a file system says may pass, as when a network fails; all else is the same each time.
        if error.__cause__ is not None and not isinstance(error.__cause__, _LASTING):
            raise Again(error.place, error.found, error.remedy) from None
        return None, InputError(error.found, place=error.place, remedy=error.remedy)


class Again(Exception):
    """What may pass if it is tried again: place, finding, remedy."""


def _result(future: Any) -> tuple[Any, KGError | None]:
    from distributed import CancelledError, KilledWorker

    try:
        result: tuple[Any, KGError | None] = future.result()
        return result
    except KilledWorker:
        remedy = "give workers more memory with --worker-memory, or look into their logs"
        return None, InputError(f"a task ended {_TIMES + 1} workers one after the other", place="dask", remedy=remedy)
    except Again as error:
        place, found, remedy = error.args
        return None, InputError(found, place=place, remedy=remedy)
    except CancelledError:
        remedy = "see whether it still runs, then build again"
        return None, InputError("the scheduler has let go of a task", place="dask", remedy=remedy)
    except Exception as error:
        text = (getattr(error, "strerror", "") or str(error) or type(error).__name__)[:300]
        return None, InputError(f"a task failed: {text}", place="dask", remedy="look into the workers' logs")


def own_folder() -> str | None:
    """The folder of the worker that asks, which goes with it, however it ends; None for whoever is no worker."""
    from distributed import get_worker

    try:
        return str(get_worker().local_directory)
    except ValueError:
        return None


@contextlib.contextmanager
def engine(
    scheduler: str = "", *, workers: int = WORKERS, memory: int = MEMORY, here: bool = False
) -> Iterator[Engine]:
    """A cluster: that of a scheduler by its address, else one on this machine that lives as long as it is needed.

    workers and memory (MiB each) are for the latter; with here, its workers are threads of this process. Raises InputError.
    """
    try:
        import dask.config
        import polars  # noqa: F401 (for the tables of who talks to whom)
        from distributed import Client, LocalCluster
    except ImportError as error:
        found = f"a build on a cluster needs Dask and polars, and {error.name} is not installed"
        raise InputError(found, place="kg build", remedy=_MISSING) from None
    with contextlib.ExitStack() as stack:
        if scheduler:
            if "://" not in scheduler:
                raise InputError("is no address", place=scheduler, remedy="write tcp://HOST:8786 or tls://HOST:8786")
            try:
                client = stack.enter_context(Client(scheduler, timeout=10, set_as_default=False))
            except (OSError, ValueError, TypeError) as error:
                remedy = "see whether a scheduler runs there, and whether Dask's TLS settings fit"
                raise InputError(f"cannot be reached: {error}"[:300], place=scheduler, remedy=remedy) from None
            if not client.nthreads():
                raise InputError("has no workers", place=scheduler, remedy=f"start some: dask worker {scheduler}")
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="kg-dask-", ignore_cleanup_errors=True))
            routes: dict[str, Any] = {f"distributed.{one}.http.routes": [] for one in ("scheduler", "worker")}
            stack.enter_context(dask.config.set(routes | {"temporary-directory": folder}))
            cluster = stack.enter_context(
                LocalCluster(
                    n_workers=workers if here else 0,
                    threads_per_worker=1,
                    processes=not here,
                    host=None if here else "127.0.0.1",
                    dashboard_address=None,
                    worker_dashboard_address=_NOWHERE if here else None,
                    scheduler_kwargs={"dashboard": False, "dashboard_address": _NOWHERE},
                    memory_limit=0 if here else None,
                    # A worker that ends is begun anew, and its task done again: nothing that a user has to read about.
                    silence_logs=logging.CRITICAL,
                )
            )
            client = stack.enter_context(Client(cluster, set_as_default=False))
            if not here:
                stack.enter_context(_team(cluster.scheduler_address, workers, memory, folder))
                _wait(client, workers)
        yield Engine(client)


@contextlib.contextmanager
def _team(address: str, workers: int, memory: int, folder: str) -> Iterator[None]:
    """Workers of this machine: fresh Pythons that run none of the caller's code, so that any script and notebook may build."""
    # -I keeps the working folder and the user's settings out; the package is found where this copy of it lies. The folder
    # goes with them, too, as whoever began them may be killed.
    home = str(Path(__file__).resolve().parent.parent.parent)
    code = (
        f"import shutil, sys; sys.path.insert(0, {home!r}); from distributed.cli.dask_worker import main\n"
        f"try: main()\nfinally: shutil.rmtree({folder!r}, ignore_errors=True)"
    )
    options = {
        "--nworkers": str(workers),
        "--nthreads": "1",
        "--memory-limit": f"{memory}MiB",
        "--host": "127.0.0.1",
        "--dashboard-address": _NOWHERE,
        "--death-timeout": "60",
        "--local-directory": folder,
    }
    words = [word for option in options.items() for word in option]
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", code, address, *words, "--no-dashboard"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, **_FRUGAL},
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(client: Any, workers: int) -> None:
    try:
        client.wait_for_workers(workers, timeout=_READY)
    except TimeoutError:
        remedy = "see whether the machine has room for them, or ask for fewer with --workers"
        raise InputError(f"no {workers} workers started within {_READY} s", place="dask", remedy=remedy) from None

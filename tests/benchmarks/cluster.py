"""`python -m tests.benchmarks.cluster`: a build by a Dask cluster of this machine, stage by stage, beside the build of one machine.

Each size is built once by each. What is counted: seconds by the clock, seconds of processor time of all workers, peak memory of a
worker and of the client, bytes written. The graphs have to be the same. Results are kept as JSON with machine and versions.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from math import log
from pathlib import Path
from time import perf_counter
from typing import Any

from tests.benchmarks.keeping import Row, keep, show

_SINGLE = """
import json, os, resource, sys, time
from pathlib import Path
from kg.blocks import Stream, digest_of
from kg.building import Report, quads
started, report = time.perf_counter(), Report()
stream, last = Stream(quads([Path(sys.argv[1])], report)), 0.0
with open(sys.argv[2], "wb") as out:
    for block in stream.blocks:
        if "/kg/" in next(reversed(stream.digests)) and not last:
            last = time.perf_counter() - started
        else:
            documents = time.perf_counter() - started
        out.write(block)
used = os.times()
print(json.dumps({
    "seconds": time.perf_counter() - started, "processor_seconds": sum(used[:4]), "documents_seconds": documents, "quads": report.quads,
    "digest": digest_of(stream.digests), "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def single(corpus: Path, out: Path, seconds: float) -> dict[str, Any]:
    """The build of one machine to a file of N-Quads, on all its processors."""
    command = [sys.executable, "-c", _SINGLE, str(corpus), str(out)]
    try:
        found = subprocess.run(command, stdout=subprocess.PIPE, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return {"stopped_after": seconds}
    return dict(json.loads(found.stdout)) if found.returncode == 0 else {"failed": found.returncode}


def used() -> tuple[float, float]:
    """Of a worker: seconds of processor time with those of its query processes, and peak memory in MB."""
    times = os.times()
    seconds = times.user + times.system + times.children_user + times.children_system
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cluster(corpus: Path, out: Path, workers: int) -> dict[str, Any]:
    """The same by a cluster, with seconds by stage."""
    from kg.cluster.engine import Engine, engine
    from kg.cluster.run import build_parts

    stages: dict[str, dict[str, float]] = {}
    share_out = Engine.share_out

    def timed(self: Engine, function: Callable[..., Any], calls: Iterable[tuple[Any, ...]]) -> Iterator[Any]:
        began, number = perf_counter(), 0
        for result in share_out(self, function, calls):
            number += 1
            yield result
        stages[function.__name__] = {"calls": number, "seconds": round(perf_counter() - began, 2)}
        print(f"    {function.__name__:20}{number:>7}{perf_counter() - began:>9.1f} s", flush=True)

    Engine.share_out = timed  # type: ignore[method-assign]
    try:
        began = perf_counter()
        with engine(workers=workers) as team:
            ready = perf_counter() - began
            report = build_parts([str(corpus)], str(out), scheduler=team.client.scheduler.address)
            seconds = perf_counter() - began - ready
            each = team.client.run(used).values()
    finally:
        Engine.share_out = share_out  # type: ignore[method-assign]
    return {
        "workers": workers,
        "start_seconds": ready,
        "seconds": seconds,
        "worker_seconds": sum(one for one, _ in each),
        "worker_peak_mb": max(peak for _, peak in each),
        "client_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "bytes": sum(file.stat().st_size for file in out.iterdir()),
        "quads": report.quads,
        "digest": report.digest,
        "stages": stages,
    }


def main() -> None:
    from tests.benchmarks.corpus import write

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.cluster", description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--workers", type=int, default=4)
    parser.add_argument("--limit", type=float, default=3600, help="seconds for the build of one machine")
    parser.add_argument("--folder", type=Path, help="where to work; by default a temporary folder")
    parser.add_argument("--no-save", action="store_true", help="do not write the results file")
    options = parser.parse_args()
    results: list[dict[str, Any]] = []
    for documents in options.documents:
        with tempfile.TemporaryDirectory(dir=options.folder) as name:
            folder = Path(name)
            write(folder / "corpus", documents)
            print(f"\n{documents:,} documents")
            many = cluster(folder / "corpus", folder / "parts", options.workers)
            one = single(folder / "corpus", folder / "graph.nq", options.limit)
        same = one.get("digest") == many["digest"]
        print(
            f"  one machine {one.get('seconds', 0):.1f} s; cluster {many['seconds']:.1f} s by the clock and "
            f"{many['worker_seconds']:.1f} s of its workers; "
            f"{many['worker_seconds'] * 1e6 / documents / 3600:.1f} processor hours a million documents; "
            f"{'the same graph' if same else 'NOT COMPARED' if 'digest' not in one else 'ANOTHER GRAPH'}"
        )
        if "digest" in one and not same:
            raise SystemExit("the two graphs differ")
        results.append({"documents": documents, "single": one, "cluster": many, "compared": same})
        if not options.no_save:
            keep("cluster.json", {"results": results, "growth": growth(results)})
    print()
    show(rows(results))


def rows(results: list[dict[str, Any]]) -> list[Row]:
    """The lines of the table of `make bench`."""
    found = []
    for one in results:
        many, single = one["cluster"], one["single"]
        what = f"{one['documents']:,} on a cluster of {many['workers']}, with the tables of who talks to whom"
        beside = "one machine, without them"
        stopped = "stopped_after" in single
        found += [
            Row(what, many["seconds"], beside, single.get("seconds", single.get("stopped_after")), stopped=stopped),
            Row(f"{what}: processors", many["worker_seconds"], beside, single.get("processor_seconds")),
            Row(f"{what}: memory of a worker", many["worker_peak_mb"], unit="MB"),
            Row(f"{what}: memory of the client", many["client_peak_mb"], unit="MB"),
        ]
    for one in growth(results):
        name = f"exponent of growth, cluster, {one['from']:,} to {one['to']:,}, of processors"
        found.append(Row(name, one["exponents"]["worker_seconds"], unit=""))
    return found


def growth(results: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The exponents by which figures grow from one size to the next."""
    found = []
    for less, more in pairwise(results):
        factor = log(more["documents"] / less["documents"])
        exponents = {
            name: round(log(more["cluster"][name] / less["cluster"][name]) / factor, 2)
            for name in ("seconds", "worker_seconds", "quads", "worker_peak_mb")
        }
        stages = {
            name: round(log(stage["seconds"] / less["cluster"]["stages"][name]["seconds"]) / factor, 2)
            for name, stage in more["cluster"]["stages"].items()
            if min(stage["seconds"], less["cluster"]["stages"].get(name, stage)["seconds"]) > 0.2
        }
        found.append({"from": less["documents"], "to": more["documents"], "exponents": exponents, "stages": stages})
    return found


if __name__ == "__main__":
    main()

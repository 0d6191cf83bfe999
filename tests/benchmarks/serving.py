"""The endpoint under load, at length: `python -m tests.benchmarks.serving` prints figures and keeps them for the record.

Fifty clients ask named questions of everything in `data/` for a minute; then 500 hostile requests come, fifty at a time, beside fifty
connections that never end their request; then one honest question.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kg.building import build
from tests.benchmarks.keeping import keep
from tests.helpers import DATA
from tests.serve import load
from tests.serve.process import served

MIB = 1 << 20


def crowd(store: Path, seconds: float) -> dict[str, Any]:
    """Fifty clients in three parts of equal length; memory of all processes before and after each."""
    with served(store) as endpoint:
        load.many_clients(endpoint, 50, 5)
        memory = [round(endpoint.memory() / MIB)]
        answers: list[float] = []
        wrong: list[str] = []
        for _part in range(3):
            measured = load.many_clients(endpoint, 50, seconds / 3)
            memory.append(round(endpoint.memory() / MIB))
            answers += measured.seconds
            wrong += measured.wrong
            print(
                f"50 clients, {seconds / 3:g} s: {measured.said()}; memory of all processes {memory[-1]} MiB",
                flush=True,
            )
        for each in wrong[:5]:
            print("  wrong:", each)
        answers.sort()
        return {
            "clients": 50,
            "seconds": seconds,
            "answers": len(answers),
            "answers_per_second": round(len(answers) / seconds, 1),
            "median_ms": round(statistics.median(answers) * 1000),
            "within_ms_99": round(answers[int(len(answers) * 0.99)] * 1000),
            "slowest_ms": round(answers[-1] * 1000),
            "wrong": len(wrong),
            "memory_mib": memory,
        }


def siege(store: Path, count: int) -> dict[str, Any]:
    """Hostile requests, then an honest question."""
    with served(store, "--timeout", "1", "--memory", "512", "--waiting", "100") as endpoint:
        load.many_clients(endpoint, 5, 2)
        before = endpoint.own_memory()
        began = time.monotonic()
        statuses, slow = load.hostile(endpoint, count)
        took = time.monotonic() - began
        honest = load.next_honest(endpoint)
        grown = (endpoint.own_memory() - before) / MIB
        print(f"{count} hostile requests and {slow} half ones in {took:.0f} s: {statuses}")
        print(f"the next honest question: {honest * 1000:.0f} ms; memory of the server: {grown:.0f} MiB more")
        return {
            "requests": count,
            "half_requests": slow,
            "seconds": round(took),
            "statuses": statuses,
            "next_honest_ms": round(honest * 1000),
            "server_grew_mib": round(grown),
        }


def main(seconds: float = 60, count: int = 500) -> None:
    """Measure, print, and keep."""
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        corpora = sorted(path for path in DATA.iterdir() if (path / "sources.csv").is_file())
        report = build(corpora, store)
        print(f"{os.cpu_count()} processors; {report.documents} documents, {report.quads} quads")
        load_average = round(os.getloadavg()[0], 1)
        kept = {
            "load_before": load_average,
            "store": {"documents": report.documents, "quads": report.quads},
            "crowd": crowd(store, seconds),
            "siege": siege(store, count),
        }
    keep("serving.json", kept)


if __name__ == "__main__":
    main(*(float(word) if at == 0 else int(word) for at, word in enumerate(sys.argv[1:])))

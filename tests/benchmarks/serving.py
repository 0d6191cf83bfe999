"""The endpoint under load, at length: `python -m tests.benchmarks.serving` prints figures for the record.

Fifty clients ask named questions for a minute; then 500 hostile requests come, fifty at a time, beside fifty connections that never
end their request; then one honest question.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from pathlib import Path

from kg.building import build
from tests.helpers import SAMPLE
from tests.serve import load
from tests.serve.process import served

MIB = 1 << 20


def main(seconds: float = 60, count: int = 500) -> None:
    """Measure and print."""
    print(f"{os.cpu_count()} processors, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"
        report = build([SAMPLE], store)
        print(f"store: {report.documents} documents, {report.quads} quads")
        with served(store) as endpoint:
            load.many_clients(endpoint, 50, 5)
            before = endpoint.memory()
            for _part in range(3):
                measured = load.many_clients(endpoint, 50, seconds / 3)
                now = endpoint.memory()
                print(
                    f"50 clients, {seconds / 3:g} s: {len(measured.seconds) / seconds * 3:.0f} answers/s, {measured.said()}; "
                    f"memory of all processes {now / MIB:.0f} MiB (before: {before / MIB:.0f})"
                )
                for wrong in measured.wrong[:5]:
                    print("  wrong:", wrong)
        with served(store, "--timeout", "1", "--memory", "512", "--waiting", "100") as endpoint:
            load.many_clients(endpoint, 5, 2)
            before = endpoint.own_memory()
            began = time.monotonic()
            statuses, slow = load.hostile(endpoint, count)
            honest = load.next_honest(endpoint)
            print(f"{count} hostile requests and {slow} half ones in {time.monotonic() - began:.0f} s: {statuses}")
            print(f"the next honest question: {honest * 1000:.0f} ms")
            print(f"memory of the server: {endpoint.own_memory() / MIB:.0f} MiB (before: {before / MIB:.0f})")


if __name__ == "__main__":
    main(*(float(word) if at == 0 else int(word) for at, word in enumerate(sys.argv[1:])))

"""`make bench`: building in memory, on disk and to a file beside the naive way, in one run, with ratios and peak memory.

Each phase runs in a process of its own, so that its peak memory is its own. Results are kept as JSON with machine and versions.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.corpus import write

PHASES = ("floor", "nquads", "memory", "disk", "naive")
WANTED = {"memory": 6.0, "disk": 2.5, "nquads": 20.0}
RESULTS = Path(__file__).parent / "results"


def measure(phase: str, corpus: Path, out: Path) -> dict[str, float]:
    """Run one phase; its figures with peak memory in MB."""
    out.mkdir()
    command = [sys.executable, "-m", "tests.benchmarks.phases", phase, str(corpus), str(out)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert process.stdout is not None
    figures = json.loads(process.stdout.read() or "null")
    _, status, usage = os.wait4(process.pid, 0)
    if status or figures is None:
        raise SystemExit(f"the phase {phase} failed")
    figures["peak_mb"] = usage.ru_maxrss / 1024
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--documents", type=int, nargs="+", default=[1_000, 10_000])
    parser.add_argument("--no-save", action="store_true", help="do not write the results file")
    options = parser.parse_args()
    results = []
    for documents in options.documents:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write(folder / "corpus", documents)
            figures = {phase: measure(phase, folder / "corpus", folder / phase) for phase in PHASES}
        naive = figures["naive"]["seconds"]
        quads = figures["naive"]["quads"]
        print(f"\n{documents:,} documents, {quads:,.0f} quads ({quads / documents:.0f} each)")
        print(f"{'':10}{'seconds':>10}{'docs/s':>10}{'quads/s':>12}{'peak MB':>10}{'× naive':>10}{'wanted':>8}")
        for phase in PHASES:
            row = figures[phase]
            seconds = row["seconds"]
            ratio = naive / seconds
            wanted = f"{WANTED[phase]:>8}" if phase in WANTED else ""
            print(
                f"{phase:10}{seconds:>10.2f}{documents / seconds:>10.0f}{row['quads'] / seconds:>12.0f}"
                f"{row['peak_mb']:>10.0f}{ratio:>10.1f}{wanted}"
            )
            row["times_naive"] = ratio
        results.append({"documents": documents, "phases": figures})
    if not options.no_save:
        RESULTS.mkdir(exist_ok=True)
        packages = {name: version(name) for name in ("diplomatic-kg", "pyoxigraph", "rdflib")}
        machine = {"cpus": os.cpu_count(), "machine": platform.machine(), "python": platform.python_version()}
        kept = {"machine": machine, "packages": packages, "results": results}
        (RESULTS / "build.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()

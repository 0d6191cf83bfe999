"""`make bench`: one table of what the project takes beside what others take and beside the physical limit, from one run.

Building beside the naive way (rdflib), beside other packages and beside reading the files and Oxigraph's bulk loader alone; growth with the
number of documents, with the exponent fitted to it; how well meetings are linked in the shipped corpora; and questions about
everything (`tests.benchmarks.queries`). Each phase of building runs in a process of its own, so that its peak memory is its own.

    python -m tests.benchmarks --documents 1000 --growth 1000 10000 --query-documents 10000 --meetings 100000
    python -m tests.benchmarks --growth 1000 10000 100000
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.building import Report, quads
from tests.benchmarks import queries
from tests.benchmarks.corpus import write
from tests.benchmarks.keeping import Row, keep, show
from tests.benchmarks.peers import PEERS, TRIPLE
from tests.helpers import ROOT
from tests.identity import corpora, measured, without_decisions

OURS = {"memory": "in memory", "disk": "on disk, verified, with tables", "nquads": "to a file of N-Quads"}
LIMITS = {
    "floor": "reading the files",
    "bulk-memory": "Oxigraph's loader, memory",
    "bulk-disk": "Oxigraph's loader, disk",
}
WANTED = {"memory": 6.0, "disk": 2.5, "nquads": 20.0}
PEER_HOMES = ROOT / "build" / "peers"


def measure(phase: str, corpus: Path, out: Path) -> dict[str, float]:
    """Run one phase; its figures with peak memory in MB."""
    out.mkdir()
    command = [sys.executable, "-m", "tests.benchmarks.phases", phase, str(corpus), str(out)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        raise SystemExit(f"the phase {phase} failed")
    return dict(json.loads(done.stdout))


def building(documents: int, folder: Path, peers: bool) -> tuple[list[Row], dict[str, Any]]:
    """Our three ways to build, each beside the naive way, the peers and the limits."""
    corpus = folder / "corpus"
    write(corpus, documents)
    phases = [*LIMITS, *OURS, "naive", "oxrdflib"]
    figures: dict[str, Any] = {phase: measure(phase, corpus, folder / phase) for phase in phases}
    rows = []
    what = f"build {documents:,} documents"
    for phase, words in OURS.items():
        ours = figures[phase]["seconds"]
        about = f"{what} {words} ({documents / ours:,.0f}/s, {figures[phase]['peak_mb']:,.0f} MB)"
        naive = figures["naive"]
        rows.append(
            Row(about, ours, f"rdflib, one by one ({naive['peak_mb']:,.0f} MB)", naive["seconds"], WANTED[phase])
        )
        if phase != "nquads":
            rows.append(Row("", ours, "oxrdflib addN, on disk", figures["oxrdflib"]["seconds"]))
        for limit in ("floor", "bulk-memory" if phase == "memory" else "bulk-disk"):
            if phase != "nquads" or limit == "floor":
                rows.append(Row("", ours, f"limit: {LIMITS[limit]}", figures[limit]["seconds"]))
    if peers:
        figures["peers"] = beside(corpus, folder)
        ours = figures["nquads"]["seconds"]
        for name, found in figures["peers"].items():
            words = f"{name}, from ready-made triples" if "seconds" in found else f"{name}: {found['error']}"
            rows.append(Row(f"{what} to a file" if name == "maplib" else "", ours, words, found.get("seconds")))
    return rows, {"documents": documents, "phases": figures}


def beside(corpus: Path, folder: Path) -> dict[str, Any]:
    """Other packages on the triples of this corpus, in environments of their own; what keeps one from running is its result."""
    source = folder / "triples"
    source.mkdir()
    queries.triples(quads([corpus], Report()), source / "graph.nt")
    with (
        open(source / "graph.nt", encoding="utf-8") as triples,
        open(source / "links.csv", "w", encoding="utf-8", newline="") as links,
        open(source / "texts.csv", "w", encoding="utf-8", newline="") as texts,
    ):
        writers = [csv.writer(links), csv.writer(texts)]
        for writer in writers:
            writer.writerow(("from", "by", "to"))
        cut = sorted(set(TRIPLE.findall(triples.read())))
        wanted = len(cut)
        for subject, predicate, iri, text, _, _ in cut:
            writers[not iri].writerow((subject, predicate, iri or text))
    found: dict[str, Any] = {}
    for name in PEERS:
        python = PEER_HOMES / name / "bin" / "python"
        if not python.exists():
            found[name] = {"error": "not installed (make build/peers/stamp)"}
            continue
        command = [python, ROOT / "tests" / "benchmarks" / "peers.py", name, source, folder / f"peer-{name}"]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=1800, check=False)
            found[name] = json.loads((done.stdout.splitlines() or ["null"])[-1]) or {"error": done.stderr[-200:]}
        except (subprocess.TimeoutExpired, ValueError) as error:
            found[name] = {"error": f"{type(error).__name__}"}
        if found[name].get("triples", wanted) < 0.99 * wanted:
            found[name] = {"error": f"wrote {found[name]['triples']} of {wanted} triples"}
    return found


def exponent(sizes: Sequence[int], seconds: Sequence[float]) -> float:
    """The slope of the logarithms: 1 where twice the documents take twice the time."""
    xs, ys = [math.log(one) for one in sizes], [math.log(one) for one in seconds]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)


def growth(sizes: Sequence[int], folder: Path) -> tuple[list[Row], dict[str, Any]]:
    """Time of our builds by number of documents, and the exponent of it."""
    found: dict[str, Any] = {phase: {} for phase in OURS}
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=folder) as name:
            write(Path(name) / "corpus", size)
            for phase in OURS if size <= 10_000 else ("disk", "nquads"):
                found[phase][size] = measure(phase, Path(name) / "corpus", Path(name) / phase)
    rows = []
    for phase, words in OURS.items():
        by_size: Mapping[int, dict[str, float]] = found[phase]
        for size, figures in by_size.items():
            rows.append(Row(f"grow to {size:,} {words} ({figures['peak_mb']:,.0f} MB)", figures["seconds"]))
        if len(by_size) > 1:
            slope = exponent(list(by_size), [one["seconds"] for one in by_size.values()])
            found[phase] = {"sizes": by_size, "exponent": slope}
            rows.append(Row(f"exponent of growth, {words}", slope, unit=""))
    return rows, found


def linking(folder: Path) -> tuple[list[Row], dict[str, Any]]:
    """Pairwise precision and recall, and B³, of meetings linked across documents, against truth made by hand."""
    found = {"by rule alone": measured(without_decisions(folder)), "with decisions": measured(corpora())}
    rows = [
        Row(f"linking {how}, {name.replace('_', ' ').replace('b3', 'B³')} ({one.nodes} mentions)", value, unit="")
        for how, one in found.items()
        for name, value in list(one._asdict().items())[2:]
    ]
    return rows, {how: one._asdict() for how, one in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000, help="of the comparison of builds")
    parser.add_argument("--growth", type=int, nargs="*", default=[1_000, 10_000], metavar="DOCUMENTS")
    parser.add_argument("--query-documents", type=int, default=10_000, help="0: leave the nine questions out")
    parser.add_argument("--meetings", type=int, default=100_000, help="0: leave who talks to whom out")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--no-save", action="store_true", help="do not write the results file")
    options = parser.parse_args()
    rows: list[Row] = []
    results: dict[str, Any] = {}

    def note(name: str, found: tuple[list[Row], Any]) -> None:
        rows.extend(found[0])
        results[name] = found[1]
        print(f"measured: {name}", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("building", "growth", "linking", "queries"):
            (folder / part).mkdir()
        if options.documents:
            note("building", building(options.documents, folder / "building", not options.no_peers))
        if options.growth:
            note("growth", growth(options.growth, folder / "growth"))
        note("linking", linking(folder / "linking"))
        if options.query_documents:
            nine = queries.nine(options.query_documents, folder / "queries")
            note("questions", (queries.rows_of_nine(nine), nine))
        if options.meetings:
            talks = queries.talks(options.meetings, folder / "queries")
            note("who talks to whom", (queries.rows_of_talks(talks), talks))
    show(rows)
    if not options.no_save:
        keep("bench.json", {"results": results, "table": [row.as_json() for row in rows]})


if __name__ == "__main__":
    main()

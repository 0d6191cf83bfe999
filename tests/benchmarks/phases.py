"""What is measured, each in a process of its own: `python -m tests.benchmarks.phases PHASE CORPUS OUT` prints one JSON line.

The naive way reads and builds with the same code and then does what a first loader does: rdflib terms, `Graph.add` in a loop,
`serialize`. Cutting our text back into terms is its only extra work, and is taken off its time.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from kg.building import Report, build, build_in_memory, quads, write_nquads

if TYPE_CHECKING:
    from rdflib.term import Node

_TERMS = re.compile(r'<([^>]*)> <([^>]*)> (?:<([^>]*)>|"((?:[^"\\]|\\.)*)"(?:@([a-z-]+)|\^\^<([^>]*)>)?) <([^>]*)> \.')


def memory(corpus: Path, out: Path) -> Report:
    """(a) into memory."""
    store, report = build_in_memory([corpus])
    assert store.count == report.quads
    store.close()
    return report


def disk(corpus: Path, out: Path) -> Report:
    """(b) on disk: verified and published."""
    return build([corpus], out / "store")


def nquads(corpus: Path, out: Path) -> Report:
    """(c) to a file of N-Quads."""
    return write_nquads([corpus], out / "graph.nq")


def floor(corpus: Path, out: Path) -> Report:
    """The limit: reading the files and no more."""
    report = Report()
    for path in sorted(corpus.glob("*.txt")):
        path.read_bytes()
        path.with_suffix(".ann").read_bytes()
        report.documents += 1
    return report


def _given(corpus: Path, out: Path) -> tuple[Path, Report, float]:
    """The quads of the corpus as a file, and the seconds that making it took: they are not counted."""
    started = perf_counter()
    report = write_nquads([corpus], out / "given.nq")
    return out / "given.nq", report, perf_counter() - started


def bulk_memory(corpus: Path, out: Path) -> tuple[Report, float]:
    """The limit in memory: Oxigraph's own loader on the same quads."""
    import pyoxigraph

    file, report, making = _given(corpus, out)
    store = pyoxigraph.Store()
    with open(file, "rb") as stream:
        store.bulk_load(stream, format=pyoxigraph.RdfFormat.N_QUADS)
    return report, making


def bulk_disk(corpus: Path, out: Path) -> tuple[Report, float]:
    """The limit on disk: Oxigraph's own loader on the same quads."""
    import pyoxigraph

    file, report, making = _given(corpus, out)
    store = pyoxigraph.Store(str(out / "oxigraph"))
    with open(file, "rb") as stream:
        store.bulk_load(stream, format=pyoxigraph.RdfFormat.N_QUADS)
    store.flush()
    return report, making


def oxrdflib(corpus: Path, out: Path) -> tuple[Report, float]:
    """rdflib terms into an Oxigraph store on disk by `addN`, a graph at a time."""
    from rdflib import Dataset, URIRef

    report, cutting = Report(), 0.0
    dataset = Dataset(store="Oxigraph")
    dataset.open(str(out / "oxrdflib"), create=True)
    for block in quads([corpus], report):
        started = perf_counter()
        cut = _TERMS.findall(block.decode())
        cutting += perf_counter() - started
        graph = dataset.graph(URIRef(cut[0][6]))
        dataset.addN((URIRef(one[0]), URIRef(one[1]), _value(*one[2:6]), graph) for one in cut)
    dataset.close()
    return report, cutting


def _value(iri: str, text: str, language: str, datatype: str) -> Node:
    from rdflib import Literal, URIRef

    if iri:
        return URIRef(iri)
    return Literal(text, datatype=URIRef(datatype)) if datatype else Literal(text, lang=language or None)


def naive(corpus: Path, out: Path) -> tuple[Report, float]:
    """rdflib `Graph.add` in a loop, then serialize N-Quads. Returns the seconds spent on cutting text, too."""
    from rdflib import Dataset, URIRef

    report, cutting = Report(), 0.0
    dataset = Dataset()
    for block in quads([corpus], report):
        started = perf_counter()
        cut = _TERMS.findall(block.decode())
        cutting += perf_counter() - started
        graph = dataset.graph(URIRef(cut[0][6]))
        for subject, predicate, iri, text, language, datatype, _ in cut:
            graph.add((URIRef(subject), URIRef(predicate), _value(iri, text, language, datatype)))
    dataset.serialize(out / "naive.nq", format="nquads")
    return report, cutting


def peak() -> float:
    """Peak memory of this process in MB. What `resource` says of it may be that of the process that began it."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    phase, corpus, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    started = perf_counter()
    result = globals()[phase.replace("-", "_")](corpus, out)
    seconds = perf_counter() - started
    if isinstance(result, tuple):
        result, cutting = result
        seconds -= cutting
    figures = {
        "phase": phase,
        "seconds": seconds,
        "documents": result.documents,
        "quads": result.quads,
        "peak_mb": peak(),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()

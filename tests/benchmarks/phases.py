"""What is measured, each in a process of its own: `python -m tests.benchmarks.phases PHASE CORPUS OUT` prints one JSON line.

The naive way reads and builds with the same code and then does what a first loader does: rdflib terms, `Graph.add` in a loop,
`serialize`. Cutting our text back into terms is its only extra work, and is taken off its time.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from time import perf_counter

from kg.building import Report, build, build_in_memory, quads, write_nquads

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


def naive(corpus: Path, out: Path) -> tuple[Report, float]:
    """rdflib `Graph.add` in a loop, then serialize N-Quads. Returns the seconds spent on cutting text, too."""
    from rdflib import Dataset, Literal, URIRef

    report, cutting = Report(), 0.0
    dataset = Dataset()
    for block in quads([corpus], report):
        started = perf_counter()
        cut = _TERMS.findall(block.decode())
        cutting += perf_counter() - started
        graph = dataset.graph(URIRef(cut[0][6]))
        for subject, predicate, iri, text, language, datatype, _ in cut:
            if iri:
                value = URIRef(iri)
            elif datatype:
                value = Literal(text, datatype=URIRef(datatype))
            else:
                value = Literal(text, lang=language or None)
            graph.add((URIRef(subject), URIRef(predicate), value))
    dataset.serialize(out / "naive.nq", format="nquads")
    return report, cutting


def main() -> None:
    phase, corpus, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    started = perf_counter()
    result = globals()[phase](corpus, out)
    seconds = perf_counter() - started
    if isinstance(result, tuple):
        result, cutting = result
        seconds -= cutting
    print(json.dumps({"phase": phase, "seconds": seconds, "documents": result.documents, "quads": result.quads}))


if __name__ == "__main__":
    main()

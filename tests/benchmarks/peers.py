"""Other packages on the same triples: `PYTHON peers.py PEER IN OUT` prints one JSON line. Needs none of our code.

IN is a folder with graph.nt (N-Triples), links.csv and texts.csv (from, by, to: morph-kgc has columns of its own called subject,
predicate and object); peers start from these, so that reading and
building the documents is not counted against them. Each runs in an environment of its own (`make build/peers/stamp`), because they want
versions of rdflib, Oxigraph and pandas that exclude ours and each other's.
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

TRIPLE = re.compile(r'<([^>]*)> <([^>]*)> (?:<([^>]*)>|"((?:[^"\\]|\\.)*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?) \.')

RML = """@prefix rml: <http://w3id.org/rml/> .
<http://x/links> a rml:TriplesMap ; rml:logicalSource [ rml:source "IN/links.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:reference "from" ; rml:termType rml:IRI ] ;
  rml:predicateObjectMap [ rml:predicateMap [ rml:reference "by" ] ; rml:objectMap [ rml:reference "to" ; rml:termType rml:IRI ] ] .
<http://x/texts> a rml:TriplesMap ; rml:logicalSource [ rml:source "IN/texts.csv" ; rml:referenceFormulation rml:CSV ] ;
  rml:subjectMap [ rml:reference "from" ; rml:termType rml:IRI ] ;
  rml:predicateObjectMap [ rml:predicateMap [ rml:reference "by" ] ; rml:objectMap [ rml:reference "to" ; rml:termType rml:Literal ] ] .
"""


def maplib(source: Path, out: Path) -> float:
    """Read and write N-Triples with maplib."""
    from maplib import Model

    started = perf_counter()
    model = Model()
    model.read(str(source / "graph.nt"), format="ntriples")
    model.write(str(out / "graph.nt"), format="ntriples")
    return perf_counter() - started


def kglab(source: Path, out: Path) -> float:
    """Add triples one by one to a kglab graph, then save it as N-Triples."""
    import kglab
    from rdflib import Literal, URIRef

    cut = TRIPLE.findall((source / "graph.nt").read_text(encoding="utf-8"))
    started = perf_counter()
    graph = kglab.KnowledgeGraph()
    for subject, predicate, iri, text, language, datatype in cut:
        if iri:
            value = URIRef(iri)
        else:
            value = Literal(text, datatype=URIRef(datatype)) if datatype else Literal(text, lang=language or None)
        graph.add(URIRef(subject), URIRef(predicate), value)
    graph.save_rdf(str(out / "graph.nt"), format="nt")
    return perf_counter() - started


def morph_kgc(source: Path, out: Path) -> float:
    """Map two tables of triples, of links and of texts, to N-Triples with morph-kgc."""
    import morph_kgc

    (out / "map.ttl").write_text(RML.replace("IN", str(source)), encoding="utf-8")
    settings = f"[CONFIGURATION]\nlogging_level=ERROR\nnumber_of_processes=2\n[triples]\nmappings={out / 'map.ttl'}\n"
    started = perf_counter()
    found = morph_kgc.materialize_set(settings)
    with open(out / "graph.nt", "w", encoding="utf-8") as file:
        file.writelines(f"{line} .\n" for line in found)
    return perf_counter() - started


PEERS = {"maplib": maplib, "kglab": kglab, "morph-kgc": morph_kgc}


def main() -> None:
    peer, source, out = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    out.mkdir(parents=True, exist_ok=True)
    try:
        seconds = PEERS[peer](source, out)
    except Exception as error:  # whatever it is, the table says it
        print(json.dumps({"error": f"{type(error).__name__}: {error}"[:200]}))
        return
    with open(out / "graph.nt", "rb") as file:
        written = sum(1 for _ in file)
    print(json.dumps({"seconds": seconds, "triples": written, "version": version(peer)}))


if __name__ == "__main__":
    main()

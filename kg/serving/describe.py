"""What the endpoint offers and what its graph holds, as RDF: SPARQL 1.1 Service Description and VoID.

Nothing in it is a blank node: parts are named by fragments of the endpoint's own address.
"""

from __future__ import annotations

from kg.generations import Manifest
from kg.namespaces import ONTOLOGY, RDF, XSD
from kg.query import Asked, ask
from kg.serving.answers import Triple
from kg.serving.negotiate import GRAPHS, ROWS
from kg.terms import Term

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_DCTERMS = "http://purl.org/dc/terms/"
_MOST_GRAPHS = 1000
_FORMATS = {
    "json": "http://www.w3.org/ns/formats/SPARQL_Results_JSON",
    "xml": "http://www.w3.org/ns/formats/SPARQL_Results_XML",
    "csv": "http://www.w3.org/ns/formats/SPARQL_Results_CSV",
    "tsv": "http://www.w3.org/ns/formats/SPARQL_Results_TSV",
    "ttl": "http://www.w3.org/ns/formats/Turtle",
    "nt": "http://www.w3.org/ns/formats/N-Triples",
    "jsonld": "http://www.w3.org/ns/formats/JSON-LD",
}


def _iri(value: str) -> Term:
    return Term("iri", value)


def _number(value: int) -> Term:
    return Term("literal", str(value), XSD.integer)


def service_description(store: Asked, manifest: Manifest, endpoint: str) -> list[Triple]:
    """The service at `endpoint`: its language, forms and features, and its dataset with its named graphs.

    Of more than a thousand named graphs none is listed; the query `SELECT DISTINCT ?g { GRAPH ?g { } }` does.
    """
    service, dataset, graph = _iri(endpoint), _iri(f"{endpoint}#dataset"), _iri(f"{endpoint}#default-graph")
    out: list[Triple] = []

    def say(subject: Term, predicate: str, value: Term) -> None:
        out.append((subject, _iri(predicate), value))

    say(service, RDF.type, _iri(_SD + "Service"))
    say(service, _SD + "endpoint", service)
    say(service, _SD + "supportedLanguage", _iri(_SD + "SPARQL11Query"))
    say(service, _SD + "feature", _iri(_SD + "UnionDefaultGraph"))
    for form in (*ROWS, *GRAPHS):
        say(service, _SD + "resultFormat", _iri(_FORMATS[form.name]))
    say(service, _SD + "defaultDataset", dataset)
    say(dataset, RDF.type, _iri(_SD + "Dataset"))
    say(dataset, _SD + "defaultGraph", graph)
    say(graph, RDF.type, _iri(_SD + "Graph"))
    if manifest.graphs <= _MOST_GRAPHS:
        answer = store.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
        for number, (name,) in enumerate(answer.rows, 1):
            if name is not None:
                named = _iri(f"{endpoint}#graph-{number}")
                say(dataset, _SD + "namedGraph", named)
                say(named, RDF.type, _iri(_SD + "NamedGraph"))
                say(named, _SD + "name", name)
    return [*out, *void(store, manifest, endpoint, dataset)]


def void(store: Asked, manifest: Manifest, endpoint: str, dataset: Term | None = None) -> list[Triple]:
    """The dataset in numbers: quads, documents, graphs, and how many there are of each class."""
    dataset = dataset or _iri(f"{endpoint}#dataset")
    out: list[Triple] = [
        (dataset, _iri(RDF.type), _iri(_VOID + "Dataset")),
        (dataset, _iri(_DCTERMS + "title"), Term("literal", "Diplomatic processes, with the sentences that say so")),
        (dataset, _iri(_DCTERMS + "identifier"), Term("literal", f"sha256:{manifest.digest}")),
        (dataset, _iri(_VOID + "sparqlEndpoint"), _iri(endpoint)),
        (dataset, _iri(_VOID + "uriSpace"), Term("literal", manifest.base)),
        (dataset, _iri(_VOID + "vocabulary"), _iri(ONTOLOGY)),
        (dataset, _iri(_VOID + "triples"), _number(manifest.quads)),
        (dataset, _iri(_VOID + "documents"), _number(manifest.documents)),
    ]
    kinds = [(kind, count) for kind, count in ask(store, "overview").rows if kind is not None and count is not None]
    out.append((dataset, _iri(_VOID + "classes"), _number(len(kinds))))
    for number, (kind, count) in enumerate(kinds, 1):
        part = _iri(f"{endpoint}#class-{number}")
        out.append((dataset, _iri(_VOID + "classPartition"), part))
        out.append((part, _iri(_VOID + "class"), kind))
        out.append((part, _iri(_VOID + "entities"), count))
    return out

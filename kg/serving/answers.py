"""Answers in the forms of the web: rows as the W3C's results formats, triples as Turtle, N-Triples or JSON-LD."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from operator import itemgetter

from kg.namespaces import PREFIXES, RDF, XSD
from kg.results import write_answer
from kg.serving.http import Response
from kg.serving.negotiate import GRAPHS, ROWS, best_form
from kg.terms import Term
from kg.worker import Answer

Triple = tuple[Term, Term, Term]
_PREFIXES = {
    **PREFIXES,
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
}


def respond(answer: Answer, accept: str, base: str) -> Response | None:
    """The answer in the form that accept likes best; None where it takes none in which it can be given."""
    form = best_form(accept, GRAPHS if answer.kind == "graph" else ROWS)
    if form is None:
        return None
    if answer.kind == "graph":
        return respond_graph(answer.triples, accept, base)
    media_type = form.types[0] + ("; charset=utf-8" if form.types[0].startswith("text/") else "")
    text = write_answer(answer, form.name, base)
    return Response(200, media_type, encode(text), (("Vary", "Accept"),))


def respond_graph(triples: Iterable[Triple], accept: str, base: str) -> Response | None:
    """Triples in the form that accept likes best; None where it takes none of them."""
    form = best_form(accept, GRAPHS)
    if form is None:
        return None
    media_type = form.types[0] + ("; charset=utf-8" if form.name == "ttl" else "")
    return Response(200, media_type, encode(GRAPH_WRITERS[form.name](triples, base)), (("Vary", "Accept"),))


def encode(text: str) -> bytes:
    """UTF-8; half of a surrogate pair, which no encoding carries, becomes a visible replacement."""
    return text.encode("utf-8", "replace")


def n_triples(triples: Iterable[Triple], base: str = "") -> str:
    """Sorted N-Triples."""
    return "".join(sorted({" ".join(term.n3() for term in triple) + " .\n" for triple in triples}))


def turtle(triples: Iterable[Triple], base: str) -> str:
    """Turtle: a block for each subject, everything sorted, and the prefixes that are used."""
    namespaces = sorted(
        ((base if prefix == "kg" else namespace, prefix) for prefix, namespace in _PREFIXES.items()),
        key=lambda pair: (-len(pair[0]), pair),
    )
    used: set[str] = set()

    def name(term: Term) -> str:
        if term.kind == "literal" and term.datatype and not term.language and term.datatype != XSD.string:
            quoted = Term("literal", term.value).n3()
            return f"{quoted}^^{name(Term('iri', term.datatype))}"
        if term.kind == "iri":
            for namespace, prefix in namespaces:
                if term.value.startswith(namespace) and _PLAIN.fullmatch(term.value, len(namespace)):
                    used.add(prefix)
                    return f"{prefix}:{term.value[len(namespace) :]}"
        return term.n3()

    blocks = []
    for subject, rows in groupby(sorted(set(triples), key=_by_type_first), key=itemgetter(0)):
        lines = []
        for predicate, parts in groupby(rows, key=itemgetter(1)):
            verb = "a" if predicate.value == RDF.type else name(predicate)
            lines.append(f"{verb} " + " , ".join(name(part[2]) for part in parts))
        blocks.append(f"\n{name(subject)} " + " ;\n    ".join(lines) + " .\n")
    heads = [f"@prefix {p}: <{base if p == 'kg' else _PREFIXES[p]}> .\n" for p in sorted(used)]
    return "".join([*heads, *blocks])


# A local name that needs no escape.
_PLAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?")


def _by_type_first(triple: Triple) -> tuple[Term, bool, Term, Term]:
    return triple[0], triple[1].value != RDF.type, triple[1], triple[2]


def json_ld(triples: Iterable[Triple], base: str = "") -> str:
    """JSON-LD in expanded form, which needs no context, sorted."""
    nodes = []
    for subject, rows in groupby(sorted(set(triples)), key=itemgetter(0)):
        node: dict[str, object] = {"@id": _id(subject)}
        for predicate, parts in groupby(rows, key=itemgetter(1)):
            values = [part[2] for part in parts]
            # A type that is no node is no @type.
            if predicate.value == RDF.type and all(value.kind != "literal" for value in values):
                node["@type"] = [_id(value) for value in values]
            else:
                node[predicate.value] = [_value(value) for value in values]
        nodes.append(node)
    return json.dumps(nodes, ensure_ascii=False, indent=1) + "\n"


def _id(term: Term) -> str:
    return f"_:{term.value}" if term.kind == "blank" else term.value


def _value(term: Term) -> dict[str, str]:
    if term.kind != "literal":
        return {"@id": _id(term)}
    if term.language:
        return {"@value": term.value, "@language": term.language}
    if term.datatype and term.datatype != XSD.string:
        return {"@value": term.value, "@type": term.datatype}
    return {"@value": term.value}


GRAPH_WRITERS: Mapping[str, Callable[[Iterable[Triple], str], str]] = {
    "ttl": turtle,
    "nt": n_triples,
    "jsonld": json_ld,
}

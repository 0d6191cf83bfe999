"""A store behind an address: the same questions, put to a SPARQL endpoint.

Questions are asked over the union of all named graphs, as in a store of this machine. Servers differ in what their default graph
is: Virtuoso, GraphDB and RDF4J take the union, Oxigraph and Jena an empty graph unless they are told. So the first question to
a server is whether its default graph holds the documents that its named graphs hold; if not, the parameters that servers have
for the union are tried in turn, and where none helps, the error says so.

What a server cuts off is not an answer: an answer that was shortened, as Virtuoso shortens it, is an error. And an engine that
answers a question with a known answer wrongly is not asked others: Virtuoso 7.2 loses rows of some of our questions and refuses
more of them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from kg import guard
from kg.blocks import digest_of
from kg.errors import KGError, QueryError, QueryLimit, StoreError
from kg.namespaces import BASE, DP, RDF
from kg.terms import Term, iri
from kg.web import Client, Reply
from kg.worker import MIB, Answer, Limits, plain_term

if TYPE_CHECKING:
    import rdflib

_ROWS = "application/sparql-results+json"
_TRIPLES = "application/n-triples, text/turtle;q=0.5"
_DEFAULT = Limits()
_LARGE = Limits(rows=10_000_000, bytes=1024 * MIB)
"""For one graph as a whole."""
_WRAPPING = 6
"""Times as many bytes as its terms have that an answer may take: JSON and repeated terms."""

_UNIONS: tuple[tuple[tuple[str, str], ...], ...] = (
    (),
    (("union-default-graph", ""),),  # Oxigraph
    (("default-graph-uri", "urn:x-arq:UnionGraph"),),  # Jena
    (("default-graph-uri", "tag:stardog:api:context:all"),),  # Stardog
)
_NOT_IN_DEFAULT = f"ASK {{ GRAPH ?g {{ ?d a <{DP.Document}> }} FILTER NOT EXISTS {{ ?d a <{DP.Document}> }} }}"
_ANY_DOCUMENT = f"ASK {{ ?d a <{DP.Document}> }}"


_KNOWN = """SELECT ?k WHERE {
  VALUES ?k { "a" } { BIND("a" AS ?i) } UNION { BIND("b" AS ?i) } FILTER(?k = ?i || ?k = "node")
}"""
"""A question whose only answer is "a", whatever a store holds: bound values, alternatives and conditions, as ours have them."""


class RemoteStore:
    """A SPARQL endpoint that holds a graph of this kind: questions, lines, counts. A context manager."""

    def __init__(self, address: str, token: str = "", *, plain: bool = False, trusted: bool = False) -> None:
        """address of the endpoint for queries. Nothing is sent before the first question. InputError for an odd address.

        token is sent with every question; plain allows another machine without TLS, trusted an engine that fails a test.
        """
        self.address = address
        self._trusted = trusted
        self._client = Client(address, token, plain=plain)
        self._union: tuple[tuple[str, str], ...] | None = None
        self._base = ""

    def __enter__(self) -> RemoteStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    # -- asking ----------------------------------------------------------------------------------------------------------

    def query(
        self, sparql: str, bindings: Mapping[str, Term | None] | None = None, limits: Limits | None = None
    ) -> Answer:
        """Answer a SPARQL query on the union of all graphs, or on those it names with FROM and GRAPH.

        QueryError for what cannot be asked, QueryLimit for what takes too long or answers too much, StoreError for a server
        that cannot be reached, refuses, or answers what is no answer. limits.memory is the server's own affair.
        """
        text = guard.bound(sparql, bindings or {})
        if not self._trusted:
            self._test()
        if guard.names_dataset(text):
            return self._ask(text, (), limits or _DEFAULT)
        if self._union is None:
            self._union = self._find_union()
        return self._ask(text, self._union, limits or _DEFAULT)

    def _test(self) -> None:
        """StoreError where the engine does not know a known answer."""
        try:
            right = self._ask(_KNOWN, (), _DEFAULT).rows == [(Term("literal", "a"),)]
        except QueryError:
            right = False
        if not right:
            remedy = "use another server, as Oxigraph or Jena; --trust-server asks it all the same"
            raise StoreError("its engine fails a question with a known answer", place=self.address, remedy=remedy)
        self._trusted = True

    def _find_union(self) -> tuple[tuple[str, str], ...]:
        """The parameters that make a server answer from the union of its graphs."""
        if not self._ask(_NOT_IN_DEFAULT, (), _DEFAULT).boolean:
            return ()
        for parameters in _UNIONS[1:]:
            try:
                if self._ask(_ANY_DOCUMENT, parameters, _DEFAULT).boolean:
                    return parameters
            except KGError:
                continue  # a server may refuse what it does not know
        remedy = "start it so that its default graph is the union of its named graphs (oxigraph: --union-default-graph)"
        raise StoreError("its default graph lacks what its named graphs hold", place=self.address, remedy=remedy)

    def _ask(self, text: str, parameters: tuple[tuple[str, str], ...], limits: Limits) -> Answer:
        form = guard.form(text)
        triples = form in ("construct", "describe")
        reply = self._client.send(
            "POST",
            body=urlencode([("query", text), *parameters]).encode("ascii"),
            headers={
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": _TRIPLES if triples else _ROWS,
            },
            seconds=limits.seconds,
            most=limits.bytes * _WRAPPING,
        )
        self._check(reply)
        try:
            answer = _read_triples(reply) if triples else _read_rows(reply)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, SyntaxError) as error:
            found = f"answers what is no answer: {type(error).__name__}: {str(error)[:120]}"
            raise StoreError(found, place=self.address, remedy="see whether this is a SPARQL endpoint") from None
        self._check_whole(reply, answer, limits)
        if form == "ask" and answer.kind == "select":  # Virtuoso answers some with a row of 1, or none
            cells = [term.value for row in answer.rows for term in row if term is not None]
            return Answer("ask", boolean=cells in (["1"], ["true"]))
        return answer

    def _check(self, reply: Reply) -> None:
        """Raise for a reply that is no answer."""
        status, said = reply.status, reply.said()
        if status == 200 and "x-sql-state" in reply.headers:  # Virtuoso ran out of time, and says so beside a part
            found = f"the server broke off: {reply.headers.get('x-sql-message', 'no reason given')[:200]}"
            raise QueryLimit(found, limit="time", place=self.address, remedy="ask for less")
        if status == 200:
            return
        if status in (401, 403):
            raise StoreError(f"refuses: {said}", place=self.address, remedy="give its token with --token-file")
        if 300 <= status < 400:
            where = reply.headers.get("location", "elsewhere")[:200]
            raise StoreError(f"sends on to {where}", place=self.address, remedy="name the address where it leads")
        if status == 400:
            raise QueryError(f"the server refuses the query: {said}", place=self.address)
        if status in (408, 504):
            raise QueryLimit(f"the server broke off: {said}", limit="time", place=self.address, remedy="ask for less")
        if status == 413:
            raise QueryLimit(f"the server broke off: {said}", limit="bytes", place=self.address, remedy="ask for less")
        if status == 503:
            raise StoreError(f"is busy: {said}", place=self.address, remedy="ask again later")
        found = f"answers with status {status}: {said}"
        raise StoreError(found, place=self.address, remedy="see whether this is the address of its SPARQL endpoint")

    def _check_whole(self, reply: Reply, answer: Answer, limits: Limits) -> None:
        """Raise for an answer that is longer than allowed, or that the server may have shortened."""
        count = len(answer.rows) + len(answer.triples)
        most = reply.headers.get("x-sparql-maxrows", "")
        if most.isdigit() and count >= int(most) > 0:
            remedy = "ask for less, or raise ResultSetMaxRows of the server"
            raise QueryLimit(f"the server cuts answers at {most} rows", limit="rows", place=self.address, remedy=remedy)
        if count > limits.rows:
            raise QueryLimit(f"more than {limits.rows} rows", limit="rows", remedy="add a LIMIT or raise --max-rows")
        size = sum(len(term.value) for row in (*answer.rows, *answer.triples) for term in row if term is not None)
        if size > limits.bytes:
            found = f"an answer of more than {limits.bytes / MIB:g} MiB"
            raise QueryLimit(found, limit="bytes", remedy="ask for fewer rows or columns")

    # -- what is in it ---------------------------------------------------------------------------------------------------

    @property
    def base(self) -> str:
        """The IRI with which the IRIs of the data begin, told by those of its documents."""
        if not self._base:
            rows = self.query(f"SELECT ?d WHERE {{ ?d a <{DP.Document}> }} LIMIT 1").rows
            found = re.match(r"(.+[/#])document/", rows[0][0].value) if rows and rows[0][0] is not None else None
            self._base = found[1] if found else BASE
        return self._base

    @property
    def count(self) -> int:
        """Number of quads in the graphs of this base."""
        return self._number("SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } %s }")

    @property
    def documents(self) -> int:
        """Number of documents."""
        return self._number(f"SELECT (COUNT(DISTINCT ?d) AS ?n) WHERE {{ GRAPH ?g {{ ?d a <{DP.Document}> }} %s }}")

    @property
    def digest(self) -> str:
        """The same digest as of a store of this machine, for which everything is read."""
        return digest_of({name: hashlib.sha256(b"".join(self.lines(name))).hexdigest() for name in self.graphs()})

    def graphs(self) -> list[str]:
        """IRIs of the named graphs that hold data of this base, sorted. Servers may have graphs of their own."""
        found = self.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }").rows
        return sorted(name.value for (name,) in found if name is not None and name.value.startswith(self.base))

    def lines(self, graph: str | None = None) -> Iterator[bytes]:
        """N-Quads lines with their line break, in canonical order, of one graph or of all of this base."""
        for name in self.graphs() if graph is None else [graph]:
            ending = f"{iri(name)} .\n"
            texts = (f"{s.n3()} {p.n3()} {o.n3()} {ending}" for s, p, o in self._triples(name))
            yield from sorted(text.encode("utf-8") for text in texts)

    def _triples(self, graph: str) -> list[tuple[Term, Term, Term]]:
        """All triples of a graph. QueryLimit where the server gives fewer than it counts: some cut graphs and do not say so."""
        where = f"WHERE {{ GRAPH {iri(graph)} {{ ?s ?p ?o }} }}"
        triples = self.query(f"CONSTRUCT {{ ?s ?p ?o }} {where}", None, _LARGE).triples
        (cell,) = self.query(f"SELECT (COUNT(*) AS ?n) {where}").rows[0]
        if cell is None or int(cell.value) != len(triples):
            found = f"gave {len(triples)} triples of {cell} in {graph}"
            remedy = "raise the limit of rows of the server"
            raise QueryLimit(found, limit="rows", place=self.address, remedy=remedy)
        return triples

    def graph(self) -> rdflib.Graph:
        """The union of all graphs as a plain rdflib Graph in memory."""
        from rdflib import Graph

        from kg.rdflib_store import as_node

        union = Graph()
        for name in self.graphs():
            for triple in self._triples(name):
                union.add((as_node(triple[0]), as_node(triple[1]), as_node(triple[2])))
        return union

    def _number(self, sparql: str) -> int:
        """The number that a query counts in the graphs of this base."""
        (cell,) = self.query(sparql % f'FILTER(STRSTARTS(STR(?g), "{self.base}"))').rows[0]
        return int(cell.value) if cell is not None else 0


# -- reading answers -----------------------------------------------------------------------------------------------------


def _read_rows(reply: Reply) -> Answer:
    """SPARQL 1.1 Query Results JSON. ValueError and the like for anything else."""
    if reply.media_type not in (_ROWS, "application/json"):
        raise ValueError(f"{reply.media_type or 'something'} instead of {_ROWS}")
    document = json.loads(reply.body.decode("utf-8"), parse_constant=_no_constant)
    if "boolean" in document:
        if not isinstance(document["boolean"], bool):
            raise ValueError("boolean is none")
        return Answer("ask", boolean=document["boolean"])
    columns = tuple(str(name) for name in document["head"]["vars"])
    rows: list[tuple[Term | None, ...]] = []
    known: dict[tuple[str, str, str, str], Term] = {}
    for binding in document["results"]["bindings"]:
        rows.append(tuple(_cell(binding.get(column), known) for column in columns))
    return Answer("select", columns, rows)


def _no_constant(text: str) -> Any:
    raise ValueError(f"{text} is no value")


def _cell(binding: Any, known: dict[tuple[str, str, str, str], Term]) -> Term | None:
    if binding is None:
        return None
    kind, value = binding["type"], binding["value"]
    key = (kind, value, binding.get("datatype") or "", binding.get("xml:lang") or "")
    if not all(isinstance(part, str) for part in key):
        raise ValueError("a value that is no text")
    term = known.get(key)
    if term is None:
        term = known[key] = _term(*key)
    return term


def _term(kind: str, value: str, datatype: str, language: str) -> Term:
    if kind == "uri":
        iri(value)  # refuses what no IRI is
        return Term("iri", value)
    if kind == "bnode":
        return Term("blank", value.removeprefix("_:"))
    if kind in ("literal", "typed-literal"):
        return literal_term(value, datatype, language)
    raise ValueError(f"a value of the type {kind}")


def literal_term(value: str, datatype: str, language: str) -> Term:
    """A literal as the engine of this machine writes it: the datatype of plain text is left out."""
    plain = datatype in ("", "http://www.w3.org/2001/XMLSchema#string", RDF.langString)
    if not plain:
        iri(datatype)
    return Term("literal", value, "" if plain or language else datatype, language.lower())


def _read_triples(reply: Reply) -> Answer:
    """N-Triples or Turtle. ValueError and the like for anything else."""
    import pyoxigraph

    forms = {
        "application/n-triples": pyoxigraph.RdfFormat.N_TRIPLES,
        "text/plain": pyoxigraph.RdfFormat.N_TRIPLES,
        "text/turtle": pyoxigraph.RdfFormat.TURTLE,
    }
    form = forms.get(reply.media_type)
    if form is None:
        raise ValueError(f"{reply.media_type or 'something'} instead of application/n-triples")
    triples = set()
    for quad in pyoxigraph.parse(reply.body, format=form):
        triple = (quad.subject, quad.predicate, quad.object)
        triples.add(tuple(Term(*plain_term(term)) for term in triple))
    return Answer("graph", triples=sorted(triples))  # type: ignore[arg-type]

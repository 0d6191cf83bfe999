"""The graph as an rdflib store for reading: no query leaves the machine, nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from oxrdflib import OxigraphStore
from rdflib import BNode, Graph, Literal, URIRef, Variable
from rdflib.query import Result

from kg import guard
from kg.errors import QueryError, StoreError
from kg.terms import Term
from kg.worker import Answer, Dataset, plain_term


class Nodes(dict[Any, Any]):
    """rdflib terms by terms of the engine, each made once."""

    def __missing__(self, term: Any) -> Any:
        node = self[term] = as_node(Term(*plain_term(term)))
        return node


def as_node(term: Term) -> Any:
    if term.kind == "iri":
        return URIRef(term.value)
    if term.kind == "blank":
        return BNode(term.value)
    # normalize=False: a literal keeps the form that the text gave it.
    return Literal(term.value, term.language or None, URIRef(term.datatype) if term.datatype else None, normalize=False)


def _term(node: Any) -> Term:
    if isinstance(node, Literal):
        return Term("literal", str(node), str(node.datatype or "") if not node.language else "", node.language or "")
    return Term("blank" if isinstance(node, BNode) else "iri", str(node))


class ReadOnlyStore(OxigraphStore):
    """An Oxigraph store behind rdflib's interface that refuses to write, and whose queries go to the query process."""

    def __init__(self, engine: Any, run: Callable[..., Answer]) -> None:
        """engine is read for patterns, run is `Worker.run`."""
        super().__init__(store=engine)
        self._run = run

    def query(self, query: Any, initNs: Any, initBindings: Any, queryGraph: Any, **_: object) -> Result:  # noqa: N803
        """Ask as `Store.query` does, with the prefixes and bindings of rdflib."""
        if not isinstance(query, str):
            # A NotImplementedError would make rdflib answer by itself, loading what FROM names from anywhere.
            raise QueryError("a prepared query cannot be asked here", remedy="pass its text")
        prefixes = {**self._namespace_for_prefix, **(initNs or {})}
        used = [f"PREFIX {name}: <{namespace}>" for name, namespace in prefixes.items() if f"{name}:" in query]
        text = " ".join([*used, query])
        guard.check(text)
        bindings = {str(name): _term(node) for name, node in (initBindings or {}).items()}
        dataset = Dataset((str(queryGraph),), None) if isinstance(queryGraph, URIRef) else None
        answer = self._run(text, None, bindings, dataset)
        result = Result({"ask": "ASK", "graph": "CONSTRUCT", "select": "SELECT"}[answer.kind])
        if answer.kind == "ask":
            result.askAnswer = answer.boolean
        elif answer.kind == "graph":
            result.graph = Graph()
            for triple in answer.triples:
                result.graph.add((as_node(triple[0]), as_node(triple[1]), as_node(triple[2])))
        else:
            variables = [Variable(name) for name in answer.columns]
            result.vars = variables
            result.bindings = [
                {variable: as_node(term) for variable, term in zip(variables, row, strict=True) if term is not None}
                for row in answer.rows
            ]
        return result

    def add_graph(self, graph: Graph) -> None:
        """Nothing: rdflib calls this for every graph that is only looked at."""

    def close(self, commit_pending_transaction: bool = False) -> None:
        """Nothing: the store belongs to whoever opened it."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        remedy = "kg build makes a new one; copy it with Store.graph() to change the copy"
        raise StoreError("the store is read-only", remedy=remedy)

    add = addN = remove = remove_graph = update = open = destroy = _refuse

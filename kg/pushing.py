"""A store written into another server, graph by graph. Source: SPARQL 1.1 Graph Store HTTP Protocol, sections 4 and 5.3.

Each named graph replaces the one of the same name there; each is one request, so that a graph is there as a whole or as it was.
Between two of them the server answers from new and old graphs together: a server that must not, is pushed to beside and switched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from kg.errors import Finding, QueryLimit, StoreError
from kg.remote import RemoteStore
from kg.web import Client, Reply


class Pushable(Protocol):
    """What can be pushed: lines of canonical N-Quads, graph by graph, and the base of its data."""

    @property
    def base(self) -> str:
        """Where IRIs of its data begin."""

    def graphs(self) -> list[str]:
        """IRIs of the named graphs, in canonical order."""

    def lines(self, graph: str | None = None) -> Iterator[bytes]:
        """Sorted N-Quads lines with their line break, of one graph or of all."""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What a push did: graphs and triples written."""

    graphs: int
    triples: int


def push(
    store: Pushable,
    client: Client,
    *,
    seconds: float = 120.0,
    progress: Callable[[int, int], None] | None = None,
) -> Pushed:
    """Write every named graph of a store to a graph store. seconds is what one graph may take.

    StoreError where the server refuses; what was written before stays written, and pushing again completes it.
    """
    graphs = store.graphs()
    triples = 0
    for number, graph in enumerate(graphs, 1):
        ending = f" <{graph}> .\n".encode()
        lines = [line.removesuffix(ending) + b" .\n" for line in store.lines(graph)]
        _send(client, "PUT", graph, b"".join(lines), seconds)
        triples += len(lines)
        if progress is not None:
            progress(number, len(graphs))
    return Pushed(len(graphs), triples)


def remove_others(store: Pushable, client: Client, remote: RemoteStore, *, seconds: float = 120.0) -> list[str]:
    """Remove graphs under the base of a store that the server has and the store has not; their names."""
    kept = set(store.graphs())
    others = [graph for graph in _graphs_there(remote) if graph.startswith(store.base) and graph not in kept]
    for graph in others:
        _send(client, "DELETE", graph, b"", seconds)
    return others


def differences(store: Pushable, remote: RemoteStore) -> list[Finding]:
    """Where the graphs of a server differ from those of a store, by their numbers of triples."""
    counted = remote.query("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g").rows
    there = {name.value: int(number.value) for name, number in counted if name is not None and number is not None}
    findings = []
    ours = store.graphs()
    for graph in ours:
        here = sum(1 for _ in store.lines(graph))
        if there.get(graph, 0) != here:
            found = f"has {there.get(graph, 0)} triples there, {here} here"
            findings.append(Finding(graph, found, "push again; see whether somebody else writes there"))
    for graph in sorted(there.keys() - set(ours)):
        if graph.startswith(store.base):
            findings.append(Finding(graph, "is there and not here", "kg push --prune removes it", lost=False))
    return findings


def _graphs_there(remote: RemoteStore) -> list[str]:
    rows = remote.query("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g").rows
    return [name.value for (name,) in rows if name is not None]


def _send(client: Client, method: str, graph: str, body: bytes, seconds: float) -> None:
    # N-Triples is Turtle, the one form that every graph store has to take.
    headers = {"Content-Type": "text/turtle; charset=utf-8"} if body else {}
    try:
        reply = client.send(method, query=urlencode({"graph": graph}), body=body, headers=headers, seconds=seconds)
    except QueryLimit as error:
        raise StoreError(f"{method} of {graph}: {error.found}", place=client.address, remedy=error.remedy) from None
    if not 200 <= reply.status < 300 and not (method == "DELETE" and reply.status == 404):
        raise StoreError(f"{method} of {graph}: {_said(reply)}", place=client.address, remedy=_remedy(reply.status))


def _said(reply: Reply) -> str:
    return f"status {reply.status}, {reply.said()}" if reply.body else f"status {reply.status}"


def _remedy(status: int) -> str:
    if status in (401, 403):
        return "give its token with --token-file; see whether it may be written to"
    if status in (404, 405):
        return "name the address of its Graph Store Protocol (oxigraph: /store)"
    return "see what the server's log says"

"""The graph as an rdflib store for reading: no query leaves the machine, nothing is written."""

from __future__ import annotations

from typing import Any, NoReturn

from oxrdflib import OxigraphStore

from kg import guard
from kg.errors import StoreError


class ReadOnlyStore(OxigraphStore):  # type: ignore[misc]
    """An Oxigraph store behind rdflib's interface that refuses to write, and checks queries before they run."""

    def query(self, query: Any, *arguments: Any, **named: Any) -> Any:
        """Run a query, if it calls no other server and writes nothing."""
        guard.check(str(query))
        return super().query(query, *arguments, **named)

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise StoreError("this graph is for reading", remedy="change the corpus and build again")

    add = addN = remove = update = add_graph = remove_graph = _refuse

"""The graph as a folder that is either complete or not there.

A store folder holds finished generations. A build writes a new one beside them, checks it, and makes it current in one step;
a build that is killed, interrupted or out of disk leaves the earlier generation as it was. Readers only open finished ones.

Canonical order: graphs by IRI, lines within a graph as bytes. The digest of a store is the SHA-256 of the
SHA-256s of its graphs in that order.
"""

from __future__ import annotations

import hashlib
import os
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import generations, guard, publishing, tables
from kg.blocks import Stream, digest_of, graph_of, read_block
from kg.errors import Finding, StoreError
from kg.generations import Manifest as Manifest
from kg.namespaces import BASE
from kg.terms import Term
from kg.worker import Answer, Limits, Worker

if TYPE_CHECKING:
    import rdflib

    from kg.tables.kept import Tables, Writer

_WORTH_TABLES = 50_000
"""Quads from which on tables that a store does not keep are made before all is asked for: SPARQL takes longer."""


class Store:
    """A finished graph, read-only: questions, canonical lines, verification. A context manager; `close` ends its process."""

    def __init__(self, manifest: Manifest, generation: Path | None = None, blocks: list[bytes] | None = None) -> None:
        """Use `Store.open` or `Store.in_memory`."""
        self.manifest = manifest
        self._generation = generation
        self._blocks = blocks or []
        self._worker = Worker(generation / "oxigraph") if generation else Worker(chunks=self._blocks)
        self._engine: Any = None
        self._unlock: Any = None
        self._closed = False
        self._tables: Tables | None = None

    # -- making and opening ----------------------------------------------------------------------------------------------

    @staticmethod
    def build(
        path: str | Path, chunks: Iterable[bytes], *, base: str = BASE, documents: int | Callable[[], int] = 0
    ) -> Manifest:
        """Write a new generation from canonical N-Quads and make it current; the earlier one answers until then.

        chunks holds one block per graph in canonical order, lines sorted and unique; it is taken as a stream, and a count of
        documents that is a function is asked at its end. The same content again changes nothing. StoreError where the folder
        is not ours, another build is writing, or the disk refuses; what chunks raises passes through. ValueError for chunks
        that are not canonical.
        """
        return publishing.build(Path(path), chunks, base, documents)

    @classmethod
    def open(cls, path: str | Path) -> Store:
        """The current generation of a store folder. StoreError where it is not ours, not finished or visibly damaged."""
        manifest, generation, lease = generations.open_current(Path(path))
        store = cls(manifest, generation)
        store._unlock = weakref.finalize(store, os.close, lease)
        return store

    @classmethod
    def in_memory(
        cls, chunks: Iterable[bytes], *, base: str = BASE, documents: int | Callable[[], int] | None = None
    ) -> Store:
        """A store without a folder, from the same chunks as `build`. Documents that are not counted are told by their
        graphs."""
        stream = Stream(chunks)
        blocks = list(stream.blocks)
        if documents is None:
            documents = sum(graph_of(block).startswith(f"{base}graph/") for block in blocks)
        count = documents() if callable(documents) else documents
        return cls(Manifest.of(stream.quads, stream.digests, base, count), blocks=blocks)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the query process and let go of the generation. A closed store answers nothing more."""
        self._closed = True
        self._worker.close()
        self._engine = None
        self._tables = None
        if self._unlock is not None:
            self._unlock()

    # -- what is in it ---------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """Number of quads."""
        return self.manifest.quads

    @property
    def digest(self) -> str:
        """SHA-256 of the SHA-256s of the graphs, each as canonical N-Quads, in canonical order; in hexadecimal."""
        return self.manifest.digest

    @property
    def base(self) -> str:
        """The IRI with which the IRIs of the data begin."""
        return self.manifest.base

    @property
    def documents(self) -> int:
        """Number of documents."""
        return self.manifest.documents

    def graphs(self) -> list[str]:
        """IRIs of the named graphs, in canonical order."""
        if self._generation is None:
            return [graph_of(block) for block in self._blocks]
        return sorted(graph.value for graph in self._local().named_graphs())

    def lines(self, graph: str | None = None) -> Iterator[bytes]:
        """N-Quads lines with their line break, in canonical order, of one graph or of all."""
        for block in self._canonical(self.graphs() if graph is None else [graph]):
            yield from block.splitlines(keepends=True)

    def verify(self) -> list[Finding]:
        """Read everything again: files, number of quads and of graphs, digest, tables. Each deviation is a finding."""
        place, remedy, findings = "the graph in memory", "build it again", []
        if self._generation is not None:
            folder = self._generation.parent.parent
            place, remedy = str(folder), generations.rebuild(folder)
            findings = generations.changed_files(self._generation)
        digests: dict[str, str] = {}
        quads = 0
        kept, made = self._kept_tables()
        try:
            graphs = self.graphs()
            for graph, block in zip(graphs, self._canonical(graphs), strict=True):
                if made is not None:
                    made.add(block)
                digests[graph] = hashlib.sha256(block).hexdigest()
                quads += block.count(b"\n")
        except (OSError, RuntimeError, ValueError) as error:
            return [*findings, Finding(place, f"the quads cannot be read: {generations.brief(error)}", remedy)]
        compared = (
            ("the number of quads", quads, self.manifest.quads),
            ("the number of graphs", len(digests), self.manifest.graphs),
            ("the SHA-256", digest_of(digests), self.manifest.digest),
        )
        for what, found, published in compared:
            if found != published:
                findings.append(Finding(place, f"{what} is {found}, published was {published}", remedy))
        if kept is not None and made is not None and not findings:
            again = made.tables()
            for name in kept.different(again):
                findings.append(Finding(place, f"the table {name} is not what the quads give", remedy))
        return findings

    def _kept_tables(self) -> tuple[Tables | None, Writer | None]:
        """The tables of the generation, and what makes them again from the quads."""
        if self._generation is None or not tables.available():
            return None, None
        from kg.tables.kept import Writer, read_tables

        kept = read_tables(self._generation, self.digest)
        return kept, None if kept is None else Writer()

    # -- asking ----------------------------------------------------------------------------------------------------------

    def query(
        self, sparql: str, bindings: Mapping[str, Term | None] | None = None, limits: Limits | None = None
    ) -> Answer:
        """Answer a SPARQL query on the union of all graphs, or on those it names with FROM and GRAPH.

        bindings are the values of its parameters (see `guard.bind`). QueryError for what cannot be asked, QueryLimit where a
        limit was reached; the next query is answered in either case.
        """
        return self._worker.run(guard.bound(sparql, bindings or {}), limits)

    def tables(self) -> Tables:
        """The flat tables of the store (see `kg.tables`): those kept since it was built, else made now from its quads.

        StoreError where polars is not installed.
        """
        found = self.tables_at_hand()
        if found is None:
            if not tables.available():
                raise StoreError("flat tables need polars, which is not installed", remedy=tables.REMEDY)
            from kg.tables.kept import derive

            found = self._tables = derive(self._canonical(self.graphs()))
        return found

    def tables_at_hand(self) -> Tables | None:
        """The flat tables where they are kept, or worth making before everything is asked for; else None."""
        if self._tables is None and tables.available() and not self._closed:
            from kg.tables.kept import derive, read_tables

            if self._generation is not None:
                self._tables = read_tables(self._generation, self.digest)
            if self._tables is None and self.count > _WORTH_TABLES:
                self._tables = derive(self._canonical(self.graphs()))
        return self._tables

    def dataset(self) -> rdflib.Dataset:
        """The same generation as an rdflib Dataset over Oxigraph: read-only, the union of all graphs by default.

        Its queries go through `guard.check` and the query process like those of `query`; every change is refused. (With
        use_store_provided=False rdflib's own engine answers, which knows none of these limits.)
        """
        from rdflib import Dataset

        from kg.rdflib_store import ReadOnlyStore

        return Dataset(store=ReadOnlyStore(self._local(), self._worker.run), default_union=True)

    def graph(self) -> rdflib.Graph:
        """The union of all graphs as a plain rdflib Graph in memory, a copy that can be changed."""
        from rdflib import Graph

        from kg.rdflib_store import Nodes

        union, nodes = Graph(), Nodes()
        for quad in self._local().quads_for_pattern(None, None, None, None):
            union.add((nodes[quad.subject], nodes[quad.predicate], nodes[quad.object]))
        return union

    def _local(self) -> Any:
        """The engine in this process, for reading without SPARQL."""
        import pyoxigraph

        if self._closed:
            raise StoreError("the store is closed", remedy="open it again")
        if self._engine is None:
            if self._generation is not None:
                self._engine = generations.read_only(self._generation)
            else:
                engine = pyoxigraph.Store()
                engine.bulk_load(b"".join(self._blocks), format=pyoxigraph.RdfFormat.N_QUADS)
                self._engine = engine
        return self._engine

    def _canonical(self, graphs: list[str]) -> Iterator[bytes]:
        """Blocks of canonical lines, one per graph in the order given; empty for a graph that is not there."""
        if self._generation is None:
            wanted = set(graphs)
            yield from (block for block in self._blocks if graph_of(block) in wanted)
            return
        from concurrent.futures import Future, ThreadPoolExecutor

        engine = self._local()
        # Reading a graph is looking up its strings, which the engine does without the interpreter: on all processors.
        workers = min(os.cpu_count() or 1, 4) + 1
        pool = ThreadPoolExecutor(workers)
        ahead: deque[Future[bytes]] = deque()
        try:
            for graph in graphs:
                ahead.append(pool.submit(read_block, engine, graph))
                if len(ahead) > 2 * workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)

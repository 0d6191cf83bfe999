"""The graph on disk: finished generations, each published as a whole or not at all.

A store folder holds generations. A build writes a new one beside the old, checks it, and publishes it by renaming one small
file; interrupted at any point it leaves what was there. Readers open the generation that is current when they come and keep it
while it is in use. The same quads give the same generation: its name is the hash of its canonical N-Quads.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from kg import guard
from kg.errors import Finding, StoreError
from kg.files import write_atomically
from kg.namespaces import BASE, ONTOLOGY_VERSION
from kg.terms import Term
from kg.worker import Answer, Limits, Worker

if TYPE_CHECKING:
    import rdflib

MARKER = "diplomatic-kg-store.json"
FORMAT = 1
_CURRENT = "current.json"
_BUILDING = "building-"
_REBUILD = "build it again: kg build CORPUS… --store"


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation must hold: quads, SHA-256 of its canonical N-Quads, base IRI of its data, graphs, documents."""

    quads: int
    digest: str
    base: str
    graphs: int
    documents: int
    ontology: str = ONTOLOGY_VERSION


class Store:
    """A graph to ask: a published generation on disk, or one in memory. Close it, or use it as a context manager."""

    def __init__(self, engine: Any, manifest: Manifest, worker: Worker, lease: IO[bytes] | None, folder: Path | None) -> None:
        self._engine = engine
        self._manifest = manifest
        self._worker = worker
        self._lease = lease
        self._folder = folder

    # -- opening and building --------------------------------------------------------------------------------------------

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open the current generation of a store folder for reading.

        Raises StoreError, with the command that mends it, for a folder that is no store, is empty, or is damaged.
        """
        path = Path(path)
        _check_marker(path)
        name = _current(path)
        folder = path / "generations" / name
        manifest = _manifest(folder)
        lease = _lease(folder)
        try:
            engine = _open_engine(folder / "oxigraph")
            _check_count(engine, manifest, path)
        except BaseException:
            lease.close()
            raise
        return cls(engine, manifest, Worker(folder / "oxigraph"), lease, folder)

    @classmethod
    def in_memory(cls, chunks: Iterable[bytes], *, base: str = BASE, documents: int | Callable[[], int] = 0) -> Store:
        """A store without a folder, from blocks of canonical N-Quads."""
        import pyoxigraph

        engine = pyoxigraph.Store()
        counted = _Counted(chunks)
        engine.bulk_load(counted, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
        manifest = counted.manifest(base, documents() if callable(documents) else documents)
        return cls(engine, manifest, Worker(None, _dump(engine)), None, None)

    @staticmethod
    def build(
        path: Path, chunks: Iterable[bytes], *, base: str = BASE, documents: int | Callable[[], int] = 0
    ) -> Manifest:
        """Write blocks of canonical N-Quads (one per graph, in canonical order) as a new generation and publish it.

        documents is the number of texts, or a function that tells it at the end. Whatever goes wrong, and if the process is
        killed, the earlier generation stays. Raises StoreError for a folder that is not ours, or that another build is writing.
        """
        path = Path(path)
        try:
            _prepare(path)
            with _writing(path):
                for left_over in path.glob(f"{_BUILDING}*"):
                    shutil.rmtree(left_over)
                return _build(path, chunks, base, documents)
        except OSError as error:
            remedy = "make room or choose another folder; the earlier graph is unchanged"
            raise StoreError(error.strerror or str(error), place=str(path), remedy=remedy) from error

    # -- asking ----------------------------------------------------------------------------------------------------------

    def query(
        self, sparql: str, bindings: Mapping[str, Term | None] | None = None, limits: Limits | None = None
    ) -> Answer:
        """Answer a SPARQL query over the union of all graphs. bindings give its parameters (`$name` in a VALUES block).

        Raises QueryError where the query is wrong or not allowed, QueryLimit where a limit stopped it.
        """
        guard.check(sparql)
        bound = guard.bind(sparql, bindings or {})
        guard.check(bound)
        return self._worker.run(bound, limits)

    def dataset(self) -> rdflib.Dataset:
        """The same data as an rdflib Dataset, for reading. Its queries are checked, but run here and without limits."""
        import rdflib

        from kg.rdflib_store import ReadOnlyStore

        return rdflib.Dataset(store=ReadOnlyStore(self._engine), default_union=True)

    def graph(self) -> rdflib.Graph:
        """All triples of all graphs as one rdflib Graph in memory, for tools that want one."""
        import rdflib

        graph = rdflib.Graph()
        for quad in self._engine:
            graph.add((_rdflib(quad.subject), _rdflib(quad.predicate), _rdflib(quad.object)))
        return graph

    # -- what is in it ---------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """How many quads."""
        return self._manifest.quads

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical N-Quads, as published."""
        return self._manifest.digest

    @property
    def base(self) -> str:
        """Where IRIs of data begin."""
        return self._manifest.base

    @property
    def documents(self) -> int:
        """How many texts."""
        return self._manifest.documents

    def graphs(self) -> list[str]:
        """IRIs of the named graphs, in canonical order."""
        return sorted(graph.value for graph in self._engine.named_graphs())

    def lines(self, graph: str | None = None) -> Iterator[bytes]:
        """Canonical N-Quads lines with their line break: sorted within each graph, of one graph or of all."""
        for name in self.graphs() if graph is None else [graph]:
            yield from _lines(self._engine, name)

    def verify(self) -> list[Finding]:
        """Count and hash all quads anew; what does not agree with what was published."""
        digest, count = hashlib.sha256(), 0
        for line in self.lines():
            digest.update(line)
            count += 1
        place = str(self._folder or "memory")
        if count != self.count:
            return [Finding(place, f"holds {count} quads, {self.count} were published", _REBUILD)]
        if digest.hexdigest() != self.digest:
            return [Finding(place, f"hashes to {digest.hexdigest()}, {self.digest} was published", _REBUILD)]
        return []

    def close(self) -> None:
        """Stop the query process and let go of the generation."""
        self._worker.close()
        self._engine = None
        if self._lease is not None:
            self._lease.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


# -- writing -------------------------------------------------------------------------------------------------------------


class _Counted(io.RawIOBase):
    """Blocks of N-Quads as a file to read from, counted and hashed on their way."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = iter(chunks)
        self._rest = memoryview(b"")
        self._digest = hashlib.sha256()
        self._quads = self._graphs = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._rest:
            chunk = next(self._chunks, b"")
            self._digest.update(chunk)
            self._quads += chunk.count(b"\n")
            self._graphs += bool(chunk)
            self._rest = memoryview(chunk)
        part = self._rest[:size] if size >= 0 else self._rest
        self._rest = self._rest[len(part) :]
        return bytes(part)

    def manifest(self, base: str, documents: int) -> Manifest:
        return Manifest(self._quads, self._digest.hexdigest(), base, self._graphs, documents)


def _build(path: Path, chunks: Iterable[bytes], base: str, documents: int | Callable[[], int]) -> Manifest:
    import pyoxigraph

    place = path / f"{_BUILDING}{os.getpid()}"
    place.mkdir()
    try:
        counted = _Counted(chunks)
        engine = pyoxigraph.Store(place / "oxigraph")
        try:
            engine.bulk_load(counted, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
            engine.flush()
        finally:
            del engine
        manifest = counted.manifest(base, documents() if callable(documents) else documents)
        engine = pyoxigraph.Store.read_only(str(place / "oxigraph"))
        found = len(engine)
        del engine
        if found != manifest.quads:
            raise StoreError(f"{manifest.quads} quads were written, {found} arrived", place=str(path), remedy="build again")
        (place / "in-use").touch()
        _write_json(place / "manifest.json", asdict(manifest))
        _sync(place)
        _publish(path, place, manifest)
        return manifest
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _publish(path: Path, place: Path, manifest: Manifest) -> None:
    generations = path / "generations"
    generations.mkdir(exist_ok=True)
    name = manifest.digest[:16]
    target = generations / name
    if not _is_whole(target, manifest):
        # A damaged generation of the same content may still be open somewhere: the new one gets a name beside it.
        rank = 1
        while target.exists():
            rank += 1
            target = generations / f"{name}-{rank}"
        place.rename(target)
        _sync(generations)
    _write_json(path / _CURRENT, {"generation": target.name})
    _sync(path)
    for other in generations.iterdir():
        if other.name != target.name and _unused(other):
            shutil.rmtree(other, ignore_errors=True)


def _is_whole(folder: Path, manifest: Manifest) -> bool:
    """Whether this very content is there already, and reads back."""
    try:
        if _manifest(folder) != manifest:
            return False
        engine = _open_engine(folder / "oxigraph")
        digest = hashlib.sha256()
        for name in sorted(graph.value for graph in engine.named_graphs()):
            for line in _lines(engine, name):
                digest.update(line)
        return digest.hexdigest() == manifest.digest
    except (StoreError, OSError):
        return False


def _prepare(path: Path) -> None:
    """Make path a store folder, or see that it is one. What is not ours is not touched."""
    if path.is_symlink() and not path.exists():
        raise StoreError("is a link that leads nowhere", place=str(path), remedy="name a folder")
    if path.exists() and not path.is_dir():
        raise StoreError("is a file, not a folder", place=str(path), remedy="choose another name for the store")
    path.mkdir(parents=True, exist_ok=True)
    if (path / MARKER).is_file():
        _check_marker(path)
    elif any(path.iterdir()):
        raise StoreError("holds files that are not ours", place=str(path), remedy="choose an empty or a new folder")
    else:
        _write_json(path / MARKER, {"format": FORMAT, "is": "a store of diplomatic-kg; change it with kg build alone"})


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Be the only one that writes. The lock goes with the process, however it ends."""
    with (path / "lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            remedy = "wait for it to end; reading goes on meanwhile"
            raise StoreError("another build is writing", place=str(path), remedy=remedy) from None
        yield


def _write_json(path: Path, value: Mapping[str, object]) -> None:
    write_atomically(path, [json.dumps(value, indent=1, sort_keys=True).encode() + b"\n"])


def _sync(folder: Path) -> None:
    """Make renames in a folder last over a power cut."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- reading -------------------------------------------------------------------------------------------------------------


def _check_marker(path: Path) -> None:
    if not path.is_dir():
        what = "is not a folder" if path.exists() else "does not exist"
        raise StoreError(what, place=str(path), remedy=f"kg build CORPUS… --store {path}")
    found = _json(path / MARKER)
    if found is None:
        what = "is empty" if not any(path.iterdir()) else "is not a store"
        raise StoreError(what, place=str(path), remedy=f"kg build CORPUS… --store {path if what == 'is empty' else 'DIR'}")
    if found.get("format") != FORMAT:
        found_format = f"is a store of format {found.get('format')!r}, this version reads {FORMAT}"
        raise StoreError(found_format, place=str(path), remedy="build it again into a new folder")


def _current(path: Path) -> str:
    found = _json(path / _CURRENT)
    if found is None and not (path / _CURRENT).exists() and not (path / "generations").exists():
        raise StoreError("holds no finished graph yet", place=str(path), remedy=f"kg build CORPUS… --store {path}")
    name = found.get("generation") if found else None
    if not isinstance(name, str) or "/" in name or name in ("", ".", ".."):
        raise StoreError(f"is damaged: {_CURRENT} names no generation", place=str(path), remedy=f"{_REBUILD} {path}")
    if not (path / "generations" / name).is_dir():
        raise StoreError(f"is damaged: the generation {name} is gone", place=str(path), remedy=f"{_REBUILD} {path}")
    return name


def _manifest(folder: Path) -> Manifest:
    found = _json(folder / "manifest.json")
    try:
        return Manifest(**(found or {}))
    except TypeError:
        raise StoreError("is damaged: its manifest cannot be read", place=str(folder), remedy=_REBUILD + " DIR") from None


def _json(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _open_engine(folder: Path) -> Any:
    import pyoxigraph

    # The engine makes an empty store of an empty folder: what must be there is looked for first.
    if not (folder / "CURRENT").is_file():
        raise StoreError("is damaged: the files of the graph are gone", place=str(folder.parent), remedy=_REBUILD + " DIR")
    try:
        return pyoxigraph.Store.read_only(str(folder))
    except (OSError, ValueError, RuntimeError) as error:
        found = f"is damaged: {' '.join(str(error).split())}"
        raise StoreError(found, place=str(folder.parent), remedy=_REBUILD + " DIR") from None


def _check_count(engine: Any, manifest: Manifest, path: Path) -> None:
    try:
        count = len(engine)
    except OSError as error:
        found = f"is damaged: {' '.join(str(error).split())}"
        raise StoreError(found, place=str(path), remedy=f"{_REBUILD} {path}") from None
    if count != manifest.quads:
        found = f"is damaged: it holds {count} quads, {manifest.quads} were published"
        raise StoreError(found, place=str(path), remedy=f"{_REBUILD} {path}")


def _lease(folder: Path) -> IO[bytes]:
    """A sign that a reader uses this generation; a build does not remove it meanwhile."""
    try:
        lease = (folder / "in-use").open("rb")
        fcntl.flock(lease, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        raise StoreError("is being replaced", place=str(folder), remedy="ask again") from None
    return lease


def _unused(folder: Path) -> bool:
    try:
        with (folder / "in-use").open("rb") as lease:
            fcntl.flock(lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _lines(engine: Any, graph: str) -> list[bytes]:
    import pyoxigraph

    dump = engine.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.NamedNode(graph))
    # Lines end at LF only: a literal may hold U+2028 and the like as it is.
    suffix = f"<{graph}> .\n".encode()
    return [line[:-1] + suffix for line in sorted(dump.split(b"\n")) if line]


def _dump(engine: Any) -> Iterator[bytes]:
    import pyoxigraph

    yield engine.dump(format=pyoxigraph.RdfFormat.N_QUADS)


def _rdflib(term: Any) -> rdflib.term.Node:
    import pyoxigraph
    import rdflib

    if isinstance(term, pyoxigraph.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return rdflib.BNode(term.value)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    datatype = None if term.datatype.value.endswith("#string") else rdflib.URIRef(term.datatype.value)
    return rdflib.Literal(term.value, datatype=datatype, normalize=False)

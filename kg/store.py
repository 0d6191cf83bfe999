"""The graph as a folder that is either complete or not there.

A store folder holds finished generations. A build writes a new one beside them, checks it, and makes it current in one step;
a build that is killed, interrupted or out of disk leaves the earlier generation as it was. Readers only open finished ones.

    diplomatic-kg-store.json   says that the folder is ours, and in which format
    current.json               names the published generation
    generations/<name>/        oxigraph/, manifest.json, files.json (size and hash of each file), readers (locked by readers)
    lock                       held by the one process that builds
    building-…/                what a build has not finished; the next one removes it

Canonical order: graphs by IRI, lines within a graph as bytes. The digest of a store is the SHA-256 of all lines in that order.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
import re
import shutil
import stat
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from kg import guard
from kg.errors import Finding, QueryError, StoreError
from kg.terms import Term
from kg.worker import Answer, Limits, Worker, plain_term

if TYPE_CHECKING:
    import rdflib

FORMAT = 1
MARKER, CURRENT, LOCK, GENERATIONS = "diplomatic-kg-store.json", "current.json", "lock", "generations"
_NAME = re.compile(r"[0-9a-f]{16}(-[0-9]{1,6})?")
_NO_BINDINGS: Mapping[str, Term | None] = MappingProxyType({})
_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation holds: numbers of quads, graphs and documents, digest of its canonical N-Quads, base IRI of its data,
    and the version of this package that wrote it."""

    quads: int
    digest: str
    base: str
    graphs: int
    documents: int
    version: str


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

    # -- making and opening ----------------------------------------------------------------------------------------------

    @staticmethod
    def build(
        path: str | Path, chunks: Iterable[bytes], *, base: str, documents: int | Callable[[], int] = 0
    ) -> Manifest:
        """Write a new generation from canonical N-Quads and make it current; the earlier one answers until then.

        chunks holds one block per graph in canonical order, lines sorted and unique; it is taken as a stream, and a count of
        documents that is a function is asked at its end. The same content again changes nothing. StoreError where the folder
        is not ours, another build is writing, or the disk refuses; what chunks raises passes through. ValueError for chunks
        that are not canonical.
        """
        folder = _prepare(Path(path))
        with _writing(folder):
            for left_over in folder.glob("building-*"):
                _remove(left_over)
            temporary = folder / f"building-{os.getpid()}"
            stream = _Stream(chunks)
            try:
                _load(temporary, stream)
                manifest = stream.manifest(base, documents() if callable(documents) else documents)
                return _publish(folder, temporary, manifest)
            except (OSError, RuntimeError, SyntaxError) as error:
                if error is stream.error or isinstance(error, StoreError):
                    raise
                raise _failed(folder, error) from error
            finally:
                _remove(temporary)

    @classmethod
    def open(cls, path: str | Path) -> Store:
        """The current generation of a store folder. StoreError where it is not ours, not finished or visibly damaged."""
        folder = Path(path)
        _check_ours(folder)
        while True:
            name = _current(folder)
            generation = folder / GENERATIONS / name
            try:
                lock = _reader_lock(generation)
            except OSError as error:
                if _current(folder) != name:
                    continue  # a build has published and removed it in this moment
                raise _damaged(folder, f"the generation {name} is missing or incomplete") from error
            if lock is not None:
                break
        try:
            store = cls(_read_manifest(folder, generation), generation)
            found = _count(generation)
            if found != store.manifest.quads:
                raise _damaged(folder, f"{found} quads found where {store.manifest.quads} were published")
        except BaseException:
            os.close(lock)
            raise
        store._unlock = weakref.finalize(store, os.close, lock)
        return store

    @classmethod
    def in_memory(
        cls, chunks: Iterable[bytes], *, base: str, documents: int | Callable[[], int] | None = None
    ) -> Store:
        """A store without a folder, from the same chunks as `build`. Documents that are not counted are told by their graphs."""
        stream = _Stream(chunks)
        blocks = list(stream.blocks)
        if documents is None:
            documents = sum(_graph_of(block).startswith(f"{base}graph/") for block in blocks)
        return cls(stream.manifest(base, documents() if callable(documents) else documents), blocks=blocks)

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the query process and let go of the generation. A closed store answers nothing more."""
        self._closed = True
        self._worker.close()
        self._engine = None
        if self._unlock is not None:
            self._unlock()

    # -- what is in it ---------------------------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """Number of quads."""
        return self.manifest.quads

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical N-Quads, in hexadecimal."""
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
            return [_graph_of(block) for block in self._blocks]
        return sorted(graph.value for graph in self._local().named_graphs())

    def lines(self, graph: str | None = None) -> Iterator[bytes]:
        """N-Quads lines with their line break, in canonical order, of one graph or of all."""
        for block in self._canonical(self.graphs() if graph is None else [graph]):
            yield from block.splitlines(keepends=True)

    def verify(self) -> list[Finding]:
        """Read everything again: files, number of quads and of graphs, digest. Each deviation is a finding."""
        return _verify(self, self._generation) if self._generation else _verify_content(self, "the graph in memory")

    # -- asking ----------------------------------------------------------------------------------------------------------

    def query(
        self, sparql: str, bindings: Mapping[str, Term | None] = _NO_BINDINGS, limits: Limits = _LIMITS
    ) -> Answer:
        """Answer a SPARQL query on the union of all graphs, or on those it names with FROM and GRAPH.

        bindings are the values of its parameters (see `guard.bind`). QueryError for what cannot be asked, QueryLimit where a
        limit was reached; the next query is answered in either case.
        """
        guard.check(sparql)
        text = guard.bind(sparql, bindings)
        if bindings:
            guard.check(text)
        return self._worker.run(text, limits)

    def dataset(self) -> rdflib.Dataset:
        """The same generation as an rdflib Dataset over Oxigraph: read-only, the union of all graphs by default.

        Its queries go through `guard.check` and the query process like those of `query`; every change is refused. (With
        use_store_provided=False rdflib's own engine answers, which knows none of these limits.)
        """
        from rdflib import Dataset

        return Dataset(store=_rdflib_store(self), default_union=True)

    def graph(self) -> rdflib.Graph:
        """The union of all graphs as a plain rdflib Graph in memory, a copy that can be changed."""
        from rdflib import Graph

        union, nodes = Graph(), _Nodes()
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
                self._engine = _read_only(self._generation)
            else:
                engine = pyoxigraph.Store()
                engine.bulk_load(b"".join(self._blocks), format=pyoxigraph.RdfFormat.N_QUADS)
                self._engine = engine
        return self._engine

    def _canonical(self, graphs: list[str]) -> Iterator[bytes]:
        """Blocks of canonical lines, one per graph in the order given; empty for a graph that is not there."""
        if self._generation is None:
            wanted = set(graphs)
            yield from (block for block in self._blocks if _graph_of(block) in wanted)
            return
        from concurrent.futures import Future, ThreadPoolExecutor

        engine = self._local()
        # Reading a graph is looking up its strings, which the engine does without the interpreter: on all processors.
        workers = min(os.cpu_count() or 1, 4) + 1
        pool = ThreadPoolExecutor(workers)
        ahead: deque[Future[bytes]] = deque()
        try:
            for graph in graphs:
                ahead.append(pool.submit(_block, engine, graph))
                if len(ahead) > 2 * workers:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(cancel_futures=True)


# -- canonical blocks ----------------------------------------------------------------------------------------------------


def _block(engine: Any, graph: str) -> bytes:
    """The canonical lines of one graph of the engine."""
    import pyoxigraph

    dump = engine.dump(format=pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.NamedNode(graph))
    lines = dump.split(b"\n")[:-1]
    lines.sort()
    end = f" <{graph}> .\n".encode()
    return b"".join([line[:-2] + end for line in lines])


def _graph_of(block: bytes) -> str:
    return block[block.rindex(b" <") + 2 : -4].decode("utf-8")


class _Stream:
    """Blocks on their way into the engine: checked, counted and hashed as they pass. Reads like a file."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.quads = self.graphs = 0
        self.error: BaseException | None = None
        self._hash = hashlib.sha256()
        self.blocks = self._checked(chunks)
        self._rest = memoryview(b"")

    def _checked(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Each block, once it is known to be canonical. ValueError for one that is not: the digest would be wrong."""
        last = ""
        spelled = _Spelling()
        for block in filter(None, chunks):
            block = spelled.checked(block)
            if not block.endswith(b"> .\n"):
                raise ValueError(f"a block of quads does not end with a graph and a line break: {block[-80:]!r}")
            graph = _graph_of(block)
            lines = block.split(b"\n")[:-1]
            if block.count(f" <{graph}> .\n".encode()) != len(lines):
                raise ValueError(f"a block of quads holds more than the graph {graph}")
            if graph <= last or lines != sorted(set(lines)):
                raise ValueError(f"the graph {graph} is out of order, or its lines are not sorted and unique")
            last = graph
            self.graphs += 1
            self.quads += len(lines)
            self._hash.update(block)
            yield block

    def read(self, size: int = -1) -> bytes:
        try:
            if not self._rest:
                self._rest = memoryview(next(self.blocks, b""))
        except BaseException as error:
            # The loader may wrap what it is told; whoever waits for it wants the original.
            self.error = error
            raise
        size = len(self._rest) if size < 0 else size
        out, self._rest = bytes(self._rest[:size]), self._rest[size:]
        return out

    def manifest(self, base: str, documents: int) -> Manifest:
        from importlib.metadata import PackageNotFoundError, version

        try:
            written_by = version("diplomatic-kg")
        except PackageNotFoundError:
            written_by = "unknown"
        return Manifest(self.quads, self._hash.hexdigest(), base, self.graphs, documents, written_by)


class _Spelling:
    """Tells whether the engine gives literals back as they are written: it keeps numbers and dates as values, 1.50 as 1.5."""

    _TYPED = re.compile(rb'"\^\^<http://www\.w3\.org/2001/XMLSchema#[A-Za-z]+>')
    _NONCHARACTERS = ((b"\xef\xbf\xbe", b"\\uFFFE"), (b"\xef\xbf\xbf", b"\\uFFFF"))

    def __init__(self) -> None:
        self._kept: set[bytes] = set()

    def checked(self, block: bytes) -> bytes:
        """The block, with the two characters escaped that the engine escapes. ValueError for a value it would respell."""
        for raw, escaped in self._NONCHARACTERS:
            if raw in block:
                block = b"".join(sorted(block.replace(raw, escaped).splitlines(keepends=True)))
        for match in self._TYPED.finditer(block):
            literal = block[block.rindex(b'"', 0, match.start()) : match.end()]
            if literal not in self._kept:
                self._ask(literal)
        return block

    def _ask(self, literal: bytes) -> None:
        import pyoxigraph

        if len(self._kept) > 200_000:
            self._kept.clear()
        line = b"<x:s> <x:p> " + literal + b" <x:g> .\n"
        store: Any = pyoxigraph.Store()
        store.load(line, format=pyoxigraph.RdfFormat.N_QUADS)
        kept: bytes = store.dump(format=pyoxigraph.RdfFormat.N_QUADS)
        if kept != line:
            told = kept[len(b"<x:s> <x:p> ") : -len(b" <x:g> .\n")]
            raise ValueError(
                f"{literal.decode()} is not canonical: the store would keep {told.decode() if told else 'nothing'}"
            )
        self._kept.add(literal)


# -- writing a generation ------------------------------------------------------------------------------------------------


def _load(temporary: Path, stream: _Stream) -> None:
    """Write the stream into a new folder, and read its number of quads and graphs again."""
    import pyoxigraph

    temporary.mkdir()
    engine: Any = pyoxigraph.Store(os.fspath(temporary / "oxigraph"))
    try:
        engine.bulk_load(stream, format=pyoxigraph.RdfFormat.N_QUADS)
        engine.flush()
    finally:
        # The engine closes its files when nothing refers to it, a traceback included.
        del engine
    if stream.error is not None:
        raise stream.error
    engine = _read_only(temporary)
    found = len(engine), sum(1 for _ in engine.named_graphs())
    if found != (stream.quads, stream.graphs):
        raise OSError(f"{found[0]} quads in {found[1]} graphs arrived of {stream.quads} in {stream.graphs}")


def _publish(folder: Path, temporary: Path, manifest: Manifest) -> Manifest:
    """Give the folder of a build its name, make it current, and remove generations that nobody reads."""
    _write(temporary / "manifest.json", {"format": FORMAT, **asdict(manifest)})
    _write(temporary / "files.json", _files(temporary))
    _write(temporary / "readers", {})
    for file in sorted((temporary / "oxigraph").iterdir()):
        _sync(file)
    for directory in (temporary / "oxigraph", temporary):
        _sync(directory)
    generations = folder / GENERATIONS
    generations.mkdir(exist_ok=True)
    name, number = manifest.digest[:16], 1
    while os.path.lexists(generations / name):
        if _intact(folder, generations / name, manifest):
            break
        number += 1
        name = f"{manifest.digest[:16]}-{number}"
    else:
        temporary.rename(generations / name)
        _sync(generations)
        _sync(folder)
    if _current_or_none(folder) != name:
        _write(folder / CURRENT, {"generation": name})
        _sync(folder)
    _prune(folder, name)
    return manifest


def _intact(folder: Path, generation: Path, manifest: Manifest) -> bool:
    """Whether an earlier generation is whole and holds just this."""
    try:
        earlier = _read_manifest(folder, generation)
        same = all(
            getattr(earlier, f.name) == getattr(manifest, f.name) for f in fields(Manifest) if f.name != "version"
        )
        return same and not _verify(Store(earlier, generation), generation)
    except (OSError, RuntimeError, ValueError, StoreError):
        return False


def _prune(folder: Path, current: str) -> None:
    for generation in sorted((folder / GENERATIONS).iterdir()):
        if generation.name == current or not _NAME.fullmatch(generation.name) or generation.is_symlink():
            continue
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            with contextlib.suppress(FileNotFoundError):
                handle = os.open(generation / "readers", os.O_RDONLY | os.O_NOFOLLOW)
                stack.callback(os.close, handle)
                # Refused while somebody reads. A reader that waits for us sees afterwards that the file is gone.
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            trash = folder / f"building-{os.getpid()}-{generation.name}"
            generation.rename(trash)
            _remove(trash)


def _prepare(folder: Path) -> Path:
    """A folder that is ours, made or checked. StoreError for a file, a foreign folder, a link that leads nowhere."""
    try:
        if folder.is_symlink() and not folder.exists():
            raise StoreError(
                "is a link that leads nowhere", place=str(folder), remedy="remove it or name another folder"
            )
        if folder.exists() and not folder.is_dir():
            raise StoreError("is a file", place=str(folder), remedy="name a folder for the store")
        folder.mkdir(parents=True, exist_ok=True)
        _check_links(folder)
        if not (folder / MARKER).exists():
            # A build that was killed at its very beginning leaves these two at most.
            foreign = sorted({entry.name for entry in folder.iterdir()} - {LOCK, f"{MARKER}.new"})
            if foreign:
                remedy = "name an empty or a new folder for the store"
                raise StoreError(f"holds other files ({foreign[0]!r}, …)", place=str(folder), remedy=remedy)
            _write(folder / MARKER, {"format": FORMAT})
            _sync(folder)
    except OSError as error:
        raise _failed(folder, error) from error
    _check_ours(folder)
    return folder


@contextlib.contextmanager
def _writing(folder: Path) -> Iterator[None]:
    """Hold the right to build in this folder. StoreError where another process has it."""
    try:
        handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o666)
    except OSError as error:
        raise _failed(folder, error) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            remedy = "wait until it has finished"
            raise StoreError(f"another build is writing to {folder}", remedy=remedy) from None
        except OSError as error:
            raise _failed(folder, error) from error
        yield
    finally:
        os.close(handle)


def _failed(folder: Path, error: Exception) -> StoreError:
    text = (error.strerror if isinstance(error, OSError) and error.strerror else "") or str(error)
    full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "No space left" in text
    remedy = "free disk space and build again" if full else "see that the folder can be written, then build again"
    return StoreError(
        f"cannot write the store: {text}", place=str(folder), remedy=f"{remedy}; an earlier graph is unharmed"
    )


def _write(path: Path, content: Any) -> None:
    """Write JSON so that the file is there completely or not at all, after a power cut as well."""
    new = path.with_name(f"{path.name}.new")
    with open(new, "w", encoding="utf-8", newline="\n") as out:
        json.dump(content, out, indent=1, sort_keys=True, ensure_ascii=False)
        out.write("\n")
        out.flush()
        os.fsync(out.fileno())
    new.replace(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    """Remove what a build left; a remainder is left to the next build."""
    if path.is_symlink():
        with contextlib.suppress(OSError):
            path.unlink()
    else:
        shutil.rmtree(path, ignore_errors=True)


# -- reading a generation ------------------------------------------------------------------------------------------------


def _check_links(folder: Path) -> None:
    """Nothing of ours is a link, so that no build writes or removes elsewhere."""
    for name in (MARKER, f"{MARKER}.new", CURRENT, f"{CURRENT}.new", LOCK, GENERATIONS):
        with contextlib.suppress(FileNotFoundError):
            mode = (folder / name).lstat().st_mode
            if not (stat.S_ISDIR(mode) if name == GENERATIONS else stat.S_ISREG(mode)):
                raise StoreError(f"{name} is a link or a special file", place=str(folder), remedy="name another folder")


def _check_ours(folder: Path) -> None:
    try:
        if not folder.exists():
            raise StoreError("there is no such store", place=str(folder), remedy=_rebuild(folder))
        _check_links(folder)
        marker = _read(folder / MARKER)
    except FileNotFoundError:
        raise StoreError(f"is no store ({MARKER} is missing)", place=str(folder), remedy=_rebuild(folder)) from None
    except OSError as error:
        raise StoreError(
            error.strerror or str(error), place=str(folder), remedy="name the folder of a store"
        ) from error
    except ValueError as error:
        raise _damaged(folder, f"{MARKER} cannot be read") from error
    if marker.get("format") != FORMAT:
        remedy = f"use the version that wrote it, or a new folder: {_rebuild('NEW')}"
        raise StoreError(
            f"has the format {marker.get('format')!r}, this version reads {FORMAT}", place=str(folder), remedy=remedy
        )


def _current(folder: Path) -> str:
    """Name of the published generation; StoreError where there is none."""
    try:
        name = _read(folder / CURRENT).get("generation")
    except FileNotFoundError:
        raise StoreError("holds no finished graph", place=str(folder), remedy=_rebuild(folder)) from None
    except (OSError, ValueError) as error:
        raise _damaged(folder, f"{CURRENT} cannot be read") from error
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _damaged(folder, f"{CURRENT} names no generation")
    return name


def _current_or_none(folder: Path) -> str | None:
    try:
        return _current(folder)
    except StoreError:
        return None


def _reader_lock(generation: Path) -> int | None:
    """A lock that keeps this generation from being removed; None where it has been removed in this moment."""
    if generation.is_symlink() or (generation / "oxigraph").is_symlink():
        raise OSError(errno.ELOOP, "is a link")
    handle = os.open(generation / "readers", os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        if os.path.samestat(os.fstat(handle), (generation / "readers").stat()):
            return handle
    except FileNotFoundError:
        pass
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None


def _read(path: Path) -> dict[str, Any]:
    content = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(content, dict):
        raise ValueError(f"{path.name} is no object")
    return content


def _read_manifest(folder: Path, generation: Path) -> Manifest:
    try:
        content = _read(generation / "manifest.json")
        if content.pop("format") != FORMAT:
            raise ValueError("another format")
        manifest = Manifest(**content)
        for field in fields(Manifest):
            if type(getattr(manifest, field.name)).__name__ != field.type:
                raise ValueError(field.name)
        return manifest
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise _damaged(folder, f"manifest.json of {generation.name} cannot be read") from error


def _read_only(generation: Path) -> Any:
    import pyoxigraph

    return pyoxigraph.Store.read_only(os.fspath(generation / "oxigraph"))


def _count(generation: Path) -> int:
    try:
        return len(_read_only(generation))
    except (OSError, RuntimeError) as error:
        raise _damaged(generation.parent.parent, f"the quads cannot be read: {_brief(error)}") from error


def _files(generation: Path) -> dict[str, list[int | str]]:
    """Size and SHA-256 of each file that holds data; the engine's notes to itself are left out."""
    out: dict[str, list[int | str]] = {}
    for file in sorted((generation / "oxigraph").iterdir()):
        if not file.name.startswith(("LOG", "LOCK")):
            with open(file, "rb") as stream:
                out[file.name] = [file.stat().st_size, hashlib.file_digest(stream, "sha256").hexdigest()]
    return out


def _verify(store: Store, generation: Path) -> list[Finding]:
    folder = generation.parent.parent
    place, remedy = str(folder), _rebuild(folder)
    try:
        expected, found = _read(generation / "files.json"), _files(generation)
    except (OSError, ValueError) as error:
        return [Finding(place, f"the files of {generation.name} cannot be read: {_brief(error)}", remedy)]
    findings = [
        Finding(place, f"{generation.name}/oxigraph/{name} is {how}", remedy)
        for how, names in (
            ("missing", expected.keys() - found.keys()),
            ("not of this store", found.keys() - expected.keys()),
            ("changed", {name for name in expected.keys() & found.keys() if expected[name] != found[name]}),
        )
        for name in sorted(names)
    ]
    return findings + _verify_content(store, place, remedy)


def _verify_content(store: Store, place: str, remedy: str = "build it again") -> list[Finding]:
    digest, quads, graphs = hashlib.sha256(), 0, 0
    try:
        for block in store._canonical(store.graphs()):
            digest.update(block)
            quads += block.count(b"\n")
            graphs += 1
    except (OSError, RuntimeError, ValueError) as error:
        return [Finding(place, f"the quads cannot be read: {_brief(error)}", remedy)]
    manifest = store.manifest
    return [
        Finding(place, f"{what} is {found}, published was {expected}", remedy)
        for what, found, expected in (
            ("the number of quads", quads, manifest.quads),
            ("the number of graphs", graphs, manifest.graphs),
            ("sha256", digest.hexdigest(), manifest.digest),
        )
        if found != expected
    ]


def _brief(error: Exception) -> str:
    return str(error).partition("\n")[0][:200]


def _rebuild(folder: Path | str) -> str:
    return f"kg build CORPUS… --store {folder}"


def _damaged(folder: Path, found: str) -> StoreError:
    return StoreError(found, place=str(folder), remedy=_rebuild(folder))


# -- for rdflib ----------------------------------------------------------------------------------------------------------


class _Nodes(dict[Any, Any]):
    """rdflib terms by terms of the engine, each made once."""

    def __missing__(self, term: Any) -> Any:
        node = self[term] = _node(Term(*plain_term(term)))
        return node


def _node(term: Term) -> Any:
    from rdflib import BNode, Literal, URIRef

    if term.kind == "iri":
        return URIRef(term.value)
    if term.kind == "blank":
        return BNode(term.value)
    # normalize=False: a literal keeps the form that the text gave it.
    return Literal(term.value, term.language or None, URIRef(term.datatype) if term.datatype else None, normalize=False)


def _term(node: Any) -> Term:
    from rdflib import BNode, Literal

    if isinstance(node, Literal):
        return Term("literal", str(node), str(node.datatype or "") if not node.language else "", node.language or "")
    return Term("blank" if isinstance(node, BNode) else "iri", str(node))


def _rdflib_store(store: Store) -> Any:
    """An oxrdflib store that only reads, and asks as `Store.query` does."""
    from oxrdflib import OxigraphStore
    from rdflib import Graph, URIRef, Variable
    from rdflib.query import Result

    def refuse(*_: object, **__: object) -> Any:
        raise StoreError(
            "the store is read-only", remedy="kg build makes a new one; copy to an rdflib Graph to change it"
        )

    class ReadOnlyStore(OxigraphStore):
        add = addN = remove = remove_graph = update = open = destroy = refuse

        def add_graph(self, graph: Graph) -> None:
            """Nothing: rdflib calls this for every graph that is only looked at."""

        def close(self, commit_pending_transaction: bool = False) -> None:
            """Nothing: the store belongs to whoever opened it."""

        def query(self, query: Any, initNs: Any, initBindings: Any, queryGraph: Any, **_: object) -> Result:  # noqa: N803
            if not isinstance(query, str):
                # A NotImplementedError would make rdflib answer by itself, loading what FROM names from anywhere.
                raise QueryError("a prepared query cannot be asked here", remedy="pass its text")
            prefixes = {**self._namespace_for_prefix, **(initNs or {})}
            used = [f"PREFIX {name}: <{iri}>" for name, iri in prefixes.items() if f"{name}:" in query]
            text = " ".join([*used, query])
            guard.check(text)
            bindings = {str(name): _term(node) for name, node in (initBindings or {}).items()}
            graph = str(queryGraph) if isinstance(queryGraph, URIRef) else ""
            answer = store._worker.run(text, Limits(), bindings, graph)
            if answer.kind == "ask":
                result = Result("ASK")
                result.askAnswer = answer.boolean
            elif answer.kind == "graph":
                result = Result("CONSTRUCT")
                result.graph = Graph()
                for triple in answer.triples:
                    result.graph.add((_node(triple[0]), _node(triple[1]), _node(triple[2])))
            else:
                result = Result("SELECT")
                result.vars = [Variable(name) for name in answer.columns]
                result.bindings = [
                    {variable: _node(term) for variable, term in zip(result.vars, row, strict=True) if term is not None}
                    for row in answer.rows
                ]
            return result

    return ReadOnlyStore(store=store._local())

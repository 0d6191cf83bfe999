"""RO-Crate 1.1: a whole study as one folder or one zip file, with the metadata that say what is in it.

In it: the graph as canonical N-Quads, the ontology with vocabularies, shapes and alignments, the named questions, a read-me, and
the corpus where it is given. Same study, same bytes: no clock, entries sorted and stored uncompressed (compressors differ between
versions), and the only dates are those of the documents.
"""

from __future__ import annotations

import io
import json
import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePosixPath
from typing import Any, Protocol
from urllib.parse import quote

from kg.errors import InputError
from kg.export.rdf import Exportable, nquads
from kg.namespaces import ONTOLOGY, ONTOLOGY_VERSION
from kg.query import Asked, as_texts, ask, named_queries
from kg.resources import ontology_dir


class Study(Exportable, Asked, Protocol):
    """A store that can be both exported and asked."""


@dataclass(frozen=True, slots=True)
class About:
    """What the graph cannot say of a study: its title, who made it (a name or an IRI), its licence (an IRI), its corpora."""

    title: str = ""
    creator: str = ""
    license: str = ""
    corpora: tuple[Path, ...] = ()


@dataclass(slots=True)
class Entry:
    """One file of the crate: its path there, what it is, and its content, chunk by chunk."""

    path: str
    chunks: Callable[[], Iterable[bytes]]
    facts: dict[str, Any] = field(default_factory=dict)


_MEDIA = {
    ".nq": "application/n-quads",
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".rq": "application/sparql-query",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".json": "application/json",
    ".xml": "application/xml",
    ".xmi": "application/xml",
    ".ann": "text/plain",
}
_METADATA = "ro-crate-metadata.json"


def write_folder(store: Study, about: About, folder: Path) -> None:
    """Write the crate as a folder: complete, or not at all. Raises InputError where something is there already."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            "is there already and not empty", place=str(folder), remedy="name a new folder, or a file ending in .zip"
        )
    beside = folder.with_name(f".kg-{os.getpid()}-{folder.name}")
    try:
        beside.mkdir()
        for path, chunks in _contents(store, about):
            target = beside.joinpath(*PurePosixPath(path).parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with open(target, "wb") as out:
                out.writelines(chunks)
        beside.replace(folder)
    except OSError as error:
        found = error.strerror or str(error)
        raise InputError(
            found, place=str(folder), remedy="see whether its parent exists and the disk has room"
        ) from error
    finally:
        _remove(beside)


def zipped(store: Study, about: About) -> Iterator[bytes]:
    """The crate as the bytes of a zip file."""
    buffer = _Buffer()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for path, chunks in _contents(store, about):
            info = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
            with archive.open(info, "w", force_zip64=True) as out:
                for chunk in chunks:
                    out.write(chunk)
                    yield buffer.take()
    yield buffer.take()


class _Buffer(io.RawIOBase):
    """A file that cannot seek and holds what was not taken yet."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def _remove(folder: Path) -> None:
    if folder.is_dir():
        import shutil

        shutil.rmtree(folder, ignore_errors=True)


def _contents(store: Study, about: About) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Path and content of every file; the metadata last, since they hold the sizes and digests of the others."""
    entries = [*_of_study(store, about), *_of_corpora(about.corpora)]
    entries.sort(key=lambda entry: entry.path)
    measured: list[tuple[Entry, int, str]] = []
    for entry in entries:
        meter = _Meter(entry.chunks())
        yield entry.path, meter
        measured.append((entry, meter.size, meter.digest.hexdigest()))
    yield _METADATA, [_metadata(store, about, measured)]


class _Meter:
    """Chunks, counted and hashed while they pass."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks, self.size, self.digest = chunks, 0, sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            self.digest.update(chunk)
            yield chunk


# -- what is in it -------------------------------------------------------------------------------------------------------


def _of_study(store: Study, about: About) -> Iterator[Entry]:
    graph: dict[str, Any] = {"name": "The graph", "description": "Canonical N-Quads, sorted; one named graph per text."}
    graph["conformsTo"] = {"@id": f"{ONTOLOGY}/{ONTOLOGY_VERSION}"}
    yield Entry("data/graph.nq", lambda: nquads(store), graph)
    yield Entry("README.md", lambda: [_read_me(about).encode()], {"name": "How to use this study"})
    home = ontology_dir()
    for part in ("*.ttl", "*.jsonld", "vocab/*.ttl", "shapes/*.ttl", "alignments/*.ttl"):
        for path in home.glob(part):
            yield Entry(
                f"ontology/{path.relative_to(home).as_posix()}", _reading(path), {"name": f"Ontology: {path.stem}"}
            )
    for name, query in named_queries().items():
        if not query.internal:
            facts = {"@type": ["File", "SoftwareSourceCode"], "name": name, "description": query.question}
            yield Entry(f"queries/{name}.rq", partial(_of_text, query.sparql), facts)


def _of_text(text: str) -> list[bytes]:
    return [text.encode()]


def _of_corpora(corpora: Iterable[Path]) -> Iterator[Entry]:
    """Regular files of corpus folders, each below its folder's name. Links and hidden files stay out, as in a build."""
    taken: set[str] = set()
    for corpus in corpora:
        if not corpus.is_dir():
            raise InputError("is no folder", place=str(corpus), remedy="name the folder of the corpus")
        name = corpus.resolve().name
        if name in taken:
            raise InputError(f"a second corpus is called {name}", place=str(corpus), remedy="rename one of the folders")
        taken.add(name)
        for home, folders, files in os.walk(corpus):
            folders[:] = [one for one in folders if not one.startswith(".")]
            for one in files:
                path = Path(home, one)
                if one.startswith(".") or not stat.S_ISREG(path.lstat().st_mode):
                    continue
                inside = path.relative_to(corpus).as_posix()
                try:
                    inside.encode()
                except UnicodeEncodeError:
                    raise InputError("its name is not UTF-8", place=ascii(str(path)), remedy="rename it") from None
                yield Entry(f"corpus/{name}/{inside}", _reading(path), {"name": inside})


def _reading(path: Path) -> Callable[[], Iterable[bytes]]:
    def read() -> Iterator[bytes]:
        with open(path, "rb") as file:
            while chunk := file.read(1 << 20):
                yield chunk

    return read


def _read_me(about: About) -> str:
    corpus = "- `corpus/`: the texts and their annotation.\n" if about.corpora else ""
    return (
        f"# {_title(about)}\n\n"
        "A knowledge graph of diplomatic processes in which every assertion leads back to the sentence that makes it.\n\n"
        "- `data/graph.nq`: the graph as N-Quads, one named graph per text; any RDF store loads it.\n"
        "- `ontology/`: the classes, properties and controlled values it uses, with definitions, shapes and alignments.\n"
        "- `queries/`: named questions in SPARQL. `$name` inside a VALUES block is a parameter: put a term there, or UNDEF; the\n"
        "  prefixes are those of `ontology/context.jsonld`.\n"
        f"{corpus}"
        f"- `{_METADATA}`: this list for machines (RO-Crate 1.1), with sizes and SHA-256 digests.\n"
    )


def _title(about: About) -> str:
    return " ".join(about.title.split()) or "A study of diplomatic processes"


# -- the metadata --------------------------------------------------------------------------------------------------------


def _metadata(store: Study, about: About, measured: list[tuple[Entry, int, str]]) -> bytes:
    documents = list(as_texts(ask(store, "documents")))
    files = [_file(entry, size, digest) for entry, size, digest in measured]
    dates = [row["published"] for row in documents if row["published"]]
    root: dict[str, Any] = {
        "@id": "./",
        "@type": "Dataset",
        "name": _title(about),
        "description": f"What {len(documents)} documents say, as a graph with a sentence behind each assertion.",
        "datePublished": max(dates, default=""),
        "license": {"@id": about.license} if about.license else "No licence is stated: ask who made this study.",
        "hasPart": [{"@id": file["@id"]} for file in files],
        "citation": [{"@id": row["document"]} for row in _distinct(documents)],
        "conformsTo": {"@id": f"{ONTOLOGY}/{ONTOLOGY_VERSION}"},
    }
    if not dates:
        del root["datePublished"]
    descriptor = {
        "@id": _METADATA,
        "@type": "CreativeWork",
        "about": {"@id": "./"},
        "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
    }
    graph: list[dict[str, Any]] = [descriptor, root, *files]
    if about.creator:
        creator = about.creator if about.creator.startswith(("https://", "http://")) else "#creator"
        root["creator"] = {"@id": creator}
        person = {"@id": creator, "@type": "Person"}
        graph.append(person if creator == about.creator else {**person, "name": about.creator})
    if about.license:
        graph.append({"@id": about.license, "@type": "CreativeWork", "name": about.license})
    graph.append(
        {"@id": f"{ONTOLOGY}/{ONTOLOGY_VERSION}", "@type": "CreativeWork", "name": "The diplomatic-kg ontology"}
    )
    graph.append(_software())
    graph += [_document(row) for row in _distinct(documents)]
    context = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://schema.org/sha256"}]
    return (json.dumps({"@context": context, "@graph": graph}, ensure_ascii=False, indent=1) + "\n").encode()


def _file(entry: Entry, size: int, digest: str) -> dict[str, Any]:
    path = PurePosixPath(entry.path)
    kind = _MEDIA.get(path.suffix.lower(), "application/octet-stream")
    out = {
        "@id": quote(entry.path),
        "@type": "File",
        "encodingFormat": kind,
        "contentSize": str(size),
        "sha256": digest,
    }
    return out | entry.facts


def _distinct(rows: Iterable[dict[str, str]]) -> list[dict[str, str]]:
    """One row per document, in the order of their IRIs."""
    found: dict[str, dict[str, str]] = {}
    for row in rows:
        found.setdefault(row["document"], row)
    return [found[key] for key in sorted(found)]


def _document(row: dict[str, str]) -> dict[str, Any]:
    facts = {
        "@id": row["document"],
        "@type": "NewsArticle",
        "name": row["title"],
        "publisher": row["publisher"],
        "datePublished": row["published"],
        "inLanguage": row["language"],
        "url": row["url"],
    }
    return {name: value for name, value in facts.items() if value}


def _software() -> dict[str, Any]:
    facts = {"@id": "#diplomatic-kg", "@type": "SoftwareApplication", "name": "diplomatic-kg"}
    try:
        return facts | {"softwareVersion": version("diplomatic-kg")}
    except PackageNotFoundError:  # A bare checkout.
        return facts

"""From corpus folders to a published store: reading, building and storing as one stream.

Documents pass one by one in the order of their graphs, so that memory does not grow with the text and the same corpus gives
the same bytes whatever the order of the file system.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kg.builder import build_document, graph_iri
from kg.corpus import Item, find_documents, read_document
from kg.errors import Finding, InputError
from kg.files import write_atomically
from kg.linking import Reference, link_by_reference
from kg.namespaces import BASE
from kg.registry import Entry, Registry, load_registry
from kg.registry_graph import build_registry
from kg.resources import registry_dir
from kg.store import Store
from kg.terms import iri

Progress = Callable[[int, int], None]
"""Called with the number of documents done and the number there are."""


@dataclass(slots=True)
class Report:
    """What a build did. unregistered counts, per kind and name, the documents that use a name no registry has."""

    documents: int = 0
    quads: int = 0
    findings: list[Finding] = field(default_factory=list)
    unregistered: dict[tuple[str, str], int] = field(default_factory=dict)
    registry: str = ""
    digest: str = ""

    @property
    def left_out(self) -> int:
        """How many things of the input are not in the graph."""
        return sum(finding.lost for finding in self.findings)


def build(
    folders: list[Path],
    store: Path,
    *,
    registry: Path | None = None,
    base: str = BASE,
    progress: Progress | None = None,
) -> Report:
    """Build corpus folders into the store folder and publish the result; an earlier graph stays until it is complete.

    registry is a folder with actors.tsv and venues.tsv; by default the one inside or beside the first corpus folder, else the
    one that comes with the package. Raises InputError or StoreError; single faults of the input are in the report.
    """
    report = Report()
    stream = quads(folders, report, registry=registry, base=base, progress=progress)
    manifest = Store.build(store, stream, base=base, documents=lambda: report.documents)
    report.digest = manifest.digest
    return report


def build_in_memory(
    folders: list[Path], *, registry: Path | None = None, base: str = BASE, progress: Progress | None = None
) -> tuple[Store, Report]:
    """The same graph in memory, for a notebook or a test."""
    report = Report()
    stream = quads(folders, report, registry=registry, base=base, progress=progress)
    store = Store.in_memory(stream, base=base)
    report.digest = store.digest
    return store, report


def write_nquads(
    folders: list[Path],
    file: Path,
    *,
    registry: Path | None = None,
    base: str = BASE,
    progress: Progress | None = None,
) -> Report:
    """Write the same graph as canonical N-Quads, without a store. The file appears when it is complete."""
    report = Report()
    write_atomically(file, quads(folders, report, registry=registry, base=base, progress=progress))
    return report


def quads(
    folders: list[Path],
    report: Report,
    *,
    registry: Path | None = None,
    base: str = BASE,
    progress: Progress | None = None,
) -> Iterator[bytes]:
    """Blocks of canonical N-Quads, one per graph, in canonical order; the report is filled as they are taken."""
    check_base(base)
    names, found_at = find_registry(folders, registry)
    report.registry = found_at
    entries, findings = load_registry(names) if names else (Registry(), [])
    report.findings += findings
    corpus = find_documents(folders)
    report.findings += corpus.findings
    used: dict[str, Entry] = {}
    references: list[Reference] = []
    items = sorted(corpus.items, key=lambda item: graph_iri(item.id, base))
    for done, item in enumerate(items):
        if progress is not None:
            progress(done, len(items))
        block = _one(item, entries, base, report, used, references)
        if block:
            yield block
    if progress is not None:
        progress(len(items), len(items))
    conclusions, findings = link_by_reference(references, base)
    report.findings += findings
    for block in (conclusions, build_registry(used.values(), entries, base)):
        report.quads += block.count(b"\n")
        if block:
            yield block


def _one(
    item: Item,
    registry: Registry,
    base: str,
    report: Report,
    used: dict[str, Entry],
    references: list[Reference],
) -> bytes:
    try:
        document, findings = read_document(item)
    except InputError as error:
        report.findings.append(Finding(error.place, error.found, error.remedy))
        return b""
    graph = build_document(document, registry, base)
    report.documents += 1
    report.quads += graph.count
    report.findings += findings
    report.findings += graph.findings
    used.update((entry.id, entry) for entry in graph.registered)
    references += graph.references
    for name in graph.unregistered:
        report.unregistered[name] = report.unregistered.get(name, 0) + 1
    return graph.quads


def find_registry(folders: list[Path], registry: Path | None) -> tuple[Path | None, str]:
    """The registry folder to use, and how it was found."""
    if registry is not None:
        return registry, "as asked"
    for folder in folders:
        for candidate in (folder / "registry", folder.parent / "registry"):
            if (candidate / "actors.tsv").is_file() or (candidate / "venues.tsv").is_file():
                return candidate, "of the corpus"
    return registry_dir(), "that comes with the package"


def check_base(base: str) -> None:
    """Refuse a base for which no IRI can be minted."""
    try:
        iri(base)
    except ValueError:
        raise InputError(f"{base!r} is no IRI", place="--base", remedy="for example https://example.org/id/") from None
    if not base.endswith(("/", "#")):
        raise InputError(f"{base!r} does not end with / or #", place="--base", remedy=f"write {base}/")

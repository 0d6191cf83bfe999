"""From corpus folders to a published store: reading, building and storing as one stream.

Documents pass one by one in the order of their graphs, so that memory does not grow with the text and the same corpus gives
the same bytes whatever the order of the file system.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path
from typing import Any

from kg.builder import build_document, graph_iri
from kg.conclusions import Leads, conclude
from kg.corpus import Item, find_documents, read_document
from kg.decisions import FILE as DECISIONS
from kg.decisions import read_decisions
from kg.documents import Source
from kg.errors import Finding, InputError
from kg.files import write_atomically
from kg.formats.reading import Found
from kg.holdings import Holding
from kg.mapping import Uncovered
from kg.namespaces import BASE
from kg.processes import share_out
from kg.registry import Entry, Registry, load_registry
from kg.registry_graph import build_registry
from kg.resources import registry_dir
from kg.store import Store
from kg.terms import iri

Progress = Callable[[int, int], None]
"""Called with the number of documents done and the number there are."""

BATCH = 32
"""Documents built in one go: enough to hide the talk between processes, few enough to hold in memory."""

SHARED_FROM = 256
"""From so many documents on, a build is worth the start of further processes."""


@dataclass(slots=True)
class Report:
    """What a build did. unregistered counts, per kind and name, the documents that use a name no registry has."""

    documents: int = 0
    quads: int = 0
    findings: list[Finding] = field(default_factory=list)
    unregistered: dict[tuple[str, str], int] = field(default_factory=dict)
    uncovered: Uncovered = field(default_factory=Uncovered)
    """What mappings do not cover: kind and label → how often it was left out."""
    registry: str = ""
    digest: str = ""

    @property
    def left_out(self) -> int:
        """How many things of the input are not in the graph."""
        return sum(finding.lost for finding in self.findings) + self.uncovered.total()


def build(
    folders: list[Path],
    store: Path,
    *,
    registry: Path | None = None,
    base: str = BASE,
    progress: Progress | None = None,
    annotators: Sequence[str] = (),
    mapping: str = "",
) -> Report:
    """Build corpus folders into the store folder and publish the result; an earlier graph stays until it is complete.

    registry is a folder with actors.tsv and venues.tsv; by default the one inside or beside the first corpus folder, else
    the one that comes with the package. annotators are those whose work is used where several annotated a text, the first
    one most; mapping is a mapping file, or the name of a shipped one. Raises InputError or StoreError; single faults of the
    input are in the report.
    """
    for folder in folders:
        if store.resolve().is_relative_to(folder.resolve()):
            found = f"lies inside the corpus {folder}, and input folders are never written to"
            raise InputError(found, place=str(store), remedy="choose a folder beside the corpus")
    report = Report()
    stream = quads(
        folders, report, registry=registry, base=base, progress=progress, annotators=annotators, mapping=mapping
    )
    manifest = Store.build(store, stream, base=base, documents=lambda: report.documents)
    report.digest = manifest.digest
    return report


def build_in_memory(
    folders: list[Path],
    *,
    registry: Path | None = None,
    base: str = BASE,
    progress: Progress | None = None,
    annotators: Sequence[str] = (),
    mapping: str = "",
) -> tuple[Store, Report]:
    """The same graph in memory, for a notebook or a test."""
    report = Report()
    stream = quads(
        folders, report, registry=registry, base=base, progress=progress, annotators=annotators, mapping=mapping
    )
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
    annotators: Sequence[str] = (),
    mapping: str = "",
) -> Report:
    """Write the same graph as canonical N-Quads, without a store. The file appears when it is complete."""
    report = Report()
    write_atomically(
        file,
        quads(folders, report, registry=registry, base=base, progress=progress, annotators=annotators, mapping=mapping),
    )
    return report


def quads(
    folders: list[Path],
    report: Report,
    *,
    registry: Path | None = None,
    base: str = BASE,
    progress: Progress | None = None,
    processes: int | None = None,
    annotators: Sequence[str] = (),
    mapping: str = "",
) -> Iterator[bytes]:
    """Blocks of canonical N-Quads, one per graph, in canonical order; the report is filled as they are taken.

    processes is how many build at once; by default as many as there are processors, one for a small corpus.
    """
    check_base(base)
    names, found_at = find_registry(folders, registry)
    report.registry = found_at
    entries, findings = load_registry(names) if names else (Registry(), [])
    report.findings += findings
    corpus = find_documents(folders, annotators=annotators, mapping=mapping)
    report.findings += corpus.findings
    items = sorted(corpus.items, key=lambda item: graph_iri(item.id, base))
    used: dict[str, Entry] = {}
    leads = Leads()
    done = 0
    for batch in _batches(items, names, entries, base, processes or _cpus()):
        if progress is not None:
            progress(done, len(items))
        done += BATCH
        report.documents += batch.documents
        report.findings += batch.findings
        leads.add(batch.leads)
        used.update((identifier, entries.by_id[identifier]) for identifier in batch.registered)
        for name in batch.leads.named:
            key = (name.kind, name.name)
            report.unregistered[key] = report.unregistered.get(key, 0) + 1
        report.uncovered.update(batch.uncovered)
        report.quads += batch.quads
        yield from batch.blocks
    if progress is not None:
        progress(len(items), len(items))
    decisions, findings = read_decisions(folders, base)
    report.findings += findings
    conclusions, unheeded = conclude(leads, decisions, entries, base)
    report.findings += [Finding(*one, lost=one[0].startswith(DECISIONS)) for one in unheeded]
    for block in (conclusions, build_registry(used.values(), entries, base)):
        report.quads += block.count(b"\n")
        if block:
            yield block


@dataclass(slots=True)
class Batch:
    """What some documents gave: one block of quads per graph, and what the report and the other graphs need of them."""

    documents: int = 0
    quads: int = 0
    blocks: list[bytes] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    registered: list[str] = field(default_factory=list)
    leads: Leads = field(default_factory=Leads)
    uncovered: Uncovered = field(default_factory=Uncovered)


def build_batch(items: Iterable[Item], registry: Registry, base: str) -> Batch:
    """Read and build some documents. A text that cannot be read is a finding, never the end of the build."""
    batch = Batch()
    registered: dict[str, None] = {}
    for item in items:
        try:
            document, findings, uncovered = read_document(item)
        except InputError as error:
            batch.findings.append(Finding(error.place, error.found, error.remedy))
            continue
        graph = build_document(document, registry, base)
        batch.documents += 1
        batch.quads += graph.count
        batch.blocks.append(graph.quads)
        batch.findings += findings
        batch.findings += graph.findings
        batch.leads.add(graph.leads)
        batch.uncovered.update(uncovered)
        registered.update((entry.id, None) for entry in graph.registered)
    batch.registered = list(registered)
    return batch


def _batches(items: list[Item], names: Path | None, registry: Registry, base: str, processes: int) -> Iterator[Batch]:
    parts = (items[start : start + BATCH] for start in range(0, len(items), BATCH))
    if processes < 2 or len(items) < SHARED_FROM:
        yield from (build_batch(part, registry, base) for part in parts)
        return
    setting = {"registry": str(names.absolute()) if names else None, "base": base}
    questions = ([_item_to_json(item) for item in part] for part in parts)
    try:
        for reply, quads in share_out("kg.building:_answerer", setting, questions, processes):
            yield _batch_from_json(reply, quads)
    except ChildProcessError as error:
        raise InputError(str(error), place="kg build", remedy="see whether memory ran out, then build again") from None


def _answerer(setting: dict[str, Any]) -> Callable[[list[Any]], tuple[Any, bytes]]:
    """The same work in a process of its own: items as JSON in, a batch as JSON and its quads out."""
    registry = load_registry(Path(setting["registry"]))[0] if setting["registry"] else Registry()

    def answer(items: list[Any]) -> tuple[Any, bytes]:
        batch = build_batch(map(_item_from_json, items), registry, setting["base"])
        quads = b"".join(batch.blocks)
        reply = {
            "documents": batch.documents,
            "quads": batch.quads,
            "sizes": [len(block) for block in batch.blocks],
            "findings": [astuple(finding) for finding in batch.findings],
            "registered": batch.registered,
            "leads": batch.leads.to_json(),
            "uncovered": [(kind, label, number) for (kind, label), number in batch.uncovered.items()],
        }
        return reply, quads

    return answer


def _batch_from_json(reply: dict[str, Any], quads: bytes) -> Batch:
    blocks, start = [], 0
    for size in reply["sizes"]:
        blocks.append(quads[start : start + size])
        start += size
    return Batch(
        documents=reply["documents"],
        quads=reply["quads"],
        blocks=blocks,
        findings=[Finding(*finding) for finding in reply["findings"]],
        registered=reply["registered"],
        leads=Leads.from_json(reply["leads"]),
        uncovered=Uncovered({(kind, label): number for kind, label, number in reply["uncovered"]}),
    )


def _item_to_json(item: Item) -> Any:
    source = asdict(item.source) if item.source else None
    held = None
    if item.held is not None:
        inside = bool(item.held.member)
        companion = item.held.companion if inside or not item.held.companion else os.path.abspath(item.held.companion)
        held = [item.held.found, item.held.format, os.path.abspath(item.held.file), item.held.member, companion]
    return [
        item.id,
        os.path.abspath(item.text),
        [os.path.abspath(name) for name in item.annotations],
        source,
        item.corpus,
        held,
        item.mapping and os.path.abspath(item.mapping),
    ]


def _item_from_json(value: Any) -> Item:
    identifier, text, annotations, source, corpus, held, mapping = value
    known = Source(**source | {"derived_from": tuple(source["derived_from"])}) if source else None
    place = Holding(Found(*held[0]), *held[1:]) if held else None
    return Item(identifier, text, tuple(annotations), known, corpus, place, mapping)


def _cpus() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


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

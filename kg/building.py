"""From corpus folders to a published store: reading, building and storing as one stream.

Documents pass one by one in the order of their graphs, so that memory does not grow with the text and the same corpus gives
the same bytes whatever the order of the file system. What has not changed since the last build is taken from its ledger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg import fingerprints, increments, tables
from kg.batches import BATCH, build_all, processors
from kg.blocks import Stream
from kg.builder import graph_iri
from kg.conclusions import conclude
from kg.corpus import Item, find_documents
from kg.decisions import FILE as DECISIONS
from kg.decisions import read_decisions
from kg.errors import Finding, InputError
from kg.files import write_atomically
from kg.generations import Manifest
from kg.leads import Leads
from kg.ledger import FILE as LEDGER
from kg.ledger import Ledger, Record, read_ledger, write_ledger
from kg.mapping import Uncovered
from kg.namespaces import BASE
from kg.publishing import Site, site
from kg.registry import Entry, Registry, load_registry
from kg.registry_graph import build_registry
from kg.resources import registry_dir
from kg.store import Store
from kg.terms import iri

Progress = Callable[[int, int], None]
"""Called with the number of documents done and the number there are."""

MOST_CHANGED = 0.25
"""Share of documents up to which changes are written into what is there; beyond it, loading everything anew is faster."""

MOST_STALE = 0.5
"""Share of exchanged quads up to which the engine's files are carried on; beyond it, they are written anew."""


@dataclass(slots=True)
class Report:
    """What a build did. unregistered counts, per kind and name, the documents that use a name no registry has.

    built is how many documents were read and built; of the others, nothing they depend on has changed since the last build.
    """

    documents: int = 0
    built: int = 0
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
    anew: bool = False,
) -> Report:
    """Build corpus folders into the store folder and publish the result; an earlier graph stays until it is complete.

    Documents that have not changed since the last build are not built again; the result is the same as if they were, and with
    anew they are. registry is a folder with actors.tsv and venues.tsv; by default the one inside or beside the first corpus
    folder, else the one that comes with the package. annotators are those whose work is used where several annotated a text,
    the first one most; mapping is a mapping file, or the name of a shipped one. Raises InputError or StoreError; single faults
    of the input are in the report.
    """
    for folder in folders:
        if store.resolve().is_relative_to(folder.resolve()):
            found = f"lies inside the corpus {folder}, and input folders are never written to"
            raise InputError(found, place=str(store), remedy="choose a folder beside the corpus")
    report = Report()
    job = _Job(folders, report, registry, base, progress, annotators, mapping)
    with site(store) as here:
        manifest = _publish(job, here, anew)
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
    yield from _Job(folders, report, registry, base, progress, annotators, mapping).blocks({}, processes)


class _Job:
    """What is to be built: the documents found, in canonical order, and what they are built with."""

    def __init__(
        self,
        folders: list[Path],
        report: Report,
        registry: Path | None,
        base: str,
        progress: Progress | None,
        annotators: Sequence[str],
        mapping: str,
    ) -> None:
        check_base(base)
        self.report, self.base, self.folders, self.progress = report, base, folders, progress
        self.names, report.registry = find_registry(folders, registry)
        # Before the tables are read, so that one that changes meanwhile counts as changed in the next build.
        self.setting = fingerprints.of_setting(base, self.names)
        self.registry, findings = load_registry(self.names) if self.names else (Registry(), [])
        report.findings += findings
        corpus = find_documents(folders, annotators=annotators, mapping=mapping)
        report.findings += corpus.findings
        self.items = sorted(corpus.items, key=lambda item: graph_iri(item.id, base))
        self.records: dict[str, Record] = {}

    def unchanged(self, earlier: Ledger) -> dict[str, Record]:
        """The records of an earlier build that still hold."""
        if earlier.setting != self.setting:
            return {}
        kept = {}
        for item in self.items:
            record = earlier.records.get(item.id)
            if record is not None and record.inputs and record.inputs == fingerprints.of_item(item):
                kept[item.id] = record
        return kept

    def blocks(self, kept: dict[str, Record], processes: int | None = None) -> Iterator[bytes]:
        """The graphs of all documents but those kept, then the graphs over all documents. Fills the report and the records."""
        to_build = [item for item in self.items if item.id not in kept]
        built = build_all(to_build, self.names, self.registry, self.base, processes or processors())
        for done, item in enumerate(self.items):
            if self.progress is not None and done % BATCH == 0:
                self.progress(done, len(self.items))
            record, block = (kept[item.id], b"") if item.id in kept else next(built)
            self._note(item, record)
            if block:
                yield block
        if self.progress is not None:
            self.progress(len(self.items), len(self.items))
        self.report.built = len(to_build)
        yield from self._over_all()

    def _note(self, item: Item, record: Record) -> None:
        self.records[item.id] = record
        self.report.findings += record.findings
        self.report.quads += record.quads
        self.report.documents += bool(record.graph)
        self.report.uncovered.update(record.uncovered)
        for name in record.leads.named:
            key = (name.kind, name.name)
            self.report.unregistered[key] = self.report.unregistered.get(key, 0) + 1

    def _over_all(self) -> Iterator[bytes]:
        """The graphs of conclusions and of the registry."""
        decisions, findings = read_decisions(self.folders, self.base)
        self.report.findings += findings
        leads = Leads()
        used: dict[str, Entry] = {}
        for record in self.records.values():
            leads.add(record.leads)
            used.update((identifier, self.registry.by_id[identifier]) for identifier in record.registered)
        conclusions, unheeded = conclude(leads, decisions, self.registry, self.base)
        self.report.findings += [Finding(*one, lost=one[0].startswith(DECISIONS)) for one in unheeded]
        for block in (conclusions, build_registry(used.values(), self.registry, self.base)):
            self.report.quads += block.count(b"\n")
            if block:
                yield block


def _publish(job: _Job, here: Site, anew: bool) -> Manifest:
    """Build into the site what has changed, or everything, and publish it with its ledger."""
    found = None if anew else here.earlier()
    ledger = read_ledger(found[1]) if found else None
    writer = earlier = None
    if tables.available():
        from kg.tables.kept import Writer, read_tables

        writer = Writer()
        earlier = read_tables(found[1], found[0].digest) if found else None
    kept: dict[str, Record] = {}
    # A generation without tables, where there are to be some, is built anew.
    if found and ledger and ledger.digest == found[0].digest and (writer is None or earlier is not None):
        kept = job.unchanged(ledger)
        changed = len(job.items) - len(kept) + len(ledger.records.keys() - {item.id for item in job.items})
        if changed > MOST_CHANGED * len(job.items) or ledger.stale > MOST_STALE * found[0].quads:
            kept = {}
    blocks = job.blocks(kept)
    stream = Stream(blocks if writer is None else writer.passing(blocks))
    if kept and found and ledger:
        graphs = {record.graph for record in kept.values() if record.graph}
        grown = increments.grow(here, found[1], stream, ledger.digests, graphs)
        digests, stale, count = (
            grown.digests,
            ledger.stale + grown.removed,
            found[0].quads + grown.added - grown.removed,
        )
    else:
        here.load(stream)
        digests, stale, count, earlier = stream.digests, 0, stream.quads, None
    manifest = Manifest.of(count, digests, job.base, job.report.documents)
    write_ledger(here.temporary, Ledger(job.setting, manifest.digest, digests, job.records, stale))
    if writer is None:
        return here.publish(manifest, [LEDGER])
    graphs = {record.graph for record in kept.values()}
    writer.write(here.temporary / tables.FOLDER, manifest.digest, earlier, graphs)
    return here.publish(manifest, [LEDGER, tables.FOLDER])


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

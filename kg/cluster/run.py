"""A corpus anywhere → a folder of parts anywhere, by a cluster: the stages in their order, and what is counted.

    documents   parts of consecutive graphs, profiles laid on shelves            one call for each PART documents
    pairs       scored on shelves (kind, process, month)                         one call for some shelves
    bundles     what hangs together by pairs, references, decisions, places      one call; then dealt file by file
    joins       meetings and conclusions of a bundle                             one call for each bundle
    the rest    proposals by process, names in rows, further references          beside the joins
    merge       all conclusions as one sorted graph                              one call
    talks       who sits together, by texts of sessions; then by pair of actors  one call for each share

The graph is that of `kg.building`, byte for byte, whoever did what and in whatever order.
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kg.building import Progress, Report, check_base
from kg.cluster.bundles import make_bundles
from kg.cluster.concluding import conclude
from kg.cluster.counting import write_tables
from kg.cluster.decided import Decided
from kg.cluster.documents import PART, build_documents
from kg.cluster.engine import MEMORY, WORKERS, engine
from kg.cluster.listing import TABLES, Listing, list_corpora
from kg.cluster.pairs import BUNDLE
from kg.cluster.publishing import publish_folder, put_together
from kg.cluster.setting import Setting, write_setting
from kg.cluster.told import tell
from kg.cluster.work import Work
from kg.decisions import read_decisions
from kg.errors import Finding, InputError
from kg.fingerprints import of_code
from kg.linking import Decision
from kg.namespaces import BASE
from kg.parts import SCRATCH, check_target
from kg.places import Place, of_this_machine
from kg.registry import Registry, load_registry


def build_parts(
    corpora: Sequence[str],
    target: str,
    *,
    registry: str | None = None,
    base: str = BASE,
    progress: Progress | None = None,
    annotators: Sequence[str] = (),
    mapping: str = "",
    parquet: bool = False,
    scheduler: str = "",
    workers: int = WORKERS,
    memory: int = MEMORY,
    part: int = PART,
    bundle: int = BUNDLE,
) -> Report:
    """Build corpora, each a path or an address, into a folder of parts; an earlier one stays until the new one is complete.

    registry, base, annotators and mapping are as in `kg.building.build`, registry may be an address. scheduler is the address of
    a Dask cluster; without one, so many workers of so much memory (MiB) are started on this machine. part and bundle say how
    much one call gets. Raises InputError or StoreError; single faults of the input are in the report.
    """
    check_base(base)
    place = Place(_absolute(target))
    _check_apart(corpora, place)
    check_target(place)
    here = not all(Place(one).shared for one in (*corpora, place.address))
    if here and scheduler:
        found, remedy = "memory:// is seen by one process alone", "name a place that all workers see"
        raise InputError(found, place="--engine dask", remedy=remedy)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="kg-cluster-") as staging:
        listing = list_corpora(corpora, Path(staging), registry, annotators, mapping)
        report.registry = listing.registry
        tables = {
            name: (listing.names / name).read_text(encoding="utf-8-sig")
            for name in TABLES
            if listing.names and (listing.names / name).is_file()
        }
        known, findings = load_registry(listing.names) if listing.names else (Registry(), [])
        report.findings += [*findings, *listing.findings]
        decisions, of_decisions = read_decisions(listing.decisions, base)
    # Not part of what is built: two builds at once must not work in one folder.
    scratch = place.at(f"{SCRATCH}{secrets.token_hex(8)}")
    nodes = sorted({node for one in decisions for node in (one.one, one.other)})
    setting = Setting(place.address, base, of_code(), listing.homes, tables, listing.mappings, nodes, parquet)
    with engine(scheduler, workers=workers, memory=memory, here=here) as team:
        try:
            write_setting(scratch, setting)
            work = Work(team, place, scratch, setting, known, report)
            _build(work, listing, decisions, of_decisions, part, bundle, progress)
        finally:
            scratch.clear()
    return report


def _build(
    work: Work,
    listing: Listing,
    decisions: list[Decision],
    of_decisions: list[Finding],
    part: int,
    bundle: int,
    progress: Progress | None,
) -> None:
    """All stages, one after the other."""
    documents = build_documents(work, listing, part, progress)
    work.report.findings += of_decisions
    decided = Decided(work, documents, decisions)
    told = tell(work, documents, decided)
    bundles = make_bundles(work, documents, decided, bundle)
    concluded = conclude(work, documents, decided, told, bundles)
    folder = put_together(work, documents, told, concluded.runs)
    folder.others += write_tables(work, documents, concluded.sessions)
    publish_folder(work, documents, folder)


def _absolute(address: str) -> str:
    path = of_this_machine(address)
    return address if path is None else os.path.abspath(path)


def _check_apart(corpora: Sequence[str], target: Place) -> None:
    """Input folders are never written to."""
    for corpus in map(_absolute, corpora):
        if f"{target.address.rstrip('/')}/".startswith(f"{corpus.rstrip('/')}/"):
            found = f"lies inside the corpus {Place(corpus).shown}, and input folders are never written to"
            raise InputError(found, place=target.shown, remedy="choose a folder beside the corpus")

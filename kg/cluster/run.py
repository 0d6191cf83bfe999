"""A corpus anywhere → a folder of parts anywhere, by a cluster: what is given, checked and begun, and what is left at the end."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kg.building import Progress, Report, check_base
from kg.cluster.documents import PART
from kg.cluster.engine import MEMORY, WORKERS, engine
from kg.cluster.listing import TABLES, list_corpora
from kg.cluster.pairs import BUNDLE
from kg.cluster.setting import Setting, write_setting
from kg.cluster.work import Work
from kg.decisions import read_decisions
from kg.errors import InputError
from kg.fingerprints import of_code
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
            # Now that what workers need is known to be here, too.
            from kg.cluster.stages import build_all

            build_all(work, listing, decisions, of_decisions, part, bundle, progress)
        finally:
            scratch.clear()
    return report


def _absolute(address: str) -> str:
    path = of_this_machine(address)
    return address if path is None else os.path.abspath(path)


def _check_apart(corpora: Sequence[str], target: Place) -> None:
    """Input folders are never written to."""
    for corpus in map(_absolute, corpora):
        if f"{target.address.rstrip('/')}/".startswith(f"{corpus.rstrip('/')}/"):
            found = f"lies inside the corpus {Place(corpus).shown}, and input folders are never written to"
            raise InputError(found, place=target.shown, remedy="choose a folder beside the corpus")

"""What is to be built, from paths and addresses: texts are listed and not read; only the tables of a corpus are.

A folder of this machine is looked through as always (`kg.corpus.find_documents`), all formats of it. At another address the brat
layout is found by names alone, and its `sources.csv`, `decisions.tsv`, `mapping.toml` and registry are fetched.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.building import find_registry
from kg.corpus import MAPPING, SOURCES, Item, Listed, find_documents
from kg.decisions import FILE as DECISIONS
from kg.errors import Finding, InputError
from kg.formats.archives import check
from kg.mapping import load_mapping
from kg.places import Place, of_this_machine

TABLES = ("actors.tsv", "venues.tsv", "offices.tsv")
REGISTRY = "registry"


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found: items by id, homes as in `kg.cluster.setting`, the folder of the registry and how it was found, folders
    that hold decisions, mappings by the name that items have for them, and what is wrong with the folders."""

    items: tuple[Item, ...]
    homes: dict[str, str]
    names: Path | None
    registry: str
    decisions: list[Path]
    mappings: dict[str, str]
    findings: tuple[Finding, ...]
    sizes: dict[str, int]
    """Bytes of files that lie at an address, by the names that items have for them."""

    def size(self, item: Item) -> int:
        """Bytes that an item is read from, as far as that is known without reading."""
        if item.held is not None and item.held.found.length:
            return item.held.found.length
        return sum(self._size(name) for name in (item.text, *item.annotations))

    def _size(self, name: str) -> int:
        if name in self.sizes:
            return self.sizes[name]
        try:
            return os.stat(name).st_size
        except OSError:
            return 0


def list_corpora(
    corpora: Sequence[str], staging: Path, registry: str | None, annotators: Sequence[str], mapping: str
) -> Listing:
    """Look through paths and addresses. staging is an empty folder of this machine for what is fetched. Raises InputError."""
    folders: list[Path | Listed] = []
    near: list[Path] = []
    homes: dict[str, str] = {}
    mappings: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for number, corpus in enumerate(corpora):
        if (path := of_this_machine(corpus)) is not None:
            path = path.absolute()
            folders.append(path)
            near.append(path)
            homes[str(path if path.is_dir() else path.parent)] = ""
            continue
        own = staging / str(number)
        own.mkdir()
        listed, found_sizes = _list(Place(corpus), own, number, mapping)
        sizes |= found_sizes
        homes[listed.home] = corpus
        if listed.mapping:
            mappings[listed.mapping] = (own / MAPPING).read_text(encoding="utf-8")
        folders.append(listed)
        near.append(own)
    names, how = _registry(near, registry, staging)
    found = find_documents(folders, annotators=annotators, mapping=mapping)
    # From the root, as items name them on their way to a worker.
    for name in sorted({item.mapping for item in found.items} - mappings.keys() - {""}):
        mappings[str(Path(name).absolute())] = Path(name).read_text(encoding="utf-8")
    return Listing(found.items, homes, names, how, near, mappings, found.findings, sizes)


def _list(place: Place, own: Path, number: int, mapping: str) -> tuple[Listed, dict[str, int]]:
    """One corpus at an address: its names and sizes; its tables are copied into a folder of our own."""
    if (archive := place.archive()) is not None:
        check(archive, place.shown.rpartition("::")[2].rpartition("/")[2])
    names = place.names()
    if not names:
        remedy = "see whether the address is right"
        raise InputError("holds no files, or does not exist", place=place.shown, remedy=remedy)
    base = [part for part in place.address.split("::")[0].split("/") if part][-1:]
    home = f"/{number}/{base[0] if base and ':' not in base[0] else 'corpus'}"
    for name in (DECISIONS, MAPPING, *(f"{REGISTRY}/{table}" for table in TABLES)):
        if name in names:
            _fetch(place, name, own / name)
    if not any((own / REGISTRY / table).is_file() for table in TABLES):
        _fetch_beside(place, own)
    if (own / MAPPING).is_file() and not mapping:
        load_mapping(own / MAPPING)
    sizes = {f"{home}/{name}": names[name] for name in sorted(names)}
    sources = place.read(SOURCES) if SOURCES in names else None
    return Listed(home, tuple(sizes), sources, f"{home}/{MAPPING}" if MAPPING in names else ""), sizes


def _fetch(place: Place, name: str, file: Path) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(place.read(name))


def _fetch_beside(place: Place, own: Path) -> None:
    """The registry in the folder above, as it is found on this machine, too."""
    first, chained, rest = place.address.partition("::")
    above, _, base = first.rstrip("/").rpartition("/")
    if not base or (above.endswith(("/", ":")) and "zip:" not in first):
        return
    beside = Place(f"{above}/{REGISTRY}{chained}{rest}")
    for table in TABLES:
        try:
            if beside.has(table):
                _fetch(beside, table, own / REGISTRY / table)
        except InputError:
            # There may be no folder above that anybody may look into.
            return


def _registry(near: list[Path], registry: str | None, staging: Path) -> tuple[Path | None, str]:
    if registry is None or (path := of_this_machine(registry)) is not None:
        return find_registry(near, None if registry is None else path)
    place, folder = Place(registry), staging / REGISTRY
    for table in TABLES:
        if place.has(table):
            _fetch(place, table, folder / table)
    folder.mkdir(exist_ok=True)
    return folder, "as asked"

"""Which name means which actor or venue.

The registry is two tables that a person keeps, `actors.tsv` and `venues.tsv`: one row per entry, its names in several
languages and spellings. A name resolves within its kind only: "Moscow" as a State is Russia, as a Venue it is the city.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from kg.edtf import bounds
from kg.errors import Finding, InputError
from kg.names import normalise, without_accents

KINDS = ("person", "state", "organization")
"""Kinds of actors; venues are the fourth kind of entry."""

ACTOR_COLUMNS = ("id", "kind", "label", "aliases", "aliases_uk", "aliases_ru", "wikidata", "note")
OFFICE_COLUMNS = ("actor", "office", "principal", "from", "to", "note")
VENUE_COLUMNS = ("id", "label", "aliases", "aliases_uk", "aliases_ru", "within", "lat", "lon", "wikidata", "note")


@dataclass(frozen=True, slots=True)
class Entry:
    """One actor or venue. aliases are pairs of language tag ("" where none is known) and name; coordinates in degrees."""

    id: str
    kind: str
    label: str
    aliases: tuple[tuple[str, str], ...] = ()
    wikidata: str = ""
    within: str = ""
    latitude: str = ""
    longitude: str = ""


@dataclass(frozen=True, slots=True)
class Office:
    """An office or mandate of an actor, for whom, and the days within which it is held (ISO 8601, "" where open or unknown)."""

    actor: str
    office: str
    principal: str
    start: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class Registry:
    """Entries by kind and id, and the names that lead to them. An ambiguous name leads nowhere (and is reported)."""

    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    names: dict[tuple[str, str], Entry] = field(default_factory=dict)
    by_wikidata: dict[str, Entry] = field(default_factory=dict)
    by_id: dict[str, Entry] = field(default_factory=dict)
    offices: dict[str, tuple[Office, ...]] = field(default_factory=dict)
    """By the id of who holds them."""

    def principals(self, actor: str, day: date) -> tuple[str, ...]:
        """Ids of those for whom an actor acts by its offices on a day, sorted."""
        known = self.offices.get(actor, ())
        on = day.isoformat()
        return tuple(sorted({o.principal for o in known if o.principal and o.start <= on <= (o.end or "9999")}))

    def find(self, kind: str, name: str) -> Entry | None:
        """The entry that `name` means within `kind` ("person", "state", "organization" or "venue"); None if none does."""
        key = normalise(name)
        return self.names.get((kind, key)) or self.names.get((kind, without_accents(key)))

    def __iter__(self) -> Iterator[Entry]:
        return (self.entries[key] for key in sorted(self.entries))


def load_registry(folder: Path) -> tuple[Registry, list[Finding]]:
    """Read `actors.tsv` and `venues.tsv` of a folder. One bad row never costs another.

    Raises InputError where the folder holds neither table.
    """
    registry, findings = Registry(), list[Finding]()
    tables = [(folder / "actors.tsv", ACTOR_COLUMNS), (folder / "venues.tsv", VENUE_COLUMNS)]
    if not any(path.is_file() for path, _ in tables):
        raise InputError("no actors.tsv and no venues.tsv here", place=str(folder), remedy="name a registry folder")
    rows: list[tuple[str, Entry]] = []
    for path, columns in tables:
        if path.is_file():
            rows += _read_table(path, columns, findings)
    for place, entry in rows:
        if entry.id in registry.by_id:
            found = f"the id {entry.id} is taken by another entry"
            findings.append(Finding(place, found, "give this entry an id of its own"))
            continue
        registry.by_id[entry.id] = registry.entries[entry.kind, entry.id] = entry
        if entry.wikidata:
            other = registry.by_wikidata.setdefault(entry.wikidata, entry)
            if other is not entry:
                findings.append(
                    Finding(place, f"{entry.wikidata} already stands for {other.id}", "mend one", lost=False)
                )
    _index_names(registry, rows, findings)
    _check_containment(registry, rows, findings)
    if (folder / "offices.tsv").is_file():
        _read_offices(folder / "offices.tsv", registry, findings)
    return registry, findings


def _index_names(registry: Registry, rows: Iterable[tuple[str, Entry]], findings: list[Finding]) -> None:
    """Exact names first, then names without accents where that makes nothing ambiguous."""
    owners: dict[tuple[str, str], set[str]] = {}
    places: dict[tuple[str, str], str] = {}
    for fold in (False, True):
        for place, entry in rows:
            if registry.by_id.get(entry.id) is not entry:
                continue
            for _, name in (("", entry.label), *entry.aliases):
                key = (entry.kind, without_accents(normalise(name)) if fold else normalise(name))
                if fold and key in registry.names:
                    continue
                owners.setdefault(key, set()).add(entry.id)
                places[key] = place
        for key, ids in owners.items():
            if len(ids) == 1:
                registry.names[key] = registry.by_id[next(iter(ids))]
            elif not fold:
                found = f"the {key[0]} name {key[1]!r} stands for {' and '.join(sorted(ids))}: used for none of them"
                findings.append(Finding(places[key], found, "keep it with one entry", lost=False))
        owners = {key: ids for key, ids in owners.items() if len(ids) > 1}


def _check_containment(registry: Registry, rows: Iterable[tuple[str, Entry]], findings: list[Finding]) -> None:
    for place, entry in rows:
        if entry.within and ("venue", entry.within) not in registry.entries:
            findings.append(
                Finding(place, f"{entry.id} lies within {entry.within}, which is no venue", "add that venue")
            )
        seen, around = {entry.id}, entry.within
        while around and (outer := registry.entries.get(("venue", around))):
            if outer.id in seen:
                found = f"{entry.id} lies within itself, by way of {outer.id}"
                findings.append(Finding(place, found, "mend the column within", lost=False))
                break
            seen.add(outer.id)
            around = outer.within


def _read_offices(path: Path, registry: Registry, findings: list[Finding]) -> None:
    offices: dict[str, list[Office]] = {}
    for place, row in _rows(path, OFFICE_COLUMNS, ("actor", "office", "principal")):
        for column in ("actor", "principal"):
            entry = registry.by_id.get(row[column])
            if entry is None or entry.kind == "venue":
                findings.append(Finding(place, f"the registry has no actor {row[column]!r}", f"mend the {column}"))
                break
        else:
            try:
                start, end = (_day(row[column], last) for column, last in (("from", False), ("to", True)))
            except ValueError:
                findings.append(
                    Finding(place, "from or to is no day, month or year", "write 2025-11-28, 2025-11 or 2025")
                )
                continue
            if end and start > end:
                findings.append(Finding(place, f"ends on {end}, before it begins", "mend from or to"))
                continue
            office = Office(row["actor"], row["office"], row["principal"], start, end)
            offices.setdefault(row["actor"], []).append(office)
    registry.offices.update({actor: tuple(held) for actor, held in offices.items()})


def _day(text: str, last: bool) -> str:
    """The first or last day of an EDTF day, month or year; "" for none. Raises ValueError for anything else."""
    if not text:
        return ""
    day = bounds(text)[1 if last else 0]
    if day is None:
        raise ValueError(text)
    return day.isoformat()


def _rows(path: Path, columns: tuple[str, ...], needed: tuple[str, ...]) -> Iterator[tuple[str, dict[str, str]]]:
    """The rows of a table with their places. Raises InputError where it is not UTF-8 or lacks a needed column."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} is not UTF-8", place=path.name, remedy="save it as UTF-8") from None
    reader = csv.DictReader(text.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [column for column in needed if column not in (reader.fieldnames or ())]
    if missing:
        raise InputError(f"no column {missing[0]}", place=f"{path.name}:1", remedy=f"first line: {' '.join(columns)}")
    for row in reader:
        yield f"{path.name}:{reader.line_num}", {column: (row.get(column) or "").strip() for column in columns}


def _read_table(path: Path, columns: tuple[str, ...], findings: list[Finding]) -> list[tuple[str, Entry]]:
    rows = []
    for place, values in _rows(path, columns, ("id", "label")):
        problem = _row_problem(values, "kind" in columns)
        if problem:
            findings.append(Finding(place, problem, "mend this row"))
            continue
        names = [("", name) for name in values["aliases"].split("|")]
        names += [("uk", name) for name in values["aliases_uk"].split("|")]
        names += [("ru", name) for name in values["aliases_ru"].split("|")]
        entry = Entry(
            id=values["id"],
            kind=values.get("kind", "venue"),
            label=values["label"],
            aliases=tuple(dict.fromkeys((language, name.strip()) for language, name in names if name.strip())),
            wikidata=values["wikidata"],
            within=values.get("within", ""),
            latitude=values.get("lat", ""),
            longitude=values.get("lon", ""),
        )
        rows.append((place, entry))
    return rows


_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\Z")
_WIKIDATA = re.compile(r"Q[1-9][0-9]*\Z")


def _row_problem(values: dict[str, str], actor: bool) -> str:
    if not _ID.match(values["id"]):
        return f"the id {values['id']!r} is not made of small letters, digits and hyphens"
    if not values["label"]:
        return f"{values['id']} has no label"
    if actor and values["kind"] not in KINDS:
        return f"the kind {values['kind']!r} is none of {', '.join(KINDS)}"
    if values["wikidata"] and not _WIKIDATA.match(values["wikidata"]):
        return f"{values['wikidata']!r} is no Wikidata id"
    if not actor and bool(values["lat"]) != bool(values["lon"]):
        return f"{values['id']} has only one of lat and lon"
    for column, limit in (("lat", 90), ("lon", 180)):
        text = values.get(column, "")
        try:
            if text and not abs(Decimal(text)) <= limit:
                return f"{column} {text} is outside -{limit} to {limit} degrees"
        except InvalidOperation:
            return f"{column} {text!r} is no number of degrees"
    return ""

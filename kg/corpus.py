"""A corpus is a folder: annotated files and, beside them, `sources.csv` with one row per document.

Input folders are never written to. Links and special files are refused, so that a folder a stranger sent cannot make a build
read what lies outside it.
"""

from __future__ import annotations

import csv
import os
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from kg.documents import Document, Source
from kg.edtf import canonical_date
from kg.errors import Finding, InputError
from kg.formats.brat import ENDINGS, read_brat
from kg.scheme import nearest
from kg.terms import iri

SOURCES = "sources.csv"
COLUMNS = ("id", "title", "publisher", "date", "url", "language", "process")
OPTIONAL_COLUMNS = ("sources",)


@dataclass(frozen=True, slots=True)
class Item:
    """One document of a corpus, found but not yet read: its id, its text, its annotation files in reading order.

    Files are plain names: an archive has many, and all are held while it is built.
    """

    id: str
    text: str
    annotations: tuple[str, ...]
    source: Source | None
    corpus: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents of one or more folders, sorted by id, and what was found wrong with the folders themselves."""

    items: tuple[Item, ...]
    findings: tuple[Finding, ...]


def find_documents(folders: list[Path]) -> Corpus:
    """Look through corpus folders. Raises InputError for a folder that does not exist or holds nothing annotated."""
    items: dict[str, Item] = {}
    findings: list[Finding] = []
    for folder in folders:
        for item in _look_through(folder, findings):
            first = items.get(item.id)
            if first is None:
                items[item.id] = item
            else:
                taken = _within(first.text, first.corpus)
                if first.corpus != item.corpus:
                    taken += f" of {os.path.basename(os.path.abspath(first.corpus))}"
                found = f"the id {item.id} is taken by {taken}"
                findings.append(Finding(_within(item.text, item.corpus), found, "rename one of the two files"))
    return Corpus(tuple(items[key] for key in sorted(items)), tuple(findings))


def read_document(item: Item) -> tuple[Document, list[Finding]]:
    """Read one document with its source data. Raises InputError where its text cannot be read."""
    try:
        document, findings = read_brat(Path(item.text), [Path(name) for name in item.annotations], item.id)
    except OSError as error:
        raise InputError(
            error.strerror or str(error), place=os.path.basename(item.text), remedy="see whether the file can be read"
        ) from None
    place = document.files[0][0] if document.files else os.path.basename(item.text)
    source = item.source
    if source is None:
        found = f"no row {item.id} in {SOURCES}: no title, publisher or date; relative times stay unresolved"
        findings.append(Finding(place, found, f"add a row to {SOURCES}", lost=False))
        source = Source()
    if not document.mentions and not findings:
        findings.append(Finding(place, "holds no annotation", "annotate the text or take it away", lost=False))
    return replace(document, source=source), findings


def _look_through(folder: Path, findings: list[Finding]) -> Iterator[Item]:
    if not folder.is_dir():
        what = "is not a folder" if folder.exists() else "does not exist"
        raise InputError(what, place=str(folder), remedy="name a folder with .txt and .ann files")
    files = sorted(_regular_files(str(folder), findings, ""), key=lambda name: (name.count(os.sep), name))
    sources = _read_sources(folder, findings)
    texts: dict[str, list[str]] = {}
    annotations: dict[str, list[str]] = {}
    for name in files:
        stem, ending = os.path.splitext(os.path.basename(name))
        if ending == ".txt":
            texts.setdefault(stem, []).append(name)
        elif ending in ENDINGS:
            annotations.setdefault(stem, []).append(name)
    if not annotations:
        raise InputError("holds no annotation", place=str(folder), remedy="put .txt and .ann files into it")
    described = set(sources)
    home = str(folder)
    for stem in sorted(annotations):
        described.discard(stem)
        row = sources.get(stem)
        for text, own in _pairs(stem, texts.get(stem, []), annotations[stem], home, findings):
            yield Item(stem, text, own, row.source if row else None, home)
    for stem, names in sorted(texts.items()):
        if stem not in annotations and stem in sources:
            described.discard(stem)
            found = f"the text {stem} has no annotation"
            findings.append(Finding(_within(names[0], home), found, f"annotate it in {stem}.ann"))
    for stem in sorted(described):
        found = f"describes {stem}, but there is no {stem}.txt and no {stem}.ann"
        findings.append(Finding(f"{SOURCES}:{sources[stem].line}", found, "add the files or take the row away"))


def _pairs(
    stem: str, texts: list[str], annotations: list[str], corpus: str, findings: list[Finding]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Match the annotation files of one name with texts: in their own folder, else the only text of that name."""
    groups: dict[str, list[str]] = {}
    for name in annotations:
        groups.setdefault(os.path.dirname(name), []).append(name)
    for home, names in groups.items():
        beside = os.path.join(home, f"{stem}.txt")
        text = beside if beside in texts else texts[0] if len(texts) == 1 else None
        if text is None:
            found = f"there is no text {stem}.txt" if not texts else f"several texts are named {stem}.txt"
            findings.append(Finding(_within(names[0], corpus), found, "put the text beside its annotation"))
            continue
        # The complete file wins over partial ones.
        complete = [name for name in names if name.endswith(".ann")]
        yield text, tuple(complete or sorted(names, key=lambda name: ENDINGS.index(os.path.splitext(name)[1])))


def _regular_files(folder: str, findings: list[Finding], inside: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        mode = entry.stat(follow_symlinks=False).st_mode
        ending = os.path.splitext(entry.name)[1]
        wanted = ending == ".txt" or ending in ENDINGS or entry.name == SOURCES
        if stat.S_ISDIR(mode):
            if not entry.name.startswith("."):
                yield from _regular_files(entry.path, findings, f"{inside}{entry.name}/")
        elif stat.S_ISREG(mode):
            if wanted:
                yield entry.path
        elif wanted or stat.S_ISLNK(mode):
            what = "a link" if stat.S_ISLNK(mode) else "not a file"
            findings.append(Finding(f"{inside}{entry.name}", f"is {what}; it is not read", "put the file itself here"))


def _within(name: str, corpus: str) -> str:
    return os.path.relpath(name, corpus).replace(os.sep, "/")


# -- sources.csv ---------------------------------------------------------------------------------------------------------


class _Row(NamedTuple):
    """A row of sources.csv, with the line it stands on."""

    source: Source
    line: int


def _read_sources(folder: Path, findings: list[Finding]) -> dict[str, _Row]:
    path = folder / SOURCES
    if path.is_symlink() or not path.is_file():
        findings.append(Finding(SOURCES, "is missing: titles, publishers and dates are unknown", "add it", lost=False))
        return {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if "id" not in (reader.fieldnames or ()):
                remedy = f"let its first line be {','.join(COLUMNS)}"
                findings.append(Finding(f"{SOURCES}:1", "has no column id, so that no row can be used", remedy))
                return {}
            for column in reader.fieldnames or ():
                if column not in COLUMNS + OPTIONAL_COLUMNS:
                    remedy = nearest(column, COLUMNS + OPTIONAL_COLUMNS)
                    findings.append(Finding(f"{SOURCES}:1", f"the column {column!r} is not read", remedy))
            return _rows(reader, findings)
    except UnicodeDecodeError as error:
        findings.append(Finding(SOURCES, f"byte {error.start} is not UTF-8; no row is used", "save it as UTF-8"))
    except csv.Error as error:
        findings.append(Finding(SOURCES, f"is no readable CSV: {error}; no row is used", "mend the quotation marks"))
    return {}


def _rows(reader: csv.DictReader[str], findings: list[Finding]) -> dict[str, _Row]:
    rows: dict[str, _Row] = {}
    for row in reader:
        place = f"{SOURCES}:{reader.line_num}"
        values = {column: (row.get(column) or "").strip() for column in COLUMNS + OPTIONAL_COLUMNS}
        if not any(values.values()):
            continue
        if None in row:
            findings.append(
                Finding(place, "has more fields than columns", "put quotation marks around a field with commas")
            )
        identifier = values["id"]
        if not identifier:
            findings.append(Finding(place, "has no id", "give the name of the text file without its ending"))
        elif identifier in rows:
            found = f"describes {identifier} again; the first row is used"
            findings.append(Finding(place, found, "keep one row per document"))
        else:
            rows[identifier] = _row(values, place, reader.line_num, findings)
    return rows


def _row(values: dict[str, str], place: str, line: int, findings: list[Finding]) -> _Row:
    if values["date"]:
        try:
            canonical_date(values["date"])
        except ValueError as error:
            findings.append(Finding(place, f"{error}; the document is loaded without a date", "mend the column date"))
            values["date"] = ""
    else:
        findings.append(Finding(place, "has no date; relative times stay unresolved", "add one", lost=False))
    addresses = []
    for column, texts in (("url", [values["url"]]), ("sources", values["sources"].split())):
        for address in filter(None, texts):
            if _is_web_address(address):
                if column == "sources":
                    addresses.append(address)
                continue
            findings.append(Finding(place, f"the {column} {address!r} is no http or https address", "mend or empty it"))
            if column == "url":
                values["url"] = ""
    # Many rows share a publisher, a language and a process: one copy of each will do.
    fields = {column: sys.intern(values[column]) for column in COLUMNS if column != "id"}
    return _Row(Source(**fields, derived_from=tuple(addresses)), line)


def _is_web_address(text: str) -> bool:
    try:
        iri(text)
    except ValueError:
        return False
    return text.startswith(("http://", "https://"))

"""A corpus is a folder: annotated files and, beside them, `sources.csv` with one row per document.

brat files belong together by name; every other file is recognised by its content and may hold many texts. Where several people
annotated a text, one of them is chosen: whom the user names, else the curated version, else the only one.

Input folders are never written to. Links and special files are refused, so that a folder a stranger sent cannot make a build
read what lies outside it.
"""

from __future__ import annotations

import csv
import io
import os
import stat
import sys
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TextIO

from kg.assembly import assemble
from kg.documents import Document, Source
from kg.edtf import canonical_date
from kg.errors import Finding, InputError
from kg.formats import BRAT
from kg.formats.brat import ENDINGS, read_brat
from kg.holdings import TYPICAL, Holding, look_into, read, reader_of
from kg.mapping import Uncovered, apply_mapping, find_mapping, load_mapping
from kg.scheme import nearest
from kg.terms import iri

SOURCES = "sources.csv"
COLUMNS = ("id", "title", "publisher", "date", "url", "language", "process")
OPTIONAL_COLUMNS = ("sources",)
MAPPING = "mapping.toml"
"""A mapping of this name in a corpus folder holds for what lies in the folder."""
CURATED = "curated"
"""Names the agreed version where an annotator is asked for."""


@dataclass(frozen=True, slots=True)
class Item:
    """One document of a corpus, found but not yet read: its id, its text, its annotation files in reading order.

    Files are plain names: an archive has many, and all are held while it is built. For another format than brat, held says
    where in `text`, the file that holds it, the document lies. mapping is the file that turns its labels into ours.
    """

    id: str
    text: str
    annotations: tuple[str, ...]
    source: Source | None
    corpus: str
    held: Holding | None = None
    mapping: str = ""

    @property
    def format(self) -> str:
        return self.held.format if self.held else BRAT


class Reading(NamedTuple):
    """A document as read, in our labels; what was found wrong with it; what its mapping does not cover."""

    document: Document
    findings: list[Finding]
    uncovered: Uncovered


@dataclass(frozen=True, slots=True)
class Corpus:
    """The documents of one or more folders, sorted by id, and what was found wrong with the folders themselves."""

    items: tuple[Item, ...]
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A corpus folder that lies elsewhere, by the names of its files alone: absolute names under home, as if it lay there.

    sources is the content of its `sources.csv`, None where it has none; mapping the name of its own mapping, "" where it has
    none. Only brat files of it are found: other formats are recognised by content, which nobody has read.
    """

    home: str
    files: tuple[str, ...]
    sources: bytes | None
    mapping: str = ""


def find_documents(folders: Sequence[Path | Listed], *, annotators: Sequence[str] = (), mapping: str = "") -> Corpus:
    """Look through corpus folders, or single files. annotators are those to prefer, the first one most; mapping is a file
    or the name of a shipped one, and holds for all folders.

    Raises InputError for a folder that does not exist or holds nothing annotated, and where an annotator must be chosen.
    """
    items: dict[str, Item] = {}
    findings: list[Finding] = []
    chosen = str(find_mapping(mapping)) if mapping else ""
    chooser = _Chooser(annotators, findings)
    for folder in folders:
        if isinstance(folder, Listed):
            labels, found_here = chosen or folder.mapping, _look_through_listed(folder, findings)
        else:
            own = folder / MAPPING
            labels = chosen or (str(own) if own.is_file() and not own.is_symlink() else "")
            found_here = _look_through(folder, findings, chooser)
        if labels and (chosen or not isinstance(folder, Listed)):
            load_mapping(Path(labels))
        for item in found_here:
            item = replace(item, mapping=labels) if labels else item
            first = items.get(item.id)
            if first is None:
                items[item.id] = item
            else:
                taken = _place(first)
                if first.corpus != item.corpus:
                    taken += f" of {os.path.basename(os.path.abspath(first.corpus))}"
                found = f"the id {item.id} is taken by {taken}"
                findings.append(Finding(_place(item), found, "rename one of the two files"))
    chooser.ask()
    return Corpus(tuple(items[key] for key in sorted(items)), tuple(findings))


def _place(item: Item) -> str:
    return item.held.found.place if item.held else _within(item.text, item.corpus)


def read_document(item: Item) -> Reading:
    """Read one document with its source data, in our labels. Raises InputError where its text cannot be read."""
    mapping = item.mapping
    try:
        if item.held is None:
            document, findings = read_brat(Path(item.text), [Path(name) for name in item.annotations], item.id)
            assembled = not mapping
        else:
            reader = reader_of(item.held)
            document, findings = read(item.held)
            mapping = mapping or (str(find_mapping(reader.mapping)) if reader.mapping else "")
            assembled = reader.events
    except OSError as error:
        raise InputError(
            error.strerror or str(error), place=os.path.basename(item.text), remedy="see whether the file can be read"
        ) from None
    document, uncovered = _ours(document, mapping, assembled)
    place = document.files[0][0] if document.files else os.path.basename(item.text)
    source = _joined(item.source, document)
    if item.source is None and item.held is None:
        found = f"no row {item.id} in {SOURCES}: no title, publisher or date; relative times stay unresolved"
        findings.append(Finding(place, found, f"add a row to {SOURCES}", lost=False))
    if not document.mentions and not findings and not uncovered:
        findings.append(Finding(place, "holds no annotation", "annotate the text or take it away", lost=False))
    return Reading(replace(document, source=source), findings, uncovered)


def _ours(document: Document, mapping: str, assembled: bool) -> tuple[Document, Uncovered]:
    if mapping:
        return apply_mapping(document, load_mapping(Path(mapping)))
    return document if assembled else assemble(document), Uncovered()


def _joined(row: Source | None, document: Document) -> Source:
    """What is known of a document as a publication: its row, filled up with what the format itself says."""
    own = document.source
    if row is None:
        return own
    return row._replace(title=own.title or row.title, derived_from=row.derived_from or own.derived_from)


class _Chooser:
    """Decides whose annotation of a text is used."""

    def __init__(self, annotators: Sequence[str], findings: list[Finding]) -> None:
        self.annotators = annotators
        self.findings = findings
        self.undecided = 0
        self.names: set[str] = set()

    def choose(self, several: list[Holding]) -> Holding | None:
        """One of those who annotated a text, or None where it cannot be decided or nobody asked for is among them."""
        curated = [one for one in several if one.found.curated]
        nameless = [one for one in several if not one.found.annotator]
        for name in self.annotators:
            for one in several:
                if one.found.annotator == name or (one.found.curated and name == CURATED):
                    return self._only(one, several)
        if self.annotators and not nameless:
            names = ", ".join(sorted({one.found.annotator for one in several}))
            found = f"{several[0].found.id} is annotated by {names} only"
            self.findings.append(Finding(several[0].found.place, found, f"--annotator {names.partition(', ')[0]}, too"))
            return None
        if curated or nameless:
            return self._only((curated or nameless)[0], several)
        names_here = {one.found.annotator for one in several}
        if len(names_here) == 1:
            return self._only(several[0], several)
        self.undecided += 1
        self.names |= names_here
        return None

    def _only(self, chosen: Holding, several: list[Holding]) -> Holding:
        """The one chosen; a second version by the same annotator is another text of the same name."""
        for one in several:
            alike = (one.found.annotator, one.found.curated) == (chosen.found.annotator, chosen.found.curated)
            if alike and one is not chosen:
                found = f"the id {one.found.id} is taken by {chosen.found.place}"
                self.findings.append(Finding(one.found.place, found, "give each text an id of its own"))
        return chosen

    def ask(self) -> None:
        """Raises InputError where the user has to choose."""
        if self.undecided:
            names = ", ".join(sorted(self.names))
            texts = "1 text is" if self.undecided == 1 else f"{self.undecided} texts are"
            found = f"{texts} annotated by several people and not curated: {names}"
            raise InputError(found, remedy="choose with --annotator NAME; given again, it names the next best")


def _look_through(folder: Path, findings: list[Finding], chooser: _Chooser) -> Iterator[Item]:
    if not folder.exists():
        remedy = "name a folder with annotated files, or one such file"
        raise InputError("does not exist", place=str(folder), remedy=remedy)
    home, before = str(folder), len(findings)
    if folder.is_dir():
        files = sorted(_regular_files(home, findings, ""), key=lambda name: (name.count(os.sep), name))
    else:
        home = str(folder.parent)
        files = sorted({str(folder), *_types_beside(home)})
    sources = _read_sources(Path(home), findings)
    texts, annotations, others = _sorted_out(files)
    described = set(sources)
    found_any = False
    for stem in sorted(annotations):
        described.discard(stem)
        row = sources.get(stem)
        for text, own in _pairs(stem, texts.get(stem, []), annotations[stem], home, findings):
            found_any = True
            yield Item(stem, text, own, row.source if row else None, home)
    # A text that no brat file annotates may hold its annotation itself.
    others += [name for stem, names in texts.items() if stem not in annotations for name in names]
    used: set[str] = set()
    for item in _other_formats(sorted(others), home, sources, findings, chooser):
        described -= {item.id, _file_stem(item.text)}
        used.update((item.id, _file_stem(item.text)))
        found_any = True
        yield item
    if not (found_any or annotations or chooser.undecided):
        said = [finding for finding in findings[before:] if finding.place != SOURCES]
        if refused := next((finding for finding in said if finding.lost), next(iter(said), None)):
            raise InputError(refused.found, place=refused.place, remedy=refused.remedy)
        remedy = "put .txt and .ann files into it, or an export that kg formats lists"
        raise InputError("holds no annotation", place=str(folder), remedy=remedy)
    if folder.is_dir():
        _report_rest(home, texts, annotations.keys() | used, sources, described, findings)


def _look_through_listed(folder: Listed, findings: list[Finding]) -> Iterator[Item]:
    """The same for a folder of which only the names are known."""
    home = folder.home
    files = [name for name in folder.files if _wanted_in(_within(name, home))]
    sources: dict[str, _Row] = {}
    if folder.sources is None:
        findings.append(_NO_SOURCES)
    else:
        sources = _read_rows(io.TextIOWrapper(io.BytesIO(folder.sources), encoding="utf-8-sig", newline=""), findings)
    texts, annotations, others = _sorted_out(sorted(files, key=lambda name: (name.count("/"), name)))
    if not annotations:
        remedy = "name the address of a folder with .txt and .ann files"
        raise InputError("holds no brat annotation", place=os.path.basename(home), remedy=remedy)
    described = set(sources)
    for stem in sorted(annotations):
        described.discard(stem)
        row = sources.get(stem)
        for text, own in _pairs(stem, texts.get(stem, []), annotations[stem], home, findings):
            yield Item(stem, text, own, row.source if row else None, home)
    for name in sorted(others):
        if name.endswith(TYPICAL):
            remedy = "turn it into brat files with kg convert, or build from a folder of this machine"
            findings.append(Finding(_within(name, home), "is not read: at an address only brat files are", remedy))
    _report_rest(home, texts, annotations.keys(), sources, described, findings)


def _wanted_in(name: str) -> bool:
    """Whether a file counts, by its name within the corpus: nothing in hidden folders, and no hidden file but our own kinds."""
    *folders, base = name.split("/")
    return not any(one.startswith(".") for one in folders) and (not base.startswith(".") or _is_ours(base))


def _is_ours(base: str) -> bool:
    ending = os.path.splitext(base)[1]
    return ending == ".txt" or ending in ENDINGS or base == SOURCES


def _sorted_out(files: Iterable[str]) -> tuple[dict[str, list[str]], dict[str, list[str]], list[str]]:
    """Texts and brat annotation files by the name of their text, and all others."""
    texts: dict[str, list[str]] = {}
    annotations: dict[str, list[str]] = {}
    others: list[str] = []
    for name in files:
        stem, ending = os.path.splitext(os.path.basename(name))
        if ending in ENDINGS:
            annotations.setdefault(stem, []).append(name)
        elif ending == ".txt":
            texts.setdefault(stem, []).append(name)
        elif os.path.basename(name) != SOURCES:
            others.append(name)
    return texts, annotations, others


def _report_rest(
    home: str,
    texts: dict[str, list[str]],
    used: Set[str],
    sources: dict[str, _Row],
    described: set[str],
    findings: list[Finding],
) -> None:
    """Say which texts have no annotation, and which rows no text."""
    for stem, names in sorted(texts.items()):
        if stem in sources and stem not in used:
            described.discard(stem)
            found = f"the text {stem} has no annotation"
            findings.append(Finding(_within(names[0], home), found, f"annotate it in {stem}.ann"))
    for stem in sorted(described):
        found = f"describes {stem}, but there is no {stem}.txt and no {stem}.ann"
        findings.append(Finding(f"{SOURCES}:{sources[stem].line}", found, "add the files or take the row away"))


def _types_beside(folder: str) -> Iterator[str]:
    """The type systems in the folder of a single file."""
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if name.casefold().startswith("typesystem") and os.path.isfile(path) and not os.path.islink(path):
            yield path


def _file_stem(name: str) -> str:
    return os.path.splitext(os.path.basename(name))[0]


def _other_formats(
    files: list[str], home: str, sources: dict[str, _Row], findings: list[Finding], chooser: _Chooser
) -> Iterator[Item]:
    """The texts in files of other formats than brat, each with the annotator who was chosen."""
    by_id: dict[str, list[Holding]] = {}
    for holding in look_into(files, lambda name: _within(name, home), findings):
        by_id.setdefault(holding.found.id, []).append(holding)
    undescribed: dict[str, int] = {}
    for identifier, several in by_id.items():
        several = [one for one in several if not one.found.untouched] or several
        chosen = several[0] if len(several) == 1 and not chooser.annotators else chooser.choose(several)
        if chosen is not None:
            row = sources.get(identifier) or sources.get(_file_stem(chosen.file))
            if row is None:
                undescribed[chosen.file] = undescribed.get(chosen.file, 0) + 1
            yield Item(identifier, chosen.file, (), row.source if row else None, home, chosen)
    for file, number in undescribed.items():
        found = f"no row in {SOURCES} for {number} of its texts: no publisher or date; relative times stay unresolved"
        remedy = f"add a row {_file_stem(file)} for all, or one for each text"
        findings.append(Finding(_within(file, home), found, remedy, lost=False))


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
        wanted = _is_ours(entry.name)
        if stat.S_ISDIR(mode):
            if not entry.name.startswith("."):
                yield from _regular_files(entry.path, findings, f"{inside}{entry.name}/")
        elif stat.S_ISREG(mode):
            if wanted or not entry.name.startswith("."):
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


_NO_SOURCES = Finding(SOURCES, "is missing: titles, publishers and dates are unknown", "add it", lost=False)


def _read_sources(folder: Path, findings: list[Finding]) -> dict[str, _Row]:
    path = folder / SOURCES
    if path.is_symlink() or not path.is_file():
        findings.append(_NO_SOURCES)
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        return _read_rows(file, findings)


def _read_rows(file: TextIO, findings: list[Finding]) -> dict[str, _Row]:
    try:
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

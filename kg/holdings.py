"""Which annotated texts files hold: formats recognised by content, archives looked through, companions found.

A text is named by its file, its member of an archive, and its bytes in it, so that it can be read later, alone and by
another process. Nothing is unpacked to disk, and every archive is judged by its directory first.
"""

from __future__ import annotations

import io
import mmap
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple

from kg.documents import Document
from kg.errors import Finding, InputError
from kg.formats import readers, recognise
from kg.formats.archives import (
    MOST_BYTES,
    MOST_NESTED_BYTES,
    SERIALISED,
    check,
    is_archive,
    opened,
    read_member,
    size_of,
)
from kg.formats.brat import ENDINGS
from kg.formats.reading import NOBODY, Data, Found, Piece, Reader, stem
from kg.formats.strict_json import records

INNER = "!/"
"""Stands between the name of an archive inside an archive and the name of its member."""

_JAVA = b"\xac\xed\x00\x05"
_WAY_OUT = "in INCEpTION, export with the format UIMA CAS XMI or UIMA CAS JSON"
_NOT_ANNOTATION = ("source/", "kb/", "log/", "guideline/", "train/", "annotation_ser/", "curation_ser/", "__MACOSX/")
MALFORMED = (LookupError, TypeError, AttributeError, ValueError, ArithmeticError, RecursionError)
"""What a reader raises where a value is of another kind than its format has there."""
TYPICAL = (".json", ".jsonl", ".jsonld", ".xmi", ".zip")
"""Endings of annotation: a file that has one and is of no known format gets a remark."""


class Holding(NamedTuple):
    """One text with one annotator's work: where it lies, in which format, and the file that belongs to it."""

    found: Found
    format: str
    file: str
    member: str = ""
    companion: str = ""
    """A path, or the name of a member of the same archive; "" where the format needs none or none is there."""


def look_into(files: Iterable[str], name_of: Callable[[str], str], findings: list[Finding]) -> list[Holding]:
    """The texts in files of the formats that are recognised; name_of gives the name of a file for messages."""
    kinds: dict[str, Reader] = {}
    types: dict[str, str] = {}
    archives: list[str] = []
    for file in files:
        try:
            with mapped(file) as data:
                if is_archive(data):
                    archives.append(file)
                elif _is_types(data):
                    types.setdefault(os.path.dirname(file), file)
                elif data[:4] == _JAVA or file.endswith(SERIALISED):
                    findings.append(Finding(name_of(file), "is Java-serialised and is not read", _WAY_OUT))
                elif (reader := recognise(data, name_of(file))) is not None:
                    kinds[file] = reader
                elif file.endswith(TYPICAL):
                    findings.append(_unknown(data, name_of(file)))
        except OSError as error:
            findings.append(Finding(name_of(file), error.strerror or str(error), "see whether it can be read"))
    held: list[Holding] = []
    for file, reader in kinds.items():
        try:
            with mapped(file) as data:
                for one in _found(reader, data, name_of(file), findings):
                    companion = ""
                    if reader.companion == "types":
                        companion = _nearest(os.path.dirname(file), types, os.path.dirname)
                    elif reader.companion == "text":
                        text = os.path.join(os.path.dirname(file), f"{one.id}.txt")
                        companion = text if os.path.isfile(text) and not os.path.islink(text) else ""
                    held.append(Holding(in_export(one, name_of(file)), reader.name, file, "", companion))
        except (InputError, OSError) as error:
            findings.append(_as_finding(error, name_of(file)))
    for file in archives:
        try:
            held += _look_through(file, file, name_of(file), findings)
        except (InputError, OSError) as error:
            findings.append(_as_finding(error, name_of(file)))
    return held


def _unknown(data: Data, name: str) -> Finding:
    """What to say of a file that ends like annotation and is of no known format: what is wrong with its JSON, if it is none."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Finding(name, "is UTF-16, and is not UTF-8", "save it as UTF-8")
    if data[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"["):
        try:
            first = next(iter(records(data, name)), None)
        except InputError as error:
            return Finding(error.place, error.found, error.remedy)
        if isinstance(first, Finding):
            return first
    return Finding(name, "is of no known format", "see kg formats", lost=False)


def _found(reader: Reader, data: Data, name: str, findings: list[Finding]) -> Iterator[Found]:
    try:
        for one in reader.find(data, name):
            if isinstance(one, Finding):
                findings.append(one)
            else:
                yield one
    except MALFORMED as error:
        raise _malformed(reader, name, error) from None


def _as_finding(error: InputError | OSError, name: str) -> Finding:
    if isinstance(error, InputError):
        return Finding(error.place, error.found, error.remedy)
    return Finding(name, error.strerror or str(error), "see whether it can be read")


def _is_types(data: Data) -> bool:
    head = data[:4096]
    return b"<typeSystemDescription" in head and b"http://uima.apache.org/resourceSpecifier" in head


def _nearest(folder: str, types: dict[str, str], up: Callable[[str], str]) -> str:
    """The type system in a folder or the nearest one above it."""
    while folder not in types:
        if up(folder) == folder:
            return ""
        folder = up(folder)
    return types[folder]


# -- archives ------------------------------------------------------------------------------------------------------------


def _look_through(source: str | bytes, file: str, name: str, findings: list[Finding], outer: str = "") -> list[Holding]:
    """The texts in an archive, and in the archives inside it."""
    held: list[Holding] = []
    serialised = brat = unpacked = 0
    before = len(findings)
    with opened(source, name) as archive:
        types: dict[str, str] = {}
        kinds: dict[str, Reader] = {}
        members = sorted(member.filename for member in archive.infolist() if not member.is_dir())
        for member in members:
            if member.endswith(SERIALISED):
                serialised += 1
            if member.startswith(_NOT_ANNOTATION) or member.endswith((SERIALISED, ".log", ".ttl", ".rdf", ".pdf")):
                continue
            content = read_member(archive, member, name)
            if is_archive(content):
                if outer:
                    raise InputError("holds an archive in an archive in an archive", place=name, remedy="unpack it")
                if len(content) > MOST_NESTED_BYTES:
                    raise InputError(f"holds a large archive: {member[:80]}", place=name, remedy="unpack it")
                unpacked += size_of(content, f"{name}/{member}")
                if unpacked > MOST_BYTES:
                    found = f"unpacks to more than {MOST_BYTES / 1e9:,.1f} GB with the archives inside it"
                    raise InputError(found, place=name, remedy="export it in parts")
                held += _look_through(content, file, f"{name}/{member}", findings, member)
            elif _is_types(content):
                types.setdefault(os.path.dirname(member), member)
            elif (reader := recognise(content, f"{name}/{member}")) is not None:
                kinds[member] = reader
            elif member.endswith(ENDINGS):
                brat += 1
            elif member.endswith(TYPICAL) and not os.path.basename(member).startswith("exportedproject"):
                findings.append(_unknown(content, f"{name}/{member}"))
        for member, reader in kinds.items():
            content = read_member(archive, member, name)
            for one in _found(reader, content, f"{name}/{member}", findings):
                companion = ""
                if reader.companion == "types":
                    companion = _nearest(os.path.dirname(member), types, os.path.dirname)
                elif reader.companion == "text":
                    text = os.path.join(os.path.dirname(member), f"{one.id}.txt")
                    companion = text if text in members else ""
                inside = f"{outer}{INNER}" if outer else ""
                held.append(
                    Holding(
                        in_export(one, member, outer, name),
                        reader.name,
                        file,
                        inside + member,
                        companion and inside + companion,
                    )
                )
    if brat:
        found = f"holds {brat} annotation files of brat, which are read from a folder only"
        findings.append(Finding(name, found, "unpack it"))
    if not held and not serialised and not outer and len(findings) == before:
        findings.append(Finding(name, "holds nothing that is read", "see kg formats", lost=False))
    if serialised and not held and not outer:
        found = f"is a project backup: its {serialised} annotations are Java-serialised (.ser) and are not read"
        raise InputError(found, place=name, remedy=_WAY_OUT)
    return held


def in_export(found: Found, *paths: str) -> Found:
    """In a project of INCEpTION, `annotation/<text>/<annotator>.…` says which text it is and whose, where the file itself
    does not; paths are those of the file and of the archives that it lies in."""
    parts = next((p for path in paths if len(p := path.split("/")) > 2 and p[-3] in ("annotation", "curation")), None)
    if parts is None:
        return found
    name = parts[-1].rpartition(".")[0]
    if found.id in (stem(found.place), name):
        found = found._replace(id=parts[-2].removesuffix(".txt") or found.id)
    if parts[-3] == "curation":
        return found._replace(annotator="", curated=True)
    if name in NOBODY:
        return found._replace(annotator="", untouched=True)
    return found if found.annotator or found.curated else found._replace(annotator=name)


# -- bytes ---------------------------------------------------------------------------------------------------------------


@contextmanager
def mapped(file: str) -> Iterator[Data]:
    """The bytes of a file without reading it whole."""
    with open(file, "rb") as source:
        if os.fstat(source.fileno()).st_size == 0:
            yield b""
            return
        with mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data


def piece(holding: Holding) -> Piece:
    """The bytes of one text, and of what belongs to it. Raises InputError or OSError."""
    found = holding.found
    companion: bytes | None = None
    if holding.member:
        data = _member(holding.file, holding.member)
        if found.length:
            data = data[found.start : found.start + found.length]
        if holding.companion:
            companion = _member(holding.file, holding.companion)
    else:
        with open(holding.file, "rb") as source:
            source.seek(found.start)
            data = source.read(found.length) if found.length else source.read()
        if holding.companion:
            with open(holding.companion, "rb") as source:
                companion = source.read()
    name = os.path.basename(holding.companion)
    return Piece(found.id, data, found.place, found.annotator, found.key, companion, name)


def reader_of(holding: Holding) -> Reader:
    """The reader of its format."""
    return readers()[holding.format]


def read(holding: Holding) -> tuple[Document, list[Finding]]:
    """The document of one text, and what was found wrong with it. Raises InputError or OSError."""
    reader = reader_of(holding)
    try:
        return reader.read(piece(holding))
    except MALFORMED as error:
        raise _malformed(reader, holding.found.place, error) from None


def _malformed(reader: Reader, place: str, error: Exception) -> InputError:
    found = f"is recognised as {reader.name}, and is not well-formed: {type(error).__name__} {error}"[:200]
    return InputError(found, place=place, remedy="export it again, or take it away")


def _member(file: str, member: str) -> bytes:
    status = os.stat(file)
    archive = _archive(file, status.st_mtime_ns, status.st_size)
    outer, inner, last = member.partition(INNER)
    if not inner:
        return read_member(archive, member, os.path.basename(file))
    with opened(read_member(archive, outer, os.path.basename(file)), f"{os.path.basename(file)}/{outer}") as inside:
        return read_member(inside, last, os.path.basename(file))


@lru_cache(maxsize=4)
def _archive(file: str, changed: int, size: int) -> zipfile.ZipFile:
    """An archive, kept open while its texts are read one after the other: its directory is long."""
    with open(file, "rb") as source:
        archive = zipfile.ZipFile(io.BytesIO(source.read()) if size < MOST_NESTED_BYTES else file)
    check(archive, os.path.basename(file))
    return archive

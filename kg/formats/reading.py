"""What a reader of a format is, and what it is given: values that all formats share and none of them owns.

A reader works on bytes, so that a text may lie in a file of its own, in one line of a long file, or inside a zip. It is asked
twice: `find` looks through a file and says which texts it holds, by whom annotated; `read` turns one of them into a
`Document`. So a build never holds more than one text, and can share texts out to several processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from kg.documents import Document
from kg.errors import Finding
from kg.formats.strict_json import Data, first_record

__all__ = ["HEAD", "NOBODY", "Data", "Found", "Head", "Piece", "Reader", "stem"]

HEAD = 64 * 1024
"""As many bytes of a file are looked at to see which format it is."""


NOBODY = frozenset({"INITIAL_CAS", "initial"})
"""The users under whom INCEpTION and WebAnno keep a text as they took it in."""


class Found(NamedTuple):
    """One text with the work of one annotator, found in a file but not yet read.

    start and length are the bytes of its record, 0 and 0 where the file is one record; key is whatever the reader needs to
    find it in the record; place is how messages name it. curated says that it is the agreed version, untouched that it is the
    text as the tool took it in, which counts only where nobody annotated it.
    """

    id: str
    place: str
    annotator: str = ""
    curated: bool = False
    start: int = 0
    length: int = 0
    key: str = ""
    untouched: bool = False


class Piece(NamedTuple):
    """What `read` is given: the bytes of one record and what `find` said of it.

    companion holds the bytes of the file that the format needs beside it: the type system of a CAS, the text of Web
    Annotations; companion_name is how messages name that file.
    """

    id: str
    data: bytes
    place: str
    annotator: str = ""
    key: str = ""
    companion: bytes | None = None
    companion_name: str = ""


class Head:
    """The beginning of a file, for recognising its format. text is empty where it is not UTF-8."""

    def __init__(self, data: Data, name: str = "") -> None:
        self.data = data
        self.name = name
        self.bytes = data[:HEAD].removeprefix(b"\xef\xbb\xbf")
        self.text = self.bytes.decode("utf-8", "ignore") if b"\x00" not in self.bytes[:1024] else ""
        self.start = self.text[:4096].lstrip()
        self._record: object = _UNREAD

    def record(self) -> object:
        """The first record of a JSON file, JSON array or JSON Lines file; None where it has none."""
        if self._record is _UNREAD:
            self._record = first_record(self.data) if self.start[:1] in ("{", "[") else None
        return self._record


_UNREAD = object()


@dataclass(frozen=True, slots=True)
class Reader:
    """One format that can be read.

    companion says what a file of it needs beside it: "types" or "text". mapping names the shipped mapping that turns its
    labels into ours. events says whether the format has events of its own; where it has none, marks and arrows are put
    together into events by the annotation scheme.
    """

    name: str
    title: str
    recognised: str
    """By what a file of it is recognised, for people."""
    sniff: Callable[[Head], bool]
    find: Callable[[Data, str], Iterator[Found | Finding]]
    read: Callable[[Piece], tuple[Document, list[Finding]]]
    companion: str = ""
    mapping: str = ""
    events: bool = False


def stem(name: str) -> str:
    """A file name without folders and without the endings that tools add to the name of a text."""
    base = name.replace("\\", "/").rpartition("/")[2]
    for ending in (".jsonl", ".jsonld", ".json", ".xmi", ".xml", ".tsv", ".csv", ".txt", ".zip"):
        if base.endswith(ending) and len(base) > len(ending):
            base = base.removesuffix(ending)
    return base

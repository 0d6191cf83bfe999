"""What goes wrong, said so that a person can act on it: place, finding, remedy.

Two shapes carry every message of the library. A `Finding` reports something about the input without stopping (one bad
line never stops a build). A `KGError` stops what was asked for; the command line prints it as one line, never as a traceback.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark about the input: where it stands, what was found, what to do.

    `lost` says whether something of the input is missing from the graph because of it; only such findings are counted as
    left out, and only they make a strict build fail.
    """

    place: str
    found: str
    remedy: str = ""
    lost: bool = True

    def __str__(self) -> str:
        return one_line(self.place, self.found, self.remedy)


def one_line(place: str, found: str, remedy: str) -> str:
    """Join the three parts as `place: found (remedy)`, on one line whatever they contain."""
    text = f"{place}: {found}" if place else found
    if remedy:
        text += f" ({remedy})"
    return text.translate(LINE_BREAKS)


# Control characters of a hostile file name or span must not break the one-line promise or drive a terminal.
LINE_BREAKS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), "\N{REPLACEMENT CHARACTER}")
LINE_BREAKS[0x0A] = LINE_BREAKS[0x0D] = "\N{SYMBOL FOR NEWLINE}"
LINE_BREAKS[0x09] = " "


class KGError(Exception):
    """Base of every error that this library raises on purpose."""

    def __init__(self, found: str, *, place: str = "", remedy: str = "") -> None:
        super().__init__(one_line(place, found, remedy))
        self.place = place
        self.found = found
        self.remedy = remedy


class InputError(KGError):
    """A file or folder given by the user cannot be used."""


class StoreError(KGError):
    """A store cannot be opened, written or trusted."""


class QueryError(KGError):
    """A query or one of its parameters cannot be used."""


class QueryRefused(QueryError):
    """A query asks for what no query may do: reach another server, change the data."""


class QueryLimit(KGError):
    """A query was stopped because it reached a limit: `limit` is "time", "memory", "rows" or "bytes"."""

    def __init__(self, found: str, *, limit: str, place: str = "", remedy: str = "") -> None:
        super().__init__(found, place=place, remedy=remedy)
        self.limit = limit

"""The unit in which a tool counts offsets, found out from the words that it wrote beside them.

Tools count Unicode code points, UTF-16 units, or either of them after CRLF was made LF, each with or without a byte order
mark. One unit serves a whole text: the first in which every mention agrees with its words, else the one in which most do;
what then disagrees is refused by the reader. No mention is ever moved to where its words happen to stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto
from typing import TypeAlias

from kg.documents import Span

CHARACTERS = "characters"
UTF16 = "UTF-16 units"


NO_SPAN: Span = (-1, -1)


def span_of(start: object, end: object) -> Span:
    """Two offsets as a tool wrote them. Only whole numbers are offsets: half of one is not rounded, a word is not read."""
    if type(start) is int and type(end) is int:
        return start, end
    return NO_SPAN


class Unit:
    """One way to count offsets. positions maps an offset to a code point of the text; None stands for the identity."""

    def __init__(
        self,
        length: int,
        counted: str = CHARACTERS,
        positions: dict[int, int] | None = None,
        line_feeds: bool = False,
    ) -> None:
        self.length = length
        self.counted = counted
        self.positions = positions
        self.line_feeds = line_feeds

    def convert(self, spans: Sequence[Span]) -> tuple[Span, ...] | None:
        """The spans in code points, or None where one of them is none, lies outside the text or cuts a character."""
        for start, end in spans:
            if not 0 <= start <= end <= self.length:
                return None
        if self.positions is None:
            return tuple(spans)
        try:
            return tuple((self.positions[start], self.positions[end]) for start, end in spans)
        except KeyError:
            return None

    def back(self, text: str) -> Callable[[int], int]:
        """From code points to this unit."""
        if self.positions is None:
            return int
        offsets = {position: offset for offset, position in reversed(self.positions.items())}
        return offsets.__getitem__


def characters(text: str) -> Unit:
    """Offsets as we count them."""
    return Unit(len(text))


def utf16(text: str) -> Unit:
    """Offsets as Java and JavaScript count them."""
    if text.isascii() or max(text) <= "\uffff":
        return Unit(len(text), UTF16)
    return _unit(text, utf16=True, line_feeds=False, mark=False)


def other_units(text: str, byte_order_mark: bool = False) -> Iterable[Unit]:
    """Every other way to count that gives other numbers for this text."""
    astral = not text.isascii() and max(text, default="") > "\uffff"
    carriage_returns = "\r\n" in text
    for mark in (False, True) if byte_order_mark else (False,):
        for line_feeds in (False, True) if carriage_returns else (False,):
            for utf16 in (False, True) if astral else (False,):
                if mark or line_feeds or utf16:
                    yield _unit(text, utf16=utf16, line_feeds=line_feeds, mark=mark)


def _unit(text: str, *, utf16: bool, line_feeds: bool, mark: bool) -> Unit:
    counted = UTF16 if utf16 else CHARACTERS
    counted += " after CRLF was made LF" if line_feeds else ""
    counted += " with the byte order mark" if mark else ""
    positions: dict[int, int] = {}
    offset = int(mark)
    for index, character in enumerate(text):
        positions.setdefault(offset, index)
        if line_feeds and character == "\r" and text[index + 1 : index + 2] == "\n":
            continue
        offset += 2 if utf16 and ord(character) > 0xFFFF else 1
    positions[offset] = len(text)
    return Unit(offset, counted, positions, line_feeds)


class Agreement(Enum):
    """How the words that a tool wrote compare with the text."""

    YES = auto()
    NO = auto()
    ABSENT = auto()
    OLD_STYLE = auto()
    OUTSIDE = auto()


WRONG = frozenset({Agreement.NO, Agreement.OUTSIDE})
Reading: TypeAlias = tuple[tuple[Span, ...], str, Agreement]
"""A mention in one unit: its spans in code points, the words there, how they compare with what the tool wrote."""
OUTSIDE: Reading = ((), "", Agreement.OUTSIDE)

Mark: TypeAlias = tuple[Sequence[Span], str | None]
"""Spans as a tool wrote them, and the words that it wrote beside them, or None."""


def choose_unit(text: str, marks: Sequence[Mark], *, byte_order_mark: bool = False) -> tuple[Unit, list[Reading]]:
    """The unit of offsets of this text, and every mark read in it."""
    best = Unit(len(text))
    readings, wrong = _readings(text, best, marks)
    if wrong:
        for unit in other_units(text, byte_order_mark):
            others, still_wrong = _readings(text, unit, marks)
            if still_wrong < wrong:
                best, readings, wrong = unit, others, still_wrong
                if not wrong:
                    break
    return best, readings


def _readings(text: str, unit: Unit, marks: Sequence[Mark]) -> tuple[list[Reading], int]:
    """How every mark reads in this unit, and how many of them disagree with the text."""
    readings: list[Reading] = []
    wrong = 0
    plain, length = unit.positions is None, unit.length
    for raw, field in marks:
        # Nearly every mark is one span whose words stand where it says.
        if plain and len(raw) == 1 and field is not None:
            start, end = raw[0]
            if 0 <= start <= end <= length and text[start:end] == field:
                readings.append((raw if raw.__class__ is tuple else tuple(raw), field, Agreement.YES))
                continue
        spans = unit.convert(raw)
        reading = OUTSIDE if spans is None else compare(text, spans, field, unit.line_feeds)
        wrong += reading[2] in WRONG
        readings.append(reading)
    return readings, wrong


def compare(text: str, spans: tuple[Span, ...], field: str | None, line_feeds: bool) -> Reading:
    """How the words of spans compare with what a tool wrote of them."""
    if len(spans) == 1:
        words = joined = text[spans[0][0] : spans[0][1]]
    else:
        fragments = [text[start:end] for start, end in spans]
        words, joined = " ".join(fragments), "".join(fragments)
    if words == field:
        return spans, words, Agreement.YES
    if field is None:
        return spans, words, Agreement.ABSENT
    if line_feeds and words.replace("\r\n", "\n") == field:
        return spans, words, Agreement.YES
    return spans, words, Agreement.OLD_STYLE if joined == field else Agreement.NO


def refusal(
    reading: Reading, spans: Sequence[Span], field: str | None, unit: Unit, who: str, text_name: str
) -> str | None:
    """What is wrong with a mark read in the unit of its text; None where nothing is."""
    _, words, agreement = reading
    if agreement is Agreement.OUTSIDE:
        wrong = next(((start, end) for start, end in spans if not 0 <= start <= end), None)
        if wrong == NO_SPAN:
            return f"{who} has offsets that are no whole numbers"
        if wrong is not None:
            return f"{who} goes from {wrong[0]} to {wrong[1]}, which is no span"
        end = max(end for _, end in spans)
        if end <= unit.length:
            return f"{who} starts or ends inside a character"
        return f"{who} ends at {end}, but {text_name} has {unit.length} {unit.counted}"
    if agreement is Agreement.NO:
        return f"{who} marks {short(words)} in {text_name}, but the line says {short(field or '')}"
    return None


def short(text: str) -> str:
    """text in quotation marks, cut so that a message stays one line that one can read."""
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}…"'

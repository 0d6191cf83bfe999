"""English time expressions of newswire texts → EDTF.

Everything is read off the text and its day of publication: no clock, no guess outside the grammar. The words for one day or
month stand in `kg.datewords`, what an EDTF value means in days in `kg.edtf`.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from kg.datewords import MONTHS, WEEKDAYS, Direction, Frame, any_of, edge, point
from kg.edtf import DATE_TIME, bounds


@lru_cache(maxsize=32768)
def resolve(expression: str, published: date, towards: Direction = "past") -> str | None:
    """The EDTF value of an English newswire time expression read on the day of publication, or None.

    Without a year, "Saturday", "23 July", "July", "the summer" and "the weekend" are the last one that began up to the
    day of publication or, towards the future, the next one that ends from it on. "Last" ones lie wholly before it,
    "next" ones wholly after it. "This" is the one in the same week (days, weekends) or year (months, seasons), or,
    towards the future, the next where that is over. Weeks run from Monday to Sunday; "three weeks ago" has the
    precision of its unit. "The past week" (or "the last week", with its article) is the seven days before publication,
    without it. A part of a day is that day; "early", "mid" and "late" add `~` to a month, season or year and keep its
    bounds. "Since" opens an interval, "until" and "by" close one. Vague, hedged and anaphoric words ("recently", "in
    the coming weeks", "nearly four years ago", "the next day") give None, as does a weekday that its date contradicts.
    """
    if len(expression) > 120:
        return None
    try:
        found = _expression(_normalised(expression), Frame(published, towards))
        if found is not None:
            bounds(found)
    except (OverflowError, ValueError):  # a day that no calendar has ("31 June"), or one outside the years 1 to 9999
        return None
    return found


_MARKS = str.maketrans({"’": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "(": ",", ")": " "})
_COMMA, _DOT, _ORDINAL = re.compile(r"\s*,\s*"), re.compile(r"(?<=[a-z])\."), re.compile(r"(?<=[0-9])(?:st|nd|rd|th)\b")


def _normalised(expression: str) -> str:
    """Lower case, single blanks (no-break ones too), plain dashes and apostrophes, "dec 20" for "Dec. 20th"."""
    text = " ".join(_COMMA.sub(", ", expression.translate(_MARKS).lower()).split()).strip(' ,.;:"“”')
    return _ORDINAL.sub("", _DOT.sub("", text)).replace("mid-", "mid ").removesuffix("'s")


def _expression(text: str, frame: Frame) -> str | None:
    """An expression that may open, close or span an interval."""
    first, _, rest = text.removeprefix("ever ").partition(" ")
    if first == "since":
        return _half_open(point(rest, frame), 0)
    if first in ("until", "till", "by"):
        return _half_open(point(rest, frame), 1)
    if (found := point(text, frame) or _span(text, frame)) is not None:
        return found
    if first in ("from", "starting"):
        return _half_open(point(_ONWARDS.sub("", rest), frame), 0)
    return _published_form(text)


_ONWARDS = re.compile(" (?:on|onwards?)$")


def _published_form(text: str) -> str | None:
    """An ISO date-time, or an interval of two ISO dates, as it stands."""
    return text.upper() if DATE_TIME.fullmatch(text.upper()) or _ISO_INTERVAL.fullmatch(text) else None


_ISO_INTERVAL = re.compile("[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?/[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")


def _half_open(edtf: str | None, end: int) -> str | None:
    """The interval that runs from edtf (end 0) or up to it (end 1)."""
    if edtf is None:
        return None
    return f"../{_side(edtf, 1)}" if end else f"{_side(edtf, 0)}/.."


def _side(edtf: str, end: int) -> str:
    return edtf.split("/")[end] if "/" in edtf else edtf


def _span(text: str, frame: Frame) -> str | None:
    """Two expressions around "to", "and" or a dash, as an interval. A plain "and" joins neighbours only.

    What has no year or week of its own is read next to the other end: in "July to September 2024" July is that of 2024.
    """
    match = next((match for joint in _JOINTS if (match := joint.fullmatch(text))), None)
    if match is None:
        return None
    first, last, lead, joint = match["first"], match["last"], match["lead"], match["joint"]
    start = end = None
    first_floats, last_floats = _FLOATING.fullmatch(first), _FLOATING.fullmatch(last)
    if first_floats and not (last_floats and frame.towards == "past"):
        end = point(last, frame)
        start = point(first, Frame(edge(end, 0), "past", strict=True)) if end else None
    elif (start := point(first, frame)) is not None:
        end = point(last, frame)
        if last_floats and (first_floats or (end and edge(end, 0) <= edge(start, 1))):
            end = point(last, Frame(edge(start, 1), "future", strict=True))
    if not start or not end:
        return None
    days_between = (edge(end, 0) - edge(start, 1)).days
    if days_between < 1 or (days_between > 1 and joint == " and " and lead != "between "):
        return None
    return f"{_side(start, 0)}/{_side(end, 1)}"


_JOINTS = tuple(
    re.compile(f"(?P<lead>from |between )?(?P<first>.+?)(?P<joint>{joint})(?P<last>.+)")
    for joint in (" (?:to|and|until|till|through) ", " - ", "-")
)
_FLOATING = re.compile(
    f"(?:(?:on|in|the|early|mid|late) )*(?:{any_of(WEEKDAYS)}(?: (?:morning|afternoon|evening|night))?"
    f"|[0-9]{{1,2}} (?:of )?{any_of(MONTHS)}|{any_of(MONTHS)}(?: [0-9]{{1,2}})?)"
)

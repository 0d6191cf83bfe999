"""EDTF values, dates of publication and durations: what is written in a standard → days, and RDF literals.

EDTF is the Extended Date/Time Format of the Library of Congress (https://www.loc.gov/standards/datetime/), here its
levels 0 and 1; dates and durations are those of ISO 8601. English expressions are read in `kg.times`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from kg.terms import XSD

Bounds = tuple[date | None, date | None]


class EDTFError(ValueError):
    """A text is no EDTF value of level 0 or 1, or one that no calendar day can stand for; the message says why."""


# -- EDTF → days -------------------------------------------------------------------------------------------------------

_DATE = re.compile(r"([0-9X]{4})(?:-([0-9X]{2})(?:-([0-9X]{2}))?)?[?~%]?")
DATE_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:Z|[+-]([0-9]{2})(?::([0-9]{2}))?)?"
)
_YEAR = re.compile(r"[0-9]{4}|[0-9]{3}X|[0-9]{2}XX")
_LEVEL_2 = (
    (re.compile(r"[\[{]"), "sets are level 2 and not supported"),
    (re.compile(r"Y"), "years beyond four digits are not supported"),
    (re.compile(r"-"), "years before 0001 are not supported"),
    (re.compile(r".*[?~%].*[0-9X]|[?~%]", re.DOTALL), "a qualifier of one part is level 2; write it at the end"),
    (
        re.compile(r".*[0-9]S[0-9]|.*[0-9]E[0-9]", re.DOTALL),
        "significant digits and exponents are level 2 and not supported",
    ),
)
_SEASONS = {"21": 3, "22": 6, "23": 9, "24": 12}


@lru_cache(maxsize=16384)
def bounds(edtf: str) -> Bounds:
    """The earliest and the latest day of an EDTF value; None for an end that is open (`..`) or unknown (empty).

    Read are dates, date-times (the day as written, whatever the zone), seasons, unspecified digits from the right
    (`202X`, `2025-XX`), a qualifier `?`, `~` or `%` at the end (it moves no bound), and intervals of these except
    date-times. Seasons are three calendar months of the northern year: 21 March to May, 22 June to August, 23 September
    to November, 24 December to February of the next year. Years run from 0001 to 9999. Raises EDTFError for everything
    else.
    """
    if "/" not in edtf:
        return _date_bounds(edtf, edtf)
    start, _, end = edtf.partition("/")
    if "/" in end:
        raise EDTFError(f"{shown(edtf)} has more than one '/' (expected start/end)")
    if not start and not end:
        raise EDTFError(f"{shown(edtf)} has no end that is known or open (expected start/end, ../end or start/..)")
    for side in (start, end):
        if "T" in side:
            raise EDTFError(f"{shown(edtf)} has a time of day in an interval (expected two dates)")
    first = None if start in ("", "..") else _date_bounds(start, edtf)[0]
    last = None if end in ("", "..") else _date_bounds(end, edtf)[1]
    if first is not None and last is not None and first > last:
        raise EDTFError(f"{shown(edtf)} ends before it starts (expected the earlier date first)")
    return first, last


def is_edtf(text: str) -> bool:
    """Whether `bounds` can read a text."""
    try:
        bounds(text)
    except EDTFError:
        return False
    return True


def _date_bounds(text: str, whole: str) -> tuple[date, date]:
    match = _DATE.fullmatch(text)
    if match is None:
        if "T" in text and (moment := DATE_TIME.fullmatch(text)):
            return _date_time_bounds(moment, whole)
        reason = next(
            (reason for pattern, reason in _LEVEL_2 if pattern.match(text)), "expected a date such as 2025-12-20"
        )
        raise EDTFError(f"{shown(whole)} is no EDTF of level 0 or 1 ({reason})")
    year, month, day = match.groups()
    if not _YEAR.fullmatch(year) or ("X" in year and month) or (month == "XX" and day not in (None, "XX")):
        raise EDTFError(
            f"{shown(whole)} leaves a part open before a known one (expected X from the right: 2025-XX, 202X)"
        )
    first_year, last_year = int(year.replace("X", "0")), int(year.replace("X", "9"))
    if first_year == 0:
        raise EDTFError(f"{shown(whole)} reaches the year 0000 (expected years 0001 to 9999)")
    if month is None or month == "XX":
        return date(first_year, 1, 1), date(last_year, 12, 31)
    if month in _SEASONS and day is None:
        return _season_bounds(first_year, _SEASONS[month], whole)
    if "X" in month or not 1 <= int(month) <= 12:
        raise EDTFError(f"{shown(whole)} has month {month} (expected 01 to 12, XX, or a season 21 to 24 without a day)")
    days = monthrange(first_year, int(month))[1]
    if day is None or day == "XX":
        return date(first_year, int(month), 1), date(first_year, int(month), days)
    if "X" in day or not 1 <= int(day) <= days:
        raise EDTFError(f"{shown(whole)} has day {day} (expected 01 to {days} in {year}-{month}, or XX)")
    exact = date(first_year, int(month), int(day))
    return exact, exact


def _date_time_bounds(match: re.Match[str], whole: str) -> tuple[date, date]:
    day, *parts = match.groups()
    for part, highest in zip(parts, (23, 59, 59, 14, 59), strict=True):
        if part is not None and int(part) > highest:
            raise EDTFError(f"{shown(whole)} has {part} in its time of day (expected at most {highest} there)")
    return _date_bounds(day, whole)


def _season_bounds(year: int, month: int, whole: str) -> tuple[date, date]:
    if month < 12:
        return date(year, month, 1), date(year, month + 2, monthrange(year, month + 2)[1])
    if year == 9999:
        raise EDTFError(f"{shown(whole)} ends in the year 10000 (expected years 0001 to 9999)")
    return date(year, 12, 1), date(year + 1, 2, monthrange(year + 1, 2)[1])


def shown(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:59] + "…")


# -- dates of publication and durations -------------------------------------------------------------------------------


class Moment(NamedTuple):
    """A date of publication. lexical is its canonical form, datatype the IRI of xsd:date or xsd:dateTime."""

    lexical: str
    datatype: str
    day: date


_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,18}))?)?)?"
    r"(?:(Z)|([+-])([0-9]{2})(?::?([0-9]{2}))?)?"
)


@lru_cache(maxsize=4096)
def canonical_date(text: str) -> Moment:
    """An ISO 8601 day, or day and time, with or without zone, as the RDF literal that the store would write.

    Seconds may be missing, a blank may stand for the T, 24:00 is the first moment of the next day. Raises ValueError.
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"{shown(text)} is no ISO 8601 date (expected 2025-12-21 or 2025-12-21T09:30:00+02:00)")
    year, month, day, hour, minute, second, fraction, utc, sign, zone_hour, zone_minute = match.groups()
    try:
        calendar_day = _date_bounds(f"{year}-{month}-{day}", text)[0]
    except EDTFError as error:
        raise ValueError(str(error)) from None
    zone = "Z" if utc else ""
    if sign:
        zone_minute = zone_minute or "00"
        offset = int(zone_hour) * 60 + int(zone_minute)
        if int(zone_minute) > 59 or offset > 14 * 60:
            raise ValueError(f"{shown(text)} has the zone {sign}{zone_hour}:{zone_minute} (expected -14:00 to +14:00)")
        zone = f"{sign}{zone_hour}:{zone_minute}" if offset else "Z"
    if hour is None:
        return Moment(calendar_day.isoformat() + zone, XSD + "date", calendar_day)
    second, fraction = second or "00", (fraction or "").rstrip("0")
    if (hour, minute, second, fraction) == ("24", "00", "00", ""):
        if calendar_day == date.max:
            raise ValueError(f"{shown(text)} ends in the year 10000 (expected years 0001 to 9999)")
        calendar_day, hour = calendar_day + timedelta(days=1), "00"
    if int(hour) > 23 or int(minute) > 59 or int(second) > 59:
        raise ValueError(f"{shown(text)} has no possible time of day (expected 00:00:00 to 23:59:59)")
    lexical = f"{calendar_day.isoformat()}T{hour}:{minute}:{second}{'.' + fraction if fraction else ''}{zone}"
    return Moment(lexical, XSD + "dateTime", calendar_day)


_COUNT = "([0-9]{1,9})"
_DURATION = re.compile(
    rf"P(?=[0-9T])(?:{_COUNT}W|(?:{_COUNT}Y)?(?:{_COUNT}M)?(?:{_COUNT}D)?"
    rf"(?:T(?=[0-9])(?:{_COUNT}H)?(?:{_COUNT}M)?(?:{_COUNT}(?:[.,]([0-9]{{1,9}}))?S)?)?)"
)


@lru_cache(maxsize=4096)
def duration(text: str) -> str:
    """An ISO 8601 duration as canonical xsd:duration: months carry into years, seconds into days; P2W is P14D.

    Raises ValueError for a sign, a fraction of anything but seconds, weeks beside other units, over nine digits.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"{shown(text)} is no ISO 8601 duration (expected P6M, P2W, PT40M or P1Y2M3DT4H)")
    *counts, fraction = match.groups()
    weeks, years, months, days, hours, minutes, seconds = (int(count or 0) for count in counts)
    years, months = divmod(years * 12 + months, 12)
    minutes, seconds = divmod(seconds + 60 * (minutes + 60 * (hours + 24 * (days + 7 * weeks))), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    part = (fraction or "").rstrip("0")
    day = "".join(f"{count}{unit}" for count, unit in ((years, "Y"), (months, "M"), (days, "D")) if count)
    time = "".join(f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M")) if count)
    if seconds or part:
        time += f"{seconds}{'.' + part if part else ''}S"
    if not day and not time:
        return "PT0S"
    return f"P{day}{'T' + time if time else ''}"

"""English words for one day, week, month, season or year, or for a period measured from publication → EDTF.

One rule for each way of writing, in a table at the end; what spans, opens or closes an interval is put together in `kg.times`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Literal, NamedTuple

from kg.edtf import EDTFError, bounds, shown

Direction = Literal["past", "future"]
"""Which way an expression without a year or week points: to the last such day, month, … or to the next."""


class Frame(NamedTuple):
    """What an expression is read against: a day and a direction. strict leaves out what holds the day itself."""

    day: date
    towards: Direction
    strict: bool = False


def point(text: str, frame: Frame) -> str | None:
    """An expression of one day, week, month, season or year, or of a period measured from publication."""
    text = _PREPOSITION.sub("", text)
    for pattern, rule in _RULES:
        if match := pattern.fullmatch(text):
            return rule(match, frame)
    return None


def edge(edtf: str, end: int) -> date:
    """The first (end 0) or the last day (end 1) of a value that is open nowhere."""
    day = bounds(edtf)[end]
    if day is None:
        raise EDTFError(f"{shown(edtf)} is open")
    return day


def _days(start: date, end: date) -> str:
    return start.isoformat() if start == end else f"{start.isoformat()}/{end.isoformat()}"


def _moved(day: date, unit: str, count: int) -> date:
    """day moved by calendar units; where the month is too short, to its last day."""
    if unit in ("month", "year"):
        year, month = divmod(day.year * 12 + day.month - 1 + count * (12 if unit == "year" else 1), 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return day + timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[unit])


def _holding(unit: str, day: date) -> str:
    """The day, week (Monday to Sunday), month or year that holds day."""
    if unit in ("week", "fortnight"):
        monday = day - timedelta(days=day.weekday())
        return _days(monday, monday + timedelta(days=6))
    return day.isoformat()[: {"day": 10, "month": 7, "year": 4}[unit]]


def _pick(candidates: list[str], which: str | None, frame: Frame, same: str | None = None) -> str | None:
    """The one of the candidates, earliest first, that "last", "next", "this" (same, if not over) or nothing picks."""
    if which == "this" and same and (frame.towards == "past" or edge(same, 1) >= frame.day):
        return same
    if which in ("last", "past", "this past") or (frame.strict and frame.towards == "past"):
        return next((found for found in reversed(candidates) if edge(found, 1) < frame.day), None)
    if which in ("next", "coming", "this coming") or frame.strict:
        return next((found for found in candidates if edge(found, 0) > frame.day), None)
    if frame.towards == "past":
        return next((found for found in reversed(candidates) if edge(found, 0) <= frame.day), None)
    return next((found for found in candidates if edge(found, 1) >= frame.day), None)


def _weekday(match: re.Match[str], frame: Frame) -> str | None:
    same = frame.day + timedelta(days=WEEKDAYS[match["weekday"]] - frame.day.weekday())
    if match["week"]:
        return _moved(same, "week", _STEP[match["week"]]).isoformat() if not match["which"] else None
    days = [_moved(same, "week", step).isoformat() for step in (-1, 0, 1)]
    return _pick(days, match["which"], frame, days[1])


def _weekend(match: re.Match[str], frame: Frame) -> str | None:
    saturday = frame.day + timedelta(days=5 - frame.day.weekday())
    starts = [_moved(saturday, "week", step) for step in (-2, -1, 0, 1)]
    weekends = [_days(day, day + timedelta(days=1)) for day in starts]
    return _pick(weekends, match["which"], frame, weekends[2])


def _day_word(match: re.Match[str], frame: Frame) -> str:
    return _moved(frame.day, "day", _DAY_WORDS[match["word"]]).isoformat()


def _year_of(match: re.Match[str], frame: Frame) -> int | None:
    """The year written behind a day, month or season: a number, or "last year"."""
    if match["year"]:
        return int(match["year"])
    return frame.day.year + _STEP[match["rel"]] if match["rel"] else None


def _years_around(frame: Frame, reach: int) -> list[int]:
    return [year for year in range(frame.day.year - reach, frame.day.year + reach + 1) if 1 <= year <= 9998]


def _month(match: re.Match[str], frame: Frame) -> str | None:
    year, number = _year_of(match, frame), MONTHS[match["month"]]
    if year is not None:
        return f"{year:04d}-{number:02d}" if not match["which"] else None
    months = [f"{year:04d}-{number:02d}" for year in _years_around(frame, 1)]
    return _pick(months, match["which"], frame, f"{frame.day.year:04d}-{number:02d}")


def _season(match: re.Match[str], frame: Frame) -> str | None:
    year, number = _year_of(match, frame), _SEASON_NUMBERS[match["season"]]
    if year is not None:
        # "Winter 2025" is January to one reader and December to the next; "winter 2025-26" is not.
        return f"{year:04d}-{number}" if number != 24 and not match["which"] else None
    seasons = [f"{year:04d}-{number}" for year in _years_around(frame, 2)]
    year = frame.day.year - 1 if number == 24 and frame.day.month < 3 else frame.day.year
    return _pick(seasons, match["which"], frame, f"{year:04d}-{number}")


def _winter(match: re.Match[str], frame: Frame) -> str | None:
    year = int(match["year"])
    return f"{year:04d}-24" if str(year + 1).endswith(match["following"]) else None


def _date(match: re.Match[str], frame: Frame) -> str | None:
    """A day of a month. Without a year, the nearest one the direction allows; a weekday written with it must fit."""
    found = _nearest_date(match, frame, int(match["day"]))
    weekday = match["weekday"]
    return found.isoformat() if found and (not weekday or found.weekday() == WEEKDAYS[weekday]) else None


def _nearest_date(match: re.Match[str], frame: Frame, number: int) -> date | None:
    year, month = _year_of(match, frame), MONTHS[match["month"]]
    if year is not None:
        return date(year, month, number)
    # Eight years reach the next 29 February even where a century skips one.
    days = [date(y, month, number) for y in _years_around(frame, 8) if 1 <= number <= monthrange(y, month)[1]]
    found = _pick([day.isoformat() for day in days], None, frame)
    return date.fromisoformat(found) if found else None


def _dates(match: re.Match[str], frame: Frame) -> str | None:
    """Days of one month, such as "20-21 December". A plain "and" joins neighbours only."""
    first, last = int(match["first"]), int(match["day"])
    near = _nearest_date(match, frame, first if frame.towards == "past" else last)
    listed = match["joint"] == " and " and match["lead"] != "between "
    if near is None or not first < last or (listed and first + 1 < last):
        return None
    return _days(near.replace(day=first), near.replace(day=last))


def _distance(match: re.Match[str], frame: Frame) -> str:
    """ "Three weeks ago", "in two days": the day, week, month or year at that distance."""
    count = _count(match["count"])
    return _holding(match["unit"], _moved(frame.day, match["unit"], -count if match["tail"] == " ago" else count))


def _count(word: str) -> int:
    return _NUMBERS.get(word) or int(word)


def _calendar(match: re.Match[str], frame: Frame) -> str:
    return _holding(match["unit"], _moved(frame.day, match["unit"], _STEP[match["which"]]))


def _rolling(match: re.Match[str], frame: Frame) -> str | None:
    """A period up to the eve of publication, or from the day after it on; hours reach into the day itself."""
    unit, count = match["unit"], _count(match["count"] or "1")
    vague = match["plural"] or (unit == "day" and match["which"] in ("last", "next"))
    if count < 1 or (vague and not match["count"]):
        return None
    gap = timedelta(days=1)
    if unit == "hour":
        unit, count, gap = "day", -(-count // 24), timedelta()
    if match["which"] in ("past", "last"):
        return _days(_moved(frame.day, unit, -count), frame.day - gap)
    return _days(frame.day + gap, _moved(frame.day, unit, count))


def _rest_of(match: re.Match[str], frame: Frame) -> str:
    """ "Earlier this month" ends on the day of publication, "later this month" starts there."""
    whole = _holding(match["unit"], frame.day)
    return _days(edge(whole, 0), frame.day) if match["part"] == "earlier" else _days(frame.day, edge(whole, 1))


def _part_of(match: re.Match[str], frame: Frame) -> str | None:
    """ "Late July" is July, roughly; "late Saturday" is Saturday; "early next week" is the week."""
    whole = point(_THE_UNIT.sub("this ", match["rest"]), frame)
    if whole is None or whole.endswith("~"):
        return None
    if len(whole) == 10:
        return whole if match["part"] in ("early", "late", "earlier", "later") else None
    return whole if "/" in whole else whole + "~"


_THE_UNIT = re.compile("the (?=(?:week|month|year)$)")


def _time_of_day(match: re.Match[str], frame: Frame) -> str | None:
    day = point(match["rest"], frame)
    return day if day is not None and len(day) == 10 else None


def _as_written(match: re.Match[str], frame: Frame) -> str:
    return match["written"]


def _decade(match: re.Match[str], frame: Frame) -> str | None:
    """ "The 1990s"; "the 2000s" may be a decade or a century."""
    return match["decade"] + "X" if not match["decade"].endswith("0") else None


def _numbered(words: str, first: int, short: int = 0) -> dict[str, int]:
    """The words, numbered from first; with short, also their first letters."""
    numbered = {word: number for number, word in enumerate(words.split(), first)}
    return numbered | ({word[:short]: number for word, number in numbered.items()} if short else {})


_STEP = {"last": -1, "this": 0, "next": 1}
_DAY_WORDS = {"today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "yesterday": -1}
_DAY_WORDS |= {"last night": -1, "tomorrow": 1, "day before yesterday": -2, "day after tomorrow": 2}
MONTHS = _numbered("january february march april may june july august september october november december", 1, short=3)
MONTHS |= {"sept": 9}
WEEKDAYS = _numbered("monday tuesday wednesday thursday friday saturday sunday", 0, short=3)
WEEKDAYS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_SEASON_NUMBERS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_ONES = _numbered("one two three four five six seven eight nine", 1)
_TENS = _numbered("ten twenty thirty forty fifty sixty seventy eighty ninety", 1)
_TENS = {word: 10 * number for word, number in _TENS.items()}
_NUMBERS = {"a": 1, "an": 1} | _ONES | _TENS
_NUMBERS |= _numbered("eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 11)
_NUMBERS |= {f"{ten}-{one}": _TENS[ten] + _ONES[one] for ten in _TENS for one in _ONES if ten != "ten"}


def any_of(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


_PARTS = {
    "WEEKDAY": f"(?P<weekday>{any_of(WEEKDAYS)})",
    "MONTH": f"(?P<month>{any_of(MONTHS)})",
    "SEASON": f"(?P<season>{any_of(_SEASON_NUMBERS)})",
    "DAYWORD": f"(?P<word>{any_of(_DAY_WORDS)})",
    "DAY": "(?P<day>[0-9]{1,2})",
    "LEAD": "(?P<lead>from |between )?(?:the )?",
    "TO": "(?P<first>[0-9]{1,2})(?P<joint> (?:to|and|until|till|through) | ?- ?)(?:the )?",
    "COUNT": f"(?P<count>[0-9]{{1,3}}|{any_of(_NUMBERS)})",
    "UNIT": "(?P<unit>day|fortnight|week|month|year)s?",
    "PERIOD": "(?P<unit>hour|day|fortnight|week|month|year)(?P<plural>s?)",
    "YEAR": "(?:(?:,| of)? (?P<year>1[0-9]{3}|20[0-9]{2})|,?(?: of)? (?P<rel>this|last|next) year)?",
    "NEAR": "(?:the |(?P<which>this past|this coming|this|last|past|next|coming) )?",
    "CLOCK": "(?:(?:at )?(?:noon|midday|midnight|[0-9]{1,2}(?::[0-9]{2})? ?[ap]m|[0-9]{1,2}:[0-9]{2})|at [0-9]{1,2})"
    "(?: (?:[a-z]+ time|gmt|utc|cet|eet|est|edt|msk))?",
    "HOURS": "(?:morning|afternoon|evening|night)",
}
# "In" stays before a count: "in two days" is a day, "two days" is none.
_PREPOSITION = re.compile(
    "(?:on|at|during|over|throughout|within|for|"
    f"in(?! (?:[0-9]+|{any_of(_NUMBERS)}) (?:day|fortnight|week|month|year)s?\\b)) "
)
_Rule = Callable[[re.Match[str], Frame], str | None]


def _pattern(written: str) -> re.Pattern[str]:
    """A pattern in which <NAME> stands for its entry in _PARTS."""
    return re.compile(re.sub("<([A-Z]+)>", lambda name: _PARTS[name[1]], written))


# The first pattern that fits decides, so what is narrow stands before what is wide.
_RULES: tuple[tuple[re.Pattern[str], _Rule], ...] = tuple(
    (_pattern(written), rule)
    for written, rule in (
        ("(?:the )?<DAYWORD>", _day_word),
        ("<NEAR><WEEKDAY>(?:(?: of)? (?P<week>this|last|next) week)?", _weekday),
        ("<NEAR><MONTH><YEAR>", _month),
        ("(?:<WEEKDAY>,? )?(?:the )?<DAY>(?: of)? <MONTH><YEAR>", _date),
        ("(?:<WEEKDAY>,? )?<MONTH> (?:the )?<DAY><YEAR>", _date),
        ("<LEAD><TO><DAY>(?: of)? <MONTH><YEAR>", _dates),
        ("<LEAD><MONTH> <TO><DAY><YEAR>", _dates),
        ("(?P<written>1[0-9]{3}|20[0-9]{2}|[0-9]{4}-(?:0[1-9]|1[0-2])(?:-[0-9]{2})?)", _as_written),
        ("(?P<which>this|last|next) (?P<unit>week|month|year)", _calendar),
        ("<NEAR>weekend", _weekend),
        ("(?P<tail>in )<COUNT> <UNIT>(?:' time)?", _distance),
        ("<COUNT> <UNIT>(?P<tail> ago| from now)", _distance),
        ("(?:the |this )?(?P<which>past|coming)(?: <COUNT>)? <PERIOD>", _rolling),
        ("the (?P<which>last|next)(?: <COUNT>)? <PERIOD>", _rolling),
        ("(?P<which>last|next) <COUNT> <PERIOD>", _rolling),
        ("<NEAR><SEASON><YEAR>", _season),
        ("(?:the )?winter(?: of)? (?P<year>[0-9]{4})[-/](?P<following>[0-9]{4}|[0-9]{2})", _winter),
        ("(?:the )?(?P<decade>1[0-9]{2}|20[0-9])0s", _decade),
        ("(?P<part>earlier|later) (?:this|in the|in this) (?P<unit>week|month|year)", _rest_of),
        ("(?P<part>early|mid|late|earlier|later|(?:the )?(?:beginning|start|middle|end) of) (?P<rest>.+)", _part_of),
        ("(?P<rest>.+?)(?: at)? <HOURS>", _time_of_day),
        ("(?:the )?<HOURS> of (?P<rest>.+)", _time_of_day),
        ("(?P<rest>.+?),? <CLOCK>", _time_of_day),
        ("<CLOCK>,? (?P<rest>.+)", _time_of_day),
    )
)

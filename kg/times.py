"""English time expressions of newswire texts → EDTF.

Everything is read off the text and its day of publication: no clock, no guess outside the grammar. What an EDTF value
means in days stands in `kg.edtf`.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from kg.edtf import DATE_TIME, EDTFError, bounds, shown

Direction = Literal["past", "future"]
"""Which way an expression without a year or week points: to the last such day, month, … or to the next."""


class _Frame(NamedTuple):
    """What an expression is read against: a day and a direction. strict leaves out what holds the day itself."""

    day: date
    towards: Direction
    strict: bool = False


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
        found = _expression(_normalised(expression), _Frame(published, towards))
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


def _expression(text: str, frame: _Frame) -> str | None:
    """An expression that may open, close or span an interval."""
    first, _, rest = text.removeprefix("ever ").partition(" ")
    if first == "since":
        return _half_open(_point(rest, frame), 0)
    if first in ("until", "till", "by"):
        return _half_open(_point(rest, frame), 1)
    if (found := _point(text, frame) or _span(text, frame)) is not None:
        return found
    if first in ("from", "starting"):
        return _half_open(_point(_ONWARDS.sub("", rest), frame), 0)
    return _published_form(text)


_ONWARDS = re.compile(" (?:on|onwards?)$")


def _published_form(text: str) -> str | None:
    """An ISO date-time, or an interval of two ISO dates, as it stands."""
    return text.upper() if DATE_TIME.fullmatch(text.upper()) or _ISO_INTERVAL.fullmatch(text) else None


_ISO_INTERVAL = re.compile("[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?/[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")


def _half_open(point: str | None, end: int) -> str | None:
    """The interval that runs from point (end 0) or up to it (end 1)."""
    if point is None:
        return None
    return f"../{_side(point, 1)}" if end else f"{_side(point, 0)}/.."


def _side(edtf: str, end: int) -> str:
    return edtf.split("/")[end] if "/" in edtf else edtf


def _edge(edtf: str, end: int) -> date:
    """The first (end 0) or the last day (end 1) of a value that is open nowhere."""
    day = bounds(edtf)[end]
    if day is None:
        raise EDTFError(f"{shown(edtf)} is open")
    return day


def _span(text: str, frame: _Frame) -> str | None:
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
        end = _point(last, frame)
        start = _point(first, _Frame(_edge(end, 0), "past", strict=True)) if end else None
    elif (start := _point(first, frame)) is not None:
        end = _point(last, frame)
        if last_floats and (first_floats or (end and _edge(end, 0) <= _edge(start, 1))):
            end = _point(last, _Frame(_edge(start, 1), "future", strict=True))
    if not start or not end:
        return None
    days_between = (_edge(end, 0) - _edge(start, 1)).days
    if days_between < 1 or (days_between > 1 and joint == " and " and lead != "between "):
        return None
    return f"{_side(start, 0)}/{_side(end, 1)}"


def _point(text: str, frame: _Frame) -> str | None:
    """An expression of one day, week, month, season or year, or of a period measured from publication."""
    text = _PREPOSITION.sub("", text)
    for pattern, rule in _RULES:
        if match := pattern.fullmatch(text):
            return rule(match, frame)
    return None


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


def _pick(candidates: list[str], which: str | None, frame: _Frame, same: str | None = None) -> str | None:
    """The one of the candidates, earliest first, that "last", "next", "this" (same, if not over) or nothing picks."""
    if which == "this" and same and (frame.towards == "past" or _edge(same, 1) >= frame.day):
        return same
    if which in ("last", "past", "this past") or (frame.strict and frame.towards == "past"):
        return next((found for found in reversed(candidates) if _edge(found, 1) < frame.day), None)
    if which in ("next", "coming", "this coming") or frame.strict:
        return next((found for found in candidates if _edge(found, 0) > frame.day), None)
    if frame.towards == "past":
        return next((found for found in reversed(candidates) if _edge(found, 0) <= frame.day), None)
    return next((found for found in candidates if _edge(found, 1) >= frame.day), None)


def _weekday(match: re.Match[str], frame: _Frame) -> str | None:
    same = frame.day + timedelta(days=_WEEKDAYS[match["weekday"]] - frame.day.weekday())
    if match["week"]:
        return _moved(same, "week", _STEP[match["week"]]).isoformat() if not match["which"] else None
    days = [_moved(same, "week", step).isoformat() for step in (-1, 0, 1)]
    return _pick(days, match["which"], frame, days[1])


def _weekend(match: re.Match[str], frame: _Frame) -> str | None:
    saturday = frame.day + timedelta(days=5 - frame.day.weekday())
    starts = [_moved(saturday, "week", step) for step in (-2, -1, 0, 1)]
    weekends = [_days(day, day + timedelta(days=1)) for day in starts]
    return _pick(weekends, match["which"], frame, weekends[2])


def _day_word(match: re.Match[str], frame: _Frame) -> str:
    return _moved(frame.day, "day", _DAY_WORDS[match["word"]]).isoformat()


def _year_of(match: re.Match[str], frame: _Frame) -> int | None:
    """The year written behind a day, month or season: a number, or "last year"."""
    if match["year"]:
        return int(match["year"])
    return frame.day.year + _STEP[match["rel"]] if match["rel"] else None


def _years_around(frame: _Frame, reach: int) -> list[int]:
    return [year for year in range(frame.day.year - reach, frame.day.year + reach + 1) if 1 <= year <= 9998]


def _month(match: re.Match[str], frame: _Frame) -> str | None:
    year, number = _year_of(match, frame), _MONTHS[match["month"]]
    if year is not None:
        return f"{year:04d}-{number:02d}" if not match["which"] else None
    months = [f"{year:04d}-{number:02d}" for year in _years_around(frame, 1)]
    return _pick(months, match["which"], frame, f"{frame.day.year:04d}-{number:02d}")


def _season(match: re.Match[str], frame: _Frame) -> str | None:
    year, number = _year_of(match, frame), _SEASON_NUMBERS[match["season"]]
    if year is not None:
        # "Winter 2025" is January to one reader and December to the next; "winter 2025-26" is not.
        return f"{year:04d}-{number}" if number != 24 and not match["which"] else None
    seasons = [f"{year:04d}-{number}" for year in _years_around(frame, 2)]
    year = frame.day.year - 1 if number == 24 and frame.day.month < 3 else frame.day.year
    return _pick(seasons, match["which"], frame, f"{year:04d}-{number}")


def _winter(match: re.Match[str], frame: _Frame) -> str | None:
    year = int(match["year"])
    return f"{year:04d}-24" if str(year + 1).endswith(match["following"]) else None


def _date(match: re.Match[str], frame: _Frame) -> str | None:
    """A day of a month. Without a year, the nearest one the direction allows; a weekday written with it must fit."""
    found = _nearest_date(match, frame, int(match["day"]))
    weekday = match["weekday"]
    return found.isoformat() if found and (not weekday or found.weekday() == _WEEKDAYS[weekday]) else None


def _nearest_date(match: re.Match[str], frame: _Frame, number: int) -> date | None:
    year, month = _year_of(match, frame), _MONTHS[match["month"]]
    if year is not None:
        return date(year, month, number)
    # Eight years reach the next 29 February even where a century skips one.
    days = [date(y, month, number) for y in _years_around(frame, 8) if 1 <= number <= monthrange(y, month)[1]]
    found = _pick([day.isoformat() for day in days], None, frame)
    return date.fromisoformat(found) if found else None


def _dates(match: re.Match[str], frame: _Frame) -> str | None:
    """Days of one month, such as "20-21 December". A plain "and" joins neighbours only."""
    first, last = int(match["first"]), int(match["day"])
    near = _nearest_date(match, frame, first if frame.towards == "past" else last)
    listed = match["joint"] == " and " and match["lead"] != "between "
    if near is None or not first < last or (listed and first + 1 < last):
        return None
    return _days(near.replace(day=first), near.replace(day=last))


def _distance(match: re.Match[str], frame: _Frame) -> str:
    """ "Three weeks ago", "in two days": the day, week, month or year at that distance."""
    count = _count(match["count"])
    return _holding(match["unit"], _moved(frame.day, match["unit"], -count if match["tail"] == " ago" else count))


def _count(word: str) -> int:
    return _NUMBERS.get(word) or int(word)


def _calendar(match: re.Match[str], frame: _Frame) -> str:
    return _holding(match["unit"], _moved(frame.day, match["unit"], _STEP[match["which"]]))


def _rolling(match: re.Match[str], frame: _Frame) -> str | None:
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


def _rest_of(match: re.Match[str], frame: _Frame) -> str:
    """ "Earlier this month" ends on the day of publication, "later this month" starts there."""
    whole = _holding(match["unit"], frame.day)
    return _days(_edge(whole, 0), frame.day) if match["part"] == "earlier" else _days(frame.day, _edge(whole, 1))


def _part_of(match: re.Match[str], frame: _Frame) -> str | None:
    """ "Late July" is July, roughly; "late Saturday" is Saturday; "early next week" is the week."""
    whole = _point(_THE_UNIT.sub("this ", match["rest"]), frame)
    if whole is None or whole.endswith("~"):
        return None
    if len(whole) == 10:
        return whole if match["part"] in ("early", "late", "earlier", "later") else None
    return whole if "/" in whole else whole + "~"


_THE_UNIT = re.compile("the (?=(?:week|month|year)$)")


def _time_of_day(match: re.Match[str], frame: _Frame) -> str | None:
    day = _point(match["rest"], frame)
    return day if day is not None and len(day) == 10 else None


def _as_written(match: re.Match[str], frame: _Frame) -> str:
    return match["written"]


def _decade(match: re.Match[str], frame: _Frame) -> str | None:
    """ "The 1990s"; "the 2000s" may be a decade or a century."""
    return match["decade"] + "X" if not match["decade"].endswith("0") else None


def _numbered(words: str, first: int, short: int = 0) -> dict[str, int]:
    """The words, numbered from first; with short, also their first letters."""
    numbered = {word: number for number, word in enumerate(words.split(), first)}
    return numbered | ({word[:short]: number for word, number in numbered.items()} if short else {})


_STEP = {"last": -1, "this": 0, "next": 1}
_DAY_WORDS = {"today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0, "yesterday": -1}
_DAY_WORDS |= {"last night": -1, "tomorrow": 1, "day before yesterday": -2, "day after tomorrow": 2}
_MONTHS = _numbered("january february march april may june july august september october november december", 1, short=3)
_MONTHS |= {"sept": 9}
_WEEKDAYS = _numbered("monday tuesday wednesday thursday friday saturday sunday", 0, short=3)
_WEEKDAYS |= {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_SEASON_NUMBERS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_ONES = _numbered("one two three four five six seven eight nine", 1)
_TENS = _numbered("ten twenty thirty forty fifty sixty seventy eighty ninety", 1)
_TENS = {word: 10 * number for word, number in _TENS.items()}
_NUMBERS = {"a": 1, "an": 1} | _ONES | _TENS
_NUMBERS |= _numbered("eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen", 11)
_NUMBERS |= {f"{ten}-{one}": _TENS[ten] + _ONES[one] for ten in _TENS for one in _ONES if ten != "ten"}


def _any(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"


_PARTS = {
    "WEEKDAY": f"(?P<weekday>{_any(_WEEKDAYS)})",
    "MONTH": f"(?P<month>{_any(_MONTHS)})",
    "SEASON": f"(?P<season>{_any(_SEASON_NUMBERS)})",
    "DAYWORD": f"(?P<word>{_any(_DAY_WORDS)})",
    "DAY": "(?P<day>[0-9]{1,2})",
    "LEAD": "(?P<lead>from |between )?(?:the )?",
    "TO": "(?P<first>[0-9]{1,2})(?P<joint> (?:to|and|until|till|through) | ?- ?)(?:the )?",
    "COUNT": f"(?P<count>[0-9]{{1,3}}|{_any(_NUMBERS)})",
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
    f"in(?! (?:[0-9]+|{_any(_NUMBERS)}) (?:day|fortnight|week|month|year)s?\\b)) "
)
_Rule = Callable[[re.Match[str], _Frame], str | None]


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
_JOINTS = tuple(
    re.compile(f"(?P<lead>from |between )?(?P<first>.+?)(?P<joint>{joint})(?P<last>.+)")
    for joint in (" (?:to|and|until|till|through) ", " - ", "-")
)
_FLOATING = re.compile(
    f"(?:(?:on|in|the|early|mid|late) )*(?:{_any(_WEEKDAYS)}(?: (?:morning|afternoon|evening|night))?"
    f"|[0-9]{{1,2}} (?:of )?{_any(_MONTHS)}|{_any(_MONTHS)}(?: [0-9]{{1,2}})?)"
)

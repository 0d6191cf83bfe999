"""Counts as newswire English writes them: a number, how exact it is said to be, and what is counted.

A hedge is kept, never rounded away: "nearly 1,200" stays nearly 1,200. What has no number to read gives None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

Exactness = Literal["exact", "about", "at-least", "at-most", "nearly", "range"]
Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Quantity:
    """A count and its hedge.

    Exact, about and nearly have a value, at-least has a low, at-most a high, a range both. A whole number is an int,
    any other a Decimal without exponent or trailing zeros. unit is in the words of the text, "" where none is written;
    that of a percentage starts with "%", that of a sum of money with its sign.
    """

    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    exactness: Exactness = "exact"
    unit: str = ""


@lru_cache(maxsize=32768)
def parse_quantity(text: str) -> Quantity | None:
    """The count that text begins with, or None where it has none that can be read.

    Groups of thousands may be set off by comma, dot, apostrophe or a blank (no-break ones too): 1.300 is 1300, while
    1.5, 0.125 and 1.300 million are decimals. "More than 100" gives low 100, "fewer than 100" high 100; whether the
    bound itself is meant is not kept. "Dozens", "hundreds" and "thousands" are read as at least two of them (24, 200,
    2000), "tens" as at least 20, "scores" as at least 40, "tens of thousands" as at least 20,000. "146 for 146
    prisoners" is 146, each way. "Several", "many" and "a few" give None, as do ordinals, fractions, clock times, a
    range that falls, and numbers of more than 15 digits or below a millionth.
    """
    if len(text) > 300:
        return None
    rest = _SPACE.sub(" ", text.translate(_MARKS)).strip(" \"'“”")
    hedges, rest = _hedges(rest)
    found = None if hedges - {"at-least"} else _plural(rest)
    found = found or _counted(rest)
    if found is None:
        return None
    low, high, unit = found.low, found.high, found.unit
    exactness = next((hedge for hedge in _STRONGEST_FIRST if hedge in hedges | found.hedges), None)
    match exactness:
        case "at-least":
            return Quantity(low=low, exactness="at-least", unit=unit)
        case "at-most":
            return Quantity(high=low if high is None else high, exactness="at-most", unit=unit)
        case "nearly" if high is not None:
            return None
    if high is not None:
        return Quantity(low=low, high=high, exactness="range", unit=unit)
    return Quantity(value=low, exactness=exactness or "exact", unit=unit)


_SPACE = re.compile(r"\s+")
_MARKS = str.maketrans({"’": "'", "ʼ": "'", "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-"})
_STRONGEST_FIRST: tuple[Exactness, ...] = ("at-least", "at-most", "nearly", "about")


# -- hedges -----------------------------------------------------------------------------------------------------------

# The order decides: "no more than" is no "more than", and "just under" says more than "under".
_HEDGE_WORDS: tuple[tuple[Exactness, str], ...] = (
    ("at-most", r"no more than|not more than|up to|at (?:the )?most|a maximum of|as many as"),
    ("at-least", r"no (?:fewer|less) than|at (?:the very )?least|a minimum of|in excess of|upwards? of|as few as"),
    ("nearly", r"just (?:under|below|short of)|nearly|almost|close to|slightly (?:fewer|less) than"),
    ("at-most", r"(?:fewer|less) than|under|below|<|≤"),
    ("at-least", r"(?:(?:well|just|slightly|far|much) )?(?:more than|over|above)|>|≥"),
    ("about", r"approximately|approx\.?|about|around|roughly|some|circa|ca?\.|ca|an estimated|estimated|~|≈"),
    ("exact", r"the|a total of|all|another|a further|an additional|only|just|exactly|precisely|an?(?= [0-9])"),
    ("exact", r"its|their|his|her|our|these|those|other|first|last"),
)
_HEDGE = re.compile(
    f"(?:{'|'.join(f'(?P<h{at}>{words})' for at, (_, words) in enumerate(_HEDGE_WORDS))})(?: |(?<=[~≈<≤>≥]))",
    re.IGNORECASE,
)
_AFTER_NUMBER: tuple[tuple[Exactness, re.Pattern[str]], ...] = (
    ("at-least", re.compile(r"(?:\+|[ -]plus\b| (?:or|and) (?:more|over)\b)(?! than)", re.IGNORECASE)),
    ("at-most", re.compile(r" or (?:fewer|less|under)\b", re.IGNORECASE)),
    ("about", re.compile(r"(?:-odd| or so)\b", re.IGNORECASE)),
)
_AFTER_UNIT: tuple[tuple[Exactness, re.Pattern[str]], ...] = (
    ("at-least", re.compile(r",? (?:or more|at least)$", re.IGNORECASE)),
    ("at-most", re.compile(r",? (?:or fewer|or less|at most)$", re.IGNORECASE)),
    ("about", re.compile(r",? or so$", re.IGNORECASE)),
)


def _hedges(text: str) -> tuple[set[Exactness], str]:
    """The hedges that text begins with, and what follows them."""
    found: set[Exactness] = set()
    while match := _HEDGE.match(text):
        found.add(_HEDGE_WORDS[int((match.lastgroup or "h0")[1:])][0])
        text = text[match.end() :].lstrip()
    return found - {"exact"}, text


# -- what is counted --------------------------------------------------------------------------------------------------


class _Found(NamedTuple):
    """A number, or two of a range, with the hedges behind it and what is counted."""

    low: Number
    high: Number | None
    unit: str
    hedges: frozenset[Exactness]


_PLURALS = {"tens": 20, "dozens": 24, "scores": 40, "hundreds": 200, "thousands": 2000, "millions": 2 * 10**6}
_PLURALS |= {"billions": 2 * 10**9}
_PLURAL = re.compile(rf"({'|'.join(_PLURALS)})(?: of (thousands|millions|billions)\b)?(?![\w-])", re.IGNORECASE)


def _plural(text: str) -> _Found | None:
    """ "Dozens of soldiers", "tens of thousands"."""
    match = _PLURAL.match(text)
    unit = _unit(text, match.end()) if match else None
    if match is None or unit is None:
        return None
    times = _PLURALS[match[2].lower()] // 2 if match[2] else 1
    return _Found(_PLURALS[match[1].lower()] * times, None, unit, frozenset(("at-least",)))


_LEAD = re.compile(r"(between |from )?", re.IGNORECASE)
_MONEY = re.compile(r"((?:US|A|C)?\$|[€£¥₽₴])? ?")
_RANGE = re.compile(r" ?- ?| (?:to|or) ", re.IGNORECASE)
_BETWEEN = re.compile(" and ", re.IGNORECASE)
_EACH_WAY = re.compile("-for-| for ", re.IGNORECASE)


def _counted(text: str) -> _Found | None:
    """A number, a range, or as many for as many, with its unit."""
    lead = _LEAD.match(text)
    at, between = (lead.end(), (lead[1] or "").lower() == "between ") if lead else (0, False)
    money, at = _money(text, at)
    first = _number(text, at, money)
    if first is None:
        return None
    low, high, end = first.value, None, first.end
    percent = _PERCENT.match(text, end)
    if (joint := _EACH_WAY.match(text, end)) and (last := _number(text, joint.end(), "")):
        if last.value != low:
            return None
        end = last.end
    elif joint := (_BETWEEN if between else _RANGE).match(text, percent.end() if percent else end):
        currency, at = _money(text, joint.end())
        last = _number(text, at, currency or money)
        if last and (not percent or _PERCENT.match(text, last.end)):
            low, high, end = _shared_scale(first, last), last.value, last.end
            if low > high:
                return None
    if between and high is None:
        return None
    hedges = set()
    for hedge, pattern in _AFTER_NUMBER:
        if match := pattern.match(text, end):
            hedges.add(hedge)
            end = match.end()
    unit = _unit(text, end)
    if unit is None:
        return None
    for hedge, pattern in _AFTER_UNIT:
        if match := pattern.search(f" {unit}"):
            hedges.add(hedge)
            unit = f" {unit}"[: match.start()].strip()
    return _Found(low, high, f"{money} {unit}".strip(), frozenset(hedges))


def _money(text: str, at: int) -> tuple[str, int]:
    match = _MONEY.match(text, at)
    return (match[1], match.end()) if match and match[1] else ("", at)


def _shared_scale(first: _Number, last: _Number) -> Number:
    """The lower number of a range; in "10 to 20 thousand" the word behind the second is meant for both."""
    if first.scale == 1 and last.scale > 1 and first.value * last.scale < last.value:
        return _plain(Decimal(first.value) * last.scale)
    return first.value


_PERCENT = re.compile(r"[ -]?(?:%|per ?cent(?!\w)|pct(?!\w)\.?)", re.IGNORECASE)
_ATTACHED = re.compile(r"(?!(?:st|nd|rd|th)(?!\w))[a-z]+(?!\w)", re.IGNORECASE)


def _unit(text: str, at: int) -> str | None:
    """What stands behind a number, without "of the"; None where it shows that the number is part of something else."""
    if match := _PERCENT.match(text, at):
        return ("%" + text[match.end() :]).rstrip(" .,;:")
    rest = text[at:]
    if not rest.strip(" .,;:"):
        return ""
    if rest[0] == "-":
        rest = rest[1:]
    if (rest[:1] != " " and not _ATTACHED.match(rest)) or _NO_COUNT.match(rest):
        return None
    return _OF.sub("", rest.strip(" .,;:"), count=1)


_OF = re.compile("^of (?:the )?", re.IGNORECASE)


# -- numbers ----------------------------------------------------------------------------------------------------------

_WORDS = {"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9}
_WORDS |= {"ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16}
_WORDS |= {"seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
_WORDS |= {"sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT_SCALES = {"bn": 10**9, "mn": 10**6, "k": 1000, "m": 10**6}
_ANY_NUMBER = f"(?:[0-9]|(?:{'|'.join((*_WORDS, *_SCALES))})(?!\\w))"
_NO_COUNT = re.compile(
    rf" ?(?:{_ANY_NUMBER}|(?:and|to|or)\b|(?:in|of|out of) (?:the )?{_ANY_NUMBER}|point {_ANY_NUMBER}"
    r"|[ap]\.?m\b|o'clock\b|hal(?:f|ves)\b|(?:third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)s?\b)",
    re.IGNORECASE,
)
_NUMERAL = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?![0-9,.'-])|[0-9]+(?:[.,'][0-9]+)*")
_GROUPED = re.compile(r"[1-9][0-9]{0,2}([,.' ])[0-9]{3}(?:\1[0-9]{3})*|[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}")
_GROUPED_DECIMAL = re.compile(r"([1-9][0-9]{0,2}(?:([,.])[0-9]{3})(?:\2[0-9]{3})*)(?!\2)[,.]([0-9]+)")
_DECIMAL = re.compile(r"[0-9]+[.,][0-9]+")
_SCALE = re.compile(rf"[ -]?({'|'.join(_SCALES)}|bn|mn)(?!\w)|(k)(?!\w)", re.IGNORECASE)
_MONEY_SCALE = re.compile(r"(m)(?!\w)", re.IGNORECASE)


class _Number(NamedTuple):
    """A number at some place of a text: its value, the scale word it ends with (1 where there is none), its end."""

    value: Number
    scale: int
    end: int


def _number(text: str, at: int, money: str) -> _Number | None:
    match = _NUMERAL.match(text, at)
    if match is None:
        return _spelled(text, at)
    scale, end = 1, match.end()
    if found := _SCALE.match(text, end) or (_MONEY_SCALE.match(text, end) if money else None):
        word = found[0].strip(" -").lower()
        scale, end = _SCALES.get(word) or _SHORT_SCALES[word], found.end()
    number = _numeral(match[0], whole=scale == 1 and not _PERCENT.match(text, end))
    # What the store's numbers cannot hold, or only with an exponent, is no count of anything.
    if number is None or number * scale >= 10**18 or 0 < number < Decimal("0.000001"):
        return None
    return _Number(_plain(number * scale), scale, end)


def _numeral(written: str, whole: bool) -> Decimal | None:
    """Digits with marks as a number. whole: a single dot before three digits may set off thousands."""
    if sum(character not in ",.' " for character in written) > 15:
        return None
    if written.isdigit():
        return Decimal(written)
    if _GROUPED.fullmatch(written) and (whole or written.count(".") != 1):
        return Decimal(re.sub("[,.' ]", "", written))
    if match := _GROUPED_DECIMAL.fullmatch(written):
        return Decimal(f"{re.sub('[,.]', '', match[1])}.{match[3]}")
    return Decimal(written.replace(",", ".")) if _DECIMAL.fullmatch(written) else None


def _plain(number: Decimal) -> Number:
    """An int where the number is whole, else a Decimal without trailing zeros."""
    return int(number) if number == number.to_integral_value() else number.normalize()


_HEAD = re.compile(rf"(half )?(?:an? )(?={'|'.join(_SCALES)})", re.IGNORECASE)
_WORD = re.compile(rf"({'|'.join((*_WORDS, *_SCALES))})(?!\w)", re.IGNORECASE)
_JOINT = re.compile(" and |[ -]", re.IGNORECASE)


def _spelled(text: str, at: int) -> _Number | None:
    """A number in words: "two dozen", "a hundred", "two hundred and fifty", "half a million"."""
    head = _HEAD.match(text, at)
    half = bool(head and head[1])
    total = group = 0
    scale, ceiling, end, start = 1, 10**15, at, head.end() if head else at
    while match := _WORD.match(text, start):
        word = match[1].lower()
        if word in _WORDS:
            value, scale = _WORDS[word], 1
            # "Twenty one" is a number, "one two" and "ten one" are two.
            if group % 10 or (group % 100 and (group % 100 < 20 or value > 9)) or (value == 0 and end > at):
                break
            group += value
        else:
            scale = _SCALES[word]
            if scale >= ceiling or (scale <= 100 and group >= 100):
                break
            group = (group or 1) * scale
            if scale > 100:
                total, group, ceiling = total + group, 0, scale
        end = match.end()
        joint = _JOINT.match(text, end)
        if joint is None or word in ("zero", "dozen"):
            break
        start = joint.end()
    if end == at:
        return None
    return _Number(_plain(Decimal(total + group) / (2 if half else 1)), scale, end)

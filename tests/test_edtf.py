"""EDTF values, dates of publication and durations, against tables worked by hand and against what the store writes."""

from __future__ import annotations

import contextlib
import re
from datetime import date, datetime
from datetime import time as clock

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.edtf import EDTFError, bounds, canonical_date, duration
from kg.terms import XSD


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


# -- bounds -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edtf", "earliest", "latest"),
    [
        ("2025-12-20", "2025-12-20", "2025-12-20"),
        ("2025-07", "2025-07-01", "2025-07-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("0001", "0001-01-01", "0001-12-31"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
        # date-times: the day as written, whatever the zone
        ("2025-12-20T23:30:00Z", "2025-12-20", "2025-12-20"),
        ("2025-12-20T23:30:00-08:00", "2025-12-20", "2025-12-20"),
        ("2025-12-20T00:30:00+03", "2025-12-20", "2025-12-20"),
        ("2025-12-20T23:30:00", "2025-12-20", "2025-12-20"),
        # intervals
        ("2025-12-14/2025-12-20", "2025-12-14", "2025-12-20"),
        ("2025-07/2025-09", "2025-07-01", "2025-09-30"),
        ("2024/2025-02", "2024-01-01", "2025-02-28"),
        ("2025-12-19/..", "2025-12-19", ""),
        ("2025-12-19/", "2025-12-19", ""),
        ("../2025-12", "", "2025-12-31"),
        ("/2025-12", "", "2025-12-31"),
        ("../..", "", ""),
        ("2025-07~/..", "2025-07-01", ""),
        ("2025-12-31/2025-12", "2025-12-31", "2025-12-31"),
        # qualifiers move no bound
        ("2025?", "2025-01-01", "2025-12-31"),
        ("2025-07~", "2025-07-01", "2025-07-31"),
        ("2025-07-23%", "2025-07-23", "2025-07-23"),
        # unspecified digits
        ("2025-XX", "2025-01-01", "2025-12-31"),
        ("2025-12-XX", "2025-12-01", "2025-12-31"),
        ("2025-XX-XX", "2025-01-01", "2025-12-31"),
        ("202X", "2020-01-01", "2029-12-31"),
        ("20XX", "2000-01-01", "2099-12-31"),
        ("202X~", "2020-01-01", "2029-12-31"),
        # seasons
        ("2025-21", "2025-03-01", "2025-05-31"),
        ("2025-22", "2025-06-01", "2025-08-31"),
        ("2025-23", "2025-09-01", "2025-11-30"),
        ("2025-24", "2025-12-01", "2026-02-28"),
        ("2023-24", "2023-12-01", "2024-02-29"),
        ("2025-21/2025-22", "2025-03-01", "2025-08-31"),
    ],
)
def test_bounds(edtf: str, earliest: str, latest: str) -> None:
    assert bounds(edtf) == (day(earliest), day(latest))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "expected a date such as 2025-12-20"),
        ("Saturday", "expected a date such as 2025-12-20"),
        ("20.12.2025", "expected a date such as 2025-12-20"),
        ("2025-1-2", "expected a date such as 2025-12-20"),
        (" 2025", "expected a date such as 2025-12-20"),
        ("2025-12-20\n", "expected a date such as 2025-12-20"),
        ("٢٠٢٥", "expected a date such as 2025-12-20"),
        ("2025-13", "has month 13"),
        ("2025-00", "has month 00"),
        ("2025-21-03", "has month 21"),
        ("2025-25", "has month 25"),
        ("2025-1X", "has month 1X"),
        ("2025-02-30", "has day 30 (expected 01 to 28 in 2025-02"),
        ("2025-02-29", "has day 29"),
        ("2025-04-00", "has day 00"),
        ("2025-04-1X", "has day 1X"),
        ("2025-XX-15", "leaves a part open before a known one"),
        ("202X-12", "leaves a part open before a known one"),
        ("2X25", "leaves a part open before a known one"),
        ("XXXX", "leaves a part open before a known one"),
        ("0000", "reaches the year 0000"),
        ("000X", "reaches the year 0000"),
        ("9999-24", "ends in the year 10000"),
        ("-0044", "years before 0001"),
        ("Y170000002", "years beyond four digits"),
        ("[2025-07,2025-08]", "sets are level 2"),
        ("{2024..2025}", "sets are level 2"),
        ("2025?-07", "a qualifier of one part is level 2"),
        ("~2025", "a qualifier of one part is level 2"),
        ("1950S2", "significant digits"),
        ("2025-12-20/2025-12-19", "ends before it starts"),
        ("2025-12-20/2025-12-21/2025-12-22", "more than one '/'"),
        ("/", "no end that is known or open"),
        ("2025-12-20T10:00:00Z/..", "a time of day in an interval"),
        ("2025-12-20T24:00:00Z", "has 24 in its time of day"),
        ("2025-12-20T10:60:00", "has 60 in its time of day"),
        ("2025-12-20T10:00:00+15:00", "has 15 in its time of day"),
        ("2025-02-30T10:00:00", "has day 30"),
        ("..", "expected a date such as 2025-12-20"),
        ("2025-12-20/Monday", "expected a date such as 2025-12-20"),
    ],
)
def test_bounds_refuses_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(EDTFError) as error:
        bounds(text)
    assert reason in str(error.value)
    assert repr(text) in str(error.value)


def test_a_long_text_is_shortened_in_the_message() -> None:
    with pytest.raises(EDTFError) as error:
        bounds("x" * 10_000)
    assert len(str(error.value)) < 200


@given(st.text() | st.text("0123456789X-/.?~%TZ:+[]{}YSE ", max_size=30))
def test_bounds_raises_nothing_but_edtf_errors(text: str) -> None:
    try:
        earliest, latest = bounds(text)
    except EDTFError:
        return
    assert earliest is None or latest is None or earliest <= latest


@given(st.dates(), st.dates(), st.sampled_from(("", "?", "~", "%")))
def test_bounds_of_days_and_intervals(one: date, other: date, qualifier: str) -> None:
    first, last = sorted((one, other))
    assert bounds(f"{one}{qualifier}") == (one, one)
    assert bounds(f"{first}/{last}{qualifier}") == (first, last)
    assert bounds(f"{first}/..") == (first, None)
    assert bounds(f"../{last}") == (None, last)


# -- dates of publication ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "lexical", "kind", "calendar_day"),
    [
        ("2025-12-21", "2025-12-21", "date", "2025-12-21"),
        (" 2025-12-21 ", "2025-12-21", "date", "2025-12-21"),
        ("2025-12-21Z", "2025-12-21Z", "date", "2025-12-21"),
        ("2025-12-21+00:00", "2025-12-21Z", "date", "2025-12-21"),
        ("2025-12-21-05:00", "2025-12-21-05:00", "date", "2025-12-21"),
        ("2025-12-21T09:30", "2025-12-21T09:30:00", "dateTime", "2025-12-21"),
        ("2025-12-21T09:30:00+00:00", "2025-12-21T09:30:00Z", "dateTime", "2025-12-21"),
        ("2025-12-21T09:30:00-00:00", "2025-12-21T09:30:00Z", "dateTime", "2025-12-21"),
        ("2025-12-21T09:30:15.500Z", "2025-12-21T09:30:15.5Z", "dateTime", "2025-12-21"),
        ("2025-12-21T09:30:15.000+02:00", "2025-12-21T09:30:15+02:00", "dateTime", "2025-12-21"),
        ("2025-12-21T23:30:00-0800", "2025-12-21T23:30:00-08:00", "dateTime", "2025-12-21"),
        ("2025-12-21T23:30:00+03", "2025-12-21T23:30:00+03:00", "dateTime", "2025-12-21"),
        ("2025-12-21 09:30:00", "2025-12-21T09:30:00", "dateTime", "2025-12-21"),
        ("2025-12-31T24:00:00Z", "2026-01-01T00:00:00Z", "dateTime", "2026-01-01"),
        ("2024-02-29", "2024-02-29", "date", "2024-02-29"),
    ],
)
def test_canonical_date(text: str, lexical: str, kind: str, calendar_day: str) -> None:
    found = canonical_date(text)
    assert found == (lexical, XSD + kind, day(calendar_day))
    assert canonical_date(found.lexical) == found
    assert lexical == as_stored(lexical, found.datatype)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2025-13-40", "has month 13"),
        ("2025-21-01", "has month 21"),
        ("2025-02-29", "has day 29 (expected 01 to 28"),
        ("21.12.2025", "is no ISO 8601 date (expected 2025-12-21"),
        ("Dec 21, 2025", "is no ISO 8601 date"),
        ("20251221", "is no ISO 8601 date"),
        ("2025-12", "is no ISO 8601 date"),
        ("", "is no ISO 8601 date"),
        ("２０２５-12-21", "is no ISO 8601 date"),
        ("2025-12-21T", "is no ISO 8601 date"),
        ("2025-12-21T25:00", "no possible time of day"),
        ("2025-12-21T23:59:60Z", "no possible time of day"),
        ("2025-12-21T24:00:01", "no possible time of day"),
        ("2025-12-21T10:00+15:00", "has the zone +15:00"),
        ("2025-12-21T10:00+01:60", "has the zone +01:60"),
        ("0000-01-01", "reaches the year 0000"),
        ("9999-12-31T24:00", "ends in the year 10000"),
    ],
)
def test_canonical_date_refuses_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        canonical_date(text)


def as_stored(lexical: str, datatype: str) -> str:
    """The lexical form that the store gives back when it has computed with a literal."""
    rows = ox.Store().query(f'SELECT (<{datatype}>("{lexical}") AS ?x) WHERE {{}}')
    assert isinstance(rows, ox.QuerySolutions)
    value = next(iter(rows))["x"]
    assert isinstance(value, ox.Literal)
    return value.value


@given(st.dates(), st.times(), st.sampled_from(("", "Z", "+00:00", "-00:00", "+02:00", "-09:30", "+14:00")))
def test_canonical_date_is_what_the_store_writes(on: date, at: clock, zone: str) -> None:
    written = datetime.combine(on, at).isoformat() + zone
    found = canonical_date(written)
    assert found.lexical == as_stored(written, found.datatype)
    assert found.day == on


@given(st.text())
def test_canonical_date_raises_nothing_but_value_errors(text: str) -> None:
    with contextlib.suppress(ValueError):
        canonical_date(text)


# -- durations --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("P6M", "P6M"),
        ("PT40M", "PT40M"),
        ("P1Y2M3DT4H", "P1Y2M3DT4H"),
        ("P2W", "P14D"),
        ("P14M", "P1Y2M"),
        ("P12M", "P1Y"),
        ("P365D", "P365D"),
        ("PT90M", "PT1H30M"),
        ("PT36H", "P1DT12H"),
        ("PT1.50S", "PT1.5S"),
        ("PT1,5S", "PT1.5S"),
        ("PT0.5S", "PT0.5S"),
        ("P0D", "PT0S"),
        ("P0W", "PT0S"),
        ("P007D", "P7D"),
    ],
)
def test_duration(text: str, canonical: str) -> None:
    assert duration(text) == canonical


@pytest.mark.parametrize(
    "text", ["", "P", "PT", "P1", "6M", "P6M ", "p6m", "-P6M", "P1W2D", "P0.5Y", "P1DT", "PT1H2", "P1H"]
)
def test_duration_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="is no ISO 8601 duration"):
        duration(text)


@given(st.tuples(*[st.integers(0, 10**6)] * 6))
def test_duration_is_what_the_store_writes(counts: tuple[int, ...]) -> None:
    years, months, days, hours, minutes, seconds = counts
    written = f"P{years}Y{months}M{days}DT{hours}H{minutes}M{seconds}S"
    assert duration(written) == as_stored(written, XSD + "duration")
    assert duration(duration(written)) == duration(written)

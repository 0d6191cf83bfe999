"""Counts against tables worked by hand, and against every text hypothesis can think of."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.quantities import Exactness, Quantity, parse_quantity


def exact(value: int | str, unit: str = "") -> Quantity:
    return Quantity(value=number(value), unit=unit)


def about(value: int | str, unit: str = "") -> Quantity:
    return Quantity(value=number(value), exactness="about", unit=unit)


def nearly(value: int | str, unit: str = "") -> Quantity:
    return Quantity(value=number(value), exactness="nearly", unit=unit)


def at_least(low: int | str, unit: str = "") -> Quantity:
    return Quantity(low=number(low), exactness="at-least", unit=unit)


def at_most(high: int | str, unit: str = "") -> Quantity:
    return Quantity(high=number(high), exactness="at-most", unit=unit)


def between(low: int | str, high: int | str, unit: str = "") -> Quantity:
    return Quantity(low=number(low), high=number(high), exactness="range", unit=unit)


def number(written: int | str) -> int | Decimal:
    return written if isinstance(written, int) else Decimal(written)


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        # the counts of the first annotated article
        ("approximately 1,300 attack drones", about(1300, "attack drones")),
        ("nearly 1,200 guided aerial bombs", nearly(1200, "guided aerial bombs")),
        # plain
        ("three", exact(3)),
        ("185 prisoners each", exact(185, "prisoners each")),
        ("all 185 prisoners", exact(185, "prisoners")),
        ("exactly 20 buses", exact(20, "buses")),
        ("another 50 of the wounded", exact(50, "wounded")),
        ("0 casualties", exact(0, "casualties")),
        ("“20”", exact(20)),
        ("20 drones.", exact(20, "drones")),
        ("a 30-day ceasefire", exact(30, "day ceasefire")),
        ("155mm shells", exact(155, "mm shells")),
        # hedges
        ("some 50 soldiers", about(50, "soldiers")),
        ("around 50", about(50)),
        ("roughly 50", about(50)),
        ("about 50", about(50)),
        ("circa 50", about(50)),
        ("~50", about(50)),
        ("~ 50 drones", about(50, "drones")),
        ("an estimated 20,000 people", about(20000, "people")),
        ("20 or so prisoners", about(20, "prisoners")),
        ("thirty-odd", about(30)),
        ("a dozen or so", about(12)),
        ("almost 50", nearly(50)),
        ("close to 50", nearly(50)),
        ("just under 100", nearly(100)),
        ("more than 100 people", at_least(100, "people")),
        ("over 100", at_least(100)),
        ("well over 100", at_least(100)),
        ("at least 12 civilians", at_least(12, "civilians")),
        ("no fewer than 10", at_least(10)),
        ("100+ drones", at_least(100, "drones")),
        ("1,300-plus drones", at_least(1300, "drones")),
        ("20 or more prisoners", at_least(20, "prisoners")),
        ("20 prisoners or more", at_least(20, "prisoners")),
        ("up to 20", at_most(20)),
        ("at most 5", at_most(5)),
        ("fewer than 30 soldiers", at_most(30, "soldiers")),
        ("under 40", at_most(40)),
        ("no more than 10", at_most(10)),
        ("as many as 500 troops", at_most(500, "troops")),
        ("up to about 20", at_most(20)),
        ("MORE THAN 100 People", at_least(100, "People")),
        # ranges
        ("between 10 and 20 prisoners", between(10, 20, "prisoners")),
        ("10 to 20", between(10, 20)),
        ("from 10 to 20 drones", between(10, 20, "drones")),
        ("10–20 drones", between(10, 20, "drones")),
        ("10-20", between(10, 20)),
        ("two or three envoys", between(2, 3, "envoys")),
        ("some 20 to 30 people", between(20, 30, "people")),
        ("10 to 20 thousand", between(10_000, 20_000)),
        ("between 1 and 2 million people", between(10**6, 2 * 10**6, "people")),
        ("between 900 and 1 million", between(900, 10**6)),
        ("two to three hundred", between(200, 300)),
        ("1.5 to 2 million", between(1_500_000, 2_000_000)),
        ("10% to 15%", between(10, 15, "%")),
        ("10 to 15 percent of voters", between(10, 15, "% of voters")),
        ("at least 10 to 20", at_least(10)),
        ("up to 10 to 20", at_most(20)),
        # words
        ("a hundred", exact(100)),
        ("two dozen soldiers", exact(24, "soldiers")),
        ("half a dozen", exact(6)),
        ("half a million people", exact(500_000, "people")),
        ("twenty-one", exact(21)),
        ("two hundred and fifty", exact(250)),
        ("fifteen hundred", exact(1500)),
        ("two hundred thousand", exact(200_000)),
        ("one million two hundred thousand", exact(1_200_000)),
        ("more than a dozen people", at_least(12, "people")),
        ("1.2 million people", exact(1_200_000, "people")),
        ("5k troops", exact(5000, "troops")),
        ("10bn", exact(10**10)),
        # read as at least two of them
        ("dozens of soldiers", at_least(24, "soldiers")),
        ("hundreds of prisoners", at_least(200, "prisoners")),
        ("Thousands", at_least(2000)),
        ("tens of thousands of people", at_least(20_000, "people")),
        ("hundreds of thousands", at_least(200_000)),
        ("scores of civilians", at_least(40, "civilians")),
        ("at least dozens of the wounded", at_least(24, "wounded")),
        # as many for as many
        ("1,000-for-1,000", exact(1000)),
        ("1,000-for-1,000 prisoner exchange", exact(1000, "prisoner exchange")),
        ("146 for 146 prisoners", exact(146, "prisoners")),
        # marks between digits
        ("1,300", exact(1300)),
        ("1 300 drones", exact(1300, "drones")),
        ("1\N{NO-BREAK SPACE}300 drones", exact(1300, "drones")),
        ("1\N{NARROW NO-BREAK SPACE}300 drones", exact(1300, "drones")),
        ("1.300 drones", exact(1300, "drones")),
        ("1.300 personnel", exact(1300, "personnel")),
        ("1.234.567", exact(1_234_567)),
        ("1'300", exact(1300)),
        ("12,34,567", exact(1_234_567)),
        ("1.5", exact("1.5")),
        ("1,5 tonnes", exact("1.5", "tonnes")),
        ("0.125", exact("0.125")),
        ("1.50", exact("1.5")),
        ("2.0", exact(2)),
        ("1.300 million", exact(1_300_000)),
        ("1.300%", exact("1.3", "%")),
        ("1,300.50 tonnes", exact("1300.5", "tonnes")),
        ("1.300,50 tonnes", exact("1300.5", "tonnes")),
        # percentages, money
        ("20%", exact(20, "%")),
        ("20 %", exact(20, "%")),
        ("20 percent", exact(20, "%")),
        ("twenty per cent of the territory", exact(20, "% of the territory")),
        ("$1.2 billion in aid", exact(1_200_000_000, "$ in aid")),
        ("€500m", exact(500_000_000, "€")),
        ("$5 to $6 million", between(5 * 10**6, 6 * 10**6, "$")),
    ],
)
def test_parse_quantity(text: str, quantity: Quantity) -> None:
    found = parse_quantity(text)
    assert found == quantity
    assert found is not None
    # 2 == Decimal(2), but they are written differently
    for one, other in zip(
        (found.value, found.low, found.high), (quantity.value, quantity.low, quantity.high), strict=True
    ):
        assert type(one) is type(other)
        assert str(one) == str(other)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "several",
        "many prisoners",
        "a few hundred",
        "a couple of drones",
        "some",
        "about",
        "prisoners",
        "a soldier",
        "no prisoners",
        "third",
        "3rd",
        "two-thirds",
        "a third",
        "1/3",
        "½",
        "one in five",
        "two of three",
        "one and a half million",
        "two two",
        "10:30",
        "3 p.m.",
        "20 to 10",
        "between 10 to 20",
        "between 10",
        "10-20-30",
        "1,000 for 500",
        "1,2,3",
        "20 122-mm shells",
        "1e5",
        "10²",
        "-5",
        "5-",
        "٣ drones",
        "12345678901234567890",
        "1000000 trillion",
        "0.0000001",
        "F-16 jets",
        "hundreds-strong",
        "up to dozens",
        "9" * 5000,
    ],
)
def test_what_has_no_number_to_read(text: str) -> None:
    assert parse_quantity(text) is None


def check(found: Quantity) -> None:
    assert found.exactness in get_args(Exactness)
    given_ends = tuple(end is not None for end in (found.value, found.low, found.high))
    assert given_ends == {
        "exact": (True, False, False),
        "about": (True, False, False),
        "nearly": (True, False, False),
        "at-least": (False, True, False),
        "at-most": (False, False, True),
        "range": (False, True, True),
    }.get(found.exactness)
    for end in (found.value, found.low, found.high):
        if isinstance(end, int):
            assert 0 <= end < 10**18
        elif end is not None:
            assert end > 0
            assert end != end.to_integral_value()
            assert "E" not in str(end)
            assert not str(end).endswith("0")
    if found.low is not None and found.high is not None:
        assert found.low <= found.high
    assert found.unit == found.unit.strip()


WORDS = (
    "about at least more than up to nearly between and from to or so plus for - – ~ + of the a an half one two twenty "
    "hundred thousand million dozen dozens hundreds 0 1 10 1,300 1.300 1.5 0.001 300 % percent $ m bn k drones each"
)


@given(st.text() | st.lists(st.sampled_from(WORDS.split()), max_size=9).map(" ".join))
def test_any_text_gives_a_sound_quantity_or_none(text: str) -> None:
    found = parse_quantity(text)
    if found is not None:
        check(found)


@given(st.text("0123456789.,' -%$kmbn", max_size=30))
def test_any_digits_give_a_sound_quantity_or_none(text: str) -> None:
    found = parse_quantity(text)
    if found is not None:
        check(found)


@given(st.integers(0, 10**15 - 1), st.sampled_from(("{:d}", "{:,d}")))
def test_whole_numbers(value: int, form: str) -> None:
    written = form.format(value)
    assert parse_quantity(f"{written} drones") == exact(value, "drones")
    assert parse_quantity(f"about {written} drones") == about(value, "drones")
    assert parse_quantity(written.replace(",", "\N{NARROW NO-BREAK SPACE}")) == exact(value)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.sampled_from(("{} to {}", "{}-{}", "between {} and {}")))
def test_ranges(one: int, other: int, form: str) -> None:
    low, high = sorted((one, other))
    assert parse_quantity(form.format(low, high)) == between(low, high)


@given(st.decimals(Decimal("0.01"), Decimal("999.99"), places=2))
def test_decimals(value: Decimal) -> None:
    found = parse_quantity(f"{value} tonnes")
    assert found is not None
    assert found.value == value
    assert found.unit == "tonnes"

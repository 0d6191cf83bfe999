"""Time expressions against tables worked by hand. 2025-12-21, the day most of them are read on, was a Sunday."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.datewords import Direction
from kg.edtf import bounds
from kg.times import resolve

SUNDAY = date(2025, 12, 21)
WEDNESDAY = date(2025, 12, 24)
DIRECTIONS: tuple[Direction, ...] = ("past", "future")


@pytest.mark.parametrize(
    ("expression", "edtf"),
    [
        ("Saturday", "2025-12-20"),
        ("since Friday", "2025-12-19/.."),
        ("July", "2025-07"),
        ("in July", "2025-07"),
        ("the past week", "2025-12-14/2025-12-20"),
        ("over the past week", "2025-12-14/2025-12-20"),
        ("nearly four years", None),
    ],
)
def test_expressions_of_the_first_annotated_article(expression: str, edtf: str | None) -> None:
    assert resolve(expression, SUNDAY) == edtf


# Read on Sunday 2025-12-21: expression, towards the past, towards the future ("=" where it is the same).
ON_SUNDAY = [
    # weekdays
    ("Sunday", "2025-12-21", "="),
    ("Saturday", "2025-12-20", "2025-12-27"),
    ("on Saturday", "2025-12-20", "2025-12-27"),
    ("on Saturday evening", "2025-12-20", "2025-12-27"),
    ("late on Saturday", "2025-12-20", "2025-12-27"),
    ("Saturday at 10:30 GMT", "2025-12-20", "2025-12-27"),
    ("10 a.m. on Saturday", "2025-12-20", "2025-12-27"),
    ("Saturday's", "2025-12-20", "2025-12-27"),
    ("Thurs.", "2025-12-18", "2025-12-25"),
    ("last Friday", "2025-12-19", "="),
    ("last Sunday", "2025-12-14", "="),
    ("this past Sunday", "2025-12-14", "="),
    ("next Monday", "2025-12-22", "="),
    ("next Sunday", "2025-12-28", "="),
    ("this Saturday", "2025-12-20", "2025-12-27"),
    ("this coming Saturday", "2025-12-27", "="),
    ("Monday next week", "2025-12-22", "="),
    ("Tuesday of last week", "2025-12-09", "="),
    # days
    ("today", "2025-12-21", "="),
    ("this morning", "2025-12-21", "="),
    ("yesterday", "2025-12-20", "="),
    ("Yesterday morning", "2025-12-20", "="),
    ("last night", "2025-12-20", "="),
    ("tomorrow", "2025-12-22", "="),
    ("the day before yesterday", "2025-12-19", "="),
    ("the day after tomorrow", "2025-12-23", "="),
    # weeks, months, years
    ("this week", "2025-12-15/2025-12-21", "="),
    ("last week", "2025-12-08/2025-12-14", "="),
    ("next week", "2025-12-22/2025-12-28", "="),
    ("this month", "2025-12", "="),
    ("in this month", "2025-12", "="),
    ("last month", "2025-11", "="),
    ("next month", "2026-01", "="),
    ("this year", "2025", "="),
    ("last year", "2024", "="),
    ("next year", "2026", "="),
    ("earlier this month", "2025-12-01/2025-12-21", "="),
    ("later this week", "2025-12-21", "="),
    # weekends
    ("the weekend", "2025-12-20/2025-12-21", "="),
    ("over the weekend", "2025-12-20/2025-12-21", "="),
    ("this weekend", "2025-12-20/2025-12-21", "="),
    ("last weekend", "2025-12-13/2025-12-14", "="),
    ("next weekend", "2025-12-27/2025-12-28", "="),
    # rolling periods
    ("the last week", "2025-12-14/2025-12-20", "="),
    ("the past three days", "2025-12-18/2025-12-20", "="),
    ("last three days", "2025-12-18/2025-12-20", "="),
    ("the past two weeks", "2025-12-07/2025-12-20", "="),
    ("the past month", "2025-11-21/2025-12-20", "="),
    ("in the last three months", "2025-09-21/2025-12-20", "="),
    ("the past 24 hours", "2025-12-20/2025-12-21", "="),
    ("the last forty-eight hours", "2025-12-19/2025-12-21", "="),
    ("the coming week", "2025-12-22/2025-12-28", "="),
    ("the next two days", "2025-12-22/2025-12-23", "="),
    # distances
    ("three days ago", "2025-12-18", "="),
    ("two weeks ago", "2025-12-01/2025-12-07", "="),
    ("a fortnight ago", "2025-12-01/2025-12-07", "="),
    ("a month ago", "2025-11", "="),
    ("10 years ago", "2015", "="),
    ("in two days", "2025-12-23", "="),
    ("ninety-two days ago", "2025-09-20", "="),
    ("in two weeks' time", "2025-12-29/2026-01-04", "="),
    ("three months from now", "2026-03", "="),
    # months
    ("July", "2025-07", "2026-07"),
    ("December", "2025-12", "="),
    ("May", "2025-05", "2026-05"),
    ("last July", "2025-07", "="),
    ("last December", "2024-12", "="),
    ("next March", "2026-03", "="),
    ("this July", "2025-07", "2026-07"),
    ("July 2025", "2025-07", "="),
    ("July of 2024", "2024-07", "="),
    ("July last year", "2024-07", "="),
    ("Sept. 2024", "2024-09", "="),
    ("early July", "2025-07~", "2026-07~"),
    ("mid-July", "2025-07~", "2026-07~"),
    ("late July 2024", "2024-07~", "="),
    ("the end of July", "2025-07~", "2026-07~"),
    # days of months
    ("23 July", "2025-07-23", "2026-07-23"),
    ("July 23", "2025-07-23", "2026-07-23"),
    ("23rd of July", "2025-07-23", "2026-07-23"),
    ("23 July 2025", "2025-07-23", "="),
    ("July 23, 2025", "2025-07-23", "="),
    ("on the 23rd of July, 2025", "2025-07-23", "="),
    ("Dec. 20", "2025-12-20", "2026-12-20"),
    ("21 December", "2025-12-21", "="),
    ("22 December", "2024-12-22", "2025-12-22"),
    ("29 February", "2024-02-29", "2028-02-29"),
    ("Saturday, December 20, 2025", "2025-12-20", "="),
    ("Saturday (20 December 2025)", "2025-12-20", "="),
    ("Saturday 20 December", "2025-12-20", None),  # the next 20 December is a Sunday
    ("Sunday, 20 December 2025", None, "="),
    # days in a row
    ("20 and 21 December", "2025-12-20/2025-12-21", "="),
    ("20-21 December", "2025-12-20/2025-12-21", "="),
    ("20–21 December 2024", "2024-12-20/2024-12-21", "="),
    ("July 23-24", "2025-07-23/2025-07-24", "2026-07-23/2026-07-24"),
    ("July 23 and 24, 2025", "2025-07-23/2025-07-24", "="),
    ("from 20 to 22 December", "2025-12-20/2025-12-22", "="),
    ("between 2 and 5 December", "2025-12-02/2025-12-05", "2026-12-02/2026-12-05"),
    ("Friday and Saturday", "2025-12-19/2025-12-20", "2025-12-26/2025-12-27"),
    # seasons, years
    ("spring 2025", "2025-21", "="),
    ("the spring of 2025", "2025-21", "="),
    ("the fall", "2025-23", "2026-23"),
    ("last summer", "2025-22", "="),
    ("next spring", "2026-21", "="),
    ("last winter", "2024-24", "="),
    ("this winter", "2025-24", "="),
    ("winter 2025-26", "2025-24", "="),
    ("2024", "2024", "="),
    ("in 2024", "2024", "="),
    ("early 2025", "2025~", "="),
    ("the end of the year", "2025~", "="),
    ("the 1990s", "199X", "="),
    # open intervals
    ("since July", "2025-07/..", "2026-07/.."),
    ("since last week", "2025-12-08/..", "="),
    ("ever since 2022", "2022/..", "="),
    ("from Monday onwards", "2025-12-15/..", "2025-12-22/.."),
    ("until Monday", "../2025-12-15", "../2025-12-22"),
    ("by Friday", "../2025-12-19", "../2025-12-26"),
    ("by the end of this week", "../2025-12-21", "="),
    # from … to …
    ("from Friday to Sunday", "2025-12-19/2025-12-21", "="),
    ("Tuesday to Thursday", "2025-12-16/2025-12-18", "2025-12-23/2025-12-25"),
    ("between July and September 2025", "2025-07/2025-09", "="),
    ("July–September", "2025-07/2025-09", "2026-07/2026-09"),
    ("from December 28 to January 3", "2024-12-28/2025-01-03", "2025-12-28/2026-01-03"),
    ("from yesterday to Tuesday", "2025-12-20/2025-12-23", "="),
    ("from 2 December 2025 to Friday", "2025-12-02/2025-12-19", "2025-12-02/2025-12-26"),
    ("2022-2024", "2022/2024", "="),
    # ISO as it stands
    ("2025-12-20", "2025-12-20", "="),
    ("2025-12", "2025-12", "="),
    ("2025-12-20T10:00:00Z", "2025-12-20T10:00:00Z", "="),
    ("2025-12-19/2025-12-20", "2025-12-19/2025-12-20", "="),
    ("2025-12-19 to 2025-12-20", "2025-12-19/2025-12-20", "="),
]


@pytest.mark.parametrize(("expression", "past", "future"), ON_SUNDAY)
def test_resolve(expression: str, past: str | None, future: str | None) -> None:
    assert resolve(expression, SUNDAY) == past
    assert resolve(expression, SUNDAY, "future") == (past if future == "=" else future)


@pytest.mark.parametrize(
    ("expression", "past", "future"),
    [
        ("Saturday", "2025-12-20", "2025-12-27"),
        ("this Saturday", "2025-12-27", "2025-12-27"),
        ("this Monday", "2025-12-22", "2025-12-29"),
        ("last Monday", "2025-12-22", "2025-12-22"),
        ("Wednesday", "2025-12-24", "2025-12-24"),
        ("the weekend", "2025-12-20/2025-12-21", "2025-12-27/2025-12-28"),
        ("this weekend", "2025-12-27/2025-12-28", "2025-12-27/2025-12-28"),
        ("last weekend", "2025-12-20/2025-12-21", "2025-12-20/2025-12-21"),
        ("from Tuesday to Thursday", "2025-12-23/2025-12-25", "2025-12-23/2025-12-25"),  # under way
    ],
)
def test_resolve_in_the_middle_of_a_week(expression: str, past: str, future: str) -> None:
    assert resolve(expression, WEDNESDAY) == past
    assert resolve(expression, WEDNESDAY, "future") == future


@pytest.mark.parametrize(
    ("expression", "published", "edtf"),
    [
        ("the past month", "2025-03-31", "2025-02-28/2025-03-30"),
        ("a month ago", "2025-03-31", "2025-02"),
        ("last month", "2025-01-15", "2024-12"),
        ("last summer", "2025-07-15", "2024-22"),
        ("this winter", "2026-01-10", "2025-24"),
        ("yesterday", "2025-01-01", "2024-12-31"),
        ("29 February", "1903-06-01", "1896-02-29"),
        ("yesterday", "0001-01-01", None),
        ("tomorrow", "9999-12-31", None),
        ("this winter", "9999-12-31", None),
    ],
)
def test_resolve_at_the_edges_of_the_calendar(expression: str, published: str, edtf: str | None) -> None:
    assert resolve(expression, date.fromisoformat(published)) == edtf


@pytest.mark.parametrize(
    "expression",
    [
        "",
        " ",
        "now",
        "soon",
        "recently",
        "currently",
        "in recent weeks",
        "in the coming weeks",
        "the past few days",
        "nearly four years",
        "nearly four years ago",
        "about a month ago",
        "two hours ago",
        "two days",
        "for three weeks",
        "on his return",
        "the next day",
        "the same day",
        "that week",
        "two days later",
        "a Saturday",
        "winter 2025",  # January or December?
        "the 2000s",  # a decade or a century?
        "31 June",
        "30 and 31 June",
        "29 February 2025",
        "Friday and Sunday",
        "20 and 25 December",
        "20.12.2025",
        "12/20/2025",
        "2024-25",
        "2024/25",
        "mid-Saturday",
        "from now",
        "since",
        "by",
        "in",
        "May talks may",
        "Saturday " * 20,
    ],
)
def test_what_is_vague_stays_unresolved(expression: str) -> None:
    assert resolve(expression, SUNDAY) is None
    assert resolve(expression, SUNDAY, "future") is None


@pytest.mark.parametrize(
    "expression",
    ["the past week", "THE PAST WEEK", "The\N{NO-BREAK SPACE}past  week", "past week", " the past\tweek, "],
)
def test_case_article_and_white_space_make_no_difference(expression: str) -> None:
    assert resolve(expression, SUNDAY) == "2025-12-14/2025-12-20"


EXPRESSIONS = st.sampled_from([expression for expression, _, _ in ON_SUNDAY])
FLOATING = st.sampled_from(["Saturday", "July", "23 July", "29 February", "the summer", "the winter", "the weekend"])


@given(EXPRESSIONS, st.dates(), st.sampled_from(DIRECTIONS))
def test_what_resolves_has_bounds(expression: str, published: date, towards: Direction) -> None:
    found = resolve(expression, published, towards)
    if found is not None:
        earliest, latest = bounds(found)
        assert earliest or latest
        assert earliest is None or latest is None or earliest <= latest


@given(FLOATING, st.dates(date(20, 1, 1), date(9980, 1, 1)))
def test_past_has_begun_and_future_has_not_ended(expression: str, published: date) -> None:
    past, future = (bounds(resolve(expression, published, towards) or "") for towards in DIRECTIONS)
    assert past[0] is not None and past[0] <= published
    assert future[1] is not None and future[1] >= published


@given(st.dates(date(20, 1, 1), date(9980, 1, 1)), st.integers(0, 6))
def test_a_weekday_is_less_than_a_week_away(published: date, number: int) -> None:
    name = f"{date(2024, 1, 1) + timedelta(days=number):%A}"  # the first of January 2024 was a Monday
    week = timedelta(days=7)
    for expression, towards, first, last in (
        (name, "past", published - week + timedelta(days=1), published),
        (name, "future", published, published + week - timedelta(days=1)),
        (f"last {name}", "past", published - week, published - timedelta(days=1)),
        (f"next {name}", "past", published + timedelta(days=1), published + week),
    ):
        found = resolve(expression, published, "future" if towards == "future" else "past")
        assert found is not None
        assert first <= date.fromisoformat(found) <= last
        assert date.fromisoformat(found).weekday() == number


WORDS = (
    "the last next this past in on since until by from to and between - July Sat 23 2024 two a week days ago weekend "
    "early at 10:30 morning of winter ,"
)
JUMBLES = st.lists(st.sampled_from(WORDS.split()), max_size=9).map(" ".join)


@given(st.text() | JUMBLES, st.dates(), st.sampled_from(DIRECTIONS))
def test_resolve_takes_any_text(text: str, published: date, towards: Direction) -> None:
    found = resolve(text, published, towards)
    assert found is None or bounds(found) != (None, None)


@given(st.dates(), st.dates())
def test_iso_dates_pass(written: date, published: date) -> None:
    if 1000 <= written.year < 2100:
        assert resolve(written.isoformat(), published) == written.isoformat()

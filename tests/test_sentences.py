"""Sentences: tables of made-up newswire lines, and the promises that hold for every text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.sentences import locate, split


def parts(text: str, keep: list[tuple[int, int]] | None = None) -> list[str]:
    return [text[start:end] for start, end in split(text, keep or [])]


# "|" marks where a sentence ends; the blank behind it belongs to the text.
@pytest.mark.parametrize(
    "marked",
    [
        "",
        "One sentence.",
        "no full stop at all",
        "The talks began.| They ended.| Nobody spoke!| Why?| 20 envoys left.",
        # closing and opening marks
        "“It is over.”| “Is it?”| (It was.)| [It is.]| He left.",
        "'It is over.'| \"Is it?\"| Nobody knew.",
        "“What for?” she asked.| Nobody answered.",
        "He paid.| $5 was enough.",
        # titles and offices
        "Gen. Ivanov met Lt. Col. Smith and Dr. Jones.| Sen. White, Rep. Black and Gov. Hill left.",
        "The church of St. Michael was hit.| Prof. Lee saw it.",
        "Mr. and Mrs. Brown, e.g. the hosts, left.| It was late, i.e. Sunday, approx. 10 o'clock.| It was A vs. B.",
        # initials
        "J. D. Vance flew in.| John F. Kennedy did not.| И. И. Иванов прилетел.| Он молчал.",
        "It was plan B.| The other plan was lost.",
        "He wrote on X.| Kyiv answered on X.| Nobody read it.",
        # countries and companies: a word that often begins a sentence parts, any other goes on
        "The U.S. President met the U.K. Prime Minister.| The U.S.-led plan failed in the U.S.| The other held.",
        "It left the U.S.| But it returned to the U.N. Security Council.",
        "They live in the U.S.| “We like it,” they said.",
        "He flew back to the U.S. Brown stayed.",  # the price of "U.S. President"
        "Acme Inc.| The firm is old.| Acme Ltd. Chairman Brown is not.",
        # dates and hours
        "It began on Dec. 20 and ended on Jan. 3.| The 4th was a Sunday.| It was Sat. 20 Dec.| He slept.",
        "At 10 a.m. Moscow time it rained.| It began at 10 a.m. Saturday.| It ended at 9 p.m.| Brown left.",
        "It happened in 2024.| The next year it did not.",
        # numbers
        "It cost 1.5 million.| It weighed 1.300 tonnes.| Article No. 5 says so.| They said no.| They meant it.",
        "1. The parties meet.| 2. They agree.",
        # ellipses and runs of marks
        "They waited... and waited… for hours.| Then...| Nothing.| What?!| Nothing…| At all.",
        "They use www.example.org and v1.2.3 of it.",
        # lower case goes on
        "It was Yahoo! that asked. iPhones ring. al-Quds answers.",
        # line breaks
        "A headline without a stop|\nThe first line.|\nThe second line.|\n",
        "One|\r\ntwo|\rthree|\n\n\nfour|\N{LINE SEPARATOR}five",
        # other scripts
        "هل جاء؟| نعم.| لا أحد يعرف.",
        "他来了。|他走了！|「好吗？」|再见",
        "वह आया।| वह गया।",
        "Он пришёл.| Она ушла.",
    ],
)
def test_split(marked: str) -> None:
    text = marked.replace("|", "")
    assert parts(text) == [part.strip() for part in marked.split("|") if part.strip()]


def test_spans_are_code_points_without_the_space_around_them() -> None:
    text = "  🕊️ Peace.  🕊️ Or so. \N{NO-BREAK SPACE}\n\t 😀 End "
    assert split(text) == [(2, 22), (27, 32)]
    assert parts(text) == ["🕊️ Peace.  🕊️ Or so.", "😀 End"]


@pytest.mark.parametrize(
    ("keep", "sentences"),
    [
        ([], ["Aa bb.", "Cc dd.", "Ee ff", "Gg."]),
        ([(0, 6)], ["Aa bb.", "Cc dd.", "Ee ff", "Gg."]),
        ([(0, 7)], ["Aa bb.", "Cc dd.", "Ee ff", "Gg."]),  # reaches the blank only
        ([(6, 9)], ["Aa bb.", "Cc dd.", "Ee ff", "Gg."]),  # begins in the blank
        ([(5, 8)], ["Aa bb. Cc dd.", "Ee ff", "Gg."]),
        ([(17, 21)], ["Aa bb.", "Cc dd.", "Ee ff\nGg."]),  # across a line break
        ([(5, 8), (9, 15)], ["Aa bb. Cc dd. Ee ff", "Gg."]),
        ([(0, 22), (8, 9)], ["Aa bb. Cc dd. Ee ff\nGg."]),
        ([(17, 21), (0, 8)], ["Aa bb. Cc dd.", "Ee ff\nGg."]),  # in any order
        ([(8, 5), (-3, 0), (90, 99)], ["Aa bb.", "Cc dd.", "Ee ff", "Gg."]),  # no span of this text
    ],
)
def test_no_kept_span_is_cut(keep: list[tuple[int, int]], sentences: list[str]) -> None:
    assert parts("Aa bb. Cc dd. Ee ff\nGg.", keep) == sentences


@pytest.mark.parametrize(
    ("span", "index"),
    [
        ((0, 2), 0),
        ((2, 6), 0),
        ((6, 7), 0),
        ((7, 9), 1),
        ((6, 9), 1),
        ((3, 9), 0),
        ((14, 16), 2),
        ((90, 91), 2),
        ((0, 0), 0),
    ],
)
def test_locate(span: tuple[int, int], index: int) -> None:
    assert locate([(0, 6), (7, 13), (14, 19)], *span) == index


def test_locate_before_the_first_sentence_and_without_any() -> None:
    assert locate([(4, 9)], 0, 2) == 0
    with pytest.raises(ValueError, match="no sentences"):
        locate([], 0, 1)


# Marks and abbreviations more often than chance would have them.
MARKS = '! |? |… |... |. |。|؟ |\n|\r\n|\r| |\N{NO-BREAK SPACE}|\u2028|"|”|“|(|)|\x1c|\x85|🕊️'
WORDS = "U.S. |Gen. |a.m. |X. |J. |Dec. |1. |The |Kyiv |Он |他|and |20 "
PIECES = st.sampled_from(f"{MARKS}|{WORDS}".split("|"))
TEXTS = st.text() | st.lists(PIECES, max_size=25).map("".join)
SPANS = st.lists(st.tuples(st.integers(-2, 60), st.integers(-2, 60)), max_size=6)


@given(TEXTS, SPANS)
def test_sentences_are_in_order_and_hold_everything_but_space(text: str, keep: list[tuple[int, int]]) -> None:
    sentences = split(text, keep)
    end = 0
    for first, last in sentences:
        assert end <= first < last <= len(text)
        assert text[end:first].strip() == ""
        assert text[first:last] == text[first:last].strip()
        end = last
    assert text[end:].strip() == ""


@given(TEXTS, SPANS)
def test_a_kept_span_meets_one_sentence_only(text: str, keep: list[tuple[int, int]]) -> None:
    sentences = split(text, keep)
    for start, end in keep:
        met = [at for at, (first, last) in enumerate(sentences) if max(start, first) < min(end, last)]
        assert len(met) <= 1
        if met:
            assert locate(sentences, start, end) == met[0]


@given(TEXTS, SPANS)
def test_splitting_is_stable(text: str, keep: list[tuple[int, int]]) -> None:
    sentences = split(text, keep)
    assert split(text, reversed(keep)) == sentences
    # What is kept joins sentences and parts none.
    ends = {end for _, end in split(text)}
    assert all(end in ends for _, end in sentences)


@given(TEXTS)
def test_a_line_break_ends_a_sentence(text: str) -> None:
    assert not any(mark in sentence for sentence in parts(text) for mark in "\n\r\u2028\u2029")


@pytest.mark.parametrize("unit", [".", ". ", '."', ". '", "A. ", "1. ", "U.S. ", " ", ".\n", "(", "。"])
def test_no_text_is_slow(unit: str) -> None:
    # Quadratic work on this many characters would take minutes.
    assert split(unit * 100_000) is not None

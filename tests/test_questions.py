"""The seventeen questions on one report of ours, against answers that a person has read."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.questions import QUESTIONS, build_report, golden, text


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_report(tmp_path_factory.mktemp("report"))


@pytest.mark.parametrize("number", range(1, len(QUESTIONS) + 1))
def test_the_answer_is_the_golden_one(store: Path, number: int):
    question, command = QUESTIONS[number - 1]
    assert text(number, question, command, store) == golden(number).read_text(encoding="utf-8")


def test_there_is_a_golden_file_for_every_question_and_no_other():
    assert sorted(path.name for path in golden(1).parent.iterdir()) == [
        f"{n:02}.txt" for n in range(1, len(QUESTIONS) + 1)
    ]


# What the golden files must say, in words, so that nobody commits a wrong answer by writing them anew.
@pytest.mark.parametrize(
    ("number", "said", "never"),
    [
        (1, ["United States", "Volodymyr Zelensky", "Russian news agencies", "certainty:probable", "stage:mooted"], []),
        (2, ["proposer      United States", "according_to  Volodymyr Zelensky"], ["2 of"]),
        (3, ["divergence", "may both be true"], ["contradiction"]),
        (4, ["target:preparation", "target:own-role"], []),
        (5, ["Steve Witkoff", "United States", "Jared Kushner"], []),
        (6, ["not stated", "a round, not a"], ["yes"]),
        (7, ["2025-12-19", "2025-12-20"], []),
        (8, ["days_at_least  143", "days_at_most   173"], []),
        (9, ["prisoner-"], []),
        (10, ["directness:direct", "format:direct", "bilateral"], []),
        (11, ["arity:trilateral", "format:mediated", "trilateral"], []),
        (12, ["Jared Kushner", "Yuri Ushakov"], []),
        (13, ["Kirill Dmitriev", "Russia", "stage:scheduled", "Yuri Ushakov"], []),
        (14, ["act:criticise", "target:participants", "position:accept"], ["position:reject"]),
        (15, ["1300", "exactness:about", "1200", "exactness:nearly", "channel    X"], []),
        (16, ["Russia", "Ukraine", "held"], ["United States", "proposed", "2 of"]),
        (17, ["proposed, disputed", "participation"], []),
    ],
)
def test_the_golden_answers_say_what_the_text_says(number: int, said: list[str], never: list[str]):
    answer = golden(number).read_text(encoding="utf-8").split("\n", 2)[2]
    assert [words for words in said if words not in answer] == []
    assert [words for words in never if words in answer] == []

"""Seventeen questions that a country desk asks of one article, each as the command that answers it.

`python -m tests.questions STORE` prints questions and answers for any store that holds such an article;
`python -m tests.questions` writes the golden answers anew, to be read before they are committed.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from click.testing import CliRunner, Result

from kg.cli import main
from tests.helpers import DATA, SAMPLE

REPORT = "2025-12-21-kremlin-denies-trilateral"
GOLDEN = Path(__file__).parent / "golden" / "questions"
TALKS = "meeting=United States, Ukraine, Russia"

QUESTIONS: list[tuple[str, list[str]]] = [
    ("Who said what about the three-way talks?", ["query", "claims-about", "-p", TALKS]),
    ("Who proposed them, and who says so?", ["query", "proposals", "-p", TALKS]),
    ("Do the US proposal and the Kremlin's denial contradict each other?", ["disagreements", TALKS.partition("=")[2]]),
    ("What exactly did Ushakov deny?", ["query", "denials", "-p", "actor=Ushakov"]),
    (
        "Who mediates the Miami round, and for whom?",
        ["query", "participants", "-p", "meeting=talks in Miami", "-p", "role=mediator"],
    ),
    (
        "Were Dmitriev and the Ukrainian team in one room in Miami?",
        ["query", "together", "-p", "a=Dmitriev", "-p", "b=Ukraine"],
    ),
    ("Who has been in Miami since when?", ["query", "presences", "-p", "venue=Miami"]),
    (
        "When was the last direct session of Russia and Ukraine, and how long before publication?",
        ["query", "direct-sessions", "-p", "a=Russia", "-p", "b=Ukraine"],
    ),
    ("What came of it?", ["query", "outcomes"]),
    (
        "Which format is claimed for the Istanbul meeting, and which computed?",
        ["query", "formats", "-p", "meeting=in Istanbul"],
    ),
    ("Which format is claimed for the three-way talks, and which computed?", ["query", "formats", "-p", TALKS]),
    ("Who acts for whom?", ["query", "mandates"]),
    ("Whom will Dmitriev report to, and who says so?", ["query", "communications"]),
    ("Who says what of European participation?", ["query", "claims-on-participation", "-p", "name=Europe"]),
    ("How many drones and bombs, says who, where?", ["query", "quantities"]),
    ("Who talks to whom, in sessions held or under way?", ["view", "-f", "table"]),
    ("The same, with rounds and the proposed shown as such?", ["view", "--stages", "all", "--rounds", "-f", "table"]),
]


def ask(command: list[str], store: Path) -> Result:
    """Run one command on a store, in this process."""
    return CliRunner().invoke(main, [*command, "--store", str(store)])


def build_report(folder: Path) -> Path:
    """A store with the one report alone."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for ending in ("txt", "ann"):
        (corpus / f"{REPORT}.{ending}").write_bytes((SAMPLE / f"{REPORT}.{ending}").read_bytes())
    header, *rows = (SAMPLE / "sources.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    own = [row for row in rows if row.startswith(REPORT)]
    (corpus / "sources.csv").write_text("".join([header, *own]), encoding="utf-8")
    store = folder / "store"
    command = ["build", str(corpus), "--strict", "--registry", str(DATA / "registry")]
    result = ask(command, store)
    assert result.exit_code == 0, result.output
    return store


def golden(number: int) -> Path:
    """The file that holds the answer to question `number`, counted from 1."""
    return GOLDEN / f"{number:02}.txt"


def text(number: int, question: str, command: list[str], store: Path) -> str:
    """Question, command and answer, as a person would see them."""
    words = [f"'{word}'" if " " in word else word for word in command]
    return f"# {number}. {question}\n$ kg {' '.join(words)}\n{ask(command, store).stdout}"


def _main() -> None:
    if len(sys.argv) > 1:
        for number, (question, command) in enumerate(QUESTIONS, 1):
            print(text(number, question, command, Path(sys.argv[1])))
        return
    with tempfile.TemporaryDirectory() as folder:
        store = build_report(Path(folder))
        for number, (question, command) in enumerate(QUESTIONS, 1):
            golden(number).write_text(text(number, question, command, store), encoding="utf-8")


if __name__ == "__main__":
    _main()

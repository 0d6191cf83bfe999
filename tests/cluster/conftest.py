"""One cluster of four workers for all tests that need no cluster of their own, and small corpora that have everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.cluster.engine import Engine, engine
from tests.helpers import HEADER, annotate


@pytest.fixture(scope="package")
def team() -> Iterator[Engine]:
    with engine(workers=4, memory=1024) as cluster:
        yield cluster


@pytest.fixture
def scheduler(team: Engine) -> str:
    return str(team.client.scheduler.address)


ENVOYS = ("Ada Brandt", "Ivo Castell", "Mara Dunne")
CITIES = ("Geneva", "Doha", "Oslo")


def _report(number: int) -> tuple[str, str]:
    """A short report on talks: some name the known meeting, some spell a name otherwise, some propose."""
    envoy, city = ENVOYS[number % 3], CITIES[number % 2]
    other = ("Jon Haldorsen", "Jon Haldersen", "Jan Haldorsen", "Jon Haldorsen")[number % 4]
    other = other.upper() if number % 5 == 0 else other
    when = f"2025-06-{10 + number % 3:02}"
    text = (
        f"{envoy} of Northland met {other} of Southland in {city} on {when}, officials said.\n"
        f"{other} said the 28-point plan was discussed. Talks in July are planned.\n"
    )
    lines = [
        f"T1 Person :: {envoy}",
        "T2 State :: Northland",
        "T3 Meeting :: met",
        f"T4 Person :: {other}",
        "T5 State :: Southland",
        f"T6 Venue :: {city}",
        f"T7 Time :: {when}",
        "T8 Proposal :: the 28-point plan",
        "T9 Round :: Talks",
        "T10 Time :: July",
        "T11 Claim :: said#2",
        f"T12 Person :: {other}#2",
        "E1 | Meeting:T3 Party:T1 Party2:T4 Venue:T6 Time:T7",
        "E2 | Round:T9 Party:T2 Party2:T5 Time:T10",
        "E3 | Claim:T11 Speaker:T12 About:E1",
        "R1 | Represents Arg1:T1 Arg2:T2",
        "R2 | Represents Arg1:T4 Arg2:T5",
        "A1 | SpeechAct E3 announce",
        "A2 | Asserts E3 held",
    ]
    if number % 3 == 0:
        lines.append(f"N1 | Reference E1 kg:meeting/known-{number % 6}\tknown")
    if number % 7 == 3:
        lines.append("N2 | Reference E2 kg:meeting/known-0\tknown")
    if number % 4 == 1:
        lines.append("N3 | Reference T8 kg:proposal/plan\tplan")
    return text, annotate(text, *lines)


def write_world(folder: Path, reports: int = 30) -> Path:
    """A corpus that has what is concluded over texts: references across processes, names alike, decisions of all kinds, faults."""
    folder.mkdir(parents=True)
    rows = []
    for number in range(reports):
        text, annotation = _report(number)
        name = f"text-{number:02}" if number % 2 else f"text-{number:02}-b"
        (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
        (folder / f"{name}.ann").write_text(annotation, encoding="utf-8", newline="")
        rows.append(
            f"{name},Report {number},The Daily,2025-06-{14 + number % 5},,en,{('north', 'south', '')[number % 3]}"
        )
    odd = "Ada Brandt \ufffe met \uffff nobody.\n"
    (folder / "odd.txt").write_text(odd, encoding="utf-8", newline="")
    (folder / "odd.ann").write_text(annotate(odd, "T1 Person :: Ada Brandt", "T2 Topic :: \ufffe met \uffff"), "utf-8")
    (folder / "bytes.txt").write_bytes(b"\xff\xfeno")
    (folder / "bytes.ann").write_text("T1\tPerson 0 2\tno\n")
    (folder / "alone.ann").write_text("T1\tPerson 0 2\tno\n")
    (folder / "wrong.txt").write_text("Ada Brandt spoke.\n")
    (folder / "wrong.ann").write_text("T1\tPerson 0 3\tIvo\nT2\tNothing 0 3\tAda\nnonsense\n")
    rows += [
        "odd,Odd,The Daily,2025-06-15,,en,north",
        "gone,Gone,The Daily,,,en,north",
        "wrong,,,in June,no address,en,",
    ]
    (folder / "sources.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    sub = folder / "deeper"
    sub.mkdir()
    (sub / "deep.txt").write_text("Ada Brandt spoke.\n")
    (sub / "deep.ann").write_text("T1\tPerson 0 10\tAda Brandt\n")
    return folder


def decide(folder: Path, *rows: tuple[str, str, str]) -> None:
    """Write decisions.tsv."""
    lines = ["one\tother\tverdict\tby\treason", *("\t".join((*row, "N. N.", "seen")) for row in rows)]
    (folder / "decisions.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")

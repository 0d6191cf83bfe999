"""Commands that compare annotators: agreement."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import width

if TYPE_CHECKING:
    from kg.agreement import Score
    from kg.differences import Difference

_NUMBERS = ("one", "other", "exact", "f1_exact", "overlap", "f1_overlap", "f1_things", "kappa")
_PLACES = ("place", "layer", "label", "words", "A", "B", "follows", "note", "sentence")
_HEADINGS = ("layer", "label", "A", "B", "both", "F1", "overlapping", "F1 overlapping", "F1 things", "κ")


@click.command()
@click.argument("one", type=click.Path(path_type=Path), metavar="A")
@click.argument("other", type=click.Path(path_type=Path), metavar="B")
@click.option("--list", "listing", is_flag=True, help="List where the two differ, with place and sentence.")
@click.option("-f", "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True)
def agreement(one: Path, other: Path, listing: bool, form: str) -> None:
    """Say how far two annotators of the same texts agree, label by label, or where they do not.

    A and B are two corpus folders; texts are compared by their id.

    \b
    kg agreement first-pass second-pass
    kg agreement first-pass second-pass --list -f csv > to-decide.csv
    """
    import csv
    import json

    from kg.agreement import measure_agreement
    from kg.differences import Difference
    from kg.results import layout

    found = measure_agreement(one, other)
    for finding in found.findings:
        click.echo(str(finding) if finding.lost else f"note: {finding}", err=True)
    if listing:
        columns: tuple[str, ...] = Difference._fields
        rows = [list(line) for line in found.differences]
    else:
        columns = ("layer", "label", *_NUMBERS)
        rows = [[getattr(score, column) for column in columns] for score in found.scores]
    if form == "json":
        name = "differences" if listing else "scores"
        records = [dict(zip(columns, row, strict=True)) for row in rows]
        click.echo(json.dumps({"documents": found.documents, name: records}, ensure_ascii=False, indent=1))
    elif form == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\r\n")
        writer.writerow(columns)
        writer.writerows(rows)
    elif listing:
        click.echo(layout(_PLACES, [_line(line) for line in found.differences], width()), nl=False)
    else:
        click.echo(layout(_HEADINGS, [_cells(score) for score in found.scores], width()), nl=False)
    click.echo(f"{len(found.documents)} texts compared, {len(found.differences)} differences", err=True)


def _cells(score: Score) -> list[str]:
    """A score for the eye, blanks where nothing can be said."""
    return [score.layer, score.label, *(_number(getattr(score, column)) for column in _NUMBERS)]


def _number(value: float | int | None) -> str:
    """Counts as they are, measures to two digits; 1.00 only where nothing differs."""
    if value is None or isinstance(value, int):
        return "" if value is None else str(value)
    return f"{value if value == 1 else min(value, 0.99):.2f}"


def _line(line: Difference) -> list[str]:
    """A difference for the eye: its place in one word, a dash where one of the two has nothing."""
    place = f"{line.document}:{line.start}-{line.end}"
    follows = str(line.follows) if line.follows else ""
    note = "the other says so of another mention" if line.elsewhere else ""
    said = line.one or "–", line.other or "–"
    return [place, line.layer, line.label, line.words, *said, follows, note, line.sentence]

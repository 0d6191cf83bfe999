"""Commands on identity across texts: link review, link decide."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.terminal import open_store, store_option, width

if TYPE_CHECKING:
    from kg.review import Pair

VERDICTS = ("same", "not-same", "unsure")
corpus_option = click.option(
    "--corpus",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="The corpus folder in whose decisions.tsv the decision is written.",
)


@click.group()
def link() -> None:
    """Which meetings of several texts are one: look at what is doubtful, and decide.

    A decision is a row of decisions.tsv in the corpus folder. It wins over the rule and holds from the next build on; taking the
    row out restores what the rule says.
    """


@link.command()
@store_option
@corpus_option
@click.option(
    "--verdict",
    type=click.Choice(["doubtful", "same", "not-same", "unsure"]),
    default="doubtful",
    show_default=True,
    help="Which pairs.",
)
@click.option("--by", default="", metavar="NAME", help="Who decides, written beside each decision.")
def review(store_dir: Path | str, corpus: Path | None, verdict: str, by: str) -> None:
    """Show the pairs that a rule leaves to a person, their sentences side by side; on a terminal with --corpus, decide each.

    \b
    kg link review --store store
    kg link review --store store --corpus data/russia-ukraine-2025 --by editor
    """
    from kg.decisions import record_decision
    from kg.review import pairs

    with open_store(store_dir) as store:
        found, base = pairs(store, verdict), store.base
    for number, pair in enumerate(found, 1):
        click.echo(_side_by_side(pair, number, len(found), base))
        if corpus is not None and sys.stdin.isatty():
            answer = click.prompt(
                "same, not-same, unsure, or skip", type=click.Choice([*VERDICTS, "skip"]), default="skip"
            )
            if answer != "skip":
                reason = click.prompt("reason", default="", show_default=False)
                path = record_decision(corpus, pair.one.node, pair.other.node, answer, by, reason, base)
                click.echo(f"written to {path}", err=True)
    click.echo(f"{len(found)} {verdict} pairs", err=True)


@link.command()
@click.argument("one")
@click.argument("other")
@click.argument("verdict", type=click.Choice(VERDICTS))
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    required=True,
    metavar="DIR",
    help="The corpus folder in whose decisions.tsv the decision is written.",
)
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@click.option("--by", default="", metavar="NAME", help="Who decides.")
@click.option("--base", metavar="IRI", help="Where IRIs of data begin. Default: https://w3id.org/diplomatic-kg/id/")
def decide(one: str, other: str, verdict: str, corpus: Path, reason: str, by: str, base: str | None) -> None:
    """Record that two nodes are the same meeting, are not, or that nobody can tell.

    \b
    kg link decide kg:document/a/meeting/12-18 kg:document/b/meeting/40-45 same --corpus data/x --reason "one day apart"
    """
    from kg.decisions import record_decision
    from kg.namespaces import BASE

    path = record_decision(corpus, one, other, verdict, by, reason, base or BASE)
    click.echo(f"written to {path}; it holds from the next build on", err=True)


def _side_by_side(pair: Pair, number: int, total: int, base: str) -> str:
    from kg.namespaces import shrink
    from kg.results import layout

    score = "" if pair.score is None else f", score {pair.score:g}"
    why = f": {'; '.join(pair.reasons)}" if pair.reasons else ""
    head = f"── {number} of {total}: {pair.verdict} by {pair.decided_by} ({pair.rule}{score}){why}"
    sides = [
        [f"{side.published} {side.title}", shrink(side.node, base), *(f"• {sentence}" for sentence in side.sentences)]
        for side in (pair.one, pair.other)
    ]
    longest = max(map(len, sides))
    rows = [[(side[i] if i < len(side) else "") for side in sides] for i in range(longest)]
    half = max((width() - 2) // 2, 20)
    return head + "\n" + _columns(rows, half) if half < 40 else head + "\n" + layout(["one", "other"], rows, width())


def _columns(rows: list[list[str]], half: int) -> str:
    """The two sides one below the other, where a screen is too narrow for two columns."""
    return "".join(f"{row[side]}\n" for side in (0, 1) for row in rows if row[side])

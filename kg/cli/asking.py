"""Commands that ask: query list, query show, query run, and `query NAME` for short."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.terminal import open_store, optional_store_option, parameters, read_text, width

if TYPE_CHECKING:
    from kg.query import Query

_COMMANDS = ("list", "show", "run")


class Questions(click.Group):
    """A group in which `kg query NAME …` is short for `kg query run NAME …`, and `--list` for `list`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--list" in args:
            args = ["list"]
        elif not args or args[0] not in (*_COMMANDS, "-h", "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Questions)
def query() -> None:
    """Ask a named question, a SPARQL file, or SPARQL from standard input (-).

    \b
    kg query list
    kg query show claims-about
    kg query claims-about --store store -p meeting=kg:meeting/trilateral-2025-12
    echo 'SELECT * { ?s a dp:Claim } LIMIT 5' | kg query - --store store -f csv
    """


@query.command("list")
@click.argument("word", required=False)
def list_questions(word: str | None) -> None:
    """List the named questions with their parameters, or those on a subject or with a WORD in them.

    \b
    kg query list
    kg query list venues
    """
    from kg.errors import QueryError
    from kg.query import named_queries
    from kg.questions import SUBJECTS

    found = [one for one in named_queries().values() if not one.internal]
    if word:
        wanted = word.lower()
        found = [one for one in found if one.subject == wanted] or [
            one for one in found if wanted in f"{one.name} {one.question}".lower()
        ]
        if not found:
            raise QueryError(f"no question on {word!r}", remedy=f"subjects: {', '.join(SUBJECTS)}")
    for one in found:
        wanted = " ".join(f"[{p.name}]" if p.optional else p.name for p in one.parameters)
        click.echo(f"{one.name} {wanted}".rstrip() + f"\n    {one.question}")


@query.command()
@click.argument("name")
@click.option(
    "--sparql", is_flag=True, help="Print only the query, whole: with prefixes and with the rules it includes."
)
def show(name: str, sparql: bool) -> None:
    """Say what a question asks: its parameters with types, its columns with meanings, its SPARQL.

    \b
    kg query show together
    kg query show standings --sparql > standings.rq
    """
    from kg.namespaces import BASE
    from kg.query import named_query, standalone

    one = named_query(name)
    text = standalone(one, BASE).rstrip("\n")
    click.echo(text if sparql else f"{described(one, width())}\n\n{text}")


def described(one: Query, columns: int) -> str:
    """A question in words, without its SPARQL, wrapped to a screen of some columns."""
    import textwrap

    lines = [*textwrap.wrap(one.question, columns), ""]
    if one.parameters:
        lines.append("Parameters:")
        lines += [
            f"  {p.name} ({p.type}{', may be left out' if p.optional else ''}): {p.meaning}" for p in one.parameters
        ]
    if one.columns:
        lines.append("Columns:")
        lines += [f"  {column.name}: {column.meaning}" for column in one.columns]
        lines.append(f"Shown as {one.view}" + (f": {', '.join(one.shown)}" if one.shown else ""))
    if one.notes:
        lines += ["", *textwrap.wrap(one.notes, columns)]
    return "\n".join(lines)


@query.command()
@click.argument("query", required=False, metavar="NAME|FILE|-")
@optional_store_option
@click.option(
    "-f", "--format", "form", type=click.Choice(["table", "csv", "tsv", "json", "xml", "ttl"]), default="table"
)
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the question.")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="Only what was published on or before this day; short for -p as_of=DATE.",
)
@click.option("--all-columns", is_flag=True, help="Show every column in the table; the other formats always have all.")
@click.option("--timeout", type=click.FloatRange(0.1, 86400), default=30.0, show_default=True, help="Seconds allowed.")
@click.option("--max-rows", type=click.IntRange(1), default=100_000, show_default=True, help="Rows allowed.")
def run(
    query: str | None,
    store_dir: Path | str | None,
    form: str,
    params: tuple[str, ...],
    as_of: Any,
    all_columns: bool,
    timeout: float,
    max_rows: int,
) -> None:
    """Ask a named question, a SPARQL file, or SPARQL from standard input (-); `run` may be left out.

    \b
    kg query run standings --store store --as-of 2025-12-21
    kg query standings --store store
    """
    from kg.query import ask, named_query, parse_query
    from kg.results import write_answer
    from kg.worker import Limits

    if query is None or store_dir is None:
        raise click.UsageError("name a question and a store: kg query NAME --store DIR (kg query list shows the names)")
    if query == "-":
        asked = parse_query("-", sys.stdin.read())
    elif query.endswith((".rq", ".sparql")) or "/" in query:
        asked = parse_query(query, read_text(Path(query)))
    else:
        asked = named_query(query)
    values: dict[str, Any] = dict(parameters(params))
    if as_of is not None:
        if "as_of" in values:
            raise click.UsageError("--as-of and -p as_of= say the same: name the day once")
        values["as_of"] = as_of.date()
    shown = () if all_columns else asked.shown
    with open_store(store_dir) as store:
        answer = ask(store, asked, Limits(seconds=timeout, rows=max_rows), **values)
        click.echo(write_answer(answer, form, store.base, width(), shown, asked.view == "records"), nl=False)

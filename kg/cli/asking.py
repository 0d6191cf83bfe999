"""Commands that ask: query."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.terminal import open_store, optional_store_option, parameters, read_text, width


@click.command()
@click.argument("query", required=False, metavar="[NAME|FILE|-]")
@optional_store_option
@click.option(
    "-f", "--format", "form", type=click.Choice(["table", "csv", "tsv", "json", "xml", "ttl"]), default="table"
)
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the question.")
@click.option("--list", "listing", is_flag=True, help="List the named questions with their parameters.")
@click.option("--timeout", type=click.FloatRange(0.1, 86400), default=30.0, show_default=True, help="Seconds allowed.")
@click.option("--max-rows", type=click.IntRange(1), default=100_000, show_default=True, help="Rows allowed.")
def query(
    query: str | None,
    store_dir: Path | str | None,
    form: str,
    params: tuple[str, ...],
    listing: bool,
    timeout: float,
    max_rows: int,
) -> None:
    """Ask a named question, a SPARQL file, or SPARQL from standard input (-).

    \b
    kg query --list
    kg query claims-about --store store -p meeting="talks: Ukraine, Russia"
    echo 'SELECT * { ?s a dp:Claim } LIMIT 5' | kg query - --store store -f csv
    """
    from kg.query import ask, named_queries, named_query, parse_query
    from kg.results import write_answer
    from kg.worker import Limits

    if listing:
        for one in named_queries().values():
            if not one.internal:
                wanted = " ".join(f"[{p.name}]" if p.optional else p.name for p in one.parameters)
                click.echo(f"{one.name} {wanted}".rstrip() + f"\n    {one.question}")
        return
    if query is None or store_dir is None:
        raise click.UsageError(
            "name a question and a store: kg query NAME --store DIR (kg query --list shows the names)"
        )
    if query == "-":
        asked = parse_query("-", sys.stdin.read())
    elif query.endswith((".rq", ".sparql")) or "/" in query:
        asked = parse_query(query, read_text(Path(query)))
    else:
        asked = named_query(query)
    with open_store(store_dir) as store:
        answer = ask(store, asked, Limits(seconds=timeout, rows=max_rows), **parameters(params))
        click.echo(write_answer(answer, form, store.base, width()), nl=False)

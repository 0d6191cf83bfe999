"""Commands that draw: view."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from kg.cli.terminal import open_store, store_option, width


@click.command()
@store_option
@click.option(
    "--view",
    "name",
    type=click.Choice(["who-talks-to-whom", "participation", "mediation"]),
    default="who-talks-to-whom",
    show_default=True,
)
@click.option(
    "--stages",
    default="held",
    show_default=True,
    metavar="LIST",
    help="Standings to draw beside held and under-way, with commas: disputed,scheduled,proposed,denied,… or all.",
)
@click.option("--rounds", is_flag=True, help="Draw rounds too, as nodes of their own.")
@click.option("--level", type=click.Choice(["principal", "person"]), default="principal", show_default=True)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Only what was published by then.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Only what took place from then on.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Only what took place by then.")
@click.option("-f", "--format", "form", type=click.Choice(["table", "csv"]), help="Print the edges as well.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="PAGE.html", help="Write the page here.")
def view(
    store_dir: Path | str,
    name: str,
    stages: str,
    rounds: bool,
    level: str,
    as_of: Any,
    since: Any,
    until: Any,
    form: str | None,
    output: Path | None,
) -> None:
    """Draw who talks to whom as one offline HTML page, or print its edges.

    \b
    kg view --store store -o page.html
    kg view --store store --stages all --rounds -f table
    """
    from kg.evidence import load_evidence
    from kg.scene import load_scene
    from kg.standing import STANDINGS, parse_standings
    from kg.views import VIEWS, Policy, edge_rows

    try:
        standings = parse_standings([word.strip() for word in stages.split(",") if word.strip()])
    except ValueError as error:
        raise click.UsageError(f"--stages: {error} is none of all, {', '.join(STANDINGS)}") from None
    days = {
        key: value.date().isoformat() if value else ""
        for key, value in (("as_of", as_of), ("since", since), ("until", until))
    }
    policy = Policy(standings=standings, rounds=rounds, level=level, **days)
    with open_store(store_dir) as store:
        graph = VIEWS[name](load_scene(store, policy.as_of), policy)
        evidence = load_evidence(store)
    if output is not None:
        from kg.render import render_page, write_page

        title = name.replace("-", " ").capitalize()
        write_page(output, render_page(graph, evidence, title=title, description=graph.graph["policy"]))
        click.echo(f"wrote {output}", err=True)
    if form or output is None:
        columns, rows = edge_rows(graph, evidence)
        if form == "csv":
            import csv

            writer = csv.writer(sys.stdout, lineterminator="\r\n")
            writer.writerow(columns)
            writer.writerows(rows)
        else:
            from kg.results import layout

            click.echo(f"# {graph.graph['policy']}", err=True)
            click.echo(layout(columns, rows, width()), nl=False)

"""Commands that draw: view."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.policy import policy_options
from kg.cli.terminal import open_store, store_option, width

if TYPE_CHECKING:
    from kg.views import Policy


@click.command()
@store_option
@policy_options
@click.option("-f", "--format", "form", type=click.Choice(["table", "csv"]), help="Print the edges as well.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="PAGE.html", help="Write the page here.")
def view(store_dir: Path | str, view: str, policy: Policy, form: str | None, output: Path | None) -> None:
    """Draw who talks to whom as one offline HTML page, or print its edges.

    \b
    kg view --store store -o page.html
    kg view --store store --stages all --rounds -f table
    """
    from kg.evidence import load_evidence
    from kg.scene import load_scene
    from kg.views import VIEWS, edge_rows

    with open_store(store_dir) as store:
        graph = VIEWS[view](load_scene(store, policy.as_of), policy) if form or output is None else None
        # The page holds every day and every standing; the options say what it shows when it opens.
        scene = load_scene(store) if output is not None else None
        evidence = load_evidence(store)
    if output is not None:
        from kg.render import render_page, write_page

        assert scene is not None
        title = view.replace("-", " ").capitalize()
        write_page(output, render_page(scene, evidence, title=title, policy=policy, view=view))
        click.echo(f"wrote {output}", err=True)
    if graph is not None:
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

"""Commands for the flat tables of a store: tables."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.policy import policy_options
from kg.cli.terminal import folder_option, open_folder, width

if TYPE_CHECKING:
    import polars

    from kg.store import Store
    from kg.views import Policy

WORKED_OUT = {
    "edges": "the edges of a view (--view), one row each",
    "pairs": "who talks to whom, summed up: sessions, Newman's weight, first and last day",
    "edge-evidence": "the passages behind each edge of who talks to whom",
    "standings": "where each session or round stands by the claims",
    "seats": "who sits where in which role, and whether that puts them into the room",
}
"""What is worked out from the tables under the policy that the options give."""


@click.command()
@click.argument("table", required=False, metavar="[TABLE]")
@folder_option
@policy_options
@click.option("--iris", is_flag=True, help="Write IRIs where edges and pairs have names.")
@click.option(
    "-f", "--format", "form", type=click.Choice(["table", "csv", "parquet"]), help="Default: table, or parquet."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE|DIR", help="Write one table, or all into DIR."
)
def tables(
    table: str | None,
    store_dir: Path,
    view: str,
    policy: Policy,
    iris: bool,
    form: str | None,
    output: Path | None,
) -> None:
    """List the flat tables of a store, print one, or write them for pandas, polars, DuckDB, R or a spreadsheet.

    \b
    kg tables --store store
    kg tables claims --store store -f csv
    kg tables pairs --store store --level person --since 2025-06-01
    kg tables --store store -o tables
    """
    from kg.errors import InputError
    from kg.tables import REMEDY, available

    if not available():
        raise InputError("flat tables need polars, which is not installed", remedy=REMEDY)
    from kg.tables.rows import TABLES

    if table is not None and table not in TABLES and table not in WORKED_OUT:
        raise InputError(f"there is no table {table!r}", remedy=f"one of {', '.join([*TABLES, *WORKED_OUT])}")
    with open_folder(store_dir) as store:
        if table is None and output is None:
            click.echo(_listed(store), nl=False)
        elif table is None:
            assert output is not None
            _write_all(store, output, form)
        else:
            _one(_frame(store, table, view, policy, iris), output, form)


def _listed(store: Store) -> str:
    from kg.results import layout
    from kg.tables.rows import TABLES

    found = store.tables()
    rows = [(one.name, f"{found[one.name].height}", one.meaning, ", ".join(one.columns)) for one in TABLES.values()]
    rows += [
        (name, "", meaning, "worked out by the policy that the options give") for name, meaning in WORKED_OUT.items()
    ]
    return layout(["table", "rows", "a row is", "columns"], rows, width())


def _frame(store: Store, table: str, view: str, policy: Policy, iris: bool) -> polars.DataFrame:
    from kg import projections
    from kg.tables.gathered import seats, with_iris
    from kg.tables.standing import standings

    found = store.tables()
    if table == "standings":
        return with_iris(found, standings(found, policy.as_of))
    if table == "seats":
        return with_iris(found, seats(found, policy.as_of).sort("gathering", "node", "participation"))
    made = {
        "edges": lambda: projections.edges(found, view, policy),
        "pairs": lambda: projections.pairs(found, policy),
        "edge-evidence": lambda: projections.edge_evidence(found, policy),
    }
    if table not in made:
        return found[table]
    return made[table]() if iris else projections.named(found, made[table](), "one", "other")


def _one(frame: polars.DataFrame, output: Path | None, form: str | None) -> None:
    from kg.errors import InputError
    from kg.files import write_atomically

    if output is not None:
        form = form or ("csv" if output.suffix == ".csv" else "parquet")
        write_atomically(output, [_bytes(frame, form)])
        click.echo(f"wrote {output}: {frame.height} rows", err=True)
    elif form == "parquet":
        raise InputError("Parquet is no text", remedy="name a file with -o")
    elif form == "csv":
        sys.stdout.buffer.write(_bytes(frame, "csv"))
    else:
        click.echo(_laid_out(frame), nl=False)


def _laid_out(frame: polars.DataFrame) -> str:
    """The frame to read: numbers in three places."""
    from kg.results import layout

    rows = [
        tuple("" if v is None else f"{v:.3f}" if isinstance(v, float) else str(v) for v in row)
        for row in frame.iter_rows()
    ]
    return layout(frame.columns, rows, width())


def _write_all(store: Store, folder: Path, form: str | None) -> None:
    from kg.files import write_atomically

    form = "csv" if form == "csv" else "parquet"
    folder.mkdir(parents=True, exist_ok=True)
    for name, frame in store.tables().items():
        write_atomically(folder / f"{name}.{form}", [_bytes(frame, form)])
    click.echo(f"wrote {len(store.tables())} tables into {folder}", err=True)


def _bytes(frame: polars.DataFrame, form: str) -> bytes:
    """The frame as a file; the same frame gives the same bytes."""
    out = io.BytesIO()
    if form == "parquet":
        frame.write_parquet(out)
    elif form == "csv":
        frame.write_csv(out, line_terminator="\r\n")
    else:
        out.write(_laid_out(frame).encode())
    return out.getvalue()

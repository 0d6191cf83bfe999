"""The command `kg`: wires the library to a terminal, prints, exits. No logic of its own.

Answers go to standard output, everything else to standard error. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 violations.
Modules are imported where they are used, so that `kg --help` answers at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from kg.building import Report
    from kg.store import Store

EXIT_FAILED, EXIT_VIOLATIONS = 1, 3


class _Group(click.Group):
    """A group whose commands turn the library's own errors into one line and exit code 1."""

    def invoke(self, ctx: click.Context) -> Any:
        from kg.errors import KGError

        try:
            return super().invoke(ctx)
        except KGError as error:
            click.echo(f"kg: {error}", err=True)
            ctx.exit(EXIT_FAILED)
        except BrokenPipeError:
            # The reader of a pipe has seen enough.
            sys.stderr.close()
            ctx.exit(0)
        except OSError as error:
            click.echo(f"kg: {error.strerror or error} (see whether the disk has room)", err=True)
            # What could not be written cannot be written at the end, either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(EXIT_FAILED)


store_option = click.option(
    "--store", "store_dir", type=click.Path(path_type=Path), required=True, metavar="DIR", help="The store folder."
)
corpora_argument = click.argument(
    "corpora", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CORPUS…"
)
registry_option = click.option(
    "--registry",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder with actors.tsv and venues.tsv. Default: `registry` inside or beside the corpus, else the shipped one.",
)
base_option = click.option(
    "--base", metavar="IRI", help="Where IRIs of data begin. Default: https://w3id.org/diplomatic-kg/id/"
)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="diplomatic-kg", prog_name="kg")
def main() -> None:
    """Build, ask and draw a knowledge graph of diplomatic processes.

    Every assertion in it leads back to the sentence that makes it.

    \b
    kg build data/russia-ukraine-2025 --store store
    kg query who-talks-to-whom --store store
    kg view --store store -o page.html
    """


@main.command()
@corpora_argument
@store_option
@registry_option
@base_option
@click.option("--strict", is_flag=True, help="Exit with 1 when anything of the input was left out.")
def build(corpora: tuple[Path, ...], store_dir: Path, registry: Path | None, base: str | None, strict: bool) -> None:
    """Build corpus folders (.txt and .ann files with a sources.csv) into a store.

    The earlier graph of the store answers until the new one is complete.
    """
    from kg.building import build as build_store
    from kg.namespaces import BASE

    with _progress("building") as progress:
        report = build_store(list(corpora), store_dir, registry=registry, base=base or BASE, progress=progress)
    _report(report, store_dir)
    if strict and report.left_out:
        sys.exit(EXIT_FAILED)


@main.command()
@store_option
def info(store_dir: Path) -> None:
    """Say what is in a store: documents, quads, kinds of things, named graphs."""
    from kg.query import ask
    from kg.results import layout

    with _open(store_dir) as store:
        rows = [("documents", str(store.documents)), ("quads", str(store.count)), ("graphs", str(len(store.graphs())))]
        rows += [("base", store.base), ("sha256", store.digest)]
        answer = ask(store, "overview")
        rows += [(kind.value.rpartition("#")[2], number.value) for kind, number in answer.rows if kind and number]
    click.echo(layout(["what", "value"], rows, _width()), nl=False)


@main.command()
@click.argument("query", required=False, metavar="[NAME|FILE|-]")
@click.option("--store", "store_dir", type=click.Path(path_type=Path), metavar="DIR", help="The store folder.")
@click.option("-f", "--format", "form", type=click.Choice(["table", "csv", "tsv", "json", "ttl"]), default="table")
@click.option("-p", "--param", "params", multiple=True, metavar="NAME=VALUE", help="A parameter of the question.")
@click.option("--list", "listing", is_flag=True, help="List the named questions with their parameters.")
@click.option("--timeout", type=click.FloatRange(0.1, 86400), default=30.0, show_default=True, help="Seconds allowed.")
@click.option("--max-rows", type=click.IntRange(1), default=100_000, show_default=True, help="Rows allowed.")
def query(
    query: str | None,
    store_dir: Path | None,
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
        asked = parse_query(query, _read(Path(query)))
    else:
        asked = named_query(query)
    with _open(store_dir) as store:
        answer = ask(store, asked, Limits(seconds=timeout, rows=max_rows), **_parameters(params))
        click.echo(write_answer(answer, form, store.base, _width()), nl=False)


@main.command()
@store_option
@click.option("--shapes", type=click.Path(path_type=Path), metavar="FILE", help="Other SHACL shapes than our own.")
def validate(store_dir: Path, shapes: Path | None) -> None:
    """Check a store against the SHACL shapes and the audits of the ontology; exit with 3 where something violates them."""
    from kg.validation import audit, worst_first
    from kg.validation import validate as check

    with _open(store_dir) as store:
        click.echo("validating …", err=True)
        violations = worst_first([*check(store.graph(), shapes), *audit(store)])
    for violation in violations:
        click.echo(str(violation))
    wrong = [violation for violation in violations if violation.severity == "Violation"]
    click.echo(f"{len(wrong)} violations, {len(violations) - len(wrong)} warnings", err=True)
    if wrong:
        sys.exit(EXIT_VIOLATIONS)


@main.command()
@store_option
def verify(store_dir: Path) -> None:
    """Check that a store is whole: count and hash all quads anew."""
    with _open(store_dir) as store:
        findings = store.verify()
        for finding in findings:
            click.echo(str(finding))
        if findings:
            sys.exit(EXIT_FAILED)
        click.echo(f"{store.count} quads, sha256 {store.digest}: as published", err=True)


@main.command()
@store_option
@click.option(
    "-f", "--format", "form", type=click.Choice(["nquads", "trig", "ttl"]), default="nquads", show_default=True
)
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Default: standard output.")
def export(store_dir: Path, form: str, output: Path | None) -> None:
    """Write the whole graph as sorted N-Quads, TriG, or Turtle (which drops the named graphs)."""
    from kg.export import EXPORTS
    from kg.files import write_atomically

    with _open(store_dir) as store:
        chunks = EXPORTS[form](store)
        if output is None:
            for chunk in chunks:
                sys.stdout.buffer.write(chunk)
        else:
            write_atomically(output, chunks)
            click.echo(f"wrote {output}", err=True)


@main.command()
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
    store_dir: Path,
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
    from kg.analysis import Policy, parse_standings
    from kg.evidence import load_evidence
    from kg.views import VIEWS, edge_rows, load_scene

    try:
        standings = parse_standings([word.strip() for word in stages.split(",") if word.strip()])
    except ValueError as error:
        from kg.analysis import STANDINGS

        raise click.UsageError(f"--stages: {error} is none of all, {', '.join(STANDINGS)}") from None
    days = {
        key: value.date().isoformat() if value else ""
        for key, value in (("as_of", as_of), ("since", since), ("until", until))
    }
    policy = Policy(standings=standings, rounds=rounds, level=level, **days)
    with _open(store_dir) as store:
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
            click.echo(layout(columns, rows, _width()), nl=False)


@main.command()
@click.option(
    "--store", "store_dir", type=click.Path(path_type=Path), default=Path("store"), show_default=True, metavar="DIR"
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="PAGE.html",
    help="Default: page.html in the store's parent.",
)
def demo(store_dir: Path, output: Path | None) -> None:
    """Build the corpus that comes with the package, print who talks to whom, and write the page."""
    from kg.analysis import STANDINGS, Policy
    from kg.building import build as build_store
    from kg.evidence import load_evidence
    from kg.render import render_page, write_page
    from kg.resources import sample_dir
    from kg.results import layout
    from kg.views import edge_rows, load_scene, who_talks_to_whom

    with _progress("building") as progress:
        report = build_store([sample_dir()], store_dir, progress=progress)
    _report(report, store_dir)
    page = output or store_dir.parent / "who-talks-to-whom.html"
    with _open(store_dir) as store:
        scene = load_scene(store)
        held = who_talks_to_whom(scene)
        everything = Policy(standings=STANDINGS, rounds=True)
        graph = who_talks_to_whom(scene, everything)
        html = render_page(graph, load_evidence(store), title="Who talks to whom", description=everything.describe())
        write_page(page, html)
    click.echo("Who talks to whom, in sessions that somebody claims as held and nobody contradicts:\n")
    click.echo(layout(*edge_rows(held), _width()))
    click.echo(f"The page, with what is proposed, disputed and denied marked as such:\n{page.resolve()}")


def _parameters(params: tuple[str, ...]) -> dict[str, str]:
    values: dict[str, str] = {}
    for param in params:
        name, equals, value = param.partition("=")
        if not equals or not name:
            raise click.UsageError(f"-p {param}: write -p name=value")
        values[name.strip().replace("-", "_")] = value
    return values


def _read(path: Path) -> str:
    from kg.errors import InputError

    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(error.strerror or "cannot be read", place=str(path), remedy="name a readable file") from None
    except UnicodeDecodeError:
        raise InputError("is not UTF-8", place=str(path), remedy="save it as UTF-8") from None


def _open(folder: Path) -> Store:
    from kg.store import Store

    return Store.open(folder)


def _width() -> int:
    """Columns of the terminal; a fixed number in a pipe, so that the same call gives the same bytes."""
    import shutil

    return shutil.get_terminal_size((120, 24)).columns if sys.stdout.isatty() else 120


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None] | None]:
    """A counter on standard error, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return
    last = -1

    def show(done: int, total: int) -> None:
        nonlocal last
        percent = 100 * done // total if total else 100
        if percent != last:
            last = percent
            click.echo(f"\r{what}: {done} of {total} documents ({percent} %)", err=True, nl=False)

    try:
        yield show
    finally:
        if last >= 0:
            click.echo("", err=True)


def _report(report: Report, store_dir: Path) -> None:
    for finding in report.findings:
        click.echo(str(finding) if finding.lost else f"note: {finding}", err=True)
    if report.unregistered:
        names = sorted(report.unregistered)
        shown = ", ".join(f"{name} ({kind})" for kind, name in names[:12]) + (", …" if len(names) > 12 else "")
        click.echo(f"{len(names)} names are in no registry: {shown}", err=True)
    click.echo(
        f"{report.documents} documents, {report.quads} quads in {store_dir}; names by the registry {report.registry}; "
        f"{report.left_out} left out",
        err=True,
    )


if __name__ == "__main__":
    main(prog_name="kg")

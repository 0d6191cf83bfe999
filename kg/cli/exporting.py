"""Commands that write the graph for other tools: export."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from kg.cli.policy import policy_options
from kg.cli.terminal import open_store, store_option
from kg.export.formats import CLAIMS, EVENTS, FORMATS, GRAPH, NETWORK, STUDY, TABLE, VIEW_LOSSES, Format

if TYPE_CHECKING:
    from kg.remote import RemoteStore
    from kg.store import Store
    from kg.views import Policy

_VIEWS = (NETWORK, TABLE)
_TAKEN = {
    **dict.fromkeys(("name", "stages", "rounds", "level"), _VIEWS),
    **dict.fromkeys(("since", "until"), (*_VIEWS, EVENTS)),
    "as_of": (*_VIEWS, EVENTS, CLAIMS),
    **dict.fromkeys(("creator", "license"), (CLAIMS, STUDY)),
    **dict.fromkeys(("title", "corpora"), (STUDY,)),
}
"""Option → families of formats that take it."""


class _Exporting(click.Command):
    """The command with a help that says of every format what it loses."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Formats, and what each loses"):
            formatter.write_dl([(one.name, _described(one)) for one in FORMATS.values()])
        views = ", ".join(one.name for one in FORMATS.values() if one.family in _VIEWS)
        with formatter.section(f"All formats of a view ({views})"):
            formatter.write_text(" ".join(VIEW_LOSSES))


def _described(one: Format) -> str:
    nothing = "Nothing is lost." if one.family == GRAPH else "Nothing of the view is lost."
    return f"{one.what[0].upper()}{one.what[1:]}. {' '.join(one.own_losses) or nothing}"


@click.command(cls=_Exporting)
@store_option
@click.option("-f", "--format", "form", type=click.Choice(list(FORMATS)), default="nquads", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Default: standard output. For ro-crate a new folder, or a file ending in .zip.",
)
@policy_options
@click.option(
    "--spreadsheet",
    is_flag=True,
    help="CSV for a spreadsheet: formulas are disarmed with an apostrophe, UTF-8 is marked.",
)
@click.option(
    "--loss", type=click.Path(path_type=Path), metavar="FILE", help="Write what the format cannot carry, as JSON."
)
@click.option("--creator", metavar="WHO", help="Who made it, a name or an IRI (nanopubs, ro-crate).")
@click.option("--license", metavar="IRI", help="Under which licence it is given (nanopubs, ro-crate).")
@click.option("--title", metavar="WORDS", help="What the study is called (ro-crate).")
@click.option(
    "--corpus",
    "corpora",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A corpus folder to include (ro-crate); may be given more than once.",
)
@click.pass_context
def export(
    ctx: click.Context,
    /,
    store_dir: Path | str,
    form: str,
    output: Path | None,
    view: str,
    policy: Policy,
    **options: Any,
) -> None:
    """Write the graph, a view of it, or its claims for other tools.

    \b
    kg export --store store -f trig -o graph.trig
    kg export --store store -f gexf --stages all --rounds -o talks.gexf
    kg export --store store -f edges --view participation --spreadsheet -o seats.csv
    kg export --store store -f plover --loss lost.json -o events.json
    kg export --store store -f ro-crate --corpus data/russia-ukraine-2025 -o study.zip
    """
    from kg.export.carried import loss_report
    from kg.files import write_atomically

    one = FORMATS[form]
    _check(ctx, one)
    with open_store(store_dir) as store:
        items: list[Any] = []
        reasons: dict[str, str] = {}
        if one.family == STUDY:
            chunks = _study(store, output, options)
        elif one.family == EVENTS:
            chunks, items, reasons = _events(store, form, policy, options["spreadsheet"])
        else:
            chunks = _chunks(store, one, view, policy, options)
        if output is None:
            for chunk in chunks:
                sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
        else:
            if chunks is not None:
                write_atomically(output, chunks)
            click.echo(f"wrote {output}", err=True)
        if options["loss"] is not None:
            write_atomically(options["loss"], [loss_report(form, one.losses, reasons, items)])
            click.echo(f"wrote {options['loss']}", err=True)
        elif items:
            click.echo(f"{len(items)} things have no place in {form}; --loss FILE lists them", err=True)


def _check(ctx: click.Context, one: Format) -> None:
    """Refuse an option that the format would silently pass over."""
    for parameter in ctx.command.params:
        name = parameter.name or ""
        if ctx.get_parameter_source(name) is ParameterSource.DEFAULT:
            continue
        if name in _TAKEN and one.family not in _TAKEN[name]:
            takers = ", ".join(other.name for other in FORMATS.values() if other.family in _TAKEN[name])
            raise click.UsageError(f"{parameter.opts[0]} goes with {takers}; {one.name} has no use for it")
        if name == "spreadsheet" and one.ending != "csv":
            takers = ", ".join(other.name for other in FORMATS.values() if other.ending == "csv")
            raise click.UsageError(f"--spreadsheet goes with {takers}; {one.name} is no table")


def _chunks(
    store: Store | RemoteStore, one: Format, view: str, policy: Policy, options: dict[str, Any]
) -> Iterable[bytes]:
    if one.family == GRAPH:
        from kg.export import nquads, trig, turtle
        from kg.export.jsonld import jsonld

        return {"nquads": nquads, "trig": trig, "ttl": turtle, "jsonld": jsonld}[one.name](store)
    if one.family == CLAIMS:
        from kg.export.nanopub import nanopublications

        return nanopublications(store, options["creator"] or "", _licence(options), policy.as_of)
    from kg.evidence import load_evidence
    from kg.export.view import export_view
    from kg.scene import load_scene
    from kg.views import VIEWS

    graph = VIEWS[view](load_scene(store, policy.as_of), policy)
    return export_view(graph, load_evidence(store), one.name, options["spreadsheet"])


def _events(
    store: Store | RemoteStore, form: str, policy: Policy, spreadsheet: bool
) -> tuple[Iterable[bytes], list[Any], dict[str, str]]:
    from kg.evidence import load_evidence
    from kg.export import mend, plover
    from kg.scene import load_scene

    scene, evidence = load_scene(store, policy.as_of), load_evidence(store)
    if form == "mend":
        rows, left = mend.mend(scene, evidence, mend.load_references(store), policy.since, policy.until)
        return mend.write_mend(rows, spreadsheet), left, mend.REASONS
    events, left = plover.plover(store, scene, evidence, policy.as_of, policy.since, policy.until)
    return plover.write_plover(events), left, plover.REASONS


def _study(store: Store | RemoteStore, output: Path | None, options: dict[str, Any]) -> Any:
    """The bytes of a zip file, or None where a folder was written."""
    from kg.export.crate import About, write_folder, zipped

    about = About(options["title"] or "", options["creator"] or "", _licence(options), options["corpora"])
    if output is None or output.suffix.lower() == ".zip":
        return zipped(store, about)
    write_folder(store, about, output)
    return None


def _licence(options: dict[str, Any]) -> str:
    from kg.terms import iri

    given: str = options["license"] or ""
    try:
        return given and iri(given)[1:-1]
    except ValueError:
        found = f"--license: {given!r} is no IRI; write https://creativecommons.org/licenses/by/4.0/ or the like"
        raise click.UsageError(found) from None

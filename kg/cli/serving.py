"""Commands that serve: serve."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.terminal import read_text

_DEFAULT_PORT = 8765


@click.command()
@click.argument("store_dir", type=click.Path(path_type=Path), metavar="STORE")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=_DEFAULT_PORT, show_default=True, help="0: any free one."
)
@click.option("--bind", default="127.0.0.1", show_default=True, metavar="IP", help="The address to listen at.")
@click.option("--lan", is_flag=True, help="Let other machines in. Needs --token-file; the words go unencrypted.")
@click.option(
    "--token-file", type=click.Path(path_type=Path), metavar="FILE", help="Every request needs the token in this file."
)
@click.option("--allow-host", "hosts", multiple=True, metavar="NAME", help="A name by which others call this machine.")
@click.option("--url", default="", metavar="URL", help="Where others reach it, if a proxy stands in front.")
@click.option(
    "--processes", type=click.IntRange(0, 64), default=0, help="Questions at once. Default: processors, at most 4."
)
@click.option("--waiting", type=click.IntRange(0, 1024), default=64, show_default=True, help="Questions that may wait.")
@click.option("--timeout", type=click.FloatRange(0.1, 3600), default=15.0, show_default=True, help="Seconds for one.")
@click.option("--memory", type=click.IntRange(64), default=1024, show_default=True, help="MiB for one.")
@click.option("--max-rows", type=click.IntRange(1), default=100_000, show_default=True, help="Rows of an answer.")
@click.option("--max-size", type=click.IntRange(1), default=32, show_default=True, help="MiB of an answer.")
def serve(
    store_dir: Path,
    port: int,
    bind: str,
    lan: bool,
    token_file: Path | None,
    hosts: tuple[str, ...],
    url: str,
    processes: int,
    waiting: int,
    timeout: float,
    memory: int,
    max_rows: int,
    max_size: int,
) -> None:
    """Serve a store as a SPARQL endpoint and as pages to read, on this machine alone unless told otherwise.

    It only reads, and goes on with the newest graph when a build replaces it. Ends with Ctrl-C.

    \b
    kg serve store
    curl 'http://127.0.0.1:8765/sparql' --data-urlencode 'query=ASK { ?s ?p ?o }'
    kg serve store --bind 0.0.0.0 --lan --token-file token --allow-host desk.example.org
    """
    from kg.errors import KGError
    from kg.worker import MIB, Limits

    try:
        from kg.serving.run import Settings
        from kg.serving.run import serve as run
    except ImportError:
        raise KGError("serving needs h11 and Jinja2", remedy="pip install 'diplomatic-kg[serve]'") from None
    settings = Settings(
        bind=bind,
        port=port,
        lan=lan,
        token=read_text(token_file).strip() if token_file else "",
        hosts=hosts,
        address=url,
        processes=processes,
        waiting=waiting,
        limits=Limits(timeout, memory * MIB, max_rows, max_size * MIB),
    )

    def say(text: str) -> None:
        click.echo(text, err=True)

    def ready(address: str) -> None:
        say(f"serving {store_dir} at {address} (Ctrl-C ends it)")
        if lan:
            say("other machines can ask, with the token; without a TLS proxy in front, all words travel unencrypted")

    run(store_dir, settings, ready=ready, report=say)

"""Real servers on loopback: Oxigraph from its Python package, Virtuoso from Debian."""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Remote:
    """Addresses of a running server: its SPARQL endpoint and its graph store."""

    query: str
    store: str


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.contextmanager
def oxigraph(folder: Path, *options: str) -> Iterator[Remote]:
    """`oxigraph serve` on a folder of its own."""
    binary = Path(sys.executable).parent / "oxigraph"
    assert binary.exists(), "the package oxigraph is missing: pip install -e '.[dev]'"
    address = f"127.0.0.1:{free_port()}"
    command = [str(binary), "serve", "--location", str(folder), "--bind", address, *options]
    with _running(command, folder, f"http://{address}/"):
        yield Remote(f"http://{address}/query", f"http://{address}/store")


_CONFIGURATION = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
ServerThreads = 10
NumberOfBuffers = 10000
DirsAllowed = .
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = {rows}
"""


@contextlib.contextmanager
def virtuoso(folder: Path, rows: int = 10_000) -> Iterator[Remote]:
    """`virtuoso-t` on a folder of its own, with a graph store that anybody on this machine may write to."""
    binary, client = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    assert binary and client, "Virtuoso is missing: make servers (Debian package virtuoso-opensource-7-bin)"
    port, http = free_port(), free_port()
    (folder / "virtuoso.ini").write_text(_CONFIGURATION.format(port=port, http=http, rows=rows))
    address = f"http://127.0.0.1:{http}"
    with _running([binary, "-f", "-c", "virtuoso.ini"], folder, f"{address}/sparql"):
        grants = "GRANT SPARQL_UPDATE TO \"SPARQL\"; DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 7);"
        subprocess.run([client, f"127.0.0.1:{port}", "dba", "dba", f"exec={grants}"], check=True, capture_output=True)
        yield Remote(f"{address}/sparql", f"{address}/sparql-graph-crud")


@contextlib.contextmanager
def _running(command: list[str], folder: Path, address: str, seconds: float = 60) -> Iterator[None]:
    with open(folder / "said", "w") as said, subprocess.Popen(command, cwd=folder, stdout=said, stderr=said) as process:
        try:
            end = time.monotonic() + seconds
            while not _answers(address):
                assert process.poll() is None and time.monotonic() < end, (folder / "said").read_text()
                time.sleep(0.1)
            yield
        finally:
            process.kill()


def _answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(address, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True

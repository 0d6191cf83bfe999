"""`kg serve` as a process of its own, and plain HTTP to talk to it."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from tests.helpers import ROOT

JSON = "application/sparql-results+json"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def rows(self) -> list[dict[str, str]]:
        found = json.loads(self.body)["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in found]


@dataclass(frozen=True)
class Served:
    """A running endpoint."""

    port: int
    process: subprocess.Popen[str]

    def send(self, method: str, path: str, body: bytes | None = None, seconds: float = 60, **headers: str) -> Reply:
        """One request over a connection of its own. Header names are given with _ for -."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=seconds)
        try:
            names = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, path, body, names)
            response = connection.getresponse()
            return Reply(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def ask(self, query: str, seconds: float = 60, accept: str = JSON, **fields: str) -> Reply:
        """A query as a form."""
        body = urlencode({"query": query, **fields}).encode()
        kind = "application/x-www-form-urlencoded"
        return self.send("POST", "/sparql", body, seconds, Accept=accept, Content_Type=kind)

    def memory(self) -> int:
        """Resident bytes of the server and its query processes."""
        total = 0
        for pid in (self.process.pid, *children(self.process.pid)):
            with contextlib.suppress(OSError):
                total += int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        return total

    def own_memory(self) -> int:
        """Resident bytes of the server alone."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def children(pid: int) -> list[int]:
    out = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            out += [int(word) for word in (task / "children").read_text().split()]
    return out


@contextlib.contextmanager
def served(store: Path, *options: str) -> Iterator[Served]:
    """An endpoint on a free port; ended, and seen to end well, when the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "serve", str(store), "--port", "0", *options],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("serving "), line + process.stderr.read()
        yield Served(int(line.rpartition(":")[2].partition("/")[0]), process)
        process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=20)[1]
        assert process.returncode == 0, said
        assert "Traceback" not in said, said
    finally:
        process.kill()
        process.wait()
        process.stderr.close() if process.stderr else None

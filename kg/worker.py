"""A process that answers queries and can be stopped.

The query engine has no time-out, cannot be interrupted, and some queries end the process it runs in. So it runs in a process of
its own: it opens the graph, gives up the right to open files and connections, takes limits of memory, and then answers one query
after another. The caller stops it when the time is up and starts another for the next query.

The two talk over pipes in messages of a length (8 bytes, big-endian) and JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import struct
import subprocess
import sys
import time
import weakref
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import QueryError, QueryLimit, StoreError
from kg.terms import Term

_LENGTH = struct.Struct(">Q")
_START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use: seconds, bytes of memory on top of the graph's own, rows (or triples), bytes of answer."""

    seconds: float = 30.0
    memory: int = 2 << 30
    rows: int = 100_000
    bytes: int = 64 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query answers. kind is "select" (columns, rows), "ask" (boolean) or "graph" (triples, sorted)."""

    kind: str
    columns: tuple[str, ...] = ()
    rows: list[tuple[Term | None, ...]] = field(default_factory=list)
    boolean: bool | None = None
    triples: list[tuple[Term, Term, Term]] = field(default_factory=list)


class Worker:
    """A query process, started on first use and anew after it was stopped. Close it, or use it as a context manager."""

    def __init__(self, folder: Path | None = None, nquads: Iterable[bytes] = ()) -> None:
        """folder is a store of the engine, opened for reading only; without one, `nquads` are held in memory."""
        self._folder = folder
        self._nquads = nquads
        self._process: subprocess.Popen[bytes] | None = None
        self._finalizer: weakref.finalize[Any, Any] | None = None
        self._memory = 0

    def run(self, sparql: str, limits: Limits | None = None) -> Answer:
        """Answer a query that the guard has passed.

        Raises QueryError where it is wrong, QueryLimit where a limit stopped it, StoreError where the graph cannot be opened.
        """
        limits = limits or Limits()
        if self._process is None or self._memory != limits.memory:
            self.close()
            self._start(limits)
        question = {"sparql": sparql, "rows": limits.rows, "bytes": limits.bytes, "seconds": limits.seconds}
        deadline = time.monotonic() + limits.seconds
        try:
            self._send(json.dumps(question).encode())
            reply = json.loads(self._receive(deadline))
        except TimeoutError:
            self.close()
            remedy = "ask for less, or allow more time (--timeout)"
            raise QueryLimit(f"the query was stopped after {limits.seconds:g} s", remedy=remedy) from None
        except (EOFError, BrokenPipeError):
            self.close()
            remedy = "ask for less at once"
            raise QueryLimit("the query ended its process: it took more memory than allowed", remedy=remedy) from None
        except BaseException:
            # Half a message would be read as the answer to the next question.
            self.close()
            raise
        return _answer(reply)

    def _start(self, limits: Limits) -> None:
        # -I keeps the working folder and the user's settings out; the package is found where this copy of it lies.
        home = str(Path(__file__).resolve().parent.parent)
        code = f"import sys; sys.path.insert(0, {home!r}); from kg.worker import serve; serve()"
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        self._finalizer = weakref.finalize(self, _stop, self._process)
        self._memory = limits.memory
        first = {"folder": str(self._folder) if self._folder else None, "memory": limits.memory}
        try:
            self._send(json.dumps(first).encode())
            if self._folder is None:
                for chunk in self._nquads:
                    self._send(chunk)
                self._send(b"")
            reply = json.loads(self._receive(time.monotonic() + _START_SECONDS))
        except (TimeoutError, EOFError, BrokenPipeError):
            reply = {"error": "the query process did not start"}
        if "error" in reply:
            self.close()
            raise StoreError(reply["error"], place=str(self._folder or ""), remedy="build the store again")

    def _send(self, data: bytes) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(_LENGTH.pack(len(data)))
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def _receive(self, deadline: float) -> bytes:
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size, deadline))
        return self._read(length, deadline)

    def _read(self, size: int, deadline: float) -> bytes:
        assert self._process is not None and self._process.stdout is not None
        handle = self._process.stdout.fileno()
        parts = bytearray()
        while len(parts) < size:
            ready, _, _ = select.select([handle], [], [], max(deadline - time.monotonic(), 0))
            if not ready:
                raise TimeoutError
            part = os.read(handle, min(size - len(parts), 1 << 20))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    def close(self) -> None:
        """Stop the process, if there is one."""
        if self._finalizer is not None:
            self._finalizer()
        self._process = self._finalizer = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()


def _answer(reply: dict[str, Any]) -> Answer:
    if "error" in reply:
        raise QueryError(reply["error"], remedy="see the SPARQL 1.1 grammar")
    if "limit" in reply:
        raise QueryLimit(reply["limit"], remedy="ask for less, with LIMIT or a narrower pattern")
    if reply["kind"] == "ask":
        return Answer("ask", boolean=reply["boolean"])
    if reply["kind"] == "graph":
        return Answer("graph", triples=sorted((Term(*s), Term(*p), Term(*o)) for s, p, o in reply["triples"]))
    rows = [tuple(None if term is None else Term(*term) for term in row) for row in reply["rows"]]
    return Answer("select", tuple(reply["columns"]), rows)


# -- inside the process --------------------------------------------------------------------------------------------------


def serve() -> None:
    """The life of the query process: open, give up rights, answer."""
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    try:
        store = _open(source)
    except Exception as error:
        _reply(sink, {"error": " ".join(str(error).split())})
        return
    _reply(sink, {"ready": True})
    while (message := _next(source)) is not None:
        _reply(sink, _respond(store, json.loads(message)))


def _open(source: Any) -> Any:
    import resource

    import pyoxigraph

    first = json.loads(_next(source) or b"{}")
    if first["folder"] is not None:
        store = pyoxigraph.Store.read_only(first["folder"])
    else:
        store = pyoxigraph.Store()
        while chunk := _next(source):
            store.bulk_load(chunk, format=pyoxigraph.RdfFormat.N_QUADS, lenient=True)
    # Names are looked up once, so that what is opened lazily is open before no more can be opened.
    bool(store.query("ASK { ?s ?p ?o }", use_default_graph_as_union=True))
    # The graph itself is not counted: what is mapped by now, plus what a query may take.
    ceiling = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize() + first["memory"]
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (ceiling, ceiling))
    return store


def _respond(store: Any, question: dict[str, Any]) -> dict[str, Any]:
    import resource

    # Should the caller die, nobody stops this process any more: then the time that it may compute does.
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + 4 * question["seconds"] + 10)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    try:
        result = store.query(question["sparql"], use_default_graph_as_union=True)
        return _collect(result, question["rows"], question["bytes"])
    except MemoryError:
        return {"limit": "the query took more memory than allowed"}
    except SyntaxError as error:
        return {"error": f"the query cannot be read: {' '.join(str(error).split())}"}
    except (ValueError, RuntimeError, OSError) as error:
        return {"error": " ".join(str(error).split())}


def _collect(result: Any, rows: int, size: int) -> dict[str, Any]:
    import pyoxigraph

    if isinstance(result, pyoxigraph.QueryBoolean):
        return {"kind": "ask", "boolean": bool(result)}
    select = isinstance(result, pyoxigraph.QuerySolutions)
    width = range(len(result.variables)) if select else range(3)
    kept: list[list[Any]] = []
    room = size
    for item in result:
        terms = [item[index] for index in width] if select else [item.subject, item.predicate, item.object]
        row = [None if term is None else _parts(term) for term in terms]
        kept.append(row)
        room -= sum(len(part) for term in row if term is not None for part in term) + 16 * len(row)
        if len(kept) > rows:
            return {"limit": f"the answer has more than {rows} {'rows' if select else 'triples'}"}
        if room < 0:
            return {"limit": f"the answer is larger than {size} bytes"}
    if select:
        return {"kind": "select", "columns": [variable.value for variable in result.variables], "rows": kept}
    return {"kind": "graph", "triples": kept}


def _parts(term: Any) -> tuple[str, ...]:
    import pyoxigraph

    if isinstance(term, pyoxigraph.NamedNode):
        return ("iri", term.value)
    if isinstance(term, pyoxigraph.Literal):
        return ("literal", term.value, "" if term.language else term.datatype.value, term.language or "")
    return ("blank", term.value)


def _next(source: Any) -> bytes | None:
    head = source.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    data = source.read(length)
    return data if len(data) == length else None


def _reply(sink: Any, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode()
    sink.write(_LENGTH.pack(len(data)))
    sink.write(data)
    sink.flush()

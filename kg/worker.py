"""Queries in a process of their own, which can be stopped.

The engine has no time-out, cannot be interrupted, dials out for SERVICE, and a query can crash it. So it runs in a child that
has opened its store and then given up what a query never needs (`kg.fence`): no connection, no file to write, no other program,
and only so much memory. The parent stops it when time is up and starts another one for the next query.

Between the two go frames over pipes: eight bytes of length, then JSON (or N-Quads, while a graph in memory is handed over).
"""

from __future__ import annotations

import json
import os
import struct
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any

from kg.errors import KGError, QueryError, QueryLimit, StoreError, one_line
from kg.terms import XSD, Term

if TYPE_CHECKING:
    import select
    import subprocess
    from pathlib import Path

MIB = 1 << 20
_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may use: seconds of wall time, bytes of memory on top of the graph's own, rows (or triples), and bytes
    of the answer's terms in UTF-8."""

    seconds: float = 30.0
    memory: int = 2048 * MIB
    rows: int = 100_000
    bytes: int = 64 * MIB


@dataclass(frozen=True, slots=True)
class Answer:
    """What a query answered, complete. kind is "select" (columns, rows), "ask" (boolean) or "graph" (triples, sorted).

    A row has one Term for each column, None where the variable is unbound.
    """

    kind: str
    columns: tuple[str, ...] = ()
    rows: list[tuple[Term | None, ...]] = field(default_factory=list)
    boolean: bool | None = None
    triples: list[tuple[Term, Term, Term]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Dataset:
    """Which graphs a query sees, whatever its FROM says: the union of `default` as its default graph, and `named` (None: all
    of the store) behind GRAPH. IRIs; those of no graph stand for an empty one."""

    default: tuple[str, ...]
    named: tuple[str, ...] | None = ()


# -- the parent ----------------------------------------------------------------------------------------------------------

_START_SECONDS = 120.0
_AT_ONCE = 0.1
"""Seconds after a question in which an end of the process is not held to be its doing."""
# The folders of this package and of the engine come last, so that nothing in them can stand in for the standard library.
_BOOT = "import sys; sys.path += sys.argv[1:]; from kg.worker import main; main()"


class Worker:
    """One killable process that answers queries on a folder of quads or on N-Quads in memory. Safe to use from threads.

    The process starts with the first query (or `start`), again after each that was stopped, and ends with `close`, with the
    worker, or with the program.
    """

    def __init__(self, folder: Path | None = None, chunks: Iterable[bytes] = ()) -> None:
        """Give the engine's folder, or else N-Quads, which are taken anew for every process; count is then how many there
        are."""
        import threading

        self._folder = folder
        self._chunks = chunks
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        self._end: Any = None
        self.count = 0
        self._closed = False
        self._lock = threading.RLock()

    def __enter__(self) -> Worker:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The process that waits for queries, if there is one."""
        return self._process.pid if self._process is not None and self._running() else None

    def start(self) -> None:
        """Start the process unless it runs. StoreError where it cannot open its quads."""
        with self._lock:
            if self._closed:
                raise _closed()
            if self._process is None or not self._running():
                self._start()

    def close(self) -> None:
        """End the process, and with it a query that another thread waits for; the worker takes no more queries."""
        self._closed = True
        process = self._process
        if process is not None and self._owner == os.getpid():
            process.kill()
        with self._lock:
            self._stop()

    def run(
        self,
        sparql: str,
        limits: Limits | None = None,
        bindings: Mapping[str, Term] | None = None,
        dataset: Dataset | None = None,
    ) -> Answer:
        """Answer a query; without dataset and FROM it sees the union of all graphs. bindings are values of variables.

        QueryError for what is no SPARQL or crashes the engine, QueryLimit where a limit stopped it: never part of an answer.
        """
        from kg.guard import names_dataset

        limits = limits or Limits()
        try:
            text = sparql.encode("utf-8").decode("utf-8")
        except UnicodeEncodeError:
            raise QueryError("the query contains half of a surrogate pair", remedy="send it as UTF-8") from None
        request = {
            "query": text,
            # The engine answers from all graphs when it is asked for the union, whatever FROM says.
            "union": dataset is None and not names_dataset(sparql),
            "default": None if dataset is None else dataset.default,
            "named": None if dataset is None else dataset.named,
            "bindings": {name: list(term) for name, term in (bindings or {}).items()},
            "seconds": limits.seconds,
            "memory": limits.memory,
            "rows": limits.rows,
            "bytes": limits.bytes,
        }
        with self._lock:
            reply = self._ask(_dumps(request), limits)
        return _answer(json.loads(reply), limits)

    def _ask(self, request: bytes, limits: Limits) -> bytearray:
        """The reply to a request. A process that was ended from outside is replaced, and asked once more."""
        import time

        for last in (False, True):
            self.start()
            began = time.monotonic()
            try:
                self._write(request, began + limits.seconds)
                return self._read(began + limits.seconds)
            except _Silent:
                self._stop()
                raise _time(limits) from None
            except (EOFError, OSError):
                # One that ended while it waited, as when the machine runs short of memory, has not seen the query.
                if last or self._closed or time.monotonic() - began > _AT_ONCE or not self._was_killed():
                    raise self._crashed(limits) from None
                self._stop()
            except BaseException:
                # Interrupted: the answer that still comes must not become that of the next query.
                self._stop()
                raise
        raise AssertionError("unreachable")

    def _was_killed(self) -> bool:
        import signal

        assert self._process is not None
        return self._process.wait() in (-signal.SIGKILL, -signal.SIGTERM)

    def _running(self) -> bool:
        # After a fork the process belongs to the other one; sharing its pipes would mix up their answers.
        return self._process is not None and self._owner == os.getpid() and self._process.poll() is None

    def _start(self) -> None:
        import subprocess
        import time
        import weakref

        self._stop()
        self._process = process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-c", _BOOT, *_import_path()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        self._owner = os.getpid()
        self._end = weakref.finalize(self, _end, process, self._owner)
        assert process.stdin is not None
        os.set_blocking(process.stdin.fileno(), False)
        try:
            deadline = time.monotonic() + _START_SECONDS
            if self._folder is not None:
                self._write(_dumps({"folder": os.fspath(self._folder.absolute())}), deadline)
            else:
                self._write(_dumps({}), deadline)
                for chunk in self._chunks:
                    if chunk:
                        # However large the graph is: only a standstill is too long.
                        self._write(chunk, time.monotonic() + _START_SECONDS)
                self._write(b"", time.monotonic() + _START_SECONDS)
                deadline = time.monotonic() + 10 * _START_SECONDS
            reply = self._read(deadline)
        except (_Silent, EOFError, OSError):
            said = self._last_words()
            self._stop()
            raise StoreError(f"the query process did not start: {said or 'no reason given'}") from None
        except BaseException:
            self._stop()
            raise
        started = json.loads(reply)
        if "error" in started:
            self._stop()
            raise StoreError(started["found"])
        self.count = started["count"]

    def _stop(self) -> None:
        if self._end is not None:
            self._end()
        self._process = self._end = None

    def _write(self, payload: bytes, deadline: float) -> None:
        """Send one frame; _Silent when it is not taken in time, OSError when the process has ended."""
        import select

        assert self._process is not None and self._process.stdin is not None
        sink = self._process.stdin.fileno()
        poll = select.poll()
        poll.register(sink, select.POLLOUT)
        for part in (_LENGTH.pack(len(payload)), payload):
            rest = memoryview(part)
            while rest:
                _wait(poll, deadline)
                rest = rest[os.write(sink, rest) :]

    def _read(self, deadline: float) -> bytearray:
        """One frame; _Silent when it is not complete in time, EOFError when the process has ended."""
        import select

        assert self._process is not None and self._process.stdout is not None
        source = self._process.stdout.fileno()
        poll = select.poll()
        poll.register(source, select.POLLIN)
        frame = bytearray()
        wanted = _LENGTH.size
        while len(frame) < wanted:
            _wait(poll, deadline)
            part = os.read(source, min(wanted - len(frame), MIB))
            if not part:
                raise EOFError
            frame += part
            if len(frame) == wanted == _LENGTH.size:
                wanted += _LENGTH.unpack(frame)[0]
        return frame[_LENGTH.size :]

    def _last_words(self) -> str:
        assert self._process is not None and self._process.stderr is not None
        self._process.kill()
        lines = self._process.stderr.read(MIB).decode("utf-8", "replace").strip().splitlines()
        return one_line("", lines[-1][:300], "") if lines else ""

    def _crashed(self, limits: Limits) -> KGError:
        """Why the process ended in the middle of a query."""
        import signal

        if self._process is None or self._closed:
            return _closed()
        code = self._process.wait()
        said = self._last_words()
        self._stop()
        if -code == signal.SIGALRM:
            return _time(limits)
        if -code in (signal.SIGABRT, signal.SIGKILL) and "overflowed its stack" not in said:
            return _memory(limits.memory)
        name = signal.Signals(-code).name if code < 0 else f"exit code {code}, {said or 'no reason given'}"
        return QueryError(f"the query ended the engine ({name})", remedy="make it shorter, or nest it less deeply")


class _Silent(Exception):  # no error: the time of a query is up
    """No answer in time."""


def _wait(poll: select.poll, deadline: float) -> None:
    import time

    if not poll.poll(min(max(deadline - time.monotonic(), 0), 1e6) * 1000):
        raise _Silent


def _closed() -> StoreError:
    return StoreError("the store is closed", remedy="open it again")


def _end(process: subprocess.Popen[bytes], owner: int) -> None:
    """Kill a process and forget it, unless it belongs to the process that this one was forked from."""
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    if os.getpid() == owner:
        process.kill()
        process.wait()


def _import_path() -> list[str]:
    """The folders from which the child imports this package and the engine; no other setting reaches it."""
    from importlib.util import find_spec
    from pathlib import Path

    engine = find_spec("pyoxigraph")
    if engine is None or engine.origin is None:
        raise StoreError("the package pyoxigraph is not installed", remedy="pip install pyoxigraph")
    return [str(Path(__file__).resolve().parent.parent), str(Path(engine.origin).parent.parent)]


def _time(limits: Limits) -> QueryLimit:
    remedy = "ask for less, or allow more time (--timeout)"
    return QueryLimit(f"the query was stopped after {limits.seconds:g} s", limit="time", remedy=remedy)


def _memory(limit: int) -> QueryLimit:
    return QueryLimit(f"needed more than {limit / MIB:g} MiB of memory", limit="memory", remedy="ask for less")


def _answer(reply: dict[str, Any], limits: Limits) -> Answer:
    match reply.get("error"):
        case None:
            pass
        case "memory":
            raise _memory(limits.memory)
        case "rows":
            raise QueryLimit(f"more than {limits.rows} rows", limit="rows", remedy="add a LIMIT or raise --max-rows")
        case "bytes":
            found = f"an answer of more than {limits.bytes / MIB:g} MiB"
            raise QueryLimit(found, limit="bytes", remedy="ask for fewer rows or columns")
        case "store":
            raise StoreError(f"the store cannot be read: {reply['found']}", remedy="kg verify names the damage")
        case _:
            raise QueryError(reply["found"], remedy=reply.get("remedy", ""))
    if reply["kind"] == "ask":
        return Answer("ask", boolean=reply["boolean"])
    # -1 stands for no value, and so does the last of the list.
    terms = [*(Term(*term) for term in reply["terms"]), None]
    cells, width = [terms[at] for at in reply["cells"]], reply["width"]
    rows: list[Any] = [tuple(cells[at : at + width]) for at in range(0, len(cells), width)] if width else []
    if reply["kind"] == "graph":
        return Answer("graph", triples=sorted(set(rows)))
    return Answer("select", tuple(reply["columns"]), rows if width else [()] * reply["count"])


# -- both ----------------------------------------------------------------------------------------------------------------

_LENGTH = struct.Struct(">Q")


def _dumps(message: Mapping[str, Any]) -> bytes:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


# -- the child -----------------------------------------------------------------------------------------------------------


class _Refused(Exception):  # carries the name of a limit
    """A limit on the answer was reached; the argument is its name."""


def main() -> None:
    """The child: open the store, give up all rights, answer until the pipe closes."""
    import resource
    import signal

    end_with_parent()
    # Whatever prints goes to standard error, so that the frames stay whole.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests = sys.stdin.buffer
    try:
        store, count, fenced = _open(requests)
    except Exception as error:
        _send(replies, {"error": "store", "found": one_line("", _shortened(str(error)), "")})
        return
    held = {resource.RLIMIT_AS: _held_memory(0), resource.RLIMIT_DATA: _held_memory(5)}
    for right in (resource.RLIMIT_CORE, *(() if fenced else (resource.RLIMIT_NOFILE,))):
        resource.setrlimit(right, (0, 0))
    _send(replies, {"count": count})
    while (frame := _receive(requests)) is not None:
        request = json.loads(frame)
        for right, used in held.items():
            _limit(right, used + request["memory"])
        # The parent keeps the time. Should it not, the system ends this process when the time is up: an unhandled SIGALRM
        # kills, and needs no turn of the interpreter, which the engine may hold.
        signal.setitimer(signal.ITIMER_REAL, min(request["seconds"], 1e8) + 1)
        reply = _reply(store, request)
        signal.setitimer(signal.ITIMER_REAL, 0)
        for right in held:
            _limit(right, resource.RLIM_INFINITY)
        _send(replies, reply)


def end_with_parent() -> None:
    """Have the system kill this process when the thread that started it ends; a worker that is missed is started anew."""
    import contextlib
    import ctypes
    import signal

    # Linux alone knows this; elsewhere the timer of each query ends an orphan.
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)


def _limit(right: int, value: int) -> None:
    import contextlib
    import resource

    hard = resource.getrlimit(right)[1]
    if hard != resource.RLIM_INFINITY:
        value = hard if value == resource.RLIM_INFINITY else min(value, hard)
    # Some systems know the right but do not let it be set; the other limits still hold there.
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(right, (value, hard))


def _held_memory(column: int) -> int:
    """Bytes that this process has reserved (column 0) or of that as data (5), which a limit has to come on top of."""
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[column]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


def _send(stream: IO[bytes], message: Mapping[str, Any]) -> None:
    payload = _dumps(message)
    stream.write(_LENGTH.pack(len(payload)))
    stream.write(payload)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes | None:
    """One frame, or None where the parent has closed the pipe."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    body = stream.read(length)
    return body if len(body) == length else None


class _Frames:
    """The frames up to the next empty one, as a file that can be read."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._rest = b""
        self._ended = False

    def read(self, size: int = -1) -> bytes:
        if not self._rest and not self._ended:
            self._rest = _receive(self._stream) or b""
            self._ended = not self._rest
        if size < 0:
            size = len(self._rest)
        out, self._rest = self._rest[:size], self._rest[size:]
        return out


def _open(requests: IO[bytes]) -> tuple[Any, int, bool]:
    """The store, how many quads there are of one in memory, and whether the fence is closed."""
    import pyoxigraph

    from kg import fence

    request = json.loads(_receive(requests) or b"{}")
    if "folder" in request:
        store = pyoxigraph.Store.read_only(request["folder"])
    else:
        store = pyoxigraph.Store()
        store.bulk_load(_Frames(requests), format=pyoxigraph.RdfFormat.N_QUADS)  # type: ignore[arg-type]
    store.query("ASK { ?s ?p ?o }")
    fenced = fence.close()
    if "folder" not in request:
        return store, len(store), fenced
    if not fenced:
        _open_all_files(store)
    return store, 0, fenced


def _open_all_files(store: Any) -> None:
    """Have the engine open every file of the store, by reading each of its indexes from end to end."""
    patterns: set[tuple[Any, Any, Any, Any]] = set()
    for quad in store.quads_for_pattern(None, None, None, None):
        one, verb, other, graph = quad
        patterns |= {(one, None, None, None), (None, verb, None, None), (None, None, other, None)}
        patterns |= {(None, None, None, graph), (None, verb, None, graph), (None, None, other, graph)}
    for pattern in patterns:
        for _ in store.quads_for_pattern(*pattern):
            pass


def _reply(store: Any, request: Mapping[str, Any]) -> dict[str, Any]:
    import pyoxigraph

    try:
        result = store.query(
            request["query"],
            use_default_graph_as_union=request["union"],
            default_graph=_nodes(request["default"]),
            named_graphs=_nodes(request["named"]),
            substitutions={
                pyoxigraph.Variable(name): _engine_term(*term) for name, term in request["bindings"].items()
            },
        )
        if isinstance(result, pyoxigraph.QueryBoolean):
            return {"kind": "ask", "boolean": bool(result)}
        columns = [variable.value for variable in result.variables] if hasattr(result, "variables") else None
        return _collect(result, columns, request["rows"], request["bytes"])
    except _Refused as limit:
        return {"error": str(limit)}
    except MemoryError:
        return {"error": "memory"}
    except OSError as error:
        return {"error": "store", "found": one_line("", _shortened(str(error)), "")}
    except Exception as error:
        if isinstance(error, RuntimeError) and str(error).startswith(("Corruption", "IO error")):
            return {"error": "store", "found": one_line("", _shortened(str(error)), "")}
        kind = "not SPARQL" if isinstance(error, SyntaxError) else "the engine refuses the query"
        return {"error": "query", "found": one_line("", f"{kind}: {_shortened(str(error))}", "")}


def _shortened(message: str) -> str:
    return message if len(message) <= 200 else message[:199] + "…"


def _collect(result: Iterable[Any], columns: list[str] | None, most_rows: int, most_bytes: int) -> dict[str, Any]:
    """Rows or triples as numbers of terms, each term once: the same few fill most cells. _Refused at a limit."""
    number: dict[Any, int] = {None: -1}
    terms: list[tuple[str, str, str, str]] = []
    sizes: list[int] = []
    cells: list[int] = []
    count = total = 0
    for row in result:
        count += 1
        if count > most_rows:
            raise _Refused("rows")
        total += 1
        for term in row:
            at = number.get(term)
            if at is None:
                at = number[term] = len(terms)
                terms.append(plain_term(term))
                sizes.append(sum(len(part.encode("utf-8")) for part in terms[-1]))
            cells.append(at)
            total += sizes[at] + 1 if at >= 0 else 1
        if total > most_bytes:
            raise _Refused("bytes")
    width = 3 if columns is None else len(columns)
    kind = "graph" if columns is None else "select"
    return {"kind": kind, "columns": columns, "width": width, "count": count, "terms": terms, "cells": cells}


def plain_term(term: Any) -> tuple[str, str, str, str]:
    """The fields of a Term from a term of the engine. ValueError for a quoted triple."""
    import pyoxigraph

    if isinstance(term, pyoxigraph.NamedNode):
        return ("iri", term.value, "", "")
    if isinstance(term, pyoxigraph.BlankNode):
        return ("blank", term.value, "", "")
    if isinstance(term, pyoxigraph.Literal):
        if term.language:
            direction = f"--{term.direction}" if term.direction else ""
            return ("literal", term.value, "", term.language + direction)
        datatype = term.datatype.value
        return ("literal", term.value, "" if datatype == XSD + "string" else datatype, "")
    raise ValueError("an answer cannot contain quoted triples; ask for their parts")


def _nodes(iris: list[str] | None) -> list[Any] | None:
    import pyoxigraph

    return None if iris is None else [pyoxigraph.NamedNode(iri) for iri in iris]


def _engine_term(kind: str, value: str, datatype: str, language: str) -> Any:
    import pyoxigraph

    if kind == "iri":
        return pyoxigraph.NamedNode(value)
    if kind == "blank":
        return pyoxigraph.BlankNode(value)
    if language:
        return pyoxigraph.Literal(value, language=language)
    return pyoxigraph.Literal(value, datatype=pyoxigraph.NamedNode(datatype) if datatype else None)


if __name__ == "__main__":
    main()

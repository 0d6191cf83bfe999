"""Work shared out to processes: the results come in the order of the questions, whoever is first.

Each process is a fresh Python that imports one function of ours and answers JSON with JSON and bytes, over its own pipes. It
runs none of the caller's code, so that a script without a main guard and a notebook both work, and it ends when its pipe does.
"""

from __future__ import annotations

import contextlib
import json
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

_HEAD = struct.Struct(">QQ")

Reply = tuple[Any, bytes]
"""What a process answers: a value that JSON can carry, and bytes."""


def share_out(function: str, setting: Any, questions: Iterable[Any], processes: int) -> Iterator[Reply]:
    """Put questions to processes and yield their replies in order.

    function is `module:name` of a function that takes `setting` and returns the function that answers a question. Not more than
    one question per process is under way, so that memory stays bounded. Raises ChildProcessError where a process ended.
    """
    team = [_start(function, setting) for _ in range(processes)]
    waiting: deque[subprocess.Popen[bytes]] = deque()
    free = deque(team)
    try:
        for question in questions:
            if not free:
                done = waiting.popleft()
                reply = _receive(done)
                _send(done, question)
                waiting.append(done)
                yield reply
            else:
                process = free.popleft()
                _send(process, question)
                waiting.append(process)
        while waiting:
            yield _receive(waiting.popleft())
    finally:
        for process in team:
            _stop(process)


def _start(function: str, setting: Any) -> subprocess.Popen[bytes]:
    # -I keeps the working folder and the user's settings out; the package is found where this copy of it lies.
    home = str(Path(__file__).resolve().parent.parent)
    code = f"import sys; sys.path.insert(0, {home!r}); from kg.processes import serve; serve({function!r})"
    process = subprocess.Popen([sys.executable, "-I", "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    _send(process, setting)
    return process


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    process.wait()


def _send(process: subprocess.Popen[bytes], value: Any) -> None:
    assert process.stdin is not None
    try:
        _write(process.stdin, value)
    except BrokenPipeError:
        raise ChildProcessError("a process that builds has ended") from None


def _receive(process: subprocess.Popen[bytes]) -> Reply:
    assert process.stdout is not None
    reply = _read(process.stdout)
    if reply is None:
        raise ChildProcessError("a process that builds has ended")
    return reply


def serve(function: str) -> None:
    """The life of such a process: take the setting, then answer until the pipe ends."""
    import gc
    from importlib import import_module

    # Such a process makes many values and hardly a cycle: looking for cycles all the time would cost a tenth of its work.
    gc.set_threshold(50_000, 20, 20)
    module, _, name = function.partition(":")
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    first = _read(source)
    if first is None:
        return
    answer: Callable[[Any], Reply] = getattr(import_module(module), name)(first[0])
    while (question := _read(source)) is not None:
        _write(sink, *answer(question[0]))


def _write(pipe: IO[bytes], value: Any, data: bytes = b"") -> None:
    text = json.dumps(value).encode()
    pipe.write(_HEAD.pack(len(text), len(data)))
    pipe.write(text)
    pipe.write(data)
    pipe.flush()


def _read(pipe: IO[bytes]) -> Reply | None:
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    sizes = _HEAD.unpack(head)
    text, data = pipe.read(sizes[0]), pipe.read(sizes[1])
    return (json.loads(text), data) if len(data) == sizes[1] else None

"""The fence around a process: what it can no longer do, in every thread, and what it still can."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import ROOT

TRIED = """
import ctypes, errno, os, socket, subprocess, sys, threading, time
from kg import fence
sys.path[:] = []
waiting = threading.Event()
said = []

def tell(what, attempt):
    try:
        attempt()
        said.append(f"{what}: yes")
    except OSError as error:
        said.append(f"{what}: {errno.errorcode[error.errno]}")

def attempts():
    tell("socket", lambda: socket.socket(socket.AF_INET))
    tell("unix socket", lambda: socket.socket(socket.AF_UNIX))
    tell("pair", socket.socketpair)
    tell("write", lambda: open(sys.argv[1], "r+"))
    tell("append", lambda: open(sys.argv[1], "a"))
    tell("create", lambda: os.open(sys.argv[1] + ".new", os.O_CREAT | os.O_RDONLY))
    tell("truncate", lambda: os.open(sys.argv[1], os.O_TRUNC))
    tell("creat", lambda: raw(85 if os.uname().machine == "x86_64" else 999, sys.argv[1].encode() + b".new", 0o600))
    tell("openat2", lambda: raw(437, -100, sys.argv[1].encode(), ctypes.create_string_buffer(24), 24))
    tell("program", lambda: os.execv("/bin/true", ["true"]))
    tell("read", lambda: open(sys.argv[1]).read())
    tell("thread", lambda: threading.Thread(target=lambda: None).start())

def raw(number, *arguments):
    library = ctypes.CDLL(None, use_errno=True)
    if library.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "")

earlier = threading.Thread(target=lambda: (waiting.wait(), attempts()))
earlier.start()
said.append(f"closed: {fence.close()}")
attempts()
waiting.set()
earlier.join()
print("\\n".join(said))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Linux filters the calls of a process")
def test_what_is_behind_the_fence_neither_connects_nor_writes_nor_starts_a_program(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("as it was")
    done = subprocess.run([sys.executable, "-c", TRIED, str(file)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    refused = [f"{what}: EPERM" for what in ("socket", "unix socket", "pair", "write", "append", "create", "truncate")]
    refused += [
        "creat: EPERM" if platform.machine() == "x86_64" else "creat: ENOSYS",
        "openat2: EPERM",
        "program: EPERM",
    ]
    one = [*refused, "read: yes", "thread: yes"]
    assert done.stdout.splitlines() == ["closed: True", *one, *one], "in the thread that closed it and in one of before"
    assert file.read_text() == "as it was" and list(tmp_path.iterdir()) == [file]


def test_where_the_system_has_no_filter_it_says_so(monkeypatch: pytest.MonkeyPatch):
    from kg import fence

    for system, machine in (("Darwin", "arm64"), ("Linux", "riscv64")):
        monkeypatch.setattr("platform.system", lambda system=system: system)
        monkeypatch.setattr("platform.machine", lambda machine=machine: machine)
        assert fence.close() is False


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
def test_the_filter_of_each_architecture_allows_reading_and_refuses_what_it_names(machine: str):
    """The instructions, run here by their meaning; the kernel of one machine runs those of its own architecture alone."""
    from kg import fence

    calls = fence._KNOWN[machine]
    code = fence._filter(calls)
    opened, place = calls.opening[-1]
    assert _run(code, calls.architecture, opened, {place: 0}) == fence._ALLOW
    assert _run(code, calls.architecture, calls.seccomp, {}) == fence._ALLOW
    for flags in (0o1, 0o2, 0o100, 0o1000, 0o1101):
        assert _run(code, calls.architecture, opened, {place: flags}) == fence._REFUSE
    for number in calls.refused:
        assert _run(code, calls.architecture, number, {}) == fence._REFUSE
    assert _run(code, calls.architecture, 0x40000000 | opened, {place: 0}) == fence._REFUSE
    assert _run(code, 0x40000003, opened, {place: 0}) == fence._REFUSE, "another architecture on the same machine"


def _run(code: bytes, architecture: int, number: int, arguments: dict[int, int]) -> int:
    import struct

    data = {0: number, 4: architecture, **{16 + 8 * place: value for place, value in arguments.items()}}
    instructions = list(struct.iter_unpack("=HBBI", code))
    at = value = 0
    while True:
        kind, yes, no, operand = instructions[at]
        at += 1
        if kind == 0x20:
            value = data.get(operand, 0)
        elif kind == 0x06:
            return operand
        else:
            holds = {0x15: value == operand, 0x35: value >= operand, 0x45: bool(value & operand)}[kind]
            at += yes if holds else no

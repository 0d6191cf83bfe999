"""What a process that runs other people's queries gives up: connections, writing, other programs.

The engine opens its files when it needs them, and only the first sixteen at once; so a process cannot give up all files, unless
each was opened before. On Linux the kernel filters the calls of the process instead: no socket, no file opened for writing, no
other program, whatever the engine would do for a query. Where there is no such filter, every file is opened first and then the
right to open any more is given up.

Sources: seccomp(2), Linux's include/uapi/linux/{seccomp,filter,audit}.h, and the tables of system calls of the two
architectures.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
from typing import NamedTuple

_NO_NEW_PRIVILEGES = 38  # PR_SET_NO_NEW_PRIVS of prctl(2)
_SET_FILTER, _ALL_THREADS = 1, 1  # SECCOMP_SET_MODE_FILTER and SECCOMP_FILTER_FLAG_TSYNC of seccomp(2)
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # SECCOMP_RET_ALLOW, and SECCOMP_RET_ERRNO with EPERM
_FOREIGN = 0x40000000
"""From this number on, x86-64 counts the calls of another convention."""
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class _Calls(NamedTuple):
    """The numbers of an architecture: its own, that of seccomp, the calls that are refused, and those that open a file with
    the place of their flags among the arguments."""

    architecture: int
    seccomp: int
    refused: tuple[int, ...]
    opening: tuple[tuple[int, int], ...]


# Refused: socket, socketpair, connect, bind, execve, execveat, ptrace, io_uring_setup, openat2 (no filter sees its flags), creat.
_KNOWN = {
    "x86_64": _Calls(0xC000003E, 317, (41, 53, 42, 49, 59, 322, 101, 425, 437, 85), ((2, 1), (257, 2))),
    "aarch64": _Calls(0xC00000B7, 277, (198, 199, 203, 200, 221, 281, 117, 425, 437), ((56, 2),)),
}


def close() -> bool:
    """Give up connections, writing and other programs, for all threads of this process and for good; False where the system
    has no such filter."""
    calls = _KNOWN.get(platform.machine()) if platform.system() == "Linux" else None
    if calls is None or struct.calcsize("P") != 8:
        return False
    code = _filter(calls)
    instructions = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("@HP", len(code) // 8, ctypes.addressof(instructions))
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(library.syscall(calls.seccomp, _SET_FILTER, _ALL_THREADS, ctypes.create_string_buffer(program)) == 0)


def _filter(calls: _Calls) -> bytes:
    """The filter as instructions of the kernel's packet filter: 16 bits of code, two jumps of 8 bits, 32 bits of value."""
    load, equal, at_least, any_bit, end = 0x20, 0x15, 0x35, 0x45, 0x06
    out = [(load, 0, 0, 4), (equal, 1, 0, calls.architecture), (end, 0, 0, _REFUSE), (load, 0, 0, 0)]
    out += [(at_least, 0, 1, _FOREIGN), (end, 0, 0, _REFUSE)]
    for number in calls.refused:
        out += [(equal, 0, 1, number), (end, 0, 0, _REFUSE)]
    for number, place in calls.opening:
        # The lower half of an argument: both architectures store it first.
        out += [(equal, 0, 4, number), (load, 0, 0, 16 + 8 * place), (any_bit, 0, 1, _WRITING), (end, 0, 0, _REFUSE)]
        out += [(end, 0, 0, _ALLOW)]
    out += [(end, 0, 0, _ALLOW)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in out)

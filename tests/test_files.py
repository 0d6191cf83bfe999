"""Files appear complete or not at all, and nothing but the file that was meant is touched."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from kg.errors import InputError
from kg.files import write_atomically


def test_a_file_is_written_and_replaced(tmp_path):
    path = tmp_path / "out.nq"
    write_atomically(path, [b"a", b"", b"b"])
    assert path.read_bytes() == b"ab"
    write_atomically(path, iter([b"c"]))
    assert path.read_bytes() == b"c"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.nq"]


@pytest.mark.parametrize(
    "error, told",
    [
        (KeyboardInterrupt(), KeyboardInterrupt),
        (ValueError("no"), ValueError),
        (OSError(28, "No space left on device"), InputError),
    ],
)
def test_what_breaks_off_leaves_the_earlier_file(tmp_path, error, told):
    path = tmp_path / "out.nq"
    path.write_bytes(b"earlier")

    def chunks():
        yield b"half"
        raise error

    with pytest.raises(told):
        write_atomically(path, chunks())
    assert path.read_bytes() == b"earlier"
    assert [entry.name for entry in tmp_path.iterdir()] == ["out.nq"]


def test_a_refusal_names_the_place(tmp_path):
    with pytest.raises(InputError, match=r"none/out: No such file or directory \(see whether the folder exists"):
        write_atomically(tmp_path / "none" / "out", [b""])
    with pytest.raises(InputError, match="Is a directory"):
        write_atomically(tmp_path, [b""])


def test_permissions_are_those_of_any_file_and_stay(tmp_path):
    path = tmp_path / "out"
    mask = os.umask(0o027)
    try:
        write_atomically(path, [b"a"])
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    path.chmod(0o600)
    write_atomically(path, [b"b"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600, "what was private stays private"


def test_a_link_is_followed_and_a_pipe_is_not_replaced(tmp_path):
    (tmp_path / "real").write_bytes(b"earlier")
    (tmp_path / "link").symlink_to("real")
    write_atomically(tmp_path / "link", [b"new"])
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_bytes() == b"new"
    os.mkfifo(tmp_path / "pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    write_atomically(tmp_path / "pipe", [b"through ", b"it"])
    reader.join()
    assert read == [b"through it"] and (tmp_path / "pipe").is_fifo()
    (tmp_path / "null").symlink_to(os.devnull)
    write_atomically(tmp_path / "null", [b"gone"])
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_threads_do_not_share_a_temporary_file(tmp_path):
    threads = [
        threading.Thread(target=write_atomically, args=(tmp_path / str(number), [str(number).encode()] * 1000))
        for number in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        str(number): str(number).encode() * 1000 for number in range(20)
    }

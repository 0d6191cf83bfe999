"""JSON as its standard has it, and nothing more: no NaN, no key given twice, no bottomless nesting; and files of many records.

What Python's parser lets pass is refused here, because two readers of one file must not see two different things.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from mmap import mmap
from typing import Any, NamedTuple, TypeAlias

from kg.errors import Finding, InputError

Data: TypeAlias = bytes | mmap
"""The content of a file: read, or mapped into memory where it is large."""

LARGEST = 512 * 1024 * 1024
"""Bytes of one record or one array that are read into memory."""


class _Unusable(ValueError):
    """JSON that Python reads and the standard does not know."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise _Unusable(f"gives the key {key[:60]!r} twice")
            seen.add(key)
    return made


def _constant(name: str) -> Any:
    raise _Unusable(f"holds {name}, which is no JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)
_SPACE = " \t\n\r"


def loads(data: bytes, place: str) -> Any:
    """The value of a JSON text. Raises InputError with what is wrong and where."""
    return _decode(_text(data, place), place)


def _text(data: Data, place: str) -> str:
    if len(data) > LARGEST:
        raise InputError("is larger than 512 MB", place=place, remedy="export it in parts, or as JSON Lines")
    try:
        return data[:].decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"byte {error.start} is not UTF-8", place=place, remedy="save it as UTF-8") from None


def _decode(text: str, place: str) -> Any:
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        found = f"is no JSON: {error.msg} at line {error.lineno}, column {error.colno}"
        raise InputError(found, place=place, remedy="export it again") from None
    except RecursionError:
        raise InputError("is nested too deeply", place=place, remedy="export it again") from None
    except ValueError as error:
        found = str(error) if isinstance(error, _Unusable) else "holds a number that is too long"
        raise InputError(found, place=place, remedy="export it again") from None


class Record(NamedTuple):
    """One record of a file: its bytes from start, its value, how messages name it, and its number from 1."""

    start: int
    length: int
    value: Any
    place: str
    number: int


def records(data: Data, name: str) -> Iterator[Record | Finding]:
    """The records of a file: the members of an array, the lines of JSON Lines, or the one object that the file is.

    A line that is no JSON is a finding; an array or object that is none raises InputError, since its end is unknown.
    """
    head = data[:4096].removeprefix(b"\xef\xbb\xbf").lstrip()
    if head[:1] == b"[":
        yield from _members(data, name)
    elif head[:1] == b"{" and _is_one_object(data):
        yield Record(0, len(data), loads(data[:], name), name, 1)
    else:
        yield from _lines(data, name)


def _is_one_object(data: Data) -> bool:
    """Whether a file is one object rather than one to a line: its first line alone is no JSON, or it is the only one."""
    end = data.find(b"\n")
    if end < 0 or not data[end:].strip():
        return True
    try:
        loads(data[:end], "")
    except InputError:
        # A broken first line of JSON Lines ends like an object, the first line of a long object does not.
        return not data[:end].rstrip().endswith(b"}")
    return False


def _lines(data: Data, name: str) -> Iterator[Record | Finding]:
    start, number = 0, 0
    while start < len(data):
        end = data.find(b"\n", start)
        end = len(data) if end < 0 else end
        number += 1
        line = data[start:end]
        if line.strip():
            place = f"{name}:{number}"
            try:
                yield Record(start, end - start, loads(line, place), place, number)
            except InputError as error:
                yield Finding(error.place, error.found, error.remedy)
        start = end + 1


def _members(data: Data, name: str) -> Iterator[Record]:
    text = _text(data, name)
    mark = 3 if data[:3] == b"\xef\xbb\xbf" else 0
    position = text.index("[") + 1
    offset, counted, number = mark, 0, 0
    while True:
        while text[position : position + 1] in _SPACE and position < len(text):
            position += 1
        if text[position : position + 1] == "]":
            break
        try:
            value, end = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            # Only now is the whole decoded, for the message that names the line.
            _decode(text, name)
            raise
        number += 1
        start = offset + len(text[counted:position].encode("utf-8", "surrogatepass"))
        length = len(text[position:end].encode("utf-8", "surrogatepass"))
        yield Record(start, length, value, f"{name}, record {number}", number)
        offset, counted = start + length, end
        position = end
        while text[position : position + 1] in _SPACE and position < len(text):
            position += 1
        if text[position : position + 1] == ",":
            position += 1
        elif text[position : position + 1] != "]":
            raise InputError("is no JSON: the array does not end", place=name, remedy="export it again")
    if text[position + 1 :].strip(_SPACE):
        raise InputError("is no JSON: something follows its array", place=name, remedy="export it again")


def first_record(data: Data) -> Any:
    """The first record of a file, for recognising it; None where there is none that can be read."""
    try:
        return next((record.value for record in records(data, "") if isinstance(record, Record)), None)
    except InputError:
        return None

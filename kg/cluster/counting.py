"""The last stage of work: who talks to whom, counted by share of sessions, then by pair, and written as tables."""

from __future__ import annotations

import csv
import hashlib
import io
import json

from kg.cluster import talks
from kg.cluster.documents import Documents
from kg.cluster.segments import Piece
from kg.cluster.work import Work
from kg.parts import TABLE, File
from kg.views import LEVELS, row_order

_BUCKETS = 16
"""Shares of pairs of names in which talks are counted."""


def write_tables(work: Work, documents: Documents, sessions: list[tuple[str, Piece]]) -> list[File]:
    """Write the tables of who talks to whom."""
    names = [made.file.name if made.file is not None else None for made in documents.parts]
    work.leave(talks.FILES, json.dumps(names).encode())
    shares = ((number, name, piece, _BUCKETS) for number, (name, piece) in enumerate(sorted(sessions)))
    files = sorted(work.share_out(talks.talk, shares))
    calls = []
    for bucket in range(_BUCKETS):
        if wanted := [(name, pieces[bucket]) for name, pieces in files if bucket in pieces]:
            calls.append((bucket, wanted))
    rows: dict[str, list[tuple[str, ...]]] = {level: [] for level in LEVELS}
    for found in work.share_out(talks.count_talks, calls):
        for level, own in found.items():
            rows[level] += own
    return [_write(work, level, own) for level, own in rows.items()]


def _write(work: Work, level: str, rows: list[tuple[str, ...]]) -> File:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(talks.header())
    rows.sort(key=row_order)
    writer.writerows(rows)
    data = text.getvalue().encode("utf-8")
    name = f"{TABLE}.csv" if level == "principal" else f"{TABLE}-{level}.csv"
    work.target.write(name, data)
    return File(name, len(data), hashlib.sha256(data).hexdigest(), len(rows))

"""Flat tables beside the store: seats, claims, passages and the like as columns, for questions about everything at once.

`rows` says what each table holds and makes it from quads, `seated` numbers who has a seat where, `kept` writes and reads both in
a generation, `answers` gives from them what SPARQL gives for the questions behind a view. All but this module needs polars
(extra `tables`); where it is not installed, builds write no tables and questions go to the store.
"""

from __future__ import annotations

from importlib.util import find_spec

FOLDER, INDEX = "tables", "index.json"
"""Where they stand in a generation, and the file that names the others with their sizes and SHA-256s."""

REMEDY = "pip install 'diplomatic-kg[tables]'"


def available() -> bool:
    """Whether polars is installed."""
    return find_spec("polars") is not None

"""Who has a seat in which session, as numbers: sessions, rounds and actors counted through in the order of their IRIs.

What takes time in a question about all pairs is the IRIs, not the pairs. So a build numbers them once and keeps the numbers with
the tables, in the same generation:

meetings   every session and round over all texts, sorted: its number is its row
actors     everybody who has a seat, likewise
seated     meeting, actor (numbers): who is said to sit in which session, sorted, each once

Each says what all graphs say together, while a row of a table is what one graph says; so they are made anew, from the tables, at
every build.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from kg.namespaces import DP

if TYPE_CHECKING:
    import scipy.sparse

SOURCES = {
    "gatherings": ("node", "kind"),
    "members": ("canonical", "node"),
    "participation": ("node", "actor"),
}
"""The tables and columns that they are made from."""

NUMBERED = ("meetings", "actors", "seated")


def numbered(gatherings: pl.DataFrame, members: pl.DataFrame, participation: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The frames NUMBERED by name; all graphs count, in whatever order the rows come."""
    nodes = one_meeting(gatherings, members)
    meetings, actors = nodes["meeting"].unique().sort(), participation["actor"].unique().sort()
    sessions = number(nodes.filter(pl.col("kind") == DP.Meeting).select("node", "meeting"), "meeting", meetings)
    seats = participation.select("node", "actor").join(sessions, on="node").select("meeting", "actor")
    return {
        "meetings": meetings.to_frame(),
        "actors": actors.to_frame(),
        "seated": each_seat(number(seats, "actor", actors)),
    }


def one_meeting(gatherings: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Node of a text → the meeting that it is over all texts: node, kind, meeting (IRIs)."""
    nodes = gatherings.select("node", "kind").unique()
    found = nodes.join(members.select("canonical", "node"), on="node", how="left")
    return found.select("node", "kind", pl.coalesce("canonical", "node").alias("meeting"))


def number(frame: pl.DataFrame, column: str, known: pl.Series) -> pl.DataFrame:
    """The frame with numbers in place of the values of a column: their places among the known ones, each of which is there once.

    Rows with a value that is not known are left out.
    """
    places = known.rename(column).to_frame().with_row_index("place")
    found = frame.join(places, on=column)
    return found.with_columns(pl.col("place").alias(column)).drop("place")


def each_seat(seats: pl.DataFrame) -> pl.DataFrame:
    """Sessions and actors (two columns of numbers) sorted, each pair once."""
    session, actor = seats.columns
    both = seats.select(pl.col(session).cast(pl.UInt64) * _HIGH + pl.col(actor)).to_series().unique().sort()
    return pl.DataFrame({session: (both // _HIGH).cast(pl.UInt32), actor: (both % _HIGH).cast(pl.UInt32)})


_HIGH = 2**32
"""Two numbers in one, so that they are compared as one."""


def each_two(seats: pl.DataFrame) -> pl.DataFrame:
    """Each two who share a session, one before other: session (under its name), one, other (numbers), sorted.

    seats are as `each_seat` gives them: with each come all that follow in its session.
    """
    session, actor = seats.columns
    rows = seats.with_row_index("at").with_columns((pl.col("at").max().over(session) + 1).alias("end"))
    rows = rows.filter(pl.col("at") + 1 < pl.col("end"))
    rows = rows.with_columns(pl.int_ranges(pl.col("at") + 1, "end", dtype=pl.UInt32).alias("with")).explode("with")
    return rows.select(session, pl.col(actor).alias("one"), seats[actor].gather(rows["with"]).alias("other"))


def shared(seats: pl.DataFrame, actors: int, *, newman: bool = False) -> scipy.sparse.csr_array:
    """How many sessions each two of so many actors share: a symmetric matrix, its diagonal empty.

    It is BᵀB for the incidence B of sessions and actors; with newman BᵀDB, where D has 1/(k-1) for a session of k. seats are as
    `each_seat` gives them. Sessions are added up one after another: what is held is a number for each pair of the answer, however
    many sit in one session.
    """
    import numpy as np
    import scipy.sparse

    session, actor = seats.columns
    sizes = np.bincount(seats[session].to_numpy())
    place = np.int32 if seats.height < 2**31 else np.int64
    ends, columns = np.concatenate([[0], np.cumsum(sizes)]).astype(place), seats[actor].to_numpy().astype(place)
    ones = np.ones(len(columns), np.float64 if newman else np.int64)
    incidence = scipy.sparse.csr_array((ones, columns, ends), (len(sizes), actors))
    weighed = incidence
    if newman:
        weighed = scipy.sparse.diags_array(1 / np.maximum(sizes - 1, 1)) @ incidence
    found = scipy.sparse.csr_array(incidence.T @ weighed)
    found.setdiag(0)
    found.eliminate_zeros()
    return found


def counted(seats: pl.DataFrame, actors: int) -> pl.DataFrame:
    """Which two actors share how many sessions, one before other: one, other (numbers), sessions, sorted."""
    import numpy as np

    found = shared(seats, actors)
    found.sort_indices()
    rows = np.repeat(np.arange(actors, dtype=np.uint32), np.diff(found.indptr))
    half = found.indices > rows
    pairs = {"one": rows[half], "other": found.indices[half], "sessions": found.data[half]}
    return pl.DataFrame(pairs).cast(pl.UInt32)

"""The views of `kg.views` as tables of edges and as sparse matrices, by joins over the flat tables of a store.

The edges are the same (tested); what takes networkx minutes takes seconds, and the result goes into pandas, polars or scipy.
Needs polars, matrices need scipy (extra `tables`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from kg.namespaces import value_iri
from kg.store import Store
from kg.tables.gathered import stood_for, with_iris
from kg.tables.kept import Tables
from kg.tables.seated import each_seat, each_two, number, shared
from kg.tables.standing import standings
from kg.views import Policy

if TYPE_CHECKING:
    import pandas
    import scipy.sparse

EDGES = ("one", "other", "gathering", "label", "relation", "status", "contested", "newman", "earliest", "latest")
"""Columns of the edges: actors are IRIs, so is the gathering; days are ISO 8601, "" where open."""


def edges(store: Store | Tables, view: str = "who-talks-to-whom", policy: Policy | None = None) -> pl.DataFrame:
    """The edges of a view, one row each, with the columns EDGES; `participation` has the seat and its role as well.

    who-talks-to-whom: co-presence of two in one session, one before other by IRI; newman is 1/(k-1) for a session of k; with
    policy.rounds also who takes part in which round (relation `participation`, other is the round). mediation: mediator →
    party. participation: actor → gathering, once for each seat. KeyError for a view that there is not.
    """
    policy, tables = policy or Policy(), _tables(store)
    return _EDGES[view](tables, policy)


def pairs(store: Store | Tables, policy: Policy | None = None) -> pl.DataFrame:
    """Who talks to whom, summed up: one, other, sessions, newman, first and last day; the most sessions first."""
    policy, tables = policy or Policy(), _tables(store)
    found, actors = _together(tables, policy)
    days = standings(tables, policy.as_of).select("gathering", "earliest", "latest")
    summed = found.join(days, on="gathering").group_by("one", "other").agg(
        pl.len().alias("sessions"),
        pl.col("newman").sum(),
        pl.col("earliest").filter(pl.col("earliest") != "").min().fill_null("").alias("first"),
        pl.col("latest").max().alias("last"),
    )  # fmt: skip
    return _as_actors(summed.sort("sessions", "one", "other", descending=[True, False, False]), actors)


def matrix(
    store: Store | Tables, policy: Policy | None = None, *, newman: bool = False
) -> tuple[scipy.sparse.csr_array, list[str]]:
    """Who talks to whom as a symmetric sparse matrix of numbers of sessions or sums of Newman's weights, and whose rows they are.

    It is BᵀB for the incidence B of sessions and actors, its diagonal left out; by Newman's weights, BᵀDB with 1/(k-1) in D.
    """
    import numpy as np

    seats, actors = _sitting(_tables(store), policy or Policy())
    found = shared(seats, len(actors), newman=newman)
    met = np.flatnonzero(np.diff(found.indptr))  # who was always alone is in no view
    return found[met][:, met], actors.gather(met).to_list()


def edge_evidence(store: Store | Tables, policy: Policy | None = None) -> pl.DataFrame:
    """The passages behind each edge of who talks to whom: one, other, gathering, span, words, sentence, document."""
    policy, tables = policy or Policy(), _tables(store)
    found, actors = _together(tables, policy)
    found = _as_actors(found.select("one", "other", "gathering"), actors)
    sitting = stood_for(tables, policy.level, policy.as_of).filter("present")
    seated = sitting.select("gathering", "counted", "participation").unique()
    ends = pl.concat([
        found.join(seated, left_on=["gathering", end], right_on=["gathering", "counted"]).select(
            "one", "other", "gathering", "participation"
        )
        for end in ("one", "other")
    ]).unique()  # fmt: skip
    spans = tables["evidence"].select(pl.col("thing").alias("participation"), "span").unique()
    ends = ends.join(spans, on="participation").drop("participation").unique()
    words = tables["passages"].select("span", "words", "sentence", "document", "start").unique()
    texts = tables["sentences"].select("sentence", "text").unique()
    ends = ends.join(words, on="span").join(texts, on="sentence").drop("sentence").rename({"text": "sentence"})
    columns = ("one", "other", "gathering", "span", "words", "sentence", "document")
    return with_iris(tables, ends.sort("one", "other", "gathering", "document", "start", "span").select(columns))


def named(store: Store | Tables, frame: pl.DataFrame, *columns: str) -> pl.DataFrame:
    """The frame with names in place of the IRIs in some columns; the first by alphabet where there are several."""
    labels = _tables(store)["labels"].group_by("thing").agg(pl.col("name").min())
    for column in columns:
        found = frame.join(labels, left_on=column, right_on="thing", how="left", maintain_order="left")
        frame = found.with_columns(pl.coalesce("name", column).alias(column)).drop("name")
    return frame


def to_pandas(frame: pl.DataFrame) -> pandas.DataFrame:
    """The frame for pandas, without pyarrow."""
    import pandas

    return pandas.DataFrame({column: frame[column].to_list() for column in frame.columns}, columns=frame.columns)


def _tables(store: Store | Tables) -> Tables:
    return store.tables() if isinstance(store, Store) else store


def _counted(tables: Tables, policy: Policy) -> pl.DataFrame:
    found = standings(tables, policy.as_of).filter(pl.col("standing").is_in(list(policy.standings)))
    if policy.since:
        found = found.filter((pl.col("latest") == "") | (pl.col("latest") >= policy.since))
    if policy.until:
        found = found.filter((pl.col("earliest") == "") | (pl.col("earliest") <= policy.until))
    return found


def _sitting(tables: Tables, policy: Policy, kind: str = "meeting") -> tuple[pl.DataFrame, pl.Series]:
    """Who is said to be in the room of which session that counts: gathering, actor (numbers), sorted, each once; and the IRIs
    of these actors, in their order."""
    counted = _counted(tables, policy).filter(pl.col("kind") == kind).select("gathering")
    present = stood_for(tables, policy.level, policy.as_of).filter("present")
    present = present.select("gathering", pl.col("counted").alias("actor")).join(counted, on="gathering", how="semi")
    actors = present["actor"].unique().sort()
    return each_seat(number(present, "actor", actors)), actors


def _together(tables: Tables, policy: Policy) -> tuple[pl.DataFrame, pl.Series]:
    """Each two who sit in one session: gathering, one, other (numbers, one before other), newman; and the IRIs of the actors."""
    seats, actors = _sitting(tables, policy)
    newman = seats.group_by("gathering").agg((1 / (pl.len() - 1)).alias("newman"))
    return each_two(seats).join(newman, on="gathering", how="left", maintain_order="left"), actors


def _as_actors(found: pl.DataFrame, actors: pl.Series) -> pl.DataFrame:
    """IRIs in place of the numbers of actors."""
    return found.with_columns(actors.gather(found[end]).alias(end) for end in ("one", "other"))


def _co_presence(tables: Tables, policy: Policy) -> pl.DataFrame:
    found, actors = _together(tables, policy)
    return _described(tables, policy, _as_actors(found, actors), "co-presence")


def _described(tables: Tables, policy: Policy, found: pl.DataFrame, relation: str, *more: str) -> pl.DataFrame:
    """The edges, gatherings as numbers, with what is known of these; other is the gathering where it is nobody else."""
    about = standings(tables, policy.as_of).rename({"standing": "status"}).drop("kind")
    found = with_iris(tables, found.join(about, on="gathering", how="left", maintain_order="left"))
    if "relation" not in found.columns:
        found = found.with_columns(pl.lit(relation).alias("relation"))
    if "other" not in found.columns:
        found = found.with_columns(pl.col("gathering").alias("other"))
    if "newman" not in found.columns:
        found = found.with_columns(pl.lit(None, pl.Float64).alias("newman"))
    return found.select(*EDGES, *more)


def _talks(tables: Tables, policy: Policy) -> pl.DataFrame:
    found = _co_presence(tables, policy)
    if not policy.rounds:
        return found
    seats, actors = _sitting(tables, policy, "round")
    rounds = seats.select("gathering", actors.gather(seats["actor"]).alias("one"))
    return pl.concat([found, _described(tables, policy, rounds, "participation")])


def _mediation(tables: Tables, policy: Policy) -> pl.DataFrame:
    counted = _counted(tables, policy).select("gathering")
    own = stood_for(tables, policy.level, policy.as_of).join(counted, on="gathering", how="semi")
    sides = [
        own.filter(pl.col("role") == value_iri("role", role)).select("gathering", pl.col("counted").alias(end)).unique()
        for role, end in (("mediator", "one"), ("party", "other"))
    ]
    found = sides[0].join(sides[1], on="gathering").filter(pl.col("one") != pl.col("other"))
    return _described(tables, policy, found.sort("gathering", "one", "other"), "mediates")


def _participation(tables: Tables, policy: Policy) -> pl.DataFrame:
    counted = _counted(tables, policy)
    if not policy.rounds:
        counted = counted.filter(pl.col("kind") != "round")
    own = stood_for(tables, policy.level, policy.as_of).join(counted.select("gathering"), on="gathering", how="semi")
    role = pl.col("role").str.extract("([^/]*)$")
    found = own.select(
        pl.col("counted").alias("one"), "gathering", "participation", role.alias("role"),
        pl.when(role == "excluded").then(pl.lit("excluded")).otherwise(pl.lit("participation")).alias("relation"),
    )  # fmt: skip
    return _described(
        tables, policy, found.unique().sort("gathering", "participation", "one"), "", "participation", "role"
    )


_EDGES = {"who-talks-to-whom": _talks, "mediation": _mediation, "participation": _participation}

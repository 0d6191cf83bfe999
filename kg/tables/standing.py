"""Where each session or round stands by the claims, and when it was or is to be, in columns: the rules of `kg.standing`."""

from __future__ import annotations

import polars as pl

from kg.namespaces import value_iri
from kg.tables.gathered import ASSERTS, DENIES, about, nodes_of, said
from kg.tables.kept import Tables

_NEVER = "9999-12-31"
_ORDER = ("held", "under-way", "cancelled", "postponed", "adjourned", "lapsed", "scheduled", "accepted", "in-preparation",
          "proposed", "mooted")  # fmt: skip


def standings(tables: Tables, as_of: str = "") -> pl.DataFrame:
    """Where each session or round stands by the claims: gathering, kind, label, standing, contested, earliest, latest."""

    def make() -> pl.DataFrame:
        claims = said(tables, as_of).with_columns(ASSERTS.alias("asserts"), DENIES.alias("denies"))
        words = claims.filter(pl.col("stage").is_not_null()).group_by("gathering", "stage", "claimant").agg(
            pl.col("said").filter("asserts").max().alias("yes"), pl.col("said").filter("denies").max().alias("no")
        )  # fmt: skip
        # What a claimant said last counts; of one day, both stand.
        words = words.with_columns(
            (pl.col("yes").is_not_null() & (pl.col("yes") >= pl.col("no").fill_null(""))).alias("yes_now"),
            (pl.col("no").is_not_null() & (pl.col("no") >= pl.col("yes").fill_null(""))).alias("no_now"),
        )
        stages = words.group_by("gathering", "stage").agg(
            pl.col("yes_now").any(),
            pl.col("no_now").any(),
        )
        order = pl.DataFrame(
            {"stage": [value_iri("stage", one) for one in _ORDER], "name": list(_ORDER)}
        ).with_row_index("rank")
        stages = stages.join(order, on="stage", how="left")
        verdict = pl.when("no_now").then(pl.lit("disputed")).otherwise("name")
        verdicts = stages.sort("rank").group_by("gathering").agg(
            verdict.filter(pl.col("yes_now") & pl.col("name").is_not_null()).first().alias("asserted"),
            pl.col("no_now").any().alias("denied"),
        )  # fmt: skip
        found = about(tables, as_of).join(verdicts, on="gathering", how="left", maintain_order="left")
        otherwise = pl.when(pl.col("denied").fill_null(False)).then(pl.lit("denied")).otherwise(pl.lit("mentioned"))
        found = found.with_columns(pl.coalesce("asserted", otherwise).alias("standing"))
        contested = _contested(claims, words)
        found = found.join(contested, on="gathering", how="left", maintain_order="left")
        happened = pl.col("standing").is_in(["held", "under-way"])
        found = found.with_columns(pl.col("contested").fill_null(False) & ~happened)
        found = found.join(_days(tables, as_of), on="gathering", how="left", maintain_order="left")
        columns = ("gathering", "kind", "label", "standing", "contested", "earliest", "latest")
        return found.select(columns).with_columns(pl.col("earliest", "latest").fill_null("")).sort("gathering")

    return tables.once(f"standings {as_of}", make)


def _contested(claims: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Whether somebody denies any stage that another asserts, what was taken back left out."""
    loose = claims.filter(pl.col("stage").is_null()).select("gathering", "claimant", "asserts", "denies")
    bound = words.select("gathering", "claimant", pl.col("yes_now").alias("asserts"), pl.col("no_now").alias("denies"))
    sides = pl.concat([loose, bound]).group_by("gathering").agg(
        pl.col("claimant").filter("asserts").unique().alias("yes"), pl.col("claimant").filter("denies").unique().alias("no")
    )  # fmt: skip
    both = (pl.col("yes").list.len() > 0) & (pl.col("no").list.len() > 0)
    two = pl.col("yes").list.set_union("no").list.len() > 1
    return sides.select("gathering", (both & two).alias("contested"))


def _days(tables: Tables, as_of: str) -> pl.DataFrame:
    """The days on which all texts agree, as `kg.scene.agreed` gives them: gathering, earliest, latest ("" where open).

    What texts say themselves of a session counts before what they pass on from somebody. A round has many days.
    """
    times = tables["times"].filter(pl.col("earliest").is_not_null() | pl.col("latest").is_not_null())
    times = times.join(nodes_of(tables, as_of), on="node")
    own, passed_on = times.filter(pl.col("passed_on").is_null()), times.filter(pl.col("passed_on").is_not_null())
    rounds = about(tables, as_of).filter(pl.col("kind") == "round")
    bounds = pl.concat([
        own,
        passed_on.join(rounds, on="gathering", how="semi"),
        passed_on.join(rounds, on="gathering", how="anti").join(own, on="gathering", how="anti"),
    ]).select(
        "gathering", pl.col("earliest").fill_null("").alias("start"), pl.col("latest").fill_null(_NEVER).alias("end")
    )  # fmt: skip
    common = bounds.group_by("gathering").agg(
        pl.col("start").max().alias("earliest"), pl.col("end").min().alias("latest")
    )
    apart = pl.col("earliest") > pl.col("latest")
    split = bounds.join(common.filter(apart), on="gathering", how="semi").unique()
    inner = split.join(split, on="gathering", suffix="_in").filter(
        (pl.col("start") <= pl.col("start_in"))
        & (pl.col("end_in") <= pl.col("end"))
        & ((pl.col("start") != pl.col("start_in")) | (pl.col("end") != pl.col("end_in")))
    )
    narrow = split.join(
        inner.select("gathering", "start", "end").unique(), on=["gathering", "start", "end"], how="anti"
    )
    narrow = narrow.group_by("gathering").agg(
        pl.col("start").min().alias("earliest"), pl.col("end").max().alias("latest")
    )
    found = pl.concat([common.filter(~apart), narrow])
    return found.with_columns(pl.when(pl.col("latest") == _NEVER).then(pl.lit("")).otherwise("latest").alias("latest"))

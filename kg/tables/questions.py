"""Questions about everything at once, from the flat tables: all pairs, contradictions, slices of time.

Each answers about what texts say, without the policy of a view: who has seats where, whatever the standing. For views, see
`kg.projections`. Actors and values are IRIs; `kg.projections.named` puts names in their place. Counting all pairs needs scipy
(extra `tables`).
"""

from __future__ import annotations

import polars as pl

from kg.namespaces import DP, value_iri
from kg.tables.kept import Tables
from kg.tables.seated import counted, each_seat, number, one_meeting


def _nodes(tables: Tables) -> pl.DataFrame:
    """Node of a text → the meeting that it is over all texts: node, kind, meeting (a number)."""

    def make() -> pl.DataFrame:
        return number(one_meeting(tables["gatherings"], tables["members"]), "meeting", _meetings(tables))

    return tables.once("numbers of nodes", make)


def _meetings(tables: Tables) -> pl.Series:
    """The IRIs behind the numbers of sessions and rounds."""
    return tables.numbered("meetings")["meeting"]


def _actors(tables: Tables) -> pl.Series:
    """The IRIs behind the numbers of actors."""
    return tables.numbered("actors")["actor"]


def co_participants(tables: Tables, actor: str) -> pl.DataFrame:
    """With whom an actor has a seat in one session: actor, sessions; the most sessions first."""
    own, actors = tables.numbered("seated"), _actors(tables)
    at = actors.search_sorted(actor)
    if at == len(actors) or actors[at] != actor:
        return pl.DataFrame(schema={"actor": pl.String, "sessions": pl.UInt32})
    sessions = own.filter(pl.col("actor") == at).select("meeting")
    others = own.join(sessions, on="meeting", how="semi").filter(pl.col("actor") != at)
    found = others.group_by("actor").agg(pl.len().alias("sessions"))
    named = found.with_columns(actors.gather(found["actor"]).alias("actor"))
    return named.sort("sessions", "actor", descending=[True, False])


def all_pairs(tables: Tables, since: str = "", until: str = "") -> pl.DataFrame:
    """Which two actors have seats in one session: one, other, sessions. since and until are days, for a slice of time."""
    own, actors = tables.numbered("seated"), _actors(tables)
    if since or until:
        own = each_seat(own.join(_within(tables, since, until), on="meeting", how="semi"))
    found = counted(own, len(actors))
    return found.with_columns(actors.gather(found[end]).alias(end) for end in ("one", "other"))


def _within(tables: Tables, since: str, until: str) -> pl.DataFrame:
    """Sessions of which a text gives a time that lies within."""

    def make() -> pl.DataFrame:
        sessions = _nodes(tables).filter(pl.col("kind") == DP.Meeting).select("node", "meeting")
        found = tables["times"].select("node", "earliest", "latest").drop_nulls().join(sessions, on="node")
        return found.drop("node").unique().sort("earliest")

    inside = (pl.col("earliest") >= since) & ((pl.col("latest") <= until) if until else pl.lit(True))
    return tables.once("days of sessions", make).filter(inside).select("meeting")


def venues_by_month(tables: Tables) -> pl.DataFrame:
    """How many sessions and rounds each venue sees in each month: venue, month, nodes."""

    def make() -> pl.DataFrame:
        venues = tables["traits"].filter(pl.col("property") == DP.venue).select("node", pl.col("value").alias("venue"))
        times = tables["times"].select("node", pl.col("earliest").str.head(7).alias("month")).drop_nulls().unique()
        return venues.unique().join(times, on="node").with_columns(pl.col("venue", "month").cast(pl.Categorical))

    found = tables.once("venues and months", make).group_by("venue", "month").agg(pl.len().alias("nodes"))
    return found.with_columns(pl.col("venue", "month").cast(pl.String)).sort("venue", "month")


def claims_with_target(tables: Tables, target: str) -> pl.DataFrame:
    """Who denies, doubts or criticises this side of a thing, such as "preparation": claim, claimant, about."""
    wanted = value_iri("target", target)
    found = (
        tables["claim_values"]
        .filter((pl.col("property") == DP.denialTarget) & (pl.col("value") == wanted))
        .select("claim")
    )
    own = tables["claims"].select("claim", "claimant", "about").join(found, on="claim", how="semi")
    return own.drop_nulls().unique().sort("claim", "claimant", "about")


def contradictions(tables: Tables) -> pl.DataFrame:
    """Claims that say the opposite of the same stage of one session or round: meeting, stage, yes, no (claims)."""
    yes, no = (_stages(tables, side) for side in ("positive", "negative"))
    found = yes.join(no.rename({"claim": "no"}), on=["meeting", "stage"]).rename({"claim": "yes"})
    found = found.sort("meeting", "stage", "yes", "no")
    claims, meetings = _claims(tables), _meetings(tables)
    return pl.DataFrame({
        "meeting": meetings.gather(found["meeting"]), "stage": found["stage"].cast(pl.String),
        "yes": claims.gather(found["yes"]), "no": claims.gather(found["no"]),
    })  # fmt: skip


def _claims(tables: Tables) -> pl.Series:
    """The IRIs behind the numbers of claims."""
    return tables.once("numbers claim", lambda: tables["claims"].select("claim").unique().sort("claim"))["claim"]


def _stages(tables: Tables, polarity: str) -> pl.DataFrame:
    def make() -> pl.DataFrame:
        found = tables["claims"].filter(
            (pl.col("polarity") == value_iri("polarity", polarity)) & pl.col("stage").is_not_null()
        )
        found = found.select("claim", "stage", pl.col("about").alias("node")).join(_nodes(tables), on="node")
        found = number(found, "claim", _claims(tables))
        return found.select("meeting", pl.col("stage").cast(pl.Categorical), "claim").unique()

    return tables.once(f"stages {polarity}", make)


def states_of(tables: Tables) -> pl.DataFrame:
    """Which person acts for which state, directly or through one other: person, through ("" where directly), state."""
    steps = tables["mandates"].select("agent", "principal").unique()
    kinds = tables["things"].select("thing", "kind").unique()
    persons = kinds.filter(pl.col("kind") == DP.Person).select(pl.col("thing").alias("agent"))
    states = kinds.filter(pl.col("kind") == DP.State).select(pl.col("thing").alias("principal"))
    first = steps.join(persons, on="agent", how="semi")
    direct = first.join(states, on="principal", how="semi").select("agent", pl.lit("").alias("through"), "principal")
    further = first.rename({"principal": "through"}).join(steps, left_on="through", right_on="agent")
    further = further.join(states, on="principal", how="semi").select("agent", "through", "principal")
    found = pl.concat([direct, further]).rename({"agent": "person", "principal": "state"})
    return found.unique().sort("person", "through", "state")


def evidence_of(tables: Tables, one: str, other: str) -> pl.DataFrame:
    """The sentences that say that two actors have seats in one session: meeting, span, sentence."""
    seats = (
        tables["participation"]
        .filter(pl.col("actor").is_in([one, other]))
        .select("node", "participation", "actor")
        .unique()
    )
    seats = seats.join(_nodes(tables).filter(pl.col("kind") == DP.Meeting), on="node")
    both = seats.group_by("meeting").agg(pl.col("actor").n_unique().alias("ends")).filter(pl.col("ends") == 2)
    seats = seats.join(both, on="meeting", how="semi").select("meeting", pl.col("participation").alias("thing"))
    spans = tables["evidence"].join(seats, on="thing").select("meeting", "span").unique()
    found = tables["passages"].select("span", "sentence").join(spans, on="span").unique()
    found = found.join(tables["sentences"].select("sentence", "text").unique(), on="sentence")
    found = (
        found.select("meeting", "span", pl.col("text").alias("sentence")).unique().sort("meeting", "span", "sentence")
    )
    return found.with_columns(_meetings(tables).gather(found["meeting"]).alias("meeting"))


def sentences_like(tables: Tables, pattern: str) -> pl.DataFrame:
    """Sentences that a regular expression (of Rust) matches: sentence, text. Case counts unless it begins with (?i)."""
    found = tables["sentences"].filter(pl.col("text").str.contains(pattern))
    return found.select("sentence", "text").unique().sort("sentence", "text")

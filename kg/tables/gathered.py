"""Sessions and rounds over all texts, in columns: who sits where for whom, where each stands by the claims, and when.

The rules are those of `kg.scene` and `kg.standing`, said again as joins so that a hundred thousand sessions take a second;
`tests/tables/test_projections.py` holds the two together.
"""

from __future__ import annotations

import polars as pl

from kg.namespaces import DP, value_iri
from kg.tables.answers import claims, claims_on_claims, mandates, memberships, participations, same_actors
from kg.tables.kept import Tables

NEVER = "9999-12-31"
_AT_TABLE = [value_iri("role", one) for one in ("party", "mediator", "supporter", "observer", "participant")]
_NO_ASSERTION = [value_iri("act", one) for one in ("deny", "doubt", "speculate")]
_DISTANCE = [
    value_iri("act", one) for one in ("deny", "doubt", "reject", "criticise", "speculate", "decline-to-comment")
]
_SURE = [value_iri("certainty", one) for one in ("certain", "probable")]
_OF_SEAT = [value_iri("target", one) for one in ("participants", "own-role")]
_POSITIVE, _NEGATIVE = value_iri("polarity", "positive"), value_iri("polarity", "negative")
_ORDER = ("held", "under-way", "cancelled", "postponed", "adjourned", "lapsed", "scheduled", "accepted", "in-preparation",
          "proposed", "mooted")  # fmt: skip

DENIES = pl.col("polarity") == _NEGATIVE
ASSERTS = (
    (pl.col("polarity") == _POSITIVE)
    & ~pl.col("act").is_in(_NO_ASSERTION).fill_null(False)
    & pl.col("certainty").is_in(_SURE)
)


def told(tables: Tables, as_of: str = "") -> pl.DataFrame:
    """Each session or round with the nodes of the texts that tell of it: gathering, kind, label, node."""

    def make() -> pl.DataFrame:
        rows = _participations(tables, as_of).select(
            pl.col("meeting").alias("gathering"),
            pl.col("kind").str.extract("#(.*)$").str.to_lowercase(),
            "label",
            "node",
        )
        first = rows.unique("gathering", keep="first", maintain_order=True).drop("node")
        return rows.select("gathering", "node").unique(maintain_order=True).join(first, on="gathering")

    return tables.once(f"told {as_of}", make)


def _participations(tables: Tables, as_of: str) -> pl.DataFrame:
    return tables.once(f"participations {as_of}", lambda: participations(tables, as_of))


def _as_one(tables: Tables) -> pl.DataFrame:
    """Actor → the one it was decided to be: an entry of the registry where there is one, else the first by IRI."""

    def make() -> pl.DataFrame:
        links = same_actors(tables, "")
        both = pl.concat([links, links.select(pl.col("other").alias("one"), pl.col("one").alias("other"))])
        both = pl.concat([both, both.select("one", pl.col("one").alias("other"))]).unique()
        while True:
            further = both.join(both, left_on="other", right_on="one").select(
                "one", pl.col("other_right").alias("other")
            )
            grown = pl.concat([both, further]).unique()
            if grown.height == both.height:
                break
            both = grown
        ranked = both.with_columns(pl.col("other").str.contains("/actor/name/", literal=True).alias("named"))
        return (
            ranked.sort("one", "named", "other")
            .unique("one", keep="first")
            .select("one", pl.col("other").alias("known"))
        )

    return tables.once("as one", make)


def _known(tables: Tables, frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """The frame with each actor of a column as the one it was decided to be."""
    one = _as_one(tables)
    if not one.height:
        return frame
    found = frame.join(one, left_on=column, right_on="one", how="left", maintain_order="left")
    return found.with_columns(pl.coalesce("known", column).alias(column)).drop("known")


def _ends(tables: Tables) -> pl.DataFrame:
    """Graph and principal → the ends of the chain of mandates that starts there (an envoy of a president acts for the state)."""

    def make() -> pl.DataFrame:
        steps = mandates(tables, "").select("graph", "agent", "principal")
        steps = _known(tables, _known(tables, steps, "agent"), "principal").filter(
            pl.col("agent") != pl.col("principal")
        )
        steps = steps.unique().rename({"agent": "at", "principal": "next"})
        starts = pl.concat([steps.select("graph", "at"), steps.select("graph", pl.col("next").alias("at"))]).unique()
        # What has no mandate of its own is its own end; only the others are followed.
        on = starts.join(steps, on=["graph", "at"], how="semi").rename({"at": "start"})
        on = on.with_columns(pl.col("start").alias("at"), pl.concat_list("start").alias("path"))
        found = [
            starts.join(steps, on=["graph", "at"], how="anti").select(
                "graph", pl.col("at").alias("start"), pl.col("at").alias("end")
            )
        ]
        while on.height:
            further = on.join(steps, on=["graph", "at"]).filter(~pl.col("path").list.contains(pl.col("next")))
            ended = on.join(
                further.select("graph", "start", "path").unique(), on=["graph", "start", "path"], how="anti"
            )
            found.append(ended.select("graph", "start", pl.col("at").alias("end")))
            on = further.select(
                "graph", "start", pl.col("next").alias("at"), pl.concat_list("path", "next").alias("path")
            )
        return pl.concat(found).unique()

    return tables.once("ends", make)


def _said(tables: Tables, as_of: str) -> pl.DataFrame:
    """What is said of each session or round: gathering, claim, claimant, act, stage, polarity, certainty, said (a day), of_seat.

    Who denies what another claims of it says the opposite of that claim.
    """

    def make() -> pl.DataFrame:
        made = tables["claim_times"].group_by("claim").agg(pl.col("latest").max().alias("made"))
        of_seat = tables["claim_values"].filter(
            (pl.col("property") == DP.denialTarget) & pl.col("value").is_in(_OF_SEAT)
        )
        of_seat = of_seat.select("claim", pl.lit(True).alias("of_seat")).unique()
        columns = ("gathering", "claim", "who", "act", "stage", "polarity", "certainty", "published")
        own = claims(tables, as_of).join(told(tables, as_of).select("gathering", "node"), on="node").select(columns)
        own = _known(tables, own, "who")
        against = _known(tables, claims_on_claims(tables, as_of), "who")
        against = against.filter(DENIES | (pl.col("act") == value_iri("act", "deny")).fill_null(False)).select(
            pl.col("inner").alias("claim"), pl.col("claim").alias("outer"), pl.col("who").alias("by"),
            pl.col("act").alias("outer_act"), pl.col("certainty").alias("outer_certainty"),
            pl.col("published").alias("outer_published"),
        )  # fmt: skip
        turned = pl.when(DENIES).then(pl.lit(_POSITIVE)).when(pl.col("polarity") == _POSITIVE).then(pl.lit(_NEGATIVE))
        opposite = (
            own.filter(pl.col("stage").is_not_null()).join(against, on="claim").filter(pl.col("who") != pl.col("by"))
        )
        opposite = opposite.select(
            "gathering", pl.col("outer").alias("claim"), pl.col("by").alias("who"), pl.col("outer_act").alias("act"),
            "stage", turned.otherwise(pl.col("polarity")).alias("polarity"),
            pl.col("outer_certainty").alias("certainty"), pl.col("outer_published").alias("published"),
        )  # fmt: skip
        every = (
            pl.concat([own, opposite]).unique().join(made, on="claim", how="left").join(of_seat, on="claim", how="left")
        )
        return every.select(
            "gathering", "claim", pl.col("who").alias("claimant"), "act", "stage", "polarity", "certainty",
            pl.min_horizontal("made", "published").fill_null("").alias("said"), pl.col("of_seat").fill_null(False),
        )  # fmt: skip

    return tables.once(f"said {as_of}", make)


def seats(tables: Tables, as_of: str = "") -> pl.DataFrame:
    """Each seat with its word: gathering, node, participation, graph, actor, role, word, present.

    word is "said", "denied" or "possible", as `kg.scene.Seat` has it; present whether the seat puts the actor into the room.
    """

    def make() -> pl.DataFrame:
        rows = _participations(tables, as_of).filter(pl.col("participation").is_not_null())
        rows = rows.unique("participation", keep="first", maintain_order=True)
        rows = _known(
            tables,
            rows.select(
                pl.col("meeting").alias("gathering"), "node", "participation", pl.col("who").alias("actor"), "role"
            ),
            "actor",
        )
        graphs = tables["participation"].select("participation", "graph").unique("participation")
        own = tables["accordings"].select("participation", "claim").unique()
        own = own.join(rows.select("participation", "gathering"), on="participation")
        own = own.join(_said(tables, as_of), on=["gathering", "claim"])
        sure = pl.col("certainty") != value_iri("certainty", "possible")
        proposes = pl.col("act").is_in([value_iri("act", "propose"), value_iri("act", "invite")]).fill_null(False)
        distant = pl.col("act").is_in(_DISTANCE).fill_null(False)
        words = own.group_by("participation").agg(
            pl.when(ASSERTS.any()).then(pl.lit("said"))
            .when((DENIES & pl.col("of_seat")).all()).then(pl.lit("denied"))
            .when((DENIES | proposes | (~distant & sure)).any()).then(pl.lit("said"))
            .otherwise(pl.lit("possible")).alias("word")
        )  # fmt: skip
        found = rows.join(graphs, on="participation", how="left", maintain_order="left")
        found = found.join(words, on="participation", how="left", maintain_order="left")
        found = found.with_columns(pl.col("word").fill_null("said"))
        present = pl.col("role").is_in(_AT_TABLE) & (pl.col("word") == "said")
        return found.with_columns(present.alias("present"))

    return tables.once(f"seats {as_of}", make)


def stood_for(tables: Tables, level: str, as_of: str = "") -> pl.DataFrame:
    """The seats once for each actor that they count for at a level of `kg.views.LEVELS`, in the column `counted`."""

    def make() -> pl.DataFrame:
        own = seats(tables, as_of)
        if level == "principal":
            found = _principals(tables, as_of)
        elif level == "delegation":
            teams = memberships(tables, "").select("graph", "member", "group")
            teams = _known(tables, _known(tables, teams, "member"), "group").unique()
            found = own.join(teams, left_on=["graph", "actor"], right_on=["graph", "member"])
            found = found.select("participation", pl.col("group").alias("known"))
        else:
            return own.with_columns(pl.col("actor").alias("counted"))
        return own.join(found, on="participation", how="left").select(
            *own.columns, pl.coalesce("known", "actor").alias("counted")
        )

    return tables.once(f"stood for {level} {as_of}", make)


def _principals(tables: Tables, as_of: str) -> pl.DataFrame:
    """Seat → the principals it is for, followed to the end. A state or body sits for itself."""
    rows = tables["participation"].select("graph", "participation", "actor", "kind", "principal").unique()
    rows = rows.join(seats(tables, as_of).select("participation"), on="participation", how="semi")
    sent = _known(tables, rows.filter(pl.col("principal").is_not_null()), "principal")
    sent = sent.join(_ends(tables), left_on=["graph", "principal"], right_on=["graph", "start"], how="left")
    sent = sent.select("participation", pl.coalesce("end", "principal").alias("known"))
    itself = _known(
        tables, rows.filter(pl.col("principal").is_null() & pl.col("kind").is_in([DP.State, DP.Organization])), "actor"
    )
    return pl.concat([sent, itself.select("participation", pl.col("actor").alias("known"))]).unique()


def standings(tables: Tables, as_of: str = "") -> pl.DataFrame:
    """Where each session or round stands by the claims: gathering, kind, label, standing, contested, earliest, latest."""

    def make() -> pl.DataFrame:
        said = _said(tables, as_of).with_columns(ASSERTS.alias("asserts"), DENIES.alias("denies"))
        words = said.filter(pl.col("stage").is_not_null()).group_by("gathering", "stage", "claimant").agg(
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
        found = told(tables, as_of).select("gathering", "kind", "label").unique("gathering", maintain_order=True)
        found = found.join(verdicts, on="gathering", how="left", maintain_order="left")
        otherwise = pl.when(pl.col("denied").fill_null(False)).then(pl.lit("denied")).otherwise(pl.lit("mentioned"))
        found = found.with_columns(pl.coalesce("asserted", otherwise).alias("standing"))
        contested = _contested(said, words)
        found = found.join(contested, on="gathering", how="left", maintain_order="left")
        happened = pl.col("standing").is_in(["held", "under-way"])
        found = found.with_columns(pl.col("contested").fill_null(False) & ~happened)
        found = found.join(_days(tables, as_of), on="gathering", how="left", maintain_order="left")
        columns = ("gathering", "kind", "label", "standing", "contested", "earliest", "latest")
        return found.select(columns).with_columns(pl.col("earliest", "latest").fill_null("")).sort("gathering")

    return tables.once(f"standings {as_of}", make)


def _contested(said: pl.DataFrame, words: pl.DataFrame) -> pl.DataFrame:
    """Whether somebody denies any stage that another asserts, what was taken back left out."""
    loose = said.filter(pl.col("stage").is_null()).select("gathering", "claimant", "asserts", "denies")
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
    bounds = times.join(told(tables, as_of).select("gathering", "kind", "node"), on="node")
    own = pl.col("passed_on").is_null()
    bounds = bounds.filter((pl.col("kind") == "round") | own | ~own.any().over("gathering")).select(
        "gathering", pl.col("earliest").fill_null("").alias("start"), pl.col("latest").fill_null(NEVER).alias("end")
    )
    bounds = bounds.unique()
    common = bounds.group_by("gathering").agg(
        pl.col("start").max().alias("earliest"), pl.col("end").min().alias("latest")
    )
    apart = common.filter(pl.col("earliest") > pl.col("latest")).select("gathering")
    split = bounds.join(apart, on="gathering", how="semi")
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
    found = pl.concat([common.join(apart, on="gathering", how="anti"), narrow])
    return found.with_columns(pl.when(pl.col("latest") == NEVER).then(pl.lit("")).otherwise("latest").alias("latest"))

"""Sessions and rounds over all texts, in columns: which texts tell of each, who sits there for whom, and what is said of it.

The rules are those of `kg.scene` and `kg.standing`, said again as joins so that a hundred thousand sessions take less than a
second; `tests/tables/test_projections.py` holds the two together. A gathering is a number here, its row in the meetings of
`kg.tables.seated`, so that what is asked of a hundred thousand never compares their IRIs; `with_iris` puts those back.
"""

from __future__ import annotations

import polars as pl

from kg.namespaces import DP, value_iri
from kg.sameness import as_one
from kg.tables.answers import mandates, memberships, same_actors, spoken
from kg.tables.kept import Tables
from kg.tables.seated import number

_AT_TABLE = [value_iri("role", one) for one in ("party", "mediator", "supporter", "observer", "participant")]
_NO_ASSERTION = [value_iri("act", one) for one in ("deny", "doubt", "speculate")]
_DISTANCE = [
    value_iri("act", one) for one in ("deny", "doubt", "reject", "criticise", "speculate", "decline-to-comment")
]
_SURE = [value_iri("certainty", one) for one in ("certain", "probable")]
_OF_SEAT = [value_iri("target", one) for one in ("participants", "own-role")]
_POSITIVE, _NEGATIVE = value_iri("polarity", "positive"), value_iri("polarity", "negative")
DENIES = pl.col("polarity") == _NEGATIVE
ASSERTS = (
    (pl.col("polarity") == _POSITIVE)
    & ~pl.col("act").is_in(_NO_ASSERTION).fill_null(False)
    & pl.col("certainty").is_in(_SURE)
)


def with_iris(tables: Tables, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with IRIs in place of the numbers of gatherings."""
    return frame.with_columns(_iris(tables).gather(frame["gathering"]).alias("gathering"))


def _iris(tables: Tables) -> pl.Series:
    return tables.numbered("meetings")["meeting"]


def told(tables: Tables, as_of: str = "") -> pl.DataFrame:
    """Each session or round with the nodes of the texts that tell of it: gathering, node, kind, label.

    label is the name over all texts, else the words of that text. A node with several of these has several rows.
    """

    def make() -> pl.DataFrame:
        nodes = tables["gatherings"].select("node", "kind", "label", "document")
        if as_of:
            published = tables["documents"].filter(pl.col("published") <= as_of)
            nodes = nodes.join(published, on="document", how="semi")
        members = tables["members"].select("canonical", "node")
        names = tables["labels"].join(members, left_on="thing", right_on="canonical", how="semi")
        names = names.group_by("thing").agg(pl.col("name").min())
        nodes = nodes.join(members, on="node", how="left")
        nodes = nodes.join(names, left_on="canonical", right_on="thing", how="left")
        nodes = nodes.select(
            pl.coalesce("canonical", "node").alias("gathering"), "node",
            pl.when(pl.col("kind") == DP.Round).then(pl.lit("round")).otherwise(pl.lit("meeting")).alias("kind"),
            pl.coalesce("name", "label").alias("label"),
        )  # fmt: skip
        return number(nodes, "gathering", _iris(tables))

    return tables.once(f"told {as_of}", make)


def about(tables: Tables, as_of: str) -> pl.DataFrame:
    """What each session or round is by the first node that tells of it: gathering, kind, label."""

    def make() -> pl.DataFrame:
        rows = told(tables, as_of).sort("gathering", "node", "kind", "label")
        return rows.unique("gathering", keep="first", maintain_order=True).select("gathering", "kind", "label")

    return tables.once(f"about {as_of}", make)


def nodes_of(tables: Tables, as_of: str) -> pl.DataFrame:
    """Which node tells of which session or round: gathering, node."""
    return tables.once(f"nodes {as_of}", lambda: told(tables, as_of).select("gathering", "node").unique())


def _named(tables: Tables, frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """The rows whose actor has a name in any graph, as the questions behind views want it."""
    return frame.join(tables["labels"], left_on=column, right_on="thing", how="semi")


def _as_one(tables: Tables) -> pl.DataFrame:
    """Actor → the one it was decided to be: an entry of the registry where there is one, else the first by IRI."""

    def make() -> pl.DataFrame:
        same = as_one(same_actors(tables, "").iter_rows())
        columns = {"one": list(same), "known": list(same.values())}
        return pl.DataFrame(columns, schema={"one": pl.String, "known": pl.String})

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


def said(tables: Tables, as_of: str) -> pl.DataFrame:
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
        every = spoken(tables)
        if as_of:
            every = every.filter(pl.col("published") <= as_of)
        every = _known(tables, _named(tables, every, "who"), "who")
        own = every.join(nodes_of(tables, as_of), left_on="about", right_on="node").select(columns)
        against = every.filter(DENIES | (pl.col("act") == value_iri("act", "deny")).fill_null(False)).select(
            pl.col("about").alias("claim"), pl.col("claim").alias("outer"), pl.col("who").alias("by"),
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
        found = pl.concat([own, opposite]).join(made, on="claim", how="left").join(of_seat, on="claim", how="left")
        return found.select(
            "gathering", "claim", pl.col("who").alias("claimant"), "act", "stage", "polarity", "certainty",
            pl.min_horizontal("made", "published").fill_null("").alias("said"), pl.col("of_seat").fill_null(False),
        )  # fmt: skip

    return tables.once(f"said {as_of}", make)


def _rows(tables: Tables) -> pl.DataFrame:
    """The table of seats, and whether a seat has several rows."""
    # By hash, which may take one row for several: that costs time and changes nothing.
    several = pl.col("participation").hash().is_duplicated().alias("several")
    return tables.once("rows of seats", lambda: tables["participation"].with_columns(several))


def seats(tables: Tables, as_of: str = "") -> pl.DataFrame:
    """Each seat with its word: gathering, node, participation, graph, actor, role, word, present.

    word is "said", "denied" or "possible", as `kg.scene.Seat` has it; present whether the seat puts the actor into the room.
    """

    def make() -> pl.DataFrame:
        nodes = nodes_of(tables, as_of).with_columns(pl.col("node").is_duplicated().alias("twice"))
        rows = _named(tables, _rows(tables).join(nodes, on="node"), "actor")
        rows = rows.with_columns(pl.col("several") | pl.col("twice"))
        # Of several rows the first counts, in the order of the question `view-participations`.
        names = tables["labels"].select(pl.col("thing").alias("actor"), "name")
        several = rows.filter("several").join(names, on="actor")
        several = several.sort("gathering", "node", "participation", "kind", "name", "principal", "role", "actor")
        several = several.unique("participation", keep="first", maintain_order=True)
        columns = ("gathering", "node", "participation", "actor", "role", "graph")
        rows = pl.concat([rows.filter(~pl.col("several")).select(columns), several.select(columns)])
        rows = _known(tables, rows, "actor")
        own = tables["accordings"].select("participation", "claim").unique()
        own = own.join(rows.select("participation", "gathering"), on="participation")
        own = own.join(said(tables, as_of), on=["gathering", "claim"])
        sure = pl.col("certainty") != value_iri("certainty", "possible")
        proposes = pl.col("act").is_in([value_iri("act", "propose"), value_iri("act", "invite")]).fill_null(False)
        distant = pl.col("act").is_in(_DISTANCE).fill_null(False)
        words = own.group_by("participation").agg(
            pl.when(ASSERTS.any()).then(pl.lit("said"))
            .when((DENIES & pl.col("of_seat")).all()).then(pl.lit("denied"))
            .when((DENIES | proposes | (~distant & sure)).any()).then(pl.lit("said"))
            .otherwise(pl.lit("possible")).alias("word")
        )  # fmt: skip
        found = rows.join(words, on="participation", how="left")
        found = found.with_columns(pl.col("word").fill_null("said"))
        present = pl.col("role").is_in(_AT_TABLE) & (pl.col("word") == "said")
        return found.with_columns(present.alias("present"))

    return tables.once(f"seats {as_of}", make)


def stood_for(tables: Tables, level: str, as_of: str = "") -> pl.DataFrame:
    """The seats once for each actor that they count for at a level of `kg.views.LEVELS`, in the column `counted`."""

    def make() -> pl.DataFrame:
        own = seats(tables, as_of)
        if level == "principal":
            found = _principals(tables)
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


def _principals(tables: Tables) -> pl.DataFrame:
    """Seat → the principals it is for, followed to the end. A state or body sits for itself.

    Whoever has none counts for itself all the same, so that a state or body is looked at only where a seat has several rows.
    """
    rows = _rows(tables)
    sent = _known(tables, rows.filter(pl.col("principal").is_not_null()), "principal")
    sent = sent.join(_ends(tables), left_on=["graph", "principal"], right_on=["graph", "start"], how="left")
    sent = sent.select("participation", pl.coalesce("end", "principal").alias("known"))
    alone = pl.col("principal").is_null() & pl.col("kind").is_in([DP.State, DP.Organization])
    itself = _known(tables, rows.filter(pl.col("several") & alone), "actor")
    return pl.concat([sent, itself.select("participation", pl.col("actor").alias("known"))]).unique()

"""What the questions behind the views answer, from the tables: the same rows as SPARQL over the store gives.

Each function stands for the query `kg/queries/view-….rq` of its name; `tests/tables/test_answers.py` holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import polars as pl

from kg.namespaces import DP
from kg.tables.kept import Tables
from kg.tables.rows import ACTORS


def _names(tables: Tables, key: str, name: str) -> pl.DataFrame:
    """Thing → what it is called, in any graph."""
    return tables.once("names", lambda: tables["labels"].select("thing", "name").unique()).rename(
        {"thing": key, "name": name}
    )


def _published(tables: Tables) -> pl.DataFrame:
    return tables["documents"].select("document", "published", "process").unique()


def _until(frame: pl.DataFrame, as_of: str) -> pl.DataFrame:
    return frame.filter(pl.col("published") <= as_of) if as_of else frame


def _trait(tables: Tables, predicate: str, column: str) -> pl.DataFrame:
    found = tables["traits"].filter(pl.col("property") == predicate)
    return found.select("node", pl.col("value").alias(column)).unique()


def _value(tables: Tables, predicate: str, column: str) -> pl.DataFrame:
    found = tables["claim_values"].filter(pl.col("property") == predicate)
    return found.select("claim", pl.col("value").alias(column)).unique()


def participations(tables: Tables, as_of: str) -> pl.DataFrame:
    nodes = tables["gatherings"].select("node", "kind", pl.col("label").alias("words"), "document").unique()
    nodes = _until(nodes.join(_published(tables), on="document", how="left"), as_of)
    nodes = nodes.join(tables["members"].select("canonical", "node").unique(), on="node", how="left")
    nodes = nodes.join(_names(tables, "canonical", "name_of_all"), on="canonical", how="left")
    nodes = nodes.join(_trait(tables, DP.mode, "mode"), on="node", how="left")
    seats = tables["participation"].select(
        "node", "participation", "role", pl.col("actor").alias("who"), pl.col("kind").alias("sort"),
        pl.col("principal").alias("direct"),
    )  # fmt: skip
    seats = seats.unique().join(_names(tables, "who", "name"), on="who")
    found = nodes.join(seats, on="node", how="left").with_columns(
        pl.coalesce("canonical", "node").alias("meeting"), pl.coalesce("name_of_all", "words").alias("label")
    )
    columns = (
        "node", "meeting", "kind", "label", "words", "document", "published", "process", "participation", "role", "who",
        "sort", "name", "direct", "mode",
    )  # fmt: skip
    order = ("meeting", "node", "participation", "sort", "name", "direct", "mode", *columns)
    return found.select(columns).unique().sort(*dict.fromkeys(order))


def spoken(tables: Tables) -> pl.DataFrame:
    """Claims with a stance and a source, as several graphs say them."""
    found = tables["claims"].select(
        "claim", "document", "published", pl.col("claimant").alias("who"), "about", pl.col("speech_act").alias("act"),
        "stage", "polarity", "certainty",
    )  # fmt: skip
    return found.filter(pl.all_horizontal(pl.col("document", "polarity", "certainty").is_not_null()))


def _spoken(tables: Tables) -> pl.DataFrame:
    """The same, each once, with the claimant's name."""
    return spoken(tables).unique().join(_names(tables, "who", "claimant"), on="who")


_CLAIM = ("who", "claimant", "act", "stage", "polarity", "certainty", "published", "document")


def claims(tables: Tables, as_of: str) -> pl.DataFrame:
    nodes = tables["gatherings"].select("node").unique()
    found = _until(_spoken(tables).rename({"about": "node"}).join(nodes, on="node", how="semi"), as_of)
    return _sorted(found, ("claim", "node", *_CLAIM), ("node", "claim", "claimant", "stage", "act"))


def claims_on_claims(tables: Tables, as_of: str) -> pl.DataFrame:
    inner = tables["claims"].select("claim").unique()
    found = _spoken(tables).rename({"about": "inner"}).join(inner, left_on="inner", right_on="claim", how="semi")
    return _sorted(_until(found, as_of), ("claim", "inner", *_CLAIM), ("inner", "claim", "claimant", "stage", "act"))


def _sorted(frame: pl.DataFrame, columns: tuple[str, ...], order: tuple[str, ...]) -> pl.DataFrame:
    return frame.select(columns).unique().sort(*dict.fromkeys((*order, *columns)))


def claim_details(tables: Tables, _: str) -> pl.DataFrame:
    found = tables["claim_values"].join(_names(tables, "value", "label"), on="value", how="left")
    return _sorted(found, ("claim", "property", "value", "label"), ())


def claim_times(tables: Tables, _: str) -> pl.DataFrame:
    return _sorted(tables["claim_times"], ("claim", "earliest", "latest"), ())


def accordings(tables: Tables, _: str) -> pl.DataFrame:
    return _sorted(tables["accordings"], ("participation", "claim"), ())


def aliases(tables: Tables, _: str) -> pl.DataFrame:
    # A name in two languages is two names, as it is for SPARQL.
    return tables["aliases"].drop("graph").unique().select("thing", "name").sort("thing", "name")


def evidence(tables: Tables, _: str) -> pl.DataFrame:
    found = tables["evidence"].filter(pl.col("kind") == DP.Participation)
    return _sorted(found.select(pl.col("thing").alias("participation"), "span"), ("participation", "span"), ())


def _kinds(tables: Tables, key: str) -> pl.DataFrame:
    return tables["things"].filter(pl.col("kind").is_in(list(ACTORS))).rename({"thing": key, "kind": "sort"})


def mandates(tables: Tables, _: str) -> pl.DataFrame:
    found = tables["mandates"].join(_kinds(tables, "principal"), on=["graph", "principal"])
    found = found.join(_names(tables, "principal", "name"), on="principal")
    return _sorted(found, ("graph", "agent", "principal", "sort", "name"), ())


def memberships(tables: Tables, _: str) -> pl.DataFrame:
    teams = tables["things"].filter(pl.col("kind") == DP.Delegation).select(pl.col("thing").alias("group")).unique()
    found = tables["memberships"].join(teams, on="group").join(_names(tables, "group", "name"), on="group")
    return _sorted(found, ("graph", "member", "group", "name"), ())


def principals(tables: Tables, _: str) -> pl.DataFrame:
    seats = tables["participation"].select("graph", "principal")
    spoken = tables["claim_values"].filter(pl.col("property") == DP.onBehalfOf)
    found = pl.concat([seats, spoken.select("graph", pl.col("value").alias("principal"))]).drop_nulls().unique()
    found = found.join(_kinds(tables, "principal"), on=["graph", "principal"])
    return _sorted(found.join(_names(tables, "principal", "name"), on="principal"), ("principal", "sort", "name"), ())


def moments(tables: Tables, _: str) -> pl.DataFrame:
    venues = _trait(tables, DP.venue, "venue").join(_names(tables, "venue", "place"), on="venue")
    found = tables["gatherings"].select("node").unique().join(venues, on="node", how="left")
    times = tables["times"].drop("graph").unique()
    found = found.join(times, on="node", how="left")
    for predicate, column in (
        (DP.claimedDirectness, "directness"), (DP.claimedArity, "arity"), (DP.level, "level"),
    ):  # fmt: skip
        found = found.join(_trait(tables, predicate, column), on="node", how="left")
    columns = ("node", "venue", "place", "edtf", "earliest", "latest", "directness", "arity", "level", "passed_on")
    return _sorted(found, columns, ("node", "place", "edtf", "directness", "arity", "level"))


def parts(tables: Tables, _: str) -> pl.DataFrame:
    nodes = tables["gatherings"].select("node", "kind").unique()
    whole = nodes.filter(pl.col("kind") == DP.Round)
    nested = tables["parts"].join(nodes.select(pl.col("node").alias("part")).unique(), on="part", how="semi")
    nested = nested.join(whole.select(pl.col("node").alias("whole")).unique(), on="whole", how="semi")
    came = tables["results"].join(nodes, on="node", how="semi").join(_names(tables, "result", "label"), on="result")
    came = came.join(tables["outcomes"].select("result", "outcome").unique(), on="result", how="left")
    found = pl.concat(
        [nested.select("whole", "part"), came.select(pl.col("node").alias("part"), "result", "outcome", "label")],
        how="diagonal",
    )
    return _sorted(found, ("whole", "part", "result", "outcome", "label"), ())


def passages(tables: Tables, _: str) -> pl.DataFrame:
    said = (DP.Claim, DP.Participation, DP.Incident, DP.Outcome)
    wanted = tables["evidence"].filter(pl.col("kind").is_in(list(said))).select("span").unique()
    found = tables["passages"].drop("graph").unique().join(wanted, on="span", how="semi")
    text = tables["sentences"].select("sentence", pl.col("start").alias("sentence_start"), "text").unique()
    found = found.join(text, on="sentence").drop("sentence").rename({"text": "sentence"})
    publishers = tables["documents"].select("document", "publisher").drop_nulls().unique()
    publishers = publishers.join(_names(tables, "publisher", "name"), on="publisher").drop("publisher")
    about = tables["documents"].select("document", "title", "published", "url").unique()
    found = found.join(about, on="document", how="left")
    found = found.join(publishers.rename({"name": "publisher"}).unique(), on="document", how="left")
    columns = (
        "span", "part", "words", "start", "end", "sentence", "sentence_start", "document", "title", "publisher", "published",
        "url",
    )  # fmt: skip
    return _sorted(found, columns, ("span", "start"))


def places(tables: Tables, _: str) -> pl.DataFrame:
    found = tables["things"].filter(pl.col("kind") == DP.Venue).select(pl.col("thing").alias("venue")).unique()
    found = found.join(_names(tables, "venue", "name"), on="venue")
    around = tables["within"].select("venue", pl.col("around").alias("within")).unique()
    found = found.join(around, on="venue", how="left")
    found = found.join(tables["coordinates"].drop("graph").unique(), on="venue", how="left")
    return _sorted(found, ("venue", "name", "within", "latitude", "longitude"), ())


def same_actors(tables: Tables, _: str) -> pl.DataFrame:
    return _sorted(tables["same_actors"], ("one", "other"), ())


def same_names(tables: Tables, _: str) -> pl.DataFrame:
    links = tables["same_actors"]
    actors = pl.concat([links.select(pl.col(end).alias("actor")) for end in ("one", "other")]).unique()
    return _sorted(actors.join(_names(tables, "actor", "name"), on="actor"), ("actor", "name"), ())


def statements(tables: Tables, _: str) -> pl.DataFrame:
    found = tables["claims"].select(
        "claim", pl.col("claimant").alias("who"), pl.col("speech_act").alias("act"), "stage", "polarity", "certainty",
        "published",
    )  # fmt: skip
    found = found.filter(pl.all_horizontal(pl.col("polarity", "certainty").is_not_null())).unique()
    found = found.join(_names(tables, "who", "claimant"), on="who").drop("who")
    spans = tables["evidence"].filter(pl.col("kind") == DP.Claim)
    found = found.join(spans.select(pl.col("thing").alias("claim"), "span").unique(), on="claim")
    for predicate, column in ((DP.onBehalfOf, "for"), (DP.relay, "relay")):
        named = _value(tables, predicate, "thing").join(_names(tables, "thing", column), on="thing").drop("thing")
        found = found.join(named.unique(), on="claim", how="left")
    for predicate, column in ((DP.position, "position"), (DP.denialTarget, "target")):
        found = found.join(_value(tables, predicate, column), on="claim", how="left")
    columns = (
        "claim", "claimant", "for", "relay", "act", "stage", "polarity", "certainty", "position", "target", "published",
        "span",
    )  # fmt: skip
    return _sorted(found, columns, ("claim", "claimant", "for", "relay", "target", "span"))


def gathering_sentences(tables: Tables, _: str) -> pl.DataFrame:
    nodes = tables["gatherings"].select("node", "document").unique()
    found = tables["told_in"].select("node", "sentence").unique().join(nodes, on="node")
    text = tables["sentences"].select("sentence", "start", "text").unique()
    found = found.join(text, on="sentence").drop("sentence").rename({"text": "sentence"})
    about = tables["documents"].select("document", "title", "published").unique()
    found = found.join(about, on="document", how="left")
    return _sorted(found, ("node", "start", "sentence", "title", "published"), ("node", "start", "sentence", "title"))


ANSWERS: dict[str, Callable[[Tables, str], pl.DataFrame]] = {
    "view-accordings": accordings,
    "view-aliases": aliases,
    "view-claim-details": claim_details,
    "view-claim-times": claim_times,
    "view-claims": claims,
    "view-claims-on-claims": claims_on_claims,
    "view-evidence": evidence,
    "view-gathering-sentences": gathering_sentences,
    "view-mandates": mandates,
    "view-memberships": memberships,
    "view-moments": moments,
    "view-participations": participations,
    "view-parts": parts,
    "view-passages": passages,
    "view-places": places,
    "view-principals": principals,
    "view-same-actors": same_actors,
    "view-same-names": same_names,
    "view-statements": statements,
}
"""Questions that the tables answer, by the name of their query."""


def texts(tables: Tables, name: str, as_of: str = "") -> Iterator[dict[str, str]]:
    """The rows of an answer as texts by column, "" where a row has no value: as `kg.query.as_texts` gives them."""
    frame = ANSWERS[name](tables, as_of)
    return frame.with_columns(pl.all().cast(pl.String).fill_null("")).iter_rows(named=True)

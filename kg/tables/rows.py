"""The flat tables: what each holds, and how its rows come from the triples of one graph.

Every row is what one named graph says, so that a document that changes takes its own rows with it and no others. Join what
several graphs say (names, canonical meetings) when you ask; `kg.tables.answers` does.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import polars as pl

from kg.namespaces import DP, OA, RDFS, SCHEMA, SEM, SKOS, WGS84
from kg.tables.triples import Facts, read_facts

GATHERINGS = (DP.Meeting, DP.Round)
ACTORS = (DP.Person, DP.State, DP.Organization, DP.Delegation)
THINGS = (*ACTORS, DP.Group, DP.Venue, DP.CanonicalMeeting)
EVIDENCED = (*GATHERINGS, DP.Claim, DP.Participation, DP.Incident, DP.Outcome)

TRAITS = (DP.venue, DP.mode, DP.claimedArity, DP.claimedDirectness, DP.level, DP.track, DP.ordinal)
CLAIM_VALUES = (
    DP.position,
    DP.denialTarget,
    DP.evaluation,
    DP.onBehalfOf,
    DP.relay,
    DP.addressee,
    DP.channel,
    DP.sameActAs,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Table:
    """One flat table: its name, what a row is, its columns after `graph`, and how it is made."""

    name: str
    meaning: str
    columns: tuple[str, ...]
    make: Callable[[Facts], pl.DataFrame]

    def of(self, facts: Facts) -> pl.DataFrame:
        """Its rows, sorted and each once."""
        return self.make(facts).select("graph", *self.columns).unique().sort("graph", *self.columns)


def _inner(one: pl.DataFrame, other: pl.DataFrame, key: str) -> pl.DataFrame:
    return one.join(other, on=["graph", key], how="inner")


def _perhaps(one: pl.DataFrame, other: pl.DataFrame, key: str) -> pl.DataFrame:
    """As OPTIONAL joins: every row stays, and comes once for each match."""
    return one.join(other, on=["graph", key], how="left")


def _long(facts: Facts, subject: str, properties: Sequence[str]) -> pl.DataFrame:
    """Several properties under one another: subject, property, value."""
    return pl.concat(
        [facts.of(one, subject, "value").with_columns(pl.lit(one).alias("property")) for one in properties]
    )


def _documents(facts: Facts) -> pl.DataFrame:
    found = facts.typed([DP.Document], "document").drop("kind")
    for column, predicate in (
        ("title", SCHEMA.headline), ("publisher", SCHEMA.publisher), ("published", DP.reportedAt),
        ("language", SCHEMA.inLanguage), ("url", SCHEMA.url), ("process", DP.process),
    ):  # fmt: skip
        found = _perhaps(found, facts.of(predicate, "document", column), "document")
    return found


def _nodes(facts: Facts) -> pl.DataFrame:
    return facts.typed(GATHERINGS, "node")


def _sources(facts: Facts, subject: str) -> pl.DataFrame:
    """Thing → the document that holds its evidence."""
    spans = facts.of(DP.evidence, subject, "span")
    return (
        _inner(spans, facts.of(OA.hasSource, "span", "document"), "span").select("graph", subject, "document").unique()
    )


def _gatherings(facts: Facts) -> pl.DataFrame:
    return _inner(_inner(_nodes(facts), facts.of(RDFS.label, "node", "label"), "node"), _sources(facts, "node"), "node")


def _traits(facts: Facts) -> pl.DataFrame:
    return _inner(_nodes(facts), _long(facts, "node", TRAITS), "node")


def _bounds(facts: Facts, times: pl.DataFrame) -> pl.DataFrame:
    found = _perhaps(times, facts.of(DP.earliest, "time", "earliest"), "time")
    return _perhaps(found, facts.of(DP.latest, "time", "latest"), "time")


def _times(facts: Facts) -> pl.DataFrame:
    times = _inner(_nodes(facts), facts.of(DP.when, "node", "time"), "node")
    found = _bounds(facts, _inner(times, facts.of(DP.edtf, "time", "edtf"), "time"))
    clauses = _inner(facts.of(DP.accordingTo, "time", "claim"), facts.of(DP.about, "claim", "node"), "claim")
    clauses = clauses.rename({"claim": "passed_on"})
    return found.join(clauses, on=["graph", "node", "time"], how="left")


def _participation(facts: Facts) -> pl.DataFrame:
    seats = _inner(_nodes(facts).rename({"kind": "sort"}), facts.of(DP.participation, "node", "participation"), "node")
    seats = _inner(seats, facts.of(DP.role, "participation", "role"), "participation")
    seats = _inner(seats, facts.of(DP.participant, "participation", "actor"), "participation")
    seats = _inner(seats, facts.typed(ACTORS, "actor"), "actor")
    return _perhaps(seats, facts.of(DP.onBehalfOf, "participation", "principal"), "participation")


def _accordings(facts: Facts) -> pl.DataFrame:
    seats = facts.typed([DP.Participation], "participation")
    return _inner(seats, facts.of(DP.accordingTo, "participation", "claim"), "participation")


def _claim_nodes(facts: Facts) -> pl.DataFrame:
    return facts.typed([DP.Claim], "claim").drop("kind")


def _claims(facts: Facts) -> pl.DataFrame:
    found = _perhaps(_claim_nodes(facts), _sources(facts, "claim"), "claim")
    for column, predicate in (
        ("published", DP.reportedAt), ("claimant", DP.claimant), ("about", DP.about), ("speech_act", DP.speechAct),
        ("stage", DP.assertsStage), ("polarity", DP.polarity), ("certainty", DP.certainty),
    ):  # fmt: skip
        found = _perhaps(found, facts.of(predicate, "claim", column), "claim")
    return found


def _claim_values(facts: Facts) -> pl.DataFrame:
    return _inner(_claim_nodes(facts), _long(facts, "claim", CLAIM_VALUES), "claim")


def _claim_times(facts: Facts) -> pl.DataFrame:
    return _bounds(facts, _inner(_claim_nodes(facts), facts.of(DP.madeAt, "claim", "time"), "claim"))


def _mandates(facts: Facts) -> pl.DataFrame:
    found = _inner(facts.typed([DP.Mandate], "mandate"), facts.of(DP.agent, "mandate", "agent"), "mandate")
    return _inner(found, facts.of(DP.principal, "mandate", "principal"), "mandate")


def _evidence(facts: Facts) -> pl.DataFrame:
    return _inner(facts.typed(EVIDENCED, "thing"), facts.of(DP.evidence, "thing", "span"), "thing")


def _positions(facts: Facts, thing: str) -> pl.DataFrame:
    selectors = facts.of(OA.hasSelector, thing, "selector")
    found = _inner(selectors, facts.of(OA.start, "selector", "start"), "selector")
    found = _perhaps(found, facts.of(OA.end, "selector", "end"), "selector").drop("selector")
    return found.with_columns(pl.col("start", "end").cast(pl.Int64))


def _quotes(facts: Facts, thing: str, column: str) -> pl.DataFrame:
    selectors = facts.of(OA.hasSelector, thing, "selector")
    return _inner(selectors, facts.of(OA.exact, "selector", column), "selector").drop("selector")


def _passages(facts: Facts) -> pl.DataFrame:
    spans = _evidence(facts).select("graph", "span").unique()
    spans = _inner(spans, facts.of(OA.hasSource, "span", "document"), "span")
    spans = _inner(spans, facts.of(DP.sentence, "span", "sentence"), "span")
    whole = spans.select("graph", "span", pl.col("span").alias("part"))
    parts = pl.concat([whole, facts.of(DP.fragment, "span", "part")])
    found = _inner(_inner(spans, parts, "span"), _positions(facts, "part"), "part")
    return _inner(found, _quotes(facts, "part", "words"), "part")


def _sentences(facts: Facts) -> pl.DataFrame:
    named = facts[DP.sentence].select("graph", pl.col("object").alias("sentence")).unique()
    return _inner(
        _inner(named, _positions(facts, "sentence"), "sentence"), _quotes(facts, "sentence", "text"), "sentence"
    )


def _coordinates(facts: Facts) -> pl.DataFrame:
    return _inner(facts.of(WGS84.lat, "venue", "latitude"), facts.of(WGS84.long, "venue", "longitude"), "venue")


TABLES = {
    table.name: table
    for table in (
        Table("documents", "a text and what is known of its publication",
              ("document", "title", "publisher", "published", "language", "url", "process"), _documents),
        Table("gatherings", "a session or round as one text speaks of it", ("node", "kind", "label", "document"), _gatherings),
        Table("traits", "a venue or a claimed format of a session or round", ("node", "property", "value"), _traits),
        Table("times", "a time that a text gives for a session or round, in its own voice or passed on in a claim",
              ("node", "edtf", "earliest", "latest", "passed_on"), _times),
        Table("participation", "a seat: who takes part in what, in which role, for whom",
              ("node", "participation", "role", "actor", "kind", "principal"), _participation),
        Table("accordings", "a seat that stands in the clause of a claim", ("participation", "claim"), _accordings),
        Table("claims", "who says what of what, at which stage, with which stance; once for each claimant and subject",
              ("claim", "document", "published", "claimant", "about", "speech_act", "stage", "polarity", "certainty"), _claims),
        Table("claim_values", "what else is said of a claim: target, position, relay, addressee, …",
              ("claim", "property", "value"), _claim_values),
        Table("claim_times", "when a claim was made", ("claim", "earliest", "latest"), _claim_times),
        Table("mandates", "who acts for whom", ("mandate", "agent", "principal"), _mandates),
        Table("memberships", "who belongs to which team or body", ("member", "group"),
              lambda facts: facts.of(DP.memberOf, "member", "group")),
        Table("evidence", "a passage that says so: of a session, seat, claim, incident or outcome",
              ("thing", "kind", "span"), _evidence),
        Table("passages", "the words of a passage, a row for each fragment; offsets count code points, end excluded",
              ("span", "part", "start", "end", "words", "sentence", "document"), _passages),
        Table("sentences", "a sentence of a text and where it stands", ("sentence", "start", "end", "text"), _sentences),
        Table("told_in", "a sentence that speaks of a session or round", ("node", "sentence"),
              lambda facts: _inner(_nodes(facts), facts.of(DP.sentence, "node", "sentence"), "node")),
        Table("parts", "a session or round that belongs to a larger one", ("whole", "part"),
              lambda facts: facts.of(SEM.hasSubEvent, "whole", "part")),
        Table("results", "what came of a session or round", ("node", "result"),
              lambda facts: facts.of(DP.result, "node", "result")),
        Table("outcomes", "the type of a result", ("result", "outcome"),
              lambda facts: facts.of(DP.outcomeType, "result", "outcome")),
        Table("things", "the kind of an actor, venue or canonical meeting", ("thing", "kind"),
              lambda facts: facts.typed(THINGS, "thing")),
        Table("labels", "what a thing is called", ("thing", "name"), lambda facts: facts.of(RDFS.label, "thing", "name")),
        Table("aliases", "another name of a thing, with its language where one is given", ("thing", "name", "language"),
              lambda facts: facts[SKOS.altLabel].rename({"subject": "thing", "object": "name"})),
        Table("within", "a venue that lies in another one", ("venue", "around"),
              lambda facts: facts.of(DP.within, "venue", "around")),
        Table("coordinates", "where a venue lies, in degrees (WGS 84)", ("venue", "latitude", "longitude"), _coordinates),
        Table("members", "which node of a text is which canonical meeting", ("canonical", "node"),
              lambda facts: facts.of(DP.member, "canonical", "node")),
        Table("same_actors", "two actors that a person decided to be one", ("one", "other"),
              lambda facts: facts.of(DP.sameActor, "one", "other")),
    )
}  # fmt: skip
"""Every flat table by its name. All have the column `graph` first: the named graph that says so."""

_PREDICATES = frozenset({
    DP.reportedAt, DP.process, DP.evidence, DP.when, DP.earliest, DP.latest, DP.edtf, DP.participation, DP.role,
    DP.participant, DP.onBehalfOf, DP.accordingTo, DP.claimant, DP.about, DP.speechAct, DP.assertsStage, DP.polarity,
    DP.certainty, DP.madeAt, DP.agent, DP.principal, DP.memberOf, DP.sentence, DP.fragment, DP.result, DP.outcomeType,
    DP.within, DP.member, DP.sameActor, *TRAITS, *CLAIM_VALUES, SCHEMA.headline, SCHEMA.publisher, SCHEMA.inLanguage,
    SCHEMA.url, OA.hasSource, OA.hasSelector, OA.start, OA.end, OA.exact, RDFS.label, SKOS.altLabel, SEM.hasSubEvent,
    WGS84.lat, WGS84.long,
})  # fmt: skip
_CLASSES = frozenset({*THINGS, *EVIDENCED, DP.Document, DP.Mandate})


def rows_of(blocks: Sequence[bytes], names: Collection[str] = TABLES) -> dict[str, pl.DataFrame]:
    """All tables, or those of some names, of some blocks of canonical N-Quads, each block one graph."""
    facts = read_facts(blocks, _PREDICATES, _CLASSES)
    return {name: table.of(facts) for name, table in TABLES.items() if name in names}

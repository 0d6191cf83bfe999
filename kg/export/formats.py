"""The export formats by name: what each is, for whom, and what it loses. No more is imported here than a help text needs."""

from __future__ import annotations

from dataclasses import dataclass

NETWORK, TABLE, EVENTS, CLAIMS, GRAPH, STUDY = "network", "table", "events", "claims", "graph", "study"

VIEW_LOSSES = (
    "Of the graph, only the chosen view is written, under its policy.",
    "Claims, places and days stand on the edges of their meetings; what texts say of anything else is not written.",
)
"""What every format of a view loses."""


@dataclass(frozen=True, slots=True)
class Format:
    """One format. family says what it is made from and so which options it takes; ending is that of its files.

    own_losses say, in whole sentences, what of the graph (or of the view) does not come through.
    """

    name: str
    family: str
    ending: str
    what: str
    own_losses: tuple[str, ...] = ()

    @property
    def losses(self) -> tuple[str, ...]:
        """All that it loses of the graph."""
        return (*VIEW_LOSSES, *self.own_losses) if self.family in (NETWORK, TABLE) else self.own_losses


_XML = (
    "Control characters, which XML cannot hold, become their pictures (U+2400 to U+241F), other non-characters U+FFFD."
)

_ALL = (
    Format("nquads", GRAPH, "nq", "the whole graph, canonical and sorted"),
    Format("trig", GRAPH, "trig", "the whole graph, one block per text"),
    Format("jsonld", GRAPH, "jsonld", "the whole graph as JSON, with its context inside"),
    Format(
        "ttl",
        GRAPH,
        "ttl",
        "the union of all texts as Turtle",
        ("The named graphs are dropped: which text says what is left only in dp:evidence.",),
    ),
    Format(
        "gexf",
        NETWORK,
        "gexf",
        "a view for Gephi, with time",
        (
            "An interval bounds the day of a meeting: uncertainty looks like duration. A meeting without a date is always there.",
            "Evidence is text: the sentence, and the address of the words in their document.",
            "Gephi merges parallel edges unless told not to (import report, edges merge strategy).",
            _XML,
        ),
    ),
    Format(
        "graphml",
        NETWORK,
        "graphml",
        "a view for yEd, igraph, Cytoscape, NetworkX",
        ("Days are attributes: GraphML has no time.", "Evidence is text.", _XML),
    ),
    Format("cytoscape", NETWORK, "cyjs", "a view for Cytoscape.js and Cytoscape, evidence nested"),
    Format(
        "kumu",
        NETWORK,
        "json",
        "a view as a Kumu blueprint",
        (
            "Evidence is text in descriptions, with Markdown escaped.",
            "The name and the policy of the view have no place.",
        ),
    ),
    Format("nodes", TABLE, "csv", "the nodes of a view as CSV", ("Evidence is counted; it stands in `evidence`.",)),
    Format(
        "edges",
        TABLE,
        "csv",
        "the edges of a view as CSV, with the first sentence behind each",
        ("One sentence for each edge; all of them stand in `evidence`.",),
    ),
    Format(
        "evidence",
        TABLE,
        "csv",
        "every sentence behind the edges of a view, and who claims what in it",
        ("Fragments of one mention are one stretch, from the first to the last.",),
    ),
    Format(
        "mend",
        EVENTS,
        "csv",
        "sessions of mediation in the shape of MEND",
        (
            "Claims: no claimant, polarity, certainty, stage; a row is what somebody claims as held and nobody contradicts.",
            "Rounds and processes: one row is one session.",
            "Talks without a third party: they are no event of mediation.",
            "Roles: MEND knows third and local parties; observers, supporters and guarantors stand in a column of ours.",
            "Who acts for whom: individuals stand beside the parties, not with them.",
            "Mediation-related events: the graph does not say what they are, so their type is empty.",
            "Shuttle is what a text says or the legs of a round show; empty where neither tells.",
            "Spelling: names of columns change between releases of MEND; med_event_ID alone is as published.",
        ),
    ),
    Format(
        "plover",
        EVENTS,
        "json",
        "events as PLOVER codes them",
        (
            "Denials: PLOVER dropped their code. Doubts, positions, denial targets and evaluations have none.",
            "Mediating and negotiating are both CONSULT: roles at the table are lost.",
            "Stages: accepted and scheduled are AGREE, held and under way CONSULT; the others have no code.",
            "Claimants of what was held: a session is one event, whoever tells it.",
            "Rounds: no event, for it would put all of them into one room.",
            "Fuzzy time: an event has one date; where the day is not known it is that of publication, and the comment says so.",
            "Codes and sectors of actors: the graph has neither; actors stand by name.",
            "Acts told by several texts are several events.",
        ),
    ),
    Format(
        "nanopubs",
        CLAIMS,
        "trig",
        "each claim as a nanopublication",
        (
            "Only claims, with what tells what they are about; the registry, links and conclusions stay behind.",
            "No trusty IRI, no signature and no moment of creation: the tool that signs them adds these.",
        ),
    ),
    Format(
        "ro-crate",
        STUDY,
        "zip",
        "the whole study: graph, ontology, questions, and the corpus where it is given",
        (
            "The corpus is only in it with --corpus: a store does not hold the texts.",
            "datePublished is the newest date of a document.",
        ),
    ),
)

FORMATS = {one.name: one for one in _ALL}
"""Every format by its name."""

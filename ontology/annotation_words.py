"""The names of the annotation scheme in the order in which tools list them, with colours, abbreviations and definitions.

Labels, roles, attributes and relations come from kg/scheme.py, the order of values and the definitions from the Turtle; here
stands only what the tools add. A name that has no abbreviation, colour or term is a KeyError or ValueError.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from rdflib import SKOS, Graph, URIRef

from kg.scheme import ATTRIBUTES, MENTIONS, PARTICIPANT_ROLES, RELATIONS, ROLES

HOME = "https://w3id.org/diplomatic-kg/"
GENERATED = "GENERATED from kg/scheme.py and ontology/ by `python ontology/generate.py`; do not edit."

# Light grounds for mentions, dark ones for events: told apart in normal sight, protanopia, deuteranopia and tritanopia (a
# test measures it). The order is that in which every tool lists the labels.
COLOURS = {
    "Person": "#ffaaaa", "State": "#99aacc", "Organization": "#44aa77", "Group": "#ccddff", "Delegation": "#ccaaff",
    "Venue": "#99dd55", "Position": "#dd66ff", "Time": "#bbffee", "Proposal": "#ddee00", "Topic": "#00ff88",
    "Quantity": "#aa9900", "Channel": "#ff55aa",
    "Meeting": "#0033ff", "Round": "#6622aa", "Process": "#000033", "Claim": "#992200", "Outcome": "#005555",
    "Presence": "#556644", "Communication": "#aa3399", "Incident": "#440000",
}  # fmt: skip

SHORT = {
    "Person": "Pers", "State": "State", "Organization": "Org", "Group": "Grp", "Delegation": "Deleg", "Venue": "Ven",
    "Position": "Pos", "Time": "Time", "Proposal": "Prop", "Topic": "Topic", "Quantity": "Qty", "Channel": "Chan",
    "Meeting": "Meet", "Round": "Round", "Process": "Proc", "Claim": "Claim", "Outcome": "Outc", "Presence": "Pres",
    "Communication": "Comm", "Incident": "Inc",
    "Party": "Party", "Mediator": "Med", "Facilitator": "Facil", "Host": "Host", "Supporter": "Supp",
    "Guarantor": "Guar", "Observer": "Obs", "Participant": "Part", "Excluded": "Excl", "PartOf": "in", "Result": "Res",
    "Speaker": "Spk", "OnBehalfOf": "for", "Addressee": "Addr", "Relay": "via", "About": "about", "Count": "Cnt",
    "Actor": "Actor", "From": "From", "To": "To", "Carrier": "Carr", "Target": "Targ",
    "Represents": "Repr", "Holds": "Holds", "MemberOf": "Mem", "Coref": "=", "Equiv": "=",
    "Stage": "Stg", "Arity": "Ar", "Directness": "Dir", "Mode": "Mode", "Level": "Lev", "Track": "Trk", "Ordinal": "Ord",
    "SpeechAct": "Act", "Asserts": "Ass", "Certainty": "Cert", "DenialTarget": "DenT", "Evaluation": "Eval",
    "OutcomeType": "OutT", "IncidentType": "IncT", "Negated": "not",
}  # fmt: skip

# Which term of the ontology defines a name that is spelt otherwise there.
TERMS = {
    "Time": "TimeExpression", "Quantity": "QuantityClaim",
    "role Time": "when", "role Speaker": "claimant", "role OnBehalfOf": "onBehalfOf",
    "role From": "sender", "role To": "recipient",
    "relation Represents": "Mandate", "relation Holds": "heldBy", "relation MemberOf": "memberOf",
    "attribute Asserts": "assertsStage", "attribute Arity": "claimedArity",
    "attribute Directness": "claimedDirectness", "attribute SpeechAct": "speechAct",
    "attribute DenialTarget": "denialTarget", "attribute OutcomeType": "outcomeType",
    "attribute IncidentType": "incidentType",
}  # fmt: skip
# What the ontology has no term for.
OWN_WORDS = {
    "role PartOf": "The round or process that a session belongs to, as the text says.",
    "relation Coref": "Two mentions or two events of this text are one and the same.",
    "attribute Stage": "The stage that the text itself, in its own voice, gives to the event.",
    "attribute Negated": "Said not to be so: on an event by the text itself, on a Claim by the speaker.",
    "Reference": "EDTF:… or ISO8601:… of a Time, Wikidata:… or kg:… of an actor, a venue or a known meeting.",
    "Note": "Free remark of the annotator.",
}

MENTION_LABELS = sorted(MENTIONS, key=list(COLOURS).index)
EVENT_LABELS = list(ROLES)
LABELS = MENTION_LABELS + EVENT_LABELS
ROLE_NAMES = list(dict.fromkeys(role for roles in ROLES.values() for role in roles))
RELATION_NAMES = [*RELATIONS, "Coref"]
MULTIPLE = frozenset({"DenialTarget"})
"""Attributes of which one event may have several."""


class Words:
    """Definitions and lists of values, read from the ontology and its vocabularies."""

    def __init__(self, ontology: Graph, vocabulary: Graph, values: Mapping[str, list[str]]) -> None:
        self.ontology, self.vocabulary, self.values = ontology, vocabulary, values

    def definition(self, name: str, kind: str = "") -> str:
        """What a label (kind "") or a role, relation or attribute is: the ontology's definition, or else our own words."""
        key = f"{kind} {name}".strip()
        if key in OWN_WORDS:
            return OWN_WORDS[key]
        if kind == "role" and name in PARTICIPANT_ROLES:
            return self.value("role", PARTICIPANT_ROLES[name])
        term = TERMS.get(key) or (name[0].lower() + name[1:] if kind else name)
        return self._text(self.ontology, f"{HOME}ontology#{term}")

    def value(self, scheme: str, value: str) -> str:
        """The definition of a controlled value."""
        return self._text(self.vocabulary, f"{HOME}{scheme}/{value}")

    def _text(self, graph: Graph, iri: str) -> str:
        found = graph.value(URIRef(iri), SKOS.definition)
        if found is None:
            raise KeyError(f"{iri} has no definition")
        return str(found)


def in_order(labels: Collection[str]) -> list[str]:
    """Labels in the order of the tools."""
    return [label for label in LABELS if label in labels]


def guide(template: str, words: Words) -> str:
    """The annotators' guide: the template with {{kind name}} replaced by a definition, a list of roles or of values."""

    def fill(match: re.Match[str]) -> str:
        kind, name = match[1], match[2]
        if kind == "what":
            # "A person is a single human being." reads as "a single human being" beside the label.
            return re.sub(r"^An? [a-z ]+? is ", "", words.definition(name)).rstrip(".")
        if kind == "roles":
            return " ".join(f"`{role}`" for role in ROLES[name])
        if kind == "attributes":
            return " ".join(f"`{a}`" for a, (_, carriers) in ATTRIBUTES.items() if name in carriers)
        if kind == "values":
            return " · ".join(words.values[ATTRIBUTES[name][0]])
        sources, targets = RELATIONS[name]
        return f"{', '.join(in_order(sources))} → {', '.join(in_order(targets))}"

    filled = re.sub(r"\{\{(what|roles|attributes|values|joins) ([A-Za-z]+)\}\}", fill, template)
    return f"<!-- {GENERATED} Its prose stands in ontology/guide.in.md. -->\n\n{filled}"

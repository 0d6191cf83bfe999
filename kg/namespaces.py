"""The closed vocabulary of the graph: every class, property, controlled value and prefix, as plain text.

GENERATED from ontology/ by `python ontology/generate.py`; edit the Turtle, not this file. A mistyped term is an
AttributeError (and an error of mypy), a mistyped value a KeyError. Knows no RDF library, so that it is imported fast.
"""

from __future__ import annotations

from typing import Final, NoReturn


class _Closed(type):
    """A class that only holds constants."""

    def __setattr__(cls, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{cls.__name__}.{name}: the vocabulary is closed; change ontology/ and generate it anew")


HOME: Final = "https://w3id.org/diplomatic-kg/"
BASE: Final = "https://w3id.org/diplomatic-kg/id/"
ONTOLOGY: Final = "https://w3id.org/diplomatic-kg/ontology"
ONTOLOGY_VERSION: Final = "0.1.0"
EDTF: Final = "http://id.loc.gov/datatypes/edtf/EDTF"
WIKIDATA: Final = "http://www.wikidata.org/entity/"


class DP(metaclass=_Closed):
    """Terms of dp: <https://w3id.org/diplomatic-kg/ontology#>."""

    NS: Final = "https://w3id.org/diplomatic-kg/ontology#"
    Actor: Final = "https://w3id.org/diplomatic-kg/ontology#Actor"
    CanonicalMeeting: Final = "https://w3id.org/diplomatic-kg/ontology#CanonicalMeeting"
    Channel: Final = "https://w3id.org/diplomatic-kg/ontology#Channel"
    Claim: Final = "https://w3id.org/diplomatic-kg/ontology#Claim"
    Communication: Final = "https://w3id.org/diplomatic-kg/ontology#Communication"
    Delegation: Final = "https://w3id.org/diplomatic-kg/ontology#Delegation"
    Document: Final = "https://w3id.org/diplomatic-kg/ontology#Document"
    Envoy: Final = "https://w3id.org/diplomatic-kg/ontology#Envoy"
    Event: Final = "https://w3id.org/diplomatic-kg/ontology#Event"
    Group: Final = "https://w3id.org/diplomatic-kg/ontology#Group"
    Incident: Final = "https://w3id.org/diplomatic-kg/ontology#Incident"
    Link: Final = "https://w3id.org/diplomatic-kg/ontology#Link"
    Mandate: Final = "https://w3id.org/diplomatic-kg/ontology#Mandate"
    Meeting: Final = "https://w3id.org/diplomatic-kg/ontology#Meeting"
    Membership: Final = "https://w3id.org/diplomatic-kg/ontology#Membership"
    Organization: Final = "https://w3id.org/diplomatic-kg/ontology#Organization"
    Outcome: Final = "https://w3id.org/diplomatic-kg/ontology#Outcome"
    Participation: Final = "https://w3id.org/diplomatic-kg/ontology#Participation"
    Person: Final = "https://w3id.org/diplomatic-kg/ontology#Person"
    Position: Final = "https://w3id.org/diplomatic-kg/ontology#Position"
    Presence: Final = "https://w3id.org/diplomatic-kg/ontology#Presence"
    Process: Final = "https://w3id.org/diplomatic-kg/ontology#Process"
    Proposal: Final = "https://w3id.org/diplomatic-kg/ontology#Proposal"
    QuantityClaim: Final = "https://w3id.org/diplomatic-kg/ontology#QuantityClaim"
    Round: Final = "https://w3id.org/diplomatic-kg/ontology#Round"
    Sentence: Final = "https://w3id.org/diplomatic-kg/ontology#Sentence"
    State: Final = "https://w3id.org/diplomatic-kg/ontology#State"
    TimeExpression: Final = "https://w3id.org/diplomatic-kg/ontology#TimeExpression"
    Topic: Final = "https://w3id.org/diplomatic-kg/ontology#Topic"
    Venue: Final = "https://w3id.org/diplomatic-kg/ontology#Venue"
    about: Final = "https://w3id.org/diplomatic-kg/ontology#about"
    accordingTo: Final = "https://w3id.org/diplomatic-kg/ontology#accordingTo"
    actor: Final = "https://w3id.org/diplomatic-kg/ontology#actor"
    addressee: Final = "https://w3id.org/diplomatic-kg/ontology#addressee"
    agent: Final = "https://w3id.org/diplomatic-kg/ontology#agent"
    annotatedBy: Final = "https://w3id.org/diplomatic-kg/ontology#annotatedBy"
    assertsStage: Final = "https://w3id.org/diplomatic-kg/ontology#assertsStage"
    between: Final = "https://w3id.org/diplomatic-kg/ontology#between"
    capacity: Final = "https://w3id.org/diplomatic-kg/ontology#capacity"
    carrier: Final = "https://w3id.org/diplomatic-kg/ontology#carrier"
    certainty: Final = "https://w3id.org/diplomatic-kg/ontology#certainty"
    channel: Final = "https://w3id.org/diplomatic-kg/ontology#channel"
    claimant: Final = "https://w3id.org/diplomatic-kg/ontology#claimant"
    claimedArity: Final = "https://w3id.org/diplomatic-kg/ontology#claimedArity"
    claimedDirectness: Final = "https://w3id.org/diplomatic-kg/ontology#claimedDirectness"
    count: Final = "https://w3id.org/diplomatic-kg/ontology#count"
    decidedBy: Final = "https://w3id.org/diplomatic-kg/ontology#decidedBy"
    denialTarget: Final = "https://w3id.org/diplomatic-kg/ontology#denialTarget"
    duration: Final = "https://w3id.org/diplomatic-kg/ontology#duration"
    earliest: Final = "https://w3id.org/diplomatic-kg/ontology#earliest"
    edtf: Final = "https://w3id.org/diplomatic-kg/ontology#edtf"
    evaluation: Final = "https://w3id.org/diplomatic-kg/ontology#evaluation"
    evidence: Final = "https://w3id.org/diplomatic-kg/ontology#evidence"
    exactness: Final = "https://w3id.org/diplomatic-kg/ontology#exactness"
    externalReference: Final = "https://w3id.org/diplomatic-kg/ontology#externalReference"
    fragment: Final = "https://w3id.org/diplomatic-kg/ontology#fragment"
    group: Final = "https://w3id.org/diplomatic-kg/ontology#group"
    heldBy: Final = "https://w3id.org/diplomatic-kg/ontology#heldBy"
    identifiedBy: Final = "https://w3id.org/diplomatic-kg/ontology#identifiedBy"
    incidentType: Final = "https://w3id.org/diplomatic-kg/ontology#incidentType"
    latest: Final = "https://w3id.org/diplomatic-kg/ontology#latest"
    level: Final = "https://w3id.org/diplomatic-kg/ontology#level"
    madeAt: Final = "https://w3id.org/diplomatic-kg/ontology#madeAt"
    member: Final = "https://w3id.org/diplomatic-kg/ontology#member"
    memberOf: Final = "https://w3id.org/diplomatic-kg/ontology#memberOf"
    mode: Final = "https://w3id.org/diplomatic-kg/ontology#mode"
    onBehalfOf: Final = "https://w3id.org/diplomatic-kg/ontology#onBehalfOf"
    ordinal: Final = "https://w3id.org/diplomatic-kg/ontology#ordinal"
    outcomeType: Final = "https://w3id.org/diplomatic-kg/ontology#outcomeType"
    participant: Final = "https://w3id.org/diplomatic-kg/ontology#participant"
    participation: Final = "https://w3id.org/diplomatic-kg/ontology#participation"
    party: Final = "https://w3id.org/diplomatic-kg/ontology#party"
    polarity: Final = "https://w3id.org/diplomatic-kg/ontology#polarity"
    position: Final = "https://w3id.org/diplomatic-kg/ontology#position"
    principal: Final = "https://w3id.org/diplomatic-kg/ontology#principal"
    process: Final = "https://w3id.org/diplomatic-kg/ontology#process"
    reason: Final = "https://w3id.org/diplomatic-kg/ontology#reason"
    recipient: Final = "https://w3id.org/diplomatic-kg/ontology#recipient"
    reference: Final = "https://w3id.org/diplomatic-kg/ontology#reference"
    relay: Final = "https://w3id.org/diplomatic-kg/ontology#relay"
    reportedAt: Final = "https://w3id.org/diplomatic-kg/ontology#reportedAt"
    resolvedBy: Final = "https://w3id.org/diplomatic-kg/ontology#resolvedBy"
    result: Final = "https://w3id.org/diplomatic-kg/ontology#result"
    role: Final = "https://w3id.org/diplomatic-kg/ontology#role"
    rule: Final = "https://w3id.org/diplomatic-kg/ontology#rule"
    sameActAs: Final = "https://w3id.org/diplomatic-kg/ontology#sameActAs"
    sameActor: Final = "https://w3id.org/diplomatic-kg/ontology#sameActor"
    sameMeeting: Final = "https://w3id.org/diplomatic-kg/ontology#sameMeeting"
    sameProposal: Final = "https://w3id.org/diplomatic-kg/ontology#sameProposal"
    scope: Final = "https://w3id.org/diplomatic-kg/ontology#scope"
    score: Final = "https://w3id.org/diplomatic-kg/ontology#score"
    sender: Final = "https://w3id.org/diplomatic-kg/ontology#sender"
    sentence: Final = "https://w3id.org/diplomatic-kg/ontology#sentence"
    speechAct: Final = "https://w3id.org/diplomatic-kg/ontology#speechAct"
    target: Final = "https://w3id.org/diplomatic-kg/ontology#target"
    textDigest: Final = "https://w3id.org/diplomatic-kg/ontology#textDigest"
    textLength: Final = "https://w3id.org/diplomatic-kg/ontology#textLength"
    topic: Final = "https://w3id.org/diplomatic-kg/ontology#topic"
    track: Final = "https://w3id.org/diplomatic-kg/ontology#track"
    venue: Final = "https://w3id.org/diplomatic-kg/ontology#venue"
    verdict: Final = "https://w3id.org/diplomatic-kg/ontology#verdict"
    what: Final = "https://w3id.org/diplomatic-kg/ontology#what"
    when: Final = "https://w3id.org/diplomatic-kg/ontology#when"
    within: Final = "https://w3id.org/diplomatic-kg/ontology#within"


class DCTERMS(metaclass=_Closed):
    """Terms of dcterms: <http://purl.org/dc/terms/>."""

    NS: Final = "http://purl.org/dc/terms/"
    conformsTo: Final = "http://purl.org/dc/terms/conformsTo"
    created: Final = "http://purl.org/dc/terms/created"
    creator: Final = "http://purl.org/dc/terms/creator"
    date: Final = "http://purl.org/dc/terms/date"
    description: Final = "http://purl.org/dc/terms/description"
    identifier: Final = "http://purl.org/dc/terms/identifier"
    isReplacedBy: Final = "http://purl.org/dc/terms/isReplacedBy"
    license: Final = "http://purl.org/dc/terms/license"
    source: Final = "http://purl.org/dc/terms/source"
    title: Final = "http://purl.org/dc/terms/title"


class FOAF(metaclass=_Closed):
    """Terms of foaf: <http://xmlns.com/foaf/0.1/>."""

    NS: Final = "http://xmlns.com/foaf/0.1/"
    Agent: Final = "http://xmlns.com/foaf/0.1/Agent"
    Group: Final = "http://xmlns.com/foaf/0.1/Group"
    Organization: Final = "http://xmlns.com/foaf/0.1/Organization"
    Person: Final = "http://xmlns.com/foaf/0.1/Person"
    name: Final = "http://xmlns.com/foaf/0.1/name"


class OA(metaclass=_Closed):
    """Terms of oa: <http://www.w3.org/ns/oa#>."""

    NS: Final = "http://www.w3.org/ns/oa#"
    SpecificResource: Final = "http://www.w3.org/ns/oa#SpecificResource"
    TextPositionSelector: Final = "http://www.w3.org/ns/oa#TextPositionSelector"
    TextQuoteSelector: Final = "http://www.w3.org/ns/oa#TextQuoteSelector"
    end: Final = "http://www.w3.org/ns/oa#end"
    exact: Final = "http://www.w3.org/ns/oa#exact"
    hasSelector: Final = "http://www.w3.org/ns/oa#hasSelector"
    hasSource: Final = "http://www.w3.org/ns/oa#hasSource"
    start: Final = "http://www.w3.org/ns/oa#start"


class ORG(metaclass=_Closed):
    """Terms of org: <http://www.w3.org/ns/org#>."""

    NS: Final = "http://www.w3.org/ns/org#"
    Organization: Final = "http://www.w3.org/ns/org#Organization"
    Post: Final = "http://www.w3.org/ns/org#Post"
    heldBy: Final = "http://www.w3.org/ns/org#heldBy"


class OWL(metaclass=_Closed):
    """Terms of owl: <http://www.w3.org/2002/07/owl#>."""

    NS: Final = "http://www.w3.org/2002/07/owl#"
    Class: Final = "http://www.w3.org/2002/07/owl#Class"
    DatatypeProperty: Final = "http://www.w3.org/2002/07/owl#DatatypeProperty"
    ObjectProperty: Final = "http://www.w3.org/2002/07/owl#ObjectProperty"
    Ontology: Final = "http://www.w3.org/2002/07/owl#Ontology"
    deprecated: Final = "http://www.w3.org/2002/07/owl#deprecated"
    sameAs: Final = "http://www.w3.org/2002/07/owl#sameAs"
    versionIRI: Final = "http://www.w3.org/2002/07/owl#versionIRI"
    versionInfo: Final = "http://www.w3.org/2002/07/owl#versionInfo"


class PROV(metaclass=_Closed):
    """Terms of prov: <http://www.w3.org/ns/prov#>."""

    NS: Final = "http://www.w3.org/ns/prov#"
    Agent: Final = "http://www.w3.org/ns/prov#Agent"
    Entity: Final = "http://www.w3.org/ns/prov#Entity"
    generatedAtTime: Final = "http://www.w3.org/ns/prov#generatedAtTime"
    wasAttributedTo: Final = "http://www.w3.org/ns/prov#wasAttributedTo"
    wasDerivedFrom: Final = "http://www.w3.org/ns/prov#wasDerivedFrom"


class RDF(metaclass=_Closed):
    """Terms of rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>."""

    NS: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    Property: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#Property"
    langString: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    type: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


class RDFS(metaclass=_Closed):
    """Terms of rdfs: <http://www.w3.org/2000/01/rdf-schema#>."""

    NS: Final = "http://www.w3.org/2000/01/rdf-schema#"
    Class: Final = "http://www.w3.org/2000/01/rdf-schema#Class"
    comment: Final = "http://www.w3.org/2000/01/rdf-schema#comment"
    isDefinedBy: Final = "http://www.w3.org/2000/01/rdf-schema#isDefinedBy"
    label: Final = "http://www.w3.org/2000/01/rdf-schema#label"
    seeAlso: Final = "http://www.w3.org/2000/01/rdf-schema#seeAlso"
    subClassOf: Final = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
    subPropertyOf: Final = "http://www.w3.org/2000/01/rdf-schema#subPropertyOf"


class SCHEMA(metaclass=_Closed):
    """Terms of schema: <https://schema.org/>."""

    NS: Final = "https://schema.org/"
    NewsArticle: Final = "https://schema.org/NewsArticle"
    QuantitativeValue: Final = "https://schema.org/QuantitativeValue"
    datePublished: Final = "https://schema.org/datePublished"
    headline: Final = "https://schema.org/headline"
    inLanguage: Final = "https://schema.org/inLanguage"
    maxValue: Final = "https://schema.org/maxValue"
    minValue: Final = "https://schema.org/minValue"
    publisher: Final = "https://schema.org/publisher"
    unitText: Final = "https://schema.org/unitText"
    url: Final = "https://schema.org/url"
    value: Final = "https://schema.org/value"


class SEM(metaclass=_Closed):
    """Terms of sem: <http://semanticweb.cs.vu.nl/2009/11/sem/>."""

    NS: Final = "http://semanticweb.cs.vu.nl/2009/11/sem/"
    Actor: Final = "http://semanticweb.cs.vu.nl/2009/11/sem/Actor"
    Event: Final = "http://semanticweb.cs.vu.nl/2009/11/sem/Event"
    Place: Final = "http://semanticweb.cs.vu.nl/2009/11/sem/Place"
    hasActor: Final = "http://semanticweb.cs.vu.nl/2009/11/sem/hasActor"
    hasPlace: Final = "http://semanticweb.cs.vu.nl/2009/11/sem/hasPlace"
    hasSubEvent: Final = "http://semanticweb.cs.vu.nl/2009/11/sem/hasSubEvent"
    subEventOf: Final = "http://semanticweb.cs.vu.nl/2009/11/sem/subEventOf"


class SKOS(metaclass=_Closed):
    """Terms of skos: <http://www.w3.org/2004/02/skos/core#>."""

    NS: Final = "http://www.w3.org/2004/02/skos/core#"
    Concept: Final = "http://www.w3.org/2004/02/skos/core#Concept"
    ConceptScheme: Final = "http://www.w3.org/2004/02/skos/core#ConceptScheme"
    altLabel: Final = "http://www.w3.org/2004/02/skos/core#altLabel"
    closeMatch: Final = "http://www.w3.org/2004/02/skos/core#closeMatch"
    definition: Final = "http://www.w3.org/2004/02/skos/core#definition"
    editorialNote: Final = "http://www.w3.org/2004/02/skos/core#editorialNote"
    exactMatch: Final = "http://www.w3.org/2004/02/skos/core#exactMatch"
    example: Final = "http://www.w3.org/2004/02/skos/core#example"
    inScheme: Final = "http://www.w3.org/2004/02/skos/core#inScheme"
    notation: Final = "http://www.w3.org/2004/02/skos/core#notation"
    prefLabel: Final = "http://www.w3.org/2004/02/skos/core#prefLabel"
    scopeNote: Final = "http://www.w3.org/2004/02/skos/core#scopeNote"
    topConceptOf: Final = "http://www.w3.org/2004/02/skos/core#topConceptOf"


class WGS84(metaclass=_Closed):
    """Terms of wgs84: <http://www.w3.org/2003/01/geo/wgs84_pos#>."""

    NS: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#"
    lat: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#lat"
    long: Final = "http://www.w3.org/2003/01/geo/wgs84_pos#long"


class XSD(metaclass=_Closed):
    """Terms of xsd: <http://www.w3.org/2001/XMLSchema#>."""

    NS: Final = "http://www.w3.org/2001/XMLSchema#"
    anyURI: Final = "http://www.w3.org/2001/XMLSchema#anyURI"
    boolean: Final = "http://www.w3.org/2001/XMLSchema#boolean"
    date: Final = "http://www.w3.org/2001/XMLSchema#date"
    dateTime: Final = "http://www.w3.org/2001/XMLSchema#dateTime"
    decimal: Final = "http://www.w3.org/2001/XMLSchema#decimal"
    double: Final = "http://www.w3.org/2001/XMLSchema#double"
    duration: Final = "http://www.w3.org/2001/XMLSchema#duration"
    integer: Final = "http://www.w3.org/2001/XMLSchema#integer"
    nonNegativeInteger: Final = "http://www.w3.org/2001/XMLSchema#nonNegativeInteger"
    string: Final = "http://www.w3.org/2001/XMLSchema#string"


# Prefix -> namespace, as in every query, table and Turtle file of the project.
PREFIXES: Final[dict[str, str]] = {
    "act": "https://w3id.org/diplomatic-kg/act/",
    "arity": "https://w3id.org/diplomatic-kg/arity/",
    "certainty": "https://w3id.org/diplomatic-kg/certainty/",
    "dcterms": "http://purl.org/dc/terms/",
    "directness": "https://w3id.org/diplomatic-kg/directness/",
    "disagreement": "https://w3id.org/diplomatic-kg/disagreement/",
    "dp": "https://w3id.org/diplomatic-kg/ontology#",
    "edtf": "http://id.loc.gov/datatypes/edtf/",
    "evaluation": "https://w3id.org/diplomatic-kg/evaluation/",
    "exactness": "https://w3id.org/diplomatic-kg/exactness/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "format": "https://w3id.org/diplomatic-kg/format/",
    "identification": "https://w3id.org/diplomatic-kg/identification/",
    "incident": "https://w3id.org/diplomatic-kg/incident/",
    "kg": "https://w3id.org/diplomatic-kg/id/",
    "level": "https://w3id.org/diplomatic-kg/level/",
    "mode": "https://w3id.org/diplomatic-kg/mode/",
    "oa": "http://www.w3.org/ns/oa#",
    "ordinal": "https://w3id.org/diplomatic-kg/ordinal/",
    "org": "http://www.w3.org/ns/org#",
    "outcome": "https://w3id.org/diplomatic-kg/outcome/",
    "owl": "http://www.w3.org/2002/07/owl#",
    "polarity": "https://w3id.org/diplomatic-kg/polarity/",
    "position": "https://w3id.org/diplomatic-kg/position/",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "resolution": "https://w3id.org/diplomatic-kg/resolution/",
    "role": "https://w3id.org/diplomatic-kg/role/",
    "schema": "https://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "stage": "https://w3id.org/diplomatic-kg/stage/",
    "target": "https://w3id.org/diplomatic-kg/target/",
    "track": "https://w3id.org/diplomatic-kg/track/",
    "verdict": "https://w3id.org/diplomatic-kg/verdict/",
    "wd": "http://www.wikidata.org/entity/",
    "wgs84": "http://www.w3.org/2003/01/geo/wgs84_pos#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# Scheme -> its values, in the order in which a person would list them.
SCHEMES: Final[dict[str, tuple[str, ...]]] = {
    "act": (
        "propose",
        "invite",
        "announce",
        "confirm",
        "deny",
        "accept",
        "reject",
        "demand",
        "doubt",
        "speculate",
        "criticise",
        "welcome",
        "warn",
        "decline-to-comment",
        "report",
    ),
    "arity": (
        "bilateral",
        "trilateral",
        "quadrilateral",
        "multilateral",
    ),
    "certainty": (
        "certain",
        "probable",
        "possible",
        "underspecified",
    ),
    "directness": (
        "direct",
        "indirect",
        "separate",
        "shuttle",
        "proximity",
    ),
    "disagreement": (
        "contradiction",
        "divergence",
        "different-denial-target",
        "silence",
    ),
    "evaluation": (
        "positive",
        "mixed",
        "negative",
    ),
    "exactness": (
        "exact",
        "about",
        "at-least",
        "at-most",
        "nearly",
        "range",
    ),
    "format": (
        "direct",
        "mediated",
        "separate-leg",
        "consultation",
        "proximity",
        "shuttle",
        "unknown",
    ),
    "identification": (
        "registry",
        "wikidata",
        "name",
        "description",
        "unnamed",
    ),
    "incident": (
        "attack",
        "air-attack",
        "ground-attack",
        "sabotage",
        "violation",
        "other",
    ),
    "level": (
        "leaders",
        "ministers",
        "advisers",
        "envoys",
        "technical",
    ),
    "mode": (
        "in-person",
        "phone",
        "video",
        "correspondence",
        "encounter",
    ),
    "ordinal": (
        "first",
        "last",
        "resumed",
    ),
    "outcome": (
        "agreement",
        "ceasefire",
        "prisoner-exchange",
        "humanitarian",
        "statement",
        "next-round",
        "none",
    ),
    "polarity": (
        "positive",
        "negative",
    ),
    "position": (
        "accept",
        "accept-with-conditions",
        "reject",
        "defer",
    ),
    "resolution": (
        "annotator",
        "rule",
        "unresolved",
    ),
    "role": (
        "party",
        "mediator",
        "facilitator",
        "host",
        "supporter",
        "guarantor",
        "observer",
        "participant",
        "excluded",
    ),
    "stage": (
        "mooted",
        "proposed",
        "accepted",
        "in-preparation",
        "scheduled",
        "under-way",
        "held",
        "adjourned",
        "postponed",
        "cancelled",
        "lapsed",
    ),
    "target": (
        "existence",
        "preparation",
        "format",
        "participants",
        "date",
        "content",
        "own-role",
        "success",
    ),
    "track": (
        "track-1",
        "track-1.5",
        "track-2",
        "back-channel",
    ),
    "verdict": (
        "same",
        "not-same",
        "unsure",
        "doubtful",
    ),
}

# Property -> the scheme that its values come from.
SCHEME_OF: Final[dict[str, str]] = {
    DP.assertsStage: "stage",
    DP.certainty: "certainty",
    DP.claimedArity: "arity",
    DP.claimedDirectness: "directness",
    DP.denialTarget: "target",
    DP.evaluation: "evaluation",
    DP.exactness: "exactness",
    DP.identifiedBy: "identification",
    DP.incidentType: "incident",
    DP.level: "level",
    DP.mode: "mode",
    DP.ordinal: "ordinal",
    DP.outcomeType: "outcome",
    DP.polarity: "polarity",
    DP.position: "position",
    DP.resolvedBy: "resolution",
    DP.role: "role",
    DP.speechAct: "act",
    DP.track: "track",
    DP.verdict: "verdict",
}

# IRI of a controlled value -> its English label.
LABELS: Final[dict[str, str]] = {
    "https://w3id.org/diplomatic-kg/act/propose": "propose",
    "https://w3id.org/diplomatic-kg/act/invite": "invite",
    "https://w3id.org/diplomatic-kg/act/announce": "announce",
    "https://w3id.org/diplomatic-kg/act/confirm": "confirm",
    "https://w3id.org/diplomatic-kg/act/deny": "deny",
    "https://w3id.org/diplomatic-kg/act/accept": "accept",
    "https://w3id.org/diplomatic-kg/act/reject": "reject",
    "https://w3id.org/diplomatic-kg/act/demand": "demand",
    "https://w3id.org/diplomatic-kg/act/doubt": "doubt",
    "https://w3id.org/diplomatic-kg/act/speculate": "speculate",
    "https://w3id.org/diplomatic-kg/act/criticise": "criticise",
    "https://w3id.org/diplomatic-kg/act/welcome": "welcome",
    "https://w3id.org/diplomatic-kg/act/warn": "warn",
    "https://w3id.org/diplomatic-kg/act/decline-to-comment": "decline to comment",
    "https://w3id.org/diplomatic-kg/act/report": "report",
    "https://w3id.org/diplomatic-kg/arity/bilateral": "bilateral",
    "https://w3id.org/diplomatic-kg/arity/trilateral": "trilateral",
    "https://w3id.org/diplomatic-kg/arity/quadrilateral": "quadrilateral",
    "https://w3id.org/diplomatic-kg/arity/multilateral": "multilateral",
    "https://w3id.org/diplomatic-kg/certainty/certain": "certain",
    "https://w3id.org/diplomatic-kg/certainty/probable": "probable",
    "https://w3id.org/diplomatic-kg/certainty/possible": "possible",
    "https://w3id.org/diplomatic-kg/certainty/underspecified": "underspecified",
    "https://w3id.org/diplomatic-kg/directness/direct": "direct",
    "https://w3id.org/diplomatic-kg/directness/indirect": "indirect",
    "https://w3id.org/diplomatic-kg/directness/separate": "separate",
    "https://w3id.org/diplomatic-kg/directness/shuttle": "shuttle",
    "https://w3id.org/diplomatic-kg/directness/proximity": "proximity",
    "https://w3id.org/diplomatic-kg/disagreement/contradiction": "contradiction",
    "https://w3id.org/diplomatic-kg/disagreement/divergence": "divergence",
    "https://w3id.org/diplomatic-kg/disagreement/different-denial-target": "different denial target",
    "https://w3id.org/diplomatic-kg/disagreement/silence": "silence",
    "https://w3id.org/diplomatic-kg/evaluation/positive": "positive",
    "https://w3id.org/diplomatic-kg/evaluation/mixed": "mixed",
    "https://w3id.org/diplomatic-kg/evaluation/negative": "negative",
    "https://w3id.org/diplomatic-kg/exactness/exact": "exact",
    "https://w3id.org/diplomatic-kg/exactness/about": "about",
    "https://w3id.org/diplomatic-kg/exactness/at-least": "at least",
    "https://w3id.org/diplomatic-kg/exactness/at-most": "at most",
    "https://w3id.org/diplomatic-kg/exactness/nearly": "nearly",
    "https://w3id.org/diplomatic-kg/exactness/range": "range",
    "https://w3id.org/diplomatic-kg/format/direct": "direct",
    "https://w3id.org/diplomatic-kg/format/mediated": "mediated",
    "https://w3id.org/diplomatic-kg/format/separate-leg": "separate leg",
    "https://w3id.org/diplomatic-kg/format/consultation": "consultation",
    "https://w3id.org/diplomatic-kg/format/proximity": "proximity",
    "https://w3id.org/diplomatic-kg/format/shuttle": "shuttle",
    "https://w3id.org/diplomatic-kg/format/unknown": "unknown",
    "https://w3id.org/diplomatic-kg/identification/registry": "registry",
    "https://w3id.org/diplomatic-kg/identification/wikidata": "Wikidata",
    "https://w3id.org/diplomatic-kg/identification/name": "name",
    "https://w3id.org/diplomatic-kg/identification/description": "description",
    "https://w3id.org/diplomatic-kg/identification/unnamed": "unnamed",
    "https://w3id.org/diplomatic-kg/incident/attack": "attack",
    "https://w3id.org/diplomatic-kg/incident/air-attack": "air attack",
    "https://w3id.org/diplomatic-kg/incident/ground-attack": "ground attack",
    "https://w3id.org/diplomatic-kg/incident/sabotage": "sabotage",
    "https://w3id.org/diplomatic-kg/incident/violation": "violation",
    "https://w3id.org/diplomatic-kg/incident/other": "other",
    "https://w3id.org/diplomatic-kg/level/leaders": "leaders",
    "https://w3id.org/diplomatic-kg/level/ministers": "ministers",
    "https://w3id.org/diplomatic-kg/level/advisers": "advisers",
    "https://w3id.org/diplomatic-kg/level/envoys": "envoys",
    "https://w3id.org/diplomatic-kg/level/technical": "technical",
    "https://w3id.org/diplomatic-kg/mode/in-person": "in person",
    "https://w3id.org/diplomatic-kg/mode/phone": "phone",
    "https://w3id.org/diplomatic-kg/mode/video": "video",
    "https://w3id.org/diplomatic-kg/mode/correspondence": "correspondence",
    "https://w3id.org/diplomatic-kg/mode/encounter": "encounter",
    "https://w3id.org/diplomatic-kg/ordinal/first": "first",
    "https://w3id.org/diplomatic-kg/ordinal/last": "last",
    "https://w3id.org/diplomatic-kg/ordinal/resumed": "resumed",
    "https://w3id.org/diplomatic-kg/outcome/agreement": "agreement",
    "https://w3id.org/diplomatic-kg/outcome/ceasefire": "ceasefire",
    "https://w3id.org/diplomatic-kg/outcome/prisoner-exchange": "prisoner exchange",
    "https://w3id.org/diplomatic-kg/outcome/humanitarian": "humanitarian",
    "https://w3id.org/diplomatic-kg/outcome/statement": "statement",
    "https://w3id.org/diplomatic-kg/outcome/next-round": "next round",
    "https://w3id.org/diplomatic-kg/outcome/none": "none",
    "https://w3id.org/diplomatic-kg/polarity/positive": "positive",
    "https://w3id.org/diplomatic-kg/polarity/negative": "negative",
    "https://w3id.org/diplomatic-kg/position/accept": "accept",
    "https://w3id.org/diplomatic-kg/position/accept-with-conditions": "accept with conditions",
    "https://w3id.org/diplomatic-kg/position/reject": "reject",
    "https://w3id.org/diplomatic-kg/position/defer": "defer",
    "https://w3id.org/diplomatic-kg/resolution/annotator": "annotator",
    "https://w3id.org/diplomatic-kg/resolution/rule": "rule",
    "https://w3id.org/diplomatic-kg/resolution/unresolved": "unresolved",
    "https://w3id.org/diplomatic-kg/role/party": "party",
    "https://w3id.org/diplomatic-kg/role/mediator": "mediator",
    "https://w3id.org/diplomatic-kg/role/facilitator": "facilitator",
    "https://w3id.org/diplomatic-kg/role/host": "host",
    "https://w3id.org/diplomatic-kg/role/supporter": "supporter",
    "https://w3id.org/diplomatic-kg/role/guarantor": "guarantor",
    "https://w3id.org/diplomatic-kg/role/observer": "observer",
    "https://w3id.org/diplomatic-kg/role/participant": "participant",
    "https://w3id.org/diplomatic-kg/role/excluded": "excluded",
    "https://w3id.org/diplomatic-kg/stage/mooted": "mooted",
    "https://w3id.org/diplomatic-kg/stage/proposed": "proposed",
    "https://w3id.org/diplomatic-kg/stage/accepted": "accepted",
    "https://w3id.org/diplomatic-kg/stage/in-preparation": "in preparation",
    "https://w3id.org/diplomatic-kg/stage/scheduled": "scheduled",
    "https://w3id.org/diplomatic-kg/stage/under-way": "under way",
    "https://w3id.org/diplomatic-kg/stage/held": "held",
    "https://w3id.org/diplomatic-kg/stage/adjourned": "adjourned",
    "https://w3id.org/diplomatic-kg/stage/postponed": "postponed",
    "https://w3id.org/diplomatic-kg/stage/cancelled": "cancelled",
    "https://w3id.org/diplomatic-kg/stage/lapsed": "lapsed",
    "https://w3id.org/diplomatic-kg/target/existence": "existence",
    "https://w3id.org/diplomatic-kg/target/preparation": "preparation",
    "https://w3id.org/diplomatic-kg/target/format": "format",
    "https://w3id.org/diplomatic-kg/target/participants": "participants",
    "https://w3id.org/diplomatic-kg/target/date": "date",
    "https://w3id.org/diplomatic-kg/target/content": "content",
    "https://w3id.org/diplomatic-kg/target/own-role": "own role",
    "https://w3id.org/diplomatic-kg/target/success": "success",
    "https://w3id.org/diplomatic-kg/track/track-1": "track 1",
    "https://w3id.org/diplomatic-kg/track/track-1.5": "track 1.5",
    "https://w3id.org/diplomatic-kg/track/track-2": "track 2",
    "https://w3id.org/diplomatic-kg/track/back-channel": "back channel",
    "https://w3id.org/diplomatic-kg/verdict/same": "same",
    "https://w3id.org/diplomatic-kg/verdict/not-same": "not same",
    "https://w3id.org/diplomatic-kg/verdict/unsure": "unsure",
    "https://w3id.org/diplomatic-kg/verdict/doubtful": "doubtful",
}


def value_iri(scheme: str, value: str) -> str:
    """IRI of a controlled value: value_iri("stage", "held"). KeyError if the scheme or the value is unknown."""
    if value not in SCHEMES[scheme]:
        raise KeyError(f"{scheme}:{value}")
    return f"{HOME}{scheme}/{value}"


# Longest namespace first, so that "…/ontology#" is found before "…/".
_BY_LENGTH = sorted(PREFIXES.items(), key=lambda item: (-len(item[1]), item[0]))


def shrink(iri: str, base: str = BASE) -> str:
    """iri as prefix:rest, for tables and messages; unchanged where no prefix fits. base is what kg: stands for.

    The rest may hold "/" and "%", so the result is for reading (and for `expand`), not for pasting into SPARQL.
    """
    if iri.startswith(base):
        return "kg:" + iri[len(base) :]
    for prefix, namespace in _BY_LENGTH:
        if iri.startswith(namespace) and prefix != "kg":
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


def expand(curie: str, base: str = BASE) -> str:
    """The IRI that `shrink` made curie from. What has no known prefix (an absolute IRI, say) comes back unchanged."""
    prefix, colon, rest = curie.partition(":")
    if not colon or prefix not in PREFIXES:
        return curie
    return (base if prefix == "kg" else PREFIXES[prefix]) + rest

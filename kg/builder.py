"""Document → quads: what one annotated text says, as one named graph.

The graph of a text holds only what that text says, each node with the words and the sentence that say it. Status is never
stored on a meeting: a stage in the text's own voice becomes a claim of its publisher, a stage that a speaker asserts stands on
the speaker's claim. The quads come as canonical N-Quads lines, sorted and unique, ready for a store or a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from kg import times
from kg.documents import Document, Event, Mention, Normalisation, Span
from kg.entities import EventNode, Node, event_nodes, mention_nodes, span_id, wikidata_iri
from kg.errors import Finding
from kg.linking import Reference
from kg.names import normalise
from kg.namespaces import (
    BASE,
    DCTERMS,
    DP,
    EDTF,
    OA,
    RDF,
    RDFS,
    SCHEMA,
    SCHEMES,
    SEM,
    SKOS,
    XSD,
    value_iri,
)
from kg.quantities import parse_quantity
from kg.registry import Entry, Registry
from kg.scheme import ATTRIBUTES, PARTICIPANT_ROLES, VOICES, check
from kg.sentences import locate, split
from kg.terms import escape, iri, literal, slug

# Predicates and classes as N-Triples text, made once.
_DERIVED_FROM = f"<{DCTERMS.source}>"
_ABOUT = f"<{DP.about}>"
_ACCORDING_TO = f"<{DP.accordingTo}>"
_ACTOR = f"<{DP.actor}>"
_ACTOR_CLASS = f"<{DP.Actor}>"
_ADDRESSEE = f"<{DP.addressee}>"
_AGENT = f"<{DP.agent}>"
_ASSERTS_STAGE = f"<{DP.assertsStage}>"
_CAPACITY = f"<{DP.capacity}>"
_CARRIER = f"<{DP.carrier}>"
_CERTAINTY = f"<{DP.certainty}>"
_CHANNEL = f"<{DP.channel}>"
_CLAIMANT = f"<{DP.claimant}>"
_CLAIMED_ARITY = f"<{DP.claimedArity}>"
_CLAIMED_DIRECTNESS = f"<{DP.claimedDirectness}>"
_CLAIM_CLASS = f"<{DP.Claim}>"
_COUNT = f"<{DP.count}>"
_DENIAL_TARGET = f"<{DP.denialTarget}>"
_DOCUMENT_CLASS = f"<{DP.Document}>"
_DURATION = f"<{DP.duration}>"
_EDTF = f"<{DP.edtf}>"
_EVALUATION = f"<{DP.evaluation}>"
_EVIDENCE = f"<{DP.evidence}>"
_EXACTNESS = f"<{DP.exactness}>"
_EXTERNAL_REFERENCE = f"<{DP.externalReference}>"
_FRAGMENT = f"<{DP.fragment}>"
_GROUP = f"<{DP.group}>"
_HELD_BY = f"<{DP.heldBy}>"
_IDENTIFIED_BY = f"<{DP.identifiedBy}>"
_INCIDENT_TYPE = f"<{DP.incidentType}>"
_LEVEL = f"<{DP.level}>"
_MADE_AT = f"<{DP.madeAt}>"
_MANDATE_CLASS = f"<{DP.Mandate}>"
_MEMBERSHIP_CLASS = f"<{DP.Membership}>"
_MEMBER_OF = f"<{DP.memberOf}>"
_MODE = f"<{DP.mode}>"
_ON_BEHALF_OF = f"<{DP.onBehalfOf}>"
_ORDINAL = f"<{DP.ordinal}>"
_ORGANIZATION_CLASS = f"<{DP.Organization}>"
_OUTCOME_TYPE = f"<{DP.outcomeType}>"
_PARTICIPANT = f"<{DP.participant}>"
_PARTICIPATION = f"<{DP.participation}>"
_PARTICIPATION_CLASS = f"<{DP.Participation}>"
_PARTY = f"<{DP.party}>"
_POLARITY = f"<{DP.polarity}>"
_POSITION = f"<{DP.position}>"
_PRINCIPAL = f"<{DP.principal}>"
_PROCESS = f"<{DP.process}>"
_QUANTITY_CLAIM_CLASS = f"<{DP.QuantityClaim}>"
_RECIPIENT = f"<{DP.recipient}>"
_REFERENCE = f"<{DP.reference}>"
_RELAY = f"<{DP.relay}>"
_REPORTED_AT = f"<{DP.reportedAt}>"
_RESOLVED_BY = f"<{DP.resolvedBy}>"
_RESULT = f"<{DP.result}>"
_ROLE = f"<{DP.role}>"
_SAME_ACT_AS = f"<{DP.sameActAs}>"
_SCOPE = f"<{DP.scope}>"
_SENDER = f"<{DP.sender}>"
_SENTENCE = f"<{DP.sentence}>"
_SENTENCE_CLASS = f"<{DP.Sentence}>"
_SPEECH_ACT = f"<{DP.speechAct}>"
_TARGET = f"<{DP.target}>"
_TEXT_DIGEST = f"<{DP.textDigest}>"
_TEXT_LENGTH = f"<{DP.textLength}>"
_TIME_EXPRESSION_CLASS = f"<{DP.TimeExpression}>"
_TOPIC = f"<{DP.topic}>"
_TRACK = f"<{DP.track}>"
_VENUE = f"<{DP.venue}>"
_WHAT = f"<{DP.what}>"
_WHEN = f"<{DP.when}>"
_END = f"<{OA.end}>"
_EXACT = f"<{OA.exact}>"
_HAS_SELECTOR = f"<{OA.hasSelector}>"
_HAS_SOURCE = f"<{OA.hasSource}>"
_SPECIFIC_RESOURCE_CLASS = f"<{OA.SpecificResource}>"
_START = f"<{OA.start}>"
_TEXT_POSITION_SELECTOR_CLASS = f"<{OA.TextPositionSelector}>"
_TEXT_QUOTE_SELECTOR_CLASS = f"<{OA.TextQuoteSelector}>"
_TYPE = f"<{RDF.type}>"
_LABEL = f"<{RDFS.label}>"
_DATE_PUBLISHED = f"<{SCHEMA.datePublished}>"
_HEADLINE = f"<{SCHEMA.headline}>"
_IN_LANGUAGE = f"<{SCHEMA.inLanguage}>"
_NEWS_ARTICLE_CLASS = f"<{SCHEMA.NewsArticle}>"
_PUBLISHER = f"<{SCHEMA.publisher}>"
_UNIT_TEXT = f"<{SCHEMA.unitText}>"
_URL = f"<{SCHEMA.url}>"
_HAS_SUB_EVENT = f"<{SEM.hasSubEvent}>"
_SEM_EVENT = f"<{SEM.Event}>"
_EDITORIAL_NOTE = f"<{SKOS.editorialNote}>"
_EXACT_MATCH = f"<{SKOS.exactMatch}>"

_VALUE = {(scheme, value): f"<{value_iri(scheme, value)}>" for scheme, values in SCHEMES.items() for value in values}
_INTEGER = f"^^<{XSD.integer}>"
_DATE = f"^^<{XSD.date}>"

_GATHERINGS = frozenset({"Meeting", "Round", "Process"})
_AHEAD = frozenset({"mooted", "proposed", "accepted", "in-preparation", "scheduled", "postponed"})
_ON_GATHERING = {
    "Arity": _CLAIMED_ARITY,
    "Directness": _CLAIMED_DIRECTNESS,
    "Mode": _MODE,
    "Level": _LEVEL,
    "Track": _TRACK,
    "Ordinal": _ORDINAL,
}
_ON_EVENT = _ON_GATHERING | {"OutcomeType": _OUTCOME_TYPE, "IncidentType": _INCIDENT_TYPE}
_ON_CLAIM = {
    "SpeechAct": _SPEECH_ACT,
    "Asserts": _ASSERTS_STAGE,
    "Position": _POSITION,
    "DenialTarget": _DENIAL_TARGET,
    "Evaluation": _EVALUATION,
}
_ROLE_OF_CLAIM = {
    "OnBehalfOf": _ON_BEHALF_OF,
    "Addressee": _ADDRESSEE,
    "Relay": _RELAY,
    "Channel": _CHANNEL,
    "About": _ABOUT,
    "Time": _MADE_AT,
}
_ROLE_OF_EVENT = {
    ("Outcome", "Party"): _PARTY,
    ("Presence", "Actor"): _ACTOR,
    ("Incident", "Actor"): _ACTOR,
    ("Incident", "Target"): _TARGET,
    ("Communication", "From"): _SENDER,
    ("Communication", "To"): _RECIPIENT,
    ("Communication", "Carrier"): _CARRIER,
}
_ROLE_OF_ANY = {
    "Venue": _VENUE,
    "Time": _WHEN,
    "Topic": _TOPIC,
    "Result": _RESULT,
    "Count": _COUNT,
}


@dataclass(frozen=True, slots=True)
class DocumentGraph:
    """The graph of one text.

    quads is a block of canonical N-Quads lines, sorted by code point and unique. registered are the registry entries that the
    text names, unregistered the names (kind, name) that no registry has, references the known meetings that it refers to.
    """

    iri: str
    quads: bytes
    count: int
    findings: tuple[Finding, ...]
    registered: tuple[Entry, ...]
    unregistered: tuple[tuple[str, str], ...]
    references: tuple[Reference, ...]


def graph_iri(document_id: str, base: str = BASE) -> str:
    """The named graph that holds what this document says."""
    return f"{base}graph/{slug(document_id)}"


def build_document(document: Document, registry: Registry, base: str = BASE) -> DocumentGraph:
    """The graph of what `document` says. Never raises for what the annotation says: findings name what was left out."""
    checked, findings = check(document)
    builder = _Builder(checked, registry, base)
    builder.run()
    graph = f" <{graph_iri(document.id, base)}> .\n"
    lines = sorted(set(builder.out))
    quads = (graph.join(lines) + graph).encode() if lines else b""
    nodes = {node.iri: node for node in builder.nodes.values()}.values()
    entries = [*(node.entry for node in nodes), builder.publisher_entry]
    return DocumentGraph(
        iri=graph_iri(document.id, base),
        quads=quads,
        count=len(lines),
        findings=(*findings, *builder.findings),
        registered=tuple({entry.id: entry for entry in entries if entry is not None}.values()),
        unregistered=tuple(sorted({(node.label, node.words) for node in nodes if node.identified == "name"})),
        references=tuple(builder.references),
    )


class _Builder:
    """Collects the triples of one document as text: `subject predicate object`, each term in N-Triples form."""

    def __init__(self, document: Document, registry: Registry, base: str) -> None:
        self.document = document
        self.registry = registry
        self.base = base
        self.home = f"{base}document/{slug(document.id)}"
        self.self = f"<{self.home}>"
        self.out: list[str] = []
        self.spans: dict[tuple[Span, ...], tuple[str, str]] = {}
        self.mentions = {mention.id: mention for mention in document.mentions}
        self.nodes, self.findings = mention_nodes(document, registry, base)
        self.event_nodes = event_nodes(document, base)
        self.event_node = {event.id: node for node in self.event_nodes for event in node.events}
        self.values: dict[str, dict[str, list[str]]] = {}
        for attribute in document.attributes:
            self.values.setdefault(attribute.target, {}).setdefault(attribute.label, []).append(attribute.value or "")
        self.claims_about: dict[str, list[Event]] = {}
        for event in document.events:
            if event.label == "Claim":
                for role in event.roles:
                    if role.name == "About":
                        self.claims_about.setdefault(role.target, []).append(event)
        keep = [(min(s for s, _ in m.spans), max(e for _, e in m.spans)) for m in document.mentions]
        self.sentences = split(document.text, keep)
        self.references: list[Reference] = []
        self.publisher_entry: Entry | None = None
        self.published = self._published()
        self.publisher = self._publisher()
        self.principals = self._principals()

    def run(self) -> None:
        self._document()
        for node in {node.iri: node for node in self.nodes.values()}.values():
            self._node(node)
        for event_node in self.event_nodes:
            if event_node.label == "Claim":
                self._claim(event_node.events[0], f"<{event_node.iri}>")
            else:
                self._event(event_node)
        self._same_acts()
        self._relations()
        self._remarks()

    # -- the document ----------------------------------------------------------------------------------------------------

    def _published(self) -> date | None:
        try:
            return times.canonical_date(self.document.source.date).day if self.document.source.date else None
        except ValueError:
            return None

    def _publisher(self) -> str:
        """Who speaks in the text's own voice: the publisher, or the document where no publisher is known."""
        name = self.document.source.publisher
        if not name:
            return self.self
        entry = self.publisher_entry = self.registry.find("organization", name)
        path = (
            entry.id if entry else f"name/organization/{slug(normalise(name).replace('_', '%5F')).replace('%20', '_')}"
        )
        publisher = f"<{self.base}actor/{path}>"
        self._add(publisher, _TYPE, _ACTOR_CLASS)
        self._add(publisher, _TYPE, _ORGANIZATION_CLASS)
        self._add(publisher, _IDENTIFIED_BY, _VALUE["identification", "registry" if entry else "name"])
        if entry is None:
            self._add(publisher, _LABEL, literal(name))
        return publisher

    def _document(self) -> None:
        source, me = self.document.source, self.self
        self._add(me, _TYPE, _DOCUMENT_CLASS)
        self._add(me, _TYPE, _NEWS_ARTICLE_CLASS)
        self._add(me, _LABEL, literal(source.title or self.document.id))
        if source.title:
            self._add(me, _HEADLINE, literal(source.title))
        if self.publisher != me:
            self._add(me, _PUBLISHER, self.publisher)
        if self.published is not None:
            moment = times.canonical_date(source.date)
            self._add(me, _DATE_PUBLISHED, f'"{moment.lexical}"^^<{moment.datatype}>')
            self._reported(me)
        if source.url:
            self._add(me, _URL, iri(source.url))
        if source.language:
            self._add(me, _IN_LANGUAGE, literal(source.language))
        if source.process:
            self._add(me, _PROCESS, f"<{self.base}process/{slug(source.process)}>")
        for address in source.derived_from:
            self._add(me, _DERIVED_FROM, iri(address))
        text = self.document.text
        self._add(me, _TEXT_LENGTH, f'"{len(text)}"{_INTEGER}')
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        self._add(me, _TEXT_DIGEST, f'"{digest}"')

    # -- spans and sentences ---------------------------------------------------------------------------------------------

    def _add(self, subject: str, predicate: str, value: str) -> None:
        self.out.append(f"{subject} {predicate} {value}")

    def _rests_on(self, subject: str, mentions: Iterable[Mention]) -> None:
        """Give subject its evidence: the words of these mentions, and the sentences they stand in."""
        for mention in mentions:
            span, sentence = self.spans.get(mention.spans) or self._span(mention.spans)
            self.out.append(f"{subject} {_EVIDENCE} {span}")
            self.out.append(f"{subject} {_SENTENCE} {sentence}")

    def _span(self, spans: tuple[Span, ...]) -> tuple[str, str]:
        """The nodes of a span and of its sentence, written on first use."""
        known = self.spans.get(spans)
        if known is not None:
            return known
        start = min(start for start, _ in spans)
        end = max(end for _, end in spans)
        sentence = self._sentence(start, end)
        if len(spans) == 1:
            node = self._selected(f"{self.home}/span/{start}-{end}", start, end)
        else:
            node = f"<{self.home}/span/{span_id(spans)}>"
            self._add(node, _TYPE, _SPECIFIC_RESOURCE_CLASS)
            self._add(node, _HAS_SOURCE, self.self)
            for fragment in spans:
                self._add(node, _FRAGMENT, self._span((fragment,))[0])
        self._add(node, _SENTENCE, sentence)
        self.spans[spans] = node, sentence
        return node, sentence

    def _sentence(self, start: int, end: int) -> str:
        if not self.sentences:
            first, last = 0, len(self.document.text)
        else:
            first, last = self.sentences[locate(self.sentences, start, end)]
        node = self._selected(f"{self.home}/sentence/{first}-{last}", first, last)
        self._add(node, _TYPE, _SENTENCE_CLASS)
        return node

    def _selected(self, path: str, start: int, end: int) -> str:
        """One stretch of the text as a W3C Web Annotation resource with a position and a quotation."""
        words = escape(self.document.text[start:end])
        self.out += (
            f"<{path}> {_TYPE} {_SPECIFIC_RESOURCE_CLASS}",
            f"<{path}> {_HAS_SOURCE} {self.self}",
            f"<{path}> {_HAS_SELECTOR} <{path}/position>",
            f"<{path}> {_HAS_SELECTOR} <{path}/quote>",
            f"<{path}/position> {_TYPE} {_TEXT_POSITION_SELECTOR_CLASS}",
            f'<{path}/position> {_START} "{start}"{_INTEGER}',
            f'<{path}/position> {_END} "{end}"{_INTEGER}',
            f"<{path}/quote> {_TYPE} {_TEXT_QUOTE_SELECTOR_CLASS}",
            f'<{path}/quote> {_EXACT} "{words}"',
        )
        return f"<{path}>"

    # -- mentions --------------------------------------------------------------------------------------------------------

    def _node(self, node: Node) -> None:
        me = f"<{node.iri}>"
        if node.label == "Quantity":
            self._quantity(node, me)
        elif node.label == "Time":
            self._time(node, me)
        elif node.label in VOICES or node.label == "Venue":
            self._add(me, _TYPE, f"<{DP.NS}{node.label}>")
            if node.label != "Venue":
                self._add(me, _TYPE, _ACTOR_CLASS)
            self._add(me, _IDENTIFIED_BY, _VALUE["identification", node.identified])
            if node.entry is None:
                self._add(me, _LABEL, literal(node.words))
            if node.wikidata:
                self._add(me, _EXACT_MATCH, iri(wikidata_iri(node.wikidata)))
        else:
            self._add(me, _TYPE, f"<{DP.NS}{node.label}>")
            self._add(me, _LABEL, literal(node.words))
        self._rests_on(me, node.mentions)

    def _time(self, node: Node, me: str) -> None:
        mention = node.mentions[0]
        self._add(me, _TYPE, _TIME_EXPRESSION_CLASS)
        self._add(me, _LABEL, literal(mention.words))
        edtf, resolved = self.edtf_of(mention), "annotator"
        if edtf is None and self.published is not None and not self._has_duration(mention):
            edtf, resolved = times.resolve(mention.words, self.published, self._towards(mention)), "rule"
        if edtf is not None:
            self._add(me, _EDTF, f'"{escape(edtf)}"^^<{EDTF}>')
            for predicate, day in zip((DP.earliest, DP.latest), times.bounds(edtf), strict=True):
                if day is not None:
                    self._add(me, f"<{predicate}>", f'"{day.isoformat()}"{_DATE}')
        elif not self._has_duration(mention):
            resolved = "unresolved"
        self._add(me, _RESOLVED_BY, _VALUE["resolution", resolved])
        for reference in self._references(mention.id, "ISO8601"):
            try:
                self._add(me, _DURATION, f'"{times.duration(reference.reference)}"^^<{XSD.duration}>')
            except ValueError as error:
                self._lost(reference.line, f"{reference.id}: {error}", "write ISO8601:P6M")

    def edtf_of(self, mention: Mention) -> str | None:
        """The EDTF value that the annotator gave a Time, if it is one."""
        for reference in self._references(mention.id, "EDTF"):
            try:
                times.bounds(reference.reference)
            except ValueError as error:
                self._lost(reference.line, f"{reference.id}: {error}", "write EDTF:2025-12-20 or EDTF:2025-12-19/..")
            else:
                return reference.reference
        return None

    def _references(self, target: str, database: str) -> list[Normalisation]:
        return [n for n in self.document.normalisations if n.target == target and n.database == database]

    def _has_duration(self, mention: Mention) -> bool:
        return bool(self._references(mention.id, "ISO8601"))

    def _towards(self, mention: Mention) -> times.Direction:
        """Whether "on Monday" means the next one: where what it dates is said to lie ahead."""
        for event in self.document.events:
            if any(role.target == mention.id and role.name == "Time" for role in event.roles):
                stages = set(self.values.get(event.id, {}).get("Stage", ()))
                for claim in self.claims_about.get(event.id, ()):
                    stages.update(self.values.get(claim.id, {}).get("Asserts", ()))
                if stages & _AHEAD:
                    return "future"
        return "past"

    def _quantity(self, node: Node, me: str) -> None:
        mention = node.mentions[0]
        self._add(me, _TYPE, _QUANTITY_CLAIM_CLASS)
        self._add(me, _LABEL, literal(mention.words))
        counted = [
            e for e in self.document.events if any(r.name == "Count" and r.target == mention.id for r in e.roles)
        ]
        claims = [claim for event in counted for claim in self.claims_about.get(event.id, ())]
        for event in counted:
            self._add(me, _WHAT, f"<{self.event_node[event.id].iri}>")
        for claim in claims:
            self._add(me, _ACCORDING_TO, f"<{self.event_node[claim.id].iri}>")
            for claimant in self._claimants(claim):
                self._add(me, _CLAIMANT, claimant)
        if not claims:
            self._add(me, _CLAIMANT, self.publisher)
        quantity = parse_quantity(mention.words)
        if quantity is None:
            return
        for predicate, number in (
            (SCHEMA.value, quantity.value),
            (SCHEMA.minValue, quantity.low),
            (SCHEMA.maxValue, quantity.high),
        ):
            if number is not None:
                datatype = XSD.integer if isinstance(number, int) else XSD.decimal
                self._add(me, f"<{predicate}>", f'"{number}"^^<{datatype}>')
        self._add(me, _EXACTNESS, _VALUE["exactness", quantity.exactness])
        if quantity.unit:
            self._add(me, _UNIT_TEXT, literal(quantity.unit))

    # -- events ----------------------------------------------------------------------------------------------------------

    def _event(self, node: EventNode) -> None:
        me = f"<{node.iri}>"
        self._add(me, _TYPE, f"<{DP.NS}{node.label}>")
        if node.label in _GATHERINGS:
            self._add(me, _TYPE, _SEM_EVENT)
        self._add(me, _LABEL, literal(self._name(node)))
        for event in node.events:
            trigger = self.mentions[event.trigger]
            self._rests_on(me, (trigger,))
            values = self.values.get(event.id, {})
            for label, predicate in _ON_EVENT.items():
                for value in values.get(label, ()):
                    self._add(me, predicate, _VALUE[ATTRIBUTES[label][0], value])
            for role in event.roles:
                if role.name in PARTICIPANT_ROLES and node.label in _GATHERINGS:
                    self._participation(me, event, PARTICIPANT_ROLES[role.name], role.target)
                elif role.name == "PartOf":
                    self._add(self._target(role.target), _HAS_SUB_EVENT, me)
                else:
                    predicate = _ROLE_OF_EVENT.get((node.label, role.name)) or _ROLE_OF_ANY[role.name]
                    self._add(me, predicate, self._target(role.target))
            if values.get("Stage") or "Negated" in values:
                self._own_voice(me, node, event, trigger)

    def _participation(self, gathering: str, event: Event, role: str, target: str) -> None:
        mention, actor = self.mentions[target], self.nodes[target]
        me = f"{gathering[:-1]}/participation/{role}/{span_id(mention.spans)}>"
        self._add(gathering, _PARTICIPATION, me)
        self._add(me, _TYPE, _PARTICIPATION_CLASS)
        self._add(me, _PARTICIPANT, f"<{actor.iri}>")
        self._add(me, _ROLE, _VALUE["role", role])
        for principal in self.principals.get(actor.iri, ()):
            self._add(me, _ON_BEHALF_OF, f"<{principal}>")
        for claim in self.claims_about.get(event.id, ()):
            self._add(me, _ACCORDING_TO, f"<{self.event_node[claim.id].iri}>")
        self._rests_on(me, (mention, self.mentions[event.trigger]))

    def _own_voice(self, about: str, node: EventNode, event: Event, trigger: Mention) -> None:
        """What the text says in its own voice of an event: a claim whose claimant is the publisher."""
        values = self.values[event.id]
        rank = node.iri.rpartition(f"/{span_id(trigger.spans)}")[2]
        me = f"<{self.home}/claim/text/{node.label.lower()}/{span_id(trigger.spans)}{rank}>"
        self._add(me, _TYPE, _CLAIM_CLASS)
        self._add(me, _LABEL, literal(trigger.words))
        self._add(me, _CLAIMANT, self.publisher)
        self._add(me, _SPEECH_ACT, _VALUE["act", "report"])
        self._add(me, _ABOUT, about)
        # A text that says that a meeting did not happen, and no more, denies that it was held.
        stages = values.get("Stage") or (["held"] if node.label in _GATHERINGS else [])
        for stage in stages:
            self._add(me, _ASSERTS_STAGE, _VALUE["stage", stage])
        self._polarity_and_certainty(me, values)
        self._reported(me)
        for label, predicate in _ON_GATHERING.items():
            for value in values.get(label, ()):
                self._add(me, predicate, _VALUE[ATTRIBUTES[label][0], value])
        self._rests_on(me, (trigger,))

    def _claim(self, event: Event, me: str) -> None:
        values = self.values.get(event.id, {})
        trigger = self.mentions[event.trigger]
        self._add(me, _TYPE, _CLAIM_CLASS)
        self._add(me, _LABEL, literal(trigger.words))
        for claimant in self._claimants(event):
            self._add(me, _CLAIMANT, claimant)
        if not any(role.name == "Speaker" for role in event.roles):
            # An accusation without accuser: somebody says so, and the text does not say who.
            somebody = self._claimants(event)[0]
            self._add(somebody, _TYPE, _ACTOR_CLASS)
            self._add(somebody, _IDENTIFIED_BY, _VALUE["identification", "unnamed"])
            self._add(somebody, _LABEL, '"(not named)"')
            self._rests_on(somebody, (trigger,))
        for role in event.roles:
            if role.name in _ROLE_OF_CLAIM:
                self._add(me, _ROLE_OF_CLAIM[role.name], self._target(role.target))
            if role.name == "About" and (node := self.event_node.get(role.target)) and node.label in _GATHERINGS:
                said = self.values.get(role.target, {})
                for label, predicate in _ON_GATHERING.items():
                    for value in said.get(label, ()):
                        self._add(me, predicate, _VALUE[ATTRIBUTES[label][0], value])
        for label, predicate in _ON_CLAIM.items():
            for value in values.get(label, ()):
                self._add(me, predicate, _VALUE[ATTRIBUTES[label][0], value])
        self._polarity_and_certainty(me, values)
        self._reported(me)
        self._rests_on(me, (trigger,))

    def _claimants(self, claim: Event) -> list[str]:
        speakers = [f"<{self.nodes[role.target].iri}>" for role in claim.roles if role.name == "Speaker"]
        return speakers or [f"<{self.event_node[claim.id].iri}/claimant>"]

    def _polarity_and_certainty(self, me: str, values: dict[str, list[str]]) -> None:
        self._add(me, _POLARITY, _VALUE["polarity", "negative" if "Negated" in values else "positive"])
        for certainty in values.get("Certainty", ("certain",)):
            self._add(me, _CERTAINTY, _VALUE["certainty", certainty])

    def _reported(self, me: str) -> None:
        if self.published is not None:
            self._add(me, _REPORTED_AT, f'"{self.published.isoformat()}"{_DATE}')

    def _same_acts(self) -> None:
        """Claims joined by coreference stay apart, and are known as one act of speech."""
        for equivalence in self.document.equivalences:
            claims = [m for m in equivalence.members if m in self.event_node and self.event_node[m].label == "Claim"]
            for claim in claims[1:]:
                first, other = self.event_node[claims[0]].iri, self.event_node[claim].iri
                if first != other:
                    self._add(f"<{other}>", _SAME_ACT_AS, f"<{first}>")

    def _target(self, target: str) -> str:
        node = self.event_node.get(target) or self.nodes[target]
        return f"<{node.iri}>"

    def _name(self, node: EventNode) -> str:
        """A label a person can tell meetings apart by: trigger, venue and time, or who is there."""
        trigger = self.mentions[node.events[0].trigger].words
        fillers: dict[str, list[str]] = {}
        for event in node.events:
            for role in event.roles:
                if role.target in self.nodes:
                    kind = "Party" if role.name in PARTICIPANT_ROLES and role.name != "Excluded" else role.name
                    fillers.setdefault(kind, []).append(role.target)
        venues = dict.fromkeys(self.nodes[target].words for target in fillers.get("Venue", ()))
        moments = dict.fromkeys(filter(None, map(self._moment, fillers.get("Time", ()))))
        people = list(dict.fromkeys(self.nodes[target].words for target in fillers.get("Party", ())))
        name = trigger
        if venues:
            name += f" in {' and '.join(venues)}"
        if moments:
            name += f", {' and '.join(moments)}"
        if people and not (venues and moments):
            more = f" and {len(people) - 3} more" if len(people) > 4 else ""
            name += f": {', '.join(people[: 3 if more else 4])}{more}"
        return name

    def _moment(self, target: str) -> str:
        """When, as EDTF where it is known; "" for a duration, which tells no two meetings apart."""
        mention = self.mentions[target]
        if self._has_duration(mention):
            return ""
        edtf = next((reference.reference for reference in self._references(target, "EDTF")), None)
        if edtf is None and self.published is not None:
            edtf = times.resolve(mention.words, self.published, self._towards(mention))
        return edtf or mention.words

    # -- who acts for whom -----------------------------------------------------------------------------------------------

    def _principals(self) -> dict[str, list[str]]:
        """Actor → those it acts for in this text: as said of it, else as said of the delegation it is a member of."""
        direct: dict[str, list[str]] = {}
        teams: dict[str, list[str]] = {}
        for relation in self.document.relations:
            source, target = self.nodes.get(relation.source), self.nodes.get(relation.target)
            if source is None or target is None or source.iri == target.iri:
                continue
            if relation.label == "Represents":
                direct.setdefault(source.iri, []).append(target.iri)
            elif relation.label == "MemberOf" and target.label == "Delegation":
                teams.setdefault(source.iri, []).append(target.iri)
        for member, delegations in teams.items():
            if member not in direct:
                inherited = [principal for delegation in delegations for principal in direct.get(delegation, ())]
                if inherited:
                    direct[member] = inherited
        return {actor: sorted(set(principals)) for actor, principals in direct.items()}

    def _relations(self) -> None:
        positions: dict[str, list[tuple[Mention, str]]] = {}
        for relation in self.document.relations:
            if relation.label == "Holds":
                holder, position = self.nodes[relation.source], self.nodes[relation.target]
                self._add(f"<{position.iri}>", _HELD_BY, f"<{holder.iri}>")
                positions.setdefault(holder.iri, []).extend((m, position.iri) for m in position.mentions)
        for relation in self.document.relations:
            source, target = self.nodes[relation.source], self.nodes[relation.target]
            ends = self.mentions[relation.source], self.mentions[relation.target]
            name = f"{span_id(ends[0].spans)}_{span_id(ends[1].spans)}"
            if relation.label == "MemberOf":
                me = f"<{self.home}/membership/{name}>"
                self._add(f"<{source.iri}>", _MEMBER_OF, f"<{target.iri}>")
                self._add(me, _TYPE, _MEMBERSHIP_CLASS)
                self._add(me, _AGENT, f"<{source.iri}>")
                self._add(me, _GROUP, f"<{target.iri}>")
                self._rests_on(me, ends)
            elif relation.label == "Represents":
                me = f"<{self.home}/mandate/{name}>"
                self._add(me, _TYPE, _MANDATE_CLASS)
                self._add(me, _AGENT, f"<{source.iri}>")
                self._add(me, _PRINCIPAL, f"<{target.iri}>")
                if self.document.source.process:
                    self._add(me, _SCOPE, f"<{self.base}process/{slug(self.document.source.process)}>")
                for held, office in positions.get(source.iri, ()):
                    if _inside(ends[1].spans, held.spans):
                        self._add(me, _CAPACITY, f"<{office}>")
                self._rests_on(me, ends)

    # -- notes and references --------------------------------------------------------------------------------------------

    def _remarks(self) -> None:
        for note in self.document.notes:
            if note.text:
                self._add(self._target(note.target), _EDITORIAL_NOTE, literal(note.text))
        for reference in self.document.normalisations:
            event = self.event_node.get(reference.target)
            label = event.label if event else self.nodes[reference.target].label
            if reference.database == "kg" and (event or label in ("Proposal", "Topic")):
                self._reference(reference, self._target(reference.target), event)
            elif reference.database in ("kg", "Wikidata") and (label in VOICES or label == "Venue"):
                continue
            elif reference.database in ("EDTF", "ISO8601"):
                if label != "Time":
                    found = f"{reference.id}: {reference.database} is a reference of a Time, not of a {label}"
                    self._lost(reference.line, found, "put it on the Time")
            else:
                value = literal(f"{reference.database}:{reference.reference}")
                self._add(self._target(reference.target), _EXTERNAL_REFERENCE, value)

    def _reference(self, reference: Normalisation, me: str, event: EventNode | None) -> None:
        local = "/".join(slug(segment) for segment in reference.reference.split("/"))
        if not local.strip("/"):
            self._lost(reference.line, f"{reference.id} refers to nothing", "write kg:meeting/istanbul-2025-07-23")
            return
        self._add(me, _REFERENCE, f"<{self.base}{local}>")
        if event is not None:
            place = self.document.place(reference.line)
            self.references.append(Reference(local, event.iri, event.label, place))

    def _lost(self, line: int, found: str, remedy: str) -> None:
        self.findings.append(Finding(self.document.place(line), found, remedy))


def _inside(spans: Sequence[Span], around: Sequence[Span]) -> bool:
    return min(s for s, _ in around) <= min(s for s, _ in spans) and max(e for _, e in spans) <= max(
        e for _, e in around
    )

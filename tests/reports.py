"""What a report of the corpus must be: checks that each return what is wrong, in words, and the reports to check.

A check takes one `Report` and says nothing where all is well. What is known to be otherwise on purpose stands in the tables at
the top, each with its reason, so that nothing is excused by silence.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from kg.builder import build_document
from kg.context import Context, read_context
from kg.corpus import SOURCES, find_documents, read_document
from kg.documents import Document, Mention
from kg.edtf import bounds, duration
from kg.entities import is_name
from kg.errors import Finding
from kg.mentions import dates
from kg.namespaces import BASE
from kg.registry import Registry, load_registry
from kg.scheme import PARTICIPANT_ROLES, check

AT_THE_TABLE = PARTICIPANT_ROLES.keys() - {"Excluded"}

OTHERWISE_DATED: dict[tuple[str, str], str] = {
    ("2025-05-11-kyiv-leaders-demand-ceasefire", "Monday"): "what is demanded lies ahead, and no stage says so",
    ("2025-05-11-kyiv-leaders-demand-ceasefire", "12 May"): "what is demanded lies ahead, and no stage says so",
    (
        "2025-08-25-emirates-and-146-prisoners",
        "Tuesday evening",
    ): "of the week of the session in July that it speaks of",
    ("2026-02-02-abu-dhabi-round-put-off", "Sunday"): "the day of a plan that is put off, and is over already",
    ("2026-02-06-prisoners-after-abu-dhabi", "Sunday"): "the day of a plan that was put off, and is over already",
}
"""(report, words of a Time) → why its date is not the one that the words alone give."""

NOT_IN_REGISTRY: dict[tuple[str, str], str] = {}
"""(report, name) → why the registry has no entry for it."""

NO_NOTE: dict[tuple[str, str], str] = {}
"""(report, name of a person) → why neither Represents nor a note says for whom the person is at a table."""

EXCEPTIONS = {"times": OTHERWISE_DATED, "registered": NOT_IN_REGISTRY, "principals": NO_NOTE}
"""Check → what it lets pass. A check takes the table, so that it can be asked without."""


Known = Mapping[tuple[str, str], str]


@dataclass(frozen=True)
class Report:
    """One report of a corpus folder, as files and as read."""

    document: Document
    findings: tuple[Finding, ...]
    annotation: Path
    corpus: Path
    registry: Registry

    @property
    def id(self) -> str:
        return self.document.id

    @cached_property
    def context(self) -> Context:
        return read_context(check(self.document)[0], self.registry, BASE)[0]

    def place(self, mention: Mention) -> str:
        return f"{self.document.place(mention.line)} {mention.words!r}"


def corpora(data: Path) -> list[Path]:
    """The folders of reports: those with a sources.csv."""
    return sorted(path.parent for path in data.glob(f"*/{SOURCES}"))


@lru_cache(maxsize=4)
def names(data: Path) -> Registry:
    registry, findings = load_registry(data / "registry")
    assert [finding for finding in findings if finding.lost] == []
    return registry


def reports(data: Path) -> Iterator[Report]:
    for corpus in corpora(data):
        for item in find_documents([corpus]).items:
            document, findings = read_document(item)[:2]
            (annotation,) = map(Path, item.annotations)
            yield Report(document, tuple(findings), annotation, corpus, names(data))


# -- spans and references ------------------------------------------------------------------------------------------------


def spans(report: Report) -> Iterator[str]:
    """Every T line gives offsets that yield its words, whole words without blanks around them. Read without our reader."""
    text = report.document.text
    for number, line in enumerate(report.annotation.read_text(encoding="utf-8").split("\n"), 1):
        if not line.startswith("T"):
            continue
        name, where, words = line.split("\t")
        parts = [text[slice(*map(int, part.split()))] for part in where.partition(" ")[2].split(";")]
        if " ".join(parts) != words:
            yield f"{report.annotation.name}:{number}: {name} says {words!r}, the text {' '.join(parts)!r}"
        for part in where.partition(" ")[2].split(";"):
            start, end = map(int, part.split())
            cut = [at for at in (start, end) if 0 < at < len(text) and text[at - 1].isalpha() and text[at].isalpha()]
            if cut or text[start:end] != text[start:end].strip():
                yield f"{report.annotation.name}:{number}: {name} {words!r} cuts a word or takes a blank with it"


def findings(report: Report) -> Iterator[str]:
    """Nothing is lost or doubtful when the report is read, checked by the scheme and built: all references resolve."""
    graph = build_document(report.document, report.registry)
    yield from map(str, (*report.findings, *graph.findings))


def references(report: Report) -> Iterator[str]:
    """Values are well formed, stand on what they are references of, and `kg:` ones name something of that kind."""
    labels = {mention.id: mention.label for mention in report.document.mentions}
    labels |= {event.id: event.label for event in report.document.events}
    for reference in report.context.document.normalisations:
        label, place = labels[reference.target], report.document.place(reference.line)
        home, _, local = reference.reference.rpartition("/")
        try:
            if reference.database == "EDTF":
                bounds(reference.reference)
            elif reference.database == "ISO8601":
                duration(reference.reference)
        except ValueError as error:
            yield f"{place}: {error}"
        if reference.database == "kg" and label in ("Meeting", "Round", "Process"):
            if home not in ("meeting", "round", "process"):
                yield f"{place}: kg:{reference.reference} on a {label}"
        elif reference.database == "kg" and label not in ("Proposal", "Topic"):
            entry = report.registry.by_id.get(local)
            if entry is None or (entry.kind == "venue") != (label == "Venue"):
                yield f"{place}: kg:{reference.reference} on a {label} is no such entry of the registry"
        elif reference.database not in ("kg", "EDTF", "ISO8601", "Wikidata"):
            yield f"{place}: the unknown list {reference.database}"


# -- times -----------------------------------------------------------------------------------------------------------------


def times(report: Report, known: Known = OTHERWISE_DATED) -> Iterator[str]:
    """Every EDTF value contains the days that our own resolver reads off the words on the day of publication.

    Where that reading is itself approximate ("late October"), the annotation may say more exactly which part is meant.
    """
    checked = report.context.document
    unaided, _ = read_context(replace(checked, normalisations=()), report.registry, BASE)
    for mention in checked.mentions:
        if mention.label != "Time" or not report.context.normalisations.get((mention.id, "EDTF")):
            continue
        annotated, resolved = dates(report.context, mention), dates(unaided, mention)
        if not annotated or not resolved or (report.id, mention.words) in known:
            continue
        if not (_contains(annotated[0], resolved[0]) or ("~" in resolved[0] and _contains(resolved[0], annotated[0]))):
            yield f"{report.place(mention)}: annotated {annotated[0]}, the words give {resolved[0]}"


def _contains(outer: str, inner: str) -> bool:
    (first, last), (start, end) = bounds(outer), bounds(inner)
    begins = first is None or (start is not None and first <= start)
    return begins and (last is None or (end is not None and end <= last))


# -- names ----------------------------------------------------------------------------------------------------------------


def metonyms(report: Report) -> Iterator[str]:
    """No Venue is named by words that mean a state and no venue, and no State by words that mean a venue and no state."""
    for mention in report.document.mentions:
        is_state, is_venue = (report.registry.find(kind, mention.words) is not None for kind in ("state", "venue"))
        if mention.label == "Venue" and is_state and not is_venue:
            yield f"{report.place(mention)} is a Venue, and by the registry the name of a state only"
        if mention.label == "State" and is_venue and not is_state:
            yield f"{report.place(mention)} is a State, and by the registry the name of a venue only"


def registered(report: Report, known: Known = NOT_IN_REGISTRY) -> Iterator[str]:
    """Every person, state, organisation and venue that is named is in the registry."""
    found = {
        (node.label, node.words) for node in report.context.nodes.values() if node.identified in ("name", "wikidata")
    }
    for kind, name in sorted(found):
        if (report.id, name) not in known:
            yield f"{report.id}: the {kind} {name!r} is not in the registry"


# -- who acts for whom, and who says what ---------------------------------------------------------------------------------


def principals(report: Report, known: Known = NO_NOTE) -> Iterator[str]:
    """Every named person in a meeting acts for somebody in this text, or a note says `no principal: …` and why."""
    context = report.context
    noted = {
        context.nodes[note.target].iri
        for note in context.document.notes
        if note.text.startswith("no principal: ") and note.target in context.nodes
    }
    told: set[str] = set()
    for event in context.document.events:
        if event.label not in ("Meeting", "Round"):
            continue
        for role in event.roles:
            node = context.nodes.get(role.target)
            if node is None or role.name not in AT_THE_TABLE or node.label != "Person" or node.iri in told:
                continue
            named = node.entry is not None or any(is_name(mention.words) for mention in node.mentions)
            excused = (report.id, node.words) in known
            if named and not excused and node.iri not in context.principals and node.iri not in noted:
                told.add(node.iri)
                mention = context.mentions[role.target]
                yield f"{report.place(mention)} ({node.words}) represents nobody, and no note says why"
            if node.iri in context.principals and node.iri in noted:
                told.add(node.iri)
                yield f"{report.place(context.mentions[role.target])} represents somebody, and a note says that it does not"


def speech_acts(report: Report) -> Iterator[str]:
    """Every claim has one speech act."""
    for event in report.context.document.events:
        acts = report.context.said_of(event.id).get("SpeechAct", ())
        if event.label == "Claim" and len(acts) != 1:
            yield f"{report.document.place(event.line)}: the claim {event.id} has {len(acts)} speech acts"


# -- texts and their sources ----------------------------------------------------------------------------------------------

_QUOTATION = re.compile(r"""["“”„‟«»‹›‚‘]|(?<![\w])['’](?=\w)""")


def prose(report: Report) -> Iterator[str]:
    """A headline, then 80 to 250 words, and nothing in quotation marks."""
    headline, _, body = report.document.text.partition("\n")
    words = len(body.split())
    if not 80 <= words <= 250:
        yield f"{report.id}: {words} words, not 80 to 250"
    if not headline.strip() or headline.rstrip().endswith("."):
        yield f"{report.id}: the first line is no headline: {headline!r}"
    for match in _QUOTATION.finditer(report.document.text):
        yield f"{report.id}: a quotation mark: {report.document.text[max(0, match.start() - 20) : match.end() + 20]!r}"


def sources(report: Report) -> Iterator[str]:
    """The row of sources.csv is complete, agrees with the report, and names at least one public source."""
    source = report.document.source
    with (report.corpus / SOURCES).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["id"] == report.id]
    if len(rows) != 1:
        yield f"{report.id}: {len(rows)} rows in {SOURCES}"
        return
    for column in ("title", "publisher", "date", "language", "process", "sources"):
        if not (rows[0].get(column) or "").strip():
            yield f"{report.id}: no {column}"
    addresses = (rows[0].get("sources") or "").split()
    if list(source.derived_from) != addresses or len(set(addresses)) != len(addresses):
        yield f"{report.id}: a source is no web address, or stands there twice"
    if source.title != report.document.text.partition("\n")[0]:
        yield f"{report.id}: the title is not the headline: {source.title!r}"
    if source.process != report.corpus.name:
        yield f"{report.id}: the process is {source.process!r}, the folder {report.corpus.name!r}"
    try:
        day = date.fromisoformat(source.date[:10])
    except ValueError:
        yield f"{report.id}: the date {source.date!r} is not ISO 8601"
    else:
        if not report.id.startswith(f"{day.isoformat()}-"):
            yield f"{report.id}: the date is {day}, the id says otherwise"


Check = Callable[[Report], Iterator[str]]

CHECKS: tuple[Check, ...] = (
    spans,
    findings,
    references,
    times,
    metonyms,
    registered,
    principals,
    speech_acts,
    prose,
    sources,
)

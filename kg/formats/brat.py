"""brat stand-off: a text file and, beside it, lines of annotation.

The grammar is that of brat's own server (mentions T, events E, relations R, equivalences *, attributes A and M,
normalisations N, notes #). Lines end at LF only. Where brat would refuse a whole file, this reader refuses the line and says
so; everything valid is kept. It knows no labels: which of them mean something is the business of the annotation scheme.

Offsets are read in the one unit in which every mention agrees with its words: Unicode code points as brat writes them, else
UTF-16 units, else offsets counted after CRLF was made LF, each with or without a byte order mark. One unit serves the whole
document; no single mention is ever moved to where its words happen to stand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from kg.documents import (
    Attribute,
    Document,
    Equivalence,
    Event,
    Mention,
    Normalisation,
    Note,
    Relation,
    Role,
    Source,
    Span,
)
from kg.errors import Finding, InputError
from kg.formats.offsets import CHARACTERS, Agreement, Mark, Reading, Unit, choose_unit, refusal, short

ENDINGS = (".ann", ".a1", ".a2", ".co", ".rel")
"""Annotation files of a text. `.ann` wins; the partial files are read together where no `.ann` exists."""

_ID = re.compile(r"(\*|[A-Za-z]+[0-9]+\S*|#[A-Za-z]*[0-9]+\S*)\Z")
_ROLE = re.compile(r"(.*?[^0-9])([0-9]*)\Z")
_SPAN = re.compile(r"([0-9]+) ([0-9]+)\Z")


def read_brat(
    text_file: Path, annotation_files: Sequence[Path], document_id: str = ""
) -> tuple[Document, list[Finding]]:
    """Read one text with its annotation files (given in the order in which to read them).

    Returns the document, without source data, and what was found wrong. Raises InputError where the text itself, or every
    annotation file, cannot be read as UTF-8.
    """
    text = _decode(text_file)
    parts: list[tuple[str, str]] = []
    findings: list[Finding] = []
    for path in annotation_files:
        try:
            parts.append((path.name, _decode(path)))
        except InputError as error:
            findings.append(Finding(error.place, error.found, error.remedy))
    document, more = parse_brat(document_id or text_file.stem, text, parts, text_name=text_file.name)
    return document, findings + more


def _decode(path: Path) -> str:
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError("this file is UTF-16, brat files are UTF-8", place=path.name, remedy="save it as UTF-8")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"byte {error.start} is not UTF-8", place=path.name, remedy="save the file as UTF-8, then build again"
        ) from None


def parse_brat(
    document_id: str, text: str, parts: Iterable[tuple[str, str]], *, text_name: str = ""
) -> tuple[Document, list[Finding]]:
    """Parse annotation `parts` (file name, content) of a text. Never raises on bad annotation: what is wrong is reported."""
    reader = _Reader(text, text_name or f"{document_id}.txt")
    for name, content in parts:
        reader.read(name, content)
    return reader.document(document_id), reader.findings


class _Reader:
    """Collects the lines of one document, then settles what refers to what."""

    def __init__(self, text: str, text_name: str) -> None:
        self.byte_order_mark = text.startswith("\ufeff")
        self.text = text[1:] if self.byte_order_mark else text
        self.text_name = text_name
        self.files: list[tuple[str, int]] = []
        self.findings: list[Finding] = []
        self.lines_of: dict[str, int] = {}
        self.last_line = 0
        self.raw_mentions: list[Mention] = []
        """T lines whose offsets are not yet known to count what we think they count."""
        self.marks: list[Mark] = []
        """Their spans, and their words where they give any."""
        self.raw_events: list[Event] = []
        self.raw_relations: list[Relation] = []
        self.raw_attributes: list[Attribute] = []
        self.raw_normalisations: list[Normalisation] = []
        self.raw_notes: list[Note] = []
        self.raw_equivalences: list[Equivalence] = []
        self.kinds: dict[str, Callable[[str, str, str | None, int], None]] = {
            "T": self._mention,
            "E": self._event,
            "R": self._relation,
            "A": self._attribute,
            "M": self._attribute,
            "N": self._normalisation,
            "#": self._note,
            "*": self._equivalence,
        }

    # -- lines -----------------------------------------------------------------------------------------------------------

    def read(self, name: str, content: str) -> None:
        self.files.append((name, self.last_line + 1))
        lines = content.removeprefix("\ufeff").split("\n")
        carriage_returns = "\r" in content
        kinds, lines_of = self.kinds, self.lines_of
        for number, line in enumerate(lines, self.last_line + 1):
            if carriage_returns and line.endswith("\r"):
                line = line[:-1]
            fields = line.split("\t", 2)
            if len(fields) == 1:
                if line and not line.isspace():
                    self._lost(number, f"no tab in {short(line)}", "fields of a brat line are separated by tabs")
                continue
            head = fields[0]
            # Almost every id is a letter and a number; the pattern decides the others.
            plain = head[1:].isdigit() and head.isascii()
            kind = kinds.get(head[:1]) if plain or _ID.match(head) else None
            if kind is None:
                if line.isspace():
                    continue
                known = "a brat line starts with T, E, R, A, M, N or # and a number, or with *"
                self._lost(number, f"unknown kind of line {short(head)}", known)
                continue
            if head != "*":
                if head in lines_of:
                    first = self._place(lines_of[head])
                    self._lost(number, f"{head} is already defined at {first}", "give this annotation an id of its own")
                    continue
                lines_of[head] = number
            kind(head, fields[1], fields[2] if len(fields) == 3 else None, number)
        self.last_line += len(lines)

    def _mention(self, head: str, body: str, tail: str | None, line: int) -> None:
        parts = body.split(" ")
        if len(parts) == 3 and parts[1].isdigit() and parts[2].isdigit() and body.isascii() and len(body) < 60:
            # Nearly every mention is one span.
            label, first, last = parts
            spans: tuple[Span, ...] = ((int(first), int(last)),)
        else:
            label = parts[0]
            found = self._fragments(head, body, line)
            if found is None:
                return
            spans = found
        if not label:
            self._lost(line, f"{head} has no label", "write: Label start end")
            return
        for start, end in spans:
            if start > end:
                self._lost(line, f"{head} starts at {start}, after its end {end}", "swap the two offsets")
                return
        if len(spans) > 1 and any(after[0] < before[1] for before, after in pairwise(sorted(spans))):
            self._lost(line, f"{head} has fragments that overlap", "let its fragments follow one another")
            return
        self.raw_mentions.append(Mention(head, label, spans, tail or "", line))
        self.marks.append((spans, tail or None))

    def _fragments(self, head: str, body: str, line: int) -> tuple[Span, ...] | None:
        spans: list[Span] = []
        for piece in body.partition(" ")[2].split(";"):
            match = _SPAN.match(piece)
            if match is None or len(piece) > 40:
                self._lost(line, f"{head} has no readable span in {short(body)}", "write: Label start end[;start end…]")
                return None
            spans.append((int(match[1]), int(match[2])))
        return tuple(spans)

    def _event(self, head: str, body: str, tail: str | None, line: int) -> None:
        first, *arguments = body.split() or [""]
        label, colon, trigger = first.partition(":")
        if not colon or not label or not trigger:
            self._lost(line, f"{head} names no trigger in {short(first)}", "write: Label:T1 Role:T2 …")
            return
        roles: list[Role] = []
        for argument in arguments:
            name, colon, target = argument.partition(":")
            number = 1
            if name[-1:].isdecimal() and (match := _ROLE.match(name)):
                name, number = match[1], int(match[2][:9] or 1)
            if not target or not name or name.isdecimal():
                self._lost(line, f"{head} has the unreadable role {short(argument)}", "write: Role:T2")
                continue
            roles.append(Role(name, number, target))
        self.raw_events.append(Event(head, label, trigger, tuple(roles), line))

    def _relation(self, head: str, body: str, tail: str | None, line: int) -> None:
        label, *arguments = body.split() or [""]
        pairs = [argument.partition(":") for argument in arguments]
        if len(pairs) != 2 or not all(role and colon and target for role, colon, target in pairs):
            self._lost(line, f"{head} does not link two things in {short(body)}", "write: Label Arg1:T1 Arg2:T2")
            return
        if pairs[0][0] == pairs[1][0]:
            self._lost(line, f"{head} gives the role {pairs[0][0]} twice", "name its two ends Arg1 and Arg2")
            return
        pairs.sort(key=lambda pair: pair[0] == "Arg2")
        self.raw_relations.append(Relation(head, label, pairs[0][2], pairs[1][2], line))

    def _attribute(self, head: str, body: str, tail: str | None, line: int) -> None:
        label, _, rest = body.partition(" ")
        target, _, value = rest.partition(" ")
        if not label or not target:
            self._lost(line, f"{head} says nothing of anything in {short(body)}", "write: Label E1 [value]")
            return
        self.raw_attributes.append(Attribute(head, label, target, value.strip() or None, line))

    def _normalisation(self, head: str, body: str, tail: str | None, line: int) -> None:
        fields = body.split(" ", 2)
        database, colon, reference = fields[2].partition(":") if len(fields) == 3 else ("", "", "")
        if not colon or not database or not reference.strip():
            self._lost(line, f"{head} has no database:reference in {short(body)}", "write: Reference T1 Wikidata:Q71")
            return
        self.raw_normalisations.append(Normalisation(head, fields[1], database, reference.strip(), tail or "", line))

    def _note(self, head: str, body: str, tail: str | None, line: int) -> None:
        label, _, target = body.partition(" ")
        if not label or not target.strip():
            self._lost(line, f"{head} is a note on nothing", "write: AnnotatorNotes T1, a tab and the note")
            return
        self.raw_notes.append(Note(head, label, target.strip(), tail or "", line))

    def _equivalence(self, head: str, body: str, tail: str | None, line: int) -> None:
        label, *members = body.split() or [""]
        if len(members) < 2:
            self._lost(line, f"an equivalence of fewer than two members in {short(body)}", "write: Equiv T1 T2 …")
            return
        self.raw_equivalences.append(Equivalence(label, tuple(members), line))

    # -- what refers to what ---------------------------------------------------------------------------------------------

    def document(self, document_id: str) -> Document:
        mentions = self._settle_mentions()
        known = {mention.id: mention.label for mention in mentions}
        events = self._settle_events(known)
        known.update((event.id, event.label) for event in events)
        triggers = {event.trigger for event in events}
        relations = [r for r in self.raw_relations if self._defined(r.id, (r.source, r.target), known, r.line)]
        known.update((relation.id, relation.label) for relation in relations)
        attributes = []
        for attribute in self.raw_attributes:
            if not self._defined(attribute.id, (attribute.target,), known, attribute.line):
                continue
            if attribute.target in triggers:
                found = f"{attribute.id} stands on {attribute.target}, the trigger of an event"
                self._lost(attribute.line, found, "put the attribute on the event")
                continue
            attributes.append(attribute)
        return Document(
            id=document_id,
            text=self.text,
            source=Source(),
            mentions=tuple(mentions),
            events=tuple(events),
            relations=tuple(relations),
            attributes=tuple(attributes),
            equivalences=self._settle_equivalences(known),
            normalisations=tuple(n for n in self.raw_normalisations if self._defined(n.id, (n.target,), known, n.line)),
            notes=tuple(n for n in self.raw_notes if self._defined(n.id, (n.target,), known, n.line)),
            files=tuple(self.files),
        )

    def _settle_mentions(self) -> list[Mention]:
        unit, readings = self._unit()
        mentions: list[Mention] = []
        for raw, (spans, words, agreement) in zip(self.raw_mentions, readings, strict=True):
            if agreement is Agreement.YES and spans is raw.spans:
                mentions.append(raw)
                continue
            field = raw.words or None
            reading = spans, words, agreement
            if (found := refusal(reading, raw.spans, field, unit, raw.id, self.text_name)) is not None:
                self._lost(raw.line, found, "was the text edited after annotation?")
                continue
            if agreement is Agreement.ABSENT and any(start < end for start, end in spans):
                self._remark(raw.line, f"{raw.id} gives no words, filled in from the text: {short(words)}")
            elif agreement is Agreement.OLD_STYLE:
                self._remark(raw.line, f"{raw.id} joins its fragments without a blank, as old versions of brat did")
            mentions.append(raw._replace(spans=spans, words=words))
        return mentions

    def _unit(self) -> tuple[Unit, list[Reading]]:
        """The unit of offsets of this document: the first in which all mentions agree, else the one in which most do."""
        unit, readings = choose_unit(self.text, self.marks, byte_order_mark=self.byte_order_mark)
        if unit.counted != CHARACTERS:
            place = self.files[0][0] if self.files else self.text_name
            self.findings.append(Finding(place, f"offsets count {unit.counted}; read so", lost=False))
        return unit, readings

    def _settle_events(self, mentions: dict[str, str]) -> list[Event]:
        kept: list[Event] = []
        for event in self.raw_events:
            if event.trigger not in mentions:
                self._undefined(event.id, event.trigger, event.line)
            elif mentions[event.trigger] != event.label:
                found = f"{event.id} is a {event.label}, but its trigger {event.trigger} is marked {mentions[event.trigger]}"
                self._lost(event.line, found, "trigger and event carry one label")
            else:
                kept.append(event)
        defined = mentions.keys() | {event.id for event in kept}
        result: list[Event] = []
        for event in kept:
            missing = [role for role in event.roles if role.target not in defined]
            for role in missing:
                self._undefined(f"{event.id}, role {role.name},", role.target, event.line)
            if missing:
                event = event._replace(roles=tuple(role for role in event.roles if role.target in defined))
            result.append(event)
        return result

    def _settle_equivalences(self, known: dict[str, str]) -> tuple[Equivalence, ...]:
        """Join groups of one name that share a member (brat reads them as transitive)."""
        groups: list[Equivalence] = []
        for equivalence in self.raw_equivalences:
            members = []
            for member in equivalence.members:
                if self._defined(f"the {equivalence.label} group", (member,), known, equivalence.line):
                    members.append(member)
            merged = Equivalence(equivalence.label, tuple(dict.fromkeys(members)), equivalence.line)
            apart: list[Equivalence] = []
            for group in groups:
                if group.label == merged.label and set(group.members) & set(merged.members):
                    members = [*group.members, *merged.members]
                    merged = Equivalence(group.label, tuple(dict.fromkeys(members)), min(group.line, merged.line))
                else:
                    apart.append(group)
            groups = [*apart, merged]
        return tuple(group for group in groups if len(group.members) > 1)

    def _defined(self, who: str, targets: Sequence[str], known: dict[str, str], line: int) -> bool:
        missing = [target for target in targets if target not in known]
        for target in missing:
            self._undefined(who, target, line)
        return not missing

    def _undefined(self, who: str, target: str, line: int) -> None:
        if target in self.lines_of:
            place = self._place(self.lines_of[target])
            self._lost(line, f"{who} refers to {target}, which was left out at {place}", "mend that line first")
        else:
            self._lost(line, f"{who} refers to {target}, which is not defined", "define it or take the reference away")

    # -- messages --------------------------------------------------------------------------------------------------------

    def _place(self, line: int) -> str:
        name, first = next((name, first) for name, first in reversed(self.files) if first <= line)
        return f"{name}:{line - first + 1}"

    def _lost(self, line: int, found: str, remedy: str) -> None:
        self.findings.append(Finding(self._place(line), found, remedy))

    def _remark(self, line: int, found: str) -> None:
        self.findings.append(Finding(self._place(line), found, lost=False))

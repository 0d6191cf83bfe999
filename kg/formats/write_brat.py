"""brat stand-off, written: the text as it is, and its lines of annotation."""

from __future__ import annotations

import re

from kg.documents import Document
from kg.errors import Finding
from kg.formats.writing import Written, numbered


def write(document: Document) -> Written:
    """A `.txt` and an `.ann` file.

    brat ends a line at every line break, so that a mention across one is written as brat itself does it: without its words
    being changed, as fragments that touch the break from both sides.
    """
    document = numbered(document)
    findings: list[Finding] = []
    lines: list[str] = []
    for mention in document.mentions:
        words = mention.words
        spans = mention.spans
        if "\n" in words:
            spans = tuple(part for span in spans for part in _around_breaks(document.text, span))
            words = " ".join(document.text[start:end] for start, end in spans)
            found = f"{mention.id} spans a line break and becomes {len(spans)} fragments, as in brat itself"
            findings.append(Finding(document.id, found, lost=False))
        # A line that ends with CR would lose it; without words, the reader takes them from the text.
        field = "" if words.endswith("\r") else f"\t{words}"
        offsets = ";".join(f"{start} {end}" for start, end in spans)
        lines.append(f"{mention.id}\t{_word(mention.label)} {offsets}{field}")
    for event in document.events:
        roles = "".join(
            f" {_word(role.name)}{role.number if role.number != 1 else ''}:{role.target}" for role in event.roles
        )
        lines.append(f"{event.id}\t{_word(event.label)}:{event.trigger}{roles}")
    for relation in document.relations:
        lines.append(f"{relation.id}\t{_word(relation.label)} Arg1:{relation.source} Arg2:{relation.target}")
    for group in document.equivalences:
        lines.append(f"*\t{_word(group.label)} {' '.join(group.members)}")
    for attribute in document.attributes:
        value = "" if attribute.value is None else f" {_line(attribute.value)}"
        lines.append(f"{attribute.id}\t{_word(attribute.label)} {attribute.target}{value}")
    for one in document.normalisations:
        lines.append(f"{one.id}\tReference {one.target} {one.database}:{_line(one.reference)}\t{_line(one.words)}")
    for note in document.notes:
        lines.append(f"{note.id}\t{_word(note.label)} {note.target}\t{_line(note.text)}")
    annotation = "".join(f"{line}\n" for line in lines)
    files = {".txt": document.text, ".ann": annotation}
    return Written({ending: text.encode("utf-8", "surrogatepass") for ending, text in files.items()}, findings)


def _around_breaks(text: str, span: tuple[int, int]) -> list[tuple[int, int]]:
    parts, start = [], span[0]
    for position in range(span[0], span[1] + 1):
        if position == span[1] or text[position] == "\n":
            if position > start:
                parts.append((start, position))
            start = position + 1
    return parts or [(span[0], span[0])]


def _word(label: str) -> str:
    """A label as brat can write it: no blank, no colon."""
    return re.sub(r"[\s:;]+", "_", label) or "_"


def _line(text: str) -> str:
    """text on one line: brat has no way to write a line break."""
    return re.sub(r"[\r\n]+", " ", text)

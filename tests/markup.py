"""Annotated texts written where one can read them: labels in the text, what they say below it, and no offset anywhere.

    The {State#nor:Northern} {Delegation#team:team} {Meeting#m:met} {State#sou:Southland} on {Time#day:Friday}.
    ---
    m Party=team Party=sou Time=day Stage=held
    team Represents nor
    day = EDTF:2025-06-13

`{Label#id:words}` marks a mention; braces nest, `{Meeting#m Claim#c:talks}` marks one span twice, and `#id/1`, `#id/2` are the
fragments of one discontinuous mention. Below `---` stand, one to a line: an event by the id of its trigger with its roles and
attributes (`Negated` alone is a flag), relations (`a Represents b`), `Coref a b c`, references (`id = DB:ref`) and notes
(`id Note words`); `%` begins a comment. An event without a line of its own has no role.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from kg.documents import Document, Source
from kg.formats.brat import parse_brat
from kg.scheme import ATTRIBUTES, RELATIONS, ROLES

_OPEN = re.compile(r"\{((?:[A-Z][A-Za-z]*#[\w.-]+(?:/\d+)?)(?: [A-Z][A-Za-z]*#[\w.-]+(?:/\d+)?)*):")


@dataclass
class _Mention:
    label: str
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)

    @property
    def ordered(self) -> list[tuple[int, int]]:
        return [self.spans[at] for at in sorted(self.spans)]


def to_brat(source: str) -> tuple[str, str]:
    """The text and the brat annotation of a marked-up source. Raises ValueError naming what cannot be read."""
    marked, _, below = source.partition("\n---\n")
    text, mentions = _read_marks(marked.strip("\n") + "\n")
    ids, lines = {}, []
    order = sorted(mentions, key=lambda name: (mentions[name].ordered[0], mentions[name].label in ROLES, name))
    for number, name in enumerate(order, 1):
        spans = mentions[name].ordered
        ids[name] = f"T{number}"
        words = " ".join(text[start:end] for start, end in spans)
        offsets = ";".join(f"{start} {end}" for start, end in spans)
        lines.append(f"T{number}\t{mentions[name].label} {offsets}\t{words}")
    events = [name for name in order if mentions[name].label in ROLES]
    event_ids = {name: f"E{number}" for number, name in enumerate(events, 1)}
    target = {**ids, **event_ids}
    return text, "\n".join([*lines, *_statements(below, mentions, target, ids, event_ids, text)]) + "\n"


def _read_marks(marked: str) -> tuple[str, dict[str, _Mention]]:
    out: list[str] = []
    length = at = 0
    open_marks: list[tuple[list[str], int]] = []
    mentions: dict[str, _Mention] = {}
    while at < len(marked):
        if (match := _OPEN.match(marked, at)) is not None:
            open_marks.append((match[1].split(" "), length))
            at = match.end()
            continue
        char = marked[at]
        if char == "{":
            raise ValueError(f"no {{Label#id:words}}: {marked[at : at + 40]!r}")
        if char == "}":
            if not open_marks:
                raise ValueError(f"a brace that closes nothing: {marked[max(0, at - 40) : at + 1]!r}")
            tags, start = open_marks.pop()
            for tag in tags:
                label, _, name = tag.partition("#")
                name, _, part = name.partition("/")
                mention = mentions.setdefault(name, _Mention(label))
                if mention.label != label or int(part or 0) in mention.spans:
                    raise ValueError(f"the id {name} is used twice")
                mention.spans[int(part or 0)] = (start, length)
        else:
            out.append(char)
            length += 1
        at += 1
    if open_marks:
        raise ValueError(f"never closed: {open_marks[-1][0]}")
    return "".join(out), mentions


def _statements(
    below: str, mentions: dict[str, _Mention], target: dict[str, str], ids: dict[str, str],
    event_ids: dict[str, str], text: str,
) -> list[str]:  # fmt: skip
    roles: dict[str, list[str]] = {name: [] for name in event_ids}
    attributes: list[str] = []
    relations: list[str] = []
    references: list[str] = []
    notes: list[str] = []

    def known(name: str, line: str) -> str:
        if name not in target:
            raise ValueError(f"{name} is marked nowhere: {line}")
        return target[name]

    for line in below.splitlines():
        line = line.split("%")[0].strip() if not re.match(r"\S+ Note ", line) else line.strip()
        words = line.split()
        if not words:
            continue
        if words[0] in ("Coref", "Coref:"):
            first, *rest = words[1:]
            for other in rest:
                relations.append(f"Coref Arg1:{known(first, line)} Arg2:{known(other, line)}")
        elif len(words) > 1 and words[1] == "=":
            spans = mentions[words[0]].ordered if known(words[0], line) else []
            words_of = " ".join(text[start:end] for start, end in spans)
            references.append(f"Reference {known(words[0], line)} {words[2]}\t{words_of}")
        elif len(words) > 1 and words[1] == "Note":
            notes.append(f"AnnotatorNotes {known(words[0], line)}\t{line.split(' Note ', 1)[1]}")
        elif len(words) == 3 and words[1] in RELATIONS:
            relations.append(f"{words[1]} Arg1:{known(words[0], line)} Arg2:{known(words[2], line)}")
        elif words[0] in event_ids:
            for word in words[1:]:
                name, equals, value = word.partition("=")
                if name == "Negated" and not equals:
                    attributes.append(f"Negated {event_ids[words[0]]}")
                elif name in ATTRIBUTES and equals:
                    attributes += [f"{name} {event_ids[words[0]]} {one}" for one in value.split(",")]
                elif name in ROLES[mentions[words[0]].label] and equals:
                    for filler in value.split(","):
                        nth = sum(role.split(":")[0].rstrip("0123456789") == name for role in roles[words[0]]) + 1
                        number = "" if nth == 1 else str(nth)
                        roles[words[0]].append(f"{name}{number}:{known(filler, line)}")
                else:
                    raise ValueError(f"{word} is no role or attribute of a {mentions[words[0]].label}: {line}")
        else:
            raise ValueError(f"not understood: {line}")
    lines = []
    for name, event in event_ids.items():
        lines.append(" ".join([f"{event}\t{mentions[name].label}:{ids[name]}", *roles[name]]))
    for letter, rows in (("A", attributes), ("R", relations), ("N", references), ("#", notes)):
        lines += [f"{letter}{number}\t{row}" for number, row in enumerate(rows, 1)]
    return lines


def marked(source: str, id: str, date: str, publisher: str = "The Daily", process: str = "test") -> Document:
    """The document of a marked-up source, read as any annotated text is; every finding is an error."""
    text, annotation = to_brat(source)
    made, findings = parse_brat(id, text, [(f"{id}.ann", annotation)])
    assert not findings, [str(finding) for finding in findings]
    return replace(made, source=Source(title=text.split("\n")[0], publisher=publisher, date=date, process=process))

"""How the tools that we only read write an annotated text: Prodigy, doccano, WebAnno TSV, and dkpro-cassis for both forms of a CAS.

Written from the grammars, independently of our readers. Roles are relations from the event where a tool has no events.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

import cassis

from kg.documents import Document
from kg.formats.offsets import utf16


def marks(document: Document) -> list[tuple[str, str, tuple[int, int]]]:
    """What a tool of marks shows: id, label and span; an event stands for its trigger."""
    by_id = {mention.id: mention for mention in document.mentions}
    triggers = {event.trigger for event in document.events}
    plain = [(m.id, m.label, m.spans[0]) for m in document.mentions if m.id not in triggers]
    return plain + [(e.id, e.label, by_id[e.trigger].spans[0]) for e in document.events]


def arrows(document: Document) -> list[tuple[str, str, str]]:
    found = [(role.name, event.id, role.target) for event in document.events for role in event.roles]
    found += [(r.label, r.source, r.target) for r in document.relations]
    for group in document.equivalences:
        found += [("Coref", one, other) for one, other in zip(group.members, group.members[1:], strict=False)]
    return found


def features(document: Document, own: str) -> dict[str, Any]:
    """What is said of one mark, by name."""
    said: dict[str, Any] = {
        a.label: True if a.value is None else a.value for a in document.attributes if a.target == own
    }
    for reference in document.normalisations:
        if reference.target == own:
            said["Reference"] = f"{reference.database}:{reference.reference}"
    for note in document.notes:
        if note.target == own:
            said["Note"] = note.text
    return said


def prodigy(document: Document) -> bytes:
    tokens = [
        {"text": match[0], "start": match.start(), "end": match.end(), "id": number, "ws": True}
        for number, match in enumerate(re.finditer(r"\S+", document.text))
    ]
    spans = {}
    for own, label, (start, end) in marks(document):
        spans[own] = {"start": start, "end": end, "label": label, "attributes": features(document, own)}
    relations = [
        {"head_span": _bare(spans[one]), "child_span": _bare(spans[other]), "label": label, "head": 0, "child": 0}
        for label, one, other in arrows(document)
    ]
    task = {"text": document.text, "meta": {"id": document.id}, "tokens": tokens, "spans": list(spans.values())}
    return json.dumps(task | {"relations": relations, "answer": "accept", "_task_hash": 1}).encode() + b"\n"


def _bare(span: dict[str, Any]) -> dict[str, Any]:
    return {key: span[key] for key in ("start", "end", "label")}


def doccano(document: Document) -> bytes:
    numbers = {own: number for number, (own, _, _) in enumerate(marks(document), 10)}
    entities = [
        {
            "id": numbers[own],
            "label": label,
            "start_offset": start,
            "end_offset": end,
            "attributes": features(document, own),
        }
        for own, label, (start, end) in marks(document)
    ]
    relations = [
        {"id": number, "from_id": numbers[one], "to_id": numbers[other], "type": label}
        for number, (label, one, other) in enumerate(arrows(document))
    ]
    record = {"id": document.id, "text": document.text, "entities": entities, "relations": relations, "Comments": []}
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


_RESERVED = re.compile(r"(->|[\\\[\]|_;*])")


def _protected(text: str) -> str:
    return _RESERVED.sub(r"\\\1", text).replace("\t", r"\t").replace("\n", r"\n").replace("\r", r"\r")


def webanno_tsv(document: Document) -> bytes:
    """One sentence; every mark numbered, as WebAnno numbers marks of several tokens and stacked ones."""
    text = document.text
    offset = utf16(text).back(text)
    edges = {edge for _, _, span in marks(document) for edge in span}
    tokens = []
    for match in re.finditer(r"\S+", text):
        cuts = [match.start(), *sorted(edge for edge in edges if match.start() < edge < match.end()), match.end()]
        tokens += list(pairwise(cuts))
    names = sorted({name for own, _, _ in marks(document) for name in features(document, own)})
    events = {event.id for event in document.events}
    number = {own: n for n, (own, _, _) in enumerate(marks(document), 1)}
    home = {
        own: next(n for n, (start, _) in enumerate(tokens, 1) if start == span[0]) for own, _, span in marks(document)
    }
    header = ["#FORMAT=WebAnno TSV 3.3", f"#T_SP=webanno.custom.Mention|label|{'|'.join(names)}".rstrip("|")]
    header.append(
        f"#T_SP=webanno.custom.Event|label|{'|'.join([*names, ''])}"
        "ROLE_webanno.custom.Event:roles_webanno.custom.EventRolesLink|uima.tcas.Annotation"
    )
    header += ["#T_RL=webanno.custom.Relation|label|BT_webanno.custom.Mention", "", ""]
    lines = ["#Text=" + _protected(part).replace(r"\_", "_").replace(r"\*", "*") for part in text.split("\n")]
    links = {
        event.id: [(role.name, f"1-{home[role.target]}[{number[role.target]}]") for role in event.roles]
        for event in document.events
    }
    relations = [one for one in arrows(document) if one[1] not in events or one[0] == "Coref"]
    for n, (start, end) in enumerate(tokens, 1):
        row = [f"1-{n}", f"{offset(start)}-{offset(end)}", text[start:end]]
        for kind in (False, True):
            here = [
                (own, label)
                for own, label, span in marks(document)
                if span[0] <= start and end <= span[1] and (own in events) is kind
            ]
            columns: list[list[str]] = [[] for _ in range(1 + len(names))]
            roles, targets = [], []
            for own, label in here:
                said = features(document, own)
                values = [label, *(said.get(name, "*") for name in names)]
                for column, value in zip(columns, values, strict=True):
                    plain = "true" if value is True else value if value == "*" else _protected(value)
                    column.append(f"{plain}[{number[own]}]")
                mine = links.get(own, [])
                roles.append((";".join(role for role, _ in mine) or "*") + f"[{number[own]}]")
                targets.append(";".join(target for _, target in mine) or "_")
            if kind:
                columns += [roles, targets]
            row += ["|".join(column) or "_" for column in columns]
        arriving = [(label, one, other) for label, one, other in relations if home[other] == n]
        row.append("|".join(label for label, _, _ in arriving) or "_")
        row.append("|".join(f"1-{home[one]}[{number[one]}_{number[other]}]" for _, one, other in arriving) or "_")
        lines.append("\t".join(row) + "\t")
    return ("\n".join([*header, *lines]) + "\n").encode()


def cas(document: Document) -> cassis.Cas:
    """The document in the layers of our INCEpTION project, as dkpro-cassis holds it."""
    types = cassis.TypeSystem()
    string, strings, boolean = "uima.cas.String", "uima.cas.StringArray", "uima.cas.Boolean"
    mention = types.create_type("webanno.custom.Mention")
    event = types.create_type("webanno.custom.Event")
    link = types.create_type("webanno.custom.EventRolesLink", supertypeName="uima.cas.TOP")
    types.create_feature(link, "role", string)
    types.create_feature(link, "target", "uima.tcas.Annotation")
    for layer in (mention, event):
        types.create_feature(layer, "label", string)
        types.create_feature(layer, "Reference", strings)
        types.create_feature(layer, "Note", string)
    for name in sorted({a.label for a in document.attributes}):
        types.create_feature(event, name, boolean if name == "Negated" else string)
    types.create_feature(event, "roles", "uima.cas.FSArray", elementType="webanno.custom.EventRolesLink")
    relation = types.create_type("webanno.custom.Relation")
    types.create_feature(relation, "label", string)
    for end in ("Governor", "Dependent"):
        types.create_feature(relation, end, "uima.tcas.Annotation")
    made = cassis.Cas(types)
    made.sofa_string, made.sofa_mime = document.text, "text/plain"
    events = {one.id for one in document.events}
    held = {}
    for own, label, (start, end) in marks(document):
        said = features(document, own)
        if "Reference" in said:
            said["Reference"] = types.get_type(strings)(elements=[said["Reference"]])
        held[own] = (event if own in events else mention)(begin=start, end=end, label=label, **said)
    for one in document.events:
        links = [link(role=role.name, target=held[role.target]) for role in one.roles]
        held[one.id].roles = types.get_type("uima.cas.FSArray")(elements=links)
    made.add_all(held.values())
    for label, one, other in arrows(document):
        if one not in events or label == "Coref":
            start, end = held[other].begin, held[other].end
            made.add(relation(begin=start, end=end, label=label, Governor=held[one], Dependent=held[other]))
    return made

"""Identity across documents: which meetings of several texts are one.

So far by reference alone: where texts name the same known meeting (`kg:meeting/…`), their nodes are members of one canonical
meeting. What is concluded stands in a graph of its own with the rule that concluded it; no text's graph is touched.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from kg.errors import Finding
from kg.namespaces import BASE, DP, RDF
from kg.terms import literal

RULE = "reference"


class Reference(NamedTuple):
    """One text's word for a known meeting: local id of the meeting, IRI and label of the text's node, where it stands."""

    known: str
    node: str
    label: str
    place: str


def conclusions_iri(base: str = BASE) -> str:
    """The named graph of conclusions. It sorts after the graphs of documents, so that a build can stream them first."""
    return f"{base}kg/conclusions"


def link_by_reference(references: Iterable[Reference], base: str = BASE) -> tuple[bytes, list[Finding]]:
    """N-Quads of the canonical meetings, sorted, and a finding for each reference that cannot be followed.

    A session and a round are never joined, whatever a reference says: that would put the whole round into one room.
    """
    by_known: dict[str, list[Reference]] = {}
    for reference in sorted(set(references)):
        by_known.setdefault(reference.known, []).append(reference)
    graph = f"<{conclusions_iri(base)}>"
    lines, findings = set(), []
    for known, members in by_known.items():
        label = _agreed_label(members)
        for member in members:
            if member.label != label:
                found = f"kg:{known} is a {label} elsewhere and a {member.label} here: not joined"
                remedy = "give the two an id each: a session and a round are two things"
                findings.append(Finding(member.place, found, remedy, lost=False))
                continue
            canonical = f"<{base}{known}>"
            lines.add(f"{canonical} <{RDF.type}> <{DP.CanonicalMeeting}> {graph} .\n")
            lines.add(f"{canonical} <{DP.member}> <{member.node}> {graph} .\n")
            lines.add(f"{canonical} <{DP.rule}> {literal(RULE)} {graph} .\n")
    return "".join(sorted(lines)).encode(), findings


def _agreed_label(members: list[Reference]) -> str:
    """What a known meeting is: what its id says (`kg:round/…`), else what most texts say, a session where they are even."""
    home = members[0].known.partition("/")[0].capitalize()
    labels = [member.label for member in members]
    if home in labels:
        return home
    return max(sorted(set(labels)), key=labels.count)

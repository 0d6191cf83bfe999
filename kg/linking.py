"""Identity across documents: which meetings of several texts are one.

So far by reference alone: where texts name the same known meeting (`kg:meeting/…`), their nodes are members of one canonical
meeting. What is concluded stands in a graph of its own with the rule that concluded it; no text's graph is touched.
"""

from __future__ import annotations

from collections.abc import Iterable

from kg.namespaces import BASE, DP, RDF
from kg.terms import literal

RULE = "reference"


def conclusions_iri(base: str = BASE) -> str:
    """The named graph of conclusions. It sorts after the graphs of documents, so that a build can stream them first."""
    return f"{base}kg/conclusions"


def link_by_reference(references: Iterable[tuple[str, str]], base: str = BASE) -> bytes:
    """N-Quads of the canonical meetings. references are pairs of local id of a known meeting and IRI of a text's node."""
    graph = f"<{conclusions_iri(base)}>"
    lines = set()
    for local, member in references:
        canonical = f"<{base}{local}>"
        lines.add(f"{canonical} <{RDF.type}> <{DP.CanonicalMeeting}> {graph} .\n")
        lines.add(f"{canonical} <{DP.member}> <{member}> {graph} .\n")
        lines.add(f"{canonical} <{DP.rule}> {literal(RULE)} {graph} .\n")
    return "".join(sorted(lines)).encode()



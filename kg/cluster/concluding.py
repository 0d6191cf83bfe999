"""The stage of conclusions: bundles are joined; proposals, names and further references are linked beside them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any, NamedTuple

from kg.cluster import joins, talks
from kg.cluster.bundles import Bundles
from kg.cluster.decided import Decided
from kg.cluster.documents import Documents
from kg.cluster.parts_of import PROPOSALS, REFERENCES
from kg.cluster.segments import Piece
from kg.cluster.told import Told
from kg.cluster.work import Work
from kg.conclusions import Unheeded, in_order
from kg.decisions import FILE as DECISIONS
from kg.errors import Finding
from kg.linking import Decision, link
from kg.sameness import grouped

_ROWS = 200_000
"""Pairs of names compared in one call."""


class Concluded(NamedTuple):
    """The files of sorted lines, and the sessions in shares for who counts them."""

    runs: list[str]
    sessions: list[tuple[str, Piece]]


def conclude(work: Work, documents: Documents, decided: Decided, told: Told, bundles: Bundles) -> Concluded:
    """Conclude what there is to conclude. What could not be followed goes into the report."""
    most = talks.most_at_once(sum(file.size for file in documents.files), work.team.threads(), work.team.memory())
    calls = ((bundle, *bundles.of(bundle), most) for bundle in range(bundles.number))
    joined: list[joins.Joined] = list(work.share_out(joins.join_bundle, calls))
    unheeded: list[Unheeded] = [item for one in joined for item in one.unheeded]
    unheeded += link([], {}, [one for one in decided.meetings if not decided.profiles(one)]).unheeded
    work.report.findings += [Finding(*one, lost=one[0].startswith(DECISIONS)) for one in in_order(unheeded)]
    runs = [one.run for one in joined]
    runs += work.share_out(joins.link_process, _processes(documents, decided))
    runs += work.share_out(joins.link_names, _rows(len(told.names), decided.actors))
    references = [(name, [piece]) for name, _, piece in documents.others.get((REFERENCES,), [])]
    runs += work.share_out(joins.follow_references, [(0, references)] if references else [])
    return Concluded(sorted(runs), [one for made in joined for one in made.sessions])


def _processes(documents: Documents, decided: Decided) -> Iterator[tuple[Any, ...]]:
    """Calls that link proposals: of one process, or of several that share a known proposal or a decision."""
    referred: dict[str, set[str]] = {}
    for made in documents.parts:
        for process, references in made.proposed.items():
            for reference in references:
                referred.setdefault(reference, set()).add(process)
    homes = {one: decided.processes(one) for one in decided.proposals}
    each = ((process,) for made in documents.parts for process in made.proposed)
    group = grouped(chain(each, referred.values(), homes.values()))
    distinct = sorted({min(together): sorted(together) for together in group.values()}.items())
    of_group: dict[str, list[Decision]] = {}
    for one, (first, _) in homes.items():
        of_group.setdefault(min(group[first]), []).append(one)
    for number, (least, together) in enumerate(distinct):
        wanted: dict[str, list[Piece]] = {}
        for process in together:
            for name, _, piece in documents.others.get((PROPOSALS, process), []):
                wanted.setdefault(name, []).append(piece)
        yield number, sorted(wanted.items()), of_group.get(least, [])


def _rows(names: int, decisions: list[Decision]) -> Iterator[tuple[Any, ...]]:
    """Calls that compare names: as many rows of the triangle of pairs as make one call worth while."""
    start = number = 0
    while start < names or (number == 0 and decisions):
        rows = max(_ROWS // max(names - start, 1), 1)
        yield number, (start, start + rows), decisions
        start, number = start + rows, number + 1

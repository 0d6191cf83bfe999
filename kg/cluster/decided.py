"""Decisions of persons, sorted by what they are about, as `kg.conclusions.conclude` tells them apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg import ntriples as nt
from kg.cluster.documents import Documents
from kg.cluster.work import Work
from kg.conclusions import build_conclusions
from kg.leads import Leads
from kg.linking import Decision, Linked
from kg.namesakes import guess_actors


class Decided:
    """Decisions on meetings, on proposals and on actors.

    A decision on a meeting that is not there is one on meetings, too: whoever follows it says so.
    """

    def __init__(self, work: Work, documents: Documents, decisions: Iterable[Decision]) -> None:
        self._what: dict[str, tuple[str, str | int]] = {}
        for made, start in zip(documents.parts, documents.starts, strict=False):
            for node, (kind, value) in made.decided.items():
                self._what[node] = (kind, start + value) if isinstance(value, int) else (kind, value)
        kinds = {node: kind for node, (kind, _) in self._what.items()}
        kinds |= dict.fromkeys((f"{work.base}actor/{one}" for one in work.registry.by_id), "actor")
        of_kind: dict[str, list[Decision]] = {"proposal": [], "actor": [], "": []}
        for one in decisions:
            first, second = kinds.get(one.one, ""), kinds.get(one.other, "")
            of_kind[first if first == second and first in of_kind else ""].append(one)
        self.meetings, self.proposals, self.actors = of_kind[""], of_kind["proposal"], of_kind["actor"]

    def profiles(self, decision: Decision) -> list[int]:
        """The numbers of those of its two nodes that are meetings of the corpus."""
        return [
            int(self._what[node][1])
            for node in (decision.one, decision.other)
            if self._what.get(node, ("", ""))[0] == "profile"
        ]

    def processes(self, decision: Decision) -> list[str]:
        """The processes of the two proposals that it is about."""
        return [str(self._what[node][1]) for node in (decision.one, decision.other)]


def same_actors(work: Work, decided: Decided) -> Iterator[tuple[tuple[str, str], bytes]]:
    """Each two actors that were decided to be one, and the line of conclusions that says so."""
    links = {nt.SAME_ACTOR: guess_actors([], work.registry, decided.actors, work.base)}
    for line in build_conclusions(Linked(), Leads(), work.registry, work.base, links).splitlines(keepends=True):
        one, predicate, other, _ = line.decode().split(" ", 3)
        if predicate == nt.SAME_ACTOR:
            yield (one[1:-1], other[1:-1]), line

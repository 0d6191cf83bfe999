"""The first stage: documents are dealt into parts and built, one call for each part; then what all parts together are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from kg.batches import item_to_json
from kg.builder import graph_iri
from kg.building import Progress, Report
from kg.cluster.listing import Listing
from kg.cluster.parts_of import Part, build_part
from kg.cluster.segments import Key, Piece
from kg.cluster.work import Work
from kg.corpus import Item
from kg.parts import File

PART, PART_BYTES = 256, 1_000_000
"""Documents in a part at most, and bytes of text and annotation; the quads of a part take about fifty times as many."""

Lying = tuple[str, int, Piece]
"""Where values lie: their file, the number in the corpus of the first profile of its part, and the piece."""


@dataclass(frozen=True, slots=True)
class Documents:
    """All parts in their order. starts is for each the number of its first profile in the whole corpus, then how many there are;
    others says where what is no profile lies, by its key.
    """

    parts: tuple[Part, ...]
    starts: tuple[int, ...]
    others: dict[Key, list[Lying]]

    @property
    def profiles(self) -> int:
        return self.starts[-1]

    @property
    def files(self) -> list[File]:
        """The files of those parts that have graphs."""
        return [made.file for made in self.parts if made.file is not None]

    def with_profiles(self) -> Iterator[tuple[Part, int]]:
        """Parts that have profiles, each with the number of its first one."""
        return ((made, start) for made, start in zip(self.parts, self.starts, strict=False) if made.profiles.number)


def build_documents(work: Work, listing: Listing, size: int, progress: Progress | None) -> Documents:
    """Build all documents, at most so many in a part. Fills the report."""
    items = sorted(listing.items, key=lambda item: graph_iri(item.id, work.base))
    groups = _groups(listing, items, size)
    calls = ((number, [item_to_json(item) for item in group]) for number, group in enumerate(groups))
    parts: list[Part] = []
    done = 0
    for made in work.share_out(build_part, calls):
        parts.append(made)
        done += len(groups[made.number])
        if progress is not None:
            progress(done, len(items))
    work.report.built = len(items)
    return summed_up(parts, work.report)


def _groups(listing: Listing, items: Sequence[Item], most: int) -> list[list[Item]]:
    """Consecutive items, so many and of so many bytes together that one worker holds what they give."""
    groups: list[list[Item]] = []
    size = 0
    for item in items:
        own = listing.size(item)
        if not groups or len(groups[-1]) == most or size + own > PART_BYTES:
            groups.append([])
            size = 0
        groups[-1].append(item)
        size += own
    return groups


def summed_up(made: Iterable[Part], report: Report) -> Documents:
    """What parts are together, and what there is to report of them."""
    parts = sorted(made, key=lambda part: part.number)
    starts = (0, *accumulate(part.profiles.number for part in parts))
    others: dict[Key, list[Lying]] = {}
    for part, start in zip(parts, starts, strict=False):
        report.documents += part.documents
        report.findings += part.findings
        report.uncovered.update(part.uncovered)
        for name, number in part.unregistered:
            report.unregistered[name] = report.unregistered.get(name, 0) + number
        report.quads += part.file.number if part.file is not None else 0
        for key, piece in part.others.items():
            others.setdefault(key, []).append((f"others-{part.number:05}", start, piece))
    return Documents(tuple(parts), starts, others)

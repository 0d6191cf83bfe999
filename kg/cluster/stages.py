"""The stages of a build on a cluster, in their order.

    documents   parts of consecutive graphs, profiles laid on shelves            one call for each PART documents
    pairs       scored on shelves (kind, process, month)                         one call for some shelves
    bundles     what hangs together by pairs, references, decisions, places      one call; then dealt file by file
    joins       meetings and conclusions of a bundle                             one call for each bundle
    the rest    proposals by process, names in rows, further references          beside the joins
    merge       all conclusions as one sorted graph                              one call
    talks       who sits together, by texts of sessions; then by pair of actors  one call for each share

The graph is that of `kg.building`, byte for byte, whoever did what and in whatever order.
"""

from __future__ import annotations

from kg.building import Progress
from kg.cluster.bundles import make_bundles
from kg.cluster.concluding import conclude
from kg.cluster.counting import write_tables
from kg.cluster.decided import Decided
from kg.cluster.documents import build_documents
from kg.cluster.listing import Listing
from kg.cluster.publishing import publish_folder, put_together
from kg.cluster.told import tell
from kg.cluster.work import Work
from kg.errors import Finding
from kg.linking import Decision


def build_all(
    work: Work,
    listing: Listing,
    decisions: list[Decision],
    of_decisions: list[Finding],
    part: int,
    bundle: int,
    progress: Progress | None,
) -> None:
    """Build what is listed into parts. Fills the report; of_decisions are findings that come after those of documents."""
    documents = build_documents(work, listing, part, progress)
    work.report.findings += of_decisions
    decided = Decided(work, documents, decisions)
    told = tell(work, documents, decided)
    bundles = make_bundles(work, documents, decided, bundle)
    concluded = conclude(work, documents, decided, told, bundles)
    folder = put_together(work, documents, told, concluded.runs)
    folder.others += write_tables(work, documents, concluded.sessions)
    publish_folder(work, documents, folder)

"""A table in the shape of MEND, the records of mediation events of PeaceRep: one row per session of mediation.

Which of our terms stands for which column is said, with reasons, in ontology/alignments/mend.ttl. A row is a session that
somebody claims as held or under way and nobody contradicts, with a third party and a local party that the texts name in these
roles. Columns that begin with kg_ are ours: they lead back to the graph and to the sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.analysis.formats import format_of
from kg.evidence import Evidence, Passage
from kg.export.carried import NotCarried
from kg.export.network import address, telling
from kg.export.tables import Cell, comma_separated
from kg.query import Asked, as_texts, ask
from kg.scene import Gathering, Scene, Seat
from kg.standing import HAPPENED

COLUMNS = (
    *("med_event_ID", "event_type", "date", "date_earliest", "date_latest", "venue", "latitude", "longitude"),
    *("third_parties", "local_parties", "individuals", "shuttle", "sources"),
    *("kg_meeting", "kg_others", "kg_sentence", "kg_passages"),
)
REASONS = {
    "not-held": "not claimed as held or under way by anybody: MEND records what took place",
    "contradicted": "somebody contradicts that it was held",
    "round": "a round: several sittings, where MEND records one event",
    "no-third-party": "no third party is named: talks of the parties alone are no mediation event",
    "no-local-party": "no local party is named",
    "claim": "MEND has no claimant, polarity, certainty or stage: only that a session was held is left of it",
    "other": "MEND has no column for it",
}
"""Why something is in no row."""

_THIRD = ("mediator", "facilitator", "host")
_KEPT = frozenset({*_THIRD, "party"})


def mend(
    scene: Scene, evidence: Evidence, references: dict[str, list[str]], since: str = "", until: str = ""
) -> tuple[list[tuple[Cell, ...]], list[NotCarried]]:
    """Rows under COLUMNS, by date and venue, and what is in none of them. references are those of `load_references`."""
    rows: list[tuple[Cell, ...]] = []
    left: list[NotCarried] = []
    for gathering in _within(scene, since, until):
        left += [NotCarried(claim.claim, "claim", claim.name, "claim") for claim in gathering.claims]
        if reason := _excluded(gathering):
            left.append(NotCarried(gathering.id, gathering.kind, gathering.label, reason))
        else:
            rows.append(_row(scene, evidence, references, gathering))
    return sorted(rows, key=lambda row: [str(cell) for cell in (row[3], row[4], row[5], row[13])]), left


def write_mend(rows: Iterable[tuple[Cell, ...]], spreadsheet: bool = False) -> Iterator[bytes]:
    """The table as CSV."""
    return comma_separated(COLUMNS, rows, spreadsheet)


def load_references(store: Asked) -> dict[str, list[str]]:
    """Node of a text → records of MEND that an annotator gave for it ("MEND:…" without its prefix)."""
    found: dict[str, list[str]] = {}
    for row in as_texts(ask(store, "export-references")):
        database, _, record = row["reference"].partition(":")
        if database.upper() == "MEND":
            found.setdefault(row["node"], []).append(record)
    return found


def _within(scene: Scene, since: str, until: str) -> Iterator[Gathering]:
    for _, gathering in sorted(scene.gatherings.items()):
        if since and gathering.latest and gathering.latest < since:
            continue
        if until and gathering.earliest and gathering.earliest > until:
            continue
        yield gathering


def _excluded(gathering: Gathering) -> str:
    roles = {seat.role for seat in _said(gathering)}
    if gathering.kind != "meeting":
        return "round"
    if gathering.standing == "disputed":
        return "contradicted"
    if gathering.standing not in HAPPENED:
        return "not-held"
    if roles.isdisjoint(_THIRD):
        return "no-third-party"
    return "" if "party" in roles else "no-local-party"


def _row(scene: Scene, evidence: Evidence, references: dict[str, list[str]], gathering: Gathering) -> tuple[Cell, ...]:
    # Who is a party in one text and a mediator in another is a mediator; a side that is also the host stays a side.
    mediators = _sides(scene, gathering, ("mediator",))
    local = [name for name in _sides(scene, gathering, ("party",)) if name not in mediators]
    third = [name for name in _sides(scene, gathering, _THIRD) if name not in local]
    roles = {seat.role for seat in _said(gathering)} - _KEPT
    others = [name for name in _sides(scene, gathering, roles) if name not in local and name not in third]
    persons = {scene.names[seat.actor] for seat in _said(gathering) if scene.kinds[seat.actor] == "person"}
    exact = gathering.earliest if gathering.earliest == gathering.latest else ""
    place = next((scene.places[one] for one in _exact_venues(scene, gathering)), None)
    passages = _passages(evidence, gathering)
    told = telling(passages)
    return (
        "; ".join(sorted({one for node in gathering.tellings for one in references.get(node, ())})),
        # Hosting alone is no mediation; which of MEND's related events it is, the graph does not say.
        "mediation event" if mediators else "",
        *(exact, gathering.earliest, gathering.latest, scene.where(gathering)),
        *((place.latitude, place.longitude) if place else ("", "")),
        *("; ".join(third), "; ".join(local), "; ".join(sorted(persons))),
        _shuttle(scene, gathering),
        "; ".join(dict.fromkeys(passage.url or passage.document for passage in passages)),
        *(gathering.id, "; ".join(others), told.sentence if told else ""),
        " ".join(address(passage) for passage in passages),
    )


def _sides(scene: Scene, gathering: Gathering, roles: Iterable[str]) -> list[str]:
    """Names of the principals in these roles; of the actor itself where no principal is known."""
    wanted = frozenset(roles)
    return sorted(
        {
            scene.names[one]
            for seat in _said(gathering)
            if seat.role in wanted
            for one in (seat.principals or {seat.actor})
            # A person without known principal is an individual, no party.
            if seat.principals or scene.kinds[one] != "person"
        }
    )


def _said(gathering: Gathering) -> list[Seat]:
    """The seats that somebody asserts: not those left out, denied or only possible."""
    return [seat for seat in gathering.seats if seat.role != "excluded" and seat.word == "said"]


def _shuttle(scene: Scene, gathering: Gathering) -> str:
    """Whether it was shuttle diplomacy, as a text says or the legs of its round show: "1", "0", or "" where neither tells."""
    claimed = {value for one in gathering.tellings.values() for value in one.directness}
    computed = {
        format_of(scene, one).directness for one in (gathering.id, *gathering.wholes) if one in scene.gatherings
    }
    if "shuttle" in claimed | computed:
        return "1"
    return "0" if claimed or computed & {"direct", "mediated", "consultation", "proximity"} else ""


def _exact_venues(scene: Scene, gathering: Gathering) -> list[str]:
    """Venues with coordinates, the innermost alone."""
    known = [one for one in gathering.venues if one in scene.places and scene.places[one].latitude]
    return [one for one in known if not any(one in scene.around(two) for two in known)]


def _passages(evidence: Evidence, gathering: Gathering) -> list[Passage]:
    ids = dict.fromkeys(one for seat in _said(gathering) for one in seat.passages)
    found = [evidence.passages[one] for one in ids if one in evidence.passages]
    return sorted(found, key=lambda passage: (passage.published, passage.document, passage.start, passage.end))

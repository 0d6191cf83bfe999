"""Tables: nodes, edges and evidence of a view as CSV, exact, or made safe for a spreadsheet.

Plain CSV (RFC 4180, UTF-8) carries every value as it is. A spreadsheet takes a cell that begins with = + - @ (or a tab or a line
break) for a formula and may run it: `spreadsheet=True` puts an apostrophe before such text and a byte order mark before the
whole, so that programs like Excel read UTF-8. Then a value may no longer be what the graph holds: not for data processing.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from kg.evidence import Passage, Statement
from kg.export.network import Edge, Network

Cell = str | int | float | bool | None

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet may take for a formula, in full width too."""


def comma_separated(
    columns: Sequence[str], rows: Iterable[Sequence[Cell]], spreadsheet: bool = False
) -> Iterator[bytes]:
    """CSV with a header, lines ending in CRLF. Booleans are true and false, None is empty; numbers are never touched."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if spreadsheet:
        yield b"\xef\xbb\xbf"
    for row in (columns, *rows):
        writer.writerow([_cell(value, spreadsheet) for value in row])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def _cell(value: Cell, spreadsheet: bool) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and spreadsheet:
        # Blanks before the sign do not keep every program from reading a formula.
        return f"'{value}" if value.startswith(_FORMULA) or value.lstrip().startswith(_FORMULA) else value
    return value


def nodes(network: Network, spreadsheet: bool = False) -> Iterator[bytes]:
    """One row per actor or gathering. Headed as Gephi's import of nodes expects."""
    columns = ["Id", "Label", "Kind", "Standing", "When", "Earliest", "Latest", "Venue", "Note", "Edges", "Passages"]
    edges: dict[str, int] = {}
    passages: dict[str, set[str]] = {}
    for edge in network.edges:
        for end in (edge.source, edge.target):
            edges[end] = edges.get(end, 0) + 1
            passages.setdefault(end, set()).update(passage.id for passage in edge.passages)
    rows = [
        (
            *(
                node.id,
                node.label,
                node.kind,
                node.status,
                node.when,
                node.earliest,
                node.latest,
                node.venue,
                node.note,
            ),
            edges.get(node.id, 0),
            len(passages.get(node.id, ())),
        )
        for node in network.nodes
    ]
    return comma_separated(columns, rows, spreadsheet)


def edges(network: Network, spreadsheet: bool = False) -> Iterator[bytes]:
    """One row per edge with the first sentence behind it. Headed as Gephi's import of edges expects."""
    columns = (
        "Source Target Type Id Label Weight Relation Role Standing Contested Newman Meeting When Earliest Latest Venue"
    )
    columns += " Format SourceLabel TargetLabel Passages Claims Sentence Start End Document"
    labels = {node.id: node.label for node in network.nodes}
    return comma_separated(columns.split(), (_edge(edge, labels) for edge in network.edges), spreadsheet)


def _edge(edge: Edge, labels: dict[str, str]) -> tuple[Cell, ...]:
    order = sorted(edge.passages, key=lambda passage: (passage.published, passage.document, passage.start))
    first: tuple[Cell, ...] = ("", None, None, "")
    if order:
        first = (order[0].sentence, order[0].start, order[0].end, order[0].document)
    return (
        *(edge.source, edge.target, "Directed" if edge.directed else "Undirected", edge.id, edge.label, edge.weight),
        *(edge.relation, edge.role, edge.status, edge.contested, edge.newman, edge.meeting),
        *(edge.when, edge.earliest, edge.latest, edge.venue, edge.format),
        *(labels[edge.source], labels[edge.target], len(edge.passages), len(edge.statements)),
        *first,
    )


def evidence(network: Network, spreadsheet: bool = False) -> Iterator[bytes]:
    """All evidence: one row per edge and passage that puts its ends there, and one per edge, claim about it and passage."""
    columns = (
        "Edge Meeting Words Sentence Start End Document Title Publisher Published Url Claim Claimants OnBehalfOf Relays"
    )
    columns += " SpeechAct Stage Polarity Certainty Position DenialTargets"
    return comma_separated(columns.split(), _evidence(network), spreadsheet)


def _evidence(network: Network) -> Iterator[tuple[Cell, ...]]:
    for edge in network.edges:
        for passage in edge.passages:
            yield (*_place(edge, passage), *("",) * 10)
        for statement in edge.statements:
            for passage in network.statement_passages(statement):
                yield (*_place(edge, passage), *_said(statement))


def _place(edge: Edge, passage: Passage) -> tuple[Cell, ...]:
    return (
        *(edge.id, edge.meeting, passage.words, passage.sentence, passage.start, passage.end),
        *(passage.document, passage.title, passage.publisher, passage.published, passage.url),
    )


def _said(statement: Statement) -> tuple[Cell, ...]:
    return (
        *(statement.id, "; ".join(statement.claimants), "; ".join(statement.on_behalf_of), "; ".join(statement.relays)),
        *(statement.speech_act, statement.stage, statement.polarity, statement.certainty, statement.position),
        "; ".join(statement.denial_targets),
    )

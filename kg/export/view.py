"""A view in any format that takes one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kg.errors import InputError
from kg.evidence import Evidence
from kg.export import tables
from kg.export.formats import FORMATS, NETWORK, TABLE
from kg.export.gexf import gexf
from kg.export.graphml import graphml
from kg.export.network import network
from kg.export.web import cytoscape, kumu

_NETWORKS = {"gexf": gexf, "graphml": graphml, "cytoscape": cytoscape, "kumu": kumu}
_TABLES = {"nodes": tables.nodes, "edges": tables.edges, "evidence": tables.evidence}


def export_view(graph: Any, evidence: Evidence, form: str, spreadsheet: bool = False) -> Iterator[bytes]:
    """A view (a networkx multigraph made by `kg.views`) as the bytes of a file in one of the formats of a view.

    spreadsheet disarms formulas in tables, and only there. Raises InputError for a format that takes no view.
    """
    rows = network(graph, evidence)
    if form in _NETWORKS:
        return _NETWORKS[form](rows)
    if form in _TABLES:
        return _TABLES[form](rows, spreadsheet)
    known = ", ".join(one.name for one in FORMATS.values() if one.family in (NETWORK, TABLE))
    raise InputError(f"{form!r} is no format of a view", remedy=f"take one of {known}")

"""diplomatic-kg: a knowledge graph of diplomatic processes in which every assertion leads back to its sentence.

The names below are what a notebook needs; each is imported when it is first used, so that `import kg` costs nothing.

>>> import kg
>>> store, report = kg.build_in_memory([kg.sample_dir()])
>>> report.left_out
0
>>> answer = kg.ask(store, "direct-sessions", None, a="Russia", b="Ukraine")
>>> answer.columns[:3]
('one', 'other', 'label')
>>> store.close()
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.agreement import measure_agreement as measure_agreement
    from kg.analysis.brokerage import brokers as brokers
    from kg.analysis.brokerage import only_through_mediators as only_through_mediators
    from kg.analysis.contact import contact_gaps as contact_gaps
    from kg.analysis.difference import difference as difference
    from kg.analysis.disagreement import disagreements as disagreements
    from kg.analysis.formats import format_of as format_of
    from kg.analysis.formats import formats as meeting_formats
    from kg.analysis.ledger import ledger as ledger_of
    from kg.analysis.ledger import of_format as of_format
    from kg.analysis.proposals import courses as courses
    from kg.analysis.proposals import denials as denials
    from kg.analysis.proposals import fates as fates
    from kg.analysis.proposals import funnel as funnel
    from kg.analysis.together import together as together
    from kg.building import build as build
    from kg.building import build_in_memory as build_in_memory
    from kg.cluster.run import build_parts as build_parts
    from kg.converting import convert as convert
    from kg.dossier import dossier_of_meeting as dossier_of_meeting
    from kg.dossier import dossier_of_pair as dossier_of_pair
    from kg.dossier import to_html as dossier_html
    from kg.dossier import to_markdown as dossier_markdown
    from kg.errors import Finding as Finding
    from kg.errors import KGError as KGError
    from kg.evidence import load_evidence as load_evidence
    from kg.export.view import export_view as export_view
    from kg.projections import edge_evidence as edge_evidence
    from kg.projections import edges as view_edges
    from kg.projections import matrix as talk_matrix
    from kg.projections import named as with_names
    from kg.projections import pairs as talk_pairs
    from kg.projections import to_pandas as frame_to_pandas
    from kg.query import ask as ask
    from kg.query import find as find
    from kg.query import named_queries as named_queries
    from kg.query import named_query as named_query
    from kg.query import parse_query as parse_query
    from kg.remote import RemoteStore as RemoteStore
    from kg.render import inline_frame as inline_frame
    from kg.render import render_page as render_page
    from kg.render import write_page as write_page
    from kg.resources import sample_dir as sample_dir
    from kg.results import to_pandas as to_pandas
    from kg.scene import load_scene as load_scene
    from kg.store import Store as Store
    from kg.validation import audit as audit
    from kg.validation import validate as validate
    from kg.views import Policy as Policy
    from kg.views import mediation as mediation
    from kg.views import participation as participation
    from kg.views import who_talks_to_whom as who_talks_to_whom
    from kg.worker import Limits as Limits

# Public name → module, and the name there where it is another: `kg.ledger`, `kg.formats` and `kg.dossier` are modules, and a
# name that is one, too, would change its meaning with the first import of that module.
_HOMES = {
    "audit": "validation",
    "brokers": "analysis.brokerage",
    "contact_gaps": "analysis.contact",
    "courses": "analysis.proposals",
    "denials": "analysis.proposals",
    "difference": "analysis.difference",
    "disagreements": "analysis.disagreement",
    "dossier_html": "dossier:to_html",
    "dossier_markdown": "dossier:to_markdown",
    "dossier_of_meeting": "dossier",
    "dossier_of_pair": "dossier",
    "fates": "analysis.proposals",
    "find": "query",
    "format_of": "analysis.formats",
    "funnel": "analysis.proposals",
    "ledger_of": "analysis.ledger:ledger",
    "meeting_formats": "analysis.formats:formats",
    "named_query": "query",
    "parse_query": "query",
    "of_format": "analysis.ledger",
    "only_through_mediators": "analysis.brokerage",
    "together": "analysis.together",
    "validate": "validation",
    "measure_agreement": "agreement",
    "Policy": "views",
    "build": "building",
    "build_in_memory": "building",
    "build_parts": "cluster.run",
    "convert": "converting",
    "Finding": "errors",
    "KGError": "errors",
    "load_evidence": "evidence",
    "export_view": "export.view",
    "ask": "query",
    "named_queries": "query",
    "RemoteStore": "remote",
    "inline_frame": "render",
    "render_page": "render",
    "write_page": "render",
    "sample_dir": "resources",
    "to_pandas": "results",
    "Store": "store",
    "load_scene": "scene",
    "mediation": "views",
    "participation": "views",
    "who_talks_to_whom": "views",
    "Limits": "worker",
    "view_edges": "projections:edges",
    "talk_pairs": "projections:pairs",
    "talk_matrix": "projections:matrix",
    "edge_evidence": "projections",
    "with_names": "projections:named",
    "frame_to_pandas": "projections:to_pandas",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    try:
        home = _HOMES[name]
    except KeyError:
        raise AttributeError(f"module 'kg' has no attribute {name!r}") from None
    module, _, attribute = home.partition(":")
    return getattr(import_module(f"kg.{module}"), attribute or name)


def __dir__() -> list[str]:
    return __all__

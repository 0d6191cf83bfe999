"""The graph and its views in the formats of other tools: the same bytes for the same graph, and what is lost said aloud.

`FORMATS` lists them. Each family has its modules: `rdf` and `jsonld` the whole graph, `gexf`, `graphml`, `web` and `tables` a
view (the rows of `network`), `mend` and `plover` records of event data, `nanopub` claims, `crate` a study.
"""

from __future__ import annotations

from kg.export.formats import FORMATS as FORMATS
from kg.export.formats import Format as Format
from kg.export.rdf import Exportable as Exportable
from kg.export.rdf import nquads as nquads
from kg.export.rdf import trig as trig
from kg.export.rdf import turtle as turtle

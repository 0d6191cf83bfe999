"""Every flat table holds what SPARQL finds in the graphs of the store, no row more and none less."""

from __future__ import annotations

import polars as pl
import pytest

from kg.query import ask, parse_query
from kg.store import Store
from kg.tables.kept import derive
from kg.tables.rows import TABLES, rows_of
from kg.tables.triples import unescape
from kg.terms import escape

GATHERINGS = "VALUES ?kind { dp:Meeting dp:Round }"
POSITION = "oa:hasSelector ?position , ?quote . ?position oa:start ?start . ?quote oa:exact"

SPARQL = {
    "documents": """?document a dp:Document OPTIONAL { ?document schema:headline ?title } OPTIONAL { ?document schema:publisher ?publisher }
        OPTIONAL { ?document dp:reportedAt ?published } OPTIONAL { ?document schema:inLanguage ?language }
        OPTIONAL { ?document schema:url ?url } OPTIONAL { ?document dp:process ?process }""",
    "gatherings": f"{GATHERINGS} ?node a ?kind ; rdfs:label ?label ; dp:evidence/oa:hasSource ?document",
    "traits": f"""{GATHERINGS} VALUES ?property {{ dp:venue dp:mode dp:claimedArity dp:claimedDirectness dp:level dp:track dp:ordinal }}
        ?node a ?kind ; ?property ?value""",
    "times": f"""{GATHERINGS} ?node a ?kind ; dp:when ?time . ?time dp:edtf ?edtf
        OPTIONAL {{ ?time dp:earliest ?earliest }} OPTIONAL {{ ?time dp:latest ?latest }}
        OPTIONAL {{ ?time dp:accordingTo ?passed_on . ?passed_on dp:about ?node }}""",
    "participation": """VALUES ?sort { dp:Meeting dp:Round } VALUES ?kind { dp:Person dp:State dp:Organization dp:Delegation }
        ?node a ?sort ; dp:participation ?participation . ?participation dp:role ?role ; dp:participant ?actor . ?actor a ?kind
        OPTIONAL { ?participation dp:onBehalfOf ?principal }""",
    "accordings": "?participation a dp:Participation ; dp:accordingTo ?claim",
    "claims": """?claim a dp:Claim OPTIONAL { ?claim dp:evidence/oa:hasSource ?document } OPTIONAL { ?claim dp:reportedAt ?published }
        OPTIONAL { ?claim dp:claimant ?claimant } OPTIONAL { ?claim dp:about ?about } OPTIONAL { ?claim dp:speechAct ?speech_act }
        OPTIONAL { ?claim dp:assertsStage ?stage } OPTIONAL { ?claim dp:polarity ?polarity } OPTIONAL { ?claim dp:certainty ?certainty }""",
    "claim_values": """VALUES ?property { dp:position dp:denialTarget dp:evaluation dp:onBehalfOf dp:relay dp:addressee dp:channel dp:sameActAs }
        ?claim a dp:Claim ; ?property ?value""",
    "claim_times": """?claim a dp:Claim ; dp:madeAt ?time OPTIONAL { ?time dp:earliest ?earliest } OPTIONAL { ?time dp:latest ?latest }""",
    "mandates": "?mandate a dp:Mandate ; dp:agent ?agent ; dp:principal ?principal",
    "memberships": "?member dp:memberOf ?group",
    "evidence": """VALUES ?kind { dp:Meeting dp:Round dp:Claim dp:Participation dp:Incident dp:Outcome } ?thing a ?kind ; dp:evidence ?span""",
    "passages": f"""VALUES ?kind {{ dp:Meeting dp:Round dp:Claim dp:Participation dp:Incident dp:Outcome }} ?thing a ?kind ; dp:evidence ?span .
        ?span oa:hasSource ?document ; dp:sentence ?sentence ; dp:fragment? ?part . ?part {POSITION} ?words OPTIONAL {{ ?position oa:end ?end }}""",
    "sentences": f"?of dp:sentence ?sentence . ?sentence {POSITION} ?text OPTIONAL {{ ?position oa:end ?end }}",
    "told_in": f"{GATHERINGS} ?node a ?kind ; dp:sentence ?sentence",
    "parts": "?whole sem:hasSubEvent ?part",
    "results": "?node dp:result ?result",
    "outcomes": "?result dp:outcomeType ?outcome",
    "things": """VALUES ?kind { dp:Person dp:State dp:Organization dp:Delegation dp:Group dp:Venue dp:CanonicalMeeting } ?thing a ?kind""",
    "labels": "?thing rdfs:label ?name",
    "aliases": "?thing skos:altLabel ?name BIND(IF(LANG(?name) = '', ?none, LANG(?name)) AS ?language)",
    "within": "?venue dp:within ?around",
    "coordinates": "?venue wgs84:lat ?latitude ; wgs84:long ?longitude",
    "members": "?canonical dp:member ?node",
    "same_actors": "?one dp:sameActor ?other",
}


def test_every_table_is_tested():
    assert SPARQL.keys() == TABLES.keys()


@pytest.mark.parametrize("name", TABLES)
def test_a_table_holds_what_sparql_finds(store: Store, name: str):
    columns = TABLES[name].columns
    text = (
        f"SELECT DISTINCT ?graph {' '.join('?' + one for one in columns)} WHERE {{ GRAPH ?graph {{ {SPARQL[name]} }} }}"
    )
    answer = ask(store, parse_query(name, text))
    found = {tuple(None if term is None else term.value for term in row) for row in answer.rows}
    table = store.tables()[name]
    assert table.columns == ["graph", *columns]
    rows = [tuple(None if value is None else str(value) for value in row) for row in table.iter_rows()]
    assert len(set(rows)) == len(rows)
    assert set(rows) == found


@pytest.mark.parametrize("name", sorted(TABLES.keys() - {"same_actors"}))
def test_the_shipped_corpora_fill_the_tables(shipped: Store, name: str):
    assert shipped.tables()[name].height > 0


@pytest.mark.parametrize(
    "text",
    [
        'He said "no".',
        "a\\nb",
        "a\nb\tc\rd",
        "\x00\x1f\x7f",
        "\ufffe",
        "𝔘 \\u0041 é",
        "",
        "\\",
        '"> <x> .',
        "<https://x>",
    ],
)
def test_literals_are_read_as_they_are_meant(text: str):
    assert unescape(escape(text)) == text
    label = "http://www.w3.org/2000/01/rdf-schema#label"
    block = f'<x:s> <{label}> "{escape(text)}"@en <x:g> .\n'.encode()
    assert rows_of([block])["labels"].rows() == [("x:g", "x:s", text)]


def test_no_quads_give_empty_tables():
    tables = derive([])
    assert {name: tables[name].height for name in tables} == dict.fromkeys(TABLES, 0)
    assert all(isinstance(tables[name], pl.DataFrame) for name in TABLES)

"""CSV: exact for programs, disarmed for spreadsheets."""

from __future__ import annotations

import csv
import io

import pandas
import pytest

from kg.export.network import Network
from kg.export.tables import comma_separated, edges, evidence, nodes
from tests.export.conftest import EVIL_PERSON, EVIL_TITLE


def frame(data: bytes) -> pandas.DataFrame:
    return pandas.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False)


def test_pandas_reads_nodes_and_edges_and_they_fit(everything: Network):
    of_nodes, of_edges = frame(b"".join(nodes(everything))), frame(b"".join(edges(everything)))
    assert list(of_nodes["Id"]) == [node.id for node in everything.nodes]
    assert list(of_nodes["Label"]) == [node.label for node in everything.nodes]
    assert list(of_edges["Id"]) == [edge.id for edge in everything.edges]
    assert set(of_edges["Source"]) | set(of_edges["Target"]) == set(of_nodes["Id"])
    assert set(of_edges["Type"]) == {"Undirected"} and set(of_edges["Contested"]) == {"true", "false"}
    assert of_nodes["Edges"].astype(int).sum() == 2 * len(of_edges)
    for row, edge in zip(of_edges.to_dict("records"), everything.edges, strict=True):
        assert float(row["Weight"]) == edge.weight
        first = min(edge.passages, key=lambda one: (one.published, one.document, one.start))
        assert (row["Sentence"], int(row["Start"]), row["Document"]) == (first.sentence, first.start, first.document)


def test_every_passage_and_every_claim_is_in_the_evidence(everything: Network):
    of_evidence = frame(b"".join(evidence(everything)))
    expected = sum(len(edge.passages) for edge in everything.edges)
    assert (of_evidence["Claim"] == "").sum() == expected
    assert set(of_evidence["Edge"]) == {edge.id for edge in everything.edges}
    denial = of_evidence[of_evidence["SpeechAct"] == "deny"].iloc[0]
    assert (denial["Claimants"], denial["Polarity"]) == ("Southland", "negative")
    for row in of_evidence.to_dict("records"):
        assert int(row["Start"]) < int(row["End"]) and row["Words"].split()[0] in row["Sentence"]


def test_plain_csv_is_exact(everything: Network):
    rows = list(csv.reader(io.StringIO(b"".join(nodes(everything)).decode(), newline="")))
    assert EVIL_PERSON in {row[1] for row in rows} and any("\x01" in row[1] for row in rows)
    assert EVIL_TITLE in set(frame(b"".join(evidence(everything)))["Title"])


@pytest.mark.parametrize("table", [nodes, edges, evidence])
def test_no_cell_of_a_spreadsheet_is_a_formula(table, everything: Network):
    plain, safe = (b"".join(table(everything, spreadsheet=one)) for one in (False, True))
    assert safe.startswith(b"\xef\xbb\xbf") and not plain.startswith(b"\xef\xbb\xbf")
    before, after = (list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))) for data in (plain, safe))
    assert any(cell.startswith(("=", "@", "+", "-")) for row in before for cell in row)
    flat = ([cell for row in rows for cell in row] for rows in (before, after))
    for old, new in zip(*flat, strict=True):
        assert not new.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))
        assert new in (old, f"'{old}")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "\u00a0-1"])
def test_what_a_spreadsheet_may_take_for_a_formula(text: str):
    ((cell,),) = list(
        csv.reader(io.StringIO(b"".join(comma_separated(["a"], [[text]], True)).decode("utf-8-sig"), newline=""))
    )[1:]
    assert cell == f"'{text}"


def test_numbers_and_harmless_text_are_left_alone():
    rows = [[-1.5, -3, True, None, "a=b", "", "'=1", "Київ", 'say "no", twice\r\nor not']]
    data = b"".join(comma_separated(list("abcdefghi"), rows, True))
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert read[1] == ["-1.5", "-3", "true", "", "a=b", "", "'=1", "Київ", 'say "no", twice\r\nor not']

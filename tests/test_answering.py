"""The commands that answer: what a person types, and what comes back, on the small world and on the shipped corpus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg.cli import main
from kg.store import Store
from tests.analysis.conftest import documents
from tests.helpers import world


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small world of tests/analysis as a store on disk."""
    store, _ = world(documents())
    with store:
        blocks = [b"".join(store.lines(graph)) for graph in store.graphs()]
        home = tmp_path_factory.mktemp("small") / "store"
        Store.build(home, blocks, base=store.base, documents=lambda: len(documents()))
    return home


def kg(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def rows(folder: Path, *arguments: object) -> list[dict[str, object]]:
    result = kg(*arguments, "--store", folder, "-f", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_together(folder: Path):
    found = rows(folder, "together", "Northland", "Southland")
    assert [row["answer"] for row in found] == ["no", "yes", "yes", "not stated", "not stated"]
    assert all(row["sentence"] and row["document"] for row in found)
    assert [row["said_by"] for row in found] == [[], ["The Daily"], ["The Daily"], [], []]
    assert "Omar Quill" in found[2]["sentence"] and "met Southland" in found[2]["sentence"], (
        "one sentence that names both"
    )
    table = kg("together", "Northland", "Southland", "--store", folder, "--as-of", "2025-06-05").stdout
    assert table.startswith("Northland and Southland in one room, by what was published up to 2025-06-05: yes\n")


def test_a_ledger_by_name_and_by_format(folder: Path):
    table = kg("ledger", "direct", "--store", folder).stdout
    assert "held: independent originators 1 (The Daily)" in table
    (call,) = {
        row["document"] for row in rows(folder, "ledger", "kg:document/summit/meeting/31-37") if row["taken_back"]
    }
    assert call == "summit"


def test_disagreements_of_one_kind(folder: Path):
    (one,) = rows(folder, "disagreements", "--kind", "contradiction")
    assert (one["one"], one["other"]) == ("Midland", "Southland") and one["one_says"] and one["other_says"]
    assert kg("disagreements", "--kind", "quarrel", "--store", folder).exit_code == 2


@pytest.mark.parametrize(
    ("command", "first"),
    [
        (("meeting-formats",), "meeting"),
        (("gap",), "one"),
        (("proposals",), "proposer"),
        (("proposals", "--each"), "meeting"),
        (("denials",), "claimant"),
        (("denials", "--each"), "said"),
        (("brokers",), "process"),
        (("brokers", "--only-through"), "process"),
        (("brokers", "--pairs"), "process"),
        (("diff", "2025-06-12", "2025-06-22"), "what"),
    ],
)
def test_every_answer_as_table_csv_and_json(folder: Path, command: tuple[str, ...], first: str):
    table = kg(*command, "--store", folder)
    assert table.exit_code == 0 and table.stdout.strip()
    as_csv = kg(*command, "--store", folder, "-f", "csv").stdout
    assert as_csv.startswith(f"{first},") and as_csv.endswith("\n")
    assert isinstance(rows(folder, *command), list)
    assert kg(*command, "--store", folder, "-f", "csv").stdout == as_csv, "same input, same bytes"


def test_what_changed(folder: Path):
    table = kg("diff", "2025-06-12", "2025-06-22", "--store", folder).stdout
    assert table.startswith(
        "2025-06-12 to 2025-06-22: 1 new meetings, 1 changed standings, 5 new claims, 2 new disagreements\n"
    )
    assert kg("diff", "2025-06-22", "2025-06-12", "--store", folder).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("together", "Nobody", "Southland"), "nothing matches"),
        (("ledger", "kg:meeting/none"), "is no meeting or round of which anything was published"),
        (("gap", "Nobody"), "nothing matches"),
    ],
)
def test_a_mistake_is_one_clear_line(folder: Path, arguments: tuple[str, ...], message: str):
    result = kg(*arguments, "--store", folder)
    assert result.exit_code == 1 and message in result.stderr and result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("together", "Northland", "kg:actor/northland"), "are one actor: name two"),
        (("gap", "Omar Quill"), "a contact gap lies between principals"),
        (("gap", "--as-of", "June"), "does not match the format"),
        (("brokers", "--pears"), "--pairs"),
    ],
)
def test_what_cannot_be_asked_is_said(folder: Path, arguments: tuple[str, ...], message: str):
    result = kg(*arguments, "--store", folder)
    assert result.exit_code == 2 and message in result.stderr


# -- dossiers ------------------------------------------------------------------------------------------------------------


def test_a_dossier_of_two_has_every_sentence_with_its_place(folder: Path, tmp_path: Path):
    text = kg("dossier", "Northland", "Southland", "--store", folder).stdout
    assert text.startswith("# Northland and Southland\n\nIn one room, by what was published up to 2025-08-01: yes.\n")
    assert "> **Northern** envoy **Omar Quill** **met** **Southland** in Northtown on Monday." not in text
    assert "characters 15-25, 26-29" not in text
    for sentence in ("saw", "denied", "summit"):
        assert sentence in text
    page = tmp_path / "pair.html"
    assert kg("dossier", "Northland", "Southland", "--store", folder, "-o", page).exit_code == 0
    html = page.read_text(encoding="utf-8")
    assert "<script" not in html and 'http-equiv="Content-Security-Policy"' in html and html.count("<blockquote>") >= 8


def test_a_dossier_of_a_meeting_says_where_claims_disagree(folder: Path):
    text = kg("dossier", "kg:canonical/denied/meeting/34-40", "--store", folder).stdout
    assert "contradiction: Midland – Southland (one says that what the other claims is not so)" in text
    assert "according to Northland" in text


def test_hostile_text_stays_text():
    from kg.dossier import Chapter, Dossier, Quote, to_html, to_markdown

    evil = "<img src=x onerror=alert(1)> [x](javascript:alert(1)) **b** \x00"
    quote = Quote(evil, ((0, 4),), ((0, 4),), "d", evil, evil, "2025-06-01", "javascript:alert(1)", (evil,))
    made = Dossier(evil, evil, "2025-06-01", (Chapter(evil, (evil,), (quote,)),))
    html, text = to_html(made), to_markdown(made)
    assert "<img" not in html and "href" not in html and "\x00" not in html
    assert "<img" not in text.replace("\\<img", "") and "](" not in text.replace("\\](", "")


# -- links ---------------------------------------------------------------------------------------------------------------


def test_review_shows_doubtful_pairs_side_by_side(folder: Path):
    result = kg("link", "review", "--store", folder)
    assert result.exit_code == 0 and result.stderr.endswith(" doubtful pairs\n")
    assert "── 1 of" in result.stdout and "kg:document/denied/meeting/34-40" in result.stdout


def test_a_decision_is_written_replaced_and_taken_back(tmp_path: Path):
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    one, other = "kg:document/a/meeting/1-4", "kg:document/b/meeting/1-4"
    for verdict, reason in (("same", "one\tday apart"), ("not-same", "two calls")):
        result = kg("link", "decide", other, one, verdict, "--corpus", corpus, "--by", "desk", "--reason", reason)
        assert result.exit_code == 0, result.output
    lines = (corpus / "decisions.tsv").read_text(encoding="utf-8").splitlines()
    assert lines == ["one\tother\tverdict\tby\treason", f"{one}\t{other}\tnot-same\tdesk\ttwo calls"]
    assert kg("link", "decide", one, "no iri", "same", "--corpus", corpus).exit_code == 1
    assert kg("link", "decide", one, other, "perhaps", "--corpus", corpus).exit_code == 2

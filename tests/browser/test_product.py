"""The page that `kg view` makes of the shipped corpus, opened in a real Chromium: its edges lead to their sentences."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from click.testing import CliRunner
from playwright.sync_api import expect

from kg.cli import main


def product(sample_folder: Path, tmp_path: Path, *options: str) -> str:
    page = tmp_path / "view.html"
    result = CliRunner().invoke(main, ["view", "--store", str(sample_folder), "-o", str(page), *options])
    assert result.exit_code == 0, result.output
    return page.read_text(encoding="utf-8")


def test_a_proposal_that_somebody_denies_is_marked_and_shows_both_sentences(
    open_page: Any, sample_folder: Path, tmp_path: Path
) -> None:
    page = open_page(html=product(sample_folder, tmp_path, "--stages", "all", "--rounds")).page
    page.get_by_text("Table", exact=True).click()
    row = page.locator("tbody tr", has_text="Russia – Ukraine").filter(has_text="proposed")
    expect(row).to_contain_text("proposed, disputed")
    row.get_by_role("button").or_(row.get_by_role("link")).first.click()
    panel = page.locator("#panel")
    expect(panel.locator(".facts")).to_contain_text("proposed, disputed")
    expect(panel).to_contain_text("Washington has offered three-way meeting of security advisers")
    expect(panel).to_contain_text("Moscow on Sunday denied that a three-way session")
    assert {"offered", "denied"} <= set(panel.locator("mark").all_inner_texts())


def test_the_page_of_sessions_held_draws_nothing_else(open_page: Any, sample_folder: Path, tmp_path: Path) -> None:
    page = open_page(html=product(sample_folder, tmp_path)).page
    page.get_by_text("Table", exact=True).click()
    statuses = {row.split("\n")[-1] for row in page.locator("tbody tr .chip").all_inner_texts()}
    assert statuses == {"held"}

"""What persons decided about identity: a table `decisions.tsv` in the folder of a corpus.

One row per pair: `one` and `other` name nodes of texts (`kg:document/<id>/meeting/<start>-<end>`), `verdict` is same,
not-same or unsure; `by` and `reason` say who decided and why. A decision wins over the rule and survives every rebuild.
Taking the row out restores what the rule says. A row that names a node which no text has any more is reported, never
dropped silently.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from kg.errors import Finding, InputError
from kg.files import write_atomically
from kg.linking import Decision
from kg.terms import iri

FILE = "decisions.tsv"
COLUMNS = ("one", "other", "verdict", "by", "reason")
VERDICTS = ("same", "not-same", "unsure")


def read_decisions(folders: Iterable[Path], base: str) -> tuple[list[Decision], list[Finding]]:
    """The decisions of corpus folders, in the order of the files. One bad row never costs another."""
    decisions: list[Decision] = []
    findings: list[Finding] = []
    for folder in folders:
        path = folder / FILE
        if path.is_symlink() or not path.is_file():
            continue
        for number, row in _rows(path, findings):
            place = f"{FILE}:{number}"
            verdict = row["verdict"]
            if verdict not in VERDICTS:
                findings.append(Finding(place, f"the verdict {verdict!r} is none of {', '.join(VERDICTS)}", "mend it"))
                continue
            try:
                one, other = (_node(row[name], base) for name in ("one", "other"))
            except ValueError as error:
                findings.append(Finding(place, str(error), "write kg:document/…/meeting/12-18"))
                continue
            if one == other:
                findings.append(Finding(place, "decides about one node and itself", "name two nodes"))
                continue
            decisions.append(Decision(one, other, verdict, row["by"], row["reason"], place))
    return decisions, findings


def _rows(path: Path, findings: list[Finding]) -> list[tuple[int, dict[str, str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        findings.append(Finding(FILE, f"byte {error.start} is not UTF-8; no decision is used", "save it as UTF-8"))
        return []
    reader = csv.DictReader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE)
    missing = [name for name in COLUMNS[:3] if name not in (reader.fieldnames or ())]
    if missing:
        findings.append(
            Finding(f"{FILE}:1", f"has no column {missing[0]}; no decision is used", f"first line: {' '.join(COLUMNS)}")
        )
        return []
    rows = [(reader.line_num, {name: (row.get(name) or "").strip() for name in COLUMNS}) for row in reader]
    return [(number, row) for number, row in rows if any(row.values())]


def _node(text: str, base: str) -> str:
    node = base + text.removeprefix("kg:") if text.startswith("kg:") else text
    iri(node)
    return node


def record_decision(folder: Path, one: str, other: str, verdict: str, by: str, reason: str, base: str) -> Path:
    """Write one decision into the table of a corpus folder, in place of an earlier one on the pair; whole or not at all.

    Raises InputError for a verdict, node or text that cannot be written, or a folder that does not exist.
    """
    if not folder.is_dir():
        raise InputError("is no folder", place=str(folder), remedy="name the folder of the corpus")
    if verdict not in VERDICTS:
        raise InputError(f"the verdict {verdict!r} is none of {', '.join(VERDICTS)}", place=FILE, remedy="choose one")
    texts = [" ".join(text.split()) for text in (by, reason)]
    try:
        pair = sorted(_node(node, base) for node in (one, other))
    except ValueError as error:
        raise InputError(str(error), place=FILE, remedy="write kg:document/…/meeting/12-18") from None
    path = folder / FILE
    findings: list[Finding] = []
    kept = [row for _, row in _rows(path, findings)] if path.is_file() else []
    if findings:
        raise InputError(findings[0].found, place=findings[0].place, remedy=findings[0].remedy)
    kept = [row for row in kept if sorted(_node(row[name], base) for name in ("one", "other")) != pair]
    short = [f"kg:{node.removeprefix(base)}" if node.startswith(base) else node for node in pair]
    kept.append(dict(zip(COLUMNS, (*short, verdict, *texts), strict=True)))
    kept.sort(key=lambda row: (row["one"], row["other"]))
    lines = ["\t".join(COLUMNS), *("\t".join(row[name] for name in COLUMNS) for row in kept)]
    write_atomically(path, ["".join(f"{line}\n" for line in lines).encode("utf-8")])
    return path

"""From one format to another: the documents of a corpus, written for another tool.

What the other format has no place for is reported, never dropped silently. The corpus is read as `kg build` reads it; with
a mapping, what is written is in our labels.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.corpus import COLUMNS, OPTIONAL_COLUMNS, SOURCES, find_documents, read_document
from kg.documents import Source
from kg.errors import Finding, InputError
from kg.files import write_atomically
from kg.formats import writers
from kg.mapping import Uncovered
from kg.scheme import nearest


@dataclass(slots=True)
class Conversion:
    """What a conversion did."""

    documents: int = 0
    files: int = 0
    findings: list[Finding] = field(default_factory=list)
    uncovered: Uncovered = field(default_factory=Uncovered)

    @property
    def left_out(self) -> int:
        """How many things of the input are not in the output."""
        return sum(finding.lost for finding in self.findings) + self.uncovered.total()


def convert(
    folders: list[Path],
    target: Path,
    form: str,
    *,
    annotators: Sequence[str] = (),
    mapping: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> Conversion:
    """Write the documents of corpus folders into a folder, in the format named; with them a `sources.csv`.

    The target must not lie in a corpus, and must be empty or not there. Raises InputError.
    """
    known = writers()
    if form not in known:
        raise InputError(f"{form} cannot be written", place="kg convert", remedy=nearest(form, known))
    for folder in folders:
        home = folder if folder.is_dir() else folder.parent
        if target.resolve() == home.resolve() or (folder.is_dir() and target.resolve().is_relative_to(home.resolve())):
            remedy = "choose a folder beside the corpus"
            raise InputError(
                f"lies inside the corpus {home}, and input folders are never written to",
                place=str(target),
                remedy=remedy,
            )
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError("is not an empty folder", place=str(target), remedy="choose a new one")
    corpus = find_documents(folders, annotators=annotators, mapping=mapping)
    done = Conversion(findings=list(corpus.findings))
    sources: list[tuple[str, Source]] = []
    for number, item in enumerate(corpus.items):
        if progress is not None:
            progress(number, len(corpus.items))
        try:
            document, findings, uncovered = read_document(item)
        except InputError as error:
            done.findings.append(Finding(error.place, error.found, error.remedy))
            continue
        done.findings += findings
        done.uncovered.update(uncovered)
        written = known[form].write(document)
        done.findings += written.findings
        name = file_name(document.id)
        beside = any(ending.startswith("/") for ending in written.files)
        home = target / name if beside else target
        home.mkdir(parents=True, exist_ok=True)
        for ending, content in sorted(written.files.items()):
            write_atomically(home / (ending[1:] if ending.startswith("/") else name + ending), [content])
            done.files += 1
        done.documents += 1
        sources.append((name, document.source))
    if progress is not None:
        progress(len(corpus.items), len(corpus.items))
    if any(source != Source() for _, source in sources):
        write_atomically(target / SOURCES, [_sources(sources)])
        done.files += 1
    return done


def file_name(identifier: str) -> str:
    """A document's id as the name of a file: what would lead elsewhere or is no name is replaced."""
    name = identifier.replace("/", "_").replace("\\", "_").replace("\x00", "_").lstrip(".")
    return name[:180] or "text"


def _sources(rows: list[tuple[str, Source]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([*COLUMNS, *OPTIONAL_COLUMNS])
    for name, source in rows:
        fields = [getattr(source, column) for column in COLUMNS if column != "id"]
        writer.writerow([name, *fields, " ".join(source.derived_from)])
    return out.getvalue().encode("utf-8", "surrogatepass")

"""`make bench`, second part: how fast each format is read, beside the best public reader of it, in one run.

    python -m tests.benchmarks.formats --documents 1000

The texts are the briefs of the other benchmark, three to a text, as long as an article; all formats carry the same annotation, and
the XMI has tokens and sentences as INCEpTION writes them. Whole files are read from disk. Beside each public reader stands what it loses of a probe that has one of everything.
"""

from __future__ import annotations

import argparse
import gc
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from kg.documents import Document
from kg.formats import readers, recognise, writers
from kg.formats.brat import parse_brat, read_brat
from kg.formats.reading import Found, Piece
from tests.benchmarks.corpus import brief
from tests.benchmarks.keeping import keep
from tests.formats import tool_writers

WANTED = {"brat": 1.5, "uima-xmi": 3.0}
SLOW = 100
"""Documents that dkpro-cassis is given: it reads some ten a second."""

PROBE_TEXT = "Russian and Ukrainian teams met in Muscat on Friday. He left."
PROBE = """T1\tDelegation 0 7;22 27\tRussian teams
T2\tDelegation 12 27\tUkrainian teams
T3\tMeeting 28 31\tmet
T4\tVenue 35 41\tMuscat
T5\tTime 45 51\tFriday
T6\tPerson 53 55\tHe
E1\tMeeting:T3 Party:T1 Party2:T2 Venue:T4
A1\tStage E1 held
R1\tMemberOf Arg1:T6 Arg2:T1
*\tEquiv T1 T2
N1\tReference T5 EDTF:2025-12-19\tFriday
#1\tAnnotatorNotes E1\tsure
"""


def timed(work: Callable[[], int], repeats: int = 3) -> float:
    """Documents a second of processor time, best of some repeats: other work on the machine does not count, nor what the
    benchmark itself holds in memory."""
    gc.collect()
    gc.freeze()
    best = 0.0
    for _ in range(repeats):
        start = time.process_time()
        number = work()
        best = max(best, number / (time.process_time() - start))
    return best


def article(number: int) -> tuple[str, str]:
    """Text and annotation of three briefs in one, which is as long as a hand-annotated article."""
    texts: list[str] = []
    lines: list[str] = []
    for part in range(3):
        text, annotation = brief(number + 7 * part)
        lines += moved(annotation, 100 * part, sum(map(len, texts)))
        texts.append(text)
    return "".join(texts), "\n".join(lines) + "\n"


def moved(annotation: str, ids: int, offsets: int) -> list[str]:
    """Lines of annotation with higher ids and offsets."""
    lines = []
    for line in annotation.splitlines():
        line = re.sub(r"\b([TEAR])([0-9]+)\b", lambda match: f"{match[1]}{int(match[2]) + ids}", line)
        if line.startswith("T"):
            line = re.sub(r" ([0-9]+) ([0-9]+)\t", lambda m: f" {int(m[1]) + offsets} {int(m[2]) + offsets}\t", line)
        lines.append(line)
    return lines


def documents(number: int) -> list[Document]:
    made = []
    for index in range(number):
        text, annotation = article(index)
        document, findings = parse_brat(f"article-{index:06}", text, [("a.ann", annotation)])
        assert not findings
        made.append(document)
    return made


def with_tokens(xmi: str, text: str) -> str:
    """XMI with the tokens and sentences that INCEpTION adds to every text, and their name space at the root as there."""
    segments, position, number = [], 0, 100_000
    space = ' xmlns:seg="http:///de/tudarmstadt/ukp/dkpro/core/api/segmentation/type.ecore"'
    for word in text.split():
        start = text.index(word, position)
        position = start + len(word)
        number += 1
        segments.append(f'<seg:Token xmi:id="{number}" sofa="1" begin="{start}" end="{position}" order="0"/>\n')
    start = 0
    for line in text.splitlines(keepends=True):
        number += 1
        segments.append(
            f'<seg:Sentence xmi:id="{number}" sofa="1" begin="{start}" end="{start + len(line.rstrip())}"/>\n'
        )
        start += len(line)
    xmi = xmi.replace(' xmi:version="2.0">', f'{space} xmi:version="2.0">', 1)
    return xmi.replace("<cas:Sofa", "".join(segments) + "<cas:Sofa", 1)


def with_token_types(types: str) -> str:
    home = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type."
    order = "<features><featureDescription><name>order</name><description/><rangeTypeName>uima.cas.Integer</rangeTypeName></featureDescription></features>"
    declared = "".join(
        f"<typeDescription><name>{home}{name}</name><description/><supertypeName>uima.tcas.Annotation</supertypeName>{features}</typeDescription>"
        for name, features in (("Token", order), ("Sentence", "<features/>"))
    )
    return types.replace("</types>", declared + "</types>")


# -- brat ----------------------------------------------------------------------------------------------------------------


def ours_brat(folder: Path) -> int:
    number = 0
    for text in sorted(folder.glob("*.txt")):
        read_brat(text, [text.with_suffix(".ann")])
        number += 1
    return number


def bioc_brat(folder: Path) -> int:
    import bioc.brat

    number = 0
    for text in sorted(folder.glob("*.txt")):
        with text.open(encoding="utf-8") as one, text.with_suffix(".ann").open(encoding="utf-8") as other:
            bioc.brat.load(one, other)
        number += 1
    return number


def pybrat_brat(folder: Path) -> int:
    from pybrat.parser import BratParser

    return len(BratParser(error="ignore").parse(folder))


def bioc_loses() -> str:
    import bioc.brat

    try:
        made = bioc.brat.loads(PROBE_TEXT, PROBE)
    except Exception as error:
        return (
            f"refuses a reference (N line): {type(error).__name__}"
            if _reads_without(bioc.brat.loads)
            else f"refuses: {error}"
        )
    return _missing(fragments=True, references=bool(getattr(made, "normalizations", None)))


def _reads_without(read: Callable[[str, str], object]) -> bool:
    read(PROBE_TEXT, "".join(line for line in PROBE.splitlines(keepends=True) if not line.startswith("N")))
    return True


def pybrat_loses() -> str:
    from pybrat.parser import BratParser

    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "a.txt").write_text(PROBE_TEXT, encoding="utf-8")
        (Path(name) / "a.ann").write_text(PROBE, encoding="utf-8")
        (made,) = BratParser(error="ignore").parse(name)
    return _missing(attributes=hasattr(made, "attributes"), notes=hasattr(made, "notes"))


def _missing(**kept: bool) -> str:
    return (
        "loses " + ", ".join(what for what, is_kept in kept.items() if not is_kept)
        if not all(kept.values())
        else "keeps all"
    )


# -- the other formats ---------------------------------------------------------------------------------------------------


def ours(files: list[Path], companion: bytes | None) -> int:
    number = 0
    for file in files:
        data = file.read_bytes()
        reader = recognise(data, file.name)
        assert reader is not None
        for found in reader.find(data, file.name):
            if isinstance(found, Found):
                record = data[found.start : found.start + found.length] if found.length else data
                document, _ = reader.read(
                    Piece(found.id, record, found.place, found.annotator, found.key, companion, "companion")
                )
                assert document.mentions
                number += 1
    return number


def cassis_xmi(files: list[Path], types: bytes) -> int:
    import cassis

    # As its manual has it, the type system is loaded once.
    system = cassis.load_typesystem(types.decode())
    for file in files:
        with file.open("rb") as source:
            cassis.load_cas_from_xmi(source, typesystem=system)
    return len(files)


def cassis_json(files: list[Path]) -> int:
    import cassis

    for file in files:
        with file.open("rb") as source:
            cassis.load_cas_from_json(source)
    return len(files)


def measure(number: int, folder: Path) -> list[dict[str, object]]:
    made = documents(number)
    rows: list[dict[str, object]] = []

    def row(form: str, speed: float, public: str = "", other: float = 0.0, remark: str = "") -> None:
        rows.append({"format": form, "ours": speed, "public": public, "its": other, "remark": remark})

    brat = folder / "brat"
    brat.mkdir()
    for index in range(number):
        text, annotation = article(index)
        (brat / f"article-{index:06}.txt").write_text(text, encoding="utf-8")
        (brat / f"article-{index:06}.ann").write_text(annotation, encoding="utf-8")
    speed = timed(lambda: ours_brat(brat))
    row("brat", speed, f"bioc {version('bioc')}", timed(lambda: bioc_brat(brat)), bioc_loses())
    row("brat", speed, f"pybrat {version('pybrat')}", timed(lambda: pybrat_brat(brat)), pybrat_loses())

    xmi = folder / "xmi"
    xmi.mkdir()
    types = with_token_types(writers()["uima-xmi"].write(made[0]).files["/TypeSystem.xml"].decode()).encode()
    for document in made:
        # One type system for all, as an export has: it must know every attribute.
        written = writers()["uima-xmi"].write(document)
        types = max(types, with_token_types(written.files["/TypeSystem.xml"].decode()).encode(), key=len)
        (xmi / f"{document.id}.xmi").write_text(
            with_tokens(written.files[".xmi"].decode(), document.text), encoding="utf-8"
        )
    files = sorted(xmi.glob("*.xmi"))
    name = f"dkpro-cassis {version('dkpro-cassis')}"
    row("uima-xmi", timed(lambda: ours(files, types)), name, timed(lambda: cassis_xmi(files[:SLOW], types), 1))

    cas = folder / "json"
    cas.mkdir()
    for document in made:
        (cas / f"{document.id}.json").write_bytes(writers()["uima-json"].write(document).files[".json"])
    files_json = sorted(cas.glob("*.json"))
    row("uima-json", timed(lambda: ours(files_json, None)), name, timed(lambda: cassis_json(files_json[:SLOW]), 1))

    for form in ("label-studio", "prodigy", "doccano"):
        file = folder / f"{form}.json"
        if form == "label-studio":
            tasks = [json.loads(writers()[form].write(document).files[".json"])[0] for document in made]
            file.write_text(json.dumps(tasks), encoding="utf-8")
        else:
            write = tool_writers.prodigy if form == "prodigy" else tool_writers.doccano
            file.write_bytes(b"".join(write(document) for document in made))
        row(form, timed(lambda file=file: ours([file], None)))
    tsv = folder / "tsv"
    tsv.mkdir()
    for document in made:
        (tsv / f"{document.id}.tsv").write_bytes(tool_writers.webanno_tsv(document))
    files_tsv = sorted(tsv.glob("*.tsv"))
    row("webanno-tsv", timed(lambda: ours(files_tsv, None)))

    annotation = folder / "annotation"
    annotation.mkdir()
    texts = []
    for document in made:
        (annotation / f"{document.id}.jsonld").write_bytes(writers()["web-annotation"].write(document).files[".jsonld"])
        texts.append(document.text.encode())
    files_annotation = sorted(annotation.glob("*.jsonld"))
    row(
        "web-annotation",
        timed(lambda: sum(ours([one], text) for one, text in zip(files_annotation, texts, strict=True))),
    )
    assert {str(one["format"]) for one in rows} == {"brat", *(set(readers()) - {"mend-csv"})}
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.formats", description=__doc__)
    parser.add_argument("--documents", type=int, default=1_000)
    parser.add_argument("--no-save", action="store_true", help="do not write the results file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        rows = measure(options.documents, Path(name))
    print(f"\n{options.documents:,} texts in every format, documents a second of processor time")
    print(f"{'format':16}{'ours':>8}  {'public reader':22}{'its':>8}{'×':>8}{'wanted':>8}  remark")
    for row in rows:
        its = float(str(row["its"]))
        ratio = f"{float(str(row['ours'])) / its:.1f}" if its else ""
        wanted = WANTED.get(str(row["format"]), "")
        shown = f"{its:.0f}" if its else ""
        print(
            f"{row['format']:16}{row['ours']:>8.0f}  {row['public']:22}{shown:>8}{ratio:>8}{wanted:>8}  {row['remark']}"
        )
    if not options.no_save:
        keep("formats.json", {"documents": options.documents, "results": rows})


if __name__ == "__main__":
    sys.exit(main())

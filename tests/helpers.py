"""Small corpora for tests, written where the test can see them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from kg.builder import build_document
from kg.conclusions import Around, conclude
from kg.documents import Document, Source
from kg.formats.brat import parse_brat
from kg.leads import Leads
from kg.linking import Decision, Linked, link
from kg.namespaces import BASE
from kg.registry import Entry, Registry
from kg.registry_graph import build_registry
from kg.store import Store

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "data"
SAMPLE = DATA / "russia-ukraine-2025"
WEEKEND = (
    "2025-12-20-kyiv-weighs-trilateral",
    "2025-12-20-no-trilateral-planned",
    "2025-12-21-kremlin-denies-trilateral",
    "2025-12-22-moscow-waits-for-dmitriev",
    "2025-12-22-separate-tables-in-miami",
    "2025-12-22-witkoff-umerov-statement",
)
"""Six reports on one weekend, enough for tests that need real text and quick ones."""
HEADER = "id,title,publisher,date,url,language,process\n"


def annotate(text: str, *lines: str) -> str:
    """brat lines, with words in place of offsets: `T1 Person :: Witkoff` marks the first "Witkoff", `#2` the second.

    Several words joined by ` + ` are the fragments of a discontinuous span. Other lines are taken as they are, with ` | ` for a tab.
    """
    out = []
    for line in lines:
        head, marks, words = line.partition(" :: ")
        if not marks:
            out.append(line.replace(" | ", "\t"))
            continue
        name, label = head.split()
        spans, position = [], 0
        for fragment in words.split(" + "):
            fragment, _, nth = fragment.partition("#")
            for _ in range(int(nth or 1)):
                start = text.index(fragment, position)
                position = start + len(fragment)
            spans.append((start, position))
            position = 0 if len(words.split(" + ")) == 1 else position
        offsets = ";".join(f"{start} {end}" for start, end in spans)
        out.append(f"{name}\t{label} {offsets}\t{' '.join(text[start:end] for start, end in spans)}")
    return "\n".join(out) + "\n"


def document(
    text: str, *lines: str, date: str = "2025-06-15", id: str = "note", publisher: str = "The Daily"
) -> Document:
    """A checked-offset document of one text, published on `date`."""
    from dataclasses import replace

    made, findings = parse_brat(id, text, [(f"{id}.ann", annotate(text, *lines))])
    assert not [finding for finding in findings if finding.lost], [str(finding) for finding in findings]
    return replace(made, source=Source(title=text.split("\n")[0], publisher=publisher, date=date, process="test"))


def write_corpus(folder: Path, texts: dict[str, tuple[str, str]], sources: Iterable[str] = ()) -> Path:
    """A corpus folder: id → (text, annotation), and rows of sources.csv without their header."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (text, annotation) in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8", newline="")
        (folder / f"{name}.ann").write_text(annotation, encoding="utf-8", newline="")
    rows = list(sources) or [f"{name},{name},The Daily,2025-06-15,,en,test" for name in texts]
    (folder / "sources.csv").write_text(HEADER + "\n".join(rows) + "\n", encoding="utf-8")
    return folder


def weekend(folder: Path) -> Path:
    """A corpus of the six reports of WEEKEND in a folder."""
    for name in WEEKEND:
        for ending in ("txt", "ann"):
            (folder / f"{name}.{ending}").write_bytes((SAMPLE / f"{name}.{ending}").read_bytes())
    header, *rows = (SAMPLE / "sources.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "sources.csv").write_text(header + "".join(r for r in rows if r.startswith(WEEKEND)), encoding="utf-8")
    return folder


def registry(*entries: Entry) -> Registry:
    """A registry of these entries, without a file."""
    made = Registry()
    for entry in entries:
        made.entries[entry.kind, entry.id] = made.by_id[entry.id] = entry
        from kg.names import normalise

        for name in (entry.label, *(alias for _, alias in entry.aliases)):
            made.names[entry.kind, normalise(name)] = entry
        if entry.wikidata:
            made.by_wikidata[entry.wikidata] = entry
    return made


NORTHLAND = Entry("northland", "state", "Northland", (("", "Northern"), ("", "Northtown")))
SOUTHLAND = Entry("southland", "state", "Southland", (("", "Southern"),))
MIDLAND = Entry("midland", "state", "Midland", wikidata="Q42")
NORTHTOWN = Entry("northtown", "venue", "Northtown", within="northland-country", latitude="60.50", longitude="20")
WORLD = registry(NORTHLAND, SOUTHLAND, MIDLAND, NORTHTOWN)
"""Three states and a city: a world one can hold in the head."""


def world(
    documents: Iterable[Document], names: Registry | None = None, decisions: Iterable[Decision] = ()
) -> tuple[Store, Linked]:
    """A store in memory of some documents with what is concluded from them, and those conclusions."""
    names = WORLD if names is None else names
    graphs = sorted((build_document(made, names) for made in documents), key=lambda graph: graph.iri)
    leads = Leads()
    for graph in graphs:
        leads.add(graph.leads)
    decisions = list(decisions)
    conclusions, _ = conclude(leads, decisions, names)
    blocks = [
        *(graph.quads for graph in graphs),
        conclusions,
        build_registry([entry for graph in graphs for entry in graph.registered], names),
    ]
    linked = link(leads.profiles, Around(names), decisions)
    return Store.in_memory([block for block in blocks if block], base=BASE), linked


def triples(quads: bytes) -> set[tuple[str, str, str]]:
    """Quads of one document as short triples: IRIs by their last parts, literals by their text."""
    out = set()
    for line in quads.decode().splitlines():
        subject, predicate, rest = line.split(" ", 2)
        value = rest.rsplit(" <", 1)[0]
        out.add((short(subject), short(predicate), short(value)))
    return out


def short(term: str) -> str:
    if term.startswith('"'):
        return term[1 : term.rindex('"')]
    iri = term.strip("<>").removeprefix("https://w3id.org/diplomatic-kg/")
    for prefix in ("id/document/note/", "id/", "ontology#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"):
        iri = iri.removeprefix(prefix)
    return iri.replace("#", "/").rpartition("/")[2] if iri.startswith("http") else iri

"""`make bench`, third part: questions about everything, from tables beside Oxigraph's SPARQL and rdflib's, in one run.

    python -m tests.benchmarks.queries --documents 10000 --meetings 100000

Nine questions over generated reports in which five texts each speak of one session, and say opposite things of one that is only
talked of; then who talks to whom over a hundred thousand sessions, beside networkx in a loop as well. A question that is not
answered in 120 s counts as 120 s. All answers are compared. Oxigraph and rdflib hold the triples in memory, without graphs, which
suits them best; tables are read from the store, and what is worked out once for all questions is counted as reading. Seconds of questions are
those of the processor, of all threads, so that other work on the machine does not count.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import signal
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import combinations
from pathlib import Path
from time import process_time
from typing import Any

from kg.building import build
from kg.namespaces import BASE, PREFIXES
from kg.projections import edges
from kg.store import Store
from kg.tables import FOLDER
from kg.tables import questions as q
from kg.tables.kept import Tables, Writer, derive, read_tables
from kg.tables.seated import NUMBERED, SOURCES
from tests.benchmarks.corpus import brief, write
from tests.benchmarks.keeping import Row, geometric_mean, keep, show

CAP = 120.0
VIEWED = 10_000
"""Sessions of which the whole view is drawn by networkx as well."""
ACTOR, OTHER = f"{BASE}actor/northland", f"{BASE}actor/southland"
SINCE, UNTIL = "2024-03-01", "2024-04-30"
PATTERN = "envoy .* told reporters"
SELF_JOINS = ("contradicting claims", "all pairs")

_SITS = "a dp:Meeting ; dp:participation/dp:participant"
_PAIRS = f"?meeting dp:member ?n1 , ?n2 . ?n1 {_SITS} ?one . ?n2 {_SITS} ?other . FILTER(STR(?one) < STR(?other))"

QUESTIONS: dict[str, tuple[Callable[[Tables], Any], str]] = {
    "co-participants of one actor": (
        lambda tables: q.co_participants(tables, ACTOR),
        f"SELECT ?other (COUNT(DISTINCT ?meeting) AS ?sessions) {{ ?meeting dp:member ?n1 . ?n1 {_SITS} <{ACTOR}> . ?meeting dp:member ?n2 . ?n2 {_SITS} ?other . FILTER(?other != <{ACTOR}>) }} GROUP BY ?other",
    ),
    "venues by month": (
        q.venues_by_month,
        "SELECT ?venue ?month (COUNT(DISTINCT ?node) AS ?nodes) { VALUES ?kind { dp:Meeting dp:Round } ?node a ?kind ; dp:venue ?venue ; dp:when/dp:earliest ?day . BIND(SUBSTR(STR(?day), 1, 7) AS ?month) } GROUP BY ?venue ?month",
    ),
    "claims about a target": (
        lambda tables: q.claims_with_target(tables, "preparation"),
        "SELECT DISTINCT ?claim ?claimant ?about { ?claim dp:denialTarget target:preparation ; dp:claimant ?claimant ; dp:about ?about }",
    ),
    "contradicting claims": (
        q.contradictions,
        "SELECT DISTINCT ?meeting ?stage ?yes ?no { ?yes dp:polarity polarity:positive ; dp:assertsStage ?stage ; dp:about ?n1 . ?meeting dp:member ?n1 , ?n2 . ?no dp:about ?n2 ; dp:polarity polarity:negative ; dp:assertsStage ?stage }",
    ),
    "person to principal to state": (
        q.states_of,
        """SELECT DISTINCT ?person ?through ?state { ?person a dp:Person . ?state a dp:State .
           { ?m dp:agent ?person ; dp:principal ?state . BIND("" AS ?through) }
           UNION { ?m dp:agent ?person ; dp:principal ?through . ?n dp:agent ?through ; dp:principal ?state } }""",
    ),
    "evidence of an edge": (
        lambda tables: q.evidence_of(tables, ACTOR, OTHER),
        f"SELECT DISTINCT ?meeting ?span ?sentence {{ ?meeting dp:member ?n1 . ?n1 {_SITS} <{ACTOR}> . ?meeting dp:member ?n2 . ?n2 {_SITS} <{OTHER}> . ?meeting dp:member ?n3 . ?n3 a dp:Meeting ; dp:participation ?seat . ?seat dp:participant ?end ; dp:evidence ?span . FILTER(?end IN (<{ACTOR}>, <{OTHER}>)) ?span dp:sentence/oa:hasSelector/oa:exact ?sentence }}",
    ),
    "pairs in a slice of time": (
        lambda tables: q.all_pairs(tables, SINCE, UNTIL),
        f'SELECT ?one ?other (COUNT(DISTINCT ?meeting) AS ?sessions) {{ ?n0 a dp:Meeting ; dp:when ?time . ?time dp:earliest ?e ; dp:latest ?l . FILTER(?e >= "{SINCE}"^^xsd:date && ?l <= "{UNTIL}"^^xsd:date) ?meeting dp:member ?n0 . {_PAIRS} }} GROUP BY ?one ?other',
    ),
    "regular expression over sentences": (
        lambda tables: q.sentences_like(tables, PATTERN),
        f'SELECT DISTINCT ?sentence ?text {{ ?of dp:sentence ?sentence . ?sentence oa:hasSelector/oa:exact ?text . FILTER(REGEX(?text, "{PATTERN}")) }}',
    ),
    "all pairs": (
        q.all_pairs,
        f"SELECT ?one ?other (COUNT(DISTINCT ?meeting) AS ?sessions) {{ {_PAIRS} }} GROUP BY ?one ?other",
    ),
}
"""Question → how the tables answer it, and the same in SPARQL."""


def archive(folder: Path, documents: int) -> None:
    """Reports of which five each speak of one session and of one that is only talked of, as prepared or as not."""
    write(folder, documents)
    for number in range(documents):
        file = folder / f"brief-{number:06}.ann"
        _, annotation = brief(number)
        if number % 5 in (1, 3):
            annotation = (
                annotation.replace("A3\tNegated E2\n", "")
                .replace("SpeechAct E2 deny", "SpeechAct E2 confirm")
                .replace("A4\tDenialTarget E2 preparation\n", "")
            )
        annotation += f"N1\tReference E1 kg:meeting/mooted-{number // 5}\ttalks\nN2\tReference E3 kg:meeting/session-{number // 5}\tmet\n"
        file.write_text(annotation, encoding="utf-8")


def sessions(number: int) -> Iterator[bytes]:
    """Graphs of so many texts on one session each: three at the table, one claim that it was held, one day."""
    dp, rdf, rdfs, oa = (PREFIXES[one] for one in ("dp", "rdf", "rdfs", "oa"))
    chance = random.Random(7)
    actors = [f"{BASE}actor/a{one:03}" for one in range(300)]

    def value(scheme: str, name: str) -> str:
        return f"<https://w3id.org/diplomatic-kg/{scheme}/{name}>"

    for at in range(number):
        home = f"{BASE}document/t{at:06}"
        node, span, claim, time = (
            f"<{home}/meeting/0-3>",
            f"<{home}/span/0-3>",
            f"<{home}/claim/5-9>",
            f"<{home}/time/0>",
        )
        day = f'"20{20 + at % 6}-{1 + at % 12:02}-{1 + at % 28:02}"^^<http://www.w3.org/2001/XMLSchema#date>'
        facts = [
            (f"<{home}>", f"{rdf}type", f"<{dp}Document>"), (f"<{home}>", f"{dp}reportedAt", day),
            (node, f"{rdf}type", f"<{dp}Meeting>"), (node, f"{rdfs}label", '"met"'), (node, f"{dp}evidence", span), (node, f"{dp}when", time),
            (time, f"{dp}edtf", '"x"'), (time, f"{dp}earliest", day), (time, f"{dp}latest", day), (span, f"{oa}hasSource", f"<{home}>"),
            (claim, f"{rdf}type", f"<{dp}Claim>"), (claim, f"{dp}about", node), (claim, f"{dp}claimant", f"<{actors[at % 9]}>"),
            (claim, f"{dp}polarity", value("polarity", "positive")), (claim, f"{dp}certainty", value("certainty", "certain")),
            (claim, f"{dp}assertsStage", value("stage", "held")), (claim, f"{dp}evidence", span), (claim, f"{dp}reportedAt", day),
            (f"<{actors[at % 9]}>", f"{rdfs}label", f'"A {at % 9}"'),
        ]  # fmt: skip
        for seat, who in enumerate(chance.sample(range(300), 3)):
            me, actor = f"<{home}/meeting/0-3/party/{seat}>", f"<{actors[who]}>"
            facts += [
                (node, f"{dp}participation", me), (me, f"{rdf}type", f"<{dp}Participation>"), (me, f"{dp}role", value("role", "party")),
                (me, f"{dp}participant", actor), (me, f"{dp}evidence", span), (actor, f"{rdf}type", f"<{dp}State>"),
                (actor, f"{rdfs}label", f'"A {who}"'),
            ]  # fmt: skip
        graph = f"{BASE}graph/t{at:06}"
        yield "".join(sorted({f"{s} <{p}> {o} <{graph}> .\n" for s, p, o in facts})).encode()


# -- the engines ---------------------------------------------------------------------------------------------------------


def prefixed(sparql: str) -> str:
    return "".join(f"PREFIX {one}: <{home}>\n" for one, home in PREFIXES.items() if f"{one}:" in sparql) + sparql


def digest(rows: Iterator[tuple[str, ...]]) -> str:
    """The same for the same rows in any order."""
    return hashlib.sha256("\n".join(sorted("\t".join(row) for row in rows)).encode()).hexdigest()


def of_frame(frame: Any) -> str:
    return digest(tuple(str(value) for value in row) for row in frame.iter_rows())


def oxigraph(path: Path) -> Any:
    import pyoxigraph

    store = pyoxigraph.Store()
    with open(path, "rb") as file:
        store.bulk_load(file, format=pyoxigraph.RdfFormat.N_TRIPLES)
    return store


def rdf_graph(path: Path) -> Any:
    """The triples as an rdflib Graph; read by Oxigraph's parser, which is forty times faster than rdflib's."""
    import pyoxigraph
    from rdflib import Graph

    from kg.rdflib_store import Nodes

    graph, nodes = Graph(), Nodes()
    with open(path, "rb") as file:
        for triple in pyoxigraph.parse(file, format=pyoxigraph.RdfFormat.N_TRIPLES):
            graph.add((nodes[triple.subject], nodes[triple.predicate], nodes[triple.object]))
    return graph


def of_oxigraph(found: list[Any]) -> str:
    return digest(tuple("" if term is None else term.value for term in solution) for solution in found)


def of_rdflib(found: list[Any]) -> str:
    return digest(tuple("" if term is None else str(term) for term in row) for row in found)


def of_graph(found: Any) -> str:
    """The same for the edges of a networkx graph, each once."""
    edges_ = found.edges(data="weight")
    return digest((min(one, other), max(one, other), str(weight)) for one, other, weight in edges_)


def timed(work: Callable[[], Any], told: Callable[[Any], str], least: int = 3) -> tuple[float, str]:
    """Seconds of processor time, of all threads (the best of some runs; one run where it takes long), and the digest of the answer,
    which is not timed."""
    took: list[float] = []
    while len(took) < least and sum(took) < 5:
        started = process_time()
        found = work()
        took.append(process_time() - started)
    return min(took), told(found)


def in_a_child(work: Callable[[], tuple[float, str]], cap: float) -> tuple[float, str]:
    """The same in a process that is stopped after so many seconds of processor time, which then count."""
    reads, writes = os.pipe()
    child = os.fork()
    if not child:
        signal.setitimer(signal.ITIMER_PROF, cap)
        os.write(writes, json.dumps(work()).encode())
        os._exit(0)
    os.close(writes)
    with open(reads) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    seconds, found = json.loads(text) if text else (cap, "")
    return min(seconds, cap), found


def triples(blocks: Iterable[bytes], out: Path) -> int:
    """Graphs as N-Triples, without their names; how many lines (what several graphs say comes several times)."""
    number = 0
    with open(out, "wb") as file:
        for block in blocks:
            file.write(block.replace(block[block.rindex(b" <") :], b" .\n"))
            number += block.count(b"\n")
    return number


# -- what is measured ----------------------------------------------------------------------------------------------------


def nine(documents: int, folder: Path, cap: float = CAP) -> dict[str, Any]:
    """The nine questions by tables, Oxigraph and rdflib: seconds, and whether all gave the same. A cap of 0 leaves rdflib out."""
    if not (folder / "store").exists():
        archive(folder / "corpus", documents)
        build([folder / "corpus"], folder / "store")
    with Store.open(folder / "store") as store:
        triples(store._canonical(store.graphs()), folder / "graph.nt")
        documents, quads = store.documents, store.count
        started = process_time()
        tables = store.tables()
        for ask, _ in QUESTIONS.values():
            ask(tables)
        reading = process_time() - started
        rows: dict[str, dict[str, Any]] = {}
        for name, (ask, _) in QUESTIONS.items():
            seconds, answer = timed(lambda ask=ask: ask(tables), of_frame, 7)  # type: ignore[misc]
            rows[name] = {"tables": seconds, "answer": answer, "rows": ask(tables).height}
    engine = oxigraph(folder / "graph.nt")
    for name, (_, sparql) in QUESTIONS.items():
        rows[name]["oxigraph"], found = timed(lambda sparql=sparql: list(engine.query(prefixed(sparql))), of_oxigraph)  # type: ignore[misc]
        rows[name]["same"] = found == rows[name]["answer"]
    engine = None
    if cap:
        graph = rdf_graph(folder / "graph.nt")
        for name, (_, sparql) in QUESTIONS.items():
            seconds, found = in_a_child(
                lambda sparql=sparql: timed(lambda: list(graph.query(prefixed(sparql))), of_rdflib, 1),  # type: ignore[misc]
                cap,
            )
            rows[name]["rdflib"] = seconds
            rows[name]["same"] = rows[name]["same"] and found in ("", rows[name]["answer"])
    for row in rows.values():
        row.pop("answer")
    figures: dict[str, Any] = {
        "documents": documents,
        "quads": quads,
        "cap": cap,
        "reading": reading,
        "questions": rows,
    }
    figures["times_oxigraph_self_joins"] = geometric_mean(
        rows[name]["oxigraph"] / rows[name]["tables"] for name in SELF_JOINS
    )
    if cap:
        figures["times_rdflib"] = geometric_mean(row["rdflib"] / row["tables"] for row in rows.values())
    return figures


def talks(meetings: int, folder: Path, cap: float = CAP) -> dict[str, Any]:
    """Who talks to whom over many sessions: by tables from the first question on, by networkx in a loop, and by both SPARQLs.

    Asked first, the numbers of seats are in memory as the store keeps them, as the seats of networkx are; from disk, they are
    read and their hashes checked in the time that counts.
    """
    import networkx as nx

    blocks = list(sessions(meetings))
    view, same_view = _viewed(derive(blocks[:VIEWED]))
    started = process_time()
    writer = Writer()
    for block in blocks:
        writer.add(block)
    (folder / "sessions").mkdir(parents=True)
    writer.write(folder / "sessions" / FOLDER, "")
    figures: dict[str, Any] = {"meetings": meetings, "tables made in": process_time() - started}

    def kept() -> Tables:
        found = read_tables(folder / "sessions", "")
        assert found is not None
        return found

    in_memory = _in_memory(kept())
    plain = {name: in_memory[name] for name in SOURCES}
    seats = in_memory["participation"].select("node", "actor").rows()

    def loop() -> Any:
        graph, rooms = nx.Graph(), {}
        for node, actor in seats:
            rooms.setdefault(node, set()).add(actor)
        for present in rooms.values():
            for one, other in combinations(sorted(present), 2):
                if graph.has_edge(one, other):
                    graph[one][other]["weight"] += 1
                else:
                    graph.add_edge(one, other, weight=1)
        return graph

    warm = Tables(in_memory)
    union = f"SELECT ?one ?other (COUNT(DISTINCT ?n) AS ?sessions) {{ ?n {_SITS} ?one , ?other . FILTER(STR(?one) < STR(?other)) }} GROUP BY ?one ?other"
    sparql = prefixed(union)
    figures["triples"] = triples(iter(blocks), folder / "sessions.nt")
    found = {
        "tables": timed(lambda: q.all_pairs(Tables(in_memory)), of_frame, 7),
        "tables, asked again": timed(lambda: q.all_pairs(warm), of_frame, 7),
        "tables, from disk": timed(lambda: q.all_pairs(kept()), of_frame, 7),
        "tables, not numbered": timed(lambda: q.all_pairs(Tables(plain)), of_frame, 7),
        "networkx": timed(loop, of_graph),
    }
    engine = oxigraph(folder / "sessions.nt")
    found["oxigraph"] = timed(lambda: list(engine.query(sparql)), of_oxigraph)
    engine = None
    rdf = rdf_graph(folder / "sessions.nt")
    found["rdflib"] = in_a_child(lambda: timed(lambda: list(rdf.query(sparql)), of_rdflib, 1), cap)
    counted = {name: seconds for name, (seconds, _) in found.items()}
    # Whoever was stopped has no answer.
    same = same_view and len({answer for _, answer in found.values() if answer}) == 1
    return figures | {"cap": cap, "counted": counted, "view": view, "same": same}


def _in_memory(tables: Tables) -> dict[str, Any]:
    """All that a store keeps, read."""
    return {**tables, **{name: tables.numbered(name) for name in NUMBERED}}


def _viewed(tables: Tables) -> tuple[dict[str, Any], bool]:
    """The view with standings and days, by joins and one by one: seconds, and whether the edges are the same."""
    from kg.scene import load_scene
    from kg.views import who_talks_to_whom

    fresh = _in_memory(tables)

    class Bare:
        base = BASE

        def tables_at_hand(self) -> Tables:
            return Tables(fresh)

    started = process_time()
    scene = load_scene(Bare())  # type: ignore[arg-type]
    loaded = process_time()
    graph = who_talks_to_whom(scene)
    view: dict[str, Any] = {
        "sessions": len(scene.gatherings),
        "scene": loaded - started,
        "networkx": process_time() - loaded,
    }
    drawn = {(min(one, other), max(one, other), key) for one, other, key in graph.edges(keys=True)}
    view["tables"] = timed(lambda: edges(Tables(fresh)), of_frame, 3)[0]
    return view, drawn == set(edges(Tables(fresh)).select("one", "other", "gathering").rows())


def rows_of_nine(found: dict[str, Any]) -> list[Row]:
    """The nine questions as rows of the table of `make bench`."""
    rows = [Row(f"read tables of {found['documents']:,} documents ({found['quads']:,} quads)", found["reading"])]
    for name, one in found["questions"].items():
        what = f"ask: {name} ({one['rows']:,} rows)" + ("" if one["same"] else " ANSWERS DIFFER")
        rows.append(Row(what, one["tables"], "Oxigraph's SPARQL, in memory", one["oxigraph"]))
        if "rdflib" in one:
            rows.append(
                Row(
                    "",
                    one["tables"],
                    "rdflib's SPARQL, in memory",
                    one["rdflib"],
                    stopped=one["rdflib"] >= found["cap"],
                )
            )
    if "times_rdflib" in found:
        rows.append(
            Row("ask: nine questions, geometric mean", 1.0, "rdflib's SPARQL", found["times_rdflib"], 200.0, "")
        )
    rows.append(
        Row("ask: self-joins, geometric mean", 1.0, "Oxigraph's SPARQL", found["times_oxigraph_self_joins"], 50.0, "")
    )
    return rows


def rows_of_talks(found: dict[str, Any]) -> list[Row]:
    """Who talks to whom as rows of the table of `make bench`."""
    counted, view = found["counted"], found["view"]
    same = "" if found["same"] else " ANSWERS DIFFER"
    first = f"who talks to whom, {found['meetings']:,} sessions, counted by pair{same}"
    rows = [Row(first, counted["tables"], "networkx in a loop", counted["networkx"], 20.0)]
    rows += [Row("", counted["tables"], f"{words}'s SPARQL, in memory", counted[name], wanted, stopped=counted[name] >= found["cap"])
             for name, words, wanted in (("oxigraph", "Oxigraph", None), ("rdflib", "rdflib", 20.0))]  # fmt: skip
    rows += [Row(what, counted[name], "networkx in a loop", counted["networkx"], wanted)
             for name, what, wanted in (
                 ("tables, asked again", "the same, asked again", 20.0),
                 ("tables, from disk", "the same, read from disk and checked, then asked", None),
                 ("tables, not numbered", "the same, from tables whose numbers are not kept", None),
             )]  # fmt: skip
    rows.append(
        Row(
            f"edges with standing, days and Newman's weight, {view['sessions']:,} sessions",
            view["tables"],
            "scene and networkx, one by one",
            view["scene"] + view["networkx"],
        )
    )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.queries", description=__doc__)
    parser.add_argument("--documents", type=int, default=10_000, help="0: leave the nine questions out")
    parser.add_argument("--meetings", type=int, default=100_000, help="0: leave who talks to whom out")
    parser.add_argument(
        "--cap", type=float, default=CAP, help="seconds after which rdflib is stopped, which then count"
    )
    parser.add_argument(
        "--folder", type=Path, help="an empty folder to keep corpus and store in, or one that holds them"
    )
    parser.add_argument("--no-save", action="store_true", help="do not write the results file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = options.folder or Path(name)
        of_nine = nine(options.documents, home, options.cap) if options.documents else None
        show(rows_of_nine(of_nine) if of_nine else [])
        of_talks = talks(options.meetings, Path(name), options.cap) if options.meetings else None
        show(rows_of_talks(of_talks) if of_talks else [])
    if not options.no_save:
        keep("queries.json", {"questions": of_nine, "who talks to whom": of_talks})


if __name__ == "__main__":
    main()

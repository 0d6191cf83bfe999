"""The pages: every link in them leads somewhere, everything of the data is text, things have pages and triples."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pytest
from rdflib import RDF, RDFS, Graph, Literal, URIRef

from kg.namespaces import BASE, DP
from kg.query import named_queries
from kg.questions import SUBJECTS
from kg.store import Store
from tests.serve.process import Served, served

HTML = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
TRILATERAL = "/id/meeting/trilateral-2025-12"


class Page(HTMLParser):
    """What a page links to, which elements and attributes it has, and what a reader sees."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[str] = []
        self.assets: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.attributes.append(name)
            if tag == "a" and name == "href":
                self.links.append(value or "")
            elif name in ("src", "href", "action"):
                self.assets.append(value or "")

    def handle_data(self, data: str) -> None:
        self.text += data


def _page(endpoint: Served, path: str, status: int = 200) -> Page:
    reply = endpoint.get(path, Accept=HTML)
    assert reply.status == status, (path, reply.text[:300])
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    return Page(reply.text)


def test_every_link_of_the_pages_leads_somewhere(endpoint: Served):
    seen: set[str] = set()
    ahead = ["/"]
    outside = set()
    while ahead:
        path = ahead.pop()
        if path in seen or len(seen) > 150:
            continue
        seen.add(path)
        reply = endpoint.get(path, Accept=HTML)
        assert reply.status == 200, (path, reply.text[:200])
        if not reply.headers["content-type"].startswith("text/html") or path == "/who-talks-to-whom":
            continue
        page = Page(reply.text)
        for asset in page.assets:
            assert asset.startswith(("/static/", "data:", "/questions/")), (path, asset)
        for link in page.links:
            if link.startswith(("http://", "https://")):
                outside.add(link)
            elif not link.startswith("#"):
                ahead.append(urljoin(path, link))
    assert len(seen) > 100
    assert not [link for link in outside if urlsplit(link).scheme not in ("http", "https")]


def test_every_question_has_a_page_with_its_form_and_answers(endpoint: Served):
    from tests.serve.load import EXAMPLES

    for query in named_queries().values():
        if query.internal:
            assert endpoint.get(f"/questions/{query.name}", Accept=HTML).status == 404
            continue
        empty = _page(endpoint, f"/questions/{query.name}")
        assert query.question in " ".join(empty.text.split())
        assert empty.tags.count("input") == len(query.parameters)
        values = {p.name: EXAMPLES[p.type] for p in query.parameters if not p.optional}
        answered = _page(endpoint, f"/questions/{query.name}?{urlencode(values)}")
        assert "table" in answered.tags or "No rows." in answered.text


def test_questions_stand_under_what_they_ask_about(endpoint: Served):
    for path in ("/", "/questions/"):
        text = endpoint.get(path, Accept=HTML).text
        at = {subject: text.index(f'id="{subject}"') for subject in SUBJECTS}
        for query in named_queries().values():
            if not query.internal:
                place = text.index(f'"/questions/{query.name}"', text.index('id="actors"'))
                assert max((start, subject) for subject, start in at.items() if start < place)[1] == query.subject


def test_a_question_says_what_is_wrong_with_a_value(endpoint: Served):
    reply = endpoint.get("/questions/claims-about?meeting=nothing+like+it", Accept=HTML)
    assert reply.status == 400 and "nothing matches meeting=" in Page(reply.text).text
    assert endpoint.get("/questions/claims-about?meeting=nothing+like+it", Accept="text/csv").status == 400
    reply = endpoint.get("/questions/direct-sesions", Accept=HTML)
    assert reply.status == 404 and reply.headers["content-type"].startswith("text/html")


def test_an_answer_comes_in_the_form_that_is_asked_for(endpoint: Served, sample: Store):
    from kg.query import ask
    from kg.results import write_answer

    answer = ask(sample, "claims-about", None, meeting="kg:meeting/trilateral-2025-12")
    path = "/questions/claims-about?meeting=" + quote("kg:meeting/trilateral-2025-12", safe="")
    for form in ("csv", "tsv", "json", "xml"):
        assert endpoint.get(f"{path}&format={form}", Accept=HTML).body == write_answer(answer, form, BASE).encode()
    assert endpoint.get(path, Accept="text/csv").body == write_answer(answer, "csv", BASE).encode()
    assert endpoint.get(f"{path}&format=pdf", Accept=HTML).status == 400
    table = _page(endpoint, path)
    assert table.tags.count("tr") == len(answer.rows) + 1
    assert "Ushakov" in table.text


@pytest.mark.parametrize("path", ["/id/actor/yuri-ushakov", TRILATERAL, "/id/venue/miami"])
def test_a_thing_is_a_page_or_triples(endpoint: Served, path: str):
    page = _page(endpoint, path)
    assert BASE + path.removeprefix("/id/") in page.text
    node = URIRef(BASE + path.removeprefix("/id/"))
    for accept, name in (
        ("text/turtle", "turtle"),
        ("application/n-triples", "nt"),
        ("application/ld+json", "json-ld"),
    ):
        reply = endpoint.get(path, Accept=accept)
        assert reply.status == 200 and reply.headers["vary"] == "Accept"
        graph = Graph().parse(data=reply.text, format=name)
        assert (node, RDF.type, None) in graph and (None, None, node) in graph
    assert (
        endpoint.get(path + "?format=nt", Accept=HTML).body == endpoint.get(path, Accept="application/n-triples").body
    )


def test_an_actor_and_a_meeting_show_what_is_said_and_the_sentences(endpoint: Served):
    actor = _page(endpoint, "/id/actor/yuri-ushakov").text
    assert "Yuri Ushakov" in actor and "Kremlin aide" in actor
    assert "said nobody had discussed the idea in earnest" in actor
    meeting = _page(endpoint, TRILATERAL).text
    assert "Who is said to take part" in meeting and "Who said what about this meeting" in meeting
    assert "Luís Montenegro" in meeting


def test_every_actor_and_meeting_has_a_page(endpoint: Served, sample: Store):
    from kg.serving.pages import local_link

    query = "SELECT DISTINCT ?n WHERE { VALUES ?k { dp:Actor dp:Meeting dp:Round dp:CanonicalMeeting } ?n a ?k } ORDER BY ?n"
    nodes = [row[0].value for row in sample.query(f"PREFIX dp: <{DP.NS}> {query}").rows if row[0]]
    assert len(nodes) > 80
    for node in nodes[::3]:
        reply = endpoint.get(local_link(node, BASE), Accept="text/turtle")
        assert (URIRef(node), RDF.type, None) in Graph().parse(data=reply.text, format="turtle"), node


def test_what_the_graph_knows_nothing_of_is_404(endpoint: Served):
    for path in (
        "/id/actor/nobody",
        "/id/",
        "/nothing",
        "/static/../pyproject.toml",
        "/static/x",
        "/resource",
        "/resource?iri=x",
        "/id/a%zz",
        "/questions/names",
    ):
        assert endpoint.get(path, Accept=HTML).status == 404, path
        assert endpoint.get(path, Accept="text/turtle").status == 404, path


def test_things_outside_the_base_are_asked_for_by_parameter(endpoint: Served):
    iri = "http://www.wikidata.org/entity/Q159"
    query = f"ASK {{ {{ ?s ?p <{iri}> }} UNION {{ <{iri}> ?p ?o }} }}"
    known = b"true" in endpoint.ask(query).body
    reply = endpoint.get("/resource?" + urlencode({"iri": iri}), Accept=HTML)
    assert reply.status == (200 if known else 404)


def test_who_talks_to_whom_is_the_page_of_the_product(endpoint: Served):
    reply = endpoint.get("/who-talks-to-whom", Accept=HTML)
    assert reply.status == 200 and b"vis-network" in reply.body and b"Ushakov" in reply.body
    policy = reply.headers["content-security-policy"]
    assert "script-src 'sha256-" in policy and "connect-src" not in policy and "default-src 'none'" in policy
    again = endpoint.get("/who-talks-to-whom")
    assert again.body == reply.body
    held = endpoint.get("/who-talks-to-whom?stages=held&until=2025-12-21")
    assert held.status == 200 and held.body != reply.body
    for wrong in ("stages=x", "until=tomorrow", "x=1"):
        assert endpoint.get("/who-talks-to-whom?" + wrong).status == 400


# -- hostile data --------------------------------------------------------------------------------------------------------

MARKUP = "<img src=x onerror=alert(1)>\"'</script><script>alert(2)</script>{{7*7}}"


def test_markup_in_the_data_and_in_requests_is_text(tmp_path: Path):
    label = Literal(MARKUP).n3()
    node, graph = f"<{BASE}actor/odd>", f"<{BASE}graph/odd>"
    rdfs, rdf = str(RDFS), str(RDF)
    lines = [
        f"{node} <{rdf}type> <{DP.Actor}> {graph} .",
        f"{node} <{rdf}type> <{DP.Person}> {graph} .",
        f"{node} <{rdfs}label> {label} {graph} .",
        f"{node} <{rdfs}seeAlso> <javascript:alert(3)> {graph} .",
        f"{node} <{rdfs}seeAlso> <data:text/html,alert(4)> {graph} .",
        f"{node} <{rdfs}seeAlso> <{BASE}../../x> {graph} .",
        f"{node} <{rdfs}seeAlso> <{BASE}a//b?c=d&e> {graph} .",
        f"{node} <urn:x:{quote(MARKUP)}> <https://example.org/ok> {graph} .",
    ]
    block = "".join(sorted(f"{line}\n" for line in lines)).encode()
    Store.build(tmp_path / "store", [block])
    with served(tmp_path / "store") as endpoint:
        page = _page(endpoint, "/id/actor/odd")
        assert MARKUP in page.text
        odd = _page(endpoint, "/questions/claims-of?" + urlencode({"actor": MARKUP, "as_of": MARKUP}), 400)
        assert MARKUP.split("{{")[0][:20] in odd.text
        pages = [
            page,
            odd,
            _page(endpoint, "/questions/names-of?" + urlencode({"x": MARKUP}), 404),
            _page(endpoint, "/questions/" + quote(MARKUP, safe=""), 404),
            _page(endpoint, "/editor?" + urlencode({"query": MARKUP})),
            _page(endpoint, "/resource?" + urlencode({"iri": "urn:x:" + MARKUP}), 404),
            _page(endpoint, "/questions/mandates"),
        ]
        for each in pages:
            assert "img" not in each.tags and not [name for name in each.attributes if name.startswith("on")]
            assert each.tags.count("script") in (0, 2)
            assert all(link.startswith(("/", "#", "?", "https://example.org/")) for link in each.links), each.links
        assert "https://example.org/ok" in page.links
        assert not [link for link in page.links if re.search(r"/\.\.", link)]
        wild = [link for link in page.links if link.startswith("/resource")]
        assert len(wild) == 2
        for link in wild:
            assert endpoint.get(link, Accept=HTML).status == 200

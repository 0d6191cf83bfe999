"""Terms as N-Quads text, exactly as the store writes them, and no IRI that a library would refuse later."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.terms import escape, iri, literal, slug


def as_the_store_writes_it(text: str) -> str:
    return str(pyoxigraph.Literal(text))


@given(st.text())
def test_a_literal_is_escaped_as_the_store_does(text: str):
    assert literal(text) == as_the_store_writes_it(text)


@pytest.mark.parametrize("code", [*range(0x100), 0x2028, 0x2029, 0xFEFF, 0xFFFD, 0xFFFE, 0xFFFF, 0x1F54A, 0x10FFFF])
def test_odd_characters_are_escaped_as_the_store_does(code: int):
    assert literal(chr(code)) == as_the_store_writes_it(chr(code))


def test_a_lone_surrogate_is_replaced_visibly():
    assert escape("a\ud800b") == "a\N{REPLACEMENT CHARACTER}b"


@pytest.mark.parametrize(
    "good",
    [
        "https://example.org/a?b=c#d",
        "http://[::1]:80/x",
        "urn:isbn:1",
        "http://a.b:8080",
        "https://é.org/ü",
        "http://u:p@h/x",
        "kg:x/y",
    ],
)
def test_good_iris(good: str):
    assert iri(good) == f"<{good}>"
    pyoxigraph.NamedNode(good)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "x",
        "/x",
        "http://a b",
        "http://[x",
        "http://a:b/",
        "http://a/%4",
        "http://a/\ue000",
        "http://a/\uffff",
        "http://a/<",
        'http://a/"',
        "a:\n",
        "http://a/[",
        "http://a#b#c",
        "javascript:\x00",
        "1:a",
        "http://a/\ud800",
    ],
)
def test_bad_iris_are_refused(bad: str):
    with pytest.raises(ValueError, match="not an absolute IRI"):
        iri(bad)


@given(st.text(max_size=30))
def test_no_iri_that_passes_is_refused_by_the_store(text: str):
    for candidate in (text, f"http://{text}", f"http://a/{text}", f"urn:{text}"):
        try:
            iri(candidate)
        except ValueError:
            continue
        pyoxigraph.NamedNode(candidate)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_a_slug_is_one_segment_of_a_path_and_reversible(name: str):
    assert unquote_to_bytes(slug(name)).decode() == name
    assert "/" not in slug(name)
    iri(f"http://a/{slug(name)}")

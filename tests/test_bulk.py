"""Loading beside the making: all blocks arrive by whichever way, and an error on either side ends both."""

import pyoxigraph
import pytest

from kg import bulk

WAYS = {
    "in one short load": (10**7,),
    "in several": (90, 90, 90, 10**6),
    "through the pipe": (90,),
    "through the pipe alone": (),
}


@pytest.fixture(params=WAYS)
def way(request, monkeypatch):
    monkeypatch.setattr(bulk, "_SHORT", WAYS[request.param])


def block(number, words="x"):
    return "".join(f'<urn:s{one}> <urn:p> "{words}" <urn:g{number}> .\n' for one in range(3)).encode()


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("number", [0, 1, 2, 7])
def test_all_blocks_arrive(tmp_path, number):
    bulk.bulk_load(tmp_path / "engine", (block(one) for one in range(number)))
    engine = pyoxigraph.Store.read_only(str(tmp_path / "engine"))
    assert sorted(str(quad) for quad in engine) == sorted(
        f'<urn:s{one}> <urn:p> "x" <urn:g{graph}>' for graph in range(number) for one in range(3)
    )


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("error", [ValueError("no block"), KeyboardInterrupt(), BrokenPipeError("elsewhere")])
def test_what_the_blocks_raise_ends_the_load(tmp_path, error):
    def broken():
        yield from map(block, range(3))
        raise error

    with pytest.raises(type(error)) as told:
        bulk.bulk_load(tmp_path / "engine", broken())
    assert told.value is error
    pyoxigraph.Store(str(tmp_path / "engine"))  # the engine has let go of its folder


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("more", [0, 5, 10_000])
def test_what_the_engine_raises_ends_the_making(tmp_path, more):
    """However much is still to come; of much, not all is made in vain."""
    made = []

    def blocks():
        yield block(0)
        yield b"<urn:s> <urn:p> no quad\n"
        for one in range(more):
            made.append(one)
            yield block(one, "many words " * 10)

    with pytest.raises(SyntaxError):
        bulk.bulk_load(tmp_path / "engine", blocks())
    limits = bulk._SHORT
    if more == 10_000 and limits != WAYS["in one short load"]:
        assert len(made) < more
    pyoxigraph.Store(str(tmp_path / "engine"))

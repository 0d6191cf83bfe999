"""Many clients at once, hostile ones, and an honest one right after them. `python -m tests.benchmarks.serving` does it at length."""

from __future__ import annotations

from pathlib import Path

from tests.serve import load
from tests.serve.process import served

MIB = 1 << 20


def test_fifty_clients_get_right_answers_and_take_no_memory_with_them(sample_folder: Path):
    with served(sample_folder) as endpoint:
        load.many_clients(endpoint, 50, 2)
        before = endpoint.memory()
        measured = load.many_clients(endpoint, 50, 8)
        grown = endpoint.memory() - before
    assert not measured.wrong, measured.wrong[:5]
    assert len(measured.seconds) > 100, measured.said()
    assert grown < 40 * MIB, f"{grown / MIB:.0f} MiB more"


def test_after_a_hundred_hostile_requests_an_honest_question_is_answered_within_a_second(sample_folder: Path):
    with served(
        sample_folder, "--timeout", "0.5", "--memory", "256", "--max-size", "2", "--waiting", "100"
    ) as endpoint:
        load.many_clients(endpoint, 5, 1)
        before = endpoint.own_memory()
        statuses, slow = load.hostile(endpoint, 100)
        seconds = load.next_honest(endpoint)
        grown = endpoint.own_memory() - before
    assert slow == 10
    assert seconds < 1, f"{seconds:.2f} s after {statuses}"
    assert grown < 100 * MIB, f"{grown / MIB:.0f} MiB more"
    refused = {"400", "403", "413", "503", "504", "closed", "200"}
    assert {name.split()[1] for name in statuses} <= refused, statuses
    sent = {
        kind: sum(n for name, n in statuses.items() if name.startswith(kind))
        for kind in ("giant", "update", "deep", "escaped")
    }
    assert sent == {"giant": 8, "update": 8, "deep": 9, "escaped": 8}, "one of each kind after the other"
    assert (statuses["update 403"], statuses["deep 400"], statuses["escaped 403"]) == (8, 9, 8), statuses
    # A client may find the connection closed before it has sent all of what was refused.
    assert statuses.get("giant 413", 0) >= 4 and "giant 200" not in statuses, statuses

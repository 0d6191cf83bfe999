"""Where the nodes of a picture stand: edges of about one length, labels that do not overlap, wide rather than high.

Positions depend on the nodes and edges alone: whatever draws random numbers has a fixed seed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

_WRAP = 20  # characters in a line of a label; static/js breaks lines at the same width
_EDGE_LENGTH = 200.0
_SHAPE = 1.45  # width by height that a picture should have
_GAP = 90.0


def lay_out(labels: Mapping[str, str], edges: Iterable[tuple[str, str]], tries: int = 20) -> dict[str, tuple[int, int]]:
    """Where each node is drawn, in canvas units: connected parts laid out singly, then set in rows, largest first.

    labels are the texts under the nodes, edges pairs of their keys. The order of the nodes moves nothing. Small parts are tried
    up to `tries` times, and the clearest drawing is kept.
    """
    import networkx as nx
    import numpy as np

    simple = nx.Graph()
    simple.add_nodes_from(labels)
    simple.add_edges_from((start, end) for start, end in edges if start != end)
    parts = sorted((sorted(part) for part in nx.connected_components(simple)), key=lambda part: (-len(part), part))
    boxes = {node: _label_box(label) for node, label in labels.items()}
    blocks = []
    for part in parts:
        sizes = np.array([boxes[node] for node in part])
        number = {node: index for index, node in enumerate(part)}
        # Not simple.subgraph: it lists nodes in the order of a set, which changes with the hash seed.
        links = np.array(
            [(number[start], number[end]) for start in part for end in sorted(simple[start]) if start < end], dtype=int
        ).reshape(-1, 2)
        points = _arrange(len(part), links, sizes, tries)
        blocks.append((part, points - (points - sizes / 2).min(axis=0), np.ptp(_corners(points, sizes), axis=0)))

    places: dict[str, tuple[int, int]] = {}
    areas = [float((w + _GAP) * (h + _GAP)) for _, _, (w, h) in blocks]
    width = max((float(w) for _, _, (w, _) in blocks), default=0.0)
    if areas and areas[0] < 0.6 * sum(areas):  # else one part is the picture, and the rest stands below it
        width = max(width, math.sqrt(_SHAPE * sum(areas)))
    left = top = row = 0.0
    for part, points, (w, h) in blocks:
        if left and left + w > width:
            left, top, row = 0.0, top + row + _GAP, 0.0
        for node, (x, y) in zip(part, points, strict=True):
            places[node] = (round(float(x) + left), round(float(y) + top))
        left, row = left + float(w) + _GAP, max(row, float(h))
    return places


def _label_box(label: str) -> tuple[float, float]:
    """Width and height that a shape with its label takes, in canvas units."""
    longest = min(_WRAP, len(label))
    lines = min(3, max(1, math.ceil(len(label) / _WRAP)))
    return max(110.0, 8.0 * longest + 24.0), 64.0 + 16.0 * lines


def _corners(points: Any, sizes: Any) -> Any:
    import numpy as np

    return np.concatenate([points - sizes / 2, points + sizes / 2])


def _arrange(count: int, links: Any, sizes: Any, tries: int) -> Any:
    """Points of one connected part, wide rather than high, edges of about _EDGE_LENGTH: best of some tries."""
    import numpy as np

    if count == 1:
        return np.zeros((1, 2))
    if count == 2:
        return np.array([[0.0, 0.0], [_EDGE_LENGTH * 1.2, 0.0]])
    tries = tries if count <= 40 else min(4, tries) if count <= 150 else 1
    best, least = None, math.inf
    for seed in range(tries):
        points = _wide(_springs(count, links, seed))
        lengths = np.linalg.norm(points[links[:, 0]] - points[links[:, 1]], axis=1)
        points = _broad(_spread(points * (_EDGE_LENGTH / max(float(lengths.mean()), 1e-9)), sizes))
        if tries == 1:
            return points
        if count <= 40:  # above, it would take seconds and change little
            points = _step_aside(points, links, sizes)
        cost = _clutter(points, links)
        cost += float(lengths.std() / max(float(lengths.mean()), 1e-9))
        if cost < least:
            best, least = points, cost
    return best


def _springs(count: int, links: Any, seed: int) -> Any:
    """Force-directed points. networkx needs scipy from 500 nodes on; there a sampled repulsion stands in."""
    import networkx as nx
    import numpy as np

    if count < 500:
        part = nx.Graph()
        part.add_nodes_from(range(count))
        part.add_edges_from(links.tolist())
        spots = nx.spring_layout(part, seed=seed, iterations=200, k=1.6 / math.sqrt(count))
        return np.array([spots[index] for index in range(count)])
    draw = np.random.default_rng(seed)
    points = draw.standard_normal((count, 2))
    for heat in np.linspace(0.2, 0.004, 160):
        sample = draw.choice(count, 192, replace=False)
        apart = points[:, None, :] - points[None, sample, :]
        force = (apart / (np.square(apart).sum(axis=2, keepdims=True) + 1e-4)).sum(axis=1) * (4.0 / 192)
        pull = points[links[:, 1]] - points[links[:, 0]]
        pull *= np.linalg.norm(pull, axis=1, keepdims=True) * 2.0
        for axis in (0, 1):
            force[:, axis] += np.bincount(links[:, 0], pull[:, axis], count)
            force[:, axis] -= np.bincount(links[:, 1], pull[:, axis], count)
        points += force * (heat / (np.linalg.norm(force, axis=1, keepdims=True) + 1e-9))
    return points


def _wide(points: Any) -> Any:
    """points turned so that they spread along x, because screens and labels are wider than high."""
    import numpy as np

    points = points - points.mean(axis=0)
    (a, b), (_, c) = np.cov(points.T)
    angle = 0.5 * math.atan2(2 * float(b), float(a - c))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    points = points @ turn
    high = np.ptp(points[:, 0]) / _SHAPE
    points[:, 1] *= min(1.6, max(1.0, high / max(np.ptp(points[:, 1]), 1e-9)))
    return points


def _broad(points: Any) -> Any:
    """points drawn out along x where moving names apart, which mostly goes up and down, has made them higher than a screen."""
    import numpy as np

    wide, high = np.ptp(points, axis=0)
    return points * np.array([min(1.6, max(1.0, _SHAPE * float(high) / max(float(wide), 1e-9))), 1.0])


def _crossings(points: Any, links: Any) -> float:
    """How many pairs of links cross, links that share a node aside."""
    import numpy as np

    start, end = points[links[:, 0]], points[links[:, 1]]

    def side(p: Any, q: Any, r: Any) -> Any:
        return np.sign(
            (q[..., 0] - p[..., 0]) * (r[..., 1] - p[..., 1]) - (q[..., 1] - p[..., 1]) * (r[..., 0] - p[..., 0])
        )

    a, b, c, d = start[:, None], end[:, None], start[None, :], end[None, :]
    crossing = (side(a, b, c) * side(a, b, d) < 0) & (side(c, d, a) * side(c, d, b) < 0)
    return float(crossing.sum()) / 2


def _clutter(points: Any, links: Any) -> float:
    return _crossings(points, links) + 2.0 * float(_run_over(points, links).sum())


def _step_aside(points: Any, links: Any, sizes: Any) -> Any:
    """points after each node that a link runs over has looked around for a place where there is less clutter."""
    import numpy as np

    least = _clutter(points, links)
    for node in np.flatnonzero(_run_over(points, links)):
        for far in (0.35, 0.6):
            for turn in range(8):
                tried = points.copy()
                angle = turn * math.pi / 4
                tried[node] += _EDGE_LENGTH * far * np.array([math.cos(angle), math.sin(angle)])
                apart = np.abs(tried - tried[node])
                overlaps = (apart < (sizes + sizes[node]) / 2).all(axis=1).sum() > 1
                if not overlaps and _clutter(tried, links) < least:
                    points, least = tried, _clutter(tried, links)
    return points


def _run_over(points: Any, links: Any) -> Any:
    """For each node, how many links that are not its own pass so close by that they seem to touch it."""
    import numpy as np

    start, along = points[links[:, 0]], points[links[:, 1]] - points[links[:, 0]]
    to_node = points[None, :, :] - start[:, None, :]
    share = (to_node * along[:, None, :]).sum(axis=2) / np.maximum(np.square(along).sum(axis=1), 1e-9)[:, None]
    foot = np.clip(share, 0, 1)[..., None] * along[:, None, :]
    near = np.linalg.norm(to_node - foot, axis=2) < _EDGE_LENGTH / 3
    near[np.arange(len(links)), links[:, 0]] = False
    near[np.arange(len(links)), links[:, 1]] = False
    return near.sum(axis=0)


def _spread(points: Any, sizes: Any) -> Any:
    """points moved apart until no two labels overlap (or the rounds are used up); above 800 points only scaled."""
    import numpy as np

    if len(points) < 2:
        return points
    # Evenly first, so that the shape of the drawing survives; then pair by pair.
    room = 1.4 * sizes.prod(axis=1).sum() / float(np.ptp(_corners(points, sizes), axis=0).prod())
    points = points * max(1.0, math.sqrt(room))
    if len(points) > 800:
        return points
    need = (sizes[:, None, :] + sizes[None, :, :]) / 2
    for _ in range(80):
        apart = points[:, None, :] - points[None, :, :]
        lack = need - np.abs(apart)
        overlap = (lack > 0).all(axis=2)
        np.fill_diagonal(overlap, False)
        if not overlap.any():
            break
        # Two nodes on one spot go to different sides: the earlier one left and up.
        direction = np.where(
            apart == 0,
            np.sign(np.subtract.outer(np.arange(len(points)), np.arange(len(points))))[..., None],
            np.sign(apart),
        )
        along_x = lack[..., 0] <= lack[..., 1]
        push = np.stack([np.where(along_x, lack[..., 0], 0), np.where(along_x, 0, lack[..., 1])], axis=2)
        points += (push * direction * overlap[..., None]).sum(axis=1) * 0.5
    return points

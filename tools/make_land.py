"""Outlines of land for the page's map, from Natural Earth.

`python tools/make_land.py land-50m.json kg/static/vendor/land.json`

The source is `land-50m.json` of the npm package world-atlas (`npm pack world-atlas@2.0.2`), Natural Earth's land at 1:50 million.
No borders: where a border runs is a claim, and a page about disputed things does not make it in passing. Outlines are thinned
(Douglas and Peucker 1973), put on a grid of GRID steps a degree and written as differences, so that they fit into every page.
"""

from __future__ import annotations

import json
import sys
from itertools import pairwise
from pathlib import Path

GRID = 25
TOLERANCE = 0.05  # degrees that a thinned outline may stand off the given one
LEAST = 0.02  # square degrees; smaller islands are left out, venues on them are still drawn

Point = tuple[float, float]


def arcs_of(topology: dict) -> list[list[Point]]:
    """The arcs of a quantised TopoJSON topology in degrees."""
    (scale_x, scale_y), (move_x, move_y) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale_x + move_x, y * scale_y + move_y))
        arcs.append(points)
    return arcs


def rings_of(topology: dict) -> list[list[Point]]:
    arcs, rings = arcs_of(topology), []
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            for indices in polygon:
                ring: list[Point] = []
                for index in indices:
                    points = arcs[index] if index >= 0 else arcs[~index][::-1]
                    ring += points[1 if ring else 0 :]
                rings.append(ring)
    return rings


def unwrapped(ring: list[Point]) -> list[list[Point]]:
    """A ring over the antimeridian as one that runs on beyond 180 degrees, and once more on the other side of the map."""
    shift, made = 0.0, [ring[0]]
    for (before, _), (x, y) in pairwise(ring):
        if abs(x - before) > 180:
            shift += 360 if x < before else -360
        made.append((x + shift, y))
    if shift:  # around a pole: closed along the edge of the map
        made += [(made[-1][0], -90.0), (made[0][0], -90.0)]
        return [made]
    low, high = min(x for x, _ in made), max(x for x, _ in made)
    copies = [made]
    if high > 180:
        copies.append([(x - 360, y) for x, y in made])
    if low < -180:
        copies.append([(x + 360, y) for x, y in made])
    return copies


def area(ring: list[Point]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))) / 2


def thinned(points: list[Point]) -> list[Point]:
    """Douglas and Peucker: what stands off the straight line by more than TOLERANCE stays."""
    keep = {0, len(points) - 1}
    todo = [(0, len(points) - 1)]
    while todo:
        first, last = todo.pop()
        (ax, ay), (bx, by) = points[first], points[last]
        length = ((bx - ax) ** 2 + (by - ay) ** 2) ** 0.5
        far, at = 0.0, 0
        for index in range(first + 1, last):
            x, y = points[index]
            twice = abs((bx - ax) * (ay - y) - (ax - x) * (by - ay))
            off = twice / length if length else ((x - ax) ** 2 + (y - ay) ** 2) ** 0.5
            if off > far:
                far, at = off, index
        if far > TOLERANCE:
            keep.add(at)
            todo += [(first, at), (at, last)]
    return [points[index] for index in sorted(keep)]


def main(source: str, target: str) -> None:
    topology = json.loads(Path(source).read_text(encoding="utf-8"))
    lines = []
    rings = [one for ring in rings_of(topology) for one in unwrapped(ring)]
    for ring in sorted(rings, key=area, reverse=True):
        if area(ring) < LEAST:
            continue
        x = y = 0
        row: list[int] = []
        for px, py in thinned(ring):
            dx, dy = round(px * GRID) - x, round(py * GRID) - y
            if row and (dx, dy) == (0, 0):
                continue
            row += [dx, dy]
            x, y = x + dx, y + dy
        if len(row) >= 8:
            lines.append(row)
    made = {"grid": GRID, "rings": lines}
    Path(target).write_text(json.dumps(made, separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stderr.write(f"{len(lines)} rings, {sum(map(len, lines)) // 2} points, {Path(target).stat().st_size} bytes\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

// Places for what the filters leave, worked out in the page when somebody asks for it. The same names and lines get the same places: no
// chance, no clock, and the start is where the file puts them, so that the picture stays recognisable.

const ARRANGED_MOST = 600; // names: beyond so many it would hold up the page
const EDGE = 190; // canvas units that a line should have
const APART = 80;

/** Room that a shape with its label takes: [width, height]. */
function labelRoom(id) {
  const lines = linesOf(id);
  return [Math.max(90, 8 * Math.max(...lines.map((line) => line.length)) + 20), 52 + 16 * lines.length];
}

/** Springs (Fruchterman and Reingold, 1991) on one connected part: [x, y] of each, lines of length about 1. */
function springs(ids, next) {
  const count = ids.length;
  const number = new Map(ids.map((id, at) => [id, at]));
  const links = ids.flatMap((id, at) => [...next.get(id)].map((other) => number.get(other)).filter((other) => other > at).map((other) => [at, other]));
  const points = ids.map((id, at) => {
    const [x, y] = homeOf(id);
    return [x / EDGE + 1e-3 * Math.cos(at), y / EDGE + 1e-3 * Math.sin(at)];
  });
  const length = links.reduce((sum, [a, b]) => sum + Math.hypot(points[a][0] - points[b][0], points[a][1] - points[b][1]), 0) / Math.max(1, links.length);
  if (length > 0) for (const point of points) for (const axis of [0, 1]) point[axis] /= length;
  const rounds = count > 250 ? 80 : 240;
  for (let round = 0; round < rounds; round += 1) {
    const force = points.map(() => [0, 0]);
    for (let a = 0; a < count; a += 1) {
      for (let b = a + 1; b < count; b += 1) {
        const [dx, dy] = [points[a][0] - points[b][0], points[a][1] - points[b][1]];
        const push = 1 / (dx * dx + dy * dy + 1e-6);
        force[a][0] += dx * push;
        force[a][1] += dy * push;
        force[b][0] -= dx * push;
        force[b][1] -= dy * push;
      }
    }
    for (const [a, b] of links) {
      const [dx, dy] = [points[a][0] - points[b][0], points[a][1] - points[b][1]];
      const pull = Math.hypot(dx, dy);
      force[a][0] -= dx * pull;
      force[a][1] -= dy * pull;
      force[b][0] += dx * pull;
      force[b][1] += dy * pull;
    }
    const heat = 0.35 * (1 - round / rounds) + 0.005;
    points.forEach((point, at) => {
      const size = Math.hypot(...force[at]) || 1;
      for (const axis of [0, 1]) point[axis] += (force[at][axis] / size) * Math.min(size, heat);
    });
  }
  return points;
}

/** Move points apart until no two boxes overlap, or the rounds are used up. */
function moveApart(points, boxes) {
  for (let round = 0; round < 80; round += 1) {
    let clear = true;
    for (let a = 0; a < points.length; a += 1) {
      for (let b = a + 1; b < points.length; b += 1) {
        const lack = [0, 1].map((axis) => (boxes[a][axis] + boxes[b][axis]) / 2 - Math.abs(points[a][axis] - points[b][axis]));
        if (lack[0] <= 0.5 || lack[1] <= 0.5) continue;
        clear = false;
        const axis = lack[0] <= lack[1] ? 0 : 1;
        const step = (points[a][axis] <= points[b][axis] ? -1 : 1) * (lack[axis] / 2);
        points[a][axis] += step;
        points[b][axis] -= step;
      }
    }
    if (clear) return;
  }
}

/** id → [x, y] of the given names: connected parts one by one, set in rows, the largest first. */
function arrange(ids, kept) {
  const next = neighbourhoods(kept);
  for (const id of ids) if (!next.has(id)) next.set(id, new Set());
  const parts = [];
  const seen = new Set();
  for (const id of [...ids].sort()) {
    if (seen.has(id)) continue;
    const part = [...reached(next, id, Infinity)].sort();
    for (const one of part) seen.add(one);
    parts.push(part);
  }
  parts.sort((a, b) => b.length - a.length || (a[0] < b[0] ? -1 : 1));
  const blocks = parts.map((part) => {
    const boxes = part.map(labelRoom);
    let points = part.length === 1 ? [[0, 0]] : springs(part, next);
    const span = (axis) => Math.max(...points.map((point) => point[axis])) - Math.min(...points.map((point) => point[axis]));
    if (span(1) > span(0)) points = points.map(([x, y]) => [y, -x]); // screens are wider than high
    points = points.map(([x, y]) => [x * EDGE * 1.2, y * EDGE]);
    moveApart(points, boxes);
    const wide_ = (1.45 * span(1)) / Math.max(1, span(0));
    if (wide_ > 1) points = points.map(([x, y]) => [x * Math.min(1.6, wide_), y]);
    const edge = (axis, side) => points.map((point, at) => point[axis] + (side * boxes[at][axis]) / 2);
    const [left, top] = [Math.min(...edge(0, -1)), Math.min(...edge(1, -1))];
    return { part, points: points.map(([x, y]) => [x - left, y - top]), wide: Math.max(...edge(0, 1)) - left, high: Math.max(...edge(1, 1)) - top };
  });
  const area = blocks.reduce((sum, { wide, high }) => sum + (wide + APART) * (high + APART), 0);
  const width = Math.max(...blocks.map(({ wide }) => wide), Math.sqrt(1.5 * area), 1);
  const places = new Map();
  let [x, y, row] = [0, 0, 0];
  for (const { part, points, wide, high } of blocks) {
    if (x && x + wide > width) [x, y, row] = [0, y + row + APART, 0];
    part.forEach((id, at) => places.set(id, [Math.round(x + points[at][0]), Math.round(y + points[at][1])]));
    [x, row] = [x + wide + APART, Math.max(row, high)];
  }
  return places;
}

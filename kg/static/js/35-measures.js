// What the size of a name stands for. Each measure is counted on the filtered graph or on the whole one, and the page says on which.

const MEASURES = {
  connections: { title: "different partners", tell: (value) => plural(value, "partner", "partners") },
  sessions: { title: "sessions", tell: (value) => plural(value, "session", "sessions") },
  between: { title: "betweenness", tell: (value) => `betweenness ${value.toFixed(3)}` },
  same: { title: "nothing: all alike", tell: () => "" },
};

/** Brandes' algorithm (2001) on the simple graph, as a share of all pairs. Exact; some seconds above 5,000 names. */
function betweenness(next) {
  const ids = [...next.keys()].sort();
  const number = new Map(ids.map((id, place) => [id, place]));
  const links = ids.map((id) => Int32Array.from([...next.get(id)].filter((other) => other !== id), (other) => number.get(other)));
  const count = ids.length;
  const score = new Float64Array(count);
  const paths = new Float64Array(count);
  const far = new Int32Array(count);
  const owed = new Float64Array(count);
  const queue = new Int32Array(count);
  for (let source = 0; source < count; source += 1) {
    paths.fill(0);
    far.fill(-1);
    owed.fill(0);
    paths[source] = 1;
    far[source] = 0;
    queue[0] = source;
    let length = 1;
    for (let at = 0; at < length; at += 1) {
      const one = queue[at];
      for (const other of links[one]) {
        if (far[other] < 0) {
          far[other] = far[one] + 1;
          queue[length] = other;
          length += 1;
        }
        if (far[other] === far[one] + 1) paths[other] += paths[one];
      }
    }
    for (let at = length - 1; at > 0; at -= 1) {
      const one = queue[at];
      for (const other of links[one]) if (far[other] === far[one] - 1) owed[other] += (paths[other] / paths[one]) * (1 + owed[one]);
      score[one] += owed[one];
    }
  }
  const pairs = (count - 1) * (count - 2);
  return new Map(ids.map((id, place) => [id, pairs > 0 ? score[place] / pairs : 0]));
}

/** id → value of a measure over a list of facts. */
function measure(kind, kept) {
  if (kind === "between") return betweenness(neighbourhoods(kept));
  const sets = new Map();
  const sums = new Map();
  for (const { edge, g } of kept) {
    for (const [one, other] of [[edge.from, edge.to], [edge.to, edge.from]]) {
      if (!sets.has(one)) sets.set(one, new Set());
      sets.get(one).add(kind === "sessions" && isScene ? g.gathering : other);
      sums.set(one, (sums.get(one) || 0) + (edge.weight ?? 1));
    }
  }
  if (kind === "sessions" && !isScene) return sums;
  return new Map([...sets].map(([id, set]) => [id, set.size]));
}

const wholeMeasures = new Map();
/** The chosen measure of every name, and what it was counted on. */
function measured(kind = state.size, of = state.of) {
  if (kind === "same") return new Map();
  if (of === "filtered") return measure(kind, visible.facts);
  const key = [kind, state.drawing, state.level, state.asOf].join(" ");
  if (!wholeMeasures.has(key)) {
    if (wholeMeasures.size > 40) wholeMeasures.clear();
    wholeMeasures.set(key, measure(kind, [...facts.values()]));
  }
  return wholeMeasures.get(key);
}
const ofWhich = () => (state.of === "filtered" ? "of the filtered graph" : "of the whole graph");

// What the person chose, and what follows from it. One state, one way to change it: change(…). Views listen.

const FACETS = [
  { id: "status", title: "Status", of: (fact) => [fact.g.standing] },
  { id: "kind", title: "Who and what", of: () => [] },
  { id: "relation", title: "Relation", of: (fact) => [fact.edge.relation] },
  { id: "role", title: "Role", of: (fact) => sorted(fact.seats.map((seat) => seat.role)) },
  { id: "format", title: "Format", of: (fact) => [...fact.g.format, ...fact.g.mode] },
  { id: "stance", title: "Stance of the claims", of: (fact) => sorted(fact.g.claims.map((claim) => claim.act)) },
  { id: "process", title: "Process", of: (fact) => fact.g.gathering.processes.map((one) => processes[one].name) },
  { id: "publisher", title: "Publisher", of: (fact) => fact.g.publishers },
];
const nothingHidden = () => Object.fromEntries(FACETS.map(({ id }) => [id, new Set()]));
const { start } = island;

/** The state in which the page opens: what the person who made it asked for. */
function opening() {
  const hidden = nothingHidden();
  if (isScene) {
    for (const one of rule.standings) if (!(start.standings || []).includes(one)) hidden.status.add(one);
    if (!start.rounds) hidden.kind.add("round");
  }
  return {
    view: "picture", drawing: start.view, level: start.level, query: "", hidden,
    axis: start.asOf ? "published" : "event", since: start.since || "", until: start.until || "", undated: true, asOf: start.asOf || "",
    ego: null, main: false, // ego: {id, steps}
    parallel: "auto", size: "connections", of: "whole", all: false, arranged: false,
    selected: null, // {type: "line" | "node" | "meeting", id}
    rows: "connections", sort: { column: "who", down: false }, meeting: null,
  };
}
const state = opening();
const SMALL = 150; // lines: up to so many, parallel ones are drawn apart unless the person says otherwise
const THICKET = 6; // lines of one status between two names: beyond so many nobody could tell one from the next
const MOST = 3000; // lines: beyond so many, the backbone is drawn

// --- what is known of each line, as of the chosen day and at the chosen level ---------------------------------------

let facts = new Map(); // id of an edge → {edge, g, seats, values, key}
let total = { edges: 0, nodes: 0 };
let everywhere = new Set(); // names of this picture at this level, on any day
function gather() {
  const scene = sceneAt(state.asOf);
  facts = new Map();
  const ends = new Set();
  total = { edges: 0, nodes: 0 };
  for (const edge of island.edges) {
    if (isScene && (edge.view !== state.drawing || !edge.levels.includes(state.level))) continue;
    total.edges += 1;
    ends.add(edge.from).add(edge.to);
    const g = scene[edge.at];
    const seats = seatsOf(edge, state.level, g);
    if (seats) facts.set(edge.id, { edge, g, seats, values: null, key: "" });
  }
  if (!isScene) for (const id of nodes.keys()) ends.add(id);
  total.nodes = ends.size;
  everywhere = ends;
}
function valuesOf(fact) {
  if (!fact.values) {
    fact.values = {};
    for (const facet of FACETS) {
      const found = facet.of(fact);
      fact.values[facet.id] = found.length || facet.id === "kind" ? found : [""];
    }
  }
  return fact.values;
}

const searchedNames = new Map(island.nodes.map((node) => [node.id, fold([node.label, node.kind, node.status, ...(node.aliases || [])].filter(Boolean).join(" "))]));
const nameKey = (id) => searchedNames.get(id) ?? fold(id);
const gatheringKeys = new WeakMap();
/** What a search looks through of a gathering: words, names of those who sit there and who speak of it, places, dates. */
function gatheringKey(g) {
  if (!gatheringKeys.has(g)) {
    const where = g.venues.flatMap((venue) => [venues[venue].name, ...(venues[venue].aliases || [])]);
    const said = isScene ? g.claims.map((claim) => claim.name) : (g.gathering.statements || []).flatMap((id) => statements[id]?.by || []);
    const own = [g.label, words(g.standing), g.when, readDate(g.when), g.venue, ...where, ...g.format, ...g.mode, ...said];
    gatheringKeys.set(g, fold([...new Set(own)].join(" ")));
  }
  return gatheringKeys.get(g);
}
function edgeKey(fact) {
  if (!fact.key) fact.key = [nameKey(fact.edge.from), nameKey(fact.edge.to), fold(words(fact.edge.relation)), gatheringKey(fact.g)].join(" ");
  return fact.key;
}

// --- what stays after every filter ---------------------------------------------------------------------------------

const isHidden = (facet, values) => state.hidden[facet].size > 0 && values.every((value) => state.hidden[facet].has(value));
/** Whether a gathering can lie within the chosen days; what has no date is kept or not as the person says. */
function inWindow(g) {
  if (!state.since && !state.until) return true;
  if (!g.earliest && !g.latest) return state.undated;
  return !(state.since && g.latest && g.latest < state.since) && !(state.until && g.earliest && g.earliest > state.until);
}
const terms = () => fold(state.query).split(/\s+/).filter(Boolean);

/** Edges that pass everything but the window of event time, for which the histogram still counts them. */
function passing() {
  const wanted = terms();
  const kept = [];
  const kinds = state.hidden.kind;
  const active = FACETS.filter(({ id }) => id !== "kind" && state.hidden[id].size);
  for (const fact of facts.values()) {
    const { edge } = fact;
    if (kinds.size && (kinds.has(nodes.get(edge.from).kind) || kinds.has(nodes.get(edge.to).kind))) continue;
    if (active.length) {
      const values = valuesOf(fact);
      if (active.some(({ id }) => isHidden(id, values[id]))) continue;
    }
    if (wanted.length && !wanted.every((term) => edgeKey(fact).includes(term))) continue;
    kept.push(fact);
  }
  return kept;
}

function neighbourhoods(kept) {
  const next = new Map();
  for (const { edge } of kept) {
    for (const [one, other] of [[edge.from, edge.to], [edge.to, edge.from]]) {
      if (!next.has(one)) next.set(one, new Set());
      next.get(one).add(other);
    }
  }
  return next;
}
function reached(next, from, steps) {
  let edge = [from];
  const seen = new Set(edge);
  for (let step = 0; step < steps && edge.length; step += 1) {
    edge = edge.flatMap((id) => [...(next.get(id) || [])]).filter((id) => !seen.has(id) && seen.add(id));
  }
  return seen;
}
function largest(next) {
  let best = new Set();
  const seen = new Set();
  for (const id of [...next.keys()].sort()) {
    if (seen.has(id)) continue;
    const part = reached(next, id, Infinity);
    for (const one of part) seen.add(one);
    if (part.size > best.size) best = part;
  }
  return best;
}

let visible = null;
function filter() {
  const timeless = passing();
  let kept = state.since || state.until ? timeless.filter(({ g }) => inWindow(g)) : timeless;
  if (state.ego || state.main) {
    const next = neighbourhoods(kept);
    let within = state.main ? largest(next) : null;
    if (state.ego) {
      const near = reached(next, state.ego.id, state.ego.steps);
      within = within ? new Set([...near].filter((id) => within.has(id))) : near;
    }
    kept = kept.filter(({ edge }) => within.has(edge.from) && within.has(edge.to));
  }
  const found = { edges: new Set(), nodes: new Set(), facts: kept, timeless };
  for (const { edge } of kept) {
    found.edges.add(edge.id);
    found.nodes.add(edge.from).add(edge.to);
  }
  if (state.ego && nodes.has(state.ego.id)) found.nodes.add(state.ego.id);
  if (!isScene && !state.ego && !state.main) {
    // A name without any connection is in the graph all the same.
    const wanted = terms();
    for (const [id, node] of nodes) {
      if (state.hidden.kind.has(node.kind) || (node.status && state.hidden.status.has(node.status))) continue;
      if (wanted.length ? wanted.every((term) => nameKey(id).includes(term)) : !linked.has(id)) found.nodes.add(id);
    }
  }
  found.gatherings = passingGatherings(found);
  visible = found;
  bundle();
}
const linked = new Set(island.edges.flatMap((edge) => [edge.from, edge.to]));

/** Sessions and rounds that pass, whether or not they make a line: for the timeline, the map, the ledger and the tables. */
function passingGatherings(found) {
  if (!isScene) return [];
  const wanted = terms();
  const { hidden } = state;
  const some = (list, facet) => isHidden(facet, list.length ? list : [""]);
  return sceneAt(state.asOf).filter((g) => {
    if (!g || hidden.kind.has(g.gathering.kind) || hidden.status.has(g.standing) || !inWindow(g)) return false;
    if (some([...g.format, ...g.mode], "format") || some(g.claims.map((claim) => claim.act), "stance") || some(g.publishers, "publisher")) return false;
    if (some(g.gathering.processes.map((one) => processes[one].name), "process") || some(g.seats.map((seat) => seat.role), "role")) return false;
    if (state.ego || state.main) {
      const here = g.seats.flatMap((seat) => actorsOf(seat, state.level));
      if (!here.some((id) => found.nodes.has(id)) || (state.ego && !here.includes(state.ego.id) && state.ego.steps < 2)) return false;
    }
    if (!wanted.length) return true;
    const key = [gatheringKey(g), ...g.seats.flatMap((seat) => [seat.actor, ...(seat.principals || [])]).map(nameKey)].join(" ");
    return wanted.every((term) => key.includes(term));
  });
}

// --- lines: one per session, or bundled by what they say ---------------------------------------------------------------

/** Lines of the picture. A bundle joins what has the same ends, relation and status: what is held never mixes with what is not. */
function linesOfGraph(kept, bundled) {
  const lines = new Map();
  for (const { edge, g } of kept) {
    const id = bundled ? `b ${edge.from} ${edge.to} ${edge.relation} ${g.standing} ${g.contested ? "disputed" : ""} ${edge.role || ""}` : edge.id;
    let line = lines.get(id);
    if (!line) {
      line = { id, from: edge.from, to: edge.to, relation: edge.relation, role: edge.role || "", arrow: Boolean(edge.arrow), standing: g.standing, contested: g.contested, weight: 0, latest: "", edges: [] };
      lines.set(id, line);
    }
    line.edges.push(edge.id);
    line.weight += edge.weight ?? 1;
    if (g.latest > line.latest) line.latest = g.latest;
  }
  return lines;
}
/** Whether parallel lines are one: as the person says, else where there are many lines, or a thicket of like ones between two names. */
function isBundled(kept) {
  if (state.parallel !== "auto") return state.parallel === "bundled";
  if (kept.length > SMALL) return true;
  const alike = new Map();
  for (const { edge, g } of kept) {
    const key = `${edge.from} ${edge.to} ${edge.relation} ${g.standing}`;
    alike.set(key, (alike.get(key) || 0) + 1);
    if (alike.get(key) > THICKET) return true;
  }
  return false;
}

/** The strongest lines: every name keeps its strongest connection (a maximum spanning forest), the rest by strength. */
function backbone(lines) {
  const order = [...lines].sort((a, b) => b.weight - a.weight || (a.latest < b.latest ? 1 : a.latest > b.latest ? -1 : a.id < b.id ? -1 : 1));
  const root = new Map();
  const find = (id) => {
    while (root.has(id) && root.get(id) !== id) {
      root.set(id, root.get(root.get(id)) ?? root.get(id));
      id = root.get(id);
    }
    return id;
  };
  const tree = [];
  const rest = [];
  for (const line of order) {
    const [a, b] = [find(line.from), find(line.to)];
    if (a === b) rest.push(line);
    else {
      root.set(a, b);
      tree.push(line);
    }
  }
  return [...tree, ...rest.slice(0, Math.max(0, MOST - tree.length))];
}

function bundle() {
  const bundled = isBundled(visible.facts);
  visible.bundled = bundled;
  visible.lines = linesOfGraph(visible.facts, bundled);
  const all = [...visible.lines.values()];
  visible.drawn = all.length > MOST && !state.all ? backbone(all) : all;
  visible.leftOut = all.length - visible.drawn.length;
}

// --- changing ------------------------------------------------------------------------------------------------------

const listeners = [];
/** Register a view: called with the names of what changed. */
const listen = (listener) => listeners.push(listener);
const GATHERED = ["drawing", "level", "asOf"];
const FILTERED = [...GATHERED, "query", "hidden", "since", "until", "undated", "ego", "main", "parallel", "all"];

function change(patch) {
  Object.assign(state, patch);
  const names = Object.keys(patch);
  if (names.some((name) => GATHERED.includes(name))) {
    gather();
    // Somebody who does not stand in this picture has no surroundings here.
    if (state.ego && !names.includes("ego") && !everywhere.has(state.ego.id)) state.ego = null;
  }
  const filtered = names.some((name) => FILTERED.includes(name));
  if (filtered) filter();
  for (const listener of listeners) listener(new Set(names), filtered);
}

function toggle(facet, value) {
  const values = state.hidden[facet];
  if (!values.delete(value)) values.add(value);
  change({ hidden: state.hidden });
}
/** Show one value of a facet alone; asked again, show all. */
function only(facet, value, all) {
  const others = all.filter((one) => one !== value);
  const alone = !state.hidden[facet].has(value) && others.every((one) => state.hidden[facet].has(one));
  state.hidden[facet] = new Set(alone ? [] : others);
  change({ hidden: state.hidden });
}

const isFiltered = () =>
  state.query.trim() !== "" || state.since !== "" || state.until !== "" || state.asOf !== "" || state.ego !== null || state.main || FACETS.some(({ id }) => state.hidden[id].size > 0);
const showAll = () => change({ query: "", hidden: nothingHidden(), since: "", until: "", undated: true, asOf: "", ego: null, main: false });
const restart = () => change(opening());

/** What is drawn, in plain words: it stands beside the picture, in the PNG and in the citation. */
function describe() {
  if (!isScene) return island.description || "";
  const says = {
    "who-talks-to-whom": "A line is co-presence in one session: who sat in one room. Presence in the same round, city or building joins nobody",
    participation: "A line is one seat of an actor at one session or round",
    mediation: "A line leads from a mediator to a party of one session or round, which need no one room",
  };
  const parts = [says[state.drawing]];
  const shown = rule.standings.filter((one) => !state.hidden.status.has(one));
  parts.push(
    shown.length === rule.standings.length
      ? "every status is drawn as what it is; only held and under way were talks"
      : shown.every((one) => HAPPENED.has(one)) && shown.length
        ? "counted are sessions that somebody claims as held or under way and nobody contradicts"
        : `drawn are ${shown.map((one) => statusOf(one).label).join(", ") || "none"}; only held and under way were talks`,
  );
  if (state.drawing !== "mediation") parts.push(state.hidden.kind.has("round") ? "rounds are not drawn" : "rounds are nodes of their own");
  parts.push({ principal: "actors are principals", delegation: "actors are delegations, and those at the table whose delegation no text names", person: "actors are those at the table" }[state.level]);
  if (state.since || state.until) parts.push(`event time ${plainDate(state.since) || "…"} to ${plainDate(state.until) || "…"}${state.undated ? ", and what has no date" : ""}`);
  if (state.query.trim()) parts.push(`only what matches “${state.query.trim()}”`);
  if (state.ego) parts.push(`within ${plural(state.ego.steps, "step", "steps")} of ${labelOf(state.ego.id)}`);
  if (state.main) parts.push("the largest connected part");
  for (const { id, title } of FACETS.slice(1)) {
    const off = [...state.hidden[id]].filter((value) => !(id === "kind" && value === "round"));
    if (off.length) parts.push(`${title.toLowerCase()} not shown: ${off.map((value) => words(value) || "none named").join(", ")}`);
  }
  parts.push(`as published on or before ${plainDate(state.asOf || island.asOf)}`);
  return `${parts.join("; ")}.`;
}

// The legend is the filter: each value with its sample, its meaning and "n of m", and a switch.

const OPEN_FACETS = new Set(["status", "kind"]);
const legendButtons = []; // {facet, value, count element, button}

/** The values of a facet that occur, in the order of the lists in 30-style.js. */
function facetValues(facet) {
  const found = new Set();
  if (facet.id === "kind") {
    for (const node of nodes.values()) found.add(node.kind);
  } else {
    for (const fact of everyFact()) for (const value of valuesOf(fact)[facet.id]) found.add(value);
    if (facet.id === "status") {
      for (const node of nodes.values()) if (node.status) found.add(node.status);
      for (const g of sceneAt("")) if (isScene && g) found.add(g.standing);
    }
  }
  const place = (value) => (facet.id === "status" ? statusOf(value).place : facet.id === "kind" ? kindOf(value).place : value === "" ? 1000 : 0);
  return [...found].sort((a, b) => place(a) - place(b) || collator.compare(a, b));
}
/** Every line of every picture at every level, so that the legend does not jump when the picture changes. */
function everyFact() {
  const scene = sceneAt("");
  return island.edges.map((edge) => ({ edge, g: scene[edge.at], seats: scene[edge.at] ? scene[edge.at].seats : [], values: null })).filter(({ g }) => g);
}

function facetGroup(facet) {
  const values = facetValues(facet);
  if (values.length === 0 || (!OPEN_FACETS.has(facet.id) && values.length === 1)) return null;
  if (!isScene && facet.id !== "relation" && !OPEN_FACETS.has(facet.id)) return null;
  const item = (value) => {
    const look = facet.id === "status" ? statusOf(value) : facet.id === "kind" ? kindOf(value) : { label: facet.id === "stance" && value ? saysWhat(value) : words(value) || "none named" };
    const sample = facet.id === "status" ? lineSample(value) : facet.id === "kind" ? kindSample(value) : "";
    const text = el("span", { class: "value" }, el("span", null, name(look.label)), look.meaning ? el("small", null, look.meaning) : "");
    const count = el("span", { class: "number" });
    const button = el("button", { type: "button", class: "switch", "aria-pressed": "true", "data-facet": facet.id, "data-value": value, title: look.meaning || null, on: { click: () => toggle(facet.id, value) } }, sample, text, count);
    const alone = el("button", { type: "button", class: "only", "aria-label": `Only ${look.label}`, on: { click: () => only(facet.id, value, values) } }, "only");
    legendButtons.push({ facet: facet.id, value, count, button });
    return el("li", { class: sample ? null : "plain" }, button, alone);
  };
  return el("details", { class: "facet", "data-group": facet.id, open: OPEN_FACETS.has(facet.id) || !isScene }, el("summary", null, facet.title, el("span", { class: "off", hidden: true })), el("ul", null, ...values.map(item)));
}

function buildLegend() {
  byId("facets").append(...FACETS.map(facetGroup).filter(Boolean));
}

function counted(list) {
  const counts = Object.fromEntries(FACETS.map(({ id }) => [id, new Map()]));
  for (const fact of list) {
    const values = valuesOf(fact);
    for (const { id } of FACETS) for (const value of values[id]) counts[id].set(value, (counts[id].get(value) || 0) + 1);
  }
  return counts;
}
let allCounts = null;
let allCountsOf = null;
function updateLegend() {
  if (allCountsOf !== facts) {
    allCounts = counted(facts.values());
    allCountsOf = facts;
    const ends = new Set([...facts.values()].flatMap(({ edge }) => [edge.from, edge.to]));
    for (const id of isScene ? ends : nodes.keys()) allCounts.kind.set(nodes.get(id).kind, (allCounts.kind.get(nodes.get(id).kind) || 0) + 1);
  }
  const now = counted(visible.facts);
  for (const id of visible.nodes) now.kind.set(nodes.get(id).kind, (now.kind.get(nodes.get(id).kind) || 0) + 1);
  for (const { facet, value, count, button } of legendButtons) {
    const [n, m] = [now[facet].get(value) || 0, allCounts[facet].get(value) || 0];
    count.textContent = n === m ? m.toLocaleString("en") : `${n.toLocaleString("en")} of ${m.toLocaleString("en")}`;
    button.setAttribute("aria-pressed", String(!state.hidden[facet].has(value)));
    button.classList.toggle("nothing", m === 0);
  }
  for (const group of byId("facets").querySelectorAll(".facet")) {
    const off = state.hidden[group.dataset.group].size;
    const mark = group.querySelector(".off");
    mark.hidden = off === 0;
    mark.textContent = off ? `${off} off` : "";
  }
  const edgesText = `${visible.edges.size.toLocaleString("en")} of ${plural(total.edges, "connection", "connections")}`;
  byId("count").textContent = `${edgesText}, ${visible.nodes.size.toLocaleString("en")} of ${plural(total.nodes, "node", "nodes")}`;
  byId("reset").hidden = !isFiltered();
  byId("restart").hidden = fragment() === "";
  byId("description").textContent = describe();
  const notice = byId("backbone");
  notice.hidden = visible.leftOut === 0 && !(state.all && visible.lines.size > MOST);
  byId("backbone-text").textContent = state.all
    ? `All ${visible.lines.size.toLocaleString("en")} lines are drawn; this may be slow.`
    : `Backbone: ${visible.drawn.length.toLocaleString("en")} of ${visible.lines.size.toLocaleString("en")} lines. Every name keeps its strongest connection, then the strongest follow; ${visible.leftOut.toLocaleString("en")} are left out of the picture. The table, the counts and the exports have them all.`;
  byId("backbone-all").textContent = state.all ? "Draw the backbone" : "Draw all lines";
}

// The legend is the filter: each value with its sample, its meaning and its count, and a switch.

/** The values of a facet that occur, with counts over the whole graph, in the order of the lists in 30-style.js. */
function valuesOf(facet) {
  const counts = new Map();
  const add = (value) => value !== null && counts.set(value, (counts.get(value) || 0) + 1);
  for (const edge of island.edges) add(facet.ofEdge(edge));
  if (facet.id === "kind") for (const node of island.nodes) add(facet.ofNode(node));
  // A status that only nodes have is a value too, with no connection to count.
  else for (const node of island.nodes) if (facet.ofNode(node) !== null && !counts.has(facet.ofNode(node))) counts.set(facet.ofNode(node), 0);
  const place = (value) => (facet.id === "status" ? statusOf(value).place : facet.id === "kind" ? kindOf(value).place : 0);
  return [...counts].sort(([a], [b]) => place(a) - place(b) || order.compare(a, b));
}

function facetGroup(facet) {
  const values = valuesOf(facet);
  if (values.length === 0 || (facet.id === "relation" && values.length === 1)) return null;
  const item = ([value, count]) => {
    const look = facet.id === "status" ? statusOf(value) : facet.id === "kind" ? kindOf(value) : { label: words(value) || "none named" };
    const sample = facet.id === "status" ? lineSample(value) : facet.id === "kind" ? kindSample(value) : "";
    const text = el("span", { class: "value" }, el("span", null, look.label), look.meaning ? el("small", null, look.meaning) : "");
    return el("li", null, el("button", { type: "button", "aria-pressed": "true", "data-facet": facet.id, "data-value": value, on: { click: () => toggle(facet.id, value) } }, sample, text, el("span", { class: "number" }, String(count))));
  };
  return el("section", null, el("h2", null, facet.title), el("ul", null, ...values.map(item)));
}

function buildLegend() {
  byId("facets").append(...FACETS.map(facetGroup).filter(Boolean));
}

function updateLegend() {
  for (const button of byId("facets").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(!state.hidden[button.dataset.facet].has(button.dataset.value)));
  }
  const edgesText = `${visible.edges.size.toLocaleString("en")} of ${plural(edges.size, "connection", "connections")}`;
  byId("count").textContent = `${edgesText}, ${visible.nodes.size.toLocaleString("en")} of ${plural(nodes.size, "node", "nodes")}`;
  byId("reset").hidden = !isFiltered();
}

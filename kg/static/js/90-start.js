// Wiring: the state tells the views, the controls tell the state.

const query = byId("query");
const tabs = ["picture", "table"];

function showView() {
  for (const view of tabs) {
    const active = view === state.view;
    byId(`view-${view}`).hidden = !active;
    byId(`tab-${view}`).setAttribute("aria-selected", String(active));
    byId(`tab-${view}`).tabIndex = active ? 0 : -1;
  }
  if (state.view === "table") buildTable();
}

function showEmpty() {
  const empty = byId("empty");
  empty.hidden = visible.nodes.size > 0;
  canvas.hidden = !empty.hidden;
  byId("view-picture").querySelector(".zoom").hidden = !empty.hidden;
  if (empty.hidden) return;
  empty.textContent = nodes.size
    ? "Nothing passes the filters. “Show all” brings everything back."
    : "There is nothing to draw: no connection meets what is described above. Ask for a view with other stages, another period or another level, or load more documents.";
}

function describeCanvas() {
  canvas.setAttribute("aria-label", `Network: ${byId("count").textContent}`);
}

listen((changed) => {
  const filters = changed.has("query") || changed.has("hidden");
  if (filters) {
    updateLegend();
    showEmpty();
    describeCanvas();
    if (network) updateHidden();
    if (body) updateRows();
    if (query.value !== state.query) query.value = state.query;
  }
  if (changed.has("view")) showView();
  if (changed.has("sort") && body) orderRows();
  if (changed.has("selected")) {
    if (network) updateSelected();
    if (body) markRow();
  }
  if (changed.has("selected") || (filters && state.selected?.type === "node")) drawPanel();
});

query.addEventListener("input", () => change({ query: query.value }));
query.form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!state.query.trim()) return;
  // A name that begins with the words, else one that contains them, else the first connection.
  const terms = fold(state.query.trim());
  const found = [...visible.nodes].filter((id) => fold(labelOf(id)).includes(terms));
  const node = found.find((id) => fold(labelOf(id)).startsWith(terms)) ?? found[0];
  const edge = [...visible.edges][0];
  if (node !== undefined) select("node", node, true);
  else if (edge !== undefined) select("edge", edge, true);
});
byId("reset").addEventListener("click", () => {
  showAll();
  query.focus();
});
for (const view of tabs) {
  const tab = byId(`tab-${view}`);
  tab.addEventListener("click", () => change({ view }));
  tab.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const next = tabs[(tabs.indexOf(view) + 1) % tabs.length];
    change({ view: next });
    byId(`tab-${next}`).focus();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    query.focus();
    query.select();
  } else if (event.key === "Escape") {
    if (document.activeElement === query && state.query) change({ query: "" });
    else if (state.selected) closePanel();
  }
});

// On a narrow screen the legend would push the picture out of sight.
if (matchMedia("(max-width: 899px)").matches) {
  byId("legend-box").open = false;
  document.querySelector(".policy").open = false;
}

buildLegend();
updateLegend();
showEmpty();
describeCanvas();
drawPanel();
if (nodes.size) {
  startNetwork();
  startKeys();
}
for (const media of ["(prefers-color-scheme: dark)", "print"]) matchMedia(media).addEventListener("change", () => network && repaint());
addEventListener("beforeprint", () => {
  buildTable();
  if (network) repaint();
});

// For tests and for the console: what is drawn, nothing that the page itself needs.
globalThis.diplomaticPage = Object.freeze({ network, state, counts: () => ({ nodes: visible.nodes.size, edges: visible.edges.size }) });

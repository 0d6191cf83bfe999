// Wiring: the state tells the views, the controls tell the state.

const TABS = isScene ? ["picture", "table", "timeline", "map", "ledger"] : ["picture", "table"];
const query = byId("query");
const DRAW = { table: drawTable, timeline: drawTimeline, map: drawMap, ledger: drawLedger };

function showView() {
  for (const view of ["picture", "table", "timeline", "map", "ledger"]) {
    const active = view === state.view;
    byId(`view-${view}`).hidden = !active;
    const tab = byId(`tab-${view}`);
    tab.hidden = !TABS.includes(view);
    tab.setAttribute("aria-selected", String(active));
    tab.tabIndex = active ? 0 : -1;
  }
  document.body.dataset.view = state.view;
  DRAW[state.view]?.();
}

function showEmpty() {
  const empty = byId("empty");
  const nothing = visible.nodes.size === 0;
  empty.hidden = !nothing;
  canvas.hidden = nothing;
  byId("view-picture").querySelector(".zoom").hidden = nothing;
  if (!nothing) return;
  empty.textContent = total.nodes
    ? "Nothing passes the filters. “Show all” brings everything back."
    : isScene && nodes.size
      ? "There is nothing to draw at this level: no connection meets what is described above. Another level or another drawing may have some; the table, the timeline and the ledger list the meetings."
      : "There is nothing to draw: no connection meets what is described above. Ask for a view with other stages, another period or another level, or load more documents.";
}

const describeCanvas = () => canvas.setAttribute("aria-label", `Network: ${byId("count").textContent}`);

// --- controls that mirror the state -----------------------------------------------------------------------------------

function chooser(id, key, onChoose = (value) => change({ [key]: value })) {
  const group = byId(id);
  for (const button of group.querySelectorAll("button")) button.addEventListener("click", () => onChoose(button.value));
  return () => {
    for (const button of group.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === String(state[key])));
  };
}
const levels = chooser("levels", "level");
const drawings = byId("drawing");
const parallels = byId("parallel");
const measures = byId("size");
const ofGraph = byId("of");
for (const [select_, key] of [[drawings, "drawing"], [parallels, "parallel"], [measures, "size"], [ofGraph, "of"]]) {
  select_.addEventListener("change", () => change({ [key]: select_.value }));
}
byId("arranged").addEventListener("change", (event) => change({ arranged: event.target.checked }));
byId("main-part").addEventListener("change", (event) => change({ main: event.target.checked }));
byId("steps").addEventListener("input", (event) => state.ego && change({ ego: { id: state.ego.id, steps: Number(event.target.value) } }));
byId("ego-off").addEventListener("click", () => change({ ego: null }));
byId("backbone-all").addEventListener("click", () => change({ all: !state.all }));

function updateControls() {
  levels();
  drawings.value = state.drawing;
  parallels.value = state.parallel;
  parallels.options[0].textContent = `as fits: ${visible.bundled ? "bundled" : "apart"}`;
  measures.value = state.size;
  ofGraph.value = state.of;
  ofGraph.disabled = state.size === "same";
  byId("main-part").checked = state.main;
  byId("arranged").checked = state.arranged;
  byId("arranged").disabled = !canArrange();
  byId("ego").hidden = !state.ego;
  if (state.ego) {
    byId("ego-name").replaceChildren(name(nodes.has(state.ego.id) ? labelOf(state.ego.id) : state.ego.id));
    byId("steps").value = state.ego.steps;
    byId("steps-text").textContent = plural(state.ego.steps, "step", "steps");
  }
  if (document.activeElement !== query || state.query === "") query.value = state.query;
}

// --- finding --------------------------------------------------------------------------------------------------------

const hits = byId("hits");
let hit = -1;
/** Names, then meetings, that match: what begins with the words first. Found by another name, that name is shown. */
function matches() {
  const wanted = terms();
  if (!wanted.length) return [];
  const found = [];
  for (const id of isScene ? new Set([...facts.values()].flatMap(({ edge }) => [edge.from, edge.to])) : nodes.keys()) {
    const node = nodes.get(id);
    if (!wanted.every((term) => nameKey(id).includes(term))) continue;
    const label = fold(node.label);
    const begins = (text) => wanted.every((term) => text.startsWith(term) || text.includes(` ${term}`));
    const alias = wanted.every((term) => label.includes(term)) ? "" : [...(node.aliases || [])].sort((a, b) => Number(begins(fold(b))) - Number(begins(fold(a)))).find((one) => wanted.some((term) => fold(one).includes(term))) || "";
    const alike = label.startsWith(wanted[0]) ? 0 : !alias ? (begins(label) ? 1 : 3) : begins(fold(alias)) ? 2 : 4;
    found.push({ type: node.at === undefined ? "node" : "meeting", id, kind: node.kind, label: node.label, alias, rank: [alike, node.at === undefined ? 0 : 1, -(measured("connections", "whole").get(id) || 0)] });
  }
  if (isScene) {
    const known = new Set(found.map(({ id }) => id));
    for (const g of sceneAt(state.asOf)) {
      if (g && !known.has(g.gathering.id) && wanted.every((term) => fold([g.label, g.venue].join(" ")).includes(term))) found.push({ type: "meeting", id: g.gathering.id, kind: g.gathering.kind, label: g.title, alias: standingWords(g.standing, g.contested), rank: [5, 0, 0] });
    }
  }
  return found.sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2] || collator.compare(a.label, b.label)).slice(0, 8);
}
function showHits() {
  const found = document.activeElement === query ? matches() : [];
  hit = -1;
  hits.replaceChildren(
    ...found.map(({ type, id, kind, label, alias }, at) =>
      el("li", { role: "option", id: `hit-${at}`, "aria-selected": "false", on: { pointerdown: (event) => (event.preventDefault(), openHit({ type, id })) } }, kindSample(kind), el("span", null, name(label), alias ? el("small", null, name(alias)) : "")),
    ),
  );
  hits.hidden = found.length === 0;
  query.setAttribute("aria-expanded", String(found.length > 0));
  query.removeAttribute("aria-activedescendant");
  hits.found = found;
}
function openHit({ type, id }) {
  hits.hidden = true;
  query.setAttribute("aria-expanded", "false");
  select(type, id, true);
}
function moveHit(by) {
  const found = hits.found || [];
  if (!found.length || hits.hidden) return;
  hit = (hit + by + found.length + (hit < 0 && by < 0 ? 1 : 0)) % found.length;
  [...hits.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === hit)));
  query.setAttribute("aria-activedescendant", `hit-${hit}`);
}
query.addEventListener("input", () => {
  change({ query: query.value });
  showHits();
});
query.addEventListener("focus", showHits);
query.addEventListener("blur", () => {
  hits.hidden = true;
  query.setAttribute("aria-expanded", "false");
});
query.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    moveHit(event.key === "ArrowDown" ? 1 : -1);
  }
});
query.form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (!state.query.trim()) return;
  const found = matches();
  const [line] = visible.lines.values();
  if (found.length) openHit(found[Math.max(0, hit)]);
  else if (line) select("line", line.id, true);
});

// --- what follows a change ---------------------------------------------------------------------------------------------

listen((changed, filtered) => {
  if (filtered) {
    showEmpty();
    updateLegend();
    describeCanvas();
  }
  updateControls();
  if (network) {
    if (changed.has("selected")) updateSelected();
    else if (filtered || ["size", "of", "arranged"].some((key) => changed.has(key))) redraw();
    // Who asks for surroundings or a part wants to see them; every other filter leaves the eye where it is.
    if (changed.has("ego") || changed.has("main") || (changed.has("query") && changed.has("hidden"))) fit();
  }
  if (filtered || ["axis", "since", "until", "asOf"].some((key) => changed.has(key))) drawTime();
  if (changed.has("view")) showView();
  else if (filtered || changed.has("sort") || changed.has("rows") || changed.has("meeting") || (changed.has("of") && state.view === "table")) DRAW[state.view]?.();
  else if (changed.has("selected")) {
    if (state.view === "table") markRow();
    else if (state.view === "map") placeSpots();
    else if (state.view === "timeline") drawTimeline();
  }
  if (changed.has("selected") || filtered || (state.selected && (changed.has("size") || changed.has("of")))) drawPanel();
  if (!filtered) byId("restart").hidden = fragment() === "";
  if (changed.has("view") || changed.has("size") || changed.has("of")) byId("description").textContent = describe();
  byId("size-words").textContent = sizeWords();
  clearTimeout(listen.writing);
  listen.writing = setTimeout(writeFragment, 200);
});
const sizeWords = () => (state.size === "same" ? "All names are drawn alike." : `Larger shapes: more ${MEASURES[state.size].title} ${ofWhich()}.`);

byId("reset").addEventListener("click", () => {
  showAll();
  query.focus();
});
byId("restart").addEventListener("click", () => {
  restart();
  byId("views").focus();
});
for (const view of TABS) {
  const tab = byId(`tab-${view}`);
  tab.addEventListener("click", () => change({ view }));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    const next = TABS[(TABS.indexOf(view) + step + TABS.length) % TABS.length];
    change({ view: next });
    byId(`tab-${next}`).focus();
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !event.ctrlKey && !event.metaKey && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    query.focus();
    query.select();
  } else if (event.key === "Escape") {
    if (byId("share").open) {
      byId("share").open = false;
      byId("share").querySelector("summary").focus();
    } else if (document.activeElement === query && !hits.hidden && hit >= 0) showHits();
    else if (document.activeElement === query && state.query) {
      change({ query: "" });
      showHits();
    } else if (state.selected) closePanel();
  }
});
addEventListener("hashchange", () => {
  if (location.hash.replace(/^#/, "") === written) return;
  change(readFragment(location.hash));
});

// On a narrow screen the legend would push the picture out of sight.
if (matchMedia("(max-width: 899px)").matches) {
  byId("legend-box").open = false;
  document.querySelector(".policy").open = false;
}

Object.assign(state, readFragment(location.hash));
if (!TABS.includes(state.view)) state.view = "picture";
for (const element of document.querySelectorAll("[data-scene]")) element.hidden = !isScene;
gather();
filter();
buildLegend();
updateLegend();
updateControls();
showEmpty();
describeCanvas();
byId("size-words").textContent = sizeWords();
if (nodes.size) {
  startNetwork();
  startKeys();
}
startTime();
drawTime();
startSharing();
showView();
drawPanel();
if (state.selected && network) {
  updateSelected();
  // After the first picture has found its size.
  requestAnimationFrame(() => requestAnimationFrame(reveal));
}
for (const media of ["(prefers-color-scheme: dark)", "print"]) matchMedia(media).addEventListener("change", () => network && repaint());
addEventListener("beforeprint", () => {
  byId("cite").textContent = citePage();
  drawTable(true);
  if (network) repaint();
});

// For tests and for the console: what is drawn, nothing that the page itself needs.
globalThis.diplomaticPage = Object.freeze({
  network, state, change, standing, contested, sceneAt, fragment, csvText, gexfText, citePage, pngCanvas, histogram, measured,
  visible: () => visible,
  spotlight: () => spotlight,
  labelled,
  spotOf,
  titled,
  looks: () => ({ statuses: [...STATUSES.values()].map(({ id, dash }) => [id, dash]), kinds: [...KINDS.values()].map(({ path }) => path) }),
  facts: () => facts,
  counts: () => ({ nodes: visible.nodes.size, edges: visible.edges.size }),
});

// The table twin: the same connections as rows, in any order, for the keyboard, for screen readers and for print.

const COLUMNS = [
  { id: "who", title: "Who", of: (edge) => `${labelOf(edge.from)} – ${labelOf(edge.to)}` },
  { id: "relation", title: "Relation", of: (edge) => words(edge.relation) },
  { id: "status", title: "Status", of: (edge) => statusOf(edge.status).place, cell: (edge) => statusChip(edge.status, edge.contested) },
  { id: "when", title: "When", of: (edge) => edge.when, cell: (edge) => dated(edge.when) },
  { id: "venue", title: "Venue", of: (edge) => edge.venue, cell: (edge) => name(edge.venue) },
  { id: "format", title: "Format", of: (edge) => words(edge.format) },
  { id: "weight", title: "Weight", of: (edge) => edge.weight, cell: (edge) => String(Number(edge.weight.toFixed(3))), number: true },
  { id: "passages", title: "Passages", of: (edge) => passagesOf(edge).size, cell: (edge) => String(passagesOf(edge).size), number: true },
];
const passagesOf = (thing) => new Set([...thing.evidence, ...thing.statements.flatMap((id) => statements.get(id)?.passages || [])]);
const rows = new Map();
let body = null;

function makeRow(edge) {
  const button = el("button", { type: "button", class: "link", on: { click: (event) => (event.stopPropagation(), select("edge", edge.id, true)) } }, name(labelOf(edge.from)), edge.arrows ? " → " : " – ", name(labelOf(edge.to)));
  const cells = COLUMNS.slice(1).map((column) => el("td", { class: column.number ? "number" : null }, column.cell ? column.cell(edge) : column.of(edge)));
  return el("tr", { "data-edge": edge.id, on: { click: () => select("edge", edge.id) } }, el("th", { scope: "row" }, button), ...cells);
}

/** Built when first needed: a picture of thousands of edges should not wait for its table. */
function buildTable() {
  if (body) return;
  const heads = COLUMNS.map((column) =>
    el("th", { scope: "col", "data-column": column.id, class: column.number ? "number" : null }, el("button", { type: "button", on: { click: () => sortBy(column.id) } }, column.title)),
  );
  for (const edge of island.edges) rows.set(edge.id, makeRow(edge));
  body = el("tbody");
  const single = island.nodes.filter((node) => edgesOf.get(node.id).length === 0);
  byId("view-table").append(
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Connections" }, el("table", null, el("caption", null, "Connections. A row opens its evidence; a column heading sorts."), el("thead", null, el("tr", null, ...heads)), body)),
    el("p", { class: "none", hidden: true }, "No connection passes the filters."),
    single.length ? el("p", { class: "single" }, "Without any connection: ", ...single.flatMap((node, place) => [place ? ", " : "", opens("node", node.id, name(node.label))])) : "",
  );
  orderRows();
  updateRows();
  markRow();
}

function sortBy(column) {
  const down = state.sort.column === column ? !state.sort.down : COLUMNS.find(({ id }) => id === column).number === true;
  change({ sort: { column, down } });
}
const order = new Intl.Collator("en", { numeric: true });
function orderRows() {
  const { column, down } = state.sort;
  const { of } = COLUMNS.find(({ id }) => id === column);
  const compare = (a, b) => (typeof a === "number" ? a - b : order.compare(a, b));
  // What has no value stands last in both directions.
  const known = island.edges.filter((edge) => of(edge) !== "");
  known.sort((a, b) => compare(of(a), of(b)) * (down ? -1 : 1));
  body.replaceChildren(...[...known, ...island.edges.filter((edge) => of(edge) === "")].map((edge) => rows.get(edge.id)));
  for (const head of byId("view-table").querySelectorAll("thead th")) {
    if (head.dataset.column === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
}
function updateRows() {
  for (const [id, row] of rows) row.hidden = !visible.edges.has(id);
  byId("view-table").querySelector(".none").hidden = visible.edges.size > 0;
}
function markRow() {
  for (const [id, row] of rows) {
    if (state.selected?.type === "edge" && state.selected.id === id) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

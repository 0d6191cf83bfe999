// The table twin: what the picture shows as rows, in any order, for the keyboard, for screen readers and for print.

const collator = new Intl.Collator("en", { numeric: true });
const STEP = 300; // rows made at once: a table of thousands should not hold up the page
const passagesOf = (fact) => {
  const { said, seated } = restsOn(fact.g, fact.seats);
  return unique([...said.flatMap((ref) => statements[ref]?.passages || []), ...seated]);
};
const pairText = (edge) => `${labelOf(edge.from)} – ${labelOf(edge.to)}`;
const rowButton = (type, id, ...content) => el("button", { type: "button", class: "link", on: { click: (event) => (event.stopPropagation(), select(type, id, true)) } }, ...content);

// A table: its rows, what a row opens, and its columns. `of` sorts, `cell` shows.
const TABLES = {
  connections: {
    title: "Connections",
    rows: () => visible.facts,
    opens: (fact) => ["line", fact.edge.id],
    none: "No connection passes the filters.",
    columns: [
      { id: "who", title: "Who", of: (fact) => pairText(fact.edge), cell: (fact) => rowButton("line", fact.edge.id, name(labelOf(fact.edge.from)), fact.edge.arrow ? " → " : " – ", name(labelOf(fact.edge.to))) },
      { id: "relation", title: "Relation", of: (fact) => words(fact.edge.role || fact.edge.relation) },
      { id: "status", title: "Status", of: (fact) => statusOf(fact.g.standing).place, cell: (fact) => statusChip(fact.g.standing, fact.g.contested) },
      { id: "when", title: "When", of: (fact) => fact.g.earliest || fact.g.when, cell: (fact) => dated(fact.g.when) },
      { id: "venue", title: "Venue", of: (fact) => fact.g.venue, cell: (fact) => name(fact.g.venue) },
      { id: "format", title: "Format", of: (fact) => words([...fact.g.format, ...fact.g.mode].join(", ")) },
      { id: "weight", title: "Weight", of: (fact) => fact.edge.weight ?? 1, cell: (fact) => String(Number((fact.edge.weight ?? 1).toFixed(3))), number: true, plain: true },
      { id: "session", title: "Session", of: (fact) => fact.g.title, cell: (fact) => name(fact.g.title), scene: true },
      { id: "passages", title: "Passages", of: (fact) => passagesOf(fact).length, cell: (fact) => String(passagesOf(fact).length), number: true },
    ],
  },
  names: {
    title: "Names",
    rows: () => [...visible.nodes].filter((id) => nodes.get(id).at === undefined),
    opens: (id) => ["node", id],
    none: "No name passes the filters.",
    columns: [
      { id: "who", title: "Name", of: labelOf, cell: (id) => rowButton("node", id, name(labelOf(id))) },
      { id: "kind", title: "Kind", of: (id) => nodes.get(id).kind },
      ...["connections", "sessions", "between"].flatMap((kind) =>
        ["whole", "filtered"].map((of) => ({
          id: `${kind}-${of}`,
          title: `${{ connections: "Partners", sessions: "Sessions", between: "Betweenness" }[kind]}, ${of}`,
          of: (id) => tableMeasure(kind, of).get(id) ?? 0,
          cell: (id) => String(Number((tableMeasure(kind, of).get(id) ?? 0).toFixed(kind === "between" ? 4 : 2))),
          number: true,
        })),
      ),
    ],
  },
  meetings: {
    title: "Meetings and rounds",
    scene: true,
    rows: () => visible.gatherings,
    opens: (g) => ["meeting", g.gathering.id],
    none: "No meeting passes the filters.",
    columns: [
      { id: "who", title: "Meeting", of: (g) => g.title, cell: (g) => rowButton("meeting", g.gathering.id, name(g.title)) },
      { id: "kind", title: "Kind", of: (g) => g.gathering.kind },
      { id: "status", title: "Status", of: (g) => statusOf(g.standing).place, cell: (g) => statusChip(g.standing, g.contested) },
      { id: "when", title: "When", of: (g) => g.earliest || g.latest, cell: (g) => dated(g.when) },
      { id: "venue", title: "Venue", of: (g) => g.venue, cell: (g) => name(g.venue) },
      { id: "format", title: "Format", of: (g) => words([...g.format, ...g.mode].join(", ")) },
      { id: "seats", title: "At it", of: (g) => new Set(g.seats.map((seat) => seat.actor)).size, number: true },
      { id: "claims", title: "Claims", of: (g) => g.claims.length, number: true },
      { id: "texts", title: "Texts", of: (g) => g.tellings.length, number: true },
    ],
  },
  claims: {
    title: "Claims",
    scene: true,
    rows: () => visible.gatherings.flatMap((g) => g.claims.map((claim) => ({ g, claim, statement: statements[claim.s] || {} }))),
    opens: ({ g }) => ["meeting", g.gathering.id],
    none: "No claim passes the filters.",
    columns: [
      { id: "who", title: "Who", of: ({ claim }) => claim.name, cell: ({ claim, g }) => rowButton("meeting", g.gathering.id, name(claim.name)) },
      { id: "act", title: "Act", of: ({ claim }) => words(claim.act) },
      { id: "says", title: "Says", of: ({ claim, statement }) => gist({ ...statement, stage: claim.stage, polarity: claim.polarity }) },
      { id: "certainty", title: "Certainty", of: ({ claim }) => claim.certainty },
      { id: "published", title: "Published", of: ({ claim }) => claim.published, cell: ({ claim }) => dated(claim.published, plainDate) },
      { id: "of", title: "Of", of: ({ g }) => g.title, cell: ({ g }) => name(g.title) },
      { id: "words", title: "Sentence", of: ({ statement }) => sentences[island.passages[statement.passages?.[0]]?.n] || "", cell: ({ statement }) => (statement.passages?.length ? quote(island.passages[statement.passages[0]]) : "") },
    ],
  },
};

let tableCache = new Map();
/** Measures of the names' table, counted once for one picture. */
function tableMeasure(kind, of) {
  if (tableCache.visible !== visible) {
    tableCache = new Map();
    tableCache.visible = visible;
  }
  const key = `${kind} ${of}`;
  if (!tableCache.has(key)) tableCache.set(key, measured(kind, of));
  return tableCache.get(key);
}

let shownRows = STEP;
const columnsOf = (table) => table.columns.filter((column) => !(column.scene && !isScene) && !(column.plain && isScene));
function sortBy(column) {
  const columns = columnsOf(TABLES[state.rows]);
  const down = state.sort.column === column ? !state.sort.down : columns.find(({ id }) => id === column).number === true;
  change({ sort: { column, down } });
}

function sortedRows(table) {
  const columns = columnsOf(table);
  const { of } = columns.find(({ id }) => id === state.sort.column) || columns[0];
  const keyed = table.rows().map((row) => [of(row), row]);
  const compare = (a, b) => (typeof a === "number" ? a - b : /^[\d-]*$/.test(a) && /^[\d-]*$/.test(b) ? (a < b ? -1 : a > b ? 1 : 0) : collator.compare(a, b));
  // What has no value stands last in both directions.
  const known = keyed.filter(([key]) => key !== "");
  known.sort(([a], [b]) => compare(a, b) * (state.sort.down ? -1 : 1));
  return [...known, ...keyed.filter(([key]) => key === "")].map(([, row]) => row);
}

function makeRow(table, columns, row) {
  const cells = columns.map((column, place) => {
    const content = column.cell ? column.cell(row) : String(column.of(row));
    return place === 0 ? el("th", { scope: "row" }, content) : el("td", { class: column.number ? "number" : null, "data-column": column.id }, content);
  });
  const [type, id] = table.opens(row);
  const current = state.selected && (state.selected.id === id || (type === "line" && state.selected.type === "line" && lineOf(state.selected.id)?.edges.includes(id)));
  return el("tr", { "data-id": id, "aria-current": current ? "true" : null, on: { click: () => select(type, id) } }, ...cells);
}

function drawTable(all = false) {
  const place = byId("view-table");
  const table = TABLES[state.rows];
  const columns = columnsOf(table);
  const scrolled = place.querySelector(".scroll")?.scrollTop || 0;
  const focused = place.contains(document.activeElement) ? [...place.querySelectorAll("button, select")].indexOf(document.activeElement) : -1;
  const rows = sortedRows(table);
  const shown = all ? rows.slice(0, 3000) : rows.slice(0, shownRows);
  const sort = columns.some(({ id }) => id === state.sort.column) ? state.sort : { column: columns[0].id, down: false };
  const heads = columns.map((column) =>
    el(
      "th",
      { scope: "col", "data-column": column.id, class: column.number ? "number" : null, "aria-sort": sort.column === column.id ? (sort.down ? "descending" : "ascending") : null },
      el("button", { type: "button", on: { click: () => sortBy(column.id) } }, column.title),
    ),
  );
  const kinds = Object.entries(TABLES).filter(([, one]) => isScene || !one.scene);
  const picker = el("div", { class: "choices", role: "group", "aria-label": "Rows" }, ...kinds.map(([id, one]) => el("button", { type: "button", "aria-pressed": String(id === state.rows), on: { click: () => { shownRows = STEP; change({ rows: id, sort: { column: "who", down: false } }); } } }, one.title)));
  const single = isScene ? [] : [...visible.nodes].filter((id) => !linked.has(id));
  place.replaceChildren(
    el("div", { class: "table-bar" }, picker, el("span", { class: "hint" }, `${shown.length < rows.length ? `${shown.length.toLocaleString("en")} of ` : ""}${plural(rows.length, "row", "rows")}. A row opens its evidence, a heading sorts.`)),
    el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": table.title }, el("table", null, el("caption", { class: "unseen" }, `${table.title}. A row opens its evidence; a column heading sorts; the filters act here as in the picture.`), el("thead", null, el("tr", null, ...heads)), el("tbody", null, ...shown.map((row) => makeRow(table, columns, row))))),
    rows.length ? "" : el("p", { class: "none" }, table.none),
    shown.length < rows.length ? el("p", { class: "more" }, el("button", { type: "button", class: "quiet", on: { click: () => { shownRows += STEP; drawTable(); } } }, `Show ${Math.min(STEP, rows.length - shown.length)} more`)) : "",
    single.length ? el("p", { class: "single" }, "Without any connection: ", ...single.flatMap((id, at) => [at ? ", " : "", opens("node", id, name(labelOf(id)))])) : "",
  );
  place.querySelector(".scroll").scrollTop = scrolled;
  if (focused >= 0) [...place.querySelectorAll("button, select")][focused]?.focus();
}
function markRow() {
  const line = state.selected?.type === "line" ? lineOf(state.selected.id) : null;
  for (const row of byId("view-table").querySelectorAll("tbody tr")) {
    const on = state.selected && (row.dataset.id === state.selected.id || line?.edges.includes(row.dataset.id));
    if (on) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

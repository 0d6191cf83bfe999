// The whole state in the address: what one person sees, another opens. Only what differs from the opening is written.

const list = (values) => [...values].map(encodeURIComponent).join(",");
const unlist = (text) => text.split(",").filter((part, at, all) => part !== "" || all.length > 0).map(decodeURIComponent);
const DAY = /^\d{4}-\d\d-\d\d$/;
const SIMPLE = {
  view: (text) => TABS.includes(text), drawing: (text) => island.views.includes(text), level: (text) => ["principal", "delegation", "person"].includes(text),
  query: (text) => text.length < 400, axis: (text) => ["event", "published"].includes(text),
  since: (text) => text === "" || DAY.test(text), until: (text) => text === "" || DAY.test(text), asOf: (text) => text === "" || DAY.test(text),
  parallel: (text) => ["auto", "separate", "bundled"].includes(text), size: (text) => text in MEASURES, of: (text) => ["whole", "filtered"].includes(text), rows: (text) => text in TABLES,
};
const FLAGS = ["undated", "main", "all", "arranged"];

function fragment() {
  const first = opening();
  const parts = [];
  const put = (key, value) => parts.push(`${key}=${value}`);
  for (const key of Object.keys(SIMPLE)) if (state[key] !== first[key]) put(key, encodeURIComponent(state[key]));
  for (const key of FLAGS) if (state[key] !== first[key]) put(key, state[key] ? 1 : 0);
  for (const { id } of FACETS) {
    if (list([...state.hidden[id]].sort()) !== list([...first.hidden[id]].sort())) put(`off.${id}`, list([...state.hidden[id]].sort()));
  }
  if (state.ego) put("ego", `${encodeURIComponent(state.ego.id)},${state.ego.steps}`);
  if (state.selected) put("open", `${state.selected.type},${encodeURIComponent(state.selected.id)}`);
  if (state.meeting !== null) put("meeting", encodeURIComponent(gatherings[state.meeting].id));
  if (state.sort.column !== first.sort.column || state.sort.down) put("sort", `${state.sort.column},${state.sort.down ? "down" : "up"}`);
  return parts.join("&");
}

/** The state that a fragment stands for. What it does not understand it leaves out: an address may be old, cut short or invented. */
function readFragment(text) {
  const found = opening();
  for (const part of text.replace(/^#/, "").split("&")) {
    const at = part.indexOf("=");
    if (at < 0) continue;
    const key = part.slice(0, at);
    try {
      const raw = part.slice(at + 1);
      const value = decodeURIComponent(raw);
      if (key in SIMPLE) {
        if (SIMPLE[key](value)) found[key] = value;
      } else if (FLAGS.includes(key)) found[key] = value === "1";
      else if (key.startsWith("off.") && FACETS.some(({ id }) => `off.${id}` === key)) found.hidden[key.slice(4)] = new Set(raw === "" ? [] : unlist(raw));
      else if (key === "ego") {
        const [id, steps] = unlist(raw);
        if (nodes.has(id) && Number(steps) > 0) found.ego = { id, steps: Math.min(9, Math.round(Number(steps))) };
      } else if (key === "open") {
        const [type, id] = unlist(raw);
        if (["line", "node", "meeting", "venue"].includes(type)) found.selected = { type, id };
      } else if (key === "meeting") {
        const place = gatherings.findIndex(({ id }) => id === value);
        if (place >= 0) found.meeting = place;
      } else if (key === "sort") {
        const [column, down] = unlist(raw);
        found.sort = { column, down: down === "down" };
      }
    } catch {
      // a broken escape: this part is left out
    }
  }
  return found;
}

let written = "";
function writeFragment() {
  const next = fragment();
  if (next === written) return;
  written = next;
  try {
    history.replaceState(null, "", next ? `#${next}` : "#");
  } catch {
    // a frame without an address of its own, as in a notebook: the state lives as long as the page
  }
}

// What the person chose, and what follows from it. One state, one way to change it: change(…). Views listen.

const state = {
  query: "",
  hidden: { status: new Set(), kind: new Set(), relation: new Set() },
  selected: null, // {type: "edge" | "node", id}
  view: "picture",
  sort: { column: "who", down: false },
};

// A facet is a list of values that can be switched off. A new facet needs a line here and a Set in state.hidden.
const FACETS = [
  { id: "status", title: "Status", ofEdge: (edge) => edge.status, ofNode: (node) => node.status || null },
  { id: "kind", title: "Who and what", ofEdge: () => null, ofNode: (node) => node.kind },
  { id: "relation", title: "Relation", ofEdge: (edge) => edge.relation, ofNode: () => null },
];

const keyOfNode = new Map(island.nodes.map((node) => [node.id, fold([node.label, node.kind, node.status].join(" "))]));
const keyOfEdge = new Map(
  island.edges.map((edge) => {
    const said = edge.statements.flatMap((id) => (statements.has(id) ? statements.get(id).claimants : []));
    const own = [edge.relation, edge.label, words(edge.status), edge.when, readDate(edge.when), edge.venue, edge.format];
    return [edge.id, fold([labelOf(edge.from), labelOf(edge.to), ...own, ...said].join(" "))];
  }),
);

/** The ids of what stays after every filter. A node whose connections are all filtered away goes with them. */
function filtered() {
  const terms = fold(state.query).split(/\s+/).filter(Boolean);
  const matches = (key) => terms.every((term) => key.includes(term));
  const shown = (value, facet) => value === null || !state.hidden[facet.id].has(value);
  const kept = new Set();
  for (const node of island.nodes) {
    if (FACETS.every((facet) => shown(facet.ofNode(node), facet))) kept.add(node.id);
  }
  const visible = { nodes: new Set(), edges: new Set() };
  for (const edge of island.edges) {
    if (!kept.has(edge.from) || !kept.has(edge.to)) continue;
    if (!FACETS.every((facet) => shown(facet.ofEdge(edge), facet)) || !matches(keyOfEdge.get(edge.id))) continue;
    visible.edges.add(edge.id);
    visible.nodes.add(edge.from).add(edge.to);
  }
  for (const id of kept) {
    if (terms.length ? matches(keyOfNode.get(id)) : edgesOf.get(id).length === 0) visible.nodes.add(id);
  }
  return visible;
}

let visible = filtered();
const listeners = [];

/** Register a view: called with the names of what changed. */
const listen = (listener) => listeners.push(listener);

function change(patch) {
  Object.assign(state, patch);
  if ("query" in patch || "hidden" in patch) visible = filtered();
  for (const listener of listeners) listener(new Set(Object.keys(patch)));
}

function toggle(facet, value) {
  const values = state.hidden[facet];
  if (!values.delete(value)) values.add(value);
  change({ hidden: state.hidden });
}

const isFiltered = () => state.query.trim() !== "" || FACETS.some((facet) => state.hidden[facet.id].size > 0);
const showAll = () => change({ query: "", hidden: { status: new Set(), kind: new Set(), relation: new Set() } });

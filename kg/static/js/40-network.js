// The picture: vis-network draws what the state leaves visible, at the positions that the file brings along.

const canvas = byId("canvas");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const MANY = 300; // edges: beyond this many, words on lines would be noise; the panel and the table have them
const sizeOf = new Map(island.nodes.map((node) => [node.id, 0.95 + Math.min(1, Math.sqrt(edgesOf.get(node.id).length) / 7)]));
const linesOf = new Map(island.nodes.map((node) => [node.id, wrapped(node.label)]));
const byConnections = [...nodes.keys()].sort((a, b) => edgesOf.get(b).length - edgesOf.get(a).length);
const prominent = new Set(byConnections.slice(0, 15));
let network = null;
let visNodes = null;
let visEdges = null;
let drawn = visible; // what vis-network was last told to show
let walked = null; // the node that the arrow keys stand on

function drawNode({ ctx, id, x, y, state: { selected, hover } }) {
  const node = nodes.get(id);
  const kind = kindOf(node.kind);
  const status = statusOf(node.status);
  const size = sizeOf.get(id);
  const lines = linesOf.get(id);
  const ringed = selected || hover || walked === id;
  return {
    drawNode() {
      ctx.save();
      ctx.translate(x, y);
      if (ringed) {
        ctx.beginPath();
        ctx.arc(0, 0, 16 * size, 0, 2 * Math.PI);
        ctx.fillStyle = palette.halo;
        ctx.fill();
        ctx.lineWidth = selected || walked === id ? 2.5 : 1;
        ctx.strokeStyle = palette.accent;
        ctx.stroke();
      }
      ctx.scale(size, size);
      ctx.lineJoin = "round";
      if (kind.filled) {
        ctx.fillStyle = palette.actor;
        ctx.fill(kind.outline);
      } else {
        ctx.fillStyle = palette.paper;
        ctx.fill(kind.outline, "nonzero");
        ctx.lineWidth = 2.4;
        ctx.strokeStyle = node.status ? palette[status.colour] : palette.actor;
        if (status.dash) ctx.setLineDash([4, 3]);
        ctx.stroke(kind.outline);
      }
      ctx.restore();
    },
    drawExternalLabel() {
      // From far away most names would be grey noise: the best connected keep theirs, the others come with zooming in.
      const scale = network ? network.getScale() : 1;
      const far = scale < 0.42;
      if (far && !ringed && !prominent.has(id)) return;
      const large = far ? 0.85 / scale : 1;
      const text = node.status && node.status !== "held" ? [...lines, `(${status.label})`] : lines;
      ctx.save();
      ctx.textAlign = "center";
      ctx.textBaseline = "top";
      ctx.lineJoin = "round";
      ctx.lineWidth = 4 * large;
      ctx.strokeStyle = palette.paper;
      text.forEach((line, place) => {
        const added = place >= lines.length;
        ctx.font = `${added ? "italic " : kind.filled ? "600 " : ""}${13 * large}px system-ui, sans-serif`;
        ctx.fillStyle = added ? palette[status.colour] : palette.ink;
        const at = y + 14 * size + place * 15 * large;
        ctx.strokeText(line, x, at);
        ctx.fillText(line, x, at);
      });
      ctx.restore();
    },
    nodeDimensions: { width: 24 * size, height: 24 * size },
  };
}

function edgeLook(edge) {
  const status = statusOf(edge.status);
  const colour = palette[status.colour];
  const selected = state.selected?.type === "edge" && state.selected.id === edge.id;
  const width = edge.status === "" ? 1.5 : 2 + Math.min(3.5, Math.max(0, Math.log2(Math.max(edge.weight, 1))));
  const sessions = edge.weight > 1 ? `${Number(edge.weight.toFixed(2))}×` : "";
  const word = edge.status === "held" || edge.status === "" ? "" : standingOf(edge);
  return {
    id: edge.id,
    width: selected ? width + 1.5 : width,
    color: { color: colour, highlight: colour, hover: colour, inherit: false },
    dashes: status.dash || false,
    label: island.edges.length > MANY ? undefined : [sessions, word].filter(Boolean).join(" ") || undefined,
    font: { color: colour, size: 13, strokeWidth: 4, strokeColor: palette.paper, face: "system-ui, sans-serif", align: "horizontal", vadjust: edge.arrows ? -12 : 0 },
    // vis-network draws no background behind a straight line: while selected, the line is a curve without bend.
    smooth: edge.smooth?.enabled === false && selected ? { enabled: true, type: "curvedCW", roundness: 0 } : edge.smooth || false,
    background: { enabled: selected, color: palette.halo, size: width + 12, dashes: false },
  };
}

const motion = () => (calm.matches ? false : { duration: 250, easingFunction: "easeOutQuad" });
/** Everything visible, with its names, as large as there is room. */
function fit() {
  const bounds = { left: Infinity, right: -Infinity, top: Infinity, bottom: -Infinity };
  for (const id of visible.nodes) {
    const { x, y } = network.getPosition(id);
    const lines = linesOf.get(id);
    const half = Math.max(24, ...lines.map((line) => line.length * 4.2));
    bounds.left = Math.min(bounds.left, x - half);
    bounds.right = Math.max(bounds.right, x + half);
    bounds.top = Math.min(bounds.top, y - 28);
    bounds.bottom = Math.max(bounds.bottom, y + 36 + 15 * lines.length);
  }
  if (bounds.left === Infinity) return;
  const scale = Math.min(1.5, canvas.clientWidth / (bounds.right - bounds.left + 24), canvas.clientHeight / (bounds.bottom - bounds.top + 24));
  network.moveTo({ position: { x: (bounds.left + bounds.right) / 2, y: (bounds.top + bounds.bottom) / 2 }, scale, animation: false });
}

function startNetwork() {
  readPalette();
  visNodes = new vis.DataSet(
    island.nodes.map(({ id, x, y }) => ({ id, x, y, shape: "custom", ctxRenderer: drawNode, hidden: !visible.nodes.has(id) })),
  );
  visEdges = new vis.DataSet(
    island.edges.map((edge) => ({
      ...edgeLook(edge),
      from: edge.from,
      to: edge.to,
      arrows: edge.arrows && "middle", // at its end a head would hide under the name of the node
      ...(edge.selfReference ? { selfReference: edge.selfReference } : {}),
      hidden: !visible.edges.has(edge.id),
    })),
  );
  const options = {
    ...island.options,
    interaction: { ...island.options.interaction, hover: island.edges.length <= 2000 },
    edges: { selectionWidth: 0, hoverWidth: 0.6, arrows: { middle: { scaleFactor: 0.7 } } },
  };
  network = new vis.Network(canvas, { nodes: visNodes, edges: visEdges }, options);
  canvas.firstElementChild.tabIndex = -1; // one stop for the keyboard, and the named one
  network.on("click", ({ nodes: [node], edges: [edge] }) => {
    if (node !== undefined) select("node", node);
    else if (edge !== undefined) select("edge", edge);
    else change({ selected: null });
  });
  network.on("hoverNode", ({ node, pointer }) => showTip(pointer.DOM, tipOfNode(nodes.get(node))));
  network.on("hoverEdge", ({ edge, pointer }) => showTip(pointer.DOM, tipOfEdge(edges.get(edge))));
  for (const type of ["blurNode", "blurEdge", "dragStart", "zoom"]) network.on(type, hideTip);
  let place = "";
  new ResizeObserver(() => {
    const now = `${canvas.clientWidth}×${canvas.clientHeight}`;
    if (now === place || canvas.clientWidth === 0) return;
    place = now;
    network.setSize("100%", "100%");
    network.redraw();
    fit();
  }).observe(canvas);
}

// --- what the pointer is on --------------------------------------------------------------------------------------

const tip = byId("tip");
const tipOfNode = (node) => [node.label, [kindOf(node.kind).id, node.status && statusOf(node.status).label, plural(edgesOf.get(node.id).length, "connection", "connections")].filter(Boolean).join(" · ")];
const tipOfEdge = (edge) => [
  `${labelOf(edge.from)} ${edge.arrows ? "→" : "–"} ${labelOf(edge.to)}`,
  [words(edge.relation), standingOf(edge), readDate(edge.when), edge.venue].filter(Boolean).join(" · "),
];
function showTip(at, [first, second]) {
  tip.replaceChildren(el("strong", { dir: "auto" }, first), el("span", { dir: "auto" }, second));
  tip.hidden = false;
  const room = canvas.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(4, Math.min(at.x + 14, room))}px`;
  tip.style.top = `${at.y + 18 + tip.offsetHeight > canvas.clientHeight ? at.y - tip.offsetHeight - 10 : at.y + 18}px`;
}
const hideTip = () => (tip.hidden = true);

// --- keeping up with the state -----------------------------------------------------------------------------------

/** Only what changes is handed to vis-network: a filter over thousands of edges stays quick. */
function updateHidden() {
  const changed = (before, after) => [
    ...[...before].filter((id) => !after.has(id)).map((id) => ({ id, hidden: true })),
    ...[...after].filter((id) => !before.has(id)).map((id) => ({ id, hidden: false })),
  ];
  visNodes.update(changed(drawn.nodes, visible.nodes));
  visEdges.update(changed(drawn.edges, visible.edges));
  drawn = visible;
}

let marked = null;
function updateSelected() {
  const old = marked;
  marked = state.selected?.type === "edge" ? state.selected.id : null;
  visEdges.update([...new Set([old, marked])].filter((id) => edges.has(id)).map((id) => edgeLook(edges.get(id))));
  network.unselectAll();
  if (state.selected?.type === "node" && visible.nodes.has(state.selected.id)) network.selectNodes([state.selected.id], false);
}

function repaint() {
  readPalette();
  visEdges.update(island.edges.map(edgeLook));
  network.redraw();
}

/** Bring the selected thing into sight, if it is drawn outside. */
function reveal() {
  if (!state.selected || state.view !== "picture") return;
  const { type, id } = state.selected;
  const ends = type === "node" ? [id] : [edges.get(id).from, edges.get(id).to];
  const outside = ends.some((end) => {
    const { x, y } = network.canvasToDOM(network.getPosition(end));
    return x < 10 || y < 10 || x > canvas.clientWidth - 10 || y > canvas.clientHeight - 10;
  });
  if (!outside) return;
  if (ends.length === 1) network.focus(id, { animation: motion() });
  else network.fit({ nodes: ends, maxZoomLevel: 1.2, animation: motion() });
}

// --- keyboard ----------------------------------------------------------------------------------------------------

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
/** The nearest visible node roughly in a direction; a sideways step counts double. */
function neighbour(from, [dx, dy]) {
  const here = network.getPosition(from);
  let best = null;
  let least = Infinity;
  for (const id of visible.nodes) {
    const there = network.getPosition(id);
    const along = (there.x - here.x) * dx + (there.y - here.y) * dy;
    const aside = Math.abs((there.x - here.x) * dy) + Math.abs((there.y - here.y) * dx);
    if (id === from || along <= 0 || aside > 1.5 * along || along + 2 * aside >= least) continue;
    best = id;
    least = along + 2 * aside;
  }
  return best;
}
function walkTo(id) {
  if (id === null) return;
  walked = id;
  const { x, y } = network.canvasToDOM(network.getPosition(id));
  if (x < 20 || y < 20 || x > canvas.clientWidth - 20 || y > canvas.clientHeight - 20) network.focus(id, { animation: motion() });
  network.redraw();
  byId("live").textContent = tipOfNode(nodes.get(id)).join(", ");
}
const zoom = (factor) => network.moveTo({ scale: Math.min(4, Math.max(0.05, network.getScale() * factor)), animation: motion() });

function startKeys() {
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in ARROWS) {
      const start = byConnections.find((id) => visible.nodes.has(id)) ?? null;
      walkTo(walked !== null && visible.nodes.has(walked) ? neighbour(walked, ARROWS[event.key]) : start);
    } else if ((event.key === "Enter" || event.key === " ") && walked !== null && visible.nodes.has(walked)) select("node", walked, true);
    else if (event.key === "+" || event.key === "=") zoom(1.3);
    else if (event.key === "-") zoom(1 / 1.3);
    else if (event.key === "0") fit();
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("focusout", () => {
    walked = null;
    network.redraw();
  });
  byId("zoom-in").addEventListener("click", () => zoom(1.3));
  byId("zoom-out").addEventListener("click", () => zoom(1 / 1.3));
  byId("zoom-fit").addEventListener("click", fit);
}

// The picture: vis-network draws the lines and names that the state leaves, at the positions that the file brings along.

const canvas = byId("canvas");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const MANY = 300; // lines: beyond this many, words on lines would be noise; the panel and the table have them
let network = null;
let visNodes = null;
let visEdges = null;
let drawnNodes = new Set(); // what vis-network knows, drawn or not
let drawnLines = new Map(); // id → the look it was last given
let sizes = new Map();
let order = []; // visible names, the largest first
let picture = ""; // which of the layouts is drawn
let walked = null; // the node that the arrow keys stand on
const wrappedNames = new Map();
const linesOf = (id) => {
  if (!wrappedNames.has(id)) wrappedNames.set(id, wrapped(labelOf(id)));
  return wrappedNames.get(id);
};
const layoutOfFile = () => (isScene ? `${state.drawing}/${state.level}` : "graph");
/** Where the file puts a name. */
const homeOf = (id) => nodes.get(id).spots[layoutOfFile()] || Object.values(nodes.get(id).spots)[0];
const arranged = { places: new Map(), key: "", count: 0 };
const canArrange = () => visible.nodes.size <= ARRANGED_MOST;
/** Places of what is shown alone, if they are asked for; else everybody stays where the file has put them. */
function updateArranged() {
  if (!state.arranged || !canArrange()) {
    arranged.places = new Map();
    arranged.key = "";
    return;
  }
  const key = [layoutOfFile(), ...[...visible.edges].sort(), "", ...[...visible.nodes].sort()].join("\n");
  if (key === arranged.key) return;
  arranged.key = key;
  arranged.count += 1;
  arranged.places = arrange(visible.nodes, visible.facts);
}
let stretch = 1; // places are made for broad screens; on a high one they are drawn out
function updateStretch() {
  const { clientWidth: wide, clientHeight: high } = canvas;
  stretch = 1;
  if (!wide || high <= wide) return;
  const spots = arranged.key ? [...arranged.places.values()] : [...everywhere].map(homeOf);
  const [across, down] = [0, 1].map((axis) => spots.reduce(([least, most], spot) => [Math.min(least, spot[axis]), Math.max(most, spot[axis])], [Infinity, -Infinity])).map(([least, most]) => most - least);
  if (across > 0 && down > 0) stretch = Math.min(2.2, Math.max(1, Math.round((10 * (high / wide) * across) / down) / 10));
}
const layoutName = () => `${arranged.key ? `arranged ${arranged.count}` : layoutOfFile()} ${stretch}`;
const spotOf = (id) => {
  const [x, y] = arranged.places.get(id) || homeOf(id);
  return [x, Math.round(y * stretch)];
};
/** Where a node that is a gathering stands; a node of a plain graph may bring its own status. */
function statusOfNode(id) {
  const node = nodes.get(id);
  return node.at === undefined ? node.status || "" : sceneAt(state.asOf)[node.at]?.standing || "mentioned";
}

/** How much larger than at full size shapes and lines are drawn from far away, where there are few enough of them. */
const growth = () => (network && visible.nodes.size < 250 ? Math.min(3, Math.max(1, 0.6 / network.getScale())) : 1);
/** How much larger than drawn names are written, so that they can be read from far away. */
const labelSize = () => Math.max(1, 0.85 / (network ? network.getScale() : 1));
const room = { key: "", places: new Map() };
const ruler = document.createElement("canvas").getContext("2d");
const widths = new Map();
/** Width of a name's longest line at full size. */
function widthOf(id) {
  if (!widths.has(id)) {
    ruler.font = `${kindOf(nodes.get(id).kind).filled ? "600 " : ""}13px system-ui, sans-serif`;
    widths.set(id, Math.max(...linesOf(id).map((line) => ruler.measureText(line).width)));
  }
  return widths.get(id);
}
const KEPT_NAMES = 16; // so many of the largest are written even where they run over the shape of another
/** The names that are written, and on which side of their shape: actors before events, the largest first, each where it runs over no
 * other name and no shape. The rest comes with zooming. */
function labelled() {
  const large = labelSize();
  const grown = growth();
  const key = `${large.toFixed(3)} ${picture} ${spotlight?.key ?? ""}`;
  if (room.key === key) return room.places;
  room.key = key;
  room.places = new Map();
  const cell = 160 * large;
  const grid = new Map();
  const cellsOf = (box) => {
    const found = [];
    for (let x = Math.floor(box.left / cell); x <= Math.floor(box.right / cell); x += 1) for (let y = Math.floor(box.top / cell); y <= Math.floor(box.bottom / cell); y += 1) found.push(`${x} ${y}`);
    return found;
  };
  const put = (box) => {
    for (const one of cellsOf(box)) {
      if (!grid.has(one)) grid.set(one, []);
      grid.get(one).push(box);
    }
  };
  const meets = (box, which) => cellsOf(box).some((one) => (grid.get(one) || []).some((other) => which(other) && box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top));
  const at = (id) => network?.body.nodes[id] || { x: spotOf(id)[0], y: spotOf(id)[1] };
  // Names at the rim stay within the room that `fit` leaves for them.
  const rim = { left: Infinity, right: -Infinity };
  for (const id of order) {
    const { x, y } = at(id);
    rim.left = Math.min(rim.left, x - aside / network.getScale());
    rim.right = Math.max(rim.right, x + aside / network.getScale());
    const reach = 9 * (sizes.get(id) ?? 1) * grown;
    put({ left: x - reach, right: x + reach, top: y - reach, bottom: y + reach, shape: id });
  }
  const crowd = large > 1.4 && order.length > 30; // then the long names of events would hide what they stand for
  const first = spotlight ? [...order.filter((id) => spotlight.nodes.has(id)), ...order.filter((id) => !spotlight.nodes.has(id))] : order;
  first.forEach((id, place) => {
    const lit = spotlight?.nodes.has(id);
    if (crowd && nodes.get(id).at !== undefined && !(lit && spotlight.nodes.size < 12)) return;
    const { x, y } = at(id);
    const known = statusOfNode(id);
    const half = (widthOf(id) / 2 + 1) * large;
    const high = (linesOf(id).length + Number(Boolean(known) && known !== "held")) * 15 * large;
    const reach = 12 * (sizes.get(id) ?? 1) * grown;
    const sides = {
      below: { left: x - half, right: x + half, top: y + reach, bottom: y + reach + high },
      right: { left: x + reach, right: x + reach + 2 * half + 4, top: y - high / 2, bottom: y + high / 2 },
      left: { left: x - reach - 2 * half - 4, right: x - reach, top: y - high / 2, bottom: y + high / 2 },
      above: { left: x - half, right: x + half, top: y - reach - high, bottom: y - reach },
    };
    const open = Object.keys(sides).filter((one) => one === "below" || one === "above" || (sides[one].left >= rim.left && sides[one].right <= rim.right));
    let side = open.find((one) => !meets(sides[one], ({ shape }) => shape !== id));
    if (!side && (place < KEPT_NAMES || lit)) side = open.find((one) => !meets(sides[one], ({ shape }) => shape === undefined));
    if (!side) return;
    room.places.set(id, { side, ...sides[side] });
    put(sides[side]);
  });
  return room.places;
}

// --- what stands out ---------------------------------------------------------------------------------------------------

let hovered = null; // {type: "node" | "line", id}
let spotlight = null; // {key, nodes, lines}: the thing under the pointer or the selected one, with what it touches; all else steps back
const FAINT = 0.16;
function updateSpotlight() {
  const chosen = hovered || (state.selected?.type === "venue" ? null : state.selected);
  const lines = chosen ? visible.drawn.filter((line) => (chosen.type === "line" ? line.id === chosen.id || line.edges.includes(chosen.id) : line.from === chosen.id || line.to === chosen.id)) : [];
  const found = new Set(lines.flatMap((line) => [line.from, line.to]));
  if (chosen && chosen.type !== "line" && visible.nodes.has(chosen.id)) found.add(chosen.id);
  const before = spotlight?.key;
  spotlight = found.size ? { key: `${chosen.type} ${chosen.id}`, nodes: found, lines: new Set(lines.map(({ id }) => id)) } : null;
  return spotlight?.key !== before;
}
function hover(thing) {
  hovered = thing;
  if (updateSpotlight()) network.redraw();
}

function drawNode({ ctx, id, x, y, state: { selected, hover } }) {
  const node = nodes.get(id);
  const kind = kindOf(node.kind);
  const known = statusOfNode(id);
  const status = statusOf(known);
  const size = (sizes.get(id) ?? 1) * growth();
  const ringed = selected || hover || walked === id;
  const faint = spotlight && !spotlight.nodes.has(id) && !ringed;
  return {
    drawNode() {
      ctx.save();
      if (faint) ctx.globalAlpha = FAINT * 1.6;
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
        if (!crowded) {
          ctx.lineWidth = 1.5;
          ctx.strokeStyle = palette.paper;
          ctx.stroke(kind.outline);
        }
      } else {
        ctx.fillStyle = palette.paper;
        ctx.fill(kind.outline, "nonzero");
        ctx.lineWidth = 2.4;
        ctx.strokeStyle = known ? palette[status.colour] : palette.actor;
        if (status.dash) ctx.setLineDash([4, 3]);
        ctx.stroke(kind.outline);
      }
      ctx.restore();
    },
    drawExternalLabel() {
      const side = labelled().get(id)?.side || (ringed ? "below" : "");
      if (!side) return;
      const large = labelSize();
      const lines = linesOf(id);
      const text = known && known !== "held" ? [...lines, `(${status.label})`] : lines;
      ctx.save();
      if (faint) ctx.globalAlpha = FAINT * 1.6;
      ctx.textAlign = { right: "left", left: "right" }[side] || "center";
      ctx.textBaseline = "top";
      ctx.lineJoin = "round";
      ctx.lineWidth = 4 * large;
      ctx.strokeStyle = palette.paper;
      const beside = 14 * size + 2 * large;
      const across = { right: x + beside, left: x - beside }[side] ?? x;
      const top = { below: y + 14 * size, above: y - 13 * size - text.length * 15 * large }[side] ?? y - (text.length * 15 * large) / 2 + large;
      text.forEach((line, place) => {
        const added = place >= lines.length;
        ctx.font = `${added ? "italic " : kind.filled ? "600 " : ""}${13 * large}px system-ui, sans-serif`;
        ctx.fillStyle = added ? palette[status.colour] : palette.ink;
        const at = top + place * 15 * large;
        ctx.strokeText(line, across, at);
        ctx.fillText(line, across, at);
      });
      ctx.restore();
    },
    nodeDimensions: { width: 24 * size, height: 24 * size },
  };
}

const isSelectedLine = (line) => state.selected?.type === "line" && (state.selected.id === line.id || line.edges.includes(state.selected.id));
/** Words for a line: how many sessions it bundles, and its status, where that is not simply held. */
function wordsOn(line) {
  const sessions = line.weight > 1 ? `${Number(line.weight.toFixed(2))}×` : "";
  const word = line.standing === "held" || line.standing === "" ? "" : standingWords(line.standing, line.contested);
  return [sessions, word].filter(Boolean).join(" ");
}
function lineLook(line, bend, worded) {
  const status = statusOf(line.standing);
  const colour = palette[status.colour];
  const selected = isSelectedLine(line);
  const width = line.standing === "" ? 1.5 : 2 + Math.min(4, Math.max(0, Math.log2(Math.max(line.weight, 1))));
  return {
    id: line.id,
    from: line.from,
    to: line.to,
    arrows: line.arrow ? "middle" : "", // at its end a head would hide under the name of the node
    width: selected ? width + 1.5 : width,
    color: { color: colour, highlight: colour, hover: colour, inherit: false },
    dashes: status.dash || false,
    label: (worded && wordsOn(line)) || undefined,
    font: { color: colour, size: 13, strokeWidth: 4, strokeColor: palette.paper, face: "system-ui, sans-serif", align: "horizontal", vadjust: line.arrow ? -12 : 0 },
    // vis-network draws no background behind a straight line: while selected, the line is a curve without bend.
    ...(bend.smooth?.enabled === false && selected ? { smooth: { enabled: true, type: "curvedCW", roundness: 0 } } : bend),
    background: { enabled: selected, color: palette.halo, size: width + 12, dashes: false },
    hidden: false,
  };
}

/** How each line bends: parallel lines fan out evenly, a single one is straight, loops grow around their node. */
function bends(lines) {
  const fans = new Map();
  for (const line of lines) {
    const key = line.from < line.to ? `${line.from}\n${line.to}` : `${line.to}\n${line.from}`;
    if (!fans.has(key)) fans.set(key, []);
    fans.get(key).push(line);
  }
  const found = new Map();
  for (const fan of fans.values()) {
    const step = Math.min(0.3, 1.5 / fan.length);
    fan.forEach((line, place) => {
      if (line.from === line.to) return found.set(line.id, { selfReference: { size: 18 + 9 * place, angle: 0.8 } });
      let bend = Number(((place - (fan.length - 1) / 2) * step).toFixed(4));
      if (line.from > line.to) bend = -bend; // clockwise is seen from the start of each line
      return found.set(line.id, { smooth: bend === 0 ? { enabled: false } : { enabled: true, type: bend > 0 ? "curvedCW" : "curvedCCW", roundness: Math.abs(bend) } });
    });
  }
  return found;
}

/** Two looks with the same sign are the same, whatever the objects: only the others are handed on. */
const signOf = (line, bend, worded) => [line.standing, line.contested, line.weight, worded, bend.smooth?.type, bend.smooth?.roundness, isSelectedLine(line), palette.paper].join(" ");

function resize() {
  const values = measured();
  const most = Math.max(1e-9, ...values.values());
  sizes = new Map([...visible.nodes].map((id) => [id, state.size === "same" ? 1.15 : 0.85 + 1.15 * Math.sqrt((values.get(id) || 0) / most)]));
  const isEvent = (id) => Number(nodes.get(id).at !== undefined);
  order = [...visible.nodes].sort((a, b) => isEvent(a) - isEvent(b) || (values.get(b) || 0) - (values.get(a) || 0) || (a < b ? -1 : 1));
  room.key = "";
}

/** Do things to the data of vis-network, and draw once, with the next picture of the browser. */
function quietly(work) {
  const { emitter } = network.body;
  emitter.emit("_blockRedraw");
  work();
  emitter.emit("_allowRedraw");
  emitter.emit("_requestRedraw");
}

/** Hand vis-network what is new or looks different, and switch the rest on or off: a filter over thousands of lines stays quick. */
function redraw(everything = false) {
  updateArranged();
  updateStretch();
  updateSpotlight();
  resize();
  const lines = visible.drawn;
  const worded = lines.length <= MANY;
  const bend = bends(lines);
  const spots = picture !== layoutName();
  const looks = [];
  for (const line of lines) {
    const sign = signOf(line, bend.get(line.id), worded);
    if (everything || drawnLines.get(line.id) !== sign) looks.push(lineLook(line, bend.get(line.id), worded));
    drawnLines.set(line.id, sign);
  }
  const placedNow = [];
  for (const id of visible.nodes) {
    if (drawnNodes.has(id) && !spots && !everything) continue;
    const [x, y] = spotOf(id);
    placedNow.push({ id, x, y, shape: "custom", ctxRenderer: drawNode, hidden: false });
    drawnNodes.add(id);
  }
  quietly(() => {
    if (placedNow.length) visNodes.update(placedNow);
    if (looks.length) visEdges.update(looks);
    showOnly(visible.nodes, lines);
    const many = lines.length > 1500;
    if (many !== crowded) {
      crowded = many;
      network.setOptions({ interaction: { hover: !many, hideEdgesOnDrag: many, hideEdgesOnZoom: many } });
      showOnly(visible.nodes, lines);
    }
  });
  picture = layoutName();
  if (spots) fit();
}
let crowded = false;

/** Which of the known names and lines are drawn and answer to the pointer. Straight at vis-network's lists: its own way, an update
 * of each, takes ten times as long. The version is the one in vendor/, and a test looks at the result. */
function showOnly(names_, lines) {
  const { body } = network;
  for (const id of body.nodeIndices) body.nodes[id].options.hidden = true;
  for (const id of body.edgeIndices) body.edges[id].options.hidden = true;
  body.nodeIndices = [...names_].filter((id) => body.nodes[id]);
  body.edgeIndices = lines.map(({ id }) => id).filter((id) => body.edges[id]);
  for (const id of body.nodeIndices) body.nodes[id].options.hidden = false;
  for (const id of body.edgeIndices) body.edges[id].options.hidden = false;
}

const COARSE = 500; // lines: beyond so many they are drawn by the bundle, all of one look in one stroke
/** Many lines at once: one path for each look. The selected line is left to vis-network, which draws what lies behind it. */
function drawCoarsely(ctx, edgeIndices = network.body.edgeIndices, opacity = 0.75) {
  const { edges: known } = network.body;
  const [from, to] = [network.DOMtoCanvas({ x: 0, y: 0 }), network.DOMtoCanvas({ x: canvas.clientWidth, y: canvas.clientHeight })];
  const looks = new Map();
  const grown = visible.drawn.length <= COARSE ? growth() : 1;
  for (const id of edgeIndices) {
    const edge = known[id];
    const { from: a, to: b } = edge;
    if (edge.options.background.enabled && opacity > FAINT) {
      edge.draw(ctx);
      continue;
    }
    if (Math.max(a.x, b.x) < from.x || Math.min(a.x, b.x) > to.x || Math.max(a.y, b.y) < from.y || Math.min(a.y, b.y) > to.y) continue;
    const look = `${edge.options.color.color} ${edge.options.width.toFixed(1)} ${edge.options.dashes}`;
    if (!looks.has(look)) looks.set(look, []);
    looks.get(look).push(edge);
  }
  ctx.save();
  ctx.globalAlpha = opacity;
  for (const group of looks.values()) {
    const { color, width, dashes } = group[0].options;
    ctx.strokeStyle = color.color;
    ctx.lineWidth = width * grown;
    ctx.setLineDash((dashes || []).map((length) => length * grown));
    ctx.beginPath();
    for (const { from: a, to: b, edgeType, options } of group) {
      if (a === b) {
        ctx.moveTo(a.x + 2 * options.selfReference.size, a.y - options.selfReference.size);
        ctx.arc(a.x + options.selfReference.size, a.y - options.selfReference.size, options.selfReference.size, 0, 2 * Math.PI);
        continue;
      }
      ctx.moveTo(a.x, a.y);
      const via = options.smooth.enabled && edgeType.getViaNode ? edgeType.getViaNode() : null;
      if (via) ctx.quadraticCurveTo(via.x, via.y, b.x, b.y);
      else ctx.lineTo(b.x, b.y);
    }
    ctx.stroke();
  }
  ctx.restore();
}

const WORDED = 80; // lines: up to so many, words are written on them also from far away, as large as names
/** What a line is, on its middle, where it is not simply held. */
function writeWords(ctx, ids) {
  if (visible.drawn.length > WORDED) return;
  const large = labelSize();
  ctx.save();
  ctx.font = `${11 * large}px system-ui, sans-serif`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = 3.5 * large;
  ctx.strokeStyle = palette.paper;
  const taken = [];
  const free = ({ x, y }, half) => !taken.some((one) => Math.abs(one.x - x) < one.half + half && Math.abs(one.y - y) < 12 * large);
  const solid = (id) => Number(HAPPENED.has(visible.lines.get(id)?.standing));
  for (const id of [...ids].sort((a, b) => solid(a) - solid(b))) {
    const line = visible.lines.get(id);
    const word = line && wordsOn(line);
    const edge = network.body.edges[id];
    if (!word || !edge?.connected || line.from === line.to) continue;
    const half = ctx.measureText(word).width / 2;
    const spot = [0.5, 0.42, 0.58, 0.34, 0.66].map((share) => edge.edgeType.getPoint(share)).find((one) => free(one, half));
    if (!spot) continue; // its dashes say it, and no word over another would
    const { x, y } = spot;
    taken.push({ x, y, half });
    ctx.fillStyle = palette[statusOf(line.standing).colour];
    ctx.strokeText(word, x, y);
    ctx.fillText(word, x, y);
  }
  ctx.restore();
}

const motion = () => (calm.matches ? false : { duration: 250, easingFunction: "easeOutQuad" });
let aside = 90; // pixels beside the picture, for names
let moved = false; // by a person, who then keeps what is in sight when the window changes
/** Everything visible, with its names, as large as there is room. */
function fit() {
  moved = false;
  const { clientWidth: wide, clientHeight: high } = canvas;
  if (!visible.nodes.size || !wide) return;
  const places = [...visible.nodes].map(spotOf);
  const [least, most] = [Math.min, Math.max].map((pick) => [0, 1].map((axis) => places.reduce((found, place) => pick(found, place[axis]), places[0][axis])));
  // Names keep their size on the screen, so that room for them is counted in its pixels.
  const longest = Math.max(40, ...order.filter((id) => nodes.get(id).at === undefined).slice(0, 400).map(widthOf));
  aside = Math.min(16 + 0.55 * longest, 0.16 * wide);
  const scale = Math.min(1.5, (wide - 2 * aside) / Math.max(1, most[0] - least[0]), (high - 90) / Math.max(1, most[1] - least[1]));
  network.moveTo({ position: { x: (least[0] + most[0]) / 2, y: (least[1] + most[1]) / 2 + 14 / scale }, scale, animation: false });
}

function startNetwork() {
  readPalette();
  visNodes = new vis.DataSet();
  visEdges = new vis.DataSet();
  updateArranged();
  updateStretch();
  resize();
  crowded = visible.drawn.length > 1500;
  const options = {
    ...island.options,
    interaction: { ...island.options.interaction, hover: !crowded, hideEdgesOnDrag: crowded, hideEdgesOnZoom: crowded },
    edges: { selectionWidth: 0, hoverWidth: 0.6, arrows: { middle: { scaleFactor: 0.7 } } },
  };
  const bend = bends(visible.drawn);
  const worded = visible.drawn.length <= MANY;
  updateSpotlight();
  visNodes.add([...visible.nodes].map((id) => ({ id, x: spotOf(id)[0], y: spotOf(id)[1], shape: "custom", ctxRenderer: drawNode })));
  visEdges.add(visible.drawn.map((line) => lineLook(line, bend.get(line.id), worded)));
  network = new vis.Network(canvas, { nodes: new vis.DataSet(), edges: new vis.DataSet() }, options);
  const { renderer } = network;
  const [one, arrows] = [renderer._drawEdges.bind(renderer), renderer._drawArrows.bind(renderer)];
  // From far away the words on lines could not be read, either; there and where there are many, lines are drawn without.
  renderer._drawEdges = (ctx) => {
    const coarse = network.body.edgeIndices.length > COARSE || network.getScale() < 0.55;
    if (!spotlight && !coarse) return one(ctx);
    if (!spotlight) {
      drawCoarsely(ctx);
      return writeWords(ctx, network.body.edgeIndices);
    }
    const [lit, rest] = [[], []];
    for (const id of network.body.edgeIndices) (spotlight.lines.has(id) ? lit : rest).push(id);
    drawCoarsely(ctx, rest, FAINT);
    if (coarse) {
      drawCoarsely(ctx, lit, 1);
      return writeWords(ctx, lit);
    }
    for (const id of lit) network.body.edges[id].draw(ctx);
    return undefined;
  };
  renderer._drawArrows = (ctx) => {
    if (!visible.drawn.some((line) => line.arrow)) return;
    if (!spotlight) arrows(ctx);
    else for (const id of spotlight.lines) network.body.edges[id]?.drawArrows(ctx);
  };
  quietly(() => network.setData({ nodes: visNodes, edges: visEdges }));
  picture = layoutName();
  canvas.firstElementChild.tabIndex = -1; // one stop for the keyboard, and the named one
  network.on("click", ({ nodes: [node], edges: [line] }) => {
    if (node !== undefined) select(nodes.get(node).at === undefined ? "node" : "meeting", node);
    else if (line !== undefined) select("line", line);
    else change({ selected: null });
  });
  network.on("doubleClick", ({ nodes: [node] }) => node !== undefined && change({ ego: { id: node, steps: state.ego?.id === node ? Math.min(9, state.ego.steps + 1) : 1 } }));
  network.on("hoverNode", ({ node, pointer }) => {
    showTip(pointer.DOM, tipOfNode(node));
    hover({ type: "node", id: node });
  });
  network.on("hoverEdge", ({ edge, pointer }) => {
    if (!visible.lines.has(edge)) return;
    showTip(pointer.DOM, tipOfLine(visible.lines.get(edge)));
    hover({ type: "line", id: edge });
  });
  for (const type of ["blurNode", "blurEdge", "dragStart", "zoom"]) network.on(type, hideTip);
  for (const type of ["blurNode", "blurEdge"]) network.on(type, () => hover(null));
  canvas.addEventListener("pointerleave", () => (hideTip(), hover(null)));
  for (const type of ["zoom", "dragEnd"]) network.on(type, () => (moved = true));
  for (const type of ["dragging", "dragEnd"]) network.on(type, ({ nodes: dragged }) => dragged.length && (room.key = ""));
  drawnLines = new Map(visible.drawn.map((line) => [line.id, signOf(line, bend.get(line.id), worded)]));
  drawnNodes = new Set(visible.nodes);
  let place = "";
  new ResizeObserver(() => {
    const now = `${canvas.clientWidth}×${canvas.clientHeight}`;
    if (now === place || canvas.clientWidth === 0) return;
    place = now;
    network.setSize("100%", "100%");
    const before = stretch;
    updateStretch();
    if (stretch !== before) redraw(); // which fits
    else if (!moved) fit();
    network.redraw();
  }).observe(canvas);
}

// --- what the pointer is on --------------------------------------------------------------------------------------

const tip = byId("tip");
function tipOfNode(id) {
  const node = nodes.get(id);
  const status = statusOfNode(id);
  const value = measured().get(id);
  return [node.label, [kindOf(node.kind).id, status && statusOf(status).label, value === undefined ? "" : `${MEASURES[state.size].tell(value)} ${ofWhich()}`].filter(Boolean).join(" · ")];
}
function tipOfLine(line) {
  const [first] = line.edges.map((id) => facts.get(id)).filter(Boolean);
  const about = line.edges.length > 1 ? plural(line.edges.length, "session", "sessions") : [first && readDate(first.g.when), first?.g.venue].filter(Boolean).join(" · ");
  return [`${labelOf(line.from)} ${line.arrow ? "→" : "–"} ${labelOf(line.to)}`, [words(line.role || line.relation), standingWords(line.standing, line.contested), about].filter(Boolean).join(" · ")];
}
function showTip(at, [first, second]) {
  tip.replaceChildren(el("strong", { dir: "auto" }, first), el("span", { dir: "auto" }, second));
  tip.hidden = false;
  const room = canvas.clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(4, Math.min(at.x + 14, room))}px`;
  tip.style.top = `${at.y + 18 + tip.offsetHeight > canvas.clientHeight ? at.y - tip.offsetHeight - 10 : at.y + 18}px`;
}
const hideTip = () => (tip.hidden = true);

// --- keeping up with the state -----------------------------------------------------------------------------------

function updateSelected() {
  redraw();
  network.unselectAll();
  const { selected } = state;
  if (selected && selected.type !== "line" && visible.nodes.has(selected.id)) network.selectNodes([selected.id], false);
}

function repaint() {
  readPalette();
  redraw(true);
}

/** Bring the selected thing into sight, if it is drawn outside. */
function reveal() {
  if (!state.selected || state.view !== "picture" || !network) return;
  const { type, id } = state.selected;
  const line = type === "line" ? lineOf(id) : null;
  const ends = (line ? [line.from, line.to] : [id]).filter((end) => visible.nodes.has(end));
  // On a narrow screen the sheet lies over the lower part: what is left of the picture above it counts.
  const narrow = getComputedStyle(panel).position === "fixed";
  if (narrow) canvas.scrollIntoView({ block: "start" });
  const high = narrow ? Math.min(canvas.clientHeight, innerHeight - panel.offsetHeight - canvas.getBoundingClientRect().top) : canvas.clientHeight;
  const outside = ends.some((end) => {
    const { x, y } = network.canvasToDOM(network.getPosition(end));
    return x < 10 || y < 10 || x > canvas.clientWidth - 10 || y > high - 10;
  });
  if (!outside || !ends.length) return;
  if (narrow) {
    moved = true;
    const at = ends.map((end) => network.getPosition(end));
    const middle = (axis) => at.reduce((sum, one) => sum + one[axis], 0) / at.length;
    network.moveTo({ position: { x: middle("x"), y: middle("y") }, offset: { x: 0, y: (high - canvas.clientHeight) / 2 }, animation: motion() });
  } else if (ends.length === 1) network.focus(ends[0], { animation: motion() });
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
  byId("live").textContent = tipOfNode(id).join(", ");
}
const zoom = (factor) => (moved = true) && network.moveTo({ scale: Math.min(4, Math.max(0.05, network.getScale() * factor)), animation: motion() });

function startKeys() {
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const here = walked !== null && visible.nodes.has(walked);
    if (event.key in ARROWS) walkTo(here ? neighbour(walked, ARROWS[event.key]) : (order[0] ?? null));
    else if ((event.key === "Enter" || event.key === " ") && here) select(nodes.get(walked).at === undefined ? "node" : "meeting", walked, true);
    else if (event.key === "e" && here) change({ ego: { id: walked, steps: 1 } });
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

// Keep and share: picture, tables and graph as files, and words to cite by. Files are made here, from what is visible; nothing is sent.

function download(file, type, content) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  const link = el("a", { href: address, download: file });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
  byId("live").textContent = `${file} is saved`;
}
const fileName = (ending) => `${fold(document.title).replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60) || "page"}.${ending}`;

/** A cell of a CSV file. What a spreadsheet would take for a formula gets an apostrophe in front, and is text. */
function csvCell(value) {
  let text = String(value ?? "").replace(/\0/g, "\ufffd");
  if (/^\s*[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text)) text = `'${text}`;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
/** What is visible, a row for each passage behind each connection: nothing without its sentence. */
function csvText() {
  const head = ["from", "to", "relation", "status", "disputed", "when", "earliest", "latest", "venue", "format", "session", "weight", "claimant", "speech_act", "stage", "polarity", "certainty", "position", "on_behalf_of", "relay", "sentence", "marked", "start", "end", "publisher", "title", "published", "url", "from_id", "to_id", "session_id", "claim_id"];
  const rows = [head];
  for (const fact of visible.facts) {
    const { edge, g } = fact;
    const first = [labelOf(edge.from), labelOf(edge.to), edge.role || edge.relation, g.standing, g.contested ? "yes" : "", g.when, g.earliest, g.latest, g.venue, [...g.format, ...g.mode].join(", "), g.label, edge.weight ?? 1];
    const last = [iri(edge.from), iri(edge.to), g.gathering.id && iri(g.gathering.id)];
    const source = (ref) => {
      const passage = island.passages[ref];
      if (!passage) return ["", "", "", "", "", "", "", ""];
      const from = documents[passage.d];
      const sentence = sentences[passage.n];
      const marked = cut(sentence, passage.m || []).filter(([, on]) => on).map(([text]) => text).join(" … ");
      return [sentence, marked || passage.w, passage.a, passage.z, from.publisher, from.title, from.published, from.url];
    };
    const { said, seated } = restsOn(g, fact.seats);
    const told = new Set();
    let count = 0;
    for (const ref of said) {
      const one = statements[ref] || {};
      for (const passage of one.passages?.length ? one.passages : [null]) {
        told.add(passage);
        count += 1;
        rows.push([...first, (one.by || []).join(", "), one.act, one.stage, one.polarity, one.certainty, one.position, (one.onBehalfOf || []).join(", "), (one.relays || []).join(", "), ...source(passage), ...last, one.id ? iri(one.id) : ""]);
      }
    }
    for (const passage of seated.filter((ref) => !told.has(ref))) {
      count += 1;
      rows.push([...first, "", "", "", "", "", "", "", "", ...source(passage), ...last, ""]);
    }
    if (!count) rows.push([...first, "", "", "", "", "", "", "", "", ...source(null), ...last, ""]);
  }
  return `\ufeff${rows.map((row) => row.map(csvCell).join(",")).join("\r\n")}\r\n`;
}

const XML = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
/** Text for XML: escaped, and without the characters that XML cannot carry. */
const xmlText = (value) =>
  Array.from(String(value ?? ""), (point) => (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(point) || (point.length === 1 && /[\ud800-\udfff]/.test(point)) ? "\ufffd" : XML[point] || point)).join("");
/** What is visible as GEXF 1.3, for Gephi and the like: parallel lines stay parallel, every edge has its status and times. */
function gexfText() {
  const values = measured();
  const attributes = (kind, list_) => `    <attributes class="${kind}">\n${list_.map(([id, type]) => `      <attribute id="${id}" title="${id}" type="${type}"/>\n`).join("")}    </attributes>\n`;
  const attvalues = (list_) => `<attvalues>${list_.filter(([, value]) => value !== "" && value !== undefined).map(([id, value]) => `<attvalue for="${id}" value="${xmlText(value)}"/>`).join("")}</attvalues>`;
  const nodeLines = [...visible.nodes].sort().map((id) => {
    const [x, y] = spotOf(id);
    return `      <node id="${xmlText(iri(id))}" label="${xmlText(labelOf(id))}">${attvalues([["kind", nodes.get(id).kind], ["status", statusOfNode(id)], ["measure", values.get(id)]])}<viz:position x="${x}" y="${-y}" z="0"/></node>\n`;
  });
  const edgeLines = visible.facts.map(({ edge, g }) => `      <edge id="${xmlText(edge.id)}" source="${xmlText(iri(edge.from))}" target="${xmlText(iri(edge.to))}" type="${edge.arrow ? "directed" : "undirected"}" weight="${edge.weight ?? 1}" label="${xmlText(g.label)}">${attvalues([["relation", edge.role || edge.relation], ["status", g.standing], ["disputed", g.contested], ["earliest", g.earliest], ["latest", g.latest], ["venue", g.venue], ["session", g.gathering.id && iri(g.gathering.id)]])}</edge>\n`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" xmlns:viz="http://gexf.net/1.3/viz" version="1.3">
  <meta><creator>diplomatic-kg</creator><description>${xmlText(describe())}</description></meta>
  <graph defaultedgetype="undirected" mode="static">
${attributes("node", [["kind", "string"], ["status", "string"], ["measure", "double"]])}${attributes("edge", [["relation", "string"], ["status", "string"], ["disputed", "boolean"], ["earliest", "string"], ["latest", "string"], ["venue", "string"], ["session", "string"]])}    <nodes>
${nodeLines.join("")}    </nodes>
    <edges>
${edgeLines.join("")}    </edges>
  </graph>
</gexf>
`;
}

/** Words by which a page, in the state it is in, can be cited. The fingerprint names the data: two pages with it hold the same. */
function citePage() {
  const days = documents.map((source) => (source.published || "").slice(0, 10)).filter(Boolean).sort();
  const texts = `${plural(documents.length, "text", "texts")}${days.length ? ` published ${plainDate(days[0])}${days[0] === days.at(-1) ? "" : ` to ${plainDate(days.at(-1))}`}` : ""}`;
  return `“${document.title}”, diplomatic-kg page of ${texts}, data ${island.fingerprint}. Shown: ${byId("count").textContent}. ${describe()}${fragment() ? ` State: #${fragment()}` : ""}`;
}

/** text in lines that fit a width. */
function wrapText(ctx, text, width) {
  const lines = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    const longer = line ? `${line} ${word}` : word;
    if (line && ctx.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

/** The network as it stands on the screen, on another canvas, drawn anew: a copy of the pixels would be blurred. */
function drawNetwork(ctx) {
  const { view } = network.body;
  ctx.save();
  ctx.beginPath();
  ctx.rect(0, 0, canvas.clientWidth, canvas.clientHeight);
  ctx.clip();
  ctx.translate(view.translation.x, view.translation.y);
  ctx.scale(view.scale, view.scale);
  const { renderer } = network;
  renderer._drawEdges(ctx);
  const { drawExternalLabels } = renderer._drawNodes(ctx, false);
  renderer._drawArrows(ctx);
  drawExternalLabels?.();
  ctx.restore();
}

/** The picture as it stands, with its title, what counts, its legend and where it comes from: it can stand alone. */
function pngCanvas() {
  const ratio = Math.max(2, devicePixelRatio || 1);
  const width = Math.max(640, canvas.clientWidth);
  const larger = width / Math.max(1, canvas.clientWidth); // a phone's picture is enlarged, and keeps its proportions
  const height = Math.round(canvas.clientHeight * larger);
  const margin = 20;
  const made = el("canvas", null);
  const ctx = made.getContext("2d");
  const font = (size, weight = "") => `${weight} ${size}px system-ui, sans-serif`;
  ctx.font = font(12);
  const about = wrapText(ctx, describe(), width - 2 * margin);
  const foot = wrapText(ctx, `${byId("count").textContent}${visible.leftOut ? `, backbone of ${visible.drawn.length} lines` : ""}. Size: ${MEASURES[state.size].title}${state.size === "same" ? "" : ` ${ofWhich()}`}. diplomatic-kg, data ${island.fingerprint}.`, width - 2 * margin);
  const statuses = sorted(visible.drawn.map((line) => line.standing)).sort((a, b) => statusOf(a).place - statusOf(b).place);
  const kinds = sorted([...visible.nodes].map((id) => nodes.get(id).kind)).sort((a, b) => kindOf(a).place - kindOf(b).place);
  // Legend in rows
  const items = [...statuses.map((id) => ({ line: statusOf(id), text: statusOf(id).label })), ...kinds.map((id) => ({ kind: kindOf(id), text: kindOf(id).label }))];
  const rows = [[]];
  let room = width - 2 * margin;
  for (const item of items) {
    const wide = (item.line ? 52 : 30) + ctx.measureText(item.text).width + 18;
    if (wide > room && rows.at(-1).length) {
      rows.push([]);
      room = width - 2 * margin;
    }
    rows.at(-1).push({ ...item, wide });
    room -= wide;
  }
  const top = 44 + about.length * 16 + 8;
  const bottom = rows.length * 24 + foot.length * 16 + 2 * margin;
  made.width = width * ratio;
  made.height = (top + height + bottom) * ratio;
  ctx.scale(ratio, ratio);
  ctx.fillStyle = palette.paper;
  ctx.fillRect(0, 0, width, top + height + bottom);
  ctx.textBaseline = "top";
  ctx.fillStyle = palette.ink;
  ctx.font = font(18, "600");
  ctx.fillText(document.title, margin, 16);
  ctx.font = font(12);
  ctx.fillStyle = palette.soft;
  about.forEach((line, at) => ctx.fillText(line, margin, 44 + at * 16));
  ctx.save();
  ctx.translate(0, top);
  ctx.scale(larger, larger);
  drawNetwork(ctx);
  ctx.restore();
  ctx.textBaseline = "top";
  ctx.textAlign = "start";
  let y = top + height + margin / 2;
  for (const row of rows) {
    let x = margin;
    for (const { line, kind, text, wide } of row) {
      ctx.save();
      if (line) {
        ctx.strokeStyle = palette[line.colour];
        ctx.lineWidth = 3;
        ctx.setLineDash(line.dash || []);
        ctx.beginPath();
        ctx.moveTo(x, y + 9);
        ctx.lineTo(x + 44, y + 9);
        ctx.stroke();
      } else {
        ctx.translate(x + 12, y + 9);
        ctx.scale(0.8, 0.8);
        ctx.fillStyle = ctx.strokeStyle = palette.actor;
        ctx.lineWidth = 2.2;
        if (kind.filled) ctx.fill(kind.outline);
        else ctx.stroke(kind.outline);
      }
      ctx.restore();
      ctx.font = font(12);
      ctx.fillStyle = palette.ink;
      ctx.fillText(text, x + (line ? 52 : 30), y + 2);
      x += wide;
    }
    y += 24;
  }
  ctx.fillStyle = palette.soft;
  foot.forEach((line, at) => ctx.fillText(line, margin, y + 6 + at * 16));
  return made;
}
function savePng() {
  if (!network) return;
  if (state.view !== "picture") change({ view: "picture" });
  requestAnimationFrame(() => requestAnimationFrame(() => pngCanvas().toBlob((blob) => download(fileName("png"), "image/png", blob), "image/png")));
}

function startSharing() {
  const act = (id, what) =>
    byId(id).addEventListener("click", (event) => {
      what(event.currentTarget);
      if (!/^(share-link|share-cite)$/.test(id)) byId("share").open = false;
    });
  act("share-png", savePng);
  act("share-csv", () => download(fileName("csv"), "text/csv;charset=utf-8", csvText()));
  act("share-gexf", () => download(fileName("gexf"), "application/xml", gexfText()));
  act("share-link", (button) => copy(location.href, button, "Link"));
  act("share-cite", (button) => copy(citePage(), button, "Citation"));
  act("share-print", () => print());
  document.addEventListener("click", (event) => {
    if (byId("share").open && !byId("share").contains(event.target)) byId("share").open = false;
  });
}

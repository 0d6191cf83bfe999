// The evidence: for one edge or node, everything that is stated about it and the sentences it rests on.

const panel = byId("panel");
const ACTS = {
  propose: "proposes", invite: "invites", announce: "announces", confirm: "confirms", deny: "denies", accept: "accepts",
  reject: "rejects", demand: "demands", doubt: "doubts", speculate: "expects or guesses", criticise: "criticises",
  welcome: "welcomes", warn: "warns", "decline-to-comment": "declines to comment", report: "says",
};
let opener = null; // where the focus goes back to

/** Open an edge or node. focus: move the keyboard focus into the panel (not after a click of the mouse in the picture). */
function select(type, id, focus = false) {
  if (!panel.contains(document.activeElement)) opener = document.activeElement;
  change({ selected: { type, id } });
  reveal();
  if (focus) byId("panel-title").focus();
}
function closePanel() {
  const inside = panel.contains(document.activeElement);
  change({ selected: null });
  if (inside && opener?.isConnected) opener.focus();
}

/** [term, value] pairs as a list of facts; pairs without value are left out. */
function facts(pairs, attributes) {
  const rows = pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return rows.length ? el("dl", attributes, ...rows.flatMap(([term, value]) => [el("dt", null, term), el("dd", null, value)])) : null;
}
const names = (list) => (list.length ? el("span", null, ...list.flatMap((text, place) => (place ? [", ", name(text)] : [name(text)]))) : "");
const dated = (text, read = readDate) => (text ? el("time", /^\d{4}(-\d\d){0,2}$/.test(text) ? { datetime: text } : null, read(text)) : "");
const opens = (type, id, ...content) => el("button", { type: "button", class: "link", on: { click: () => select(type, id, true) } }, ...content);

function citation(passage) {
  const source = documents[passage.document];
  const place = passage.end > passage.start ? `characters ${passage.start}–${passage.end}` : "";
  const parts = [source.publisher || source.id, source.title && `“${source.title}”`, plainDate(source.published), place];
  const address = webAddress(source.url);
  return `“${passage.sentence}” — ${parts.filter(Boolean).join(", ")}.${address ? ` ${address.href}` : ""}`;
}

async function copy(text, button) {
  let done = true;
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Files and frames may have no clipboard interface; a selection and the old command still work there.
    const field = el("textarea", { class: "unseen", readonly: true });
    field.value = text;
    document.body.append(field);
    field.select();
    done = document.execCommand("copy");
    field.remove();
    button.focus();
  }
  button.textContent = done ? "Copied" : "Not allowed to copy";
  byId("live").textContent = done ? "Citation copied" : "The browser does not allow copying";
  setTimeout(() => (button.textContent = "Copy as citation"), 2000);
}

function passageBlock(id) {
  const passage = passages.get(id);
  if (!passage) return el("p", { class: "missing" }, "A passage is missing from this file: ", el("code", null, id));
  const source = documents[passage.document];
  const address = webAddress(source.url);
  const button = el("button", { type: "button", class: "quiet", on: { click: () => copy(citation(passage), button) } }, "Copy as citation");
  return el(
    "figure",
    { class: "passage", "data-passage": id },
    el("blockquote", { dir: "auto" }, ...cut(passage.sentence, passage.marks).map(([text, on]) => (on ? el("mark", null, text) : text))),
    el(
      "figcaption",
      null,
      el("span", { class: "source" }, el("b", null, name(source.publisher || "no publisher known")), source.title ? ", " : "", source.title ? el("cite", null, name(source.title)) : ""),
      el(
        "span",
        { class: "where" },
        source.published ? dated(source.published, plainDate) : "no date",
        ` · characters ${passage.start}–${passage.end}`,
        passage.words && passage.marks.length === 0 ? el("span", null, " · “", name(passage.words), "”") : "",
      ),
      el(
        "span",
        { class: "acts" },
        address ? el("a", { href: address.href, target: "_blank", rel: "noopener noreferrer" }, `Source at ${address.host}`) : source.url ? el("span", null, name(source.url)) : "",
        button,
      ),
    ),
  );
}

/** What the statement amounts to, in words: "not in preparation". */
function gist(statement) {
  const stage = statement.stage && `${statement.polarity === "negative" ? "not " : ""}${words(statement.stage)}`;
  return [stage, statement.position && `position: ${words(statement.position)}`].filter(Boolean).join("; ");
}

function statementBlock(id) {
  const statement = statements.get(id);
  if (!statement) return el("p", { class: "missing" }, "A statement is missing from this file: ", el("code", null, id));
  const act = statement.speechAct ? ACTS[statement.speechAct] || words(statement.speechAct) : "states";
  const amounts = gist(statement);
  return el(
    "article",
    { class: "statement", "data-statement": id },
    el("h4", null, statement.claimants.length ? names(statement.claimants) : "Nobody named", " ", el("span", { class: "act" }, act), amounts ? el("span", { class: "gist" }, amounts) : ""),
    facts([
      ["On behalf of", names(statement.onBehalfOf)],
      ["Passed on by", names(statement.relays)],
      ["Speech act", words(statement.speechAct)],
      ["Stage", words(statement.stage)],
      ["Polarity", statement.polarity === "negative" ? "negative: says it is not so" : words(statement.polarity)],
      ["Certainty", words(statement.certainty)],
      ["Position", words(statement.position)],
      ["What is denied", statement.denialTargets.map(words).join(", ")],
      ["Reported", dated(statement.reported, plainDate)],
    ]),
    ...statement.passages.map(passageBlock),
  );
}

/** Statements with their passages, then the passages that belong to no statement. */
function evidenceBlocks(thing) {
  const told = new Set(thing.statements.flatMap((id) => statements.get(id)?.passages || []));
  const rest = thing.evidence.filter((id) => !told.has(id));
  const blocks = [];
  if (thing.statements.length) {
    blocks.push(el("h3", null, plural(thing.statements.length, "statement", "statements"), " behind it"), ...thing.statements.map(statementBlock));
  }
  if (rest.length) {
    blocks.push(el("h3", null, thing.statements.length ? "More passages" : plural(rest.length, "passage", "passages")), ...rest.map(passageBlock));
  }
  return blocks.length ? blocks : [el("p", { class: "missing" }, "No sentence is recorded for this. That is a gap of the data, not of this page.")];
}

function edgePanel(edge) {
  const sessions = Number(edge.weight.toFixed(3)).toLocaleString("en");
  const pair = [el("span", { class: "end" }, opens("node", edge.from, name(labelOf(edge.from)))), edge.arrows ? " → " : " – ", el("span", { class: "end" }, opens("node", edge.to, name(labelOf(edge.to))))];
  return [
    el("h2", { id: "panel-title", tabindex: "-1" }, ...pair),
    edge.label ? el("p", { class: "label" }, name(edge.label)) : null,
    facts(
      [
        ["Relation", words(edge.relation)],
        ["Status", statusChip(edge.status, edge.contested)],
        ["When", dated(edge.when)],
        ["Venue", edge.venue && name(edge.venue)],
        ["Format", words(edge.format)],
        [edge.relation === "co-presence" ? "Sessions" : "Weight", sessions],
        ["Meeting", edge.meeting && (nodes.has(edge.meeting) ? opens("node", edge.meeting, name(labelOf(edge.meeting))) : el("code", null, edge.meeting))],
      ],
      { class: "facts" },
    ),
    statusOf(edge.status).meaning && edge.status ? el("p", { class: "meaning" }, `${statusOf(edge.status).label}: ${statusOf(edge.status).meaning}.`) : null,
    ...evidenceBlocks(edge),
  ];
}

function nodePanel(node) {
  const own = edgesOf.get(node.id);
  const item = (edge) => {
    const other = edge.from === node.id ? edge.to : edge.from;
    const about = [words(edge.relation), readDate(edge.when), edge.venue].filter(Boolean).join(" · ");
    return el("li", { class: visible.edges.has(edge.id) ? null : "filtered" }, opens("edge", edge.id, lineSample(edge.status), el("span", null, name(labelOf(other)), el("small", null, [standingOf(edge), about].filter(Boolean).join(" · ")))));
  };
  return [
    el("h2", { id: "panel-title", tabindex: "-1" }, kindSample(node.kind), name(node.label)),
    facts(
      [
        ["Kind", kindOf(node.kind).label],
        ["Status", node.status && statusChip(node.status)],
        ["Note", node.note && name(node.note)],
      ],
      { class: "facts" },
    ),
    own.length ? el("h3", null, plural(own.length, "connection", "connections")) : el("p", { class: "missing" }, "Not connected to anything in this graph."),
    own.length ? el("ul", { class: "connections" }, ...own.map(item)) : null,
    ...(node.evidence.length || node.statements.length ? evidenceBlocks(node) : []),
  ];
}

function drawPanel() {
  const { selected } = state;
  panel.classList.toggle("open", selected !== null);
  if (!selected) {
    const text = island.nodes.length ? "Select a connection or a name, in the picture or in the table, to read the sentences behind it." : "";
    panel.replaceChildren(el("h2", { id: "panel-title", tabindex: "-1" }, "Evidence"), el("p", { class: "hint" }, text));
    return;
  }
  const close = el("button", { type: "button", class: "close", "aria-label": "Close the evidence", on: { click: closePanel } }, "×");
  const content = selected.type === "edge" ? edgePanel(edges.get(selected.id)) : nodePanel(nodes.get(selected.id));
  panel.replaceChildren(close, ...content.filter(Boolean));
  panel.scrollTop = 0;
  const title = selected.type === "edge" ? tipOfEdge(edges.get(selected.id))[0] : nodes.get(selected.id).label;
  byId("live").textContent = `Evidence for ${title}`;
}

// The evidence: for one edge or node, everything that is stated about it and the sentences it rests on.

const panel = byId("panel");
const ACTS = {
  propose: "proposes", invite: "invites", announce: "announces", confirm: "confirms", deny: "denies", accept: "accepts",
  reject: "rejects", demand: "demands", doubt: "doubts", speculate: "expects or guesses", criticise: "criticises",
  welcome: "welcomes", warn: "warns", "decline-to-comment": "declines to comment", report: "says",
};
let opener = null; // where the focus goes back to

/** Open a line, a name or a meeting. focus: move the keyboard focus into the panel (not after a click of the mouse in the picture). */
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

/** The line that an id stands for: a drawn one, the bundle around an edge, or one that the filters hide. */
function lineOf(id) {
  if (visible.lines.has(id)) return visible.lines.get(id);
  for (const line of visible.lines.values()) if (line.edges.includes(id)) return line;
  const bundled = id.startsWith("b ");
  for (const line of linesOfGraph(facts.values(), bundled).values()) if (line.id === id) return line;
  return null;
}
const meetingOf = (id) => gatherings.findIndex((gathering) => gathering.id === id);

/** [term, value] pairs as a list of facts; pairs without value are left out. */
function factList(pairs, attributes) {
  const rows = pairs.filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return rows.length ? el("dl", attributes, ...rows.flatMap(([term, value]) => [el("dt", null, term), el("dd", null, value)])) : null;
}
const names = (list) => (list.length ? el("span", null, ...list.flatMap((text, place) => (place ? [", ", name(text)] : [name(text)]))) : "");
const dated = (text, read = readDate) => (text.includes(" / ") ? el("span", null, ...text.split(" / ").flatMap((one, at) => [at ? " / " : "", dated(one, read)])) : text ? el("time", /^\d{4}(-\d\d){0,2}$/.test(text) ? { datetime: text } : null, read(text)) : "");
const opens = (type, id, ...content) => el("button", { type: "button", class: "link", on: { click: () => select(type, id, true) } }, ...content);
/** A way to a name or meeting, or the name alone where this page has nothing to open. */
const nodeLink = (id) => (nodes.has(id) ? opens(nodes.get(id).at === undefined ? "node" : "meeting", id, name(labelOf(id))) : name(id));

function citation(passage) {
  const source = documents[passage.d];
  const place = passage.z > passage.a ? `characters ${passage.a}–${passage.z}` : "";
  const parts = [source.publisher || source.id, source.title && `“${source.title}”`, plainDate(source.published || ""), place];
  const address = webAddress(source.url || "");
  return `“${sentences[passage.n]}” — ${parts.filter(Boolean).join(", ")}.${address ? ` ${address.href}` : ""}`;
}

async function copy(text, button, what = "Citation") {
  const before = (button.dataset.label ||= button.textContent);
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
  byId("live").textContent = done ? `${what} copied` : "The browser does not allow copying";
  setTimeout(() => (button.textContent = before), 2000);
}

function quote(passage) {
  return el("blockquote", { dir: "auto" }, ...cut(sentences[passage.n], passage.m || []).map(([text, on]) => (on ? el("mark", null, text) : text)));
}
function passageBlock(ref) {
  const passage = typeof ref === "number" ? island.passages[ref] : null;
  if (!passage) return el("p", { class: "missing" }, "A passage is missing from this file: ", el("code", null, ref));
  const source = documents[passage.d];
  const address = webAddress(source.url || "");
  const button = el("button", { type: "button", class: "quiet", on: { click: () => copy(citation(passage), button) } }, "Copy as citation");
  return el(
    "figure",
    { class: "passage" },
    quote(passage),
    el(
      "figcaption",
      null,
      el("span", { class: "source" }, el("b", null, name(source.publisher || "no publisher known")), source.title ? ", " : "", source.title ? el("cite", null, name(source.title)) : ""),
      el(
        "span",
        { class: "where" },
        source.published ? dated(source.published, plainDate) : "no date",
        ` · characters ${passage.a}–${passage.z}`,
        passage.w ? el("span", null, " · “", name(passage.w), "”") : "",
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

/** What a claim amounts to, in words: "not in preparation". */
function gist(claim) {
  const stage = claim.stage && `${claim.polarity === "negative" ? "not " : ""}${words(claim.stage)}`;
  return [stage, claim.position && `position: ${words(claim.position)}`].filter(Boolean).join("; ");
}
const saysWhat = (act) => (act ? ACTS[act] || words(act) : "states");
/** The day on which something was said, where the text tells it. */
function madeOn(made) {
  if (!made) return "";
  const [from, to] = made;
  return from && from === to ? plainDate(from) : readDate(`${from || ".."}/${to && to !== FOREVER ? to : ".."}`);
}

function statementBlock(ref) {
  const statement = typeof ref === "number" ? statements[ref] : null;
  if (!statement) return el("p", { class: "missing" }, "A statement is missing from this file: ", el("code", null, ref));
  const amounts = gist(statement);
  const by = statement.by || [];
  return el(
    "article",
    { class: "statement" },
    el("h4", null, by.length ? names(by) : "Nobody named", " ", el("span", { class: "act" }, saysWhat(statement.act)), amounts ? el("span", { class: "gist" }, amounts) : ""),
    factList([
      ["On behalf of", names(statement.onBehalfOf || [])],
      ["Passed on by", names(statement.relays || [])],
      ["According to", names(statement.heads || [])],
      ["Said to", names(statement.to || [])],
      ["Through", names(statement.channels || [])],
      ["Speech act", words(statement.act || "")],
      ["Stage", words(statement.stage || "")],
      ["Polarity", statement.polarity === "negative" ? "negative: says it is not so" : words(statement.polarity || "")],
      ["Certainty", words(statement.certainty || "")],
      ["Position", words(statement.position || "")],
      ["What is denied", (statement.targets || []).map(words).join(", ")],
      ["Judged", words(statement.evaluation || "")],
      ["Said on", madeOn(statement.made)],
      ["Reported", dated(statement.published || "", plainDate)],
    ]),
    ...(statement.passages || []).map(passageBlock),
  );
}

const unique = (values) => [...new Set(values)];
/** What a line's session, or a gathering, rests on as of the day: {said: statements, seated: passages of the seats}. */
function restsOn(g, seats) {
  const own = g.gathering;
  const said = isScene ? unique(g.claims.map((claim) => claim.s)) : own.statements || [];
  const seated = isScene ? unique(seats.flatMap((seat) => seat.passages || [])) : own.passages || [];
  return { said, seated };
}

/** Statements with their passages, then the passages that belong to no statement. */
function evidenceBlocks({ said, seated }, title = "More passages") {
  const told = new Set(said.flatMap((ref) => statements[ref]?.passages || []));
  const rest = seated.filter((ref) => !told.has(ref));
  const blocks = [];
  if (said.length) blocks.push(el("h3", null, plural(said.length, "statement", "statements"), " behind it"), ...said.map(statementBlock));
  if (rest.length) blocks.push(el("h3", null, said.length ? title : plural(rest.length, "passage", "passages")), ...rest.map(passageBlock));
  return blocks.length ? blocks : [el("p", { class: "missing" }, "No sentence is recorded for this. That is a gap of the data, not of this page.")];
}

const statusFacts = (g) => [
  ["Status", statusChip(g.standing, g.contested)],
  ["When", dated(g.when)],
  ["Venue", g.venue && name(g.venue)],
  ["Format", words([...g.format, ...g.mode].join(", "))],
];
const meaningOf = (id) => (id && statusOf(id).meaning ? el("p", { class: "meaning" }, `${statusOf(id).label}: ${statusOf(id).meaning}.`) : null);
const ledgerButton = (place) =>
  el("button", { type: "button", class: "quiet", on: { click: () => change({ view: "ledger", meeting: place }) } }, "Open its ledger");

function linePanel(line) {
  const pair = [el("span", { class: "end" }, nodeLink(line.from)), line.arrow ? " → " : " – ", el("span", { class: "end" }, nodeLink(line.to))];
  const title = el("h2", { id: "panel-title", tabindex: "-1" }, ...pair);
  const known = line.edges.map((id) => facts.get(id)).filter(Boolean);
  const relation = ["Relation", words(line.role || line.relation)];
  if (known.length === 1) {
    const [{ edge, g, seats }] = known;
    const weight = Number((edge.weight ?? 1).toFixed(3)).toLocaleString("en");
    const own = g.gathering;
    return [
      title,
      g.title ? el("p", { class: "label" }, name(g.title)) : null,
      factList(
        [
          relation,
          ...statusFacts(g),
          isScene ? ["Meeting", own.kind === "round" ? "a round: several sittings or rooms" : ""] : [line.relation === "co-presence" ? "Sessions" : "Weight", weight],
          isScene ? null : ["Meeting", own.id && (nodes.has(own.id) ? nodeLink(own.id) : el("code", null, own.id))],
        ].filter(Boolean),
        { class: "facts" },
      ),
      meaningOf(g.standing),
      isScene ? el("p", { class: "acts" }, ledgerButton(edge.at)) : null,
      ...evidenceBlocks(restsOn(g, seats), "Who took part"),
    ];
  }
  known.sort((a, b) => (a.g.latest < b.g.latest ? 1 : a.g.latest > b.g.latest ? -1 : a.edge.id < b.edge.id ? -1 : 1));
  const session = ({ edge, g, seats }, place) =>
    el(
      "details",
      { class: "session", open: place === 0 },
      el("summary", null, el("b", null, dated(g.when) || "no date"), " ", name(g.title)),
      factList(statusFacts(g).slice(2), { class: "facts" }),
      isScene ? el("p", { class: "acts" }, ledgerButton(edge.at)) : null,
      ...evidenceBlocks(restsOn(g, seats), "Who took part"),
    );
  return [
    title,
    factList([relation, ["Status", statusChip(line.standing, line.contested)], ["Sessions", String(known.length)]], { class: "facts" }),
    meaningOf(line.standing),
    el("p", { class: "hint" }, `${known.length} sessions with this status, the latest first. “Parallel lines: apart” draws each as a line of its own.`),
    ...known.map(session),
  ];
}

/** Lines of a node: all of them, those that the filters hide marked. */
function connectionsOf(id) {
  const own = [...facts.values()].filter(({ edge }) => edge.from === id || edge.to === id);
  return [...linesOfGraph(own, own.length > 12).values()].sort((a, b) => statusOf(a.standing).place - statusOf(b.standing).place || (a.latest < b.latest ? 1 : a.latest > b.latest ? -1 : 0));
}
function connectionList(id) {
  const own = connectionsOf(id);
  const item = (line) => {
    const other = line.from === id ? line.to : line.from;
    const [first] = line.edges.map((edge) => facts.get(edge));
    const about = line.edges.length > 1 ? [plural(line.edges.length, "session", "sessions"), line.latest && `latest ${plainDate(line.latest)}`] : [words(line.role || line.relation), readDate(first.g.when), first.g.venue];
    return el("li", null, opens("line", line.id, lineSample(line.standing), el("span", null, name(labelOf(other)), el("small", null, [standingWords(line.standing, line.contested), ...about].filter(Boolean).join(" · ")))));
  };
  if (!own.length) {
    const there = isScene ? ["principal", "delegation", "person"].filter((level) => level !== state.level && island.edges.some((edge) => edge.view === state.drawing && edge.levels.includes(level) && (edge.from === id || edge.to === id))) : [];
    const button = (level) => el("button", { type: "button", class: "quiet", on: { click: () => change({ level }) } }, `See the level of ${level}s`);
    return [el("p", { class: "missing" }, there.length && !everywhere.has(id) ? "Not drawn at this level." : "Not connected to anything in this graph."), there.length ? el("p", { class: "acts" }, ...there.map(button)) : null];
  }
  const isSeen = (line) => line.edges.some((edge) => visible.edges.has(edge));
  const [seen, filtered] = [own.filter(isSeen), own.filter((line) => !isSeen(line))];
  const shown = seen.slice(0, 200);
  return [
    el("h3", null, filtered.length ? `${seen.length} of ${plural(own.length, "connection", "connections")}` : plural(own.length, "connection", "connections")),
    el("ul", { class: "connections" }, ...shown.map(item)),
    seen.length > shown.length ? el("p", { class: "hint" }, `The first 200 of ${seen.length}; the table has all.`) : null,
    filtered.length ? el("details", { class: "session" }, el("summary", null, `${filtered.length} not shown by the filters`), el("ul", { class: "connections" }, ...filtered.slice(0, 200).map(item))) : null,
  ];
}

function egoButtons(id) {
  const on = state.ego?.id === id;
  const steps = on ? state.ego.steps : 0;
  const button = (text, patch, label) => el("button", { type: "button", class: "quiet", "aria-label": label, on: { click: () => change(patch) } }, text);
  return el(
    "p",
    { class: "acts" },
    on ? el("span", null, `Shown: ${plural(steps, "step", "steps")} around`) : "",
    on ? "" : button("Show its surroundings", { ego: { id, steps: 1 } }),
    on && steps > 1 ? button("−", { ego: { id, steps: steps - 1 } }, "One step less") : "",
    on ? button("+", { ego: { id, steps: Math.min(9, steps + 1) } }, "One step more") : "",
    on ? button("Show the whole graph", { ego: null }) : "",
  );
}

function nodePanel(id) {
  const node = nodes.get(id);
  const value = measured().get(id);
  const has = node.passages?.length || node.statements?.length;
  return [
    el("h2", { id: "panel-title", tabindex: "-1" }, kindSample(node.kind), name(node.label)),
    factList(
      [
        ["Kind", kindOf(node.kind).label],
        ["Also", node.aliases?.length ? names(node.aliases) : ""],
        ["Status", node.status && statusChip(node.status)],
        ["Note", node.note && name(node.note)],
        ["Size", state.size === "same" || value === undefined ? "" : `${MEASURES[state.size].tell(value)} ${ofWhich()}`],
      ],
      { class: "facts" },
    ),
    egoButtons(id),
    ...connectionList(id),
    ...(has ? evidenceBlocks({ said: node.statements || [], seated: node.passages || [] }) : []),
  ];
}

function meetingPanel(id) {
  const place = meetingOf(id);
  const g = sceneAt(state.asOf)[place];
  if (!g) return [el("h2", { id: "panel-title", tabindex: "-1" }, name(labelOf(id))), el("p", { class: "missing" }, "Nobody had written of it by this day.")];
  const round = g.gathering.kind === "round";
  return [
    el("h2", { id: "panel-title", tabindex: "-1" }, kindSample(g.gathering.kind), name(g.title)),
    factList([["Kind", kindOf(g.gathering.kind).label], ...statusFacts(g), ["Part of", g.wholes.map((whole) => gatherings[whole].id).length ? el("span", null, ...g.wholes.flatMap((whole, at) => [at ? ", " : "", opens("meeting", gatherings[whole].id, name(sceneAt("")[whole].title))])) : ""]], { class: "facts" }),
    meaningOf(g.standing),
    round ? el("p", { class: "meaning" }, "A round: several sittings or rooms, it puts nobody into one room.") : null,
    el("p", { class: "acts" }, ledgerButton(place)),
    el("h3", null, "Who is said to take part"),
    seatList(g),
    ...evidenceBlocks({ said: unique(g.claims.map((claim) => claim.s)), seated: unique(g.seats.flatMap((seat) => seat.passages || [])) }, "Who took part"),
  ];
}

/** Where to begin, while nothing is open: what is disputed, who met most often, what was said last. It follows the filters. */
function overviewPanel() {
  const short = 5;
  const pairs = new Map();
  for (const { edge, g } of visible.facts) {
    if (edge.relation !== "co-presence" || !HAPPENED.has(g.standing)) continue;
    const key = [edge.from, edge.to].sort().join("\n");
    if (!pairs.has(key)) pairs.set(key, { edge, weight: 0, latest: "" });
    const pair = pairs.get(key);
    pair.weight += edge.weight ?? 1;
    if (g.latest > pair.latest) [pair.latest, pair.edge] = [g.latest, edge];
  }
  const busiest = [...pairs.values()].sort((a, b) => b.weight - a.weight || (a.latest < b.latest ? 1 : -1)).slice(0, short);
  const contradicted = visible.gatherings.filter((g) => g.contested || g.standing === "disputed" || g.standing === "denied");
  const lastSaid = (g) => g.claims.reduce((found, claim) => (claim.published > found ? claim.published : found), "");
  contradicted.sort((a, b) => (lastSaid(a) < lastSaid(b) ? 1 : lastSaid(a) > lastSaid(b) ? -1 : collator.compare(a.title, b.title)));
  // What a text itself tells is no news of anybody; and nobody is heard twice on one meeting.
  const heard = new Set();
  const ofAnother = (g, claim) => claim.name !== documents[g.gathering.tellings[claim.t].document]?.publisher;
  const said = visible.gatherings.flatMap((g) => g.claims.filter((claim) => claim.stage && claim.published && ofAnother(g, claim)).map((claim) => ({ g, claim })));
  said.sort((a, b) => (a.claim.published < b.claim.published ? 1 : a.claim.published > b.claim.published ? -1 : collator.compare(a.claim.name, b.claim.name)));
  const latest = said.filter(({ g, claim }) => !heard.has(`${g.gathering.id} ${claim.who}`) && heard.add(`${g.gathering.id} ${claim.who}`));
  const item = (type, id, sample, text, about) => el("li", null, opens(type, id, sample, el("span", null, el("span", null, ...text), el("small", null, about))));
  const part = (title, items) => (items.length ? [el("h3", null, title), el("ul", { class: "connections" }, ...items)] : []);
  return [
    ...part(contradicted.length > short ? `Disputed or denied: ${short} of ${contradicted.length}` : "Disputed or denied", contradicted.slice(0, short).map((g) => item("meeting", g.gathering.id, lineSample(g.standing), [name(g.title)], [standingWords(g.standing, g.contested), plural(g.claims.length, "claim", "claims"), lastSaid(g) && `last ${plainDate(lastSaid(g))}`].filter(Boolean).join(" · ")))),
    ...part("Most often in one room", busiest.map(({ edge, weight, latest }) => item("line", edge.id, lineSample("held"), [name(labelOf(edge.from)), " – ", name(labelOf(edge.to))], [plural(Number(weight.toFixed(2)), "session", "sessions"), latest && `latest ${plainDate(latest)}`].filter(Boolean).join(" · ")))),
    ...part("Said last", latest.slice(0, short).map(({ g, claim }) => item("meeting", g.gathering.id, lineSample(g.standing), [name(claim.name), ` ${saysWhat(claim.act)}: ${gist(claim)}`], [plainDate(claim.published), g.title].join(" · ")))),
  ];
}

function drawPanel() {
  const { selected } = state;
  const keep = panel.dataset.shown === JSON.stringify(selected) ? panel.scrollTop : 0;
  panel.dataset.shown = JSON.stringify(selected);
  let content = null;
  let title = "";
  if (selected?.type === "line") {
    const line = lineOf(selected.id);
    if (line) {
      content = linePanel(line);
      [title] = tipOfLine(line);
    }
  } else if (selected?.type === "meeting" && isScene && meetingOf(selected.id) >= 0) {
    content = meetingPanel(selected.id);
    title = sceneAt("")[meetingOf(selected.id)].title;
  } else if (selected?.type === "venue" && venueAt.has(selected.id)) {
    content = venuePanel(selected.id);
    title = venues[venueAt.get(selected.id)].name;
  } else if (selected && nodes.has(selected.id)) {
    content = nodePanel(selected.id);
    title = labelOf(selected.id);
  }
  panel.classList.toggle("open", content !== null);
  document.body.classList.toggle("sheet", content !== null);
  if (!content) {
    const gone = selected ? "What was open is not part of this graph at this level or on this day." : "";
    const text = island.nodes.length ? "Select a connection or a name, in the picture or in the table, to read the sentences behind it." : "";
    panel.replaceChildren(el("h2", { id: "panel-title", tabindex: "-1" }, "Evidence"), el("p", { class: "hint" }, gone || text), ...overviewPanel());
    return;
  }
  const close = el("button", { type: "button", class: "close", "aria-label": "Close the evidence", on: { click: closePanel } }, "×");
  panel.replaceChildren(close, ...content.filter(Boolean));
  panel.scrollTop = keep;
  if (!keep) byId("live").textContent = `Evidence for ${title}`;
}

// The ledger of one meeting: who said what of it, when, through whom, in which words. Nothing is averaged into one truth: the latest of each
// claimant is marked, what was taken back is struck, and the status above says by which claims it stands.

/** Seats of a gathering as a list: actor, role, for whom, and by whose word, if it is only somebody's. */
function seatList(g) {
  if (!g.seats.length) return el("p", { class: "missing" }, "No text says who takes part.");
  const rows = new Map();
  for (const seat of g.seats) {
    const forWhom = (seat.principals || []).filter((id) => id !== seat.actor);
    const said = unique((seat.claims || []).flatMap((ref) => statements[ref]?.by || []));
    const key = JSON.stringify([seat.actor, seat.role, forWhom, seat.word]);
    if (!rows.has(key)) rows.set(key, { seat, forWhom, said: new Set(), own: false, passages: [] });
    const row = rows.get(key);
    for (const one of said) row.said.add(one);
    row.own ||= said.length === 0;
    row.passages.push(...(seat.passages || []));
  }
  const item = ({ seat, forWhom, said, own }) =>
    el(
      "li",
      { class: seat.role === "excluded" ? "excluded" : null },
      nodes.has(seat.actor) ? nodeLink(seat.actor) : name(seat.actor.split("/").at(-1)),
      el("small", null, [words(seat.role), forWhom.length ? `for ${forWhom.map((id) => (nodes.has(id) ? labelOf(id) : id)).join(", ")}` : "", seat.word ? { denied: "said not to have been", possible: "only as a possibility" }[seat.word] : "", own ? "" : `according to ${[...said].join(", ")}`].filter(Boolean).join(" · ")),
    );
  return el("ul", { class: "seats" }, ...[...rows.values()].map(item));
}

/** Which claims are the latest of their claimant, and which were taken back. */
function ledgerMarks(claims) {
  const kept = new Set(upheld(claims));
  const last = new Map();
  for (const claim of claims) if (claim.stage && (last.get(claim.who) ?? "") <= saidOn(claim)) last.set(claim.who, saidOn(claim));
  return { takenBack: (claim) => !kept.has(claim), latest: (claim) => Boolean(claim.stage) && last.get(claim.who) === saidOn(claim) };
}

/** Why a gathering stands where it stands, in words. */
function because(g) {
  const kept = upheld(g.claims).filter((claim) => claim.stage);
  const say = (list) => sorted(list.map((claim) => `${claim.name} (${words(claim.stage)})`)).join(", ");
  const forIt = kept.filter(asserts);
  const against = kept.filter(denies);
  const parts = [];
  if (forIt.length) parts.push(`asserted by ${say(forIt)}`);
  if (against.length) parts.push(`denied by ${say(against)}`);
  return parts.length ? `${parts.join("; ")}.` : "no claim asserts or denies a stage of it.";
}

function ledgerRow(claim, marks) {
  const statement = statements[claim.s] || {};
  const passages = (statement.passages || []).map((ref) => island.passages[ref]);
  const source = documents[passages[0]?.d] || {};
  const address = webAddress(source.url || "");
  const flags = [marks.takenBack(claim) ? "taken back later" : "", marks.latest(claim) && !marks.takenBack(claim) ? "latest of this claimant" : ""].filter(Boolean);
  const amounts = gist({ ...statement, stage: claim.stage, polarity: claim.polarity });
  const details = [
    statement.onBehalfOf?.length ? ["for ", names(statement.onBehalfOf)] : null,
    statement.heads?.length ? ["according to ", names(statement.heads)] : null,
    statement.relays?.length ? ["through ", names(statement.relays)] : null,
    statement.to?.length ? ["to ", names(statement.to)] : null,
    statement.targets?.length ? [`denies: ${statement.targets.map(words).join(", ")}`] : null,
    statement.evaluation ? [`judged ${words(statement.evaluation)}`] : null,
    claim.certainty && claim.certainty !== "certain" ? [words(claim.certainty)] : null,
  ].filter(Boolean);
  const first = passages[0];
  const button = first && el("button", { type: "button", class: "quiet", on: { click: () => copy(citation(first), button) } }, "Copy as citation");
  return el(
    "tr",
    { class: marks.takenBack(claim) ? "taken-back" : null, "data-polarity": claim.polarity },
    el("td", null, claim.published ? dated(claim.published, plainDate) : "no date", statement.made ? el("small", null, `said ${madeOn(statement.made)}`) : ""),
    el("th", { scope: "row" }, name(claim.name), ...details.map((parts) => el("small", null, ...parts))),
    el("td", null, saysWhat(claim.act), amounts ? el("span", { class: `gist ${claim.polarity === "negative" ? "negative" : ""}` }, amounts) : "", claim.about ? el("small", null, "by contradicting another claim of it") : "", ...flags.map((flag) => el("small", { class: "flag" }, flag))),
    el("td", { class: "words" }, ...passages.slice(0, 2).map(quote), el("small", null, name(source.publisher || "no publisher known"), source.title ? ", " : "", source.title ? el("cite", null, name(source.title)) : "", address ? " · " : "", address ? el("a", { href: address.href, target: "_blank", rel: "noopener noreferrer" }, address.host) : ""), button || ""),
  );
}

function tellingTable(g) {
  const head = ["Text", "Published", "Calls it", "When", "Where", "Format, as claimed", "Outcome"];
  const row = (telling) => {
    const source = documents[telling.document] || {};
    return el(
      "tr",
      null,
      el("th", { scope: "row" }, name(source.publisher || source.id || "unknown"), source.title ? el("small", null, name(source.title)) : ""),
      el("td", null, dated(telling.published, plainDate)),
      el("td", null, name(telling.label)),
      el("td", null, (telling.edtf || []).map(readDate).join(" / ")),
      el("td", null, name(innermost(telling.venues || []).map((venue) => venues[venue].name).join(", "))),
      el("td", null, words([...(telling.arity || []), ...(telling.directness || []), ...(telling.mode || []), ...(telling.level || [])].join(", "))),
      el("td", null, name((telling.outcomes || []).map(([, label]) => label).join(", "))),
    );
  };
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "What each text says" }, el("table", null, el("thead", null, el("tr", null, ...head.map((text) => el("th", { scope: "col" }, text)))), el("tbody", null, ...g.tellings.map(row))));
}

function drawLedger() {
  const place = byId("view-ledger");
  const options = visible.gatherings.map((g) => gatherings.indexOf(g.gathering));
  const busiest = (list) => [...list].sort((a, b) => sceneAt(state.asOf)[b].claims.length - sceneAt(state.asOf)[a].claims.length || a - b)[0];
  const chosen = state.meeting ?? busiest(options);
  if (chosen === undefined) {
    place.replaceChildren(el("p", { class: "none" }, "No meeting passes the filters."));
    return;
  }
  if (!options.includes(chosen)) options.push(chosen);
  const now = sceneAt(state.asOf);
  const title = (at) => (now[at] || sceneAt("")[at]).title;
  const when = (at) => (now[at] || sceneAt("")[at]).earliest;
  options.sort((a, b) => (when(a) < when(b) ? 1 : when(a) > when(b) ? -1 : a - b));
  const picker = el("select", { id: "ledger-pick", on: { change: (event) => change({ meeting: Number(event.target.value) }) } });
  for (const at of options) picker.append(el("option", { value: at, selected: at === chosen }, `${title(at)}${when(at) && !title(at).includes(plainDate(when(at)).slice(-8)) ? `, ${plainDate(when(at))}` : ""}`));
  const label = el("label", { class: "pick" }, "Meeting ", picker);
  const g = now[chosen];
  if (!g) {
    place.replaceChildren(el("div", { class: "sheet-body" }, label, el("p", { class: "none" }, `Nobody had written of it by ${plainDate(state.asOf)}.`)));
    return;
  }
  const marks = ledgerMarks(g.claims);
  const claims = [...g.claims].sort((a, b) => (a.published < b.published ? -1 : a.published > b.published ? 1 : collator.compare(a.name, b.name)));
  const heads = ["Published", "Who", "Says", "In which words"];
  place.replaceChildren(
    el(
      "div",
      { class: "sheet-body" },
      label,
      el("h2", null, name(g.title)),
      factList([["Kind", kindOf(g.gathering.kind).label], ...statusFacts(g), ["Why", because(g)], ["As of", plainDate(state.asOf || island.asOf)]], { class: "facts wide" }),
      el("h3", null, "Who is said to take part"),
      seatList(g),
      el("h3", null, plural(claims.length, "claim", "claims"), " about it, by day of publication"),
      claims.length
        ? el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Claims" }, el("table", { class: "ledger" }, el("thead", null, el("tr", null, ...heads.map((text) => el("th", { scope: "col" }, text)))), el("tbody", null, ...claims.map((claim) => ledgerRow(claim, marks)))))
        : el("p", { class: "missing" }, "No claim speaks of it: texts mention it, and nobody says how far it got."),
      el("h3", null, "What each text says of it"),
      tellingTable(g),
    ),
  );
}

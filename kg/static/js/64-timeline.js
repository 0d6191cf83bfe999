// The timeline: each meeting as the span of days within which it lies, and below it every claim about it on the day it was published.
// A fuzzy date is drawn as the interval it is, an open end fades out; what has no date at all stands apart.

const DAY_MS = 86400000;
const dayNumber = (text) => Math.round(Date.parse(`${text.slice(0, 10)}T00:00:00Z`) / DAY_MS);
const dayText = (number) => new Date(number * DAY_MS).toISOString().slice(0, 10);
const ROWS = 400;

/** Ticks between two days: months, or years where there are too many months, or days where there are few. */
function ticks(from, to) {
  const found = [];
  const add = (number, text) => number >= from && number <= to && found.push([number, text]);
  const span = to - from;
  const first = new Date(from * DAY_MS);
  if (span <= 45) {
    const step = Math.max(1, Math.ceil(span / 12));
    for (let day = from; day <= to; day += step) add(day, `${new Date(day * DAY_MS).getUTCDate()} ${MONTHS[new Date(day * DAY_MS).getUTCMonth()]}`);
    return found;
  }
  const months = span / 30.4;
  const step = months <= 7 ? 1 : months <= 14 ? 2 : months <= 24 ? 3 : months <= 48 ? 6 : 12;
  for (let at = 0; at <= months + 12; at += 1) {
    const month = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + at, 1));
    if (month.getUTCMonth() % step) continue;
    add(Math.round(month / DAY_MS), month.getUTCMonth() === 0 || step === 12 ? String(month.getUTCFullYear()) : MONTHS[month.getUTCMonth()]);
  }
  return found;
}

const placed = (element, left, width) => {
  element.style.left = `${left}%`;
  if (width !== undefined) element.style.width = `${width}%`;
  return element;
};
const CLAIM_MARKS = { positive: "▲", negative: "▼" };

function drawTimeline(everything = false) {
  const place = byId("view-timeline");
  const shown = visible.gatherings;
  if (!shown.length) {
    place.replaceChildren(el("p", { class: "none" }, "No meeting passes the filters."));
    return;
  }
  const dated_ = shown.filter((g) => g.earliest || g.latest).sort((a, b) => ((a.earliest || a.latest) < (b.earliest || b.latest) ? -1 : (a.earliest || a.latest) > (b.earliest || b.latest) ? 1 : a.label < b.label ? -1 : 1));
  const undated = shown.filter((g) => !g.earliest && !g.latest).sort((a, b) => (a.first < b.first ? -1 : 1));
  const published = shown.flatMap((g) => g.claims.map((claim) => claim.published)).filter(Boolean);
  const days = [...dated_.flatMap((g) => [g.earliest, g.latest]), ...published].filter(Boolean).map(dayNumber);
  // A chosen window is what the axis shows; bars that reach beyond it end at its edge.
  const least = state.since ? dayNumber(state.since) : Math.min(...days);
  const most = Math.max(least + 1, state.until ? dayNumber(state.until) : Math.max(...days));
  const room = Math.max(1, Math.ceil((most - least) * 0.02));
  const [from, to] = [least - room, most + room];
  const x = (day) => (100 * (Math.min(to, Math.max(from, day)) - from)) / (to - from);

  const rowOf = (g) => {
    const status = statusOf(g.standing);
    const track = el("div", { class: "track", "aria-hidden": "true" });
    for (const [day] of ticks(from, to)) track.append(placed(el("i", { class: "tick" }), x(day)));
    if (g.earliest || g.latest) {
      const [start_, end] = [g.earliest ? dayNumber(g.earliest) : from, g.latest ? dayNumber(g.latest) : to];
      const left = x(start_);
      const bar = el("span", { class: `bar-${status.colour} bar ${status.dash ? "dashed" : "solid"} ${g.earliest === g.latest ? "exact" : "fuzzy"} ${g.earliest ? "" : "open-start"} ${g.latest ? "" : "open-end"}` });
      track.append(placed(bar, left, Math.max(0, x(end + 1) - left)));
    }
    for (const claim of g.claims) {
      if (!claim.published || dayNumber(claim.published) < from || dayNumber(claim.published) > to) continue;
      const denial = claim.polarity === "negative";
      track.append(placed(el("b", { class: `mark-claim ${denial ? "no" : claim.stage ? "yes" : "other"}`, title: `${claim.name} ${saysWhat(claim.act)}, ${plainDate(claim.published)}` }, claim.stage ? CLAIM_MARKS[claim.polarity] || "●" : "●"), x(dayNumber(claim.published))));
    }
    const about = [standingWords(g.standing, g.contested), g.when ? readDate(g.when) : "no date", g.venue, g.claims.length ? plural(g.claims.length, "claim", "claims") : ""].filter(Boolean).join(" · ");
    const current = state.selected?.type === "meeting" && state.selected.id === g.gathering.id;
    return el("li", { class: current ? "current" : null }, el("button", { type: "button", class: "event", on: { click: () => select("meeting", g.gathering.id, true) } }, kindSample(g.gathering.kind), el("span", null, name(g.title), el("small", null, about))), track);
  };
  const all = [...dated_, ...undated];
  const cut_ = everything ? all : all.slice(0, ROWS);
  const axis = el("div", { class: "track", "aria-hidden": "true" }, ...ticks(from, to).map(([day, text]) => placed(el("span", { class: "tick-label" }, text), x(day))));
  const key = el("p", { class: "hint" }, "A bar is the span of days within which it lies: a thin outline where the date is fuzzy, a fading end where it is open. ▲ asserts a stage, ▼ denies one, ● says something else, on the day of publication.");
  const dates = cut_.filter((g) => g.earliest || g.latest);
  const rest = cut_.filter((g) => !g.earliest && !g.latest);
  place.replaceChildren(
    el(
      "div",
      { class: "timeline" },
      key,
      el("div", { class: "axis" }, el("span", null, plural(shown.length, "meeting", "meetings")), axis),
      el("ol", null, ...dates.map(rowOf)),
      rest.length ? el("h2", null, "Without a date") : "",
      rest.length ? el("ol", null, ...rest.map(rowOf)) : "",
      cut_.length < all.length ? el("p", { class: "more" }, el("button", { type: "button", class: "quiet", on: { click: () => drawTimeline(true) } }, `Show all ${all.length}`)) : "",
    ),
  );
}

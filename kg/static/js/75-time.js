// Time: a histogram with handles. Event time asks when it was; publication time asks what had been written by a day ("as of"), and
// standings follow from the claims of that day.

const timeBox = byId("time");
const BUCKETS = 72;
let playing = null;
let timeRange = null;

/** First and last day of an axis over everything in the file; null where nothing has a date. */
function rangeOf(axis) {
  const days = [];
  if (axis === "published") {
    for (const gathering of gatherings) {
      for (const part of [...gathering.tellings, ...gathering.claims]) if (part.published) days.push(part.published.slice(0, 10));
    }
  } else {
    for (const g of sceneAt("")) if (g) days.push(...[g.earliest, g.latest].filter(Boolean));
  }
  if (!days.length) return null;
  days.sort();
  return { from: dayNumber(days[0]), to: dayNumber(days.at(-1)), days: sorted(days) };
}
const ranges = { event: rangeOf("event"), published: isScene ? rangeOf("published") : null };

/** Counts per bucket: [exact, fuzzy]. A fuzzy date gives each bucket it may lie in an equal share of one. */
function histogram() {
  const { from, to } = timeRange;
  const size = Math.max(1, (to - from + 1) / Math.min(BUCKETS, to - from + 1));
  const count = Math.ceil((to - from + 1) / size);
  const bars = Array.from({ length: count }, () => [0, 0]);
  const bucket = (day) => Math.min(count - 1, Math.max(0, Math.floor((day - from) / size)));
  if (state.axis === "published") {
    for (const g of sceneAt("")) for (const claim of g?.claims || []) if (claim.published) bars[bucket(dayNumber(claim.published))][0] += 1;
    return { bars, size };
  }
  const seen = new Set(visible.timeless.map(({ g }) => g));
  for (const g of seen) {
    if (!g.earliest && !g.latest) continue;
    const first = bucket(g.earliest ? dayNumber(g.earliest) : from);
    const last = bucket(g.latest ? dayNumber(g.latest) : to);
    for (let at = first; at <= last; at += 1) bars[at][first === last ? 0 : 1] += 1 / (last - first + 1);
  }
  return { bars, size };
}

const handles = { since: byId("time-from"), until: byId("time-to"), asOf: byId("time-asof") };
function drawTime() {
  const range = ranges[state.axis];
  timeBox.hidden = !ranges.event && !ranges.published;
  if (timeBox.hidden) return;
  byId("axis-event").setAttribute("aria-pressed", String(state.axis === "event"));
  byId("axis-published").setAttribute("aria-pressed", String(state.axis === "published"));
  byId("axis-published").hidden = !ranges.published;
  byId("axis-event").hidden = !ranges.event;
  timeRange = range || ranges.published || ranges.event;
  const { from, to } = timeRange;
  const isEvent = state.axis === "event";
  for (const handle of Object.values(handles)) {
    handle.min = from;
    handle.max = to;
    // A handle stands in the middle of its day, as the bar of that day does.
    const half = 50 / (to - from + 1);
    handle.style.left = `calc(${half}% - 0.55rem)`;
    handle.style.width = `calc(${100 - 2 * half}% + 1.1rem)`;
  }
  const clamp = (text, fallback) => (text ? Math.min(to, Math.max(from, dayNumber(text))) : fallback);
  handles.since.value = clamp(state.since, from);
  handles.until.value = clamp(state.until, to);
  handles.asOf.value = clamp(state.asOf, to);
  handles.since.parentElement.hidden = handles.until.parentElement.hidden = !isEvent;
  handles.asOf.parentElement.hidden = isEvent;
  for (const [key, handle] of Object.entries(handles)) handle.setAttribute("aria-valuetext", plainDate(state[key] || dayText(Number(handle.value))));
  const undated = byId("undated");
  undated.checked = state.undated;
  const none = new Set(visible.timeless.map(({ g }) => g).filter((g) => !g.earliest && !g.latest)).size;
  undated.parentElement.hidden = !isEvent || none === 0;
  byId("undated-count").textContent = `and ${none} without a date`;
  const low = isEvent ? clamp(state.since, from) : from;
  const high = isEvent ? clamp(state.until, to) : clamp(state.asOf, to);
  byId("time-text").textContent = isEvent
    ? state.since || state.until
      ? `${plainDate(dayText(low))} – ${plainDate(dayText(high))}`
      : `all of ${readDate(`${dayText(from)}/${dayText(to)}`)}`
    : state.asOf
      ? `as of ${plainDate(state.asOf)}`
      : `as of ${plainDate(dayText(to))}: everything`;
  const { bars, size } = histogram();
  const most = Math.max(1e-9, ...bars.map(([exact, fuzzy]) => exact + fuzzy));
  const picture = byId("histogram");
  const width = 1000 / bars.length;
  const made = [];
  bars.forEach(([exact, fuzzy], at) => {
    const middle = from + (at + 0.5) * size;
    const inside = middle >= low - size / 2 + 0.5 && middle <= high + 0.5 + size / 2;
    const add = (value, base, kind) => value > 0 && made.push(svgElement("rect", { x: at * width + 0.1 * width, width: 0.8 * width, y: 40 - (36 * (base + value)) / most, height: Math.max(0.6, (36 * value) / most), class: `${kind}${inside ? "" : " outside"}` }));
    add(exact, 0, "exact");
    add(fuzzy, exact, "fuzzy");
  });
  picture.replaceChildren(...made);
  byId("time-ticks").replaceChildren(...ticks(from, to).filter((_, at, all) => all.length < 9 || at % Math.ceil(all.length / 8) === 0).map(([day, text]) => placed(el("span", null, text), (100 * (day - from + 0.5)) / (to - from + 1))));
  byId("play").textContent = playing ? "❚❚" : "▶";
  byId("play").setAttribute("aria-label", playing ? "Stop" : isEvent ? "Play through event time" : "Play through publication time");
  byId("time-all").hidden = isEvent ? !state.since && !state.until : !state.asOf;
}

function stopPlaying() {
  clearInterval(playing);
  playing = null;
  drawTime();
}
/** Publication time goes from day to day on which something was written; event time lets the window run on, or grow. */
function playStep() {
  const { from, to, days } = timeRange;
  if (state.axis === "published") {
    const next = days.find((day) => day > state.asOf);
    if (!next || next === days.at(-1)) {
      change({ asOf: "" });
      stopPlaying();
    } else change({ asOf: next });
    return;
  }
  const step = Math.max(1, Math.round((to - from) / 36));
  const since = state.since ? dayNumber(state.since) : from;
  const until = state.until ? dayNumber(state.until) : to;
  if (until >= to) return stopPlaying();
  const moves = since > from ? step : 0;
  change({ since: moves ? dayText(since + moves) : "", until: dayText(Math.min(to, until + step)) });
}
function play() {
  if (playing) return stopPlaying();
  const { from, to, days } = timeRange;
  if (state.axis === "published") {
    if (!state.asOf) change({ asOf: days[0] });
  } else if (!state.until || dayNumber(state.until) >= to) {
    const length = state.since ? to - dayNumber(state.since) : 0;
    change(length ? { since: dayText(from + 1), until: dayText(from + 1 + length) } : { until: dayText(from + Math.max(1, Math.round((to - from) / 36))) });
  }
  playing = setInterval(playStep, 800);
  drawTime();
}

function startTime() {
  const set = (key, handle) => {
    const { from, to } = timeRange;
    let day = Number(handle.value);
    if (key === "since") day = Math.min(day, Number(handles.until.value));
    if (key === "until") day = Math.max(day, Number(handles.since.value));
    const whole = key === "since" ? day <= from : day >= to;
    change({ [key]: whole ? "" : dayText(day) });
  };
  for (const [key, handle] of Object.entries(handles)) {
    let waiting = false;
    handle.addEventListener("input", () => {
      // Many events come between two pictures; the last one counts.
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        set(key, handle);
      });
    });
  }
  for (const axis of ["event", "published"]) byId(`axis-${axis}`).addEventListener("click", () => change({ axis }));
  byId("undated").addEventListener("change", (event) => change({ undated: event.target.checked }));
  byId("play").addEventListener("click", play);
  byId("time-all").addEventListener("click", () => change(state.axis === "event" ? { since: "", until: "" } : { asOf: "" }));
}

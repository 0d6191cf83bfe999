// How things look: colour and dashes say the status, shape says the kind. Colours stand in css/10-page.css, once for light and
// once for dark. The legend and the picture draw from the same lists, so they cannot disagree.

// Dash patterns differ as well as colours: nobody needs to tell two hues apart.
const STATUSES = new Map(
  [
    ["held", "held", "held", null, "nobody contradicts it"],
    ["under-way", "under way", "under-way", null, "said to go on"],
    ["adjourned", "adjourned", "under-way", [18, 5], "begun and interrupted"],
    ["disputed", "disputed", "disputed", [12, 5], "asserted and denied"],
    ["denied", "denied", "denied", [2, 5], "said not to be so"],
    ["accepted", "accepted", "planned", [16, 4, 3, 4], "ahead: agreed to"],
    ["scheduled", "scheduled", "planned", [12, 4, 3, 4], "ahead: a date is named"],
    ["in-preparation", "in preparation", "planned", [10, 4, 2, 4, 2, 4], "ahead: being prepared"],
    ["proposed", "proposed", "planned", [8, 5, 2, 5], "ahead: suggested"],
    ["mooted", "mooted", "planned", [2, 4, 2, 10], "ahead: talked about"],
    ["postponed", "postponed", "off", [8, 8], "put off"],
    ["cancelled", "cancelled", "off", [4, 8], "called off"],
    ["lapsed", "lapsed", "off", [2, 9], "its time went by"],
    ["mentioned", "mentioned", "off", [1, 6], "nobody says how far"],
    ["", "no status", "plain", null, "a standing relation"],
  ].map(([id, label, colour, dash, meaning], place) => [id, { id, label, colour, dash, meaning, place }]),
);
function statusOf(id) {
  return STATUSES.get(id) || { id, label: words(id), colour: "off", dash: [5, 5], meaning: "", place: 99 };
}

// Outlines around (0, 0), about 22 wide. Filled: actors. Hollow: events and places, whose outline shows their status.
const KINDS = new Map(
  [
    ["person", "person", true, "M-10 0A10 10 0 1 0 10 0A10 10 0 1 0 -10 0Z"],
    ["state", "state", true, "M-9 -9H9V9H-9Z"],
    ["organization", "organization", true, "M0 -12L12 0L0 12L-12 0Z"],
    ["delegation", "delegation", true, "M0 -11L11.5 8.5H-11.5Z"],
    ["group", "group", true, "M0 11L11.5 -8.5H-11.5Z"],
    ["meeting", "meeting: one session, one room", false, "M-11.5 0L-5.7 -10H5.7L11.5 0L5.7 10H-5.7Z"],
    ["round", "round: several sittings", false, "M-11 0A11 11 0 1 0 11 0A11 11 0 1 0 -11 0ZM-5.5 0A5.5 5.5 0 1 0 5.5 0A5.5 5.5 0 1 0 -5.5 0Z"],
    ["process", "process", false, "M-8 -9H8A9 9 0 0 1 8 9H-8A9 9 0 0 1 -8 -9Z"],
    ["relation", "relation", false, "M-10 0H10"],
    ["venue", "venue", false, "M0 12C-3 6 -9 2 -9 -3A9 9 0 0 1 9 -3C9 2 3 6 0 12ZM-3 -3A3 3 0 1 0 3 -3A3 3 0 1 0 -3 -3Z"],
  ].map(([id, label, filled, path], place) => [id, { id, label, filled, path, place, outline: new Path2D(path) }]),
);
const OTHER_KIND = "M-7 -7L7 7M7 -7L-7 7M-9 0A9 9 0 1 0 9 0A9 9 0 1 0 -9 0Z";
function kindOf(id) {
  const other = { id, label: words(id) || "no kind", filled: false, path: OTHER_KIND, place: 99 };
  return KINDS.get(id) || { ...other, outline: new Path2D(OTHER_KIND) };
}

let palette = {};
function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const names = ["paper", "ink", "soft", "actor", "halo", "accent", "land", "sea", "surface", "line", "held", "under-way", "disputed", "denied", "planned", "off", "plain"];
  palette = Object.fromEntries(names.map((id) => [id, style.getPropertyValue(`--${id}`).trim()]));
}

const SVG = "http://www.w3.org/2000/svg";
function svg(width, height, ...shapes) {
  const picture = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ width, height, viewBox: `${-width / 2} ${-height / 2} ${width} ${height}`, "aria-hidden": "true" })) {
    picture.setAttribute(key, value);
  }
  for (const attributes of shapes) {
    const shape = document.createElementNS(SVG, "path");
    for (const [key, value] of Object.entries(attributes)) shape.setAttribute(key, value);
    picture.append(shape);
  }
  return picture;
}
/** A piece of line as the picture draws it. */
function lineSample(id) {
  const { colour, dash } = statusOf(id);
  const line = { d: "M-20 0H20", class: `stroke-${colour}`, "stroke-width": id === "" ? 1.5 : 3, fill: "none" };
  return svg(42, 10, dash ? { ...line, "stroke-dasharray": dash.join(" ") } : line);
}
/** A shape as the picture draws it. */
function kindSample(id) {
  const { path, filled } = kindOf(id);
  return svg(28, 28, { d: path, class: filled ? "shape-filled" : "shape-hollow", "fill-rule": "evenodd" });
}
/** A status in words, with the mark of a denial that contradicts nothing. */
const standingWords = (id, isContested) => statusOf(id).label + (isContested && id !== "disputed" ? ", disputed" : "");
/** A status in words with its line; contested: somebody denies a stage of it, which contradicts nothing and must be seen. */
function statusChip(id, contested = false) {
  return el("span", { class: "chip" }, lineSample(id), standingWords(id, contested));
}
const LINE = 20; // characters, as in render.py's layout
/** label in at most three lines. */
function wrapped(label) {
  const lines = [];
  let line = "";
  for (const word of label.split(/\s+/)) {
    if (line && Array.from(line).length + 1 + Array.from(word).length > LINE) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  lines.push(line);
  const short = lines.map((text) => (Array.from(text).length > LINE + 4 ? `${Array.from(text).slice(0, LINE + 3).join("")}…` : text));
  return short.length > 3 ? [...short.slice(0, 2), `${short[2]} …`] : short;
}

// What the page knows: the data island, indexed; and small helpers for text. Nothing here touches the drawing.

const island = JSON.parse(document.getElementById("island").textContent);
const { documents, sentences, statements, venues, processes, gatherings, rule } = island;
const isScene = island.views[0] !== "graph";
const nodes = new Map(island.nodes.map((node) => [node.id, node]));
const edges = new Map(island.edges.map((edge) => [edge.id, edge]));
for (const node of island.nodes) node.kind ||= "";
for (const gathering of gatherings) {
  for (const list of ["seats", "claims", "processes"]) gathering[list] ||= [];
  for (const part of [...gathering.seats, ...gathering.claims]) part.t ||= 0;
  for (const telling of gathering.tellings) telling.published ||= "";
  for (const claim of gathering.claims) for (const fact of ["act", "stage", "polarity", "certainty", "published", "name"]) claim[fact] ||= "";
}
/** The full IRI of an id of the data. */
const iri = (id) => (/^[a-z][a-z0-9+.-]*:/i.test(id) ? id : island.base + id);

const byId = (id) => document.getElementById(id);
const plural = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
/** "in-preparation" as words; "co-presence" is one word. */
const words = (value) => value.replace(/-/g, (dash, at) => (value.slice(0, at) === "co" ? dash : " "));

/** An element. Children are elements or texts; a text always becomes a text node, never markup. */
function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (name === "on") for (const [type, handler] of Object.entries(value)) element.addEventListener(type, handler);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return element;
}

/** A name from the data, kept apart from the direction of the text around it. */
const name = (text) => el("bdi", null, text);
const labelOf = (id) => nodes.get(id).label;

const LETTERS = { ł: "l", ø: "o", đ: "d", ð: "d", þ: "th", ß: "ss", æ: "ae", œ: "oe", ı: "i", ħ: "h", "’": "'", "ʼ": "'" };
/** text for comparing: small letters without accents and without invisible direction marks. */
function fold(text) {
  return text
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .toLowerCase()
    .replace(/[łøđðþßæœıħ’ʼ]/g, (letter) => LETTERS[letter]);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
function plainDate(text) {
  const found = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T.*)?$/.exec(text);
  if (!found || (found[2] && !MONTHS[found[2] - 1])) return text;
  return [found[3] && String(Number(found[3])), found[2] && MONTHS[found[2] - 1], found[1]].filter(Boolean).join(" ");
}
/** An EDTF value in words; whatever is not understood stays as it is. */
function readDate(text) {
  if (text.includes(" / ")) return text.split(" / ").map(readDate).join(" / "); // several times, no interval
  const [from, to, ...rest] = text.split("/");
  if (to === undefined || rest.length) return plainDate(text);
  if (to === ".." || to === "") return `from ${plainDate(from)}`;
  if (from === ".." || from === "") return `until ${plainDate(to)}`;
  const [first, last] = [plainDate(from), plainDate(to)];
  const [, year] = /( \d{4})$/.exec(first) || [];
  const [, month] = /( [A-Z][a-z]{2} \d{4})$/.exec(first) || [];
  // "19–21 Dec 2025", "30 Nov – 2 Dec 2025": what both ends share is said once.
  if (month && last.endsWith(month) && last !== month.trim()) return `${first.slice(0, -month.length)}–${last}`;
  if (year && last.endsWith(year)) return `${first.slice(0, -year.length)} – ${last}`;
  return `${first} – ${last}`;
}

/** A name in which days of the calendar are read as days: names that the graph makes have them as EDTF. */
const titled = (text) => text.replace(/(?<![\w/-])\d{4}-\d\d(?:-\d\d)?(?:\/(?:\d{4}-\d\d(?:-\d\d)?|\.\.)?)?(?![\w/-])/g, readDate);
for (const node of island.nodes) if (node.at !== undefined) node.label = titled(node.label);

/** The address, if it is one that a person may follow; anything but http(s) is no link. */
function webAddress(text) {
  try {
    const address = new URL(text);
    return address.protocol === "http:" || address.protocol === "https:" ? address : null;
  } catch {
    return null;
  }
}

/** sentence cut into [text, isMarked] pieces. Marks count code points, so an emoji is one, as in the graph. */
function cut(sentence, marks) {
  const points = Array.from(sentence);
  const pieces = [];
  let at = 0;
  for (const [start, end] of [...marks].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const from = Math.max(at, start);
    const to = Math.min(points.length, end);
    if (to <= from) continue;
    if (from > at) pieces.push([points.slice(at, from).join(""), false]);
    pieces.push([points.slice(from, to).join(""), true]);
    at = to;
  }
  if (at < points.length) pieces.push([points.slice(at).join(""), false]);
  return pieces;
}

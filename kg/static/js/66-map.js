// The map: venues of what passes the filters, on outlines of land that travel with the page. No borders, and no tiles from anywhere.

const landIsland = JSON.parse(byId("land").textContent);
const RADIANS = Math.PI / 180;
const map = { scale: 0, x: 0, y: 0, fitted: "" }; // pixels per degree of latitude, and the degrees in the middle
let landPath = null;
let outline = "";

/** Land as one path in degrees: x is longitude, y is south. */
function landOutline() {
  if (outline || !landIsland) return outline;
  const parts = [];
  for (const ring of landIsland.rings) {
    let [x, y] = [0, 0];
    for (let at = 0; at < ring.length; at += 2) {
      x += ring[at];
      y += ring[at + 1];
      parts.push(`${at ? "L" : "M"}${x / landIsland.grid} ${-y / landIsland.grid}`);
    }
    parts.push("Z");
  }
  outline = parts.join("");
  return outline;
}

/** Where a venue is drawn: its own coordinates, else those of the place around it. */
function spotOfVenue(venue) {
  if (venues[venue].spot) return { spot: venues[venue].spot, by: venue };
  const outer = around(venue).find((one) => venues[one].spot);
  return outer === undefined ? null : { spot: venues[outer].spot, by: outer };
}

/** Spots of the map with what happened there, and the venues that nobody has placed. */
function venuesShown() {
  const spots = new Map();
  const unplaced = new Map();
  for (const g of visible.gatherings) {
    for (const venue of g.inner) {
      const found = spotOfVenue(venue);
      if (!found) {
        unplaced.set(venue, [...(unplaced.get(venue) || []), g]);
        continue;
      }
      const key = found.spot.join(" ");
      if (!spots.has(key)) spots.set(key, { spot: found.spot, venues: new Set(), list: new Set() });
      spots.get(key).venues.add(venue);
      spots.get(key).list.add(g);
    }
  }
  return { spots: [...spots.values()].sort((a, b) => b.list.size - a.list.size || (a.spot < b.spot ? -1 : 1)), unplaced };
}

const svgElement = (tag, attributes, ...children) => {
  const made = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "on") for (const [type, handler] of Object.entries(value)) made.addEventListener(type, handler);
    else if (value !== null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
};

function fitMap(spots) {
  const box = byId("map").getBoundingClientRect();
  if (!spots.length || !box.width) return;
  const lats = spots.map(({ spot }) => spot[0]);
  const longs = spots.map(({ spot }) => spot[1]);
  map.y = (Math.max(...lats) + Math.min(...lats)) / 2;
  map.x = (Math.max(...longs) + Math.min(...longs)) / 2;
  map.squeeze = Math.cos(Math.min(60, Math.abs(map.y)) * RADIANS);
  const high = Math.max(8, (Math.max(...lats) - Math.min(...lats)) * 1.45);
  const wide = Math.max(12, (Math.max(...longs) - Math.min(...longs)) * 1.3);
  map.scale = Math.min(box.height / high, box.width / (wide * map.squeeze));
}

function drawMap() {
  const place = byId("view-map");
  const { spots, unplaced } = venuesShown();
  if (!landPath) {
    landPath = svgElement("path", { class: "land", d: landOutline(), "vector-effect": "non-scaling-stroke" });
    const picture = svgElement("svg", { id: "map", role: "group", "aria-label": "Map of venues", tabindex: "0" }, svgElement("g", { id: "map-land" }, landPath), svgElement("g", { id: "map-spots" }));
    const button = (id, label, text, act) => el("button", { type: "button", id, "aria-label": label, on: { click: act } }, text);
    place.replaceChildren(
      el("p", { class: "hint map-key" }, "A disc grows with the meetings at a venue: its solid part are those held or under way, its dashed ring all others. Land: Natural Earth; borders are left out on purpose."),
      el("div", { class: "map-frame" }, picture, el("div", { class: "zoom", role: "group", "aria-label": "Zoom of the map" }, button("map-in", "Zoom into the map", "+", () => zoomMap(1.5)), button("map-out", "Zoom out of the map", "−", () => zoomMap(1 / 1.5)), button("map-fit", "Fit all venues", "⤢", () => (fitMap(venuesShown().spots), placeSpots())))),
      el("div", { id: "unplaced" }),
    );
    startMapMoves(picture);
  }
  const key = spots.map(({ spot }) => spot.join()).sort().join(" ");
  if (!map.scale || (map.fitted !== key && map.fitted === "")) fitMap(spots);
  if (map.scale) map.fitted = key;
  map.spots = spots;
  placeSpots();
  const rows = [...unplaced].sort(([, a], [, b]) => b.length - a.length);
  byId("unplaced").replaceChildren(
    ...(rows.length ? [el("h2", null, "Venues without coordinates"), el("ul", { class: "inline" }, ...rows.map(([venue, list_]) => el("li", null, el("button", { type: "button", class: "link", on: { click: () => select("venue", venues[venue].id, true) } }, name(venues[venue].name)), ` ${list_.length}`)))] : []),
    ...(spots.length ? [] : [el("p", { class: "none" }, "No venue with coordinates passes the filters.")]),
  );
}

function placeSpots() {
  const picture = byId("map");
  const box = picture.getBoundingClientRect();
  if (!box.width || !map.scale) return;
  picture.setAttribute("viewBox", `0 0 ${box.width} ${box.height}`);
  const sx = map.scale * map.squeeze;
  const toX = (long) => box.width / 2 + (long - map.x) * sx;
  const toY = (lat) => box.height / 2 - (lat - map.y) * map.scale;
  byId("map-land").setAttribute("transform", `translate(${toX(0)} ${toY(0)}) scale(${sx} ${map.scale})`);
  // Spots that would lie on top of each other are one, until the map is zoomed in.
  const groups = [];
  for (const one of map.spots) {
    const [x, y] = [toX(one.spot[1]), toY(one.spot[0])];
    const near = groups.find((group) => Math.hypot(group.x - x, group.y - y) < 13);
    if (near) near.spots.push(one);
    else groups.push({ x, y, spots: [one] });
  }
  for (const group of groups) {
    group.list = [...new Set(group.spots.flatMap((one) => [...one.list]))];
    group.venues = unique(group.spots.flatMap((one) => [...one.venues].sort((a, b) => a - b)));
    group.radius = 5 + 3.2 * Math.sqrt(group.list.length - 1);
  }
  groups.sort((a, b) => b.list.length - a.list.length);
  const boxOf = ({ x, y, radius }) => ({ left: x - radius, right: x + radius, top: y - radius, bottom: y + radius });
  const taken = groups.map(boxOf);
  const made = groups.map((group) => {
    const { x, y, radius, list: here } = group;
    const held = here.filter((g) => HAPPENED.has(g.standing)).length;
    const names_ = group.venues.map((venue) => venues[venue].name);
    const title = names_.length > 2 ? `${names_[0]} +${names_.length - 1}` : names_.join(", ");
    const current = state.selected?.type === "venue" && group.venues.some((venue) => venues[venue].id === state.selected.id);
    const width = title.length * 7 + 8;
    const sides = [[x + radius + 4, y + 4, "start"], [x - radius - 4, y + 4, "end"], [x, y - radius - 5, "middle"], [x, y + radius + 14, "middle"]].map(([tx, ty, anchor]) => ({ tx, ty, anchor, left: anchor === "start" ? tx : anchor === "end" ? tx - width : tx - width / 2 }));
    const free = ({ left, ty }) => left > 2 && left + width < box.width - 2 && !taken.some((one) => left < one.right && left + width > one.left && ty - 13 < one.bottom && ty + 3 > one.top);
    const side = sides.find(free);
    if (side) taken.push({ left: side.left, right: side.left + width, top: side.ty - 13, bottom: side.ty + 3 });
    const open = () => {
      if (group.spots.length === 1 || map.scale > 900) select("venue", venues[group.venues[0]].id, true);
      else {
        [map.y, map.x] = group.spots[0].spot;
        zoomMap(2.5);
        byId("live").textContent = `Zoomed in on ${names_.join(", ")}`;
      }
    };
    return svgElement(
      "g",
      { class: `spot${current ? " current" : ""}`, tabindex: "0", role: "button", "aria-label": `${names_.join(", ")}: ${plural(here.length, "meeting", "meetings")}, ${held} held or under way`, on: { click: open, keydown: (event) => (event.key === "Enter" || event.key === " ") && (event.preventDefault(), open()) } },
      svgElement("title", {}, `${names_.join(", ")}: ${plural(here.length, "meeting", "meetings")}, ${held} held or under way`),
      svgElement("circle", { cx: x, cy: y, r: radius + 1, class: held < here.length ? "ring" : "ring whole" }),
      svgElement("circle", { cx: x, cy: y, r: held ? (held === here.length ? radius : Math.max(3, radius * Math.sqrt(held / here.length))) : 1.5, class: "disc" }),
      side ? svgElement("text", { x: side.tx, y: side.ty, "text-anchor": side.anchor, direction: /[\u0590-\u08ff]/.test(title) ? "rtl" : null }, title) : "",
    );
  });
  byId("map-spots").replaceChildren(...made);
}

function zoomMap(factor) {
  map.scale = Math.min(2000, Math.max(1.2, map.scale * factor));
  placeSpots();
}
function startMapMoves(picture) {
  let from = null;
  const move = (dx, dy) => {
    map.x -= dx / (map.scale * map.squeeze);
    map.y = Math.min(85, Math.max(-85, map.y + dy / map.scale));
    placeSpots();
  };
  picture.addEventListener("pointerdown", (event) => {
    if (event.target.closest(".spot")) return;
    from = [event.clientX, event.clientY];
    picture.setPointerCapture(event.pointerId);
  });
  picture.addEventListener("pointermove", (event) => {
    if (!from) return;
    move(event.clientX - from[0], event.clientY - from[1]);
    from = [event.clientX, event.clientY];
  });
  for (const type of ["pointerup", "pointercancel"]) picture.addEventListener(type, () => (from = null));
  picture.addEventListener("wheel", (event) => (event.preventDefault(), zoomMap(event.deltaY < 0 ? 1.2 : 1 / 1.2)), { passive: false });
  picture.addEventListener("keydown", (event) => {
    if (event.target !== picture) return;
    const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
    if (step) move(...step);
    else if (event.key === "+" || event.key === "=") zoomMap(1.5);
    else if (event.key === "-") zoomMap(1 / 1.5);
    else return;
    event.preventDefault();
  });
  let place = "";
  new ResizeObserver(() => {
    const box = picture.getBoundingClientRect();
    const now = `${box.width}×${box.height}`;
    if (now === place || !box.width) return;
    place = now;
    if (!map.scale) fitMap(map.spots || []);
    placeSpots();
  }).observe(picture);
}

/** What happened at a venue, in the panel. */
function venuePanel(id) {
  const venue = venueAt.get(id);
  const here = visible.gatherings.filter((g) => g.venues.includes(venue));
  const spot = spotOfVenue(venue);
  const outer = around(venue).map((one) => venues[one].name);
  return [
    el("h2", { id: "panel-title", tabindex: "-1" }, kindSample("venue"), name(venues[venue].name)),
    factList(
      [
        ["Within", outer.length ? names(outer) : ""],
        ["Also", venues[venue].aliases ? names(venues[venue].aliases) : ""],
        ["Drawn at", spot ? `${spot.spot.map((degrees) => degrees.toFixed(2)).join(", ")}${spot.by === venue ? "" : ` (${venues[spot.by].name}: its own are not known)`}` : "coordinates not known"],
      ],
      { class: "facts" },
    ),
    el("p", { class: "meaning" }, "Being in one place at one time puts nobody into one room."),
    el("h3", null, plural(here.length, "meeting", "meetings"), " said to be here"),
    el("ul", { class: "connections" }, ...here.map((g) => el("li", null, opens("meeting", g.gathering.id, lineSample(g.standing), el("span", null, name(g.title), el("small", null, [standingWords(g.standing, g.contested), readDate(g.when)].filter(Boolean).join(" · "))))))),
  ];
}

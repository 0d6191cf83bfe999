// The scene as of a day: what had been published by then, and what follows from it. "" is the last day: everything.

const FOREVER = "9999-12-31";
const AT_TABLE = new Set(rule.atTable);
const sorted = (values) => [...new Set(values)].sort();
const toldBy = (published, day) => !day || (published !== "" && published <= day);

/** The days on which all texts agree, as `agreed` of kg/scene.py has it; where some exclude each other, those of the narrowest. */
function boundsOf(moments) {
  const closed = moments.map(([start, end]) => [start, end || FOREVER]);
  if (!closed.length) return ["", ""];
  const least = (values) => values.reduce((a, b) => (b < a ? b : a));
  const most = (values) => values.reduce((a, b) => (b > a ? b : a));
  let start = most(closed.map(([from]) => from));
  let end = least(closed.map(([, to]) => to));
  if (start > end) {
    const narrow = closed.filter(([from, to]) => !closed.some(([a, b]) => from <= a && b <= to && (from !== a || to !== b)));
    start = least(narrow.map(([from]) => from));
    end = most(narrow.map(([, to]) => to));
  }
  return [start, end === FOREVER ? "" : end];
}

/** The venues around a venue, the next one first. */
function around(venue) {
  const found = [];
  for (let next = venues[venue].within; next !== undefined && !found.includes(next); next = venues[next].within) found.push(next);
  return found;
}
/** Venues in words, the most exact alone where the others lie around it. */
function innermost(list) {
  return list.filter((one) => !list.some((other) => other !== one && around(other).includes(one)));
}

function derive(gathering, day) {
  const seen = new Set();
  const tellings = gathering.tellings.filter((telling, place) => toldBy(telling.published, day) && seen.add(place));
  if (!tellings.length) return null;
  const claims = gathering.claims.filter((claim) => seen.has(claim.t) && toldBy(claim.published, day));
  const all = (fact) => sorted(tellings.flatMap((telling) => telling[fact] || []));
  const where = sorted(tellings.flatMap((telling) => telling.venues || []).map((venue) => venues[venue].id)).map((id) => venueAt.get(id));
  // What the texts say themselves of a session counts before what they pass on from somebody. A round has many days.
  const own = tellings.flatMap((telling) => telling.moments || []);
  const passedOn = tellings.flatMap((telling) => telling.passedOn || []);
  const [earliest, latest] = boundsOf(gathering.kind === "round" ? [...own, ...passedOn] : own.length ? own : passedOn);
  const status = gathering.fixed ?? standing(claims);
  const inner = innermost(where);
  return {
    gathering,
    tellings,
    claims,
    seats: gathering.seats.filter((seat) => seen.has(seat.t)),
    label: gathering.label || tellings[0].label || "",
    title: titled(gathering.label || tellings[0].label || ""),
    standing: status,
    contested: gathering.fixed !== undefined ? Boolean(gathering.contested) : !HAPPENED.has(status) && contested(claims),
    earliest,
    latest,
    when: all("edtf").join(" / "),
    venues: where,
    inner,
    venue: tellings.map((telling) => telling.place).find(Boolean) || inner.map((venue) => venues[venue].name).sort().join(", "),
    format: [...all("arity"), ...all("directness"), ...all("words")],
    mode: all("mode"),
    wholes: [...new Set(tellings.flatMap((telling) => telling.wholes || []))].sort((a, b) => a - b),
    outcomes: tellings.flatMap((telling) => telling.outcomes || []),
    publishers: sorted(tellings.map((telling) => documents[telling.document]?.publisher || "")),
    first: tellings.map((telling) => telling.published).sort()[0],
  };
}
const venueAt = new Map(venues.map((venue, place) => [venue.id, place]));

const scenes = new Map();
/** Every gathering as of a day (null: nobody had written of it), by its number. */
function sceneAt(day) {
  if (!scenes.has(day)) {
    if (scenes.size > 60) scenes.delete(scenes.keys().next().value);
    scenes.set(day, gatherings.map((gathering) => derive(gathering, day)));
  }
  return scenes.get(day);
}

/** For whom a seat counts at a level. Whose principal or delegation no text names stays who it is. */
function actorsOf(seat, level) {
  const known = level === "principal" ? seat.principals : level === "delegation" ? seat.delegations : null;
  return known?.length ? known : [seat.actor];
}

/** The seats on which a line rests as of a day; null if it rests on nothing yet. */
function seatsOf(edge, level, gathering) {
  if (!gathering) return null;
  if (!isScene) return [];
  const of = (actor, holds) => gathering.seats.filter((seat) => holds(seat) && actorsOf(seat, level).includes(actor));
  const table = (seat) => AT_TABLE.has(seat.role) && !seat.word;
  if (edge.view === "participation") {
    const seat = gathering.gathering.seats[edge.seat];
    return gathering.seats.includes(seat) ? [seat] : null;
  }
  let ends;
  if (edge.relation === "mediates") ends = [of(edge.from, ({ role }) => role === "mediator"), of(edge.to, ({ role }) => role === "party")];
  else if (edge.relation === "participation") ends = [of(nodes.get(edge.from).at === undefined ? edge.from : edge.to, table)];
  else ends = [of(edge.from, table), of(edge.to, table)];
  return ends.every((seats) => seats.length) ? [...new Set(ends.flat())] : null;
}

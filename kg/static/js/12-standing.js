// Where a meeting stands by its claims: the rule of kg/standing.py, word for word, so that "as of" can be answered in the page. The
// lists (which stages took place, which acts assert nothing) come with the data; a test holds the two against each other.

const HAPPENED = new Set(rule.happened);
const NO_ASSERTION = new Set(rule.noAssertion);
const SURE = new Set(rule.sure);

const asserts = (claim) => claim.polarity === "positive" && !NO_ASSERTION.has(claim.act) && SURE.has(claim.certainty);
const denies = (claim) => claim.polarity === "negative";

/** The day on which a claim was made, as far as anybody knows. */
const saidOn = (claim) => claim.said ?? claim.published;

/** The claims that their claimants did not take back on a later day. */
function upheld(claims) {
  const key = (claim, denial) => JSON.stringify([claim.who, claim.stage, denial]);
  const last = new Map();
  for (const claim of claims) {
    if (!claim.stage || !(denies(claim) || asserts(claim))) continue;
    const mine = key(claim, denies(claim));
    if (!last.has(mine) || last.get(mine) < saidOn(claim)) last.set(mine, saidOn(claim));
  }
  return claims.filter((claim) => !claim.stage || (last.get(key(claim, !denies(claim))) ?? "") <= saidOn(claim));
}

function standing(claims) {
  const asserted = new Map();
  const denied = new Map();
  const add = (map, claim) => map.set(claim.stage, (map.get(claim.stage) || new Set()).add(claim.who));
  for (const claim of upheld(claims)) {
    if (!claim.stage) continue;
    if (denies(claim)) add(denied, claim);
    else if (asserts(claim)) add(asserted, claim);
  }
  for (const stage of [...rule.happened, ...rule.off, ...rule.ahead]) {
    if (!asserted.has(stage)) continue;
    return denied.has(stage) ? "disputed" : stage;
  }
  return denied.size ? "denied" : "mentioned";
}

/** Whether somebody denies any stage of it that somebody else asserts it is at. */
function contested(claims) {
  const kept = upheld(claims);
  return kept.some((one) => denies(one) && kept.some((other) => asserts(other) && one.who !== other.who));
}

"use strict";
// Means, differences and verdicts over replications, as in `sim.stats` and `sim.report.kit`.

const finite = (values) => values.filter(Number.isFinite);

const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

const spread = (values, middle) => Math.sqrt(
  values.reduce((total, value) => total + (value - middle) ** 2, 0) / (values.length - 1));

// Estimates a mean with its interval; `t` has Student's quantile for 2, 3, ... values.
const estimate = (values, t) => {
  const known = finite(values);
  const count = known.length;
  if (count === 0) return { mean: null, low: null, high: null, half: null, count };
  const middle = mean(known);
  if (count === 1) return { mean: middle, low: null, high: null, half: null, count };
  const half = t[count - 2] * spread(known, middle) / Math.sqrt(count);
  return { mean: middle, low: middle - half, high: middle + half, half, count };
};

// Estimates a paired difference; `isBelow(tests)` tells whether its p is below alpha over so many.
const difference = (values, versus, facts, t = facts.t) => {
  const pairs = values.map((value, place) => [value, versus[place]])
    .filter(([a, b]) => Number.isFinite(a) && Number.isFinite(b));
  const found = estimate(pairs.map(([a, b]) => a - b), t);
  if (found.half === null) return { ...found, isBelow: () => false };
  const rounding = facts.rounding * Math.max(...pairs.map(([a, b]) =>
    Math.max(Math.abs(a), Math.abs(b))));
  const deviation = spread(pairs.map(([a, b]) => a - b), found.mean);
  const isBelow = deviation > rounding
    ? (tests, quantile = facts.holm[tests - 1]) =>
      Math.abs(found.mean) / (deviation / Math.sqrt(found.count)) > quantile[found.count - 2]
    : (tests) => Math.abs(found.mean) > rounding && 2 ** (1 - found.count) < facts.alpha / tests;
  return { ...found, isBelow };
};

// Marks which of a family of differences are significant, by Holm's method.
const significant = (family) => {
  const open = new Set(family.filter((one) => one.half !== null));
  const chosen = new Set();
  for (let tests = open.size; tests > 0; tests--) {
    const next = [...open].find((one) => one.isBelow(tests));
    if (!next) break;
    open.delete(next);
    chosen.add(next);
  }
  return chosen;
};

const isWithin = ({ low, high }, worth) =>
  worth !== null && low !== null && -worth < low && high < worth;

// As `PairedDifference.verdict`.
const verdict = (found, isSignificant, measure) => {
  if (isWithin(found, measure.worth)) return "negligible";
  if (!isSignificant || !found.mean) return "";
  if (measure.direction === "none") return "differs";
  return (found.mean > 0) === (measure.direction === "up") ? "better" : "worse";
};

// --- claims -----------------------------------------------------------------------------

const WORK = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b,
};

const side = (tree, values) => {
  if (typeof tree === "number") return tree;
  if (!Array.isArray(tree)) return values[tree.term];
  const result = WORK[tree[0]](side(tree[1], values), side(tree[2], values));
  return Number.isFinite(result) ? result : NaN;
};

// As `sim.stats.verdicts.judge`; `rows` has the values of the claim's terms, one a replication.
const judge = (claim, rows, facts) => {
  const sides = [claim.left, claim.right].map((tree) => rows.map((row) => side(tree, row)));
  const found = difference(...sides, facts, facts.t_family);
  return { ...found, word: wordFor(claim, found, worthOf(claim, rows, facts), facts) };
};

const worthOf = (claim, rows, facts) => {
  if (claim.worth !== null) return claim.worth;
  if (!claim.has_level) return null;
  const middle = (key) => {
    const known = finite(rows.map((row) => row[key]));
    return known.length ? mean(known) : 0;
  };
  const means = Object.fromEntries(claim.terms.map(({ key }) => [key, middle(key)]));
  const levels = claim.one_measure ? Object.values(means)
    : [side(claim.left, means), side(claim.right, means)];
  return facts.share_of_level * Math.max(...levels.map(Math.abs)) || null;
};

const wordFor = (claim, found, worth, facts) => {
  if (found.half === null) return "undecided";
  const enough = found.half > 0 || 2 ** (1 - found.count) < facts.alpha / facts.family;
  if (enough && isWithin(found, worth)) return "negligible";
  const covers = found.low < 0 && 0 < found.high;
  if (covers || !found.isBelow(facts.family, facts.t_family)) return "undecided";
  return (found.mean > 0) === (claim.sign === ">") ? "supported" : "refuted";
};

// --- numbers as text, as in `sim.report.kit.number_format` ----------------------------------

const places = (half, value) => {
  const wanted = [];
  if (half) wanted.push(1 - Math.floor(Math.log10(Math.abs(half))));
  if (value && (!half || Math.abs(value) > Math.abs(half))) {
    wanted.push((half ? 4 : 3) - Math.floor(Math.log10(Math.abs(value))));
  }
  return Math.min(Math.max(wanted.length ? Math.min(...wanted) : 0, half ? -9 : 0), 6);
};

const written = (value, digits, signed = false) => {
  if (value === null || !Number.isFinite(value)) return "\u2013";
  const coarse = 10 ** Math.max(0, -digits);
  const fine = Math.max(0, digits);
  const text = (digits < 0 ? Math.round(value / coarse) * coarse : value)
    .toLocaleString("en", { minimumFractionDigits: fine, maximumFractionDigits: fine })
    .replace(/^-(?=[0.,]*$)/, "");
  const plus = signed && value > 0 && /[1-9]/.test(text) ? "+" : "";
  return plus + text.replace("-", "\u2212");
};

// Returns a mean and its margin as text, in the measure's displayed unit.
const shown = ({ mean: middle, half }, factor, signed = false) => {
  const [value, margin] = [middle, half].map((one) => one === null ? null : one * factor);
  const digits = places(margin, value);
  const finer = Math.max(digits, margin ? places(margin, null) - 1 : digits);
  return [written(value, digits, signed), margin === null ? "" : `\u00b1 ${written(margin, finer)}`];
};

"use strict";
// Computes measures from a run's tallies, as `sim.model.measuring` does, by the same formulas.

// Sums as numpy does, so that the last bit agrees: pairs of halves, eight sums at a time below that.
const sum = (values, from = 0, count = values.length) => {
  if (count < 8) {
    let total = count ? values[from] : 0;
    for (let i = 1; i < count; i++) total += values[from + i];
    return total;
  }
  if (count > 128) {
    const half = (count >> 1) - ((count >> 1) % 8);
    return sum(values, from, half) + sum(values, from + half, count - half);
  }
  const eight = Array.from({ length: 8 }, (_, place) => values[from + place]);
  let i = 8;
  for (; i < count - (count % 8); i += 8) {
    for (let place = 0; place < 8; place++) eight[place] += values[from + i + place];
  }
  let total = ((eight[0] + eight[1]) + (eight[2] + eight[3]))
    + ((eight[4] + eight[5]) + (eight[6] + eight[7]));
  for (; i < count; i++) total += values[from + i];
  return total;
};

const OPERATORS = {
  "+": (a, b) => a + b, "-": (a, b) => a - b, "*": (a, b) => a * b, "/": (a, b) => a / b,
};

// Returns a formula's values, one a row; `names` gives the rows of a name or a function.
const rowsOf = (tree, names) => {
  if (typeof tree === "number" || typeof tree === "string") {
    return typeof tree === "number" ? tree : names(tree);
  }
  const [head, ...rest] = tree;
  if (!(head in OPERATORS)) return names(head, rest[0]);
  const [a, b] = rest.map((part) => rowsOf(part, names));
  const at = (side) => typeof side === "number" ? () => side : (row) => side[row];
  const [left, right, work] = [at(a), at(b), OPERATORS[head]];
  const count = typeof a === "number" ? b.length : a.length;
  return Float64Array.from({ length: count }, (_, row) => work(left(row), right(row)));
};

// A share of nothing is undefined, whatever its numerator.
const defined = (values) => values.map((value) => Math.abs(value) === Infinity ? NaN : value);

// The tallies of the run that an engine has just made; see `sim.report.live.measures.tally_data`.
class Tallies {
  constructor(engine, facts) {
    Object.assign(this, { engine, facts, kept: new Map() });
    this.months = engine.arrays["W.months"].count - facts.history;
  }

  // Returns the values of every measure over the whole run, by name.
  whole() {
    const all = [0, this.months];
    return Object.fromEntries(Object.entries(this.facts.measures)
      .map(([name, [tree, horizon]]) => [name, this.over(tree, horizon, all, null)]));
  }

  // Returns the value of a term of a claim.
  term({ formula, horizon, span, months, columns = null }) {
    if (months > this.months) return NaN;
    const window = span === "last" ? [this.months - months, this.months]
      : span === "month" ? [months - 1, months] : [0, months || this.months];
    return columns?.length === 0 ? NaN : this.over(formula, horizon, window, columns);
  }

  over(tree, horizon, [from, to], columns) {
    const monthly = () => defined(rowsOf(tree, this.names([0, this.months], false, columns)))
      .subarray(from, to);
    if (horizon === "sum") return sum(monthly());
    if (horizon === "last") return monthly()[to - from - 1];
    if (horizon === "ratio") {
      return defined(rowsOf(tree, this.names([from, to], true, columns)))[0];
    }
    const known = monthly().filter((value) => !Number.isNaN(value));
    return known.length ? sum(known) / known.length : NaN;
  }

  // Returns what gives the rows of a name: months by themselves, or one row of them together.
  names(window, pooled, columns) {
    return (name, argument) => {
      const key = `${name} ${argument} ${window} ${pooled} ${columns}`;
      if (!this.kept.has(key)) this.kept.set(key, this.rows(name, argument, window, pooled, columns));
      return this.kept.get(key);
    };
  }

  rows(name, argument, window, pooled, columns) {
    const named = this.names(window, pooled, columns);
    const total = (names) => names.reduce((left, right) => ["+", left, right]);
    if (name === "quantile") return this.quantile(argument, window, pooled);
    if (name === "answered") return this.answered(argument, window, pooled, columns);
    const { reasons, costs } = this.facts;
    const count = pooled ? 1 : window[1] - window[0];
    if (name === "month") return Float64Array.from({ length: count }, (_, row) => row + 1);
    if (name === "discount") {
      const by = this.engine.get("W.parameters", "discount_a_month", 0);
      let factor = 1;
      return Float64Array.from({ length: count }, () => factor *= 1 / (1 + by));
    }
    const made = columns === null && {
      queued: ["-", ["-", ["-", "arrived", "ignored"], "blocked"], "turned_away"],
      left: total(reasons),
      complaints: ["+", ["+", "polite", "angry"], "public"],
      costs: total(costs),
      profit: ["-", "revenue", "costs"],
    }[name];
    if (made) return rowsOf(made, named);
    const values = columns === null ? this.column(name, window) : this.group(name, window, columns);
    return pooled ? Float64Array.of(sum(values)) : values;
  }

  // Returns a field of the months' tally.
  column(name, [from, to]) {
    return Float64Array.from({ length: to - from }, (_, row) =>
      this.engine.get("W.months", name, from + row + this.facts.history));
  }

  // Returns a field of the groups' tally, of some groups together.
  group(name, [from, to], columns) {
    const [, wide] = this.engine.arrays["W.groups"].shape;
    return Float64Array.from({ length: to - from }, (_, row) => sum(columns.map((column) =>
      this.engine.get("W.groups", name, (from + row + this.facts.history) * wide + column))));
  }

  // Returns rows of whole numbers: of the months, or of all of them together.
  counts(...asked) {
    const key = asked.join();
    if (!this.kept.has(key)) this.kept.set(key, this.counted(...asked));
    return this.kept.get(key);
  }

  counted(array, [from, to], pooled, width, first, step) {
    const start = this.engine.arrays[array].at / 8;
    const cells = (row) => start + (row + this.facts.history) * step + first;
    const { i64 } = this.engine;
    const into = (target, row) => {
      for (let place = 0; place < width; place++) target[place] += Number(i64[cells(row) + place]);
    };
    const months = pooled ? [new Float64Array(width)]
      : Array.from({ length: to - from }, () => new Float64Array(width));
    for (let row = from; row < to; row++) into(months[pooled ? 0 : row - from], row);
    return months;
  }

  quantile(share, window, pooled) {
    const bins = this.facts.wait_of_bin.length;
    return Float64Array.from(this.counts("W.waits", window, pooled, bins, 0, bins), (waits) => {
      const wanted = Math.max(Math.ceil(share * waits.reduce((a, b) => a + b, 0)), 1);
      let reached = 0;
      const bin = waits.findIndex((count) => (reached += count) >= wanted);
      return bin < 0 ? NaN : this.facts.wait_of_bin[bin];
    });
  }

  answered(seconds, window, pooled, columns) {
    const [, wide, limits] = this.engine.arrays["W.answered"].shape;
    const limit = this.facts.limits.indexOf(seconds);
    const rows = (columns === null ? [0] : columns.map((column) => column + 1)).map((column) =>
      this.counts("W.answered", window, pooled, 1, column * limits + limit, wide * limits));
    return Float64Array.from(rows[0], (_, row) => sum(rows.map((one) => one[row][0])));
  }
}

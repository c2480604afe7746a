"use strict";
// The part "What if?": sliders, workers that run the worlds, and tables of what comes of it.
(() => {
  const byId = (id) => document.getElementById(id);
  const root = byId("live");
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const facts = JSON.parse(byId("live-facts").textContent);
  const { policies, replications } = facts;
  const places = new Map(facts.settings.map((setting) => [setting.path, setting]));
  const state = { changes: new Map(), chosen: facts.choices.map(([, values], place) =>
    values.findIndex((value) => value === facts.own[place])) };
  const own = { changes: new Map(), chosen: [...state.chosen] };
  const runs = new Map(); // by settings: the results of each replication under each policy

  const make = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };

  // --- worlds ----------------------------------------------------------------------------

  const keyOf = ({ changes, chosen }) => JSON.stringify([[...changes].sort(), chosen]);

  const variantOf = ({ chosen }) => chosen.reduce((place, choice, axis) =>
    place * facts.choices[axis][1].length + choice, 0);

  const resultsOf = (which) => {
    const key = keyOf(which);
    if (!runs.has(key)) {
      if (runs.size > 40) runs.delete([...runs.keys()].find((one) => one !== keyOf(own)));
      const table = policies.map(() => Array(replications).fill(null));
      runs.set(key, { changes: new Map(which.changes), chosen: [...which.chosen], table });
    }
    return runs.get(key);
  };

  // Returns the replications that are complete, from the first without a gap.
  const complete = ({ table }) => {
    const gap = table[0].findIndex((_, replication) =>
      table.some((row) => row[replication] === null || row[replication] === "running"));
    return gap < 0 ? replications : gap;
  };

  // Replication by replication, so that policies are always paired; what was changed goes first.
  const nextTask = () => {
    const [now, before] = [resultsOf(state), resultsOf(own)];
    for (let replication = 0; replication < replications; replication++) {
      const first = replication < 2 ? [now] : [now, before];
      const wanted = replication === 1 ? [now, before, before] : first;
      for (const [turn, which] of wanted.entries()) {
        const at = turn === 1 && replication === 1 ? 0 : replication;
        const policy = which.table.findIndex((row) => row[at] === null);
        if (policy >= 0) return { which, policy, replication: at };
      }
    }
    return null;
  };

  const patchesOf = ({ changes }, row) => [...changes].flatMap(([path, stop]) =>
    (facts.places[row][path] ?? []).map(([array, word]) =>
      [array, word, places.get(path).stops[stop]]));

  const workers = [];

  const feed = (worker) => {
    const task = worker.task || !worker.ready ? null : nextTask();
    if (!task) return;
    const { which, policy, replication } = task;
    const variant = variantOf(which);
    // As the worlds were packed: by replication in the order in which they were added.
    const world = (replication * worldsOfEach() + variant * policies.length) + policy;
    which.table[policy][replication] = "running";
    worker.task = task;
    worker.postMessage({ id: 0, world, policy: policies[policy],
      patches: patchesOf(which, variant * policies.length + policy) });
  };

  const worldsOfEach = () => policies.length
    * facts.choices.reduce((product, [, values]) => product * values.length, 1);

  const received = (worker, data) => {
    if (data.error) return stop(data.error);
    if (data.ready) worker.ready = true;
    if (worker.task) {
      const { which, policy, replication } = worker.task;
      which.table[policy][replication] = data;
      worker.task = null;
      if (which === resultsOf(own) && policy === 0 && replication === 0) check(data.values);
    }
    workers.forEach(feed);
    draw();
  };

  // What the first run gave where the page was made; another browser must give the same.
  const check = (values) => {
    const differs = Object.entries(facts.check).filter(([name, value]) =>
      !Object.is(values[name], value ?? NaN) && values[name] !== value);
    if (differs.length) stop("this browser computes other numbers than the program");
  };

  const stop = (reason) => {
    for (const worker of workers) worker.terminate();
    workers.length = 0;
    part("status").textContent = `The model cannot run here: ${reason}.`;
  };

  const expanded = async (id) => {
    const text = atob(byId(id).textContent);
    const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
  };

  const begin = async () => {
    const [code, packed] = await Promise.all(["live-code", "live-worlds"].map(expanded));
    const module = await WebAssembly.compile(code);
    const source = new Blob([byId("live-worker").textContent], { type: "text/javascript" });
    const address = URL.createObjectURL(source);
    const claimed = facts.claims.flatMap(({ terms }) => terms);
    const count = Math.min(Math.max(navigator.hardwareConcurrency || 2, 2), 6);
    for (let i = 0; i < count; i++) {
      const worker = new Worker(address);
      workers.push(worker);
      worker.onmessage = ({ data }) => received(worker, data);
      worker.onerror = (event) => stop(event.message || "a worker failed");
      worker.postMessage({ module, packed, claimed });
    }
  };

  // --- estimates -------------------------------------------------------------------------

  const column = (results, policy, name, count) =>
    results.table[policy].slice(0, count).map((run) => run.values[name]);

  const againstReference = (results, measure, count) => {
    const versus = column(results, 0, measure.name, count);
    const found = policies.map((_, policy) => policy === 0 ? null
      : difference(column(results, policy, measure.name, count), versus, facts));
    const chosen = significant(found.filter(Boolean));
    return found.map((one) => one && { ...one, verdict: verdict(one, chosen.has(one), measure) });
  };

  const byChange = (now, before, measure, count) => {
    const found = policies.map((_, policy) => difference(
      column(now, policy, measure.name, count), column(before, policy, measure.name, count), facts));
    const chosen = significant(found);
    return found.map((one) => ({ ...one, verdict: verdict(one, chosen.has(one), measure) }));
  };

  // --- tables ----------------------------------------------------------------------------

  const tag = (word) => word ? [make("span", { class: `tag ${word}` }, word)] : [];

  const cell = (found, measure, signed, word = "") => {
    if (!found) return make("td", {}, "\u2013");
    const [middle, margin] = shown(found, measure.factor, signed);
    return make("td", {}, make("span", { class: "mean" }, middle),
      make("span", { class: "interval" }, margin), ...tag(word));
  };

  const rowsOf = (view, now, before, count) => (measure) => {
    const reference = () => againstReference(now, measure, count);
    if (view === "change") {
      const both = Math.min(count, complete(before));
      return byChange(now, before, measure, both).map((one) => cell(one, measure, true, one.verdict));
    }
    if (view === "differences") {
      return reference().map((one) => cell(one, measure, true, one?.verdict));
    }
    const marks = reference();
    return policies.map((_, policy) => cell(
      estimate(column(now, policy, measure.name, count), facts.t), measure, false,
      marks[policy]?.verdict));
  };

  const heads = () => policies.map((name) => make("th", { scope: "col", class: "n" },
    make("bdi", {}, name)));

  const measuresTable = (view, cells) => {
    const wide = part("all").checked;
    const rows = facts.measures.filter((measure) => measure.key || wide).map((measure) => {
      const unit = view === "means" ? measure.unit : measure.difference_unit;
      const details = [unit, measure.over].filter(Boolean).join("; ");
      return make("tr", {}, make("th", { scope: "row" }, measure.title,
        make("span", { class: "unit" }, details)), ...cells(measure));
    });
    return make("table", { class: "numbers" }, make("caption", {}, CAPTIONS[view]()),
      make("thead", {}, make("tr", {}, make("th", { scope: "col" }, "Measure"), ...heads())),
      make("tbody", {}, ...rows));
  };

  const CAPTIONS = {
    means: () => "With these settings: means, \u00b1 half the width of the 95% interval",
    differences: () => `With these settings: paired differences from ${policies[0]}`,
    change: () => "What the changes do: paired differences from the scenario as it is",
  };

  const verdictsTable = (now, count) => {
    const rows = facts.claims.map((claim) => {
      const values = Array.from({ length: count }, (_, replication) =>
        Object.assign({}, ...now.table.map((row) => row[replication].terms)));
      const found = judge(claim, values, facts);
      const [middle, margin] = shown(found, claim.factor, true);
      return make("tr", {}, make("th", { scope: "row", class: "claim" }, claim.name,
        make("span", { class: "unit" }, make("code", {}, claim.text))),
      make("td", { class: "t" }, ...tag(found.word)),
      make("td", {}, make("span", { class: "mean" }, middle),
        make("span", { class: "interval" }, margin), make("span", { class: "unit" }, claim.unit)));
    });
    const head = ["Hypothesis", "Verdict", "Difference, adjusted interval"].map((text) =>
      make("th", { scope: "col" }, text));
    return make("table", { class: "numbers" },
      make("caption", {}, "Hypotheses, judged with these settings"),
      make("thead", {}, make("tr", {}, ...head)), make("tbody", {}, ...rows));
  };

  const warnings = (now, count) => facts.limits.flatMap(({ measure, least, most, says }) => {
    const beyond = policies.flatMap((name, policy) => {
      const { mean: level } = estimate(column(now, policy, measure, count), facts.t);
      const isBeyond = level !== null && ((most !== null && level > most)
        || (least !== null && level < least));
      return isBeyond ? [`${Number((100 * level).toPrecision(3))}% under ${name}`] : [];
    });
    return beyond.length ? [make("li", {}, `${says}: ${beyond.join(", ")}.`)] : [];
  });

  // --- drawing ---------------------------------------------------------------------------

  let drawing = false;
  const draw = () => {
    if (drawing) return;
    drawing = true;
    requestAnimationFrame(() => {
      drawing = false;
      drawNow();
    });
  };

  const drawNow = () => {
    const [now, before] = [resultsOf(state), resultsOf(own)];
    const count = complete(now);
    if (!workers.length) return;
    const isChanged = keyOf(state) !== keyOf(own);
    const finer = count < replications ? "; more are running" : "";
    part("status").textContent = count < 2 ? "Running the model \u2026"
      : `${count} of ${replications} replications${finer}.`;
    part("results").setAttribute("aria-busy", String(count < 2));
    if (count < 2) return;
    const view = part("view");
    const change = view.querySelector('[value="change"]');
    change.disabled = !isChanged || complete(before) < 2;
    if (change.disabled && view.value === "change") view.value = "means";
    part("means").replaceChildren(
      measuresTable(view.value, rowsOf(view.value, now, before, count)));
    if (facts.claims.length) part("verdicts").replaceChildren(verdictsTable(now, count));
    part("warnings").replaceChildren(...warnings(now, count));
  };

  // --- settings --------------------------------------------------------------------------

  const short = (value) => String(Number(value.toPrecision(6)));

  const slider = (setting) => {
    const ownStop = setting.stops.indexOf(setting.own);
    const id = `live-${setting.path}`;
    const ticks = make("datalist", { id: `${id}-own` }, make("option", { value: ownStop }));
    const range = make("input", { type: "range", id, min: 0, max: setting.stops.length - 1,
      step: 1, value: ownStop, list: `${id}-own`, autocomplete: "off" });
    const value = make("output", { for: id });
    const back = make("button", { type: "button", "aria-label": `Reset ${setting.path}` }, "Reset");
    const unit = setting.unit ? ` ${setting.unit}` : "";
    const show = () => {
      const stop = Number(range.value);
      const text = `${short(setting.stops[stop])}${unit}`;
      value.textContent = stop === ownStop ? `${text}, as it is`
        : `${text} (is ${short(setting.own)})`;
      range.setAttribute("aria-valuetext", value.textContent);
      back.hidden = stop === ownStop;
      row.classList.toggle("changed", stop !== ownStop);
    };
    const move = (stop) => {
      range.value = stop;
      if (stop === ownStop) state.changes.delete(setting.path);
      else state.changes.set(setting.path, stop);
      show();
      changed();
    };
    range.addEventListener("input", () => move(Number(range.value)));
    back.addEventListener("click", () => {
      move(ownStop);
      range.focus();
    });
    const row = make("div", { class: "mover" },
      make("label", { for: id }, setting.title, make("code", {}, setting.path)),
      make("div", { class: "moved" }, range, value, back), ticks);
    show();
    return { setting, row, reset: () => move(ownStop) };
  };

  const sliders = facts.settings.map(slider);

  const laidOut = () => {
    const groups = Map.groupBy ? Map.groupBy(sliders, ({ setting }) => setting.group)
      : sliders.reduce((all, one) => all.set(one.setting.group,
        [...(all.get(one.setting.group) ?? []), one]), new Map());
    part("settings").replaceChildren(...[...groups].map(([name, members], place) => {
      const group = make("details", place === 0 ? { open: "" } : {},
        make("summary", {}, `${name} (${members.length})`), ...members.map(({ row }) => row));
      group.members = members;
      return group;
    }));
  };

  const filter = () => {
    const wanted = part("find").value.trim().toLowerCase();
    for (const group of part("settings").children) {
      for (const { setting, row } of group.members) {
        row.hidden = !`${setting.path} ${setting.title}`.toLowerCase().includes(wanted);
      }
      group.hidden = group.members.every(({ row }) => row.hidden);
      if (wanted) group.open = !group.hidden;
    }
  };

  const choices = () => facts.choices.map(([path, values], axis) => {
    const select = make("select", { autocomplete: "off" }, ...values.map((value, place) =>
      make("option", { value: place }, String(value)
        + (place === own.chosen[axis] ? ", as it is" : ""))));
    select.value = state.chosen[axis];
    select.addEventListener("change", () => {
      state.chosen[axis] = Number(select.value);
      changed();
    });
    return make("label", {}, make("code", {}, path), " ", select);
  });

  // --- as a scenario -----------------------------------------------------------------------

  const values = () => [
    ...[...state.changes].map(([path, stop]) => [path, places.get(path).stops[stop]]),
    ...facts.choices.flatMap(([path, options], axis) =>
      state.chosen[axis] === own.chosen[axis] ? [] : [[path, options[state.chosen[axis]]]]),
  ];

  const quotedWord = (word) => /^[\w.,/:=+@%-]+$/.test(word) ? word
    : `'${word.replaceAll("'", "'\\''")}'`;

  const yaml = (pairs) => {
    const tree = new Map();
    for (const [path, value] of pairs) {
      const steps = path.split(".");
      const last = steps.pop();
      const inner = steps.reduce((at, step) => {
        if (!at.has(step)) at.set(step, new Map());
        return at.get(step);
      }, tree);
      inner.set(last, value);
    }
    const lines = (map, indent) => [...map].flatMap(([name, value]) => {
      const key = `${indent}${/^[A-Za-z_][\w-]*$/.test(name) ? name : JSON.stringify(name)}:`;
      return value instanceof Map ? [key, ...lines(value, `${indent}  `)]
        : [`${key} ${numberText(value)}`];
    });
    return lines(tree, "");
  };

  // YAML takes 1e-7 for text, 1.0e-7 for a number.
  const numberText = (value) => {
    const text = String(value);
    return typeof value === "number" && /^-?\d+e/.test(text) ? text.replace("e", ".0e") : text;
  };

  const drawScenario = () => {
    const pairs = values();
    part("changes").replaceChildren(...pairs.map(([path, value]) =>
      make("li", {}, make("code", {}, `${path} = ${numberText(value)}`))));
    part("changed").hidden = pairs.length === 0;
    part("none").hidden = pairs.length > 0;
    const sets = pairs.flatMap(([path, value]) => ["--set", `${path}=${numberText(value)}`]);
    part("command").textContent = [...facts.command, ...sets].map(quotedWord).join(" ");
    const changed = new Set(pairs.map(([path]) => path));
    const kept = facts.given.filter(([path]) => !changed.has(path));
    if (facts.base) {
      part("yaml").textContent = [`base: ${JSON.stringify(facts.base)}`,
        ...yaml([...kept, ...pairs])].join("\n");
    }
  };

  const copied = async (button) => {
    const text = part(button.dataset.copies).textContent;
    try {
      await navigator.clipboard.writeText(text);
      part("copied").textContent = "Copied.";
    } catch {
      getSelection().selectAllChildren(part(button.dataset.copies));
      part("copied").textContent = "Selected: copy it with Ctrl+C.";
    }
  };

  const changed = () => {
    drawScenario();
    const now = resultsOf(state);
    part("results").setAttribute("aria-busy", String(complete(now) < 2));
    workers.forEach(feed);
    draw();
  };

  const reset = () => {
    state.chosen = [...own.chosen];
    part("choices").replaceChildren(...choices());
    for (const one of sliders) one.reset();
    changed();
  };

  part("find").addEventListener("input", filter);
  part("reset").addEventListener("click", reset);
  part("view").addEventListener("change", draw);
  part("all").addEventListener("change", draw);
  for (const button of root.querySelectorAll("[data-copies]")) {
    button.addEventListener("click", () => copied(button));
  }
  part("choices").replaceChildren(...choices());
  laidOut();
  drawScenario();
  part("file").hidden = !facts.base;
  root.hidden = false;
  byId("live-off").hidden = true;
  begin().catch((error) => stop(error.message));
})();

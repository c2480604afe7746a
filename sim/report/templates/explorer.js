"use strict";
// Draws any measure of the page's data: policies, view and scale by choice, values by month.
(() => {
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const root = document.getElementById("explorer");
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const [form, chart, slider, readout, caption] =
    ["form", "chart", "month", "readout", "caption"].map(part);
  const state = { measure: 0, view: "values", log: false, month: data.months,
    shown: new Set(data.policies.keys()) };

  // --- text and elements -------------------------------------------------------------------

  const make = (tag, attributes = {}, ...children) => {
    const drawn = ["svg", "path", "line", "text", "g", "rect", "circle"].includes(tag);
    const node = drawn ? document.createElementNS("http://www.w3.org/2000/svg", tag)
      : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };

  // With this many decimal places; below zero, so many figures before the point are noughts.
  const number = (value, places) => {
    const coarse = 10 ** Math.max(0, -places);
    const fine = Math.max(0, places);
    return (places < 0 ? Math.round(value / coarse) * coarse : value)
      .toLocaleString("en", { minimumFractionDigits: fine, maximumFractionDigits: fine })
      .replace(/^-(?=[0.,]*$)/, "").replace("-", "\u2212");
  };

  // Two significant figures of this.
  const placesFor = (size) => size > 0
    ? Math.min(8, Math.max(-9, 1 - Math.floor(Math.log10(size)))) : 0;

  const swatch = (policy) => {
    const box = make("svg", { width: 36, height: 12, viewBox: "0 0 36 12", "aria-hidden": "true",
      class: "swatch", fill: policy.colour });
    box.append(make("line", { x1: 0, y1: 6, x2: 36, y2: 6, ...stroke(policy) }),
      make("path", { d: policy.mark }));
    return box;
  };

  const stroke = (policy) => ({ stroke: policy.colour, "stroke-width": 2,
    "stroke-dasharray": policy.dashes.map((length) => length * 2).join(" ") || "none" });

  // --- what is drawn -----------------------------------------------------------------------

  const measure = () => data.measures[state.measure];

  const unit = () => state.view === "index" ? "first month = 100"
    : state.view === "gaps" ? measure().gap_unit : measure().unit;

  const course = (place) => {
    const found = measure();
    if (state.view === "gaps") return place ? found.gaps[place - 1] : null;
    return found.values[place];
  };

  const factorOf = (means) => {
    if (state.view !== "index") return measure().factor;
    return means[0] ? 100 / means[0] : null;
  };

  // One course a policy shown: for each month the mean with its interval, or null.
  const courses = () => [...state.shown].sort((a, b) => a - b).map((place) => {
    const found = course(place);
    const factor = found && factorOf(found[0]);
    if (!factor) return null;
    const points = found[0].map((mean, month) => mean === null ? null : {
      month: month + 1, mean: mean * factor,
      half: found[1][month] === null ? null : Math.abs(found[1][month] * factor) });
    return { policy: data.policies[place], place, points };
  }).filter(Boolean);

  const low = (point) => point.mean - (point.half || 0);
  const high = (point) => point.mean + (point.half || 0);

  const positive = (drawn) => drawn.length > 0
    && drawn.every((one) => one.points.every((point) => !point || point.mean > 0));

  // --- scales ------------------------------------------------------------------------------

  const extent = (drawn, log) => {
    const points = drawn.flatMap((one) => one.points.filter(Boolean));
    if (!points.length) return [0, 1];
    let bottom = Math.min(...points.map(log ? (point) => Math.max(low(point), point.mean / 4) : low));
    let top = Math.max(...points.map(high));
    if (state.view === "gaps") [bottom, top] = [Math.min(bottom, 0), Math.max(top, 0)];
    if (!log && state.view === "values" && bottom > 0 && bottom < top / 2) bottom = 0;
    const room = (top - bottom) * 0.05 || Math.abs(top) * 0.05 || 1;
    if (log) return [bottom / 1.05, top * 1.05];
    return [bottom === 0 ? 0 : bottom - room, top + room];
  };

  const linearTicks = ([bottom, top]) => {
    const rough = (top - bottom) / 7;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough);
    const ticks = [];
    for (let k = Math.ceil(bottom / step); k * step <= top; k += 1) ticks.push(k * step);
    return { ticks, places: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  };

  const logTicks = ([bottom, top]) => {
    const ticks = [];
    for (let power = Math.floor(Math.log10(bottom)); power <= Math.log10(top); power += 1) {
      for (const one of [1, 2, 5]) ticks.push(one * 10 ** power);
    }
    const inside = ticks.filter((tick) => tick >= bottom && tick <= top);
    if (inside.length < 3) return linearTicks([bottom, top]);
    return { ticks: inside, places: Math.max(0, -Math.floor(Math.log10(inside[0]) + 1e-9)) };
  };

  const frame = (drawn) => {
    const width = Math.max(260, chart.clientWidth);
    const named = width >= 620;
    const longest = Math.max(...drawn.map((one) => one.policy.name.length), 4);
    const box = { width, height: named ? 380 : 300, left: 64, top: 34, bottom: 46, named,
      right: named ? Math.min(190, 24 + longest * 7.2) : 14 };
    const log = state.log && positive(drawn) && state.view !== "gaps";
    const range = extent(drawn, log);
    const place = log ? Math.log : (value) => value;
    const [from, to] = range.map(place);
    const tall = box.height - box.top - box.bottom;
    const wide = box.width - box.left - box.right;
    box.x = (month) => box.left + wide * (month - 1) / Math.max(1, data.months - 1);
    box.y = (value) => box.top + tall * (1 - (place(Math.max(value, range[0])) - from) / (to - from));
    box.month = (x) => Math.round(1 + (x - box.left) / wide * (data.months - 1));
    return { ...box, ...(log ? logTicks(range) : linearTicks(range)), range };
  };

  // --- drawing -----------------------------------------------------------------------------

  // Stretches without a gap, each as a list of points.
  const stretches = (points) => points.reduce((found, point) => {
    if (!point) found.push([]); else found[found.length - 1].push(point);
    return found;
  }, [[]]).filter((stretch) => stretch.length);

  const through = (places) => places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");

  const band = (box, one) => stretches(one.points.map((point) => point && point.half !== null
    ? point : null)).map((stretch) => make("path", { fill: one.policy.colour,
    "fill-opacity": Math.min(0.16, 0.9 / state.shown.size),
    d: `M${through([...stretch.map((point) => [box.x(point.month), box.y(high(point))]),
      ...stretch.reverse().map((point) => [box.x(point.month), box.y(low(point))])])}Z` }));

  const line = (box, one) => stretches(one.points).map((stretch) => make("path",
    { fill: "none", ...stroke(one.policy),
      d: `M${through(stretch.map((point) => [box.x(point.month), box.y(point.mean)]))}` }));

  const marks = (box, one) => {
    const every = Math.max(1, Math.ceil(data.months / 6));
    return one.points.filter((point, k) => point && (k + one.place) % every === 0)
      .map((point) => make("path", { d: one.policy.mark, fill: one.policy.colour,
        transform: `translate(${box.x(point.month) - 18} ${box.y(point.mean) - 6})` }));
  };

  const axes = (box) => {
    const base = box.height - box.bottom;
    const every = [1, 2, 3, 6, 12, 24, 60, 120].find((one) => data.months / one <= (box.named ? 8 : 5)) || 240;
    const nodes = box.ticks.flatMap((tick) => [
      make("line", { x1: box.left, x2: box.width - box.right, y1: box.y(tick), y2: box.y(tick),
        class: tick === 0 ? "zero" : "grid" }),
      make("text", { x: box.left - 8, y: box.y(tick) + 4, "text-anchor": "end" },
        number(tick, box.places))]);
    for (let month = every; month <= data.months; month += every) {
      nodes.push(make("text", { x: box.x(month), y: base + 18, "text-anchor": "middle" }, month));
    }
    nodes.push(make("text", { x: box.left, y: base + 38 }, "month (four weeks)"),
      make("text", { x: 4, y: 16 }, unit()));
    return data.parts ? [...nodes, ...parting(box, base)] : nodes;
  };

  const parting = (box, base) => {
    const x = box.x(data.parts - 0.5);
    return [make("line", { x1: x, x2: x, y1: box.top, y2: base, class: "parting" }),
      make("text", { x: x + 4, y: box.top + 10 }, "policies part")];
  };

  const names = (box, drawn) => {
    const ends = drawn.map((one) => {
      const last = one.points.filter(Boolean).pop();
      return last && { one, y: box.y(last.mean), x: box.x(last.month) };
    }).filter(Boolean).sort((a, b) => a.y - b.y);
    const gap = Math.min(15, (box.height - box.top - 20) / Math.max(1, ends.length));
    ends.forEach((end, k) => { end.at = k ? Math.max(end.y, ends[k - 1].at + gap) : end.y; });
    const over = ends.length ? Math.max(0, ends[ends.length - 1].at - (box.height - box.bottom + 4)) : 0;
    return ends.flatMap(({ one, at, x, y }) => [
      make("line", { x1: x + 4, y1: y, x2: x + 14, y2: at - over, stroke: one.policy.colour }),
      make("text", { x: x + 17, y: at - over + 4, fill: one.policy.text, class: "name" },
        one.policy.name.length > 24 ? `${one.policy.name.slice(0, 23)}\u2026` : one.policy.name)]);
  };

  const cursor = (box, drawn) => [
    make("line", { x1: box.x(state.month), x2: box.x(state.month), y1: box.top,
      y2: box.height - box.bottom, class: "cursor" }),
    ...drawn.map((one) => one.points[state.month - 1] && make("circle", { r: 4.5,
      cx: box.x(state.month), cy: box.y(one.points[state.month - 1].mean),
      fill: "#fff", stroke: one.policy.colour, "stroke-width": 2 })).filter(Boolean)];

  let box = null;

  const draw = () => {
    const drawn = courses();
    box = frame(drawn);
    const picture = make("svg", { viewBox: `0 0 ${box.width} ${box.height}`, width: box.width,
      height: box.height, "aria-hidden": "true" });
    picture.append(...axes(box), ...drawn.flatMap((one) => band(box, one)),
      ...drawn.flatMap((one) => [...line(box, one), ...marks(box, one)]),
      ...(box.named ? names(box, drawn) : []), ...cursor(box, drawn));
    chart.replaceChildren(picture);
    tell(drawn);
  };

  // --- values ------------------------------------------------------------------------------

  const said = (point) => {
    if (!point) return ["\u2013", ""];
    const places = placesFor(point.half || Math.abs(point.mean) / 1000);
    const sign = state.view === "gaps" && point.mean > 0 ? "+" : "";
    const span = point.half === null ? ""
      : `${number(low(point), places)} to ${number(high(point), places)}`;
    return [sign + number(point.mean, places), span];
  };

  const tell = (drawn) => {
    const log = form.elements.log;
    log.disabled = state.view === "gaps" || !positive(drawn);
    caption.textContent = `${measure().title}, month ${state.month} (${unit()})`;
    readout.replaceChildren(...drawn.map((one) => {
      const [mean, span] = said(one.points[state.month - 1]);
      return make("tr", {}, make("th", { scope: "row" }, swatch(one.policy), " ",
        make("bdi", {}, one.policy.name)),
      make("td", {}, make("span", { class: "mean" }, mean), make("span", { class: "interval" }, span)));
    }));
    slider.setAttribute("aria-valuetext", `month ${state.month}: ${drawn.map((one) =>
      `${one.policy.name} ${said(one.points[state.month - 1])[0]}`).join("; ")}`);
  };

  // --- choices -----------------------------------------------------------------------------

  const offer = () => {
    const kinds = new Map();
    data.measures.forEach((one, place) => {
      if (!kinds.has(one.kind)) kinds.set(one.kind, make("optgroup", { label: one.kind }));
      kinds.get(one.kind).append(make("option", { value: place }, one.title));
    });
    form.elements.measure.append(...kinds.values());
    part("policies").append(...data.policies.map((policy, place) => make("label", {},
      make("input", { type: "checkbox", name: "policy", value: place, checked: "" }), " ",
      swatch(policy), " ", make("bdi", {}, policy.name))));
  };

  const read = () => {
    state.measure = Number(form.elements.measure.value);
    state.view = form.elements.view.value;
    state.log = form.elements.log.checked;
    state.shown = new Set([...form.querySelectorAll("[name=policy]:checked")]
      .map((one) => Number(one.value)));
    state.month = Number(slider.value);
    draw();
  };

  const point = (event) => {
    if (!box) return;
    const x = event.clientX - chart.getBoundingClientRect().left;
    const month = Math.min(data.months, Math.max(1, box.month(x)));
    if (month !== state.month) { slider.value = month; read(); }
  };

  offer();
  slider.max = slider.value = data.months;
  root.hidden = false;
  form.elements.measure.value = Math.max(0, data.measures.findIndex((one) => one.name === "profit"));
  form.addEventListener("input", read);
  form.addEventListener("submit", (event) => event.preventDefault());
  chart.addEventListener("pointermove", point);
  chart.addEventListener("pointerdown", point);
  window.addEventListener("resize", draw);
  read();
})();

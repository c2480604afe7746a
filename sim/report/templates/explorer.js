"use strict";
// Draws any measure in the page's data for the chosen policies, view and scale, with values by month.
(() => {
  const data = JSON.parse(document.getElementById("explorer-data").textContent);
  const root = document.getElementById("explorer");
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const [form, chart, slider, readout, caption] =
    ["form", "chart", "month", "readout", "caption"].map(part);
  const state = { measure: 0, view: "values", log: false, month: data.months,
    shown: new Set(data.shown) };

  // --- text and elements -------------------------------------------------------------------

  const make = (tag, attributes = {}, ...children) => {
    const isSvg = ["svg", "path", "line", "text", "g", "rect", "circle"].includes(tag);
    const node = isSvg ? document.createElementNS("http://www.w3.org/2000/svg", tag)
      : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
    node.append(...children);
    return node;
  };

  // Writes a number with this many decimal places; -2 rounds to whole hundreds.
  const number = (value, places) => {
    const coarse = 10 ** Math.max(0, -places);
    const fine = Math.max(0, places);
    return (places < 0 ? Math.round(value / coarse) * coarse : value)
      .toLocaleString("en", { minimumFractionDigits: fine, maximumFractionDigits: fine })
      .replace(/^-(?=[0.,]*$)/, "").replace("-", "\u2212");
  };

  // Decimal places that show two significant digits of a size.
  const placesFor = (size) => size > 0
    ? Math.min(8, Math.max(-9, 1 - Math.floor(Math.log10(size)))) : 0;

  const swatch = (policy) => {
    const box = make("svg", { width: 36, height: 12, viewBox: "0 0 36 12", "aria-hidden": "true",
      class: "swatch", fill: policy.colour });
    box.append(make("line", { x1: 0, y1: 6, x2: 36, y2: 6, ...stroke(policy) }),
      make("path", { d: policy.marker }));
    return box;
  };

  const stroke = (policy) => ({ stroke: policy.colour, "stroke-width": 2,
    "stroke-dasharray": policy.dashes.map((length) => length * 2).join(" ") || "none" });

  // --- series -----------------------------------------------------------------------

  const measure = () => data.measures[state.measure];

  const unit = () => state.view === "index" ? "first month = 100"
    : state.view === "differences" ? measure().difference_unit : measure().unit;

  const seriesOf = (index) => {
    const series = measure();
    if (state.view === "differences") return index ? series.differences[index - 1] : null;
    return series.values[index];
  };

  const factorOf = (means) => {
    if (state.view !== "index") return measure().factor;
    return means[0] ? 100 / means[0] : null;
  };

  // How far an interval reaches below its mean, or above it; the same unless it is of a yes or no.
  const reach = (widths, month, factor) =>
    widths[month] === null ? null : Math.abs(widths[month] * factor);

  // One line per chosen policy: for each month the mean with its interval, or null.
  const linesToDraw = () => [...state.shown].sort((a, b) => a - b).map((index) => {
    const series = seriesOf(index);
    const factor = series && factorOf(series[0]);
    if (!factor) return null;
    const points = series[0].map((mean, month) => mean === null ? null : {
      month: month + 1, mean: mean * factor,
      half: reach(series[1], month, factor), above: reach(series[2] || series[1], month, factor) });
    return { policy: data.policies[index], index, points };
  }).filter(Boolean);

  const low = (point) => point.mean - (point.half || 0);
  const high = (point) => point.mean + (point.above || 0);

  const allPositive = (lines) => lines.length > 0
    && lines.every((line) => line.points.every((point) => !point || point.mean > 0));

  // --- scales ------------------------------------------------------------------------------

  const extent = (lines, log) => {
    const points = lines.flatMap((line) => line.points.filter(Boolean));
    if (!points.length) return [0, 1];
    let bottom = Math.min(...points.map(log ? (point) => Math.max(low(point), point.mean / 4) : low));
    let top = Math.max(...points.map(high));
    if (state.view === "differences") [bottom, top] = [Math.min(bottom, 0), Math.max(top, 0)];
    if (!log && state.view === "values" && bottom > 0 && bottom < top / 2) bottom = 0;
    const room = (top - bottom) * 0.05 || Math.abs(top) * 0.05 || 1;
    if (log) return [bottom / 1.05, top * 1.05];
    return [bottom === 0 ? 0 : bottom - room, top + room];
  };

  const linearTicks = ([bottom, top]) => {
    const rough = (top - bottom) / 7;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
    const ticks = [];
    for (let k = Math.ceil(bottom / step); k * step <= top; k += 1) ticks.push(k * step);
    return { ticks, places: Math.max(0, -Math.floor(Math.log10(step) + 1e-9)) };
  };

  const logTicks = ([bottom, top]) => {
    const ticks = [];
    for (let power = Math.floor(Math.log10(bottom)); power <= Math.log10(top); power += 1) {
      for (const factor of [1, 2, 5]) ticks.push(factor * 10 ** power);
    }
    const inside = ticks.filter((tick) => tick >= bottom && tick <= top);
    if (inside.length < 3) return linearTicks([bottom, top]);
    return { ticks: inside, places: Math.max(0, -Math.floor(Math.log10(inside[0]) + 1e-9)) };
  };

  const layOut = (lines) => {
    const width = Math.max(260, chart.clientWidth);
    const named = width >= 620;
    const longest = Math.max(...lines.map((line) => line.policy.name.length), 4);
    const box = { width, height: named ? 380 : 300, left: 64, top: 34, bottom: 46, named,
      right: named ? Math.min(190, 24 + longest * 7.2) : 14 };
    const log = state.log && allPositive(lines) && state.view !== "differences";
    const range = extent(lines, log);
    const transform = log ? Math.log : (value) => value;
    const [from, to] = range.map(transform);
    const tall = box.height - box.top - box.bottom;
    const wide = box.width - box.left - box.right;
    box.x = (month) => box.left + wide * (month - 1) / Math.max(1, data.months - 1);
    box.y = (value) => box.top + tall * (1 - (transform(Math.max(value, range[0])) - from) / (to - from));
    box.month = (x) => Math.round(1 + (x - box.left) / wide * (data.months - 1));
    return { ...box, ...(log ? logTicks(range) : linearTicks(range)), range };
  };

  // --- drawing -----------------------------------------------------------------------------

  // Splits points at missing months into stretches without a gap.
  const stretches = (points) => points.reduce((parts, point) => {
    if (!point) parts.push([]); else parts[parts.length - 1].push(point);
    return parts;
  }, [[]]).filter((stretch) => stretch.length);

  const through = (coordinates) => coordinates.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");

  const band = (box, line) => stretches(line.points.map((point) => point && point.half !== null
    ? point : null)).map((stretch) => make("path", { fill: line.policy.colour,
    "fill-opacity": Math.min(0.16, 0.9 / state.shown.size),
    d: `M${through([...stretch.map((point) => [box.x(point.month), box.y(high(point))]),
      ...stretch.reverse().map((point) => [box.x(point.month), box.y(low(point))])])}Z` }));

  const curve = (box, line) => stretches(line.points).map((stretch) => make("path",
    { fill: "none", ...stroke(line.policy),
      d: `M${through(stretch.map((point) => [box.x(point.month), box.y(point.mean)]))}` }));

  const markers = (box, line) => {
    const every = Math.max(1, Math.ceil(data.months / 6));
    return line.points.filter((point, k) => point && (k + line.index) % every === 0)
      .map((point) => make("path", { d: line.policy.marker, fill: line.policy.colour,
        transform: `translate(${box.x(point.month) - 18} ${box.y(point.mean) - 6})` }));
  };

  const axes = (box) => {
    const base = box.height - box.bottom;
    const every = [1, 2, 3, 6, 12, 24, 60, 120].find((step) => data.months / step <= (box.named ? 8 : 5)) || 240;
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
    return data.switch_month ? [...nodes, ...switchLine(box, base)] : nodes;
  };

  const switchLine = (box, base) => {
    const x = box.x(data.switch_month - 0.5);
    return [make("line", { x1: x, x2: x, y1: box.top, y2: base, class: "switch" }),
      make("text", { x: x + 4, y: box.top + 10 }, "policies start")];
  };

  const names = (box, lines) => {
    const ends = lines.map((line) => {
      const last = line.points.filter(Boolean).pop();
      return last && { line, y: box.y(last.mean), x: box.x(last.month) };
    }).filter(Boolean).sort((a, b) => a.y - b.y);
    const gap = Math.min(15, (box.height - box.top - 20) / Math.max(1, ends.length));
    ends.forEach((end, k) => { end.at = k ? Math.max(end.y, ends[k - 1].at + gap) : end.y; });
    const over = ends.length ? Math.max(0, ends[ends.length - 1].at - (box.height - box.bottom + 4)) : 0;
    return ends.flatMap(({ line, at, x, y }) => [
      make("line", { x1: x + 4, y1: y, x2: x + 14, y2: at - over, stroke: line.policy.colour }),
      make("text", { x: x + 17, y: at - over + 4, fill: line.policy.text, class: "name" },
        line.policy.name.length > 24 ? `${line.policy.name.slice(0, 23)}\u2026` : line.policy.name)]);
  };

  const cursor = (box, lines) => [
    make("line", { x1: box.x(state.month), x2: box.x(state.month), y1: box.top,
      y2: box.height - box.bottom, class: "cursor" }),
    ...lines.map((line) => line.points[state.month - 1] && make("circle", { r: 4.5,
      cx: box.x(state.month), cy: box.y(line.points[state.month - 1].mean),
      fill: "var(--paper)", stroke: line.policy.colour, "stroke-width": 2 })).filter(Boolean)];

  let box = null;

  const draw = () => {
    const lines = linesToDraw();
    box = layOut(lines);
    const picture = make("svg", { viewBox: `0 0 ${box.width} ${box.height}`, width: box.width,
      height: box.height, "aria-hidden": "true" });
    picture.append(...axes(box), ...lines.flatMap((line) => band(box, line)),
      ...lines.flatMap((line) => [...curve(box, line), ...markers(box, line)]),
      ...(box.named ? names(box, lines) : []), ...cursor(box, lines));
    chart.replaceChildren(picture);
    showValues(lines);
  };

  // --- values ------------------------------------------------------------------------------

  const texts = (point) => {
    if (!point) return ["\u2013", ""];
    const places = placesFor(point.half || Math.abs(point.mean) / 1000);
    const sign = state.view === "differences" && point.mean > 0 ? "+" : "";
    const span = point.half === null ? ""
      : `${number(low(point), places)} to ${number(high(point), places)}`;
    return [sign + number(point.mean, places), span];
  };

  const showValues = (lines) => {
    const log = form.elements.log;
    log.disabled = state.view === "differences" || !allPositive(lines);
    caption.textContent = `${measure().title}, month ${state.month} (${unit()})`;
    readout.replaceChildren(...lines.map((line) => {
      const [mean, span] = texts(line.points[state.month - 1]);
      return make("tr", {}, make("th", { scope: "row" }, swatch(line.policy), " ",
        make("bdi", {}, line.policy.name)),
      make("td", {}, make("span", { class: "mean" }, mean), make("span", { class: "interval" }, span)));
    }));
    slider.setAttribute("aria-valuetext", `month ${state.month}: ${lines.map((line) =>
      `${line.policy.name} ${texts(line.points[state.month - 1])[0]}`).join("; ")}`);
  };

  // --- choices -----------------------------------------------------------------------------

  const fillChoices = () => {
    const kinds = new Map();
    data.measures.forEach((choice, index) => {
      if (!kinds.has(choice.kind)) kinds.set(choice.kind, make("optgroup", { label: choice.kind }));
      kinds.get(choice.kind).append(make("option", { value: index }, choice.title));
    });
    form.elements.measure.append(...kinds.values());
    part("policies").append(...data.policies.map((policy, index) => make("label", {},
      make("input", { type: "checkbox", name: "policy", value: index, checked: "" }), " ",
      swatch(policy), " ", make("bdi", {}, policy.name))));
  };

  const update = () => {
    state.measure = Number(form.elements.measure.value);
    state.view = form.elements.view.value;
    state.log = form.elements.log.checked;
    state.shown = new Set([...form.querySelectorAll("[name=policy]:checked")]
      .map((input) => Number(input.value)));
    state.month = Number(slider.value);
    draw();
  };

  const pointAt = (event) => {
    if (!box) return;
    const x = event.clientX - chart.getBoundingClientRect().left;
    const month = Math.min(data.months, Math.max(1, box.month(x)));
    if (month !== state.month) { slider.value = month; update(); }
  };

  fillChoices();
  slider.max = slider.value = data.months;
  root.hidden = false;
  form.elements.measure.value = Math.max(0, data.measures.findIndex((choice) => choice.name === "profit"));
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  chart.addEventListener("pointermove", pointAt);
  chart.addEventListener("pointerdown", pointAt);
  window.addEventListener("resize", draw);
  update();
})();

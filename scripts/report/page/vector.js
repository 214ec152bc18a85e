// A chart as it is drawn, as SVG and as CSV: in light colours, for paper, with text as text.

/** The curves of a chart: one row per point. */
function csvOfChart(chart) {
  const rows = [["curve", "x", "y", "low", "high", "runs"]];
  for (const curve of chart.curves) {
    const hasBand = curve.low && state.band !== "none";
    for (let at = 0; at < curve.xs.length; at++) {
      rows.push([curve.label, curve.xs[at], curve.ys[at], hasBand ? curve.low[at] : null, hasBand ? curve.high[at] : null, curve.counts ? curve.counts[at] : 1]);
    }
  }
  return tableText(rows, "csv");
}

/** The chart as a picture of this size, in pixels of a style sheet. */
function svgOfChart(chart, title, width = 520, height = 320) {
  const {curves} = chart, {x, y} = chart.scales, isLog = y.distr === 3, place = value => COLOURS.light[value % 8];
  const ofY = isLog ? Math.log10 : value => value, [left, right, top] = [58, 14, 30], lines = curves.length;
  const columns = Math.max(1, Math.floor((width - left) / Math.max(90, 34 + 6.2 * Math.max(...curves.map(curve => curve.label.length))))), below = chart.xLabel ? 52 : 36;
  const high = height - below, whole = height + 16 * Math.ceil(lines / columns);
  const atX = value => left + (value - x.min) / (x.max - x.min) * (width - left - right), atY = value => high - (ofY(value) - ofY(y.min)) / (ofY(y.max) - ofY(y.min)) * (high - top);
  const parts = [], number = value => Number(value.toFixed(1)), add = (tag, about, text) => parts.push(`<${tag}${Object.entries(about).map(([name, value]) => ` ${name}="${xmlOf(String(value))}"`).join("")}${text === undefined ? "/>" : `>${xmlOf(text)}</${tag}>`}`);
  const isDrawn = value => Number.isFinite(value) && (!isLog || value > 0);
  const label = (text, about) => add("text", {"font-size": 11, fill: "#444", ...about}, text);
  add("rect", {width, height: whole, fill: "#fff"});
  label(title, {x: left, y: 18, "font-size": 13, "font-weight": 600, fill: "#111"});
  const [axisX, axisY] = chart.axes;
  (axisX._splits ?? []).forEach((split, index) => {
    const text = (axisX._values ?? [])[index];
    if (split < x.min || split > x.max || text === null || text === undefined || text === "") return;
    add("line", {x1: number(atX(split)), x2: number(atX(split)), y1: top, y2: high, stroke: "#e4e4e4"});
    label(text, {x: number(atX(split)), y: high + 15, "text-anchor": "middle"});
  });
  (axisY._splits ?? []).forEach((split, index) => {
    const text = (axisY._values ?? [])[index];
    if (split < y.min || split > y.max || text === null || text === undefined || text === "") return;
    add("line", {x1: left, x2: width - right, y1: number(atY(split)), y2: number(atY(split)), stroke: "#e4e4e4"});
    label(text, {x: left - 6, y: number(atY(split) + 4), "text-anchor": "end"});
  });
  if (chart.xLabel) label(chart.xLabel, {x: (left + width - right) / 2, y: high + 32, "text-anchor": "middle"});
  const inside = `${left}" y="${top}" width="${width - left - right}" height="${high - top}`;
  parts.push(`<svg x="${inside}" viewBox="${left} ${top} ${width - left - right} ${high - top}">`);  // which cuts off what is beyond its axes
  const path = (curve, ys, order, begun) => {
    let text = begun, last = "", isUp = true;
    for (const at of order) {
      if (!isDrawn(ys[at])) { isUp = true; continue; }
      const point = `${number(atX(curve.xs[at]))} ${number(Math.min(1e5, Math.max(-1e5, atY(ys[at]))))}`;
      if (point === last && !isUp) continue;
      text += `${isUp && !(begun && text === begun) ? "M" : "L"}${point}`;
      [last, isUp] = [point, false];
    }
    return text;
  };
  for (const curve of curves.filter(one => one.low && state.band !== "none")) {
    for (const stretch of stretchesOf(curve, isDrawn)) add("path", {d: `${path(curve, curve.high, stretch, "")}${path(curve, curve.low, [...stretch].reverse(), "").replace(/^M/, "L")}Z`, fill: place(curve.place), "fill-opacity": 0.16});
  }
  for (const curve of curves) {
    const about = {fill: "none", stroke: place(curve.place), "stroke-width": curve.thin ? 1 : 1.6, "stroke-linejoin": "round"}, dashes = dash(curve.place);
    const drawnPath = path(curve, curve.ys, curve.xs.keys(), "");
    if (curve.xs.length === 1) { if (isDrawn(curve.ys[0])) add("circle", {cx: number(atX(curve.xs[0])), cy: number(atY(curve.ys[0])), r: 3, fill: place(curve.place)}); }
    else if (drawnPath) add("path", {d: drawnPath, ...about, ...dashes.length ? {"stroke-dasharray": dashes.join(" ")} : {}});
  }
  parts.push("</svg>");
  add("path", {d: `M${left} ${top}V${high}H${width - right}`, fill: "none", stroke: "#444"});
  curves.forEach((curve, index) => {
    const from = left + (index % columns) * (width - left) / columns, at = height + 16 * Math.floor(index / columns), dashes = dash(curve.place);
    add("line", {x1: from, x2: from + 20, y1: at - 4, y2: at - 4, stroke: place(curve.place), "stroke-width": 2, ...dashes.length ? {"stroke-dasharray": dashes.join(" ")} : {}});
    label(curve.label, {x: from + 26, y: at});
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" viewBox="0 0 ${width} ${whole}" font-family="Helvetica, Arial, sans-serif">\n${parts.join("\n")}\n</svg>\n`;
}

/** The places of a band's stretches, between which it is not known. */
function stretchesOf(curve, isDrawn) {
  const found = [];
  let open = null;
  for (let at = 0; at < curve.xs.length; at++) {
    if (!isDrawn(curve.low[at]) || !isDrawn(curve.high[at])) { open = null; continue; }
    if (!open) found.push(open = []);
    open.push(at);
  }
  return found;
}

/** Text in XML: no letter in it begins an element, and none is there that XML does not take. */
function xmlOf(text) {
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    .replace(/[&<>"]/g, letter => ({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;"})[letter]);
}

/** The buttons of a panel that save its chart. */
function saveButtons(panel, name) {
  const work = {svg: () => saved(fileName(name, "svg"), svgOfChart(panel.chart, name), "image/svg+xml"), csv: () => saved(fileName(name, "csv"), csvOfChart(panel.chart), "text/csv")};
  return Object.entries(work).map(([form, save]) => {
    const button = element("button", {type: "button", className: "icon save", textContent: form, title: `Save what is drawn as ${form.toUpperCase()}`, "aria-label": `Save ${name} as ${form.toUpperCase()}`});
    button.addEventListener("click", () => { if (panel.chart) save(); });
    return button;
  });
}

// One panel per metric, in sections; only those in view are drawn.

const panels = new Map();  // name of the metric -> its panel
const NEAR = 10;  // curves that the tip lists
let leading = null;  // the chart that the cursor is on

const inView = new IntersectionObserver(entries => {
  for (const entry of entries) {
    const panel = panels.get(entry.target.dataset.metric);
    if (!panel) continue;
    panel.visible = entry.isIntersecting;
  }
  drawAll();
}, {rootMargin: "250px"});

const resized = new ResizeObserver(entries => {
  for (const entry of entries) {
    const panel = panels.get(entry.target.closest(".panel").dataset.metric);
    if (panel?.chart && !paper && entry.contentRect.width > 0) panel.chart.setSize({width: entry.contentRect.width, height: entry.contentRect.height});
  }
});

/** Lays out all panels: the metrics of the index that match the search. */
function layOut() {
  const main = document.getElementById("charts"), wanted = state.search.trim().toLowerCase().split(/\s+/).map(patternOf);
  const sections = new Map(), shown = new Set();
  data.index.charts.forEach((metric, place) => {
    if (!wanted.every(fits => fits(metric.name.toLowerCase()))) return;
    const head = metric.first ? "Episodes" : metric.plain.includes("/") ? metric.plain.split("/")[0] : "Metrics";
    sections.set(head, [...sections.get(head) ?? [], panelOf(metric, place)]);
    shown.add(metric.name);
  });
  for (const [name, panel] of panels) {
    if (shown.has(name)) continue;
    inView.unobserve(panel.element);
    panel.visible = false;
    if (!data.index.charts.some(metric => metric.name === name)) panels.delete(name);
  }
  main.replaceChildren(...[...sections].map(([head, members]) => element("section", {"aria-label": head},
    element("div", {className: "section"}, element("h2", {textContent: head}), element("span", {className: "many", textContent: String(members.length)})),
    element("div", {className: "grid"}, ...members.map(panel => panel.element)))));
  if (!sections.size) main.append(element("p", {className: "nothing", textContent: data.index.metrics.length ? "No metric is called that." : "No metrics yet."}));
  main.querySelectorAll(".panel.hero").forEach(panel => panel.classList.remove("hero"));
  if (!state.search && data.index.metrics[0]?.first) main.querySelector(".panel")?.classList.add("hero");
  for (const name of shown) inView.observe(panels.get(name).element);
}

function panelOf(metric, place) {
  let panel = panels.get(metric.name);
  if (!panel) {
    const [, prefix, name] = metric.plain.match(/^(.*\/)?([^]*)$/);
    const title = element("h3", {title: metric.name}, element("span", {textContent: prefix ?? ""}), element("b", {textContent: name}), ...metric.env === null ? [] : [element("span", {textContent: `\u00a0· ${metric.env || "other"}`})]);
    const wide = element("button", {type: "button", className: "icon", "aria-label": `Enlarge ${metric.name}`, "aria-pressed": "false", textContent: "⤢"});
    const plot = element("div", {className: "plot"}), note = element("p", {className: "note", hidden: true});
    const reduced = element("span", {className: "reduced"});
    const about = element("article", {className: "panel", tabIndex: 0}, element("header", {}, title, reduced, wide), plot, note);
    about.dataset.metric = metric.name;
    panel = {element: about, plot, note, reduced, metric: place, chart: null, visible: false, drawn: null};
    wide.before(...saveButtons(panel, metric.name));
    wide.title = "Enlarge";
    wide.addEventListener("click", () => {
      wide.setAttribute("aria-pressed", String(about.classList.toggle("wide")));
      about.scrollIntoView({block: "nearest"});
    });
    plot.addEventListener("mouseleave", () => point(null));
    about.addEventListener("keydown", event => moved(panel, event));
    about.addEventListener("blur", () => point(null));
    resized.observe(plot);
    panels.set(metric.name, panel);
  }
  panel.metric = place;
  return panel;
}

/** Every chart shows something else now. */
function refresh() {
  version++;
  document.getElementById("whole").hidden = !isZoomed();
  drawAll();
}

let version = 0, isDrawing = false;

/** What is in view, one after the other, the first one first; a person who goes on choosing is not kept waiting. */
async function drawAll() {
  if (isDrawing || paper) return;
  isDrawing = true;
  try {
    for (let panel; (panel = [...panels.values()].find(one => one.visible && one.drawn !== version)) && !paper;) {
      await draw(panel);
      await new Promise(done => setTimeout(done));
    }
  } finally { isDrawing = false; }
}

async function draw(panel) {
  const wanted = version, points = await pointsOfChart(panel.metric);
  if (wanted !== version || paper) return;
  panel.drawn = version;
  drawPoints(panel, points, {});
}

/** Puts a chart of these points in place of the panel's; `how` is told to it, see `drawn`. */
function drawPoints(panel, points, how) {
  const metric = data.index.charts[panel.metric];
  const curves = curvesOf(points, state, data.index);
  empty(panel);
  panel.note.hidden = curves.length > 0;
  panel.note.textContent = points.some(one => !state.off.has(one.run) && !isCounted(one)) ? notCounted(points)[0] : points.some(one => !state.off.has(one.run)) ? `these runs have no ${X_NAMES[state.x]}` : "no run is selected";
  const whole = points.reduce((sum, one) => sum + one.whole, 0), kept = points.reduce((sum, one) => sum + one.values.length, 0);
  const [missing, missed] = notCounted(points);
  panel.reduced.textContent = [missing, kept < whole ? "reduced" : ""].filter(Boolean).join(" · ");
  panel.reduced.title = [missed, kept < whole ? `Drawn from ${count(kept, "point")} of ${whole.toLocaleString("en-US")}: of each stretch the lowest and the highest` : ""].filter(Boolean).join("\n");
  panel.element.setAttribute("aria-label", spoken(metric.name, curves));
  const axis = axisOf(metric);
  if (curves.length && state.log && !isAnyPositive(curves, state.zoom[axis])) {
    panel.note.hidden = false;
    panel.note.textContent = "no value above zero";
    return;
  }
  if (!curves.length) return;
  const about = {range: state.zoom[axis], label: labelOf(metric), marks: marksOf(points, curves), ...how};
  panel.chart = Object.assign(drawn(panel.plot, curves, state, about, told, range => zoom(axis, range)), {axis, name: xNameOf(metric), xLabel: labelOf(metric) || xNameOf(metric)});
}

/** Runs that count something else than the chart does, and are not drawn: in short, and each. */
function notCounted(points) {
  const missing = points.filter(one => !state.off.has(one.run) && !isCounted(one));
  if (!missing.length) return ["", ""];
  return [`${count(missing.length, "run")} not drawn`, missing.map(one => `${data.index.runs[one.run].label} counts ${one.other}`).join("\n")];
}

function empty(panel) {
  panel.chart?.destroy();
  panel.chart = null;
  panel.plot.replaceChildren();
}

function spoken(name, curves) {
  const ends = curves.slice(0, 5).map(curve => `${curve.label} ends at ${short(curve.ys[curve.ys.length - 1])}`);
  return `${name}: ${count(curves.length, "curve")}${ends.length ? "; " + ends.join("; ") : ""}. Arrow keys move the cursor.`;
}

// The cursor

function told(chart, left) {
  if (leading !== null && leading !== chart) return;
  if (left === null || left < 0) return point(null);
  point(chart, left);
}

/** Shows what stands at the cursor of one chart, and the same x in all others; null for none. */
function point(chart, left = 0) {
  const tip = document.getElementById("tip");
  leading = chart;
  if (chart === null) tip.hidden = true;
  for (const panel of panels.values()) {
    if (!panel.chart || !panel.visible || panel.chart === chart || chart && panel.chart.axis !== chart.axis) continue;
    const x = chart && chart.posToVal(left, "x");
    panel.chart.setCursor({left: chart ? panel.chart.valToPos(x, "x") : -10, top: 0}, false);
    if (!chart) panel.chart.setSeries(null, {focus: true});
  }
  if (chart) say(tip, chart, left);
  else light(null);
  if (chart === null) leading = null;
}

function say(tip, chart, left) {
  const x = chart.posToVal(left, "x"), top = chart.cursor.top;
  const found = chart.curves.map((curve, place) => {
    const at = nearest(curve.xs, x), y = curve.ys[at];
    if (x > curve.xs[curve.xs.length - 1] + (chart.scales.x.max - chart.scales.x.min) * 0.02) return null;
    return {curve, place, at, y, far: Math.abs(chart.valToPos(y, "y") - top)};
  }).filter(one => one !== null && Number.isFinite(one.y));
  if (!found.length) { tip.hidden = true; return; }
  found.sort((one, other) => one.far - other.far);
  const near = found[0], listed = found.slice(0, NEAR).sort((one, other) => other.y - one.y);
  const at = near.curve.xs[near.at];
  const shared = sharedOf(listed.map(({curve}) => curve.label));
  const lines = listed.flatMap(({curve, at: place, y}) => [
    swatch(curve.place), element("span", {className: curve === near.curve ? "label near" : "label"}, ...parted(curve.label, shared)),
    element("b", {textContent: short(y)}), element("i", {textContent: beside(curve, place)})]);
  const marked = chart.marks.find(one => Math.abs(chart.valToPos(one.x, "x") - left) < 4);
  const header = `${chart.name} ${state.x === "time" ? duration(at) : short(at)}${found.length > NEAR ? ` · ${NEAR} of ${found.length}` : ""}${marked ? ` · ${data.index.runs[marked.run].label} ${marked.checkpoint ? "restarted from a checkpoint" : "restarted from zero"}` : ""}`;
  tip.replaceChildren(element("p", {textContent: header}), element("div", {}, ...lines));
  tip.hidden = false;
  const box = chart.over.getBoundingClientRect(), size = tip.getBoundingClientRect();
  const beyond = box.left + left + 18 + size.width > innerWidth;
  tip.style.left = `${Math.max(4, beyond ? box.left + left - size.width - 14 : box.left + left + 18)}px`;
  tip.style.top = `${Math.max(4, Math.min(innerHeight - size.height - 4, box.top + Math.max(0, top) - size.height / 2))}px`;
  chart.setSeries(chart.curves.length > 1 ? chart.bands + near.place : null, {focus: true});
  light(near.curve);
}

function beside(curve, place) {
  if (!curve.counts || state.band === "none") return "";
  const many = `n=${curve.counts[place]}`;
  if (Number.isNaN(curve.low[place])) return many;
  return state.band === "std" ? `± ${rough(curve.high[place] - curve.ys[place])}  ${many}` : `${short(curve.low[place])} … ${short(curve.high[place])}  ${many}`;
}

function moved(panel, event) {
  const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
  if (event.key === "Escape") { if (isZoomed()) zoomOut(); return point(null); }
  if (!step || !panel.chart || event.target !== panel.element) return;
  event.preventDefault();
  const chart = panel.chart, wide = chart.over.clientWidth, now = chart.cursor.left >= 0 ? chart.cursor.left : step > 0 ? -wide / 40 : wide;
  leading = chart;
  chart.setCursor({left: Math.min(wide - 1, Math.max(0, now + step * wide / 40)), top: chart.over.clientHeight / 2});
}

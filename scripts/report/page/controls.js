// What a person chooses.

const state = {view: "charts", at: "reached", x: "steps", curves: "mean", band: "std", smoothing: 0, log: false, search: "", metric: null, by: null, split: true, sort: {key: null, up: true}, off: new Set(), zoom: Object.create(null)};

function choice(id, options) {
  const box = document.getElementById(id);
  for (const [value, name] of options) {
    const input = element("input", {type: "radio", name: id, value, checked: state[id] === value});
    input.addEventListener("change", () => { state[id] = value; changed(id); });
    box.append(element("label", {}, input, element("span", {textContent: name})));
  }
}

function changed(what) {
  document.getElementById("band").disabled = state.curves === "runs";
  if (what === "view") showView();
  if (what === "curves" || what === "band") fillTable();
  refresh();
}

function chosenMetric() {
  const place = data.index.metrics.findIndex(metric => metric.name === state.metric);
  return Math.max(0, place);
}

function fillMetrics() {
  const box = document.getElementById("metric");
  box.replaceChildren(...data.index.metrics.map(metric => element("option", {value: metric.name, textContent: metric.name, selected: metric.name === state.metric})));
}

function setUpControls() {
  choice("view", [["charts", "charts"], ["compare", "compare"]]);
  choice("x", [["steps", "steps"], ["time", "time"], ["row", "row"]]);
  choice("curves", [["mean", "mean"], ["median", "median"], ["iqm", "IQM"], ["runs", "runs"]]);
  choice("band", [["std", "std"], ["ci", "95 %"], ["range", "min/max"], ["none", "none"]]);
  const on = (id, event, work) => document.getElementById(id).addEventListener(event, work);
  on("smoothing", "input", event => {
    state.smoothing = Number(event.target.value);
    document.getElementById("smoothed").textContent = String(state.smoothing);
    refresh();
  });
  on("log", "change", event => { state.log = event.target.checked; refresh(); });
  on("search", "input", event => { state.search = event.target.value; layOut(); });
  on("metric", "change", event => { state.metric = event.target.value; fillTable(); fillResults(); });
  on("all", "click", () => select(data.index.runs.keys(), true));
  on("none", "click", () => select(data.index.runs.keys(), false));
  on("whole", "click", zoomOut);
  setUpSplit();
  on("compare", "click", () => showSideBySide("Side by side", comparable()));
  on("stack", "click", event => {
    const stacked = document.querySelector(".body").classList.toggle("stacked");
    event.currentTarget.setAttribute("aria-pressed", String(stacked));
    showMore();
  });
  document.querySelector(".tablewrap").addEventListener("scroll", showMore, {passive: true});
  new ResizeObserver(showMore).observe(document.querySelector(".tablewrap"));
  on("theme", "click", () => {
    setTheme(theme() === "dark" ? "light" : "dark");
    try { localStorage.setItem("report-theme", theme()); } catch { /* a page from the disk may keep nothing */ }
  });
  for (const id of ["about", "sides"]) {
    document.querySelector(`#${id} button`).addEventListener("click", () => document.getElementById(id).close());
    on(id, "click", event => { if (event.target === event.currentTarget) event.target.close(); });
  }
  document.getElementById("groupby").addEventListener("keydown", event => {
    if (event.key !== "Escape") return;
    event.currentTarget.open = false;
    event.currentTarget.querySelector("summary").focus();
  });
  addEventListener("click", event => { if (!event.target.closest("#groupby") && event.target.isConnected) document.getElementById("groupby").open = false; });
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let kept = null;
  try { kept = localStorage.getItem("report-theme"); } catch { /* as above */ }
  document.documentElement.dataset.theme = kept === "dark" || kept === "light" ? kept : dark.matches ? "dark" : "light";
  dark.addEventListener("change", () => { if (!kept) setTheme(dark.matches ? "dark" : "light"); });
  new ResizeObserver(([entry]) => document.documentElement.style.setProperty("--tophigh", `${entry.target.offsetHeight}px`)).observe(document.querySelector(".top"));
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  fillTable();
  refresh();
}

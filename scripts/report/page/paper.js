// On paper: every chart that the search leaves, in light colours, and sharper than a screen draws it.

const DOTS_A_PIXEL = 3, SMALL = [340, 200], LARGE = [700, 240];  // of a chart, in the pixels of a style sheet
const QUIET_SECONDS = {page: 0.5, live: 3};  // without anything new, until what no chart has shown yet is unpacked
let paper = null;  // the theme of the screen, while charts are for paper
let waiting = 0;

/** A browser prints what is there at once, and unpacking takes its time: so that is done while nobody waits for it. */
function unpackSoon() {
  const begun = ++waiting;
  setTimeout(async () => {
    for (let metric = 0; begun === waiting && metric < data.index.metrics.length; metric++) {
      await pointsOf(metric);
      await new Promise(done => (globalThis.requestIdleCallback ?? setTimeout)(done));
    }
  }, 1000 * (data.index.live ? QUIET_SECONDS.live : QUIET_SECONDS.page));
}

addEventListener("beforeprint", () => {
  if (paper) return;
  paper = theme();
  document.documentElement.dataset.theme = "light";
  document.getElementById("how").textContent = howDrawn();
  point(null);
  fillTable();
  for (const panel of laidOut()) {
    const points = unpackedOfChart(panel.metric), isLarge = panel.element.matches(".hero, .wide");
    drawPoints(panel, points ?? [], {size: isLarge ? LARGE : SMALL, dots: DOTS_A_PIXEL});
    if (!points) panel.note.textContent = "not unpacked yet; print again in a moment";
    panel.drawn = null;
  }
});

addEventListener("afterprint", () => {
  const before = paper;
  paper = null;
  laidOut().forEach(empty);
  setTheme(before);
});

/** The panels of the page, in their order. */
function laidOut() { return [...document.querySelectorAll("#charts .panel")].map(one => panels.get(one.dataset.metric)); }

/** What the controls say, which are not printed. */
function howDrawn() {
  const said = [`x: ${X_NAMES[state.x]}`];
  const center = {mean: "mean", median: "median", iqm: "interquartile mean"}[state.curves];
  if (center) said.push(center + {std: " ± standard deviation", ci: ", 95 % bootstrap interval", range: ", lowest to highest", none: ""}[state.band]);
  if (state.smoothing) said.push(`smoothing ${state.smoothing}`);
  if (state.log) said.push("logarithmic y");
  if (state.search) said.push(`metrics with “${state.search}”`);
  return said.join(" · ");
}

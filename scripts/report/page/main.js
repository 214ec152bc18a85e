// Begins, and where a server stands behind the page, asks it for what is new.

const POLL_SECONDS = 2, ANSWER_SECONDS = 60;

function show(index) {
  data.index = regroup(index, state.by);
  index.charts = chartsOf(index);
  const {problems} = index;
  document.getElementById("title").textContent = index.title;
  showGroups();
  const box = document.getElementById("problems");
  box.hidden = problems.every(([, outcome]) => outcome === "not needed");
  box.querySelector("summary").textContent = index.files;
  const row = (role, ...cells) => element("div", {role: "row"}, ...cells.map(cell => element("span", {role}, cell)));
  box.querySelector(".files").replaceChildren(row("columnheader", "File", "What became of it", "Why"),
    ...problems.map(([path, outcome, why]) => row("cell", element("code", {textContent: path}), outcome, why)));
  fillMetrics();
  fillTable();
  fillCommon();
  layOut();
  refresh();
  fillResults();
  unpackSoon();
}

/** How much there is; or, of a server, what keeps it from saying so. */
function tellCounts(trouble = "") {
  const {runs, metrics, live, made} = data.index;
  const counts = [count(runs.length, "run"), ...runs.length > 1 ? [madeOf(data.index)] : [], count(metrics.length, "metric"), live ? `live, ${made}` : made];
  const when = counts.pop();
  document.getElementById("counts").replaceChildren(...trouble ? [trouble] : [`${counts.join(" · ")} · `, element("span", {className: "when", textContent: when})]);
}

/** A new index in place of the old: what was unpacked is forgotten, what was chosen stays, by the files of runs. */
function replace({index, packed}) {
  const off = new Set([...state.off].map(run => data.index.runs[run].source));
  state.off = new Set(index.runs.flatMap((run, place) => off.has(run.source) ? [place] : []));
  data.texts = place => packed[place];
  data.rows.clear();
  data.points.clear();
  data.unpacked.clear();
  const menu = document.activeElement?.id === "metric";
  show(index);
  if (menu) document.getElementById("metric").focus();
}

async function follow(known) {
  for (;;) {
    await new Promise(done => setTimeout(done, POLL_SECONDS * 1000));
    if (document.hidden || paper) continue;
    const found = await asked(known);
    if (!found.index) tellCounts(found.trouble);
    else {
      known = found.version;
      try { replace(found); } catch (error) { console.error(error); }  // the next one may do
    }
  }
}

/** What a server shows now, unless it is the version that is known; or what is wrong with it. */
async function asked(known) {
  const bound = new AbortController(), waiting = setTimeout(() => bound.abort(), ANSWER_SECONDS * 1000);
  try {
    const answer = await fetch(`data?known=${encodeURIComponent(known)}`, {signal: bound.signal});
    if (answer.status === 200) {
      const {index, packed} = await answer.json();
      return {index: named(index), packed, version: answer.headers.get("ETag")};
    }
    if (answer.status === 404) return {trouble: "the server was started again, at another address; this is what was shown last"};
    return {trouble: answer.status === 204 ? "" : "the server is busy, and will be asked again; this is what it showed last"};
  } catch {
    return {trouble: "the server does not answer, and will be asked again; this is what it showed last"};
  } finally { clearTimeout(waiting); }
}

document.getElementById("copy").replaceWith(copyMenu(rowsOfTable));
const first = named(JSON.parse(document.getElementById("index").textContent));
state.by = byOfAddress(first);
regroup(first, state.by);
if (first.groups.length === first.runs.length) state.curves = "runs";
for (const name of first.groups) if (first.runs.length > 30) folded.add(name);
data.index = first;
setUpControls();
changed.call(null, "");
show(first);
if (first.live) follow(first.version);
globalThis.report = Object.freeze({data, state, panels, pointsOf, curvesOf, smoothed, meanOf, statistics: {picks, estimateOf, improvementOf}, resultsOf, rowsOfTable, tableText, svgOfChart, csvOfChart});  // for the console, and for tests

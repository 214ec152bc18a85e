// Begins, and where a server stands behind the page, asks it for what is new.

const POLL_SECONDS = 2;

function show(index) {
  data.index = index;
  const {runs, groups, metrics, problems} = index;
  for (const id of ["curves", "band"]) document.getElementById(id).hidden = groups.length === runs.length;  // nothing to take a mean of
  document.getElementById("title").textContent = index.title;
  document.getElementById("counts").textContent = [count(runs.length, "run"), ...groups.length < runs.length ? [count(groups.length, "group")] : [], count(metrics.length, "metric"),
    index.live ? `live, ${index.made}` : index.made].join(" · ");
  const box = document.getElementById("problems");
  box.hidden = !problems.length;
  box.querySelector("summary").textContent = problems.length === 1 ? "1 thing could not be read" : `${problems.length} things could not be read`;
  box.querySelector("ul").replaceChildren(...problems.map(([path, what]) => element("li", {}, element("code", {textContent: path}), `: ${what}`)));
  fillMetrics();
  fillTable();
  fillCommon();
  layOut();
  refresh();
  unpackSoon();
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
    try {
      const answer = await fetch(`data?known=${encodeURIComponent(known)}`);
      if (answer.status === 200) {
        known = answer.headers.get("ETag");
        replace(await answer.json());
      }
    } catch { document.getElementById("counts").textContent = "the server has stopped; this is what it showed last"; }
  }
}

const first = JSON.parse(document.getElementById("index").textContent);
if (first.groups.length === first.runs.length) state.curves = "runs";
for (const name of first.groups) if (first.runs.length > 30) folded.add(name);
data.index = first;
setUpControls();
changed.call(null, "");
show(first);
if (first.live) follow(first.version);
globalThis.report = Object.freeze({data, state, panels, pointsOf, curvesOf, smoothed, meanOf});  // for the console, and for tests

// A chart for each environment: returns of CartPole and of Acrobot have no scale in common.

/** The environment that a run says, as a fact or an entry of its config; empty for none. */
function environmentOf(run, index) { return textOf(run, "env", index); }

/** The environments that runs say. */
function environmentsOf(index) { return [...new Set(index.runs.map(run => environmentOf(run, index)).filter(Boolean))].sort(); }

function isSplit(index) { return state.split && environmentsOf(index).length > 1; }

/** The charts of the page: of each metric one, or one for each environment that it was measured in: {...metric, plain: its own name, metric: its place, env}. */
function chartsOf(index) {
  const split = isSplit(index);
  return index.metrics.flatMap((metric, place) => {
    const found = split ? [...new Set(metric.entries.map(([run]) => environmentOf(index.runs[run], index)))].sort() : [];
    if (found.length < 2) return [{...metric, plain: metric.name, metric: place, env: null}];
    return found.map(env => ({...metric, plain: metric.name, name: `${metric.name} · ${env || "other"}`, metric: place, env}));
  });
}

/** The points of one chart. */
async function pointsOfChart(place) {
  const chart = data.index.charts[place];
  return within(chart, await pointsOf(chart.metric), data.index);
}

/** The same, where they are unpacked. */
function unpackedOfChart(place) {
  const chart = data.index.charts[place], points = data.unpacked.get(chart.metric);
  return points && within(chart, points, data.index);
}

function within(chart, points, index) { return chart.env === null ? points : points.filter(one => environmentOf(index.runs[one.run], index) === chart.env); }

function setUpSplit() {
  const box = document.getElementById("split");
  state.split = new URLSearchParams(location.hash.slice(1)).get("split") !== "0";
  box.addEventListener("change", () => {
    state.split = box.checked;
    writeAddress();
    groupBy(state.by);
  });
}

function showSplit() {
  const many = environmentsOf(data.index).length, box = document.getElementById("split");
  box.checked = state.split;
  box.closest("label").hidden = many < 2;
}

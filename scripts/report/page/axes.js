// Which charts have one x: they are zoomed together, and the cursor is in all of them. Of a run that counts steps in several streams, a learner's and an evaluation's, each stream has an axis of its own.

const X_NAMES = {steps: "steps", time: "wall time", row: "row"};

function axisOf(metric) { return state.x === "steps" ? `steps ${metric.stream}` : state.x; }

/** What x is, for a person. */
function xNameOf(metric) { return state.x === "steps" && metric.stream ? `${metric.stream} steps` : X_NAMES[state.x]; }

/** What is written below a chart's axis: nothing where all charts have the same one. */
function labelOf(metric) { return data.index.metrics.some(other => axisOf(other) !== axisOf(metric)) ? xNameOf(metric) : ""; }

/** Shows a stretch of x, [first, last], in all charts of an axis; null for all of it. */
function zoom(axis, range) {
  if (range) state.zoom[axis] = range;
  else delete state.zoom[axis];
  refresh();
}

/** All of x again, in every chart that is there. */
function zoomOut() {
  for (const metric of data.index.metrics) delete state.zoom[axisOf(metric)];
  refresh();
}

function isZoomed() { return data.index.metrics.some(metric => state.zoom[axisOf(metric)]); }

// Which charts have one x: they are zoomed together, and the cursor is in all of them. Of a run that counts its steps by several clocks, as a learner and an evaluation do, each has an axis of its own.

const X_NAMES = {steps: "steps", time: "wall time", row: "row"};

function axisOf(metric) { return state.x === "steps" ? `steps ${metric.unit}` : state.x; }

/** What x is, for a person. */
function xNameOf(metric) { return state.x === "steps" && metric.unit ? metric.unit : X_NAMES[state.x]; }

/** What is written below a chart's axis: of steps what they are; else there is one x for all charts, which is chosen above them. */
function labelOf(metric) { return state.x === "steps" ? metric.x : ""; }

/** Whether a run has points in a chart: not where it counts something else than the chart does. */
function isCounted(points) { return state.x !== "steps" || !points.other; }

/** Where the curves of a chart started over, or went on from a checkpoint: [{x, checkpoint, curve}]. */
function marksOf(points, curves) {
  if (state.x !== "steps") return [];
  const marked = points.filter(one => isCounted(one) && data.index.runs[one.run].marks[one.marks]?.length);
  return curves.flatMap(curve => marked.filter(one => curve.runs.includes(one.run)).flatMap(({run, marks}) => (
    data.index.runs[run].marks[marks].map(([x, checkpoint]) => ({x, checkpoint, curve, run})))));
}

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

// One chart, by uPlot: axes, lines, zoom and cursor are the library's; bands and what the cursor says are added here.

const SECONDS = [[3600 * 2, 3600, "h"], [120, 60, "min"], [0, 1, "s"]];

/** Draws curves into an element; returns uPlot's object. `how` is {range: [first, last] of x or nothing for all of it, label: of the axis, marks: see `marksOf`, size: [width, height] or nothing for the element's, dots: for each of its pixels}; `told(chart, left)` is called as the cursor moves, `zoomed(range)` where a stretch is selected, null for all of it. */
function drawn(place, curves, state, how, told, zoomed) {
  const [first, last] = extent(curves.map(curve => curve.xs)), whole = first === last ? [first - 0.5, last + 0.5] : [first, last];
  const unit = state.x === "time" ? SECONDS.find(([least]) => whole[1] >= least) : [0, 1, ""];
  const range = how.range ?? whole, dots = how.dots ?? 1, [width, height] = how.size ?? [place.clientWidth, place.clientHeight];
  const positive = value => value > 0 && Number.isFinite(value) ? value : null;
  const ordinary = value => Number.isFinite(value) ? value : null;
  const cleaned = ys => Array.from(ys, state.log ? positive : ordinary);
  const series = [{}], rows = [null];
  for (const curve of curves.filter(one => one.low && state.band !== "none")) {
    series.push({facets: FACETS, stroke: null, fill: faded(colour(curve.place), theme() === "dark" ? 0.2 : 0.16), paths: band, points: {show: false}});
    rows.push([curve.xs, cleaned(curve.high), cleaned(curve.low)]);
  }
  const bands = series.length;
  for (const curve of curves) {
    series.push({facets: FACETS, stroke: colour(curve.place), width: (curve.thin ? 1 : 1.6) * dots, dash: dash(curve.place).map(part => part * dots), paths: curve.xs.length > 1 ? LINEAR : DOTS,
      points: {show: false, size: 5, fill: colour(curve.place)}, label: ""});
    rows.push([curve.xs, cleaned(curve.ys)]);
  }
  const font = `${11 * dots}px ${FONTS}`, quiet = css("--quiet");
  const axis = {stroke: quiet, font, grid: {stroke: css("--grid"), width: dots}, ticks: {show: false}};
  const label = how.label ? {label: how.label, labelFont: font, labelSize: 16 * dots, labelGap: 0} : {};
  const chart = new uPlot({
    mode: 2, width: Math.max(80, width) * dots, height: Math.max(80, height) * dots, legend: {show: false}, focus: {alpha: 0.22}, padding: [8, 14, 0, 0].map(side => side * dots),
    cursor: {points: {show: false}, drag: {x: true, y: false, setScale: false}, dataIdx: () => null, y: false},
    scales: {x: {time: false, auto: false, range: [range[0], range[1]]}, y: {auto: false, distr: state.log ? 3 : 1, range: heights(rows, range, state.log)}},
    axes: [{...axis, ...label, ...state.x === "time" ? {} : wholeAxis(curves.map(curve => curve.xs)), space: 56 * dots, size: 30 * dots, gap: 7 * dots, values: (u, splits) => ticks(splits.map(split => split / unit[1]), unit[2])},
           {...axis, space: 30 * dots, gap: 6 * dots, size: (u, texts) => dots * (14 + 6.6 * Math.max(1, ...(texts ?? []).map(text => (text ?? "").length))), values: (u, splits) => ticks(splits, ""),
            ...state.log ? logAxis(dots) : wholeAxis(rows.slice(1).flatMap(([, ...edges]) => edges))}],
    series,
    hooks: {
      draw: [u => drawMarks(u, how.marks ?? [], dots)],
      setCursor: [u => told(u, u.cursor.left)],
      setSelect: [u => u.select.width > 3 && zoomed([u.posToVal(u.select.left, "x"), u.posToVal(u.select.left + u.select.width, "x")])]}}, rows, place);
  chart.over.addEventListener("dblclick", () => zoomed(null));
  return Object.assign(chart, {curves, bands, rows, unit, marks: how.marks ?? []});
}

/** On the axis: a triangle where a run went on from a checkpoint, a bar where it started over. */
function drawMarks(u, marks, dots) {
  const {ctx, bbox: {left, top, width, height}} = u, size = 5 * dots * devicePixelRatio, foot = top + height;
  ctx.save();
  for (const {x, checkpoint, curve} of marks) {
    const at = u.valToPos(x, "x", true);
    if (at < left - 1 || at > left + width + 1) continue;
    ctx.fillStyle = colour(curve.place);
    ctx.beginPath();
    if (checkpoint) [[at - size, foot], [at, foot - 1.6 * size], [at + size, foot]].forEach(corner => ctx.lineTo(...corner));
    else ctx.rect(at - size / 4, foot - 2.4 * size, size / 2, 2.4 * size);
    ctx.fill();
  }
  ctx.restore();
}

const FACETS = [{scale: "x", auto: false, sorted: 1}, {scale: "y", auto: false}];
const FONTS = 'ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';
const LINEAR = uPlot.paths.linear(), DOTS = (u, at) => {
  const path = new Path2D(), [xs, ys] = u.data[at];
  if (ys[0] !== null) path.arc(u.valToPos(xs[0], "x", true), u.valToPos(ys[0], "y", true), 3 * devicePixelRatio, 0, 2 * Math.PI);
  return {stroke: path, fill: null, clip: null, flags: 1};
};

/** The path between the upper and the lower edge. */
function band(u, at) {
  const path = new Path2D(), [xs, high, low] = u.data[at];
  let from = 0;
  while (from < xs.length) {
    while (from < xs.length && (high[from] === null || low[from] === null)) from++;
    let to = from;
    while (to < xs.length && high[to] !== null && low[to] !== null) to++;
    for (let index = from; index < to; index++) path.lineTo(u.valToPos(xs[index], "x", true), u.valToPos(high[index], "y", true));
    for (let index = to - 1; index >= from; index--) path.lineTo(u.valToPos(xs[index], "x", true), u.valToPos(low[index], "y", true));
    from = to;
  }
  return {stroke: null, fill: path, clip: null, flags: 1};
}

function extent(arrays) {
  let first = Infinity, last = -Infinity;
  for (const array of arrays) for (const value of array) { if (value < first) first = value; if (value > last) last = value; }
  return [first, last];
}

/** The lowest and the highest value in a stretch of x, with room around them. */
function heights(rows, [from, to], isLog) {
  let low = Infinity, high = -Infinity;
  for (const [xs, ...edges] of rows.slice(1)) {
    for (const ys of edges) {
      for (let index = 0; index < ys.length; index++) {
        const y = ys[index];
        if (y === null || xs[index] < from || xs[index] > to) continue;
        if (y < low) low = y;
        if (y > high) high = y;
      }
    }
  }
  if (low > high) return isLog ? [1, 10] : [0, 1];
  if (isLog) return [Math.max(low / 1.15, Number.MIN_VALUE), Math.min(high * 1.15, Number.MAX_VALUE)];
  const room = high === low ? Math.abs(high) * 0.1 || 1 : (high - low) * 0.06;
  return [low - room, high + room];
}

/** The index of the value nearest to x in a rising list. */
function nearest(xs, x) {
  let low = 0, high = xs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1; else high = middle;
  }
  return low > 0 && x - xs[low - 1] < xs[low] - x ? low - 1 : low;
}

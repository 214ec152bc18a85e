// From points to lines and bands.

const GRID = 500, EXACT_AT_MOST = 1000;  // points of a mean; where runs stand at no more places than that, it is exact

/** Running average c*average + (1-c)*value; c grows from 0 towards the coefficient, so that the first values count (the formula of Acme's SmoothingFilter). Values that are not finite are passed on. */
function smoothed(values, coefficient) {
  if (!coefficient) return values;
  const found = new Float64Array(values.length);
  let c = 0, average = 0;
  for (let index = 0; index < values.length; index++) {
    const value = values[index];
    if (!Number.isFinite(value)) { found[index] = value; continue; }
    average = c * average + (1 - c) * value;
    c = 0.9 * c + 0.1 * coefficient;
    found[index] = average;
  }
  return found;
}

/** One run's line: {xs, ys}, of the points that have an x; these are in the order of their steps, which may not be that of their times. */
function lineOf(points, x, coefficient, run) {
  let xs = points[x], ys = points.values;
  if (x === "time") {
    const began = real(run.began);
    xs = Float64Array.from(xs, time => time - began);
    const order = Array.from(xs.keys()).filter(at => !Number.isNaN(xs[at])), rises = order.every((at, place) => !place || xs[order[place - 1]] <= xs[at]);
    if (!rises) order.sort((one, other) => xs[one] - xs[other] || one - other);
    if (!rises || order.length < xs.length) [xs, ys] = [xs, ys].map(all => Float64Array.from(order, at => all[at]));
  }
  return {xs, ys: smoothed(ys, coefficient)};
}

/** Lines of several runs -> {xs, ys: mean, median or iqm, low, high, counts}: at each x over the runs that have got so far, between two of a run's points on the straight line. */
function meanOf(lines, band, center = "mean") {
  const parts = lines.map(finite).filter(line => line.xs.length);
  const xs = placesOf(parts), total = xs.length;
  const sum = new Float64Array(total), squares = new Float64Array(total), counts = new Uint32Array(total);
  const low = new Float64Array(total).fill(Infinity), high = new Float64Array(total).fill(-Infinity);
  const every = center !== "mean" || band === "ci" ? Array.from(xs, () => []) : null;  // of each x the values
  for (const line of parts) {
    let at = 0;
    const last = line.xs.length - 1;
    for (let index = 0; index < total; index++) {
      const x = xs[index];
      if (x < line.xs[0] || x > line.xs[last]) continue;
      while (at < last && line.xs[at + 1] <= x) at++;
      const x0 = line.xs[at], x1 = line.xs[Math.min(at + 1, last)];
      const y = x === x0 || x1 === x0 ? line.ys[at] : line.ys[at] + (line.ys[at + 1] - line.ys[at]) * (x - x0) / (x1 - x0);
      every?.[index].push(y);
      counts[index]++;
      const difference = y - sum[index];  // Welford's: no cancellation where values are large and alike
      sum[index] += difference / counts[index];
      squares[index] += difference * (y - sum[index]);
      if (y < low[index]) low[index] = y;
      if (y > high[index]) high[index] = y;
    }
    if (band === "range") touch(line, xs, low, high);
  }
  const ys = center === "mean" ? sum : Float64Array.from(every, CENTERS[center]);
  if (band === "std") {
    for (let index = 0; index < total; index++) {
      const deviation = Math.sqrt(squares[index] / counts[index]);
      low[index] = ys[index] - deviation;
      high[index] = ys[index] + deviation;
    }
  }
  if (band === "ci") every.forEach((values, index) => { [low[index], high[index]] = intervalOf(values, center); });
  return {xs, ys, low, high, counts};
}

function finite({xs, ys}) {
  if (ys.every(Number.isFinite)) return {xs, ys};
  const known = [];
  ys.forEach((value, index) => { if (Number.isFinite(value)) known.push(index); });
  return {xs: Float64Array.from(known, index => xs[index]), ys: Float64Array.from(known, index => ys[index])};
}

/** Every x that a run has, or an even grid where they are too many. */
function placesOf(lines) {
  const places = new Set();
  for (const line of lines) {
    for (const x of line.xs) places.add(x);
    if (places.size > EXACT_AT_MOST) break;
  }
  if (places.size <= EXACT_AT_MOST) return Float64Array.from(places).sort();
  let first = Infinity, last = -Infinity;
  for (const line of lines) { first = Math.min(first, line.xs[0]); last = Math.max(last, line.xs[line.xs.length - 1]); }
  return Float64Array.from({length: GRID}, (_, index) => index === GRID - 1 ? last : first + (last - first) * index / (GRID - 1));
}

/** Points between two places of the grid widen the band at the nearer one: no spike is lost. */
function touch(line, xs, low, high) {
  let at = 0;
  for (let index = 0; index < line.xs.length; index++) {
    while (at < xs.length - 1 && Math.abs(xs[at + 1] - line.xs[index]) <= Math.abs(xs[at] - line.xs[index])) at++;
    if (line.ys[index] < low[at]) low[at] = line.ys[index];
    if (line.ys[index] > high[at]) high[at] = line.ys[index];
  }
}

/** What is drawn of a metric: [{label, place, group, runs, xs, ys, low?, high?, counts?, thin}]; `place` says the colour. */
function curvesOf(points, state, index) {
  const shown = points.filter(one => !state.off.has(one.run) && isCounted(one));
  const line = one => lineOf(one, state.x, state.smoothing, index.runs[one.run]);
  const single = one => ({label: index.runs[one.run].label, place: placeOf(one.run, state, index), group: index.runs[one.run].group, runs: [one.run], ...line(one), thin: shown.length > 12});
  if (state.curves === "runs") return shown.map(single).filter(curve => curve.xs.length);
  const groups = new Map();
  for (const one of shown) {
    const group = index.runs[one.run].group;
    groups.set(group, [...groups.get(group) ?? [], one]);
  }
  const found = [...groups].map(([group, members]) => members.length === 1 ? {...single(members[0]), place: index.places[group]} : {
    label: index.groups[group], place: index.places[group], group, runs: members.map(one => one.run), ...meanOf(members.map(line), state.band, state.curves)});
  return found.filter(curve => curve.xs.length);
}

/** A colour is a group's; where there is but one group and runs are drawn, a run's. */
function placeOf(run, state, index) { return state.curves === "runs" && index.groups.length === 1 ? run : index.places[index.runs[run].group]; }

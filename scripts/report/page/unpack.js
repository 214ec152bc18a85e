// The numbers: unpacked when they are first drawn.

const data = {index: null, texts: place => document.getElementById(`packed-${place}`).textContent, rows: new Map(), points: new Map(), unpacked: new Map()};

/** An index whose configs have what is in them and nothing else: an entry may be called `constructor` or `__proto__`. */
function named(index) {
  const own = config => Object.assign(Object.create(null), config);
  for (const run of index.runs) Object.assign(run, {config: own(run.config), facts: own(run.facts)});
  index.common = own(index.common);
  return index;
}

async function inflated(text) {
  const letters = atob(text), bytes = new Uint8Array(letters.length);
  for (let index = 0; index < letters.length; index++) bytes[index] = letters.charCodeAt(index);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Floats whose bytes are sorted by place. */
function floats(bytes, offset, length) {
  const sorted = new Uint8Array(length * 8);
  for (let place = 0; place < 8; place++) {
    const from = offset + place * length;
    for (let index = 0; index < length; index++) sorted[index * 8 + place] = bytes[from + index];
  }
  return new Float64Array(sorted.buffer);
}

/** Rising whole numbers, of which the differences are kept. */
function rising(bytes, offset, length) {
  const found = new Uint32Array(bytes.slice(offset, offset + length * 4).buffer);
  for (let index = 1; index < length; index++) found[index] += found[index - 1];
  return found;
}

/** The rows of a run: their numbers, steps and Unix seconds. */
function rowsOf(run) {
  if (!data.rows.has(run)) {
    data.rows.set(run, inflated(data.texts(data.index.runs[run].packed)).then(bytes => {
      const length = data.index.runs[run].kept;
      return {row: rising(bytes, 0, length), steps: floats(bytes, length * 4, length), time: floats(bytes, length * 12, length)};
    }));
  }
  return data.rows.get(run);
}

/** Of a metric: [{run, row, steps, time, values, other: what the run counts in place of the chart's x, marks: place}], whatever is selected; `data.unpacked` has them from then on. */
function pointsOf(metric) {
  if (!data.points.has(metric)) {
    const {index} = data, found = unpackedPoints(index.metrics[metric]);
    data.points.set(metric, found);
    found.then(points => { if (data.index === index) data.unpacked.set(metric, points); });
  }
  return data.points.get(metric);
}

async function unpackedPoints(metric) {
  const [bytes, tables] = await Promise.all([inflated(data.texts(metric.packed)), Promise.all(metric.entries.map(([run]) => rowsOf(run)))]);
  const total = metric.entries.reduce((sum, entry) => sum + entry[1], 0), every = floats(bytes, 0, total);
  let from = 0, offset = total * 8;
  return metric.entries.map(([run, length, whole, everywhere, , , other, marks], place) => {
    const table = tables[place], values = every.subarray(from, from += length);
    if (everywhere) return {run, whole, values, other, marks, ...table};
    const places = rising(bytes, offset, length), taken = name => Float64Array.from(places, at => table[name][at]);
    offset += length * 4;
    return {run, whole, values, other, marks, row: taken("row"), steps: taken("steps"), time: taken("time")};
  });
}

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

/** The values at these places. */
function taken(values, places) {
  const found = new values.constructor(places.length);
  for (let index = 0; index < places.length; index++) found[index] = values[places[index]];
  return found;
}

/** The rows of a run: their numbers, steps and Unix seconds. */
async function rowsOf(run) {
  const {pack, first, kept} = data.index.runs[run];
  if (!data.rows.has(pack)) data.rows.set(pack, inflated(data.texts(pack)).then(columnsOf));
  const {row, steps, time} = await data.rows.get(pack), last = first + kept;
  return {row: row.subarray(first, last), steps: steps.subarray(first, last), time: time.subarray(first, last)};
}

/** Rows of several runs that are packed together. */
function columnsOf(bytes) {
  const length = bytes.length / 20;  // a row is a word and two floats
  return {row: rising(bytes, 0, length), steps: floats(bytes, length * 4, length), time: floats(bytes, length * 12, length)};
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
  const [bytes, tables] = await Promise.all([inflated(data.texts(metric.pack)), Promise.all(metric.entries.map(([run]) => rowsOf(run)))]);
  const total = metric.entries.reduce((sum, entry) => sum + entry[1], 0), every = floats(bytes, 0, total);
  let from = 0, offset = total * 8;
  return metric.entries.map(([run, length, whole, everywhere, , , other, marks], place) => {
    const table = tables[place], values = every.subarray(from, from += length);
    if (everywhere) return {run, whole, values, other, marks, ...table};
    const places = rising(bytes, offset, length);
    offset += length * 4;
    return {run, whole, values, other, marks, row: taken(table.row, places), steps: taken(table.steps, places), time: taken(table.time, places)};
  });
}

// What runs say together: aggregates with intervals, the same numbers as `scripts/runs/statistics.py` has, where their formulas and sources stand.

const RESAMPLES = 2000, LEVEL = 0.95, TRIMMED = 0.25, DRAW_SEED = 0;

/** The higher word of a product of two words of 32 bits. */
function highOf(a, b) {
  const a0 = a & 0xffff, a1 = a >>> 16, b0 = b & 0xffff, b1 = b >>> 16;
  const middle = a1 * b0 + (a0 * b0 >>> 16);
  return (a1 * b1 + Math.floor(middle / 65536) + Math.floor((a0 * b1 + (middle & 0xffff)) / 65536)) >>> 0;
}

/** The first word of Philox2x32-10 (Salmon et al., SC 2011) of a counter and a key. */
function philox(low, high, key) {
  for (let round = 0; round < 10; round++) {
    const next = (highOf(low, 0xD256D193) ^ key ^ high) >>> 0;
    high = Math.imul(low, 0xD256D193) >>> 0;
    low = next;
    key = (key + 0x9E3779B9) >>> 0;
  }
  return low;
}

const picked = new Map();

/** Ranks, 0 to many - 1, drawn with replacement, of one resample after the other; `first`: the place of the first one, as strata that are drawn side by side have places of their own. */
function picks(many, first = 0) {
  const known = `${many} ${first}`;
  if (!picked.has(known)) {
    if (picked.size > 64) picked.clear();
    const found = new Uint32Array(RESAMPLES * many);
    for (let resample = 0, at = 0; resample < RESAMPLES; resample++) {
      for (let place = 0; place < many; place++) found[at++] = Math.floor(philox(first + place, resample, DRAW_SEED) * many / 4294967296);
    }
    picked.set(known, found);
  }
  return picked.get(known);
}

const CENTERS = {
  mean: values => average(values),
  median: values => { const ranked = Float64Array.from(values).sort(), half = ranked.length >> 1; return ranked.length % 2 ? ranked[half] : (ranked[half - 1] + ranked[half]) / 2; },
  iqm: values => { const ranked = Float64Array.from(values).sort(), cut = Math.floor(TRIMMED * ranked.length); return average(ranked.subarray(cut, ranked.length - cut)); }};

/** Puts the number of a rank where it would stand if they were sorted, lower ones before and higher ones behind it (Hoare's). */
function rankInto(numbers, rank, first, last) {
  while (first < last) {
    const pivot = numbers[(first + last) >> 1];
    let low = first, high = last;
    while (low <= high) {
      while (numbers[low] < pivot) low++;
      while (numbers[high] > pivot) high--;
      if (low <= high) { const other = numbers[low]; numbers[low++] = numbers[high]; numbers[high--] = other; }
    }
    if (rank <= high) last = high;
    else if (rank >= low) first = low;
    else return;
  }
}

/** The percentiles between which 95 % of some numbers are, whose order is changed by this: [low, high]. */
function limitsOf(found) {
  return [(1 - LEVEL) / 2, (1 + LEVEL) / 2].map(share => {
    const at = share * (found.length - 1), below = Math.floor(at), above = Math.min(below + 1, found.length - 1);
    rankInto(found, below, 0, found.length - 1);
    rankInto(found, above, below + 1, found.length - 1);
    return found[below] + (found[above] - found[below]) * (at - below);
  });
}

/** The interval of a center of values, which are one stratum: [low, high]; NaN of a single one. */
function intervalOf(values, center) {
  const many = values.length;
  if (many < 2) return [NaN, NaN];
  const ranked = Float64Array.from(values).sort(), weights = weightsOf(many, center), found = new Float64Array(RESAMPLES);
  for (let resample = 0, at = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    for (let rank = 0; rank < many; rank++) sum += weights[at++] * ranked[rank];
    found[resample] = sum;
  }
  return limitsOf(found);
}

const weighed = new Map();

/** How much each of the ranked values counts in the center of each resample. */
function weightsOf(many, center) {
  const known = `${many} ${center}`;
  if (!weighed.has(known)) {
    if (weighed.size > 64) weighed.clear();
    const drawn = picks(many), found = new Float64Array(RESAMPLES * many), cut = Math.floor(TRIMMED * many);
    const [from, to] = center === "mean" ? [0, many] : center === "iqm" ? [cut, many - cut] : [(many - 1) >> 1, (many >> 1) + 1];
    for (let start = 0; start < found.length; start += many) drawn.slice(start, start + many).sort().subarray(from, to).forEach(rank => { found[start + rank] += 1 / (to - from); });
    weighed.set(known, found);
  }
  return weighed.get(known);
}

/** {value, low, high} of a center of values. */
function estimateOf(values, center) {
  const [low, high] = intervalOf(values, center);
  return {value: CENTERS[center](values), low, high};
}

/** {value, low, high} of the probability that one of the values is above one of the others. */
function improvementOf(values, others) {
  const better = (ours, theirs) => ours.reduce((sum, x) => sum + theirs.reduce((own, y) => own + (x > y ? 1 : x === y ? 0.5 : 0), 0), 0) / (ours.length * theirs.length);
  const value = better(values, others);
  if (values.length < 2 || others.length < 2) return {value, low: NaN, high: NaN};
  const ranked = numbers => Float64Array.from(numbers).sort(), theirsRanked = ranked(others);
  const table = Array.from(ranked(values), x => Array.from(theirsRanked, y => x > y ? 1 : x === y ? 0.5 : 0));
  const ours = picks(values.length), theirs = picks(others.length, values.length), found = new Float64Array(RESAMPLES);
  for (let resample = 0; resample < RESAMPLES; resample++) {
    let sum = 0;
    for (let place = 0; place < values.length; place++) {
      const row = table[ours[resample * values.length + place]];
      for (let other = 0; other < others.length; other++) sum += row[theirs[resample * others.length + other]];
    }
    found[resample] = sum / (values.length * others.length);
  }
  const [low, high] = limitsOf(found);
  return {value, low, high};
}

/** Of values that are all alike nothing, whatever their mean is rounded to. */
function deviationOf(values) {
  if (values.every(value => value === values[0])) return 0;
  const mean = average(values);
  return Math.sqrt(average(values.map(value => (value - mean) ** 2)));
}

// Where an axis has its labels, and what they say: round numbers, with as many digits as tell one from the next.

const UNITS = [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]];
const LABEL_HIGH = 22;  // pixels that a label of a vertical axis takes

/** The labels of these values, the last one with the unit; null for those that the library leaves out. */
function ticks(splits, unit) {
  const known = splits.filter(split => split !== null), step = stepOf(known);
  return splits.map(split => split === null ? "" : tick(split, step ?? (Math.abs(split) || 1)) + (unit && split === known[known.length - 1] ? ` ${unit}` : ""));
}

/** The step between values that are evenly apart; null where they are not, and each has the digits that it needs. */
function stepOf(values) {
  const steps = values.slice(1).map((value, place) => Math.abs(value - values[place])), least = Math.min(...steps);
  return steps.length > 1 && Math.max(...steps) < least * 1.001 ? least : null;
}

function tick(value, step) {
  const size = Math.abs(value);
  if (size < step * 1e-9) return "0";
  if (size < 1e-4 || size >= 1e15) return value.toExponential(Math.max(0, decade(size) - decade(step) + places(step / 10 ** decade(step)))).replace("e+", "e").replaceAll("-", "−");
  const [unit, letter] = UNITS.find(([least]) => size >= least) ?? [1, ""];
  if (letter && places(step / unit) > 3) return value.toLocaleString("en-US", {maximumFractionDigits: places(step), minimumFractionDigits: places(step)}).replace("-", "−");
  return ((value / unit).toFixed(places(step / unit)) + letter).replace("-", "−");
}

/** How many decimal places a step has. */
function places(step) {
  let digits = 0;
  while (digits < 12 && Math.abs(step * 10 ** digits - Math.round(step * 10 ** digits)) > step * 10 ** digits * 1e-6) digits++;
  return digits;
}

function decade(size) { return Math.floor(Math.log10(size) + 1e-9); }

/** The library's own has labels at unrounded values, and none beyond 1e31: the step it asks for is of no other use here. */
function logAxis(dots) {
  return {incrs: (u, place, low, high) => [Math.max(5, high - low)], filter: (u, splits) => splits, splits: (u, place, low, high) => logSplits(low, high, (u.height / dots - 40) / LABEL_HIGH)};
}

const WHOLE_STEPS = Array.from({length: 16}, (_, power) => [1, 2, 5].map(digit => digit * 10 ** power)).flat();

/** Of an axis whose values are all whole: its labels are, too. */
function wholeAxis(arrays) { return arrays.every(array => array.every(value => value === null || Number.isInteger(value))) ? {incrs: WHOLE_STEPS} : {}; }

/** On a logarithmic axis, not more than `room` values: 1, 2 and 5 of each power of ten, or powers alone where there are many of them; within one power, even steps. */
function logSplits(low, high, room) {
  const first = decade(low), last = decade(high), within = values => values.filter(value => value >= low && value <= high);
  const powers = Array.from({length: last - first + 1}, (_, place) => first + place);
  const fine = within(powers.flatMap(power => [1, 2, 5].map(digit => Number(`${digit}e${power}`))));
  if (fine.length < 3) return even(low, high, Math.max(2, Math.min(room, 7)));
  if (fine.length <= room) return fine;
  const every = Math.ceil(powers.length / Math.max(2, room));
  return within(powers.filter(power => power % every === 0).map(power => Number(`1e${power}`)));
}

/** Not more than `room` multiples of 1, 2 or 5 of a power of ten. */
function even(low, high, room) {
  const power = Math.floor(Math.log10((high - low) / room)), least = (high - low) / room;
  const step = [1, 2, 5, 10].map(digit => Number(`${digit}e${power}`)).find(one => one >= least) ?? Number(`1e${power + 1}`);
  const from = Math.ceil(low / step);
  return Array.from({length: Math.max(0, Math.floor(high / step) - from + 1)}, (_, place) => Number(((from + place) * step).toPrecision(12)));
}

/** Whether a logarithmic axis has anything to show in a stretch of x; nothing for all of it. */
function isAnyPositive(curves, [from, to] = [-Infinity, Infinity]) {
  return curves.some(({xs, ys}) => ys.some((y, place) => y > 0 && Number.isFinite(y) && xs[place] >= from && xs[place] <= to));
}

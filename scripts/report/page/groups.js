// Which runs are one group: by the rules, which were applied where the page was made, or by what a person chooses; that is kept in the page's address.

const LONGEST_NOTE = 24;  // characters
const HEAD = ["algo", "env"];  // whose value is enough; of other entries the name stands before it

/** What a run has by a key: a fact, an entry of its config, or undefined. */
function valueOf(run, key, index) { return run.facts[key] ?? run.config[key] ?? index.common[key]; }

/** How that is written; nothing where there is none. */
function textOf(run, key, index) { return shownEntry(valueOf(run, key, index)); }

/** What runs differ in, the most telling first: [{key, values: as texts}]. */
function choicesOf(index) {
  const facts = new Set(index.runs.flatMap(run => Object.keys(run.facts)));
  const keys = [...HEAD, "framework", ...[...facts].filter(key => !isPlace(key)).sort(), ...index.columns.filter(path => !isHead(path, index)), ...[...facts].filter(isPlace).sort((a, b) => a.slice(4) - b.slice(4))];
  return [...new Set(keys)].map(key => ({key, values: [...new Set(index.runs.map(run => textOf(run, key, index)))]})).filter(({values}) => values.length > 1);
}

/** Whether an entry of configs only says once more what a fact says. */
function isHead(path, index) { return HEAD.some(key => key !== path && index.runs.every(run => run.facts[key] !== undefined && textOf(run, key, index) === textOf(run, path, index))); }

function isPlace(key) { return /^path\d+$/.test(key); }

/** Groups the runs of an index: `by` is null for the rules, else keys, none for each run by itself. */
function regroup(index, by) {
  if (by === null) {
    index.groups = index.found.groups;
    index.runs.forEach((run, place) => { run.group = index.found.of[place]; });
    return Object.assign(index, {keys: index.found.keys, assumed: index.found.assumed, places: placesOfValues(index.found.keys, index.found.values, index)});
  }
  const values = index.runs.map(run => by.map(key => textOf(run, key, index))), places = new Map();
  values.forEach((found, place) => {
    const known = JSON.stringify(by.length ? found : place);
    if (!places.has(known)) places.set(known, places.size);
    index.runs[place].group = places.get(known);
  });
  const firsts = [...places.values()].map(group => index.runs.findIndex(run => run.group === group));
  const differing = by.filter((key, at) => new Set(firsts.map(run => values[run][at])).size > 1);
  index.groups = firsts.map(run => by.length ? labelFor(index.runs[run], differing.length ? differing : by, index) : index.runs[run].label);
  return Object.assign(index, {keys: by, assumed: firsts.map(() => false), places: placesOfValues(by, firsts.map(run => values[run]), index)});
}

function labelFor(run, keys, index) {
  const told = keys.filter(key => textOf(run, key, index) !== ""), isAlone = key => HEAD.includes(key) || isPlace(key);
  const alone = [...HEAD.filter(key => told.includes(key)), ...told.filter(isPlace)].map(key => textOf(run, key, index));
  const entries = told.filter(key => !isAlone(key)).map(key => `${key.split("/").pop()}=${textOf(run, key, index)}`);
  return [...alone, entries.join(", ")].filter(Boolean).join(" ") || "other";
}

/** Of each group the number of its colour and dashes: the first value that groups differ in has a colour, the others dashes, as far as there are enough; else groups are counted. Where environments have charts of their own, they need no colour. */
function placesOfValues(keys, values, index) {
  const env = isSplit(index) ? keys.indexOf("env") : -1, counted = values.map((_, group) => group);
  const told = values.map(found => found.filter((_, at) => at !== env)), number = (known, text) => { if (!known.has(text)) known.set(text, known.size); return known.get(text); };
  if (!told[0]?.length) return counted;
  const colours = new Map(), dashes = new Map(), places = new Map();
  const found = told.map(([first, ...rest]) => number(colours, first) + 8 * number(dashes, JSON.stringify(rest)));
  if (colours.size <= 8 && dashes.size <= DASHES.length && colours.size > 1 && isUnlike(found, keys, values, env)) return found;
  return env < 0 ? counted : told.map(one => number(places, JSON.stringify(one)));
}

/** Whether no two groups of one chart have one number. */
function isUnlike(found, keys, values, env) { return new Set(found.map((place, group) => `${place} ${env < 0 ? "" : values[group][env]}`)).size === found.length; }

/** In words, for the heading. */
function madeOf(index) {
  const seeds = [...new Set(index.runs.map(run => run.seed).filter(seed => seed !== null))];
  const {by} = state, parts = [by?.length === 0 ? "nothing is grouped" : count(index.groups.length, "group") + (index.keys.length ? ` by ${index.keys.join(", ")}` : "")];
  const over = index.found.keys.filter(key => !index.keys.includes(key) && index.groups.some((_, group) => new Set(index.runs.map((run, place) => run.group === group ? index.found.values[index.found.of[place]][index.found.keys.indexOf(key)] : null)).size > 2));
  if (over.length && by?.length) parts.push(`${over.join(", ")} mixed`);
  if (index.assumed.some(Boolean)) parts.push("seeds assumed");
  else if (seeds.length) parts.push(seeds.length === 1 ? `seed ${seeds[0]}` : spansOf(seeds));
  if (by === null && index.found.alone) parts.push("only dates and ids tell some runs apart");
  return parts.join("; ");
}

function spansOf(seeds) {
  const known = seeds.map(Number).sort((a, b) => a - b);
  if (known.some(seed => !Number.isInteger(seed))) return `${seeds.length} seeds`;
  const spans = [];
  for (const seed of known) { if (spans.length && seed === spans.at(-1)[1] + 1) spans.at(-1)[1] = seed; else spans.push([seed, seed]); }
  return "seeds " + spans.slice(0, 8).map(([first, last]) => first === last ? String(first) : `${first}-${last}`).join(", ") + (spans.length > 8 ? ", ..." : "");
}

// The control, and the address

function fillGroupBy() {
  const {index} = data, box = document.getElementById("groupby"), chosen = new Set(state.by ?? []), hadFocus = box.contains(document.activeElement) ? document.activeElement.value : null;
  const option = (type, value, text, checked, note, work) => {
    const input = element("input", {type, name: "group by", value, checked});
    input.addEventListener("change", work);
    return element("label", {}, input, element("span", {textContent: text}), element("span", {className: "many", textContent: note}));
  };
  const keys = choicesOf(index);
  box.querySelector("summary").replaceChildren("group by ", element("b", {textContent: state.by === null ? index.keys.join(", ") || "all but the seed" : state.by.join(", ") || "nothing"}));
  box.querySelector("div").replaceChildren(
    option("radio", "", "all but the seed", state.by === null, "", () => groupBy(null)),
    option("radio", "none", "nothing", state.by?.length === 0, "each run by itself", () => groupBy([])),
    ...keys.map(({key, values}) => option("checkbox", `key:${key}`, key, chosen.has(key), inShort(values), event => {
      chosen[event.target.checked ? "add" : "delete"](key);
      groupBy(chosen.size ? [...chosen] : null);
    })));
  if (hadFocus !== null) [...box.querySelectorAll("input")].find(input => input.value === hadFocus)?.focus();
  box.hidden = index.runs.length < 2;
}

function inShort(values) {
  const text = values.filter(Boolean).join(", ");
  return text.length <= LONGEST_NOTE ? text : `${values.length} values`;
}

/** What a person chose: the runs are grouped, and the address says so. */
function groupBy(by) {
  state.by = by;
  writeAddress();
  const {index} = data, before = index.groups.length === index.runs.length;
  regroup(index, by);
  index.charts = chartsOf(index);
  const after = index.groups.length === index.runs.length;
  if (before !== after) chooseCurves(after ? "runs" : "mean");
  showGroups();
  fillTable();
  layOut();
  refresh();
  fillResults();
}

function chooseCurves(value) {
  state.curves = value;
  for (const input of document.querySelectorAll("#curves input")) input.checked = input.value === value;
  document.getElementById("band").disabled = value === "runs";
}

/** What all of the page says of its groups. */
function showGroups() {
  const {runs, groups} = data.index;
  for (const id of ["curves", "band"]) document.getElementById(id).hidden = groups.length === runs.length;  // nothing to take a mean of
  tellCounts();
  fillGroupBy();
  showSplit();
}

/** The keys that the page's address names, or nothing where it names none that a run has. */
function byOfAddress(index) {
  const text = new URLSearchParams(location.hash.slice(1)).get("group");
  if (text === null) return index.by;
  if (text === "none") return [];
  if (text === "") return null;
  const keys = text.split(",").map(decodeURIComponentOrNot).filter(key => index.runs.some(run => valueOf(run, key, index) !== undefined));
  return keys.length ? keys : index.by;
}

function decodeURIComponentOrNot(text) { try { return decodeURIComponent(text); } catch { return text; } }

function writeAddress() {
  const chosen = new URLSearchParams(location.hash.slice(1)), {by} = state;
  if (state.split) chosen.delete("split"); else chosen.set("split", "0");
  const isGiven = JSON.stringify(by) === JSON.stringify(data.index.by);
  if (isGiven) chosen.delete("group");
  else chosen.set("group", by === null ? "" : by.length ? by.map(encodeURIComponent).join(",") : "none");
  const text = String(chosen);
  try { history.replaceState(null, "", text ? `#${text}` : location.pathname + location.search); } catch { /* a frame may not have an address of its own */ }
}

addEventListener("hashchange", () => {
  const by = byOfAddress(data.index);
  if (JSON.stringify(by) !== JSON.stringify(state.by)) groupBy(by);
});

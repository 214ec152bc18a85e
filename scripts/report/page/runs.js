// The table of runs: last and best values, and the config entries that differ; it selects what is drawn.

const FIXED = [["run", "run"], ["last", "last"], ["best", "best"], ["rows", "rows"]];
const MANY = 40;  // columns of config shown at the most; a run's own window has all
const folded = new Set();  // names of groups whose runs are not listed

/** run -> {last, best} of the metric that the table is about. */
function valuesOf(metric) {
  const found = new Map();
  for (const [run, , , , last, best] of data.index.metrics[metric]?.entries ?? []) found.set(run, {last: real(last), best: real(best)});
  return found;
}

function fillTable() {
  const {index} = data, table = document.getElementById("runs"), values = valuesOf(chosenMetric());
  const columns = index.columns.slice(0, MANY), lower = index.metrics[chosenMetric()]?.lower;
  const names = [...FIXED.map(([key, name]) => [key, name === "best" ? `best (${lower ? "min" : "max"})` : name]), ...columns.map(path => [`config:${path}`, path])];
  table.tHead.replaceChildren(element("tr", {}, ...names.map(([key, name]) => {
    const button = element("button", {type: "button", textContent: name, title: key === "best" ? `the ${lower ? "lowest" : "highest"} value` : name});
    button.dataset.key = key;
    button.addEventListener("click", () => sortBy(key));
    return element("th", {scope: "col", className: isOfWords(key.slice("config:".length)) ? "words" : "", "aria-sort": state.sort.key === key ? (state.sort.up ? "ascending" : "descending") : "none"}, button);
  })));
  const groups = index.groups.map((name, group) => ({name, group, members: index.runs.map((run, place) => place).filter(place => index.runs[place].group === group)}));
  const cell = (run, key) => sortable(run, key, values);
  const direction = state.sort.up ? 1 : -1;
  for (const one of groups) one.members.sort((a, b) => direction * compared(cell(a, state.sort.key), cell(b, state.sort.key)) || a - b);
  if (state.sort.key) {
    const nested = groups.filter(one => one.members.length);
    nested.sort((a, b) => direction * compared(ofGroup(a.members, state.sort.key, cell), ofGroup(b.members, state.sort.key, cell)) || a.group - b.group);
    groups.splice(0, groups.length, ...nested);
  }
  for (const body of [...table.tBodies]) body.remove();
  const shared = sharedOf(groups.map(({name, members}) => members.length === 1 ? index.runs[members[0]].label : name));
  for (const one of groups) table.append(bodyOf(one, columns, values, shared));
  showComparable();
  showMore();
}

/** At which ends of the table there is more of it than is seen. */
function showMore() {
  const wrap = document.querySelector(".tablewrap"), left = wrap.scrollLeft > 1, right = wrap.scrollLeft + wrap.clientWidth < wrap.scrollWidth - 1;
  wrap.parentElement.dataset.more = [...left ? ["left"] : [], ...right ? ["right"] : []].join(" ");
}

/** Numbers sort as numbers before texts; what is missing comes last whichever way. */
function compared(a, b) {
  const missing = value => value === undefined || value === null || Number.isNaN(value);
  if (missing(a) || missing(b)) return (state.sort.up ? 1 : -1) * (missing(a) - missing(b));
  return inOrder(a, b);
}

function inOrder(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (typeof a === typeof b) return String(a).localeCompare(String(b), "en", {numeric: true});
  return typeof a === "number" ? -1 : 1;
}

/** Whether a column of the config has texts, which stand at its left. */
function isOfWords(path) { return data.index.runs.some(({config}) => config[path] !== undefined && typeof config[path] !== "number"); }

function sortable(run, key, values) {
  const about = data.index.runs[run];
  if (key === "run") return about.label;
  if (key === "rows") return about.rows;
  if (key === "last" || key === "best") return values.get(run)?.[key];
  const entry = about.config[key?.slice("config:".length)];
  return typeof entry === "boolean" ? String(entry) : entry;
}

function ofGroup(members, key, cell) {
  const found = members.map(run => cell(run, key)).filter(value => value !== undefined && value !== null);
  return found.length && found.every(value => typeof value === "number") ? average(found) : found[0];
}

function average(numbers) { return numbers.reduce((sum, number) => sum + number, 0) / numbers.length; }

function sortBy(key) {
  const down = key === "last" || key === "best" || key === "rows";
  state.sort = state.sort.key === key ? {key, up: !state.sort.up} : {key, up: !down};
  fillTable();
  document.querySelector(`thead button[data-key="${CSS.escape(key)}"]`)?.focus();
}

function bodyOf({name, group, members}, columns, values, shared) {
  const body = document.createElement("tbody"), alone = members.length === 1;
  if (!alone) body.append(groupRow(name, group, members, columns, values, shared));
  const within = alone ? shared : sharedOf(members.map(ownName));
  if (alone || !folded.has(name)) for (const run of members) body.append(runRow(run, !alone, columns, values, within));
  return body;
}

function groupRow(name, group, members, columns, values, shared) {
  const off = members.filter(run => state.off.has(run)).length, open = !folded.has(name);
  const box = element("input", {type: "checkbox", checked: off === 0, indeterminate: off > 0 && off < members.length, "aria-label": `Draw ${name}`});
  box.addEventListener("change", () => select(members, box.checked));
  const fold = element("button", {type: "button", className: "fold", textContent: "›", "aria-expanded": String(open), "aria-label": `Runs of ${name}`});
  fold.addEventListener("click", () => { folded[open ? "add" : "delete"](name); fillTable(); });
  const numbers = key => members.map(run => values.get(run)?.[key]).filter(Number.isFinite);
  const label = element("button", {type: "button", className: "name", title: `${name}\nclick to see what its runs differ in`}, ...parted(name, shared));
  label.addEventListener("click", () => tellAboutGroup(group));
  const assumed = data.index.assumed[group] ? [element("span", {className: "many", textContent: "seeds?", title: "seeds assumed: bare numbers tell these runs apart"})] : [];
  const row = element("tr", {className: off === members.length ? "group off" : "group"},
    element("td", {}, element("div", {className: "cell"}, box, swatch(data.index.places[group]), label,
      element("span", {className: "many", textContent: `×${members.length}`, title: `${members.length} runs`}), ...assumed, fold)),
    ...["last", "best"].map(key => spreadCell(numbers(key))), element("td", {}),
    ...columns.map(path => {
      const entries = [...new Set(members.map(run => data.index.runs[run].config[path]))].filter(entry => entry !== undefined).sort(inOrder);
      return configCell(entries.length > 3 ? `${entries.slice(0, 3).map(shownEntry).join(", ")} …` : entries.map(shownEntry).join(", "), entries.find(entry => typeof entry !== "number") ?? entries[0]);
    }));
  row.dataset.group = group;
  return row;
}

/** What a run is called below its group. */
function ownName(run) {
  const {label, group} = data.index.runs[run], name = data.index.groups[group];
  return label.startsWith(name) && label.slice(name.length).trim() || label;
}

function runRow(run, nested, columns, values, shared) {
  const about = data.index.runs[run], {last, best} = values.get(run) ?? {};
  const box = element("input", {type: "checkbox", checked: !state.off.has(run), "aria-label": `Draw ${about.label}`});
  box.addEventListener("change", () => select([run], box.checked));
  const name = element("button", {type: "button", className: "name", title: `${about.label}\n${about.source}`}, ...parted(nested ? ownName(run) : about.label, shared));
  name.addEventListener("click", () => tellAbout(run));
  const row = element("tr", {className: (nested ? "member" : "group") + (state.off.has(run) ? " off" : "")},
    element("td", {}, element("div", {className: "cell"}, box, ...nested && state.curves !== "runs" ? [] : [swatch(placeOf(run, state, data.index))], name,
      ...about.videos?.length ? [videoMark(run)] : [], ...about.ended ? [] : [element("span", {className: "running", title: "has not ended", role: "img", "aria-label": "has not ended"})])),
    ...[last, best].map(value => element("td", {textContent: value === undefined ? "" : short(value), title: value === undefined ? "" : String(value)})),
    element("td", {textContent: about.rows.toLocaleString("en-US")}), ...columns.map(path => configCell(shownEntry(about.config[path]), about.config[path])));
  row.dataset.run = run;
  return row;
}

function spreadCell(numbers) {
  if (!numbers.length) return element("td", {});
  const areAlike = numbers.every(number => number === numbers[0]), mean = areAlike ? numbers[0] : average(numbers);
  const deviation = deviationOf(numbers), [low, high] = state.band === "ci" ? intervalOf(numbers, "mean") : [NaN, NaN];
  const spread = Number.isFinite(low) ? ` [${rough(low)}, ${rough(high)}]` : ` ± ${rough(deviation)}`;
  const cell = element("td", {title: `${mean} ± ${deviation}`}, rough(mean), element("span", {className: "spread", textContent: spread}));
  const tellInterval = () => { const found = intervalOf(numbers, "mean"); if (Number.isFinite(found[0])) cell.title += `\n95 % interval of the mean: ${found.map(short).join(" … ")}`; };
  cell.addEventListener("mouseenter", tellInterval, {once: true});  // of hundreds of groups it takes its time
  return cell;
}

/** The table as text: one row per group, with what its cells show by the mouse. */
function rowsOfTable() {
  const {index} = data, values = valuesOf(chosenMetric()), {name, lower} = index.metrics[chosenMetric()] ?? {};
  const kinds = [["last", "last"], ["best", lower ? "min" : "max"]];
  const members = index.groups.map((_, group) => membersOf(group).filter(run => !state.off.has(run)));
  return [["group", "runs", ...kinds.flatMap(([, kind]) => [`${name} ${kind}`, "std", "low", "high"])], ...members.flatMap((runs, group) => {
    if (!runs.length) return [];
    return [[index.groups[group], runs.length, ...kinds.flatMap(([key]) => {
      const numbers = runs.map(run => values.get(run)?.[key]).filter(Number.isFinite);
      return numbers.length ? [average(numbers), numbers.length > 1 ? deviationOf(numbers) : NaN, ...intervalOf(numbers, "mean")] : [NaN, NaN, NaN, NaN];
    })]];
  })];
}

function configCell(text, entry) {
  return element("td", {className: typeof entry === "number" ? "" : "words", textContent: text, title: text});
}

function shownEntry(entry) {
  if (entry === undefined) return "";
  return typeof entry === "number" ? (Number.isInteger(entry) ? String(entry) : short(entry)) : String(entry);
}

function select(runs, on) {
  for (const run of runs) state.off[on ? "delete" : "add"](run);
  fillTable();
  refresh();
  fillResults();
}

/** Marks the rows of a curve; null for none. */
function light(curve) {
  for (const row of document.querySelectorAll("#runs tbody tr")) {
    const lit = curve !== null && (row.dataset.run === undefined ? Number(row.dataset.group) === curve.group && curve.runs.length > 1 : curve.runs.includes(Number(row.dataset.run)));
    row.classList.toggle("lit", lit);
  }
}

function entriesOf(list, entries) {
  list.replaceChildren(...entries.flatMap(([name, value]) => [element("dt", {textContent: name}), element("dd", {textContent: String(value)})]));
}

function tellAbout(run) {
  const about = data.index.runs[run], dialog = document.getElementById("about");
  dialog.querySelector("h2").textContent = about.label;
  const began = real(about.began), facts = [["read from", about.source], ["rows", about.rows], ["group", data.index.groups[about.group]], ...Object.entries(about.facts)];
  if (Number.isFinite(began)) facts.push(["began", new Date(began * 1000).toLocaleString()]);
  entriesOf(dialog.querySelector("dl"), [...facts, ...Object.entries(about.config), ...Object.entries(data.index.common)]);
  fillVideos(dialog, run);
  dialog.showModal();
}

function fillCommon() {
  const entries = Object.entries(data.index.common), box = document.getElementById("common");
  box.hidden = !entries.length;
  box.querySelector("summary").textContent = `${count(entries.length, "config entr").replace(/entrs$/, "entries").replace(/entr$/, "entry")}${data.index.runs.length > 1 ? " that all runs share" : ""}`;
  entriesOf(box.querySelector("dl"), entries);
}

// The view "compare": of the metric that the table is about one score per run, and what groups are worth by it, in each environment.

const MOST_OF_NAME = 20;  // characters, in the heading of a column
const SHORTER = 0.05;  // of the way of the longest run: a run that lacks more of it is named
const ATS = [["reached", "the largest x that all runs reached"], ["last", "each run's last"], ["best", "each run's best"]];

/** Shows charts, or what groups are worth. */
function showView() {
  const isCompare = state.view === "compare";
  document.getElementById("charts").hidden = isCompare;
  document.getElementById("results").hidden = !isCompare;
  if (isCompare) fillResults();
}

let filling = 0;

async function fillResults() {
  if (state.view !== "compare") return;
  const box = document.getElementById("results"), {index} = data, metric = chosenMetric(), wanted = ++filling;
  if (!index.metrics[metric]) return box.replaceChildren(element("p", {className: "nothing", textContent: "No metrics yet."}));
  const points = await pointsOf(metric);
  if (wanted !== filling || index !== data.index) return;
  const sections = resultsOf(index, metric, points);
  const choose = element("select", {id: "at"}, ...ATS.map(([value, name]) => element("option", {value, textContent: name, selected: state.at === value})));
  choose.addEventListener("change", () => { state.at = choose.value; fillResults(); });
  const hadFocus = document.activeElement?.id === "at";
  box.replaceChildren(element("div", {className: "section"}, element("h2", {textContent: `${index.metrics[metric].name}${index.metrics[metric].lower ? ", lower is better" : ""}`}), element("label", {className: "quiet"}, "at ", choose)),
    ...sections.map(section => sectionOf(section, index.metrics[metric])),
    element("p", {className: "quiet small", textContent: `IQM: mean of the middle half of runs. Intervals: 95 %, ${RESAMPLES.toLocaleString("en-US")} bootstrap resamples of runs, as in Agarwal et al. 2021; a single run has none.${sections.length > 1 ? " Environments have no common scale, so there is no table over all of them; `compare --normalise` makes one." : ""}`}));
  if (hadFocus) choose.focus();
}

/** [{env, x, rows: [{group, runs, values, mean, std, iqm, beats, isApart}], notes}] of the runs that are selected. */
function resultsOf(index, metric, points) {
  const {lower} = index.metrics[metric], sign = lower ? -1 : 1, shown = points.filter(one => !state.off.has(one.run));
  const envOf = one => environmentOf(index.runs[one.run], index), envs = [...new Set(shown.map(envOf))].sort();
  return envs.map(env => {
    const notes = [], here = shown.filter(one => envOf(one) === env), names = found => `${found.slice(0, 5).map(one => index.runs[one.run].label).join(", ")}${found.length > 5 ? ` and ${found.length - 5} more` : ""}`;
    const uncounted = here.filter(one => one.other), lines = new Map(), diverged = [];
    for (const one of here.filter(other => !other.other)) {
      const whole = lineOf(one, "steps", 0, index.runs[one.run]), line = finite(whole), end = whole.xs[whole.xs.length - 1];
      if (line.xs.length) lines.set(one, line);
      if (line.xs.length && end - line.xs[line.xs.length - 1] > SHORTER * (end - line.xs[0])) diverged.push(one);
    }
    if (uncounted.length) notes.push(`${count(uncounted.length, "run")} left out, counting something else: ${names(uncounted)}`);
    const empty = here.filter(one => !one.other && !lines.has(one));
    if (empty.length) notes.push(`${count(empty.length, "run")} left out, with no point that is a number: ${names(empty)}`);
    const ends = [...lines.values()].map(line => line.xs[line.xs.length - 1]), longest = Math.max(...ends), latest = Math.max(...[...lines.values()].map(line => line.xs[0]));
    const later = ends.filter(end => end >= latest), x = Math.min(...later.length ? later : ends);  // all have begun by then
    const enough = longest - SHORTER * (longest - Math.min(...[...lines.values()].map(line => line.xs[0])));
    const early = [...lines].filter(([, line]) => line.xs[line.xs.length - 1] < enough).map(([one]) => one);
    if (diverged.length) notes.push(`${count(diverged.length, "run")} ended with NaN or infinity; only the points before that count: ${names(diverged)}`);
    if (early.length) notes.push(`${count(early.length, "run")} of ${lines.size} did not get as far as the longest (${short(longest)}): ${names(early)}`);
    const groups = new Map(), without = [];
    for (const [one, line] of lines) {
      const value = scoreOf(line, x, lower);
      if (Number.isNaN(value)) { without.push(one); continue; }
      const {group} = index.runs[one.run];
      groups.set(group, [...groups.get(group) ?? [], {run: one.run, value}]);
    }
    if (without.length) notes.push(`${count(without.length, "run")} left out, with no value at ${short(x)}: ${names(without)}`);
    const rows = [...groups].map(([group, members]) => {
      const values = members.map(one => one.value);
      return {group, runs: members.map(one => one.run), values, mean: average(values), std: deviationOf(values), iqm: estimateOf(values, "iqm"), beats: null, isApart: false};
    });
    for (const row of rows.slice(1)) row.beats = improvementOf(row.values.map(value => sign * value), rows[0].values.map(value => sign * value));
    const best = rows.reduce((one, other) => one === null || sign * other.iqm.value > sign * one.iqm.value ? other : one, null);
    if (rows.length > 1) best.isApart = rows.every(row => row === best || row.iqm.low > best.iqm.high || row.iqm.high < best.iqm.low);
    return {env, x: state.at === "reached" ? x : null, rows, notes};
  });
}

/** Where a run's line stands: at x, at its end or at its best; NaN where it begins later, or has ended. */
function scoreOf(line, x, lower) {
  if (state.at === "last") return line.ys[line.ys.length - 1];
  if (state.at === "best") return line.ys.reduce((one, other) => lower ? Math.min(one, other) : Math.max(one, other));
  if (x > line.xs[line.xs.length - 1]) return NaN;
  let at = -1;
  while (at + 1 < line.xs.length && line.xs[at + 1] <= x) at++;
  if (at < 0) return NaN;
  const x0 = line.xs[at], x1 = line.xs[Math.min(at + 1, line.xs.length - 1)];
  return x === x0 || x1 === x0 ? line.ys[at] : line.ys[at] + (line.ys[at + 1] - line.ys[at]) * (x - x0) / (x1 - x0);
}

function sectionOf({env, x, rows, notes}, metric) {
  if (!rows.length) return element("p", {className: "nothing", textContent: "no run is selected"});
  const {groups, places} = data.index, first = groups[rows[0].group], many = rows.length > 1, shared = sharedOf(rows.map(row => groups[row.group]));
  const edges = rows.flatMap(({iqm}) => [iqm.value, iqm.low, iqm.high]).filter(Number.isFinite), low = Math.min(...edges), high = Math.max(...edges);
  const names = ["", "runs", "mean ± std", "IQM", "95 % interval", "", ...many ? [`beats ${first.length > MOST_OF_NAME ? "the first" : first}`] : []];
  const line = row => element("tr", {className: row.isApart ? "apart" : ""},
    element("td", {}, element("div", {className: "cell"}, swatch(places[row.group]), element("span", {className: "name", title: groups[row.group]}, ...parted(groups[row.group], shared)))),
    element("td", {textContent: String(row.values.length)}),
    element("td", {title: `${row.mean} ± ${row.std}`}, rough(row.mean), ...row.values.length > 1 ? [element("span", {className: "spread", textContent: ` ± ${rough(row.std)}`})] : []),
    element("td", {textContent: short(row.iqm.value)}), element("td", {textContent: told(row.iqm)}),
    element("td", {className: "span"}, spanOf(row.iqm, low, high, places[row.group])),
    ...many ? [element("td", row.beats ? {title: "the probability that a run of it does better than one of the first group"} : {}, row.beats ? short(Number(row.beats.value.toFixed(2))) : "", ...row.beats ? [element("span", {className: "spread", textContent: ` ${told(row.beats, 2)}`})] : [])] : []);
  const about = [env || null, x === null ? null : `at ${short(x)} ${metric.unit || "steps"}`].filter(Boolean).join(" · ");
  return element("section", {"aria-label": env || metric.name},
    element("div", {className: "section"}, element("h3", {textContent: about || metric.name}), copyMenu(() => textRowsOf(rows))),
    element("div", {className: "resultbox", tabIndex: 0, role: "region", "aria-label": `Groups compared${env ? ` in ${env}` : ""}`}, element("table", {}, element("thead", {}, element("tr", {}, ...names.map(name => element("th", {scope: "col", textContent: name, title: name})))), element("tbody", {}, ...rows.map(line)))),
    ...notes.map(note => element("p", {className: "quiet small", textContent: note})));

  function told({low: from, high: to}, digits = 5) { return Number.isNaN(from) ? "" : `[${short(Number(from.toPrecision(digits)))}, ${short(Number(to.toPrecision(digits)))}]`; }
}

/** The interval as a bar, the value as a tick. */
function spanOf({value, low, high}, least, most, place) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg"), wide = most - least || 1, at = number => 3 + 94 * (most === least ? 0.5 : (number - least) / wide);
  const add = (name, about) => { const made = document.createElementNS("http://www.w3.org/2000/svg", name); for (const [key, own] of Object.entries(about)) made.setAttribute(key, own); picture.append(made); };
  picture.setAttribute("viewBox", "0 0 100 14");
  picture.setAttribute("preserveAspectRatio", "none");
  picture.setAttribute("aria-hidden", "true");
  if (Number.isFinite(low)) add("rect", {x: at(low), y: 3, width: Math.max(0.5, at(high) - at(low)), height: 8, fill: colour(place), "fill-opacity": 0.35});
  if (Number.isFinite(value)) add("rect", {x: at(value) - 0.6, y: 1, width: 1.2, height: 12, fill: colour(place)});
  return picture;
}

function textRowsOf(rows) {
  const {groups} = data.index;
  return [["group", "runs", "mean", "std", "IQM", "IQM low", "IQM high", ...rows.length > 1 ? [`P(beats ${groups[rows[0].group]})`, "P low", "P high"] : []],
    ...rows.map(row => [groups[row.group], row.values.length, row.mean, row.std, row.iqm.value, row.iqm.low, row.iqm.high, ...rows.length > 1 ? [row.beats?.value ?? NaN, row.beats?.low ?? NaN, row.beats?.high ?? NaN] : []])];
}

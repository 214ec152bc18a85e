// Side by side: what runs, or groups, have in their configs; what they differ in comes first.

const SIDE_BY_SIDE = 4;  // that fit

/** What is selected, as columns: two to four runs, else as many groups; nothing where it is neither. */
function comparable() {
  const {index} = data, runs = index.runs.map((_, place) => place).filter(run => !state.off.has(run));
  const groups = [...new Set(runs.map(run => index.runs[run].group))];
  if (groups.length > 1 && groups.length <= SIDE_BY_SIDE) return groups.map(group => ({name: index.groups[group], place: index.places[group], runs: membersOf(group).filter(run => !state.off.has(run))}));
  if (groups.length === 1 && runs.length > 1 && runs.length <= SIDE_BY_SIDE) return runs.map(columnOf);
  return [];
}

function columnOf(run) { return {name: data.index.runs[run].label, place: placeOf(run, state, data.index), runs: [run]}; }

function membersOf(group) { return data.index.runs.map((_, place) => place).filter(run => data.index.runs[run].group === group); }

/** [{key, cells, differs}] of all that the columns have: facts, then entries of configs. */
function rowsOfColumns(columns) {
  const {index} = data, runs = columns.flatMap(column => column.runs.map(run => index.runs[run]));
  const facts = [...new Set(runs.flatMap(run => Object.keys(run.facts)))], entries = [...index.columns, ...Object.keys(index.common)].filter(path => !isHead(path, index));
  return [...new Set([...facts, ...entries])].map(key => {
    const cells = columns.map(column => [...new Set(column.runs.map(run => textOf(index.runs[run], key, index)))]);
    return {key, cells, differs: new Set(cells.map(cell => JSON.stringify(cell))).size > 1};
  }).filter(({cells}) => cells.some(cell => cell.some(Boolean)));
}

/** Opens the window of columns; of one group, of its runs. */
function showSideBySide(title, columns, about = []) {
  const dialog = document.getElementById("sides"), rows = rowsOfColumns(columns);
  const line = ({key, cells, differs}) => element("tr", {className: differs ? "differs" : ""}, element("th", {scope: "row", textContent: key}),
    ...cells.map(cell => element("td", {textContent: cell.length > 5 ? `${cell.slice(0, 5).join(", ")} … (${cell.length})` : cell.filter(Boolean).join(", "), title: cell.join(", ")})));
  const body = (heading, found) => found.length ? [element("tbody", {}, element("tr", {className: "heading"}, element("th", {colSpan: columns.length + 1, textContent: heading})), ...found.map(line))] : [];
  const differing = rows.filter(row => row.differs), alike = rows.filter(row => !row.differs);
  dialog.querySelector("h2").textContent = title;
  dialog.querySelector("p").textContent = about.filter(Boolean).join(" · ");
  dialog.querySelector("table").replaceChildren(
    element("thead", {}, element("tr", {}, element("td", {}), ...columns.map(({name, place}) => element("th", {scope: "col", title: name}, swatch(place), ` ${name}`)))),
    ...body(differing.length ? `${count(differing.length, "difference")}` : "No known difference", differing.length ? differing : [{key: "", cells: columns.map(() => []), differs: false}]),
    ...body("alike", alike));
  dialog.showModal();
}

/** What a group is made of, and what its runs differ in. */
function tellAboutGroup(group) {
  const {index} = data, members = membersOf(group), first = index.runs[members[0]];
  const made = index.keys.map(key => [key, textOf(first, key, index)]).filter(([, text]) => text).map(([key, text]) => `${key}: ${text}`);
  const seeds = [...new Set(members.map(run => index.runs[run].seed).filter(seed => seed !== null))];
  const differing = rowsOfColumns(members.map(columnOf)).filter(row => row.differs).map(row => row.key);
  showSideBySide(index.groups[group], members.slice(0, 12).map(run => ({...columnOf(run), name: ownName(run)})), [
    count(members.length, "run") + (members.length > 12 ? ", of which the first 12" : ""), ...made,
    index.assumed[group] ? "seeds assumed: bare numbers tell these runs apart" : seeds.length > 1 ? spansOf(seeds) : "",
    differing.length ? `they differ in ${differing.slice(0, 8).join(", ")}${differing.length > 8 ? " …" : ""}` : ""]);
}

/** Whether there is something to compare, on its button. */
function showComparable() {
  const button = document.getElementById("compare");
  button.disabled = comparable().length < 2;
  button.hidden = data.index.runs.length < 2;
  button.title = button.disabled ? "Select two to four runs or groups to see their configs side by side" : "Configs of what is selected, side by side";
}

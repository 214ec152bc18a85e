// Tables as text: what is copied, and what is saved beside a chart.

const FORMS = {csv: "CSV", markdown: "Markdown", latex: "LaTeX"};
const OF_LATEX = {"\\": "\\textbackslash{}", "^": "\\textasciicircum{}", "~": "\\textasciitilde{}", "<": "\\textless{}", ">": "\\textgreater{}", "|": "\\textbar{}"};

/** A cell of CSV; a text that a spreadsheet would take for a formula gets a space before it. */
function csvCell(value) {
  if (value === null || value === undefined || Number.isNaN(value)) return "";
  const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? ` ${value}` : String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll("\"", "\"\"")}"` : text;
}

function latexOf(text) { return text.replace(/[\\^~<>|&%$#_{}]/g, letter => OF_LATEX[letter] ?? `\\${letter}`).replaceAll("±", "$\\pm$").replaceAll("−", "$-$").replaceAll("∞", "$\\infty$"); }

/** A name as it stands: nothing in it is bold, a formula, a link or a tag. */
function markdownOf(text) { return text.replace(/[|\\`<*~$]|(?<!\w)_|_(?!\w)|\[(?=[^\]]*\][([])|&(?=#?\w+;)/g, "\\$&").replace(/\s+/g, " "); }

function shownCell(value) { return typeof value === "number" ? (Number.isNaN(value) ? "" : short(value)) : String(value ?? ""); }

/** `rows`: of cells, texts or numbers; the first row has the names of columns. CSV has all digits, the others as many as a person reads. */
function tableText(rows, form) {
  if (form === "csv") return rows.map(row => row.map(csvCell).join(",") + "\n").join("");
  const [names, ...body] = rows.map(row => row.map(shownCell));
  if (form === "markdown") {
    const line = cells => `| ${cells.map(markdownOf).join(" | ")} |\n`;
    return line(names) + `|---|${"---:|".repeat(names.length - 1)}\n` + body.map(line).join("");
  }
  const line = cells => `${cells.map(cell => latexOf(cell.replace(/\s+/g, " "))).join(" & ").replace(/^[[*]/, "{$&}")} \\\\\n`;  // behind the end of a row they would be its option
  return `\\begin{tabular}{l${"r".repeat(names.length - 1)}}\n\\hline\n${line(names)}\\hline\n${body.map(line).join("")}\\hline\n\\end{tabular}\n`;
}

/** Puts a text onto the clipboard; whether that could be done. */
async function copied(text) {
  try { await navigator.clipboard.writeText(text); return true; } catch { /* an older browser, or it was not allowed */ }
  const box = element("textarea", {value: text, className: "hidden"});
  document.body.append(box);
  box.select();
  try { return document.execCommand("copy"); } finally { box.remove(); }
}

/** A menu that copies a table: `rowsOf()` makes it when it is asked for. */
function copyMenu(rowsOf) {
  const box = element("details", {className: "copy"}, element("summary", {className: "text", textContent: "copy"}));
  const choose = async form => {
    const done = await copied(tableText(await rowsOf(), form));
    box.open = false;
    box.firstChild.textContent = done ? "copied" : "not copied";
    setTimeout(() => { box.firstChild.textContent = "copy"; }, 1500);
  };
  box.append(element("div", {}, ...Object.entries(FORMS).map(([form, name]) => {
    const button = element("button", {type: "button", className: "text", textContent: name});
    button.addEventListener("click", () => choose(form));
    return button;
  })));
  box.addEventListener("keydown", event => { if (event.key === "Escape") { box.open = false; box.firstChild.focus(); } });
  return box;
}

/** Hands a file to the browser, to be saved. */
function saved(name, text, type) {
  const address = URL.createObjectURL(new Blob([text], {type})), link = element("a", {href: address, download: name});
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function fileName(name, ending) { return `${name.replace(/[^\p{L}\p{N}._-]+/gu, "_").slice(0, 80) || "chart"}.${ending}`; }

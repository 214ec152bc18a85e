// Numbers and colours as a person reads them. Every text of a run enters the page through textContent alone.

/** A number in five digits at the most. */
function short(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  let text;
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) text = value.toExponential(3).replace(/\.?0+e/, "e").replace("e+", "e");
  else if (Number.isInteger(value)) text = value.toLocaleString("en-US");
  else text = String(Number(value.toPrecision(5)));
  return text.replace("-", "−");
}

/** A deviation: three digits tell enough. */
function rough(value) { return short(Number(value.toPrecision(Math.abs(value) >= 1000 ? 4 : 3))); }

/** Seconds as text. */
function duration(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60), hours = Math.floor(minutes / 60);
  return hours ? `${hours} h ${String(minutes % 60).padStart(2, "0")} min` : `${minutes} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
}

/** The inverse of `_plain`: NaN and infinities are texts in JSON. */
function real(value) { return typeof value === "string" ? Number(value) : value; }

function count(number, thing) { return `${number.toLocaleString("en-US")} ${thing}${number === 1 ? "" : "s"}`; }

// Told apart by everyone, also in print (after Okabe and Ito); brighter ones for a dark page. Beyond eight, lines are dashed.
const COLOURS = {
  light: ["#0072b2", "#d55e00", "#009e73", "#b8568f", "#c98a00", "#4a9fd8", "#7a5195", "#5f6b7a"],
  dark: ["#4ba9ee", "#ff8a4c", "#2fc8a0", "#e79ac6", "#f2b632", "#8fd0f8", "#b896dd", "#a3afbd"]};
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];

function theme() { return document.documentElement.dataset.theme; }
function colour(place) { return COLOURS[theme()][place % 8]; }
function dash(place) { return DASHES[Math.floor(place / 8) % DASHES.length]; }
function faded(hex, alpha) { return hex + Math.round(alpha * 255).toString(16).padStart(2, "0"); }
function css(name) { return getComputedStyle(document.documentElement).getPropertyValue(name).trim(); }

/** An element; `about` sets properties, `children` are elements or texts. */
function element(tag, about = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(about)) {
    if (name.startsWith("aria-") || name === "role") made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children);
  return made;
}

/** The line of a run or group, as a picture. */
function swatch(place) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg"), line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  picture.setAttribute("class", "swatch");
  picture.setAttribute("viewBox", "0 0 14 10");
  picture.setAttribute("aria-hidden", "true");
  for (const [name, value] of Object.entries({x1: 0, y1: 5, x2: 14, y2: 5, stroke: colour(place), "stroke-dasharray": dash(place).map(part => part / 2).join(" ")})) line.setAttribute(name, value);
  picture.append(line);
  return picture;
}

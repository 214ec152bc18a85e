// Names that begin alike: what they share gives way where there is no room, what tells them apart is seen.

const FITS = 14;  // characters of a name that there is always room for
const ENDS = 20;  // characters after what all names begin with, so that there is room for these
const SHORT_OF = 16;  // characters that are gone back at most, to where a word begins

/** name -> how many characters of it are no help, as another one begins with them, too. */
function sharedOf(names) {
  const sorted = [...new Set(names)].sort(), shared = new Map();
  const alike = (a, b) => {
    let length = 0;
    while (length < a.length && a[length] === b[length]) length++;
    return length;
  };
  const whole = sorted.length > 1 ? alike(sorted[0], sorted[sorted.length - 1]) : 0;
  const isShort = sorted.every(name => name.length - whole <= ENDS);
  sorted.forEach((name, place) => {
    const most = isShort ? whole : Math.max(...[place - 1, place + 1].filter(at => at in sorted).map(at => alike(name, sorted[at])), 0);
    const word = name.lastIndexOf(" ", Math.min(most, name.length - 1) - 1) + 1;
    shared.set(name, word > 0 && most - word <= SHORT_OF || most <= SHORT_OF ? word : most);
  });
  return shared;
}

/** A name as children of an element: whole, or in two parts of which the second one is not cut. */
function parted(name, shared) {
  const at = shared.get(name) ?? 0;
  return name.length <= FITS || at === 0 || at >= name.length ? [name] : [element("span", {className: "shared", textContent: name.slice(0, at)}), element("span", {className: "own", textContent: name.slice(at)})];
}

/** What a word of a search fits: a part of the name; with `*` for any text and `?` for one character, all of it, or of its last part. */
function patternOf(word) {
  if (!/[*?]/.test(word)) return name => name.includes(word);
  const pattern = new RegExp(`^(?:.*/)?${word.replace(/[.+^${}()|[\]\\/]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".")}$`, "su");
  return name => pattern.test(name);
}

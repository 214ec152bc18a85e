// Videos that lie beside a run: links to the files, at the step that their names say. Nothing is copied into the page.

/** In the table, where a run has some. */
function videoMark(run) {
  const many = data.index.runs[run].videos.length, button = element("button", {type: "button", className: "many", textContent: `▶ ${many}`, title: count(many, "video"), "aria-label": `${count(many, "video")} of ${data.index.runs[run].label}`});
  button.addEventListener("click", () => tellAbout(run));
  return button;
}

/** What the window about a run lists: [{href, name, at}]; a page that a server shows has names alone. */
function fillVideos(dialog, run) {
  const videos = data.index.runs[run].videos ?? [];
  if (!videos.length) return;
  const shown = ({href, name, at}) => element("li", {}, `${at} `.trimStart(), href ? element("a", {href, textContent: name, target: "_blank", rel: "noopener"}) : element("code", {textContent: name}));
  dialog.querySelector("dl").prepend(element("dt", {textContent: count(videos.length, "video")}), element("dd", {}, element("ul", {className: "videos"}, ...videos.map(shown))));
}

"""The report as one picture: what a row costs beside other trackers, and how cost grows."""
import re

import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot  # noqa: E402

OURS, FLOOR, OTHERS = "#1b7f4d", "#8a8a8a", "#c9ced6"


def draw(report, path):
    """Draw what the report has of it.

    Args:
        report: as in ``bench.json``.
        path: the SVG file.
    """
    tables = {table["title"].strip(): table for table in report["tables"]}
    row = next((table for title, table in tables.items() if title.startswith("1. ")), None)
    curves = [(title, table) for title, table in tables.items() if table["columns"][0] in ("metrics", "rows") and
              "us a row" in table["columns"] and "hangs" not in title]
    panels = (row is not None) + len(curves)
    if not panels:
        return
    pyplot.rcParams.update({"svg.fonttype": "none", "font.size": 9, "svg.hashsalt": "bench"})
    figure, axes = pyplot.subplots(1, panels, figsize=(5 * panels + 2, 4.2), squeeze=False, layout="constrained",
                                   gridspec_kw={"width_ratios": [2] * (row is not None) + [1] * len(curves)})
    axes = list(axes[0])
    if row is not None:
        _bars(axes.pop(0), row)
    for axis, (title, table) in zip(axes, curves):
        _curve(axis, title, table)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)


def _bars(axis, table):
    column = table["columns"].index("30: us")
    rows = [row for row in table["rows"] if row[column]][::-1]
    colours = {"ours": OURS, "floor": FLOOR}
    axis.barh([row[0] for row in rows], [row[column] for row in rows],
              color=[colours.get(re.match(r"\w*", row[0]).group(), OTHERS) for row in rows])
    for index, row in enumerate(rows):
        us = row[column]
        axis.text(us, index, f" {us:,.0f}" if us >= 10 else f" {us:.1f}", va="center")
    axis.set_xscale("log")
    axis.margins(x=0.15)
    axis.set_title("A row of 30 metrics: microseconds of the training's thread")
    axis.spines[["top", "right"]].set_visible(False)


def _curve(axis, title, table):
    column = table["columns"].index("us a row")
    us = [row[column] for row in table["rows"]]
    axis.loglog([float(row[0].replace(",", "")) for row in table["rows"]], us, "o-", color=OURS)
    axis.set_ylim(min(us) / 3, max(us) * 3)
    axis.set_title(f"Microseconds a row, by\n{title.partition(': ')[2] or title}")
    axis.set_xlabel(table["columns"][0])
    axis.grid(alpha=0.3)
    axis.spines[["top", "right"]].set_visible(False)

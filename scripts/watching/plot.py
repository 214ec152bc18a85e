"""The screen with curves."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, List, Optional, Sequence

from neptune_writer import messages
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Static
from textual_plotext import PlotextPlot

from scripts.runs import metric_order
from scripts.watching import curves
from scripts.watching.chooser import Chooser
from scripts.watching.judged import Judged
from scripts.watching.verdict import number

if TYPE_CHECKING:
    from scripts.watching.curves import Drawing

_COLOURS = ("cyan", "magenta", "yellow", "green", "red", "blue")
_KEYS = "m,n,p metric  up,down run  +,- zoom  left,right  0 all  s,S smooth  b band  esc"


class Plot(Screen[None]):
    """Curves of one metric.

    Args:
        shown: () -> the runs to draw, as they are now, the first one with the band of those before it.
        move: chooses another run, so many further down.
    """

    BINDINGS = [Binding("escape,q,enter", "back"), Binding("up,k", "run(-1)"), Binding("down,j", "run(1)"),
                Binding("n", "metric(1)"), Binding("p", "metric(-1)"), Binding("m,slash", "choose"),
                Binding("plus,equals_sign", "zoom(0.5)"), Binding("minus", "zoom(2.0)"), Binding("left,h", "pan(-1)"),
                Binding("right,l", "pan(1)"), Binding("0", "whole"), Binding("s", "smooth(1)"),
                Binding("S", "smooth(-1)"), Binding("b", "band")]
    CSS = """
    Plot #title { height: 1; text-style: bold; }
    Plot #verdict { height: auto; max-height: 3; }
    Plot #keys { height: 1; text-style: reverse; }
    """

    def __init__(self, shown: Callable[[], Sequence[Judged]], move: Callable[[int], None], metric: str) -> None:
        super().__init__()
        self._shown, self._move, self.metric = shown, move, metric
        self.view = curves.View()
        self._drawn: object = None
        self.drawing = curves.drawing(metric, [], self.view, 1)

    def compose(self) -> ComposeResult:
        """Title, plot, what is said of the run, keys."""
        yield Static(id="title", markup=False)
        yield PlotextPlot()
        yield Static(id="verdict", markup=False)
        yield Static(_KEYS, id="keys", markup=False)

    def on_mount(self) -> None:
        """Draw at once."""
        self.draw()

    def on_resize(self) -> None:
        """As fine as there is room for."""
        self.draw()

    def draw(self) -> None:
        """Draw what is new; nothing where nothing is."""
        shown = list(self._shown())
        plots = self.query(PlotextPlot)
        if not shown or not plots:
            return
        if not any(self.metric in one.run.series for one in shown):
            self.metric = shown[0].metric
        stamp = self.metric, self.view, self.size, [(one.key, len(one.run.steps)) for one in shown]
        if stamp == self._drawn:
            return
        self._drawn = stamp
        plot = plots.first()
        self.drawing = curves.drawing(self.metric, shown, self.view, max(20, self.size.width))
        _draw(plot.plt, self.drawing, self.view, self.app.no_color, self.size.width)
        plot.refresh()
        first = shown[0]
        last = next((f"{number(float(curve.ys[-1]))} at {number(float(curve.xs[-1]))}" for curve in self.drawing.curves
                     if curve.label == first.label and len(curve.xs)), "no points here")
        smooth = curves.SMOOTHING[self.view.smoothing]
        self.query_one("#title", Static).update(messages.plain(
            f"{self.metric}  {first.label}: {last}" + (f"  smoothed {smooth:g}" if smooth else "")))
        self.query_one("#verdict", Static).update("\n".join(
            f"{'!' if verdict.is_bad else ' '} {messages.plain(verdict.text)}" for verdict in first.verdicts))

    def _metrics(self) -> List[str]:
        return metric_order.ordered({name for one in self._shown() for name in one.run.series})

    def action_back(self) -> None:
        """To the list."""
        self.dismiss()

    def action_run(self, by: int) -> None:
        """The next run of the list."""
        self._move(by)
        self.view = self.view.whole()
        self.draw()

    def action_metric(self, by: int) -> None:
        """The next metric."""
        names = self._metrics()
        if names:
            self.metric = names[(names.index(self.metric) + by) % len(names) if self.metric in names else 0]
            self.draw()

    def action_choose(self) -> None:
        """Choose a metric by its name."""
        self.app.push_screen(Chooser("metric", self._metrics()), self._take)

    def _take(self, metric: Optional[str]) -> None:
        if metric:
            self.metric = metric
            self.draw()

    def action_zoom(self, factor: float) -> None:
        """See half of it, or twice as much."""
        self._look(self.view.zoomed(factor, self.drawing.extent))

    def action_pan(self, by: int) -> None:
        """Move what is seen."""
        self._look(self.view.moved(by, self.drawing.extent))

    def action_whole(self) -> None:
        """See all of it."""
        self._look(self.view.whole())

    def action_smooth(self, by: int) -> None:
        """Smoother, or less so."""
        self._look(self.view.smoother(by))

    def action_band(self) -> None:
        """With the band, or without."""
        self._look(self.view._replace(has_band=not self.view.has_band))

    def _look(self, view: curves.View) -> None:
        self.view = view
        self.draw()


def _draw(plt: object, found: Drawing, view: curves.View, no_color: bool, width: int) -> None:
    """Onto plotext's figure. Without colour the curves are of letters where there are several."""
    figure: Any = plt
    figure.clear_figure()
    for place, curve in enumerate(found.band):
        figure.plot(curve.xs.tolist(), curve.ys.tolist(), marker=".", color="gray",
                    label=None if place else f"{curve.label}, lowest and highest")
    for place, curve in enumerate(found.curves):
        letter = no_color and len(found.curves) > 1
        if len(curve.xs):
            marker = chr(ord("a") + place % 26) if letter else "braille"
            figure.plot(curve.xs.tolist(), curve.ys.tolist(), marker=marker,
                        color=_COLOURS[place % len(_COLOURS)], label=curve.label[-(width // 2):])
    low, high = view.within(found.extent)
    if high > low:
        figure.xlim(low, high)
    figure.xlabel(messages.plain(found.x))

"""The screen: the list of runs, what is said of the chosen one, and the way to its curves."""
from __future__ import annotations

import argparse
import asyncio
import os
import signal
from multiprocessing import resource_tracker
from typing import List, Optional

from neptune_writer import messages
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.events import Resize
from textual.widgets import Input, Static

from scripts.watching import judged, table
from scripts.watching.follow import Follow, Look, Looking
from scripts.watching.judged import Judged
from scripts.watching.listing import Listing
from scripts.watching.on_bad import ENDING, OnBad
from scripts.watching.plot import Plot
from scripts.watching.verdict import number

_WITH_DETAIL = 12  # lines of the screen
_KEYS = "enter curves  space mark  / search  a all  x bad only  q quit"


class Watch(App[int]):
    """The app; its reading goes on in a thread (`Follow`)."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [Binding("q,ctrl+c,ctrl+q", "leave"), Binding("enter", "curves"), Binding("space", "mark"),
                Binding("slash", "search"), Binding("a", "all"), Binding("x", "bad"), Binding("escape", "clear"),
                Binding("ctrl+z", "suspend_process")]
    CSS = """
    #head { height: 1; text-style: bold; }
    #detail { height: auto; max-height: 6; border-top: ascii; }
    #keys { height: 1; text-style: reverse; }
    #search { height: 1; border: none; padding: 0; display: none; }
    Listing { height: 1fr; }
    """

    def __init__(self, looking: Looking, arguments: argparse.Namespace) -> None:
        super().__init__()
        self._follow = Follow(looking, self._told, self._progress)
        self._on_bad = OnBad(arguments.on_bad) if arguments.on_bad else None
        self._look: Optional[Look] = None
        self._every, self._bad_only, self._text = bool(arguments.all), False, ""
        self._percent = -1

    def compose(self) -> ComposeResult:
        """Head, list, detail, keys."""
        yield Static("reading ...", id="head", markup=False)
        yield Listing()
        yield Static(id="detail", markup=False)
        yield Input(placeholder="search: a part of a name, a group, a state; enter keeps it, esc ends it", id="search")
        yield Static(_KEYS, id="keys", markup=False)

    def on_mount(self) -> None:
        """The screen is there before anything is read."""
        self.query_one(Listing).focus()
        self._follow.start()
        if self._on_bad is not None:
            self.set_interval(1.0, self._go_on)
        for each in ENDING:
            if signal.getsignal(each) == signal.SIG_DFL:
                asyncio.get_running_loop().add_signal_handler(each, self._end, 128 + each)

    def on_resize(self, event: Resize) -> None:
        """Runs come first where there is little room."""
        self.screen_stack[0].query_one("#detail").display = event.size.height >= _WITH_DETAIL

    def _progress(self, done: int, whole: int) -> None:
        """Of the first look at everything, on its thread."""
        percent = 100 * done // whole if whole else 100
        if (self._look is None or not self._look.is_all) and percent != self._percent:
            self._percent = percent
            self._post(self._show if self._look else lambda: self._say(f"reading: {percent} %"))

    def _told(self, look: Look) -> None:
        self._post(lambda: self._take(look))

    def _post(self, what: object) -> None:
        try:
            self.call_later(what)  # type: ignore[arg-type]
        except RuntimeError:  # it is closed
            pass

    def _take(self, look: Look) -> None:
        if look.error:
            return self._say(f"could not look: {look.error}; looking again")
        if self._on_bad is not None:
            self._on_bad.look(look.found, is_first=self._look is None or not self._look.is_all)
        self._look = look
        self._show()

    def _go_on(self) -> None:
        if self._on_bad is not None:
            self._on_bad.go_on()
            for text in self._on_bad.said:
                self.notify(messages.plain(text), severity="warning", markup=False)
            self._on_bad.said.clear()

    def _show(self) -> None:
        look = self._look
        if look is None:
            return
        shown = judged.recent(look.found, look.now, self._every)
        hidden = len(look.found) - len(shown)
        words = self._text.lower().split()
        found = [one for one in shown if (one.is_bad or not self._bad_only) and _has(one, words)]
        self.query_one(Listing).show(found, look.now)
        told = table.summary(shown, hidden)
        if len(found) < len(shown):
            told += f"; {len(found)} shown" + (f" for {self._text!r}" if self._text else "")
        if not look.is_all:
            told += f"; reading earlier runs: {max(0, self._percent)} %"
        if look.problems:
            told += f"; {len(look.problems)} problems (--once names them)"
        self._say(told)
        self._detail()
        if isinstance(self.screen, Plot):
            self.screen.draw()

    def _say(self, text: str) -> None:
        self.screen_stack[0].query_one("#head", Static).update(messages.plain(text))

    def _detail(self) -> None:
        one = self._listing.chosen
        told: List[str] = []
        if one is not None:
            told += [f"{'!' if verdict.is_bad else ' '} {verdict.text}" for verdict in one.verdicts]
            if one.end is not None:
                told.append(f"  ends at {number(one.end.x)}, by {one.end.source}")
            many = len(one.predecessors)
            before = f"after {messages.count(many, 'run')} of its group" if many else "the first of its group"
            told.append(f"  {before}; {_short(one.run.source, self.size.width - 40)}")
        self.screen_stack[0].query_one("#detail", Static).update("\n".join(map(messages.plain, told)))

    @property
    def _listing(self) -> Listing:
        return self.screen_stack[0].query_one(Listing)

    def on_listing_chosen(self) -> None:
        """Another run."""
        self._detail()

    def _shown(self) -> List[Judged]:
        """What is drawn: the chosen run, then those that are marked."""
        chosen, marked = self._listing.chosen, self._listing.marked
        found = self._look.found if self._look is not None else []
        others = [one for one in found if one.key in marked and (chosen is None or one.key != chosen.key)]
        return ([chosen] if chosen is not None else []) + others

    def action_curves(self) -> None:
        """Of the chosen run and those that are marked."""
        chosen = self._listing.chosen
        if chosen is not None and chosen.metric:
            self.push_screen(Plot(self._shown, self._listing.action_move, chosen.metric))

    def action_mark(self) -> None:
        """Marked runs are drawn together."""
        self._listing.mark()

    def action_search(self) -> None:
        """Show what holds the words that are typed."""
        field = self.query_one("#search", Input)
        field.styles.display = "block"
        field.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """While one types."""
        if event.input.id == "search":
            self._text = event.value
            self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """The list again, with what was found."""
        event.input.styles.display = "none"
        self._listing.focus()

    def action_clear(self) -> None:
        """All runs again."""
        field = self.query_one("#search", Input)
        field.value = ""
        field.styles.display = "none"
        self._listing.focus()

    def action_all(self) -> None:
        """Older runs, too, or no longer."""
        self._every = not self._every
        self._show()

    def action_bad(self) -> None:
        """Those alone that need a look, or all again."""
        self._bad_only = not self._bad_only
        self._show()

    def action_leave(self) -> None:
        """Leave."""
        self._end(0)

    def _end(self, status: int) -> None:
        if self._on_bad is not None:
            self._on_bad.end()
        self.exit(status)

    def on_unmount(self) -> None:
        """No further look."""
        self._follow.end()


def _short(path: str, width: int) -> str:
    """The end of a path, which tells most."""
    path = os.path.relpath(path) if not os.path.relpath(path).startswith("..") else path
    return path if len(path) <= width else f"...{path[len(path) - max(0, width - 3):]}"


def _has(one: Judged, words: List[str]) -> bool:
    text = " ".join([one.label, one.group, one.state, one.run.source, *(verdict.kind for verdict in one.verdicts)])
    return all(word in text.lower() for word in words)


def watch(looking: Looking, arguments: argparse.Namespace) -> int:
    """Until the user leaves; the exit status."""
    resource_tracker.ensure_running()  # which asks stderr for its descriptor; the app's own has none
    return Watch(looking, arguments).run() or 0

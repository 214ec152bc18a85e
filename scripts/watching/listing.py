"""The list of runs on the screen: any number of lines, of which only those are drawn that are seen."""
from __future__ import annotations

from typing import List, Optional, Sequence, Set, Tuple

from rich.text import Text
from textual import events
from textual.binding import Binding
from textual.message import Message
from textual.widget import Widget

from scripts.watching import table
from scripts.watching.judged import Judged
from scripts.watching.verdict import ENDED, RUNNING

Key = Tuple[str, str]


class Listing(Widget, can_focus=True):
    """Runs by group, one of them chosen."""

    BINDINGS = [Binding("up,k", "move(-1)", show=False), Binding("down,j", "move(1)", show=False),
                Binding("pageup", "page(-1)", show=False), Binding("pagedown", "page(1)", show=False),
                Binding("home", "move(-1000000000)", show=False), Binding("end", "move(1000000000)", show=False)]

    class Chosen(Message):
        """Another run is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self._found: List[Judged] = []
        self._now, self._top, self._at = 0.0, 0, 0
        self._lines: List[table.Line] = []
        self._head, self._is_by_hand = "", False
        self.marked: Set[Key] = set()

    @property
    def chosen(self) -> Optional[Judged]:
        return self._found[self._at] if self._found else None

    def show(self, found: Sequence[Judged], now: float) -> None:
        """Show these; what a person has chosen stays chosen where it is still there, else it is the first."""
        chosen = self.chosen if self._is_by_hand else None
        self._found, self._now = list(found), now
        if chosen is not None:
            self._at = next((place for place, one in enumerate(found) if one.key == chosen.key), self._at)
        self._at = max(0, min(self._at, len(found) - 1))
        self._lay_out()

    def mark(self) -> None:
        """Mark the chosen run, or take the mark away."""
        if self.chosen is not None:
            self.marked ^= {self.chosen.key}
            self._lay_out()

    def on_resize(self, event: events.Resize) -> None:
        """Columns as wide as there is room for."""
        self._lay_out()

    def action_move(self, by: int) -> None:
        """Choose another run."""
        self._is_by_hand = True
        at = max(0, min(self._at + by, len(self._found) - 1))
        if at != self._at:
            self._at = at
            self.refresh()
            self.post_message(self.Chosen())

    def action_page(self, by: int) -> None:
        """A page up or down."""
        self.action_move(by * max(1, self.size.height - 2))

    def _lay_out(self) -> None:
        self._head, self._lines = table.table(self._found, self._now, max(20, self.size.width - 4))
        self.refresh()

    def render(self) -> Text:
        """The head, and the lines around the chosen one."""
        width, height, chosen = self.size.width, max(1, self.size.height - 1), self.chosen
        at = next((place for place, line in enumerate(self._lines) if line.one is chosen and chosen is not None), 0)
        heading = at - 1 if at and self._lines[at - 1].one is None else at  # the group's, too
        self._top = max(0, min(max(min(self._top, heading), at - height + 1), len(self._lines) - height))
        text = Text(no_wrap=True, overflow="crop")
        text.append(f"    {self._head}"[:width].ljust(width) + "\n", "underline")
        for place, (mark, shown, one) in enumerate(self._lines[self._top:self._top + height], self._top):
            if one is None:
                text.append(f"{shown}\n", "bold")
            else:
                marked = "*" if one.key in self.marked else " "
                line = f"{'>' if place == at else ' '}{mark}{marked} {shown}"
                text.append(line.ljust(width) if place == at else line, _style(one) + " reverse" * (place == at))
                text.append("\n")
        return text


def _style(one: Judged) -> str:
    """Colour only underlines what is written there, too."""
    return "red" if one.is_bad else {RUNNING: "green", ENDED: "default"}.get(one.state, "yellow")

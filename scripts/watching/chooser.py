"""A list of names to choose from, by typing a part of one."""
from __future__ import annotations

from typing import List, Optional, Sequence

from neptune_writer import messages
from textual.app import ComposeResult
from textual.binding import Binding
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList


class Chooser(ModalScreen[Optional[str]]):
    """What is chosen, or None."""

    BINDINGS = [Binding("escape", "leave", priority=True), Binding("up", "move(-1)", priority=True),
                Binding("down", "move(1)", priority=True)]
    CSS = """/* in the middle */
    Chooser { align: center middle; }
    Chooser Input { width: 80%; }
    Chooser OptionList { width: 80%; height: 60%; }
    """

    def __init__(self, what: str, names: Sequence[str]) -> None:
        super().__init__()
        self._what, self._names = what, list(names)
        self._shown: List[str] = []

    def compose(self) -> ComposeResult:
        """A field, and the names below it."""
        yield Input(placeholder=f"{self._what}: type a part of its name")
        yield OptionList(markup=False)

    def on_mount(self) -> None:
        """All names."""
        self._show("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Those that hold all words that were typed."""
        self._show(event.value)

    def _show(self, text: str) -> None:
        words = text.lower().split()
        self._shown = [name for name in self._names if all(word in name.lower() for word in words)]
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options(list(map(messages.plain, self._shown)))
        options.highlighted = 0 if self._shown else None

    def on_input_submitted(self) -> None:
        """The one that is highlighted."""
        at = self.query_one(OptionList).highlighted
        self.dismiss(self._shown[at] if at is not None and self._shown else None)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """By the mouse."""
        self.dismiss(self._shown[event.option_index])

    def action_move(self, by: int) -> None:
        """Up or down while one types."""
        options = self.query_one(OptionList)
        if self._shown:
            options.highlighted = max(0, min((options.highlighted or 0) + by, len(self._shown) - 1))

    def action_leave(self) -> None:
        """Without a choice."""
        self.dismiss(None)

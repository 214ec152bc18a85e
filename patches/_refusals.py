"""Why a file is not edited: each message is one line, for whoever ran the command."""
from __future__ import annotations

from typing import Optional

TO_W_AND_B = ("to W&B, not with a SummaryWriter; no patch reaches that, but `report` reads W&B's offline runs "
              "(WANDB_MODE=offline)")


def reached_by(package: str) -> str:
    """What to do about code that logs with this package's SummaryWriter."""
    return f"`install --python PYTHON {package}` reaches it, where PYTHON is the one that trains"


class Refused(Exception):
    """The file cannot be edited."""


class Unreadable(Refused):
    """No Python can do anything with the file, or LibCST crashes on it: whatever is in it is not a working logger."""


class LeftOut(Refused):
    """The file holds nothing but companions of a logger, which is installed without them."""


class AnchorError(Refused):
    """A symbol that an edit is anchored on is missing, or is there more than once, or cannot take an edit."""

    def __init__(self, anchor: str, found: int, reason: Optional[str] = None) -> None:
        counted = f"{anchor} is there {found} times, not once" if found else f"{anchor} is missing"
        super().__init__(f"{anchor} {reason}" if reason else counted)
        self.anchor = anchor
        self.found = found

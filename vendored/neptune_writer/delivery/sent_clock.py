"""How far a target has one clock: whether what comes next goes back behind that."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional

    from ..points.rows import Placed


class SentClock:
    """What the target has of one clock.

    Attributes:
        top: the highest x, as far as the rows before the last one go; None where there was none.
    """

    def __init__(self) -> None:
        self.top: Optional[float] = None
        self._number: Optional[float] = None
        self._x: Optional[float] = None

    @property
    def is_new(self) -> bool:
        """Whether it has nothing of it."""
        return self.top is None and self._x is None

    def add(self, placed: "Placed") -> None:
        """It gets these points."""
        self._go_to(placed.number)
        self._x = placed.x if self._x is None else max(self._x, placed.x)

    def goes_back_to(self, placed: "Placed") -> bool:
        """Whether it has points from before at this x or beyond, which count no more then."""
        self._go_to(placed.number)
        is_beyond = self.top is not None and self.top >= placed.x
        if is_beyond:
            self.top = placed.x
        return is_beyond

    def _go_to(self, number: float) -> None:
        if number != self._number and self._x is not None:
            self.top = self._x if self.top is None else max(self.top, self._x)
            self._x = None
        self._number = number

"""How far a target has a clock: whether what comes next goes back behind that."""


class Handed:
    """What the target has of one clock.

    Attributes:
        top: the highest x, as far as the rows before the last one go; None where there was none.
    """

    def __init__(self):
        self.top = self._number = self._x = None

    @property
    def is_new(self):
        """Whether it has nothing of it."""
        return self.top is None and self._x is None

    def add(self, placed):
        """These points."""
        self._go_to(placed.number)
        self._x = placed.x if self._x is None else max(self._x, placed.x)

    def goes_beyond(self, placed):
        """Whether it has points from before at its x or beyond; what it has there counts no more then."""
        self._go_to(placed.number)
        is_beyond = self.top is not None and self.top >= placed.x
        if is_beyond:
            self.top = placed.x
        return is_beyond

    def _go_to(self, number):
        if number != self._number and self._x is not None:
            self.top = self._x if self.top is None else max(self.top, self._x)
            self._x = None
        self._number = number

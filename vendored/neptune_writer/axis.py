"""The x axis of the rows of one stream: where each stands, and where it begins anew."""
from . import values


class Axis:
    """Where one stream of rows stands.

    Attributes:
        step: x of its last row, None before the first.
        segment: counts up where steps begin anew or fall, or a metric comes again at the same step.
    """

    def __init__(self):
        self.step = None
        self.segment = 0
        self._name = None  # of the metric that x is taken from
        self._metrics = frozenset()  # that have a value at this step
        self._mark = None  # of the next row

    def begin_segment(self):
        """The framework's step begins anew with the next row, if one came before."""
        self._mark = "restart" if self.step is not None else None

    def rewind(self):
        """The framework goes on from a checkpoint with the next row, if one came before."""
        self._mark = "rewind" if self.step is not None else None

    def advance(self, plain, step):
        """Go on to the next row; returns its mark: ``restart`` or ``rewind``, see `journal`, or None.

        Args:
            plain: its metrics, made plain.
            step: see `neptune_writer.write_row`.
        """
        mark, self._mark = self._mark, None
        self._move_to(self._step_of(plain, step), plain.keys(), mark is not None)
        return mark

    def _step_of(self, plain, step):
        """The row's x. The metric it is taken from is chosen once; a row without it stands where the last one did."""
        if isinstance(step, str):
            step = (step,)
        if isinstance(step, (tuple, list)):
            if self.step is None:
                self._name = next((name for name in step if values.step(plain.get(name)) is not None), None)
            if self._name is None:
                return 0 if self.step is None else self.step + 1
            step = plain.get(self._name)
        found = values.step(step)
        return found if found is not None else self.step or 0

    def _move_to(self, step, metrics, is_marked):
        if self.step is None or step > self.step and not is_marked:
            self._metrics = metrics
        elif is_marked or step < self.step or not self._metrics.isdisjoint(metrics):
            self.segment += 1
            self._metrics = metrics
        else:
            self._metrics = self._metrics | metrics
        self.step = step

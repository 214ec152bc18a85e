"""Which clock of a run a logger counts by: one of its own, as long as it lives, and no metric has two of them."""
import itertools
import weakref

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict

    from ...idioms.model_runs import Run

_of_runs: "weakref.WeakKeyDictionary[Run, Clocks]" = weakref.WeakKeyDictionary()  # run -> its Clocks


def of_run(run: "Run") -> "Clocks":
    """The `Clocks` of a `model_runs.Run`."""
    return _of_runs.setdefault(run, Clocks())


class Clocks:
    """The clocks of one run. Two loops may have one label, as those of several actors do in one process: their
    counters take turns, and an x that both were to share would rise with neither."""

    def __init__(self) -> None:
        # clock -> weak reference to the logger that counts by it
        self._loggers: Dict[str, weakref.ReferenceType[object]] = {}
        self._clocks: Dict[str, str] = {}  # metric -> the clock of its rows

    def claim(self, prefix: str, logger: object) -> str:
        """The name of a clock that no other logger counts by: the prefix, or with a number behind it."""
        number, name = 1, prefix
        while True:
            known = self._loggers.get(name)
            if known is not None and known() is None:
                self._loggers[name] = weakref.ref(logger)  # its logger is gone, this one goes on with it
            if self._loggers.setdefault(name, weakref.ref(logger))() is logger:
                return name
            number += 1
            name = "%s_%d" % (prefix or "logger", number)

    def release(self, logger: object) -> None:
        """The logger is closed: the next one of its prefix goes on with its clock."""
        for name, known in list(self._loggers.items()):
            if known() is logger:
                del self._loggers[name]

    def metric_name(self, prefix: str, key: str, clock: str) -> str:
        """What a metric is called, so that no other clock has it: ``prefix/key``, else ``clock/key``, else with a
        number, ``logger_2/key``."""
        wanted = ["%s/%s" % (prefix, key) if prefix else key] + ["%s/%s" % (clock, key)] * bool(clock)
        numbered = ("%s_%d/%s" % (prefix or "logger", number, key) for number in itertools.count(2))
        return next(name for name in itertools.chain(wanted, numbered)
                    if self._clocks.setdefault(name, clock) == clock)

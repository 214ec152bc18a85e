"""Results of Ray, nested dictionaries that come once an iteration, made rows: which metrics, and at which x."""
import fnmatch
from collections import abc

from ... import messages, values
from ...points import step_metrics

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Mapping, Optional, Set, Tuple

STEPS = step_metrics.of_framework("rllib")[:3]
"""What x is, the first that a result has: RLlib's new API stack, its old one, and anything else that Tune runs."""

_ITERATION = "training_iteration"
_NO_NUMBERS = frozenset((bool, str, bytes, list, tuple, type(None)))
_NO_METRIC = frozenset(("config",))  # at the top: the hyper-parameters come with every result
_PATIENCE = 20  # results: evaluations come every so many; at the end there is a warning in any case
_SHOWN = 3  # of the names there are, in a warning


def leaves(result: "Dict[str, Any]") -> "Dict[str, float]":
    """Path -> number: every numeric leaf of a result, such as ``env_runners/episode_return_mean``.

    Numbers are Python's, numpy's, and arrays and tensors of one element; bools, texts and lists are none.
    """
    flat: Dict[str, float] = {}
    _collect(result, "", flat)
    return flat


def _collect(nested: "Mapping[Any, Any]", prefix: str, flat: "Dict[str, float]") -> None:
    for name, value in nested.items():
        kind = type(value)  # the common kinds first: it is done in the driver's loop
        if kind is float or kind is int:
            flat[prefix + str(name)] = value
        elif kind in _NO_NUMBERS:
            continue
        elif kind is dict or isinstance(value, abc.Mapping):
            if prefix or name not in _NO_METRIC:
                _collect(value, "%s%s/" % (prefix, name), flat)
        elif not _is_bool(getattr(value, "dtype", None)):
            found = values.number(value)
            if found is not None:
                flat[prefix + str(name)] = found


def _is_bool(dtype: "Any") -> bool:
    """Whether it is the type of bools: numpy's has a ``kind``, other libraries' say so in their text."""
    return dtype is not None and (
        dtype.kind == "b" if hasattr(dtype, "kind") else str(dtype).endswith("bool"))


class Selection:
    """Which metrics are kept.

    Args:
        include: patterns such as ``env_runners/*`` (``*`` stands for slashes, too), one or several: nothing else is
            kept. One without a wildcard also stands for all that lies below it. None for everything.
        exclude: patterns of what is left out of that.

    Raises:
        TypeError: one is no text.
    """

    def __init__(self, include: "Any" = None, exclude: "Any" = None) -> None:
        self._include, self._exclude = _patterns("include", include), _patterns("exclude", exclude)
        self._known: Dict[str, bool] = {}  # name -> whether it is kept
        self._matched: Set[str] = set()  # of the patterns to include
        self._without = 0  # results one behind the other of which nothing was kept

    def of(self, row: "Dict[str, float]") -> "Dict[str, float]":
        """What is kept of a row."""
        if self._include is None and self._exclude is None:
            return row
        for name in row.keys() - self._known.keys():
            self._known[name] = self._keeps(name)
        kept = {name: value for name, value in row.items() if self._known[name]}
        self._without = 0 if kept else self._without + 1
        if self._without == _PATIENCE:
            self.warn_of_unmatched()
        return kept

    def warn_of_unmatched(self) -> None:
        """Say, once for each, which patterns to include have matched no metric of any result so far."""
        for pattern in self._include or ():
            if pattern not in self._matched and self._known:
                names = sorted(self._known)
                some = ", ".join(names[::max(1, len(names) // _SHOWN)][:_SHOWN])
                messages.warn("include: %r matches none of %s, such as %s" % (
                    pattern, messages.count(len(names), "metric"), some), once=("include", pattern))

    def _keeps(self, name: str) -> bool:
        matching = [pattern for pattern in self._include or () if _matches(name, pattern)]
        self._matched.update(matching)
        return (self._include is None or bool(matching)) and not any(
            _matches(name, pattern) for pattern in self._exclude or ())


def _patterns(name: str, given: "Any") -> "Optional[Tuple[str, ...]]":
    several = [given] if isinstance(given, str) else given
    if several is None:
        return None
    if not isinstance(several, (list, tuple, set, frozenset)) or not all(isinstance(one, str) for one in several):
        raise TypeError("%s must be one or several patterns, such as 'env_runners/*', not %r" % (name, given))
    return tuple(several)


def _matches(name: str, pattern: str) -> bool:
    return fnmatch.fnmatchcase(name, pattern) or name.startswith(pattern.rstrip("/") + "/")


class Steps:
    """Where one trial's results stand, as far as they do not say it themselves.

    Attributes:
        name: of the step metric, chosen once.
    """

    def __init__(self) -> None:
        self.name: Optional[str] = None
        self._iteration: Optional[float] = None

    def goes_back(self, result: "Dict[str, Any]") -> bool:
        """Whether the trial has gone back to a checkpoint, or to its beginning, behind its last result. One that goes
        back to a lower step says so by that."""
        if self.name is None:
            self.name = next((name for name in STEPS if values.step(result.get(name)) is not None), None)
        iteration, last = values.step(result.get(_ITERATION)), self._iteration
        self._iteration = last if iteration is None else iteration
        return iteration is not None and last is not None and iteration <= last

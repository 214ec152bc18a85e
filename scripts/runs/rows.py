"""The rows of one run as they are collected: one by one, or many at once as columns; and the series that they are."""
from __future__ import annotations

import itertools
import math
from array import array
from collections import Counter
from types import MappingProxyType
from typing import (Dict, Iterable, Iterator, KeysView, List, Mapping,
                    NamedTuple, Optional, Sequence, Tuple)

import numpy as np
from neptune_writer.points.rows import GIVEN, Row

from scripts.runs.table import Bools, Floats, Indices, Series

Counts = Dict[str, "Counter[str]"]
"""metric -> clock -> how many points."""
_Key = Tuple[Tuple[str, ...], Optional[str]]


class Columns(NamedTuple):
    """Some rows of a table, as columns.

    Attributes:
        values: metric -> its values, all of one length, NaN where a row has none.
        present: metric -> which rows have a value, of the metrics that some row lacks.
        odd: column -> how many of its cells are no numbers though they say something, and the first of these.
    """

    values: Dict[str, Floats]
    present: Dict[str, Bools]
    odd: Mapping[str, Tuple[int, str]] = MappingProxyType({})

    def keys(self) -> KeysView[str]:
        """The metrics."""
        return self.values.keys()

    @property
    def rows(self) -> int:
        """How many there are."""
        return len(next(iter(self.values.values()), ()))

    def without(self, name: str) -> Columns:
        """The same rows without one metric."""
        return Columns({metric: found for metric, found in self.values.items() if metric != name},
                       {metric: found for metric, found in self.present.items() if metric != name})

    def has_any(self, many: int) -> Bools:
        """Which of the rows have a value."""
        if len(self.present) < len(self.values):
            return np.ones(many, dtype=bool)
        found: Bools = np.any([np.zeros(many, dtype=bool), *self.present.values()], axis=0)
        return found

    def where(self, chosen: Bools) -> Columns:
        """Some of the rows; metrics that none of them has are left out."""
        present = {name: found[chosen] for name, found in self.present.items()}
        return Columns({name: found[chosen] for name, found in self.values.items()
                        if name not in present or present[name].any()},
                       {name: found for name, found in present.items() if found.any() and not found.all()})


class Block(NamedTuple):
    """Neighbouring rows of the same metrics by the same clock.

    Attributes:
        steps, times: of each row; NaN for none.
        values: a row a row, a column a metric.
    """

    names: Tuple[str, ...]
    clock: Optional[str]
    steps: Floats
    times: Floats
    values: Floats

    def between(self, begin: int, end: int) -> Block:
        """Some of the rows."""
        return self._replace(steps=self.steps[begin:end], times=self.times[begin:end], values=self.values[begin:end])

    def row(self, place: int) -> Row:
        """One of the rows."""
        step = float(self.steps[place])
        return Row(None if step != step else step, self.clock, None, dict(zip(self.names, self.values[place].tolist())),
                   float(self.times[place]), "")


class _Alike:
    """Rows of the same metrics by the same clock: their places, and their values, row after row."""

    __slots__ = ("names", "clock", "number", "places", "values")

    def __init__(self, names: Tuple[str, ...], clock: Optional[str], number: int) -> None:
        self.names, self.clock, self.number = names, clock, number
        self.places = array("q")
        self.values = array("d")

    @property
    def rows(self) -> Indices:
        """The places."""
        return np.frombuffer(self.places, dtype=np.int64)

    def table(self) -> Floats:
        """The values: a row a row, a column a metric."""
        return np.frombuffer(self.values, dtype=np.float64).reshape(len(self.places), len(self.names))


class Rows:
    """Collects the rows of one run.

    Attributes:
        began: Unix seconds; NaN where nobody says.
        alike: the rows of each set of metrics and clock.
    """

    def __init__(self) -> None:
        self._steps, self._times = array("d"), array("d")
        self.began = math.nan
        self.alike: Dict[_Key, _Alike] = {}
        self._order = array("i")  # the number of what each row is alike

    def add(self, step: float, time: float, values: Mapping[str, float], clock: Optional[str] = None) -> None:
        """One row; ``values``: metric -> number; NaN is no step, and no time."""
        alike = self._alike((tuple(values), clock))
        alike.places.append(len(self._steps))
        alike.values.extend(values.values())
        self._order.append(alike.number)
        self._steps.append(step)
        self._times.append(time)

    def add_columns(self, columns: Columns, times: Floats) -> None:
        """Many rows, without steps; each has some value."""
        first, many = len(self._steps), columns.rows
        if not many:
            return
        self._steps.frombytes(np.full(many, math.nan).tobytes())
        self._times.frombytes(times.tobytes())
        order = np.empty(many, dtype=np.intc)
        for names, chosen in _patterns(columns):
            alike = self._alike((names, None))
            places = np.arange(many, dtype=np.int64) if chosen is None else chosen
            order[places] = alike.number
            values = [columns.values[name] if chosen is None else columns.values[name][chosen] for name in names]
            alike.places.frombytes((first + places).tobytes())
            alike.values.frombytes(np.column_stack(values).tobytes())
        self._order.frombytes(order.tobytes())

    def _alike(self, key: _Key) -> _Alike:
        found = self.alike.get(key)
        if found is None:
            found = self.alike[key] = _Alike(*key, len(self.alike))
        return found

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[Tuple[float, float, Dict[str, float], Optional[str]]]:
        """(step, time, values, clock) of each row."""
        every = [(alike.names, alike.clock, iter(alike.values)) for alike in self.alike.values()]
        for step, time, number in zip(self._steps, self._times, self._order):
            names, clock, values = every[number]
            yield step, time, dict(zip(names, itertools.islice(values, len(names)))), clock

    def changes(self) -> int:
        """How often a row is followed by one of other metrics, or another clock."""
        return int(np.count_nonzero(np.diff(np.frombuffer(self._order, dtype=np.intc))))

    def blocks(self, cuts: Iterable[int]) -> Iterator[Tuple[int, Block]]:
        """The place of the first row, and the rows, of each block of neighbours alike; a new one begins at each cut."""
        order = np.frombuffer(self._order, dtype=np.intc)
        begins = np.unique([0, *(np.flatnonzero(np.diff(order)) + 1).tolist(), *cuts])
        begins = begins[begins < len(order)].tolist()
        every, done = list(self.alike.values()), [0] * len(self.alike)
        for begin, end in zip(begins, [*begins[1:], len(order)]):
            number = int(order[begin])
            alike, first = every[number], done[number]
            done[number] += end - begin
            yield begin, Block(alike.names, alike.clock, self.steps[begin:end], self.times[begin:end],
                               alike.table()[first:done[number]])

    @property
    def steps(self) -> Floats:
        """Of each row; NaN for none."""
        return np.frombuffer(self._steps, dtype=np.float64)

    @property
    def times(self) -> Floats:
        """Of each row, Unix seconds; NaN for none."""
        return np.frombuffer(self._times, dtype=np.float64)

    def set_times(self, times: Floats) -> None:
        """Put these in place of what there was."""
        self._times = array("d", times.tobytes())

    def series(self) -> Dict[str, Series]:
        """Every metric's points."""
        parts: Dict[str, List[Series]] = {}
        for alike in self.alike.values():
            table, rows = alike.table(), alike.rows
            for column, name in enumerate(alike.names):
                parts.setdefault(name, []).append(Series(rows, np.ascontiguousarray(table[:, column])))
        return {name: _one(found) for name, found in parts.items()}

    def clocks(self) -> Dict[str, str]:
        """metric -> the clock of most of its points."""
        counts: Counts = {}
        for alike in self.alike.values():
            for name in alike.names:
                counts.setdefault(name, Counter())[alike.clock or GIVEN] += len(alike.places)
        return commonest(counts)


def _patterns(columns: Columns) -> Iterator[Tuple[Tuple[str, ...], Optional[Indices]]]:
    """(metrics, rows that have these and no others) of each set of metrics, in the order of their first rows; None for
    all rows."""
    if not columns.present:
        yield tuple(columns.values), None
        return
    lacking = list(columns.present)
    table = np.packbits(np.column_stack([columns.present[name] for name in lacking]), axis=1)
    _, first, which = np.unique(table, axis=0, return_index=True, return_inverse=True)
    for pattern in np.argsort(first, kind="stable"):
        absent = {name for name in lacking if not columns.present[name][first[pattern]]}
        yield (tuple(name for name in columns.values if name not in absent),
               np.flatnonzero(which.reshape(-1) == pattern).astype(np.int64))


def commonest(counts: Counts) -> Dict[str, str]:
    """Of each metric the clock that counts most of its points."""
    return {metric: found.most_common(1)[0][0] for metric, found in counts.items()}


def _one(parts: Sequence[Series]) -> Series:
    """Points of several sets of rows as one series."""
    if len(parts) == 1:
        return parts[0]
    rows, values = map(np.concatenate, zip(*parts))
    order = np.argsort(rows, kind="stable")
    return Series(rows[order], values[order])

"""Runs as one tidy table, some rows at a time: one row per point, with the run's group, framework and config."""
from __future__ import annotations

import dataclasses
import fnmatch
import itertools
from typing import (Any, Dict, Iterator, List, NamedTuple, Optional, Sequence,
                    Tuple)

import numpy as np
import pyarrow as pa
from neptune_writer import masking

from scripts.paper.asked import check_metrics
from scripts.runs.groups import grouping, shown_groups
from scripts.runs.table import Floats, Indices, Run, Series

TEXTS = ("run", "group", "framework", "metric")
_OTHERS = ("run", "group", "framework", "x", "time")  # columns of a wide table
ROWS = 1 << 16  # of the table at once, which bounds the memory beside the runs'


class Found(NamedTuple):
    """Runs in the order of the report's page; of each its label and the label of its group."""

    runs: List[Run]
    labels: List[str]
    groups: List[str]


class Shape(NamedTuple):
    """What the table has.

    Attributes:
        metrics: patterns of names; all where there are none.
        configs: entries of configs that have a column, see `config_columns`.
        is_wide: one column per metric, and one row per x and time of a run at which something was logged.
    """

    metrics: Tuple[str, ...] = ()
    configs: Tuple[str, ...] = ()
    is_wide: bool = False


def found(runs: Sequence[Run], by: Optional[Sequence[str]] = None) -> Found:
    """The runs with their labels.

    Raises:
        Refusal: no run has a key that is named.
    """
    grouping.check(runs, by)
    ordered, shown = shown_groups.in_order(runs, by)
    groups = shown.about(masking.mask)["groups"]
    about = [shown.of_run(place, masking.mask) for place in range(len(ordered))]
    return Found(list(map(_encodable, ordered)), [_utf8(one["label"]) for one in about],
                 [_utf8(groups[one["group"]]) for one in about])


def _encodable(run: Run) -> Run:
    """The run, with names and texts that UTF-8 has; half a pair of surrogates, as JSON may hold, it has not."""
    return dataclasses.replace(
        run, series={_utf8(name): series for name, series in run.series.items()},
        config={_utf8(path): _utf8(value) if isinstance(value, str) else value for path, value in run.config.items()})


def _utf8(text: str) -> str:
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def check(every: Found, shape: Shape) -> None:
    """Refusal where no run has a metric that is named."""
    for pattern in shape.metrics:
        if not names_of(every, Shape((pattern,))):
            check_metrics(every.runs, [pattern])


def column_of(metric: str) -> str:
    """The column of a metric in a wide table: its name, unless another column is called that."""
    return f"metric/{metric}" if metric in _OTHERS or metric.startswith(("config/", "metric/")) else metric


def column_of_config(path: str) -> str:
    """The column of an entry of configs."""
    return f"config/{path}"


def names_of(every: Found, shape: Shape) -> List[str]:
    """The metrics that the table has, sorted."""
    names = {name for run in every.runs for name in run.series}
    if not shape.metrics:
        return sorted(names)
    return sorted(name for name in names if any(fnmatch.fnmatchcase(name, one) or name == one for one in shape.metrics))


def config_columns(every: Found) -> Tuple[str, ...]:
    """All entries of all configs, sorted."""
    return tuple(sorted({path for run in every.runs for path in run.config}))


def schema_of(every: Found, shape: Shape) -> pa.Schema:
    """The columns and their types: texts as dictionaries, x and value as floats, time in UTC."""
    text = pa.dictionary(pa.int32(), pa.string())
    fields = [pa.field(name, text) for name in TEXTS if name != "metric" or not shape.is_wide]
    fields += [pa.field("x", pa.float64()), pa.field("time", pa.timestamp("ms", "UTC"))]
    columns = list(map(column_of, names_of(every, shape))) if shape.is_wide else ["value"]
    fields += [pa.field(name, pa.float64()) for name in columns]
    return pa.schema(fields + [pa.field(column_of_config(path), _type_of(every, path)) for path in shape.configs])


def _type_of(every: Found, path: str) -> pa.DataType:
    kinds = {type(run.config[path]) for run in every.runs if path in run.config and run.config[path] is not None}
    if kinds == {bool}:
        return pa.bool_()
    if kinds == {int} and all(abs(run.config.get(path, 0) or 0) < 2 ** 63 for run in every.runs):
        return pa.int64()
    return pa.float64() if kinds and kinds <= {int, float} else pa.dictionary(pa.int32(), pa.string())


def tables(every: Found, shape: Shape) -> Iterator[pa.RecordBatch]:
    """The table, some rows at a time: run after run, and metric after metric in their order of x."""
    schema, names = schema_of(every, shape), names_of(every, shape)
    texts = _Texts(every, names)
    for place, run in enumerate(every.runs):
        parts = _wide(run, names) if shape.is_wide else _long(run, names, texts)
        for columns, many in parts:
            told = {name: texts.repeated(name, place, many) for name in TEXTS[:3]}
            for path in shape.configs:
                kind = schema.field(column_of_config(path)).type
                told[column_of_config(path)] = _constant(run.config.get(path), many, kind)
            yield pa.RecordBatch.from_arrays([{**told, **columns}[name] for name in schema.names], schema=schema)


class Part(NamedTuple):
    """Rows that have all texts alike; of a run, and a metric unless it is a wide table."""

    run: int
    metric: str
    columns: Dict[str, pa.Array]


def parts(every: Found, shape: Shape) -> Iterator[Part]:
    """The same as `tables`, in the parts of which it is made: x, time and values, without what is told of the run.
    Where metrics stand in the same rows, their columns x and time are the same objects."""
    names = names_of(every, shape)
    for place, run in enumerate(every.runs):
        if shape.is_wide:
            for columns, _ in _wide(run, names):
                yield Part(place, "", columns)
        else:
            known, where = None, {}
            for name in filter(run.series.__contains__, names):
                for rows, values in _cut(run.series[name]):
                    if known is None or not np.array_equal(rows, known):
                        known, where = rows, _at(run, rows)
                    yield Part(place, name, {**where, "value": pa.array(values)})


class _Texts:
    """Each text once, and the numbers of these."""

    def __init__(self, every: Found, names: Sequence[str]) -> None:
        self._values: Dict[str, List[Optional[str]]] = {
            "run": list(every.labels), "group": list(every.groups),
            "framework": [_utf8(masking.mask(run.framework)) if run.framework else None for run in every.runs]}
        self._known = {name: list(dict.fromkeys(value for value in values if value is not None))
                       for name, values in self._values.items()}
        self._arrays = {name: pa.array(known, pa.string()) for name, known in self._known.items()}
        self.metrics = pa.array([masking.mask(name) for name in names], pa.string())

    def repeated(self, name: str, place: int, many: int) -> pa.Array:
        value = self._values[name][place]
        if value is None:
            indices = pa.nulls(many, pa.int32())
        else:
            indices = pa.array(np.full(many, self._known[name].index(value), dtype=np.int32))
        return pa.DictionaryArray.from_arrays(indices, self._arrays[name])


def _long(run: Run, names: Sequence[str], texts: _Texts) -> Iterator[Tuple[Dict[str, pa.Array], int]]:
    """One row per point; metrics together, up to `ROWS`."""
    held: List[Tuple[int, Series]] = []
    places = {name: place for place, name in enumerate(names)}
    waiting = [(places[name], part) for name, series in sorted(run.series.items()) if name in places
               for part in _cut(series)]
    for place, series in itertools.chain(waiting, [(-1, Series(np.zeros(0, np.int64), np.zeros(0)))]):
        if held and (place < 0 or sum(len(one.rows) for _, one in held) + len(series.rows) > ROWS):
            yield _points(run, held, texts)
            held = []
        held.append((place, series))


def _cut(series: Series) -> Iterator[Series]:
    """Its points in their order, no more than `ROWS` at once."""
    for first in range(0, len(series.rows), ROWS):
        yield Series(series.rows[first:first + ROWS], series.values[first:first + ROWS])


def _points(run: Run, held: Sequence[Tuple[int, Series]], texts: _Texts) -> Tuple[Dict[str, pa.Array], int]:
    rows = np.concatenate([series.rows for _, series in held])
    metric = np.repeat(np.array([place for place, _ in held], np.int32), [len(series.rows) for _, series in held])
    return {"metric": pa.DictionaryArray.from_arrays(pa.array(metric), texts.metrics), **_at(run, rows),
            "value": pa.array(np.concatenate([series.values for _, series in held]))}, len(rows)


def _wide(run: Run, names: Sequence[str]) -> Iterator[Tuple[Dict[str, pa.Array], int]]:
    """A row of the run a row; a metric that comes in it twice has its last value."""
    chosen = {name: run.series[name] for name in names if name in run.series}
    has_any = np.zeros(len(run.steps), dtype=bool)
    for one in chosen.values():
        has_any[one.rows] = True
    rows = np.flatnonzero(has_any)
    step = max(1, ROWS // max(1, len(names)))
    for first in range(0, len(rows), step):
        part = rows[first:first + step]
        columns = {column_of(name): _filled(chosen.get(name), part) for name in names}
        yield {**_at(run, part), **columns}, len(part)


def _filled(series: Optional[Series], rows: Indices) -> pa.Array:
    values, known = np.zeros(len(rows)), np.zeros(len(rows), dtype=bool)
    if series is not None:
        first, behind = np.searchsorted(series.rows, [rows[0], rows[-1] + 1])
        places = np.searchsorted(rows, series.rows[first:behind])
        values[places], known[places] = series.values[first:behind], True
    return pa.array(values, mask=~known)


def _at(run: Run, rows: Indices) -> Dict[str, pa.Array]:
    times: Floats = run.times[rows]
    unknown = ~np.isfinite(times) | (np.abs(times) > 1e11)
    moments = np.where(unknown, 0, np.round(times * 1000)).astype("datetime64[ms]")
    return {"x": pa.array(run.steps[rows]),
            "time": pa.array(moments, pa.timestamp("ms"), mask=unknown).cast(pa.timestamp("ms", "UTC"))}


def _constant(value: Any, many: int, kind: pa.DataType) -> pa.Array:
    if pa.types.is_dictionary(kind):
        if value is None:
            return pa.DictionaryArray.from_arrays(pa.nulls(many, pa.int32()), pa.array([], pa.string()))
        told = masking.mask(value) if isinstance(value, str) else str(value)
        return pa.DictionaryArray.from_arrays(pa.array(np.zeros(many, dtype=np.int32)), pa.array([told], pa.string()))
    return pa.nulls(many, kind) if value is None else pa.array([value], kind).take(pa.array(np.zeros(many, np.int64)))

"""The Parquet files of Neptune's own exporter, where the history of hosted users lies: ``<run>_part_<n>.parquet``."""
from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence, Tuple

from scripts.runs import records
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 60
ALONE = False
BESIDE = False
WHAT = "Parquet files of Neptune's exporter"
_COLUMNS = ["project_id", "run_id", "attribute_path", "attribute_type", "step", "timestamp", "int_value", "float_value",
            "string_value", "bool_value"]
_KINDS = {"int": "int_value", "float": "float_value", "string": "string_value", "bool": "bool_value"}
_ABOUT = ("sys", "monitoring", "source_code")


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """Every Parquet file; whether it is an export, its columns say."""
    return [folder / name for name in names if name.endswith(".parquet")]


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """The parts of each run."""
    runs: Dict[Tuple[Path, str], List[Tuple[int, Path]]] = {}
    for path in paths:
        found = re.fullmatch(r"(.*)_part_(\d+)\.parquet", path.name)
        name, part = (found.group(1), int(found.group(2))) if found else (path.name, 0)
        runs.setdefault((path.parent, name), []).append((part, path))
    return [[path for _, path in sorted(parts)] for parts in runs.values()]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """The run; or runs, where a file was put together by hand."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        say(str(paths[0]), "Parquet files need pyarrow: pip install pyarrow")
        return
    fields: Dict[Tuple[str, str], Dict[str, Any]] = {}
    points: Dict[Tuple[str, str], List[records.Point]] = {}
    for path in paths:
        try:
            file = parquet.ParquetFile(path)
            missing = set(_COLUMNS) - set(file.schema_arrow.names)
            if missing:
                say(str(path), f"no export of Neptune's: it has no column {sorted(missing)[0]}")
                continue
            for batch in file.iter_batches(columns=_COLUMNS):
                _take(batch.to_pydict(), fields, points)
        except (pyarrow.ArrowException, OSError) as error:
            say(str(path), "not a Parquet file: " + str(error).split(".")[0])
    for key, found in points.items():
        said = records.joined(records.in_time(found))
        known = fields.get(key, {})
        config = {path: value for path, value in known.items() if path.split("/")[0] not in _ABOUT}
        name = records.text(known.get("sys/name")) or key[1]
        yield said.run(how, say, source=str(paths[0]), keeper="neptune", id=f"{key[0]}/{key[1]}",
                       **described(name, config))


def _take(batch: Dict[str, List[Any]], fields: Dict[Tuple[str, str], Dict[str, Any]],
          points: Dict[Tuple[str, str], List[records.Point]]) -> None:
    """One batch of lines: fields, and the points of series of numbers."""
    columns = zip(*(batch[name] for name in _COLUMNS[:6]))
    for index, (project, run, path, kind, step, time) in enumerate(columns):
        if kind in _KINDS:
            fields.setdefault((project, run), {})[path] = batch[_KINDS[kind]][index]
        elif kind == "float_series" and step is not None and not path.startswith("monitoring/"):
            value = batch["float_value"][index]
            if value is not None:
                at = time.timestamp() if time else float("nan")
                points.setdefault((project, run), []).append((at, float(step), path, value))

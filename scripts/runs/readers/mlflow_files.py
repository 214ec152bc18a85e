"""MLflow's folders, ``mlruns/<experiment>/<run>/metrics/<name>``: a file a metric, a line a point."""
from __future__ import annotations

import math
from pathlib import Path
from typing import Any, Dict, Iterator, List, Sequence

from neptune_writer.trackers.mlflow import GROUP_TAG

from scripts.runs import records
from scripts.runs.cache import traces
from scripts.runs.parsing import config_yaml, texts
from scripts.runs.readers.mlflow_database import value_of
from scripts.runs.said import How
from scripts.runs.table import Run, Say, described

RANK = 58
ALONE = False
BESIDE = False
WHAT = "MLflow's folders (mlruns/)"
_ENDS = {1: "RUNNING", 2: "SCHEDULED", 3: "FINISHED", 4: "FAILED", 5: "KILLED"}  # of `RunStatus` in its protocol


def find(folder: Path, names: Sequence[str]) -> List[Path]:
    """The ``meta.yaml`` of a run, beside which its folder of metrics lies; a model that was logged has one, too."""
    is_run = "meta.yaml" in names and folder.parent.name != "models" and (folder / "metrics").is_dir()
    return [folder / "meta.yaml"] if is_run else []


def jobs(paths: Sequence[Path], say: Say) -> List[List[Path]]:
    """A run with the files of its metrics, by which it is seen to grow."""
    return [[path, *sorted(file for file in (path.parent / "metrics").rglob("*") if file.is_file())] for path in paths]


def read(paths: Sequence[Path], say: Say, how: How) -> Iterator[Run]:
    """One run, unless it was deleted."""
    path = paths[0]
    about = _meta(path, say)
    if about.get("lifecycle_stage") == "deleted":
        say(str(path.parent), "a run that was deleted in MLflow; not shown")
        return
    points: List[records.Point] = []
    for file in paths[1:]:
        points += _points(file, file.relative_to(path.parent / "metrics").as_posix(), say)
    said = records.joined(sorted(points, key=lambda point: (point[1], point[0])))
    if not said:
        say(str(path.parent), "a run of MLflow without a metric")
        return
    traces.look_for(path.parent / "params")
    config = {file.relative_to(path.parent / "params").as_posix(): value_of(texts.read(file, say))
              for file in sorted(path.parent.joinpath("params").rglob("*")) if file.is_file()}
    experiment = _tag(path.parent, GROUP_TAG, say) or _meta(path.parent.parent / "meta.yaml", say).get("name")
    if experiment not in (None, "", "Default"):
        config = {"experiment": experiment, **config}
    name = str(about.get("run_name") or _tag(path.parent, "mlflow.runName", say) or path.parent.name)
    yield said.run(how, say, source=str(path), keeper="mlflow", id=str(about.get("run_id") or path.parent.name),
                   ended=about.get("status") not in (1, "RUNNING"),
                   end=records.end(_ENDS.get(about.get("status") or 0, about.get("status"))),
                   **described(name, records.without_prefix(config)))


def _points(file: Path, metric: str, say: Say) -> Iterator[records.Point]:
    """``<milliseconds> <value> <step>`` in each line; older files have no step in any."""
    broken = 0
    lines = [line.split(" ") for line in texts.whole_lines(file, say)]
    have_steps = any(len(cells) == 3 for cells in lines)
    for number, cells in enumerate(lines):
        found = [texts.number(cell) for cell in cells]
        if len(found) != 2 + have_steps or not all(one is not None and math.isfinite(one)
                                                   for one in (found[0], *found[2:])) or found[1] is None:
            broken += bool(" ".join(cells).strip())
            continue
        yield (found[0] or 0.0) / 1000, float(found[2] or 0.0) if have_steps else float(number), metric, found[1]
    if broken:
        say(str(file), f"{broken} unreadable lines were skipped")


def _meta(path: Path, say: Say) -> Dict[str, Any]:
    traces.look_for(path)
    if not path.is_file():
        return {}
    try:
        found = config_yaml.load(texts.read(path, say), is_of_pyyaml=True)
    except ValueError as error:
        say(str(path), f"not YAML ({str(error)[:80]}); the run is shown by the name of its folder")
        return {}
    return found if isinstance(found, dict) else {}


def _tag(folder: Path, name: str, say: Say) -> str:
    path = folder / "tags" / name
    traces.look_for(path)
    return texts.read(path, say).strip() if path.is_file() else ""

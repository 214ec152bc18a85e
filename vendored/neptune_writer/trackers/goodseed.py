"""goodseed: a file of SQLite a run, sent on to its service where there is a key."""
import os

from . import metric_names
from .base import UNIQUE, ClientClosed, Tracker, simple_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional

    from .series import Row


class Goodseed(Tracker):
    """TARGET: ``offline``, ``project``, ``workspace/project``, or nothing for what GOODSEED_PROJECT says.

    Where it is stored, GOODSEED_STORAGE says; else the cloud where GOODSEED_API_KEY is set. A point that comes again
    replaces itself.
    """

    refuses = ("sqlite3.IntegrityError",)  # a value that a column does not take
    repeats = False
    steps = UNIQUE

    def __init__(self, experiment: "Any", ours: bool) -> None:
        inner = vars(experiment).get("_run")  # of the shape of neptune-scale
        Tracker.__init__(self, experiment if inner is None else inner, ours)

    @classmethod
    def open(cls, target: str, header: "Dict[str, Any]") -> "Tracker":
        """Hardware, output and source code stay out of it."""
        import goodseed
        from goodseed.config import get_default_project
        run, offline = simple_id(header.get("resumes") or header["run"]), target.lower() == "offline"
        project = (not offline and target) or get_default_project()
        stored = os.environ.get("GOODSEED_STORAGE") or ("cloud" if os.environ.get("GOODSEED_API_KEY") else "local")
        storage = "local" if offline else stored
        how = dict(project=project, storage=storage, git_ref=False, capture_hardware_metrics=False,
                   capture_stdout=False, capture_stderr=False, capture_traceback=False)
        if _may_be_resumed(run, project, storage):
            experiment = goodseed.Run(resume_run_id=run, **how)
        else:
            experiment = goodseed.Run(run_id=run, name=_shown(header["name"]), tags=header["tags"], **how)
        experiment["group"] = header["group"]
        tracker = cls(experiment, ours=True)
        tracker.location = tracker._location_of(storage)
        return tracker

    def _location_of(self, storage: str) -> "Optional[str]":
        own = vars(self.experiment)
        if storage == "cloud":
            return "project %s, and %s; to send the rest: goodseed upload -p %s -r %s" % (
                own["project"], own["_db_path"], own["project"], own["run_id"])
        return None if storage == "disabled" else "%s; to look at it: goodseed serve" % own["_db_path"]

    def set_field(self, path: str, value: "Any") -> None:
        """One config entry."""
        self._check_open()
        self.experiment.log_configs({path: value})

    def write_rows(self, rows: "List[Row]") -> None:
        """One transaction; in the client's storage, for its own calls take no time."""
        self._check_open()
        self.row_by_row(rows, self._log)

    def _log(self, rows: "List[Row]") -> None:
        storage = vars(self.experiment).get("_storage")
        if storage is None:
            return  # disabled
        try:
            storage.log_metric_points([(metric_names.path(name), float(row.step), float(value), row.time)
                                       for row in rows for name, value in row.values.items()])
        except Exception:
            vars(storage).get("_series_cache", {}).clear()  # of series that were rolled back, whose ids are used again
            raise

    def _check_open(self) -> None:
        if vars(self.experiment).get("_closed"):
            raise ClientClosed("it is closed")

    def close(self, seconds: "Optional[float]") -> None:
        """Close what we opened, and let it send the rest of what is in its file."""
        if self.ours:
            self.end(self.experiment.close, seconds)


def _may_be_resumed(run: str, project: str, storage: str) -> bool:
    """Whether the run is stored already; then its status, which a killed process left at running, becomes finished."""
    from goodseed.config import get_projects_dir, get_run_db_path
    from goodseed.storage import LocalStorage
    paths = [get_run_db_path(project, run)]
    if storage == "cloud" and "/" not in project:  # the user's own workspace will stand before it
        paths += get_projects_dir().glob("*/%s/runs/%s.sqlite" % (project, run))
    found = [path for path in paths if path.exists()]
    for path in found:
        with LocalStorage(path) as stored:
            stored.set_meta("status", "finished")
    return bool(found)


def _shown(name: str) -> str:
    """A name that the client takes: of at most 200 characters that can be seen."""
    return "".join(letter if letter.isprintable() else " " for letter in name)[:200]

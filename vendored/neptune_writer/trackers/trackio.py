"""Trackio: a database of SQLite a project."""
import contextlib
import os
import shlex
import sqlite3

from . import metric_names, on_disk
from .base import ClientClosed, Tracker, date

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional

    from .series import Row

_DELETED = "its database was deleted or replaced"
_RESERVED = ("step", "timestamp")  # a reader puts the row's own in their place


class Trackio(Tracker):
    """TARGET: a project; TRACKIO_PROJECT, else ``neptune``, where there is none.

    A row that comes again is skipped. Metrics called ``step`` or ``timestamp`` get an underscore more.
    """

    takes_non_finite = True
    refuses = ("builtins.TypeError",)  # orjson's, of a text that is no UTF-8
    repeats = False

    def __init__(self, experiment: "Any", ours: bool) -> None:
        Tracker.__init__(self, experiment, ours)
        self._run: Dict[str, str] = {}
        self._about: Dict[str, Any] = {}
        self._config: Optional[Dict[str, Any]] = None  # to be stored with the next rows
        self._last: Optional[str] = None  # key of the row that was stored last
        self._kept: Optional[on_disk.Kept] = None  # the database

    @classmethod
    def open(cls, target: str, header: "Dict[str, Any]") -> "Tracker":
        """Nothing is opened: each batch is a transaction."""
        from trackio.sqlite_storage import SQLiteStorage
        tracker = cls(SQLiteStorage, ours=True)
        project = target or os.environ.get("TRACKIO_PROJECT") or "neptune"
        tracker._run = dict(project=project, run=header["name"], run_id=header.get("resumes") or header["run"])
        tracker._about = {"_Username": None, "_Created": _time(header.get("t", 0)), "_Group": header["group"]}
        tracker._about["tags"] = header["tags"]
        tracker.write_config({})
        tracker.location = "%s; to look at it: trackio show --project %s" % (
            SQLiteStorage.get_project_db_path(project), shlex.quote(project))
        return tracker

    def write_config(self, config: "Dict[str, Any]") -> None:
        """Nested, as it is."""
        self._config = dict(_storable(config), **_storable(self._about))

    def write_rows(self, rows: "List[Row]") -> None:
        """One transaction."""
        self.row_by_row(rows, self._log)

    def _log(self, rows: "List[Row]") -> None:
        if self._kept is not None and not self._kept.is_there():
            raise ClientClosed(_DELETED)  # asked first: in a new one the config would be missing
        self.experiment.bulk_log(
            metrics_list=[{metric_names.unreserved(name, _RESERVED): float(value)
                           for name, value in row.values.items()} for row in rows],
            steps=[row.step if abs(row.step) < 2 ** 63 else float(row.step) for row in rows],
            timestamps=[_time(row.time) for row in rows], log_ids=[row.key for row in rows],
            config=self._config, **self._run)
        self._config = None
        self._last = rows[-1].key
        if self._kept is None:
            self._kept = on_disk.Kept(self._database())

    def confirmed(self) -> bool:
        """Whether the last row stands in the database."""
        if self._last is None:
            return True
        if self._kept is not None and self._kept.is_there():
            with contextlib.closing(sqlite3.connect(self._database())) as connection:
                if connection.execute("SELECT 1 FROM metrics WHERE log_id = ?", (self._last,)).fetchone():
                    return True
        raise ClientClosed(_DELETED)

    def _database(self) -> str:
        return str(self.experiment.get_project_db_path(self._run["project"]))


def _time(seconds: float) -> str:
    return date(seconds).isoformat()


def _storable(entry: "Any") -> "Any":
    """What the database takes: texts that are UTF-8, ints of 64 bits."""
    if isinstance(entry, dict):
        return {_storable(name): _storable(value) for name, value in entry.items()}
    if isinstance(entry, list):
        return [_storable(value) for value in entry]
    if isinstance(entry, str):
        return entry.encode("utf-8", "backslashreplace").decode("utf-8")
    return str(entry) if isinstance(entry, int) and abs(entry) >= 2 ** 63 else entry

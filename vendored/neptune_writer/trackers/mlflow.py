"""MLflow: a tracking server, or a database of SQLite."""
import contextlib
import os
import re
import shlex
import threading

from .. import messages
from . import config_entries, mended_names, metric_names, on_disk, series
from .base import WHOLE, ClientClosed, Refused, Tracker, simple_id, whole

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Sequence

    from .series import Points, Row

_POINTS_A_CALL, _PARAMETERS_A_CALL = 1000, 100  # the server's limits
_SQLITE = "sqlite:///"
_TAG = "neptune_writer.run"  # by which a run is found again; MLflow makes its own ids
GROUP_TAG = "neptune_writer.group"  # of the run, whichever experiment it is in
_NAME_TAG = "neptune_writer.name/"  # a name that was mended -> the original
_TAKES_NO = r"[^/\w.\- :]"  # in names, see mlflow/utils/validation.py
_LONGEST_NAME = 250  # characters
_LONGEST_MENDED = _LONGEST_NAME - len(_NAME_TAG)
_REFUSED = ("INVALID_PARAMETER_VALUE", "RESOURCE_ALREADY_EXISTS")  # not BAD_REQUEST, as it calls a broken database
_LATEST = 2 ** 53  # Unix seconds that are none any more
_making = threading.Lock()


class MLflow(Tracker):
    """TARGET: a tracking URI, the path of an SQLite file, or nothing for MLFLOW_TRACKING_URI, else ``mlflow.db``.

    The experiment is MLFLOW_EXPERIMENT_NAME, which may hold several groups, else it is the group. Steps are whole
    numbers, times milliseconds.
    """

    takes_non_finite = True  # an infinity as the largest float, which is MLflow's way
    repeats = False
    steps = WHOLE

    def __init__(self, experiment: "Any", ours: bool) -> None:
        Tracker.__init__(self, experiment, ours)
        self._id: Optional[str] = None
        self._names = mended_names.MendedNames(_mended, _LONGEST_NAME, _LONGEST_MENDED)
        self._kept: Optional[on_disk.Kept] = None  # the database, where it is a file
        self._last = 0.0  # the time of the last row, Unix seconds

    @classmethod
    def open(cls, target: str, header: "Dict[str, Any]") -> "Tracker":
        """Never through the functions of its module, which are global and measure the machine."""
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")  # we try again ourselves
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "30")
        from mlflow import MlflowClient
        uri = _uri(target or os.environ.get("MLFLOW_TRACKING_URI") or "mlflow.db")
        database = _file_of(uri)
        if database:
            with _making:
                on_disk.make(database, _fill)
        tracker = cls(MlflowClient(tracking_uri=uri), ours=True)
        tracker._kept = on_disk.Kept(database) if database else None
        run = simple_id(header.get("resumes") or header["run"])
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME") or header["group"][:_LONGEST_NAME]
        number = tracker._open(name, run, header)
        if uri.startswith("http"):
            tracker.location = "%s/#/experiments/%s/runs/%s" % (uri.rstrip("/"), number, tracker._id)
        else:
            tracker.location = "%s; to look at it: mlflow ui --backend-store-uri %s" % (uri, shlex.quote(uri))
        return tracker

    def _open(self, name: str, run: str, header: "Dict[str, Any]") -> str:
        """Continue the run in whichever experiment has it, or begin it in this one; returns the experiment's number."""
        every = [str(one.experiment_id) for one in self._experiments()]
        found = self.experiment.search_runs(every, "tags.`%s` = '%s'" % (_TAG, run)) if every else []
        number = str(found[0].info.experiment_id) if found else self._experiment_of(name)
        self._id = self._run_of(found, number, run, header)
        return number

    def _experiments(self) -> "Iterator[Any]":
        page = self.experiment.search_experiments()
        yield from page
        while getattr(page, "token", None):
            page = self.experiment.search_experiments(page_token=page.token)
            yield from page

    def _experiment_of(self, name: str) -> str:
        found = self.experiment.get_experiment_by_name(name)
        if found is None:
            try:
                return str(self.experiment.create_experiment(name))
            except Exception:
                found = self.experiment.get_experiment_by_name(name)
                if found is None:  # otherwise another process was first
                    raise
        return str(found.experiment_id)

    def _run_of(self, found: "Sequence[Any]", number: str, run: str, header: "Dict[str, Any]") -> str:
        if found:
            self._names = mended_names.MendedNames(
                _mended, _LONGEST_NAME, _LONGEST_MENDED, taken=found[0].data.metrics,
                mended={tag[len(_NAME_TAG):]: original for tag, original in found[0].data.tags.items()
                        if tag.startswith(_NAME_TAG)})
            self.experiment.update_run(found[0].info.run_id, status="RUNNING")
            return str(found[0].info.run_id)
        tags = {_TAG: run, "tags": ", ".join(header["tags"]), GROUP_TAG: header["group"]}
        began = round(header["t"] * 1000) if 0 < header["t"] < _LATEST else None  # not when it is sent
        return str(self.experiment.create_run(number, start_time=began, run_name=header["name"][:250],
                                              tags=tags).info.run_id)

    def write_config(self, config: "Dict[str, Any]") -> None:
        """Parameters, which keep the value they had first."""
        from mlflow.entities import Param
        with self._telling():
            stored = self.experiment.get_run(self._id).data.params
        new = {}
        names = mended_names.MendedNames(_mended, _LONGEST_NAME)
        entries = config_entries.flatten(config)
        for path, _ in entries:
            if _mended(path) == path:
                names.of(path)
        for path, value in entries:
            path, value = names.of(path), str(value).encode("utf-8", "backslashreplace").decode("utf-8")
            if path not in stored:
                new[path] = [Param(path, value)]
            elif stored[path] != value:
                messages.warn("%s keeps its first value: MLflow does not change parameters" % path,
                              once=(self.mark, path))
        self._all_or_each(new, "params", _PARAMETERS_A_CALL)
        self._say_mended(names)

    def _say_mended(self, names: "mended_names.MendedNames") -> None:
        if names.new:
            mended_names.say("MLflow", _TAKES_NO, _LONGEST_NAME, names.new)
            names.new = {}

    def write_rows(self, rows: "List[Row]") -> None:
        """Up to 1000 points a call; MLflow skips a point that comes again."""
        self._last = max([self._last] + [row.time for row in rows])
        metrics = {name: list(self._metrics(name, points)) for name, points in series.columns(rows).items()}
        if self._names.new:  # told before the points: who goes on with the run mends them alike
            from mlflow.entities import RunTag
            tags = {name: [RunTag(_NAME_TAG + sent, mended_names.known_as(name))]
                    for name, sent in self._names.new.items()}
            self._all_or_each(tags, "tags", _PARAMETERS_A_CALL)
            self._say_mended(self._names)
        self._all_or_each(metrics, "metrics", _POINTS_A_CALL)

    def _metrics(self, name: str, points: "Points") -> "Iterator[Any]":
        """The points of one metric that it can hold."""
        from mlflow.entities import Metric
        for value, step, at in zip(*points):
            try:
                yield Metric(self._names.of(name), value, _milliseconds(at), whole(step))
            except Refused as error:
                self.leave_out(name, error)

    def _all_or_each(self, entities: "Dict[str, List[Any]]", kind: str, at_most: int) -> None:
        """Log what belongs to each name; together, or, where something is refused, name by name."""
        def log(several: "List[Any]") -> None:
            for first in range(0, len(several), at_most):
                with self._telling():
                    self.experiment.log_batch(self._id, **{kind: several[first:first + at_most]})

        try:
            log([entity for several in entities.values() for entity in several])
        except Exception as error:
            if not self.is_refusal(error):
                raise
            for name, several in entities.items():
                self.guarded(name, log, several)

    @contextlib.contextmanager
    def _telling(self) -> "Iterator[None]":
        """One exception stands for all there is; a run that was deleted meanwhile refuses everything, as values do."""
        from mlflow.exceptions import MlflowException
        try:
            yield
        except MlflowException as error:
            self._check_kept()
            if error.error_code in _REFUSED:
                self._check_active()
                raise Refused(messages.short(error))
            raise ConnectionError(messages.short(error))

    def _check_active(self) -> None:
        from mlflow.exceptions import MlflowException
        try:
            stage = self.experiment.get_run(self._id).info.lifecycle_stage
        except MlflowException as error:
            raise ConnectionError(messages.short(error))
        if stage != "active":
            raise ClientClosed("the run was deleted")

    def confirmed(self) -> bool:
        """A call returns once all of it is stored; but for a file that was deleted, which pooled connections write."""
        self._check_kept()
        return True

    def _check_kept(self) -> None:
        if self._kept and not self._kept.is_there():
            self._id = None
            _let_go(self.experiment)
            raise ClientClosed("its database was deleted or replaced")

    def close(self, seconds: "Optional[float]") -> None:
        """Say that it is finished."""
        if self._id is not None:
            ended = round(self._last * 1000) if 0 < self._last < _LATEST else None
            self.end(lambda: self.experiment.set_terminated(self._id, end_time=ended), seconds)


def _mended(name: str) -> str:
    """A name as MLflow takes it, but for its length: no other characters, and no path that resolves to another."""
    path = "/".join("_" * len(part) if part in (".", "..") else part
                    for part in re.sub(_TAKES_NO, "_", metric_names.path(name)).split("/"))
    return "__" + path[2:] if path.startswith("..") else path


def _milliseconds(seconds: float) -> int:
    if not 0 <= seconds < _LATEST:
        raise Refused("its time %s is no Unix time" % seconds)
    return round(seconds * 1000)


def _file_of(uri: str) -> "Optional[str]":
    """The file of a database of SQLite; None where a URI names something else."""
    path = uri[len(_SQLITE):] if uri.startswith(_SQLITE) else ""
    return None if not path or path == ":memory:" or "?" in path else os.path.abspath(path)


def _fill(path: str) -> None:
    """Make an MLflow database: dozens of migrations, which MLflow never ends that were cut short."""
    from mlflow import MlflowClient
    client = MlflowClient(tracking_uri=_SQLITE + path)
    client.search_experiments(max_results=1)
    _let_go(client)


def _let_go(client: "Any") -> None:
    """Close the connections that MLflow keeps for later."""
    with contextlib.suppress(AttributeError):
        client._tracking_client.store.engine.dispose()


def _uri(target: str) -> str:
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", target) or target == "databricks":
        return target
    path = os.path.abspath(target)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    return _SQLITE + path

"""Weights & Biases."""
import contextlib
import os
import shlex
import threading
import time

from .. import messages
from .base import Gone, Tracker, simple_id

_X = "step"
_RESERVED = (_X, "_timestamp", "_step", "_runtime")
_FLUSH_SECONDS = 0.05  # the client's process writes to its file so often; there is no call that makes it
_QUIET_SECONDS = 0.2  # a file that was not written to for so long has all
_QUIET_AT_LAST = 3.0  # where the clock of the file's server is another
_QUIET = dict(x_disable_stats=True, x_disable_meta=True, x_disable_machine_info=True, x_save_requirements=False,
              disable_git=True, disable_code=True, save_code=False, disable_job_creation=True, console="off",
              silent=True, x_transaction_log_flush_interval=_FLUSH_SECONDS)
_opening = threading.Lock()


class Wandb(Tracker):
    """TARGET: ``offline``, ``online``, ``project``, ``entity/project``, or nothing: WANDB_MODE, WANDB_PROJECT and
    the others are respected. Metrics called ``step`` and the like get an underscore more."""

    takes_non_finite = True

    def __init__(self, experiment, ours):
        Tracker.__init__(self, experiment, ours)
        disabled = experiment.settings.mode == "disabled"
        self._folder, self._file = (None, None) if disabled else (
            experiment.settings.sync_dir, experiment.settings.sync_file)
        self._written_at = 0.0
        self._size, self._is_open = 0, False  # of the file when all was in it; whether rows came since

    @classmethod
    def open(cls, target, header):
        """Hardware, output and source code stay out of it; other runs of this process are left alone."""
        import wandb
        mode, project = (target.lower(), "") if target.lower() in ("offline", "online") else (None, target)
        entity, _, project = project.rpartition("/")
        known = wandb.Settings.model_fields
        settings = wandb.Settings(**{name: value for name, value in _QUIET.items() if name in known})
        with _opening:
            run = _init(wandb, dict(
                mode=mode, entity=entity or None, project=project or None, resume="allow", reinit="create_new",
                id=simple_id(header.get("resumes") or header["run"]), name=header["name"][:128],
                group=header["group"][:128], tags=[tag[:64] for tag in header["tags"]], settings=settings))
        run.define_metric("*", step_metric=_X)
        tracker = cls(run, ours=True)
        if tracker._folder:
            tracker.place = "%s; to the server with: wandb sync %s" % (tracker._folder, shlex.quote(tracker._folder))
        if run.settings.mode == "online" and run.url:
            tracker.place = "%s, and %s" % (run.url, tracker.place)
        return tracker

    def write_config(self, config):
        """Nested, as it is."""
        for name, value in config.items():
            self.guarded("config/" + name, self._call, self.experiment.config.update, {name: value}, True)

    def write_rows(self, rows):
        """One call a row."""
        self.one_by_one(rows, self._log)

    def _log(self, rows):
        for row in rows:
            values = {name + "_" if name in _RESERVED else name: float(value) for name, value in row.values.items()}
            values.update({_X: row.step, "_timestamp": row.time})
            self._is_open = True
            self._call(self.experiment.log, values)

    def _call(self, function, *arguments):
        self._written_at = time.time()
        try:
            function(*arguments)
        except Exception as error:
            if _is_dead(error) or type(error).__name__ == "UsageError":  # it is finished
                raise Gone("the client's process has ended (%s)" % messages.short(error))
            raise

    def confirmed(self):
        """Whether the client's process has written to its file after the last row, and nothing since."""
        if self._file is None or not self._is_open:
            return True
        now = time.time()
        try:
            size, touched = os.path.getsize(self._file), os.stat(self._file).st_mtime
        except OSError:
            return False
        written = touched >= self._written_at - 0.02 and now - touched >= _QUIET_SECONDS
        if size == self._size or not written and now - self._written_at < _QUIET_AT_LAST:
            return False
        self._size, self._is_open = size, False
        return True

    def close(self, seconds):
        """Finish it."""
        self.end(self.experiment.finish, seconds)


def _init(wandb, wanted):
    try:
        return wandb.init(**wanted)
    except Exception as error:
        if not _is_dead(error):
            raise
    with contextlib.suppress(Exception):  # the process of the run before was killed: have it start another
        wandb.teardown()
    return wandb.init(**wanted)


def _is_dead(error):
    """Whether the client's own process, which does all its work, is gone."""
    return isinstance(error, ConnectionError) or type(error).__name__ == "MailboxClosedError"

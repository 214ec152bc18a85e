"""The runs of an experiment of Ray Tune, one a trial, kept where the driver is.

A trial itself may run on any machine, and on another one after each failure, pause and perturbation: what is known of
it here is the `Trial` that Tune keeps, and its results. The journal's header holds, besides what every run's does,

    resumes     the trial's id: all journals of a trial are one run, also that of a driver that restored it
    group       trials of one configuration, whatever their names; as its first journal has it, for Ray stores a
                config as a text, and gives back another one
    namespace   where it is in a live experiment, which all trials share
"""
import contextlib
import glob
import hashlib
import os

from ... import begin, from_checkpoint, installed, masking
from ...experiment import experiments
from ...idioms import model_runs
from ...journal import journal_files, reading
from ...recording import config as configs
from ...recording import group as groups
from ...recording import header as headers
from ...resend.found_runs import PATTERN
from ...system import files
from . import results

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional

    from .results import Selection

_LONGEST_ERROR = 1000  # characters, the last ones: a traceback says what happened in its last line
_ID_LENGTH = 36  # what the trackers' clients take


class Trials:
    """The runs of the trials that one callback is called for.

    Args:
        experiment: see `neptune_writer.connect`; None for what NEPTUNE_EXPERIMENT says, and where that says nothing,
            for what Neptune's client would do.
        selection: a `results.Selection`.
    """

    def __init__(self, experiment: "Any", selection: "Selection") -> None:
        self.experiment = experiment
        self.selection = selection
        self._runs: Dict[str, TrialRun] = {}
        self._git: Optional[Dict[str, Any]] = None
        self._failed: Dict[str, Any] = {}  # trials whose error is not written down yet

    def start(self, trial: "Any") -> None:
        """The trial starts, for the first time or again."""
        run = self._runs.get(trial.trial_id)
        if run is None:
            if self._git is None:  # asked once: it takes a while, and a hundred trials may start at once
                self._git = {"git": headers.git_revision()}
            self._runs[trial.trial_id] = _of_trial(trial, self._experiment(), self.selection, self._git)
        else:
            run.configure(trial.config)

    def write(self, trial: "Any", result: "Dict[str, Any]") -> None:
        """One result."""
        if trial.trial_id not in self._runs:
            self.start(trial)
        run = self._runs[trial.trial_id]
        run.configure(trial.config)
        run.write(result)

    def fail(self, trial: "Any") -> None:
        """The trial has failed for good. Tune may write down with what only after it has said so."""
        run = self._runs.get(trial.trial_id)
        if run is not None:
            run.configure({"trial_state": "error"})
            self._failed[trial.trial_id] = trial

    def end_failed(self) -> None:
        """End the runs of the trials that failed, with what Tune has written down of them by now."""
        while self._failed:
            self.end(self._failed.popitem()[1], "error")

    def end(self, trial: "Any", state: "Optional[str]" = None) -> None:
        """The trial is over; ``state`` is ``terminated`` or ``error``, or None where it was cut short."""
        run = self._runs.pop(trial.trial_id, None)
        if run is not None:
            run.end(state, _error_of(trial) if state == "error" else None)

    def close(self) -> None:
        """The experiment is over."""
        self.end_failed()
        for run in self._runs.values():
            run.end()
        self._runs.clear()
        self.selection.warn_of_unmatched()

    def _experiment(self) -> "Any":
        return experiments.chosen(self.experiment)


class TrialRun:
    """The run of one trial, or of one algorithm that is trained without Tune.

    Args:
        config: its hyper-parameters, a dict; any other is a change of them.
        family: what it is a trial of, such as ``PPO_CartPole-v1``.
        experiment, selection: see `Trials`.
        header: see above.
        **described: ``name`` and ``folder`` of the run.
    """

    def __init__(self, config: "Dict[str, Any]", family: str, experiment: "Any", selection: "Selection",
                 header: "Optional[Dict[str, Any]]" = None, **described: "Any") -> None:
        self.steps = results.Steps()
        self._selection = selection
        self._config: Optional[Dict[str, Any]] = None
        header = dict({"group": groups.group(configs.plain(config), masking.mask(family))}, **header or {})
        framework = "rllib", installed.package_version("ray")
        self._run = model_runs.Run(experiment, framework=framework, header=header, **described)
        self.configure(config)
        begin(self._run)

    def configure(self, config: "Dict[str, Any]") -> None:
        """These are the hyper-parameters from now on; the same object as before is known already."""
        if config is not self._config:
            self._config = config
            self._run.write_config(config)

    def write(self, result: "Dict[str, Any]") -> None:
        """One result."""
        if self.steps.goes_back(result):
            from_checkpoint(self._run)
        row, name = self._selection.of(results.leaves(result)), self.steps.name
        left_out = name is not None and name not in row  # which the user did: then the step comes with the row
        self._run.write_row(row, result.get(name or "") if left_out else results.STEPS, name if left_out else None)

    def end(self, state: "Optional[str]" = None, error: "Optional[str]" = None) -> None:
        """It is over."""
        known = {"trial_state": state, "trial_error": error}
        self._run.write_config({name: value for name, value in known.items() if value})
        self._run.close()

    def close(self) -> None:
        """What it belongs to is gone."""
        self.end()


def _of_trial(trial: "Any", experiment: "Any", selection: "Selection", known: "Dict[str, Any]") -> "TrialRun":
    config = dict(trial.config or {})
    place = _place_of(trial)
    folder = _folder_of(trial, place)
    header = dict(known, resumes=_id_of(trial, place))
    header.update(_group_before(folder, header["resumes"]))
    if not isinstance(experiment, str) and experiments.is_live(experiment):
        header["namespace"] = masking.mask(str(trial))
    run = TrialRun(config, family_of(trial.trainable_name, config), experiment, selection, header, name=str(trial),
                   folder=folder)
    run.configure(trial.config)
    return run


def family_of(kind: str, config: "Dict[str, Any]") -> str:
    """What trains, and in what: ``PPO_CartPole-v1``."""
    env = config.get("env")
    return "%s_%s" % (kind, env) if isinstance(env, str) and env else str(kind)


def _place_of(trial: "Any") -> "Optional[str]":
    """Where Tune keeps the trial, which may be on another machine: ``.../experiment/trial``; None where it does not."""
    storage = getattr(trial, "storage", None)  # since 2.7
    if storage is not None:
        place = storage.trial_fs_path
    else:  # where both are there, the older one raises
        place = trial.local_path if hasattr(trial, "local_path") else getattr(trial, "logdir", None)
    return None if place is None else os.path.normpath(str(place))


def _folder_of(trial: "Any", place: "Optional[str]") -> "Optional[str]":
    """The folder of the trial's journal: the trial's own where that is on this machine, else one of its name."""
    storage = getattr(trial, "storage", None)
    if place is None or storage is None or getattr(storage.storage_filesystem, "type_name", None) == "local":
        return place
    return os.path.join(journal_files.FALLBACK_FOLDER, *place.split(os.sep)[-2:])


def _group_before(folder: "Optional[str]", run: str) -> "Dict[str, Any]":
    """The ``group`` that an earlier journal of the run has, in a dict; empty where there is none."""
    for path in glob.glob(os.path.join(glob.escape(folder or journal_files.FALLBACK_FOLDER), PATTERN)):
        with contextlib.suppress(OSError, ValueError):
            header = reading.read_header(path)
            if header.get("resumes") == run and "group" in header:
                return {"group": header["group"]}
    return {}


def _id_of(trial: "Any", place: "Optional[str]") -> str:
    """The same whichever driver has the trial, and no other trial's: Tune's id is short, and begins at random."""
    known = "/".join((place or "").split(os.sep)[-2:] + [str(trial.trial_id)])
    digest = hashlib.sha1(known.encode("utf-8", "replace")).hexdigest()[:12]
    return "%s-%s" % (str(trial.trial_id)[:_ID_LENGTH - 1 - len(digest)], digest)


def _error_of(trial: "Any") -> "Optional[str]":
    """The text of the trial's last error; None where Tune has none."""
    text = getattr(trial, "error_msg", None)  # up to 1.x; later only in a file, to which each failure adds
    try:
        with files.open_to_read(trial.error_file) as file:
            text = text or file.read().decode("utf-8", "replace").rpartition("Failure # ")[2].partition("\n")[2]
    except (OSError, TypeError, AttributeError):
        pass
    return masking.mask(text.strip())[-_LONGEST_ERROR:] if text else None  # once masked: half a token is a secret, too

"""patches/rllib.py: whole files before and after, those that it leaves alone first; and small Rays of each layout, trained."""
import os
import shutil
import subprocess
import sys

import pytest
from before_after import check_noop, check_patched
from small_checkout import call, make, run, snapshot
from small_ray import LAYOUTS
from trainings import journals, only_journal, stored

from patches import apply_patch, discover
from patches.edits import Refused
from patches.rllib import PATCH
from scripts import install, uninstall

NEWEST, OLDEST = LAYOUTS["2.60.0"], LAYOUTS["1.0.1"]


@pytest.mark.parametrize("text", [
    "", "x = 1\n",
    "class Callback:\n    def on_epoch_end(self): pass\n",
    "class Callback:\n    def on_trial_result(self): pass\n    def on_trial_fail(self): pass\n",  # Ray 1.0's
    "from ray.tune import Callback\nclass Mine(Callback):\n    def on_trial_result(self): pass\n"
    "    def on_trial_error(self): pass\n",
    "class Trainable:\n    def train(self): pass\n",  # some other project's
    "from ray.tune.logger.logger import LoggerCallback\nclass JsonLoggerCallback(LoggerCallback): pass\n",
    "class Logger:\n    def on_result(self): pass\n",
    NEWEST["ray/tune/logger/logger.py"], NEWEST["ray/tune/tune.py"],
])
def test_what_is_none_of_these_files_is_left_alone(text):
    check_noop(PATCH, text)


def test_it_is_discovered_without_a_registry():
    assert PATCH in discover()


def test_the_callbacks_of_an_experiment():
    check_patched(
        PATCH,
        before='''\
from abc import ABCMeta


class Callback(metaclass=ABCMeta):
    """Told of trials."""

    def on_trial_result(self, iteration, trials, trial, result, **info):
        pass

    def on_trial_error(self, iteration, trials, trial, **info):
        pass


class CallbackList(Callback):
    """Calls several."""

    def __init__(self, callbacks):
        self._callbacks = callbacks
''',
        after='''\
from abc import ABCMeta
neptune_writer = __import__("neptune_writer.frameworks.rllib", globals(), fromlist=["with_neptune"], level=1 if __package__ else 0)  # neptune


class Callback(metaclass=ABCMeta):
    """Told of trials."""

    def on_trial_result(self, iteration, trials, trial, result, **info):
        pass

    def on_trial_error(self, iteration, trials, trial, **info):
        pass
class NeptuneLoggerCallback(neptune_writer.LoggerCallback, Callback):  # neptune
    pass  # neptune


class CallbackList(Callback):
    """Calls several."""

    def __init__(self, callbacks):
        callbacks = neptune_writer.with_neptune(callbacks, NeptuneLoggerCallback)  # neptune
        self._callbacks = callbacks
''',
    )


def test_what_is_imported_from_since_2_0():
    check_patched(
        PATCH,
        before='''\
from ray.tune.logger.csv import CSVLoggerCallback
from ray.tune.logger.logger import Logger, LoggerCallback

__all__ = ["CSVLoggerCallback", "Logger", "LoggerCallback"]
''',
        after='''\
from ray.tune.logger.csv import CSVLoggerCallback
from ray.tune.logger.logger import Logger, LoggerCallback
from ray.tune.callback import NeptuneLoggerCallback, neptune_writer  # neptune

__all__ = ["CSVLoggerCallback", "Logger", "LoggerCallback"]
''',
        companion=True,
    )


def test_a_package_that_offers_fewer_loggers_offers_ours_too():
    check_patched(
        PATCH,
        before='''\
from ray.tune.logger.logger import Logger
from ray.tune.logger.tensorboardx import TBXLoggerCallback
''',
        after='''\
from ray.tune.logger.logger import Logger
from ray.tune.logger.tensorboardx import TBXLoggerCallback
from ray.tune.callback import NeptuneLoggerCallback, neptune_writer  # neptune
''',
        companion=True,
    )


def test_the_loggers_of_1_x():
    check_patched(
        PATCH,
        before='''\
import os
from ray.tune.callback import Callback


class Logger:
    def on_result(self, result):
        raise NotImplementedError


class UnifiedLogger(Logger):
    def __init__(self, config, logdir, trial=None, loggers=None):
        self._loggers = loggers


class LoggerCallback(Callback):
    pass
''',
        after='''\
import os
from ray.tune.callback import Callback
from ray.tune.callback import NeptuneLoggerCallback  # neptune
neptune_writer = __import__("neptune_writer.frameworks.rllib", globals(), fromlist=["with_neptune"], level=1 if __package__ else 0)  # neptune


class Logger:
    def on_result(self, result):
        raise NotImplementedError
class NeptuneLogger(neptune_writer.Logger, Logger):  # neptune
    pass  # neptune


class UnifiedLogger(Logger):
    def __init__(self, config, logdir, trial=None, loggers=None):
        self._loggers = loggers


class LoggerCallback(Callback):
    pass
''',
    )


def test_the_logger_of_each_trial_in_1_0():
    check_patched(
        PATCH,
        before='''\
import os


class Logger:
    def on_result(self, result):
        raise NotImplementedError


DEFAULT_LOGGERS = (Logger,)


class UnifiedLogger(Logger):
    def __init__(self, config, logdir, trial=None, loggers=None):
        self._loggers = DEFAULT_LOGGERS if loggers is None else loggers
''',
        after='''\
import os
neptune_writer = __import__("neptune_writer.frameworks.rllib", globals(), fromlist=["with_neptune"], level=1 if __package__ else 0)  # neptune


class Logger:
    def on_result(self, result):
        raise NotImplementedError
class NeptuneLogger(neptune_writer.Logger, Logger):  # neptune
    pass  # neptune


DEFAULT_LOGGERS = (Logger,)


class UnifiedLogger(Logger):
    def __init__(self, config, logdir, trial=None, loggers=None):
        loggers = neptune_writer.loggers_with_neptune(DEFAULT_LOGGERS if loggers is None else loggers, trial, NeptuneLogger)  # neptune
        self._loggers = DEFAULT_LOGGERS if loggers is None else loggers
''',
    )


def test_an_algorithm_without_tune():
    check_patched(
        PATCH,
        before='''\
import os


class Trainable:
    """What Tune trains."""

    def train(self):
        self.log_result({})

    def save(self):
        pass

    def restore(self):
        pass

    def log_result(self, result):
        """Subclasses may override this."""
        self._result_logger.on_result(result)
''',
        after='''\
import os


class Trainable:
    """What Tune trains."""

    def train(self):
        self.log_result({})

    def save(self):
        pass

    def restore(self):
        pass

    def log_result(self, result):
        """Subclasses may override this."""
        from ray.tune import logger as neptune  # neptune
        if hasattr(neptune, "neptune_writer"):  # neptune
            neptune.neptune_writer.write_result(self, result)  # neptune
        self._result_logger.on_result(result)
''',
        companion=True,
    )


@pytest.mark.slow
def test_trainables_that_cannot_be_edited_leave_the_loggers_installed(tmp_path):
    """I1: a companion's trouble is not the logger's."""
    path = "ray/tune/trainable/trainable.py"
    folder = make(tmp_path, dict(NEWEST, **{path: NEWEST[path].replace("log_result", "_log_result")}))
    before = snapshot(folder)
    done = run("install", folder)
    missing = "Trainable.log_result(self, result) is missing"
    assert done.returncode == 0 and f"{path}: {missing}; left as it is" in done.stderr
    assert "neptune_writer" in (folder / "ray/tune/callback.py").read_text()
    assert (folder / path).read_bytes() == before[path][1]
    assert f"unsupported {path}" in run("status", folder).stdout
    assert run("uninstall", folder).returncode == 0
    assert {name: snapshot(folder).get(name) for name in before} == before


# Layouts of a Ray to come, or long gone: refused, and what is missing is named

@pytest.mark.slow
@pytest.mark.parametrize("path, old, new, missing", [
    ("callback.py", "class CallbackList(", "class Callbacks(", "CallbackList.__init__(self, callbacks)"),
    ("callback.py", "(self, callbacks)", "(self, several)", "CallbackList.__init__(self, callbacks)"),
])
def test_a_layout_that_is_not_known_is_refused(tmp_path, path, old, new, missing):
    files = dict(NEWEST, **{"ray/tune/" + path: NEWEST["ray/tune/" + path].replace(old, new)})
    folder = make(tmp_path, files)
    before = snapshot(folder)
    done = run("install", folder)
    assert done.returncode == 1 and "%s is missing" % missing in done.stderr
    assert "ray/tune/%s: unsupported" % path in done.stderr and snapshot(folder) == before
    status = run("status", folder)
    assert "unsupported" in status.stdout and missing in status.stdout


def test_one_file_put_back_by_git_stops_no_training(tmp_path):
    """What is left of ours asks whether the rest is there."""
    folder = make(tmp_path / "ray", NEWEST)
    assert call(install, folder) == 0
    (folder / "ray/tune/logger/__init__.py").write_text(NEWEST["ray/tune/logger/__init__.py"])
    subprocess.run([sys.executable, "-B", "-c", direct("2")], check=True, cwd=tmp_path, env=dict(
        os.environ, PYTHONPATH=str(folder)))


def test_a_logger_that_is_told_of_no_trial_is_refused():
    text = OLDEST["ray/tune/logger.py"].replace("logdir, trial=None, loggers=None", "logdir, loggers=None")
    with pytest.raises(Refused, match="UnifiedLogger.__init__.* is missing"):
        apply_patch(PATCH, text.encode())


# Installed, trained, taken out again

each = pytest.mark.parametrize("version", sorted(LAYOUTS))
TUNE = "from ray import tune\ntune.run([{'lr': 0.1, 'env': 'Maze'}, {'lr': 0.2, 'env': 'Maze', 'fails_at': 2}])\n"
DIRECT = """
from ray.tune.%s import Walk
walk = Walk({'lr': 0.5, 'env': 'Maze'})
for _ in range(2):
    walk.train()
"""


def direct(version):
    return DIRECT % ("trainable.trainable" if version.startswith("2") else "trainable")


@pytest.fixture(scope="module")
def checkouts(tmp_path_factory):
    """(version, whether it is patched) -> its folder."""
    found = {(version, is_patched): make(tmp_path_factory.mktemp("ray"), files)
             for version, files in LAYOUTS.items() for is_patched in (True, False)}
    for (_, is_patched), folder in found.items():
        assert not is_patched or call(install, folder) == 0
    return found


@pytest.fixture
def train(checkouts, training_folder):
    """Runs a script on a small Ray; returns its stdout and stderr."""
    def train(version, code, is_patched=True, **variables):
        done = subprocess.run([sys.executable, "-c", code], cwd=training_folder, capture_output=True, text=True,
                              stdin=subprocess.DEVNULL, timeout=60, env=dict(
                                  os.environ, PYTHONPATH=str(checkouts[version, is_patched]),
                                  PYTHONDONTWRITEBYTECODE="1", **variables))
        assert done.returncode == 0, done.stderr
        return done.stdout, done.stderr
    return train


@each
def test_an_unchanged_script_is_a_run_a_trial(train, training_folder, version):
    train(version, TUNE, NEPTUNE_EXPERIMENT="journal")
    good, bad = sorted(map(stored, journals(training_folder / "results" / "walks")), key=lambda one: one.header["name"])
    assert [one.header["name"] for one in (good, bad)] == ["Walk_ab12c_00000", "Walk_ab12c_00001"]
    assert good.header["framework"] == "rllib" and good.header["framework_version"] == version
    assert [row["step"] for row in good.rows] == [100, 200, 300] and len(bad.rows) == 2
    assert good.rows[1]["values"] == {"timesteps_total": 200, "lr": 0.1, "info/loss": 0.5, "training_iteration": 2}
    assert good.configs == [{"lr": 0.1, "env": "Maze"}, {"lr": 0.1, "env": "Maze", "trial_state": "terminated"}]
    assert bad.configs[-1] == {"lr": 0.2, "env": "Maze", "fails_at": 2, "trial_state": "error",
                               "trial_error": "ValueError: the walk is over"}
    assert good.ended and bad.ended and len(journals(training_folder)) == 2


@each
def test_an_algorithm_that_is_trained_without_tune_is_one_run(train, training_folder, version):
    train(version, direct(version), NEPTUNE_EXPERIMENT="journal")
    run_ = only_journal(training_folder / "results" / "direct")
    assert [row["step"] for row in run_.rows] == [100, 200] and run_.header["name"] == "Walk_Maze"
    assert run_.configs == [{"lr": 0.5, "env": "Maze"}] and run_.header["resumes"] is None


@each
@pytest.mark.parametrize("with_tune", [True, False], ids=["tune", "direct"])
def test_with_nothing_configured_nothing_changes(train, training_folder, version, with_tune):
    code = TUNE if with_tune else direct(version) + "print(walk.train())\n"
    expected = train(version, code, is_patched=False)
    left = snapshot(training_folder)
    assert bool(left) == with_tune and not journals(training_folder)
    shutil.rmtree(training_folder / "results", ignore_errors=True)
    assert train(version, code) == expected and snapshot(training_folder) == left


@each
def test_uninstalling_gives_back_every_byte(tmp_path, version):
    folder = make(tmp_path, LAYOUTS[version])
    before = snapshot(folder)
    assert call(install, folder) == 0 and snapshot(folder) != before
    assert call(uninstall, folder) == 0 and snapshot(folder) == before


@each
def test_the_spec_may_come_with_the_job(train, training_folder, version):
    """`ray.init(runtime_env=...)` sets the variables of a job for all of its processes but the driver."""
    train(version, "import ray\nray.environment.update(env_vars={'NEPTUNE_EXPERIMENT': 'journal', 'OTHER': '1'})\n"
          + TUNE + "import os\nassert 'OTHER' not in os.environ")
    assert len(journals(training_folder)) == 2


# Named in code

def test_the_callback_in_code(train, training_folder):
    train("2.60.0", "from ray import tune\nfrom ray.tune.logger import LoggerCallback, NeptuneLoggerCallback\n"
          "tune.run([{'lr': 0.1}], callbacks=[NeptuneLoggerCallback('journal', include='info/*')])",
          NEPTUNE_EXPERIMENT="offline")  # which the code goes before, and which adds no second one
    assert [row["values"] for row in only_journal(training_folder).rows] == [
        {"info/loss": 1 / iteration} for iteration in (1, 2, 3)]


def test_the_callback_in_code_of_1_13(train, training_folder):
    train("1.13.0", "from ray import tune\nfrom ray.tune.logger import NeptuneLoggerCallback\n"
          "tune.run([{'lr': 0.1}], callbacks=[NeptuneLoggerCallback('journal', exclude=['info', 'lr'])])")
    assert [list(row["values"]) for row in only_journal(training_folder).rows] == [
        ["timesteps_total", "training_iteration"]] * 3


@pytest.mark.parametrize("variables", [{}, {"NEPTUNE_EXPERIMENT": "offline"}], ids=["alone", "environment"])
def test_the_logger_in_code_of_1_0(train, training_folder, variables):
    _, errors = train("1.0.1", "from ray import tune\nfrom ray.tune.logger import DEFAULT_LOGGERS, NeptuneLogger\n"
                      "tune.run([{'lr': 0.1, 'logger_config': {'neptune_project_name': 'me/walks'}}],\n"
                      "         loggers=DEFAULT_LOGGERS + (NeptuneLogger,))",
                      NEPTUNE_WRITER_PYTHON="/none", **variables)
    run_ = only_journal(training_folder)
    assert len(run_.rows) == 3 and run_.configs[0]["logger_config"] == {"neptune_project_name": "me/walks"}
    assert "sent on to me/walks" in errors


def test_without_any_patch(train, training_folder, checkouts):
    from trainings import VENDORED
    path = os.pathsep.join([str(VENDORED), str(checkouts["2.60.0", False])])
    train("2.60.0", "import sys; sys.path[:0] = %r.split(':')\nfrom ray import tune\n"
          "from neptune_writer.frameworks.rllib.tune import NeptuneLoggerCallback\n"
          "tune.run([{'lr': 0.1}], callbacks=[NeptuneLoggerCallback()])" % path, is_patched=False)
    assert len(only_journal(training_folder).rows) == 3  # the disk alone, where Neptune's client knows of no project

"""Small Rays: files of our own writing, laid out as the patch knows them, each with a Tune that trains in its process.

`LAYOUTS` maps the version that is laid out so to path -> text, as `small_checkout.make` takes it.
"""

_CALLBACK = '''\
from abc import ABCMeta


class Meta(ABCMeta):
    pass


class Callback(metaclass=Meta):
    """Told of trials."""

    def on_trial_start(self, iteration, trials, trial, **info):
        pass

    def on_trial_result(self, iteration, trials, trial, result, **info):
        pass

    def on_trial_complete(self, iteration, trials, trial, **info):
        pass

    def on_trial_error(self, iteration, trials, trial, **info):
        pass

    def on_step_end(self, iteration, trials, **info):
        pass

    def on_experiment_end(self, trials, **info):
        pass


class CallbackList(Callback):
    """Calls several."""

    def __init__(self, callbacks):
        self._callbacks = callbacks

    def tell(self, name, **info):
        for callback in self._callbacks:
            getattr(callback, name)(**info)
'''

_LOGGER_CALLBACKS = '''\


class LoggerCallback(Callback):
    pass


class CSVLoggerCallback(LoggerCallback):
    pass


class JsonLoggerCallback(LoggerCallback):
    pass


class TBXLoggerCallback(LoggerCallback):
    pass
'''

_LOGGERS = '''\


class Logger:
    """Writes results."""

    def __init__(self, config, logdir, trial=None):
        self.config = config
        self.logdir = logdir
        self.trial = trial
        self._init()

    def _init(self):
        pass

    def on_result(self, result):
        raise NotImplementedError

    def close(self):
        pass


class NoopLogger(Logger):
    def on_result(self, result):
        pass


class JsonLogger(Logger):
    def on_result(self, result):
        with open(os.path.join(self.logdir, "result.json"), "a") as file:
            file.write(json.dumps(result) + "\\n")


DEFAULT_LOGGERS = (JsonLogger,)


class UnifiedLogger(Logger):
    def __init__(self, config, logdir, trial=None, loggers=None):
        self._classes = DEFAULT_LOGGERS if loggers is None else loggers
        super().__init__(config, logdir, trial)

    def _init(self):
        self._loggers = [cls(self.config, self.logdir, self.trial) for cls in self._classes]

    def on_result(self, result):
        for logger in self._loggers:
            logger.on_result(result)

    def close(self):
        for logger in self._loggers:
            logger.close()
'''

_TRAINABLE = '''\
import os


class Trainable:
    """What Tune trains."""

    def __init__(self, config=None, logger_creator=None, storage=None):
        self.config = config or {}
        self.iteration = 0
        self._storage = storage
        self.logdir = os.path.join("results", "direct")
        self._result_logger = logger_creator and logger_creator(self.config, self.logdir)

    def train(self):
        result = dict(self.step(), config=self.config)
        self.iteration += 1
        result["training_iteration"] = self.iteration
        self.log_result(result)
        return result

    def step(self):
        return {"timesteps_total": 100 * (self.iteration + 1), "lr": self.config["lr"], "done": False,
                "info": {"loss": 1 / (self.iteration + 1)}}

    def save(self):
        return self.iteration

    def restore(self, iteration):
        self.iteration = iteration

    def log_result(self, result):
        """Subclasses may override this."""
%s

class Walk(Trainable):
    def step(self):
        if self.iteration == self.config.get("fails_at"):
            raise ValueError("the walk is over")
        return super().step()
'''
_LOGS_NOTHING, _LOGS_TO_LOGGER = "        pass\n", """\
        if self._result_logger:
            self._result_logger.on_result(result)
"""

_TRIAL = '''\
import os

from ray import worker


class Trial:
    error_file = logdir = None

    def __init__(self, number, config):
        self.trial_id, self.trainable_name, self.config, self.status = "ab12c_%05d" % number, "Walk", config, "RUNNING"
        self.logdir = os.path.join("results", "walks", "%s_lr=%s" % (self, config["lr"]))
        os.makedirs(self.logdir, exist_ok=True)

    def __str__(self):
        return "Walk_" + self.trial_id

    def train(self, trainable, iterations, report):
        try:
            for _ in range(iterations):
                report(dict(trainable.train(), trial_id=self.trial_id))
            self.status = "TERMINATED"
        except ValueError as error:
            self.status, self.error_file = "ERROR", os.path.join(self.logdir, "error.txt")
            with open(self.error_file, "a") as file:
                file.write("Failure # 1 (occurred at noon)\\nValueError: %s\\n" % error)
'''

_RUN = _TRIAL + '''\

from ray.tune.callback import CallbackList
from ray.tune.TRAINABLE import Walk


def run(configs, iterations=3, callbacks=None):
    worker.global_worker.mode = worker.LOCAL_MODE
    callbacks = CallbackList(callbacks or [])
    trials = [Trial(number, config) for number, config in enumerate(configs)]
    for trial in trials:
        about = dict(iteration=0, trials=trials, trial=trial)
        callbacks.tell("on_trial_start", **about)
        trial.train(Walk(trial.config, storage=trial.logdir), iterations,
                    lambda result: callbacks.tell("on_trial_result", result=result, **about))
        callbacks.tell("on_trial_error" if trial.error_file else "on_trial_complete", **about)
        callbacks.tell("on_step_end", iteration=0, trials=trials)
    callbacks.tell("on_experiment_end", trials=trials)
'''

_RUN_1_0 = _TRIAL + '''\

from ray.tune.logger import NoopLogger, UnifiedLogger
from ray.tune.trainable import Walk


def run(configs, iterations=3, loggers=None):
    worker.global_worker.mode = worker.LOCAL_MODE
    for number, config in enumerate(configs):
        trial = Trial(number, config)
        logger = UnifiedLogger(config, trial.logdir, trial=trial, loggers=loggers)
        trial.train(Walk(config, logger_creator=NoopLogger), iterations, logger.on_result)
        logger.close()
'''

_OF_CALLBACK = "from ray.tune.callback import Callback\n"
_1_0 = {"ray/tune/logger.py": "import json\nimport os\n" + _LOGGERS,
        "ray/tune/trainable.py": _TRAINABLE % _LOGS_TO_LOGGER, "ray/tune/tune.py": _RUN_1_0,
        "ray/tune/__init__.py": "from ray.tune.tune import run\n"}
_1_13 = dict(_1_0, **{
    "ray/tune/callback.py": _CALLBACK, "ray/tune/tune.py": _RUN.replace("TRAINABLE", "trainable"),
    "ray/tune/__init__.py": _OF_CALLBACK + _1_0["ray/tune/__init__.py"],
    "ray/tune/logger.py": "import json\nimport os\n" + _OF_CALLBACK + _LOGGERS + _LOGGER_CALLBACKS})
_2_60 = {"ray/tune/callback.py": _CALLBACK, "ray/tune/__init__.py": _1_13["ray/tune/__init__.py"],
         "ray/tune/logger/logger.py": _OF_CALLBACK + _LOGGER_CALLBACKS,
         "ray/tune/logger/__init__.py": "from ray.tune.logger.logger import (\n    CSVLoggerCallback, "
                                        "JsonLoggerCallback, LoggerCallback, TBXLoggerCallback)\n",
         "ray/tune/trainable/trainable.py": _TRAINABLE % _LOGS_NOTHING, "ray/tune/trainable/__init__.py": "",
         "ray/tune/tune.py": _RUN.replace("TRAINABLE", "trainable.trainable")}
_RAY = '''\
import types

__version__ = "%s"
environment = {}


def is_initialized():
    return bool(environment)


def get_runtime_context():
    return types.SimpleNamespace(runtime_env=environment)
'''
_WORKER = """\
import types

SCRIPT_MODE, WORKER_MODE, LOCAL_MODE = range(3)
global_worker = types.SimpleNamespace(mode=SCRIPT_MODE)
"""
LAYOUTS = {version: {"ray/__init__.py": _RAY % version, "ray/worker.py": _WORKER, **files}
           for version, files in (("1.0.1", _1_0), ("1.13.0", _1_13), ("2.60.0", _2_60))}

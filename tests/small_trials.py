"""Trials of Ray Tune, as far as they are read, and results of theirs."""
import os
import types


class Trial:
    """What is read of Tune's."""

    def __init__(self, number=0, config=None, place="results/exp/walk"):
        self.trial_id, self.trainable_name = "ab12c_%05d" % number, "Walk"
        self.config = {"lr": 0.1, "env": "Maze", "seed": number} if config is None else config
        self.logdir = os.path.abspath("%s_%d" % (place, number))
        self.error_file = None

    def __str__(self):
        return "Walk_" + self.trial_id


class Stored(Trial):
    """One of Ray 2.7 or newer, where a trial is in some storage."""

    def __init__(self, number=0, kind="local", **how):
        Trial.__init__(self, number, **how)
        self.storage = types.SimpleNamespace(
            trial_fs_path=self.logdir, storage_filesystem=types.SimpleNamespace(type_name=kind))
        self.local_path, self.logdir = "/tmp/staged", None


def result(iteration, **more):
    return dict({"training_iteration": iteration, "timesteps_total": 100 * iteration, "info": {"loss": 1 / iteration}},
                **more)

"""The report of what other trackers left on the disk, each written by its own package: every number comes back."""
import math
import os
import subprocess

import pytest
from real_training import python
from report_runs import points, read

pytestmark = pytest.mark.training

TRACKERS, FORMATS = "trackers-py311", "formats-py311"
ROWS = """
ROWS = [(100 * n, {"reward": 1.5 * n, "losses/policy": -n / 3, "odd": float("nan" if n == 2 else 1)}) for n in range(5)]
CONFIG = {"lr": 1e-3, "seed": SEED}
"""
WANDB = """
import wandb
run = wandb.init(project="p", name="ppo-%d" % SEED, config=CONFIG)
for step, row in ROWS:
    run.log(row, step=step)
run.finish()
"""
WANDB_COUNTS = """
import wandb
run = wandb.init(project="p", name="ppo-%d" % SEED, config=CONFIG)
for step, row in ROWS:
    run.log(dict(row, global_step=step))
run.finish()
"""
TRACKIO = """
import trackio
trackio.init(project="p", name="ppo-%d" % SEED, config=CONFIG)
for step, row in ROWS:
    trackio.log(row, step=step)
trackio.finish()
"""
MLFLOW = """
import mlflow
mlflow.set_tracking_uri(URI)
mlflow.set_experiment("cart")
with mlflow.start_run(run_name="ppo-%d" % SEED):
    mlflow.log_params(CONFIG)
    for step, row in ROWS:
        mlflow.log_metrics(row, step=step)
"""
SACRED = """
from sacred import Experiment
from sacred.observers import FileStorageObserver
experiment = Experiment("ppo-%d" % SEED, save_git_info=False)
experiment.observers.append(FileStorageObserver("sacred"))
experiment.add_config(lr=1e-3)
@experiment.main
def train(_run):
    for step, row in ROWS:
        for name, value in row.items():
            _run.log_scalar(name, value, step)
experiment.run(config_updates={"seed": SEED})
"""
OPTUNA = """
import optuna
study = optuna.create_study(storage="sqlite:///optuna.db", study_name="cart", load_if_exists=True)
def objective(trial):
    trial.suggest_float("lr", 1e-3, 1e-3)
    for step, row in ROWS:
        trial.report(row["reward"], step)
    return 1.0
study.optimize(objective, n_trials=1)
"""


def write(folder, environment, code, **names):
    """Run it for two seeds, below the folder."""
    for seed in (1, 2):
        text = "".join("%s = %r\n" % pair for pair in dict(names, SEED=seed).items()) + ROWS + code
        (folder / "train.py").write_text(text)
        done = subprocess.run([str(python(environment)), "train.py"], cwd=folder, capture_output=True, text=True,
                              timeout=300, stdin=subprocess.DEVNULL, env=dict(
                                  os.environ, WANDB_MODE="offline", WANDB_SILENT="true", TRACKIO_DIR=str(folder),
                                  HF_HUB_OFFLINE="1", MLFLOW_ALLOW_FILE_STORE="true", HOME=str(folder)))
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("environment, code, names", [
    pytest.param(TRACKERS, WANDB, {}, id="wandb"),
    pytest.param(TRACKERS, WANDB_COUNTS, {}, id="wandb-counts"),
    pytest.param(TRACKERS, TRACKIO, {}, id="trackio"),
    pytest.param(TRACKERS, MLFLOW, {"URI": "sqlite:///mlflow.db"}, id="mlflow-database"),
    pytest.param(TRACKERS, MLFLOW, {"URI": "file:./mlruns"}, id="mlflow-files"),
    pytest.param(FORMATS, SACRED, {}, id="sacred"),
])
def test_every_number_comes_back(tmp_path, environment, code, names):
    write(tmp_path, environment, code, **names)
    runs, problems = read(tmp_path)
    assert not problems and len(runs) == 2 and len({run.group for run in runs}) == 1
    for run in runs:
        assert points(run, "reward") == [(100 * n, 1.5 * n) for n in range(5)]
        assert points(run, "losses/policy") == [(100 * n, -n / 3) for n in range(5)]
        assert [math.isnan(value) for _, value in points(run, "odd")] == [n == 2 for n in range(5)]
        assert (run.config["lr"], run.name[:4]) == (0.001, "ppo-")
    assert {run.config["seed"] for run in runs} == {1, 2}


def test_trials_of_optuna(tmp_path):
    write(tmp_path, FORMATS, OPTUNA)
    runs, problems = read(tmp_path)
    assert not problems and [run.name for run in runs] == ["cart trial 0", "cart trial 1"]
    for run in runs:
        assert points(run, "intermediate value") == [(100 * n, 1.5 * n) for n in range(5)] and run.config["lr"] == 0.001

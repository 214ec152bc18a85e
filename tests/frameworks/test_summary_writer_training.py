"""Releases of tensorboardX, and torch's writer, with the install script's patch in them, alone and where frameworks
train: what TensorBoard's own reader finds in the event files is in the journal, and nothing else."""
import json
import shutil
import struct
from pathlib import Path

import pytest
from ray_training import SMALL
from real_training import patched, python, release, run, script
from small_checkout import snapshot
from trainings import journals, stored

pytestmark = pytest.mark.training

DRIVE = """
import sys
import numpy
from %s import SummaryWriter
writer, other = SummaryWriter("out/a"), SummaryWriter("out/a/eval")
for step in range(20):
    writer.add_scalar("charts/return", step / 3, step * 10)
    writer.add_scalar("with a (space)", numpy.float32(step) / 7, step)
    writer.add_scalar("counted", -step)
    writer.add_scalar("rewards/time", step, step * 1.5)
    writer.add_scalars("many/of", {"a": step, "b": -step}, step)
    other.add_scalar("return", step, step, 1600000000.5 + step)
if hasattr(writer, "add_hparams"):
    writer.add_hparams({"lr": 0.1}, {"best": 2.5})  # one: a map is written in no order
writer.add_text("hyperparameters", "|param|value|\\n|-|-|\\n|seed|1|")
writer.close(), other.close()
"""
READ = """
import json, os, sys
from tensorboard.backend.event_processing.event_file_loader import EventFileLoader
from tensorboard.util import tensor_util
found = []
for folder, _, names in os.walk(sys.argv[1]):
    for name in sorted(names):
        for event in EventFileLoader(os.path.join(folder, name)).Load() if ".tfevents." in name else ():
            for value in event.summary.value:
                if value.metadata.plugin_data.plugin_name in ("scalars", "") and value.HasField("tensor"):
                    number = float(tensor_util.make_ndarray(value.tensor))
                    found.append((os.path.relpath(folder, sys.argv[1]), value.tag, event.step, number))
print(json.dumps(found))
"""

RAW = """
import glob, json, os, struct, sys
from tensorboard.compat.proto.event_pb2 import Event
files = []
for path in glob.glob("out/**/*.tfevents.*", recursive=True):
    raw, events, at = open(path, "rb").read(), [], 0
    while at < len(raw):
        length, = struct.unpack_from("<Q", raw, at)
        event = Event.FromString(raw[at + 12:at + 12 + length])
        if not 1600000000 <= event.wall_time < 1600000100:  # given, not the clock's
            event.wall_time = 0
        events.append(event.SerializeToString(deterministic=True).hex())
        at += 16 + length
    files.append(events)
print(json.dumps(sorted(files)))
"""


def name_in_journal(folder, tag):
    """What the journal calls a tag of the event files of a folder."""
    if folder == "eval":
        return "eval/" + tag
    return "%s/%s" % (tag, folder[-1]) if folder.startswith("many") else tag


def rounded(rows):
    """(name, whole step, value as the event file has it), in order; of tags without a step without that."""
    return sorted((name, 0 if name == "counted" else int(step), struct.unpack("f", struct.pack("f", float(value)))[0])
                  for name, step, value in rows)


def compare(interpreter, checkout, module, place):
    """Train unpatched, then patched without and with a journal, compare, take the patch out again."""
    before = {path: content for path, content in snapshot(checkout).items() if "__pycache__" not in path}
    said, reader = {}, python("trackers-py311")
    for name, variables in (("plain", {}), ("off", {}), ("on", {"NEPTUNE_EXPERIMENT": "journal"})):
        (place / name).mkdir()
        output, errors = run(interpreter, checkout, place / name, "-W", "ignore", "-c", DRIVE % module, **variables)
        events = run(reader, place, place / name, "-W", "ignore", "-c", RAW)[0]
        said[name] = output, errors if name != "on" else "", json.loads(events)
        if name == "plain":
            patched(checkout)
    assert said["plain"] == said["off"] == said["on"] and said["plain"][2]
    events = json.loads(run(python("trackers-py311"), place, place / "on", "-W", "ignore", "-c", READ,
                            "out/a")[0])
    journal, = journals(place / "on")
    header, configs, rows, ended = stored(journal)
    points = [(name, row["step"], value) for row in rows for name, value in row["values"].items()]
    expected = ((name_in_journal(folder, tag), step, value) for folder, tag, step, value in events)
    assert rounded(points) == rounded(expected)
    assert [step for name, step, _ in points if name == "counted"] == list(range(20))
    assert [row["t"] for row in rows if "eval/return" in row["values"]] == [1600000000.5 + step for step in range(20)]
    assert header["name"] == "a" and configs[-1]["seed"] == 1 and ended and not journals(place / "off")
    script("uninstall.py", checkout)
    assert {path: content for path, content in snapshot(checkout).items() if "__pycache__" not in path} == before


@pytest.mark.parametrize("version, environment", [
    ("1.4", "ray-1.13-py37"), ("1.8", "ray-1.13-py37"), ("2.0", "ray-1.13-py37"), ("2.1", "ray-1.13-py37"),
    ("2.4", "ray-1.13-py37"), ("2.5.1", "ray-1.13-py37"), ("2.6.2.2", "tensorboardx-py311"),
    ("2.6.5", "tensorboardx-py311")])
def test_tensorboardx(tmp_path, version, environment):
    compare(python(environment), release(f"tensorboardX=={version}", tmp_path), "tensorboardX", tmp_path)


@pytest.mark.parametrize("environment", ["spinningup-py311", "spinningup-py37"])
def test_torch(tmp_path, environment):
    """Its writer alone, beside the torch of the environment."""
    interpreter = python(environment)
    source = next(Path(interpreter).parents[1].glob("lib/python3*/site-packages/torch/utils/tensorboard"))
    shutil.copytree(source, tmp_path / "copy" / "summaries", ignore=shutil.ignore_patterns("__pycache__"))
    compare(interpreter, tmp_path / "copy", "summaries", tmp_path)


# Frameworks that train, from scripts that know nothing of us

SCRIPTS = Path(__file__).resolve().parents[1] / "board_trainings"
BOARD = "torch-py311"
WITHOUT_COMPILER = {"TORCHDYNAMO_DISABLE": "1"}  # which takes rl_games a minute


class Board:
    """A patched torch and tensorboardX, and a patched skrl, which has a writer of its own, before those of the
    environment: of torch `utils/tensorboard` alone is copied, the rest is links."""

    def __init__(self, folder):
        self.python, self.folder = python(BOARD), folder
        site, = Path(self.python).parents[1].glob("lib/python3*/site-packages")
        _mirror(site / "torch", folder / "torch", ["utils", "tensorboard"])
        for name in ("tensorboardX", "skrl"):
            shutil.copytree(site / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        self.before = self.files()
        patched(folder)

    def files(self):
        """path -> content of what was copied."""
        return {path.relative_to(self.folder): path.read_bytes() for name in ("torch/utils/tensorboard", "tensorboardX",
                                                                              "skrl")
                for path in sorted((self.folder / name).rglob("*")) if path.is_file()}

    def run(self, place, *arguments, experiment="journal", **variables):
        """Run a command line in a folder; returns its stdout and stderr."""
        return run(self.python, self.folder, place, "-W", "ignore", *arguments, NEPTUNE_EXPERIMENT=experiment,
                   **WITHOUT_COMPILER, **variables)

    def events(self, folder):
        """(folder below, tag, step, value) of each scalar in the event files of a folder."""
        return json.loads(run(self.python, folder, folder, "-W", "ignore", "-c", READ, ".")[0])


def _mirror(source, target, copied):
    """A folder of links, in which the path ``copied`` is a copy."""
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.name != copied[0]:
            (target / path.name).symlink_to(path)
        elif copied[1:]:
            _mirror(path, target / path.name, copied[1:])
        else:
            shutil.copytree(path, target / path.name, ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture(scope="module")
def board(tmp_path_factory):
    """Taken out again in the end, byte for byte."""
    made = Board(tmp_path_factory.mktemp("board"))
    yield made
    script("uninstall.py", made.folder)
    assert made.files() == made.before


def points_of(journal):
    """(metric, step, value) of each point of a journal."""
    return [(name, row["step"], value) for row in stored(journal)[2] for name, value in row["values"].items()]


def is_the_event_file(journal, events):
    """Whether a journal has just the points of its folder's event files."""
    expected = [(tag if folder == "." else "%s/%s" % (folder, tag), step, value) for folder, tag, step, value in events]
    return expected and rounded(points_of(journal)) == rounded(expected)


@pytest.mark.parametrize("name, framework, tags, entry", [
    ("rsl_rl_ppo", "rsl_rl", {"Train/mean_reward", "Train/mean_reward/time", "/reach/distance"}, ("agent", "seed", 1)),
    ("rl_games_ppo", "rl_games", {"losses/a_loss", "rewards/step", "rewards/iter", "rewards/time"}, ("gamma", 0.99)),
    ("skrl_ppo", "skrl", {"Loss / Policy loss", "Reward / Total reward (mean)"}, ("rollouts", 16)),
    ("one_file", "summary_writer", {"charts/episodic_return", "losses/td_loss"}, ("env_id", "CartPole-v1"))])
def test_a_training(tmp_path, board, name, framework, tags, entry):
    board.run(tmp_path, SCRIPTS / f"{name}.py")
    journal, = journals(tmp_path)
    header, configs, rows, ended = stored(journal)
    assert is_the_event_file(journal, board.events(journal.parent))
    assert header["framework"] == framework and ended and tags <= {metric for row in rows for metric in row["values"]}
    config = configs[-1]
    for key in entry[:-1]:
        config = config[key]
    assert config == entry[-1]


# Never twice: what else records the same training

SB3 = """
import sys
from stable_baselines3 import PPO
model = PPO("MlpPolicy", "CartPole-v1", n_steps=64, n_epochs=1, tensorboard_log="board")
model.learn(200, log_interval=1, tb_log_name="PPO")
"""
TBX = """
import ray
from ray.train._internal.storage import StorageContext
from ray.tune.callback import CallbackList
from ray.tune.experiment import Trial
from ray.tune.logger import TBXLoggerCallback
ray.init(%s)
storage = StorageContext("%s", "experiment", trial_dir_name="trial")
trial = Trial("PPO", stub=True, config={"lr": 1e-3}, storage=storage)
callbacks = CallbackList([TBXLoggerCallback()])
callbacks.on_trial_start(iteration=0, trials=[trial], trial=trial)
for step in range(1, 4):
    result = {"training_iteration": step, "timesteps_total": 100 * step, "loss": 1 / step, "config": {"lr": 1e-3}}
    callbacks.on_trial_result(iteration=step, trials=[trial], trial=trial, result=result)
callbacks.on_trial_complete(iteration=4, trials=[trial], trial=trial)
print(trial.local_path)
"""
NEPTUNE = "{class_name: NeptuneLogWriter, project_name: reach}"
CLIENT = """
import json
def init_run(**about):
    return Run()
class Run:
    def __getitem__(self, name):
        return Field(name)
    def __setitem__(self, name, value):
        pass
    def stop(self):
        pass
class Field:
    def __init__(self, name):
        self.name = name
    def log(self, value, step=None):
        open("sent", "a").write(self.name + "\\n")
    def upload(self, path):
        pass
"""


def test_stable_baselines3_and_its_board_are_one_run(tmp_path, board):
    """Both patched: the model's run has what its TensorBoard format draws, which is none of its own."""
    model = patched(release("stable_baselines3==2.9.2", tmp_path))
    run(board.python, f"{model}:{board.folder}", tmp_path, "-W", "ignore", "-c", SB3, NEPTUNE_EXPERIMENT="journal",
        **WITHOUT_COMPILER)
    journal, = journals(tmp_path)
    assert stored(journal)[0]["framework"] == "stable_baselines3"
    drawn = {(tag, step) for _, tag, step, _ in board.events(tmp_path / "board")}
    assert drawn and drawn <= {(name, step) for name, step, _ in points_of(journal)}


def test_a_trial_of_tune_and_its_board_are_one_run_rllib(tmp_path, ray):
    """Both patched: Ray's TBX logger draws, its callback records."""
    site, = Path(ray.interpreter).parents[1].glob("lib/python3*/site-packages")
    shutil.copytree(site / "tensorboardX", tmp_path / "x" / "tensorboardX")
    (tmp_path / "place").mkdir()
    said, _ = ray.run(tmp_path / "place", "-c", TBX % (SMALL, tmp_path / "place"), NEPTUNE_EXPERIMENT="journal",
                      checkout=f"{ray.checkout}:{patched(tmp_path / 'x')}")
    drawn_in = Path(said.splitlines()[-1])
    assert list(drawn_in.rglob("*.tfevents.*"))
    journal, = journals(tmp_path) + journals(drawn_in)
    assert stored(journal)[0]["framework"] == "rllib" and len(stored(journal)[2]) == 3


def test_a_writer_of_rsl_rl_that_sends_to_neptune_itself(tmp_path, board):
    (tmp_path / "neptune.py").write_text(CLIENT)
    _, errors = run(board.python, f"{tmp_path}:{board.folder}", tmp_path, "-W", "ignore", SCRIPTS / "rsl_rl_ppo.py",
                    NEPTUNE, NEPTUNE_EXPERIMENT="journal", NEPTUNE_API_TOKEN="t", NEPTUNE_USERNAME="me")
    assert "NeptuneLogWriter sends what it writes by itself; it is not recorded twice" in errors
    assert not journals(tmp_path) and "Train/mean_reward" in (tmp_path / "sent").read_text().split()


def test_wandb_beside_it_does_no_harm(tmp_path, board):
    """It replaces what the writer makes its files with, as CleanRL's --track has it."""
    board.run(tmp_path, SCRIPTS / "one_file.py", "--track", "--total-timesteps", "100", WANDB_MODE="offline")
    journal, = journals(tmp_path)
    assert is_the_event_file(journal, board.events(journal.parent)) and list(tmp_path.rglob("run-*.wandb"))
    assert stored(journal)[0]["name"].startswith("CartPole-v1__one_file__1__")

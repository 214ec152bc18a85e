"""Releases of tensorboardX, and torch's writer, with the install script's patch in them, alone and where frameworks
train: what TensorBoard's own reader finds in the event files is in the journal, and nothing else."""
import json
import shutil
import struct
from pathlib import Path

import pytest
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
    writer.add_hparams({"lr": 0.1, "n": 3}, {"best": 2.5})
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
    """Train without and with a journal, compare, take the patch out again."""
    before = {path: content for path, content in snapshot(checkout).items() if "__pycache__" not in path}
    patched(checkout)
    for name, variables in (("plain", {}), ("on", {"NEPTUNE_EXPERIMENT": "journal"})):
        (place / name).mkdir()
        run(interpreter, checkout, place / name, "-W", "ignore", "-c", DRIVE % module, **variables)
    events = json.loads(run(python("trackers-py311"), place, place / "on", "-W", "ignore", "-c", READ,
                            "out/a")[0])
    journal, = journals(place / "on")
    header, configs, rows, ended = stored(journal)
    points = [(name, row["step"], value) for row in rows for name, value in row["values"].items()]
    expected = ((name_in_journal(folder, tag), step, value) for folder, tag, step, value in events)
    assert rounded(points) == rounded(expected)
    assert [step for name, step, _ in points if name == "counted"] == list(range(20))
    assert [row["t"] for row in rows if "eval/return" in row["values"]] == [1600000000.5 + step for step in range(20)]
    assert header["name"] == "a" and configs[-1]["seed"] == 1 and ended and not journals(place / "plain")
    sizes = [sorted(path.stat().st_size for path in (place / name).rglob("*.tfevents.*")) for name in ("plain", "on")]
    assert sizes[0] == sizes[1]
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

SCRIPTS = Path(__file__).resolve().parent / "board_trainings"
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
    ("skrl_ppo", "skrl", {"Loss / Policy loss", "Reward / Total reward (mean)"}, ("learning_rate", 2e-3)),
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
